//! Lists and the quick lookup.

use super::answer::{
    CasePart, CaseRow, ChoiceRow, ComputerRow, DeparturePart, DepartureRow, JournalRow, ListAnswer, ListView,
    MediumRow, OverdueDuty, OverdueRow, PersonAnswer, PostRow, Row, TripPart, TripRow,
};
use super::{Session, SessionError};
use crate::domain::{Date, DutyKind, Person, PersonSummary, State, TripState, View};
use crate::error::{Error, Kind};
use crate::store::Snapshot;

/// Which people a list shows.
pub struct PeopleQuery {
    words: Vec<String>,
}

impl PeopleQuery {
    /// Reads a query.
    ///
    /// # Errors
    /// `query_wrong` with what is wrong and what would be right.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.chars().count() > 500 {
            return Err(Error::new(Kind::Input, "query_wrong").with("reason", "> 500"));
        }
        Ok(Self { words: text.split_whitespace().map(crate::text::fold).collect() })
    }

    fn matches(&self, p: &PersonSummary, _today: Date) -> bool {
        let fields = [p.name.as_str(), p.department.as_str(), p.staff_number.as_deref().unwrap_or("")];
        let fields: Vec<String> = fields.iter().map(|f| crate::text::fold(f)).collect();
        self.words.iter().all(|w| fields.iter().any(|f| f.contains(w.as_str())) || p.id.to_string() == *w)
    }
}

impl Session {
    /// A list. `limit` bounds the rows, not the total.
    ///
    /// # Errors
    /// A wrong query; the store cannot be read; the operator may not read people.
    pub fn list(&self, view: ListView, query: &str, limit: Option<usize>) -> Result<ListAnswer, SessionError> {
        let today = self.today();
        let mut rows = match view {
            ListView::Journal => self.journal(query)?,
            ListView::Inspections | ListView::Findings => Vec::new(),
            ListView::Computers => self.read(|s| {
                let rows = s.computers()?.iter().map(|c| Row::Computer(Box::new(ComputerRow::of(c)))).collect();
                Ok(keep_words(rows, query))
            })?,
            ListView::Media => self.read(|s| {
                let rows = s.media()?.iter().map(|m| Row::Medium(Box::new(MediumRow::of(m)))).collect();
                Ok(keep_words(rows, query))
            })?,
            ListView::Todo => self.todo(query)?,
            _ => self.people_rows(view, query, today)?,
        };
        let total = rows.len();
        rows.truncate(limit.unwrap_or(usize::MAX));
        Ok(ListAnswer { view: view.name().to_owned(), today, query: query.to_owned(), total, rows })
    }

    /// The best matches for a text. Streams the summaries and builds no columns.
    ///
    /// # Errors
    /// The store cannot be read; the operator may not read people.
    pub fn find(&self, text: &str, limit: usize) -> Result<ListAnswer, SessionError> {
        self.may_read_people()?;
        let today = self.today();
        let query = PeopleQuery::parse(text)?;
        self.read(|s| {
            let mut rows = Vec::new();
            let mut total = 0;
            for segment in 0..s.people_segments() {
                for p in s.people_segment(segment, today)?.iter().filter(|p| query.matches(p, today)) {
                    total += 1;
                    if rows.len() < limit {
                        rows.push(Row::Person(Box::new(PersonAnswer::of(p, today))));
                    }
                }
            }
            Ok(ListAnswer { view: "find".to_owned(), today, query: text.to_owned(), total, rows })
        })
    }

    fn people_rows(&self, view: ListView, query: &str, today: Date) -> Result<Vec<Row>, SessionError> {
        self.may_read_people()?;
        let query = PeopleQuery::parse(query)?;
        let mut rows = self.read(|s| {
            let mut rows = Vec::new();
            for segment in 0..s.people_segments() {
                for p in s.people_segment(segment, today)?.iter().filter(|p| query.matches(p, today)) {
                    push_rows(view, p, s, today, &mut rows)?;
                }
            }
            Ok(rows)
        })?;
        sort(view, &mut rows);
        Ok(rows)
    }

