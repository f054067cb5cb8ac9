//! The program without its terminal: keys to actions, actions to screens, effects to orders, state to cells. Nothing here
//! waits, reads a file or knows the time, so tests drive it as the loop does.

use std::collections::VecDeque;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::decode::Event;
use super::register::{Register, Snapshot};
use super::say::{problem_lines, sentence};
use super::{numbers, undo};
use crate::domain::numbers::Numbers;
use crate::domain::{Command, Date, InspectionId, PersonId};
use crate::error::{Error, Kind};
use crate::i18n::{Lang, Texts};
use crate::keys::{Action, Code, Key, Keymap, Lookup, Problem, Scope, Sequence};
use crate::rules::answer::Question;
use crate::screens::{
    Chrome, Context, Desk, Effect, Got, Input, Read, Reply, SavedFilter, StoreState, Target, Tone, filters,
};
use crate::session::{Kept, SessionError};
use crate::ui::paint;
use crate::ui::theme::{Role, Theme};

/// How the program starts.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Language.
    pub lang: Lang,
    /// Colours and glyphs.
    pub theme: Theme,
    /// Keys.
    pub keymap: Keymap,
    /// What is wrong with the user's keymap: shown first, until read.
    pub problems: Vec<Problem>,
    /// The day everything is judged by.
    pub today: Date,
    /// Whether that day was chosen, and so does not turn at midnight.
    pub today_fixed: bool,
    /// The real day.
    pub real_today: Date,
    /// Where to start, unless on Today.
    pub start: Option<Target>,
    /// Columns and rows.
    pub size: (u16, u16),
}

/// What the loop has to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// Ask the register, on its thread; the answer comes back through [`Shell::input`].
    Do(Job),
    /// Paint everything again.
    Repaint,
    /// Stop for a while.
    Suspend,
    /// End.
    Quit,
}

/// A question to the register.
#[derive(Debug, Clone, PartialEq)]
pub enum Job {
    /// A card.
    Card(PersonId, Date),
    /// A verdict.
    Answer {
        /// About whom.
        person: PersonId,
        /// What.
        question: Question,
        /// For which day.
        on: Date,
    },
    /// An inspection with what stands beside its items.
    Sheet(InspectionId),
    /// Anything else a screen asks for.
    Read(Read),
    /// The saved filters.
    Filters,
    /// A filter to be kept at its place, or to be taken away.
    KeepFilter(u8, Option<SavedFilter>),
    /// A change, and the revision of the record it rests on.
    Commit(Box<Command>, Option<(PersonId, u64)>),
}

impl Job {
    /// Does the job. A fault of the program on the way is an error like any other: the screens live on.
    ///
    /// # Errors
    /// What the register says.
    pub fn perform(&self, register: &dyn Register) -> Result<Input, SessionError> {
        let work = || match self {
            Self::Card(person, today) => Ok(Input::Fetched(Box::new(register.card(*person, *today)?))),
            Self::Answer { person, question, on } => {
                Ok(Input::Answer(*question, Box::new(register.answer(*person, *question, *on)?)))
            }
            Self::Sheet(id) => Ok(Input::Sheet(Box::new(register.sheet(*id)?))),
            Self::Read(read) => {
                let got = Ok(register.read(read)?);
                Ok(Input::Read(Box::new(Reply { read: read.clone(), got })))
            }
            Self::Filters => Ok(Input::Filters(kept_filters(register)?)),
            Self::KeepFilter(place, filter) => {
                // Read again, so that what another session saved stays.
                let mut all = kept_filters(register)?;
                all.retain(|f| f.place != *place);
                all.extend(filter.clone());
                let text = serde_json::to_string(&all).map_err(|_| Error::new(Kind::Store, "fault"))?;
                register.keep(Kept::Filters, Some(&text))?;
                Ok(Input::Filters(all))
            }
            Self::Commit(command, seen) => {
                let done = register.commit((**command).clone(), *seen)?;
                Ok(Input::Committed((!done.nothing).then_some(done.seq), done.warnings))
            }
        };
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
            .unwrap_or_else(|_| Err(Error::new(Kind::Store, "fault").into()))
    }
}

