//! 日志: who did what, newest first. Entries are read a page at a time, as far as somebody looks; Enter shows one in
//! full, one key follows the chain.

mod entry;
mod rows;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::filter::FilterLine;
use super::{AvailableAction, Context, Effect, Got, Input, Read, Reply, Target, Tone};
use crate::domain::JournalPublic;
use crate::index::journal::{Ask, Followed, InFull, Page};
use crate::index::query::Subject;
use crate::keys::Action;
use crate::ui::paint::{line, put_line, wrap};
use crate::ui::scroll::{Move, Scroll};
use crate::ui::table::{self, Table};
use crate::ui::theme::Role;

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    filter: FilterLine,
    rows: Vec<JournalPublic>,
    /// Where the search goes on; `None` when it is through.
    next: Option<u64>,
    /// The newest entry's number.
    head: u64,
    /// The newest entry when the first rows were read; a later page may know of newer ones that are not among them.
    top: u64,
    /// Whether anything was read yet.
    seen: bool,
    /// The question that is under way.
    asked: Option<Ask>,
    /// What is shown is not what is wanted any more: asked again as soon as the answer under way is here.
    stale: bool,
    scroll: Scroll,
    size: (u16, u16),
    /// The entry shown in full: its number, what was read of it, the first line shown.
    open: Option<(u64, Option<Box<InFull>>, usize)>,
    chain: Option<Chain>,
    failed: Option<String>,
}

/// So many rows behind the cursor are kept.
const KEPT: usize = 500;

/// The chain being followed, or followed to its end.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Chain {
    followed: Followed,
    running: bool,
}

impl State {
    /// Whether the filter line has the focus.
    pub(super) const fn typing(&self) -> bool {
        self.filter.typing
    }

    /// Whether a key must wait: nothing was read yet.
    pub(super) const fn holding(&self) -> bool {
        !self.seen && self.asked.is_some() && !self.filter.typing && self.open.is_none()
    }

    /// Whether an entry is shown in full.
    pub(super) const fn reading(&self) -> bool {
        self.open.is_some()
    }

    /// Starts with what a target asks for.
    pub(super) fn start(&mut self, target: &Target, cx: &Context) {
        if let Some(query) = &target.query {
            self.filter.set(query, Subject::Journal, cx);
            self.seen = false;
        }
        self.filter.typing = target.typing;
        self.open = None;
    }

    fn page(&self) -> usize {
        // Header, tabs, footer; filter line, its message or rule, titles.
        (self.size.1 as usize).saturating_sub(6)
    }

    /// Reads from the newest entry on; an answer under way is waited for first, so that typing asks no queue together.
    fn again(&mut self) -> Vec<Effect> {
        if self.asked.is_some() {
            self.stale = true;
            return Vec::new();
        }
        self.ask(None)
    }

    /// Reads on where the rows end while the cursor is near their end.
    fn more(&mut self) -> Vec<Effect> {
        let wanted = self.scroll.at.saturating_add(2 * self.page().max(1));
        if self.asked.is_some() || self.next.is_none() || self.rows.len() > wanted {
            return Vec::new();
        }
        self.ask(self.next)
    }

    fn ask(&mut self, below: Option<u64>) -> Vec<Effect> {
        let ask = Ask { query: self.filter.query().clone(), below };
        self.asked = Some(ask.clone());
        self.stale = false;
        vec![Effect::Read(Read::Journal(ask))]
    }

