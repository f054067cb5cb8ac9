//! The program in a real pseudo-terminal: bursts, split sequences, pastes, closed and stalled terminals, every way out.
//!
//! The program under test is this test binary, started again with `SHOUMI_TEST_CHILD` set: [`child`] then opens the
//! screens on a register in memory. Every wait is for a condition; nothing sleeps for a guessed time.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, NativePtySystem, PtySize, PtySystem};
use shoumi::app::{Options, Register, run};
use shoumi::i18n::Lang;
use shoumi::keys::load;

use crate::figures::reached;
use crate::office::Office;
use crate::pty::{LONG, Term, start_command};
use crate::sample::{Sample, TODAY};
use crate::support::day;

/// Texts that take over terminals that are not careful.
const HOSTILE: [&str; 10] = [
    "A\u{1b}]52;c;aGFja2Vk\u{7}B",
    "红\u{1b}[31m\u{1b}[2J字",
    "C1\u{9b}31m末",
    "甲\u{202e}乙丙\u{202c}丁",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}x",
    "\u{1b}]0;title\u{7}戊",
    "己\r\n庚\u{8}\u{8}\u{8}",
    "\u{1b}Pq\u{1b}\\辛",
    "\u{200b}\u{feff}\u{200d}壬",
    "\0\u{7f}癸\u{1b}[6n",
];

/// Not a test: the program that the tests start.
#[test]
fn child() {
    let Ok(how) = std::env::var("SHOUMI_TEST_CHILD") else { return };
    if let Some(code) = shoumi::app::remote_command(how == "forced") {
        std::process::exit(code.into());
    }
    let log = std::env::var_os("SHOUMI_TEST_LOG").map(PathBuf::from);
    if how == "panic" {
        // As `run` does it, with a fault in the middle.
        let hook = shoumi::app::terminal::panic_hook(|place| format!("fault at {place}"));
        shoumi::app::terminal::take().unwrap();
        println!("taken");
        let fault = std::panic::catch_unwind(|| panic!("110101199003071234"));
        hook.remove();
        std::process::exit(if fault.is_err() { 101 } else { 0 });
    }
    let (keymap, problems) = load("default", None);
    let second = Duration::from_millis(400);
    let options = Options {
        lang: Lang::ZhCn,
        keymap,
        problems,
        today: Some(day(TODAY)),
        start: None,
        forced: how == "forced",
        plain: how == "lines",
        idle: (how == "idle").then_some((second, second * 3)),
        numbers: second,
    };
    let register: Arc<dyn Register> = match how.as_str() {
        "people" => Arc::new(Sample::default()),
        "hostile" => {
            Arc::new(Sample { names: HOSTILE.map(str::to_owned).to_vec(), everywhere: true, ..Sample::default() })
        }
        _ => Arc::new(Office { log, ..Office::default() }),
    };
    std::process::exit(run(register, options).into());
}

fn command(how: &str, env: &[(&str, &str)], log: &std::path::Path) -> CommandBuilder {
    let mut c = CommandBuilder::new(std::env::current_exe().unwrap());
    c.args(["--exact", "terminal::child", "--nocapture", "--test-threads=1"]);
    c.env_clear();
    c.env("TERM", "xterm-256color");
    c.env("PATH", "/usr/bin:/bin");
    c.env("SHOUMI_TEST_CHILD", how);
    c.env("SHOUMI_TEST_LOG", log);
    for (name, value) in env {
        c.env(name, value);
    }
    c
}

fn start(how: &str, columns: u16, rows: u16, env: &[(&str, &str)]) -> Term {
    let dir = tempfile::tempdir().unwrap();
    let command = command(how, env, &dir.path().join("log"));
    start_command(command, dir, columns, rows)
}

/// The program on People with an open filter line.
fn typing() -> Term {
    let mut t = start("plain", 100, 24, &[]);
    t.wait("今日");
    t.send(b"2");
    t.quiet();
    t.send(b"/");
    t.quiet();
    t
}

