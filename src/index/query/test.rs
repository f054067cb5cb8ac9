//! Evaluates a query on people, trips, computers and media.

use std::cell::OnceCell;
use std::cmp::Ordering;

use crate::domain::summary::{MatterSummary, PeriodSummary, TripSummary};
use crate::domain::{
    CaseState, ComputerSummary, Date, DutyKind, Level, MediumSummary, PersonSummary, RecordId, Secrecy, State,
    StepCode, TripState, UnitId,
};
use crate::text::{fold, spell_name, spell_words};

use super::super::inspections::Machine;
use super::super::matters::{Shown, waited};
use super::super::people::{Columns, Line, People, duty_bit, trip_bit};
use super::super::search::{Field as Found, Rows, Search, Term, Texts, elems};
use super::fields::{Field, Kind, Subject};
use super::{Op, Query, Value, What};

/// A query made ready for many records.
pub(in crate::index) struct Test {
    today: Date,
    clauses: Vec<Ready>,
}

struct Ready {
    negated: bool,
    what: ReadyWhat,
}

enum ReadyWhat {
    /// A word, with the people it finds.
    Word(Term, Rows),
    /// A folded text.
    Phrase(String),
    /// A text field, with what it says of every shared text of that field, if the field is shared.
    Text(Field, Vec<TextTest>, Vec<bool>),
    Other(Field, Op, Vec<Value>),
}

/// A text that a field is compared with.
pub(in crate::index) struct TextTest {
    folded: String,
    term: Option<Term>,
    exact: bool,
}

impl TextTest {
    pub(in crate::index) fn new(value: &Value, op: Op) -> Self {
        let folded = match value {
            Value::Text(t) => fold(t),
            _ => String::new(),
        };
        Self { term: Term::new(&folded), folded, exact: op == Op::Equal }
    }

    /// Contains the text, or, unless it must be exact, has it in pinyin or initials. An empty text is an empty field.
    pub(in crate::index) fn fits(&self, text: &str, name: bool) -> bool {
        let other = fold(text);
        if self.exact || self.folded.is_empty() {
            return other == self.folded;
        }
        if other.contains(&self.folded) {
            return true;
        }
        let Some(term) = &self.term else { return false };
        if name {
            term.in_name(&elems(spell_name(text))).is_some()
        } else {
            term.in_shared(&elems(spell_words(text)), Found::Department).is_some()
        }
    }
}

/// A person under test; the summary is unpacked only if a clause asks for it.
struct Case<'a> {
    row: Line<'a>,
    part: Option<Shown<'a>>,
    summary: OnceCell<Option<PersonSummary>>,
    today: Date,
}

impl Case<'_> {
    fn summary(&self) -> Option<&PersonSummary> {
        self.summary.get_or_init(|| self.row.summary()).as_ref()
    }

    /// The trips a clause is about: the one under test, or all of the person's.
    fn trips(&self) -> Vec<&TripSummary> {
        match self.part {
            Some(Shown::Trip(t)) => vec![t],
            _ if self.row.trip_count == 0 => Vec::new(),
            _ => self.summary().map(|s| s.trips.iter().collect()).unwrap_or_default(),
        }
    }

    /// The cases a clause is about: the one under test, or all of the person's that are under way.
    fn matters(&self) -> Vec<&MatterSummary> {
        match self.part {
            Some(Shown::Matter(m)) => vec![m],
            _ if self.row.open_matters == 0 => Vec::new(),
            _ => {
                let open = |m: &&MatterSummary| m.state == CaseState::Open;
                self.summary().map(|s| s.matters.iter().filter(open).collect()).unwrap_or_default()
            }
        }
    }

    /// The steps that requests and cases wait for: of the one under test, or of all of the person's. A request may wait
    /// with no step left.
    fn waits(&self) -> Vec<Option<StepCode>> {
        let waits = |t: &TripSummary| (t.state == TripState::Pending).then_some(t.waits_for);
        let next =
            |m: &MatterSummary| (m.state == CaseState::Open).then(|| m.next(waited(self.row.state)).map(|s| s.code));
        let trips = || self.trips().into_iter().filter_map(waits);
        let matters = || self.matters().into_iter().filter_map(next);
        match self.part {
            Some(Shown::Trip(_)) => trips().collect(),
            Some(Shown::Matter(_)) => matters().collect(),
            None if self.row.trips & trip_bit(TripState::Pending) == 0 => matters().collect(),
            None => trips().chain(matters()).collect(),
        }
    }

    /// The period, unpacked only for those who have one.
    fn period(&self) -> Option<&PeriodSummary> {
        if self.row.departed { self.summary()?.period_on(self.today) } else { None }
    }
}

