//! What the store's tests share: a projector, stamps, a small store.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use shoumi::crypto::KeySource;
use shoumi::domain::summary::Phase;
use shoumi::domain::{
    Actor, Change, Channel, Computer, ComputerId, Date, IdentityNumber, Medium, MediumId, Operator, Packed, Person,
    PersonId, PersonSummary, Projector, RecordKind, State, Unit, UnitId, View,
};
use shoumi::store::{Committed, Mode, NewStore, OpenOptions, Outcome, Stamp, Store, StoreError, Work};

/// Projects the unit's `mark` choice into the flags, so that a test sees which choices were used.
pub struct TestProjector;

impl Projector for TestProjector {
    fn person(&self, unit: &Unit, person: &Person, _today: Date) -> PersonSummary {
        PersonSummary {
            id: person.id,
            revision: person.revision,
            unit: person.unit,
            department: person.department.clone(),
            name: person.name.clone(),
            identity: person.identity.clone(),
            staff_number: person.staff_number.clone(),
            phases: vec![Phase {
                from: None,
                state: State::Candidate,
                level: None,
                post: "clerk".to_owned(),
                departure: None,
            }],
            period: None,
            more_periods: Vec::default(),
            duties: Vec::new(),
            trained: Vec::new(),
            trips: Vec::new(),
            matters: Vec::new(),
            flags: vec![unit.choice("mark").unwrap_or("none").to_owned()],
        }
    }

    fn span(&self, today: Date) -> (Date, Date) {
        (today, today + chrono::Days::new(30))
    }

    fn version(&self) -> u64 {
        1
    }
}

