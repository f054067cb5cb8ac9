//! An officer's ways through the screens, as key scripts with reviewed pictures: both languages, the small terminal of
//! a slow line and the large one of an office.

use std::sync::Arc;

use shoumi::i18n::Lang;
use shoumi::ui::theme::Theme;

use crate::sample::{Sample, TODAY};
use crate::support::{Harness, day, settings};

fn start(lang: Lang, size: (u16, u16)) -> Harness {
    let mut settings = settings(lang, size, day(TODAY));
    // The demo's day is not the real one, and the header says so.
    settings.real_today = day("2026-11-23");
    Harness::with(Arc::new(Sample::default()), settings)
}

/// Takes the picture of a way in both languages and sizes.
fn pictures(name: &str, keys: &str) {
    for lang in Lang::ALL {
        for (w, h) in [(80, 24), (160, 45)] {
            let mut harness = start(lang, (w, h));
            harness.keys(keys);
            insta::with_settings!({ omit_expression => true, description => format!("{w}x{h} {}: {keys}", lang.code()) }, {
                insta::assert_snapshot!(format!("{name}-{}-{w}", lang.code()), harness.screen());
            });
        }
    }
}

#[test]
fn today_is_what_one_sees_first() {
    pictures("today", "");
}

#[test]
fn whose_period_ends_within_30_days_is_one_key() {
    pictures("within_30", "<enter>");
    let text = start(Lang::ZhCn, (80, 24)).keys("<enter>").screen();
    assert!(
        text.contains("2/10") && text.contains("王建国") && text.contains("李娜") && !text.contains("张伟"),
        "{text}"
    );
}

#[test]
fn may_wang_resign_and_why_not_is_six_keys() {
    pictures("may_wang_resign", "/wjg<enter>r");
    let text = start(Lang::ZhCn, (80, 24)).keys("/wjg<enter>").screen();
    let line = text.lines().find(|l| l.contains("辞职")).unwrap();
    assert!(line.contains("不可以") && line.contains("第18条"), "the answer is there before r: {line}");
    let box_ = start(Lang::ZhCn, (80, 24)).keys("/wjg<enter>r").screen();
    assert!(box_.contains("核心涉密人员在脱密期内不得辞职"), "{box_}");
}

#[test]
fn a_question_can_be_asked_for_another_day() {
    pictures("ask_day", "/wjg<enter>rd5.1");
    pictures("asked", "/wjg<enter>rd5.1<enter>");
    let mut harness = start(Lang::ZhCn, (80, 24));
    let text = harness.keys("/wjg<enter>r<esc>d2026-03-28<enter>").screen();
    assert!(text.contains("按 2026-03-28 判断") && text.contains("不可以"), "{text}");
    let text = harness.keys("<esc>d<ctrl-u>3.29<enter>").screen();
    assert!(text.contains("按 2026-03-29 判断") && text.contains("✓ 可以"), "{text}");
    // Both answers stay on the card, each with its day, and are asked anew when the record changes.
    let text = harness.keys("<esc>").screen();
    assert!(text.contains("按2026-03-28") && text.contains("按2026-03-29"), "{text}");
    let orders = harness.shell.input(shoumi::screens::Input::Refreshed);
    assert_eq!(orders.len(), 1, "the card is read anew");
    // What is no day asks nothing, and Esc keeps what was typed.
    let text = harness.keys("d<ctrl-u>5.45<enter>").screen();
    assert!(text.contains("不是日期") && text.contains("5.45"), "{text}");
    assert!(harness.keys("<esc>d").screen().contains("5.45"));
}

#[test]
fn silence_says_that_the_text_is_silent() {
    let text = start(Lang::ZhCn, (80, 24)).keys("/wjg<enter>l").screen();
    assert!(text.contains("本制度对此没有规定，程序不作推断"), "{text}");
}

#[test]
fn every_part_of_the_card_is_reached_on_the_smallest_terminal() {
    for (w, h) in [(80, 24), (60, 16)] {
        let mut harness = start(Lang::ZhCn, (w, h));
        harness.keys("/wjg<enter>");
        let mut seen = String::new();
        for _ in 0..14 {
            seen.push_str(&harness.keys("<tab>").screen());
        }
        for title in
            ["可否办理", "限制与期限", "岗位与等级", "培训", "承诺书", "离岗", "在手设备与载体", "基本情况", "变更记录"]
        {
            assert!(seen.lines().any(|l| l.trim().trim_end_matches('⋮').trim() == title), "{w}x{h}: {title}");
        }
        assert!(harness.keys("G").screen().contains("2025-04-11 16:02"), "{w}x{h}: the oldest change");
    }
}

