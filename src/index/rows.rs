//! What a list shows of a record on a day. The field names are the keys of `--json`.

use schemars::JsonSchema;
use serde::Serialize;

use super::inspections::{FindingRow, InspectionRow, Machine};
use super::matters::MatterRow;
use crate::domain::{
    ComputerId, ComputerKind, ComputerSummary, Date, DeviceState, DutyKind, IdentityNumber, Level, MediumId,
    MediumKind, MediumSummary, PersonId, PersonSummary, Secrecy, State, StepCode, TripKind, TripState, UnitId,
    ids::part_id,
    summary::{DutySummary, PeriodSummary, TripSummary},
};

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a row lives for one frame, and few do at a time")]
pub enum Row {
    /// A person: every list about people but `travel`.
    Person(PersonRow),
    /// A trip.
    Trip(TripRow),
    /// A leaving or another case.
    Matter(MatterRow),
    /// A computer or peripheral.
    Computer(ComputerRow),
    /// A medium.
    Medium(MediumRow),
    /// An inspection.
    Inspection(InspectionRow),
    /// A finding.
    Finding(FindingRow),
}

/// A person on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PersonRow {
    /// Record id.
    pub id: PersonId,
    /// Name as stored: clean it before it is shown.
    pub name: String,
    /// Unit.
    pub unit: UnitId,
    /// Department.
    pub department: String,
    /// Level that counts on the day.
    pub level: Option<Level>,
    /// State on the day.
    pub state: State,
    /// Title of the post that counts.
    pub post: String,
    /// The decommission period, for people in it or past it who are not on a post again.
    pub period: Option<PeriodRow>,
    /// Training.
    pub training: TrainingRow,
    /// Travel.
    pub travel: TravelRow,
    /// Flags.
    pub flags: Vec<String>,
    /// Identity number, masked.
    #[serde(skip)]
    pub identity: Option<String>,
    /// Staff number.
    #[serde(skip)]
    pub staff_number: Option<String>,
    /// The last departure's period whatever the state: what the list of departures shows.
    #[serde(skip)]
    pub departure: Option<PeriodRow>,
    /// Pledges missing (overdue).
    #[serde(skip)]
    pub pledges_missing: Vec<DutyRow>,
    /// Everything else overdue: reviews, checks, travel reports, filings.
    #[serde(skip)]
    pub other_overdue: Vec<DutyRow>,
    /// Everything open that is overdue or due within 30 days.
    #[serde(skip)]
    pub due: Vec<DutyRow>,
    /// Every trip.
    #[serde(skip)]
    pub trips: Vec<TripRow>,
    /// Revision of the record.
    #[serde(skip)]
    pub revision: u64,
}

/// A period on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PeriodRow {
    /// Pack id.
    pub pack: String,
    /// Start day.
    pub start: Option<Date>,
    /// `approval` or `leaving`.
    pub start_rule: String,
    /// Total months.
    pub months: Option<u32>,
    /// Last day.
    pub last_day: Option<Date>,
    /// Days left; only while the person is in the period and the last day is known.
    pub days_left: Option<i64>,
    /// Earliest last day, where only a range is known.
    pub earliest: Option<Date>,
    /// Latest last day.
    pub latest: Option<Date>,
    /// Article of the length.
    pub article: String,
    /// Last day as stated in a list.
    pub stated_last_day: Option<Date>,
    /// Choices assumed for want of a decision.
    pub assumed: Vec<String>,
    /// Choices the answer waits for.
    pub blocked_by: Vec<String>,
    /// Number of the departure.
    #[serde(skip)]
    pub departure: u32,
    /// Closed on.
    #[serde(skip)]
    pub closed_on: Option<Date>,
}

/// Trainings of a person on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrainingRow {
    /// Overdue, oldest first.
    pub overdue: Vec<DutyRow>,
    /// The next due day of a training still owed.
    pub next_due: Option<Date>,
    /// The training still owed that is due next and not overdue.
    #[serde(skip)]
    pub next: Option<DutyRow>,
    /// The last training.
    #[serde(skip)]
    pub last: Option<Date>,
}