pub fn projector() -> Arc<dyn Projector> {
    Arc::new(TestProjector)
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn today() -> Date {
    day("2026-03-01")
}

pub fn stamp() -> Stamp {
    Stamp {
        actor: Actor { operator: "li.na".into(), channel: Channel::Cli },
        at: "2026-03-01T09:00:00.000+08:00".into(),
        today: today(),
        request_id: None,
        expect_head: None,
    }
}

pub fn work(verb: &str, changes: Vec<Change>) -> Work {
    let changes = changes.iter().map(Packed::new).collect();
    Work { verb: verb.into(), changes, ..Work::default() }
}

/// Commits changes; a refusal or replay is a test's failure.
pub fn commit(store: &Store, verb: &str, changes: Vec<Change>) -> Committed {
    match store.transact(&stamp(), |_| Ok::<_, ()>(work(verb, changes))).unwrap() {
        Outcome::Committed(done) => done,
        other => panic!("{other:?}"),
    }
}

pub fn unit(number: u64, revision: u64, mark: &str) -> Change {
    let mut unit = Unit {
        id: UnitId(number),
        revision,
        name: format!("unit {number}"),
        pack: "p5-2011".into(),
        pack_version: "1".into(),
        law: false,
        tracking_from: day("2020-01-01"),
        choices: std::collections::BTreeMap::default(),
    };
    let choice =
        shoumi::domain::unit::Choice { value: mark.into(), decided_by: "x".into(), reason: "y".into(), on: today() };
    unit.choices.insert("mark".into(), choice);
    Change::Unit(Box::new(unit))
}

/// A valid identity number of no real place, different for every `n`.
pub fn identity(n: u64) -> IdentityNumber {
    let first = format!("990101{:04}0101{:03}", 1900 + n / 1000 % 100, n % 1000);
    let first = format!("{}{}", &first[..14], &first[14..]);
    let last = shoumi::domain::identity::check_digit(&first).unwrap();
    IdentityNumber::parse(&format!("{first}{last}")).unwrap()
}

pub fn person(number: u64, revision: u64, name: &str) -> Person {
    let mut person = Person::new(PersonId(number), UnitId(1), name);
    person.revision = revision;
    person.staff_number = Some(format!("S{number}"));
    person.department = "office".into();
    person
}

pub fn change(person: Person) -> Change {
    Change::Person(Box::new(person))
}

pub fn computer(number: u64, revision: u64) -> Change {
    let mut c = Computer::new(ComputerId(number), UnitId(1), format!("PC-{number}"));
    c.revision = revision;
    c.custodian = Some(PersonId(1));
    c.state = shoumi::domain::DeviceState::InUse;
    Change::Computer(Box::new(c))
}

pub fn medium(number: u64, revision: u64) -> Change {
    let mut m = Medium::new(MediumId(number), UnitId(1), format!("U-{number}"));
    m.revision = revision;
    m.holder = Some(PersonId(2));
    m.state = shoumi::domain::DeviceState::InUse;
    Change::Medium(Box::new(m))
}

pub fn operator(number: u64, id: &str) -> Change {
    Change::Operator(Box::new(Operator { revision: 1, ..Operator::new(number, id, id) }))
}

pub const SECRET: KeySource = KeySource::Demo;

pub fn create(path: &Path) -> Store {
    Store::create(path, &NewStore::new(Mode::Demo, SECRET), projector()).unwrap()
}

pub fn open(path: &Path) -> Result<Store, StoreError> {
    Store::open(path, &SECRET, OpenOptions::default(), projector())
}

pub fn open_read_only(path: &Path) -> Result<Store, StoreError> {
    Store::open(path, &SECRET, OpenOptions { read_only: true, ..OpenOptions::default() }, projector())
}

/// A store with two units, six people, a computer, a medium and an operator, closed in order.
pub fn small(folder: &Path) -> PathBuf {
    let path = folder.join("small.shoumi");
    let store = create(&path);
    commit(&store, "init", vec![unit(1, 1, "first"), unit(2, 1, "second"), operator(1, "li.na")]);
    let people = (1..=6).map(|n| {
        let mut p = person(n, 1, &format!("name {n}"));
        p.identity = Some(identity(n));
        change(p)
    });
    commit(&store, "import", people.collect());
    commit(&store, "add_computer", vec![computer(1, 1)]);
    commit(&store, "add_medium", vec![medium(1, 1)]);
    let mut changed = person(3, 2, "name 3 changed");
    changed.identity = Some(identity(3));
    commit(&store, "change_person", vec![change(changed)]);
    path
}

/// Everything that can be read from a store, as text; the same store always gives the same.
pub fn everything(store: &Store) -> Result<String, StoreError> {
    use std::fmt::Write;
    store.read(|snap| {
        let failed = |e: shoumi::domain::view::ReadError| StoreError::Damaged { place: e.0 };
        let mut out = String::new();
        let counts = snap.counts();
        writeln!(out, "{:?} {counts:?}", snap.head()).unwrap();
        for segment in snap.people(today()) {
            writeln!(out, "{:?}", segment?).unwrap();
        }
        for segment in 0..snap.people_segments() {
            snap.people_heads(segment, today(), &mut |h| {
                let texts = [h.department.text, h.name, h.staff_number.unwrap_or_default(), h.post.text];
                writeln!(out, "{} {} {texts:?} {:?}", h.id, h.unit, h.identity).unwrap();
            })?;
        }
        writeln!(out, "{:?} {:?}", snap.computers()?, snap.media()?).unwrap();
        writeln!(out, "{:?} {:?}", snap.units().map_err(failed)?, snap.operators().map_err(failed)?).unwrap();
        for n in 1..=counts.people + 1 {
            let person = snap.person(PersonId(n)).map_err(failed)?;
            for key in person.iter().flat_map(Person::natural_keys) {
                writeln!(out, "{:?}", snap.by_key(&key).map_err(failed)?).unwrap();
            }
            writeln!(out, "{person:?} {:?}", snap.history(PersonId(n).into())?).unwrap();
        }
        writeln!(out, "{:?}", snap.by_key(&person(999, 1, "").natural_keys()[0]).map_err(failed)?).unwrap();
        writeln!(out, "{:?}", snap.held_by(PersonId(1)).map_err(failed)?).unwrap();
        writeln!(out, "{:?}", snap.journal(1, u64::MAX)?).unwrap();
        for seq in 1..=counts.journal {
            writeln!(out, "{}", serde_json::to_string(&snap.detail(seq)?).unwrap()).unwrap();
        }
        writeln!(out, "{:?}", snap.next_number(RecordKind::Person)).unwrap();
        Ok(out)
    })
}
