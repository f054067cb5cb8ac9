//! An inspection as other programs know it, by the real program: out, in again, over no remark unasked.

use serde_json::{Value, json};

use crate::cli::{Office, err, out};

fn given(inspection: &str, item: &str, value: &str, remark: &str) -> Value {
    json!({"command":"answer_items","inspection":inspection,"answers":[{"items":[item],"value":value,"remark":remark}]})
}

fn done(office: &Office, commands: &[Value]) {
    for line in office.apply(commands) {
        assert_eq!(line["ok"], true, "{line}");
    }
}

/// One machine, inspected half, and twice more planned.
fn office() -> Office {
    let office = Office::new("p5-company");
    let plan = json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001"]});
    let finding = json!({"command":"change_finding","inspection":"I000001","spot":"C000001/B2","what":"更换硬盘"});
    done(
        &office,
        &[
            json!({"command":"add_computer","number":"J-01","secrecy":"secret","room":"301","user_name":"王强"}),
            plan.clone(),
            plan.clone(),
            plan,
            given("I000001", "A1", "conforms", "台账相符"),
            given("I000001", "B2", "fails", "标识不清"),
            given("I000001", "C1", "fails", "未设口令\n已告知"),
            given("I000001", "D1", "not_applicable", "=HYPERLINK(\"x\")"),
            finding,
        ],
    );
    office
}

/// Answers and what is to be mended, without who said it and when.
fn said(office: &Office, id: &str) -> (Value, Value) {
    let record = &office.json(&["show", "inspection", id], 0)["record"];
    let of = |key: &str, fields: &[&str]| -> Value {
        let rows = record[key].as_object().unwrap_or_else(|| panic!("{key}: {record}"));
        let row = |(spot, r): (&String, &Value)| -> Value {
            let item = json!(spot.rsplit('/').next());
            std::iter::once(item).chain(fields.iter().map(|f| r[*f].clone())).collect()
        };
        rows.iter().map(row).collect()
    };
    (of("answers", &["value", "remark"]), of("findings", &["what"]))
}

fn refused(office: &Office, args: &[&str], code: i32, words: &str) {
    let output = office.run(&[args, &["--lang", "en"]].concat());
    assert_eq!(output.status.code(), Some(code), "{args:?}: {} {}", out(&output), err(&output));
    assert!(err(&output).contains(words), "{args:?}: {}", err(&output));
}

