//! Rule packs and what follows from them: periods, restrictions, duties, verdicts. Pure: values and `today` in, values out.
//!
//! | file | answers |
//! |---|---|
//! | `packs/*.toml` | the ten regulations as data |
//! | `beside` | which facts of scans and probes stand beside which item |
//! | `templates/*.toml`, `template` | what is ticked off: checklists with clause, evidence and ready remarks |
//! | `pack`, `read`, `load` | their types; reading them with every problem at once |
//! | `period` | dates: last days, ranges, explanations |
//! | `career` | runs on post, leavings, levels: what the records say about a day |
//! | `standing` | where a person stands on a day, with every clock |
//! | `duty` | what is owed, and what satisfies it |
//! | `evidence`, `verdict`, `chain` | may the person …; what is missing; which step is next |
//! | `limits` | which levels, lengths and extensions a pack lets an officer decide |
//! | `inspect` | inspections: score, what is missing, evidence from the register, when the next is due |
//! | `brief` | inspections as lists see them; how a campaign stands |
//! | `merge` | what came back from a laptop, put together with what the register has |
//! | `sheet` | an inspection with what stands beside its items |
//! | `choice` | what a pack leaves to the unit |
//! | `project` | summaries for lists |

pub mod answer;
mod beside;
mod brief;
mod career;
mod chain;
mod choice;
mod device;
mod duty;
mod evidence;
mod inspect;
mod limits;
mod load;
mod merge;
mod pack;
mod period;
mod project;
mod read;
mod sheet;
mod standing;
mod template;
mod verdict;

pub use answer::*;
pub use beside::{beside, said, wanted};
pub use brief::{Campaign, CampaignOffice, FindingBrief, InspectionBrief, campaigns, inspected_alone};
pub use career::on_post;
pub use chain::{case_chain, departure_chain, trip_chain, trip_chains};
pub use choice::{ChoiceProblem, check_choice, choices};
pub use device::{Device, DeviceCard, DeviceFinding, DeviceInspection, of_subject};
pub use inspect::{
    Facts, InspectionDue, Score, evidence, finding_days, inspection_due, last_signed, log_free_from, missing, score,
};
pub use limits::{ExtensionRule, LengthProblem, check_length, extension_rule, levels, period_of};
pub use load::{embedded, with_own};
pub use merge::{Conflict, Merged, laptop_mark, merge};
pub use pack::*;
pub use period::{Calculation, calculate, last_day};
pub use project::RulesProjector;
pub use sheet::{Sheet, SheetSubject};
pub use standing::standing;
pub use template::{MOST_ITEMS, PROBE_TOPICS, Party, Template, TemplateSubject, read_template, template_of, templates};
pub use verdict::{NotPersonnel, side_by_side, verdict, verdict_under};
