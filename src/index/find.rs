//! Quick lookup over a stream of summaries: nothing is built, only the best are kept.

use crate::domain::{Date, PersonSummary};
use crate::text::{fold, spell_name};

use super::people::identity;
use super::rows::PersonRow;
use super::search::{self, StreamRank, Streaming, Target, Term, elems};

/// What a lookup found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// How many people match.
    pub total: usize,
    /// The best of them, best first.
    pub rows: Vec<PersonRow>,
}

/// The best `limit` people of a stream for a text; its words are split at spaces and each must match. An empty text finds
/// nobody. The order is the same as in the lists.
pub fn find(people: impl Iterator<Item = PersonSummary>, text: &str, today: Date, limit: usize) -> Found {
    let terms = Term::split(text);
    let mut best: Vec<(StreamRank, PersonSummary)> = Vec::new();
    let mut total = 0;
    if terms.is_empty() {
        return Found { total, rows: Vec::new() };
    }
    let mut ranks = Streaming::new(terms);
    for p in people {
        let spelled = elems(spell_name(&p.name));
        let staff = fold(p.staff_number.as_deref().unwrap_or_default());
        let identity = identity(&p);
        let target = Target {
            id: p.id,
            elems: &spelled,
            staff: &staff,
            identity: &identity,
            mask: search::mask(&spelled, &staff),
        };
        let post = p.phase(today).map_or("", |f| f.post.as_str());
        let Some(rank) = ranks.rank(&p.name, &target, &p.department, post) else { continue };
        total += 1;
        let at = best.partition_point(|(r, _)| *r < rank);
        if at < limit {
            best.insert(at, (rank, p));
            best.truncate(limit);
        }
    }
    Found { total, rows: best.iter().map(|(_, p)| PersonRow::new(p, today)).collect() }
}
