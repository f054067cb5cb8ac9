//! The command line, by the real program: every command in both languages, JSON keys, exit codes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

const TODAY: &str = "2026-03-02";

/// A folder of its own with a register in it.
pub struct Office {
    pub folder: TempDir,
}

impl Office {
    /// A folder without a register.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A register of one unit under a pack.
    pub fn new(pack: &str) -> Self {
        Self::sealed(pack, "aes")
    }

    /// A register of one unit, sealed with a cipher.
    pub fn sealed(pack: &str, cipher: &str) -> Self {
        let office = Self::empty();
        let unit = ["init", "--unit", "甲单位", "--pack", pack, "--tracking-from", "2024-01-01", "--cipher", cipher];
        let made = office.run(&unit);
        assert_eq!(made.status.code(), Some(0), "{}", err(&made));
        office
    }

    /// A host's register: its administrators `zhao`, `qian` and `sun`, and these operators with their roles.
    pub fn host(operators: &[(&str, &str)]) -> Self {
        let office = Self::empty();
        let unit =
            ["init", "--unit", "甲单位", "--pack", "p5-company", "--tracking-from", "2024-01-01", "--mode", "host"];
        let people =
            ["--system-admin", "zhao=赵一", "--security-admin", "qian=钱二", "--auditor", "sun=孙三", "--today", TODAY];
        let made = office.run(&[&unit[..], &people].concat());
        assert_eq!(made.status.code(), Some(0), "{}", err(&made));
        for (id, roles) in operators {
            office.done(&["operator", "add", id, "--name", id, "--operator", "zhao"]);
            office.done(&["operator", "grant", id, "--role", roles, "--reason", "〔2026〕1号", "--operator", "qian"]);
        }
        office
    }

    /// Runs what must go well; gives the answer.
    #[track_caller]
    pub fn done(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", err(&output));
        out(&output)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program with a clean environment, ready to be given more arguments.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shoumi"));
        command
            .args(args)
            .env_clear()
            .env("HOME", self.folder.path())
            .env("USER", "li.na")
            .env("SHOUMI_STORE", self.path("register.shoumi"))
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// The answer as JSON; the exit code must be `code`.
    pub fn json(&self, args: &[&str], code: i32) -> Value {
        let mut all = args.to_vec();
        all.push("--json");
        let output = self.run(&all);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {} {}", out(&output), err(&output));
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}: {}", out(&output)))
    }

    /// Applies commands; gives the result lines.
    pub fn apply(&self, lines: &[Value]) -> Vec<Value> {
        let file = self.path("commands.jsonl");
        let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
        std::fs::write(&file, text.join("\n")).unwrap();
        results(&self.run(&["apply", file.to_str().unwrap(), "--today", "2026-03-02"]))
    }
}

