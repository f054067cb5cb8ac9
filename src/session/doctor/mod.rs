//! The doctor's questions: what surrounds a register, and on a host who comes in by which door.
//!
//! | file | does |
//! |---|---|
//! | `account` | what the register's account may do with a file |
//! | `host` | owners and modes, the file of heads, the two files below |
//! | `keys_file` | the lines by which officers' keys open the program, read as text |
//! | `sshd` | the settings of `sshd`, read as text |

#[cfg(unix)]
mod account;
#[cfg(unix)]
mod host;
#[cfg(unix)]
mod keys_file;
#[cfg(unix)]
mod sshd;

use std::path::PathBuf;

use serde::Serialize;

use super::{Session, Settings};
use crate::clock;
use crate::i18n::Texts;

/// How a check of the doctor ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// As it should be.
    Ok,
    /// Worth a look.
    Warning,
    /// Has to be mended.
    Bad,
}

/// One check of the doctor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Check {
    /// Stable name.
    pub name: String,
    /// How it ended.
    pub state: CheckState,
    /// What it is about: a file, a file and a line.
    pub place: Option<String>,
    /// The sentence in the chosen language.
    pub text: String,
    /// The way out, where something is to be done.
    pub hint: Option<String>,
}

/// What the doctor is told about a host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostFiles {
    /// The keys file; the one the settings of `sshd` name, else the README's, without it.
    pub keys: Option<PathBuf>,
    /// The settings of `sshd`; the system's without it.
    pub sshd: Option<PathBuf>,
    /// The configuration file the doctor itself was given.
    pub config: Option<PathBuf>,
}

/// Journal entries read in one go.
const CHUNK: u64 = 256;

impl Session {
    /// Looks at everything around the register: file, key, permissions, clock, terminal, locale.
    pub fn doctor(
        settings: &Settings,
        files: &HostFiles,
        env: &dyn Fn(&str) -> Option<String>,
        size: Option<(u16, u16)>,
    ) -> Vec<Check> {
        let mut doctor = Doctor { texts: Texts::new(settings.lang), checks: Vec::new() };
        doctor.files(settings);
        doctor.register(settings, files);
        doctor.terminal(env, size);
        doctor.checks
    }
}

struct Doctor {
    texts: Texts,
    checks: Vec<Check>,
}

use CheckState::{Bad, Ok as Good, Warning};

impl Doctor {
    fn say(&mut self, name: &str, state: CheckState, code: &str, values: &[(&str, String)]) {
        self.tell(name, state, &format!("cli.doctor.{code}"), values);
    }

    /// A check by the sentence `key` and, where there is one, the way out `key_hint`.
    fn tell(&mut self, name: &str, state: CheckState, key: &str, values: &[(&str, String)]) {
        let value = |name: &str| values.iter().find(|(n, _)| *n == name).map(|(_, v)| v);
        let place = value("path").map(|path| match value("line") {
            Some(line) => format!("{path}:{line}"),
            None => path.clone(),
        });
        let hint = format!("{key}_hint");
        let hint = self.texts.get(&hint).is_some().then(|| self.texts.fill(&hint, values));
        let text = self.texts.fill(key, values);
        self.checks.push(Check { name: name.to_owned(), state, place, text, hint });
    }

    /// Permissions of the store, the key file and their folder.
    fn files(&mut self, settings: &Settings) {
        let key = settings.key_path();
        for (name, path) in [("store_file", &settings.store), ("key_file", &key)] {
            let shown = ("path", path.display().to_string());
            match std::fs::metadata(path) {
                Err(_) if name == "key_file" => self.say(name, Warning, "no_key_file", &[shown]),
                Err(e) => self.say(name, Bad, "unreadable", &[shown, ("reason", e.to_string())]),
                Ok(meta) => match mode(&meta) {
                    Some(mode) if mode & 0o077 != 0 => {
                        // A host's operators may share the store by its group; a key file others can read opens it.
                        let state = if name == "key_file" || mode & 0o007 != 0 { Bad } else { Warning };
                        self.say(name, state, "open_mode", &[shown, ("mode", format!("{mode:03o}"))]);
                    }
                    _ => self.say(name, Good, "file_fine", &[shown]),
                },
            }
        }
        if let Some(folder) = settings.store.parent().filter(|f| f.is_dir()) {
            let shown = ("path", folder.display().to_string());
            match std::fs::metadata(folder).ok().as_ref().and_then(mode) {
                Some(mode) if mode & 0o002 != 0 => {
                    self.say("folder", Bad, "open_mode", &[shown, ("mode", format!("{mode:03o}"))]);
                }
                _ => self.say("folder", Good, "file_fine", &[shown]),
            }
        }
    }