#[test]
fn out_and_in_again_is_equal() {
    let office = office();
    let wrote = office.json(&["checklist", "out", "--inspection", "I000001", "--out", "a.cklb"], 0);
    assert_eq!((&wrote["items"], &wrote["answered"]), (&json!(43), &json!(4)));
    let text = std::fs::read_to_string(office.path("a.cklb")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(file["target_data"]["host_name"], "J-01");
    assert!(!text.contains("王强"), "no person leaves with it");
    refused(&office, &["checklist", "out", "--inspection", "I000001", "--out", "a.cklb"], 2, "a.cklb");

    let dry = office.json(&["checklist", "in", "a.cklb", "--inspection", "I000002", "--dry-run"], 0);
    assert_eq!((&dry["taken"], dry["changed"].as_array().unwrap().len()), (&json!(false), 4));
    assert_eq!(said(&office, "I000002"), (json!([]), json!([])));
    let took = office.json(&["checklist", "in", "a.cklb", "--inspection", "I000002"], 0);
    assert_eq!((&took["taken"], &took["changed"]), (&json!(true), &dry["changed"]));
    assert_eq!(said(&office, "I000002"), said(&office, "I000001"));
    office.json(&["checklist", "out", "--inspection", "I000002", "--out", "b.cklb"], 0);
    assert_eq!(std::fs::read_to_string(office.path("b.cklb")).unwrap(), text);
    // Again, into both: nothing happens.
    let before = office.json(&["list", "journal", "--limit", "1"], 0);
    for id in ["I000001", "I000002"] {
        let again = office.json(&["checklist", "in", "b.cklb", "--inspection", id], 0);
        assert_eq!((&again["changed"], &again["conflicts"], &again["taken"]), (&json!([]), &json!([]), &json!(true)));
    }
    assert_eq!(office.json(&["list", "journal", "--limit", "1"], 0), before);
}

#[test]
fn no_remark_is_overwritten_unasked() {
    let office = office();
    office.json(&["checklist", "out", "--inspection", "I000001", "--out", "a.cklb"], 0);
    done(
        &office,
        &[
            given("I000002", "A1", "fails", "台账没有这台"),
            given("I000002", "C1", "conforms", ""),
            given("I000002", "E1", "conforms", "另有说明"),
        ],
    );
    let kept = said(&office, "I000002");
    let open = office.json(&["checklist", "in", "a.cklb", "--inspection", "I000002"], 1);
    let spots: Vec<&str> = open["conflicts"].as_array().unwrap().iter().map(|c| c["spot"].as_str().unwrap()).collect();
    assert_eq!(spots, ["C000001/A1", "C000001/C1"]);
    assert_eq!(open["taken"], false);
    assert_eq!(said(&office, "I000002"), kept, "nothing is half done");
    let said_plainly = office.run(&["checklist", "in", "a.cklb", "--inspection", "I000002", "--lang", "en"]);
    assert!(out(&said_plainly).contains("--take C000001/A1=file"), "{}", out(&said_plainly));
    for (take, words) in
        [("C000001/E1=file", "needs no decision"), ("both", "no decision"), ("C000001/A1=laptop", "no decision")]
    {
        refused(&office, &["checklist", "in", "a.cklb", "--inspection", "I000002", "--take", take], 2, words);
    }
    let take = ["--take", "C000001/A1=host", "--take", "file"];
    let took = office.json(&[&["checklist", "in", "a.cklb", "--inspection", "I000002"][..], &take].concat(), 0);
    assert_eq!(took["conflicts"], json!([]));
    let (answers, findings) = said(&office, "I000002");
    assert_eq!(
        answers,
        json!([
            ["A1", "fails", "台账没有这台"],
            ["B2", "fails", "标识不清"],
            ["C1", "fails", "未设口令\n已告知"],
            ["D1", "not_applicable", "=HYPERLINK(\"x\")"],
            ["E1", "conforms", "另有说明"]
        ])
    );
    assert_eq!(findings, json!([["A1", "台账没有这台"], ["B2", "更换硬盘"], ["C1", "未设口令\n已告知"]]));
}

#[test]
fn a_file_says_a_thing_twice_or_nothing_and_of_another_machine() {
    let office = office();
    let known = office.json(&["template", "show", "p8-computers"], 0);
    let version = known["version"].as_str().unwrap().to_owned();
    let write = |list: &str, rules: Value| {
        let list = json!({"stig_id":list,"version":version,"rules":rules});
        let file = json!({"target_data":{"host_name":"J-77"},"stigs":[list]});
        std::fs::write(office.path("c.cklb"), file.to_string()).unwrap();
    };
    let into = |id: &str, more: &[&str]| {
        [&["checklist", "in", "c.cklb", "--inspection", id][..], more]
            .concat()
            .iter()
            .map(|s| (*s).to_owned())
            .collect::<Vec<_>>()
    };
    let taken = |id: &str, more: &[&str]| {
        let args = into(id, more);
        office.json(&args.iter().map(String::as_str).collect::<Vec<_>>(), 0)
    };
    // Comments and details alike are one remark; so is what the register had as details.
    write("p8-computers", json!([{"rule_id":"A1","status":"open","comments":"同一句话","finding_details":"同一句话"}]));
    let first = taken("I000003", &[]);
    assert_eq!(first["warnings"][0]["code"], "checklist_other_name", "{first}");
    assert_eq!(taken("I000003", &[])["changed"], json!([]));
    write("p8-computers", json!([{"rule_id":"B2","status":"open","comments":"更换硬盘"}]));
    taken("I000001", &["--take", "file"]);
    assert_eq!(said(&office, "I000001").1, json!([["B2", "更换硬盘"], ["C1", "未设口令\n已告知"]]));
    // A failure does not inherit the remark of an answer that said the opposite.
    write("p8-computers", json!([{"rule_id":"A1","status":"open"}]));
    let bare = into("I000001", &["--take", "file"]);
    refused(&office, &bare.iter().map(String::as_str).collect::<Vec<_>>(), 2, "A1 first");
    taken("I000001", &["--take", "file", "--remark", "文件未说明"]);
    assert_eq!(said(&office, "I000001").0[0], json!(["A1", "fails", "文件未说明"]));
    // The ids of another checklist are not those of this one.
    write("another-list", json!([{"rule_id":"A2","status":"open","comments":"x"}]));
    let other = into("I000001", &[]);
    refused(&office, &other.iter().map(String::as_str).collect::<Vec<_>>(), 2, "no item of checklist");
    // What is cancelled takes nothing, and says so beforehand.
    done(&office, &[json!({"command":"cancel_inspection","inspection":"I000002","reason":"改期"})]);
    write("p8-computers", json!([{"rule_id":"A2","status":"not_a_finding"}]));
    let dry = into("I000002", &["--dry-run"]);
    refused(&office, &dry.iter().map(String::as_str).collect::<Vec<_>>(), 1, "I000002");
    // A remark of several lines begins no line of the answer.
    write("p8-computers", json!([{"rule_id":"A3","status":"open","comments":"一\nI000001 C000001: 二"}]));
    let said_plainly = office.run(&["checklist", "in", "c.cklb", "--inspection", "I000001"]);
    assert!(!out(&said_plainly).lines().any(|l| l.starts_with("I000001 C000001: 二")), "{}", out(&said_plainly));
}

#[test]
fn a_file_of_another_program_is_taken_in_and_refused_with_the_place() {
    let office = office();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/exchange/sample.ckl");
    refused(&office, &["checklist", "in", sample, "--inspection", "I000001"], 2, "template from FILE --add");
    let made = office.json(&["template", "from", sample, "--add", "--id", "own-stig"], 0);
    assert!(made["items"].as_u64().unwrap() > 0);
    done(&office, &[json!({"command":"plan_inspection","template":"own-stig","subjects":["C000001"]})]);
    let first = office.run(&["checklist", "in", sample, "--inspection", "I000004", "--json"]);
    assert_eq!(first.status.code(), Some(0), "{}", err(&first));
    let took: Value = serde_json::from_slice(&first.stdout).unwrap();
    assert_eq!(took["found"], made["items"]);
    assert_eq!(took["taken"], true);

    // A failure without a word.
    let file = |comments: &str, version: &str| {
        let rules = json!([{"rule_id":"x","rule_version":"A2","status":"open","comments":comments}]);
        let list = json!({"stigs":[{"stig_id":"p8-computers","version":version,"rules":rules}]});
        std::fs::write(office.path("c.cklb"), list.to_string()).unwrap();
    };
    let known = office.json(&["template", "show", "p8-computers"], 0);
    let version = known["version"].as_str().unwrap();
    let into = ["checklist", "in", "c.cklb", "--inspection", "I000003"];
    file("", version);
    refused(&office, &into, 2, "C000001/A2 first");
    file(&"长".repeat(2001), version);
    refused(&office, &into, 2, "2001");
    file("", "0");
    refused(&office, &into, 2, "version 0");
    assert_eq!(said(&office, "I000003"), (json!([]), json!([])));
    file("", version);
    office.json(&[&into[..], &["--remark", "见文件"]].concat(), 0);
    assert_eq!(said(&office, "I000003").0, json!([["A2", "fails", "见文件"]]));
    refused(&office, &["checklist", "in", "c.cklb", "--inspection", "I000003", "--subject", "C000009"], 2, "C000009");
    refused(&office, &["checklist", "out", "--inspection", "I000009", "--out", "d.cklb"], 1, "I000009");
}

#[test]
fn a_foreign_file_is_filled_and_all_else_in_it_stays() {
    let office = office();
    office.json(&["checklist", "out", "--inspection", "I000001", "--out", "a.cklb"], 0);
    let read = |name: &str| -> Value { serde_json::from_slice(&std::fs::read(office.path(name)).unwrap()).unwrap() };
    // As another program might write it: fields of its own everywhere, usual ones missing, a list this one does not have.
    let mut foreign = read("a.cklb");
    foreign["x_tool"] = json!({"版本": [1, 2.5, null, {"deep": true}]});
    foreign["target_data"]["x_rack"] = json!("甲-7");
    foreign["target_data"].as_object_mut().unwrap().remove("web_db_site");
    foreign["stigs"][0]["x_signed"] = json!(false);
    foreign["stigs"][0]["rules"][3]["x_score"] = json!(-0.25);
    foreign["x_weight"] = json!(31.245_270_191_439_438_f64);
    foreign["stigs"][0]["rules"][4].as_object_mut().unwrap().remove("overrides");
    let other = json!({"stig_id":"other","rules":[{"rule_id":"r-1","status":"Open","x":1}],"x_list":[]});
    foreign["stigs"].as_array_mut().unwrap().push(other);
    std::fs::write(office.path("foreign.cklb"), serde_json::to_vec(&foreign).unwrap()).unwrap();
    let fill = |inspection: &str, file: &str| {
        let args = ["checklist", "out", "--inspection", inspection, "--fill", "foreign.cklb", "--out", file];
        let wrote = office.json(&args, 0);
        assert_eq!(wrote["items"], json!(43));
        read(file)
    };
    // In and out again, and out of the inspection it was made of, it is the same file.
    office.json(&["checklist", "in", "foreign.cklb", "--inspection", "I000002"], 0);
    assert_eq!(fill("I000002", "b.cklb"), foreign);
    assert_eq!(fill("I000001", "c.cklb"), foreign);
    let text = std::fs::read_to_string(office.path("c.cklb")).unwrap();
    assert!(text.contains("31.245270191439438"), "to the last digit");
    assert_eq!(fill("I000003", "d.cklb"), foreign, "an inspection without answers says nothing");
    // One answer more changes its three fields and nothing else.
    done(&office, &[given("I000002", "A2", "fails", "借用未备案")]);
    let mut wanted = foreign.clone();
    let rule = &mut wanted["stigs"][0]["rules"][1];
    assert_eq!(rule["rule_version"], "A2");
    rule["status"] = json!("open");
    rule["comments"] = json!("借用未备案");
    rule["finding_details"] = json!("");
    assert_eq!(fill("I000002", "e.cklb"), wanted);
    // The older format cannot be filled, and nothing is written.
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/exchange/sample.ckl");
    office.json(&["template", "from", sample, "--add", "--id", "own-stig"], 0);
    done(&office, &[json!({"command":"plan_inspection","template":"own-stig","subjects":["C000001"]})]);
    let older = ["checklist", "out", "--inspection", "I000004", "--fill", sample, "--out", "f.cklb"];
    refused(&office, &older, 2, "older format");
    assert!(!office.path("f.cklb").exists());
}
