//! The packs as data: complete, cited, worded in both languages; a broken file names every problem at once.

use shoumi::domain::CaseKind;
use shoumi::i18n::{Lang, Texts};
use shoumi::rules::*;

const TEN: [&str; 10] = [
    "p1-unit",
    "p2-filing",
    "p3-leaders",
    "p4a-bureau",
    "p4b-law-2010",
    "p5-company",
    "p6-enterprise",
    "p7-township",
    "p8-computers",
    "law-2024",
];

#[test]
fn all_ten_packs_load_and_are_complete() {
    let packs = embedded();
    for pack in packs.all() {
        assert!(!pack.title("en").is_empty() && !pack.title("zh-CN").is_empty(), "{}", pack.id);
    }
    let ids: Vec<&str> = packs.all().iter().map(|p| p.id.as_str()).collect();
    assert_eq!(ids, TEN);
    let judges: Vec<&str> = packs.personnel().iter().map(|p| p.id.as_str()).collect();
    assert_eq!(judges, ["p1-unit", "p2-filing", "p4a-bureau", "p4b-law-2010", "p5-company", "p7-township", "law-2024"]);
    for pack in packs.personnel() {
        assert_eq!(pack.parameters.len(), 29, "{}", pack.id);
        for (key, p) in &pack.parameters {
            assert_eq!(p.state == Stated::NoRule, p.article.is_empty(), "{} {key}", pack.id);
        }
    }
    let items = |pack: &str, list: &str| -> Vec<Item> {
        let list = packs.get(pack).unwrap().lists.iter().find(|l| l.id == list).unwrap().clone();
        list.groups.into_iter().flat_map(|g| g.items).collect()
    };
    assert_eq!(items("p3-leaders", "code").len(), 10);
}

#[test]
fn every_code_of_a_pack_has_its_sentence() {
    for lang in Lang::ALL {
        let texts = Texts::new(lang);
        let has = |key: String| assert!(texts.get(&key).is_some(), "{key} in {}", lang.code());
        for pack in embedded().all() {
            for rule in &pack.verdicts {
                has(format!("reason.{}", rule.reason));
                rule.also.iter().for_each(|(code, _)| has(format!("reason.{code}")));
                rule.notes.iter().for_each(|code| has(format!("note.{code}")));
                rule.steps.iter().for_each(|s| has(format!("word.step.{}", s.code.code())));
            }
            for chain in &pack.chains {
                chain.notes.iter().for_each(|code| has(format!("note.{code}")));
            }
            for clock in &pack.clocks {
                has(format!("clock.{}", clock.code));
                has(format!("explain.{}", clock.code));
            }
            let u = crate::rules_people::unit(&pack.id, &[]);
            for choice in choices(&embedded(), &u) {
                has(format!("choice_name.{}", choice.key));
                has(format!("choice.{}", choice.key));
            }
        }
        for code in ["silent", "objection_final", "state_rule_forbids", "level_outside_pack"] {
            has(format!("reason.{code}"));
        }
        for code in ["period", "foreign_job_ban", "visit_due", "papers_back"] {
            has(format!("clock.{code}"));
        }
        for code in [
            "level_outside_pack",
            "left_without_departure",
            "pinned_pack_unknown",
            "stated_differs",
            "extension_without_rule",
            "length_differs",
            "length_outside_range",
            "papers_out",
            "not_filed",
        ] {
            has(format!("flag.{code}"));
        }
        for code in ["start_rule", "start_day", "departure", "length", "level", "start", "calendar"] {
            has(format!("choice_name.{code}"));
        }
    }
}

#[test]
fn chains_exist_for_the_cases_a_pack_speaks_of() {
    let packs = embedded();
    let kinds = |id: &str| packs.get(id).unwrap().chains.iter().map(|c| c.kind).collect::<Vec<_>>();
    assert_eq!(kinds("p1-unit"), [CaseKind::LevelChange, CaseKind::WalkOut]);
    assert_eq!(kinds("p2-filing"), [CaseKind::LevelChange, CaseKind::Unsuitable]);
}

const BROKEN: &str = r#"id = "p5-company"
kind = "personel"
version = 3
title = { zh = "x" }
source = { zh = "x", en = "x" }
colour = "red"

