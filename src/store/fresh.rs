//! Files that are made beside their name and get it when they are complete. Each is made in a hidden folder of its own,
//! which its maker holds locked: the system takes the lock back from a program that ended in whatever way, and the next
//! one that makes a file there takes the folder away. The file itself cannot be the lock; the database locks it.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::StoreError;
#[cfg(test)]
use super::faults;
#[cfg(not(test))]
use super::file::faults;
use super::file::{Operation, folder_of};
use crate::crypto::random;

/// What the names of such folders begin and end with; no part of the file's own name, which may be as long as names can be.
const BEGIN: &str = ".shoumi.";
const END: &str = ".new";

/// A new file that gets its name when it is complete and is removed otherwise.
pub(super) struct NewFile {
    folder: PathBuf,
    inside: PathBuf,
    target: PathBuf,
    /// Says that somebody is at it.
    _held: File,
}

impl NewFile {
    /// Creates the file, readable by the owner alone. An existing target is refused.
    pub fn create(target: &Path) -> Result<(Self, File), StoreError> {
        let new = Self::place(target)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true).mode(0o600);
        let file = options.open(&new.inside).map_err(|e| StoreError::io(target, &e))?;
        Ok((new, file))
    }

    /// The place alone: somebody else makes the file there.
    pub fn place(target: &Path) -> Result<Self, StoreError> {
        if target.symlink_metadata().is_ok() {
            return Err(StoreError::Exists(target.to_owned()));
        }
        let beside = folder_of(target);
        sweep(beside);
        let (folder, held) = own_folder(beside).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => StoreError::Missing(beside.to_owned()),
            _ => StoreError::io(target, &e),
        })?;
        Ok(Self { inside: folder.join("file"), folder, target: target.to_owned(), _held: held })
    }

    /// Where the file is until it has its name.
    pub fn path(&self) -> &Path {
        &self.inside
    }

    /// Makes it durable under its final name; never replaces a file.
    pub fn publish(self) -> Result<(), StoreError> {
        let at = |e: io::Error| StoreError::io(&self.target, &e);
        let sync = |operation, path: &Path| {
            faults::next(&operation).and_then(|()| File::open(path)).and_then(|f| f.sync_all())
        };
        sync(Operation::Sync, &self.inside).map_err(at)?;
        faults::next(&Operation::Publish).map_err(at)?;
        match std::fs::hard_link(&self.inside, &self.target) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => return Err(StoreError::Exists(self.target.clone())),
            // A file system without links (a stick): look, then rename.
            Err(_) => {
                if self.target.symlink_metadata().is_ok() {
                    return Err(StoreError::Exists(self.target.clone()));
                }
                std::fs::rename(&self.inside, &self.target).map_err(at)?;
            }
        }
        let _ = std::fs::remove_dir_all(&self.folder);
        sync(Operation::Folder, folder_of(&self.target)).map_err(at)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Takes away the folders that are nobody's any more.
fn sweep(beside: &Path) {
    for entry in std::fs::read_dir(beside).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|n| n.starts_with(BEGIN) && n.ends_with(END));
        if !ours || !entry.file_type().is_ok_and(|t| t.is_dir()) {
            continue;
        }
        if let Ok(folder) = File::open(entry.path())
            && folder.try_lock().is_ok()
        {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// A folder for this process alone.
fn own_folder(beside: &Path) -> io::Result<(PathBuf, File)> {
    for _ in 0..100 {
        let tail: [u8; 8] = random().map_err(|_| io::ErrorKind::Other)?;
        let path = beside.join(format!("{BEGIN}{:016x}{END}", u64::from_be_bytes(tail)));
        DirBuilder::new().mode(0o700).create(&path)?;
        let held = match File::open(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            other => other?,
        };
        // Somebody who swept at this very moment has it: another one then. A file system without locks is swept by nobody.
        let swept = matches!(held.try_lock(), Err(TryLockError::WouldBlock)) || !path.is_dir();
        if !swept {
            return Ok((path, held));
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_program_left_goes_with_the_next_and_what_is_held_stays() {
        let dir = tempfile::tempdir().unwrap();
        let left = dir.path().join(".shoumi.0123456789abcdef.new");
        std::fs::create_dir(&left).unwrap();
        std::fs::write(left.join("file"), "half").unwrap();
        for other in [".shoumi.mine", ".other.new", "shoumi.new"] {
            std::fs::create_dir(dir.path().join(other)).unwrap();
        }
        let (held, _file) = NewFile::create(&dir.path().join("a")).unwrap();
        assert!(!left.exists());
        let (second, _file) = NewFile::create(&dir.path().join("b")).unwrap();
        assert!(held.path().exists());
        second.publish().unwrap();
        held.publish().unwrap();
        let mut names: Vec<_> =
            std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names, [".other.new", ".shoumi.mine", "a", "b", "shoumi.new"]);
    }

    #[test]
    fn the_folder_has_to_be_there() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(NewFile::place(&dir.path().join("missing/a")), Err(StoreError::Missing(_))));
    }
}
