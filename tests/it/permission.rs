//! Who may do what to which records: the table as people read it, and its edges by the command line.

use std::fmt::Write;

use serde_json::{Value, json};
use shoumi::decide::{Right, Scope, right, rows};
use shoumi::domain::operator::Reach;
use shoumi::domain::{Role, UnitId};

use crate::cli::{Office, err, out, results};
use crate::live::screens;

/// Every command against every role, as it would be decided: a new row, role or right shows here.
#[test]
fn the_table_of_every_command_and_every_role() {
    let everything = Reach::default();
    let unit = Reach { units: vec![UnitId(1)], ..Reach::default() };
    let department = Reach { departments: vec!["财务处".to_owned()], ..Reach::default() };
    let mut table = String::new();
    for (verb, scope, _) in rows() {
        let granted: Vec<&str> =
            Role::ALL.iter().filter(|r| right(&[**r], &everything, verb) == Right::Granted).map(|r| r.code()).collect();
        let _ = writeln!(table, "{verb:20} {:9} {}", format!("{scope:?}").to_lowercase(), granted.join(" "));
        for role in Role::ALL.iter().copied() {
            let [all, in_unit, in_department] =
                [&everything, &unit, &department].map(|reach| right(&[role], reach, verb));
            if all == Right::Denied {
                assert_eq!((in_unit, in_department), (Right::Denied, Right::Denied), "{verb} {role:?}");
                continue;
            }
            let narrow = |narrow: bool| if narrow { Right::Narrow } else { Right::Granted };
            assert_eq!(in_unit, narrow(*scope == Scope::Register), "{verb} {role:?}");
            assert_eq!(in_department, narrow(*scope != Scope::Record), "{verb} {role:?}");
        }
        assert_eq!(right(&[], &everything, verb), Right::Denied, "{verb}: an account without roles may do nothing");
    }
    assert_eq!(right(Role::ALL, &everything, "no_such_command"), Right::Denied);
    insta::assert_snapshot!(table);
}

fn person(name: &str, department: &str) -> Value {
    json!({"command":"add_person","name":name,"department":department,"post":"机要员","level":"important","on_post_from":"2020-01-01"})
}

/// A host with an officer for all and a leader of one department, a person and a machine in each of two.
fn host() -> Office {
    let office = Office::host(&[("li.na", "officer"), ("he", "viewer"), ("wu", "inspector"), ("feng", "approver")]);
    office.done(&["operator", "add", "zheng", "--name", "郑", "--operator", "zhao"]);
    let grant = ["operator", "grant", "zheng", "--role", "department_leader", "--department", "财务处"];
    office.done(&[&grant[..], &["--reason", "任命", "--operator", "qian"]].concat());
    let done = office.apply(&[
        person("张三", "财务处"),
        person("李四", "总经办"),
        json!({"command":"add_computer","number":"N-1","kind":"desktop","custodian":"P000001","department":"财务处"}),
        json!({"command":"add_computer","number":"N-2","kind":"desktop","custodian":"P000002","department":"总经办"}),
    ]);
    assert!(done.iter().all(|l| l["ok"] == true), "{done:?}");
    office
}

/// What became of one command of this operator.
fn by(office: &Office, who: &str, command: &Value) -> (i32, Value) {
    std::fs::write(office.path("one.jsonl"), command.to_string()).unwrap();
    let output = office.run(&["apply", "one.jsonl", "--today", "2026-03-02", "--operator", who]);
    (output.status.code().unwrap(), results(&output).remove(0))
}

fn refused(office: &Office, who: &str, command: &Value, code: &str) {
    let (exit, line) = by(office, who, command);
    assert_eq!((exit, line["refusal"]["code"].as_str()), (4, Some(code)), "{command}: {line}");
    assert!(line["refusal"]["hint"].as_str().is_some_and(|h| !h.is_empty()), "{line}");
}

