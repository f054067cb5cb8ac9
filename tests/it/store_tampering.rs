//! Somebody who may write the file but has no key edits the journal, takes entries away, changes their order or cuts the
//! tail: `verify` names the first bad entry, and reading says damage.

use std::path::Path;

use redb::{Database, ReadableDatabase, TableDefinition};
use shoumi::store::Report;

use crate::store_kit::*;

const JOURNAL: TableDefinition<&[u8], &[u8]> = TableDefinition::new("journal");
const DETAIL: TableDefinition<&[u8], &[u8]> = TableDefinition::new("detail");
const META: TableDefinition<&[u8], &[u8]> = TableDefinition::new("meta");
const PREFIX: usize = 8192;

type Bytes = &'static [u8];

/// Opens the database behind the header by itself, lets `f` change it, and puts it back.
fn tamper(path: &Path, f: impl FnOnce(&redb::WriteTransaction)) {
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
