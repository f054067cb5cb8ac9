//! Accounts: who has one, and the line by which a key opens the program as that operator.

use std::path::Path;

use super::{Session, SessionError};
use crate::decide::Reading;
use crate::domain::{Operator, View};
use crate::error::{Error, Kind};

/// The line for the keys file of `sshd`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyLine {
    /// The account.
    pub id: String,
    /// The fingerprint of its key.
    pub fingerprint: String,
    /// The line.
    pub line: String,
}

impl Session {
    /// All accounts, in the order they were opened.
    ///
    /// # Errors
    /// The rights do not cover it; the store cannot be read.
    pub fn operators(&self) -> Result<Vec<Operator>, SessionError> {
        self.may_read(Reading::Operators)?;
        self.read(|s| Ok(s.operators()?))
    }

    /// The line by which the key of an account opens this register, and nothing else, as that operator.
    ///
    /// # Errors
    /// No such account, or one without a key; a path that cannot stand in such a line.
    pub fn key_line(&self, id: &str, program: &Path, config: Option<&Path>) -> Result<KeyLine, SessionError> {
        let operator = self.operators()?.into_iter().find(|o| o.id == id);
        let operator = operator.ok_or_else(|| Error::new(Kind::Refused, "operator_unknown").with("id", id))?;
        if operator.disabled {
            return Err(Error::new(Kind::Refused, "operator_disabled").with("id", id).into());
        }
        let Some(key) = operator.key else {
            return Err(Error::new(Kind::Refused, "operator_no_key").with("id", id).into());
        };
        let mut command = format!("exec {} --store {}", word(program)?, word(self.path())?);
        if let Some(config) = config {
            command.push_str(" --config ");
            command.push_str(&word(config)?);
        }
        let fingerprint = key.fingerprint();
        let line = format!("restrict,pty,command=\"{command} --operator {id}\" {} {} {id}", key.kind, key.text);
        Ok(KeyLine { id: operator.id, fingerprint, line })
    }
}

/// A path as one word of the shell that `sshd` starts, in full.
fn word(path: &Path) -> Result<String, Error> {
    let refuse = |reason: String| {
        Error::new(Kind::Input, "path_in_key_line").with("path", path.display()).with("reason", reason)
    };
    let path = std::fs::canonicalize(path).map_err(|e| refuse(e.to_string()))?;
    let text = path.to_str().ok_or_else(|| refuse("UTF-8".to_owned()))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '+');
    if let Some(bad) = text.chars().find(|c| matches!(c, '\'' | '"' | '\\') || c.is_control()) {
        return Err(refuse(bad.escape_default().to_string()));
    }
    Ok(if text.chars().all(plain) { text.to_owned() } else { format!("'{text}'") })
}
