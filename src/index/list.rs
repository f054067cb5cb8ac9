//! The lists: which records, in which order; marks and selection go by id, so they outlive a refresh.

use std::collections::BTreeSet;

use crate::domain::{ComputerSummary, Date, MediumSummary, PersonId, PersonSummary, RecordId, RecordKind, State};

use super::devices::Devices;
use super::inspections::Inspections;
use super::matters::{MatterRow, Part, Shown, shown};
use super::people::{Columns, Line, People, Ready};
use super::query::{Query, Test, in_periods};
use super::rows::{ComputerRow, PersonRow, Row};
use super::search::{Search, Term};
use super::sort::{Sort, SortBy, days, missing_last};

macro_rules! views {
    ($($(#[$doc:meta])* $name:ident = $code:literal),+ $(,)?) => {
        /// A list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum View { $($(#[$doc])* $name),+ }

        impl View {
            /// Every list.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its name on the command line.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// Whether its rows are people or their parts, so that words rank them.
            pub const fn of_people(self) -> bool {
                use View::{Computers, Devices, Due, Findings, Inspections, Media};
                !matches!(self, Computers | Media | Devices | Inspections | Findings | Due)
            }

            /// The list with this name.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.code() == code)
            }
        }
    };
}
views!(
    /// Everyone.
    People = "people",
    /// Everyone with a post that counts.
    Posts = "posts",
    /// In the period, and ended to be closed; nearest end first.
    Periods = "periods",
    /// Everyone who ever left a post; latest first.
    Departures = "departures",
    /// Trips; waiting first.
    Travel = "travel",
    /// Whose training is overdue; oldest first.
    Trainings = "trainings",
    /// How everybody stands with training: overdue first, then by the next due day.
    TrainingState = "training_state",
    /// Whose pledges are missing; oldest first.
    Pledges = "pledges",
    /// Leavings and other cases under way.
    Cases = "cases",
    /// Leavings and other cases, those that are over too.
    AllCases = "all_cases",
    /// What waits for the leaders or the committee.
    Agenda = "agenda",
    /// Computers and peripherals.
    Computers = "computers",
    /// Media and carriers.
    Media = "media",
    /// Computers, peripherals, media and carriers together.
    Devices = "devices",
    /// Inspections; those under way first, then the planned by their day.
    Inspections = "inspections",
    /// Findings; the earliest day of what is open first.
    Findings = "findings",
    /// Machines with the day of their next inspection, the earliest first.
    Due = "due",
);

/// One entry of a list: a record, or a part of it (a trip by its number).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Item {
    /// The record.
    pub record: RecordId,
    /// Number of the part; 0 for the record itself.
    pub part: u32,
}

/// A filtered, ordered list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Which list.
    pub view: View,
    /// Its entries, in order.
    pub items: Vec<Item>,
    /// How many were found; more than there are entries where [only so many](Index::show_at_most) are shown.
    pub found: usize,
    /// How many the list has without a filter.
    pub unfiltered: usize,
}

impl Listing {
    /// Where an entry stands.
    pub fn position(&self, item: Item) -> Option<usize> {
        self.items.iter().position(|i| *i == item)
    }

    /// Where the selection goes after a refresh: with its entry, or, if that has left the list, at the same place.
    pub fn follow(&self, item: Option<Item>, before: usize) -> usize {
        item.and_then(|i| self.position(i)).unwrap_or_else(|| before.min(self.items.len().saturating_sub(1)))
    }
}

/// Marked entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks(BTreeSet<Item>);

impl Marks {
    /// Marks an entry, or takes its mark away.
    pub fn toggle(&mut self, item: Item) {
        if !self.0.remove(&item) {
            self.0.insert(item);
        }
    }

    /// Marks many.
    pub fn extend(&mut self, items: impl IntoIterator<Item = Item>) {
        self.0.extend(items);
    }

    /// Whether an entry is marked.
    pub fn contains(&self, item: Item) -> bool {
        self.0.contains(&item)
    }

