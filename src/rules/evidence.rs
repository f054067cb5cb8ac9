//! Evidence for the steps of a rule: what the records say is done on a day.
//!
//! A step counts from its own day; the last word on a step decides (an agreement after a refusal is an agreement).
//! Evidence dated after the day asked about, or after today, does not count.

use super::career::Run;
use super::standing::Career;
use super::{Missing, Outcome, Pack, Question, StepRule, Values, duty};
use crate::domain::person::{Case, Departure, Step, Trip};
use crate::domain::{
    CaseKind, CaseState, Date, Held, Opinion, Person, PledgeKind, ReviewKind, State, StepCode, TrainingKind, TripState,
    Unit,
};

/// The facts a question is judged on.
pub struct Facts<'a> {
    pub unit: &'a Unit,
    pub person: &'a Person,
    pub career: &'a Career<'a>,
    pub held: &'a [Held],
    /// The day asked about.
    pub on: Date,
    /// The last day whose papers count.
    pub until: Date,
    pub state: State,
    pub trip: Option<&'a Trip>,
    pub case: Option<&'a Case>,
    pub departure: Option<&'a Departure>,
    /// Papers before this day belong to an earlier run, trip or case.
    pub since: Option<Date>,
    /// Asked about travel (which training and pledge count), post or leaving.
    pub subject: &'static str,
}

impl<'a> Facts<'a> {
    /// Gathers the facts for a question.
    pub fn new(
        unit: &'a Unit,
        career: &'a Career<'a>,
        held: &'a [Held],
        question: Question,
        on: Date,
        today: Date,
    ) -> Self {
        let person = career.person;
        let until = on.min(today);
        let place = career.place(on);
        let trip = match question {
            Question::Travel { trip: Some(n), .. } => person.trip(n),
            Question::Travel { kind, trip: None } => {
                let usable = person.trips.iter().filter(|t| {
                    t.kind == kind
                        && t.depart_on == on
                        && !matches!(t.state, TripState::Rejected | TripState::Withdrawn)
                });
                usable.max_by_key(|t| t.n)
            }
            _ => None,
        };
        let kind = match question {
            Question::Transfer => Some(CaseKind::Transfer),
            Question::Resign => Some(CaseKind::Resignation),
            Question::ForeignJob { .. } => Some(CaseKind::ForeignJob),
            Question::Post { .. } => Some(CaseKind::GoingOnPost),
            Question::Travel { .. } | Question::Leave => None,
        };
        let case = person.cases.iter().filter(|c| {
            Some(c.kind) == kind
                && c.opened_on <= until
                && !matches!(c.state, CaseState::Refused | CaseState::Withdrawn)
        });
        let case = case.max_by_key(|c| (c.opened_on, c.n));
        let leaving = career.leaving(place.leaving).and_then(|(l, _)| l.departure);
        let since = match question {
            Question::Travel { .. } => trip_before(person, trip, on),
            Question::Post { .. } => career.runs.iter().filter_map(|r| r.to).filter(|t| *t <= on).max(),
            _ => run_of(career, on).and_then(|r| r.from),
        };
        Self {
            unit,
            person,
            career,
            held,
            on,
            until,
            state: place.state,
            trip,
            case,
            departure: leaving,
            since,
            subject: question.subject(),
        }
    }

