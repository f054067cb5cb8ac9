//! The files of `demo/` as values. They are part of the program and a test reads them; a file that does not parse would
//! leave its table empty.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::{ComputerKind, Date, Level, MediumKind, Secrecy, StepCode};

/// `demo/unit.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    /// The demo's day.
    pub today: Date,
    /// The units, in the order of their ids.
    pub unit: Vec<UnitPlan>,
    /// Vocabulary for drawn staff.
    pub words: Words,
}

/// A unit and how its staff is spread.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitPlan {
    pub name: String,
    pub pack: String,
    pub law: bool,
    pub tracking_from: Date,
    /// Has general persons only, files them with the bureau, signs yearly statements, chooses 12 to 24 months.
    pub filing: bool,
    /// Before staff numbers and device numbers.
    pub staff_prefix: String,
    /// Opinions a travel request needs after its special reason.
    pub travel_steps: Vec<StepCode>,
    pub choices: Vec<ChoicePlan>,
    pub department: Vec<DepartmentPlan>,
}

/// A choice the unit has made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChoicePlan {
    pub key: String,
    pub value: String,
    pub decided_by: String,
    pub reason: String,
}

/// A department.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DepartmentPlan {
    pub name: String,
    /// Share of the staff.
    pub weight: u64,
    /// Beginning of its room numbers.
    pub room: String,
    /// Title, level, share.
    pub posts: Vec<(String, Level, u64)>,
}

/// Vocabulary for drawn staff.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub topics: Vec<String>,
    pub before_post: String,
    pub pledge_text: String,
    pub reviewer: String,
    pub review_comment: String,
    pub leader: String,
    pub committee: String,
    pub department_comment: String,
    pub leader_comment: String,
    pub committee_comment: String,
    pub secrecy_comment: String,
    pub reject_comment: String,
    pub special_reasons: Vec<String>,
    pub purposes: Vec<String>,
    pub destinations: Vec<String>,
    pub funding: String,
    pub report: String,
    pub told_comment: String,
    pub returned_comment: String,
    pub extension_reason: String,
    pub level_reason: String,
    pub managed_by: String,
    pub moves_to: Vec<String>,
    pub notes: Vec<String>,
    /// Model, kind, level.
    pub computers: Vec<(String, ComputerKind, Secrecy)>,
    /// Title, kind, level.
    pub media: Vec<(String, MediumKind, Secrecy)>,
}

/// `demo/names.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct NameLists {
    surnames: String,
    double: Vec<String>,
    male: String,
    female: String,
    whole: Vec<String>,
}

/// Names to draw from.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Surnames of one character, repeated by how common they are.
    pub surnames: Vec<char>,
    /// Surnames of two characters.
    pub double: Vec<String>,
    /// Characters for men's given names.
    pub male: Vec<char>,
    /// Characters for women's given names.
    pub female: Vec<char>,
    /// Whole names that have another build.
    pub whole: Vec<String>,
}

static STORY: LazyLock<Story> =
    LazyLock::new(|| toml::from_str(include_str!("../../../demo/unit.toml")).unwrap_or_default());

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let lists: NameLists = toml::from_str(include_str!("../../../demo/names.toml")).unwrap_or_default();
    let chars = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect();
    Names {
        surnames: chars(&lists.surnames),
        double: lists.double,
        male: chars(&lists.male),
        female: chars(&lists.female),
        whole: lists.whole,
    }
});

/// `demo/unit.toml`.
pub(super) fn story() -> &'static Story {
    &STORY
}

/// `demo/names.toml`.
pub(super) fn names() -> &'static Names {
    &NAMES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_parse() {
        toml::from_str::<Story>(include_str!("../../../demo/unit.toml")).unwrap();
        toml::from_str::<NameLists>(include_str!("../../../demo/names.toml")).unwrap();
        assert_eq!(story().unit.len(), 2);
        assert!(names().surnames.len() > 300 && names().male.len() > 60 && names().female.len() > 60);
    }
}
