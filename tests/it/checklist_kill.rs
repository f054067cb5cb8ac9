//! The checklist mode and the sudden end: the real program in a pseudo-terminal, killed at random moments of whole
//! inspections, from the first answer to the last signature.

use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::{Value, json};

use crate::cli::Office;
use crate::figures::{reached, times};
use crate::import_hostile::below;
use crate::live::screens;
use crate::pty::{LONG, Seen, Term};

/// Who signs, in the order in which the names are asked for.
const NAMES: [&str; 3] = ["李娜", "王强", "周海"];
/// What the inspector says to some of the items; all others conform.
const FAILS: [&str; 4] = ["A3", "B2", "G4", "I3"];

/// The steps of an inspection: an answer an item, the end of the answers, the signatures.
struct Course {
    items: Vec<String>,
}

impl Course {
    fn len(&self) -> usize {
        self.items.len() + 1 + NAMES.len()
    }

    fn value(item: &str) -> (&'static str, &'static str) {
        match item {
            _ if FAILS.contains(&item) => ("fails", "n1\r"),
            "D3" => ("not_applicable", "-"),
            _ => ("conforms", "y"),
        }
    }

    /// The keys of a step.
    fn keys(&self, step: usize) -> String {
        match self.items.get(step) {
            Some(item) => Self::value(item).1.to_owned(),
            None => {
                step.checked_sub(self.items.len() + 1).map_or_else(|| "c".to_owned(), |n| NAMES[n].to_owned() + "\r")
            }
        }
    }

    /// How many steps the screen shows as done.
    fn shown(&self, screen: &str) -> usize {
        let heading = screen.lines().find(|l| l.starts_with(" I000001 ") && l.contains('/')).unwrap_or_default();
        let all = format!("/{}", self.items.len());
        let count = heading.split_whitespace().find_map(|word| word.strip_suffix(all.as_str())?.parse().ok());
        match count {
            Some(answered) if answered == self.items.len() && heading.contains("已签字") => self.len(),
            Some(answered) if answered == self.items.len() && heading.contains("待签字") => {
                answered
                    + 1
                    + NAMES
                        .iter()
                        .filter(|name| {
                            ["20", "使用人", "被检查"].iter().any(|next| screen.contains(&format!("{name}  {next}")))
                        })
                        .count()
            }
            Some(answered) => answered,
            None => 0,
        }
    }

    /// How many steps the register holds; each is the one that was struck, and the cursor stands behind the last.
    fn kept(&self, office: &Office) -> usize {
        let record = office.json(&["show", "inspection", "I000001"], 0)["record"].clone();
        let answers = record["answers"].as_object().unwrap();
        for item in &self.items[..answers.len()] {
            let answer = &answers[&format!("C000001/{item}")];
            assert_eq!(answer["value"], Self::value(item).0, "{item}: {answer}");
            assert_eq!(answer["remark"].as_str().unwrap_or_default().is_empty(), answer["value"] != "fails", "{item}");
        }
        let signed: Vec<&Value> =
            record["signatures"].as_array().map(|s| s.iter().map(|s| &s["name"]).collect()).unwrap_or_default();
        assert_eq!(signed, NAMES[..signed.len()]);
        if let Some(next) = self.items.get(answers.len()).filter(|_| !answers.is_empty()) {
            assert_eq!(record["cursors"]["li.na"], format!("C000001/{next}"));
        }
        let closed = matches!(record["state"].as_str(), Some("signing" | "signed"));
        assert_eq!(record["state"] == "signed", signed.len() == NAMES.len());
        answers.len() + usize::from(closed) + signed.len()
    }

    /// Opens the inspection: it is where it was, at the item or at the names.
    fn resume(&self, t: &mut Term, done: usize) {
        // The next start is there by itself, unless the program ended before it had written where it was.
        if t.text().contains("筛选") {
            t.send(b"\r");
        }
        match self.items.get(done) {
            Some(item) => t.wait(&format!("▸   {item} ")),
            None => {
                assert!(t.until(LONG, |s| self.shown(&s.parser.screen().contents()) == done), "{}", t.text());
                // The names are asked for when one wants to sign, not because the record was opened.
                if (self.items.len() + 1..self.len()).contains(&done) {
                    t.send(b"c");
                    t.wait("─ 签字");
                }
            }
        }
    }
}

