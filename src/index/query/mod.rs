//! The query language of the filter line: words, `field:value`, comparisons, ranges, negation, quotes; all of them must
//! hold. `level:core dept:"财务处" left<30 -travel:pending 张`.
//!
//! Field names and values are known by their stable codes and by the names a [`Vocabulary`] gives them, in any language.

mod complete;
mod dates;
mod fields;
mod lex;
mod parse;
mod print;
mod test;
mod vocabulary;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::domain::{StepCode, UnitId};

pub use complete::{Completion, complete};
pub use dates::DateValue;
pub use fields::{Field, Kind, Spec, Subject};
pub(super) use test::{Seen, Test, TextTest, date_fits, in_periods, number_fits, same_id};
pub use vocabulary::{Names, Vocabulary};

/// A parsed query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// What must hold, all of it.
    pub clauses: Vec<Clause>,
}

/// One thing that must hold, or must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Must not hold.
    pub negated: bool,
    /// What.
    pub what: What,
}

/// What a clause asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A word, found fuzzily.
    Word(String),
    /// A quoted text, found as it is.
    Phrase(String),
    /// A field compared with values, any of which may fit.
    Field(Field, Op, Vec<Value>),
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `:`, contains or is.
    Is,
    /// `=`, is exactly.
    Equal,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    More,
    /// `>=`.
    AtLeast,
}

impl Op {
    /// As it is written.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Is => ":",
            Self::Equal => "=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A word of the field's list, by its stable code.
    Code(&'static str),
    /// Numbers from … to, both included; an open end is `None`.
    Numbers(Option<i64>, Option<i64>),
    /// Days from … to.
    Dates(Option<DateValue>, Option<DateValue>),
    /// No day at all.
    NoDate,
    /// Requests that wait for one of these steps in one of these departments (none: in any), or, if `false`, the others.
    Waits(Vec<StepCode>, Vec<String>, bool),
}

/// Why a query cannot be read: locale key `query.<code>` filled with `values`, the way out under `query.<code>_hint`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} at {at:?}: {values:?}")]
pub struct QueryError {
    /// Stable code.
    pub code: &'static str,
    /// Where, in chars of the query.
    pub at: Range<usize>,
    /// Values for the sentences.
    pub values: BTreeMap<&'static str, String>,
}

impl QueryError {
    fn new(code: &'static str, at: Range<usize>) -> Self {
        Self { code, at, values: BTreeMap::new() }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.insert(name, value.into());
        self
    }

    /// The locale key of the sentence.
    pub fn key(&self) -> String {
        format!("query.{}", self.code)
    }

    /// The locale key of the way out.
    pub fn hint_key(&self) -> String {
        format!("query.{}_hint", self.code)
    }
}

/// What a query is about beside the records themselves: the units by name, and which steps of a request lie on the
/// desk of whoever asks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// Units with their names.
    pub units: &'a [(UnitId, &'a str)],
    /// Steps.
    pub steps: &'a [StepCode],
    /// Departments; none: all.
    pub departments: &'a [String],
}

impl Query {
    /// Puts the units' ids in place of their names, and the operator's steps in place of "me".
    #[must_use]
    pub fn know(mut self, known: Known<'_>) -> Self {
        for clause in &mut self.clauses {
            match &mut clause.what {
                What::Field(Field::Unit, op, values) => {
                    let named = |v: &Value| test::units_named(v, *op, known.units);
                    *values = values.iter().flat_map(named).collect();
                }
                What::Field(Field::Waits, _, values) => {
                    for value in values {
                        if let Value::Code(code @ ("me" | "others")) = value {
                            let mine = *code == "me";
                            *value = Value::Waits(known.steps.to_vec(), known.departments.to_vec(), mine);
                        }
                    }
                }
                _ => {}
            }
        }
        self
    }

    /// Whether it asks for a field.
    pub fn asks(&self, field: Field) -> bool {
        self.clauses.iter().any(|c| matches!(&c.what, What::Field(f, _, _) if *f == field))
    }

    /// Whether this is `rest` with one word more, and `token` begins with that word: the word was the beginning of what
    /// `token` is going to be.
    pub fn was_becoming(&self, token: &str, rest: &Self) -> bool {
        let token = crate::text::fold(token);
        let begun = |c: &Clause| matches!(&c.what, What::Word(w) if token.starts_with(&crate::text::fold(w)));
        let without = |n: usize| self.clauses.iter().take(n).chain(self.clauses.iter().skip(n + 1));
        self.clauses.len() == rest.clauses.len() + 1
            && self.clauses.iter().enumerate().any(|(n, c)| begun(c) && without(n).eq(rest.clauses.iter()))
    }

    /// Reads a query about a subject.
    ///
    /// # Errors
    /// The first place that cannot be read, with reason and way out.
    pub fn parse(text: &str, subject: Subject, words: &Vocabulary) -> Result<Self, QueryError> {
        parse::parse(text, subject, words)
    }

    /// No condition.
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// The words to rank by: those that must be found.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.clauses.iter().filter(|c| !c.negated).filter_map(|c| match &c.what {
            What::Word(w) => Some(w.as_str()),
            _ => None,
        })
    }
}