#[test]
fn a_department_leader_sees_and_files_for_his_own_people_alone() {
    let office = host();
    let names = |args: &[&str]| -> Vec<String> {
        let answer = office.json(&[args, &["--operator", "zheng", "--today", "2026-03-02"]].concat(), 0);
        answer["rows"].as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap_or("-").to_owned()).collect()
    };
    assert_eq!(names(&["list", "people"]), ["张三"]);
    assert_eq!(names(&["find", "张三"]), ["张三"]);
    assert_eq!(office.json(&["list", "computers", "--operator", "zheng"], 0)["total"], 1);
    for args in [
        &["show", "person", "P000002"][..],
        &["show", "computer", "C000002"],
        &["check", "travel", "--person", "P000002"],
        &["find", "李四"],
    ] {
        let output = office.run(&[args, &["--operator", "zheng"]].concat());
        assert_eq!(output.status.code(), Some(1), "{args:?}: {}{}", out(&output), err(&output));
        assert!(!out(&output).contains("总经办") && !err(&output).contains("总经办"), "{args:?}");
    }
    office.done(&["export", "people", "--out", "a.csv", "--operator", "zheng", "--reason", "核对"]);
    assert!(!std::fs::read_to_string(office.path("a.csv")).unwrap().contains("李四"));

    let trip = |who: &str| json!({"command":"submit_trip","person":who,"kind":"private","destination":"日本","purpose":"旅游","depart_on":"2026-05-01","return_on":"2026-05-08","special_reason":"探亲"});
    assert_eq!(by(&office, "zheng", &trip("P000001")).0, 0);
    refused(&office, "zheng", &trip("P000002"), "out_of_reach");
    assert_eq!(by(&office, "zheng", &trip("P000099")).1["refusal"]["code"], "no_such_person");
    refused(&office, "zheng", &person("王五", "财务处"), "not_permitted");
    assert_eq!(by(&office, "li.na", &trip("P000002")).0, 0);
    let due = office.run(&["due", "--within", "3000d", "--json", "--operator", "zheng", "--today", "2026-03-02"]);
    assert!(out(&due).contains("张三") && !out(&due).contains("李四"), "{}", out(&due));
}

#[test]
fn bounded_rights_put_nothing_out_of_reach_and_no_unit_as_a_whole() {
    let office = host();
    let grant = ["operator", "grant", "li.na", "--role", "officer", "--department", "财务处", "--reason", "分工"];
    office.done(&[&grant[..], &["--operator", "qian"]].concat());
    let change = |who: &str, department: &str| json!({"command":"change_person","person":who,"department":department});
    refused(&office, "li.na", &change("P000001", "总经办"), "out_of_reach");
    refused(&office, "li.na", &change("P000002", "财务处"), "out_of_reach");
    refused(&office, "li.na", &person("王五", "总经办"), "out_of_reach");
    refused(&office, "li.na", &person("王五", ""), "out_of_reach");
    assert_eq!(by(&office, "li.na", &person("王五", "财务处")).0, 0);
    let training = json!({"command":"add_training","persons":["P000001","P000002"],"on":"2026-03-01","kind":"on_post"});
    refused(&office, "li.na", &training, "out_of_reach");
    let choice =
        json!({"command":"set_unit","key":"start_rule","value":"approval","decided_by":"保密委员会","reason":"会议"});
    refused(&office, "li.na", &choice, "rights_narrow");
    // The journal says that others' records changed, and not how.
    let journal = office.json(&["list", "journal", "--operator", "li.na"], 0);
    assert!(journal["total"].as_u64().unwrap() > 5);
}

#[test]
fn each_role_stays_at_its_desk() {
    let office = host();
    let trip = json!({"command":"submit_trip","person":"P000001","kind":"private","destination":"日本","purpose":"旅游","depart_on":"2026-05-01","return_on":"2026-05-08","special_reason":"探亲"});
    for who in ["he", "wu", "feng", "zhao", "qian", "sun"] {
        refused(&office, who, &trip, "not_permitted");
    }
    let (_, filed) = by(&office, "li.na", &trip);
    assert_eq!(filed["ok"], true, "{filed}");
    let step = |step: &str| json!({"command":"step_trip","person":"P000001","trip":1,"step":step,"opinion":"agree","by":"某","comment":"同意"});
    // Who filed does not approve; a leader of a department does not speak for the committee, nor it for him.
    refused(&office, "li.na", &step("committee"), "filer_approves");
    refused(&office, "zheng", &step("committee"), "step_elsewhere");
    refused(&office, "feng", &step("department_leader"), "step_elsewhere");
    refused(&office, "he", &step("committee"), "not_permitted");
}

