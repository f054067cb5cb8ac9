//! The only folder that names redb.

mod error;
mod types;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::crypto::KeySource;
use crate::domain::view::ReadError;
use crate::domain::{
    Computer, ComputerSummary, Date, Department, DepartmentId, Inspection, Medium, MediumSummary, Operator, Person,
    PersonId, PersonSummary, Projector, RecordId, Unit, View,
};

pub use error::StoreError;
pub use types::{
    Committed, Counts, Detail, Entry, Head, Mode, NewStore, OpenOptions, Outcome, Peek, Problem, RecordChange,
    Replayed, Report, Stamp, Work,
};

/// What the plain header of a file says, before any secret is asked for.
///
/// # Errors
/// [`StoreError::Missing`], [`StoreError::NotAStore`], [`StoreError::Truncated`], [`StoreError::Damaged`].
pub fn peek(path: &Path) -> Result<Peek, StoreError> {
    Err(StoreError::Missing(path.to_owned()))
}

/// A store in use; clones share it, and any thread may use it.
#[derive(Clone)]
pub struct Store {
    path: PathBuf,
    _projector: Arc<dyn Projector>,
}

impl Store {
    /// Makes a new store and opens it.
    ///
    /// # Errors
    /// [`StoreError::Exists`] and what the file system refuses.
    pub fn create(path: &Path, _new: &NewStore, projector: Arc<dyn Projector>) -> Result<Self, StoreError> {
        Ok(Self { path: path.to_owned(), _projector: projector })
    }

    /// Opens a store.
    ///
    /// # Errors
    /// All kinds of [`StoreError`] that concern a file and its secret.
    pub fn open(
        path: &Path,
        _secret: &KeySource,
        _options: OpenOptions,
        projector: Arc<dyn Projector>,
    ) -> Result<Self, StoreError> {
        Ok(Self { path: path.to_owned(), _projector: projector })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the store is for.
    pub fn mode(&self) -> Mode {
        Mode::Personal
    }

    /// Whether it was opened, or had to be opened, for reading only.
    pub fn read_only(&self) -> bool {
        false
    }

    /// Sealing keys for files beside the store (drafts, bundles), by label.
    pub fn keys(&self, label: &str) -> crate::crypto::Keys {
        crate::crypto::Keys::new(&crate::crypto::Secret32::new([0; 32])).derive(label)
    }

    /// The newest journal entry; cheap, for polling.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn head(&self) -> Result<Head, StoreError> {
        Ok(Head::default())
    }

    /// Runs `f` on a consistent state. Copy out what is needed and return: the state is held while `f` runs.
    ///
    /// # Errors
    /// [`StoreError`], or the closure's.
    pub fn read<T, E: From<StoreError>>(&self, _f: impl FnOnce(&Snapshot) -> Result<T, E>) -> Result<T, E> {
        Err(StoreError::Internal("stub").into())
    }

    /// Lets `f` decide on the newest state and writes what it decides, all in one transaction.
    ///
    /// # Errors
    /// [`StoreError`]; a refusal by `f` is [`Outcome::Refused`].
    pub fn transact<E>(
        &self,
        _stamp: &Stamp,
        _f: impl FnOnce(&dyn View) -> Result<Work, E>,
    ) -> Result<Outcome<E>, StoreError> {
        Err(StoreError::Internal("stub"))
    }

    /// Stores projections whose span, choices or rules have moved, a segment at a time; returns how many were stored.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn refresh(&self, _today: Date) -> Result<usize, StoreError> {
        Ok(0)
    }

    /// Checks everything, on a copy; the original is never modified.
    ///
    /// # Errors
    /// [`StoreError`] when the check itself cannot run.
    pub fn verify(&self) -> Result<Report, StoreError> {
        Ok(Report::default())
    }

    /// Writes a consistent copy, verified, while the store is in use.
    ///
    /// # Errors
    /// [`StoreError::Exists`] and what the file system refuses.
    pub fn backup(&self, _to: &Path) -> Result<(), StoreError> {
        Ok(())
    }

    /// Verifies a backup and copies it to a new path.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when there is a file at `to`; [`StoreError::Damaged`] when the backup is.
    pub fn restore(
        _from: &Path,
        _to: &Path,
        _secret: &KeySource,
        _projector: Arc<dyn Projector>,
    ) -> Result<(), StoreError> {
        Ok(())
    }
}

