//! Evidence of scanners and probes beside the items of an inspection; it never answers one.

use super::inspection::{done, in_state, the_inspection, the_template, unchanged};
use super::{Context, Decision, Refusal, Warning, required, short};
use crate::domain::command::{AddEvidence, RemoveEvidence};
use crate::domain::evidence::{Evidence, EvidenceFact};
use crate::domain::inspection::Spot;
use crate::domain::{InspectionState, View};
use crate::rules;

/// Most facts of one inspection, so that it stays within what a record holds and every answer stays quick.
const MOST_FACTS: usize = 20_000;

pub(super) fn add(view: &dyn View, cx: &Context, asked: &AddEvidence) -> Result<Decision, Refusal> {
    let mut i = the_inspection(view, asked.inspection)?;
    in_state(&i, &[InspectionState::Planned, InspectionState::Open])?;
    if !i.subjects.contains(&asked.subject) {
        return Err(Refusal::input("no_such_subject").with("id", i.id).with("subject", &asked.subject));
    }
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    if asked.digest.len() != 64 || !asked.digest.chars().all(hex) {
        return Err(Refusal::input("evidence_digest").with("value", asked.digest.chars().take(80).collect::<String>()));
    }
    // The subject and the file: the same file once more changes nothing.
    let key = Spot::new(&asked.subject, &asked.digest.chars().take(16).collect::<String>());
    if i.evidence.contains_key(&key) {
        return Ok(unchanged(&i));
    }
    let template = the_template(view, &i)?;
    let mut facts = Vec::new();
    for f in asked.facts.iter().filter(|f| rules::wanted(&template, asked.kind, f)) {
        facts.push(EvidenceFact {
            topic: required("topic", &f.topic)?,
            name: short("name", &f.name)?,
            seen: required("seen", &f.seen)?,
            text: short("text", &f.text)?,
            source: short("source", &f.source)?,
        });
    }
    if facts.is_empty() {
        return Err(Refusal::rule("evidence_matches_nothing")
            .with("facts", asked.facts.len())
            .with("template", &i.template)
            .with("version", &i.version));
    }
    let before: usize = i.evidence.values().map(|e| e.facts.len()).sum();
    if before + facts.len() > MOST_FACTS {
        return Err(Refusal::input("evidence_too_much").with("count", before + facts.len()).with("most", MOST_FACTS));
    }
    let left = asked.facts.len() - facts.len();
    let evidence = Evidence {
        kind: asked.kind,
        source: short("source", &asked.source)?,
        target: short("target", &asked.target)?,
        taken_at: short("taken_at", &asked.taken_at)?,
        file: short("file", &asked.file)?,
        digest: asked.digest.clone(),
        on: cx.today,
        by: cx.who.operator.clone(),
        facts,
    };
    i.evidence.insert(key, evidence);
    let mut decision = done(vec![i]);
    if left > 0 {
        decision.warnings.push(Warning::new("evidence_left").with("count", left));
    }
    Ok(decision)
}

/// Takes a file away again, as long as nobody signs on it.
pub(super) fn remove(view: &dyn View, asked: &RemoveEvidence) -> Result<Decision, Refusal> {
    let mut i = the_inspection(view, asked.inspection)?;
    in_state(&i, &[InspectionState::Planned, InspectionState::Open])?;
    required("reason", &asked.reason)?;
    let wanted = asked.digest.trim().to_ascii_lowercase();
    let fits = |key: &Spot, digest: &str| {
        asked.subject.as_ref().is_none_or(|s| *s == key.subject) && !wanted.is_empty() && digest.starts_with(&wanted)
    };
    let found: Vec<Spot> = i.evidence.iter().filter(|(k, e)| fits(k, &e.digest)).map(|(k, _)| k.clone()).collect();
    let [key] = found.as_slice() else {
        let code = if found.is_empty() { "no_such_evidence" } else { "evidence_not_one" };
        return Err(Refusal::input(code).with("id", i.id).with("value", wanted.chars().take(80).collect::<String>()));
    };
    i.evidence.remove(key);
    Ok(done(vec![i]))
}
