//! The parts of a person that lists show on lines of their own: trips, leavings and other cases; and what waits for a
//! meeting.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list::{Item, View};
use super::sort::{days, trip_order};
use crate::domain::ids::part_id;
use crate::domain::summary::{MatterKind, MatterSummary, StepSummary, TripSummary};
use crate::domain::{CaseState, Date, Level, PersonId, PersonSummary, State, StepCode, TripState};

/// A part of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Part {
    /// A trip, by its number.
    Trip(u32),
    /// A leaving.
    Departure(u32),
    /// Any other case.
    Case(u32),
}

/// Above every number that a trip can have: an entry's part from here on is a leaving, from [`CASES`] on another case.
const DEPARTURES: u32 = 1 << 30;
const CASES: u32 = 1 << 31;

impl Part {
    /// Its number within the person.
    pub const fn number(self) -> u32 {
        match self {
            Self::Trip(n) | Self::Departure(n) | Self::Case(n) => n,
        }
    }

    /// As people write it: `P000123-K1`.
    pub fn id(self, person: PersonId) -> String {
        let letter = match self {
            Self::Trip(_) => 'T',
            Self::Departure(_) => 'L',
            Self::Case(_) => 'K',
        };
        part_id(person, letter, self.number())
    }
}

impl Item {
    /// A part of a person.
    pub fn of_part(person: PersonId, part: Part) -> Self {
        let part = match part {
            Part::Trip(n) => n,
            Part::Departure(n) => n.min(DEPARTURES - 1) + DEPARTURES,
            Part::Case(n) => n.min(DEPARTURES - 1) + CASES,
        };
        Self { record: person.into(), part }
    }

    /// Which part of a person it is; `None` for the person.
    pub const fn person_part(self) -> Option<Part> {
        match self.part {
            0 => None,
            n if n >= CASES => Some(Part::Case(n - CASES)),
            n if n >= DEPARTURES => Some(Part::Departure(n - DEPARTURES)),
            n => Some(Part::Trip(n)),
        }
    }
}

impl MatterSummary {
    /// Which part of the person it is.
    pub const fn part(&self) -> Part {
        match self.kind {
            MatterKind::Leaving(_) => Part::Departure(self.n),
            MatterKind::Case(_) => Part::Case(self.n),
        }
    }
}

/// A part with what lists know of it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shown<'a> {
    Trip(&'a TripSummary),
    Matter(&'a MatterSummary),
}

/// The parts of a person that a list shows, each with its place in the list's own order.
pub(super) fn shown(view: View, p: &PersonSummary, today: Date) -> Vec<((u8, i64), Shown<'_>)> {
    let over = waited(p.state(today));
    let open = |m: &&MatterSummary| m.state == CaseState::Open;
    let trips = p.trips.iter();
    let matters = p.matters.iter();
    match view {
        View::Travel => trips.map(|t| (trip_order(t), Shown::Trip(t))).collect(),
        View::Cases => matters.filter(open).map(|m| (order(m, p, today), Shown::Matter(m))).collect(),
        View::AllCases => matters.map(|m| (order(m, p, today), Shown::Matter(m))).collect(),
        View::Agenda => {
            let meets = |step: Option<StepCode>| step.is_some_and(StepCode::of_meeting);
            let at = |day: Option<Date>| (0, day.map_or(i64::MAX, days));
            let trips = trips.filter(|t| t.state == TripState::Pending && meets(t.waits_for));
            let matters = matters.filter(open).filter(|m| meets(m.next(over).map(|s| s.code)));
            let trips = trips.map(|t| (at(t.submitted_on), Shown::Trip(t)));
            trips.chain(matters.map(|m| (at(m.opened_on), Shown::Matter(m)))).collect()
        }
        _ => Vec::new(),
    }
}

/// Open cases first, then leavings whose period still runs, then those long gone, then what is over, latest first.
fn order(m: &MatterSummary, p: &PersonSummary, today: Date) -> (u8, i64) {
    let at = m.opened_on.map_or(0, days);
    let gone = matches!(p.state(today), State::Ended | State::Released);
    match (m.state, m.kind) {
        (CaseState::Open, MatterKind::Case(_)) => (0, at),
        (CaseState::Open, MatterKind::Leaving(_)) if !gone => (1, -at),
        (CaseState::Open, MatterKind::Leaving(_)) => (2, -at),
        _ => (3, -m.closed_on.map_or(at, days)),
    }
}

/// Whether somebody in this state has waited out the period.
pub(super) const fn waited(state: State) -> bool {
    matches!(state, State::Ended | State::Released)
}

/// The bit of what a case is about.
pub(super) const fn matter_bit(kind: MatterKind) -> u16 {
    match kind {
        MatterKind::Leaving(_) => 1 << 15,
        MatterKind::Case(kind) => 1 << (kind as u16),
    }
}

/// A leaving or another case with the person it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterRow {
    /// Who.
    pub person: PersonId,
    /// Revision of the record.
    pub revision: u64,
    /// Name as stored.
    pub name: String,
    /// Department.
    pub department: String,
    /// Level on the day.
    pub level: Option<Level>,
    /// State of the person on the day.
    pub person_state: State,
    /// The case with its chain; a period that is over counts as waited out.
    pub matter: MatterSummary,
}

impl MatterRow {
    /// The row of a case on `today`.
    pub(super) fn new(p: &PersonSummary, matter: &MatterSummary, today: Date) -> Self {
        let person_state = p.state(today);
        let mut matter = matter.clone();
        if waited(person_state) {
            let last = p.period_on(today).and_then(|q| q.last_day);
            for step in matter.steps.iter_mut().filter(|s| s.code == StepCode::WaitPeriod && s.done_on.is_none()) {
                step.done_on = last.and_then(|d| d.succ_opt()).or(Some(today));
            }
        }
        Self {
            person: p.id,
            revision: p.revision,
            name: p.name.clone(),
            department: p.department.clone(),
            level: p.level(today),
            person_state,
            matter,
        }
    }

    /// The step it waits for; `None` when it is over, or when nothing is left but to close it.
    pub fn next(&self) -> Option<&StepSummary> {
        self.matter.next(false).filter(|_| self.matter.state == CaseState::Open)
    }

    /// The entry of a list it is.
    pub fn item(&self) -> Item {
        Item::of_part(self.person, self.matter.part())
    }

    /// As people write it: `P000123-K1`.
    pub fn id(&self) -> String {
        self.matter.part().id(self.person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_person_comes_back_from_its_entry() {
        for part in [Part::Trip(1), Part::Departure(1), Part::Case(1), Part::Trip(70_000), Part::Case(70_000)] {
            assert_eq!(Item::of_part(PersonId(3), part).person_part(), Some(part));
        }
        assert_eq!(Item { record: PersonId(3).into(), part: 0 }.person_part(), None);
        assert_eq!(Part::Case(2).id(PersonId(7)), "P000007-K2");
    }
}
