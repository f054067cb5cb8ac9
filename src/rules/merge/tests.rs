use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::*;
use crate::domain::FindingStep;
use crate::domain::evidence::{Evidence, EvidenceKind};
use crate::domain::inspection::{Known, Subject, Travels};

struct Dice(TestRng);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0.next_u64() % most
    }
}

fn day(n: u64) -> Date {
    Date::from_ymd_opt(2026, 3, 1).unwrap() + chrono::Days::new(n)
}

fn spot(n: u64) -> Spot {
    Spot::new(&Subject::new(["C000001", "C000002"][(n % 2) as usize]), ["B1", "B2", "G1"][(n / 2 % 3) as usize])
}

/// What an officer can do to an inspection, as the register does it.
fn edit(dice: &mut Dice, c: &mut Carried, who: &str, texts: u64) {
    let at = spot(dice.below(6));
    let fails = c.answers.get(&at).is_some_and(|a| a.value == AnswerValue::Fails);
    let stepped = c.findings.get(&at).is_some_and(|f| !f.steps.is_empty());
    let remark = format!("{who} {}", dice.below(texts));
    let on = day(dice.below(5));
    match dice.below(9) {
        8 => {
            // The same file has the same place wherever it is added.
            let digest = format!("{:064x}", dice.below(4));
            let key = Spot::new(&at.subject, digest.get(48..).unwrap());
            let (source, file) = ("probe".to_owned(), "p.json".to_owned());
            let (target, taken_at) = (String::new(), String::new());
            let kind = EvidenceKind::Probe;
            let new = Evidence { kind, source, target, taken_at, file, digest, on, by: who.into(), facts: Vec::new() };
            c.evidence.entry(key).or_insert(new);
        }
        0 if fails => {
            let finding = c.findings.get_mut(&at).unwrap();
            finding.responsible = remark;
        }
        1 if fails => c.findings.get_mut(&at).unwrap().due = Some(on),
        2 if fails => {
            let step = FindingStepTaken { step: FindingStep::Rectified, on, by: who.into(), comment: remark };
            c.findings.get_mut(&at).unwrap().steps.push(step);
        }
        3 if !stepped => drop(c.answers.remove(&at)),
        4 | 5 if !stepped => {
            let value = [AnswerValue::Conforms, AnswerValue::NotApplicable][dice.below(2) as usize];
            let remark = if dice.below(2) == 0 { String::new() } else { remark };
            c.answers.insert(at, Answer { value, remark, by: who.into(), on });
        }
        _ => {
            let finding = c.findings.entry(at.clone()).or_insert_with(|| Finding {
                pack: "p8-computers".into(),
                article: "7.1".into(),
                what: String::new(),
                responsible: String::new(),
                due: None,
                opened_on: on,
                steps: Vec::new(),
                waiver: None,
            });
            finding.what.clone_from(&remark);
            c.answers.insert(at, Answer { value: AnswerValue::Fails, remark, by: who.into(), on });
        }
    }
}

fn script(dice: &mut Dice, from: &Carried, who: &str) -> Carried {
    let mut c = from.clone();
    for _ in 0..dice.below(7) {
        edit(dice, &mut c, who, 3);
    }
    c
}

fn content(c: &Carried) -> Vec<(Spot, Option<AnswerValue>, String, Option<Finding>)> {
    let spots: BTreeSet<&Spot> = c.answers.keys().chain(c.findings.keys()).collect();
    let one = |s: &Spot| {
        let (value, remark) = says(c.answers.get(s));
        (s.clone(), value, remark.to_owned(), c.findings.get(s).cloned())
    };
    spots.into_iter().map(one).collect()
}

fn rounds() -> u64 {
    if std::env::var_os("SHOUMI_LONG").is_some() { 300_000 } else { 4_000 }
}

fn run(base: &Carried, host: &Carried, laptop: &Carried, take: &BTreeMap<Spot, Take>, n: u64) -> Merged {
    merge(base, host, laptop, take, &laptop_mark(n), ("li.na", day(9)))
}

