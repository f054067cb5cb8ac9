//! A workbook with one sheet: text cells as text, dates as dates, a frozen heading, no trace of who wrote it.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::csv::one_line;
use super::{Table, Value};
use crate::domain::Date;
use crate::error::{Error, Kind};
use crate::text;

/// Widest column, in cells.
const WIDEST: usize = 50;
/// Longest text a cell takes, in characters.
const LONGEST: usize = 32_767;

pub(super) fn render(table: &Table) -> Result<Vec<u8>, Error> {
    build(table).map_err(|e| Error::new(Kind::Input, "export_failed").with("why", e))
}

fn build(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The library stamps the hour of writing unless told otherwise; a fixed day keeps equal lists equal files.
    let properties = DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    book.set_properties(&properties);
    let bold = Format::new().set_bold();
    let plain = Format::new().set_num_format("@");
    let dated = Format::new().set_num_format("yyyy-mm-dd");
    let sheet = book.add_worksheet();
    sheet.set_name(sheet_name(&table.name))?;
    let top = u32::from(!table.mark.is_empty());
    if top > 0 {
        sheet.write_string_with_format(0, 0, fit(&table.mark), &bold)?;
    }
    sheet.set_freeze_panes(top + 1, 0)?;
    for (i, width) in widths(table).into_iter().enumerate() {
        sheet.set_column_width(column(i), width as f64)?;
    }
    for (i, c) in table.columns.iter().enumerate() {
        sheet.write_string_with_format(top, column(i), fit(&c.title), &bold)?;
    }
    for (r, row) in table.rows.iter().enumerate() {
        let r = u32::try_from(r).unwrap_or(u32::MAX).saturating_add(top + 1);
        for (i, value) in row.iter().take(table.columns.len()).enumerate() {
            match value {
                Value::Empty => {}
                Value::Text(t) => {
                    sheet.write_string_with_format(r, column(i), fit(t), &plain)?;
                }
                Value::Number(n) => {
                    sheet.write_number(r, column(i), *n as f64)?;
                }
                Value::Date(d) => match excel(*d) {
                    Some(date) => {
                        sheet.write_datetime_with_format(r, column(i), &date, &dated)?;
                    }
                    None => {
                        sheet.write_string_with_format(r, column(i), d.to_string(), &plain)?;
                    }
                },
            }
        }
    }
    book.save_to_buffer()
}

fn column(i: usize) -> u16 {
    u16::try_from(i).unwrap_or(u16::MAX)
}

/// Days before 1900 do not exist in a workbook; they are written as text.
fn excel(date: Date) -> Option<ExcelDateTime> {
    use chrono::Datelike;
    let year = u16::try_from(date.year()).ok().filter(|y| *y >= 1900)?;
    ExcelDateTime::from_ymd(year, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?).ok()
}

fn fit(raw: &str) -> String {
    one_line(raw).chars().take(LONGEST).collect()
}

/// Widths in cells from the titles and the first rows.
fn widths(table: &Table) -> Vec<usize> {
    let mut out: Vec<usize> = table.columns.iter().map(|c| text::width(&c.title)).collect();
    for row in table.rows.iter().take(200) {
        for (width, value) in out.iter_mut().zip(row) {
            let need = match value {
                Value::Text(t) => text::width(&one_line(t)),
                Value::Date(_) | Value::Number(_) => 10,
                Value::Empty => 0,
            };
            *width = (*width).max(need);
        }
    }
    out.into_iter().map(|w| w.min(WIDEST) + 2).collect()
}

/// A sheet name without the characters spreadsheets refuse, at most 31 characters, never empty.
fn sheet_name(name: &str) -> String {
    let clean = one_line(name);
    let kept: String = clean.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    if kept.trim().is_empty() { "Sheet1".to_owned() } else { kept }
}
