//! Verdicts: allowed, allowed when …, not allowed, silent. The first rule of a pack that fits answers; where none fits,
//! the pack is silent.

use super::evidence::Facts;
use super::standing::{Career, running};
use super::{Frees, Outcome, Pack, PackKind, Packs, Question, Reason, Says, Values, Verdict, VerdictRule, When};
use crate::domain::{CaseState, Date, Held, Person, State, Unit};

/// A pack that says nothing about persons was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pack} is not a personnel pack")]
pub struct NotPersonnel {
    /// Pack id.
    pub pack: String,
}

/// The verdict by the unit's pack and, where it is laid beside, the law: the stricter wins. `on` is the day asked
/// about; evidence dated after `on` or after `today` does not count.
///
/// # Errors
/// [`NotPersonnel`] where the unit's pack cannot answer.
pub fn verdict(
    packs: &Packs,
    unit: &Unit,
    person: &Person,
    held: &[Held],
    question: Question,
    on: Date,
    today: Date,
) -> Result<Verdict, NotPersonnel> {
    let mut ids: Vec<&str> = packs.of(unit).iter().map(|p| p.id.as_str()).collect();
    if ids.is_empty() || packs.get(&unit.pack).is_none() {
        ids.insert(0, &unit.pack);
    }
    verdict_under(packs, &ids, unit, person, held, question, on, today)
}

/// The verdict by the packs with these ids, evaluated separately; the stricter wins.
///
/// # Errors
/// [`NotPersonnel`] names a pack that cannot answer or is not known.
#[expect(clippy::too_many_arguments, reason = "the facts of a question; a struct would only rename them")]
pub fn verdict_under(
    packs: &Packs,
    ids: &[&str],
    unit: &Unit,
    person: &Person,
    held: &[Held],
    question: Question,
    on: Date,
    today: Date,
) -> Result<Verdict, NotPersonnel> {
    let mut evaluated = Vec::new();
    for id in ids {
        let found = if *id == unit.pack { packs.pinned(id, &unit.pack_version) } else { packs.get(id) };
        match found.filter(|p| p.kind.judges()) {
            Some(pack) => evaluated.push(pack),
            None => return Err(NotPersonnel { pack: (*id).to_owned() }),
        }
    }
    let mut out = Verdict {
        subject: question.subject(),
        person: person.id,
        on,
        packs: evaluated.iter().map(|p| p.id.clone()).collect(),
        outcome: Outcome::Silent,
        reasons: Vec::new(),
        missing: Vec::new(),
        free_from: None,
    };
    // A day frees only where it frees from every pack that stands in the way.
    let mut frees: Vec<Option<Date>> = Vec::new();
    let mut state_rule = false;
    for pack in &evaluated {
        // The unit's own pack, and the law beside it, judge by the unit's periods; another pack by its own.
        let own = pack.id == unit.pack || (pack.kind == PackKind::Law && judged_by_unit(packs, unit));
        let career = if own { Career::new(packs, unit, person) } else { Career::under(pack, unit, person) };
        let facts = Facts::new(unit, &career, held, question, on, today);
        let answer = ask(pack, &facts, question);
        if matches!(answer.outcome, Outcome::NotAllowed | Outcome::AllowedWhen) {
            frees.push(answer.free_from);
        }
        state_rule |= answer.state_rule;
        out.outcome = out.outcome.max(answer.outcome);
        out.reasons.extend(answer.reasons);
        out.missing.extend(answer.missing);
    }
    if state_rule {
        for pack in &evaluated {
            if let Some(article) = pack.state_rule.get(question.subject()) {
                out.reasons.push(reason(pack, article, "state_rule_forbids", Values::new()));
            }
        }
    }
    if out.outcome != Outcome::AllowedWhen {
        out.missing.clear();
    }
    out.free_from = frees.into_iter().collect::<Option<Vec<Date>>>().and_then(|days| days.into_iter().max());
    Ok(out)
}

fn judged_by_unit(packs: &Packs, unit: &Unit) -> bool {
    packs.get(&unit.pack).is_some_and(|p| p.kind == PackKind::Personnel)
}

/// One verdict for each pack that can answer, side by side.
pub fn side_by_side(
    packs: &Packs,
    unit: &Unit,
    person: &Person,
    held: &[Held],
    question: Question,
    on: Date,
    today: Date,
) -> Vec<Verdict> {
    packs
        .personnel()
        .iter()
        .filter_map(|p| verdict_under(packs, &[p.id.as_str()], unit, person, held, question, on, today).ok())
        .collect()
}

/// What one pack answers.
struct Answer {
    outcome: Outcome,
    reasons: Vec<Reason>,
    missing: Vec<super::Missing>,
    free_from: Option<Date>,
    state_rule: bool,
}

