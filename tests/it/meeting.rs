//! The meeting over a real store: agenda, lookup, projector, decisions with votes down to the record.

use serde_json::json;
use shoumi::domain::{Opinion, Person, PersonId, StepCode, TripState, View};
use shoumi::i18n::Lang;

use crate::room::Room;

/// People under p5; of three something waits for the leaders or the committee.
fn room() -> Room {
    let room = Room::new(false);
    for (name, department, level, identity) in [
        ("张晓明", "总装车间", "important", "990101197003074519"),
        ("李丽", "财务部", "general", "990101198511120029"),
        ("王强", "科研一处", "core", "990101197901013339"),
        ("周海", "信息中心", "general", "990101199203048015"),
    ] {
        room.does(json!({"command":"add_person","name":name,"department":department,"post":"工程师","level":level,"on_post_from":"2019-05-06","identity":identity}));
    }
    room.does(json!({"command":"submit_trip","person":"P000001","kind":"private","destination":"日本","purpose":"探亲","depart_on":"2026-05-02","return_on":"2026-05-10","on":"2026-02-20","special_reason":"父亲住院"}));
    for (step, by, on) in [("department_review", "总装车间", "2026-02-24"), ("leader", "总经理", "2026-03-02")] {
        room.does(json!({"command":"step_trip","person":"P000001","trip":1,"step":step,"opinion":"agree","by":by,"on":on,"comment":"同意"}));
    }
    room.does(json!({"command":"open_case","person":"P000002","kind":"level_change","on":"2026-03-02","level":"important","reason":"岗位调整"}));
    room.does(json!({"command":"step_case","person":"P000002","case":1,"step":"department_review","on":"2026-03-03","by":"财务部"}));
    room.does(json!({"command":"step_case","person":"P000002","case":1,"step":"department_leader","on":"2026-03-04","by":"孙处长"}));
    room.does(json!({"command":"open_case","person":"P000003","kind":"transfer","on":"2026-03-09","effective_on":"2026-06-01"}));
    room.does(json!({"command":"depart","person":"P000004","reason":"moved_inside","approved_on":"2025-09-10","left_on":"2025-09-12"}));
    room
}

fn who(room: &Room, n: u64) -> Person {
    room.session.read(|s| Ok(s.person(PersonId(n))?.unwrap())).unwrap()
}

#[test]
fn the_agenda_is_what_waits_for_the_leaders_or_the_committee() {
    let room = room();
    let mut h = room.harness(Lang::ZhCn, (160, 45));
    let text = h.keys("9").screen();
    let rows: Vec<&str> = text.lines().skip(5).take_while(|l| !l.trim().starts_with('│')).take(4).collect();
    for (row, wanted) in rows.iter().zip([
        ["张晓明", "出国（境）", "保密委员会批准", "第24条", "24天前"],
        ["李丽", "等级变更", "保密委员会批准", "第5、6条", "14天前"],
        ["王强", "调动", "单位同意", "第17条", "7天前"],
    ]) {
        assert!(wanted.iter().all(|w| row.contains(w)), "{wanted:?} in {row}");
    }
    assert!(text.contains("3/3") && !text.contains("周海"), "a leaving that waits for the office is no point\n{text}");
}

