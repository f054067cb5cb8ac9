//! Reads the sources under `src/` as text for the house tests: comments and strings told from code, tests told from the
//! program. Not a parser of Rust; a small lexer is enough and has tests of its own.

use std::fs;
use std::path::{Path, PathBuf};

/// One source file.
pub struct Source {
    /// Path from the top of the repository, with `/`.
    pub path: String,
    /// The file as it is.
    pub text: String,
    /// The text with comments blanked (strings kept), line for line.
    pub code: String,
    /// The text with comments and the contents of strings blanked, line for line.
    pub bare: String,
    /// For each line, whether it belongs to an item under `#[cfg(test)]`.
    pub test: Vec<bool>,
}

impl Source {
    /// Lexes `text`.
    pub fn new(path: impl Into<String>, text: String) -> Self {
        let (code, bare) = blank(&text);
        let test = test_lines(&bare);
        Self { path: path.into(), text, code, bare, test }
    }

    /// The folder (or file) directly under `src/`: `rules`, `clock`, `main`.
    pub fn room(&self) -> &str {
        let rest = self.path.strip_prefix("src/").unwrap_or(&self.path);
        rest.split('/').next().unwrap_or(rest).trim_end_matches(".rs")
    }

    /// Lines of the program (1-based), tests left out, of one of the views.
    pub fn lines<'a>(&'a self, view: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
        view.lines().enumerate().filter(|(i, _)| !self.test.get(*i).copied().unwrap_or(false)).map(|(i, l)| (i + 1, l))
    }

    /// The contents of the string literals of the program, with the line each begins at.
    pub fn strings(&self) -> Vec<(usize, String)> {
        let mut out = Vec::new();
        let (code, bare): (Vec<char>, Vec<char>) = (self.code.chars().collect(), self.bare.chars().collect());
        let (mut line, mut i) = (1, 0);
        while i < bare.len() {
            match bare[i] {
                '\n' => line += 1,
                '"' => {
                    let from = line;
                    let mut text = String::new();
                    i += 1;
                    while i < bare.len() && bare[i] != '"' {
                        if bare[i] == '\n' {
                            line += 1;
                        }
                        text.push(code[i]);
                        i += 1;
                    }
                    if !self.test.get(from - 1).copied().unwrap_or(false) {
                        out.push((from, text));
                    }
                }
                _ => {}
            }
            i += 1;
        }
        out
    }
}

/// The top of the repository.
pub fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every `*.rs` under `src/`, sorted; files that are modules under `#[cfg(test)]` are left out.
pub fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    walk(&top().join("src"), "rs", &mut files);
    files.sort();
    let mut all: Vec<Source> = files
        .iter()
        .map(|p| {
            let path = p.strip_prefix(top()).unwrap().to_string_lossy().replace('\\', "/");
            Source::new(path, fs::read_to_string(p).unwrap_or_else(|e| panic!("{}: {e}", p.display())))
        })
        .collect();
    let tests: Vec<String> = all.iter().flat_map(test_modules).collect();
    all.retain(|s| !tests.iter().any(|t| s.path == format!("{t}.rs") || s.path.starts_with(&format!("{t}/"))));
    assert!(all.len() > 20, "found only {} sources under {}", all.len(), top().display());
    all
}

/// The paths (without `.rs`) of the modules a file declares under `#[cfg(test)]`.
fn test_modules(source: &Source) -> Vec<String> {
    let own = source.path.trim_end_matches(".rs");
    let folder = match own.rsplit_once('/') {
        Some((folder, "mod" | "lib" | "main")) => folder,
        _ => own,
    };
    let declared = source.bare.lines().zip(&source.test).filter(|(_, test)| **test).map(|(l, _)| l.trim());
    let names = declared.filter_map(|l| {
        let l = l.strip_prefix("#[cfg(test)]").unwrap_or(l).trim();
        let l = l.strip_prefix("pub(crate) ").or_else(|| l.strip_prefix("pub ")).unwrap_or(l);
        l.strip_prefix("mod ")?.strip_suffix(';')
    });
    names.map(|n| format!("{folder}/{n}")).collect()
}

/// Every file below `folder` whose name ends in `.ext`.
pub fn walk(folder: &Path, ext: &str, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, ext, out);
        } else if path.extension().is_some_and(|e| e == ext) {
            out.push(path);
        }
    }
}

