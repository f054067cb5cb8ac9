//! The rules against independent oracles on random cases: other algorithms, written from the specification alone.
#![allow(clippy::items_after_statements, clippy::many_single_char_names, clippy::enum_glob_use)]

use std::collections::BTreeSet;

use chrono::{Datelike, Days};
use proptest::prelude::*;
use shoumi::domain::person::{Extension, LengthChoice, LevelChange, Post, Waiver};
use shoumi::domain::summary::Projector;
use shoumi::domain::unit::Unit;
use shoumi::domain::*;
use shoumi::rules::*;
use shoumi::session::answer::PersonAnswer;

use crate::rules_people::*;

/// Walks day by day to the corresponding day, or to the end of a month that has none.
fn walked(start: Date, months: u32, counted: bool) -> Date {
    let index = |d: Date| d.year() * 12 + d.month() as i32;
    let goal = index(start) + months as i32;
    let mut d = start;
    while index(d) < goal {
        d = d.succ_opt().unwrap();
    }
    loop {
        if d.day() == start.day() {
            return if counted { d.pred_opt().unwrap() } else { d };
        }
        let next = d.succ_opt().unwrap();
        if next.month() != d.month() {
            return d;
        }
        d = next;
    }
}

#[test]
fn last_days_agree_with_walking_through_the_calendar() {
    let first = day("2019-12-25");
    for offset in (0..1900).step_by(2) {
        let start = first.checked_add_days(Days::new(offset)).unwrap();
        for months in [1, 6, 11, 12, 24, 36, 48, 60] {
            for counted in [false, true] {
                let want = walked(start, months, counted);
                assert_eq!(last_day(start, months, counted), Some(want), "{start} {months} {counted}");
                let split = calculate(start, 1, &[months - 1], counted);
                assert_eq!(split.last_day, Some(want));
            }
        }
    }
}

fn any_day(from: &'static str, days: u64) -> impl Strategy<Value = Date> {
    (0..days).prop_map(move |n| day(from).checked_add_days(Days::new(n)).unwrap())
}

const PERSONNEL: [&str; 7] =
    ["p1-unit", "p2-filing", "p4a-bureau", "p4b-law-2010", "p5-company", "p7-township", "law-2024"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    /// One leaver: start rule, length, extensions, state, days left.
    #[test]
    fn periods_agree(
        pack in 0..6_usize,
        level in 0..3_usize,
        approved in proptest::option::of(any_day("2019-01-01", 2500)),
        left in proptest::option::of(any_day("2019-01-01", 2500)),
        chosen in proptest::option::of(1..3_u32),
        extra in proptest::collection::vec(1..30_u32, 0..3),
        rule in proptest::option::of(any::<bool>()),
        counted in any::<bool>(),
        closed in any::<bool>(),
        today in any_day("2019-01-01", 5000),
    ) {
        let pack = PERSONNEL[pack];
        let level = [Level::General, Level::Important, Level::Core][level];
        let mut p = person(Some(level));
        leave(&mut p, approved.map(|d| d.to_string()).as_deref(), left.map(|d| d.to_string()).as_deref());
        let fixed = matches!(pack, "p1-unit" | "p5-company" | "p7-township");
        let base = match level { Level::General => 12, Level::Important => 24, Level::Core => 36 };
        let months = if fixed { Some(base) } else { chosen.map(|c| c * 12) };
        if !fixed {
            p.departures[0].length =
                months.map(|m| LengthChoice { months: m, on: None, by: "x".into(), reason: "x".into() });
        }
        for (n, m) in extra.iter().enumerate() {
            let ext = Extension { n: n as u32 + 1, months: *m, on: day("2020-01-01"), by: "x".into(), reason: "x".into(), told_on: None };
            p.departures[0].extensions.push(ext);
        }
        p.departures[0].closed_on = if closed { Some(day("2019-01-01")) } else { None };
        let mut set = vec![("count_start_day", if counted { "yes" } else { "no" })];
        let unset = matches!(pack, "p1-unit" | "p4a-bureau" | "p5-company");
        if unset && let Some(leaving) = rule {
            set.push(("start_rule", if leaving { "leaving" } else { "approval" }));
        }
        let u = unit(pack, &set);
        let s = standing(&embedded(), &u, &p, today);

        // The oracle.
        let by_leaving = pack == "p7-township" || (unset && rule == Some(true));
        let start = if by_leaving { left.or(approved) } else { approved.or(left) };
        let last = start.zip(months).map(|(s, m)| walked(s, m + extra.iter().sum::<u32>(), counted));
        let gone = left.or(approved).is_none_or(|d| d <= today);
        let state = match last {
            _ if !gone => State::OnPost,
            Some(l) if today <= l => State::InPeriod,
            Some(_) if closed || pack == "p7-township" => State::Released,
            Some(_) => State::Ended,
            None if closed => State::Released,
            None => State::InPeriod,
        };
        let period = s.period.unwrap();
        prop_assert_eq!(s.state, state);
        prop_assert_eq!(period.start, start);
        prop_assert_eq!(period.last_day, last);
        prop_assert_eq!(period.assumed.contains(&"start_rule".to_owned()), unset && rule.is_none());
        prop_assert_eq!(period.blocked_by.contains(&"length".to_owned()), months.is_none());
        if pack == "p5-company" && gone {
            let ban = s.clocks.iter().find(|c| c.code == "foreign_job_ban").unwrap();
            prop_assert_eq!(ban.until, left.or(approved).map(|d| walked(d, 36, counted)));
        }
    }
}

