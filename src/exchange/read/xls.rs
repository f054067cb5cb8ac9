//! `.xls` through calamine, which lays out every sheet as a dense range; `compound` has made sure that this is small, and
//! hands it nothing else.

use std::io::Cursor;

use calamine::{Data, Reader, Xls};

use super::super::sheet::{Cell, Sheet, Workbook};
use super::xlsx::{date_cell, iso, region};
use super::{bad, compound, contained};
use crate::error::Error;

pub(super) fn read(bytes: &[u8]) -> Result<Workbook, Error> {
    let (bytes, hidden) = compound::check(bytes)?;
    contained(|| {
        let mut xls: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|e| match e {
            calamine::XlsError::Password => bad("import_encrypted"),
            _ => bad("import_damaged"),
        })?;
        let mut book = Workbook { format: "xls", date1904: xls.has_1904_epoch(), ..Workbook::default() };
        let mut names = xls.sheet_names();
        names.sort_unstable();
        // The reader gives the last of that name for each of them.
        if names.windows(2).any(|two| two.first() == two.last()) {
            return Err(bad("import_damaged"));
        }
        for (i, name) in xls.sheet_names().into_iter().enumerate() {
            let range = xls.worksheet_range(&name).map_err(|_| bad("import_damaged"))?;
            let mut sheet = Sheet::new(name);
            sheet.hidden = hidden.get(i).copied().unwrap_or_default();
            let (top, left) = range.start().unwrap_or_default();
            for (row, column, value) in range.used_cells() {
                let (row, column) = (top + row as u32, left + column as u32);
                match value {
                    Data::Empty => true,
                    Data::Int(n) => sheet.push(row, column, Cell::Number(*n as f64)),
                    Data::Float(n) => sheet.push(row, column, Cell::Number(*n)),
                    Data::String(t) | Data::DurationIso(t) => sheet.push(row, column, Cell::Text(t)),
                    Data::Bool(b) => sheet.push(row, column, Cell::Bool(*b)),
                    Data::DateTime(d) => sheet.push(row, column, date_cell(d)),
                    Data::DateTimeIso(t) => sheet.push(row, column, iso(t)),
                    Data::Error(e) => sheet.push(row, column, Cell::Fault(&e.to_string())),
                };
            }
            sheet.merged = xls.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default().iter().map(region).collect();
            book.sheets.push(sheet);
        }
        Ok(book)
    })
}
