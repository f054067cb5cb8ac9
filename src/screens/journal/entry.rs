//! One journal entry in full, over the list.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::State;
use super::rows::{field, fields, record, value, verb};
use crate::index::journal::InFull;
use crate::keys::Action;
use crate::screens::{AvailableAction, Context, Effect, Input};
use crate::ui::paint::{Pieces, line, piece, width, wrap};
use crate::ui::popup;
use crate::ui::theme::Role;

/// Records that are named one by one.
const NAMED: usize = 20;
/// The longest line of the box, in cells.
const WIDE: u16 = 100;

/// Takes in what concerns the box; `None` for the rest.
pub(super) fn update(state: &mut State, input: &Input, cx: &Context) -> Option<Vec<Effect>> {
    let page = (state.size.1 as usize).saturating_sub(5).max(1);
    let room = state.size.0.saturating_sub(4).min(WIDE).saturating_sub(4);
    let (_, full, first) = state.open.as_mut()?;
    let last = full.as_ref().map_or(0, |f| lines(f, cx, room).len()).saturating_sub(page);
    match input {
        Input::Action(Action::PopupUp) => *first = first.saturating_sub(1),
        Input::Action(Action::PopupDown) => *first = first.saturating_add(1).min(last),
        Input::Action(Action::PopupPageUp) => *first = first.saturating_sub(page),
        Input::Action(Action::PopupPageDown) => *first = first.saturating_add(page).min(last),
        Input::Action(Action::Close | Action::Choose | Action::Back) => state.open = None,
        _ => return None,
    }
    Some(Vec::new())
}

/// What can be done with the box.
pub(super) fn keys() -> Vec<AvailableAction> {
    vec![
        AvailableAction::on(Action::Close, 90),
        AvailableAction::on(Action::PopupUp, 0),
        AvailableAction::on(Action::PopupDown, 0),
        AvailableAction::on(Action::PopupPageUp, 0),
        AvailableAction::on(Action::PopupPageDown, 0),
    ]
}

/// Draws the box.
pub(super) fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) {
    let Some((seq, full, first)) = &state.open else { return };
    let w = area.width.saturating_sub(4).min(WIDE);
    let lines = match full {
        Some(full) => lines(full, cx, w.saturating_sub(4)),
        None => vec![line(cx.texts.t("journal.reading"), Role::Dim)],
    };
    let h = (lines.len() as u16).saturating_add(2);
    let title = cx.texts.fill("journal.entry", &[("n", seq.to_string())]);
    let inner = popup::frame(buf, popup::centred(area, w, h), &title, cx.theme);
    popup::lines(buf, inner, &lines, *first, cx.theme);
}

/// Everything about an entry, wrapped into `room` cells.
fn lines(full: &InFull, cx: &Context, room: u16) -> Vec<Pieces> {
    let t = cx.texts;
    let e = &full.public;
    let mut did = verb(&e.verb, cx);
    if let Some(undone) = e.undoes {
        did.push_str(&t.fill("journal.undoes", &[("n", undone.to_string())]));
    }
    let facts = [
        ("column.at", second(&e.at)),
        ("column.operator", e.operator.clone()),
        ("column.channel", t.word("channel", e.channel.code())),
        ("column.verb", did),
    ];
    let label = facts.iter().map(|(k, _)| width(&t.t(k))).max().unwrap_or(0).max(10);
    let mut out = Vec::new();
    for (key, value) in facts {
        fact(&mut out, cx, label, &t.t(key), &value, room);
    }
    if let Some(minutes) = e.clock_back {
        let values = [("hours", (minutes / 60).to_string()), ("minutes", (minutes % 60).to_string())];
        wrapped(&mut out, &format!("! {}", t.fill("journal.clock_back", &values)), room, Role::Alarm);
    }
    let mut named: Vec<String> = e.records.iter().take(NAMED).map(|r| record(*r, cx)).collect();
    if e.records.len() > NAMED {
        named.push(format!("+{}", e.records.len() - NAMED));
    }
    let separator = t.t("list.separator");
    fact(&mut out, cx, label, &t.t("column.record"), &named.join(&separator), room);
    fact(&mut out, cx, label, &t.t("column.changed"), &fields(e, cx), room);
    if let Some(rows) = e.rows {
        fact(&mut out, cx, label, &t.t("journal.rows"), &rows.to_string(), room);
    }
    if !full.reason.is_empty() {
        fact(&mut out, cx, label, &t.t("journal.reason"), &full.reason, room);
    }
    out.push(Vec::new());
    out.push(line(t.t("journal.changes"), Role::Section));
    match &full.changes {
        None => wrapped(&mut out, &t.t("journal.public_only"), room, Role::Dim),
        Some(all) if all.is_empty() => wrapped(&mut out, &t.t("journal.no_changes"), room, Role::Dim),
        Some(all) => {
            let mut before = None;
            for change in all {
                if before != Some(change.record) && e.records.len() > 1 {
                    out.push(line(record(change.record, cx), Role::Strong));
                }
                before = Some(change.record);
                let path: Vec<String> = change.path.iter().map(|p| field(p, cx)).collect();
                let key = match (change.before.is_empty(), change.after.is_empty()) {
                    (true, _) => "journal.set",
                    (false, true) => "journal.removed",
                    (false, false) => "journal.changed",
                };
                let said = |v: &str| value(change.record.kind, &change.path, v, cx);
                let values =
                    [("field", path.join(" ")), ("before", said(&change.before)), ("after", said(&change.after))];
                wrapped(&mut out, &t.fill(key, &values), room, Role::Text);
            }
            if full.more > 0 {
                out.push(line(t.fill("journal.more", &[("n", full.more.to_string())]), Role::Dim));
            }
        }
    }
    out.push(Vec::new());
    out.push(line(t.t("journal.chain"), Role::Section));
    fact(&mut out, cx, label, &t.t("journal.previous"), &full.previous, room);
    fact(&mut out, cx, label, &t.t("journal.hash"), &full.hash, room);
    out
}

/// Day, time to the second, and the zone, of a time as the journal writes it.
fn second(at: &str) -> String {
    let (head, zone) = at.rfind(['+', '-', 'Z']).filter(|n| *n > 10).map_or((at, ""), |n| at.split_at(n));
    let head: String = head.chars().take(19).map(|c| if c == 'T' { ' ' } else { c }).collect();
    if zone.is_empty() { head } else { format!("{head} {zone}") }
}

fn fact(out: &mut Vec<Pieces>, cx: &Context, label: u16, name: &str, value: &str, room: u16) {
    let name = crate::ui::paint::padded(name, label, cx.theme);
    let blank = " ".repeat(usize::from(label));
    for (n, text) in wrap(value, room.saturating_sub(label).saturating_sub(2)).into_iter().enumerate() {
        let before = if n == 0 { &name } else { &blank };
        out.push(vec![piece(format!("{before}  "), Role::Dim), piece(text, Role::Text)]);
    }
}

fn wrapped(out: &mut Vec<Pieces>, text: &str, room: u16, role: Role) {
    for (n, text) in wrap(text, room.saturating_sub(2)).into_iter().enumerate() {
        out.push(line(format!("{}{text}", if n == 0 { "" } else { "  " }), role));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_to_the_second_with_its_zone() {
        assert_eq!(second("2026-11-24T03:46:17.677+08:00"), "2026-11-24 03:46:17 +08:00");
        assert_eq!(second("2026-11-24T03:46"), "2026-11-24 03:46");
        assert_eq!(second(""), "");
    }
}
