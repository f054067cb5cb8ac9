//! Disks that fail under the real program: at the n-th operation of ten journeys, full ones of tmpfs and ext4, one that
//! may only be read. What was there stays whole, the complaint names the file and a way out, and when the disk does again,
//! so does the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use portable_pty::CommandBuilder;
use serde_json::{Value, json};

use crate::cli::{Office, err, out};
use crate::figures::{long, reached};
use crate::pty::{LONG, start_command};

/// The library that lets operations fail, built once; nothing where there is no C compiler.
static FAIL: LazyLock<Option<(tempfile::TempDir, PathBuf)>> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let library = dir.path().join("fail.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fail.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(source).status();
    built.is_ok_and(|s| s.success()).then_some((dir, library))
});

pub fn library(what: &str) -> Option<&'static Path> {
    let library = FAIL.as_ref().map(|(_, path)| path.as_path());
    if library.is_none() {
        eprintln!("SKIPPED: {what} needs a C compiler (cc)");
    }
    library
}

pub fn person(name: &str) -> Value {
    json!({"command":"add_person","name":name,"phone":"13800138000","department":"财务处","post":"会计","level":"core","on_post_from":"2024-05-01"})
}

/// A register and the files the journeys need.
pub fn office() -> Office {
    let office = Office::new("p5-company");
    let lines: Vec<Value> = (1..=20).map(|n| person(&format!("甲{n:02}"))).collect();
    assert!(office.apply(&lines).iter().all(|l| l["ok"] == true));
    office.apply(&[
        json!({"command":"add_computer","number":"J-1","secrecy":"secret"}),
        json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001"]}),
    ]);
    let text: Vec<String> = [person("乙01"), person("乙02")].iter().map(ToString::to_string).collect();
    fs::write(office.path("more.jsonl"), text.join("\n")).unwrap();
    let rows: Vec<String> = (0..50).map(|n| format!("丁{n},D{n},财务处,机要员,核心,2024-03-01")).collect();
    let table = format!("姓名,工号,部门,岗位,涉密等级,上岗时间\n{}\n", rows.join("\n"));
    fs::write(office.path("people.csv"), table).unwrap();
    assert!(office.run(&["backup", "kept.shoumi"]).status.success());
    fs::copy(office.path("register.shoumi.key"), office.path("kept.shoumi.key")).unwrap();
    assert!(office.run(&["export", "people", "--out", "list.xlsx"]).status.success());
    assert!(office.run(&["export", "people", "--out", "list.csv"]).status.success());
    fs::rename(office.path("commands.jsonl"), office.path("done.jsonl")).unwrap();
    office
}

/// Ten journeys that write: the words, and whether the register itself is what they write.
pub const JOURNEYS: [(&[&str], bool); 10] = [
    (&["apply", "more.jsonl"], true),
    (&["apply", "more.jsonl", "--atomic"], true),
    (&["import", "people", "people.csv"], true),
    (&["export", "people", "--out", "list.xlsx"], false),
    (&["export", "people", "--out", "list.csv"], false),
    (&["backup", "copy.shoumi"], false),
    (&["restore", "kept.shoumi", "--store", "again.shoumi"], false),
    (&["bundle", "out", "--inspection", "I000001", "--out", "bundle.smb"], false),
    (&["form", "sign-in", "--out", "form.docx"], false),
    (&["init", "--unit", "乙单位", "--pack", "p5-company", "--store", "new.shoumi"], false),
];

/// Every file of a folder with its bytes.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten().filter(|e| e.path().is_file()) {
        all.push((entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap()));
    }
    all.sort();
    all
}

/// What somebody who made a file there has not finished.
pub fn unfinished(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().flatten().map(|e| e.file_name().to_string_lossy().into_owned());
    names.filter(|n| n.starts_with(".shoumi.")).collect()
}

/// Puts a folder back as it was.
pub fn put_back(folder: &Path, was: &[(String, Vec<u8>)]) {
    for (name, _) in files(folder) {
        fs::remove_file(folder.join(name)).unwrap();
    }
    let _ = fs::remove_dir_all(folder.join("register.shoumi.own"));
    for name in unfinished(folder) {
        let _ = fs::remove_dir_all(folder.join(name));
    }
    for (name, bytes) in was {
        fs::write(folder.join(name), bytes).unwrap();
    }
}

