//! The program behind a real sshd: lines that drop, freeze and are slow, identity by key, and the attacks an account with a
//! forced command is open to, one by one.

use std::io::Read;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Instant;

use crate::figures::reached;
use crate::pty::{LONG, Term};
use crate::rig::{Proxy, Rig, free_port, until};

/// What is typed into a form and not sent.
const TYPED: &str = "卢森堡大公国";

/// Half a request of travel for the first of the list.
fn half_a_form(t: &mut Term) {
    t.wait("今日");
    for (keys, shown) in [("2", "[2 人员]"), ("a", "办理"), ("v", "出发日期"), (TYPED, TYPED)] {
        t.send(keys.as_bytes());
        t.wait(shown);
    }
}

/// The draft is given back to the same operator, and thrown away when asked.
fn given_back(rig: &Rig, key: &str) {
    let mut t = rig.login(key, rig.port, &[], &[]);
    t.wait(TYPED);
    t.send(b"\x1b");
    t.wait("确定放弃");
    t.send(b"y");
    until("the draft's removal", || rig.drafts() == 0);
    t.send(b"q");
    assert_eq!(t.exit(LONG).0, 0);
    rig.gone();
}

#[test]
fn a_dropped_ssh_connection_saves_the_draft_and_leaves_nothing() {
    let Some(rig) = Rig::start("a dropped connection") else { return };
    let mut times = Vec::new();
    for _ in 0..3 {
        let mut t = rig.login("li.na", rig.port, &[], &[]);
        half_a_form(&mut t);
        rig.program();
        let since = Instant::now();
        t.signal("-KILL");
        rig.gone();
        times.push(since.elapsed().as_millis());
        assert_eq!(rig.drafts(), 1);
        given_back(&rig, "li.na");
    }
    reached(
        "a_dropped_ssh_connection_saves_the_draft_and_leaves_nothing",
        format!("client killed: saved and gone after {times:?} ms; text there after the next login"),
    );
}

#[test]
fn a_frozen_link_ends_in_a_few_intervals_with_the_draft_saved() {
    let Some(rig) = Rig::start("a frozen link") else { return };
    let proxy = Proxy::to(rig.port);
    let mut t = rig.login("li.na", proxy.port, &[], &[]);
    half_a_form(&mut t);
    rig.program();
    until("the draft", || rig.drafts() == 1);
    proxy.quiet();
    proxy.freeze(true);
    let time = rig.gone();
    assert_eq!(rig.drafts(), 1);
    proxy.freeze(false);
    given_back(&rig, "li.na");
    reached(
        "a_frozen_link_ends_in_a_few_intervals_with_the_draft_saved",
        format!("interval 1 s, count 2: saved and gone after {:.1} s", time.as_secs_f32()),
    );
}

#[test]
fn a_signal_while_the_line_is_frozen_ends_the_session_with_the_draft() {
    let Some(rig) = Rig::start("SIGTERM on a frozen line") else { return };
    let proxy = Proxy::to(rig.port);
    let mut t = rig.login("li.na", proxy.port, &[], &[]);
    half_a_form(&mut t);
    let pid = rig.program();
    proxy.freeze(true);
    let since = Instant::now();
    assert!(Command::new("kill").args(["-TERM", &pid.to_string()]).status().unwrap().success());
    rig.gone();
    reached(
        "a_signal_while_the_line_is_frozen_ends_the_session_with_the_draft",
        format!("gone after {} ms", since.elapsed().as_millis()),
    );
    assert_eq!(rig.drafts(), 1);
}

#[test]
fn each_key_is_its_operator_and_two_work_side_by_side() {
    let Some(rig) = Rig::start("identity by key") else { return };
    let mut li = rig.login("li.na", rig.port, &[], &[]);
    let mut wang = rig.login("wang.wu", rig.port, &[("USER", "li.na"), ("LOGNAME", "li.na")], &["-o", "SendEnv=USER"]);
    li.wait("li.na");
    wang.wait("wang.wu");
    assert!(!wang.text().contains("li.na"), "{}", wang.text());
    // Both have the same form of the same record open; a draft each, and neither sees the other's.
    half_a_form(&mut li);
    half_a_form(&mut wang);
    until("two drafts", || rig.drafts() == 2);
    li.send(b"\t2027-03-05\t\x13");
    li.wait("已办");
    wang.signal("-KILL");
    until("one program", || rig.programs().len() == 1);
    li.signal("-KILL");
    rig.gone();
    given_back(&rig, "wang.wu");
    let log = rig.log();
    assert!(log.matches("Accepted key").count() + log.matches("Accepted publickey").count() >= 2, "{log}");
}

