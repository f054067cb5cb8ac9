//! The frame all screens share: header, tabs, body, footer; and the notice for a terminal that is too small.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::{Piece, fill, piece, put, put_line, width};
use super::theme::{Role, Theme};

/// Below these the frame is not drawn.
pub const LEAST: (u16, u16) = (60, 16);
/// From this many columns on lists have a detail pane.
pub const WIDE: u16 = 100;

/// The parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// One line: unit, pack, day, who, store.
    pub header: Rect,
    /// One line: the main screens.
    pub tabs: Rect,
    /// What the screen itself draws.
    pub body: Rect,
    /// One line: the keys that work now.
    pub footer: Rect,
}

/// Divides the terminal; `None` when it is too small.
pub fn parts(area: Rect) -> Option<Parts> {
    if area.width < LEAST.0 || area.height < LEAST.1 {
        return None;
    }
    let row = |y: u16| Rect::new(area.x, area.y.saturating_add(y), area.width, 1);
    let body = Rect::new(area.x, area.y.saturating_add(2), area.width, area.height.saturating_sub(3));
    Some(Parts { header: row(0), tabs: row(1), body, footer: row(area.height.saturating_sub(1)) })
}

/// One item of the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Text.
    pub text: String,
    /// `Header`, or `HeaderAlert` for what must be seen.
    pub role: Role,
    /// Lowest goes first where it is narrow.
    pub priority: u8,
    /// At the right end.
    pub right: bool,
}

/// Draws the header bar; items are dropped by priority until the rest fits.
pub fn header(buf: &mut Buffer, area: Rect, items: &[Item], theme: Theme) {
    fill(buf, area, theme.style(Role::Header));
    let cost = |i: &Item| width(&i.text).saturating_add(3);
    let mut kept: Vec<&Item> = items.iter().collect();
    while kept.len() > 1 && kept.iter().map(|i| cost(i)).fold(0, u16::saturating_add) > area.width {
        let Some(weakest) = kept.iter().enumerate().min_by_key(|(_, i)| i.priority).map(|(n, _)| n) else { break };
        kept.remove(weakest);
    }
    let mut x = area.x.saturating_add(1);
    for item in kept.iter().filter(|i| !i.right) {
        x = x.saturating_add(label(buf, area, x, item, theme)).saturating_add(2);
    }
    let right: u16 = kept.iter().filter(|i| i.right).map(|i| cost(i)).fold(0, u16::saturating_add);
    let mut x = area.right().saturating_sub(right).max(x.saturating_sub(1)).saturating_add(1);
    for item in kept.iter().filter(|i| i.right) {
        x = x.saturating_add(label(buf, area, x, item, theme)).saturating_add(2);
    }
}

/// An item; one that must be seen gets a blank of its own colour on both sides.
fn label(buf: &mut Buffer, area: Rect, x: u16, item: &Item, theme: Theme) -> u16 {
    let room = area.right().saturating_sub(x);
    if item.role == Role::HeaderAlert {
        let text = format!(" {} ", item.text);
        return put(buf, area, x.saturating_sub(1), area.y, &text, room, theme.style(item.role), theme)
            .saturating_sub(1);
    }
    put(buf, area, x, area.y, &item.text, room, theme.style(item.role), theme)
}

/// One tab: its key, its title, whether it is the one shown.
pub type Tab = (String, String, bool);

/// Cells a tab takes: key, title, a blank between them and a bracket or blank on both sides.
fn tab_width((key, title, _): &Tab) -> u16 {
    width(key).saturating_add(width(title)).saturating_add(3)
}

/// Which tabs fit into `room` cells: a run of them that holds the one shown, from the first one on as far as that goes.
/// `widths` are their cells; one cell is kept between two, and `sign` cells on each side where tabs are left out.
pub fn tabs_that_fit(widths: &[u16], shown: usize, room: u16, sign: u16) -> std::ops::Range<usize> {
    let fits = |first: usize, end: usize| {
        let tabs = widths.get(first..end).unwrap_or_default();
        let cells = tabs.iter().map(|w| w.saturating_add(1)).fold(0, u16::saturating_add).saturating_sub(1);
        let signs = u16::from(first > 0).saturating_add(u16::from(end < widths.len())).saturating_mul(sign);
        cells.saturating_add(signs) <= room
    };
    let all = widths.len();
    let shown = shown.min(all.saturating_sub(1));
    // As far to the left as the one shown still fits, then as far to the right as there is room.
    let first = (0..=shown).find(|first| fits(*first, shown.saturating_add(1))).unwrap_or(shown);
    let end = (shown.saturating_add(1)..=all).rev().find(|end| fits(first, *end));
    first..end.unwrap_or_else(|| shown.saturating_add(1).min(all))
}

