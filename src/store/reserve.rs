//! A mebibyte kept beside the store. A disk without room for it takes no more changes; when one was refused, the mebibyte
//! is given up for the entry that says so, and for what has to be written down even then: who looked at what, whose
//! account was shut. It is made again with the next change, once there is room.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::StoreError;
use crate::crypto::random;

/// Bytes of one block, and how many there are.
const BLOCK: usize = 4096;
const BLOCKS: u64 = 256;

/// The verb of the entry that says that the disk was full.
pub(super) const FULL: &str = "disk_full";

fn beside(store: &Path) -> PathBuf {
    let mut name = store.file_name().unwrap_or_default().to_owned();
    name.push(".reserve");
    store.with_file_name(name)
}

/// Sees to it that the reserve is there. Where there can be none for another reason than a full disk, there is none.
///
/// # Errors
/// [`StoreError::NoSpace`].
pub(super) fn keep(store: &Path) -> Result<(), StoreError> {
    let path = beside(store);
    let whole = |m: fs::Metadata| m.is_file() && m.len() == BLOCKS * BLOCK as u64;
    if path.symlink_metadata().is_ok_and(whole) {
        return Ok(());
    }
    // What a session left that was killed while it made one.
    let _ = fs::remove_file(&path);
    let Err(e) = make(&path) else { return Ok(()) };
    let _ = fs::remove_file(&path);
    match e.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Err(StoreError::NoSpace(store.to_owned())),
        _ => Ok(()),
    }
}

/// Gives its room back to the disk; whether there was one.
pub(super) fn give(store: &Path) -> bool {
    fs::remove_file(beside(store)).is_ok()
}

/// Bytes no file system makes less of.
fn make(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    for _ in 0..BLOCKS {
        let block: [u8; BLOCK] = random().map_err(|_| io::Error::other("random"))?;
        file.write_all(&block)?;
    }
    Ok(())
}
