//! Power cuts. Every change a journey makes to the file is written down; then, for every moment between two changes, the
//! disk is given what it may hold when the power fails there: everything synced, and of the rest any part in any order,
//! torn at 512 bytes. What opens after that is the last acknowledged state or the next one, whole; half of the images get
//! a second cut while the first is being repaired.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::Path;

use super::faults::{self, Recorded};
use super::figures::{reached, times};
use super::store_kit::*;
use super::*;
use crate::domain::Person;

const SECTOR: usize = 512;

/// A sequence of numbers that is the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) % limit.max(1)
    }
}

/// Where the images lie: in memory where the system has such a place.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// Everything that can be read.
fn state(store: &Store) -> Result<String, StoreError> {
    everything(store)
}

/// Where a state differs from the one it is most like.
fn unlike(found: &str, allowed: &[String]) -> String {
    let lines = |state: &str| state.lines().map(str::to_owned).collect::<Vec<_>>();
    let found = lines(found);
    let others = allowed.iter().map(|a| lines(a));
    let differing = |other: &Vec<String>| -> Vec<String> {
        let here = found.iter().filter(|l| !other.contains(l)).map(|l| format!("+ {l}"));
        here.chain(other.iter().filter(|l| !found.contains(l)).map(|l| format!("- {l}"))).collect()
    };
    others.map(|o| differing(&o)).min_by_key(Vec::len).unwrap_or_default().join("\n")
}

/// The commit that follows a repair: always possible, and it moves all people's summaries.
fn one_more(store: &Store) -> Result<(), StoreError> {
    let revision = store.read(|s| Ok::<_, StoreError>(s.units().ok().and_then(|u| u.first().map(|u| u.revision))))?;
    let work = work("change_unit", vec![unit(1, revision.unwrap_or(0) + 1, "after the cut")]);
    store.transact(&stamp(), |_| Ok::<_, ()>(work)).map(drop)
}

/// What a journey did to the file.
struct Run {
    /// The file before it, if there was one.
    base: Option<Vec<u8>>,
    changes: Vec<Recorded>,
    /// What could be read before it and after each acknowledgement; nothing for no file.
    states: Vec<String>,
    /// The same after one more commit.
    more: Vec<String>,
}

/// One journey: makes changes, and says so after each.
type Journey = fn(&Path, &mut dyn FnMut(&Store));

impl Run {
    fn of(journey: Journey, folder: &Path, fresh: bool) -> Self {
        let old = small(folder);
        let path = if fresh { folder.join("new.shoumi") } else { old };
        let base = (!fresh).then(|| std::fs::read(&path).unwrap());
        let mut files = vec![base.clone()];
        faults::record();
        journey(&path, &mut |_| {
            faults::acknowledged();
            files.push(Some(std::fs::read(&path).unwrap()));
        });
        let changes = faults::recorded();
        let clean = folder.join("clean.shoumi");
        let (mut states, mut more) = (Vec::new(), Vec::new());
        for file in files {
            let Some(bytes) = file else {
                states.push(String::new());
                more.push(String::new());
                continue;
            };
            std::fs::write(&clean, bytes).unwrap();
            let store = open(&clean).unwrap();
            states.push(state(&store).unwrap());
            one_more(&store).unwrap();
            more.push(state(&store).unwrap());
        }
        Self { base, changes, states, more }
    }

    fn acknowledged(&self, cut: usize) -> usize {
        self.changes[..cut].iter().filter(|c| matches!(c, Recorded::Acknowledged)).count()
    }
}

