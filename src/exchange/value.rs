//! Values as offices write them: dates in six forms, lengths, identity numbers, names. Every refusal is a code with a
//! sentence in the locale tables; nothing is guessed.

use super::sheet::{Cell, blank, number_text};
use super::words::{plain, squeeze, words};
use crate::domain::identity::IdentityError;
use crate::domain::{Date, IdentityNumber};
use crate::text::{half_width, join_name};

const YEAR: char = '\u{5e74}';
const MONTH: char = '\u{6708}';
const DAY: char = '\u{65e5}';
const DAY_SPOKEN: char = '\u{53f7}';
const HALF: char = '\u{534a}';
const PIECE: char = '\u{4e2a}';
const UNTIL: [char; 8] = ['\u{81f3}', '\u{5230}', '~', '\u{301c}', '\u{2014}', '\u{2013}', '\u{ff5e}', '\u{2192}'];

/// Why a value is refused.
pub(super) type Reason = &'static str;

/// A date from a cell.
pub(super) fn date(cell: Cell<'_>, date1904: bool) -> Result<Date, Reason> {
    match cell {
        Cell::Date(d) => Ok(d),
        Cell::Text(t) => date_text(t, date1904),
        Cell::Number(n) => date_number(n, date1904),
        _ => Err("date_unreadable"),
    }
}

/// A number in a date column: `20240305`, or Excel's count of days.
fn date_number(n: f64, date1904: bool) -> Result<Date, Reason> {
    if !n.is_finite() || n < 0.0 {
        return Err("date_unreadable");
    }
    if (1900.0..2200.0).contains(&n) {
        return Err("date_no_day");
    }
    if (190_001.0..=219_912.0).contains(&n) && n.fract() == 0.0 {
        return Err("date_no_day");
    }
    if (19_000_101.0..=21_991_231.0).contains(&n) && n.fract() == 0.0 {
        let n = n as u32;
        return Date::from_ymd_opt((n / 10_000) as i32, n / 100 % 100, n % 100).ok_or("date_impossible");
    }
    let days = n.trunc() + if date1904 { 1462.0 } else { 0.0 };
    // 1927 to 2173: outside, a number in a date column is something else.
    if !(10_000.0..100_000.0).contains(&days) {
        return Err("date_unreadable");
    }
    let epoch = Date::from_ymd_opt(1899, 12, 30).ok_or("date_unreadable")?;
    epoch.checked_add_days(chrono::Days::new(days as u64)).ok_or("date_unreadable")
}

/// A date in text.
fn date_text(raw: &str, date1904: bool) -> Result<Date, Reason> {
    let text = plain(raw);
    let text = text.trim_start_matches(['\'', '\u{2018}', '\u{2019}']);
    // A time of day, as databases write it, says nothing here.
    let day = match text.split_once([' ', 't']) {
        Some((day, rest)) if rest.contains(':') => day,
        _ => text,
    };
    let day: String = day.chars().filter(|c| !blank(*c)).collect();
    let day = day.trim_end_matches(['.', '/', '-']);
    if !day.is_empty() && day.bytes().all(|b| b.is_ascii_digit()) {
        return match (day.len(), day.parse::<f64>()) {
            (8 | 5, Ok(n)) => date_number(n, date1904),
            (4 | 6, Ok(_)) => Err("date_no_day"),
            _ => Err("date_unreadable"),
        };
    }
    let separator = |c: char| matches!(c, '-' | '/' | '.' | '\\' | YEAR | MONTH | DAY | DAY_SPOKEN);
    if !day.chars().all(|c| c.is_ascii_digit() || separator(c)) {
        return Err("date_unreadable");
    }
    let parts: Vec<&str> = day.split(separator).filter(|p| !p.is_empty()).collect();
    match parts.as_slice() {
        [y, m, d] if y.len() == 4 && m.len() <= 2 && d.len() <= 2 => {
            let (Ok(y), Ok(m), Ok(d)) = (y.parse(), m.parse(), d.parse()) else { return Err("date_unreadable") };
            Date::from_ymd_opt(y, m, d).ok_or("date_impossible")
        }
        [_, _, y] if y.len() == 4 => Err("date_order"),
        [y, _, _] if y.len() <= 2 => Err("date_two_digit_year"),
        [y, m] if y.len() == 5 && day.contains('.') && !m.is_empty() => {
            y.parse().map_err(|_| "date_unreadable").and_then(|n| date_number(n, date1904))
        }
        [y] | [y, _] if y.len() == 4 => Err("date_no_day"),
        [_, _] => Err("date_no_year"),
        _ => Err("date_unreadable"),
    }
}

