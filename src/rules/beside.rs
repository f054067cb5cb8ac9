//! Which facts of a scan or a probe stand beside which item: the template says it.

use super::answer::Line;
use super::{Item, Template, Values};
use crate::domain::evidence::{Evidence, EvidenceFact, EvidenceKind};

/// Whether a fact stands beside an item.
pub fn beside(item: &Item, kind: EvidenceKind, fact: &EvidenceFact) -> bool {
    match kind {
        EvidenceKind::Scan => item.scan.contains(&fact.topic),
        EvidenceKind::Probe => item.probe.iter().any(|wanted| match wanted.split_once('.') {
            None => *wanted == fact.topic,
            Some((topic, name)) => topic == fact.topic && name == fact.name,
        }),
    }
}

/// Whether a fact stands beside any item.
pub fn wanted(template: &Template, kind: EvidenceKind, fact: &EvidenceFact) -> bool {
    template.items().any(|item| beside(item, kind, fact))
}

/// What a file of evidence says beside an item: locale keys `evidence.<code>`.
pub fn said(item: &Item, evidence: &Evidence) -> Vec<Line> {
    let facts = evidence.facts.iter().filter(|f| beside(item, evidence.kind, f));
    facts.map(|f| line(evidence, f)).collect()
}

fn line(evidence: &Evidence, f: &EvidenceFact) -> Line {
    let (code, seen) = match evidence.kind {
        EvidenceKind::Scan => ("scanned", f.seen.as_str()),
        EvidenceKind::Probe => match f.seen.as_str() {
            "absent" => ("probed_absent", ""),
            "unreadable" => ("probed_unreadable", ""),
            _ => ("probed", ""),
        },
    };
    let taken = evidence.taken();
    let values: Values = [
        ("probe_topic", f.topic.as_str()),
        ("name", &f.name),
        ("outcome", seen),
        ("text", &f.text),
        ("from", &f.source),
        ("tool", &evidence.source),
        ("at", &taken),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), v.to_owned()))
    .collect();
    Line { code: code.to_owned(), article: String::new(), values }
}
