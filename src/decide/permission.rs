//! The permission table role × command × scope, default deny: a command without a row is denied to everybody, and a test fails.

use super::{Context, Refusal, Who};
use crate::domain::operator::Reach;
use crate::domain::{Role, StepCode};

/// Whether an operator may use a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// He may.
    Granted,
    /// His rights are bounded to units or departments, and the command is not.
    Narrow,
    /// His roles do not cover it.
    Denied,
}

/// What a command touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Records, each of which has to be within reach.
    Record,
    /// A unit as a whole: rights bounded to departments are too narrow.
    Unit,
    /// The register as a whole: rights bounded to units are too narrow.
    Register,
}

use Role::{Approver, Auditor, DepartmentLeader, Inspector, Officer, Owner, SecurityAdmin, SystemAdmin, Viewer};
use Scope::{Record, Register, Unit};

/// Who may use a verb, and how far his rights have to reach for it. Readers (viewer, auditor) appear nowhere; the system administrator has accounts and nothing else.
const TABLE: &[(&str, Scope, &[Role])] = &[
    ("add_person", Record, &[Officer, Owner]),
    ("change_person", Record, &[Officer, Owner]),
    ("add_post", Record, &[Officer, Owner]),
    ("end_post", Record, &[Officer, Owner]),
    ("set_level", Record, &[Officer, Owner]),
    ("add_review", Record, &[Officer, Owner]),
    ("add_training", Record, &[Officer, Owner]),
    ("add_pledge", Record, &[Officer, Owner]),
    ("submit_trip", Record, &[Officer, DepartmentLeader, Owner]),
    ("record_trip", Record, &[Officer, Owner]),
    ("change_trip", Record, &[Officer, DepartmentLeader, Owner]),
    ("step_trip", Record, &[Officer, DepartmentLeader, Approver, Owner]),
    ("move_trip", Record, &[Officer, Owner]),
    ("depart", Record, &[Officer, Owner]),
    ("change_departure", Record, &[Officer, Owner]),
    ("step_departure", Record, &[Officer, DepartmentLeader, Approver, Owner]),
    ("set_period_length", Record, &[Officer, Approver, Owner]),
    ("extend_period", Record, &[Officer, Approver, Owner]),
    ("close_period", Record, &[Officer, Owner]),
    ("open_case", Record, &[Officer, DepartmentLeader, Owner]),
    ("step_case", Record, &[Officer, DepartmentLeader, Approver, Owner]),
    ("close_case", Record, &[Officer, Approver, Owner]),
    ("add_waiver", Record, &[Officer, Approver, Owner]),
    ("add_computer", Record, &[Officer, Inspector, Owner]),
    ("change_computer", Record, &[Officer, Inspector, Owner]),
    ("add_medium", Record, &[Officer, Inspector, Owner]),
    ("change_medium", Record, &[Officer, Inspector, Owner]),
    ("take_back", Record, &[Officer, Owner]),
    ("issue_device", Record, &[Officer, Owner]),
    ("move_device", Record, &[Officer, Owner]),
    ("send_out_device", Record, &[Officer, Owner]),
    ("return_device", Record, &[Officer, Owner]),
    ("destroy_device", Record, &[Officer, Owner]),
    ("add_log_volume", Record, &[Officer, Inspector, Owner]),
    ("destroy_log_volume", Record, &[Officer, Owner]),
    ("add_template", Register, &[Officer, Owner]),
    ("plan_inspection", Record, &[Officer, Inspector, Owner]),
    ("plan_campaign", Unit, &[Officer, Inspector, Owner]),
    ("change_inspection", Record, &[Officer, Inspector, Owner]),
    ("answer_items", Record, &[Officer, Inspector, Owner]),
    ("set_cursor", Record, &[Officer, Inspector, Owner]),
    ("change_finding", Record, &[Officer, Inspector, Owner]),
    ("step_finding", Record, &[Officer, Inspector, DepartmentLeader, Owner]),
    ("waive_finding", Record, &[Officer, Approver, Owner]),
    ("close_inspection", Record, &[Officer, Inspector, Owner]),
    ("sign_inspection", Record, &[Officer, Inspector, DepartmentLeader, Owner]),
    ("reopen_inspection", Record, &[Officer, Inspector, Owner]),
    ("cancel_inspection", Record, &[Officer, Inspector, Owner]),
    ("correct_inspection", Record, &[Officer, Inspector, Owner]),
    ("add_evidence", Record, &[Officer, Inspector, Owner]),
    ("remove_evidence", Record, &[Officer, Inspector, Owner]),
    ("send_inspection", Record, &[Officer, Inspector, Owner]),
    ("return_inspection", Record, &[Officer, Inspector, Owner]),
    ("merge_inspection", Record, &[Officer, Inspector, Owner]),
    ("add_unit", Register, &[SecurityAdmin, Owner]),
    ("set_unit", Unit, &[Officer, SecurityAdmin, Owner]),
    // A single owner is let through to be told that such a store has no accounts.
    ("add_operator", Register, &[SystemAdmin, Owner]),
    ("grant_operator", Register, &[SecurityAdmin, Owner]),
    ("set_operator_key", Register, &[SystemAdmin, Owner]),
    ("disable_operator", Register, &[SystemAdmin, Owner]),
    ("enable_operator", Register, &[SecurityAdmin, Owner]),
    // And the right to what is taken back.
    ("undo", Record, &[Officer, DepartmentLeader, Approver, Inspector, SecurityAdmin, Owner]),
];

/// What can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// People, devices, inspections: everything with personal data in it.
    People,
    /// Accounts and their rights.
    Operators,
    /// Whole lists: to their end on the screen, and as files.
    Lists,
    /// Whole numbers of identity cards and telephones, each look with a reason.
    Numbers,
}

