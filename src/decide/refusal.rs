//! Refusals as values: who reads them makes the sentence from `refusal.<code>` and `refusal.<code>_hint`.

use serde::Serialize;

use crate::rules::{Values, Verdict};

/// What refused; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// A rule of a pack, or the state of the record.
    Rule,
    /// The input itself.
    Input,
    /// The operator's rights.
    Permission,
    /// Another change came first.
    Stale,
    /// A damaged record.
    Damage,
}

/// Why a command was refused. Values carry no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} {values:?}")]
pub struct Refusal {
    /// What refused.
    pub kind: RefusalKind,
    /// Stable code.
    pub code: &'static str,
    /// Pack whose rule refuses; empty otherwise.
    pub pack: String,
    /// Its article; empty otherwise.
    pub article: String,
    /// Values for the sentence.
    pub values: Values,
    /// The verdict behind it, with reasons and what is missing.
    pub verdict: Option<Box<Verdict>>,
}

impl Refusal {
    fn new(kind: RefusalKind, code: &'static str) -> Self {
        Self { kind, code, pack: String::new(), article: String::new(), values: Values::new(), verdict: None }
    }

    /// Refused by a rule or the record's state.
    pub fn rule(code: &'static str) -> Self {
        Self::new(RefusalKind::Rule, code)
    }

    /// Refused because the input is wrong.
    pub fn input(code: &'static str) -> Self {
        Self::new(RefusalKind::Input, code)
    }

    /// Refused for want of a right.
    pub fn permission(code: &'static str) -> Self {
        Self::new(RefusalKind::Permission, code)
    }

    /// Refused because another change came first.
    pub fn stale(code: &'static str) -> Self {
        Self::new(RefusalKind::Stale, code)
    }

    /// A record could not be read.
    pub fn damage(code: &'static str) -> Self {
        Self::new(RefusalKind::Damage, code)
    }

    /// Adds a value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.values.insert(name.to_owned(), value.to_string());
        self
    }

    /// Names the rule.
    #[must_use]
    pub fn cite(mut self, pack: &str, article: &str) -> Self {
        pack.clone_into(&mut self.pack);
        article.clone_into(&mut self.article);
        self
    }

    /// Adds the verdict.
    #[must_use]
    pub fn because(mut self, verdict: Verdict) -> Self {
        if let Some(first) = verdict.reasons.first() {
            self.pack.clone_from(&first.pack);
            self.article.clone_from(&first.article);
        }
        self.verdict = Some(Box::new(verdict));
        self
    }
}
