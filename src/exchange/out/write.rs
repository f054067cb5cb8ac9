//! Putting a whole file in place of another: temporary file, fsync, rename, fsync of the folder.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Kind};

/// Writes `bytes` to `path`, readable by the owner alone. Whatever happens, `path` holds either the old file or the new one.
///
/// # Errors
/// `export_write` with the path and the system's words.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    put(path, bytes).map_err(|e| Error::new(Kind::Input, "export_write").with("path", path.display()).with("why", e))
}

/// Writes `bytes` to `path`, which must not exist yet; readable by the owner alone, whole or not at all.
///
/// # Errors
/// `file_exists`; `export_write` with the path and the system's words.
pub fn new_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let exists = || Error::new(Kind::Input, "file_exists").with("path", path.display());
    if fs::symlink_metadata(path).is_ok() {
        return Err(exists());
    }
    put_new(path, bytes).map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => exists(),
        _ => Error::new(Kind::Input, "export_write").with("path", path.display()).with("why", e),
    })
}

/// A second name for the whole temporary file: unlike renaming, that fails where the name is taken meanwhile.
fn put_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let (temporary, mut file) = create(&folder_of(path), &name.to_string_lossy())?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&temporary, path));
    let done = match written {
        // File systems of memory sticks know no second names.
        Err(e) if matches!(e.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied) => {
            fs::rename(&temporary, path)
        }
        other => other,
    };
    let _ = fs::remove_file(&temporary);
    done
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    let folder = folder_of(path);
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let (temporary, mut file) = create(&folder, &name.to_string_lossy())?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
        return written;
    }
    // A folder that cannot be opened for syncing (some file systems) still holds the renamed file.
    if let Ok(folder) = File::open(&folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// A new file beside the target; the name is free by `create_new`, so two writers never share one.
fn create(folder: &Path, name: &str) -> io::Result<(PathBuf, File)> {
    for n in 0..1000 {
        let path = folder.join(format!(".{name}.{}.{n}.tmp", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            other => return other.map(|file| (path, file)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