/// What is asked of every complaint.
fn complains(done: &Output, what: &str, folder: &Path) {
    let said = out(done) + &err(done);
    let code = done.status.code();
    assert!(code.is_some_and(|c| (1..=4).contains(&c)), "{what}: exit {code:?}: {said}");
    assert!(!said.contains("panicked"), "{what}: {said}");
    // The register is not named by its path where there is only one.
    let named = [&*folder.to_string_lossy(), "登记库", "list.", ".shoumi", ".smb", ".docx"];
    assert!(named.iter().any(|n| said.contains(n)), "{what} names no file: {said}");
    assert!(
        said.lines().filter(|l| !l.trim().is_empty()).count() > 1 || said.contains("hint"),
        "{what}: no way out: {said}"
    );
}

#[test]
fn any_operation_of_ten_journeys_may_fail() {
    let Some(library) = library("a disk that fails") else { return };
    let office = office();
    let folder = office.folder.path().to_owned();
    let was = files(&folder);
    let people = |office: &Office| office.json(&["list", "people"], 0)["total"].as_u64().unwrap();
    let before = people(&office);
    put_back(&folder, &was);
    let (mut failed, mut points) = (0, 0);
    let elsewhere = tempfile::tempdir().unwrap();
    let hit = elsewhere.path().join("hit");
    for (words, register) in JOURNEYS {
        let reads: &[bool] = if long() { &[false, true] } else { &[false] };
        for reads in reads {
            let command = || {
                let mut c = office.command(words);
                c.env("SHOUMI_BUNDLE_PASSPHRASE", "told by telephone");
                c
            };
            let whole = command().output().unwrap();
            assert!(whole.status.success(), "{words:?}: {}", err(&whole));
            let after = people(&office);
            let done: Vec<String> = files(&folder).into_iter().map(|(name, _)| name).collect();
            put_back(&folder, &was);
            let mut n = 0;
            loop {
                let what = format!("{words:?}, operation {n}{}", if *reads { " with reads" } else { "" });
                let _ = fs::remove_file(&hit);
                let mut c = command();
                c.env("LD_PRELOAD", library).env("FAIL_UNDER", &folder).env("FAIL_AT", n.to_string());
                c.env("FAIL_ERRNO", if n % 2 == 0 { "5" } else { "28" }).env("FAIL_HIT", &hit);
                if *reads {
                    c.env("FAIL_READS", "1");
                }
                let result = c.output().unwrap();
                points += 1;
                if !hit.exists() {
                    assert!(result.status.success(), "{what}: {}", err(&result));
                    put_back(&folder, &was);
                    break;
                }
                let good = result.status.success();
                if !good {
                    failed += 1;
                    complains(&result, &what, &folder);
                }
                // Old files are the old ones or whole new ones; nothing half done lies about.
                for (name, bytes) in files(&folder) {
                    let old = was.iter().find(|(n, _)| *n == name).map(|(_, bytes)| bytes);
                    assert!(done.contains(&name) || old.is_some(), "{what}: {name} is left behind");
                    let export = name.starts_with("list.");
                    assert!(!export || old == Some(&bytes) || good, "{what}: {name} was touched");
                }
                if register || n % 8 == 0 {
                    let now = people(&office);
                    assert!(
                        now == before || now == after || (words.len() == 2 && now == before + 1),
                        "{what}: {now} people"
                    );
                    assert!(!good || now == after, "{what}: said done: {now} people");
                    let verify = office.json(&["verify"], 0);
                    assert_eq!(verify["problems"], json!([]), "{what}");
                }
                put_back(&folder, &was);
                n += if long() { 1 } else { 1 + n / 3 };
            }
        }
    }
    assert!(failed > 50, "{failed}");
    reached(
        "any_operation_of_ten_journeys_may_fail",
        format!(
            "{points} runs of 10 journeys, {failed} ended with a complaint: old files whole, nothing left behind, register sound"
        ),
    );
}

