//! Lists: `{view, today, query, total, rows}` and the rows of each view.

use schemars::JsonSchema;
use serde::Serialize;

use super::person::some;
use super::{AgendaRow, CaseRow, OverdueDuty, PersonAnswer};
use crate::domain::ids::part_id;
use crate::domain::person::{Departure, Post};
use crate::domain::summary::TripSummary;
use crate::domain::{
    Channel, ComputerId, ComputerKind, Date, DeviceState, JournalPublic, LeavingReason, Level, MediumId, MediumKind,
    PersonId, RecordId, Secrecy, StepCode, TripKind, TripState, UnitId,
};
use crate::rules::{ChoiceState, InspectionDue};

/// The views of `list` and `export`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListView {
    /// Everyone.
    People,
    /// Posts held, past and present.
    Posts,
    /// Who is in the period or waits to be released, nearest end first.
    Periods,
    /// Departures.
    Departures,
    /// Travel requests, waiting ones first.
    Travel,
    /// Whose training is overdue.
    Trainings,
    /// Whose pledge or statement is overdue.
    Pledges,
    /// Computers and peripherals.
    Computers,
    /// Media and paper carriers.
    Media,
    /// Inspections.
    Inspections,
    /// Findings.
    Findings,
    /// Cases.
    Cases,
    /// What waits for the leaders or the committee.
    Agenda,
    /// Choices the units owe, and what else waits for a decision.
    Todo,
    /// The journal's public part.
    Journal,
}

impl ListView {
    /// Every view, in the order of the documentation.
    pub const ALL: [Self; 15] = [
        Self::People,
        Self::Posts,
        Self::Periods,
        Self::Departures,
        Self::Travel,
        Self::Trainings,
        Self::Pledges,
        Self::Computers,
        Self::Media,
        Self::Inspections,
        Self::Findings,
        Self::Cases,
        Self::Agenda,
        Self::Todo,
        Self::Journal,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Posts => "posts",
            Self::Periods => "periods",
            Self::Departures => "departures",
            Self::Travel => "travel",
            Self::Trainings => "trainings",
            Self::Pledges => "pledges",
            Self::Computers => "computers",
            Self::Media => "media",
            Self::Inspections => "inspections",
            Self::Findings => "findings",
            Self::Cases => "cases",
            Self::Agenda => "agenda",
            Self::Todo => "todo",
            Self::Journal => "journal",
        }
    }
}

/// What `list` and `find` answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListAnswer {
    /// Name of the view; `find` for the quick lookup.
    pub view: String,
    /// The evaluation day.
    pub today: Date,
    /// The query as given.
    pub query: String,
    /// Rows that match, before `--limit`.
    pub total: usize,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Row {
    /// `posts`.
    Post(Box<PostRow>),
    /// `departures`.
    Departure(Box<DepartureRow>),
    /// `travel`.
    Trip(Box<TripRow>),
    /// `cases`.
    Case(Box<CaseRow>),
    /// `agenda`.
    Agenda(Box<AgendaRow>),
    /// `trainings`, `pledges`.
    Overdue(Box<OverdueRow>),
    /// `people`, `periods`, `find`.
    Person(Box<PersonAnswer>),
    /// `computers`.
    Computer(Box<ComputerRow>),
    /// `media`.
    Medium(Box<MediumRow>),
    /// `inspections`.
    Inspection(Box<super::InspectionRow>),
    /// `findings`.
    Finding(Box<super::FindingRow>),
    /// `todo`.
    Todo(Box<ChoiceRow>),
    /// `journal`.
    Journal(Box<JournalRow>),
}

/// A person with a post held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PostRow {
    /// The person's keys.
    #[serde(flatten)]
    pub person: PersonAnswer,
    /// The post.
    pub held: Post,
}

/// A person with a departure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DepartureRow {
    /// The person's keys.
    #[serde(flatten)]
    pub person: PersonAnswer,
    /// The departure.
    pub departure: DeparturePart,
}

