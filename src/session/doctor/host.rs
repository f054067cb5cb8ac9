//! What surrounds a host's register: who owns what, where its head is noted, who comes in by which key, what `sshd` lets in.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::CheckState::{Bad, Ok as Good, Warning};
use super::account::{Account, ENTER, READ, WRITE, locked};
use super::keys_file::{Wanted, key_lines, look_at_keys};
use super::sshd::{SshdSettings, setting};
use super::{CheckState, Doctor, HostFiles};
use crate::clock;
use crate::domain::View;
use crate::session::{HeadState, Mode, Session, Settings};

/// Where `sshd` looks for its settings and, by the README, for the officers' keys.
const SSHD: &str = "/etc/ssh/sshd_config";
const KEYS: &str = "/etc/ssh/shoumi_keys";
/// What the system says of its accounts.
const PASSWD: &str = "/etc/passwd";
const GROUP: &str = "/etc/group";
const SHADOW: &str = "/etc/shadow";
/// No such file is longer.
const LIMIT: u64 = 1 << 20;
/// Included files of settings that are read.
const INCLUDED: usize = 100;
/// Files of one kind that are named.
const NAMED: usize = 5;

impl Doctor {
    /// Looks at what surrounds the register of a host.
    pub(super) fn host(&mut self, settings: &Settings, session: &Session, files: &HostFiles) {
        if session.mode() != Mode::Host {
            return;
        }
        let Ok(store) = std::fs::metadata(&settings.store) else { return };
        let account = account(store.uid());
        self.owners(settings, &store);
        self.heads(settings, session, &store, account.as_ref());
        self.folders(settings, account.as_ref());
        let (sshd, text) = self.sshd_text(files);
        let login = settings.login.clone().filter(|_| rustix::process::geteuid().as_raw() == store.uid());
        let name = account.as_ref().map(|a| a.name.clone()).or(login).unwrap_or_default();
        let sshd_settings = text.map(|text| SshdSettings::parse(&text, &name));
        let named = sshd_settings.as_ref().and_then(SshdSettings::keys_file).map(PathBuf::from);
        let keys = files.keys.clone().or(named).unwrap_or_else(|| KEYS.into());
        let keys = std::path::absolute(&keys).unwrap_or(keys);
        if let Some(found) = sshd_settings {
            self.sshd(&sshd, &found, &keys, &name);
            // Where this may not be read, somebody else has to look.
            if found.refuses_locked() && read(Path::new(SHADOW)).is_ok_and(|text| locked(&text, &name)) {
                self.say("account", Bad, "account_locked", &[("path", SHADOW.to_owned()), ("account", name)]);
            }
        }
        self.keys(settings, session, &keys, files, account.as_ref());
    }

    /// Store, key and folder belong to one account, which is neither root's nor somebody else's.
    fn owners(&mut self, settings: &Settings, store: &Metadata) {
        let me = rustix::process::geteuid().as_raw();
        let shown = |p: &Path| ("path", p.display().to_string());
        let uid = |meta: &Metadata| ("uid", meta.uid().to_string());
        if store.uid() == 0 {
            self.say("owner", Bad, "owner_root", &[shown(&settings.store)]);
        } else if me != 0 && store.uid() != me {
            self.say("owner", Bad, "owner_other", &[shown(&settings.store), uid(store)]);
        }
        let folder = settings.store.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        for path in [&*settings.key_path(), folder] {
            let Ok(meta) = std::fs::metadata(path) else { continue };
            if meta.uid() != store.uid() {
                self.say("owner", Bad, "owner_differs", &[shown(path), uid(&meta)]);
            } else if path == folder && meta.mode() & 0o077 != 0 {
                let mode = ("mode", format!("{:03o}", meta.mode() & 0o777));
                self.say("owner", Bad, "open_mode", &[shown(path), mode]);
            } else {
                self.say("owner", Good, "owner_fine", &[shown(path)]);
            }
        }
        let beside = |end: &str| {
            let mut name = settings.store.file_name().unwrap_or_default().to_owned();
            name.push(end);
            settings.store.with_file_name(name)
        };
        let own = beside(".own");
        let kept = std::fs::read_dir(&own).into_iter().flatten().flatten().map(|e| e.path());
        let strange = [own, beside(".reserve")].into_iter().chain(kept).filter_map(|path| {
            let meta = std::fs::symlink_metadata(&path).ok()?;
            (meta.uid() != store.uid()).then_some((path, meta))
        });
        for (path, meta) in strange.take(NAMED) {
            self.say("owner", Bad, "owner_beside", &[shown(&path), uid(&meta)]);
        }
    }

