//! A host's accounts by the command line: two people's steps, the line for the keys file, and who is out when.

use std::sync::Arc;

use serde_json::json;
use shoumi::app::live::Live;
use shoumi::i18n::Lang;
use shoumi::session::{Session, Settings};

use crate::cli::{Office, err, out};
use crate::support::{Harness, day, settings};

/// A public key, and one of another.
const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBHmz5RIgAFLGWLFSQODx6fZgIgVHCFvyGXDLcLMbYBa li.na@office\n";

fn refused(office: &Office, code: i32, args: &[&str], said: &str) {
    let output = office.run(args);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {}{}", out(&output), err(&output));
    assert!(err(&output).contains(said), "{args:?}: {}", err(&output));
    assert!(output.stdout.is_empty(), "{}", out(&output));
}

#[test]
fn a_hosts_store_names_three_administrators() {
    let office = Office::empty();
    let init = ["init", "--unit", "甲单位", "--pack", "p5-company", "--mode", "host"];
    let with = |more: &[&'static str]| [&init[..], more].concat();
    refused(&office, 2, &init, "系统管理员、安全保密管理员、安全审计员");
    refused(&office, 2, &with(&["--system-admin", "zhao", "--security-admin", "qian"]), "--auditor");
    let twice = ["--system-admin", "zhao=赵一", "--security-admin", "qian=赵一", "--auditor", "sun"];
    refused(&office, 2, &with(&twice), "三个不同的人");
    let wrong = ["--system-admin", "zhao;id", "--security-admin", "qian", "--auditor", "sun"];
    refused(&office, 2, &with(&wrong), "标识=姓名");
    refused(&office, 2, &["init", "--unit", "甲单位", "--pack", "p5-company", "--auditor", "sun"], "--mode host");
    assert!(!office.path("register.shoumi").exists() && !office.path("register.shoumi.key").exists());

    let office = Office::host(&[]);
    let listed = office.json(&["operator", "list", "--operator", "sun"], 0);
    let rows = listed["operators"].as_array().unwrap();
    let roles: Vec<_> = rows.iter().map(|o| (o["id"].clone(), o["roles"].clone())).collect();
    for (id, role) in [("zhao", "system_admin"), ("qian", "security_admin"), ("sun", "auditor")] {
        assert!(roles.contains(&(json!(id), json!([role]))), "{roles:?}");
    }
    // None of them sees a person, or enters one.
    for who in ["zhao", "qian", "sun"] {
        refused(&office, 4, &["list", "people", "--operator", who], "不能查看人员信息");
        std::fs::write(office.path("a.jsonl"), r#"{"command":"add_person","name":"某"}"#).unwrap();
        assert_eq!(office.run(&["apply", "a.jsonl", "--operator", who]).status.code(), Some(4));
    }
}

#[test]
fn accounts_are_opened_granted_keyed_and_shut() {
    let office = Office::host(&[]);
    office.done(&["operator", "add", "li.na", "--name", "李娜", "--operator", "zhao"]);
    let grant = ["operator", "grant", "li.na", "--role", "officer,approver", "--reason", "〔2026〕1号"];
    refused(&office, 4, &[&grant[..], &["--operator", "zhao"]].concat(), "授权");
    refused(&office, 4, &["list", "people"], "不能查看人员信息");
    office.done(&[&grant[..], &["--operator", "qian"]].concat());
    office.done(&["list", "people"]);
    refused(&office, 4, &["operator", "list"], "不能查看账号");

    let key = ["operator", "key", "li.na", "--operator", "zhao"];
    refused(&office, 1, &key, "还没有登记公钥");
    std::fs::write(office.path("li.pub"), KEY).unwrap();
    std::fs::write(office.path("private"), "-----BEGIN OPENSSH PRIVATE KEY-----\nxx\n").unwrap();
    let given = [&key[..], &["--public-key", "li.pub"]].concat();
    refused(&office, 2, &[&key[..], &["--public-key", "private"]].concat(), "这是私钥");
    refused(&office, 4, &["operator", "key", "li.na", "--operator", "qian", "--public-key", "li.pub"], "登记公钥");
    let line = office.done(&given);
    let (program, store) = (env!("CARGO_BIN_EXE_shoumi"), office.path("register.shoumi"));
    let command = format!("exec {program} --store {} --operator li.na", store.canonicalize().unwrap().display());
    let text = KEY.split(' ').nth(1).unwrap();
    assert_eq!(line, format!("restrict,pty,command=\"{command}\" ssh-ed25519 {text} li.na\n"));
    // Asked again it is the same line, with or without the file.
    assert_eq!(office.done(&given), line);
    assert_eq!(office.done(&key), line);
    let listed = office.json(&["operator", "list", "--operator", "qian"], 0);
    assert!(listed["operators"][3]["fingerprint"].as_str().unwrap().starts_with("SHA256:"), "{listed}");

    office.done(&["operator", "disable", "li.na", "--reason", "调离", "--operator", "zhao"]);
    refused(&office, 4, &["list", "people"], "已停用");
    refused(&office, 1, &key, "已停用");
    refused(&office, 4, &["operator", "enable", "li.na", "--reason", "返岗", "--operator", "zhao"], "启用账号");
    office.done(&["operator", "enable", "li.na", "--reason", "返岗", "--operator", "qian"]);
    office.done(&["list", "people"]);
    // The auditor finds all of it in the journal.
    let journal = office.json(&["list", "journal", "--operator", "sun"], 0);
    let verbs: Vec<_> = journal["rows"].as_array().unwrap().iter().map(|r| r["verb"].as_str().unwrap()).collect();
    for verb in ["add_operator", "grant_operator", "set_operator_key", "disable_operator", "enable_operator"] {
        assert!(verbs.contains(&verb), "{verb} in {verbs:?}");
    }
    office.done(&["verify", "--operator", "sun"]);
}

#[test]
fn an_administrator_sees_on_the_screens_that_people_are_not_his() {
    let office = Office::host(&[("li.na", "officer")]);
    std::fs::write(office.path("a.jsonl"), r#"{"command":"add_person","name":"某甲乙"}"#).unwrap();
    office.done(&["apply", "a.jsonl"]);
    for (who, words) in [("zhao", "journal (0) is yours"), ("sun", "journal (0) is yours"), ("li.na", "某甲乙")] {
        let mut at = Settings::at(office.path("register.shoumi"), Lang::En);
        (at.operator, at.today) = (Some(who.to_owned()), Some(day("2026-03-16")));
        let register = Arc::new(Live::new(Session::open(&at).unwrap()));
        let mut h = Harness::with(register, settings(Lang::En, (80, 24), day("2026-03-16")));
        let text = h.keys("2").screen();
        assert!(text.contains(words), "{who}: {text}");
        assert_eq!(text.contains("某甲乙"), who == "li.na", "{text}");
    }
}