#[test]
fn keys_cost_few_bytes_over_ssh() {
    let Some(rig) = Rig::start("counting bytes over ssh") else { return };
    let proxy = Proxy::to(rig.port);
    let mut t = rig.login("li.na", proxy.port, &[], &[]);
    t.wait("今日");
    let start = proxy.quiet();
    let dead = proxy.cost(&mut t, b"\x1b[24~");
    t.send(b"2");
    t.wait("韩01");
    let moves = [b"\x1b[B", b"\x1b[B", b"\x1b[A"].map(|key| proxy.cost(&mut t, key));
    t.send(b"/");
    t.wait("筛选");
    let typed = [b"x", b"y"].map(|key| proxy.cost(&mut t, key));
    t.send(b"\x1b");
    assert!(moves.iter().all(|n| *n <= 600), "{moves:?}");
    reached(
        "keys_cost_few_bytes_over_ssh",
        format!("bytes on the wire: start {start}, dead key {dead}, move {moves:?}, filter key {typed:?}"),
    );
}

#[test]
fn a_slow_line_gets_queued_keys_in_few_frames() {
    let Some(rig) = Rig::start("a slow line") else { return };
    let proxy = Proxy::to(rig.port);
    let mut t = rig.login("li.na", proxy.port, &[], &[]);
    t.wait("今日");
    t.send(b"2");
    t.wait("韩01");
    proxy.delay.store(150, std::sync::atomic::Ordering::SeqCst);
    let (before, since) = (proxy.quiet(), Instant::now());
    for _ in 0..30 {
        t.send(b"\x1b[B");
    }
    assert!(t.until(LONG, |s| s.parser.screen().contents().lines().any(|l| l.starts_with('▸') && l.contains("韩31"))));
    let time = since.elapsed();
    let bytes = proxy.quiet() - before;
    assert!(bytes < 30 * 600, "{bytes}");
    reached(
        "a_slow_line_gets_queued_keys_in_few_frames",
        format!("150 ms each way: 30 moves on the screen after {} ms, {bytes} bytes", time.as_millis()),
    );
}

#[test]
fn ssh_in_tmux_shows_resizes_and_gives_the_screen_back() {
    if !Path::new("/usr/bin/tmux").exists() {
        eprintln!("SKIPPED: ssh in tmux needs tmux");
        return;
    }
    let Some(rig) = Rig::start("ssh in tmux") else { return };
    let socket = rig.at("tmux").display().to_string();
    let tmux = |args: &[&str]| {
        let mut all = vec!["-S", &socket, "-f", "/dev/null", "-u"];
        all.extend(args);
        let out =
            Command::new("tmux").args(&all).env_clear().env("PATH", "/usr/bin:/bin").env("TERM", "xterm").output();
        String::from_utf8_lossy(&out.unwrap().stdout).into_owned()
    };
    let shown = |text: &str| until(text, || tmux(&["capture-pane", "-p"]).contains(text));
    // tmux itself may lose the status of a pane's program: a shell says it, and keeps the pane.
    let words = rig.client("li.na", rig.port, &["-tt"]).join(" ") + "; echo \"exit=$?\"; exec cat";
    tmux(&["new-session", "-d", "-x", "80", "-y", "24", &words]);
    shown("今日");
    assert_eq!(tmux(&["display-message", "-p", "#{alternate_on}"]).trim(), "1");
    tmux(&["send-keys", "2"]);
    shown("韩01");
    for (columns, rows) in [("40", "10"), ("120", "40"), ("80", "24")] {
        tmux(&["resize-window", "-x", columns, "-y", rows]);
        shown(if columns == "40" { "60x16" } else { "韩01" });
    }
    tmux(&["send-keys", "q"]);
    shown("exit=0");
    assert_eq!(tmux(&["display-message", "-p", "#{alternate_on}"]).trim(), "0");
    rig.gone();
    tmux(&["kill-server"]);
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat()).into_owned()
}