pub fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn results(output: &Output) -> Vec<Value> {
    out(output).lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// Two people of p5, one on post and one in the period, a request of travel and a computer in hand.
pub fn staffed() -> Office {
    let office = Office::new("p5-company");
    let done = office.apply(&[
        json!({"command":"add_person","name":"张晓明","department":"财务处","post":"机要员","level":"core","on_post_from":"2020-01-01","staff_number":"A1"}),
        json!({"command":"add_person","name":"李四","department":"总经办","post":"会计","level":"general","on_post_from":"2020-01-01"}),
        json!({"command":"depart","person":"P000002","approved_on":"2025-05-20","left_on":"2025-06-01","reason":"retired"}),
        json!({"command":"submit_trip","person":"P000001","kind":"private","destination":"日本","purpose":"旅游","depart_on":"2026-05-01","return_on":"2026-05-08","on":"2026-03-01","special_reason":"探亲"}),
        json!({"command":"add_computer","number":"N-1","kind":"desktop","custodian":"P000001","room":"301"}),
    ]);
    for line in &done {
        assert_eq!(line["ok"], true, "{line}");
    }
    office
}

const PERSON: [&str; 11] =
    ["id", "name", "unit", "department", "level", "state", "post", "period", "training", "travel", "flags"];
const PERIOD: [&str; 12] = [
    "pack",
    "start",
    "start_rule",
    "months",
    "last_day",
    "days_left",
    "earliest",
    "latest",
    "article",
    "stated_last_day",
    "assumed",
    "blocked_by",
];
const VIEWS: [&str; 14] = [
    "people",
    "posts",
    "periods",
    "departures",
    "travel",
    "trainings",
    "pledges",
    "computers",
    "media",
    "inspections",
    "findings",
    "cases",
    "todo",
    "journal",
];

fn has(value: &Value, keys: &[&str]) {
    for key in keys {
        assert!(value.get(key).is_some(), "{key} is missing in {value}");
    }
}

#[test]
fn every_list_answers_with_the_same_keys() {
    let office = staffed();
    for view in VIEWS {
        let answer = office.json(&["list", view, "--today", "2026-03-02"], 0);
        let keys: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys.len(), 5, "{keys:?}");
        has(&answer, &["view", "today", "query", "total", "rows"]);
        assert_eq!((&answer["view"], &answer["today"]), (&json!(view), &json!("2026-03-02")));
        assert_eq!(answer["total"], answer["rows"].as_array().unwrap().len());
        if ["people", "posts", "periods", "departures", "travel", "trainings", "pledges", "cases"].contains(&view) {
            for row in answer["rows"].as_array().unwrap() {
                has(row, &PERSON);
                if !row["period"].is_null() {
                    has(&row["period"], &PERIOD);
                }
                has(&row["training"], &["overdue", "next_due"]);
                has(&row["travel"], &["pending"]);
            }
        }
    }
    let periods = office.json(&["list", "periods", "--today", "2026-03-02"], 0);
    let row = &periods["rows"][0];
    assert_eq!((&row["id"], &row["state"], &row["level"]), (&json!("P000002"), &json!("in_period"), &json!("general")));
    assert_eq!(row["period"]["last_day"], "2026-05-20");
    assert_eq!(row["period"]["days_left"], 79);
    assert_eq!(row["period"]["assumed"], json!(["start_rule"]));
    let travel = office.json(&["list", "travel", "--today", "2026-03-02"], 0);
    assert_eq!(travel["rows"][0]["trip"]["id"], "P000001-T1");
    assert_eq!(travel["rows"][0]["travel"]["pending"], json!(["P000001-T1"]));
    assert_eq!(office.json(&["list", "people", "--limit", "1"], 0)["total"], 2);
    let core = office.json(&["list", "people", "--query", "等级:核心"], 0);
    assert_eq!((&core["total"], &core["rows"][0]["id"]), (&json!(1), &json!("P000001")));
    assert_eq!(office.json(&["list", "people", "--query", "level:core"], 0)["rows"], core["rows"]);
}

#[test]
fn find_knows_initials_and_says_when_nothing_is_found() {
    let office = staffed();
    for text in ["zxm", "张晓", "zhangxiaoming", "P000001", "财务"] {
        let found = office.json(&["find", text], 0);
        assert_eq!(found["view"], "find");
        assert_eq!(found["rows"][0]["id"], "P000001", "{text}");
    }
    assert_eq!(office.json(&["find", "nobody-at-all"], 1)["rows"], json!([]));
}

#[test]
fn a_verdict_and_a_card_have_their_keys() {
    let office = staffed();
    let keys = ["subject", "person", "on", "packs", "outcome", "reasons", "missing"];
    for what in ["travel", "transfer", "resign", "post", "leave"] {
        let output = office.run(&["check", what, "--person", "P000001", "--on", "2026-05-01", "--json"]);
        let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
        has(&verdict, &keys);
        assert_eq!((&verdict["subject"], &verdict["on"]), (&json!(what), &json!("2026-05-01")));
        // Only a refusal by a rule is an exit code of its own.
        assert_eq!(output.status.code(), Some(i32::from(verdict["outcome"] == "not_allowed")), "{verdict}");
        for reason in verdict["reasons"].as_array().unwrap() {
            has(reason, &["pack", "article", "code", "text", "facts"]);
        }
        for missing in verdict["missing"].as_array().unwrap() {
            has(missing, &["pack", "article", "code", "text"]);
        }
    }
    let job = office.json(&["check", "foreign-job", "--person", "P000002", "--employer", "foreign-body"], 1);
    assert_eq!((&job["outcome"], &job["free_from"]), (&json!("not_allowed"), &json!("2028-06-02")));
    let all = office.json(&["check", "travel", "--person", "P000001", "--all-packs"], 0);
    assert!(all["verdicts"].as_array().unwrap().len() >= 5);
    let card = office.json(&["show", "person", "P000001"], 0);
    has(&card, &PERSON);
    has(&card, &["identity", "record", "explanation", "clocks", "duties", "verdicts", "held", "history"]);
    assert_eq!(card["held"][0]["number"], "N-1");
    let computer = office.json(&["show", "computer", "C000001"], 0);
    assert_eq!((&computer["number"], &computer["room"]), (&json!("N-1"), &json!("301")));
}

