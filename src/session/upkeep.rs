//! Verify, backup, restore.

use std::path::Path;
use std::sync::Arc;

use super::{Refusal, Session, SessionError, Settings, open, secret};
use crate::decide::may_back_up;
use crate::domain::Channel;
use crate::error::{Error, Kind};
use crate::rules::RulesProjector;
use crate::store::{self, Mode, Note, Report, Store};

impl Session {
    /// Checks the file, every record and the journal's chain, on a copy.
    ///
    /// # Errors
    /// The check itself cannot run.
    pub fn verify(&self) -> Result<Report, SessionError> {
        Ok(self.store.verify()?)
    }

    /// A consistent copy while the register is in use. On a host it is the system administrator's, and the journal, that
    /// of the copy too, says that it was made; the name of the file is sealed with the entry.
    ///
    /// # Errors
    /// `not_permitted`; there is a file at `to`; the file system refuses.
    pub fn backup(&self, to: &Path) -> Result<(), SessionError> {
        let named = to;
        let to = &*self.settings.outgoing(to)?;
        if self.mode() == Mode::Host {
            if to.symlink_metadata().is_ok() {
                return Err(store::StoreError::Exists(to.to_owned()).into());
            }
            let note = Note { reason: super::note::file_of(named), ..Note::default() };
            self.write_down("make_backup", Channel::Cli, note, |who| {
                let refusal = || Refusal::permission("not_permitted").with("verb", "make_backup");
                may_back_up(&who.roles).then_some(()).ok_or_else(refusal)
            })?;
        }
        open::make_folder(to)?;
        Ok(self.store.backup(to)?)
    }

    /// Verifies a backup and puts it at the place the settings name, which must be free. The key file of the register
    /// that was backed up opens it.
    ///
    /// # Errors
    /// There is a file; the backup is damaged; the secret does not fit.
    pub fn restore(settings: &Settings, from: &Path) -> Result<(), Vec<Error>> {
        let packs = open::packs(settings)?;
        let one = |e: Error| vec![e];
        let from = &*settings.incoming(from).map_err(one)?;
        if settings.store.exists() {
            return Err(one(Error::new(Kind::Store, "file_exists").with("path", settings.store.display())));
        }
        let peek = store::peek(from).map_err(|e| one(e.into()))?;
        // The key file lies beside the new place, or still beside the backup.
        let mut beside = settings.clone();
        if !beside.key_path().exists() {
            beside.key_file = Some(Settings::at(from, settings.lang).key_path()).filter(|p| p.exists());
        }
        let key = secret::for_store(&beside, &peek).map_err(one)?;
        open::make_folder(&settings.store).map_err(one)?;
        Store::restore(from, &settings.store, &key, Arc::new(RulesProjector::new(packs))).map_err(|e| one(e.into()))
    }
}
