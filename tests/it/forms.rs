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

fn pictures(name: &str, keys: &str) {
    for lang in Lang::ALL {
        for (w, h) in [(80, 24), (160, 45)] {
            let dir = tempfile::tempdir().unwrap();
            let mut harness = screens(made(dir.path(), lang), (w, h));
            harness.keys(keys);
            insta::with_settings!({ omit_expression => true, description => format!("{w}x{h} {}: {keys}", lang.code()) }, {
                insta::assert_snapshot!(format!("{name}-{}-{w}", lang.code()), harness.screen());
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
