//! Words over everybody, in order.

#![expect(clippy::indexing_slicing, reason = "places are below 4,096, by construction")]

use super::super::people::{BLOCK, Block, Line, People};
use super::letters::{Set, WORDS, leave, places};
use super::scan::{Codes, Scan};
use super::score::ceiling;
use super::term::Term;
use super::{Class, Code, Found, NOT_FOUND, found, weight};

/// One person found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Position in the columns.
    pub row: u32,
    /// How, over all words: the worst of them.
    pub class: Class,
    /// Sum of the score over all words.
    pub score: i64,
}

/// Searches columns.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    people: &'a People,
}

/// Class, then weight, over all words.
type Rank = (Class, u16);

/// People who rank the same, by position.
type Equals = (Rank, Vec<u32>);

impl<'a> Search<'a> {
    /// Over these people.
    pub const fn new(people: &'a People) -> Self {
        Self { people }
    }

    /// The best `limit` people that every term finds, in order, and how many there are in all.
    pub fn query(self, terms: &[Term], limit: usize) -> (Vec<Hit>, usize) {
        let mut scans = self.scans(terms);
        let equals = self.equals(&mut scans, None::<fn(Line<'_>) -> bool>);
        let total = equals.iter().map(|(_, rows)| rows.len()).sum();
        let mut hits = Vec::with_capacity(limit.min(total));
        for ((class, weight), rows) in &equals {
            let room = limit - hits.len();
            if room == 0 {
                break;
            }
            let best = self.best(&mut scans, (*class, *weight), rows, room);
            hits.extend(best.into_iter().map(|(score, row)| Hit { row, class: *class, score }));
        }
        (hits, total)
    }

    /// Everybody that every term finds and `keep` keeps, if it says anything. The first `exact` stand in their final
    /// order; those far below stand by class, field and id, because nobody looks at their order.
    pub fn ranked(self, terms: &[Term], exact: usize, keep: Option<impl Fn(Line<'_>) -> bool>) -> Vec<u32> {
        let mut scans = self.scans(terms);
        let equals = self.equals(&mut scans, keep);
        let mut out: Vec<u32> = Vec::with_capacity(equals.iter().map(|(_, rows)| rows.len()).sum());
        for (rank, rows) in equals {
            let room = exact.saturating_sub(out.len());
            if room == 0 {
                out.extend(rows);
                continue;
            }
            let mut best: Vec<u32> = self.best(&mut scans, rank, &rows, room).into_iter().map(|(_, row)| row).collect();
            out.extend(&best);
            if best.len() < rows.len() {
                best.sort_unstable();
                out.extend(rows.into_iter().filter(|row| best.binary_search(row).is_err()));
            }
        }
        out
    }

    /// Everybody that a term finds, by position; spellings with letters left out aside.
    pub(in crate::index) fn plainly(self, term: &Term) -> Rows {
        let mut scan = Scan::new(term, self.people);
        let mut codes = [NOT_FOUND; BLOCK];
        let mut sets = Vec::new();
        for block in self.people.blocks() {
            let mut set = [u64::MAX; WORDS];
            scan.block(block, &mut set, &mut codes);
            for place in places(&set.clone()) {
                if found(codes[place]).is_none_or(|f| f.0 == Class::Loose) {
                    leave(&mut set, place);
                }
            }
            sets.push(set);
        }
        Rows(sets)
    }

    fn scans<'t>(self, terms: &'t [Term]) -> Vec<Scan<'t>>
    where
        'a: 't,
    {
        terms.iter().map(|t| Scan::new(t, self.people)).collect()
    }

    /// Everybody that every term finds, best rank first.
    fn equals(self, scans: &mut [Scan<'_>], keep: Option<impl Fn(Line<'_>) -> bool>) -> Vec<Equals> {
        let mut ranks = Ranks::default();
        let mut codes = [NOT_FOUND; BLOCK];
        let mut sums = vec![(Class::Exact, 0); if scans.len() == 1 { 0 } else { BLOCK }];
        for (n, block) in self.people.blocks().enumerate() {
            let mut set = match &mut *scans {
                [] => block.everybody(),
                [one] => {
                    let mut set = [u64::MAX; WORDS];
                    one.block(block, &mut set, &mut codes);
                    set
                }
                more => everything(more, block, &mut codes, &mut sums),
            };
            if let Some(keep) = &keep {
                for place in places(&set.clone()) {
                    if !block.line(place).is_some_and(keep) {
                        leave(&mut set, place);
                    }
                }
            }
            for place in places(&set) {
                let row = (n * BLOCK + place) as u32;
                match sums.get(place) {
                    None => ranks.add_code(codes[place], row),
                    Some(rank) => ranks.add(*rank, row),
                }
            }
        }
        ranks.sorted()
    }

    /// The best `room` of people who rank the same: by score, then by position.
    fn best(self, scans: &mut [Scan<'_>], rank: Rank, rows: &[u32], room: usize) -> Vec<(i64, u32)> {
        // Nobody can have more, so once there are enough with as much, the rest need no score.
        let most = scans.iter().map(|s| s.term().scored().map(ceiling)).sum::<Option<i64>>();
        let single = scans.len() == 1;
        let mut scored: Vec<(i64, u32)> = Vec::new();
        let mut full = 0;
        for row in rows {
            let Some(line) = self.people.at(*row) else { continue };
            let mut score = 0;
            for scan in scans.iter_mut() {
                let found = if single { found_by(rank) } else { scan.one(line) };
                score += found.map_or(0, |f| scan.score(line, f));
            }
            scored.push((score, *row));
            full += usize::from(Some(score) == most);
            if full == room {
                break;
            }
        }
        scored.sort_unstable_by_key(|(score, row)| (std::cmp::Reverse(*score), *row));
        scored.truncate(room);
        scored
    }
}

/// The match of a single term that ranks like this.
fn found_by((class, weight): Rank) -> Option<Found> {
    found(class as u8 * 12 + (weight / 16) as u8 * 2 + (weight % 16) as u8)
}

/// Whom every term finds in a block, with the rank of each in `ranks`.
fn everything(scans: &mut [Scan<'_>], block: &Block, codes: &mut Codes, ranks: &mut [Rank]) -> Set {
    let mut set = [u64::MAX; WORDS];
    for (n, scan) in scans.iter_mut().enumerate() {
        scan.block(block, &mut set, codes);
        for place in places(&set) {
            let Some(found) = found(codes[place]) else { continue };
            let (class, sum) = if n == 0 { (found.0, 0) } else { ranks[place] };
            ranks[place] = (class.max(found.0), sum + weight(found));
        }
    }
    set
}

/// People by rank.
#[derive(Default)]
struct Ranks {
    /// Of one term, by code.
    codes: Vec<Vec<u32>>,
    /// Of several; there are few, so a look at each finds the right one.
    ranks: Vec<Equals>,
}

impl Ranks {
    fn add_code(&mut self, code: Code, row: u32) {
        if let Some(rows) = self.codes.get_mut(usize::from(code)) {
            rows.push(row);
            return;
        }
        self.codes.resize(usize::from(code) + 1, Vec::new());
        self.add_code(code, row);
    }

    fn add(&mut self, rank: Rank, row: u32) {
        match self.ranks.iter_mut().find(|(r, _)| *r == rank) {
            Some((_, rows)) => rows.push(row),
            None => self.ranks.push((rank, vec![row])),
        }
    }

    fn sorted(mut self) -> Vec<Equals> {
        self.ranks.sort_unstable_by_key(|(rank, _)| *rank);
        for (code, rows) in (0..).zip(self.codes) {
            if let Some(found) = found(code).filter(|_| !rows.is_empty()) {
                self.ranks.push(((found.0, weight(found)), rows));
            }
        }
        self.ranks
    }
}

/// Positions of people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::index) struct Rows(Vec<Set>);

impl Rows {
    /// Whether a position is one of them.
    pub(in crate::index) fn has(&self, row: u32) -> bool {
        let place = row as usize % BLOCK;
        self.0.get(row as usize / BLOCK).is_some_and(|set| set[place / 64] >> (place % 64) & 1 != 0)
    }
}
