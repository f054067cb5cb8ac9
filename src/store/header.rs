//! The plain header in front of the database: magic, schema, store id, mode, keyslots. Two equal copies of 4 KiB, each
//! with a checksum; a MAC under the data key ties it to the sealed part. A backup has the sum of the whole file at the
//! second copy's end; in a register that is worked in there are zeros.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::types::{Mode, Peek};
use super::{SCHEMA, StoreError};
use crate::crypto::{CryptoError, KeySource, Keys, Slot, Suite, unlock};

/// Bytes of one copy.
pub(super) const COPY: usize = 4096;
/// Bytes in front of the database.
pub(super) const PREFIX: u64 = 2 * COPY as u64;
const MAGIC: &[u8; 8] = b"SHOUMI\x1a\n";
pub(super) const SUM: usize = 32;
/// Where a backup's sum stands.
pub(super) const SUM_AT: u64 = PREFIX - SUM as u64;
const MAC: usize = 32;

/// The header's contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    pub id: [u8; 16],
    pub mode: Mode,
    pub suite: Suite,
    pub slots: Vec<Slot>,
    mac: [u8; MAC],
}

impl Header {
    /// A header whose MAC is made with the data key.
    pub fn new(id: [u8; 16], mode: Mode, slots: Vec<Slot>, keys: &Keys) -> Self {
        let mut header = Self { id, mode, suite: keys.suite(), slots, mac: [0; MAC] };
        header.mac = header.expected_mac(keys);
        header
    }

    fn expected_mac(&self, keys: &Keys) -> [u8; MAC] {
        let bare = Self { mac: [0; MAC], ..self.clone() };
        keys.mac("header", &[&SCHEMA.to_be_bytes(), &postcard::to_stdvec(&bare).unwrap_or_default()])
    }

    /// One copy: magic, schema, length, body, checksum, zeros.
    pub fn encode(&self) -> Result<Vec<u8>, StoreError> {
        let body = postcard::to_stdvec(self).map_err(|_| StoreError::Internal("header"))?;
        let mut out = Vec::with_capacity(COPY);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&SCHEMA.to_be_bytes());
        out.extend_from_slice(&(body.len() as u16).to_be_bytes());
        out.extend_from_slice(&body);
        let sum = Sha256::digest(&out);
        out.extend_from_slice(&sum);
        if out.len() > COPY - SUM {
            return Err(StoreError::Internal("too many keyslots"));
        }
        out.resize(COPY, 0);
        Ok(out)
    }

    /// Reads one copy. `None` when it does not verify; a schema of another version is told apart once it verifies.
    fn decode(copy: &[u8]) -> Option<Result<Self, StoreError>> {
        let rest = copy.strip_prefix(MAGIC)?;
        let (schema, rest) = rest.split_first_chunk::<2>()?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (body, rest) = rest.split_at_checked(length)?;
        let (sum, padding) = rest.split_first_chunk::<SUM>()?;
        let signed = copy.get(..MAGIC.len() + 4 + length)?;
        if Sha256::digest(signed).as_slice() != sum || padding.iter().any(|b| *b != 0) {
            return None;
        }
        let schema = u16::from_be_bytes(*schema);
        if schema > SCHEMA {
            return Some(Err(StoreError::Newer { found: schema, known: SCHEMA }));
        }
        if schema < SCHEMA {
            return Some(Err(StoreError::Older { found: schema, known: SCHEMA }));
        }
        let (header, left) = postcard::take_from_bytes(body).ok()?;
        left.is_empty().then_some(Ok(header))
    }

    /// Reads the first copy that verifies; the second value says whether both did and are equal.
    pub fn read(prefix: &[u8]) -> Result<(Self, bool), StoreError> {
        let mut bare = prefix.to_vec();
        bare.iter_mut().skip(SUM_AT as usize).for_each(|b| *b = 0);
        let mut found: Vec<Result<Self, StoreError>> = bare.chunks(COPY).take(2).filter_map(Self::decode).collect();
        let whole = found.len() == 2 && found.first() == found.last();
        if found.is_empty() {
            return Err(StoreError::damaged("header"));
        }
        found.swap_remove(0).map(|header| (header, whole))
    }

    /// Unwraps the data key and checks the header's MAC.
    pub fn unlock(&self, source: &KeySource) -> Result<Keys, StoreError> {
        let data_key = unlock(&self.slots, source, &self.id).map_err(|e| match e {
            CryptoError::Damaged => StoreError::damaged("keyslot"),
            other => other.into(),
        })?;
        let keys = Keys::new(&data_key, self.suite);
        if !self.fits(&keys) {
            return Err(StoreError::damaged("header MAC"));
        }
        Ok(keys)
    }

    /// Whether it was written by somebody who has the data key.
    pub fn fits(&self, keys: &Keys) -> bool {
        self.mac == self.expected_mac(keys)
    }

    /// The part that is shown before any secret is asked for.
    pub fn peek(&self) -> Peek {
        Peek { id: self.id, mode: self.mode, suite: self.suite, slots: self.slots.iter().map(|s| s.kind).collect() }
    }
}

/// Whether the bytes begin like a store at all.
pub(super) fn has_magic(prefix: &[u8]) -> bool {
    // Either copy will do: a flip in the first magic must not turn a store into "something else".
    prefix.chunks(COPY).take(2).any(|c| c.starts_with(MAGIC))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Cost, Secret32, wrap};

    #[test]
    fn any_flip_in_one_copy_is_survived_and_in_both_is_damage() {
        Suite::ALL.into_iter().for_each(flips_are_survived_in_one_copy);
    }

    fn flips_are_survived_in_one_copy(suite: Suite) {
        let key = Secret32::new([5; 32]);
        let slot = wrap(suite, &key, &KeySource::Demo, &[9; 16], Cost::DEFAULT).unwrap();
        let header = Header::new([9; 16], Mode::Demo, vec![slot], &Keys::new(&key, suite));
        let copy = header.encode().unwrap();
        let prefix = [copy.clone(), copy].concat();
        assert_eq!(Header::read(&prefix), Ok((header.clone(), true)));
        header.unlock(&KeySource::Demo).unwrap();
        for at in 0..COPY {
            let mut bad = prefix.clone();
            bad[at] ^= 0x40;
            assert_eq!(Header::read(&bad), Ok((header.clone(), false)), "byte {at}");
            assert!(has_magic(&bad));
            bad[COPY + at] ^= 0x40;
            // The place of a backup's sum is no part of the header.
            assert_eq!(Header::read(&bad).is_err(), at < COPY - SUM, "byte {at}");
        }
    }

    #[test]
    fn other_schemas_are_told_apart() {
        let key = Secret32::new([5; 32]);
        let header = Header::new([9; 16], Mode::Demo, Vec::new(), &Keys::new(&key, Suite::default()));
        for (schema, newer) in [(SCHEMA + 1, true), (SCHEMA - 1, false)] {
            let body = postcard::to_stdvec(&header).unwrap();
            let mut out = [MAGIC.as_slice(), &schema.to_be_bytes(), &(body.len() as u16).to_be_bytes(), &body].concat();
            let sum = Sha256::digest(&out);
            out.extend_from_slice(&sum);
            out.resize(COPY, 0);
            let result = Header::read(&[out.clone(), out].concat());
            assert_eq!(matches!(result, Err(StoreError::Newer { .. })), newer);
            assert_eq!(matches!(result, Err(StoreError::Older { .. })), !newer);
        }
    }
}
