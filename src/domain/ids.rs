//! Record ids: a letter and a sequence number per kind, allocated in the write transaction and never reused.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is not a record id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a record id: expected {expected}")]
pub struct IdError {
    /// An example of the right form.
    pub expected: &'static str,
}

macro_rules! record_id {
    ($(#[$doc:meta])* $name:ident, $letter:literal, $example:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "{:06}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let text = text.trim();
                let digits = text.strip_prefix($letter).or_else(|| text.strip_prefix(&$letter.to_lowercase()));
                match digits {
                    Some(d) if !d.is_empty() && d.len() <= 18 && d.bytes().all(|b| b.is_ascii_digit()) => {
                        d.parse().map(Self).map_err(|_| IdError { expected: $example })
                    }
                    _ => Err(IdError { expected: $example }),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                if s.is_human_readable() { s.collect_str(self) } else { self.0.serialize(s) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                if d.is_human_readable() {
                    String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
                } else {
                    u64::deserialize(d).map(Self)
                }
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "examples": [$example] })
            }
        }
    };
}

record_id!(
    /// A person.
    PersonId, "P", "P000123"
);
record_id!(
    /// A computer or peripheral.
    ComputerId, "C", "C000012"
);
record_id!(
    /// A medium or paper carrier.
    MediumId, "M", "M000012"
);
record_id!(
    /// An inspection.
    InspectionId, "I", "I000003"
);
record_id!(
    /// The kept text of a checklist.
    TemplateId, "T", "T000001"
);
record_id!(
    /// A unit.
    UnitId, "U", "U000001"
);
record_id!(
    /// A department.
    DepartmentId, "D", "D000004"
);

/// The kinds of records the store keeps, each with rows, segments and a sequence of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// [`PersonId`].
    Person,
    /// [`ComputerId`].
    Computer,
    /// [`MediumId`].
    Medium,
    /// [`InspectionId`].
    Inspection,
    /// [`UnitId`].
    Unit,
    /// [`DepartmentId`].
    Department,
    /// Operators have a text id given by the administrator; this is their sequence number.
    Operator,
    /// [`TemplateId`].
    Template,
}

impl RecordKind {
    /// Every kind, in the order of the store's tables.
    pub const ALL: [Self; 8] = [
        Self::Person,
        Self::Computer,
        Self::Medium,
        Self::Inspection,
        Self::Unit,
        Self::Department,
        Self::Operator,
        Self::Template,
    ];

    /// The letter in front of the number.
    pub const fn letter(self) -> char {
        match self {
            Self::Person => 'P',
            Self::Computer => 'C',
            Self::Medium => 'M',
            Self::Inspection => 'I',
            Self::Unit => 'U',
            Self::Department => 'D',
            Self::Operator => 'O',
            Self::Template => 'T',
        }
    }
}

/// Any record: kind and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId {
    /// Which table.
    pub kind: RecordKind,
    /// Which row.
    pub number: u64,
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:06}", self.kind.letter(), self.number)
    }
}

impl FromStr for RecordId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = IdError { expected: "P000123" };
        let text = text.trim();
        let first = text.chars().next().ok_or_else(|| wrong.clone())?;
        let kind = RecordKind::ALL
            .into_iter()
            .find(|k| k.letter() == first.to_ascii_uppercase())
            .ok_or_else(|| wrong.clone())?;
        let digits: String = text.chars().skip(1).collect();
        if digits.is_empty() || digits.len() > 18 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong);
        }
        digits.parse().map(|number| Self { kind, number }).map_err(|_| wrong)
    }
}

impl Serialize for RecordId {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() { s.collect_str(self) } else { (self.kind, self.number).serialize(s) }
    }
}

impl<'de> Deserialize<'de> for RecordId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
        } else {
            <(RecordKind, u64)>::deserialize(d).map(|(kind, number)| Self { kind, number })
        }
    }
}

impl JsonSchema for RecordId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RecordId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "examples": ["P000123"] })
    }
}

macro_rules! into_record {
    ($($id:ident => $kind:ident),*) => {
        $(impl From<$id> for RecordId {
            fn from(id: $id) -> Self {
                Self { kind: RecordKind::$kind, number: id.0 }
            }
        })*
    };
}
into_record!(PersonId => Person, ComputerId => Computer, MediumId => Medium, InspectionId => Inspection,
             UnitId => Unit, DepartmentId => Department, TemplateId => Template);

/// The id of a part of a person: `P000123-T2` is the person's second trip.
pub fn part_id(person: PersonId, letter: char, n: u32) -> String {
    format!("{person}-{letter}{n}")
}

/// Reads `P000123-T2` (or `T2` with `-` left out) into person and number; the letter must match.
pub fn parse_part(text: &str, letter: char) -> Option<(PersonId, u32)> {
    let (person, part) = text.trim().split_once('-')?;
    let mut chars = part.chars();
    let first = chars.next()?;
    if !first.eq_ignore_ascii_case(&letter) {
        return None;
    }
    Some((person.parse().ok()?, chars.as_str().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_print_and_read_back() {
        assert_eq!(PersonId(123).to_string(), "P000123");
        assert_eq!("p000123".parse(), Ok(PersonId(123)));
        assert_eq!("P1234567".parse(), Ok(PersonId(1_234_567)));
        for bad in ["", "P", "123", "C000001", "P-1", "P1x", "P+1", "P９"] {
            assert!(bad.parse::<PersonId>().is_err(), "{bad}");
        }
        assert_eq!("C12".parse(), Ok(RecordId { kind: RecordKind::Computer, number: 12 }));
        assert_eq!(parse_part("P000007-T2", 'T'), Some((PersonId(7), 2)));
        assert_eq!(parse_part("P000007-X2", 'T'), None);
    }
}
