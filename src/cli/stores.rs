//! `shoumi`, `demo`, `init`, `backup`, `restore`, `verify`, `doctor`, `completions`.

use std::io::IsTerminal;
use std::path::Path;

use serde::Serialize;

use super::args::{CipherArg, DemoArgs, DoctorArgs, InitArgs, ModeArg, VerifyArgs};
use super::failure::{Failure, Result};
use super::{Cx, Launch, Next, env, help, progress, say};
use crate::domain::Role;
use crate::error::{Error, Kind};
use crate::session::{
    Check, CheckState, HeadState, HostFiles, Init, Mode, Noted, Session, SessionError, Settings, Suite,
};
use crate::text;

/// Exit code: no terminal.
const NO_TERMINAL: u8 = 64;

/// Opens the screens.
pub fn screens(cx: &Cx, view: Option<String>, query: Option<String>, plain: bool) -> Result<Next> {
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        let texts = cx.texts();
        say(&[texts.t("cli.no_terminal"), texts.t("cli.no_terminal_hint")], texts);
        return Err(Failure::Said(NO_TERMINAL));
    }
    let session = cx.open()?;
    session.take_seat()?;
    Ok(Next::Screens(Box::new(Launch { session, view, query, plain })))
}

/// What `init` and `demo` answer.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct InitAnswer {
    /// The register's file.
    pub store: String,
    /// Its key file, where there is one.
    pub key_file: Option<String>,
    /// `host`, `personal` or `demo`.
    pub mode: String,
    /// It was made now.
    pub made: bool,
}

/// `demo`: made once, then opened.
pub fn demo(cx: &mut Cx, args: &DemoArgs) -> Result<Next> {
    // Only a place named for this very command is taken: the demo never goes where the real register is meant to be.
    if !std::env::args().any(|a| a == "--store" || a.starts_with("--store=")) {
        cx.settings.store = Settings::demo_path(&env);
    }
    // A bar draws; lines do not.
    let bar = if args.plain { indicatif::ProgressBar::hidden() } else { progress(cx) };
    bar.set_message(cx.texts().t("cli.stage.demo"));
    let made = Session::make_demo(&cx.settings, args.people, args.seed, &mut |n| bar.inc(n as u64));
    bar.finish_and_clear();
    let made = made?;
    if !made && (args.people.is_some() || args.seed.is_some()) {
        let values = [("path", cx.settings.store.display().to_string())];
        cx.out.note(&cx.texts().fill("cli.demo_there", &values));
    }
    let path = cx.settings.store.display().to_string();
    if args.no_ui {
        if cx.out.json {
            cx.out.document(&InitAnswer { store: path, key_file: None, mode: Mode::Demo.code().to_owned(), made })?;
        } else {
            cx.out.line(&path)?;
        }
        return Ok(Next::Exit(0));
    }
    screens(cx, None, None, args.plain)
}

/// `init`.
pub fn init(cx: &mut Cx, args: &InitArgs) -> Result {
    let mode = match args.mode {
        ModeArg::Host => Mode::Host,
        ModeArg::Personal => Mode::Personal,
    };
    let init = Init {
        unit: args.unit.clone(),
        pack: args.pack.clone(),
        law: args.law,
        tracking_from: args.tracking_from,
        mode,
        passphrase: args.passphrase,
        suite: match args.cipher {
            CipherArg::Aes => Suite::Aes256Gcm,
            CipherArg::Sm4 => Suite::Sm4Gcm,
        },
        administrators: [
            (Role::SystemAdmin, &args.system_admin),
            (Role::SecurityAdmin, &args.security_admin),
            (Role::Auditor, &args.auditor),
        ]
        .into_iter()
        .filter_map(|(role, named)| Some((role, named.clone()?)))
        .collect(),
    };
    let session = Session::init(&cx.settings, &init)?;
    let store = session.path().display().to_string();
    let key_file = (!args.passphrase).then(|| cx.settings.key_path().display().to_string());
    if cx.out.json {
        cx.out.document(&InitAnswer { store, key_file, mode: mode.code().to_owned(), made: true })?;
        return Ok(0);
    }
    let texts = cx.texts();
    cx.out.line(&texts.fill("cli.init.made", &[("path", &store)]))?;
    if let Some(key) = key_file {
        cx.out.line(&texts.fill("cli.init.key", &[("path", key)]))?;
    }
    let owed = session.units()?.iter().flat_map(|u| session.choices(u)).filter(|c| c.owed && c.value.is_none()).count();
    if owed > 0 {
        cx.out.line(&texts.fill("cli.init.owed", &[("count", owed.to_string())]))?;
    }
    Ok(0)
}

