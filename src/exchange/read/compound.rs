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

/// Checks an `.xls` against the limits. Gives the workbook's records in a container of its own, which is all that the
/// reader gets to see, and which of its sheets are hidden, in order.
pub(super) fn check(bytes: &[u8]) -> Result<(Vec<u8>, Vec<bool>), Error> {
    let (container, entries) = Container::open(bytes).ok_or_else(|| bad("import_damaged"))?;
    if entries.iter().any(|e| e.name == "EncryptedPackage" || e.name == "EncryptionInfo") {
        return Err(bad("import_encrypted"));
    }
    let book = entries.iter().find(|e| e.name.eq_ignore_ascii_case("workbook"));
    let book = book.or_else(|| entries.iter().find(|e| e.name.eq_ignore_ascii_case("book")));
    let Some(book) = book else { return Err(bad("import_not_a_table")) };
    let mut stream = container.stream(book);
    // What is shorter lies in smaller sectors; the zeros behind are records that say nothing.
    stream.resize(stream.len().max(4096), 0);
    // The reader makes room for as many cells as a sheet claims to have, before it has seen one: the claims are taken away.
    // A claim may lie in what another sheet takes for its cells, so that everything is looked at again after that.
    for _ in 0..4 {
        let found = records(&stream)?;
        if found.claims.is_empty() {
            return Ok((pack(&stream).ok_or_else(|| bad("import_damaged"))?, found.hidden));
        }
        for (at, length) in found.claims {
            stream.get_mut(at..at + length).unwrap_or_default().fill(0);
        }
    }
    Err(bad("import_damaged"))
}

/// A compound file that holds a workbook's records and nothing else; `None` for more than fits the simplest one (450 MB).
fn pack(stream: &[u8]) -> Option<Vec<u8>> {
    const SECTOR: usize = 4096;
    const FREE: u32 = u32::MAX;
    const END: u32 = 0xffff_fffe;
    const TABLE: u32 = 0xffff_fffd;
    let sectors = stream.len().div_ceil(SECTOR);
    // The sectors of the table, the directory's, the stream's; the table has an entry for each of them.
    let tables = (sectors + 1).div_ceil(SECTOR / 4 - 1);
    let first = tables + 1;
    if tables > 109 {
        return None;
    }
    let mut out = vec![0; SECTOR];
    let mut put = |at: usize, bytes: &[u8]| out.get_mut(at..at + bytes.len()).map(|place| place.copy_from_slice(bytes));
    put(0, &SIGNATURE)?;
    // Version 4.62, least byte first, sectors of 4096, small ones of 64; small streams end at 4096.
    put(24, &[0x3e, 0, 4, 0, 0xfe, 0xff, 12, 0, 6, 0])?;
    put(40, &1_u32.to_le_bytes())?;
    put(44, &(tables as u32).to_le_bytes())?;
    put(48, &(tables as u32).to_le_bytes())?;
    put(56, &4096_u32.to_le_bytes())?;
    put(60, &END.to_le_bytes())?;
    put(68, &END.to_le_bytes())?;
    for i in 0..109 {
        put(76 + i * 4, &(if i < tables { i as u32 } else { FREE }).to_le_bytes())?;
    }
    let mut fat = vec![TABLE; tables];
    fat.push(END);
    fat.extend((1..sectors).map(|i| (first + i) as u32));
    fat.push(END);
    fat.resize(tables * SECTOR / 4, FREE);
    out.extend(fat.into_iter().flat_map(u32::to_le_bytes));
    for (name, kind, start, size) in [("Root Entry", 5, 0, 0), ("Workbook", 2, first as u32, stream.len() as u64)] {
        let mut entry = [0; 128];
        let units: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        entry.get_mut(..units.len())?.copy_from_slice(&units);
        entry.get_mut(64..68)?.copy_from_slice(&[units.len() as u8, 0, kind, 1]);
        entry.get_mut(68..80)?.fill(0xff);
        entry.get_mut(116..120)?.copy_from_slice(&u32::to_le_bytes(start));
        entry.get_mut(120..128)?.copy_from_slice(&u64::to_le_bytes(size));
        if kind == 5 {
            entry.get_mut(76..80)?.copy_from_slice(&1_u32.to_le_bytes());
        }
        out.extend(entry);
    }
    out.resize((1 + first) * SECTOR, 0);
    out.extend(stream);
    out.resize((1 + first + sectors) * SECTOR, 0);
    Some(out)
}

