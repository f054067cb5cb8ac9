//! The clock that is set back: the journal's order is its numbers, the jump stands in it and is shown, and what the
//! register says is what it would say had the clock been right.

use serde_json::{Value, json};

use crate::cli::{Office, out, results};
use crate::live::{faketime, screens};

/// What an officer enters: yesterday's clock is behind the second and third.
fn commands() -> [Value; 4] {
    [
        json!({"command":"add_person","name":"甲一","department":"财务处","post":"会计","level":"core","on_post_from":"2024-05-01"}),
        json!({"command":"add_training","persons":["P000001"],"on":"2026-03-02","kind":"on_post","topic":"保密法规"}),
        json!({"command":"add_person","name":"甲二","department":"财务处","post":"会计","level":"core","on_post_from":"2024-05-01"}),
        json!({"command":"add_computer","number":"J-1","secrecy":"secret"}),
    ]
}

/// What was said, without its spaces: a line ends elsewhere for a longer path.
fn unwrapped(done: &std::process::Output) -> String {
    out(done).split_whitespace().collect()
}

#[test]
fn a_clock_set_back_changes_neither_order_nor_duties() {
    let Some(library) = faketime() else {
        eprintln!("SKIPPED: the clock that is set back needs libfaketime (package faketime)");
        return;
    };
    let at = |office: &Office, when: &str, args: &[&str]| {
        let mut command = office.command(args);
        command.env("LD_PRELOAD", &library).env("FAKETIME", when).env("TZ", "UTC");
        command.output().unwrap()
    };
    let clocks = ["@2026-03-10 01:00:00", "@2026-03-09 23:00:00", "@2026-03-08 01:00:00", "@2026-03-10 02:00:00"];
    let offices = [clocks, [clocks[0]; 4]].map(|clocks| {
        let office = Office::new("p5-company");
        for (command, clock) in commands().iter().zip(clocks) {
            std::fs::write(office.path("one.jsonl"), command.to_string()).unwrap();
            let done = at(&office, clock, &["apply", "one.jsonl"]);
            assert_eq!(results(&done)[0]["ok"], true, "{}", out(&done));
        }
        office
    });
    let [back, right] = &offices;
    // Newest first by number, whatever the clock said.
    let journal = back.json(&["list", "journal"], 0);
    let entries: Vec<(u64, String)> = journal["rows"]
        .as_array()
        .unwrap()
        .iter()
        .take(4)
        .map(|r| (r["seq"].as_u64().unwrap(), r["at"].as_str().unwrap().to_owned()))
        .collect();
    let last = entries[0].0;
    assert!(entries.iter().zip((last - 3..=last).rev()).all(|((seq, _), n)| *seq == n), "{entries:?}");
    assert!(entries[1].1 < entries[2].1 && entries[2].1 < entries[3].1, "the times tell of the jump: {entries:?}");
    // Where it jumped is in the entry, in its numbers, on the journal's screen and in `doctor`.
    let jumps: Vec<Option<u64>> =
        journal["rows"].as_array().unwrap().iter().take(4).map(|r| r["clock_back"].as_u64()).collect();
    // The programs took less than a minute to start; the register was founded by the true clock, later than all this.
    assert!(matches!(jumps[..], [None, Some(2759 | 2760), Some(119 | 120), Some(_)]), "{jumps:?}");
    let calm = right.json(&["list", "journal"], 0);
    assert!(calm["rows"].as_array().unwrap().iter().take(3).all(|r| r["clock_back"].is_null()), "{calm}");
    for (lang, words) in [("zh-CN", "回拨3次"), ("en", "setback3times")] {
        let said = unwrapped(&at(back, clocks[3], &["doctor", "--lang", lang]));
        assert!(said.contains(words) && said.contains(&(last - 1).to_string()), "{said}");
        assert!(!unwrapped(&at(right, clocks[3], &["doctor", "--lang", lang])).contains(words));
    }
    let mut t = screens(back, &[], &[], &["--view", "journal"]);
    t.wait("2026-03-08!09:00");
    t.wait("2026-03-10!07:00");
    t.wait("系统时钟曾被回拨");
    t.send(b"\x1b[B\r");
    t.wait("曾被回拨。日志以编号为序");
    drop(t);
    assert_eq!(back.json(&["verify"], 0)["problems"], json!([]));
    // The same is due as where the clock was right.
    // `due` ends with 1 where something is overdue.
    for (list, code) in
        [(["due", "--today", "2026-03-20"].as_slice(), 1), (&["list", "people", "--today", "2026-03-20"], 0)]
    {
        assert_eq!(back.json(list, code), right.json(list, code), "{list:?}");
    }
    // Later than the last entry by more than a slow machine takes to start.
    for (when, says) in [(clocks[2], true), ("@2026-03-10 03:00:00", false)] {
        let doctor = at(back, when, &["doctor", "--lang", "en"]);
        let said = unwrapped(&doctor);
        assert_eq!(said.contains("earlierthanthelastjournalentry"), says, "{said}");
    }
}
