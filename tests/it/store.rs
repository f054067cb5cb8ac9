//! The store as its callers see it.

use std::os::unix::fs::PermissionsExt;

use shoumi::crypto::{Cost, KeySource, Suite};
use shoumi::domain::{Date, Person, PersonId, PersonSummary, Projector, RecordKind, Unit, UnitId, View};
use shoumi::store::{Mode, NewStore, OpenOptions, Outcome, Snapshot, Store, StoreError, peek};

use redb::ReadableTable as _;

use crate::store_kit::*;
use crate::store_tampering::tamper;

#[test]
fn what_is_committed_is_read_back_by_another_opening() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let store = open(&path).unwrap();
    let text = everything(&store).unwrap();
    assert!(text.contains("name 3 changed"));
    assert_eq!(everything(&open_read_only(&path).unwrap()).unwrap(), text);
    store
        .read(|snap| {
            assert_eq!(snap.counts().people, 6);
            assert_eq!(snap.counts().units, 2);
            let found = snap.by_key(&person(4, 1, "").natural_keys()[0]).unwrap();
            assert_eq!(found, Some(4));
            assert_eq!(snap.operator("li.na").unwrap().unwrap().number, 1);
            assert!(snap.operator("nobody").unwrap().is_none());
            assert_eq!(snap.held_by(PersonId(1)).unwrap().len(), 1);
            assert_eq!(snap.held_by(PersonId(2)).unwrap()[0].number, "U-1");
            let history = snap.history(PersonId(3).into())?;
            assert_eq!(history.iter().map(|e| e.public.verb.as_str()).collect::<Vec<_>>(), ["import", "change_person"]);
            assert_eq!(history[1].public.fields, ["name"]);
            let before = snap.fields_at(PersonId(3).into(), 4)?.unwrap();
            assert_eq!(before["name"], "name 3");
            assert_eq!(snap.fields_at(PersonId(3).into(), 5)?.unwrap()["name"], "name 3 changed");
            assert_eq!(snap.fields_at(PersonId(3).into(), 1)?, None);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let report = store.verify().unwrap();
    assert_eq!(report.problems, []);
    assert_eq!((report.rows, report.entries), (11, 5));
}

#[test]
fn a_new_store_replaces_nothing_and_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.shoumi");
    let store = create(&path);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(store.mode(), Mode::Demo);
    let again = Store::create(&path, &NewStore::new(Mode::Demo, SECRET), projector());
    assert_eq!(again.unwrap_err(), StoreError::Exists(path.clone()));
    assert_eq!(store.verify().unwrap().problems, []);
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["a.shoumi"], "nothing else is left in the folder");
    let nowhere = Store::create(&folder.path().join("no/a.shoumi"), &NewStore::new(Mode::Demo, SECRET), projector());
    assert_eq!(nowhere.unwrap_err(), StoreError::Missing(folder.path().join("no")));
}

#[test]
fn what_is_not_a_store_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    assert_eq!(peek(&path).unwrap_err(), StoreError::Missing(path.clone()));
    for (bytes, what) in [(&b""[..], "empty"), (b"name,id\n", "text"), (&[0xff, 0, 1], "other")] {
        std::fs::write(&path, bytes).unwrap();
        let expected = StoreError::NotAStore { path: path.clone(), what };
        assert_eq!(peek(&path).unwrap_err(), expected);
        assert_eq!(open(&path).unwrap_err(), expected);
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "untouched");
    }
    assert!(matches!(peek(folder.path()), Err(StoreError::NotAStore { .. } | StoreError::Io { .. })));
}

