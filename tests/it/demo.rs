//! The demo and the generator, decided command by command as the store would.

use std::collections::BTreeMap;

use shoumi::decide::{Context, Decision, Overlay, Who, decide};
use shoumi::domain::operator::Reach;
use shoumi::domain::view::{NaturalKey, ReadError};
use shoumi::domain::{
    Change, Command, Computer, ComputerId, Date, DutyKind, Employer, Held, Inspection, InspectionId, Level, Medium,
    MediumId, Operator, Person, PersonId, RecordKind, Role, State, TripKind, Unit, UnitId, View,
};
use shoumi::rules;
use shoumi::session::demo;

/// A store with nothing in it.
struct Nothing;

impl View for Nothing {
    fn person(&self, _: PersonId) -> Result<Option<Person>, ReadError> {
        Ok(None)
    }
    fn computer(&self, _: ComputerId) -> Result<Option<Computer>, ReadError> {
        Ok(None)
    }
    fn medium(&self, _: MediumId) -> Result<Option<Medium>, ReadError> {
        Ok(None)
    }
    fn inspection(&self, _: InspectionId) -> Result<Option<Inspection>, ReadError> {
        Ok(None)
    }
    fn templates(&self) -> Result<Vec<shoumi::domain::StoredTemplate>, ReadError> {
        Ok(Vec::new())
    }
    fn unit(&self, _: UnitId) -> Result<Option<Unit>, ReadError> {
        Ok(None)
    }
    fn units(&self) -> Result<Vec<Unit>, ReadError> {
        Ok(Vec::new())
    }
    fn operators(&self) -> Result<Vec<Operator>, ReadError> {
        Ok(Vec::new())
    }
    fn next_number(&self, _: RecordKind) -> Result<u64, ReadError> {
        Ok(1)
    }
    fn by_key(&self, _: &NaturalKey) -> Result<Option<u64>, ReadError> {
        Ok(None)
    }
    fn held_by(&self, _: PersonId) -> Result<Vec<Held>, ReadError> {
        Ok(Vec::new())
    }
}

/// Decides every command at `today`; complains of each that is refused.
pub fn build(blocks: impl Iterator<Item = Vec<Command>>, today: Date) -> Vec<Change> {
    let packs = rules::embedded();
    let who = Who { operator: "demo".to_owned(), roles: vec![Role::Owner], reach: Reach::default() };
    let cx = Context { packs: &packs, who: &who, today };
    let mut overlay = Overlay::new(&Nothing);
    let mut refused = Vec::new();
    for command in blocks.flatten() {
        match decide(&overlay, &cx, &command) {
            Ok(Decision { changes, .. }) => overlay.absorb(changes),
            Err(refusal) => refused.push(format!("{refusal}: {command:?}")),
        }
    }
    assert!(refused.is_empty(), "{} refused:\n{}", refused.len(), refused[..refused.len().min(12)].join("\n"));
    overlay.into_changes().iter().map(|c| c.open().unwrap()).collect()
}

fn people(changes: &[Change]) -> Vec<&Person> {
    changes.iter().filter_map(|c| if let Change::Person(p) = c { Some(&**p) } else { None }).collect()
}

fn unit(changes: &[Change], id: u64) -> &Unit {
    changes.iter().find_map(|c| if let Change::Unit(u) = c { (u.id.0 == id).then_some(&**u) } else { None }).unwrap()
}

#[test]
fn the_demo_obeys_every_rule_and_has_its_numbers() {
    let changes = build(demo::commands(demo::PEOPLE, demo::SEED), demo::today());
    let all = people(&changes);
    assert_eq!(all.len(), demo::PEOPLE);
    assert_eq!(all.iter().filter(|p| p.unit == UnitId(2)).count(), 15);
    let computers = changes.iter().filter(|c| matches!(c, Change::Computer(_))).count();
    let media = changes.iter().filter(|c| matches!(c, Change::Medium(_))).count();
    assert_eq!(computers, 20);
    assert!((13..=18).contains(&media), "{media} media");
    // Numbers of people who do not exist.
    assert!(all.iter().filter_map(|p| p.identity.as_ref()).all(|i| i.reveal().starts_with("99")));
    // A request in every state.
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for trip in all.iter().flat_map(|p| &p.trips) {
        *states.entry(trip.state.code()).or_default() += 1;
    }
    for state in shoumi::domain::TripState::ALL {
        assert!(states.contains_key(state.code()), "no trip is {}: {states:?}", state.code());
    }
}

