//! Projects people into the summaries that lists read.

use super::{Packs, standing};
use crate::domain::summary::{PersonSummary, Phase, Projector};
use crate::domain::{Date, Person, Unit};
use chrono::Datelike;

/// Projects by a set of packs.
#[derive(Debug, Clone)]
pub struct RulesProjector {
    packs: Packs,
}

impl RulesProjector {
    /// A projector over these packs.
    pub const fn new(packs: Packs) -> Self {
        Self { packs }
    }
}

impl Projector for RulesProjector {
    fn person(&self, unit: &Unit, person: &Person, today: Date) -> PersonSummary {
        let standing = standing(&self.packs, unit, person, today);
        PersonSummary {
            id: person.id,
            revision: person.revision,
            unit: person.unit,
            department: person.department.clone(),
            name: person.name.clone(),
            identity: person.identity.clone(),
            staff_number: person.staff_number.clone(),
            phases: vec![Phase { from: None, state: standing.state, level: standing.level, post: standing.post }],
            period: None,
            duties: Vec::new(),
            trips: Vec::new(),
            flags: standing.flags,
        }
    }

    fn span(&self, today: Date) -> (Date, Date) {
        let year = today.year();
        (
            Date::from_ymd_opt(year, 1, 1).unwrap_or(today),
            Date::from_ymd_opt(year.saturating_add(1), 12, 31).unwrap_or(today),
        )
    }

    fn version(&self) -> u64 {
        1
    }
}
