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
}

/// Puts together what the register has and what came back, against what went out. `mark` ends the `by` of answers that
/// came from this laptop; a mixed answer is `who`'s, on `today`.
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
        let mut fields = Fields { spot, sides, take: take.get(spot).copied(), clash: Vec::new() };
        let (answer, finding) = fields.one(mark, who, today);
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
    take: Option<Take>,
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
        match self.take {
            Some(Take::Host) => host,
            Some(Take::Laptop) => laptop,
            None => {
                self.clash.push((field, text(&host), text(&laptop)));
                host
            }
        }
    }

    fn one(&mut self, mark: &str, who: &str, today: Date) -> (Option<Answer>, Option<Finding>) {
        let spot = self.spot;
        let [base, host, laptop] = self.sides.map(|c| c.answers.get(spot));
        // What this laptop brought back before is no text of the register's own: the laptop may go on from there.
        let base = host.filter(|a| !mark.is_empty() && a.by.ends_with(mark)).or(base);
        let all = [base, host, laptop].map(says);
        let value = self.three("value", all.map(|s| s.0), |v| v.map_or(String::new(), |v| v.code().to_owned()));
        let remark = self.three("remark", all.map(|s| s.1.to_owned()), String::clone);
        let mut says_now = (value, remark.as_str());
        let senseless = (value == Some(AnswerValue::Fails) || value.is_none()) && {
            (value.is_none() && !remark.is_empty()) || (value.is_some() && remark.is_empty())
        };
        if senseless && self.clash.is_empty() {
            // Each field by itself would go, both together say nothing.
            match self.take {
                Some(Take::Host) => says_now = all[1],
                Some(Take::Laptop) => says_now = all[2],
                None => {
                    let [_, host, laptop] = all.map(|(_, remark)| remark.to_owned());
                    self.clash.push(("remark", host, laptop));
                }
            }
        }
        let mut finding = self.finding(mark);
        let stepped = finding.as_ref().is_some_and(|f| !f.steps.is_empty());
        let moved = says_now.0 != Some(AnswerValue::Fails);
        if stepped && moved && self.clash.is_empty() {
            // Something was already done about it: the answer that led to it stays.
            if self.take == Some(Take::Host) {
                says_now = all[1];
                finding = self.sides[1].findings.get(spot).cloned();
            } else {
                let code = |v: Option<AnswerValue>| v.map_or(String::new(), |v| v.code().to_owned());
                self.clash.push(("steps", code(all[1].0), code(all[2].0)));
            }
        }
        let answer = match says_now {
            now if now == all[1] => host.cloned(),
            now if now == all[2] => laptop.map(|a| Answer { by: marked(&a.by, mark), ..a.clone() }),
            (None, _) => None,
            (Some(value), remark) => Some(Answer { value, remark: remark.to_owned(), by: who.to_owned(), on: today }),
        };
        (answer, finding)
    }

    fn finding(&mut self, mark: &str) -> Option<Finding> {
        let spot = self.spot;
        let [base, host, laptop] = self.sides.map(|c| c.findings.get(spot));
        let (Some(h), Some(l)) = (host, laptop) else { return host.or(laptop).cloned() };
        let all = [base, host, laptop];
        let text = |f: Option<&Finding>, of: fn(&Finding) -> &String| f.map_or(String::new(), |f| of(f).clone());
        let mut what = all.map(|f| text(f, |f| &f.what));
        // As with the answer, as long as nobody has put it in other words since.
        let answered = self.sides[1].answers.get(spot);
        if answered.is_some_and(|a| {
            !mark.is_empty() && a.by.ends_with(mark) && says(Some(a)) == (Some(AnswerValue::Fails), &h.what)
        }) {
            what[0].clone_from(&h.what);
        }
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
