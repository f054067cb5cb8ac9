//! The filter language with the names of both languages, and the lists, on a small invented unit.

use chrono::TimeDelta;
use proptest::prelude::*;
use shoumi::domain::summary::{DutySummary, PeriodSummary, Phase, TripSummary};
use shoumi::domain::{Date, DutyKind, Level, PersonId, PersonSummary, State, StepCode, TripKind, TripState, UnitId};
use shoumi::i18n::{Lang, Texts};
use shoumi::index::query::{Kind, Subject, complete};
use shoumi::index::{Index, Item, Marks, Query, Row, Sort, SortBy, View, Vocabulary};

pub fn vocabulary(shown: Lang) -> Vocabulary {
    let mut langs = Lang::ALL.to_vec();
    langs.sort_by_key(|l| *l != shown);
    Vocabulary::new(|key| langs.iter().flat_map(|l| Texts::new(*l).list(key)).map(str::to_owned).collect())
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn today() -> Date {
    day("2026-05-01")
}

fn parse(text: &str) -> Query {
    Query::parse(text, Subject::People, &vocabulary(Lang::ZhCn)).unwrap_or_else(|e| panic!("{text}: {e}"))
}

pub fn person(id: u64, name: &str, department: &str, level: Level) -> PersonSummary {
    PersonSummary {
        id: PersonId(id),
        revision: 1,
        unit: UnitId(1),
        department: department.into(),
        name: name.into(),
        identity: None,
        staff_number: Some(format!("A{id:03}")),
        phases: vec![Phase {
            from: None,
            state: State::OnPost,
            level: Some(level),
            post: "机要员".into(),
            departure: None,
        }],
        period: None,
        more_periods: vec![],
        duties: vec![],
        trained: vec![],
        trips: vec![],
        matters: vec![],
        flags: vec![],
    }
}

/// Left on 2025-05-01; the period's last day is `left` days from today.
fn leaver(id: u64, name: &str, department: &str, level: Level, left: Option<i64>) -> PersonSummary {
    let mut p = person(id, name, department, level);
    let last = left.map(|n| today() + TimeDelta::days(n));
    let left_on = day("2024-05-01");
    p.phases.push(Phase {
        from: Some(left_on),
        state: State::InPeriod,
        level: Some(level),
        post: "机要员".into(),
        departure: None,
    });
    if let Some(last) = last {
        p.phases.push(Phase {
            from: last.succ_opt(),
            state: State::Ended,
            level: Some(level),
            post: "机要员".into(),
            departure: None,
        });
    }
    p.period = Some(PeriodSummary {
        departure: 1,
        pack: "p5-company".into(),
        start: Some(left_on),
        start_rule: "approval".into(),
        months: left.map(|_| 24),
        last_day: last,
        earliest: None,
        latest: None,
        article: "15".into(),
        stated_last_day: None,
        assumed: vec!["start_rule".into()],
        blocked_by: if left.is_none() { vec!["length".into()] } else { vec![] },
        closed_on: None,
    });
    p
}

fn trip(n: u32, state: TripState, destination: &str, depart: &str) -> TripSummary {
    TripSummary {
        n,
        kind: TripKind::Private,
        state,
        destination: destination.into(),
        depart_on: day(depart),
        return_on: None,
        submitted_on: None,
        waits_for: (state == TripState::Pending).then_some(StepCode::Leader),
        waits_by: Default::default(),
    }
}

fn duty(kind: DutyKind, due: &str, met: Option<&str>) -> DutySummary {
    DutySummary {
        kind,
        pack: "p2-filing".into(),
        opens: day("2025-01-01"),
        due: day(due),
        article: "1-4".into(),
        met_from: met.map(day),
        also_met: vec![],
        met_until: None,
    }
}

/// 1 张伟 core, overdue training · 2 李娜 waits for travel · 3 单雄信 12 days left · 4 欧阳娜娜 ends today · 5 王磊 ended
/// yesterday · 6 曾静 end unknown · 7 解放 pledge missing, two trips.
fn unit() -> Index {
    let mut index = Index::new(today());
    let mut people = vec![
        person(1, "张伟", "财务处", Level::Core),
        person(2, "李娜", "财务处", Level::Important),
        leaver(3, "单雄信", "保卫处", Level::Core, Some(12)),
        leaver(4, "欧阳娜娜", "办公室", Level::General, Some(0)),
        leaver(5, "王磊", "办公室", Level::General, Some(-1)),
        leaver(6, "曾静", "科技部", Level::Important, None),
        person(7, "解放", "", Level::General),
    ];
    people[0].duties = vec![
        duty(DutyKind::Sessions, "2025-12-31", None),
        duty(DutyKind::Sessions, "2026-12-31", None),
        duty(DutyKind::YearlyStatement, "2025-12-31", Some("2025-12-30")),
    ];
    people[1].trips = vec![trip(1, TripState::Pending, "日本", "2026-06-10")];
    people[6].duties = vec![duty(DutyKind::PledgeOnPost, "2026-01-05", None)];
    people[6].trips =
        vec![trip(1, TripState::Closed, "泰国", "2025-02-01"), trip(2, TripState::Approved, "日本", "2026-05-20")];
    for p in &people {
        index.put_person(p);
    }
    index
}

fn found(index: &Index, view: View, query: &str) -> Vec<u64> {
    let list = index.list(view, &parse(query), None);
    list.items.iter().map(|i| i.record.number * if i.part > 0 { 10 } else { 1 } + u64::from(i.part)).collect()
}

#[test]
fn every_name_and_every_fault_has_words_in_both_languages() {
    for lang in Lang::ALL {
        let texts = Texts::new(lang);
        for key in Vocabulary::keys() {
            assert!(!texts.list(&key).is_empty(), "{key} in {}", lang.code());
        }
        for code in [
            "unknown_field",
            "empty_value",
            "unknown_value",
            "bad_number",
            "bad_date",
            "bad_operator",
            "unclosed_quote",
            "empty_negation",
            "too_long",
        ] {
            assert!(texts.get(&format!("query.{code}")).is_some(), "{code}");
            assert!(texts.get(&format!("query.{code}_hint")).is_some(), "{code}_hint");
        }
    }
}

#[test]
fn every_name_means_one_thing() {
    let words = vocabulary(Lang::En);
    for subject in Subject::ALL {
        for spec in subject.fields() {
            for name in words.field_names(spec) {
                assert_eq!(words.field(subject, &name).map(|s| s.code), Some(spec.code), "{name}");
            }
            if let Kind::Words(list, codes, _) = spec.kind {
                for code in codes {
                    for name in words.value_names(list, code) {
                        assert_eq!(words.value(list, codes, &name), Some(*code), "{list} {name}");
                    }
                }
            }
        }
    }
}

#[test]
fn queries_are_understood_in_both_languages() {
    for (text, want) in [
        ("", ""),
        ("张伟", "张伟"),
        (
            "level:core dept:财务 left<30 travel:pending train:overdue state:period",
            "level:core dept:财务 left<30 travel:pending train:overdue state:in_period",
        ),
        ("等级:核心 余天<30", "level:core left<30"),
        ("等级：核心　余天＜３０", "level:core left<30"),
        ("余天≤30", "left<=30"),
        ("level >= important", "level>=important"),
        ("level: core zw", "level:core zw"),
        ("-level:core", "-level:core"),
        ("!等级:核心", "-level:core"),
        ("level:core,重要", "level:core,important"),
        ("dept:\"财务 处\"", "dept:\"财务 处\""),
        ("dept:“财务处”", "dept:财务处"),
        ("left:0..30", "left:0..30"),
        ("left:..30", "left:..30"),
        ("end<2026-12-31", "end<2026-12-31"),
        ("期满:2026年12月", "end:2026-12"),
        ("end:2026.3.5", "end:2026-03-05"),
        ("end:2026-01..2026-06", "end:2026-01..2026-06"),
        ("end<今天+30", "end<today+30"),
        ("end<+30d", "end<today+30"),
        ("\"quoted words\"", "\"quoted words\""),
        ("-张", "-张"),
        ("zhang w", "zhang w"),
        ("dept:\"\"", "dept:\"\""),
    ] {
        let query = parse(text);
        assert_eq!(query.to_string(), want, "{text}");
        assert_eq!(parse(want), query, "{text}");
    }
    let computers =
        Query::parse("level:secret 责任人:张 state:在用", Subject::Computers, &vocabulary(Lang::En)).unwrap();
    assert_eq!(computers.to_string(), "level:secret custodian:张 state:in_use");
}

#[test]
fn faults_have_place_reason_and_way_out() {
    for (text, code, at) in [
        ("levle:core", "unknown_field", 0..5),
        ("张 levle:core", "unknown_field", 2..7),
        ("level:", "empty_value", 6..6),
        ("level:cor", "unknown_value", 6..9),
        ("left<soon", "bad_number", 5..9),
        ("left:1..x", "bad_number", 5..9),
        ("end<2026-02-30", "bad_date", 4..14),
        ("dept<a", "bad_operator", 0..6),
        ("dept:\"abc", "unclosed_quote", 5..9),
        ("a -", "empty_negation", 2..3),
        ("12:30", "unknown_field", 0..2),
    ] {
        let fault = Query::parse(text, Subject::People, &vocabulary(Lang::En)).unwrap_err();
        assert_eq!((fault.code, fault.at.clone()), (code, at), "{text}");
        for lang in Lang::ALL {
            for key in [fault.key(), fault.hint_key()] {
                let values: Vec<(&str, &str)> = fault.values.iter().map(|(k, v)| (*k, v.as_str())).collect();
                let sentence = Texts::new(lang).fill(&key, &values);
                assert!(!sentence.contains('{') && !sentence.starts_with('<'), "{sentence}");
            }
        }
    }
    let fault = Query::parse("levle:core", Subject::People, &vocabulary(Lang::En)).unwrap_err();
    assert!(fault.values["nearest"].starts_with("level"), "{fault}");
    let fault = Query::parse("部:财务", Subject::People, &vocabulary(Lang::ZhCn)).unwrap_err();
    assert!(fault.values["nearest"].contains("部门"), "{fault}");
    let long = "a".repeat(3_000);
    assert_eq!(Query::parse(&long, Subject::People, &vocabulary(Lang::En)).unwrap_err().code, "too_long");
}

#[test]
fn filters_find_whom_they_should() {
    let index = unit();
    for (query, want) in [
        ("", vec![1, 2, 3, 4, 5, 6, 7]),
        ("level:core", vec![1, 3]),
        ("-level:core", vec![2, 4, 5, 6, 7]),
        ("level>=important", vec![1, 2, 3, 6]),
        ("level:core,important", vec![1, 2, 3, 6]),
        ("state:period", vec![3, 4, 6]),
        ("状态:期满", vec![5]),
        // Days left compare people in the period with a known end only: not the ended, not those on post.
        ("left<30", vec![3, 4]),
        ("left<=0", vec![4]),
        ("left>0", vec![3]),
        ("left:0..11", vec![4]),
        ("end<2026-05-01", vec![5]),
        ("end:2026-05", vec![3, 4]),
        ("end>=today", vec![3, 4]),
        ("end<today+12", vec![4, 5]),
        ("start:2024", vec![3, 4, 5, 6]),
        ("months:24", vec![3, 4, 5]),
        ("dept:财务", vec![1, 2]),
        ("dept:caiwu", vec![1, 2]),
        ("dept:cw", vec![1, 2]),
        ("dept=财务", vec![]),
        ("dept=财务处", vec![1, 2]),
        ("dept:\"\"", vec![7]),
        ("travel:pending", vec![2]),
        ("travel:none", vec![1, 3, 4, 5, 6]),
        ("dest:日本", vec![2, 7]),
        ("depart>2026-06-01", vec![2]),
        ("trip:private", vec![2, 7]),
        ("train:overdue", vec![1]),
        ("培训:正常 等级:核心", vec![3]),
        ("pledge:missing", vec![7]),
        ("due<2026-01-01", vec![1]),
        ("flag:assumed", vec![3, 4, 5, 6]),
        ("flag:blocked", vec![6]),
        ("pack:p5", vec![3, 4, 5, 6]),
        ("number:A003", vec![3]),
        ("id:P000003", vec![3]),
        ("name:张", vec![1]),
        ("name:shan", vec![3]),
        ("-张", vec![2, 3, 4, 5, 6, 7]),
        ("\"娜娜\"", vec![4]),
        ("na dept:办公室", vec![4]),
        ("level:core left<30 状态:脱密期", vec![3]),
    ] {
        let mut got = found(&index, View::People, query);
        got.sort_unstable();
        assert_eq!(got, want, "{query}");
    }
}

#[test]
fn lists_show_their_people_in_their_order() {
    let index = unit();
    for (view, query, want) in [
        (View::Periods, "", vec![4, 3, 6, 5]),
        (View::Periods, "left<30", vec![4, 3]),
        (View::Departures, "", vec![3, 4, 5, 6]),
        (View::Travel, "", vec![21, 72, 71]),
        (View::Travel, "travel:approved", vec![72]),
        (View::Travel, "dest:日本", vec![21, 72]),
        (View::Travel, "-travel:pending", vec![72, 71]),
        (View::Travel, "lina", vec![21]),
        (View::Trainings, "", vec![1]),
        (View::Pledges, "", vec![7]),
        (View::Posts, "", vec![1, 2, 7]),
        (View::Computers, "", vec![]),
    ] {
        assert_eq!(found(&index, view, query), want, "{view:?} {query}");
    }
    assert_eq!(index.list(View::Periods, &parse("left<30"), None).unfiltered, 4);
    let by_name = |descending| {
        let list = index.list(View::People, &Query::default(), Some(Sort { by: SortBy::Name, descending }));
        list.items.iter().map(|i| i.record.number).collect::<Vec<_>>()
    };
    // li na, ou yang, shan, wang, xie, zeng, zhang
    assert_eq!(by_name(false), [2, 4, 3, 5, 7, 6, 1]);
    assert_eq!(by_name(true), [1, 6, 7, 5, 3, 4, 2]);
    let by_left = index.list(View::People, &Query::default(), Some(Sort { by: SortBy::Left, descending: true }));
    let by_left: Vec<u64> = by_left.items.iter().map(|i| i.record.number).collect();
    assert_eq!(by_left, [3, 4, 1, 2, 5, 6, 7], "without a value: last, whatever the direction");
}

#[test]
fn rows_and_counters_are_for_the_day() {
    let mut index = unit();
    let counts = index.counts();
    assert_eq!((counts.people, counts.on_post, counts.in_period, counts.ended), (7, 3, 3, 1));
    assert_eq!(
        (counts.ending_30, counts.travel_pending, counts.training_overdue, counts.pledges_missing),
        (2, 1, 1, 1)
    );
    assert_eq!(index.ends_by_month(2), [((2026, 5), 2), ((2026, 6), 0)]);
    let row = index.person(PersonId(1)).unwrap();
    assert_eq!(row.training.overdue.len(), 1);
    assert_eq!(row.training.next_due, Some(day("2026-12-31")));
    assert_eq!(row.period, None);
    assert!(
        matches!(index.row(index.list(View::Travel, &Query::default(), None).items[0]), Some(Row::Trip(t)) if t.n == 1)
    );
    let json = serde_json::to_value(index.person(PersonId(3)).unwrap()).unwrap();
    let keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["department", "flags", "id", "level", "name", "period", "post", "state", "training", "travel", "unit"]
    );
    assert_eq!(json["period"]["days_left"], 12);
    assert_eq!(json["period"]["last_day"], "2026-05-13");
    // The day after, 欧阳娜娜 has ended.
    index.set_today(day("2026-05-02"));
    assert_eq!(found(&index, View::Periods, ""), [3, 6, 4, 5]);
    assert_eq!(index.counts().ended, 2);
    // A new version replaces the old one, a removed record is gone.
    index.put_person(&person(3, "单雄信", "保卫处", Level::Core));
    assert_eq!(found(&index, View::Periods, ""), [6, 4, 5]);
    index.remove(PersonId(6).into());
    assert_eq!(found(&index, View::Periods, ""), [4, 5]);
}

