//! Power cuts. Every change a journey makes to the file is written down; then, for every moment between two changes, the
//! disk is given what it may hold when the power fails there: everything synced, and of the rest any part in any order,
//! torn at 512 bytes. What opens after that is the last acknowledged state or the next one, whole; half of the images get
//! a second cut while the first is being repaired.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use super::faults::{self, Recorded};
use super::figures::{long, reached, times};
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

/// Everything that can be read, as one number.
fn state(store: &Store) -> Result<u64, StoreError> {
    let mut hasher = DefaultHasher::new();
    everything(store)?.hash(&mut hasher);
    Ok(hasher.finish())
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
    /// What could be read before it and after each acknowledgement; 0 for no file.
    states: Vec<u64>,
    /// The same after one more commit.
    more: Vec<u64>,
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
                states.push(0);
                more.push(0);
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

#[derive(Debug, Default)]
struct Tally {
    images: u64,
    second_cuts: u64,
    no_file: u64,
    refused: u64,
    right: u64,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.images += other.images;
        self.second_cuts += other.second_cuts;
        self.no_file += other.no_file;
        self.refused += other.refused;
        self.right += other.right;
    }
}

/// Cuts the power of a journey `images` times, spread over all its moments.
fn cut(name: &str, journey: Journey, fresh: bool, images: u64, lying: bool) -> Tally {
    let folder = folder();
    let run = Run::of(journey, folder.path(), fresh);
    let path = folder.path().join("image.shoumi");
    let mut random = Random(0x1234_5678_9abc_def1);
    let mut tally = Tally::default();
    let moments = run.changes.len() as u64 + 1;
    let named = run.changes.iter().position(|c| matches!(c, Recorded::Publish)).map_or(0, |at| at as u64 + 1);
    for n in 0..images {
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
            let repaired = open(&path).and_then(|store| {
                let found = state(&store)?;
                one_more(&store)?;
                faults::acknowledged();
                Ok(found)
            });
            let changes = faults::recorded();
            let at = random.below(changes.len() as u64 + 1) as usize;
            let told = changes[..at].iter().any(|c| matches!(c, Recorded::Acknowledged));
            match repaired {
                Ok(found) => {
                    let k = first
                        + allowed.iter().position(|s| *s == found).unwrap_or_else(|| panic!("{what}: a wrong state"));
                    allowed = if told && !lying { Vec::new() } else { allowed };
                    allowed.push(run.more[k]);
                }
                Err(e) => assert!(lying && refusal(&e), "{what}: {e:?}"),
            }
            let mode = random.below(6);
            bytes = image(Some(&bytes), &changes[..at], lying, mode, &mut random).unwrap();
            std::fs::write(&path, &bytes).unwrap();
        }
        match after(&path, &bytes, random.below(8), lying, &what) {
            Ok(found) => {
                assert!(
                    allowed.contains(&found),
                    "{what}: a state nobody wrote or one from before what was acknowledged"
                );
                tally.right += 1;
            }
            Err(e) => {
                assert!(lying && refusal(&e), "{what}: {e:?}");
                tally.refused += 1;
            }
        }
    }
    tally
}

fn refusal(error: &StoreError) -> bool {
    error.is_damage() || matches!(error, StoreError::Newer { .. } | StoreError::Older { .. })
}

/// Reads what a cut left, first without writing, then for writing; gives the state.
fn after(path: &Path, bytes: &[u8], dice: u64, lying: bool, what: &str) -> Result<u64, StoreError> {
    let mut seen = None;
    if dice.is_multiple_of(4) {
        seen = Some(state(&open_read_only(path)?)?);
        assert!(std::fs::read(path).unwrap() == bytes, "{what}: reading wrote");
    }
    let store = open(path)?;
    let found = state(&store)?;
    assert!(seen.is_none_or(|s| s == found), "{what}: reading alone gave another state");
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
    assert!(store.refresh(today()).unwrap() > 0);
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
fn all(images: u64, lying: bool) -> Tally {
    let each = images / JOURNEYS.len() as u64;
    let mut sum = Tally::default();
    std::thread::scope(|scope| {
        let runs: Vec<_> = JOURNEYS
            .iter()
            .map(|(name, journey, fresh)| (name, scope.spawn(move || cut(name, *journey, *fresh, each, lying))))
            .collect();
        for (name, run) in runs {
            let tally = run.join().unwrap();
            eprintln!("{name}: {tally:?}");
            sum.add(&tally);
        }
    });
    sum
}

#[test]
fn the_power_may_fail_at_any_moment() {
    let sum = all(times(3000, 1_000_000), false);
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

#[test]
fn a_disk_that_lies_about_syncing_is_found_out_or_right() {
    let sum = all(times(1200, 200_000), true);
    assert!(sum.right > 0 && (sum.refused > 0 || !long()), "{sum:?}");
    let Tally { images, refused, right, .. } = sum;
    reached(
        "a_disk_that_lies_about_syncing_is_found_out_or_right",
        format!(
            "{images} images: {right} opened on a state that was written, {refused} said damaged; 0 wrong data, 0 panics"
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
