//! Inspections and custody decided one after another over an empty register.

use serde_json::{Value, json};

use super::tests::Office;
use crate::domain::CustodyKind::{Destroyed, Issued, Moved, Returned, SentOut, TakenBack};
use crate::domain::Secrecy::{Secret, TopSecret};
use crate::domain::inspection::{Inspection, Spot};
use crate::domain::{
    AnswerValue, Command, Computer, ComputerId, CustodyKind, Date, DeviceState, FindingStep, InspectionId,
    InspectionState, View,
};
use crate::rules::{self, Facts};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A company with two marked computers and a user.
fn office() -> Office {
    let mut office = Office::new("p5-company", "2026-03-16");
    for n in ["J-01", "J-02"] {
        office.does(json!({"command":"add_computer","number":n,"secrecy":"secret","department":"财务部","room":"301","user_name":"王强","state":"in_store"}));
    }
    office
}

fn planned() -> Office {
    let mut office = office();
    let done = office.does(json!({"command":"plan_inspection","template":"p8-computers","subjects":["C1","C000002"],"tool":"专用工具","inspector":"李娜"}));
    assert_eq!(done.ids, ["I000001"]);
    office
}

fn inspection(office: &Office, n: u64) -> Inspection {
    office.view.inspection(InspectionId(n)).unwrap().unwrap()
}

fn computer(office: &Office, n: u64) -> Computer {
    office.view.computer(ComputerId(n)).unwrap().unwrap()
}

fn items() -> Vec<String> {
    rules::templates()[0].items().map(|i| i.id.clone()).collect()
}

fn answer(items: &[&str], value: Option<&str>, remark: &str) -> Value {
    json!({"command":"answer_items","inspection":"I000001","answers":[{"items":items,"value":value,"remark":remark}]})
}

fn spot(text: &str) -> Spot {
    text.parse().unwrap()
}