/// Travel of a person on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TravelRow {
    /// Ids of the requests that wait (`P000123-T2`).
    pub pending: Vec<String>,
}

/// A duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DutyRow {
    /// Kind.
    pub kind: DutyKind,
    /// Due day.
    pub due: Date,
    /// Article.
    pub article: String,
    /// Pack id.
    #[serde(skip)]
    pub pack: String,
}

/// A trip with the person who travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TripRow {
    /// `P000123-T2`.
    pub id: String,
    /// Who.
    pub person: PersonId,
    /// Name as stored.
    pub name: String,
    /// Department.
    pub department: String,
    /// Level on the day.
    pub level: Option<Level>,
    /// State of the person on the day.
    pub person_state: State,
    /// Kind.
    pub kind: TripKind,
    /// Where the request stands.
    pub state: TripState,
    /// Where to.
    pub destination: String,
    /// Departure.
    pub depart_on: Date,
    /// Planned return.
    pub return_on: Option<Date>,
    /// Submitted on.
    pub submitted_on: Option<Date>,
    /// The step a pending request waits for.
    pub waits_for: Option<StepCode>,
    /// The pack and the article that name that step.
    #[serde(skip)]
    pub waits_by: (String, String),
    /// Number within the person.
    #[serde(skip)]
    pub n: u32,
}

/// A computer or peripheral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ComputerRow {
    /// Record id.
    pub id: ComputerId,
    /// Number in the office.
    pub number: String,
    /// Unit.
    pub unit: UnitId,
    /// Kind.
    pub kind: ComputerKind,
    /// Model.
    pub model: String,
    /// Level mark.
    pub level: Option<Secrecy>,
    /// Department.
    pub department: String,
    /// Who answers for it.
    pub custodian: Option<PersonId>,
    /// The custodian's name.
    pub custodian_name: String,
    /// Named user.
    pub user: Option<PersonId>,
    /// The user's name.
    pub user_name: String,
    /// Room.
    pub room: String,
    /// State.
    pub state: DeviceState,
    /// What the inspections say of it.
    #[serde(skip)]
    pub machine: Machine,
    /// Revision of the record.
    #[serde(skip)]
    pub revision: u64,
}

/// A medium or paper carrier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MediumRow {
    /// Record id.
    pub id: MediumId,
    /// Number in the office.
    pub number: String,
    /// Unit.
    pub unit: UnitId,
    /// Kind.
    pub kind: MediumKind,
    /// Title.
    pub title: String,
    /// Level mark.
    pub level: Option<Secrecy>,
    /// Department.
    pub department: String,
    /// In whose hands.
    pub holder: Option<PersonId>,
    /// The holder's name.
    pub holder_name: String,
    /// State.
    pub state: DeviceState,
    /// Revision of the record.
    #[serde(skip)]
    pub revision: u64,
}

impl PersonRow {
    /// A person on `today`.
    pub fn new(p: &PersonSummary, today: Date) -> Self {
        let state = p.state(today);
        let last = || p.period.as_ref().or_else(|| p.more_periods.last());
        let departure = p.period_on(today).or_else(last).map(|s| PeriodRow::new(s, p.days_left(today)));
        let shown = matches!(state, State::InPeriod | State::Ended | State::Released);
        let trips: Vec<TripRow> = p.trips.iter().map(|t| TripRow::new(p, t, today)).collect();
        let overdue = |wanted: fn(DutyKind) -> bool| -> Vec<DutyRow> {
            let mut rows: Vec<DutyRow> =
                p.duties.iter().filter(|d| wanted(d.kind) && d.overdue(today)).map(DutyRow::new).collect();
            rows.sort_by_key(|d| d.due);
            rows
        };
        let mut due: Vec<DutyRow> = p.duties.iter().filter(|d| soon(d, today)).map(DutyRow::new).collect();
        due.sort_by_key(|d| d.due);
        Self {
            id: p.id,
            name: p.name.clone(),
            unit: p.unit,
            department: p.department.clone(),
            level: p.level(today),
            state,
            post: p.phase(today).map(|f| f.post.clone()).unwrap_or_default(),
            period: departure.clone().filter(|_| shown),
            training: TrainingRow {
                overdue: overdue(DutyKind::is_training),
                next_due: next_training(p, today).map(|d| d.due),
                next: next_training(p, today).map(DutyRow::new),
                last: p.trained_on(today),
            },
            travel: TravelRow {
                pending: p
                    .trips
                    .iter()
                    .filter(|t| t.state == TripState::Pending)
                    .map(|t| part_id(p.id, 'T', t.n))
                    .collect(),
            },
            flags: p.flags.clone(),
            identity: p.identity.as_ref().map(IdentityNumber::masked),
            staff_number: p.staff_number.clone(),
            departure,
            pledges_missing: overdue(is_pledge),
            other_overdue: overdue(|k| !k.is_training() && !is_pledge(k)),
            due,
            trips,
            revision: p.revision,
        }
    }
}

