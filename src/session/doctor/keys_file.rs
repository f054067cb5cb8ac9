//! The lines of the keys file: whom each lets in, and what is wrong with it. Nothing here opens a file.

use std::collections::BTreeMap;

use crate::domain::operator::OperatorKey;
use crate::domain::{Date, Operator};

/// A line by which somebody comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFileLine {
    /// Its number in the file, from 1.
    pub line: usize,
    /// What its forced command starts, word by word; empty without one.
    pub command: Vec<String>,
    /// Its other options, in small letters and in their order; a second command is one of them.
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
/// What `restrict` shuts, an option opens again and `no-` with it shuts again: the last of them counts.
const DOORS: [&str; 4] = ["port-forwarding", "agent-forwarding", "x11-forwarding", "user-rc"];
/// Options that let more in, or somebody else.
const LOOSE: [&str; 7] =
    ["environment=", "permitopen=", "permitlisten=", "tunnel=", "principals=", "cert-authority", "no-touch-required"];

/// What a line is held against.
pub struct Wanted<'a> {
    /// Whether a path is that of the register.
    pub store: &'a dyn Fn(&str) -> bool,
    /// Whether a path is that of this program.
    pub program: &'a dyn Fn(&str) -> bool,
    /// What is wrong with the configuration a line names, or does not name.
    pub config: &'a dyn Fn(Option<&str>) -> Option<&'static str>,
    /// The accounts.
    pub operators: &'a [Operator],
    /// The day.
    pub today: Date,
}

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
    let (options, rest) = if is_kind(line) { (String::new(), line) } else { split_quoted(line, &[' ', '\t'])? };
    let mut words = rest.split_whitespace();
    let key = words.next().filter(|k| is_kind(k)).and_then(|_| words.next())?.to_owned();
    let mut found = KeyFileLine { line: n, command: Vec::new(), options: Vec::new(), key };
    let (mut rest, mut commanded) = (options.as_str(), false);
    while !rest.is_empty() {
        let (option, after) = split_quoted(rest, &[',']).unwrap_or((rest.to_owned(), ""));
        match command_of(&option).filter(|_| !commanded) {
            Some(command) => {
                commanded = true;
                found.command = shell_words(command).unwrap_or_default();
            }
            None => found.options.push(option.to_ascii_lowercase()),
        }
        rest = after;
    }
    Some(found)
}

/// The command an option forces.
fn command_of(option: &str) -> Option<&str> {
    let (name, value) = option.split_once('=')?;
    name.eq_ignore_ascii_case("command").then(|| value.strip_prefix('"')?.strip_suffix('"')).flatten()
}

/// The text before the first of `at` outside quotes, and what follows it.
fn split_quoted<'a>(text: &'a str, at: &[char]) -> Option<(String, &'a str)> {
    let (mut quoted, mut escaped) = (false, false);
    for (i, c) in text.char_indices() {
        match c {
            '"' if !escaped => quoted = !quoted,
            c if at.contains(&c) && !quoted => {
                let (before, after) = text.split_at_checked(i)?;
                return Some((before.to_owned(), after.get(c.len_utf8()..).unwrap_or_default()));
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
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

    /// What its options come to, read in their order as `sshd` reads them.
    fn bounds(&self, today: Date) -> Bounds<'_> {
        let mut found = Bounds::default();
        let mut open: Vec<&str> = Vec::new();
        let mut from = false;
        for option in self.options.iter().map(String::as_str) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            let plain = option.strip_prefix("no-").unwrap_or(option);
            match name {
                "restrict" => {
                    (found.restricted, found.pty) = {
                        open.clear();
                        (true, false)
                    }
                }
                "pty" | "no-pty" => found.pty = option == "pty",
                "from" if !from => from = true,
                "expiry-time" => match day_of(value) {
                    None => found.refused = found.refused.or(Some(option)),
                    Some((day, hours)) if day < today || day == today && !hours => found.expired = Some(value),
                    Some(_) => {}
                },
                "verify-required" => {}
                _ if DOORS.contains(&plain) => {
                    open.retain(|o| *o != plain);
                    if plain == option {
                        open.push(option);
                    }
                }
                _ if LOOSE.iter().any(|l| option.starts_with(l)) => found.loose = found.loose.or(Some(option)),
                _ => found.refused = found.refused.or(Some(option)),
            }
        }
        found.loose = found.loose.or(open.first().copied());
        found
    }
}

/// What a line's options come to.
#[derive(Debug, Default)]
struct Bounds<'a> {
    restricted: bool,
    pty: bool,
    /// The option that lets more in than a terminal.
    loose: Option<&'a str>,
    /// The option for which `sshd` refuses the whole line.
    refused: Option<&'a str>,
    /// The day from which `sshd` refuses the line, where it has come.
    expired: Option<&'a str>,
}

/// The day of a line's `expiry-time`, and whether an hour stands behind it.
fn day_of(value: &str) -> Option<(Date, bool)> {
    let digits = value.trim_matches('"').trim_end_matches('z');
    if ![8, 12, 14].contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from, to| digits.get(from..to)?.parse::<u32>().ok();
    let year = i32::try_from(part(0, 4)?).ok()?;
    Some((Date::from_ymd_opt(year, part(4, 6)?, part(6, 8)?)?, digits.len() > 8))
}

