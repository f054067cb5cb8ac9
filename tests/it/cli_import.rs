//! `import` by the real program: all or nothing, twice the same, dry runs, and what is said of wrong rows.

use serde_json::json;
use shoumi::domain::identity::check_digit;

use crate::cli::{Office, err, out};

fn identity(n: u32) -> String {
    let first = format!("99010119800101{:03}", n % 1000);
    format!("{first}{}", check_digit(&first).unwrap())
}

const HEAD: &str = "序号,姓名,身份证号,部门,岗位,涉密等级,上岗时间";

fn row(n: u32, name: &str) -> String {
    format!("{n},{name},{},财务处,机要员,核心,2024年3月{}日", identity(n), n % 28 + 1)
}

fn write(office: &Office, name: &str, rows: &[String]) {
    let text = format!("某单位涉密人员登记表\n{HEAD}\n{}\n", rows.join("\n"));
    std::fs::write(office.path(name), text).unwrap();
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let office = Office::new("p5-company");
    let rows: Vec<String> = (1..=30).map(|n| row(n, &format!("甲{n}乙"))).collect();
    write(&office, "a.csv", &rows);
    let dry = office.json(&["import", "people", "a.csv", "--dry-run"], 0);
    assert_eq!((&dry["new"], &dry["applied"]), (&json!(30), &json!(false)));
    assert_eq!(dry["differences"].as_array().unwrap().len(), 30);
    assert_eq!(office.json(&["list", "people"], 0)["total"], 0);
    let first = office.json(&["import", "people", "a.csv"], 0);
    assert_eq!((&first["new"], &first["refused"], &first["applied"]), (&json!(30), &json!(0), &json!(true)));
    let people = office.json(&["list", "people"], 0);
    assert_eq!(people["total"], 30);
    assert_eq!((&people["rows"][0]["level"], &people["rows"][0]["state"]), (&json!("core"), &json!("on_post")));
    let head = office.json(&["list", "journal"], 0)["total"].clone();
    let second = office.json(&["import", "people", "a.csv"], 0);
    assert_eq!((&second["new"], &second["changed"], &second["same"]), (&json!(0), &json!(0), &json!(30)));
    assert_eq!(office.json(&["list", "journal"], 0)["total"], head, "nothing was written");
    assert_eq!(office.json(&["verify"], 0)["ok"], true);
    let shown = out(&office.run(&["show", "person", "P000001"]));
    assert!(shown.contains("990***********") && !shown.contains(&identity(1)), "{shown}");
}

#[test]
fn a_file_with_faults_is_refused_whole_and_each_is_named() {
    let office = Office::new("p5-company");
    let mut rows: Vec<String> = (1..=10).map(|n| row(n, &format!("丙{n}丁"))).collect();
    rows[2] = rows[2].replace("核心", "特级");
    rows[5] = rows[5].replace("2024年3月7日", "2024-02-30");
    let good = identity(8);
    let last = if good.ends_with('0') { '1' } else { '0' };
    rows[7] = rows[7].replace(&good, &format!("{}{last}", &good[..17]));
    write(&office, "b.csv", &rows);
    let refused = office.json(&["import", "people", "b.csv"], 2);
    assert_eq!((&refused["applied"], &refused["refused"]), (&json!(false), &json!(3)));
    let mut at: Vec<u64> = refused["problems"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|p| p["severity"] == "error")
        .map(|p| p["row"].as_u64().unwrap())
        .collect();
    at.dedup();
    assert_eq!(at, [5, 8, 10]);
    assert_eq!(office.json(&["list", "people"], 0)["total"], 0);
    for lang in ["zh-CN", "en"] {
        let output = office.run(&["import", "people", "b.csv", "--lang", lang]);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(err(&output).lines().filter(|l| l.contains("特级") || l.contains("2024-02-30")).count(), 2);
        assert!(!err(&output).contains(&good[..17]), "a whole number was shown: {}", err(&output));
    }
    let partial = office.json(&["import", "people", "b.csv", "--partial"], 0);
    assert_eq!((&partial["new"], &partial["refused"]), (&json!(7), &json!(3)));
    assert_eq!(office.json(&["list", "people"], 0)["total"], 7);
}

#[test]
fn what_is_no_list_is_refused_with_words() {
    let office = Office::new("p5-company");
    std::fs::write(office.path("c.csv"), "x,y\n1,2\n").unwrap();
    std::fs::write(office.path("d.xlsx"), b"\x00\x01nonsense").unwrap();
    for name in ["c.csv", "d.xlsx", "nowhere.csv"] {
        let output = office.run(&["import", "people", name]);
        assert_eq!(output.status.code(), Some(2), "{name}: {}{}", out(&output), err(&output));
        assert!(!err(&output).trim().is_empty(), "{name}");
    }
}