#[test]
fn each_secret_opens_and_others_say_why_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.shoumi");
    let phrase = KeySource::Passphrase("a phrase nobody knows".into());
    let file = KeySource::KeyFile(vec![7; 64]);
    let cost = Cost { memory: 64, passes: 1, lanes: 1 };
    let new =
        NewStore { mode: Mode::Personal, secrets: vec![phrase.clone(), file.clone()], cost, suite: Suite::Sm4Gcm };
    drop(Store::create(&path, &new, projector()).unwrap());
    let peeked = peek(&path).unwrap();
    assert_eq!((peeked.mode, peeked.suite), (Mode::Personal, Suite::Sm4Gcm));
    assert_eq!(peeked.slots.len(), 2);
    for secret in [&phrase, &file] {
        Store::open(&path, secret, OpenOptions::default(), projector()).unwrap();
    }
    let refused = |secret: KeySource| Store::open(&path, &secret, OpenOptions::default(), projector()).unwrap_err();
    assert_eq!(refused(KeySource::Passphrase("another".into())), StoreError::WrongSecret);
    assert_eq!(refused(KeySource::KeyFile(vec![8; 64])), StoreError::WrongSecret);
    assert_eq!(refused(KeySource::KeyFile(vec![7; 3])), StoreError::WeakSecret);
    assert_eq!(refused(KeySource::Demo), StoreError::NoSlot);
}

#[test]
fn a_retry_gets_the_first_answer_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&small(folder.path())).unwrap();
    let stamp = shoumi::store::Stamp { request_id: Some("r-1".into()), ..stamp() };
    let add = |view: &dyn View| {
        let number = view.next_number(RecordKind::Person).unwrap();
        let mut work = work("add_person", vec![change(person(number, 1, "new"))]);
        work.answer = Some(serde_json::json!({ "id": number }));
        Ok::<_, ()>(work)
    };
    let Outcome::Committed(first) = store.transact(&stamp, add).unwrap() else { panic!() };
    let head = store.head().unwrap();
    drop(store);
    let store = open(&folder.path().join("small.shoumi")).unwrap();
    let Outcome::Replayed(again) = store.transact(&stamp, add).unwrap() else { panic!() };
    assert_eq!(again.seq, first.seq);
    assert_eq!(again.answer, Some(serde_json::json!({ "id": 7 })));
    assert_eq!(store.head().unwrap(), head);
}

#[test]
fn refusals_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let store = open(&path).unwrap();
    let before = everything(&store).unwrap();
    let head = store.head().unwrap().seq;
    let refused = |changes| store.transact(&stamp(), |_| Ok::<_, ()>(work("x", changes))).unwrap_err();
    let stale = |record: PersonId, found, given| StoreError::Stale { record: record.into(), found, given };
    assert_eq!(refused(vec![change(person(3, 2, "a"))]), stale(PersonId(3), 2, 2));
    assert_eq!(refused(vec![change(person(3, 4, "a"))]), stale(PersonId(3), 2, 4));
    assert_eq!(refused(vec![change(person(9, 1, "a"))]), stale(PersonId(9), 0, 1), "numbers leave no holes");
    let twice = vec![change(person(1, 2, "a")), change(person(1, 3, "a"))];
    assert_eq!(refused(twice), stale(PersonId(1), 1, 3));
    let mut taken = person(7, 1, "a");
    taken.identity = Some(identity(2));
    assert_eq!(refused(vec![change(taken)]), StoreError::Taken(PersonId(2).into()));
    // Found out only when other segments have been written.
    let mut many: Vec<_> = (7..=1300).map(|n| person(n, 1, "a")).collect();
    many.last_mut().unwrap().identity = Some(identity(2));
    assert_eq!(refused(many.into_iter().map(change).collect()), StoreError::Taken(PersonId(2).into()));
    let mut nowhere = person(7, 1, "a");
    nowhere.unit = UnitId(9);
    assert_eq!(refused(vec![change(nowhere)]), StoreError::NoUnit(PersonId(7).into()));
    let moved = shoumi::store::Stamp { expect_head: Some(head - 1), ..stamp() };
    let result = store.transact(&moved, |_| Ok::<_, ()>(work("x", Vec::new()))).unwrap_err();
    assert_eq!(result, StoreError::Moved { expected: head - 1, found: head });
    let result = store.transact(&stamp(), |_| Err::<shoumi::store::Work, _>("no")).unwrap();
    assert_eq!(result, Outcome::Refused("no"));
    assert_eq!(everything(&store).unwrap(), before);
    assert_eq!(store.verify().unwrap().problems, []);
}

