//! A table whose columns are measured in cells: columns of low priority go first where it is narrow, the rest grow to
//! their ideal width, one takes what is left. The selected row has a sign before it, so that it is seen without colour.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::paint::{Pieces, line_width, piece, put, put_line, width};
use super::scroll::Scroll;
use super::theme::{Glyph, Role, Theme};

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its title.
    pub title: String,
    /// Cells without which it is of no use.
    pub min: u16,
    /// Cells it would like; a column that takes the rest says so with `flex`.
    pub ideal: u16,
    /// Whether it takes what is left over.
    pub flex: bool,
    /// Right-aligned, for numbers.
    pub right: bool,
    /// Highest stays longest.
    pub priority: u8,
    /// Sorted by this column: `Some(true)` upwards.
    pub sorted: Option<bool>,
}

/// A row ready to be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// One line of pieces for each column.
    pub cells: Vec<Pieces>,
    /// Marked by the user.
    pub marked: bool,
}

/// Blank cells between two columns.
const GAP: u16 = 2;
/// Cells of the sign before each row: cursor, mark, blank.
const LEAD: u16 = 3;

/// Widths of the columns in `total` cells; `None` for those that do not fit.
pub fn layout(columns: &[Column], total: u16) -> Vec<Option<u16>> {
    let total = total.saturating_sub(LEAD);
    let mut keep: Vec<bool> = columns.iter().map(|_| true).collect();
    let need = |keep: &[bool]| {
        let kept = columns.iter().zip(keep).filter(|(_, k)| **k);
        kept.fold(0_u16, |sum, (c, _)| sum.saturating_add(c.min).saturating_add(GAP)).saturating_sub(GAP)
    };
    while need(&keep) > total && keep.iter().filter(|k| **k).count() > 1 {
        let weakest =
            columns.iter().enumerate().filter(|(n, _)| keep.get(*n) == Some(&true)).min_by_key(|(_, c)| c.priority);
        let Some((weakest, _)) = weakest else { break };
        if let Some(k) = keep.get_mut(weakest) {
            *k = false;
        }
    }
    let mut spare = total.saturating_sub(need(&keep));
    let mut widths: Vec<Option<u16>> = columns.iter().zip(&keep).map(|(c, k)| k.then_some(c.min.min(total))).collect();
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|n| columns.get(*n).map(|c| std::cmp::Reverse(c.priority)));
    // One cell at a time, so that all come nearer to what they would like.
    loop {
        let before = spare;
        for n in &order {
            if let (Some(Some(w)), Some(c)) = (widths.get_mut(*n), columns.get(*n))
                && *w < c.ideal
                && spare > 0
            {
                *w = w.saturating_add(1);
                spare -= 1;
            }
        }
        if spare == before {
            break;
        }
    }
    let flex: Vec<usize> =
        columns.iter().enumerate().filter(|(n, c)| c.flex && keep.get(*n) == Some(&true)).map(|(n, _)| n).collect();
    let share = spare.checked_div(flex.len() as u16).unwrap_or(0);
    for n in flex {
        if let Some(Some(w)) = widths.get_mut(n) {
            *w = w.saturating_add(share);
        }
    }
    widths
}

/// How many rows of data fit under the titles.
pub const fn page(height: u16) -> usize {
    height.saturating_sub(1) as usize
}

/// What a table shows.
pub struct Table<'a> {
    /// Columns.
    pub columns: &'a [Column],
    /// Number of rows.
    pub len: usize,
    /// Cursor and first row.
    pub scroll: Scroll,
    /// Whether the cursor is shown as active.
    pub active: bool,
    /// Gives a row; asked only for what is visible.
    pub row: &'a dyn Fn(usize) -> Row,
}

