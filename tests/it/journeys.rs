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
fn a_filter_that_a_jump_wrote_gives_way_to_what_is_typed() {
    let jump = "<enter>/";
    let mut h = start(Lang::ZhCn, (80, 24));
    let text = h.keys(&format!("{jump}wjg")).screen();
    assert!(text.contains("筛选 wjg") && text.contains("王建国") && !text.contains("余天"), "{text}");
    // Esc and a second thought find it selected still; moving or rubbing out edits what is there.
    let text = start(Lang::ZhCn, (80, 24)).keys(&format!("{jump}<esc>/wjg")).screen();
    assert!(text.contains("筛选 wjg"), "{text}");
    for edit in ["<end> wjg", "<left><right> wjg"] {
        let text = start(Lang::ZhCn, (80, 24)).keys(&format!("{jump}{edit}")).screen();
        assert!(text.contains("余天") && text.contains("wjg"), "{edit}: {text}");
    }
    let text = start(Lang::ZhCn, (80, 24)).keys(&format!("{jump}<backspace>")).screen();
    assert!(text.contains("余天"), "{text}");
}

#[test]
fn a_filter_that_cannot_be_read_keeps_the_last_good_rows_and_opens_none() {
    let count = |text: &str| text.lines().nth(2).unwrap().split_whitespace().last().unwrap().to_owned();
    let mut h = start(Lang::ZhCn, (80, 24));
    let good = h.keys("2/等级:核心").screen();
    let bad = h.keys("ww").screen();
    assert_eq!(count(&bad), count(&good), "{bad}");
    assert!(bad.contains("核心ww") && !bad.contains("打开所选"), "{bad}");
    let text = h.keys("<enter>").screen();
    assert!(text.contains("核心ww") && !text.contains("可否办理"), "no card: {text}");
    // Half a condition narrows nothing: neither its own beginning, read as a name, nor its loss moves the rows.
    let mut h = start(Lang::En, (80, 24));
    let good = h.keys("2/level:core ").screen();
    let bad = h.keys("left<lt>").screen();
    assert_eq!(count(&bad), count(&good), "{bad}");
}

#[test]
fn a_date_explains_itself() {
    pictures("explain_date", "3<down>e");
}

#[test]
fn the_journal_is_read_as_far_as_one_looks() {
    pictures("journal", "0");
    pictures("journal_filter", "0/operator:li on:2026-03-15 ");
    pictures("journal_entry", "0<down><enter>");
    let mut harness = start(Lang::En, (80, 24));
    let text = harness.keys("0").screen();
    assert!(text.contains("50+/240"), "the first page only: {text}");
    assert!(harness.keys("G").screen().contains("100+/240"));
    assert!(harness.keys("GGG").screen().contains("240/240"), "{}", harness.screen());
    assert!(harness.keys("g gGGG/li.na").screen().contains("50+/240"), "{}", harness.screen());
    assert!(harness.keys("<esc><esc>").screen().contains("50+/240"), "escape clears the filter");
}

#[test]
fn the_chain_is_followed_by_one_key_and_the_first_bad_entry_is_named() {
    let mut harness = start(Lang::ZhCn, (80, 24));
    assert!(harness.keys("0v").screen().contains("日志链核对无误，共 240 条"), "{}", harness.screen());
    let sample = Sample { broken: 17, ..Sample::default() };
    let mut harness = Harness::with(Arc::new(sample), settings(Lang::ZhCn, (80, 24), day(TODAY)));
    assert!(harness.keys("0v").screen().contains("自第 17 条起不符，前 16 条无误"), "{}", harness.screen());
}

