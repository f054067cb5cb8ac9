//! The person aggregate: everything the office keeps about one cleared person.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    CaseKind, CaseState, Date, DutyKind, Employer, Employment, IdentityNumber, LeavingReason, Level, Opinion, PersonId,
    PledgeKind, ReviewKind, Sex, StepCode, TrainingKind, TripKind, TripState, UnitId,
};

/// One person. Parts are numbered from 1 within their list and are never removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    /// Record id.
    pub id: PersonId,
    /// Counts the changes to this record, from 1.
    pub revision: u64,
    /// The unit whose pack and choices apply.
    pub unit: UnitId,
    /// Department name as the office writes it; empty when unknown.
    pub department: String,
    /// Name, spaces removed between Chinese characters.
    pub name: String,
    /// Sex.
    pub sex: Option<Sex>,
    /// Identity number, checked.
    pub identity: Option<IdentityNumber>,
    /// The unit's own staff number.
    pub staff_number: Option<String>,
    /// How the person is employed.
    pub employment: Employment,
    /// 公务员: the civil servants' law applies (86(2)).
    pub civil_servant: bool,
    /// Telephone.
    pub phone: Option<String>,
    /// Filed with the authority above on this day.
    pub filed_on: Option<Date>,
    /// Posts held, in the order recorded.
    pub posts: Vec<Post>,
    /// Level history.
    pub levels: Vec<LevelChange>,
    /// Reviews, assessments, joint checks.
    pub reviews: Vec<Review>,
    /// Trainings attended.
    pub trainings: Vec<Training>,
    /// Pledges signed.
    pub pledges: Vec<Pledge>,
    /// Travel abroad.
    pub trips: Vec<Trip>,
    /// Departures from classified posts, each with its period.
    pub departures: Vec<Departure>,
    /// Other cases.
    pub cases: Vec<Case>,
    /// Duties waived.
    pub waivers: Vec<Waiver>,
    /// Free note.
    pub note: String,
}

impl Person {
    /// A new record with nothing but its id, unit and name; revision 0 until it is first stored.
    pub fn new(id: PersonId, unit: UnitId, name: impl Into<String>) -> Self {
        Self {
            id,
            revision: 0,
            unit,
            department: String::new(),
            name: name.into(),
            sex: None,
            identity: None,
            staff_number: None,
            employment: Employment::Serving,
            civil_servant: false,
            phone: None,
            filed_on: None,
            posts: Vec::new(),
            levels: Vec::new(),
            reviews: Vec::new(),
            trainings: Vec::new(),
            pledges: Vec::new(),
            trips: Vec::new(),
            departures: Vec::new(),
            cases: Vec::new(),
            waivers: Vec::new(),
            note: String::new(),
        }
    }

    /// Whether any post is held on `day`.
    pub fn on_post(&self, day: Date) -> bool {
        self.posts.iter().any(|p| p.held_on(day))
    }

    /// The level on `day`: the last level set on or before it, raised by a higher post begun after that decision (p5 13:
    /// the highest counts); where none was set, the highest of the posts held.
    pub fn level_on(&self, day: Date) -> Option<Level> {
        let set = self.levels.iter().filter(|l| l.from.is_none_or(|from| from <= day)).max_by_key(|l| (l.from, l.n));
        let held = self.posts.iter().filter(|p| p.held_on(day));
        match set {
            Some(change) => held.filter(|p| p.from > change.from).filter_map(|p| p.level).max().max(change.level),
            None => held.filter_map(|p| p.level).max(),
        }
    }

    /// The highest level held on any day up to and including `day`.
    pub fn highest_level(&self, day: Date) -> Option<Level> {
        let set = self.levels.iter().filter(|l| l.from.is_none_or(|f| f <= day)).filter_map(|l| l.level);
        let posts = self.posts.iter().filter(|p| p.from.is_none_or(|f| f <= day)).filter_map(|p| p.level);
        set.chain(posts).max()
    }

    /// The trip with number `n`.
    pub fn trip(&self, n: u32) -> Option<&Trip> {
        self.trips.iter().find(|t| t.n == n)
    }

    /// The departure with number `n`.
    pub fn departure(&self, n: u32) -> Option<&Departure> {
        self.departures.iter().find(|d| d.n == n)
    }

