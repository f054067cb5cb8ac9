//! `apply`: retries, faults in lines, all or nothing, a kill in the middle, many at once.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::cli::{Office, err, results};

fn add(name: &str, id: &str) -> Value {
    json!({"command":"add_person","name":name,"request_id":id})
}

#[test]
fn a_retry_gets_the_first_answer() {
    let office = Office::new("p5-company");
    let first = office.apply(&[add("张三", "r1"), add("李四", "r2")]);
    let again = office.apply(&[add("张三", "r1"), add("李四", "r2"), add("王五", "r3")]);
    for (a, b) in first.iter().zip(&again) {
        assert_eq!((&a["ids"], &a["seq"]), (&b["ids"], &b["seq"]));
        assert_eq!((&a["replayed"], &b["replayed"]), (&json!(false), &json!(true)));
    }
    assert_eq!(again[2]["ids"], json!(["P000003"]));
    assert_eq!(office.json(&["list", "people"], 0)["total"], 3);
    let reused = office.apply(&[add("赵六", "r1")]);
    assert_eq!(reused[0]["refusal"]["code"], "request_id_reused");
}

#[test]
fn wrong_lines_are_named_and_stop_nothing() {
    let office = Office::new("p5-company");
    let lines = [
        "\u{feff}{\"command\":\"add_person\",\"name\":\"张三\"}",
        "",
        "{\"command\":\"add_person\",\"name\":",
        "[1,2]",
        "{\"command\":\"add_person\",\"name\":\"李四\",\"colour\":1}",
        "{\"command\":\"add_person\",\"name\":\"王五\"}",
        "{\"command\":\"end_post\",\"person\":\"P000009\",\"post\":1,\"to\":\"2026-01-01\"}",
    ];
    std::fs::write(office.path("a.jsonl"), lines.join("\r\n")).unwrap();
    let output = office.run(&["apply", "a.jsonl", "--lang", "en"]);
    assert_eq!(output.status.code(), Some(2));
    let done = results(&output);
    let seen: Vec<(u64, bool)> =
        done.iter().map(|l| (l["line"].as_u64().unwrap(), l["ok"].as_bool().unwrap())).collect();
    assert_eq!(seen, [(1, true), (3, false), (4, false), (5, false), (6, true), (7, false)]);
    assert_eq!(done[3]["refusal"]["facts"]["word"], "colour");
    assert_eq!(done[3]["refusal"]["facts"]["column"], "37");
    for line in done.iter().filter(|l| l["ok"] == false) {
        let refusal = line["refusal"].as_object().unwrap();
        for key in ["code", "text", "hint", "pack", "article"] {
            assert!(refusal.contains_key(key), "{key} in {line}");
        }
        assert!(!refusal["text"].as_str().unwrap().contains("<refusal"), "{line}");
    }
    assert_eq!(office.json(&["list", "people"], 0)["total"], 2);
}

#[test]
fn atomic_is_all_or_nothing() {
    let office = Office::new("p5-company");
    let good = [add("张三", "x1"), json!({"command":"add_post","person":"P000001","title":"机要员"})];
    let bad = json!({"command":"end_post","person":"P000001","post":9,"to":"2026-01-01"});
    let write = |lines: &[&Value]| {
        let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
        std::fs::write(office.path("a.jsonl"), text.join("\n")).unwrap();
    };
    write(&[&good[0], &good[1], &bad]);
    let output = office.run(&["apply", "--atomic", "a.jsonl"]);
    assert_ne!(output.status.code(), Some(0));
    assert!(results(&output).iter().all(|l| l["ok"] == false));
    assert_eq!(results(&output)[0]["refusal"]["code"], "not_applied");
    assert_eq!(office.json(&["list", "people"], 0)["total"], 0);
    write(&[&good[0], &good[1]]);
    let done = results(&office.run(&["apply", "--atomic", "a.jsonl"]));
    assert!(done.iter().all(|l| l["ok"] == true), "{done:?}");
    let again = results(&office.run(&["apply", "--atomic", "a.jsonl"]));
    assert!(again.iter().all(|l| l["replayed"] == true), "{again:?}");
    assert_eq!(office.json(&["list", "people"], 0)["total"], 1);
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let office = Office::new("p5-company");
    for round in 0..5 {
        let mut child = office
            .command(&["apply", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
        let writer = std::thread::spawn(move || {
            for i in 0..1000 {
                if writeln!(input, "{}", add(&format!("甲{round}之{i}"), &format!("k{round}-{i}"))).is_err() {
                    return;
                }
            }
        });
        let mut acknowledged = Vec::new();
        for _ in 0..(3 + round * 4) {
            let line: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
            acknowledged.push(line["ids"][0].as_str().unwrap().to_owned());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        writer.join().unwrap();
        let list = office.json(&["list", "people"], 0);
        let there: BTreeSet<&str> =
            list["rows"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap()).collect();
        for id in &acknowledged {
            assert!(there.contains(id.as_str()), "{id} was acknowledged and is gone");
        }
    }
    assert_eq!(office.json(&["verify"], 0)["ok"], true);
}

#[test]
fn eight_at_once_lose_nothing() {
    const EACH: usize = 12;
    let office = Office::new("p5-company");
    let children: Vec<_> = (0..8)
        .map(|p| {
            let file = office.path(&format!("p{p}.jsonl"));
            let lines: Vec<String> =
                (0..EACH).map(|i| add(&format!("人{p}之{i}"), &format!("{p}-{i}")).to_string()).collect();
            std::fs::write(&file, lines.join("\n")).unwrap();
            office
                .command(&["apply", file.to_str().unwrap()])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut ids = BTreeSet::new();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        for line in results(&output) {
            assert!(ids.insert(line["ids"][0].as_str().unwrap().to_owned()), "{line}");
        }
    }
    assert_eq!(ids.len(), 8 * EACH);
    assert_eq!(office.json(&["list", "people"], 0)["total"], 8 * EACH);
    let verified = office.json(&["verify"], 0);
    assert_eq!(verified["ok"], true);
    assert_eq!(verified["entries"], 8 * EACH + 1);
}
