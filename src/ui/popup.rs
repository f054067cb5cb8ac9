//! Boxes over the body: a border, a title, lines that scroll.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::paint::{Pieces, fill, put, put_line, width};
use super::theme::{Glyph, Role, Theme};

/// A rectangle of at most `w` by `h` in the middle of `area`.
pub fn centred(area: Rect, w: u16, h: u16) -> Rect {
    let (w, h) = (w.min(area.width), h.min(area.height));
    let x = area.x.saturating_add(area.width.saturating_sub(w) / 2);
    let y = area.y.saturating_add(area.height.saturating_sub(h) / 2);
    Rect::new(x, y, w, h)
}

/// Draws an emptied box with a title and gives the room inside.
pub fn frame(buf: &mut Buffer, area: Rect, title: &str, theme: Theme) -> Rect {
    fill(buf, area, theme.style(Role::Text));
    if area.width < 4 || area.height < 3 {
        return Rect::new(area.x, area.y, 0, 0);
    }
    let corners = if theme.ascii { ["+", "+", "+", "+"] } else { ["┌", "┐", "└", "┘"] };
    let style = theme.style(Role::Rule);
    let (right, bottom) = (area.right().saturating_sub(1), area.bottom().saturating_sub(1));
    for x in area.x..area.right() {
        for y in [area.y, bottom] {
            put(buf, area, x, y, theme.glyph(Glyph::Horizontal), 1, style, theme);
        }
    }
    for y in area.y..area.bottom() {
        for x in [area.x, right] {
            put(buf, area, x, y, theme.glyph(Glyph::Vertical), 1, style, theme);
        }
    }
    for (corner, (x, y)) in corners.iter().zip([(area.x, area.y), (right, area.y), (area.x, bottom), (right, bottom)]) {
        put(buf, area, x, y, corner, 1, style, theme);
    }
    let room = area.width.saturating_sub(4);
    let title = if title.is_empty() { String::new() } else { format!(" {title} ") };
    put(buf, area, area.x.saturating_add(2), area.y, &title, room, theme.style(Role::Section), theme);
    Rect::new(
        area.x.saturating_add(2),
        area.y.saturating_add(1),
        area.width.saturating_sub(4),
        area.height.saturating_sub(2),
    )
}

/// Draws lines from `first` on; a sign at the right edge says that there is more.
pub fn lines(buf: &mut Buffer, area: Rect, lines: &[Pieces], first: usize, theme: Theme) {
    let page = area.height as usize;
    let first = first.min(lines.len().saturating_sub(page));
    for (line, y) in lines.iter().skip(first).zip(area.y..area.bottom()) {
        put_line(buf, area, area.x, y, line, area.width, None, theme);
    }
    let edge = area.right().saturating_sub(1);
    let more = theme.glyph(Glyph::More);
    if first > 0 {
        put(buf, area, edge, area.y, more, 1, theme.style(Role::Key), theme);
    }
    if first.saturating_add(page) < lines.len() {
        put(buf, area, edge, area.bottom().saturating_sub(1), more, 1, theme.style(Role::Key), theme);
    }
}

/// The which-key box: what may follow the keys already struck, in columns at the lower edge of `area`.
pub fn which_key(buf: &mut Buffer, area: Rect, title: &str, next: &[(String, String)], theme: Theme) {
    let cell = next.iter().map(|(k, l)| width(k).saturating_add(width(l)).saturating_add(4)).max().unwrap_or(0).max(16);
    let across = (area.width.saturating_sub(4) / cell.max(1)).max(1) as usize;
    let rows = next.len().div_ceil(across).max(1) as u16;
    let h = rows.saturating_add(2).min(area.height);
    let outer = Rect::new(area.x, area.bottom().saturating_sub(h), area.width, h);
    let inner = frame(buf, outer, title, theme);
    for (n, (key, label)) in next.iter().enumerate() {
        let x = inner.x.saturating_add(((n % across) as u16).saturating_mul(cell));
        let y = inner.y.saturating_add((n / across) as u16);
        let used = put(buf, inner, x, y, key, cell, theme.style(Role::Key), theme);
        let x = x.saturating_add(used).saturating_add(1);
        put(buf, inner, x, y, label, cell.saturating_sub(used), theme.style(Role::Text), theme);
    }
}

/// The cell of the selected row, where the hardware cursor may rest for screen readers.
pub const fn rest(area: Rect, row: u16) -> Position {
    Position::new(area.x, area.y.saturating_add(row))
}
