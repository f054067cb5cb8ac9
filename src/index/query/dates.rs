//! Days in a query: a day, a month, a year, or a distance from today.

use std::fmt;

use crate::domain::Date;
use crate::text::half_width;

use super::Vocabulary;

/// A day or a span of days as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateValue {
    /// One day.
    Day(Date),
    /// A month: year, month.
    Month(i32, u32),
    /// A year.
    Year(i32),
    /// Days from today; negative is past.
    Today(i32),
}

impl DateValue {
    /// First and last day.
    pub fn span(self, today: Date) -> Option<(Date, Date)> {
        match self {
            Self::Day(d) => Some((d, d)),
            Self::Month(y, m) => {
                let first = Date::from_ymd_opt(y, m, 1)?;
                let next = if m == 12 { Date::from_ymd_opt(y + 1, 1, 1) } else { Date::from_ymd_opt(y, m + 1, 1) }?;
                Some((first, next.pred_opt()?))
            }
            Self::Year(y) => Some((Date::from_ymd_opt(y, 1, 1)?, Date::from_ymd_opt(y, 12, 31)?)),
            Self::Today(n) => {
                let d = today.checked_add_signed(chrono::TimeDelta::try_days(i64::from(n))?)?;
                Some((d, d))
            }
        }
    }

    /// Reads `2026-12-31`, `2026.12`, `2026年12月31日`, `2026`, `today`, `today+30`, `+30d`, `-7`.
    pub(super) fn read(text: &str, words: &Vocabulary) -> Option<Self> {
        let text = half_width(text).trim().to_lowercase();
        if words.is_today(&text) {
            return Some(Self::Today(0));
        }
        let sign = text.find(['+', '-']);
        if let Some(at) = sign {
            let (base, rest) = text.split_at(at);
            if base.is_empty() || words.is_today(base) {
                let days: i32 = rest.trim_end_matches(['d', '\u{5929}']).parse().ok()?;
                return (-36_500..=36_500).contains(&days).then_some(Self::Today(days));
            }
        }
        let ended = text.trim_end_matches(['\u{65e5}', '\u{53f7}', '\u{6708}', '\u{5e74}']);
        let parts: Vec<&str> = ended.split(['-', '.', '/', '\u{5e74}', '\u{6708}']).collect();
        let number = |i: usize| -> Option<u32> {
            let part = parts.get(i)?;
            (!part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse().ok())
                .flatten()
        };
        let year = i32::try_from(number(0)?).ok().filter(|y| (1900..=2200).contains(y))?;
        match parts.len() {
            1 => Some(Self::Year(year)),
            2 => number(1).filter(|m| (1..=12).contains(m)).map(|m| Self::Month(year, m)),
            3 => Date::from_ymd_opt(year, number(1)?, number(2)?).map(Self::Day),
            _ => None,
        }
    }
}

impl fmt::Display for DateValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(d) => write!(f, "{}", d.format("%Y-%m-%d")),
            Self::Month(y, m) => write!(f, "{y:04}-{m:02}"),
            Self::Year(y) => write!(f, "{y:04}"),
            Self::Today(0) => f.write_str("today"),
            Self::Today(n) => write!(f, "today{n:+}"),
        }
    }
}
