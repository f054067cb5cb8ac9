//! The screen Computers over a real store: list, filter, card, and every deed down to the record.

use serde_json::json;
use shoumi::domain::{Computer, ComputerId, CustodyKind, DeviceState, Medium, MediumId, PersonId, View};
use shoumi::i18n::Lang;
use shoumi::text::clean;

use crate::room::{Room, TODAY};
use crate::sizes::HOSTILE;
use crate::support::day;

/// A personal store with three computers, a printer and two media; one was inspected, with a finding.
fn room() -> Room {
    let room = Room::new(true);
    room.does(json!({"command":"add_person","name":"王强","department":"财务部"}));
    room.does(json!({"command":"add_computer","number":"J-01","model":"昭阳 E5","serial":"SN-7781","disk_serials":["D-1","D-2"],"secrecy":"secret","room":"301","custodian":"P000001","user_name":"周海","department":"财务部","enabled_on":"2024-01-10"}));
    room.does(json!({"command":"add_computer","number":"J-02","kind":"laptop","secrecy":"confidential","room":"302","department":"研发部","state":"in_store"}));
    room.does(json!({"command":"add_computer","number":"J-03","room":"303"}));
    room.does(json!({"command":"add_computer","number":"P-01","kind":"printer","secrecy":"secret","room":"301","custodian_name":"周海"}));
    room.does(json!({"command":"add_medium","number":"U-01","kind":"usb_stick","title":"备份盘","secrecy":"secret","holder":"P000001"}));
    room.does(json!({"command":"add_medium","number":"W-01","kind":"paper","title":"年度报告","secrecy":"top_secret","state":"in_store"}));
    room.does(json!({"command":"add_log_volume","device":"C000001","year":2019,"by":"保密室"}));
    room.does(json!({"command":"add_log_volume","device":"C000001","year":2025,"by":"保密室"}));
    room.does(json!({"command":"move_device","device":"C000001","room":"305","on":"2025-06-01","note":"办公室调整"}));
    room.does(json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001"],"inspector":"李娜","planned_on":"2026-03-02"}));
    room.does(json!({"command":"answer_items","inspection":"I000001","answers":[{"items":["A3"],"value":"fails","remark":"密级标识脱落"}]}));
    room.does(json!({"command":"change_finding","inspection":"I000001","spot":"C000001/A3","due":"2026-04-01"}));
    room
}

impl Room {
    fn computer(&self, n: u64) -> Computer {
        self.session.read(|s| Ok(s.computer(ComputerId(n))?.unwrap())).unwrap()
    }

    fn medium(&self, n: u64) -> Medium {
        self.session.read(|s| Ok(s.medium(MediumId(n))?.unwrap())).unwrap()
    }
}

#[test]
fn computers_and_media_stand_in_one_list_that_filters() {
    let room = room();
    let rows = |keys: &str| {
        let mut harness = room.harness(Lang::ZhCn, (80, 24));
        harness.keys(keys);
        let text = harness.screen();
        text.lines().nth(2).unwrap().split_whitespace().next_back().unwrap().to_owned()
    };
    assert_eq!(rows("6"), "6/6");
    for (filter, found) in [
        ("level:secret", "3/6"),
        ("密级:绝密", "1/6"),
        ("kind:laptop", "1/6"),
        ("类别:U盘", "1/6"),
        ("custodian:wq", "2/6"),
        ("责任人:周海", "1/6"),
        ("user:zh", "1/6"),
        ("room:30", "4/6"),
        ("state:in_store", "2/6"),
        ("dept:财务", "1/6"),
        ("wangqiang", "2/6"),
        ("J-0", "3/6"),
        ("-level:secret kind:desktop", "1/6"),
    ] {
        assert_eq!(rows(&format!("6/{filter}")), found, "{filter}");
    }
}

#[test]
fn every_deed_reaches_the_record_and_refusals_show_the_article() {
    let room = room();
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    // J-02 is in store: issued to somebody of the register, found by name.
    harness.keys("6/J-02<esc>ai王强<ctrl-s>");
    let c = room.computer(2);
    assert_eq!((c.state, c.custodian, c.custody.len()), (DeviceState::InUse, Some(PersonId(1)), 1));
    // A computer never goes out with its disk, nor unapproved; the article says so.
    let text = harness.keys("as维修站<tab>赵处长<ctrl-s>").screen();
    assert!(text.contains("第12条（一）") && room.computer(2).state == DeviceState::InUse, "{text}");
    harness.keys("<esc><tab><right><ctrl-s>");
    assert_eq!(room.computer(2).state, DeviceState::InRepair, "{}", harness.screen());
    harness.keys("ar已更换主板<ctrl-s>");
    assert_eq!(room.computer(2).custody.last().unwrap().kind, CustodyKind::Returned);
    // To another department only after it was filed.
    let text = harness.keys("am401<tab>办公室<ctrl-s>").screen();
    assert!(text.contains("第9条（二）") && room.computer(2).room == "302", "{text}");
    harness.keys("<esc><tab>2026-03-15<ctrl-s>");
    assert_eq!((room.computer(2).room.as_str(), room.computer(2).department.as_str()), ("401", "办公室"));
    // What is in somebody's hands is taken back before it is destroyed.
    let text = harness.keys("ad赵处长<tab>销毁中心<ctrl-s>").screen();
    assert!(text.contains("第13条（一）"), "{text}");
    harness.keys("<esc><esc>y");
    harness.keys("at调离<ctrl-s>");
    assert_eq!((room.computer(2).state, room.computer(2).custodian), (DeviceState::InStore, None));
    harness.keys("ad赵处长<tab>销毁中心<ctrl-s>");
    assert_eq!(room.computer(2).state, DeviceState::Destroyed);
    // A machine without a mark is not issued.
    room.does(json!({"command":"change_computer","computer":"C000003","fields":{"state":"in_store"}}));
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    let text = harness.keys("6/J-03<esc>ai王强<ctrl-s>").screen();
    assert!(text.contains("第8条（三）"), "{text}");
    // Registered, changed, a medium handed out.
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    harness.keys("6aaJ-09<ctrl-s>");
    assert_eq!(room.computer(5).number, "J-09");
    harness.keys("/J-09<esc>ae<tab><tab><tab>昭阳<ctrl-s>");
    assert_eq!(room.computer(5).model, "昭阳", "{}", harness.screen());
    harness.keys("<backspace>abU-09<ctrl-s>");
    assert_eq!(room.medium(3).number, "U-09");
    harness.keys("/W-01<esc>ai外单位张某<ctrl-s>");
    assert_eq!((room.medium(2).holder, room.medium(2).holder_name.as_str()), (None, "外单位张某"));
}

#[test]
fn the_card_says_when_a_log_may_be_destroyed_and_which_inspection_is_due() {
    let room = room();
    let mut harness = room.harness(Lang::ZhCn, (160, 45));
    let text = harness.keys("6<enter>").screen();
    for wanted in [
        "SN-7781",
        "D-1  D-2",
        "王强",
        "305",
        "办公室调整",
        "2025-01-01",
        "2031-01-01",
        "第10条（六）",
        "密级标识脱落",
        "2026-01-10",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    // From the card a volume is destroyed when its time is over, and not before.
    let text = harness.keys("ax2025<ctrl-s>").screen();
    assert!(text.contains("第10条（六）"), "{text}");
    harness.keys("<esc><ctrl-u>2019<ctrl-s>");
    assert_eq!(room.computer(1).logs[0].destroyed_on, Some(day(TODAY)));
    let text = harness.screen();
    assert!(text.contains("已于 2026-03-16 销毁"), "the card is read anew\n{text}");
}

#[test]
fn hostile_text_and_every_size() {
    let room = room();
    for (n, text) in HOSTILE.iter().enumerate() {
        room.does(json!({"command":"add_computer","number":format!("H{n}{text}"),"model":text,"room":text,"custodian_name":text,"department":text,"note":text}));
    }
    for keys in ["6", "6G", "6G<enter>", "6Ga", "6Gai", "6Gae"] {
        let mut harness = room.harness(Lang::En, (80, 24));
        harness.keys(keys);
        for (w, h) in [(1, 1), (59, 16), (60, 16), (80, 24), (99, 24), (100, 17), (140, 45), (160, 45), (200, 60)] {
            harness.resize(w, h);
            let buffer = harness.buffer();
            for cell in &buffer.content {
                assert_eq!(clean(cell.symbol()), cell.symbol(), "{keys} at {w}x{h}");
            }
        }
    }
}

#[test]
fn pictures() {
    let room = room();
    for lang in Lang::ALL {
        for (w, h) in [(80, 24), (160, 45)] {
            for (name, keys) in [
                ("list", "6"),
                ("card", "6<enter>"),
                ("menu", "6a"),
                ("issue", "6/J-02<esc>ai"),
                ("refused", "6/J-01<esc>as维修站<ctrl-s>"),
            ] {
                if w == 160 && !matches!(name, "list" | "card") {
                    continue;
                }
                let mut harness = room.harness(lang, (w, h));
                harness.keys(keys);
                insta::with_settings!({ omit_expression => true, description => format!("{w}x{h} {}: {keys}", lang.code()) }, {
                    // The history says when the test ran.
                    let lasting = |l: &&str| !(l.contains(':') && l.contains(" li.na "));
                    let screen: Vec<String> = harness.screen().lines().filter(lasting).map(str::to_owned).collect();
                    insta::assert_snapshot!(format!("computers_{name}-{}-{w}", lang.code()), screen.join("\n"));
                });
            }
        }
    }
}

#[test]
fn with_two_units_a_form_asks_whose_it_is_and_begins_with_that_under_the_cursor() {
    let room = room();
    room.does(json!({"command":"add_unit","name":"乙单位","pack":"p2-filing","tracking_from":"2026-01-01"}));
    room.does(json!({"command":"add_computer","unit":"U000002","number":"Z-01","room":"101"}));
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    harness.keys("6/J-01<esc>aaJ-10<tab><right><ctrl-s>");
    assert_eq!(room.computer(6).unit.to_string(), "U000002", "{}", harness.screen());
    harness.keys("<backspace>/Z-01<esc>aaZ-02<ctrl-s>");
    assert_eq!(room.computer(7).unit.to_string(), "U000002", "{}", harness.screen());
    harness.keys("abZ-03<ctrl-s>");
    assert_eq!(room.medium(3).unit.to_string(), "U000002", "{}", harness.screen());
    harness.keys("2aa白云<tab><tab><right><ctrl-s>");
    let person = room.session.read(|s| Ok(s.person(PersonId(2))?.unwrap())).unwrap();
    assert_eq!((person.name.as_str(), person.unit.to_string().as_str()), ("白云", "U000002"), "{}", harness.screen());
}

#[test]
fn devices_are_told_apart_by_their_numbers() {
    let room = room();
    room.does(json!({"command":"add_computer","number":"YS-JSJ-00008","room":"301","department":"财务部"}));
    for lang in Lang::ALL {
        let text = room.harness(lang, (80, 24)).keys("6").screen();
        assert!(text.contains("YS-JSJ-00008"), "{text}");
    }
    let text = room.harness(Lang::ZhCn, (80, 24)).keys("6/00008<esc>am401<tab>办公室<ctrl-s>").screen();
    assert!(text.contains("YS-JSJ-00008 调到其他处室") && !text.contains("C000005"), "{text}");
}

#[test]
fn what_is_not_in_use_or_no_machine_owes_no_inspection_and_says_so() {
    let room = room();
    let card = |number: &str| room.harness(Lang::ZhCn, (80, 24)).keys(&format!("6/{number}<esc><enter>")).screen();
    for (number, wanted) in [("J-02", "现不在用"), ("P-01", "随所连接的计算机检查"), ("J-03", "没有期限")]
    {
        let text = card(number);
        assert!(text.contains(wanted), "{number}: {text}");
    }
}

#[test]
fn what_deserves_a_look_is_said_on_the_screen() {
    let room = room();
    // The same name signs for two parties.
    room.does(json!({"command":"answer_items","inspection":"I000001","answers":[
        {"items":ALL.split(' ').collect::<Vec<_>>(),"value":"conforms"}]}));
    room.does(json!({"command":"close_inspection","inspection":"I000001"}));
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    let text = harness.keys("7<enter>c李娜<enter>李娜<enter>").screen();
    assert!(text.contains("同一姓名签了两方"), "{text}");
}

/// The items of `p8-computers` but the one that fails.
const ALL: &str = "A1 A2 A4 A5 A6 B1 B2 B3 B4 C1 C2 C3 D1 D2 D3 D4 D5 E1 E2 E3 F1 F2 F3 F4 G1 G2 G3 G4 G5 G6 G7 G8 H1 H2 H3 H4 H5 I1 I2 I3 J1 J2";
