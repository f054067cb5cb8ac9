//! 培训: whose training is overdue, for what, since when, by which article, longest first; or how everybody stands: last
//! trained, next due.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::data::Matches;
use super::list::{self, Kind, List};
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target, words};
use crate::domain::Date;
use crate::index::{Row, SortBy, View};
use crate::ui::paint::{Pieces, line, piece};
use crate::ui::table::{Column, column};
use crate::ui::theme::{Glyph, Role};

const KIND: Kind = Kind {
    id: ScreenId::Training,
    view: View::Trainings,
    everybody: Some(View::TrainingState),
    columns,
    sorts: &[
        SortBy::Name,
        SortBy::Duty,
        SortBy::Due,
        SortBy::Due,
        SortBy::Trained,
        SortBy::Level,
        SortBy::Department,
        SortBy::Article,
    ],
    own: 2,
    cells,
};

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
        column(t.t("column.duty"), 22, 30, 80),
        column(t.t("column.due"), 10, 11, 70),
        column(t.t("column.overdue_since"), 9, 14, 50),
        column(t.t("column.trained_on"), 10, 11, 65),
        column(t.t("column.level"), words::level_width(cx), 9, 30),
        column(t.t("column.department"), 10, 20, 58).flex(),
        column(t.t("column.article"), 17, 20, 60),
    ]
}

fn cells(row: &Row, cx: &Context, matches: &Matches) -> Vec<Pieces> {
    let Row::Person(s) = row else { return Vec::new() };
    let overdue = s.training.overdue.first();
    let shown = overdue.or(s.training.next.as_ref());
    let role = |day: Date| if overdue.is_some() { Role::Alarm } else { words::urgency(cx, day) };
    let mut duty = Vec::new();
    if let Some(d) = shown {
        let sign = if overdue.is_some() { Glyph::Alert } else { Glyph::Empty };
        let what = format!("{} {}", cx.theme.glyph(sign), cx.texts.word("duty", d.kind.code()));
        duty.push(piece(what, role(d.due)));
    }
    let more = s.training.overdue.len().saturating_sub(1);
    if more > 0 {
        duty.push(piece(format!(" +{more}"), Role::Warn));
    }
    vec![
        matches.name(&s.name, Role::Strong),
        duty,
        shown.map_or_else(Vec::new, |d| line(d.due.to_string(), role(d.due))),
        shown.map_or_else(Vec::new, |d| line(words::distance(cx, d.due), role(d.due))),
        line(words::date(s.training.last), Role::Text),
        line(words::level(cx, s.level), words::level_role(s.level)),
        matches.text(&s.department, Role::Text),
        shown.map_or_else(Vec::new, |d| line(words::cite(cx, &d.pack, &d.article), Role::Dim)),
    ]
}
