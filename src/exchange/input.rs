//! Opening what somebody named as a file: an ordinary one, not a pipe or a device that may never end, and not a link, behind
//! which there may be another file a moment later. Whoever may name links has them followed before.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::{Error, Kind};

/// Opens an ordinary file.
///
/// # Errors
/// `file_unreadable` with the system's words; `file_not_ordinary`.
pub fn open_file(path: &Path) -> Result<File, Error> {
    let file = open(path).map_err(|e| unreadable(path, e))?;
    file.ok_or_else(|| Error::new(Kind::Input, "file_not_ordinary").with("file", path.display()))
}

/// Opens an ordinary file; `None` for whatever else is there.
pub(super) fn open(path: &Path) -> std::io::Result<Option<File>> {
    // Opening some devices does something.
    if !std::fs::symlink_metadata(path)?.is_file() {
        return Ok(None);
    }
    let mut options = std::fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        // What was put there meanwhile is neither followed nor waited for.
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    }
    let file = options.open(path)?;
    Ok(file.metadata()?.is_file().then_some(file))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_ordinary_file_is_opened_and_no_pipe_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("file"), "abc").unwrap();
        std::os::unix::fs::symlink("file", at("link")).unwrap();
        std::os::unix::fs::symlink("link", at("two")).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, at("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert_eq!(read_most(&at("file"), 2).unwrap(), b"ab");
        for name in ["link", "two", "pipe", "."] {
            assert_eq!(open_file(&at(name)).unwrap_err().code, "file_not_ordinary", "{name}");
        }
        assert_eq!(open_file(&at("nothing")).unwrap_err().code, "file_unreadable");
    }
}