/// What the disk may hold when the power fails before change `cut`; nothing when the file has no name yet. `lying`: what
/// it said was synced was not.
fn image(base: Option<&[u8]>, changes: &[Recorded], lying: bool, mode: u64, random: &mut Random) -> Option<Vec<u8>> {
    let mut named = base.is_some();
    let published = changes.iter().any(|c| matches!(c, Recorded::Publish));
    named |= changes.iter().any(|c| matches!(c, Recorded::Folder)) || (published && random.below(2) == 0);
    if !named {
        return None;
    }
    let synced = if lying { None } else { changes.iter().rposition(|c| matches!(c, Recorded::Sync)) };
    let (safe, open) = changes.split_at(synced.map_or(0, |at| at + 1));
    let mut bytes = base.unwrap_or_default().to_vec();
    let put = |bytes: &mut Vec<u8>, from: u64, data: &[u8]| {
        let from = from as usize;
        if bytes.len() < from + data.len() {
            bytes.resize(from + data.len(), 0);
        }
        bytes[from..from + data.len()].copy_from_slice(data);
    };
    for change in safe {
        match change {
            Recorded::Write(from, data) => put(&mut bytes, *from, data),
            Recorded::Length(length) => bytes.resize(*length as usize, 0),
            _ => {}
        }
    }
    // Lengths belong to the file system's own journal and keep their order; data comes in any.
    let lengths: Vec<u64> =
        open.iter().filter_map(|c| if let Recorded::Length(n) = c { Some(*n) } else { None }).collect();
    let kept = if mode == 0 {
        0
    } else if mode == 1 {
        lengths.len()
    } else {
        random.below(lengths.len() as u64 + 1) as usize
    };
    for length in &lengths[..kept] {
        bytes.resize(*length as usize, 0);
    }
    let share = 1 + random.below(10);
    for change in open {
        let Recorded::Write(from, data) = change else { continue };
        if mode == 1 {
            put(&mut bytes, *from, data);
        } else if mode > 1 && random.below(10) < share {
            match random.below(4) {
                0 => {
                    let cut = (SECTOR * random.below(9) as usize).min(data.len());
                    put(&mut bytes, *from, &data[..cut]);
                }
                1 => {
                    for (n, sector) in data.chunks(SECTOR).enumerate().filter(|_| random.below(2) == 0) {
                        put(&mut bytes, from + (n * SECTOR) as u64, sector);
                    }
                }
                _ => put(&mut bytes, *from, data),
            }
        }
    }
    // A file's length is in whole pages at every moment, and so is what the file system remembers of it.
    bytes.resize(bytes.len().next_multiple_of(4096), 0);
    Some(bytes)
}

/// What came of the images.
#[derive(Debug, Default)]
struct Tally {
    images: u64,
    second_cuts: u64,
    no_file: u64,
    refused: u64,
    right: u64,
    verify_alone: u64,
}

impl Tally {
    const fn numbers(&self) -> [u64; 6] {
        [self.images, self.second_cuts, self.no_file, self.refused, self.right, self.verify_alone]
    }

    fn add(&mut self, numbers: [u64; 6]) {
        let [images, second_cuts, no_file, refused, right, verify_alone] = numbers;
        self.images += images;
        self.second_cuts += second_cuts;
        self.no_file += no_file;
        self.refused += refused;
        self.right += right;
        self.verify_alone += verify_alone;
    }
}

