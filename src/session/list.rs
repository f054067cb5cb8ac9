//! Lists and the quick lookup.

use std::ops::Range;

use super::answer::{
    AgendaItem, AgendaRow, CasePart, CaseRow, ChoiceRow, DeparturePart, DepartureRow, FindingRow, InspectionRow,
    ListAnswer, ListView, OverdueDuty, OverdueRow, PersonAnswer, PostRow, Row, TripPart, TripRow,
};
use super::{Session, SessionError};
use crate::domain::{Date, DutyKind, Person, PersonId, PersonSummary, RecordKind, UnitId, View};
use crate::error::{Error, Kind};
use crate::i18n::{Lang, Texts};
use crate::index::query::Subject;
use crate::index::{self, Index, Item, Known, Part, Query, Vocabulary};
use crate::store::Snapshot;

/// A register of fewer segments is passed by one thread.
const SHARED: u32 = 16;

impl Session {
    /// A list. `limit` bounds the rows, not the total.
    ///
    /// # Errors
    /// A wrong query; the store cannot be read; the operator may not read people.
    pub fn list(&self, view: ListView, query: &str, limit: Option<usize>) -> Result<ListAnswer, SessionError> {
        let today = self.today();
        let limit = limit.unwrap_or(usize::MAX);
        let answer =
            |total, rows| ListAnswer { view: view.name().to_owned(), today, query: query.to_owned(), total, rows };
        let (searched, subject) = match view {
            ListView::People | ListView::Posts => (index::View::People, Subject::People),
            ListView::Cases => (index::View::AllCases, Subject::People),
            ListView::Agenda => (index::View::Agenda, Subject::People),
            ListView::Periods => (index::View::Periods, Subject::People),
            ListView::Departures => (index::View::Departures, Subject::People),
            ListView::Travel => (index::View::Travel, Subject::People),
            ListView::Trainings => (index::View::Trainings, Subject::People),
            ListView::Pledges => (index::View::Pledges, Subject::People),
            ListView::Computers => (index::View::Computers, Subject::Computers),
            ListView::Media => (index::View::Media, Subject::Media),
            ListView::Inspections => (index::View::Inspections, Subject::Inspections),
            ListView::Findings => (index::View::Findings, Subject::Findings),
            ListView::Journal => {
                let (rows, total) = self.journal(&self.query(query, Subject::Journal)?, limit)?;
                return Ok(answer(total, rows));
            }
            ListView::Todo => {
                let mut rows = self.todo(query)?;
                let total = rows.len();
                rows.truncate(limit);
                return Ok(answer(total, rows));
            }
        };
        let parsed = self.query(query, subject)?;
        let (index, _) = self.index(today)?;
        let items = index.list(searched, &parsed, None).items;
        let shown = self.most_rows().filter(|_| searched.of_people() && view != ListView::Agenda);
        let limit = limit.min(shown.unwrap_or(usize::MAX));
        if view == ListView::Agenda {
            let waiting: Vec<Row> = items.iter().filter_map(|item| agenda_row(&index, *item, today)).collect();
            return Ok(answer(waiting.len(), waiting.into_iter().take(limit).collect()));
        }
        if view == ListView::Cases {
            let cases: Vec<Row> = items.iter().filter_map(|item| case_row(&index, *item, today)).collect();
            return Ok(answer(cases.len(), cases.into_iter().take(limit).collect()));
        }
        if matches!(view, ListView::Posts | ListView::Departures) {
            let mut rows = self.parts(view, &index, &items, today)?;
            let total = rows.len();
            rows.truncate(limit);
            return Ok(answer(total, rows));
        }
        let rows = items.iter().take(limit).filter_map(|item| row(view, &index, *item, today)).collect();
        Ok(answer(items.len(), rows))
    }

    /// Reads a query in the words of both languages.
    fn query(&self, text: &str, subject: Subject) -> Result<Query, SessionError> {
        let shown = self.texts();
        let other = Lang::ALL.into_iter().find(|l| *l != self.lang()).map_or(shown, Texts::new);
        let names = |key: &str| [shown, other].iter().flat_map(|t| t.list(key)).map(str::to_owned).collect();
        let units = self.units()?;
        let units: Vec<(UnitId, &str)> = units.iter().map(|u| (u.id, u.name.as_str())).collect();
        let (who, steps) = (self.operator(), crate::decide::steps_of(&self.operator().roles));
        let known = Known { units: &units, steps: &steps, departments: &who.departments };
        Query::parse(text, subject, &Vocabulary::new(names)).map(|q| q.know(known)).map_err(|e| {
            let values: Vec<(&str, &String)> = e.values.iter().map(|(k, v)| (*k, v)).collect();
            let reason = shown.fill(&format!("query.{}", e.code), &values);
            let hint = format!("query.{}_hint", e.code);
            let hint = if shown.get(&hint).is_some() { shown.fill(&hint, &values) } else { String::new() };
            Error::new(Kind::Input, "query_wrong")
                .with("column", e.at.start + 1)
                .with("reason", reason)
                .with("hint", hint)
                .into()
        })
    }