fn reason(pack: &Pack, article: &str, code: &str, facts: Values) -> Reason {
    Reason { pack: pack.id.clone(), article: article.to_owned(), code: code.to_owned(), facts }
}

/// The first rule of the pack that fits.
pub(super) fn rule_for<'k>(pack: &'k Pack, facts: &Facts, question: Question) -> Option<&'k VerdictRule> {
    let subject = question.subject();
    pack.verdicts.iter().find(|r| r.subject == subject && fits(pack, &r.when, facts, question))
}

fn any<T: PartialEq>(list: &[T], value: &T) -> bool {
    list.is_empty() || list.contains(value)
}

fn fits(pack: &Pack, when: &When, facts: &Facts, question: Question) -> bool {
    let level = facts.career.place(facts.on).level;
    let by_question = match question {
        Question::Travel { kind, .. } => any(&when.kinds, &kind),
        Question::ForeignJob { employer } => any(&when.employers, &employer),
        _ => true,
    };
    let clock = when.clock.as_ref().is_none_or(|code| {
        running(pack, code, facts.unit, facts.career, facts.on).is_some_and(|r| r.until.is_none_or(|u| facts.on <= u))
    });
    let open_case = facts.case.is_some_and(|c| c.state == CaseState::Open);
    by_question
        && clock
        && any(&when.states, &facts.state)
        && (when.levels.is_empty() || level.is_some_and(|l| when.levels.contains(&l)))
        && any(&when.employment, &facts.person.employment)
        && (when.reasons.is_empty() || facts.departure.is_some_and(|d| when.reasons.contains(&d.reason)))
        && when.civil_servant.is_none_or(|c| c == facts.person.civil_servant)
        && when.open_case.is_none_or(|o| o == open_case)
}

fn ask(pack: &Pack, facts: &Facts, question: Question) -> Answer {
    let mut out = Answer {
        outcome: Outcome::Silent,
        reasons: Vec::new(),
        missing: Vec::new(),
        free_from: None,
        state_rule: false,
    };
    let Some(rule) = rule_for(pack, facts, question) else {
        out.reasons.push(reason(pack, "", "silent", Values::new()));
        return out;
    };
    let mut values = Values::new();
    values.insert("state".to_owned(), facts.state.code().to_owned());
    if let Some(level) = facts.career.place(facts.on).level {
        values.insert("level".to_owned(), level.code().to_owned());
    }
    let last = free_day(pack, rule, facts, &mut values);
    match rule.says {
        Says::Silent => {}
        Says::Allowed => out.outcome = Outcome::Allowed,
        Says::Forbidden => {
            out.outcome = Outcome::NotAllowed;
            out.free_from = last;
            out.state_rule = rule.state_rule;
        }
        Says::Steps => match rule.objection.as_ref().filter(|_| facts.objected()) {
            Some(article) => {
                out.outcome = Outcome::NotAllowed;
                out.reasons.push(reason(pack, article, "objection_final", values));
                return out;
            }
            None => {
                out.missing = facts.missing(pack, &rule.steps);
                out.outcome = Facts::outcome(&out.missing);
                out.free_from = if out.missing.is_empty() { None } else { last };
            }
        },
    }
    if let Some(day) = out.free_from {
        values.insert("free_from".to_owned(), day.to_string());
    }
    out.reasons.push(reason(pack, &rule.article, &rule.reason, values));
    for (code, article) in &rule.also {
        out.reasons.push(reason(pack, article, code, Values::new()));
    }
    if let Question::Post { level: Some(level) } = question
        && !pack.only_levels.is_empty()
        && !pack.only_levels.contains(&level)
    {
        out.reasons.push(reason(pack, "1-1", "level_outside_pack", Values::new()));
    }
    out
}

/// The first day on which time has cured a refusal, with the facts that explain it.
fn free_day(pack: &Pack, rule: &VerdictRule, facts: &Facts, values: &mut Values) -> Option<Date> {
    let last = match &rule.frees {
        Frees::Clock(code) => running(pack, code, facts.unit, facts.career, facts.on).and_then(|r| r.until),
        Frees::Period if facts.state == State::InPeriod => {
            let period = facts.career.leaving(facts.career.place(facts.on).leaving).and_then(|(_, p)| p);
            if let Some(p) = period
                && p.last_day.is_none()
            {
                values.insert("blocked_by".to_owned(), p.blocked_by.join(", "));
            }
            period.and_then(|p| p.last_day)
        }
        Frees::Never | Frees::Period => None,
    };
    if let Some(last) = last {
        values.insert("last_day".to_owned(), last.to_string());
    }
    last.and_then(|d| d.succ_opt())
}
