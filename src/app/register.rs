//! What the driver needs of the register. The session implements it; tests have one of their own.

use std::sync::Arc;

use crate::domain::{Command, Date, InspectionId, Operator, PersonId, Unit};
use crate::error::{Error, Kind};
use crate::index::Index;
use crate::rules::answer::{ChoiceState, Question, Verdict};
use crate::rules::{Packs, Sheet};
use crate::screens::{Card, Got, Read, StoreState};
use crate::session::{Done, Kept, SessionError};

/// The state of the register that the screens read without asking: cheap to clone, taken anew when something changed.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The journal's sequence number at which it was taken.
    pub head: u64,
    /// Everything lists and searches read.
    pub index: Arc<Index>,
    /// The packs.
    pub packs: Packs,
    /// The units.
    pub units: Vec<Unit>,
    /// What the units' packs leave open.
    pub choices: Vec<ChoiceState>,
    /// Who works here.
    pub operator: Operator,
    /// The accounts; empty for whoever may not see them.
    pub accounts: Vec<Operator>,
    /// What the store says of itself.
    pub store: StoreState,
}

/// What becomes of the kept draft when the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastDraft<'a> {
    /// Nothing was typed and nothing sent: what is kept stays.
    Untouched,
    /// What was typed is in the register, or was thrown away.
    Gone,
    /// This was being typed.
    Text(&'a str),
}

/// The register, as the driver uses it. All of it may block: the driver calls it from its own threads only, apart from
/// [`Register::snapshot`] at the start.
pub trait Register: Send + Sync {
    /// The state now.
    ///
    /// # Errors
    /// The store cannot be read. The same holds for every method here.
    fn snapshot(&self) -> Result<Snapshot, Error>;
    /// What the first frame needs: the state now, of a large register with the first people only, and then its store
    /// says that it is loading.
    fn first(&self) -> Result<Snapshot, Error> {
        self.snapshot()
    }
    /// Everything, after a [`Register::first`] that was not all; `told` hears now and then how many people are read.
    fn rest(&self, _told: &mut dyn FnMut(u64)) -> Result<Snapshot, Error> {
        self.snapshot()
    }
    /// Stores what reading everything had to work out, so that the next start has it; returns when that is done.
    fn tidy(&self) {}
    /// The state now, if the register has moved since `head`: asked every 250 ms.
    fn poll(&self, head: u64) -> Result<Option<Snapshot>, Error>;
    /// A person with everything the card shows, read in one go; an unknown id is an error.
    fn card(&self, person: PersonId, today: Date) -> Result<Card, Error>;
    /// The answer to a question.
    fn answer(&self, person: PersonId, question: Question, on: Date) -> Result<Verdict, Error>;
    /// An inspection with what stands beside its items; an unknown id is an error.
    fn sheet(&self, id: InspectionId) -> Result<Sheet, Error> {
        Err(Error::new(Kind::Refused, "no_such_record").with("id", id))
    }
    /// What the index does not hold: the journal, chains.
    fn read(&self, read: &Read) -> Result<Got, Error>;
    /// Does a command; when it returns, the change is on disk, with its journal entry and what deserves a look. It may
    /// be refused, as stale when `seen` is no longer the revision of that person's record.
    fn commit(&self, command: Command, seen: Option<(PersonId, u64)>) -> Result<Done, SessionError>;
    /// Keeps a text for this operator beside the register, or removes it; when it returns, the text is on disk.
    fn keep(&self, kept: Kept, text: Option<&str>) -> Result<(), Error>;
    /// What was kept. A damaged file is an error once: it is set aside.
    fn kept(&self, kept: Kept) -> Result<Option<String>, Error>;
    /// The program ends, by whichever way. Called once; must not wait long. Drafts given to [`Register::keep`] later are
    /// older than this one and are not taken.
    fn leave(&self, draft: LastDraft);
}
