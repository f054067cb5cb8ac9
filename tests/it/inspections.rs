//! The screen Inspections over a real store: plans, findings until they are settled, machines due, campaigns.

use serde_json::json;
use shoumi::app::decode::Event;
use shoumi::domain::FindingStep::{self, Accepted, Rechecked, Rectified, SentBack};
use shoumi::domain::InspectionState;
use shoumi::i18n::Lang;
use shoumi::text::clean;

use crate::room::{Room, TODAY};
use crate::sizes::HOSTILE;
use crate::support::{Harness, day, script, settings};

/// Three departments with four machines; one inspection with three findings, one of them past its day; a campaign.
fn room() -> Room {
    let room = Room::new(true);
    for (n, department, level, since) in [
        ("J-01", "财务部", "secret", "2023-01-10"),
        ("J-02", "财务部", "top_secret", "2025-06-01"),
        ("J-03", "研发部", "confidential", "2024-03-20"),
        ("J-04", "综合科", "secret", "2026-01-05"),
    ] {
        room.does(json!({"command":"add_computer","number":n,"model":"昭阳 E5","secrecy":level,"room":"301","user_name":"王强","department":department,"enabled_on":since}));
    }
    room.does(json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001","C000003"],"inspector":"周敏","planned_on":TODAY}));
    room.does(json!({"command":"answer_items","inspection":"I000001","answers":[
        {"subjects":["C000001"],"items":["A3"],"value":"fails","remark":"密级标识脱落"},
        {"subjects":["C000001"],"items":["B2"],"value":"fails","remark":"摄像头未禁用"},
        {"subjects":["C000003"],"items":["G4"],"value":"fails","remark":"口令只有6位"},
        {"subjects":["C000001"],"items":["A1","A2"],"value":"conforms"}]}));
    room.does(json!({"command":"change_finding","inspection":"I000001","spot":"C000001/A3","due":TODAY}));
    room.does(json!({"command":"change_finding","inspection":"I000001","spot":"C000003/G4","due":"2026-03-30"}));
    room.does(json!({"command":"plan_campaign","template":"p8-computers","campaign":"上半年检查","inspector":"李娜","planned_on":"2026-04-01","subjects":["C000002","C000004"]}));
    room
}

/// The screens one day later, when the first finding is late.
fn tomorrow(room: &Room, lang: Lang, size: (u16, u16)) -> Harness {
    Harness::with(room.register.clone(), settings(lang, size, day("2026-03-17")))
}

fn count(screen: &str) -> String {
    screen.lines().nth(3).unwrap().split_whitespace().next_back().unwrap().to_owned()
}

fn steps(room: &Room, spot: &str) -> Vec<FindingStep> {
    room.inspection(1).findings[&spot.parse().unwrap()].steps.iter().map(|s| s.step).collect()
}

#[test]
fn every_part_filters_by_its_own_fields() {
    let room = room();
    let rows = |keys: &str| count(&room.harness(Lang::ZhCn, (80, 24)).keys(keys).screen());
    for (keys, found) in [
        ("7", "3/3"),
        ("7/state:planned", "2/3"),
        ("7/状态:检查中", "1/3"),
        ("7/campaign:上半年", "2/3"),
        ("7/inspector:zm", "1/3"),
        ("7/planned<lt>today+30", "3/3"),
        ("7/planned<lt>today", "0/3"),
        ("7/finding:open", "1/3"),
        ("7/subject:J-04", "1/3"),
        ("7/财务", "1/3"),
        ("7f", "3/3"),
        ("7f/finding:overdue", "0/3"),
        ("7f/due:none", "1/3"),
        ("7f/整改期限<lt>2026-03-20", "1/3"),
        ("7f/责任人:wq", "3/3"),
        ("7f/摄像头", "1/3"),
        ("7f/item:A3", "1/3"),
        ("7f/step:found -item:A3", "2/3"),
        ("7f/dept:财务", "2/3"),
        ("7f/dept:研发", "1/3"),
        ("7d", "4/4"),
        ("7d/inspect<lt>today", "1/4"),
        ("7d/应检<lt>今天+30", "2/4"),
        ("7d/level:secret", "2/4"),
        ("7d/inspected:none", "4/4"),
    ] {
        assert_eq!(rows(keys), found, "{keys}");
    }
}

#[test]
fn a_finding_goes_its_way_from_the_screen_alone_or_with_others() {
    let room = room();
    let mut h = room.harness(Lang::ZhCn, (80, 24));
    // The earliest day on top: mended, re-checked, settled; each step by its letter, the name is already there.
    h.keys("7fay<ctrl-s>");
    assert_eq!(steps(&room, "C000001/A3"), [Rectified], "{}", h.screen());
    let first = room.inspection(1).findings[&"C000001/A3".parse().unwrap()].steps[0].clone();
    assert_eq!((first.by.as_str(), first.on), ("王强", day(TODAY)));
    // Not mended after all: that needs a word.
    let text = h.keys("ab<ctrl-s>").screen();
    assert_eq!(steps(&room, "C000001/A3").len(), 1, "{text}");
    h.keys("标识仍未贴<ctrl-s>ay<ctrl-s>ac<ctrl-s>as<ctrl-s>");
    assert_eq!(steps(&room, "C000001/A3"), [Rectified, SentBack, Rectified, Rechecked, Accepted], "{}", h.screen());
    // Several marked at once: one form, all or none.
    h.keys("7f/item:B2,G4<esc><space><space>ay已处理<ctrl-s>");
    assert_eq!(
        (steps(&room, "C000001/B2"), steps(&room, "C000003/G4")),
        (vec![Rectified], vec![Rectified]),
        "{}",
        h.screen()
    );
    // From the finding to its item, wherever the checklist was left.
    let sheet = h.keys("<enter><enter>").screen();
    let cursor = sheet.lines().find(|l| l.contains('▸')).unwrap_or_default();
    assert!(cursor.contains("B2"), "{sheet}");
    h.keys("<esc><esc>");
    // What is settled is offered no step but the way back.
    let menu = h.keys("<backspace>/finding:settled<esc>a").screen();
    assert!(menu.contains("退回重改") && !menu.contains("登记已整改"), "{menu}");
}

#[test]
fn a_waiver_puts_a_finding_off_until_its_day_and_no_longer() {
    let room = room();
    let mut h = room.harness(Lang::ZhCn, (80, 24));
    h.keys("7f/A3<esc>aw2026-03-18<tab>备件未到<ctrl-s>");
    let waiver = room.inspection(1).findings[&"C000001/A3".parse().unwrap()].waiver.clone().unwrap();
    assert_eq!((waiver.until, waiver.reason.as_str()), (day("2026-03-18"), "备件未到"));
    let late = |on: &str| {
        let mut h = Harness::with(room.register.clone(), settings(Lang::ZhCn, (80, 24), day(on)));
        count(&h.keys("7f/finding:overdue").screen())
    };
    // The register judges by its own day; the screens' day decides what is late.
    assert_eq!((late("2026-03-16"), room.inspection(1).findings.len()), ("0/3".to_owned(), 3));
    let f = room.inspection(1).findings[&"C000001/A3".parse().unwrap()].clone();
    assert!(!f.overdue(day("2026-03-18")) && f.overdue(day("2026-03-19")));
}

#[test]
fn plans_and_campaigns_are_made_and_changed_by_keys() {
    let room = room();
    let mut h = room.harness(Lang::ZhCn, (80, 24));
    // Two machines marked among those due: one inspection of both, a day later.
    h.keys("7d<space><space>ap<tab><tab><ctrl-u>2026-03-20<ctrl-s>");
    let i = room.inspection(4);
    assert_eq!(
        i.subjects.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["C000001", "C000003"],
        "{}",
        h.screen()
    );
    assert_eq!(
        (i.planned_on, i.inspector.as_str(), i.state),
        (Some(day("2026-03-20")), "li.na", InspectionState::Planned)
    );
    // A campaign over all machines in use: one inspection for each department.
    h.keys("ak年中检查<tab><tab><right><ctrl-s>");
    let all: Vec<_> = (5..8).map(|n| room.inspection(n)).collect();
    let offices: Vec<&str> = all.iter().map(|i| i.department.as_str()).collect();
    assert_eq!(offices, ["财务部", "研发部", "综合科"], "{}", h.screen());
    assert!(all.iter().all(|i| i.campaign == "年中检查"));
    let table = h.keys("c").screen();
    assert!(table.contains("年中检查") && table.contains("研发部") && table.contains("0/3"), "{table}");
    // Enter on an office shows its inspections; the plan is changed and given up there.
    h.keys("<enter>");
    assert_eq!(count(&h.screen()), "3/7");
    h.keys("ae<ctrl-u>2026-05-06<ctrl-s>");
    let moved = (5..8).filter(|n| room.inspection(*n).planned_on == Some(day("2026-05-06"))).count();
    assert_eq!(moved, 1, "{}", h.screen());
    h.keys("ax已并入年中检查<ctrl-s>");
    assert!((5..8).any(|n| room.inspection(n).state == InspectionState::Cancelled), "{}", h.screen());
}

#[test]
fn no_figure_of_a_campaign_is_cut() {
    let room = room();
    room.does(json!({"command":"plan_inspection","template":"p8-computers","campaign":"年中检查","subjects":["C000001","C000002","C000003"]}));
    let items: Vec<String> = (1..=6).map(|n| format!("A{n}")).chain((1..=4).map(|n| format!("B{n}"))).collect();
    room.does(json!({"command":"answer_items","inspection":"I000004","answers":[{"subjects":["C000001"],"items":items,"value":"conforms"}]}));
    for lang in Lang::ALL {
        let screen = room.harness(lang, (80, 24)).keys("7c").screen();
        assert!(screen.contains(" 10/129"), "{screen}");
    }
}

#[test]
fn what_another_session_records_is_counted_at_once() {
    let room = room();
    let mut h = room.harness(Lang::ZhCn, (160, 45));
    h.keys("7c");
    room.does(json!({"command":"answer_items","inspection":"I000002","answers":[{"items":["A1"],"value":"conforms"}]}));
    h.refresh();
    assert!(h.screen().contains("1/86"), "{}", h.screen());
}

#[test]
fn a_late_finding_says_by_how_many_days_and_a_rest_that_is_over_says_so() {
    let room = room();
    let text = Harness::with(room.register.clone(), settings(Lang::ZhCn, (80, 24), day("2026-03-19")))
        .keys("7f")
        .screen()
        .clone();
    assert!(text.contains("逾期3天 待整改"), "{text}");
    let text = Harness::with(room.register.clone(), settings(Lang::En, (80, 24), day("2026-03-19")))
        .keys("7f")
        .screen()
        .clone();
    assert!(text.contains("overdue by 3 d"), "{text}");
    // A rest is seen whole, and when it is over the finding is back.
    room.does(json!({"command":"waive_finding","inspection":"I000001","spot":"C000001/B2","by":"赵敏","reason":"备件未到","until":"2026-03-18"}));
    let at = |on: &str, keys: &str| {
        Harness::with(room.register.clone(), settings(Lang::ZhCn, (80, 24), day(on))).keys(keys).screen().clone()
    };
    assert!(at("2026-03-17", "7f").contains("缓办至 2026-03-18"), "{}", at("2026-03-17", "7f"));
    let card = at("2026-03-17", "7f/B2<enter>");
    assert!(card.contains("赵敏 同意缓办至 2026-03-18") && !card.contains("尚未办理"), "{card}");
    assert!(at("2026-03-19", "7f").contains("缓办期满 待整改"), "{}", at("2026-03-19", "7f"));
    assert!(at("2026-03-19", "7f/B2<enter>").contains("现已期满"), "{}", at("2026-03-19", "7f/B2<enter>"));
}

#[test]
fn a_correction_takes_the_findings_over_and_the_cursor_goes_to_what_was_planned() {
    let room = room();
    let all: Vec<String> = shoumi::rules::templates()[0]
        .items()
        .map(|i| i.id.clone())
        .filter(|i| !["A3", "B2", "G4"].contains(&i.as_str()))
        .collect();
    room.does(json!({"command":"answer_items","inspection":"I000001","answers":[{"items":all,"value":"conforms"},{"subjects":["C000003"],"items":["A3","B2"],"value":"conforms"},{"subjects":["C000001"],"items":["G4"],"value":"conforms"}]}));
    room.does(json!({"command":"close_inspection","inspection":"I000001"}));
    for name in ["李娜", "王强", "周海"] {
        room.does(json!({"command":"sign_inspection","inspection":"I000001","name":name}));
    }
    let mut h = room.harness(Lang::ZhCn, (80, 24));
    let here = |h: &mut Harness| h.screen().lines().find(|l| l.contains('▸')).unwrap_or_default().to_owned();
    h.keys("7<end>");
    assert!(here(&mut h).contains("I000001"), "{}", h.screen());
    h.keys("ar第三项记错<ctrl-s>");
    assert_eq!(room.inspection(4).corrects, Some(shoumi::domain::InspectionId(1)), "{}", h.screen());
    assert!(here(&mut h).contains("I000004"), "{}", h.screen());
    assert_eq!(count(&h.keys("f").screen()), "3/3", "each finding once");
    // Planned from the list of inspections, the new one is under the cursor, too.
    h.keys("pap<tab>J-02<ctrl-s>");
    assert!(here(&mut h).contains("I000005"), "{}", h.screen());
}

#[test]
fn a_campaign_says_how_many_machines_are_planned_already() {
    let room = room();
    assert!(room.harness(Lang::ZhCn, (80, 24)).keys("7dak").screen().contains("台已有安排"));
    assert!(room.harness(Lang::En, (80, 24)).keys("7dak").screen().contains("planned already"));
}

#[test]
fn two_years_of_the_chart_do_not_stand_over_each_other() {
    let room = room();
    let year = |on: &str| {
        let text = Harness::with(room.register.clone(), settings(Lang::ZhCn, (80, 24), day(on))).screen();
        (text.contains("2022027"), text.contains("2027"))
    };
    assert_eq!(year("2026-12-05"), (false, true));
    assert_eq!(year("2026-11-05"), (false, true));
}

#[test]
fn a_deadline_before_the_day_of_the_finding_is_named_as_such() {
    let room = room();
    let text = room.harness(Lang::ZhCn, (80, 24)).keys("7fae<ctrl-u>2026-03-01<ctrl-s>").screen();
    assert!(text.contains("整改期限 2026-03-01 早于发现日期 2026-03-16"), "{text}");
}

#[test]
fn what_is_typed_while_a_form_is_saved_does_not_stand_on_the_screen() {
    let room = room();
    let mut h = room.harness(Lang::ZhCn, (80, 24));
    h.keys("7ap<tab>J-02");
    assert!(h.shell.typing());
    let orders = h.shell.event(Event::Key("ctrl-s".parse().unwrap()));
    // A paste without marks that comes now is none of the form's text, nor keys for what lies below it.
    assert!(!h.shell.typing());
    for key in script("张三") {
        assert!(h.shell.event(Event::Key(key)).is_empty());
    }
    let text = h.screen();
    assert!(!text.contains("张三") && text.contains("正在保存"), "{text}");
    h.follow(orders);
    assert_eq!(room.inspection(4).subjects.len(), 1);
}

#[test]
fn hostile_text_and_every_size() {
    let room = room();
    for hostile in HOSTILE {
        let text: String = hostile.chars().filter(|c| !c.is_control()).collect();
        let text = if text.trim().is_empty() { "x".to_owned() } else { text };
        room.does(json!({"command":"change_finding","inspection":"I000001","spot":"C000001/A3","responsible":text}));
        room.does(json!({"command":"change_inspection","inspection":"I000001","department":text,"campaign":format!("{text}!")}));
        for keys in ["7", "7f", "7f<enter>", "7fa", "7fae", "7c", "7d"] {
            let screen = room.harness(Lang::ZhCn, (80, 24)).keys(keys).screen();
            assert_eq!(clean(&screen.replace('\n', " ")), screen.replace('\n', " "), "{keys}");
        }
    }
    for size in [(1, 1), (20, 5), (59, 16), (60, 15), (60, 16), (80, 24), (200, 60), (300, 100)] {
        for keys in ["7", "7f", "7f<enter><down>", "7fay", "7d", "7dap", "7dak", "7c<enter>"] {
            room.harness(Lang::En, size).keys(keys).screen();
        }
    }
}

#[test]
fn pictures() {
    let room = room();
    for lang in Lang::ALL {
        for (w, h) in [(80, 24), (160, 45)] {
            for (name, keys) in [
                ("plan", "7"),
                ("findings", "7f"),
                ("finding", "7f<enter>"),
                ("steps", "7fa"),
                ("due", "7d"),
                ("campaigns", "7c"),
                ("campaign_form", "7dak"),
            ] {
                if w == 160 && matches!(name, "steps" | "finding" | "campaign_form") {
                    continue;
                }
                let mut harness = tomorrow(&room, lang, (w, h));
                harness.keys(keys);
                insta::with_settings!({ omit_expression => true, description => format!("{w}x{h} {}: {keys}", lang.code()) }, {
                    insta::assert_snapshot!(format!("inspections_{name}-{}-{w}", lang.code()), harness.screen());
                });
            }
        }
    }
}

#[test]
fn with_two_units_a_campaign_is_of_one_of_them() {
    let room = room();
    room.does(json!({"command":"add_unit","name":"乙单位","pack":"p2-filing","tracking_from":"2026-01-01"}));
    room.does(json!({"command":"add_computer","unit":"U000002","number":"Z-01","secrecy":"secret","room":"101","department":"综合科","enabled_on":"2024-01-10"}));
    let mut h = room.harness(Lang::ZhCn, (80, 24));
    // Due of the first unit, all in use of the first, all of the second.
    let text = h.keys("7ak年中检查<tab><tab>").screen();
    assert!(text.contains("甲单位：30天内应检的"), "{text}");
    h.keys("<right><right><ctrl-s>");
    let i = room.inspection(4);
    assert_eq!((i.unit.to_string().as_str(), i.subjects.len()), ("U000002", 1), "{}", h.screen());
    // A place belongs to the unit chosen.
    room.does(json!({"command":"plan_inspection","unit":"U000002","template":"p6-walk","subjects":["三楼"]}));
    h.refresh();
    h.keys("7ap");
    let text = h.screen();
    assert!(text.contains("单位"), "{text}");
}
