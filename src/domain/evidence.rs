//! What a machine said of itself, by a scanner or a probe, as it lies beside the items of an inspection. It answers nothing:
//! the person at the machine does.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Date;

/// Who asked the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// `shoumi probe`.
    Probe,
    /// A scanner with a benchmark.
    Scan,
}

/// A file of evidence about one subject of an inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// By what.
    pub kind: EvidenceKind,
    /// The program, as it names itself.
    pub source: String,
    /// The machine's name, as the file says.
    pub target: String,
    /// When the machine was asked, as the file says.
    pub taken_at: String,
    /// The file's name.
    pub file: String,
    /// The file's SHA-256, in hexadecimal digits.
    pub digest: String,
    /// Added on.
    pub on: Date,
    /// The operator who added it.
    pub by: String,
    /// What of it stands beside an item.
    pub facts: Vec<EvidenceFact>,
}

impl Evidence {
    /// When the machine was asked, to the minute, as people read it.
    pub fn taken(&self) -> String {
        self.taken_at.get(..16).unwrap_or(&self.taken_at).replace('T', " ")
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFact {
    /// What it is about: a topic of a probe, or a rule of a benchmark.
    pub topic: String,
    /// Which one, for example `wlan0`; may be empty.
    #[serde(default)]
    pub name: String,
    /// `value`, `absent` or `unreadable` of a probe; a scanner's outcome, for example `fail`.
    pub seen: String,
    /// The value, the reason, or what the scanner adds.
    #[serde(default)]
    pub text: String,
    /// The file or folder it comes from.
    #[serde(default)]
    pub source: String,
}
