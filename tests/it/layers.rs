//! The house rules, read from the sources: which folder may use which, which crate is named where, how long files may
//! grow. Every complaint names the file, the line, the rule and the way out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use crate::source::{Source, sources, top};

/// Which folder of `src/` may use which (its own aside). The order is a proof that there is no circle: a folder names
/// only folders above it.
const LAYERS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("crypto", &[]),
    ("clock", &[]),
    ("error", &[]),
    ("domain", &[]),
    ("keys", &[]),
    ("rules", &["domain"]),
    ("decide", &["rules", "domain"]),
    ("store", &["domain", "crypto", "error"]),
    ("index", &["domain", "rules", "text"]),
    ("i18n", &["domain", "rules", "keys"]),
    ("ui", &["text"]),
    ("exchange", &["domain", "rules", "i18n", "text", "crypto", "error"]),
    (
        "session",
        &["decide", "store", "index", "exchange", "crypto", "clock", "error", "domain", "rules", "i18n", "text"],
    ),
    ("screens", &["ui", "keys", "i18n", "index", "decide", "rules", "domain", "text"]),
    (
        "app",
        &["screens", "session", "ui", "keys", "i18n", "index", "decide", "rules", "domain", "text", "error", "clock"],
    ),
    ("cli", &["session", "index", "exchange", "i18n", "keys", "rules", "domain", "text", "error"]),
];

/// Words that only some folders (or files) may name, and the way out.
const ONLY_IN: &[(&str, &[&str], &str)] = &[
    ("redb", &["src/store/"], "only src/store knows the database: ask it through its own functions"),
    ("fuzzy_matcher", &["src/index/search"], "only src/index/search ranks: use what it offers"),
    ("ratatui", &["src/ui/", "src/screens/", "src/app/"], "draw in ui or a screen; other folders hand over plain data"),
    ("crossterm", &["src/app/"], "only src/app talks to the terminal; keys are src/keys' own values"),
    ("Utc::now", &["src/clock.rs"], "only src/clock.rs reads the clock: take `today` or a stamp as an argument"),
    ("Local::now", &["src/clock.rs"], "only src/clock.rs reads the clock: take `today` or a stamp as an argument"),
    ("SystemTime::now", &["src/clock.rs"], "only src/clock.rs reads the clock: take `today` or a stamp as an argument"),
    ("std::net", &[], "the program has no network code"),
    ("TcpStream", &[], "the program has no network code"),
    ("UdpSocket", &[], "the program has no network code"),
    ("UnixStream", &[], "the program has no network code"),
];

/// What a screen never sees: it gets plain values and answers with effects.
const NOT_IN_SCREENS: &[(&str, &str)] = &[
    ("std::fs", "a file"),
    ("std::env", "the environment"),
    ("std::time", "the clock"),
    ("std::thread", "a thread"),
    ("std::process", "a process"),
];

/// Files beside the screens in `src/screens` that are not screens themselves.
const SHARED_IN_SCREENS: &[&str] = &[
    "mod", "contract", "desk", "list", "data", "words", "detail", "card", "records", "sheet", "explain", "deed",
    "entries", "filter", "reading", "ask", "reason", "header", "target", //
];

/// The only names at the top of the repository, dot-files aside.
const TOP: &[&str] =
    &["CHANGELOG.md", "Cargo.lock", "Cargo.toml", "LICENSE", "README.md", "demo", "keymaps", "src", "tests"];

const FILE_LIMIT: usize = 600;
const SCREEN_LIMIT: usize = 400;

fn no_complaints(rule: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "{rule}\n  {}\n", complaints.join("\n  "));
}

/// Whether `word` stands in `line` with no identifier character around it.
fn names(line: &str, word: &str) -> bool {
    let ident = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(i, _)| {
        !line[..i].chars().next_back().is_some_and(ident) && !line[i + word.len()..].chars().next().is_some_and(ident)
    })
}

/// The first names of a path or of a `{…}` group that follows `crate::`.
fn heads(after: &str) -> Vec<String> {
    let ident = |s: &str| s.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = after.strip_prefix('{') else {
        return vec![ident(after)];
    };
    let (mut depth, mut out, mut item) = (0, Vec::new(), String::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => out.push(ident(&std::mem::take(&mut item))),
            _ => {}
        }
        if depth == 0 && c != ',' {
            item.push(c);
        }
    }
    out.push(ident(&item));
    out.retain(|s| !s.is_empty() && s != "self");
    out
}

