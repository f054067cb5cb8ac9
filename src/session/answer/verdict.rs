//! Verdicts with their sentences.

use schemars::JsonSchema;
use serde::Serialize;

use super::sentence;
use crate::domain::{Date, PersonId};
use crate::i18n::Texts;
use crate::rules::{Outcome, Values, Verdict};

/// The keys every verdict has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VerdictAnswer {
    /// `travel`, `transfer`, `resign`, `foreign-job`, `post`, `leave`.
    pub subject: String,
    /// About whom.
    pub person: PersonId,
    /// For which day.
    pub on: Date,
    /// Packs evaluated.
    pub packs: Vec<String>,
    /// The strictest outcome.
    pub outcome: Outcome,
    /// Why, each with its pack and article.
    pub reasons: Vec<ReasonAnswer>,
    /// What is missing, in order, shortest way first.
    pub missing: Vec<MissingAnswer>,
    /// The first day on which time alone has cured a refusal.
    pub free_from: Option<Date>,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReasonAnswer {
    /// Rule pack.
    pub pack: String,
    /// Article; empty where the pack is silent.
    pub article: String,
    /// Stable code.
    pub code: String,
    /// The sentence in the chosen language.
    pub text: String,
    /// Values in the sentence.
    pub facts: Values,
}

/// One missing step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MissingAnswer {
    /// Rule pack.
    pub pack: String,
    /// Article.
    pub article: String,
    /// Stable code; for steps of a chain the step's.
    pub code: String,
    /// The sentence in the chosen language.
    pub text: String,
}

impl VerdictAnswer {
    /// The verdict with its sentences.
    pub fn of(v: &Verdict, texts: Texts) -> Self {
        let reasons = v.reasons.iter().map(|r| ReasonAnswer {
            pack: r.pack.clone(),
            article: r.article.clone(),
            code: r.code.clone(),
            text: sentence(texts, "reason", &r.code, &r.facts),
            facts: r.facts.clone(),
        });
        let missing = v.missing.iter().map(|m| MissingAnswer {
            pack: m.pack.clone(),
            article: m.article.clone(),
            code: m.code.clone(),
            text: sentence(texts, "missing", &m.code, &m.facts),
        });
        Self {
            subject: v.subject.to_owned(),
            person: v.person,
            on: v.on,
            packs: v.packs.clone(),
            outcome: v.outcome,
            reasons: reasons.collect(),
            missing: missing.collect(),
            free_from: v.free_from,
        }
    }
}