    /// Where the journal's head is noted, and what stands there.
    fn heads(&mut self, settings: &Settings, session: &Session, store: &Metadata, account: Option<&Account>) {
        let Some(path) = &settings.head_log else { return self.say("head_log", Warning, "head_log_none", &[]) };
        let shown = ("path", path.display().to_string());
        let appendable = std::fs::OpenOptions::new().append(true).open(path);
        let opened = appendable.and_then(|_| std::fs::File::open(path));
        let (file, meta) = match opened.and_then(|file| Ok((file.metadata()?, file))) {
            Ok((meta, file)) => (file, meta),
            Err(e) => return self.say("head_log", Bad, "head_log_closed", &[shown, ("reason", e.to_string())]),
        };
        if let Some((name, at)) = stopped(account, path, READ | WRITE) {
            return self.say("head_log", Bad, "head_log_shut", &[shown, ("account", name), ("where", at)]);
        }
        let folder = path.parent().unwrap_or(path);
        if meta.uid() == store.uid() {
            self.say("head_log", Warning, "head_log_own", std::slice::from_ref(&shown));
        } else if account.is_some_and(|a| a.stopped_at(folder, WRITE | ENTER).is_none()) {
            let folder = ("where", folder.display().to_string());
            self.say("head_log", Warning, "head_log_folder", &[shown.clone(), folder]);
        } else if rewritable(&file) {
            self.say("head_log", Warning, "head_log_rewritable", std::slice::from_ref(&shown));
        }
        match session.stands_against(path) {
            Ok(Some(HeadState::Holds(n))) => {
                self.say("head_log", Good, "head_log_holds", &[shown, ("since", n.to_string())]);
            }
            Ok(Some(_)) | Err(_) => self.say("head_log", Bad, "head_log_differs", &[shown]),
            Ok(None) => self.say("head_log", Warning, "head_log_silent", &[shown]),
        }
    }

    /// Where files come in and go out.
    fn folders(&mut self, settings: &Settings, account: Option<&Account>) {
        let whole = |p: &Path| std::fs::canonicalize(p);
        let of_store = settings.store.parent().and_then(|p| whole(p).ok());
        for (name, path, want) in
            [("import_dir", &settings.import_dir, ENTER), ("export_dir", &settings.export_dir, WRITE | ENTER)]
        {
            let Some(path) = path else {
                self.say(name, Warning, "files_anywhere", &[("name", name.to_owned())]);
                continue;
            };
            let shown = ("path", path.display().to_string());
            let found = whole(path).and_then(|whole| Ok((std::fs::metadata(&whole)?, whole)));
            match found {
                Err(e) => self.say(name, Bad, "files_absent", &[shown, ("reason", e.to_string())]),
                Ok((meta, _)) if !meta.is_dir() => {
                    let reason = std::io::Error::from(std::io::ErrorKind::NotADirectory);
                    self.say(name, Bad, "files_absent", &[shown, ("reason", reason.to_string())]);
                }
                Ok((_, whole)) if of_store.as_ref().is_some_and(|s| s.starts_with(&whole)) => {
                    self.say(name, Bad, "files_register", &[shown]);
                }
                Ok((meta, _)) if meta.mode() & 0o007 != 0 => {
                    let mode = ("mode", format!("{:03o}", meta.mode() & 0o777));
                    self.say(name, Bad, "files_open", &[shown, mode]);
                }
                Ok((_, whole)) => match stopped(account, &whole, want) {
                    Some((who, at)) => self.say(name, Bad, "files_shut", &[shown, ("account", who), ("where", at)]),
                    None => self.say(name, Good, "files_fine", &[shown]),
                },
            }
        }
    }

