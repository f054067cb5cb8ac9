//! What was read from a file: sheets of typed cells, kept compactly, because a list may have a million rows.

use crate::domain::Date;

/// Most columns a spreadsheet program has.
pub(super) const MOST_COLUMNS: u32 = 16_384;

/// A file's sheets.
#[derive(Debug, Clone, Default)]
pub struct Workbook {
    /// Name of the file without its folder.
    pub file: String,
    /// `xlsx`, `xls`, `ods` or `csv`, by content.
    pub format: &'static str,
    /// The text encoding of a csv file, as a name for people; empty for the others.
    pub encoding: String,
    /// Day numbers count from 1904, not from 1900.
    pub date1904: bool,
    /// The sheets in order.
    pub sheets: Vec<Sheet>,
}

/// One sheet.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Name.
    pub name: String,
    /// Hidden in the workbook.
    pub hidden: bool,
    /// Why the sheet could not be read whole: a problem code; its cells then stop where reading did.
    pub fault: Option<&'static str>,
    /// Merged regions.
    pub merged: Vec<Region>,
    text: String,
    rows: Vec<RowStart>,
    slots: Vec<Slot>,
}

/// A merged region, all ends inclusive, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// First row.
    pub top: u32,
    /// First column.
    pub left: u32,
    /// Last row.
    pub bottom: u32,
    /// Last column.
    pub right: u32,
}

#[derive(Debug, Clone, Copy)]
struct RowStart {
    row: u32,
    first: u32,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    start: u32,
    length: u32,
    column: u16,
    kind: Content,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Text,
    Number,
    Date,
    Bool,
    Fault,
}

/// A cell's value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Nothing there.
    Empty,
    /// Text as written.
    Text(&'a str),
    /// A number; in a date column a day number of the 1900 system.
    Number(f64),
    /// A date cell.
    Date(Date),
    /// True or false.
    Bool(bool),
    /// A cell in error, such as `#N/A`.
    Fault(&'a str),
}

impl Cell<'_> {
    /// The value as a person sees it in the sheet.
    pub fn text(self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(t) | Self::Fault(t) => t.to_owned(),
            Self::Number(n) => number_text(n),
            Self::Date(d) => d.format("%Y-%m-%d").to_string(),
            Self::Bool(b) => b.to_string(),
        }
    }

    /// Whether nothing but blanks is there.
    pub fn is_blank(self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(t) => t.chars().all(blank),
            _ => false,
        }
    }
}

/// Blank or invisible.
pub(super) fn blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}')
}

/// Whole numbers without a point; others in their shortest form.
pub(super) fn number_text(n: f64) -> String {
    if n.is_finite() && n.fract() == 0.0 && n.abs() < 1e15 { format!("{n:.0}") } else { n.to_string() }
}

impl Sheet {
    /// An empty sheet.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Adds a cell. Cells come row by row; a cell that steps back is refused with `false`.
    pub fn push(&mut self, row: u32, column: u32, cell: Cell<'_>) -> bool {
        if cell.is_blank() {
            return true;
        }
        let Ok(narrow) = u16::try_from(column) else { return true };
        match self.rows.last() {
            Some(last) if last.row > row => return false,
            Some(last) if last.row == row => {
                if self.slots.last().is_some_and(|s| s.column >= narrow) {
                    return false;
                }
            }
            _ => {
                let Ok(first) = u32::try_from(self.slots.len()) else { return false };
                self.rows.push(RowStart { row, first });
            }
        }
        let Ok(start) = u32::try_from(self.text.len()) else { return false };
        let slot = match cell {
            Cell::Empty => return true,
            Cell::Text(t) | Cell::Fault(t) => {
                let Ok(length) = u32::try_from(t.len()) else { return false };
                self.text.push_str(t);
                let kind = if matches!(cell, Cell::Text(_)) { Content::Text } else { Content::Fault };
                Slot { start, length, column: narrow, kind }
            }
            Cell::Number(n) => {
                let bits = n.to_bits();
                Slot { start: (bits >> 32) as u32, length: bits as u32, column: narrow, kind: Content::Number }
            }
            Cell::Date(d) => {
                let days = chrono::Datelike::num_days_from_ce(&d) as u32;
                Slot { start: days, length: 0, column: narrow, kind: Content::Date }
            }
            Cell::Bool(b) => Slot { start: u32::from(b), length: 0, column: narrow, kind: Content::Bool },
        };
        self.slots.push(slot);
        true
    }

