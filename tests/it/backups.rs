//! Backups: each gives back the register it was made of, whatever happens to one is reported before it is put back, and
//! nobody works in one by mistake.

use std::path::Path;

use serde_json::json;
use shoumi::store::{Store, StoreError};

use crate::cli::{Office, err, out, results, staffed};
use crate::figures::{long, reached, times};
use crate::live::screens;
use crate::pty::LONG;
use crate::store_damage::refusal;
use crate::store_kit::*;

#[test]
fn every_backup_restored_into_an_empty_folder_is_the_register() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let store = open(&path).unwrap();
    let mut made = 0;
    let mut back = |what: &str| {
        made += 1;
        let copy = folder.path().join(format!("{made}.backup"));
        store.backup(&copy).unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let restored = elsewhere.path().join("restored.shoumi");
        Store::restore(&copy, &restored, &SECRET, projector()).unwrap();
        assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 1, "{what}: something lies beside it");
        let restored = open(&restored).unwrap();
        assert_eq!(everything(&restored).unwrap(), everything(&store).unwrap(), "{what}");
        assert_eq!(restored.verify().unwrap().problems, [], "{what}");
        commit(&restored, "change_person", vec![change(person(1, 2, "goes on"))]);
    };
    back("a small register");
    commit(&store, "change_computer", vec![computer(1, 2)]);
    back("a change");
    commit(&store, "import", (7..=700).map(|n| change(person(n, 1, &format!("person {n}")))).collect());
    back("an import over two segments");
    store.refresh(&[0, 1], today()).unwrap();
    commit(&store, "export", Vec::new());
    back("an entry without a record");
}

/// The copy is refused, with damage, and nothing stands where it was to go.
fn refused(copy: &Path, to: &Path, what: &str) {
    let said = Store::restore(copy, to, &SECRET, projector()).expect_err(what);
    assert!(refusal(&said), "{what}: {said:?}");
    assert!(!to.exists(), "{what}");
}

#[test]
fn a_backup_of_a_host_is_its_administrators_and_an_entry() {
    let office = Office::host(&[("li.na", "officer,inspector")]);
    let said = office.run(&["backup", "li.shoumi", "--operator", "li.na"]);
    assert_eq!(said.status.code(), Some(4), "{}", err(&said));
    assert!(!office.path("li.shoumi").exists());
    for who in ["qian", "sun"] {
        assert_eq!(office.run(&["backup", "no.shoumi", "--operator", who]).status.code(), Some(4), "{who}");
    }
    office.done(&["backup", "away-110101199003078515.shoumi", "--operator", "zhao"]);
    // A name that is taken makes no second entry.
    let again = office.run(&["backup", "away-110101199003078515.shoumi", "--operator", "zhao"]);
    assert_eq!(again.status.code(), Some(3), "{}", err(&again));
    let log = office.done(&["list", "journal", "--operator", "sun", "--json"]);
    assert_eq!(log.matches("make_backup").count(), 1, "{log}");
    assert!(!log.contains("199003"), "the name stands in the clear: {log}");
    let copy = std::fs::read(office.path("away-110101199003078515.shoumi")).unwrap();
    assert!(!copy.windows(6).any(|w| w == b"199003"), "nor in the copy");
}

#[test]
fn whatever_happens_to_a_backup_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&small(folder.path())).unwrap();
    let copy = folder.path().join("copy");
    store.backup(&copy).unwrap();
    let whole = std::fs::read(&copy).unwrap();
    let (hurt, to) = (folder.path().join("hurt"), folder.path().join("to"));
    let length = whole.len() as u64;
    let flips = times(2000, length * 8);
    let step = if long() { 1 } else { 2_654_435_761 };
    for n in 0..flips {
        let bit = n * step % (length * 8);
        let mut bytes = whole.clone();
        bytes[(bit / 8) as usize] ^= 1 << (bit % 8);
        std::fs::write(&hurt, &bytes).unwrap();
        refused(&hurt, &to, &format!("bit {bit}"));
        // `verify` on the copy itself says so too.
        if n % 100 == 0 {
            let report = open_read_only(&hurt).and_then(|s| s.verify());
            assert!(report.is_err() || report.is_ok_and(|r| !r.problems.is_empty()), "bit {bit}: verify");
        }
    }
    let pages = whole.chunks(4096).count();
    for page in 0..pages {
        std::fs::write(&hurt, &whole[..page * 4096]).unwrap();
        refused(&hurt, &to, &format!("cut at page {page}"));
        std::fs::write(&hurt, &whole[..page * 4096 + 1 + page * 37 % 4095]).unwrap();
        refused(&hurt, &to, &format!("cut within page {page}"));
        let mut bytes = whole.clone();
        bytes.rotate_left(4096 * page);
        bytes.extend_from_slice(&[0; 4096]);
        std::fs::write(&hurt, &bytes).unwrap();
        refused(&hurt, &to, &format!("turned by {page} pages, one more behind"));
    }
    std::fs::write(&hurt, &whole).unwrap();
    Store::restore(&hurt, &to, &SECRET, projector()).unwrap();
    reached(
        "whatever_happens_to_a_backup_is_reported",
        format!("{flips} of {} bits flipped, {pages} pages cut or moved: all reported, nothing restored", length * 8),
    );
}