    /// Takes a page in.
    fn take(&mut self, ask: &Ask, page: Page) -> Vec<Effect> {
        self.asked = None;
        self.failed = None;
        if self.stale || ask.query != *self.filter.query() {
            return self.ask(None);
        }
        let place = self.rows.get(self.scroll.at).map(|r| r.seq).filter(|_| self.seen);
        // What was said of the chain was said of the entries there were.
        self.chain = self.chain.filter(|c| c.running || page.head == self.head);
        self.head = page.head;
        if ask.below.is_none() {
            // What is older than the page is still right, since entries never change, and goes on where it ends, unless more
            // have come than a page looks at.
            let reached = page.next.unwrap_or(0);
            let joined = self.seen && reached <= self.top + 1;
            self.top = page.head;
            let mut kept = std::mem::take(&mut self.rows);
            kept.retain(|r| joined && r.seq < reached);
            let older = if kept.is_empty() { page.next } else { self.next };
            self.rows = page.entries;
            self.rows.append(&mut kept);
            self.next = older;
        } else {
            self.rows.extend(page.entries);
            self.next = page.next;
        }
        self.seen = true;
        let at = match place {
            Some(seq) if self.scroll.at > 0 => self.rows.iter().position(|r| r.seq <= seq).unwrap_or(self.scroll.at),
            _ => self.scroll.at,
        };
        let page = self.page();
        self.scroll.to(at, self.rows.len(), page);
        // A journal that grows all day is read again where it is looked at again.
        if let Some(last) = self.rows.get(self.scroll.at + KEPT).map(|r| r.seq) {
            self.rows.truncate(self.scroll.at + KEPT + 1);
            self.next = Some(last);
        }
        self.more()
    }

    /// Another filter: from the top.
    fn narrowed(&mut self, changed: bool) -> Vec<Effect> {
        if !changed {
            return Vec::new();
        }
        self.seen = false;
        self.scroll = Scroll::default();
        self.again()
    }

    fn open_row(&mut self) -> Vec<Effect> {
        let Some(row) = self.rows.get(self.scroll.at) else { return Vec::new() };
        self.filter.typing = false;
        self.open = Some((row.seq, None, 0));
        vec![Effect::Read(Read::Entry(row.seq))]
    }

    fn follow(&mut self) -> Vec<Effect> {
        if self.chain.is_some_and(|c| c.running) {
            return Vec::new();
        }
        let followed = Followed { upto: 0, of: self.head, bad: None };
        self.chain = Some(Chain { followed, running: true });
        vec![Effect::Read(Read::Chain { from: 1, of: None })]
    }
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    if state.open.is_some()
        && let Some(effects) = entry::update(state, &input, cx)
    {
        return effects;
    }
    if state.filter.typing
        && let Some(changed) = state.filter.edit(&input, Subject::Journal, cx)
    {
        return state.narrowed(changed);
    }
    match input {
        Input::Shown => state.again(),
        // Nobody has looked yet: nothing has to be kept up to date.
        Input::Refreshed | Input::Committed(..) if state.seen => state.again(),
        Input::Resized(w, h) => {
            state.size = (w, h);
            let page = state.page();
            state.scroll.fit(state.rows.len(), page);
            if state.seen { state.more() } else { Vec::new() }
        }
        Input::Read(reply) => read(state, *reply),
        Input::Action(action) => act(state, action, cx),
        Input::Failed(why) => vec![Effect::Toast(Tone::Trouble, why)],
        _ => Vec::new(),
    }
}

