//! The screen Cases over a real store: what each case waits for, its card with the chain and what stands in the way, and
//! every deed down to the record.

use serde_json::json;
use shoumi::domain::{CaseKind, CaseState, LeavingReason, Opinion, Person, PersonId, PledgeKind, StepCode, View};
use shoumi::i18n::Lang;

use crate::room::Room;

/// People under p5 with a case of each kind, at different steps.
pub fn room() -> Room {
    let room = Room::new(false);
    let person = |name: &str, department: &str, level: &str| json!({"command":"add_person","name":name,"department":department,"post":"工程师","level":level,"on_post_from":"2019-05-06"});
    for (name, department, level) in [
        ("张晓明", "总装车间", "important"),
        ("李丽", "财务部", "general"),
        ("王强", "科研一处", "core"),
        ("周海", "信息中心", "general"),
        ("赵敏", "财务部", "important"),
    ] {
        room.does(person(name, department, level));
    }
    room.does(json!({"command":"open_case","person":"P000001","kind":"transfer","on":"2026-02-02","effective_on":"2026-05-01","reason":"调往地方单位"}));
    room.does(json!({"command":"step_case","person":"P000001","case":1,"step":"consent","on":"2026-02-10","by":"总经理","comment":"同意"}));
    room.does(json!({"command":"open_case","person":"P000002","kind":"level_change","on":"2026-03-02","level":"important","reason":"岗位调整"}));
    room.does(json!({"command":"step_case","person":"P000002","case":1,"step":"department_review","on":"2026-03-03","by":"财务部"}));
    room.does(json!({"command":"step_case","person":"P000002","case":1,"step":"department_leader","on":"2026-03-04","by":"孙处长","comment":"情况属实"}));
    room.does(json!({"command":"open_case","person":"P000003","kind":"breach","on":"2026-01-12","reason":"违规外联"}));
    room.does(json!({"command":"depart","person":"P000004","reason":"moved_inside","approved_on":"2026-02-20","left_on":"2026-03-01","destination":"行政部"}));
    room.does(json!({"command":"add_medium","number":"U-01","kind":"usb_stick","title":"备份盘","secrecy":"secret","holder":"P000004"}));
    room.does(json!({"command":"open_case","person":"P000005","kind":"resignation","on":"2025-12-01","reason":"回乡"}));
    room.does(json!({"command":"close_case","person":"P000005","case":1,"state":"withdrawn","on":"2025-12-08"}));
    room
}

impl Room {
    fn who(&self, n: u64) -> Person {
        self.session.read(|s| Ok(s.person(PersonId(n))?.unwrap())).unwrap()
    }
}

#[test]
fn cases_stand_in_one_list_that_filters() {
    let room = room();
    let rows = |keys: &str| {
        let mut harness = room.harness(Lang::ZhCn, (80, 24));
        let text = harness.keys(keys).screen();
        text.lines().nth(2).unwrap().split_whitespace().next_back().unwrap().to_owned()
    };
    assert_eq!(rows("8"), "4/4");
    assert_eq!(rows("8t"), "5/5", "with the one taken back");
    for (filter, found) in [
        ("zxm", "1/4"),
        ("事项:离岗", "1/4"),
        ("case:transfer", "1/4"),
        ("case:any", "4/4"),
        ("waits:meeting", "1/4"),
        ("等待:会议 dept:财务", "1/4"),
        ("waits:me", "3/4"),
        ("opened<2026-02-01", "1/4"),
        ("立项>=2026-03-01", "1/4"),
        ("level:core", "1/4"),
        ("-case:leaving", "3/4"),
    ] {
        assert_eq!(rows(&format!("8/{}", filter.replace('<', "<lt>"))), found, "{filter}");
    }
    // The same words about people: whoever has such a case under way.
    for (filter, found) in [("case:transfer", "1/5"), ("case:none", "1/5"), ("waits:meeting", "1/5")] {
        assert_eq!(rows(&format!("2/{filter}")), found, "people, {filter}");
    }
}

