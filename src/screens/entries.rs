//! What the form of a deed asks for, how each entry is checked while it is typed, and the command a filled form stands
//! for.

use super::Context;
use super::deed::Deed;
use crate::domain::command::{AddPerson, ChangePerson, Depart, SubmitTrip, TripEvent};
use crate::domain::{
    Command, Date, IdentityNumber, LeavingReason, Level, Opinion, PersonId, PledgeKind, TrainingKind, TripKind,
};
use crate::index::PersonRow;

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

fn entry(name: &'static str, takes: Takes, required: bool, start: impl Into<String>) -> Entry {
    Entry { name, takes, required, start: start.into() }
}

fn choice<T: Copy>(all: &[T], code: fn(T) -> &'static str, list: &str, cx: &Context) -> Takes {
    Takes::OneOf(all.iter().map(|v| (code(*v).to_owned(), cx.texts.word(list, code(*v)))).collect())
}

/// Levels, and "not set".
fn levels(cx: &Context) -> Takes {
    let none = (String::new(), cx.texts.word("level", "none"));
    let all = Level::ALL.iter().map(|l| (l.code().to_owned(), cx.texts.word("level", l.code())));
    Takes::OneOf(std::iter::once(none).chain(all).collect())
}

/// The fields a deed asks for.
pub fn entries(deed: Deed, of: Option<&PersonRow>, cx: &Context) -> Vec<Entry> {
    let (today, me) = (cx.today.to_string(), cx.operator.name.clone());
    let text = |name, required| entry(name, Takes::Text, required, "");
    let day = |name, start: &str| entry(name, Takes::Day, false, start);
    match deed {
        Deed::Agree(_) => vec![
            entry("by", Takes::Text, true, me),
            entry("comment", Takes::Text, true, cx.texts.t("form.start_agree")),
            day("on", &today),
        ],
        Deed::Disagree(_) | Deed::Object(_) => {
            vec![text("comment", true), entry("by", Takes::Text, true, me), day("on", &today)]
        }
        Deed::Trip(_, TripEvent::Report) => vec![text("text", true), day("on", &today)],
        Deed::Trip(..) | Deed::Close(_) => vec![day("on", &today)],
        Deed::NewTrip => vec![
            text("destination", true),
            entry("depart_on", Takes::Day, true, ""),
            day("return_on", ""),
            entry("trip_kind", choice(TripKind::ALL, TripKind::code, "trip", cx), true, "private"),
            text("purpose", false),
            text("special_reason", false),
        ],
        Deed::Training => vec![
            text("topic", false),
            entry("on", Takes::Day, true, today),
            entry("training_kind", choice(TrainingKind::ALL, TrainingKind::code, "training", cx), true, "on_post"),
            entry("makeup_for", Takes::Number, false, ""),
        ],
        Deed::Pledge => vec![
            entry("on", Takes::Day, true, today),
            entry("pledge_kind", choice(PledgeKind::ALL, PledgeKind::code, "pledge", cx), true, "on_post"),
            entry("copies", Takes::Number, false, ""),
        ],
        Deed::Leave => vec![
            entry(
                "leaving_reason",
                choice(LeavingReason::ALL, LeavingReason::code, "leaving", cx),
                true,
                "moved_inside",
            ),
            day("approved_on", ""),
            day("left_on", &today),
            text("going_to", false),
        ],
        Deed::Length(_) => vec![
            entry("months", Takes::Number, true, ""),
            text("reason", true),
            entry("by", Takes::Text, true, me),
            day("on", &today),
        ],
        Deed::Extend(_) => vec![
            entry("months", Takes::Number, true, ""),
            text("reason", true),
            entry("by", Takes::Text, true, me),
            day("on", &today),
            day("told_on", ""),
        ],
        Deed::Post => vec![text("title", true), entry("level", levels(cx), false, ""), day("from", &today)],
        Deed::Level => {
            let now = of.and_then(|s| s.level).map_or("", Level::code);
            vec![
                entry("level", levels(cx), false, now),
                day("from", &today),
                text("decided_by", false),
                text("reason", false),
            ]
        }
        Deed::Edit => {
            let name = of.map(|s| s.name.clone()).unwrap_or_default();
            let department = of.map(|s| s.department.clone()).unwrap_or_default();
            let staff = of.and_then(|s| s.staff_number.clone()).unwrap_or_default();
            vec![
                entry("name", Takes::Text, true, name),
                entry("department", Takes::Text, false, department),
                entry("staff_number", Takes::Text, false, staff),
                entry("identity", Takes::Identity, false, ""),
                text("phone", false),
                text("note", false),
            ]
        }
        Deed::AddPerson => vec![
            text("name", true),
            entry("identity", Takes::Identity, false, ""),
            text("department", false),
            text("post", false),
            entry("level", levels(cx), false, ""),
            day("on_post_from", ""),
        ],
    }
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

/// Reads a day as people type it: `2026-3-5`, `2026.3.5`, `2026/3/5`, with the Chinese words between, `20260305`.
pub fn read_day(text: &str) -> Option<Date> {
    let folded = crate::text::fold(text);
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

/// The command a filled form stands for.
pub fn command(deed: Deed, persons: &[PersonId], v: &Values, based_on: Option<u64>, cx: &Context) -> Option<Command> {
    let first = persons.first().copied();
    let opinion = |trip: u32, opinion: Opinion| {
        Some(Command::StepTrip {
            person: first?,
            trip,
            step: None,
            opinion,
            by: v.text("by"),
            on: v.day("on"),
            comment: v.text("comment"),
        })
    };
    match deed {
        Deed::Agree(n) => opinion(n, Opinion::Agree),
        Deed::Disagree(n) => opinion(n, Opinion::Disagree),
        Deed::Object(n) => opinion(n, Opinion::Object),
        Deed::Trip(trip, event) => {
            Some(Command::MoveTrip { person: first?, trip, event, on: v.day("on"), text: v.text("text") })
        }
        Deed::NewTrip => Some(Command::SubmitTrip(SubmitTrip {
            person: first?,
            kind: TripKind::from_code(&v.text("trip_kind"))?,
            destination: v.text("destination"),
            purpose: v.text("purpose"),
            depart_on: v.day("depart_on")?,
            return_on: v.day("return_on"),
            companions: Vec::new(),
            funding: String::new(),
            on: None,
            special_reason: v.text("special_reason"),
            draft: false,
        })),
        Deed::Training => Some(Command::AddTraining {
            persons: persons.to_vec(),
            on: v.day("on")?,
            kind: TrainingKind::from_code(&v.text("training_kind"))?,
            topic: v.text("topic"),
            minutes: None,
            makeup_for: v.number("makeup_for"),
            certificate: String::new(),
        }),
        Deed::Pledge => Some(Command::AddPledge {
            persons: persons.to_vec(),
            kind: PledgeKind::from_code(&v.text("pledge_kind"))?,
            on: v.day("on")?,
            year: None,
            copies: v.number("copies"),
            text_version: String::new(),
        }),
        Deed::Leave => Some(Command::Depart(Depart {
            person: first?,
            reason: LeavingReason::from_code(&v.text("leaving_reason"))?,
            approved_on: v.day("approved_on"),
            left_on: v.day("left_on"),
            level: None,
            months: None,
            months_by: String::new(),
            months_reason: String::new(),
            stated_last_day: None,
            destination: v.text("going_to"),
            managed_by: String::new(),
        })),
        Deed::Length(departure) => Some(Command::SetPeriodLength {
            person: first?,
            departure,
            months: v.number("months")?,
            on: v.day("on"),
            by: v.text("by"),
            reason: v.text("reason"),
        }),
        Deed::Extend(departure) => Some(Command::ExtendPeriod {
            person: first?,
            departure,
            months: v.number("months")?,
            on: v.day("on"),
            by: v.text("by"),
            reason: v.text("reason"),
            told_on: v.day("told_on"),
        }),
        Deed::Close(departure) => Some(Command::ClosePeriod { person: first?, departure, on: v.day("on") }),
        Deed::Post => Some(Command::AddPost {
            person: first?,
            title: v.text("title"),
            level: Level::from_code(&v.text("level")),
            from: v.day("from"),
        }),
        Deed::Level => Some(Command::SetLevel {
            person: first?,
            level: Level::from_code(&v.text("level")),
            from: v.day("from"),
            decided_by: v.text("decided_by"),
            reason: v.text("reason"),
        }),
        Deed::Edit => Some(Command::ChangePerson(ChangePerson {
            based_on,
            name: v.changed("name"),
            department: v.changed("department"),
            staff_number: v.changed("staff_number"),
            identity: v.some("identity"),
            phone: v.some("phone"),
            note: v.some("note"),
            ..ChangePerson::of(first?)
        })),
        Deed::AddPerson => Some(Command::AddPerson(AddPerson {
            name: v.text("name"),
            identity: v.some("identity"),
            department: v.text("department"),
            post: v.some("post"),
            level: Level::from_code(&v.text("level")),
            on_post_from: v.day("on_post_from"),
            // Where there are several, the unit of the person the cursor is on.
            unit: first.and_then(|id| cx.index.person(id)).map(|s| s.unit),
            ..AddPerson::default()
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_type_them() {
        let want = Date::from_ymd_opt(2026, 3, 5);
        for text in ["2026-03-05", "2026.3.5", "2026/3/5", "20260305", "2026年3月5日", "２０２６－０３－０５"]
        {
            assert_eq!(read_day(text), want, "{text}");
        }
        for text in ["", "2026-02-30", "26-3-5", "2026-3", "5-3-2026", "2026030", "x"] {
            assert_eq!(read_day(text), None, "{text}");
        }
    }
}
