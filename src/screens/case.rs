//! 办理单: one case with its chain: what is done, what comes now and on whose desk it lies, what stands in the way and by
//! which article. Enter on a step records it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{AvailableAction, Context, Effect, Input, Target, Tone, deed, explain, words};
use crate::domain::summary::{MatterKind, StepSummary};
use crate::domain::{CaseKind, CaseState, Date, Employer, Opinion, PersonId, StepCode};
use crate::index::{Item, MatterRow, Part, Row};
use crate::keys::Action;
use crate::rules::answer::{Question, Verdict};
use crate::ui::paint::{self, Pieces, line, padded, piece, put_line, width, wrap};
use crate::ui::scroll::{Move, Scroll};
use crate::ui::theme::{Glyph, Role};
use crate::ui::{frame, popup};

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    pub(super) person: PersonId,
    part: Part,
    /// The line of the chain under the cursor.
    scroll: Scroll,
    /// The step under the cursor was chosen by the user; else it follows what comes now.
    moved: bool,
    /// What the rules say of it, and what was asked.
    verdict: Option<(Question, Box<Verdict>)>,
    size: (u16, u16),
}

impl State {
    /// The card of a case.
    pub(super) fn new(person: PersonId, part: Part) -> Self {
        Self { person, part, scroll: Scroll::default(), moved: false, verdict: None, size: (80, 24) }
    }

    fn item(&self) -> Item {
        Item::of_part(self.person, self.part)
    }

    fn row(&self, cx: &Context) -> Option<MatterRow> {
        match cx.index.row(self.item())? {
            Row::Matter(row) => Some(row),
            _ => None,
        }
    }

    const fn wide(&self) -> bool {
        self.size.0 >= frame::WIDE
    }

    /// Cells of the chain; the verdict has the rest where there is room beside it.
    const fn width(&self) -> u16 {
        if self.wide() { self.size.0 / 2 } else { self.size.0.saturating_sub(2) }
    }

    fn page(&self) -> usize {
        usize::from(self.size.1).saturating_sub(3).max(1)
    }

    fn lines(&self, row: &MatterRow, cx: &Context) -> Vec<(Pieces, Option<usize>)> {
        let mut out = lines(row, cx, self.width().saturating_sub(1));
        if !self.wide() {
            out.extend(self.obstacles(cx, self.width().saturating_sub(1)).into_iter().map(|l| (l, None)));
        }
        out
    }

    /// What stands in the way, by the rules.
    fn obstacles(&self, cx: &Context, width: u16) -> Vec<Pieces> {
        let Some((question, verdict)) = &self.verdict else { return Vec::new() };
        let mut out = vec![Vec::new(), line(words::question(cx, *question), Role::Section)];
        out.extend(explain::verdict(verdict, cx, width));
        out
    }

    /// Asks the rules, where they have a word on this kind of case.
    fn ask(&self, cx: &Context) -> Vec<Effect> {
        let Some(row) = self.row(cx) else { return Vec::new() };
        let Some((question, on)) = question(&row, cx.today) else { return Vec::new() };
        vec![Effect::Ask { person: self.person, question, on }]
    }

    /// Keeps the cursor in the text; until it was moved, it stands on what comes now.
    fn settle(&mut self, cx: &Context) {
        let Some(row) = self.row(cx) else { return };
        let lines = self.lines(&row, cx);
        let next = row.matter.steps.iter().position(|s| s.done_on.is_none());
        let at = lines.iter().position(|(_, step)| next.is_some() && *step == next);
        match at.filter(|_| !self.moved) {
            Some(at) => self.scroll.to(at, lines.len(), self.page()),
            None => self.scroll.fit(lines.len(), self.page()),
        }
    }
}