    /// Gives back what growing has reserved.
    pub fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.rows.shrink_to_fit();
        self.slots.shrink_to_fit();
    }

    /// Number of rows that hold anything.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the sheet holds nothing.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Cells that hold anything.
    pub fn cells(&self) -> usize {
        self.slots.len()
    }

    /// The `index`th row that holds anything.
    pub fn row(&self, index: usize) -> Option<Row<'_>> {
        let start = self.rows.get(index)?;
        let end = self.rows.get(index + 1).map_or(self.slots.len(), |next| next.first as usize);
        Some(Row { sheet: self, number: start.row, slots: self.slots.get(start.first as usize..end)? })
    }

    /// Every row that holds anything.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows.len()).filter_map(|i| self.row(i))
    }

    /// The index of the row with this number, counted from 0.
    pub fn find_row(&self, number: u32) -> Option<usize> {
        self.rows.binary_search_by_key(&number, |r| r.row).ok()
    }

    /// One cell by its place, counted from 0.
    pub fn cell(&self, row: u32, column: u32) -> Cell<'_> {
        self.find_row(row).and_then(|i| self.row(i)).map_or(Cell::Empty, |r| r.cell(column))
    }

    fn value(&self, slot: Slot) -> Cell<'_> {
        let range = slot.start as usize..(slot.start as usize).saturating_add(slot.length as usize);
        match slot.kind {
            Content::Text => Cell::Text(self.text.get(range).unwrap_or_default()),
            Content::Fault => Cell::Fault(self.text.get(range).unwrap_or_default()),
            Content::Number => Cell::Number(f64::from_bits((u64::from(slot.start) << 32) | u64::from(slot.length))),
            Content::Date => {
                chrono::NaiveDate::from_num_days_from_ce_opt(slot.start as i32).map_or(Cell::Empty, Cell::Date)
            }
            Content::Bool => Cell::Bool(slot.start == 1),
        }
    }
}

/// One row that holds anything.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    sheet: &'a Sheet,
    /// Row number, counted from 0.
    pub number: u32,
    slots: &'a [Slot],
}

impl<'a> Row<'a> {
    /// The cell in a column, counted from 0.
    pub fn cell(&self, column: u32) -> Cell<'a> {
        let Ok(narrow) = u16::try_from(column) else { return Cell::Empty };
        self.slots
            .binary_search_by_key(&narrow, |s| s.column)
            .ok()
            .and_then(|i| self.slots.get(i))
            .map_or(Cell::Empty, |s| self.sheet.value(*s))
    }

    /// Every cell that holds anything, with its column.
    pub fn cells(&self) -> impl Iterator<Item = (u32, Cell<'a>)> + use<'a> {
        let sheet = self.sheet;
        self.slots.iter().map(move |s| (u32::from(s.column), sheet.value(*s)))
    }

    /// How many cells hold anything.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether no cell holds anything; never so for a row of a sheet.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }
}

/// `A`, `B`, … `AA` for a column counted from 0.
pub fn letter(column: u32) -> String {
    let mut n = column + 1;
    let mut out = Vec::new();
    while n > 0 {
        let digit = (n - 1) % 26;
        out.push(char::from(b'A' + digit as u8));
        n = (n - 1) / 26;
    }
    out.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_as_they_went_in() {
        let mut sheet = Sheet::new("a");
        let day = Date::from_ymd_opt(2024, 2, 29).unwrap();
        assert!(sheet.push(0, 1, Cell::Text("张伟")));
        assert!(sheet.push(0, 5, Cell::Number(-1.5)));
        assert!(sheet.push(3, 0, Cell::Date(day)));
        assert!(sheet.push(3, 2, Cell::Bool(true)));
        assert!(sheet.push(3, 3, Cell::Text("  ")));
        assert!(!sheet.push(2, 0, Cell::Bool(true)));
        assert!(!sheet.push(3, 2, Cell::Bool(true)));
        assert_eq!(sheet.cell(0, 1), Cell::Text("张伟"));
        assert_eq!(sheet.cell(0, 5), Cell::Number(-1.5));
        assert_eq!(sheet.cell(3, 0), Cell::Date(day));
        assert_eq!(sheet.cell(3, 3), Cell::Empty);
        assert_eq!((sheet.len(), sheet.cells()), (2, 4));
        for (n, text) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")] {
            assert_eq!(letter(n), text);
        }
    }
}
