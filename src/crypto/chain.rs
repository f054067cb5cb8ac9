//! The hash that links journal entries: anybody who has the public parts can follow it, without a key.

use sha2::{Digest, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// The hash of an entry: previous hash, public part, MAC of the detail, each with its length.
pub fn link(previous: &Hash, public: &[u8], detail_mac: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"shoumi journal 1");
    for part in [previous.as_slice(), public, detail_mac] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        let zero = [0; 32];
        assert_ne!(link(&zero, b"ab", b"c"), link(&zero, b"a", b"bc"));
        assert_ne!(link(&zero, b"a", b"b"), link(&[1; 32], b"a", b"b"));
    }
}
