//! Every screen at every size, and with every kind of hostile text: no panic, nothing forbidden in any cell.

use std::sync::Arc;

use shoumi::i18n::Lang;
use shoumi::text::clean;
use shoumi::ui::theme::Theme;
use unicode_width::UnicodeWidthStr;

use crate::sample::{Sample, TODAY};
use crate::support::{Harness, day, settings};

/// Ways to every screen, with what can lie over it.
const SCREENS: [&str; 22] = [
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
    "2<enter>",
    "2<enter>r",
    "2<enter>G",
    "0",
    "0v/operator:",
    "0<enter>",
    "gc",
    "gc<enter>",
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
        for keys in ["", "2", "3", "4", "5", "0", "0v", "0<enter>", "gc", "gc<enter>", "2<enter>", "2/x<enter>"] {
            let mut harness = harness(Sample { empty: true, ..Sample::default() }, lang, Theme::default(), (80, 24));
            harness.keys(keys);
            sound(&mut harness, keys);
        }
        let mut harness = harness(Sample { empty: true, ..Sample::default() }, lang, Theme::default(), (80, 24));
        assert!(harness.keys("2").screen().contains("shoumi import people"));
    }
}

#[test]
fn hostile_texts_reach_no_cell() {
    for (theme, size) in [(Theme::default(), (80, 24)), (Theme::PLAIN, (160, 45))] {
        for hostile in HOSTILE {
            let names: Vec<String> = (0..24).map(|n| format!("{hostile}{n}")).collect();
            let mut harness = harness(Sample { names, everywhere: true, ..Sample::default() }, Lang::ZhCn, theme, size);
            for keys in [
                "",
                "2",
                "<down><down>/",
                "3",
                "4",
                "5",
                "2<enter>",
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
