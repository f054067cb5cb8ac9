//! Forms from what the register knows. Identity and telephone numbers are masked unless a reason is given; the journal says
//! who printed what about whom.

use std::path::Path;

use super::answer::{LineAnswer, ListView, Row, sentence};
use super::note::{file_of, given, together};
use super::{Session, SessionError};
use crate::clock;
use crate::decide::Reading;
use crate::domain::inspection;
use crate::domain::numbers::masked_phone;
use crate::domain::person::{Departure, Step, Trip};
use crate::domain::{Date, IdentityNumber, InspectionId, Person, PersonId, RecordId, TripKind, Unit, View};
use crate::error::{Error, Kind};
use crate::exchange::{
    ComputerLine, ComputerList, DepartureApproval, Form, FormKind, LeavingPledge, OpinionRow, PersonBlock, ReturnList,
    ReturnRow, SignIn, SignInRow, Stamp, TravelApproval, new_file, render_form,
};
use crate::i18n::{Lang, Texts};
use crate::rules::{self, Chain, Question, Standing};
use crate::store::Note;

/// What is to be printed.
#[derive(Debug, Clone)]
pub struct FormRequest {
    /// Which form.
    pub kind: FormKind,
    /// About which inspection.
    pub inspection: Option<InspectionId>,
    /// Only about this machine, person or place of the inspection.
    pub subject: Option<inspection::Subject>,
    /// Only the items that fail.
    pub failures: bool,
    /// About whom, where the form is about a person.
    pub person: Option<PersonId>,
    /// Number of the departure or trip; the latest one without it.
    pub part: Option<u32>,
    /// The day of the meeting; today without it.
    pub on: Option<Date>,
    /// Which people or computers, for the lists.
    pub query: String,
    /// Level mark; else the one of the configuration, blank for the pen where there is none.
    pub mark: Option<String>,
    /// Whole identity and telephone numbers, and why.
    pub reveal: Option<String>,
    /// Number of this copy.
    pub copy: Option<u32>,
    /// Language of the paper.
    pub lang: Lang,
}

/// A person with what the forms are made of.
struct Subject {
    person: Person,
    unit: Unit,
    standing: Standing,
    held: Vec<crate::domain::Held>,
    verdict: Vec<String>,
    chain: Option<Chain>,
    /// Its numbers are not masked.
    whole: bool,
}

impl Session {
    /// Writes a form to a new file; an existing one is never overwritten.
    ///
    /// # Errors
    /// `form_ending`, `file_exists`, `form_needs_person`, `form_needs_inspection`, `form_no_findings`, `form_no_departure`, `form_no_trip`,
    /// `form_no_decisions`, `no_such_record`; the store or
    /// the file system refuses; the operator may not read people.
    pub fn print_form(&self, request: &FormRequest, out: &Path) -> Result<(), SessionError> {
        if !out.extension().is_some_and(|e| e.eq_ignore_ascii_case("docx")) {
            return Err(Error::new(Kind::Input, "form_ending").with("path", out.display()).into());
        }
        self.may_read_people()?;
        let out = &*self.settings.outgoing(out)?;
        let texts = Texts::new(request.lang);
        let mut checklist = None;
        let person = request.person.map(RecordId::from);
        let mut about = person.or(request.inspection.map(RecordId::from)).into_iter().collect();
        let (form, unit) = match request.kind {
            FormKind::InspectionRecord | FormKind::Notice => {
                let (form, unit, of) = self.inspection_paper(request, texts)?;
                checklist = Some(of);
                (form, Some(unit))
            }
            FormKind::Minutes => {
                let (form, persons) = self.minutes(request.on.unwrap_or_else(|| self.today()), texts)?;
                about = persons;
                (form, self.units()?.into_iter().next())
            }
            FormKind::SignIn => (self.sign_in(request, texts)?, self.units()?.into_iter().next()),
            FormKind::ComputerList => (self.computer_list(request, texts)?, self.units()?.into_iter().next()),
            _ => {
                let (form, unit) = self.personal(request, texts)?;
                (form, Some(unit))
            }
        };
        let pack = unit.as_ref().and_then(|u| self.packs.pinned(&u.pack, &u.pack_version)).map(|p| {
            let values = [("title", p.title(request.lang.code()).to_owned()), ("version", p.version.clone())];
            texts.fill("form.pack_version", &values)
        });
        self.printed(request, about, out)?;
        let stamp = Stamp {
            mark: self.mark(request.mark.as_deref()),
            copy: request.copy,
            unit: unit.map(|u| u.name).unwrap_or_default(),
            pack: checklist.or(pack).unwrap_or_default(),
            printed_by: self.operator().name.clone(),
            // To the minute: `2026-03-16T09:30`.
            printed_at: clock::stamp().chars().take(16).collect::<String>().replace('T', " "),
        };
        Ok(new_file(out, &render_form(&form, &stamp, texts)?, self.settings.readers())?)
    }