fn sound(c: &Carried) {
    for (spot, a) in &c.answers {
        if a.value == AnswerValue::Fails {
            assert!(!a.remark.is_empty() && c.findings.contains_key(spot), "{spot}");
        }
    }
    for (spot, f) in &c.findings {
        let value = c.answers.get(spot).map(|a| a.value);
        assert!(f.steps.is_empty() || value == Some(AnswerValue::Fails), "{spot} was mended and {value:?}");
    }
}

#[test]
fn whatever_both_sides_did_nothing_is_lost_and_a_second_merge_changes_nothing() {
    let none = BTreeMap::new();
    let mut dice = Dice(TestRng::from_seed(RngAlgorithm::ChaCha, &[11; 32]));
    let (mut clean, mut clashes) = (0, 0);
    for round in 0..rounds() {
        let base = script(&mut dice, &Carried::default(), "base");
        let host = script(&mut dice, &base, if round % 3 == 0 { "both" } else { "host" });
        let laptop = script(&mut dice, &base, if round % 3 == 0 { "both" } else { "laptop" });
        let merged = run(&base, &host, &laptop, &none, 1);
        sound(&merged.carried);
        let files = |c: &Carried| c.evidence.keys().cloned().collect::<BTreeSet<_>>();
        let both: BTreeSet<Spot> = files(&host).union(&files(&laptop)).cloned().collect();
        assert_eq!(files(&merged.carried), both, "round {round}: every file of either side");
        let torn: BTreeSet<&Spot> = merged.conflicts.iter().map(|c| &c.spot).collect();
        for n in 0..6 {
            let at = spot(n);
            let [b, h, l, now] = [&base, &host, &laptop, &merged.carried].map(|c| says(c.answers.get(&at)));
            let [fb, fh, fl, fm] = [&base, &host, &laptop, &merged.carried].map(|c| c.findings.get(&at));
            if torn.contains(&at) {
                assert_eq!((h, fh), (now, fm), "round {round} {at}: what is undecided stays");
                let clash = merged.conflicts.iter().find(|c| c.spot == at).unwrap();
                assert_eq!((says(clash.host.as_ref()), says(clash.laptop.as_ref())), (h, l), "both texts are shown");
                continue;
            }
            for (name, side) in [("register", h), ("laptop", l)] {
                assert!(side.0 == b.0 || now.0 == side.0, "round {round} {at}: the {name}'s answer is lost");
                assert!(
                    side.1 == b.1 || now.1 == side.1,
                    "round {round} {at}: the {name}'s remark {side:?} is lost: {now:?}"
                );
            }
            for side in [fh, fl].into_iter().flatten() {
                let of = |x: Option<&Finding>| {
                    x.map_or((String::new(), None, 0), |f| (f.responsible.clone(), f.due, f.steps.len()))
                };
                let (was, is, then) = (of(fb), of(Some(side)), of(fm));
                assert!(is.0 == was.0 || then.0 == is.0, "round {round} {at}");
                assert!(is.1 == was.1 || then.1 == is.1, "round {round} {at}");
                assert!(is.2 == was.2 || then.2 == is.2, "round {round} {at}");
            }
        }
        let again = run(&base, &merged.carried, &laptop, &none, 1);
        assert_eq!(again.carried, merged.carried, "round {round}: the second merge");
        assert!(again.changed.is_empty());
        if merged.conflicts.is_empty() {
            clean += 1;
            assert!(again.conflicts.is_empty(), "round {round}: {:?}", again.conflicts);
        } else {
            clashes += 1;
            for side in [Take::Host, Take::Laptop] {
                let take = torn.iter().map(|s| ((*s).clone(), side)).collect();
                let decided = run(&base, &host, &laptop, &take, 1);
                // Only an answer to something already mended may stay undecided.
                assert!(decided.conflicts.iter().all(|c| c.field == "steps" && side == Take::Laptop));
                sound(&decided.carried);
            }
        }
    }
    assert!(clean > rounds() / 10 && clashes > rounds() / 10, "{clean} clean, {clashes} with conflicts");
}