#[test]
fn the_same_seed_gives_the_same_people_and_another_does_not() {
    let make = |seed| demo::generate(600, seed, demo::today()).flatten().collect::<Vec<_>>();
    assert_eq!(make(1), make(1));
    assert_ne!(make(1), make(2));
}

#[test]
fn drawn_staff_obey_the_rules_on_any_day() {
    for (seed, day) in [(1, "2026-03-16"), (2, "2024-02-29"), (3, "2027-12-31"), (4, "2025-01-01")] {
        let changes = build(demo::generate(2500, seed, day.parse().unwrap()), day.parse().unwrap());
        assert_eq!(people(&changes).len(), 2500);
        assert!(people(&changes).iter().any(|p| p.unit == UnitId(2)));
    }
}

#[test]
fn fewer_people_than_the_cast_are_the_cast() {
    let changes = build(demo::commands(1, demo::SEED), demo::today());
    assert!((60..100).contains(&people(&changes).len()));
    assert_eq!(unit(&changes, 2).pack, "p2-filing");
}

/// The cast by name (the three of one name aside).
struct Cast {
    packs: rules::Packs,
    changes: Vec<Change>,
}

impl Cast {
    fn new() -> Self {
        Self { packs: rules::embedded(), changes: build(demo::commands(1, demo::SEED), demo::today()) }
    }

    fn person(&self, name: &str) -> &Person {
        let found: Vec<&Person> = people(&self.changes).into_iter().filter(|p| p.name == name).collect();
        assert_eq!(found.len(), 1, "{name}");
        found[0]
    }

    fn standing(&self, p: &Person) -> rules::Standing {
        rules::standing(&self.packs, unit(&self.changes, p.unit.0), p, demo::today())
    }

    fn of(&self, name: &str) -> rules::Standing {
        self.standing(self.person(name))
    }

    fn outcome(&self, name: &str, question: rules::Question, on: &str) -> rules::Outcome {
        let p = self.person(name);
        let unit = unit(&self.changes, p.unit.0);
        rules::verdict(&self.packs, unit, p, &[], question, on.parse().unwrap(), demo::today()).unwrap().outcome
    }

    /// Everybody for whom a duty of these kinds is overdue on the demo's day.
    fn overdue(&self, kinds: &[DutyKind]) -> Vec<&str> {
        let late =
            |p: &&Person| self.standing(p).duties.iter().any(|d| kinds.contains(&d.kind) && d.overdue(demo::today()));
        people(&self.changes).into_iter().filter(late).map(|p| p.name.as_str()).collect()
    }
}