#[test]
fn the_ways_out_restore_the_terminal() {
    for (how, keys, code) in [("plain", &b"q"[..], 0), ("panic", b"", 101)] {
        let mut t = start(how, 80, 24, &[]);
        if how == "plain" {
            t.wait("今日");
        }
        t.send(keys);
        assert_eq!(t.exit(LONG).0, code, "{how}");
        t.assert_restored();
        let raw = t.raw();
        assert!(!raw.contains("110101199003071234"), "what a panic says of itself is not shown");
        assert_eq!(raw.contains("fault at tests/it/terminal.rs:"), how == "panic");
    }
    for (signal, code) in [("-HUP", 129), ("-TERM", 143), ("-INT", 130)] {
        let mut t = start("plain", 80, 24, &[]);
        t.wait("今日");
        t.signal(signal);
        let (exit, time) = t.exit(LONG);
        eprintln!("{signal}: exit {exit} after {time:?}");
        assert_eq!(exit, code, "{signal}");
        t.assert_restored();
        assert_eq!(t.log().matches("left ").count(), 1, "{}", t.log());
    }
}

#[test]
fn cooked_mode_comes_back() {
    // A shell runs the program and then asks for its line settings: what it set before is what it has after.
    let dir = tempfile::tempdir().unwrap();
    let exe = std::env::current_exe().unwrap();
    let mut c = CommandBuilder::new("/bin/sh");
    let script = format!(
        "stty -a >before; '{}' --exact terminal::child --nocapture --test-threads=1; stty -a >after; echo all done",
        exe.display()
    );
    c.args(["-c", &script]);
    c.cwd(dir.path());
    for (name, value) in [("TERM", "xterm"), ("PATH", "/usr/bin:/bin"), ("SHOUMI_TEST_CHILD", "plain")] {
        c.env(name, value);
    }
    let path = dir.path().to_path_buf();
    let mut t = start_command(c, dir, 80, 24);
    t.wait("今日");
    t.send(b"q");
    t.wait("all done");
    t.exit(LONG);
    let read = |name: &str| std::fs::read_to_string(path.join(name)).unwrap();
    assert_eq!(read("before"), read("after"));
    assert!(read("after").contains("icanon"));
}

#[test]
fn the_line_that_is_dropped_ends_the_session() {
    let mut t = typing();
    t.send("断线".as_bytes());
    t.wait("断线");
    // Every handle of the master goes: the reader's too, which is told to stop by the stall.
    t.writer = Box::new(std::io::sink());
    t.master = None;
    // The reader thread still holds a clone, so the kernel sends no signal; the kernel's own is sent in its place.
    let since = Instant::now();
    t.signal("-HUP");
    let (code, _) = t.exit(LONG);
    let time = since.elapsed();
    assert_eq!(code, 129);
    reached("the_line_that_is_dropped_ends_the_session", format!("exit 129 after {} ms", time.as_millis()));
    assert!(t.log().contains("left "), "{}", t.log());
}

#[test]
fn a_closed_terminal_is_noticed_without_any_signal() {
    // The program ignores no end of file: with SIGHUP blocked by nohup it sees EIO or EOF and ends.
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    let exe = std::env::current_exe().unwrap();
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let pair = NativePtySystem::default().openpty(size).unwrap();
    let mut c = CommandBuilder::new("/bin/sh");
    let script = format!("trap '' HUP; exec '{}' --exact terminal::child --nocapture --test-threads=1", exe.display());
    c.args(["-c", &script]);
    c.env("SHOUMI_TEST_CHILD", "plain");
    c.env("SHOUMI_TEST_LOG", &log);
    c.env("TERM", "xterm");
    let mut child = pair.slave.spawn_command(c).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut seen = Vec::new();
    let mut buffer = [0_u8; 4096];
    while !String::from_utf8_lossy(&seen).contains("今日") {
        let n = reader.read(&mut buffer).unwrap();
        seen.extend_from_slice(&buffer[..n]);
    }
    let since = Instant::now();
    drop(reader);
    drop(pair.master);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(since.elapsed() < LONG, "still running");
        std::thread::sleep(Duration::from_millis(2));
    };
    let time = since.elapsed().as_millis();
    assert_eq!(status.exit_code(), 129);
    reached("a_closed_terminal_is_noticed_without_any_signal", format!("exit 129 after {time} ms"));
    assert!(std::fs::read_to_string(log).unwrap().contains("left "));
}