    /// The journal says who printed what about whom, before it is there.
    fn printed(&self, request: &FormRequest, about: Vec<RecordId>, out: &Path) -> Result<(), SessionError> {
        let mut note = Note { records: about, reason: file_of(out), ..Note::default() };
        if let Some(reason) = &request.reveal {
            self.may_read(Reading::Numbers)?;
            note.reason = together(&[&given(reason)?, &note.reason]);
            note.fields = vec!["identity".to_owned(), "phone".to_owned()];
        }
        self.takes_out("print_form", note).map(drop)
    }

    fn personal(&self, request: &FormRequest, texts: Texts) -> Result<(Form, Unit), SessionError> {
        let id = request.person.ok_or_else(|| Error::new(Kind::Input, "form_needs_person"))?;
        let today = self.today();
        let mut s = self.read(|s| {
            let person = s.person(id)?.ok_or_else(|| Error::new(Kind::Refused, "no_such_record").with("id", id))?;
            let unit = s.unit(person.unit)?;
            let unit = unit.ok_or_else(|| Error::new(Kind::Store, "store_damaged").with("place", person.unit))?;
            let held = s.held_by(id)?;
            let mut person = person;
            if request.reveal.is_none() {
                person.phone = person.phone.as_deref().map(masked_phone);
            }
            let standing = rules::standing(&self.packs, &unit, &person, today);
            Ok(Subject {
                person,
                unit,
                standing,
                held,
                verdict: Vec::new(),
                chain: None,
                whole: request.reveal.is_some(),
            })
        })?;
        let form = match request.kind {
            FormKind::ReturnList => return_list(&s, texts).form(texts),
            FormKind::TravelApproval => {
                let trip = trip(&s.person, request.part)?.clone();
                s.chain = Some(rules::trip_chain(&self.packs, &s.unit, &s.person, &trip));
                let question = Question::Travel { kind: trip.kind, trip: Some(trip.n) };
                if let Ok(v) = rules::verdict(&self.packs, &s.unit, &s.person, &s.held, question, trip.depart_on, today)
                {
                    s.verdict = v
                        .reasons
                        .iter()
                        .map(|r| cited(&r.article, sentence(texts, "reason", &r.code, &r.facts)))
                        .chain(v.missing.iter().map(|m| {
                            cited(
                                &m.article,
                                texts.fill("form.missing", &[("text", sentence(texts, "missing", &m.code, &m.facts))]),
                            )
                        }))
                        .collect();
                }
                travel(&s, &trip, texts).form(texts)
            }
            _ => {
                let departure = departure(&s.person, request.part)?.clone();
                if request.kind == FormKind::LeavingPledge {
                    let pledge = LeavingPledge {
                        person: block(&s, texts),
                        span: span(&s, &departure, texts),
                        destination: departure.destination.clone(),
                        copies: String::new(),
                    };
                    pledge.form(texts)
                } else {
                    s.chain = Some(rules::departure_chain(&self.packs, &s.unit, &s.person, &departure));
                    leaving(&s, &departure, texts).form(texts)
                }
            }
        };
        Ok((form, s.unit))
    }

    fn sign_in(&self, request: &FormRequest, texts: Texts) -> Result<Form, SessionError> {
        self.may_read(Reading::Lists)?;
        let list = self.list(ListView::People, &request.query, None)?;
        let people = list.rows.iter().filter_map(|row| match row {
            Row::Person(p) => Some(SignInRow {
                department: p.department.clone().unwrap_or_default(),
                name: p.name.clone(),
                level: p.level.map(|l| texts.word("level", l.code())).unwrap_or_default(),
            }),
            _ => None,
        });
        Ok(SignIn { people: people.collect(), ..SignIn::default() }.form(texts))
    }

