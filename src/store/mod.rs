//! The register's file: the only folder that names redb.
//!
//! ```text
//! file    = header (two copies: magic, schema, store id, mode, keyslots) + redb database
//! tables  = meta: manifest   records: aggregates   ledger: revisions of 512 aggregates   summary: 512 summaries
//!           names: what look-ups go by, of 512 people   keys: buckets of natural keys and request ids
//!           journal + detail: entries   trail: entries of a record
//! trust   = AEAD per value, its place as associated data; the manifest holds the revision of every segment and bucket,
//!           a segment those of its aggregates: a row that is missing or stale reads as damage, never as "not found"
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `types`, `error` | what callers hand in and get back |
//! | `header`, `file` | the plain header; the file under redb, its locks, what is refused |
//! | `fresh` | files that are made beside their name |
//! | `handle`, `guard` | the open database; a panic over a damaged file becomes an error |
//! | `codec`, `rows` | sealed rows and how they are read |
//! | `project`, `names`, `journal`, `write` | summaries; what look-ups go by; the chain; what one transaction writes |
//! | `past` | what an entry did, and the records before it |
//! | `snapshot` | reading a consistent state |
//! | `verify`, `backup` | the full check on a copy; copies |
//! | `reserve` | room for the journal on a full disk |
//!
//! Not noticed: a header flag altered in a file that a killed session left open, in the way a commit in flight would
//! leave it; then the last commit may be missing. A file closed in order is safe from that.

mod backup;
mod codec;
mod error;
#[cfg(test)]
mod fault_tests;
#[cfg(test)]
mod faults;
#[cfg(test)]
#[path = "../../tests/it/figures.rs"]
#[allow(dead_code, clippy::panic, clippy::expect_used)]
pub(crate) mod figures;
mod file;
mod fresh;
mod guard;
mod handle;
mod header;
mod journal;
mod keys;
mod names;
mod past;
#[cfg(test)]
mod power_tests;
mod project;
mod reserve;
mod rows;
mod snapshot;
#[cfg(test)]
#[path = "../../tests/it/store_kit.rs"]
#[allow(dead_code, missing_docs, unreachable_pub)]
mod store_kit;
mod types;
mod verify;
mod write;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::crypto::{KeySource, Keys, Secret32, Suite, random, wrap};
use crate::domain::{Date, Projector, RecordKind, View};

pub use error::StoreError;
pub use guard::silenced;
pub use journal::whole_name;
pub use snapshot::Snapshot;
pub use types::{
    Committed, Counts, Detail, Entry, Head, Mode, NewStore, Note, OpenOptions, Outcome, Peek, Problem, RecordChange,
    Replayed, Report, Stamp, Work,
};

use codec::{Codec, Table};
use fresh::NewFile;
use guard::{drop_quietly, guarded};
use handle::{Handle, WriteTable, from_storage};
use header::Header;
use rows::{BucketKey, MANIFEST, Manifest, Rows};
use write::Writer;

/// Version of what is stored; an older one is refused with words until the first release.
pub const SCHEMA: u16 = 12;

/// What the plain header of a file says, before any secret is asked for.
///
/// # Errors
/// [`StoreError::Missing`], [`StoreError::NotAStore`], [`StoreError::Truncated`], [`StoreError::Damaged`],
/// [`StoreError::Newer`], [`StoreError::Older`].
pub fn peek(path: &Path) -> Result<Peek, StoreError> {
    file::read_header(path).map(|(header, _)| header.peek())
}

/// A store in use; clones share it, and any thread may use it.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    path: PathBuf,
    place: Option<(u64, u64)>,
    header: Header,
    codec: Arc<Codec>,
    projector: Arc<dyn Projector>,
    options: OpenOptions,
    handle: Mutex<Option<Arc<Handle>>>,
    // Writers of this process take turns here, so that none waits inside redb without a limit.
    writer: Mutex<()>,
    // The newest entry seen: a state from before it has been put back from outside.
    seen: AtomicU64,
    // A backup, to be read and to be restored.
    is_backup: bool,
    // Opened for reading only because another session kept it from being opened for writing.
    fell_back: AtomicBool,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.0.path.display())
    }
}