    /// The case with number `n`.
    pub fn case(&self, n: u32) -> Option<&Case> {
        self.cases.iter().find(|c| c.n == n)
    }
}

/// A classified post held for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Post {
    /// Number within the person.
    pub n: u32,
    /// Title.
    pub title: String,
    /// Level of the post.
    pub level: Option<Level>,
    /// First day; unknown in many old lists, then taken as "since before anything recorded".
    pub from: Option<Date>,
    /// The day of leaving: the first day the post is no longer held.
    pub to: Option<Date>,
}

impl Post {
    /// Whether the post is held on `day` (`from ≤ day < to`).
    pub fn held_on(&self, day: Date) -> bool {
        self.from.is_none_or(|f| f <= day) && self.to.is_none_or(|t| day < t)
    }
}

/// A level set or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LevelChange {
    /// Number within the person.
    pub n: u32,
    /// The level from then on; `None` ends it.
    pub level: Option<Level>,
    /// First day; unknown counts as before everything.
    pub from: Option<Date>,
    /// Who decided.
    pub decided_by: String,
    /// Why.
    pub reason: String,
}

/// A review, assessment, joint check or visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Review {
    /// Number within the person.
    pub n: u32,
    /// What was done.
    pub kind: ReviewKind,
    /// When.
    pub on: Date,
    /// Passed, suitable.
    pub passed: bool,
    /// By whom.
    pub by: String,
    /// What was found.
    pub comment: String,
}

/// A training attended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Training {
    /// Number within the person.
    pub n: u32,
    /// When.
    pub on: Date,
    /// What for.
    pub kind: TrainingKind,
    /// Topic.
    pub topic: String,
    /// Length in minutes.
    pub minutes: Option<u32>,
    /// 补训: the calendar year that closed short for which this session is recorded as make-up.
    pub makeup_for: Option<i32>,
    /// Certificate number.
    pub certificate: String,
}

/// A pledge, letter or statement signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pledge {
    /// Number within the person.
    pub n: u32,
    /// What for.
    pub kind: PledgeKind,
    /// Signed on.
    pub on: Date,
    /// The calendar year a yearly statement is for; the year of signing where not given.
    pub year: Option<i32>,
    /// Copies signed.
    pub copies: Option<u32>,
    /// Which text version was signed.
    pub text_version: String,
}

/// A step taken in a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// Which step.
    pub code: StepCode,
    /// When.
    pub on: Date,
    /// Who gave it, as written.
    pub by: String,
    /// What was said.
    pub opinion: Opinion,
    /// The comment; opinions need one.
    pub comment: String,
    /// How the body voted, where it met.
    #[serde(default)]
    pub votes: Option<Votes>,
}

/// How a body voted in a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Votes {
    /// Votes for it.
    #[serde(rename = "for")]
    pub favour: u32,
    /// Votes against it.
    #[serde(default)]
    pub against: u32,
    /// Abstentions.
    #[serde(default)]
    pub abstain: u32,
    /// The members present, as written.
    pub present: Vec<String>,
}

impl Votes {
    /// How many voted.
    pub fn total(&self) -> u64 {
        [self.favour, self.against, self.abstain].into_iter().map(u64::from).sum()
    }
}

/// A trip abroad, from the request to the papers' return. Its id is `P000123-T2`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trip {
    /// Number within the person.
    pub n: u32,
    /// Private or official.
    pub kind: TripKind,
    /// Where to.
    pub destination: String,
    /// What for.
    pub purpose: String,
    /// First day abroad.
    pub depart_on: Date,
    /// Planned day of return.
    pub return_on: Option<Date>,
    /// People travelling along, as written.
    pub companions: Vec<String>,
    /// Who pays.
    pub funding: String,
    /// Where it stands.
    pub state: TripState,
    /// Submitted on.
    pub submitted_on: Option<Date>,
    /// The operator who filed it; whoever files does not approve.
    pub submitted_by: String,
    /// The others who wrote in it: they do not approve either.
    pub changed_by: Vec<String>,
    /// Opinions and approvals in the order given.
    pub steps: Vec<Step>,
    /// Travel papers handed out on.
    pub papers_issued_on: Option<Date>,
    /// Travel papers back on.
    pub papers_back_on: Option<Date>,
    /// Actually left on.
    pub departed_on: Option<Date>,
    /// Actually returned on.
    pub returned_on: Option<Date>,
    /// Report given on.
    pub reported_on: Option<Date>,
    /// The report.
    pub report: String,
    /// The rules the request was filed under; none for a journey written down from papers.
    pub pin: Option<Pin>,
    /// The approval of a journey written down from papers, as they say.
    pub on_paper: Option<OnPaper>,
}