/// The filters the operator saved; what is not in their form counts as none.
fn kept_filters(register: &dyn Register) -> Result<Vec<SavedFilter>, Error> {
    let kept = register.kept(Kept::Filters)?;
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// A page of lines before everything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Notice {
    /// The terminal does not show UTF-8.
    NotUtf8,
    /// The keymap's problems, from this line on.
    Problems(Vec<String>, usize),
    /// Nothing at all: nobody has struck a key for a while.
    Blank,
    /// Whole numbers: over the screen for a moment.
    Numbers(Numbers),
    /// Why a change was not taken back: over the screen, which stays in sight.
    NotUndone(String),
}

/// What screens read.
#[derive(Debug)]
pub(super) struct World {
    snapshot: Snapshot,
    keymap: Keymap,
    pub(super) texts: Texts,
    theme: Theme,
    today: Date,
    today_fixed: bool,
    real_today: Date,
    pub(super) saving: usize,
    filters: Vec<SavedFilter>,
}

impl World {
    pub(super) fn context(&self) -> Context<'_> {
        Context {
            today: self.today,
            real_today: self.real_today,
            texts: self.texts,
            theme: self.theme,
            keys: &self.keymap,
            units: &self.snapshot.units,
            packs: &self.snapshot.packs,
            index: &self.snapshot.index,
            choices: &self.snapshot.choices,
            operator: &self.snapshot.operator,
            accounts: &self.snapshot.accounts,
            filters: &self.filters,
            store: if self.saving > 0 { StoreState::Saving } else { self.snapshot.store },
        }
    }
}

/// The program.
#[derive(Debug)]
pub struct Shell {
    pub(super) desk: Desk,
    pub(super) world: World,
    pub(super) chrome: Chrome,
    struck: Vec<Key>,
    /// What was struck while a screen could not say what it means.
    held: VecDeque<Event>,
    pub(super) notices: Vec<Notice>,
    /// This session's last change: its journal entry and its verb.
    pub(super) last: Option<(u64, &'static str)>,
    size: (u16, u16),
}

impl Shell {
    /// Starts on a state of the register; what is to be done at once comes back too.
    pub fn new(settings: Settings, snapshot: Snapshot) -> (Self, Vec<Order>) {
        let texts = Texts::new(settings.lang);
        let world = World {
            snapshot,
            keymap: settings.keymap,
            texts,
            theme: settings.theme,
            today: settings.today,
            today_fixed: settings.today_fixed,
            real_today: settings.real_today,
            saving: 0,
            filters: Vec::new(),
        };
        let notices = if settings.problems.is_empty() {
            Vec::new()
        } else {
            vec![Notice::Problems(problem_lines(&settings.problems, texts), 0)]
        };
        let mut shell = Self {
            desk: Desk::new(&world.context(), settings.size),
            world,
            chrome: Chrome::default(),
            struck: Vec::new(),
            held: VecDeque::new(),
            notices,
            last: None,
            size: settings.size,
        };
        let effects = settings.start.map(|target| shell.desk.go(target, &shell.world.context())).unwrap_or_default();
        let mut orders = shell.execute(effects);
        orders.push(Order::Do(Job::Filters));
        (shell, orders)
    }

    /// Whether characters are text now: not while keys wait, since nobody knows yet what they will mean.
    pub fn typing(&self) -> bool {
        self.notices.is_empty() && self.desk.typing() && !self.desk.holding()
    }

    /// What the terminal said. A key that must wait for the disk is heard when the disk has answered.
    pub fn event(&mut self, event: Event) -> Vec<Order> {
        if self.desk.holding() {
            // Esc alone, or twice, leaves what does not answer.
            let esc = |e: &Event| *e == Event::Key(Key::plain(Code::Esc));
            if !(esc(&event) && self.desk.lets_go() && self.held.back().is_none_or(esc)) {
                self.held.push_back(event);
                return Vec::new();
            }
            self.held.clear();
        }
        self.chrome.toast = None;
        match event {
            Event::Key(key) => self.key(key),
            Event::Paste(text) if self.typing() => self.input(Input::Paste(text)),
            Event::Paste(_) => self.toast(Tone::Trouble, "shell.paste_ignored"),
            Event::PasteTooLong => self.toast(Tone::Trouble, "shell.paste_too_long"),
            Event::CursorAt(..) => Vec::new(),
        }
    }

    /// Whether the key would open a text field, so that what follows is text.
    pub fn opens_text(&self, key: Key) -> bool {
        self.notices.is_empty()
            && self.struck.is_empty()
            && matches!(
                self.world.keymap.lookup(self.desk.scopes(), &[key]),
                Lookup::Matched(Action::Filter | Action::Palette)
            )
    }

