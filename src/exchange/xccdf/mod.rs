//! XCCDF 1.2 (and 1.1, which differs in nothing that is read here): benchmarks, and what scanners found with them.
//!
//! | file | does |
//! |---|---|
//! | `read` | a benchmark with groups, rules, profiles; alone, in a data stream or in a results file |
//! | `template` | a benchmark as a checklist template |
//! | `results` | test results; a run that matched nothing is refused |

mod read;
mod results;
mod template;

pub use read::read_benchmarks;
pub use results::read_results;
pub use template::{Drafted, Wanted, draft_template};

/// Whether a namespace is one of the format's.
fn ours(namespace: &str) -> bool {
    matches!(namespace, "http://checklists.nist.gov/xccdf/1.2" | "http://checklists.nist.gov/xccdf/1.1")
}

#[cfg(test)]
mod tests;
