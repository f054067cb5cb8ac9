//! Lists out of the register: csv, json, xlsx. One table of typed cells, three writers, one way to put a file on disk.

mod csv;
mod json;
mod write;
mod xlsx;

use std::path::Path;

use crate::domain::Date;
use crate::error::{Error, Kind};

pub use write::{NewFile, Readers, new_file, replace_file};

/// A column of an exported list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Stable key, used in json.
    pub key: String,
    /// Title for people, used in csv and xlsx.
    pub title: String,
}

impl Column {
    /// A column.
    pub fn new(key: impl Into<String>, title: impl Into<String>) -> Self {
        Self { key: key.into(), title: title.into() }
    }
}

/// One typed value. Identity numbers are passed as text, masked unless the operator has the right and the reason.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing known.
    Empty,
    /// Text; never taken for a formula, a number or a date by what reads the file.
    Text(String),
    /// A count.
    Number(i64),
    /// A civil date.
    Date(Date),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

impl From<Option<Date>> for Value {
    fn from(date: Option<Date>) -> Self {
        date.map_or(Self::Empty, Self::Date)
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }
}

/// A list to write. Rows are as long as `columns`; what is missing is empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Name of the list; the sheet's name in xlsx.
    pub name: String,
    /// A line over the columns: level, who, when; left out where it is empty.
    pub mark: String,
    /// Columns in order.
    pub columns: Vec<Column>,
    /// Rows in order.
    pub rows: Vec<Vec<Value>>,
}

/// The format of an exported file, by its ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.csv`: UTF-8 with BOM, CRLF, everything quoted, formulas defused.
    Csv,
    /// `.json`: one document.
    Json,
    /// `.xlsx`.
    Xlsx,
}

impl Format {
    /// The format a path's ending asks for.
    ///
    /// # Errors
    /// `export_format` when the ending is none of the three.
    pub fn of(path: &Path) -> Result<Self, Error> {
        match path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("csv") => Ok(Self::Csv),
            Some("json") => Ok(Self::Json),
            Some("xlsx") => Ok(Self::Xlsx),
            _ => Err(Error::new(Kind::Input, "export_format").with("path", path.display())),
        }
    }
}

/// The bytes of a list in a format.
///
/// # Errors
/// `export_failed` when the workbook cannot be built (more than 1,048,575 rows).
pub fn render(table: &Table, format: Format) -> Result<Vec<u8>, Error> {
    match format {
        Format::Csv => Ok(csv::render(table)),
        Format::Json => Ok(json::render(table)),
        Format::Xlsx => xlsx::render(table),
    }
}

/// Writes a list to `path` in the format of its ending. An older file of that name stays whole until the new one is, and
/// is then replaced.
///
/// # Errors
/// `export_format`, `export_failed`, or `export_write` with the system's words.
pub fn write_table(path: &Path, table: &Table, readers: Readers) -> Result<(), Error> {
    let bytes = render(table, Format::of(path)?)?;
    replace_file(path, &bytes, readers)
}
