//! Computers, peripherals, media and paper carriers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    ComputerId, ComputerKind, CustodyKind, Date, DeviceState, Held, MediumId, MediumKind, PersonId, Secrecy, UnitId,
};

/// Something that happened to a computer or medium, as the custody register keeps it (form 13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Custody {
    /// What.
    pub kind: CustodyKind,
    /// When.
    pub on: Date,
    /// Whose hands it went into or came from.
    pub person: Option<PersonId>,
    /// That person's name.
    pub name: String,
    /// The room or place.
    pub place: String,
    /// Approved, filed or watched by.
    pub by: String,
    /// Note.
    pub note: String,
}

/// One year's volume of the usage log (p8 10.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogVolume {
    /// The calendar year.
    pub year: i32,
    /// Where it is kept.
    pub place: String,
    /// Destroyed on.
    pub destroyed_on: Option<Date>,
    /// Who approved the destruction.
    pub destroyed_by: String,
}

/// A registered computer or peripheral (form 12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Computer {
    /// Record id.
    pub id: ComputerId,
    /// Counts the changes to this record, from 1.
    pub revision: u64,
    /// The unit.
    pub unit: UnitId,
    /// The office's own number (编号); unique within the unit.
    pub number: String,
    /// What it is.
    pub kind: ComputerKind,
    /// Model.
    pub model: String,
    /// Serial number of the machine.
    pub serial: String,
    /// Serial numbers of its disks.
    pub disk_serials: Vec<String>,
    /// Level mark (p8 8.3).
    pub secrecy: Option<Secrecy>,
    /// Department name.
    pub department: String,
    /// 责任人: who answers for it (p8 8.2).
    pub custodian: Option<PersonId>,
    /// The custodian's name where the person is not in the register.
    pub custodian_name: String,
    /// 使用人: named user.
    pub user: Option<PersonId>,
    /// The user's name where the person is not in the register.
    pub user_name: String,
    /// Room it is registered in (p8 9.2).
    pub room: String,
    /// Operating system installed on.
    pub os_installed_on: Option<Date>,
    /// In use since.
    pub enabled_on: Option<Date>,
    /// What has become of it.
    pub state: DeviceState,
    /// Free note.
    pub note: String,
    /// What happened to it, oldest first.
    pub custody: Vec<Custody>,
    /// Volumes of its usage log, by year.
    pub logs: Vec<LogVolume>,
}

impl Computer {
    /// A new record with nothing but its id, unit and number.
    pub fn new(id: ComputerId, unit: UnitId, number: impl Into<String>) -> Self {
        Self {
            id,
            revision: 0,
            unit,
            number: number.into(),
            kind: ComputerKind::Desktop,
            model: String::new(),
            serial: String::new(),
            disk_serials: Vec::new(),
            secrecy: None,
            department: String::new(),
            custodian: None,
            custodian_name: String::new(),
            user: None,
            user_name: String::new(),
            room: String::new(),
            os_installed_on: None,
            enabled_on: None,
            state: DeviceState::InUse,
            note: String::new(),
            custody: Vec::new(),
            logs: Vec::new(),
        }
    }

    /// The machine as something the person answers for or uses, unless it was taken back or destroyed.
    pub fn held_by(&self, person: PersonId) -> Option<Held> {
        let theirs = self.custodian == Some(person) || self.user == Some(person);
        (theirs && self.state.in_hand()).then(|| Held {
            record: self.id.into(),
            number: self.number.clone(),
            title: self.model.clone(),
            secrecy: self.secrecy,
        })
    }
}

/// A registered medium or paper carrier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Medium {
    /// Record id.
    pub id: MediumId,
    /// Counts the changes to this record, from 1.
    pub revision: u64,
    /// The unit.
    pub unit: UnitId,
    /// The office's own number; unique within the unit.
    pub number: String,
    /// What it is.
    pub kind: MediumKind,
    /// Title or description.
    pub title: String,
    /// Serial number.
    pub serial: String,
    /// Level mark.
    pub secrecy: Option<Secrecy>,
    /// Department name.
    pub department: String,
    /// In whose hands it is.
    pub holder: Option<PersonId>,
    /// The holder's name where the person is not in the register.
    pub holder_name: String,
    /// The computer it belongs to.
    pub computer: Option<ComputerId>,
    /// Issued on.
    pub issued_on: Option<Date>,
    /// What has become of it.
    pub state: DeviceState,
    /// Free note.
    pub note: String,
    /// What happened to it, oldest first.
    pub custody: Vec<Custody>,
    /// Volumes of its usage log, by year.
    pub logs: Vec<LogVolume>,
}

impl Medium {
    /// A new record with nothing but its id, unit and number.
    pub fn new(id: MediumId, unit: UnitId, number: impl Into<String>) -> Self {
        Self {
            id,
            revision: 0,
            unit,
            number: number.into(),
            kind: MediumKind::Other,
            title: String::new(),
            serial: String::new(),
            secrecy: None,
            department: String::new(),
            holder: None,
            holder_name: String::new(),
            computer: None,
            issued_on: None,
            state: DeviceState::InUse,
            note: String::new(),
            custody: Vec::new(),
            logs: Vec::new(),
        }
    }

    /// The medium as something in the person's hands, unless it was taken back or destroyed.
    pub fn held_by(&self, person: PersonId) -> Option<Held> {
        (self.holder == Some(person) && self.state.in_hand()).then(|| Held {
            record: self.id.into(),
            number: self.number.clone(),
            title: self.title.clone(),
            secrecy: self.secrecy,
        })
    }
}
