//! 人员: everyone, with level, post, department, state and days left.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::data::Matches;
use super::list::{self, Kind, List};
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target, words};
use crate::domain::TripState;
use crate::index::{PersonRow, Row, SortBy, View};
use crate::ui::paint::{Pieces, line, piece};
use crate::ui::table::{Column, column};
use crate::ui::theme::Role;

const KIND: Kind = Kind {
    id: ScreenId::People,
    view: View::People,
    everybody: None,
    columns,
    sorts: &[
        SortBy::Name,
        SortBy::Level,
        SortBy::State,
        SortBy::Left,
        SortBy::Department,
        SortBy::Post,
        SortBy::Open,
        SortBy::Unit,
    ],
    // The index keeps people in the order they were registered.
    own: usize::MAX,
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
    let mut out = vec![
        column(t.t("column.name"), 8, 12, 90),
        column(t.t("column.level"), words::level_width(cx), 9, 70),
        column(t.t("column.state"), words::state_width(cx), 21, 80),
        column(t.t("column.days_left"), 5, 6, 60).right(),
        column(t.t("column.department"), 10, 20, 50),
        column(t.t("column.post"), 10, 20, 40).flex(),
        column(t.t("column.flags"), 7, 16, 30),
    ];
    if cx.units.len() > 1 {
        out.push(column(t.t("column.unit"), 8, 16, 20));
    }
    out
}

/// What deserves a look: overdue duties, waiting requests.
fn flags(s: &PersonRow, cx: &Context) -> Pieces {
    let overdue = s.training.overdue.len() + s.pledges_missing.len() + s.other_overdue.len();
    let waiting = s.trips.iter().filter(|x| x.state == TripState::Pending).count();
    let mut out = Vec::new();
    if overdue > 0 {
        out.push(piece(cx.texts.fill("people.overdue", &[("n", overdue.to_string())]), Role::Alarm));
    }
    if waiting > 0 {
        let text = cx.texts.fill("people.waiting", &[("n", waiting.to_string())]);
        out.push(piece(format!("{}{text}", if out.is_empty() { "" } else { " " }), Role::Info));
    }
    out
}

fn cells(row: &Row, cx: &Context, matches: &Matches) -> Vec<Pieces> {
    let Row::Person(s) = row else { return Vec::new() };
    let left = match s.period.as_ref().and_then(|p| p.days_left.zip(p.last_day)) {
        Some((days, last)) => line(days.to_string(), words::urgency(cx, last)),
        None => Vec::new(),
    };
    let mut out = vec![
        matches.name(&s.name, Role::Strong),
        line(words::level(cx, s.level), words::level_role(s.level)),
        words::state(cx, s.state),
        left,
        matches.text(&s.department, Role::Text),
        matches.text(&s.post, Role::Text),
        flags(s, cx),
    ];
    if cx.units.len() > 1 {
        out.push(line(cx.units.iter().find(|u| u.id == s.unit).map_or("", |u| &u.name), Role::Dim));
    }
    out
}
