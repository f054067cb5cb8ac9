//! Verify, backup, restore, and the doctor's questions.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::{Session, SessionError, Settings, open, secret};
use crate::clock;
use crate::error::{Error, Kind};
use crate::i18n::Texts;
use crate::rules::RulesProjector;
use crate::store::{self, Report, Store};

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
    /// The sentence in the chosen language.
    pub text: String,
}

impl Session {
    /// Checks the file, every record and the journal's chain, on a copy.
    ///
    /// # Errors
    /// The check itself cannot run.
    pub fn verify(&self) -> Result<Report, SessionError> {
        Ok(self.store.verify()?)
    }

    /// A consistent copy while the register is in use.
    ///
    /// # Errors
    /// There is a file at `to`; the file system refuses.
    pub fn backup(&self, to: &Path) -> Result<(), SessionError> {
        open::make_folder(to)?;
        Ok(self.store.backup(to)?)
    }

    /// Verifies a backup and puts it at the place the settings name, which must be free. The key file of the register
    /// that was backed up opens it.
    ///
    /// # Errors
    /// There is a file; the backup is damaged; the secret does not fit.
    pub fn restore(settings: &Settings, from: &Path) -> Result<(), Vec<Error>> {
        let packs = open::packs(settings)?;
        let one = |e: Error| vec![e];
        if settings.store.exists() {
            return Err(one(Error::new(Kind::Store, "file_exists").with("path", settings.store.display())));
        }
        let peek = store::peek(from).map_err(|e| one(e.into()))?;
        // The key file lies beside the new place, or still beside the backup.
        let mut beside = settings.clone();
        if !beside.key_path().exists() {
            beside.key_file = Some(Settings::at(from, settings.lang).key_path()).filter(|p| p.exists());
        }
        let key = secret::for_store(&beside, &peek).map_err(one)?;
        open::make_folder(&settings.store).map_err(one)?;
        Store::restore(from, &settings.store, &key, Arc::new(RulesProjector::new(packs))).map_err(|e| one(e.into()))
    }

    /// Looks at everything around the register: file, key, permissions, clock, terminal, locale.
    pub fn doctor(settings: &Settings, env: &dyn Fn(&str) -> Option<String>, size: Option<(u16, u16)>) -> Vec<Check> {
        let mut doctor = Doctor { texts: Texts::new(settings.lang), checks: Vec::new() };
        doctor.files(settings);
        doctor.register(settings);
        doctor.terminal(env, size);
        doctor.checks
    }
}

/// Journal entries read in one go.
const CHUNK: u64 = 256;

struct Doctor {
    texts: Texts,
    checks: Vec<Check>,
}

use CheckState::{Bad, Ok as Good, Warning};

impl Doctor {
    fn say(&mut self, name: &str, state: CheckState, code: &str, values: &[(&str, String)]) {
        let text = self.texts.fill(&format!("cli.doctor.{code}"), values);
        self.checks.push(Check { name: name.to_owned(), state, text });
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
    fn register(&mut self, settings: &Settings) {
        let session = match Session::open(settings) {
            Ok(session) => session,
            Err(errors) => {
                for e in errors {
                    let values: Vec<(&str, &String)> = e.values.iter().map(|(k, v)| (*k, v)).collect();
                    let text = self.texts.fill(&format!("error.{}", e.code), &values);
                    self.checks.push(Check { name: "store".to_owned(), state: Bad, text });
                }
                return;
            }
        };
        if session.read_only() {
            self.say("store", Warning, if session.is_backup() { "is_backup" } else { "read_only" }, &[]);
        } else {
            self.say("store", Good, "opens", &[("mode", session.mode().code().to_owned())]);
        }
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
        self.jumps(&session);
        let owed = session
            .units()
            .map(|units| units.iter().flat_map(|u| session.choices(u)).filter(|c| c.owed && c.value.is_none()).count());
        match owed {
            Ok(0) => self.say("choices", Good, "choices_made", &[]),
            Ok(n) => self.say("choices", Warning, "choices_owed", &[("count", n.to_string())]),
            Err(_) => self.say("choices", Warning, "choices_unknown", &[]),
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
