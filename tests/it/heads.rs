//! The journal's head kept outside: told, compared, appended to a file; what the chain alone cannot show is found by it.

use std::process::Output;

use serde_json::json;

use crate::cli::{Office, err, out};

const TODAY: &str = "2026-03-02";

fn host() -> Office {
    Office::host(&[("li.na", "officer")])
}

fn person(name: &str) -> serde_json::Value {
    json!({"command":"add_person","name":name,"department":"财务处","post":"机要员","level":"important","on_post_from":"2020-01-01"})
}

fn add(office: &Office, name: &str) {
    assert_eq!(office.apply(&[person(name)])[0]["ok"], true);
}

fn verify(office: &Office, args: &[&str]) -> Output {
    office.run(&[&["verify", "--operator", "sun"], args].concat())
}

#[test]
fn the_days_code_is_told_and_holds_until_the_journal_is_another() {
    let office = host();
    add(&office, "张三");
    let told = office.json(&["verify", "--head", "--operator", "sun"], 0);
    assert_eq!(told["ok"], true);
    let (entry, hash) = (told["head"]["entry"].as_u64().unwrap(), told["head"]["hash"].as_str().unwrap().to_owned());
    assert_eq!(hash.len(), 64);
    // As it is printed: number and groups, on a line of its own.
    let printed = out(&verify(&office, &["--head", "--lang", "zh-CN"]));
    let line = printed.lines().find(|l| l.starts_with(&format!("{entry}:"))).unwrap().to_owned();
    assert!(printed.contains("日志头：第"), "{printed}");

    let noted = std::fs::read(office.path("register.shoumi")).unwrap();
    add(&office, "李四");
    for code in [line.as_str(), &format!("{entry}:{}", &hash[..16])] {
        let held = verify(&office, &["--head", code]);
        assert_eq!(held.status.code(), Some(0), "{}{}", out(&held), err(&held));
        assert!(out(&held).contains("其后新增 1 条"), "{}", out(&held));
    }
    let now = office.json(&["verify", "--head", "--operator", "sun"], 0);
    let newest = format!("{}:{}", now["head"]["entry"], now["head"]["hash"].as_str().unwrap());

    // Somebody with the key goes back, and writes another entry in the place of the one noted.
    std::fs::write(office.path("register.shoumi"), &noted).unwrap();
    let older = verify(&office, &["--head", &newest]);
    assert_eq!(older.status.code(), Some(3));
    assert!(out(&older).contains("换成了旧文件"), "{}", out(&older));
    add(&office, "王五");
    let other = office.json(&["verify", "--head", &newest, "--operator", "sun"], 3);
    assert_eq!((other["head"]["noted"].as_str(), other["problems"].as_array().unwrap().len()), (Some("other"), 0));
    assert_eq!(verify(&office, &["--head", &line]).status.code(), Some(0), "what was noted before still stands");
    for wrong in ["12", "0:0123456789abcdef", "12:xyz"] {
        assert_eq!(verify(&office, &["--head", wrong]).status.code(), Some(2), "{wrong}");
    }
}