/// Cuts the power of a journey once for every number of `images`, spread over all its moments; says after each how it
/// stands.
fn cut(
    (name, journey, fresh): (&str, Journey, bool),
    images: std::ops::Range<u64>,
    lying: bool,
    say: &mut dyn FnMut(&Tally),
) -> Tally {
    let folder = folder();
    let run = Run::of(journey, folder.path(), fresh);
    let path = folder.path().join("image.shoumi");
    let mut tally = Tally::default();
    let moments = run.changes.len() as u64 + 1;
    let named = run.changes.iter().position(|c| matches!(c, Recorded::Publish)).map_or(0, |at| at as u64 + 1);
    for n in images {
        say(&tally);
        let mut random = Random((n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        // Before the file has its name there is nothing to see: few images of that.
        let from = if random.below(8) == 0 { 0 } else { named };
        let cut = (from + n % (moments - from)) as usize;
        let mode = random.below(6);
        let known = run.acknowledged(cut);
        let what = format!("{name}: cut before change {cut} of {moments}, image {n}");
        tally.images += 1;
        let Some(mut bytes) = image(run.base.as_deref(), &run.changes[..cut], lying, mode, &mut random) else {
            assert!(known == 0, "{what}: acknowledged, and there is no file");
            tally.no_file += 1;
            continue;
        };
        let last = (known + 1).min(run.states.len() - 1);
        let first = if lying { 0 } else { known };
        let mut allowed = run.states[first..=last].to_vec();
        // Before the file has its name nobody opens it.
        std::fs::write(&path, &bytes).unwrap();
        if random.below(2) == 1 {
            tally.second_cuts += 1;
            faults::record();
            let mut found = None;
            let repaired = open(&path).and_then(|store| {
                found = Some(state(&store)?);
                one_more(&store)?;
                faults::acknowledged();
                Ok(())
            });
            let changes = faults::recorded();
            let at = random.below(changes.len() as u64 + 1) as usize;
            let told = changes[..at].iter().any(|c| matches!(c, Recorded::Acknowledged));
            assert!(repaired.is_ok() || lying && repaired.as_ref().is_err_and(refusal), "{what}: {repaired:?}");
            if let Some(found) = found {
                let k = allowed.iter().position(|s| *s == found);
                let k = first + k.unwrap_or_else(|| panic!("{what}: a wrong state\n{}", unlike(&found, &allowed)));
                allowed = if told && !lying { Vec::new() } else { allowed };
                // What was not acknowledged may have reached the disk all the same.
                allowed.push(run.more[k].clone());
            }
            let mode = random.below(6);
            bytes = image(Some(&bytes), &changes[..at], lying, mode, &mut random).unwrap();
            std::fs::write(&path, &bytes).unwrap();
        }
        match after(&path, &bytes, random.below(8), lying, &what) {
            Ok(found) if allowed.contains(&found) => tally.right += 1,
            // What was lost and what was written instead count their revisions alike: pages of both make a state that
            // only the full check tells from a right one.
            Ok(_) if lying && verify_complains(&path, &bytes) => tally.verify_alone += 1,
            Ok(found) => panic!(
                "{what}: a state nobody wrote or one from before what was acknowledged\n{}",
                unlike(&found, &allowed)
            ),
            Err(e) => {
                assert!(lying && refusal(&e), "{what}: {e:?}");
                tally.refused += 1;
            }
        }
    }
    tally
}

fn verify_complains(path: &Path, bytes: &[u8]) -> bool {
    std::fs::write(path, bytes).unwrap();
    open_read_only(path).and_then(|s| s.verify()).is_ok_and(|r| !r.problems.is_empty())
}

fn refusal(error: &StoreError) -> bool {
    error.is_damage() || matches!(error, StoreError::Newer { .. } | StoreError::Older { .. })
}

/// Reads what a cut left, first without writing, then for writing; gives the state.
fn after(path: &Path, bytes: &[u8], dice: u64, lying: bool, what: &str) -> Result<String, StoreError> {
    let mut seen = None;
    if dice.is_multiple_of(4) {
        seen = Some(state(&open_read_only(path)?)?);
        assert!(std::fs::read(path).unwrap() == bytes, "{what}: reading wrote");
    }
    let store = open(path)?;
    let found = state(&store)?;
    assert!(seen.is_none_or(|s: String| s == found), "{what}: reading alone gave another state");
    let head = store.head()?.seq;
    one_more(&store)?;
    assert_eq!(store.head()?.seq, head + 1, "{what}");
    if dice == 1 {
        let report = store.verify()?;
        assert!(lying || report.problems.is_empty(), "{what}: {:?}", report.problems);
    }
    Ok(found)
}

fn renamed(number: u64, revision: u64, name: &str) -> Person {
    let mut person = person(number, revision, name);
    person.identity = Some(identity(number));
    person
}

/// One record at a time, the store closed and opened again on the way.
fn edit(path: &Path, done: &mut dyn FnMut(&Store)) {
    for n in 1..=3 {
        let store = open(path).unwrap();
        let stamp = Stamp { request_id: Some(format!("r-{n}")), ..stamp() };
        let changed = work("change_person", vec![change(renamed(1, n + 1, &format!("edited {n}")))]);
        store.transact(&stamp, |_| Ok::<_, ()>(changed)).unwrap();
        done(&store);
        commit(&store, "change_computer", vec![computer(1, n + 1)]);
        done(&store);
    }
}

/// Many records in one transaction, over two segments.
fn import(path: &Path, done: &mut dyn FnMut(&Store)) {
    let store = open(path).unwrap();
    commit(&store, "import", (7..=60).map(|n| change(person(n, 1, &format!("imported {n}")))).collect());
    done(&store);
    commit(&store, "import", (61..=90).map(|n| change(person(n, 1, &format!("imported {n}")))).collect());
    done(&store);
}

/// Records of several kinds move together and exchange their natural keys.
fn merge(path: &Path, done: &mut dyn FnMut(&Store)) {
    let store = open(path).unwrap();
    let swap = |a: u64, b: u64, revision: u64| {
        let mut person = person(a, revision, "merged");
        person.identity = Some(identity(b));
        person.staff_number = Some(format!("S{b}"));
        change(person)
    };
    commit(&store, "merge", vec![swap(1, 2, 2), swap(2, 1, 2), computer(1, 2), medium(1, 2), operator(2, "wang")]);
    done(&store);
    commit(&store, "merge", vec![swap(1, 1, 3), swap(2, 2, 3), medium(2, 1), unit(2, 2, "third")]);
    done(&store);
}

/// A choice changes, summaries are stored again; a commit that changes no record is one too.
fn refresh(path: &Path, done: &mut dyn FnMut(&Store)) {
    let store = open(path).unwrap();
    commit(&store, "change_unit", vec![unit(1, 2, "chosen")]);
    done(&store);
    assert!(store.refresh(&[0], today()).unwrap() > 0);
    done(&store);
    commit(&store, "export", Vec::new());
    done(&store);
}

/// A new store and its first entries.
fn new(path: &Path, done: &mut dyn FnMut(&Store)) {
    let store = create(path);
    done(&store);
    commit(&store, "init", vec![unit(1, 1, "first"), operator(1, "li.na")]);
    done(&store);
}

/// A backup put back: the same rows in a new file.
fn restore(path: &Path, done: &mut dyn FnMut(&Store)) {
    Store::restore(&path.with_file_name("small.shoumi"), path, &SECRET, projector()).unwrap();
    let read = open_read_only(path).unwrap();
    done(&read);
}

const JOURNEYS: [(&str, Journey, bool); 6] = [
    ("edit", edit, false),
    ("import", import, false),
    ("merge", merge, false),
    ("refresh", refresh, false),
    ("new store", new, true),
    ("restore", restore, true),
];

/// All journeys side by side.
fn all(images: u64, cut: impl Fn(usize, u64) -> Tally + Sync) -> Tally {
    let (mut sum, cut) = (Tally::default(), &cut);
    std::thread::scope(|scope| {
        let each = images / JOURNEYS.len() as u64;
        let runs: Vec<_> = (0..JOURNEYS.len()).map(|n| scope.spawn(move || cut(n, each))).collect();
        for ((name, ..), run) in JOURNEYS.iter().zip(runs) {
            let tally = run.join().unwrap();
            eprintln!("{name}: {tally:?}");
            sum.add(tally.numbers());
        }
    });
    sum
}

#[test]
fn the_power_may_fail_at_any_moment() {
    let sum = all(times(3000, 1_000_000), |n, images| cut(JOURNEYS[n], 0..images, false, &mut |_| ()));
    assert_eq!(sum.refused, 0);
    assert!(sum.right > sum.images / 2 && sum.no_file > 0, "{sum:?}");
    let Tally { images, second_cuts, no_file, .. } = sum;
    reached(
        "the_power_may_fail_at_any_moment",
        format!(
            "{images} images of 6 journeys, {second_cuts} with a second cut ({no_file} before there was a file): 0 lost, 0 broken, 0 panics"
        ),
    );
}

const LYING: &str = "SHOUMI_TEST_LYING";

/// Not a test by itself: a lying disk in a process of its own, which tells after each image how it stands.
#[test]
fn lying_process() {
    let Ok(asked) = std::env::var(LYING) else { return };
    let asked: Vec<u64> = asked.split(' ').map(|n| n.parse().unwrap()).collect();
    let mut say = |tally: &Tally| println!("\ntally {:?}", tally.numbers());
    let last = cut(JOURNEYS[asked[0] as usize], asked[1]..asked[2], true, &mut say);
    say(&last);
    println!("\nwhole");
}

/// redb can panic while it cleans up after a panic, which ends a process whatever anybody does: so each journey has one,
/// and goes on behind the image that ended it.
fn lying(journey: usize, images: u64, ended: &AtomicU64) -> Tally {
    let mut sum = Tally::default();
    let mut from = 0;
    while from < images {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["store::power_tests::lying_process", "--exact", "--nocapture"])
            .env(LYING, format!("{journey} {from} {images}"))
            .stderr(std::process::Stdio::inherit())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let numbers = text.lines().filter_map(|l| l.strip_prefix("tally ")).next_back().unwrap_or_default();
        let numbers: Vec<u64> = numbers.trim_matches(['[', ']']).split(", ").map(|n| n.parse().unwrap()).collect();
        sum.add(numbers[..].try_into().unwrap());
        if text.lines().any(|l| l == "whole") {
            return sum;
        }
        assert!(output.status.code().is_none(), "a journey failed: {text}");
        ended.fetch_add(1, Ordering::Relaxed);
        from += numbers[0] + 1;
    }
    sum
}

#[test]
fn a_disk_that_lies_about_syncing_is_found_out_or_right() {
    let ended = AtomicU64::new(0);
    let sum = all(times(1200, 200_000), |n, images| lying(n, images, &ended));
    assert!(sum.right > 0 && sum.refused > 0, "{sum:?}");
    let (Tally { images, refused, right, verify_alone, .. }, ended) = (sum, ended.into_inner());
    reached(
        "a_disk_that_lies_about_syncing_is_found_out_or_right",
        format!(
            "{images} images: {right} opened on a state that was written, {refused} said damaged, {verify_alone} mixtures that verify alone names, {ended} ended by redb's double panic"
        ),
    );
}

#[test]
fn images_keep_what_was_synced() {
    let changes = [
        Recorded::Length(8192),
        Recorded::Write(0, vec![1; 4096]),
        Recorded::Sync,
        Recorded::Write(4096, vec![2; 4096]),
    ];
    let mut random = Random(7);
    let mut second = [0_u32; 3];
    for n in 0..200 {
        let bytes = image(Some(&[]), &changes, false, n % 6, &mut random).unwrap();
        assert!(bytes.len() == 8192 && bytes[..4096].iter().all(|b| *b == 1));
        let whole: u32 = bytes[4096..].iter().map(|b| u32::from(*b == 2)).sum();
        second[if whole == 0 {
            0
        } else if whole == 4096 {
            2
        } else {
            1
        }] += 1;
    }
    assert!(second.iter().all(|n| *n > 10), "lost, torn and whole: {second:?}");
    assert_eq!(image(None, &changes, false, 1, &mut random), None);
}