#[test]
fn lists() {
    pictures("people", "2");
    pictures("periods", "3");
    pictures("travel", "4");
    pictures("training", "5");
}

#[test]
fn a_date_explains_itself() {
    pictures("explain_date", "3<down>e");
}

#[test]
fn help_and_palette() {
    pictures("help", "3?");
    pictures("palette", ":tra");
}

#[test]
fn a_wrong_filter_keeps_the_last_good_result() {
    pictures("wrong_filter", "3/left<lt>30<enter><esc>/ level:x");
    let mut harness = start(Lang::ZhCn, (80, 24));
    let good = harness.keys("2/张").screen();
    let bad = harness.keys(" level:x").screen();
    assert!(bad.contains("level") && bad.contains("张伟") && bad.contains('!'), "{bad}");
    assert!(good.contains("1/24"), "{good}");
}

#[test]
fn typing_goes_straight_in_and_escape_loses_nothing_at_once() {
    let mut harness = start(Lang::ZhCn, (80, 24));
    // From Today a slash looks for people; the caret stands behind the text, in cells.
    let text = harness.keys("/张伟").screen();
    assert!(text.contains("1/24") && text.contains("张伟"), "{text}");
    assert_eq!(harness.caret(), Some((10, 2)));
    // The first Esc leaves the line, the text stays; the second clears it; the third goes back to Today.
    assert!(harness.keys("<esc>").screen().contains("1/24"));
    assert_eq!(harness.caret(), None);
    assert!(harness.keys("<esc>").screen().contains("24/24"));
    assert!(harness.keys("<esc>").screen().contains("30天内到期"));
    // From Today it goes nowhere.
    assert!(harness.keys("<esc><esc>").screen().contains("30天内到期"));
    assert!(harness.orders.is_empty());
}

#[test]
fn filter_and_place_are_kept_when_coming_back() {
    let mut harness = start(Lang::ZhCn, (80, 24));
    let before = harness.keys("2/wang<esc><down>").screen();
    assert_eq!(harness.keys("<enter><esc>").screen(), before, "after a card");
    assert_eq!(harness.keys("3<down><down>2").screen(), before, "after another list");
    assert_ne!(harness.resize(60, 16).screen(), before);
    assert_eq!(harness.resize(80, 24).screen(), before, "after a resize");
}

#[test]
fn sorting_and_marks() {
    let mut harness = start(Lang::ZhCn, (80, 24));
    let by_name = harness.keys("2s").screen();
    assert!(by_name.contains("姓名▴") && by_name.lines().nth(5).unwrap().contains("阿不都"), "{by_name}");
    let reversed = harness.keys("S").screen();
    assert!(reversed.contains("姓名▾") && !reversed.lines().nth(5).unwrap().contains("阿不都"), "{reversed}");
    let marked = harness.keys("<space><space>").screen();
    assert!(marked.contains("已标记 2"), "{marked}");
    // Marks go by record: another order and another filter keep them.
    assert!(harness.keys("/wang<esc>").screen().contains("已标记 2"));
    assert!(!harness.keys("-").screen().contains("已标记"));
}

#[test]
fn the_filter_completes_fields_and_values() {
    let mut harness = start(Lang::ZhCn, (80, 24));
    let text = harness.keys("2/等<tab>核<tab>").screen();
    assert!(text.contains("等级:核心"), "{text}");
    let mut harness = start(Lang::En, (80, 24));
    let text = harness.keys("2/lev<tab>co<tab>").screen();
    assert!(text.contains("level:core") && text.contains("8/24"), "{text}");
}

#[test]
fn the_palette_does_an_action_on_the_screen_below() {
    let mut harness = start(Lang::En, (80, 24));
    assert!(harness.keys(":periods<enter>").screen().contains("[3 Periods]"));
    let mut harness = start(Lang::ZhCn, (80, 24));
    assert!(harness.keys(":培训<enter>").screen().contains("[5 培训]"));
    assert!(harness.keys(":people<enter>").screen().contains("[2 人员]"), "the other language's names work too");
}

#[test]
fn without_colour_the_pictures_tell_the_same() {
    for (name, theme) in [("monochrome", Theme::MONOCHROME), ("plain", Theme::PLAIN)] {
        let mut settings = settings(Lang::ZhCn, (80, 24), day(TODAY));
        settings.theme = theme;
        let mut harness = Harness::with(Arc::new(Sample::default()), settings);
        harness.keys("2");
        insta::assert_snapshot!(format!("{name}-people"), harness.screen_with_styles());
        harness.keys("<enter>");
        insta::assert_snapshot!(format!("{name}-card"), harness.screen());
    }
}