#[test]
fn the_periods_of_the_cast_end_where_they_should() {
    let cast = Cast::new();
    for (name, last_day, state) in [
        ("韩志远", "2026-03-16", State::InPeriod),
        ("单怀瑾", "2026-03-15", State::Ended),
        ("仇文博", "2026-04-15", State::InPeriod),
        ("任建平", "2026-04-16", State::InPeriod),
        ("解晓峰", "2026-05-15", State::InPeriod),
        ("查雅琴", "2026-06-14", State::InPeriod),
        ("欧阳景行", "2028-02-29", State::InPeriod),
        ("朴秀英", "2025-09-01", State::Released),
        ("阚文静", "2026-06-20", State::InPeriod),
        ("靳大勇", "2026-10-08", State::InPeriod),
        ("苟晓雯", "2026-10-01", State::InPeriod),
        ("臧一凡", "2025-09-12", State::Ended),
        ("郗望舒", "2023-06-01", State::Released),
        ("连城", "2026-03-16", State::InPeriod),
    ] {
        let standing = cast.of(name);
        let period = standing.period.unwrap_or_else(|| panic!("{name} has no period"));
        assert_eq!(period.last_day.map(|d| d.to_string()).as_deref(), Some(last_day), "{name}");
        assert_eq!(standing.state, state, "{name}");
    }
    let open = cast.of("丛小米");
    let period = open.period.unwrap();
    assert_eq!((open.state, period.last_day), (State::InPeriod, None));
    assert_eq!(period.earliest.map(|d| d.to_string()).as_deref(), Some("2026-02-10"));
    assert_eq!(period.latest.map(|d| d.to_string()).as_deref(), Some("2027-02-10"));
    assert!(!period.blocked_by.is_empty());
    for (name, state) in [
        ("晏清", State::OnPost),
        ("华志刚", State::OnPost),
        ("麦嘉怡", State::OnPost),
        ("车雨桐", State::OnPost),
        ("端木清扬", State::Candidate),
    ] {
        assert_eq!(cast.of(name).state, state, "{name}");
    }
    let ban = cast.of("朴秀英").clocks.into_iter().find(|c| c.code == "foreign_job_ban").unwrap();
    assert_eq!(ban.until.map(|d| d.to_string()).as_deref(), Some("2027-09-10"));
    assert!(cast.of("阚文静").flags.iter().any(|f| f == "stated_differs"));
    assert!(!cast.of("蔺秋实").flags.iter().any(|f| f == "stated_differs"));
    assert!(cast.of("訾若水").flags.iter().any(|f| f == "level_outside_pack"));
    assert!(!cast.of("靳大勇").period.unwrap().assumed.is_empty());
}

#[test]
fn the_overdue_of_the_cast_are_those_named() {
    let cast = Cast::new();
    let trainings: Vec<DutyKind> = DutyKind::ALL.iter().copied().filter(|k| k.is_training()).collect();
    assert_eq!(cast.overdue(&trainings), ["盛小满", "濮存远", "岑夏", "栾树声", "苏打"]);
    assert_eq!(cast.overdue(&[DutyKind::YearlyStatement]), ["甄宝琴"]);
    assert_eq!(cast.overdue(&[DutyKind::TravelReport]), ["牟海涛"]);
    assert_eq!(cast.overdue(&[DutyKind::PapersBack]), ["牟海涛"]);
}

#[test]
fn the_questions_of_the_cast_have_their_answers() {
    use rules::{Outcome, Question};
    let cast = Cast::new();
    let job = |employer| Question::ForeignJob { employer };
    let travel = Question::Travel { kind: TripKind::Private, trip: Some(1) };
    for (name, question, on, outcome) in [
        ("诸葛明德", Question::Resign, "2026-04-15", Outcome::NotAllowed),
        ("上官云深", Question::Resign, "2026-05-01", Outcome::NotAllowed),
        ("夏侯宁", Question::Resign, "2026-04-01", Outcome::AllowedWhen),
        ("朴秀英", job(Employer::ForeignBody), "2026-03-16", Outcome::NotAllowed),
        ("朴秀英", job(Employer::ForeignFunded), "2026-03-16", Outcome::Silent),
        ("戚继红", Question::Post { level: Some(Level::Important) }, "2026-03-23", Outcome::NotAllowed),
        ("尉迟刚", travel, "2026-04-25", Outcome::AllowedWhen),
        ("司徒慧", travel, "2026-06-10", Outcome::Allowed),
        ("宓书云", Question::Transfer, "2026-04-30", Outcome::AllowedWhen),
        ("向南", Question::Transfer, "2026-03-31", Outcome::AllowedWhen),
    ] {
        assert_eq!(cast.outcome(name, question, on), outcome, "{name} {question:?}");
    }
}