    /// Many characters came at once where no text is written: a paste of a terminal that does not mark pastes.
    pub fn unmarked_paste(&mut self) {
        self.struck.clear();
        self.chrome.pending = None;
        self.toast(Tone::Trouble, "shell.paste_ignored");
    }

    pub(super) fn toast(&mut self, tone: Tone, key: &str) -> Vec<Order> {
        self.chrome.toast = Some((tone, self.world.texts.t(key)));
        Vec::new()
    }

    fn key(&mut self, key: Key) -> Vec<Order> {
        if !self.notices.is_empty() {
            return self.notice_key(key);
        }
        if let Some(c) = key.text().filter(|_| self.struck.is_empty() && self.desk.typing()) {
            return self.input(Input::Typed(c));
        }
        if key == Key::plain(Code::Esc) && !self.struck.is_empty() {
            self.struck.clear();
            self.chrome.pending = None;
            return Vec::new();
        }
        self.struck.push(key);
        let looked_up = match self.world.keymap.lookup(self.desk.scopes(), &self.struck) {
            // The driver's own actions work even where a text field hears nothing else.
            Lookup::NotFound => match self.world.keymap.lookup(&[Scope::Global], &self.struck) {
                found @ Lookup::Matched(Action::Redraw | Action::Suspend) => found,
                _ => Lookup::NotFound,
            },
            found => found,
        };
        let struck = match looked_up {
            Lookup::Pending(follows) => {
                let (texts, saved) = (self.world.texts, &self.world.filters);
                let label = |action: Option<Action>| {
                    let Some(a) = action else { return "...".to_owned() };
                    filters::label(a, saved, texts).unwrap_or_else(|| texts.t(a.label_key()))
                };
                let useful = |(_, a): &(Key, Option<Action>)| a.is_none_or(|a| filters::useful(a, saved));
                let follows = follows.into_iter().filter(useful).map(|(key, a)| (key.to_string(), label(a))).collect();
                self.chrome.pending = Some((Sequence(self.struck.clone()).to_string(), follows));
                return Vec::new();
            }
            Lookup::Matched(action) => {
                self.struck.clear();
                self.chrome.pending = None;
                return self.input(Input::Action(action));
            }
            Lookup::NotFound => std::mem::take(&mut self.struck),
        };
        self.chrome.pending = None;
        if struck.len() > 1 {
            let text = self.world.texts.fill("shell.no_such_keys", &[("keys", Sequence(struck).to_string())]);
            self.chrome.toast = Some((Tone::Plain, text));
        }
        Vec::new()
    }

    /// Hands something to the screens and does what they ask for.
    pub fn input(&mut self, input: Input) -> Vec<Order> {
        let effects = self.desk.update(input, &self.world.context());
        self.execute(effects)
    }

    /// The one place where an effect becomes an act.
    fn execute(&mut self, effects: Vec<Effect>) -> Vec<Order> {
        let mut orders = Vec::new();
        for effect in effects {
            match effect {
                Effect::FetchSheet(id) => orders.push(Order::Do(Job::Sheet(id))),
                Effect::Fetch(person) => orders.push(Order::Do(Job::Card(person, self.world.today))),
                Effect::Ask { person, question, on } => orders.push(Order::Do(Job::Answer { person, question, on })),
                Effect::Read(read) => orders.push(Order::Do(Job::Read(read))),
                Effect::Commit(command) => {
                    self.world.saving += 1;
                    orders.push(Order::Do(Job::Commit(command, None)));
                }
                Effect::CommitOn { command, person, revision } => {
                    self.world.saving += 1;
                    orders.push(Order::Do(Job::Commit(command, Some((person, revision)))));
                }
                Effect::ReadFilters => orders.push(Order::Do(Job::Filters)),
                Effect::KeepFilter(place, filter) => orders.push(Order::Do(Job::KeepFilter(place, filter))),
                Effect::Toast(tone, text) => self.chrome.toast = Some((tone, text)),
                Effect::Quit => orders.push(Order::Quit),
                Effect::Perform(Action::Redraw) => orders.push(Order::Repaint),
                Effect::Perform(Action::Suspend) => orders.push(Order::Suspend),
                Effect::Perform(Action::UndoChange) => orders.extend(self.undo()),
                Effect::Perform(Action::Language) => {
                    let other = if self.world.texts.lang() == Lang::En { Lang::ZhCn } else { Lang::En };
                    orders.extend(self.speak(other));
                }
                // Navigation is the desk's; what is left of an action means nothing here.
                Effect::Perform(_)
                | Effect::Chosen(_)
                | Effect::Go(_)
                | Effect::ActOn(..)
                | Effect::ActOnAccount(_)
                | Effect::Back
                | Effect::Act { .. }
                | Effect::Fill { .. } => {}
            }
        }
        orders
    }

