//! A journal entry as `decide` looks back at it: who did what, and the records as they were before.

use super::{Change, Channel, RecordId};

/// What an entry did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Who did it.
    pub operator: String,
    /// How it came in.
    pub channel: Channel,
    /// When, RFC 3339.
    pub at: String,
    /// The command's stable name.
    pub verb: String,
    /// The change was too large for one entry, and this is a part of it.
    pub part: bool,
    /// What it changed.
    pub records: Vec<PastRecord>,
}

/// One record that an entry changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRecord {
    /// Which.
    pub record: RecordId,
    /// Its revision after the entry.
    pub revision: u64,
    /// The record as it was, with the revision it has now; `None` when the entry made it, when it has changed since, or
    /// when it is of a kind whose earlier state is not taken back.
    pub before: Option<Change>,
    /// The newest later change of the record, or of a person it would go back to.
    pub touched: Option<Touched>,
}

/// A later change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// What changed.
    pub record: RecordId,
    /// The entry.
    pub seq: u64,
    /// Who.
    pub operator: String,
    /// When, RFC 3339.
    pub at: String,
}
