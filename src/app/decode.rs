//! Bytes of a terminal in, events out: a pure state machine, so that any split of a stream gives the same events.
//!
//! Time comes in from outside: after [`Decoder::pending`] says that something is unfinished and nothing has come for
//! as long as it allows, the caller calls [`Decoder::flush`]. A lone ESC becomes the Esc key only then; an unfinished
//! sequence is dropped, never typed.

use std::time::Duration;

use crate::keys::{Code, Key};

/// The longest paste taken, in bytes.
pub const PASTE_LIMIT: usize = 1 << 20;
/// The longest control sequence looked at; a longer one is dropped up to its end.
const SEQUENCE_LIMIT: usize = 32;
const PASTE_START: &[u8] = b"\x1b[200~";
const PASTE_END: &[u8] = b"\x1b[201~";

/// What a terminal said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A key.
    Key(Key),
    /// A paste: its text without control characters other than tab and newline.
    Paste(String),
    /// A paste over [`PASTE_LIMIT`]; nothing of it is kept.
    PasteTooLong,
    /// The answer to a question for the cursor's position: row and column, from 1.
    CursorAt(u16, u16),
}

/// What is unfinished, and so how long to wait for the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pending {
    /// Nothing.
    Nothing,
    /// An ESC or a control sequence: the Esc key's delay.
    Sequence,
    /// A character of several bytes.
    Character,
    /// A paste without its end.
    Paste,
    /// A paste that has ended, unless the text itself held the end mark and more of it follows at once.
    PasteTail,
}

impl Pending {
    /// How long silence has to last before [`Decoder::flush`]; `esc` is the Esc key's delay. `None`: for ever.
    pub fn limit(self, esc: Duration) -> Option<Duration> {
        match self {
            Self::Nothing => None,
            Self::Sequence => Some(esc),
            Self::Character | Self::Paste => Some(Duration::from_secs(1)),
            Self::PasteTail => Some(esc / 2),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// After ESC.
    Escape,
    /// After `ESC [`: parameters so far; `None` when too long to be meant for us.
    Csi(Option<Vec<u8>>),
    /// After `ESC O`.
    Ss3,
    /// After `ESC [ [`: the Linux console's function keys.
    LinuxFunction,
    /// After `ESC ]`, `ESC P` and the like: a string for programs, dropped up to its end; whether the last byte was ESC.
    Text(bool),
    /// The bytes so far of a character of `.1` bytes.
    Character(Vec<u8>, usize),
    /// Inside a paste.
    Paste(Paste),
    /// After a paste's end: what came since, in case it belongs to the paste.
    PasteTail(Paste, Vec<u8>),
}

/// The bytes of a paste.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Paste {
    bytes: Vec<u8>,
    too_long: bool,
}

impl Paste {
    /// Keeps the byte; over the limit only as many as are needed to see the end.
    fn push(&mut self, byte: u8) {
        self.too_long |= self.bytes.len() >= PASTE_LIMIT + PASTE_END.len();
        if self.too_long {
            let old = self.bytes.len().saturating_sub(PASTE_END.len() - 1);
            self.bytes.drain(..old);
        }
        self.bytes.push(byte);
    }

    /// Takes the end mark away when the bytes end with it.
    fn ended(&mut self) -> bool {
        let ended = self.bytes.ends_with(PASTE_END);
        if ended {
            self.bytes.truncate(self.bytes.len() - PASTE_END.len());
        }
        ended
    }

    fn event(self) -> Event {
        if self.too_long || self.bytes.len() > PASTE_LIMIT {
            Event::PasteTooLong
        } else {
            Event::Paste(plain(&self.bytes))
        }
    }
}

/// A paste as text: line ends as `\n`, no control character besides tab and newline, no byte that is not UTF-8.
fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// The state machine.
#[derive(Debug, Default)]
pub struct Decoder {
    state: State,
}

impl Decoder {
    /// Takes bytes as they come.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Event>) {
        for &byte in bytes {
            self.byte(byte, out);
        }
    }

    /// What waits for more bytes.
    pub const fn pending(&self) -> Pending {
        match self.state {
            State::Ground => Pending::Nothing,
            State::Escape | State::Csi(_) | State::Ss3 | State::LinuxFunction | State::Text(_) => Pending::Sequence,
            State::Character(..) => Pending::Character,
            State::Paste(_) => Pending::Paste,
            State::PasteTail(..) => Pending::PasteTail,
        }
    }