    /// The best matches for a text. Streams the summaries and builds no columns; of a large register two threads pass half
    /// of it each.
    ///
    /// # Errors
    /// The store cannot be read; the operator may not read people.
    pub fn find(&self, text: &str, limit: usize) -> Result<ListAnswer, SessionError> {
        self.may_read_people()?;
        let today = self.today();
        let limit = limit.min(self.most_rows().unwrap_or(usize::MAX));
        let lookup = || index::Lookup::new(text, limit);
        self.read(|s| {
            let (total, best) = self.passed(s, &lookup, today)?.map(index::Lookup::found).unwrap_or_default();
            let people = s.stored_summaries(&best, today)?;
            let rows = people.iter().map(|p| Row::Person(Box::new(PersonAnswer::of(p, today)))).collect();
            Ok(ListAnswer { view: "find".to_owned(), today, query: text.to_owned(), total, rows })
        })
    }

    /// A lookup that everybody has passed; `None` for a text without words.
    fn passed(
        &self,
        s: &Snapshot,
        lookup: &(impl Fn() -> Option<index::Lookup> + Sync),
        today: Date,
    ) -> Result<Option<index::Lookup>, SessionError> {
        let pass = |s: &Snapshot, segments: Range<u32>| -> Result<_, SessionError> {
            let Some(mut lookup) = lookup() else { return Ok(None) };
            for segment in segments {
                s.people_heads(segment, today, &mut |head| lookup.pass(&head))?;
            }
            Ok(Some(lookup))
        };
        let (seq, all) = (s.head().seq, s.people_segments());
        if all < SHARED {
            return pass(s, 0..all);
        }
        std::thread::scope(|scope| {
            // The same state, or none.
            let read = || self.read(|s| if s.head().seq == seq { pass(s, all / 2..all) } else { Ok(None) });
            let theirs = std::thread::Builder::new().name("find".to_owned()).spawn_scoped(scope, read);
            let mine = pass(s, 0..all / 2)?;
            let theirs = match theirs.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(found)) => found?,
                Ok(Err(fault)) => std::panic::resume_unwind(fault),
                Err(_) => None,
            };
            let theirs = if theirs.is_some() { theirs } else { pass(s, all / 2..all)? };
            Ok(mine.zip(theirs).map(|(mine, theirs)| mine.with(theirs)))
        })
    }

    /// Parts that only the whole records hold: posts and departures of these people.
    fn parts(&self, view: ListView, index: &Index, items: &[Item], today: Date) -> Result<Vec<Row>, SessionError> {
        self.read(|s| {
            let mut rows = Vec::new();
            for item in items {
                let Some(p) = summary(index, *item) else { continue };
                // Somebody who has left since the index was read is in the next list.
                let Some(record) = s.person(p.id)? else { continue };
                push_parts(view, &p, record, today, &mut rows);
            }
            Ok(rows)
        })
    }

    /// What waits for a decision: choices the units owe, stated days that differ, periods without a length.
    fn todo(&self, query: &str) -> Result<Vec<Row>, SessionError> {
        let mut rows = Vec::new();
        for unit in self.units()? {
            let owed = self.choices(&unit).into_iter().filter(|c| c.owed && c.value.is_none());
            rows.extend(owed.map(|c| Row::Todo(Box::new(ChoiceRow::choice(unit.id, &c)))));
        }
        if self.may_read_people().is_ok() {
            for row in self.list(ListView::Periods, "", None)?.rows {
                let Row::Person(p) = row else { continue };
                let waits = p.period.as_ref().is_some_and(|q| q.blocked_by.iter().any(|b| b == "length"));
                let differs = p.flags.iter().any(|f| f == "stated_differs");
                rows.extend(waits.then(|| Row::Todo(Box::new(ChoiceRow::period("undetermined", &p)))));
                rows.extend(differs.then(|| Row::Todo(Box::new(ChoiceRow::period("stated_differs", &p)))));
            }
        }
        Ok(keep_words(rows, query))
    }
}

/// The summary behind an entry.
fn summary(index: &Index, item: Item) -> Option<PersonSummary> {
    index.people().line(PersonId(item.record.number))?.summary()
}

