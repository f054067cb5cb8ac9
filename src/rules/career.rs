//! Runs on post, leavings, levels: what the records say about a day.
//!
//! Readings where the sources are silent:
//! * a leaving ends every post begun before its day, whether or not the post's own end was recorded;
//! * where only one of the two days of a leaving is known, that one stands for the other;
//! * a run on post that ended with no departure recorded counts as a leaving on its last day, and is flagged;
//! * posts that follow one another without a free day are one run: going on post happens at its first day.

use crate::domain::person::{Departure, Post};
use crate::domain::{Date, Level, Person};

/// A time on post without a break: `from ≤ day < to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// First day; `None`: since before anything recorded.
    pub from: Option<Date>,
    /// First day no longer on post.
    pub to: Option<Date>,
}

impl Run {
    /// Whether the day lies in the run.
    pub fn holds(self, day: Date) -> bool {
        self.from.is_none_or(|f| f <= day) && self.to.is_none_or(|t| day < t)
    }
}

/// One leaving of classified posts.
#[derive(Debug, Clone, Copy)]
pub struct Leaving<'p> {
    /// The departure recorded; `None` where a run ended without one.
    pub departure: Option<&'p Departure>,
    /// The day from which the post is left; `None` where no day is known.
    pub day: Option<Date>,
    /// Number of the departure; for a run that ended without one 0, or, where another such run follows, a number from
    /// the top of the range that no departure reaches.
    pub number: u32,
}

impl Leaving<'_> {
    /// Approval day.
    pub fn approved_on(&self) -> Option<Date> {
        self.departure.and_then(|d| d.approved_on)
    }

    /// Leaving day as recorded, or the end of the run where no departure is.
    pub fn left_on(&self) -> Option<Date> {
        match self.departure {
            Some(d) => d.left_on,
            None => self.day,
        }
    }

    /// Whether it has happened on `day`.
    pub fn by(&self, day: Date) -> bool {
        self.day.is_none_or(|d| d <= day)
    }
}

/// The day a departure takes effect: the leaving day, else the approval day.
pub fn effective(departure: &Departure) -> Option<Date> {
    departure.left_on.or(departure.approved_on)
}

/// The day a post ends: its own end or the first leaving after its start, whichever is first.
fn end(person: &Person, post: &Post) -> Option<Date> {
    let leavings = person.departures.iter().filter_map(effective);
    leavings.filter(|l| post.from.is_none_or(|f| f < *l)).chain(post.to).min()
}

/// Whether the person is on a classified post on `day`: a post is held and no leaving has ended it.
pub fn on_post(person: &Person, day: Date) -> bool {
    person.posts.iter().any(|p| Run { from: p.from, to: end(person, p) }.holds(day))
}

/// The runs on post, earliest first, neither touching nor overlapping.
pub fn runs(person: &Person) -> Vec<Run> {
    let mut spans: Vec<Run> = person.posts.iter().map(|p| Run { from: p.from, to: end(person, p) }).collect();
    spans.retain(|r| match (r.from, r.to) {
        (Some(f), Some(t)) => f < t,
        _ => true,
    });
    spans.sort_by_key(|r| r.from);
    let mut out: Vec<Run> = Vec::new();
    for span in spans {
        match out.last_mut() {
            Some(last) if last.to.is_none_or(|t| span.from.is_none_or(|f| f <= t)) => {
                last.to = match (last.to, span.to) {
                    (Some(a), Some(b)) => Some(a.max(b)),
                    _ => None,
                };
            }
            _ => out.push(span),
        }
    }
    out
}

/// Every leaving, in the order of their days (unknown days first).
pub fn leavings<'p>(person: &'p Person, runs: &[Run]) -> Vec<Leaving<'p>> {
    let mut out: Vec<Leaving> =
        person.departures.iter().map(|d| Leaving { departure: Some(d), day: effective(d), number: d.n }).collect();
    for (n, run) in runs.iter().enumerate() {
        let Some(to) = run.to else { continue };
        let next = runs.get(n + 1).and_then(|r| r.from);
        let covered = person.departures.iter().any(|d| match effective(d) {
            Some(day) => run.from.is_none_or(|f| f <= day) && next.is_none_or(|f| day < f),
            None => true,
        });
        if !covered {
            for earlier in out.iter_mut().filter(|l| l.departure.is_none()) {
                earlier.number = if earlier.number == 0 { u32::MAX } else { earlier.number - 1 };
            }
            out.push(Leaving { departure: None, day: Some(to), number: 0 });
        }
    }
    out.sort_by_key(|l| (l.day, l.number));
    out
}

