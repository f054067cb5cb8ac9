//! What could be written at the caret.

use std::ops::Range;

use crate::text::{fold, spell_words};

use super::super::search::{Field as Found, Term, elems};
use super::fields::{Kind, Subject};
use super::vocabulary::Vocabulary;

/// One candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What to put in place of [`Completion::replaces`].
    pub text: String,
    /// Which chars of the query it replaces.
    pub replaces: Range<usize>,
    /// Stable code of the field or value; empty for a text from the data.
    pub code: &'static str,
}

/// How many candidates are given at most.
const MOST: usize = 20;

/// Fields, or values of the field, that fit what stands before the caret (in chars). `data` gives texts that stand in the
/// data for a text field, for example the departments.
pub fn complete(
    query: &str,
    caret: usize,
    subject: Subject,
    words: &Vocabulary,
    data: impl Fn(super::Field) -> Vec<String>,
) -> Vec<Completion> {
    let chars: Vec<char> = crate::text::half_width(query).chars().take(caret).collect();
    let start = chars.iter().rposition(|c| c.is_whitespace()).map_or(0, |i| i + 1);
    let token: Vec<char> = chars.get(start..).unwrap_or_default().to_vec();
    let skip = usize::from(matches!(token.first(), Some('-' | '!')));
    let op = token.iter().position(|c| matches!(c, ':' | '=' | '<' | '>'));
    let end = chars.len();
    let text = |from: usize, to: usize| -> String { token.get(from..to).unwrap_or_default().iter().collect() };
    let Some(op) = op else {
        let typed = text(skip, token.len());
        let mut out = Vec::new();
        for spec in subject.fields() {
            if words.field_names(spec).iter().any(|n| begins(n, &typed)) {
                let name = words.field_name(spec);
                out.push(Completion { text: format!("{name}:"), replaces: start + skip..end, code: spec.code });
            }
        }
        out.truncate(MOST);
        return out;
    };
    let Some(spec) = words.field(subject, &text(skip, op)) else { return Vec::new() };
    let value_from =
        token.iter().rposition(|c| matches!(c, ':' | '=' | '<' | '>' | ',' | '\u{3001}')).map_or(op, |i| i) + 1;
    let typed = text(value_from, token.len());
    let replaces = start + value_from..end;
    match spec.kind {
        Kind::Words(list, codes, _) => codes
            .iter()
            .filter(|c| words.value_names(list, c).iter().any(|n| begins(n, &typed)))
            .map(|c| Completion { text: words.value_name(list, c), replaces: replaces.clone(), code: c })
            .collect(),
        Kind::Text => {
            let mut texts = data(spec.field);
            texts.retain(|t| !t.is_empty() && begins(t, &typed));
            texts.sort_by_key(|t| crate::text::sort_key(t));
            texts.truncate(MOST);
            texts
                .into_iter()
                .map(|t| {
                    let plain = t.chars().all(char::is_alphanumeric);
                    let text = if plain { t } else { format!("\"{}\"", t.replace('"', "\"\"")) };
                    Completion { text, replaces: replaces.clone(), code: "" }
                })
                .collect()
        }
        Kind::Number | Kind::Date => Vec::new(),
    }
}

/// A name begins with what was typed, or contains it, or is spelled like it.
fn begins(name: &str, typed: &str) -> bool {
    let typed = fold(typed.trim_start_matches('"'));
    if typed.is_empty() || fold(name).contains(&typed) {
        return true;
    }
    Term::new(&typed).is_some_and(|t| t.in_shared(&elems(spell_words(name)), Found::Department).is_some())
}