/// A random working life.
#[derive(Debug, Clone)]
struct Life {
    posts: Vec<(Option<Date>, Option<Date>)>,
    departures: Vec<(Option<Date>, Option<Date>, Option<Date>)>,
    levels: Vec<(Option<Date>, u8)>,
    sessions: Vec<(Date, Option<i32>)>,
    other: Vec<(Date, u8)>,
    waivers: Vec<(Date, Option<Date>, u8)>,
    retired: bool,
    trips: Vec<(Date, u64, u8)>,
}

fn life() -> impl Strategy<Value = Life> {
    let span = || any_day("2020-01-01", 2600);
    (
        proptest::collection::vec((proptest::option::of(span()), proptest::option::of(span())), 0..3),
        proptest::collection::vec(
            (proptest::option::of(span()), proptest::option::of(span()), proptest::option::of(span())),
            0..3,
        ),
        proptest::collection::vec((proptest::option::of(span()), 0..4_u8), 0..3),
        proptest::collection::vec((span(), proptest::option::of(2020..2027_i32)), 0..14),
        proptest::collection::vec((span(), 0..10_u8), 0..8),
        proptest::collection::vec((span(), proptest::option::of(span()), 0..4_u8), 0..3),
        proptest::bool::weighted(0.1),
        proptest::collection::vec((span(), 0..30_u64, 0..6_u8), 0..4),
    )
        .prop_map(|(posts, departures, levels, sessions, other, waivers, retired, trips)| Life {
            posts,
            departures,
            levels,
            sessions,
            other,
            waivers,
            retired,
            trips,
        })
}

