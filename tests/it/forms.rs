//! Forms on a real register: the way through the fields, refusals in full, and two people at one record.

use std::path::Path;
use std::sync::Arc;

use shoumi::app::Live;
use shoumi::domain::{Channel, Command};
use shoumi::i18n::Lang;
use shoumi::session::{Init, Mode, Session, Settings};

use crate::support::{Harness, day};

/// Back on a core post in the middle of the period.
const REFUSED: &str = "2/wjg<enter><esc>ag保密员<enter><right><right><ctrl-s>";
const TODAY: &str = "2026-03-16";

fn settings(dir: &Path, lang: Lang) -> Settings {
    Settings { today: Some(day(TODAY)), operator: Some("li.na".into()), ..Settings::at(dir.join("unit.shoumi"), lang) }
}

fn commit(session: &Session, json: &str) {
    let command: Command = serde_json::from_str(json).unwrap();
    session.commit(&command, Channel::System).unwrap();
}

/// A register with a core person on post and a general one.
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
    for person in [
        r#"{"command":"add_person","name":"韩志远","post":"会计","level":"core","on_post_from":"2024-05-01","department":"财务处"}"#,
        r#"{"command":"add_person","name":"刘洋","department":"人事处"}"#,
        r#"{"command":"add_person","name":"王建国","post":"档案员","level":"core","on_post_from":"2020-05-01"}"#,
        r#"{"command":"depart","person":"P000003","reason":"resigned","approved_on":"2025-06-01","left_on":"2025-06-10"}"#,
    ] {
        commit(&session, person);
    }
    session
}

fn screens(session: Session, size: (u16, u16)) -> Harness {
    let lang = session.lang();
    Harness::new(Arc::new(Live::new(session)), lang, size, day(TODAY))
}

/// The boxes alone and the footer, without the list behind.
fn boxes(screen: &str) -> String {
    let edge = |c: char| "┌│└┐┘".contains(c);
    let inside = |l: &str| {
        let chars: Vec<char> = l.chars().collect();
        let (from, to) = (chars.iter().position(|c| edge(*c))?, chars.iter().rposition(|c| edge(*c))?);
        Some(chars[from..=to].iter().collect::<String>())
    };
    let lines = screen.lines().filter_map(inside);
    let footer = screen.lines().last().unwrap_or_default().to_owned();
    lines.chain([footer]).collect::<Vec<_>>().join("\n")
}

fn pictures(name: &str, keys: &str) {
    for lang in Lang::ALL {
        for (w, h) in [(80, 24), (60, 16)] {
            let dir = tempfile::tempdir().unwrap();
            let mut harness = screens(made(dir.path(), lang), (w, h));
            harness.keys(keys);
            insta::with_settings!({ omit_expression => true, description => format!("{w}x{h} {}: {keys}", lang.code()) }, {
                insta::assert_snapshot!(format!("{name}-{}-{w}", lang.code()), boxes(&harness.screen()));
            });
        }
    }
}

#[test]
fn enter_goes_through_every_field_and_sends_from_the_last() {
    let dir = tempfile::tempdir().unwrap();
    let mut h = screens(made(dir.path(), Lang::ZhCn), (80, 24));
    // A pledge: day, kind, copies; the first two are filled in already, and Enter still passes each.
    let first = h.keys("2/hzy<enter><esc>ap").screen();
    assert!(first.contains("Enter 下一项") && first.contains("签订日期，如"), "{first}");
    let second = h.keys("<enter>").screen();
    assert!(second.contains("左右键选择") && second.contains("第8条"), "the article behind the pledge: {second}");
    let third = h.keys("<enter>").screen();
    assert!(third.contains("Enter、Ctrl-S 提交") && third.contains("一式几份"), "{third}");
    let done = h.keys("2<enter>").screen();
    assert!(done.contains("已办"), "{done}");
    // A wrong value holds the caret; a missing one stops the sending, and the caret goes there.
    let wrong = h.keys("av<ctrl-s>").screen();
    assert!(wrong.contains("必填") && wrong.contains("国家或地区"), "{wrong}");
    let held = h.keys("新加坡<enter>5.1<enter>").screen();
    assert!(held.contains("不是日期") && held.contains("出境第一天"), "{held}");
}

#[test]
fn a_form_says_what_each_field_wants() {
    pictures("form", "2/hzy<enter><esc>av新加坡<enter>");
}

