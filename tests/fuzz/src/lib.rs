//! Whatever comes from outside, thrown at its reader: no panic, and what the reader promises of its answers.
//!
//! A crate of its own, so that neither the program nor `cargo test` builds a fuzzer. The tests include this file and throw
//! mutated seeds at every target (`tests/it/fuzzed.rs`, a short form in every run). To search deeper, with coverage:
//!
//! ```text
//! cargo install cargo-fuzz
//! RUSTC_BOOTSTRAP=1 cargo fuzz run --fuzz-dir tests/fuzz --sanitizer none TARGET tests/fuzz/corpus/TARGET SEEDS -- -max_total_time=120
//! ```
//!
//! Without a sanitizer, since the program has no unsafe code of its own and it makes every run several times slower; with
//! `RUSTC_BOOTSTRAP`, or a nightly compiler. libFuzzer wants a C++ compiler.
//!
//! | target | reads | seeds |
//! |---|---|---|
//! | `decoder` | what a terminal sends, cut anywhere | |
//! | `screens` | the same, into the whole program over a real store | |
//! | `table` | csv, xlsx, xls, ods | `tests/data/import` |
//! | `bundle` | an inspection's bundle, its head and its sealed records | |
//! | `query` | a filter, for every list, in both languages | |
//! | `keymap` | a user's keymap, and key sequences as in scripts | `keymaps` |
//! | `template` | a checklist of one's own | `src/rules/templates` |
//! | `pack` | rules of one's own | `src/rules/packs` |
//! | `xccdf` | a benchmark and a scanner's results | `tests/data/exchange` |
//! | `cklb` | a checklist of either format | `tests/data/exchange` |
//! | `command` | a line of `apply` | |
//! | `draft` | what was being typed when a session ended | |

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use shoumi::app::decode::{Decoder, Event, Pending};
use shoumi::app::{Live, Order, Register, Settings, Shell};
use shoumi::crypto::{Cost, KeySource, Suite};
use shoumi::domain::{Channel, Command};
use shoumi::exchange::{
    BundleHead, BundleRecord, Direction, Expected, Wanted, draft_template, peek_bundle, read_benchmarks, read_bundle,
    read_checklist, read_file, read_results, render_checklist, write_bundle,
};
use shoumi::i18n::{Lang, Texts};
use shoumi::index::Vocabulary;
use shoumi::index::query::{Query, Subject};
use shoumi::keys::{Action, Code, Key, Sequence, load};
use shoumi::rules::{read_template, with_own};
use shoumi::session::{Init, Mode, Session, Settings as Store};

/// A target: bytes of anybody's making.
pub type Target = fn(&[u8]);

/// All of them.
pub const TARGETS: &[(&str, Target)] = &[
    ("decoder", decoder),
    ("screens", screens),
    ("table", table),
    ("bundle", bundle),
    ("query", query),
    ("keymap", keymap),
    ("template", template),
    ("pack", pack),
    ("xccdf", xccdf),
    ("cklb", cklb),
    ("command", command),
    ("draft", draft),
];

/// A folder of this process, in memory where there is such a place.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let folder = folder.join(format!("shoumi-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the fuzzer's folder");
    folder
});

/// A file with these bytes, one a target.
fn file(target: &str, bytes: &[u8]) -> PathBuf {
    let path = FOLDER.join(target);
    std::fs::write(&path, bytes).expect("the fuzzer's file");
    path
}

/// Takes the fuzzer's files away.
pub fn tidy() {
    let _ = std::fs::remove_dir_all(&*FOLDER);
}

fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

fn events(chunks: &[&[u8]]) -> Vec<Event> {
    let (mut decoder, mut out) = (Decoder::default(), Vec::new());
    for chunk in chunks {
        decoder.feed(chunk, &mut out);
    }
    let mut turns = 0;
    while decoder.pending() != Pending::Nothing {
        decoder.flush(&mut out);
        turns += 1;
        assert!(turns < 8, "silence does not end it");
    }
    out
}

/// Any split of any stream gives the same events, and no event holds a control character. The first byte says how often
/// the rest is cut, the next ones where.
pub fn decoder(bytes: &[u8]) {
    let Some((cuts, rest)) = bytes.split_first() else { return };
    let (cuts, stream) = rest.split_at(usize::from(cuts % 8).min(rest.len()));
    let mut at: Vec<usize> = cuts.iter().map(|c| usize::from(*c) % (stream.len() + 1)).collect();
    at.extend([0, stream.len()]);
    at.sort_unstable();
    let chunks: Vec<&[u8]> = at.windows(2).map(|w| &stream[w[0]..w[1]]).collect();
    let whole = events(&[stream]);
    assert_eq!(events(&chunks), whole);
    for event in whole {
        match event {
            Event::Key(Key { code: Code::Char(c), .. }) => assert!(!c.is_control()),
            Event::Paste(text) => assert!(text.chars().all(|c| !c.is_control() || c == '\n' || c == '\t')),
            _ => {}
        }
    }
}

