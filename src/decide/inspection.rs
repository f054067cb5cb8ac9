//! Inspections: answered item by item, closed, signed, corrected; findings until they are accepted.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Context, Decision, Refusal, Warning, known_day, past_day, planning, required, short};
use crate::domain::command::{AnswerItems, ChangeFinding, FindingAt, Given, StepFinding, WaiveFinding};
use crate::domain::inspection::{
    Answer, Finding, FindingStepTaken, FindingWaiver, Inspection, Signature, Spot, StoredTemplate,
};
use crate::domain::{
    AnswerValue, Change, Command, Date, FindingStep, InspectionId, InspectionState, RecordKind, TemplateId, View,
};
use crate::rules::{self, Template};

pub(super) fn decide(view: &dyn View, cx: &Context, command: &Command) -> Result<Decision, Refusal> {
    match command {
        Command::AddTemplate { text } => add_template(view, cx, text),
        Command::PlanInspection(asked) => planning::plan(view, cx, asked),
        Command::PlanCampaign(asked) => planning::campaign(view, cx, asked),
        Command::ChangeInspection(asked) => planning::change(view, cx, asked),
        Command::AnswerItems(given) => answer(view, cx, given),
        Command::SetCursor { inspection, at } => {
            let mut i = the_inspection(view, *inspection)?;
            let template = the_template(view, &i)?;
            let before = i.cursors.insert(cx.who.operator.clone(), known_spot(&i, &template, at)?);
            if before.as_ref() == Some(at) { Ok(unchanged(&i)) } else { Ok(done(vec![i])) }
        }
        Command::ChangeFinding(f) => change_finding(view, cx, f),
        Command::StepFinding(f) => step_finding(view, cx, f),
        Command::WaiveFinding(f) => waive_finding(view, cx, f),
        Command::CloseInspection { inspection } => close(view, *inspection),
        Command::SignInspection { inspection, party, name } => sign(view, cx, *inspection, party.as_deref(), name),
        Command::ReopenInspection { inspection, reason } => {
            let mut i = the_inspection(view, *inspection)?;
            in_state(&i, &[InspectionState::Signing])?;
            i.reason = required("reason", reason)?;
            i.signatures.clear();
            i.state = InspectionState::Open;
            Ok(done(vec![i]))
        }
        Command::CancelInspection { inspection, reason } => {
            let mut i = the_inspection(view, *inspection)?;
            in_state(&i, &[InspectionState::Planned, InspectionState::Open, InspectionState::Signing])?;
            at_home(&i)?;
            i.reason = required("reason", reason)?;
            i.state = InspectionState::Cancelled;
            let old = i.corrects.map(|id| the_inspection(view, id)).transpose()?;
            let freed = old.map(|old| Inspection { corrected_by: None, ..old });
            Ok(done(std::iter::once(i).chain(freed).collect()))
        }
        Command::CorrectInspection { inspection, reason } => correct(view, cx, *inspection, reason),
        _ => Err(Refusal::input("wrong_command")),
    }
}

pub(super) fn done(inspections: Vec<Inspection>) -> Decision {
    let ids = inspections.iter().map(|i| i.id.to_string()).collect();
    let raise = |i: Inspection| Change::Inspection(Box::new(Inspection { revision: i.revision + 1, ..i }));
    Decision { changes: inspections.into_iter().map(raise).collect(), ids, warnings: Vec::new() }
}

pub(super) fn unchanged(i: &Inspection) -> Decision {
    Decision { ids: vec![i.id.to_string()], ..Decision::default() }
}

pub(super) fn the_inspection(view: &dyn View, id: InspectionId) -> Result<Inspection, Refusal> {
    view.inspection(id)?.ok_or_else(|| Refusal::input("no_such_record").with("id", id))
}

/// The pinned template of an inspection: the kept text, so that a new program moves nothing.
pub(super) fn the_template(view: &dyn View, i: &Inspection) -> Result<Arc<Template>, Refusal> {
    let kept = view.templates()?.into_iter().find(|t| t.template == i.template && t.version == i.version);
    let found = kept.and_then(|t| rules::template_of(&t.template, &t.text).ok());
    found.ok_or_else(|| {
        Refusal::damage("template_gone").with("template", &i.template).with("version", &i.version).with("id", i.id)
    })
}

pub(super) fn in_state(i: &Inspection, wanted: &[InspectionState]) -> Result<(), Refusal> {
    if wanted.contains(&i.state) {
        return Ok(());
    }
    Err(Refusal::rule("inspection_state").with("id", i.id).with("inspection_state", i.state.code()))
}

