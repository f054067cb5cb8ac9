//! The box that asks why somebody's whole numbers are to be shown. What is typed goes into the journal.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::list::edit_field;
use super::{AvailableAction, Context, Input};
use crate::keys::Action;
use crate::ui::field::Field;
use crate::ui::paint::{put, wrap};
use crate::ui::popup;
use crate::ui::theme::Role;

/// What the box remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReasonBox {
    field: Field,
    /// Whether it is on the screen.
    pub open: bool,
}

impl ReasonBox {
    /// Opens it, empty: each look has a reason of its own.
    pub fn start(&mut self) {
        *self = Self { open: true, ..Self::default() };
    }

    /// Takes in a key; the reason, once it is given.
    pub fn update(&mut self, input: &Input) -> Option<String> {
        if edit_field(&mut self.field, input).is_some() {
            return None;
        }
        match input {
            Input::Action(Action::Accept | Action::Done | Action::Submit) if !self.field.text().trim().is_empty() => {
                self.open = false;
                return Some(self.field.text().trim().to_owned());
            }
            Input::Action(Action::Cancel | Action::Leave | Action::Back) => self.open = false,
            _ => {}
        }
        None
    }

    /// Draws it; the caret is in the reason.
    pub fn view(&self, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let (theme, t) = (cx.theme, cx.texts);
        let w = area.width.saturating_sub(4).min(66);
        let hint = wrap(&t.t("numbers.hint"), w.saturating_sub(4));
        let h = (hint.len() as u16).saturating_add(4);
        let inner = popup::frame(buf, popup::centred(area, w, h), &t.t("numbers.title"), theme);
        let label = format!("{}  ", t.t("numbers.reason"));
        let used = put(buf, inner, inner.x, inner.y, &label, inner.width, theme.style(Role::Strong), theme);
        let field = Rect {
            x: inner.x.saturating_add(used),
            width: inner.width.saturating_sub(used),
            height: 1.min(inner.height),
            ..inner
        };
        let caret = self.field.view(buf, field, theme);
        for (text, y) in hint.iter().zip(inner.y.saturating_add(2)..inner.bottom()) {
            put(buf, inner, inner.x, y, text, inner.width, theme.style(Role::Dim), theme);
        }
        caret
    }
}

/// What can be done in the box.
pub fn keys() -> Vec<AvailableAction> {
    vec![AvailableAction::on(Action::Accept, 90), AvailableAction::on(Action::Cancel, 70)]
}
