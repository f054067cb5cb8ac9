//! A form: fields with their checks while typing, what the rules refuse with the way out, and nothing lost on Esc.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::deed::Deed;
use super::entries::{self, Entry, Takes, Values};
use super::list::edit_field;
use super::{AvailableAction, Context, Effect, Input, Tone, menu};
use crate::domain::PersonId;
use crate::keys::Action;
use crate::ui::field::Field;
use crate::ui::paint::{self, piece, put_line, width, wrap};
use crate::ui::popup;
use crate::ui::theme::{Glyph, Role};

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    deed: Deed,
    persons: Vec<PersonId>,
    /// The revision of the record when the form was opened: a newer one is noticed by the domain.
    based_on: Option<u64>,
    entries: Vec<Entry>,
    fields: Vec<Field>,
    at: usize,
    /// Sent, waiting for the disk.
    sent: bool,
    /// Why it was refused.
    refused: Option<String>,
    /// Esc was pressed over typed text: asks before it is thrown away.
    leaving: bool,
}

impl State {
    /// An empty form, its fields filled with what is known.
    pub(super) fn new(deed: Deed, persons: Vec<PersonId>, cx: &Context) -> Self {
        let of = persons.first().and_then(|id| menu::find(*id, cx));
        let entries = entries::entries(deed, of.as_ref(), cx);
        let fields = entries.iter().map(|e| Field::new(e.start.clone())).collect();
        let based_on = of.map(|s| s.revision);
        Self { deed, persons, based_on, entries, fields, at: 0, sent: false, refused: None, leaving: false }
    }

    fn entry(&self) -> Option<&Entry> {
        self.entries.get(self.at)
    }

    /// Whether printable characters are text.
    pub(super) fn typing(&self) -> bool {
        !self.leaving && self.entry().is_some_and(|e| !matches!(e.takes, Takes::OneOf(_)))
    }

    /// Whether it asks if the text may be thrown away.
    pub(super) const fn asking(&self) -> bool {
        self.leaving
    }

    fn dirty(&self) -> bool {
        self.entries.iter().zip(&self.fields).any(|(e, f)| f.text() != e.start)
    }

    fn step(&mut self, forward: bool) {
        let n = self.entries.len().max(1);
        self.at = if forward { (self.at + 1) % n } else { (self.at + n - 1) % n };
    }

    /// The next or previous value of a choice.
    fn turn(&mut self, forward: bool) {
        let (Some(entry), Some(field)) = (self.entries.get(self.at), self.fields.get_mut(self.at)) else { return };
        let Takes::OneOf(all) = &entry.takes else { return };
        let n = all.len().max(1);
        let now = all.iter().position(|(code, _)| code == field.text()).unwrap_or(0);
        let next = if forward { (now + 1) % n } else { (now + n - 1) % n };
        if let Some((code, _)) = all.get(next) {
            field.set(code.clone());
        }
    }

    /// The first field that is not as it should be.
    fn wrong(&self) -> Option<usize> {
        self.entries.iter().zip(&self.fields).position(|(e, f)| entries::problem(e, f.text()).is_some())
    }

    /// Enter: on to the next field that still needs something, else off it goes.
    fn enter(&mut self, cx: &Context) -> Vec<Effect> {
        let here = self.entry().zip(self.fields.get(self.at));
        if here.is_some_and(|(e, f)| entries::problem(e, f.text()).is_some()) {
            return Vec::new();
        }
        match self.wrong() {
            Some(n) => {
                self.at = n;
                Vec::new()
            }
            None => self.send(cx),
        }
    }

