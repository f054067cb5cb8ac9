//! Every screen at every size, and with every kind of hostile text: no panic, nothing forbidden in any cell.

use std::sync::Arc;

use serde_json::json;
use shoumi::i18n::Lang;
use shoumi::text::clean;
use shoumi::ui::theme::Theme;
use unicode_width::UnicodeWidthStr;

use crate::room::Room;
use crate::sample::{Sample, TODAY};
use crate::support::{Harness, day, settings};

/// Ways to every screen, with what can lie over it.
const SCREENS: [&str; 33] = [
    "",
    "<down><down><down><down><down><down><down><down><down><down>",
    "2",
    "2/wang",
    "2/level:nonsense",
    "2 <down> *",
    "3",
    "4",
    "5",
    "6",
    "6a",
    "7",
    "8",
    "8<enter>",
    "8<enter>G",
    "8a",
    "9",
    "9/zhang5",
    "9/liuyang5<enter>",
    "9<enter>f",
    "9d",
    "9a",
    "2<enter>",
    "2<enter>r",
    "2<enter>G",
    "0",
    "0v/operator:",
    "0<enter>",
    "gc",
    "gc<enter>",
    "gu",
    "3?<down>",
    ":go",
];

/// Texts that have broken terminals and programs.
pub const HOSTILE: [&str; 10] = [
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}]52;c;ZXZpbA==\u{7}",
    "\u{9b}2J\u{90}q\u{9c}",
    "abc\u{202e}fdp.exe\u{202c}",
    "zero\u{200b}width\u{feff}\u{2060}",
    "Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}\u{309}algo",
    "line\nbreak\r\n\ttab\u{85}\u{2028}end",
    "家👨‍👩‍👧‍👦🇨🇳☎️é",
    "\0\u{8}\u{7f}\u{18}",
    "名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名名",
];

fn harness(sample: Sample, lang: Lang, theme: Theme, size: (u16, u16)) -> Harness {
    let mut settings = settings(lang, size, day(TODAY));
    settings.theme = theme;
    Harness::with(Arc::new(sample), settings)
}

/// All cells hold what `clean` leaves alone, and no wide character is cut in half.
fn sound(harness: &mut Harness, what: &str) {
    let buffer = harness.buffer();
    let area = buffer.area;
    for y in 0..area.height {
        for x in 0..area.width {
            let symbol = buffer[(x, y)].symbol();
            assert_eq!(clean(symbol), symbol, "{what}: forbidden at {x},{y}: {symbol:?}");
            assert!(symbol.width() <= 2, "{what}: {symbol:?} at {x},{y}");
            if symbol.width() == 2 {
                assert!(x + 1 < area.width, "{what}: half a character at the right edge, row {y}: {symbol:?}");
            }
        }
    }
}

#[test]
fn every_screen_stands_every_size() {
    let sizes = [1, 2, 3, 8, 15, 16, 17, 24, 45, 60];
    let widths = [1, 2, 3, 40, 59, 60, 61, 73, 80, 81, 99, 100, 101, 139, 140, 200];
    for keys in SCREENS {
        let mut harness = harness(Sample::default(), Lang::ZhCn, Theme::default(), (80, 24));
        harness.keys(keys);
        for h in sizes {
            for w in widths {
                harness.resize(w, h);
                let what = format!("{keys:?} at {w}x{h}");
                sound(&mut harness, &what);
                let text = harness.screen();
                if w < 60 || h < 16 {
                    assert!(!text.contains('[') || w < 3, "{what}: the frame is drawn on too small a screen\n{text}");
                }
            }
        }
    }
}

#[test]
fn too_small_says_so_and_comes_back() {
    let mut harness = harness(Sample::default(), Lang::En, Theme::default(), (80, 24));
    let before = harness.keys("2/wang").screen();
    let small = harness.resize(50, 10).screen();
    assert!(small.contains("too small (50x10)") && small.contains("60x16"), "{small}");
    assert_eq!(harness.resize(80, 24).screen(), before, "filter, place and caret are kept");
}

#[test]
fn an_empty_register_says_what_to_do() {
    for lang in Lang::ALL {
        for keys in [
            "",
            "2",
            "3",
            "4",
            "5",
            "8",
            "8a",
            "9",
            "9/x<enter>",
            "9d",
            "0",
            "0v",
            "0<enter>",
            "gc",
            "gc<enter>",
            "gu",
            "2<enter>",
            "2/x<enter>",
        ] {
            let mut harness = harness(Sample { empty: true, ..Sample::default() }, lang, Theme::default(), (80, 24));
            harness.keys(keys);
            sound(&mut harness, keys);
        }
        let mut harness = harness(Sample { empty: true, ..Sample::default() }, lang, Theme::default(), (80, 24));
        assert!(harness.keys("2").screen().contains("shoumi import people"));
    }
}

