//! Chains: the steps of a case in order, with what is done.

use super::evidence::Facts;
use super::standing::Career;
use super::verdict::rule_for;
use super::{Chain, ChainStep, Pack, Packs, Question, StepRule};
use crate::domain::person::{Case, Departure, Pin, Step, Trip};
use crate::domain::summary::{MatterKind, MatterSummary, StepSummary};
use crate::domain::{CaseKind, CaseState, Date, Employer, Opinion, Person, StepCode, Unit};

/// The chain a trip waits on: the first of [`trip_chains`] with an open step, else the first. Where no pack names a step
/// the unit's own approval is waited for, without an article: a silent text approves nothing by itself.
pub fn trip_chain(packs: &Packs, unit: &Unit, person: &Person, trip: &Trip) -> Chain {
    let mut chains = trip_chains(packs, unit, person, trip);
    if chains.iter().all(|c| c.steps.is_empty())
        && let Some(first) = chains.first_mut()
    {
        let agreed = trip.steps.iter().rfind(|s| s.code == StepCode::Approval && s.opinion == Opinion::Agree);
        let done_on = agreed.map(|s| s.on);
        first.steps.push(ChainStep { code: StepCode::Approval, article: String::new(), done_on });
    }
    let open = chains.iter().position(|c| c.next().is_some()).unwrap_or(0);
    chains.into_iter().nth(open).unwrap_or_else(|| empty(&unit.pack))
}

/// One chain for each pack of the unit, empty where the pack is silent on this trip. The departure day decides whether
/// the person is in the period; a pin wins over the unit's pack.
pub fn trip_chains(packs: &Packs, unit: &Unit, person: &Person, trip: &Trip) -> Vec<Chain> {
    let question = Question::Travel { kind: trip.kind, trip: Some(trip.n) };
    let career = Career::new(packs, unit, person);
    bound(packs, unit, trip.pin.as_ref())
        .into_iter()
        .map(|pack| {
            let mut facts = Facts::new(unit, &career, &[], question, trip.depart_on, Date::MAX);
            facts.trip = Some(trip);
            facts.until = Date::MAX;
            from_rule(pack, &facts, question)
        })
        .collect()
}

fn from_rule(pack: &Pack, facts: &Facts, question: Question) -> Chain {
    match rule_for(pack, facts, question) {
        Some(rule) => steps(pack, facts, &rule.steps, rule.notes.clone()),
        None => empty(&pack.id),
    }
}

fn steps(pack: &Pack, facts: &Facts, rules: &[StepRule], notes: Vec<String>) -> Chain {
    let steps = facts.steps(rules).into_iter();
    let steps = steps.map(|(rule, done_on)| ChainStep { code: rule.code, article: rule.article, done_on }).collect();
    Chain { pack: pack.id.clone(), steps, notes }
}

/// The leaving steps of a departure by its own pack: the first of its chains.
pub fn departure_chain(packs: &Packs, unit: &Unit, person: &Person, departure: &Departure) -> Chain {
    let first = departure_chains(packs, unit, person, departure).into_iter().next();
    first.unwrap_or_else(|| empty(&unit.pack))
}

/// The leaving steps of a departure, by the pack it is pinned to and by the law where that is laid beside. Whether
/// everything is handed in is asked of the verdict on leaving, which knows what is still held; here the recorded step
/// counts.
pub fn departure_chains(packs: &Packs, unit: &Unit, person: &Person, departure: &Departure) -> Vec<Chain> {
    let career = Career::new(packs, unit, person);
    let mut facts = Facts::new(unit, &career, &[], Question::Leave, Date::MAX, Date::MAX);
    facts.departure = Some(departure);
    let of = |pack: &Pack| {
        let rule = pack.verdicts.iter().find(|r| r.subject == "leave");
        rule.map_or_else(|| empty(&pack.id), |r| steps(pack, &facts, &r.steps, r.notes.clone()))
    };
    bound(packs, unit, departure.pin.as_ref()).into_iter().map(of).collect()
}

/// The packs of the unit, the first one as a case is pinned to it.
fn bound<'p>(packs: &'p Packs, unit: &Unit, pin: Option<&Pin>) -> Vec<&'p Pack> {
    let mut evaluated = packs.of(unit);
    if let Some(pinned) = pin.and_then(|p| packs.pinned(&p.pack, &p.version))
        && let Some(first) = evaluated.first_mut()
    {
        *first = pinned;
    }
    evaluated
}

/// The steps of any other case by its own pack: the first of its chains.
pub fn case_chain(packs: &Packs, unit: &Unit, person: &Person, case: &Case) -> Chain {
    case_chains(packs, unit, person, case).into_iter().next().unwrap_or_else(|| empty(&unit.pack))
}