/// A spot that the inspection has.
pub(super) fn known_spot(i: &Inspection, template: &Template, spot: &Spot) -> Result<Spot, Refusal> {
    if !i.subjects.contains(&spot.subject) {
        return Err(Refusal::input("no_such_subject").with("id", i.id).with("subject", &spot.subject));
    }
    if template.item(&spot.item).is_none() {
        return Err(Refusal::input("no_such_item").with("item", &spot.item).with("template", &template.id));
    }
    Ok(spot.clone())
}

fn add_template(view: &dyn View, cx: &Context, text: &str) -> Result<Decision, Refusal> {
    let template = rules::read_template("template", text).map_err(|problems| {
        let first = problems.first();
        Refusal::input("template_wrong")
            .with("problems", problems.len())
            .with("line", first.map_or(0, |p| p.line))
            .with("place", first.map_or("", |p| p.place.as_str()))
            .with("value", first.map_or("", |p| p.value.as_str()))
    })?;
    let kept = view.templates()?;
    let embedded = rules::templates().iter().map(|t| (&t.id, &t.version, &t.text));
    let all = kept.iter().map(|t| (&t.template, &t.version, &t.text)).chain(embedded);
    for (id, version, known) in all {
        if *id == template.id && *version == template.version {
            let code = if known == text { "template_known" } else { "template_taken" };
            return Err(Refusal::rule(code).with("template", id).with("version", version));
        }
    }
    let stored = keep(view, cx, &template)?;
    let ids = vec![stored.id.to_string()];
    Ok(Decision { changes: vec![Change::Template(Box::new(stored))], ids, warnings: Vec::new() })
}

/// The row that keeps a template.
pub(super) fn keep(view: &dyn View, cx: &Context, template: &Template) -> Result<StoredTemplate, Refusal> {
    Ok(StoredTemplate {
        id: TemplateId(view.next_number(RecordKind::Template)?),
        revision: 1,
        template: template.id.clone(),
        version: template.version.clone(),
        text: template.text.clone(),
        added_on: cx.today,
    })
}

fn answer(view: &dyn View, cx: &Context, asked: &AnswerItems) -> Result<Decision, Refusal> {
    let before = the_inspection(view, asked.inspection)?;
    in_state(&before, &[InspectionState::Planned, InspectionState::Open])?;
    let template = the_template(view, &before)?;
    let mut after = before.clone();
    for given in &asked.answers {
        let subjects = if given.subjects.is_empty() { before.subjects.clone() } else { given.subjects.clone() };
        if given.items.is_empty() {
            return Err(Refusal::input("no_items").with("id", before.id));
        }
        for subject in &subjects {
            for item in &given.items {
                let spot = known_spot(&before, &template, &Spot::new(subject, item))?;
                answer_one(view, cx, &template, &mut after, spot, given)?;
            }
        }
    }
    if let Some(cursor) = &asked.cursor {
        after.cursors.insert(cx.who.operator.clone(), known_spot(&before, &template, cursor)?);
    }
    if after == before {
        return Ok(unchanged(&before));
    }
    if after.state == InspectionState::Planned && after.answers != before.answers {
        after.state = InspectionState::Open;
        after.opened_on = after.opened_on.or(Some(cx.today));
    }
    Ok(done(vec![after]))
}

fn answer_one(
    view: &dyn View,
    cx: &Context,
    template: &Template,
    i: &mut Inspection,
    spot: Spot,
    given: &Given,
) -> Result<(), Refusal> {
    let remark = short("remark", &given.remark)?;
    let article = template.item(&spot.item).map_or("", |item| item.article.as_str());
    let fails = given.value == Some(AnswerValue::Fails);
    if fails && remark.is_empty() {
        return Err(Refusal::rule("remark_needed").with("spot", &spot).cite(&template.pack, article));
    }
    if let Some(finding) = i.findings.get(&spot)
        && !fails
        && !finding.steps.is_empty()
    {
        return Err(Refusal::rule("finding_has_steps").with("spot", &spot));
    }
    let Some(value) = given.value else {
        i.answers.remove(&spot);
        return Ok(());
    };
    if i.answers.get(&spot).is_some_and(|a| a.value == value && a.remark == remark) {
        return Ok(());
    }
    if fails {
        match i.findings.get_mut(&spot) {
            Some(finding) => finding.what.clone_from(&remark),
            None => {
                let finding = new_finding(view, cx, template, &spot, &remark, article, i)?;
                i.findings.insert(spot.clone(), finding);
            }
        }
    }
    i.answers.insert(spot, Answer { value, remark, by: cx.who.operator.clone(), on: cx.today });
    Ok(())
}