#[test]
fn a_form_sent_to_a_failing_disk_keeps_its_text_and_goes_when_the_disk_does() {
    let Some(library) = library("a form on a failing disk") else { return };
    for code in ["5", "28"] {
        let office = office();
        let elsewhere = tempfile::tempdir().unwrap();
        let broken = elsewhere.path().join("broken");
        let mut c = CommandBuilder::new(env!("CARGO_BIN_EXE_shoumi"));
        c.cwd(office.folder.path());
        c.env_clear();
        for (name, value) in [("TERM", "xterm"), ("USER", "li.na"), ("PATH", "/usr/bin:/bin"), ("FAIL_ERRNO", code)] {
            c.env(name, value);
        }
        c.env("HOME", office.folder.path());
        c.env("SHOUMI_STORE", office.path("register.shoumi"));
        c.env("LD_PRELOAD", library);
        c.env("FAIL_UNDER", office.folder.path());
        c.env("FAIL_WHILE", &broken);
        let mut t = start_command(c, tempfile::tempdir().unwrap(), 80, 24);
        t.wait("今日");
        t.send(b"2");
        t.wait("甲01");
        t.send(b"at");
        t.wait("培训内容");
        fs::write(&broken, "").unwrap();
        t.send("保密法规\x13".as_bytes());
        t.wait(if code == "28" { "磁盘已满" } else { "失败" });
        assert!(t.text().contains("保密法规"), "{}", t.text());
        fs::remove_file(&broken).unwrap();
        t.send(b"\x1b");
        t.wait_gone("未办理");
        t.send(b"\x13");
        t.wait("已办");
        t.send(b"q");
        assert_eq!(t.exit(LONG).0, 0);
        let journal = office.json(&["list", "journal"], 0).to_string();
        assert_eq!(journal.matches("add_training").count(), 1, "{journal}");
        assert_eq!(office.json(&["verify"], 0)["problems"], json!([]));
    }
}

