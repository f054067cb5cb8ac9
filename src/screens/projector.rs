//! 投影: one person, one question, the answer with its article, and nothing else: no header, no list, no footer. Widely
//! spaced, numbers masked. Arrows go on to other months, the letters of the card to other questions.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::meeting::Month;
use super::{AvailableAction, Card, Context, Effect, Input, Tone, case, usual_questions, words};
use crate::domain::{Date, PersonId, TripState};
use crate::index::{Item, Part, Row, TripRow};
use crate::keys::Action;
use crate::rules::answer::{Outcome, Question, Verdict};
use crate::ui::paint::{self, Pieces, line, piece, put_line, wrap};
use crate::ui::scroll::{Move, Scroll};
use crate::ui::theme::{Glyph, Role};

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    pub(super) person: PersonId,
    /// The request or case it is about, if it was opened from the agenda.
    part: Option<Part>,
    question: Question,
    month: Option<Month>,
    card: Option<Box<Card>>,
    /// The answers so far, each for its day.
    answers: Vec<(Question, Box<Verdict>)>,
    failed: Option<String>,
    scroll: Scroll,
    /// The subject a key asked for last.
    turned: Option<String>,
    size: (u16, u16),
}

impl State {
    /// The person with the first of the usual questions, or with the one the request or case asks.
    pub(super) fn new(person: PersonId, part: Option<Part>, month: Option<Month>, cx: &Context) -> Self {
        let first = usual_questions().into_iter().next().unwrap_or(Question::Leave);
        let mut state = Self {
            person,
            part,
            question: first,
            month,
            card: None,
            answers: Vec::new(),
            failed: None,
            scroll: Scroll::default(),
            turned: None,
            size: (80, 24),
        };
        state.question = state.own(cx).map_or(first, |(question, _)| question);
        state
    }

    /// What the request or case asks, and for which day.
    fn own(&self, cx: &Context) -> Option<(Question, Date)> {
        match cx.index.row(Item::of_part(self.person, self.part?))? {
            Row::Trip(t) => Some((Question::Travel { kind: t.kind, trip: Some(t.n) }, t.depart_on)),
            Row::Matter(m) => case::question(&m, cx.today),
            _ => None,
        }
    }

    /// Whether a key must wait: the card is on its way.
    pub(super) const fn holding(&self) -> bool {
        self.card.is_none() && self.failed.is_none()
    }

    /// What is asked, and for which days: of a journey that is asked for, its own request and day; else both ends of the
    /// month, or today.
    fn asks(&self, cx: &Context) -> Vec<(Question, Date)> {
        let days = match (self.month, self.own(cx)) {
            (Some(month), _) => month.days(cx.today),
            (None, Some(own)) if own.0 == self.question => return vec![own],
            _ => (cx.today, cx.today),
        };
        if let Some(request) = self.request(days, cx) {
            return vec![request];
        }
        let (first, last) = days;
        let all = [(self.question, first), (self.question, last)];
        all.into_iter().take(if first == last { 1 } else { 2 }).collect()
    }

    /// The request under way that departs within the month asked about; without a month, the next one.
    fn request(&self, (first, last): (Date, Date), cx: &Context) -> Option<(Question, Date)> {
        let Question::Travel { kind, trip: None } = self.question else { return None };
        let last = if self.month.is_some() { last } else { Date::MAX };
        let trips = cx.index.person(self.person)?.trips;
        let open = |t: &&TripRow| {
            let state = matches!(t.state, TripState::Pending | TripState::Approved | TripState::PapersIssued);
            state && t.kind == kind && (first..=last).contains(&t.depart_on)
        };
        let next = trips.iter().filter(open).min_by_key(|t| t.depart_on)?;
        Some((Question::Travel { kind, trip: Some(next.n) }, next.depart_on))
    }

    fn ask(&self, cx: &Context) -> Vec<Effect> {
        let ask = |(question, on)| Effect::Ask { person: self.person, question, on };
        self.asks(cx).into_iter().map(ask).collect()
    }

