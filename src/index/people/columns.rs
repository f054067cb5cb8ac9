//! What is kept of each person for filters and orders: small values of fixed size, one beside the other.

use crate::domain::summary::DutySummary;
use crate::domain::{CaseState, Date, DutyKind, Level, PersonId, PersonSummary, State, TripState, UnitId};

use super::super::matters::matter_bit;
use super::super::rows::{is_pledge, next_training, soon};

/// One person, evaluated for a day.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    /// Record id.
    pub id: PersonId,
    /// Unit.
    pub unit: UnitId,
    /// Number of the department in [`super::People::departments`].
    pub department: u32,
    /// Number of the post in [`super::People::posts`].
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
    /// How many requests wait.
    pub waiting: u16,
    /// The oldest pledge missing.
    pub pledge_missing: Option<Date>,
    /// One bit for each state the person's trips are in, by position in [`TripState::ALL`].
    pub trips: u16,
    /// How many trips.
    pub trip_count: u32,
    /// One bit for each kind of case under way ([`matter_bit`]).
    pub matters: u16,
    /// How many cases are under way, leavings with them.
    pub open_matters: u16,
    /// How many cases, those that are over too.
    pub matter_count: u16,
    /// Ever left a post.
    pub departed: bool,
    /// Has a flag, or a period with an assumed or missing choice.
    pub flagged: bool,
}

impl Columns {
    /// Nobody: what stands in the place of a number that no person has.
    pub(super) const NOBODY: Self = Self {
        id: PersonId(0),
        unit: UnitId(0),
        department: 0,
        post: 0,
        level: None,
        state: State::Candidate,
        left: None,
        last_day: None,
        next_due: None,
        training_overdue: None,
        training_open: false,
        training_met: false,
        trained_on: None,
        overdue: 0,
        due: 0,
        open: 0,
        waiting: 0,
        pledge_missing: None,
        trips: 0,
        trip_count: 0,
        matters: 0,
        open_matters: 0,
        matter_count: 0,
        departed: false,
        flagged: false,
    };

    /// Evaluates a person for `today`; `department` and `post` are the numbers of their texts.
    pub(super) fn new(p: &PersonSummary, today: Date, department: u32, post: u32) -> Self {
        let oldest = |wanted: &dyn Fn(DutyKind) -> bool| {
            p.duties.iter().filter(|d| wanted(d.kind) && d.overdue(today)).map(|d| d.due).min()
        };
        let open = |d: &&DutySummary| d.opens <= today && !d.met(today);
        let bits = |wanted: &dyn Fn(&DutySummary) -> bool| {
            p.duties.iter().filter(|d| wanted(d)).fold(0, |m, d| m | duty_bit(d.kind))
        };
        let under_way = || p.matters.iter().filter(|m| m.state == CaseState::Open);
        let waiting = p.trips.iter().filter(|t| t.state == TripState::Pending).count();
        Self {
            id: p.id,
            unit: p.unit,
            department,
            post,
            level: p.level(today),
            state: p.state(today),
            left: p.days_left(today).map(|d| d as i32),
            last_day: p.period_on(today).and_then(|s| s.last_day),
            next_due: next_training(p, today).map(|d| d.due),
            training_overdue: oldest(&DutyKind::is_training),
            training_open: p.duties.iter().filter(open).any(|d| d.kind.is_training() && d.due >= today),
            training_met: p.duties.iter().any(|d| d.kind.is_training() && d.met(today)),
            trained_on: p.trained_on(today),
            overdue: bits(&|d| d.overdue(today)),
            due: bits(&|d| soon(d, today)),
            open: (p.duties.iter().filter(|d| d.overdue(today)).count() + waiting) as u16,
            waiting: waiting as u16,
            pledge_missing: oldest(&is_pledge),
            trips: p.trips.iter().fold(0, |m, t| m | trip_bit(t.state)),
            trip_count: p.trips.len() as u32,
            matters: under_way().fold(0, |m, x| m | matter_bit(x.kind)),
            open_matters: u16::try_from(under_way().count()).unwrap_or(u16::MAX),
            matter_count: u16::try_from(p.matters.len()).unwrap_or(u16::MAX),
            departed: p.period.is_some() || !p.more_periods.is_empty(),
            flagged: !p.flags.is_empty()
                || p.period_on(today).is_some_and(|s| !s.assumed.is_empty() || !s.blocked_by.is_empty()),
        }
    }

    /// On a post, or with the title of one.
    pub(in crate::index) fn post_known(&self) -> bool {
        self.state == State::OnPost
    }
}

/// The bit of a kind of duty.
pub(in crate::index) fn duty_bit(kind: DutyKind) -> u16 {
    1 << (kind as u16)
}

/// The bit of a trip's state.
pub(in crate::index) fn trip_bit(state: TripState) -> u16 {
    1 << (state as u16)
}
