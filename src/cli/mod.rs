//! The command line: one file a command group.
//!
//! | file | commands |
//! |---|---|
//! | `args`, `help` | what may be typed; help and complaints in the chosen language |
//! | `lists` | `list`, `find`, `due` |
//! | `records` | `show`, `check` |
//! | `inspect`, `benchmark` | `template`, `show inspection` |
//! | `bundle` | `bundle` |
//! | `rules` | `period`, `pack`, `unit` |
//! | `data` | `import`, `export`, `apply` |
//! | `forms`, `probe`, `evidence` | `form`, `probe`, `evidence` |
//! | `checklist`, `keys`, `operators` | `checklist`, `key`, `operator` |
//! | `stores` | `init`, `demo`, `backup`, `restore`, `verify`, `doctor` |
//! | `schema` | `schema` |
//! | `out`, `table`, `failure` | how answers and failures are printed |
//!
//! `run` gives back what is left to do: an exit code, or the screens to be opened by the driver.

mod args;
mod benchmark;
mod bundle;
mod checklist;
mod data;
mod evidence;
mod failure;
mod forms;
mod help;
mod inspect;
mod keys;
mod lists;
mod operators;
mod out;
mod probe;
mod records;
mod rules;
mod schema;
mod stores;
mod table;

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::{CommandFactory, FromArgMatches};

use crate::error::{Error, Kind};
use crate::i18n::Texts;
use crate::session::{Flags, Session, Settings, language};
use args::{Cli, Cmd, Global};
use failure::{Failure, Result};
use out::Out;

/// What is left to do after the command line was read.
pub enum Next {
    /// End with this exit code.
    Exit(u8),
    /// Open the screens.
    Screens(Box<Launch>),
}

/// The screens to be opened.
pub struct Launch {
    /// The register.
    pub session: Session,
    /// `--view`.
    pub view: Option<String>,
    /// `--query`.
    pub query: Option<String>,
    /// `--plain`.
    pub plain: bool,
}

/// What every command is given.
struct Cx {
    settings: Settings,
    config: Option<PathBuf>,
    out: Out,
    /// The register, once it was opened.
    opened: RefCell<Option<Session>>,
}

impl Cx {
    const fn texts(&self) -> Texts {
        self.out.texts
    }

    /// Opens the register; a note says when it can only be read.
    fn open(&self) -> Result<Session> {
        Ok(self.opened(Session::open(&self.settings)?))
    }

    /// The same for a command that reads and leaves the file as it is.
    fn open_to_read(&self) -> Result<Session> {
        Ok(self.opened(Session::open_to_read(&self.settings)?))
    }

    fn opened(&self, session: Session) -> Session {
        *self.opened.borrow_mut() = Some(session.clone());
        if session.read_only() {
            self.out.note(&self.texts().t(if session.is_backup() { "cli.is_backup" } else { "cli.read_only" }));
        }
        session
    }

    /// Notes the journal's newest entry outside, where that is configured. What was asked for is done either way.
    fn note_head(&self) {
        let Some(session) = self.opened.take() else { return };
        if let Err(e) = session.note_head() {
            complain(&Failure::from(e), self.texts());
        }
    }
}

fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Reads the command line and does what it says.
pub fn run(args: Vec<OsString>) -> Next {
    let first = language_of(&args);
    // The texts of all commands are put in for help and complaints alone.
    let plain = Cli::command().try_get_matches_from(&args);
    let matches = match plain.or_else(|_| help::command(first).try_get_matches_from(&args)) {
        Ok(matches) => matches,
        Err(e) => return Next::Exit(explain(&e, first)),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(e) => return Next::Exit(explain(&e, first)),
    };
    let global = cli.global.clone();
    let settings = match Settings::load(flags(&global), &env) {
        Ok(settings) => settings,
        Err(problems) => return Next::Exit(complain(&Failure::Errors(problems), first)),
    };
    let texts = Texts::new(settings.lang);
    let no_color = env("NO_COLOR").is_some_and(|v| !v.is_empty()) || env("TERM").is_some_and(|t| t == "dumb");
    let config = global.config.clone();
    let out = Out::new(texts, global.json, global.quiet, no_color);
    let mut cx = Cx { settings, config, out, opened: RefCell::default() };
    let done = dispatch(cli, &mut cx);
    if !matches!(done, Ok(Next::Screens(_))) {
        cx.note_head();
    }
    let flushed = cx.out.flush();
    match (done, flushed) {
        (Ok(Next::Exit(code)), Err(e)) => {
            let failure = Failure::from(e);
            // Whoever read the answer has gone and is satisfied with what came.
            let code = if matches!(failure, Failure::Gone) { code } else { complain(&failure, texts) };
            Next::Exit(code)
        }
        (Ok(next), _) => next,
        (Err(failure), _) => Next::Exit(complain(&failure, texts)),
    }
}

/// Writes into the journal that a command came with a key that opens the screens alone. What hinders it is told to nobody:
/// whoever sent the command learns that it is refused, and no more.
pub fn remote_command_refused(args: &[OsString], asked: &str) {
    let matches = Cli::command().try_get_matches_from(args);
    let Ok(cli) = matches.and_then(|m| Cli::from_arg_matches(&m)) else { return };
    let Ok(mut settings) = Settings::load(flags(&cli.global), &env) else { return };
    settings.may_ask = false;
    if let Ok(session) = Session::open(&settings) {
        let _ = session.remote_command_refused(asked);
        let _ = session.note_head();
    }
}

