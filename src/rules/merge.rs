//! The three-way merge of an inspection that was worked on in two places: field by field against what went out. A change
//! of one side stands; where both changed a field differently nobody is overwritten, both texts are handed back.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::command::Take;
use crate::domain::evidence::Evidence;
use crate::domain::inspection::{Answer, Carried, Finding, FindingStepTaken, FindingWaiver, Spot};
use crate::domain::{AnswerValue, Date};

/// A field that both sides changed differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Conflict {
    /// Where.
    pub spot: Spot,
    /// Which field: `value`, `remark`, `what`, `responsible`, `due`, `steps`, `waiver`.
    pub field: &'static str,
    /// The answer that went out.
    pub base: Option<Answer>,
    /// The register's answer.
    pub host: Option<Answer>,
    /// The laptop's answer.
    pub laptop: Option<Answer>,
    /// The register's text of the field.
    pub host_text: String,
    /// The laptop's text of the field.
    pub laptop_text: String,
}

/// What a merge gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// Answers and findings afterwards; where a conflict is undecided, the register's.
    pub carried: Carried,
    /// Where the answer is another than the register's was.
    pub changed: Vec<Spot>,
    /// What is still to be decided.
    pub conflicts: Vec<Conflict>,
    /// Where both sides changed the plan: the field and the laptop's text, which gave way.
    pub gave_way: Vec<(&'static str, String)>,
}

/// Puts together what the register has and what came back, against what both last had in common. `mark` ends the `by` of
/// answers that came from this laptop; a mixed answer is `who`'s, on `today`. A spot decided for the register keeps all the
/// register has there; one decided for the laptop takes the laptop's answer and remark together where they were in conflict.
pub fn merge(
    base: &Carried,
    host: &Carried,
    laptop: &Carried,
    take: &BTreeMap<Spot, Take>,
    mark: &str,
    (who, today): (&str, Date),
) -> Merged {
    let mut out = Merged { carried: host.clone(), ..Merged::default() };
    out.carried.evidence = evidence(base, host, laptop);
    let sides = [base, host, laptop];
    let spots: BTreeSet<&Spot> = sides.iter().flat_map(|c| c.answers.keys().chain(c.findings.keys())).collect();
    for spot in spots {
        let mut fields = Fields { spot, sides, laptop: false, whole: false, clash: Vec::new() };
        let (mut answer, mut finding) = fields.one(mark, who, today);
        match take.get(spot).filter(|_| !fields.clash.is_empty()) {
            Some(Take::Host) => continue,
            Some(Take::Laptop) => {
                let whole = fields.clash.iter().any(|(field, ..)| matches!(*field, "value" | "remark"));
                fields = Fields { laptop: true, whole, clash: Vec::new(), ..fields };
                (answer, finding) = fields.one(mark, who, today);
            }
            None => {}
        }
        if !fields.clash.is_empty() {
            // Half a decision would be somebody's remark with somebody else's answer.
            let clash = fields.clash.drain(..).map(|(field, host_text, laptop_text)| Conflict {
                spot: spot.clone(),
                field,
                base: base.answers.get(spot).cloned(),
                host: host.answers.get(spot).cloned(),
                laptop: laptop.answers.get(spot).cloned(),
                host_text,
                laptop_text,
            });
            out.conflicts.extend(clash);
            continue;
        }
        if answer.as_ref() != host.answers.get(spot) {
            out.changed.push(spot.clone());
        }
        put(&mut out.carried.answers, spot, answer);
        put(&mut out.carried.findings, spot, finding);
    }
    for (field, of) in [("tool", (|c| &c.tool) as fn(&Carried) -> &String), ("inspector", |c| &c.inspector)] {
        let [base, host, laptop] = sides.map(of);
        if laptop == base || laptop == host {
            continue;
        }
        if host != base {
            out.gave_way.push((field, laptop.clone()));
        } else if field == "tool" {
            out.carried.tool.clone_from(laptop);
        } else {
            out.carried.inspector.clone_from(laptop);
        }
    }
    out
}

/// A file of evidence never changes, so that a side can only add one or take one away: what either added is there, what
/// either took away of what went out is gone.
fn evidence(base: &Carried, host: &Carried, laptop: &Carried) -> BTreeMap<Spot, Evidence> {
    let all = host.evidence.iter().chain(&laptop.evidence);
    let gone = |key: &Spot| {
        let taken = |side: &Carried| !side.evidence.contains_key(key);
        base.evidence.contains_key(key) && (taken(host) || taken(laptop))
    };
    // Where both have it, the register's stays.
    let mut out = BTreeMap::new();
    for (key, one) in all.filter(|(key, _)| !gone(key)) {
        out.entry(key.clone()).or_insert_with(|| one.clone());
    }
    out
}