    /// Who comes in by which line.
    fn keys(
        &mut self,
        settings: &Settings,
        session: &Session,
        keys: &Path,
        files: &HostFiles,
        account: Option<&Account>,
    ) {
        let shown = ("path", keys.display().to_string());
        let text = match read(keys) {
            Ok(text) => text,
            Err(e) => {
                let state = if files.keys.is_some() { Bad } else { Warning };
                return self.say("keys_file", state, "keys_file_unread", &[shown, ("reason", e.to_string())]);
            }
        };
        self.roots("keys_file", keys);
        let Ok(operators) = session.operators().and_then(|_| session.read(|s| Ok(s.operators()?))) else {
            return self.say("keys_file", Warning, "keys_file_not_yours", &[shown]);
        };
        let (lines, _) = key_lines(&text);
        let mut named: Vec<(&str, &str)> = Vec::new();
        for line in &lines {
            named.extend(line.program().map(|p| ("program", p)));
            named.extend(line.flag("--config").map(|p| ("config", p)));
        }
        named.sort_unstable();
        named.dedup();
        for (name, path) in named {
            self.roots(name, Path::new(path));
        }
        let program = std::env::current_exe();
        let wanted = Wanted {
            store: &|path| same(path, &settings.store),
            program: &|path| program.as_ref().map_or(true, |program| same(path, program)),
            config: &|path| config_fault(path, files.config.as_deref(), account),
            operators: &operators,
            today: clock::today(),
        };
        for note in look_at_keys(&text, &wanted) {
            let state = match note.code {
                "key_line_fine" => Good,
                "key_line_missing" | "key_line_config_asked" => Warning,
                _ => Bad,
            };
            let of = operators.iter().find(|o| o.id == note.id);
            let name = of.map_or_else(|| "-".to_owned(), |o| o.name.clone());
            let config = files.config.as_deref().unwrap_or_else(|| Path::new("-")).display().to_string();
            let mut values =
                vec![shown.clone(), ("id", note.id), ("value", note.value), ("name", name), ("config", config)];
            if note.line > 0 {
                values.push(("line", note.line.to_string()));
            }
            self.say("keys_line", state, note.code, &values);
        }
    }

    /// A file that only root can change, along its whole path.
    fn roots(&mut self, name: &str, path: &Path) {
        let shown = |p: &Path| ("path", p.display().to_string());
        let Ok(whole) = std::fs::canonicalize(path) else {
            return self.say(name, Bad, "roots_absent", &[shown(path)]);
        };
        let worst = whole.ancestors().filter_map(|p| {
            let meta = std::fs::metadata(p).ok()?;
            // Where only owners may remove what is theirs, nobody puts another file in its place.
            let open = meta.mode() & 0o022 != 0 && !(meta.is_dir() && meta.mode() & 0o1000 != 0);
            (meta.uid() != 0 || open).then(|| p.to_owned())
        });
        match worst.last() {
            Some(p) => self.say(name, Bad, "not_roots", &[shown(&whole), ("where", p.display().to_string())]),
            None => self.say(name, Good, "roots", &[shown(&whole)]),
        }
    }

    /// The text of the settings of `sshd`, with what they include.
    fn sshd_text(&mut self, files: &HostFiles) -> (PathBuf, Option<String>) {
        let path = files.sshd.clone().unwrap_or_else(|| SSHD.into());
        let mut unread = Vec::new();
        let text = with_included(&path, &mut unread);
        for (path, reason) in unread {
            let state = if files.sshd.is_some() { Bad } else { Warning };
            self.say("sshd", state, "sshd_unread", &[("path", path.display().to_string()), ("reason", reason)]);
        }
        (path, text)
    }

