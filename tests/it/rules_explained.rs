//! Every date says where it comes from: the article or that no text states it, and the arithmetic to the day itself.

use shoumi::domain::*;
use shoumi::rules::*;

use crate::rules_people::*;

/// Somebody who left on the day, was visited, and came back from abroad with the papers still out.
fn leaver() -> Person {
    let mut p = person(Some(Level::General));
    post(&mut p, Some("2020-01-01"));
    trip(&mut p, TripKind::Private, "2024-08-01", TripState::Returned, &[]);
    p.trips[0].returned_on = Some(day("2024-08-09"));
    p.trips[0].papers_issued_on = Some(day("2024-07-30"));
    leave(&mut p, Some("2024-09-01"), Some("2024-09-10"));
    let visit = |n, on: &str| person::Review {
        n,
        kind: ReviewKind::Visit,
        on: day(on),
        passed: true,
        by: "x".into(),
        comment: String::new(),
    };
    p.reviews = vec![visit(1, "2024-12-05")];
    p
}

fn codes(clock: &Clock) -> Vec<&str> {
    clock.explanation.iter().map(|l| l.code.as_str()).collect()
}

#[test]
fn every_clock_leads_to_its_last_day() {
    let unit = unit("p5-company", &[("visit_interval", "6")]);
    let s = standing(&embedded(), &unit, &leaver(), day("2025-03-01"));
    let clock = |code: &str| s.clocks.iter().find(|c| c.code == code).unwrap_or_else(|| panic!("{code}"));
    let ban = clock("foreign_job_ban");
    assert_eq!(codes(ban), ["start_leaving", "foreign_job_ban", "sum", "free_from"]);
    assert_eq!((ban.article.as_str(), ban.until), ("21", Some(day("2027-09-10"))));
    assert_eq!(codes(clock("visit_due")), ["last_visit", "sum"]);
    assert_eq!(codes(clock("papers_back")), ["back_in_default"]);
    for c in &s.clocks {
        let last = c.explanation.iter().rev().find_map(|l| l.values.get("last_day"));
        assert_eq!(last.map(|d| day(d)), c.until, "{} ends where its arithmetic does", c.code);
    }
}

#[test]
fn without_a_visit_the_first_is_counted_from_the_start() {
    let mut p = leaver();
    p.reviews.clear();
    let s = standing(&embedded(), &unit("p5-company", &[("visit_interval", "6")]), &p, day("2025-03-01"));
    let visit = s.clocks.iter().find(|c| c.code == "visit_due").unwrap();
    assert_eq!((codes(visit), visit.until), (vec!["first_visit", "sum"], Some(day("2025-03-01"))));
}

#[test]
fn what_no_text_states_says_so() {
    let after = |law: bool| {
        let mut unit = unit("p5-company", &[]);
        unit.law = law;
        let s = standing(&embedded(), &unit, &leaver(), day("2024-08-20"));
        let found =
            |kind: DutyKind| s.duties.iter().find(|d| d.kind == kind).map(|d| (d.pack.clone(), d.article.clone()));
        (found(DutyKind::TravelReport), found(DutyKind::PapersBack))
    };
    let of = |pack: &str, article: &str| Some((pack.to_owned(), article.to_owned()));
    assert_eq!(after(false), (of("p5-company", NOT_STATED), of("p5-company", NOT_STATED)));
    assert_eq!(after(true), (of("law-2024", "regs 52"), of("p5-company", NOT_STATED)));
}

#[test]
fn no_duty_and_no_clock_is_without_its_article() {
    let packs = embedded();
    for pack in packs.personnel() {
        let choices = [("visit_interval", "6"), ("review_interval", "12"), ("assessment_interval", "12")];
        let mut unit = unit(&pack.id, &choices);
        for law in [false, true] {
            unit.law = law && pack.id != "law-2024";
            for today in ["2024-08-20", "2025-03-01"] {
                let s = standing(&packs, &unit, &leaver(), day(today));
                assert!(!s.clocks.is_empty() || pack.period.is_none(), "{}", pack.id);
                for (code, article) in s.clocks.iter().map(|c| (c.code.clone(), &c.article)) {
                    assert!(!article.is_empty(), "{}: {code}", pack.id);
                }
                for d in &s.duties {
                    assert!(!d.article.is_empty(), "{}: {:?}", pack.id, d.kind);
                }
            }
        }
    }
}

#[test]
fn the_law_beside_the_pack_has_its_own_line_and_the_pack_governs() {
    let mut unit = unit("p5-company", &[]);
    unit.law = true;
    let s = standing(&embedded(), &unit, &leaver(), day("2025-03-01"));
    let lines: Vec<(&str, &str, bool)> =
        s.clocks.iter().map(|c| (c.code.as_str(), c.pack.as_str(), c.until.is_some())).collect();
    assert_eq!(lines[..2], [("period", "p5-company", true), ("law_period", "law-2024", false)]);
    assert_eq!(s.period.unwrap().pack, "p5-company");
    // When the period is over nothing of it stands beside.
    let s = standing(&embedded(), &unit, &leaver(), day("2026-01-01"));
    assert!(s.clocks.iter().all(|c| c.code != "law_period"));
}

#[test]
fn a_second_period_that_still_runs_stands_beside_the_one_that_governs() {
    let mut p = leaver();
    post(&mut p, Some("2024-10-01"));
    leave(&mut p, Some("2025-01-01"), Some("2025-01-01"));
    let s = standing(&embedded(), &unit("p5-company", &[]), &p, day("2025-03-01"));
    let ends: Vec<_> = s.clocks.iter().filter(|c| c.code == "period").map(|c| c.until.unwrap()).collect();
    assert_eq!(ends, [day("2026-01-01"), day("2025-09-01")]);
}
