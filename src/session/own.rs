//! What belongs to one operator and to no record: text not yet sent, saved filters. Sealed files in a folder beside the
//! store, `<store>.own`, put in place whole; their names say neither who nor what.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};

use super::{Mode, Session};
use crate::error::{Error, Kind};
use crate::exchange::{Readers, replace_file};

/// The label of the keys; nothing sealed elsewhere opens under it.
const LABEL: &str = "own files 1";
/// A longer file is not one of ours.
const LIMIT: u64 = 4 << 20;
/// So many sessions of one operator can have a draft each at the same time.
const SESSIONS: u8 = 8;

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// A form being filled: one for each session of the operator, so that none overwrites another's.
    Draft,
    /// The operator's saved filters: one for all sessions.
    Filters,
}

impl Kept {
    const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Filters => "filters",
        }
    }
}

/// The place among the drafts that this session has taken: held by a lock, which the system takes back from a session
/// that ended in whatever way.
#[derive(Debug, Default)]
pub(super) struct Own {
    draft: Mutex<Option<(u8, File)>>,
    /// Its seat among the sessions of the operator.
    seat: Mutex<Option<File>>,
    /// Whether the journal says that this session reads it.
    pub reading: AtomicBool,
}

impl Session {
    /// Keeps `text`, or removes what was kept. When it returns, the text is on disk.
    ///
    /// # Errors
    /// `own_unwritable`: the folder or the disk refuses; what was kept before is still there.
    pub fn keep(&self, kept: Kept, text: Option<&str>) -> Result<(), Error> {
        let path = self.place(kept).map_err(|e| self.unwritable(&e))?;
        let Some(text) = text else {
            return match fs::remove_file(&path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => Err(self.unwritable(&e)),
                _ => Ok(()),
            };
        };
        let sealed = self.store.keys(LABEL).seal(&self.aad(kept), text.as_bytes());
        let sealed = sealed.map_err(|_| Error::new(Kind::Store, "no_random"))?;
        let kept = replace_file(&path, &sealed, Readers::Owner);
        kept.map_err(|e| self.unwritable(&e.values.get("why").map_or("", String::as_str)))
    }

    /// What was kept. A file that is damaged or belongs to another store or operator is set aside under another name, so
    /// that it is in nobody's way and not lost.
    ///
    /// # Errors
    /// `own_damaged` with the place it was set aside to; `own_unwritable` where there can be no folder.
    pub fn kept(&self, kept: Kept) -> Result<Option<String>, Error> {
        if !folder(self.path()).is_dir() {
            return Ok(None);
        }
        let path = self.place(kept).map_err(|e| self.unwritable(&e))?;
        let text = match read(&path) {
            Ok(sealed) => self.store.keys(LABEL).open(&self.aad(kept), &sealed).ok(),
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(_) => None,
        };
        match text.and_then(|bytes| String::from_utf8(bytes).ok()) {
            Some(text) => Ok(Some(text)),
            None => {
                let aside = path.with_extension("damaged");
                let _ = fs::rename(&path, &aside);
                Err(Error::new(Kind::Store, "own_damaged").with("path", aside.display()))
            }
        }
    }

    /// Takes one of the seats an operator of a host has, for as long as the session lives: a lock, which the system takes
    /// back from a session that ended in whatever way.
    ///
    /// # Errors
    /// `seats_taken`. Where no lock can be made, nobody is kept from reading.
    pub fn take_seat(&self) -> Result<(), Error> {
        if self.mode() != Mode::Host {
            return Ok(());
        }
        let Ok((folder, who)) = self.folder_and_name() else { return Ok(()) };
        for n in 0..self.settings.sessions {
            let Ok(lock) = lock_file(&folder.join(format!("{who}-{n}.seat"))) else { return Ok(()) };
            if !matches!(lock.try_lock(), Err(fs::TryLockError::WouldBlock)) {
                *self.own.seat.lock().unwrap_or_else(PoisonError::into_inner) = Some(lock);
                return Ok(());
            }
        }
        let most = self.settings.sessions;
        Err(Error::new(Kind::Permission, "seats_taken").with("id", &self.operator().id).with("most", most))
    }

