//! The program itself: its commands as a user gives them, its screens at a terminal, commits of eight people at once.

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use rusqlite::Connection;
use shoumi::app::{Live, Register as _};

use crate::people::people;
use crate::{Figures, median, timed};
use shoumi::domain::PersonSummary;

/// How many people one file brings in; the import takes five million cells of a file.
const AT_ONCE: usize = 500_000;

type Done = Result<(), Box<dyn Error>>;

fn run(binary: &Path, args: &[&str]) -> Result<f64, Box<dyn Error>> {
    let (ms, out) = timed(|| Command::new(binary).args(args).env("LC_ALL", "C.UTF-8").stdin(Stdio::null()).output());
    let out = out?;
    if !out.status.success() {
        return Err(format!("shoumi {args:?}: {} {}", out.status, String::from_utf8_lossy(&out.stderr)).into());
    }
    Ok(ms)
}

/// Takes the figures of the program at a register of so many people.
pub fn measure(figures: &mut Figures, binary: &Path, out: &Path, size: usize, short: bool) -> Done {
    let folder = out.join(format!("work-{}-{size}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let done = all(figures, binary, &folder, size, short);
    std::fs::remove_dir_all(&folder)?;
    done
}

/// A roster as an office sends it, written as it is made.
fn roster(path: &str, people: impl Iterator<Item = PersonSummary>, numbers: &str) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    writeln!(file, "姓名,工号,所在部门,岗位,涉密等级,上岗时间")?;
    for p in people {
        let (number, department) = (p.id.0, &p.department);
        writeln!(file, "{},{numbers}{number:07},{department},工程师,一般,2020-01-01", p.name)?;
    }
    file.flush()
}

fn all(figures: &mut Figures, binary: &Path, folder: &Path, size: usize, short: bool) -> Done {
    let path = |name: &str| folder.join(name).display().to_string();
    let (store, csv, out) = (path("register.shoumi"), path("roster.csv"), path("out.csv"));
    let Some(somebody) = people(size).last().map(|p| p.name) else { return Err("nobody to measure with".into()) };
    roster(&csv, people(size), "A")?;
    let parts = (0..size).step_by(AT_ONCE).map(|from| {
        let part = path(&format!("part{from}.csv"));
        roster(&part, people(size).skip(from).take(AT_ONCE), "A").map(|()| part)
    });
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    run(binary, &["init", "--store", &store, "--unit", "bench", "--pack", "p5-company"])?;
    let imports = parts.iter().map(|part| run(binary, &["import", "people", part, "--store", &store]));
    let imports = imports.collect::<Result<Vec<_>, _>>()?;
    figures.add("import of everybody from csv", "ms", size, imports.iter().sum());
    figures.add(
        "export of everybody to csv",
        "ms",
        size,
        run(binary, &["export", "people", "--out", &out, "--store", &store])?,
    );
    let turns = if short { 1 } else { 5 };
    let finds: Result<Vec<f64>, _> = (0..turns).map(|_| run(binary, &["find", &somebody, "--store", &store])).collect();
    let ours = median(finds?);
    let (scan, process) = sqlite_find(&folder.join("find.db"), &csv, &somebody, turns)?;
    figures.add("find, whole process", "ms", size, ours);
    figures.add("sqlite scanning the column, whole process", "ms", size, process);
    figures.add("find / the same in sqlite", "×", size, ours / process);
    figures.add("sqlite scanning the column, the scan alone", "ms", size, scan);
    screens(figures, binary, &store, size, short)?;
    follow(figures, binary, folder, &store, size, short)?;
    commits(figures, folder, &store, size, short)
}

/// The same column in sqlite: the scan inside this process, and a process that does nothing else.
fn sqlite_find(path: &Path, csv: &str, somebody: &str, turns: usize) -> Result<(f64, f64), Box<dyn Error>> {
    let mut db = Connection::open(path)?;
    db.execute("create table people (name text, rest text)", [])?;
    let all = db.transaction()?;
    for line in std::fs::read_to_string(csv)?.lines().skip(1) {
        let (name, rest) = line.split_once(',').unwrap_or((line, ""));
        all.execute("insert into people values (?1, ?2)", (name, rest))?;
    }
    all.commit()?;
    drop(db);
    let alone = median((0..turns).map(|_| timed(|| scan(path, somebody)).0).collect());
    let myself = std::env::current_exe()?;
    let file = path.display().to_string();
    let whole: Result<Vec<f64>, _> = (0..turns).map(|_| run(&myself, &[SCAN, &file, somebody])).collect();
    Ok((alone, median(whole?)))
}

/// The first argument of a process that scans a column in sqlite and ends.
pub const SCAN: &str = "--scan";

/// Scans the column, printing what is found.
pub fn scan(path: &Path, somebody: &str) -> rusqlite::Result<()> {
    let db = Connection::open(path)?;
    let mut found = db.prepare("select rest from people where name like '%' || ?1 || '%'")?;
    let rows = found.query_map([somebody], |r| r.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    if std::env::args().nth(1).as_deref() == Some(SCAN) {
        println!("{}", rows.join("\n"));
    }
    Ok(())
}

/// The program at a terminal.
struct Screen {
    input: Box<dyn std::io::Write + Send>,
    output: Receiver<(Instant, usize)>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    started: Instant,
}

impl Screen {
    fn open(binary: &Path, store: &str, rows: u16, cols: u16) -> Result<Self, Box<dyn Error>> {
        let pty = native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 })?;
        let mut command = CommandBuilder::new(binary);
        command.args(["--store", store]);
        command.env("TERM", "xterm-256color");
        let mut output = pty.master.try_clone_reader()?;
        let input = pty.master.take_writer()?;
        let started = Instant::now();
        let child = pty.slave.spawn_command(command)?;
        let (tell, told) = channel();
        std::thread::spawn(move || {
            let _master = pty.master;
            let mut bytes = [0; 1 << 16];
            while let Ok(n) = output.read(&mut bytes) {
                if n == 0 || tell.send((Instant::now(), n)).is_err() {
                    break;
                }
            }
        });
        Ok(Self { input, output: told, child, started })
    }

    /// Bytes until the program is quiet, and when the last of them came.
    fn settle(&self, from: Instant) -> (f64, usize) {
        let (mut last, mut bytes) = (from, 0);
        while let Ok((at, n)) = self.output.recv_timeout(Duration::from_millis(400)) {
            (last, bytes) = (at, bytes + n);
        }
        ((last - from).as_secs_f64() * 1e3, bytes)
    }

    fn key(&mut self, key: &[u8]) -> Result<(f64, usize), Box<dyn Error>> {
        let start = Instant::now();
        self.input.write_all(key)?;
        self.input.flush()?;
        Ok(self.settle(start))
    }

    fn memory(&self) -> f64 {
        self.proc("status", "VmRSS:")
    }

    /// The same, where what several processes share is shared out among them.
    fn share(&self) -> f64 {
        self.proc("smaps_rollup", "Pss:")
    }

    fn proc(&self, file: &str, name: &str) -> f64 {
        let path = format!("/proc/{}/{file}", self.child.process_id().unwrap_or_default());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find(|l| l.starts_with(name)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|n| n.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
    }

    fn close(mut self) -> Done {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

fn screens(figures: &mut Figures, binary: &Path, store: &str, size: usize, short: bool) -> Done {
    let mut first = Vec::new();
    for _ in 0..if short { 1 } else { 5 } {
        let screen = Screen::open(binary, store, 24, 80)?;
        // The modes come first, the cells with or after them.
        let mut bytes = 0;
        while bytes < 400 {
            let (at, n) = screen.output.recv_timeout(Duration::from_secs(60))?;
            bytes += n;
            if bytes >= 400 {
                first.push((at - screen.started).as_secs_f64() * 1e3);
            }
        }
        screen.close()?;
    }
    figures.add("first frame, whole process", "ms", size, median(first));
    let mut screen = Screen::open(binary, store, 24, 80)?;
    let (still, _) = screen.settle(screen.started);
    figures.add("nothing more is drawn after", "ms", size, still);
    for (place, open) in [("Today", &b"1"[..]), ("a list", b"2")] {
        screen.key(open)?;
        let moves = (0..5).map(|_| screen.key(b"j")).collect::<Result<Vec<_>, _>>()?;
        let median = |of: &dyn Fn(&(f64, usize)) -> f64| median(moves.iter().map(of).collect());
        figures.add(&format!("selection down in {place}: frame"), "ms", size, median(&|m| m.0));
        figures.add(&format!("selection down in {place}: written"), "bytes", size, median(&|m| m.1 as f64));
    }
    screen.key(b"/")?;
    let mut typed = Vec::new();
    for key in ["z", "h", "a", "n", "g"] {
        typed.push(screen.key(key.as_bytes())?);
    }
    figures.add("filter key: frame", "ms", size, median(typed.iter().map(|t| t.0).collect()));
    figures.add("filter key: written", "bytes", size, median(typed.iter().map(|t| t.1 as f64).collect()));
    figures.add("filter key: most written", "bytes", size, typed.iter().map(|t| t.1 as f64).fold(0.0, f64::max));
    figures.add("idle for 0.4 s: written", "bytes", size, screen.settle(Instant::now()).1 as f64);
    figures.add("memory of a session", "MiB", size, screen.memory());
    screen.close()
}

/// What another session changed: asking whether it did, and taking over what it brought in. Then eight sessions at once.
fn follow(figures: &mut Figures, binary: &Path, folder: &Path, store: &str, size: usize, short: bool) -> Done {
    let settings = shoumi::session::Settings::at(store, shoumi::i18n::Lang::En);
    let session = shoumi::session::Session::open(&settings).map_err(|e| format!("{e:?}"))?;
    let polls: Vec<f64> = (0..100).map(|_| timed(|| session.head()).0 * 1e3).collect();
    figures.add("asking whether anything changed", "µs", size, median(polls));
    let live = Live::new(session);
    let (all, snapshot) = timed(|| live.snapshot());
    let mut head = snapshot.map_err(|e| format!("{e:?}"))?.head;
    figures.add("everybody searchable, from an open file", "ms", size, all);
    for (many, numbers) in [(100, "B"), (size / 10, "C")] {
        let csv = folder.join("more.csv").display().to_string();
        roster(&csv, people(many), numbers)?;
        run(binary, &["import", "people", &csv, "--store", store])?;
        let (ms, fresh) = timed(|| live.poll(head));
        head = fresh.map_err(|e| format!("{e:?}"))?.ok_or("nothing new was seen")?.head;
        let what = if numbers == "B" {
            "another's import of 100 people, taken over"
        } else {
            "another's import of a tenth more, taken over"
        };
        figures.add(what, "ms", size, ms);
    }
    drop(live);
    let screens =
        (0..if short { 2 } else { 8 }).map(|_| Screen::open(binary, store, 24, 80)).collect::<Result<Vec<_>, _>>()?;
    for screen in &screens {
        screen.settle(screen.started);
    }
    figures.add("memory of eight sessions, all told", "MiB", size, screens.iter().map(Screen::share).sum());
    screens.into_iter().try_for_each(Screen::close)
}

/// Eight at once, each a person after the other, as people type: a pause between.
fn eight(turns: usize, act: impl Fn(usize) -> f64 + Sync) -> Vec<f64> {
    std::thread::scope(|s| {
        let act = &act;
        let all: Vec<_> = (0..8)
            .map(|who| {
                s.spawn(move || {
                    let mut times = Vec::new();
                    for n in 0..turns {
                        std::thread::sleep(Duration::from_millis(20));
                        times.push(act(who * turns + n));
                    }
                    times
                })
            })
            .collect();
        all.into_iter().flat_map(|t| t.join().unwrap_or_default()).collect()
    })
}

fn commits(figures: &mut Figures, folder: &Path, store: &str, size: usize, short: bool) -> Done {
    use shoumi::domain::command::AddPerson;
    use shoumi::domain::{Channel, Command as Act};
    let turns = if short { 2 } else { 50 };
    let settings = shoumi::session::Settings::at(store, shoumi::i18n::Lang::En);
    let open = || shoumi::session::Session::open(&settings).map_err(|e| format!("{e:?}"));
    let sessions = (0..8).map(|_| open()).collect::<Result<Vec<_>, _>>()?;
    let person =
        shoumi::session::demo::generate(1, 7, shoumi::session::demo::today()).flatten().find_map(|c| match c {
            Act::AddPerson(p) => Some(p),
            _ => None,
        });
    let Some(person) = person else { return Err("nobody to add".into()) };
    // What was written until here is on its way to the disk still: a commit would wait behind it.
    let _ = Command::new("sync").status();
    let times = eight(turns, |n| {
        let act =
            Act::AddPerson(AddPerson { identity: None, staff_number: Some(format!("bench{n}")), ..person.clone() });
        let (ms, done) = timed(|| sessions[n / turns].commit(&act, Channel::Screen));
        done.map_or(f64::NAN, |_| ms)
    });
    if times.iter().any(|t| t.is_nan()) {
        return Err("a commit was refused".into());
    }
    let p99 = |mut t: Vec<f64>| {
        t.sort_by(f64::total_cmp);
        t[(t.len() * 99 / 100).min(t.len() - 1)]
    };
    let ours = median(times.clone());
    figures.add("commit, eight at once: median", "ms", size, ours);
    figures.add("commit, eight at once: p99", "ms", size, p99(times));
    let path = folder.join("commit.db");
    let connect = || -> rusqlite::Result<Connection> {
        let db = Connection::open(&path)?;
        db.busy_timeout(Duration::from_secs(30))?;
        db.execute_batch("pragma journal_mode=wal; pragma synchronous=full")?;
        Ok(db)
    };
    let db = connect()?;
    db.execute_batch(
        "create table counter (n integer); insert into counter values (0); create table people (id integer primary key, row \
         blob); create table journal (id integer primary key, entry blob)",
    )?;
    let all = (0..8).map(|_| connect().map(std::sync::Mutex::new)).collect::<Result<Vec<_>, _>>()?;
    let write = |db: &Connection| {
        db.execute_batch("begin immediate; update counter set n = n + 1")?;
        db.execute("insert into people (row) values (?1)", [vec![1u8; 650]])?;
        db.execute("insert into journal (entry) values (?1)", [vec![2u8; 200]])?;
        db.execute_batch("commit")
    };
    let times = eight(turns, |n| {
        all[n / turns].lock().map_or(f64::NAN, |db| {
            let (ms, done) = timed(|| write(&db));
            done.map_or(f64::NAN, |()| ms)
        })
    });
    let theirs = median(times.clone());
    figures.add("the same in sqlite (WAL, FULL): median", "ms", size, theirs);
    figures.add("commit / the same in sqlite", "×", size, ours / theirs);
    figures.add("the same in sqlite (WAL, FULL): p99", "ms", size, p99(times));
    Ok(())
}
