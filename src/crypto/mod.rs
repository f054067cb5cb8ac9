//! Keyslots, sealed values, keyed MACs, the hash chain.