/// A departure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeparturePart {
    /// `P000123-L1`.
    pub id: String,
    /// Why.
    pub reason: LeavingReason,
    /// Approval day.
    pub approved_on: Option<Date>,
    /// Leaving day.
    pub left_on: Option<Date>,
    /// Length chosen, in months.
    pub months: Option<u32>,
    /// Extensions, in months.
    pub extensions: Vec<u32>,
    /// Last day as stated.
    pub stated_last_day: Option<Date>,
    /// Where the person goes.
    pub destination: Option<String>,
    /// Who manages the period.
    pub managed_by: Option<String>,
    /// Steps taken.
    pub steps: Vec<StepCode>,
    /// The leaving step that comes next; null when every one is taken.
    pub waits_for: Option<StepCode>,
    /// Period closed on.
    pub closed_on: Option<Date>,
}

impl DeparturePart {
    /// The departure `d` of `person`.
    pub fn of(person: PersonId, d: &Departure) -> Self {
        Self {
            id: part_id(person, 'L', d.n),
            reason: d.reason,
            approved_on: d.approved_on,
            left_on: d.left_on,
            months: d.length.as_ref().map(|l| l.months),
            extensions: d.extensions.iter().map(|e| e.months).collect(),
            stated_last_day: d.stated_last_day,
            destination: some(&d.destination),
            managed_by: some(&d.managed_by),
            steps: d.steps.iter().map(|s| s.code).collect(),
            waits_for: None,
            closed_on: d.closed_on,
        }
    }
}

/// A person with a trip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TripRow {
    /// The person's keys.
    #[serde(flatten)]
    pub person: PersonAnswer,
    /// The trip.
    pub trip: TripPart,
}

/// A trip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TripPart {
    /// `P000123-T2`.
    pub id: String,
    /// Private or official.
    pub kind: TripKind,
    /// Where it stands.
    pub state: TripState,
    /// Where to.
    pub destination: String,
    /// First day abroad.
    pub depart_on: Date,
    /// Planned return.
    pub return_on: Option<Date>,
    /// Submitted on.
    pub submitted_on: Option<Date>,
    /// The step a pending request waits for.
    pub waits_for: Option<StepCode>,
}

impl TripPart {
    /// The trip `t` of `person`.
    pub fn of(person: PersonId, t: &TripSummary) -> Self {
        Self {
            id: part_id(person, 'T', t.n),
            kind: t.kind,
            state: t.state,
            destination: t.destination.clone(),
            depart_on: t.depart_on,
            return_on: t.return_on,
            submitted_on: t.submitted_on,
            waits_for: t.waits_for,
        }
    }
}

/// A person with what is overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OverdueRow {
    /// The person's keys.
    #[serde(flatten)]
    pub person: PersonAnswer,
    /// What is overdue.
    pub overdue: Vec<OverdueDuty>,
}

/// A computer or peripheral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ComputerRow {
    /// Record id.
    pub id: ComputerId,
    /// The office's number.
    pub number: String,
    /// Unit.
    pub unit: UnitId,
    /// What it is.
    pub kind: ComputerKind,
    /// Model.
    pub model: Option<String>,
    /// Level mark.
    pub secrecy: Option<Secrecy>,
    /// Department.
    pub department: Option<String>,
    /// Custodian.
    pub custodian: Option<PersonId>,
    /// Custodian's name.
    pub custodian_name: Option<String>,
    /// User.
    pub user: Option<PersonId>,
    /// User's name.
    pub user_name: Option<String>,
    /// Room.
    pub room: Option<String>,
    /// State.
    pub state: DeviceState,
    /// Its last inspection was signed on.
    pub inspected_on: Option<Date>,
    /// When it is to be inspected next, and by which article; null where no interval is known.
    pub inspection_due: Option<InspectionDue>,
}

/// A medium or paper carrier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MediumRow {
    /// Record id.
    pub id: MediumId,
    /// The office's number.
    pub number: String,
    /// Unit.
    pub unit: UnitId,
    /// What it is.
    pub kind: MediumKind,
    /// Title.
    pub title: Option<String>,
    /// Level mark.
    pub secrecy: Option<Secrecy>,
    /// Department.
    pub department: Option<String>,
    /// Holder.
    pub holder: Option<PersonId>,
    /// Holder's name.
    pub holder_name: Option<String>,
    /// State.
    pub state: DeviceState,
}

