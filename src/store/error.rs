//! Why the store did not do what it was asked, by kind; sentences are in `i18n` under `error.`.

use std::path::{Path, PathBuf};

use crate::crypto::CryptoError;
use crate::domain::RecordId;
use crate::error::{Error, Kind};

/// A failure of the store. No value carries personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no file at the path.
    #[error("no store at {0}")]
    Missing(PathBuf),
    /// A new store, backup or restored file would overwrite a file.
    #[error("{0} exists")]
    Exists(PathBuf),
    /// The file is something else: a text, a picture, an empty file.
    #[error("{path} is not a store ({what})")]
    NotAStore {
        /// The file.
        path: PathBuf,
        /// `empty`, `text` or `other`.
        what: &'static str,
    },
    /// The file ends too early.
    #[error("{0} is cut short")]
    Truncated(PathBuf),
    /// Another file stands where the open one stood, or none: what is written now would be lost with the open one.
    #[error("{0} was replaced")]
    Replaced(PathBuf),
    /// Written by a later version of the program.
    #[error("store schema {found} is newer than {known}")]
    Newer {
        /// Schema of the store.
        found: u16,
        /// Schema of this program.
        known: u16,
    },
    /// Written by an earlier version that this one does not migrate.
    #[error("store schema {found} is older than {known}")]
    Older {
        /// Schema of the store.
        found: u16,
        /// Schema of this program.
        known: u16,
    },
    /// The passphrase, key file or recovery code does not fit.
    #[error("wrong secret")]
    WrongSecret,
    /// The store has no keyslot of the kind offered.
    #[error("no such keyslot")]
    NoSlot,
    /// Without this keyslot nothing but a recovery code would open the store.
    #[error("the last keyslot")]
    LastKey,
    /// The secret is too short to be one.
    #[error("secret too short")]
    WeakSecret,
    /// Bytes that are not what was written. `place` names where, without personal data.
    #[error("damaged: {place}")]
    Damaged {
        /// Where, for example `row P000012`, `journal 17`, `header`.
        place: String,
    },
    /// An older state was put in the place of one that was seen.
    #[error("went back from entry {seen} to {found}")]
    WentBack {
        /// The newest journal entry seen.
        seen: u64,
        /// The newest one there is.
        found: u64,
    },
    /// Another session held the store longer than the limit.
    #[error("busy")]
    Busy,
    /// The store is open for reading only.
    #[error("read-only")]
    ReadOnly,
    /// The file is a backup: it is read and restored, not worked in.
    #[error("a backup")]
    Backup,
    /// The disk is full.
    #[error("no space left for {0}")]
    NoSpace(PathBuf),
    /// The file may not be read or written by this user.
    #[error("permission denied: {0}")]
    Denied(PathBuf),
    /// A network file system, whose caches are not coherent between hosts.
    #[error("network file system: {0}")]
    Network(&'static str),
    /// Another program or version holds the file in a way that excludes this one.
    #[error("locked by another version")]
    Locked,
    /// Any other failure of the system.
    #[error("{path}: {what}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        what: String,
    },
    /// `expect_head` no longer holds.
    #[error("head moved from {expected} to {found}")]
    Moved {
        /// What the caller had seen.
        expected: u64,
        /// What is.
        found: u64,
    },
    /// A changed record does not follow on the stored one.
    #[error("{record} has revision {found}, not the one before {given}")]
    Stale {
        /// Which.
        record: RecordId,
        /// Stored revision, 0 for none.
        found: u64,
        /// Revision of the change.
        given: u64,
    },
    /// Another record has the natural key.
    #[error("the number is taken by {0}")]
    Taken(RecordId),
    /// A change names a unit that does not exist.
    #[error("{0} names an unknown unit")]
    NoUnit(RecordId),
    /// A defect of the program.
    #[error("internal: {0}")]
    Internal(&'static str),
}

impl StoreError {
    /// Damage at a place.
    pub(super) fn damaged(place: impl Into<String>) -> Self {
        Self::Damaged { place: place.into() }
    }

    /// A failure whose file is not known where it is met.
    pub(super) fn io_of(what: &str) -> Self {
        Self::Io { path: PathBuf::new(), what: what.to_owned() }
    }

    /// Names the file where it was not known.
    pub(super) fn at(mut self, file: &Path) -> Self {
        if let Self::Io { path, .. } | Self::NoSpace(path) | Self::Denied(path) | Self::Truncated(path) = &mut self
            && path.as_os_str().is_empty()
        {
            file.clone_into(path);
        }
        self
    }