/// Draws the main screens with their keys; the one shown stands out by colour, and by brackets without. Where there is
/// no room for all, a sign at the end says that there are more.
pub fn tabs(buf: &mut Buffer, area: Rect, tabs: &[Tab], theme: Theme) {
    let widths: Vec<u16> = tabs.iter().map(tab_width).collect();
    let shown = tabs.iter().position(|(.., active)| *active).unwrap_or(0);
    let fit = tabs_that_fit(&widths, shown, area.width.saturating_sub(2), 2);
    let mut x = area.x.saturating_add(1);
    let mut draw = |pieces: &[Piece]| {
        let room = area.right().saturating_sub(x);
        x = x.saturating_add(put_line(buf, area, x, area.y, pieces, room, None, theme)).saturating_add(1);
    };
    if fit.start > 0 {
        draw(&[piece("<", Role::Key)]);
    }
    for (key, title, active) in tabs.get(fit.clone()).unwrap_or_default() {
        if *active {
            draw(&[piece(format!("[{key} {title}]"), Role::Section)]);
        } else {
            draw(&[piece(format!(" {key}"), Role::Key), piece(format!(" {title} "), Role::Dim)]);
        }
    }
    if fit.end < tabs.len() {
        draw(&[piece(">", Role::Key)]);
    }
}

/// A key and what it does now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The key as text.
    pub key: String,
    /// Short label.
    pub label: String,
    /// Highest first.
    pub priority: u8,
}

/// Draws the keys that work now, most important first; the least important are dropped until the rest fits.
pub fn footer(buf: &mut Buffer, area: Rect, hints: &[Hint], theme: Theme) {
    let mut sorted: Vec<&Hint> = hints.iter().collect();
    sorted.sort_by_key(|h| std::cmp::Reverse(h.priority));
    let mut x = area.x.saturating_add(1);
    for hint in sorted {
        let need = width(&hint.key).saturating_add(1).saturating_add(width(&hint.label));
        if x.saturating_add(need) > area.right() {
            continue;
        }
        let pieces = [piece(hint.key.clone(), Role::Key), piece(format!(" {}", hint.label), Role::Dim)];
        x = x.saturating_add(put_line(buf, area, x, area.y, &pieces, need, None, theme)).saturating_add(2);
    }
}

/// A sentence over the footer.
pub fn toast(buf: &mut Buffer, area: Rect, text: &str, role: Role, theme: Theme) {
    fill(buf, area, theme.style(role));
    let room = area.width.saturating_sub(2);
    put(buf, area, area.x.saturating_add(1), area.y, text, room, theme.style(role), theme);
}

/// What a terminal that is too small shows: two short lines, as far as they fit.
pub fn too_small(buf: &mut Buffer, area: Rect, lines: &[String], theme: Theme) {
    for (y, text) in (area.y..area.bottom()).zip(lines) {
        put(buf, area, area.x, y, text, area.width, theme.style(Role::Text), theme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tab_shown_is_always_in_the_bar_and_all_are_where_they_fit() {
        let widths = [9, 10, 11, 10, 12, 13, 15, 9, 12];
        let need = |r: &std::ops::Range<usize>| {
            let cells: u16 = widths[r.clone()].iter().map(|w| w + 1).sum::<u16>() - 1;
            cells + 2 * u16::from(r.start > 0) + 2 * u16::from(r.end < widths.len())
        };
        for room in 0..130 {
            for shown in 0..widths.len() {
                let fit = tabs_that_fit(&widths, shown, room, 2);
                assert!(fit.contains(&shown), "{shown} in {room}: {fit:?}");
                assert!(need(&fit) <= room || fit.len() == 1, "{shown} in {room}: {fit:?}");
                if room >= 109 {
                    assert_eq!(fit, 0..widths.len());
                }
                if fit.end < widths.len() {
                    assert!(need(&(fit.start..fit.end + 1)) > room, "{shown} in {room}: room is left at {fit:?}");
                }
            }
        }
        assert_eq!(tabs_that_fit(&widths, 0, 60, 2), 0..5, "from the first one on");
        assert_eq!(tabs_that_fit(&widths, 8, 60, 2), 5..9, "the last ones, with a sign on the left only");
        assert_eq!(tabs_that_fit(&[], 0, 60, 2), 0..0);
    }
}
