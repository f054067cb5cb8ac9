//! Where a person stands on a day.

use super::{Packs, Standing, on_post};
use crate::domain::{Date, Person, State, Unit};

/// State, level, period, clocks and duties of a person on `today`.
pub fn standing(_packs: &Packs, _unit: &Unit, person: &Person, today: Date) -> Standing {
    Standing {
        level: person.level_on(today),
        state: if on_post(person, today) { State::OnPost } else { State::Candidate },
        post: String::new(),
        period: None,
        clocks: Vec::new(),
        duties: Vec::new(),
        flags: Vec::new(),
    }
}