fn put<T>(map: &mut BTreeMap<Spot, T>, spot: &Spot, value: Option<T>) {
    match value {
        Some(value) => drop(map.insert(spot.clone(), value)),
        None => drop(map.remove(spot)),
    }
}

/// What an answer says, apart from who gave it when.
fn says(answer: Option<&Answer>) -> (Option<AnswerValue>, &str) {
    (answer.map(|a| a.value), answer.map_or("", |a| a.remark.as_str()))
}

struct Fields<'a> {
    spot: &'a Spot,
    sides: [&'a Carried; 3],
    /// Decided for the laptop.
    laptop: bool,
    /// Its answer and remark belong together.
    whole: bool,
    clash: Vec<(&'static str, String, String)>,
}

impl Fields<'_> {
    /// One field of three.
    fn three<T: PartialEq + Clone>(&mut self, field: &'static str, all: [T; 3], text: impl Fn(&T) -> String) -> T {
        let [base, host, laptop] = all;
        if host == laptop || laptop == base {
            return host;
        }
        if host == base {
            return laptop;
        }
        if self.laptop {
            return laptop;
        }
        self.clash.push((field, text(&host), text(&laptop)));
        host
    }

    fn one(&mut self, mark: &str, who: &str, today: Date) -> (Option<Answer>, Option<Finding>) {
        let spot = self.spot;
        let [base, host, laptop] = self.sides.map(|c| c.answers.get(spot));
        let all = [base, host, laptop].map(says);
        let value = self.three("value", all.map(|s| s.0), |v| v.map_or(String::new(), |v| v.code().to_owned()));
        let remark = self.three("remark", all.map(|s| s.1.to_owned()), String::clone);
        let says_now = if self.whole { all[2] } else { (value, remark.as_str()) };
        let (now, text) = says_now;
        let senseless = (now == Some(AnswerValue::Fails) && text.is_empty()) || (now.is_none() && !text.is_empty());
        if senseless && self.clash.is_empty() {
            // Each field by itself would go, both together say nothing.
            self.clash.push(("remark", all[1].1.to_owned(), all[2].1.to_owned()));
        }
        let finding = self.finding();
        let stepped = finding.as_ref().is_some_and(|f| !f.steps.is_empty());
        if stepped && now != Some(AnswerValue::Fails) && self.clash.is_empty() {
            // Something was already done about it: the answer that led to it stays.
            let code = |v: Option<AnswerValue>| v.map_or(String::new(), |v| v.code().to_owned());
            self.clash.push(("steps", code(all[1].0), code(all[2].0)));
        }
        let answer = match says_now {
            now if now == all[1] => host.cloned(),
            now if now == all[2] => laptop.map(|a| Answer { by: marked(&a.by, mark), ..a.clone() }),
            (None, _) => None,
            (Some(value), remark) => Some(Answer { value, remark: remark.to_owned(), by: who.to_owned(), on: today }),
        };
        (answer, finding)
    }

    fn finding(&mut self) -> Option<Finding> {
        let spot = self.spot;
        let [base, host, laptop] = self.sides.map(|c| c.findings.get(spot));
        let (h, l) = match (host, laptop) {
            (Some(h), Some(l)) => (h, l),
            // The register was decided to have none.
            (None, Some(_)) if laptop == base => return None,
            _ => return host.or(laptop).cloned(),
        };
        let all = [base, host, laptop];
        let text = |f: Option<&Finding>, of: fn(&Finding) -> &String| f.map_or(String::new(), |f| of(f).clone());
        let what = all.map(|f| text(f, |f| &f.what));
        let what = self.three("what", what, String::clone);
        let responsible = self.three("responsible", all.map(|f| text(f, |f| &f.responsible)), String::clone);
        let due = self.three("due", all.map(|f| f.and_then(|f| f.due)), |d| d.map_or(String::new(), |d| d.to_string()));
        let steps: Vec<FindingStepTaken> =
            self.three("steps", all.map(|f| f.map_or(Vec::new(), |f| f.steps.clone())), |s| s.len().to_string());
        let waiver: Option<FindingWaiver> = self.three("waiver", all.map(|f| f.and_then(|f| f.waiver.clone())), |w| {
            w.as_ref().map_or(String::new(), |w| format!("{} {}", w.until, w.reason))
        });
        let opened_on = h.opened_on.min(l.opened_on);
        Some(Finding { what, responsible, due, opened_on, steps, waiver, ..h.clone() })
    }
}

/// What ends the name of an operator whose answer came in the bundle with this number.
pub fn laptop_mark(number: u64) -> String {
    format!("@bundle-{number}")
}

/// Who gave an answer, and on which laptop.
fn marked(by: &str, mark: &str) -> String {
    if by.ends_with(mark) { by.to_owned() } else { format!("{by}{mark}") }
}

#[cfg(test)]
mod tests;
