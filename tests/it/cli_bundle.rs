//! An inspection goes to a laptop and comes back, by the real program with two stores.

use std::process::{Output, Stdio};

use serde_json::{Value, json};

use crate::cli::{Office, err, out, results};

/// A host with two computers and a planned inspection; one custodian is a person of the register.
fn office() -> Office {
    sealed("aes")
}

fn sealed(cipher: &str) -> Office {
    let office = Office::sealed("p5-company", cipher);
    done(
        &office,
        &[
            json!({"command":"add_person","name":"张晓明","department":"财务处","identity":"110101199003078515","phone":"13800000000"}),
            json!({"command":"add_computer","number":"J-01","secrecy":"secret","room":"301","custodian":"P000001"}),
            json!({"command":"add_computer","number":"J-02","secrecy":"secret","room":"302","user_name":"王强"}),
            json!({"command":"add_computer","number":"J-03","room":"303"}),
            json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001","C000003"]}),
            answer("C000001", "B2", "fails", "离开前的备注"),
        ],
    );
    office
}

fn answer(subject: &str, item: &str, value: &str, remark: &str) -> Value {
    json!({"command":"answer_items","inspection":"I000001","answers":[{"subjects":[subject],"items":[item],"value":value,"remark":remark}]})
}

fn done(office: &Office, commands: &[Value]) {
    for line in office.apply(commands) {
        assert_eq!(line["ok"], true, "{line}");
    }
}

/// The program on a store of this name, with both passphrases.
fn on(office: &Office, store: &str, args: &[&str]) -> Output {
    let mut command = office.command(args);
    command.env("SHOUMI_STORE", office.path(store)).env("SHOUMI_PASSPHRASE", "the laptop's own");
    command
        .env("SHOUMI_BUNDLE_PASSPHRASE", "told by telephone")
        .env("USER", if store == "register.shoumi" { "li.na" } else { "wang.wei" });
    command.output().unwrap()
}

fn host(office: &Office, args: &[&str], code: i32) -> Value {
    answered(office, "register.shoumi", args, code)
}

fn answered(office: &Office, store: &str, args: &[&str], code: i32) -> Value {
    let mut all = args.to_vec();
    all.push("--json");
    let output = on(office, store, &all);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {} {}", out(&output), err(&output));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}: {}", out(&output)))
}