    /// What `sshd` lets in beside the keys' lines.
    fn sshd(&mut self, path: &Path, settings: &SshdSettings, keys: &Path, account: &str) {
        let shown = ("path", path.display().to_string());
        let account = ("account", account.to_owned());
        if !settings.unsure.is_empty() {
            let lines = settings.unsure.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            self.say("sshd", Warning, "sshd_unsure", &[shown.clone(), ("lines", lines), account.clone()]);
        }
        let faults = settings.faults(&keys.display().to_string());
        for fault in &faults {
            let why = self.texts.t(&format!("cli.doctor.why.{}", fault.name.to_ascii_lowercase()));
            let found = if fault.found.is_empty() { "-".to_owned() } else { fault.found.clone() };
            let state: CheckState = if fault.mild { Warning } else { Bad };
            let code = if fault.wanted.is_empty() { "sshd_setting_gone" } else { "sshd_setting" };
            let values = [
                shown.clone(),
                ("name", fault.name.to_owned()),
                ("found", found),
                ("wanted", fault.wanted.clone()),
                ("why", why),
                account.clone(),
            ];
            self.say("sshd", state, code, &values);
        }
        if faults.is_empty() {
            self.say("sshd", Good, "sshd_fine", &[shown, account]);
        }
    }
}

/// The account with a number, as the system's own files tell of it.
fn account(uid: u32) -> Option<Account> {
    let text = |path| read(Path::new(path)).unwrap_or_default();
    Account::find(uid, &text(PASSWD), &text(GROUP))
}

/// The account and the place where it is stopped on its way to a file.
fn stopped(account: Option<&Account>, path: &Path, want: u32) -> Option<(String, String)> {
    let account = account?;
    let at = account.stopped_at(path, want)?;
    Some((account.name.clone(), at.display().to_string()))
}

/// Whether a file lets more be done to it than appending. Not every file system can say; then nothing is said.
#[cfg(target_os = "linux")]
fn rewritable(file: &std::fs::File) -> bool {
    rustix::fs::ioctl_getflags(file).is_ok_and(|flags| !flags.contains(rustix::fs::IFlags::APPEND))
}

/// Other systems say it in other ways.
#[cfg(not(target_os = "linux"))]
fn rewritable(_: &std::fs::File) -> bool {
    false
}

/// Whether a path of a line, written in full, leads to this very file.
fn same(path: &str, file: &Path) -> bool {
    let of = |path: &Path| std::fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()));
    path.starts_with('/') && of(Path::new(path)).is_some_and(|found| of(file) == Some(found))
}

/// What is wrong with the configuration a line names, beside the one the doctor was given.
fn config_fault(path: Option<&str>, given: Option<&Path>, account: Option<&Account>) -> Option<&'static str> {
    let Some(path) = path else { return given.map(|_| "key_line_config_missing") };
    if !Settings::config_reads(Path::new(path)) {
        return Some("key_line_config_unread");
    }
    if stopped(account, Path::new(path), READ).is_some() {
        return Some("key_line_config_shut");
    }
    match given {
        None => Some("key_line_config_asked"),
        Some(given) => (!same(path, given)).then_some("key_line_config_other"),
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    use std::io::Read;
    let file = std::fs::File::open(path)?;
    let meta = file.metadata()?;
    if !meta.is_file() || meta.len() > LIMIT {
        return Err(std::io::ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::new();
    file.take(LIMIT).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The settings with the files they include put in, as far as they name a folder's `*.conf` or one file. What cannot be
/// read is named.
fn with_included(path: &Path, unread: &mut Vec<(PathBuf, String)>) -> Option<String> {
    let mut read = |path: &Path| read(path).map_err(|e| unread.push((path.to_owned(), e.to_string()))).ok();
    let mut out = String::new();
    for line in read(path)?.lines() {
        let Some((_, named)) = setting(line).filter(|(name, _)| name == "include") else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        let mut files = Vec::new();
        for named in named.split(' ').map(|name| Path::new("/etc/ssh").join(name)) {
            if named.file_name().is_none_or(|n| n != "*.conf") {
                files.push(named);
                continue;
            }
            let folder = named.parent().unwrap_or_else(|| Path::new("/"));
            let all = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path());
            let mut all: Vec<PathBuf> = all.filter(|p| p.extension().is_some_and(|e| e == "conf")).collect();
            all.sort();
            files.append(&mut all);
        }
        for file in files.iter().take(INCLUDED) {
            out.push_str(&read(file).unwrap_or_default());
            out.push('\n');
        }
    }
    Some(out)
}