#[test]
fn exit_codes_say_what_happened() {
    let office = staffed();
    for (args, code) in [
        (&["list", "people"][..], 0),
        (&["list", "people", "--query", "zzzz-nobody"], 1),
        (&["list", "inspections"], 0),
        (&["list", "people", "--limit", "abc"], 2),
        (&["find", "x", "--limit", "9.5"], 2),
        (&["demo", "--people", "0"], 2),
        (&["list", "people", "--today", "9999-12-31"], 2),
        (&["find", "nobody-at-all"], 1),
        (&["show", "person", "P009999"], 1),
        (&["show", "person", "nonsense"], 2),
        (&["list", "nonsense"], 2),
        (&["list", "people", "--query", "等级:没有"], 2),
        (&["list", "people", "--today", "2026-02-30"], 2),
        (&["check", "travel"], 2),
        (&["check", "travel", "--person", "P1", "--employer", "service"], 2),
        (&["check", "foreign-job", "--person", "P1"], 2),
        (&["nonsense"], 2),
        (&["--config", "nowhere.toml", "list", "people"], 2),
        (&["--store", "nowhere.shoumi", "list", "people"], 3),
        (&["--operator", "nobody", "list", "people"], 4),
        (&["apply", "nowhere.jsonl"], 2),
        (&["init", "--unit", "乙", "--pack", "p5-company"], 3),
        (&["--store", "b.shoumi", "init", "--unit", "乙", "--pack", "p6-enterprise"], 2),
        (&["--store", "b.shoumi", "init", "--unit", "乙", "--pack", "nothing"], 2),
        (&["form", "pledge", "--person", "P000001", "--out", "a.docx"], 2),
        (&["operator", "list"], 0),
        (&["operator", "key", "nobody"], 1),
        (&["man"], 2),
        (&["--help"], 0),
        (&["--version"], 0),
        (&[], 64),
    ] {
        for lang in ["zh-CN", "en"] {
            let output = office.command(args).args(["--lang", lang]).output().unwrap();
            assert_eq!(output.status.code(), Some(code), "{args:?}: {}{}", out(&output), err(&output));
            if code >= 2 {
                assert!(!err(&output).trim().is_empty(), "{args:?} says nothing");
                assert!(out(&output).is_empty(), "{args:?}: {}", out(&output));
                let missing =
                    err(&output).contains('<') && err(&output).contains('.') && err(&output).contains("error.");
                assert!(!missing, "{args:?}: {}", err(&output));
            }
        }
    }
    assert!(
        !office.path("b.shoumi").exists() && !office.path("b.shoumi.key").exists(),
        "a refused init leaves nothing"
    );
}

#[test]
fn both_languages_are_spoken_and_nothing_is_left_out() {
    let office = staffed();
    let han = |t: &str| t.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for args in [
        &["--help"][..],
        &["import", "--help"],
        &["pack", "list"],
        &["pack", "show", "p7-township"],
        &["unit", "show"],
        &["due", "--within", "3650d"],
        &["doctor"],
        &["verify"],
        &["check", "leave", "--person", "P000001"],
        &["period", "--start", "2024-02-29", "--months", "24", "--extend", "24"],
        &["list", "journal"],
        &["show", "person", "P000002"],
    ] {
        let zh = out(&office.command(args).args(["--lang", "zh-CN"]).output().unwrap());
        let en = out(&office.command(args).args(["--lang", "en"]).output().unwrap());
        assert!(han(&zh), "{args:?}: {zh}");
        assert_ne!(zh, en, "{args:?}");
        for text in [&zh, &en] {
            assert!(!text.contains("<cli.") && !text.contains("<word."), "{args:?}: {text}");
            assert!(!text.contains('\u{1b}'), "{args:?} has colours in a pipe");
        }
    }
}

