//! The configuration file: TOML, every key optional, all problems reported at once.

use std::path::{Path, PathBuf};

use crate::error::{Error, Kind};

/// What a configuration file may say. Relative paths are relative to the file's folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// `store`: the register's file.
    pub store: Option<PathBuf>,
    /// `key_file`: the key file; beside the store when left out.
    pub key_file: Option<PathBuf>,
    /// `lang`: `zh-CN` or `en`.
    pub lang: Option<String>,
    /// `operator`: who works here.
    pub operator: Option<String>,
    /// `keymap`: a name or a file.
    pub keymap: Option<String>,
    /// `packs`: a folder with the unit's own rule packs.
    pub packs: Option<PathBuf>,
    /// `mark`: the level mark of what is taken out or printed.
    pub mark: Option<String>,
    /// `head_log`: a file to which the journal's newest entry is appended when a session ends.
    pub head_log: Option<PathBuf>,
    /// `import_dir`: the one folder from which files come in.
    pub import_dir: Option<PathBuf>,
    /// `export_dir`: the one folder to which files go out.
    pub export_dir: Option<PathBuf>,
    /// `sessions`: how many sessions with screens an operator of a host has at most.
    pub sessions: Option<u8>,
    /// `rows`: how many rows of a list about people are shown to an operator of a host who may not take lists out.
    pub rows: Option<u16>,
}

/// The keys the file may have, in the order of the documentation.
const KEYS: [&str; 12] = [
    "store",
    "key_file",
    "lang",
    "operator",
    "keymap",
    "packs",
    "mark",
    "head_log",
    "import_dir",
    "export_dir",
    "sessions",
    "rows",
];
/// So many sessions of an operator can be allowed.
const SESSIONS: std::ops::RangeInclusive<i64> = 1..=20;
/// So many rows can be shown of a list.
const ROWS: std::ops::RangeInclusive<i64> = 1..=10_000;

impl Config {
    /// Reads the text of a configuration file that lies in `folder`.
    ///
    /// # Errors
    /// Every problem found, each with its line.
    pub fn parse(text: &str, path: &Path) -> Result<Self, Vec<Error>> {
        let file = path.display().to_string();
        let table = match text.trim_start_matches('\u{feff}').parse::<toml::Table>() {
            Ok(table) => table,
            Err(e) => {
                let (line, column) = e.span().map_or((1, 1), |s| place(text, s.start));
                let reason = e.message().lines().collect::<Vec<_>>().join(" ");
                return Err(vec![
                    Error::new(Kind::Input, "config_syntax")
                        .with("file", file)
                        .with("line", line)
                        .with("column", column)
                        .with("reason", reason),
                ]);
            }
        };
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        let mut config = Self::default();
        let mut problems = Vec::new();
        for (key, value) in &table {
            let at = |code: &'static str| {
                Error::new(Kind::Input, code).with("file", &file).with("line", line_of(text, key)).with("key", key)
            };
            if !KEYS.contains(&key.as_str()) {
                problems.push(at("config_unknown").with("known", KEYS.join(", ")));
                continue;
            }
            if let Some(range) = match key.as_str() {
                "sessions" => Some(SESSIONS),
                "rows" => Some(ROWS),
                _ => None,
            } {
                let number = value.as_integer().filter(|n| range.contains(n)).and_then(|n| u16::try_from(n).ok());
                if number.is_none() {
                    let (least, most) = (range.start(), range.end());
                    problems.push(at("config_number").with("value", value).with("least", least).with("most", most));
                }
                if key == "rows" {
                    config.rows = number;
                } else {
                    config.sessions = number.and_then(|n| u8::try_from(n).ok());
                }
                continue;
            }
            let Some(value) = value.as_str() else {
                problems.push(at("config_type").with("value", value));
                continue;
            };
            if value.trim().is_empty() {
                problems.push(at("config_empty"));
                continue;
            }
            match key.as_str() {
                "store" => config.store = Some(folder.join(value)),
                "key_file" => config.key_file = Some(folder.join(value)),
                "head_log" => config.head_log = Some(folder.join(value)),
                "import_dir" => config.import_dir = Some(folder.join(value)),
                "export_dir" => config.export_dir = Some(folder.join(value)),
                "packs" => config.packs = Some(folder.join(value)),
                "mark" => config.mark = Some(value.to_owned()),
                "operator" => config.operator = Some(value.to_owned()),
                // A keymap is a name, or a file when it looks like one.
                "keymap" if value.contains('/') || Path::new(value).extension().is_some_and(|e| e == "toml") => {
                    config.keymap = Some(folder.join(value).display().to_string());
                }
                "keymap" => config.keymap = Some(value.to_owned()),
                _ if ["zh-CN", "en"].contains(&value) => config.lang = Some(value.to_owned()),
                _ => problems.push(at("config_lang").with("value", value)),
            }
        }
        if problems.is_empty() { Ok(config) } else { Err(problems) }
    }
}

/// Line and column, from 1, of a byte position.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (before.matches('\n').count() + 1, column)
}

/// The line, from 1, on which a top-level key stands.
fn line_of(text: &str, key: &str) -> usize {
    let found = text.lines().position(|line| {
        let line = line.trim_start().trim_start_matches(['[', '"', '\'', ' ']);
        line.strip_prefix(key).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    });
    found.map_or(1, |n| n + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_named_with_its_line() {
        let text = "store = \"a.shoumi\"\nlang = \"fr\"\ncolour = 1\noperator = 5\nsessions = 0\nrows = 10001\n[extra]\nx = 1\n";
        let problems = Config::parse(text, Path::new("/etc/shoumi/config.toml")).unwrap_err();
        let found: Vec<(&str, String)> = problems.iter().map(|p| (p.code, p.values["line"].clone())).collect();
        for want in [
            ("config_lang", "2"),
            ("config_unknown", "3"),
            ("config_type", "4"),
            ("config_number", "5"),
            ("config_number", "6"),
            ("config_unknown", "7"),
        ] {
            assert!(found.contains(&(want.0, want.1.to_owned())), "{want:?} in {found:?}");
        }
        assert_eq!(found.len(), 6);
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let c = Config::parse("\u{feff}store=\"r.shoumi\"\nkeymap=\"vim\"", Path::new("/etc/shoumi/c.toml")).unwrap();
        assert_eq!(c.store, Some(PathBuf::from("/etc/shoumi/r.shoumi")));
        assert_eq!(c.keymap.as_deref(), Some("vim"));
        assert_eq!(Config::parse("sessions = 2", Path::new("c.toml")).unwrap().sessions, Some(2));
        assert_eq!(Config::parse("rows = 50", Path::new("c.toml")).unwrap().rows, Some(50));
        let broken = Config::parse("a = 1\nb = \n", Path::new("c.toml")).unwrap_err();
        assert_eq!(broken[0].values["line"], "2");
    }
}
