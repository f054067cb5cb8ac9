//! Splits a query into clauses without knowing what they mean. Full-width signs count as their half-width forms.

use std::ops::Range;

use crate::text::half_width;

use super::{Op, QueryError};

/// A clause as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Raw {
    /// Where, in chars.
    pub(super) at: Range<usize>,
    /// With `-` or `!` in front.
    pub(super) negated: bool,
    /// Field name and comparison, with the place of the name.
    pub(super) field: Option<(String, Op, Range<usize>)>,
    /// The alternatives; one for a word.
    pub(super) values: Vec<RawValue>,
}

/// A value as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawValue {
    pub(super) text: String,
    pub(super) quoted: bool,
    pub(super) at: Range<usize>,
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
}

/// The char with signs in half-width form.
fn sign(c: char) -> char {
    half_width(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(c)
}

/// Characters that compare.
const fn is_op(c: char) -> bool {
    matches!(c, ':' | '=' | '<' | '>' | '\u{2264}' | '\u{2265}')
}

/// The quotation mark that closes what `c` opens.
const fn closing(c: char) -> Option<char> {
    match c {
        '"' => Some('"'),
        '\u{201c}' => Some('\u{201d}'),
        _ => None,
    }
}

/// Splits a query.
pub(super) fn lex(text: &str) -> Result<Vec<Raw>, QueryError> {
    let mut lexer = Lexer { chars: text.chars().map(sign).collect(), at: 0 };
    let mut out = Vec::new();
    loop {
        lexer.blanks();
        if lexer.peek().is_none() {
            return Ok(out);
        }
        out.push(lexer.clause()?);
    }
}

impl Lexer {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn clause(&mut self) -> Result<Raw, QueryError> {
        let start = self.at;
        let negated = matches!(self.peek(), Some('-' | '!'));
        if negated {
            self.at += 1;
            if self.peek().is_none_or(char::is_whitespace) {
                return Err(QueryError::new("empty_negation", start..self.at));
            }
        }
        if self.peek().and_then(closing).is_some() {
            let value = self.quoted()?;
            return Ok(Raw { at: start..self.at, negated, field: None, values: vec![value] });
        }
        let name_at = self.at;
        let name = self.bare(is_op);
        let name_end = self.at;
        let back = self.at;
        self.blanks();
        let Some(op) = self.op() else {
            self.at = back;
            let value = RawValue { text: name, quoted: false, at: name_at..name_end };
            return Ok(Raw { at: start..self.at, negated, field: None, values: vec![value] });
        };
        let values_at = self.at;
        self.blanks();
        let mut values = Vec::new();
        loop {
            if self.peek().and_then(closing).is_some() {
                values.push(self.quoted()?);
            } else {
                let at = self.at;
                let text = self.bare(is_comma);
                if !text.is_empty() {
                    values.push(RawValue { text, quoted: false, at: at..self.at });
                }
            }
            match self.peek() {
                Some(c) if is_comma(c) => self.at += 1,
                _ => break,
            }
        }
        if values.is_empty() {
            // The blank after the sign belongs to the value still to come.
            values.push(RawValue { text: String::new(), quoted: false, at: values_at..self.at });
        }
        Ok(Raw { at: start..self.at, negated, field: Some((name, op, name_at..name_end)), values })
    }

    /// Text up to a blank or a char that `stop` names.
    fn bare(&mut self, stop: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(|c| !c.is_whitespace() && !stop(c)) {
            self.at += 1;
        }
        self.chars.get(start..self.at).unwrap_or_default().iter().collect()
    }

    /// A quoted text; a doubled quotation mark stands for one.
    fn quoted(&mut self) -> Result<RawValue, QueryError> {
        let start = self.at;
        let close = self.peek().and_then(closing).unwrap_or('"');
        self.at += 1;
        let mut text = String::new();
        loop {
            let Some(c) = self.peek() else {
                return Err(QueryError::new("unclosed_quote", start..self.at));
            };
            self.at += 1;
            if c == close {
                if close == '"' && self.peek() == Some('"') {
                    self.at += 1;
                } else {
                    return Ok(RawValue { text, quoted: true, at: start..self.at });
                }
            }
            text.push(c);
        }
    }

    fn op(&mut self) -> Option<Op> {
        let c = self.peek().filter(|c| is_op(*c))?;
        self.at += 1;
        let equal = matches!(c, '<' | '>') && self.peek() == Some('=');
        if equal {
            self.at += 1;
        }
        Some(match (c, equal) {
            ('<', false) => Op::Less,
            ('<', true) | ('\u{2264}', _) => Op::AtMost,
            ('>', false) => Op::More,
            ('>', true) | ('\u{2265}', _) => Op::AtLeast,
            ('=', _) => Op::Equal,
            _ => Op::Is,
        })
    }
}

/// Separates alternatives; half-width already.
const fn is_comma(c: char) -> bool {
    matches!(c, ',' | '\u{3001}')
}
