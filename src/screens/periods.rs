//! 脱密期: who is in the period or past it and not yet closed, nearest end first, with bars.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::data::Matches;
use super::list::{self, Kind, List};
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target, words};
use crate::domain::State as Standing;
use crate::index::{PersonRow, Row, SortBy, View};
use crate::ui::chart::bar;
use crate::ui::paint::{Pieces, line, piece, width};
use crate::ui::table::{Column, column};
use crate::ui::theme::{Glyph, Role};

const KIND: Kind = Kind {
    id: ScreenId::Periods,
    view: View::Periods,
    everybody: None,
    columns,
    sorts: &[
        SortBy::Name,
        SortBy::Level,
        SortBy::End,
        SortBy::Left,
        SortBy::Elapsed,
        SortBy::Department,
        SortBy::Article,
    ],
    own: 2,
    cells,
};

/// Cells of the bar.
const BAR: u16 = 8;

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    list: List,
}

impl State {
    /// Whether the filter line has the focus.
    pub(super) const fn typing(&self) -> bool {
        self.list.typing()
    }

    /// The filter as typed.
    pub(super) fn filter(&self) -> &str {
        self.list.filter()
    }

    /// Starts with what a target asks for.
    pub(super) fn start(&mut self, target: &Target) {
        self.list.start(target);
    }
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    list::update(&mut state.list, &KIND, input, cx)
}

/// Draws.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    list::view(&state.list, &KIND, cx, area, buf)
}

/// What can be done now.
pub fn keys(state: &State, _: &Context) -> Vec<AvailableAction> {
    list::keys(&state.list, &KIND)
}

fn columns(cx: &Context) -> Vec<Column> {
    let t = cx.texts;
    vec![
        column(t.t("column.name"), 8, 12, 90),
        column(t.t("column.level"), words::level_width(cx), 9, 60),
        column(t.t("column.last_day"), 23, 23, 80),
        column(t.t("column.left"), 10, 12, 70).right(),
        column(t.t("column.elapsed"), BAR, BAR, 50),
        column(t.t("column.department"), 10, 20, 40).flex(),
        column(t.t("column.article"), 16, 18, 20),
    ]
}

/// How much of the period is behind.
fn elapsed(s: &PersonRow, cx: &Context) -> Pieces {
    let Some((start, last)) = s.period.as_ref().and_then(|p| Some((p.start?, p.last_day?))) else { return Vec::new() };
    let total = (last - start).num_days().max(1);
    let gone = (cx.today - start).num_days().clamp(0, total);
    let filled = bar(gone as u64, total as u64, BAR, cx.theme);
    let rest = BAR.saturating_sub(width(&filled)) as usize;
    let role = match words::urgency(cx, last) {
        Role::Text => Role::Bar,
        role => role,
    };
    vec![piece(filled, role), piece(cx.theme.glyph(Glyph::BarRest).repeat(rest), Role::BarRest)]
}

fn left(s: &PersonRow, cx: &Context) -> Pieces {
    if s.state == Standing::Ended {
        return line(cx.texts.t("periods.to_close"), Role::Alarm);
    }
    match s.period.as_ref().and_then(|p| p.last_day) {
        Some(last) => line(words::distance(cx, last), words::urgency(cx, last)),
        None => line(cx.texts.t("periods.owed"), Role::Warn),
    }
}

fn cells(row: &Row, cx: &Context, matches: &Matches) -> Vec<Pieces> {
    let Row::Person(s) = row else { return Vec::new() };
    let Some(p) = &s.period else { return vec![matches.name(&s.name, Role::Strong)] };
    vec![
        matches.name(&s.name, Role::Strong),
        line(words::level(cx, s.level), words::level_role(s.level)),
        words::period_end(cx, p),
        left(s, cx),
        elapsed(s, cx),
        matches.text(&s.department, Role::Text),
        line(words::cite(cx, &p.pack, &p.article), Role::Dim),
    ]
}