#[test]
fn a_signal_on_a_stalled_terminal_is_answered_by_the_signal_thread() {
    let mut t = start("plain", 200, 60, &[]);
    t.wait("今日");
    t.stalled.store(true, Ordering::SeqCst);
    // Sizes until the program is blocked in a write: then its main thread waits in the kernel.
    let pid = t.child.process_id().unwrap();
    let writes = || {
        std::fs::read_dir(format!("/proc/{pid}/task")).is_ok_and(|tasks| {
            tasks.flatten().any(|task| {
                let wchan = std::fs::read_to_string(task.path().join("wchan")).unwrap_or_default();
                let call = std::fs::read_to_string(task.path().join("syscall")).unwrap_or_default();
                wchan.contains("n_tty_write") || wchan.contains("tty_write") || call.starts_with("1 ")
            })
        })
    };
    // A write that goes through is over by the next look.
    let blocked = || {
        (0..10).all(|_| {
            std::thread::sleep(Duration::from_millis(2));
            writes()
        })
    };
    let since = Instant::now();
    let mut n = 0;
    while !blocked() && since.elapsed() < Duration::from_secs(8) {
        n += 1;
        let size = PtySize { rows: 50 + n % 9, cols: 190 + n % 11, pixel_width: 0, pixel_height: 0 };
        t.master.as_ref().unwrap().resize(size).unwrap();
        std::thread::sleep(Duration::from_millis(3));
    }
    let stuck = blocked();
    t.signal("-TERM");
    let (code, time) = t.exit(LONG);
    eprintln!("stalled ({n} sizes, main thread blocked: {stuck}): exit {code} after {time:?}: {}", t.log().trim());
    assert_eq!(code, 143);
    reached(
        "a_signal_on_a_stalled_terminal_is_answered_by_the_signal_thread",
        format!("exit 143 after {} ms, main thread blocked: {stuck}", time.as_millis()),
    );
    assert!(t.log().contains("left "), "{}", t.log());
    assert!(!stuck || t.log().contains("signals"), "the signal thread saved: {}", t.log());
}

#[test]
fn a_split_arrow_is_an_arrow_and_not_a_cancel() {
    let mut t = typing();
    t.send(b"abc");
    t.wait("abc");
    for piece in [&b"\x1b"[..], b"[", b"D"] {
        t.send(piece);
        // Less than the Esc key's delay, as a network would cut it.
        std::thread::sleep(Duration::from_millis(20));
    }
    t.send(b"x");
    t.wait("abxc");
    t.send(b"\x1b");
    t.quiet();
    t.send(b"1");
    t.wait_gone("abxc1");
}

#[test]
fn a_character_in_three_pieces_arrives_whole() {
    let mut t = typing();
    for byte in "检".as_bytes() {
        t.send(&[*byte]);
        std::thread::sleep(Duration::from_millis(120));
    }
    t.send(b"!");
    t.wait("检!");
}

#[test]
fn half_a_sequence_does_not_hold_off_the_idle_blank() {
    let mut t = start("idle", 100, 24, &[]);
    t.wait("今日");
    t.send(b"\x1b[");
    t.wait_gone("今日");
    let (code, _) = t.exit(LONG);
    assert_eq!(code, 0);
    t.assert_restored();
}

#[test]
fn whole_numbers_go_away_by_themselves() {
    let mut t = start("people", 100, 24, &[]);
    t.wait("今日");
    t.send(b"2\r");
    t.wait("可否办理");
    t.send(b"v");
    t.wait("查看完整号码");
    t.send("核对".as_bytes());
    t.wait("核对");
    t.send(b"\r");
    t.wait("110101199003078515");
    t.wait_gone("110101199003078515");
    t.wait("可否办理");
}

#[test]
fn a_paste_without_end_leaves_the_keyboard_alive() {
    let mut t = start("plain", 100, 24, &[]);
    t.wait("今日");
    t.send(b"\x1b[200~abc");
    t.wait("粘贴");
    t.send(b"q");
    assert_eq!(t.exit(LONG).0, 0);
}

#[test]
fn a_paste_that_holds_its_own_end_types_nothing() {
    let mut t = start("plain", 100, 24, &[]);
    t.wait("今日");
    t.send(b"\x1b[200~hello\x1b[201~q\x1b[201~");
    t.wait("粘贴");
    t.quiet();
    assert!(t.child.try_wait().unwrap().is_none(), "q was typed");
}

#[test]
fn a_paste_without_marks_outside_a_field_is_ignored() {
    let mut t = start("plain", 100, 24, &[]);
    t.wait("今日");
    t.send(b"a list of names\nq\nqqqq and more\nq");
    t.wait("粘贴");
    t.quiet();
    assert!(t.child.try_wait().unwrap().is_none(), "q was typed");
    t.send(b"q");
    assert_eq!(t.exit(LONG).0, 0);
}