/// A small register, open.
struct Desk {
    register: Arc<dyn Register>,
}

impl Desk {
    fn open() -> Self {
        let mut at = Store::at(FOLDER.join("register.shoumi"), Lang::ZhCn);
        at.today = "2026-03-16".parse().ok();
        at.operator = Some("li.na".to_owned());
        let init = Init {
            unit: "甲单位".to_owned(),
            pack: "p5-company".to_owned(),
            law: true,
            tracking_from: None,
            mode: Mode::Personal,
            passphrase: false,
            suite: Suite::default(),
            administrators: Vec::new(),
        };
        let session = Session::init(&at, &init).expect("a new register");
        for line in [
            r#"{"command":"add_person","name":"张晓明","department":"财务处","post":"会计","level":"core","on_post_from":"2020-01-01"}"#,
            r#"{"command":"add_person","name":"李四","department":"总经办","post":"机要员","level":"general","on_post_from":"2024-01-01"}"#,
            r#"{"command":"depart","person":"P000002","approved_on":"2025-05-20","left_on":"2025-06-01","reason":"retired"}"#,
            r#"{"command":"add_computer","number":"J-01","model":"台式机","secrecy":"secret","custodian":"P000001"}"#,
            r#"{"command":"add_computer","number":"J-02","secrecy":"secret"}"#,
            r#"{"command":"plan_inspection","template":"p8-computers","subjects":["C000001","C000002"]}"#,
        ] {
            session.commit(&serde_json::from_str(line).expect("a command"), Channel::Cli).expect("is done");
        }
        Self { register: Arc::new(Live::new(session)) }
    }

    fn shell(&self) -> Shell {
        let (keymap, problems) = load("default", None);
        let today = "2026-03-16".parse().expect("a day");
        let settings = Settings {
            lang: Lang::ZhCn,
            theme: shoumi::ui::theme::Theme::default(),
            keymap,
            problems,
            today,
            today_fixed: true,
            real_today: today,
            start: None,
            size: (80, 24),
        };
        let (mut shell, orders) = Shell::new(settings, self.register.snapshot().expect("a snapshot"));
        self.follow(&mut shell, orders);
        shell
    }

    /// Does what the program asks for; whether it goes on.
    fn follow(&self, shell: &mut Shell, orders: Vec<Order>) -> bool {
        let mut goes_on = true;
        for order in orders {
            match order {
                Order::Do(job) => {
                    let result = job.perform(&*self.register);
                    if let Ok(Some(snapshot)) = self.register.poll(shell.head()) {
                        let orders = shell.fresh(snapshot);
                        goes_on &= self.follow(shell, orders);
                    }
                    let more = shell.done(&job, result);
                    goes_on &= self.follow(shell, more);
                }
                Order::Quit => goes_on = false,
                _ => {}
            }
        }
        goes_on
    }
}

/// One register for all runs: what one run writes, the next ones find.
static DESK: LazyLock<Mutex<Desk>> = LazyLock::new(|| Mutex::new(Desk::open()));

fn drawn(shell: &Shell, size: (u16, u16)) {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).expect("a terminal");
    terminal.draw(|frame| shell.draw(frame)).expect("is drawn");
    let cells = terminal.backend().buffer().content();
    assert!(cells.iter().all(|c| c.symbol().chars().all(|c| !c.is_control())), "a control character is drawn");
}

/// Whatever is struck, the program draws itself at any size. The first byte is the size.
pub fn screens(bytes: &[u8]) {
    let Some((size, stream)) = bytes.split_first() else { return };
    let size = [(80, 24), (60, 16), (160, 45), (13, 5)][usize::from(size % 4)];
    let desk = DESK.lock().unwrap_or_else(PoisonError::into_inner);
    let mut shell = desk.shell();
    let orders = shell.resize(size.0, size.1);
    desk.follow(&mut shell, orders);
    for event in events(&[stream]) {
        let orders = shell.event(event);
        let goes_on = desk.follow(&mut shell, orders);
        drawn(&shell, size);
        if !goes_on {
            break;
        }
    }
    let kept = shell.draft();
    if let Some(kept) = kept {
        assert!(desk.shell().restore(&kept, "2026-03-16 08:05").is_some(), "its own draft is not read: {kept}");
    }
}

/// A file to import.
pub fn table(bytes: &[u8]) {
    if let Err(error) = read_file(&file("table", bytes)) {
        assert!(error.code.starts_with("import_"), "{error:?}");
    }
}

const LIGHT: Cost = Cost { memory: 64, passes: 1, lanes: 1 };

fn passphrase() -> KeySource {
    KeySource::Passphrase("an invented phrase".into())
}

