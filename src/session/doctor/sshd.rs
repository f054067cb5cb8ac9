//! The settings of `sshd`, from its file or from what `sshd -T` says, and which of them let in more than a host should.
//! Nothing here opens a file.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The settings that hold for an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SshdSettings {
    values: BTreeMap<String, String>,
    account: String,
    /// Lines whose condition is about something else than the account's name: they may hold or not.
    pub unsure: Vec<usize>,
}

/// A setting that should be another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshdFault {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub found: String,
    /// What it should be; empty where it should not stand there at all.
    pub wanted: String,
    /// It bounds harm rather than shutting a door.
    pub mild: bool,
}

/// Settings whose lines add up; of all others the first line counts.
const LISTS: [&str; 3] = ["acceptenv", "allowusers", "denyusers"];
/// Settings that are the rest of their line, whatever stands there.
const WHOLE: [&str; 2] = ["forcecommand", "authorizedkeyscommand"];
/// A line that is dead is noticed within so many seconds.
const LONGEST: u32 = 300;

impl SshdSettings {
    /// Reads settings: those of the account's `Match User` blocks, else the global ones. The first of each counts.
    pub fn parse(text: &str, account: &str) -> Self {
        let (mut global, mut own) = (BTreeMap::new(), BTreeMap::new());
        let mut unsure = Vec::new();
        let mut applies = None;
        for (n, line) in (1..).zip(text.lines()) {
            let Some((name, value)) = setting(line) else { continue };
            if name == "match" {
                let holds = matches(&value, account);
                if holds.is_none() {
                    unsure.push(n);
                }
                applies = Some(holds.unwrap_or(false));
                continue;
            }
            let into = match applies {
                None => &mut global,
                Some(true) => &mut own,
                Some(false) => continue,
            };
            let known: &mut String = match into.entry(name) {
                Entry::Vacant(free) => {
                    free.insert(value);
                    continue;
                }
                Entry::Occupied(taken) if LISTS.contains(&taken.key().as_str()) => taken.into_mut(),
                Entry::Occupied(_) => continue,
            };
            known.push(' ');
            known.push_str(&value);
        }
        global.extend(own);
        Self { values: global, account: account.to_owned(), unsure }
    }

    fn get(&self, name: &str, default: &str) -> String {
        self.values.get(&name.to_ascii_lowercase()).cloned().unwrap_or_else(|| default.to_owned())
    }

    /// The keys file, where the settings name a single one in full.
    pub fn keys_file(&self) -> Option<String> {
        let named = self.get("AuthorizedKeysFile", "");
        (named.starts_with('/') && !named.contains(['%', ' '])).then_some(named)
    }

    /// Whether `sshd` itself looks at the password field of an account, and refuses one that is locked.
    pub fn refuses_locked(&self) -> bool {
        self.get("UsePAM", "no").eq_ignore_ascii_case("no")
    }

    /// The settings that let in more than a host should, or nobody; `keys` is the keys file it should name.
    pub fn faults(&self, keys: &str) -> Vec<SshdFault> {
        let mut out = Vec::new();
        let mut want = |name: &'static str, found: String, good: bool, wanted: &str, mild: bool| {
            if !good {
                out.push(SshdFault { name, found, wanted: wanted.to_owned(), mild });
            }
        };
        for (name, default, wanted, mild) in [
            ("PubkeyAuthentication", "yes", "yes", false),
            ("DisableForwarding", "no", "yes", false),
            ("PermitUserRC", "yes", "no", false),
            ("PermitUserEnvironment", "no", "no", false),
            ("ForceCommand", "none", "none", false),
            ("AuthorizedKeysCommand", "none", "none", false),
            ("TrustedUserCAKeys", "none", "none", false),
            ("PermitTTY", "yes", "yes", false),
            ("StrictModes", "yes", "yes", false),
            ("MaxSessions", "10", "1", false),
            ("LogLevel", "INFO", "VERBOSE", true),
        ] {
            let found = self.get(name, default);
            let good = found.eq_ignore_ascii_case(wanted);
            want(name, found, good, wanted, mild);
        }
        let ways = self.get("AuthenticationMethods", "any");
        // One of the lists is enough to come in, and asks for all it names.
        let good = ways.split(' ').all(|way| way.split(',').any(|w| w.eq_ignore_ascii_case("publickey")));
        want("AuthenticationMethods", ways, good, "publickey", false);
        let tries = self.get("MaxAuthTries", "6");
        let good = tries.parse::<u32>().is_ok_and(|n| n <= 2);
        want("MaxAuthTries", tries, good, "2", true);
        let (interval, count) = (self.get("ClientAliveInterval", "0"), self.get("ClientAliveCountMax", "3"));
        let (every, times) = (seconds(&interval).unwrap_or(0), count.parse::<u32>().unwrap_or(0));
        let late = every.saturating_mul(times) > LONGEST;
        let often = (1..=LONGEST / 3).contains(&every);
        want("ClientAliveInterval", interval, often || every > 0 && !late, "15", false);
        want("ClientAliveCountMax", count, times > 0 && !(often && late), "3", false);
        let accepted = self.get("AcceptEnv", "");
        let good = accepted.split_whitespace().all(|v| v == "LANG" || v.starts_with("LC_"));
        want("AcceptEnv", accepted, good, "LANG", false);
        let set = self.get("SetEnv", "");
        let good = set.is_empty();
        want("SetEnv", set, good, "", false);
        let about = |pattern: &str| like(pattern.split('@').next().unwrap_or_default(), &self.account);
        let allowed = self.get("AllowUsers", "");
        // An account whose name the system's files do not tell is judged by nobody.
        let nameless = self.account.is_empty();
        let good = nameless || allowed.is_empty() || allowed.split(' ').any(about);
        want("AllowUsers", allowed.clone(), good, &format!("{allowed} {}", self.account), false);
        let denied = self.get("DenyUsers", "");
        let good = nameless || !denied.split(' ').any(|d| !d.contains('@') && about(d));
        want("DenyUsers", denied, good, "", false);
        let named = self.get("AuthorizedKeysFile", ".ssh/authorized_keys");
        let good = named == keys;
        want("AuthorizedKeysFile", named, good, keys, false);
        out
    }
}

