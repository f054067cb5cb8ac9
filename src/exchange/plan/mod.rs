//! From sheets to commands: recognise, check, match with the register, and say what would change. Nothing is changed here.

mod device;
mod differences;
mod directory;
mod head;
mod lay;
mod parts;
mod person;
mod record;
mod rows;

use serde::Serialize;

pub use directory::Directory;
pub use lay::plan;
use lay::{Match, Planner, same_department};

use super::kind::Kind;
use super::problem::{Problem, Severity};
use crate::domain::{Command, ComputerId, Date, MediumId, PersonId, UnitId, View};

/// The id that stands for the new record in the commands of a row whose target is new; [`bind`] puts the id given.
pub const NEW: PersonId = PersonId(0);

/// What the plan is laid against.
pub struct Ground<'a> {
    /// The register.
    pub view: &'a dyn View,
    /// How rows find their records.
    pub directory: &'a Directory,
    /// The unit the list belongs to.
    pub unit: UnitId,
    /// The day of the import.
    pub today: Date,
}

/// What the operator asked for beside the file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only these sheets; empty means every sheet with a heading that fits.
    pub sheets: Vec<String>,
    /// Our field → their column title, from `--map`.
    pub map: Vec<(String, String)>,
}

/// What an import would do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What the file holds.
    pub kind: Kind,
    /// One entry a record, in the order of the file; rows that are refused have none, rows that change nothing have an
    /// entry without commands.
    pub rows: Vec<PlannedRow>,
    /// Everything refused and everything worth a look, in the order of the file.
    pub problems: Vec<Problem>,
    /// What became of each sheet.
    pub sheets: Vec<SheetReport>,
}

impl Plan {
    /// Whether anything is refused.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(Problem::is_error)
    }

    /// Figures for the summary.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in &self.rows {
            match (row.commands.is_empty(), row.target.is_new()) {
                (true, _) => counts.same += 1,
                (false, true) => counts.new += 1,
                (false, false) => counts.changed += 1,
            }
        }
        for problem in &self.problems {
            match problem.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
            }
        }
        let mut refused: Vec<(&str, u32)> =
            self.problems.iter().filter(|p| p.is_error()).map(|p| (p.sheet.as_str(), p.row)).collect();
        refused.sort_unstable();
        refused.dedup();
        counts.refused = refused.len();
        counts
    }
}

/// Figures of a plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Records to be added.
    pub new: usize,
    /// Records to be changed.
    pub changed: usize,
    /// Rows that change nothing.
    pub same: usize,
    /// Rows refused.
    pub refused: usize,
    /// Errors named; a row can have several.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
}

/// One record of the file and what it would do.
#[derive(Debug, Clone)]
pub struct PlannedRow {
    /// Index of the sheet in [`Plan::sheets`].
    pub sheet: u16,
    /// Row as the spreadsheet program counts, from 1.
    pub row: u32,
    /// Name or number of the record, for the report.
    pub name: Box<str>,
    /// Which record.
    pub target: Target,
    /// What to ask the register for, in order; [`NEW`] stands for the new record.
    pub commands: Box<[Command]>,
    /// What changes in a record there is; for a new record see [`PlannedRow::differences`].
    pub changes: Box<[FieldChange]>,
}

/// Which record a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A person to be added by the first command.
    NewPerson,
    /// A person in the register.
    Person(PersonId),
    /// A computer to be added.
    NewComputer,
    /// A computer in the register.
    Computer(ComputerId),
    /// A medium to be added.
    NewMedium,
    /// A medium in the register.
    Medium(MediumId),
}

impl Target {
    /// Whether the record is to be added.
    pub const fn is_new(self) -> bool {
        matches!(self, Self::NewPerson | Self::NewComputer | Self::NewMedium)
    }
}

/// One field's difference, as texts for people; identity numbers masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Our field, a locale key under `import.field`.
    pub field: &'static str,
    /// What the register says; empty where nothing.
    pub before: String,
    /// What the list says.
    pub after: String,
}

/// What became of a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SheetReport {
    /// Name.
    pub name: String,
    /// Hidden in the workbook.
    pub hidden: bool,
    /// Whether its rows were taken.
    pub used: bool,
    /// Row of the heading, from 1; 0 where none was found.
    pub heading: u32,
    /// Columns taken: letter, title, our field.
    pub columns: Vec<(String, String, &'static str)>,
    /// Titles of columns known and not kept in the register (serial numbers, ages).
    pub ignored: Vec<String>,
    /// Titles of columns nobody knows; they are warned about too.
    pub unknown: Vec<String>,
    /// Rows that hold a record.
    pub records: usize,
    /// Rows that hold none.
    pub skipped: Skipped,
}

/// Rows below the heading that are no records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Rows with nothing in the columns that are taken.
    pub blank: usize,
    /// 合计, 小计 and the like.
    pub totals: usize,
    /// 填表人, 审核, 日期 and the like.
    pub signatures: usize,
    /// Notes.
    pub notes: usize,
    /// Rows that name a group (a department) for the rows below.
    pub groups: usize,
    /// The heading repeated, as at the top of a printed page.
    pub headings: usize,
}

/// Puts the id given to a new person into a later command of the same row.
pub fn bind(command: &mut Command, id: PersonId) {
    let one = |person: &mut PersonId| {
        if *person == NEW {
            *person = id;
        }
    };
    match command {
        Command::ChangePerson(f) => one(&mut f.person),
        Command::AddPost { person, .. }
        | Command::EndPost { person, .. }
        | Command::SetLevel { person, .. }
        | Command::AddReview { person, .. }
        | Command::ChangeTrip { person, .. }
        | Command::StepTrip { person, .. }
        | Command::MoveTrip { person, .. }
        | Command::ChangeDeparture { person, .. }
        | Command::StepDeparture { person, .. }
        | Command::SetPeriodLength { person, .. }
        | Command::ExtendPeriod { person, .. }
        | Command::ClosePeriod { person, .. }
        | Command::OpenCase { person, .. }
        | Command::StepCase { person, .. }
        | Command::CloseCase { person, .. }
        | Command::AddWaiver { person, .. } => one(person),
        Command::AddTraining { persons, .. } | Command::AddPledge { persons, .. } => persons.iter_mut().for_each(one),
        Command::SubmitTrip(f) => one(&mut f.person),
        Command::RecordTrip(f) => one(&mut f.person),
        Command::Depart(f) => one(&mut f.person),
        _ => {}
    }
}
