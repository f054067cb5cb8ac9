//! Csv as spreadsheet programs read it right: UTF-8 with BOM, CRLF, every cell quoted, no cell a formula.

use super::{Table, Value};
use crate::text::clean;

pub(super) fn render(table: &Table) -> Vec<u8> {
    let mut out = String::from("\u{feff}");
    if !table.mark.is_empty() {
        line(&mut out, std::iter::once(text(&table.mark)));
    }
    line(&mut out, table.columns.iter().map(|c| text(&c.title)));
    for row in &table.rows {
        line(&mut out, (0..table.columns.len()).map(|i| cell(row.get(i).unwrap_or(&Value::Empty))));
    }
    out.into_bytes()
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            out.push(',');
        }
        out.push('"');
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    }
    out.push_str("\r\n");
}

fn cell(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(t) => text(t),
        Value::Number(n) => n.to_string(),
        Value::Date(d) => d.format("%Y-%m-%d").to_string(),
    }
}

/// Text in one line; an apostrophe in front where a spreadsheet would calculate, or would turn a long number into a
/// rounded one.
fn text(raw: &str) -> String {
    let text = one_line(raw);
    if is_formula(raw) || is_formula(&text) || is_long_number(&text) { format!("'{text}") } else { text }
}

/// Line ends become spaces, everything else that steers becomes visible.
pub(super) fn one_line(raw: &str) -> String {
    clean(&raw.replace("\r\n", " ").replace(['\r', '\n', '\t'], " ")).into_owned()
}

/// Whether a spreadsheet program could take the text for a formula or a command: the signs it looks for, also in their
/// full-width forms and after blanks.
pub(super) fn is_formula(text: &str) -> bool {
    let starts = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    text.starts_with(starts) || text.trim_start().starts_with(starts)
}

/// More digits than a spreadsheet's numbers keep.
fn is_long_number(text: &str) -> bool {
    text.len() > 11 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::Column;
    use super::*;

    #[test]
    fn formulas_are_defused_and_numbers_left_alone() {
        let rows = ["=1+1", "+86", "-5", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＠x", " =1", "张伟", "a\"b", "一\n二"]
            .iter()
            .map(|t| vec![Value::Text((*t).to_owned()), Value::Number(-5)])
            .collect();
        let table = Table {
            name: String::new(),
            mark: String::new(),
            columns: vec![Column::new("a", "甲"), Column::new("b", "乙")],
            rows,
        };
        let text = String::from_utf8(render(&table)).unwrap();
        assert!(text.starts_with("\u{feff}\"甲\",\"乙\"\r\n"));
        let first: Vec<&str> = text.lines().skip(1).map(|l| l.split("\",\"").next().unwrap()).collect();
        for line in first.iter().take(9) {
            assert!(line.starts_with("\"'"), "{line}");
        }
        assert_eq!(first[9], "\"张伟");
        assert!(text.contains("\"a\"\"b\",\"-5\"\r\n"));
        assert!(text.contains("一 二"));
        assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\t']));
    }
}
