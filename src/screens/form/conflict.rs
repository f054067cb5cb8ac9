//! Two people at one record: who changed it and when, and for each field what is in the register now beside what was
//! typed here. Nobody's text is overwritten unseen; the form is sent again on the record as it is.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::State;
use super::told::Told;
use crate::keys::Action;
use crate::screens::deed::Deed;
use crate::screens::entries::Takes;
use crate::screens::{AvailableAction, Card, Context, Effect, Tone};
use crate::ui::paint::{self, line, piece, put_line, wrap};
use crate::ui::popup;
use crate::ui::theme::{Glyph, Role};

/// So many of the others' changes are named.
const NAMED: usize = 3;

/// What stands against what.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Conflict {
    /// The record's revision now.
    revision: u64,
    /// Who changed what and when, newest first, as sentences.
    changes: Vec<String>,
    rows: Vec<Row>,
    at: usize,
}

#[derive(Debug, Clone, PartialEq)]
struct Row {
    /// Which field of the form.
    entry: usize,
    /// What the register holds, as it is shown.
    shown: String,
    /// The same as the field writes it; `None` where an untouched field is empty.
    value: Option<String>,
    /// Something was typed here; otherwise only the register's side moved.
    typed: bool,
    /// What was typed here is taken.
    mine: bool,
}

/// What the register holds for a field of the form, as it is shown and as the field writes it.
fn recorded(deed: Deed, name: &str, card: &Card, cx: &Context) -> Option<(String, Option<String>)> {
    let p = &card.person;
    let written = |text: String| Some((text.clone(), Some(text)));
    match (deed, name) {
        (Deed::Edit, "name") => written(p.name.clone()),
        (Deed::Edit, "department") => written(p.department.clone()),
        (Deed::Edit, "staff_number") => written(p.staff_number.clone().unwrap_or_default()),
        (Deed::Edit, "identity") => {
            Some((p.identity.as_ref().map(crate::domain::IdentityNumber::masked).unwrap_or_default(), None))
        }
        (Deed::Edit, "phone") => written(p.phone.clone().unwrap_or_default()),
        (Deed::Edit, "note") => written(p.note.clone()),
        (Deed::Level, "level") => {
            let code = card.standing.level.map_or("", crate::domain::Level::code);
            Some((cx.texts.word("level", if code.is_empty() { "none" } else { code }), Some(code.to_owned())))
        }
        _ => None,
    }
}

impl Conflict {
    /// Lays the record as it is now beside the form.
    pub fn new(state: &State, card: &Card, cx: &Context) -> Self {
        let names = match &state.told {
            Some(Told::Refusal(refusal)) => refusal.values.clone(),
            _ => crate::rules::Values::new(),
        };
        let newer = card.person.revision.saturating_sub(state.based_on.unwrap_or_default());
        let newer = usize::try_from(newer).unwrap_or(usize::MAX).min(NAMED);
        let changes = card.history.iter().take(newer).map(|h| {
            let name = names.get(&format!("name.{}", h.operator)).filter(|n| !n.is_empty() && **n != h.operator);
            let who = name.map_or_else(|| h.operator.clone(), |n| format!("{n} ({})", h.operator));
            let fields: Vec<String> = h
                .fields
                .iter()
                .map(|f| cx.texts.get(&format!("field.{f}")).map_or_else(|| f.clone(), str::to_owned))
                .collect();
            let what = [cx.texts.t(&format!("verb.{}", h.verb)), fields.join(&cx.texts.t("list.separator"))];
            let at = h.at.chars().take(16).collect::<String>().replace('T', " ");
            cx.texts.fill("form.changed_by", &[("who", who), ("at", at), ("what", what.join("  "))])
        });
        let rows = state.entries.iter().zip(&state.fields).enumerate().filter_map(|(n, (e, f))| {
            let (shown, value) = recorded(state.deed, e.name, card, cx)?;
            let typed = f.text() != e.start;
            let moved = value.as_ref().is_some_and(|v| *v != e.start);
            (typed || moved).then_some(Row { entry: n, shown, value, typed, mine: typed })
        });
        Self { revision: card.person.revision, changes: changes.collect(), rows: rows.collect(), at: 0 }
    }

    fn all(&mut self, mine: bool) {
        self.rows.iter_mut().for_each(|r| r.mine = mine && r.typed);
    }
}

/// Takes in an action while the box is open.
pub(super) fn update(state: &mut State, action: Action, cx: &Context) -> Vec<Effect> {
    let Some(conflict) = &mut state.conflict else { return Vec::new() };
    match action {
        Action::PopupUp => conflict.at = conflict.at.saturating_sub(1),
        Action::PopupDown => conflict.at = (conflict.at + 1).min(conflict.rows.len().saturating_sub(1)),
        Action::PickSide => {
            let at = conflict.at;
            if let Some(row) = conflict.rows.get_mut(at) {
                row.mine = !row.mine && row.typed;
            }
        }
        Action::AllMine => conflict.all(true),
        Action::AllTheirs => conflict.all(false),
        Action::SendChosen => return send(state, cx),
        Action::Close | Action::Back => state.conflict = None,
        _ => {}
    }
    Vec::new()
}

