//! What a command did, and who asked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::view::NaturalKey;
use super::{Computer, Department, Inspection, Medium, Operator, Person, RecordId, RecordKind, Unit};

/// A record as it stands after a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A person, new or changed.
    Person(Box<Person>),
    /// A computer.
    Computer(Box<Computer>),
    /// A medium.
    Medium(Box<Medium>),
    /// An inspection.
    Inspection(Box<Inspection>),
    /// A unit.
    Unit(Box<Unit>),
    /// A department.
    Department(Box<Department>),
    /// An operator.
    Operator(Box<Operator>),
}

impl Change {
    /// Which record.
    pub fn record(&self) -> RecordId {
        match self {
            Self::Person(r) => r.id.into(),
            Self::Computer(r) => r.id.into(),
            Self::Medium(r) => r.id.into(),
            Self::Inspection(r) => r.id.into(),
            Self::Unit(r) => r.id.into(),
            Self::Department(r) => r.id.into(),
            Self::Operator(r) => RecordId { kind: RecordKind::Operator, number: r.number },
        }
    }

    /// Its revision after the change.
    pub fn revision(&self) -> u64 {
        match self {
            Self::Person(r) => r.revision,
            Self::Computer(r) => r.revision,
            Self::Medium(r) => r.revision,
            Self::Inspection(r) => r.revision,
            Self::Unit(r) => r.revision,
            Self::Department(r) => r.revision,
            Self::Operator(r) => r.revision,
        }
    }

    /// The natural keys the record has after the change.
    pub fn natural_keys(&self) -> Vec<NaturalKey> {
        match self {
            Self::Person(r) => r.natural_keys(),
            Self::Computer(r) => r.natural_keys(),
            Self::Medium(r) => r.natural_keys(),
            _ => Vec::new(),
        }
    }
}

/// How a command came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// From the screens.
    Screen,
    /// From the command line.
    Cli,
    /// From a spreadsheet.
    Import,
    /// From an inspection bundle.
    Bundle,
    /// The program itself (init, migration).
    System,
}

/// Who asked, for the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Operator id.
    pub operator: String,
    /// How.
    pub channel: Channel,
}

/// The part of a journal entry that auditors and exports see: no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JournalPublic {
    /// Sequence number, from 1, without gaps.
    pub seq: u64,
    /// When, RFC 3339 with the unit's offset.
    pub at: String,
    /// Operator id.
    pub operator: String,
    /// How.
    pub channel: Channel,
    /// The command's stable name, for example `add_person`.
    pub verb: String,
    /// The records changed.
    pub records: Vec<RecordId>,
    /// The field names changed, sorted, without values.
    pub fields: Vec<String>,
}
