//! A file of a scanner or a probe becomes evidence of an inspection.

use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::inspect::the_inspection;
use super::{Session, SessionError};
use crate::decide::Warning;
use crate::domain::command::AddEvidence;
use crate::domain::evidence::{EvidenceFact, EvidenceKind};
use crate::domain::inspection::{Inspection, Spot, Subject};
use crate::domain::{Channel, Command, InspectionId, View};
use crate::error::{Error, Kind};
use crate::exchange::{Outcome, Probe, ScanResult, Seen, read_most, read_results, shown};

/// The largest file read.
const LARGEST: u64 = 128 << 20;

/// What `evidence add` answers.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct EvidenceAnswer {
    /// The inspection.
    pub inspection: InspectionId,
    /// The machine.
    pub subject: Subject,
    /// Who asked it.
    pub kind: EvidenceKind,
    /// The program.
    pub source: String,
    /// The machine's name, as the file says.
    pub target: String,
    /// When it was asked, as the file says.
    pub taken_at: String,
    /// The file's SHA-256.
    pub digest: String,
    /// How many facts stand beside items.
    pub facts: usize,
    /// Of them those a scanner holds for not kept.
    pub failing: usize,
    /// The same file was there already; nothing was changed.
    pub repeated: bool,
    /// What deserves a look.
    #[schemars(with = "Vec<serde_json::Value>")]
    pub warnings: Vec<Warning>,
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, Error> {
    let bytes = read_most(file, LARGEST + 1)?;
    if bytes.len() as u64 > LARGEST {
        let error = Error::new(Kind::Input, "evidence_too_large").with("file", file.display());
        return Err(error.with("most", LARGEST >> 20));
    }
    Ok(bytes)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, b| {
        out.extend([b >> 4, b & 15].into_iter().filter_map(|n| char::from_digit(u32::from(n), 16)));
        out
    })
}

/// The facts of a probe, with the name of the machine.
fn of_probe(p: Probe) -> (String, Vec<EvidenceFact>) {
    let name = p.facts.iter().find(|f| f.topic == "system" && f.name == "hostname").map(|f| &f.seen);
    let target = match name {
        Some(Seen::Value(name)) => name.clone(),
        _ => String::new(),
    };
    let fact = |f: crate::exchange::Fact| {
        let (seen, text) = match f.seen {
            Seen::Value(text) => ("value", text),
            Seen::Absent => ("absent", String::new()),
            Seen::Unreadable(why) => ("unreadable", why),
        };
        EvidenceFact { topic: f.topic, name: f.name, seen: seen.to_owned(), text, source: f.source }
    };
    (target, p.facts.into_iter().map(fact).collect())
}

/// The results of a scan; what was not looked at is no evidence.
fn of_scan(scan: &ScanResult) -> Vec<EvidenceFact> {
    let fact = |r: &crate::exchange::RuleResult| EvidenceFact {
        topic: r.rule.clone(),
        name: String::new(),
        seen: Outcome::ALL.iter().find(|(o, _)| *o == r.outcome).map_or("unknown", |(_, w)| w).to_owned(),
        text: r.messages.join("\n").chars().take(400).collect(),
        source: scan.benchmark.clone(),
    };
    scan.results.iter().filter(|r| r.outcome.is_evidence()).map(fact).collect()
}

/// The subject a file is about: the one named, or the only one.
pub(super) fn which_subject(i: &Inspection, named: Option<Subject>) -> Result<Subject, SessionError> {
    match (named, i.subjects.as_slice()) {
        (Some(subject), all) if all.contains(&subject) => Ok(subject),
        (Some(subject), _) => {
            Err(Error::new(Kind::Input, "form_no_subject").with("id", i.id).with("subject", subject).into())
        }
        (None, [only]) => Ok(only.clone()),
        (None, all) => {
            let known = all.iter().map(Subject::as_str).collect::<Vec<_>>().join(", ");
            Err(Error::new(Kind::Input, "evidence_which").with("id", i.id).with("known", known).into())
        }
    }
}

impl Session {
    /// Lays a file beside the items of an inspection: the JSON of a probe, or the results of a scanner.
    ///
    /// # Errors
    /// Why the file is refused, above all when a scan looked at nothing; a refusal when nothing of it belongs to an item.
    pub fn add_evidence(
        &self,
        id: InspectionId,
        subject: Option<Subject>,
        file: &Path,
    ) -> Result<EvidenceAnswer, SessionError> {
        self.may_read_people()?;
        let file = &*self.settings.incoming(file)?;
        let bytes = bytes_of(file)?;
        let digest = hex(&Sha256::digest(&bytes));
        let subject = self.read(|s| which_subject(&the_inspection(s, id)?, subject))?;
        let json = bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{');
        let (kind, source, target, taken_at, facts) = if json {
            let damaged = |why: String| {
                Error::new(Kind::Input, "evidence_no_probe").with("file", file.display()).with("why", shown(&why))
            };
            let probe: Probe = serde_json::from_slice(&bytes).map_err(|e| damaged(e.to_string()))?;
            if probe.format != "shoumi-probe-1" {
                return Err(damaged(probe.format).into());
            }
            let (format, at) = (probe.format.clone(), probe.read_at.clone());
            let (target, facts) = of_probe(probe);
            (EvidenceKind::Probe, format, target, at, facts)
        } else {
            let mut scans = read_results(file)?;
            let Some(scan) = scans.pop().filter(|_| scans.is_empty()) else {
                return Err(Error::new(Kind::Input, "evidence_many").with("file", file.display()).into());
            };
            let at = if scan.ended.is_empty() { scan.started.clone() } else { scan.ended.clone() };
            let facts = of_scan(&scan);
            (EvidenceKind::Scan, scan.scanner, scan.target, at, facts)
        };
        let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let command = Command::AddEvidence(AddEvidence {
            inspection: id,
            subject: subject.clone(),
            kind,
            source: source.clone(),
            target: target.clone(),
            taken_at: taken_at.clone(),
            file: name,
            digest: digest.clone(),
            facts,
        });
        let done = self.commit(&command, Channel::Cli)?;
        let key = Spot::new(&subject, &digest.chars().take(16).collect::<String>());
        let now = self.read(|s| Ok(s.inspection(id)?))?;
        let kept = now.and_then(|i| i.evidence.get(&key).cloned());
        let facts = kept.map(|e| e.facts).unwrap_or_default();
        Ok(EvidenceAnswer {
            inspection: id,
            subject,
            kind,
            source,
            target,
            taken_at,
            digest,
            failing: facts.iter().filter(|f| f.seen == "fail").count(),
            facts: facts.len(),
            repeated: done.nothing,
            warnings: done.warnings,
        })
    }
}
