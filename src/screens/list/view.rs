//! How a list looks: filter line, what could complete it or what is wrong with it, table, detail pane.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::data::{self, Matches};
use super::super::{Context, ScreenId, case, detail, finding};
use super::{Kind, List};
use crate::decide::{Reading, may_read};
use crate::index::{Row, View};
use crate::ui::paint::{self, piece, put_line};
use crate::ui::table::{self, Column, Table};
use crate::ui::theme::{Glyph, Role};
use crate::ui::{frame, popup};

/// Draws filter line, message, table and detail pane.
pub fn view(list: &List, kind: &Kind, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    if area.height < 3 {
        return None;
    }
    let caret = filter_line(list, kind, cx, Rect { height: 1, ..area }, buf);
    let message = Rect { y: area.y.saturating_add(1), height: 1, ..area };
    // A word that is still being written is completed, not blamed.
    let offered = list.typing && !list.offer.is_empty() && list.error.as_ref().is_none_or(|e| list.offer.mends(e));
    if offered {
        list.offer.view(buf, message, theme);
    } else if let Some(error) = &list.error {
        let pieces = [piece(format!("! {}", error.text), Role::Alarm)];
        put_line(buf, message, area.x.saturating_add(1), message.y, &pieces, area.width.saturating_sub(2), None, theme);
    } else {
        paint::rule(buf, message, area.x, message.y, area.width, theme);
    }
    let below = Rect { y: area.y.saturating_add(2), height: area.height.saturating_sub(2), ..area };
    let pane = pane_width(list, area.width);
    let table_area = Rect { width: below.width.saturating_sub(pane), ..below };
    let inside = Rect { width: table_area.width.saturating_sub(1), ..below };
    let columns = columns(list, kind, cx);
    let matches = Matches::new(&list.query);
    let row = |n: usize| -> table::Row {
        let Some(item) = list.rows.get(n).copied() else { return table::Row::default() };
        let cells = data::row(cx, item).map(|r| (kind.cells)(&r, cx, &matches)).unwrap_or_default();
        table::Row { cells, marked: list.marks.contains(item) }
    };
    let table = Table { columns: &columns, len: list.rows.len(), scroll: list.scroll, active: true, row: &row };
    let row = table.view(buf, inside, theme);
    if list.rows.is_empty() {
        nothing(list, kind, cx, table_area, buf);
    }
    if pane > 0 {
        let x = table_area.right();
        let side = Rect { x, width: pane, ..below };
        paint::upright(buf, side, x, theme);
        let inner = Rect { x: x.saturating_add(2), width: pane.saturating_sub(3), ..below };
        if let Some(item) = list.selected()
            && let Some(row) = data::row(cx, item)
        {
            let lines = match row {
                Row::Computer(_) | Row::Medium(_) => detail::device(&row, cx),
                Row::Inspection(i) => detail::inspection(&i, cx, inner.width),
                Row::Finding(f) => finding::lines(&f, cx, inner.width),
                Row::Matter(m) => case::lines(&m, cx, inner.width).into_iter().map(|(l, _)| l).collect(),
                row => data::person(cx, row).map(|p| detail::person(&p, cx, inner.width)).unwrap_or_default(),
            };
            popup::lines(buf, inner, &lines, 0, theme);
        }
    }
    if list.typing { caret } else { row }
}

/// The columns, one of them with the arrow of the order.
fn columns(list: &List, kind: &Kind, cx: &Context) -> Vec<Column> {
    let mut columns = (kind.columns)(cx);
    if let Some((column, up)) = list.arrow(kind)
        && let Some(c) = columns.get_mut(column)
    {
        c.sorted = Some(up);
    }
    columns
}

/// Which columns there is room for.
pub(super) fn shown(list: &List, kind: &Kind, cx: &Context) -> Vec<bool> {
    let width = list.size.0.saturating_sub(pane_width(list, list.size.0)).saturating_sub(1);
    table::layout(&(kind.columns)(cx), width).iter().map(Option::is_some).collect()
}

/// Cells of the detail pane; 0 where there is no room or it is not wanted.
const fn pane_width(list: &List, width: u16) -> u16 {
    if width < frame::WIDE || list.no_detail {
        0
    } else if width >= 140 {
        width / 3
    } else {
        38
    }
}