#[test]
fn a_template_is_kept_once_and_never_changes() {
    let mut office = planned();
    let kept = office.view.templates().unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].template.as_str(), kept[0].version.as_str()), ("p8-computers", "1"));
    assert_eq!(kept[0].text, rules::templates()[0].text);
    office.does(json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001"]}));
    assert_eq!(office.view.templates().unwrap().len(), 1);

    let own = kept[0].text.replacen("version = \"1\"", "version = \"1.10\"", 1);
    let older = kept[0].text.replacen("version = \"1\"", "version = \"1.9\"", 1);
    let add = |text: &str| json!({"command":"add_template","text":text});
    office.does(add(&own));
    office.does(add(&older));
    assert_eq!(office.refused(add(&own)).code, "template_known");
    let changed = own.replacen("本机", "这台机器", 1);
    assert_eq!(office.refused(add(&changed)).code, "template_taken");
    let embedded = kept[0].text.replacen("本机", "这台机器", 1);
    assert_eq!(office.refused(add(&embedded)).code, "template_taken");
    let refusal = office.refused(add("id = 3"));
    assert_eq!((refusal.code, refusal.values["line"].as_str()), ("template_wrong", "1"));

    office.does(json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001"]}));
    assert_eq!(inspection(&office, 3).version, "1.10");
    assert_eq!(inspection(&office, 1).version, "1");
    let refusal = office.refused(json!({"command":"plan_inspection","template":"p9","subjects":["C000001"]}));
    assert!(refusal.values["known"].contains("p6-walk"), "{refusal:?}");
}

#[test]
fn what_cannot_be_inspected_is_refused() {
    let mut office = office();
    let plan =
        |template: &str, subjects: Value| json!({"command":"plan_inspection","template":template,"subjects":subjects});
    assert_eq!(office.refused(plan("p8-computers", json!([]))).code, "no_subjects");
    assert_eq!(office.refused(plan("p8-computers", json!(["三楼"]))).code, "subject_kind");
    assert_eq!(office.refused(plan("p8-computers", json!(["C000009"]))).code, "no_such_record");
    assert_eq!(office.refused(plan("leaving-gate", json!(["C000001"]))).code, "subject_kind");
    office.does(plan("p6-walk", json!(["三楼/东侧", "三楼/东侧"])));
    assert_eq!(inspection(&office, 1).subjects.len(), 1);
    office.does(json!({"command":"answer_items","inspection":"I000001","answers":[{"items":["W1"],"value":"conforms"}],"cursor":"三楼/东侧/W2"}));
    assert_eq!(inspection(&office, 1).cursors["li.na"], spot("三楼/东侧/W2"));
}

#[test]
fn answers_open_findings_and_can_be_taken_back() {
    let mut office = planned();
    office.does(json!({"command":"set_unit","key":"finding_days","value":"30","decided_by":"办公会","reason":"统一"}));
    assert_eq!(inspection(&office, 1).state, InspectionState::Planned);
    let refusal = office.refused(answer(&["B2"], Some("fails"), " "));
    assert_eq!(
        (refusal.code, refusal.pack.as_str(), refusal.article.as_str()),
        ("remark_needed", "p8-computers", "7.1")
    );
    assert_eq!(office.refused(answer(&["Z9"], Some("conforms"), "")).code, "no_such_item");
    office.does(answer(&["B2"], Some("fails"), "装有摄像头"));
    let i = inspection(&office, 1);
    assert_eq!((i.state, i.opened_on), (InspectionState::Open, Some(day("2026-03-16"))));
    let finding = &i.findings[&spot("C000002/B2")];
    assert_eq!((finding.article.as_str(), finding.what.as_str()), ("7.1", "装有摄像头"));
    assert_eq!((finding.responsible.as_str(), finding.due), ("王强", Some(day("2026-04-15"))));
    assert_eq!(i.live_findings().count(), 2);
    assert_eq!(i.answers[&spot("C000001/B2")].by, "li.na");

    // One answer back to what it was, one to another: what was typed into the finding stays for when it fails again.
    office.does(json!({"command":"change_finding","inspection":"I000001","spot":"C000002/B2","responsible":"赵敏","due":"2026-05-01"}));
    office.does(json!({"command":"answer_items","inspection":"I000001","answers":[
        {"subjects":["C000001"],"items":["B2"],"value":null},{"subjects":["C000002"],"items":["B2"],"value":"conforms"}]}));
    let i = inspection(&office, 1);
    assert_eq!((i.live_findings().count(), i.answers.len()), (0, 1));
    office.does(answer(&["B2"], Some("fails"), "摄像头未禁用"));
    let finding = inspection(&office, 1).findings[&spot("C000002/B2")].clone();
    assert_eq!((finding.responsible.as_str(), finding.what.as_str()), ("赵敏", "摄像头未禁用"));

    // The same answer again changes nothing.
    let before = inspection(&office, 1).revision;
    assert!(office.does(answer(&["B2"], Some("fails"), "摄像头未禁用")).changes.is_empty());
    assert_eq!(inspection(&office, 1).revision, before);
}

#[test]
fn not_applicable_leaves_the_base_of_the_score() {
    let mut office = planned();
    let all = items();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    office.does(answer(&all, Some("conforms"), ""));
    office.does(answer(&["B1", "B2"], Some("fails"), "未禁用"));
    office.does(answer(&["I1", "I2", "J2"], Some("not_applicable"), ""));
    office.does(answer(&["D3"], Some("not_checked"), ""));
    office.does(json!({"command":"answer_items","inspection":"I000001","answers":[{"subjects":["C000002"],"items":["A1"],"value":null}]}));
    let (i, p8) = (inspection(&office, 1), rules::templates()[0].clone());
    let one = rules::score(&p8, &i, Some(&"C1".parse::<ComputerId>().unwrap().into()), None);
    assert_eq!((one.conforms, one.fails, one.not_applicable, one.not_checked, one.unanswered), (37, 2, 3, 1, 0));
    assert_eq!((one.base(), one.percent()), (39, Some(95)));
    let group = rules::score(&p8, &i, None, Some("B"));
    assert_eq!((group.total(), group.fails, group.percent()), (8, 4, Some(50)));
    assert_eq!(rules::missing(&p8, &i), [spot("C000002/A1")]);
    let none = rules::score(&p8, &i, Some(&"C9".parse::<ComputerId>().unwrap().into()), None);
    assert_eq!((none.total(), none.percent()), (0, None));
}

/// Everything answered, B2 of the first computer failing.
fn answered() -> Office {
    let mut office = planned();
    let all = items();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    office.does(answer(&all, Some("conforms"), ""));
    office.does(json!({"command":"answer_items","inspection":"I000001","answers":[{"subjects":["C000001"],"items":["B2"],"value":"fails","remark":"装有摄像头"}]}));
    office
}

fn sign(name: &str) -> Value {
    json!({"command":"sign_inspection","inspection":"I000001","name":name})
}

fn signed() -> Office {
    let mut office = answered();
    office.does(json!({"command":"close_inspection","inspection":"I000001"}));
    for name in ["李娜", "王强", "周海"] {
        office.does(sign(name));
    }
    office
}

#[test]
fn closing_asks_for_what_is_missing_and_three_parties_sign() {
    let mut office = answered();
    office.does(json!({"command":"answer_items","inspection":"I000001","answers":[{"subjects":["C000002"],"items":["A4"],"value":null}]}));
    let close = json!({"command":"close_inspection","inspection":"I000001"});
    let refusal = office.refused(close.clone());
    assert_eq!(
        (refusal.code, refusal.values["first"].as_str(), refusal.values["count"].as_str()),
        ("inspection_incomplete", "C000002/A4", "1")
    );
    assert_eq!(office.refused(sign("李娜")).code, "inspection_state");
    office.does(answer(&["A4"], Some("not_checked"), ""));
    office.does(close);
    assert_eq!(office.refused(answer(&["A4"], Some("conforms"), "")).code, "inspection_state");
    office.does(sign("李娜"));
    let twice = json!({"command":"sign_inspection","inspection":"I000001","party":"inspector","name":"王强"});
    assert_eq!(office.refused(twice).code, "party_signed");
    assert_eq!(
        office.refused(json!({"command":"sign_inspection","inspection":"I000001","party":"guest","name":"x"})).code,
        "no_such_party"
    );
    assert_eq!(office.does(sign("李娜")).warnings[0].code, "same_name_signed");
    // Back to answering: the signatures given are void.
    office.does(json!({"command":"reopen_inspection","inspection":"I000001","reason":"签错"}));
    assert!(inspection(&office, 1).signatures.is_empty());
    office.does(json!({"command":"close_inspection","inspection":"I000001"}));
    for name in ["李娜", "王强", "周海"] {
        office.does(sign(name));
    }
    let i = inspection(&office, 1);
    assert_eq!((i.state, i.signed_on), (InspectionState::Signed, Some(day("2026-03-16"))));
    let parties: Vec<&str> = i.signatures.iter().map(|s| s.party.as_str()).collect();
    assert_eq!(parties, ["inspector", "user", "head"]);
    for command in ["reopen_inspection", "cancel_inspection"] {
        assert_eq!(
            office.refused(json!({"command":command,"inspection":"I000001","reason":"x"})).code,
            "inspection_state"
        );
    }
}

#[test]
fn a_signed_record_is_corrected_only_by_a_new_one() {
    let mut office = signed();
    let what = json!({"command":"change_finding","inspection":"I000001","spot":"C000001/B2","what":"改"});
    assert_eq!(office.refused(what).code, "inspection_state");
    let correct = json!({"command":"correct_inspection","inspection":"I000001","reason":"B2 记错"});
    assert_eq!(office.does(correct.clone()).ids, ["I000002", "I000001"]);
    assert_eq!(office.refused(correct.clone()).code, "being_corrected");
    assert_eq!(
        (inspection(&office, 1).state, inspection(&office, 2).corrects),
        (InspectionState::Signed, Some(InspectionId(1)))
    );
    office.does(json!({"command":"cancel_inspection","inspection":"I000002","reason":"不必"}));
    assert_eq!(inspection(&office, 1).corrected_by, None);
    office.does(correct);
    office.does(json!({"command":"answer_items","inspection":"I000003","answers":[{"subjects":["C000001"],"items":["B2"],"value":"conforms"}]}));
    office.does(json!({"command":"close_inspection","inspection":"I000003"}));
    for name in ["李娜", "王强", "周海"] {
        assert_eq!(inspection(&office, 1).state, InspectionState::Signed);
        office.does(json!({"command":"sign_inspection","inspection":"I000003","name":name}));
    }
    assert_eq!(inspection(&office, 1).state, InspectionState::Superseded);
    assert_eq!(inspection(&office, 1).answers[&spot("C000001/B2")].value, AnswerValue::Fails);
    assert_eq!(inspection(&office, 3).live_findings().count(), 0);
}

#[test]
fn a_finding_goes_its_steps_in_order() {
    let mut office = signed();
    office.today = day("2026-03-20");
    let step = |step: &str, comment: &str| json!({"command":"step_finding","inspection":"I000001","spot":"C000001/B2","step":step,"by":"王强","comment":comment});
    for early in ["rechecked", "accepted", "sent_back"] {
        assert_eq!(office.refused(step(early, "x")).code, "finding_order", "{early}");
    }
    office.does(step("reminded", ""));
    office.does(step("rectified", "已拆除"));
    assert_eq!(office.refused(step("rectified", "")).code, "finding_order");
    assert_eq!(office.refused(step("sent_back", " ")).code, "field_empty");
    office.does(step("sent_back", "只作遮挡"));
    office.does(step("rectified", "已拆除"));
    office.does(step("rechecked", ""));
    office.does(step("accepted", ""));
    let finding = inspection(&office, 1).findings[&spot("C000001/B2")].clone();
    assert_eq!((finding.stands_at(), finding.accepted_on()), (Some(FindingStep::Accepted), Some(day("2026-03-20"))));
    assert_eq!(office.refused(step("reminded", "")).code, "finding_order");
    let waive = |until: &str| json!({"command":"waive_finding","inspection":"I000001","spot":"C000001/B2","by":"周海","reason":"待配件","until":until});
    assert_eq!(office.refused(waive("2026-06-01")).code, "finding_accepted");
    office.does(step("sent_back", "又装回"));
    assert_eq!(office.refused(waive("2026-03-19")).code, "ends_before_start");
    office.does(waive("2026-06-01"));
    let finding = inspection(&office, 1).findings[&spot("C000001/B2")].clone();
    assert!(!finding.open(day("2026-06-01")) && finding.open(day("2026-06-02")));
    let early = json!({"command":"step_finding","inspection":"I000001","spot":"C000001/B2","step":"rectified","by":"王强","on":"2026-03-19"});
    assert_eq!(office.refused(early).code, "ends_before_start");
    assert_eq!(office.refused(json!({"command":"waive_finding","inspection":"I000001","spot":"C000001/B3","by":"x","reason":"x","until":"2026-06-01"})).code, "no_such_finding");
}

#[test]
fn custody_follows_the_articles() {
    let mut office = office();
    office.does(json!({"command":"add_computer","number":"J-03","state":"in_store"}));
    let issue = |device: &str| json!({"command":"issue_device","device":device,"name":"周海","capacity":"head","user_name":"王强","room":"305"});
    for (command, code, article) in [
        (issue("C000003"), "device_unmarked", "8.3"),
        (json!({"command":"issue_device","device":"C000001","name":"周海"}), "capacity_needed", "8.2"),
        (json!({"command":"issue_device","device":"C000001","capacity":"clerk"}), "receiver_needed", "8.2"),
    ] {
        let refusal = office.refused(command);
        assert_eq!((refusal.code, refusal.pack.as_str(), refusal.article.as_str()), (code, "p8-computers", article));
    }
    assert_eq!(office.refused(issue("P000001")).code, "device_kind");
    office.does(issue("C000001"));
    let c = computer(&office, 1);
    assert_eq!(
        (c.state, c.custodian_name.as_str(), c.user_name.as_str(), c.room.as_str()),
        (DeviceState::InUse, "周海", "王强", "305")
    );
    assert_eq!(c.enabled_on, Some(day("2026-03-16")));
    assert_eq!(office.refused(issue("C000001")).article, "8.1");

    let moved = json!({"command":"move_device","device":"C000001","room":"401","department":"技术部"});
    let refusal = office.refused(moved.clone());
    assert_eq!((refusal.code, refusal.article.as_str()), ("move_not_filed", "9.2"));
    let mut filed = moved;
    filed["filed_on"] = json!("2026-03-15");
    office.does(filed);
    assert_eq!(
        office.refused(json!({"command":"move_device","device":"C000001","room":"401"})).code,
        "nothing_changed"
    );

    let out = |by: &str, disk: bool| json!({"command":"send_out_device","device":"C000001","place":"维修点","approved_by":by,"disk_removed":disk,"note":"不开机"});
    assert_eq!(office.refused(out("", true)).article, "12.1");
    assert_eq!(office.refused(out("保密办", false)).code, "send_out_disk");
    office.does(out("保密办", true));
    assert_eq!(computer(&office, 1).state, DeviceState::InRepair);
    office.does(json!({"command":"return_device","device":"C000001"}));
    assert_eq!(computer(&office, 1).state, DeviceState::InUse);

    let destroy = |by: &str, place: &str| json!({"command":"destroy_device","device":"C000001","approved_by":by,"place":place,"witness":"李娜"});
    assert_eq!(office.refused(destroy("保密办", "销毁中心")).article, "13.1");
    assert_eq!(
        office.refused(json!({"command":"take_back","computer":"C000001","on":"2026-03-01"})).code,
        "ends_before_start"
    );
    office.does(json!({"command":"take_back","computer":"C000001","reason":"更新"}));
    assert_eq!(office.refused(destroy("", "销毁中心")).article, "13.1");
    assert_eq!(office.refused(destroy("保密办", "")).article, "13.2");
    office.does(destroy("保密办", "销毁中心"));
    let c = computer(&office, 1);
    let kinds: Vec<CustodyKind> = c.custody.iter().map(|e| e.kind).collect();
    assert_eq!(kinds, [Issued, Moved, SentOut, Returned, TakenBack, Destroyed]);
    assert!(c.custodian_name.is_empty() && c.custody[4].name == "周海");
    assert_eq!(
        office.refused(json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001"]})).article,
        "13.2"
    );
}

#[test]
fn a_volume_of_the_log_is_kept_five_years() {
    let mut office = office();
    let volume = |command: &str, year: i32| json!({"command":command,"device":"C000001","year":year,"by":"档案室"});
    for year in [2021, 2019, 2020] {
        office.does(volume("add_log_volume", year));
    }
    assert_eq!(computer(&office, 1).logs.iter().map(|v| v.year).collect::<Vec<_>>(), [2019, 2020, 2021]);
    assert_eq!(office.refused(volume("add_log_volume", 2021)).code, "volume_exists");
    assert_eq!(office.refused(volume("add_log_volume", 2027)).code, "volume_year");
    let refusal = office.refused(volume("destroy_log_volume", 2021));
    assert_eq!(
        (refusal.code, refusal.values["free"].as_str(), refusal.article.as_str()),
        ("volume_kept", "2027-01-01", "10.6")
    );
    office.today = day("2025-12-31");
    assert_eq!(office.refused(volume("destroy_log_volume", 2020)).code, "volume_kept");
    office.today = day("2026-01-01");
    office.does(volume("destroy_log_volume", 2020));
    assert_eq!(office.refused(volume("destroy_log_volume", 2020)).code, "volume_gone");
    assert_eq!(office.refused(volume("destroy_log_volume", 2018)).code, "no_such_volume");
    office.does(json!({"command":"set_unit","key":"log_years","value":"6","decided_by":"办公会","reason":"从严"}));
    assert_eq!(office.refused(volume("destroy_log_volume", 2021)).values["free"], "2028-01-01");
}

#[test]
fn the_register_shows_what_it_knows_beside_an_item() {
    let mut office = signed();
    office.does(json!({"command":"issue_device","device":"C000001","name":"周海","capacity":"head"}));
    let unit = office.view.units().unwrap().remove(0);
    let packs = rules::embedded();
    let (i, c) = (inspection(&office, 1), computer(&office, 1));
    let facts = Facts {
        unit: &unit,
        packs: &packs,
        computer: Some(&c),
        person: None,
        held: &[],
        last: Some(&i),
        today: day("2026-03-26"),
    };
    let texts = crate::i18n::Texts::new(crate::i18n::Lang::ZhCn);
    let says = |facts: Facts<'_>, kind: &str| -> Vec<String> {
        rules::evidence(kind, facts).iter().map(|l| texts.say("evidence", &l.code, &l.values)).collect()
    };
    for (kind, want) in [
        ("registered", vec!["登记：C000001，编号 J-01，序列号 -"]),
        ("secrecy", vec!["登记密级：机密"]),
        ("custodian", vec!["责任人：周海", "2026-03-16 发放给 周海"]),
        ("user", vec!["使用人：周海"]),
        ("room", vec!["登记房间：301"]),
        ("last_inspection", vec!["上次检查 I000001，2026-03-16 签字，距今 10 天"]),
        ("last_signatures", vec!["2026-03-16 签字：李娜 / 王强 / 周海"]),
        ("last_findings", vec!["上次的问题 1 个，1 个未了结：B2"]),
        ("", vec![]),
    ] {
        assert_eq!(says(facts, kind), want, "{kind}");
    }
    let never = Facts { last: None, ..facts };
    assert_eq!(says(never, "last_findings"), ["没有签字的检查记录"]);
    let other = computer(&office, 2);
    assert_eq!(says(Facts { computer: Some(&other), ..facts }, "last_findings"), ["上次的问题 0 个，均已了结"]);
    for t in rules::templates() {
        for item in t.items().filter(|i| !i.evidence.is_empty()) {
            let empty = Facts { computer: None, last: None, ..facts };
            for line in rules::evidence(&item.evidence, empty) {
                assert!(texts.get(&format!("evidence.{}", line.code)).is_some(), "{}", line.code);
            }
        }
    }
}

#[test]
fn the_next_inspection_is_due_by_the_unit_or_the_law() {
    let mut office = office();
    let packs = rules::embedded();
    let from = Some(day("2025-08-31"));
    let due = |office: &Office, level| {
        let unit = office.view.units().unwrap().remove(0);
        rules::inspection_due(&packs, &unit, Some(level), from).map(|d| (d.due.to_string(), d.pack, d.article))
    };
    assert_eq!(due(&office, Secret), None);
    let set = |key: &str, value: &str| json!({"command":"set_unit","key":key,"value":value,"decided_by":"办公会","reason":"统一"});
    office.does(set("law", "yes"));
    assert_eq!(due(&office, Secret), Some(("2027-08-31".into(), "law-2024".into(), "35".into())));
    assert_eq!(due(&office, TopSecret), Some(("2026-08-31".into(), "law-2024".into(), "35".into())));
    office.does(set("inspection_months", "6"));
    assert_eq!(due(&office, TopSecret), Some(("2026-02-28".into(), "p8-computers".into(), "11".into())));
}

/// What came back, changed at random: refused, or merged into something an inspection may be.
#[test]
fn whatever_a_bundle_holds_is_refused_or_sound() {
    use proptest::prelude::Rng;
    use proptest::test_runner::{RngAlgorithm, TestRng};
    let mut office = planned();
    office.does(answer(&["B2"], Some("fails"), "门未锁"));
    office.decides(&Command::SendInspection { inspection: InspectionId(1), number: 1 }).unwrap();
    let i = inspection(&office, 1);
    let carried = json!({"answers": i.answers, "findings": i.findings});
    let mut laptop = carried.clone();
    laptop["answers"]["C000001/G1"] = json!({"value":"conforms","remark":"","by":"wang","on":"2026-03-16"});
    laptop["answers"]["C000002/B2"]["remark"] = json!("门未锁，无人");
    let signatures = json!([{"party":"inspector","name":"王","on":"2026-03-16","operator":"wang"}]);
    let good = json!({"inspection":"I000001","number":1,"returns":["ab".repeat(32)],"base":carried,"laptop":laptop,"state":"signing","signatures":signatures}).to_string();
    let pieces: Vec<&str> = good.split_inclusive(|c: char| ",:{}[]\"/".contains(c)).collect();
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[21; 32]);
    let mut below = |most: usize| (rng.next_u64() % most as u64) as usize;
    let rounds = if std::env::var_os("SHOUMI_LONG").is_some() { 200_000 } else { 2_000 };
    let (mut read, mut taken) = (0, 0);
    for _ in 0..rounds {
        let mut parts: Vec<String> = pieces.iter().map(|p| (*p).to_owned()).collect();
        for _ in 0..=below(2) {
            let (at, from) = (below(parts.len()), below(pieces.len()));
            match below(4) {
                0 => parts[at] = pieces[from].to_owned(),
                1 => drop(parts.remove(at)),
                2 => parts[at] = parts[at].replace(|c: char| c.is_ascii_digit(), ["9", "0", "-1"][below(3)]),
                _ => parts[at] = parts[at].replace(|c: char| !c.is_ascii(), "\u{202e}="),
            }
        }
        let Ok(merge) = serde_json::from_str(&parts.concat()) else { continue };
        let command = Command::MergeInspection(Box::new(merge));
        read += 1;
        let cx = office.context();
        let Ok(decision) = crate::decide::decide(&office.view, &cx, &command) else { continue };
        taken += 1;
        for change in decision.changes {
            let crate::domain::Change::Inspection(after) = change else { panic!("{change:?}") };
            assert_eq!((after.id, after.revision, &after.subjects), (i.id, i.revision + 1, &i.subjects));
            for (spot, a) in &after.answers {
                assert!(i.subjects.contains(&spot.subject) && items().contains(&spot.item), "{spot}");
                assert!(a.value != AnswerValue::Fails || (!a.remark.is_empty() && after.findings.contains_key(spot)));
            }
            assert!(matches!(after.state, InspectionState::Open), "nothing is signed unless all is answered");
        }
    }
    assert!(read > rounds / 20 && taken > rounds / 100, "{read} read, {taken} taken");
}