impl Test {
    /// Makes a query ready; for people where `ranked`: words that must be found are left out, for the search looks for them.
    pub(in crate::index) fn new(query: &Query, people: &People, ranked: bool) -> Self {
        let clauses = query
            .clauses
            .iter()
            .filter_map(|c| {
                let what = match &c.what {
                    What::Word(_) if ranked && !c.negated => return None,
                    What::Word(w) => {
                        let term = Term::new(w)?;
                        let rows = if ranked { Search::new(people).plainly(&term) } else { Rows::default() };
                        ReadyWhat::Word(term, rows)
                    }
                    What::Phrase(p) => ReadyWhat::Phrase(fold(p)),
                    What::Field(field, op, values) if values.iter().all(|v| matches!(v, Value::Text(_))) => {
                        let tests: Vec<TextTest> = values.iter().map(|v| TextTest::new(v, *op)).collect();
                        let any = |t: &str| tests.iter().any(|x| x.fits(t, false));
                        let shared = match field {
                            Field::Department => people.departments.each_text(any),
                            Field::Post => people.posts.each_text(any),
                            _ => Vec::new(),
                        };
                        ReadyWhat::Text(*field, tests, shared)
                    }
                    What::Field(field, op, values) => ReadyWhat::Other(*field, *op, values.clone()),
                };
                Some(Ready { negated: c.negated, what })
            })
            .collect();
        Self { today: people.today(), clauses }
    }

    /// Whether it asks nothing.
    pub(in crate::index) fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Whether a person, or one part of a person, fits.
    pub(in crate::index) fn person(&self, row: Line<'_>, part: Option<Shown<'_>>, people: &People) -> bool {
        if self.clauses.is_empty() {
            return true;
        }
        let case = Case { row, part, summary: OnceCell::new(), today: self.today };
        self.clauses.iter().all(|c| self.person_clause(&c.what, &case, people) != c.negated)
    }

    fn person_clause(&self, what: &ReadyWhat, case: &Case<'_>, people: &People) -> bool {
        let row = case.row;
        let has = |list: &[bool], n: u32| list.get(n as usize).copied().unwrap_or(false);
        match what {
            ReadyWhat::Word(_, rows) => people.position(row.id).is_some_and(|at| rows.has(at)),
            ReadyWhat::Phrase(p) => {
                [row.name(), people.departments.text(row.department), people.posts.text(row.post), row.staff()]
                    .iter()
                    .any(|t| fold(t).contains(p.as_str()))
            }
            ReadyWhat::Text(Field::Department, _, shared) => has(shared, row.department),
            ReadyWhat::Text(Field::Post, _, shared) => has(shared, row.post),
            ReadyWhat::Text(field, tests, _) => tests.iter().any(|t| match field {
                Field::Name => t.fits(row.name(), true),
                Field::Number => {
                    t.fits(row.staff(), false)
                        || t.term.as_ref().is_some_and(|w| w.in_numbers(row.id, row.staff(), row.identity()).is_some())
                }
                Field::Id => same_id(row.id.into(), &t.folded),
                Field::Unit => same_id(row.unit.into(), &t.folded),
                Field::Destination => case.trips().iter().any(|x| t.fits(&x.destination, false)),
                Field::Pack => case.period().is_some_and(|p| p.pack.starts_with(&t.folded)),
                Field::Flag => {
                    row.flagged && case.summary().is_some_and(|s| flags(s, self.today).any(|f| f.contains(&t.folded)))
                }
                _ => false,
            }),
            ReadyWhat::Other(field, op, values) => {
                let department = people.departments.text(row.department);
                values.iter().any(|v| self.person_value(*field, *op, v, case, department))
            }
        }
    }