fn live(life: &Life) -> Person {
    let mut p = Person::new(PersonId(9), UnitId(1), "x");
    let level = |n: u8| [None, Some(Level::General), Some(Level::Important), Some(Level::Core)][n as usize % 4];
    for (n, (from, to)) in life.posts.iter().enumerate() {
        p.posts.push(Post { n: n as u32 + 1, title: format!("t{n}"), level: level(n as u8 + 1), from: *from, to: *to });
    }
    for (approved, left, closed) in &life.departures {
        leave(&mut p, approved.map(|d| d.to_string()).as_deref(), left.map(|d| d.to_string()).as_deref());
        p.departures.last_mut().unwrap().closed_on = *closed;
    }
    for (n, (from, l)) in life.levels.iter().enumerate() {
        let change = LevelChange {
            n: n as u32 + 1,
            level: level(*l),
            from: *from,
            decided_by: String::new(),
            reason: String::new(),
        };
        p.levels.push(change);
    }
    for (on, makeup) in &life.sessions {
        training(&mut p, TrainingKind::OnPost, &on.to_string());
        p.trainings.last_mut().unwrap().makeup_for = *makeup;
    }
    for (on, what) in &life.other {
        let on = on.to_string();
        match what {
            0 => training(&mut p, TrainingKind::BeforePost, &on),
            1 => training(&mut p, TrainingKind::BeforeTravel, &on),
            2 => training(&mut p, TrainingKind::BeforeLeaving, &on),
            3 => pledge(&mut p, PledgeKind::OnPost, &on),
            4 => pledge(&mut p, PledgeKind::Yearly, &on),
            5 => pledge(&mut p, PledgeKind::Leaving, &on),
            6 => review(&mut p, ReviewKind::BeforePost, &on),
            7 => review(&mut p, ReviewKind::JointCheck, &on),
            8 => review(&mut p, ReviewKind::ReReview, &on),
            _ => review(&mut p, ReviewKind::Assessment, &on),
        }
    }
    for (n, (on, until, kind)) in life.waivers.iter().enumerate() {
        let duty =
            [DutyKind::Sessions, DutyKind::YearlyStatement, DutyKind::TrainingBeforePost, DutyKind::TravelReport];
        p.waivers.push(Waiver {
            n: n as u32 + 1,
            duty: duty[*kind as usize],
            due: None,
            on: *on,
            by: "x".into(),
            reason: "x".into(),
            until: *until,
        });
    }
    for (depart, days, state) in &life.trips {
        let state = [
            TripState::Pending,
            TripState::Approved,
            TripState::PapersIssued,
            TripState::Returned,
            TripState::Closed,
            TripState::Rejected,
        ][*state as usize];
        trip(&mut p, TripKind::Private, &depart.to_string(), state, &[]);
        let t = p.trips.last_mut().unwrap();
        t.return_on = depart.checked_add_days(Days::new(*days));
        t.papers_issued_on = Some(*depart);
    }
    if life.retired {
        p.employment = Employment::Retired;
    }
    p
}

/// On post on a day, asked of each record anew.
fn serving(p: &Person, d: Date) -> bool {
    p.posts.iter().any(|post| {
        let mut held = post.from.is_none_or(|f| f <= d) && post.to.is_none_or(|t| d < t);
        for x in &p.departures {
            if let Some(l) = x.left_on.or(x.approved_on)
                && post.from.is_none_or(|f| f < l)
                && l <= d
            {
                held = false;
            }
        }
        held
    })
}

