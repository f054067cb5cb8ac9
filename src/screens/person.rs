//! 档案: the card of a person. A sheet of lines in sections with a cursor; what the line under the cursor rests on is
//! explained beside it, or in a box on Enter where there is no room.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::ask::{self, AskBox};
use super::card;
use super::explain::explain;
use super::reason::{self, ReasonBox};
use super::sheet::{Line, Link};
use super::{AvailableAction, Card, Context, Effect, Input, Read, Tone};
use crate::decide::{Reading, may_read};
use crate::domain::{Date, PersonId};
use crate::keys::Action;
use crate::rules::answer::{Question, Verdict};
use crate::ui::paint::{self, put, put_line};
use crate::ui::scroll::{Move, Scroll};
use crate::ui::theme::{Glyph, Role};
use crate::ui::{frame, popup};

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    pub(super) id: PersonId,
    card: Option<Box<Card>>,
    failed: Option<String>,
    scroll: Scroll,
    /// The box that explains a line, and how far it is scrolled.
    open: Option<(Link, usize)>,
    /// Open the explanation of the governing period as soon as the card is there.
    explain: bool,
    /// The box that asks for another day.
    ask: AskBox,
    /// The box that asks for a reason.
    reason: ReasonBox,
    /// What was asked besides the usual questions, and for which day.
    asked: Vec<(Question, Date)>,
    /// The first verdict on the subject a key asked for last.
    turned: Option<usize>,
    size: (u16, u16),
}

impl State {
    /// The card of a person, empty until it is fetched.
    pub(super) fn new(id: PersonId, explain: bool) -> Self {
        Self {
            id,
            card: None,
            failed: None,
            scroll: Scroll::default(),
            open: None,
            explain,
            ask: AskBox::default(),
            reason: ReasonBox::default(),
            asked: Vec::new(),
            turned: None,
            size: (80, 24),
        }
    }

    /// Whether printable characters are text.
    pub(super) const fn typing(&self) -> bool {
        self.ask.open || self.reason.open
    }

    /// Whether a key must wait: the card is on its way.
    pub(super) const fn holding(&self) -> bool {
        self.card.is_none() && self.failed.is_none()
    }

    /// Puts an answer beside the usual ones; the newest answer to the same question for the same day stays.
    fn answered(&mut self, question: Question, verdict: Verdict, cx: &Context) {
        let Some(card) = &mut self.card else { return };
        let same = |(q, v): &(Question, Verdict)| *q == question && v.on == verdict.on;
        let usual = super::usual_questions().len();
        let at = card.verdicts.iter().skip(usual).position(same).map(|n| n.saturating_add(usual));
        match at.and_then(|n| card.verdicts.get_mut(n)) {
            Some(old) => *old = (question, verdict),
            None => card.verdicts.push((question, verdict)),
        }
        // Only what was just asked for takes the cursor; answers read anew after a change do not.
        if std::mem::take(&mut self.ask.waits) {
            let n = at.unwrap_or_else(|| self.card.as_ref().map_or(0, |c| c.verdicts.len().saturating_sub(1)));
            let link = self.jump(|l| l == Link::Verdict(n), cx);
            self.show(link);
        }
    }

    /// Whether there are numbers, and the operator may see them whole.
    fn numbered(&self, cx: &Context) -> bool {
        let there = |c: &Card| c.person.identity.is_some() || c.person.phone.is_some();
        may_read(&cx.operator.roles, Reading::Numbers) && self.card.as_deref().is_some_and(there)
    }

    /// Whether it asked this.
    fn waits_for(&self, question: Question, verdict: &Verdict) -> bool {
        verdict.person == self.id && self.asked.contains(&(question, verdict.on))
    }

    /// Whether the pane beside the sheet is shown.
    const fn wide(&self) -> bool {
        self.size.0 >= frame::WIDE
    }

    /// Cells of the sheet.
    const fn sheet(&self) -> u16 {
        if self.size.0 >= 140 {
            self.size.0 * 3 / 5
        } else if self.wide() {
            self.size.0.saturating_sub(42)
        } else {
            self.size.0
        }
    }

