//! A checklist of a thousand items, as a scanner's benchmark makes one.
//!
//! Figures, by hand: `cargo test --release --test it -- checklist_large --ignored --nocapture`.

use std::fmt::Write;
use std::time::{Duration, Instant};

use serde_json::json;
use shoumi::app::Order;
use shoumi::app::decode::Event;
use shoumi::i18n::Lang;

use crate::room::Room;
use crate::support::{Harness, script};

const ITEMS: usize = 1000;

/// A checklist of [`ITEMS`] items, each with as much text as a benchmark's rule.
fn template() -> String {
    let mut text = String::from(
        r#"id = "large"
version = "1"
pack = "p8-computers"
subject = "computer"
title = { zh = "大表", en = "Large" }
source = { zh = "本单位", en = "Our own" }
[[party]]
id = "inspector"
article = "11"
zh = "检查人员"
en = "Inspector"
"#,
    );
    for n in 0..ITEMS {
        if n % 50 == 0 {
            let g = n / 50;
            writeln!(text, "[[group]]\nid = \"G{g}\"\ntitle = {{ zh = \"第{g}组\", en = \"Group {g}\" }}").unwrap();
        }
        let detail = "The system must not offer what nobody needs. ".repeat(12);
        writeln!(
            text,
            "[[group.items]]\nid = \"R{n}\"\narticle = \"6\"\nzh = \"第{n}项须符合要求\"\nen = \"Item {n} meets the requirement\"\n\
             severity = \"high\"\ndetail = {{ zh = \"{detail}\", en = \"{detail}\" }}\nreferences = [\"CCE-{n}\"]"
        )
        .unwrap();
    }
    text
}

/// `machines` computers, one inspection of them all, all but the last `left` items of the first answered.
fn room(machines: usize, left: usize) -> Room {
    let room = Room::new(false);
    let mut subjects = Vec::new();
    for n in 1..=machines {
        room.does(json!({"command":"add_computer","number":format!("J-{n:02}"),"secrecy":"secret"}));
        subjects.push(format!("C{n:06}"));
    }
    room.does(json!({"command":"add_template","text":template()}));
    room.does(json!({"command":"plan_inspection","template":"large","subjects":subjects,"inspector":"李娜"}));
    let items: Vec<String> = (0..ITEMS - left).map(|n| format!("R{n}")).collect();
    let cursor = format!("C000001/R{}", ITEMS - left);
    let mut answers = vec![json!({"items":items,"value":"conforms","subjects":["C000001"]})];
    if machines > 1 {
        let items: Vec<String> = (0..ITEMS).map(|n| format!("R{n}")).collect();
        answers.push(json!({"items":items,"value":"conforms","subjects":subjects[1..]}));
    }
    room.does(json!({"command":"answer_items","inspection":"I000001","answers":answers,"cursor":cursor}));
    room
}

/// One figure of many.
fn said(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    println!("  {what}: median {:?}, most {:?}", times[times.len() / 2], times[times.len() - 1]);
}

#[test]
#[ignore = "prints figures, asserts nothing about time"]
fn measure() {
    for machines in [1, 3, 10] {
        let room = room(machines, 500);
        println!("{ITEMS} items, {machines} machines, half of the first one open:");
        let mut harness = room.harness(Lang::ZhCn, (160, 45));
        harness.keys("7");
        let started = Instant::now();
        harness.keys("<enter>");
        harness.screen();
        println!("  opening: {:?}", started.elapsed());
        let frame = |h: &mut Harness| {
            let started = Instant::now();
            h.screen();
            started.elapsed()
        };
        let (mut durable, mut fresh, mut shown, mut drawn) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..50 {
            let key = script("y").pop().unwrap();
            let started = Instant::now();
            let orders = harness.shell.event(Event::Key(key));
            drawn.push(started.elapsed() + frame(&mut harness));
            let Some(Order::Do(job)) = orders.into_iter().next() else { panic!("{}", harness.screen()) };
            let started = Instant::now();
            let result = job.perform(&*room.register);
            durable.push(started.elapsed());
            let started = Instant::now();
            let orders = harness.shell.done(&job, result);
            shown.push(started.elapsed() + frame(&mut harness));
            let started = Instant::now();
            harness.refresh();
            fresh.push(started.elapsed());
            harness.follow(orders);
        }
        said("key to frame", drawn);
        said("answer durable", durable);
        said("durable to the next item on the screen", shown);
        said("the lists and the sheet read anew", fresh);
        for (what, keys) in [("arrow", "<down>"), ("next open", "<tab>"), ("jump, a letter", "/"), ("letter", "r")] {
            let times = (0..if what == "arrow" { 20 } else { 1 })
                .map(|_| {
                    let started = Instant::now();
                    harness.keys(keys);
                    started.elapsed() + frame(&mut harness)
                })
                .collect();
            said(what, times);
        }
        // With nothing left to answer the keys on offer change.
        harness.keys("<esc>");
        room.does(json!({"command":"answer_items","inspection":"I000001","answers":[{"items":(0..ITEMS).map(|n| format!("R{n}")).collect::<Vec<_>>(),"value":"conforms","subjects":["C000001"]}]}));
        harness.refresh();
        let times = (0..20)
            .map(|_| {
                let started = Instant::now();
                harness.keys("<down>");
                started.elapsed() + frame(&mut harness)
            })
            .collect();
        said("arrow, all answered", times);
    }
}
