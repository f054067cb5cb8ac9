//! The journal: pages of it, one entry in full, its chain followed step by step. Nothing here reads all of it at once.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::answer::Row;
use super::{Session, SessionError};
use crate::decide::{self, Reading};
use crate::domain::numbers::masked_phone;
use crate::domain::{Channel, IdentityNumber, JournalPublic, RecordKind, Role};
use crate::error::{Error, Kind};
use crate::i18n::{Lang, Texts};
use crate::index::journal::{Ask, FieldChange, Filter, Followed, InFull, Page, differences};
use crate::index::{Index, Query};
use crate::store::{Detail, Snapshot, StoreError, whole_name};

/// Entries read from the store in one go.
const CHUNK: u64 = 256;
/// Rows of one page.
const ROWS: usize = 200;
/// Entries a page looks at before it comes back with what it has: so that the first rows are shown at once, and nothing
/// that waits behind waits long.
const LOOKS: u64 = 4 * 1024;
/// Entries of the chain followed in one go, details included.
const LINKS: u64 = 1024;
/// Changes of one entry that are told.
const CHANGES: usize = 2000;

/// The names a verb or a field goes by, in every language.
fn names(key: &str) -> Vec<String> {
    Lang::ALL.iter().filter_map(|l| Texts::new(*l).get(key)).map(str::to_owned).collect()
}

impl Session {
    /// A page of the journal's public part, newest first. Names of records are looked up in `index`.
    ///
    /// # Errors
    /// The store cannot be read; damage where the chain does not hold.
    pub fn journal_page(&self, index: &Index, ask: &Ask) -> Result<Page, SessionError> {
        self.read(|s| {
            let head = s.head().seq;
            let filter = Filter::new(&ask.query, index, &names);
            let mut page = Page { head, ..Page::default() };
            let newest = ask.below.map_or(head, |b| b.saturating_sub(1)).min(head);
            let last = newest.saturating_sub(LOOKS);
            let mut to = newest;
            while to > last && page.entries.len() < ROWS {
                let from = to.saturating_sub(CHUNK - 1).max(last + 1);
                for entry in s.journal(from, to)?.into_iter().rev() {
                    if page.entries.len() < ROWS && filter.fits(&entry.public) {
                        page.entries.push(entry.public);
                    } else if page.entries.len() >= ROWS {
                        break;
                    }
                }
                to = from - 1;
            }
            page.next = match page.entries.last() {
                Some(oldest) if page.entries.len() >= ROWS => Some(oldest.seq),
                _ => Some(to + 1),
            };
            page.next = page.next.filter(|n| *n > 1);
            Ok(page)
        })
    }

    /// One entry, with what changed for those who may see personal data; numbers are masked.
    ///
    /// # Errors
    /// `no_such_record`; the store cannot be read.
    pub fn journal_entry(&self, seq: u64) -> Result<InFull, SessionError> {
        let sees = self.may_read_people().is_ok();
        self.read(|s| {
            let entry = s.journal(seq, seq)?.pop();
            let entry = entry.ok_or_else(|| Error::new(Kind::Refused, "no_such_record").with("id", seq))?;
            let detail = s.detail(seq)?;
            // Why somebody was looked up says something about him.
            let mut within = true;
            for record in &entry.public.records {
                within = within && s.within_reach(*record)?;
            }
            let who = self.operator();
            let about = |kinds: &[RecordKind]| {
                let records = &entry.public.records;
                !records.is_empty() && records.iter().all(|r| kinds.contains(&r.kind))
            };
            let accounts = about(&[RecordKind::Operator]);
            // What was searched for and taken out names people, too: nobody is told of another's but whoever sees everybody,
            // and the auditor.
            let told = entry.public.operator == who.id
                || who.roles.contains(&Role::Auditor)
                || about(&[RecordKind::Operator, RecordKind::Unit])
                || (sees && (!entry.public.records.is_empty() || who.reach().is_everything()));
            let reason = if within && told { detail.reason.clone() } else { String::new() };
            let sees = sees && (!accounts || decide::may_read(&who.roles, Reading::Operators));
            let mut changes = if sees { Some(changes(s, &detail)?) } else { None };
            let all = changes.as_ref().map_or(0, Vec::len);
            if let Some(changes) = &mut changes {
                changes.truncate(CHANGES);
            }
            Ok(InFull {
                public: entry.public,
                previous: hex(&entry.previous),
                hash: hex(&entry.hash),
                changes,
                reason,
                more: all.saturating_sub(CHANGES),
            })
        })
    }