#[test]
fn a_file_of_heads_grows_and_an_older_register_is_not_opened_beside_it() {
    let office = host();
    let heads = office.path("heads.log");
    std::fs::write(&heads, "").unwrap();
    std::fs::write(office.path("c.toml"), format!("head_log = \"{}\"\n", heads.display())).unwrap();
    let with = |args: &[&str]| office.run(&[args, &["--config", "c.toml", "--today", TODAY]].concat());
    let lines = || std::fs::read_to_string(&heads).unwrap().lines().map(str::to_owned).collect::<Vec<_>>();
    std::fs::write(office.path("a.jsonl"), person("张三").to_string()).unwrap();
    let list = ["list", "people", "--operator", "li.na"];
    assert_eq!(with(&list).status.code(), Some(0));
    assert_eq!(with(&list).status.code(), Some(0));
    assert_eq!(lines().len(), 1, "nothing new, no new line");
    let before = std::fs::read(office.path("register.shoumi")).unwrap();
    assert_eq!(with(&["apply", "a.jsonl", "--operator", "li.na"]).status.code(), Some(0));
    assert_eq!(lines().len(), 2);
    assert!(lines()[1].ends_with(" li.na"), "{:?}", lines());

    std::fs::copy(office.path("register.shoumi"), office.path("newest")).unwrap();
    std::fs::write(office.path("register.shoumi"), &before).unwrap();
    for args in [&list[..], &["apply", "a.jsonl", "--operator", "li.na"]] {
        let refused = with(args);
        assert_eq!(refused.status.code(), Some(3), "{args:?}");
        assert!(err(&refused).contains("heads.log"), "{}", err(&refused));
    }
    let verified = with(&["verify", "--operator", "sun"]);
    assert_eq!(verified.status.code(), Some(3));
    assert!(out(&verified).contains("换成了旧文件"), "{}", out(&verified));
    assert_eq!(lines().len(), 2, "what is wrong is not noted as right");
    // Whoever can put the file back can append the line that fits it: the one before still says otherwise.
    let all = std::fs::read_to_string(&heads).unwrap();
    std::fs::write(&heads, format!("{all}{}\n", lines()[0])).unwrap();
    assert_eq!(with(&list).status.code(), Some(3), "{:?}", lines());
    // Nor do eight million bytes of anything push that line out.
    let junk = format!("{all}{}", "x\n".repeat(4_200_000));
    std::fs::write(&heads, junk).unwrap();
    assert_eq!(with(&list).status.code(), Some(3));
    std::fs::write(&heads, &all).unwrap();
    // Two sessions may note their heads in the other order: both are the register's.
    let newest = std::fs::read(office.path("newest")).unwrap();
    let older = std::fs::read(office.path("register.shoumi")).unwrap();
    std::fs::write(office.path("register.shoumi"), &newest).unwrap();
    std::fs::write(&heads, format!("{}\n{}\n", lines()[1], lines()[0])).unwrap();
    assert_eq!(with(&list).status.code(), Some(0), "{:?}", lines());
    std::fs::write(office.path("register.shoumi"), &older).unwrap();
    std::fs::write(&heads, &all).unwrap();
    // Nothing can be held against what is no file that can be read.
    std::fs::rename(&heads, office.path("kept")).unwrap();
    std::fs::create_dir(&heads).unwrap();
    let unreadable = with(&list);
    assert_eq!(unreadable.status.code(), Some(3));
    assert!(err(&unreadable).contains("不能读取"), "{}", err(&unreadable));
    std::fs::remove_dir(&heads).unwrap();
    std::fs::rename(office.path("kept"), &heads).unwrap();

    // The file cannot be written: said, and what was asked for is done.
    std::fs::remove_file(&heads).unwrap();
    let done = with(&list);
    assert_eq!(done.status.code(), Some(0));
    assert!(err(&done).contains("heads.log") && err(&done).contains("没有符合条件"), "{}{}", out(&done), err(&done));
}

#[test]
fn reading_the_journal_is_an_entry_of_it() {
    let office = host();
    let of = |args: &[&str]| office.json(&[&["list", "journal"], args].concat(), 0)["rows"].as_array().unwrap().clone();
    let first = of(&["--operator", "sun"]);
    assert_eq!((first[0]["verb"].as_str(), first[0]["operator"].as_str()), (Some("read_journal"), Some("sun")));
    let second = of(&["--operator", "qian", "--query", "verb:read_journal"]);
    assert_eq!(second.len(), 2, "{second:?}");
    let alone = Office::new("p5-company");
    let rows = alone.json(&["list", "journal"], 0)["rows"].as_array().unwrap().clone();
    assert!(rows.iter().all(|r| r["verb"] != "read_journal"), "one owner reads his own");
}