    /// Keeps the marks for which `keep` holds.
    pub fn retain(&mut self, keep: impl Fn(Item) -> bool) {
        self.0.retain(|item| keep(*item));
    }

    /// Takes every mark away.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// None.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The marked entries, by id.
    pub fn iter(&self) -> impl Iterator<Item = Item> + '_ {
        self.0.iter().copied()
    }
}

/// The counters of the first screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Everyone.
    pub people: usize,
    /// On a post.
    pub on_post: usize,
    /// In the period.
    pub in_period: usize,
    /// In the period with at most 30 days left.
    pub ending_30: usize,
    /// At most 60.
    pub ending_60: usize,
    /// At most 90.
    pub ending_90: usize,
    /// Ended, to be closed.
    pub ended: usize,
    /// Travel requests that wait.
    pub travel_pending: usize,
    /// People whose training is overdue.
    pub training_overdue: usize,
    /// People whose pledges are missing.
    pub pledges_missing: usize,
    /// Computers and peripherals.
    pub computers: usize,
    /// Media.
    pub media: usize,
}

/// Everything lists and searches read, evaluated for one day.
#[derive(Debug, Clone)]
pub struct Index {
    pub(super) people: People,
    pub(super) devices: Devices,
    pub(super) inspections: Inspections,
    most: Option<usize>,
}

impl Index {
    /// An empty index for a day.
    pub fn new(today: Date) -> Self {
        Self {
            people: People::new(today),
            devices: Devices::default(),
            inspections: Inspections::default(),
            most: None,
        }
    }

    /// Whoever only looks things up is shown so many entries of a list about people, and the number of all.
    pub const fn show_at_most(&mut self, most: Option<usize>) {
        self.most = most;
    }

    /// The day it is evaluated for.
    pub const fn today(&self) -> Date {
        self.people.today()
    }

    /// Evaluates everything for another day. The summaries must be valid for that day.
    pub fn set_today(&mut self, today: Date) {
        self.people.set_today(today);
    }

    /// Puts a person in, or in place of an earlier version; segments in order of ids load fastest.
    pub fn put_person(&mut self, person: &PersonSummary) {
        self.people.put(person);
    }

    /// Puts in somebody who was made ready elsewhere.
    pub fn put_ready(&mut self, ready: &Ready) {
        self.people.put_ready(ready);
    }

    /// Puts a computer in.
    pub fn put_computer(&mut self, computer: ComputerSummary) {
        self.devices.computers.insert(computer.id, computer);
    }

    /// Puts a medium in.
    pub fn put_medium(&mut self, medium: MediumSummary) {
        self.devices.media.insert(medium.id, medium);
    }

    /// Takes a record out.
    pub fn remove(&mut self, record: RecordId) {
        match record.kind {
            RecordKind::Person => self.people.remove(PersonId(record.number)),
            RecordKind::Computer => drop(self.devices.computers.remove(&crate::domain::ComputerId(record.number))),
            RecordKind::Medium => drop(self.devices.media.remove(&crate::domain::MediumId(record.number))),
            RecordKind::Inspection => {
                drop(self.inspections.all.remove(&crate::domain::InspectionId(record.number)));
            }
            _ => {}
        }
    }

    /// The people, for searching.
    pub const fn people(&self) -> &People {
        &self.people
    }

    /// A person.
    pub fn person(&self, id: PersonId) -> Option<PersonRow> {
        self.people.row(self.people.position(id)?)
    }

    /// Whether an entry still stands in the register.
    pub fn has(&self, item: Item) -> bool {
        match item.record.kind {
            RecordKind::Person if item.part == 0 => self.people.position(PersonId(item.record.number)).is_some(),
            _ => self.row(item).is_some(),
        }
    }

