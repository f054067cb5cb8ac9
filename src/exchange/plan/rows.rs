//! Which rows below a heading are records, and what stands in merged or left-out cells.

use std::collections::HashSet;

use super::super::sheet::{Cell, Row, Sheet, blank};
use super::super::value;
use super::super::words::{squeeze, words};
use super::head::Heading;
use crate::text::half_width;

/// What a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RowKind {
    Record,
    Blank,
    Total,
    Signature,
    Note,
    Heading,
    Group(String),
}

/// Merged cells of the columns that are taken, by column: first row, last row, sorted.
pub(super) struct Merges {
    down: Vec<(u32, Vec<(u32, u32)>)>,
}

impl Merges {
    pub fn new(sheet: &Sheet, heading: &Heading) -> Self {
        let mut down = Vec::new();
        for column in &heading.columns {
            let covers =
                |m: &&super::super::sheet::Region| m.left == column.at && m.bottom > m.top && m.top > heading.bottom;
            let mut regions: Vec<(u32, u32)> = sheet.merged.iter().filter(covers).map(|m| (m.top, m.bottom)).collect();
            regions.sort_unstable();
            if !regions.is_empty() {
                down.push((column.at, regions));
            }
        }
        Self { down }
    }

    /// The first row of the merged region a cell lies in, if it is not that row itself.
    pub fn top(&self, row: u32, column: u32) -> Option<u32> {
        let (_, regions) = self.down.iter().find(|(at, _)| *at == column)?;
        let index = regions.partition_point(|(top, _)| *top <= row).checked_sub(1)?;
        let (top, bottom) = regions.get(index)?;
        (row > *top && row <= *bottom).then_some(*top)
    }
}

