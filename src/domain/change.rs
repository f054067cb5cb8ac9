//! What a command did, and who asked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::view::{NaturalKey, ReadError};
use super::{Computer, Department, Inspection, Medium, Operator, Person, RecordId, RecordKind, StoredTemplate, Unit};

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
    /// The kept text of a checklist.
    Template(Box<StoredTemplate>),
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
            Self::Template(r) => r.id.into(),
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
            Self::Template(r) => r.revision,
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

/// A change as bytes while it waits to be stored: a file may bring 100,000 of them, and a record takes many times the room.
#[derive(Clone, PartialEq, Eq)]
pub struct Packed {
    record: RecordId,
    revision: u64,
    bytes: Box<[u8]>,
}

impl std::fmt::Debug for Packed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} r{}", self.record, self.revision)
    }
}

impl Packed {
    /// Packs a change.
    pub fn new(change: &Change) -> Self {
        let bytes = match change {
            Change::Person(r) => postcard::to_stdvec(r),
            Change::Computer(r) => postcard::to_stdvec(r),
            Change::Medium(r) => postcard::to_stdvec(r),
            Change::Inspection(r) => postcard::to_stdvec(r),
            Change::Unit(r) => postcard::to_stdvec(r),
            Change::Department(r) => postcard::to_stdvec(r),
            Change::Operator(r) => postcard::to_stdvec(r),
            Change::Template(r) => postcard::to_stdvec(r),
        };
        // Memory takes everything; were it otherwise, the missing bytes are an error when they are opened.
        let bytes = bytes.unwrap_or_default().into_boxed_slice();
        Self { record: change.record(), revision: change.revision(), bytes }
    }

    /// Which record.
    pub const fn record(&self) -> RecordId {
        self.record
    }

    /// Its revision after the change.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The same change under another revision.
    #[must_use]
    pub fn with_revision(self, revision: u64) -> Self {
        Self { revision, ..self }
    }

    /// The change.
    ///
    /// # Errors
    /// [`ReadError`] when the bytes do not read, which only a fault of the program brings about.
    pub fn open(&self) -> Result<Change, ReadError> {
        fn read<'b, T: Deserialize<'b>>(packed: &'b Packed) -> Result<Box<T>, ReadError> {
            let failed = |_| ReadError(format!("{} was packed badly", packed.record));
            postcard::from_bytes(&packed.bytes).map(Box::new).map_err(failed)
        }
        let mut change = match self.record.kind {
            RecordKind::Person => Change::Person(read(self)?),
            RecordKind::Computer => Change::Computer(read(self)?),
            RecordKind::Medium => Change::Medium(read(self)?),
            RecordKind::Inspection => Change::Inspection(read(self)?),
            RecordKind::Unit => Change::Unit(read(self)?),
            RecordKind::Department => Change::Department(read(self)?),
            RecordKind::Operator => Change::Operator(read(self)?),
            RecordKind::Template => Change::Template(read(self)?),
        };
        match &mut change {
            Change::Person(r) => r.revision = self.revision,
            Change::Computer(r) => r.revision = self.revision,
            Change::Medium(r) => r.revision = self.revision,
            Change::Inspection(r) => r.revision = self.revision,
            Change::Unit(r) => r.revision = self.revision,
            Change::Department(r) => r.revision = self.revision,
            Change::Operator(r) => r.revision = self.revision,
            Change::Template(r) => r.revision = self.revision,
        }
        Ok(change)
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

impl Channel {
    /// Stable name, as in JSON: locale key `word.channel.<code>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Cli => "cli",
            Self::Import => "import",
            Self::Bundle => "bundle",
            Self::System => "system",
        }
    }
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
    /// The records changed, or read where that is worth an entry.
    pub records: Vec<RecordId>,
    /// The field names changed, sorted, without values; of an entry that changes nothing, what was read or taken out.
    pub fields: Vec<String>,
    /// How many rows were taken out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// The entry this one takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u64>,
    /// By how many minutes the clock had been set back since the entry before; absent where it was five or less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_back: Option<u64>,
}