    /// The next question of a subject; pressed again, the next kind of it.
    fn turn(&mut self, subject: &str, cx: &Context) -> Vec<Effect> {
        let all: Vec<Question> = usual_questions().into_iter().filter(|q| q.subject() == subject).collect();
        // The first time the first kind, even where it is shown already.
        let same = self.turned.replace(subject.to_owned()).is_some_and(|before| before == subject);
        let here = all.iter().position(|q| same && *q == self.question);
        let at = here.map_or(0, |n| (n + 1) % all.len().max(1));
        if let Some(question) = all.get(at) {
            self.question = *question;
        }
        self.scroll = Scroll::default();
        self.ask(cx)
    }

    fn goes(&mut self, months: i32, cx: &Context) -> Vec<Effect> {
        let today = Month::of(cx.today);
        let next = self.month.map_or_else(|| today.step(months.max(0)), |m| m.step(months));
        // What is past is not asked about.
        self.month = Some(if next.days(cx.today).1 < cx.today { today } else { next });
        self.scroll = Scroll::default();
        self.ask(cx)
    }

    fn page(&self) -> usize {
        usize::from(self.size.1).saturating_sub(2).max(1)
    }

    fn lines(&self, cx: &Context) -> Vec<Pieces> {
        let margin = margin(self.size.0);
        let width = self.size.0.saturating_sub(margin.saturating_mul(2)).max(10);
        let mut page = Page { cx, width, out: Vec::new() };
        match (&self.card, &self.failed) {
            (Some(card), _) => self.told(card, &mut page),
            (None, Some(why)) => page.paragraph("", why, Role::Alarm),
            (None, None) => page.paragraph("", &cx.texts.t("card.loading"), Role::Dim),
        }
        page.out
    }

    /// The person, the question, and the answer of each day.
    fn told(&self, card: &Card, page: &mut Page) {
        let (cx, t) = (page.cx, page.cx.texts);
        let (p, s) = (&card.person, &card.standing);
        let mut who = vec![piece(p.name.clone(), Role::Strong), piece("   ", Role::Text)];
        who.extend(words::state(cx, s.state));
        who.push(piece(format!("   {}", words::level(cx, s.level)), words::level_role(s.level)));
        page.spaced(who);
        let facts = [p.department.clone(), s.post.clone()];
        let number = p.identity.as_ref().map(ToString::to_string);
        let number = number.map(|n| format!("{} {n}", t.t("fact.identity")));
        let facts: Vec<String> = facts.into_iter().chain(number).filter(|x| !x.is_empty()).collect();
        page.paragraph("", &facts.join("   "), Role::Text);
        let asks = self.asks(cx);
        let mut asked = words::question(cx, self.question);
        if let Some(month) = self.month {
            asked = format!("{asked}   {}", month.text());
        }
        page.spaced(vec![piece(asked, Role::Section)]);
        let answer = |(question, on): &(Question, Date)| {
            let found = self.answers.iter().find(|(q, v)| q == question && v.on == *on);
            found.map(|(_, v)| v.as_ref())
        };
        let answers: Vec<&Verdict> = asks.iter().filter_map(answer).collect();
        let request = asks.iter().any(|(q, _)| matches!(q, Question::Travel { trip: Some(_), .. }));
        match answers.as_slice() {
            [] => page.paragraph("", &t.t("card.loading"), Role::Dim),
            [first, last] if !same(first, last) => {
                // The answer changes within the month: both of them, each with its day.
                for v in [first, last] {
                    page.outcome(v, true);
                    page.grounds(v);
                }
            }
            [first, ..] => {
                page.outcome(first, request || (self.month.is_none() && first.on != cx.today));
                page.grounds(first);
            }
        }
        page.arithmetic(card, self.question);
    }
}

