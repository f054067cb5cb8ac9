//! What lists and searches read: projections of records that hold day numbers, never "overdue" flags, so that they stay
//! true when the date turns.

use serde::{Deserialize, Serialize};

use super::{
    CaseKind, CaseState, ComputerId, ComputerKind, Date, DeviceState, DutyKind, Employer, IdentityNumber,
    LeavingReason, Level, MediumId, MediumKind, Opinion, Person, PersonId, Secrecy, State, StepCode, TripKind,
    TripState, Unit, UnitId, days,
};

/// The version of these structures; a segment written by another is projected again.
pub const PROJECTION: u32 = 6;

/// A person as lists see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonSummary {
    /// Record id.
    pub id: PersonId,
    /// Revision of the person this was projected from.
    pub revision: u64,
    /// Unit.
    pub unit: UnitId,
    /// Department.
    pub department: String,
    /// Name.
    pub name: String,
    /// Identity number, for search by the full number; shown masked.
    pub identity: Option<IdentityNumber>,
    /// Staff number.
    pub staff_number: Option<String>,
    /// How state, level and post change with the days, earliest first; never empty.
    pub phases: Vec<Phase>,
    /// The period that governs on the day of the projection, if the person ever left a post.
    pub period: Option<PeriodSummary>,
    /// The periods that govern on other days, for people who left more than once.
    pub more_periods: Vec<PeriodSummary>,
    /// Duties that were, are or will be open up to the projection's horizon.
    pub duties: Vec<DutySummary>,
    /// The days of the trainings within the span of the projection, and of the last one before it; earliest first.
    #[serde(with = "days")]
    pub trained: Vec<Date>,
    /// Trips.
    pub trips: Vec<TripSummary>,
    /// Leavings and other cases, each with its chain.
    pub matters: Vec<MatterSummary>,
    /// Flags that no day changes, for example `stated_differs`, `level_outside_pack`.
    pub flags: Vec<String>,
}

/// From a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// First day of the phase; `None` for the first phase.
    #[serde(with = "days")]
    pub from: Option<Date>,
    /// State.
    pub state: State,
    /// Level.
    pub level: Option<Level>,
    /// Title of the post that counts.
    pub post: String,
    /// Number of the departure whose period governs in this phase.
    pub departure: Option<u32>,
}

impl PersonSummary {
    /// The phase on a day.
    pub fn phase(&self, day: Date) -> Option<&Phase> {
        self.phases.iter().rev().find(|p| p.from.is_none_or(|f| f <= day))
    }

    /// State on a day.
    pub fn state(&self, day: Date) -> State {
        self.phase(day).map_or(State::Candidate, |p| p.state)
    }

    /// Level on a day.
    pub fn level(&self, day: Date) -> Option<Level> {
        self.phase(day).and_then(|p| p.level)
    }

    /// The last training on or before a day.
    pub fn trained_on(&self, day: Date) -> Option<Date> {
        self.trained.iter().copied().filter(|d| *d <= day).max()
    }

    /// Days left, for people in the period whose last day is known.
    pub fn days_left(&self, day: Date) -> Option<i64> {
        if self.state(day) != State::InPeriod {
            return None;
        }
        self.period_on(day)?.last_day.map(|last| (last - day).num_days())
    }

    /// What a look-up on a day goes by; a batch of its own.
    pub fn head(&self, day: Date) -> PersonHead<'_> {
        PersonHead {
            id: self.id,
            unit: self.unit,
            batch: self.id.0,
            department: Shared { no: 0, text: &self.department },
            name: &self.name,
            identity: self.identity.as_ref().map(IdentityNumber::reveal),
            staff_number: self.staff_number.as_deref(),
            post: Shared { no: 1, text: self.phase(day).map_or("", |p| p.post.as_str()) },
        }
    }

    /// The period that governs on a day.
    pub fn period_on(&self, day: Date) -> Option<&PeriodSummary> {
        let number = self.phase(day)?.departure;
        let mut all = self.period.iter().chain(&self.more_periods);
        all.find(|p| number.is_none_or(|n| p.departure == n))
    }
}

