//! The real program in real terminals: tmux, GNU screen, xterm, and the names other terminals go by. The same words
//! stand in the same cells everywhere, and what is left behind at the end is the shell's own screen.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::Instant;

use portable_pty::CommandBuilder;

use crate::pty::{LONG, Term, start_command};

/// A demo that all tests look at; nobody changes it.
static DEMO: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("demo.shoumi");
    let mut command = Command::new(env!("CARGO_BIN_EXE_shoumi"));
    assert!(command.args(["demo", "--no-ui", "--store"]).arg(&store).stdout(Stdio::null()).status().unwrap().success());
    (dir, store)
});

/// The keys that lead from one screen to the next: a list, down to its edge and over it row by row, so that the terminal
/// scrolls by itself, back and up over the other edge, a card.
const WAY: [&[u8]; 9] = [b"", b"2", b"\x1b[6~", b"\x1b[B", b"\x1b[B", b"\x1b[5~", b"\x1b[A", b"\x1b[A", b"\r"];

/// The program on the demo, as a shell writes it.
fn program(lang: &str) -> String {
    format!("'{}' --lang {lang} --store '{}'", env!("CARGO_BIN_EXE_shoumi"), DEMO.1.display())
}

fn clean_env(c: &mut CommandBuilder, term: &str) {
    c.cwd("/");
    c.env_clear();
    for (name, value) in [("TERM", term), ("PATH", "/usr/bin:/bin"), ("HOME", "/nonexistent"), ("USER", "li.na")] {
        c.env(name, value);
    }
}

