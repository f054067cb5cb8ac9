//! The tour of the demo (`demo/tour.keys`): every task from Today with no more keys than it may take, in both languages
//! and sizes, and once by the real program in a terminal.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, NativePtySystem, PtySize, PtySystem};
use shoumi::app::Live;
use shoumi::i18n::Lang;
use shoumi::keys::{Code, Key};
use shoumi::session::{Session, Settings, demo};

use crate::source::top;
use crate::support::{Harness, script, settings};

/// A step of the script.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Task(String),
    Most(usize),
    Keys(String),
    Back(String),
    See(Option<Lang>, String),
}

/// Reads the script; a line that is none of its words is a mistake.
fn read(text: &str) -> Vec<Step> {
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines
        .map(|line| {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            let rest = rest.trim();
            match word {
                "task" => Step::Task(rest.to_owned()),
                "most" => Step::Most(rest.parse().unwrap()),
                "keys" => Step::Keys(rest.to_owned()),
                "back" => Step::Back(rest.to_owned()),
                "see" => Step::See(None, rest.to_owned()),
                "see-zh" => Step::See(Some(Lang::ZhCn), rest.to_owned()),
                "see-en" => Step::See(Some(Lang::En), rest.to_owned()),
                other => panic!("demo/tour.keys: no step is called {other}: {line}"),
            }
        })
        .collect()
}

fn tour() -> Vec<Step> {
    read(&std::fs::read_to_string(top().join("demo/tour.keys")).unwrap())
}

/// Something that takes keys and has a screen.
trait Program {
    fn strike(&mut self, keys: &str);
    /// Whether the screen shows the text, now or as soon as it can.
    fn shows(&mut self, text: &str) -> bool;
    fn picture(&mut self) -> String;
}

/// Walks the tour; every task is counted from Today.
fn walk(program: &mut impl Program, lang: Lang) {
    let today = if lang == Lang::En { "[1 Today]" } else { "[1 今日]" };
    let (mut task, mut struck, mut most, mut tasks) = (String::new(), 0, usize::MAX, 0);
    for step in tour() {
        match step {
            Step::Task(name) => {
                assert!(program.shows(today), "{name} does not start on Today:\n{}", program.picture());
                (task, struck, most, tasks) = (name, 0, usize::MAX, tasks + 1);
            }
            Step::Most(n) => most = n,
            Step::Keys(keys) => {
                struck += script(&keys).len();
                assert!(struck <= most, "{task}: {struck} keys, at most {most}");
                program.strike(&keys);
            }
            Step::Back(keys) => program.strike(&keys),
            Step::See(only, text) if only.is_none_or(|l| l == lang) => {
                assert!(program.shows(&text), "{task}: {text} is not on the screen:\n{}", program.picture());
            }
            Step::See(..) => {}
        }
    }
    assert!(tasks >= 9, "{tasks} tasks");
}

/// A demo store in a folder of its own.
fn make(folder: &Path) -> PathBuf {
    let store = folder.join("demo.shoumi");
    assert!(Session::make_demo(&Settings::at(&store, Lang::ZhCn), None, None, &mut |_| {}).unwrap());
    store
}

impl Program for Harness {
    fn strike(&mut self, keys: &str) {
        self.keys(keys);
    }

    fn shows(&mut self, text: &str) -> bool {
        self.screen().contains(text)
    }

    fn picture(&mut self) -> String {
        self.screen()
    }
}

#[test]
fn no_key_of_the_tour_is_lost_where_keys_come_before_the_answers() {
    let folder = tempfile::tempdir().unwrap();
    let session = Session::open(&Settings::at(make(folder.path()), Lang::ZhCn)).unwrap();
    let live = Arc::new(Live::new(session));
    let mut program = Harness::with(live, settings(Lang::ZhCn, (80, 24), demo::today()));
    let (mut task, mut struck, mut seen, mut tasks) = (String::new(), String::new(), String::new(), 0);
    for step in tour() {
        match step {
            Step::Task(name) => (task, struck, tasks) = (name, String::new(), tasks + 1),
            Step::Most(_) | Step::See(Some(Lang::En), _) => {}
            Step::Keys(keys) => struck += &keys,
            Step::See(_, text) => seen = text,
            // All keys of the task at once, as from a fast hand on a slow line.
            Step::Back(keys) => {
                let screen = program.ahead(&struck).screen();
                assert!(screen.contains(&seen), "{task}: {seen} is not on the screen:\n{screen}");
                program.keys(&keys);
            }
        }
    }
    assert!(tasks >= 9, "{tasks} tasks");
}

