//! People made in a few words, for the tests of the rules.

use shoumi::domain::person::*;
use shoumi::domain::unit::{Choice, Unit};
use shoumi::domain::*;

/// A date.
pub fn day(text: &str) -> Date {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// A unit with a pack and choices.
pub fn unit(pack: &str, choices: &[(&str, &str)]) -> Unit {
    Unit {
        id: UnitId(1),
        revision: 1,
        name: "unit".into(),
        pack: pack.into(),
        pack_version: shoumi::rules::embedded().get(pack).map(|p| p.version.clone()).unwrap_or_default(),
        law: false,
        tracking_from: day("2020-01-01"),
        choices: choices
            .iter()
            .map(|(k, v)| {
                let choice =
                    Choice { value: (*v).into(), decided_by: "x".into(), reason: "x".into(), on: day("2020-01-01") };
                ((*k).to_owned(), choice)
            })
            .collect(),
    }
}

/// Somebody with a level and no history.
pub fn person(level: Option<Level>) -> Person {
    let mut p = Person::new(PersonId(7), UnitId(1), "x");
    if level.is_some() {
        p.levels.push(LevelChange { n: 1, level, from: None, decided_by: String::new(), reason: String::new() });
    }
    p
}

/// Adds a post.
pub fn post(p: &mut Person, from: Option<&str>) {
    let n = p.posts.len() as u32 + 1;
    p.posts.push(Post {
        n,
        title: format!("post {n}"),
        level: p.levels.last().and_then(|l| l.level),
        from: from.map(day),
        to: None,
    });
}

/// Adds a departure.
pub fn leave(p: &mut Person, approved: Option<&str>, left: Option<&str>) {
    let n = p.departures.len() as u32 + 1;
    p.departures.push(Departure {
        n,
        reason: LeavingReason::Other,
        approved_on: approved.map(day),
        left_on: left.map(day),
        level: None,
        length: None,
        extensions: Vec::new(),
        stated_last_day: None,
        destination: String::new(),
        managed_by: String::new(),
        steps: Vec::new(),
        pin: None,
        opened_by: String::new(),
        changed_by: Vec::new(),
        closed_on: None,
    });
}

/// A step agreed on a day.
pub fn step(code: StepCode, on: &str) -> Step {
    Step { code, on: day(on), by: "x".into(), opinion: Opinion::Agree, comment: "x".into(), votes: None }
}

/// Adds a case with steps agreed on one day.
pub fn case(p: &mut Person, kind: CaseKind, on: &str, codes: &[StepCode]) {
    let n = p.cases.len() as u32 + 1;
    p.cases.push(Case {
        n,
        kind,
        opened_on: day(on),
        effective_on: None,
        reason: String::new(),
        employer: None,
        level: None,
        steps: codes.iter().map(|c| step(*c, on)).collect(),
        state: CaseState::Open,
        closed_on: None,
        pin: None,
        opened_by: String::new(),
    });
}

/// Adds a trip with steps agreed on the day before.
pub fn trip(p: &mut Person, kind: TripKind, depart: &str, state: TripState, codes: &[StepCode]) {
    let n = p.trips.len() as u32 + 1;
    let eve = day(depart).pred_opt().unwrap();
    p.trips.push(Trip {
        n,
        kind,
        destination: String::new(),
        purpose: String::new(),
        depart_on: day(depart),
        return_on: None,
        companions: Vec::new(),
        funding: String::new(),
        state,
        submitted_on: None,
        submitted_by: String::new(),
        changed_by: Vec::new(),
        steps: codes.iter().map(|c| step(*c, &eve.to_string())).collect(),
        papers_issued_on: None,
        papers_back_on: None,
        departed_on: None,
        returned_on: None,
        reported_on: None,
        report: String::new(),
        pin: None,
        on_paper: None,
    });
}

/// Adds a training.
pub fn training(p: &mut Person, kind: TrainingKind, on: &str) {
    let n = p.trainings.len() as u32 + 1;
    p.trainings.push(Training {
        n,
        on: day(on),
        kind,
        topic: String::new(),
        minutes: None,
        makeup_for: None,
        certificate: String::new(),
    });
}

/// Adds a pledge.
pub fn pledge(p: &mut Person, kind: PledgeKind, on: &str) {
    let n = p.pledges.len() as u32 + 1;
    p.pledges.push(Pledge { n, kind, on: day(on), year: None, copies: None, text_version: String::new() });
}

/// Adds a review passed.
pub fn review(p: &mut Person, kind: ReviewKind, on: &str) {
    let n = p.reviews.len() as u32 + 1;
    p.reviews.push(Review { n, kind, on: day(on), passed: true, by: String::new(), comment: String::new() });
}

/// A carrier in hand.
pub fn held(n: u64) -> Held {
    Held {
        record: RecordId { kind: RecordKind::Medium, number: n },
        number: format!("M-{n}"),
        title: String::new(),
        secrecy: None,
    }
}
