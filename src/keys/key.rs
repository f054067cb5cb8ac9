//! Keys and their notation: `x`, `X`, `?`, `ctrl-x`, `alt-x`, `shift-tab`, `enter`, `space`, `f5`, any one character
//! of any script; a sequence is keys with blanks between: `g g`.

use std::fmt;
use std::str::FromStr;

/// What was struck, without modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are on the keys")]
pub enum Code {
    /// A character; shift is part of it (`X`, `?`).
    Char(char),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    /// `f1` to `f12`.
    F(u8),
}

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What was struck.
    pub code: Code,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt (Meta, Option): an ESC before the key on the wire.
    pub alt: bool,
    /// With Shift; never set for characters, whose shift is in the character.
    pub shift: bool,
}

/// Why a text is not a key. The locale key of the sentence is `keymap.problem.<code>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyError {
    /// Nothing between the quotes.
    Empty,
    /// Not a character and not a name; with the nearest name, if one is near.
    Unknown(String, Option<&'static str>),
    /// A terminal sends the same byte for another key, which is named.
    SameAs(&'static str),
    /// A terminal has no byte for it.
    NotSent,
    /// `shift-x`: the character itself says it; the way to write it.
    ShiftedCharacter(char),
    /// A control or invisible character inside the quotes.
    Invisible,
}

/// The names of the keys that are not characters, with the first as the one printed.
const NAMES: &[(&str, Code)] = &[
    ("enter", Code::Enter),
    ("return", Code::Enter),
    ("esc", Code::Esc),
    ("escape", Code::Esc),
    ("tab", Code::Tab),
    ("backspace", Code::Backspace),
    ("delete", Code::Delete),
    ("del", Code::Delete),
    ("insert", Code::Insert),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pageup", Code::PageUp),
    ("pagedown", Code::PageDown),
    ("space", Code::Char(' ')),
];

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A character.
    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    /// Ctrl with a character.
    pub const fn ctrl(c: char) -> Self {
        Self { code: Code::Char(c), ctrl: true, alt: false, shift: false }
    }

    /// The character this key writes into a text field, if it writes one.
    pub const fn text(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("ctrl-")?;
        }
        if self.alt {
            f.write_str("alt-")?;
        }
        if self.shift {
            f.write_str("shift-")?;
        }
        match (NAMES.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, Code::F(n)) => write!(f, "f{n}"),
            (None, Code::Char(c)) => write!(f, "{c}"),
            (None, _) => Ok(()),
        }
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        let mut rest = text;
        loop {
            let lower = rest.to_ascii_lowercase();
            let (flag, len) = if lower.starts_with("ctrl-") {
                (&mut ctrl, 5)
            } else if lower.starts_with("alt-") {
                (&mut alt, 4)
            } else if lower.starts_with("shift-") {
                (&mut shift, 6)
            } else {
                break;
            };
            let Some(tail) = rest.get(len..).filter(|t| !t.is_empty()) else {
                return Err(KeyError::Unknown(text.to_owned(), None));
            };
            *flag = true;
            rest = tail;
        }
        let code = code(rest).ok_or_else(|| {
            if rest.is_empty() {
                KeyError::Empty
            } else {
                let names = NAMES.iter().map(|(n, _)| *n);
                KeyError::Unknown(text.to_owned(), super::check::nearest(&rest.to_ascii_lowercase(), names))
            }
        })?;
        let Code::Char(c) = code else { return Ok(Self { code, ctrl, alt, shift }) };
        if c.is_control() || (c.is_whitespace() && c != ' ') || is_invisible(c) {
            return Err(KeyError::Invisible);
        }
        if shift && c != ' ' {
            return Err(KeyError::ShiftedCharacter(c.to_uppercase().next().unwrap_or(c)));
        }
        if !ctrl {
            return if shift { Err(KeyError::SameAs("space")) } else { Ok(Self { code, ctrl, alt, shift }) };
        }
        match c.to_ascii_lowercase() {
            'i' => Err(KeyError::SameAs("tab")),
            'm' | 'j' => Err(KeyError::SameAs("enter")),
            'h' => Err(KeyError::SameAs("backspace")),
            '[' => Err(KeyError::SameAs("esc")),
            c @ ('a'..='z' | '\\' | ']' | '^' | '_') if !shift => Ok(Self { code: Code::Char(c), ctrl, alt, shift }),
            _ => Err(KeyError::NotSent),
        }
    }
}

