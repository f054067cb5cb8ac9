//! New files: the first one, backups, restored ones. Each is written beside its name, synced, checked and only then
//! given the name; a file that is there is never replaced.
//!
//! A backup bears the sum of all its bytes, so that whatever happens to it is found before it is put back, also where it
//! would have done no harm. It can be read, and nothing is written to it: the sum would no longer be its own.

use std::path::Path;
use std::sync::Arc;

use super::codec::Table;
use super::file::{read_header, refuse_network, sum_fits, write_prefix, write_sum};
use super::fresh::NewFile;
use super::guard::guarded;
use super::handle::{Handle, begin, from_storage, open_all_for_write};
use super::header::Header;
use super::types::OpenOptions;
use super::{Snapshot, Store, StoreError};
use crate::crypto::KeySource;
use crate::domain::Projector;

/// Receives a row.
pub(super) type Put<'a> = dyn FnMut(Table, &[u8], &[u8]) -> Result<(), StoreError> + 'a;

/// Writes header and rows into a new file and publishes it under `path`.
pub(super) fn fill(
    (new_file, file): (NewFile, std::fs::File),
    header: &Header,
    path: &Path,
    rows: impl FnOnce(&mut Put<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    write_new(&new_file, file, header, path, rows).map_err(|e| e.at(path))?;
    new_file.publish()
}

fn write_new(
    new_file: &NewFile,
    file: std::fs::File,
    header: &Header,
    path: &Path,
    rows: impl FnOnce(&mut Put<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    write_prefix(&file, header).map_err(|e| StoreError::io(path, &e))?;
    let db = Handle::create(new_file.path(), file)?;
    guarded("new file", || {
        let transaction = begin(&db)?;
        let mut tables = open_all_for_write(&transaction)?;
        rows(&mut |table, key, value| {
            let target = tables.get_mut(table as usize).ok_or(StoreError::Internal("table"))?;
            target.insert(key, value).map_err(|e| from_storage(&e))?;
            Ok(())
        })?;
        drop(tables);
        transaction.commit().map_err(|e| match e {
            redb::CommitError::Storage(e) => from_storage(&e),
            _ => StoreError::Internal("commit"),
        })?;
        // Closing clears the mark of an open file; without it the next reader would have to repair.
        db.close().map_err(|_| StoreError::io_of("close"))
    })
}

/// Copies every row of a snapshot.
fn copy_rows(snapshot: &Snapshot, put: &mut Put<'_>) -> Result<(), StoreError> {
    for table in Table::ALL {
        snapshot.rows.scan(table, &[], &[0xff; 32], |key, value| {
            put(table, key, value)?;
            Ok(true)
        })?;
    }
    Ok(())
}

impl Store {
    /// Writes a consistent copy while the store is in use, and verifies it. The copy opens with the same secrets.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::Damaged`] when the copy does not verify (then there is none), what the
    /// file system refuses.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        self.copy(to, true)
    }

    fn copy(&self, to: &Path, backup: bool) -> Result<(), StoreError> {
        refuse_network(to)?;
        let (new_file, file) = NewFile::create(to)?;
        // The keyslots of now, not of when this session opened the file.
        let (header, _) = read_header(&self.0.path)?;
        self.read(|snapshot| write_new(&new_file, file, &header, to, |put| copy_rows(snapshot, put)))
            .map_err(|e: StoreError| e.at(to))?;
        let options = OpenOptions { read_only: true, ..self.0.options };
        let codec = Arc::clone(&self.0.codec);
        let projector = Arc::clone(&self.0.projector);
        let copy = Self::open_with(new_file.path(), header, codec, options, projector)?;
        copy.verify()?.into_result()?;
        drop(copy);
        if backup {
            write_sum(new_file.path()).map_err(|e| StoreError::io(to, &e))?;
        }
        new_file.publish()
    }

    /// Verifies a backup and copies it to a new path.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when there is a file at `to`; [`StoreError::Damaged`] when the backup is; what opening
    /// it can meet.
    pub fn restore(
        from: &Path,
        to: &Path,
        secret: &KeySource,
        projector: Arc<dyn Projector>,
    ) -> Result<(), StoreError> {
        if to.symlink_metadata().is_ok() {
            return Err(StoreError::Exists(to.to_owned()));
        }
        read_header(from)?;
        if !sum_fits(from).map_err(|e| StoreError::io(from, &e))? {
            return Err(StoreError::damaged("backup"));
        }
        let options = OpenOptions { read_only: true, ..OpenOptions::default() };
        let source = Self::open(from, secret, options, projector)?;
        source.verify()?.into_result()?;
        source.copy(to, false)
    }
}
