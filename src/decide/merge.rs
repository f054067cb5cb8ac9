//! Inspections that travel: the number of a bundle that goes out, and the merge of what comes back.

use super::inspection::{done, in_state, known_spot, new_finding, the_inspection, the_template, unchanged};
use super::{Context, Decision, Refusal, Warning, required, short};
use crate::domain::command::MergeInspection;
use crate::domain::inspection::{Carried, Inspection, Spot};
use crate::domain::{AnswerValue, Command, InspectionState, View};
use crate::rules::{self, Template};

pub(super) fn decide(view: &dyn View, cx: &Context, command: &Command) -> Result<Decision, Refusal> {
    match command {
        Command::SendInspection { inspection } => {
            let mut i = the_inspection(view, *inspection)?;
            in_state(&i, &[InspectionState::Planned, InspectionState::Open])?;
            if let Some(person) = i.subjects.iter().find(|s| s.person().is_some()) {
                return Err(Refusal::rule("bundle_of_persons").with("id", i.id).with("subject", person));
            }
            if i.travels.home.is_some() {
                return Err(Refusal::rule("bundle_from_laptop").with("id", i.id));
            }
            i.travels.sent += 1;
            Ok(done(vec![i]))
        }
        Command::MergeInspection(m) => merge(view, cx, m),
        _ => Err(Refusal::input("wrong_command")),
    }
}

fn merge(view: &dyn View, cx: &Context, m: &MergeInspection) -> Result<Decision, Refusal> {
    let mut i = the_inspection(view, m.inspection)?;
    if m.number == 0 || m.number > i.travels.sent {
        return Err(Refusal::input("bundle_unknown").with("id", i.id).with("number", m.number));
    }
    let last = i.travels.returned.get(&m.number).copied().unwrap_or(0);
    match m.counter.cmp(&last) {
        std::cmp::Ordering::Less => {
            return Err(Refusal::rule("bundle_superseded").with("found", m.counter).with("last", last));
        }
        std::cmp::Ordering::Equal => return Ok(unchanged(&i)),
        std::cmp::Ordering::Greater => {}
    }
    in_state(&i, &[InspectionState::Planned, InspectionState::Open])?;
    let template = the_template(view, &i)?;
    for carried in [&m.base, &m.laptop] {
        check(&i, &template, carried)?;
    }
    let host = Carried { answers: i.answers.clone(), findings: i.findings.clone(), evidence: i.evidence.clone() };
    let mark = rules::laptop_mark(m.number);
    let who = (cx.who.operator.as_str(), cx.today);
    let merged = rules::merge(&m.base, &host, &m.laptop, &m.take, &mark, who);
    if let Some(first) = merged.conflicts.first() {
        let count = merged.conflicts.len();
        return Err(Refusal::rule("merge_conflicts").with("count", count).with("spot", &first.spot));
    }
    i.answers = merged.carried.answers;
    i.findings = merged.carried.findings;
    i.evidence = merged.carried.evidence;
    open_findings(view, cx, &template, &mut i)?;
    i.travels.returned.insert(m.number, m.counter);
    if i.state == InspectionState::Planned && !i.answers.is_empty() {
        i.state = InspectionState::Open;
        i.opened_on = i.opened_on.or(Some(cx.today));
    }
    let mut changed = Vec::new();
    let mut warnings = Vec::new();
    if matches!(m.state, InspectionState::Signing | InspectionState::Signed) {
        if same_answers(&i, &m.laptop) && rules::missing(&template, &i).is_empty() {
            changed.extend(sign(view, cx, &template, &mut i, m)?);
        } else {
            warnings.push(Warning::new("signatures_left").with("count", m.signatures.len()));
        }
    }
    changed.insert(0, i);
    Ok(Decision { warnings, ..done(changed) })
}

/// Everything a laptop brings must be something the inspection has, within what a record holds.
fn check(i: &Inspection, template: &Template, carried: &Carried) -> Result<(), Refusal> {
    for (spot, answer) in &carried.answers {
        known_spot(i, template, spot)?;
        short("remark", &answer.remark)?;
        required("by", &answer.by)?;
        if answer.value == AnswerValue::Fails && answer.remark.trim().is_empty() {
            return Err(Refusal::rule("remark_needed").with("spot", spot));
        }
    }
    for (key, evidence) in &carried.evidence {
        if !i.subjects.contains(&key.subject) || !evidence.digest.starts_with(&key.item) {
            return Err(Refusal::input("no_such_subject").with("id", i.id).with("subject", key));
        }
        for f in &evidence.facts {
            short("text", &f.text)?;
        }
    }
    for (spot, finding) in &carried.findings {
        known_spot(i, template, spot)?;
        for (field, text) in [("what", &finding.what), ("responsible", &finding.responsible)] {
            short(field, text)?;
        }
        if finding.pack != template.pack {
            return Err(Refusal::input("no_such_item").with("item", spot).with("template", &template.id));
        }
    }
    Ok(())
}

/// Whatever fails has its finding.
fn open_findings(view: &dyn View, cx: &Context, template: &Template, i: &mut Inspection) -> Result<(), Refusal> {
    let failing = i.answers.iter().filter(|(_, a)| a.value == AnswerValue::Fails);
    let bare: Vec<(Spot, String)> = failing
        .filter(|(spot, _)| !i.findings.contains_key(*spot))
        .map(|(spot, a)| (spot.clone(), a.remark.clone()))
        .collect();
    for (spot, remark) in bare {
        let article = template.item(&spot.item).map_or("", |item| item.article.as_str());
        let finding = new_finding(view, cx, template, &spot, &remark, article, i)?;
        i.findings.insert(spot, finding);
    }
    Ok(())
}

/// What was signed is what the register has now.
fn same_answers(i: &Inspection, laptop: &Carried) -> bool {
    i.answers.len() == laptop.answers.len()
        && i.answers
            .iter()
            .all(|(spot, a)| laptop.answers.get(spot).is_some_and(|b| (a.value, &a.remark) == (b.value, &b.remark)))
}

/// Takes the signatures given on the laptop; gives the inspection that is thereby superseded.
fn sign(
    view: &dyn View,
    cx: &Context,
    template: &Template,
    i: &mut Inspection,
    m: &MergeInspection,
) -> Result<Option<Inspection>, Refusal> {
    let mark = rules::laptop_mark(m.number);
    i.state = InspectionState::Signing;
    for s in &m.signatures {
        let known = template.parties.iter().any(|p| p.id == s.party);
        if !known || i.signatures.iter().any(|other| other.party == s.party) {
            return Err(Refusal::input("no_such_party").with("id", i.id).with("known", &s.party));
        }
        let mut signature = s.clone();
        signature.name = required("name", &s.name)?;
        signature.operator.push_str(&mark);
        i.signatures.push(signature);
    }
    let Some(last) = i.signatures.iter().map(|s| s.on).max() else { return Ok(None) };
    if !template.parties.iter().all(|p| i.signatures.iter().any(|s| s.party == p.id)) {
        return Ok(None);
    }
    i.state = InspectionState::Signed;
    i.signed_on = Some(last.min(cx.today));
    let old = i.corrects.map(|old| the_inspection(view, old)).transpose()?;
    Ok(old.map(|old| Inspection { state: InspectionState::Superseded, ..old }))
}
