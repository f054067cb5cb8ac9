//! Inspections and findings as answers.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::inspection::Spot;
use crate::domain::{Date, FindingStep, Inspection, InspectionId, InspectionState, JournalPublic, UnitId};
use crate::rules::{FindingBrief, InspectionBrief, Score};

/// An inspection in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InspectionRow {
    /// Record id.
    pub id: InspectionId,
    /// Unit.
    pub unit: UnitId,
    /// Template id.
    pub template: String,
    /// Its pinned version.
    pub version: String,
    /// The inspected office.
    pub department: Option<String>,
    /// The campaign it belongs to.
    pub campaign: Option<String>,
    /// What is inspected: ids, or names of places.
    pub subjects: Vec<String>,
    /// Planned for.
    pub planned_on: Option<Date>,
    /// Who inspects.
    pub inspector: Option<String>,
    /// Where it stands.
    pub state: InspectionState,
    /// Signed by all on.
    pub signed_on: Option<Date>,
    /// Counts of answers.
    pub score: Score,
    /// Conforming items of the base, in whole per cent.
    pub percent: Option<usize>,
    /// Findings not settled.
    pub open_findings: usize,
    /// Of them past their day.
    pub overdue_findings: usize,
}

impl InspectionRow {
    /// The row of an inspection on a day.
    pub fn of(i: &InspectionBrief, today: Date) -> Self {
        let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
        let (open_findings, overdue_findings) = i.unsettled(today);
        Self {
            id: i.id,
            unit: i.unit,
            template: i.template.clone(),
            version: i.version.clone(),
            department: some(&i.department),
            campaign: some(&i.campaign),
            subjects: i.subjects.iter().map(ToString::to_string).collect(),
            planned_on: i.planned_on,
            inspector: some(&i.inspector),
            state: i.state,
            signed_on: i.signed_on,
            percent: i.score.percent(),
            score: i.score,
            open_findings,
            overdue_findings,
        }
    }
}

/// A finding in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindingRow {
    /// The inspection.
    pub inspection: InspectionId,
    /// Subject and item.
    pub spot: Spot,
    /// The subject's number or name, for people to read.
    pub subject: String,
    /// The inspected office.
    pub department: Option<String>,
    /// Rule pack of the clause.
    pub pack: String,
    /// The clause.
    pub article: String,
    /// What is wrong.
    pub what: String,
    /// Who mends it.
    pub responsible: Option<String>,
    /// Found on.
    pub opened_on: Date,
    /// By when.
    pub due: Option<Date>,
    /// The step that counts; null while nothing was done.
    pub stands: Option<FindingStep>,
    /// Somebody still has to do something about it.
    pub open: bool,
    /// Open and past its day.
    pub overdue: bool,
    /// Put off until.
    pub waived_until: Option<Date>,
}

impl FindingRow {
    /// The row of a finding on a day.
    pub fn of(i: &InspectionBrief, found: &FindingBrief, subject: String, today: Date) -> Self {
        let f = &found.finding;
        let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
        Self {
            inspection: i.id,
            spot: found.spot.clone(),
            subject,
            department: some(&i.department),
            pack: f.pack.clone(),
            article: f.article.clone(),
            what: f.what.clone(),
            responsible: some(&f.responsible),
            opened_on: f.opened_on,
            due: f.due,
            stands: f.stands_at(),
            open: f.open(today),
            overdue: f.overdue(today),
            waived_until: f.waiver.as_ref().map(|w| w.until),
        }
    }
}

/// What `show inspection` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InspectionAnswer {
    /// The keys of the list.
    #[serde(flatten)]
    pub row: InspectionRow,
    /// Items without an answer.
    pub missing: Vec<Spot>,
    /// Findings that count.
    pub findings_listed: Vec<FindingRow>,
    /// The whole record.
    pub record: Inspection,
    /// Who changed what and when, newest first.
    pub history: Vec<JournalPublic>,
}
