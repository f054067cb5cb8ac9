//! The settings of `sshd`, from its file or from what `sshd -T` says, and which of them let in more than a host should.
//! Nothing here opens a file.

use std::collections::BTreeMap;

/// The settings that hold for an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SshdSettings {
    values: BTreeMap<String, String>,
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
    /// What it should be.
    pub wanted: String,
    /// It bounds harm rather than shutting a door.
    pub mild: bool,
}

impl SshdSettings {
    /// Reads settings: those of the account's `Match User` blocks, else the global ones. The first of each counts.
    pub fn parse(text: &str, account: &str) -> Self {
        let (mut global, mut own) = (BTreeMap::new(), BTreeMap::new());
        let mut unsure = Vec::new();
        let mut applies = None;
        for (n, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, value) = line.split_once([' ', '\t', '=']).unwrap_or((line, ""));
            let value = value.trim_matches(|c: char| c.is_whitespace() || c == '=').trim_matches('"').to_owned();
            let name = name.to_ascii_lowercase();
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
            // What the client may send is a list that grows.
            if let (Some(before), "acceptenv") = (into.get_mut(&name), name.as_str()) {
                let before: &mut String = before;
                before.push(' ');
                before.push_str(&value);
            } else {
                into.entry(name).or_insert(value);
            }
        }
        global.extend(own);
        Self { values: global, unsure }
    }

    fn get(&self, name: &str, default: &str) -> String {
        self.values.get(name).cloned().unwrap_or_else(|| default.to_owned())
    }

    /// The keys file, where the settings name a single one in full.
    pub fn keys_file(&self) -> Option<String> {
        let named = self.get("authorizedkeysfile", "");
        (named.starts_with('/') && !named.contains(['%', ' '])).then_some(named)
    }

    /// The settings that let in more than a host should; `keys` is the keys file it should name.
    pub fn faults(&self, keys: &str) -> Vec<SshdFault> {
        let mut out = Vec::new();
        let mut want = |name: &'static str, found: String, good: bool, wanted: &str, mild: bool| {
            if !good {
                out.push(SshdFault { name, found, wanted: wanted.to_owned(), mild });
            }
        };
        for (name, default, wanted, mild) in [
            ("DisableForwarding", "no", "yes", false),
            ("PermitUserRC", "yes", "no", false),
            ("PermitUserEnvironment", "no", "no", false),
            ("AuthenticationMethods", "any", "publickey", false),
            ("ForceCommand", "none", "none", false),
            ("AuthorizedKeysCommand", "none", "none", false),
            ("TrustedUserCAKeys", "none", "none", false),
            ("PermitTTY", "yes", "yes", false),
            ("StrictModes", "yes", "yes", false),
            ("MaxSessions", "10", "1", false),
            ("LogLevel", "INFO", "VERBOSE", true),
        ] {
            let found = self.get(&name.to_ascii_lowercase(), default);
            let good = found.eq_ignore_ascii_case(wanted);
            want(name, found, good, wanted, mild);
        }
        let number = |text: &str| text.trim_end_matches(|c: char| c.is_alphabetic()).parse::<u32>().ok();
        let tries = self.get("maxauthtries", "6");
        let good = number(&tries).is_some_and(|n| n <= 2);
        want("MaxAuthTries", tries, good, "2", true);
        for (name, default, wanted) in [("ClientAliveInterval", "0", "15"), ("ClientAliveCountMax", "3", "3")] {
            let found = self.get(&name.to_ascii_lowercase(), default);
            let good = number(&found).is_some_and(|n| n > 0);
            want(name, found, good, wanted, false);
        }
        let accepted = self.get("acceptenv", "");
        let good = accepted.split_whitespace().all(|v| v == "LANG" || v.starts_with("LC_"));
        want("AcceptEnv", accepted, good, "LANG", false);
        let named = self.get("authorizedkeysfile", ".ssh/authorized_keys");
        let good = named == keys;
        want("AuthorizedKeysFile", named, good, keys, false);
        out
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
        ] {
            assert_eq!(names(&text), [want], "{text}");
        }
        assert!(names("").len() >= 8);
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
