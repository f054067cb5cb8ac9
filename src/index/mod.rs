//! What a running program searches: the summaries of all records, evaluated for one `today`, with lists, filters, sort and
//! marks. Nothing here reads the store or the clock.
//!
//! | file | does |
//! |---|---|
//! | `rows` | what a list shows of a record on a day; also the JSON of `list` and `find` |
//! | `people` | people as columns: what filters, sorts and searches touch, and the packed summaries behind them |
//! | `devices` | computers and media |
//! | `inspections` | inspections, findings, campaigns, and when machines are due |
//! | `matters` | leavings and other cases, and what waits for a meeting |
//! | `list` | the lists: which records, in which order, with marks that outlive a refresh |
//! | `sort` | the orders a list can have |
//! | `query` | the query language: parse, print, complete, evaluate |
//! | `search` | fuzzy ranking of words over names, pinyin, numbers, departments; the only user of fuzzy-matcher |
//! | `journal` | which journal entries a query finds, and pages of them |
//! | `find` | the best matches out of a stream of summaries, without building anything |

mod devices;
mod find;
mod inspections;
pub mod journal;
mod list;
mod matters;
mod people;
pub mod query;
mod rows;
pub mod search;
mod sort;

pub use find::Lookup;
pub use inspections::{Checklist, FindingRow, InspectionRow, Machine};
pub use list::{Counts, Index, Item, Listing, Marks, View};
pub use matters::{MatterRow, Part};
pub use people::Ready;
pub use query::{Completion, Known, Query, QueryError, Vocabulary};
pub use rows::{ComputerRow, DutyRow, MediumRow, PeriodRow, PersonRow, Row, TrainingRow, TravelRow, TripRow};
pub use sort::{Sort, SortBy};
