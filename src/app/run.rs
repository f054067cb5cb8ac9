//! The loop: receive, update, draw if something changed. No clock ticks here: an idle session sends nothing.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};

use super::burst::Burst;
use super::decode::{Decoder, Event};
use super::environment::Environment;
use super::face::{self, Face};
use super::register::Register;
use super::shell::{Job, Order, Settings, Shell};
use super::terminal::signals::{Flags, Rescue};
use super::terminal::{self, signals};
use super::threads::{self, Message};
use crate::clock;
use crate::domain::Date;
use crate::error::{Error, Kind};
use crate::i18n::{Lang, Texts};
use crate::keys::{Keymap, Problem};
use crate::screens::Target;
use crate::session::Kept;
use crate::ui::theme::Theme;

/// There is no terminal.
const NO_TERMINAL: u8 = 64;
/// The terminal is gone.
const HUNG_UP: u8 = 129;
/// The program failed inside.
const PANICKED: u8 = 101;
/// How long the end waits for a commit that is under way.
const LAST_COMMIT: Duration = Duration::from_secs(2);
/// How long after a key the draft is written, while more keys may come.
const KEEP_AFTER: Duration = Duration::from_secs(1);

/// How the screens are opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Language.
    pub lang: Lang,
    /// Keys.
    pub keymap: Keymap,
    /// What is wrong with the user's keymap.
    pub problems: Vec<Problem>,
    /// The day everything is judged by, when it is not the real one.
    pub today: Option<Date>,
    /// Where to start, unless on Today.
    pub start: Option<Target>,
    /// The operator was named by the forced command of a key: no remote command is accepted, and there is no shell to
    /// go back to.
    pub forced: bool,
    /// Lines of text for screen readers instead of a screen.
    pub plain: bool,
    /// After how long without a key the screen goes blank, and after how long the session ends.
    pub idle: Option<(Duration, Duration)>,
    /// How long whole numbers stay on the screen.
    pub numbers: Duration,
}

/// Opens the screens on a register; comes back with the exit code when they are left.
pub fn run(register: Arc<dyn Register>, options: Options) -> u8 {
    let texts = Texts::new(options.lang);
    if !terminal::present() {
        eprintln!("{}", texts.t("shell.no_terminal"));
        return NO_TERMINAL;
    }
    terminal::close_memory();
    let rescue = {
        let register = Arc::clone(&register);
        Arc::new(Rescue::new(move |draft| register.leave(draft)))
    };
    let hook = terminal::panic_hook(move |place| texts.fill("shell.panicked", &[("place", place)]));
    let kept = Arc::clone(&rescue);
    let ended = std::panic::catch_unwind(AssertUnwindSafe(move || session(register, options, &kept)));
    rescue.finish();
    terminal::give_back();
    hook.remove();
    match ended {
        Ok(Ok(end)) => {
            if let Some(sentence) = end.sentence {
                eprintln!("{sentence}");
            }
            end.code
        }
        Ok(Err(reason)) => {
            eprintln!("{}", texts.fill("shell.terminal_failed", &[("reason", reason.to_string())]));
            1
        }
        Err(_) => PANICKED,
    }
}

/// How a session ended.
struct End {
    code: u8,
    sentence: Option<String>,
}

impl End {
    const fn code(code: u8) -> Self {
        Self { code, sentence: None }
    }
}

/// Everything the loop holds.
struct Session {
    shell: Shell,
    face: Face,
    messages: Receiver<Message>,
    jobs: Sender<Job>,
    flags: Arc<Flags>,
    head: Arc<AtomicU64>,
    decoder: Decoder,
    burst: Burst,
    heard: Instant,
    key_at: Instant,
    escape: Duration,
    answers: usize,
    forced: bool,
    saving: usize,
    dirty: bool,
    /// A key was struck since the last drawing.
    keyed: bool,
    rescue: Arc<Rescue>,
    drafts: Sender<Option<String>>,
    draft: Draft,
    /// How long whole numbers stay on the screen, and since when some do.
    numbers: Duration,
    shown: Option<Instant>,
}

/// The draft as the loop knows it.
#[derive(Default)]
struct Draft {
    /// What the screens hold.
    text: Option<String>,
    /// The same with the time of its last key, as it is written.
    stamped: Option<String>,
    /// Since when it differs from what is on disk.
    unsaved: Option<Instant>,
}

