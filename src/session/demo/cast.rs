//! The people of `demo/people.toml`. What happens to them is written there as commands; here they only get their ids.

use std::sync::LazyLock;

use serde::Deserialize;
use toml::{Table, Value};

use super::staff::{before, identity};
use super::tables::story;
use crate::domain::command::AddPerson;
use crate::domain::{Command, Date, Employment, Level, PersonId, PledgeKind, ReviewKind, Sex, TrainingKind, UnitId};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cast {
    person: Vec<Member>,
    together: Vec<Together>,
    device: Vec<Device>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    /// Why the person is in the demo; for readers of the file and for `demo/README.md`.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by people"))]
    who: String,
    unit: u64,
    name: String,
    sex: Sex,
    born: Option<Date>,
    department: String,
    post: Option<String>,
    level: Option<Level>,
    from: Option<Date>,
    employment: Option<Employment>,
    #[serde(default)]
    civil_servant: bool,
    #[serde(default)]
    note: String,
    /// Has the papers of going on post.
    #[serde(default = "yes")]
    papers: bool,
    #[serde(default)]
    then: Vec<Table>,
}

/// Something done with everybody of a unit who was on post that day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Together {
    unit: u64,
    #[serde(default)]
    absent: Vec<String>,
    give: Table,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Device {
    give: Table,
}

const fn yes() -> bool {
    true
}

static CAST: LazyLock<Cast> =
    LazyLock::new(|| toml::from_str(include_str!("../../../demo/people.toml")).unwrap_or_default());

/// How many people the cast has.
pub(super) fn size() -> usize {
    CAST.person.len()
}

/// The units, then the cast with their papers and devices.
pub(super) fn commands() -> Vec<Command> {
    let mut out = super::units();
    for (id, member) in (1..).map(PersonId).zip(&CAST.person) {
        out.push(Command::AddPerson(member.add(id)));
        out.extend(member.papers(id));
        out.extend(member.then.iter().filter_map(|table| member.command(id, table.clone())));
    }
    out.extend(CAST.together.iter().filter_map(Together::command));
    out.extend(CAST.device.iter().filter_map(|d| read(d.give.clone())));
    out
}

/// A table as a command; a test finds the ones that are none.
fn read(table: Table) -> Option<Command> {
    Command::deserialize(Value::Table(table)).ok()
}

fn text(id: impl ToString) -> Value {
    Value::String(id.to_string())
}

impl Member {
    fn add(&self, id: PersonId) -> AddPerson {
        let prefix = story().unit.get(self.unit as usize - 1).map_or("", |u| u.staff_prefix.as_str());
        AddPerson {
            name: self.name.clone(),
            unit: Some(UnitId(self.unit)),
            department: self.department.clone(),
            sex: Some(self.sex),
            identity: self.born.map(|born| identity(id.0, born, self.sex)),
            staff_number: Some(format!("{prefix}{:06}", id.0)),
            employment: self.employment,
            civil_servant: self.civil_servant,
            phone: Some(format!("0999-5{:06}", id.0)),
            filed_on: self.from.filter(|_| self.unit == 2),
            post: self.post.clone(),
            level: self.level,
            on_post_from: self.from,
            note: self.note.clone(),
        }
    }

    /// Review, training and pledge before the post.
    fn papers(&self, id: PersonId) -> Vec<Command> {
        let Some(from) = self.from.filter(|_| self.papers) else { return Vec::new() };
        let words = &story().words;
        vec![
            Command::AddReview {
                person: id,
                kind: ReviewKind::BeforePost,
                on: before(from, 7),
                passed: true,
                by: words.reviewer.clone(),
                comment: words.review_comment.clone(),
            },
            Command::AddTraining {
                persons: vec![id],
                on: before(from, 3),
                kind: TrainingKind::BeforePost,
                topic: words.before_post.clone(),
                minutes: Some(180),
                makeup_for: None,
                certificate: String::new(),
            },
            Command::AddPledge {
                persons: vec![id],
                kind: PledgeKind::OnPost,
                on: from,
                year: None,
                copies: Some(3),
                text_version: words.pledge_text.clone(),
            },
        ]
    }

    /// A command of `then`, with the person filled in where its verb wants one.
    fn command(&self, id: PersonId, mut table: Table) -> Option<Command> {
        let person = text(id);
        match table.get("command").and_then(Value::as_str)? {
            "add_training" | "add_pledge" => {
                table.insert("persons".to_owned(), Value::Array(vec![person]));
            }
            "add_computer" => {
                table.insert("unit".to_owned(), text(UnitId(self.unit)));
                table.insert("custodian".to_owned(), person.clone());
                table.insert("user".to_owned(), person);
            }
            "add_medium" => {
                table.insert("unit".to_owned(), text(UnitId(self.unit)));
                table.insert("holder".to_owned(), person);
            }
            _ => {
                table.insert("person".to_owned(), person);
            }
        }
        read(table)
    }

    /// The day a departure of the person takes effect; after coming back to a post, `None` again.
    fn left_on(&self) -> Option<Date> {
        let day = |table: &Table| table.get("left_on").and_then(Value::as_str).and_then(|d| d.parse().ok());
        self.then.iter().find_map(day)
    }

    fn on_post(&self, day: Date) -> bool {
        self.post.is_some() && self.from.is_none_or(|f| f <= day) && self.left_on().is_none_or(|l| day < l)
    }
}

impl Together {
    fn command(&self) -> Option<Command> {
        let on: Date = self.give.get("on")?.as_str()?.parse().ok()?;
        let persons: Vec<Value> = (1..)
            .map(PersonId)
            .zip(&CAST.person)
            .filter(|(_, m)| m.unit == self.unit && m.on_post(on) && !self.absent.contains(&m.name))
            .map(|(id, _)| text(id))
            .collect();
        let mut table = self.give.clone();
        table.insert("persons".to_owned(), Value::Array(persons));
        read(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::IdentityNumber;

    #[test]
    fn the_cast_parses_and_every_table_is_a_command() {
        let cast: Cast = toml::from_str(include_str!("../../../demo/people.toml")).unwrap();
        for member in &cast.person {
            assert!(!member.who.is_empty(), "{}", member.name);
            for table in &member.then {
                assert!(member.command(PersonId(1), table.clone()).is_some(), "{}: {table:?}", member.name);
            }
            if let Some(number) = member.add(PersonId(7)).identity {
                let number = IdentityNumber::parse(&number).unwrap();
                assert_eq!((number.birth_date(), number.sex()), (member.born, Some(member.sex)));
            }
        }
        for together in &cast.together {
            assert!(together.command().is_some(), "{:?}", together.give);
            for name in &together.absent {
                assert!(cast.person.iter().any(|m| m.name == *name && m.unit == together.unit), "{name}");
            }
        }
        assert!(cast.device.iter().all(|d| read(d.give.clone()).is_some()));
    }
}
