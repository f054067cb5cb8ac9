//! Fields of the commands about accounts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Role, UnitId};

/// `add_operator`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddOperator {
    /// The id, for example `li.na`; it stays for good.
    pub operator: String,
    /// Name.
    pub name: String,
}

/// `grant_operator`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantOperator {
    /// Whose.
    pub operator: String,
    /// The roles from now on.
    pub roles: Vec<Role>,
    /// The units the rights reach; all when left out.
    #[serde(default)]
    pub units: Vec<UnitId>,
    /// The departments the rights reach; the whole unit when left out.
    #[serde(default)]
    pub departments: Vec<String>,
    /// Why, or the paper behind it.
    #[serde(default)]
    pub reason: String,
}

/// `set_operator_key`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetOperatorKey {
    /// Whose.
    pub operator: String,
    /// The line of the `.pub` file.
    pub key: String,
}

/// `disable_operator`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisableOperator {
    /// Whose.
    pub operator: String,
    /// Why.
    pub reason: String,
}

/// `enable_operator`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EnableOperator {
    /// Whose.
    pub operator: String,
    /// Why.
    pub reason: String,
}
