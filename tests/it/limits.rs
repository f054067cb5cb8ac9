//! Limits of the system on the real program: files that may not grow, files that may not be opened. Nothing is lost,
//! nothing panics, and what is said says why.

use std::fs;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::cli::{Office, err, out};
use crate::live::screens;
use crate::pty::LONG;

fn person(n: usize) -> Value {
    json!({"command":"add_person","name":format!("甲{n:04}{}", "长".repeat(60)),"department":"财务处","post":"会计","level":"core","on_post_from":"2024-05-01"})
}

/// The program under a limit of the shell's.
fn limited(office: &Office, limit: &str, args: &[&str]) -> Output {
    let plain = office.command(args);
    let mut c = Command::new("sh");
    c.arg("-c").arg(format!("ulimit {limit}; exec \"$0\" \"$@\"")).arg(plain.get_program()).args(plain.get_args());
    c.env_clear().envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    c.current_dir(office.folder.path()).stdin(std::process::Stdio::null()).output().unwrap()
}

#[test]
fn a_file_that_may_not_grow_is_refused_like_a_full_disk() {
    let office = Office::new("p5-company");
    // In blocks of 512 bytes, a little more than the register has.
    let blocks = fs::metadata(office.path("register.shoumi")).unwrap().len() / 512 + 800;
    let text: Vec<String> = (0..2000).map(|n| person(n).to_string()).collect();
    fs::write(office.path("many.jsonl"), text.join("\n")).unwrap();
    let done = limited(&office, &format!("-f {blocks}"), &["apply", "many.jsonl"]);
    let lines: Vec<Value> = out(&done).lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let told = lines.iter().filter(|l| l["ok"] == true).count();
    assert!(done.status.code() == Some(3) && told > 0, "{told}: {:?} {}", done.status, err(&done));
    assert_eq!(lines.last().unwrap()["refusal"]["code"], "no_space", "{:?}", lines.last());
    assert_eq!(office.json(&["list", "people"], 0)["total"], told);
    assert_eq!(office.json(&["verify"], 0)["problems"], json!([]));
    // On the screens the text stays, and the terminal is given back.
    // Most of the register lies behind this limit: wherever a commit finds room, it may not write there.
    let wrap = ["sh", "-c", "ulimit -f 40; exec \"$@\"", "-"];
    let mut t = screens(&office, &wrap, &[], &["--view", "people"]);
    t.wait("甲0000");
    t.send(b"at");
    t.wait("培训内容");
    t.send(format!("{}\x13", "保密法规".repeat(20)).as_bytes());
    t.wait("磁盘已满");
    t.wait("保密法规");
    t.signal("-TERM");
    assert_eq!(t.exit(LONG).0, 143);
    t.assert_restored();
    assert_eq!(office.json(&["verify"], 0)["problems"], json!([]));
    fs::write(office.path("one.jsonl"), person(9999).to_string()).unwrap();
    office.done(&["apply", "one.jsonl"]);
}

#[test]
fn few_files_may_be_open_and_nothing_panics() {
    let office = Office::new("p5-company");
    assert!(office.apply(&[person(1)])[0]["ok"] == true);
    fs::write(office.path("one.jsonl"), person(2).to_string()).unwrap();
    let mut refused = 0;
    for most in 3..14 {
        let all: [&[&str]; 5] = [
            &["list", "people"],
            &["apply", "one.jsonl"],
            &["verify"],
            &["backup", "copy.shoumi"],
            &["export", "people", "--out", "list.xlsx"],
        ];
        for args in all {
            let before = office.json(&["list", "people"], 0)["total"].as_u64().unwrap();
            let done = limited(&office, &format!("-n {most}"), args);
            let said = out(&done) + &err(&done);
            // Below four files not even the program's libraries load.
            let loaded = !said.contains("error while loading shared libraries");
            assert!(
                !loaded || done.status.code().is_some_and(|c| c <= 4),
                "{most}: {args:?}: {:?} {said}",
                done.status
            );
            assert!(!said.contains("panicked"), "{most}: {args:?}: {said}");
            refused += usize::from(!done.status.success());
            let now = office.json(&["list", "people"], 0)["total"].as_u64().unwrap();
            let added = u64::from(args[0] == "apply" && done.status.success());
            assert_eq!(now, before + added, "{most}: {args:?}: {said}");
            let _ = fs::remove_file(office.path("copy.shoumi"));
            let _ = fs::remove_file(office.path("list.xlsx"));
        }
    }
    assert!(refused > 0);
    let left: Vec<String> =
        fs::read_dir(office.folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|n| n.starts_with('.') || n.contains("tmp")), "{left:?}");
    assert_eq!(office.json(&["verify"], 0)["problems"], json!([]));
}

#[test]
fn refused_commands_in_a_row_do_not_fill_the_journal() {
    let office = Office::host(&[("li.na", "officer"), ("wang.wu", "officer")]);
    let send = |who: &str, times: usize| {
        for _ in 0..times {
            let done = office.command(&["--operator", who]).env("SSH_ORIGINAL_COMMAND", "id").output().unwrap();
            assert_eq!(done.status.code(), Some(65), "{}", err(&done));
        }
    };
    let written = || {
        let query = "--query=verb:remote_command_refused";
        office.json(&["list", "journal", "--operator", "sun", query], 0)["total"].as_u64().unwrap()
    };
    send("li.na", 25);
    assert_eq!(written(), 20, "the first twenty say it");
    // What stands between makes no news of it, neither the auditor's look nor another's commands.
    for _ in 0..2 {
        send("li.na", 1);
        send("wang.wu", 1);
    }
    assert_eq!(written(), 22);
    send("wang.wu", 25);
    assert_eq!(written(), 40);
}