#[test]
fn what_the_rules_leave_to_the_unit_is_decided_in_a_form() {
    pictures("choices", "gc");
    pictures("choices_form", "gc<enter>");
    // From Today's counter, and back to it.
    let mut harness = start(Lang::ZhCn, (80, 24));
    let before = harness.keys("G").screen();
    assert!(harness.keys("<enter>").screen().contains("单位待定事项"), "{}", harness.screen());
    assert_eq!(harness.keys("<esc>").screen(), before);
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    let office = crate::office::Office { log: Some(log.clone()), ..Default::default() };
    let mut harness = Harness::with(Arc::new(office), settings(Lang::ZhCn, (80, 24), day(TODAY)));
    harness.keys("gc<enter><right><tab>委员会<tab>2026年第1次会议<ctrl-s>");
    assert_eq!(std::fs::read_to_string(log).unwrap(), "commit set_unit\n", "{}", harness.screen());
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
    assert_eq!(harness.caret(), Some((0, 5)), "the cursor rests on the selected row");
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
fn the_filter_line_says_what_its_keys_do() {
    let mut harness = start(Lang::ZhCn, (80, 24));
    let text = harness.keys("2/wang").screen();
    let footer = text.lines().last().unwrap();
    assert!(footer.contains("Enter 打开所选") && footer.contains("Esc 回到列表"), "{footer}");
    assert!(harness.keys("<esc>").screen().contains("筛选 wang"), "what was found stays");
    let opened = harness.keys("/<enter>").screen();
    assert!(opened.contains("王建国") && opened.contains("辞职"), "{opened}");
}

#[test]
fn marks_outside_the_filter_are_counted() {
    let mut harness = start(Lang::ZhCn, (80, 24));
    let all = harness.keys("2*").screen();
    assert!(all.contains("已标记 24 ") && !all.contains("未显示"), "{all}");
    let some = harness.keys("/wang<esc>").screen();
    assert!(some.contains("已标记 24（") && some.contains("条未显示）"), "{some}");
    let none = harness.keys("-").screen();
    assert!(none.contains("已取消 24 条标记"), "{none}");
    assert!(!harness.keys("<down>").screen().contains("已标记"));
    // All means all that are shown: together with what the filter hides only what was marked before.
    let text = harness.keys("<space>/zhang<esc>*").screen();
    assert!(text.contains("条未显示）"), "{text}");
}

#[test]
fn every_column_shown_can_be_sorted_by_and_says_so() {
    for (w, h) in [(60, 16), (80, 24), (120, 30), (160, 45)] {
        for (tab, place) in [("2", 8), ("3", 7), ("4", 8), ("5", 8)] {
            let mut harness = start(Lang::ZhCn, (w, h));
            let titles = |text: &str| text.lines().nth(4).unwrap().split('│').next().unwrap().to_owned();
            let shown = titles(&harness.keys(tab).screen()).replace(['▴', '▾'], "").split_whitespace().count();
            let mut seen = std::collections::BTreeSet::new();
            for _ in 0..=place {
                let text = titles(&harness.keys("s").screen());
                let at = text.split_whitespace().position(|t| t.ends_with('▴'));
                seen.insert(at.unwrap_or_else(|| panic!("no arrow at {w}: {text}")));
            }
            assert_eq!(seen.len(), shown, "{tab} at {w}x{h}: columns that sort");
        }
    }
}

#[test]
fn how_everybody_stands_with_training_can_be_seen() {
    let mut harness = start(Lang::ZhCn, (80, 24));
    let overdue = harness.keys("5").screen();
    assert!(overdue.contains("2/2") && overdue.contains("显示全部人员"), "{overdue}");
    let all = harness.keys("t").screen();
    assert!(all.contains("24/24") && all.contains("2025-04-11") && all.contains("2026-04-30"), "{all}");
    assert!(harness.keys("t").screen().contains("2/2"));
    // A filter that asks for it is asked of everybody.
    let due = harness.keys("/培训:待训<esc>").screen();
    assert!(due.contains("1/24") && due.contains("吴倩"), "{due}");
}

#[test]
fn the_filter_completes_fields_and_values() {
    let mut harness = start(Lang::ZhCn, (80, 24));
    let text = harness.keys("2/等<tab>核<tab>").screen();
    assert!(text.contains("等级:核心"), "{text}");
    let mut harness = start(Lang::En, (80, 24));
    let text = harness.keys("2/lev<tab>co<tab>").screen();
    assert!(text.contains("level:core") && text.contains("8/24"), "{text}");
    // What could stand there is shown while typing; with several, the key takes one after the other.
    let mut harness = start(Lang::En, (80, 24));
    let offered = harness.keys("2/level:").screen();
    let line = offered.lines().nth(3).unwrap();
    assert!(line.contains("none  general  important  core"), "{offered}");
    assert!(harness.keys("<tab><tab>").screen().contains("level:general"));
    assert!(harness.keys("<tab><tab><tab>").screen().contains("level:none"));
    // What is wrong stands there when nothing would mend it.
    let wrong = harness.keys("x").screen();
    assert!(wrong.lines().nth(3).unwrap().starts_with(" !"), "{wrong}");
    // In the middle of the line the word before the caret is completed.
    let mut harness = start(Lang::En, (80, 24));
    let text = harness.keys("2/lev wang<ctrl-left><left><tab>core").screen();
    assert!(text.contains("level:core wang"), "{text}");
}

#[test]
fn units_are_found_by_name_pinyin_and_id() {
    for text in ["华东", "hdjm", "1", "U000001"] {
        let mut harness = start(Lang::ZhCn, (80, 24));
        let screen = harness.keys(&format!("2/unit:{text}")).screen();
        assert!(screen.contains("24/24"), "{text}\n{screen}");
    }
    let mut harness = start(Lang::ZhCn, (80, 24));
    assert!(harness.keys("2/unit:2").screen().contains("0/24"));
}

#[test]
fn the_help_names_keys_as_they_are_printed() {
    let zh = start(Lang::ZhCn, (80, 24)).keys("3?").screen();
    assert!(zh.contains(" 上 ") && zh.contains("PgUp") && zh.contains("Ctrl-B") && !zh.contains("pageup"), "{zh}");
    let en = start(Lang::En, (80, 24)).keys("3?").screen();
    assert!(en.contains("Up ") && !en.contains("ctrl-b"), "{en}");
}

#[test]
fn every_counter_of_today_opens_its_rows() {
    for lang in Lang::ALL {
        counters_hold(|| start(lang, (80, 24)));
    }
}

/// Walks through the counters of Today: each number is the number of rows its list opens with.
pub fn counters_hold(start: impl Fn() -> Harness) {
    let mut opened = 0;
    for n in 0.. {
        let mut harness = start();
        for _ in 0..n {
            harness.keys("<down>");
        }
        let text = harness.screen();
        let (_, y) = harness.caret().expect("the cursor rests on the counter");
        let line: String = text.lines().nth(usize::from(y)).unwrap().to_owned();
        let label_and_number: String = line.split('│').next().unwrap().to_owned();
        let number = label_and_number.split_whitespace().rev().find_map(|w| w.parse::<usize>().ok()).unwrap_or(0);
        let list = harness.keys("<enter>").screen();
        assert_ne!(list, text, "{line}");
        if ["单位待定事项  ", "Choices of the unit  "].iter().any(|title| list.contains(title)) {
            // The last counter opens no list of people.
            break;
        }
        opened += 1;
        // The screen of inspections has a line with its parts above the filter line.
        let at = (2..4)
            .find(|n| list.lines().nth(*n).unwrap().trim_end().contains('/'))
            .expect("a filter line with its count");
        let shown = list.lines().nth(at).unwrap().split_whitespace().next_back().unwrap().to_owned();
        let rows: usize = shown.split('/').next().unwrap().parse().unwrap();
        assert_eq!(rows, number, "{line}\n{list}");
        assert!(!list.lines().nth(at + 1).unwrap().contains('!'), "{list}");
    }
    assert!(opened >= 16, "only {opened} counters");
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
fn the_palette_does_what_the_menu_offers_for_the_row_the_card_and_the_marked() {
    // By the name in either language, and by pinyin initials.
    for (lang, typed) in
        [(Lang::ZhCn, "登记培训"), (Lang::ZhCn, "djpx"), (Lang::En, "登记培训"), (Lang::ZhCn, "record a training")]
    {
        let by_menu = start(lang, (80, 24)).keys("2at").screen();
        let by_palette = start(lang, (80, 24)).keys(&format!("2:{typed}<enter>")).screen();
        assert_eq!(by_palette, by_menu, "{typed}");
    }
    let card = "/wjg<enter>";
    let by_menu = start(Lang::ZhCn, (80, 24)).keys(&format!("{card}at")).screen();
    assert_eq!(start(Lang::ZhCn, (80, 24)).keys(&format!("{card}:登记培训<enter>")).screen(), by_menu);
    // Of the marked, only what can be done with several.
    let mut h = start(Lang::ZhCn, (80, 24));
    let text = h.keys("2<space><space>:登记").screen();
    assert!(text.contains("登记培训") && !text.contains("登记离岗"), "{text}");
    // Closing the form shows the list again, not the palette.
    let text = start(Lang::ZhCn, (80, 24)).keys("2:djpx<enter><esc>").screen();
    assert!(text.contains("[2 人员]") && !text.contains("命令面板"), "{text}");
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
