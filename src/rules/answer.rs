//! What the rules answer: standings, periods, clocks, duties, verdicts, chains, choices. Plain values; the sentences are
//! made by `i18n` from `code` and `facts`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{Date, DutyKind, Employer, Level, PersonId, State, StepCode, TripKind};

/// The article of what no text of the pack states: it rests on a setting of the unit, or on the register's default.
pub const NOT_STATED: &str = "not_stated";

/// Named values that a sentence is filled with, for example `{"free_from": "2027-03-16"}`. Dates are `YYYY-MM-DD`,
/// vocabulary is its stable code.
pub type Values = BTreeMap<String, String>;

/// Where a person stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Level that counts on the day.
    pub level: Option<Level>,
    /// State.
    pub state: State,
    /// Title of the post that counts.
    pub post: String,
    /// The period that governs.
    pub period: Option<Period>,
    /// Every restriction that runs, each with its own clock; the period is the first.
    pub clocks: Vec<Clock>,
    /// Duties up to the horizon, by due day.
    pub duties: Vec<Duty>,
    /// Stable codes of what deserves a look, for example `stated_differs`, `level_outside_pack`, `papers_out`.
    pub flags: Vec<String>,
}

/// A decommission period with its arithmetic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// Number of the departure.
    pub departure: u32,
    /// Pack id.
    pub pack: String,
    /// Pack version.
    pub pack_version: String,
    /// Start day; `None` when neither day is known.
    pub start: Option<Date>,
    /// `approval` or `leaving`.
    pub start_rule: String,
    /// Article that fixes the start, or empty where the pack does not.
    pub start_article: String,
    /// Whether the start day is counted.
    pub count_start_day: bool,
    /// Original length in months, where fixed or chosen.
    pub base_months: Option<u32>,
    /// Extensions in months, in order.
    pub extensions: Vec<u32>,
    /// Shortest and longest length the pack allows, in months, extensions included.
    pub range: Option<(u32, u32)>,
    /// Last day.
    pub last_day: Option<Date>,
    /// Earliest last day, where only a range is known.
    pub earliest: Option<Date>,
    /// Latest last day, where only a range is known.
    pub latest: Option<Date>,
    /// Article of the length.
    pub article: String,
    /// Level that fixed the length.
    pub level: Option<Level>,
    /// The last day a list states.
    pub stated_last_day: Option<Date>,
    /// Choices assumed for want of a decision, for example `start_rule`.
    pub assumed: Vec<String>,
    /// What the answer waits for, for example `length`.
    pub blocked_by: Vec<String>,
    /// Closed on.
    pub closed_on: Option<Date>,
    /// The pack says the period ends by itself (p7 3).
    pub ends_by_itself: bool,
    /// The arithmetic, step by step; each line is a code with its values.
    pub explanation: Vec<Line>,
}

impl Period {
    /// Total months, extensions included.
    pub fn months(&self) -> Option<u32> {
        self.base_months.map(|b| b + self.extensions.iter().sum::<u32>())
    }
}

/// One line of an explanation: locale key `explain.<code>` filled with `values`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Line {
    /// Stable code.
    pub code: String,
    /// Article it rests on; empty for arithmetic.
    pub article: String,
    /// Values.
    pub values: Values,
}

/// A restriction that runs for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Stable code: `period` (the first governs), `law_period`, `foreign_job_ban`, `visit_due`, `papers_back`.
    pub code: String,
    /// Pack id.
    pub pack: String,
    /// Article, or [`NOT_STATED`].
    pub article: String,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
    /// Arithmetic.
    pub explanation: Vec<Line>,
}

/// Something owed by a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Kind.
    pub kind: DutyKind,
    /// Pack id.
    pub pack: String,
    /// Article, or [`NOT_STATED`].
    pub article: String,
    /// First day it can be seen as open.
    pub opens: Date,
    /// Due day; overdue from the next.
    pub due: Date,
    /// Satisfied from this day on.
    pub met_from: Option<Date>,
    /// Satisfied only up to this day (an expiring waiver).
    pub met_until: Option<Date>,
    /// Further spans of days in which it is satisfied (several waivers, or a paper after an expired one).
    pub also_met: Vec<(Date, Option<Date>)>,
    /// What satisfied it or what is short: `have`, `need`, `year`, `waiver`, `default` …
    pub values: Values,
}