/// Whether two answers say the same, whatever their days.
fn same(a: &Verdict, b: &Verdict) -> bool {
    let codes = |v: &Verdict| v.missing.iter().map(|m| m.code.clone()).collect::<Vec<_>>();
    let reasons = |v: &Verdict| v.reasons.iter().map(|r| r.code.clone()).collect::<Vec<_>>();
    (a.outcome, codes(a), reasons(a)) == (b.outcome, codes(b), reasons(b))
}

/// Cells left free at both sides.
const fn margin(width: u16) -> u16 {
    match width {
        0..=79 => 2,
        80..=119 => 6,
        _ => 16,
    }
}

/// Lines with room between them.
struct Page<'a, 'b> {
    cx: &'a Context<'b>,
    width: u16,
    out: Vec<Pieces>,
}

impl Page<'_, '_> {
    fn spaced(&mut self, pieces: Pieces) {
        self.out.push(pieces);
        self.out.push(Vec::new());
    }

    /// A paragraph behind a sign; its lines stand close, and room follows.
    fn paragraph(&mut self, sign: &str, text: &str, role: Role) {
        let indent = if sign.is_empty() { 0 } else { paint::width(sign).saturating_add(2) };
        for (n, l) in wrap(text, self.width.saturating_sub(indent)).into_iter().enumerate() {
            let lead = if n == 0 && indent > 0 { format!("{sign}  ") } else { " ".repeat(indent.into()) };
            self.out.push(vec![piece(lead, Role::Key), piece(l, role)]);
        }
        self.out.push(Vec::new());
    }

    fn outcome(&mut self, v: &Verdict, dated: bool) {
        let mut first = words::outcome(self.cx, v.outcome);
        for p in &mut first {
            if p.role == Role::Dim {
                p.role = Role::Strong;
            }
        }
        if dated {
            first.insert(0, piece(format!("{}   ", v.on), Role::Strong));
        }
        if let Some(free) = v.free_from.filter(|_| v.outcome != Outcome::Allowed) {
            let text = self.cx.texts.fill("explain_box.free_from", &[("date", free.to_string())]);
            first.push(piece(format!("   {text}"), Role::Info));
        }
        self.spaced(first);
    }

    /// Every reason with its article, then what is missing, in order.
    fn grounds(&mut self, v: &Verdict) {
        let cx = self.cx;
        if v.outcome == Outcome::Silent {
            self.paragraph("", &cx.texts.t("explain_box.silent"), Role::Text);
        }
        for r in v.reasons.iter().filter(|r| !r.article.is_empty()) {
            let text = format!("{}   {}", words::reason(cx, r), words::cite(cx, &r.pack, &r.article));
            self.paragraph(cx.theme.glyph(Glyph::Full), &text, Role::Text);
        }
        for (n, m) in (1..).zip(&v.missing) {
            let text = format!("{}   {}", words::missing(cx, m), words::cite(cx, &m.pack, &m.article));
            self.paragraph(&format!("{n}."), &text, Role::Text);
        }
    }

    /// How the day is reckoned that ends what stands in the way: the ban of a foreign employer, else the period.
    fn arithmetic(&mut self, card: &Card, question: Question) {
        let (cx, t) = (self.cx, self.cx.texts);
        let ban = matches!(question, Question::ForeignJob { .. });
        let clock = card.standing.clocks.iter().find(|c| ban && c.code == "foreign_job_ban");
        let (lines, until) = match (clock, &card.standing.period) {
            (Some(c), _) => (&c.explanation, c.until),
            (None, Some(p)) => (&p.explanation, p.last_day),
            (None, None) => return,
        };
        if until.is_some_and(|d| d < cx.today) {
            return;
        }
        self.spaced(line(t.t("explain_box.arithmetic"), Role::Section));
        for l in lines {
            let text = t.say("explain", &l.code, &l.values);
            let text = if l.article.is_empty() { text } else { format!("{text}  [{}]", l.article) };
            self.paragraph(cx.theme.glyph(Glyph::Full), &text, Role::Text);
        }
    }
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    match input {
        Input::Shown | Input::Refreshed | Input::Committed(..) => {
            let mut effects = vec![Effect::Fetch(state.person)];
            effects.extend(state.ask(cx));
            return effects;
        }
        Input::Resized(w, h) => state.size = (w, h),
        Input::Fetched(card) if card.person.id == state.person => {
            state.card = Some(card);
            state.failed = None;
        }
        Input::Answer(question, verdict) if verdict.person == state.person => {
            state.answers.retain(|(q, v)| (*q, v.on) != (question, verdict.on));
            state.answers.push((question, verdict));
        }
        Input::Failed(why) => {
            state.failed = Some(why.clone());
            return vec![Effect::Toast(Tone::Trouble, why)];
        }
        Input::Action(action) => return act(state, action, cx),
        _ => {}
    }
    Vec::new()
}

