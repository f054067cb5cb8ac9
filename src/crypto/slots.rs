//! Keyslots: the random data key wrapped by what an operator has or knows.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::suite::hmac;
use super::{CryptoError, Keys, RecoveryCode, Secret32, Suite, random};

/// What opens a store.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub enum KeySource {
    /// The contents of a key file, at least 32 bytes.
    KeyFile(Vec<u8>),
    /// A passphrase; used as typed.
    Passphrase(String),
    /// The recovery code as typed.
    Recovery(String),
    /// The fixed public key of demonstration stores.
    Demo,
}

impl std::fmt::Debug for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeySource::{:?}(..)", self.kind())
    }
}

impl KeySource {
    /// The kind of keyslot it opens.
    pub const fn kind(&self) -> SlotKind {
        match self {
            Self::KeyFile(_) => SlotKind::KeyFile,
            Self::Passphrase(_) => SlotKind::Passphrase,
            Self::Recovery(_) => SlotKind::Recovery,
            Self::Demo => SlotKind::Demo,
        }
    }
}

/// The kind of a keyslot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SlotKind {
    /// A key file on the host.
    KeyFile,
    /// A passphrase, by argon2id.
    Passphrase,
    /// The recovery code on paper.
    Recovery,
    /// The public key of demonstration stores: no secret at all.
    Demo,
}

/// The cost of argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// What new passphrase slots use: 64 MiB, three passes (RFC 9106, second recommendation, one lane).
    pub const DEFAULT: Self = Self { memory: 64 * 1024, passes: 3, lanes: 1 };
}

/// The data key wrapped once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// By what.
    pub kind: SlotKind,
    salt: [u8; 16],
    cost: Cost,
    // Tells a wrong secret (mismatch) from a damaged wrap (match, but the seal does not open).
    check: [u8; 8],
    wrapped: Vec<u8>,
}

impl Slot {
    /// The cost of unwrapping it, as the slot itself says; a stranger's file may say anything.
    pub const fn cost(&self) -> Cost {
        self.cost
    }

    /// The suite the data key is wrapped with, and is for.
    ///
    /// # Errors
    /// [`CryptoError::Damaged`], [`CryptoError::UnknownSuite`].
    pub fn suite(&self) -> Result<Suite, CryptoError> {
        Suite::from_byte(*self.wrapped.first().ok_or(CryptoError::Damaged)?)
    }
}

const DEMO: &[u8; 32] = b"shoumi demonstration: public key";

/// The key that wraps the data key.
fn wrapping_key(suite: Suite, source: &KeySource, salt: &[u8; 16], cost: Cost) -> Result<Secret32, CryptoError> {
    match source {
        KeySource::KeyFile(bytes) if bytes.len() < 32 => Err(CryptoError::TooShort),
        KeySource::KeyFile(bytes) => Ok(Secret32::new(hmac(suite, salt, &[b"key file", bytes]))),
        KeySource::Passphrase(text) if text.is_empty() => Err(CryptoError::TooShort),
        KeySource::Passphrase(text) => {
            let params =
                Params::new(cost.memory, cost.passes, cost.lanes, Some(32)).map_err(|_| CryptoError::Damaged)?;
            let mut out = [0; 32];
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                .hash_password_into(text.as_bytes(), salt, &mut out)
                .map_err(|_| CryptoError::Damaged)?;
            let key = Secret32::new(out);
            out.zeroize();
            Ok(key)
        }
        KeySource::Recovery(text) => {
            let code = RecoveryCode::parse(text)?;
            Ok(Secret32::new(hmac(suite, salt, &[b"recovery", code.as_bytes()])))
        }
        KeySource::Demo => Ok(Secret32::new(hmac(suite, salt, &[b"demo", DEMO]))),
    }
}

fn check_of(suite: Suite, key: &Secret32) -> [u8; 8] {
    let mac = hmac(suite, key.bytes(), &[b"shoumi slot check"]);
    mac.first_chunk().copied().unwrap_or_default()
}

