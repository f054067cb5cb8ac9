//! What leaves the register: its level, who and when on every file, an entry in the journal, a warning where a list is more
//! than its mark says.

use serde_json::{Value, json};
use shoumi::exchange::{Cell, read_file};

use crate::cli::{Office, err, out};
use crate::live::screens;

const NUMBER: &str = "110101199003078515";

fn host() -> Office {
    let office = Office::host(&[("li.na", "officer"), ("he", "viewer")]);
    let done = office.apply(&[
        json!({"command":"add_person","name":"张三","department":"财务处","post":"机要员","level":"important","on_post_from":"2020-01-01","identity":NUMBER,"phone":"13800138000"}),
        json!({"command":"add_computer","number":"N-1","kind":"desktop","secrecy":"secret","custodian":"P000001"}),
        json!({"command":"submit_trip","person":"P000001","kind":"private","destination":"日本","purpose":"旅游","depart_on":"2026-05-01","return_on":"2026-05-08","special_reason":"探亲"}),
    ]);
    assert!(done.iter().all(|l| l["ok"] == true), "{done:?}");
    office
}

fn newest(office: &Office) -> Value {
    office.json(&["list", "journal", "--operator", "sun", "--query=-verb:read_journal"], 0)["rows"][0].clone()
}

#[test]
fn a_file_says_its_level_who_and_when_and_the_journal_how_many_rows() {
    let office = host();
    let export = |view: &str, file: &str, more: &[&str]| {
        let args = [&["export", view, "--out", file, "--operator", "li.na"][..], more].concat();
        office.run(&args)
    };
    let before = newest(&office)["seq"].clone();
    let refused = export("people", "people.csv", &[]);
    assert_eq!(refused.status.code(), Some(2), "no reason, no file");
    assert!(!office.path("people.csv").exists() && newest(&office)["seq"] == before);

    let done = export("people", "people.csv", &["--reason", "季度报备", "--mark", "秘密★5年", "--query", "财务"]);
    assert_eq!(done.status.code(), Some(0), "{}", err(&done));
    let entry = newest(&office);
    assert_eq!(
        (entry["verb"].as_str(), entry["operator"].as_str(), &entry["fields"], entry["rows"].as_u64()),
        (Some("export"), Some("li.na"), &json!(["people"]), Some(1))
    );
    for file in ["people.csv", "people.xlsx"] {
        export("people", file, &["--reason", "季度报备", "--mark", "秘密★5年"]);
        let book = read_file(&office.path(file)).unwrap();
        let Cell::Text(mark) = book.sheets[0].cell(0, 0) else { panic!("{file} begins with its mark") };
        let seq = newest(&office)["seq"].to_string();
        for part in ["密级：秘密★5年", "li.na", "共 1 行", &format!("第 {seq} 条")] {
            assert!(mark.contains(part), "{file}: {part}: {mark}");
        }
        assert_eq!(book.sheets[0].cell(1, 1), Cell::Text("姓名"), "{file}");
        // Taken in again, it changes nothing: the mark is no row.
        let again = office.run(&["import", "people", file, "--dry-run", "--operator", "li.na"]);
        assert_eq!(again.status.code(), Some(0), "{file}: {}{}", out(&again), err(&again));
    }
    export("people", "people.json", &["--reason", "季度报备", "--mark", "秘密"]);
    let file: Value = serde_json::from_slice(&std::fs::read(office.path("people.json")).unwrap()).unwrap();
    assert_eq!((file["mark"]["level"].as_str(), file["mark"]["operator"].as_str()), (Some("秘密"), Some("li.na")));
    assert_eq!((&file["mark"]["entry"], file["total"].as_u64()), (&newest(&office)["seq"], Some(1)));
    office.done(&["verify", "--operator", "sun"]);
}

#[test]
fn a_list_that_is_more_than_its_mark_says_is_warned_of() {
    let office = host();
    std::fs::write(office.path("c.toml"), "mark = \"秘密\"\n").unwrap();
    let said = |view: &str, more: &[&str]| {
        let args = ["export", view, "--out", "a.csv", "--operator", "li.na", "--reason", "核对", "--lang", "zh-CN"];
        let done = office.run(&[&args[..], more].concat());
        assert_eq!(done.status.code(), Some(0), "{}", err(&done));
        err(&done)
    };
    assert!(said("people", &[]).contains("未标密级"));
    assert_eq!(said("people", &["--mark", "秘密"]), "");
    assert!(said("computers", &["--mark", "秘密★3年"]).contains("有机密级的"));
    assert!(said("computers", &["--config", "c.toml"]).contains("有机密级的"), "the configured mark is a mark");
    assert!(said("computers", &["--mark", "内部"]).contains("有机密级的"));
    assert_eq!(said("computers", &["--mark", "机密"]), "");
    assert_eq!(said("computers", &["--mark", "TOP SECRET 绝密"]), "");
    assert!(!said("journal", &[]).contains("未标密级"), "the journal's public part names nobody");
}

