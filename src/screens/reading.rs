//! What a screen asks of the register beside cards and verdicts, and what comes back: what the index does not hold.

use super::{DeviceCard, ScreenId};
use crate::domain::numbers::Numbers;
use crate::domain::{PersonId, RecordId};
use crate::index::journal;

/// What a screen asks the register for, beside cards and verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// A page of the journal.
    Journal(journal::Ask),
    /// A computer or medium with everything its card shows.
    Device(RecordId),
    /// One journal entry in full.
    Entry(u64),
    /// The journal's chain followed on from an entry, up to the newest one known when it began.
    Chain {
        /// The first entry to look at.
        from: u64,
        /// The last one; `None` for the newest.
        of: Option<u64>,
    },
    /// The whole numbers of a person, and why somebody wants to see them.
    Numbers(PersonId, String),
}

impl Read {
    /// The screen that asks it.
    pub const fn screen(&self) -> ScreenId {
        match self {
            Self::Device(_) => ScreenId::Device,
            Self::Numbers(..) => ScreenId::Person,
            Self::Journal(_) | Self::Entry(_) | Self::Chain { .. } => ScreenId::Journal,
        }
    }
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Got {
    /// A page of the journal.
    Journal(journal::Page),
    /// One journal entry in full.
    Entry(Box<journal::InFull>),
    /// How far the chain was followed.
    Chain(journal::Followed),
    /// A computer or medium.
    Device(Box<DeviceCard>),
    /// Whole numbers. The driver shows them for a while; no screen gets them.
    Numbers(Numbers),
}

/// A question with its answer, or with the sentence that says why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// What was asked.
    pub read: Read,
    /// The answer.
    pub got: Result<Got, String>,
}

/// What the store says of itself in the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreState {
    /// Everything shown as done is on disk.
    Saved,
    /// A commit is under way.
    Saving,
    /// Opened for reading only.
    ReadOnly,
    /// Invented people.
    Demo,
    /// Not everybody is read yet: how many people are, of how many.
    Loading {
        /// So many.
        loaded: u64,
        /// All.
        all: u64,
    },
    /// It does not answer.
    Trouble,
}

impl StoreState {
    /// Locale key `store.<code>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Saving => "saving",
            Self::ReadOnly => "read_only",
            Self::Demo => "demo",
            Self::Loading { .. } => "loading",
            Self::Trouble => "trouble",
        }
    }
}
