//! Where the configuration names the folders for files, as on a host, whatever leads out of them is refused with place, value,
//! reason and way out, and changes nothing.

use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::{Value, json};

use crate::cli::{Office, err, out};

const ROSTER: &str = "姓名,部门,岗位,涉密等级,上岗日期\n张伟,财务处,会计,重要,2024-05-01\n";

/// A host with the folders `in` and `out`, an officer, a person, and what should never be read nor written.
fn host() -> Office {
    let office = Office::host(&[("li.na", "officer,inspector")]);
    std::fs::write(office.path("c.toml"), "import_dir = \"in\"\nexport_dir = \"out\"\n").unwrap();
    for folder in ["in", "out", "in/below"] {
        std::fs::create_dir(office.path(folder)).unwrap();
        std::fs::set_permissions(office.path(folder), PermissionsExt::from_mode(0o700)).unwrap();
    }
    std::fs::write(office.path("in/roster.csv"), ROSTER).unwrap();
    std::fs::write(office.path("in/below/roster.csv"), ROSTER).unwrap();
    std::fs::write(office.path("in/.roster.csv"), ROSTER).unwrap();
    std::fs::write(office.path("outside.csv"), ROSTER).unwrap();
    symlink("../outside.csv", office.path("in/link.csv")).unwrap();
    symlink("..", office.path("in/up")).unwrap();
    symlink("../outside.csv", office.path("out/link.csv")).unwrap();
    symlink("../new.csv", office.path("out/dangling.csv")).unwrap();
    office
}

fn args<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [words, &["--operator", "li.na", "--config", "c.toml"]].concat()
}

/// The journal's length, and every file with what is in it, but for the register's own.
fn state(office: &Office) -> (Value, Vec<(String, Vec<u8>)>) {
    let mut files = Vec::new();
    let mut folders = vec![office.folder.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let name = entry.path().display().to_string();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if !name.contains("register.shoumi") {
                files.push((name, std::fs::read(entry.path()).unwrap_or_default()));
            }
        }
    }
    files.sort();
    (office.json(&["verify", "--head", "--operator", "sun"], 0)["head"]["entry"].clone(), files)
}

#[test]
fn files_come_and_go_by_names_in_two_folders_and_nothing_leads_out_of_them() {
    let office = host();
    office.done(&args(&["import", "people", "roster.csv"]));
    office.done(&args(&["export", "people", "--out", "people.csv", "--reason", "备案"]));
    office.done(&args(&["form", "sign-in", "--out", "sign-in.docx"]));
    office.done(&["backup", "copy.shoumi", "--operator", "zhao", "--config", "c.toml"]);
    for file in ["people.csv", "sign-in.docx", "copy.shoumi"] {
        let meta = std::fs::metadata(office.path("out").join(file)).unwrap();
        assert_eq!(meta.permissions().mode() & 0o777, 0o600, "{file}");
    }
    // What went out may go out anew under the same name.
    office.done(&args(&["export", "people", "--out", "people.csv", "--reason", "备案"]));

    let before = state(&office);
    let absolute = office.path("in/roster.csv").display().to_string();
    let refused = |words: &[&str], name: &str| {
        let done = office.run(&args(words));
        let said = err(&done);
        assert_eq!(done.status.code(), Some(2), "{words:?}: {}{said}", out(&done));
        assert!(said.lines().count() >= 2, "reason and way out: {said}");
        assert!(name.is_empty() || said.contains(name), "{words:?} names {name}: {said}");
        assert!(!said.contains(['\u{1b}', '\u{202e}']) && !said.contains("张伟"), "{said:?}");
    };
    for name in ["../outside.csv", &*absolute, "below/roster.csv", "up/outside.csv", ".roster.csv", "link.csv"] {
        refused(&["import", "people", name], name);
    }
    for name in ["a\u{1b}[2Jb.csv", "a\u{202e}vsc.csv", ""] {
        refused(&["import", "people", name], "");
    }
    let away = office.path("away.csv").display().to_string();
    for name in ["../away.csv", &*away, "link.csv", "dangling.csv", ".away.csv", "a/b.csv"] {
        refused(&["export", "people", "--out", name, "--reason", "备案"], name);
    }
    let numbered = "110101199003078515.csv";
    refused(&["export", "people", "--out", numbered, "--reason", "备案"], "110***********8515");
    refused(&["form", "sign-in", "--out", "../away.docx"], "../away.docx");
    refused(&["backup", "../away.shoumi"], "../away.shoumi");
    for words in [
        &["apply", "../outside.csv"][..],
        &["import", "people", "roster.csv", "--map", "../c.toml"],
        &["template", "check", "../c.toml"],
        &["template", "profiles", "../c.toml"],
        &["template", "from", "../c.toml"],
        &["template", "add", "../c.toml"],
        &["evidence", "add", "../c.toml", "--inspection", "I000001"],
        &["checklist", "in", "../c.toml", "--inspection", "I000001"],
        &["checklist", "out", "--inspection", "I000001", "--out", "../away.cklb"],
        &["bundle", "out", "--inspection", "I000001", "--out", "../away.bundle"],
        &["bundle", "return", "--out", "../away.bundle"],
        &["bundle", "merge", "../c.toml"],
        &["bundle", "open", "../c.toml", "--store", "new.shoumi"],
        &["restore", "../c.toml", "--store", "new.shoumi"],
        &["probe", "--out", "../away.json", "--root", "in"],
    ] {
        refused(words, "../");
    }
    assert_eq!(state(&office), before, "nothing was read, written, or made an entry");
}