#[test]
fn letters_and_a_month_put_the_answer_on_the_projector() {
    let room = room();
    for (typed, who, on) in [
        ("zxm5", "张晓明", Some("2026-05-02")),
        ("zxm 5", "张晓明", Some("2026-05-02")),
        ("张晓明5月", "张晓明", Some("2026-05-02")),
        ("lili 2026-05", "李丽", None),
        ("lili", "李丽", None),
        ("P000003", "王强", None),
    ] {
        let mut h = room.harness(Lang::ZhCn, (80, 24));
        let text = h.keys(&format!("9/{typed}<enter>")).screen();
        assert!(text.contains(who) && text.contains("出国（境）（因私）"), "{typed}\n{text}");
        assert!(text.contains("第22、24条"), "the article stands beside the answer\n{text}");
        assert!(on.is_none_or(|day| text.contains(day)), "{typed}\n{text}");
        assert_eq!(text.contains("2026-05"), typed.contains('5'), "{typed}\n{text}");
    }
    // What is asked for lies under way: its own papers count, only the committee and what follows it are missing.
    let mut h = room.harness(Lang::ZhCn, (80, 24));
    let text = h.keys("9/zxm5<enter>").screen();
    assert!(text.contains("1.  保密委员会批准") && !text.contains("单位领导批准"), "{text}");
    // Another month, another question; back to the agenda as it was.
    let text = h.keys("<right>").screen();
    assert!(text.contains("2026-06") && text.contains("1.  说明特殊情况"), "{text}");
    let text = h.keys("<left><left><left><left>").screen();
    assert!(text.contains("2026-03"), "what is past is not asked about\n{text}");
    let text = h.keys("r").screen();
    assert!(text.contains("辞职") && text.contains("p5-company 第18、"), "{text}");
    assert!(h.keys("<esc>").screen().contains("议程"), "{}", h.screen());
}

#[test]
fn where_the_answer_changes_within_the_month_both_days_are_told() {
    let room = room();
    // The period ends on 2026-09-10; from the 11th on p5 says nothing more of travel.
    let mut h = room.harness(Lang::ZhCn, (80, 24));
    let text = h.keys("9/zhouhai9<enter>").screen();
    let full = room.harness(Lang::ZhCn, (160, 60)).keys("9/zhouhai9<enter>").screen();
    for day in ["2026-09-01", "2026-09-30"] {
        assert!(full.contains(day), "{day}\n{full}");
    }
    assert!(text.contains("2026-09-01"), "{text}");
    let text = room.harness(Lang::ZhCn, (160, 60)).keys("9/zhouhai<enter>f").screen();
    assert!(text.contains("2028-09-12") && text.contains("36 个月"), "the ban's own arithmetic\n{text}");
}

#[test]
fn the_projector_shows_nothing_but_the_asked_person() {
    let room = room();
    let number = |word: &str| {
        let digits: Vec<&str> = word.split(|c: char| !c.is_ascii_digit()).collect();
        digits.iter().any(|d| d.len() >= 11)
    };
    for lang in Lang::ALL {
        for size in [(60, 16), (80, 24), (160, 45), (200, 60)] {
            let mut h = room.harness(lang, size);
            h.keys("9/zxm5<enter>");
            for keys in ["", "t", "m", "r", "f", "f", "p", "l", "<right>", "<left>", "<end>", "<home>"] {
                let text = h.keys(keys).screen();
                let told = format!("{keys} at {size:?} {lang:?}\n{text}");
                assert!(!number(&text), "a whole number {told}");
                for other in ["李丽", "王强", "周海", "财务部", "P000002", "甲单位", "li.na", "[9", "日本"]
                {
                    assert!(!text.contains(other), "{other} {told}");
                }
                assert!(!text.contains("今日") && !text.contains("Today"), "{told}");
                assert!(keys == "<end>" || text.contains("张晓明"), "{told}");
            }
            // Another session's changes come in unseen.
            room.does(json!({"command":"change_person","person":"P000002","note":format!("{size:?} {lang:?}")}));
            assert!(!h.refresh().screen().contains("李丽"));
            let text = h.keys("<home>").screen();
            assert!(size.1 < 24 || text.contains("990***********4519"), "{text}");
        }
    }
}