/// An approval given outside the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OnPaper {
    /// Who approved.
    pub by: String,
    /// What was said.
    pub comment: String,
}

/// Leaving classified posts, with the decommission period. Its id is `P000123-L1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Departure {
    /// Number within the person.
    pub n: u32,
    /// Why.
    pub reason: LeavingReason,
    /// 批准离开之日.
    pub approved_on: Option<Date>,
    /// 离开之日.
    pub left_on: Option<Date>,
    /// The level held when leaving, where a list states it; else it comes from the level history.
    pub level: Option<Level>,
    /// The length chosen, in months, where the pack gives a range or none.
    pub length: Option<LengthChoice>,
    /// Extensions, added to the original length.
    pub extensions: Vec<Extension>,
    /// Last day as a spreadsheet or paper states it, kept beside the computed one.
    pub stated_last_day: Option<Date>,
    /// Where the person goes.
    pub destination: String,
    /// Who manages the period, as written.
    pub managed_by: String,
    /// Steps taken.
    pub steps: Vec<Step>,
    /// The pack and choices this case was opened under.
    pub pin: Option<Pin>,
    /// The operator who wrote it down; whoever files does not approve.
    pub opened_by: String,
    /// The others who wrote in it: they do not approve either.
    pub changed_by: Vec<String>,
    /// The period was closed (the person told that the duty of secrecy stays) on this day.
    pub closed_on: Option<Date>,
}

/// A period length somebody decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LengthChoice {
    /// Months.
    pub months: u32,
    /// Decided on; unknown for lengths taken from a list.
    pub on: Option<Date>,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// An extension of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Extension {
    /// Number within the departure.
    pub n: u32,
    /// Months added.
    pub months: u32,
    /// Decided on.
    pub on: Date,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The person was told on.
    pub told_on: Option<Date>,
}

/// The rules a case is bound to, whatever the unit switches to later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pin {
    /// Pack id.
    pub pack: String,
    /// Pack version.
    pub version: String,
    /// The unit's choices as they were, key to value.
    pub choices: BTreeMap<String, String>,
}

/// Any other case of a person. Its id is `P000123-K1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// Number within the person.
    pub n: u32,
    /// What it is about.
    pub kind: CaseKind,
    /// Opened on.
    pub opened_on: Date,
    /// The day it is meant to take effect.
    pub effective_on: Option<Date>,
    /// Why.
    pub reason: String,
    /// The employer's kind, for a foreign job.
    pub employer: Option<Employer>,
    /// The level asked for, for going on post and level changes.
    pub level: Option<Level>,
    /// Steps taken.
    pub steps: Vec<Step>,
    /// Where it stands.
    pub state: CaseState,
    /// Ended on.
    pub closed_on: Option<Date>,
    /// The rules it was opened under.
    pub pin: Option<Pin>,
    /// The operator who opened it; whoever files does not approve.
    pub opened_by: String,
}

impl Departure {
    /// Whether an operator wrote it down, or in it.
    pub fn is_filed_by(&self, operator: &str) -> bool {
        self.opened_by == operator || self.changed_by.iter().any(|by| by == operator)
    }
}

impl Trip {
    /// Whether an operator filed it, or wrote in what others filed.
    pub fn is_filed_by(&self, operator: &str) -> bool {
        self.submitted_by == operator || self.changed_by.iter().any(|by| by == operator)
    }

    /// Notes that an operator wrote in it.
    pub fn written_by(&mut self, operator: &str) {
        if !self.is_filed_by(operator) {
            self.changed_by.push(operator.to_owned());
        }
    }
}

/// A duty waived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waiver {
    /// Number within the person.
    pub n: u32,
    /// Which duty.
    pub duty: DutyKind,
    /// The due day of the one duty waived; `None` waives every duty of the kind while the waiver lasts.
    pub due: Option<Date>,
    /// Granted on.
    pub on: Date,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Last day of the waiver; an expired one satisfies nothing.
    pub until: Option<Date>,
}