/// A line's name, in small letters, and its value with one blank between words; `None` for a line without a setting.
pub fn setting(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (name, value) = line.split_once([' ', '\t', '=']).unwrap_or((line, ""));
    let name = name.to_ascii_lowercase();
    let value = value.trim_start();
    let value = value.strip_prefix('=').unwrap_or(value).trim_start();
    let value = if WHOLE.contains(&name.as_str()) { value.to_owned() } else { words(value).join(" ") };
    Some((name, value))
}

/// The words of a value as `sshd` reads them: quotes around some, a comment behind.
fn words(value: &str) -> Vec<String> {
    let (mut out, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in value.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, ' ' | '\t') => out.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    out.extend(word);
    out
}

/// A time as `sshd` takes it: `90`, `15s`, `1h30m`.
fn seconds(text: &str) -> Option<u32> {
    let (mut sum, mut digits) = (0u32, String::new());
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let unit = match c.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        sum = sum.saturating_add(std::mem::take(&mut digits).parse::<u32>().ok()?.saturating_mul(unit));
    }
    if digits.is_empty() && !text.is_empty() {
        return Some(sum);
    }
    Some(sum.saturating_add(digits.parse().ok()?))
}

/// Whether a name is like a pattern with `*` and `?`.
fn like(pattern: &str, name: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => name.is_empty(),
        Some('*') => name.char_indices().map(|(at, _)| at).chain([name.len()]).any(|at| {
            let after = name.get(at..).unwrap_or_default();
            like(rest.as_str(), after)
        }),
        Some(c) => {
            let mut of = name.chars();
            of.next().is_some_and(|n| c == '?' || c == n) && like(rest.as_str(), of.as_str())
        }
    }
}

