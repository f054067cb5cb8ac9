//! An inspection with everything that stands beside its items: what the checklist mode works on.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Line, Template};
use crate::domain::InspectionId;
use crate::domain::inspection::{Answer, Inspection, Subject};

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