/// Something a decision is owed for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChoiceRow {
    /// `choice`, `stated_differs` or `undetermined`.
    pub kind: String,
    /// Unit.
    pub unit: UnitId,
    /// The key for `unit set`, where it is a choice.
    pub key: Option<String>,
    /// Rule pack.
    pub pack: Option<String>,
    /// Article that leaves it open.
    pub article: Option<String>,
    /// Values a choice may take.
    pub allowed: Option<String>,
    /// What is used until then; `null` where answers wait.
    pub default: Option<String>,
    /// The person concerned.
    pub person: Option<PersonId>,
    /// The person's name.
    pub name: Option<String>,
    /// Last day as computed.
    pub last_day: Option<Date>,
    /// Last day as stated.
    pub stated_last_day: Option<Date>,
}

impl ChoiceRow {
    /// A choice the unit owes.
    pub fn choice(unit: UnitId, c: &ChoiceState) -> Self {
        Self {
            kind: "choice".to_owned(),
            unit,
            key: Some(c.key.clone()),
            pack: Some(c.pack.clone()),
            article: Some(c.article.clone()),
            allowed: Some(c.allowed.clone()),
            default: c.default.clone(),
            person: None,
            name: None,
            last_day: None,
            stated_last_day: None,
        }
    }

    /// A person whose period needs a decision.
    pub fn period(kind: &str, p: &PersonAnswer) -> Self {
        Self {
            kind: kind.to_owned(),
            unit: p.unit,
            key: None,
            pack: p.period.as_ref().map(|q| q.pack.clone()),
            article: p.period.as_ref().map(|q| q.article.clone()),
            allowed: None,
            default: None,
            person: Some(p.id),
            name: Some(p.name.clone()),
            last_day: p.period.as_ref().and_then(|q| q.last_day),
            stated_last_day: p.period.as_ref().and_then(|q| q.stated_last_day),
        }
    }
}

/// A journal entry's public part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JournalRow {
    /// Sequence number.
    pub seq: u64,
    /// When.
    pub at: String,
    /// Who.
    pub operator: String,
    /// How.
    pub channel: Channel,
    /// Which command.
    pub verb: String,
    /// Records changed.
    pub records: Vec<RecordId>,
    /// Fields changed; of an entry that changes nothing, what was read or taken out.
    pub fields: Vec<String>,
    /// How many rows were taken out.
    pub rows: Option<u64>,
    /// By how many minutes the clock had been set back since the entry before; null where it was five or less.
    pub clock_back: Option<u64>,
}

impl From<JournalPublic> for JournalRow {
    fn from(j: JournalPublic) -> Self {
        Self {
            seq: j.seq,
            at: j.at,
            operator: j.operator,
            channel: j.channel,
            verb: j.verb,
            records: j.records,
            fields: j.fields,
            rows: j.rows,
            clock_back: j.clock_back,
        }
    }
}

/// One thing that falls due or is overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DueItem {
    /// Due day.
    pub due: Date,
    /// Due day minus today.
    pub days_left: i64,
    /// Past its day.
    pub overdue: bool,
    /// `period_end`, `period_close`, `travel_pending`, `finding`, `inspection`, or the duty's stable name.
    pub kind: String,
    /// The record it is about: a person, an inspection with a finding, a machine to be inspected.
    pub record: RecordId,
    /// Person; null for findings and machines.
    pub person: Option<PersonId>,
    /// Name of the person; number and place of the machine.
    pub name: String,
    /// Department.
    pub department: Option<String>,
    /// Level.
    pub level: Option<Level>,
    /// Rule pack.
    pub pack: String,
    /// Article.
    pub article: String,
}

impl From<crate::index::ComputerRow> for ComputerRow {
    fn from(c: crate::index::ComputerRow) -> Self {
        Self {
            id: c.id,
            number: c.number,
            unit: c.unit,
            kind: c.kind,
            model: some(&c.model),
            secrecy: c.level,
            department: some(&c.department),
            custodian: c.custodian,
            custodian_name: some(&c.custodian_name),
            user: c.user,
            user_name: some(&c.user_name),
            room: some(&c.room),
            state: c.state,
            inspected_on: c.machine.inspected_on,
            inspection_due: c.machine.due,
        }
    }
}

impl From<crate::index::MediumRow> for MediumRow {
    fn from(m: crate::index::MediumRow) -> Self {
        Self {
            id: m.id,
            number: m.number,
            unit: m.unit,
            kind: m.kind,
            title: some(&m.title),
            secrecy: m.level,
            department: some(&m.department),
            holder: m.holder,
            holder_name: some(&m.holder_name),
            state: m.state,
        }
    }
}
