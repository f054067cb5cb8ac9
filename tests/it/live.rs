//! What one session shows of what others do: the real program in a pseudo-terminal on a real store, changed by other
//! processes; and the day that turns while it is open.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;
use serde_json::{Value, json};

use crate::cli::{self, Office, err};
use crate::pty::{LONG, Term, start_command};

/// The screens of an office's register; `wrap` goes before the program.
pub fn screens(office: &Office, wrap: &[&str], env: &[(&str, &str)], args: &[&str]) -> Term {
    let mut words = wrap.iter().map(ToString::to_string).collect::<Vec<_>>();
    words.push(env!("CARGO_BIN_EXE_shoumi").to_owned());
    words.extend(args.iter().map(ToString::to_string));
    let mut c = CommandBuilder::new(&words[0]);
    c.args(&words[1..]);
    c.cwd(office.folder.path());
    c.env_clear();
    c.env("TERM", "xterm-256color");
    c.env("PATH", "/usr/sbin:/usr/bin:/bin");
    c.env("HOME", office.folder.path());
    c.env("USER", "li.na");
    c.env("SHOUMI_STORE", office.path("register.shoumi"));
    for (name, value) in env {
        c.env(name, value);
    }
    start_command(c, tempfile::tempdir().unwrap(), 80, 24)
}

fn person(name: &str) -> Value {
    json!({"command":"add_person","name":name,"department":"财务处","post":"机要员","level":"core","on_post_from":"2020-01-01"})
}

fn good(lines: &[Value]) {
    assert!(lines.iter().all(|l| l["ok"] == true), "{lines:?}");
}

/// The screen's lines below the header, without the footer, with the count of the filter line cut away.
fn body(t: &Term) -> Vec<String> {
    let text = t.text();
    let lines: Vec<&str> = text.lines().collect();
    lines[4..lines.len().min(23)].iter().map(|l| l.trim_end().to_owned()).collect()
}

#[test]
fn another_officers_commit_appears_and_nothing_else_moves() {
    let office = Office::new("p5-company");
    good(&office.apply(&(0..60).map(|n| person(&format!("甲{n:02}"))).collect::<Vec<_>>()));
    let mut t = screens(&office, &[], &[], &["--view", "people"]);
    t.wait("60/60");
    t.send(&b"\x1b[B".repeat(40));
    t.wait("甲40");
    t.send(&b"\x1b[A".repeat(5));
    t.quiet();
    let before = body(&t);
    let selected = before.iter().find(|l| l.starts_with('▸')).expect("a selected row").clone();
    assert!(selected.contains("甲35"), "{selected}");
    let mut times = Vec::new();
    for n in 0..5 {
        let mut child = office
            .command(&["apply", "-"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let line = json!({"command":"add_person","name":format!("乙{n}")}).to_string();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), line.as_bytes()).unwrap();
        let mut answer = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.as_mut().unwrap()), &mut answer).unwrap();
        let acknowledged = Instant::now();
        assert!(answer.contains("\"ok\":true"), "{answer}");
        t.wait(&format!("{}/{}", 61 + n, 61 + n));
        times.push(acknowledged.elapsed());
        child.wait().unwrap();
        assert_eq!(body(&t), before, "only the count above the list changed");
    }
    // A change of what is seen is seen, in its place.
    good(&office.apply(&[json!({"command":"change_person","person":"P000036","name":"改名字"})]));
    t.wait("改名字");
    let after = body(&t);
    let at = before.iter().position(|l| *l == selected).unwrap();
    assert!(after[at].starts_with('▸') && after[at].contains("改名字"), "{after:#?}");
    assert_eq!((&after[..at], &after[at + 1..]), (&before[..at], &before[at + 1..]));
    times.sort_unstable();
    eprintln!("from acknowledgement to screen: median {:?}, longest {:?}", times[2], times[4]);
    assert!(times[4] < Duration::from_secs(5), "{times:?}");
    t.send(b"q");
    assert_eq!(t.exit(LONG).0, 0);
}

#[test]
fn rows_that_come_in_above_leave_the_cursors_row_where_it_is() {
    let office = Office::new("p5-company");
    let leaver = |n: u32, left: &str| {
        let mut both = vec![person(&format!("丙{n:02}"))];
        both.push(json!({"command":"depart","person":format!("P{:06}", n + 1),"approved_on":left,"left_on":left,"reason":"retired"}));
        both
    };
    let lines: Vec<Value> =
        (0..40).flat_map(|n| leaver(n, &format!("2025-{:02}-{:02}", n / 20 + 5, n % 20 + 1))).collect();
    good(&office.apply(&lines));
    let mut t = screens(&office, &[], &[], &["--view", "periods", "--today", "2026-03-02"]);
    t.wait("40/40");
    t.send(&b"\x1b[B".repeat(35));
    t.wait("丙35");
    t.send(&b"\x1b[A".repeat(4));
    t.quiet();
    let before = body(&t);
    good(&office.apply(&leaver(40, "2025-04-20")));
    t.wait("41/41");
    assert_eq!(body(&t), before, "the new one stands above what is seen");
    t.send(b"\x1b[H");
    t.wait("丙40");
}