impl Store {
    /// Makes a new store and opens it. It appears under its name only when it is complete.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::Network`], [`StoreError::WeakSecret`], what the file system refuses.
    pub fn create(path: &Path, new: &NewStore, projector: Arc<dyn Projector>) -> Result<Self, StoreError> {
        file::refuse_network(path)?;
        let data_key = Secret32::random()?;
        let keys = Keys::new(&data_key, new.suite);
        let id: [u8; 16] = random()?;
        let slots =
            new.secrets.iter().map(|s| wrap(new.suite, &data_key, s, &id, new.cost)).collect::<Result<Vec<_>, _>>()?;
        if slots.is_empty() {
            return Err(StoreError::NoSlot);
        }
        let header = Header::new(id, new.mode, slots, &keys);
        let codec = Arc::new(Codec { keys, id });
        let new_file = NewFile::create(path)?;
        let manifest = Manifest::new(new.mode).seal(&codec)?;
        backup::fill(new_file, &header, path, |put| put(Table::Meta, MANIFEST, &manifest))?;
        // The file is this process's own: whoever found one in its place was refused above.
        Self::open_with(path, header, codec, OpenOptions::default(), projector).inspect_err(|_| {
            let _ = std::fs::remove_file(path);
        })
    }

    /// Makes a new store that has its name only once `first` has written into it, and opens it: no store without its
    /// first entry is left by a program that is ended on the way.
    ///
    /// # Errors
    /// As [`Store::create`], or what `first` says; nothing is left behind then.
    pub fn found<E: From<StoreError>>(
        path: &Path,
        new: &NewStore,
        projector: Arc<dyn Projector>,
        first: impl FnOnce(&Self) -> Result<(), E>,
    ) -> Result<Self, E> {
        let unnamed = NewFile::place(path)?;
        let store = Self::create(unnamed.path(), new, Arc::clone(&projector)).map_err(|e| e.instead(path))?;
        first(&store)?;
        let (header, codec) = (store.0.header.clone(), Arc::clone(&store.0.codec));
        drop(store);
        unnamed.publish()?;
        Ok(Self::open_with(path, header, codec, OpenOptions::default(), projector)?)
    }

    /// Opens a store. When another session keeps it from being opened for writing until the deadline, or the file may
    /// not be written, it is opened for reading ([`Store::read_only`]).
    ///
    /// # Errors
    /// All kinds of [`StoreError`] that concern a file and its secret.
    pub fn open(
        path: &Path,
        secret: &KeySource,
        options: OpenOptions,
        projector: Arc<dyn Projector>,
    ) -> Result<Self, StoreError> {
        let (header, _) = file::read_header(path)?;
        file::refuse_network(path)?;
        let keys = header.unlock(secret)?;
        let codec = Arc::new(Codec { keys, id: header.id });
        Self::open_with(path, header, codec, options, projector)
    }

