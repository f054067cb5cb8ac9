//! How the pure layers read records.

use super::{
    Computer, ComputerId, Inspection, InspectionId, Medium, MediumId, Operator, Past, Person, PersonId, RecordId,
    RecordKind, Secrecy, StoredTemplate, Unit, UnitId,
};

/// Something a person has in hand, by the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The computer or medium.
    pub record: RecordId,
    /// Its number in the office.
    pub number: String,
    /// Model or title.
    pub title: String,
    /// Its level.
    pub secrecy: Option<Secrecy>,
}

/// Why a record could not be read. The store says more; the pure layers only pass it on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ReadError(pub String);

/// A consistent state of the register: a transaction of the store, or a map in a test.
pub trait View {
    /// One person.
    ///
    /// # Errors
    /// [`ReadError`] when the row is damaged; an unknown id is `Ok(None)`. The same holds for every method here.
    fn person(&self, id: PersonId) -> Result<Option<Person>, ReadError>;
    /// One computer.
    fn computer(&self, id: ComputerId) -> Result<Option<Computer>, ReadError>;
    /// One medium.
    fn medium(&self, id: MediumId) -> Result<Option<Medium>, ReadError>;
    /// One inspection.
    fn inspection(&self, id: InspectionId) -> Result<Option<Inspection>, ReadError>;
    /// The kept texts of checklists.
    fn templates(&self) -> Result<Vec<StoredTemplate>, ReadError>;
    /// One unit.
    fn unit(&self, id: UnitId) -> Result<Option<Unit>, ReadError>;
    /// All units, by number.
    fn units(&self) -> Result<Vec<Unit>, ReadError>;
    /// All operators, by number.
    fn operators(&self) -> Result<Vec<Operator>, ReadError>;
    /// The operator with this id.
    fn operator(&self, id: &str) -> Result<Option<Operator>, ReadError> {
        Ok(self.operators()?.into_iter().find(|o| o.id == id))
    }
    /// The next free number of a kind.
    fn next_number(&self, kind: RecordKind) -> Result<u64, ReadError>;
    /// The record that has this natural key ([`NaturalKey`]), if any.
    fn by_key(&self, key: &NaturalKey) -> Result<Option<u64>, ReadError>;
    /// Computers, peripherals and media in a person's hands.
    fn held_by(&self, person: PersonId) -> Result<Vec<Held>, ReadError>;
    /// What a journal entry did; a view without a journal knows none.
    fn past(&self, _entry: u64) -> Result<Option<Past>, ReadError> {
        Ok(None)
    }
}

/// A key that must be unique. The store keeps only a keyed MAC of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum NaturalKey {
    /// Identity number of a person, whatever the unit.
    Identity(String),
    /// Staff number of a person within a unit.
    Staff(UnitId, String),
    /// Number of a computer within a unit.
    Computer(UnitId, String),
    /// Number of a medium within a unit.
    Medium(UnitId, String),
}

impl NaturalKey {
    /// The kind of record the key finds.
    pub const fn kind(&self) -> RecordKind {
        match self {
            Self::Identity(_) | Self::Staff(..) => RecordKind::Person,
            Self::Computer(..) => RecordKind::Computer,
            Self::Medium(..) => RecordKind::Medium,
        }
    }

    /// Canonical bytes for the MAC: a tag, the unit, the text.
    pub fn bytes(&self) -> Vec<u8> {
        let (tag, unit, text) = match self {
            Self::Identity(t) => (b'i', 0, t),
            Self::Staff(u, t) => (b's', u.0, t),
            Self::Computer(u, t) => (b'c', u.0, t),
            Self::Medium(u, t) => (b'm', u.0, t),
        };
        let mut out = vec![tag];
        out.extend_from_slice(&unit.to_be_bytes());
        out.extend_from_slice(text.as_bytes());
        out
    }
}

impl Person {
    /// The natural keys of this person.
    pub fn natural_keys(&self) -> Vec<NaturalKey> {
        let identity = self.identity.iter().map(|i| NaturalKey::Identity(i.reveal().to_owned()));
        let staff = self.staff_number.iter().map(|s| NaturalKey::Staff(self.unit, s.clone()));
        identity.chain(staff).collect()
    }
}

impl Computer {
    /// The natural key of this computer.
    pub fn natural_keys(&self) -> Vec<NaturalKey> {
        vec![NaturalKey::Computer(self.unit, self.number.clone())]
    }
}

impl Medium {
    /// The natural key of this medium.
    pub fn natural_keys(&self) -> Vec<NaturalKey> {
        vec![NaturalKey::Medium(self.unit, self.number.clone())]
    }
}