#[test]
fn several_findings_take_a_step_together_or_not_at_all() {
    let mut office = planned();
    office.does(answer(&["B2", "B3", "C1"], Some("fails"), "待查"));
    let step = |step: &str, spot: &str, also: &[&str]| {
        let also: Vec<Value> = also.iter().map(|s| json!({"inspection":"I000001","spot":s})).collect();
        json!({"command":"step_finding","inspection":"I000001","spot":spot,"step":step,"by":"王强","also":also})
    };
    office.does(step("rectified", "C000001/B2", &["C000002/B2", "C000001/B3", "C000001/B2"]));
    let stands = |office: &Office, at: &str| inspection(office, 1).findings[&spot(at)].steps.len();
    assert_eq!(["C000001/B2", "C000002/B2", "C000001/B3", "C000001/C1"].map(|s| stands(&office, s)), [1, 1, 1, 0]);
    assert_eq!(office.refused(step("rechecked", "C000001/B2", &["C000001/C1"])).code, "finding_order");
    assert_eq!(stands(&office, "C000001/B2"), 1);
    assert_eq!(office.refused(step("rechecked", "C000001/B2", &["C000001/A9"])).code, "no_such_finding");
}

#[test]
fn a_campaign_plans_one_inspection_for_each_office() {
    let mut office = office();
    for (n, department) in [("J-03", "总体设计部"), ("J-04", "财务部"), ("J-05", "")] {
        office.does(json!({"command":"add_computer","number":n,"department":department}));
    }
    let mut plan = json!({"command":"plan_campaign","template":"p8-computers","planned_on":"2026-04-01","inspector":"李娜",
        "subjects":["C1","C2","C3","C4","C5","C000001"]});
    assert_eq!(office.refused(plan.clone()).code, "field_empty");
    plan["campaign"] = json!(" 2026年专项检查 ");
    let done = office.does(plan);
    assert_eq!(done.ids, ["I000001", "I000002", "I000003"]);
    let all: Vec<Inspection> = (1..=3).map(|n| inspection(&office, n)).collect();
    let of = |i: &Inspection| i.subjects.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    assert_eq!(of(&all[0]), "C000001 C000002 C000004");
    let offices: Vec<&str> = all.iter().map(|i| i.department.as_str()).collect();
    assert_eq!(offices, ["财务部", "总体设计部", ""]);
    assert!(all.iter().all(|i| i.campaign == "2026年专项检查" && i.planned_on == Some(day("2026-04-01"))));
    let far = json!({"command":"plan_campaign","template":"p8-computers","campaign":"x","planned_on":"2099-01-01","subjects":["C1"]});
    assert_eq!(office.refused(far).code, "day_out_of_range");
    let many: Vec<String> = (0..5001).map(|n| format!("C{n}")).collect();
    let many = json!({"command":"plan_campaign","template":"p8-computers","campaign":"x","subjects":many});
    assert_eq!(office.refused(many).code, "too_many_subjects");
}