/// A text that several people have, numbered among the texts of their batch.
#[derive(Clone, Copy)]
pub struct Shared<'a> {
    /// Its number.
    pub no: u32,
    /// It.
    pub text: &'a str,
}

/// What a look-up goes by, on a day. It has no `Debug`: the identity number in it is whole.
#[derive(Clone, Copy)]
pub struct PersonHead<'a> {
    /// Record id.
    pub id: PersonId,
    /// Unit.
    pub unit: UnitId,
    /// Whose numbers the shared texts have: in people of the same batch the same number is the same text.
    pub batch: u64,
    /// Department.
    pub department: Shared<'a>,
    /// Name.
    pub name: &'a str,
    /// Identity number in normal form.
    pub identity: Option<&'a str>,
    /// Staff number.
    pub staff_number: Option<&'a str>,
    /// The title of the post that counts; empty for none.
    pub post: Shared<'a>,
}

/// The governing period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodSummary {
    /// Number of the departure.
    pub departure: u32,
    /// Pack id.
    pub pack: String,
    /// Start day.
    #[serde(with = "days")]
    pub start: Option<Date>,
    /// `approval` or `leaving`.
    pub start_rule: String,
    /// Total months, where fixed or chosen.
    pub months: Option<u32>,
    /// Last day, where known.
    #[serde(with = "days")]
    pub last_day: Option<Date>,
    /// Earliest last day, where only a range is known.
    #[serde(with = "days")]
    pub earliest: Option<Date>,
    /// Latest last day.
    #[serde(with = "days")]
    pub latest: Option<Date>,
    /// Article of the length.
    pub article: String,
    /// Last day as stated in a list.
    #[serde(with = "days")]
    pub stated_last_day: Option<Date>,
    /// Which choices were assumed for want of a decision.
    pub assumed: Vec<String>,
    /// Which choices the answer waits for.
    pub blocked_by: Vec<String>,
    /// Closed on.
    #[serde(with = "days")]
    pub closed_on: Option<Date>,
}

/// One duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutySummary {
    /// Kind.
    pub kind: DutyKind,
    /// Pack id.
    pub pack: String,
    /// First day it can be seen as open.
    #[serde(with = "days")]
    pub opens: Date,
    /// Due day.
    #[serde(with = "days")]
    pub due: Date,
    /// Article.
    pub article: String,
    /// Satisfied from this day on (a paper dated later does not count before its day).
    #[serde(with = "days")]
    pub met_from: Option<Date>,
    /// Satisfied up to and including this day only (a waiver that expires).
    #[serde(with = "days")]
    pub met_until: Option<Date>,
    /// Further spans of days in which it is satisfied (several waivers, or a paper after an expired one).
    #[serde(with = "days")]
    pub also_met: Vec<(Date, Option<Date>)>,
}

impl DutySummary {
    /// Whether it is satisfied on `day`.
    pub fn met(&self, day: Date) -> bool {
        let within = |from: Date, until: Option<Date>| from <= day && until.is_none_or(|u| day <= u);
        self.met_from.is_some_and(|m| within(m, self.met_until)) || self.also_met.iter().any(|(f, u)| within(*f, *u))
    }

    /// Not satisfied and past its due day.
    pub fn overdue(&self, day: Date) -> bool {
        day > self.due && !self.met(day)
    }
}

/// One trip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TripSummary {
    /// Number within the person.
    pub n: u32,
    /// Kind.
    pub kind: TripKind,
    /// Where it stands.
    pub state: TripState,
    /// Where to.
    pub destination: String,
    /// Departure.
    #[serde(with = "days")]
    pub depart_on: Date,
    /// Planned return.
    #[serde(with = "days")]
    pub return_on: Option<Date>,
    /// Submitted on.
    #[serde(with = "days")]
    pub submitted_on: Option<Date>,
    /// The next step a pending request waits for.
    pub waits_for: Option<StepCode>,
    /// The pack and the article that name that step; empty where none does.
    pub waits_by: (String, String),
}

