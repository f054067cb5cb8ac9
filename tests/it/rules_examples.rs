//! The worked examples of the specification, row by row.
#![allow(clippy::items_after_statements, clippy::many_single_char_names, clippy::enum_glob_use)]

use shoumi::domain::*;
use shoumi::rules::*;

use crate::rules_people::*;

const G: Option<Level> = Some(Level::General);
const I: Option<Level> = Some(Level::Important);
const C: Option<Level> = Some(Level::Core);

fn on_post(level: Option<Level>) -> Person {
    let mut p = person(level);
    post(&mut p, Some("2020-01-01"));
    p
}

fn left(level: Option<Level>, approved: Option<&str>, day: Option<&str>) -> Person {
    let mut p = on_post(level);
    leave(&mut p, approved, day);
    p
}

/// Outcome, missing codes in order, every article cited.
fn ask(pack: &str, p: &Person, held: &[Held], q: Question, on: &str) -> (Outcome, String, Vec<String>, Verdict) {
    let v = verdict(&embedded(), &unit(pack, &[]), p, held, q, day(on), day(on)).unwrap();
    let missing = v.missing.iter().map(|m| m.code.as_str()).collect::<Vec<_>>().join(" ");
    let cited = v.reasons.iter().map(|r| r.article.clone()).chain(v.missing.iter().map(|m| m.article.clone()));
    (v.outcome, missing, cited.collect(), v)
}

const PRIVATE: Question = Question::Travel { kind: TripKind::Private, trip: None };

#[test]
fn travel() {
    let (o, ..) = ask("p1-unit", &on_post(C), &[], PRIVATE, "2025-04-01");
    assert_eq!(o, Outcome::Silent);

    let mut p = on_post(I);
    training(&mut p, TrainingKind::BeforeTravel, "2025-04-20");
    let (o, _, a, _) = ask("p4a-bureau", &p, &[], PRIVATE, "2025-05-01");
    assert_eq!((o, a), (Outcome::Allowed, vec!["5".to_owned()]));

    let p = left(I, None, Some("2024-06-01"));
    let (o, missing, a, v) = ask("p5-company", &p, &[], PRIVATE, "2026-06-01");
    assert_eq!(o, Outcome::AllowedWhen);
    assert_eq!(missing, "special_reason department_review leader committee secrecy_review pledge");
    assert_eq!(a[0], "22, 24");
    assert_eq!(v.free_from, Some(day("2026-06-02")));
    assert_eq!(ask("p5-company", &p, &[], PRIVATE, "2026-06-02").0, Outcome::Allowed);

    use StepCode::*;
    let mut p = on_post(G);
    let done = [SpecialReason, DepartmentReview, Leader, SecrecyReview, Pledge];
    trip(&mut p, TripKind::Private, "2025-05-01", TripState::Pending, &done);
    let (o, missing, ..) = ask("p5-company", &p, &[], PRIVATE, "2025-05-01");
    assert_eq!((o, missing.as_str()), (Outcome::AllowedWhen, "committee"));
}

#[test]
fn transfer_and_resignation() {
    use StepCode::*;
    let u = unit("p6-enterprise", &[]);
    let wrong = verdict(&embedded(), &u, &on_post(G), &[], Question::Transfer, day("2025-05-01"), day("2025-05-01"));
    assert_eq!(wrong, Err(NotPersonnel { pack: "p6-enterprise".into() }));

    let (o, missing, a, _) = ask("p1-unit", &on_post(I), &[], Question::Transfer, "2025-05-01");
    assert_eq!(o, Outcome::AllowedWhen);
    assert_eq!(missing, "consent leave_post return_all wait_period secrecy_review leader leading_group pledge");
    assert_eq!(a[0], "11, 13, 16, 17");

    let mut p = on_post(G);
    leave(&mut p, Some("2025-04-30"), Some("2025-06-01"));
    p.departures[0].steps = vec![step(HandOver, "2025-04-20"), step(Verified, "2025-04-22")];
    pledge(&mut p, PledgeKind::Leaving, "2025-04-21");
    let (o, _, a, _) = ask("p2-filing", &p, &[], Question::Transfer, "2025-05-01");
    assert_eq!((o, a[0].as_str()), (Outcome::Allowed, "2-1"));

    let mut p = left(C, None, Some("2024-05-01"));
    case(&mut p, CaseKind::Transfer, "2025-04-01", &[SpecialReason, Leader, NoteInFile, Pledge]);
    let (o, missing, a, _) = ask("p5-company", &p, &[], Question::Transfer, "2025-05-01");
    assert_eq!((o, missing.as_str()), (Outcome::AllowedWhen, "committee"));
    assert!(a.iter().all(|x| x == "17"), "{a:?}");

    let mut p = left(G, None, Some("2024-06-01"));
    case(&mut p, CaseKind::Resignation, "2025-04-01", &[SpecialReason, Leader, LeadingGroup, NoteInFile, Pledge]);
    let (o, _, a, _) = ask("p1-unit", &p, &[], Question::Resign, "2025-05-01");
    assert_eq!((o, a), (Outcome::Allowed, vec!["14, 17".to_owned(), "16".to_owned()]));

    let p = left(G, Some("2024-06-01"), None);
    assert_eq!(ask("p2-filing", &p, &[], Question::Resign, "2025-05-01").0, Outcome::Silent);

    let mut p = on_post(I);
    p.civil_servant = true;
    let (o, _, a, _) = ask("law-2024", &p, &[], Question::Resign, "2025-05-01");
    assert_eq!((o, a), (Outcome::NotAllowed, vec!["civil servants' law 86(2)".to_owned()]));
    let u = Unit { law: true, ..unit("p1-unit", &[]) };
    let v = verdict(&embedded(), &u, &p, &[], Question::Resign, day("2025-05-01"), day("2025-05-01")).unwrap();
    assert_eq!((v.outcome, v.packs.len(), v.missing.len()), (Outcome::NotAllowed, 2, 0));
    assert!(v.reasons.iter().any(|r| r.pack == "p1-unit" && r.article == "16" && r.code == "state_rule_forbids"));
}