    /// Opens the register, compares the clock with the last entry, looks at what the units owe.
    fn register(&mut self, settings: &Settings, files: &HostFiles) {
        let session = match Session::open(settings) {
            Ok(session) => session,
            Err(errors) => {
                for e in errors {
                    let values: Vec<(&str, String)> = e.values.iter().map(|(k, v)| (*k, v.clone())).collect();
                    self.tell("store", Bad, &format!("error.{}", e.code), &values);
                }
                return;
            }
        };
        if session.read_only() {
            self.say("store", Warning, if session.is_backup() { "is_backup" } else { "read_only" }, &[]);
        } else {
            self.say("store", Good, "opens", &[("mode", session.mode().code().to_owned())]);
        }
        self.clock(&session);
        self.jumps(&session);
        let owed = session
            .units()
            .map(|units| units.iter().flat_map(|u| session.choices(u)).filter(|c| c.owed && c.value.is_none()).count());
        match owed {
            Ok(0) => self.say("choices", Good, "choices_made", &[]),
            Ok(n) => self.say("choices", Warning, "choices_owed", &[("count", n.to_string())]),
            Err(_) => self.say("choices", Warning, "choices_unknown", &[]),
        }
        #[cfg(unix)]
        self.host(settings, &session, files);
    }

    /// Compares the clock with the last entry.
    fn clock(&mut self, session: &Session) {
        let last = session.read(|s| {
            let head = s.head().seq;
            Ok(s.journal(head.max(1), head)?.pop().map(|e| e.public.at))
        });
        let now = clock::stamp();
        match last {
            // Stamps carry the same fixed offset, so that they compare as text.
            Ok(Some(at)) if at > now => self.say("clock", Bad, "clock_back", &[("last", at), ("now", now)]),
            Ok(_) => self.say("clock", Good, "clock_fine", &[("now", now)]),
            Err(_) => self.say("clock", Warning, "clock_unknown", &[("now", now)]),
        }
    }

    /// Where the journal says that the clock had been set back.
    fn jumps(&mut self, session: &Session) {
        let jumps = session.read(|s| {
            let (mut count, mut last) = (0, None);
            for from in (1..=s.head().seq).step_by(CHUNK as usize) {
                for entry in s.journal(from, from + CHUNK - 1)? {
                    if let Some(minutes) = entry.public.clock_back {
                        (count, last) = (count + 1, Some((entry.public.seq, minutes)));
                    }
                }
            }
            Ok(last.map(|(seq, minutes)| [("count", count), ("seq", seq), ("minutes", minutes)]))
        });
        // A journal that does not read is told of by `verify`.
        if let Ok(Some(values)) = jumps {
            self.say("clock_jumps", Warning, "clock_jumps", &values.map(|(name, n)| (name, n.to_string())));
        }
    }

    /// Terminal and locale.
    fn terminal(&mut self, env: &dyn Fn(&str) -> Option<String>, size: Option<(u16, u16)>) {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|n| env(n).filter(|v| !v.is_empty()));
        let utf8 = locale.as_deref().is_some_and(|l| {
            let l = l.to_ascii_lowercase();
            l.contains("utf-8") || l.contains("utf8")
        });
        let shown = ("locale", locale.unwrap_or_else(|| "-".to_owned()));
        if utf8 {
            self.say("locale", Good, "locale_fine", &[shown]);
        } else {
            self.say("locale", Warning, "locale_not_utf8", &[shown]);
        }
        let term = env("TERM").unwrap_or_default();
        match term.as_str() {
            "" | "dumb" => self.say("terminal", Warning, "term_dumb", &[("term", term)]),
            _ => self.say("terminal", Good, "term_fine", &[("term", term)]),
        }
        match size {
            None => self.say("size", Warning, "no_terminal", &[]),
            Some((w, h)) => {
                let values = [("width", w.to_string()), ("height", h.to_string())];
                let state = if w < 60 || h < 16 { Bad } else { Good };
                self.say("size", state, if state == Bad { "too_small" } else { "size_fine" }, &values);
            }
        }
    }
}

/// The permission bits.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
fn mode(meta: &std::fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    Some(meta.mode() & 0o777)
}

/// The permission bits, which other systems do not have.
#[cfg(not(unix))]
fn mode(_: &std::fs::Metadata) -> Option<u32> {
    None
}
