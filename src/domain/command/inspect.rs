//! Fields of the commands on inspections and on the custody of computers and media.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::evidence::{EvidenceFact, EvidenceKind};
use crate::domain::inspection::{Carried, Signature, Spot, Subject};
use crate::domain::{
    AnswerValue, Capacity, Date, FindingStep, InspectionId, InspectionState, PersonId, RecordId, UnitId,
};

/// A new inspection; for a campaign one for each office among the subjects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanInspection {
    /// Unit; the only one when left out.
    #[serde(default)]
    pub unit: Option<UnitId>,
    /// Template id, for example `p8-computers`.
    pub template: String,
    /// Its version; the newest the register knows when left out.
    #[serde(default)]
    pub version: Option<String>,
    /// What is inspected: computers (`C000012`), persons (`P000123`) or names of places.
    pub subjects: Vec<Subject>,
    /// The inspected office; that of the first subject when left out.
    #[serde(default)]
    pub department: String,
    /// Planned for; today when left out.
    #[serde(default)]
    pub planned_on: Option<Date>,
    /// Who inspects; the operator when left out.
    #[serde(default)]
    pub inspector: String,
    /// The tool used (p8 11).
    #[serde(default)]
    pub tool: String,
    /// The campaign it belongs to; `plan_campaign` needs the name.
    #[serde(default)]
    pub campaign: String,
}

/// Changes who inspects what when; a field left out stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeInspection {
    /// Which inspection.
    pub inspection: InspectionId,
    /// The inspected office.
    #[serde(default)]
    pub department: Option<String>,
    /// Planned for.
    #[serde(default)]
    pub planned_on: Option<Date>,
    /// Who inspects.
    #[serde(default)]
    pub inspector: Option<String>,
    /// The tool used (p8 11).
    #[serde(default)]
    pub tool: Option<String>,
    /// The campaign it belongs to.
    #[serde(default)]
    pub campaign: Option<String>,
}

/// Answers, one or many at once, and where the cursor stands afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerItems {
    /// Which inspection.
    pub inspection: InspectionId,
    /// The answers.
    pub answers: Vec<Given>,
    /// Where the operator's cursor stands then; unchanged when left out.
    #[serde(default)]
    pub cursor: Option<Spot>,
}

/// One answer for these items of these subjects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The subjects; all of the inspection when left out.
    #[serde(default)]
    pub subjects: Vec<Subject>,
    /// The items.
    pub items: Vec<String>,
    /// The answer; null takes it away.
    pub value: Option<AnswerValue>,
    /// The remark; required when the item fails.
    #[serde(default)]
    pub remark: String,
}

/// What a scanner or a probe says of a machine, to be laid beside the items; it answers none of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddEvidence {
    /// Which inspection.
    pub inspection: InspectionId,
    /// Which machine, person or place of it.
    pub subject: Subject,
    /// By what.
    pub kind: EvidenceKind,
    /// The program, as it names itself.
    #[serde(default)]
    pub source: String,
    /// The machine's name, as the file says.
    #[serde(default)]
    pub target: String,
    /// When the machine was asked, as the file says.
    #[serde(default)]
    pub taken_at: String,
    /// The file's name.
    #[serde(default)]
    pub file: String,
    /// The file's SHA-256 in hexadecimal digits.
    pub digest: String,
    /// What was found; what belongs to no item is left out.
    pub facts: Vec<EvidenceFact>,
}

/// Takes evidence away again before anybody signs; the reason stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveEvidence {
    /// Which inspection.
    pub inspection: InspectionId,
    /// Whose; needed where the file lies beside several subjects.
    #[serde(default)]
    pub subject: Option<Subject>,
    /// The file's SHA-256, or its first digits.
    pub digest: String,
    /// Why.
    pub reason: String,
}

/// What came back from a laptop, merged with what the register has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeInspection {
    /// Which inspection.
    pub inspection: InspectionId,
    /// The number of the bundle that went out.
    pub number: u64,
    /// The marks of the laptop's returns, this one's last.
    pub returns: Vec<String>,
    /// What went out.
    pub base: Carried,
    /// What came back.
    pub laptop: Carried,
    /// Where it stood on the laptop.
    pub state: InspectionState,
    /// The first answer was given on.
    #[serde(default)]
    pub opened_on: Option<Date>,
    /// The signatures given there.
    #[serde(default)]
    pub signatures: Vec<Signature>,
    /// Which text counts where both sides changed one; without a word nothing is merged.
    #[serde(default)]
    pub take: BTreeMap<Spot, Take>,
}