#[test]
fn nobody_learns_of_others_records_by_what_is_refused_or_asked_again() {
    let office = host();
    let number = "110101199003078515";
    let mut new = person("孙七", "总经办");
    new["identity"] = json!(number);
    assert_eq!(by(&office, "li.na", &new).0, 0);
    let grant = ["operator", "grant", "wu", "--role", "officer", "--department", "财务处", "--reason", "分工"];
    office.done(&[&grant[..], &["--operator", "qian"]].concat());
    // A number that is somebody's elsewhere: refused, and not told whose.
    let mut taken = person("钱八", "财务处");
    taken["identity"] = json!(number);
    let (exit, line) = by(&office, "wu", &taken);
    assert_eq!((exit, line["refusal"]["code"].as_str()), (4, Some("taken_elsewhere")), "{line}");
    assert!(!line.to_string().contains("P00000"), "{line}");
    let (_, line) = by(&office, "li.na", &taken);
    assert_eq!(line["refusal"]["code"], "identity_taken", "{line}");

    // What one has asked is no answer to another, and takes nobody's id away.
    let mut asked = json!({"command":"change_person","person":"P000002","note":"谈话","request_id":"r1"});
    assert_eq!(by(&office, "li.na", &asked).0, 0);
    assert_eq!(by(&office, "li.na", &asked).1["ok"], true, "the first answer again");
    refused(&office, "wu", &asked, "out_of_reach");
    refused(&office, "he", &asked, "not_permitted");
    asked["person"] = json!("P000001");
    assert_eq!(by(&office, "wu", &asked).0, 0, "an id of his own");
}

#[test]
fn a_reason_is_something_that_can_be_read() {
    let office = host();
    for reason in ["\u{200b}", "\u{2800}", " \u{a0} ", "……"] {
        for args in [
            &["export", "people", "--out", "a.csv", "--operator", "li.na"][..],
            &["operator", "disable", "he", "--operator", "zhao"],
        ] {
            let done = office.run(&[args, &["--reason", reason]].concat());
            assert_ne!(done.status.code(), Some(0), "{args:?} {reason:?}");
        }
    }
    assert!(!office.path("a.csv").exists());
}

#[test]
fn what_others_searched_for_and_took_out_is_told_to_whoever_sees_everybody() {
    let office = host();
    office.done(&[
        "export",
        "people",
        "--query",
        "李四",
        "--out",
        "a.csv",
        "--reason",
        "李四出国核对",
        "--operator",
        "li.na",
    ]);
    let entry = |who: &str| {
        let settings = shoumi::session::Settings {
            operator: Some(who.to_owned()),
            ..shoumi::session::Settings::at(office.path("register.shoumi"), shoumi::i18n::Lang::ZhCn)
        };
        let session = shoumi::session::Session::open(&settings).unwrap();
        let page = session
            .journal_page(&shoumi::index::Index::new(session.today()), &shoumi::index::journal::Ask::default())
            .unwrap();
        let export = page.entries.iter().find(|e| e.verb == "export").unwrap().seq;
        let grant = page.entries.iter().find(|e| e.verb == "grant_operator").unwrap().seq;
        let grant = session.journal_entry(grant).unwrap();
        (session.journal_entry(export).unwrap().reason.contains("李四"), grant.changes.is_some_and(|c| !c.is_empty()))
    };
    for (who, told) in
        [("li.na", true), ("he", true), ("sun", true), ("zhao", false), ("qian", false), ("zheng", false)]
    {
        assert_eq!(entry(who).0, told, "{who}");
    }
    assert!(!entry("zheng").1 && !entry("li.na").1, "rights are the administrators' and the auditor's");
}

#[test]
fn a_card_is_closed_when_it_is_out_of_reach() {
    let office = host();
    let open = |who: &str| {
        let mut t = screens(&office, &[], &[], &["--operator", who, "--view", "people"]);
        t.wait("张三");
        t.send(b"\r");
        t.wait("可否办理");
        t
    };
    let (viewer, leader) = (open("he"), open("zheng"));
    office.done(&["operator", "grant", "he", "--none", "--reason", "调离", "--operator", "qian"]);
    viewer.wait_gone("可否办理");
    viewer.wait_gone("张三");
    let moved = json!({"command":"change_person","person":"P000001","department":"总经办"});
    assert_eq!(by(&office, "li.na", &moved).0, 0);
    leader.wait_gone("可否办理");
    leader.wait_gone("张三");
}
