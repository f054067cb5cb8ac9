//! The head of the journal kept outside the register: told, compared, written to a file of somebody else's.
//!
//! Whoever holds the key can write a journal anew whose chain holds. He cannot change what was noted of it elsewhere.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::str::FromStr;

use super::journal::hex;
use super::{Session, SessionError};
use crate::clock;
use crate::error::{Error, Kind};
use crate::store::Snapshot;

/// The longest line that can be one.
const LINE: u64 = 4096;
/// The fewest signs of a hash that say which one it is.
const FEWEST: usize = 16;

/// The newest entry, as it is noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadCode {
    /// Its number: how many entries there are.
    pub entry: u64,
    /// When it was written.
    pub at: String,
    /// Its hash, in hexadecimal.
    pub hash: String,
}

impl HeadCode {
    /// The hash in groups, for paper.
    pub fn groups(&self) -> String {
        let signs: Vec<char> = self.hash.chars().collect();
        signs.chunks(4).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }
}

/// A head that was noted: number and hash, or the beginning of the hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The number of the entry.
    pub entry: u64,
    hash: String,
}

impl FromStr for Noted {
    type Err = ();

    /// `123:3f9a12cd...`, with any signs between the groups, as it is copied from paper.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (entry, hash) = text.trim().split_once([':', ' ', '\u{ff1a}']).ok_or(())?;
        let hash: String = hash.chars().filter(|c| !matches!(c, ' ' | '-' | ':')).collect();
        let hash = hash.to_ascii_lowercase();
        let fits = (FEWEST..=64).contains(&hash.len()) && hash.bytes().all(|b| b.is_ascii_hexdigit());
        let entry = entry.parse().ok().filter(|n| *n > 0);
        entry.filter(|_| fits).map(|entry| Self { entry, hash }).ok_or(())
    }
}

/// What a noted head says of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadState {
    /// The entry is the one noted; so many were written since.
    Holds(u64),
    /// The register has fewer entries: its end was cut off, or an older file put back.
    Older,
    /// Another entry stands there: the journal was written anew.
    Other,
}

impl HeadState {
    /// Stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Holds(_) => "holds",
            Self::Older => "older",
            Self::Other => "other",
        }
    }
}

impl Session {
    /// The newest entry.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn head_code(&self) -> Result<HeadCode, SessionError> {
        self.read(|s| {
            let head = s.head();
            let at = s.journal(head.seq.max(1), head.seq)?.pop().map(|e| e.public.at).unwrap_or_default();
            Ok(HeadCode { entry: head.seq, at, hash: hex(&head.hash) })
        })
    }

    /// Compares the register with a head noted outside.
    ///
    /// # Errors
    /// The store cannot be read; damage where the entry is.
    pub fn compare_head(&self, noted: &Noted) -> Result<HeadState, SessionError> {
        self.read(|s| compare(s, noted))
    }

    /// Writes the newest entry's number and hash to the configured file of heads, unless its last line says the same.
    ///
    /// # Errors
    /// `head_log_unwritable`.
    pub fn note_head(&self) -> Result<(), SessionError> {
        let Some(path) = &self.settings.head_log else { return Ok(()) };
        let head = self.head_code()?;
        let id = hex(&self.store.id());
        let said = heads(path, &id).unwrap_or_default();
        if said.last.is_some_and(|n| (n.entry, &n.hash) == (head.entry, &head.hash)) {
            return Ok(());
        }
        let line = format!("{} {id} {} {} {}\n", clock::stamp(), head.entry, head.hash, self.operator().id);
        let failed = |e: std::io::Error| unwritable(path, &e);
        // Only what is appended can be written: the file may be somebody else's, who lets nothing else be done to it.
        let mut file = OpenOptions::new().append(true).open(path).map_err(failed)?;
        file.write_all(line.as_bytes()).and_then(|()| file.sync_data()).map_err(failed)?;
        Ok(())
    }

    /// Refuses a register that is older than its file of heads says, or another.
    ///
    /// # Errors
    /// `head_differs`; `head_log_unreadable`: nothing can be held against a file that only takes lines.
    pub(super) fn hold_against_heads(&self) -> Result<(), SessionError> {
        let Some(path) = &self.settings.head_log else { return Ok(()) };
        match self.stands_against(path)? {
            None | Some(HeadState::Holds(_)) => Ok(()),
            Some(HeadState::Older | HeadState::Other) => {
                Err(Error::new(Kind::Store, "head_differs").with("path", path.display()).into())
            }
        }
    }

    /// What the lines of a file of heads say of this register; `None` where they say nothing, or there is no file yet. An
    /// older register does not become the right one by a line behind the others: whoever can put a file back can append.
    ///
    /// # Errors
    /// `head_log_unreadable`; as [`Session::compare_head`].
    pub fn stands_against(&self, path: &Path) -> Result<Option<HeadState>, SessionError> {
        let heads = match heads(path, &hex(&self.store.id())) {
            Ok(heads) => heads,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => {
                let unreadable = Error::new(Kind::Store, "head_log_unreadable");
                return Err(unreadable.with("path", path.display()).with("reason", e).into());
            }
        };
        self.read(|s| {
            let mut state = None;
            // Two sessions may note their heads in the other order: what falls proves nothing, the head before it does.
            for head in heads.before.iter().chain(&heads.last) {
                state = Some(compare(s, head)?);
                if !matches!(state, Some(HeadState::Holds(_))) {
                    break;
                }
            }
            Ok(state)
        })
    }
}

