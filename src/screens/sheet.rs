//! A sheet of lines under construction: sections, rows in columns, and what Enter on a line explains.

use super::Context;
use crate::ui::paint::{Pieces, line, padded, piece, wrap};
use crate::ui::theme::Role;

/// What a line stands for, so that Enter can explain it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// A verdict, by its place in the card.
    Verdict(usize),
    /// The governing period.
    Period,
    /// A clock, by its place.
    Clock(usize),
    /// A duty, by its place.
    Duty(usize),
    /// The chain of a part, by its place.
    Chain(usize),
}

/// A line of the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it shows.
    pub pieces: Pieces,
    /// What it stands for.
    pub link: Option<Link>,
    /// The title of a section.
    pub section: bool,
}

/// The lines under construction.
pub(super) struct Sheet<'a, 'b> {
    pub(super) cx: &'a Context<'b>,
    pub(super) width: u16,
    pub(super) lines: Vec<Line>,
}

impl Sheet<'_, '_> {
    pub(super) fn section(&mut self, key: &str) {
        if !self.lines.is_empty() {
            self.lines.push(Line { pieces: Vec::new(), link: None, section: false });
        }
        let title = self.cx.texts.t(key);
        self.lines.push(Line { pieces: line(title, Role::Section), link: None, section: true });
    }

    pub(super) fn push(&mut self, pieces: Pieces, link: Option<Link>) {
        let mut all = vec![piece("  ", Role::Text)];
        all.extend(pieces);
        self.lines.push(Line { pieces: all, link, section: false });
    }

    pub(super) fn text(&mut self, text: &str, role: Role) {
        for l in wrap(text, self.width.saturating_sub(4)) {
            self.push(line(l, role), None);
        }
    }

    /// Cells in columns: each is cut or filled to its width, the last runs on.
    pub(super) fn row(&mut self, cells: &[(String, u16, Role)], link: Option<Link>) {
        let theme = self.cx.theme;
        let last = cells.len().saturating_sub(1);
        let pieces = cells.iter().enumerate().map(|(n, (text, cells, role))| {
            let text = if n == last { text.clone() } else { format!("{} ", padded(text, *cells, theme)) };
            piece(text, *role)
        });
        self.push(pieces.collect(), link);
    }
}