#[test]
fn two_thousand_people_imported_elsewhere_come_in() {
    let office = Office::new("p5-company");
    good(&office.apply(&(0..30).map(|n| person(&format!("甲{n:02}"))).collect::<Vec<_>>()));
    let mut t = screens(&office, &[], &[], &["--view", "people"]);
    t.wait("30/30");
    t.send(&b"\x1b[B".repeat(5));
    t.quiet();
    let before = body(&t);
    let rows: Vec<String> = (0..2000).map(|n| format!("丁{n},D{n},财务处,机要员,核心,2024-03-01")).collect();
    let text = format!("姓名,工号,部门,岗位,涉密等级,上岗时间\n{}\n", rows.join("\n"));
    std::fs::write(office.path("many.csv"), text).unwrap();
    let started = Instant::now();
    let report = office.json(&["import", "people", "many.csv"], 0);
    let (took, imported) = (started.elapsed(), Instant::now());
    assert_eq!((&report["new"], &report["applied"]), (&json!(2000), &json!(true)));
    t.wait("2030/2030");
    eprintln!("2,000 people imported in {took:?}, on the other screen after {:?}", imported.elapsed());
    assert_eq!(body(&t), before);
    // What came in is found, and the session goes on working.
    t.send(b"/");
    t.send("丁1999".as_bytes());
    t.wait("1/2030");
}

/// The library that moves a program's clock.
pub fn faketime() -> Option<PathBuf> {
    let places = std::fs::read_dir("/usr/lib").ok()?.flatten().map(|d| d.path().join("faketime/libfaketime.so.1"));
    places.into_iter().find(|p| p.exists())
}

/// The number behind a label of the first screen; nobody is `-`.
fn counter(text: &str, label: &str) -> Option<u32> {
    let rest = text.lines().find_map(|l| l.split_once(label))?.1;
    let word = rest.split_whitespace().next()?;
    if word == "-" { Some(0) } else { word.parse().ok() }
}

#[test]
fn at_midnight_the_counters_move() {
    let Some(library) = faketime() else {
        eprintln!("SKIPPED: the day that turns needs libfaketime (package faketime)");
        return;
    };
    let office = cli::staffed();
    let periods = office.json(&["list", "periods", "--today", "2026-03-02"], 0);
    let last = periods["rows"][0]["period"]["last_day"].as_str().unwrap().to_owned();
    let start = format!("@{last} 15:59:56");
    let env = [
        ("LD_PRELOAD", library.to_str().unwrap()),
        ("FAKETIME", start.as_str()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ("TZ", "UTC"),
    ];
    let mut t = screens(&office, &[], &env, &["--lang", "zh-CN"]);
    t.wait(&last);
    assert_eq!(counter(&t.text(), "期满待办结"), Some(0), "{}", t.text());
    assert_eq!(counter(&t.text(), "30天内到期"), Some(1), "{}", t.text());
    let next = last.parse::<chrono::NaiveDate>().unwrap().succ_opt().unwrap().to_string();
    t.wait(&next);
    assert!(t.until(LONG, |s| counter(&s.parser.screen().contents(), "期满待办结") == Some(1)), "{}", t.text());
    assert_eq!(counter(&t.text(), "30天内到期"), Some(0), "{}", t.text());
    t.send(b"q");
    assert_eq!(t.exit(LONG).0, 0);
}

/// A place where another account may run the program and read a register.
fn shared(office: &Office) -> PathBuf {
    let open = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    open(office.folder.path(), 0o755);
    let program = office.path("shoumi");
    std::fs::copy(env!("CARGO_BIN_EXE_shoumi"), &program).unwrap();
    open(&program, 0o755);
    for file in ["register.shoumi", "register.shoumi.key"] {
        open(&office.path(file), 0o444);
    }
    program
}

#[test]
fn a_session_that_may_only_read_follows_changes() {
    let office = Office::new("p5-company");
    good(&office.apply(&[person("甲一")]));
    let program = shared(&office);
    let me = std::process::Command::new("id").arg("-u").output().unwrap().stdout;
    let root = me.starts_with(b"0\n");
    let setpriv = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    if root && std::process::Command::new("setpriv").arg("--version").output().is_err() {
        eprintln!("SKIPPED: reading as another account needs setpriv");
        return;
    }
    let mut words: Vec<&str> = if root { setpriv.to_vec() } else { Vec::new() };
    words.push(program.to_str().unwrap());
    words.extend(["--view", "people", "--lang", "zh-CN"]);
    let mut c = CommandBuilder::new(words[0]);
    c.args(&words[1..]);
    c.cwd("/");
    c.env_clear();
    for (name, value) in [("TERM", "xterm"), ("PATH", "/usr/bin:/bin"), ("USER", "li.na"), ("HOME", "/nonexistent")] {
        c.env(name, value);
    }
    c.env("SHOUMI_STORE", office.path("register.shoumi"));
    let mut t = start_command(c, tempfile::tempdir().unwrap(), 80, 24);
    t.wait("1/1");
    assert!(t.text().contains("只读"), "{}", t.text());
    if !root {
        let open = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(office.path("register.shoumi"), open).unwrap();
    }
    good(&office.apply(&[person("乙二")]));
    t.wait("乙二");
    t.wait("2/2");
    good(&office.apply(&[json!({"command":"change_person","person":"P000001","name":"甲改"})]));
    t.wait("甲改");
    t.send(b"q");
    let (code, _) = t.exit(LONG);
    assert_eq!(code, 0, "{}", err(&office.run(&["verify"])));
}