/// What `backup` and `restore` answer.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PathAnswer {
    /// The file written.
    pub file: String,
}

fn wrote(cx: &mut Cx, key: &str, path: &Path) -> Result {
    let file = path.display().to_string();
    if cx.out.json {
        cx.out.document(&PathAnswer { file })?;
    } else {
        cx.out.line(&cx.texts().fill(key, &[("path", file)]))?;
    }
    Ok(0)
}

/// `backup FILE`.
pub fn backup(cx: &mut Cx, file: &Path) -> Result {
    cx.open()?.backup(file)?;
    wrote(cx, "cli.backed_up", file)
}

/// `restore FILE`: to the place `--store` names, which must be free.
pub fn restore(cx: &mut Cx, file: &Path) -> Result {
    Session::restore(&cx.settings, file)?;
    let path = cx.settings.store.clone();
    wrote(cx, "cli.restored", &path)
}

/// What `verify` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct VerifyAnswer {
    /// Nothing is wrong.
    pub ok: bool,
    /// Rows opened.
    pub rows: u64,
    /// Journal entries followed.
    pub entries: u64,
    /// Everything wrong.
    pub problems: Vec<DamageAnswer>,
    /// The first journal entry that is not as it was written.
    pub first_bad_entry: Option<u64>,
    /// The newest entry, with `--head`.
    pub head: Option<HeadAnswer>,
}

/// The newest entry of the journal.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct HeadAnswer {
    /// Its number: how many entries there are.
    pub entry: u64,
    /// When it was written.
    pub at: String,
    /// Its hash.
    pub hash: String,
    /// What the head that was given says: `holds`, `older` (the end was cut off, or an older file put back), `other` (the
    /// journal was written anew).
    pub noted: Option<String>,
}

/// Something wrong in the file.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct DamageAnswer {
    /// Stable kind.
    pub kind: String,
    /// Where.
    pub place: String,
}