#[test]
fn without_the_folders_a_file_is_whatever_its_owner_names() {
    let office = Office::new("p5-company");
    std::fs::create_dir(office.path("lists")).unwrap();
    std::fs::write(office.path(".hidden.csv"), ROSTER).unwrap();
    symlink("../.hidden.csv", office.path("lists/link.csv")).unwrap();
    for name in ["lists/link.csv", "lists/../.hidden.csv", &*office.path(".hidden.csv").display().to_string()] {
        let told = office.json(&["import", "people", name, "--dry-run"], 0);
        assert_eq!(told["new"], json!(1), "{name}: {told}");
    }
    office.done(&["export", "people", "--out", "lists/../.out.csv"]);
    assert!(office.path(".out.csv").exists());
}

/// A folder that hands its group on is root's word that this group fetches; nobody else reads, and nothing else is opened.
#[test]
fn what_goes_out_is_readable_by_the_group_of_the_folder_and_nothing_else_is() {
    let office = host();
    let mode = |name: &str| std::fs::metadata(office.path(name)).unwrap().permissions().mode() & 0o777;
    office.done(&args(&["import", "people", "roster.csv"]));
    let out = |name: &str| {
        office.done(&args(&["export", "people", "--out", &format!("{name}.csv"), "--reason", "备案"]));
        office.done(&args(&["export", "people", "--out", &format!("{name}.json"), "--reason", "备案"]));
        office.done(&args(&["form", "sign-in", "--out", &format!("{name}.docx")]));
        office.done(&["backup", &format!("{name}.shoumi"), "--operator", "zhao", "--config", "c.toml"]);
        [".csv", ".json", ".docx", ".shoumi"].map(|end| mode(&format!("out/{name}{end}")))
    };
    assert_eq!(out("own"), [0o600; 4], "a folder without the bit");
    std::fs::set_permissions(office.path("out"), PermissionsExt::from_mode(0o2770)).unwrap();
    assert_eq!(out("group"), [0o640, 0o640, 0o640, 0o600], "a backup is for nobody to fetch but root");
    // Where the configuration names no folder, and beside the register, everything stays the account's.
    std::fs::set_permissions(office.folder.path(), PermissionsExt::from_mode(0o2700)).unwrap();
    office.done(&["export", "people", "--out", "free.csv", "--reason", "备案", "--operator", "li.na"]);
    assert_eq!([mode("free.csv"), mode("register.shoumi"), mode("register.shoumi.key")], [0o600; 3]);
}

#[test]
fn the_journal_says_which_file_went_out_and_the_doctor_which_folders_are_wrong() {
    let office = host();
    office.done(&args(&["export", "people", "--out", "people.csv", "--reason", "备案"]));
    let told = office.json(&["list", "journal", "--operator", "sun", "--query=verb:export"], 0);
    assert!(!told.to_string().contains("people.csv"), "sealed with the entry: {told}");
    let checks = |text: &str| {
        std::fs::write(office.path("c.toml"), text).unwrap();
        let told = office.json(&["doctor", "--operator", "sun", "--config", "c.toml"], 3);
        let of = |name: &str| {
            let check = told["checks"].as_array().unwrap().iter().find(|c| c["name"] == name).unwrap().clone();
            assert!(check["state"] == "ok" || check["hint"].is_string(), "a way out: {check}");
            check["state"].clone()
        };
        [of("import_dir"), of("export_dir")]
    };
    assert_eq!(checks(""), ["warning", "warning"]);
    assert_eq!(checks("import_dir = \"in\"\nexport_dir = \"out\"\n"), ["ok", "ok"]);
    assert_eq!(checks("import_dir = \"nowhere\"\nexport_dir = \"outside.csv\"\n"), ["bad", "bad"]);
    std::fs::set_permissions(office.path("out"), PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(checks("import_dir = \".\"\nexport_dir = \"out\"\n"), ["bad", "bad"]);
}
