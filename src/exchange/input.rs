//! Opening what somebody named as a file: an ordinary one, not a pipe or a device that may never end.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::{Error, Kind};

/// Opens an ordinary file.
///
/// # Errors
/// `file_unreadable` with the system's words; `file_not_ordinary`.
pub fn open_file(path: &Path) -> Result<File, Error> {
    let fail = |e: std::io::Error| unreadable(path, e);
    // Opening a pipe waits for its other end, so that this is asked before.
    if !std::fs::metadata(path).map_err(fail)?.is_file() {
        return Err(Error::new(Kind::Input, "file_not_ordinary").with("file", path.display()));
    }
    File::open(path).map_err(fail)
}

/// The first `most` bytes of an ordinary file.
///
/// # Errors
/// As [`open_file`].
pub fn read_most(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    open_file(path)?.take(most).read_to_end(&mut bytes).map_err(|e| unreadable(path, e))?;
    Ok(bytes)
}

fn unreadable(path: &Path, e: std::io::Error) -> Error {
    Error::new(Kind::Input, "file_unreadable").with("path", path.display()).with("reason", e)
}