    /// Silence: a lone ESC is the Esc key, anything else unfinished is dropped; a paste is given out as far as it came.
    pub fn flush(&mut self, out: &mut Vec<Event>) {
        match std::mem::take(&mut self.state) {
            State::Escape => out.push(key(Code::Esc)),
            State::Paste(paste) => out.push(paste.event()),
            State::PasteTail(paste, tail) => {
                let swamped = paste.too_long;
                out.push(paste.event());
                if !swamped {
                    self.feed(&tail, out);
                }
            }
            State::Ground
            | State::Csi(_)
            | State::Ss3
            | State::LinuxFunction
            | State::Text(_)
            | State::Character(..) => {}
        }
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<Event>) {
        self.state = match std::mem::take(&mut self.state) {
            State::Ground => ground(byte, out),
            State::Escape => escape(byte, out),
            State::Csi(parameters) => csi(parameters, byte, out),
            State::Ss3 => {
                if byte == 0x1b {
                    State::Escape
                } else {
                    out.extend(ss3(byte).map(key));
                    State::Ground
                }
            }
            State::LinuxFunction => match byte {
                b'A'..=b'E' => {
                    out.push(key(Code::F(byte - b'A' + 1)));
                    State::Ground
                }
                0x1b => State::Escape,
                _ => State::Ground,
            },
            State::Text(after_escape) => match byte {
                0x07 | 0x9c => State::Ground,
                b'\\' if after_escape => State::Ground,
                _ => State::Text(byte == 0x1b),
            },
            State::Character(bytes, length) => character(bytes, length, byte, out),
            State::Paste(mut paste) => {
                paste.push(byte);
                if paste.ended() { State::PasteTail(paste, Vec::new()) } else { State::Paste(paste) }
            }
            State::PasteTail(mut paste, mut tail) => {
                tail.push(byte);
                if tail.ends_with(PASTE_END) || tail.ends_with(PASTE_START) {
                    // The text held the end mark: all of this is the paste, without the marks.
                    let goes_on = tail.ends_with(PASTE_START);
                    tail.truncate(tail.len() - PASTE_END.len());
                    for byte in tail {
                        paste.push(byte);
                    }
                    if goes_on { State::Paste(paste) } else { State::PasteTail(paste, Vec::new()) }
                } else if tail.len() > PASTE_LIMIT {
                    paste.too_long = true;
                    State::Paste(paste)
                } else {
                    State::PasteTail(paste, tail)
                }
            }
        };
    }
}

const fn key(code: Code) -> Event {
    Event::Key(Key::plain(code))
}

fn ground(byte: u8, out: &mut Vec<Event>) -> State {
    match byte {
        0x1b => return State::Escape,
        0xc2..=0xdf => return State::Character(vec![byte], 2),
        0xe0..=0xef => return State::Character(vec![byte], 3),
        0xf0..=0xf4 => return State::Character(vec![byte], 4),
        _ => out.extend(single(byte).map(Event::Key)),
    }
    State::Ground
}

/// The key of one byte; `None` for NUL and for bytes that are no UTF-8.
fn single(byte: u8) -> Option<Key> {
    Some(match byte {
        b'\r' | b'\n' => Key::plain(Code::Enter),
        b'\t' => Key::plain(Code::Tab),
        0x08 | 0x7f => Key::plain(Code::Backspace),
        0x01..=0x1a => Key::ctrl(char::from(byte - 1 + b'a')),
        0x1c..=0x1f => Key::ctrl(char::from(byte + 0x40)),
        0x20..=0x7e => Key::char(char::from(byte)),
        _ => return None,
    })
}

fn escape(byte: u8, out: &mut Vec<Event>) -> State {
    match byte {
        b'[' => return State::Csi(Some(Vec::new())),
        b'O' => return State::Ss3,
        b']' | b'P' | b'X' | b'^' | b'_' => return State::Text(false),
        0x1b => {
            out.push(key(Code::Esc));
            return State::Escape;
        }
        _ => {}
    }
    if let Some(struck) = single(byte) {
        out.push(Event::Key(Key { alt: true, ..struck }));
        State::Ground
    } else {
        out.push(key(Code::Esc));
        ground(byte, out)
    }
}

fn csi(parameters: Option<Vec<u8>>, byte: u8, out: &mut Vec<Event>) -> State {
    match byte {
        0x1b => State::Escape,
        b'[' if parameters.as_ref().is_some_and(Vec::is_empty) => State::LinuxFunction,
        0x40..=0x7e => {
            let Some(parameters) = parameters else { return State::Ground };
            if byte == b'~' && parameters == b"200" {
                return State::Paste(Paste::default());
            }
            out.extend(sequence(&parameters, byte));
            State::Ground
        }
        0x20..=0x3f => State::Csi(parameters.filter(|p| p.len() < SEQUENCE_LIMIT).map(|mut p| {
            p.push(byte);
            p
        })),
        // A control character or the start of something else: the sequence was torn. What it held is dropped.
        _ => ground(byte, out),
    }
}