/// The filter with its caret, and how many rows are shown.
fn filter_line(list: &List, kind: &Kind, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    let of = if cx.loading() { theme.glyph(Glyph::Cut).to_owned() } else { list.total.to_string() };
    let count = if list.found > list.rows.len() { "lists.count_first" } else { "lists.count" };
    let values = [("n", list.rows.len().to_string()), ("found", list.found.to_string()), ("of", of)];
    let count = cx.texts.fill(count, &values);
    let values = [("n", list.marks.len().to_string()), ("hidden", list.marks_hidden().to_string())];
    let marks = match (list.marks.len(), list.marks_hidden()) {
        (0, _) => String::new(),
        (_, 0) => format!("{}  ", cx.texts.fill("lists.marked", &values)),
        _ => format!("{}  ", cx.texts.fill("lists.marked_hidden", &values)),
    };
    let right = paint::width(&count).saturating_add(paint::width(&marks)).saturating_add(2);
    let x = area.right().saturating_sub(right);
    let pieces = [piece(marks, Role::Key), piece(count, Role::Text)];
    put_line(buf, area, x, area.y, &pieces, right, None, theme);
    let label = if kind.id == ScreenId::Meeting { "meeting.agenda" } else { "lists.filter" };
    let label = format!(" {} ", cx.texts.t(label));
    let role = if list.typing { Role::Section } else { Role::Dim };
    let used = put_line(buf, area, area.x, area.y, &[piece(label, role)], area.width, None, theme);
    let start = area.x.saturating_add(used);
    let room = Rect { x: start, width: x.saturating_sub(start).saturating_sub(1), ..area };
    if list.typing || !list.filter.text().is_empty() {
        return list.filter.view(buf, room, theme);
    }
    let hint = cx.texts.t(match kind.id {
        ScreenId::Inspections => match kind.view {
            View::Findings => "lists.hint_findings",
            View::Due => "lists.hint_due",
            _ => "lists.hint_inspections",
        },
        ScreenId::Periods => "lists.hint_periods",
        ScreenId::Travel => "lists.hint_travel",
        ScreenId::Training => "lists.hint_training",
        ScreenId::Computers => "lists.hint_computers",
        ScreenId::Cases => "lists.hint_cases",
        ScreenId::Meeting => "meeting.hint",
        _ => "lists.hint_people",
    });
    put_line(buf, room, room.x, room.y, &[piece(hint, Role::Dim)], room.width, None, theme);
    None
}

/// What stands where no row is: whether there is nothing at all or nothing that fits the filter, and the way out.
fn nothing(list: &List, kind: &Kind, cx: &Context, area: Rect, buf: &mut Buffer) {
    let filtered = !list.filter.text().is_empty();
    let key = match kind.id {
        _ if !may_read(&cx.operator.roles, Reading::People) => "lists.not_yours",
        _ if cx.loading() => "lists.loading",
        ScreenId::Computers if filtered => "lists.no_computer_matches",
        ScreenId::Inspections => match kind.view {
            View::Findings if filtered => "lists.no_finding_matches",
            View::Due if filtered => "lists.no_computer_matches",
            _ if filtered => "lists.no_inspection_matches",
            View::Findings => "lists.none_findings",
            View::Due => "lists.none_due",
            _ => "lists.none_inspections",
        },
        _ if filtered => "lists.nothing_matches",
        ScreenId::Computers => "lists.none_computers",
        ScreenId::Periods => "lists.none_periods",
        ScreenId::Travel => "lists.none_travel",
        ScreenId::Cases => "lists.none_cases",
        ScreenId::Meeting => "meeting.none",
        ScreenId::Training if !list.everybody => "lists.none_training",
        _ => "lists.none_people",
    };
    let text = cx.texts.t(key);
    let y = area.y.saturating_add(2);
    let x = area.x.saturating_add(3);
    for (line, y) in paint::wrap(&text, area.width.saturating_sub(6)).into_iter().zip(y..area.bottom()) {
        put_line(buf, area, x, y, &[piece(line, Role::Dim)], area.width, None, cx.theme);
    }
}