#[test]
fn a_refusal_is_shown_whole_and_the_text_stays() {
    pictures("refused", REFUSED);
    let dir = tempfile::tempdir().unwrap();
    let mut h = screens(made(dir.path(), Lang::ZhCn), (60, 16));
    let mut seen = h.keys(REFUSED).screen();
    for _ in 0..20 {
        seen.push_str(&h.keys("<down>").screen());
    }
    // Nothing is cut, however small the screen: the reason, its article, what is missing.
    let end = h.screen();
    assert_eq!(h.keys("<down>").screen(), end, "the end is the end");
    for part in ["未办理", "law-2024", "p5-company", "如何处理"] {
        assert!(seen.contains(part), "{part}: {seen}");
    }
    let footer = h.resize(80, 24).screen();
    let footer = footer.lines().last().unwrap();
    assert!(footer.contains("Esc 关闭") && !footer.contains("q 退出"), "only what works is offered: {footer}");
    let form = h.keys("<esc>").screen();
    assert!(form.contains("保密员"), "{form}");
    assert!(h.keys("<esc>").screen().contains("确定放弃"), "only the box was closed");
}

/// Li Na has the form of Han's record open while Wang changes his department and note; then she sends hers.
fn two_at_one_record(dir: &Path, lang: Lang, size: (u16, u16)) -> (Harness, Harness) {
    let first = made(dir, lang);
    // The other window of the same office.
    let second = Session::open(&settings(dir, lang)).unwrap();
    let (mut li, mut wang) = (screens(first, size), screens(second, size));
    li.keys("2/hzy<enter><esc>ae<down><ctrl-u>保密处<down><down><down>13800000000");
    wang.keys("2/hzy<enter><esc>ae<down><ctrl-u>审计处<down><down><down><down>调往审计<ctrl-s>");
    li.keys("<ctrl-s>");
    (li, wang)
}

#[test]
fn a_second_save_shows_both_texts_and_lets_choose() {
    for lang in Lang::ALL {
        for (w, h) in [(80, 24), (60, 16)] {
            let dir = tempfile::tempdir().unwrap();
            let (mut li, _) = two_at_one_record(dir.path(), lang, (w, h));
            let screen = li.screen();
            assert!(screen.contains("保密处") && screen.contains("审计处") && screen.contains("li.na"), "{screen}");
            // The time is the clock's: it is there, and it is not part of the picture.
            let today = shoumi::clock::today().to_string();
            assert!(screen.contains(&today), "{screen}");
            let at = screen.find(&today).unwrap();
            let screen = screen.replace(&screen[at..at + 16], "<day, the hour> ");
            insta::with_settings!({ omit_expression => true, description => format!("{w}x{h} {}", lang.code()) }, {
                insta::assert_snapshot!(format!("conflict-{}-{w}", lang.code()), boxes(&screen));
            });
        }
    }
}

#[test]
fn nobodys_text_is_lost_in_a_conflict() {
    // Department from the register, telephone from here.
    let dir = tempfile::tempdir().unwrap();
    let (mut li, _) = two_at_one_record(dir.path(), Lang::ZhCn, (80, 24));
    let done = li.keys("<space><ctrl-s>").screen();
    assert!(done.contains("已办"), "{done}");
    let person = |dir: &Path| {
        let session = Session::open(&settings(dir, Lang::ZhCn)).unwrap();
        session.card(shoumi::domain::PersonId(1), day(TODAY), &[]).unwrap().person
    };
    let han = person(dir.path());
    assert_eq!(
        (han.department.as_str(), han.phone.as_deref(), han.note.as_str()),
        ("审计处", Some("138****0000"), "调往审计")
    );
    // Mine over theirs.
    let dir = tempfile::tempdir().unwrap();
    let (mut li, mut wang) = two_at_one_record(dir.path(), Lang::ZhCn, (80, 24));
    li.keys("m<ctrl-s>");
    let han = person(dir.path());
    assert_eq!(
        (han.department.as_str(), han.note.as_str()),
        ("保密处", "调往审计"),
        "what she did not touch stays his"
    );
    assert!(wang.refresh().screen().contains("保密处"));
    // Theirs: nothing is sent.
    let dir = tempfile::tempdir().unwrap();
    let (mut li, _) = two_at_one_record(dir.path(), Lang::ZhCn, (80, 24));
    let kept = li.keys("t<ctrl-s>").screen();
    assert!(kept.contains("已保留库中内容"), "{kept}");
    assert_eq!(person(dir.path()).phone, None);
    // Esc goes back to the form with its text, which is kept as a draft; sending again finds the conflict again.
    let dir = tempfile::tempdir().unwrap();
    let (mut li, mut wang) = two_at_one_record(dir.path(), Lang::ZhCn, (80, 24));
    let form = li.keys("<esc>").screen();
    assert!(form.contains("保密处") && form.contains("13800000000"), "{form}");
    assert!(li.shell.draft().unwrap().contains("13800000000"));
    assert!(li.keys("<ctrl-s>").screen().contains("填写期间已被他人修改"));
    // And when it moves once more before the answer.
    wang.keys("ae<down><down><ctrl-u>W77<ctrl-s>");
    assert!(li.keys("m<ctrl-s>").screen().contains("填写期间已被他人修改"));
    let done = li.keys("m<ctrl-s>").screen();
    assert!(done.contains("已办"), "{done}");
    assert_eq!(person(dir.path()).staff_number.as_deref(), Some("W77"));
}