/// Blanks comments, and comments with the contents of strings and characters. Line breaks stay.
fn blank(text: &str) -> (String, String) {
    let c: Vec<char> = text.chars().collect();
    let at = |i: usize| c.get(i).copied().unwrap_or('\0');
    let (mut code, mut bare) = (String::with_capacity(text.len()), String::with_capacity(text.len()));
    let space = |ch: char| if ch == '\n' { '\n' } else { ' ' };
    let mut i = 0;
    while i < c.len() {
        let ch = c[i];
        if ch == '/' && at(i + 1) == '/' {
            while i < c.len() && c[i] != '\n' {
                code.push(' ');
                bare.push(' ');
                i += 1;
            }
        } else if ch == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            while i < c.len() {
                let step = match (c[i], at(i + 1)) {
                    ('/', '*') => {
                        depth += 1;
                        2
                    }
                    ('*', '/') => {
                        depth -= 1;
                        2
                    }
                    _ => 1,
                };
                for k in i..i + step {
                    code.push(space(at(k)));
                    bare.push(space(at(k)));
                }
                i += step;
                if depth == 0 {
                    break;
                }
            }
        } else if let Some(hashes) = raw_string(&c, i) {
            // r#"…"#: copy up to and with the opening quote, then the contents, then the closing hashes.
            while c[i] != '"' {
                code.push(c[i]);
                bare.push(c[i]);
                i += 1;
            }
            code.push('"');
            bare.push('"');
            i += 1;
            while i < c.len() && !(c[i] == '"' && (0..hashes).all(|h| at(i + 1 + h) == '#')) {
                // An inner quote would end the string for `strings`.
                code.push(if c[i] == '"' { '\'' } else { c[i] });
                bare.push(space(c[i]));
                i += 1;
            }
            for _ in 0..=hashes {
                code.push(at(i));
                bare.push(at(i));
                i += 1;
            }
        } else if ch == '"' {
            code.push('"');
            bare.push('"');
            i += 1;
            while i < c.len() && c[i] != '"' {
                if c[i] == '\\' {
                    code.push('\\');
                    bare.push(' ');
                    i += 1;
                }
                // An escaped quote would end the string for `strings`.
                code.push(if at(i) == '"' { '\'' } else { at(i) });
                bare.push(space(at(i)));
                i += 1;
            }
            code.push('"');
            bare.push('"');
            i += 1;
        } else if ch == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            // A character, not a lifetime.
            code.push('\'');
            bare.push('\'');
            i += 1;
            while i < c.len() && c[i] != '\'' {
                let step = if c[i] == '\\' { 2 } else { 1 };
                for k in i..i + step {
                    code.push(if at(k) == '"' { ' ' } else { at(k) });
                    bare.push(space(at(k)));
                }
                i += step;
            }
            code.push('\'');
            bare.push('\'');
            i += 1;
        } else {
            code.push(ch);
            bare.push(ch);
            i += 1;
        }
    }
    (code, bare)
}

/// If a raw string begins at `i` (`r"`, `r#"`, `br"`, `cr"`), the number of its hashes.
fn raw_string(c: &[char], i: usize) -> Option<usize> {
    let before = i.checked_sub(1).and_then(|b| c.get(b)).copied().unwrap_or(' ');
    if before.is_alphanumeric() || before == '_' {
        return None;
    }
    let mut k = i;
    if matches!(c.get(k), Some('b' | 'c')) {
        k += 1;
    }
    if c.get(k) != Some(&'r') {
        return None;
    }
    let hashes = c[k + 1..].iter().take_while(|h| **h == '#').count();
    (c.get(k + 1 + hashes) == Some(&'"')).then_some(hashes)
}

/// Marks the lines of items under `#[cfg(test)]`, from the attribute to the end of the item.
fn test_lines(bare: &str) -> Vec<bool> {
    let lines: Vec<&str> = bare.lines().collect();
    let mut out = vec![false; lines.len()];
    let mut i = 0;
    while i < lines.len() {
        let line = lines[i].trim_start();
        if !(line.starts_with("#[cfg(test)]") || line.starts_with("#[cfg(all(test")) {
            i += 1;
            continue;
        }
        let mut depth = 0_i64;
        'item: while i < lines.len() {
            out[i] = true;
            let rest = lines[i].trim_start();
            let rest = if rest.starts_with("#[") { rest.split_once(']').map_or("", |(_, r)| r) } else { rest };
            for ch in rest.chars() {
                match ch {
                    '{' | '(' | '[' => depth += 1,
                    '}' | ')' | ']' => {
                        depth -= 1;
                        if depth == 0 && ch == '}' {
                            i += 1;
                            break 'item;
                        }
                    }
                    ';' if depth == 0 => {
                        i += 1;
                        break 'item;
                    }
                    _ => {}
                }
            }
            i += 1;
        }
    }
    out
}

#[test]
fn the_lexer_tells_code_from_comments_strings_and_tests() {
    let text = r##"
//! 守 "no" string
use a::b; // crate::x
const A: &str = "one \" two"; /* "x" /* */ */ const Q: char = '"';
fn f<'a>(x: &'a str) { r#"raw " string"#; '\''; }
#[cfg(test)]
use foo::{
    bar,
};
fn g() { "last" }
#[cfg(test)]
mod tests { fn t() { "hidden" } }
"##;
    let s = Source::new("src/x.rs", text.to_owned());
    assert_eq!(s.bare.lines().count(), text.lines().count());
    assert!(!s.code.contains('守') && !s.bare.contains("two") && !s.bare.contains("crate"), "{}", s.bare);
    let strings: Vec<String> = s.strings().into_iter().map(|(_, t)| t).collect();
    assert_eq!(strings, ["one \\' two", "raw ' string", "last"]);
    let marked: Vec<usize> = s.test.iter().enumerate().filter(|(_, t)| **t).map(|(i, _)| i + 1).collect();
    assert_eq!(marked, [6, 7, 8, 9, 11, 12]);
}
