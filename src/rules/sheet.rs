//! An inspection with everything that stands beside its items: what the checklist mode works on.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Line, Score, Template, Words};
use crate::domain::inspection::{Answer, Inspection, Subject};
use crate::domain::{Date, InspectionId, InspectionState};

/// An inspection with everything that stands beside its items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The record.
    pub inspection: Inspection,
    /// Its pinned template.
    pub template: Arc<Template>,
    /// What the register knows of each subject, in the inspection's order.
    pub subjects: Vec<SheetSubject>,
}

/// One subject of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetSubject {
    /// It.
    pub subject: Subject,
    /// Its number, model and room, or its name.
    pub label: String,
    /// What the register shows beside items, by item.
    pub evidence: BTreeMap<String, Vec<Line>>,
    /// The last signed inspection.
    pub last: Option<InspectionId>,
    /// Its answers, by item.
    pub previous: BTreeMap<String, Answer>,
}

/// An inspection in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetBrief {
    /// Record id.
    pub id: InspectionId,
    /// The template's title.
    pub title: Words,
    /// The inspected office.
    pub department: String,
    /// What is inspected, as people call it.
    pub subjects: Vec<String>,
    /// Planned for.
    pub planned_on: Option<Date>,
    /// Who inspects.
    pub inspector: String,
    /// Where it stands.
    pub state: InspectionState,
    /// Counts of answers.
    pub score: Score,
    /// Findings not settled.
    pub open_findings: usize,
    /// Of them past their day.
    pub overdue_findings: usize,
}