#[test]
fn a_deed_on_a_record_that_moved_is_not_done_unseen() {
    let dir = tempfile::tempdir().unwrap();
    let first = made(dir.path(), Lang::ZhCn);
    let second = Session::open(&settings(dir.path(), Lang::ZhCn)).unwrap();
    let (mut li, mut wang) = (screens(first, (80, 24)), screens(second, (80, 24)));
    // Li is about to record his leaving; Wang changes the level that counts.
    li.keys("2/hzy<enter><esc>al");
    wang.keys("2/hzy<enter><esc>ak<right><ctrl-s>");
    let told = li.keys("<ctrl-s>").screen();
    assert!(told.contains("填写期间已被他人修改") && told.contains("尚未办理"), "{told}");
    let done = li.keys("<ctrl-s>").screen();
    assert!(done.contains("已办"), "{done}");
    // A training disturbs nobody's level.
    li.keys("<esc>2/ly<enter><esc>at");
    wang.keys("<esc>2/ly<enter><esc>ap<ctrl-s>");
    assert!(li.keys("<ctrl-s>").screen().contains("已办"));
}

#[test]
fn every_field_of_every_form_has_its_help() {
    let source = include_str!("../../src/screens/entries/fields.rs");
    let calls = source.split(['(', '\n']).filter_map(|part| part.strip_prefix('"')).filter_map(|p| p.split('"').next());
    // What is a word of the locale or a code is no field: fields have a name of their own.
    let names: std::collections::BTreeSet<&str> = calls
        .filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        .filter(|n| shoumi::i18n::Texts::new(Lang::En).get(&format!("field.{n}")).is_some())
        .collect();
    assert!(names.len() > 20, "{names:?}");
    let files = [
        ("en", concat!(include_str!("../../src/i18n/en/screens.toml"), include_str!("../../src/i18n/en/meeting.toml"))),
        (
            "zh-CN",
            concat!(
                include_str!("../../src/i18n/zh-CN/screens.toml"),
                include_str!("../../src/i18n/zh-CN/meeting.toml")
            ),
        ),
    ];
    for (lang, text) in files {
        let tables = text.split("[field_help]").skip(1).filter_map(|rest| rest.split("\n[").next());
        let help: Vec<&str> = tables.flat_map(str::lines).collect();
        for name in &names {
            let own = help
                .iter()
                .filter_map(|l| l.split_once(" = "))
                .any(|(k, _)| k == *name || k.ends_with(&format!("_{name}")));
            assert!(own || *name == "value", "{lang}: {name} has no help");
        }
    }
}

#[test]
fn an_edit_starts_with_what_is_on_record_and_can_empty_it() {
    let dir = tempfile::tempdir().unwrap();
    let session = made(dir.path(), Lang::ZhCn);
    commit(
        &session,
        r#"{"command":"change_person","person":"P000001","phone":"13800000000","note":"常驻外地","identity":"11010519491231002X"}"#,
    );
    let second = Session::open(&settings(dir.path(), Lang::ZhCn)).unwrap();
    let mut h = screens(session, (80, 24));
    let form = h.keys("2/hzy<enter><esc>ae").screen();
    assert!(form.contains("138****0000") && form.contains("常驻外地"), "{form}");
    assert!(!form.contains("11010519491231002X"), "{form}");
    assert_eq!(h.shell.draft(), None, "nothing was typed yet");
    assert!(h.keys("<down><down><down>").screen().contains("保持原号码"));
    h.keys("<down><ctrl-u>");
    assert!(h.shell.draft().unwrap().contains("phone"));
    // Given back, it is still empty.
    let draft = h.shell.draft().unwrap();
    let mut later = screens(Session::open(&settings(dir.path(), Lang::ZhCn)).unwrap(), (80, 24));
    let orders = later.shell.restore(&draft, "2026-03-16 09:00").unwrap();
    later.follow(orders);
    let back = later.screen();
    assert!(!back.contains("138****0000") && back.contains("常驻外地"), "{back}");
    let done = h.keys("<ctrl-s>").screen();
    assert!(done.contains("已办"), "{done}");
    let now = second.card(shoumi::domain::PersonId(1), day(TODAY), &[]).unwrap().person;
    assert_eq!((now.phone, now.note.as_str()), (None, "常驻外地"));
    assert!(now.identity.is_some());
}