#[test]
fn remote_commands_and_file_transfers_are_refused() {
    let Some(rig) = Rig::start("remote commands") else { return };
    for words in [&["id"][..], &["sh", "-i"], &["cat /etc/passwd"], &["/usr/lib/openssh/sftp-server"]] {
        let done = rig.command("li.na", &[], words);
        assert_eq!(done.status.code(), Some(65), "{words:?}: {}", text(&done));
        assert!(done.stdout.is_empty(), "{words:?}: {}", text(&done));
        let done = rig.command("li.na", &["-tt"], words);
        assert_eq!(done.status.code(), Some(65), "{words:?} with a terminal: {}", text(&done));
    }
    let subsystem = rig.command("li.na", &["-s"], &["sftp"]);
    assert_eq!(subsystem.status.code(), Some(65), "{}", text(&subsystem));
    let mark = rig.at("mark");
    std::fs::write(&mark, "x").unwrap();
    for program in ["scp", "sftp"] {
        if !Path::new("/usr/bin").join(program).exists() {
            continue;
        }
        let words = rig.client("li.na", rig.port, &[]);
        // The same options, with the port and the account as these programs write them.
        let mut args: Vec<String> = words[1..words.len() - 3].to_vec();
        args.extend(["-P".to_owned(), rig.port.to_string()]);
        let account = words.last().unwrap();
        match program {
            "scp" => args.extend([mark.display().to_string(), format!("{account}:stolen")]),
            _ => args.push(format!("{account}:register.shoumi")),
        }
        let done = Command::new(program).args(args).current_dir(rig.dir.path()).output().unwrap();
        assert!(!done.status.success(), "{program}: {}", text(&done));
    }
    assert!(!rig.at("data/stolen").exists() && !rig.at("register.shoumi").exists());
    // Each of them is an entry, which says who; what was asked is sealed.
    let mut list = Command::new(rig.at("shoumi"));
    list.env_clear().arg("--store").arg(rig.at("data/register.shoumi")).args(["list", "journal", "--operator", "sun"]);
    let told = list.args(["--json", "--query=verb:remote_command_refused"]).output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert!(told["total"].as_u64().unwrap() >= 9, "{told}");
    assert!(told["rows"].as_array().unwrap().iter().all(|r| r["operator"] == "li.na"), "{told}");
    assert!(!told.to_string().contains("passwd"), "{told}");
    // Without a command and without a terminal there is nothing to do.
    let done = rig.command("li.na", &[], &[]);
    assert_eq!(done.status.code(), Some(64), "{}", text(&done));
    rig.gone();
}

#[test]
fn the_doctor_finds_nothing_at_a_host_that_is_well_set_up() {
    let Some(rig) = Rig::start("the doctor at a host") else { return };
    // What sshd makes of its settings itself.
    let sshd = Command::new("/usr/sbin/sshd").arg("-T").arg("-f").arg(rig.at("sshd_config")).output();
    std::fs::write(rig.at("said"), sshd.unwrap().stdout).unwrap();
    for (settings, code) in [("sshd_config", 0), ("said", 0)] {
        let mut doctor = Command::new(rig.at("shoumi"));
        doctor.env_clear().arg("--store").arg(rig.at("data/register.shoumi"));
        let done = doctor.args(["doctor", "--operator", "sun", "--json", "--sshd-config"]).arg(rig.at(settings));
        let done = done.output().unwrap();
        assert_eq!(done.status.code(), Some(code), "{settings}: {}", text(&done));
        let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
        let fine = |name: &str| {
            let of = |c: &&serde_json::Value| c["name"] == name && c["state"] == "ok";
            told["checks"].as_array().unwrap().iter().filter(of).count()
        };
        assert_eq!((fine("keys_line"), fine("sshd"), fine("keys_file"), fine("program")), (5, 1, 1, 1), "{told}");
    }
}

#[test]
fn forwarding_agents_tunnels_and_second_sessions_are_refused() {
    let Some(rig) = Rig::start("forwarding") else { return };
    let refused = |more: &[&str]| {
        let all = [&["-N", "-o", "ExitOnForwardFailure=yes"], more].concat();
        let done = rig.command("li.na", &all, &[]);
        assert_eq!(done.status.code(), Some(255), "{more:?}: {}", text(&done));
    };
    refused(&["-R", "0:127.0.0.1:1"]);
    refused(&["-w", "0:0"]);
    // What is forwarded from here is refused when it is used: the host never connects anywhere.
    let local = free_port();
    let socket = rig.at("control").display().to_string();
    let forward = format!("{local}:127.0.0.1:{}", rig.port);
    let control = ["-A", "-X", "-o", "ControlMaster=yes", "-S", &socket, "-L", &forward];
    let t = rig.login("li.na", rig.port, &[], &control);
    t.wait("今日");
    let pid = rig.program();
    let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap();
    let environment = String::from_utf8_lossy(&environment).into_owned();
    for name in ["SSH_AUTH_SOCK", "DISPLAY", "XAUTHORITY"] {
        assert!(!environment.contains(&format!("{name}=")), "{name} in {environment:?}");
    }
    let mut through = TcpStream::connect(("127.0.0.1", local)).unwrap();
    let mut first = [0; 4];
    assert_eq!(through.read(&mut first).unwrap_or(0), 0, "a connection went through: {first:?}");
    // The channel that is there lets nobody else in.
    let second = Command::new("ssh")
        .args(["-F", "none", "-S", &socket, "-o", "ControlMaster=no", "-o", "BatchMode=yes", "-tt", "x"])
        .output()
        .unwrap();
    assert_ne!(second.status.code(), Some(0), "{}", text(&second));
    assert_eq!(rig.programs().len(), 1);
    t.signal("-KILL");
    rig.gone();
}