    /// Follows the chain on from entry `from`, details included, for a while.
    ///
    /// # Errors
    /// The store cannot be read at all; damage is an answer.
    pub fn journal_follow(&self, from: u64, of: Option<u64>) -> Result<Followed, SessionError> {
        self.read(|s| {
            let of = of.unwrap_or(s.head().seq).min(s.head().seq);
            let to = from.saturating_add(LINKS - 1).min(of);
            let mut followed = Followed { upto: from.saturating_sub(1).min(of), of, bad: None };
            for seq in from.max(1)..=to {
                // The entry before is read along, so that its hash is compared with what this one says of it.
                let linked = s.journal(seq.saturating_sub(1), seq).map(drop);
                match linked.and_then(|()| s.detail(seq).map(drop)) {
                    Ok(()) => followed.upto = seq,
                    Err(StoreError::Damaged { .. }) => {
                        followed.bad = Some(seq);
                        break;
                    }
                    Err(e) => return Err(e.into()),
                }
            }
            Ok(followed)
        })
    }

    /// The rows of `list journal`, at most `limit`, and how many there are.
    pub(super) fn journal(&self, query: &Query, limit: usize) -> Result<(Vec<Row>, usize), SessionError> {
        self.reads_journal(Channel::Cli)?;
        let index = if query.is_empty() || self.may_read_people().is_err() {
            Index::new(self.today())
        } else {
            self.index(self.today())?.0
        };
        let (mut rows, mut total) = (Vec::new(), 0);
        if query.is_empty() {
            total = usize::try_from(self.head()?).unwrap_or(usize::MAX);
        }
        let mut ask = Ask { query: query.clone(), below: None };
        loop {
            let page = self.journal_page(&index, &ask)?;
            if !query.is_empty() {
                total += page.entries.len();
            }
            let room = limit.saturating_sub(rows.len());
            rows.extend(page.entries.into_iter().take(room).map(|e: JournalPublic| Row::Journal(Box::new(e.into()))));
            ask.below = page.next;
            // Without a filter the number is known; with one all have to be looked at to count them.
            if page.next.is_none() || (query.is_empty() && rows.len() >= limit) {
                return Ok((rows, total));
            }
        }
    }
}

/// What an entry changed, leaf by leaf.
fn changes(s: &Snapshot, detail: &Detail) -> Result<Vec<FieldChange>, SessionError> {
    let mut out = Vec::new();
    for change in &detail.changes {
        if !s.within_reach(change.record)? {
            continue;
        }
        for (field, (before, after)) in whole(&change.fields) {
            out.extend(differences(change.record, field, &before, &after));
        }
    }
    for change in &mut out {
        let mask: fn(&str) -> String = match change.path.last().map_or("", String::as_str) {
            "identity" => |t| IdentityNumber::parse(t).map_or_else(|_| "*".repeat(t.len()), |i| i.masked()),
            "phone" => masked_phone,
            _ => continue,
        };
        (change.before, change.after) = (mask(&change.before), mask(&change.after));
    }
    Ok(out)
}

/// The fields as the record has them; of a list the parts that changed, by their number.
fn whole(fields: &BTreeMap<String, (Value, Value)>) -> BTreeMap<&str, (Value, Value)> {
    let mut out = BTreeMap::new();
    for (field, (before, after)) in fields {
        let name = whole_name(field);
        let Some(at) = field.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) else {
            out.insert(name, (before.clone(), after.clone()));
            continue;
        };
        let (was, is) = out.entry(name).or_insert_with(|| (Value::Object(Map::new()), Value::Object(Map::new())));
        for (side, value) in [(was, before), (is, after)] {
            let place = at.parse().map_or(1, |at: u64| at + 1);
            let n = value.get("n").and_then(Value::as_u64).unwrap_or(place);
            if let (Value::Object(parts), false) = (side, value.is_null()) {
                parts.insert(n.to_string(), value.clone());
            }
        }
    }
    out
}

/// In hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}
