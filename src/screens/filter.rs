//! The filter line of lists whose rows are not in the index: the text, the last query that could be read, what is wrong
//! with the one being typed.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::list::edit_field;
use super::{Context, Input, data};
use crate::index::Query;
use crate::index::query::Subject;
use crate::ui::field::{Edit, Field};
use crate::ui::paint::{self, piece, put_line};
use crate::ui::theme::Role;

/// What the line remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FilterLine {
    field: Field,
    /// Whether it has the focus.
    pub typing: bool,
    /// Why the filter cannot be used.
    error: Option<String>,
    /// The last filter that could be read.
    query: Query,
}

impl FilterLine {
    /// The last filter that could be read.
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.field.text().is_empty()
    }

    /// Puts a text in.
    pub fn set(&mut self, text: &str, subject: Subject, cx: &Context) {
        self.field.set(text.to_owned());
        self.read(subject, cx);
    }

    /// Empties it; whether there was something.
    pub fn clear(&mut self, subject: Subject, cx: &Context) -> bool {
        let changed = self.field.edit(Edit::Clear);
        self.read(subject, cx);
        changed
    }

    /// Edits the text while it has the focus; whether the query changed, `None` if the input is none of its business.
    pub fn edit(&mut self, input: &Input, subject: Subject, cx: &Context) -> Option<bool> {
        let changed = edit_field(&mut self.field, input)?;
        Some(changed && self.read(subject, cx))
    }

    /// Puts the first completion in place of what stands before it; whether the query changed.
    pub fn complete(&mut self, subject: Subject, cx: &Context) -> bool {
        let text = self.field.text();
        let Some(best) = data::completions_about(cx, text, text.chars().count(), subject).into_iter().next() else {
            return false;
        };
        let head: String = text.chars().take(best.replaces.start).collect();
        let tail: String = text.chars().skip(best.replaces.end).collect();
        self.field.set(format!("{head}{}{tail}", best.text));
        self.read(subject, cx)
    }

    /// Reads the text again; whether the query changed. One that cannot be read leaves the last good one.
    fn read(&mut self, subject: Subject, cx: &Context) -> bool {
        let (query, error) = match data::read_about(cx, self.field.text(), subject) {
            Ok(query) => (query, None),
            Err(problem) => (problem.goes_by(&self.query), Some(problem.text)),
        };
        self.error = error;
        let changed = query != self.query;
        self.query = query;
        changed
    }

    /// Draws the filter with its caret, and at the right end how many rows there are.
    pub fn view(&self, cx: &Context, area: Rect, count: &str, hint: &str, buf: &mut Buffer) -> Option<Position> {
        let theme = cx.theme;
        let right = paint::width(count).saturating_add(2).min(area.width);
        let x = area.right().saturating_sub(right);
        put_line(buf, area, x, area.y, &[piece(count, Role::Text)], right, None, theme);
        let label = format!(" {} ", cx.texts.t("lists.filter"));
        let role = if self.typing { Role::Section } else { Role::Dim };
        let used = put_line(buf, area, area.x, area.y, &[piece(label, role)], area.width, None, theme);
        let start = area.x.saturating_add(used);
        let room = Rect { x: start, width: x.saturating_sub(start).saturating_sub(1), ..area };
        if self.typing || !self.is_empty() {
            return self.field.view(buf, room, theme).filter(|_| self.typing);
        }
        put_line(buf, room, room.x, room.y, &[piece(hint, Role::Dim)], room.width, None, theme);
        None
    }

    /// Draws what is wrong with the filter, or `note`, or a line.
    pub fn message(&self, cx: &Context, area: Rect, note: Option<(String, Role)>, buf: &mut Buffer) {
        let wrong = self.error.as_ref().map(|e| (format!("! {e}"), Role::Alarm));
        match wrong.or(note) {
            Some((text, role)) => {
                let width = area.width.saturating_sub(2);
                put_line(buf, area, area.x.saturating_add(1), area.y, &[piece(text, role)], width, None, cx.theme);
            }
            None => paint::rule(buf, area, area.x, area.y, area.width, cx.theme),
        }
    }
}