/// Not a test by itself: what happens on a small disk, which only this process sees.
#[test]
fn small_disk_process() {
    let Some(disk) = std::env::var_os("SHOUMI_TEST_DISK").map(PathBuf::from) else { return };
    let store = disk.join("register.shoumi");
    let run = |args: &[&str]| {
        let mut c = Command::new(env!("CARGO_BIN_EXE_shoumi"));
        c.args(args).env_clear().env("HOME", "/nonexistent").env("USER", "li.na").env("SHOUMI_STORE", &store);
        c.current_dir(&disk).stdin(Stdio::null()).output().unwrap()
    };
    let ok = |args: &[&str]| {
        let done = run(args);
        assert!(done.status.success(), "{args:?}: {:.600}{:.600}", out(&done), err(&done));
        done
    };
    let total =
        || serde_json::from_slice::<Value>(&ok(&["list", "people", "--json"]).stdout).unwrap()["total"].as_u64();
    let names = || {
        let mut all: Vec<_> = files(&disk).into_iter().map(|(name, _)| name).collect();
        all.retain(|n| n != "ballast" && n != "rest" && !n.ends_with(".reserve"));
        all
    };
    let outside = tempfile::tempdir().unwrap();
    let lines = outside.path().join("lines.jsonl");
    let write = |from: u64, count: u64| {
        let text: Vec<String> =
            (from..from + count).map(|n| person(&format!("甲{n:05}{}", "长".repeat(100))).to_string()).collect();
        fs::write(&lines, text.join("\n")).unwrap();
    };
    ok(&["init", "--unit", "甲单位", "--pack", "p5-company", "--tracking-from", "2024-01-01"]);
    write(0, 20);
    ok(&["apply", lines.to_str().unwrap(), "--atomic"]);
    ok(&["export", "people", "--out", "list.csv"]);
    fs::write(disk.join("ballast"), vec![7; 700 << 10]).unwrap();
    // Until the disk is full.
    let (mut known, mut refused) = (20, None);
    for n in 1..2000 {
        write(20 * n, 20);
        let done = run(&["apply", lines.to_str().unwrap(), "--atomic"]);
        if done.status.success() {
            known += 20;
        } else {
            refused = Some(done);
            break;
        }
    }
    let refused = refused.expect("a small disk is full some day");
    assert!(out(&refused).contains("\"no_space\""), "{}", out(&refused));
    let kept = fs::read(disk.join("list.csv")).unwrap();
    let before = names();
    // What has to be written down is: each refusal, and who sees whose number.
    let verbs = || {
        let list: Value = serde_json::from_slice(&ok(&["list", "journal", "--json"]).stdout).unwrap();
        list["rows"].as_array().unwrap().iter().map(|r| r["verb"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(verbs()[0], "disk_full");
    for _ in 0..2 {
        let again = run(&["apply", lines.to_str().unwrap(), "--atomic"]);
        assert!(out(&again).contains("\"no_space\""), "{}", out(&again));
    }
    ok(&["show", "person", "P000001", "--reveal", "来电核对"]);
    let now = verbs();
    assert_eq!(now[..2], ["reveal_numbers", "disk_full"]);
    // Reading goes on where not a byte is left; what is written elsewhere on the disk is refused whole.
    fs::write(disk.join("rest"), vec![7; 4 << 20]).ok();
    assert_eq!(total(), Some(known));
    for args in [&["export", "people", "--out", "list.csv"][..], &["backup", "copy.shoumi"]] {
        let done = run(args);
        if !done.status.success() {
            assert!(!err(&done).contains("panicked"), "{}", err(&done));
            assert!(args[0] != "export" || fs::read(disk.join("list.csv")).unwrap() == kept, "the old export is gone");
        }
        let now = names();
        if !done.status.success() {
            assert_eq!(now, before, "{args:?} left something behind");
        }
    }
    let verify: Value = serde_json::from_slice(&ok(&["verify", "--json"]).stdout).unwrap();
    assert_eq!(verify["problems"], json!([]));
    // Space comes back, and so does writing, without anybody's doing.
    fs::remove_file(disk.join("ballast")).unwrap();
    fs::remove_file(disk.join("rest")).unwrap();
    ok(&["apply", lines.to_str().unwrap(), "--atomic"]);
    assert_eq!(total(), Some(known + 20));
    assert_eq!(fs::metadata(disk.join("register.shoumi.reserve")).unwrap().len(), 1 << 20);
    // Read only: everything is shown, nothing is changed, and both say so.
    assert!(Command::new("mount").args(["-o", "remount,ro"]).arg(&disk).status().unwrap().success());
    assert_eq!(total(), Some(known + 20));
    let shown = ok(&["list", "people", "--lang", "en"]);
    assert!(err(&shown).contains("only be read"), "{}", err(&shown));
    write(5000, 1);
    let done = run(&["apply", lines.to_str().unwrap()]);
    assert!(!done.status.success() && out(&done).contains("store_read_only"), "{}", out(&done));
    println!("\nwhole {known}");
}

/// Runs [`small_disk_process`] on a disk of its own, in a namespace where nobody else sees it.
fn on_a_small_disk(what: &str, mount: &str) -> Option<u64> {
    let folder = tempfile::tempdir().unwrap();
    let (disk, image) = (folder.path().join("disk"), folder.path().join("image"));
    fs::create_dir(&disk).unwrap();
    let script = format!("{mount} || exit 77; exec \"$0\" disk::small_disk_process --exact --nocapture");
    let done = Command::new("unshare")
        .args(["-m", "sh", "-c", &script])
        .arg(std::env::current_exe().unwrap())
        .env("SHOUMI_TEST_DISK", &disk)
        .env("IMAGE", &image)
        .output();
    let Ok(done) =
        done.as_ref().map_err(|_| ()).and_then(|d| if d.status.code() == Some(77) { Err(()) } else { Ok(d) })
    else {
        eprintln!("SKIPPED: {what} needs root and mount");
        return None;
    };
    // Without root there is no namespace either.
    if err(done).contains("unshare failed") {
        eprintln!("SKIPPED: {what} needs root and mount");
        return None;
    }
    let whole = out(done).lines().find_map(|l| l.strip_prefix("whole ").map(str::to_owned));
    Some(whole.unwrap_or_else(|| panic!("{what}: {}{}", out(done), err(done))).parse().unwrap())
}

#[test]
fn a_full_disk_and_a_read_only_one_lose_nothing() {
    let tmpfs = "mount -t tmpfs -o size=3m none \"$SHOUMI_TEST_DISK\"";
    let ext4 = "PATH=$PATH:/usr/sbin:/sbin; truncate -s 6M \"$IMAGE\" && mkfs.ext4 -q -F -m 0 \"$IMAGE\" && \
                mount -o loop \"$IMAGE\" \"$SHOUMI_TEST_DISK\"";
    let mut filled = Vec::new();
    for (name, mount) in [("tmpfs 3 MB", tmpfs), ("ext4 6 MB", ext4)] {
        if let Some(people) = on_a_small_disk(name, mount) {
            filled.push(format!("{name}: full at {people} people"));
        }
    }
    if filled.len() == 2 {
        let figure = format!(
            "{}; the refusal and a look at a number in the journal; reading, verify, old export whole; writing again by itself; read-only said",
            filled.join(", ")
        );
        reached("a_full_disk_and_a_read_only_one_lose_nothing", figure);
    }
}
