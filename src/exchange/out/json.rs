//! Json with stable keys. Characters that steer a terminal are written as escapes, so that the file may be printed.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::{Table, Value};
use crate::text::clean;

pub(super) fn render(table: &Table) -> Vec<u8> {
    let columns: Vec<Json> = table.columns.iter().map(|c| json!({ "key": c.key, "title": c.title })).collect();
    let rows: Vec<Json> = table
        .rows
        .iter()
        .map(|row| {
            let cells = table.columns.iter().enumerate();
            Json::Object(
                cells.map(|(i, c)| (c.key.clone(), value(row.get(i).unwrap_or(&Value::Empty)))).collect::<Map<_, _>>(),
            )
        })
        .collect();
    let text = json!({ "name": table.name, "columns": columns, "rows": rows }).to_string();
    let mut out = escape(&text);
    out.push('\n');
    out.into_bytes()
}

fn value(value: &Value) -> Json {
    match value {
        Value::Empty => Json::Null,
        Value::Text(t) => json!(t),
        Value::Number(n) => json!(n),
        Value::Date(d) => json!(d.format("%Y-%m-%d").to_string()),
    }
}

/// What `clean` would show as a code stands in strings only, where the escape means the same.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let mut buffer = [0; 4];
        let one: &str = c.encode_utf8(&mut buffer);
        if c.is_ascii() || clean(one) == one {
            out.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::Column;
    use super::*;

    #[test]
    fn what_steers_is_escaped_and_reads_back() {
        let evil = "a\u{202e}b\u{1b}[31m\u{9b}c\u{10fffd}";
        let table = Table {
            mark: String::new(),
            name: "x".into(),
            columns: vec![Column::new("k", "甲")],
            rows: vec![vec![evil.into()], vec![], vec![Value::Number(3)]],
        };
        let text = String::from_utf8(render(&table)).unwrap();
        assert!(!text.contains(['\u{202e}', '\u{1b}', '\u{9b}', '\u{10fffd}']));
        let back: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(back["rows"][0]["k"], evil);
        assert!(back["rows"][1]["k"].is_null());
        assert_eq!(back["rows"][2]["k"], 3);
    }
}
