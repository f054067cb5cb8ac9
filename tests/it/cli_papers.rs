//! `form` and `probe` by the real program.

use std::io::Read;

use crate::cli::{Office, err, out};

/// The text of a part of a document.
fn part(path: &std::path::Path, name: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn forms_are_written_once_masked_and_in_chinese_unless_asked() {
    let office = Office::empty();
    assert_eq!(office.run(&["demo", "--no-ui", "--store", "register.shoumi"]).status.code(), Some(0));
    let paper = office.path("a.docx");
    let args = ["form", "travel-approval", "--person", "P000022", "--mark", "秘密", "--copy", "2", "--out", "a.docx"];
    let made = office.json(&args, 0);
    assert_eq!(made["form"], "travel-approval");
    let document = part(&paper, "word/document.xml");
    assert!(document.contains("审批表") && document.contains("***********"), "{document}");
    let header = part(&paper, "word/header1.xml");
    assert!(header.contains("密级：秘密") && header.contains("份号：2"), "{header}");
    let before = std::fs::read(&paper).unwrap();
    let again = office.run(&args);
    assert_eq!(again.status.code(), Some(2), "{}", err(&again));
    assert_eq!(std::fs::read(&paper).unwrap(), before, "an existing paper is never overwritten");
    let english = office.run(&["form", "return-list", "--person", "P000022", "--out", "b.docx", "--lang", "en"]);
    assert_eq!(english.status.code(), Some(0), "{}", err(&english));
    assert!(part(&office.path("b.docx"), "word/document.xml").contains("Return of classified"));
    for (args, code) in [
        (&["form", "leaving-pledge", "--person", "P000022", "--out", "c.docx"][..], 1),
        (&["form", "return-list", "--out", "c.docx"][..], 2),
        (&["form", "return-list", "--person", "P000022", "--out", "c.pdf"][..], 2),
        (&["form", "travel-approval", "--case", "P000022-L1", "--out", "c.docx"][..], 2),
    ] {
        let refused = office.run(args);
        assert_eq!(refused.status.code(), Some(code), "{args:?}: {}", err(&refused));
        assert!(!office.path("c.docx").exists() && err(&refused).lines().count() >= 2, "{args:?}: {}", err(&refused));
    }
}

#[test]
fn an_inspection_is_printed_for_three_signatures() {
    let office = Office::new("p5-company");
    let items: Vec<String> = shoumi::rules::templates()[0].items().map(|i| i.id.clone()).collect();
    let sign = |name: &str| serde_json::json!({"command":"sign_inspection","inspection":"I000001","name":name});
    let done = office.apply(&[
        serde_json::json!({"command":"add_computer","number":"J-01","room":"301"}),
        serde_json::json!({"command":"add_computer","number":"J-02","room":"302","user_name":"王强"}),
        serde_json::json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001","C000002"]}),
        serde_json::json!({"command":"answer_items","inspection":"I000001","answers":[
            {"items":items,"value":"conforms"},{"subjects":["C000002"],"items":["G1"],"value":"fails","remark":"网线未拔"}]}),
        serde_json::json!({"command":"close_inspection","inspection":"I000001"}),
        sign("李娜"),
        sign("王强"),
        sign("周海"),
    ]);
    assert!(done.iter().all(|line| line["ok"] == true), "{done:?}");
    let print = |name: &str, args: &[&str]| {
        let mut all = vec!["form", args[0], "--inspection", "I000001", "--out", name];
        all.extend(&args[1..]);
        let made = office.run(&all);
        assert_eq!(made.status.code(), Some(0), "{args:?}: {}", err(&made));
        part(&office.path(name), "word/document.xml")
    };
    let whole = print("a.docx", &["inspection-record"]);
    assert_eq!(whole.matches("pageBreakBefore").count(), 1, "each machine begins a page");
    assert!(whole.contains("J-01") && whole.contains("J-02") && whole.contains("网线未拔"));
    assert_eq!(whole.matches(">周海<").count(), 2, "the name typed stands on each");
    let failures = print("b.docx", &["inspection-record", "--subject", "C000002", "--failures", "--lang", "en"]);
    assert!(failures.contains(">G1<") && !failures.contains(">G2<") && !failures.contains("J-01"), "{failures}");
    assert!(part(&office.path("b.docx"), "word/footer1.xml").contains("Checklist for classified computers (1)"));
    let notice = print("c.docx", &["rectification-notice"]);
    assert!(notice.contains("没有与任何网络相连接") && notice.contains("王强"), "{notice}");
    for (args, code) in [
        (
            &["form", "rectification-notice", "--inspection", "I000001", "--subject", "C000001", "--out", "d.docx"][..],
            1,
        ),
        (&["form", "inspection-record", "--inspection", "I000001", "--subject", "C000009", "--out", "d.docx"][..], 2),
        (&["form", "inspection-record", "--out", "d.docx"][..], 2),
    ] {
        let refused = office.run(args);
        assert_eq!(refused.status.code(), Some(code), "{args:?}: {}", err(&refused));
        assert!(!office.path("d.docx").exists());
    }
}

#[test]
fn a_probe_needs_no_register_and_writes_one_file() {
    let office = Office::empty();
    let root = office.path("root/etc");
    std::fs::create_dir_all(&root).unwrap();
    std::fs::write(root.join("login.defs"), "PASS_MIN_LEN 6\n").unwrap();
    let found = office.json(&["probe", "--root", "root", "--out", "probe.json"], 0);
    let facts = found["facts"].as_array().unwrap();
    let length = facts.iter().find(|f| f["name"] == "PASS_MIN_LEN").unwrap();
    assert_eq!((&length["seen"]["value"], &length["source"]), (&"6".into(), &"/etc/login.defs".into()));
    assert!(facts.iter().any(|f| f["topic"] == "camera" && f["seen"] == "absent"));
    let written: serde_json::Value =
        serde_json::from_slice(&std::fs::read(office.path("probe.json")).unwrap()).unwrap();
    assert_eq!(written, found);
    let again = office.run(&["probe", "--root", "root", "--out", "probe.json"]);
    assert_eq!(again.status.code(), Some(2), "{}", out(&again));
    assert!(!office.path("register.shoumi").exists());
}

#[test]
fn a_meeting_has_its_agenda_and_its_minutes() {
    let office = Office::new("p5-company");
    let done = office.apply(&[
        serde_json::json!({"command":"add_person","name":"张晓明","department":"总装车间","post":"工程师","level":"core","on_post_from":"2019-05-06"}),
        serde_json::json!({"command":"add_person","name":"李丽","post":"会计","level":"general","on_post_from":"2019-05-06"}),
        serde_json::json!({"command":"open_case","person":"P000001","kind":"transfer"}),
        serde_json::json!({"command":"open_case","person":"P000002","kind":"transfer"}),
        serde_json::json!({"command":"add_computer","number":"J-01","room":"301"}),
    ]);
    assert!(done.iter().all(|line| line["ok"] == true), "{done:?}");
    let agenda = office.json(&["list", "agenda"], 0);
    assert_eq!((agenda["total"].as_u64(), agenda["rows"][0]["item"]["waits_for"].as_str()), (Some(2), Some("consent")));
    assert_eq!(agenda["rows"][0]["item"]["id"], "P000001-K1");
    assert!(out(&office.run(&["list", "agenda", "--lang", "en"])).contains("consent of the unit"));
    let cases = office.json(&["list", "cases", "--query", "waits:meeting"], 0);
    assert_eq!(cases["rows"][1]["case"]["article"], "17");
    // Nothing is decided yet: there are no minutes.
    let none = office.run(&["form", "minutes", "--out", "m.docx"]);
    assert_eq!(none.status.code(), Some(1), "{}", err(&none));
    assert!(!office.path("m.docx").exists());
    let voted = serde_json::json!({"command":"step_case","person":"P000001","case":1,"step":"consent","on":"2026-03-02","by":"保密委员会",
        "comment":"同意调出","votes":{"for":3,"abstain":1,"present":["孙书记","李主任","王工","周工"]}});
    let voted = office.apply(&[voted]);
    assert!(voted[0]["ok"] == true, "{voted:?}");
    let made = office.run(&["form", "minutes", "--on", "2026-03-02", "--mark", "秘密", "--out", "m.docx"]);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    let text = part(&office.path("m.docx"), "word/document.xml");
    for wanted in [
        "会议纪要",
        "张晓明（总装车间）调动",
        "P000001-K1",
        "单位同意 [17]",
        "同意 3，反对 0，弃权 1（出席 4 人）",
        "同意调出",
        "孙书记",
        "李丽",
        "主持人",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    assert!(part(&office.path("m.docx"), "word/header1.xml").contains("密级：秘密"));
    let other = office.run(&["form", "minutes", "--on", "2020-01-01", "--out", "n.docx"]);
    assert_eq!(other.status.code(), Some(1), "{}", err(&other));
}
