//! The checklist mode and the sudden end: the real program in a pseudo-terminal, killed while an answer is on its way.

use serde_json::json;

use crate::cli::Office;
use crate::figures::{reached, times};
use crate::live::screens;

/// What the register holds: how many answers, and where the cursor stands.
fn kept(office: &Office) -> (usize, Option<String>) {
    let shown = office.json(&["show", "inspection", "I000001"], 0);
    let answers = shown["record"]["answers"].as_object().unwrap().len();
    let cursor = shown["record"]["cursors"].as_object().unwrap().values().next();
    (answers, cursor.map(|c| c.as_str().unwrap().to_owned()))
}

/// Ten rounds, two hundred by hand.
#[test]
fn killed_at_any_answer_the_next_start_is_at_the_same_item_with_every_answer() {
    let rounds = times(10, 200) as usize;
    let items: Vec<String> = shoumi::rules::templates()[0].items().map(|i| i.id.clone()).collect();
    let machines = rounds * 5 / items.len() + 1;
    let spots: Vec<String> = (1..=machines).flat_map(|c| items.iter().map(move |i| format!("C{c:06}/{i}"))).collect();
    let office = Office::new("p5-company");
    let subjects: Vec<String> = (1..=machines).map(|c| format!("C{c:06}")).collect();
    let adds =
        (1..=machines).map(|c| json!({"command":"add_computer","number":format!("J-{c:02}"),"secrecy":"secret"}));
    let plan = json!({"command":"plan_inspection","template":"p8-computers","subjects":subjects});
    let lines: Vec<_> = adds.chain([plan]).collect();
    assert!(office.apply(&lines).iter().all(|l| l["ok"] == true));
    let mut answered = 0;
    for round in 0..rounds {
        let here = |n: usize| format!("▸   {} ", spots[n].split('/').next_back().unwrap());
        let mut t = screens(&office, &[], &[], &[]);
        t.wait("今日");
        t.send(b"7");
        t.wait("I000001");
        t.send(b"\r");
        t.wait(&here(answered));
        for _ in 0..round % 4 {
            t.send(b"y");
            answered += 1;
            t.wait(&here(answered));
        }
        // Whether this one still reaches the disk is open; what was shown must be there.
        t.send(b"y");
        t.signal("-KILL");
        drop(t);
        let (found, cursor) = kept(&office);
        assert!((answered..=answered + 1).contains(&found), "round {round}: {found} of {answered}");
        assert_eq!(cursor.as_deref(), (found > 0).then(|| spots[found].as_str()), "round {round}");
        answered = found;
    }
    assert!(answered >= rounds, "{answered}");
    assert_eq!(office.json(&["verify"], 0)["problems"], json!([]));
    reached(
        "killed_at_any_answer_the_next_start_is_at_the_same_item_with_every_answer",
        format!("{rounds} kills, {answered} answers: 0 lost, cursor right each time"),
    );
}