fn tick(office: &Office, store: &str, commands: &[Value]) {
    let file = office.path("laptop.jsonl");
    std::fs::write(&file, commands.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")).unwrap();
    for line in results(&on(office, store, &["apply", "laptop.jsonl", "--today", "2026-03-03"])) {
        assert_eq!(line["ok"], true, "{line}");
    }
}

fn refused(office: &Office, store: &str, args: &[&str], code: i32, words: &str) {
    let mut all = args.to_vec();
    all.extend(["--lang", "en"]);
    let output = on(office, store, &all);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {} {}", out(&output), err(&output));
    assert!(err(&output).contains(words), "{args:?}: {}", err(&output));
}

fn head(office: &Office) -> Value {
    host(office, &["list", "journal", "--limit", "1"], 0)["rows"][0]["seq"].clone()
}

#[test]
fn out_to_the_laptop_and_back_with_a_conflict_decided() {
    for cipher in ["aes", "sm4"] {
        out_and_back(cipher);
    }
}

fn out_and_back(cipher: &str) {
    let office = sealed(cipher);
    let sent = host(&office, &["bundle", "out", "--inspection", "I000001", "--out", "i1.bundle"], 0);
    assert_eq!((&sent["number"], &sent["computers"], &sent["answers"]), (&json!(1), &json!(2), &json!(1)));
    refused(
        &office,
        "register.shoumi",
        &["bundle", "out", "--inspection", "I000001", "--out", "i1.bundle"],
        2,
        "i1.bundle",
    );
    refused(&office, "register.shoumi", &["bundle", "merge", "i1.bundle"], 2, "the other way");

    // The laptop: only the machines of the inspection under their own ids, names instead of persons.
    let opened = answered(&office, "laptop.shoumi", &["bundle", "open", "i1.bundle"], 0);
    assert_eq!(opened["computers"], json!(2));
    refused(&office, "laptop.shoumi", &["bundle", "open", "i1.bundle"], 2, "laptop.shoumi");
    let machines = answered(&office, "laptop.shoumi", &["list", "computers"], 0);
    assert_eq!(machines["total"], json!(2));
    assert_eq!(answered(&office, "laptop.shoumi", &["key", "list"], 0)["cipher"], json!(cipher));
    let all = machines.to_string();
    assert!(
        all.contains("C000003") && all.contains("张晓明") && !all.contains("C000002") && !all.contains("王强"),
        "{all}"
    );
    assert_eq!(answered(&office, "laptop.shoumi", &["list", "people"], 0)["total"], json!(0));
    assert_eq!(answered(&office, "laptop.shoumi", &["verify"], 0)["problems"], json!([]));
    tick(
        &office,
        "laptop.shoumi",
        &[
            answer("C000003", "B2", "fails", "无线网卡未拆除"),
            answer("C000001", "G1", "conforms", ""),
            answer("C000001", "B2", "fails", "便携机上改的备注"),
        ],
    );
    done(
        &office,
        &[
            answer("C000003", "G1", "not_applicable", "主机上的备注"),
            answer("C000001", "B2", "fails", "主机上改的备注"),
        ],
    );
    let back = answered(&office, "laptop.shoumi", &["bundle", "return", "--out", "i1.back"], 0);
    assert_eq!((&back["number"], &back["answers"]), (&json!(1), &json!(3)));
    refused(&office, "register.shoumi", &["bundle", "open", "i1.back", "--store", "other.shoumi"], 2, "the other way");
    refused(&office, "register.shoumi", &["bundle", "return", "--out", "x.back"], 2, "came in a bundle");

    // Both changed the remark of B2: shown with both texts, nothing is written until somebody decides.
    let before = head(&office);
    let open = host(&office, &["bundle", "merge", "i1.back"], 1);
    assert_eq!((&open["merged"], &open["changed"].as_array().unwrap().len()), (&json!(false), &2));
    assert_eq!(open["conflicts"][0]["spot"], "C000001/B2");
    let texts = (open["conflicts"][0]["host"]["remark"].clone(), open["conflicts"][0]["laptop"]["remark"].clone());
    assert_eq!(texts, (json!("主机上改的备注"), json!("便携机上改的备注")));
    let shown = on(&office, "register.shoumi", &["bundle", "merge", "i1.back", "--dry-run", "--lang", "zh-CN"]);
    assert_eq!(shown.status.code(), Some(1));
    assert!(out(&shown).contains("便携机：不符合 便携机上改的备注 (wang.wei"), "{}", out(&shown));
    let all = ["bundle", "merge", "i1.back", "--take", "laptop", "--dry-run"];
    assert_eq!(host(&office, &all, 0)["merged"], json!(false));
    refused(&office, "register.shoumi", &["bundle", "merge", "i1.back", "--take", "C000001/G1=host"], 2, "C000001/G1");
    refused(&office, "register.shoumi", &["bundle", "merge", "i1.back", "--take", "mine"], 2, "mine");
    assert_eq!(head(&office), before, "none of that has written");

    let merged = host(&office, &["bundle", "merge", "i1.back", "--take", "C000001/B2=laptop"], 0);
    assert_eq!((&merged["merged"], &merged["conflicts"]), (&json!(true), &json!([])));
    let record = host(&office, &["show", "inspection", "I000001"], 0)["record"].clone();
    let said = |spot: &str| {
        let a = &record["answers"][spot];
        format!("{} {}", a["remark"].as_str().unwrap(), a["by"].as_str().unwrap())
    };
    assert_eq!(said("C000001/B2"), "便携机上改的备注 wang.wei@bundle-1");
    assert_eq!(said("C000003/B2"), "无线网卡未拆除 wang.wei@bundle-1");
    assert_eq!(said("C000003/G1"), "主机上的备注 li.na");
    assert_eq!(record["answers"]["C000001/G1"]["by"], "wang.wei@bundle-1");
    let row = host(&office, &["list", "journal", "--limit", "1"], 0)["rows"][0].clone();
    assert_eq!(
        (&row["verb"], &row["channel"], &row["operator"]),
        (&json!("merge_inspection"), &json!("bundle"), &json!("li.na"))
    );

    // Again: nothing changes. Then the laptop goes on, and an older file no longer counts.
    let after = head(&office);
    assert_eq!(host(&office, &["bundle", "merge", "i1.back"], 0)["repeated"], json!(true));
    assert_eq!(head(&office), after);
    tick(&office, "laptop.shoumi", &[answer("C000003", "B2", "fails", "无线网卡未拆除，当场拍照")]);
    answered(&office, "laptop.shoumi", &["bundle", "return", "--out", "i1.back2"], 0);
    assert_eq!(host(&office, &["bundle", "merge", "i1.back2"], 0)["changed"][0]["spot"], "C000003/B2");
    refused(&office, "register.shoumi", &["bundle", "merge", "i1.back"], 1, "newer");
    assert_eq!(host(&office, &["verify"], 0)["problems"], json!([]));
}

#[test]
fn signatures_given_on_the_laptop_come_back_with_what_was_signed() {
    let office = office();
    host(&office, &["bundle", "out", "--campaign", "I000001", "--out", "i1.bundle"], 0);
    answered(&office, "laptop.shoumi", &["bundle", "open", "i1.bundle"], 0);
    let items: Vec<String> = shoumi::rules::templates()[0].items().map(|i| i.id.clone()).collect();
    let sign = |name: &str| json!({"command":"sign_inspection","inspection":"I000001","name":name});
    tick(
        &office,
        "laptop.shoumi",
        &[
            json!({"command":"answer_items","inspection":"I000001","answers":[{"items":items,"value":"conforms"}]}),
            json!({"command":"close_inspection","inspection":"I000001"}),
            sign("王伟"),
            sign("张晓明"),
            sign("周海"),
        ],
    );
    answered(&office, "laptop.shoumi", &["bundle", "return", "--out", "i1.back"], 0);
    let merged = host(&office, &["bundle", "merge", "i1.back"], 0);
    assert_eq!((&merged["state"], &merged["warnings"]), (&json!("signed"), &json!([])));
    let record = host(&office, &["show", "inspection", "I000001"], 0)["record"].clone();
    assert_eq!((&record["signatures"][2]["name"], &record["signed_on"]), (&json!("周海"), &json!("2026-03-03")));
    assert_eq!(record["signatures"][2]["operator"], "wang.wei@bundle-1");
}

#[test]
fn what_is_damaged_foreign_or_of_another_store_changes_nothing() {
    let office = office();
    host(&office, &["bundle", "out", "--inspection", "I000001", "--out", "i1.bundle"], 0);
    answered(&office, "laptop.shoumi", &["bundle", "open", "i1.bundle"], 0);
    tick(&office, "laptop.shoumi", &[answer("C000001", "G1", "conforms", "")]);
    answered(&office, "laptop.shoumi", &["bundle", "return", "--out", "i1.back"], 0);
    let before = head(&office);
    let bytes = std::fs::read(office.path("i1.back")).unwrap();
    for (n, at) in [0, 9, 12, 40, bytes.len() / 2, bytes.len() - 1].into_iter().enumerate() {
        let mut bad = bytes.clone();
        bad[at] ^= 1 << (n % 8);
        std::fs::write(office.path("bad.back"), &bad).unwrap();
        let output = on(&office, "register.shoumi", &["bundle", "merge", "bad.back", "--take", "laptop"]);
        assert_eq!(output.status.code(), Some(2), "byte {at}: {}", err(&output));
    }
    std::fs::write(office.path("cut.back"), &bytes[..bytes.len() - 40]).unwrap();
    refused(&office, "register.shoumi", &["bundle", "merge", "cut.back"], 2, "damaged");
    std::fs::write(office.path("text.back"), "not one").unwrap();
    refused(&office, "register.shoumi", &["bundle", "merge", "text.back"], 2, "no inspection bundle");
    refused(&office, "register.shoumi", &["bundle", "merge", "missing.back"], 2, "missing.back");
    let output = office
        .command(&["bundle", "merge", "i1.back", "--lang", "en"])
        .env("SHOUMI_BUNDLE_PASSPHRASE", "something else")
        .output()
        .unwrap();
    assert!(err(&output).contains("does not open this bundle"), "{}", err(&output));
    let other = on(&office, "second.shoumi", &["init", "--unit", "乙", "--pack", "p5-company", "--passphrase"]);
    assert_eq!(other.status.code(), Some(0), "{}", err(&other));
    refused(&office, "second.shoumi", &["bundle", "merge", "i1.back"], 2, "another store");
    assert_eq!(head(&office), before);

    // Persons do not travel.
    done(&office, &[json!({"command":"plan_inspection","template":"leaving-gate","subjects":["P000001"]})]);
    refused(
        &office,
        "register.shoumi",
        &["bundle", "out", "--inspection", "I000002", "--out", "i2.bundle"],
        1,
        "of persons",
    );
    assert!(!office.path("i2.bundle").exists());
}

#[test]
fn a_campaign_travels_in_one_bundle_and_each_inspection_is_merged_by_itself() {
    let office = office();
    let plan = json!({"command":"plan_campaign","template":"p8-computers","campaign":"上半年检查","subjects":["C000001","C000002","C000003"]});
    let department = json!({"command":"change_computer","computer":"C000002","fields":{"department":"研发部"}});
    let own = json!({"command":"plan_inspection","template":"p6-walk","subjects":["三楼"],"campaign":"上半年检查"});
    done(&office, &[department, plan, own]);
    refused(&office, "register.shoumi", &["bundle", "out", "--campaign", "none", "--out", "n.bundle"], 2, "none");
    let sent = host(&office, &["bundle", "out", "--campaign", "上半年检查", "--out", "a.bundle"], 0);
    assert_eq!(sent["inspections"], json!(["I000002", "I000003", "I000004"]));
    assert_eq!(sent["computers"], json!(3));

    let opened = answered(&office, "laptop.shoumi", &["bundle", "open", "a.bundle", "--store", "laptop.shoumi"], 0);
    assert_eq!(opened["inspections"], sent["inspections"]);
    let shown = answered(&office, "laptop.shoumi", &["show", "computer", "C000001"], 0);
    assert_eq!(shown["custodian_name"], "张晓明");
    let people = answered(&office, "laptop.shoumi", &["list", "people"], 0);
    assert_eq!(people["total"], json!(0));
    let at = |inspection: &str, subject: &str, item: &str, value: &str, remark: &str| json!({"command":"answer_items","inspection":inspection,"answers":[{"subjects":[subject],"items":[item],"value":value,"remark":remark}]});
    tick(
        &office,
        "laptop.shoumi",
        &[
            at("I000002", "C000001", "A1", "conforms", ""),
            at("I000003", "C000002", "B2", "fails", "笔记本上写的"),
            at("I000004", "三楼", "W1", "conforms", ""),
        ],
    );
    // Meanwhile the office writes its own remark at one of them.
    done(&office, &[at("I000003", "C000002", "B2", "fails", "办公室写的")]);
    answered(&office, "laptop.shoumi", &["bundle", "return", "--out", "r.bundle"], 0);
    let before = head(&office);
    let dry = host(&office, &["bundle", "merge", "r.bundle", "--dry-run"], 1);
    assert_eq!((head(&office), dry["others"].as_array().unwrap().len()), (before, 2));
    refused(
        &office,
        "register.shoumi",
        &["bundle", "merge", "r.bundle", "--take", "C000001/A1=laptop"],
        2,
        "C000001/A1",
    );

    let merged = host(&office, &["bundle", "merge", "r.bundle"], 1);
    assert_eq!((&merged["inspection"], &merged["merged"]), (&json!("I000002"), &json!(true)));
    let torn = &merged["others"][0];
    assert_eq!((&torn["merged"], &torn["conflicts"][0]["spot"]), (&json!(false), &json!("C000002/B2")));
    assert_eq!(merged["others"][1]["merged"], json!(true));
    // Decided, the one that waited is merged; the others have been taken in already.
    let again = host(&office, &["bundle", "merge", "r.bundle", "--take", "C000002/B2=laptop"], 0);
    assert_eq!((&again["repeated"], &again["others"][0]["merged"]), (&json!(true), &json!(true)));
    let answers = |id: &str| host(&office, &["show", "inspection", id], 0)["record"]["answers"].clone();
    assert_eq!(answers("I000003")["C000002/B2"]["remark"], "笔记本上写的");
    assert_eq!(answers("I000002")["C000001/A1"]["value"], "conforms");
    assert_eq!(answers("I000004")["三楼/W1"]["value"], "conforms");
    assert_eq!(answers("I000001")["C000001/B2"]["remark"], "离开前的备注", "what did not travel is not touched");
    let quiet = host(&office, &["bundle", "merge", "r.bundle"], 0);
    assert!(
        quiet["repeated"] == json!(true)
            && quiet["others"].as_array().unwrap().iter().all(|m| m["repeated"] == json!(true))
    );
}

/// The inspection's answer at a spot of the register: value, remark.
fn said(office: &Office, id: &str, spot: &str) -> String {
    let record = host(office, &["show", "inspection", id], 0)["record"].clone();
    let a = &record["answers"][spot];
    format!("{} {}", a["value"].as_str().unwrap_or("-"), a["remark"].as_str().unwrap_or("-"))
}

#[test]
fn two_laptops_of_one_bundle_overwrite_nothing_of_each_other() {
    let office = office();
    host(&office, &["bundle", "out", "--inspection", "I000001", "--out", "i1.bundle"], 0);
    for laptop in ["one.shoumi", "two.shoumi"] {
        answered(&office, laptop, &["bundle", "open", "i1.bundle"], 0);
    }
    tick(&office, "one.shoumi", &[answer("C000001", "A1", "fails", "一号机的备注")]);
    tick(&office, "two.shoumi", &[answer("C000001", "A2", "conforms", "二号机的备注")]);
    for laptop in ["one", "two"] {
        let back = format!("{laptop}.back");
        answered(&office, &format!("{laptop}.shoumi"), &["bundle", "return", "--out", &back], 0);
        // Both stand at the same revision: neither is taken for the other.
        let merged = host(&office, &["bundle", "merge", &back], 0);
        assert_eq!((&merged["merged"], &merged["repeated"]), (&json!(true), &json!(false)));
    }
    assert_eq!(said(&office, "I000001", "C000001/A1"), "fails 一号机的备注");
    assert_eq!(said(&office, "I000001", "C000001/A2"), "conforms 二号机的备注");

    // What the second says about the first one's item is a conflict; decided, it is not asked again.
    tick(&office, "two.shoumi", &[answer("C000001", "A1", "conforms", "")]);
    answered(&office, "two.shoumi", &["bundle", "return", "--out", "two.back2"], 0);
    let torn = host(&office, &["bundle", "merge", "two.back2"], 1);
    assert_eq!((&torn["conflicts"][0]["spot"], &torn["counter"]), (&json!("C000001/A1"), &json!(2)));
    host(&office, &["bundle", "merge", "two.back2", "--take", "host"], 0);
    assert_eq!(said(&office, "I000001", "C000001/A1"), "fails 一号机的备注");
    tick(&office, "two.shoumi", &[answer("C000001", "A4", "conforms", "")]);
    answered(&office, "two.shoumi", &["bundle", "return", "--out", "two.back3"], 0);
    let quiet = host(&office, &["bundle", "merge", "two.back3"], 0);
    assert_eq!(quiet["changed"].as_array().unwrap().len(), 1, "{quiet}");
    assert_eq!(said(&office, "I000001", "C000001/A1"), "fails 一号机的备注");
    assert_eq!(host(&office, &["verify"], 0)["problems"], json!([]));
}

#[test]
fn a_laptop_that_was_set_back_takes_nothing_away() {
    let office = office();
    host(&office, &["bundle", "out", "--inspection", "I000001", "--out", "i1.bundle"], 0);
    answered(&office, "laptop.shoumi", &["bundle", "open", "i1.bundle"], 0);
    std::fs::copy(office.path("laptop.shoumi"), office.path("copy.shoumi")).unwrap();
    tick(&office, "laptop.shoumi", &[answer("C000001", "A1", "fails", "第一天的备注")]);
    answered(&office, "laptop.shoumi", &["bundle", "return", "--out", "a.back"], 0);
    host(&office, &["bundle", "merge", "a.back"], 0);
    // The backup of the morning comes back and has the same number of changes behind it.
    std::fs::rename(office.path("copy.shoumi"), office.path("laptop.shoumi")).unwrap();
    tick(&office, "laptop.shoumi", &[answer("C000001", "A2", "fails", "第二天的备注")]);
    answered(&office, "laptop.shoumi", &["bundle", "return", "--out", "b.back"], 0);
    let merged = host(&office, &["bundle", "merge", "b.back"], 0);
    assert_eq!((&merged["merged"], &merged["changed"].as_array().unwrap().len()), (&json!(true), &1));
    assert_eq!(said(&office, "I000001", "C000001/A1"), "fails 第一天的备注");
    assert_eq!(said(&office, "I000001", "C000001/A2"), "fails 第二天的备注");
}

#[test]
fn nobody_merges_by_hand() {
    let office = office();
    host(&office, &["bundle", "out", "--inspection", "I000001", "--out", "i1.bundle"], 0);
    for command in [
        json!({"command":"merge_inspection","inspection":"I000001","number":1,"returns":["00".repeat(32)],
            "base":{"answers":{},"findings":{}},"laptop":{"answers":{},"findings":{}},"state":"open"}),
        json!({"command":"send_inspection","inspection":"I000001","number":2}),
        json!({"command":"return_inspection","inspection":"I000001","mark":"00"}),
    ] {
        let line = office.apply(&[command])[0].clone();
        assert_eq!((&line["ok"], &line["refusal"]["code"]), (&json!(false), &json!("json_unknown_value")), "{line}");
    }
    let schema = out(&office.command(&["schema"]).output().unwrap());
    assert!(!schema.contains("merge_inspection") && schema.contains("answer_items"));
}

#[test]
fn two_at_once_leave_the_store_of_the_faster_one() {
    let office = office();
    host(&office, &["bundle", "out", "--inspection", "I000001", "--out", "i1.bundle"], 0);
    let both: Vec<_> = (0..4)
        .map(|_| {
            let mut command = office.command(&["bundle", "open", "i1.bundle"]);
            command.env("SHOUMI_STORE", office.path("laptop.shoumi"));
            command.env("SHOUMI_BUNDLE_PASSPHRASE", "told by telephone").env("SHOUMI_PASSPHRASE", "the laptop's own");
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        })
        .collect();
    let won = both.into_iter().filter_map(|mut c| c.wait().unwrap().success().then_some(())).count();
    assert_eq!(won, 1);
    assert_eq!(answered(&office, "laptop.shoumi", &["verify"], 0)["problems"], json!([]));
    assert_eq!(answered(&office, "laptop.shoumi", &["list", "inspections"], 0)["total"], json!(1));
}

#[test]
fn pipes_and_devices_are_no_files_and_long_names_are_names() {
    let office = office();
    let pipe = office.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for file in ["pipe", "/dev/zero"] {
        let all: [&[&str]; 5] = [
            &["bundle", "merge", file],
            &["bundle", "open", file],
            &["template", "check", file],
            &["template", "add", file],
            &["apply", file],
        ];
        for args in all {
            let store = if args[1] == "open" { "laptop.shoumi" } else { "register.shoumi" };
            refused(&office, store, args, 2, "not an ordinary file");
        }
    }
    assert!(!office.path("laptop.shoumi").exists());
    let long = format!("{}.bundle", "i".repeat(245));
    host(&office, &["bundle", "out", "--inspection", "I000001", "--out", &long], 0);
    assert!(office.path(&long).is_file());
}

#[test]
fn what_the_laptop_cannot_bring_back_is_not_done_there() {
    let office = office();
    host(&office, &["bundle", "out", "--inspection", "I000001", "--out", "i1.bundle"], 0);
    answered(&office, "laptop.shoumi", &["bundle", "open", "i1.bundle"], 0);
    let change = json!({"command":"change_inspection","inspection":"I000001","tool":"检查光盘 3.2","inspector":"王伟"});
    tick(&office, "laptop.shoumi", &[change]);
    let file = office.path("cancel.jsonl");
    std::fs::write(&file, json!({"command":"cancel_inspection","inspection":"I000001","reason":"停电"}).to_string())
        .unwrap();
    let lines = results(&on(&office, "laptop.shoumi", &["apply", "cancel.jsonl"]));
    assert_eq!(lines[0]["refusal"]["code"], json!("only_at_home"), "{lines:?}");
    // Tool and inspector come back with the answers.
    answered(&office, "laptop.shoumi", &["bundle", "return", "--out", "i1.back"], 0);
    host(&office, &["bundle", "merge", "i1.back"], 0);
    let record = host(&office, &["show", "inspection", "I000001"], 0)["record"].clone();
    assert_eq!((&record["tool"], &record["inspector"]), (&json!("检查光盘 3.2"), &json!("王伟")));
}

#[test]
fn one_inspection_that_is_refused_keeps_the_others_from_nothing() {
    let office = office();
    let department = json!({"command":"change_computer","computer":"C000002","fields":{"department":"研发部"}});
    let plan = json!({"command":"plan_campaign","template":"p8-computers","campaign":"年度检查","subjects":["C000001","C000002"]});
    done(&office, &[department, plan]);
    let sent = host(&office, &["bundle", "out", "--campaign", "年度检查", "--out", "all.bundle"], 0);
    let ids: Vec<String> = serde_json::from_value(sent["inspections"].clone()).unwrap();
    assert!(ids.len() > 1, "{sent}");
    answered(&office, "laptop.shoumi", &["bundle", "open", "all.bundle"], 0);
    let subject = |id: &String| {
        let record = host(&office, &["show", "inspection", id], 0)["record"].clone();
        record["subjects"][0].as_str().unwrap().to_owned()
    };
    let machines: Vec<String> = ids.iter().map(subject).collect();
    for (id, machine) in ids.iter().zip(&machines) {
        let mut a = answer(machine, "A1", "conforms", "");
        a["inspection"] = json!(id);
        tick(&office, "laptop.shoumi", &[a]);
    }
    office.apply(&[json!({"command":"cancel_inspection","inspection":ids[0],"reason":"停电"})]);
    answered(&office, "laptop.shoumi", &["bundle", "return", "--out", "all.back"], 0);
    let merged = host(&office, &["bundle", "merge", "all.back"], 1);
    assert_eq!(
        (&merged["merged"], &merged["refusal"]["code"]),
        (&json!(false), &json!("inspection_state")),
        "{merged}"
    );
    let others = merged["others"].as_array().unwrap();
    assert!(others.iter().all(|m| m["merged"] == json!(true) && m["refusal"].is_null()), "{merged}");
    assert!(said(&office, &ids[1], &format!("{}/A1", machines[1])).starts_with("conforms"));
}
