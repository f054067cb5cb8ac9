//! Taking back one's own last change: what goes back, what is refused and why, and that the journal holds both.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use shoumi::app::Live;
use shoumi::decide::{self, Context, RefusalKind, Who};
use shoumi::domain::operator::Reach;
use shoumi::domain::view::NaturalKey;
use shoumi::domain::{Channel, Command, InspectionId, InspectionState, MediumId, Person, PersonId, Role, View};
use shoumi::i18n::Lang;
use shoumi::session::{Done, Init, Mode, Session, SessionError, Settings};

use crate::store_kit::identity;
use crate::support::{Harness, day};

const TODAY: &str = "2026-03-16";

fn settings(dir: &Path, lang: Lang) -> Settings {
    Settings { today: Some(day(TODAY)), operator: Some("li.na".into()), ..Settings::at(dir.join("unit.shoumi"), lang) }
}

fn command(value: Value) -> Command {
    serde_json::from_value(value).unwrap()
}

fn does(session: &Session, value: Value) -> Done {
    session.commit(&command(value), Channel::Screen).unwrap()
}

fn refused(session: &Session, entry: u64) -> (RefusalKind, &'static str) {
    match session.commit(&Command::Undo { entry }, Channel::Cli) {
        Err(SessionError::Refused(r)) => (r.kind, r.code),
        other => panic!("{other:?}"),
    }
}

fn person(session: &Session, n: u64) -> Person {
    session.read(|s| Ok(s.person(PersonId(n)).unwrap().unwrap())).unwrap()
}

#[track_caller]
fn whole(session: &Session) {
    let report = session.verify().unwrap();
    assert_eq!(report.problems, []);
}

/// A register with five people on post.
fn made(dir: &Path, lang: Lang) -> Session {
    let init = Init {
        unit: "甲单位".into(),
        pack: "p5-company".into(),
        law: true,
        tracking_from: Some(day("2024-01-01")),
        mode: Mode::Personal,
        passphrase: false,
        suite: shoumi::session::Suite::default(),
        administrators: Vec::new(),
    };
    let session = Session::init(&settings(dir, lang), &init).unwrap();
    for name in ["韩志远", "刘洋", "王建国", "赵敏", "孙立"] {
        does(
            &session,
            json!({"command":"add_person","name":name,"post":"会计","level":"core","on_post_from":"2024-05-01"}),
        );
    }
    session
}

fn train(session: &Session, persons: &[&str]) -> Done {
    does(
        session,
        json!({"command":"add_training","persons":persons,"on":"2026-03-01","kind":"on_post","topic":"年度教育"}),
    )
}

const FIVE: [&str; 5] = ["P000001", "P000002", "P000003", "P000004", "P000005"];

#[test]
fn five_peoples_training_goes_back_in_one_key() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let session = made(dir.path(), lang);
        let other = Session::open(&settings(dir.path(), lang)).unwrap();
        let mut h = Harness::new(Arc::new(Live::new(session)), lang, (80, 24), day(TODAY));
        let none = h.keys("U").screen();
        let said = if lang == Lang::En { "Nothing was changed" } else { "本次登录没有可撤销的改动" };
        assert!(none.contains(said), "{none}");
        let done = h.keys("2*at<ctrl-s>").screen();
        assert!(done.contains(if lang == Lang::En { "(U: undo)" } else { "（U 撤销）" }), "{done}");
        let trained = |n: u64| person(&other, n).trainings.len();
        assert_eq!((1..=5).map(trained).sum::<usize>(), 5, "{done}");
        let entry = other.head().unwrap();
        let undone = h.keys("U").screen();
        assert!(
            undone.contains(if lang == Lang::En { "Taken back: training" } else { "已撤销：登记培训" }),
            "{undone}"
        );
        assert_eq!((1..=5).map(trained).sum::<usize>(), 0);
        assert_eq!(person(&other, 1).revision, 3, "history goes on");
        // The journal shows both, and the second names the first.
        let journal = other.read(|s| Ok(s.journal(entry, entry + 1).unwrap())).unwrap();
        let seen: Vec<_> = journal.iter().map(|e| (e.public.verb.as_str(), e.public.undoes)).collect();
        assert_eq!(seen, [("add_training", None), ("undo", Some(entry))]);
        assert_eq!(journal[1].public.records, journal[0].public.records);
        whole(&other);
        assert!(h.keys("U").screen().contains(said), "one undo for one change");
    }
}

