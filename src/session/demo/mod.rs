//! The demo: invented people, computers and papers, made by the same commands an officer would give.
//!
//! | file | holds |
//! |---|---|
//! | `tables` | the TOML of `demo/` as values |
//! | `cast` | the people of `demo/people.toml`, each standing at an edge of the rules |
//! | `staff` | as many more as asked for, drawn by a seed |
//!
//! Everything is given as commands for an **empty store** (no unit yet): they name records by the ids that such a store
//! allocates, `U000001`, `P000001` and so on. Identity numbers begin with 99, an area that does not exist.

mod cast;
mod dice;
mod staff;
mod tables;

use crate::domain::{Command, Date, UnitId};
use staff::Staff;

/// The seed used when none is given.
pub const SEED: u64 = 20_260_339;
/// How many people the demo has when no number is given.
pub const PEOPLE: usize = 135;

/// The demo's day: it opens at this `today`, whatever the clock says.
pub fn today() -> Date {
    tables::story().today
}

/// The commands that make the demo on an empty store, in blocks of some hundred people; each block depends only on those
/// before it and is meant for one transaction. The first holds the units and the cast; with `people` above the size of
/// the cast, staff drawn by `seed` follows. All are meant to be decided on [`today`].
pub fn commands(people: usize, seed: u64) -> impl Iterator<Item = Vec<Command>> {
    let first = cast::commands();
    let start = staff::Start {
        person: next(&first, |c| matches!(c, Command::AddPerson(_))),
        computer: next(&first, |c| matches!(c, Command::AddComputer(_))),
        medium: next(&first, |c| matches!(c, Command::AddMedium(_))),
    };
    let more = people.saturating_sub(cast::size());
    std::iter::once(first).chain(Staff::new(more, seed, today(), start))
}

/// `people` invented people with their papers around any day, without the cast: the units, then staff. For measurements.
pub fn generate(people: usize, seed: u64, today: Date) -> impl Iterator<Item = Vec<Command>> {
    let start = staff::Start { person: 1, computer: 1, medium: 1 };
    std::iter::once(units()).chain(Staff::new(people, seed, today, start))
}

/// The number the next record of a kind gets after these commands.
fn next(commands: &[Command], adds: impl Fn(&Command) -> bool) -> u64 {
    commands.iter().filter(|c| adds(c)).count() as u64 + 1
}

/// The two units with what they have chosen.
fn units() -> Vec<Command> {
    let mut out = Vec::new();
    for (id, unit) in (1..).map(UnitId).zip(&tables::story().unit) {
        out.push(Command::AddUnit {
            name: unit.name.clone(),
            pack: unit.pack.clone(),
            law: unit.law,
            tracking_from: unit.tracking_from,
        });
        for choice in &unit.choices {
            out.push(Command::SetUnit {
                unit: Some(id),
                key: choice.key.clone(),
                value: choice.value.clone(),
                decided_by: choice.decided_by.clone(),
                reason: choice.reason.clone(),
            });
        }
    }
    out
}