#[test]
fn a_form_is_an_entry_and_its_numbers_are_whole_for_a_reason_alone() {
    let office = host();
    let text = |file: &str| {
        let bytes = std::fs::read(office.path(file)).unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut archive.by_name("word/document.xml").unwrap(), &mut text).unwrap();
        text
    };
    let print = |who: &str, file: &str, more: &[&str]| {
        let args = ["form", "travel-approval", "--person", "P000001", "--out", file, "--operator", who];
        office.run(&[&args[..], more].concat())
    };
    assert_eq!(print("li.na", "a.docx", &[]).status.code(), Some(0));
    assert!(text("a.docx").contains("110***********8515") && text("a.docx").contains("138****8000"));
    let entry = newest(&office);
    assert_eq!((entry["verb"].as_str(), &entry["records"]), (Some("print_form"), &json!(["P000001"])));
    assert_eq!(entry["fields"], json!([]));
    assert_eq!(print("li.na", "b.docx", &["--reveal", "报出入境管理部门备案"]).status.code(), Some(0));
    assert!(text("b.docx").contains(NUMBER) && text("b.docx").contains("13800138000"));
    assert_eq!(newest(&office)["fields"], json!(["identity", "phone"]));
    assert_eq!(print("he", "c.docx", &["--reveal", "看看"]).status.code(), Some(4));
    assert_eq!(print("li.na", "c.docx", &["--reveal", " "]).status.code(), Some(2));
    assert!(!office.path("c.docx").exists());
}

#[test]
fn whoever_only_looks_things_up_sees_the_first_rows_and_takes_no_list_out() {
    let office = Office::host(&[("li.na", "officer"), ("he", "viewer"), ("feng", "approver"), ("wu", "inspector")]);
    let person = |n| json!({"command":"add_person","name":format!("张{n:02}"),"department":"财务处","post":"会计","level":"core","on_post_from":"2024-05-01"});
    assert!(office.apply(&(0..9).map(person).collect::<Vec<_>>()).iter().all(|l| l["ok"] == true));
    std::fs::write(office.path("c.toml"), "rows = 4\n").unwrap();
    let read = |who: &str, args: &[&str]| {
        let answer = office.json(&[args, &["--operator", who, "--config", "c.toml"]].concat(), 0);
        (answer["total"].as_u64().unwrap(), answer["rows"].as_array().unwrap().len())
    };
    for (who, most) in [("li.na", 9), ("wu", 9), ("he", 4), ("feng", 4)] {
        assert_eq!(read(who, &["list", "people"]), (9, most), "{who}");
        assert_eq!(read(who, &["list", "people", "--query", "张"]), (9, most), "{who}");
        assert_eq!(read(who, &["list", "people", "--limit", "3"]), (9, 3), "{who}");
        for view in ["posts", "cases", "departures", "pledges"] {
            let (total, rows) = read(who, &["list", view]);
            assert_eq!(rows, total.min(most as u64) as usize, "{who} {view}: the number of all is told");
        }
        assert_eq!(read(who, &["list", "posts"]), (9, most), "{who}");
        let due = ["due", "--within", "4000d", "--operator", who, "--config", "c.toml"];
        let due = office.json(&due, 1)["rows"].as_array().unwrap().len();
        assert!(due == most || most == 9, "{who}: {due}");
        assert_eq!(read(who, &["find", "张", "--limit", "50"]), (9, most), "{who}");
        assert_eq!(read(who, &["find", "张08"]), (1, 1), "{who}: everybody can be looked up");
        let before = newest(&office)["seq"].clone();
        let out = format!("{who}.csv");
        let asked = ["export", "people", "--out", &out, "--reason", "核对", "--mark", "秘密", "--operator", who];
        let done = office.run(&asked);
        let may = most == 9;
        assert_eq!(done.status.code(), Some(if may { 0 } else { 4 }), "{who}: {}", err(&done));
        assert_eq!(office.path(&out).exists(), may, "{who}");
        assert_eq!(newest(&office)["seq"] != before, may, "{who}");
    }
    let form = |who: &str, form: &str| {
        let out = format!("{who}-{form}.docx");
        office.run(&["form", form, "--out", &out, "--operator", who]).status.code()
    };
    for (who, code) in [("he", 4), ("feng", 4), ("li.na", 0)] {
        assert_eq!(form(who, "sign-in"), Some(code), "{who}");
        let export = ["export", "journal", "--out", &format!("{who}-j.csv"), "--reason", "审计", "--operator", who];
        assert_eq!(office.run(&export).status.code(), Some(code), "{who}");
    }
    let export = ["export", "journal", "--out", "sun.csv", "--reason", "审计", "--operator", "sun"];
    assert_eq!(office.run(&export).status.code(), Some(0));
    // Without a line in the configuration two hundred are shown.
    assert_eq!(office.json(&["list", "people", "--operator", "he"], 0)["rows"].as_array().unwrap().len(), 9);

    let config = office.path("c.toml").display().to_string();
    let mut t = screens(&office, &[], &[], &["--operator", "he", "--config", &config, "--view", "people"]);
    t.wait("共 9，列出前 4");
    t.send(b"G");
    t.wait("张03");
    assert!(!t.text().contains("张04"), "{}", t.text());
    t.send(b"/08\r");
    t.wait("张08");
}