#[test]
fn two_records_may_swap_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&small(folder.path())).unwrap();
    let swapped = |n: u64, other: u64| {
        let mut p = person(n, 2, "swapped");
        p.staff_number = Some(format!("S{other}"));
        p.identity = Some(identity(other));
        change(p)
    };
    commit(&store, "change_person", vec![swapped(1, 2), swapped(2, 1)]);
    store
        .read(|snap| {
            assert_eq!(snap.by_key(&person(1, 1, "").natural_keys()[0]).unwrap(), Some(2));
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(store.verify().unwrap().problems, []);
}

#[test]
fn devices_are_listed_under_the_names_their_people_have_after_the_commit() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&small(folder.path())).unwrap();
    let stored = store.read(Snapshot::computers).unwrap();
    let next = stored.iter().map(|c| c.id.0).max().unwrap_or(0) + 1;
    commit(&store, "apply", vec![computer(next, 1), change(person(1, 2, "renamed"))]);
    let listed = store.read(Snapshot::computers).unwrap();
    assert_eq!(listed.iter().find(|c| c.id.0 == next).unwrap().custodian_name, "renamed");
    assert_eq!(store.verify().unwrap().problems, []);
}

#[test]
fn choices_that_change_move_the_summaries_of_their_unit_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&small(folder.path())).unwrap();
    let mut other = person(7, 1, "of the second unit");
    other.unit = UnitId(2);
    commit(&store, "add_person", vec![change(other)]);
    let marks = |day| {
        let list = store.read(|s| s.people(day).collect::<Result<Vec<_>, StoreError>>()).unwrap().concat();
        (list[0].flags[0].clone(), list[6].flags[0].clone())
    };
    assert_eq!(marks(today()), ("first".into(), "second".into()));
    assert_eq!(store.refresh(&[0, 1], today()).unwrap(), 0, "nothing is stale");
    commit(&store, "set_unit", vec![unit(1, 2, "moved")]);
    assert_eq!(marks(today()), ("moved".into(), "second".into()));
    let head = store.head().unwrap();
    assert_eq!(store.refresh(&[0, 1], today()).unwrap(), 1);
    assert_eq!(store.refresh(&[0, 1], today()).unwrap(), 0);
    assert_eq!(store.head().unwrap(), head, "no journal entry for a projection");
    assert_eq!(marks(today()), ("moved".into(), "second".into()));
    // Outside the span of the stored projection it is made again.
    assert_eq!(store.refresh(&[0], day("2027-01-01")).unwrap(), 1);
    assert_eq!(marks(today()), ("moved".into(), "second".into()));
    commit(&store, "change_person", vec![change(person(1, 2, "again"))]);
    assert_eq!(marks(today()), ("moved".into(), "second".into()));
    assert_eq!(store.verify().unwrap().problems, []);
}

/// The sealed names of the first segment; `put` replaces them.
fn names_row(path: &std::path::Path, put: Option<&[u8]>) -> Vec<u8> {
    let (mut found, key) = (Vec::new(), [0_u8; 5]);
    tamper(path, |transaction| {
        let names = redb::TableDefinition::<&[u8], &[u8]>::new("names");
        let mut table = transaction.open_table(names).unwrap();
        found = table.get(key.as_slice()).unwrap().unwrap().value().to_vec();
        if let Some(bytes) = put {
            table.insert(key.as_slice(), bytes).unwrap();
        }
    });
    found
}

