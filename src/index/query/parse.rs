//! Gives the clauses of a query their meaning.

use super::fields::{Kind, Spec, Subject};
use super::lex::{Raw, RawValue, lex};
use super::{Clause, DateValue, Op, Query, QueryError, Value, Vocabulary, What};

/// The longest query that is read, in chars.
const LONGEST: usize = 2_000;

pub(super) fn parse(text: &str, subject: Subject, words: &Vocabulary) -> Result<Query, QueryError> {
    let chars = text.chars().count();
    if chars > LONGEST {
        return Err(QueryError::new("too_long", LONGEST..chars).with("most", LONGEST.to_string()));
    }
    let clauses = lex(text)?.into_iter().map(|r| clause(r, subject, words)).collect::<Result<Vec<_>, _>>()?;
    Ok(Query { clauses })
}

fn clause(raw: Raw, subject: Subject, words: &Vocabulary) -> Result<Clause, QueryError> {
    let negated = raw.negated;
    let Some((name, op, at)) = raw.field else {
        let value = raw.values.into_iter().next();
        let (text, quoted) = value.map(|v| (v.text, v.quoted)).unwrap_or_default();
        return Ok(Clause { negated, what: if quoted { What::Phrase(text) } else { What::Word(text) } });
    };
    let Some(spec) = words.field(subject, &name) else {
        return Err(unknown_field(&name, at, subject, words));
    };
    let shown = words.field_name(spec);
    if matches!(op, Op::Less | Op::AtMost | Op::More | Op::AtLeast) && !spec.kind.operators().contains('<') {
        return Err(QueryError::new("bad_operator", raw.at)
            .with("field", shown)
            .with("operator", op.text())
            .with("allowed", spec.kind.operators()));
    }
    let values = raw.values.iter().map(|v| value(v, spec, op, &shown, words)).collect::<Result<Vec<_>, _>>()?;
    Ok(Clause { negated, what: What::Field(spec.field, op, values) })
}

fn value(raw: &RawValue, spec: &Spec, op: Op, shown: &str, words: &Vocabulary) -> Result<Value, QueryError> {
    let fault =
        |code: &'static str| QueryError::new(code, raw.at.clone()).with("field", shown).with("value", raw.text.clone());
    if raw.text.is_empty() && !raw.quoted {
        return Err(fault("empty_value").with("allowed", allowed(spec, words)));
    }
    let range = (op == Op::Is || op == Op::Equal).then(|| raw.text.split_once("..")).flatten();
    match spec.kind {
        Kind::Text => Ok(Value::Text(raw.text.clone())),
        Kind::Words(list, codes, _) => words
            .value(list, codes, &raw.text)
            .map(Value::Code)
            .ok_or_else(|| fault("unknown_value").with("allowed", allowed(spec, words))),
        Kind::Number => {
            let read = |t: &str| -> Result<Option<i64>, QueryError> {
                if t.is_empty() {
                    return Ok(None);
                }
                t.parse().ok().filter(|n: &i64| n.abs() < 1_000_000).map(Some).ok_or_else(|| fault("bad_number"))
            };
            match range {
                Some((a, b)) => Ok(Value::Numbers(read(a)?, read(b)?)),
                None => read(&raw.text)
                    .and_then(|n| n.ok_or_else(|| fault("bad_number")))
                    .map(|n| Value::Numbers(Some(n), Some(n))),
            }
        }
        Kind::Date => {
            let read = |t: &str| -> Result<Option<DateValue>, QueryError> {
                if t.is_empty() {
                    return Ok(None);
                }
                DateValue::read(t, words).map(Some).ok_or_else(|| fault("bad_date"))
            };
            if range.is_none() && words.is_no_day(&raw.text) {
                return Ok(Value::NoDate);
            }
            match range {
                Some((a, b)) => Ok(Value::Dates(read(a)?, read(b)?)),
                None => read(&raw.text)
                    .and_then(|d| d.ok_or_else(|| fault("bad_date")))
                    .map(|d| Value::Dates(Some(d), Some(d))),
            }
        }
    }
}

/// What the field takes, in words a person can type.
fn allowed(spec: &Spec, words: &Vocabulary) -> String {
    match spec.kind {
        Kind::Words(list, codes, _) => codes.iter().map(|c| words.value_name(list, c)).collect::<Vec<_>>().join(", "),
        Kind::Number => "30, 0..30".to_owned(),
        Kind::Date => format!("2026-12-31, 2026-12, today+30, {}", words.no_day()),
        Kind::Text => "\"\u{2026}\"".to_owned(),
    }
}

fn unknown_field(name: &str, at: std::ops::Range<usize>, subject: Subject, words: &Vocabulary) -> QueryError {
    let mut near: Vec<(usize, String)> = subject
        .fields()
        .iter()
        .filter_map(|s| words.field_names(s).into_iter().map(|n| (distance(&crate::text::fold(name), &n), n)).min())
        .collect();
    near.sort();
    let nearest: Vec<String> = near.into_iter().take(3).map(|n| n.1).collect();
    QueryError::new("unknown_field", at).with("field", name).with("nearest", nearest.join(", "))
}

/// Edit distance in chars, with a beginning counted as near.
fn distance(a: &str, b: &str) -> usize {
    if !a.is_empty() && b.starts_with(a) {
        return 0;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().take(64).enumerate() {
        let mut before = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, cb) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(0);
            let left = row.get(j).copied().unwrap_or(0);
            let best = (before + usize::from(ca != *cb)).min(above + 1).min(left + 1);
            before = above;
            if let Some(slot) = row.get_mut(j + 1) {
                *slot = best;
            }
        }
    }
    row.last().copied().unwrap_or(0)
}
