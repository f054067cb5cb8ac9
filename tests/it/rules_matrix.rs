//! The complete table of verdicts: pack × subject × state × level, with nothing done and with everything done.
//! `tests/data/verdicts.txt` is reviewed against the specification cell by cell; set `SHOUMI_BLESS=1` to write it anew.
#![allow(clippy::items_after_statements, clippy::many_single_char_names, clippy::enum_glob_use)]

use std::fmt::Write as _;

use shoumi::domain::*;
use shoumi::rules::*;

use crate::rules_people::*;

const ON: &str = "2025-05-01";

/// Somebody in a state on 2025-05-01 under any pack, with the shortest length chosen where the pack gives a range.
fn somebody(pack: &str, state: State, level: Level) -> Person {
    let mut p = person(Some(level));
    if state == State::Candidate {
        return p;
    }
    post(&mut p, Some("2015-01-01"));
    let left = match state {
        State::OnPost => return p,
        State::InPeriod => "2025-01-10",
        _ => "2018-01-10",
    };
    leave(&mut p, Some(left), Some(left));
    let months = embedded()
        .get(pack)
        .and_then(|k| k.period.as_ref())
        .and_then(|r| r.lengths.get(&level).map(|m| m.min))
        .unwrap_or(12);
    p.departures[0].length = Some(person::LengthChoice { months, on: None, by: "x".into(), reason: "x".into() });
    if state == State::Released {
        p.departures[0].closed_on = Some(day("2024-01-01"));
    }
    p
}

/// Every paper and step there is.
fn all_done(p: &mut Person, question: Question) {
    let codes: Vec<StepCode> = StepCode::ALL.to_vec();
    case(p, CaseKind::Transfer, "2025-04-01", &codes);
    case(p, CaseKind::Resignation, "2025-04-01", &codes);
    if let Question::Travel { kind, .. } = question {
        trip(p, kind, ON, TripState::Pending, &codes);
    }
    for kind in TrainingKind::ALL {
        training(p, *kind, "2025-04-20");
    }
    for kind in PledgeKind::ALL {
        pledge(p, *kind, "2025-04-20");
    }
    review(p, ReviewKind::BeforePost, "2025-04-20");
    p.filed_on = Some(day("2025-04-20"));
    if let Some(d) = p.departures.first_mut() {
        d.steps = codes.iter().map(|c| step(*c, "2025-04-20")).collect();
    }
}

fn questions() -> Vec<(String, Question)> {
    let mut out = vec![
        ("travel private".to_owned(), Question::Travel { kind: TripKind::Private, trip: None }),
        ("travel official".to_owned(), Question::Travel { kind: TripKind::Official, trip: None }),
        ("transfer".to_owned(), Question::Transfer),
        ("resign".to_owned(), Question::Resign),
    ];
    for employer in Employer::ALL {
        out.push((format!("job {}", employer.code()), Question::ForeignJob { employer: *employer }));
    }
    out.push(("post".to_owned(), Question::Post { level: None }));
    out.push(("leave".to_owned(), Question::Leave));
    out
}

fn short(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Silent => "silent",
        Outcome::Allowed => "allowed",
        Outcome::AllowedWhen => "when",
        Outcome::NotAllowed => "NOT",
    }
}

fn answer(v: &Verdict) -> String {
    let mut out = short(v.outcome).to_owned();
    let cited: Vec<&str> = v.reasons.iter().map(|r| r.article.as_str()).filter(|a| !a.is_empty()).collect();
    if !cited.is_empty() {
        write!(out, " [{}]", cited.join("; ")).unwrap();
    }
    if !v.missing.is_empty() {
        let steps: Vec<String> = v.missing.iter().map(|m| format!("{} {}", m.code, m.article)).collect();
        write!(out, " {{{}}}", steps.join(", ")).unwrap();
    }
    if let Some(free) = v.free_from {
        write!(out, " free {free}").unwrap();
    }
    out
}

fn table() -> String {
    let packs = embedded();
    let mut out = String::new();
    for pack in packs.personnel() {
        let u = unit(&pack.id, &[]);
        writeln!(out, "# {}", pack.id).unwrap();
        for (name, question) in questions() {
            for state in State::ALL {
                let mut rows: Vec<(String, String)> = Vec::new();
                for civil in [false, true] {
                    for level in [Level::Core, Level::Important, Level::General] {
                        let mut p = somebody(&pack.id, *state, level);
                        p.civil_servant = civil;
                        let nothing = verdict(&packs, &u, &p, &[], question, day(ON), day(ON)).unwrap();
                        all_done(&mut p, question);
                        let everything = verdict(&packs, &u, &p, &[], question, day(ON), day(ON)).unwrap();
                        let mut text = answer(&nothing);
                        if everything.outcome != nothing.outcome {
                            write!(text, " | all done: {}", short(everything.outcome)).unwrap();
                        }
                        let who = format!("{}{}", level.code(), if civil { "+civil" } else { "" });
                        match rows.iter_mut().find(|(_, t)| *t == text) {
                            Some((names, _)) => write!(names, " {who}").unwrap(),
                            None => rows.push((who, text)),
                        }
                    }
                }
                for (who, text) in &rows {
                    let who = if rows.len() == 1 { "everybody" } else { who.as_str() };
                    writeln!(out, "{name} / {} / {who}: {text}", state.code()).unwrap();
                }
            }
        }
    }
    out
}

#[test]
fn the_reviewed_table_of_verdicts() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/verdicts.txt");
    let now = table();
    if std::env::var_os("SHOUMI_BLESS").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    for (n, (kept, now)) in kept.lines().zip(now.lines()).enumerate() {
        assert_eq!(kept, now, "line {}", n + 1);
    }
    assert_eq!(kept.lines().count(), now.lines().count());
}