/// The level that counts for a leaving: stated in the departure, else held on the day before it, else the last known
/// before; or, where the unit chose so, the highest ever held.
pub fn leaving_level(person: &Person, leaving: &Leaving, highest: bool) -> Option<Level> {
    let stated = leaving.departure.and_then(|d| d.level);
    let day = leaving.day.unwrap_or(Date::MAX);
    if highest {
        return person.highest_level(day).max(stated);
    }
    let eve = day.pred_opt().unwrap_or(day);
    stated.or_else(|| person.level_on(eve)).or_else(|| person.level_on(day)).or_else(|| {
        let last = person.posts.iter().filter(|p| p.from.is_none_or(|f| f <= day) && p.level.is_some());
        last.max_by_key(|p| (p.to.is_none(), p.to, p.level)).and_then(|p| p.level)
    })
}

/// The title that counts on a day: the highest post held, else the post last left, else nothing.
pub fn title(person: &Person, day: Date) -> String {
    let held = person.posts.iter().filter(|p| Run { from: p.from, to: end(person, p) }.holds(day));
    let best = held.max_by_key(|p| (p.level, p.from, p.n));
    let last = || {
        let left = person.posts.iter().filter_map(|p| end(person, p).map(|e| (e, p))).filter(|(e, _)| *e <= day);
        left.max_by_key(|(e, p)| (*e, p.level, p.n)).map(|(_, p)| p)
    };
    best.or_else(last).map(|p| p.title.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{LeavingReason, PersonId, UnitId};

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn post(n: u32, from: Option<&str>, to: Option<&str>) -> Post {
        Post { n, title: format!("post {n}"), level: Some(Level::General), from: from.map(day), to: to.map(day) }
    }

    fn departure(n: u32, approved: Option<&str>, left: Option<&str>) -> Departure {
        Departure {
            n,
            reason: LeavingReason::Other,
            approved_on: approved.map(day),
            left_on: left.map(day),
            level: None,
            length: None,
            extensions: Vec::new(),
            stated_last_day: None,
            destination: String::new(),
            managed_by: String::new(),
            steps: Vec::new(),
            pin: None,
            opened_by: String::new(),
            changed_by: Vec::new(),
            closed_on: None,
        }
    }

    #[test]
    fn runs_join_and_leavings_end_them() {
        let mut p = Person::new(PersonId(1), UnitId(1), "x");
        p.posts = vec![post(1, None, Some("2020-01-01")), post(2, Some("2020-01-01"), None)];
        assert_eq!(runs(&p), [Run { from: None, to: None }]);
        p.departures = vec![departure(1, Some("2021-01-01"), Some("2021-02-01"))];
        assert_eq!(runs(&p), [Run { from: None, to: Some(day("2021-02-01")) }]);
        assert!(on_post(&p, day("2021-01-31")) && !on_post(&p, day("2021-02-01")));
        p.posts.push(post(3, Some("2021-02-01"), None));
        assert!(on_post(&p, day("2021-02-01")), "a post begun on the leaving day is a new one");
        p.posts.pop();
        p.posts.push(post(3, Some("2022-01-01"), Some("2022-06-01")));
        let runs = runs(&p);
        assert_eq!(runs.len(), 2);
        let found: Vec<(u32, Option<Date>)> = leavings(&p, &runs).iter().map(|l| (l.number, l.day)).collect();
        assert_eq!(found, [(1, Some(day("2021-02-01"))), (0, Some(day("2022-06-01")))]);
        assert_eq!(title(&p, day("2023-01-01")), "post 3");
    }
}
