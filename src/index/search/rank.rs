//! Words over everybody, in order.

#![expect(clippy::indexing_slicing, reason = "places are below 4,096, by construction")]

use super::super::people::{BLOCK, Block, Line, People};
use super::letters::{Set, WORDS, leave, places};
use super::scan::{Codes, Scan};
use super::score::ceiling;
use super::term::Term;
use super::{Class, Code, Found, NOT_FOUND, code, found, weight};

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

/// Says whom to keep, from any thread.
type Keep<'k> = Option<&'k (dyn Fn(Line<'_>) -> bool + Sync)>;

/// Blocks that are worth a thread of their own: it costs what some tens of thousands of people do.
const PART: usize = 32;
/// Others work on the same host.
const THREADS: usize = 4;

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
        let ranked = self.by_rank(&mut scans, None);
        let ranks = ranked.ranks();
        let total = ranks.iter().map(|(_, count)| count).sum();
        let mut hits = Vec::with_capacity(limit.min(total));
        for (rank, _) in ranks {
            let room = limit - hits.len();
            if room == 0 {
                break;
            }
            let best = self.best(&mut scans, rank, ranked.rows(rank), room);
            hits.extend(best.into_iter().map(|(score, row)| Hit { row, class: rank.0, score }));
        }
        (hits, total)
    }

    /// Everybody that every term finds and `keep` keeps, if it says anything. The first `exact` stand in their final
    /// order; those far below stand by class, field and id, because nobody looks at their order.
    pub fn ranked(self, terms: &[Term], exact: usize, keep: Keep<'_>) -> Vec<u32> {
        let mut scans = self.scans(terms);
        let ranked = self.by_rank(&mut scans, keep);
        let mut out = ranked.all();
        let mut start = 0;
        for (rank, count) in ranked.ranks() {
            let room = exact.saturating_sub(start);
            if room == 0 {
                break;
            }
            let Some(rows) = out.get_mut(start..start + count) else { break };
            let best = self.best(&mut scans, rank, rows.iter().copied(), room);
            let mut taken: Vec<u32> = best.iter().map(|(_, row)| *row).collect();
            taken.sort_unstable();
            // Those that are not among the best keep their order behind them.
            let rest: Vec<u32> = rows.iter().copied().filter(|row| taken.binary_search(row).is_err()).collect();
            for (slot, row) in rows.iter_mut().zip(best.into_iter().map(|(_, row)| row).chain(rest)) {
                *slot = row;
            }
            start += count;
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

    /// Everybody that every term finds, by rank. Of very many people several threads look at a part each.
    fn by_rank(self, scans: &mut [Scan<'_>], keep: Keep<'_>) -> Ranked {
        let threads = match self.people.blocks().count() / PART {
            0 | 1 => 1,
            parts => std::thread::available_parallelism().map_or(1, |n| n.get().min(parts).min(THREADS)),
        };
        self.in_parts(scans, keep, threads)
    }

    fn in_parts(self, scans: &mut [Scan<'_>], keep: Keep<'_>, threads: usize) -> Ranked {
        let blocks: Vec<&Block> = self.people.blocks().collect();
        let size = blocks.len().div_ceil(threads).max(1);
        let (mine, others) = blocks.split_at(size.min(blocks.len()));
        let ranked = std::thread::scope(|scope| {
            let others = (1..).zip(others.chunks(size)).map(|(n, blocks)| {
                let mut scans: Vec<Scan<'_>> = scans.iter().map(Scan::again).collect();
                let work = move || part(&mut scans, blocks, n * size, keep);
                (n, blocks, std::thread::Builder::new().name("search".to_owned()).spawn_scoped(scope, work))
            });
            let others: Vec<_> = others.collect();
            let mut ranked = part(scans, mine, 0, keep);
            for (n, blocks, other) in others {
                ranked.join(match other.map(std::thread::ScopedJoinHandle::join) {
                    Ok(Ok(part)) => part,
                    Ok(Err(fault)) => std::panic::resume_unwind(fault),
                    Err(_) => part(scans, blocks, n * size, keep),
                });
            }
            ranked
        });
        ranked.sorted()
    }

    /// The best `room` of people who rank the same: by score, then by position.
    fn best(self, scans: &mut [Scan<'_>], rank: Rank, rows: impl Iterator<Item = u32>, room: usize) -> Vec<(i64, u32)> {
        let single = scans.len() == 1;
        // Nobody can have more, so once there are enough with as much, the rest need no score.
        let of = |s: &Scan<'_>| match found_by(rank).filter(|_| single) {
            Some(found) => s.most(found),
            None => s.term().scored().map(ceiling),
        };
        let most = scans.iter().map(of).sum::<Option<i64>>();
        let mut scored: Vec<(i64, u32)> = Vec::new();
        let mut full = 0;
        for row in rows {
            let Some(line) = self.people.at(row) else { continue };
            let mut score = 0;
            for scan in scans.iter_mut() {
                let found = if single { found_by(rank) } else { scan.one(line) };
                score += found.map_or(0, |f| scan.score(line, f));
            }
            scored.push((score, row));
            full += usize::from(Some(score) == most);
            if full == room {
                break;
            }
        }
        let order = |(score, row): &(i64, u32)| (std::cmp::Reverse(*score), *row);
        if room < scored.len() {
            scored.select_nth_unstable_by_key(room, order);
            scored.truncate(room);
        }
        scored.sort_unstable_by_key(order);
        scored
    }
}

/// Whom every term finds in some blocks, of which the first is the `first` of all.
fn part(scans: &mut [Scan<'_>], blocks: &[&Block], first: usize, keep: Keep<'_>) -> Ranked {
    let single = scans.len() == 1;
    let mut ranked = if single {
        Ranked::One { codes: vec![vec![[NOT_FOUND; BLOCK]; blocks.len()]], counts: vec![0; 256] }
    } else {
        Ranked::More(Vec::new())
    };
    let mut codes = [NOT_FOUND; BLOCK];
    let mut sums = vec![(Class::Exact, 0); if single { 0 } else { BLOCK }];
    for (n, block) in blocks.iter().enumerate() {
        let codes = match &mut ranked {
            Ranked::One { codes, .. } => &mut codes[0][n],
            Ranked::More(_) => &mut codes,
        };
        let mut set = match &mut *scans {
            [] => block.everybody(),
            [one] => {
                let mut set = [u64::MAX; WORDS];
                one.block(block, &mut set, codes);
                set
            }
            more => everything(more, block, codes, &mut sums),
        };
        if let Some(keep) = &keep {
            for place in places(&set.clone()) {
                if !block.line(place).is_some_and(keep) {
                    leave(&mut set, place);
                    codes[place] = NOT_FOUND;
                }
            }
        }
        match &mut ranked {
            Ranked::One { codes, counts } => {
                places(&set).for_each(|place| counts[usize::from(codes[0][n][place])] += 1);
            }
            Ranked::More(ranks) => {
                for place in places(&set) {
                    let (row, rank) = (((first + n) * BLOCK + place) as u32, sums[place]);
                    // There are few, so a look at each finds the right one.
                    match ranks.iter_mut().find(|(r, _)| *r == rank) {
                        Some((_, rows)) => rows.push(row),
                        None => ranks.push((rank, vec![row])),
                    }
                }
            }
        }
    }
    ranked
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
enum Ranked {
    /// Of one term: the code of everybody, part by part, and how many have each.
    One { codes: Vec<Vec<Codes>>, counts: Vec<usize> },
    /// Of none or several, best first.
    More(Vec<Equals>),
}

impl Ranked {
    /// Takes in the people of the next part.
    fn join(&mut self, next: Self) {
        match (self, next) {
            (Self::One { codes, counts }, Self::One { codes: more, counts: of_more }) => {
                codes.extend(more);
                counts.iter_mut().zip(of_more).for_each(|(count, more)| *count += more);
            }
            (Self::More(ranks), Self::More(more)) => {
                for (rank, rows) in more {
                    match ranks.iter_mut().find(|(r, _)| *r == rank) {
                        Some((_, all)) => all.extend(rows),
                        None => ranks.push((rank, rows)),
                    }
                }
            }
            // All parts are of the same terms.
            _ => {}
        }
    }

    fn sorted(mut self) -> Self {
        if let Self::More(ranks) = &mut self {
            ranks.sort_unstable_by_key(|(rank, _)| *rank);
        }
        self
    }

    /// The ranks that somebody has, best first, and how many have each.
    fn ranks(&self) -> Vec<(Rank, usize)> {
        match self {
            Self::One { counts, .. } => {
                let rank = |(code, count): (Code, &usize)| found(code).map(|f| ((f.0, weight(f)), *count));
                (0..NOT_FOUND).zip(counts).filter(|(_, count)| **count > 0).filter_map(rank).collect()
            }
            Self::More(ranks) => ranks.iter().map(|(rank, rows)| (*rank, rows.len())).collect(),
        }
    }

    /// Who has a rank, by position.
    fn rows(&self, rank: Rank) -> Box<dyn Iterator<Item = u32> + '_> {
        match self {
            Self::One { codes, .. } => {
                let wanted = found_by(rank).map_or(NOT_FOUND, code);
                // Most have another, so they are passed over many at a time.
                let chunks = codes.iter().flat_map(|part| part.as_flattened().chunks(64)).enumerate();
                let some = chunks.filter(move |(_, chunk)| chunk.contains(&wanted));
                Box::new(some.flat_map(move |(n, chunk)| {
                    let has = move |(place, _): (u32, &Code)| n as u32 * 64 + place;
                    (0..).zip(chunk).filter(move |(_, c)| **c == wanted).map(has)
                }))
            }
            Self::More(ranks) => {
                let rows = ranks.iter().find(|(r, _)| *r == rank).map_or(&[][..], |(_, rows)| rows);
                Box::new(rows.iter().copied())
            }
        }
    }

    /// Everybody, by rank, then by position.
    fn all(&self) -> Vec<u32> {
        match self {
            Self::One { codes, counts } => {
                let mut next = [0; 256];
                let mut sum = 0;
                for (next, count) in next.iter_mut().zip(counts).take(usize::from(NOT_FOUND)) {
                    *next = sum;
                    sum += count;
                }
                let mut out = vec![0; sum];
                for (row, code) in (0..).zip(codes.iter().flat_map(|part| part.as_flattened())) {
                    if *code != NOT_FOUND {
                        let place = &mut next[usize::from(*code)];
                        out[*place] = row;
                        *place += 1;
                    }
                }
                out
            }
            Self::More(ranks) => ranks.iter().flat_map(|(_, rows)| rows.iter().copied()).collect(),
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{PersonId, PersonSummary, UnitId};
    use crate::index::Index;

    #[test]
    fn several_threads_find_whom_one_finds() {
        let mut index = Index::new("2026-05-01".parse().unwrap());
        let names = ["张伟", "李娜", "王小伟", "欧阳娜娜", "钱青", "章卫"];
        for n in 0..90_u64 {
            let name = names[n as usize % names.len()];
            let department = if n % 4 == 0 { "张江处" } else { "财务处" };
            let person: PersonSummary = serde_json::from_value(serde_json::json!({
                "id": PersonId(n * 1500 + 1), "revision": 1, "unit": UnitId(1), "department": department, "name": name,
                "identity": null, "staff_number": format!("A{n}"), "phases": [], "period": null, "more_periods": [],
                "duties": [], "trained": [], "trips": [], "matters": [], "flags": [],
            }))
            .unwrap();
            index.put_person(&person);
        }
        let search = Search::new(index.people());
        let few = |line: Line<'_>| line.id.0 % 2 == 1;
        for word in ["z", "zw", "zhang", "zhangwei", "zhngwei", "A1", "zw cw", "z a8", "", "qqqqq"] {
            let terms = Term::split(word);
            let mut found = 0;
            for keep in [None, Some(&few as &(dyn Fn(Line<'_>) -> bool + Sync))] {
                let in_parts = |threads| {
                    let ranked = search.in_parts(&mut search.scans(&terms), keep, threads);
                    let rows: Vec<Vec<u32>> = ranked.ranks().iter().map(|(r, _)| ranked.rows(*r).collect()).collect();
                    (ranked.ranks(), rows, ranked.all())
                };
                let alone = in_parts(1);
                found += alone.2.len();
                for threads in [2, 3, 7, 40] {
                    assert_eq!(in_parts(threads), alone, "{word} in {threads}");
                }
            }
            assert_eq!(found > 0, word != "qqqqq", "{word}");
        }
    }
}