#[test]
fn names_are_stored_anew_when_they_change_and_old_ones_are_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let named = |n: u64, revision, name: &str| {
        let mut p = person(n, revision, name);
        p.identity = Some(identity(n));
        p
    };
    let before = names_row(&path, None);
    let mut trained = named(2, 2, "name 2");
    trained.phone = Some("010".into());
    commit(&open(&path).unwrap(), "change_person", vec![change(trained)]);
    commit(&open(&path).unwrap(), "set_unit", vec![unit(1, 2, "moved")]);
    assert_eq!(open(&path).unwrap().refresh(&[0], today()).unwrap(), 1);
    assert!(names_row(&path, None) == before, "nobody has another name");
    commit(&open(&path).unwrap(), "change_person", vec![change(named(2, 3, "renamed"))]);
    let names = |store: &Store| {
        let mut out = Vec::new();
        store.read(|s| s.people_heads(0, today(), &mut |h| out.push(h.name.to_owned()))).map(|()| out)
    };
    let store = open_read_only(&path).unwrap();
    assert_eq!(names(&store).unwrap(), ["name 1", "renamed", "name 3 changed", "name 4", "name 5", "name 6"]);
    assert_eq!(store.verify().unwrap().problems, []);
    drop(store);
    let now = names_row(&path, Some(&before));
    assert!(now != before);
    let store = open_read_only(&path).unwrap();
    assert_eq!(names(&store), Err(StoreError::Damaged { place: "names P segment 0".into() }));
    let problems = store.verify().unwrap().problems;
    assert_eq!(
        problems.iter().map(|p| (p.kind, p.place.as_str())).collect::<Vec<_>>(),
        [("names", "names P segment 0")]
    );
}

/// Says another post of everybody, as a later program may.
struct Later;

impl Projector for Later {
    fn person(&self, unit: &Unit, person: &Person, today: Date) -> PersonSummary {
        let mut summary = TestProjector.person(unit, person, today);
        summary.phases[0].post = "secretary".into();
        summary
    }

    fn span(&self, today: Date) -> (Date, Date) {
        TestProjector.span(today)
    }

    fn version(&self) -> u64 {
        2
    }
}

#[test]
fn rules_that_say_other_posts_move_the_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let later = || Store::open(&path, &SECRET, OpenOptions::default(), std::sync::Arc::new(Later)).unwrap();
    let store = later();
    let posts = |store: &Store| {
        let mut out = Vec::new();
        store.read(|s| s.people_heads(0, today(), &mut |h| out.push(h.post.text.to_owned()))).map(|()| out).unwrap()
    };
    assert_eq!(posts(&store), ["clerk"; 6]);
    assert_eq!(store.refresh(&[0], today()).unwrap(), 1);
    assert_eq!(posts(&store), ["secretary"; 6]);
    assert_eq!(store.verify().unwrap().problems, []);
    drop(store);
    // And back by a commit that is about one of them.
    let store = open(&path).unwrap();
    let mut changed = person(2, 2, "name 2");
    changed.identity = Some(identity(2));
    changed.phone = Some("010".into());
    commit(&store, "change_person", vec![change(changed)]);
    assert_eq!(posts(&store), ["clerk"; 6]);
    assert_eq!(store.verify().unwrap().problems, []);
}

#[test]
fn what_is_opened_when_needed_is_written_only_then() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let when_needed = || {
        let options = OpenOptions { when_needed: true, ..OpenOptions::default() };
        Store::open(&path, &SECRET, options, projector()).unwrap()
    };
    let bytes = std::fs::read(&path).unwrap();
    let store = when_needed();
    let read = everything(&store).unwrap();
    drop(store);
    assert!(std::fs::read(&path).unwrap() == bytes, "reading leaves the file as it is");
    let store = when_needed();
    assert_eq!(everything(&store).unwrap(), read);
    commit(&store, "add_person", vec![change(person(7, 1, "seventh"))]);
    assert!(everything(&store).unwrap().contains("seventh"), "it reads what it wrote");
    assert!(!store.read_only());
    assert_eq!(store.verify().unwrap().problems, []);
    drop(store);
    assert!(everything(&open(&path).unwrap()).unwrap().contains("seventh"));
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o400)).unwrap();
    let anybody = std::fs::OpenOptions::new().write(true).open(&path).is_ok();
    let store = when_needed();
    assert_eq!(store.read_only(), !anybody, "asked for, it says whether it could be written");
}