/// Sends the form again, on the record as it was shown.
fn send(state: &mut State, cx: &Context) -> Vec<Effect> {
    let Some(conflict) = state.conflict.take() else { return Vec::new() };
    let nothing_left = !conflict.rows.is_empty() && conflict.rows.iter().all(|r| !r.mine);
    for row in conflict.rows {
        let (Some(entry), Some(field)) = (state.entries.get_mut(row.entry), state.fields.get_mut(row.entry)) else {
            continue;
        };
        if let Some(value) = row.value {
            entry.start = value;
        }
        if !row.mine {
            field.set(entry.start.clone());
        }
    }
    state.based_on = Some(conflict.revision);
    state.told = None;
    if nothing_left && !state.dirty() {
        return vec![Effect::Back, Effect::Toast(Tone::Plain, cx.texts.t("form.took_theirs"))];
    }
    state.send(cx)
}

/// Draws the box.
pub(super) fn view(conflict: &Conflict, state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    let w = area.width.saturating_sub(2).min(100);
    let room = w.saturating_sub(4);
    let head: Vec<String> = conflict.changes.iter().flat_map(|c| wrap(c, room)).collect();
    let hint = cx.texts.t(if conflict.rows.is_empty() { "form.conflict_send" } else { "form.conflict_choose" });
    let hint = wrap(&hint, room);
    let h = (head.len() + conflict.rows.len() * 2 + hint.len()) as u16;
    let outer = popup::centred(area, w, h.saturating_add(5));
    let inner = popup::frame(buf, outer, &cx.texts.t("form.conflict"), theme);
    let mut lines: Vec<paint::Pieces> = head.into_iter().map(|l| line(l, Role::Warn)).collect();
    lines.push(Vec::new());
    let top = lines.len();
    for (n, row) in conflict.rows.iter().enumerate() {
        let (Some(entry), Some(field)) = (state.entries.get(row.entry), state.fields.get(row.entry)) else { continue };
        let typed = match &entry.takes {
            Takes::OneOf(all) => all.iter().find(|(c, _)| c == field.text()).map(|(_, w)| w.clone()),
            _ => Some(field.text().to_owned()),
        };
        let cursor = if n == conflict.at { theme.glyph(Glyph::Cursor) } else { " " };
        let name = paint::padded(&cx.texts.t(&format!("field.{}", entry.name)), 18, theme);
        let side = |on: bool| if on { ("[x] ", Role::Strong) } else { ("[ ] ", Role::Dim) };
        for (own, key, text) in
            [(false, "form.theirs", row.shown.clone()), (true, "form.mine", typed.unwrap_or_default())]
        {
            let (mark, role) = side(row.mine == own);
            let lead = if own { paint::padded("", 20, theme) } else { format!("{cursor} {name}") };
            let label = paint::padded(&cx.texts.t(key), 12, theme);
            lines.push(vec![
                piece(lead, Role::Key),
                piece(mark, Role::Key),
                piece(label, Role::Dim),
                piece(text, role),
            ]);
        }
    }
    let foot = hint.len() as u16 + 1;
    let body = Rect { height: inner.height.saturating_sub(foot), ..inner };
    // The row with the cursor is in sight.
    let first = (top + conflict.at * 2 + 2).saturating_sub(usize::from(body.height));
    popup::lines(buf, body, &lines, first, theme);
    for (text, y) in hint.iter().zip(inner.bottom().saturating_sub(foot - 1)..inner.bottom()) {
        put_line(buf, inner, inner.x, y, &[piece(text, Role::Dim)], inner.width, None, theme);
    }
    let y = body.y.saturating_add((top + conflict.at * 2).saturating_sub(first) as u16);
    (!conflict.rows.is_empty() && y < body.bottom()).then(|| Position::new(body.x, y))
}

/// What can be done while the box is open.
pub(super) fn keys(conflict: &Conflict) -> Vec<AvailableAction> {
    let some = !conflict.rows.is_empty();
    vec![
        AvailableAction::on(Action::SendChosen, 90),
        AvailableAction::when(Action::PickSide, 85, some),
        AvailableAction::when(Action::AllMine, 80, some),
        AvailableAction::when(Action::AllTheirs, 75, some),
        AvailableAction::on(Action::Close, 70),
        AvailableAction::when(Action::PopupUp, 0, some),
        AvailableAction::when(Action::PopupDown, 0, some),
    ]
}

/// Whether the refusal says that somebody else was first.
pub(super) fn is_one(told: &Told) -> bool {
    matches!(told, Told::Refusal(r) if r.kind == crate::decide::RefusalKind::Stale)
}