#[test]
fn a_plan_changes_until_the_first_signature() {
    let mut office = planned();
    let change = |what: Value| {
        let mut command = json!({"command":"change_inspection","inspection":"I000001"});
        command.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
        command
    };
    office.does(change(json!({"planned_on":"2026-05-06","inspector":"周敏","campaign":"上半年"})));
    let i = inspection(&office, 1);
    assert_eq!((i.planned_on, i.inspector.as_str(), i.tool.as_str()), (Some(day("2026-05-06")), "周敏", "专用工具"));
    assert_eq!(office.refused(change(json!({"campaign":"上半年"}))).code, "nothing_changed");
    assert_eq!(office.refused(change(json!({"inspector":" "}))).code, "field_empty");
    let all = items();
    office.does(answer(&all.iter().map(String::as_str).collect::<Vec<_>>(), Some("conforms"), ""));
    office.does(change(json!({"tool":"检查工具二号"})));
    office.does(json!({"command":"close_inspection","inspection":"I000001"}));
    assert_eq!(office.refused(change(json!({"tool":"x"}))).code, "inspection_state");
}

#[test]
fn whose_inspection_it_is_is_said_by_its_first_machine() {
    let mut office = office();
    office.does(json!({"command":"add_unit","name":"乙单位","pack":"p2-filing","tracking_from":"2026-01-01"}));
    office.does(json!({"command":"add_computer","unit":"U000002","number":"Z-01","secrecy":"secret"}));
    office.does(json!({"command":"plan_inspection","template":"p8-computers","subjects":["C3"],"inspector":"李娜"}));
    assert_eq!(inspection(&office, 1).unit.to_string(), "U000002");
    // A unit that is named counts; a place is nobody's.
    let other = json!({"command":"plan_inspection","template":"p8-computers","subjects":["C3"],"unit":"U000001"});
    assert_eq!(office.refused(other).code, "subject_unit");
    let place = json!({"command":"plan_inspection","template":"p6-walk","subjects":["301室"]});
    assert_eq!(office.refused(place).code, "unit_needed");
}

