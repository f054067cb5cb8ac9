//! How a form is drawn.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{State, conflict, hint, told};
use crate::screens::entries::{self, Entry, Takes};
use crate::screens::{Context, menu};
use crate::ui::paint::{self, piece, put_line, width, wrap};
use crate::ui::popup;
use crate::ui::theme::{Glyph, Role};

/// Draws the fields, what is wrong with them, and what the rules said.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    let w = area.width.saturating_sub(4).min(76);
    let refused: Vec<String> =
        state.told.iter().flat_map(|told| wrap(&told.short(cx), w.saturating_sub(6)).into_iter().take(2)).collect();
    let notice: Vec<String> = notice(state, cx).map(|text| wrap(&text, w.saturating_sub(4))).unwrap_or_default();
    let h = (state.entries.len() as u16)
        .saturating_add(refused.len() as u16)
        .saturating_add(notice.len() as u16)
        .saturating_add(6);
    let title = format!(
        "{}  {}",
        menu::label(state.deed, &state.persons, cx),
        menu::whom(state.deed, &state.persons, &state.items, cx)
    );
    let mut inner = popup::frame(buf, popup::centred(area, w, h), title.trim_end(), theme);
    for text in &notice {
        put_line(buf, inner, inner.x, inner.y, &[piece(text, Role::Info)], inner.width, None, theme);
        inner = Rect { y: inner.y.saturating_add(1), height: inner.height.saturating_sub(1), ..inner };
    }
    let label_width = state.entries.iter().map(|e| width(&label(e, cx))).max().unwrap_or(0).min(inner.width / 2);
    // Where the room is short the field with the caret stays in sight.
    let room = (inner.height as usize).saturating_sub(refused.len() + 3).max(1);
    let first = (state.at + 1).saturating_sub(room);
    let mut caret = None;
    for (n, y) in (first..state.entries.len()).zip(inner.y..inner.bottom()).take(room) {
        let (Some(entry), Some(field)) = (state.entries.get(n), state.fields.get(n)) else { break };
        let active = n == state.at;
        let row = Rect { y, height: 1, ..inner };
        let mark = if active { theme.glyph(Glyph::Cursor) } else { " " };
        let name = paint::padded(&label(entry, cx), label_width, theme);
        let role = if active { Role::Strong } else { Role::Dim };
        let pieces = [piece(format!("{mark} "), Role::Key), piece(name, role), piece("  ", Role::Text)];
        let used = put_line(buf, row, row.x, y, &pieces, row.width, None, theme);
        let room = Rect { x: row.x.saturating_add(used), width: row.width.saturating_sub(used), ..row };
        let fault = entries::problem(entry, field.text()).filter(|_| active || !field.text().is_empty());
        let note = fault.map(|key| cx.texts.t(&key)).unwrap_or_default();
        let note_width = if note.is_empty() { 0 } else { width(&note).saturating_add(2).min(room.width / 2) };
        let value = Rect { width: room.width.saturating_sub(note_width), ..room };
        match &entry.takes {
            Takes::OneOf(all) => {
                let word = all.iter().find(|(c, _)| c == field.text()).map(|(_, w)| w.clone()).unwrap_or_default();
                let pieces = if active {
                    vec![piece("< ", Role::Key), piece(word, Role::Strong), piece(" >", Role::Key)]
                } else {
                    vec![piece(word, Role::Text)]
                };
                put_line(buf, value, value.x, y, &pieces, value.width, None, theme);
                if active {
                    caret = Some(Position::new(value.x, y));
                }
            }
            _ if active && !state.over() => caret = field.view(buf, value, theme),
            _ => {
                put_line(buf, value, value.x, y, &[piece(field.text(), Role::Text)], value.width, None, theme);
            }
        }
        let x = value.right().saturating_add(1);
        put_line(buf, room, x, y, &[piece(note, Role::Warn)], note_width, None, theme);
    }
    let mut y = inner.y.saturating_add(room.min(state.entries.len()) as u16).saturating_add(1);
    for text in &refused {
        let sign = if y == inner.y.saturating_add(state.entries.len() as u16 + 1) { "! " } else { "  " };
        put_line(buf, inner, inner.x, y, &[piece(format!("{sign}{text}"), Role::Alarm)], inner.width, None, theme);
        y = y.saturating_add(1);
    }
    let hint = if state.leaving {
        piece(cx.texts.t("form.throw_away"), Role::Alarm)
    } else if state.sent {
        piece(cx.texts.t("form.saving"), Role::Info)
    } else {
        piece(hint::keys(state, cx), Role::Dim)
    };
    let help = [piece(hint::help(state, cx), Role::Info)];
    put_line(buf, inner, inner.x, inner.bottom().saturating_sub(2), &help, inner.width, None, theme);
    put_line(buf, inner, inner.x, inner.bottom().saturating_sub(1), &[hint], inner.width, None, theme);
    if let Some(conflict) = &state.conflict {
        return conflict::view(conflict, state, cx, area, buf);
    }
    if let (Some(told), Some(first)) = (&state.told, state.open) {
        told::view(told, first, cx, area, buf);
        return None;
    }
    caret
}

fn label(entry: &Entry, cx: &Context) -> String {
    let name = cx.texts.t(&format!("field.{}", entry.name));
    if entry.required { format!("{name} *") } else { name }
}

/// Why the form is there although nobody opened it.
fn notice(state: &State, cx: &Context) -> Option<String> {
    let (when, moved) = state.restored.as_ref()?;
    let mut text = cx.texts.fill("form.restored", &[("when", when)]);
    if *moved {
        text.push_str(&cx.texts.t("form.restored_moved"));
    }
    Some(text)
}