#[test]
fn a_record_changed_since_is_left_alone_and_so_are_the_others() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let session = made(dir.path(), lang);
        let other = Session::open(&settings(dir.path(), lang)).unwrap();
        let mut h = Harness::new(Arc::new(Live::new(session)), lang, (60, 16), day(TODAY));
        h.keys("2*at<ctrl-s>");
        does(&other, json!({"command":"change_person","person":"P000003","note":"later"}));
        let head = other.head().unwrap();
        let told = h.keys("U").screen().replace('\n', "");
        for part in ["P000003", "li.na", &shoumi::clock::today().to_string()[..7]] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(told.contains(if lang == Lang::En { "Not taken back" } else { "未撤销" }), "{told}");
        assert_eq!(other.head().unwrap(), head, "nothing was written");
        assert!((1..=5).all(|n| person(&other, n).trainings.len() == 1));
        // Any key, and the screen is back.
        assert!(!h.keys("x").screen().contains("li.na 于"), "closed");
        whole(&other);
    }
}

#[test]
fn a_natural_key_goes_back_unless_somebody_has_it_by_now() {
    let dir = tempfile::tempdir().unwrap();
    let session = made(dir.path(), Lang::ZhCn);
    let (first, second) = (identity(1), identity(2));
    let (first, second) = (first.reveal(), second.reveal());
    let holder = |text: &str| {
        let key = NaturalKey::Identity(text.to_owned());
        session.read(|s| Ok(s.by_key(&key).unwrap())).unwrap()
    };
    does(&session, json!({"command":"change_person","person":"P000001","identity":first,"phone":"13800000000"}));
    let entry = does(&session, json!({"command":"change_person","person":"P000001","identity":second})).seq;
    assert_eq!((holder(first), holder(second)), (None, Some(1)));
    let undo = does(&session, json!({"command":"undo","entry":entry}));
    assert_eq!(undo.ids, ["P000001"]);
    assert_eq!((holder(first), holder(second)), (Some(1), None));
    let now = person(&session, 1);
    assert_eq!((now.identity.unwrap().reveal(), now.phone.as_deref()), (first, Some("13800000000")));
    whole(&session);
    assert_eq!(refused(&session, undo.seq).1, "undo_undo");
    assert_eq!(refused(&session, entry).1, "undo_changed", "once is enough");
    // Somebody else takes the number that was given up.
    let entry = does(&session, json!({"command":"change_person","person":"P000001","identity":second})).seq;
    does(&session, json!({"command":"change_person","person":"P000002","identity":first}));
    assert_eq!(refused(&session, entry).1, "undo_key_taken");
    whole(&session);
}

#[test]
fn what_cannot_be_taken_back_says_so_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let session = made(dir.path(), Lang::ZhCn);
    let mut seen = vec![(refused(&session, 999).1, "no_such_entry"), (refused(&session, 0).1, "no_such_entry")];
    let mut check = |value: Value, channel: Channel, code: &'static str| {
        let done = session.commit(&command(value), channel).unwrap();
        let head = session.head().unwrap();
        seen.push((refused(&session, done.seq).1, code));
        assert_eq!(session.head().unwrap(), head);
    };
    let training = |year: i32| json!({"command":"add_training","persons":["P000001"],"on":format!("{year}-03-01"),"kind":"on_post"});
    check(training(2024), Channel::Import, "undo_import");
    check(training(2025), Channel::Bundle, "undo_bundle");
    check(json!({"command":"add_person","name":"新人"}), Channel::Screen, "undo_created");
    check(json!({"command":"add_medium","number":"M-1","holder":"P000002"}), Channel::Screen, "undo_created");
    check(
        json!({"command":"set_unit","key":"name","value":"乙单位","decided_by":"周","reason":"更名"}),
        Channel::Screen,
        "undo_not_here",
    );
    for (got, wanted) in seen {
        assert_eq!(got, wanted);
    }
    does(&session, json!({"command":"take_back","medium":"M000001"}));
    // An ending is an ending, and destroyed is destroyed.
    does(&session, json!({"command":"open_case","person":"P000001","kind":"unsuitable","reason":"家庭"}));
    let ended = does(&session, json!({"command":"close_case","person":"P000001","case":1,"state":"withdrawn"}));
    assert_eq!(refused(&session, ended.seq).1, "undo_final");
    let done = does(
        &session,
        json!({"command":"destroy_device","device":"M000001","approved_by":"周","witness":"李敏","place":"销毁中心"}),
    );
    assert_eq!(refused(&session, done.seq).1, "undo_final");
    whole(&session);
}