/// What is asked of the rules about a case, and for which day.
pub(super) fn question(row: &MatterRow, today: Date) -> Option<(Question, Date)> {
    let m = &row.matter;
    let question = match m.kind {
        MatterKind::Leaving(_) => return Some((Question::Leave, today)),
        MatterKind::Case(CaseKind::Transfer) => Question::Transfer,
        MatterKind::Case(CaseKind::Resignation) => Question::Resign,
        MatterKind::Case(CaseKind::ForeignJob) => {
            Question::ForeignJob { employer: m.employer.unwrap_or(Employer::ForeignBody) }
        }
        MatterKind::Case(CaseKind::GoingOnPost) => Question::Post { level: m.level },
        MatterKind::Case(_) => return None,
    };
    Some((question, m.effective_on.unwrap_or(today)))
}

/// What a case is about, in words.
pub(super) fn kind(kind: MatterKind, cx: &Context) -> String {
    match kind {
        MatterKind::Leaving(reason) => {
            cx.texts.fill("cases.leaving", &[("reason", cx.texts.word("leaving", reason.code()))])
        }
        MatterKind::Case(kind) => cx.texts.word("case", kind.code()),
    }
}

/// What a case waits for; where every step is taken, that it can be closed.
pub(super) fn waits(row: &MatterRow, cx: &Context) -> Pieces {
    match (row.matter.state, row.next(), row.matter.kind) {
        (CaseState::Open, Some(step), _) => line(cx.texts.word("step", step.code.code()), Role::Warn),
        (CaseState::Open, None, MatterKind::Case(_)) => {
            let key = if row.matter.steps.is_empty() { "cases.to_decide" } else { "cases.to_close" };
            line(cx.texts.t(key), Role::Info)
        }
        _ => Vec::new(),
    }
}

/// On whose desk a step lies.
fn desk(code: StepCode, cx: &Context) -> String {
    match crate::decide::desk(code) {
        Some(role) => cx.texts.word("role", role.code()),
        None if code == StepCode::WaitPeriod => String::new(),
        None => cx.texts.t("cases.outside"),
    }
}

/// The head and the chain of a case, each line with the step it stands for.
pub(super) fn lines(row: &MatterRow, cx: &Context, width: u16) -> Vec<(Pieces, Option<usize>)> {
    let (t, m) = (cx.texts, &row.matter);
    let mut head = vec![piece(row.name.clone(), Role::Strong), piece(format!("  {}  ", row.id()), Role::Dim)];
    head.extend(words::state(cx, row.person_state));
    head.push(piece(format!("  {}", words::level(cx, row.level)), words::level_role(row.level)));
    let mut title = vec![piece(format!("{}  ", kind(m.kind, cx)), Role::Strong)];
    title.extend(words::case_state(cx, m.state));
    let mut out = vec![(head, None), (title, None)];
    let facts = [
        ("field.department", row.department.clone()),
        ("cases.opened", words::date(m.opened_on)),
        ("field.effective_on", words::date(m.effective_on)),
        ("field.level", m.level.map(|l| t.word("level", l.code())).unwrap_or_default()),
        ("field.employer", m.employer.map(|e| t.word("employer", e.code())).unwrap_or_default()),
        ("field.reason", m.reason.clone()),
        ("field.closed_on", words::date(m.closed_on)),
    ];
    for (key, value) in facts.into_iter().filter(|(_, v)| !v.is_empty() && v != "-") {
        let label = padded(&t.t(key), 12, cx.theme);
        for (n, text) in wrap(&value, width.saturating_sub(13)).into_iter().enumerate() {
            let label = if n == 0 { label.clone() } else { " ".repeat(12) };
            out.push((vec![piece(format!("{label} "), Role::Dim), piece(text, Role::Text)], None));
        }
    }
    out.push((Vec::new(), None));
    out.push((line(t.t("cases.chain"), Role::Section), None));
    if m.steps.is_empty() {
        out.extend(wrap(&t.t("cases.no_chain"), width).into_iter().map(|l| (line(l, Role::Dim), None)));
    }
    let next = m.steps.iter().position(|s| s.done_on.is_none()).filter(|_| m.state == CaseState::Open);
    for (n, step) in m.steps.iter().enumerate() {
        out.extend(step_lines(step, next == Some(n), cx, width).into_iter().map(|l| (l, Some(n))));
    }
    out
}

