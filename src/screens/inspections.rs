//! 检查: the inspections, newest first, with how far each is and what is still to be mended.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{AvailableAction, Context, Effect, Input, Target, Tone};
use crate::domain::InspectionState;
use crate::keys::Action;
use crate::rules::SheetBrief;
use crate::ui::chart;
use crate::ui::paint::{Pieces, line, piece, put_line, width, wrap};
use crate::ui::scroll::{Move, Scroll};
use crate::ui::table::{self, Column, Table, column};
use crate::ui::theme::{Glyph, Role};

/// Cells of the bar that shows how far an inspection is.
const BAR: u16 = 8;

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    rows: Option<Vec<SheetBrief>>,
    scroll: Scroll,
    size: (u16, u16),
}

impl State {
    fn rows(&self) -> &[SheetBrief] {
        self.rows.as_deref().unwrap_or_default()
    }

    fn page(&self) -> usize {
        usize::from(self.size.1).saturating_sub(4)
    }
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, _: &Context) -> Vec<Effect> {
    let (len, page) = (state.rows().len(), state.page());
    let step = match input {
        // What was never looked at is not read again with every change of the register.
        Input::Refreshed if state.rows.is_none() => return Vec::new(),
        Input::Shown | Input::Refreshed | Input::Committed(_) => return vec![Effect::FetchInspections],
        Input::Inspections(rows) => {
            let here = state.rows().get(state.scroll.at).map(|r| r.id);
            let at = rows.iter().position(|r| Some(r.id) == here).unwrap_or(state.scroll.at);
            state.scroll.to(at.min(rows.len().saturating_sub(1)), rows.len(), page);
            state.rows = Some(rows);
            return Vec::new();
        }
        Input::Resized(w, h) => {
            state.size = (w, h);
            state.scroll.fit(len, state.page());
            return Vec::new();
        }
        Input::Failed(why) => return vec![Effect::Toast(Tone::Trouble, why)],
        Input::Action(Action::Open) => {
            let row = state.rows().get(state.scroll.at);
            return row.map(|r| Effect::Go(Target::inspection(r.id))).into_iter().collect();
        }
        Input::Action(Action::Back) => return vec![Effect::Back],
        Input::Action(Action::Up) => Move::Up,
        Input::Action(Action::Down) => Move::Down,
        Input::Action(Action::PageUp) => Move::PageUp,
        Input::Action(Action::PageDown) => Move::PageDown,
        Input::Action(Action::First) => Move::First,
        Input::Action(Action::Last) => Move::Last,
        _ => return Vec::new(),
    };
    state.scroll.go(step, len, page);
    Vec::new()
}

/// What can be done now.
pub fn keys(state: &State, _: &Context) -> Vec<AvailableAction> {
    let some = !state.rows().is_empty();
    vec![
        AvailableAction::when(Action::Open, 100, some),
        AvailableAction::on(Action::Back, 10),
        AvailableAction::when(Action::Up, 60, some),
        AvailableAction::when(Action::Down, 60, some),
        AvailableAction::when(Action::PageUp, 0, some),
        AvailableAction::when(Action::PageDown, 0, some),
        AvailableAction::when(Action::First, 0, some),
        AvailableAction::when(Action::Last, 0, some),
    ]
}

/// Draws.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let inside = Rect { width: area.width.saturating_sub(1), ..area };
    let columns = columns(cx);
    let row = |n: usize| -> table::Row {
        let cells = state.rows().get(n).map(|r| cells(r, cx)).unwrap_or_default();
        table::Row { cells, marked: false }
    };
    let table = Table { columns: &columns, len: state.rows().len(), scroll: state.scroll, active: true, row: &row };
    table.view(buf, inside, cx.theme);
    if state.rows().is_empty() {
        let key = if state.rows.is_none() { "inspections.reading" } else { "inspections.none" };
        let text = cx.texts.t(key);
        let (x, y) = (area.x.saturating_add(3), area.y.saturating_add(2));
        for (text, y) in wrap(&text, area.width.saturating_sub(6)).into_iter().zip(y..area.bottom()) {
            put_line(buf, area, x, y, &line(text, Role::Dim), area.width, None, cx.theme);
        }
    }
    None
}

fn columns(cx: &Context) -> Vec<Column> {
    let t = |key: &str| cx.texts.t(&format!("inspections.column_{key}"));
    vec![
        column(t("id"), 7, 7, 70),
        column(t("state"), 6, 13, 80),
        column(t("done"), BAR + 6, BAR + 8, 60),
        column(t("findings"), 8, 16, 75),
        column(t("planned"), 10, 10, 50),
        column(t("department"), 8, 14, 40),
        column(t("subjects"), 12, 30, 90).flex(),
    ]
}

const fn role(state: InspectionState) -> Role {
    match state {
        InspectionState::Planned => Role::Info,
        InspectionState::Open | InspectionState::Signing => Role::Warn,
        InspectionState::Signed => Role::Good,
        InspectionState::Superseded | InspectionState::Cancelled => Role::Dim,
    }
}

fn cells(r: &SheetBrief, cx: &Context) -> Vec<Pieces> {
    let (done, total) = (r.score.answered(), r.score.total());
    let bar = chart::bar(done as u64, total as u64, BAR, cx.theme);
    let rest = usize::from(BAR.saturating_sub(width(&bar)));
    let findings = match (r.overdue_findings, r.open_findings) {
        (0, 0) => Vec::new(),
        (0, n) => line(cx.texts.fill("inspections.open", &[("n", n.to_string())]), Role::Warn),
        (late, n) => {
            let values = [("n", n.to_string()), ("late", late.to_string())];
            line(cx.texts.fill("inspections.overdue", &values), Role::Alarm)
        }
    };
    let subjects = r.subjects.join(cx.texts.get("list.separator").unwrap_or(", "));
    vec![
        line(r.id.to_string(), Role::Dim),
        line(cx.texts.word("inspection_state", r.state.code()), role(r.state)),
        vec![
            piece(bar, Role::Bar),
            piece(cx.theme.glyph(Glyph::BarRest).repeat(rest), Role::BarRest),
            piece(format!(" {done}/{total}"), Role::Text),
        ],
        findings,
        line(r.planned_on.map(|d| d.to_string()).unwrap_or_default(), Role::Text),
        line(r.department.clone(), Role::Text),
        vec![piece(subjects, Role::Strong), piece(format!("  {}", r.title.of(cx.texts.lang().code())), Role::Dim)],
    ]
}