    fn computer_list(&self, request: &FormRequest, texts: Texts) -> Result<Form, SessionError> {
        self.may_read(Reading::Lists)?;
        let list = self.list(ListView::Computers, &request.query, None)?;
        let ids: Vec<_> = list
            .rows
            .iter()
            .filter_map(|row| match row {
                Row::Computer(c) => Some((c.id, c.custodian_name.clone(), c.user_name.clone())),
                _ => None,
            })
            .collect();
        let rows = self.read(|s| {
            let mut rows = Vec::with_capacity(ids.len());
            for (id, custodian, user) in &ids {
                let Some(c) = s.computer(*id)? else { continue };
                rows.push(ComputerLine {
                    number: c.number.clone(),
                    model: c.model.clone(),
                    secrecy: c.secrecy.map(|l| texts.word("secrecy", l.code())).unwrap_or_default(),
                    department: c.department.clone(),
                    custodian: custodian.clone().unwrap_or_default(),
                    user: user.clone().unwrap_or_default(),
                    disks: c.disk_serials.join("\n"),
                    installed_on: day(c.os_installed_on),
                    room: c.room.clone(),
                    enabled_on: day(c.enabled_on),
                    state: texts.word("device_state", c.state.code()),
                });
            }
            Ok(rows)
        })?;
        Ok(ComputerList { rows }.form(texts))
    }
}

pub(super) fn day(date: Option<Date>) -> String {
    date.map(|d| d.to_string()).unwrap_or_default()
}

fn cited(article: &str, text: String) -> String {
    if article.is_empty() { text } else { format!("[{article}] {text}") }
}

fn trip(person: &Person, n: Option<u32>) -> Result<&Trip, Error> {
    let private = |t: &&Trip| t.kind == TripKind::Private;
    let found = match n {
        Some(n) => person.trip(n),
        None => person.trips.iter().filter(private).max_by_key(|t| (t.depart_on, t.n)),
    };
    found.ok_or_else(|| Error::new(Kind::Refused, "form_no_trip").with("person", person.id))
}

fn departure(person: &Person, n: Option<u32>) -> Result<&Departure, Error> {
    let found = match n {
        Some(n) => person.departure(n),
        None => person.departures.iter().max_by_key(|d| d.n),
    };
    found.ok_or_else(|| Error::new(Kind::Refused, "form_no_departure").with("person", person.id))
}

fn block(s: &Subject, texts: Texts) -> PersonBlock {
    let p = &s.person;
    let identity = |i: &IdentityNumber| if s.whole { i.reveal().to_owned() } else { i.masked() };
    PersonBlock {
        name: p.name.clone(),
        sex: p.sex.map(|x| texts.word("sex", x.code())).unwrap_or_default(),
        identity: p.identity.as_ref().map(identity).unwrap_or_default(),
        phone: p.phone.clone().unwrap_or_default(),
        department: p.department.clone(),
        post: s.standing.post.clone(),
        level: s.standing.level.map(|l| texts.word("level", l.code())).unwrap_or_default(),
        record: p.id.to_string(),
    }
}

/// The period of a departure, where it is the one that governs.
fn period<'a>(s: &'a Subject, departure: &Departure) -> Option<&'a rules::Period> {
    s.standing.period.as_ref().filter(|p| p.departure == departure.n)
}

fn span(s: &Subject, departure: &Departure, texts: Texts) -> String {
    match period(s, departure).and_then(|p| p.start.zip(p.last_day)) {
        Some((from, to)) => texts.fill("form.span", &[("from", from.to_string()), ("to", to.to_string())]),
        None => String::new(),
    }
}