    fn unwritable(&self, why: &impl ToString) -> Error {
        Error::new(Kind::Store, "own_unwritable")
            .with("path", folder(self.path()).display())
            .with("why", why.to_string())
    }

    /// The place a text belongs to: it opens there and nowhere else.
    fn aad(&self, kept: Kept) -> Vec<u8> {
        let mut aad = self.store.id().to_vec();
        aad.extend_from_slice(kept.code().as_bytes());
        aad.push(0);
        aad.extend_from_slice(self.operator().id.as_bytes());
        aad
    }

    /// The folder, made if need be, and the name the operator's files have there.
    fn folder_and_name(&self) -> io::Result<(PathBuf, String)> {
        let folder = folder(self.path());
        let mac = self.store.keys(LABEL).mac("file name", &[&self.store.id(), self.operator().id.as_bytes()]);
        let who = mac.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
        let who = format!("{who:016x}");
        if let Err(e) = make(&folder)
            && !folder.is_dir()
        {
            return Err(e);
        }
        Ok((folder, who))
    }

    fn place(&self, kept: Kept) -> io::Result<PathBuf> {
        let (folder, who) = self.folder_and_name()?;
        match kept {
            Kept::Filters => Ok(folder.join(format!("{who}.filters"))),
            Kept::Draft => {
                let mut mine = self.own.draft.lock().unwrap_or_else(PoisonError::into_inner);
                if mine.is_none() {
                    *mine = Some(claim(&folder, &who)?);
                }
                let n = mine.as_ref().map_or(0, |(n, _)| *n);
                Ok(draft(&folder, &who, n))
            }
        }
    }
}

