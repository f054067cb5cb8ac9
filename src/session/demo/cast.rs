//! The people of `demo/people.toml`.

use crate::domain::Command;

/// How many people the cast has.
pub(super) fn size() -> usize {
    0
}

/// The units, then the cast with their papers and devices.
pub(super) fn commands() -> Vec<Command> {
    super::units()
}