#[test]
fn a_step_is_recorded_where_the_cursor_stands_and_the_last_one_lets_the_case_be_closed() {
    let room = room();
    let mut h = room.harness(Lang::ZhCn, (80, 24));
    // The level change waits for the committee; the cursor stands there.
    let text = h.keys("8/lili<enter>").screen();
    assert!(text.contains("现在：等审批人") && text.contains("孙处长"), "{text}");
    let text = h.keys("<enter>").screen();
    assert!(text.contains("登记：保密委员会批准"), "{text}");
    h.keys("<ctrl-u>保密委员会<tab>一致同意<ctrl-s>");
    let case = room.who(2).cases.remove(0);
    let last = case.steps.last().unwrap();
    assert_eq!((last.code, last.by.as_str(), last.opinion), (StepCode::Committee, "保密委员会", Opinion::Agree));
    let text = h.screen();
    assert!(!text.contains("现在："), "every step is taken\n{text}");
    let text = h.keys("<enter>").screen();
    assert!(text.contains("把光标移到") || text.contains("已经登记过"), "{text}");
    h.keys("ac<ctrl-s>");
    assert_eq!(room.who(2).cases[0].state, CaseState::Closed);
    let text = h.keys("<esc><backspace>").screen();
    assert!(text.contains("3/3") && !text.contains("李丽"), "{text}");
}