    /// What waits for a decision: choices the units owe, stated days that differ, periods without a length.
    fn todo(&self, query: &str) -> Result<Vec<Row>, SessionError> {
        let today = self.today();
        let mut rows = Vec::new();
        for unit in self.units()? {
            let owed = self.choices(&unit).into_iter().filter(|c| c.owed && c.value.is_none());
            rows.extend(owed.map(|c| Row::Todo(Box::new(ChoiceRow::choice(unit.id, &c)))));
        }
        if self.may_read_people().is_ok() {
            let people = self.people_rows(ListView::Periods, "", today)?;
            for row in people {
                let Row::Person(p) = row else { continue };
                let waits = p.period.as_ref().is_some_and(|q| q.blocked_by.iter().any(|b| b == "length"));
                let differs = p.flags.iter().any(|f| f == "stated_differs");
                rows.extend(waits.then(|| Row::Todo(Box::new(ChoiceRow::period("undetermined", &p)))));
                rows.extend(differs.then(|| Row::Todo(Box::new(ChoiceRow::period("stated_differs", &p)))));
            }
        }
        Ok(keep_words(rows, query))
    }

    /// The journal's public part, newest first.
    fn journal(&self, query: &str) -> Result<Vec<Row>, SessionError> {
        let rows = self.read(|s| {
            let entries = s.journal(1, s.head().seq)?;
            Ok(entries.into_iter().rev().map(|e| Row::Journal(Box::new(JournalRow::from(e.public)))).collect())
        })?;
        Ok(keep_words(rows, query))
    }
}

/// The rows of one person in a view.
fn push_rows(
    view: ListView,
    p: &PersonSummary,
    s: &Snapshot,
    today: Date,
    rows: &mut Vec<Row>,
) -> Result<(), SessionError> {
    let answer = || PersonAnswer::of(p, today);
    let record = |s: &Snapshot| -> Result<Person, SessionError> {
        let found = s.person(p.id)?;
        found.ok_or_else(|| Error::new(Kind::Store, "store_damaged").with("place", p.id).into())
    };
    match view {
        ListView::People => rows.push(Row::Person(Box::new(answer()))),
        ListView::Periods => {
            if matches!(p.state(today), State::InPeriod | State::Ended) {
                rows.push(Row::Person(Box::new(answer())));
            }
        }
        ListView::Travel => rows.extend(
            p.trips.iter().map(|t| Row::Trip(Box::new(TripRow { person: answer(), trip: TripPart::of(p.id, t) }))),
        ),
        ListView::Trainings => overdue(p, today, DutyKind::is_training, rows),
        ListView::Pledges => overdue(p, today, is_pledge, rows),
        ListView::Departures if p.period.is_some() => {
            rows.extend(record(s)?.departures.iter().map(|d| {
                Row::Departure(Box::new(DepartureRow { person: answer(), departure: DeparturePart::of(p.id, d) }))
            }));
        }
        ListView::Posts => rows
            .extend(record(s)?.posts.into_iter().map(|held| Row::Post(Box::new(PostRow { person: answer(), held })))),
        ListView::Cases => rows.extend(
            record(s)?
                .cases
                .iter()
                .map(|c| Row::Case(Box::new(CaseRow { person: answer(), case: CasePart::of(p.id, c) }))),
        ),
        _ => {}
    }
    Ok(())
}

const fn is_pledge(kind: DutyKind) -> bool {
    matches!(kind, DutyKind::PledgeOnPost | DutyKind::YearlyStatement | DutyKind::PledgeOnLeaving)
}

fn overdue(p: &PersonSummary, today: Date, wanted: fn(DutyKind) -> bool, rows: &mut Vec<Row>) {
    let mut overdue: Vec<OverdueDuty> = p
        .duties
        .iter()
        .filter(|d| wanted(d.kind) && d.overdue(today))
        .map(|d| OverdueDuty { kind: d.kind, due: d.due, article: d.article.clone() })
        .collect();
    if !overdue.is_empty() {
        overdue.sort_by_key(|d| d.due);
        rows.push(Row::Overdue(Box::new(OverdueRow { person: PersonAnswer::of(p, today), overdue })));
    }
}

/// Nearest end first, what waits first, oldest first; the rest by id as they come.
fn sort(view: ListView, rows: &mut [Row]) {
    match view {
        ListView::Periods => rows.sort_by_key(|r| match r {
            Row::Person(p) => {
                let period = p.period.as_ref();
                let last = period.and_then(|q| q.last_day.or(q.earliest));
                (last.is_none(), last)
            }
            _ => (true, None),
        }),
        ListView::Travel => rows.sort_by_key(|r| match r {
            Row::Trip(t) => (t.trip.state != TripState::Pending, t.trip.depart_on),
            _ => (true, Date::MAX),
        }),
        ListView::Trainings | ListView::Pledges => rows.sort_by_key(|r| match r {
            Row::Overdue(o) => o.overdue.first().map(|d| d.due),
            _ => None,
        }),
        _ => {}
    }
}

/// Rows in whose JSON every word stands: the filter of lists that have no fields of their own to ask for.
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
