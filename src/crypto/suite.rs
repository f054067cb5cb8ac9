//! The two suites: AES-256-GCM with SHA-256, and SM4-GCM (GB/T 32907, RFC 8998) with SM3 (GB/T 32905). A store has one, chosen
//! when it is made; everything it seals, tags and chains is of that suite.

use aes_gcm::aead::consts::U12;
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::{AeadInOut, Aes256Gcm, AesGcm, KeyInit, Nonce, Tag};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sm3::Sm3;

use super::{CryptoError, Secret32};

/// Length of a MAC.
pub const MAC_LEN: usize = 32;
pub(super) const NONCE: usize = 12;
pub(super) const TAG: usize = 16;

type Sm4Gcm = AesGcm<sm4::Sm4, U12>;

/// The cipher and the hash of a store or a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Suite {
    /// AES-256-GCM, HMAC-SHA-256, SHA-256.
    #[default]
    Aes256Gcm,
    /// SM4-GCM, HMAC-SM3, SM3.
    Sm4Gcm,
}

impl Suite {
    /// Every suite.
    pub const ALL: [Self; 2] = [Self::Aes256Gcm, Self::Sm4Gcm];

    /// The word on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Aes256Gcm => "aes",
            Self::Sm4Gcm => "sm4",
        }
    }

    /// Its parts by their standard names: proper names, the same in every language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aes256Gcm => "AES-256-GCM, SHA-256",
            Self::Sm4Gcm => "SM4-GCM, SM3",
        }
    }

    /// The byte in front of a sealed value.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Aes256Gcm => 1,
            Self::Sm4Gcm => 2,
        }
    }

    /// Reads the byte.
    ///
    /// # Errors
    /// [`CryptoError::UnknownSuite`].
    pub const fn from_byte(byte: u8) -> Result<Self, CryptoError> {
        match byte {
            1 => Ok(Self::Aes256Gcm),
            2 => Ok(Self::Sm4Gcm),
            other => Err(CryptoError::UnknownSuite(other)),
        }
    }
}

/// A cipher with its key.
#[derive(Clone)]
pub(super) enum Cipher {
    Aes(Box<Aes256Gcm>),
    Sm4(Box<Sm4Gcm>),
}

impl Cipher {
    /// The cipher of a suite; SM4 takes the first 16 bytes of the key.
    pub fn new(suite: Suite, key: &Secret32) -> Self {
        match suite {
            Suite::Aes256Gcm => Self::Aes(Box::new(Aes256Gcm::new(key.bytes().into()))),
            Suite::Sm4Gcm => {
                let first: [u8; 16] = key.bytes().first_chunk().copied().unwrap_or_default();
                Self::Sm4(Box::new(Sm4Gcm::new(&first.into())))
            }
        }
    }

    pub const fn suite(&self) -> Suite {
        match self {
            Self::Aes(_) => Suite::Aes256Gcm,
            Self::Sm4(_) => Suite::Sm4Gcm,
        }
    }

    /// Seals in place; gives the tag.
    pub fn seal(&self, nonce: [u8; NONCE], aad: &[u8], body: &mut [u8]) -> Result<[u8; TAG], CryptoError> {
        let (nonce, body) = (Nonce::from(nonce), InOutBuf::from(body));
        let tag = match self {
            Self::Aes(c) => c.encrypt_inout_detached(&nonce, aad, body),
            Self::Sm4(c) => c.encrypt_inout_detached(&nonce, aad, body),
        };
        tag.map(Into::into).map_err(|_| CryptoError::Damaged)
    }

    /// Opens in place.
    pub fn open(&self, nonce: [u8; NONCE], aad: &[u8], body: &mut [u8], tag: [u8; TAG]) -> Result<(), CryptoError> {
        let (nonce, body, tag) = (Nonce::from(nonce), InOutBuf::from(body), Tag::from(tag));
        let opened = match self {
            Self::Aes(c) => c.decrypt_inout_detached(&nonce, aad, body, &tag),
            Self::Sm4(c) => c.decrypt_inout_detached(&nonce, aad, body, &tag),
        };
        opened.map_err(|_| CryptoError::Damaged)
    }
}

/// HMAC over parts, each with its length.
pub(super) fn hmac(suite: Suite, key: &[u8], parts: &[&[u8]]) -> [u8; MAC_LEN] {
    fn over<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Option<M> {
        // A key of any length is accepted, so there is always one.
        let mut mac = <M as KeyInit>::new_from_slice(key).ok()?;
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        Some(mac)
    }
    match suite {
        Suite::Aes256Gcm => over::<Hmac<Sha256>>(key, parts).map(|m| m.finalize().into_bytes().into()),
        Suite::Sm4Gcm => over::<Hmac<Sm3>>(key, parts).map(|m| m.finalize().into_bytes().into()),
    }
    .unwrap_or([0; MAC_LEN])
}

/// The hash over a label and parts, each part with its length.
pub(super) fn digest(suite: Suite, label: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    fn over<D: Digest>(label: &[u8], parts: &[&[u8]]) -> D {
        let mut hasher = D::new();
        hasher.update(label);
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        hasher
    }
    match suite {
        Suite::Aes256Gcm => over::<Sha256>(label, parts).finalize().into(),
        Suite::Sm4Gcm => over::<Sm3>(label, parts).finalize().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let hex: Vec<u8> = hex.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        hex.chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
    }

    /// RFC 8998, appendix A.1.
    #[test]
    fn sm4_gcm_gives_the_published_values() {
        let mut key = [0; 32];
        key[..16].copy_from_slice(&bytes("0123456789ABCDEFFEDCBA9876543210"));
        let cipher = Cipher::new(Suite::Sm4Gcm, &Secret32::new(key));
        let nonce: [u8; NONCE] = bytes("00001234567800000000ABCD").try_into().unwrap();
        let aad = bytes("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        let plain = bytes(
            "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD
             EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
        );
        let mut body = plain.clone();
        let tag = cipher.seal(nonce, &aad, &mut body).unwrap();
        assert_eq!(
            body,
            bytes(
                "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735
                 D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
            )
        );
        assert_eq!(tag.to_vec(), bytes("83DE3541E4C2B58177E065A9BF7B62EC"));
        cipher.open(nonce, &aad, &mut body, tag).unwrap();
        assert_eq!(body, plain);
    }

    /// GB/T 32905-2016, appendix A.1, and the same hash of `abc` keyed as RFC 2104 says.
    #[test]
    fn sm3_gives_the_published_value() {
        let expected = bytes("66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0");
        assert_eq!(digest(Suite::Sm4Gcm, b"abc", &[]).to_vec(), expected);
        let pad = |with: u8| [&[b'k' ^ with][..], &[with; 63]].concat();
        let part = [&3_u64.to_be_bytes()[..], b"abc"].concat();
        let inner = Sm3::digest([pad(0x36), part].concat());
        let outer: [u8; 32] = Sm3::digest([pad(0x5c), inner.to_vec()].concat()).into();
        assert_eq!(hmac(Suite::Sm4Gcm, b"k", &[b"abc"]), outer);
    }
}