#[test]
fn forty_thousand_keys_are_handled() {
    let mut t = start("plain", 100, 24, &[]);
    t.wait("今日");
    t.quiet();
    let (before, since) = (t.bytes.load(Ordering::SeqCst), Instant::now());
    let mut storm = b"\x1b[B\x1b[A".repeat(20_000);
    storm.extend_from_slice(b"q");
    t.send_much(storm);
    assert_eq!(t.exit(LONG).0, 0);
    let (time, bytes) = (since.elapsed().as_millis(), t.bytes.load(Ordering::SeqCst) - before);
    reached("forty_thousand_keys_are_handled", format!("{time} ms, {bytes} bytes out"));
}

#[test]
fn a_burst_of_3000_bytes_needs_no_further_key() {
    let mut t = start("plain", 100, 24, &[]);
    t.wait("今日");
    let mut storm = b"\x1b[B\x1b[A".repeat(500);
    storm.push(b'q');
    t.send(&storm);
    assert_eq!(t.exit(LONG).0, 0);
}

#[test]
fn a_megabyte_is_pasted_and_more_is_refused() {
    for (characters, answer) in [(340_000, "检检检"), (360_000, "1 MiB")] {
        let mut t = typing();
        let since = Instant::now();
        let paste = [b"\x1b[200~", "检".repeat(characters).as_bytes(), b"\x1b[201~"].concat();
        t.send_much(paste);
        t.wait(answer);
        eprintln!("paste of {} bytes: {:?}", characters * 3, since.elapsed());
    }
}

#[test]
fn only_three_private_modes_and_sixteen_colours_reach_the_wire() {
    for env in [
        &[("TERM", "xterm-256color")][..],
        &[("TERM", "linux")],
        &[("TERM", "screen")],
        &[("TERM", "vt100")],
        &[("TERM", "dumb")],
        &[("TERM", "../../x;id")],
        &[("NO_COLOR", "1")],
    ] {
        let mut t = start("plain", 80, 24, env);
        t.wait("今日");
        t.send(b"2/abc\x1b");
        t.quiet();
        t.send(b"g");
        t.quiet();
        t.send(b"\x1b");
        t.quiet();
        t.send(b"q");
        assert_eq!(t.exit(LONG).0, 0, "{env:?}");
        t.assert_restored();
        let raw = t.raw();
        let mut modes: Vec<String> =
            raw.split("\x1b[?").skip(1).map(|s| s.chars().take_while(char::is_ascii_digit).collect()).collect();
        modes.sort();
        modes.dedup();
        assert_eq!(modes, ["1049", "2004", "25"], "{env:?}");
        assert!(!raw.contains("\x1b]") && !raw.contains("\x1bP"), "a string for programs: {env:?}");
        let colours: Vec<u16> = raw
            .split("\x1b[")
            .skip(1)
            .filter_map(|s| s.split_once('m').map(|(p, _)| p))
            .filter(|p| p.bytes().all(|b| b.is_ascii_digit() || b == b';'))
            .flat_map(|p| p.split(';').filter_map(|n| n.parse().ok()).collect::<Vec<u16>>())
            .filter(|n| *n >= 30)
            .collect();
        assert!(!colours.iter().any(|n| [38, 48].contains(n) || *n > 107), "{env:?}: {colours:?}");
        let plain = env.iter().any(|(n, v)| *n == "NO_COLOR" || ["vt100", "dumb", "../../x;id"].contains(v));
        assert_eq!(colours.is_empty(), plain, "{env:?}");
        let lines = raw.chars().any(|c| ('\u{2500}'..='\u{257f}').contains(&c));
        let ascii = env.iter().any(|(_, v)| ["vt100", "dumb", "../../x;id"].contains(v));
        assert!(!(ascii && lines), "{env:?}: line drawing");
        assert!(t.calls.0.lock().unwrap().is_empty());
    }
}

#[test]
fn every_small_size_is_survived() {
    let mut t = start("plain", 100, 24, &[]);
    t.wait("今日");
    for columns in 1..=30 {
        for rows in 1..=8 {
            t.resize(columns, rows);
        }
    }
    t.resize(59, 16);
    t.wait("60x16");
    t.resize(100, 24);
    t.wait("今日");
    t.wait_gone("60x16");
}