/// Two dates in one cell, from and to.
pub(super) fn date_range(text: &str, date1904: bool) -> Result<(Date, Date), Reason> {
    let text = half_width(text);
    let both =
        |a: &str, b: &str| -> Result<(Date, Date), Reason> { Ok((date_text(a, date1904)?, date_text(b, date1904)?)) };
    if let Some((a, b)) = text.split_once(UNTIL) {
        return both(a, b.trim_start_matches(UNTIL));
    }
    if let Some((a, b)) = text.split_once("--").or_else(|| text.split_once(" - ")) {
        return both(a, b);
    }
    let dashes: Vec<usize> = text.match_indices('-').map(|(i, _)| i).collect();
    let middle = match dashes.len() {
        1 => dashes.first(),
        5 => dashes.get(2),
        _ => None,
    };
    match middle.and_then(|m| text.split_at_checked(*m)) {
        Some((a, b)) => both(a, b.trim_start_matches('-')),
        None => Err("range_unreadable"),
    }
}

/// What a bare number means in a column of lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LengthUnit {
    Months,
    Years,
    /// The title does not say.
    Unsaid,
}

/// A length in months.
pub(super) fn length(cell: Cell<'_>, unit: LengthUnit) -> Result<u32, Reason> {
    let text = squeeze(&cell.text());
    let months = if let Some((years, rest)) = text.split_once(YEAR) {
        let years = if years == HALF.to_string() { 6.0 } else { quantity(years)? * 12.0 };
        let rest = rest.trim_start_matches(['\u{96f6}', '\u{53c8}']);
        years
            + match rest {
                "" => 0.0,
                r if r == HALF.to_string() => 6.0,
                r => quantity(months_of(r).ok_or("length_unreadable")?)?,
            }
    } else if let Some(months) = months_of(&text) {
        quantity(months)?
    } else {
        let n = quantity(&text)?;
        match unit {
            LengthUnit::Years => n * 12.0,
            LengthUnit::Months => n,
            // Three may be years; thirty-six may not.
            LengthUnit::Unsaid if n >= 6.0 => n,
            LengthUnit::Unsaid => return Err("length_without_unit"),
        }
    };
    if months.fract() != 0.0 || !(1.0..=600.0).contains(&months) {
        return Err("length_unreadable");
    }
    Ok(months as u32)
}

fn months_of(text: &str) -> Option<&str> {
    let text = text.strip_suffix(MONTH)?;
    Some(text.strip_suffix(PIECE).unwrap_or(text))
}

const DIGITS: [char; 10] = [
    '\u{96f6}', '\u{4e00}', '\u{4e8c}', '\u{4e09}', '\u{56db}', '\u{4e94}', '\u{516d}', '\u{4e03}', '\u{516b}',
    '\u{4e5d}',
];
const TEN: char = '\u{5341}';
const BOTH: char = '\u{4e24}';

/// A count in digits or in Chinese numerals up to ninety-nine.
fn quantity(text: &str) -> Result<f64, Reason> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return text.parse::<f64>().ok().filter(|n| n.is_finite()).ok_or("length_unreadable");
    }
    let digit = |c: char| DIGITS.iter().position(|d| *d == c).or((c == BOTH).then_some(2));
    let chars: Vec<char> = text.chars().collect();
    let value = match chars.as_slice() {
        [TEN] => Some(10),
        [c] => digit(*c),
        [TEN, u] => digit(*u).map(|u| 10 + u),
        [t, TEN] => digit(*t).map(|t| t * 10),
        [t, TEN, u] => digit(*t).zip(digit(*u)).map(|(t, u)| t * 10 + u),
        _ => None,
    };
    value.map(|n| n as f64).ok_or("length_unreadable")
}

/// An identity number from a cell, as text, number, with an apostrophe, spaces or a small x.
pub(super) fn identity(cell: Cell<'_>) -> Result<IdentityNumber, Reason> {
    let text = match cell {
        // A number cell keeps fifteen digits; the rest of an identity number is gone for good.
        Cell::Number(n) if n.abs() >= 1e15 => return Err("identity_lost_digits"),
        Cell::Number(n) => number_text(n),
        Cell::Text(t) => t.chars().filter(|c| !blank(*c)).collect(),
        _ => return Err("identity_characters"),
    };
    let upper = half_width(&text).to_uppercase();
    if upper.contains("E+") {
        return Err("identity_lost_digits");
    }
    IdentityNumber::parse(&text).map_err(|e| match e {
        IdentityError::CheckDigit if upper.ends_with("000") => "identity_lost_digits",
        e => e.code(),
    })
}

/// A person's name in its normal form, with what is odd about it.
pub(super) fn name(text: &str) -> (String, Vec<Reason>) {
    let mut odd = Vec::new();
    let hidden = |c: char| blank(c) && !c.is_whitespace();
    let text = text.trim_matches(blank).trim_start_matches('\'');
    if text.chars().any(hidden) {
        odd.push("hidden_characters");
    }
    let joined = join_name(&text.chars().filter(|c| !hidden(*c)).collect::<String>());
    let joined = dots(&joined);
    if looks_alike(&joined) {
        odd.push("name_look_alike");
    }
    if joined.contains(['(', '[', '\u{3010}']) || joined.chars().any(|c| c.is_ascii_digit()) {
        odd.push("name_remark");
    }
    (joined, odd)
}

