//! People as columns. What filters, sorts and searches touch for everybody is kept ready; the rest of a summary stays
//! packed and is unpacked for the rows that are looked at.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::domain::summary::DutySummary;
use crate::domain::{Date, DutyKind, Level, PersonId, PersonSummary, State, TripState, UnitId};
use crate::text::{fold, sort_key, spell_name, spell_words};

use super::rows::{PersonRow, is_pledge, next_training, soon};
use super::search::{self, Elem, elems};

/// Texts that many people share, each kept once, numbered from 0.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    texts: Vec<(Box<str>, Box<[Elem]>)>,
    numbers: HashMap<Box<str>, u32>,
}

impl Shared {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(n) = self.numbers.get(text) {
            return *n;
        }
        let n = self.texts.len() as u32;
        self.texts.push((text.into(), elems(spell_words(text))));
        self.numbers.insert(text.into(), n);
        n
    }

    /// The text with this number.
    pub fn text(&self, n: u32) -> &str {
        self.texts.get(n as usize).map_or("", |t| &t.0)
    }

    /// What `f` says of each text, by number.
    pub(super) fn each<T>(&self, f: impl Fn(&[Elem]) -> T) -> Vec<T> {
        self.texts.iter().map(|t| f(&t.1)).collect()
    }

    /// What `f` says of each text itself, by number.
    pub(super) fn each_text<T>(&self, f: impl Fn(&str) -> T) -> Vec<T> {
        self.texts.iter().map(|t| f(&t.0)).collect()
    }

    /// Every text, in the order first seen.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|t| &*t.0)
    }
}

/// One person, evaluated for `today`. Dates are in days from the common era, so that comparing is cheap.
#[derive(Debug, Clone)]
pub struct Columns {
    /// Record id.
    pub id: PersonId,
    /// Unit.
    pub unit: UnitId,
    /// Name as stored.
    pub name: Box<str>,
    /// Number of the department in [`People::departments`].
    pub department: u32,
    /// Number of the post in [`People::posts`].
    pub post: u32,
    /// Level on the day.
    pub level: Option<Level>,
    /// State on the day.
    pub state: State,
    /// Days left, for people in the period.
    pub left: Option<i32>,
    /// Last day of the governing period.
    pub last_day: Option<Date>,
    /// Next due day of a training.
    pub next_due: Option<Date>,
    /// The oldest training overdue.
    pub training_overdue: Option<Date>,
    /// A training can be done now and is not overdue yet.
    pub training_open: bool,
    /// A training that was owed is done, or waived.
    pub training_met: bool,
    /// The last training.
    pub trained_on: Option<Date>,
    /// Duties overdue, a bit each ([`duty_bit`]).
    pub overdue: u16,
    /// Duties open that are overdue or due within 30 days, a bit each.
    pub due: u16,
    /// How many duties are overdue and requests wait.
    pub open: u16,
    /// The oldest pledge missing.
    pub pledge_missing: Option<Date>,
    /// One bit for each state the person's trips are in, by position in [`TripState::ALL`].
    pub trips: u16,
    /// How many trips.
    pub trip_count: u32,
    /// Ever left a post.
    pub departed: bool,
    /// Has a flag, or a period with an assumed or missing choice.
    pub flagged: bool,
    staff: Box<str>,
    identity: [u8; 18],
    elems: Box<[Elem]>,
    mask: u64,
    packed: Box<[u8]>,
}

impl Columns {
    /// What words are looked for in.
    pub(super) fn target(&self) -> search::Target<'_> {
        search::Target {
            id: self.id,
            name: search::Name { name: &self.name, elems: &self.elems },
            staff: &self.staff,
            identity: std::str::from_utf8(&self.identity).unwrap_or_default(),
            mask: self.mask,
        }
    }

    /// Staff number, folded.
    pub fn staff(&self) -> &str {
        &self.staff
    }

    /// The whole summary.
    pub fn summary(&self) -> Option<PersonSummary> {
        postcard::from_bytes(&self.packed).ok()
    }

    /// Bytes of the packed summary, for measuring.
    pub fn packed_len(&self) -> usize {
        self.packed.len()
    }

    /// On a post, or with the title of one.
    pub(super) fn post_known(&self) -> bool {
        self.state == State::OnPost
    }
}

/// The identity number as words are compared with it: lower case, 18 bytes; zeros if there is none.
pub(super) fn identity_bytes(p: &PersonSummary) -> [u8; 18] {
    let mut out = [0; 18];
    if let Some(number) = &p.identity {
        for (slot, b) in out.iter_mut().zip(number.reveal().bytes()) {
            *slot = b.to_ascii_lowercase();
        }
    }
    out
}

/// All people, by id.
#[derive(Debug, Clone)]
pub struct People {
    today: Date,
    rows: Vec<Columns>,
    /// Place of each row in the order of names; found when first asked for, gone when anything changes.
    by_name: OnceLock<Vec<u32>>,
    /// Departments.
    pub departments: Shared,
    /// Posts.
    pub posts: Shared,
}

impl People {
    /// Nobody yet.
    pub fn new(today: Date) -> Self {
        Self {
            today,
            rows: Vec::new(),
            by_name: OnceLock::new(),
            departments: Shared::default(),
            posts: Shared::default(),
        }
    }