/// A true bundle: no fuzzer finds a seal by itself.
pub static BUNDLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let head = BundleHead {
        store: [7; 16],
        unit: "U000001".into(),
        campaign: "I000001".into(),
        counter: 3,
        direction: Direction::Return,
        origin: [9; 32],
    };
    let records = [BundleRecord { kind: "inspection".into(), id: "I000001".into(), bytes: vec![1; 60] }];
    write_bundle(&head, &records, &passphrase(), LIGHT, Suite::default()).expect("a bundle")
});

/// A bundle: nothing but the very bytes that were written opens.
pub fn bundle(bytes: &[u8]) {
    let any = Expected { store: None, unit: None, campaign: None, direction: Direction::Return, last: 0, origin: None };
    let _ = peek_bundle(bytes);
    let opened = read_bundle(bytes, &passphrase(), &any).is_ok();
    assert!(!opened || bytes == &BUNDLE[..], "a bundle nobody wrote opens");
}

static WORDS: LazyLock<Vocabulary> = LazyLock::new(|| {
    Vocabulary::new(|key| Lang::ALL.iter().flat_map(|l| Texts::new(*l).list(key)).map(str::to_owned).collect())
});

/// A filter, for every list, with the names of both languages.
pub fn query(bytes: &[u8]) {
    for subject in Subject::ALL {
        if let Err(error) = Query::parse(&text(bytes), subject, &WORDS) {
            assert!(!error.key().is_empty() && !error.hint_key().is_empty());
        }
    }
}

/// A user's keymap: whatever it says, the program can be left; and the keys of a script.
pub fn keymap(bytes: &[u8]) {
    let text = text(bytes);
    let (map, _) = load("default", Some(("own.toml", &text)));
    assert!(!map.keys(Action::Quit).is_empty(), "no key ends the program");
    for word in text.lines() {
        if let Ok(sequence) = word.parse::<Sequence>() {
            assert_eq!(sequence.to_string().parse::<Sequence>().as_ref(), Ok(&sequence), "{word:?}");
        }
    }
}

/// A checklist of one's own: each problem has its place.
pub fn template(bytes: &[u8]) {
    if let Err(problems) = read_template("own.toml", &text(bytes)) {
        assert!(!problems.is_empty());
    }
}

/// Rules of one's own.
pub fn pack(bytes: &[u8]) {
    if let Err(problems) = with_own(&[("own.toml".to_owned(), text(bytes).into_owned())]) {
        assert!(!problems.is_empty());
    }
}

/// A benchmark and a scanner's results; a checklist drafted of one can be read.
pub fn xccdf(bytes: &[u8]) {
    let path = file("xccdf", bytes);
    let _ = read_results(&path);
    for benchmark in read_benchmarks(&path, None).into_iter().flatten() {
        if let Ok(drafted) = draft_template(&benchmark, Wanted::Selected, None) {
            assert!(read_template("drafted", &drafted.text).is_ok(), "{}", drafted.text);
        }
    }
}

/// A checklist of either format; what is written of it reads back the same.
pub fn cklb(bytes: &[u8]) {
    let Ok(read) = read_checklist(&file("cklb", bytes)) else { return };
    let again = read_checklist(&file("cklb", &render_checklist(&read))).expect("what was written is read");
    assert_eq!(again, read);
}

/// A line of `apply`: what is understood says the same when it is written down again.
pub fn command(bytes: &[u8]) {
    let Ok(command) = serde_json::from_slice::<Command>(bytes) else { return };
    let written = serde_json::to_string(&command).expect("a command is written");
    assert_eq!(serde_json::from_str::<Command>(&written).expect("what was written is read"), command);
}

/// Drafts of forms half filled, made by the program.
pub fn drafts() -> Vec<Vec<u8>> {
    let desk = DESK.lock().unwrap_or_else(PoisonError::into_inner);
    let scripts: [&[u8]; 3] = [b"2av\xe6\x97\xa5\xe6\x9c\xac\t2027-03-05", b"2aa\xe7\x8e\x8b\t", b"6aa\t\t"];
    let half = |keys: &&[u8]| {
        let mut shell = desk.shell();
        for event in events(&[keys]) {
            let orders = shell.event(event);
            desk.follow(&mut shell, orders);
        }
        shell.draft().map(String::into_bytes)
    };
    scripts.iter().filter_map(half).collect()
}

/// What was being typed when a session ended: a form opens, or nothing does.
pub fn draft(bytes: &[u8]) {
    let desk = DESK.lock().unwrap_or_else(PoisonError::into_inner);
    let mut shell = desk.shell();
    let Some(orders) = shell.restore(&text(bytes), "2026-03-16 08:05") else { return };
    desk.follow(&mut shell, orders);
    drawn(&shell, (80, 24));
    let kept = shell.draft();
    assert!(kept.is_none_or(|kept| desk.shell().restore(&kept, "").is_some()), "its own draft is not read");
}
