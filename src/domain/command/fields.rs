//! The longer commands' fields.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    ComputerId, ComputerKind, Date, DeviceState, Employment, LeavingReason, Level, MediumKind, PersonId, Secrecy, Sex,
    TripKind, UnitId,
};

/// Fields of a new person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AddPerson {
    /// Name.
    pub name: String,
    /// Unit; the only one when left out.
    pub unit: Option<UnitId>,
    /// Department.
    pub department: String,
    /// Sex; from the identity number when left out.
    pub sex: Option<Sex>,
    /// Identity number as written.
    pub identity: Option<String>,
    /// Staff number.
    pub staff_number: Option<String>,
    /// How employed; serving when left out.
    pub employment: Option<Employment>,
    /// Civil servant.
    pub civil_servant: bool,
    /// Telephone.
    pub phone: Option<String>,
    /// Filed with the authority above on.
    pub filed_on: Option<Date>,
    /// Title of the first post; left out, the person is a candidate.
    pub post: Option<String>,
    /// Level of the post and of the person.
    pub level: Option<Level>,
    /// First day on the post.
    pub on_post_from: Option<Date>,
    /// Note.
    pub note: String,
}

/// Fields of a person to change; `None` leaves a field as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePerson {
    /// Who.
    pub person: PersonId,
    /// The revision the form was filled on; a newer one refuses the change as stale.
    #[serde(default)]
    pub based_on: Option<u64>,
    /// Name.
    #[serde(default)]
    pub name: Option<String>,
    /// Department.
    #[serde(default)]
    pub department: Option<String>,
    /// Sex.
    #[serde(default)]
    pub sex: Option<Sex>,
    /// Identity number as written.
    #[serde(default)]
    pub identity: Option<String>,
    /// Staff number.
    #[serde(default)]
    pub staff_number: Option<String>,
    /// How employed.
    #[serde(default)]
    pub employment: Option<Employment>,
    /// Civil servant.
    #[serde(default)]
    pub civil_servant: Option<bool>,
    /// Telephone.
    #[serde(default)]
    pub phone: Option<String>,
    /// Filed with the authority above on.
    #[serde(default)]
    pub filed_on: Option<Date>,
    /// Note.
    #[serde(default)]
    pub note: Option<String>,
}

impl ChangePerson {
    /// A change of nothing yet.
    pub const fn of(person: PersonId) -> Self {
        Self {
            person,
            based_on: None,
            name: None,
            department: None,
            sex: None,
            identity: None,
            staff_number: None,
            employment: None,
            civil_servant: None,
            phone: None,
            filed_on: None,
            note: None,
        }
    }
}

/// A travel request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitTrip {
    /// Who.
    pub person: PersonId,
    /// Private or official.
    pub kind: TripKind,
    /// Where to.
    pub destination: String,
    /// What for.
    #[serde(default)]
    pub purpose: String,
    /// First day abroad.
    pub depart_on: Date,
    /// Planned return.
    #[serde(default)]
    pub return_on: Option<Date>,
    /// Companions.
    #[serde(default)]
    pub companions: Vec<String>,
    /// Who pays.
    #[serde(default)]
    pub funding: String,
    /// Submitted on; today when left out.
    #[serde(default)]
    pub on: Option<Date>,
    /// The special reason, where the pack asks for one.
    #[serde(default)]
    pub special_reason: String,
    /// Keep as a draft.
    #[serde(default)]
    pub draft: bool,
}