/// Which side counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// The register's.
    Host,
    /// The laptop's.
    Laptop,
}

/// Changes what is to be mended, by whom and by when; what was left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeFinding {
    /// Which inspection.
    pub inspection: InspectionId,
    /// Which finding.
    pub spot: Spot,
    /// What is wrong.
    #[serde(default)]
    pub what: Option<String>,
    /// Who mends it.
    #[serde(default)]
    pub responsible: Option<String>,
    /// By when.
    #[serde(default)]
    pub due: Option<Date>,
}

/// A step of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepFinding {
    /// Which inspection.
    pub inspection: InspectionId,
    /// Which finding.
    pub spot: Spot,
    /// What was done.
    pub step: FindingStep,
    /// When; today when left out.
    #[serde(default)]
    pub on: Option<Date>,
    /// By whom.
    pub by: String,
    /// What was said; required when it is sent back.
    #[serde(default)]
    pub comment: String,
    /// Further findings that take the same step; all of them do, or none.
    #[serde(default)]
    pub also: Vec<FindingAt>,
}

/// A finding: where it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingAt {
    /// Which inspection.
    pub inspection: InspectionId,
    /// Which finding.
    pub spot: Spot,
}

/// Lets a finding rest until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiveFinding {
    /// Which inspection.
    pub inspection: InspectionId,
    /// Which finding.
    pub spot: Spot,
    /// Granted by.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Last day it holds.
    pub until: Date,
}

/// Hands a computer or medium to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueDevice {
    /// The computer or medium.
    pub device: RecordId,
    /// Who receives it.
    #[serde(default)]
    pub person: Option<PersonId>,
    /// The receiver's name where the person is not in the register.
    #[serde(default)]
    pub name: String,
    /// In which capacity; required for a computer (p8 8.2).
    #[serde(default)]
    pub capacity: Option<Capacity>,
    /// The named user of a computer (p8 8.2); the receiver when left out.
    #[serde(default)]
    pub user: Option<PersonId>,
    /// The user's name where the person is not in the register.
    #[serde(default)]
    pub user_name: String,
    /// Department; unchanged when left out.
    #[serde(default)]
    pub department: Option<String>,
    /// Room; unchanged when left out.
    #[serde(default)]
    pub room: Option<String>,
    /// When; today when left out.
    #[serde(default)]
    pub on: Option<Date>,
    /// Note.
    #[serde(default)]
    pub note: String,
}

/// Moves a computer to another room or department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveDevice {
    /// The computer or medium.
    pub device: RecordId,
    /// The new room.
    pub room: String,
    /// The new department; unchanged when left out.
    #[serde(default)]
    pub department: Option<String>,
    /// Reported to the secrecy office on; required between departments (p8 9.2).
    #[serde(default)]
    pub filed_on: Option<Date>,
    /// When; today when left out.
    #[serde(default)]
    pub on: Option<Date>,
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// Sends a computer or medium out for repair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendOutDevice {
    /// The computer or medium.
    pub device: RecordId,
    /// Where to.
    pub place: String,
    /// Approved by (p8 12.1).
    pub approved_by: String,
    /// The disk was removed and is kept (p8 12.1); required for a computer.
    #[serde(default)]
    pub disk_removed: bool,
    /// When; today when left out.
    #[serde(default)]
    pub on: Option<Date>,
    /// The fault.
    #[serde(default)]
    pub note: String,
}

/// Takes a computer or medium back from repair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnDevice {
    /// The computer or medium.
    pub device: RecordId,
    /// When; today when left out.
    #[serde(default)]
    pub on: Option<Date>,
    /// What was done.
    #[serde(default)]
    pub note: String,
}

/// Destroys a computer or medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DestroyDevice {
    /// The computer or medium.
    pub device: RecordId,
    /// Approved by (p8 13.1).
    pub approved_by: String,
    /// The place the secrecy department names (p8 13.2).
    pub place: String,
    /// Who watched.
    #[serde(default)]
    pub witness: String,
    /// When; today when left out.
    #[serde(default)]
    pub on: Option<Date>,
    /// Note.
    #[serde(default)]
    pub note: String,
}

/// A year's volume of the usage log of a computer or medium (p8 10.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogVolumeFields {
    /// The computer or medium.
    pub device: RecordId,
    /// The calendar year.
    pub year: i32,
    /// Where it is kept, or, when it is destroyed, who approved.
    #[serde(default)]
    pub by: String,
    /// When; today when left out.
    #[serde(default)]
    pub on: Option<Date>,
}
