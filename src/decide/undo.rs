//! Taking back one's own change: the records get their state from before it, with a new revision, or nothing happens.

use super::permission::allow;
use super::{Context, Decision, Refusal};
use crate::domain::inspection::Inspection;
use crate::domain::{
    Change, Channel, ComputerId, InspectionId, InspectionState, MediumId, Past, PersonId, RecordId, RecordKind, View,
};

/// What can be taken back: what an operator wrote down and nobody has signed or ended.
const LIGHT: &[&str] = &[
    "change_person",
    "add_post",
    "end_post",
    "set_level",
    "add_review",
    "add_training",
    "add_pledge",
    "submit_trip",
    "record_trip",
    "change_trip",
    "move_trip",
    "depart",
    "change_departure",
    "set_period_length",
    "extend_period",
    "open_case",
    "add_waiver",
    "change_computer",
    "change_medium",
    "take_back",
    "issue_device",
    "move_device",
    "send_out_device",
    "return_device",
    "add_log_volume",
    "plan_inspection",
    "plan_campaign",
    "change_inspection",
    "cancel_inspection",
    "change_finding",
    "step_finding",
    "add_evidence",
    "remove_evidence",
];

/// What makes inspections: taken back, they are cancelled.
const PLANS: &[&str] = &["plan_inspection", "plan_campaign"];

/// What stands once it is in the register: opinions given by name, endings, destruction, signatures.
const FINAL: &[&str] = &[
    "step_trip",
    "step_departure",
    "step_case",
    "close_period",
    "close_case",
    "destroy_device",
    "destroy_log_volume",
    "close_inspection",
    "sign_inspection",
    "reopen_inspection",
    "waive_finding",
];

/// Whether a change made by this verb is offered to be taken back.
pub fn can_undo(verb: &str) -> bool {
    LIGHT.contains(&verb)
}

pub(super) fn decide(view: &dyn View, cx: &Context, entry: u64) -> Result<Decision, Refusal> {
    let past = view.past(entry)?.ok_or_else(|| Refusal::input("no_such_entry").with("entry", entry))?;
    allowed(cx, entry, &past)?;
    let mut decision = Decision::default();
    let plans = PLANS.contains(&past.verb.as_str());
    for record in past.records {
        let id = record.record;
        // The text of a checklist that came along stays: others may use it by now.
        if plans && id.kind == RecordKind::Template {
            continue;
        }
        if let Some(later) = record.touched {
            let at = later.at.get(..16).unwrap_or_default().replace('T', " ");
            return Err(Refusal::stale("undo_changed")
                .with("id", later.record)
                .with("operator", later.operator)
                .with("at", at)
                .with("entry", later.seq));
        }
        // A command before this one in the same request.
        let now = revision(view, id)?;
        if now != record.revision {
            return Err(Refusal::rule("undo_alone"));
        }
        let planned = view.inspection(InspectionId(id.number)).map(|i| i.filter(|_| plans))?;
        let before = record.before.or_else(|| {
            planned.map(|i| Change::Inspection(Box::new(Inspection { state: InspectionState::Cancelled, ..i })))
        });
        let Some(mut change) = before else { return Err(Refusal::rule("undo_not_here").with("act", past.verb)) };
        for key in change.natural_keys() {
            if let Some(other) = view.by_key(&key)?.filter(|n| *n != id.number) {
                let other = RecordId { kind: key.kind(), number: other };
                return Err(Refusal::rule("undo_key_taken").with("id", id).with("other", other));
            }
        }
        match &mut change {
            Change::Person(r) => r.revision = now + 1,
            Change::Computer(r) => r.revision = now + 1,
            Change::Medium(r) => r.revision = now + 1,
            Change::Inspection(r) => r.revision = now + 1,
            _ => return Err(Refusal::rule("undo_not_here").with("act", past.verb)),
        }
        decision.ids.push(id.to_string());
        decision.changes.push(change);
    }
    if decision.changes.is_empty() {
        return Err(Refusal::rule("undo_not_here").with("act", past.verb));
    }
    Ok(decision)
}

/// Whether the entry as a whole can be taken back by whoever asks.
fn allowed(cx: &Context, entry: u64, past: &Past) -> Result<(), Refusal> {
    let verb = past.verb.as_str();
    if past.operator != cx.who.operator {
        return Err(Refusal::permission("undo_other").with("entry", entry).with("operator", &past.operator));
    }
    if verb == "undo" {
        return Err(Refusal::rule("undo_undo").with("entry", entry));
    }
    match past.channel {
        Channel::Import => return Err(Refusal::rule("undo_import").with("entry", entry)),
        Channel::Bundle => return Err(Refusal::rule("undo_bundle").with("entry", entry)),
        _ => {}
    }
    if FINAL.contains(&verb) {
        return Err(Refusal::rule("undo_final").with("act", verb));
    }
    let made = past.records.iter().find(|r| r.revision == 1);
    if let Some(made) = made.filter(|_| !PLANS.contains(&verb)) {
        return Err(Refusal::rule("undo_created").with("id", made.record));
    }
    if !can_undo(verb) {
        return Err(Refusal::rule("undo_not_here").with("act", verb));
    }
    allow(cx.who, verb)?;
    if past.part {
        return Err(Refusal::rule("undo_large").with("entry", entry));
    }
    Ok(())
}

fn revision(view: &dyn View, id: RecordId) -> Result<u64, Refusal> {
    Ok(match id.kind {
        RecordKind::Person => view.person(PersonId(id.number))?.map_or(0, |r| r.revision),
        RecordKind::Computer => view.computer(ComputerId(id.number))?.map_or(0, |r| r.revision),
        RecordKind::Medium => view.medium(MediumId(id.number))?.map_or(0, |r| r.revision),
        RecordKind::Inspection => view.inspection(InspectionId(id.number))?.map_or(0, |r| r.revision),
        _ => 0,
    })
}
