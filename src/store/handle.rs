//! The open database: how it is opened (for writing, for reading, in memory over an unclean file), dropped after a
//! failure and opened again by itself.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::time::Duration;

use redb::{
    Builder, ConcurrencyMode, Database, DatabaseError, ReadOnlyDatabase, ReadOnlyTable, ReadTransaction,
    ReadableDatabase, StorageError, Table as RedbTable, TableDefinition, TableError, TransactionError,
    WriteTransaction,
};

use super::StoreError;
use super::codec::{TABLES, Table};
use super::file::{Backend, Limit, Overlay};
use super::guard::{drop_quietly, guarded};

/// redb's page cache: small, because every commit by another session empties it.
const CACHE: usize = 16 << 20;

/// The same where nothing is written: what reads everything reads most of it once, and asks for no room meanwhile.
const CACHE_TO_READ: usize = 1 << 20;

/// How long a write waits for other sessions.
const WRITE_LIMIT: Duration = Duration::from_secs(10);

/// Keys and values are bytes in every table.
pub(super) const fn definition(table: Table) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
    TableDefinition::new(table.name())
}

/// A table of a read transaction.
pub(super) type ReadTable = ReadOnlyTable<&'static [u8], &'static [u8]>;
/// A table of a write transaction.
pub(super) type WriteTable<'t> = RedbTable<'t, &'static [u8], &'static [u8]>;
/// All tables of a read transaction.
pub(super) type ReadTables = [ReadTable; TABLES];
/// All tables of a write transaction.
pub(super) type WriteTables<'t> = [WriteTable<'t>; TABLES];

/// What redb says of the storage.
pub(super) fn from_storage(error: &StorageError) -> StoreError {
    match error {
        StorageError::Corrupted(_) => StoreError::damaged("file structure"),
        StorageError::Io(e) => StoreError::io(Path::new(""), e),
        // The handle remembers an earlier failure; the caller opens again.
        StorageError::PreviousIo | StorageError::DatabaseClosed | StorageError::LockPoisoned(_) => {
            StoreError::io_of("previous failure")
        }
        _ => StoreError::io_of("storage"),
    }
}

/// What redb says when it opens a file.
fn from_database(path: &Path, error: &DatabaseError) -> StoreError {
    match error {
        DatabaseError::Storage(StorageError::Io(e)) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            StoreError::Truncated(path.to_owned())
        }
        DatabaseError::Storage(StorageError::Io(e)) => StoreError::io(path, e),
        DatabaseError::Storage(e) => from_storage(e),
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => StoreError::Locked,
        DatabaseError::UpgradeRequired(_) => StoreError::damaged("file structure"),
        _ => StoreError::Busy,
    }
}

/// What redb says when a transaction begins.
pub(super) fn from_transaction(error: &TransactionError) -> StoreError {
    match error {
        TransactionError::Storage(e) => from_storage(e),
        _ => StoreError::Busy,
    }
}

/// What redb says of a table; a missing one is damage, since all are made with the store.
pub(super) fn from_table(error: &TableError) -> StoreError {
    match error {
        TableError::Storage(e) => from_storage(e),
        _ => StoreError::damaged("file structure"),
    }
}

/// An open file. On a damaged one even the closing may panic, so it is let go of quietly wherever that happens.
pub(super) struct Handle {
    opened: Option<Opened>,
    limit: Limit,
}

enum Opened {
    /// For reading and writing, beside other sessions.
    Write(Database),
    /// For reading, beside other sessions.
    Read(ReadOnlyDatabase),
    /// For reading a file that was not closed in order and may not be written: repaired in memory only.
    Memory(Database),
}

impl Drop for Handle {
    fn drop(&mut self) {
        drop_quietly(self.opened.take());
    }
}

impl Handle {
    /// Opens for writing; waits at most `deadline` for another session's transaction, later at most [`WRITE_LIMIT`].
    pub fn open(path: &Path, deadline: Duration) -> Result<Self, StoreError> {
        guarded("open", || {
            let limit = Limit::new(deadline);
            let file = OpenOptions::new().read(true).write(true).open(path).map_err(|e| StoreError::io(path, &e))?;
            refuse_partial(path, &file)?;
            let db = builder(ConcurrencyMode::MultiWriter)
                .create_with_backend(Backend::new(file, limit.clone())?)
                .map_err(|e| from_database(path, &e))?;
            limit.set(WRITE_LIMIT);
            Ok(Self { opened: Some(Opened::Write(db)), limit })
        })
    }

    /// Opens for reading beside other sessions, without writing a byte; `None` for a file that was not closed in order.
    pub fn open_clean(path: &Path, limit: Duration) -> Result<Option<Self>, StoreError> {
        guarded("open", || {
            let file = File::open(path).map_err(|e| StoreError::io(path, &e))?;
            refuse_partial(path, &file)?;
            let limit = Limit::new(limit);
            let mut builder = builder(ConcurrencyMode::MultiWriter);
            builder.set_cache_size(CACHE_TO_READ);
            match builder.open_read_only_with_backend(Backend::new(file, limit.clone())?) {
                Ok(db) => Ok(Some(Self { opened: Some(Opened::Read(db)), limit })),
                Err(DatabaseError::RepairAborted) => Ok(None),
                Err(e) => Err(from_database(path, &e)),
            }
        })
    }

