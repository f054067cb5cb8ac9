//! The data key at work.

use super::suite::{Cipher, MAC_LEN, NONCE, TAG, hmac};
use super::{CryptoError, Secret32, Suite, random};

/// What sealing adds to a value: suite byte, nonce, tag.
pub const SEAL_OVERHEAD: usize = 1 + NONCE + TAG;

/// Everything derived from one data key.
#[derive(Clone)]
pub struct Keys {
    cipher: Cipher,
    root: Secret32,
    mac: Secret32,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

impl Keys {
    /// Derives the working keys of a suite from a data key.
    pub fn new(data_key: &Secret32, suite: Suite) -> Self {
        let derive = |label: &[u8]| Secret32::new(hmac(suite, data_key.bytes(), &[b"shoumi derive 1", label]));
        Self { cipher: Cipher::new(suite, &derive(b"seal")), root: derive(b"root"), mac: derive(b"mac") }
    }

    /// Of which suite they are.
    pub const fn suite(&self) -> Suite {
        self.cipher.suite()
    }

    /// Keys for another purpose (drafts, exports): values sealed under one label never open under another.
    #[must_use]
    pub fn derive(&self, label: &str) -> Self {
        let key = hmac(self.suite(), self.root.bytes(), &[b"shoumi purpose 1", label.as_bytes()]);
        Self::new(&Secret32::new(key), self.suite())
    }

    /// Keyed MAC over parts; `purpose` keeps uses apart.
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; MAC_LEN] {
        let mut all = vec![purpose.as_bytes()];
        all.extend_from_slice(parts);
        hmac(self.suite(), self.mac.bytes(), &all)
    }

    /// Seals `plain`; `aad` (the place it belongs to) must be given again to open it.
    ///
    /// # Errors
    /// [`CryptoError::NoRandom`].
    pub fn seal(&self, aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let nonce: [u8; NONCE] = random()?;
        let mut out = Vec::with_capacity(plain.len() + SEAL_OVERHEAD);
        out.push(self.suite().byte());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(plain);
        let Some(body) = out.get_mut(1 + NONCE..) else { return Err(CryptoError::Damaged) };
        let tag = self.cipher.seal(nonce, aad, body)?;
        out.extend_from_slice(&tag);
        Ok(out)
    }

    /// Opens what [`Keys::seal`] made.
    ///
    /// # Errors
    /// [`CryptoError::Damaged`] for any other bytes, key, suite or place; [`CryptoError::UnknownSuite`].
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let (suite, rest) = sealed.split_first().ok_or(CryptoError::Damaged)?;
        if Suite::from_byte(*suite)? != self.suite() {
            return Err(CryptoError::Damaged);
        }
        let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or(CryptoError::Damaged)?;
        let (body, tag) = rest.split_last_chunk::<TAG>().ok_or(CryptoError::Damaged)?;
        let mut plain = body.to_vec();
        self.cipher.open(*nonce, aad, &mut plain, *tag)?;
        Ok(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_whole_and_in_its_place() {
        Suite::ALL.into_iter().for_each(opens_only_whole_and_in_its_place);
    }

    fn opens_only_whole_and_in_its_place(suite: Suite) {
        let keys = Keys::new(&Secret32::new([1; 32]), suite);
        let sealed = keys.seal(b"place", b"text").unwrap();
        assert_eq!(sealed.len(), 4 + SEAL_OVERHEAD);
        assert_eq!(keys.open(b"place", &sealed).unwrap(), b"text");
        assert!(keys.open(b"other", &sealed).is_err());
        assert!(Keys::new(&Secret32::new([2; 32]), suite).open(b"place", &sealed).is_err());
        for other in Suite::ALL.into_iter().filter(|s| *s != suite) {
            let other = Keys::new(&Secret32::new([1; 32]), other);
            assert!(other.open(b"place", &sealed).is_err());
            assert_ne!(other.mac("a", &[b"x"]), keys.mac("a", &[b"x"]));
        }
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
        let keys = Keys::new(&Secret32::new([1; 32]), Suite::Aes256Gcm);
        assert_ne!(keys.mac("a", &[b"x"]), keys.mac("b", &[b"x"]));
        assert_ne!(keys.mac("a", &[b"x", b"y"]), keys.mac("a", &[b"xy"]));
        assert_eq!(keys.mac("a", &[b"x"]), keys.mac("a", &[b"x"]));
    }
}