/// What a row below the heading is. A row that identifies somebody is a record whatever else it says.
pub(super) fn classify(sheet: &Sheet, heading: &Heading, row: &Row<'_>) -> RowKind {
    let taken: Vec<(&str, Cell<'_>)> =
        heading.columns.iter().map(|c| (c.field, row.cell(c.at))).filter(|(_, c)| !c.is_blank()).collect();
    // Serial numbers printed in advance say nothing; a note that begins in their column does.
    let serial = |at: u32, text: &str| {
        heading.ignored.iter().any(|(i, _)| *i == at) && squeeze(text).chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    let all: Vec<String> = row
        .cells()
        .map(|(at, c)| (at, c.text()))
        .filter(|(at, t)| !squeeze(t).is_empty() && !serial(*at, t))
        .map(|(_, t)| t)
        .collect();
    let repeated = heading.columns.iter().filter(|c| squeeze(&row.cell(c.at).text()) == squeeze(&c.title)).count();
    if repeated >= 2 && repeated * 2 >= taken.len() {
        return RowKind::Heading;
    }
    // Words of a level stand in a name's place only in a line of counts; what has few digits is no number of a person.
    let somebody = |field: &str, cell: Cell<'_>| match field {
        "name" => words().value("level", &cell.text()).is_none(),
        "identity" => matches!(cell, Cell::Number(_)) || cell.text().chars().filter(char::is_ascii_digit).count() >= 6,
        "staff_number" | "register" => true,
        _ => false,
    };
    let nobody = !taken.iter().any(|(field, cell)| somebody(field, *cell));
    if nobody && all.iter().any(|t| is_count(t)) {
        return RowKind::Total;
    }
    let named = taken.iter().any(|(field, cell)| *field == "name" && !is_signature(&cell.text()));
    let signs = |t: &String| half_width(t).contains(':') && is_signature(t);
    let signed = all.first().is_some_and(signs) || !named && all.iter().any(signs);
    // A date under a column of dates makes a record, but not in a line that somebody signs.
    if taken.iter().any(|(field, cell)| identifies(field, *cell) && (!signed || matches!(*field, "identity" | "level")))
    {
        return RowKind::Record;
    }
    let everything: Vec<String> = row.cells().map(|(_, c)| c.text()).collect();
    if everything.iter().take(3).any(|t| is_total(t)) {
        return RowKind::Total;
    }
    if all.is_empty() {
        return RowKind::Blank;
    }
    if all.iter().any(|t| is_signature(t)) {
        return RowKind::Signature;
    }
    let first = all.first().map_or("", String::as_str);
    let date_alone = all.len() == 1 && value::date(Cell::Text(first), false).is_ok();
    if date_alone {
        return RowKind::Signature;
    }
    if is_note(first) || (all.len() == 1 && first.chars().filter(|c| !blank(*c)).count() >= 15) {
        return RowKind::Note;
    }
    if let Some(group) = group(sheet, heading, row) {
        return RowKind::Group(group);
    }
    // One text by itself, and not where a person would be named: an office's name below the list, a remark.
    if all.len() == 1 && nobody {
        return RowKind::Note;
    }
    // The numbers of the columns, as printed under a heading: 1 2 3 4 5.
    let numbers = taken.iter().filter(|(_, c)| matches!(c, Cell::Number(n) if *n > 0.0 && *n < 100.0)).count();
    if taken.len() >= 3 && numbers == taken.len() {
        return RowKind::Heading;
    }
    if taken.is_empty() { RowKind::Blank } else { RowKind::Record }
}

/// An identity number (or what was meant to be one), a level, a date, a device number: only records have them.
fn identifies(field: &str, cell: Cell<'_>) -> bool {
    match field {
        "register" => true,
        "identity" => match cell {
            Cell::Number(n) => n > 1e13,
            _ => cell.text().chars().filter(char::is_ascii_digit).count() >= 10,
        },
        "level" => words().value("level", &cell.text()).is_some(),
        "on_post_from" | "left_on" | "training_on" | "pledge_on" | "depart_on" => {
            !matches!(cell, Cell::Text(t) if t.contains([':', '\u{ff1a}'])) && value::date(cell, false).is_ok()
        }
        _ => false,
    }
}

/// The word of a total, and nothing after it but a count.
fn is_total(text: &str) -> bool {
    let text = squeeze(text);
    let rest = words().totals.iter().filter_map(|w| text.strip_prefix(w.as_str())).min_by_key(|r| r.len());
    rest.is_some_and(|rest| {
        let counted = |c: char| c.is_ascii_digit() || c.is_ascii_punctuation() || COUNTED.contains(&c);
        rest.chars().all(counted)
    })
}

/// A number of people and nothing else, as under a list: "12 persons".
fn is_count(text: &str) -> bool {
    let text = squeeze(text);
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let rest: String = text.chars().skip(digits).collect();
    digits > 0 && matches!(rest.as_str(), "\u{4eba}" | "\u{540d}")
}

/// Words that count people and things: persons, names, sets, pieces, copies, together.
const COUNTED: [char; 9] =
    ['\u{4eba}', '\u{540d}', '\u{53f0}', '\u{4ef6}', '\u{4efd}', '\u{4e2a}', '\u{5171}', '\u{90e8}', '\u{6b21}'];

/// A word such as "filled in by" in front of a colon, or standing alone.
fn is_signature(text: &str) -> bool {
    let text = half_width(text);
    let text = text.trim_matches(blank);
    let (head, colon) = match text.split_once(':') {
        Some((head, _)) => (head, true),
        None => (text, false),
    };
    let head = squeeze(head);
    let bare: String = head.split('(').next().unwrap_or_default().to_owned();
    let known = |t: &str| !t.is_empty() && words().signatures.iter().any(|s| s == t);
    let space = words().signing.iter().any(|s| head.ends_with(s.as_str()));
    let signed = known(&head) || known(&bare) || space && colon;
    // Without a colon the words that are also titles or departments do not count.
    signed && (colon || head.contains('(') || head.chars().count() >= 3 && !head.ends_with('\u{529e}'))
}

fn is_note(text: &str) -> bool {
    let text = half_width(text);
    let head = squeeze(text.split(':').next().unwrap_or_default());
    let known = words().notes.contains(&head);
    let numbered = words().notes.iter().any(|n| {
        squeeze(&text).strip_prefix(n.as_str()).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit() || c == '('))
    });
    (known && text.contains(':')) || numbered || (known && text.trim().chars().count() <= 4)
}

