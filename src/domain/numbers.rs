//! Numbers that say who somebody is. Telephone numbers are shown masked, as identity numbers are; the whole ones are
//! laid open for a moment and for a reason.

use super::PersonId;

/// The whole numbers of a person. `Debug` shows none of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Numbers {
    /// Whose.
    pub person: PersonId,
    /// The name.
    pub name: String,
    /// Identity number.
    pub identity: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
}

impl std::fmt::Debug for Numbers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "numbers of {}", self.person)
    }
}

/// What stands in a masked number for a digit.
pub const MASK: char = '*';

/// Masks the digits of every number in a text but its ends: of eleven and more the first three and the last four stay, of
/// seven to ten the last three. What is shorter is an extension of the house and stays.
pub fn masked_phone(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut number = String::new();
    for c in text.chars() {
        if is_digit(c) || (!number.is_empty() && is_joint(c)) {
            number.push(c);
        } else {
            mask(&std::mem::take(&mut number), &mut out);
            out.push(c);
        }
    }
    mask(&number, &mut out);
    out
}

/// ASCII or full-width.
fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('\u{ff10}'..='\u{ff19}').contains(&c)
}

/// What stands between the digits of one number.
const fn is_joint(c: char) -> bool {
    matches!(c, '-' | ' ' | '(' | ')' | '\u{ff08}' | '\u{ff09}' | '\u{2014}' | '\u{ff0d}')
}

fn mask(number: &str, out: &mut String) {
    let count = number.chars().filter(|c| is_digit(*c)).count();
    let (first, last) = match count {
        0..=6 => (count, 0),
        7..=10 => (0, 3),
        _ => (3, 4),
    };
    let mut at = 0;
    for c in number.chars() {
        if is_digit(c) {
            let kept = at < first || at >= count.saturating_sub(last);
            out.push(if kept { c } else { MASK });
            at += 1;
        } else {
            out.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_middle_of_a_number_is_masked() {
        for (text, want) in [
            ("", ""),
            ("13800138000", "138****8000"),
            ("0999-5000021", "099*-***0021"),
            ("010 6234 5678", "010 **** 5678"),
            ("62345678", "*****678"),
            ("62345678-801", "623****8-801"),
            ("8021", "8021"),
            ("13800138000/13900139000", "138****8000/139****9000"),
            ("妻 １３８００１３８０００", "妻 １３８****８０００"),
            ("+86 13800138000", "+86 1******8000"),
        ] {
            assert_eq!(masked_phone(text), want, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_more_than_seven_digits_of_a_number_are_left(text in "[0-9]{7,20}") {
            let masked = masked_phone(&text);
            prop_assert!(masked.chars().filter(char::is_ascii_digit).count() <= 7);
            prop_assert_eq!(masked.chars().count(), text.len());
            prop_assert_eq!(masked_phone(&masked), masked);
        }
    }
}