fn compare(s: &Snapshot, noted: &Noted) -> Result<HeadState, SessionError> {
    let head = s.head().seq;
    if noted.entry > head {
        return Ok(HeadState::Older);
    }
    let entry = s.journal(noted.entry, noted.entry)?.pop();
    let same = entry.is_some_and(|e| hex(&e.hash).starts_with(&noted.hash));
    Ok(if same { HeadState::Holds(head - noted.entry) } else { HeadState::Other })
}

/// What the lines about a register say.
#[derive(Default)]
struct Heads {
    /// The last.
    last: Option<Noted>,
    /// Those behind which a smaller number comes, or the same with another hash.
    before: Vec<Noted>,
}

/// Reads the whole file: whoever can append could push a line out of any part of it.
fn heads(path: &Path, id: &str) -> std::io::Result<Heads> {
    let mut file = BufReader::new(std::fs::File::open(path)?);
    let mut heads = Heads::default();
    let mut line = Vec::new();
    while (&mut file).take(LINE).read_until(b'\n', &mut line)? > 0 {
        if let Some(head) = head(&String::from_utf8_lossy(&line), id) {
            let falls = |last: &Noted| head.entry < last.entry || (head.entry == last.entry && head.hash != last.hash);
            heads.before.extend(heads.last.take_if(|last| falls(last)));
            heads.last = Some(head);
        }
        line.clear();
    }
    Ok(heads)
}

fn head(line: &str, id: &str) -> Option<Noted> {
    let mut words = line.trim_end().split(' ').skip(1);
    let of = words.next()?;
    let (entry, hash) = (words.next()?, words.next()?);
    Noted::from_str(&format!("{entry}:{hash}")).ok().filter(|_| of == id)
}

fn unwritable(path: &Path, e: &std::io::Error) -> Error {
    Error::new(Kind::Store, "head_log_unwritable").with("path", path.display()).with("reason", e)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_reads_as_it_was_printed_or_typed() {
        let whole = "ab".repeat(32);
        for text in [format!("12:{whole}"), format!(" 12：{} ", whole.to_uppercase()), format!("12 {whole}")] {
            assert_eq!(Noted::from_str(&text), Ok(Noted { entry: 12, hash: whole.clone() }), "{text}");
        }
        let code = HeadCode { entry: 7, at: String::new(), hash: whole.clone() };
        let printed = format!("{}:{}", code.entry, code.groups());
        assert_eq!(Noted::from_str(&printed).unwrap().hash, whole);
        assert_eq!(Noted::from_str("3:0123 4567 89ab cdef").unwrap().hash, "0123456789abcdef");
        let long = format!("1:{whole}a");
        for text in [
            "",
            "12",
            "12:",
            "0:0123456789abcdef",
            "12:0123456789abcde",
            "x:0123456789abcdef",
            "12:g123456789abcdef",
            &long,
        ] {
            assert!(Noted::from_str(text).is_err(), "{text}");
        }
    }
}