/// Whether a condition holds for an account; `None` where it is about more than its name.
fn matches(condition: &str, account: &str) -> Option<bool> {
    if condition.eq_ignore_ascii_case("all") {
        return Some(true);
    }
    let mut words = condition.split_whitespace();
    let user = words.next().is_some_and(|w| w.eq_ignore_ascii_case("user"));
    let names = words.next().unwrap_or_default();
    if !user || names.contains(['*', '?', '!']) {
        return None;
    }
    let named = names.split(',').any(|u| u == account);
    // Further conditions can only narrow it.
    if named && words.next().is_some() { None } else { Some(named) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &str = "/etc/ssh/shoumi_keys";
    const GOOD: &str = "LogLevel VERBOSE\nMaxSessions 10\nAcceptEnv LANG LC_*\nMatch User other\n  MaxSessions 3\n\
        Match User x,shoumi\n  MaxSessions 1\n  MaxSessions 9\n  DisableForwarding yes\n  PermitUserRC no\n  \
        MaxAuthTries 2\n  AuthenticationMethods publickey\n  ClientAliveInterval 15\n  \
        AuthorizedKeysFile /etc/ssh/shoumi_keys\n";

    fn names(text: &str) -> Vec<&'static str> {
        SshdSettings::parse(text, "shoumi").faults(KEYS).into_iter().map(|f| f.name).collect()
    }

    #[test]
    fn the_settings_that_hold_are_those_of_the_accounts_own_block() {
        assert_eq!(names(GOOD), [""; 0]);
        assert_eq!(SshdSettings::parse(GOOD, "shoumi").keys_file().as_deref(), Some(KEYS));
        for (text, want) in [
            (format!("PermitUserEnvironment yes\n{GOOD}"), "PermitUserEnvironment"),
            (GOOD.replace("LANG LC_*", "LANG\nAcceptEnv LD_*"), "AcceptEnv"),
            (format!("{GOOD}  ForceCommand /bin/sh\n"), "ForceCommand"),
            (format!("{GOOD}  AuthorizedKeysCommand /bin/x\n"), "AuthorizedKeysCommand"),
            (GOOD.replace(KEYS, "%h/.ssh/authorized_keys"), "AuthorizedKeysFile"),
            (GOOD.replace("Interval 15", "Interval 0"), "ClientAliveInterval"),
            (GOOD.replace("MaxSessions 1\n", ""), "MaxSessions"),
            (GOOD.replace("MaxSessions 1\n", "MaxSessions 10 # 1\n"), "MaxSessions"),
            (GOOD.replace("Methods publickey", "Methods publickey,password password"), "AuthenticationMethods"),
            (format!("PubkeyAuthentication no\n{GOOD}"), "PubkeyAuthentication"),
            (format!("AllowUsers other o*\nAllowUsers third # shoumi\n{GOOD}"), "AllowUsers"),
            (format!("AllowUsers shoumi\n{GOOD}  AllowUsers other\n"), "AllowUsers"),
            (format!("DenyUsers other shou*\n{GOOD}"), "DenyUsers"),
            (format!("SetEnv LD_PRELOAD=/tmp/x.so\n{GOOD}"), "SetEnv"),
            (GOOD.replace("Interval 15", "Interval 999999"), "ClientAliveInterval"),
            (GOOD.replace("Interval 15", "Interval 1h30m"), "ClientAliveInterval"),
            (format!("ClientAliveCountMax 100\n{GOOD}"), "ClientAliveCountMax"),
            (format!("ClientAliveCountMax 0\n{GOOD}"), "ClientAliveCountMax"),
            // The whole line is the command.
            (format!("{GOOD}  ForceCommand none # none\n"), "ForceCommand"),
        ] {
            assert_eq!(names(&text), [want], "{text}");
        }
        assert!(names("").len() >= 8);
        let unknown = SshdSettings::parse(&format!("AllowUsers other\nDenyUsers *\n{GOOD}"), "").faults(KEYS);
        assert!(!unknown.iter().any(|f| f.name.ends_with("Users")), "whom it is about is not known");
    }

    #[test]
    fn what_is_stricter_or_only_written_otherwise_is_no_fault() {
        for text in [
            GOOD.replace("MaxSessions 1\n", "MaxSessions 1 # one\n"),
            GOOD.replace("MaxSessions 1\n", "MaxSessions = \"1\"#one\n").replace("\"#", "\" #"),
            GOOD.replace("Methods publickey", "Methods publickey,password publickey,keyboard-interactive"),
            GOOD.replace("Interval 15", "Interval 1m"),
            GOOD.replace(KEYS, &format!("\"{KEYS}\"  # theirs")),
            format!("AllowUsers other shoumi@10.0.0.*\n{GOOD}"),
            format!("AllowUsers other sh?u*\nDenyUsers root shoumi@10.*\n{GOOD}"),
        ] {
            assert_eq!(names(&text), [""; 0], "{text}");
        }
        let locked = |text: &str| SshdSettings::parse(text, "shoumi").refuses_locked();
        assert_eq!(["", "UsePAM no # off", "UsePAM yes"].map(locked), [true, true, false]);
    }

    #[test]
    fn what_sshd_says_of_itself_reads_too() {
        let said = "disableforwarding yes\npermituserrc no\npermituserenvironment no\nauthenticationmethods publickey\n\
            forcecommand none\nauthorizedkeyscommand none\ntrustedusercakeys none\npermittty yes\nstrictmodes yes\n\
            maxsessions 1\nloglevel VERBOSE\nmaxauthtries 2\nclientaliveinterval 15\nclientalivecountmax 3\nacceptenv LANG\n\
            acceptenv LC_*\nauthorizedkeysfile /etc/ssh/shoumi_keys\n";
        assert_eq!(names(said), [""; 0]);
        assert_eq!(names(&said.replace("acceptenv LC_*", "acceptenv *")), ["AcceptEnv"]);
    }

    #[test]
    fn a_condition_that_cannot_be_judged_is_named() {
        for (condition, unsure) in [
            ("User other", false),
            ("user shoumi", false),
            ("all", false),
            ("User *", true),
            ("Group staff", true),
            ("User shoumi Address 10.0.0.0/8", true),
            ("User other Address 10.0.0.0/8", false),
        ] {
            let text = format!("LogLevel VERBOSE\nMatch {condition}\n  PermitTTY no\n");
            assert_eq!(
                SshdSettings::parse(&text, "shoumi").unsure,
                if unsure { vec![2] } else { vec![] },
                "{condition}"
            );
        }
    }
}