[period]
months = { core = [60, 36], important = 24, junior = 12, general = 0 }
start = "someday"

[[verdict]]
subject = "travel"
states = ["on_post", "on_holiday"]
says = "steps"
reason = "travel_needs_approval"
steps = [{ step = "leeder", article = "1" }, { step = "leader" }]

[[duty]]
kind = "sessions"
article = "4"
"#;

#[test]
fn a_broken_pack_names_every_problem_with_its_line() {
    let problems = with_own(&[("own.toml".into(), BROKEN.into())]).unwrap_err();
    let found: Vec<(usize, &str, &str)> =
        problems.iter().map(|p| (p.line, p.code.as_str(), p.place.as_str())).collect();
    for want in [
        (2, "unknown_word", "kind"),
        (3, "not_text", "version"),
        (4, "missing_key", "title.en"),
        (6, "unknown_key", "colour"),
        (9, "reversed", "period.months.core"),
        (9, "unknown_word", "period.months.junior"),
        (9, "not_number", "period.months.general"),
        (8, "missing_article", "period.article"),
        (10, "unknown_word", "period.start"),
        (14, "unknown_word", "verdict[0].states[1]"),
        (12, "missing_article", "verdict[0].article"),
        (17, "unknown_step", "verdict[0].steps[0].step"),
        (17, "missing_article", "verdict[0].steps[1].article"),
        (19, "missing_key", "duty[0].count"),
    ] {
        assert!(found.contains(&want), "{want:?} is not in {found:#?}");
    }
    assert!(problems.iter().all(|p| p.file == "own.toml" && p.line > 0));
    for lang in Lang::ALL {
        let texts = Texts::new(lang);
        for p in &problems {
            assert!(texts.get(&format!("pack_problem.{}", p.code)).is_some(), "{}", p.code);
        }
    }
}

#[test]
fn an_own_pack_joins_unless_its_id_is_taken() {
    let text = embedded().get("p7-township").unwrap().text.clone();
    let taken = with_own(&[("a.toml".into(), text.clone())]).unwrap_err();
    assert_eq!((taken[0].code.as_str(), taken[0].value.as_str()), ("id_taken", "p7-township"));
    let own = text.replace("id = \"p7-township\"", "id = \"town-2\"");
    let packs = with_own(&[("a.toml".into(), own.clone())]).unwrap();
    assert_eq!(packs.all().len(), 11);
    assert!(with_own(&[("a.toml".into(), own.clone()), ("b.toml".into(), own)]).is_err());
    for broken in ["", "id = ", "\u{0}", "[[verdict]]\n[verdict]", "id = 1\nid = 2"] {
        assert!(with_own(&[("a.toml".into(), broken.into())]).is_err(), "{broken:?}");
    }
}

#[test]
fn choices_are_listed_and_checked() {
    let packs = embedded();
    let owed = |id: &str| {
        let u = crate::rules_people::unit(id, &[]);
        choices(&packs, &u).into_iter().filter(|c| c.owed).map(|c| c.key).collect::<Vec<_>>()
    };
    assert_eq!(owed("p1-unit"), ["start_rule", "assessment_interval"]);
    assert_eq!(owed("p2-filing"), ["travel_approver"]);
    assert_eq!(owed("p4a-bureau"), ["start_rule"]);
    assert_eq!(owed("p5-company"), ["start_rule", "assessment_interval", "allowance_core", "allowance_important"]);
    assert!(owed("p7-township").is_empty());
    let u = crate::rules_people::unit("p2-filing", &[]);
    for (key, value, want) in [
        ("count_start_day", "yes", Ok("yes")),
        ("length_core", "48", Ok("48")),
        ("length_core", "61", Err("bad_value")),
        ("start_rule", "leaving", Err("unknown_key")),
        ("training_pace", "even", Ok("even")),
        ("statement_day", "6-30", Ok("06-30")),
        ("travel_report_days", "0", Err("bad_value")),
    ] {
        let got = check_choice(&packs, &u, key, value);
        assert_eq!(got.as_deref().map_err(|p| p.code), want, "{key} {value}");
    }
}