/// Wraps the data key for `source`; `place` (the store id) is bound to it.
///
/// # Errors
/// [`CryptoError::TooShort`], [`CryptoError::NoRandom`].
pub fn wrap(
    suite: Suite,
    data_key: &Secret32,
    source: &KeySource,
    place: &[u8],
    cost: Cost,
) -> Result<Slot, CryptoError> {
    let salt = random()?;
    let key = wrapping_key(suite, source, &salt, cost)?;
    let wrapped = Keys::new(&key, suite).seal(place, data_key.bytes())?;
    Ok(Slot { kind: source.kind(), salt, cost, check: check_of(suite, &key), wrapped })
}

/// Unwraps the data key from the first slot that `source` fits.
///
/// # Errors
/// [`CryptoError::NoSlot`] when no slot has that kind, [`CryptoError::WrongSecret`] when none of them fits,
/// [`CryptoError::Damaged`] when the secret fits but the wrapped key is damaged.
pub fn unlock(slots: &[Slot], source: &KeySource, place: &[u8]) -> Result<Secret32, CryptoError> {
    let mut failure = CryptoError::NoSlot;
    for slot in slots.iter().filter(|s| s.kind == source.kind()) {
        // A cost far above what is ever written would only be met in a damaged or hostile file.
        if slot.cost.memory > 1 << 20 || slot.cost.passes > 64 || slot.cost.lanes > 16 {
            failure = CryptoError::Damaged;
            continue;
        }
        let Ok(suite) = slot.suite() else {
            failure = CryptoError::Damaged;
            continue;
        };
        let key = wrapping_key(suite, source, &slot.salt, slot.cost)?;
        let fits = slot.check == check_of(suite, &key);
        match Keys::new(&key, suite).open(place, &slot.wrapped).map(<[u8; 32]>::try_from) {
            Ok(Ok(data_key)) => return Ok(Secret32::new(data_key)),
            _ if fits => failure = CryptoError::Damaged,
            _ if failure != CryptoError::Damaged => failure = CryptoError::WrongSecret,
            _ => {}
        }
    }
    Err(failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIGHT: Cost = Cost { memory: 64, passes: 1, lanes: 1 };

    #[test]
    fn every_kind_of_slot_opens_with_its_secret_alone() {
        let data_key = Secret32::random().unwrap();
        let code = RecoveryCode::new().unwrap();
        let sources = [
            KeySource::KeyFile(vec![3; 40]),
            KeySource::Passphrase("a long phrase".into()),
            KeySource::Recovery(code.reveal().to_lowercase()),
            KeySource::Demo,
        ];
        let slots: Vec<Slot> = sources
            .iter()
            .zip(Suite::ALL.into_iter().cycle())
            .map(|(s, suite)| wrap(suite, &data_key, s, b"id", LIGHT).unwrap())
            .collect();
        for source in &sources {
            assert_eq!(unlock(&slots, source, b"id").unwrap(), data_key, "{source:?}");
            assert!(unlock(&slots, source, b"another store").is_err(), "{source:?}");
        }
        let wrong = KeySource::Passphrase("another".into());
        assert_eq!(unlock(&slots, &wrong, b"id"), Err(CryptoError::WrongSecret));
        assert_eq!(unlock(&slots[..1], &wrong, b"id"), Err(CryptoError::NoSlot));
        assert_eq!(unlock(&slots, &KeySource::KeyFile(vec![3; 8]), b"id"), Err(CryptoError::TooShort));
    }

    #[test]
    fn a_damaged_wrap_is_not_called_a_wrong_secret() {
        let data_key = Secret32::random().unwrap();
        let source = KeySource::Passphrase("p".into());
        let mut slot = wrap(Suite::Sm4Gcm, &data_key, &source, b"id", LIGHT).unwrap();
        slot.wrapped[20] ^= 1;
        assert_eq!(unlock(&[slot], &source, b"id"), Err(CryptoError::Damaged));
    }
}
