//! The container of `.xls` files (Compound File Binary) and the records in it, read only as far as the limits need: is it
//! encrypted, which sheets are hidden, how far do the cells of each sheet spread.

use super::{MOST_CELLS, bad};
use crate::error::Error;

/// The first eight bytes of every compound file.
pub(super) const SIGNATURE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

struct Container<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u8>,
    mini: Vec<u8>,
}

/// One entry of the directory: name, first sector, size, kind (5 is the root).
struct Entry {
    name: String,
    start: u32,
    size: usize,
    root: bool,
}

impl<'a> Container<'a> {
    fn open(bytes: &'a [u8]) -> Option<(Self, Vec<Entry>)> {
        let shift = u16_at(bytes, 30)?;
        let sector = 1_usize << (if shift == 12 { 12 } else { 9 });
        let mut me = Self { bytes, sector, fat: Vec::new(), mini_fat: Vec::new(), mini: Vec::new() };
        // The table of sectors: 109 of its own sectors are named in the header, the rest in a chain.
        let mut tables: Vec<u32> = (0..109).filter_map(|i| u32_at(bytes, 76 + i * 4)).collect();
        let mut next = u32_at(bytes, 68)?;
        let most = bytes.len() / sector + 1;
        for _ in 0..most {
            let Some(block) = me.sector_at(next) else { break };
            let mut ids: Vec<u32> = block.chunks_exact(4).filter_map(|c| u32_at(c, 0)).collect();
            let Some(following) = ids.pop() else { break };
            tables.extend(ids);
            next = following;
        }
        for id in tables.into_iter().take(most) {
            if let Some(block) = me.sector_at(id) {
                me.fat.extend(block.chunks_exact(4).filter_map(|c| u32_at(c, 0)));
            }
        }
        let directory = me.chain(u32_at(bytes, 48)?, usize::MAX);
        let entries: Vec<Entry> = directory.chunks_exact(128).filter_map(entry).collect();
        me.mini_fat = me.chain(u32_at(bytes, 60)?, usize::MAX);
        if let Some(root) = entries.iter().find(|e| e.root) {
            me.mini = me.chain(root.start, root.size);
        }
        Some((me, entries))
    }

    fn sector_at(&self, id: u32) -> Option<&'a [u8]> {
        let start = (id as usize).checked_add(1)?.checked_mul(self.sector)?;
        if start >= self.bytes.len() {
            return None;
        }
        self.bytes.get(start..(start + self.sector).min(self.bytes.len()))
    }

    fn chain(&self, first: u32, size: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut id = first;
        // A chain is never longer than the file, so that one that bites its tail ends.
        for _ in 0..=self.bytes.len() / self.sector {
            let Some(block) = self.sector_at(id) else { break };
            out.extend_from_slice(block);
            if out.len() >= size {
                break;
            }
            let Some(next) = self.fat.get(id as usize) else { break };
            id = *next;
        }
        out.truncate(size);
        out
    }

    fn stream(&self, entry: &Entry) -> Vec<u8> {
        if entry.size >= 4096 {
            return self.chain(entry.start, entry.size);
        }
        let mut out = Vec::new();
        let mut id = entry.start;
        while out.len() < entry.size {
            let at = (id as usize).saturating_mul(64);
            let Some(block) = self.mini.get(at..).map(|rest| rest.get(..64).unwrap_or(rest)) else { break };
            if block.is_empty() {
                break;
            }
            out.extend_from_slice(block);
            let Some(next) = u32_at(&self.mini_fat, (id as usize).saturating_mul(4)) else { break };
            id = next;
        }
        out.truncate(entry.size);
        out
    }
}

fn entry(raw: &[u8]) -> Option<Entry> {
    let length = usize::from(u16_at(raw, 64)?).min(64);
    let units: Vec<u16> = raw.get(..length)?.chunks_exact(2).filter_map(|c| u16_at(c, 0)).collect();
    let name = String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned();
    Some(Entry { name, start: u32_at(raw, 116)?, size: u32_at(raw, 120)? as usize, root: raw.get(66) == Some(&5) })
}

