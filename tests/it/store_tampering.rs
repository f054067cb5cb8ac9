//! Somebody who may write the file but has no key edits the journal, takes entries away, changes their order or cuts the
//! tail: `verify` names the first bad entry, and reading says damage.

use std::path::Path;

use redb::{Database, ReadableDatabase, TableDefinition};
use shoumi::store::Report;

use crate::figures;
use crate::store_kit::*;

const JOURNAL: TableDefinition<&[u8], &[u8]> = TableDefinition::new("journal");
const DETAIL: TableDefinition<&[u8], &[u8]> = TableDefinition::new("detail");
const META: TableDefinition<&[u8], &[u8]> = TableDefinition::new("meta");
const PREFIX: usize = 8192;

type Bytes = &'static [u8];

/// Opens the database behind the header by itself, lets `f` change it, and puts it back.
pub fn tamper(path: &Path, f: impl FnOnce(&redb::WriteTransaction)) {
    let bytes = std::fs::read(path).unwrap();
    let bare = path.with_extension("bare");
    std::fs::write(&bare, &bytes[PREFIX..]).unwrap();
    let db = Database::open(&bare).unwrap();
    let transaction = db.begin_write().unwrap();
    f(&transaction);
    transaction.commit().unwrap();
    drop(db);
    std::fs::write(path, [&bytes[..PREFIX], &std::fs::read(&bare).unwrap()].concat()).unwrap();
    std::fs::remove_file(bare).unwrap();
}

fn take(transaction: &redb::WriteTransaction, table: TableDefinition<Bytes, Bytes>, seq: u64) -> Vec<u8> {
    let mut table = transaction.open_table(table).unwrap();
    let value = table.remove(seq.to_be_bytes().as_slice()).unwrap().unwrap();
    value.value().to_vec()
}

fn put(transaction: &redb::WriteTransaction, table: TableDefinition<Bytes, Bytes>, seq: u64, value: &[u8]) {
    transaction.open_table(table).unwrap().insert(seq.to_be_bytes().as_slice(), value).unwrap();
}

/// Tampers with a small store and verifies it.
fn after(f: impl FnOnce(&redb::WriteTransaction)) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    tamper(&path, f);
    let store = open_read_only(&path).unwrap();
    let report = store.verify().unwrap();
    if report.problems.iter().any(|p| p.kind != "stranger") {
        assert!(everything(&store).unwrap_err().is_damage(), "reading everything notices it too");
    }
    report
}

fn first_bad(report: &Report) -> &str {
    &report.problems.iter().find(|p| p.kind == "journal_chain").expect("the chain is broken").place
}

#[test]
fn an_untouched_journal_verifies_after_being_taken_out_and_put_back() {
    assert_eq!(after(|_| ()).problems, []);
}

#[test]
fn an_edited_entry_is_the_first_bad_one() {
    let report = after(|t| {
        let entry = take(t, JOURNAL, 3);
        let text = String::from_utf8_lossy(&entry).into_owned();
        assert!(text.contains("li.na"), "the public part is plain");
        let at = entry.windows(5).position(|w| w == b"li.na").unwrap();
        let mut edited = entry;
        edited[at..at + 5].copy_from_slice(b"zh.an");
        put(t, JOURNAL, 3, &edited);
    });
    assert_eq!(first_bad(&report), "journal 3");
}

#[test]
fn a_deleted_entry_is_the_first_bad_one() {
    let report = after(|t| {
        take(t, JOURNAL, 2);
        take(t, DETAIL, 2);
    });
    assert_eq!(first_bad(&report), "journal 2");
}

#[test]
fn exchanged_entries_and_details_are_found() {
    let report = after(|t| {
        let (a, b) = (take(t, JOURNAL, 3), take(t, JOURNAL, 4));
        put(t, JOURNAL, 3, &b);
        put(t, JOURNAL, 4, &a);
    });
    assert_eq!(first_bad(&report), "journal 3");
    let report = after(|t| {
        let (a, b) = (take(t, DETAIL, 3), take(t, DETAIL, 4));
        put(t, DETAIL, 3, &b);
        put(t, DETAIL, 4, &a);
    });
    assert!(report.problems.iter().any(|p| p.kind == "journal_detail" && p.place == "detail 3"), "{report:?}");
}

#[test]
fn a_cut_tail_is_found_even_with_the_manifest_it_once_had() {
    let report = after(|t| {
        take(t, JOURNAL, 5);
        take(t, DETAIL, 5);
    });
    assert_eq!(first_bad(&report), "journal 5");

    // The manifest from before the last entry, put back together with the cut.
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let store = open(&path).unwrap();
    drop(store);
    let bare = folder.path().join("old");
    std::fs::write(&bare, &std::fs::read(&path).unwrap()[PREFIX..]).unwrap();
    let old = Database::open(&bare).unwrap();
    let manifest = {
        let table = old.begin_read().unwrap().open_table(META).unwrap();
        table.get(b"manifest".as_slice()).unwrap().unwrap().value().to_vec()
    };
    drop(old);
    commit(&open(&path).unwrap(), "change_person", vec![change(person(1, 2, "later"))]);
    tamper(&path, |t| {
        take(t, JOURNAL, 6);
        take(t, DETAIL, 6);
        t.open_table(META).unwrap().insert(b"manifest".as_slice(), manifest.as_slice()).unwrap();
    });
    let problems = open_read_only(&path).unwrap().verify().unwrap().problems;
    assert!(problems.iter().any(|p| p.kind == "ledger"), "{problems:?}");
}