#[test]
fn a_backup_of_another_register_does_not_open_with_this_key() {
    let (office, other) = (staffed(), staffed());
    other.done(&["backup", "copy.shoumi"]);
    std::fs::copy(other.path("copy.shoumi"), office.path("foreign.shoumi")).unwrap();
    std::fs::copy(office.path("register.shoumi.key"), office.path("new.shoumi.key")).unwrap();
    for (lang, words) in [("zh-CN", "与本登记库不符"), ("en", "does not belong to this store")] {
        let done = office.run(&["--store", "new.shoumi", "restore", "foreign.shoumi", "--lang", lang]);
        assert_eq!(done.status.code(), Some(3), "{}", out(&done));
        assert!(err(&done).contains(words), "{}", err(&done));
    }
    assert!(!office.path("new.shoumi").exists());
    // Where a register is, none is restored.
    let done = office.run(&["restore", "foreign.shoumi", "--lang", "en"]);
    assert!(!done.status.success() && err(&done).contains("register.shoumi"), "{}", err(&done));
}

#[test]
fn a_backup_is_read_and_not_worked_in() {
    let office = staffed();
    office.done(&["backup", "copy.shoumi"]);
    let copy = office.path("copy.shoumi");
    let whole = std::fs::read(&copy).unwrap();
    std::fs::copy(office.path("register.shoumi.key"), office.path("copy.shoumi.key")).unwrap();
    let on_copy = |args: &[&str]| office.run(&[args, &["--store", "copy.shoumi"]].concat());
    for (lang, note, refusal) in
        [("zh-CN", "本文件是备份", "未作任何改动"), ("en", "is a backup", "nothing was changed")]
    {
        let list = on_copy(&["list", "people", "--lang", lang]);
        assert!(list.status.success() && err(&list).contains(note), "{}", err(&list));
        assert!(out(&list).contains("张晓明"), "{}", out(&list));
        std::fs::write(office.path("more.jsonl"), json!({"command":"add_person","name":"乙一"}).to_string()).unwrap();
        let apply = on_copy(&["apply", "more.jsonl", "--lang", lang]);
        let error = &results(&apply)[0]["refusal"];
        assert_eq!(error["code"], "store_is_backup", "{}", out(&apply));
        assert!(error["text"].as_str().unwrap().contains(refusal), "{error}");
        assert!(error["hint"].as_str().unwrap().contains("shoumi restore"), "{error}");
        let doctor = on_copy(&["doctor", "--lang", lang]);
        assert!(out(&doctor).contains(if lang == "en" { "is a backup" } else { "是一份备份" }), "{}", out(&doctor));
        let key = on_copy(&["key", "passphrase", "--lang", lang]);
        assert!(!key.status.success(), "{}", out(&key));
    }
    let mut t = screens(&office, &[], &[("SHOUMI_STORE", copy.to_str().unwrap())], &["--view", "people"]);
    t.wait("张晓明");
    t.wait("只读");
    t.send(b"q");
    assert_eq!(t.exit(LONG).0, 0);
    assert!(std::fs::read(&copy).unwrap() == whole, "the backup was written to");
    assert_eq!(on_copy(&["verify"]).status.code(), Some(0));
    // A copy of the copy by hand is one too, until it is restored.
    std::fs::copy(&copy, office.path("again.shoumi")).unwrap();
    std::fs::copy(office.path("register.shoumi.key"), office.path("new.shoumi.key")).unwrap();
    office.done(&["--store", "new.shoumi", "restore", "again.shoumi"]);
    std::fs::write(office.path("more.jsonl"), json!({"command":"add_person","name":"乙一"}).to_string()).unwrap();
    office.done(&["--store", "new.shoumi", "apply", "more.jsonl"]);
    let refused = Store::restore(&copy, &office.path("new.shoumi"), &SECRET, projector());
    assert!(matches!(refused, Err(StoreError::Exists(_))));
}