#[test]
fn an_import_is_one_transaction_and_readable_entries() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&small(folder.path())).unwrap();
    let people: Vec<_> = (7..=1700).map(|n| change(person(n, 1, &format!("person {n}")))).collect();
    let done = commit(&store, "import", people);
    assert_eq!((done.first, done.seq), (6, 9));
    store
        .read(|snap| {
            let entries = snap.journal(6, 9)?;
            assert_eq!(entries.iter().map(|e| e.public.records.len()).collect::<Vec<_>>(), [500, 500, 500, 194]);
            assert_eq!(snap.people_segments(), 4);
            let names: Vec<_> = snap.people(today()).collect::<Result<Vec<_>, _>>()?.concat();
            assert_eq!(names.len(), 1700);
            assert_eq!(names[1699].name, "person 1700");
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(store.verify().unwrap().problems, []);
}

#[test]
fn a_backup_is_complete_and_restores() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let store = open(&path).unwrap();
    let copy = folder.path().join("copy");
    store.backup(&copy).unwrap();
    assert_eq!(everything(&open_read_only(&copy).unwrap()).unwrap(), everything(&store).unwrap());
    assert_eq!(store.backup(&copy).unwrap_err(), StoreError::Exists(copy.clone()));
    let back = folder.path().join("back");
    Store::restore(&copy, &back, &SECRET, projector()).unwrap();
    assert_eq!(std::fs::metadata(&back).unwrap().permissions().mode() & 0o777, 0o600);
    let restored = open(&back).unwrap();
    assert_eq!(everything(&restored).unwrap(), everything(&store).unwrap());
    commit(&restored, "change_person", vec![change(person(1, 2, "after"))]);
    assert_eq!(restored.verify().unwrap().problems, []);
    let refused = Store::restore(&copy, &back, &SECRET, projector());
    assert_eq!(refused.unwrap_err(), StoreError::Exists(back));
    let mut bytes = std::fs::read(&copy).unwrap();
    let at = bytes.len() / 2;
    let flipped = folder.path().join("flipped");
    let third = folder.path().join("third");
    bytes[at] ^= 0xff;
    std::fs::write(&flipped, bytes).unwrap();
    match Store::restore(&flipped, &third, &SECRET, projector()) {
        Err(e) => assert!(e.is_damage() && !third.exists(), "{e}"),
        Ok(()) => assert_eq!(everything(&open(&third).unwrap()).unwrap(), everything(&store).unwrap()),
    }
}

#[test]
fn a_file_that_was_deleted_or_replaced_takes_no_more_changes() {
    for how in ["deleted", "copy", "other"] {
        let folder = tempfile::tempdir().unwrap();
        let path = small(folder.path());
        let copy = folder.path().join("copy");
        std::fs::copy(&path, &copy).unwrap();
        let store = open(&path).unwrap();
        match how {
            "deleted" => std::fs::remove_file(&path).unwrap(),
            "copy" => std::fs::rename(&copy, &path).unwrap(),
            _ => {
                std::fs::remove_file(&path).unwrap();
                std::fs::write(&path, "text").unwrap();
            }
        }
        assert!(matches!(store.head(), Err(StoreError::Replaced(_))), "{how}");
        let mut asked = false;
        let outcome = store.transact::<()>(&stamp(), |_| {
            asked = true;
            Ok(work("change_person", vec![change(person(1, 2, "x"))]))
        });
        assert!(matches!(outcome, Err(StoreError::Replaced(_))), "{how}: {outcome:?}, asked: {asked}");
    }
}

#[test]
fn a_pipe_is_no_store_and_nobody_waits_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert!(matches!(open(&path), Err(StoreError::NotAStore { .. })));
    assert!(matches!(peek(&path), Err(StoreError::NotAStore { .. })));
}