/// Takes in what was read.
fn read(state: &mut State, reply: Reply) -> Vec<Effect> {
    match (reply.read, reply.got) {
        (Read::Journal(ask), Ok(Got::Journal(page))) => state.take(&ask, page),
        (Read::Journal(_), Err(why)) => {
            state.asked = None;
            state.next = None;
            state.failed = Some(why);
            Vec::new()
        }
        (Read::Entry(seq), Ok(Got::Entry(full))) => {
            if let Some((_, slot, _)) = state.open.as_mut().filter(|(n, ..)| *n == seq) {
                *slot = Some(full);
            }
            Vec::new()
        }
        (Read::Entry(_), Err(why)) => {
            state.open = None;
            vec![Effect::Toast(Tone::Trouble, why)]
        }
        (Read::Chain { .. }, Ok(Got::Chain(followed))) => {
            let running = followed.bad.is_none() && followed.upto < followed.of;
            state.chain = Some(Chain { followed, running });
            let next = Read::Chain { from: followed.upto + 1, of: Some(followed.of) };
            running.then_some(Effect::Read(next)).into_iter().collect()
        }
        (Read::Chain { .. }, Err(why)) => {
            state.chain = None;
            vec![Effect::Toast(Tone::Trouble, why)]
        }
        _ => Vec::new(),
    }
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
        Action::Open | Action::Accept => return state.open_row(),
        Action::Filter => {
            state.filter.typing = true;
            return Vec::new();
        }
        Action::Cancel => {
            state.filter.typing = false;
            return Vec::new();
        }
        Action::Complete => {
            let changed = state.filter.complete(Subject::Journal, cx);
            return state.narrowed(changed);
        }
        Action::ClearFilter => {
            let changed = state.filter.clear(Subject::Journal, cx);
            return state.narrowed(changed);
        }
        Action::Back if !state.filter.is_empty() => {
            let changed = state.filter.clear(Subject::Journal, cx);
            return state.narrowed(changed);
        }
        Action::Back => return vec![Effect::Back],
        Action::VerifyChain => return state.follow(),
        _ => return Vec::new(),
    };
    let page = state.page();
    state.scroll.go(step, state.rows.len(), page);
    state.more()
}

/// What can be done now.
pub fn keys(state: &State, _: &Context) -> Vec<AvailableAction> {
    if state.open.is_some() {
        return entry::keys();
    }
    let some = !state.rows.is_empty();
    if state.filter.typing {
        return vec![
            AvailableAction::when(Action::Accept, 90, some),
            AvailableAction::on(Action::Cancel, 80),
            AvailableAction::on(Action::Complete, 75),
            AvailableAction::on(Action::ClearText, 70),
        ];
    }
    let idle = !state.chain.is_some_and(|c| c.running);
    vec![
        AvailableAction::when(Action::Open, 100, some),
        AvailableAction::on(Action::Filter, 95),
        AvailableAction::when(Action::VerifyChain, 90, idle),
        AvailableAction::when(Action::ClearFilter, 60, !state.filter.is_empty()),
        AvailableAction::on(Action::Back, 10),
        AvailableAction::when(Action::Up, 0, some),
        AvailableAction::when(Action::Down, 0, some),
        AvailableAction::when(Action::PageUp, 0, some),
        AvailableAction::when(Action::PageDown, 0, some),
        AvailableAction::when(Action::First, 0, some),
        AvailableAction::when(Action::Last, 0, some),
    ]
}

/// Draws.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    if area.height < 3 {
        return None;
    }
    let t = cx.texts;
    let more = if state.next.is_some() { "+" } else { "" };
    let values = [("n", format!("{}{more}", state.rows.len())), ("of", state.head.to_string())];
    let count = t.fill("lists.count", &values);
    let caret = state.filter.view(cx, Rect { height: 1, ..area }, &count, &t.t("journal.hint"), buf);
    let message = Rect { y: area.y.saturating_add(1), height: 1, ..area };
    state.filter.message(cx, message, note(state, cx), buf);
    let below = Rect { y: area.y.saturating_add(2), height: area.height.saturating_sub(2), ..area };
    let columns = rows::columns(cx);
    let row = |n: usize| {
        let cells = state.rows.get(n).map(|r| rows::cells(r, cx)).unwrap_or_default();
        table::Row { cells, marked: false }
    };
    let table = Table { columns: &columns, len: state.rows.len(), scroll: state.scroll, active: true, row: &row };
    table.view(buf, Rect { width: below.width.saturating_sub(1), ..below }, cx.theme);
    if state.rows.is_empty() {
        let text = match (&state.failed, state.asked.is_some() || !state.seen) {
            (Some(why), _) => why.clone(),
            (None, true) => t.t("journal.reading"),
            (None, false) => t.t("journal.nothing"),
        };
        let lines = wrap(&text, below.width.saturating_sub(6));
        for (text, y) in lines.into_iter().zip(below.y.saturating_add(2)..below.bottom()) {
            put_line(buf, below, below.x.saturating_add(3), y, &line(text, Role::Dim), below.width, None, cx.theme);
        }
    }
    if state.open.is_some() {
        entry::view(state, cx, area, buf);
        return None;
    }
    caret
}