impl Table<'_> {
    /// Draws titles and visible rows; gives the place of the selected row, where the terminal's cursor rests for those who
    /// have the screen read to them.
    pub fn view(&self, buf: &mut Buffer, area: Rect, theme: Theme) -> Option<Position> {
        if area.is_empty() {
            return None;
        }
        let widths = layout(self.columns, area.width);
        let mut x = area.x.saturating_add(LEAD);
        for (column, w) in self.columns.iter().zip(&widths) {
            let Some(w) = *w else { continue };
            let mut title = vec![piece(column.title.clone(), Role::Title)];
            if let Some(up) = column.sorted {
                title.push(piece(theme.glyph(if up { Glyph::Up } else { Glyph::Down }), Role::Key));
            }
            let indent = if column.right { w.saturating_sub(line_width(&title)) } else { 0 };
            put_line(buf, area, x.saturating_add(indent), area.y, &title, w.saturating_sub(indent), None, theme);
            x = x.saturating_add(w).saturating_add(GAP);
        }
        let page = page(area.height);
        let first = self.scroll.first(self.len, page);
        for line in 0..page {
            let n = first.saturating_add(line);
            if n >= self.len {
                break;
            }
            let y = area.y.saturating_add(1).saturating_add(line as u16);
            self.row(buf, area, y, n, &widths, theme);
        }
        let line = self.scroll.at.min(self.len.checked_sub(1)?).checked_sub(first).filter(|l| *l < page)?;
        Some(Position::new(area.x, area.y.saturating_add(1).saturating_add(line as u16)))
    }

    fn row(&self, buf: &mut Buffer, area: Rect, y: u16, n: usize, widths: &[Option<u16>], theme: Theme) {
        let row = (self.row)(n);
        let selected = n == self.scroll.at;
        // The sign and the first cell show the selection: a whole row in another colour would be sent twice for each move.
        let over = (selected && self.active).then_some(Role::Selected);
        let lead = theme.style(over.unwrap_or(Role::Key));
        if selected {
            put(buf, area, area.x, y, theme.glyph(Glyph::Cursor), 1, lead, theme);
        }
        if row.marked {
            put(buf, area, area.x.saturating_add(1), y, theme.glyph(Glyph::Mark), 1, lead, theme);
        }
        let mut x = area.x.saturating_add(LEAD);
        for (i, ((column, w), cell)) in self.columns.iter().zip(widths).zip(&row.cells).enumerate() {
            let Some(w) = *w else { continue };
            let indent = if column.right { w.saturating_sub(line_width(cell)) } else { 0 };
            let over = over.filter(|_| i == 0);
            put_line(buf, area, x.saturating_add(indent), y, cell, w.saturating_sub(indent), over, theme);
            x = x.saturating_add(w).saturating_add(GAP);
        }
    }
}

/// A column whose minimum is at least its title.
pub fn column(title: impl Into<String>, min: u16, ideal: u16, priority: u8) -> Column {
    let title = title.into();
    // One cell for the arrow of the sort order.
    let least = width(&title).saturating_add(1).min(12);
    let min = min.max(least);
    Column { title, min, ideal: ideal.max(min), flex: false, right: false, priority, sorted: None }
}

impl Column {
    /// Takes what is left over.
    #[must_use]
    pub const fn flex(mut self) -> Self {
        self.flex = true;
        self
    }

    /// Aligned right.
    #[must_use]
    pub const fn right(mut self) -> Self {
        self.right = true;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn weak_columns_go_first_and_one_takes_the_rest() {
        let columns = [column("姓名", 8, 10, 9), column("部门", 8, 12, 3).flex(), column("余天", 5, 5, 8)];
        assert_eq!(layout(&columns, 60), [Some(10), Some(38), Some(5)]);
        assert_eq!(layout(&columns, 20), [Some(10), None, Some(5)]);
        assert_eq!(layout(&columns, 5), [Some(2), None, None]);
    }

    proptest! {
        #[test]
        fn never_wider_than_the_area(total in 0u16..200, mins in prop::collection::vec((0u16..30, 0u16..40, 0u8..9), 1..8)) {
            let columns: Vec<Column> = mins.iter().map(|(m, i, p)| column("x", *m, *i, *p).flex()).collect();
            let widths = layout(&columns, total);
            let kept: Vec<u16> = widths.into_iter().flatten().collect();
            let sum: u16 = kept.iter().sum::<u16>() + GAP * (kept.len() as u16 - 1);
            prop_assert!(sum <= total.saturating_sub(LEAD) || kept.len() == 1);
        }
    }
}