/// A journey that was decided, and begun, before the register knew of it: written down as the papers say. It approves
/// nothing: a journey that has not begun is asked for with [`SubmitTrip`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordTrip {
    /// Who.
    pub person: PersonId,
    /// Private or official.
    pub kind: TripKind,
    /// Where to.
    pub destination: String,
    /// What for.
    #[serde(default)]
    pub purpose: String,
    /// First day abroad; not after today.
    pub depart_on: Date,
    /// Planned return.
    #[serde(default)]
    pub return_on: Option<Date>,
    /// Companions.
    #[serde(default)]
    pub companions: Vec<String>,
    /// Who pays.
    #[serde(default)]
    pub funding: String,
    /// Submitted on.
    #[serde(default)]
    pub submitted_on: Option<Date>,
    /// Who approved it, as the papers say.
    #[serde(default)]
    pub approved_by: String,
    /// What was said at the approval, as the papers say.
    #[serde(default)]
    pub comment: String,
    /// Travel papers handed out on.
    #[serde(default)]
    pub papers_issued_on: Option<Date>,
    /// Travel papers back on.
    #[serde(default)]
    pub papers_back_on: Option<Date>,
    /// Back on; left out, the person is still abroad.
    #[serde(default)]
    pub returned_on: Option<Date>,
    /// Reported on.
    #[serde(default)]
    pub reported_on: Option<Date>,
    /// Nothing is owed any more: report and papers were settled on paper.
    #[serde(default)]
    pub closed: bool,
}

/// What happened to a trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TripEvent {
    /// A draft is handed in.
    Submit,
    /// Taken back.
    Withdraw,
    /// Travel papers handed out.
    IssuePapers,
    /// Left.
    Depart,
    /// Came back.
    Return,
    /// Reported.
    Report,
    /// Travel papers handed back.
    PapersBack,
}

/// Leaving classified posts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Depart {
    /// Who.
    pub person: PersonId,
    /// Why.
    #[serde(default = "other_reason")]
    pub reason: LeavingReason,
    /// Approval day.
    #[serde(default)]
    pub approved_on: Option<Date>,
    /// Leaving day.
    #[serde(default)]
    pub left_on: Option<Date>,
    /// Level held when leaving; from the level history when left out.
    #[serde(default)]
    pub level: Option<Level>,
    /// Length in months, where the pack gives a range or none.
    #[serde(default)]
    pub months: Option<u32>,
    /// Who decided the length.
    #[serde(default)]
    pub months_by: String,
    /// Why this length.
    #[serde(default)]
    pub months_reason: String,
    /// Last day as a list states it.
    #[serde(default)]
    pub stated_last_day: Option<Date>,
    /// Where the person goes.
    #[serde(default)]
    pub destination: String,
    /// Who manages the period.
    #[serde(default)]
    pub managed_by: String,
}

/// Fields of a computer; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ComputerFields {
    /// Unit; the only one when left out.
    pub unit: Option<UnitId>,
    /// The office's number; required when adding.
    pub number: Option<String>,
    /// What it is.
    pub kind: Option<ComputerKind>,
    /// Model.
    pub model: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Disk serial numbers.
    pub disk_serials: Option<Vec<String>>,
    /// Level mark.
    pub secrecy: Option<Secrecy>,
    /// Department.
    pub department: Option<String>,
    /// Custodian.
    pub custodian: Option<PersonId>,
    /// Custodian's name where the person is not in the register.
    pub custodian_name: Option<String>,
    /// User.
    pub user: Option<PersonId>,
    /// User's name where the person is not in the register.
    pub user_name: Option<String>,
    /// Room.
    pub room: Option<String>,
    /// Operating system installed on.
    pub os_installed_on: Option<Date>,
    /// In use since.
    pub enabled_on: Option<Date>,
    /// State.
    pub state: Option<DeviceState>,
    /// Note.
    pub note: Option<String>,
}

/// Fields of a medium; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MediumFields {
    /// Unit; the only one when left out.
    pub unit: Option<UnitId>,
    /// The office's number; required when adding.
    pub number: Option<String>,
    /// What it is.
    pub kind: Option<MediumKind>,
    /// Title.
    pub title: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Level mark.
    pub secrecy: Option<Secrecy>,
    /// Department.
    pub department: Option<String>,
    /// Holder.
    pub holder: Option<PersonId>,
    /// Holder's name where the person is not in the register.
    pub holder_name: Option<String>,
    /// The computer it belongs to.
    pub computer: Option<ComputerId>,
    /// Issued on.
    pub issued_on: Option<Date>,
    /// State.
    pub state: Option<DeviceState>,
    /// Note.
    pub note: Option<String>,
}

const fn other_reason() -> LeavingReason {
    LeavingReason::Other
}
