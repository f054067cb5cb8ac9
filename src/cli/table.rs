//! Aligned tables, measured in cells of the terminal, so that Chinese columns stay straight.

use crate::text;

/// Rows of text under a heading.
#[derive(Debug, Clone, Default)]
pub struct Table {
    head: Vec<String>,
    right: Vec<bool>,
    rows: Vec<Vec<String>>,
}

/// Columns are not cut below this width.
const NARROWEST: usize = 6;
/// Cells between two columns.
const GAP: usize = 2;

impl Table {
    /// A table with these headings; a heading that starts with `>` is a column of numbers, set to the right.
    pub fn new<S: AsRef<str>>(head: &[S]) -> Self {
        let right = head.iter().map(|h| h.as_ref().starts_with('>')).collect();
        let head = head.iter().map(|h| text::clean(h.as_ref().trim_start_matches('>')).into_owned()).collect();
        Self { head, right, rows: Vec::new() }
    }

    /// Adds a row. Cells are cleaned here.
    pub fn row<S: AsRef<str>>(&mut self, cells: &[S]) {
        self.rows.push(cells.iter().map(|c| text::clean(c.as_ref()).into_owned()).collect());
    }

    /// The heading and the rows as lines. `room` is the width of the terminal; without one nothing is cut.
    pub fn lines(&self, room: Option<usize>) -> Vec<String> {
        let mut widths: Vec<usize> = self.head.iter().map(|h| text::width(h)).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(text::width(cell));
            }
        }
        if let Some(room) = room {
            fit(&mut widths, room);
        }
        let line = |cells: &[String]| {
            let mut out = String::new();
            for (i, (cell, &width)) in cells.iter().zip(&widths).enumerate() {
                let cell = text::cut(cell, width, text::Ellipsis::Unicode);
                let pad = " ".repeat(width.saturating_sub(text::width(&cell)));
                if i > 0 {
                    out.push_str(&" ".repeat(GAP));
                }
                match self.right.get(i) {
                    Some(true) => out.extend([pad.as_str(), cell.as_ref()]),
                    _ => out.extend([cell.as_ref(), pad.as_str()]),
                }
            }
            out.trim_end().to_owned()
        };
        std::iter::once(&self.head).chain(&self.rows).map(|cells| line(cells)).collect()
    }
}

/// Narrows the widest column again and again until the table fits or nothing more can be given.
fn fit(widths: &mut [usize], room: usize) {
    let gaps = GAP * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > room {
        let Some(widest) = widths.iter_mut().max().filter(|w| **w > NARROWEST) else { return };
        *widest -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stay_straight_with_wide_characters() {
        let mut table = Table::new(&["姓名", ">余天", "岗位"]);
        table.row(&["张三", "5", "机要员"]);
        table.row(&["Li Si", "120", "x\u{1b}[31m"]);
        let lines = table.lines(None);
        assert_eq!(lines[0], "姓名   余天  岗位");
        assert_eq!(lines[1], "张三      5  机要员");
        assert!(lines[2].starts_with("Li Si   120  x"));
        assert!(!lines[2].contains('\u{1b}'));
    }

    #[test]
    fn a_narrow_terminal_cuts_the_widest() {
        let mut table = Table::new(&["a", "b"]);
        table.row(&["short", "a very long remark that does not fit"]);
        assert!(table.lines(Some(24)).iter().all(|l| text::width(l) <= 24));
        assert!(table.lines(Some(1)).len() == 2);
    }
}