    fn open_with(
        path: &Path,
        header: Header,
        codec: Arc<Codec>,
        options: OpenOptions,
        projector: Arc<dyn Projector>,
    ) -> Result<Self, StoreError> {
        let store = Self(Arc::new(Inner {
            path: path.to_owned(),
            place: file::place(path),
            header,
            codec,
            projector,
            options,
            handle: Mutex::new(None),
            writer: Mutex::new(()),
            seen: AtomicU64::new(0),
            is_backup: file::is_backup(path).map_err(|e| StoreError::io(path, &e))?,
            fell_back: AtomicBool::new(false),
        }));
        let manifest = store.manifest()?;
        if manifest.mode != store.0.header.mode {
            return Err(StoreError::damaged("header"));
        }
        Ok(store)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// What the store is for.
    pub fn mode(&self) -> Mode {
        self.0.header.mode
    }

    /// Cipher and hash of everything in it.
    pub fn suite(&self) -> Suite {
        self.0.header.suite
    }

    /// Random id of the store.
    pub fn id(&self) -> [u8; 16] {
        self.0.header.id
    }

    /// Whether it was opened, or had to be opened, for reading only. A later write tries again.
    pub fn read_only(&self) -> bool {
        let (options, fell_back) = (self.0.options, self.0.fell_back.load(Ordering::Relaxed));
        options.read_only || self.0.is_backup || fell_back || (options.when_needed && !file::may_write(&self.0.path))
    }

    /// Whether the file is a backup, which stays as it is.
    pub fn is_backup(&self) -> bool {
        self.0.is_backup
    }

    /// Keys for files beside the store (drafts, bundles), by label.
    pub fn keys(&self, label: &str) -> Keys {
        self.0.codec.keys.derive(label)
    }

    /// The newest journal entry; cheap, for polling.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn head(&self) -> Result<Head, StoreError> {
        self.manifest().map(|m| m.head)
    }

    /// Refuses to go on when the file was deleted or another one was put in its place: the open one is nobody's by then.
    fn still_there(&self) -> Result<(), StoreError> {
        if file::place(&self.0.path) == self.0.place {
            return Ok(());
        }
        Err(StoreError::Replaced(self.0.path.clone()))
    }

    fn manifest(&self) -> Result<Manifest, StoreError> {
        self.still_there()?;
        self.retrying(|handle| {
            let seen = self.0.seen.load(Ordering::Acquire);
            let table = handle.begin_read_meta()?;
            let bytes = guarded("meta", || {
                let value = redb::ReadableTable::get(&table, MANIFEST).map_err(|e| from_storage(&e))?;
                Ok(value.map(|v| v.value().to_vec()))
            })?;
            let manifest = Manifest::open(&self.0.codec, bytes)?;
            self.not_before(seen, manifest.head)?;
            Ok(manifest)
        })
    }

    /// Refuses a state older than one this process has seen.
    fn not_before(&self, seen: u64, head: Head) -> Result<(), StoreError> {
        self.0.seen.fetch_max(head.seq, Ordering::AcqRel);
        if head.seq < seen {
            return Err(StoreError::WentBack { seen, found: head.seq });
        }
        Ok(())
    }

    /// The open database, opened (again) if need be.
    fn handle(&self, for_writing: bool) -> Result<Arc<Handle>, StoreError> {
        let mut slot = self.0.handle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(handle) = slot.as_ref().filter(|h| h.writes() || !for_writing) {
            return Ok(Arc::clone(handle));
        }
        let (path, options) = (&self.0.path, self.0.options);
        if options.read_only || self.0.is_backup {
            if for_writing {
                return Err(if self.0.is_backup { StoreError::Backup } else { StoreError::ReadOnly });
            }
            let handle = Arc::new(Handle::open_read_only(path, options.deadline)?);
            return Ok(Arc::clone(slot.insert(handle)));
        }
        if options.when_needed
            && !for_writing
            && let Some(handle) = Handle::open_clean(path, options.deadline)?
        {
            return Ok(Arc::clone(slot.insert(Arc::new(handle))));
        }
        let opened = match Handle::open(path, options.deadline) {
            Ok(handle) => {
                self.0.fell_back.store(false, Ordering::Relaxed);
                handle
            }
            Err(StoreError::Busy) if for_writing => return Err(StoreError::Busy),
            Err(StoreError::Denied(_)) if for_writing => return Err(StoreError::ReadOnly),
            Err(StoreError::Busy | StoreError::Denied(_) | StoreError::NoSpace(_)) => {
                let handle = Handle::open_read_only(path, options.deadline)?;
                self.0.fell_back.store(true, Ordering::Relaxed);
                handle
            }
            Err(e) => return Err(e),
        };
        Ok(Arc::clone(slot.insert(Arc::new(opened))))
    }

