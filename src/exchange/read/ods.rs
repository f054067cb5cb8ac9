//! `.ods`: content.xml as a stream. Repeated cells and rows are counted, not unrolled, unless they hold something.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::super::sheet::{Cell, MOST_COLUMNS, Region, Sheet, Workbook};
use super::xlsx::iso;
use super::{MOST_BYTES, MOST_CELLS, bad};
use crate::error::Error;

/// Most rows of a spreadsheet.
const MOST_ROWS: u32 = 1_048_576;

pub(super) fn read(file: &File) -> Result<Workbook, Error> {
    let damaged = || bad("import_damaged");
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|_| damaged())?;
    if let Ok(mut manifest) = zip.by_name("META-INF/manifest.xml") {
        let mut text = String::new();
        let _ = (&mut manifest).take(1 << 20).read_to_string(&mut text);
        if text.contains("encryption-data") {
            return Err(bad("import_encrypted"));
        }
    }
    let content = zip.by_name("content.xml").map_err(|_| damaged())?;
    let mut xml = Reader::from_reader(BufReader::new(content.take(MOST_BYTES)));
    let mut state = State::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|_| damaged())? {
            Event::Start(e) => state.open(&e, false)?,
            Event::Empty(e) => state.open(&e, true)?,
            Event::End(e) => state.close(e.local_name().as_ref())?,
            Event::Text(t) => state.text(&t.into_inner()),
            Event::CData(t) => state.text(&t.into_inner()),
            Event::GeneralRef(r) => match r.resolve_char_ref() {
                Ok(Some(c)) => state.text(c.encode_utf8(&mut [0; 4])),
                _ => state.text(match &*r.into_inner() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => "\u{fffd}",
                }),
            },
            Event::Eof => break,
            _ => {}
        }
    }
    if state.book.sheets.is_empty() {
        return Err(damaged());
    }
    state.book.format = "ods";
    Ok(state.book)
}

#[derive(Default)]
struct State {
    book: Workbook,
    hidden_styles: HashSet<String>,
    style: String,
    depth: usize,
    row: u32,
    row_repeat: u32,
    row_cells: Vec<(u32, u32, Kept)>,
    column: u32,
    cell: Option<Open>,
    paragraph: bool,
    note: usize,
    cells: usize,
}

/// A cell being read.
#[derive(Default)]
struct Open {
    kind: String,
    value: String,
    text: String,
    paragraphs: usize,
    repeat: u32,
    across: u32,
    down: u32,
}

#[derive(Clone)]
enum Kept {
    Text(String),
    Number(f64),
    Iso(String),
    Bool(bool),
}

