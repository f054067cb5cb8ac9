//! The permission table role × command, default deny: a command without a row is denied to everybody, and a test fails.

use crate::domain::{Command, Role, StepCode};

/// Whether a role set may use a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// It may.
    Granted,
    /// It may not.
    Denied,
}

use Role::{Approver, Auditor, DepartmentLeader, Inspector, Officer, Owner, SecurityAdmin, SystemAdmin, Viewer};

/// Who may use a verb. Readers (viewer, auditor) appear nowhere; the system administrator has accounts and nothing else.
const TABLE: &[(&str, &[Role])] = &[
    ("add_person", &[Officer, Owner]),
    ("change_person", &[Officer, Owner]),
    ("add_post", &[Officer, Owner]),
    ("end_post", &[Officer, Owner]),
    ("set_level", &[Officer, Owner]),
    ("add_review", &[Officer, Owner]),
    ("add_training", &[Officer, Owner]),
    ("add_pledge", &[Officer, Owner]),
    ("submit_trip", &[Officer, DepartmentLeader, Owner]),
    ("record_trip", &[Officer, Owner]),
    ("change_trip", &[Officer, DepartmentLeader, Owner]),
    ("step_trip", &[Officer, DepartmentLeader, Approver, Owner]),
    ("move_trip", &[Officer, Owner]),
    ("depart", &[Officer, Owner]),
    ("change_departure", &[Officer, Owner]),
    ("step_departure", &[Officer, DepartmentLeader, Approver, Owner]),
    ("set_period_length", &[Officer, Approver, Owner]),
    ("extend_period", &[Officer, Approver, Owner]),
    ("close_period", &[Officer, Owner]),
    ("open_case", &[Officer, DepartmentLeader, Owner]),
    ("step_case", &[Officer, DepartmentLeader, Approver, Owner]),
    ("close_case", &[Officer, Approver, Owner]),
    ("add_waiver", &[Officer, Approver, Owner]),
    ("add_computer", &[Officer, Inspector, Owner]),
    ("change_computer", &[Officer, Inspector, Owner]),
    ("add_medium", &[Officer, Inspector, Owner]),
    ("change_medium", &[Officer, Inspector, Owner]),
    ("take_back", &[Officer, Owner]),
    ("issue_device", &[Officer, Owner]),
    ("move_device", &[Officer, Owner]),
    ("send_out_device", &[Officer, Owner]),
    ("return_device", &[Officer, Owner]),
    ("destroy_device", &[Officer, Owner]),
    ("add_log_volume", &[Officer, Inspector, Owner]),
    ("destroy_log_volume", &[Officer, Owner]),
    ("add_template", &[Officer, Owner]),
    ("plan_inspection", &[Officer, Inspector, Owner]),
    ("plan_campaign", &[Officer, Inspector, Owner]),
    ("change_inspection", &[Officer, Inspector, Owner]),
    ("answer_items", &[Officer, Inspector, Owner]),
    ("set_cursor", &[Officer, Inspector, Owner]),
    ("change_finding", &[Officer, Inspector, Owner]),
    ("step_finding", &[Officer, Inspector, DepartmentLeader, Owner]),
    ("waive_finding", &[Officer, Approver, Owner]),
    ("close_inspection", &[Officer, Inspector, Owner]),
    ("sign_inspection", &[Officer, Inspector, DepartmentLeader, Owner]),
    ("reopen_inspection", &[Officer, Inspector, Owner]),
    ("cancel_inspection", &[Officer, Inspector, Owner]),
    ("correct_inspection", &[Officer, Inspector, Owner]),
    ("add_evidence", &[Officer, Inspector, Owner]),
    ("send_inspection", &[Officer, Inspector, Owner]),
    ("merge_inspection", &[Officer, Inspector, Owner]),
    ("add_unit", &[SecurityAdmin, Owner]),
    ("set_unit", &[Officer, SecurityAdmin, Owner]),
    // A single owner is let through to be told that such a store has no accounts.
    ("add_operator", &[SystemAdmin, Owner]),
    ("grant_operator", &[SecurityAdmin, Owner]),
    ("set_operator_key", &[SystemAdmin, Owner]),
    ("disable_operator", &[SystemAdmin, Owner]),
    ("enable_operator", &[SecurityAdmin, Owner]),
    // And the right to what is taken back.
    ("undo", &[Officer, DepartmentLeader, Approver, Inspector, SecurityAdmin, Owner]),
];

/// What can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// People, devices, inspections: everything with personal data in it.
    People,
    /// Accounts and their rights.
    Operators,
}

/// Whether a role set may look at something: administrators see no personal data.
pub fn may_read(roles: &[Role], what: Reading) -> bool {
    let allowed: &[Role] = match what {
        Reading::People => &[Officer, Inspector, DepartmentLeader, Approver, Viewer, Owner],
        Reading::Operators => &[SystemAdmin, SecurityAdmin, Auditor, Owner],
    };
    roles.iter().any(|r| allowed.contains(r))
}

/// Looks a command up in the table.
pub fn permitted(roles: &[Role], command: &Command) -> Right {
    may(roles, command.verb())
}

/// The same for the name of a command.
pub(super) fn may(roles: &[Role], verb: &str) -> Right {
    match TABLE.iter().find(|(v, _)| *v == verb) {
        Some((_, allowed)) if roles.iter().any(|r| allowed.contains(r)) => Right::Granted,
        _ => Right::Denied,
    }
}

/// Whose desk a step of a request lies on: `None` for bodies outside the unit, whose answer can only be awaited. Forms and
/// rules name the bodies, not the operators: departments give their opinions, leaders and committees approve, everything
/// else is the secrecy office's.
const fn desk(step: StepCode) -> Option<Role> {
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

    #[test]
    fn every_command_has_a_row_and_readers_have_none() {
        // The schema names every command, so that a new one without a row is noticed here.
        let schema = serde_json::to_value(schemars::schema_for!(Command)).unwrap();
        let mut verbs: Vec<String> = schema["oneOf"]
            .as_array()
            .unwrap()
            .iter()
            .map(|v| v["properties"]["command"]["const"].as_str().unwrap().to_owned())
            .collect();
        verbs.sort();
        let mut rows: Vec<String> = TABLE.iter().map(|(v, _)| (*v).to_owned()).collect();
        rows.sort();
        assert_eq!(verbs, rows);
        for (verb, roles) in TABLE {
            for reader in [Viewer, Auditor] {
                assert!(!roles.contains(&reader), "{verb}");
            }
            assert!(verb.contains("_operator") || !roles.contains(&SystemAdmin), "{verb}");
        }
    }
}
