//! The lines of the keys file: whom each lets in, and what is wrong with it. Nothing here opens a file.

use std::collections::BTreeMap;

use crate::domain::Operator;
use crate::domain::operator::OperatorKey;

/// A line by which somebody comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFileLine {
    /// Its number in the file, from 1.
    pub line: usize,
    /// What its forced command starts, word by word; empty without one.
    pub command: Vec<String>,
    /// Its other options, in small letters.
    pub options: Vec<String>,
    /// The key itself.
    pub key: String,
}

/// A line as it was looked at: a sentence `cli.doctor.<code>`, about a line (0 for none) and somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyNote {
    /// What; `key_line_fine` where nothing is wrong.
    pub code: &'static str,
    /// In which line.
    pub line: usize,
    /// About which account.
    pub id: String,
    /// What was found there: another line's number, an option, a path.
    pub value: String,
}

/// What `shoumi operator key` writes behind the program.
const FLAGS: [&str; 5] = ["--store", "--config", "--operator", "--lang", "--keymap"];
/// What an option of a line may be without letting more in.
const HARMLESS: [&str; 2] = ["restrict", "pty"];

/// The lines of a keys file, and the numbers of those that cannot be read.
pub fn key_lines(text: &str) -> (Vec<KeyFileLine>, Vec<usize>) {
    let (mut lines, mut unreadable) = (Vec::new(), Vec::new());
    for (n, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match key_line(n, line) {
            Some(line) => lines.push(line),
            None => unreadable.push(n),
        }
    }
    (lines, unreadable)
}

fn key_line(n: usize, line: &str) -> Option<KeyFileLine> {
    let is_kind = |word: &str| ["ssh-", "ecdsa-", "sk-"].iter().any(|p| word.starts_with(p));
    let (options, rest) = if is_kind(line) { (String::new(), line) } else { split_quoted(line, ' ')? };
    let mut words = rest.split_whitespace();
    let key = words.next().filter(|k| is_kind(k)).and_then(|_| words.next())?.to_owned();
    let mut found = KeyFileLine { line: n, command: Vec::new(), options: Vec::new(), key };
    let mut rest = options.as_str();
    while !rest.is_empty() {
        let (option, after) = split_quoted(rest, ',').unwrap_or((rest.to_owned(), ""));
        match option.strip_prefix("command=\"").and_then(|c| c.strip_suffix('"')) {
            Some(command) => found.command = shell_words(command).unwrap_or_default(),
            None => found.options.push(option.to_ascii_lowercase()),
        }
        rest = after;
    }
    Some(found)
}

/// The text before the first `at` outside quotes, and what follows it.
fn split_quoted(text: &str, at: char) -> Option<(String, &str)> {
    let mut quoted = false;
    for (i, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            c if c == at && !quoted => {
                let (before, after) = text.split_at_checked(i)?;
                return Some((before.to_owned(), after.get(c.len_utf8()..).unwrap_or_default()));
            }
            _ => {}
        }
    }
    None
}

/// The words of a command as the keys' lines write it: blanks between them, single quotes around some. Whatever else a
/// shell would do something with is no such command.
fn shell_words(command: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in command.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c if quoted || !c.is_ascii() || c.is_ascii_alphanumeric() || "/.-_+=:@,".contains(c) => word.push(c),
            _ => return None,
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    (!quoted).then_some(words)
}

impl KeyFileLine {
    /// The value behind a flag of the command.
    pub fn flag(&self, name: &str) -> Option<&str> {
        let at = self.command.iter().position(|w| w == name)?;
        self.command.get(at + 1).map(String::as_str)
    }

    /// Whom the line lets in.
    pub fn operator(&self) -> Option<&str> {
        self.flag("--operator")
    }

    /// The program it starts.
    pub fn program(&self) -> Option<&str> {
        self.command.get(1).map(String::as_str)
    }

    /// It starts the program as somebody, and nothing else: `exec PROGRAM`, then flags with their values.
    fn opens_the_program(&self) -> bool {
        let flags = self.command.get(2..).unwrap_or_default();
        self.command.first().is_some_and(|w| w == "exec")
            && flags.chunks(2).all(|c| matches!(c, [flag, _] if FLAGS.contains(&flag.as_str())))
            && self.operator().is_some()
            && FLAGS.iter().all(|f| flags.iter().filter(|w| w == f).count() <= 1)
    }

    /// The option that lets more in than a terminal.
    fn loose(&self) -> Option<&String> {
        let bounds = |o: &str| o.starts_with("from=") || o.starts_with("expiry-time=");
        self.options.iter().find(|o| !HARMLESS.contains(&o.as_str()) && !bounds(o))
    }

    fn has(&self, option: &str) -> bool {
        self.options.iter().any(|o| o == option)
    }
}