/// Every line as it was looked at: who comes in by it, and whether by it more comes in than should, somebody twice,
/// somebody else, or nobody at all.
pub fn look_at_keys(text: &str, wanted: &Wanted) -> Vec<KeyNote> {
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
        let bounds = line.bounds(wanted.today);
        // Nobody comes in by such a line: what else it says counts for nothing.
        if let Some(option) = bounds.refused {
            say("key_line_refused", option);
            continue;
        }
        if !line.opens_the_program() {
            say("key_line_free", "");
            continue;
        }
        let program = line.program().unwrap_or_default();
        if !(wanted.program)(program) {
            say("key_line_program", program);
        }
        if !bounds.restricted {
            say("key_line_unrestricted", "");
        }
        if let Some(option) = bounds.loose {
            say("key_line_option", option);
        }
        if !bounds.pty {
            say("key_line_no_pty", "");
        }
        if let Some(day) = bounds.expired {
            say("key_line_expired", day.trim_matches('"'));
        }
        match line.flag("--store") {
            Some(store) if (wanted.store)(store) => {}
            store => say("key_line_store", store.unwrap_or("-")),
        }
        let config = line.flag("--config");
        if let Some(code) = (wanted.config)(config) {
            say(code, config.unwrap_or("-"));
        }
        let of = wanted.operators.iter().find(|o| o.id == id);
        match of {
            None => say("key_line_unknown", ""),
            Some(o) if o.disabled => say("key_line_disabled", ""),
            Some(o) if o.key.as_ref().is_none_or(|k| k.text != line.key) => say("key_line_other_key", ""),
            Some(_) => {}
        }
        if out.len() == before {
            let fingerprint = of.and_then(|o| o.key.as_ref()).map(OperatorKey::fingerprint).unwrap_or_default();
            out.push(note("key_line_fine", line.line, id, fingerprint));
        }
    }
    for o in wanted.operators.iter().filter(|o| !o.disabled && o.key.is_some()) {
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

    fn codes(text: &str, operators: &[Operator]) -> Vec<(&'static str, usize)> {
        let wanted = Wanted {
            store: &|s| s == STORE,
            program: &|p| p == "/usr/bin/shoumi",
            config: &|c| (c != Some("/etc/c.toml")).then_some("key_line_config_other").filter(|_| c.is_some()),
            operators,
            today: "2026-03-16".parse().unwrap(),
        };
        look_at_keys(text, &wanted).into_iter().map(|n| (n.code, n.line)).collect()
    }

    /// As a real `sshd` (OpenSSH 9.2) took each of these lines.
    #[test]
    fn options_count_as_sshd_counts_them() {
        let all = [operator("li.na")];
        for (options, want) in [
            ("restrict,no-pty,pty", "key_line_fine"),
            ("restrict,pty,no-port-forwarding,no-agent-forwarding", "key_line_fine"),
            ("restrict,port-forwarding,no-port-forwarding,pty", "key_line_fine"),
            ("port-forwarding,restrict,pty,verify-required", "key_line_fine"),
            ("RESTRICT,PTY", "key_line_fine"),
            ("restrict,pty,no-pty", "key_line_no_pty"),
            ("pty,restrict", "key_line_no_pty"),
            ("restrict,pty,no-user-rc,user-rc", "key_line_option"),
            ("restrict,pty,no-restrict", "key_line_refused"),
            ("restrict,pty,wrong", "key_line_refused"),
            ("restrict,pty,command=\"id\"", "key_line_refused"),
            ("restrict,pty,Command=\"id\"", "key_line_refused"),
            ("restrict,pty,from=\"10.0.0.1\",from=\"*\"", "key_line_refused"),
            ("restrict,pty,expiry-time=\"202601\"", "key_line_refused"),
            ("restrict,pty,expiry-time=\"20261301\"", "key_line_refused"),
            ("restrict,pty,expiry-time=\"20200101\"", "key_line_expired"),
            ("restrict,pty,expiry-time=\"20260316\"", "key_line_expired"),
            ("restrict,pty,expiry-time=\"20260315235959Z\"", "key_line_expired"),
            ("restrict,pty,expiry-time=\"20270101\",expiry-time=\"20200101\"", "key_line_expired"),
            ("restrict,pty,expiry-time=\"20260317\"", "key_line_fine"),
            ("restrict,pty,expiry-time=\"202603161800\"", "key_line_fine"),
        ] {
            assert_eq!(codes(&line(options, "li.na"), &all).first(), Some(&(want, 1)), "{options}");
        }
        let good = line("restrict,pty", "li.na");
        let before = good.replace("restrict,pty,command", "restrict,pty,command=\"x \\\" y\",command");
        assert_eq!(codes(&before, &all)[0].0, "key_line_refused");
        assert_eq!(codes(&good.replace("command=", "COMMAND="), &all)[0].0, "key_line_fine");
        assert_eq!(codes(&good.replace("\" ssh", "\"\tssh"), &all)[0].0, "key_line_fine");
    }

    #[test]
    fn every_fault_of_a_keys_file_is_named_with_its_line() {
        let all = [operator("li.na")];
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
            (command("/usr/bin/shoumi", "/usr/bin/bash"), "key_line_program"),
            (command("/usr/bin/shoumi", "shoumi"), "key_line_program"),
            (command(" --operator", " --config /tmp/c.toml --operator"), "key_line_config_other"),
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
