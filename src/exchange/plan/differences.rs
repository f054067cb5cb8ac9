//! What a planned row changes, as texts for the dry run.

use super::{FieldChange, PlannedRow};
use crate::domain::numbers::masked_phone;
use crate::domain::{Command, Date, IdentityNumber};
use crate::exchange::problem::shown;
use crate::i18n::Texts;

impl FieldChange {
    fn new(field: &'static str, after: impl Into<String>) -> Self {
        Self { field, before: String::new(), after: after.into() }
    }

    /// Field, former and new value in a language, fit to be printed.
    pub fn texts(&self, texts: Texts) -> (String, String, String) {
        let say = |t: &str| {
            let words: Vec<String> = t
                .split('\t')
                .map(|w| w.strip_prefix('@').and_then(|key| texts.get(key)).unwrap_or(w).to_owned())
                .collect();
            shown(&words.join(" "))
        };
        (texts.t(&format!("import.field.{}", self.field)), say(&self.before), say(&self.after))
    }
}

impl PlannedRow {
    /// Every field the row sets or changes, with what the register has now.
    pub fn differences(&self) -> Vec<FieldChange> {
        let mut out = self.changes.to_vec();
        for command in &self.commands {
            describe(command, &mut out);
        }
        out
    }
}

fn word(list: &str, code: Option<&str>) -> String {
    code.map(|c| format!("@word.{list}.{c}")).unwrap_or_default()
}

fn day(date: Option<Date>) -> String {
    date.map(|d| d.to_string()).unwrap_or_default()
}

/// Parts of one text, those that are there.
fn join(parts: &[String]) -> String {
    parts.iter().filter(|p| !p.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\t")
}

fn describe(command: &Command, out: &mut Vec<FieldChange>) {
    let mut say = |field: &'static str, after: String| {
        if !after.is_empty() {
            out.push(FieldChange::new(field, after));
        }
    };
    match command {
        Command::AddPerson(f) => {
            say("name", f.name.clone());
            let identity = f.identity.as_deref().and_then(|t| IdentityNumber::parse(t).ok());
            say("identity", identity.map(|i| i.masked()).unwrap_or_default());
            say("staff_number", f.staff_number.clone().unwrap_or_default());
            say("department", f.department.clone());
            say("sex", word("sex", f.sex.map(crate::domain::Sex::code)));
            say("post", f.post.clone().unwrap_or_default());
            say("level", word("level", f.level.map(crate::domain::Level::code)));
            say("on_post_from", day(f.on_post_from));
            say("employment", word("employment", f.employment.map(crate::domain::Employment::code)));
            say("phone", f.phone.as_deref().map(masked_phone).unwrap_or_default());
            say("filed_on", day(f.filed_on));
            say("note", f.note.clone());
        }
        Command::AddPost { title, level, from, .. } => {
            say("post", join(&[title.clone(), word("level", level.map(crate::domain::Level::code)), day(*from)]));
        }
        Command::EndPost { to, .. } => say("post_to", day(Some(*to))),
        Command::SetLevel { level, from, .. } => {
            say("level", join(&[word("level", level.map(crate::domain::Level::code)), day(*from)]));
        }
        Command::AddTraining { on, kind, topic, .. } => {
            say("training_on", join(&[day(Some(*on)), word("training", Some(kind.code())), topic.clone()]));
        }
        Command::AddPledge { on, kind, .. } => {
            say("pledge_on", join(&[day(Some(*on)), word("pledge", Some(kind.code()))]));
        }
        Command::SubmitTrip(t) => {
            let days = [day(Some(t.depart_on)), day(t.return_on), word("trip", Some(t.kind.code()))];
            say("destination", t.destination.clone());
            say("depart_on", join(&days));
        }
        Command::RecordTrip(t) => {
            let back = t.returned_on.or(t.return_on);
            say("destination", t.destination.clone());
            say("depart_on", join(&[day(Some(t.depart_on)), day(back), word("trip", Some(t.kind.code()))]));
            say("approver", t.approved_by.clone());
        }
        Command::ChangeTrip { return_on, .. } => say("return_on", day(*return_on)),
        Command::StepTrip { opinion, by, .. } => {
            say("opinion", join(&[word("opinion", Some(opinion.code())), by.clone()]));
        }
        Command::Depart(f) => {
            say("left_on", day(f.left_on));
            say("approved_on", day(f.approved_on));
            say("reason", word("leaving", Some(f.reason.code())));
            say("level", word("level", f.level.map(crate::domain::Level::code)));
            say("months", f.months.map(|m| m.to_string()).unwrap_or_default());
            say("period_to", day(f.stated_last_day));
        }
        Command::ChangeDeparture { approved_on, left_on, reason, level, stated_last_day, .. } => {
            say("left_on", day(*left_on));
            say("approved_on", day(*approved_on));
            say("reason", word("leaving", reason.map(crate::domain::LeavingReason::code)));
            say("level", word("level", level.map(crate::domain::Level::code)));
            say("period_to", day(*stated_last_day));
        }
        _ => {}
    }
}