    fn person_value(&self, field: Field, op: Op, value: &Value, case: &Case<'_>, department: &str) -> bool {
        let row = case.row;
        let code = match value {
            Value::Code(c) => *c,
            _ => "",
        };
        match field {
            Field::Level => level_fits(op, code, row.level.map(Level::code), Subject::People),
            Field::State => row.state.code() == code,
            Field::Left => number_fits(op, value, row.left.map(i64::from)),
            Field::End => date_fits(op, value, row.last_day, self.today),
            Field::Due => date_fits(op, value, row.training_overdue.or(row.next_due), self.today),
            Field::Start => date_fits(op, value, case.period().and_then(|p| p.start), self.today),
            Field::Months => {
                let months = case.period().and_then(|p| p.months);
                number_fits(op, value, months.map(i64::from))
            }
            Field::Train => train_fits(code, &row),
            Field::Duty => duty_fits(code, row.due),
            Field::Overdue => duty_fits(code, row.overdue),
            Field::Waits => {
                let (steps, departments, mine) = match value {
                    Value::Waits(steps, departments, mine) => (steps, departments, *mine),
                    _ => return code == "meeting" && case.waits().into_iter().flatten().any(StepCode::of_meeting),
                };
                let here = departments.is_empty() || departments.iter().any(|d| d == department);
                case.waits().into_iter().any(|s| (here && s.is_some_and(|s| steps.contains(&s))) == mine)
            }
            Field::Case => match (code, case.part) {
                ("any", None) => row.matters != 0,
                ("none", None) => row.matters == 0,
                (code, None) => case.matters().iter().any(|m| m.kind.code() == code),
                (code, _) => code == "any" || case.matters().iter().any(|m| m.kind.code() == code),
            },
            Field::Opened => case.matters().iter().any(|m| date_fits(op, value, m.opened_on, self.today)),
            Field::Pledge => (code == "missing") == row.pledge_missing.is_some(),
            Field::Travel => {
                let states = match case.part {
                    Some(Shown::Trip(t)) => trip_bit(t.state),
                    _ => row.trips,
                };
                match code {
                    "any" => states != 0,
                    "none" => states == 0,
                    code => TripState::from_code(code).is_some_and(|s| states & trip_bit(s) != 0),
                }
            }
            Field::Trip => case.trips().iter().any(|t| t.kind.code() == code),
            Field::Depart => case.trips().iter().any(|t| date_fits(op, value, Some(t.depart_on), self.today)),
            Field::Return => case.trips().iter().any(|t| date_fits(op, value, t.return_on, self.today)),
            _ => false,
        }
    }

    /// Whether a computer fits.
    pub(in crate::index) fn computer(&self, c: &ComputerSummary, machine: &Machine) -> bool {
        let names = [c.custodian_name.as_str(), &c.user_name];
        let texts = [c.number.as_str(), &c.model, &c.room, &c.department];
        self.record(&names, &texts, |field| match field {
            Field::Number => Seen::Text(&c.number),
            Field::Kind => Seen::Code(c.kind.code()),
            Field::Model => Seen::Text(&c.model),
            Field::Level => Seen::Level(c.secrecy),
            Field::Department => Seen::Text(&c.department),
            Field::Custodian => Seen::Name(&c.custodian_name),
            Field::User => Seen::Name(&c.user_name),
            Field::Room => Seen::Text(&c.room),
            Field::State => Seen::Code(c.state.code()),
            Field::Inspect => Seen::Date(machine.due.as_ref().map(|d| d.due)),
            Field::Inspected => Seen::Date(machine.inspected_on),
            Field::Id => Seen::Id(c.id.into()),
            Field::Unit => Seen::Id(c.unit.into()),
            _ => Seen::Nothing,
        })
    }

