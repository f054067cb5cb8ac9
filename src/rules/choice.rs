//! What a pack leaves to the unit, with the values a choice may take.

use super::{ChoiceState, Packs};
use crate::domain::Unit;

/// Why a choice cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} {key}")]
pub struct ChoiceProblem {
    /// Locale key `choice_problem.<code>`: `unknown_key` or `bad_value`.
    pub code: &'static str,
    /// Key.
    pub key: String,
    /// Value.
    pub value: String,
    /// What would be right: allowed values, or the known keys.
    pub allowed: String,
}

/// Every choice of a unit: those its pack leaves open (owed until decided) and the free settings with their defaults.
pub fn choices(_packs: &Packs, _unit: &Unit) -> Vec<ChoiceState> {
    Vec::new()
}

/// Checks a choice and gives its normal form.
///
/// # Errors
/// [`ChoiceProblem`] names the key, the value and what is allowed.
pub fn check_choice(_packs: &Packs, _unit: &Unit, _key: &str, value: &str) -> Result<String, ChoiceProblem> {
    Ok(value.trim().to_owned())
}
