//! `decide(view, operator, today, command)`: the changes a command makes, or the refusal with its article and way out.
//!
//! Pure: reads through [`View`], never writes. The store applies the changes in the same transaction it read from.
//!
//! | file | decides |
//! |---|---|
//! | `permission`, `scope` | may this role use this command; which records its rights reach |
//! | `person` | people, posts, levels, reviews, trainings, pledges, waivers |
//! | `travel` | travel requests |
//! | `leaving` | departures and periods |
//! | `case` | the other cases |
//! | `device`, `custody` | computers and media: their fields; who has them and where they are |
//! | `planning`, `inspection` | inspections planned; answered, signed; findings |
//! | `undo` | taking back one's own change |
//! | `merge` | what comes back from a laptop |
//! | `unit` | units and their choices |
//! | `operator` | accounts, rights, keys |
//! | `overlay` | a view that already sees the changes of earlier commands of a batch |

mod case;
mod custody;
mod device;
mod evidence;
mod inspection;
mod leaving;
mod merge;
mod operator;
mod overlay;
mod permission;
mod person;
mod planning;
mod refusal;
mod scope;
mod travel;
mod undo;
mod unit;
mod votes;

#[cfg(test)]
mod inspection_tests;
#[cfg(test)]
mod operator_tests;
#[cfg(test)]
mod tests;

pub use overlay::{Gathered, Overlay};
pub use permission::{Reading, Right, Scope, desk, may_back_up, may_read, right, rows, steps_of};
pub use refusal::{Refusal, RefusalKind};
pub use undo::can_undo;

use crate::domain::operator::Reach;
use crate::domain::view::ReadError;
use crate::domain::{Change, Command, Date, Operator, Person, PersonId, Role, Unit, UnitId, View};
use crate::rules::{Packs, Values};

/// Who asks, for the permission table and the four-eyes rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// Operator id.
    pub operator: String,
    /// Rights.
    pub roles: Vec<Role>,
    /// How far they reach.
    pub reach: Reach,
}

impl From<&Operator> for Who {
    fn from(o: &Operator) -> Self {
        Self { operator: o.id.clone(), roles: o.roles.clone(), reach: o.reach() }
    }
}

/// What every decision is made under.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The rule packs.
    pub packs: &'a Packs,
    /// Who asks.
    pub who: &'a Who,
    /// The evaluation day.
    pub today: Date,
}

/// What a command does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    /// Records as they stand afterwards, each with its revision raised by one.
    pub changes: Vec<Change>,
    /// Ids of what was made or changed, most important first: a record (`P000123`) or a part (`P000123-T2`).
    pub ids: Vec<String>,
    /// What deserves a look although it was done.
    pub warnings: Vec<Warning>,
}

/// A remark on something done: locale key `warning.<code>` filled with `values`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Warning {
    /// Stable code.
    pub code: String,
    /// Values.
    pub values: Values,
}

impl Warning {
    /// A warning without values.
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), values: Values::new() }
    }

    /// Adds a value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.values.insert(name.to_owned(), value.to_string());
        self
    }
}

/// Decides a command.
///
/// # Errors
/// [`Refusal`] says which rule or check refuses, with article and way out; nothing is changed then.
pub fn decide(view: &dyn View, cx: &Context, command: &Command) -> Result<Decision, Refusal> {
    permission::allow(cx.who, command.verb())?;
    if cx.who.reach.is_everything() {
        return by_command(view, cx, command);
    }
    let within = scope::Within { view, reach: &cx.who.reach };
    let decision = by_command(&within, cx, command).map_err(|refusal| within.explain(refusal))?;
    within.holds(&decision.changes)?;
    Ok(decision)
}