impl State {
    fn open(&mut self, e: &BytesStart, empty: bool) -> Result<(), Error> {
        let name = e.local_name();
        let name: &str = name.as_ref();
        match name {
            "style" => self.style = attribute(e, "name").unwrap_or_default(),
            "table-properties" if attribute(e, "display").as_deref() == Some("false") => {
                self.hidden_styles.insert(self.style.clone());
            }
            "table" => {
                self.depth += 1;
                if self.depth == 1 {
                    let mut sheet = Sheet::new(attribute(e, "name").unwrap_or_default());
                    let style = attribute(e, "style-name").unwrap_or_default();
                    sheet.hidden = self.hidden_styles.contains(&style);
                    self.book.sheets.push(sheet);
                    (self.row, self.column) = (0, 0);
                }
                if empty {
                    self.depth -= 1;
                }
            }
            "table-row" if self.depth == 1 => {
                self.row_repeat = number(e, "number-rows-repeated");
                self.column = 0;
                self.row_cells.clear();
                if empty {
                    self.end_row()?;
                }
            }
            "table-cell" | "covered-table-cell" if self.depth == 1 => {
                let value = ["date-value", "boolean-value", "value", "string-value", "time-value"];
                self.cell = Some(Open {
                    kind: attribute(e, "value-type").unwrap_or_default(),
                    value: value.iter().find_map(|n| attribute(e, n)).unwrap_or_default(),
                    repeat: number(e, "number-columns-repeated"),
                    across: number(e, "number-columns-spanned"),
                    down: number(e, "number-rows-spanned"),
                    ..Open::default()
                });
                if empty {
                    self.end_cell();
                }
            }
            "annotation" if !empty => self.note += 1,
            "p" if self.note == 0 => {
                if let Some(cell) = &mut self.cell {
                    if cell.paragraphs > 0 {
                        cell.text.push('\n');
                    }
                    cell.paragraphs += 1;
                    self.paragraph = !empty;
                }
            }
            "s" => {
                let count = attribute(e, "c").and_then(|c| c.parse::<usize>().ok()).unwrap_or(1);
                self.text(&" ".repeat(count.min(1000)));
            }
            "tab" | "line-break" => self.text(if name == "tab" { "\t" } else { "\n" }),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), Error> {
        match name {
            "table" => self.depth = self.depth.saturating_sub(1),
            "table-row" if self.depth == 1 => self.end_row()?,
            "table-cell" | "covered-table-cell" if self.depth == 1 => self.end_cell(),
            "annotation" => self.note = self.note.saturating_sub(1),
            "p" if self.note == 0 => self.paragraph = false,
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.paragraph
            && self.note == 0
            && let Some(cell) = &mut self.cell
        {
            cell.text.push_str(text);
        }
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        self.paragraph = false;
        let kept = match cell.kind.as_str() {
            "float" | "currency" | "percentage" => cell.value.parse().ok().map(Kept::Number),
            "date" => Some(Kept::Iso(cell.value)),
            "boolean" => Some(Kept::Bool(cell.value == "true")),
            "string" if cell.text.is_empty() && !cell.value.is_empty() => Some(Kept::Text(cell.value)),
            _ if cell.text.trim().is_empty() => None,
            _ => Some(Kept::Text(cell.text)),
        };
        if (cell.across > 1 || cell.down > 1)
            && let Some(sheet) = self.book.sheets.last_mut()
        {
            let bottom = self.row.saturating_add(cell.down - 1).min(MOST_ROWS);
            let right = self.column.saturating_add(cell.across - 1).min(MOST_COLUMNS);
            sheet.merged.push(Region { top: self.row, left: self.column, bottom, right });
        }
        if let Some(kept) = kept {
            self.row_cells.push((self.column, cell.repeat.min(MOST_COLUMNS), kept));
        }
        self.column = self.column.saturating_add(cell.repeat);
    }

    /// Writes the row's cells, as often as it is repeated, within the limits.
    fn end_row(&mut self) -> Result<(), Error> {
        if !self.row_cells.is_empty()
            && let Some(sheet) = self.book.sheets.last_mut()
        {
            for copy in 0..self.row_repeat {
                let row = self.row.saturating_add(copy);
                if row >= MOST_ROWS {
                    break;
                }
                for (first, repeat, kept) in &self.row_cells {
                    for column in (*first..first.saturating_add(*repeat)).take_while(|c| *c < MOST_COLUMNS) {
                        let cell = match kept {
                            Kept::Text(t) => Cell::Text(t),
                            Kept::Number(n) => Cell::Number(*n),
                            Kept::Iso(t) => iso(t),
                            Kept::Bool(b) => Cell::Bool(*b),
                        };
                        self.cells += 1;
                        if self.cells > MOST_CELLS || !sheet.push(row, column, cell) {
                            return Err(bad("import_too_many_cells").with("most", MOST_CELLS));
                        }
                    }
                }
            }
        }
        self.row = self.row.saturating_add(self.row_repeat);
        self.row_cells.clear();
        Ok(())
    }
}

fn attribute(e: &BytesStart, name: &str) -> Option<String> {
    let found = e.attributes().flatten().find(|a| a.key.local_name().as_ref() == name)?;
    quick_xml::escape::unescape(&found.value).ok().map(Cow::into_owned)
}

fn number(e: &BytesStart, name: &str) -> u32 {
    attribute(e, name).and_then(|v| v.parse().ok()).unwrap_or(1).max(1)
}
