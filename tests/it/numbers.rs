//! Whole numbers: masked wherever they stand, shown for a reason that the journal keeps, and nowhere else.

use std::sync::Arc;

use serde_json::{Value, json};
use shoumi::app::Live;
use shoumi::domain::{Channel, Command, PersonId};
use shoumi::i18n::Lang;
use shoumi::session::{Session, Settings};

use crate::cli::{Office, err, out};
use crate::support::{Harness, day};

const NUMBER: &str = "110101199003078515";
const PHONE: &str = "13800138000";
const TODAY: &str = "2026-03-02";

fn person() -> Value {
    json!({"command":"add_person","name":"张三","department":"财务处","post":"机要员","level":"important","on_post_from":"2020-01-01","identity":NUMBER,"phone":PHONE})
}

fn host() -> Office {
    let office = Office::host(&[("li.na", "officer"), ("he", "viewer")]);
    assert_eq!(office.apply(&[person()])[0]["ok"], true);
    office
}

fn whole(text: &str) -> bool {
    text.contains(NUMBER) || text.contains(PHONE)
}

/// The entries of the journal, newest first, without those that say that somebody read it.
fn journal(office: &Office) -> Vec<Value> {
    office.json(&["list", "journal", "--operator", "sun", "--query=-verb:read_journal"], 0)["rows"]
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn a_look_has_a_reason_and_an_entry_and_the_rest_is_masked() {
    let office = host();
    let show = ["show", "person", "P000001", "--today", TODAY];
    let masked = office.done(&[&show[..], &["--operator", "li.na"]].concat());
    assert!(masked.contains("110***********8515") && masked.contains("138****8000") && !whole(&masked), "{masked}");
    let before = journal(&office).len();

    let look = |who: &str, reason: &str| office.run(&[&show[..], &["--operator", who, "--reveal", reason]].concat());
    let seen = look("li.na", "核对出境备案");
    assert!(out(&seen).contains(NUMBER) && out(&seen).contains(PHONE), "{}", out(&seen));
    let entry = &journal(&office)[0];
    assert_eq!(
        (entry["verb"].as_str(), entry["operator"].as_str(), &entry["records"], &entry["fields"]),
        (Some("reveal_numbers"), Some("li.na"), &json!(["P000001"]), &json!(["identity", "phone"]))
    );

    // Who may not look leaves no entry, and neither does who says nothing.
    for (who, reason, code) in [("he", "核对", 4), ("zhao", "核对", 4), ("sun", "核对", 4), ("li.na", "  ", 2)] {
        let refused = look(who, reason);
        assert_eq!(refused.status.code(), Some(code), "{who}: {}", err(&refused));
        assert!(!whole(&out(&refused)) && !whole(&err(&refused)), "{who}");
    }
    assert_eq!(look("li.na", &"长".repeat(201)).status.code(), Some(2));
    assert_eq!(journal(&office).len(), before + 1);
    let json = office.json(&[&show[..], &["--operator", "li.na", "--reveal", "核对"]].concat(), 0);
    assert_eq!((json["identity"].as_str(), json["record"]["phone"].as_str()), (Some(NUMBER), Some(PHONE)));
    office.done(&["verify", "--operator", "sun"]);
}

#[test]
fn the_reason_is_sealed_and_told_to_whoever_reads_the_entry() {
    let office = host();
    let reason = format!("核对 {NUMBER} 备案");
    office.done(&["show", "person", "P000001", "--operator", "li.na", "--reveal", &reason]);
    let file = std::fs::read(office.path("register.shoumi")).unwrap();
    assert!(!file.windows("备案".len()).any(|w| w == "备案".as_bytes()), "sealed like everything personal");
    let session = |who: &str| {
        let settings =
            Settings { operator: Some(who.into()), ..Settings::at(office.path("register.shoumi"), Lang::En) };
        Session::open(&settings).unwrap()
    };
    for who in ["sun", "li.na", "he"] {
        let session = session(who);
        let entry = session.journal_entry(session.head().unwrap()).unwrap();
        assert_eq!(entry.reason, "核对 110***********8515 备案", "{who}");
        assert!(entry.changes.is_none_or(|c| c.is_empty()));
    }
}

#[test]
fn no_list_file_paper_or_complaint_holds_a_whole_number() {
    let office = host();
    let by = |args: &[&str]| {
        let output = office.run(&[args, &["--operator", "li.na", "--today", TODAY]].concat());
        assert!(!whole(&out(&output)) && !whole(&err(&output)), "{args:?}: {}{}", out(&output), err(&output));
        output
    };
    for args in [
        &["list", "people"][..],
        &["list", "people", "--json"],
        &["find", NUMBER],
        &["find", "8515", "--json"],
        &["show", "person", "P000001", "--json"],
        &["list", "journal", "--json"],
        &["due", "--within", "900d", "--json"],
        &["check", "travel", "--person", "P000001", "--json"],
    ] {
        assert_ne!(by(args).status.code(), Some(2), "{args:?}");
    }
    for (name, args) in [("a.csv", &["export", "people"][..]), ("a.json", &["export", "people"])] {
        assert_eq!(by(&[args, &["--out", name, "--reason", "核对"]].concat()).status.code(), Some(0));
        assert!(!whole(&std::fs::read_to_string(office.path(name)).unwrap()), "{name}");
    }
    // The same number a second time: refused without saying it.
    std::fs::write(office.path("twice.jsonl"), person().to_string()).unwrap();
    assert_eq!(by(&["apply", "twice.jsonl"]).status.code(), Some(1));
    std::fs::write(office.path("list.csv"), format!("姓名,身份证号,部门,联系电话\n张三,{NUMBER},财务处,13900139000\n"))
        .unwrap();
    let differs = by(&["import", "people", "list.csv", "--dry-run"]);
    assert!(out(&differs).contains("138****8000") && !out(&differs).contains("13900139000"), "{}", out(&differs));
}

#[test]
fn a_masked_telephone_stands_for_the_one_on_record_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let session = register(dir.path());
    let does = |value: Value| session.commit(&serde_json::from_value::<Command>(value).unwrap(), Channel::Cli);
    let phone = || session.read(|s| Ok(shoumi::domain::View::person(s, PersonId(1)).unwrap().unwrap().phone)).unwrap();
    does(json!({"command":"change_person","person":"P000001","phone":"138****8000","note":"值班"})).unwrap();
    assert_eq!(phone().as_deref(), Some(PHONE));
    for masked in ["139****8000", "138***8000", "*"] {
        let refused = does(json!({"command":"change_person","person":"P000001","phone":masked})).unwrap_err();
        assert!(format!("{refused:?}").contains("phone_masked"), "{refused:?}");
    }
    assert!(does(json!({"command":"add_person","name":"李四","phone":"138****8000"})).is_err());
    does(json!({"command":"change_person","person":"P000001","phone":""})).unwrap();
    assert_eq!(phone(), None);
    let entry = session.journal_entry(session.head().unwrap()).unwrap();
    assert_eq!(entry.changes.unwrap()[0].before, "138****8000");
}