#[test]
fn what_blocks_a_case_is_said_with_its_article() {
    let room = room();
    let mut h = room.harness(Lang::ZhCn, (80, 24));
    // Closing too early: the whole verdict comes back.
    let text = h.keys("8/zxm<enter>ac<ctrl-s>").screen();
    assert!(text.contains("此事项尚不能办结") && text.contains("第20条"), "{text}");
    assert_eq!(room.who(1).cases[0].state, CaseState::Open);
    // The card says it beforehand; here beside the chain.
    let mut wide = room.harness(Lang::ZhCn, (160, 45));
    let text = wide.keys("8/zxm<enter>").screen();
    for wanted in ["办齐手续后可以", "按 2026-05-01 判断", "1. 先调离涉密岗位", "p5-company 第15、17、20条"]
    {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    // Leaving the post is recorded as a leaving, not as a word in the case.
    h.keys("<esc><esc>").keys("<esc><esc>8<esc>");
    let text = room.harness(Lang::ZhCn, (80, 24)).keys("8/zxm<enter><enter>").screen();
    assert!(text.contains("登记离岗") && text.contains("离开岗位日期"), "{text}");
    // A refusal ends it.
    let mut h = room.harness(Lang::ZhCn, (80, 24));
    h.keys("8/zxm<esc>an工作需要<ctrl-s>");
    let case = room.who(1).cases.remove(0);
    assert_eq!((case.state, case.steps.last().unwrap().opinion), (CaseState::Refused, Opinion::Disagree));
    assert!(h.keys("<backspace>t").screen().contains("未批准"));
}

#[test]
fn a_leaving_is_done_step_by_step_and_what_is_in_hand_stands_in_the_way() {
    let room = room();
    let mut h = room.harness(Lang::ZhCn, (80, 24));
    let text = h.keys("8/case:leaving<enter><enter>保密办公室<ctrl-s>").screen();
    assert!(text.contains("U-01"), "what is in hand is named\n{text}");
    assert!(room.who(4).departures[0].steps.is_empty());
    room.does(json!({"command":"take_back","medium":"M000001","reason":"离岗"}));
    h.keys("<esc><ctrl-s>");
    assert_eq!(room.who(4).departures[0].steps[0].code, StepCode::ReturnAll);
    // The pledge is the paper itself, of the kind that leaving asks for.
    let text = h.keys("<enter>").screen();
    assert!(text.contains("登记承诺书") && text.contains("离岗"), "{text}");
    h.keys("<ctrl-s>");
    let person = room.who(4);
    assert_eq!(person.pledges.last().unwrap().kind, PledgeKind::Leaving);
    assert_eq!(person.departures[0].reason, LeavingReason::MovedInside);
    let text = h.keys("<esc>").screen();
    assert!(text.contains("0/3"), "a leaving with all its steps is over\n{text}");
}

#[test]
fn a_new_case_is_opened_from_the_list_and_the_law_beside_adds_its_steps() {
    let room = Room::new(true);
    room.does(json!({"command":"add_person","name":"王强","post":"工程师","level":"core","on_post_from":"2019-05-06"}));
    room.does(json!({"command":"depart","person":"P000001","left_on":"2026-03-10"}));
    let mut h = room.harness(Lang::En, (160, 45));
    let text = h.keys("8<enter>").screen();
    for wanted in ["law-2024", "p5-company", "reminder talk"] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    h.keys("<esc>aq<tab><ctrl-s>");
    assert_eq!(room.who(1).cases[0].kind, CaseKind::Transfer);
    assert!(h.screen().contains("2/2"), "{}", h.screen());
}

#[test]
fn pictures() {
    let room = room();
    for lang in Lang::ALL {
        for (w, h) in [(80, 24), (160, 45)] {
            for (name, keys) in [("list", "8"), ("card", "8/zxm<enter>"), ("step", "8/lili<enter><enter>")] {
                let mut harness = room.harness(lang, (w, h));
                harness.keys(keys);
                insta::with_settings!({ omit_expression => true, description => format!("{w}x{h} {}: {keys}", lang.code()) }, {
                    insta::assert_snapshot!(format!("cases_{name}-{}-{w}", lang.code()), harness.screen());
                });
            }
        }
    }
}

#[test]
fn a_special_reason_is_the_travellers_own_words() {
    let room = room();
    room.does(json!({"command":"submit_trip","person":"P000003","kind":"private","destination":"日本","depart_on":"2026-05-01","return_on":"2026-05-08"}));
    let mut h = room.harness(Lang::ZhCn, (80, 24));
    let text = h.keys("4/wq<enter><esc>").screen();
    let text = if text.contains("说明特殊情况") { text } else { h.keys("4").screen() };
    assert!(text.contains("说明特殊情况"), "{text}");
    let text = h.keys("ay").screen();
    assert!(text.contains("王强") && !text.lines().any(|l| l.contains("同意") && l.contains("意见")), "{text}");
    h.keys("<ctrl-s>");
    assert_eq!(room.who(3).trips[0].steps, [], "nothing is stated by agreeing alone");
    h.keys("母亲病重<ctrl-s>");
    let step = room.who(3).trips[0].steps.remove(0);
    assert_eq!((step.code, step.by.as_str(), step.comment.as_str()), (StepCode::SpecialReason, "王强", "母亲病重"));
}

#[test]
fn where_the_rules_are_silent_the_card_says_so_in_a_whole_sentence() {
    let room = room();
    for (lang, whole) in [(Lang::ZhCn, "规章没有为这类事项规定条件"), (Lang::En, "The rules name no conditions")]
    {
        let mut h = room.harness(lang, (160, 45));
        let text = h.keys("8/wq<enter>").screen();
        assert!(text.contains(whole), "{text}");
    }
}

#[test]
fn the_first_t_answers_the_private_journey_and_a_day_is_typed_over_the_last() {
    let room = room();
    let mut h = room.harness(Lang::ZhCn, (160, 45));
    let here = |text: &str| text.lines().find(|l| l.starts_with('▸')).unwrap_or_default().to_owned();
    let text = h.keys("2/wq<enter>t").screen();
    assert!(here(&text).contains("因私"), "{text}");
    let text = h.keys("t").screen();
    assert!(here(&text).contains("因公"), "{text}");
    h.keys("d5.1<enter>");
    let text = h.keys("d6.1").screen();
    assert!(text.contains("6.1") && !text.contains("5.16.1"), "{text}");
}