#[test]
fn marks_and_selection_follow_the_record() {
    let mut index = unit();
    let list = index.list(View::Periods, &Query::default(), None);
    let mut marks = Marks::default();
    let selected: Item = list.items[1];
    marks.toggle(selected);
    index.put_person(&person(4, "欧阳娜娜", "办公室", Level::General));
    let list = index.list(View::Periods, &Query::default(), None);
    assert_eq!(list.follow(Some(selected), 1), 0, "one row above has left");
    assert!(marks.contains(list.items[0]));
    index.remove(selected.record);
    let list = index.list(View::Periods, &Query::default(), None);
    assert_eq!(list.follow(Some(selected), 5), 1, "gone: the nearest place that exists");
    marks.toggle(selected);
    assert!(marks.is_empty());
}

#[test]
fn completion_offers_fields_and_values_in_the_shown_language() {
    let index = unit();
    let offers = |text: &str, lang: Lang| -> Vec<String> {
        let caret = text.chars().count();
        complete(text, caret, Subject::People, &vocabulary(lang), |f| index.texts(f))
            .into_iter()
            .map(|c| c.text)
            .collect()
    };
    assert!(offers("张 le", Lang::En).contains(&"level:".to_owned()));
    assert!(offers("等", Lang::ZhCn).contains(&"等级:".to_owned()));
    assert!(offers("level", Lang::ZhCn).contains(&"等级:".to_owned()), "typed in one language, shown in the other");
    assert_eq!(offers("等级:核", Lang::ZhCn), ["核心"]);
    assert_eq!(offers("level:", Lang::En), ["none", "general", "important", "core"]);
    assert_eq!(offers("level:core,imp", Lang::En), ["important"]);
    assert_eq!(offers("dept:cw", Lang::En), ["财务处"]);
    assert_eq!(offers("left<3", Lang::En), Vec::<String>::new());
    let c = &complete("x -lev y", 6, Subject::People, &vocabulary(Lang::En), |_| vec![])[0];
    assert_eq!((c.replaces.clone(), c.code), (3..6, "level"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_query_panics_and_what_is_printed_reads_back(
        text in "(-|!)?(level|left|end|dept|等级|余天|name|x)?[:=<>：＜≤]{0,2}[a-z0-9张财\"“”,. ，..\\-]{0,12}( [\\PC]{0,8}){0,2}",
        caret in 0usize..40,
    ) {
        let words = vocabulary(Lang::ZhCn);
        for subject in Subject::ALL {
            let _ = complete(&text, caret, subject, &words, |_| vec!["财务处".into()]);
            if let Ok(query) = Query::parse(&text, subject, &words) {
                let printed = query.to_string();
                prop_assert_eq!(Query::parse(&printed, subject, &words), Ok(query), "{}", printed);
            }
        }
        if let Ok(query) = Query::parse(&text, Subject::People, &words) {
            let index = unit();
            for view in View::ALL {
                let list = index.list(*view, &query, None);
                prop_assert!(list.items.len() <= list.unfiltered);
            }
        }
    }

    #[test]
    fn days_left_agree_with_the_plain_reading(
        lefts in proptest::collection::vec(proptest::option::of(-5i64..60), 1..30),
        limit in -3i64..60,
    ) {
        let mut index = Index::new(today());
        for (i, left) in lefts.iter().enumerate() {
            index.put_person(&leaver(i as u64 + 1, "张伟", "财务处", Level::Core, *left));
        }
        let want: Vec<u64> = lefts.iter().enumerate()
            .filter(|(_, l)| l.is_some_and(|l| l >= 0 && l < limit))
            .map(|(i, _)| i as u64 + 1)
            .collect();
        prop_assert_eq!(found(&index, View::People, &format!("left<{limit}")), want);
    }
}