/// A consistent state of the store; lives while a closure given to [`Store::read`] runs.
pub struct Snapshot {
    _private: (),
}

impl Snapshot {
    /// The newest journal entry.
    pub fn head(&self) -> Head {
        Head::default()
    }

    /// How many records there are.
    pub fn counts(&self) -> Counts {
        Counts::default()
    }

    /// How many segments people have.
    pub fn people_segments(&self) -> u32 {
        0
    }

    /// The summaries of one segment (up to 512 people), projected again where they no longer hold on `today`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn people_segment(&self, _segment: u32, _today: Date) -> Result<Vec<PersonSummary>, StoreError> {
        Ok(Vec::new())
    }

    /// The summary of one person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn person_summary(&self, _id: PersonId, _today: Date) -> Result<Option<PersonSummary>, StoreError> {
        Ok(None)
    }

    /// All computers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn computers(&self) -> Result<Vec<ComputerSummary>, StoreError> {
        Ok(Vec::new())
    }

    /// All media.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn media(&self) -> Result<Vec<MediumSummary>, StoreError> {
        Ok(Vec::new())
    }

    /// All departments.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn departments(&self) -> Result<Vec<Department>, StoreError> {
        Ok(Vec::new())
    }

    /// One department.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn department(&self, _id: DepartmentId) -> Result<Option<Department>, StoreError> {
        Ok(None)
    }

    /// All operators.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn operators(&self) -> Result<Vec<Operator>, StoreError> {
        Ok(Vec::new())
    }

    /// All inspections.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn inspections(&self) -> Result<Vec<Inspection>, StoreError> {
        Ok(Vec::new())
    }

    /// Journal entries `from ..= to`, without their details; numbers beyond the head are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn journal(&self, _from: u64, _to: u64) -> Result<Vec<Entry>, StoreError> {
        Ok(Vec::new())
    }

    /// The sealed detail of an entry.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn detail(&self, _seq: u64) -> Result<Detail, StoreError> {
        Ok(Detail { changes: Vec::new(), answer: None })
    }

    /// The journal entries that changed one record, oldest first.
    ///
    /// # Errors
    /// [`StoreError`]; damage when their number is not the record's revision.
    pub fn history(&self, _record: RecordId) -> Result<Vec<Entry>, StoreError> {
        Ok(Vec::new())
    }
}

impl View for Snapshot {
    fn person(&self, _id: PersonId) -> Result<Option<Person>, ReadError> {
        Ok(None)
    }
    fn computer(&self, _id: crate::domain::ComputerId) -> Result<Option<Computer>, ReadError> {
        Ok(None)
    }
    fn medium(&self, _id: crate::domain::MediumId) -> Result<Option<Medium>, ReadError> {
        Ok(None)
    }
    fn inspection(&self, _id: crate::domain::InspectionId) -> Result<Option<Inspection>, ReadError> {
        Ok(None)
    }
    fn unit(&self, _id: crate::domain::UnitId) -> Result<Option<Unit>, ReadError> {
        Ok(None)
    }
    fn units(&self) -> Result<Vec<Unit>, ReadError> {
        Ok(Vec::new())
    }
    fn operator(&self, _id: &str) -> Result<Option<Operator>, ReadError> {
        Ok(None)
    }
    fn next_number(&self, _kind: crate::domain::RecordKind) -> Result<u64, ReadError> {
        Ok(1)
    }
    fn by_key(&self, _key: &crate::domain::view::NaturalKey) -> Result<Option<u64>, ReadError> {
        Ok(None)
    }
    fn held_by(&self, _person: PersonId) -> Result<Vec<crate::domain::Held>, ReadError> {
        Ok(Vec::new())
    }
}