/// A full stop between Chinese characters is the dot of a minority name.
fn dots(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let han = |i: Option<usize>| i.and_then(|i| chars.get(i)).is_some_and(|c| is_han(*c));
    let dot = |i: usize, c: char| if c == '.' && han(i.checked_sub(1)) && han(i.checked_add(1)) { '\u{b7}' } else { c };
    chars.iter().enumerate().map(|(i, c)| dot(i, *c)).collect()
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '\u{3007}')
}

/// Letters of two alphabets in one name, or signs that only look like Chinese characters.
fn looks_alike(name: &str) -> bool {
    let radical = |c: char| matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}' | '\u{e000}'..='\u{f8ff}');
    let han = name.chars().any(is_han);
    let latin = name.chars().any(|c| c.is_ascii_alphabetic());
    let other = name.chars().any(|c| matches!(c, '\u{370}'..='\u{52f}'));
    name.chars().any(radical) || (latin && other) || (han && (latin || other))
}

/// Free text in one line.
pub(super) fn text(cell: Cell<'_>) -> String {
    let raw = cell.text();
    let raw = raw.trim_matches(blank).strip_prefix('\'').map_or(raw.as_str(), |t| t).trim_matches(blank);
    raw.split(['\r', '\n', '\t']).map(str::trim).filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a text stands for nothing.
pub(super) fn stands_for_nothing(text: &str) -> bool {
    let text = plain(text);
    text.is_empty() || words().blank.contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(y: i32, m: u32, d: u32) -> Date {
        Date::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn dates_in_all_their_forms() {
        for text in [
            "2024-03-05",
            "2024/3/5",
            "2024.3.5",
            "2024年3月5日",
            "20240305",
            "45356",
            "２０２４-０３-０５",
            "2024-3-5 0:00",
            "2024-03-05T00:00:00",
            "2024年3月5号",
            " 2024 年 3 月 5 日 ",
            "'2024-03-05",
            "2024.03.05.",
            "2024\\3\\5",
            "2024-03-05 13:45:00",
            "45356.5",
            "\u{feff}2024-03-05",
        ] {
            assert_eq!(date(Cell::Text(text), false), Ok(day(2024, 3, 5)), "{text}");
        }
        assert_eq!(date(Cell::Number(45356.0), false), Ok(day(2024, 3, 5)));
        assert_eq!(date(Cell::Number(45356.0 - 1462.0), true), Ok(day(2024, 3, 5)));
        assert_eq!(date(Cell::Number(20_240_305.0), false), Ok(day(2024, 3, 5)));
        assert_eq!(date(Cell::Date(day(2024, 3, 5)), true), Ok(day(2024, 3, 5)));
        for (text, why) in [
            ("2024.03", "date_no_day"),
            ("2024年3月", "date_no_day"),
            ("202403", "date_no_day"),
            ("2024", "date_no_day"),
            ("2024年", "date_no_day"),
            ("24-03-05", "date_two_digit_year"),
            ("24.3.5", "date_two_digit_year"),
            ("2024-02-30", "date_impossible"),
            ("20240230", "date_impossible"),
            ("2024-13-01", "date_impossible"),
            ("3/5/2024", "date_order"),
            ("3月5日", "date_no_year"),
            ("去年", "date_unreadable"),
            ("9.90101E+17", "date_unreadable"),
            ("99999999", "date_unreadable"),
            ("1", "date_unreadable"),
            ("2024-03-05-06", "date_unreadable"),
        ] {
            assert_eq!(date(Cell::Text(text), false), Err(why), "{text}");
        }
        assert_eq!(date(Cell::Number(2024.03), false), Err("date_no_day"));
        assert_eq!(date(Cell::Number(f64::NAN), false), Err("date_unreadable"));
        assert_eq!(date(Cell::Bool(true), false), Err("date_unreadable"));
    }

    #[test]
    fn ranges_are_cut_in_the_middle() {
        for text in [
            "2024-03-15至2027-03-15",
            "2024.3.15-2027.3.15",
            "2024-03-15-2027-03-15",
            "2024年3月15日～2027年3月15日",
            "2024/3/15—2027/3/15",
            "2024-03-15 - 2027-03-15",
            "2024.3.15——2027.3.15",
        ] {
            assert_eq!(date_range(text, false), Ok((day(2024, 3, 15), day(2027, 3, 15))), "{text}");
        }
        assert!(date_range("2024-03-15", false).is_err());
        assert!(date_range("2024年3月至2027年3月", false).is_err());
    }

    #[test]
    fn lengths_need_a_unit_or_a_clear_number() {
        use LengthUnit::{Months, Unsaid, Years};
        for (text, unit, want) in [
            ("3年", Unsaid, Ok(36)),
            ("36个月", Unsaid, Ok(36)),
            ("36", Unsaid, Ok(36)),
            ("三年", Unsaid, Ok(36)),
            ("1年半", Unsaid, Ok(18)),
            ("两年", Months, Ok(24)),
            ("半年", Unsaid, Ok(6)),
            ("一年零六个月", Unsaid, Ok(18)),
            ("二十四个月", Unsaid, Ok(24)),
            ("３６月", Unsaid, Ok(36)),
            ("3", Years, Ok(36)),
            ("3", Months, Ok(3)),
            ("3", Unsaid, Err("length_without_unit")),
            ("1.5", Years, Ok(18)),
            ("1.5年", Unsaid, Ok(18)),
            ("2-3年", Unsaid, Err("length_unreadable")),
            ("很久", Unsaid, Err("length_unreadable")),
            ("0", Months, Err("length_unreadable")),
            ("十二个月", Unsaid, Ok(12)),
            ("", Months, Err("length_unreadable")),
            ("700", Months, Err("length_unreadable")),
        ] {
            assert_eq!(length(Cell::Text(text), unit), want, "{text}");
        }
        assert_eq!(length(Cell::Number(36.0), Unsaid), Ok(36));
    }

    #[test]
    fn identity_numbers_and_what_spoils_them() {
        let good = format!("99010119800229123{}", crate::domain::identity::check_digit("99010119800229123").unwrap());
        let spaced = format!(" '{} {}\u{a0}", &good[..6], good[6..].to_lowercase());
        assert_eq!(identity(Cell::Text(&spaced)).unwrap().reveal(), good);
        for (cell, why) in [
            (Cell::Number(9.901_011_980_022_912e17), "identity_lost_digits"),
            (Cell::Text("9.90101E+17"), "identity_lost_digits"),
            (Cell::Text("990101198002291000"), "identity_lost_digits"),
            (Cell::Number(990_101_800_229_123.0), "identity_old"),
            (Cell::Text("123"), "identity_length"),
            (Cell::Bool(true), "identity_characters"),
        ] {
            assert_eq!(identity(cell), Err(why), "{cell:?}");
        }
    }

    #[test]
    fn names_are_joined_and_odd_ones_noticed() {
        for (raw, want, odd) in [
            ("张  伟", "张伟", None),
            ("张　伟 ", "张伟", None),
            ("阿不都热依木.买买提", "阿不都热依木·买买提", None),
            ("John  Smith", "John Smith", None),
            ("张\u{200b}伟", "张伟", Some("hidden_characters")),
            ("张伟\0", "张伟", None),
            ("⽂静", "⽂静", Some("name_look_alike")),
            ("张А", "张А", Some("name_look_alike")),
            ("李四(女)", "李四(女)", Some("name_remark")),
            ("欧阳\n娜娜", "欧阳娜娜", None),
            ("何计", "何计", None),
        ] {
            let (got, warnings) = name(raw);
            assert_eq!((got.as_str(), warnings.first().copied()), (want, odd), "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn any_day_reads_in_every_form(n in 10_958_i64..73_050, form in 0_usize..7) {
            let d = day(1899, 12, 30) + chrono::Duration::days(n);
            let text = match form {
                0 => d.format("%Y-%m-%d").to_string(),
                1 => d.format("%Y/%-m/%-d").to_string(),
                2 => d.format("%Y.%-m.%-d").to_string(),
                3 => d.format("%Y年%-m月%-d日").to_string(),
                4 => d.format("%Y%m%d").to_string(),
                5 => n.to_string(),
                _ => d.format("%Y-%m-%d").to_string().chars().map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c }).collect(),
            };
            prop_assert_eq!(date(Cell::Text(&text), false), Ok(d));
        }

        #[test]
        fn anything_else_is_refused_and_never_breaks(text in any::<String>(), digits in "[0-9年月日./ -]{0,14}", n in any::<f64>()) {
            for t in [&text, &digits] {
                let _ = (date(Cell::Text(t), true), date_range(t, false), identity(Cell::Text(t)), name(t), super::text(Cell::Text(t)));
                let _ = length(Cell::Text(t), LengthUnit::Unsaid);
            }
            let _ = (date(Cell::Number(n), false), identity(Cell::Number(n)), length(Cell::Number(n), LengthUnit::Years));
        }

        #[test]
        fn names_are_stable(text in "[ 　张伟A-z·.\\u{200b}]{0,12}") {
            let once = name(&text).0;
            prop_assert_eq!(name(&once).0, once.clone());
        }
    }
}