#[test]
fn a_wrong_number_or_day_is_told_with_its_limits_in_the_language() {
    let office = Office::empty();
    for (args, zh, en) in [
        (&["list", "people", "--limit", "abc"][..], "0 至 10000000 之间的整数", "a whole number from 0 to 10000000"),
        (&["demo", "--people", "9999999"], "1 至 1000000 之间的整数", "a whole number from 1 to 1000000"),
        (&["demo", "--seed", "x"], "之间的整数", "a whole number from 0"),
        (&["period", "--start", "2024-01-01", "--months", "1201"], "1 至 1200", "from 1 to 1200"),
        (&["list", "people", "--today", "9999-12-31"], "1900年至2200年之间的日期", "a day from 1900 to 2200"),
        (&["due", "--within", "99999d"], "最多 36600 天", "at most 36600 days"),
    ] {
        for (lang, want) in [("zh-CN", zh), ("en", en)] {
            let output = office.command(args).args(["--lang", lang]).output().unwrap();
            assert!(output.status.code() == Some(2) && err(&output).contains(want), "{args:?}: {}", err(&output));
            assert!(!err(&output).contains("invalid digit") && !err(&output).contains("..="), "{}", err(&output));
        }
    }
}

#[test]
fn an_empty_value_is_told_in_a_whole_sentence() {
    let office = Office::empty();
    for (lang, want) in [("zh-CN", "“--out <FILE>”后面缺少取值。"), ("en", "\"--out <FILE>\" needs a value.")]
    {
        for args in [&["export", "people", "--out", ""][..], &["export", "periods", "--out="]] {
            let output = office.command(args).args(["--lang", lang]).output().unwrap();
            let said = err(&output);
            let first = said.lines().next().unwrap_or_default();
            assert!(output.status.code() == Some(2) && first.ends_with(want), "{args:?}: {said}");
        }
    }
}

