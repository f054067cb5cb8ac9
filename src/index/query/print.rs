//! Writes a query in its canonical form, with stable codes; reading it back gives the same query.

use std::fmt;

use super::fields::{Field, Subject};
use super::{Clause, Op, Query, Value, What};

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, clause) in self.clauses.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{clause}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("-")?;
        }
        match &self.what {
            What::Word(w) => f.write_str(w),
            What::Phrase(p) => quote(f, p),
            What::Field(field, op, values) => {
                write!(f, "{}{}", code(*field), op.text())?;
                for (i, v) in values.iter().enumerate() {
                    if i > 0 {
                        f.write_str(",")?;
                    }
                    print_value(f, *op, v)?;
                }
                Ok(())
            }
        }
    }
}

fn print_value(f: &mut fmt::Formatter<'_>, op: Op, value: &Value) -> fmt::Result {
    match value {
        Value::Text(t) => {
            let plain = !t.is_empty() && t.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
            if plain { f.write_str(t) } else { quote(f, t) }
        }
        Value::Code(c) => f.write_str(c),
        Value::Numbers(a, b) => range(f, op, a.as_ref(), b.as_ref()),
        Value::Dates(a, b) => range(f, op, a.as_ref(), b.as_ref()),
        Value::NoDate => f.write_str("none"),
        Value::Waits(_, _, mine) => f.write_str(if *mine { "me" } else { "others" }),
    }
}

fn range<T: fmt::Display + PartialEq>(f: &mut fmt::Formatter<'_>, op: Op, a: Option<&T>, b: Option<&T>) -> fmt::Result {
    match (a, b) {
        (Some(a), Some(b)) if a == b => write!(f, "{a}"),
        _ if !matches!(op, Op::Is | Op::Equal) => a.map_or(Ok(()), |a| write!(f, "{a}")),
        _ => {
            a.map_or(Ok(()), |a| write!(f, "{a}"))?;
            f.write_str("..")?;
            b.map_or(Ok(()), |b| write!(f, "{b}"))
        }
    }
}

fn quote(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "\"{}\"", text.replace('"', "\"\""))
}

/// The stable code of a field, the same for every subject that has it.
fn code(field: Field) -> &'static str {
    Subject::ALL.iter().find_map(|s| s.spec(field)).map_or("", |s| s.code)
}