/// Checks an `.xls` against the limits; tells which of its sheets are hidden, in order.
pub(super) fn check(bytes: &[u8]) -> Result<Vec<bool>, Error> {
    let (container, entries) = Container::open(bytes).ok_or_else(|| bad("import_damaged"))?;
    if entries.iter().any(|e| e.name == "EncryptedPackage" || e.name == "EncryptionInfo") {
        return Err(bad("import_encrypted"));
    }
    let book = entries.iter().find(|e| e.name.eq_ignore_ascii_case("workbook"));
    let book = book.or_else(|| entries.iter().find(|e| e.name.eq_ignore_ascii_case("book")));
    let Some(book) = book else { return Err(bad("import_not_a_table")) };
    records(&container.stream(book))
}

/// Walks the records of the workbook stream.
fn records(stream: &[u8]) -> Result<Vec<bool>, Error> {
    let mut hidden = Vec::new();
    let mut area = 0_usize;
    let mut extent: Option<(u16, u16, u16, u16)> = None;
    let mut at = 0;
    while let (Some(id), Some(length)) = (u16_at(stream, at), u16_at(stream, at + 2)) {
        let body = stream.get(at + 4..).unwrap_or_default();
        let body = body.get(..usize::from(length)).unwrap_or(body);
        match id {
            0x002f => return Err(bad("import_encrypted")),
            0x0085 => hidden.push(body.get(4).is_some_and(|b| b & 3 != 0)),
            0x0809 => {
                area = area.saturating_add(size(extent.take()));
            }
            0x0203..=0x0205 | 0x0006 | 0x0206 | 0x0406 | 0x027e | 0x00fd | 0x00d6 | 0x00bd => {
                if let (Some(row), Some(left)) = (u16_at(body, 0), u16_at(body, 2)) {
                    let last =
                        if id == 0x00bd { body.len().checked_sub(2).and_then(|p| u16_at(body, p)) } else { None };
                    let right = last.unwrap_or(left).max(left);
                    let (t, l, b, r) = extent.unwrap_or((row, left, row, right));
                    extent = Some((t.min(row), l.min(left), b.max(row), r.max(right)));
                }
            }
            _ => {}
        }
        at += 4 + usize::from(length);
    }
    area = area.saturating_add(size(extent));
    if area > MOST_CELLS {
        return Err(bad("import_too_many_cells").with("most", MOST_CELLS));
    }
    Ok(hidden)
}

/// Cells of the rectangle around everything a sheet holds.
fn size(extent: Option<(u16, u16, u16, u16)>) -> usize {
    extent.map_or(0, |(t, l, b, r)| (usize::from(b - t) + 1) * (usize::from(r - l) + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: u16, body: &[u8]) -> Vec<u8> {
        let mut out = id.to_le_bytes().to_vec();
        out.extend((body.len() as u16).to_le_bytes());
        out.extend(body);
        out
    }

    #[test]
    fn far_corners_and_passwords_are_found() {
        let cell = |r: u16, c: u16| record(0x0203, &[r.to_le_bytes(), c.to_le_bytes(), [0, 0]].concat());
        let near = [record(0x0809, &[0; 16]), cell(0, 0), cell(99, 9)].concat();
        assert_eq!(records(&near).unwrap(), Vec::<bool>::new());
        let far = [record(0x0809, &[0; 16]), cell(0, 0), cell(65535, 255)].concat();
        assert_eq!(records(&far).unwrap_err().code, "import_too_many_cells");
        assert_eq!(records(&record(0x2f, &[0; 4])).unwrap_err().code, "import_encrypted");
        assert_eq!(records(&record(0x85, &[0, 0, 0, 0, 1, 0])).unwrap(), [true]);
        assert!(check(&SIGNATURE).is_err());
    }
}
