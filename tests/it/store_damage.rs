//! Damaged files: whatever byte is altered, the store answers exactly as before or says that it is damaged.
//!
//! In every run a share of the offsets; by hand every bit of the first 4 KiB of file and database, and every byte.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use shoumi::store::{Store, StoreError};

use crate::figures::{long, reached, times};
use crate::store_kit::*;

/// What came of reading a damaged file.
#[derive(Debug, Default)]
struct Tally {
    right: u64,
    refused: u64,
    verify_found: u64,
}

impl Tally {
    /// The figure of a test.
    fn of(&self, what: &str) -> String {
        let Self { right, refused, verify_found } = self;
        format!("{what}: {right} right, {refused} said damaged, verify found {verify_found}; 0 wrong, 0 panics")
    }
}

/// Opens the file for reading, reads everything and verifies it; the answer must be `expected` or damage.
fn check(path: &Path, expected: &str, tally: &mut Tally, what: &str) {
    let store = match open_read_only(path) {
        Ok(store) => store,
        Err(e) => {
            assert!(refusal(&e), "{what}: open says {e:?}");
            tally.refused += 1;
            return;
        }
    };
    let read_wrong = match everything(&store) {
        Ok(text) => {
            assert!(text == expected, "{what}: a wrong answer");
            tally.right += 1;
            false
        }
        Err(e) => {
            assert!(refusal(&e), "{what}: reading says {e:?}");
            tally.refused += 1;
            true
        }
    };
    match store.verify() {
        Ok(report) => {
            assert!(!read_wrong || !report.problems.is_empty(), "{what}: reading fails, but verify finds nothing");
            tally.verify_found += u64::from(!report.problems.is_empty());
        }
        Err(e) => assert!(refusal(&e), "{what}: verify says {e:?}"),
    }
}

pub fn refusal(error: &StoreError) -> bool {
    error.is_damage() || matches!(error, StoreError::Newer { .. } | StoreError::Older { .. })
}

fn flip(file: &File, at: u64, mask: u8) {
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ mask], at).unwrap();
}

fn writable(path: &Path) -> File {
    OpenOptions::new().read(true).write(true).open(path).unwrap()
}

#[test]
fn a_flipped_byte_anywhere_gives_the_right_answer_or_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let original = std::fs::read(&path).unwrap();
    let expected = everything(&open_read_only(&path).unwrap()).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), original, "reading writes nothing");
    let file = writable(&path);
    let mut tally = Tally::default();
    let step = if long() { 1 } else { 131 };
    let size = original.len() as u64;
    let redb_header = 8192..8192 + 320;
    let headers = (0..8192).step_by(if long() { 1 } else { 61 }).chain(redb_header.clone());
    for at in headers.chain((redb_header.end..size).step_by(step)) {
        // In the flags of the database a single bit decides, so there every one is tried.
        let every = (8192..8192 + 64).contains(&at) || (long() && (at < 4096 || (8192..8192 + 4096).contains(&at)));
        let bits: &[u8] = if every { &[1, 2, 4, 8, 16, 32, 64, 128, 0xff] } else { &[0xff] };
        for mask in bits {
            flip(&file, at, *mask);
            check(&path, &expected, &mut tally, &format!("byte {at} ^ {mask:#x}"));
            flip(&file, at, *mask);
        }
    }
    assert_eq!(std::fs::read(&path).unwrap(), original, "the checks wrote nothing");
    assert!(tally.right > 0 && tally.refused > 0);
    reached("a_flipped_byte_anywhere_gives_the_right_answer_or_damage", tally.of(&format!("{size} bytes")));
}

#[test]
fn random_flips_in_a_larger_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.shoumi");
    let store = create(&path);
    commit(&store, "init", vec![unit(1, 1, "first")]);
    commit(&store, "import", (1..=1300).map(|n| change(person(n, 1, &format!("name {n}")))).collect());
    for n in 1..=30 {
        commit(&store, "change_person", vec![change(person(n * 40, 2, "changed"))]);
    }
    drop(store);
    let expected = everything(&open_read_only(&path).unwrap()).unwrap();
    let file = writable(&path);
    let size = file.metadata().unwrap().len();
    let mut tally = Tally::default();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let flips = times(25, 10_000);
    for _ in 0..flips {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let (at, mask) = (8192 + random % (size - 8192), 1 << ((random >> 56) % 8));
        flip(&file, at, mask);
        check(&path, &expected, &mut tally, &format!("byte {at} ^ {mask:#x}"));
        flip(&file, at, mask);
    }
    reached("random_flips_in_a_larger_store", tally.of(&format!("{flips} flips in {} KiB", size >> 10)));
}

#[test]
fn a_file_cut_anywhere_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let original = std::fs::read(&path).unwrap();
    let expected = everything(&open_read_only(&path).unwrap()).unwrap();
    let mut tally = Tally::default();
    for pages in 0..original.len() / 4096 {
        for length in [pages * 4096, pages * 4096 + 100] {
            std::fs::write(&path, &original[..length]).unwrap();
            check(&path, &expected, &mut tally, &format!("cut to {length}"));
            if length > 0 {
                assert!(open(&path).is_err_and(|e| refusal(&e)), "cut to {length}: opened for writing");
            }
        }
    }
    assert_eq!(tally.right, 0, "no cut file may seem whole: {tally:?}");
    reached("a_file_cut_anywhere_is_damage", tally.of("at and behind each page"));
}

#[test]
fn zeroed_and_swapped_pages_are_noticed_or_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let original = std::fs::read(&path).unwrap();
    let expected = everything(&open_read_only(&path).unwrap()).unwrap();
    let pages = original.len() / 4096;
    let mut tally = Tally::default();
    for page in 0..pages {
        let mut bytes = original.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0);
        std::fs::write(&path, &bytes).unwrap();
        check(&path, &expected, &mut tally, &format!("page {page} zeroed"));
        let other = (page + 1) % pages;
        let mut bytes = original.clone();
        bytes[page * 4096..(page + 1) * 4096].copy_from_slice(&original[other * 4096..(other + 1) * 4096]);
        bytes[other * 4096..(other + 1) * 4096].copy_from_slice(&original[page * 4096..(page + 1) * 4096]);
        std::fs::write(&path, &bytes).unwrap();
        check(&path, &expected, &mut tally, &format!("page {page} swapped with {other}"));
    }
    assert!(tally.refused > 0);
    reached("zeroed_and_swapped_pages_are_noticed_or_harmless", tally.of(&format!("{pages} pages")));
}

#[test]
fn an_older_state_put_back_under_a_running_session_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let old = std::fs::read(&path).unwrap();
    let writer = open(&path).unwrap();
    commit(&writer, "change_person", vec![change(person(1, 2, "newer"))]);
    drop(writer);
    let reader: Store = open_read_only(&path).unwrap();
    reader.head().unwrap();
    writable(&path).write_all_at(&old, 0).unwrap();
    assert!(reader.head().is_err_and(|e| e.is_damage()));
}