    fn send(&mut self, cx: &Context) -> Vec<Effect> {
        if self.sent {
            return Vec::new();
        }
        if let Some(n) = self.wrong() {
            self.at = n;
            return Vec::new();
        }
        let values = Values(self.entries.iter().zip(self.fields.iter().map(|f| f.text().to_owned())).collect());
        let Some(command) = entries::command(self.deed, &self.persons, &values, self.based_on, cx) else {
            return Vec::new();
        };
        self.sent = true;
        self.refused = None;
        vec![Effect::Commit(Box::new(command))]
    }
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    match &input {
        Input::Committed if state.sent => {
            let done = cx.texts.fill("form.done", &[("what", cx.texts.t(&format!("deed.{}", state.deed.code())))]);
            return vec![Effect::Back, Effect::Toast(Tone::Done, done)];
        }
        Input::Failed(why) => {
            state.sent = false;
            state.refused = Some(why.clone());
            return Vec::new();
        }
        _ => {}
    }
    if state.leaving {
        return match input {
            Input::Action(Action::Yes | Action::Choose) => vec![Effect::Back],
            Input::Action(_) => {
                state.leaving = false;
                Vec::new()
            }
            _ => Vec::new(),
        };
    }
    if state.typing()
        && let Some(field) = state.fields.get_mut(state.at)
        && edit_field(field, &input).is_some()
    {
        return Vec::new();
    }
    match input {
        Input::Action(Action::NextField | Action::Complete) => state.step(true),
        Input::Action(Action::PreviousField) => state.step(false),
        Input::Action(Action::NextChoice) => state.turn(true),
        Input::Action(Action::PreviousChoice) => state.turn(false),
        Input::Action(Action::Accept | Action::Done) => return state.enter(cx),
        Input::Action(Action::Submit) => return state.send(cx),
        Input::Action(Action::Cancel | Action::Leave | Action::Back) => {
            if !state.dirty() {
                return vec![Effect::Back];
            }
            state.leaving = true;
        }
        _ => {}
    }
    Vec::new()
}

/// Draws the fields, what is wrong with them, and what the rules said.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    let w = area.width.saturating_sub(4).min(76);
    let refused: Vec<String> =
        state.refused.iter().flat_map(|text| text.lines().flat_map(|l| wrap(l, w.saturating_sub(6)))).collect();
    let h = (state.entries.len() as u16).saturating_add(refused.len() as u16).saturating_add(5);
    let title = format!(
        "{}  {}",
        menu::label(state.deed, &state.persons, cx),
        if state.deed == Deed::AddPerson { String::new() } else { menu::about(&state.persons, cx) }
    );
    let inner = popup::frame(buf, popup::centred(area, w, h), &title, theme);
    let label_width = state.entries.iter().map(|e| width(&label(e, cx))).max().unwrap_or(0).min(inner.width / 2);
    // Where the room is short the field with the caret stays in sight.
    let room = (inner.height as usize).saturating_sub(refused.len().min(6) + 2).max(1);
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
            _ if active && !state.leaving => caret = field.view(buf, value, theme),
            _ => {
                put_line(buf, value, value.x, y, &[piece(field.text(), Role::Text)], value.width, None, theme);
            }
        }
        let x = value.right().saturating_add(1);
        put_line(buf, room, x, y, &[piece(note, Role::Warn)], note_width, None, theme);
    }
    let mut y = inner.y.saturating_add(room.min(state.entries.len()) as u16).saturating_add(1);
    for text in refused.iter().take(6) {
        let sign = if y == inner.y.saturating_add(state.entries.len() as u16 + 1) { "! " } else { "  " };
        put_line(buf, inner, inner.x, y, &[piece(format!("{sign}{text}"), Role::Alarm)], inner.width, None, theme);
        y = y.saturating_add(1);
    }
    let hint = if state.leaving {
        piece(cx.texts.t("form.throw_away"), Role::Alarm)
    } else if state.sent {
        piece(cx.texts.t("form.saving"), Role::Info)
    } else {
        piece(cx.texts.t("form.hint"), Role::Dim)
    };
    put_line(buf, inner, inner.x, inner.bottom().saturating_sub(1), &[hint], inner.width, None, theme);
    caret
}

fn label(entry: &Entry, cx: &Context) -> String {
    let name = cx.texts.t(&format!("field.{}", entry.name));
    if entry.required { format!("{name} *") } else { name }
}

/// What can be done now.
pub fn keys(state: &State, _: &Context) -> Vec<AvailableAction> {
    if state.leaving {
        return vec![AvailableAction::on(Action::Yes, 90), AvailableAction::on(Action::No, 80)];
    }
    let choice = !state.typing();
    vec![
        AvailableAction::when(Action::Accept, 90, !choice),
        AvailableAction::when(Action::Done, 90, choice),
        AvailableAction::on(Action::Submit, 85),
        AvailableAction::on(Action::NextField, 70),
        AvailableAction::on(Action::PreviousField, 0),
        AvailableAction::when(Action::NextChoice, 60, choice),
        AvailableAction::when(Action::PreviousChoice, 0, choice),
        AvailableAction::when(Action::Cancel, 40, !choice),
        AvailableAction::when(Action::Leave, 40, choice),
    ]
}