/// What a complete control sequence says; `None` for those that say nothing to us.
fn sequence(parameters: &[u8], last: u8) -> Option<Event> {
    let text = std::str::from_utf8(parameters).ok()?;
    let numbers: Vec<u16> =
        if text.is_empty() { Vec::new() } else { text.split(';').map(str::parse).collect::<Result<_, _>>().ok()? };
    let first = numbers.first().copied();
    if last == b'R' {
        return numbers.len().eq(&2).then(|| Event::CursorAt(first.unwrap_or(1), numbers.get(1).copied().unwrap_or(1)));
    }
    let mut code = match last {
        b'~' => Key::plain(match first? {
            1 | 7 => Code::Home,
            2 => Code::Insert,
            3 => Code::Delete,
            4 | 8 => Code::End,
            5 => Code::PageUp,
            6 => Code::PageDown,
            n @ 11..=15 => Code::F((n - 10) as u8),
            n @ 17..=21 => Code::F((n - 11) as u8),
            n @ 23..=24 => Code::F((n - 12) as u8),
            _ => return None,
        }),
        b'Z' => Key { shift: true, ..Key::plain(Code::Tab) },
        b'A'..=b'D' | b'F' | b'H' | b'P' | b'Q' | b'S' => Key::plain(ss3(last)?),
        _ => return None,
    };
    let modifiers = numbers.get(1).map_or(0, |m| m.saturating_sub(1));
    code.shift |= modifiers & 1 != 0;
    code.alt |= modifiers & 2 != 0;
    code.ctrl |= modifiers & 4 != 0;
    Some(Event::Key(code))
}

const fn ss3(byte: u8) -> Option<Code> {
    Some(match byte {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'H' => Code::Home,
        b'F' => Code::End,
        b'M' => Code::Enter,
        b'P' => Code::F(1),
        b'Q' => Code::F(2),
        b'R' => Code::F(3),
        b'S' => Code::F(4),
        _ => return None,
    })
}

