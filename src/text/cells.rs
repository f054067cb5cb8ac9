//! Widths in cells. A grapheme (what a reader sees as one character) is never split; a Chinese character takes two cells.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// What stands for text that did not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ellipsis {
    /// One cell, U+2026.
    Unicode,
    /// `..`, for terminals whose ambiguous characters are wide or that know only ASCII.
    Ascii,
    /// Nothing.
    None,
}

impl Ellipsis {
    const fn text(self) -> &'static str {
        match self {
            Self::Unicode => "\u{2026}",
            Self::Ascii => "..",
            Self::None => "",
        }
    }
}

/// On which side a padded text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Text first, blanks after it.
    Left,
    /// Blanks first.
    Right,
    /// Blanks on both sides.
    Centre,
}

/// Width in cells.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(grapheme_width).sum() }
}

/// Width in cells of the first `chars` chars: where a caret stands that counts in chars.
pub fn width_before(text: &str, chars: usize) -> usize {
    let end = text.char_indices().nth(chars).map_or(text.len(), |(byte, _)| byte);
    width(text.get(..end).unwrap_or(text))
}

/// The text itself if it takes at most `cells` cells, else as many graphemes of it as fit with the mark.
pub fn cut(text: &str, cells: usize, mark: Ellipsis) -> Cow<'_, str> {
    if width(text) <= cells {
        return Cow::Borrowed(text);
    }
    // A mark that does not fit itself is left out.
    let mark = if width(mark.text()) <= cells { mark.text() } else { "" };
    let room = cells - width(mark);
    let mut out = String::with_capacity(text.len().min(cells * 4) + mark.len());
    let mut used = 0;
    for g in text.graphemes(true) {
        let w = grapheme_width(g);
        if used + w > room {
            break;
        }
        used += w;
        out.push_str(g);
    }
    out.push_str(mark);
    Cow::Owned(out)
}

/// Exactly `cells` cells: cut if too long, filled with blanks if too short.
pub fn pad(text: &str, cells: usize, align: Align, mark: Ellipsis) -> String {
    let text = cut(text, cells, mark);
    let free = cells.saturating_sub(width(&text));
    let before = match align {
        Align::Left => 0,
        Align::Right => free,
        Align::Centre => free / 2,
    };
    let mut out = String::with_capacity(text.len() + free);
    out.extend(std::iter::repeat_n(' ', before));
    out.push_str(&text);
    out.extend(std::iter::repeat_n(' ', free - before));
    out
}

/// Lines of at most `cells` cells, broken at spaces and between Chinese characters; no line starts with closing
/// punctuation where the line before can take one grapheme less. A grapheme wider than `cells` is replaced by `?`.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        wrap_paragraph(paragraph, cells, &mut lines);
    }
    lines
}

fn wrap_paragraph(text: &str, cells: usize, lines: &mut Vec<String>) {
    let mut line: Vec<&str> = Vec::new();
    let mut used = 0;
    for g in text.graphemes(true) {
        let (g, w) = match grapheme_width(g) {
            w if w > cells => ("?", 1),
            w => (g, w),
        };
        if used + w > cells {
            let rest = break_line(&mut line, g);
            lines.push(line.concat().trim_end_matches(' ').to_owned());
            line = rest;
            used = line.iter().map(|g| grapheme_width(g)).sum();
            if used + w > cells {
                // What moved down fills the next line by itself.
                lines.push(std::mem::take(&mut line).concat());
                used = 0;
            }
            if g == " " && line.is_empty() {
                continue;
            }
        }
        used += w;
        line.push(g);
    }
    lines.push(line.concat().trim_end_matches(' ').to_owned());
}

