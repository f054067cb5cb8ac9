//! The line that looks a person up during a meeting: a name, pinyin or initials, and behind it a month.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::month::{Month, split};
use crate::domain::PersonId;
use crate::index::{Item, Row, View};
use crate::keys::Action;
use crate::screens::data::{self, Matches};
use crate::screens::list::edit_field;
use crate::screens::{Context, Input, words};
use crate::ui::field::Field;
use crate::ui::paint::{self, padded, piece, put_line};
use crate::ui::scroll::{Move, Scroll};
use crate::ui::theme::{Glyph, Role};

/// What the line remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lookup {
    /// Whether it has the focus.
    pub open: bool,
    field: Field,
    rows: Vec<Item>,
    month: Option<Month>,
    scroll: Scroll,
    page: usize,
}

impl Lookup {
    /// Opens the line; what was looked up last is replaced by the first key.
    pub fn start(&mut self, cx: &Context) {
        self.open = true;
        self.field.select(true);
        self.run(cx);
    }

    /// The rows that fit.
    pub const fn fit(&mut self, page: usize) {
        self.page = page;
    }

    /// Looks again.
    pub fn run(&mut self, cx: &Context) {
        let text = self.field.text();
        let find = |text: &str| {
            let query = data::read(cx, text).ok().filter(|q| !q.is_empty())?;
            Some(data::list(cx, View::People, &query, None).items).filter(|rows| !rows.is_empty())
        };
        let (name, month, glued) = split(text, cx.today);
        // A number glued to letters belongs to the name where somebody is found by it.
        let whole = if glued { find(text) } else { None };
        (self.rows, self.month) = match whole {
            Some(rows) => (rows, None),
            None => (find(&name).unwrap_or_default(), month),
        };
        self.scroll.to(0, self.rows.len(), self.page);
    }

    /// Takes in what came; whom to show, and for which month, when one was chosen.
    pub fn update(&mut self, input: &Input, cx: &Context) -> Option<(PersonId, Option<Month>)> {
        if let Some(changed) = edit_field(&mut self.field, input) {
            if changed {
                self.run(cx);
            }
            return None;
        }
        let step = match input {
            Input::Action(Action::Accept | Action::Open) => {
                let item = self.rows.get(self.scroll.at)?;
                self.open = false;
                return Some((PersonId(item.record.number), self.month));
            }
            Input::Action(Action::Cancel | Action::Back) => {
                self.open = false;
                return None;
            }
            Input::Action(Action::Up) => Move::Up,
            Input::Action(Action::Down) => Move::Down,
            _ => return None,
        };
        self.scroll.go(step, self.rows.len(), self.page);
        None
    }

    /// Whether anybody is found.
    pub const fn some(&self) -> bool {
        !self.rows.is_empty()
    }

    /// Draws the line and whom it finds.
    pub fn view(&self, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let theme = cx.theme;
        paint::fill(buf, area, theme.style(Role::Text));
        let label = [piece(format!(" {} ", cx.texts.t("meeting.lookup")), Role::Section)];
        let used = put_line(buf, area, area.x, area.y, &label, area.width, None, theme);
        let month = self.month.map(|m| cx.texts.fill("meeting.month", &[("month", m.text())])).unwrap_or_default();
        let wide = paint::width(&month).saturating_add(2);
        let x = area.right().saturating_sub(wide);
        put_line(buf, area, x, area.y, &[piece(month, Role::Key)], wide, None, theme);
        let start = area.x.saturating_add(used);
        let room = Rect { x: start, width: x.saturating_sub(start).saturating_sub(1), height: 1, ..area };
        let caret = self.field.view(buf, room, theme);
        paint::rule(buf, area, area.x, area.y.saturating_add(1), area.width, theme);
        let list = Rect { y: area.y.saturating_add(2), height: area.height.saturating_sub(2), ..area };
        if self.rows.is_empty() {
            let key = match self.field.text().trim() {
                "" => "meeting.lookup_hint",
                _ if cx.loading() => "lists.loading",
                _ => "lists.nothing_matches",
            };
            for (l, y) in
                paint::wrap(&cx.texts.t(key), area.width.saturating_sub(6)).into_iter().zip(list.y..list.bottom())
            {
                put_line(buf, list, list.x.saturating_add(3), y, &[piece(l, Role::Dim)], list.width, None, theme);
            }
            return caret;
        }
        let matches = data::read(cx, &split(self.field.text(), cx.today).0).map(|q| Matches::new(&q)).ok();
        let first = self.scroll.first(self.rows.len(), usize::from(list.height));
        for (n, y) in (first..self.rows.len()).zip(list.y..list.bottom()) {
            let Some(Row::Person(p)) = self.rows.get(n).and_then(|item| data::row(cx, *item)) else { continue };
            let selected = n == self.scroll.at;
            let sign = if selected { theme.glyph(Glyph::Cursor) } else { " " };
            let mut pieces = vec![piece(format!("{sign} "), Role::Key)];
            let name = matches
                .as_ref()
                .map_or_else(|| vec![piece(p.name.clone(), Role::Strong)], |m| m.name(&p.name, Role::Strong));
            let gap = 14_u16.saturating_sub(paint::line_width(&name)).max(2);
            pieces.extend(name);
            let level = padded(&words::level(cx, p.level), words::level_width(cx), theme);
            pieces.push(piece(format!("{}{level}  {}", " ".repeat(gap.into()), p.department), Role::Text));
            put_line(buf, list, list.x.saturating_add(1), y, &pieces, list.width.saturating_sub(2), None, theme);
        }
        caret
    }
}