/// The words of a screen, Chinese or Latin, with their cells. Signs and lines are not words: they differ where a
/// terminal has only ASCII.
fn words(lines: &[String]) -> BTreeSet<(usize, usize, String)> {
    let mut out = BTreeSet::new();
    for (y, line) in lines.iter().enumerate() {
        let (mut x, mut word, mut start) = (0, String::new(), 0);
        for c in line.chars().chain([' ']) {
            let part = c.is_ascii_alphanumeric() || ('\u{4e00}'..='\u{9fff}').contains(&c);
            if part {
                if word.is_empty() {
                    start = x;
                }
                word.push(c);
            } else if !word.is_empty() {
                // A single letter may be a sign: x, o, v.
                if word.len() > 1 {
                    out.insert((y, start, word.clone()));
                }
                word.clear();
            }
            x += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        }
    }
    out
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn screen(t: &Term) -> Vec<String> {
    lines(&t.text())
}

/// The program in a pseudo-terminal under a name.
fn named(term: &str, env: &[(&str, &str)]) -> Term {
    let mut c = CommandBuilder::new("/bin/sh");
    c.args(["-c", &format!("exec {}", program("zh-CN"))]);
    clean_env(&mut c, term);
    for (name, value) in env {
        c.env(name, value);
    }
    start_command(c, tempfile::tempdir().unwrap(), 80, 24)
}

/// What the screens look like in the emulator of the tests, each painted afresh.
static REFERENCE: LazyLock<Vec<BTreeSet<(usize, usize, String)>>> = LazyLock::new(|| {
    let mut t = named("xterm-256color", &[]);
    t.wait("今日");
    let mut seen = Vec::new();
    for keys in WAY {
        t.send(keys);
        t.quiet();
        t.send(b"\x0c");
        t.quiet();
        t.quiet();
        seen.push(words(&screen(&t)));
    }
    assert!(seen.iter().all(|s| s.len() > 20));
    // To the other end of a page only the cursor moves.
    let same: Vec<usize> = (1..seen.len()).filter(|n| seen[*n] == seen[n - 1]).collect();
    assert_eq!(same, [2, 5]);
    seen
});

/// Goes the way and compares each screen with the reference, waiting until it is so.
#[track_caller]
fn same(what: &str, mut send: impl FnMut(&[u8]), mut look: impl FnMut() -> Vec<String>) {
    for (keys, want) in WAY.iter().zip(REFERENCE.iter()) {
        send(keys);
        let since = Instant::now();
        loop {
            let seen = look();
            let have = words(&seen);
            if have == *want {
                break;
            }
            let (missing, more): (Vec<_>, Vec<_>) = (want.difference(&have).collect(), have.difference(want).collect());
            assert!(since.elapsed() < LONG, "{what}: missing {missing:?}, not expected {more:?}\n{}", seen.join("\n"));
            std::thread::sleep(std::time::Duration::from_millis(30));
        }
    }
}

/// The numbers of all colour and attribute sequences, and the private modes.
fn sequences(raw: &str) -> (Vec<u16>, BTreeSet<String>) {
    let attributes = raw
        .split("\x1b[")
        .skip(1)
        .filter_map(|s| s.split_once('m').map(|(p, _)| p))
        .filter(|p| p.bytes().all(|b| b.is_ascii_digit() || b == b';'))
        .flat_map(|p| p.split(';').filter_map(|n| n.parse().ok()).collect::<Vec<u16>>())
        .collect();
    let modes = raw.split("\x1b[?").skip(1).map(|s| s.chars().take_while(char::is_ascii_digit).collect()).collect();
    (attributes, modes)
}

#[test]
fn every_name_of_a_terminal_shows_the_same_words() {
    for (term, env, colour, ascii) in [
        ("xterm-256color", &[][..], true, false),
        ("xterm", &[], true, false),
        ("linux", &[], true, false),
        ("tmux-256color", &[], true, false),
        ("screen", &[], true, false),
        ("xterm-256color", &[("NO_COLOR", "1")], false, false),
        ("vt100", &[], false, true),
        ("vt220", &[], false, true),
        ("dumb", &[], false, true),
        ("", &[], false, true),
    ] {
        let t = std::cell::RefCell::new(named(term, env));
        let what = format!("TERM={term:?} {env:?}");
        same(&what, |keys| t.borrow_mut().send(keys), || screen(&t.borrow()));
        let mut t = t.into_inner();
        t.send(b"q");
        assert_eq!(t.exit(LONG).0, 0, "{what}");
        t.assert_restored();
        let raw = t.raw();
        let (attributes, modes) = sequences(&raw);
        assert_eq!(modes.iter().map(String::as_str).collect::<Vec<_>>(), ["1049", "2004", "25"], "{what}");
        assert!(!attributes.iter().any(|n| [38, 48].contains(n) || *n > 107), "{what}: 256 colours or RGB");
        assert_eq!(attributes.iter().any(|n| *n >= 30), colour, "{what}: {attributes:?}");
        let signs = raw.chars().find(|c| ('\u{2190}'..='\u{2bff}').contains(c));
        assert_eq!(signs.is_none(), ascii, "{what}: {signs:?}");
    }
}

/// Whether a program of the system is there; says so where it is not.
fn have(program: &str, what: &str) -> bool {
    let found = ["/usr/bin", "/bin", "/usr/sbin"].iter().any(|d| Path::new(d).join(program).exists());
    if !found {
        eprintln!("SKIPPED: {what} needs {program}");
    }
    found
}

/// Runs the program, then writes down the line settings, says so, and waits: for what is left on the screen at the end.
fn then_stay(lang: &str, dir: &Path) -> String {
    format!("{}; stty -a >'{}'; echo all left; exec cat", program(lang), dir.join("stty").display())
}

#[track_caller]
fn cooked(dir: &Path) {
    let stty = std::fs::read_to_string(dir.join("stty")).unwrap();
    for word in ["icanon", "echo", "isig", "opost"] {
        assert!(stty.split_whitespace().any(|w| w == word), "{word} in {stty}");
    }
}

/// A tmux or screen that ends with the test, with the folder of its sockets, which must outlive it.
struct Ends(Vec<String>, #[expect(dead_code, reason = "kept until the end")] tempfile::TempDir);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = Command::new(&self.0[0]).args(&self.0[1..]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

#[test]
fn tmux_shows_the_same_words_and_gets_its_screen_back() {
    if !have("tmux", "the program in tmux") {
        return;
    }
    for term in ["tmux-256color", "screen"] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().to_owned();
        let sockets = tempfile::tempdir().unwrap();
        let socket = format!("{}", sockets.path().join("socket").display());
        let conf = path.join("conf");
        std::fs::write(&conf, format!("set -g status off\nset -g default-terminal {term}\nset -s escape-time 0\n"))
            .unwrap();
        let mut c = CommandBuilder::new("tmux");
        c.args(["-S", &socket, "-f", conf.to_str().unwrap(), "-u", "new-session", &then_stay("zh-CN", &path)]);
        clean_env(&mut c, "xterm-256color");
        let _ends = Ends(["tmux", "-S", &socket, "kill-server"].map(str::to_owned).to_vec(), sockets);
        let t = std::cell::RefCell::new(start_command(c, dir, 80, 24));
        same(&format!("tmux, {term}"), |keys| t.borrow_mut().send(keys), || screen(&t.borrow()));
        let ask = |format: &str| {
            let out = Command::new("tmux").args(["-S", &socket, "display-message", "-p", format]).output().unwrap();
            String::from_utf8_lossy(&out.stdout).trim().to_owned()
        };
        assert_eq!(ask("#{alternate_on}"), "1");
        t.borrow_mut().send(b"q");
        t.borrow().wait("all left");
        assert_eq!(ask("#{alternate_on} #{cursor_flag}"), "0 1");
        assert!(!t.borrow().text().contains("今日"), "{}", t.borrow().text());
        cooked(&path);
    }
}

/// The program in GNU screen; the screen is told which character set it has by its locale.
fn in_screen(lang: &str, locale: &str) -> Option<(Term, Ends, PathBuf)> {
    if !have("screen", "the program in GNU screen") {
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_owned();
    // Only a folder nobody else may enter is accepted for sockets.
    let sockets_dir = tempfile::tempdir().unwrap();
    let sockets = sockets_dir.path().to_owned();
    std::fs::set_permissions(&sockets, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let conf = path.join("conf");
    std::fs::write(&conf, "startup_message off\naltscreen on\nvbell off\n").unwrap();
    let mut c = CommandBuilder::new("screen");
    c.args(["-c", conf.to_str().unwrap(), "-S", "shoumi-test"]);
    if locale.contains("UTF-8") {
        c.arg("-U");
    }
    c.args(["/bin/sh", "-c", &then_stay(lang, &path)]);
    clean_env(&mut c, "xterm");
    c.env("SCREENDIR", &sockets);
    c.env("LC_ALL", locale);
    let quit = format!("SCREENDIR='{}' screen -S shoumi-test -X quit", sockets.display());
    let ends = Ends(["/bin/sh", "-c", &quit].map(str::to_owned).to_vec(), sockets_dir);
    Some((start_command(c, dir, 80, 24), ends, path))
}

#[test]
fn gnu_screen_shows_the_same_words_and_gets_its_screen_back() {
    let Some((t, _ends, path)) = in_screen("zh-CN", "C.UTF-8") else { return };
    let t = std::cell::RefCell::new(t);
    same("screen", |keys| t.borrow_mut().send(keys), || screen(&t.borrow()));
    t.borrow_mut().send(b"q");
    t.borrow().wait("all left");
    t.borrow().wait_gone("今日");
    let hidden = t.borrow().seen.0.lock().unwrap().parser.screen().hide_cursor();
    assert!(!hidden, "cursor left hidden");
    cooked(&path);
}

#[test]
fn gnu_screen_without_utf8_gets_a_page_in_ascii_and_then_english() {
    let Some((mut t, _ends, path)) = in_screen("zh-CN", "C") else { return };
    let shows = |t: &Term, text: &str| {
        let seen = |s: &crate::pty::Seen| s.parser.screen().contents();
        assert!(t.until(LONG, |s| seen(s).contains(text) && seen(s).is_ascii()), "{text} in ASCII\n{}", t.text());
    };
    // The first page was on its way when the answer to the probe came.
    shows(&t, "UTF-8");
    t.send(b"\r");
    shows(&t, "Today");
    t.send(b"2");
    shows(&t, "135/135");
    t.send(b"q");
    t.wait("all left");
    cooked(&path);
}

/// Processes that end with the test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An X server without a picture, and its name.
fn x_server() -> (Killed, String) {
    let mut child = Command::new("Xvfb")
        .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "1024x768x24"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut number = String::new();
    let out = child.stdout.as_mut().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut number).unwrap();
    (Killed(child), format!(":{}", number.trim()))
}

#[test]
fn xterm_shows_the_same_words_and_gets_its_screen_back() {
    if !["Xvfb", "xterm", "xdotool"].iter().all(|p| have(p, "the program in xterm")) {
        return;
    }
    let (_server, display) = x_server();
    for term in ["xterm", "xterm-256color"] {
        let dir = tempfile::tempdir().unwrap();
        let (print, tty) = (dir.path().join("print"), dir.path().join("tty"));
        let inside = format!("tty >'{}'; {}", tty.display(), then_stay("zh-CN", dir.path()));
        let printer = format!("XTerm*printerCommand: cat >'{}.new'; mv '{0}.new' '{0}'", print.display());
        let mut c = Command::new("xterm");
        c.args(["-u8", "-tn", term, "-geometry", "80x24", "-xrm", &printer]);
        c.args(["-xrm", "XTerm*printerAutoClose: true", "-xrm", "XTerm*printAttributes: 0"]);
        c.args(["-e", "/bin/sh", "-c", &inside]);
        c.env_clear().env("DISPLAY", &display).env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8");
        c.env("HOME", "/nonexistent").env("USER", "li.na").env("SHELL", "/bin/sh");
        let _xterm = Killed(c.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let xdotool = |args: &[&str]| {
            let out = Command::new("xdotool").args(args).env("DISPLAY", &display).output().unwrap();
            String::from_utf8_lossy(&out.stdout).trim().to_owned()
        };
        let window = xdotool(&["search", "--sync", "--onlyvisible", "--class", "xterm"]);
        xdotool(&["windowfocus", "--sync", &window]);
        let key = |keys: &[u8]| {
            let name = match keys {
                b"" => return,
                b"\r" => "Return",
                b"2" => "2",
                b"\x1b[6~" => "Next",
                b"\x1b[5~" => "Prior",
                b"\x1b[B" => "Down",
                b"\x1b[A" => "Up",
                _ => "q",
            };
            xdotool(&["key", name]);
        };
        // The terminal prints what it shows when it is asked to on its line, as a program would ask.
        let look = || {
            let _ = std::fs::remove_file(&print);
            let Ok(line) = std::fs::read_to_string(&tty) else { return Vec::new() };
            let _ = std::fs::write(line.trim(), "\x1b[i");
            let since = Instant::now();
            while !print.exists() && since.elapsed() < LONG {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            // It marks the second cell of a wide character.
            lines(&std::fs::read_to_string(&print).unwrap_or_default().replace('\u{ffff}', ""))
        };
        same(&format!("xterm, {term}"), key, look);
        key(b"q");
        let since = Instant::now();
        while !look().iter().any(|l| l.contains("all left")) {
            assert!(since.elapsed() < LONG, "{}", look().join("\n"));
        }
        assert!(!look().iter().any(|l| l.contains("今日")), "{}", look().join("\n"));
        cooked(dir.path());
    }
}
