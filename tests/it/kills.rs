//! kill -9 at the n-th operation on files of every journey that writes: the register is whole, what was told as done is
//! there, no file under its own name is half a file, and the same command done again finds nothing in its way.

use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use serde_json::json;

use crate::cli::{Office, err, out};
use crate::disk::{JOURNEYS, files, library, office, put_back, unfinished};
use crate::figures::{long, reached};

/// What a laptop brings home, and an entry to take back.
fn more(office: &Office) {
    let laptop = |args: &[&str]| {
        let mut c = office.command(args);
        c.env("SHOUMI_STORE", office.path("laptop.shoumi")).env("SHOUMI_PASSPHRASE", "the laptop's own");
        c.env("SHOUMI_BUNDLE_PASSPHRASE", "told by telephone");
        let done = c.output().unwrap();
        assert!(done.status.success(), "{args:?}: {}", err(&done));
    };
    laptop(&["bundle", "out", "--inspection", "I000001", "--out", "out.smb", "--store", "register.shoumi"]);
    laptop(&["bundle", "open", "out.smb"]);
    let answer = json!({"command":"answer_items","inspection":"I000001","answers":[{"subjects":["C000001"],"items":["B2"],"value":"fails","remark":"无线网卡未拆除"}]});
    fs::write(office.path("answer.jsonl"), answer.to_string()).unwrap();
    laptop(&["apply", "answer.jsonl"]);
    laptop(&["bundle", "return", "--out", "home.smb"]);
    for gone in ["laptop.shoumi", "laptop.shoumi.reserve", "answer.jsonl", "out.smb"] {
        let _ = fs::remove_file(office.path(gone));
    }
    let line =
        json!({"command":"add_training","persons":["P000001"],"on":"2026-03-02","kind":"on_post","topic":"保密法规"});
    let seq = office.apply(&[line])[0]["seq"].as_u64().unwrap();
    fs::write(office.path("undo.jsonl"), json!({"command":"undo","entry":seq}).to_string()).unwrap();
}

const ALSO: [&[&str]; 3] = [&["bundle", "merge", "home.smb"], &["apply", "undo.jsonl"], &["key", "recovery"]];

/// What is under its own name is whole: what it was, or what it becomes.
fn whole(office: &Office, name: &str, was: Option<&Vec<u8>>, what: &str) {
    let path = office.path(name);
    let bytes = fs::read(&path).unwrap();
    if was == Some(&bytes) {
        return;
    }
    match path.extension().and_then(|e| e.to_str()) {
        Some("xlsx" | "docx") => assert!(bytes.windows(4).rev().take(64).any(|w| w == b"PK\x05\x06"), "{what}: {name}"),
        Some("csv") => assert_eq!(String::from_utf8_lossy(&bytes).lines().count(), 23, "{what}: {name}"),
        Some("shoumi") if name != "register.shoumi" => {
            let key = office.path(&format!("{name}.key"));
            if !key.exists() {
                fs::copy(office.path("register.shoumi.key"), &key).unwrap();
            }
            let verify = office.json(&["verify", "--store", name], 0);
            assert_eq!(verify["problems"], json!([]), "{what}: {name}");
        }
        _ => {}
    }
}

#[test]
fn killed_at_any_operation_of_any_journey_nothing_is_half_done() {
    let Some(library) = library("a program killed at every operation") else { return };
    let office = office();
    more(&office);
    let folder = office.folder.path().to_owned();
    let was = files(&folder);
    let people = || office.json(&["list", "people"], 0)["total"].as_u64().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let hit = elsewhere.path().join("hit");
    let (mut kills, mut journeys, mut swept) = (0, 0, HashSet::new());
    let before = people();
    for words in JOURNEYS.iter().map(|(words, _)| *words).chain(ALSO) {
        journeys += 1;
        let command = || {
            let mut c = office.command(words);
            c.env("SHOUMI_BUNDLE_PASSPHRASE", "told by telephone");
            c
        };
        put_back(&folder, &was);
        let done = command().output().unwrap();
        assert!(done.status.success(), "{words:?}: {}", err(&done));
        let after = people();
        let mut n = 0;
        loop {
            put_back(&folder, &was);
            let what = format!("{words:?}, killed at operation {n}");
            let _ = fs::remove_file(&hit);
            let mut c = command();
            c.env("LD_PRELOAD", library).env("FAIL_UNDER", &folder).env("FAIL_AT", n.to_string());
            let killed = c.env("FAIL_KILL", "1").env("FAIL_HIT", &hit).output().unwrap();
            if !hit.exists() {
                assert!(killed.status.success(), "{what}: {}", err(&killed));
                break;
            }
            assert_eq!(killed.status.signal(), Some(9), "{what}: {}", err(&killed));
            kills += 1;
            // What was told as done is there.
            let told = out(&killed).lines().filter(|l| l.contains("\"ok\":true")).count() as u64;
            let now = people();
            let several = words == ["apply", "more.jsonl"];
            assert!(now == before || now == after || several && now == before + 1, "{what}: {now} people");
            assert!(
                words[0] != "apply" || words[1] != "more.jsonl" || now >= before + told,
                "{what}: {now}, {told} told"
            );
            let verify = office.json(&["verify"], 0);
            assert_eq!(verify["problems"], json!([]), "{what}");
            for (name, _) in files(&folder).iter().filter(|(name, _)| !name.starts_with('.')) {
                whole(&office, name, was.iter().find(|(n, _)| n == name).map(|(_, b)| b), &what);
            }
            let left = unfinished(&folder);
            // The same again: done, or there already.
            let again = command().output().unwrap();
            let said = out(&again) + &err(&again);
            assert!(again.status.code().is_some_and(|c| c <= 3) && !said.contains("panicked"), "{what}: again: {said}");
            let there = said.contains("已存在") || said.contains("已经存在") || said.contains("exists") || now == after;
            assert!(again.status.success() || there, "{what}: again: {said}");
            for name in left {
                if again.status.success() {
                    assert!(!folder.join(&name).exists(), "{what}: {name} is left for ever");
                    swept.insert(words[0]);
                }
            }
            n += if long() { 1 } else { 1 + n };
        }
    }
    let all = ["backup", "restore"].iter().all(|w| swept.contains(w));
    assert!(kills > 30 && all, "{kills} {swept:?}");
    reached(
        "killed_at_any_operation_of_any_journey_nothing_is_half_done",
        format!(
            "{kills} kills in {journeys} journeys: register sound, what was told is there, no half file, the same command done again"
        ),
    );
}

/// A list that was being written when the program was killed holds what the list would have held.
#[test]
fn what_a_killed_export_left_goes_with_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let leave = |name: &str| {
        let mut file = fs::File::create_new(folder.path().join(name)).unwrap();
        file.write_all("张晓明,110101199003078515".as_bytes()).unwrap();
        file
    };
    drop(leave(".shoumi.4242.0.tmp"));
    drop(leave("mine.tmp"));
    let at_work = leave(".shoumi.4243.0.tmp");
    at_work.lock().unwrap();
    let there = |name: &str| Path::new(folder.path()).join(name).exists();
    shoumi::exchange::replace_file(&folder.path().join("list.csv"), b"x", shoumi::exchange::Readers::Owner).unwrap();
    assert!(!there(".shoumi.4242.0.tmp"), "left by nobody who lives");
    assert!(there(".shoumi.4243.0.tmp") && there("mine.tmp"), "somebody is at it; not ours");
    assert_eq!(fs::read(folder.path().join("list.csv")).unwrap(), b"x");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}