/// Due days of sessions and statements overdue today under p2, counted anew for the day.
fn overdue_by_counting(u: &Unit, p: &Person, today: Date, even: bool) -> BTreeSet<(DutyKind, Date)> {
    let mut out = BTreeSet::new();
    let waived = |kind: DutyKind| {
        p.waivers.iter().any(|w| w.duty == kind && w.on <= today && w.until.is_none_or(|x| today <= x))
    };
    for year in 2020..=today.year() {
        let parts: Vec<(Date, usize)> = if even {
            vec![(Date::from_ymd_opt(year, 6, 30).unwrap(), 1), (Date::from_ymd_opt(year, 12, 31).unwrap(), 1)]
        } else {
            vec![(Date::from_ymd_opt(year, 12, 31).unwrap(), 2)]
        };
        let mut have = 0;
        for t in &p.trainings {
            let made_up = t.makeup_for.filter(|y| *y < t.on.year());
            let counts = t.kind == TrainingKind::OnPost && t.on <= today && serving(p, t.on);
            if counts && made_up.unwrap_or(t.on.year()) == year {
                have += 1;
            }
        }
        let mut need = 0;
        for (due, n) in parts {
            if !serving(p, due) || due < u.tracking_from || p.employment == Employment::Retired {
                continue;
            }
            need += n;
            if today > due && have < need && !waived(DutyKind::Sessions) {
                out.insert((DutyKind::Sessions, due));
            }
        }
        let due = Date::from_ymd_opt(year, 12, 31).unwrap();
        let signed = p.pledges.iter().any(|x| x.kind == PledgeKind::Yearly && x.on.year() == year && x.on <= today);
        if today > due && due >= u.tracking_from && serving(p, due) && !signed && !waived(DutyKind::YearlyStatement) {
            out.insert((DutyKind::YearlyStatement, due));
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn duties_agree_with_counting(l in life(), today in any_day("2020-01-01", 2900), even in any::<bool>(), from in 0..3_i32) {
        let p = live(&l);
        let pace = if even { "even" } else { "year-end" };
        let mut u = unit("p2-filing", &[("training_pace", pace)]);
        u.tracking_from = Date::from_ymd_opt(2020 + from, 3, 1).unwrap();
        let s = standing(&embedded(), &u, &p, today);
        let kinds = [DutyKind::Sessions, DutyKind::YearlyStatement];
        let found: BTreeSet<(DutyKind, Date)> = s
            .duties
            .iter()
            .filter(|d| kinds.contains(&d.kind) && d.overdue(today))
            .map(|d| (d.kind, d.due))
            .collect();
        prop_assert_eq!(found, overdue_by_counting(&u, &p, today, even));
        prop_assert_eq!(s.state == State::OnPost, serving(&p, today) || (p.posts.is_empty() && s.state == State::OnPost));
    }
}

/// From which day on somebody has which title.
fn posts(summary: &PersonSummary) -> Vec<(Option<Date>, &str)> {
    let mut out: Vec<_> = summary.phases.iter().map(|p| (p.from, p.post.as_str())).collect();
    out.dedup_by_key(|(_, post)| *post);
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// A summary answers for every day of its span as a standing of that day does.
    #[test]
    fn summaries_stay_true(l in life(), today in any_day("2021-01-01", 1500), pack in 0..7_usize, law in any::<bool>()) {
        let p = live(&l);
        let mut u = unit(PERSONNEL[pack], &[("review_interval", "12"), ("assessment_interval", "6"), ("sessions_per_year", "3")]);
        u.law = law;
        let packs = embedded();
        let projector = RulesProjector::new(packs.clone());
        let summary = projector.person(&u, &p, today);
        let (first, last) = projector.span(today);
        prop_assert!(first <= today && today <= last);
        // Look-ups go by the posts, which no pack, choice or day moves.
        let other = projector.person(&unit(PERSONNEL[(pack + 3) % 7], &[]), &p, today + Days::new(700));
        prop_assert_eq!(posts(&summary), posts(&other));
        let mut d = first;
        while d <= last {
            let s = standing(&packs, &u, &p, d);
            prop_assert_eq!(summary.state(d), s.state, "{}", d);
            prop_assert_eq!(summary.level(d), s.level, "{}", d);
            prop_assert_eq!(&summary.phase(d).unwrap().post, &s.post);
            let found = summary.period_on(d).map(|x| (x.departure, x.start, x.last_day, x.latest));
            let own = s.period.as_ref().map(|x| (x.departure, x.start, x.last_day, x.latest));
            if s.period.is_some() {
                prop_assert_eq!(found, own, "{}", d);
            }
            let left = s.period.as_ref().and_then(|x| x.last_day).filter(|_| s.state == State::InPeriod);
            prop_assert_eq!(summary.days_left(d), left.map(|x| (x - d).num_days()));
            let mine: Vec<_> = summary.duties.iter().filter(|x| x.overdue(d)).map(|x| (x.kind, x.due, x.pack.clone())).collect();
            let own: Vec<_> = s.duties.iter().filter(|x| x.overdue(d)).map(|x| (x.kind, x.due, x.pack.clone())).collect();
            prop_assert_eq!(mine, own, "{}", d);
            prop_assert_eq!(&summary.flags, &s.flags);
            let (stored, made) = (PersonAnswer::of(&summary, d), PersonAnswer::of(&projector.person(&u, &p, d), d));
            prop_assert_eq!((stored.period, stored.post), (made.period, made.post), "{}", d);
            d = d.checked_add_days(Days::new(17)).unwrap();
        }
    }

    /// No question about any life panics; two packs are never milder than one.
    #[test]
    fn verdicts_never_fail(l in life(), on in any_day("2020-01-01", 2900), pack in 0..6_usize) {
        let p = live(&l);
        let u = unit(PERSONNEL[pack], &[]);
        let beside = Unit { law: true, ..u.clone() };
        for q in [
            Question::Travel { kind: TripKind::Private, trip: None },
            Question::Transfer,
            Question::Resign,
            Question::ForeignJob { employer: Employer::ForeignBody },
            Question::Post { level: None },
            Question::Leave,
        ] {
            let one = verdict(&embedded(), &u, &p, &[], q, on, on).unwrap();
            let two = verdict(&embedded(), &beside, &p, &[], q, on, on).unwrap();
            prop_assert!(two.outcome >= one.outcome);
            prop_assert_eq!(one.outcome == Outcome::AllowedWhen, !one.missing.is_empty());
            prop_assert!(one.reasons.iter().all(|r| r.article.is_empty() == (r.code == "silent")));
            prop_assert_eq!(side_by_side(&embedded(), &u, &p, &[], q, on, on).len(), 7);
            if let Some(free) = one.free_from {
                prop_assert!(free > on);
                let then = verdict(&embedded(), &u, &p, &[], q, free, free).unwrap();
                prop_assert!(one.outcome != Outcome::NotAllowed || then.outcome != Outcome::NotAllowed || then.free_from.is_none_or(|f| f > free));
            }
        }
        for t in &p.trips {
            prop_assert!(!trip_chains(&embedded(), &beside, &p, t).is_empty());
        }
        for x in &p.departures {
            departure_chain(&embedded(), &u, &p, x);
        }
    }
}

#[test]
fn objections_are_final_and_temporary_hires_are_refused() {
    let mut p = person(Some(Level::General));
    post(&mut p, Some("2020-01-01"));
    trip(&mut p, TripKind::Official, "2025-05-01", TripState::Pending, &[StepCode::CompetentAuthority]);
    let q = Question::Travel { kind: TripKind::Official, trip: Some(1) };
    let ask = |pack: &str, p: &Person, q| {
        verdict(&embedded(), &unit(pack, &[]), p, &[], q, day("2025-05-01"), day("2025-05-01")).unwrap()
    };
    assert_eq!(ask("p4b-law-2010", &p, q).outcome, Outcome::Allowed);
    let mut no = step(StepCode::StateOrganOpinion, "2025-04-01");
    no.opinion = Opinion::Object;
    p.trips[0].steps.insert(0, no);
    let v = ask("p4b-law-2010", &p, q);
    assert_eq!((v.outcome, v.reasons[0].code.as_str(), v.free_from), (Outcome::NotAllowed, "objection_final", None));
    assert_eq!(ask("p2-filing", &p, q).outcome, Outcome::AllowedWhen);

    p.employment = Employment::Temporary;
    let v = ask("p4a-bureau", &p, Question::Post { level: None });
    assert_eq!((v.outcome, v.reasons[0].article.as_str()), (Outcome::NotAllowed, "2"));
}

#[test]
fn the_leader_may_sign_for_the_committee() {
    use StepCode::*;
    let mut p = person(Some(Level::General));
    post(&mut p, Some("2020-01-01"));
    let done = [SpecialReason, DepartmentReview, Leader, SecrecyReview, Pledge];
    trip(&mut p, TripKind::Private, "2025-05-01", TripState::Pending, &done);
    let q = Question::Travel { kind: TripKind::Private, trip: Some(1) };
    let u = unit("p5-company", &[("leader_signs_for_group", "yes")]);
    let v = verdict(&embedded(), &u, &p, &[], q, day("2025-05-01"), day("2025-05-01")).unwrap();
    assert_eq!(v.outcome, Outcome::Allowed);
    let chain = trip_chain(&embedded(), &unit("p5-company", &[]), &p, &p.trips[0]);
    assert_eq!(chain.next(), Some(Committee));
}