/// The folder beside a store.
fn folder(store: &Path) -> PathBuf {
    let mut name = store.file_name().unwrap_or_default().to_owned();
    name.push(".own");
    store.with_file_name(name)
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn draft(folder: &Path, who: &str, n: u8) -> PathBuf {
    folder.join(format!("{who}-{n}.draft"))
}

fn lock_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Takes a place that no other session has: first one where a session that is gone left something.
fn claim(folder: &Path, who: &str) -> io::Result<(u8, File)> {
    let mut free = None;
    for n in 0..SESSIONS {
        let left = draft(folder, who, n).symlink_metadata().is_ok();
        if !left && free.is_some() {
            continue;
        }
        let lock = lock_file(&folder.join(format!("{who}-{n}.lock")))?;
        // A file system without locks serves one session at a time.
        if matches!(lock.try_lock(), Err(fs::TryLockError::WouldBlock)) {
            continue;
        }
        if left {
            return Ok((n, lock));
        }
        free = Some((n, lock));
    }
    free.ok_or_else(|| io::ErrorKind::WouldBlock.into())
}

/// Reads a file that is one of ours by its kind and size: no pipe to wait at, no endless device.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !path.symlink_metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LIMIT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::session::{Init, Mode, Settings, Suite};

    const TEXT: &str = "张伟 110101199003071234";

    fn store(dir: &Path) -> Session {
        let settings = Settings::at(dir.join("unit.shoumi"), Lang::En);
        let init = Init {
            unit: "示范单位".into(),
            pack: "p5-company".into(),
            law: false,
            tracking_from: None,
            mode: Mode::Personal,
            passphrase: false,
            suite: Suite::default(),
            administrators: Vec::new(),
        };
        Session::init(&settings, &init).unwrap()
    }

    fn again(session: &Session) -> Session {
        Session::open(&session.settings).unwrap()
    }

    fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
        let all = fs::read_dir(dir.join("unit.shoumi.own")).unwrap().map(|e| e.unwrap().path());
        all.filter(|p| p.to_string_lossy().ends_with(ending)).collect()
    }

    #[test]
    fn what_is_kept_comes_back_and_is_sealed() {
        let dir = tempfile::tempdir().unwrap();
        let session = store(dir.path());
        for kept in [Kept::Draft, Kept::Filters] {
            assert_eq!(session.kept(kept).unwrap(), None);
            session.keep(kept, Some("first")).unwrap();
            session.keep(kept, Some(TEXT)).unwrap();
            assert_eq!(session.kept(kept).unwrap().as_deref(), Some(TEXT));
        }
        for path in files(dir.path(), "") {
            let bytes = fs::read(&path).unwrap();
            for word in ["张伟", "110101199003071234", "first", session.operator().id.as_str()] {
                assert!(!bytes.windows(word.len()).any(|w| w == word.as_bytes()), "{word} in {}", path.display());
                assert!(!path.file_name().unwrap().to_string_lossy().contains(word));
            }
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            }
        }
        let id = session.operator().id.clone();
        drop(session);
        let settings = Settings { operator: Some(id), ..Settings::at(dir.path().join("unit.shoumi"), Lang::En) };
        let next = Session::open(&settings).unwrap();
        assert_eq!(next.kept(Kept::Draft).unwrap().as_deref(), Some(TEXT));
        next.keep(Kept::Draft, None).unwrap();
        next.keep(Kept::Draft, None).unwrap();
        assert_eq!(next.kept(Kept::Draft).unwrap(), None);
        assert_eq!(next.kept(Kept::Filters).unwrap().as_deref(), Some(TEXT));
    }

    #[test]
    fn two_sessions_of_one_operator_have_a_draft_each() {
        let dir = tempfile::tempdir().unwrap();
        let one = store(dir.path());
        one.keep(Kept::Draft, Some("one")).unwrap();
        let two = again(&one);
        assert_eq!(two.kept(Kept::Draft).unwrap(), None);
        two.keep(Kept::Draft, Some("two")).unwrap();
        assert_eq!(one.kept(Kept::Draft).unwrap().as_deref(), Some("one"));
        let three = again(&one);
        drop(two);
        assert_eq!(three.kept(Kept::Draft).unwrap().as_deref(), Some("two"));
    }

    #[test]
    fn a_damaged_or_foreign_file_is_set_aside() {
        let dir = tempfile::tempdir().unwrap();
        let session = store(dir.path());
        for kept in [Kept::Draft, Kept::Filters] {
            session.keep(kept, Some(TEXT)).unwrap();
            let path = files(dir.path(), kept.code()).remove(0);
            let good = fs::read(&path).unwrap();
            let mut flipped = good.clone();
            flipped[20] ^= 1;
            for bad in [Vec::new(), b"text".to_vec(), good[..good.len() - 1].to_vec(), flipped] {
                fs::write(&path, &bad).unwrap();
                let error = session.kept(kept).unwrap_err();
                assert_eq!(error.code, "own_damaged");
                assert_eq!(fs::read(&error.values["path"]).unwrap(), bad);
                assert_eq!(session.kept(kept).unwrap(), None);
            }
            // The other kind's text in this place.
            let other = if kept == Kept::Draft { Kept::Filters } else { Kept::Draft };
            session.keep(other, Some(TEXT)).unwrap();
            fs::copy(files(dir.path(), other.code()).remove(0), &path).unwrap();
            assert_eq!(session.kept(kept).unwrap_err().code, "own_damaged");
            // Something that is no file at all.
            fs::create_dir(&path).unwrap();
            let _ = fs::remove_file(path.with_extension("damaged"));
            assert_eq!(session.kept(kept).unwrap_err().code, "own_damaged");
            let _ = fs::remove_dir_all(path.with_extension("damaged"));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_disk_that_refuses_keeps_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let session = store(dir.path());
        session.keep(Kept::Filters, Some("old")).unwrap();
        let path = files(dir.path(), "filters").remove(0);
        // Root writes where it may not, so the target is made something that cannot be replaced.
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(session.keep(Kept::Filters, Some("new")).unwrap_err().code, "own_unwritable");
    }
}