    /// Lines of the sheet that are visible.
    const fn page(&self) -> usize {
        (self.size.1 as usize).saturating_sub(6)
    }

    fn lines(&self, cx: &Context) -> Vec<Line> {
        self.card.as_ref().map(|c| card::lines(c, cx, self.sheet())).unwrap_or_default()
    }

    /// Puts the cursor on the first line that stands for `wanted`.
    fn jump(&mut self, wanted: impl Fn(Link) -> bool, cx: &Context) -> Option<Link> {
        let lines = self.lines(cx);
        let at = lines.iter().position(|l| l.link.is_some_and(&wanted))?;
        self.scroll.to(at, lines.len(), self.page());
        lines.get(at).and_then(|l| l.link)
    }

    /// Goes to the date that most asks for an explanation: the end of the period, else what is owed, else any clock.
    fn first_date(&mut self, cx: &Context) -> Option<Link> {
        self.jump(|l| l == Link::Period, cx)
            .or_else(|| self.jump(|l| matches!(l, Link::Duty(_)), cx))
            .or_else(|| self.jump(|l| matches!(l, Link::Clock(_)), cx))
    }

    /// Shows what stands behind a line: beside the sheet it is shown anyway.
    fn show(&mut self, link: Option<Link>) {
        if !self.wide() {
            self.open = link.map(|l| (l, 0));
        }
    }

    /// Goes to the next verdict on a subject; pressed again, to the next kind of the same subject.
    fn ask(&mut self, subject: &str, cx: &Context) -> Vec<Effect> {
        let Some(card) = &self.card else { return Vec::new() };
        let all: Vec<usize> =
            card.verdicts.iter().enumerate().filter(|(_, (q, _))| q.subject() == subject).map(|(n, _)| n).collect();
        let now = self.open.map(|(l, _)| l).or_else(|| self.lines(cx).get(self.scroll.at).and_then(|l| l.link));
        // The first time the first kind, even where the cursor stands on it already.
        let same = self.turned.replace(all.first().copied().unwrap_or_default()) == all.first().copied();
        let here = all.iter().position(|n| same && now == Some(Link::Verdict(*n)));
        let after = here.map_or(0, |p| p.saturating_add(1));
        let wanted = all.get(after).or_else(|| all.first()).copied();
        let link = self.jump(|l| wanted.is_some_and(|n| l == Link::Verdict(n)), cx);
        self.show(link);
        match link {
            Some(_) => Vec::new(),
            None => vec![Effect::Toast(Tone::Plain, cx.texts.t("card.no_verdict"))],
        }
    }

    /// The next or previous title of a section.
    fn section(&mut self, forward: bool, cx: &Context) {
        let lines = self.lines(cx);
        let titles = lines.iter().enumerate().filter(|(_, l)| l.section).map(|(n, _)| n.saturating_add(1));
        let here = self.scroll.at;
        let next = if forward { titles.clone().find(|n| *n > here) } else { titles.clone().rfind(|n| *n < here) };
        let next = next.or_else(|| if forward { titles.clone().next() } else { titles.clone().next_back() });
        if let Some(at) = next {
            let page = self.page();
            // The title stays visible above the line.
            self.scroll.to(at, lines.len(), page);
            self.scroll.top = at.saturating_sub(1).min(lines.len().saturating_sub(page));
        }
    }
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    if state.ask.open {
        if let ask::Outcome::Ask(question, on) = state.ask.update(&input, cx) {
            if !state.asked.contains(&(question, on)) {
                state.asked.push((question, on));
            }
            state.ask.waits = true;
            return vec![Effect::Ask { person: state.id, question, on }];
        }
        if matches!(input, Input::Action(_) | Input::Typed(_) | Input::Paste(_)) {
            return Vec::new();
        }
    }
    if state.reason.open {
        if let Some(reason) = state.reason.update(&input) {
            return vec![Effect::Read(Read::Numbers(state.id, reason))];
        }
        if matches!(input, Input::Action(_) | Input::Typed(_) | Input::Paste(_)) {
            return Vec::new();
        }
    }
    match input {
        Input::Shown | Input::Refreshed | Input::Committed(..) => return vec![Effect::Fetch(state.id)],
        Input::Resized(w, h) => state.size = (w, h),
        Input::Fetched(card) if card.person.id == state.id => {
            let first = state.card.is_none();
            state.card = Some(card);
            state.failed = None;
            if first {
                // The first verdict is where the questions begin.
                state.jump(|l| matches!(l, Link::Verdict(_)), cx);
                state.scroll.top = 0;
            }
            if std::mem::take(&mut state.explain) {
                let link = state.first_date(cx);
                state.show(link);
            }
            state.scroll.fit(state.lines(cx).len(), state.page());
            let again =
                |(question, on): &(Question, Date)| Effect::Ask { person: state.id, question: *question, on: *on };
            return state.asked.iter().map(again).collect();
        }
        Input::Answer(question, verdict) if state.waits_for(question, &verdict) => {
            state.answered(question, *verdict, cx);
        }
        Input::Failed(why) => {
            state.ask.waits = false;
            state.failed = Some(why.clone());
            return vec![Effect::Toast(Tone::Trouble, why)];
        }
        Input::Read(reply) => {
            return reply.got.err().map(|why| Effect::Toast(Tone::Trouble, why)).into_iter().collect();
        }
        Input::Action(action) => return act(state, action, cx),
        _ => {}
    }
    Vec::new()
}

