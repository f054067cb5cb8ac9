//! Inspections that travel: the number of a bundle that goes out, and the merge of what comes back.

use super::inspection::{done, in_state, known_spot, new_finding, the_inspection, the_template, unchanged};
use super::{Context, Decision, Refusal, Warning, required, short};
use crate::domain::command::MergeInspection;
use crate::domain::inspection::{Carried, Finding, Inspection, Known, Spot};
use crate::domain::{AnswerValue, Command, Date, InspectionState, View};
use crate::rules::{self, Template};

/// The most returns of one laptop that are remembered.
const MOST_RETURNS: usize = 1000;

pub(super) fn decide(view: &dyn View, cx: &Context, command: &Command) -> Result<Decision, Refusal> {
    match command {
        Command::SendInspection { inspection, number } => {
            let mut i = the_inspection(view, *inspection)?;
            in_state(&i, &[InspectionState::Planned, InspectionState::Open])?;
            if let Some(person) = i.subjects.iter().find(|s| s.person().is_some()) {
                return Err(Refusal::rule("bundle_of_persons").with("id", i.id).with("subject", person));
            }
            if i.travels.home.is_some() {
                return Err(Refusal::rule("bundle_from_laptop").with("id", i.id));
            }
            if *number != i.travels.sent + 1 {
                return Err(Refusal::stale("bundle_number").with("id", i.id).with("number", number));
            }
            i.travels.sent = *number;
            Ok(done(vec![i]))
        }
        Command::ReturnInspection { inspection, mark } => {
            let mut i = the_inspection(view, *inspection)?;
            let known = unchanged(&i);
            let Some(home) = i.travels.home.as_mut() else {
                return Err(Refusal::input("bundle_unknown").with("id", inspection).with("number", 0));
            };
            if home.returns.last() == Some(mark) {
                return Ok(known);
            }
            home.returns.push(mark.clone());
            // The oldest are of use only for a laptop that was set back very far.
            let surplus = home.returns.len().saturating_sub(MOST_RETURNS);
            home.returns.drain(..surplus);
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
    let marks = |mark: &String| mark.len() == 64 && mark.bytes().all(|b| b.is_ascii_hexdigit());
    if m.returns.is_empty() || m.returns.len() > MOST_RETURNS || !m.returns.iter().all(marks) {
        return Err(Refusal::input("bundle_unknown").with("id", i.id).with("number", m.number));
    }
    match i.travels.known(&m.returns) {
        Known::Taken => return Ok(unchanged(&i)),
        Known::Older => return Err(Refusal::rule("bundle_superseded").with("id", i.id)),
        Known::New => {}
    }
    in_state(&i, &[InspectionState::Planned, InspectionState::Open, InspectionState::Signing])?;
    let template = the_template(view, &i)?;
    for carried in [&m.base, &m.laptop] {
        check(&i, &template, carried)?;
    }
    if let Some(day) = latest(m).filter(|day| *day > cx.today) {
        return Err(Refusal::input("bundle_of_tomorrow").with("id", i.id).with("day", day).with("today", cx.today));
    }
    let host = i.carried();
    let base = i.travels.base(&m.returns, &m.base);
    let mark = rules::laptop_mark(m.number);
    let who = (cx.who.operator.as_str(), cx.today);
    let merged = rules::merge(base, &host, &m.laptop, &m.take, &mark, who);
    let signing = i.state == InspectionState::Signing;
    if signing && (merged.carried != host || !merged.conflicts.is_empty()) {
        // What waits for signatures takes further signatures only.
        in_state(&i, &[InspectionState::Planned, InspectionState::Open])?;
    }
    if let Some(first) = merged.conflicts.first() {
        let count = merged.conflicts.len();
        return Err(Refusal::rule("merge_conflicts").with("count", count).with("spot", &first.spot));
    }
    i.answers = merged.carried.answers;
    i.findings = merged.carried.findings;
    i.evidence = merged.carried.evidence;
    (i.tool, i.inspector) = (merged.carried.tool, merged.carried.inspector);
    open_findings(view, cx, &template, &mut i)?;
    i.travels.take(m.number, &m.returns, m.laptop.clone());
    if i.state == InspectionState::Planned && !i.answers.is_empty() {
        i.state = InspectionState::Open;
    }
    if i.state != InspectionState::Planned {
        i.opened_on = [i.opened_on, m.opened_on].into_iter().flatten().min().or(Some(cx.today));
    }
    let mut changed = Vec::new();
    let gave_way = |(field, text): &(&str, String)| {
        Warning::new("bundle_gave_way").with("id", i.id).with("field", field).with("text", text)
    };
    let mut warnings: Vec<Warning> = merged.gave_way.iter().map(gave_way).collect();
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

/// The latest day on anything a laptop brings.
fn latest(m: &MergeInspection) -> Option<Date> {
    let answers = m.laptop.answers.values().map(|a| a.on);
    let steps = |f: &Finding| f.steps.iter().map(|s| s.on).chain(f.waiver.as_ref().map(|w| w.on)).collect::<Vec<_>>();
    let findings = m.laptop.findings.values().flat_map(|f| steps(f).into_iter().chain([f.opened_on]));
    let evidence = m.laptop.evidence.values().map(|e| e.on);
    let signed = m.signatures.iter().map(|s| s.on).chain(m.opened_on);
    answers.chain(findings).chain(evidence).chain(signed).max()
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
    for (field, text) in [("tool", &carried.tool), ("inspector", &carried.inspector)] {
        short(field, text)?;
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
        let Some(party) = template.parties.iter().find(|p| p.id == s.party) else {
            return Err(Refusal::input("no_such_party").with("id", i.id).with("known", &s.party));
        };
        if let Some(given) = i.signatures.iter().find(|other| other.party == s.party) {
            if (&given.name, given.on) == (&s.name, s.on) {
                continue;
            }
            return Err(Refusal::rule("party_signed").with("party", &s.party).cite(&template.pack, &party.article));
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
    i.opened_on = i.opened_on.map(|day| day.min(last));
    let old = i.corrects.map(|old| the_inspection(view, old)).transpose()?;
    Ok(old.map(|old| Inspection { state: InspectionState::Superseded, ..old }))
}
