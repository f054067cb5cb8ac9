//! Computers and media. There are few of them beside people, so their summaries are kept as they are, by id.

use std::collections::BTreeMap;

use crate::domain::{ComputerId, ComputerSummary, MediumId, MediumSummary};

/// Computers and media by id.
#[derive(Debug, Clone, Default)]
pub(super) struct Devices {
    pub(super) computers: BTreeMap<ComputerId, ComputerSummary>,
    pub(super) media: BTreeMap<MediumId, MediumSummary>,
}