    /// Whether a medium fits.
    pub(in crate::index) fn medium(&self, m: &MediumSummary) -> bool {
        let texts = [m.number.as_str(), &m.title, &m.department];
        self.record(&[&m.holder_name], &texts, |field| match field {
            Field::Number => Seen::Text(&m.number),
            Field::Kind => Seen::Code(m.kind.code()),
            Field::Title | Field::Model => Seen::Text(&m.title),
            Field::Level => Seen::Level(m.secrecy),
            Field::Department => Seen::Text(&m.department),
            Field::Holder | Field::Custodian => Seen::Name(&m.holder_name),
            Field::State => Seen::Code(m.state.code()),
            Field::Id => Seen::Id(m.id.into()),
            Field::Unit => Seen::Id(m.unit.into()),
            _ => Seen::Nothing,
        })
    }

    /// Whether a record fits whose names and other texts words fall onto, and whose fields `field` tells.
    pub(in crate::index) fn record<'a>(
        &self,
        names: &[&str],
        texts: &[&str],
        field: impl Fn(Field) -> Seen<'a>,
    ) -> bool {
        self.clauses.iter().all(|c| {
            let holds = match &c.what {
                ReadyWhat::Word(term, ..) => Texts { names, texts }.any(|t, name| {
                    let spelled = elems(if name { spell_name(t) } else { spell_words(t) });
                    let found = if name { term.in_name(&spelled) } else { term.in_shared(&spelled, Found::Department) };
                    found.is_some() || term.contained_in(&fold(t))
                }),
                ReadyWhat::Phrase(p) => Texts { names, texts }.any(|t, _| fold(t).contains(p.as_str())),
                ReadyWhat::Text(f, tests, _) => tests.iter().any(|t| match field(*f) {
                    Seen::Text(text) => t.fits(text, false),
                    Seen::Name(text) => t.fits(text, true),
                    Seen::Texts(all) => all.iter().any(|text| t.fits(text, false)),
                    Seen::Id(id) => same_id(id, &t.folded),
                    _ => false,
                }),
                ReadyWhat::Other(f, op, values) => values.iter().any(|v| match (field(*f), v) {
                    (Seen::Code(code), Value::Code(c)) => code == *c,
                    (Seen::Codes(codes), Value::Code(c)) => codes.contains(c),
                    (Seen::Date(d), v) => date_fits(*op, v, d, self.today),
                    (Seen::Level(s), Value::Code(c)) => level_fits(*op, c, s.map(Secrecy::code), Subject::Computers),
                    _ => false,
                }),
            };
            holds != c.negated
        })
    }
}