/// One to ten.
const NUMERALS: [char; 10] = [
    '\u{4e00}', '\u{4e8c}', '\u{4e09}', '\u{56db}', '\u{4e94}', '\u{516d}', '\u{4e03}', '\u{516b}', '\u{4e5d}',
    '\u{5341}',
];

/// How remarks over the width of a table begin: "the following", "the above".
const REMARKS: [&str; 2] = ["\u{4ee5}\u{4e0b}", "\u{4ee5}\u{4e0a}"];

/// One text over at least three merged columns, or numbered: the name of the group below, without its number and count.
fn group(sheet: &Sheet, heading: &Heading, row: &Row<'_>) -> Option<String> {
    let (at, cell) = row.cells().next()?;
    let Cell::Text(text) = cell else { return None };
    if row.len() != 1 || heading.has("department") {
        return None;
    }
    let text = value::text(Cell::Text(text));
    let text = half_width(&text);
    let merged = sheet.merged.iter().any(|m| m.top == row.number && m.left == at && m.right >= m.left + 2);
    // Not merged, only a number in front makes it clear: a Chinese numeral and its mark.
    let mut letters = text.trim_start().chars();
    let numbered = letters.next().is_some_and(|c| NUMERALS.contains(&c)) && {
        let rest: String = letters.collect();
        rest.trim_start_matches(NUMERALS).starts_with(['\u{3001}', '.'])
    };
    // A remark over the width of the table ("the following ...") is no group.
    if !(merged || numbered) || REMARKS.iter().any(|r| text.starts_with(r)) || text.contains(':') {
        return None;
    }
    let name = text.rsplit_once(['\u{3001}', '.']).map_or(text.as_str(), |(_, n)| n);
    let name = name.split('(').next().unwrap_or_default().trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Whether a column of departments is written as blocks: the name once, in the first row of its block, and nothing in the
/// others. Clear only when the first record has a name, no name stands twice, and the empty cells are at least a third.
pub(super) fn is_block_style(values: &[Option<String>]) -> bool {
    let Some(Some(_)) = values.first() else { return false };
    let mut seen = HashSet::new();
    let named = values.iter().flatten();
    let distinct = named.clone().all(|v| seen.insert(squeeze(v)));
    let empty = values.len() - named.count();
    distinct && empty > 0 && empty * 3 >= values.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_and_signatures_are_no_people() {
        for text in ["合计", "合　计", "共计：40人", "小计 25 人", "总计（200）"] {
            assert!(is_total(text), "{text}");
        }
        for text in ["何计", "合计划", "计平", "总建国", "小计划"] {
            assert!(!is_total(text), "{text}");
        }
        for text in
            ["填表人：王芳", "审核：", "部门负责人（签字）：", "日期：2026年10月8日", "制表人: 李", "单位（盖章）"]
        {
            assert!(is_signature(text), "{text}");
        }
        for text in ["张审核", "办公室", "保密办", "王日期", "单位", "李明"] {
            assert!(!is_signature(text), "{text}");
        }
        assert!(is_note("注：1.涉密等级") && is_note("说明：") && !is_note("注册会计师") && !is_note("附小"));
    }

    #[test]
    fn blocks_are_clear_or_left_alone() {
        let some = |t: &str| Some(t.to_owned());
        assert!(is_block_style(&[some("a"), None, None, some("b"), None]));
        assert!(!is_block_style(&[some("a"), some("b"), None, some("c")]));
        assert!(!is_block_style(&[some("a"), None, None, some("a"), None]));
        assert!(!is_block_style(&[None, some("a"), None]));
        assert!(!is_block_style(&[]));
    }
}
