//! A sheet of lines under construction: sections, rows in columns, and what Enter on a line explains.

use super::Context;
use crate::ui::paint::{Pieces, line, padded, piece, wrap};
use crate::ui::theme::Role;

/// The least cells a column of running text is worth.
const LEAST: u16 = 12;

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

    /// A paragraph that stands for something.
    pub(super) fn linked(&mut self, text: &str, role: Role, link: Link) {
        for l in wrap(text, self.width.saturating_sub(4)) {
            self.push(line(l, role), Some(link));
        }
    }

    /// Cells in columns: each is cut or filled to its width, the last runs on below itself.
    pub(super) fn row(&mut self, cells: &[(String, u16, Role)], link: Option<Link>) {
        let theme = self.cx.theme;
        let Some((last, before)) = cells.split_last() else { return };
        let used: u16 = before.iter().map(|(_, w, _)| w.saturating_add(1)).sum();
        // Where the columns leave no room the last one begins on a line of its own.
        let room = self.width.saturating_sub(used).saturating_sub(4);
        let indent = if room < LEAST { 4 } else { used };
        let room = self.width.saturating_sub(indent).saturating_sub(4);
        let mut lines = wrap(&last.0, room).into_iter();
        let mut first: Pieces =
            before.iter().map(|(text, w, role)| piece(format!("{} ", padded(text, *w, theme)), *role)).collect();
        if indent == used {
            first.push(piece(lines.next().unwrap_or_default(), last.2));
        }
        self.push(first, link);
        for l in lines {
            self.push(vec![piece(" ".repeat(usize::from(indent)), Role::Text), piece(l, last.2)], link);
        }
    }

    /// A name and its value below a line, when there is a value.
    pub(super) fn detail(&mut self, name: &str, value: &str, link: Option<Link>) {
        if !value.trim().is_empty() && value != "-" {
            let label = format!("  {name}");
            let cells = crate::ui::paint::width(&label).max(14);
            self.row(&[(label, cells, Role::Dim), (value.to_owned(), 0, Role::Text)], link);
        }
    }
}
