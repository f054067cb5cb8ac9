//! The one place where stored text becomes screen or output text. Whatever could steer a terminal, hide, reverse or
//! pile up characters is shown as its code instead: ESC becomes `<1B>`.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

/// Combining marks kept on one base character; more are a pile that leaves its line.
const MARKS: usize = 2;

/// Text that is safe on a screen and in a line of output: one line, no control, no invisible or reordering character.
/// Ordinary text comes back unchanged and unallocated.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) || !needs_cleaning(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut marks = None;
    for c in text.chars() {
        if is_mark(c) {
            match marks.as_mut() {
                Some(n) if *n < MARKS => {
                    *n += 1;
                    out.push(c);
                }
                _ => code(&mut out, c),
            }
        } else if is_forbidden(c) {
            code(&mut out, c);
            marks = None;
        } else {
            // Blanks of other widths look like a space and are one.
            out.push(if is_blank(c) { ' ' } else { c });
            marks = if c == ' ' || is_blank(c) { None } else { Some(0) };
        }
    }
    Cow::Owned(out)
}

/// The same for text of several lines, one item a line; `\r\n`, `\n`, `\r` and U+2028/2029 end a line.
pub fn clean_lines(text: &str) -> Vec<String> {
    let joined = text.replace("\r\n", "\n");
    joined
        .split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}'])
        .map(|l| clean(&l.replace('\t', "    ")).into_owned())
        .collect()
}

/// Whether any character would be changed.
fn needs_cleaning(text: &str) -> bool {
    let mut marks = None;
    for c in text.chars() {
        if is_mark(c) {
            match marks.as_mut() {
                Some(n) if *n < MARKS => *n += 1,
                _ => return true,
            }
        } else {
            if is_forbidden(c) || is_blank(c) {
                return true;
            }
            marks = if c == ' ' { None } else { Some(0) };
        }
    }
    false
}

/// `<1B>`, `<202E>`: at least two hexadecimal digits.
fn code(out: &mut String, c: char) {
    let _ = write!(out, "<{:02X}>", u32::from(c));
}

/// Spaces other than U+0020 and the ideographic space.
const fn is_blank(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}')
}

/// A mark that takes no cell of its own and is not forbidden.
fn is_mark(c: char) -> bool {
    c >= '\u{300}' && !is_forbidden(c) && c.width() == Some(0)
}

/// Characters that never reach a screen: they steer the terminal, are invisible, change the direction of their
/// neighbours, or have a width that terminals do not agree about.
pub(super) const fn is_forbidden(c: char) -> bool {
    matches!(c,
        // C0, DEL, C1, soft hyphen.
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}'
        // Combining grapheme joiner, Hangul fillers, Khmer and Mongolian invisible vowels and selectors.
        | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{3164}' | '\u{ffa0}'
        // Format characters of Arabic, Syriac, Kaithi, Egyptian, shorthand and musical notation.
        | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1345f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        // Zero-width characters, marks of direction, line and paragraph separators, embeddings, overrides, isolates.
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        // Blank Braille, variation selectors, byte order mark, annotations, object replacement.
        | '\u{2800}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffc}'
        // Skin tones and regional letters: terminals count their cells differently.
        | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}'
        // Private use: no font shows what was meant.
        | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}'
        // Tags, selectors and the rest of the special-purpose plane.
        | '\u{e0000}'..='\u{effff}'
        // Characters that Unicode promises never to use.
        | '\u{fdd0}'..='\u{fdef}'
    ) || (c as u32) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in ["", "张伟", "阿不都热依木·买买提", "𠮷野家 㼆 䶮", "a b-c_d", "【机密】（一）", "café", "é", "　"]
        {
            assert!(matches!(clean(text), Cow::Borrowed(t) if t == text), "{text:?}");
        }
    }

    #[test]
    fn what_steers_or_hides_is_shown() {
        for (text, want) in [
            ("\u{1b}[31mred", "<1B>[31mred"),
            ("\u{1b}]52;c;eA==\u{7}", "<1B>]52;c;eA==<07>"),
            ("\u{9b}2J", "<9B>2J"),
            ("a\0b\tc\nd\r", "a<00>b<09>c<0A>d<0D>"),
            ("\u{7f}", "<7F>"),
            ("abc\u{202e}fdp.exe", "abc<202E>fdp.exe"),
            ("\u{2066}x\u{2069}", "<2066>x<2069>"),
            ("张\u{200b}伟\u{feff}", "张<200B>伟<FEFF>"),
            ("soft\u{ad}hyphen", "soft<AD>hyphen"),
            ("葛\u{e0100}", "葛<E0100>"),
            ("☎\u{fe0f}", "☎<FE0F>"),
            ("tag\u{e0041}", "tag<E0041>"),
            ("\u{e863}", "<E863>"),
            ("a\u{a0}b", "a b"),
            ("\u{ffff}\u{1fffe}", "<FFFF><1FFFE>"),
            ("\u{301}x", "<301>x"),
            ("x\u{301}\u{302}\u{303}", "x\u{301}\u{302}<303>"),
        ] {
            assert_eq!(clean(text), want, "{text:?}");
        }
        assert_eq!(clean_lines("一\r\n二\u{1b}\n\t三"), ["一", "二<1B>", "    三"]);
    }

    proptest! {
        #[test]
        fn nothing_forbidden_comes_out(text in any::<String>(), more in "[\\x00-\\u{206f}\\u{fe00}-\\u{10ffff}]*") {
            for t in [&text, &more] {
                let out = clean(t);
                prop_assert!(!out.chars().any(is_forbidden));
                prop_assert!(!out.chars().any(char::is_control));
                let mut run = 0;
                for c in out.chars() {
                    run = if is_mark(c) { run + 1 } else { 0 };
                    prop_assert!(run <= MARKS);
                }
                // Once clean, always clean.
                let again = clean(&out).into_owned();
                prop_assert_eq!(again, out.into_owned());
            }
        }
    }
}