fn by_command(view: &dyn View, cx: &Context, command: &Command) -> Result<Decision, Refusal> {
    match command {
        Command::AddPerson(_)
        | Command::ChangePerson(_)
        | Command::AddPost { .. }
        | Command::EndPost { .. }
        | Command::SetLevel { .. }
        | Command::AddReview { .. }
        | Command::AddTraining { .. }
        | Command::AddPledge { .. }
        | Command::AddWaiver { .. } => person::decide(view, cx, command),
        Command::SubmitTrip(_)
        | Command::RecordTrip(_)
        | Command::ChangeTrip { .. }
        | Command::StepTrip { .. }
        | Command::MoveTrip { .. } => travel::decide(view, cx, command),
        Command::Depart(_)
        | Command::ChangeDeparture { .. }
        | Command::StepDeparture { .. }
        | Command::SetPeriodLength { .. }
        | Command::ExtendPeriod { .. }
        | Command::ClosePeriod { .. } => leaving::decide(view, cx, command),
        Command::OpenCase { .. } | Command::StepCase { .. } | Command::CloseCase { .. } => {
            case::decide(view, cx, command)
        }
        Command::AddComputer(_)
        | Command::ChangeComputer { .. }
        | Command::AddMedium(_)
        | Command::ChangeMedium { .. } => device::decide(view, cx, command),
        Command::TakeBack { .. }
        | Command::IssueDevice(_)
        | Command::MoveDevice(_)
        | Command::SendOutDevice(_)
        | Command::ReturnDevice(_)
        | Command::DestroyDevice(_)
        | Command::AddLogVolume(_)
        | Command::DestroyLogVolume(_) => custody::decide(view, cx, command),
        Command::AddTemplate { .. }
        | Command::PlanInspection(_)
        | Command::PlanCampaign(_)
        | Command::ChangeInspection(_)
        | Command::AnswerItems(_)
        | Command::SetCursor { .. }
        | Command::ChangeFinding(_)
        | Command::StepFinding(_)
        | Command::WaiveFinding(_)
        | Command::CloseInspection { .. }
        | Command::SignInspection { .. }
        | Command::ReopenInspection { .. }
        | Command::CancelInspection { .. }
        | Command::CorrectInspection { .. } => inspection::decide(view, cx, command),
        Command::AddEvidence(asked) => evidence::add(view, cx, asked),
        Command::RemoveEvidence(asked) => evidence::remove(view, asked),
        Command::SendInspection { .. } | Command::ReturnInspection { .. } | Command::MergeInspection(_) => {
            merge::decide(view, cx, command)
        }
        Command::AddUnit { .. } | Command::SetUnit { .. } => unit::decide(view, cx, command),
        Command::AddOperator(_)
        | Command::GrantOperator(_)
        | Command::SetOperatorKey(_)
        | Command::DisableOperator(_)
        | Command::EnableOperator(_) => operator::decide(view, cx, command),
        Command::Undo { entry } => undo::decide(view, cx, *entry),
    }
}

/// The person, or a refusal that names the id.
fn the_person(view: &dyn View, id: PersonId) -> Result<Person, Refusal> {
    view.person(id)?.ok_or_else(|| Refusal::input("no_such_person").with("id", id))
}

/// The unit of a person.
fn the_unit(view: &dyn View, id: UnitId) -> Result<Unit, Refusal> {
    view.unit(id)?.ok_or_else(|| Refusal::input("no_such_unit").with("id", id))
}

/// The unit named, or the only one there is.
fn unit_or_only(view: &dyn View, id: Option<UnitId>) -> Result<Unit, Refusal> {
    if let Some(id) = id {
        return the_unit(view, id);
    }
    let mut units = view.units()?;
    match (units.pop(), units.len()) {
        (Some(only), 0) => Ok(only),
        (None, _) => Err(Refusal::input("no_unit")),
        (Some(_), more) => Err(Refusal::input("unit_needed").with("units", more + 1)),
    }
}

/// Raises the revision and wraps the person as a change.
fn put(mut person: Person) -> Change {
    person.revision += 1;
    Change::Person(Box::new(person))
}

/// A past or present day: not before 1949, not after today.
fn past_day(cx: &Context, field: &'static str, day: Date) -> Result<Date, Refusal> {
    if day > cx.today {
        return Err(Refusal::input("day_in_future").with("field", field).with("value", day).with("today", cx.today));
    }
    known_day(cx, field, day)
}

/// A day that can be meant: not before 1949-10-01, not more than ten years ahead.
fn known_day(cx: &Context, field: &'static str, day: Date) -> Result<Date, Refusal> {
    let first = Date::from_ymd_opt(1949, 10, 1).unwrap_or(day);
    let last = cx.today.checked_add_months(chrono::Months::new(120)).unwrap_or(day);
    if day < first || day > last {
        return Err(Refusal::input("day_out_of_range")
            .with("field", field)
            .with("value", day)
            .with("first", first)
            .with("last", last));
    }
    Ok(day)
}

/// Text somebody must give, trimmed: signs that say nothing, or cannot be seen, are none.
fn required(field: &'static str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if !crate::domain::says_something(text) {
        return Err(Refusal::input("field_empty").with("field", field));
    }
    short(field, text)
}

/// Text within the length a record field takes, trimmed.
fn short(field: &'static str, text: &str) -> Result<String, Refusal> {
    const MOST: usize = 2000;
    let text = text.trim();
    let length = text.chars().count();
    if length > MOST {
        return Err(Refusal::input("field_too_long").with("field", field).with("length", length).with("most", MOST));
    }
    Ok(text.to_owned())
}

/// The number of the next part in a list.
fn next_n(used: impl Iterator<Item = u32>) -> u32 {
    used.max().unwrap_or(0) + 1
}

impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Self {
        Self::damage("damaged").with("what", error.0)
    }
}
