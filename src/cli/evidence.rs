//! `evidence add`: a scan or a probe beside the items of an inspection.

use super::args::EvidenceCmd;
use super::failure::Result;
use super::{Cx, id};
use crate::domain::inspection::Subject;
use crate::session::answer::sentence;

/// `evidence add`.
pub fn evidence(cx: &mut Cx, what: &EvidenceCmd) -> Result {
    let EvidenceCmd::Add { file, inspection, subject } = what;
    let inspection = id(inspection, "I000003")?;
    let answer = cx.open()?.add_evidence(inspection, subject.as_deref().map(Subject::new), file)?;
    if cx.out.json {
        cx.out.document(&answer)?;
        return Ok(0);
    }
    let texts = cx.texts();
    let values = [
        ("inspection", answer.inspection.to_string()),
        ("subject", answer.subject.to_string()),
        ("source", answer.source.clone()),
        ("target", answer.target.clone()),
        ("at", answer.taken_at.clone()),
        ("facts", answer.facts.to_string()),
        ("failing", answer.failing.to_string()),
    ];
    let key = if answer.repeated { "cli.evidence.repeated" } else { "cli.evidence.added" };
    cx.out.line(&texts.fill(key, &values))?;
    for w in &answer.warnings {
        cx.out.note(&sentence(texts, "warning", &w.code, &w.values));
    }
    Ok(0)
}
