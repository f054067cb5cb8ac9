//! What could be written at the caret of the filter line: fields, values, texts of the register. One key takes them one
//! after the other.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::{Context, data};
use super::Kind;
use crate::index::Completion;
use crate::ui::field::Field;
use crate::ui::paint::{Pieces, piece, put_line, width};
use crate::ui::theme::{Glyph, Role, Theme};

/// Candidates, and which of them stands in the line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Offer {
    /// The text they complete, with the caret, in chars.
    base: (String, usize),
    candidates: Vec<Completion>,
    /// The one that stands in the line; `None` while nothing was taken.
    chosen: Option<usize>,
}

impl Offer {
    /// Looks for candidates again.
    pub fn renew(&mut self, filter: &Field, kind: &Kind, cx: &Context) {
        let base = (filter.text().to_owned(), filter.caret_chars());
        self.candidates = data::completions_about(cx, &base.0, base.1, kind.view.into());
        self.base = base;
        self.chosen = None;
    }

    /// Puts the next candidate into the line; whether there is one. A single one is settled, and what may follow it is
    /// offered at once.
    pub fn take(&mut self, filter: &mut Field, kind: &Kind, cx: &Context) -> bool {
        let next = self.chosen.map_or(0, |n| n + 1) % self.candidates.len().max(1);
        let Some(candidate) = self.candidates.get(next) else { return false };
        let (text, caret) = (&self.base.0, self.base.1);
        let head: String = text.chars().take(candidate.replaces.start).chain(candidate.text.chars()).collect();
        let tail: String = text.chars().skip(candidate.replaces.end.max(caret)).collect();
        filter.set_at(format!("{head}{tail}"), head.chars().count());
        self.chosen = Some(next);
        if self.candidates.len() == 1 {
            self.renew(filter, kind, cx);
        }
        true
    }

    /// Whether there is nothing to offer.
    pub const fn is_empty(&self) -> bool {
        self.candidates.is_empty()
    }

    /// Whether what is wrong is only the word under the caret, for which there are candidates.
    pub fn mends(&self, problem: &data::Problem) -> bool {
        let from = self.candidates.first().map_or(0, |c| c.replaces.start);
        problem.rest.is_some() && problem.at.end >= from && problem.at.start <= self.base.1
    }

    /// Draws as many candidates as fit, from the chosen one on if it would not be seen.
    pub fn view(&self, buf: &mut Buffer, area: Rect, theme: Theme) {
        let room = area.width.saturating_sub(3);
        let cost = |c: &Completion| width(&c.text).saturating_add(2);
        let mut first = 0;
        let up_to = |first: usize, n: usize| {
            let between = self.candidates.iter().take(n + 1).skip(first);
            between.map(cost).fold(0, u16::saturating_add)
        };
        let at = self.chosen.unwrap_or(0);
        while first < at && up_to(first, at) > room {
            first += 1;
        }
        let mut pieces: Pieces = Vec::new();
        let mut used = 0_u16;
        for (n, candidate) in self.candidates.iter().enumerate().skip(first) {
            used = used.saturating_add(cost(candidate));
            if used > room && n > first {
                pieces.push(piece(theme.glyph(Glyph::Cut), Role::Dim));
                break;
            }
            let role = match self.chosen {
                Some(chosen) if chosen == n => Role::Selected,
                None if n == 0 => Role::Strong,
                _ => Role::Dim,
            };
            pieces.push(piece(candidate.text.clone(), role));
            pieces.push(piece("  ", Role::Text));
        }
        put_line(buf, area, area.x.saturating_add(1), area.y, &pieces, area.width.saturating_sub(1), None, theme);
    }
}
