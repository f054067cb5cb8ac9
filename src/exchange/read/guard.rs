//! The limits of a zipped workbook: every part is inflated once into nothing, counting, before a reader sees the file.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, Read};

use zip::ZipArchive;

use super::{MOST_BYTES, MOST_CELLS, bad};
use crate::error::Error;

/// Most parts in a workbook.
const MOST_PARTS: usize = 10_000;
/// A part may inflate to this many times its size, once it is larger than [`SMALL`].
const MOST_RATIO: u64 = 200;
const SMALL: u64 = 1 << 20;
/// Most merged regions, styles and other elements that readers keep one by one.
const MOST_KEPT: usize = 200_000;

/// What the zip holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Xlsx,
    Xlsb,
    Ods,
    Other,
}

/// Checks a zip against the limits and tells what it is.
pub(super) fn check(file: &File) -> Result<Found, Error> {
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|_| bad("import_damaged"))?;
    if zip.len() > MOST_PARTS {
        return Err(bad("import_too_many_parts").with("most", MOST_PARTS));
    }
    let mut found = Found::Other;
    let mut count = Elements::default();
    let mut total = 0_u64;
    let mut buffer = vec![0; 64 << 10];
    for i in 0..zip.len() {
        let mut part = zip.by_index_raw(i).map_err(|_| bad("import_damaged"))?;
        if part.encrypted() {
            return Err(bad("import_encrypted"));
        }
        let name = part.name().map(Cow::into_owned).map_err(|_| bad("import_zip_path"))?;
        if !safe_name(&name) {
            return Err(bad("import_zip_path"));
        }
        let packed = part.compressed_size();
        drop(part);
        part = zip.by_index(i).map_err(|_| bad("import_damaged"))?;
        match name.to_ascii_lowercase().as_str() {
            "xl/workbook.xml" => found = Found::Xlsx,
            "xl/workbook.bin" => found = Found::Xlsb,
            "content.xml" if found == Found::Other => found = Found::Ods,
            _ => {}
        }
        let xml = is_xml(&name);
        count.start();
        let mut inflated = 0_u64;
        let mut first = true;
        loop {
            let got = part.read(&mut buffer).map_err(|_| bad("import_damaged"))?;
            let Some(chunk) = buffer.get(..got).filter(|c| !c.is_empty()) else { break };
            inflated += got as u64;
            total += got as u64;
            if total > MOST_BYTES || (inflated > SMALL && inflated > packed.saturating_mul(MOST_RATIO)) {
                return Err(bad("import_bomb").with("most", MOST_BYTES >> 20).with("ratio", MOST_RATIO));
            }
            if xml {
                // Two-byte text would hide its elements from the counting below, and no office program writes it.
                if first
                    && (chunk.starts_with(&[0xff, 0xfe])
                        || chunk.starts_with(&[0xfe, 0xff])
                        || chunk.iter().take(4).any(|b| *b == 0))
                {
                    return Err(bad("import_damaged"));
                }
                count.scan(chunk)?;
            }
            first = false;
        }
    }
    Ok(found)
}

/// No absolute path, no step upwards, no control character.
fn safe_name(name: &str) -> bool {
    !name.starts_with(['/', '\\'])
        && !name.contains(':')
        && !name.chars().any(char::is_control)
        && !name.split(['/', '\\']).any(|p| p == "..")
}

fn is_xml(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".xml", ".rels", ".vml"].iter().any(|e| name.ends_with(e))
}

/// Counts start tags by their local name over a stream of chunks.
#[derive(Default)]
struct Elements {
    name: Vec<u8>,
    inside: bool,
    cells: usize,
    kept: usize,
}

impl Elements {
    fn start(&mut self) {
        self.inside = false;
    }

    fn scan(&mut self, mut chunk: &[u8]) -> Result<(), Error> {
        while !chunk.is_empty() {
            if !self.inside {
                let Some(at) = chunk.iter().position(|b| *b == b'<') else { return Ok(()) };
                chunk = chunk.get(at + 1..).unwrap_or_default();
                self.inside = true;
                self.name.clear();
                continue;
            }
            let end = chunk.iter().position(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>' | b'['));
            // A leading slash belongs to an end tag, whose name nobody counts.
            let taken = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
            let room = 32_usize.saturating_sub(self.name.len());
            self.name.extend_from_slice(taken.get(..taken.len().min(room)).unwrap_or_default());
            chunk = match end {
                Some(at) => chunk.get(at..).unwrap_or_default(),
                None => return Ok(()),
            };
            self.inside = false;
            self.count()?;
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), Error> {
        if self.name.first() == Some(&b'!') {
            let upper = self.name.to_ascii_uppercase();
            if upper.starts_with(b"!DOCTYPE") || upper.starts_with(b"!ENTITY") {
                return Err(bad("import_dtd"));
            }
        }
        let local = self.name.rsplit(|b| *b == b':').next().unwrap_or_default();
        match local {
            b"c" | b"si" | b"row" | b"table-cell" | b"covered-table-cell" | b"table-row" => self.cells += 1,
            b"mergeCell" | b"xf" | b"numFmt" | b"sheet" | b"style" | b"Relationship" => self.kept += 1,
            _ => {}
        }
        // Shared strings and rows are counted with the cells, hence the factor.
        if self.cells > MOST_CELLS * 3 {
            return Err(bad("import_too_many_cells").with("most", MOST_CELLS));
        }
        if self.kept > MOST_KEPT {
            return Err(bad("import_too_many_parts").with("most", MOST_KEPT));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_counted_across_any_split() {
        let xml = b"<x:row r=\"1\"><c r=\"A1\"/><x:c><v>1</v></x:c></x:row><si/><mergeCell ref=\"A1\"/>";
        for split in 0..xml.len() {
            let mut e = Elements::default();
            e.scan(&xml[..split]).unwrap();
            e.scan(&xml[split..]).unwrap();
            assert_eq!((e.cells, e.kept), (4, 1), "{split}");
        }
        assert!(Elements::default().scan(b"<?xml?><!doctype a [<!ENTITY x 'y'>]>").is_err());
        assert!(!safe_name("../x") && !safe_name("/etc/x") && !safe_name("a\\..\\b") && safe_name("xl/workbook.xml"));
    }
}