/// Takes from the end of a full line what has to go to the next line, because `next` follows.
fn break_line<'a>(line: &mut Vec<&'a str>, next: &str) -> Vec<&'a str> {
    let joined = |a: &str, b: &str| is_latin(a) && is_latin(b) || is_closing(b);
    let mut at = line.len();
    let mut after = next;
    // At most half a line moves, or one word of the line's own length.
    while at > 0 {
        let Some(before) = line.get(at - 1) else { break };
        if !joined(before, after) {
            break;
        }
        after = before;
        at -= 1;
    }
    if at == 0 { Vec::new() } else { line.split_off(at) }
}

/// Part of a word that should stay together.
fn is_latin(g: &str) -> bool {
    g.chars().all(|c| c.is_ascii_graphic())
}

/// Punctuation that does not start a line.
fn is_closing(g: &str) -> bool {
    matches!(
        g,
        "\u{3001}"
            | "\u{3002}"
            | "\u{ff0c}"
            | "\u{ff1b}"
            | "\u{ff1a}"
            | "\u{ff1f}"
            | "\u{ff01}"
            | "\u{ff09}"
            | "\u{300b}"
            | "\u{3011}"
            | "\u{201d}"
    )
}

fn grapheme_width(g: &str) -> usize {
    g.width()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn widths_are_in_cells() {
        for (text, want) in [("", 0), ("abc", 3), ("张伟", 4), ("张w", 3), ("é", 1), ("𠮷", 2), ("（）", 4), ("ｱ", 1)]
        {
            assert_eq!(width(text), want, "{text}");
        }
        assert_eq!(width_before("整改abc", 5), 7);
        assert_eq!(width_before("整改abc", 99), 7);
    }

    #[test]
    fn cutting_never_leaves_half_a_character() {
        for (text, cells, want) in [
            ("张伟", 4, "张伟"),
            ("张大伟", 4, "张…"),
            ("张大伟", 5, "张大…"),
            ("张大伟", 3, "张…"),
            ("张大伟", 2, "…"),
            ("张大伟", 1, "…"),
            ("张大伟", 0, ""),
            ("abcdef", 4, "abc…"),
        ] {
            assert_eq!(cut(text, cells, Ellipsis::Unicode), want, "{text} {cells}");
        }
        assert_eq!(cut("张大伟", 5, Ellipsis::Ascii), "张..");
        assert_eq!(cut("张大伟", 1, Ellipsis::Ascii), "");
        assert_eq!(pad("张大伟", 3, Align::Left, Ellipsis::None), "张 ");
        assert_eq!(pad("7", 3, Align::Right, Ellipsis::None), "  7");
        assert_eq!(pad("张", 5, Align::Centre, Ellipsis::None), " 张  ");
    }

    #[test]
    fn wrapping_keeps_words_and_closing_punctuation() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("脱密期内不得出境。", 8), ["脱密期内", "不得出", "境。"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("张", 1), ["?"]);
        assert_eq!(wrap("a\n\nb", 9), ["a", "", "b"]);
        // A sign without width before a word that fills the line.
        assert!(wrap("\u{a4b}!000Aa", 1).iter().all(|l| width(l) <= 1));
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked(text in "\\PC{0,60}", cells in 0usize..30) {
            for mark in [Ellipsis::Unicode, Ellipsis::Ascii, Ellipsis::None] {
                prop_assert!(width(&cut(&text, cells, mark)) <= cells);
                for align in [Align::Left, Align::Right, Align::Centre] {
                    prop_assert_eq!(width(&pad(&crate::text::clean(&text), cells, align, mark)), cells);
                }
            }
            for line in wrap(&text, cells) {
                prop_assert!(width(&line) <= cells.max(1), "{:?}", line);
            }
        }

        #[test]
        fn wrapping_loses_nothing_but_spaces(text in "[a-z 张伟。，]{0,60}", cells in 2usize..20) {
            let kept: String = wrap(&text, cells).concat().chars().filter(|c| *c != ' ').collect();
            let all: String = text.chars().filter(|c| *c != ' ').collect();
            prop_assert_eq!(kept, all);
        }
    }
}