/// What the records of a workbook say before any cell is read.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    /// Which sheets are hidden, in order.
    hidden: Vec<bool>,
    /// Where sheets claim so many rows and columns: start and length in the stream.
    claims: Vec<(usize, usize)>,
}

/// Walks the records as the reader does: those of the book up to their end, then those of each sheet from where the book
/// says it begins.
fn records(stream: &[u8]) -> Result<Found, Error> {
    let (mut found, mut starts) = (Found::default(), Vec::new());
    let mut walked = walk(stream, 0, |id, _, body| {
        match id {
            0x002f => return Err(bad("import_encrypted")),
            0x0085 => {
                found.hidden.push(body.get(4).is_some_and(|b| b & 3 != 0));
                starts.push(u32_at(body, 0).map_or(usize::MAX, |start| start as usize));
            }
            0x000a => return Ok(false),
            _ => {}
        }
        Ok(true)
    })?;
    let mut area = 0_usize;
    for start in starts {
        let (mut extent, mut depth) = (None, 0_usize);
        walked += walk(stream, start, |id, at, body| {
            match id {
                0x0809 => depth += 1,
                0x000a => {
                    depth = depth.saturating_sub(1);
                    return Ok(depth > 0);
                }
                // A chart within the sheet has cells of its own, which the reader leaves out.
                _ if depth > 1 => {}
                0x0200 if body.iter().any(|b| *b != 0) => found.claims.push((at, body.len())),
                0x0203..=0x0205 | 0x0006 | 0x0206 | 0x0207 | 0x0406 | 0x027e | 0x00fd | 0x00d6 | 0x00bd => {
                    spread(&mut extent, id, body);
                }
                _ => {}
            }
            Ok(true)
        })?;
        area = area.saturating_add(size(extent));
        // Each sheet has its own records: those that share theirs multiply, one for each sheet the book names.
        if area > MOST_CELLS || walked > stream.len().saturating_mul(3) {
            return Err(bad("import_too_many_cells").with("most", MOST_CELLS));
        }
    }
    Ok(found)
}

/// Hands out records (number, where its body lies, body) from a place on until told to stop or none is left; how many bytes
/// it went.
fn walk(
    stream: &[u8],
    start: usize,
    mut each: impl FnMut(u16, usize, &[u8]) -> Result<bool, Error>,
) -> Result<usize, Error> {
    let mut at = start;
    while let (Some(id), Some(length)) = (u16_at(stream, at), u16_at(stream, at.saturating_add(2))) {
        let Some(body) = stream.get(at + 4..at + 4 + usize::from(length)) else { break };
        let more = each(id, at + 4, body)?;
        at += 4 + body.len();
        if !more {
            break;
        }
    }
    Ok(at.saturating_sub(start))
}

/// First row and column, last row and column.
type Extent = (u16, u16, u16, u16);

fn spread(extent: &mut Option<Extent>, id: u16, body: &[u8]) {
    let (Some(row), Some(left)) = (u16_at(body, 0), u16_at(body, 2)) else { return };
    let last = if id == 0x00bd { body.len().checked_sub(2).and_then(|p| u16_at(body, p)) } else { None };
    let right = last.unwrap_or(left).max(left);
    let (t, l, b, r) = extent.unwrap_or((row, left, row, right));
    *extent = Some((t.min(row), l.min(left), b.max(row), r.max(right)));
}