    /// The rows, by id.
    pub fn rows(&self) -> &[Columns] {
        &self.rows
    }

    /// The day everything is evaluated for.
    pub const fn today(&self) -> Date {
        self.today
    }

    /// Position of a person.
    pub fn position(&self, id: PersonId) -> Option<usize> {
        self.rows.binary_search_by_key(&id, |r| r.id).ok()
    }

    /// The row of a person for a list.
    pub fn row(&self, position: usize) -> Option<PersonRow> {
        self.rows.get(position)?.summary().map(|s| PersonRow::new(&s, self.today))
    }

    /// The place of a row in the order of names.
    pub(super) fn name_place(&self, position: usize) -> Option<u32> {
        let places = self.by_name.get_or_init(|| {
            let mut keyed: Vec<(String, u32)> =
                self.rows.iter().enumerate().map(|(i, r)| (sort_key(&r.name), i as u32)).collect();
            keyed.sort_unstable();
            let mut places = vec![0; keyed.len()];
            let mut place = 0;
            let mut before: Option<&str> = None;
            for (key, row) in &keyed {
                // Namesakes share a place, so that the next column or the id decides between them.
                place += u32::from(before.is_some_and(|b| b != key));
                before = Some(key);
                if let Some(slot) = places.get_mut(*row as usize) {
                    *slot = place;
                }
            }
            places
        });
        places.get(position).copied()
    }

    /// Puts a person in, or in place of an earlier version.
    pub fn put(&mut self, p: &PersonSummary) {
        self.by_name.take();
        let columns = self.columns(p);
        // Segments come in order of ids, so this is a push in nearly every case.
        if self.rows.last().is_none_or(|last| last.id < p.id) {
            self.rows.push(columns);
            return;
        }
        match self.rows.binary_search_by_key(&p.id, |r| r.id) {
            Ok(i) => {
                if let Some(slot) = self.rows.get_mut(i) {
                    *slot = columns;
                }
            }
            Err(i) => self.rows.insert(i, columns),
        }
    }

    /// Takes a person out.
    pub fn remove(&mut self, id: PersonId) {
        self.by_name.take();
        if let Some(i) = self.position(id) {
            self.rows.remove(i);
        }
    }

    /// Evaluates everybody for another day.
    pub fn set_today(&mut self, today: Date) {
        if today == self.today {
            return;
        }
        self.today = today;
        let old = std::mem::take(&mut self.rows);
        for row in old {
            if let Some(p) = row.summary() {
                self.put(&p);
            }
        }
    }

    fn columns(&mut self, p: &PersonSummary) -> Columns {
        let today = self.today;
        let staff: Box<str> = fold(p.staff_number.as_deref().unwrap_or_default()).into_boxed_str();
        let elems = elems(spell_name(&p.name));
        let phase = p.phase(today);
        let oldest = |wanted: &dyn Fn(DutyKind) -> bool| {
            p.duties.iter().filter(|d| wanted(d.kind) && d.overdue(today)).map(|d| d.due).min()
        };
        let open = |d: &&DutySummary| d.opens <= today && !d.met(today);
        let bits = |wanted: &dyn Fn(&DutySummary) -> bool| {
            p.duties.iter().filter(|d| wanted(d)).fold(0, |m, d| m | duty_bit(d.kind))
        };
        let waiting = p.trips.iter().filter(|t| t.state == TripState::Pending).count();
        Columns {
            id: p.id,
            unit: p.unit,
            name: p.name.as_str().into(),
            department: self.departments.number(&p.department),
            post: self.posts.number(phase.map_or("", |f| f.post.as_str())),
            level: phase.and_then(|f| f.level),
            state: p.state(today),
            left: p.days_left(today).map(|d| d as i32),
            last_day: p.period_on(today).and_then(|s| s.last_day),
            next_due: next_training(p, today).map(|d| d.due),
            training_overdue: oldest(&|k| k.is_training()),
            training_open: p.duties.iter().filter(open).any(|d| d.kind.is_training() && d.due >= today),
            trained_on: p.trained_on(today),
            training_met: p.duties.iter().any(|d| d.kind.is_training() && d.met(today)),
            overdue: bits(&|d| d.overdue(today)),
            due: bits(&|d| soon(d, today)),
            open: (p.duties.iter().filter(|d| d.overdue(today)).count() + waiting) as u16,
            pledge_missing: oldest(&is_pledge),
            trips: p.trips.iter().fold(0, |m, t| m | trip_bit(t.state)),
            trip_count: p.trips.len() as u32,
            departed: p.period.is_some() || !p.more_periods.is_empty(),
            flagged: !p.flags.is_empty()
                || p.period_on(today).is_some_and(|s| !s.assumed.is_empty() || !s.blocked_by.is_empty()),
            mask: search::mask(&elems, &staff),
            staff,
            identity: identity_bytes(p),
            elems,
            packed: postcard::to_allocvec(p).unwrap_or_default().into_boxed_slice(),
        }
    }
}

/// The bit of a kind of duty.
pub(super) fn duty_bit(kind: DutyKind) -> u16 {
    1 << (kind as u16)
}

/// The bit of a trip's state.
pub(super) fn trip_bit(state: TripState) -> u16 {
    1 << (state as u16)
}
