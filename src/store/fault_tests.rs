//! A disk that fails at the n-th operation of a commit, for every n: nothing acknowledged is lost, nothing half done is
//! seen, and the store goes on by itself when the disk does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::Path;
use std::sync::Arc;

use super::faults;
use super::*;
use crate::domain::{Actor, Change, Channel, Department, DepartmentId, Packed, Person, PersonSummary, UnitId};

pub(super) struct NoPeople;

impl Projector for NoPeople {
    fn person(&self, _: &crate::domain::Unit, _: &Person, _: Date) -> PersonSummary {
        unreachable!("this test stores departments")
    }

    fn span(&self, today: Date) -> (Date, Date) {
        (today, today)
    }

    fn version(&self) -> u64 {
        1
    }
}

fn open(path: &Path) -> Store {
    Store::open(path, &KeySource::Demo, OpenOptions::default(), Arc::new(NoPeople)).unwrap()
}

fn rename(store: &Store, revision: u64) -> Result<Outcome<()>, StoreError> {
    write(store, vec![department(1, revision)])
}

fn write(store: &Store, changes: Vec<Packed>) -> Result<Outcome<()>, StoreError> {
    let stamp = Stamp {
        actor: Actor { operator: "x".into(), channel: Channel::System },
        at: String::new(),
        today: Date::default(),
        request_id: None,
        expect_head: None,
    };
    store.transact(&stamp, |_| Ok(Work { verb: "x".into(), changes, ..Work::default() }))
}

fn department(number: u64, revision: u64) -> Packed {
    Packed::new(&Change::Department(Box::new(Department {
        id: DepartmentId(number),
        revision,
        unit: UnitId(1),
        name: format!("name {revision}"),
        head: "h".repeat(9000),
        clerk: String::new(),
    })))
}

fn revision(store: &Store) -> u64 {
    let found = store.read(Snapshot::departments).unwrap();
    found.first().map_or(0, |d| {
        assert_eq!(d.name, format!("name {}", d.revision));
        d.revision
    })
}

#[test]
fn every_operation_of_a_commit_may_fail() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.shoumi");
    let new = NewStore::new(Mode::Demo, KeySource::Demo);
    let mut store = Store::create(&path, &new, Arc::new(NoPeople)).unwrap();
    rename(&store, 1).unwrap();
    let (mut done, mut failed) = (1, 0);
    for n in 0.. {
        faults::fail_after(Some(n));
        let result = rename(&store, done + 1);
        let hit = faults::hit();
        // Reading goes on while the disk is still full.
        let seen = revision(&store);
        faults::fail_after(None);
        assert!(seen == done || seen == done + 1, "operation {n}: {seen} after {done}");
        match result {
            Ok(outcome) => {
                assert!(matches!(outcome, Outcome::Committed(_)));
                assert_eq!(seen, done + 1);
            }
            Err(e) => {
                assert!(hit && matches!(e, StoreError::NoSpace(_) | StoreError::Io { .. }), "operation {n}: {e:?}");
                failed += 1;
            }
        }
        done = revision(&store);
        // The next commit works, without anybody's doing.
        assert!(matches!(rename(&store, done + 1).unwrap(), Outcome::Committed(_)), "operation {n}");
        done += 1;
        if n % 3 == 0 {
            drop(store);
            store = open(&path);
        }
        assert_eq!(revision(&store), done, "operation {n}");
        if !hit {
            break;
        }
    }
    assert!(failed > 5, "{failed}");
    assert_eq!(store.verify().unwrap().problems, []);
}

/// A commit larger than the page cache reaches the file long before it ends.
#[test]
fn a_large_commit_that_fails_on_the_way_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.shoumi");
    let new = NewStore::new(Mode::Demo, KeySource::Demo);
    let mut store = Store::create(&path, &new, Arc::new(NoPeople)).unwrap();
    rename(&store, 1).unwrap();
    let (mut revisions, mut failed, mut n) = (1, 0, 0);
    let count = |store: &Store| store.read(Snapshot::departments).unwrap().len();
    loop {
        faults::fail_after(Some(n));
        let result = write(&store, (2..=520).map(|n| department(n, 1)).collect());
        let hit = faults::hit();
        faults::fail_after(None);
        if !hit {
            assert!(matches!(result.unwrap(), Outcome::Committed(_)));
            break;
        }
        if result.is_err() && count(&store) == 1 {
            failed += 1;
            revisions += 1;
            rename(&store, revisions).unwrap();
        } else {
            // The failure came behind the point of no return.
            break;
        }
        if failed % 2 == 0 {
            drop(store);
            store = open(&path);
        }
        assert_eq!((revision(&store), count(&store)), (revisions, 1), "operation {n}");
        n = 4 * n + 1;
    }
    assert!(failed > 4 && n > 100, "{failed} {n}");
    assert_eq!(count(&store), 520);
    assert_eq!(store.verify().unwrap().problems, []);
}

#[test]
fn a_new_store_on_a_full_disk_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.shoumi");
    let new = NewStore::new(Mode::Demo, KeySource::Demo);
    let mut failed = 0;
    for n in 0.. {
        faults::fail_after(Some(n));
        let result = Store::create(&path, &new, Arc::new(NoPeople));
        let hit = faults::hit();
        faults::fail_after(None);
        match result {
            Ok(store) => {
                assert_eq!(store.verify().unwrap().problems, []);
                drop(store);
                std::fs::remove_file(&path).unwrap();
            }
            Err(e) => {
                assert!(hit, "{e:?}");
                failed += 1;
                // Either nothing, or (failing after it was complete) a whole store.
                if path.exists() {
                    assert_eq!(open(&path).verify().unwrap().problems, []);
                    std::fs::remove_file(&path).unwrap();
                }
            }
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "operation {n}");
        if !hit {
            break;
        }
    }
    assert!(failed > 5, "{failed}");
}