/// Every line as it was looked at: who comes in by it, and whether by it more comes in than should, somebody twice,
/// somebody else, or nobody at all. `ours` says whether a path is that of the register.
pub fn look_at_keys(text: &str, ours: &dyn Fn(&str) -> bool, operators: &[Operator]) -> Vec<KeyNote> {
    let (lines, unreadable) = key_lines(text);
    let note = |code, line, id: &str, value: String| KeyNote { code, line, id: id.to_owned(), value };
    let mut out: Vec<KeyNote> =
        unreadable.into_iter().map(|n| note("key_line_unreadable", n, "-", String::new())).collect();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &lines {
        let id = line.operator().unwrap_or("-");
        let before = out.len();
        let mut say = |code, value: &str| out.push(note(code, line.line, id, value.to_owned()));
        if let Some(first) = seen.insert(line.key.as_str(), line.line) {
            say("key_line_twice", &first.to_string());
        }
        if !line.opens_the_program() {
            say("key_line_free", "");
            continue;
        }
        if !line.has("restrict") {
            say("key_line_unrestricted", "");
        }
        if let Some(option) = line.loose() {
            say("key_line_option", option);
        }
        if !line.has("pty") {
            say("key_line_no_pty", "");
        }
        match line.flag("--store") {
            Some(store) if ours(store) => {}
            store => say("key_line_store", store.unwrap_or("-")),
        }
        match operators.iter().find(|o| o.id == id) {
            None => say("key_line_unknown", ""),
            Some(o) if o.disabled => say("key_line_disabled", ""),
            Some(o) if o.key.as_ref().is_none_or(|k| k.text != line.key) => say("key_line_other_key", ""),
            Some(_) => {}
        }
        if out.len() == before {
            let of = operators.iter().find(|o| o.id == id);
            let fingerprint = of.and_then(|o| o.key.as_ref()).map(OperatorKey::fingerprint).unwrap_or_default();
            out.push(note("key_line_fine", line.line, id, fingerprint));
        }
    }
    for o in operators.iter().filter(|o| !o.disabled && o.key.is_some()) {
        if !lines.iter().any(|l| l.operator() == Some(o.id.as_str())) {
            out.push(note("key_line_missing", 0, &o.id, String::new()));
        }
    }
    out.sort_by_key(|n| (n.line == 0, n.line));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIBHmz5RIgAFLGWLFSQODx6fZgIgVHCFvyGXDLcLMbYBa";
    const STORE: &str = "/srv/shoumi/r.shoumi";

    fn operator(id: &str) -> Operator {
        let day = "2026-03-02".parse().unwrap();
        Operator { key: OperatorKey::parse(&format!("ssh-ed25519 {KEY}"), day).ok(), ..Operator::new(1, id, id) }
    }

    fn line(options: &str, id: &str) -> String {
        format!("{options},command=\"exec /usr/bin/shoumi --store {STORE} --operator {id}\" ssh-ed25519 {KEY} {id}\n")
    }

    #[test]
    fn every_fault_of_a_keys_file_is_named_with_its_line() {
        let all = [operator("li.na")];
        let codes = |text: &str, all: &[Operator]| -> Vec<(&'static str, usize)> {
            look_at_keys(text, &|s| s == STORE, all).into_iter().map(|n| (n.code, n.line)).collect()
        };
        let good = line("restrict,pty", "li.na");
        assert_eq!(codes(&format!("# keys\n\n{good}"), &all), [("key_line_fine", 3)]);
        let bounded = line("restrict,pty,from=\"10.0.0.0/8,*.x\",expiry-time=\"20270101\"", "li.na");
        assert_eq!(codes(&bounded, &all), [("key_line_fine", 1)]);
        assert_eq!(codes(&format!("{good}{good}"), &all), [("key_line_fine", 1), ("key_line_twice", 2)]);
        let command = |from: &str, to: &str| good.replace(from, to);
        for (text, want) in [
            (line("pty", "li.na"), "key_line_unrestricted"),
            (line("restrict", "li.na"), "key_line_no_pty"),
            (line("restrict,pty,Port-Forwarding", "li.na"), "key_line_option"),
            (line("restrict,pty,environment=\"LD_PRELOAD=/x\"", "li.na"), "key_line_option"),
            (command(STORE, "/tmp/x"), "key_line_store"),
            (command(&format!(" --store {STORE}"), ""), "key_line_store"),
            (command("exec ", "sh -c "), "key_line_free"),
            (command(" --operator li.na", " --operator li.na; sh"), "key_line_free"),
            (command(" --operator li.na", ""), "key_line_free"),
            (command(" --operator li.na", " --operator li.na list people"), "key_line_free"),
            (command(" --operator li.na", " --operator li.na --operator wu"), "key_line_free"),
            (command("BHmz5", "CHmz5"), "key_line_other_key"),
            (format!("ssh-ed25519 {KEY} li.na"), "key_line_free"),
            ("nothing of a key".to_owned(), "key_line_unreadable"),
        ] {
            assert_eq!(codes(&text, &all).first(), Some(&(want, 1)), "{text}");
        }
        assert_eq!(codes(&line("restrict,pty", "wu"), &all), [("key_line_unknown", 1), ("key_line_missing", 0)]);
        let shut = [Operator { disabled: true, ..operator("li.na") }];
        assert_eq!(codes(&good, &shut), [("key_line_disabled", 1)]);
    }

    #[test]
    fn quoted_paths_are_one_word() {
        let text = format!(
            "restrict,pty,command=\"exec /usr/bin/shoumi --store '/srv/a b/r.shoumi' --operator li.na\" ssh-ed25519 {KEY}"
        );
        let (lines, unreadable) = key_lines(&text);
        assert_eq!(
            (lines[0].flag("--store"), lines[0].program()),
            (Some("/srv/a b/r.shoumi"), Some("/usr/bin/shoumi"))
        );
        assert!(unreadable.is_empty() && lines[0].opens_the_program());
    }
}
