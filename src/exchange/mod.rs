//! Files in and out.
//!
//! In: [`read_file`] turns a spreadsheet or csv into a [`Workbook`] of typed cells, within limits that a hostile file cannot
//! break; [`plan()`] recognises headings, checks every value, matches every row with the register and answers with a
//! [`Plan`]: commands, differences and [`Problem`]s. Nothing is changed here; the session applies the commands.
//! Out: [`write_table`] writes a [`Table`] as csv, json or xlsx.
//! Checklists: [`read_benchmarks`] and [`read_results`] read what scanners use and write.
//!
//! | file | does |
//! |---|---|
//! | `kind` | the kinds of lists |
//! | `read/` | formats, limits, encodings |
//! | `input` | opening ordinary files only |
//! | `sheet` | what was read, compactly |
//! | `plan/` | headings, values, checks, matching, differences |
//! | `problem` | what is wrong, where, and the way out |
//! | `out/` | csv, json, xlsx, and replacing a file safely |
//! | `xml` | foreign XML within limits, with the line of what is wrong |
//! | `benchmark`, `xccdf/` | benchmarks and the results of scanners |
//! | `forms/` | papers to be printed and signed, as docx |
//! | `bundle` | the encrypted file an inspection travels in |
//! | `probe` | what a Linux machine says of itself |
//! | `cklb` | checklists of other programs |
//! | `*.toml` | what offices call things: titles of columns, words in cells |

mod benchmark;
mod bundle;
mod cklb;
mod forms;
mod input;
mod kind;
mod out;
mod plan;
mod probe;
mod problem;
mod read;
mod sheet;
mod value;
mod words;
mod xccdf;
mod xml;

pub use benchmark::{
    Benchmark, Chosen, Gravity, Group, Outcome, Profile, Reference, Refined, Rule, RuleResult, ScanResult,
};
pub use bundle::{BundleHead, BundleRecord, Direction, Expected, bundle_suite, peek_bundle, read_bundle, write_bundle};
pub use cklb::{
    Checklist, ItemList, ListItem, Machine, Matched, Told, benchmarks_of, checklist_of, filled, matched,
    read_catalogues, read_checklist, render_checklist, stable_uuid,
};
pub use forms::{
    Block, CheckRow, ComputerLine, ComputerList, DepartureApproval, Field, Form, FormKind, InspectionRecord,
    LeavingPledge, Minutes, MinutesRow, Notice, NoticeRow, OpinionRow, PersonBlock, ReturnList, ReturnRow, SignIn,
    SignInRow, SignedRow, Stamp, TravelApproval, render_form,
};
pub use input::{open_file, read_most};
pub use kind::Kind;
pub use out::{Column, Format, NewFile, Readers, Table, Value, new_file, render, replace_file, write_table};
pub use plan::{
    Counts, Directory, FieldChange, Ground, NEW, Options, Plan, PlannedRow, SheetReport, Skipped, Target, bind, plan,
};
pub use probe::{Fact, Probe, Seen, probe};
pub use problem::{Problem, Severity, shown};
pub use read::read_file;
pub use sheet::{Cell, Region, Row, Sheet, Workbook, letter};
pub use xccdf::{Drafted, Wanted, draft_template, read_benchmarks, read_results};
