//! 培训: who owes which training, since when, by which article; overdue first.

use std::cmp::Ordering;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::list::{self, Kind, List};
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target, words};
use crate::domain::PersonSummary;
use crate::domain::summary::DutySummary;
use crate::ui::paint::{Pieces, line};
use crate::ui::table::{Column, column};
use crate::ui::theme::{Glyph, Role};

const KIND: Kind = Kind { id: ScreenId::Training, columns, parts, cells, compare, sort: 3 };

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
        column(t.t("column.duty"), 12, 20, 80),
        column(t.t("column.duty_state"), 10, 14, 75),
        column(t.t("column.due"), 11, 11, 70),
        column(t.t("column.overdue_since"), 10, 14, 50),
        column(t.t("column.level"), 6, 9, 30),
        column(t.t("column.department"), 8, 14, 40).flex(),
        column(t.t("column.article"), 10, 16, 60),
    ]
}

/// Every training that is open or overdue is a row; only the overdue ones where the filter asks for them.
fn parts(s: &PersonSummary, cx: &Context, query: &str) -> Vec<u32> {
    let only_overdue = super::data::wants_overdue(query);
    let wanted = |d: &DutySummary| {
        let open = d.kind.is_training() && d.opens <= cx.today && !d.met(cx.today);
        open && (!only_overdue || d.overdue(cx.today))
    };
    s.duties.iter().zip(0..).filter(|(d, _)| wanted(d)).map(|(_, n)| n).collect()
}

fn duty(s: &PersonSummary, n: u32) -> Option<&DutySummary> {
    s.duties.get(n as usize)
}

fn cells(s: &PersonSummary, n: u32, cx: &Context, show: &dyn Fn(&str, Role) -> Pieces) -> Vec<Pieces> {
    let Some(d) = duty(s, n) else { return vec![show(&s.name, Role::Strong)] };
    let late = d.overdue(cx.today);
    let (glyph, role, key) = if late {
        (Glyph::Alert, Role::Alarm, "training.overdue")
    } else {
        (Glyph::Empty, Role::Text, "training.open")
    };
    let level = s.level(cx.today);
    vec![
        show(&s.name, Role::Strong),
        line(cx.texts.word("duty", d.kind.code()), Role::Text),
        line(format!("{} {}", cx.theme.glyph(glyph), cx.texts.t(key)), role),
        line(d.due.to_string(), role),
        line(words::distance(cx, d.due), if late { Role::Alarm } else { words::urgency(cx, d.due) }),
        line(words::level(cx, level), words::level_role(level)),
        show(&s.department, Role::Text),
        line(words::cite(cx, &d.pack, &d.article), Role::Dim),
    ]
}

fn compare(column: usize, (a, n): (&PersonSummary, u32), (b, m): (&PersonSummary, u32), cx: &Context) -> Ordering {
    let (Some(x), Some(y)) = (duty(a, n), duty(b, m)) else { return Ordering::Equal };
    match column {
        0 => super::data::name_order(a, b),
        1 => x.kind.cmp(&y.kind),
        2..=4 => x.due.cmp(&y.due),
        5 => b.level(cx.today).cmp(&a.level(cx.today)),
        6 => a.department.cmp(&b.department),
        _ => (&x.pack, &x.article).cmp(&(&y.pack, &y.article)),
    }
}
