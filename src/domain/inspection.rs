//! Inspections: a pinned template, answers by (subject, item), findings to be mended, signatures. A signed one never
//! changes; a correction is a new inspection that names the old one.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::evidence::Evidence;
use super::{AnswerValue, ComputerId, Date, FindingStep, InspectionId, InspectionState, PersonId, TemplateId, UnitId};

/// What is inspected: a computer (`C000012`), a person (`P000123`), or anything else by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Subject(String);

impl Subject {
    /// A subject by its id or name; a record's id takes its usual form.
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        let id = text.parse().map(|id: ComputerId| id.to_string());
        let id = id.or_else(|_| text.parse().map(|id: PersonId| id.to_string()));
        Self(id.unwrap_or_else(|_| text.to_owned()))
    }

    /// Its id or name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The computer it is.
    pub fn computer(&self) -> Option<ComputerId> {
        self.0.parse().ok()
    }

    /// The person it is.
    pub fn person(&self) -> Option<PersonId> {
        self.0.parse().ok()
    }
}

impl From<ComputerId> for Subject {
    fn from(id: ComputerId) -> Self {
        Self(id.to_string())
    }
}

impl From<PersonId> for Subject {
    fn from(id: PersonId) -> Self {
        Self(id.to_string())
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One item of one subject, written `C000012/B2`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// The subject.
    pub subject: Subject,
    /// The item's code.
    pub item: String,
}

impl Spot {
    /// The item of a subject.
    pub fn new(subject: &Subject, item: &str) -> Self {
        Self { subject: subject.clone(), item: item.to_owned() }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.subject, self.item)
    }
}

impl FromStr for Spot {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A place's name may hold a slash, an item's code may not.
        match text.rsplit_once('/') {
            Some((subject, item)) if !subject.is_empty() && !item.is_empty() => {
                Ok(Self { subject: Subject::new(subject), item: item.to_owned() })
            }
            _ => Err("expected SUBJECT/ITEM, for example C000012/B2"),
        }
    }
}

impl Serialize for Spot {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Spot {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Spot {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Spot".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "examples": ["C000012/B2"] })
    }
}

/// One inspection of one or more subjects under a pinned template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Inspection {
    /// Record id.
    pub id: InspectionId,
    /// Counts the changes to this record, from 1.
    pub revision: u64,
    /// The unit.
    pub unit: UnitId,
    /// Template (checklist) id.
    pub template: String,
    /// Template version, pinned.
    pub version: String,
    /// What is inspected, in order.
    pub subjects: Vec<Subject>,
    /// The inspected office.
    pub department: String,
    /// Planned for.
    pub planned_on: Option<Date>,
    /// Who inspects.
    pub inspector: String,
    /// The campaign it belongs to; empty for one of its own.
    pub campaign: String,
    /// The tool used (p8 11).
    pub tool: String,
    /// Where it stands.
    pub state: InspectionState,
    /// The first answer was given on.
    pub opened_on: Option<Date>,
    /// The last signature was given on.
    pub signed_on: Option<Date>,
    /// Answers.
    pub answers: BTreeMap<Spot, Answer>,
    /// Findings. One whose item no longer fails is kept, but does not count.
    pub findings: BTreeMap<Spot, Finding>,
    /// What scanners and probes say, by subject and the beginning of the file's digest.
    pub evidence: BTreeMap<Spot, Evidence>,
    /// Signatures, in the order they were given.
    pub signatures: Vec<Signature>,
    /// Where each operator's cursor stands.
    pub cursors: BTreeMap<String, Spot>,
    /// The signed inspection this one corrects.
    pub corrects: Option<InspectionId>,
    /// The inspection that corrects this one.
    pub corrected_by: Option<InspectionId>,
    /// Why it was reopened, cancelled or corrected.
    pub reason: String,
    /// Its bundles: sent out, come back; on a laptop, where it came from.
    pub travels: Travels,
}

/// What an inspection remembers of its bundles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Travels {
    /// How many were sent out; each has its number.
    pub sent: u64,
    /// The returns taken in: all that no later one goes on from, and the newest of the others.
    pub returned: Vec<Returned>,
    /// On a laptop: the bundle it came in.
    pub home: Option<Home>,
}

/// A return the register has taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Returned {
    /// The number of the bundle it answers.
    pub number: u64,
    /// Its own mark, last, after those of the returns it goes on from; where a later one goes on from it, its own alone.
    pub returns: Vec<String>,
    /// What it brought, the facts of its evidence aside: what that laptop and the register have had in common since.
    pub content: Carried,
}

/// How many earlier returns of a laptop keep their content.
const RETURNS_KEPT: usize = 8;

/// What the register knows of a return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Nothing yet.
    New,
    /// It has been taken in.
    Taken,
    /// It has been taken in, and so has one that goes on from it.
    Older,
}

