//! The only folder with sentences. Every key stands in both languages; a test keeps them equal in keys and placeholders.
//!
//! The sentences live in `zh-CN/*.toml` and `en/*.toml`, one pair of files per area. A key is the path of tables joined
//! with dots: `[reason]` / `travel_forbidden = "…"` is `reason.travel_forbidden`. `{name}` is a placeholder.

mod article;
mod choice;
mod keymap;
mod sentence;

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use memchr::memmem;
use toml::de::{DeTable, DeValue};

pub use choice::choose;

/// The languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// Simplified Chinese.
    ZhCn,
    /// English.
    En,
}

impl Lang {
    /// Both.
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// `zh-CN` or `en`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }
}

/// Adds a pair of locale files to both tables; a file must exist in both languages.
macro_rules! areas {
    ($($area:literal),* $(,)?) => {
        const ZH: &[(&str, &str)] = &[$(($area, include_str!(concat!("zh-CN/", $area, ".toml")))),*];
        const EN: &[(&str, &str)] = &[$(($area, include_str!(concat!("en/", $area, ".toml")))),*];
    };
}
areas!(
    "accounts",
    "benchmark",
    "bundle",
    "cases",
    "choices",
    "cli",
    "decide",
    "devices",
    "doctor",
    "door",
    "errors",
    "evidence",
    "exchange",
    "findings",
    "forms",
    "host",
    "index",
    "inspect",
    "keys",
    "meeting",
    "operators",
    "rules",
    "screens",
    "secrets",
    "shell",
    "words", //
);

type Table = HashMap<String, String>;

/// A table of an area with its heading, read when the first of its sentences is asked for: a start needs a few of them.
struct Part {
    text: &'static str,
    table: OnceLock<Table>,
}

impl Part {
    /// A broken part leaves its keys out, which the parity test reports.
    fn table(&self) -> &Table {
        self.table.get_or_init(|| {
            let mut out = Table::new();
            if let Ok(value) = DeTable::parse(self.text) {
                flatten("", value.get_ref(), &mut out);
            }
            out
        })
    }
}

/// One language: the parts of all areas by the name of their table.
struct Language(HashMap<&'static str, Vec<Part>>);

static LANGUAGES: [LazyLock<Language>; 2] = [LazyLock::new(|| language(ZH)), LazyLock::new(|| language(EN))];

fn language(files: &[(&str, &'static str)]) -> Language {
    let mut tables: HashMap<&str, Vec<Part>> = HashMap::new();
    for text in files.iter().flat_map(|(_, text)| parts(text)) {
        let name = text.trim_start_matches('[').split(']').next().unwrap_or_default();
        tables.entry(name).or_default().push(Part { text, table: OnceLock::new() });
    }
    Language(tables)
}

/// The tables of a file, each from its heading to the next: a line that begins with a bracket.
fn parts(text: &'static str) -> impl Iterator<Item = &'static str> {
    let first = text.starts_with('[').then_some(0);
    let others = memmem::find_iter(text.as_bytes(), "\n[").map(|line_end| line_end + 1);
    let mut headings = first.into_iter().chain(others).peekable();
    std::iter::from_fn(move || text.get(headings.next()?..headings.peek().copied().unwrap_or(text.len())))
}

impl Language {
    /// The sentence; a test holds that every key is that of a line below the heading of its table.
    fn get(&self, key: &str) -> Option<&str> {
        let (table, _) = key.rsplit_once('.')?;
        self.0.get(table)?.iter().filter_map(|part| part.table().get(key)).map(String::as_str).next()
    }
}

fn flatten(prefix: &str, table: &DeTable, out: &mut Table) {
    for (k, v) in table {
        let key = if prefix.is_empty() { k.get_ref().to_string() } else { format!("{prefix}.{}", k.get_ref()) };
        match v.get_ref() {
            DeValue::Table(t) => flatten(&key, t, out),
            DeValue::String(s) => drop(out.insert(key, s.to_string())),
            // A list (synonyms, canned texts) is kept as lines.
            DeValue::Array(items) => {
                let lines: Vec<&str> = items.iter().filter_map(|i| i.get_ref().as_str()).collect();
                out.insert(key, lines.join("\n"));
            }
            // No sentence: a key that is looked for shows as missing.
            _ => {}
        }
    }
}

/// The sentences of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Texts {
    lang: Lang,
}

impl Texts {
    /// The sentences of `lang`.
    pub const fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// Which language.
    pub const fn lang(self) -> Lang {
        self.lang
    }

    /// The sentence for a key, or `None`.
    pub fn get(self, key: &str) -> Option<&'static str> {
        LANGUAGES.get(self.lang as usize).and_then(|l| l.get(key))
    }

    /// The sentence for a key without placeholders. A missing key shows as `⟨key⟩`, which a test forbids.
    pub fn t(self, key: &str) -> String {
        self.get(key).map_or_else(|| format!("<{key}>"), str::to_owned)
    }

    /// The sentence for a key with its placeholders filled. Values are data: whoever prints them cleans them first.
    pub fn fill<K: AsRef<str>, V: AsRef<str>>(self, key: &str, values: &[(K, V)]) -> String {
        fill(&self.t(key), |name| values.iter().find(|(k, _)| k.as_ref() == name).map(|(_, v)| v.as_ref().to_owned()))
    }

    /// The name of a vocabulary word: `word.<list>.<code>`.
    pub fn word(self, list: &str, code: &str) -> String {
        self.t(&format!("word.{list}.{code}"))
    }

    /// The lines of a list entry.
    pub fn list(self, key: &str) -> Vec<&'static str> {
        self.get(key).map(|s| s.lines().collect()).unwrap_or_default()
    }

    /// Every key of this language, for tests.
    pub fn keys(self) -> Vec<&'static str> {
        let parts = LANGUAGES.get(self.lang as usize).into_iter().flat_map(|l| l.0.values()).flatten();
        parts.flat_map(|part| part.table().keys()).map(String::as_str).collect()
    }
}