/// The steps of a chain with what was said; steps not yet taken stay blank. Opinions outside the chain follow.
fn opinion_rows(chain: Option<&Chain>, steps: &[Step], texts: Texts) -> Vec<OpinionRow> {
    let said = |code: crate::domain::StepCode| steps.iter().rfind(|s| s.code == code);
    let row = |code: crate::domain::StepCode, step: Option<&Step>| OpinionRow {
        step: texts.word("step", code.code()),
        opinion: step
            .map(|s| [texts.word("opinion", s.opinion.code()), s.comment.clone()].join("\n").trim().to_owned())
            .unwrap_or_default(),
        by: step.map(|s| s.by.clone()).unwrap_or_default(),
        on: step.map(|s| s.on.to_string()).unwrap_or_default(),
    };
    let planned: Vec<_> = chain.map(|c| c.steps.iter().map(|s| s.code).collect()).unwrap_or_default();
    let mut out: Vec<OpinionRow> = planned.iter().map(|code| row(*code, said(*code))).collect();
    out.extend(steps.iter().filter(|s| !planned.contains(&s.code)).map(|s| row(s.code, Some(s))));
    out
}

fn leaving(s: &Subject, d: &Departure, texts: Texts) -> DepartureApproval {
    let period = period(s, d);
    let length = period.and_then(|p| p.months().zip(p.base_months)).map(|(months, base)| {
        let values =
            [("months", months.to_string()), ("base", base.to_string()), ("extended", (months - base).to_string())];
        texts.fill(if months == base { "form.months" } else { "form.month_parts" }, &values)
    });
    let basis =
        period.map(|p| p.explanation.iter().map(|l| cited(&l.article, LineAnswer::of(l, texts).text)).collect());
    let extension = |e: &crate::domain::person::Extension| {
        let values = [
            ("on", e.on.to_string()),
            ("months", e.months.to_string()),
            ("by", e.by.clone()),
            ("reason", e.reason.clone()),
        ];
        texts.fill("form.extension", &values)
    };
    let held: Vec<String> = s.held.iter().map(|h| [h.number.as_str(), h.title.as_str()].join(" ")).collect();
    let values = [("count", held.len().to_string()), ("list", held.join(&texts.t("list.separator")))];
    DepartureApproval {
        person: block(s, texts),
        reason: texts.word("leaving", d.reason.code()),
        approved_on: day(d.approved_on),
        left_on: day(d.left_on),
        length: length.unwrap_or_default(),
        span: span(s, d, texts),
        basis: basis.unwrap_or_default(),
        extensions: d.extensions.iter().map(extension).collect(),
        destination: d.destination.clone(),
        managed_by: d.managed_by.clone(),
        held: if held.is_empty() { texts.t("form.held_none") } else { texts.fill("form.held_some", &values) },
        opinions: opinion_rows(s.chain.as_ref(), &d.steps, texts),
    }
}

fn return_list(s: &Subject, texts: Texts) -> ReturnList {
    let row = |h: &crate::domain::Held| ReturnRow {
        title: h.title.clone(),
        number: h.number.clone(),
        level: h.secrecy.map(|l| texts.word("secrecy", l.code())).unwrap_or_default(),
        quantity: "1".to_owned(),
    };
    ReturnList { person: block(s, texts), rows: s.held.iter().map(row).collect() }
}

fn travel(s: &Subject, t: &Trip, texts: Texts) -> TravelApproval {
    use chrono::Datelike;
    let days = t.return_on.map(|back| (back - t.depart_on).num_days() + 1);
    let span = match t.return_on {
        Some(back) => texts.fill("form.span", &[("from", t.depart_on.to_string()), ("to", back.to_string())]),
        None => t.depart_on.to_string(),
    };
    let begun = |o: &&Trip| {
        o.n != t.n
            && o.kind == TripKind::Private
            && o.departed_on.or(o.returned_on).is_some_and(|d| d.year() == t.depart_on.year())
    };
    let this_year = s.person.trips.iter().filter(begun).count();
    TravelApproval {
        person: block(s, texts),
        standing: texts.word("state", s.standing.state.code()),
        destination: t.destination.clone(),
        purpose: t.purpose.clone(),
        span,
        days: days.map(|d| texts.fill("form.days", &[("days", d.to_string())])).unwrap_or_default(),
        companions: t.companions.join(&texts.t("list.separator")),
        funding: t.funding.clone(),
        this_year: texts.fill("form.trips", &[("count", this_year.to_string())]),
        verdict: s.verdict.clone(),
        opinions: opinion_rows(s.chain.as_ref(), &t.steps, texts),
    }
}
