//! Inspections from the command line: planned, answered, signed, listed; checklists of one's own; the store stays true.

use serde_json::{Value, json};

use crate::cli::{Office, err};

fn office() -> Office {
    let office = Office::new("p5-company");
    for n in ["J-01", "J-02"] {
        done(
            &office,
            &[json!({"command":"add_computer","number":n,"secrecy":"secret","room":"301","user_name":"王强"})],
        );
    }
    office
}

fn done(office: &Office, commands: &[Value]) {
    for line in office.apply(commands) {
        assert_eq!(line["ok"], true, "{line}");
    }
}

#[test]
fn an_inspection_from_plan_to_signatures() {
    let office = office();
    let plan = json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001","C000002"],"planned_on":"2026-03-20"});
    let items: Vec<String> = shoumi::rules::templates()[0].items().map(|i| i.id.clone()).collect();
    let answers = json!({"command":"answer_items","inspection":"I000001","answers":[
        {"items":items,"value":"conforms"},
        {"subjects":["C000002"],"items":["B2","G1"],"value":"fails","remark":"=未禁用\u{1b}[31m"}]});
    let due = json!({"command":"change_finding","inspection":"I000001","spot":"C000002/G1","due":"2026-03-16"});
    done(&office, &[plan, answers, due, json!({"command":"close_inspection","inspection":"I000001"})]);

    let list = office.json(&["list", "inspections"], 0);
    let row = &list["rows"][0];
    assert_eq!((&row["id"], &row["state"], &row["percent"]), (&json!("I000001"), &json!("signing"), &json!(98)));
    assert_eq!((&row["open_findings"], &row["score"]["fails"]), (&json!(2), &json!(2)));
    let found = office.json(&["list", "findings", "--query", "G1"], 0);
    assert_eq!((&found["total"], &found["rows"][0]["article"]), (&json!(1), &json!("10.1")));
    assert_eq!(
        office.json(&["list", "findings"], 0)["rows"][0]["spot"],
        "C000002/G1",
        "the one with a day comes first"
    );

    // What is due names the finding with its clause; the banner says numbers only.
    let owed = office.json(&["due", "--within", "0d", "--today", "2026-03-17"], 1);
    let row = owed["rows"].as_array().unwrap().iter().find(|r| r["kind"] == "finding").unwrap();
    assert_eq!((&row["record"], &row["article"], &row["overdue"]), (&json!("I000001"), &json!("10.1"), &json!(true)));
    let banner = office.run(&["due", "--within", "0d", "--today", "2026-03-17", "--motd", "--lang", "en"]);
    let line = String::from_utf8(banner.stdout).unwrap();
    assert_eq!((banner.status.code(), line.lines().count()), (Some(0), 1));
    assert!(!line.contains("J-02"), "{line}");
    let query = |q: &str| office.json(&["list", "findings", "--query", q, "--today", "2026-03-17"], 0)["total"].clone();
    assert_eq!((query("finding:overdue"), query("finding:open -item:G1")), (json!(1), json!(1)));

    for name in ["李娜", "王强", "周海"] {
        done(&office, &[json!({"command":"sign_inspection","inspection":"I000001","name":name})]);
    }
    let shown = office.json(&["show", "inspection", "I000001"], 0);
    assert_eq!((&shown["state"], &shown["record"]["signatures"][2]["party"]), (&json!("signed"), &json!("head")));
    let verbs: Vec<&str> = shown["history"].as_array().unwrap().iter().map(|h| h["verb"].as_str().unwrap()).collect();
    assert_eq!(verbs[..2], ["sign_inspection", "sign_inspection"]);
    let output = office.run(&["show", "inspection", "I000001", "--lang", "zh-CN"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("涉密计算机检查表") && text.contains("被检查处室负责人  周海"), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");

    // A change of one answer is one field of the journal, however many answers there are.
    let one = json!({"command":"correct_inspection","inspection":"I000001","reason":"B2 记错"});
    let back = json!({"command":"answer_items","inspection":"I000002","answers":[{"subjects":["C000002"],"items":["B2"],"value":"conforms"}]});
    done(&office, &[one, back]);
    let journal = office.json(&["list", "journal"], 0);
    assert_eq!(journal["rows"][0]["fields"], json!(["answers.C000002/B2"]));
    assert_eq!(office.json(&["verify"], 0)["problems"], json!([]));
}

#[test]
fn a_unit_keeps_a_checklist_of_its_own() {
    let office = office();
    let own = "id = \"own\"\nversion = \"1\"\nsubject = \"place\"\ntitle = { zh = \"自用\", en = \"Own\" }\nsource = { zh = \"本单位\", en = \"The unit\" }\n[[party]]\nid = \"inspector\"\narticle = \"1\"\nzh = \"检查人员\"\nen = \"Inspector\"\n[[group]]\nid = \"A\"\ntitle = { zh = \"门\", en = \"Doors\" }\nitems = [{ id = \"A1\", article = \"1\", zh = \"门已锁\", en = \"the door is locked\" }]\n";
    std::fs::write(office.path("own.toml"), own).unwrap();
    assert_eq!(office.json(&["template", "check", "own.toml"], 0)["checklist"][0]["id"], "A1");
    assert_eq!(office.json(&["template", "add", "own.toml"], 0)["ids"], json!(["T000001"]));
    std::fs::write(office.path("other.toml"), own.replace("门已锁", "门锁好")).unwrap();
    let refused = office.run(&["template", "add", "other.toml", "--lang", "en"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("kept with another text"), "{}", err(&refused));
    std::fs::write(office.path("wrong.toml"), own.replace("article = \"1\", zh", "zh")).unwrap();
    let wrong = office.run(&["template", "check", "wrong.toml", "--lang", "en"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(err(&wrong).contains("wrong.toml line 14") && err(&wrong).contains("article"), "{}", err(&wrong));
    let list = office.json(&["template", "list"], 0);
    assert_eq!(
        (&list["total"], &list["rows"][0]["id"], &list["rows"][0]["kept"]),
        (&json!(6), &json!("own"), &json!(true))
    );
    let shown = office.json(&["template", "show", "p8-computers"], 0);
    assert_eq!((&shown["items"], &shown["kept"]), (&json!(43), &json!(false)));
    let unknown = office.run(&["template", "show", "p9", "--lang", "en"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(err(&unknown).contains("p8-computers"));
    done(&office, &[json!({"command":"plan_inspection","template":"own","subjects":["三楼"]})]);
    assert_eq!(office.json(&["verify"], 0)["problems"], json!([]));
}

/// Histories tell what changed in words, and of an entry about several records what was the record's own.
#[test]
fn histories_speak_of_the_record_and_in_words() {
    let office = Office::new("p5-company");
    std::fs::write(office.path("c.csv"), "编号,密级,房间\nJ-01,机密,301\nJ-02,机密,\n").unwrap();
    office.done(&["import", "computers", "c.csv"]);
    let history = |kind: &str, id: &str| {
        let shown = office.done(&["show", kind, id]);
        shown.split_once("变更记录").unwrap().1.split_whitespace().collect::<String>()
    };
    let (first, second) = (history("computer", "C000001"), history("computer", "C000002"));
    assert!(first.contains("存放地点") && !second.contains("存放地点"), "{first}\n{second}");
    done(
        &office,
        &[
            json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001"]}),
            json!({"command":"answer_items","inspection":"I000001","cursor":"C000001/A4","answers":[
                {"items":["A1"],"value":"conforms"},{"items":["A3"],"value":"fails","remark":"脱落"}]}),
        ],
    );
    let told = history("inspection", "I000001");
    assert!(told.contains("检查结果A1A3") && told.contains("问题A3"), "{told}");
    assert!(!told.contains("cursors") && !told.contains("answers") && !told.contains("光标"), "{told}");
}
