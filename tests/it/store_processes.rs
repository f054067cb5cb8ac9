//! Several processes on one store, and processes that are killed. The test binary runs itself as the other process.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use shoumi::domain::{RecordKind, View};
use shoumi::store::{Outcome, StoreError};

use crate::figures::{long, reached, times};
use crate::store_kit::*;

const PATH: &str = "SHOUMI_TEST_STORE";
const COUNT: &str = "SHOUMI_TEST_COUNT";

/// Not a test by itself: what the other processes run. Adds people and prints each one's number once it is durable.
#[test]
fn other_process() {
    let Some(path) = std::env::var_os(PATH).map(PathBuf::from) else { return };
    let count: u64 = std::env::var(COUNT).unwrap().parse().unwrap();
    let store = open(&path).unwrap();
    let mut out = std::io::stdout();
    for _ in 0..count {
        let started = Instant::now();
        let mut added = 0;
        let done = store
            .transact(&stamp(), |view: &dyn View| {
                added = view.next_number(RecordKind::Person).unwrap();
                Ok::<_, ()>(work("add_person", vec![change(person(added, 1, "somebody"))]))
            })
            .unwrap();
        assert!(matches!(done, Outcome::Committed(_)));
        writeln!(out, "added {added} {}", started.elapsed().as_micros()).unwrap();
        out.flush().unwrap();
        if let Some(pause) = std::env::var_os("SHOUMI_TEST_PAUSE") {
            std::thread::sleep(Duration::from_millis(pause.to_str().unwrap().parse().unwrap()));
        }
    }
}

fn spawn(path: &Path, count: u64) -> (Child, ChildStdout) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["store_processes::other_process", "--exact", "--nocapture"])
        .env(PATH, path)
        .env(COUNT, count.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let out = child.stdout.take().unwrap();
    (child, out)
}

/// The numbers a process said it had added, with the time each took.
fn added(out: ChildStdout) -> Vec<(u64, u64)> {
    let mut all = Vec::new();
    for line in BufReader::new(out).lines().map_while(Result::ok) {
        // The first line may follow the test runner's own words.
        let Some(at) = line.find("added ") else { continue };
        let mut words = line[at..].split_whitespace().skip(1).map(str::parse);
        if let (Some(Ok(number)), Some(Ok(micros))) = (words.next(), words.next()) {
            all.push((number, micros));
        }
    }
    all
}

fn base(folder: &Path) -> PathBuf {
    let path = folder.join("many.shoumi");
    commit(&create(&path), "init", vec![unit(1, 1, "first")]);
    path
}

#[test]
fn eight_processes_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = base(folder.path());
    let each = times(15, 200);
    let children: Vec<_> = (0..8).map(|_| spawn(&path, each)).collect();
    let readers: Vec<_> = children
        .into_iter()
        .map(|(mut child, out)| {
            std::thread::spawn(move || {
                let numbers = added(out);
                assert!(child.wait().unwrap().success());
                numbers
            })
        })
        .collect();
    let mut numbers: Vec<(u64, u64)> = readers.into_iter().flat_map(|r| r.join().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers.iter().map(|(n, _)| *n).collect::<Vec<_>>(), (1..=8 * each).collect::<Vec<_>>());
    let mut took: Vec<u64> = numbers.iter().map(|(_, t)| *t).collect();
    took.sort_unstable();
    let (median, most) = (took[took.len() / 2], took[took.len() * 99 / 100]);
    reached("eight_processes_lose_nothing", format!("{} commits: 0 lost; median {median} us, p99 {most} us", 8 * each));
    let store = open(&path).unwrap();
    assert_eq!(store.head().unwrap().seq, 1 + 8 * each);
    assert_eq!(store.verify().unwrap().problems, []);
}

