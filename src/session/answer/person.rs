//! A person as every answer shows them.

use schemars::JsonSchema;
use serde::Serialize;

use super::{VerdictAnswer, sentence};
use crate::domain::ids::part_id;
use crate::domain::{
    Date, DutyKind, JournalPublic, Level, Person, PersonId, PersonSummary, RecordId, Secrecy, State, TripState, UnitId,
};
use crate::i18n::Texts;
use crate::rules::{Line, Values};

/// The keys every person answer has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PersonAnswer {
    /// Record id, `P000123`.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Id of the unit, `U000001`.
    pub unit: UnitId,
    /// Department.
    pub department: Option<String>,
    /// Level on the day.
    pub level: Option<Level>,
    /// State on the day.
    pub state: State,
    /// Title of the post that counts on the day.
    pub post: Option<String>,
    /// The period that governs, if the person ever left a post.
    pub period: Option<PeriodAnswer>,
    /// Trainings owed.
    pub training: TrainingPart,
    /// Travel waiting.
    pub travel: TravelPart,
    /// Stable codes of what deserves a look.
    pub flags: Vec<String>,
}

/// A decommission period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PeriodAnswer {
    /// Rule pack.
    pub pack: String,
    /// First day of the clock.
    pub start: Option<Date>,
    /// `approval` or `leaving`.
    pub start_rule: String,
    /// Total months, extensions included.
    pub months: Option<u32>,
    /// Last day, included.
    pub last_day: Option<Date>,
    /// Last day minus today; negative once it is over.
    pub days_left: Option<i64>,
    /// Earliest last day, where only a range is known.
    pub earliest: Option<Date>,
    /// Latest last day, where only a range is known.
    pub latest: Option<Date>,
    /// Article of the length.
    pub article: String,
    /// The last day a list or paper states.
    pub stated_last_day: Option<Date>,
    /// Choices assumed for want of a decision, for example `start_rule`.
    pub assumed: Vec<String>,
    /// Choices the answer waits for, for example `length`.
    pub blocked_by: Vec<String>,
}

/// Trainings owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrainingPart {
    /// Overdue on the day.
    pub overdue: Vec<OverdueDuty>,
    /// The next due day of a training not yet met.
    pub next_due: Option<Date>,
}

/// A duty that is overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OverdueDuty {
    /// Which duty.
    pub kind: DutyKind,
    /// It was due on.
    pub due: Date,
    /// Article.
    pub article: String,
}

/// Travel waiting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TravelPart {
    /// Ids of requests that wait for an opinion or approval, `P000123-T2`.
    pub pending: Vec<String>,
}

/// Empty text as `None`.
pub(super) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl PersonAnswer {
    /// The answer about a person on `today`, from the projection that lists and searches read.
    pub fn of(s: &PersonSummary, today: Date) -> Self {
        let phase = s.phase(today);
        let left = matches!(s.state(today), State::InPeriod | State::Ended | State::Released);
        let trainings = || s.duties.iter().filter(|d| d.kind.is_training());
        let overdue = trainings().filter(|d| d.overdue(today));
        Self {
            id: s.id,
            name: s.name.clone(),
            unit: s.unit,
            department: some(&s.department),
            level: s.level(today),
            state: s.state(today),
            post: phase.and_then(|p| some(&p.post)),
            // Somebody on a post again is under no period; the earlier one is in the list of departures.
            period: s.period_on(today).filter(|_| left).map(|p| PeriodAnswer {
                pack: p.pack.clone(),
                start: p.start,
                start_rule: p.start_rule.clone(),
                months: p.months,
                last_day: p.last_day,
                days_left: p.last_day.map(|last| (last - today).num_days()),
                earliest: p.earliest,
                latest: p.latest,
                article: p.article.clone(),
                stated_last_day: p.stated_last_day,
                assumed: p.assumed.clone(),
                blocked_by: p.blocked_by.clone(),
            }),
            training: TrainingPart {
                overdue: overdue
                    .map(|d| OverdueDuty { kind: d.kind, due: d.due, article: d.article.clone() })
                    .collect(),
                next_due: trainings().filter(|d| d.due >= today && !d.met(today)).map(|d| d.due).min(),
            },
            travel: TravelPart {
                pending: s
                    .trips
                    .iter()
                    .filter(|t| t.state == TripState::Pending)
                    .map(|t| part_id(s.id, 'T', t.n))
                    .collect(),
            },
            flags: s.flags.clone(),
        }
    }
}

/// One record in full: the person's keys, the whole record, clocks, verdicts, what is in hand, the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CardAnswer {
    /// The keys every person answer has.
    #[serde(flatten)]
    pub person: PersonAnswer,
    /// Identity number, masked.
    pub identity: Option<String>,
    /// The whole record, without the identity number.
    pub record: Person,
    /// How the governing period came about, step by step.
    pub explanation: Vec<LineAnswer>,
    /// Restrictions that run, each with its clock.
    pub clocks: Vec<ClockAnswer>,
    /// Everything owed up to a year ahead.
    pub duties: Vec<DutyAnswer>,
    /// May the person travel, be transferred, resign, take a foreign job, go on a post today?
    pub verdicts: Vec<VerdictAnswer>,
    /// Computers and media in the person's hands.
    pub held: Vec<HeldAnswer>,
    /// Who changed what and when, newest first.
    pub history: Vec<JournalPublic>,
}

/// A line of an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineAnswer {
    /// Stable code.
    pub code: String,
    /// Article; empty for arithmetic.
    pub article: String,
    /// The sentence in the chosen language.
    pub text: String,
    /// Values.
    pub facts: Values,
}

impl LineAnswer {
    /// The line with its sentence.
    pub fn of(line: &Line, texts: Texts) -> Self {
        Self {
            code: line.code.clone(),
            article: line.article.clone(),
            text: sentence(texts, "explain", &line.code, &line.values),
            facts: line.values.clone(),
        }
    }
}

/// A restriction that runs for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClockAnswer {
    /// `period`, `foreign_job_ban`, `visit_due`, `papers_back`.
    pub code: String,
    /// Rule pack.
    pub pack: String,
    /// Article.
    pub article: String,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
    /// Last day minus today.
    pub days_left: Option<i64>,
    /// How it came about.
    pub explanation: Vec<LineAnswer>,
}

/// Something owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DutyAnswer {
    /// Which duty.
    pub kind: DutyKind,
    /// Rule pack.
    pub pack: String,
    /// Article.
    pub article: String,
    /// Due day.
    pub due: Date,
    /// Satisfied on the day asked.
    pub met: bool,
    /// Not satisfied and past its due day.
    pub overdue: bool,
    /// What satisfied it or what is short.
    pub facts: Values,
}

/// Something in a person's hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HeldAnswer {
    /// The computer or medium.
    pub id: RecordId,
    /// Its number in the office.
    pub number: String,
    /// Model or title.
    pub title: String,
    /// Level mark.
    pub secrecy: Option<Secrecy>,
}