/// The row of an entry.
fn row(view: ListView, index: &Index, item: Item, today: Date) -> Option<Row> {
    if item.record.kind != RecordKind::Person {
        return Some(match index.row(item)? {
            index::Row::Computer(c) => Row::Computer(Box::new(c.into())),
            index::Row::Medium(m) => Row::Medium(Box::new(m.into())),
            index::Row::Inspection(i) => Row::Inspection(Box::new(InspectionRow::of(&i.brief, today))),
            index::Row::Finding(f) => Row::Finding(Box::new(FindingRow::of(&f.brief, &f.finding, f.label, today))),
            index::Row::Person(_) | index::Row::Trip(_) | index::Row::Matter(_) => return None,
        });
    }
    let p = summary(index, item)?;
    let person = PersonAnswer::of(&p, today);
    match view {
        ListView::Travel => {
            let trip = p.trips.iter().find(|t| t.n == item.part)?;
            Some(Row::Trip(Box::new(TripRow { person, trip: TripPart::of(p.id, trip) })))
        }
        ListView::Trainings => Some(overdue(&p, person, today, DutyKind::is_training)),
        ListView::Pledges => Some(overdue(&p, person, today, is_pledge)),
        _ => Some(Row::Person(Box::new(person))),
    }
}

/// The posts or departures of one person.
fn push_parts(view: ListView, p: &PersonSummary, record: Person, today: Date, rows: &mut Vec<Row>) {
    let answer = || PersonAnswer::of(p, today);
    match view {
        ListView::Posts => {
            let row = |held| Row::Post(Box::new(PostRow { person: answer(), held }));
            rows.extend(record.posts.into_iter().map(row));
        }
        _ => rows.extend(record.departures.iter().map(|d| {
            let matter = p.matters.iter().find(|m| m.part() == Part::Departure(d.n));
            let waits_for = matter.and_then(|m| m.next(false)).map(|s| s.code);
            let departure = DeparturePart { waits_for, ..DeparturePart::of(p.id, d) };
            Row::Departure(Box::new(DepartureRow { person: answer(), departure }))
        })),
    }
}

/// A case; leavings have a list of their own.
fn case_row(index: &Index, item: Item, today: Date) -> Option<Row> {
    let Some(Part::Case(_)) = item.person_part() else { return None };
    let Some(index::Row::Matter(row)) = index.row(item) else { return None };
    let person = PersonAnswer::of(&summary(index, item)?, today);
    Some(Row::Case(Box::new(CaseRow { person, case: CasePart::of(&row)? })))
}

/// What waits for a meeting.
fn agenda_row(index: &Index, item: Item, today: Date) -> Option<Row> {
    let person = PersonAnswer::of(&summary(index, item)?, today);
    Some(Row::Agenda(Box::new(AgendaRow { person, item: AgendaItem::of(&index.row(item)?)? })))
}

const fn is_pledge(kind: DutyKind) -> bool {
    matches!(kind, DutyKind::PledgeOnPost | DutyKind::YearlyStatement | DutyKind::PledgeOnLeaving)
}

fn overdue(p: &PersonSummary, person: PersonAnswer, today: Date, wanted: fn(DutyKind) -> bool) -> Row {
    let duties = p.duties.iter().filter(|d| wanted(d.kind) && d.overdue(today));
    let mut overdue: Vec<OverdueDuty> =
        duties.map(|d| OverdueDuty { kind: d.kind, due: d.due, article: d.article.clone() }).collect();
    overdue.sort_by_key(|d| d.due);
    Row::Overdue(Box::new(OverdueRow { person, overdue }))
}

/// Rows in whose JSON every word stands: the filter of the list of what waits for a decision.
fn keep_words(rows: Vec<Row>, query: &str) -> Vec<Row> {
    let words: Vec<String> = query.split_whitespace().map(crate::text::fold).collect();
    if words.is_empty() {
        return rows;
    }
    let fits = |row: &Row| {
        let text = serde_json::to_value(row).map(|v| strings(&v)).unwrap_or_default();
        let text = crate::text::fold(&text);
        words.iter().all(|w| text.contains(w.as_str()))
    };
    rows.into_iter().filter(fits).collect()
}

/// The texts of a value, without its keys.
fn strings(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(s) => format!("{s} "),
        serde_json::Value::Array(many) => many.iter().map(strings).collect(),
        serde_json::Value::Object(map) => map.values().map(strings).collect(),
        serde_json::Value::Number(n) => format!("{n} "),
        _ => String::new(),
    }
}