    /// Names the file that was asked for in the place of the one it was made under.
    pub(super) fn instead(mut self, file: &Path) -> Self {
        if let Self::Io { path, .. } | Self::NoSpace(path) | Self::Denied(path) | Self::Missing(path) = &mut self {
            file.clone_into(path);
        }
        self
    }

    /// Whether it says that bytes are not what was written.
    pub const fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::WentBack { .. } | Self::Truncated(_) | Self::NotAStore { .. })
    }

    /// Stable code; also the locale key under `error.`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "store_missing",
            Self::Exists(_) => "file_exists",
            Self::NotAStore { .. } => "not_a_store",
            Self::Truncated(_) => "store_truncated",
            Self::Replaced(_) => "store_replaced",
            Self::Newer { .. } => "store_newer",
            Self::Older { .. } => "store_older",
            Self::WrongSecret => "wrong_secret",
            Self::NoSlot => "no_keyslot",
            Self::LastKey => "key_last",
            Self::WeakSecret => "weak_secret",
            Self::Damaged { .. } => "store_damaged",
            Self::WentBack { .. } => "store_went_back",
            Self::Busy => "store_busy",
            Self::ReadOnly => "store_read_only",
            Self::Backup => "store_is_backup",
            Self::NoSpace(_) => "no_space",
            Self::Denied(_) => "file_denied",
            Self::Network(_) => "network_fs",
            Self::Locked => "store_locked",
            Self::Io { .. } => "store_io",
            Self::Moved { .. } => "head_moved",
            Self::Stale { .. } => "record_stale",
            Self::Taken(_) => "number_taken",
            Self::NoUnit(_) => "no_unit",
            Self::Internal(_) => "store_internal",
        }
    }

    /// An error of the file system at a path.
    pub(super) fn io(path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind as K;
        match error.kind() {
            K::NotFound => Self::Missing(path.to_owned()),
            K::AlreadyExists => Self::Exists(path.to_owned()),
            K::PermissionDenied | K::ReadOnlyFilesystem => Self::Denied(path.to_owned()),
            K::StorageFull | K::QuotaExceeded | K::FileTooLarge => Self::NoSpace(path.to_owned()),
            K::UnexpectedEof => Self::Truncated(path.to_owned()),
            K::TimedOut => Self::Busy,
            K::InvalidData => Self::damaged("page"),
            _ => Self::Io { path: path.to_owned(), what: error.to_string() },
        }
    }
}

impl From<CryptoError> for StoreError {
    fn from(error: CryptoError) -> Self {
        match error {
            CryptoError::Damaged => Self::damaged("sealed value"),
            CryptoError::WrongSecret => Self::WrongSecret,
            CryptoError::NoSlot => Self::NoSlot,
            CryptoError::TooShort => Self::WeakSecret,
            CryptoError::UnknownSuite(_) => Self::damaged("suite byte"),
            CryptoError::NoRandom => Self::io_of("random"),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let kind = match &error {
            StoreError::Moved { .. } | StoreError::Stale { .. } | StoreError::Taken(_) | StoreError::NoUnit(_) => {
                Kind::Refused
            }
            StoreError::WeakSecret => Kind::Input,
            StoreError::LastKey => Kind::Refused,
            _ => Kind::Store,
        };
        let out = Self::new(kind, error.code());
        match error {
            StoreError::Missing(p)
            | StoreError::Exists(p)
            | StoreError::Truncated(p)
            | StoreError::Replaced(p)
            | StoreError::NoSpace(p)
            | StoreError::Denied(p) => out.with("path", p.display()),
            StoreError::NotAStore { path, .. } => out.with("path", path.display()),
            StoreError::Newer { found, known } | StoreError::Older { found, known } => {
                out.with("found", found).with("known", known)
            }
            StoreError::Damaged { place } => out.with("place", place),
            StoreError::WentBack { seen, found } => out.with("seen", seen).with("found", found),
            StoreError::Network(fs) => out.with("fs", fs),
            StoreError::Io { path, what } => out.with("path", path.display()).with("what", what),
            StoreError::Moved { expected, found } => out.with("expected", expected).with("found", found),
            StoreError::Stale { record, found, given } => {
                out.with("record", record).with("found", found).with("given", given)
            }
            StoreError::Taken(record) | StoreError::NoUnit(record) => out.with("record", record),
            StoreError::Internal(what) => out.with("what", what),
            _ => out,
        }
    }
}
