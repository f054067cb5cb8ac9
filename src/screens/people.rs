//! 人员: everyone, with level, post, department, state and days left.

use std::cmp::Ordering;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::list::{self, Kind, List};
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target, words};
use crate::domain::PersonSummary;
use crate::ui::paint::{Pieces, line, piece};
use crate::ui::table::{Column, column};
use crate::ui::theme::Role;

const KIND: Kind = Kind { id: ScreenId::People, columns, parts, cells, compare, sort: 0 };

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
    let mut out = vec![
        column(t.t("column.name"), 8, 12, 90),
        column(t.t("column.level"), 6, 9, 70),
        column(t.t("column.state"), 12, 16, 80),
        column(t.t("column.days_left"), 6, 9, 60).right(),
        column(t.t("column.department"), 8, 16, 50),
        column(t.t("column.post"), 8, 14, 40).flex(),
        column(t.t("column.flags"), 6, 10, 30),
    ];
    if cx.units.len() > 1 {
        out.push(column(t.t("column.unit"), 8, 16, 20));
    }
    out
}

fn parts(_: &PersonSummary, _: &Context, _: &str) -> Vec<u32> {
    vec![0]
}

/// What deserves a look: overdue duties, waiting requests, remarks.
fn flags(s: &PersonSummary, cx: &Context) -> Pieces {
    let overdue = s.duties.iter().filter(|d| d.overdue(cx.today)).count();
    let waiting = s.trips.iter().filter(|x| x.state == crate::domain::TripState::Pending).count();
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

fn cells(s: &PersonSummary, _: u32, cx: &Context, show: &dyn Fn(&str, Role) -> Pieces) -> Vec<Pieces> {
    let day = cx.today;
    let level = s.level(day);
    let left = match s.days_left(day) {
        Some(days) => {
            let role = s.period.as_ref().and_then(|p| p.last_day).map_or(Role::Text, |d| words::urgency(cx, d));
            line(days.to_string(), role)
        }
        None => Vec::new(),
    };
    let mut out = vec![
        show(&s.name, Role::Strong),
        line(words::level(cx, level), words::level_role(level)),
        words::state(cx, s.state(day)),
        left,
        show(&s.department, Role::Text),
        show(s.phase(day).map_or("", |p| &p.post), Role::Text),
        flags(s, cx),
    ];
    if cx.units.len() > 1 {
        out.push(line(cx.units.iter().find(|u| u.id == s.unit).map_or("", |u| &u.name), Role::Dim));
    }
    out
}

fn compare(column: usize, (a, _): (&PersonSummary, u32), (b, _): (&PersonSummary, u32), cx: &Context) -> Ordering {
    let day = cx.today;
    let left = |s: &PersonSummary| s.days_left(day).unwrap_or(i64::MAX);
    let post = |s: &PersonSummary| s.phase(day).map(|p| p.post.clone());
    let late = |s: &PersonSummary| s.duties.iter().filter(|d| d.overdue(day)).count();
    match column {
        0 => super::data::name_order(a, b),
        // The highest level first, and most to do first: that is what one sorts for.
        1 => b.level(day).cmp(&a.level(day)),
        2 => a.state(day).cmp(&b.state(day)),
        3 => left(a).cmp(&left(b)),
        4 => a.department.cmp(&b.department),
        5 => post(a).cmp(&post(b)),
        6 => late(b).cmp(&late(a)),
        _ => a.unit.cmp(&b.unit),
    }
}
