//! The minutes of a meeting: what was decided with votes on a day, and what still waits for one.

use super::{Session, SessionError};
use crate::domain::person::{Step, Votes};
use crate::domain::summary::MatterKind;
use crate::domain::{Date, Person, PersonId, RecordId, StepCode, Unit, View as _};
use crate::error::{Error, Kind};
use crate::exchange::{Form, Minutes, MinutesRow};
use crate::i18n::Texts;
use crate::index::{Index, Part, Query, Row, View};
use crate::rules::{self, Chain};

impl Session {
    /// The form, and whom it is about.
    pub(super) fn minutes(&self, on: Date, texts: Texts) -> Result<(Form, Vec<RecordId>), SessionError> {
        let (index, _) = self.index(self.today())?;
        let mut minutes = Minutes { on: on.to_string(), open: open(&index, texts), ..Minutes::default() };
        let mut about = Vec::new();
        // Only people with a request, a leaving or another case can have been decided on.
        let some = index.people().lines().filter(|(_, r)| r.trip_count > 0 || r.matter_count > 0);
        let ids: Vec<PersonId> = some.map(|(_, r)| r.id).collect();
        self.read(|s| {
            for id in ids {
                let Some(person) = s.person(id)? else { continue };
                let Some(unit) = s.unit(person.unit)? else { continue };
                if self.decisions_on(&person, &unit, on, texts, &mut minutes) {
                    about.push(person.id.into());
                }
            }
            Ok(())
        })?;
        if minutes.decided.is_empty() {
            return Err(Error::new(Kind::Refused, "form_no_decisions").with("date", on).into());
        }
        Ok((minutes.form(texts), about))
    }

    /// Adds what was decided about a person; whether anything was.
    fn decisions_on(&self, person: &Person, unit: &Unit, on: Date, texts: Texts, minutes: &mut Minutes) -> bool {
        let before = minutes.decided.len();
        let mut take = |matter: String, steps: &[Step], chain: &dyn Fn() -> Chain| {
            for step in steps.iter().filter(|s| s.on == on) {
                let Some(votes) = &step.votes else { continue };
                let article = chain().steps.into_iter().find(|s| s.code == step.code).map(|s| s.article);
                minutes.note(
                    step,
                    votes,
                    MinutesRow {
                        matter: matter.clone(),
                        step: cited(step.code, article.as_deref().unwrap_or_default(), texts),
                        votes: counted(votes, texts),
                        decision: decision(step, texts),
                    },
                );
            }
        };
        let who = who(&person.name, &person.department, texts);
        for t in &person.trips {
            let matter = trip(&who, texts.word("trip", t.kind.code()), &t.destination, t.depart_on, texts);
            let id = Part::Trip(t.n).id(person.id);
            take(format!("{matter}  {id}"), &t.steps, &|| rules::trip_chain(&self.packs, unit, person, t));
        }
        for d in &person.departures {
            let matter = case(&who, MatterKind::Leaving(d.reason), texts);
            let id = Part::Departure(d.n).id(person.id);
            take(format!("{matter}  {id}"), &d.steps, &|| rules::departure_chain(&self.packs, unit, person, d));
        }
        for c in &person.cases {
            let matter = case(&who, MatterKind::Case(c.kind), texts);
            let id = Part::Case(c.n).id(person.id);
            take(format!("{matter}  {id}"), &c.steps, &|| rules::case_chain(&self.packs, unit, person, c));
        }
        minutes.decided.len() > before
    }
}

impl Minutes {
    /// Adds a decision, the body that took it and who was there.
    fn note(&mut self, step: &Step, votes: &Votes, row: MinutesRow) {
        if !step.by.is_empty() && !self.bodies.contains(&step.by) {
            self.bodies.push(step.by.clone());
        }
        for name in &votes.present {
            if !self.present.contains(name) {
                self.present.push(name.clone());
            }
        }
        self.decided.push(row);
    }
}

/// What still waits for a meeting.
fn open(index: &Index, texts: Texts) -> Vec<MinutesRow> {
    let items = index.list(View::Agenda, &Query::default(), None).items;
    let row = |row: Row| match row {
        Row::Trip(t) => {
            let who = who(&t.name, &t.department, texts);
            let matter = trip(&who, texts.word("trip", t.kind.code()), &t.destination, t.depart_on, texts);
            let step = t.waits_for.map(|s| cited(s, &t.waits_by.1, texts)).unwrap_or_default();
            Some(MinutesRow { matter: format!("{matter}  {}", t.id), step, ..MinutesRow::default() })
        }
        Row::Matter(m) => {
            let who = who(&m.name, &m.department, texts);
            let step = m.next().map(|s| cited(s.code, &s.article, texts)).unwrap_or_default();
            let matter = format!("{}  {}", case(&who, m.matter.kind, texts), m.id());
            Some(MinutesRow { matter, step, ..MinutesRow::default() })
        }
        _ => None,
    };
    items.into_iter().filter_map(|item| index.row(item)).filter_map(row).collect()
}

fn who(name: &str, department: &str, texts: Texts) -> String {
    if department.is_empty() {
        return name.to_owned();
    }
    texts.fill("form.minutes_who", &[("name", name), ("department", department)])
}

fn trip(who: &str, kind: String, to: &str, on: Date, texts: Texts) -> String {
    let values = [("who", who.to_owned()), ("kind", kind), ("to", to.to_owned()), ("on", on.to_string())];
    texts.fill("form.minutes_trip", &values)
}

fn case(who: &str, kind: MatterKind, texts: Texts) -> String {
    let kind = match kind {
        MatterKind::Leaving(reason) => texts.fill("cases.leaving", &[("reason", texts.word("leaving", reason.code()))]),
        MatterKind::Case(kind) => texts.word("case", kind.code()),
    };
    texts.fill("form.minutes_case", &[("who", who.to_owned()), ("kind", kind)])
}

/// A step with its article.
fn cited(step: StepCode, article: &str, texts: Texts) -> String {
    let step = texts.word("step", step.code());
    if article.is_empty() { step } else { format!("{step} [{article}]") }
}

fn counted(votes: &Votes, texts: Texts) -> String {
    let values = [
        ("for", votes.favour.to_string()),
        ("against", votes.against.to_string()),
        ("abstain", votes.abstain.to_string()),
        ("present", votes.present.len().to_string()),
    ];
    texts.fill("form.votes", &values)
}

fn decision(step: &Step, texts: Texts) -> String {
    let word = texts.word("opinion", step.opinion.code());
    if step.comment.is_empty() || step.comment == word { word } else { [word, step.comment.clone()].join("\n") }
}
