//! The journal as the screens read it, on a store of invented people: pages, filters, an entry in full, the chain.

use shoumi::domain::command::ChangePerson;
use shoumi::domain::{Channel, Command, PersonId};
use shoumi::i18n::{Lang, Texts};
use shoumi::index::Query;
use shoumi::index::journal::Ask;
use shoumi::index::query::{Subject, Vocabulary};
use shoumi::session::{Session, Settings};

fn demo() -> (tempfile::TempDir, Session) {
    let dir = tempfile::tempdir().unwrap();
    let settings = Settings::at(dir.path().join("demo.shoumi"), Lang::En);
    Session::make_demo(&settings, None, None, &mut |_| {}).unwrap_or_else(|_| panic!("no demo"));
    let session = Session::open(&settings).unwrap_or_else(|_| panic!("the demo does not open"));
    (dir, session)
}

fn ask(text: &str) -> Ask {
    let names = |key: &str| Texts::new(Lang::En).list(key).into_iter().map(str::to_owned).collect();
    Ask { query: Query::parse(text, Subject::Journal, &Vocabulary::new(names)).unwrap(), below: None }
}

/// All entries a filter finds, page by page.
fn all(session: &Session, text: &str) -> Vec<u64> {
    let (index, _) = session.index(session.today()).unwrap();
    let mut ask = ask(text);
    let mut out = Vec::new();
    loop {
        let page = session.journal_page(&index, &ask).unwrap();
        out.extend(page.entries.iter().map(|e| e.seq));
        match page.next {
            Some(next) => ask.below = Some(next),
            None => return out,
        }
    }
}

#[test]
fn pages_follow_each_other_without_gap_or_repetition() {
    let (_dir, session) = demo();
    for n in 0..230_u32 {
        let note = Some(format!("note {n}"));
        let change = Command::ChangePerson(ChangePerson { note, ..ChangePerson::of(PersonId(1)) });
        session.commit(&change, Channel::Screen).unwrap();
    }
    let head = session.head().unwrap();
    let want: Vec<u64> = (1..=head).rev().collect();
    assert_eq!(all(&session, ""), want, "several pages");
    assert_eq!(all(&session, "verb:change_person").len(), 230);
    assert_eq!(all(&session, "verb:\"person changed\" entry>=1").len(), 230, "by its name too");
    let name = session.read(|s| Ok(shoumi::domain::View::person(s, PersonId(1))?.unwrap().name)).unwrap();
    assert_eq!(all(&session, &format!("record:{name} channel:screen")), (head - 229..=head).rev().collect::<Vec<_>>());
    assert_eq!(all(&session, "-entry>=1"), Vec::<u64>::new());
}

#[test]
fn an_entry_is_told_with_before_and_after_and_masked_numbers() {
    let (_dir, session) = demo();
    let identity = "11010519491231002X";
    let change = ChangePerson {
        identity: Some(identity.to_owned()),
        note: Some("moved".to_owned()),
        ..ChangePerson::of(PersonId(3))
    };
    session.commit(&Command::ChangePerson(change), Channel::Screen).unwrap();
    let full = session.journal_entry(session.head().unwrap()).unwrap();
    let told = format!("{full:?}");
    assert!(told.contains("moved") && told.contains("identity"), "{told}");
    assert!(!told.contains(identity) && !told.contains("19491231"), "the number is masked: {told}");
    assert_eq!((full.hash.len(), full.previous.len()), (64, 64));
}

#[test]
fn the_chain_is_followed_to_its_end_a_while_at_a_time() {
    let (_dir, session) = demo();
    let head = session.head().unwrap();
    let mut followed = session.journal_follow(1, None).unwrap();
    while followed.upto < followed.of && followed.bad.is_none() {
        followed = session.journal_follow(followed.upto + 1, Some(followed.of)).unwrap();
    }
    assert_eq!((followed.upto, followed.of, followed.bad), (head, head, None));
}

#[test]
fn every_field_of_a_record_has_a_name_in_both_languages() {
    use shoumi::domain::{Computer, Inspection, Medium, Person, Unit};
    fn names(node: &serde_json::Value, out: &mut std::collections::BTreeSet<String>) {
        match node {
            serde_json::Value::Object(map) => {
                if let Some(fields) = map.get("properties").and_then(|p| p.as_object()) {
                    out.extend(fields.keys().cloned());
                }
                map.values().for_each(|v| names(v, out));
            }
            serde_json::Value::Array(all) => all.iter().for_each(|v| names(v, out)),
            _ => {}
        }
    }
    let schemas = [
        schemars::schema_for!(Person),
        schemars::schema_for!(Computer),
        schemars::schema_for!(Medium),
        schemars::schema_for!(Inspection),
        schemars::schema_for!(Unit),
    ];
    let mut all = std::collections::BTreeSet::new();
    for schema in schemas {
        names(&serde_json::to_value(schema).unwrap(), &mut all);
    }
    let bookkeeping = ["id", "n", "revision"];
    for lang in [Lang::ZhCn, Lang::En] {
        let texts = Texts::new(lang);
        let missing: Vec<_> = all
            .iter()
            .filter(|f| !bookkeeping.contains(&f.as_str()) && texts.get(&format!("field.{f}")).is_none())
            .collect();
        assert!(missing.is_empty(), "{lang:?}: {missing:?}");
    }
}
