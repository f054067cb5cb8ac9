//! One record in full, and questions about a person.

use super::answer::{
    CardAnswer, ClockAnswer, ComputerRow, DutyAnswer, HeldAnswer, LineAnswer, PersonAnswer, VerdictAnswer,
};
use super::{Session, SessionError};
use crate::domain::numbers::masked_phone;
use crate::domain::{
    Computer, ComputerId, Date, Held, JournalPublic, Person, PersonId, PersonSummary, TripState, Unit, View,
    person::Trip,
};
use crate::error::{Error, Kind};
use crate::index::{self, Machine};
use crate::rules::{self, Chain, Device, Question, Standing, Verdict};
use crate::store::Snapshot;

/// Everything the card shows, read in one go so that it is consistent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The record; the telephone number is masked in it.
    pub person: Person,
    /// Its projection, as lists have it.
    pub summary: PersonSummary,
    /// The unit whose pack and choices apply.
    pub unit: Unit,
    /// Level, state, period, clocks, duties.
    pub standing: Standing,
    /// The questions asked, with their answers for today, in that order.
    pub verdicts: Vec<(Question, Verdict)>,
    /// The chain of each open departure, trip and case: which part (`L1`, `T2`, `K1`) and its steps.
    pub chains: Vec<(String, Chain)>,
    /// Computers and media in the person's hands.
    pub held: Vec<Held>,
    /// The changes to this record, newest first.
    pub history: Vec<JournalPublic>,
}

/// A question about travel is about the request under way, where there is one: its papers, its day.
fn about_open_trip(person: &Person, question: Question, today: Date) -> (Question, Date) {
    let Question::Travel { kind, trip: None } = question else { return (question, today) };
    let waiting = |t: &&Trip| {
        let open = matches!(t.state, TripState::Pending | TripState::Approved | TripState::PapersIssued);
        open && t.kind == kind && t.depart_on >= today
    };
    match person.trips.iter().filter(waiting).min_by_key(|t| t.depart_on) {
        Some(t) => (Question::Travel { kind, trip: Some(t.n) }, t.depart_on),
        None => (question, today),
    }
}

/// A person and the unit, or a failure that names the id.
fn person_and_unit(s: &Snapshot, id: PersonId) -> Result<(Person, Unit), SessionError> {
    let person = s.person(id)?.ok_or_else(|| Error::new(Kind::Refused, "no_such_record").with("id", id))?;
    let unit = s.unit(person.unit)?;
    let unit = unit.ok_or_else(|| Error::new(Kind::Store, "store_damaged").with("place", person.unit))?;
    Ok((person, unit))
}

impl Session {
    /// A person's card on `today`; `questions` are answered in their order.
    ///
    /// # Errors
    /// `no_such_record`; the store cannot be read; the operator may not read people.
    pub fn card(&self, id: PersonId, today: Date, questions: &[Question]) -> Result<Card, SessionError> {
        self.may_read_people()?;
        self.read(|s| {
            let (mut person, unit) = person_and_unit(s, id)?;
            let summary = s.person_summary(id, today)?;
            let summary = summary.ok_or_else(|| Error::new(Kind::Store, "store_damaged").with("place", id))?;
            let held = s.held_by(id)?;
            let standing = rules::standing(&self.packs, &unit, &person, today);
            let verdicts = questions.iter().filter_map(|q| {
                let (asked, on) = about_open_trip(&person, *q, today);
                rules::verdict(&self.packs, &unit, &person, &held, asked, on, today).ok().map(|v| (*q, v))
            });
            let verdicts = verdicts.collect();
            let chains = chains(&self.packs, &unit, &person);
            let history = super::past::history(s, id.into())?;
            // Nobody sees the whole number without a reason (`Session::reveal`).
            person.phone = person.phone.as_deref().map(masked_phone);
            Ok(Card { person, summary, unit, standing, verdicts, chains, held, history })
        })
    }