    /// The row of an entry.
    pub fn row(&self, item: Item) -> Option<Row> {
        let n = item.record.number;
        match item.record.kind {
            RecordKind::Person => {
                let line = self.columns(item)?;
                match item.person_part() {
                    None => self.person(PersonId(n)).map(Row::Person),
                    Some(Part::Trip(n)) => self.person(line.id)?.trips.into_iter().find(|t| t.n == n).map(Row::Trip),
                    Some(part) => {
                        let summary = line.summary()?;
                        let matter = summary.matters.iter().find(|m| m.part() == part)?;
                        Some(Row::Matter(MatterRow::new(&summary, matter, self.today())))
                    }
                }
            }
            RecordKind::Computer => {
                let c = self.devices.computers.get(&crate::domain::ComputerId(n))?;
                Some(Row::Computer(ComputerRow::new(c, self.machine(c.id))))
            }
            RecordKind::Medium => self.devices.media.get(&crate::domain::MediumId(n)).map(|m| Row::Medium(m.into())),
            RecordKind::Inspection if item.part == 0 => {
                self.inspection(crate::domain::InspectionId(n)).map(Row::Inspection)
            }
            RecordKind::Inspection => self.finding(crate::domain::InspectionId(n), item.part).map(Row::Finding),
            _ => None,
        }
    }