/// A finding with what the register can fill in: who uses the machine, and the unit's own number of days.
pub(super) fn new_finding(
    view: &dyn View,
    cx: &Context,
    template: &Template,
    spot: &Spot,
    what: &str,
    article: &str,
    i: &Inspection,
) -> Result<Finding, Refusal> {
    let computer = spot.subject.computer().map(|id| view.computer(id)).transpose()?.flatten();
    let names = computer.map(|c| [c.user_name, c.custodian_name]).into_iter().flatten();
    let unit = view.unit(i.unit)?;
    let days = unit.as_ref().and_then(rules::finding_days);
    Ok(Finding {
        pack: template.pack.clone(),
        article: article.to_owned(),
        what: what.to_owned(),
        responsible: names.into_iter().find(|n| !n.is_empty()).unwrap_or_default(),
        due: days.and_then(|n| cx.today.checked_add_days(chrono::Days::new(n.into()))),
        opened_on: cx.today,
        steps: Vec::new(),
        waiver: None,
    })
}

/// The inspection and a finding of it that counts.
fn the_finding(view: &dyn View, id: InspectionId, spot: &Spot) -> Result<(Inspection, Finding), Refusal> {
    let i = the_inspection(view, id)?;
    in_state(&i, &[InspectionState::Open, InspectionState::Signing, InspectionState::Signed])?;
    if let Some(by) = i.corrected_by {
        return Err(Refusal::rule("being_corrected").with("id", id).with("by", by));
    }
    let found = i.live_findings().find(|(s, _)| *s == spot).map(|(_, f)| f.clone());
    match found {
        Some(finding) => Ok((i, finding)),
        None => Err(Refusal::input("no_such_finding").with("id", id).with("spot", spot)),
    }
}

fn put_finding(mut i: Inspection, spot: &Spot, finding: Finding) -> Result<Decision, Refusal> {
    let same = i.findings.get(spot) == Some(&finding);
    if same {
        return Err(Refusal::rule("nothing_changed").with("id", format!("{}/{spot}", i.id)));
    }
    i.findings.insert(spot.clone(), finding);
    Ok(done(vec![i]))
}

fn change_finding(view: &dyn View, cx: &Context, f: &ChangeFinding) -> Result<Decision, Refusal> {
    let (i, mut finding) = the_finding(view, f.inspection, &f.spot)?;
    if let Some(what) = &f.what {
        // What was signed stays as it was signed.
        in_state(&i, &[InspectionState::Open])?;
        finding.what = required("what", what)?;
    }
    if let Some(name) = &f.responsible {
        finding.responsible = required("responsible", name)?;
    }
    if let Some(due) = f.due {
        let due = known_day(cx, "due", due)?;
        if due < finding.opened_on {
            return Err(Refusal::input("due_before_found").with("due", due).with("found", finding.opened_on));
        }
        finding.due = Some(due);
    }
    put_finding(i, &f.spot, finding)
}

fn not_before(day: Date, first: Date) -> Result<(), Refusal> {
    if day < first {
        return Err(Refusal::input("ends_before_start").with("to", day).with("from", first));
    }
    Ok(())
}

/// One step for a finding, and for all that take it along: none is stored unless all can be.
fn step_finding(view: &dyn View, cx: &Context, f: &StepFinding) -> Result<Decision, Refusal> {
    let first = FindingAt { inspection: f.inspection, spot: f.spot.clone() };
    let mut changed: BTreeMap<InspectionId, Inspection> = BTreeMap::new();
    for at in std::iter::once(&first).chain(&f.also) {
        let (i, mut finding) = the_finding(view, at.inspection, &at.spot)?;
        let i = changed.entry(at.inspection).or_insert(i);
        // Named twice, it has taken the step already.
        if i.findings.get(&at.spot).is_some_and(|f| f.steps.len() > finding.steps.len()) {
            continue;
        }
        finding.steps.push(step_taken(cx, f, &finding)?);
        i.findings.insert(at.spot.clone(), finding);
    }
    Ok(done(changed.into_values().collect()))
}

/// The step as it is written down, if the finding stands where it can be taken.
fn step_taken(cx: &Context, f: &StepFinding, finding: &Finding) -> Result<FindingStepTaken, Refusal> {
    use FindingStep::{Accepted, Rechecked, Rectified, Reminded, SentBack};
    let at = finding.stands_at();
    let fits = match f.step {
        Reminded => at != Some(Accepted),
        Rectified => matches!(at, None | Some(SentBack)),
        Rechecked => at == Some(Rectified),
        Accepted => at == Some(Rechecked),
        SentBack => matches!(at, Some(Rectified | Rechecked | Accepted)),
    };
    if !fits {
        let stands = at.map_or("found", FindingStep::code);
        let refusal = Refusal::rule("finding_order").with("finding_step", f.step.code()).with("stands", stands);
        return Err(refusal.cite(&finding.pack, "14"));
    }
    let on = past_day(cx, "on", f.on.unwrap_or(cx.today))?;
    not_before(on, finding.steps.last().map_or(finding.opened_on, |s| s.on))?;
    let comment = if f.step == SentBack { required("comment", &f.comment)? } else { short("comment", &f.comment)? };
    Ok(FindingStepTaken { step: f.step, on, by: required("by", &f.by)?, comment })
}

