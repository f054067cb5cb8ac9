//! What a running program searches.