/// What is recorded from the list of overdue trainings settles them, and the next deed is about one row again.
#[test]
fn a_training_starts_with_what_is_owed_and_settles_it() {
    let dir = tempfile::tempdir().unwrap();
    let settings = Settings { today: Some(day(TODAY)), ..Settings::at(dir.path().join("demo.shoumi"), Lang::ZhCn) };
    Session::make_demo(&settings, None, None, &mut |_| {}).unwrap();
    let mut harness = screens(Session::open(&settings).unwrap(), (80, 24));
    let list = harness.keys("5").screen();
    assert!(list.contains("5/5") && list.contains("岗前培训"), "{list}");
    let form = harness.keys("*at").screen();
    assert!(form.contains("2025") && form.contains("其中 1 人所欠与此不同"), "{form}");
    let done = harness.keys("保密形势<ctrl-s>").screen();
    // One of them missed two sessions of that year, one owes another kind: both still stand there.
    assert!(done.contains("2/2") && done.contains("岑夏") && done.contains("苏打"), "{done}");
    assert!(!done.contains("已标记"), "{done}");
    let last = harness.keys("/sd<enter><esc>at").screen();
    assert!(last.contains("岗前培训") && !last.contains("所欠与此不同"), "{last}");
    let none = harness.keys("岗前<ctrl-s><esc>").screen();
    assert!(!none.contains("苏打"), "{none}");
}

#[test]
fn reviews_waivers_cases_and_past_journeys_are_recorded_from_the_menu() {
    let dir = tempfile::tempdir().unwrap();
    let mut h = screens(made(dir.path(), Lang::ZhCn), (80, 24));
    let menu = h.keys("2/hzy<enter><esc>a").screen();
    assert!(menu.contains("选定") && menu.contains("关闭"), "the footer speaks of the menu: {menu}");
    h.keys("<esc>");
    for keys in [
        "af新加坡<enter>2026-02-01<enter>2026-02-08<ctrl-s>",
        "ah<right><ctrl-s>",
        "aq<down>本人申请<ctrl-s>",
        "am<down>长期驻外<ctrl-s>",
    ] {
        let done = h.keys(keys).screen();
        assert!(done.contains("已办"), "{keys}: {done}");
    }
    let session = Session::open(&settings(dir.path(), Lang::ZhCn)).unwrap();
    let han = session.card(shoumi::domain::PersonId(1), day(TODAY), &[]).unwrap().person;
    let trip = &han.trips[0];
    assert_eq!((trip.destination.as_str(), trip.returned_on), ("新加坡", Some(day("2026-02-08"))));
    assert!(han.reviews[0].passed && han.reviews[0].kind.code() == "joint_check", "{:?}", han.reviews);
    assert_eq!((han.cases[0].kind.code(), han.cases[0].reason.as_str()), ("transfer", "本人申请"));
    let waiver = &han.waivers[0];
    assert_eq!(waiver.reason, "长期驻外");
    assert!(waiver.due.is_some(), "one duty is waived, never a whole kind: {waiver:?}");
    // Nothing is owed: nothing to waive.
    let menu = h.keys("2/<ctrl-u>ly<enter><esc>a").screen();
    assert!(!menu.contains("豁免到期义务"), "{menu}");
}

#[test]
fn a_post_is_changed_by_adding_one_and_ending_the_other() {
    let dir = tempfile::tempdir().unwrap();
    let mut h = screens(made(dir.path(), Lang::ZhCn), (80, 24));
    let done = h.keys("2/hzy<enter><esc>ag总账会计<ctrl-s>").screen();
    assert!(done.contains("已办"), "{done}");
    // Two are held: which one ends has to be said.
    let refused = h.keys("au<ctrl-s>").screen();
    assert!(refused.contains("1 会计") && refused.contains("2 总账会计"), "{refused}");
    let done = h.keys("<esc><down>1<ctrl-s>").screen();
    assert!(done.contains("已办"), "{done}");
    let session = Session::open(&settings(dir.path(), Lang::ZhCn)).unwrap();
    let han = session.card(shoumi::domain::PersonId(1), day(TODAY), &[]).unwrap().person;
    assert_eq!((han.posts[0].to, han.posts[1].to), (Some(day(TODAY)), None));
    assert_eq!(han.posts[1].level.map(shoumi::domain::Level::code), Some("core"), "the level is the one held");
}
