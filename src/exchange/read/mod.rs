//! Files into sheets: which format it is (by content), the limits against hostile files, and one reader a format.
//!
//! | file | does |
//! |---|---|
//! | `guard` | inflates every part of a zip once, counting bytes and elements, before any reader sees it |
//! | `xlsx` | calamine's streaming cells |
//! | `compound` | the container of `.xls`: encrypted or not, hidden sheets, how far its cells spread |
//! | `xls` | calamine, once `compound` has found the sheets small enough |
//! | `ods` | a reader of our own, because repeated cells must not be unrolled |
//! | `encoding` | UTF-8, UTF-16, GB18030, or a line where they are mixed |
//! | `csv` | separators, quotes, line ends |

mod compound;
mod csv;
mod encoding;
mod guard;
mod ods;
mod xls;
mod xlsx;

use std::fs::File;
use std::io::{Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::input::open;
use super::sheet::Workbook;
use crate::error::{Error, Kind};

/// Most cells with anything in them, over all sheets.
const MOST_CELLS: usize = 5_000_000;
/// Largest csv or xls file, and most bytes a zip may inflate to.
const MOST_BYTES: u64 = 256 << 20;

/// A failure that is about the whole file.
fn bad(code: &'static str) -> Error {
    Error::new(Kind::Input, code)
}

/// Reads a file's sheets. The format is told by content; the file's ending is only a name.
///
/// # Errors
/// `import_…` codes, each with a sentence and a way out: not a table, encrypted, damaged, too large, mixed encodings.
pub fn read_file(path: &Path) -> Result<Workbook, Error> {
    let named = |e: Error| e.with("file", path.display());
    let unreadable = |e: std::io::Error| named(bad("import_unreadable").with("why", e));
    // Opened once: what was looked at is what is read.
    let mut file = open(path).map_err(unreadable)?.ok_or_else(|| named(bad("import_not_a_file")))?;
    let length = file.metadata().map_err(unreadable)?.len();
    let mut head = [0; 8];
    let got = fill(&mut file, &mut head).map_err(unreadable)?;
    let head = head.get(..got).unwrap_or_default();
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    if head.is_empty() {
        return Err(named(bad("import_empty")));
    }
    if length > MOST_BYTES {
        return Err(named(bad("import_too_large").with("most", MOST_BYTES >> 20)));
    }
    let mut book = if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        zipped(&file)
    } else {
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        file.rewind().and_then(|()| file.take(MOST_BYTES).read_to_end(&mut bytes)).map_err(unreadable)?;
        if head.starts_with(&compound::SIGNATURE) { xls::read(&bytes) } else { text(bytes, &name) }
    }
    .map_err(named)?;
    book.file = name;
    for sheet in &mut book.sheets {
        sheet.shrink();
    }
    Ok(book)
}

fn fill(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut got = 0;
    while let Some(rest) = buffer.get_mut(got..).filter(|r| !r.is_empty()) {
        match file.read(rest)? {
            0 => break,
            n => got += n,
        }
    }
    Ok(got)
}

fn zipped(file: &File) -> Result<Workbook, Error> {
    match guard::check(file)? {
        guard::Found::Xlsx => contained(|| xlsx::read(file)),
        guard::Found::Ods => contained(|| ods::read(file)),
        guard::Found::Xlsb => Err(bad("import_xlsb")),
        guard::Found::Other => Err(bad("import_not_a_table")),
    }
}

/// What is no workbook is a table in text, or something an office tool wrote under a workbook's name.
fn text(bytes: Vec<u8>, name: &str) -> Result<Workbook, Error> {
    let start = String::from_utf8_lossy(bytes.get(..bytes.len().min(1024)).unwrap_or_default()).to_ascii_lowercase();
    let start = start.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with("%pdf") || start.starts_with("{\\rtf") {
        return Err(bad("import_not_a_table"));
    }
    if start.starts_with("<html")
        || start.starts_with("<!doctype")
        || start.starts_with("<table")
        || start.starts_with("<?xml")
    {
        return Err(bad("import_web_page"));
    }
    csv::read(bytes, name)
}

/// Runs a reader of foreign formats so that a fault in it refuses the file instead of ending the program.
fn contained(read: impl FnOnce() -> Result<Workbook, Error>) -> Result<Workbook, Error> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(bad("import_damaged")))
}
