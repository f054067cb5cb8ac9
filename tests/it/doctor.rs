//! `doctor` on a host: each fault has its place and its way out, nothing is changed, and the exit code says that there is one.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

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
fn a_line_is_held_against_the_configuration_and_the_program_of_the_doctor() {
    let (office, lines) = host();
    let write = |name: &str, text: &str| std::fs::write(office.path(name), text).unwrap();
    for name in ["c.toml", "other.toml"] {
        write(name, "sessions = 2\n");
    }
    write("broken.toml", "sessions = \"many\"\n");
    let line = |config: &str| {
        let named = format!(" --config {} --operator", std::fs::canonicalize(office.path(config)).unwrap().display());
        lines[0].replace(" --operator", &named)
    };
    let state = |keys: &str, config: &[&str]| {
        write("keys", keys);
        let told = office.json(&[&["doctor", "--operator", "sun", "--keys-file", "keys"], config].concat(), 3);
        let checks = told["checks"].as_array().unwrap().iter();
        let of = checks.filter(|c| c["name"] == "keys_line" && c["place"].as_str().unwrap().ends_with("keys:1"));
        let found: Vec<String> = of.map(|c| format!("{} {} {}", c["state"], c["text"], c["hint"])).collect();
        found.join("\n")
    };
    let given = ["--config", "c.toml"];
    assert!(state(&line("c.toml"), &given).starts_with("\"ok"));
    for (keys, config, want) in [
        (lines[0].clone(), &given[..], "c.toml"),
        (line("other.toml"), &given, "other.toml"),
        (line("broken.toml"), &given, "broken.toml"),
        (line("broken.toml"), &[], "broken.toml"),
        (line("c.toml").replace("/c.toml", "/gone.toml"), &given, "gone.toml"),
        (line("c.toml").replace(env!("CARGO_BIN_EXE_shoumi"), "/bin/sh"), &given, "/bin/sh"),
        (line("c.toml").replace(env!("CARGO_BIN_EXE_shoumi"), "shoumi"), &given, "shoumi"),
    ] {
        let found = state(&keys, config);
        assert!(found.starts_with("\"bad") && found.contains(want) && !found.contains("null"), "{keys}{found}");
    }
    let asked = state(&line("c.toml"), &[]);
    assert!(asked.starts_with("\"warning") && asked.contains("--config"), "{asked}");
}

/// What the register's account may do is judged for that account, though root asks.
#[test]
fn root_is_told_what_the_account_may_not() {
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 || !account_one() {
        eprintln!("SKIPPED: what root is told of another account needs root and an account with the number 1");
        return;
    }
    let office = Office::host(&[]);
    let top = tempfile::tempdir().unwrap();
    let at = |name: &str| top.path().join(name);
    let set = |path: &Path, uid, gid, mode| {
        chown(path, Some(uid), Some(gid)).unwrap();
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    };
    for entry in std::fs::read_dir(office.folder.path()).unwrap() {
        set(&entry.unwrap().path(), 1, 1, 0o600);
    }
    set(office.folder.path(), 1, 1, 0o700);
    set(top.path(), 0, 0, 0o755);
    for folder in ["in", "out"] {
        std::fs::create_dir(at(folder)).unwrap();
    }
    std::fs::write(at("heads"), "").unwrap();
    let config = ["in", "out", "heads"].map(|n| at(n).display().to_string());
    let [import, export, heads] = &config;
    std::fs::write(at("c.toml"), format!("import_dir = '{import}'\nexport_dir = '{export}'\nhead_log = '{heads}'\n"))
        .unwrap();
    let states = || {
        let named = at("c.toml").display().to_string();
        let told = office.run(&["doctor", "--json", "--operator", "sun", "--config", &named]);
        let told: Value = serde_json::from_slice(&told.stdout).unwrap();
        let all = told["checks"].as_array().unwrap().clone();
        move |name: &str| {
            let of = all.iter().filter(|c| c["name"] == name && c["state"] != "ok");
            of.map(|c| c["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        }
    };
    for (folders, file) in [((0, 0o770), (1, 0o620)), ((1, 0o700), (1, 0o640)), ((0, 0o2770), (0, 0o660))] {
        for folder in ["in", "out"] {
            set(&at(folder), 0, folders.0, folders.1);
        }
        set(&at("heads"), 0, file.0, file.1);
        let of = states();
        for name in ["import_dir", "export_dir", "head_log"] {
            assert_eq!(of(name).len(), 1, "{name} {folders:?} {file:?}: {:?}", of(name));
        }
    }
    for folder in ["in", "out"] {
        set(&at(folder), 0, 1, 0o2770);
    }
    set(&at("heads"), 0, 1, 0o660);
    let only_append = |how: &str| Command::new("chattr").arg(how).arg(at("heads")).status().is_ok_and(|s| s.success());
    let before = states()("head_log").len();
    if only_append("+a") {
        assert_eq!(before, 2, "what the file holds could be written anew");
    }
    let of = states();
    assert_eq!((of("import_dir").len(), of("export_dir").len(), of("head_log").len()), (0, 0, 1), "it has no line yet");
    assert_eq!(of("owner"), [""; 0]);
    // In a folder it may write to, the account puts another file in its place.
    set(top.path(), 0, 1, 0o775);
    assert_eq!(states()("head_log").len(), 2);
    only_append("-a");
    set(top.path(), 0, 0, 0o711);

    // What root left beside the register is in the account's way.
    let own = office.path("register.shoumi.own");
    std::fs::create_dir(&own).unwrap();
    assert_eq!(states()("owner").len(), 1);
    set(&own, 1, 1, 0o700);
    std::fs::write(own.join("0-0.seat"), "").unwrap();
    assert_eq!(states()("owner").len(), 1);
    set(&own.join("0-0.seat"), 1, 1, 0o600);
    std::fs::write(office.path("register.shoumi.reserve"), "").unwrap();
    set(&office.path("register.shoumi.reserve"), 0, 0, 0o600);
    assert_eq!(states()("owner").len(), 1);
}

/// Whether the system has an account with the number 1, whose group is 1.
fn account_one() -> bool {
    let text = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    text.lines().any(|l| l.split(':').skip(2).take(2).eq(["1", "1"]))
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