#[test]
fn only_who_made_a_change_and_may_make_it_takes_it_back() {
    let dir = tempfile::tempdir().unwrap();
    let session = made(dir.path(), Lang::ZhCn);
    let entry = train(&session, &FIVE[..1]).seq;
    let as_other = |operator: &str, roles: Vec<Role>| {
        let who = Who { operator: operator.into(), roles, reach: Reach::default() };
        let cx = Context { packs: session.packs(), who: &who, today: day(TODAY) };
        session.read(|s| Ok(decide::decide(s, &cx, &Command::Undo { entry }).map_err(|r| (r.kind, r.code)))).unwrap()
    };
    assert_eq!(as_other("zhou", vec![Role::Officer]), Err((RefusalKind::Permission, "undo_other")));
    assert_eq!(as_other("li.na", vec![Role::Auditor]), Err((RefusalKind::Permission, "not_permitted")));
    // The right was taken away meanwhile: an inspector may undo, and may not record trainings.
    assert_eq!(as_other("li.na", vec![Role::Inspector]), Err((RefusalKind::Permission, "not_permitted")));
    assert_eq!(as_other("li.na", vec![Role::Officer]).unwrap().ids, ["P000001"]);
}

#[test]
fn a_device_does_not_go_back_to_somebody_who_left_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    let session = made(dir.path(), Lang::ZhCn);
    does(&session, json!({"command":"add_medium","number":"M-1","holder":"P000002"}));
    let back = json!({"command":"take_back","medium":"M000001"});
    let entry = does(&session, back.clone()).seq;
    let medium = || session.read(|s| Ok(s.medium(MediumId(1)).unwrap().unwrap())).unwrap();
    does(&session, json!({"command":"undo","entry":entry}));
    assert_eq!(medium().holder, Some(PersonId(2)));
    assert!(session.card(PersonId(2), day(TODAY), &[]).unwrap().held.len() == 1, "and the lists know");
    let entry = does(&session, back).seq;
    does(
        &session,
        json!({"command":"depart","person":"P000002","reason":"resigned","approved_on":"2026-03-02","left_on":"2026-03-10"}),
    );
    assert_eq!(refused(&session, entry).1, "undo_changed");
    assert_eq!(medium().holder, None);
    whole(&session);
}

#[test]
fn an_undo_stands_alone_and_a_retry_is_answered_once() {
    let dir = tempfile::tempdir().unwrap();
    let session = made(dir.path(), Lang::ZhCn);
    let entry = train(&session, &FIVE).seq;
    let undo = command(json!({"command":"undo","entry":entry}));
    let note = command(json!({"command":"change_person","person":"P000001","note":"n"}));
    let (at, error) = session.commit_all(&[note, undo.clone()], Channel::Cli, None, None).unwrap_err();
    assert!(matches!(error, SessionError::Refused(r) if r.code == "undo_alone"));
    assert_eq!((at, session.head().unwrap()), (Some(1), entry));
    let first = session.commit_once(&undo, Channel::Cli, Some("u-1")).unwrap();
    let again = session.commit_once(&undo, Channel::Cli, Some("u-1")).unwrap();
    assert_eq!((again.seq, again.replayed), (first.seq, true));
}