/// The processes a process started.
fn children(pid: u32) -> String {
    let mut all = String::new();
    for task in std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
        all.push_str(&std::fs::read_to_string(task.path().join("children")).unwrap_or_default());
    }
    all
}

#[test]
fn the_clients_environment_and_its_keys_reach_no_shell() {
    let Some(rig) = Rig::start("environment and shells") else { return };
    let sent = ["LD_PRELOAD", "LANG", "LC_ALL", "EDITOR", "PAGER", "SHELL", "PATH", "SHOUMI_STORE", "SHOUMI_OPERATOR"];
    let mut more: Vec<String> = Vec::new();
    for name in sent {
        more.extend(["-o".to_owned(), format!("SetEnv={name}=/tmp/evil")]);
    }
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    let mut t = rig.login("li.na", rig.port, &[("TERM", "../../x;id")], &more);
    t.wait("今日");
    let pid = rig.program();
    let environment = String::from_utf8_lossy(&std::fs::read(format!("/proc/{pid}/environ")).unwrap()).into_owned();
    assert!(!environment.contains("/tmp/evil"), "{environment:?}");
    assert!(environment.contains("TERM=../../x;id"), "it arrives as sent: {environment:?}");
    // A name that is none: no colour, no strings for programs.
    let raw = t.raw();
    let attributes = raw.split("\x1b[").skip(1).filter_map(|s| s.split_once('m').map(|(numbers, _)| numbers));
    let colour = |n: &str| n.parse::<u16>().is_ok_and(|n| (30..108).contains(&n));
    assert!(!attributes.flat_map(|a| a.split(';')).any(colour) && !raw.contains("\x1b]"), "{raw:?}");
    // Everything that opens a shell, an editor or a pager elsewhere opens none here.
    for keys in [
        &b"!"[..],
        b":!sh\r",
        b"\x1b",
        b"\x1a",
        b"\x1c",
        b"\x03",
        b"|",
        b"v",
        b"\x1b",
        b"\x1b",
        b"e",
        b"\x1b",
        b"?",
        b"\x1b",
    ] {
        t.send(keys);
        t.quiet();
        assert_eq!(rig.programs(), [pid], "after {keys:?}\n{}", t.text());
        assert_eq!(children(pid).trim(), "", "a process was started by {keys:?}");
    }
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let core = limits.lines().find(|l| l.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    // Another program of the same account reads neither its memory nor its environment.
    let owner = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(format!("/proc/{pid}/mem")).unwrap());
    assert_eq!(owner, 0, "the program's memory belongs to the account");
    // Nothing of the register in the list of processes.
    let command = String::from_utf8_lossy(&std::fs::read(format!("/proc/{pid}/cmdline")).unwrap()).into_owned();
    assert!(command.contains("--operator") && !command.contains('韩'), "{command:?}");
    t.signal("-KILL");
    rig.gone();
}

#[test]
fn strangers_are_kept_out_and_nobody_else_with_them() {
    let Some(rig) = Rig::start("strangers") else { return };
    let mut t = rig.login("li.na", rig.port, &[], &[]);
    t.wait("今日");
    for _ in 0..5 {
        let done = rig.command("stranger", &[], &["id"]);
        assert_eq!(done.status.code(), Some(255), "{}", text(&done));
    }
    let password = rig.command("li.na", &["-o", "PubkeyAuthentication=no"], &["id"]);
    assert_eq!(password.status.code(), Some(255));
    let all = rig.client("li.na", rig.port, &[]);
    let root = all.last().unwrap().replace("officer@", "root@");
    let done = Command::new("ssh").args(&all[1..all.len() - 1]).arg(root).output().unwrap();
    assert_eq!(done.status.code(), Some(255), "root came in: {}", text(&done));
    // The one who is in works on, and another comes in.
    t.send(b"2");
    t.wait("韩01");
    let mut other = rig.login("wang.wu", rig.port, &[], &[]);
    other.wait("wang.wu");
    for t in [&mut t, &mut other] {
        t.send(b"q");
        assert_eq!(t.exit(LONG).0, 0);
    }
    rig.gone();
}
