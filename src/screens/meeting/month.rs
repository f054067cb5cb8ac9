//! A month as people name it behind a name: `5`, `5月`, `2026-05`, also glued to the letters (`zxm5`).

use chrono::Datelike as _;

use crate::domain::Date;
use crate::text::fold;

/// A month, by its first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month(Date);

impl Month {
    /// The month of a day.
    pub fn of(day: Date) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }

    /// The one named by a number alone: the next such month from today's on.
    fn next(number: u32, today: Date) -> Option<Self> {
        let first = Self::of(today).0;
        let year = if number < first.month() { first.year() + 1 } else { first.year() };
        Date::from_ymd_opt(year, number, 1).map(Self)
    }

    /// The month so many months later; itself where the calendar ends.
    #[must_use]
    pub fn step(self, by: i32) -> Self {
        let months = chrono::Months::new(by.unsigned_abs());
        let day = if by < 0 { self.0.checked_sub_months(months) } else { self.0.checked_add_months(months) };
        day.map_or(self, Self)
    }

    /// The days the question is asked for: the first that is not past, and the last.
    pub fn days(self, today: Date) -> (Date, Date) {
        let last = self.step(1).0.pred_opt().unwrap_or(self.0);
        let last = if last < self.0 { self.0 } else { last };
        (self.0.max(today).min(last), last)
    }

    /// `2026-05`.
    pub fn text(self) -> String {
        self.0.format("%Y-%m").to_string()
    }
}

/// Reads a month; a number alone is the next such month.
fn read(text: &str, today: Date) -> Option<Month> {
    let digits: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
    let plain =
        text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '-' | '.' | '/') || mark(c));
    match digits.as_slice() {
        _ if !plain => None,
        [month] if month.len() <= 2 => month.parse().ok().and_then(|m| Month::next(m, today)),
        [year, month] if year.len() == 4 && month.len() <= 2 => {
            Date::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1).map(Month)
        }
        _ => None,
    }
}

/// The words between the numbers of a date in Chinese.
const fn mark(c: char) -> bool {
    matches!(c, '\u{5e74}' | '\u{6708}')
}

/// What is looked up, and the month behind it, if there is one: as a word of its own, or glued to the last word. A glued
/// number may belong to the name, so that whoever asks tries the text as it stands first.
pub fn split(text: &str, today: Date) -> (String, Option<Month>, bool) {
    let folded = fold(text);
    let folded = folded.trim();
    let head = folded.rsplit_once(char::is_whitespace);
    if let Some((head, month)) = head.and_then(|(head, tail)| Some((head, read(tail, today)?))) {
        return (head.trim().to_owned(), Some(month), false);
    }
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '-' | '.' | '/') || mark(c);
    let word = folded.trim_end_matches(numeric);
    let tail: String = folded.chars().skip(word.chars().count()).collect();
    match read(&tail, today).filter(|_| !word.trim().is_empty()) {
        Some(month) => (word.trim().to_owned(), Some(month), true),
        None => (folded.to_owned(), None, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_as_people_name_them() {
        let today: Date = "2026-03-16".parse().unwrap();
        for (text, who, month) in [
            ("zxm", "zxm", None),
            ("zxm 5", "zxm", Some("2026-05")),
            ("zxm5", "zxm", Some("2026-05")),
            ("张晓明5月", "张晓明", Some("2026-05")),
            ("张晓明 ５月", "张晓明", Some("2026-05")),
            ("zxm 3", "zxm", Some("2026-03")),
            ("zxm 2", "zxm", Some("2027-02")),
            ("zxm 12", "zxm", Some("2026-12")),
            ("zxm 2027-01", "zxm", Some("2027-01")),
            ("zxm 2027年1月", "zxm", Some("2027-01")),
            ("li na 2027.1", "li na", Some("2027-01")),
            ("zxm 13", "zxm 13", None),
            ("zxm 0", "zxm 0", None),
            ("P000021", "p000021", None),
            ("5", "5", None),
            ("", "", None),
        ] {
            let (found, at, _) = split(text, today);
            assert_eq!((found.as_str(), at.map(Month::text)), (who, month.map(str::to_owned)), "{text}");
        }
        let may = split("zxm 5", today).1.unwrap();
        assert_eq!(may.days(today), ("2026-05-01".parse().unwrap(), "2026-05-31".parse().unwrap()));
        assert_eq!(Month::of(today).days(today), (today, "2026-03-31".parse().unwrap()), "past days are not asked for");
        assert_eq!(may.step(8).text(), "2027-01");
        assert_eq!(may.step(-5).text(), "2025-12");
        assert_eq!(Month::of(Date::MAX).step(1).days(today).0, Month::of(Date::MAX).0);
    }
}
