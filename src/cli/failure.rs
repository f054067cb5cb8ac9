//! Why a command ended without its answer, and how that is said: what, where, why, the way out, on standard error.

use std::io;

use crate::error::Error;
use crate::i18n::Texts;
use crate::rules::embedded;
use crate::session::answer::sentence;
use crate::session::{Refusal, SessionError, refusal_exit_code};

/// Why a command ended early.
#[derive(Debug)]
pub enum Failure {
    /// One or more failures with sentences.
    Errors(Vec<Error>),
    /// A command was refused.
    Refused(Box<Refusal>),
    /// Whoever reads standard output has gone (`| head`): nothing to complain about.
    Gone,
    /// Everything has been said; only the exit code is left.
    Said(u8),
}

/// What every command gives back: its exit code.
pub type Result<T = u8> = std::result::Result<T, Failure>;

impl From<Error> for Failure {
    fn from(e: Error) -> Self {
        Self::Errors(vec![e])
    }
}

impl From<Vec<Error>> for Failure {
    fn from(many: Vec<Error>) -> Self {
        Self::Errors(many)
    }
}

impl From<SessionError> for Failure {
    fn from(e: SessionError) -> Self {
        match e {
            SessionError::Error(e) => e.into(),
            SessionError::Refused(r) => Self::Refused(r),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(e: io::Error) -> Self {
        if e.kind() == io::ErrorKind::BrokenPipe {
            return Self::Gone;
        }
        Error::new(crate::error::Kind::Input, "output").with("reason", e).into()
    }
}

impl Failure {
    /// The exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Errors(many) => many.iter().map(|e| e.kind.exit_code()).max().unwrap_or(2),
            Self::Refused(r) => refusal_exit_code(r),
            Self::Gone => 0,
            Self::Said(code) => *code,
        }
    }

    /// The lines for standard error.
    pub fn lines(&self, texts: Texts) -> Vec<String> {
        match self {
            Self::Errors(many) => many.iter().flat_map(|e| error_lines(e, texts)).collect(),
            Self::Refused(r) => refusal_lines(r, texts),
            Self::Gone | Self::Said(_) => Vec::new(),
        }
    }
}

/// A failure as sentences: what happened, then the way out.
pub fn error_lines(error: &Error, texts: Texts) -> Vec<String> {
    let values: Vec<(&str, String)> = error.values.iter().map(|(k, v)| (*k, texts.system(v))).collect();
    let mut lines = vec![texts.fill(&format!("error.{}", error.code), &values)];
    let hint = format!("error.{}_hint", error.code);
    if texts.get(&hint).is_some() {
        lines.push(texts.fill(&hint, &values));
    }
    lines
}

/// A refusal as sentences: what, the rule behind it, its reasons and what is missing, the way out.
pub fn refusal_lines(refusal: &Refusal, texts: Texts) -> Vec<String> {
    let mut lines = vec![refusal_text(refusal, texts)];
    if !refusal.pack.is_empty() {
        lines.push(texts.fill("cli.cite", &[("cite", texts.cite(&embedded(), &refusal.pack, &refusal.article))]));
    }
    if let Some(verdict) = &refusal.verdict {
        let reasons = verdict.reasons.iter().map(|r| sentence(texts, "reason", &r.code, &r.facts));
        let missing = verdict.missing.iter().map(|m| {
            let text = sentence(texts, "missing", &m.code, &m.facts);
            texts.fill("cli.missing", &[("text", text)])
        });
        lines.extend(reasons.chain(missing).map(|l| format!("  {l}")));
    }
    let hint = format!("{}_hint", refusal.code);
    if texts.get(&format!("refusal.{hint}")).is_some() {
        lines.push(sentence(texts, "refusal", &hint, &refusal.values));
    }
    lines
}

/// The one sentence of a refusal.
pub fn refusal_text(refusal: &Refusal, texts: Texts) -> String {
    sentence(texts, "refusal", refusal.code, &refusal.values)
}