#[test]
fn an_idle_session_sends_nothing_and_keys_cost_little() {
    let mut t = start("plain", 80, 24, &[]);
    t.wait("今日");
    t.quiet();
    let first = t.bytes.load(Ordering::SeqCst);
    // Several rounds of the watch thread.
    let idle = {
        std::thread::sleep(Duration::from_millis(1200));
        t.bytes.load(Ordering::SeqCst) - first
    };
    let nothing = t.cost(b"\x1b[24~");
    let page = t.cost(b"2");
    t.cost(b"/");
    let (latin, chinese) = (t.cost(b"x"), t.cost("中".as_bytes()));
    reached(
        "an_idle_session_sends_nothing_and_keys_cost_little",
        format!("bytes: start {first}, idle {idle}, dead key {nothing}, page {page}, x {latin}, 中 {chinese}"),
    );
    assert_eq!((idle, nothing), (0, 0));
    assert!(latin <= 1200 && chinese <= 1200, "{latin} {chinese}");
}

/// The cell in which a text begins, on every row that holds it.
fn columns_of(screen: &vt100::Screen, text: &str) -> Vec<(u16, u16)> {
    let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
    let mut found = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let rest = screen.contents_between(row, column, row, columns);
            let wide = screen.cell(row, column).is_some_and(vt100::Cell::is_wide_continuation);
            if rest.starts_with(text) && !wide {
                found.push((row, column));
            }
        }
    }
    found
}

#[test]
fn chinese_stands_in_its_cells() {
    let mut t = start("people", 100, 24, &[]);
    t.wait("今日");
    t.send(b"2");
    t.wait("王建国");
    t.quiet();
    let seen = t.seen.0.lock().unwrap();
    let screen = seen.parser.screen();
    let (row, column) = columns_of(screen, "王建国")[0];
    for (n, c) in ["王", "建", "国"].iter().enumerate() {
        let at = column + 2 * n as u16;
        assert!(screen.cell(row, at).unwrap().is_wide() && screen.cell(row, at).unwrap().contents() == *c);
        assert!(screen.cell(row, at + 1).unwrap().is_wide_continuation());
    }
    // Names of two, three, four and more characters: the column behind them begins in the same cell.
    let starts: Vec<u16> = columns_of(screen, "财务部").iter().map(|(_, c)| *c).collect();
    assert!(starts.len() > 1 && starts.iter().all(|c| *c == starts[0]), "{starts:?}\n{}", screen.contents());
}

#[test]
fn the_caret_stands_behind_what_was_typed_for_input_methods() {
    let mut t = typing();
    let place = |t: &Term| t.seen.0.lock().unwrap().parser.screen().cursor_position();
    let before = place(&t);
    t.send("整改abc".as_bytes());
    t.wait("整改abc");
    t.quiet();
    assert!(!t.seen.0.lock().unwrap().parser.screen().hide_cursor());
    assert_eq!(place(&t), (before.0, before.1 + 7));
}

#[test]
fn a_paste_of_30_kilobytes_is_one_event() {
    let mut t = typing();
    let paste = [&b"\x1b[200~"[..], "整改".repeat(5000).as_bytes(), b"\x1b[201~"].concat();
    t.send_much(paste);
    t.wait("整改整改");
    t.quiet();
    t.send(b"\x15");
    t.wait_gone("整改整改");
    t.send(b"x");
    t.wait("x");
}

#[test]
fn hostile_texts_never_reach_the_terminal() {
    let mut t = start("hostile", 120, 30, &[]);
    t.wait("今日");
    for keys in [&b"2"[..], b"\r", b"\x1b[B\x1b[B\x1b[6~", b"\x1b", b"3", b"4", b"5", b"?", b"\x1b", b":", b"\x1b"] {
        t.send(keys);
        t.quiet();
    }
    assert!(t.calls.0.lock().unwrap().is_empty(), "{:?}", t.calls.0.lock().unwrap());
    let raw = t.raw();
    let forbidden = |c: char| {
        matches!(c as u32, 0x80..=0x9f | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfeff | 0x7f)
            || (c.is_control() && !matches!(c, '\x1b' | '\r' | '\n'))
    };
    // What libtest prints before the program has the terminal is not the program's.
    let raw = raw.split_once("\x1b[?1049h").unwrap().1;
    assert_eq!(raw.chars().find(|c| forbidden(*c)), None);
    assert!(!raw.contains("\x1b]") && !raw.contains("\x1bP") && !raw.contains("[31m\x1b[2J"));
    assert!(raw.matches("\x1b[6n").count() <= 2, "only the probe asks");
}

