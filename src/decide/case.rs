//! Cases beside leaving and travel: transfer, resignation, foreign job, going on post, level change and the rest.

use super::permission::{allow_step, not_the_filer};
use super::travel::pin;
use super::{Context, Decision, Refusal, known_day, next_n, past_day, put, short, the_person, the_unit, votes};
use crate::domain::ids::part_id;
use crate::domain::person::{Case, Step};
use crate::domain::{CaseKind, CaseState, Command, Opinion, Person, View};
use crate::rules::{self, Outcome, Question};

pub(super) fn decide(view: &dyn View, cx: &Context, command: &Command) -> Result<Decision, Refusal> {
    match command {
        Command::OpenCase { person, kind, on, effective_on, reason, employer, level } => {
            let mut p = the_person(view, *person)?;
            let unit = the_unit(view, p.unit)?;
            if let Some(other) = p.cases.iter().find(|c| c.kind == *kind && c.state == CaseState::Open) {
                return Err(Refusal::rule("case_open").with("id", part_id(p.id, 'K', other.n)));
            }
            if *kind == CaseKind::ForeignJob && employer.is_none() {
                return Err(Refusal::input("field_empty").with("field", "employer"));
            }
            let n = next_n(p.cases.iter().map(|c| c.n));
            p.cases.push(Case {
                n,
                kind: *kind,
                opened_on: past_day(cx, "on", on.unwrap_or(cx.today))?,
                effective_on: effective_on.map(|d| known_day(cx, "effective_on", d)).transpose()?,
                reason: short("reason", reason)?,
                employer: *employer,
                level: *level,
                steps: Vec::new(),
                state: CaseState::Open,
                closed_on: None,
                pin: Some(pin(&unit)),
                opened_by: cx.who.operator.clone(),
            });
            Ok(done(p, n))
        }
        Command::StepCase { person, case, step, on, by, opinion, comment, votes } => {
            allow_step(cx.who, *step)?;
            let mut p = the_person(view, *person)?;
            let (votes, warnings) = votes::of_step(*step, *opinion, votes.as_ref())?;
            let step = Step {
                code: *step,
                on: past_day(cx, "on", on.unwrap_or(cx.today))?,
                by: short("by", by)?,
                opinion: *opinion,
                comment: short("comment", comment)?,
                votes,
            };
            let filed = super::leaving::filed_by(&p, &cx.who.operator);
            let c = the_case(&mut p, *case)?;
            is_open(c)?;
            let leaves = matches!(c.kind, CaseKind::Transfer | CaseKind::Resignation) && filed;
            if step.opinion == Opinion::Agree && (leaves || c.opened_by == cx.who.operator) {
                not_the_filer(cx, step.code)?;
            }
            if c.steps.iter().any(|s| s.code == step.code && s.opinion == step.opinion) {
                return Err(Refusal::rule("already_recorded").with("persons", 1));
            }
            if step.opinion != Opinion::Agree {
                c.state = CaseState::Refused;
                c.closed_on = Some(step.on);
            }
            c.steps.push(step);
            Ok(Decision { warnings, ..done(p, *case) })
        }
        Command::CloseCase { person, case, state, on } => {
            let mut p = the_person(view, *person)?;
            let day = past_day(cx, "on", on.unwrap_or(cx.today))?;
            is_open(the_case(&mut p, *case)?)?;
            if *state == CaseState::Open {
                return Err(Refusal::input("case_state_open"));
            }
            if *state == CaseState::Closed {
                may_close(view, cx, &p, *case, day)?;
            }
            let c = the_case(&mut p, *case)?;
            c.state = *state;
            c.closed_on = Some(day);
            Ok(done(p, *case))
        }
        _ => Err(Refusal::input("wrong_command")),
    }
}

fn done(person: Person, case: u32) -> Decision {
    let ids = vec![part_id(person.id, 'K', case), person.id.to_string()];
    Decision { changes: vec![put(person)], ids, warnings: Vec::new() }
}

fn the_case(person: &mut Person, n: u32) -> Result<&mut Case, Refusal> {
    let id = person.id;
    person
        .cases
        .iter_mut()
        .find(|c| c.n == n)
        .ok_or_else(|| Refusal::input("no_such_part").with("id", part_id(id, 'K', n)))
}

fn is_open(case: &Case) -> Result<(), Refusal> {
    if case.state == CaseState::Open {
        Ok(())
    } else {
        Err(Refusal::rule("case_ended").with("state", case.state.code()))
    }
}

/// A case is closed as done only where the verdict allows what it asks for.
fn may_close(view: &dyn View, cx: &Context, person: &Person, n: u32, day: crate::domain::Date) -> Result<(), Refusal> {
    let Some(case) = person.case(n) else {
        return Err(Refusal::input("no_such_part").with("id", part_id(person.id, 'K', n)));
    };
    let question = match case.kind {
        CaseKind::Transfer => Question::Transfer,
        CaseKind::Resignation => Question::Resign,
        CaseKind::ForeignJob => match case.employer {
            Some(employer) => Question::ForeignJob { employer },
            None => return Ok(()),
        },
        CaseKind::GoingOnPost => Question::Post { level: case.level },
        CaseKind::LevelChange | CaseKind::Unsuitable | CaseKind::WalkOut | CaseKind::Breach => return Ok(()),
    };
    let unit = the_unit(view, person.unit)?;
    let held = view.held_by(person.id)?;
    let on = case.effective_on.unwrap_or(day);
    let verdict = rules::verdict(cx.packs, &unit, person, &held, question, on, cx.today)
        .map_err(|e| Refusal::input("pack_not_personnel").with("pack", e.pack))?;
    match verdict.outcome {
        Outcome::Allowed | Outcome::Silent => Ok(()),
        Outcome::AllowedWhen | Outcome::NotAllowed => Err(Refusal::rule("case_not_allowed").because(verdict)),
    }
}
