//! Everything that is wrong with a keymap file, all at once.

use std::fmt::{self, Write as _};

use super::key::{KeyError, is_invisible};

/// One mistake in a keymap file. The rest of the file still works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as the user named it.
    pub file: String,
    /// The table, that is the scope; empty for the top of the file.
    pub table: String,
    /// The action; empty where the table itself is meant.
    pub action: String,
    /// The key text; empty where no key is meant.
    pub key: String,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong, and what is done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// Not TOML, at this line: the whole file is left aside.
    Syntax {
        /// Line, from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// The file cannot be read; why.
    Unreadable(String),
    /// `base` names no keymap.
    UnknownBase(Option<&'static str>),
    /// A table that is no scope.
    UnknownScope(Option<&'static str>),
    /// A name that is no action of the scope.
    UnknownAction(Option<&'static str>),
    /// Something that is not a list of key texts.
    NotKeys,
    /// A key text that is no key.
    BadKey(KeyError),
    /// In a text field this key writes a character.
    WritesText,
    /// Another action of the scope has the key; it keeps it when it stands in the same file, and loses it otherwise.
    Taken {
        /// The other action.
        other: String,
        /// Whether the other action loses the key.
        loses: bool,
    },
    /// One sequence is the beginning of another, which could then never be reached.
    Prefix {
        /// The other action.
        other: String,
        /// Its sequence.
        sequence: String,
        /// Whether the other action loses it.
        loses: bool,
    },
    /// Without the action nobody would get out: it keeps the base's keys.
    WayOut,
    /// The action has Alt keys only, which not every terminal sends.
    OnlyAlt,
}

impl Problem {
    /// The stable code; the sentence is `keymap.problem.<code>`, the way out `keymap.hint.<code>`.
    pub const fn code(&self) -> &'static str {
        match &self.kind {
            ProblemKind::Syntax { .. } => "syntax",
            ProblemKind::Unreadable(_) => "unreadable",
            ProblemKind::UnknownBase(_) => "unknown_base",
            ProblemKind::UnknownScope(_) => "unknown_scope",
            ProblemKind::UnknownAction(_) => "unknown_action",
            ProblemKind::NotKeys => "not_keys",
            ProblemKind::BadKey(KeyError::Empty) => "key_empty",
            ProblemKind::BadKey(KeyError::Unknown(..)) => "key_unknown",
            ProblemKind::BadKey(KeyError::SameAs(_)) => "key_same_as",
            ProblemKind::BadKey(KeyError::NotSent) => "key_not_sent",
            ProblemKind::BadKey(KeyError::ShiftedCharacter(_)) => "key_shifted",
            ProblemKind::BadKey(KeyError::Invisible) => "key_invisible",
            ProblemKind::WritesText => "writes_text",
            ProblemKind::Taken { loses: true, .. } => "taken_over",
            ProblemKind::Taken { loses: false, .. } => "taken",
            ProblemKind::Prefix { loses: true, .. } => "prefix_over",
            ProblemKind::Prefix { loses: false, .. } => "prefix",
            ProblemKind::WayOut => "way_out",
            ProblemKind::OnlyAlt => "only_alt",
        }
    }

    /// The values for the sentence and the way out: `file, table, action, key, other, sequence, near, line, message`.
    /// `near` is the nearest good name, or empty.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        let (mut other, mut sequence, mut near, mut line, mut message) =
            (String::new(), String::new(), String::new(), String::new(), String::new());
        match &self.kind {
            ProblemKind::Syntax { line: l, message: m } => {
                line = l.to_string();
                message.clone_from(m);
            }
            ProblemKind::Unreadable(m) => message.clone_from(m),
            ProblemKind::UnknownBase(n)
            | ProblemKind::UnknownScope(n)
            | ProblemKind::UnknownAction(n)
            | ProblemKind::BadKey(KeyError::Unknown(_, n)) => {
                n.unwrap_or_default().clone_into(&mut near);
            }
            ProblemKind::BadKey(KeyError::SameAs(name)) => (*name).clone_into(&mut near),
            ProblemKind::BadKey(KeyError::ShiftedCharacter(c)) => near = c.to_string(),
            ProblemKind::Taken { other: o, .. } => other.clone_from(o),
            ProblemKind::Prefix { other: o, sequence: s, .. } => {
                other.clone_from(o);
                sequence.clone_from(s);
            }
            ProblemKind::NotKeys
            | ProblemKind::BadKey(_)
            | ProblemKind::WritesText
            | ProblemKind::WayOut
            | ProblemKind::OnlyAlt => {}
        }
        vec![
            ("file", visible(&self.file)),
            ("table", visible(&self.table)),
            ("action", visible(&self.action)),
            ("key", visible(&self.key)),
            ("other", other),
            ("sequence", sequence),
            ("near", near),
            ("line", line),
            ("message", visible(&message)),
        ]
    }

    /// The locale key of the way out: another one where a near name is known.
    pub fn hint_key(&self) -> String {
        let near = matches!(
            &self.kind,
            ProblemKind::UnknownBase(Some(_))
                | ProblemKind::UnknownScope(Some(_))
                | ProblemKind::UnknownAction(Some(_))
                | ProblemKind::BadKey(KeyError::Unknown(_, Some(_)))
        );
        if near { "keymap.hint.near".to_owned() } else { format!("keymap.hint.{}", self.code()) }
    }

    /// The locale key of the sentence.
    pub fn sentence_key(&self) -> String {
        format!("keymap.problem.{}", self.code())
    }
}

impl fmt::Display for Problem {
    /// For tests and logs: stable, without a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}] {} = {:?}: {}", self.file, self.table, self.action, self.key, self.code())?;
        for (name, value) in self.values().into_iter().skip(4).filter(|(_, v)| !v.is_empty()) {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

/// What a file says may hold anything: characters that cannot be seen are shown by their number.
fn visible(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_control() || is_invisible(c) {
            let _ = write!(out, "<{:02X}>", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// The name nearest to what was written, when it is near enough to be meant: at most two letters off, or a third of them.
pub(super) fn nearest(written: &str, names: impl IntoIterator<Item = &'static str>) -> Option<&'static str> {
    let limit = 2.min(written.chars().count().div_ceil(3));
    let near = names.into_iter().map(|name| (distance(written, name), name)).filter(|(d, _)| *d <= limit);
    near.min().map(|(_, name)| name)
}

/// Letters to change, insert, delete or swap with the neighbour to come from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut last = None;
    for (i, ca) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        let cell = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
        for (j, cb) in b.iter().enumerate() {
            let change = cell(&row, j) + usize::from(ca != *cb);
            let mut best = change.min(cell(&row, j + 1) + 1).min(cell(&next, j) + 1);
            let swapped = j.checked_sub(1).is_some_and(|k| b.get(k) == Some(&ca)) && last == Some(*cb);
            if swapped {
                best = best.min(cell(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
        last = Some(ca);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_only_when_near() {
        let names = ["filter", "first", "open", "page_down"];
        assert_eq!(nearest("fliter", names), Some("filter"));
        assert_eq!(nearest("pagedown", names), Some("page_down"));
        assert_eq!(nearest("opne", names), Some("open"));
        assert_eq!(nearest("explode", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("", "abc"), 3);
    }
}