/// Cells of the rectangle around everything a sheet holds.
fn size(extent: Option<Extent>) -> usize {
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

    /// A book with one sheet of these records.
    fn book(sheets: &[&[Vec<u8>]]) -> Vec<u8> {
        let head = 20 + sheets.len() * 12 + 4;
        let bodies: Vec<Vec<u8>> =
            sheets.iter().map(|s| [record(0x0809, &[0; 16]), s.concat(), record(0x000a, &[])].concat()).collect();
        let mut at = head;
        let mut out = record(0x0809, &[0; 16]);
        for (i, body) in bodies.iter().enumerate() {
            out.extend(record(0x0085, &[&(at as u32).to_le_bytes()[..], &[(i == 1).into(), 0, 0, 0]].concat()));
            at += body.len();
        }
        out.extend(record(0x000a, &[]));
        assert_eq!(out.len(), head);
        [out, bodies.concat()].concat()
    }

    fn cell(r: u16, c: u16) -> Vec<u8> {
        record(0x0203, &[r.to_le_bytes(), c.to_le_bytes(), [0, 0]].concat())
    }

    #[test]
    fn far_corners_and_passwords_are_found() {
        let near = book(&[&[cell(0, 0), cell(99, 9)], &[cell(1, 1)]]);
        assert_eq!(records(&near).unwrap().hidden, [false, true]);
        assert_eq!(records(&book(&[&[cell(0, 0), cell(65535, 255)]])).unwrap_err().code, "import_too_many_cells");
        assert_eq!(records(&record(0x2f, &[0; 4])).unwrap_err().code, "import_encrypted");
        assert!(check(&SIGNATURE).is_err());
    }

    #[test]
    fn what_a_sheet_claims_is_taken_away_wherever_it_begins() {
        let claim = record(0x0200, &[9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0]);
        let plain = book(&[&[claim.clone(), cell(0, 0)]]);
        let (packed, hidden) = check(&pack(&padded(&plain)).unwrap()).unwrap();
        assert_eq!(hidden, [false]);
        let (container, entries) = Container::open(&packed).unwrap();
        let stream = container.stream(&entries[1]);
        assert_eq!(records(&stream).unwrap().claims, []);
        assert_eq!(stream.len(), 4096);
        // A sheet that begins within another record: its claim is a text to whoever reads in order.
        let mut hidden_in = book(&[&[record(0x0204, &[vec![0; 6], claim].concat()), cell(0, 0)], &[cell(1, 1)]]);
        let inside = u32_at(&hidden_in, 24).unwrap() + 20 + 4 + 6;
        hidden_in[36..40].copy_from_slice(&inside.to_le_bytes());
        assert_eq!(records(&hidden_in).unwrap().claims.len(), 1);
        let (packed, _) = check(&pack(&padded(&hidden_in)).unwrap()).unwrap();
        let (container, entries) = Container::open(&packed).unwrap();
        assert_eq!(records(&container.stream(&entries[1])).unwrap().claims, []);
    }

    fn padded(stream: &[u8]) -> Vec<u8> {
        let mut out = stream.to_vec();
        out.resize(out.len().max(4096), 0);
        out
    }

    #[test]
    fn sheets_that_share_their_records_are_too_many() {
        let mut many = book(&vec![&[cell(0, 0), cell(1, 1)][..]; 50]);
        let first = many[24..28].to_vec();
        for i in 0..50 {
            many[24 + i * 12..28 + i * 12].copy_from_slice(&first);
        }
        assert!(records(&many).is_ok(), "they are short");
        let long: Vec<Vec<u8>> = (0..2000).map(|i| cell(i, 0)).collect();
        let mut many = book(&[&long[..]; 5]);
        assert!(records(&many).is_ok());
        let first = many[24..28].to_vec();
        for i in 0..5 {
            many[24 + i * 12..28 + i * 12].copy_from_slice(&first);
        }
        many.truncate(many.len() / 5 + 100);
        assert_eq!(records(&many).unwrap_err().code, "import_too_many_cells");
    }

    #[test]
    fn a_container_of_any_size_reads_back() {
        for length in [4096, 4097, 40_000, 4_190_000, 4_200_000] {
            let stream: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
            let packed = pack(&stream).unwrap();
            let (container, entries) = Container::open(&packed).unwrap();
            assert_eq!(entries[1].name, "Workbook");
            assert!(container.stream(&entries[1]) == stream, "{length}");
        }
    }
}
