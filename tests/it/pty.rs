//! A pseudo-terminal with a program in it and an emulator behind it: what is sent, what is seen, how it ends.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, NativePtySystem, PtySize, PtySystem};

/// Longer than any answer takes on a busy machine.
pub const LONG: Duration = Duration::from_mins(1);

pub fn cells(n: u16) -> std::num::NonZero<u16> {
    n.try_into().unwrap()
}

/// What the terminal was asked to do besides drawing.
#[derive(Default, Clone)]
pub struct Calls(pub Arc<Mutex<Vec<String>>>);

impl vt100::Callbacks for Calls {
    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.0.lock().unwrap().push(format!("title {title:?}"));
    }

    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.0.lock().unwrap().push(format!("clipboard {data:?}"));
    }
}

/// What came from the program.
pub struct Seen {
    pub parser: vt100::Parser<Calls>,
    pub raw: Vec<u8>,
    pub ended: bool,
}

/// A terminal with the program in it.
pub struct Term {
    pub seen: Arc<(Mutex<Seen>, Condvar)>,
    pub stalled: Arc<AtomicBool>,
    pub bytes: Arc<AtomicUsize>,
    pub writer: Box<dyn Write + Send>,
    pub master: Option<Box<dyn MasterPty + Send>>,
    pub child: Box<dyn Child + Send + Sync>,
    pub calls: Calls,
    pub dir: tempfile::TempDir,
}

pub fn start_command(command: CommandBuilder, dir: tempfile::TempDir, columns: u16, rows: u16) -> Term {
    let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
    let pair = NativePtySystem::default().openpty(size).unwrap();
    let child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let calls = Calls::default();
    let parser = vt100::Parser::new_with_callbacks(cells(rows), cells(columns), 0, calls.clone());
    let seen = Arc::new((Mutex::new(Seen { parser, raw: Vec::new(), ended: false }), Condvar::new()));
    let (stalled, bytes) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let mut reader = pair.master.try_clone_reader().unwrap();
    let (into, hold, count) = (Arc::clone(&seen), Arc::clone(&stalled), Arc::clone(&bytes));
    std::thread::spawn(move || {
        let mut buffer = [0_u8; 4096];
        loop {
            while hold.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(2));
            }
            let read = reader.read(&mut buffer).unwrap_or(0);
            let mut seen = into.0.lock().unwrap();
            if read == 0 {
                seen.ended = true;
                into.1.notify_all();
                return;
            }
            count.fetch_add(read, Ordering::SeqCst);
            seen.raw.extend_from_slice(&buffer[..read]);
            seen.parser.process(&buffer[..read]);
            into.1.notify_all();
        }
    });
    let writer = pair.master.take_writer().unwrap();
    Term { seen, stalled, bytes, writer, master: Some(pair.master), child, calls, dir }
}

impl Term {
    /// Waits until what was seen fulfils the condition.
    pub fn until(&self, limit: Duration, condition: impl Fn(&Seen) -> bool) -> bool {
        let (lock, changed) = &*self.seen;
        let seen = lock.lock().unwrap();
        let (seen, _) = changed.wait_timeout_while(seen, limit, |s| !condition(s) && !s.ended).unwrap();
        condition(&seen)
    }

    #[track_caller]
    pub fn wait(&self, text: &str) {
        assert!(self.until(LONG, |s| s.parser.screen().contents().contains(text)), "{text:?} not in\n{}", self.text());
    }

    #[track_caller]
    pub fn wait_gone(&self, text: &str) {
        assert!(
            self.until(LONG, |s| !s.parser.screen().contents().contains(text)),
            "{text:?} still in\n{}",
            self.text()
        );
    }

    pub fn text(&self) -> String {
        self.seen.0.lock().unwrap().parser.screen().contents()
    }

    pub fn raw(&self) -> String {
        String::from_utf8_lossy(&self.seen.0.lock().unwrap().raw).into_owned()
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).unwrap();
        self.writer.flush().unwrap();
    }

    /// Sends from a thread, since a write blocks when the program does not read.
    pub fn send_much(&mut self, bytes: Vec<u8>) {
        let mut writer = std::mem::replace(&mut self.writer, Box::new(std::io::sink()));
        let (done, wait) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let sent = bytes.chunks(1024).try_for_each(|c| writer.write_all(c)).and_then(|()| writer.flush());
            let _ = done.send((sent.is_ok(), writer));
        });
        let (sent, writer) = wait.recv_timeout(LONG).expect("the program stopped reading");
        assert!(sent);
        self.writer = writer;
    }

    /// Waits until the program has been silent for a while.
    pub fn quiet(&self) {
        let (mut last, mut since) = (self.bytes.load(Ordering::SeqCst), Instant::now());
        while since.elapsed() < Duration::from_millis(200) {
            std::thread::sleep(Duration::from_millis(5));
            let now = self.bytes.load(Ordering::SeqCst);
            if now != last {
                (last, since) = (now, Instant::now());
            }
        }
    }

    /// How many bytes the answer to these keys takes.
    pub fn cost(&mut self, keys: &[u8]) -> usize {
        self.quiet();
        let before = self.bytes.load(Ordering::SeqCst);
        self.send(keys);
        self.quiet();
        self.bytes.load(Ordering::SeqCst) - before
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.seen.0.lock().unwrap().parser.screen_mut().set_size(cells(rows), cells(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().unwrap().resize(size).unwrap();
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// The exit code, and how long it took to come.
    #[track_caller]
    pub fn exit(&mut self, limit: Duration) -> (u32, Duration) {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.exit_code(), since.elapsed());
            }
            assert!(since.elapsed() < limit, "still running after {limit:?}:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// After the end: the shell's own screen, a visible cursor, no bracketed paste, no attributes left.
    #[track_caller]
    pub fn assert_restored(&self) {
        assert!(self.until(LONG, |s| s.ended));
        let seen = self.seen.0.lock().unwrap();
        let screen = seen.parser.screen();
        assert!(!screen.alternate_screen(), "alternate screen left on");
        assert!(!screen.hide_cursor(), "cursor left hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste left on");
        assert!(!screen.bold() && !screen.inverse() && screen.fgcolor() == vt100::Color::Default);
    }
}

impl Drop for Term {
    fn drop(&mut self) {
        self.stalled.store(false, Ordering::SeqCst);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
