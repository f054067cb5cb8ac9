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