/// What a field of a record holds.
pub(in crate::index) enum Seen<'a> {
    Text(&'a str),
    /// Any of these.
    Texts(Vec<&'a str>),
    Name(&'a str),
    Code(&'static str),
    /// Every word that fits.
    Codes(&'static [&'static str]),
    Date(Option<Date>),
    Level(Option<Secrecy>),
    Id(RecordId),
    Nothing,
}

/// Everybody is exactly one of overdue, due, done, none.
fn train_fits(code: &str, row: &Columns) -> bool {
    let overdue = row.training_overdue.is_some();
    let due = !overdue && row.training_open;
    let done = !overdue && !due && (row.training_met || row.trained_on.is_some());
    match code {
        "overdue" => overdue,
        "due" => due,
        "done" => done,
        "none" => !overdue && !due && !done,
        _ => !overdue,
    }
}

fn duty_fits(code: &str, duties: u16) -> bool {
    match code {
        "any" => duties != 0,
        "none" => duties == 0,
        code => DutyKind::from_code(code).is_some_and(|k| duties & duty_bit(k) != 0),
    }
}

/// The units a value names, as their ids: by id, name, pinyin or initials. A name that fits none stays, and finds none.
pub(super) fn units_named(value: &Value, op: Op, units: &[(UnitId, &str)]) -> Vec<Value> {
    let test = TextTest::new(value, op);
    let fits = |(id, name): &&(UnitId, &str)| {
        same_id((*id).into(), &test.folded) || (!test.folded.is_empty() && test.fits(name, false))
    };
    let found: Vec<Value> = units.iter().filter(fits).map(|(id, _)| Value::Text(id.0.to_string())).collect();
    if found.is_empty() { vec![value.clone()] } else { found }
}

/// `P000123`, `123`.
pub(in crate::index) fn same_id(id: RecordId, text: &str) -> bool {
    text.parse() == Ok(id) || text.parse() == Ok(id.number)
}

/// The flags of a person, with the choices that were assumed or are missing.
fn flags(s: &PersonSummary, today: Date) -> impl Iterator<Item = &str> {
    let period = s.period_on(today);
    let marked = |name, list: Option<&Vec<String>>| list.is_some_and(|l| !l.is_empty()).then_some(name);
    let assumed = marked("assumed", period.map(|p| &p.assumed));
    let blocked = marked("blocked", period.map(|p| &p.blocked_by));
    s.flags.iter().map(String::as_str).chain(assumed).chain(blocked)
}

/// Levels compare by their order; a person without one is only found by asking for that.
fn level_fits(op: Op, wanted: &str, has: Option<&'static str>, subject: Subject) -> bool {
    let has = has.unwrap_or("none");
    if matches!(op, Op::Is | Op::Equal) {
        return has == wanted;
    }
    let Some(Kind::Words(_, codes, _)) = subject.spec(Field::Level).map(|s| s.kind) else { return false };
    let place = |code: &str| codes.iter().position(|c| *c == code);
    has != "none" && ordering_fits(op, place(has).cmp(&place(wanted)))
}

fn ordering_fits(op: Op, order: Ordering) -> bool {
    match op {
        Op::Is | Op::Equal => order == Ordering::Equal,
        Op::Less => order == Ordering::Less,
        Op::AtMost => order != Ordering::Greater,
        Op::More => order == Ordering::Greater,
        Op::AtLeast => order != Ordering::Less,
    }
}

pub(in crate::index) fn number_fits(op: Op, value: &Value, has: Option<i64>) -> bool {
    let (Value::Numbers(a, b), Some(n)) = (value, has) else { return false };
    match op {
        Op::Is | Op::Equal => a.is_none_or(|a| a <= n) && b.is_none_or(|b| n <= b),
        _ => a.is_some_and(|a| ordering_fits(op, n.cmp(&a))),
    }
}

/// A month or a year is a span: `<` is before its first day, `>` after its last.
pub(in crate::index) fn date_fits(op: Op, value: &Value, has: Option<Date>, today: Date) -> bool {
    if matches!(value, Value::NoDate) {
        return has.is_none() && matches!(op, Op::Is | Op::Equal);
    }
    let (Value::Dates(a, b), Some(d)) = (value, has) else { return false };
    let first = a.and_then(|a| a.span(today)).map(|s| s.0);
    let last_of_first = a.and_then(|a| a.span(today)).map(|s| s.1);
    let last = b.and_then(|b| b.span(today)).map(|s| s.1);
    match op {
        Op::Is | Op::Equal => {
            a.is_none() == first.is_none()
                && b.is_none() == last.is_none()
                && first.is_none_or(|f| f <= d)
                && last.is_none_or(|l| d <= l)
        }
        Op::Less => first.is_some_and(|f| d < f),
        Op::AtMost => last_of_first.is_some_and(|l| d <= l),
        Op::More => last_of_first.is_some_and(|l| d > l),
        Op::AtLeast => first.is_some_and(|f| d >= f),
    }
}

/// Whether the state of a person is one the list of periods shows.
pub(in crate::index) const fn in_periods(state: State) -> bool {
    matches!(state, State::InPeriod | State::Ended)
}