fn session(register: Arc<dyn Register>, options: Options, rescue: &Arc<Rescue>) -> std::io::Result<End> {
    let environment = Environment::of_process();
    // Before the state is read: if midnight comes between the two, the watch thread sees the day turn.
    let real_today = clock::today();
    let kept = register.kept(Kept::Draft);
    // A form that was being filled names people by their numbers, and lines are read out once: both wait for everybody.
    let whole = options.plain || matches!(kept, Ok(Some(_)));
    let snapshot = match if whole { register.snapshot() } else { register.first() } {
        Ok(snapshot) => snapshot,
        Err(error) => {
            let sentence = super::say::sentence(Texts::new(options.lang), &error);
            return Ok(End { code: error.kind.exit_code(), sentence: Some(sentence) });
        }
    };
    let size = if options.plain { face::LINES } else { terminal::size()? };
    // Lines leave out every sign, whichever it is.
    let theme = Theme { colour: environment.colour(), ascii: environment.ascii() };
    let theme = if options.plain { Theme::default() } else { theme };
    let settings = Settings {
        lang: options.lang,
        theme,
        keymap: options.keymap,
        problems: options.problems,
        today: options.today.unwrap_or(real_today),
        today_fixed: options.today.is_some(),
        real_today,
        start: options.start,
        size,
    };
    let (mut shell, mut orders) = Shell::new(settings, snapshot);
    let draft = restore(kept, &mut shell, &mut orders);

    let (sender, messages) = sync_channel::<Message>(64);
    let flags = Arc::new(Flags::default());
    let head = Arc::new(AtomicU64::new(shell.head()));
    signals::watch(Arc::clone(&flags), sender.clone(), || Message::Wake, Arc::clone(rescue))?;
    let face = Face::start(options.plain, environment.colour(), environment.answers())?;
    threads::read_input(sender.clone())?;
    threads::watch_register(Arc::clone(&register), Arc::clone(&head), real_today, sender.clone())?;
    let (drafts, waiting) = channel();
    threads::keep_drafts(Arc::clone(&register), waiting, sender.clone())?;
    let jobs = start_worker(Arc::clone(&register), Arc::clone(&head), sender.clone())?;

    let now = Instant::now();
    let mut session = Session {
        shell,
        face,
        messages,
        jobs,
        flags,
        head,
        decoder: Decoder::default(),
        burst: Burst::default(),
        heard: now,
        key_at: now,
        escape: environment.escape_delay(),
        answers: 0,
        forced: options.forced,
        saving: 0,
        dirty: true,
        keyed: false,
        rescue: Arc::clone(rescue),
        drafts,
        draft,
        numbers: options.numbers,
        shown: None,
    };
    if environment.legacy_charset {
        session.not_utf8()?;
    }
    let end = match session.follow(orders)? {
        Some(end) => Ok(end),
        None => {
            let drawn = session.draw();
            // Not before the first frame: it takes all the machine has.
            threads::read_rest(register, session.shell.loading(), sender)?;
            drawn.and_then(|()| session.turn(options.idle))
        }
    };
    match end {
        Ok(end) => {
            session.follow_draft();
            session.last_commit();
            session.follow_draft();
            Ok(end)
        }
        // A terminal that takes no more bytes has been closed.
        Err(_) => Ok(End::code(HUNG_UP)),
    }
}

/// Offers what was being typed when the last session ended. What this program cannot read stays where it is.
fn restore(kept: Result<Option<String>, Error>, shell: &mut Shell, orders: &mut Vec<Order>) -> Draft {
    let stamped = match kept {
        Ok(stamped) => stamped,
        Err(error) => {
            shell.mention(&error);
            None
        }
    };
    let found = stamped.as_ref().and_then(|s| s.split_once('\n'));
    // To the minute: `2026-03-16T08:05:00.000+08:00`.
    let when = |stamp: &str| stamp.chars().take(16).collect::<String>().replace('T', " ");
    let opened = found.and_then(|(stamp, text)| shell.restore(text, &when(stamp)));
    if opened.is_none() {
        return Draft::default();
    }
    orders.extend(opened.into_iter().flatten());
    Draft { text: shell.draft(), stamped, unsaved: None }
}

fn start_worker(
    register: Arc<dyn Register>,
    head: Arc<AtomicU64>,
    sender: SyncSender<Message>,
) -> std::io::Result<Sender<Job>> {
    let (jobs, receiver) = channel();
    threads::work(register, head, receiver, sender)?;
    Ok(jobs)
}

