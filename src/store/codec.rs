//! How values become bytes: version byte, postcard, AEAD with the store's id, the table and the row's key as
//! associated data. Nothing secret stands in a key or a table's name.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{SCHEMA, StoreError};
use crate::crypto::{CryptoError, Keys};
use crate::domain::{
    Computer, Department, Inspection, Medium, Operator, Person, RecordId, RecordKind, StoredTemplate, Unit,
};

/// How many tables there are.
pub(super) const TABLES: usize = 9;

/// The tables, in the order of their handles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Table {
    /// The manifest.
    Meta,
    /// Aggregates.
    Records,
    /// Revisions of 512 aggregates each.
    Ledger,
    /// Summaries of 512 records each.
    Summary,
    /// What look-ups go by, of 512 people each.
    Names,
    /// Buckets of natural keys and request ids.
    Keys,
    /// Public parts of journal entries.
    Journal,
    /// Sealed details of journal entries.
    Detail,
    /// Which entries changed a record.
    Trail,
}

impl Table {
    /// All.
    pub const ALL: [Self; TABLES] = [
        Self::Meta,
        Self::Records,
        Self::Ledger,
        Self::Summary,
        Self::Names,
        Self::Keys,
        Self::Journal,
        Self::Detail,
        Self::Trail,
    ];

    /// Its name in the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Records => "records",
            Self::Ledger => "ledger",
            Self::Summary => "summary",
            Self::Names => "names",
            Self::Keys => "keys",
            Self::Journal => "journal",
            Self::Detail => "detail",
            Self::Trail => "trail",
        }
    }
}

/// Version of the encoding of values.
const VERSION: u8 = 1;

/// Seals and opens rows of one store.
#[derive(Debug, Clone)]
pub(super) struct Codec {
    pub keys: Keys,
    pub id: [u8; 16],
}

impl Codec {
    fn aad(&self, table: Table, key: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(40);
        out.extend_from_slice(&self.id);
        out.extend_from_slice(&SCHEMA.to_be_bytes());
        out.push(table as u8);
        out.extend_from_slice(key);
        out
    }

    /// Seals bytes for a row.
    pub fn seal_bytes(&self, table: Table, key: &[u8], plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(self.keys.seal(&self.aad(table, key), plain)?)
    }

    /// Opens a row's bytes.
    pub fn open_bytes(&self, table: Table, key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.keys.open(&self.aad(table, key), sealed).map_err(|e| match e {
            CryptoError::Damaged | CryptoError::UnknownSuite(_) => StoreError::damaged(place(table, key)),
            other => other.into(),
        })
    }

    /// Seals a value for a row.
    pub fn seal<T: Serialize>(&self, table: Table, key: &[u8], value: &T) -> Result<Vec<u8>, StoreError> {
        self.seal_bytes(table, key, &encode(value)?)
    }

    /// Opens a row's value.
    pub fn open<T: DeserializeOwned>(&self, table: Table, key: &[u8], sealed: &[u8]) -> Result<T, StoreError> {
        decode(&self.open_bytes(table, key, sealed)?).ok_or_else(|| StoreError::damaged(place(table, key)))
    }
}

/// Version byte and postcard.
pub(super) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    postcard::to_extend(value, vec![VERSION]).map_err(|_| StoreError::Internal("encoding"))
}

/// Reads what [`encode`] wrote, whole.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let (version, rest) = bytes.split_first()?;
    let (value, left) = postcard::take_from_bytes(rest).ok()?;
    (*version == VERSION && left.is_empty()).then_some(value)
}

/// Reads what [`encode`] wrote, and gives what follows it.
pub(super) fn take<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Option<(T, &'b [u8])> {
    let (version, rest) = bytes.split_first()?;
    let read = postcard::take_from_bytes(rest).ok()?;
    (*version == VERSION).then_some(read)
}

/// The postcard in what [`encode`] wrote.
pub(super) fn inner(bytes: &[u8]) -> &[u8] {
    bytes.split_first().map_or(&[], |(_, rest)| rest)
}

