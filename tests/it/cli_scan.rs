//! Benchmarks, scans, probes and checklists of other programs, by the real program.

use serde_json::{Value, json};

use crate::cli::{Office, err, out};

fn done(office: &Office, commands: &[Value]) {
    for line in office.apply(commands) {
        assert_eq!(line["ok"], true, "{line}");
    }
}

fn data(name: &str) -> String {
    format!("{}/tests/data/exchange/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_benchmark_becomes_a_checklist_that_is_ticked() {
    let office = Office::new("p5-company");
    let benchmark = data("sample-xccdf.xml");
    let profiles = office.json(&["template", "profiles", &benchmark], 0);
    let rows: Vec<(&Value, &Value)> =
        profiles["rows"].as_array().unwrap().iter().map(|r| (&r["profile"], &r["items"])).collect();
    let full = |name: &str| json!(format!("xccdf_test.shoumi_profile_{name}"));
    assert_eq!(rows, [(&Value::Null, &json!(1)), (&full("base"), &json!(2)), (&full("strict"), &json!(2))]);

    // Printed, it is the file that `template add` reads.
    let printed = office.run(&["template", "from", &benchmark, "--profile", "base"]);
    assert_eq!(printed.status.code(), Some(0), "{}", err(&printed));
    std::fs::write(office.path("printed.toml"), out(&printed)).unwrap();
    let checked = office.json(&["template", "check", "printed.toml"], 0);
    assert_eq!((&checked["id"], &checked["items"]), (&json!("sample-base"), &json!(2)));
    let item = &checked["checklist"][0];
    assert_eq!((&item["severity"], &item["fix"]), (&json!("high"), &json!("修改口令策略。")));
    let made = office.json(&["template", "from", &benchmark, "--profile", "base", "--out", "own.toml"], 0);
    assert_eq!(std::fs::read_to_string(office.path("own.toml")).unwrap(), made["text"].as_str().unwrap());
    let again = office.run(&["template", "from", &benchmark, "--all", "--out", "own.toml"]);
    assert_eq!(again.status.code(), Some(2), "an existing file is never overwritten");
    let unknown = office.run(&["template", "from", &benchmark, "--profile", "none", "--lang", "en"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(err(&unknown).contains("shoumi_profile_strict"), "{}", err(&unknown));

    let kept = office.json(&["template", "from", &benchmark, "--profile", "base", "--add"], 0);
    assert_eq!((&kept["ids"], &kept["kept"]), (&json!(["T000001"]), &json!(true)));
    done(
        &office,
        &[
            json!({"command":"add_computer","number":"J-01"}),
            json!({"command":"plan_inspection","template":"sample-base","subjects":["C000001"]}),
            json!({"command":"answer_items","inspection":"I000001","answers":[
                {"items":["A1"],"value":"fails","remark":"最短 6 位"},{"items":["B1"],"value":"conforms"}]}),
        ],
    );
    let found = office.json(&["list", "findings"], 0);
    assert_eq!(found["rows"][0]["article"], "第十条第五项");
    assert_eq!(office.json(&["verify"], 0)["problems"], json!([]));
}

#[test]
fn scans_and_probes_stand_beside_the_items_and_answer_none() {
    let office = Office::new("p5-company");
    let benchmark = data("sample-xccdf.xml");
    office.json(&["template", "from", &benchmark, "--profile", "base", "--add"], 0);
    done(
        &office,
        &[
            json!({"command":"add_computer","number":"J-01"}),
            json!({"command":"add_computer","number":"J-02"}),
            json!({"command":"plan_inspection","template":"sample-base","subjects":["C000001"]}),
            json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001","C000002"]}),
        ],
    );
    let results = data("sample-results.xml");
    let added = office.json(&["evidence", "add", &results, "--inspection", "I000001"], 0);
    assert_eq!(
        (&added["target"], &added["failing"], &added["repeated"]),
        (&json!("涉密机-01"), &json!(1), &json!(false))
    );
    assert!(added["facts"].as_u64().unwrap() > 0, "{added}");
    let shown = office.json(&["show", "inspection", "I000001"], 0);
    assert_eq!(shown["record"]["answers"], json!({}), "the person ticks");
    assert_eq!(shown["record"]["evidence"].as_object().unwrap().len(), 1);
    // The same file once more changes nothing.
    let again = office.json(&["evidence", "add", &results, "--inspection", "I000001"], 0);
    assert_eq!((&again["repeated"], &again["facts"]), (&json!(true), &added["facts"]));

    // A scan under another checklist matches nothing and fails loudly; so do a probe of nobody knows which machine and rubbish.
    let refused = office.run(&["evidence", "add", &results, "--inspection", "I000002", "--subject", "C000001"]);
    assert_eq!(refused.status.code(), Some(1), "{}", err(&refused));
    let root = office.path("root/etc");
    std::fs::create_dir_all(&root).unwrap();
    std::fs::write(root.join("login.defs"), "PASS_MIN_LEN 6\n").unwrap();
    office.json(&["probe", "--root", "root", "--out", "probe.json"], 0);
    for (file, subject, code) in
        [("probe.json", None, 2), ("probe.json", Some("C000009"), 2), ("root", Some("C000001"), 2)]
    {
        let mut args = vec!["evidence", "add", file, "--inspection", "I000002"];
        args.extend(subject.into_iter().flat_map(|s| ["--subject", s]));
        let refused = office.run(&args);
        assert_eq!(refused.status.code(), Some(code), "{args:?}: {}", err(&refused));
    }
    std::fs::write(office.path("rubbish.json"), "{\"format\":\"other\"}").unwrap();
    let refused = office.run(&["evidence", "add", "rubbish.json", "--inspection", "I000002", "--subject", "C000001"]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(office.json(&["show", "inspection", "I000002"], 0)["record"]["evidence"], json!({}));

    let added = office.json(&["evidence", "add", "probe.json", "--inspection", "I000002", "--subject", "C000002"], 0);
    assert_eq!(added["kind"], "probe");
    let text = out(&office.run(&["show", "inspection", "I000002", "--lang", "en"]));
    assert!(text.contains("probe.json") && text.contains("SHA-256"), "{text}");
    let paper = ["form", "inspection-record", "--inspection", "I000002", "--subject", "C000002", "--out", "r.docx"];
    assert_eq!(office.run(&paper).status.code(), Some(0));
    // One entry holds the one file, the next one the paper, and the register verifies.
    let last = office.json(&["list", "journal", "--limit", "2"], 0);
    let verbs = [&last["rows"][0]["verb"], &last["rows"][1]["verb"]];
    assert_eq!(verbs, [&json!("print_form"), &json!("add_evidence")], "{last}");
    assert_eq!(office.json(&["verify"], 0)["problems"], json!([]));
}
