//! Stand-ins for `text` until its functions are there.
use std::borrow::Cow;
pub(in crate::exchange) fn clean(t: &str) -> Cow<'_, str> {
    Cow::Owned(t.chars().map(|c| if c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}') { format!("<{:02X}>", u32::from(c)) } else { c.to_string() }).collect())
}
pub(in crate::exchange) fn mask_numbers(t: &str) -> Cow<'_, str> {
    let digits = t.chars().filter(char::is_ascii_digit).count();
    if digits < 15 {
        return Cow::Borrowed(t);
    }
    let n = t.chars().count();
    Cow::Owned(
        t.chars().enumerate().map(|(i, c)| if i >= 3 && i + 4 < n && c.is_ascii_digit() { '*' } else { c }).collect(),
    )
}
pub(in crate::exchange) fn half(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' | '\t' => ' ',
        '\u{2022}' | '\u{30fb}' => '\u{b7}',
        c => c,
    }
}
pub(in crate::exchange) fn half_width(t: &str) -> String {
    t.chars().map(half).collect()
}
pub(in crate::exchange) fn fold(t: &str) -> String {
    half_width(t).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
pub(in crate::exchange) fn join_name(t: &str) -> String {
    let mut out = String::new();
    let mut space = false;
    for c in t.chars().map(half) {
        if c.is_whitespace() {
            space = !out.is_empty();
            continue;
        }
        if space && c.is_ascii() && out.chars().next_back().is_some_and(|p| p.is_ascii()) {
            out.push(' ');
        }
        space = false;
        out.push(c);
    }
    out
}
pub(in crate::exchange) fn width(t: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(t)
}