/// A step: sign, name, article; below it who said what and when, or on whose desk it lies.
fn step_lines(step: &StepSummary, now: bool, cx: &Context, width: u16) -> Vec<Pieces> {
    let refused = step.said.is_some_and(|o| o != Opinion::Agree);
    let (glyph, role) = match step.done_on {
        Some(_) if !refused => (Glyph::Yes, Role::Good),
        _ if refused => (Glyph::No, Role::Alarm),
        _ if now => (Glyph::Half, Role::Warn),
        _ => (Glyph::Empty, Role::Dim),
    };
    let name = cx.texts.word("step", step.code.code());
    let article = if step.article.is_empty() { String::new() } else { words::cite(cx, &step.pack, &step.article) };
    let mut out = Vec::new();
    let room = width.saturating_sub(paint::width(&article)).saturating_sub(6);
    for (n, text) in wrap(&name, room.max(8)).into_iter().enumerate() {
        let sign = if n == 0 { cx.theme.glyph(glyph) } else { " " };
        let mut pieces =
            vec![piece(format!(" {sign} "), role), piece(text.clone(), if now { Role::Strong } else { role })];
        if n == 0 && !article.is_empty() {
            pieces.push(piece(format!("  {article}"), Role::Dim));
        }
        out.push(pieces);
    }
    let said = step.said.filter(|_| refused).map(|o| cx.texts.word("opinion", o.code()));
    let day = step.done_on.map(|d| d.to_string());
    let desk = desk(step.code, cx);
    let now_on = (now && !desk.is_empty()).then(|| cx.texts.fill("cases.now", &[("desk", desk)]));
    let parts = [day, said, Some(step.by.clone()), Some(step.comment.clone()), now_on];
    let more: Vec<String> = parts.into_iter().flatten().filter(|p| !p.is_empty()).collect();
    if !more.is_empty() {
        let role = if now { Role::Warn } else { Role::Dim };
        out.extend(
            wrap(&more.join("  "), width.saturating_sub(5)).into_iter().map(|l| line(format!("     {l}"), role)),
        );
    }
    out
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    match input {
        Input::Shown | Input::Refreshed | Input::Committed(..) => {
            if matches!(input, Input::Committed(..)) {
                state.moved = false;
            }
            state.settle(cx);
            return state.ask(cx);
        }
        Input::Resized(w, h) => {
            state.size = (w, h);
            state.settle(cx);
        }
        Input::Answer(question, verdict) if verdict.person == state.person => {
            let asked = state.row(cx).and_then(|row| self::question(&row, cx.today));
            if asked == Some((question, verdict.on)) {
                state.verdict = Some((question, verdict));
                state.settle(cx);
            }
        }
        Input::Failed(why) => return vec![Effect::Toast(Tone::Trouble, why)],
        Input::Action(action) => return act(state, action, cx),
        _ => {}
    }
    Vec::new()
}

/// Does an action.
fn act(state: &mut State, action: Action, cx: &Context) -> Vec<Effect> {
    let step = match action {
        Action::Up => Move::Up,
        Action::Down => Move::Down,
        Action::PageUp => Move::PageUp,
        Action::PageDown => Move::PageDown,
        Action::First => Move::First,
        Action::Last => Move::Last,
        Action::Open => return state.row(cx).map(|row| take(state, &row, cx)).unwrap_or_default(),
        Action::Act => return vec![Effect::Act { persons: vec![state.person], part: Some(state.part) }],
        Action::Detail => return vec![Effect::Go(Target::person(state.person))],
        Action::Back => return vec![Effect::Back],
        _ => return Vec::new(),
    };
    if let Some(row) = state.row(cx) {
        let len = state.lines(&row, cx).len();
        state.moved = true;
        state.scroll.go(step, len, state.page());
    }
    Vec::new()
}

