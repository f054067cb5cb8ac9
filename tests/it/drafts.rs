//! Half a form and then the end, in every way a session can end: the next one gives the text back. The real program on a
//! real store in a pseudo-terminal.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, NativePtySystem, PtySize, PtySystem};
use serde_json::json;

use crate::cli::Office;

/// Longer than any answer takes on a busy machine.
const LONG: Duration = Duration::from_secs(30);
/// What is typed: a journey of somebody, personal data like any other.
const TYPED: &str = "卢森堡大公国";

/// A way a session ends.
type End = fn(&mut Term);

struct Term {
    seen: Arc<(Mutex<vt100::Parser>, Condvar)>,
    closed: Arc<AtomicBool>,
    writer: Option<Box<dyn Write + Send>>,
    master: Option<Box<dyn MasterPty + Send>>,
    reader: Option<std::thread::JoinHandle<()>>,
    child: Box<dyn Child + Send + Sync>,
}

impl Term {
    fn start(office: &Office, args: &[&str]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = NativePtySystem::default().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_shoumi"));
        command.args(args);
        command.env_clear();
        for (name, value) in [("TERM", "xterm"), ("USER", "li.na"), ("PATH", "/usr/bin:/bin")] {
            command.env(name, value);
        }
        command.env("HOME", office.folder.path());
        command.env("SHOUMI_STORE", office.path("register.shoumi"));
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let seen = Arc::new((
            Mutex::new(vt100::Parser::new(size.rows.try_into().unwrap(), size.cols.try_into().unwrap(), 0)),
            Condvar::new(),
        ));
        let mut from = pair.master.try_clone_reader().unwrap();
        let closed = Arc::new(AtomicBool::new(false));
        let (into, stop) = (Arc::clone(&seen), Arc::clone(&closed));
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while !stop.load(Ordering::SeqCst) {
                match from.read(&mut buffer) {
                    Ok(n @ 1..) => {
                        into.0.lock().unwrap().process(&buffer[..n]);
                        into.1.notify_all();
                    }
                    _ => return,
                }
            }
        });
        let writer = Some(pair.master.take_writer().unwrap());
        Self { seen, closed, writer, master: Some(pair.master), reader: Some(reader), child }
    }

    fn text(&self) -> String {
        self.seen.0.lock().unwrap().screen().contents()
    }

    #[track_caller]
    fn wait(&self, text: &str) {
        let seen = self.seen.0.lock().unwrap();
        let (seen, _) = self.seen.1.wait_timeout_while(seen, LONG, |p| !p.screen().contents().contains(text)).unwrap();
        let shown = seen.screen().contents();
        assert!(shown.contains(text), "{text:?} not in\n{shown}");
    }

    fn send(&mut self, text: &str) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(text.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Sends a key and waits for what it brings.
    fn step(&mut self, keys: &str, shown: &str) {
        self.send(keys);
        self.wait(shown);
    }

    fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// Takes the terminal away, as a dropped line does.
    fn close(&mut self) {
        self.closed.store(true, Ordering::SeqCst);
        // The reader holds the terminal too; the answer to a key, the caret one step back, wakes it and it lets go.
        self.send("\x1b[D");
        self.writer = None;
        self.reader.take().unwrap().join().unwrap();
        self.master = None;
    }

    fn end(&mut self) {
        wait_for("the program's end", || self.child.try_wait().unwrap().is_some());
    }

    /// Half a request of travel for the first of the list.
    fn half_a_form(&mut self) {
        self.wait("今日");
        self.step("2", "[2 人员]");
        self.step("a", "办理");
        self.step("v", "出发日期");
        self.step(TYPED, TYPED);
    }
}