    fn speak(&mut self, lang: Lang) -> Vec<Order> {
        self.world.texts = Texts::new(lang);
        let mut orders = self.input(Input::Refreshed);
        orders.push(Order::Repaint);
        orders
    }

    /// The register has done a job, or could not.
    pub fn done(&mut self, job: &Job, result: Result<Input, SessionError>) -> Vec<Order> {
        let (waited, failed) = (self.desk.holding(), result.is_err());
        let mut orders = self.heard(job, result);
        if waited && failed && !self.desk.holding() {
            // What was struck meanwhile was meant for what did not happen.
            self.held.clear();
        }
        while !self.desk.holding() {
            let Some(event) = self.held.pop_front() else { break };
            orders.extend(self.event(event));
        }
        orders
    }

    fn heard(&mut self, job: &Job, result: Result<Input, SessionError>) -> Vec<Order> {
        if let Job::Commit(command, _) = job {
            self.world.saving = self.world.saving.saturating_sub(1);
            if command.undoes().is_some() {
                return self.undone(result.map(drop));
            }
            if let Ok(Input::Committed(entry, warnings)) = result {
                self.remember(command, entry);
                let orders = self.input(Input::Committed(entry, warnings.clone()));
                self.offer_undo(&warnings);
                return orders;
            }
        }
        if let Ok(Input::Filters(filters)) = &result {
            self.world.filters.clone_from(filters);
        }
        if let Ok(Input::Read(reply)) = &result
            && let Ok(Got::Numbers(numbers)) = &reply.got
        {
            self.show_numbers(numbers.clone());
            return Vec::new();
        }
        let input = result.unwrap_or_else(|error| match (job, error) {
            // Whoever asked is told, whichever screen is on top by now.
            (Job::Read(read), SessionError::Error(error)) => {
                let got = Err(sentence(self.world.texts, &error));
                Input::Read(Box::new(Reply { read: read.clone(), got }))
            }
            (_, SessionError::Error(error)) => Input::Failed(sentence(self.world.texts, &error)),
            (_, SessionError::Refused(refusal)) => Input::Refused(refusal),
        });
        if let (Job::Filters, Input::Failed(why)) = (job, &input) {
            // No screen asked for them in so many words.
            self.chrome.toast = Some((Tone::Trouble, why.clone()));
            return Vec::new();
        }
        self.input(input)
    }

    /// The sentences of the session's language.
    pub const fn texts(&self) -> Texts {
        self.world.texts
    }

    /// The register moved: lists are taken again, the cursor stays on its record.
    pub fn fresh(&mut self, snapshot: Snapshot) -> Vec<Order> {
        self.world.snapshot = snapshot;
        self.input(Input::Refreshed)
    }

    /// Whether not everybody is loaded.
    pub fn loading(&self) -> bool {
        self.world.context().loading()
    }

    /// So many people are loaded by now.
    pub const fn loaded(&mut self, people: u64) {
        if let StoreState::Loading { loaded, .. } = &mut self.world.snapshot.store {
            *loaded = people;
        }
    }

    /// Everything is loaded; what came meanwhile is newer.
    pub fn rest(&mut self, snapshot: Snapshot) -> Vec<Order> {
        if self.loading() { self.fresh(snapshot) } else { Vec::new() }
    }

    /// The journal's sequence number the screens show.
    pub const fn head(&self) -> u64 {
        self.world.snapshot.head
    }

    /// A failure in the chosen language.
    pub fn sentence(&self, error: &Error) -> String {
        sentence(self.world.texts, error)
    }

    /// The store does not answer.
    pub fn trouble(&mut self, error: &Error) {
        self.world.snapshot.store = StoreState::Trouble;
        self.chrome.toast = Some((Tone::Trouble, sentence(self.world.texts, error)));
    }

    /// The day turned.
    pub fn day(&mut self, real: Date) -> Vec<Order> {
        self.world.real_today = real;
        if !self.world.today_fixed {
            self.world.today = real;
        }
        self.input(Input::Refreshed)
    }