#[test]
fn in_a_register_of_two_units_the_list_says_whose_it_is() {
    let office = Office::new("p5-company");
    std::fs::write(
        office.path("u.jsonl"),
        "{\"command\":\"add_unit\",\"name\":\"第二研究室\",\"pack\":\"p7-township\",\"tracking_from\":\"2026-01-01\"}\n",
    )
    .unwrap();
    office.json(&["apply", "u.jsonl"], 0);
    write(&office, "a.csv", &[row(1, "甲子乙")]);
    let unsaid = office.run(&["import", "people", "a.csv"]);
    assert_eq!(unsaid.status.code(), Some(2));
    assert!(err(&unsaid).contains("U000002 第二研究室"), "{}", err(&unsaid));
    assert_eq!(office.run(&["import", "people", "a.csv", "--unit", "第三室"]).status.code(), Some(2));
    office.json(&["import", "people", "a.csv", "--unit", "第二研究室"], 0);
    office.json(&["import", "people", "a.csv", "--unit", "U000002"], 0);
    let people = office.json(&["list", "people"], 0);
    assert_eq!((&people["total"], &people["rows"][0]["unit"]), (&json!(1), &json!("U000002")));
}

/// What this program wrote comes in again: the people and things are those of its numbers, and nothing changes.
#[test]
fn a_list_that_was_exported_comes_in_again_and_changes_nothing() {
    let office = Office::empty();
    let made = office.run(&["demo", "--no-ui", "--store", "register.shoumi"]);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    for lang in ["zh-CN", "en"] {
        for (kind, view) in [
            ("people", "people"),
            ("posts", "posts"),
            ("departures", "departures"),
            ("trips", "travel"),
            ("computers", "computers"),
            ("media", "media"),
        ] {
            for ending in ["csv", "xlsx"] {
                let file = format!("{view}-{lang}.{ending}");
                let written = office.run(&["export", view, "--out", &file, "--lang", lang]);
                assert_eq!(written.status.code(), Some(0), "{file}: {}", err(&written));
                let rows = office.json(&["list", view], 0)["total"].clone();
                let again = office.json(&["import", kind, &file, "--unit", "U000001", "--dry-run"], 0);
                let figures = (&again["new"], &again["changed"], &again["refused"], &again["same"]);
                assert_eq!(figures, (&json!(0), &json!(0), &json!(0), &rows), "{file}: {again}");
                assert_eq!(again["problems"], json!([]), "{file}: {again}");
            }
        }
    }
}

/// A changed cell of an exported list changes that record, and a number nobody has is refused.
#[test]
fn an_exported_list_that_was_edited_changes_what_was_edited() {
    let office = Office::empty();
    office.done(&["demo", "--no-ui", "--store", "register.shoumi"]);
    let edit = |view: &str, from: &str, to: &str| {
        office.done(&["export", view, "--out", "list.csv"]);
        let text = std::fs::read_to_string(office.path("list.csv")).unwrap();
        assert!(text.contains(from), "{from} in {text}");
        std::fs::write(office.path("list.csv"), text.replacen(from, to, 1)).unwrap();
    };
    let import = |kind: &str, code| office.json(&["import", kind, "list.csv", "--unit", "U000001"], code);
    let first = office.json(&["list", "computers"], 0)["rows"][0].clone();
    let (id, number) = (first["id"].as_str().unwrap(), first["number"].as_str().unwrap());

    edit("computers", &format!("\"{number}\""), "\"YS-NEW-1\"");
    let done = import("computers", 0);
    assert_eq!((&done["new"], &done["changed"]), (&json!(0), &json!(1)), "{done}");
    assert_eq!(office.json(&["show", "computer", id], 0)["number"], "YS-NEW-1");

    edit("people", "\"P000001\",\"韩志远\",\"试验测试中心\"", "\"P000001\",\"韩志远\",\"总体设计部\"");
    let done = import("people", 0);
    assert_eq!((&done["new"], &done["changed"]), (&json!(0), &json!(1)), "{done}");
    assert_eq!(office.json(&["show", "person", "P000001"], 0)["department"], "总体设计部");

    for (kind, view, from, to) in
        [("people", "people", "P000001", "P009999"), ("computers", "computers", "C000001", "C009999")]
    {
        edit(view, &format!("\"{from}\""), &format!("\"{to}\""));
        let refused = import(kind, 2);
        assert_eq!((&refused["refused"], &refused["applied"]), (&json!(1), &json!(false)), "{refused}");
        assert!(refused.to_string().contains(to), "{refused}");
    }
}
