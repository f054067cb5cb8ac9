//! Cases, and what waits for a meeting.

use schemars::JsonSchema;
use serde::Serialize;

use super::PersonAnswer;
use super::person::some;
use crate::domain::summary::MatterKind;
use crate::domain::{CaseKind, CaseState, Date, StepCode};

/// A person with a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CaseRow {
    /// The person's keys.
    #[serde(flatten)]
    pub person: PersonAnswer,
    /// The case.
    pub case: CasePart,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CasePart {
    /// `P000123-K1`.
    pub id: String,
    /// What about.
    pub kind: CaseKind,
    /// Opened on.
    pub opened_on: Date,
    /// Meant to take effect on.
    pub effective_on: Option<Date>,
    /// Where it stands.
    pub state: CaseState,
    /// Steps done.
    pub steps: Vec<StepCode>,
    /// The step that comes next; null when every one is done or the case is over.
    pub waits_for: Option<StepCode>,
    /// Rule pack of that step.
    pub pack: Option<String>,
    /// Article of that step.
    pub article: Option<String>,
    /// Ended on.
    pub closed_on: Option<Date>,
}

impl CasePart {
    /// A case; nothing for a leaving.
    pub fn of(row: &crate::index::MatterRow) -> Option<Self> {
        let m = &row.matter;
        let MatterKind::Case(kind) = m.kind else { return None };
        let next = row.next();
        Some(Self {
            id: row.id(),
            kind,
            opened_on: m.opened_on?,
            effective_on: m.effective_on,
            state: m.state,
            steps: m.steps.iter().filter(|s| s.done_on.is_some()).map(|s| s.code).collect(),
            waits_for: next.map(|s| s.code),
            pack: next.map(|s| s.pack.clone()),
            article: next.map(|s| s.article.clone()),
            closed_on: m.closed_on,
        })
    }
}

/// A person with something that waits for a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AgendaRow {
    /// The person's keys.
    #[serde(flatten)]
    pub person: PersonAnswer,
    /// What waits.
    pub item: AgendaItem,
}

/// A request, leaving or case that waits for the leaders, the leading group or the committee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AgendaItem {
    /// `P000123-T2`, `P000123-L1`, `P000123-K1`.
    pub id: String,
    /// `travel`, `leaving`, or the kind of the case.
    pub kind: String,
    /// The step that comes next.
    pub waits_for: Option<StepCode>,
    /// Rule pack of that step; null where none names it.
    pub pack: Option<String>,
    /// Article of that step.
    pub article: Option<String>,
    /// Submitted or opened on.
    pub since: Option<Date>,
    /// Departure, or the day it is meant to take effect.
    pub on: Option<Date>,
}

impl AgendaItem {
    /// The item of a row; nothing for rows that are none.
    pub fn of(row: &crate::index::Row) -> Option<Self> {
        match row {
            crate::index::Row::Trip(t) => Some(Self {
                id: t.id.clone(),
                kind: "travel".to_owned(),
                waits_for: t.waits_for,
                pack: some(&t.waits_by.0),
                article: some(&t.waits_by.1),
                since: t.submitted_on,
                on: Some(t.depart_on),
            }),
            crate::index::Row::Matter(m) => {
                let next = m.next();
                Some(Self {
                    id: m.id(),
                    kind: m.matter.kind.code().to_owned(),
                    waits_for: next.map(|s| s.code),
                    pack: next.and_then(|s| some(&s.pack)),
                    article: next.and_then(|s| some(&s.article)),
                    since: m.matter.opened_on,
                    on: m.matter.effective_on,
                })
            }
            _ => None,
        }
    }
}
