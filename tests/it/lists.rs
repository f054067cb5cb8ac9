//! The lists over the people of the demo, as its rules see them.

use std::sync::{Arc, OnceLock};

use shoumi::app::{LastDraft, Register, Snapshot};
use shoumi::domain::summary::Projector;
use shoumi::domain::{Change, Command, Date, Operator, PersonId, Role, Unit};
use shoumi::error::{Error, Kind};
use shoumi::i18n::Lang;
use shoumi::index::{Index, Query, View};
use shoumi::rules::{self, Question, RulesProjector, Verdict};
use shoumi::screens::{Card, Got, Read, StoreState};
use shoumi::session::{Kept, SessionError, demo};

use crate::journeys::counters_hold;
use crate::support::{Harness, settings};

/// The demo's people and units in memory.
pub struct Demo {
    roles: Vec<Role>,
}

fn records() -> &'static (Index, Vec<Unit>) {
    static RECORDS: OnceLock<(Index, Vec<Unit>)> = OnceLock::new();
    RECORDS.get_or_init(|| {
        let changes = crate::demo::build(demo::commands(demo::PEOPLE, demo::SEED), demo::today());
        let unit = |c: &Change| if let Change::Unit(u) = c { Some((**u).clone()) } else { None };
        let units: Vec<Unit> = changes.iter().filter_map(unit).collect();
        let projector = RulesProjector::new(rules::embedded());
        let mut index = Index::new(demo::today());
        for change in &changes {
            if let Change::Person(p) = change {
                let unit = units.iter().find(|u| u.id == p.unit).unwrap();
                index.put_person(&projector.person(unit, p, demo::today()));
            }
        }
        (index, units)
    })
}

impl Register for Demo {
    fn snapshot(&self) -> Result<Snapshot, Error> {
        let operator = Operator {
            number: 1,
            revision: 1,
            id: "li.na".into(),
            name: "李娜".into(),
            roles: self.roles.clone(),
            departments: Vec::new(),
            disabled: false,
        };
        let (index, units) = records();
        let packs = rules::embedded();
        let choices = units.iter().flat_map(|u| rules::choices(&packs, u)).collect();
        let index = Arc::new(index.clone());
        Ok(Snapshot { head: 1, index, packs, units: units.clone(), choices, operator, store: StoreState::Demo })
    }

    fn poll(&self, _: u64) -> Result<Option<Snapshot>, Error> {
        Ok(None)
    }

    fn card(&self, _: PersonId, _: Date) -> Result<Card, Error> {
        Err(Error::new(Kind::Refused, "not_found"))
    }

    fn answer(&self, _: PersonId, _: Question, _: Date) -> Result<Verdict, Error> {
        Err(Error::new(Kind::Refused, "not_found"))
    }

    fn read(&self, _: &Read) -> Result<Got, Error> {
        Err(Error::new(Kind::Refused, "not_found"))
    }

    fn commit(&self, _: Command) -> Result<(), SessionError> {
        Ok(())
    }

    fn keep(&self, _: Kept, _: Option<&str>) -> Result<(), Error> {
        Ok(())
    }

    fn kept(&self, _: Kept) -> Result<Option<String>, Error> {
        Ok(None)
    }

    fn leave(&self, _: LastDraft<'_>) {}
}

fn start(roles: &[Role], size: (u16, u16)) -> Harness {
    Harness::with(Arc::new(Demo { roles: roles.to_vec() }), settings(Lang::ZhCn, size, demo::today()))
}

#[test]
fn every_counter_of_the_demo_opens_exactly_its_rows() {
    for roles in [&[Role::Owner][..], &[Role::Officer], &[Role::Approver]] {
        counters_hold(|| start(roles, (80, 24)));
    }
    counters_hold(|| start(&[Role::Owner], (60, 16)));
}

#[test]
fn training_divides_everybody_into_four() {
    let (index, _) = records();
    let words = crate::index::vocabulary(Lang::En);
    let count = |text: &str| {
        let query = Query::parse(text, shoumi::index::query::Subject::People, &words).unwrap();
        let listed = index.list(View::TrainingState, &query, None).items.len();
        assert_eq!(index.count(View::TrainingState, &query), listed, "{text}");
        listed
    };
    let parts = ["overdue", "due", "done", "none"].map(|code| count(&format!("train:{code}")));
    assert_eq!(parts.iter().sum::<usize>(), index.people().rows().len(), "{parts:?}");
    assert!(parts[0] > 0 && parts[1] > 0 && parts[2] > 0, "{parts:?}");
    assert_eq!(count("train:ok"), parts[1] + parts[2] + parts[3]);
    assert_eq!(count("train:overdue"), index.list(View::Trainings, &Query::default(), None).items.len());
    // Whoever has an overdue duty of a kind has it among those that are due.
    for code in ["sessions", "re_review", "papers_back", "filing"] {
        assert_eq!(count(&format!("overdue:{code} -duty:{code}")), 0, "{code}");
    }
    assert_eq!(count("duty:any") + count("duty:none"), index.people().rows().len());
}