/// Every folder a source names through `crate::…` or `super::…`, with the line.
fn uses(source: &Source) -> Vec<(usize, String)> {
    // The program's lines only, each still at its place.
    let mut bare = String::new();
    for (line, test) in source.bare.lines().zip(&source.test) {
        bare.push_str(if *test { "" } else { line });
        bare.push('\n');
    }
    let line_at = |at: usize| bare[..at].matches('\n').count() + 1;
    let starts = |at: usize| !bare[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut out = Vec::new();
    for (at, _) in bare.match_indices("crate::").filter(|(at, _)| starts(*at)) {
        out.extend(heads(&bare[at + "crate::".len()..]).into_iter().map(|h| (line_at(at), h)));
    }
    // `super::` climbs out of the folder when there are more of them than the file lies deep.
    let parts: Vec<&str> = source.path.trim_start_matches("src/").trim_end_matches(".rs").split('/').collect();
    let depth = parts.len() - usize::from(parts.last() == Some(&"mod"));
    for (at, _) in bare.match_indices("super::") {
        if !starts(at) || bare[..at].ends_with("super::") {
            continue;
        }
        let mut rest = &bare[at..];
        let mut up = 0;
        while let Some(after) = rest.strip_prefix("super::") {
            rest = after;
            up += 1;
        }
        if up >= depth {
            out.extend(heads(rest).into_iter().map(|h| (line_at(at), h)));
        }
    }
    out
}

#[test]
fn the_layer_table_has_no_circle() {
    for (i, (room, may)) in LAYERS.iter().enumerate() {
        for used in *may {
            let above = LAYERS.iter().take(i).any(|(r, _)| r == used);
            assert!(above, "LAYERS: {room} may use {used}, which does not stand above it");
        }
    }
}

#[test]
fn every_folder_uses_only_what_the_table_allows() {
    let table: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    let mut complaints = Vec::new();
    let mut found = 0_usize;
    for source in sources() {
        let room = source.room().to_owned();
        if room == "main" || room == "lib" {
            continue;
        }
        let Some(may) = table.get(room.as_str()) else {
            complaints.push(format!("{}: src/{room} is not in the table; give it a row in LAYERS", source.path));
            continue;
        };
        for (line, used) in uses(&source) {
            found += 1;
            if used != room && table.contains_key(used.as_str()) && !may.contains(&used.as_str()) {
                complaints.push(format!(
                    "{}:{line}: {room} uses {used}; it may use {}. Move the code, or hand the value over as plain data",
                    source.path,
                    if may.is_empty() { "none of ours".to_owned() } else { may.join(", ") }
                ));
            }
        }
    }
    assert!(found > 0, "the scan finds no uses at all ({found})");
    no_complaints("Layers point one way (LAYERS in tests/it/layers.rs):", &complaints);
}

#[test]
fn named_crates_and_the_clock_stay_in_their_folder() {
    let mut complaints = Vec::new();
    for source in sources() {
        for (word, places, way_out) in ONLY_IN {
            if places.iter().any(|p| source.path.starts_with(p)) {
                continue;
            }
            for (line, text) in source.lines(&source.bare).filter(|(_, text)| names(text, word)) {
                complaints.push(format!("{}:{line}: {word}: {way_out}\n      {}", source.path, text.trim()));
            }
        }
        if source.room() == "screens" {
            for (word, what) in NOT_IN_SCREENS {
                for (line, _) in source.lines(&source.bare).filter(|(_, text)| names(text, word)) {
                    complaints.push(format!("{}:{line}: a screen never sees {what}: ask by an Effect", source.path));
                }
            }
        }
    }
    no_complaints("Named only where they belong:", &complaints);
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[test]
fn no_chinese_in_the_program_text() {
    let mut complaints = Vec::new();
    for source in sources() {
        for (line, text) in source.lines(&source.code).filter(|(_, text)| text.chars().any(is_han)) {
            complaints.push(format!(
                "{}:{line}: {}\n      sentences go to src/i18n/{{zh-CN,en}}, other vocabulary to a TOML file beside its owner",
                source.path,
                text.trim()
            ));
        }
    }
    no_complaints("No Chinese character in *.rs outside comments and tests:", &complaints);
}

#[test]
fn files_stay_short_and_say_what_they_are() {
    let mut complaints = Vec::new();
    for source in sources() {
        let length = source.test.iter().filter(|t| !**t).count();
        let limit = if source.room() == "screens" { SCREEN_LIMIT } else { FILE_LIMIT };
        if length > limit {
            complaints
                .push(format!("{}: {length} lines before its tests, {limit} allowed: split by idea", source.path));
        }
        if !source.text.starts_with("//!") {
            complaints.push(format!("{}:1: begins without //! docs: say in a line or two what it holds", source.path));
        }
    }
    no_complaints("Files are short and documented:", &complaints);
}

#[test]
fn every_screen_has_the_same_shape() {
    let files: BTreeMap<String, Source> = sources().into_iter().map(|s| (s.path.clone(), s)).collect();
    let mut screens = BTreeSet::new();
    for path in files.keys().filter_map(|p| p.strip_prefix("src/screens/")) {
        let name = path.split('/').next().unwrap_or(path).trim_end_matches(".rs");
        if !SHARED_IN_SCREENS.contains(&name) {
            screens.insert(name.to_owned());
        }
    }
    let mut complaints = Vec::new();
    for screen in &screens {
        let file = files
            .get(&format!("src/screens/{screen}.rs"))
            .or_else(|| files.get(&format!("src/screens/{screen}/mod.rs")))
            .unwrap_or_else(|| panic!("src/screens/{screen} has no mod.rs"));
        for (item, way_out) in [
            ("State", "`pub struct State` holds the screen's plain data"),
            ("update", "`pub fn update(state, input, cx) -> Vec<Effect>`"),
            ("view", "`pub fn view(state, cx, area, buf) -> Option<Position>`"),
            ("keys", "`pub fn keys(state, cx) -> Vec<AvailableAction>`"),
        ] {
            let has = file.lines(&file.bare).any(|(_, l)| {
                let l = l.trim_start();
                ["pub struct ", "pub enum ", "pub fn ", "pub use "]
                    .iter()
                    .any(|p| l.strip_prefix(p).is_some_and(|rest| names(rest, item)))
            });
            if !has {
                complaints.push(format!(
                    "{}: no {item}: {way_out}; a file that is no screen is named in SHARED_IN_SCREENS",
                    file.path
                ));
            }
        }
    }
    no_complaints("A screen is State, update, view, keys:", &complaints);
}

#[test]
fn the_top_of_the_repository_holds_only_what_it_should() {
    let tracked =
        Command::new("git").args(["ls-files"]).current_dir(top()).output().ok().filter(|o| o.status.success());
    let mut entries: BTreeSet<String> = match tracked {
        Some(out) => String::from_utf8_lossy(&out.stdout)
            .lines()
            .filter_map(|l| l.split('/').next())
            .map(|n| n.trim_matches('"').to_owned())
            .collect(),
        None => fs::read_dir(top()).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect(),
    };
    entries.retain(|n| !n.starts_with('.') && n != "target" && !TOP.contains(&n.as_str()));
    let complaints: Vec<String> = entries
        .iter()
        .map(|n| format!("{n}: sort it into {}, or give it a reason in TOP (tests/it/layers.rs)", TOP.join(", ")))
        .collect();
    no_complaints("The top of the repository:", &complaints);
}

#[test]
fn nothing_that_speaks_to_a_network_is_linked() {
    let lock = fs::read_to_string(top().join("Cargo.lock")).unwrap();
    let linked: Vec<&str> =
        ["async-std", "curl", "h2", "hyper", "quinn", "reqwest", "rustls", "socket2", "tokio", "ureq"]
            .into_iter()
            .filter(|name| lock.lines().any(|l| l == format!("name = \"{name}\"")))
            .collect();
    assert!(linked.is_empty(), "Cargo.lock brings in {linked:?}: the program has no network code, find another crate");
}

#[test]
fn the_scan_sees_what_it_should() {
    let text = "use crate::{domain::{A, B}, rules::C};\nfn f() { crate::text::x(super::y()); super::super::store::z() }\n\
                #[cfg(test)]\nmod tests { use crate::app::X; }\n";
    let found: Vec<String> = uses(&Source::new("src/ui/list.rs", text.to_owned())).into_iter().map(|u| u.1).collect();
    assert_eq!(found, ["domain", "rules", "text", "store"]);
    assert!(names("use redb::X", "redb") && !names("redb_like", "redb"));
}