/// A name, or one character.
fn code(text: &str) -> Option<Code> {
    let mut chars = text.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return Some(Code::Char(c));
    }
    let lower = text.to_ascii_lowercase();
    if let Some((_, code)) = NAMES.iter().find(|(name, _)| *name == lower) {
        return Some(*code);
    }
    let number: u8 = lower.strip_prefix('f')?.parse().ok()?;
    ((1..=12).contains(&number) && lower == format!("f{number}")).then_some(Code::F(number))
}

/// Zero-width and direction characters: nobody sees them in a file, nobody has a key for them.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(c as u32, 0xad | 0x61c | 0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfe00..=0xfe0f
        | 0xfeff | 0xfff9..=0xfffb | 0xe0000..=0xe007f)
}

/// One or more keys struck one after the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(pub Vec<Key>);

impl FromStr for Sequence {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        // A blank alone is meant as the space bar, though `space` is the way to write it.
        let keys = text.split(' ').filter(|t| !t.is_empty()).map(str::parse).collect::<Result<Vec<Key>, _>>()?;
        if keys.is_empty() { Err(KeyError::Empty) } else { Ok(Self(keys)) }
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, key) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{key}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn notation_reads() {
        for (text, key) in [
            ("x", Key::char('x')),
            ("X", Key::char('X')),
            ("-", Key::char('-')),
            ("无", Key::char('无')),
            ("？", Key::char('？')),
            ("space", Key::char(' ')),
            ("ctrl-X", Key::ctrl('x')),
            ("ctrl-_", Key::ctrl('_')),
            ("F5", Key::plain(Code::F(5))),
            ("Enter", Key::plain(Code::Enter)),
            ("alt--", Key { alt: true, ..Key::char('-') }),
            ("shift-tab", Key { shift: true, ..Key::plain(Code::Tab) }),
            ("ctrl-left", Key { ctrl: true, ..Key::plain(Code::Left) }),
        ] {
            assert_eq!(text.parse::<Key>().as_ref(), Ok(&key), "{text}");
        }
        assert_eq!("g g".parse::<Sequence>().unwrap().0, [Key::char('g'), Key::char('g')]);
    }

    #[test]
    fn mistakes_are_told_apart() {
        for (text, error) in [
            ("", KeyError::Empty),
            ("ctrl-", KeyError::Unknown("ctrl-".into(), None)),
            ("entr", KeyError::Unknown("entr".into(), Some("enter"))),
            ("gg", KeyError::Unknown("gg".into(), None)),
            ("f13", KeyError::Unknown("f13".into(), None)),
            ("f01", KeyError::Unknown("f01".into(), None)),
            ("ctrl-i", KeyError::SameAs("tab")),
            ("ctrl-m", KeyError::SameAs("enter")),
            ("ctrl-[", KeyError::SameAs("esc")),
            ("ctrl-1", KeyError::NotSent),
            ("ctrl-中", KeyError::NotSent),
            ("shift-a", KeyError::ShiftedCharacter('A')),
            ("\u{200b}", KeyError::Invisible),
            ("\u{1b}", KeyError::Invisible),
        ] {
            assert_eq!(text.parse::<Key>(), Err(error), "{text:?}");
        }
        assert_eq!("   ".parse::<Sequence>(), Err(KeyError::Empty));
    }

    proptest! {
        #[test]
        fn print_and_parse_are_a_round_trip(keys in proptest::collection::vec("\\PC{1,8}", 1..4)) {
            if let Ok(sequence) = keys.join(" ").parse::<Sequence>() {
                prop_assert_eq!(sequence.to_string().parse::<Sequence>().unwrap(), sequence);
            }
        }

        #[test]
        fn every_character_is_a_key_or_refused(c: char) {
            match c.to_string().parse::<Key>() {
                Ok(key) => prop_assert_eq!(key.to_string().parse::<Key>().unwrap(), key),
                Err(e) => prop_assert!(matches!(e, KeyError::Invisible), "{:?}", e),
            }
        }
    }
}
