//! Where the register lies, who works on it, in which language and for which day: flags, then the environment, then the
//! configuration file, then defaults.

use std::path::{Path, PathBuf};

use super::config::Config;
use crate::domain::Date;
use crate::error::{Error, Kind};
use crate::i18n::{self, Lang};

/// What the command line's global options say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--store`.
    pub store: Option<PathBuf>,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--lang`.
    pub lang: Option<String>,
    /// `--today`.
    pub today: Option<Date>,
    /// `--operator`.
    pub operator: Option<String>,
    /// `--keymap`.
    pub keymap: Option<String>,
}

/// Everything decided before a store is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The register's file.
    pub store: PathBuf,
    /// The key file, where one is configured; else it is looked for beside the store.
    pub key_file: Option<PathBuf>,
    /// The passphrase from `SHOUMI_PASSPHRASE`, if set.
    pub passphrase: Option<String>,
    /// The passphrase of a bundle from `SHOUMI_BUNDLE_PASSPHRASE`, if set.
    pub bundle_passphrase: Option<String>,
    /// The new passphrase from `SHOUMI_NEW_PASSPHRASE`, if set.
    pub new_passphrase: Option<String>,
    /// The recovery code from `SHOUMI_RECOVERY`, if set.
    pub recovery: Option<String>,
    /// Language.
    pub lang: Lang,
    /// The evaluation day, where `--today` moves it.
    pub today: Option<Date>,
    /// Who works here, where anybody said so.
    pub operator: Option<String>,
    /// The login name, used where a store with several operators was not told who works.
    pub login: Option<String>,
    /// Keymap name or file.
    pub keymap: Option<String>,
    /// Folder of the unit's own packs.
    pub packs: Option<PathBuf>,
    /// Level mark of what is taken out or printed, unless another is said.
    pub mark: Option<String>,
    /// The file of heads: a line for each session's end.
    pub head_log: Option<PathBuf>,
    /// The one folder from which files come in.
    pub import_dir: Option<PathBuf>,
    /// The one folder to which files go out.
    pub export_dir: Option<PathBuf>,
    /// How many sessions with screens an operator of a host has at most.
    pub sessions: u8,
    /// How many rows of a list about people are shown to an operator of a host who may not take lists out.
    pub rows: u16,
    /// Whether a missing passphrase may be asked for at the terminal.
    pub may_ask: bool,
}

/// Sessions of one operator at the same time, unless the configuration says otherwise.
const SESSIONS: u8 = 3;
/// Rows of a list, likewise.
const ROWS: u16 = 200;

/// The language before anything else is known, so that even a broken configuration is reported in it.
pub fn language(flag: Option<&str>, configured: Option<&str>, env: &dyn Fn(&str) -> Option<String>) -> Lang {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|n| env(n).filter(|v| !v.is_empty()));
    i18n::choose(flag, configured, locale.as_deref())
}

/// The folder for data: `$XDG_DATA_HOME/shoumi` or `~/.local/share/shoumi`.
fn data_dir(env: &dyn Fn(&str) -> Option<String>) -> PathBuf {
    folder(env, "XDG_DATA_HOME", ".local/share")
}

fn folder(env: &dyn Fn(&str) -> Option<String>, xdg: &str, under_home: &str) -> PathBuf {
    // The base directory specification ignores relative values.
    let base = env(xdg).map(PathBuf::from).filter(|p| p.is_absolute());
    let base = base.or_else(|| env("HOME").map(|h| Path::new(&h).join(under_home)));
    base.unwrap_or_else(|| PathBuf::from(".")).join("shoumi")
}

/// The largest configuration file that is read.
const CONFIG_LIMIT: u64 = 1 << 20;

impl Settings {
    /// Puts flags, environment, configuration file and defaults together.
    ///
    /// # Errors
    /// Every problem of the configuration file at once.
    pub fn load(flags: Flags, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, Vec<Error>> {
        let config = match &flags.config {
            Some(path) => read(path, true)?,
            None => read(&folder(env, "XDG_CONFIG_HOME", ".config").join("config.toml"), false)?,
        };
        let lang = language(flags.lang.as_deref(), config.lang.as_deref(), env);
        let from_env = env("SHOUMI_STORE").filter(|v| !v.is_empty()).map(PathBuf::from);
        let store = flags.store.or(from_env).or(config.store).unwrap_or_else(|| data_dir(env).join("register.shoumi"));
        Ok(Self {
            store,
            key_file: config.key_file,
            passphrase: env("SHOUMI_PASSPHRASE").filter(|v| !v.is_empty()),
            bundle_passphrase: env("SHOUMI_BUNDLE_PASSPHRASE").filter(|v| !v.is_empty()),
            new_passphrase: env("SHOUMI_NEW_PASSPHRASE").filter(|v| !v.is_empty()),
            recovery: env("SHOUMI_RECOVERY").filter(|v| !v.is_empty()),
            lang,
            today: flags.today,
            operator: flags.operator.or(config.operator),
            login: env("USER").or_else(|| env("LOGNAME")).filter(|v| !v.is_empty()),
            keymap: flags.keymap.or(config.keymap),
            packs: config.packs,
            mark: config.mark,
            head_log: config.head_log,
            import_dir: config.import_dir,
            export_dir: config.export_dir,
            sessions: config.sessions.unwrap_or(SESSIONS),
            rows: config.rows.unwrap_or(ROWS),
            may_ask: true,
        })
    }

    /// Whether a configuration file is there and says what it may say.
    pub fn config_reads(path: &Path) -> bool {
        read(path, true).is_ok()
    }

    /// Settings for a store at `path` with defaults for everything else.
    pub fn at(path: impl Into<PathBuf>, lang: Lang) -> Self {
        Self {
            store: path.into(),
            key_file: None,
            passphrase: None,
            bundle_passphrase: None,
            new_passphrase: None,
            recovery: None,
            lang,
            today: None,
            operator: None,
            login: None,
            keymap: None,
            packs: None,
            mark: None,
            head_log: None,
            import_dir: None,
            export_dir: None,
            sessions: SESSIONS,
            rows: ROWS,
            may_ask: false,
        }
    }

    /// Where the demo's store lies unless `--store` names another place.
    pub fn demo_path(env: &dyn Fn(&str) -> Option<String>) -> PathBuf {
        data_dir(env).join("demo.shoumi")
    }

    /// The key file that belongs to the store.
    pub fn key_path(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| {
            let mut name = self.store.file_name().unwrap_or_default().to_owned();
            name.push(".key");
            self.store.with_file_name(name)
        })
    }
}

/// Reads the configuration file; a missing default file is an empty configuration.
fn read(path: &Path, wanted: bool) -> Result<Config, Vec<Error>> {
    let fail = |reason: String| {
        vec![Error::new(Kind::Input, "config_unreadable").with("file", path.display()).with("reason", reason)]
    };
    match std::fs::metadata(path) {
        Err(e) if !wanted && e.kind() == std::io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(e) => return Err(fail(e.to_string())),
        Ok(meta) if meta.len() > CONFIG_LIMIT => return Err(fail(format!("> {CONFIG_LIMIT} B"))),
        Ok(_) => {}
    }
    let bytes = std::fs::read(path).map_err(|e| fail(e.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|e| fail(e.utf8_error().to_string()))?;
    Config::parse(&text, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> Option<String> {
        |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
    }

    #[test]
    fn flags_beat_environment_beats_file_beats_default() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.toml");
        std::fs::write(&file, "store = 'from-file'\nlang = 'en'\noperator = 'li'").unwrap();
        let with = |store: Option<&str>, config: bool, e: &dyn Fn(&str) -> Option<String>| {
            let flags =
                Flags { store: store.map(PathBuf::from), config: config.then(|| file.clone()), ..Flags::default() };
            Settings::load(flags, e).unwrap()
        };
        let e = env(&[("SHOUMI_STORE", "/env"), ("HOME", "/home/x"), ("LANG", "zh_CN.UTF-8")]);
        assert_eq!(with(Some("/flag"), true, &e).store, PathBuf::from("/flag"));
        assert_eq!(with(None, true, &e).store, PathBuf::from("/env"));
        let e = env(&[("HOME", "/home/x"), ("LANG", "zh_CN.UTF-8")]);
        assert_eq!(with(None, true, &e).store, dir.path().join("from-file"));
        assert_eq!(with(None, true, &e).lang, Lang::En);
        let plain = with(None, false, &e);
        assert_eq!(plain.store, PathBuf::from("/home/x/.local/share/shoumi/register.shoumi"));
        assert_eq!(plain.key_path(), PathBuf::from("/home/x/.local/share/shoumi/register.shoumi.key"));
        assert_eq!(plain.lang, Lang::ZhCn);
    }

    #[test]
    fn a_named_file_must_exist() {
        let flags = Flags { config: Some(PathBuf::from("/nowhere/c.toml")), ..Flags::default() };
        let problems = Settings::load(flags, &env(&[])).unwrap_err();
        assert_eq!(problems[0].code, "config_unreadable");
    }
}
