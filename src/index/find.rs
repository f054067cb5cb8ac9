//! Quick lookup over people who pass by one by one: nothing is built, only the best are kept.

use crate::domain::{PersonHead, PersonId};
use crate::text::{fold, spell_name};

use super::search::{self, StreamRank, Streaming, Target, Term, elems};

/// A lookup under way. The order is the same as in the lists.
pub struct Lookup {
    ranks: Streaming,
    limit: usize,
    total: usize,
    best: Vec<(StreamRank, PersonId)>,
}

impl Lookup {
    /// For the best `limit` people whom a text finds; its words are split at spaces and each must match. `None` for a text
    /// without words, which finds nobody.
    pub fn new(text: &str, limit: usize) -> Option<Self> {
        let terms = Term::split(text);
        let lookup = Self { ranks: Streaming::new(terms.clone()), limit, total: 0, best: Vec::new() };
        (!terms.is_empty()).then_some(lookup)
    }

    /// Looks at one person.
    pub fn pass(&mut self, p: &PersonHead<'_>) {
        if !self.ranks.may_find(p) {
            return;
        }
        let spelled = elems(spell_name(p.name));
        let staff = fold(p.staff_number.unwrap_or_default());
        let identity = p.identity.map(str::to_ascii_lowercase).unwrap_or_default();
        let target = Target {
            id: p.id,
            elems: &spelled,
            staff: &staff,
            identity: &identity,
            mask: search::mask(&spelled, &staff),
        };
        let Some(rank) = self.ranks.rank(p, &target) else { return };
        self.total += 1;
        let at = self.best.partition_point(|(r, _)| *r < rank);
        if at < self.limit {
            self.best.insert(at, (rank, p.id));
            self.best.truncate(self.limit);
        }
    }

    /// What both have found, of people none of whom has passed twice.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.total += other.total;
        self.best.extend(other.best);
        self.best.sort_unstable();
        self.best.truncate(self.limit);
        self
    }

    /// How many it found, and the best of them, best first.
    pub fn found(self) -> (usize, Vec<PersonId>) {
        (self.total, self.best.into_iter().map(|(_, id)| id).collect())
    }
}