fn character(mut bytes: Vec<u8>, length: usize, byte: u8, out: &mut Vec<Event>) -> State {
    if !(0x80..=0xbf).contains(&byte) {
        // Torn: what came is dropped, this byte begins anew.
        return ground(byte, out);
    }
    bytes.push(byte);
    if bytes.len() < length {
        return State::Character(bytes, length);
    }
    let text = std::str::from_utf8(&bytes).ok();
    if let Some(c) = text.and_then(|t| t.chars().next()).filter(|c| !c.is_control()) {
        out.push(Event::Key(Key::char(c)));
    }
    State::Ground
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(chunks: &[&[u8]]) -> Vec<Event> {
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        for chunk in chunks {
            decoder.feed(chunk, &mut out);
        }
        while decoder.pending() != Pending::Nothing {
            decoder.flush(&mut out);
        }
        out
    }

    fn names(events: &[Event]) -> Vec<String> {
        events
            .iter()
            .map(|e| match e {
                Event::Key(key) => key.to_string(),
                other => format!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn sequences_become_keys() {
        for (bytes, expected) in [
            (&b"x"[..], "x"),
            ("中".as_bytes(), "中"),
            (b"\x1b", "esc"),
            (b"\x1b\x1b[A", "esc up"),
            (b"\x1b[B", "down"),
            (b"\x1bOB", "down"),
            (b"\x1b[1;5C", "ctrl-right"),
            (b"\x1b[3~", "delete"),
            (b"\x1b[3;2~", "shift-delete"),
            (b"\x1b[Z", "shift-tab"),
            (b"\x1bOP\x1b[11~\x1b[[A", "f1 f1 f1"),
            (b"\x1b[15~\x1b[17~\x1b[24~", "f5 f6 f12"),
            (b"\x1bx", "alt-x"),
            (b"\x1b\r", "alt-enter"),
            (b"\r\n\t\x7f\x08", "enter enter tab backspace backspace"),
            (b"\x01\x1a\x1f", "ctrl-a ctrl-z ctrl-_"),
            (b"\x1b[12;40R", "CursorAt(12, 40)"),
            (b"\x1b[200~a\r\nb\tc\x1b[201~", "Paste(\"a\\nb\\tc\")"),
        ] {
            assert_eq!(names(&decode(&[bytes])).join(" "), expected, "{bytes:?}");
        }
    }

    #[test]
    fn dropped_bytes_give_no_event() {
        for bytes in [
            &b"\0"[..],
            b"\x80\x9b\xff\xc0\xc1\xf5",
            b"\xc2\x9b",
            b"\xe4\xb8",
            b"\xed\xa0\x80",
            b"\x1b[",
            b"\x1b[1;5",
            b"\x1b[?1;2c",
            b"\x1b[I\x1b[O",
            b"\x1b[<0;1;1M",
            b"\x1b[99~",
            b"\x1b[201~",
            b"\x1b]52;c;aGFja2Vk\x07",
            b"\x1b]0;title\x1b\\",
            b"\x1bP+q544e\x1b\\",
            b"\x1b]52;c;unfinished",
        ] {
            assert_eq!(decode(&[bytes]), [], "{bytes:?}");
        }
        let long = [b"\x1b[".to_vec(), b"1;".repeat(500), b"A".to_vec()].concat();
        assert_eq!(decode(&[&long]), []);
    }

    #[test]
    fn a_paste_that_holds_the_end_mark_is_still_one_paste() {
        let events = decode(&[b"\x1b[200~hello\x1b[201~dd\x1b[201~"]);
        assert_eq!(events, [Event::Paste("hellodd".into())]);
        let events = decode(&[b"\x1b[200~hello\x1b[201~dd\x1b[200~x\x1b[201~"]);
        assert_eq!(events, [Event::Paste("helloddx".into())]);
    }

    #[test]
    fn what_is_typed_after_a_paste_is_typed() {
        assert_eq!(names(&decode(&[b"\x1b[200~ab\x1b[201~\rq"])), ["Paste(\"ab\")", "enter", "q"]);
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        decoder.feed(b"\x1b[200~ab\x1b[201~", &mut out);
        assert_eq!(decoder.pending(), Pending::PasteTail);
        decoder.flush(&mut out);
        decoder.feed(b"q", &mut out);
        assert_eq!(names(&out), ["Paste(\"ab\")", "q"]);
    }

    #[test]
    fn a_paste_without_end_does_not_deafen() {
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        decoder.feed(b"\x1b[200~abc", &mut out);
        assert_eq!((decoder.pending(), out.len()), (Pending::Paste, 0));
        decoder.flush(&mut out);
        decoder.feed(b"q", &mut out);
        assert_eq!(names(&out), ["Paste(\"abc\")", "q"]);
    }

    #[test]
    fn a_paste_over_the_limit_is_refused_whole() {
        let paste = |size: usize| [PASTE_START, &vec![b'x'; size], PASTE_END].concat();
        assert_eq!(decode(&[&paste(PASTE_LIMIT)]), [Event::Paste("x".repeat(PASTE_LIMIT))]);
        assert_eq!(decode(&[&paste(PASTE_LIMIT + 1)]), [Event::PasteTooLong]);
        assert_eq!(decode(&[&paste(3 * PASTE_LIMIT)]), [Event::PasteTooLong]);
        let mut decoder = Decoder::default();
        decoder.feed(&paste(2 * PASTE_LIMIT), &mut Vec::new());
        assert_eq!(decoder.pending(), Pending::PasteTail, "the end of a long paste is seen");
    }

    /// Bytes that look like what terminals and attackers send.
    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            any::<Vec<u8>>().prop_map(|mut v| {
                v.truncate(4);
                v
            }),
            "\\PC{0,3}".prop_map(String::into_bytes),
            proptest::sample::select(vec![
                &b"\x1b"[..],
                b"\x1b[",
                b"\x1b[A",
                b"\x1bOP",
                b"[201~",
                b"\x1b[200~",
                b"\x1b[201~",
                b"\x1b]",
                b"\x07",
                b"\x1b\\",
                b"\x1b[[",
                b"1;5",
            ])
            .prop_map(<[u8]>::to_vec),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|p| p.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn any_split_gives_the_same_events(bytes in stream(), cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..6)) {
            let mut cuts: Vec<usize> = cuts.iter().map(|c| c.index(bytes.len() + 1)).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let chunks: Vec<&[u8]> = cuts.windows(2).map(|w| &bytes[w[0]..w[1]]).collect();
            prop_assert_eq!(decode(&chunks), decode(&[&bytes]));
        }

        #[test]
        fn no_event_holds_a_control_character(bytes in stream()) {
            for event in decode(&[&bytes]) {
                match event {
                    Event::Key(Key { code: Code::Char(c), .. }) => prop_assert!(!c.is_control()),
                    Event::Paste(text) => prop_assert!(text.chars().all(|c| !c.is_control() || c == '\n' || c == '\t')),
                    _ => {}
                }
            }
        }

        #[test]
        fn plain_text_arrives_as_typed(text in "\\PC{0,20}") {
            let keys: String = decode(&[text.as_bytes()]).iter().filter_map(|e| match e {
                Event::Key(key) => key.text(),
                _ => None,
            }).collect();
            prop_assert_eq!(keys, text);
        }

        #[test]
        fn silence_leaves_the_ground_state(bytes in stream()) {
            let mut decoder = Decoder::default();
            let mut out = Vec::new();
            decoder.feed(&bytes, &mut out);
            for _ in 0..4 {
                decoder.flush(&mut out);
            }
            prop_assert_eq!(decoder.pending(), Pending::Nothing);
            out.clear();
            decoder.feed(b"q", &mut out);
            prop_assert_eq!(out, vec![Event::Key(Key::char('q'))]);
        }
    }
}