/// Records the step under the cursor, by the paper that proves it where the register keeps one.
fn take(state: &State, row: &MatterRow, cx: &Context) -> Vec<Effect> {
    let says = |key: &str| vec![Effect::Toast(Tone::Plain, cx.texts.t(key))];
    let lines = state.lines(row, cx);
    let here = lines.get(state.scroll.at).and_then(|(_, step)| *step).and_then(|n| row.matter.steps.get(n));
    let Some(step) = here else { return says("cases.no_step_here") };
    if row.matter.state != CaseState::Open {
        return says("cases.over");
    }
    if step.done_on.is_some() {
        return says("cases.step_done");
    }
    let Some(deed) = deed::for_step(state.part, step.code) else { return says("cases.only_time") };
    if !deed.permitted(cx.operator) {
        return says("cases.not_yours");
    }
    vec![Effect::Fill { deed, persons: vec![state.person], items: vec![state.item()] }]
}

/// What can be done now.
pub fn keys(state: &State, cx: &Context) -> Vec<AvailableAction> {
    let some = state.row(cx).is_some();
    vec![
        AvailableAction::when(Action::Open, 100, some).called("cases.record_step"),
        AvailableAction::when(Action::Act, 97, some),
        AvailableAction::when(Action::Detail, 95, some).called("cases.open_person"),
        AvailableAction::on(Action::Back, 90),
        AvailableAction::when(Action::Up, 60, some),
        AvailableAction::when(Action::Down, 60, some),
        AvailableAction::when(Action::PageUp, 0, some),
        AvailableAction::when(Action::PageDown, 0, some),
        AvailableAction::when(Action::First, 0, some),
        AvailableAction::when(Action::Last, 0, some),
    ]
}

/// Draws the chain, and beside it what stands in the way.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    let inside = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(2), ..area };
    let Some(row) = state.row(cx) else {
        let gone = line(cx.texts.t("cases.gone"), Role::Dim);
        put_line(buf, inside, inside.x, inside.y, &gone, inside.width, None, theme);
        return None;
    };
    let lines = state.lines(&row, cx);
    let left = Rect { width: state.width().min(inside.width), ..inside };
    let first = state.scroll.first(lines.len(), usize::from(left.height));
    for (n, y) in (first..lines.len()).zip(left.y..left.bottom()) {
        let Some((pieces, _)) = lines.get(n) else { break };
        let line = Rect { y, height: 1, width: left.width.saturating_sub(1), ..left };
        let selected = n == state.scroll.at;
        if selected {
            paint::fill(buf, line, theme.style(Role::Selected));
        }
        put_line(buf, line, line.x, y, pieces, line.width, selected.then_some(Role::Selected), theme);
    }
    if first.saturating_add(usize::from(left.height)) < lines.len() {
        let more = [piece(theme.glyph(Glyph::More), Role::Key)];
        let x = left.right().saturating_sub(width(theme.glyph(Glyph::More)));
        put_line(buf, left, x, left.bottom().saturating_sub(1), &more, 1, None, theme);
    }
    if state.wide() && area.width > left.width.saturating_add(20) {
        paint::upright(buf, area, left.right().saturating_add(1), theme);
        let x = left.right().saturating_add(3);
        let beside = Rect { x, width: area.right().saturating_sub(x).saturating_sub(1), ..area };
        let obstacles = state.obstacles(cx, beside.width);
        let silent = || wrap(&cx.texts.t("cases.no_verdict"), beside.width).into_iter().map(|l| line(l, Role::Dim));
        // The first line parts them from the chain, where they stand below it.
        let text = obstacles.get(1..).map_or_else(|| silent().collect(), <[Pieces]>::to_vec);
        popup::lines(buf, beside, &text, 0, theme);
    }
    None
}