fn planned() -> Office {
    let office = Office::new("p5-company");
    let lines = [
        json!({"command":"add_computer","number":"J-01","secrecy":"secret"}),
        json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001"]}),
    ];
    assert!(office.apply(&lines).iter().all(|l| l["ok"] == true));
    office
}

fn kill(t: &Term) {
    let pid = rustix::process::Pid::from_raw(t.child.process_id().unwrap() as i32).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    assert!(t.until(LONG, |s| s.ended), "the terminal is closed");
}

/// Ten kills in every run, two hundred by hand. No moment is a time: a kill comes after a random number of keys and of
/// bytes on the screen.
#[test]
fn killed_at_any_moment_of_an_inspection_it_goes_on_at_the_same_item() {
    let kills = times(10, 200);
    let course = Course { items: shoumi::rules::templates()[0].items().map(|i| i.id.clone()).collect() };
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[44; 32]);
    let (mut office, mut done, mut signed, mut killed) = (planned(), 0, 0, 0);
    let (mut unseen, mut undone, mut starting, mut steps) = (0, 0, 0, 0);
    while killed < kills || done > 0 {
        let more = killed < kills;
        let mut t = screens(&office, &[], &[], &["--view", "inspections"]);
        let (before, mut sent) = (done, done);
        let bytes = |t: &Term| t.seen.0.lock().unwrap().raw.len();
        // Anywhere in a start, too.
        if more && below(&mut rng, 6) == 0 {
            let at = below(&mut rng, 4000);
            t.until(LONG, |s| s.raw.len() >= at || s.parser.screen().contents().contains("I000001"));
            starting += 1;
        } else {
            t.wait("I000001");
            course.resume(&mut t, done);
            let most = if more { below(&mut rng, 9) } else { course.len() };
            let seen = |s: &Seen, n| course.shown(&s.parser.screen().contents()) >= n;
            let to = (before + most).min(course.len());
            while sent < to {
                t.send(course.keys(sent).as_bytes());
                sent += 1;
                // Never more than two that are not shown yet: many letters at once would be taken for a paste.
                let ahead = 1 - below(&mut rng, 2).min(sent - before - 1);
                assert!(sent == to || t.until(LONG, |s| seen(s, sent - ahead)), "{sent}\n{}", t.text());
            }
            // Some while a frame comes, some while the disk is at work; the last one of all when everything is done.
            let at = bytes(&t) + below(&mut rng, 300);
            if !more || below(&mut rng, 3) == 0 {
                t.until(LONG, |s| seen(s, sent) || (more && s.raw.len() >= at));
            } else {
                for _ in 0..below(&mut rng, 60_000) {
                    std::hint::spin_loop();
                }
            }
        }
        kill(&t);
        let shown = course.shown(&t.text());
        done = course.kept(&office);
        let sure = if shown == 0 { before } else { shown };
        assert!((sure..=sent).contains(&done), "kill {killed}: {done} kept, {sure} shown, {sent} struck\n{}", t.text());
        killed += 1;
        unseen += u64::from(done > sure);
        undone += u64::from(done < sent);
        steps += done - before;
        if done == course.len() {
            assert_eq!(office.json(&["verify"], 0)["problems"], json!([]));
            (office, done, signed) = (planned(), 0, signed + 1);
        }
    }
    assert_eq!(steps, signed * course.len(), "every step was made once");
    reached(
        "killed_at_any_moment_of_an_inspection_it_goes_on_at_the_same_item",
        format!(
            "{killed} kills in {signed} inspections of {} steps up to the last signature, {starting} of them while starting: 0 answers lost, 0 made twice, at the right item each time; {unseen} times an answer was kept and not yet shown, {undone} times struck and not yet kept",
            course.len()
        ),
    );
}