/// Replaces `{name}` by what `value` gives; an unknown name stays as it is.
fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) => {
                match value(name) {
                    // A value is part of a sentence: it does not begin lines of its own.
                    Some(v) => out.push_str(&v.replace(['\n', '\r'], " ")),
                    None => {
                        out.push('{');
                        out.push_str(name);
                        out.push('}');
                    }
                }
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The placeholder names in a sentence, sorted, for the parity test.
pub fn placeholders(sentence: &str) -> Vec<String> {
    let names = std::cell::RefCell::new(Vec::new());
    let _ = fill(sentence, |n| {
        names.borrow_mut().push(n.to_owned());
        None
    });
    let mut names = names.into_inner();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_keys_and_placeholders() {
        for (lang, files) in Lang::ALL.into_iter().zip([ZH, EN]) {
            let mut whole = Table::new();
            for (area, text) in files {
                let table = DeTable::parse(text).unwrap_or_else(|e| panic!("{area}: {e}"));
                flatten("", table.get_ref(), &mut whole);
            }
            let mut whole: Vec<&str> = whole.keys().map(String::as_str).collect();
            let mut read = Texts::new(lang).keys();
            whole.sort_unstable();
            read.sort_unstable();
            assert_eq!(read, whole, "part by part as a whole");
        }
        let (zh, en) = (Texts::new(Lang::ZhCn), Texts::new(Lang::En));
        for (a, b) in [(zh, en), (en, zh)] {
            for key in a.keys() {
                let other = b.get(key).unwrap_or_else(|| panic!("{key} is missing in {}", b.lang().code()));
                let synonyms = key.contains("synonyms") || key.contains("canned");
                if !synonyms {
                    assert_eq!(placeholders(a.get(key).unwrap()), placeholders(other), "{key}");
                }
                assert!(!other.trim().is_empty(), "{key} is empty in {}", b.lang().code());
            }
        }
    }

    #[test]
    fn every_key_is_found_by_the_heading_of_its_table() {
        for texts in Lang::ALL.map(Texts::new) {
            for key in texts.keys() {
                assert!(texts.get(key).is_some(), "{key} does not stand below [{}]", key.rsplit_once('.').unwrap().0);
            }
        }
    }

    #[test]
    fn placeholders_are_filled_once() {
        assert_eq!(fill("{a} and {b} {", |n| (n == "a").then(|| "{b}".to_owned())), "{b} and {b} {");
    }
}