#[test]
fn moves_and_filters_cost_few_bytes() {
    for (columns, rows, filter_limit) in [(80, 24, 1200), (200, 60, 4000)] {
        let mut t = start("people", columns, rows, &[]);
        t.wait("今日");
        let first = t.bytes.load(Ordering::SeqCst);
        let page = t.cost(b"2");
        let moves = [t.cost(b"\x1b[B"), t.cost(b"\x1b[B"), t.cost(b"\x1b[A")];
        // Over the edge of the page: one row comes in, the others are moved by the terminal.
        t.cost(b"\x1b[6~");
        let scrolled = [t.cost(b"\x1b[B"), t.cost(b"\x1b[B")];
        t.cost(b"\x1b[H");
        let open = t.cost(b"/");
        let mut filter = [b"z", b"w", b"\x7f"].map(|key| t.cost(key));
        t.cost(b"\x1b");
        let card = t.cost(b"\r");
        eprintln!(
            "{columns}x{rows}: start {first}, People {page}, moves {moves:?}, scrolled {scrolled:?}, / {open}, filter keys \
             {filter:?}, card {card}"
        );
        filter.sort_unstable();
        assert!(filter[1] <= filter_limit, "the middle one of {filter:?}");
        if columns == 80 {
            assert!(moves.iter().all(|b| *b <= 60), "{moves:?}");
            assert!(scrolled.iter().all(|b| *b <= 300), "{scrolled:?}");
            let figure = format!(
                "bytes at 80x24: move {moves:?}, scrolled {scrolled:?}, filter key {filter:?}, page {page}, card {card}"
            );
            reached("moves_and_filters_cost_few_bytes", figure);
        }
    }
}

#[test]
fn a_storm_leaves_the_same_screen_as_a_fresh_paint() {
    let mut t = start("people", 100, 24, &[]);
    t.wait("今日");
    t.send(b"2");
    t.wait("王建国");
    for keys in [b"\x1b[B".repeat(300), b"\x1b[6~\x1b[5~".repeat(50), b"3\x1b[B2\x1b[B".repeat(2)] {
        t.send_much(keys);
    }
    t.quiet();
    let before = t.text();
    t.send(b"\x0c");
    t.quiet();
    assert_eq!(t.text(), before);
}

#[test]
fn wide_signs_and_broken_character_sets_are_found_by_the_probe() {
    // The emulator does not answer, so the test does: first the column after the Chinese character, then after the dot.
    let mut t = start("plain", 80, 24, &[]);
    t.wait("今日");
    t.send(b"\x1b[1;3R\x1b[1;3R");
    t.quiet();
    let lines = t.text().chars().any(|c| ('\u{2500}'..='\u{259f}').contains(&c));
    assert!(!lines, "signs of uncertain width: {}", t.text());
    let mut t = start("plain", 80, 24, &[]);
    t.wait("今日");
    t.send(b"\x1b[1;4R\x1b[1;3R");
    t.wait("UTF-8");
    assert!(t.text().is_ascii(), "{}", t.text());
    t.send(b"\r");
    t.wait("Today");
    assert!(t.text().is_ascii(), "{}", t.text());
}

#[test]
fn ctrl_z_stops_where_there_is_a_shell_and_nowhere_else() {
    let mut t = start("plain", 80, 24, &[]);
    t.wait("今日");
    t.send(b"\x1a");
    t.wait("没有可以返回的命令行");

    let bash = "/bin/bash";
    if !std::path::Path::new(bash).exists() {
        eprintln!("SKIPPED: ctrl-z under a shell needs {bash}");
        return;
    }
    for (how, stops) in [("plain", true), ("forced", false)] {
        let dir = tempfile::tempdir().unwrap();
        let mut c = CommandBuilder::new(bash);
        c.args(["--norc", "--noprofile", "-i"]);
        for (name, value) in
            [("TERM", "xterm"), ("PATH", "/usr/bin:/bin"), ("SHOUMI_TEST_CHILD", how), ("PS1", "ready> ")]
        {
            c.env(name, value);
        }
        let mut t = start_command(c, dir, 100, 24);
        t.wait("ready>");
        let exe = std::env::current_exe().unwrap();
        let line = format!("'{}' --exact terminal::child --nocapture --test-threads=1\r", exe.display());
        t.send(line.as_bytes());
        t.wait("今日");
        t.send(b"\x1a");
        if stops {
            t.wait("Stopped");
            assert!(!t.seen.0.lock().unwrap().parser.screen().alternate_screen());
            t.send(b"fg\r");
            t.wait("今日");
        } else {
            t.wait("没有可以返回的命令行");
        }
        t.send(b"q");
        t.wait_gone("今日");
        assert!(t.until(LONG, |s| s.parser.screen().contents().trim_end().ends_with("ready>")), "{}", t.text());
        t.send(b"exit 7\r");
        assert_eq!(t.exit(LONG).0, 7);
    }
}

