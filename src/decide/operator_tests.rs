//! Accounts: who may do what to whom.

use serde_json::json;

use super::tests::Office;
use super::*;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBHmz5RIgAFLGWLFSQODx6fZgIgVHCFvyGXDLcLMbYBa li.na@office";

/// A host with its three administrators.
fn host() -> Office {
    let mut office = Office::new("p5-company", "2026-03-16");
    for (n, (id, role)) in
        [("zhao", Role::SystemAdmin), ("qian", Role::SecurityAdmin), ("sun", Role::Auditor)].into_iter().enumerate()
    {
        let operator = Operator { revision: 1, roles: vec![role], ..Operator::new(n as u64 + 1, id, id) };
        office.view.absorb(vec![Change::Operator(Box::new(operator))]);
    }
    office.as_operator("zhao");
    office
}

fn add(id: &str) -> serde_json::Value {
    json!({"command":"add_operator","operator":id,"name":id})
}

fn grant(id: &str, roles: &[&str]) -> serde_json::Value {
    let departments = if roles.contains(&"department_leader") { vec!["财务处"] } else { vec![] };
    json!({"command":"grant_operator","operator":id,"roles":roles,"departments":departments,"reason":"保密委员会〔2026〕1号"})
}

fn disable(id: &str) -> serde_json::Value {
    json!({"command":"disable_operator","operator":id,"reason":"调离"})
}

#[test]
fn an_account_and_its_rights_are_two_peoples_steps() {
    let mut office = host();
    assert_eq!(office.does(add("li.na")).ids, ["O000004"]);
    assert_eq!(office.refused(add("li.na")).code, "operator_exists");
    assert_eq!(office.refused(add("Li Na")).code, "operator_id");
    assert_eq!(office.refused(add("x; rm")).code, "operator_id");
    assert_eq!(office.refused(grant("li.na", &["officer"])).kind, RefusalKind::Permission);
    office.as_operator("li.na");
    assert_eq!(office.refused(json!({"command":"add_person","name":"某"})).kind, RefusalKind::Permission);
    office.as_operator("qian");
    assert_eq!(office.refused(add("wang.wu")).kind, RefusalKind::Permission);
    office.does(grant("li.na", &["approver", "officer", "officer"]));
    let li = office.view.operator("li.na").unwrap().unwrap();
    assert_eq!((li.roles, li.revision), (vec![Role::Officer, Role::Approver], 2));
    assert_eq!(office.refused(grant("li.na", &["officer", "approver"])).code, "nothing_changed");
    office.as_operator("li.na");
    office.does(json!({"command":"add_person","name":"某"}));
}

#[test]
fn nobody_grants_to_himself_and_the_three_are_three() {
    let mut office = host();
    office.as_operator("qian");
    assert_eq!(office.refused(grant("qian", &["security_admin", "officer"])).code, "grant_self");
    office.as_operator("zhao");
    office.does(add("li.na"));
    office.as_operator("qian");
    for (roles, code) in [
        (&["system_admin", "security_admin"][..], "roles_exclude"),
        (&["auditor", "viewer"], "roles_exclude"),
        (&["officer", "auditor"], "roles_exclude"),
        (&["owner"], "role_owner"),
    ] {
        assert_eq!(office.refused(grant("li.na", roles)).code, code, "{roles:?}");
    }
    let leader = json!({"command":"grant_operator","operator":"li.na","roles":["department_leader"]});
    assert_eq!(office.refused(leader).code, "departments_needed");
    assert_eq!(office.refused(grant("nobody", &["officer"])).code, "no_such_operator");
    let elsewhere = json!({"command":"grant_operator","operator":"li.na","roles":["officer"],"units":["U000009"]});
    assert_eq!(office.refused(elsewhere).code, "no_such_unit");
}

#[test]
fn the_last_administrator_of_each_kind_stays() {
    let mut office = host();
    assert_eq!(office.refused(disable("zhao")).code, "disable_self");
    assert_eq!(office.refused(disable("qian")).code, "last_administrator");
    assert_eq!(office.refused(disable("sun")).code, "last_administrator");
    office.does(add("zhou"));
    office.as_operator("qian");
    for roles in [&["officer"][..], &[]] {
        assert_eq!(office.refused(grant("zhao", roles)).code, "last_administrator");
    }
    office.does(grant("zhou", &["auditor"]));
    office.as_operator("zhao");
    office.does(disable("sun"));
    assert_eq!(office.refused(disable("sun")).code, "nothing_changed");
    assert_eq!(office.refused(disable("zhou")).code, "last_administrator");
    assert_eq!(
        office.refused(json!({"command":"disable_operator","operator":"zhou","reason":" "})).code,
        "field_empty"
    );
    let enable = json!({"command":"enable_operator","operator":"sun","reason":"返岗"});
    assert_eq!(office.refused(enable.clone()).kind, RefusalKind::Permission);
    office.as_operator("qian");
    office.does(enable);
    assert!(!office.view.operator("sun").unwrap().unwrap().disabled);
}

#[test]
fn a_key_belongs_to_one() {
    let mut office = host();
    office.does(add("li.na"));
    office.does(add("wang.wu"));
    let key = |id: &str, key: &str| json!({"command":"set_operator_key","operator":id,"key":key});
    office.does(key("li.na", KEY));
    assert_eq!(office.refused(key("li.na", KEY)).code, "nothing_changed");
    assert_eq!(office.refused(key("wang.wu", KEY)).code, "key_taken");
    for (text, code) in [
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "key_private"),
        ("", "key_shape"),
        ("ssh-dss AAAAB3NzaC1kc3M=", "key_kind"),
        ("ssh-ed25519 AAAA", "key_text"),
    ] {
        assert_eq!(office.refused(key("wang.wu", text)).code, code, "{text}");
    }
    let small = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAgAJ";
    assert_eq!(office.refused(key("wang.wu", small)).code, "key_short");
    office.as_operator("qian");
    assert_eq!(office.refused(key("wang.wu", KEY)).kind, RefusalKind::Permission);
}

#[test]
fn a_single_persons_store_has_no_accounts() {
    let mut office = Office::new("p5-company", "2026-03-16");
    let owner = Operator { revision: 1, roles: vec![Role::Owner], ..Operator::new(1, "li.na", "li.na") };
    office.view.absorb(vec![Change::Operator(Box::new(owner))]);
    assert_eq!(office.refused(add("wang.wu")).code, "operators_single");
}
