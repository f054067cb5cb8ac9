//! Putting a whole file in place of another: temporary file, fsync, rename, fsync of the folder. A program that is killed
//! leaves its temporary file, with all that was to be in the list: the next one that writes into the folder takes it away.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Kind};

/// Who may read a file that is written, beside its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Nobody.
    Owner,
    /// The group of the folder, where the folder hands its group on to what is put there (setgid).
    Folder,
}

/// Writes `bytes` to `path`. Whatever happens, `path` holds either the old file or the new one.
///
/// # Errors
/// `export_write` with the path and the system's words.
pub fn replace_file(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Error> {
    put(path, bytes, readers)
        .map_err(|e| Error::new(Kind::Input, "export_write").with("path", path.display()).with("why", e))
}

/// Writes `bytes` to `path`, which must not exist yet; whole or not at all.
///
/// # Errors
/// `file_exists`; `export_write` with the path and the system's words.
pub fn new_file(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Error> {
    NewFile::write(path, bytes, readers)?.publish()
}

/// A new file that is whole on disk and waits for its name, so that something else can be made durable before anybody sees
/// it; without a name it goes again.
#[derive(Debug)]
pub struct NewFile {
    temporary: PathBuf,
    target: PathBuf,
    /// Says that somebody is at it.
    _held: File,
}

impl NewFile {
    /// Writes it.
    ///
    /// # Errors
    /// As [`new_file`].
    pub fn write(target: &Path, bytes: &[u8], readers: Readers) -> Result<Self, Error> {
        if fs::symlink_metadata(target).is_ok() {
            return Err(Self::failed(target, &io::ErrorKind::AlreadyExists.into()));
        }
        let written = || {
            target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
            let (temporary, mut file) = create(&folder_of(target), readers)?;
            let written = file.write_all(bytes).and_then(|()| file.sync_all());
            let new = Self { temporary, target: target.to_owned(), _held: file };
            written.map(|()| new)
        };
        written().map_err(|e| Self::failed(target, &e))
    }

    /// Gives it its name.
    ///
    /// # Errors
    /// As [`new_file`].
    pub fn publish(self) -> Result<(), Error> {
        // A second name, unlike renaming, fails where the name is taken meanwhile.
        match fs::hard_link(&self.temporary, &self.target) {
            // File systems of memory sticks know no second names.
            Err(e) if matches!(e.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied) => {
                fs::rename(&self.temporary, &self.target)
            }
            other => other,
        }
        .map_err(|e| Self::failed(&self.target, &e))?;
        sync(&folder_of(&self.target));
        Ok(())
    }

    fn failed(target: &Path, e: &io::Error) -> Error {
        match e.kind() {
            io::ErrorKind::AlreadyExists => Error::new(Kind::Input, "file_exists").with("path", target.display()),
            _ => Error::new(Kind::Input, "export_write").with("path", target.display()).with("why", e),
        }
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.temporary);
    }
}

/// A folder that cannot be opened for syncing (some file systems) still holds the file.
fn sync(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

fn put(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    let folder = folder_of(path);
    path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let (temporary, mut file) = create(&folder, readers)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
        return written;
    }
    sync(&folder);
    Ok(())
}

const BEGIN: &str = ".shoumi.";
const END: &str = ".tmp";

/// Takes away what is nobody's any more: whoever is at a file has it locked, and the system takes that back from a program
/// that ended in whatever way.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|n| n.starts_with(BEGIN) && n.ends_with(END));
        if !ours || !entry.file_type().is_ok_and(|t| t.is_file()) {
            continue;
        }
        if let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// What is put into a folder that hands its group on belongs to that group, and to no other that a file could have by chance.
#[cfg(unix)]
fn let_the_group_read(folder: &Path, file: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let (of_folder, of_file) = (fs::metadata(folder)?, file.metadata()?);
    if of_folder.mode() & 0o2000 != 0 && of_folder.gid() == of_file.gid() {
        file.set_permissions(fs::Permissions::from_mode(0o640))?;
    }
    Ok(())
}

/// Other systems know no such folders.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "where there are such folders the system may refuse")]
fn let_the_group_read(_: &Path, _: &File) -> io::Result<()> {
    Ok(())
}

/// A new file beside the target; the name is free by `create_new`, so two writers never share one.
fn create(folder: &Path, readers: Readers) -> io::Result<(PathBuf, File)> {
    sweep(folder);
    for n in 0..1000 {
        // Not the target's own name, which may be as long as names can be.
        let path = folder.join(format!("{BEGIN}{}.{n}{END}", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            other => {
                let file = other?;
                // Somebody who swept at this very moment has it: the next name then.
                let swept = matches!(file.try_lock(), Err(TryLockError::WouldBlock)) || !path.is_file();
                if !swept {
                    if readers == Readers::Folder {
                        let_the_group_read(folder, &file)?;
                    }
                    return Ok((path, file));
                }
            }
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
