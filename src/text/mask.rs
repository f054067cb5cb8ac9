//! Identity-like numbers in free text: a remark, an error of the operating system, a file name.

use std::borrow::Cow;

use super::fold::half;

/// Digits in a row that are masked whatever they are: 15 is the first generation of identity numbers, 16 to 19 are bank
/// cards, 18 the identity number of today.
const RUN: usize = 15;

/// Masks every run of 15 or more digits (full-width ones too, with a final X), and 18 digits written in groups where
/// their check digit fits: the first three and the last four stay.
pub fn mask_numbers(text: &str) -> Cow<'_, str> {
    // Fewer digits than a number has: nothing to do, and the usual case.
    if text.chars().filter(|c| half(*c).is_ascii_digit()).take(RUN).count() < RUN {
        return Cow::Borrowed(text);
    }
    let mut chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    let mut changed = false;
    while at < chars.len() {
        let plain = run(&chars, at, false);
        let grouped = run(&chars, at, true);
        let digits: Vec<usize> = if plain.len() >= RUN {
            plain
        } else if grouped.len() == 18 && check_digit_fits(&chars, &grouped) {
            grouped
        } else {
            at += plain.len().max(1);
            continue;
        };
        let hidden = digits.get(3..digits.len() - 4).unwrap_or_default();
        for i in hidden {
            if let Some(c) = chars.get_mut(*i) {
                *c = '*';
            }
        }
        changed = true;
        at = digits.last().map_or(at, |l| *l) + 1;
    }
    if changed { Cow::Owned(chars.into_iter().collect()) } else { Cow::Borrowed(text) }
}

/// Positions of the digits of a number that starts at `at`; a final X belongs to it. With `groups`, single spaces and
/// hyphens may stand between digits.
fn run(chars: &[char], at: usize, groups: bool) -> Vec<usize> {
    let mut out = Vec::new();
    let mut i = at;
    while let Some(c) = chars.get(i).copied().map(half) {
        if c.is_ascii_digit() {
            out.push(i);
        } else if c.eq_ignore_ascii_case(&'x') && (out.len() == 17 || out.len() == 14) {
            out.push(i);
            break;
        } else if !(groups
            && matches!(c, ' ' | '-')
            && !out.is_empty()
            && chars.get(i + 1).copied().map(half).is_some_and(|n| n.is_ascii_digit() || n.eq_ignore_ascii_case(&'x')))
        {
            break;
        }
        i += 1;
    }
    out
}

/// GB 11643: the weighted sum over all 18, with X as ten, is 1 modulo 11.
fn check_digit_fits(chars: &[char], digits: &[usize]) -> bool {
    const WEIGHTS: [u32; 18] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
    let values = digits.iter().filter_map(|i| chars.get(*i)).map(|c| half(*c).to_digit(10).unwrap_or(10));
    digits.len() == WEIGHTS.len() && values.zip(WEIGHTS).map(|(v, w)| v * w).sum::<u32>() % 11 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_in_remarks_are_masked() {
        for (text, want) in [
            ("身份证110101199003078515已核对", "身份证110***********8515已核对"),
            ("11010119900307851x", "110***********851x"),
            ("１１０１０１１９９００３０７８５１５", "１１０***********８５１５"),
            ("110101900307851", "110********7851"),
            ("6222020200112345678", "622************5678"),
            ("电话13800138000", "电话13800138000"),
            ("2024-01-01 2024-02-02", "2024-01-01 2024-02-02"),
            ("110101 19900307 8515", "110*** ******** 8515"),
        ] {
            assert_eq!(mask_numbers(text), want, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_long_run_of_digits_is_left(text in "[0-9xX ０-９-]{0,60}") {
            let out = mask_numbers(&text);
            let mut run = 0;
            for c in out.chars() {
                run = if half(c).is_ascii_digit() { run + 1 } else { 0 };
                prop_assert!(run < RUN);
            }
            prop_assert_eq!(out.chars().count(), text.chars().count());
        }
    }
}