impl Drop for Term {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::SeqCst);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn wait_for(what: &str, mut condition: impl FnMut() -> bool) {
    let since = Instant::now();
    while !condition() {
        assert!(since.elapsed() < LONG, "no {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn drafts(store: &Path) -> Vec<PathBuf> {
    let mut folder = store.as_os_str().to_owned();
    folder.push(".own");
    let all = std::fs::read_dir(folder).map(|all| all.map(|e| e.unwrap().path()).collect::<Vec<_>>());
    all.unwrap_or_default().into_iter().filter(|p| p.extension().is_some_and(|e| e == "draft")).collect()
}

/// A register with one person.
fn office(host: bool) -> Office {
    let office = if host { Office::host(&[("li.na", "officer")]) } else { Office::new("p5-company") };
    office.apply(&[
        json!({"command":"add_person","name":"韩志远","post":"会计","level":"core","on_post_from":"2024-05-01"}),
    ]);
    office
}

#[test]
fn the_text_is_there_again_after_every_end() {
    let office = office(false);
    let store = office.path("register.shoumi");
    let ends: [(&str, End); 4] = [
        ("hang-up", |t| t.signal("-HUP")),
        ("termination", |t| t.signal("-TERM")),
        ("interrupt", |t| t.signal("-INT")),
        ("a closed terminal", Term::close),
    ];
    for (name, end) in ends {
        let mut t = Term::start(&office, &[]);
        t.half_a_form();
        end(&mut t);
        t.end();
        assert_eq!(drafts(&store).len(), 1, "{name}");
        let mut again = Term::start(&office, &[]);
        again.wait(TYPED);
        again.wait("上次未提交");
        again.wait("韩志远");
        // Thrown away only when asked and told so; then it is gone for good.
        again.step("\x1b", "确定放弃");
        again.send("y");
        wait_for("removal", || drafts(&store).is_empty());
        again.send("q");
        again.end();
        let third = Term::start(&office, &[]);
        third.wait("今日");
        assert!(!third.text().contains(TYPED), "{name}: {}", third.text());
    }
}

#[test]
fn what_was_typed_two_seconds_before_a_kill_is_kept() {
    let office = office(true);
    let store = office.path("register.shoumi");
    let mut t = Term::start(&office, &[]);
    t.half_a_form();
    let typed = Instant::now();
    wait_for("draft", || drafts(&store).len() == 1);
    // The machine may be busy; the program itself waits one second.
    eprintln!("on disk {:?} after it was on the screen", typed.elapsed());
    let file = drafts(&store).remove(0);
    let first = std::fs::read(&file).unwrap();
    t.step("\t2027-03-05", "2027-03-05");
    wait_for("second draft", || std::fs::read(&file).unwrap() != first);
    t.signal("-KILL");
    t.end();
    // Nothing of it can be read in any file beside the store.
    for entry in std::fs::read_dir(file.parent().unwrap()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for word in [TYPED, "2027-03-05", "new_trip", "P000001", "li.na"] {
            assert!(!bytes.windows(word.len()).any(|w| w == word.as_bytes()), "{word} in clear");
        }
    }
    // Given back, sent, and then no draft any more.
    let mut again = Term::start(&office, &[]);
    again.wait("2027-03-05");
    again.step("\x13", "已办");
    wait_for("removal", || drafts(&store).is_empty());
    again.send("q");
    again.end();
    let trips = office.json(&["show", "person", "P000001"], 0).to_string();
    assert!(trips.contains(TYPED), "{trips}");
}

#[test]
fn a_demo_keeps_its_drafts_too_and_a_damaged_one_stops_nobody() {
    let office = Office::empty();
    let path = office.path("demo.shoumi");
    let args = ["demo", "--store", path.to_str().unwrap()];
    let mut t = Term::start(&office, &args);
    t.half_a_form();
    t.signal("-HUP");
    t.end();
    let mut again = Term::start(&office, &args);
    again.wait(TYPED);
    // Leaving over an open form keeps it, as every end does.
    again.signal("-TERM");
    again.end();
    let file = drafts(&path).remove(0);
    let mut bytes = std::fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    let third = Term::start(&office, &args);
    third.wait("另存为");
    assert!(!third.text().contains(TYPED));
    assert_eq!(std::fs::read(file.with_extension("damaged")).unwrap(), bytes);
}

#[test]
fn whoever_is_shut_out_is_out_at_once_with_the_draft_kept() {
    let office = Office::host(&[("li.na", "officer")]);
    office.apply(&[
        json!({"command":"add_person","name":"韩志远","post":"会计","level":"core","on_post_from":"2024-05-01"}),
    ]);
    let mut t = Term::start(&office, &[]);
    t.half_a_form();
    office.done(&["operator", "disable", "li.na", "--reason", "调离", "--operator", "zhao"]);
    t.end();
    t.wait("操作人“li.na”已停用");
    assert_eq!(t.child.try_wait().unwrap().unwrap().exit_code(), 4);
    office.done(&["operator", "enable", "li.na", "--reason", "返岗", "--operator", "qian"]);
    let again = Term::start(&office, &[]);
    again.wait("上次未提交");
}

#[test]
fn an_operator_has_so_many_sessions_and_a_killed_one_counts_no_more() {
    let office = Office::host(&[("li.na", "officer"), ("wang.wu", "officer")]);
    let mut open: Vec<Term> = (0..3).map(|_| Term::start(&office, &[])).collect();
    for t in &open {
        t.wait("今日");
    }
    let refused = |args: &[&str], most: &str| {
        let mut t = Term::start(&office, args);
        t.end();
        t.wait(&format!("“li.na”已打开 {most} 个会话"));
        assert_eq!(t.child.try_wait().unwrap().unwrap().exit_code(), 4);
    };
    refused(&[], "3");
    // Others have seats of their own, and commands need none.
    Term::start(&office, &["--operator", "wang.wu"]).wait("今日");
    office.done(&["list", "people"]);
    open[1].signal("-KILL");
    open[1].end();
    let next = Term::start(&office, &[]);
    next.wait("今日");
    refused(&[], "3");
    std::fs::write(office.path("c.toml"), "sessions = 1\n").unwrap();
    refused(&["--config", "c.toml"], "1");
}