    /// The departments and other texts in the data, for completion.
    pub fn texts(&self, field: super::query::Field) -> Vec<String> {
        match field {
            super::query::Field::Department => self.people.departments.texts().map(str::to_owned).collect(),
            super::query::Field::Post => self.people.posts.texts().map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    }

    /// A list. Without a chosen order, words rank by how well they match; without words the list has its own order.
    pub fn list(&self, view: View, query: &Query, sort: Option<Sort>) -> Listing {
        let ranked = query.words().next().is_some() && view.of_people();
        let (mut items, unfiltered) = match view {
            View::Computers => self.computers(query),
            View::Media => self.media(query),
            View::Devices => self.devices(query),
            View::Inspections => self.inspection_items(query),
            View::Findings => self.finding_items(query),
            View::Due => self.due_items(query),
            View::Travel | View::Cases | View::AllCases | View::Agenda => {
                self.parts(view, query, sort.is_none() && ranked)
            }
            _ => self.persons(view, query, sort.is_none()),
        };
        match sort {
            Some(sort) => self.sort(view, &mut items, sort),
            None if !ranked => self.own_order(view, &mut items),
            None => {}
        }
        Listing { view, found: items.len(), items, unfiltered }
    }

    /// A list as far as [it is shown](Index::show_at_most). The agenda is whole: all of it waits for whoever looks at it.
    pub fn shown(&self, view: View, query: &Query, sort: Option<Sort>) -> Listing {
        let mut listing = self.list(view, query, sort);
        if let Some(most) = self.most.filter(|_| view.of_people() && view != View::Agenda) {
            listing.items.truncate(most);
        }
        listing
    }

    /// How many entries a list has.
    pub fn count(&self, view: View, query: &Query) -> usize {
        match view {
            View::Computers => self.computers(query).0.len(),
            View::Media => self.media(query).0.len(),
            View::Devices => self.devices(query).0.len(),
            View::Inspections => self.inspection_items(query).0.len(),
            View::Findings => self.finding_items(query).0.len(),
            View::Due => self.due_items(query).0.len(),
            View::Travel | View::Cases | View::AllCases | View::Agenda => self.parts(view, query, false).0.len(),
            _ => self.persons(view, query, false).0.len(),
        }
    }

    fn persons(&self, view: View, query: &Query, rank: bool) -> (Vec<Item>, usize) {
        let unfiltered = match view {
            View::People | View::TrainingState => self.people.len(),
            _ => self.people.lines().filter(|(_, r)| shows(view, r)).count(),
        };
        let items = self.matching(query, rank, |r| shows(view, &r)).into_iter().map(|r| person_item(r.id)).collect();
        (items, unfiltered)
    }

    /// The people that a query finds, by rank if it has words and `rank` asks for it, else by id.
    fn matching(&self, query: &Query, rank: bool, keep: impl Fn(Line<'_>) -> bool + Sync) -> Vec<Line<'_>> {
        let test = Test::new(query, &self.people, true);
        let terms: Vec<Term> = query.words().filter_map(Term::new).collect();
        let fits = |r: Line<'_>| keep(r) && test.person(r, None, &self.people);
        if terms.is_empty() {
            return self.people.lines().map(|(_, r)| r).filter(|r| fits(*r)).collect();
        }
        let exact = if rank { TOP } else { 0 };
        let rows = Search::new(&self.people).ranked(&terms, exact, Some(&fits));
        rows.into_iter().filter_map(|row| self.people.at(row)).collect()
    }

    /// The trips or cases that a list shows.
    fn parts(&self, view: View, query: &Query, rank: bool) -> (Vec<Item>, usize) {
        // A clause about a part is about each of them here, so people are not filtered by it first; words still rank them.
        let words = Query {
            clauses: query
                .clauses
                .iter()
                .filter(|c| !c.negated && matches!(c.what, super::query::What::Word(_)))
                .cloned()
                .collect(),
        };
        let test = Test::new(query, &self.people, true);
        let today = self.today();
        let mut items = Vec::new();
        for r in self.matching(&words, rank, |r| has_parts(view, &r) > 0) {
            let Some(summary) = r.summary() else { continue };
            for (place, part) in shown(view, &summary, today) {
                if test.is_empty() || test.person(r, Some(part), &self.people) {
                    let part = match part {
                        Shown::Trip(t) => Part::Trip(t.n),
                        Shown::Matter(m) => m.part(),
                    };
                    items.push((place, Item::of_part(r.id, part)));
                }
            }
        }
        if !rank {
            items.sort_unstable();
        }
        let unfiltered = match view {
            // A meeting's agenda is short and never filtered.
            View::Agenda => items.len(),
            _ => self.people.lines().map(|(_, r)| has_parts(view, &r)).sum(),
        };
        (items.into_iter().map(|i| i.1).collect(), unfiltered)
    }

    pub(super) fn computers(&self, query: &Query) -> (Vec<Item>, usize) {
        let test = Test::new(query, &self.people, false);
        let all = self.devices.computers.values();
        let items = all
            .filter(|c| test.computer(c, &self.machine(c.id)))
            .map(|c| Item { record: c.id.into(), part: 0 })
            .collect();
        (items, self.devices.computers.len())
    }

    fn media(&self, query: &Query) -> (Vec<Item>, usize) {
        let test = Test::new(query, &self.people, false);
        let all = self.devices.media.values();
        let items = all.filter(|m| test.medium(m)).map(|m| Item { record: m.id.into(), part: 0 }).collect();
        (items, self.devices.media.len())
    }

    fn devices(&self, query: &Query) -> (Vec<Item>, usize) {
        let ((mut items, computers), (media, carriers)) = (self.computers(query), self.media(query));
        items.extend(media);
        (items, computers + carriers)
    }

    pub(super) fn columns(&self, item: Item) -> Option<Line<'_>> {
        self.people.line(PersonId(item.record.number))
    }

    /// The order a list has of itself.
    fn own_order(&self, view: View, items: &mut Vec<Item>) {
        match view {
            View::Periods => self.order(items, |s, i| {
                let r = s.columns(i)?;
                // Running periods by their end, then those without a known end, then the ended ones, latest first.
                Some(match (r.state, r.last_day) {
                    (State::InPeriod, Some(d)) => (0, days(d)),
                    (State::InPeriod, None) => (1, 0),
                    (_, d) => (2, -d.map_or(0, days)),
                })
            }),
            View::Departures => {
                self.order(items, |s, i| s.columns(i)?.summary()?.period_on(s.today())?.start.map(|d| (0, -days(d))));
            }
            View::Trainings => self.order(items, |s, i| s.columns(i)?.training_overdue.map(|d| (0, days(d)))),
            View::TrainingState => self.order(items, |s, i| {
                let r = s.columns(i)?;
                let overdue = r.training_overdue.map(|d| (0, days(d)));
                overdue.or_else(|| r.next_due.map(|d| (1, days(d))))
            }),
            View::Pledges => self.order(items, |s, i| s.columns(i)?.pledge_missing.map(|d| (0, days(d)))),
            View::Computers | View::Media | View::Devices => {
                self.sort(view, items, Sort { by: SortBy::Name, descending: false });
            }
            View::Inspections => self.order(items, Self::inspection_place),
            View::Findings => self.order(items, Self::finding_place),
            View::Due => self.sort(view, items, Sort { by: SortBy::Due, descending: false }),
            View::People | View::Posts | View::Travel | View::Cases | View::AllCases | View::Agenda => {}
        }
    }

    fn order<K: Ord>(&self, items: &mut Vec<Item>, key: impl Fn(&Self, Item) -> Option<K>) {
        let mut keyed: Vec<(Option<K>, Item)> = items.iter().map(|i| (key(self, *i), *i)).collect();
        keyed.sort_by(|a, b| missing_last(a.0.as_ref(), b.0.as_ref(), false).then(a.1.cmp(&b.1)));
        *items = keyed.into_iter().map(|k| k.1).collect();
    }

    /// The counters.
    pub fn counts(&self) -> Counts {
        let mut n = Counts {
            people: self.people.len(),
            computers: self.devices.computers.len(),
            media: self.devices.media.len(),
            ..Counts::default()
        };
        for (_, r) in self.people.lines() {
            n.on_post += usize::from(r.state == State::OnPost);
            n.in_period += usize::from(r.state == State::InPeriod);
            n.ended += usize::from(r.state == State::Ended);
            n.training_overdue += usize::from(r.training_overdue.is_some());
            n.pledges_missing += usize::from(r.pledge_missing.is_some());
            for (limit, slot) in [(30, &mut n.ending_30), (60, &mut n.ending_60), (90, &mut n.ending_90)] {
                *slot += usize::from(r.left.is_some_and(|l| (0..=limit).contains(&l)));
            }
            n.travel_pending += usize::from(r.waiting);
        }
        n
    }

    /// How many running periods end in each of the months from today's on.
    pub fn ends_by_month(&self, months: usize) -> Vec<((i32, u32), usize)> {
        use chrono::Datelike as _;
        let today = self.today();
        let number = |d: Date| d.year() * 12 + d.month0() as i32;
        let first = number(today);
        let mut out: Vec<((i32, u32), usize)> = (0..months as i32)
            .map(|i| (((first + i).div_euclid(12), (first + i).rem_euclid(12) as u32 + 1), 0))
            .collect();
        for (_, r) in self.people.lines().filter(|(_, r)| r.state == State::InPeriod) {
            let slot = r.last_day.and_then(|d| usize::try_from(number(d) - first).ok()).and_then(|i| out.get_mut(i));
            if let Some(slot) = slot {
                slot.1 += 1;
            }
        }
        out
    }
}

/// How many rows of a ranked list stand in their final order; nobody scrolls further without another word.
const TOP: usize = 1_000;

/// Whether a list shows a person.
fn shows(view: View, r: &Columns) -> bool {
    match view {
        View::Posts => r.post_known(),
        View::Periods => in_periods(r.state),
        View::Departures => r.departed,
        View::Trainings => r.training_overdue.is_some(),
        View::Pledges => r.pledge_missing.is_some(),
        _ => true,
    }
}

/// How many parts of a person a list can show; more than none where only the summary knows.
fn has_parts(view: View, r: &Columns) -> usize {
    match view {
        View::Travel => r.trip_count as usize,
        View::Cases => r.open_matters.into(),
        View::AllCases => r.matter_count.into(),
        View::Agenda => usize::from(r.waiting > 0 || r.open_matters > 0),
        _ => 0,
    }
}

fn person_item(id: PersonId) -> Item {
    Item { record: id.into(), part: 0 }
}
