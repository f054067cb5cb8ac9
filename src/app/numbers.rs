//! Whole numbers over the screen for a moment: until the next key, or until the loop takes them away.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::shell::{Notice, Shell};
use crate::domain::numbers::Numbers;
use crate::screens::Context;
use crate::ui::paint::{Pieces, line, piece};
use crate::ui::popup;
use crate::ui::theme::Role;

impl Shell {
    /// Shows them; nothing but the notice holds them.
    pub(super) fn show_numbers(&mut self, numbers: Numbers) {
        self.hide_numbers();
        self.notices.push(Notice::Numbers(numbers));
    }

    /// Whether whole numbers are on the screen.
    pub fn shows_numbers(&self) -> bool {
        self.notices.iter().any(|n| matches!(n, Notice::Numbers(_)))
    }

    /// Takes them away.
    pub fn hide_numbers(&mut self) {
        self.notices.retain(|n| !matches!(n, Notice::Numbers(_)));
    }
}

/// Draws them over the screen.
pub(super) fn view(numbers: &Numbers, cx: &Context, area: Rect, buf: &mut Buffer) {
    let t = cx.texts;
    let mut lines: Vec<Pieces> = Vec::new();
    for (label, value) in [("fact.identity", &numbers.identity), ("field.phone", &numbers.phone)] {
        if let Some(value) = value {
            lines.push(vec![piece(format!("{}  ", t.t(label)), Role::Dim), piece(value.clone(), Role::Strong)]);
        }
    }
    lines.push(Vec::new());
    lines.push(line(t.t("numbers.shown"), Role::Dim));
    lines.push(line(t.t("shell.any_key"), Role::Dim));
    let h = (lines.len() as u16).saturating_add(2);
    let title = format!("{}  {}", numbers.name, numbers.person);
    let inner = popup::frame(buf, popup::centred(area, area.width.saturating_sub(2).min(60), h), &title, cx.theme);
    popup::lines(buf, inner, &lines, 0, cx.theme);
}