    /// Lets go of the database after a failure, so that the next call opens it again. A damaged file is not closed in
    /// order: that would write to it.
    fn forget(&self, after: &StoreError) {
        if after.is_damage() {
            self.cut_off();
        }
        drop(self.0.handle.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    fn cut_off(&self) {
        if let Some(handle) = self.0.handle.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            handle.cut_off();
        }
    }

    /// Runs `f` on the database; after a failure of the file it is opened again, and `f` repeated once if it was an
    /// earlier failure that the handle remembered.
    fn retrying<T>(&self, f: impl Fn(&Handle) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut result = f(&*self.handle(false)?);
        if let Err(e @ StoreError::Io { .. }) = &result {
            self.forget(e);
            result = f(&*self.handle(false)?);
        }
        if let Some(e) = result.as_ref().err().filter(|e| e.is_damage() || matches!(e, StoreError::Io { .. })) {
            self.forget(e);
        }
        result.map_err(|e| e.at(&self.0.path))
    }

    /// Runs `f` on a consistent state. Copy out what is needed and return: while `f` runs the file cannot reuse space.
    ///
    /// # Errors
    /// [`StoreError`], or the closure's.
    pub fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&Snapshot) -> Result<T, E>) -> Result<T, E> {
        let seen = self.0.seen.load(Ordering::Acquire);
        let rows = self.retrying(|handle| Rows::new(Arc::clone(&self.0.codec), handle.begin_read()?))?;
        self.not_before(seen, rows.manifest.head)?;
        let snapshot = Snapshot {
            rows,
            projector: Arc::clone(&self.0.projector),
            reach: OnceLock::new(),
            stale: RefCell::default(),
        };
        let result = f(&snapshot);
        let failure = snapshot.rows.take_failure();
        drop_quietly(snapshot);
        if let Some(e) = failure.as_ref().filter(|e| e.is_damage()) {
            self.forget(e);
        }
        match failure {
            Some(failure) if result.is_err() => Err(failure.at(&self.0.path).into()),
            _ => result,
        }
    }

    /// Lets `f` decide on the newest state and writes what it decides, all in one transaction: it is durable when
    /// this returns, and nothing has changed when it fails. No other session writes while `f` runs: keep it short.
    /// What a full disk refuses is written down where the reserve has room for it.
    ///
    /// # Errors
    /// [`StoreError`]; a refusal by `f` is [`Outcome::Refused`].
    pub fn transact<E>(
        &self,
        stamp: &Stamp,
        f: impl FnOnce(&dyn View) -> Result<Work, E>,
    ) -> Result<Outcome<E>, StoreError> {
        let path = &self.0.path;
        let mut urgent = false;
        let result = self.writing(|rows, seen| {
            self.not_before(seen, rows.manifest.head)?;
            if let Some(id) = &stamp.request_id
                && let Some(seq) = rows.lookup(BucketKey::Request(id))?
            {
                return Ok((None, Outcome::Replayed(Replayed { seq, answer: rows.detail(seq)?.answer })));
            }
            let found = rows.manifest.head.seq;
            if let Some(expected) = stamp.expect_head.filter(|e| *e != found) {
                return Err(StoreError::Moved { expected, found });
            }
            let work = match f(&*rows) {
                Ok(work) => work,
                Err(refusal) => match rows.take_failure() {
                    Some(failure) => return Err(failure),
                    None => return Ok((None, Outcome::Refused(refusal))),
                },
            };
            // What was decided on a row that did not read may not be written, even if the decision overlooked it.
            if let Some(failure) = rows.take_failure() {
                return Err(failure);
            }
            // A new store has no reserve before it has its first entry, a demo never.
            if found > 0 && self.mode() != Mode::Demo {
                urgent = work.changes.iter().all(|c| c.record().kind == RecordKind::Operator);
                if urgent {
                    reserve::give(path);
                } else {
                    reserve::keep(path)?;
                }
            }
            let writer = Writer::new(rows, &*self.0.projector, stamp.today);
            let committed = writer.apply(stamp, work)?;
            Ok((Some(committed.seq), Outcome::Committed(committed)))
        });
        match &result {
            Err(StoreError::NoSpace(_)) if reserve::give(path) => self.note_full(stamp),
            // A disk that is full by now is the next change's to tell.
            Ok(Outcome::Committed(_)) if urgent => drop(reserve::keep(path)),
            _ => {}
        }
        result
    }

    /// Writes down that the disk was full for somebody's change; where even that has no room, the refusal stands alone.
    fn note_full(&self, stamp: &Stamp) {
        let stamp = Stamp { request_id: None, expect_head: None, ..stamp.clone() };
        let work = Work { verb: reserve::FULL.to_owned(), ..Work::default() };
        let _ = self.writing(|rows, _| {
            let committed = Writer::new(rows, &*self.0.projector, stamp.today).apply(&stamp, work)?;
            Ok((Some(committed.seq), ()))
        });
    }

    /// Runs `f` in a write transaction and commits when it answers with the journal's head after it; otherwise what it
    /// wrote is dropped with the transaction.
    fn writing<T>(
        &self,
        f: impl FnOnce(&mut Rows<WriteTable<'_>>, u64) -> Result<(Option<u64>, T), StoreError>,
    ) -> Result<T, StoreError> {
        let turn = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = self.0.seen.load(Ordering::Acquire);
        let mut begun = self.handle(true).and_then(|h| h.begin_write());
        if let Err(e @ (StoreError::Io { .. } | StoreError::Damaged { .. })) = &begun {
            self.forget(e);
            begun = self.handle(true).and_then(|h| h.begin_write());
        }
        let transaction = begun.map_err(|e| e.at(&self.0.path))?;
        let mut f = Some(f);
        let result = (|| {
            let tables = guarded("write", || handle::open_all_for_write(&transaction))?;
            let mut rows = Rows::new(Arc::clone(&self.0.codec), tables)?;
            let f = f.take().ok_or(StoreError::Internal("writing"))?;
            let result = f(&mut rows, seen);
            drop_quietly(rows);
            self.still_there().and(result)
        })();
        let result = match result {
            Ok((Some(seq), value)) => guarded("commit", || {
                transaction.commit().map_err(|e| match e {
                    redb::CommitError::Storage(e) => from_storage(&e),
                    _ => StoreError::Internal("commit"),
                })
            })
            .map(|()| {
                self.0.seen.fetch_max(seq, Ordering::AcqRel);
                value
            }),
            Ok((None, value)) => {
                drop_quietly(transaction);
                Ok(value)
            }
            Err(e) => {
                if e.is_damage() {
                    self.cut_off();
                }
                drop_quietly(transaction);
                Err(e)
            }
        };
        let broken = |e: &StoreError| e.is_damage() || matches!(e, StoreError::Io { .. } | StoreError::NoSpace(_));
        if let Some(e) = result.as_ref().err().filter(|e| broken(e)) {
            self.forget(e);
        }
        drop(turn);
        result.map_err(|e| e.at(&self.0.path))
    }

    /// Stores the projections of segments of people whose span, choices or rules have moved, each in a transaction of its
    /// own; the journal stays as it is. How many were stored: those that hold by now are left alone. For a quiet moment:
    /// readers project for themselves meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn refresh(&self, segments: &[u32], today: Date) -> Result<usize, StoreError> {
        let mut stored = 0;
        for segment in segments {
            let done = self.writing(|rows, _| {
                let (seq, writer) = (rows.manifest.head.seq, Writer::new(rows, &*self.0.projector, today));
                Ok(if writer.reproject(*segment)? { (Some(seq), true) } else { (None, false) })
            })?;
            stored += usize::from(done);
        }
        Ok(stored)
    }
}
