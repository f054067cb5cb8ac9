//! The locale tables against the program: every key the code names exists, and every sentence has somebody who says it.

use std::collections::{BTreeMap, BTreeSet};

use shoumi::i18n::{Lang, Texts};

use crate::source::{Source, sources};

/// Tables whose keys are made from a code at run time (`reason.<code>`), with where the code comes from.
const DYNAMIC: &[&str] = &[
    "action",
    "case",
    "choice",
    "clock",
    "code",
    "column",
    "damage",
    "duty_rule",
    "error",
    "evidence",
    "explain",
    "fact_used",
    "field",
    "flag",
    "key",
    "missing",
    "note",
    "pack",
    "reason",
    "refusal",
    "synonyms",
    "verb",
    "view",
    "warning",
    "word",
];

/// Calls whose first literal argument is a locale key.
const CALLS: &[&str] = &["t", "fill", "list", "get_text", "text"];

/// The literal arguments `"…"` right after `call(` in the program, with their lines.
fn literals<'a>(source: &'a Source, call: &str) -> Vec<(usize, Vec<&'a str>)> {
    let mut out = Vec::new();
    let pattern = format!("{call}(");
    for (at, _) in source.code.match_indices(&pattern) {
        let before = source.code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let line = source.code[..at].matches('\n').count();
        if source.test.get(line).copied().unwrap_or(false) {
            continue;
        }
        let mut args = Vec::new();
        let mut rest = source.code[at + pattern.len()..].trim_start();
        while let Some((text, after)) = rest.strip_prefix('"').and_then(|r| r.split_once('"')) {
            args.push(text);
            rest = after.trim_start().trim_start_matches(',').trim_start();
        }
        if !args.is_empty() {
            out.push((line + 1, args));
        }
    }
    out
}

fn looks_like_a_key(text: &str) -> bool {
    text.contains('.')
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-'))
}

#[test]
fn every_key_the_program_names_exists() {
    let keys: BTreeSet<&str> = Texts::new(Lang::ZhCn).keys().into_iter().collect();
    let tables: BTreeSet<&str> = keys.iter().filter_map(|k| k.split('.').next()).collect();
    let known = |key: &str| keys.contains(key);
    let mut complaints = Vec::new();
    let mut miss = |path: &str, line: usize, key: &str| {
        complaints.push(format!("{path}:{line}: {key}: add it to src/i18n/zh-CN and en, or correct the name"));
    };
    for source in sources().iter().filter(|s| !s.path.starts_with("src/i18n/mod.rs")) {
        for call in CALLS {
            for (line, args) in literals(source, call) {
                // `list(…)` and `text(…)` may be somebody else's function: a key has a dot and no spaces.
                let key = args[0];
                if looks_like_a_key(key) && !known(key) {
                    miss(&source.path, line, key);
                }
            }
        }
        for (line, args) in literals(source, "word") {
            // There `record.word(…)` reads a cell of a spreadsheet.
            if source.path.starts_with("src/exchange/plan/") {
                continue;
            }
            if let [list, code] = args[..] {
                let key = format!("word.{list}.{code}");
                if !known(&key) {
                    miss(&source.path, line, &key);
                }
            } else if let [list] = args[..]
                && !keys.iter().any(|k| k.starts_with(&format!("word.{list}.")))
            {
                miss(&source.path, line, &format!("word.{list}.*"));
            }
        }
        // A literal that has the form of a key of a table we have must be a key (or the beginning of one).
        for (line, text) in source.strings() {
            let table = text.split('.').next().unwrap_or_default();
            let file =
                [".toml", ".json", ".csv", ".md", ".xlsx", ".txt", ".xml", ".redb"].iter().any(|e| text.ends_with(e));
            if looks_like_a_key(&text) && tables.contains(table) && !file && !text.contains("..") {
                let begins = keys.iter().any(|k| k.starts_with(&text));
                if !known(&text) && !begins {
                    miss(&source.path, line, &text);
                }
            }
        }
    }
    complaints.sort();
    complaints.dedup();
    assert!(complaints.is_empty(), "Keys without a sentence:\n  {}\n", complaints.join("\n  "));
}