    /// Opens for reading, without writing a byte; a file that was not closed in order is repaired in memory.
    pub fn open_read_only(path: &Path, limit: Duration) -> Result<Self, StoreError> {
        if let Some(clean) = Self::open_clean(path, limit)? {
            return Ok(clean);
        }
        guarded("open", || {
            let file = File::open(path).map_err(|e| StoreError::io(path, &e))?;
            let opened = Opened::Memory(Self::in_memory(path, file)?);
            Ok(Self { opened: Some(opened), limit: Limit::new(limit) })
        })
    }

    /// Opens over memory: the file is only read, whatever redb repairs.
    pub fn in_memory(path: &Path, file: File) -> Result<Database, StoreError> {
        let overlay = Overlay::new(file).map_err(|e| StoreError::io(path, &e))?;
        builder(ConcurrencyMode::ExclusiveWriter).create_with_backend(overlay).map_err(|e| from_database(path, &e))
    }

    /// Makes a new database in an empty file (behind the prefix).
    pub fn create(path: &Path, file: File) -> Result<Database, StoreError> {
        guarded("create", || {
            builder(ConcurrencyMode::MultiWriter)
                .create_with_backend(Backend::new(file, Limit::new(WRITE_LIMIT))?)
                .map_err(|e| from_database(path, &e))
        })
    }

    /// Keeps redb from touching the file again: on a damaged one, closing in order would write what nobody should trust,
    /// and may panic twice over it.
    pub fn cut_off(&self) {
        self.limit.cut_off();
    }

    /// Whether it can write.
    pub const fn writes(&self) -> bool {
        matches!(self.opened, Some(Opened::Write(_)))
    }

    fn read(&self) -> Result<ReadTransaction, StoreError> {
        let begun = match self.opened.as_ref().ok_or(StoreError::Internal("handle"))? {
            Opened::Write(db) | Opened::Memory(db) => db.begin_read(),
            Opened::Read(db) => db.begin_read(),
        };
        begun.map_err(|e| from_transaction(&e))
    }

    /// Begins to read and opens every table.
    pub fn begin_read(&self) -> Result<ReadTables, StoreError> {
        guarded("read", || open_all(&self.read()?))
    }

    /// Reads one table only, for the poll.
    pub fn begin_read_meta(&self) -> Result<ReadTable, StoreError> {
        guarded("read", || {
            let transaction = self.read()?;
            transaction.open_table(definition(Table::Meta)).map_err(|e| from_table(&e))
        })
    }

    /// Begins to write, after any other session.
    pub fn begin_write(&self) -> Result<WriteTransaction, StoreError> {
        guarded("write", || {
            let Some(Opened::Write(db)) = &self.opened else { return Err(StoreError::ReadOnly) };
            begin(db)
        })
    }
}

/// Begins a write transaction that is synced twice and leaves nothing to repair.
pub(super) fn begin(db: &Database) -> Result<WriteTransaction, StoreError> {
    let mut transaction = db.begin_write().map_err(|e| from_transaction(&e))?;
    transaction.set_two_phase_commit(true);
    transaction.set_quick_repair(true);
    Ok(transaction)
}

fn builder(mode: ConcurrencyMode) -> Builder {
    let mut builder = Builder::new();
    builder.set_concurrency_mode(mode).set_cache_size(CACHE);
    builder
}

/// A file whose database part is shorter than redb's smallest, or no longer a whole number of pages, was cut.
fn refuse_partial(path: &Path, file: &File) -> Result<(), StoreError> {
    let length = file.metadata().map_err(|e| StoreError::io(path, &e))?.len();
    if length <= super::header::PREFIX || !length.is_multiple_of(4096) {
        return Err(StoreError::Truncated(path.to_owned()));
    }
    Ok(())
}

fn open_all(transaction: &ReadTransaction) -> Result<ReadTables, StoreError> {
    let mut tables = Vec::with_capacity(TABLES);
    for table in Table::ALL {
        tables.push(transaction.open_table(definition(table)).map_err(|e| from_table(&e))?);
    }
    tables.try_into().map_err(|_| StoreError::Internal("tables"))
}

/// Opens every table of a write transaction.
pub(super) fn open_all_for_write(transaction: &WriteTransaction) -> Result<WriteTables<'_>, StoreError> {
    let mut tables = Vec::with_capacity(TABLES);
    for table in Table::ALL {
        tables.push(transaction.open_table(definition(table)).map_err(|e| from_table(&e))?);
    }
    tables.try_into().map_err(|_| StoreError::Internal("tables"))
}