impl Session {
    /// Receives, updates and draws until the end.
    fn turn(&mut self, idle: Option<(Duration, Duration)>) -> std::io::Result<End> {
        loop {
            if self.dirty {
                self.draw()?;
            }
            self.numbers();
            let first = match self.wait(idle) {
                Some(wait) => self.messages.recv_timeout(wait),
                None => self.messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            let mut events = Vec::new();
            let mut waiting = match first {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return Ok(End::code(HUNG_UP)),
            };
            // Everything that waits becomes one frame.
            while let Some(message) = waiting {
                if let Some(end) = self.message(message, &mut events)? {
                    return Ok(end);
                }
                waiting = if events.len() < 8192 { self.messages.try_recv().ok() } else { None };
            }
            if self.decoder.pending().limit(self.escape).is_some_and(|limit| self.heard.elapsed() >= limit) {
                self.decoder.flush(&mut events);
            }
            if self.shown.is_some_and(|since| since.elapsed() >= self.numbers) {
                self.shell.hide_numbers();
                self.dirty = true;
            }
            let end = match self.signals()? {
                None => self.events(events)?,
                end => end,
            };
            self.follow_draft();
            if let Some(end) = end.or_else(|| self.idle(idle)) {
                return Ok(end);
            }
        }
    }

    /// How long to wait for a message; for ever when nothing is unfinished.
    fn wait(&self, idle: Option<(Duration, Duration)>) -> Option<Duration> {
        let unfinished =
            self.decoder.pending().limit(self.escape).map(|limit| limit.saturating_sub(self.heard.elapsed()));
        let draft = self.draft.unsaved.map(|since| KEEP_AFTER.saturating_sub(since.elapsed()));
        let quiet = self.key_at.elapsed();
        let rest = |limit: Duration| limit.checked_sub(quiet).filter(|rest| !rest.is_zero());
        let idle = idle.map(|(blank, end)| rest(blank).or_else(|| rest(end)).unwrap_or_default());
        let shown = self.shown.map(|since| self.numbers.saturating_sub(since.elapsed()));
        unfinished.into_iter().chain(idle).chain(draft).chain(shown).min()
    }

    fn message(&mut self, message: Message, events: &mut Vec<Event>) -> std::io::Result<Option<End>> {
        let orders = match message {
            Message::Bytes(bytes) => {
                self.heard = Instant::now();
                self.decoder.feed(&bytes, events);
                return Ok(None);
            }
            Message::Gone => return Ok(Some(End::code(self.flags.deadly().map_or(HUNG_UP, |s| 128 + s as u8)))),
            Message::Wake => return Ok(None),
            Message::Done(job, result) => {
                self.saving = self.saving.saturating_sub(usize::from(matches!(job, Job::Commit(..))));
                self.shell.done(&job, result)
            }
            Message::Fresh(snapshot) => {
                self.head.store(snapshot.head, std::sync::atomic::Ordering::SeqCst);
                self.shell.fresh(snapshot)
            }
            Message::Loaded(people) => {
                self.shell.loaded(people);
                Vec::new()
            }
            Message::Rest(snapshot) => {
                self.head.store(snapshot.head.max(self.shell.head()), std::sync::atomic::Ordering::SeqCst);
                self.shell.rest(snapshot)
            }
            // As it would have been before the first frame.
            Message::NotRead(error) => {
                let code = error.kind.exit_code();
                return Ok(Some(End { code, sentence: Some(self.shell.sentence(&error)) }));
            }
            // The account was shut, or may not be here any more.
            Message::Trouble(error) if error.kind == Kind::Permission => {
                let code = error.kind.exit_code();
                return Ok(Some(End { code, sentence: Some(self.shell.sentence(&error)) }));
            }
            Message::Trouble(error) => {
                self.shell.trouble(&error);
                Vec::new()
            }
            Message::Day(day, snapshot) => {
                self.head.store(snapshot.head, std::sync::atomic::Ordering::SeqCst);
                let mut orders = self.shell.fresh(*snapshot);
                orders.extend(self.shell.day(day));
                orders
            }
            Message::NotKept(error) => {
                self.shell.mention(&error);
                Vec::new()
            }
        };
        self.dirty = true;
        self.follow(orders)
    }

    /// Takes over what is being typed, and has it written when it is time.
    fn follow_draft(&mut self) {
        let text = self.shell.draft();
        if text != self.draft.text {
            self.draft.stamped = text.as_ref().map(|text| format!("{}\n{text}", clock::stamp()));
            self.draft.text = text;
            self.rescue.remember(self.draft.stamped.clone());
            self.draft.unsaved.get_or_insert_with(Instant::now);
        }
        // What was sent or thrown away goes at once.
        let due = self.draft.unsaved.is_some_and(|since| since.elapsed() >= KEEP_AFTER || self.draft.text.is_none());
        if due {
            self.keep_draft();
        }
    }

    fn keep_draft(&mut self) {
        if self.draft.unsaved.take().is_some() {
            // Without the thread there is still the end.
            let _ = self.drafts.send(self.draft.stamped.clone());
        }
    }

    /// What the signals said since the last time.
    fn signals(&mut self) -> std::io::Result<Option<End>> {
        if let Some(signal) = self.flags.deadly() {
            return Ok(Some(End::code(128 + signal as u8)));
        }
        if self.flags.take_stop() {
            self.suspend()?;
        }
        if self.flags.take_woken() {
            self.take_again()?;
        }
        if self.flags.take_resized() {
            let (columns, rows) = self.face.size()?;
            let orders = self.shell.resize(columns, rows);
            self.dirty = true;
            return self.follow(orders);
        }
        Ok(None)
    }

    fn events(&mut self, events: Vec<Event>) -> std::io::Result<Option<End>> {
        if events.is_empty() {
            return Ok(None);
        }
        let now = Instant::now();
        self.dirty = true;
        let mut queue = events.into_iter().collect();
        while let Some(event) = self.burst.next(&mut queue, &mut self.shell, now) {
            if let Event::CursorAt(_, column) = event {
                self.answer(column)?;
                continue;
            }
            self.key_at = now;
            self.keyed = true;
            let chosen = match &event {
                Event::Key(key) if self.face.plain() => key.text().and_then(|c| face::choose(&mut self.shell, c)),
                _ => None,
            };
            let orders = chosen.unwrap_or_else(|| self.shell.event(event));
            if let Some(end) = self.follow(orders)? {
                return Ok(Some(end));
            }
        }
        Ok(None)
    }

    /// An answer to the probe: the column after the Chinese character, then the column after the dot.
    fn answer(&mut self, column: u16) -> std::io::Result<()> {
        self.answers += 1;
        match (self.answers, column) {
            (1, 3) | (2, 2) => Ok(()),
            (1, _) => self.not_utf8(),
            (2, _) => {
                self.shell.wide_signs();
                self.face.wide_signs()
            }
            _ => Ok(()),
        }
    }

    fn not_utf8(&mut self) -> std::io::Result<()> {
        self.shell.not_utf8();
        self.dirty = true;
        self.face.only_ascii()
    }

    /// Does what the shell orders.
    fn follow(&mut self, orders: Vec<Order>) -> std::io::Result<Option<End>> {
        for order in orders {
            match order {
                Order::Do(job) => {
                    self.saving += usize::from(matches!(job, Job::Commit(..)));
                    if self.jobs.send(job).is_err() {
                        return Ok(Some(End::code(PANICKED)));
                    }
                }
                Order::Repaint => {
                    self.face.afresh()?;
                    self.dirty = true;
                }
                Order::Suspend => self.suspend()?,
                Order::Quit => return Ok(Some(End::code(0))),
            }
        }
        Ok(None)
    }

    /// Stops like any program does on Ctrl-Z, where there is a shell to go back to.
    fn suspend(&mut self) -> std::io::Result<()> {
        self.dirty = true;
        self.follow_draft();
        self.keep_draft();
        if self.forced || !terminal::can_suspend() {
            self.shell.refuse_suspend();
            return Ok(());
        }
        terminal::give_back();
        terminal::stop_here();
        self.take_again()
    }

    /// Takes the terminal after somebody else had it.
    fn take_again(&mut self) -> std::io::Result<()> {
        let _ = self.flags.take_woken();
        self.face.take_again()?;
        let (columns, rows) = self.face.size()?;
        self.dirty = true;
        // Nothing that a screen asks for on a new size can end the program.
        let orders = self.shell.resize(columns, rows);
        self.follow(orders).map(drop)
    }

    fn draw(&mut self) -> std::io::Result<()> {
        self.dirty = false;
        self.face.draw(&self.shell, std::mem::take(&mut self.keyed))
    }

    /// Takes whole numbers away when they have been seen long enough.
    fn numbers(&mut self) {
        self.shown = match (self.shell.shows_numbers(), self.shown) {
            (false, _) => None,
            (true, None) => Some(Instant::now()),
            (true, shown) => shown,
        };
    }

    /// Blanks the screen, and ends the session, when nobody strikes a key.
    fn idle(&mut self, idle: Option<(Duration, Duration)>) -> Option<End> {
        let (blank, end) = idle?;
        let quiet = self.key_at.elapsed();
        if quiet >= end {
            let minutes = (end.as_secs() / 60).to_string();
            return Some(End {
                code: 0,
                sentence: Some(self.shell.texts().fill("shell.idle", &[("minutes", minutes)])),
            });
        }
        if quiet >= blank {
            self.shell.blank();
            self.dirty = true;
        }
        None
    }

    /// Lets a commit that is under way come to its end.
    fn last_commit(&mut self) {
        let until = Instant::now() + LAST_COMMIT;
        while self.saving > 0 {
            match self.messages.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Message::Done(job @ Job::Commit(..), result)) => {
                    self.saving -= 1;
                    // What is on disk is no draft any more.
                    self.shell.done(&job, result);
                }
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }
}
