//! The hash that links journal entries: anybody who has the public parts can follow it, without a key.

use super::Suite;
use super::suite::digest;

/// SHA-256, or SM3 in a store sealed with SM4.
pub type Hash = [u8; 32];

/// The hash of an entry: previous hash, public part, MAC of the detail, each with its length.
pub fn link(suite: Suite, previous: &Hash, public: &[u8], detail_mac: &[u8]) -> Hash {
    digest(suite, b"shoumi journal 1", &[previous.as_slice(), public, detail_mac])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        let zero = [0; 32];
        for suite in Suite::ALL {
            assert_ne!(link(suite, &zero, b"ab", b"c"), link(suite, &zero, b"a", b"bc"));
            assert_ne!(link(suite, &zero, b"a", b"b"), link(suite, &[1; 32], b"a", b"b"));
        }
        assert_ne!(link(Suite::Aes256Gcm, &zero, b"a", b"b"), link(Suite::Sm4Gcm, &zero, b"a", b"b"));
    }
}
