//! Open, commit, refresh, import: what screens and command line share.
pub mod demo;