/// The steps of any other case, by the pack it is pinned to and by the law where that is laid beside.
pub fn case_chains(packs: &Packs, unit: &Unit, person: &Person, case: &Case) -> Vec<Chain> {
    let career = Career::new(packs, unit, person);
    bound(packs, unit, case.pin.as_ref()).into_iter().map(|pack| of_case(pack, unit, &career, case)).collect()
}

fn of_case(pack: &Pack, unit: &Unit, career: &Career, case: &Case) -> Chain {
    let question = match case.kind {
        CaseKind::Transfer => Some(Question::Transfer),
        CaseKind::Resignation => Some(Question::Resign),
        CaseKind::ForeignJob => Some(Question::ForeignJob { employer: case.employer.unwrap_or(Employer::ForeignBody) }),
        CaseKind::GoingOnPost => Some(Question::Post { level: case.level }),
        _ => None,
    };
    let on = case.effective_on.unwrap_or(case.opened_on);
    if let Some(question) = question {
        // The rule is chosen by where the person stood when the case was opened; all papers since then count.
        let at_start = Facts { case: Some(case), ..Facts::new(unit, career, &[], question, on, Date::MAX) };
        let Some(rule) = rule_for(pack, &at_start, question) else { return empty(&pack.id) };
        let facts = Facts { until: Date::MAX, ..at_start };
        let mut chain = steps(pack, &facts, &rule.steps, rule.notes.clone());
        let left = career.leavings.iter().filter_map(|(l, _)| l.day).find(|d| case.opened_on <= *d);
        for step in &mut chain.steps {
            match step.code {
                StepCode::LeavePost => step.done_on = step.done_on.or(left),
                // Whether the wait is over depends on the day: the verdict says it. Here a recorded step counts.
                StepCode::WaitPeriod => {
                    step.done_on = case.steps.iter().find(|s| s.code == StepCode::WaitPeriod).map(|s| s.on);
                }
                _ => {}
            }
        }
        return chain;
    }
    let mut facts = Facts::new(unit, career, &[], Question::Leave, on, Date::MAX);
    facts.case = Some(case);
    facts.departure = None;
    facts.until = Date::MAX;
    match pack.chains.iter().find(|c| c.kind == case.kind) {
        Some(chain) => steps(pack, &facts, &chain.steps, chain.notes.clone()),
        None => empty(&pack.id),
    }
}

/// The person's leavings and other cases with their chains, as the list of cases shows them.
pub(super) fn matters(packs: &Packs, unit: &Unit, person: &Person) -> Vec<MatterSummary> {
    let leaving = |d: &Departure| {
        let steps = said(departure_chains(packs, unit, person, d), &d.steps);
        let over = d.closed_on.is_some() || steps.iter().all(|s| s.done_on.is_some());
        MatterSummary {
            n: d.n,
            kind: MatterKind::Leaving(d.reason),
            state: if over { CaseState::Closed } else { CaseState::Open },
            opened_on: d.approved_on.or(d.left_on),
            effective_on: d.left_on,
            reason: String::new(),
            employer: None,
            level: d.level,
            closed_on: d.closed_on,
            steps,
        }
    };
    let case = |c: &Case| MatterSummary {
        n: c.n,
        kind: MatterKind::Case(c.kind),
        state: c.state,
        opened_on: Some(c.opened_on),
        effective_on: c.effective_on,
        reason: c.reason.clone(),
        employer: c.employer,
        level: c.level,
        closed_on: c.closed_on,
        steps: said(case_chains(packs, unit, person, c), &c.steps),
    };
    person.departures.iter().map(leaving).chain(person.cases.iter().map(case)).collect()
}

/// The steps of the chains, each with the last word recorded on it; what was said outside them follows.
fn said(chains: Vec<Chain>, recorded: &[Step]) -> Vec<StepSummary> {
    let one = |code: StepCode, pack: &str, article: String, done_on: Option<Date>| {
        let last = recorded.iter().rfind(|s| s.code == code);
        StepSummary {
            code,
            pack: pack.to_owned(),
            article,
            done_on,
            said: last.map(|s| s.opinion),
            by: last.map(|s| s.by.clone()).unwrap_or_default(),
            comment: last.map(|s| s.comment.clone()).unwrap_or_default(),
        }
    };
    let named = chains.into_iter().flat_map(|c| {
        let Chain { pack, steps, .. } = c;
        steps.into_iter().map(move |s| (pack.clone(), s))
    });
    let mut out: Vec<StepSummary> = named.map(|(pack, s)| one(s.code, &pack, s.article, s.done_on)).collect();
    for s in recorded {
        if !out.iter().any(|o| o.code == s.code) {
            out.push(one(s.code, "", String::new(), Some(s.on)));
        }
    }
    out
}

fn empty(pack: &str) -> Chain {
    Chain { pack: pack.to_owned(), steps: Vec::new(), notes: Vec::new() }
}