/// Whether a role set may look at something: administrators see no personal data.
pub fn may_read(roles: &[Role], what: Reading) -> bool {
    let allowed: &[Role] = match what {
        Reading::People => &[Officer, Inspector, DepartmentLeader, Approver, Viewer, Owner],
        Reading::Lists => &[Officer, Inspector, DepartmentLeader, Owner],
        Reading::Numbers => &[Officer, Owner],
        Reading::Operators => &[SystemAdmin, SecurityAdmin, Auditor, Owner],
    };
    roles.iter().any(|r| allowed.contains(r))
}

/// Whether a role set may make a backup of a host's register: it is sealed, and shows its maker nothing.
pub fn may_back_up(roles: &[Role]) -> bool {
    roles.iter().any(|r| matches!(r, SystemAdmin | Owner))
}

/// The rows of the table.
pub const fn rows() -> &'static [(&'static str, Scope, &'static [Role])] {
    TABLE
}

/// Looks the name of a command up in the table.
pub fn right(roles: &[Role], reach: &Reach, verb: &str) -> Right {
    match TABLE.iter().find(|(v, ..)| *v == verb) {
        Some((_, scope, allowed)) if roles.iter().any(|r| allowed.contains(r)) => match scope {
            Unit if !reach.departments.is_empty() => Right::Narrow,
            Register if !reach.is_everything() => Right::Narrow,
            _ => Right::Granted,
        },
        _ => Right::Denied,
    }
}

/// Refuses a command that the table does not grant.
pub(super) fn allow(who: &Who, verb: &str) -> Result<(), Refusal> {
    let code = match right(&who.roles, &who.reach, verb) {
        Right::Granted => return Ok(()),
        Right::Narrow => "rights_narrow",
        Right::Denied => "not_permitted",
    };
    Err(Refusal::permission(code).with("verb", verb))
}

/// Refuses a step that lies on another desk. The secrecy office writes down what any body has said.
pub(super) fn allow_step(who: &Who, step: StepCode) -> Result<(), Refusal> {
    let recorder = who.roles.iter().any(|r| matches!(r, Officer | Owner));
    if recorder || desk(step).is_some_and(|r| who.roles.contains(&r)) {
        return Ok(());
    }
    Err(Refusal::permission("step_elsewhere").with("step", step.code()))
}

/// Refuses whoever filed a request to approve it: what lies on another desk than the secrecy office's. A store's single
/// owner does what any desk does.
pub(super) fn not_the_filer(cx: &Context, step: StepCode) -> Result<(), Refusal> {
    let fact = step == StepCode::SpecialReason || desk(step) == Some(Officer);
    if fact || cx.who.roles.contains(&Owner) {
        return Ok(());
    }
    Err(Refusal::permission("filer_approves").with("operator", &cx.who.operator))
}

/// Whose desk a step of a request lies on: `None` for bodies outside the unit, whose answer can only be awaited. Forms and
/// rules name the bodies, not the operators: departments give their opinions, leaders and committees approve, everything
/// else is the secrecy office's.
pub const fn desk(step: StepCode) -> Option<Role> {
    use StepCode::{
        Approval, Committee, CompetentAuthority, Consent, ConsultAbove, DepartmentReview, HandOver, Leader,
        LeadingGroup, LeavePost, PersonnelOpinion, SpecialReason, StateOrganOpinion, TakenOver, Verified, WaitPeriod,
    };
    match step {
        StateOrganOpinion | CompetentAuthority | ConsultAbove | TakenOver | WaitPeriod => None,
        StepCode::DepartmentLeader
        | DepartmentReview
        | PersonnelOpinion
        | HandOver
        | Verified
        | SpecialReason
        | LeavePost => Some(DepartmentLeader),
        Leader | LeadingGroup | Committee | Approval | Consent => Some(Approver),
        _ => Some(Officer),
    }
}

/// The steps that wait for somebody with these roles. A store's single owner does what any desk of the unit does.
pub fn steps_of(roles: &[Role]) -> Vec<StepCode> {
    let mine = |s: &StepCode| desk(*s).is_some_and(|r| roles.contains(&r) || roles.contains(&Owner));
    StepCode::ALL.iter().copied().filter(mine).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Command;

    #[test]
    fn every_command_has_a_row_and_readers_have_none() {
        // The schema names every command, so that a new one without a row is noticed here.
        let named = |settings: schemars::generate::SchemaSettings| {
            let schema = settings.into_generator().into_root_schema_for::<Command>();
            let schema = serde_json::to_value(schema).unwrap();
            let verb = |v: &serde_json::Value| v["properties"]["command"]["const"].as_str().unwrap().to_owned();
            let mut verbs: Vec<String> = schema["oneOf"].as_array().unwrap().iter().map(verb).collect();
            verbs.sort();
            verbs
        };
        let settings = schemars::generate::SchemaSettings::default();
        let verbs = named(settings.clone().for_serialize());
        let offered = named(settings.for_deserialize());
        let inner: Vec<&String> = verbs.iter().filter(|v| !offered.contains(v)).collect();
        assert_eq!(inner, ["merge_inspection", "return_inspection", "send_inspection"], "not to be had by apply");
        let mut rows: Vec<String> = TABLE.iter().map(|(v, ..)| (*v).to_owned()).collect();
        rows.sort();
        assert_eq!(verbs, rows);
        for (verb, _, roles) in TABLE {
            for reader in [Viewer, Auditor] {
                assert!(!roles.contains(&reader), "{verb}");
            }
            assert!(verb.contains("_operator") || !roles.contains(&SystemAdmin), "{verb}");
        }
    }
}
