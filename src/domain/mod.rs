//! The office's own words as plain values: no I/O, no clock, no sentences for people.
//!
//! | file | holds |
//! |---|---|
//! | `ids` | record ids (`P000123`) and part ids (`P000123-T2`) |
//! | `words` | the small vocabularies: level, state, kinds of everything, steps |
//! | `identity` | identity numbers: normal form, check digit, birth date |
//! | `numbers` | numbers that say who somebody is: telephones as they are shown, and what a reason lays open |
//! | `person` | the person aggregate and its parts |
//! | `device` | computers, peripherals and media |
//! | `inspection` | inspections, answers, findings, signatures, kept templates |
//! | `unit` | unit, choices, department |
//! | `operator` | accounts, what their rights reach, their keys |
//! | `command` | what an operator may ask for; the JSON of `apply` |
//! | `past` | a journal entry as `decide` looks back at it |
//! | `change` | what a command did; the journal's public part |
//! | `days` | days as numbers, inside summaries |
//! | `summary` | the projection of a record that lists and searches read |
//! | `view` | how `decide` reads: a transaction and a test map both implement it |

pub mod change;
pub mod command;
mod days;
pub mod device;
pub mod evidence;
pub mod identity;
pub mod ids;
pub mod inspection;
pub mod numbers;
pub mod operator;
pub mod past;
pub mod person;
mod said;
pub mod summary;
pub mod unit;
pub mod view;
pub mod words;

/// A civil date; the register knows no times of day outside the journal.
pub type Date = chrono::NaiveDate;

pub use change::{Actor, Change, Channel, JournalPublic, Packed};
pub use command::Command;
pub use device::{Computer, Medium};
pub use identity::IdentityNumber;
pub use ids::{ComputerId, DepartmentId, InspectionId, MediumId, PersonId, RecordId, RecordKind, TemplateId, UnitId};
pub use inspection::{Inspection, StoredTemplate};
pub use operator::Operator;
pub use past::{Past, PastRecord, Touched};
pub use person::Person;
pub use said::says_something;
pub use summary::{ComputerSummary, MediumSummary, PersonHead, PersonSummary, Projector, Shared};
pub use unit::{Department, Unit};
pub use view::{Held, View};
pub use words::*;
