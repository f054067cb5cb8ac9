//! 脱密期: who is in the period or past it and not yet closed, nearest end first, with bars.

use std::cmp::Ordering;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::list::{self, Kind, List};
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target, words};
use crate::domain::{PersonSummary, State as Standing};
use crate::ui::chart::bar;
use crate::ui::paint::{Pieces, line, piece, width};
use crate::ui::table::{Column, column};
use crate::ui::theme::{Glyph, Role};

/// Cells of the bar.
const BAR: u16 = 8;

const KIND: Kind = Kind { id: ScreenId::Periods, columns, parts, cells, compare, sort: 2 };

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
        column(t.t("column.level"), 6, 9, 60),
        column(t.t("column.last_day"), 16, 23, 80),
        column(t.t("column.days_left"), 10, 14, 70).right(),
        column(t.t("column.elapsed"), 10, 16, 40),
        column(t.t("column.department"), 8, 14, 30).flex(),
        column(t.t("column.article"), 10, 16, 20),
    ]
}

fn parts(s: &PersonSummary, cx: &Context, _: &str) -> Vec<u32> {
    if matches!(s.state(cx.today), Standing::InPeriod | Standing::Ended) { vec![0] } else { Vec::new() }
}

/// How much of the period is behind: a bar and a share.
fn elapsed(s: &PersonSummary, cx: &Context) -> Pieces {
    let Some((start, last)) = s.period.as_ref().and_then(|p| Some((p.start?, p.last_day?))) else { return Vec::new() };
    let total = (last - start).num_days().max(1);
    let gone = (cx.today - start).num_days().clamp(0, total);
    let filled = bar(gone as u64, total as u64, BAR, cx.theme);
    let rest = BAR.saturating_sub(width(&filled)) as usize;
    let role = words::urgency(cx, last);
    let role = if role == Role::Text { Role::Bar } else { role };
    vec![
        piece(filled, role),
        piece(cx.theme.glyph(Glyph::BarRest).repeat(rest), Role::BarRest),
        piece(format!(" {:>3}%", gone * 100 / total), Role::Dim),
    ]
}

fn left(s: &PersonSummary, cx: &Context) -> Pieces {
    if s.state(cx.today) == Standing::Ended {
        return line(cx.texts.t("periods.to_close"), Role::Alarm);
    }
    match s.period.as_ref().and_then(|p| p.last_day) {
        Some(last) => line(words::distance(cx, last), words::urgency(cx, last)),
        None => line(cx.texts.t("periods.owed"), Role::Warn),
    }
}

fn cells(s: &PersonSummary, _: u32, cx: &Context, show: &dyn Fn(&str, Role) -> Pieces) -> Vec<Pieces> {
    let level = s.level(cx.today);
    let Some(p) = &s.period else { return vec![show(&s.name, Role::Strong)] };
    vec![
        show(&s.name, Role::Strong),
        line(words::level(cx, level), words::level_role(level)),
        words::period_end(cx, p),
        left(s, cx),
        elapsed(s, cx),
        show(&s.department, Role::Text),
        line(words::cite(cx, &p.pack, &p.article), Role::Dim),
    ]
}

/// The day the list is ordered by: the last day, or the earliest it can be; those without either come last.
fn end(s: &PersonSummary) -> (bool, Option<crate::domain::Date>) {
    let day = s.period.as_ref().and_then(|p| p.last_day.or(p.earliest).or(p.latest));
    (day.is_none(), day)
}

fn compare(column: usize, (a, _): (&PersonSummary, u32), (b, _): (&PersonSummary, u32), cx: &Context) -> Ordering {
    let day = cx.today;
    let start = |s: &PersonSummary| s.period.as_ref().and_then(|p| p.start);
    let article = |s: &PersonSummary| s.period.as_ref().map(|p| (p.pack.clone(), p.article.clone()));
    match column {
        0 => super::data::name_order(a, b),
        1 => b.level(day).cmp(&a.level(day)),
        2 | 3 => end(a).cmp(&end(b)),
        4 => start(a).cmp(&start(b)),
        5 => a.department.cmp(&b.department),
        _ => article(a).cmp(&article(b)),
    }
}
