//! `.xlsx` through calamine's streaming cells; never through its dense range.

use std::fs::File;
use std::io::BufReader;

use calamine::{DataRef, Reader, SheetVisible, Xlsx, XlsxError};

use super::super::sheet::{Cell, Region, Sheet, Workbook};
use super::{MOST_CELLS, bad};
use crate::domain::Date;
use crate::error::Error;

pub(super) fn read(file: &File) -> Result<Workbook, Error> {
    let mut xlsx: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(|_| bad("import_damaged"))?;
    let date1904 = xlsx.has_1904_epoch();
    let names: Vec<(String, bool)> =
        xlsx.sheets_metadata().iter().map(|s| (s.name.clone(), s.visible != SheetVisible::Visible)).collect();
    let mut book = Workbook { format: "xlsx", date1904, ..Workbook::default() };
    let mut cells = 0;
    for (name, hidden) in names {
        let mut sheet = Sheet::new(name);
        sheet.hidden = hidden;
        match one(&mut xlsx, &mut sheet, &mut cells) {
            // A sheet that holds only a chart is no table; it is named in the report like an empty one.
            Ok(()) | Err(XlsxError::NotAWorksheet(_)) => {}
            Err(_) => return Err(bad("import_damaged").with("sheet", &sheet.name)),
        }
        if cells > MOST_CELLS {
            return Err(bad("import_too_many_cells").with("most", MOST_CELLS));
        }
        if sheet.fault.is_some() {
            return Err(bad("import_damaged").with("sheet", &sheet.name));
        }
        sheet.merged = merged(&mut xlsx, &sheet.name);
        book.sheets.push(sheet);
    }
    Ok(book)
}

type Source<'a> = BufReader<&'a File>;

fn one(xlsx: &mut Xlsx<Source<'_>>, sheet: &mut Sheet, cells: &mut usize) -> Result<(), XlsxError> {
    let name = sheet.name.clone();
    let mut reader = xlsx.worksheet_cells_reader(&name)?;
    while let Some(cell) = reader.next_cell()? {
        let (row, column) = cell.get_position();
        let kept = match cell.get_value() {
            DataRef::Empty => true,
            DataRef::Int(n) => sheet.push(row, column, Cell::Number(*n as f64)),
            DataRef::Float(n) => sheet.push(row, column, Cell::Number(*n)),
            DataRef::String(t) | DataRef::DurationIso(t) => sheet.push(row, column, Cell::Text(t)),
            DataRef::SharedString(t) => sheet.push(row, column, Cell::Text(t)),
            DataRef::Bool(b) => sheet.push(row, column, Cell::Bool(*b)),
            DataRef::DateTime(d) => sheet.push(row, column, date_cell(d)),
            DataRef::DateTimeIso(t) => sheet.push(row, column, iso(t)),
            DataRef::Error(e) => sheet.push(row, column, Cell::Fault(&e.to_string())),
        };
        if !kept {
            sheet.fault = Some("import_damaged");
            return Ok(());
        }
        *cells += 1;
        if *cells > MOST_CELLS {
            return Ok(());
        }
    }
    Ok(())
}

/// A number shown as a date. Values a calendar does not have stay numbers, so that the check names them.
pub(super) fn date_cell(date: &calamine::ExcelDateTime) -> Cell<'static> {
    let value = date.as_f64();
    if !date.is_datetime() || !(1.0..2_958_466.0).contains(&value) {
        return Cell::Number(value);
    }
    let (y, m, d, ..) = date.to_ymd_hms_milli();
    Date::from_ymd_opt(i32::from(y), u32::from(m), u32::from(d)).map_or(Cell::Number(value), Cell::Date)
}

/// An ISO date cell; the time of day, if any, is left out.
pub(super) fn iso(text: &str) -> Cell<'_> {
    let day: String = text.chars().take(10).collect();
    Date::parse_from_str(&day, "%Y-%m-%d").map_or(Cell::Text(text), Cell::Date)
}

fn merged(xlsx: &mut Xlsx<Source<'_>>, name: &str) -> Vec<Region> {
    let regions = xlsx.merge_cells_by_sheet_name(name).unwrap_or_default();
    regions.iter().map(region).collect()
}

pub(super) fn region(d: &calamine::Dimensions) -> Region {
    Region { top: d.start.0, left: d.start.1, bottom: d.end.0, right: d.end.1 }
}