/// Names a row without personal data.
pub(super) fn place(table: Table, key: &[u8]) -> String {
    let number = |bytes: &[u8]| bytes.iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
    match (table, key.split_first()) {
        (Table::Meta, _) => "manifest".to_owned(),
        (Table::Records | Table::Trail, Some((kind, rest))) => {
            let kind = RecordKind::ALL.get(usize::from(*kind)).map_or('?', |k| k.letter());
            format!("{} {kind}{:06}", table.name(), number(rest.get(..8).unwrap_or(rest)))
        }
        (Table::Ledger | Table::Summary | Table::Names, Some((kind, rest))) => {
            let kind = RecordKind::ALL.get(usize::from(*kind)).map_or('?', |k| k.letter());
            format!("{} {kind} segment {}", table.name(), number(rest))
        }
        _ => format!("{} {}", table.name(), number(key)),
    }
}

/// Position of a kind in tables and keys.
pub(super) fn kind_index(kind: RecordKind) -> usize {
    RecordKind::ALL.iter().position(|k| *k == kind).unwrap_or_default()
}

/// Key of an aggregate: kind, number.
pub(super) fn record_key(record: RecordId) -> [u8; 9] {
    let mut key = [0; 9];
    if let Some((first, rest)) = key.split_first_mut() {
        *first = kind_index(record.kind) as u8;
        rest.copy_from_slice(&record.number.to_be_bytes());
    }
    key
}

/// Key of a segment: kind, segment.
pub(super) fn segment_key(kind: RecordKind, segment: u32) -> [u8; 5] {
    let mut key = [0; 5];
    if let Some((first, rest)) = key.split_first_mut() {
        *first = kind_index(kind) as u8;
        rest.copy_from_slice(&segment.to_be_bytes());
    }
    key
}

/// Key of a trail row: kind, number, journal sequence.
pub(super) fn trail_key(record: RecordId, seq: u64) -> [u8; 17] {
    let mut key = [0; 17];
    let (head, tail) = key.split_at_mut(9);
    head.copy_from_slice(&record_key(record));
    tail.copy_from_slice(&seq.to_be_bytes());
    key
}

/// What is stored as one row.
pub(super) trait Aggregate: Serialize + DeserializeOwned {
    /// Its kind.
    const KIND: RecordKind;
    /// Its number.
    fn number(&self) -> u64;
    /// Its revision.
    fn revision(&self) -> u64;
}

macro_rules! aggregates {
    ($($name:ident $kind:ident: $number:expr),*) => {
        $(impl Aggregate for $name {
            const KIND: RecordKind = RecordKind::$kind;
            fn number(&self) -> u64 {
                let f: fn(&$name) -> u64 = $number;
                f(self)
            }
            fn revision(&self) -> u64 {
                self.revision
            }
        })*
    };
}
aggregates!(Person Person: |r| r.id.0, Computer Computer: |r| r.id.0, Medium Medium: |r| r.id.0,
            Inspection Inspection: |r| r.id.0, Unit Unit: |r| r.id.0, Department Department: |r| r.id.0,
            Operator Operator: |r| r.number, StoredTemplate Template: |r| r.id.0);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Secret32;
    use crate::domain::{PersonId, UnitId};

    #[test]
    fn a_row_opens_in_its_own_place_only() {
        let codec = Codec { keys: Keys::new(&Secret32::new([1; 32]), crate::crypto::Suite::default()), id: [1; 16] };
        let person = Person::new(PersonId(1), UnitId(1), "x");
        let key = record_key(PersonId(1).into());
        let sealed = codec.seal(Table::Records, &key, &person).unwrap();
        assert_eq!(codec.open::<Person>(Table::Records, &key, &sealed), Ok(person));
        let other = record_key(PersonId(2).into());
        assert_eq!(codec.open::<Person>(Table::Records, &other, &sealed), Err(StoreError::damaged("records P000002")));
        assert!(codec.open::<Person>(Table::Ledger, &key, &sealed).is_err());
        let elsewhere = Codec { id: [2; 16], ..codec };
        assert!(elsewhere.open::<Person>(Table::Records, &key, &sealed).is_err());
    }
}