/// Open, and overdue or due within [`SOON`] days.
pub(super) fn soon(d: &DutySummary, today: Date) -> bool {
    let last = today.checked_add_days(chrono::Days::new(SOON)).unwrap_or(today);
    d.opens <= today && d.due <= last && !d.met(today)
}

/// Days before its due day from which a duty counts as due.
const SOON: u64 = 30;

/// The training that is due next from `today` on and not done.
pub(super) fn next_training(p: &PersonSummary, today: Date) -> Option<&DutySummary> {
    p.duties.iter().filter(|d| d.kind.is_training() && d.due >= today && !d.met(today)).min_by_key(|d| d.due)
}

/// Whether the list of missing pledges shows a duty.
pub(super) const fn is_pledge(kind: DutyKind) -> bool {
    matches!(kind, DutyKind::PledgeOnPost | DutyKind::YearlyStatement | DutyKind::PledgeOnLeaving)
}

impl PeriodRow {
    fn new(s: &PeriodSummary, days_left: Option<i64>) -> Self {
        Self {
            pack: s.pack.clone(),
            start: s.start,
            start_rule: s.start_rule.clone(),
            months: s.months,
            last_day: s.last_day,
            days_left,
            earliest: s.earliest,
            latest: s.latest,
            article: s.article.clone(),
            stated_last_day: s.stated_last_day,
            assumed: s.assumed.clone(),
            blocked_by: s.blocked_by.clone(),
            departure: s.departure,
            closed_on: s.closed_on,
        }
    }
}

impl DutyRow {
    fn new(d: &DutySummary) -> Self {
        Self { kind: d.kind, due: d.due, article: d.article.clone(), pack: d.pack.clone() }
    }
}

impl TripRow {
    fn new(p: &PersonSummary, t: &TripSummary, today: Date) -> Self {
        Self {
            id: part_id(p.id, 'T', t.n),
            person: p.id,
            name: p.name.clone(),
            department: p.department.clone(),
            level: p.level(today),
            person_state: p.state(today),
            kind: t.kind,
            state: t.state,
            destination: t.destination.clone(),
            depart_on: t.depart_on,
            return_on: t.return_on,
            submitted_on: t.submitted_on,
            waits_for: t.waits_for,
            waits_by: t.waits_by.clone(),
            n: t.n,
        }
    }
}

impl ComputerRow {
    /// A computer with what the inspections say of it.
    pub fn new(c: &ComputerSummary, machine: Machine) -> Self {
        Self {
            id: c.id,
            number: c.number.clone(),
            unit: c.unit,
            kind: c.kind,
            model: c.model.clone(),
            level: c.secrecy,
            department: c.department.clone(),
            custodian: c.custodian,
            custodian_name: c.custodian_name.clone(),
            user: c.user,
            user_name: c.user_name.clone(),
            room: c.room.clone(),
            state: c.state,
            machine,
            revision: c.revision,
        }
    }
}

impl From<&MediumSummary> for MediumRow {
    fn from(m: &MediumSummary) -> Self {
        Self {
            id: m.id,
            number: m.number.clone(),
            unit: m.unit,
            kind: m.kind,
            title: m.title.clone(),
            level: m.secrecy,
            department: m.department.clone(),
            holder: m.holder,
            holder_name: m.holder_name.clone(),
            state: m.state,
            revision: m.revision,
        }
    }
}