#[test]
fn a_change_in_several_entries_is_not_taken_back_in_part() {
    let dir = tempfile::tempdir().unwrap();
    let session = made(dir.path(), Lang::ZhCn);
    let people: Vec<Command> =
        (0..600).map(|n| command(json!({"command":"add_person","name":format!("人员{n}")}))).collect();
    session.commit_all(&people, Channel::Cli, None, None).unwrap();
    let all: Vec<String> = (6..=600).map(|n| format!("P{n:06}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let last = train(&session, &all).seq;
    assert_eq!(refused(&session, last).1, "undo_large");
    assert_eq!(refused(&session, last - 1).1, "undo_large");
    assert_eq!(person(&session, 600).trainings.len(), 1);
}

#[test]
fn plans_and_steps_of_findings_go_back_and_signatures_do_not() {
    let dir = tempfile::tempdir().unwrap();
    let session = made(dir.path(), Lang::ZhCn);
    let inspection = |n: u64| session.read(|s| Ok(s.inspection(InspectionId(n)).unwrap().unwrap())).unwrap();
    let undo = |done: Done| does(&session, json!({"command":"undo","entry":done.seq}));
    for n in ["J-01", "J-02"] {
        does(&session, json!({"command":"add_computer","number":n,"secrecy":"secret","department":n}));
    }
    let plan = |verb: &str| json!({"command":verb,"template":"p8-computers","subjects":["C000001","C000002"],"campaign":"上半年"});
    // Taken back, plans are cancelled, also where the checklist came along; the checklist stays.
    let planned = does(&session, plan("plan_campaign"));
    assert_eq!(undo(planned).ids, ["I000001", "I000002"]);
    assert!((1..=2).all(|n| inspection(n).state == InspectionState::Cancelled));
    assert_eq!(session.read(|s| Ok(s.templates().unwrap().len())).unwrap(), 1);
    does(&session, plan("plan_inspection"));
    does(
        &session,
        json!({"command":"answer_items","inspection":"I000003","answers":[
        {"subjects":["C000001"],"items":["B2"],"value":"fails","remark":"摄像头未禁用"}]}),
    );
    // What was given up is as it was, its answers and findings with it.
    let before = inspection(3);
    undo(does(&session, json!({"command":"cancel_inspection","inspection":"I000003","reason":"误取消"})));
    assert_eq!(
        inspection(3),
        shoumi::domain::inspection::Inspection { revision: before.revision + 2, ..before.clone() }
    );
    undo(does(&session, json!({"command":"change_inspection","inspection":"I000003","inspector":"周敏"})));
    assert_eq!(inspection(3).inspector, before.inspector);
    let at =
        json!({"command":"step_finding","inspection":"I000003","spot":"C000001/B2","step":"rectified","by":"王强"});
    let step = does(&session, at.clone());
    assert_eq!(inspection(3).findings.values().next().unwrap().steps.len(), 1);
    undo(step);
    assert_eq!(inspection(3).findings, before.findings);
    // Not once something came after it.
    let step = does(&session, at);
    does(&session, json!({"command":"change_finding","inspection":"I000003","spot":"C000001/B2","responsible":"李明"}));
    assert_eq!(refused(&session, step.seq).1, "undo_changed");
    // Signatures and what makes them void are final.
    does(
        &session,
        json!({"command":"answer_items","inspection":"I000003","answers":[{"items":ITEMS.split(' ').collect::<Vec<_>>(),"value":"conforms"}]}),
    );
    does(
        &session,
        json!({"command":"answer_items","inspection":"I000003","answers":[{"subjects":["C000002"],"items":["B2"],"value":"conforms"}]}),
    );
    let closed = does(&session, json!({"command":"close_inspection","inspection":"I000003"}));
    assert_eq!(refused(&session, closed.seq).1, "undo_final");
    let signed = does(&session, json!({"command":"sign_inspection","inspection":"I000003","name":"李娜"}));
    assert_eq!(refused(&session, signed.seq).1, "undo_final");
    let again = does(&session, json!({"command":"reopen_inspection","inspection":"I000003","reason":"签错"}));
    assert_eq!(refused(&session, again.seq).1, "undo_final");
    whole(&session);
}

/// The items of `p8-computers` but B2.
const ITEMS: &str = "A1 A2 A3 A4 A5 A6 B1 B3 B4 C1 C2 C3 D1 D2 D3 D4 D5 E1 E2 E3 F1 F2 F3 F4 G1 G2 G3 G4 G5 G6 G7 G8 H1 H2 H3 H4 H5 I1 I2 I3 J1 J2";
