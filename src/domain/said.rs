//! Whether a text says anything: signs that cannot be seen do not.

/// Whether there is a letter, a character or a digit in it that is seen.
pub fn says_something(text: &str) -> bool {
    // Four letters of Hangul are drawn as nothing.
    let seen = |c: char| !matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}');
    text.chars().any(|c| c.is_alphanumeric() && seen(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_says_nothing() {
        for text in ["", " ", "\u{200b}", "\u{2800}", "\u{3164}", "\u{ffa0}\u{115f}", "……", "\u{202e}"] {
            assert!(!says_something(text), "{text:?}");
        }
        for text in ["核", "a", "7", "\u{200b}查"] {
            assert!(says_something(text), "{text:?}");
        }
    }
}
