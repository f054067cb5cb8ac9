//! 事项: leavings and every other case, what each waits for, from whom and since when.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::data::Matches;
use super::list::{self, Kind, List};
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target, case, words};
use crate::index::{Row, SortBy, View};
use crate::ui::paint::{Pieces, line};
use crate::ui::table::{Column, column};
use crate::ui::theme::Role;

const KIND: Kind = Kind {
    id: ScreenId::Cases,
    view: View::Cases,
    everybody: Some(View::AllCases),
    columns,
    sorts: &[
        SortBy::Name,
        SortBy::Matter,
        SortBy::Waits,
        SortBy::Open,
        SortBy::Submitted,
        SortBy::Depart,
        SortBy::Trip,
        SortBy::Department,
    ],
    // Cases under way first, the longest wait on top: no column alone says so.
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
    vec![
        column(t.t("column.name"), 8, 10, 90),
        column(t.t("cases.column_kind"), 8, 16, 85),
        column(t.t("column.waits_for"), 16, 34, 80).flex(),
        column(t.t("cases.column_done"), 4, 5, 75),
        column(t.t("column.since"), 8, 11, 60),
        column(t.t("cases.column_effective"), 10, 10, 50),
        column(t.t("column.state"), 8, 10, 40),
        column(t.t("column.department"), 8, 16, 20),
    ]
}

fn cells(row: &Row, cx: &Context, matches: &Matches) -> Vec<Pieces> {
    let Row::Matter(x) = row else { return Vec::new() };
    let m = &x.matter;
    let done = m.steps.iter().filter(|s| s.done_on.is_some()).count();
    let since = m.opened_on.map(|d| words::distance(cx, d)).unwrap_or_default();
    vec![
        matches.name(&x.name, Role::Strong),
        line(case::kind(m.kind, cx), Role::Text),
        case::waits(x, cx),
        line(if m.steps.is_empty() { String::new() } else { format!("{done}/{}", m.steps.len()) }, Role::Text),
        line(since, Role::Text),
        line(m.effective_on.map(|d| d.to_string()).unwrap_or_default(), Role::Text),
        words::case_state(cx, m.state),
        matches.text(&x.department, Role::Text),
    ]
}