#[test]
fn two_laptops_may_come_back_in_either_order() {
    let none = BTreeMap::new();
    let mut dice = Dice(TestRng::from_seed(RngAlgorithm::ChaCha, &[12; 32]));
    let mut compared = 0;
    for round in 0..rounds() {
        let base = script(&mut dice, &Carried::default(), "base");
        let host = script(&mut dice, &base, "host");
        let [one, two] = ["one", "two"].map(|who| script(&mut dice, &base, who));
        let both = |first: (&Carried, u64), second: (&Carried, u64)| {
            let a = run(&base, &host, first.0, &none, first.1);
            let b = run(&base, &a.carried, second.0, &none, second.1);
            (a.conflicts.is_empty() && b.conflicts.is_empty()).then_some(b.carried)
        };
        if let (Some(a), Some(b)) = (both((&one, 1), (&two, 2)), both((&two, 2), (&one, 1))) {
            compared += 1;
            assert_eq!(content(&a), content(&b), "round {round}");
            assert!(a.evidence.keys().eq(b.evidence.keys()), "round {round}");
        }
    }
    assert!(compared > rounds() / 20, "{compared}");
}

#[test]
fn a_laptop_goes_on_after_its_first_return() {
    let none = BTreeMap::new();
    let at = spot(0);
    let fails = |remark: &str, by: &str| {
        let mut c = Carried::default();
        let answer = Answer { value: AnswerValue::Fails, remark: remark.into(), by: by.into(), on: day(0) };
        c.answers.insert(at.clone(), answer);
        c
    };
    let (sent, one) = (Carried::default(), fails("door open", "wang"));
    let first = run(&sent, &sent, &one, &none, 1);
    assert_eq!(first.carried.answers[&at].by, "wang@bundle-1");
    let second = run(&one, &first.carried, &fails("door open, no lock", "wang"), &none, 1);
    assert_eq!((second.conflicts.len(), second.carried.answers[&at].remark.as_str()), (0, "door open, no lock"));
    // Once the office has changed the remark, the laptop no longer may.
    let office = fails("door repaired", "li.na");
    let third = run(&one, &office, &fails("door open, no lock", "wang"), &none, 1);
    assert_eq!((third.conflicts.len(), third.carried.answers[&at].remark.as_str()), (1, "door repaired"));
    assert_eq!(
        (third.conflicts[0].host_text.as_str(), third.conflicts[0].laptop_text.as_str()),
        ("door repaired", "door open, no lock")
    );
    // Decided for the register, it is not asked again as long as the laptop leaves the item alone.
    let decided = run(&one, &office, &third.carried, &[(at.clone(), Take::Host)].into(), 1).carried;
    let again = run(&fails("door open, no lock", "wang"), &decided, &fails("door open, no lock", "wang"), &none, 1);
    assert_eq!((again.conflicts.len(), again.carried.answers[&at].remark.as_str()), (0, "door repaired"));
}

#[test]
fn a_decision_for_one_side_takes_answer_and_remark_together() {
    let at = spot(0);
    let one = |value, remark: &str| {
        let mut c = Carried::default();
        c.answers.insert(at.clone(), Answer { value, remark: remark.into(), by: "x".into(), on: day(0) });
        c
    };
    let (host, laptop) = (one(AnswerValue::Conforms, ""), one(AnswerValue::Fails, "no lock"));
    let decided = |side| run(&Carried::default(), &host, &laptop, &[(at.clone(), side)].into(), 1);
    let said = |m: &Merged| (m.conflicts.len(), m.carried.answers[&at].value, m.carried.answers[&at].remark.clone());
    assert_eq!(said(&decided(Take::Host)), (0, AnswerValue::Conforms, String::new()));
    assert_eq!(said(&decided(Take::Laptop)), (0, AnswerValue::Fails, "no lock".to_owned()));
    assert!(decided(Take::Host).carried.findings.is_empty());
}