    /// The terminal has another size.
    pub fn resize(&mut self, columns: u16, rows: u16) -> Vec<Order> {
        self.size = (columns, rows);
        self.input(Input::Resized(columns, rows))
    }

    /// The terminal draws `·` two cells wide: signs of uncertain width are avoided from here on.
    pub fn wide_signs(&mut self) {
        self.world.theme.ascii = true;
    }

    /// The terminal does not show UTF-8: says so, and goes on in English ASCII if asked to.
    pub fn not_utf8(&mut self) {
        if !self.notices.contains(&Notice::NotUtf8) {
            self.notices.push(Notice::NotUtf8);
        }
    }

    /// Whether only ASCII may be sent.
    pub fn ascii_only(&self) -> bool {
        self.notices.contains(&Notice::NotUtf8)
    }

    /// Nobody has struck a key for a while: shows nothing until somebody does.
    pub fn blank(&mut self) {
        if self.notices.last() != Some(&Notice::Blank) {
            self.notices.push(Notice::Blank);
        }
    }

    /// What cannot be done in this session.
    pub fn refuse_suspend(&mut self) {
        self.toast(Tone::Plain, "shell.no_shell");
    }

    fn notice_key(&mut self, key: Key) -> Vec<Order> {
        let page = usize::from(self.size.1.saturating_sub(2).max(1));
        match self.notices.last_mut() {
            Some(Notice::NotUtf8) => match key.code {
                Code::Enter => {
                    self.notices.pop();
                    self.world.theme = Theme { ascii: true, ..self.world.theme };
                    return self.speak(Lang::En);
                }
                Code::Esc | Code::Char('q' | 'c') => return vec![Order::Quit],
                _ => {}
            },
            Some(Notice::Problems(lines, from)) => match key.code {
                Code::Down | Code::PageDown => *from = (*from + page).min(lines.len().saturating_sub(page)),
                Code::Up | Code::PageUp => *from = from.saturating_sub(page),
                _ => drop(self.notices.pop()),
            },
            Some(Notice::Blank | Notice::Numbers(_) | Notice::NotUndone(_)) => drop(self.notices.pop()),
            None => {}
        }
        Vec::new()
    }

    /// What would be lost if the program ended now, as text for [`Shell::restore`].
    pub fn draft(&self) -> Option<String> {
        self.desk.draft()
    }

    /// Opens the form that was being filled when the program ended, with the time of its last key; `None` when the text
    /// is not one of this program's.
    pub fn restore(&mut self, draft: &str, when: &str) -> Option<Vec<Order>> {
        let effects = self.desk.restore(draft, when, &self.world.context())?;
        Some(self.execute(effects))
    }

    /// Something failed that is no reason to stop: says so.
    pub fn mention(&mut self, error: &Error) {
        self.chrome.toast = Some((Tone::Trouble, sentence(self.world.texts, error)));
    }

    /// Draws everything.
    pub fn draw(&self, frame: &mut Frame) {
        let area = frame.area();
        if let Some(caret) = self.view(area, frame.buffer_mut()) {
            frame.set_cursor_position(caret);
        }
    }

    /// Draws everything into `area`; the caret, where there is one.
    pub fn view(&self, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let theme = self.world.theme;
        let lines: Vec<&str> = match self.notices.last() {
            None => return self.desk.view(&self.world.context(), &self.chrome, area, buf),
            Some(Notice::NotUndone(why)) => {
                let cx = self.world.context();
                self.desk.view(&cx, &self.chrome, area, buf);
                undo::view(why, &cx, area, buf);
                return None;
            }
            Some(Notice::Numbers(numbers)) => {
                let cx = self.world.context();
                self.desk.view(&cx, &self.chrome, area, buf);
                numbers::view(numbers, &cx, area, buf);
                return None;
            }
            Some(Notice::Blank) => Vec::new(),
            Some(Notice::NotUtf8) => Texts::new(Lang::En).list("shell.not_utf8"),
            Some(Notice::Problems(lines, from)) => lines.iter().skip(*from).map(String::as_str).collect(),
        };
        paint::fill(buf, area, theme.style(Role::Text));
        for (y, line) in (area.y..area.bottom()).zip(lines) {
            paint::put(buf, area, area.x, y, line, area.width, theme.style(Role::Text), theme);
        }
        None
    }
}