fn dispatch(cli: Cli, cx: &mut Cx) -> Result<Next> {
    let Some(command) = cli.command else { return stores::screens(cx, cli.view, cli.query, cli.plain) };
    let code = match command {
        Cmd::Demo(a) => return stores::demo(cx, &a),
        Cmd::Init(a) => stores::init(cx, &a),
        Cmd::Import(a) => data::import(cx, &a),
        Cmd::Export(a) => data::export(cx, &a),
        Cmd::List(a) => lists::list(cx, &a),
        Cmd::Find(a) => lists::find(cx, &a),
        Cmd::Show(a) => records::show(cx, &a),
        Cmd::Check(a) => records::check(cx, &a),
        Cmd::Due(a) => lists::due(cx, &a),
        Cmd::Period(a) => rules::period(cx, &a),
        Cmd::Pack { what } => rules::pack(cx, &what),
        Cmd::Template { what } => inspect::template(cx, &what),
        Cmd::Apply(a) => data::apply(cx, &a),
        Cmd::Schema => schema::schema(cx),
        Cmd::Unit { what } => rules::unit(cx, &what),
        Cmd::Backup { file } => stores::backup(cx, &file),
        Cmd::Restore { file } => stores::restore(cx, &file),
        Cmd::Verify(a) => stores::verify(cx, &a),
        Cmd::Key { what } => keys::key(cx, &what),
        Cmd::Doctor(a) => stores::doctor(cx, a),
        Cmd::Completions { shell } => stores::completions(cx, shell),
        Cmd::Probe(a) => probe::probe(cx, &a),
        Cmd::Evidence { what } => evidence::evidence(cx, &what),
        Cmd::Form(a) => forms::form(cx, &a, cli.global.lang.as_deref()),
        Cmd::Checklist { what } => checklist::checklist(cx, &what),
        Cmd::Bundle { what } => bundle::bundle(cx, &what),
        Cmd::Operator { what } => operators::operator(cx, what),
        Cmd::Keys(_) => later(cx, "keys"),
        Cmd::Man(_) => later(cx, "man"),
    };
    code.map(Next::Exit)
}

/// The honest answer of what is not there yet.
fn later(cx: &Cx, what: &str) -> Result {
    say(&[cx.texts().fill("cli.later", &[("what", what)])], cx.texts());
    Err(Failure::Said(2))
}

fn flags(global: &Global) -> Flags {
    Flags {
        store: global.store.clone(),
        config: global.config.clone(),
        lang: global.lang.clone(),
        today: global.today,
        operator: global.operator.clone(),
        keymap: global.keymap.clone(),
    }
}

/// The language of help and complaints, found before the command line is read.
fn language_of(args: &[OsString]) -> Texts {
    let texts: Vec<&str> = args.iter().filter_map(|a| a.to_str()).collect();
    let value = |option: &str| {
        let joined = texts.iter().find_map(|a| a.strip_prefix(option)?.strip_prefix('='));
        let apart = || texts.iter().position(|a| *a == option).and_then(|i| texts.get(i + 1)).copied();
        joined.or_else(apart).map(str::to_owned)
    };
    let flags = Flags { config: value("--config").map(Into::into), lang: value("--lang"), ..Flags::default() };
    let lang = flags.lang.clone();
    let lang = Settings::load(flags, &env).map_or_else(|_| language(lang.as_deref(), None, &env), |s| s.lang);
    Texts::new(lang)
}

/// Help and version go to standard output with exit code 0, complaints to standard error with 2.
fn explain(error: &clap::Error, texts: Texts) -> u8 {
    let Some(complaint) = help::complaint(error, texts) else {
        let text = error.to_string().replace("[OPTIONS]", &texts.t("cli.heading.some_options"));
        let _ = std::io::stdout().write_all(text.as_bytes());
        return 0;
    };
    say(&[complaint, texts.fill("cli.usage.see_help", &[("command", "shoumi")])], texts);
    2
}

/// Says why a command ended early; gives the exit code.
fn complain(failure: &Failure, texts: Texts) -> u8 {
    say(&failure.lines(texts), texts);
    failure.exit_code()
}

/// Lines on standard error, cleaned; the first names the program.
fn say(lines: &[String], texts: Texts) {
    let mut stderr = std::io::stderr().lock();
    for (i, line) in lines.iter().enumerate() {
        let prefix = if i == 0 { texts.t("cli.prefix") } else { String::new() };
        let _ = writeln!(stderr, "{prefix}{}", out::clean(line));
    }
}

/// A bar on standard error for long work, where that is a terminal and nobody asked for quiet.
fn progress(cx: &Cx) -> indicatif::ProgressBar {
    if cx.out.quiet || !std::io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new(0);
    if let Ok(style) = indicatif::ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
        bar.set_style(style);
    }
    bar
}

/// Reads a record id.
fn id<T: std::str::FromStr>(text: &str, example: &str) -> Result<T> {
    text.parse().map_err(|_| {
        let value: String = text.chars().take(40).collect();
        Error::new(Kind::Input, "id_wrong").with("value", value).with("example", example).into()
    })
}

/// Complaints about many places, one a line, on standard error.
fn say_plain(lines: impl Iterator<Item = String>) {
    let mut stderr = std::io::stderr().lock();
    for line in lines {
        let _ = writeln!(stderr, "{}", out::clean(&line));
    }
}