fn register(dir: &std::path::Path) -> Session {
    let at = dir.join("unit.shoumi");
    let settings = Settings { today: Some(day(TODAY)), operator: Some("li.na".into()), ..Settings::at(at, Lang::ZhCn) };
    let init = shoumi::session::Init {
        unit: "甲单位".into(),
        pack: "p5-company".into(),
        law: false,
        tracking_from: Some(day("2024-01-01")),
        mode: shoumi::session::Mode::Personal,
        passphrase: false,
        suite: shoumi::session::Suite::default(),
        administrators: Vec::new(),
    };
    let session = Session::init(&settings, &init).unwrap();
    session.commit(&serde_json::from_value(person()).unwrap(), Channel::Cli).unwrap();
    session
}

#[test]
fn the_card_shows_them_for_a_moment_and_for_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let session = register(dir.path());
    let live = Arc::new(Live::new(session.clone()));
    let mut h = Harness::new(live, Lang::ZhCn, (80, 24), day(TODAY));
    let card = h.keys("/zs<enter>").screen();
    assert!(card.contains("110***********8515") && !whole(&card), "{card}");
    let before = session.head().unwrap();
    let empty = h.keys("v<enter>").screen();
    assert!(empty.contains("查看完整号码") && !whole(&empty), "no reason, no number: {empty}");
    assert!(!whole(&h.keys("核对<esc>").screen()));
    assert_eq!(session.head().unwrap(), before, "nothing was looked at");
    let shown = h.keys("v核对出境备案<enter>").screen();
    assert!(shown.contains(NUMBER) && shown.contains(PHONE), "{shown}");
    assert_eq!(session.head().unwrap(), before + 1);
    assert!(h.shell.shows_numbers());
    h.shell.hide_numbers();
    assert!(!whole(&h.screen()), "{}", h.screen());
    h.keys("v再核<enter>");
    assert!(!whole(&h.keys("j").screen()), "the next key takes them away");
    assert!(h.shell.draft().is_none());
    let entry = session.journal_entry(before + 1).unwrap();
    assert_eq!((entry.public.verb.as_str(), entry.reason.as_str()), ("reveal_numbers", "核对出境备案"));
    assert!(h.keys("<esc><esc>0<enter>").screen().contains("再核"));
}

/// What the program has ever drawn or said in a test holds no identity number that could be somebody's.
#[test]
fn no_snapshot_holds_a_whole_number() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots");
    let mut seen = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let digits = |c: char| c.is_ascii_digit() || c == 'X';
        for run in text.split(|c| !digits(c)).filter(|run| run.len() >= 15) {
            assert!(shoumi::domain::IdentityNumber::parse(run).is_err(), "{}: {run}", path.display());
        }
        seen += 1;
    }
    assert!(seen > 50, "{seen}");
}
