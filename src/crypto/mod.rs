//! Keyslots, sealed values, keyed MACs, the hash chain.
//!
//! | file | holds |
//! |---|---|
//! | `secret` | 32 secret bytes that are wiped, random bytes, the recovery code |
//! | `suite` | AES-256-GCM with SHA-256, SM4-GCM with SM3 |
//! | `seal` | the data key at work: AEAD with associated data, keyed MACs, keys for other purposes |
//! | `slots` | the data key wrapped by a key file, a passphrase, a recovery code |
//! | `chain` | the hash that links journal entries |
//!
//! Neither this program nor its libraries are a certified product.

mod chain;
mod seal;
mod secret;
mod slots;
mod suite;

pub use chain::{Hash, link};
pub use seal::{Keys, SEAL_OVERHEAD};
pub use secret::{RecoveryCode, Secret32, new_key_file, random};
pub use slots::{Cost, KeySource, Slot, SlotKind, unlock, wrap};
pub use suite::{MAC_LEN, Suite};

/// Why a secret or a sealed value was refused. Carries no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// The sealed bytes are not what was sealed under this key and place.
    #[error("sealed value does not verify")]
    Damaged,
    /// The passphrase, key file or recovery code is not the one of any keyslot.
    #[error("wrong secret")]
    WrongSecret,
    /// There is no keyslot of this kind.
    #[error("no keyslot of this kind")]
    NoSlot,
    /// A key file shorter than 32 bytes, an empty passphrase, a recovery code of the wrong length.
    #[error("secret too short")]
    TooShort,
    /// A suite byte this program does not know.
    #[error("unknown cipher suite {0}")]
    UnknownSuite(u8),
    /// The system gave no random bytes.
    #[error("no random bytes from the system")]
    NoRandom,
}
