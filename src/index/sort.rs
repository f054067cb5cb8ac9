//! The orders of a list: by which column, and the order trips stand in of themselves.

use std::cmp::Ordering;

use crate::domain::summary::TripSummary;
use crate::domain::{CaseState, ComputerId, Date, MediumId, PersonSummary, RecordKind, TripState};
use crate::text::sort_key;

use super::list::{Index, Item, View};
use super::matters::{Part, matter_bit, waited};
use super::people::Line;

/// By which column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SortBy {
    /// Record id.
    Id,
    /// Name by pinyin; number of a device.
    Name,
    /// Department.
    Department,
    /// Post; model or title of a device.
    Post,
    /// Level.
    Level,
    /// State.
    State,
    /// Days left.
    Left,
    /// Last day of the period.
    End,
    /// Oldest duty of the list, else the next due day.
    Due,
    /// Departure of a trip.
    Depart,
    /// Staff number.
    Number,
    /// Custodian, user or holder.
    Custodian,
    /// Named user of a device.
    User,
    /// Room.
    Room,
    /// Kind of a device.
    Kind,
    /// Unit.
    Unit,
    /// How many things are overdue or wait.
    Open,
    /// How much of the period is behind.
    Elapsed,
    /// Article of the period, or of the duty the list is about.
    Article,
    /// The duty the list is about.
    Duty,
    /// The last training.
    Trained,
    /// Where a trip stands: waiting first.
    Trip,
    /// The step a trip waits for.
    Waits,
    /// The day a trip was asked for.
    Submitted,
    /// Where a trip goes.
    Destination,
    /// Kind of a trip.
    TripKind,
    /// What a case is about.
    Matter,
    /// The day an inspection is planned for.
    Planned,
    /// How much of an inspection is answered.
    Answered,
    /// The campaign of an inspection.
    Campaign,
    /// The last inspection of a machine.
    Inspected,
}

/// A chosen order. What has no value stands last in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sort {
    /// Column.
    pub by: SortBy,
    /// Largest first.
    pub descending: bool,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SortKey {
    Number(i64),
    Text(String),
}

pub(super) fn text(t: &str) -> Option<SortKey> {
    (!t.is_empty()).then(|| SortKey::Text(sort_key(t)))
}

pub(super) fn day(d: Option<Date>) -> Option<SortKey> {
    d.map(|d| SortKey::Number(days(d)))
}

#[expect(clippy::unnecessary_wraps, reason = "stands beside the keys that may be missing")]
pub(super) const fn number(n: i64) -> Option<SortKey> {
    Some(SortKey::Number(n))
}

impl Index {
    pub(super) fn sort(&self, view: View, items: &mut Vec<Item>, sort: Sort) {
        // Equal ones stand by record.
        items.sort_unstable();
        let keys = || items.iter().map(|i| self.sort_key(view, *i, sort.by));
        let places: Vec<u32> = if let Some(mut keyed) = numbers(keys(), sort.descending) {
            keyed.sort_unstable();
            keyed.into_iter().map(|k| k.1).collect()
        } else {
            let mut keyed: Vec<(Option<SortKey>, u32)> = keys().zip(0..).collect();
            keyed.sort_by(|a, b| missing_last(a.0.as_ref(), b.0.as_ref(), sort.descending));
            keyed.into_iter().map(|k| k.1).collect()
        };
        *items = places.into_iter().filter_map(|at| items.get(at as usize).copied()).collect();
    }

    fn sort_key(&self, view: View, item: Item, by: SortBy) -> Option<SortKey> {
        match item.record.kind {
            RecordKind::Computer => {
                let c = self.devices.computers.get(&ComputerId(item.record.number))?;
                match by {
                    SortBy::Id => number(item.record.number as i64),
                    SortBy::Post => text(&c.model),
                    SortBy::Department => text(&c.department),
                    SortBy::Level => c.secrecy.map(|s| SortKey::Number(s as i64)),
                    SortBy::State => number(c.state as i64),
                    SortBy::Kind => number(c.kind as i64),
                    SortBy::Custodian => text(&c.custodian_name),
                    SortBy::User => text(&c.user_name),
                    SortBy::Room => text(&c.room),
                    SortBy::Due => day(self.machine(c.id).due.map(|d| d.due)),
                    SortBy::Inspected => day(self.machine(c.id).inspected_on),
                    SortBy::Planned => day(self.machine(c.id).planned.and_then(|p| p.1)),
                    _ => text(&c.number),
                }
            }
            RecordKind::Medium => {
                let m = self.devices.media.get(&MediumId(item.record.number))?;
                match by {
                    SortBy::Id => number(item.record.number as i64),
                    SortBy::Post => text(&m.title),
                    SortBy::Department => text(&m.department),
                    SortBy::Level => m.secrecy.map(|s| SortKey::Number(s as i64)),
                    SortBy::State => number(m.state as i64),
                    // In a list of both, media stand behind the computers.
                    SortBy::Kind => number(m.kind as i64 + EVERY_DAY),
                    SortBy::Custodian => text(&m.holder_name),
                    SortBy::User | SortBy::Room => None,
                    _ => text(&m.number),
                }
            }
            RecordKind::Inspection => self.inspection_key(item, by),
            _ => self.person_key(view, item, by),
        }
    }

