//! Inspections of computers: answers and findings. Small for now; the checklist mode builds on these ids.

use serde::{Deserialize, Serialize};

use super::{ComputerId, Date, InspectionId, UnitId};

/// One inspection of one or more computers under a pinned template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// Record id.
    pub id: InspectionId,
    /// Counts the changes to this record, from 1.
    pub revision: u64,
    /// The unit.
    pub unit: UnitId,
    /// Template (checklist) id.
    pub template: String,
    /// Template version, pinned.
    pub version: String,
    /// What is inspected.
    pub computers: Vec<ComputerId>,
    /// Planned for.
    pub planned_on: Option<Date>,
    /// Answers, by (computer, item).
    pub answers: Vec<Answer>,
    /// Findings, by (computer, item).
    pub findings: Vec<Finding>,
}

/// What was answered at one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerValue {
    /// 符合.
    Conforms,
    /// 不符合.
    Fails,
    /// 不适用.
    NotApplicable,
    /// 未查.
    NotChecked,
}

/// The answer to one item for one computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Which computer.
    pub computer: ComputerId,
    /// Item code, for example `B2`.
    pub item: String,
    /// The answer.
    pub value: AnswerValue,
    /// The remark; required when the item fails.
    pub remark: String,
}

/// Something to mend. Its id is (inspection, computer, item).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which computer.
    pub computer: ComputerId,
    /// Item code.
    pub item: String,
    /// What is wrong.
    pub what: String,
    /// Who mends it.
    pub responsible: String,
    /// By when.
    pub due: Option<Date>,
    /// Mended and accepted on.
    pub accepted_on: Option<Date>,
}
