//! `doctor` on a host: each fault has its place and its way out, nothing is changed, and the exit code says that there is one.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::cli::{Office, out};

const KEYS: [&str; 2] = [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBHmz5RIgAFLGWLFSQODx6fZgIgVHCFvyGXDLcLMbYBa",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBHmz5RIgAFLGWLFSQODx6fZgIgVHCFvyGXDLcLMbYBb",
];

const SSHD: &str = "LogLevel VERBOSE\nAuthenticationMethods publickey\nDisableForwarding yes\nPermitUserRC no\n\
    MaxSessions 1\nMaxAuthTries 2\nClientAliveInterval 15\nClientAliveCountMax 3\n";

/// A host with two officers whose keys are noted; gives their lines, too.
fn host() -> (Office, Vec<String>) {
    let office = Office::host(&[("li.na", "officer"), ("wang.wu", "officer")]);
    let lines = ["li.na", "wang.wu"].iter().zip(KEYS).map(|(id, key)| {
        std::fs::write(office.path("a.pub"), key).unwrap();
        office.done(&["operator", "key", id, "--operator", "zhao", "--public-key", "a.pub"])
    });
    let lines = lines.collect();
    (office, lines)
}

/// The checks about something: state, and place behind the folder.
fn asked(office: &Office, keys: &str, sshd: &str, name: &str) -> (Vec<(String, String)>, Value) {
    std::fs::write(office.path("keys"), keys).unwrap();
    let named = format!("{sshd}AuthorizedKeysFile {}\n", office.path("keys").display());
    std::fs::write(office.path("sshd"), named).unwrap();
    // Files of a test are not where root's belong: that alone makes it 3.
    let told = office.json(&["doctor", "--operator", "sun", "--keys-file", "keys", "--sshd-config", "sshd"], 3);
    let checks = told["checks"].as_array().unwrap();
    let of = checks.iter().filter(|c| c["name"] == name);
    let text = |v: &Value| v.as_str().unwrap_or_default().rsplit('/').next().unwrap().to_owned();
    (of.map(|c| (text(&c["state"]), text(&c["place"]))).collect(), told)
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn each_line_of_the_keys_file_is_somebody_or_a_fault_with_its_number() {
    let (office, lines) = host();
    let both = format!("# officers\n{}", lines.concat());
    let (found, told) = asked(&office, &both, SSHD, "keys_line");
    assert_eq!(found, pairs(&[("ok", "keys:2"), ("ok", "keys:3")]), "{told}");
    let who = told["checks"].as_array().unwrap().iter().find(|c| c["place"].as_str().unwrap_or("").ends_with("keys:2"));
    assert!(who.unwrap()["text"].as_str().unwrap().contains("li.na"), "{told}");

    office.done(&["operator", "disable", "wang.wu", "--reason", "调离", "--operator", "zhao"]);
    let head = || office.json(&["verify", "--head", "--operator", "sun"], 0)["head"].clone();
    let before = head();
    let loose = lines[0].replace("restrict,", "").replace("li.na", "nobody");
    let (found, told) = asked(&office, &format!("{both}{}{}\n{loose}", lines[0], KEYS[1]), SSHD, "keys_line");
    let bad = ["keys:3", "keys:4", "keys:5", "keys:5", "keys:6", "keys:6", "keys:6"].map(|place| ("bad", place));
    assert_eq!(found, pairs(&[&[("ok", "keys:2")], &bad[..]].concat()), "{told}");
    for check in told["checks"].as_array().unwrap().iter().filter(|c| c["state"] != "ok" && c["name"] == "keys_line") {
        assert!(check["hint"].is_string(), "a way out: {check}");
    }
    assert_eq!(head(), before, "nothing was written");
    // Officers do not learn who else comes in.
    let told = office.json(&["doctor", "--operator", "li.na", "--keys-file", "keys"], 3);
    assert!(!told["checks"].as_array().unwrap().iter().any(|c| c["name"] == "keys_line"), "{told}");
}

#[test]
fn settings_of_sshd_that_let_more_in_are_named() {
    let (office, lines) = host();
    let (found, told) = asked(&office, &lines.concat(), SSHD, "sshd");
    assert_eq!(found, pairs(&[("ok", "sshd")]), "{told}");
    let (found, told) = asked(&office, &lines.concat(), "LogLevel VERBOSE\nAcceptEnv *\n", "sshd");
    assert!(found.len() >= 7 && found.iter().filter(|(state, _)| state == "bad").count() >= 6, "{told}");
    let text = out(&office.run(&["doctor", "--operator", "sun", "--sshd-config", "sshd", "--lang", "en"]));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in ["DisableForwarding is no; a key could be used to reach", "for all: DisableForwarding yes", "AcceptEnv"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    // A file that is not there is no silence.
    let told = office.json(&["doctor", "--operator", "sun", "--sshd-config", "nowhere"], 3);
    assert!(told["checks"].as_array().unwrap().iter().any(|c| c["name"] == "sshd" && c["state"] == "bad"), "{told}");
}

#[test]
fn the_file_of_heads_and_the_owner_are_looked_at() {
    let (office, lines) = host();
    let config = |text: &str| std::fs::write(office.path("c.toml"), text).unwrap();
    let state = |name: &str| {
        let told = office.json(&["doctor", "--operator", "sun", "--config", "c.toml", "--keys-file", "keys"], 3);
        let of = told["checks"].as_array().unwrap().iter().filter(|c| c["name"] == name).cloned();
        of.map(|c| c["state"].clone()).collect::<Vec<_>>()
    };
    std::fs::write(office.path("keys"), lines.concat()).unwrap();
    config("");
    assert_eq!(state("head_log"), [json!("warning")]);
    config("head_log = \"heads\"\n");
    assert_eq!(state("head_log"), [json!("bad")], "it is not there");
    std::fs::write(office.path("heads"), "").unwrap();
    assert_eq!(state("head_log"), [json!("warning"), json!("warning")], "the account's own, and without a line");
    office.done(&["operator", "list", "--operator", "sun", "--config", "c.toml"]);
    assert_eq!(state("head_log").last(), Some(&json!("ok")));
    std::fs::set_permissions(office.folder.path(), PermissionsExt::from_mode(0o750)).unwrap();
    assert!(state("owner").contains(&json!("bad")), "a folder that others look into");
}