#[test]
fn killed_writers_lose_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = base(folder.path());
    let kills = times(300, 10_000);
    let (mut acknowledged, mut slowest) = (0, Duration::ZERO);
    // By hand with a file as large as a register may become.
    while long() && std::fs::metadata(&path).unwrap().len() < 100 << 20 {
        let store = open(&path).unwrap();
        let people = (1..=5000).map(|n| change(person(acknowledged + n, 1, &format!("person {n}"))));
        commit(&store, "import", people.collect());
        acknowledged += 5000;
    }
    let before = acknowledged;
    for round in 0..kills {
        let writers = [1, 3, 8][round as usize % 3];
        let (mut children, outs): (Vec<_>, Vec<_>) = (0..writers)
            .map(|_| spawn(&path, u64::MAX))
            .map(|(child, out)| (child, std::thread::spawn(move || added(out))))
            .unzip();
        // Killed after a different number of commits each time, wherever they are by then.
        let wait_for = acknowledged + 1 + (round * 7) % 11;
        let reader = open_read_only(&path).unwrap();
        let started = Instant::now();
        while reader.read(|s| Ok::<_, StoreError>(s.counts().people)).unwrap_or(0) < wait_for {
            assert!(started.elapsed() < Duration::from_mins(1), "writers do not get on");
            std::thread::yield_now();
        }
        for child in &mut children {
            child.kill().unwrap();
        }
        for child in &mut children {
            child.wait().unwrap();
        }
        let numbers = outs.into_iter().flat_map(|o| o.join().unwrap()).map(|(n, _)| n);
        acknowledged = numbers.max().unwrap_or(0).max(acknowledged);
        drop(reader);
        // Reading alone must work before any writer has tidied up.
        let read_only = open_read_only(&path).unwrap();
        let seen = read_only.read(|s| Ok::<_, StoreError>(s.counts().people)).unwrap();
        assert!(seen >= acknowledged, "round {round}: {seen} people, {acknowledged} acknowledged");
        drop(read_only);
        let started = Instant::now();
        let store = open(&path).unwrap();
        let people = store.read(|s| Ok::<_, StoreError>(s.counts().people)).unwrap();
        slowest = slowest.max(started.elapsed());
        assert!(people >= acknowledged, "round {round}: {people} people, {acknowledged} acknowledged");
        if round % 10 == 9 {
            assert_eq!(store.verify().unwrap().problems, [], "round {round}");
        }
        acknowledged = people;
    }
    let size = std::fs::metadata(&path).unwrap().len();
    assert_eq!(open(&path).unwrap().verify().unwrap().problems, []);
    reached(
        "killed_writers_lose_nothing_acknowledged",
        format!(
            "{kills} kills of 1, 3 and 8 writers, {} commits, {} KiB: 0 lost, 0 broken; slowest opening {} ms",
            acknowledged - before,
            size >> 10,
            slowest.as_millis()
        ),
    );
}

#[test]
fn a_writer_that_waits_too_long_says_so_and_reading_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let holder = open(&path).unwrap();
    let (held, is_held) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let thread = std::thread::spawn(move || {
        holder
            .transact(&stamp(), |_| {
                held.send(()).unwrap();
                released.recv().unwrap();
                Err::<shoumi::store::Work, _>(())
            })
            .unwrap()
    });
    is_held.recv().unwrap();
    let options = shoumi::store::OpenOptions { deadline: Duration::from_millis(50), ..Default::default() };
    let second = shoumi::store::Store::open(&path, &SECRET, options, projector()).unwrap();
    assert!(second.read_only(), "it fell back to reading");
    assert!(everything(&second).unwrap().contains("name 3 changed"));
    let busy = second.transact(&stamp(), |_| Ok::<_, ()>(work("x", Vec::new()))).unwrap_err();
    assert_eq!(busy, StoreError::Busy);
    release.send(()).unwrap();
    assert_eq!(thread.join().unwrap(), Outcome::Refused(()));
    commit(&second, "change_person", vec![change(person(1, 2, "later"))]);
    assert!(!second.read_only(), "the next write opened it for writing");
}
