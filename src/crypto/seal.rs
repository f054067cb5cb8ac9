//! The data key at work.

use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit, Nonce, Tag};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{CryptoError, Secret32, random};

/// Length of a MAC.
pub const MAC_LEN: usize = 32;
/// What sealing adds to a value: suite byte, nonce, tag.
pub const SEAL_OVERHEAD: usize = 1 + NONCE + TAG;
const NONCE: usize = 12;
const TAG: usize = 16;

/// The cipher of a sealed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suite {
    /// AES-256-GCM.
    Aes256Gcm,
}

impl Suite {
    /// The byte in front of a sealed value; 2 is reserved for SM4-GCM.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Aes256Gcm => 1,
        }
    }

    /// Reads the byte.
    ///
    /// # Errors
    /// [`CryptoError::UnknownSuite`].
    pub const fn from_byte(byte: u8) -> Result<Self, CryptoError> {
        match byte {
            1 => Ok(Self::Aes256Gcm),
            other => Err(CryptoError::UnknownSuite(other)),
        }
    }
}

/// Everything derived from one data key.
#[derive(Clone)]
pub struct Keys {
    aead: Aes256Gcm,
    root: Secret32,
    mac: Secret32,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

/// HMAC-SHA-256 over parts, each with its length.
pub(super) fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; MAC_LEN] {
    // A key of any length is accepted, so the fallback is never used.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else { return [0; MAC_LEN] };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

impl Keys {
    /// Derives the working keys from a data key.
    pub fn new(data_key: &Secret32) -> Self {
        let derive = |label: &[u8]| Secret32::new(hmac(data_key.bytes(), &[b"shoumi derive 1", label]));
        let aead = Aes256Gcm::new(derive(b"seal").bytes().into());
        Self { aead, root: derive(b"root"), mac: derive(b"mac") }
    }

    /// Keys for another purpose (drafts, exports): values sealed under one label never open under another.
    #[must_use]
    pub fn derive(&self, label: &str) -> Self {
        Self::new(&Secret32::new(hmac(self.root.bytes(), &[b"shoumi purpose 1", label.as_bytes()])))
    }

    /// Keyed MAC over parts; `purpose` keeps uses apart.
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; MAC_LEN] {
        let mut all = vec![purpose.as_bytes()];
        all.extend_from_slice(parts);
        hmac(self.mac.bytes(), &all)
    }

    /// Seals `plain`; `aad` (the place it belongs to) must be given again to open it.
    ///
    /// # Errors
    /// [`CryptoError::NoRandom`].
    pub fn seal(&self, aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let nonce: [u8; NONCE] = random()?;
        let mut out = Vec::with_capacity(plain.len() + SEAL_OVERHEAD);
        out.push(Suite::Aes256Gcm.byte());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(plain);
        let Some(body) = out.get_mut(1 + NONCE..) else { return Err(CryptoError::Damaged) };
        let tag = self
            .aead
            .encrypt_inout_detached(&Nonce::from(nonce), aad, InOutBuf::from(body))
            .map_err(|_| CryptoError::Damaged)?;
        out.extend_from_slice(&tag);
        Ok(out)
    }

    /// Opens what [`Keys::seal`] made.
    ///
    /// # Errors
    /// [`CryptoError::Damaged`] for any other bytes, key or place; [`CryptoError::UnknownSuite`].
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let (suite, rest) = sealed.split_first().ok_or(CryptoError::Damaged)?;
        Suite::from_byte(*suite)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or(CryptoError::Damaged)?;
        let (body, tag) = rest.split_last_chunk::<TAG>().ok_or(CryptoError::Damaged)?;
        let mut plain = body.to_vec();
        self.aead
            .decrypt_inout_detached(&Nonce::from(*nonce), aad, InOutBuf::from(plain.as_mut_slice()), &Tag::from(*tag))
            .map_err(|_| CryptoError::Damaged)?;
        Ok(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_whole_and_in_its_place() {
        let keys = Keys::new(&Secret32::new([1; 32]));
        let sealed = keys.seal(b"place", b"text").unwrap();
        assert_eq!(sealed.len(), 4 + SEAL_OVERHEAD);
        assert_eq!(keys.open(b"place", &sealed).unwrap(), b"text");
        assert!(keys.open(b"other", &sealed).is_err());
        assert!(Keys::new(&Secret32::new([2; 32])).open(b"place", &sealed).is_err());
        assert!(keys.derive("drafts").open(b"place", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[at] ^= 1;
            assert!(keys.open(b"place", &bad).is_err(), "byte {at}");
            assert!(keys.open(b"place", &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn macs_are_told_apart_by_purpose_and_parts() {
        let keys = Keys::new(&Secret32::new([1; 32]));
        assert_ne!(keys.mac("a", &[b"x"]), keys.mac("b", &[b"x"]));
        assert_ne!(keys.mac("a", &[b"x", b"y"]), keys.mac("a", &[b"xy"]));
        assert_eq!(keys.mac("a", &[b"x"]), keys.mac("a", &[b"x"]));
    }
}
