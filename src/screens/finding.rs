//! 问题: one finding in full: the clause, what is wrong, who mends it by when, every step taken, and what comes next.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::inspections::{finding_role, stands};
use super::{AvailableAction, Context, Effect, Input, Target, Tone, words};
use crate::domain::InspectionId;
use crate::index::{FindingRow, Item, View};
use crate::keys::Action;
use crate::ui::paint::{Pieces, line, padded, piece, put_line, wrap};
use crate::ui::popup;
use crate::ui::scroll::{Move, Scroll};
use crate::ui::theme::Role;

/// Cells of a label.
const LABEL: u16 = 14;

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    id: InspectionId,
    n: u32,
    scroll: Scroll,
    size: (u16, u16),
}

impl State {
    /// The card of a finding.
    pub(super) fn new(id: InspectionId, n: u32) -> Self {
        Self { id, n, scroll: Scroll::default(), size: (80, 24) }
    }

    fn page(&self) -> usize {
        usize::from(self.size.1).saturating_sub(3).max(1)
    }

    fn item(&self) -> Item {
        Item { record: self.id.into(), part: self.n }
    }

    fn lines(&self, cx: &Context) -> Option<Vec<Pieces>> {
        let row = cx.index.finding(self.id, self.n)?;
        Some(lines(&row, cx, self.size.0.saturating_sub(4)))
    }
}

/// All that is known of a finding, `width` cells wide.
pub(super) fn lines(row: &FindingRow, cx: &Context, width: u16) -> Vec<Pieces> {
    let (f, role, t) = (&row.finding.finding, finding_role(row, cx), cx.texts);
    let mut out: Vec<Pieces> = vec![
        vec![
            piece(row.label.clone(), Role::Strong),
            piece(format!("  {}  ", row.finding.spot.item), Role::Text),
            piece(words::cite(cx, &f.pack, &f.article), Role::Dim),
        ],
        line(stands(row, cx), role),
        Vec::new(),
    ];
    let label = |key: &str| padded(&t.t(&format!("field.{key}")), LABEL, cx.theme);
    let mut fact = |key: &str, value: &str, role: Role| {
        if value.is_empty() {
            return;
        }
        for (n, text) in wrap(value, width.saturating_sub(LABEL + 1)).into_iter().enumerate() {
            let head = if n == 0 { label(key) } else { " ".repeat(LABEL.into()) };
            out.push(vec![piece(format!("{head} "), Role::Dim), piece(text, role)]);
        }
    };
    let due = f.due.map_or_else(|| t.t("findings.no_due"), |d| format!("{d}  {}", words::distance(cx, d)));
    fact("what", &f.what, Role::Strong);
    fact("responsible", if f.responsible.is_empty() { "-" } else { &f.responsible }, Role::Text);
    fact("due", &due, role);
    fact("opened_on", &f.opened_on.to_string(), Role::Text);
    fact("department", &row.department, Role::Text);
    fact("inspection", &format!("{}  {}", row.brief.id, row.brief.title.of(t.lang().code())), Role::Text);
    fact("campaign", &row.brief.campaign, Role::Text);
    if let Some(w) = &f.waiver {
        let key = if w.until < cx.today { "findings.rested" } else { "findings.rests" };
        let values = [("until", w.until.to_string()), ("by", w.by.clone()), ("reason", w.reason.clone())];
        out.push(Vec::new());
        out.extend(wrap(&t.fill(key, &values), width).into_iter().map(|l| line(l, Role::Info)));
    }
    out.push(Vec::new());
    out.push(line(t.t("findings.steps"), Role::Section));
    if f.steps.is_empty() && f.waiver.is_none() {
        out.push(line(t.t("findings.no_steps"), Role::Dim));
    }
    for s in f.steps.iter().rev() {
        let head = format!("{}  {} {}  ", s.on, padded(&t.word("finding_step", s.step.code()), 10, cx.theme), s.by);
        out.push(vec![piece(head, Role::Text), piece(s.comment.clone(), Role::Dim)]);
    }
    out
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    let step = match input {
        Input::Resized(w, h) => {
            state.size = (w, h);
            return Vec::new();
        }
        Input::Failed(why) => return vec![Effect::Toast(Tone::Trouble, why)],
        Input::Action(Action::Act) => return vec![Effect::ActOn(View::Findings, vec![state.item()])],
        Input::Action(Action::Open) => {
            return vec![Effect::Go(Target { finding: Some(state.n), ..Target::inspection(state.id) })];
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
    let len = state.lines(cx).map_or(0, |l| l.len());
    state.scroll.go(step, len.saturating_sub(state.page()).saturating_add(1), state.page());
    Vec::new()
}

/// What can be done now.
pub fn keys(state: &State, cx: &Context) -> Vec<AvailableAction> {
    let some = cx.index.finding(state.id, state.n).is_some();
    vec![
        AvailableAction::when(Action::Act, 97, some),
        AvailableAction::when(Action::Open, 95, some).called("findings.open_checklist"),
        AvailableAction::on(Action::Back, 90),
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
    let inside = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(2), ..area };
    match state.lines(cx) {
        Some(lines) => popup::lines(buf, inside, &lines, state.scroll.at, cx.theme),
        None => {
            let gone = line(cx.texts.t("findings.gone"), Role::Dim);
            put_line(buf, inside, inside.x, inside.y, &gone, inside.width, None, cx.theme);
        }
    }
    None
}