/// Does an action.
fn act(state: &mut State, action: Action, cx: &Context) -> Vec<Effect> {
    let step = match action {
        Action::ScrollUp => Some(Move::Up),
        Action::ScrollDown => Some(Move::Down),
        Action::ScrollPageUp => Some(Move::PageUp),
        Action::ScrollPageDown => Some(Move::PageDown),
        Action::Top => Some(Move::First),
        Action::Bottom => Some(Move::Last),
        _ => None,
    };
    if let Some(step) = step {
        if let Some((_, first)) = &mut state.open {
            *first = if matches!(step, Move::Down | Move::PageDown) {
                first.saturating_add(1)
            } else {
                first.saturating_sub(1)
            };
            return Vec::new();
        }
        let lines = state.lines(cx);
        state.scroll.go(step, lines.len(), state.page());
        return Vec::new();
    }
    match action {
        Action::Back | Action::Explain if state.open.is_some() => state.open = None,
        Action::Back => return vec![Effect::Back],
        Action::Explain => {
            let link = state.lines(cx).get(state.scroll.at).and_then(|l| l.link);
            match link {
                Some(_) => state.show(link),
                None => {
                    let link = state.first_date(cx);
                    state.show(link);
                }
            }
        }
        Action::AskDay if state.card.is_some() => {
            let here = state.open.take().map(|(l, _)| l);
            let here = here.or_else(|| state.lines(cx).get(state.scroll.at).and_then(|l| l.link));
            let question = match (here, &state.card) {
                (Some(Link::Verdict(n)), Some(card)) => card.verdicts.get(n).map(|(q, _)| *q),
                _ => None,
            };
            state.ask.start(question);
        }
        Action::Reveal if state.numbered(cx) => state.reason.start(),
        Action::NextSection => state.section(true, cx),
        Action::PreviousSection => state.section(false, cx),
        Action::ActHere => return vec![Effect::Act { persons: vec![state.id], part: None }],
        Action::AskTravel => return state.ask("travel", cx),
        Action::AskTransfer => return state.ask("transfer", cx),
        Action::AskResign => return state.ask("resign", cx),
        Action::AskForeignJob => return state.ask("foreign-job", cx),
        Action::AskPost => return state.ask("post", cx),
        Action::AskLeave => return state.ask("leave", cx),
        _ => {}
    }
    Vec::new()
}