impl Travels {
    /// What is known of a return with these marks. A mark stands for the content and all returns before it, so that equal
    /// marks are equal work, wherever it comes from.
    pub fn known(&self, returns: &[String]) -> Known {
        let Some(mark) = returns.last() else { return Known::New };
        let goes_on = |r: &Returned| r.returns.split_last().is_some_and(|(_, before)| before.contains(mark));
        if self.returned.iter().any(goes_on) {
            Known::Older
        } else if self.returned.iter().any(|r| r.returns.last() == Some(mark)) {
            Known::Taken
        } else {
            Known::New
        }
    }

    /// What the register and the laptop of this return last had in common: what its newest return taken in brought, else
    /// what went out. A second laptop of the same bundle and one that was set back have not seen what others brought.
    pub fn base<'a>(&'a self, returns: &[String], sent: &'a Carried) -> &'a Carried {
        let taken = |mark: &String| self.returned.iter().find(|r| r.returns.last() == Some(mark));
        returns.iter().rev().find_map(taken).map_or(sent, |r| &r.content)
    }

    /// Remembers a return. Of those it goes on from the newest keep their content, for a laptop that is set back to them;
    /// the marks of all are in its own.
    pub fn take(&mut self, number: u64, returns: &[String], mut content: Carried) {
        for evidence in content.evidence.values_mut() {
            evidence.facts.clear();
        }
        for older in self.returned.iter_mut().filter(|r| r.returns.last().is_some_and(|mark| returns.contains(mark))) {
            older.returns.drain(..older.returns.len().saturating_sub(1));
        }
        let before = |r: &Returned| r.returns.last().is_some_and(|mark| returns.contains(mark));
        let surplus = self.returned.iter().filter(|r| before(r)).count().saturating_sub(RETURNS_KEPT);
        let mut dropped = 0;
        self.returned.retain(|r| {
            let drop = dropped < surplus && before(r);
            dropped += usize::from(drop);
            !drop
        });
        self.returned.push(Returned { number, returns: returns.to_vec(), content });
    }
}

/// The bundle a laptop's inspection came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Home {
    /// The store it returns to.
    pub store: [u8; 16],
    /// The number of the bundle.
    pub number: u64,
    /// The store's own mark on it.
    pub origin: Vec<u8>,
    /// What went out.
    pub base: Carried,
    /// The marks of the returns written since.
    pub returns: Vec<String>,
}

/// Answers and findings as they travel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Carried {
    /// Answers.
    pub answers: BTreeMap<Spot, Answer>,
    /// Findings.
    pub findings: BTreeMap<Spot, Finding>,
    /// Evidence.
    #[serde(default)]
    pub evidence: BTreeMap<Spot, Evidence>,
    /// The tool used.
    #[serde(default)]
    pub tool: String,
    /// Who inspects.
    #[serde(default)]
    pub inspector: String,
}

impl Inspection {
    /// A planned one that holds nothing else yet.
    pub fn new(id: InspectionId, unit: UnitId) -> Self {
        Self {
            id,
            revision: 0,
            unit,
            template: String::new(),
            version: String::new(),
            subjects: Vec::new(),
            department: String::new(),
            planned_on: None,
            inspector: String::new(),
            campaign: String::new(),
            tool: String::new(),
            state: InspectionState::Planned,
            opened_on: None,
            signed_on: None,
            answers: BTreeMap::new(),
            findings: BTreeMap::new(),
            evidence: BTreeMap::new(),
            signatures: Vec::new(),
            cursors: BTreeMap::new(),
            corrects: None,
            corrected_by: None,
            reason: String::new(),
            travels: Travels::default(),
        }
    }

    /// What of it travels.
    pub fn carried(&self) -> Carried {
        Carried {
            answers: self.answers.clone(),
            findings: self.findings.clone(),
            evidence: self.evidence.clone(),
            tool: self.tool.clone(),
            inspector: self.inspector.clone(),
        }
    }
}

/// The answer to one item for one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The answer.
    pub value: AnswerValue,
    /// The remark; required when the item fails.
    pub remark: String,
    /// The operator who gave it.
    pub by: String,
    /// Given on.
    pub on: Date,
}

/// Something to mend. Its id is (inspection, subject, item).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The rule pack of the clause.
    pub pack: String,
    /// The clause.
    pub article: String,
    /// What is wrong.
    pub what: String,
    /// Who mends it.
    pub responsible: String,
    /// By when.
    pub due: Option<Date>,
    /// Found on.
    pub opened_on: Date,
    /// What has been done, in order.
    pub steps: Vec<FindingStepTaken>,
    /// Not to be mended for the time being.
    pub waiver: Option<FindingWaiver>,
}

/// A step on the way to having something mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingStepTaken {
    /// Which.
    pub step: FindingStep,
    /// When.
    pub on: Date,
    /// By whom.
    pub by: String,
    /// What was said.
    pub comment: String,
}

/// Why something need not be mended until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingWaiver {
    /// Granted on.
    pub on: Date,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Last day it holds.
    pub until: Date,
}