fn waive_finding(view: &dyn View, cx: &Context, f: &WaiveFinding) -> Result<Decision, Refusal> {
    let (i, mut finding) = the_finding(view, f.inspection, &f.spot)?;
    if finding.accepted_on().is_some() {
        return Err(Refusal::rule("finding_accepted").with("spot", &f.spot));
    }
    let until = known_day(cx, "until", f.until)?;
    not_before(until, cx.today)?;
    let (by, reason) = (required("by", &f.by)?, required("reason", &f.reason)?);
    finding.waiver = Some(FindingWaiver { on: cx.today, by, reason, until });
    put_finding(i, &f.spot, finding)
}

fn close(view: &dyn View, id: InspectionId) -> Result<Decision, Refusal> {
    let mut i = the_inspection(view, id)?;
    in_state(&i, &[InspectionState::Planned, InspectionState::Open])?;
    let template = the_template(view, &i)?;
    let missing = rules::missing(&template, &i);
    if let Some(first) = missing.first() {
        return Err(Refusal::rule("inspection_incomplete")
            .with("count", missing.len())
            .with("first", first)
            .cite(&template.pack, template.parties.first().map_or("", |p| p.article.as_str())));
    }
    i.state = InspectionState::Signing;
    Ok(done(vec![i]))
}

fn sign(view: &dyn View, cx: &Context, id: InspectionId, party: Option<&str>, name: &str) -> Result<Decision, Refusal> {
    let mut i = the_inspection(view, id)?;
    in_state(&i, &[InspectionState::Signing])?;
    let template = the_template(view, &i)?;
    let signed = |id: &str| i.signatures.iter().any(|s| s.party == id);
    let party = match party {
        Some(id) => template.parties.iter().find(|p| p.id == id),
        None => template.parties.iter().find(|p| !signed(&p.id)),
    };
    let Some(party) = party else {
        let known = template.parties.iter().map(|p| p.id.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Refusal::input("no_such_party").with("id", id).with("known", known));
    };
    if signed(&party.id) {
        return Err(Refusal::rule("party_signed").with("party", &party.id).cite(&template.pack, &party.article));
    }
    let name = signer(name)?;
    let twice = i.signatures.iter().any(|s| s.name == name);
    let (party, operator) = (party.id.clone(), cx.who.operator.clone());
    i.signatures.push(Signature { party, name, on: cx.today, operator });
    let mut changed = Vec::new();
    if template.parties.iter().all(|p| i.signatures.iter().any(|s| s.party == p.id)) {
        i.state = InspectionState::Signed;
        i.signed_on = Some(cx.today);
        if let Some(old) = i.corrects {
            changed.push(Inspection { state: InspectionState::Superseded, ..the_inspection(view, old)? });
        }
    }
    changed.insert(0, i);
    let mut decision = done(changed);
    if twice {
        decision.warnings.push(Warning::new("same_name_signed"));
    }
    Ok(decision)
}

/// A laptop brings back answers and signatures; what else becomes of an inspection is decided where it came from.
fn at_home(i: &Inspection) -> Result<(), Refusal> {
    if i.travels.home.is_some() {
        return Err(Refusal::rule("only_at_home").with("id", i.id));
    }
    Ok(())
}

/// The name of somebody who signs: a whole sentence is none.
fn signer(name: &str) -> Result<String, Refusal> {
    const MOST: usize = 60;
    let name = required("name", name)?;
    let length = name.chars().count();
    if length > MOST {
        return Err(Refusal::input("field_too_long").with("field", "name").with("length", length).with("most", MOST));
    }
    Ok(name)
}

fn correct(view: &dyn View, cx: &Context, id: InspectionId, reason: &str) -> Result<Decision, Refusal> {
    let mut old = the_inspection(view, id)?;
    in_state(&old, &[InspectionState::Signed])?;
    at_home(&old)?;
    if let Some(by) = old.corrected_by {
        return Err(Refusal::rule("being_corrected").with("id", id).with("by", by));
    }
    let new = Inspection {
        id: InspectionId(view.next_number(RecordKind::Inspection)?),
        revision: 0,
        state: InspectionState::Open,
        opened_on: Some(cx.today),
        signed_on: None,
        signatures: Vec::new(),
        cursors: BTreeMap::new(),
        corrects: Some(id),
        corrected_by: None,
        reason: required("reason", reason)?,
        travels: crate::domain::inspection::Travels::default(),
        ..old.clone()
    };
    old.corrected_by = Some(new.id);
    Ok(done(vec![new, old]))
}