/// Does an action.
fn act(state: &mut State, action: Action, cx: &Context) -> Vec<Effect> {
    let step = match action {
        Action::ScrollUp => Move::Up,
        Action::ScrollDown => Move::Down,
        Action::ScrollPageUp => Move::PageUp,
        Action::ScrollPageDown => Move::PageDown,
        Action::Top => Move::First,
        Action::Bottom => Move::Last,
        Action::NextSection => return state.goes(1, cx),
        Action::PreviousSection => return state.goes(-1, cx),
        Action::AskTravel => return state.turn("travel", cx),
        Action::AskTransfer => return state.turn("transfer", cx),
        Action::AskResign => return state.turn("resign", cx),
        Action::AskForeignJob => return state.turn("foreign-job", cx),
        Action::AskPost => return state.turn("post", cx),
        Action::AskLeave => return state.turn("leave", cx),
        Action::Back => return vec![Effect::Back],
        _ => return Vec::new(),
    };
    // The cursor is the first line shown.
    let len = state.lines(cx).len().saturating_sub(state.page()).saturating_add(1);
    state.scroll.go(step, len, state.page());
    Vec::new()
}

/// What can be done now.
pub fn keys(state: &State, _: &Context) -> Vec<AvailableAction> {
    let there = state.card.is_some();
    let when = |action, priority| AvailableAction::when(action, priority, there);
    vec![
        AvailableAction::on(Action::Back, 100),
        when(Action::NextSection, 90).called("meeting.next_month"),
        when(Action::PreviousSection, 88).called("meeting.previous_month"),
        when(Action::AskTravel, 80),
        when(Action::AskResign, 78),
        when(Action::AskTransfer, 76),
        when(Action::AskForeignJob, 74),
        when(Action::AskPost, 72),
        when(Action::AskLeave, 70),
        when(Action::ScrollUp, 0),
        when(Action::ScrollDown, 0),
        when(Action::ScrollPageUp, 0),
        when(Action::ScrollPageDown, 0),
        when(Action::Top, 0),
        when(Action::Bottom, 0),
    ]
}

/// Draws over the whole terminal.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    paint::fill(buf, area, theme.style(Role::Text));
    let margin = margin(area.width);
    let x = area.x.saturating_add(margin);
    let inner = Rect {
        x,
        y: area.y.saturating_add(1),
        width: area.width.saturating_sub(margin.saturating_mul(2)),
        height: area.height.saturating_sub(2),
    };
    let lines = state.lines(cx);
    for (pieces, y) in lines.iter().skip(state.scroll.at).zip(inner.y..inner.bottom()) {
        put_line(buf, inner, inner.x, y, pieces, inner.width, None, theme);
    }
    if state.scroll.at.saturating_add(usize::from(inner.height)) < lines.len() {
        let more = [piece(theme.glyph(Glyph::More), Role::Key)];
        put_line(buf, area, area.right().saturating_sub(3), inner.bottom().saturating_sub(1), &more, 2, None, theme);
    }
    None
}