#[test]
fn every_task_of_the_tour_takes_no_more_keys_than_it_may() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(folder.path());
    for lang in Lang::ALL {
        for size in [(80, 24), (160, 45)] {
            let store = folder.path().join(format!("{}-{}.shoumi", lang.code(), size.0));
            std::fs::copy(&made, &store).unwrap();
            let session = Session::open(&Settings::at(&store, lang)).unwrap();
            let live = Arc::new(Live::new(session));
            walk(&mut Harness::with(live, settings(lang, size, demo::today())), lang);
        }
    }
}

/// The real program in a terminal.
struct Terminal {
    screen: vt100::Parser,
    output: mpsc::Receiver<Vec<u8>>,
    input: Box<dyn Write + Send>,
}

impl Terminal {
    /// Takes in what comes until the screen satisfies; `false` when it does not for a long time.
    fn until(&mut self, wanted: impl Fn(&str) -> bool) -> bool {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            if wanted(&self.screen.screen().contents()) {
                return true;
            }
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(_) => return false,
            }
        }
    }
}

/// What a terminal sends for a key.
fn bytes(key: Key) -> Vec<u8> {
    match key.code {
        Code::Char(c) if key.ctrl => vec![c as u8 & 0x1f],
        Code::Char(c) => c.to_string().into_bytes(),
        Code::Enter => b"\r".to_vec(),
        Code::Tab => b"\t".to_vec(),
        Code::Esc => b"\x1b".to_vec(),
        Code::Down => b"\x1b[B".to_vec(),
        other => panic!("the tour has no use for {other:?}"),
    }
}

impl Program for Terminal {
    fn strike(&mut self, keys: &str) {
        for key in script(keys) {
            // Struck by a hand, not pasted: each key waits until the one before it is on the screen or has done nothing.
            self.input.write_all(&bytes(key)).unwrap();
            self.input.flush().unwrap();
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(300)) {
                self.screen.process(&bytes);
            }
        }
    }

    fn shows(&mut self, text: &str) -> bool {
        self.until(|screen| screen.contains(text))
    }

    fn picture(&mut self) -> String {
        self.screen.screen().contents()
    }
}

#[test]
fn the_real_program_walks_the_tour() {
    let folder = tempfile::tempdir().unwrap();
    let store = make(folder.path());
    let pair =
        NativePtySystem::default().openpty(PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 }).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_shoumi"));
    command.args(["demo", "--lang", "zh-CN", "--store"]);
    command.arg(&store);
    command.env_clear();
    for (name, value) in [("HOME", folder.path().to_str().unwrap()), ("TERM", "xterm-256color"), ("LC_ALL", "C.UTF-8")]
    {
        command.env(name, value);
    }
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let (sender, output) = mpsc::channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(n) = reader.read(&mut buffer) {
            if n == 0 || sender.send(buffer[..n].to_vec()).is_err() {
                break;
            }
        }
    });
    let input = pair.master.take_writer().unwrap();
    let mut terminal =
        Terminal { screen: vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0), output, input };
    walk(&mut terminal, Lang::ZhCn);
    assert!(terminal.shows("[1 今日]"));
    terminal.strike("q");
    assert_eq!(child.wait().unwrap().exit_code(), 0);
}

#[test]
fn a_script_has_only_its_own_words() {
    assert_eq!(read("# x\n\nkeys 3e\nsee-en a b"), [Step::Keys("3e".into()), Step::See(Some(Lang::En), "a b".into())]);
    assert!(std::panic::catch_unwind(|| read("press 3")).is_err());
}
