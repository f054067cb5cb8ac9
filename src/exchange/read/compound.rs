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
    // What is shorter lies in smaller sectors: records that end it, whole ones, fill it up.
    while stream.len() < 4096 {
        stream.extend([0x0a, 0, 0, 0]);
    }
    // The reader makes room for as many cells and letters as it is told of, before it has seen one, and reads formulas
    // nobody asks for: such claims are taken away. A claim may lie in what another sheet takes for its cells, so that
    // everything is looked at again after that.
    for _ in 0..4 {
        let found = records(&stream)?;
        if found.claims.is_empty() {
            return Ok((pack(&stream).ok_or_else(|| bad("import_damaged"))?, found.hidden));
        }
        for (at, bytes) in found.claims {
            stream.get_mut(at..at + bytes.len()).unwrap_or_default().copy_from_slice(&bytes);
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
    /// Where something is claimed that is not there, and what to put in its place.
    claims: Vec<(usize, Vec<u8>)>,
}

/// Bytes of text a workbook may hold, each shared text counted where it stands.
const MOST_TEXT: usize = 512 << 20;

/// Records a text may go on in.
const MOST_PIECES: usize = 40_000;

/// So much is walked whatever it is; longer books have their sheets one behind the other.
const WALKED: usize = 512 << 20;

/// Walks the records as the reader does: those of the book up to their end, then those of each sheet from where the book
/// says it begins.
fn records(stream: &[u8]) -> Result<Found, Error> {
    let (mut found, mut starts, mut shared, mut in_shared) = (Found::default(), Vec::new(), Vec::new(), false);
    let mut walked = walk(stream, 0, |id, _, body| {
        in_shared = id == 0x00fc || (in_shared && id == 0x003c);
        match id {
            0x002f => return Err(bad("import_encrypted")),
            0x0085 => {
                found.hidden.push(body.get(4).is_some_and(|b| b & 3 != 0));
                starts.push(u32_at(body, 0).map_or(usize::MAX, |start| start as usize));
            }
            0x00fc => shared = vec![body],
            0x003c if in_shared => shared.push(body),
            0x000a => return Ok(false),
            _ => {}
        }
        Ok(true)
    })?;
    if shared.len() > MOST_PIECES {
        return Err(bad("import_damaged"));
    }
    let shared = shared_texts(&shared).ok_or_else(|| bad("import_damaged"))?;
    let (mut area, mut cells, mut text) = (0_usize, 0_usize, 0_usize);
    for start in starts {
        let (mut sheet, mut depth) = (Extent::default(), 0_usize);
        walked += walk(stream, start, |id, at, body| {
            match id {
                0x0809 => depth += 1,
                0x000a => {
                    depth = depth.saturating_sub(1);
                    return Ok(depth > 0);
                }
                // A chart within the sheet has cells of its own, which the reader leaves out.
                _ if depth > 1 => {}
                _ => {
                    found.claims.extend(claim(id, at, body));
                    cells += sheet.spread(id, body)?;
                    text = text.saturating_add(match id {
                        0x00fd => u32_at(body, 6).and_then(|n| shared.get(n as usize)).copied().unwrap_or_default(),
                        0x0204 | 0x00d6 | 0x0207 => body.len() * 3,
                        _ => 0,
                    });
                }
            }
            Ok(true)
        })?;
        area = area.saturating_add(sheet.size());
        // Sheets that share their records multiply them, one for each the book names.
        if area.max(cells) > MOST_CELLS || text > MOST_TEXT || walked > stream.len().saturating_mul(3).max(WALKED) {
            return Err(bad("import_too_many_cells").with("most", MOST_CELLS));
        }
    }
    Ok(found)
}

/// What a record claims that its body does not hold, and what is put there: a sheet's rows and columns, a formula, more
/// letters than there are bytes.
fn claim(id: u16, at: usize, body: &[u8]) -> Option<(usize, Vec<u8>)> {
    let letters = |place: usize| {
        let most = u16::try_from(body.len().saturating_sub(place + 2)).unwrap_or(u16::MAX);
        (u16_at(body, place)? > most).then(|| (at + place, most.to_le_bytes().to_vec()))
    };
    match id {
        0x0200 if body.iter().any(|b| *b != 0) => Some((at, vec![0; body.len()])),
        0x0006 if u16_at(body, 20)? != 0 => Some((at + 20, vec![0; 2])),
        0x0204 | 0x00d6 => letters(6),
        0x0207 => letters(0),
        _ => None,
    }
}

/// How many bytes each shared text comes to at most; `None` where they do not read. A text goes on in the next record
/// wherever the last one ends, with a byte before its letters that says how wide they are.
fn shared_texts(pieces: &[&[u8]]) -> Option<Vec<usize>> {
    let Some((first, rest)) = pieces.split_first() else { return Some(Vec::new()) };
    let (mut out, mut rest, mut here) = (Vec::new(), rest.iter(), first.get(8..)?);
    loop {
        while here.is_empty() {
            let Some(next) = rest.next() else { return Some(out) };
            here = next;
        }
        let (mut letters, flags) = (usize::from(u16_at(here, 0)?), *here.get(2)?);
        here = here.get(3..)?;
        let mut skipped = 0;
        if flags & 8 != 0 {
            skipped += usize::from(u16_at(here, 0)?) * 4;
            here = here.get(2..)?;
        }
        if flags & 4 != 0 {
            skipped += u32_at(here, 0)? as usize;
            here = here.get(4..)?;
        }
        let (mut wide, mut size) = (flags & 1 != 0, 0);
        while letters > 0 {
            let taken = letters.min(if wide { here.len() / 2 } else { here.len() });
            size += taken * 3;
            here = here.get(if wide { taken * 2 } else { taken }..)?;
            letters -= taken;
            if letters > 0 {
                let (width, more) = rest.next()?.split_first()?;
                (wide, here) = (width & 1 != 0, more);
            }
        }
        while skipped > here.len() {
            skipped -= here.len();
            here = rest.next()?;
        }
        here = here.get(skipped..)?;
        out.push(size);
    }
}

/// Hands out records (number, where its body lies, body) from a place on until told to stop or none is left; how many bytes
/// it went.
fn walk<'s>(
    stream: &'s [u8],
    start: usize,
    mut each: impl FnMut(u16, usize, &'s [u8]) -> Result<bool, Error>,
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

/// The rectangle around everything a sheet holds, and the cell of its last formula, whose text comes in a record of its own.
#[derive(Default)]
struct Extent {
    rows: Option<(u32, u32)>,
    columns: (u32, u32),
    formula: (u32, u32),
}

impl Extent {
    /// Widens it by the cells of a record; how many they are.
    fn spread(&mut self, id: u16, body: &[u8]) -> Result<usize, Error> {
        let cell = || Some((u32::from(u16_at(body, 0)?), u32::from(u16_at(body, 2)?)));
        let (row, left, count) = match id {
            0x0207 => (self.formula.0, self.formula.1, 1),
            0x0203..=0x0205 | 0x0006 | 0x0206 | 0x0406 | 0x027e | 0x00fd | 0x00d6 | 0x00bd => {
                let Some((row, left)) = cell() else { return Ok(0) };
                if id == 0x0006 {
                    self.formula = (row, left);
                }
                let mut count = 1;
                if id == 0x00bd {
                    // So many cells as lie between the first column and the last, or the reader counts wrong.
                    let last = body.len().checked_sub(2).and_then(|at| u16_at(body, at)).map(u32::from);
                    let cells = last.and_then(|last| last.checked_sub(left)).map(|more| more as usize + 1);
                    count = cells.filter(|n| body.len() == 6 + 6 * n).ok_or_else(|| bad("import_damaged"))?;
                }
                (row, left, count)
            }
            _ => return Ok(0),
        };
        let right = left + count as u32 - 1;
        let (top, bottom) = self.rows.unwrap_or((row, row));
        let (first, last) = if self.rows.is_some() { self.columns } else { (left, right) };
        self.rows = Some((top.min(row), bottom.max(row)));
        self.columns = (first.min(left), last.max(right));
        Ok(count)
    }

    /// Cells in it.
    fn size(&self) -> usize {
        let (first, last) = self.columns;
        self.rows.map_or(0, |(top, bottom)| (bottom - top + 1) as usize * (last - first + 1) as usize)
    }
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
        assert_eq!(records(&hidden_in).unwrap().claims.len(), 2, "of the sheet, and of the letters it stands in");
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
    fn texts_of_formulas_stand_where_their_formulas_do() {
        let formula = |r: u16, c: u16| {
            let value = [0, 0, 0, 0, 0, 0, 0xff, 0xff];
            record(
                0x0006,
                &[&r.to_le_bytes()[..], &c.to_le_bytes(), &[0; 2], &value, &[0; 6], &[3, 0, 9, 9, 9]].concat(),
            )
        };
        let text = record(0x0207, &[1, 0, 1, 0x73, 0x59]);
        let rows: Vec<Vec<u8>> = (0..20_000).flat_map(|r| [formula(r, 3), text.clone()]).collect();
        let found = records(&book(&[&rows])).unwrap();
        assert_eq!(found.claims.len(), 20_000, "each formula, and no text");
        // A text without a formula stands in the first cell.
        let far = [cell(65535, 65535), record(0x0207, &[0, 0])];
        assert_eq!(records(&book(&[&far])).unwrap_err().code, "import_too_many_cells");
    }

    #[test]
    fn numbers_side_by_side_are_as_many_as_their_columns() {
        let numbers = |left: u16, cells: usize, right: u16| {
            let body = [&[0, 0][..], &left.to_le_bytes(), &vec![0; cells * 6], &right.to_le_bytes()].concat();
            records(&book(&[&[record(0x00bd, &body)]])).map(|_| ()).map_err(|e| e.code)
        };
        assert_eq!(numbers(2, 3, 4), Ok(()));
        assert_eq!(numbers(2, 3, 5), Err("import_damaged"));
        assert_eq!(numbers(65535, 10_921, 10_919), Err("import_damaged"), "the reader's sum wraps");
    }

    #[test]
    fn claimed_letters_are_those_there_are() {
        let label = |letters: u16| record(0x0204, &[&[0; 6][..], &letters.to_le_bytes(), &[0, b'a', b'b']].concat());
        assert_eq!(records(&book(&[&[label(2)]])).unwrap().claims, []);
        let found = records(&book(&[&[label(65535)]])).unwrap();
        assert_eq!(found.claims, [(20 + 12 + 4 + 20 + 4 + 6, vec![3, 0])]);
    }

    #[test]
    fn shared_texts_are_counted_where_they_stand() {
        let long = 4000_u16;
        let first = [&[0; 8][..], &long.to_le_bytes(), &[9, 1, 0], &vec![0x4e; 2 * 1000], &[]].concat();
        let second = [&[0][..], &[b'x'; 3000], &[7; 4], &[2, 0, 0, b'a', b'b']].concat();
        assert_eq!(shared_texts(&[&first, &second]), Some(vec![12_000, 6]));
        assert_eq!(shared_texts(&[&first, &second[..90]]), None);
        assert_eq!(shared_texts(&[]), Some(Vec::new()));
        let with = |refs: usize| {
            let label = |i: usize| record(0x00fd, &[&(i as u16).to_le_bytes()[..], &[0; 8]].concat());
            let sheet: Vec<Vec<u8>> = (0..refs).map(label).collect();
            let mut out = book(&[&sheet]);
            let texts = [record(0x00fc, &first), record(0x003c, &second)].concat();
            let start = u32_at(&out, 24).unwrap() + texts.len() as u32;
            out[24..28].copy_from_slice(&start.to_le_bytes());
            out.splice(20..20, texts.iter().copied());
            records(&out).map(|_| ()).map_err(|e| e.code)
        };
        assert_eq!(with(40_000), Ok(()));
        assert_eq!(with(50_000), Err("import_too_many_cells"));
    }

    #[test]
    fn sheets_that_share_their_records_count_them_each() {
        let share = |times: usize, cells: u16| {
            let long: Vec<Vec<u8>> = (0..cells).map(|i| cell(i, 0)).collect();
            let mut sheets: Vec<&[Vec<u8>]> = vec![&[]; times];
            sheets[0] = &long;
            let mut many = book(&sheets);
            let first = many[24..28].to_vec();
            for i in 0..times {
                many[24 + i * 12..28 + i * 12].copy_from_slice(&first);
            }
            records(&many).map(|_| ()).map_err(|e| e.code)
        };
        assert_eq!(share(40, 2000), Ok(()));
        assert_eq!(share(100, 60_000), Err("import_too_many_cells"));
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