/// How far the chain was followed; else what the signs of the rows mean, where there are any.
fn note(state: &State, cx: &Context) -> Option<(String, Role)> {
    let t = cx.texts;
    let Some(Chain { followed, running }) = state.chain else {
        let back = state.rows.iter().any(|r| r.clock_back.is_some());
        return back.then(|| (format!("! {}", t.t("journal.clock_backs")), Role::Alarm));
    };
    let values = [("n", followed.upto.to_string()), ("of", followed.of.to_string())];
    Some(match followed.bad {
        Some(seq) => {
            let values = [("n", followed.upto.to_string()), ("seq", seq.to_string())];
            (format!("! {}", t.fill("journal.chain_bad", &values)), Role::Alarm)
        }
        None if running => (t.fill("journal.chain_running", &values), Role::Info),
        None => (t.fill("journal.chain_good", &values), Role::Good),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_of_the_chain_is_not_said_of_entries_that_came_later() {
        let chain = Some(Chain { followed: Followed { upto: 2, of: 2, bad: None }, running: false });
        let mut state = State { head: 2, chain, ..State::default() };
        let ask = Ask { query: crate::index::Query::default(), below: None };
        state.take(&ask, Page { entries: Vec::new(), next: None, head: 2 });
        assert!(state.chain.is_some());
        state.take(&ask, Page { entries: Vec::new(), next: None, head: 3 });
        assert!(state.chain.is_none());
    }

    /// A page as the journal gives it: the newest 200, or those below a number.
    fn page(head: u64, below: Option<u64>) -> Page {
        let newest = below.map_or(head, |b| b - 1);
        let next = newest.checked_sub(200).filter(|n| *n > 0).map(|n| n + 1);
        let entry = |seq| JournalPublic {
            seq,
            at: "2026-03-01T09:00:00+08:00".to_owned(),
            operator: "li.na".to_owned(),
            channel: crate::domain::Channel::Screen,
            verb: "add_person".to_owned(),
            records: Vec::new(),
            fields: Vec::new(),
            rows: None,
            undoes: None,
            clock_back: None,
        };
        Page { entries: (next.unwrap_or(1)..=newest).rev().map(entry).collect(), next, head }
    }

    #[test]
    fn a_journal_that_grows_has_no_gap_and_keeps_little() {
        let mut state = State::default();
        let ask = |below| Ask { query: crate::index::Query::default(), below };
        let whole = |state: &State| state.rows.windows(2).all(|two| two[0].seq == two[1].seq + 1);
        state.take(&ask(None), page(300, None));
        state.take(&ask(Some(101)), page(300, Some(101)));
        assert_eq!((state.rows.len(), state.next), (300, None));
        // Fewer have come than a page shows: the rest stands.
        state.take(&ask(None), page(400, None));
        assert_eq!((state.rows.len(), state.next), (400, None));
        assert!(whole(&state));
        // More have come: nothing is left out between the page and what was there.
        state.take(&ask(None), page(1000, None));
        assert!(whole(&state));
        assert_eq!((state.rows.len(), state.next), (200, Some(801)));
        // An older page tells of newer entries before they are read.
        state.take(&ask(Some(801)), page(1500, Some(801)));
        state.take(&ask(None), page(1500, None));
        assert!(whole(&state));
        for n in 0..100 {
            state.take(&ask(None), page(1500 + n * 150, None));
            assert!(whole(&state), "{n}");
            assert!(state.rows.len() <= KEPT + 1, "{}", state.rows.len());
        }
        let last = state.rows.last().unwrap().seq;
        assert_eq!(state.next, Some(last), "and reading goes on behind the last");
        state.take(&ask(state.next), page(state.head, state.next));
        assert!(whole(&state));
    }
}
