//! What callers hand in and get back.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::crypto::{Cost, Hash, KeySource, SlotKind, Suite};
use crate::domain::{Actor, Date, JournalPublic, Packed, RecordId};

/// What a store is for; set when it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// On a host, several operators.
    Host,
    /// On one officer's own machine.
    Personal,
    /// Demonstration: opened with a public key.
    Demo,
}

impl Mode {
    /// Stable name, as `init --mode` takes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Personal => "personal",
            Self::Demo => "demo",
        }
    }
}

/// A store to be made.
#[derive(Debug, Clone)]
pub struct NewStore {
    /// What for.
    pub mode: Mode,
    /// What will open it, a keyslot each; at least one.
    pub secrets: Vec<KeySource>,
    /// Cost of the passphrase slots.
    pub cost: Cost,
    /// Cipher and hash of everything in it.
    pub suite: Suite,
}

impl NewStore {
    /// A store opened by one secret.
    pub fn new(mode: Mode, secret: KeySource) -> Self {
        Self { mode, secrets: vec![secret], cost: Cost::DEFAULT, suite: Suite::default() }
    }
}

/// How to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenOptions {
    /// How long to wait for another session before falling back to read-only.
    pub deadline: Duration,
    /// Do not write, whatever happens: not even a repair after an unclean end.
    pub read_only: bool,
    /// Open for writing only when something is to be written: opening and closing for writing write to the file, and wait
    /// for the disk.
    pub when_needed: bool,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { deadline: Duration::from_secs(2), read_only: false, when_needed: false }
    }
}

/// What the plain header of a file says, before any secret is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peek {
    /// Random id of the store.
    pub id: [u8; 16],
    /// What it is for; checked against the sealed part once it is open.
    pub mode: Mode,
    /// Cipher and hash.
    pub suite: Suite,
    /// The kinds of its keyslots.
    pub slots: Vec<SlotKind>,
}

/// Who writes, when, and under which conditions.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// Who and how.
    pub actor: Actor,
    /// RFC 3339 time for the journal.
    pub at: String,
    /// The evaluation day for summaries.
    pub today: Date,
    /// A retry with the same id gets the first answer and changes nothing.
    pub request_id: Option<String>,
    /// Refuse ([`super::StoreError::Moved`]) if the journal's head is another.
    pub expect_head: Option<u64>,
}

/// What a transaction is to write.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// The command's stable name.
    pub verb: String,
    /// Records as they stand after it, each with the revision after the stored one; a record at most once.
    pub changes: Vec<Packed>,
    /// What an entry says that changes nothing.
    pub note: Note,
    /// What a retry with the same `request_id` is told.
    pub answer: Option<Value>,
    /// The entry it takes back.
    pub undoes: Option<u64>,
    /// New records keep numbers given elsewhere: a laptop's store holds a few of a host's records under their own ids.
    pub numbered_elsewhere: bool,
}

/// What was read or taken out, and is to stand in the journal without a change.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// The records it was about.
    pub records: Vec<RecordId>,
    /// What of them: names of fields, or of a list.
    pub fields: Vec<String>,
    /// How many rows.
    pub rows: Option<u64>,
    /// Why: sealed with the entry's detail.
    pub reason: String,
}

/// How a transaction ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<E> {
    /// Written and durable.
    Committed(Committed),
    /// The request id was seen before; nothing was done.
    Replayed(Replayed),
    /// The closure refused; nothing was done.
    Refused(E),
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// First journal entry of the transaction.
    pub first: u64,
    /// Last one, the new head.
    pub seq: u64,
    /// The records changed.
    pub records: Vec<RecordId>,
}

/// The first result of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Its (first) journal entry.
    pub seq: u64,
    /// Its answer.
    pub answer: Option<Value>,
}

/// The newest journal entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Head {
    /// Its sequence number; 0 in a new store.
    pub seq: u64,
    /// Its hash; worth keeping outside the store.
    pub hash: Hash,
}

/// A journal entry without its sealed detail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The part auditors see.
    pub public: JournalPublic,
    /// Hash of the entry before.
    pub previous: Hash,
    /// MAC of the detail, part of the hash.
    pub detail_mac: [u8; 32],
    /// Hash of this entry.
    pub hash: Hash,
}

/// The sealed part of a journal entry. `Debug` shows no values of fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// What changed.
    pub changes: Vec<RecordChange>,
    /// The answer given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Value>,
    /// Why something was read or taken out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// One record's change: field name to (before, after). A value that is empty (null, `""`, `[]`, `{}`, `false`) is null.
/// `Debug` shows the names of the fields, not what is in them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordChange {
    /// Which.
    pub record: RecordId,
    /// Revision after the change.
    pub revision: u64,
    /// The top-level fields that changed.
    pub fields: std::collections::BTreeMap<String, (Value, Value)>,
}

impl std::fmt::Debug for RecordChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} r{} {:?}", self.record, self.revision, self.fields.keys().collect::<Vec<_>>())
    }
}

/// How many records there are, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// People.
    pub people: u64,
    /// Computers and peripherals.
    pub computers: u64,
    /// Media.
    pub media: u64,
    /// Inspections.
    pub inspections: u64,
    /// Units.
    pub units: u64,
    /// Departments.
    pub departments: u64,
    /// Operators.
    pub operators: u64,
    /// Journal entries.
    pub journal: u64,
}

/// One finding of `verify`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Stable kind: `row_missing`, `row_damaged`, `journal_chain`, `file`, …
    pub kind: &'static str,
    /// Where.
    pub place: String,
}

impl Report {
    /// The number of the first journal entry that is not as it was written.
    pub fn first_bad_entry(&self) -> Option<u64> {
        let number = |place: &str| place.split_once(' ')?.1.split(':').next()?.parse().ok();
        let of_journal = self.problems.iter().filter(|p| p.kind.starts_with("journal_"));
        of_journal.filter_map(|p| number(&p.place)).min()
    }
}

/// What `verify` found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// Rows opened.
    pub rows: u64,
    /// Journal entries followed.
    pub entries: u64,
    /// Everything wrong, in the order found; empty is good.
    pub problems: Vec<Problem>,
}