#[test]
fn every_failure_has_its_sentence() {
    let texts = Texts::new(Lang::ZhCn);
    let mut complaints = Vec::new();
    for source in sources() {
        for (at, _) in source.code.match_indices("Error::new(") {
            let line = source.code[..at].matches('\n').count() + 1;
            if source.test.get(line - 1).copied().unwrap_or(false) {
                continue;
            }
            let args = &source.code[at + "Error::new(".len()..];
            let args = &args[..args.find(')').unwrap_or(args.len())];
            let mut parts = args.split('"');
            // `Error::new(Kind::X, "code")`; other types' `new` have other first arguments.
            if let (Some(before), Some(code)) = (parts.next(), parts.next())
                && before.contains("Kind::")
                && texts.get(&format!("error.{code}")).is_none()
            {
                complaints.push(format!("{}:{line}: error.{code}: add it to src/i18n/*/errors.toml", source.path));
            }
        }
    }
    assert!(complaints.is_empty(), "Failures without a sentence:\n  {}\n", complaints.join("\n  "));
}

#[test]
fn every_sentence_is_said_somewhere() {
    let mut said = BTreeSet::new();
    let mut begun = BTreeSet::new();
    for source in sources() {
        for (_, text) in source.strings() {
            // `format!("today.{}.title")` and `format!("today.{name}")` say every key below `today.`.
            if let Some((prefix, _)) = text.split_once('{') {
                begun.insert(prefix.to_owned());
            } else if text.ends_with('.') {
                begun.insert(text.clone());
            }
            said.insert(text);
        }
    }
    begun.retain(|p| p.ends_with('.') || p.ends_with('_'));
    let keys = Texts::new(Lang::ZhCn).keys();
    let unused: BTreeSet<&str> = keys
        .into_iter()
        .filter(|key| !said.contains(*key))
        .filter(|key| !key.split('.').next().is_some_and(|table| DYNAMIC.contains(&table)))
        .filter(|key| !begun.iter().any(|p| key.starts_with(p.as_str())))
        .filter(|key| !key.strip_suffix("_hint").is_some_and(|k| said.contains(k)))
        .collect();
    assert!(
        unused.is_empty(),
        "Sentences that nobody says; delete them, or name their table in DYNAMIC (tests/it/locales.rs) when the key is made \
         from a code:\n  {}\n",
        unused.into_iter().collect::<Vec<_>>().join("\n  ")
    );
}

#[test]
fn each_language_is_written_in_its_own_marks() {
    let han = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}');
    let mut complaints = Vec::new();
    for lang in Lang::ALL {
        let texts = Texts::new(lang);
        for key in texts.keys() {
            // Lists of what people type or write hold both.
            if key.contains("synonyms") || key.contains("canned") || key.starts_with("index.") {
                continue;
            }
            let text = texts.get(key).unwrap();
            let chars: Vec<char> = text.chars().collect();
            let wrong = match lang {
                Lang::ZhCn => chars.windows(2).any(|w| han(w[0]) && matches!(w[1], ',' | ';' | '?' | '!' | ':')),
                Lang::En => {
                    chars.iter().any(|c| matches!(c, '，' | '。' | '；' | '：' | '？' | '！' | '、' | '“' | '”'))
                }
            };
            if wrong {
                complaints.push(format!("{} {key}: {text}", lang.code()));
            }
        }
    }
    complaints.sort();
    assert!(complaints.is_empty(), "Marks of the other language:\n  {}\n", complaints.join("\n  "));
}

#[test]
fn no_sentence_is_written_twice() {
    // Of two the later file's is shown, and whoever mends the other wonders why nothing changes.
    fn walk(prefix: &str, table: &toml::Table, file: &str, found: &mut BTreeMap<String, Vec<String>>) {
        for (key, value) in table {
            let path = format!("{prefix}.{key}");
            match value {
                toml::Value::Table(inner) => walk(&path, inner, file, found),
                _ => found.entry(path).or_default().push(file.to_owned()),
            }
        }
    }
    for lang in Lang::ALL {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/i18n").join(lang.code());
        let mut found = BTreeMap::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let table: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
            walk("", &table, &path.file_name().unwrap().to_string_lossy(), &mut found);
        }
        assert!(found.len() > 1000, "{}", found.len());
        let twice: Vec<_> = found.into_iter().filter(|(_, files)| files.len() > 1).collect();
        assert!(twice.is_empty(), "{}: {twice:#?}", lang.code());
    }
}
