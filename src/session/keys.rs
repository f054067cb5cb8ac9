//! What opens the register, exchanged: passphrase, key file, recovery code. Every exchange is an entry of the journal.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Session, SessionError, Settings, secret};
use crate::crypto::{Cost, KeySource, RecoveryCode, SlotKind};
use crate::decide::Refusal;
use crate::domain::{Channel, Role};
use crate::error::{Error, Kind};
use crate::store::{self, Mode, Note, StoreError};

/// What is to be exchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyChange {
    /// The passphrase, or a first one.
    Passphrase,
    /// The key file: a new one in the place of the old, or at this path.
    File(Option<PathBuf>),
    /// The recovery code, or a first one.
    Recovery,
    /// Nothing of this kind opens the register any more.
    Drop(KeyKind),
}

/// What can open a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// A key file.
    File,
    /// A passphrase.
    Passphrase,
    /// The recovery code on paper.
    Recovery,
    /// The public key of demonstrations: no secret at all.
    Public,
}

impl KeyKind {
    /// The stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Passphrase => "passphrase",
            Self::Recovery => "recovery",
            Self::Public => "public",
        }
    }

    const fn of(slot: SlotKind) -> Self {
        match slot {
            SlotKind::KeyFile => Self::File,
            SlotKind::Passphrase => Self::Passphrase,
            SlotKind::Recovery => Self::Recovery,
            SlotKind::Demo => Self::Public,
        }
    }

    const fn slot(self) -> SlotKind {
        match self {
            Self::File => SlotKind::KeyFile,
            Self::Passphrase => SlotKind::Passphrase,
            Self::Recovery => SlotKind::Recovery,
            Self::Public => SlotKind::Demo,
        }
    }
}

/// What `key` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct KeyAnswer {
    /// The register.
    pub store: String,
    /// Cipher and hash: `aes` (AES-256-GCM, SHA-256) or `sm4` (SM4-GCM, SM3).
    pub cipher: String,
    /// What opens it now.
    pub keys: Vec<KeyKind>,
    /// The key file just made.
    pub key_file: Option<String>,
    /// The recovery code just made; it is kept nowhere.
    pub recovery_code: Option<String>,
}

fn answer(settings: &Settings) -> Result<KeyAnswer, Error> {
    let peek = store::peek(&settings.store)?;
    let keys = peek.slots.into_iter().map(KeyKind::of).collect();
    let (store, cipher) = (settings.store.display().to_string(), peek.suite.code().to_owned());
    Ok(KeyAnswer { store, cipher, keys, key_file: None, recovery_code: None })
}

/// A new key file under a name of its own; removed again unless it has been put in its place.
struct NewKey {
    at: PathBuf,
    to: PathBuf,
    placed: bool,
}

impl NewKey {
    fn make(to: &Path, in_place: bool) -> Result<(Self, KeySource), Error> {
        let tail: [u8; 8] = crate::crypto::random().map_err(|_| Error::new(Kind::Store, "no_random"))?;
        let name = to.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let beside = to.with_file_name(format!(".{name}.{:016x}.new", u64::from_be_bytes(tail)));
        let at = if in_place { beside } else { to.to_owned() };
        let key = secret::make_key_file(&at)?;
        Ok((Self { at, to: to.to_owned(), placed: false }, key))
    }

    fn place(&mut self) -> Result<(), StoreError> {
        let failed = |e: std::io::Error| StoreError::Io { path: self.to.clone(), what: e.to_string() };
        if self.at != self.to {
            std::fs::rename(&self.at, &self.to).map_err(failed)?;
        }
        self.placed = true;
        let folder = self.to.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::File::open(folder).and_then(|f| f.sync_all()).map_err(failed)
    }
}

impl Drop for NewKey {
    fn drop(&mut self) {
        if !self.placed {
            let _ = std::fs::remove_file(&self.at);
        }
    }
}

impl Session {
    /// What opens the register, before any secret is asked for.
    ///
    /// # Errors
    /// There is no register.
    pub fn keys(settings: &Settings) -> Result<KeyAnswer, Error> {
        answer(settings)
    }

    /// Exchanges what opens the register; until it is done, what opened it before goes on to.
    ///
    /// # Errors
    /// What opening can meet; a wrong or weak secret; an operator who may not; a register that nothing else would open.
    pub fn change_key(settings: &Settings, change: &KeyChange, by_recovery: bool) -> Result<KeyAnswer, Vec<Error>> {
        let one = |e: Error| vec![e];
        let peek = store::peek(&settings.store).map_err(|e| one(e.into()))?;
        if peek.mode == Mode::Demo {
            return Err(one(Error::new(Kind::Input, "key_public")));
        }
        let by = if by_recovery { secret::recovery(settings) } else { secret::for_store(settings, &peek) };
        let by = by.map_err(one)?;
        let session = Self::open_by(settings, &by)?;
        session.exchange(settings, change, &by).map_err(|e| match e {
            SessionError::Error(e) => one(e),
            SessionError::Refused(_) => {
                one(Error::new(Kind::Permission, "key_denied").with("id", &session.operator().id))
            }
        })
    }

    fn exchange(&self, settings: &Settings, change: &KeyChange, by: &KeySource) -> Result<KeyAnswer, SessionError> {
        let (mut file, mut code) = (None, None);
        let (verb, new) = match change {
            KeyChange::Passphrase => ("key_passphrase", Some(secret::next_passphrase(settings)?)),
            KeyChange::Recovery => {
                let made = RecoveryCode::new().map_err(|_| Error::new(Kind::Store, "no_random"))?.reveal();
                let source = KeySource::Recovery(made.clone());
                code = Some(made);
                ("key_recovery", Some(source))
            }
            KeyChange::File(at) => {
                let path = at.clone().unwrap_or_else(|| settings.key_path());
                let (made, source) = NewKey::make(&path, at.is_none())?;
                file = Some(made);
                ("key_file", Some(source))
            }
            KeyChange::Drop(_) => ("key_dropped", None),
        };
        // Written down first: an exchange without an entry would be worse than an entry without an exchange.
        self.write_down(verb, Channel::Cli, Note::default(), |who| {
            let may = who.roles.iter().any(|r| matches!(r, Role::Owner | Role::SecurityAdmin));
            if may { Ok(()) } else { Err(Refusal::permission("key_denied")) }
        })?;
        match (&new, change) {
            (Some(new), _) => self.store.exchange_key(by, new, Cost::DEFAULT, || match &mut file {
                Some(file) => file.place(),
                None => Ok(()),
            })?,
            (None, KeyChange::Drop(kind)) => self.store.drop_keys(kind.slot())?,
            (None, _) => {}
        }
        let key_file = file.map(|f| f.to.display().to_string());
        Ok(KeyAnswer { key_file, recovery_code: code, ..answer(settings)? })
    }
}
