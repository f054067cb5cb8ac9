//! What the environment says of the terminal. Nothing is asked of terminfo and nothing depends on a locale: sshd passes
//! TERM and little else.

use std::time::Duration;

/// The terminal, as far as its environment tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// The value of TERM when it is one, otherwise empty.
    pub term: String,
    /// NO_COLOR is set and not empty.
    pub no_color: bool,
    /// The session came over SSH.
    pub ssh: bool,
    /// The locale names a character set other than UTF-8.
    pub legacy_charset: bool,
}

impl Environment {
    /// Reads it through `var`, so that tests can say what stands there.
    pub fn read(var: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| var(name).filter(|v| !v.is_empty());
        let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default();
        let charset = locale.split_once('.').map(|(_, c)| c.split('@').next().unwrap_or(c).to_ascii_lowercase());
        Self {
            term: set("TERM").filter(|t| is_term(t)).unwrap_or_default(),
            no_color: set("NO_COLOR").is_some(),
            ssh: set("SSH_CONNECTION").is_some() || set("SSH_TTY").is_some() || set("SSH_CLIENT").is_some(),
            legacy_charset: charset.is_some_and(|c| c.replace('-', "") != "utf8"),
        }
    }

    /// The environment of this process.
    pub fn of_process() -> Self {
        Self::read(|name| std::env::var(name).ok())
    }

    /// ASCII only: terminals that are known for nothing else, and those that say nothing.
    pub fn ascii(&self) -> bool {
        matches!(self.term.as_str(), "" | "dumb" | "vt52" | "vt100" | "vt102" | "vt220" | "ansi" | "unknown")
    }

    /// Sixteen colours.
    pub fn colour(&self) -> bool {
        !self.no_color && !self.ascii()
    }

    /// Whether it can be asked for the cursor's position.
    pub fn answers(&self) -> bool {
        !matches!(self.term.as_str(), "" | "dumb" | "vt52" | "unknown")
    }

    /// How long an ESC is waited for: the rest of a sequence may be a network packet behind.
    pub const fn escape_delay(&self) -> Duration {
        Duration::from_millis(if self.ssh { 100 } else { 50 })
    }
}

/// Whether a value of TERM is a name and nothing else.
fn is_term(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Environment {
        Environment::read(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn terminals_are_told_apart() {
        for (term, ascii, colour) in [
            ("xterm-256color", false, true),
            ("linux", false, true),
            ("screen.xterm-256color", false, true),
            ("vt100", true, false),
            ("dumb", true, false),
            ("", true, false),
            ("../../x;id", true, false),
            ("xterm\u{1b}[2J", true, false),
        ] {
            let e = read(&[("TERM", term)]);
            assert_eq!((e.ascii(), e.colour()), (ascii, colour), "{term:?}");
        }
        assert!(read(&[]).ascii());
        assert!(read(&[("TERM", &"x".repeat(41))]).ascii());
        assert!(!read(&[("TERM", "xterm"), ("NO_COLOR", "1")]).colour());
        assert!(read(&[("TERM", "xterm"), ("NO_COLOR", "")]).colour());
    }

    #[test]
    fn only_a_named_other_character_set_counts() {
        for (locale, legacy) in [
            ("zh_CN.UTF-8", false),
            ("zh_CN.utf8@pinyin", false),
            ("C", false),
            ("POSIX", false),
            ("zh_CN.GBK", true),
            ("zh_CN.GB18030", true),
        ] {
            assert_eq!(read(&[("LANG", locale)]).legacy_charset, legacy, "{locale}");
        }
        assert!(!read(&[("LANG", "zh_CN.GBK"), ("LC_ALL", "zh_CN.UTF-8")]).legacy_charset);
        assert_eq!(read(&[("SSH_TTY", "/dev/pts/1")]).escape_delay(), Duration::from_millis(100));
    }
}