/// A register all of whose texts are this one, as far as it lets them in: a person, machines, a checklist half answered.
fn told(hostile: &str) -> (Room, usize) {
    let room = Room::new(false);
    let h = hostile;
    let commands = [
        json!({"command":"add_person","name":h,"department":h,"post":h,"level":"core","on_post_from":"2024-05-01","note":h}),
        json!({"command":"add_person","name":format!("甲{h}"),"department":"财务处","post":"会计","level":"core","on_post_from":"2024-05-01"}),
        json!({"command":"add_training","persons":["P000001"],"on":"2026-03-02","kind":"on_post","topic":h}),
        json!({"command":"add_computer","number":h,"model":h,"serial":h,"secrecy":"secret","room":h,"user_name":h,"custodian_name":h,"department":h}),
        json!({"command":"add_computer","number":"J-1","model":h,"secrecy":"secret","room":h,"user_name":h}),
        json!({"command":"add_computer","number":"J-2","secrecy":"secret"}),
        json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001"],"inspector":h}),
        json!({"command":"plan_inspection","template":"p6-walk","subjects":[h, "大厅"],"inspector":"李娜"}),
        json!({"command":"answer_items","inspection":"I000001","answers":[{"items":["A1", "B2"],"value":"fails","remark":h}]}),
        json!({"command":"answer_items","inspection":"I000001","answers":[{"items":["C1"],"value":"fails","remark":"门未锁"}]}),
        json!({"command":"open_case","person":"P000001","kind":"transfer","reason":h}),
        json!({"command":"step_case","person":"P000001","case":1,"step":"consent","by":h,"comment":h,"votes":{"for":1,"present":[h]}}),
        json!({"command":"open_case","person":"P000001","kind":"resignation","reason":h}),
        json!({"command":"submit_trip","person":"P000001","kind":"private","destination":h,"depart_on":"2026-05-02","special_reason":h}),
    ];
    let done = commands.into_iter().filter(|command| {
        let command = serde_json::from_value(command.clone());
        command.is_ok_and(|c| room.session.commit(&c, shoumi::domain::Channel::Cli).is_ok())
    });
    let done = done.count();
    (room, done)
}

/// The screens over a real register, where they have more than the sample knows: cards, the checklist, findings, entries.
const REAL: [&str; 29] = [
    "",
    "2",
    "2<enter>",
    "2<enter>r",
    "2a",
    "2at",
    "5",
    "6",
    "6<enter>",
    "6<enter><down><down><down>",
    "6a",
    "7",
    "7<enter>",
    "7<enter>n",
    "7<enter>/a1",
    "7<down><enter>",
    "7f",
    "0",
    "0<enter>",
    "6/x",
    "8",
    "8<enter>",
    "8<enter>a",
    "8<enter><enter>",
    "9",
    "9/jia",
    "9<enter>",
    "9<enter>r",
    "9d",
];

#[test]
fn hostile_texts_of_a_real_register_reach_no_cell() {
    let mut most = 0;
    for hostile in HOSTILE {
        let (room, let_in) = told(hostile);
        most = most.max(let_in);
        for lang in Lang::ALL {
            for (theme, size) in [(Theme::default(), (80, 24)), (Theme::PLAIN, (160, 45))] {
                for keys in REAL {
                    let mut settings = settings(lang, size, day(TODAY));
                    settings.theme = theme;
                    let mut harness = Harness::with(Arc::clone(&room.register), settings);
                    harness.keys(keys);
                    sound(&mut harness, &format!("{hostile:?} {lang:?} {keys}"));
                }
            }
        }
    }
    assert!(most >= 13, "the register let {most} of fourteen in at most");
}

#[test]
fn hostile_texts_reach_no_cell() {
    let themes = [(Theme::default(), (80, 24)), (Theme::PLAIN, (160, 45))];
    for (lang, (theme, size)) in Lang::ALL.into_iter().flat_map(|l| themes.map(|t| (l, t))) {
        for hostile in HOSTILE {
            let names: Vec<String> = (0..24).map(|n| format!("{hostile}{n}")).collect();
            let mut harness = harness(Sample { names, everywhere: true, ..Sample::default() }, lang, theme, size);
            for keys in [
                "",
                "2",
                "<down><down>/",
                "3",
                "4",
                "5",
                "8",
                "<enter>",
                "<esc>9",
                "<enter>",
                "<esc>/a",
                "<esc>2<enter>",
                "<down><down>",
                "r",
                "<esc>G",
                "?",
                "<esc>:",
                "<esc><esc><esc>0",
                "<enter>",
            ] {
                harness.keys(keys);
                sound(&mut harness, &format!("{hostile:?} {keys}"));
            }
            harness.keys("<esc><esc>2/").paste(&format!("{hostile}{hostile}"));
            sound(&mut harness, &format!("{hostile:?} pasted into the filter"));
        }
    }
}

#[test]
fn plain_terminals_get_ascii_signs_only() {
    for keys in SCREENS {
        let mut harness = harness(Sample::default(), Lang::En, Theme::PLAIN, (120, 30));
        let text = harness.keys(keys).screen();
        for c in text.chars() {
            let han = ('\u{4e00}'..='\u{9fff}').contains(&c) || "·（），、：；。“”".contains(c);
            assert!(c.is_ascii() || han, "{keys:?}: {c:?} in\n{text}");
        }
    }
}

#[test]
fn without_colour_every_state_is_a_word_and_a_sign() {
    for theme in [Theme::MONOCHROME, Theme::PLAIN] {
        let mut harness = harness(Sample::default(), Lang::ZhCn, theme, (120, 30));
        harness.keys("2");
        let text = harness.screen();
        let mut looks: Vec<String> = Vec::new();
        for word in ["拟任", "在岗", "脱密期内", "期满待办", "已解除"] {
            let line = text.lines().find(|l| l.contains(word)).unwrap_or_else(|| panic!("{word}\n{text}"));
            let sign = line[..line.find(word).unwrap()].trim_end().chars().next_back().unwrap();
            assert!(!sign.is_alphanumeric() || theme.ascii, "{word}: {sign}");
            looks.push(format!("{sign}{word}"));
        }
        looks.sort();
        looks.dedup();
        assert_eq!(looks.len(), 5);
        let buffer = harness.buffer();
        for cell in &buffer.content {
            assert_eq!((cell.fg, cell.bg), (ratatui::style::Color::Reset, ratatui::style::Color::Reset));
        }
    }
}