/// What can be done now.
pub fn keys(state: &State, cx: &Context) -> Vec<AvailableAction> {
    if state.ask.open {
        return ask::keys();
    }
    if state.reason.open {
        return reason::keys();
    }
    let there = state.card.is_some();
    let when = |action, priority| AvailableAction::when(action, priority, there);
    vec![
        AvailableAction::on(Action::Back, 100),
        when(Action::Explain, 90),
        when(Action::ActHere, 85),
        when(Action::AskDay, 82),
        when(Action::AskTravel, 80),
        when(Action::AskResign, 78),
        when(Action::AskTransfer, 76),
        when(Action::AskForeignJob, 74),
        when(Action::AskPost, 72),
        when(Action::AskLeave, 70),
        AvailableAction::when(Action::Reveal, 5, state.numbered(cx)),
        when(Action::NextSection, 60),
        when(Action::PreviousSection, 0),
        when(Action::ScrollUp, 0),
        when(Action::ScrollDown, 0),
        when(Action::ScrollPageUp, 0),
        when(Action::ScrollPageDown, 0),
        when(Action::Top, 0),
        when(Action::Bottom, 0),
    ]
}

/// Draws head, sheet, and what the line under the cursor rests on.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    paint::fill(buf, area, theme.style(Role::Text));
    let Some(card) = &state.card else {
        let text = state.failed.clone().unwrap_or_else(|| cx.texts.t("card.loading"));
        put(
            buf,
            area,
            area.x.saturating_add(2),
            area.y.saturating_add(1),
            &text,
            area.width,
            theme.style(Role::Dim),
            theme,
        );
        return None;
    };
    for (pieces, y) in card::head(card, cx, area.width.saturating_sub(2)).iter().zip(area.y..area.bottom()) {
        put_line(buf, area, area.x.saturating_add(1), y, pieces, area.width.saturating_sub(2), None, theme);
    }
    let top = area.y.saturating_add(2);
    paint::rule(buf, area, area.x, top, area.width, theme);
    let below = Rect { y: top.saturating_add(1), height: area.height.saturating_sub(3), ..area };
    let sheet = Rect { width: state.sheet().min(area.width), ..below };
    let lines = card::lines(card, cx, state.sheet());
    let page = sheet.height as usize;
    let first = state.scroll.first(lines.len(), page);
    for (n, y) in (first..lines.len()).zip(sheet.y..sheet.bottom()) {
        let Some(l) = lines.get(n) else { break };
        let selected = n == state.scroll.at;
        let row = Rect { y, height: 1, width: sheet.width.saturating_sub(1), ..sheet };
        if selected {
            paint::fill(buf, row, theme.style(Role::Selected));
            put(buf, row, row.x, y, theme.glyph(Glyph::Cursor), 1, theme.style(Role::Selected), theme);
        }
        let over = selected.then_some(Role::Selected);
        put_line(buf, row, row.x.saturating_add(1), y, &l.pieces, row.width.saturating_sub(1), over, theme);
    }
    if first.saturating_add(page) < lines.len() {
        let (x, y) = (sheet.right().saturating_sub(1), sheet.bottom().saturating_sub(1));
        put(buf, sheet, x, y, theme.glyph(Glyph::More), 1, theme.style(Role::Key), theme);
    }
    if state.wide() && area.width > sheet.width.saturating_add(20) {
        let side = Rect { x: sheet.right(), width: area.width.saturating_sub(sheet.width), ..below };
        card::beside(card, lines.get(state.scroll.at).and_then(|l| l.link), cx, side, buf);
    } else if let Some((link, first)) = state.open {
        let width = area.width.saturating_sub(6).min(92);
        let (title, lines) = explain(card, link, cx, width.saturating_sub(4));
        // Whom it is about stays in sight above it.
        let height = (lines.len() as u16).saturating_add(2).min(below.height.max(5)).min(area.height);
        // At the lower edge, so that the line it explains stays in sight.
        let outer = popup::centred(area, width, height);
        let outer = Rect { y: area.bottom().saturating_sub(height), ..outer };
        let inner = popup::frame(buf, outer, &title, theme);
        popup::lines(buf, inner, &lines, first, theme);
    }
    if state.ask.open {
        return state.ask.view(cx, area, buf);
    }
    if state.reason.open { state.reason.view(cx, area, buf) } else { None }
}
