//! What the form of a deed asks for ([`fields`]), how each entry is checked while it is typed, and the command a filled
//! form stands for ([`command()`]).

mod account;
mod command;
mod device;
mod fields;
mod inspect;
pub mod owed;

use crate::domain::{Date, IdentityNumber, UnitId};
pub use command::command;
pub use fields::entries;

/// What a form field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Takes {
    /// Any text.
    Text,
    /// A day.
    Day,
    /// A whole number.
    Number,
    /// An identity number.
    Identity,
    /// One of these: stable code and word.
    OneOf(Vec<(String, String)>),
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Stable name: label `field.<name>`.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// It may not be empty.
    pub required: bool,
    /// What it starts with; for a choice the code.
    pub start: String,
}

/// What was typed, by field name.
pub struct Values<'a>(pub Vec<(&'a Entry, String)>);

impl Values<'_> {
    fn text(&self, name: &str) -> String {
        self.0.iter().find(|(e, _)| e.name == name).map(|(_, v)| v.trim().to_owned()).unwrap_or_default()
    }

    fn some(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|t| !t.is_empty())
    }

    /// Changed against what the form started with.
    fn changed(&self, name: &str) -> Option<String> {
        let (entry, value) = self.0.iter().find(|(e, _)| e.name == name)?;
        (value.trim() != entry.start.trim()).then(|| value.trim().to_owned())
    }

    fn day(&self, name: &str) -> Option<Date> {
        read_day(&self.text(name))
    }

    /// The unit chosen, where the register has several.
    fn unit(&self) -> Option<UnitId> {
        self.text("unit").parse().ok()
    }

    fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        crate::text::fold(&self.text(name)).parse().ok()
    }
}

/// What is wrong with one entry, as a locale key, while it is typed.
pub fn problem(entry: &Entry, value: &str) -> Option<String> {
    let value = value.trim();
    if value.is_empty() {
        return entry.required.then(|| "form.required".to_owned());
    }
    match entry.takes {
        Takes::Day => read_day(value).is_none().then(|| "form.not_a_day".to_owned()),
        Takes::Number => crate::text::fold(value).parse::<u32>().is_err().then(|| "form.not_a_number".to_owned()),
        Takes::Identity => IdentityNumber::parse(value).err().map(|e| format!("form.{}", e.code())),
        Takes::Text | Takes::OneOf(_) => None,
    }
}

/// Reads a day as people type it: `2026-3-5`, `2026.3.5`, `2026/3/5`, with the Chinese words between, `20260305`. Whatever
/// else stands there may mean another day.
pub fn read_day(text: &str) -> Option<Date> {
    let folded = crate::text::fold(text);
    let folded = folded.trim();
    // 年 and 月 between, 日 or 号 behind.
    let between = |c: char| c.is_ascii_digit() || matches!(c, '-' | '.' | '/' | '\u{5e74}' | '\u{6708}' | ' ');
    let folded = folded.strip_suffix(['\u{65e5}', '\u{53f7}']).unwrap_or(folded).trim_end();
    if !folded.chars().all(between) || !folded.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let parts: Vec<&str> = folded.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
    let (y, m, d) = match parts.as_slice() {
        [y, m, d] if y.len() == 4 => (y.parse().ok()?, m.parse().ok()?, d.parse().ok()?),
        [all] if all.len() == 8 => {
            let n: u32 = all.parse().ok()?;
            (i32::try_from(n / 10_000).ok()?, n / 100 % 100, n % 100)
        }
        _ => return None,
    };
    Date::from_ymd_opt(y, m, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_type_them() {
        let want = Date::from_ymd_opt(2026, 3, 5);
        for text in [
            "2026-03-05",
            "2026.3.5",
            "2026/3/5",
            "20260305",
            "2026年3月5日",
            "2026 年 3 月 5 号 ",
            "２０２６－０３－０５",
        ] {
            assert_eq!(read_day(text), want, "{text}");
        }
        for text in ["2026-03-05王五", "约2026年3月5日", "2026-03-05前", "2026-3-5?", "2026-03-05-", "x20260305"]
        {
            assert_eq!(read_day(text), None, "{text}");
        }
        for text in ["", "2026-02-30", "26-3-5", "2026-3", "5-3-2026", "2026030", "x"] {
            assert_eq!(read_day(text), None, "{text}");
        }
    }
}
