//! Eight sessions at once on one register: a few rounds of a day's work in every run, an hour of them by hand
//! (`SHOUMI_LONG=1 cargo test --release --test it -- soak`, or `SHOUMI_TIMES` minutes).

use std::time::{Duration, Instant};

use serde_json::json;

use crate::cli::Office;
use crate::figures::{long, reached, times};
use crate::live::screens;
use crate::pty::{LONG, Term};

/// Resident memory of a session, in KiB.
fn memory(t: &Term) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", t.child.process_id().unwrap())).unwrap();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// Resident memory of a session that has just begun and looked at everything once, in KiB: what the register itself asks
/// for at the moment.
fn begun(office: &Office, people: usize) -> u64 {
    let mut t = screens(office, &[], &[], &["--view", "people"]);
    t.wait(&format!("{people}/{people}"));
    for (keys, seen) in DAY {
        t.send(keys.as_bytes());
        t.wait(seen);
    }
    let memory = memory(&t);
    t.send(b"q");
    assert_eq!(t.exit(LONG).0, 0);
    memory
}

/// Files a session has open, and its threads.
fn held(t: &Term) -> [usize; 2] {
    let of = |what: &str| std::fs::read_dir(format!("/proc/{}/{what}", t.child.process_id().unwrap())).unwrap().count();
    [of("fd"), of("task")]
}

/// Every file below a folder; the places of drafts, eight empty files at most, stay.
fn left(folder: &std::path::Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            all.extend(left(&entry.path()));
        } else if entry.path().extension().is_none_or(|e| e != "lock") {
            all.push(entry.path().display().to_string());
        }
    }
    all.sort();
    all
}

/// What a day consists of: keys, and what is to be seen after them and was not before.
const DAY: [(&str, &str); 16] = [
    ("\x1b[B\x1b[6~\r", "t 可否出境"),
    ("?", "可用的键"),
    ("\x1b", "t 可否出境"),
    ("\x1b", "筛选 按"),
    ("/甲0001", "1/"),
    ("\r", "t 可否出境"),
    ("\x1b", "1/"),
    ("\x1b", "0/"),
    ("3", "[3 脱密期]"),
    ("4", "[4 出境]"),
    ("5", "[5 培训]"),
    ("6", "[6 计算机]"),
    ("7", "[7 检查]"),
    ("0", "[0 日志]"),
    ("1", "[1 今日]"),
    ("2", "[2 人员]"),
];

#[test]
fn eight_sessions_on_one_register_grow_little_and_leave_nothing() {
    let office = Office::new("p5-company");
    let people = if long() { 2000 } else { 40 };
    let person = |n| json!({"command":"add_person","name":format!("甲{n:04}"),"department":"财务处","post":"会计","level":"core","on_post_from":"2024-05-01"});
    assert!(office.apply(&(0..people).map(person).collect::<Vec<_>>()).iter().all(|l| l["ok"] == true));
    let before = left(office.folder.path());
    let mut sessions: Vec<_> = (0..8).map(|_| screens(&office, &[], &[], &["--view", "people"])).collect();
    for t in &sessions {
        t.wait(&format!("{people}/{people}"));
    }
    let started = Instant::now();
    let limit = Duration::from_secs(60 * times(0, 60));
    // The first tenth fills caches; from then on memory is compared. The register grows with what is filed, for a session
    // that has just begun too: what the others have more than by as much, they keep for nothing.
    let (mut first, mut rounds, mut commits) = (Vec::new(), 0_usize, 0_usize);
    let mut asked = 0;
    let open: Vec<_> = sessions.iter().map(held).collect();
    while rounds < 2 || started.elapsed() < limit {
        for (keys, seen) in DAY {
            for t in &mut sessions {
                t.send(keys.as_bytes());
            }
            for t in &sessions {
                t.wait(seen);
            }
        }
        for (n, t) in sessions.iter_mut().enumerate() {
            if rounds % 4 == n % 4 {
                // One after the other: nobody is trained a thousand times.
                t.send(format!("/甲{:04}", commits % people).as_bytes());
                t.wait("1/");
                t.send(b"\r");
                t.wait("t 可否出境");
                t.send(b"at");
                t.wait("培训内容");
                // The same training twice would be refused.
                commits += 1;
                t.send(format!("保密法规{commits}\x13").as_bytes());
                t.wait_gone("Ctrl-S");
                t.send(b"\x1b");
                t.wait("1/");
                t.send(b"\x1b");
                t.wait("0/");
            }
            if n == rounds % 8 {
                t.resize(120, 40);
                t.resize(80, 24);
            }
            t.seen.0.lock().unwrap().raw.clear();
        }
        rounds += 1;
        if first.is_empty() && started.elapsed() > limit / 10 {
            first = sessions.iter().map(memory).collect();
            asked = begun(&office, people);
        }
    }
    let size = std::fs::metadata(office.path("register.shoumi")).unwrap().len() >> 20;
    let last: Vec<u64> = sessions.iter().map(memory).collect();
    let still: Vec<_> = sessions.iter().map(held).collect();
    let more = |before: u64, now: u64| (now as i64 - before as i64) * 100 / before as i64;
    let growth = first.iter().zip(&last).map(|(a, b)| more(*a, *b)).max().unwrap();
    let of_register = more(asked, begun(&office, people));
    for t in &mut sessions {
        t.send(b"q");
        assert_eq!(t.exit(LONG).0, 0);
    }
    assert_eq!(office.json(&["verify"], 0)["problems"], json!([]));
    let journal = office.json(&["list", "journal", "--limit", "100000"], 0).to_string();
    assert_eq!(journal.matches("\"add_training\"").count(), commits);
    assert_eq!(left(office.folder.path()), before, "left over");
    // Two rounds say nothing of memory.
    let grown = if long() {
        format!(", memory {growth} % more at most, of a session just begun {of_register} %, register {size} MiB")
    } else {
        String::new()
    };
    reached(
        "eight_sessions_on_one_register_grow_little_and_leave_nothing",
        format!(
            "8 sessions, {} min, {rounds} rounds, {commits} trainings filed{grown}; no file, thread or process left",
            started.elapsed().as_secs() / 60
        ),
    );
    // One file more: the place of the session's drafts, kept from its first form on.
    let more = still.iter().zip(&open).find(|([files, threads], [had, ran])| *files > had + 1 || threads > ran);
    assert!(more.is_none(), "{open:?} {still:?}");
    assert!(!long() || growth - of_register < 10, "{of_register} {first:?} {last:?}");
}