/// `verify`: exit 3 when something is wrong.
pub fn verify(cx: &mut Cx, args: &VerifyArgs) -> Result {
    let given = args.head.as_deref().filter(|h| !h.is_empty());
    let noted = given.map(|text| {
        text.parse::<Noted>().map_err(|()| {
            Error::new(Kind::Input, "head_wrong").with("value", text.chars().take(80).collect::<String>())
        })
    });
    let noted = noted.transpose()?;
    // A register that its file of heads speaks against is looked at all the same, and not noted there again.
    let against = std::mem::take(&mut cx.settings.head_log);
    let session = cx.open()?;
    let report = session.verify()?;
    // Where the journal cannot be read the report says so.
    let whole = report.problems.is_empty();
    let head = if args.head.is_some() { unless(session.head_code().map(Some), whole)? } else { None };
    let state = match &noted {
        Some(noted) => unless(session.compare_head(noted).map(Some), whole)?,
        None => None,
    };
    let against = match &against {
        Some(path) => unless(session.stands_against(path), whole)?,
        None => None,
    };
    let heads = [state, against];
    let ok = report.problems.is_empty() && heads.iter().flatten().all(|s| matches!(s, HeadState::Holds(_)));
    let texts = cx.texts();
    if cx.out.json {
        let problem = |p: &crate::session::Damage| DamageAnswer { kind: p.kind.to_owned(), place: p.place.clone() };
        cx.out.document(&VerifyAnswer {
            ok,
            rows: report.rows,
            entries: report.entries,
            problems: report.problems.iter().map(problem).collect(),
            first_bad_entry: report.first_bad_entry(),
            head: head.map(|h| HeadAnswer {
                entry: h.entry,
                at: h.at,
                hash: h.hash,
                noted: state.map(|s| s.code().to_owned()),
            }),
        })?;
    } else {
        let values = [("rows", report.rows.to_string()), ("entries", report.entries.to_string())];
        cx.out.line(&texts.fill("cli.verify.checked", &values))?;
        for p in &report.problems {
            let kind = texts.get(&format!("damage.{}", p.kind)).unwrap_or(p.kind);
            cx.out.line(&texts.fill("cli.verify.problem", &[("kind", kind), ("place", &p.place)]))?;
        }
        if let Some(n) = report.first_bad_entry() {
            cx.out.line(&texts.fill("cli.verify.first_bad", &[("entry", n.to_string())]))?;
        }
        if let Some(h) = &head {
            let at = h.at.chars().take(16).collect::<String>().replace('T', " ");
            let values = [("entry", h.entry.to_string()), ("at", at), ("code", h.groups())];
            cx.out.line(&texts.fill("cli.verify.head", &values))?;
        }
        for (state, of) in heads.iter().zip(["noted", "log"]).filter_map(|(s, of)| s.map(|s| (s, of))) {
            let since = if let HeadState::Holds(n) = state { n } else { 0 };
            cx.out.line(&texts.fill(&format!("cli.verify.{of}_{}", state.code()), &[("since", since.to_string())]))?;
        }
        let end = match (ok, report.problems.is_empty()) {
            (true, _) => "cli.verify.fine",
            (false, true) => "cli.verify.other_head",
            (false, false) => "cli.verify.damaged",
        };
        cx.out.line(&texts.t(end))?;
    }
    Ok(if ok { 0 } else { 3 })
}

/// An answer, or nothing where it cannot be had from a register that is not whole.
fn unless<T>(answer: std::result::Result<Option<T>, SessionError>, whole: bool) -> Result<Option<T>> {
    match answer {
        Err(_) if !whole => Ok(None),
        answer => Ok(answer?),
    }
}

/// What `doctor` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct DoctorAnswer {
    /// Nothing has to be mended.
    pub ok: bool,
    /// The checks.
    pub checks: Vec<Check>,
}

/// `doctor`: exit 3 when something has to be mended.
pub fn doctor(cx: &mut Cx, args: DoctorArgs) -> Result {
    let size = std::io::stdout().is_terminal().then(|| {
        let size = rustix::termios::tcgetwinsize(std::io::stdout());
        size.map_or((80, 24), |w| (w.ws_col, w.ws_row))
    });
    let mut settings = cx.settings.clone();
    settings.may_ask = std::io::stdin().is_terminal();
    let files = HostFiles { keys: args.keys_file, sshd: args.sshd_config, config: cx.config.clone() };
    let checks = Session::doctor(&settings, &files, &env, size);
    let ok = checks.iter().all(|c| c.state != CheckState::Bad);
    let texts = cx.texts();
    if cx.out.json {
        cx.out.document(&DoctorAnswer { ok, checks })?;
    } else {
        for c in &checks {
            let mark = match c.state {
                CheckState::Ok => "cli.doctor.mark_ok",
                CheckState::Warning => "cli.doctor.mark_warning",
                CheckState::Bad => "cli.doctor.mark_bad",
            };
            let mark = format!("{}  ", texts.t(mark));
            cx.out.paragraph(&mark, &c.text)?;
            if let Some(hint) = c.hint.as_ref().filter(|_| c.state != CheckState::Ok) {
                cx.out.paragraph(&" ".repeat(text::width(&mark)), hint)?;
            }
        }
    }
    Ok(if ok { 0 } else { 3 })
}

/// `completions SHELL`.
pub fn completions(cx: &mut Cx, shell: clap_complete::Shell) -> Result {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut help::command(cx.texts()), "shoumi", &mut bytes);
    let text =
        String::from_utf8(bytes).map_err(|e| Error::new(Kind::Input, "output").with("reason", e.utf8_error()))?;
    cx.out.raw(&text)?;
    Ok(0)
}
