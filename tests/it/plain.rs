//! `--plain`: the screens as lines, by the real program in a pseudo-terminal. Not one control sequence is ever sent, each
//! move says one line, and the four everyday tasks can be done.

use std::time::Duration;

use portable_pty::CommandBuilder;

use crate::pty::{LONG, Term, start_command};

/// The program, and how much of what it said has been heard.
struct Heard {
    t: Term,
    from: usize,
}

impl Heard {
    fn start(lang: &str, args: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut c = CommandBuilder::new(env!("CARGO_BIN_EXE_shoumi"));
        c.args(["demo", "--plain", "--lang", lang, "--store"]);
        c.arg(dir.path().join("demo.shoumi"));
        c.args(args);
        c.env_clear();
        c.env("TERM", "xterm-256color");
        c.env("HOME", dir.path());
        Self { t: start_command(c, dir, 80, 24), from: 0 }
    }

    /// What was said since the last time, once it holds `text`.
    #[track_caller]
    fn hear(&mut self, text: &str) -> Vec<String> {
        let from = self.from;
        let since = |raw: &[u8]| String::from_utf8_lossy(&raw[from..]).into_owned();
        let came = self.t.until(LONG, |s| since(&s.raw).contains(text));
        self.t.quiet();
        let raw = self.t.seen.0.lock().unwrap().raw.clone();
        assert!(came, "{text:?} was not said, but\n{}", since(&raw));
        self.from = raw.len();
        since(&raw).lines().map(|l| l.trim_end_matches('\r').to_owned()).filter(|l| !l.is_empty()).collect()
    }

    #[track_caller]
    fn strike(&mut self, keys: &str, text: &str) -> Vec<String> {
        self.t.send(keys.as_bytes());
        self.hear(text)
    }

    /// Ends, and looks at every byte that came.
    #[track_caller]
    fn end(mut self) {
        self.t.send(b"q");
        assert_eq!(self.t.exit(Duration::from_secs(5)).0, 0);
        assert!(self.t.until(LONG, |s| s.ended));
        let raw = self.t.seen.0.lock().unwrap().raw.clone();
        let text = String::from_utf8(raw).expect("whole characters");
        let odd = text.chars().find(|c| c.is_control() && !matches!(c, '\r' | '\n'));
        assert_eq!(odd, None, "a control character was sent");
        assert!(!text.chars().any(|c| ('\u{2500}'..='\u{259f}').contains(&c)), "lines and bars are for the eye");
        // Raw mode needs both to come to the next line.
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    }
}

#[test]
fn the_four_tasks_are_done_by_ear() {
    for (lang, words) in [
        ("zh-CN", ["30天内到期  3", "2026-03-16", "办理人", "已办", "培训内容", "先调离", "辞职"]),
        ("en", ["within 30 days  3", "2026-03-16", "by whom", "Done", "topic", "leave the post first", "resign"]),
    ] {
        let [within, day, by, done, topic, reason, resign] = words;
        let mut h = Heard::start(lang, &[]);
        let first = h.hear(within);
        assert!(first[0].contains(day), "{first:?}");
        assert!(first.last().unwrap().contains(within), "the row under the cursor is said last: {first:?}");
        // Whose period ends within 30 days: one key, three names.
        let list = h.strike("\r", "韩志远");
        let ends = list.iter().filter(|l| l.contains("2026-03") || l.contains("2026-04")).count();
        assert_eq!(ends, 3 + 1, "three rows, the first once more: {list:#?}");
        // Each move is one line.
        for name in ["连城", "仇文博"] {
            let said = h.strike("\x1b[B", name);
            assert_eq!(said.len(), 1, "{said:?}");
        }
        let said = h.strike("\x1b[B", "仇文博");
        assert_eq!(said.len(), 1, "the last row is said again: {said:?}");
        // Agree to the request that waits longest: the menu's first number.
        h.strike("4", "管荷雪");
        let menu = h.strike("a", "12  ");
        assert!(menu.iter().any(|l| l.starts_with("1  y  ")), "{menu:#?}");
        let form = h.strike("1", by);
        assert!(form.iter().any(|l| l.starts_with(by)) && form.last().unwrap().contains("2026-03-16"), "{form:#?}");
        let said = h.strike("\r", done);
        assert!(said.last().unwrap().contains("管荷雪"), "back at its row: {said:#?}");
        // A training for five.
        h.strike("2", "135/135");
        let said = h.strike("     ", "5");
        assert!(said.len() <= 2, "{said:?}");
        h.strike("at", topic);
        // What is typed follows what is there, without the line being said again.
        let said = h.strike("保密", "保密");
        assert_eq!(said.len(), 1, "{said:?}");
        let said = h.strike("法", "法");
        assert_eq!(said, ["法"]);
        // A wrong date is said when the field is left.
        h.strike("\x1b[B", "2026-03-16");
        h.strike("\x15x", "x");
        let said = h.strike("\r", "x");
        assert!(said.iter().any(|l| l.contains("  x  ")), "the row with what is wrong: {said:?}");
        h.strike("\x152026-03-16", "2026-03-16");
        h.strike("\x13", done);
        // May Mrs Cui resign? The filter says how many and who.
        h.strike("2", "");
        let said = h.strike("/zw", "1/135");
        // Between the two, what could complete the word.
        assert!((2..=3).contains(&said.len()) && said[0].contains("1/135"), "{said:?}");
        h.strike("\r", "P000025");
        let verdict = h.strike("r", reason);
        assert!(verdict.len() > 5 && verdict.iter().any(|l| l.contains(resign)), "{verdict:#?}");
        let said = h.strike("\x1b", "p5-company");
        assert_eq!(said.len(), 1, "{said:?}");
        h.strike("\x1b", "");
        h.end();
    }
}

#[test]
fn help_sequences_and_the_other_language_are_said() {
    let mut h = Heard::start("zh-CN", &[]);
    h.hear("30天内到期");
    let help = h.strike("?", "Ctrl-Z");
    assert!(help.iter().any(|l| l.contains("Enter") && l.contains("打开")), "{help:#?}");
    h.strike("\x1b", "今日");
    let next = h.strike("g", "转到人员");
    assert!(next.iter().all(|l| l.starts_with("g ")), "{next:?}");
    h.strike("l", "within 30 days");
    let paste = h.strike("\x1b[200~abc\x1b[201~", "pasted");
    assert_eq!(paste.len(), 1, "{paste:?}");
    // Everything once more.
    let again = h.strike("\x0c", "2026-03-16");
    assert!(again.len() > 10, "{again:?}");
    h.end();
}

#[test]
fn a_signal_ends_it_without_a_sequence() {
    let mut h = Heard::start("zh-CN", &[]);
    h.hear("30天内到期");
    h.t.signal("-HUP");
    assert_eq!(h.t.exit(LONG).0, 129);
    assert!(!h.t.raw().contains('\x1b'));
}