    /// The last step with this code in the records that belong to the question.
    fn step(&self, code: StepCode) -> Option<&'a Step> {
        let trip = self.trip.into_iter().flat_map(|t| &t.steps);
        let case = self.case.into_iter().flat_map(|c| &c.steps);
        // A departure's papers serve leaving, and a transfer or resignation that goes with it.
        let departure = if matches!(self.subject, "leave" | "transfer" | "resign") { self.departure } else { None };
        let departure = departure.into_iter().flat_map(|d| &d.steps);
        let mut last: Option<&Step> = None;
        for s in trip.chain(case).chain(departure).filter(|s| s.code == code && s.on <= self.until) {
            if last.is_none_or(|l| l.on <= s.on) {
                last = Some(s);
            }
        }
        last
    }

    fn agreed(&self, code: StepCode) -> Option<Date> {
        self.step(code).filter(|s| s.opinion == Opinion::Agree).map(|s| s.on)
    }

    /// The first day in the window among these.
    fn within(&self, days: impl Iterator<Item = Date>) -> Option<Date> {
        days.filter(|d| *d <= self.until && self.since.is_none_or(|s| s <= *d)).min()
    }

    fn pledge(&self, kinds: &[PledgeKind]) -> Option<Date> {
        let kinds: &[PledgeKind] = match (kinds, self.subject) {
            ([], "travel") => &[PledgeKind::Travel],
            ([], "post") => &[PledgeKind::OnPost],
            ([], _) => &[PledgeKind::Leaving],
            (named, _) => named,
        };
        self.within(self.person.pledges.iter().filter(|p| kinds.contains(&p.kind)).map(|p| p.on))
    }

    /// The day a step was done, as far as the records say.
    pub fn done(&self, rule: &StepRule) -> Option<Date> {
        let code = rule.code;
        let recorded = self.agreed(code);
        match code {
            StepCode::ReturnAll | StepCode::HandOver if !self.held.is_empty() => None,
            StepCode::Pledge => recorded.or_else(|| self.pledge(&rule.pledges)),
            StepCode::Training => {
                let kind = match self.subject {
                    "travel" => TrainingKind::BeforeTravel,
                    "post" => TrainingKind::BeforePost,
                    _ => TrainingKind::BeforeLeaving,
                };
                let held = self.person.trainings.iter().filter(|t| t.kind == kind).map(|t| t.on);
                recorded.or_else(|| self.within(held))
            }
            StepCode::Review => {
                let reviews = self.person.reviews.iter().filter(|r| {
                    r.kind == ReviewKind::BeforePost && r.on <= self.until && self.since.is_none_or(|s| s <= r.on)
                });
                // The last review decides: somebody who failed it may not go on post on the strength of an older one.
                match reviews.max_by_key(|r| (r.on, r.n)) {
                    Some(r) => Some(r.on).filter(|_| r.passed),
                    None => recorded,
                }
            }
            StepCode::Filed => recorded.or_else(|| self.person.filed_on.filter(|d| *d <= self.until)),
            StepCode::LeavePost => {
                let left = || run_of(self.career, self.on).and_then(|r| r.to).filter(|t| *t <= self.on);
                if self.state == State::OnPost { None } else { recorded.or_else(left).or(Some(self.on)) }
            }
            StepCode::WaitPeriod => Some(self.on).filter(|_| matches!(self.state, State::Ended | State::Released)),
            StepCode::Approval | StepCode::CompetentAuthority => recorded.or_else(|| {
                use TripState::{Approved, Closed, PapersIssued, Returned, Travelling};
                let trip = self.trip?;
                let approved = matches!(trip.state, Approved | PapersIssued | Travelling | Returned | Closed);
                // A trip taken over from a list as approved: the step's own day is not known.
                Some(trip.submitted_on.unwrap_or(trip.depart_on).min(self.until)).filter(|_| approved)
            }),
            StepCode::PeriodSet => recorded.or_else(|| {
                let (leaving, period) = self.career.leavings.iter().rev().find(|(l, _)| l.by(self.on))?;
                let chosen = leaving.departure.and_then(|d| d.length.as_ref());
                let set = chosen.is_some() || period.as_ref().is_some_and(|p| p.base_months.is_some());
                leaving.day.filter(|_| set)
            }),
            _ => recorded,
        }
    }

    /// Whether the competent organs objected to the trip: final.
    pub fn objected(&self) -> bool {
        self.trip.is_some_and(|t| {
            t.state == TripState::Objected || t.steps.iter().any(|s| s.opinion == Opinion::Object && s.on <= self.until)
        })
    }

    /// The steps of a rule: each with the day it was done. Where the unit has recorded that the leader signs for the
    /// group or committee, the leader's day is theirs.
    pub fn steps(&self, rules: &[StepRule]) -> Vec<(StepRule, Option<Date>)> {
        let signs = self.unit.choice("leader_signs_for_group") == Some("yes");
        let leader = rules.iter().find(|s| s.code == StepCode::Leader).and_then(|s| self.done(s));
        rules
            .iter()
            .map(|rule| {
                let body = matches!(rule.code, StepCode::LeadingGroup | StepCode::Committee);
                let done = self.done(rule).or(if signs && body { leader } else { None });
                (rule.clone(), done)
            })
            .collect()
    }

    /// The missing steps, in order.
    pub fn missing(&self, pack: &Pack, rules: &[StepRule]) -> Vec<Missing> {
        let open = self.steps(rules).into_iter().filter(|(_, done)| done.is_none());
        open.map(|(rule, _)| {
            let mut facts = Values::new();
            if matches!(rule.code, StepCode::ReturnAll | StepCode::HandOver) && !self.held.is_empty() {
                let items: Vec<&str> = self.held.iter().map(|h| h.number.as_str()).collect();
                facts.insert("held".to_owned(), self.held.len().to_string());
                facts.insert("items".to_owned(), items.join(", "));
            }
            if let Some(step) = self.step(rule.code).filter(|s| s.opinion != Opinion::Agree) {
                facts.insert("refused_on".to_owned(), step.on.to_string());
            }
            Missing { pack: pack.id.clone(), article: rule.article, code: rule.code.code().to_owned(), facts }
        })
        .collect()
    }

    /// `allowed` when nothing is missing.
    pub const fn outcome(missing: &[Missing]) -> Outcome {
        if missing.is_empty() { Outcome::Allowed } else { Outcome::AllowedWhen }
    }
}

/// The run on post that counts on a day: the one that holds it, else the last one begun before.
fn run_of(career: &Career, day: Date) -> Option<Run> {
    career.runs.iter().rev().find(|r| r.from.is_none_or(|f| f <= day)).copied()
}

/// The day after which papers count for a trip: the one after the departure of the trip before.
fn trip_before(person: &Person, trip: Option<&Trip>, on: Date) -> Option<Date> {
    use TripState::{Draft, Objected, Rejected, Withdrawn};
    let day = trip.map_or(on, duty::departs);
    let others = person.trips.iter().filter(|t| !matches!(t.state, Draft | Rejected | Withdrawn | Objected));
    others.map(duty::departs).filter(|d| *d < day).max().and_then(|d| d.succ_opt())
}
