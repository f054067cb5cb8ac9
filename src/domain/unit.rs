//! Units with their pack and choices, departments.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Date, DepartmentId, UnitId};

/// A unit: its own personnel pack, choices and tracking date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unit {
    /// Record id.
    pub id: UnitId,
    /// Counts the changes to this record, from 1.
    pub revision: u64,
    /// Name.
    pub name: String,
    /// Active personnel pack id.
    pub pack: String,
    /// Its version.
    pub pack_version: String,
    /// `law-2024` is laid beside the pack.
    pub law: bool,
    /// Duties due before this day do not exist.
    pub tracking_from: Date,
    /// What the pack leaves open and the unit has chosen.
    pub choices: BTreeMap<String, Choice>,
}

impl Unit {
    /// The chosen value for a key.
    pub fn choice(&self, key: &str) -> Option<&str> {
        self.choices.get(key).map(|c| c.value.as_str())
    }
}

/// A choice with its decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// Who decided.
    pub decided_by: String,
    /// Why.
    pub reason: String,
    /// Recorded on.
    pub on: Date,
}

/// A department with the leaders who answer for it (p3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Department {
    /// Record id.
    pub id: DepartmentId,
    /// Counts the changes to this record, from 1.
    pub revision: u64,
    /// The unit.
    pub unit: UnitId,
    /// Name; unique within the unit.
    pub name: String,
    /// Head of the department.
    pub head: String,
    /// Confidential clerk (机要人员).
    pub clerk: String,
}