impl Duty {
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

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// May the person travel abroad? `trip` names the request whose papers count; without it the papers of a trip
    /// departing on the day, if any.
    Travel {
        /// Private or official.
        kind: TripKind,
        /// Which request.
        trip: Option<u32>,
    },
    /// May the person be transferred?
    Transfer,
    /// May the person resign?
    Resign,
    /// May the person take this job?
    ForeignJob {
        /// The employer.
        employer: Employer,
    },
    /// May the person go on a post?
    Post {
        /// Level of the post.
        level: Option<Level>,
    },
    /// May the leaving be closed?
    Leave,
}

impl Question {
    /// Stable name: `travel`, `transfer`, `resign`, `foreign-job`, `post`, `leave`.
    pub const fn subject(self) -> &'static str {
        match self {
            Self::Travel { .. } => "travel",
            Self::Transfer => "transfer",
            Self::Resign => "resign",
            Self::ForeignJob { .. } => "foreign-job",
            Self::Post { .. } => "post",
            Self::Leave => "leave",
        }
    }
}

/// What is asked about everybody: by the card on screen and by `show person`.
pub fn usual_questions() -> Vec<Question> {
    vec![
        Question::Travel { kind: TripKind::Private, trip: None },
        Question::Travel { kind: TripKind::Official, trip: None },
        Question::Transfer,
        Question::Resign,
        Question::ForeignJob { employer: Employer::ForeignBody },
        Question::ForeignJob { employer: Employer::ForeignFunded },
        Question::Post { level: None },
        Question::Leave,
    ]
}

/// The outcome, mildest first, so that the stricter of two is their maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The pack says nothing of the subject; blocks nothing.
    Silent,
    /// Allowed.
    Allowed,
    /// Allowed when what is missing is done.
    AllowedWhen,
    /// Only time cures, or there is no way.
    NotAllowed,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// `travel`, …
    pub subject: &'static str,
    /// About whom.
    pub person: PersonId,
    /// For which day.
    pub on: Date,
    /// Packs evaluated.
    pub packs: Vec<String>,
    /// The strictest outcome.
    pub outcome: Outcome,
    /// Why, each with pack and article.
    pub reasons: Vec<Reason>,
    /// What is missing, in order, shortest way first.
    pub missing: Vec<Missing>,
    /// The first day on which time alone has cured a refusal.
    pub free_from: Option<Date>,
}

/// One reason: locale key `reason.<code>` filled with `facts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Pack id.
    pub pack: String,
    /// Article; empty for `silent`.
    pub article: String,
    /// Stable code.
    pub code: String,
    /// Values.
    pub facts: Values,
}

/// One missing step: locale key `missing.<code>` filled with `facts`. For chain steps the code is the [`StepCode`]'s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Pack id.
    pub pack: String,
    /// Article.
    pub article: String,
    /// Stable code.
    pub code: String,
    /// Values, for example what is still in hand.
    pub facts: Values,
}

/// A chain of steps a case has to go through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Pack id.
    pub pack: String,
    /// The steps in order.
    pub steps: Vec<ChainStep>,
    /// Texts of the source that are lost at this place, as locale codes `note.<code>`.
    pub notes: Vec<String>,
}

impl Chain {
    /// The first step not yet done.
    pub fn next(&self) -> Option<StepCode> {
        self.steps.iter().find(|s| s.done_on.is_none()).map(|s| s.code)
    }
}

/// One step of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainStep {
    /// Which.
    pub code: StepCode,
    /// Article.
    pub article: String,
    /// Done on.
    pub done_on: Option<Date>,
}

/// A choice a pack leaves to the unit, with its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChoiceState {
    /// Key for `unit set`.
    pub key: String,
    /// Pack id.
    pub pack: String,
    /// Article that leaves it open.
    pub article: String,
    /// Values it may take, as text: `approval|leaving`, `6..36`, `yes|no`, `text`.
    pub allowed: String,
    /// The unit's value.
    pub value: Option<String>,
    /// What is used until then; `None` when the answer waits.
    pub default: Option<String>,
    /// The unit owes a decision (a to-do), as opposed to a free setting with a default.
    pub owed: bool,
}