#[test]
fn an_inspection_of_several_departments_is_the_units_alone() {
    let mut office = office();
    office.does(json!({"command":"add_computer","number":"J-03","department":"总体设计部"}));
    let plan = |subjects: &[&str], department: &str| json!({"command":"plan_inspection","template":"p8-computers","subjects":subjects,"inspector":"李娜","department":department});
    let made = office.does(plan(&["C000001", "C000002"], ""));
    assert_eq!(inspection(&office, 1).department, "财务部");
    assert!(made.warnings.is_empty());
    let made = office.does(plan(&["C000001", "C000003"], ""));
    assert_eq!(inspection(&office, 2).department, "", "no department's leader is shown the other's machine");
    assert_eq!(made.warnings.iter().map(|w| w.code.as_str()).collect::<Vec<_>>(), ["several_departments"]);
    office.does(plan(&["C000001", "C000003"], "保密办"));
    assert_eq!(inspection(&office, 3).department, "保密办", "whoever names one has said whose it is");
    let changed = office.does(json!({"command":"change_inspection","inspection":"I000002","department":"财务部"}));
    assert_eq!(changed.warnings.iter().map(|w| w.code.as_str()).collect::<Vec<_>>(), ["others_shown"]);
    office.who.reach.departments = vec!["财务部".to_owned(), "总体设计部".to_owned()];
    office.who.roles = vec![crate::domain::Role::Inspector];
    assert_eq!(office.refused(plan(&["C000001", "C000003"], "")).code, "department_needed");
    office.does(plan(&["C000001", "C000003"], "财务部"));
}