    fn person_key(&self, view: View, item: Item, by: SortBy) -> Option<SortKey> {
        let r = self.columns(item)?;
        let trip = || r.summary()?.trips.into_iter().find(|t| t.n == item.part);
        if let Some(Part::Departure(_) | Part::Case(_)) = item.person_part()
            && let Some(key) = matter_key(r, item, by)
        {
            return key;
        }
        match by {
            SortBy::Name => {
                let position = self.people.position(r.id)?;
                (!r.name().is_empty()).then_some(SortKey::Number(i64::from(self.people.name_place(position)?)))
            }
            SortBy::Department => self.people.departments.place(r.department).map(|n| SortKey::Number(i64::from(n))),
            SortBy::Post => self.people.posts.place(r.post).map(|n| SortKey::Number(i64::from(n))),
            SortBy::Level => r.level.map(|l| SortKey::Number(l as i64)),
            SortBy::State => number(r.state as i64),
            SortBy::Left => r.left.map(|n| SortKey::Number(i64::from(n))),
            SortBy::End => day(r.last_day),
            SortBy::Due if view == View::Pledges => day(r.pledge_missing),
            SortBy::Due => day(r.training_overdue.or(r.next_due)),
            SortBy::Number => text(r.staff()),
            SortBy::Unit => number(r.unit.0 as i64),
            SortBy::Open => Some(r.open).filter(|n| *n > 0).map(|n| SortKey::Number(i64::from(n))),
            SortBy::Trained => day(r.trained_on),
            SortBy::Elapsed => self.elapsed(&r.summary()?),
            SortBy::Article if view == View::Periods => {
                r.summary()?.period_on(self.today()).and_then(|p| text(&format!("{} {}", p.pack, p.article)))
            }
            SortBy::Article => training(r, self.today()).and_then(|d| text(&format!("{} {}", d.pack, d.article))),
            SortBy::Duty => training(r, self.today()).and_then(|d| number(d.kind as i64)),
            SortBy::Depart => day(trip().map(|t| t.depart_on)),
            SortBy::Submitted => day(trip()?.submitted_on),
            SortBy::Destination => text(&trip()?.destination),
            SortBy::TripKind => number(trip()?.kind as i64),
            SortBy::Trip => {
                let (group, at) = trip_order(&trip()?);
                number(i64::from(group) * EVERY_DAY + at)
            }
            // Those that wait for a step by the step, then the others by what comes next of itself.
            SortBy::Waits => {
                let t = trip()?;
                let step = t.waits_for.filter(|_| t.state == TripState::Pending).map(|s| s as i64);
                number(step.unwrap_or(EVERY_DAY + t.state as i64))
            }
            _ => number(item.record.number as i64),
        }
    }

    /// Thousandths of the period that are behind.
    fn elapsed(&self, p: &PersonSummary) -> Option<SortKey> {
        let period = p.period_on(self.today())?;
        let (start, last) = (period.start?, period.last_day?);
        let total = (last - start).num_days().max(1);
        number((self.today() - start).num_days().clamp(0, total) * 1000 / total)
    }
}

/// Keys as numbers that sort as they should, each with its place: what most orders have, and sorted much faster. `None`
/// where some are texts.
fn numbers(keys: impl Iterator<Item = Option<SortKey>>, descending: bool) -> Option<Vec<(i64, u32)>> {
    let number = |(key, at): (Option<SortKey>, u32)| match key {
        Some(SortKey::Number(n)) => Some((if descending { !n } else { n }, at)),
        None => Some((i64::MAX, at)),
        Some(SortKey::Text(_)) => None,
    };
    keys.zip(0..).map(number).collect()
}

/// The key of a leaving or another case, where it has one of its own for this order.
#[expect(clippy::option_option, reason = "no order of its own, or one in which it has no value")]
fn matter_key(r: Line<'_>, item: Item, by: SortBy) -> Option<Option<SortKey>> {
    let summary = r.summary()?;
    let m = summary.matters.iter().find(|m| Some(m.part()) == item.person_part())?;
    Some(match by {
        SortBy::Kind | SortBy::Matter => number(i64::from(matter_bit(m.kind))),
        SortBy::Trip => number(m.state as i64),
        SortBy::Waits => {
            m.next(waited(r.state)).filter(|_| m.state == CaseState::Open).map(|s| SortKey::Number(s.code as i64))
        }
        SortBy::Submitted => day(m.opened_on),
        SortBy::Depart => day(m.effective_on),
        SortBy::Destination | SortBy::TripKind => None,
        _ => return None,
    })
}

/// More days than any date has.
const EVERY_DAY: i64 = 1 << 40;

/// The training a list shows: the oldest overdue, else the next that is owed.
fn training(r: Line<'_>, today: Date) -> Option<crate::domain::summary::DutySummary> {
    r.training_overdue.or(r.next_due)?;
    let open = |d: &crate::domain::summary::DutySummary| d.kind.is_training() && !d.met(today);
    r.summary()?.duties.into_iter().filter(open).min_by_key(|d| d.due)
}

/// The order of the list of trips: those that wait first, the longest wait on top, then those under way, then those over,
/// latest first.
pub(super) fn trip_order(t: &TripSummary) -> (u8, i64) {
    let at = days(t.depart_on);
    match t.state {
        TripState::Pending => (0, t.submitted_on.map_or(at, days)),
        TripState::Travelling => (1, at),
        TripState::Returned => (2, at),
        TripState::Approved | TripState::PapersIssued => (3, at),
        TripState::Draft => (4, at),
        _ => (5, -at),
    }
}

pub(super) fn days(d: Date) -> i64 {
    use chrono::Datelike as _;
    i64::from(d.num_days_from_ce())
}

pub(super) fn missing_last<K: Ord>(a: Option<&K>, b: Option<&K>, descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.cmp(a),
        (Some(a), Some(b)) => a.cmp(b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}
