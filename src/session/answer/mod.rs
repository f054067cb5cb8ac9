//! The answers in their stable JSON form: English snake_case keys, dates `YYYY-MM-DD`, `null` where nothing is known and
//! never a missing key. Pure functions of records and of what the rules say.

mod cases;
mod cells;
mod inspection;
mod list;
mod person;
mod verdict;

pub use cases::{AgendaItem, AgendaRow, CasePart, CaseRow};
pub use cells::{cells, channel, columns, is_date, is_number, join, last_day, level};
pub use inspection::{FindingRow, InspectionAnswer, InspectionRow};
pub use list::{
    ChoiceRow, ComputerRow, DeparturePart, DepartureRow, DueItem, JournalRow, ListAnswer, ListView, MediumRow,
    OverdueRow, PostRow, Row, TripPart, TripRow,
};
pub use person::{
    CardAnswer, ClockAnswer, DutyAnswer, HeldAnswer, LineAnswer, OverdueDuty, PeriodAnswer, PersonAnswer, TrainingPart,
    TravelPart,
};
pub use verdict::{MissingAnswer, ReasonAnswer, VerdictAnswer};

use crate::i18n::Texts;
use crate::rules::Values;

/// The sentence `<prefix>.<code>` filled with `facts`; a code without a sentence of its own shows as the step of that
/// name, else as the code, so that nothing is ever left out.
pub fn sentence(texts: Texts, prefix: &str, code: &str, facts: &Values) -> String {
    if texts.get(&format!("{prefix}.{code}")).is_some() {
        return texts.say(prefix, code, facts);
    }
    texts.get(&format!("word.step.{code}")).unwrap_or(code).to_owned()
}