/// A leaving or another case, as the list of cases shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatterSummary {
    /// Number of the departure or case within the person.
    pub n: u32,
    /// What it is about.
    pub kind: MatterKind,
    /// Where it stands; a leaving is over when every step of it is taken or its period is closed.
    pub state: CaseState,
    /// Opened on; of a leaving the day it was approved, else the day of leaving.
    #[serde(with = "days")]
    pub opened_on: Option<Date>,
    /// The day it takes, or took, effect.
    #[serde(with = "days")]
    pub effective_on: Option<Date>,
    /// Why, as written.
    pub reason: String,
    /// The employer's kind, for a foreign job.
    pub employer: Option<Employer>,
    /// The level asked for.
    pub level: Option<Level>,
    /// Ended on.
    #[serde(with = "days")]
    pub closed_on: Option<Date>,
    /// The chain: the steps of the unit's pack, then those of the law where it is laid beside.
    pub steps: Vec<StepSummary>,
}

impl MatterSummary {
    /// The first step not yet taken; `waited`: a period that had to be waited out is over.
    pub fn next(&self, waited: bool) -> Option<&StepSummary> {
        let open = |s: &&StepSummary| s.done_on.is_none() && !(waited && s.code == StepCode::WaitPeriod);
        self.steps.iter().find(open)
    }
}

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MatterKind {
    /// Leaving a classified post, and why.
    Leaving(LeavingReason),
    /// Anything else.
    Case(CaseKind),
}

impl MatterKind {
    /// Stable name: the case's, or `leaving`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Leaving(_) => "leaving",
            Self::Case(kind) => kind.code(),
        }
    }
}

/// A step of a chain, with what was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepSummary {
    /// Which.
    pub code: StepCode,
    /// The pack that names it.
    pub pack: String,
    /// Article.
    pub article: String,
    /// Done on.
    #[serde(with = "days")]
    pub done_on: Option<Date>,
    /// The last word on it, if one was recorded.
    pub said: Option<Opinion>,
    /// Who gave it, as written.
    pub by: String,
    /// The comment.
    pub comment: String,
}

/// A computer as lists see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComputerSummary {
    /// Record id.
    pub id: ComputerId,
    /// Revision.
    pub revision: u64,
    /// Unit.
    pub unit: UnitId,
    /// Number in the office.
    pub number: String,
    /// Kind.
    pub kind: ComputerKind,
    /// Model.
    pub model: String,
    /// Level mark.
    pub secrecy: Option<Secrecy>,
    /// Department.
    pub department: String,
    /// Custodian.
    pub custodian: Option<PersonId>,
    /// Custodian's name as known when projected.
    pub custodian_name: String,
    /// User.
    pub user: Option<PersonId>,
    /// User's name.
    pub user_name: String,
    /// Room.
    pub room: String,
    /// Taken into use on: the next inspection is counted from here where there was none.
    #[serde(with = "days")]
    pub enabled_on: Option<Date>,
    /// State.
    pub state: DeviceState,
}

/// A medium as lists see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediumSummary {
    /// Record id.
    pub id: MediumId,
    /// Revision.
    pub revision: u64,
    /// Unit.
    pub unit: UnitId,
    /// Number in the office.
    pub number: String,
    /// Kind.
    pub kind: MediumKind,
    /// Title.
    pub title: String,
    /// Level mark.
    pub secrecy: Option<Secrecy>,
    /// Department.
    pub department: String,
    /// Holder.
    pub holder: Option<PersonId>,
    /// Holder's name.
    pub holder_name: String,
    /// State.
    pub state: DeviceState,
}

/// How the store projects records into what lists read. `rules` implements it for people; the store calls it for every
/// record a transaction changes, and for a whole segment whose span or choices have moved.
pub trait Projector: Send + Sync {
    /// Projects a person of `unit`. Names, numbers, department and the post of any day come from the person alone: what
    /// look-ups go by is stored apart and not made again with the rest.
    fn person(&self, unit: &Unit, person: &Person, today: Date) -> PersonSummary;
    /// The first and last `today` for which a projection made at `today` is right.
    fn span(&self, today: Date) -> (Date, Date);
    /// Changes whenever the rules behind the projection change (pack texts, program version).
    fn version(&self) -> u64;
}
