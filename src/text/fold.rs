//! What compares as equal: full-width and half-width forms, case, kinds and numbers of spaces.

/// Full-width ASCII becomes half-width, the ideographic space and other blanks become a space, the various middle dots of
/// minority names become one. Case stays.
pub fn half_width(text: &str) -> String {
    text.chars().map(half).collect()
}

/// The half-width form of one char.
pub fn half(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\t' => ' ',
        '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22c5}' | '\u{30fb}' | '\u{ff65}' => '\u{b7}',
        c => c,
    }
}

/// The form in which text is compared and searched: [`half_width`], lower case, runs of spaces as one, none at the ends.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().map(half) {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else if !matches!(c, '\u{200b}' | '\u{feff}') {
            out.extend(c.to_lowercase());
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

/// A name as lists write it, for example with two spaces in the middle, in its normal form: half-width, no spaces
/// beside Chinese characters or middle dots, single spaces elsewhere, none at the ends.
pub fn join_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut space = false;
    for c in name.chars().map(half) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms_fold_to_one() {
        assert_eq!(fold("ＡＢＣ　１２３　"), "abc 123");
        assert_eq!(fold("  Li \t Na "), "li na");
        assert_eq!(half_width("（一）：＜"), "(一):<");
        for name in ["姓  名", "姓\u{3000}名", " 姓名 ", "姓 名"] {
            assert_eq!(join_name(name), "姓名", "{name:?}");
        }
        assert_eq!(join_name("John  Smith"), "John Smith");
        assert_eq!(join_name("阿不都热依木 • 买买提"), "阿不都热依木·买买提");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC*") {
            // Lower-casing has a few characters whose lower case has a lower case of its own; none is Chinese or Latin.
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            let joined = join_name(&text);
            prop_assert_eq!(join_name(&joined), joined.clone());
        }
    }
}