#[test]
fn what_is_due_has_its_article_and_a_history_fits_the_page() {
    let office = Office::empty();
    let store = office.path("demo.shoumi");
    let store = store.to_str().unwrap();
    let made = office.run(&["demo", "--people", "1", "--no-ui", "--store", store]);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    let due = office.json(&["due", "--within", "365d", "--store", store, "--today", "2026-03-16"], 1);
    let rows = due["rows"].as_array().unwrap();
    let kinds: std::collections::BTreeSet<&str> = rows.iter().map(|r| r["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains("travel_report") && kinds.contains("travel_pending"), "{kinds:?}");
    for row in rows {
        assert!(!row["article"].as_str().unwrap().is_empty() && !row["pack"].as_str().unwrap().is_empty(), "{row}");
    }
    // A change of many fields, so that a line of the history is full.
    let all = json!({"command":"change_person","person":"P000008","phone":"13800000000","note":"常驻外地","name":"朴秀兰",
        "staff_number":"G-77","employment":"temporary","sex":"female"});
    std::fs::write(office.path("change.jsonl"), all.to_string()).unwrap();
    let changed = office.run(&["apply", "change.jsonl", "--store", store]);
    assert_eq!(changed.status.code(), Some(0), "{}", out(&changed));
    for lang in ["zh-CN", "en"] {
        let card = out(&office.run(&["show", "person", "P000008", "--store", store, "--lang", lang]));
        let lines = card.lines().rev().take_while(|l| l.starts_with(' '));
        let widths: Vec<usize> = lines.map(unicode_width::UnicodeWidthStr::width).collect();
        assert!(widths.len() > 1 && widths.iter().all(|w| *w <= 80), "{widths:?}\n{card}");
    }
}

#[test]
fn the_calculator_shows_its_arithmetic() {
    let office = Office::empty();
    let base = ["period", "--start", "2024-02-29", "--months"];
    for (more, last) in [
        (&["24", "--extend", "24"][..], "2028-02-29"),
        (&["12"], "2025-02-28"),
        (&["12", "--count-start-day"], "2025-02-28"),
        (&["48"], "2028-02-29"),
    ] {
        let answer = office.json(&[&base[..], more].concat(), 0);
        assert_eq!(answer["last_day"], last, "{more:?}");
        assert!(!answer["explanation"].as_array().unwrap().is_empty());
    }
    assert_eq!(office.run(&["period", "--start", "2024-02-29", "--months", "0"]).status.code(), Some(2));
}

#[test]
fn configuration_problems_are_told_all_at_once() {
    let office = Office::empty();
    std::fs::write(office.path("c.toml"), "stroe = 'x'\nlang = 'fr'\noperator = 3\n").unwrap();
    let output = office.run(&["--config", "c.toml", "--lang", "en", "list", "people"]);
    assert_eq!(output.status.code(), Some(2));
    for word in ["stroe", "line 2", "fr", "operator"] {
        assert!(err(&output).contains(word), "{word}: {}", err(&output));
    }
}

#[test]
fn a_reader_who_leaves_is_no_fault() {
    let office = staffed();
    let mut child = office.command(&["schema"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(err(&output).is_empty(), "{}", err(&output));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_schema_describes_what_is_answered() {
    let office = staffed();
    let schema = office.json(&["schema"], 0);
    let answers = schema["answers"].as_object().unwrap();
    for (name, args) in [
        ("list", &["list", "people"][..]),
        ("show person", &["show", "person", "P000001"]),
        ("check", &["check", "transfer", "--person", "P000001"]),
        ("unit show", &["unit", "show"]),
        ("pack list", &["pack", "list"]),
        ("pack show", &["pack", "show", "p2-filing"]),
        ("verify", &["verify"]),
    ] {
        let answer = office.json(args, 0);
        for key in answers[name]["required"].as_array().unwrap() {
            assert!(answer.get(key.as_str().unwrap()).is_some(), "{name}: {key}");
        }
        for key in answer.as_object().unwrap().keys() {
            assert!(answers[name]["properties"].get(key).is_some(), "{name}: {key} is not in the schema");
        }
    }
}

#[test]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let office = Office::new("p2-filing");
    for name in ["register.shoumi", "register.shoumi.key"] {
        let mode = std::fs::metadata(office.path(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{name}");
    }
    std::fs::set_permissions(office.path("register.shoumi.key"), PermissionsExt::from_mode(0o644)).unwrap();
    let doctor = office.json(&["doctor"], 3);
    let bad = doctor["checks"].as_array().unwrap().iter().find(|c| c["state"] == "bad").unwrap();
    assert_eq!(bad["name"], "key_file");
}

#[test]
fn commands_that_read_leave_the_file_as_it_is() {
    let office = staffed();
    let file = office.path("register.shoumi");
    let state = || (std::fs::read(&file).unwrap(), std::fs::metadata(&file).unwrap().modified().unwrap());
    let before = state();
    for args in [
        &["find", "wang"][..],
        &["list", "people"],
        &["list", "journal"],
        &["show", "person", "P000001"],
        &["check", "travel", "--person", "P000001"],
        &["due"],
        &["unit", "show"],
    ] {
        let output = office.run(args);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{args:?}: {}", err(&output));
        assert!(state() == before, "{args:?}");
    }
}

#[test]
fn a_backup_comes_back_elsewhere() {
    let office = staffed();
    office.json(&["backup", "copy.shoumi"], 0);
    assert_eq!(office.run(&["backup", "copy.shoumi"]).status.code(), Some(3), "nothing is overwritten");
    std::fs::copy(office.path("register.shoumi.key"), office.path("new.shoumi.key")).unwrap();
    office.json(&["--store", "new.shoumi", "restore", "copy.shoumi"], 0);
    let old = office.json(&["list", "people"], 0);
    let new = office.json(&["--store", "new.shoumi", "list", "people"], 0);
    assert_eq!(old["rows"], new["rows"]);
    assert_eq!(office.json(&["--store", "new.shoumi", "verify"], 0)["ok"], true);
}

#[test]
fn a_passphrase_opens_what_it_closed() {
    let office = Office::empty();
    let run = |pass: &str, args: &[&str]| office.command(args).env("SHOUMI_PASSPHRASE", pass).output().unwrap();
    let init = ["init", "--unit", "甲", "--pack", "p7-township", "--passphrase"];
    assert_eq!(run("short", &init).status.code(), Some(2));
    assert_eq!(run("correct horse", &init).status.code(), Some(0));
    assert!(!office.path("register.shoumi.key").exists());
    assert_eq!(run("correct horse", &["list", "people"]).status.code(), Some(0));
    assert_eq!(run("wrong horse!", &["list", "people"]).status.code(), Some(3));
}

#[test]
fn the_demo_is_made_once_and_has_its_own_day() {
    let office = Office::empty();
    let made = office.run(&["demo", "--no-ui", "--store", "demo.shoumi"]);
    assert_eq!((made.status.code(), out(&made).trim()), (Some(0), "demo.shoumi"), "{}", err(&made));
    let size = std::fs::metadata(office.path("demo.shoumi")).unwrap().modified().unwrap();
    assert_eq!(office.run(&["demo", "--no-ui", "--store", "demo.shoumi"]).status.code(), Some(0));
    assert_eq!(std::fs::metadata(office.path("demo.shoumi")).unwrap().modified().unwrap(), size);
    let today = office.json(&["--store", "demo.shoumi", "list", "people"], 0);
    assert!(today["total"].as_u64().unwrap() > 50);
    assert_ne!(
        today["today"],
        office.json(&["--store", "demo.shoumi", "list", "people", "--today", "2030-01-01"], 0)["today"]
    );
    let leftovers: Vec<_> = std::fs::read_dir(office.folder.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.contains("new"))
        .collect();
    assert_eq!(leftovers, Vec::<String>::new());
}

#[test]
fn hostile_names_reach_no_terminal_and_no_formula() {
    let office = Office::new("p5-company");
    let evil = "=cmd()\u{1b}[2J\u{9b}31m\u{202e}张";
    let done =
        office.apply(&[json!({"command":"add_person","name":evil,"department":"\u{7f}处","note":"\u{1b}]0;x\u{7}"})]);
    if done[0]["ok"] == true {
        for args in [&["list", "people"][..], &["list", "people", "--json"], &["show", "person", "P000001"]] {
            let output = office.run(args);
            let text = out(&output);
            assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{args:?}: {text:?}");
            assert!(!text.contains('\u{202e}'), "{args:?}");
        }
        office.json(&["export", "people", "--out", "a.csv"], 0);
        let csv = std::fs::read_to_string(office.path("a.csv")).unwrap();
        assert!(!csv.contains("\"=cmd"), "{csv}");
    } else {
        assert!(done[0]["refusal"]["text"].as_str().unwrap().chars().all(|c| !c.is_control()));
    }
}

#[test]
fn lists_go_out_as_files() {
    let office = staffed();
    for name in ["a.csv", "a.xlsx", "a.json"] {
        assert_eq!(office.json(&["export", "people", "--out", name], 0)["rows"], 2);
        assert!(std::fs::metadata(office.path(name)).unwrap().len() > 50);
    }
    assert_eq!(office.run(&["export", "people", "--out", "a.pdf"]).status.code(), Some(2));
    let json: Value = serde_json::from_slice(&std::fs::read(office.path("a.json")).unwrap()).unwrap();
    assert_eq!(json["rows"], office.json(&["list", "people"], 0)["rows"]);
    assert!(Path::new(&office.path("a.csv")).exists());
}

#[test]
fn a_choice_is_recorded_with_who_and_why() {
    let office = staffed();
    let before = office.json(&["list", "todo"], 0);
    let set = ["unit", "set", "start_rule", "leaving", "--decided-by", "保密委员会", "--reason", "会议纪要 3 号"];
    assert_eq!(office.json(&set, 0)["verb"], "set_unit");
    let shown = office.json(&["unit", "show"], 0);
    let choice = shown["units"][0]["choices"].as_array().unwrap().iter().find(|c| c["key"] == "start_rule").unwrap();
    assert_eq!((&choice["value"], &choice["decided_by"]), (&json!("leaving"), &json!("保密委员会")));
    let after = office.json(&["list", "todo"], 0);
    assert_eq!(after["total"].as_u64().unwrap() + 1, before["total"].as_u64().unwrap());
    let periods = office.json(&["list", "periods", "--today", "2026-03-02"], 0);
    assert_eq!(periods["rows"][0]["period"]["start"], "2025-06-01");
    assert_eq!(periods["rows"][0]["period"]["assumed"], json!([]));
    assert_eq!(
        office.run(&["unit", "set", "nothing", "1", "--decided-by", "a", "--reason", "b"]).status.code(),
        Some(2)
    );
}
