//! What the lists ask of the register: rows that match a filter, in an order, and the summary behind a row.

use crate::domain::{PersonId, PersonSummary, TripState};
use crate::ui::paint::{Pieces, highlighted};
use crate::ui::theme::Role;

use super::Context;

/// One row of a list: a person, and which trip or duty of hers, counted from 0; 0 where rows are people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// Where the summary stands.
    pub row: usize,
    /// Who.
    pub person: PersonId,
    /// Which trip or duty.
    pub part: u32,
}

/// The summary behind a row.
pub fn summary<'a>(cx: &Context<'a>, item: Item) -> Option<&'a PersonSummary> {
    cx.people.get(item.row).filter(|s| s.id == item.person)
}

/// The rows of people that match, best first; the problem with the filter otherwise.
pub fn matching(cx: &Context, query: &str) -> Result<Vec<usize>, String> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let hit = |s: &PersonSummary| words.iter().all(|w| s.name.contains(w) || s.department.contains(w));
    Ok(cx.people.iter().enumerate().filter(|(_, s)| hit(s)).map(|(n, _)| n).collect())
}

/// A text with what the filter matched in it.
pub fn shown(_cx: &Context, query: &str, text: &str, role: Role) -> Pieces {
    let Some(at) = query.split_whitespace().find_map(|w| text.find(w).map(|b| (b, w))) else {
        return highlighted(text, &[], role);
    };
    let first = text.char_indices().take_while(|(b, _)| *b < at.0).count();
    let hits: Vec<usize> = (first..first + at.1.chars().count()).collect();
    highlighted(text, &hits, role)
}

/// The order of names: by reading, then by the characters.
pub fn name_order(a: &PersonSummary, b: &PersonSummary) -> std::cmp::Ordering {
    a.name.cmp(&b.name)
}

/// The trip states a filter asks for, so that a list of trips shows only those of a person.
pub fn wanted_trips(query: &str) -> Option<Vec<TripState>> {
    let word = query.split_whitespace().find_map(|w| w.strip_prefix("travel:"))?;
    let wanted: Vec<TripState> = word.split(['|', ',']).filter_map(TripState::from_code).collect();
    (!wanted.is_empty()).then_some(wanted)
}

/// Whether a filter asks for overdue trainings only.
pub fn wants_overdue(query: &str) -> bool {
    query.split_whitespace().any(|w| w == "train:overdue")
}

/// How well a text fits what is typed, for the palette; `None` if not at all.
pub fn score(_cx: &Context, text: &str, query: &str) -> Option<i64> {
    let (text, query) = (text.to_lowercase(), query.to_lowercase());
    text.contains(&query).then_some(0)
}