/// One party's signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Signature {
    /// The party, as the template names it.
    pub party: String,
    /// The name typed.
    pub name: String,
    /// Signed on; the journal has the hour.
    pub on: Date,
    /// The operator at whose session it was typed.
    pub operator: String,
}

impl Finding {
    /// The step that counts: reminders change nothing.
    pub fn stands_at(&self) -> Option<FindingStep> {
        self.steps.iter().rev().map(|s| s.step).find(|s| *s != FindingStep::Reminded)
    }

    /// Mended and accepted.
    pub fn accepted_on(&self) -> Option<Date> {
        let last = self.steps.iter().rev().find(|s| s.step != FindingStep::Reminded)?;
        (last.step == FindingStep::Accepted).then_some(last.on)
    }

    /// Whether somebody still has to do something about it on `day`.
    pub fn open(&self, day: Date) -> bool {
        self.accepted_on().is_none() && !self.waiver.as_ref().is_some_and(|w| w.on <= day && day <= w.until)
    }

    /// Open and past its day.
    pub fn overdue(&self, day: Date) -> bool {
        self.open(day) && self.due.is_some_and(|due| due < day)
    }
}

impl Inspection {
    /// The answer at a spot.
    pub fn answer(&self, spot: &Spot) -> Option<&Answer> {
        self.answers.get(spot)
    }

    /// The findings that count: those whose item fails now, and those about which something was done.
    pub fn live_findings(&self) -> impl Iterator<Item = (&Spot, &Finding)> {
        self.findings.iter().filter(|(spot, finding)| {
            let fails = self.answers.get(spot).is_some_and(|a| a.value == AnswerValue::Fails);
            fails || !finding.steps.is_empty()
        })
    }

    /// Whether its findings are to be followed: a superseded or cancelled one leaves that to nobody or to its successor, one
    /// that is being corrected to the correction.
    pub const fn counts(&self) -> bool {
        let followed = matches!(self.state, InspectionState::Open | InspectionState::Signing | InspectionState::Signed);
        followed && self.corrected_by.is_none()
    }

    /// Whether it covers a subject and was signed.
    pub fn signed_for(&self, subject: &Subject) -> Option<Date> {
        let signed = self.state == InspectionState::Signed && self.subjects.contains(subject);
        self.signed_on.filter(|_| signed)
    }
}

/// The text of a checklist as the register keeps it: an inspection that pins it reads it for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoredTemplate {
    /// Record id.
    pub id: TemplateId,
    /// Counts the changes to this record, from 1.
    pub revision: u64,
    /// The template's own id, for example `p8-computers`.
    pub template: String,
    /// Its version.
    pub version: String,
    /// Its text (TOML).
    pub text: String,
    /// Kept since.
    pub added_on: Date,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spots_print_and_read_back() {
        let spot = Spot::new(&Subject::new(" c12 "), "B2");
        assert_eq!(spot.to_string(), "C000012/B2");
        assert_eq!("C000012/B2".parse::<Spot>().unwrap(), spot);
        let room = Spot::new(&Subject::new("3/F 东侧"), "W1");
        assert_eq!(room.to_string().parse::<Spot>().unwrap(), room);
        for bad in ["", "/", "C000012", "/B2", "C000012/"] {
            assert!(bad.parse::<Spot>().is_err(), "{bad}");
        }
        let bytes = postcard::to_stdvec(&spot).unwrap();
        assert_eq!(postcard::from_bytes::<Spot>(&bytes).unwrap(), spot);
    }

    #[test]
    fn a_finding_is_open_until_accepted_and_while_no_waiver_holds() {
        let day = |d: &str| d.parse::<Date>().unwrap();
        let mut finding = Finding {
            pack: "p8-computers".to_owned(),
            article: "7.1".to_owned(),
            what: "x".to_owned(),
            responsible: String::new(),
            due: Some(day("2026-03-10")),
            opened_on: day("2026-03-01"),
            steps: Vec::new(),
            waiver: None,
        };
        assert!(!finding.overdue(day("2026-03-10")) && finding.overdue(day("2026-03-11")));
        let step = |step| FindingStepTaken { step, on: day("2026-03-12"), by: "x".to_owned(), comment: String::new() };
        finding.steps.extend([step(FindingStep::Rectified), step(FindingStep::Rechecked), step(FindingStep::Accepted)]);
        finding.steps.push(step(FindingStep::Reminded));
        assert!(!finding.open(day("2026-03-13")));
        finding.steps.push(step(FindingStep::SentBack));
        assert!(finding.overdue(day("2026-03-13")));
        let until = day("2026-03-20");
        finding.waiver =
            Some(FindingWaiver { on: day("2026-03-13"), by: "x".to_owned(), reason: "x".to_owned(), until });
        assert!(!finding.open(until) && finding.open(day("2026-03-21")) && finding.open(day("2026-03-12")));
    }
}
