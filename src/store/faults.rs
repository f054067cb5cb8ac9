//! A disk for tests: the n-th change of a file from now on fails on this thread, or every change is written down, so that
//! what the disk may hold after a power cut can be made of it.

use std::cell::{Cell, RefCell};
use std::io;

use super::file::Operation;

thread_local! {
    static LEFT: Cell<Option<u64>> = const { Cell::new(None) };
    static HIT: Cell<bool> = const { Cell::new(false) };
    static RECORD: RefCell<Option<Vec<Recorded>>> = const { RefCell::new(None) };
}

/// A change as it was written down.
#[derive(Debug, Clone)]
pub enum Recorded {
    /// Bytes at a place of the file.
    Write(u64, Vec<u8>),
    /// The file's new length.
    Length(u64),
    /// All before this is on the disk.
    Sync,
    /// The file gets its name.
    Publish,
    /// The name is on the disk.
    Folder,
    /// Somebody was told that what came before is done.
    Acknowledged,
}

/// Fails after `left` more operations; `None` mends the disk.
pub fn fail_after(left: Option<u64>) {
    LEFT.set(left);
    HIT.set(false);
}

/// Whether anything failed since.
pub fn hit() -> bool {
    HIT.get()
}

/// Begins to write down.
pub fn record() {
    RECORD.set(Some(Vec::new()));
}

/// What was written down.
pub fn recorded() -> Vec<Recorded> {
    RECORD.take().unwrap_or_default()
}

/// Notes that somebody was told.
pub fn acknowledged() {
    note(Recorded::Acknowledged);
}

fn note(operation: Recorded) {
    RECORD.with_borrow_mut(|record| {
        if let Some(record) = record {
            record.push(operation);
        }
    });
}

/// Comes before every change of a file.
pub(super) fn next(operation: &Operation<'_>) -> io::Result<()> {
    match LEFT.get() {
        None => {}
        Some(0) => {
            HIT.set(true);
            return Err(io::ErrorKind::StorageFull.into());
        }
        Some(left) => LEFT.set(Some(left - 1)),
    }
    note(match *operation {
        Operation::Write(offset, data) => Recorded::Write(offset, data.to_vec()),
        Operation::Length(length) => Recorded::Length(length),
        Operation::Sync => Recorded::Sync,
        Operation::Publish => Recorded::Publish,
        Operation::Folder => Recorded::Folder,
    });
    Ok(())
}
