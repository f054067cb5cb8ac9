//! What opens a store, exchanged: a new keyslot beside the old ones, old ones dropped. The data key stays what it is.
//!
//! The header has two copies; each is on disk before the next is written, so that whatever is torn, one opens with the
//! secrets before or after.

use super::header::Header;
use super::{Store, StoreError, file};
use crate::crypto::{Cost, KeySource, Slot, SlotKind, unlock, wrap};

impl Store {
    /// Puts a keyslot for `new` in the place of all others of its kind; `secret` has to open the store. While both the old
    /// and the new open it, `between` runs: the moment to put a new key file in its place.
    ///
    /// # Errors
    /// [`StoreError::WrongSecret`] and whatever else unlocking meets; a weak secret; the file cannot be written; what
    /// `between` meets. The old or the new secret opens the store then, whichever is in place.
    pub fn exchange_key(
        &self,
        secret: &KeySource,
        new: &KeySource,
        cost: Cost,
        between: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.with_header(|old, write| {
            let data_key = unlock(&old.slots, secret, &old.id)?;
            let (slot, kind) = (wrap(old.suite, &data_key, new, &old.id, cost)?, new.kind());
            write(old.slots.iter().cloned().chain([slot.clone()]).collect())?;
            between()?;
            write(old.slots.iter().filter(|s| s.kind != kind).cloned().chain([slot]).collect())
        })
    }

    /// Drops every keyslot of a kind.
    ///
    /// # Errors
    /// [`StoreError::NoSlot`] when there is none, [`StoreError::LastKey`] when nothing but a recovery code would be left; the
    /// file cannot be written.
    pub fn drop_keys(&self, kind: SlotKind) -> Result<(), StoreError> {
        self.with_header(|old, write| {
            let left: Vec<Slot> = old.slots.iter().filter(|s| s.kind != kind).cloned().collect();
            if left.len() == old.slots.len() {
                return Err(StoreError::NoSlot);
            }
            if left.iter().all(|s| s.kind == SlotKind::Recovery) {
                return Err(StoreError::LastKey);
            }
            write(left)
        })
    }

    /// Reads the header and lets `f` write others, while no other session writes.
    fn with_header(
        &self,
        f: impl FnOnce(&Header, &dyn Fn(Vec<Slot>) -> Result<(), StoreError>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let path = &self.0.path;
        self.writing(|_, _| {
            let keys = &self.0.codec.keys;
            let (old, _) = file::read_header(path)?;
            if !old.fits(keys) {
                return Err(StoreError::damaged("header MAC"));
            }
            let write = |slots| {
                let new = Header::new(old.id, old.mode, slots, keys);
                file::replace_prefix(path, &new).map_err(|e| StoreError::io(path, &e))
            };
            f(&old, &write).map(|()| (None, ()))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::super::fault_tests::NoPeople;
    use super::super::{Mode, NewStore, OpenOptions, faults, peek};
    use super::*;

    const CHEAP: Cost = Cost { memory: 8, passes: 1, lanes: 1 };

    fn word(text: &str) -> KeySource {
        KeySource::Passphrase(text.to_owned())
    }

    fn open(path: &Path, secret: &KeySource) -> Result<Store, StoreError> {
        Store::open(path, secret, OpenOptions::default(), Arc::new(NoPeople))
    }

    fn opens(path: &Path, secret: &KeySource) -> bool {
        match open(path, secret) {
            Ok(_) => true,
            Err(StoreError::WrongSecret | StoreError::NoSlot) => false,
            Err(e) => panic!("{e:?}"),
        }
    }

    fn made(path: &Path) -> Store {
        let new = NewStore { cost: CHEAP, ..NewStore::new(Mode::Personal, word("the first one")) };
        Store::create(path, &new, Arc::new(NoPeople)).unwrap()
    }

    fn exchange(store: &Store, secret: &KeySource, new: &KeySource) -> Result<(), StoreError> {
        store.exchange_key(secret, new, CHEAP, || Ok(()))
    }

    #[test]
    fn a_passphrase_is_exchanged_while_another_session_has_the_store_open() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.shoumi");
        let (old, new) = (word("the first one"), word("the second one"));
        let (store, other) = (made(&path), open(&path, &old).unwrap());
        assert!(matches!(exchange(&store, &word("a wrong one"), &new), Err(StoreError::WrongSecret)));
        let both = || {
            assert!(opens(&path, &old) && opens(&path, &new));
            Ok(())
        };
        store.exchange_key(&old, &new, CHEAP, both).unwrap();
        assert!(!opens(&path, &old) && opens(&path, &new));
        for store in [&store, &other] {
            assert_eq!(store.verify().unwrap().problems, []);
        }
        // Whoever exchanges it at the same time by the old one is refused.
        assert!(matches!(exchange(&other, &old, &word("the third one")), Err(StoreError::WrongSecret)));
        // A copy made by the session that does not know of it opens with the new one alone.
        let copy = folder.path().join("copy.shoumi");
        other.backup(&copy).unwrap();
        assert!(!opens(&copy, &old) && opens(&copy, &new));
    }

    #[test]
    fn the_last_key_is_kept_and_a_recovery_code_is_no_key_of_every_day() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.shoumi");
        let (store, old, new) = (made(&path), word("the first one"), word("the second one"));
        let code = KeySource::Recovery("0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ".to_owned());
        assert!(matches!(store.drop_keys(SlotKind::Recovery), Err(StoreError::NoSlot)));
        exchange(&store, &old, &code).unwrap();
        assert!(matches!(store.drop_keys(SlotKind::Passphrase), Err(StoreError::LastKey)));
        assert!(opens(&path, &code) && opens(&path, &old));
        // It opens the way to a new key.
        exchange(&store, &code, &new).unwrap();
        store.drop_keys(SlotKind::Recovery).unwrap();
        assert_eq!((opens(&path, &code), opens(&path, &old), opens(&path, &new)), (false, false, true));
        assert_eq!(peek(&path).unwrap().slots, [SlotKind::Passphrase]);
    }

    /// Each of its writes fails once: the store opens, and with the old secret or the new one.
    #[test]
    fn a_disk_that_fails_leaves_one_of_both_keys() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (word("the first one"), word("the second one"));
        let mut failed = 0;
        for n in 0.. {
            let path = folder.path().join(format!("{n}.shoumi"));
            let store = made(&path);
            let placed = std::cell::Cell::new(false);
            faults::fail_after(Some(n));
            let result = store.exchange_key(&old, &new, CHEAP, || {
                placed.set(true);
                Ok(())
            });
            let hit = faults::hit();
            faults::fail_after(None);
            drop(store);
            // What lies in its place opens the store.
            let secret = if placed.get() { &new } else { &old };
            assert!(opens(&path, secret), "operation {n}");
            if !hit {
                result.unwrap();
                assert!(!opens(&path, &old));
                break;
            }
            failed += 1;
            // Done again, it ends as it should, and both copies are alike.
            let store = open(&path, secret).unwrap();
            exchange(&store, secret, &new).unwrap();
            assert_eq!(store.verify().unwrap().problems, []);
            drop(store);
            assert_eq!((opens(&path, &old), opens(&path, &new)), (false, true));
        }
        assert!(failed >= 8, "{failed}");
    }
}
