//! What the outside sees of a failure: kind, place, way out. Sentences are made by `i18n` from `code` and `values`.

use std::collections::BTreeMap;

/// Which exit code and tone a failure has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Refused by a rule, or nothing found: exit 1.
    Refused,
    /// Wrong use or wrong input: exit 2.
    Input,
    /// The store cannot be used: exit 3.
    Store,
    /// Not permitted: exit 4.
    Permission,
}

impl Kind {
    /// The process's exit code.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Refused => 1,
            Self::Input => 2,
            Self::Store => 3,
            Self::Permission => 4,
        }
    }
}

/// A failure as data: locale key `error.<code>` filled with `values`, and, where there is one, the way out under
/// `error.<code>_hint`. Values carry no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} {values:?}")]
pub struct Error {
    /// Kind.
    pub kind: Kind,
    /// Stable code.
    pub code: &'static str,
    /// Values for the sentence.
    pub values: BTreeMap<&'static str, String>,
}

impl Error {
    /// A failure without values.
    pub const fn new(kind: Kind, code: &'static str) -> Self {
        Self { kind, code, values: BTreeMap::new() }
    }

    /// Adds a value for the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.insert(name, value.to_string());
        self
    }
}