    /// The card in its JSON form.
    ///
    /// # Errors
    /// As [`Session::card`].
    pub fn card_answer(&self, card: &Card) -> CardAnswer {
        let (texts, today) = (self.texts(), self.today());
        let lines = |many: &[rules::Line]| many.iter().map(|l| LineAnswer::of(l, texts)).collect::<Vec<_>>();
        let mut record = card.person.clone();
        // The number is shown masked everywhere; the whole number leaves the register in no answer.
        let identity = record.identity.take().map(|i| i.masked());
        CardAnswer {
            person: PersonAnswer::of(&card.summary, today),
            identity,
            record,
            explanation: card.standing.period.as_ref().map(|p| lines(&p.explanation)).unwrap_or_default(),
            clocks: card
                .standing
                .clocks
                .iter()
                .map(|c| ClockAnswer {
                    code: c.code.clone(),
                    pack: c.pack.clone(),
                    article: c.article.clone(),
                    from: c.from,
                    until: c.until,
                    days_left: c.until.map(|u| (u - today).num_days()),
                    explanation: lines(&c.explanation),
                })
                .collect(),
            duties: card
                .standing
                .duties
                .iter()
                .map(|d| DutyAnswer {
                    kind: d.kind,
                    pack: d.pack.clone(),
                    article: d.article.clone(),
                    due: d.due,
                    met: d.met(today),
                    overdue: d.overdue(today),
                    facts: d.values.clone(),
                })
                .collect(),
            verdicts: card.verdicts.iter().map(|(_, v)| VerdictAnswer::of(v, texts)).collect(),
            held: card.held.iter().map(held).collect(),
            history: card.history.clone(),
        }
    }

    /// The verdict by the unit's pack and, where it is laid beside, the law.
    ///
    /// # Errors
    /// `no_such_record`; `pack_not_personnel`; the store cannot be read.
    pub fn check(&self, id: PersonId, question: Question, on: Date) -> Result<Verdict, SessionError> {
        self.may_read_people()?;
        self.read(|s| {
            let (person, unit) = person_and_unit(s, id)?;
            let held = s.held_by(id)?;
            rules::verdict(&self.packs, &unit, &person, &held, question, on, self.today())
                .map_err(|e| Error::new(Kind::Input, "pack_not_personnel").with("pack", e.pack).into())
        })
    }

    /// The verdicts of every pack that can answer, side by side.
    ///
    /// # Errors
    /// `no_such_record`; the store cannot be read.
    pub fn check_all(&self, id: PersonId, question: Question, on: Date) -> Result<Vec<Verdict>, SessionError> {
        self.may_read_people()?;
        self.read(|s| {
            let (person, unit) = person_and_unit(s, id)?;
            let held = s.held_by(id)?;
            Ok(rules::side_by_side(&self.packs, &unit, &person, &held, question, on, self.today()))
        })
    }

    /// A computer with its history, newest change first.
    ///
    /// # Errors
    /// `no_such_record`; the store cannot be read.
    pub fn computer(&self, id: ComputerId) -> Result<(Computer, ComputerRow, Vec<JournalPublic>), SessionError> {
        let card = self.device_card(id.into())?;
        let damaged = || Error::new(Kind::Store, "store_damaged").with("place", id);
        let summary = self.read(|s| Ok(s.computers()?.into_iter().find(|c| c.id == id)))?.ok_or_else(damaged)?;
        let Device::Computer(computer) = card.device else { return Err(damaged().into()) };
        let machine = Machine { inspected_on: card.inspected_on, due: card.due, planned: None };
        Ok((computer, index::ComputerRow::new(&summary, machine).into(), card.history))
    }
}

fn held(h: &Held) -> HeldAnswer {
    HeldAnswer { id: h.record, number: h.number.clone(), title: h.title.clone(), secrecy: h.secrecy }
}

/// The chains of what is open.
fn chains(packs: &rules::Packs, unit: &Unit, person: &Person) -> Vec<(String, Chain)> {
    use crate::domain::{CaseState, TripState};
    let departures = person
        .departures
        .iter()
        .filter(|d| d.closed_on.is_none())
        .map(|d| (format!("L{}", d.n), rules::departure_chain(packs, unit, person, d)));
    let trips = person
        .trips
        .iter()
        .filter(|t| matches!(t.state, TripState::Draft | TripState::Pending))
        .map(|t| (format!("T{}", t.n), rules::trip_chain(packs, unit, person, t)));
    let cases = person
        .cases
        .iter()
        .filter(|c| c.state == CaseState::Open)
        .map(|c| (format!("K{}", c.n), rules::case_chain(packs, unit, person, c)));
    departures.chain(trips).chain(cases).collect()
}