#[test]
fn an_entry_slipped_in_behind_the_head_is_found() {
    let report = after(|t| {
        let last = take(t, JOURNAL, 5);
        put(t, JOURNAL, 5, &last);
        put(t, JOURNAL, 6, &last);
    });
    assert!(report.problems.iter().any(|p| p.kind == "stranger" && p.place == "journal 6"), "{report:?}");
}

/// A way to change a journal without its key: what it does to the entry `n` of a journal of `head` entries.
type Kind = fn(&redb::WriteTransaction, u64, u64);

/// Changes one byte of an entry at a place counted from its end, or where a text stands.
fn edit(t: &redb::WriteTransaction, n: u64, at: impl FnOnce(&[u8]) -> usize) {
    let mut entry = take(t, JOURNAL, n);
    let at = at(&entry);
    entry[at] ^= 0x01;
    put(t, JOURNAL, n, &entry);
}

fn find(entry: &[u8], text: &str) -> usize {
    entry.windows(text.len()).position(|w| w == text.as_bytes()).unwrap() + text.len()
}

fn exchange(t: &redb::WriteTransaction, table: TableDefinition<Bytes, Bytes>, n: u64) {
    let (a, b) = (take(t, table, n), take(t, table, n + 1));
    put(t, table, n, &b);
    put(t, table, n + 1, &a);
}

/// Every kind names the entry it was done to as the first bad one.
const KINDS: &[(&str, Kind)] = &[
    ("another operator", |t, n, _| edit(t, n, |e| find(e, "\"operator\":\""))),
    ("another time", |t, n, _| edit(t, n, |e| find(e, "\"at\":\""))),
    ("another act", |t, n, _| edit(t, n, |e| find(e, "\"verb\":\""))),
    ("another entry before", |t, n, _| edit(t, n, |e| e.len() - 96)),
    ("another mark of the detail", |t, n, _| edit(t, n, |e| e.len() - 64)),
    ("another tag", |t, n, _| edit(t, n, |e| e.len() - 1)),
    ("a changed detail", |t, n, _| {
        let mut detail = take(t, DETAIL, n);
        let middle = detail.len() / 2;
        detail[middle] ^= 0x80;
        put(t, DETAIL, n, &detail);
    }),
    ("a detail taken away", |t, n, _| drop(take(t, DETAIL, n))),
    ("the next one's detail", |t, n, head| if n < head { exchange(t, DETAIL, n) } else { drop(take(t, DETAIL, n)) }),
    (
        "exchanged with the next",
        |t, n, head| if n < head { exchange(t, JOURNAL, n) } else { drop(take(t, JOURNAL, n)) },
    ),
    ("taken away", |t, n, _| {
        take(t, JOURNAL, n);
        take(t, DETAIL, n);
    }),
    ("taken away and the rest moved up", |t, n, head| {
        for table in [JOURNAL, DETAIL] {
            take(t, table, n);
            for next in n + 1..=head {
                let moved = take(t, table, next);
                put(t, table, next - 1, &moved);
            }
        }
    }),
    ("one put in before", |t, n, head| {
        for table in [JOURNAL, DETAIL] {
            for next in (n..=head).rev() {
                let moved = take(t, table, next);
                put(t, table, next + 1, &moved);
            }
            // A copy of the one that came after, or of the last one before.
            let from = if n < head { n + 2 } else { n - 1 };
            let other = take(t, table, from);
            put(t, table, from, &other);
            put(t, table, n, &other);
        }
    }),
    ("the end cut off", |t, n, head| {
        for gone in n..=head {
            take(t, JOURNAL, gone);
            take(t, DETAIL, gone);
        }
    }),
];

#[test]
fn each_kind_of_tampering_is_found_at_the_first_bad_entry_wherever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    for revision in 2..6 {
        commit(&open(&path).unwrap(), "change_person", vec![change(person(1, revision, &format!("r{revision}")))]);
    }
    let head = open_read_only(&path).unwrap().head().unwrap().seq;
    let good = std::fs::read(&path).unwrap();
    let mut done = 0;
    let rounds = figures::times(1, 200_u64.div_ceil(head));
    for (kind, tampering) in KINDS {
        for n in (0..rounds).flat_map(|_| 1..=head) {
            std::fs::write(&path, &good).unwrap();
            tamper(&path, |t| tampering(t, n, head));
            let report = open_read_only(&path).unwrap().verify().unwrap();
            assert_eq!(report.first_bad_entry(), Some(n), "{kind}: {report:?}");
            done += 1;
        }
    }
    figures::reached(
        "each_kind_of_tampering_is_found_at_the_first_bad_entry_wherever_it_is",
        format!("{} kinds at every entry, {done} times: all found, the first bad entry named", KINDS.len()),
    );
}