#[test]
fn without_a_terminal_and_under_a_forced_command_the_screens_stay_closed() {
    let child = |how: &str, remote: bool| {
        let mut c = std::process::Command::new(std::env::current_exe().unwrap());
        c.args(["--exact", "terminal::child", "--nocapture", "--test-threads=1"]);
        c.env("SHOUMI_TEST_CHILD", how).stdin(std::process::Stdio::null());
        if remote {
            c.env("SSH_ORIGINAL_COMMAND", "rm -rf /");
        }
        c.output().unwrap()
    };
    let output = child("plain", false);
    assert_eq!(output.status.code(), Some(64));
    assert!(String::from_utf8_lossy(&output.stderr).contains("ssh"));
    assert_eq!(child("plain", true).status.code(), Some(64));
    assert_eq!(child("forced", true).status.code(), Some(65));
}

/// What the command line answers on a store.
fn asked(store: &std::path::Path, args: &[&str]) -> serde_json::Value {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_shoumi"));
    let out = command.arg("--store").arg(store).args(["--today", "2026-03-16"]).args(args).output().unwrap();
    serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}"))
}

/// The rows of a list that are not the same before and after.
fn differing(before: &serde_json::Value, after: &serde_json::Value) -> usize {
    let rows = |v: &serde_json::Value| v["rows"].as_array().unwrap().clone();
    rows(after).iter().filter(|row| !rows(before).contains(row)).count()
}

#[test]
fn what_the_real_program_shows_as_done_is_on_disk() {
    for (lang, travel, by, done) in [("zh-CN", "待审批", "办理人", "已办"), ("en", "waiting", "by whom", "Done")]
    {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("demo.shoumi");
        let mut c = CommandBuilder::new(env!("CARGO_BIN_EXE_shoumi"));
        c.args(["demo", "--lang", lang, "--store"]);
        c.arg(&store);
        c.env_clear();
        c.env("TERM", "xterm-256color");
        c.env("HOME", dir.path());
        let mut t = start_command(c, dir, 80, 24);
        t.wait(if lang == "en" { "Today" } else { "今日" });
        let trips = asked(&store, &["list", "travel", "--json"]);
        let journal = asked(&store, &["list", "journal", "--json"])["total"].as_u64().unwrap();
        // The request that waits longest gets its next opinion: four keys.
        t.send(b"4");
        t.wait(travel);
        t.send(b"a");
        t.wait("2026-");
        t.send(b"y");
        t.wait(by);
        t.send(b"\r");
        t.wait(done);
        assert_eq!(differing(&trips, &asked(&store, &["list", "travel", "--json"])), 1, "one request moved on");
        // A training for five people: ten keys.
        t.send(b"2");
        t.wait("135/135");
        t.send(b"     at");
        t.wait(if lang == "en" { "topic" } else { "培训内容" });
        t.send("保密法规\x13".as_bytes());
        t.wait(done);
        let now = asked(&store, &["list", "journal", "--json"]);
        assert_eq!(now["total"].as_u64().unwrap(), journal + 2, "two commands, two entries");
        assert!(now.to_string().contains("add_training"));
        // Esc over typed text asks, and n keeps it.
        t.send(b"at");
        t.wait(if lang == "en" { "topic" } else { "培训内容" });
        t.send(b"abc\x1b");
        t.wait(if lang == "en" { "Throw it away" } else { "确定放弃" });
        t.send(b"n");
        t.wait_gone(if lang == "en" { "Throw it away" } else { "确定放弃" });
        assert!(t.text().contains("abc"));
        t.send(b"\x1b");
        t.wait(if lang == "en" { "Throw it away" } else { "确定放弃" });
        t.send(b"y");
        t.wait_gone("abc");
        t.send(b"q");
        assert_eq!(t.exit(Duration::from_secs(5)).0, 0);
    }
}
