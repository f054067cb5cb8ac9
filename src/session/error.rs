//! What a use case can end with: a failure with its sentence, or a refusal by `decide`.

use crate::decide::{Refusal, RefusalKind};
use crate::domain::view::ReadError;
use crate::error::{Error, Kind};
use crate::store::StoreError;

/// Why a use case did not give its answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SessionError {
    /// The store, the input, the rights.
    #[error(transparent)]
    Error(#[from] Error),
    /// A command was refused.
    #[error("{0}")]
    Refused(Box<Refusal>),
}

impl From<StoreError> for SessionError {
    fn from(e: StoreError) -> Self {
        Self::Error(e.into())
    }
}

impl From<ReadError> for SessionError {
    fn from(e: ReadError) -> Self {
        Self::Error(Error::new(Kind::Store, "store_damaged").with("place", e))
    }
}

impl From<Refusal> for SessionError {
    fn from(r: Refusal) -> Self {
        Self::Refused(Box::new(r))
    }
}

/// The exit code of a refusal: rules and stale forms 1, input 2, damage 3, rights 4.
pub const fn refusal_exit_code(refusal: &Refusal) -> u8 {
    match refusal.kind {
        RefusalKind::Rule | RefusalKind::Stale => 1,
        RefusalKind::Input => 2,
        RefusalKind::Damage => 3,
        RefusalKind::Permission => 4,
    }
}