#[test]
fn a_decision_is_recorded_with_its_votes_and_the_members_are_written_once() {
    let room = room();
    let mut h = room.harness(Lang::ZhCn, (80, 24));
    h.keys("9d<tab>4<tab>1<tab><tab>孙书记、李主任、王工，周工 吴工<tab><tab><ctrl-u>同意，行前再教育<ctrl-s>");
    let trip = who(&room, 1).trips.remove(0);
    let step = trip.steps.last().unwrap();
    assert_eq!((step.code, step.opinion, step.by.as_str()), (StepCode::Committee, Opinion::Agree, "保密委员会"));
    let votes = step.votes.as_ref().unwrap();
    assert_eq!((votes.favour, votes.against, votes.abstain), (4, 1, 0));
    assert_eq!(votes.present, ["孙书记", "李主任", "王工", "周工", "吴工"]);
    assert_eq!(trip.state, TripState::Pending);
    // The secrecy review follows at once; who is present is known.
    let text = h.screen();
    assert!(text.contains("保密审查") && text.contains("3/3"), "{text}");
    let text = h.keys("d").screen();
    assert!(text.contains("孙书记、李主任"), "{text}");
    // More votes than members are refused with the way out; what was typed stays.
    let text = h.keys("<tab>6<ctrl-s>").screen();
    assert!(text.contains("共6票，多于出席的5人") && text.contains("核对票数"), "{text}");
    h.keys("<esc><ctrl-u>5<ctrl-s>");
    assert_eq!(who(&room, 1).trips[0].steps.len(), 5);
    assert!(h.screen().contains("2/2"), "the pledge is the person's, no point of the agenda\n{}", h.screen());
    // A refusal ends the case; the card tells the votes.
    h.keys("d<right><tab>1<tab>4<tab><tab><tab><tab><ctrl-u>条件不具备<ctrl-s>");
    assert_eq!(who(&room, 2).cases[0].steps.last().unwrap().opinion, Opinion::Disagree);
    assert!(h.screen().contains("1/1"), "{}", h.screen());
    let text = room.harness(Lang::ZhCn, (160, 60)).keys("2/lili<enter>G").screen();
    assert!(text.contains("同意1、反对4、弃权0") && text.contains("吴工"), "{text}");
    // What a body decided is final: it is not taken back.
    assert!(h.keys("U").screen().contains("不能撤销"), "{}", h.screen());
    assert_eq!(who(&room, 2).cases[0].steps.len(), 3);
}

#[test]
fn votes_come_in_by_apply_and_only_where_a_body_meets() {
    let room = room();
    let votes = json!({"for":2,"against":0,"present":["甲","乙"]});
    let step = |step: &str, votes: &serde_json::Value| {
        let command =
            json!({"command":"step_case","person":"P000003","case":1,"step":step,"by":"总经理","votes":votes});
        let command: shoumi::domain::Command = serde_json::from_value(command).unwrap();
        room.session.commit(&command, shoumi::domain::Channel::Cli)
    };
    let refused = step("pledge", &votes).unwrap_err();
    assert!(format!("{refused:?}").contains("votes_elsewhere"), "{refused:?}");
    assert!(step("consent", &votes).unwrap().warnings.is_empty());
    let against = json!({"for":0,"against":2,"present":["甲","乙"]});
    let done = step("leader", &against).unwrap();
    assert_eq!(done.warnings[0].code, "votes_otherwise");
    assert_eq!(who(&room, 3).cases[0].steps[1].votes.as_ref().unwrap().against, 2);
}

#[test]
fn who_may_not_decide_is_told() {
    let room = room();
    let mut h = room.harness(Lang::En, (80, 24));
    let text = h.keys("9?").screen();
    assert!(text.contains("decision and votes"), "{text}");
    let text = h.keys("<esc>:decis").screen();
    assert!(text.contains("decision and votes"), "{text}");
}

#[test]
fn pictures() {
    let room = room();
    for lang in Lang::ALL {
        for (w, h) in [(80, 24), (160, 45)] {
            for (name, keys) in [
                ("agenda", "9"),
                ("lookup", "9/zxm5"),
                ("projector", "9/zxm5<enter>"),
                ("ban", "9/zhouhai<enter>f"),
                ("decision", "9d"),
            ] {
                if w == 160 && matches!(name, "lookup" | "decision") {
                    continue;
                }
                let mut harness = room.harness(lang, (w, h));
                harness.keys(keys);
                insta::with_settings!({ omit_expression => true, description => format!("{w}x{h} {}: {keys}", lang.code()) }, {
                    insta::assert_snapshot!(format!("meeting_{name}-{}-{w}", lang.code()), harness.screen());
                });
            }
        }
    }
}
