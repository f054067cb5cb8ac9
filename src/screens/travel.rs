//! 出境: requests by step, who waits for what and since when.

use std::cmp::Ordering;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::detail::open_trip;
use super::list::{self, Kind, List};
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target, words};
use crate::domain::summary::TripSummary;
use crate::domain::{PersonSummary, TripState};
use crate::ui::paint::{Pieces, line};
use crate::ui::table::{Column, column};
use crate::ui::theme::Role;

const KIND: Kind = Kind { id: ScreenId::Travel, columns, parts, cells, compare, sort: 1 };

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
pub fn keys(state: &State, cx: &Context) -> Vec<AvailableAction> {
    list::keys(&state.list, cx)
}

fn columns(cx: &Context) -> Vec<Column> {
    let t = cx.texts;
    vec![
        column(t.t("column.name"), 8, 12, 90),
        column(t.t("column.trip_state"), 12, 18, 80),
        column(t.t("column.waits_for"), 12, 22, 70),
        column(t.t("column.since"), 10, 12, 50),
        column(t.t("column.departure"), 11, 11, 60),
        column(t.t("column.destination"), 8, 14, 40).flex(),
        column(t.t("column.kind"), 5, 8, 30),
        column(t.t("column.department"), 8, 14, 20),
    ]
}

fn parts(s: &PersonSummary, _: &Context, query: &str) -> Vec<u32> {
    let wanted = super::data::wanted_trips(query);
    let fits = |x: &&TripSummary| wanted.as_ref().map_or_else(|| open_trip(x.state), |w| w.contains(&x.state));
    s.trips.iter().filter(fits).map(|x| x.n).collect()
}

fn trip(s: &PersonSummary, n: u32) -> Option<&TripSummary> {
    s.trips.iter().find(|x| x.n == n)
}

/// What the request waits for, or what comes next of itself.
fn waits(x: &TripSummary, cx: &Context) -> Pieces {
    let t = cx.texts;
    match (x.state, x.waits_for) {
        (TripState::Pending, Some(step)) => line(t.word("step", step.code()), Role::Warn),
        (TripState::Pending, None) => line(t.word("trip_state", "pending"), Role::Warn),
        (TripState::Draft, _) => line(t.t("travel.next_submit"), Role::Dim),
        (TripState::Approved, _) => line(t.t("travel.next_papers"), Role::Dim),
        (TripState::PapersIssued, _) => line(t.t("travel.next_depart"), Role::Dim),
        (TripState::Travelling, _) => {
            let back = words::date(x.return_on);
            line(t.fill("travel.next_return", &[("date", back)]), Role::Dim)
        }
        (TripState::Returned, _) => line(t.t("travel.next_report"), Role::Warn),
        _ => Vec::new(),
    }
}

fn cells(s: &PersonSummary, n: u32, cx: &Context, show: &dyn Fn(&str, Role) -> Pieces) -> Vec<Pieces> {
    let Some(x) = trip(s, n) else { return vec![show(&s.name, Role::Strong)] };
    let since = x.submitted_on.map(|d| words::distance(cx, d)).unwrap_or_default();
    vec![
        show(&s.name, Role::Strong),
        words::trip_state(cx, x.state),
        waits(x, cx),
        line(since, Role::Text),
        line(x.depart_on.to_string(), words::urgency(cx, x.depart_on.max(cx.today))),
        show(&x.destination, Role::Text),
        line(cx.texts.word("trip", x.kind.code()), Role::Text),
        show(&s.department, Role::Text),
    ]
}

/// The order of work: what waits for somebody first, then what is under way, what was finished last.
const fn rank(state: TripState) -> u8 {
    match state {
        TripState::Pending => 0,
        TripState::Returned => 1,
        TripState::Approved => 2,
        TripState::PapersIssued => 3,
        TripState::Travelling => 4,
        TripState::Draft => 5,
        _ => 6,
    }
}

fn compare(column: usize, (a, n): (&PersonSummary, u32), (b, m): (&PersonSummary, u32), _: &Context) -> Ordering {
    let (Some(x), Some(y)) = (trip(a, n), trip(b, m)) else { return Ordering::Equal };
    let step = |t: &TripSummary| (rank(t.state), t.submitted_on, t.depart_on);
    match column {
        0 => super::data::name_order(a, b),
        1 => step(x).cmp(&step(y)),
        2 => x.waits_for.cmp(&y.waits_for).then_with(|| step(x).cmp(&step(y))),
        3 => x.submitted_on.cmp(&y.submitted_on),
        4 => x.depart_on.cmp(&y.depart_on),
        5 => x.destination.cmp(&y.destination),
        6 => x.kind.cmp(&y.kind),
        _ => a.department.cmp(&b.department),
    }
}