/// A laptop as it is at some moment: its work, the marks of its returns, and every answer and remark its people have seen.
#[derive(Clone)]
struct Laptop {
    work: Carried,
    returns: Vec<String>,
    seen: BTreeSet<(Spot, String)>,
    values: BTreeSet<(Spot, &'static str)>,
}

impl Laptop {
    fn look(&mut self) {
        let all = self.work.answers.iter().map(|(at, a)| (at.clone(), a.remark.clone()));
        self.seen.extend(all);
        self.values.extend(self.work.answers.iter().map(|(at, a)| (at.clone(), a.value.code())));
    }
}

/// Whatever order laptops of one bundle, some set back to an earlier day, come home in: an answer or a remark of the
/// register gives way only to somebody who had it before him.
#[test]
fn nobody_overwrites_what_he_has_not_seen() {
    let mut dice = Dice(TestRng::from_seed(RngAlgorithm::ChaCha, &[13; 32]));
    let (mut merges, mut torn, mut replaced, mut forked) = (0, 0, 0, 0);
    for round in 0..rounds() / 8 {
        let sent = script(&mut dice, &Carried::default(), "office");
        let mut new =
            Laptop { work: sent.clone(), returns: Vec::new(), seen: BTreeSet::new(), values: BTreeSet::new() };
        new.look();
        let mut laptops = vec![new.clone(), new];
        let mut backups = laptops.clone();
        let (mut host, mut travels) = (sent.clone(), Travels::default());
        for turn in 0..24 {
            let who = dice.below(2) as usize;
            match dice.below(8) {
                0 => backups[who] = laptops[who].clone(),
                1 => laptops[who] = backups[who].clone(),
                2 => edit(&mut dice, &mut host, &format!("office {turn}"), 1000),
                3..5 => {
                    edit(&mut dice, &mut laptops[who].work, &format!("laptop {who} {turn}"), 1000);
                    laptops[who].look();
                }
                _ => {
                    let l = &mut laptops[who];
                    l.returns.push(format!("{:?}{:?}", l.returns.last(), content(&l.work)));
                    if travels.known(&l.returns) != Known::New {
                        continue;
                    }
                    let base = travels.base(&l.returns, &sent).clone();
                    forked += u32::from(l.returns.len() > 1 && base == sent);
                    let mut take = BTreeMap::new();
                    let mut merged = run(&base, &host, &l.work, &take, 1);
                    merges += 1;
                    torn += merged.conflicts.len();
                    for conflict in &merged.conflicts {
                        take.insert(conflict.spot.clone(), Take::Host);
                    }
                    merged = run(&base, &host, &l.work, &take, 1);
                    assert!(merged.conflicts.is_empty());
                    sound(&merged.carried);
                    for (at, before) in &host.answers {
                        let now = says(merged.carried.answers.get(at));
                        let kept = now.0 == Some(before.value);
                        if kept && (now.1 == before.remark || before.remark.is_empty()) {
                            continue;
                        }
                        replaced += 1;
                        let value = kept || l.values.contains(&(at.clone(), before.value.code()));
                        let remark = now.1 == before.remark
                            || before.remark.is_empty()
                            || l.seen.contains(&(at.clone(), before.remark.clone()));
                        assert!(
                            value && remark,
                            "round {round} turn {turn} {at}: {before:?} gave way to {now:?} unseen"
                        );
                    }
                    travels.take(1, &l.returns, l.work.clone());
                    host = merged.carried;
                    let quiet = travels.base(&l.returns, &sent);
                    assert!(run(quiet, &host, &l.work, &BTreeMap::new(), 1).conflicts.is_empty(), "decided twice");
                }
            }
        }
    }
    assert!(torn > merges / 20 && replaced > merges / 50 && forked > 10, "{merges} {torn} {replaced} {forked}");
}