#[test]
fn foreign_jobs() {
    let job = |employer| Question::ForeignJob { employer };
    let mut p = left(G, None, Some("2024-03-15"));
    p.departures[0].closed_on = Some(day("2025-03-16"));
    let (o, _, a, v) = ask("p5-company", &p, &[], job(Employer::ForeignBody), "2027-03-15");
    assert_eq!((o, a, v.free_from), (Outcome::NotAllowed, vec!["21".to_owned()], Some(day("2027-03-16"))));
    let (o, _, a, _) = ask("p5-company", &p, &[], job(Employer::ForeignBody), "2027-03-16");
    assert_eq!((o, a), (Outcome::Allowed, vec!["21".to_owned()]));

    let p = left(I, None, Some("2024-06-01"));
    assert_eq!(ask("p7-township", &p, &[], job(Employer::ForeignFunded), "2025-05-01").0, Outcome::Silent);
    assert_eq!(ask("p7-township", &p, &[], job(Employer::WhollyForeign), "2025-05-01").0, Outcome::NotAllowed);

    let (o, _, a, _) = ask("p2-filing", &on_post(G), &[], job(Employer::Service), "2025-05-01");
    assert_eq!((o, a[0].as_str()), (Outcome::NotAllowed, "2-3"));
}

#[test]
fn posts_and_leaving() {
    let p = left(G, None, Some("2025-01-10"));
    let (o, _, a, v) = ask("p7-township", &p, &[], Question::Post { level: G }, "2025-05-01");
    assert_eq!((o, a, v.free_from), (Outcome::NotAllowed, vec!["9".to_owned()], Some(day("2026-01-11"))));

    use StepCode::*;
    let mut p = on_post(I);
    leave(&mut p, None, Some("2025-06-01"));
    let done = [DepartmentLeader, Verified, LeadingGroup];
    p.departures[0].steps = done.map(|c| step(c, "2025-04-30")).to_vec();
    let (o, missing, a, v) = ask("p7-township", &p, &[held(1), held(2)], Question::Leave, "2025-05-01");
    assert_eq!((o, missing.as_str()), (Outcome::AllowedWhen, "return_all told pledge office_form"));
    assert_eq!(a, ["4, 5, 6", "4", "5", "5", "6"]);
    assert_eq!(v.missing[0].facts["items"], "M-1, M-2");
}

#[test]
fn periods() {
    let mut p = left(I, Some("2024-02-20"), Some("2024-03-01"));
    p.departures[0].length = Some(person::LengthChoice { months: 24, on: None, by: "x".into(), reason: "x".into() });
    let s = standing(&embedded(), &unit("p4b-law-2010", &[]), &p, day("2026-02-20"));
    let period = s.period.unwrap();
    assert_eq!((s.state, period.last_day, period.article.as_str()), (State::InPeriod, Some(day("2026-02-20")), "38"));
    let s = standing(&embedded(), &unit("p4b-law-2010", &[]), &p, day("2026-02-21"));
    assert_eq!(s.state, State::Ended);

    let mut p = left(I, Some("2024-02-29"), None);
    p.departures[0].extensions = vec![person::Extension {
        n: 1,
        months: 24,
        on: day("2025-01-01"),
        by: "x".into(),
        reason: "x".into(),
        told_on: None,
    }];
    let s = standing(&embedded(), &unit("p1-unit", &[]), &p, day("2028-02-29"));
    let period = s.period.unwrap();
    assert_eq!((s.state, period.last_day, period.article.as_str()), (State::InPeriod, Some(day("2028-02-29")), "11"));
    assert_eq!(period.assumed, ["start_rule"]);
    assert!(period.explanation.iter().any(|l| l.code == "sum" && l.values["sum"] == "24 + 24"));
}

#[test]
fn duties() {
    let u = unit("p2-filing", &[]);
    let mut p = person(G);
    post(&mut p, Some("2025-01-15"));
    for on in ["2025-04-01", "2026-01-10", "2026-02-10"] {
        training(&mut p, TrainingKind::OnPost, on);
    }
    let s = standing(&embedded(), &u, &p, day("2026-03-01"));
    let sessions: Vec<_> = s.duties.iter().filter(|d| d.kind == DutyKind::Sessions).collect();
    let at = |year: &str| sessions.iter().find(|d| d.values["year"] == year).unwrap();
    assert!(at("2025").overdue(day("2026-03-01")) && at("2025").article == "1-4");
    assert!(at("2026").met(day("2026-03-01")) && !at("2026").met(day("2026-02-09")));

    let mut p = person(I);
    post(&mut p, Some("2025-03-01"));
    let s = standing(&embedded(), &unit("p4b-law-2010", &[]), &p, day("2025-03-02"));
    let duty = s.duties.iter().find(|d| d.kind == DutyKind::TrainingBeforePost).unwrap();
    assert!(duty.overdue(day("2025-03-02")) && !duty.overdue(day("2025-03-01")));
    assert_eq!(duty.article, "36");
}
