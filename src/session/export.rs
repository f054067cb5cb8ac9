//! Lists out: csv, xlsx and json, by the file's ending.

use std::path::Path;

use super::answer::{self, ListView};
use super::{Session, SessionError};
use crate::domain::Date;
use crate::error::{Error, Kind};
use crate::exchange::{self, Column, Format, Table, Value};

impl Session {
    /// Writes a list to a file; returns the number of rows. A sheet has the columns people see, json the rows of
    /// `list --json`. Identity numbers are in neither.
    ///
    /// # Errors
    /// An ending nobody knows; the file system refuses; as [`Session::list`].
    pub fn export(&self, view: ListView, query: &str, out: &Path) -> Result<usize, SessionError> {
        let format = Format::of(out)?;
        let list = self.list(view, query, None)?;
        if format == Format::Json {
            let bytes = serde_json::to_vec(&list)
                .map_err(|e| Error::new(Kind::Input, "export_failed").with("why", e).with("path", out.display()))?;
            exchange::replace_file(out, &bytes)?;
            return Ok(list.total);
        }
        let texts = self.texts();
        let columns = answer::columns(view);
        let title = |c: &str| texts.t(&format!("cli.column.{c}"));
        let table = Table {
            name: texts.t(&format!("cli.view.{}", view.name())),
            columns: columns.iter().map(|c| Column::new(*c, title(c))).collect(),
            rows: list
                .rows
                .iter()
                .map(|row| {
                    let cells = answer::cells(view, row, texts);
                    columns.iter().zip(cells).map(|(column, cell)| value(column, cell)).collect()
                })
                .collect(),
        };
        exchange::write_table(out, &table)?;
        Ok(list.total)
    }
}

/// A cell with its type: numbers in columns of numbers, dates where the text is one.
fn value(column: &str, cell: String) -> Value {
    if answer::is_number(column) {
        return cell.parse().map_or_else(|_| Value::from(cell), Value::Number);
    }
    if cell.len() == 10
        && answer::is_date(column)
        && let Ok(day) = cell.parse::<Date>()
    {
        return Value::Date(day);
    }
    Value::from(cell)
}
