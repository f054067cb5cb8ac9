//! 出境: requests by step, who waits for what and since when.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::data::Matches;
use super::list::{self, Kind, List};
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target, words};
use crate::domain::TripState;
use crate::index::{Row, SortBy, TripRow, View};
use crate::ui::paint::{Pieces, line};
use crate::ui::table::{Column, column};
use crate::ui::theme::Role;

const KIND: Kind = Kind {
    id: ScreenId::Travel,
    view: View::Travel,
    everybody: None,
    columns,
    sorts: &[
        SortBy::Name,
        SortBy::Trip,
        SortBy::Waits,
        SortBy::Submitted,
        SortBy::Depart,
        SortBy::Destination,
        SortBy::TripKind,
        SortBy::Department,
    ],
    // Waiting first, then by step.
    own: 1,
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
        column(t.t("column.trip_state"), 12, 14, 80),
        column(t.t("column.waits_for"), 16, 34, 70),
        column(t.t("column.since"), 8, 11, 50),
        column(t.t("column.departure"), 10, 11, 60),
        column(t.t("column.destination"), 7, 14, 40).flex(),
        column(t.t("column.kind"), 8, 8, 30),
        column(t.t("column.department"), 10, 16, 20),
    ]
}

/// What the request waits for, or what comes next of itself.
fn waits(x: &TripRow, cx: &Context) -> Pieces {
    let t = cx.texts;
    match (x.state, x.waits_for) {
        (TripState::Pending, Some(step)) => line(t.word("step", step.code()), Role::Warn),
        (TripState::Pending, None) => line(t.word("trip_state", "pending"), Role::Warn),
        (TripState::Draft, _) => line(t.t("travel.next_submit"), Role::Dim),
        (TripState::Approved, _) => line(t.t("travel.next_papers"), Role::Dim),
        (TripState::PapersIssued, _) => line(t.t("travel.next_depart"), Role::Dim),
        (TripState::Travelling, _) => {
            let back = x.return_on.map_or_else(|| "-".to_owned(), |d| d.format("%m-%d").to_string());
            line(t.fill("travel.next_return", &[("date", back)]), Role::Dim)
        }
        (TripState::Returned, _) => line(t.t("travel.next_report"), Role::Warn),
        _ => Vec::new(),
    }
}

fn cells(row: &Row, cx: &Context, matches: &Matches) -> Vec<Pieces> {
    let Row::Trip(x) = row else { return Vec::new() };
    let since = x.submitted_on.map(|d| words::distance(cx, d)).unwrap_or_default();
    vec![
        matches.name(&x.name, Role::Strong),
        words::trip_state(cx, x.state),
        waits(x, cx),
        line(since, Role::Text),
        line(x.depart_on.to_string(), words::urgency(cx, x.depart_on.max(cx.today))),
        matches.text(&x.destination, Role::Text),
        line(cx.texts.word("trip", x.kind.code()), Role::Text),
        matches.text(&x.department, Role::Text),
    ]
}
