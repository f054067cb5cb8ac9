//! Inspections as lists see them: how far each is, what it found, and how a campaign stands over all offices.

use std::collections::BTreeMap;

use super::{Score, Template, Words, score};
use crate::domain::inspection::{Finding, Inspection, Spot, Subject};
use crate::domain::{ComputerKind, Date, DeviceState, InspectionId, InspectionState, UnitId};

/// An inspection without its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectionBrief {
    /// Record id.
    pub id: InspectionId,
    /// Counts the changes to the record.
    pub revision: u64,
    /// Unit.
    pub unit: UnitId,
    /// Template id.
    pub template: String,
    /// Its pinned version.
    pub version: String,
    /// The template's title.
    pub title: Words,
    /// The campaign it belongs to; empty for one of its own.
    pub campaign: String,
    /// What is inspected.
    pub subjects: Vec<Subject>,
    /// The inspected office.
    pub department: String,
    /// Planned for.
    pub planned_on: Option<Date>,
    /// Who inspects.
    pub inspector: String,
    /// Where it stands.
    pub state: InspectionState,
    /// Signed by all on.
    pub signed_on: Option<Date>,
    /// Counts of answers.
    pub score: Score,
    /// The findings that count, in the order of the checklist.
    pub findings: Vec<FindingBrief>,
}

/// A finding with its place in the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingBrief {
    /// Its number within the inspection: the place of its spot, which never moves.
    pub n: u32,
    /// Subject and item.
    pub spot: Spot,
    /// It.
    pub finding: Finding,
}

impl InspectionBrief {
    /// The brief of an inspection under its pinned template.
    pub fn of(i: &Inspection, template: &Template) -> Self {
        let items: Vec<&str> = template.items().map(|item| item.id.as_str()).collect();
        let subject = |s: &Subject| i.subjects.iter().position(|x| x == s).unwrap_or(i.subjects.len());
        let item = |id: &str| items.iter().position(|x| *x == id).unwrap_or(items.len());
        let place = |spot: &Spot| (subject(&spot.subject) * (items.len() + 1) + item(&spot.item) + 1) as u32;
        let live = i.live_findings().filter(|_| i.counts());
        let mut findings: Vec<FindingBrief> =
            live.map(|(spot, f)| FindingBrief { n: place(spot), spot: spot.clone(), finding: f.clone() }).collect();
        findings.sort_by_key(|f| f.n);
        Self {
            id: i.id,
            revision: i.revision,
            unit: i.unit,
            template: i.template.clone(),
            version: i.version.clone(),
            title: template.title.clone(),
            campaign: i.campaign.clone(),
            subjects: i.subjects.clone(),
            department: i.department.clone(),
            planned_on: i.planned_on,
            inspector: i.inspector.clone(),
            state: i.state,
            signed_on: i.signed_on,
            score: score(template, i, None, None),
            findings,
        }
    }

    /// The finding with this number.
    pub fn finding(&self, n: u32) -> Option<&FindingBrief> {
        self.findings.iter().find(|f| f.n == n)
    }

    /// How many findings are not settled on a day, and how many of them are past their day.
    pub fn unsettled(&self, day: Date) -> (usize, usize) {
        let open = || self.findings.iter().filter(|f| f.finding.open(day));
        (open().count(), open().filter(|f| f.finding.overdue(day)).count())
    }

    /// Planned for a day that is over, and not begun.
    pub fn late(&self, day: Date) -> bool {
        self.state == InspectionState::Planned && self.planned_on.is_some_and(|d| d < day)
    }
}

/// Whether a machine is inspected by itself: printers and other peripherals are looked at with the computer they serve
/// (p8 7.3), and what is in store, taken back or destroyed serves nobody.
pub const fn inspected_alone(kind: ComputerKind, state: DeviceState) -> bool {
    let machine = !matches!(kind, ComputerKind::Printer | ComputerKind::Peripheral);
    machine && matches!(state, DeviceState::InUse | DeviceState::InRepair)
}

/// How a campaign stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Campaign {
    /// Unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Its offices, by name.
    pub offices: Vec<CampaignOffice>,
}

/// How a campaign stands in one office.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct CampaignOffice {
    /// The office; empty where none is on record.
    pub department: String,
    /// Its inspections.
    pub inspections: Vec<InspectionId>,
    /// The first day planned.
    pub planned_on: Option<Date>,
    /// Who inspects, without repetition.
    pub inspectors: Vec<String>,
    /// How many are signed.
    pub signed: usize,
    /// How many should have begun.
    pub late: usize,
    /// Machines, persons or places.
    pub subjects: usize,
    /// Counts of answers.
    pub score: Score,
    /// Findings not settled.
    pub open_findings: usize,
    /// Of them past their day.
    pub overdue_findings: usize,
}

impl CampaignOffice {
    fn add(&mut self, i: &InspectionBrief, today: Date) {
        self.inspections.push(i.id);
        self.planned_on = self.planned_on.into_iter().chain(i.planned_on).min();
        if !i.inspector.is_empty() && !self.inspectors.contains(&i.inspector) {
            self.inspectors.push(i.inspector.clone());
        }
        self.signed += usize::from(i.state == InspectionState::Signed);
        self.late += usize::from(i.late(today));
        self.subjects += i.subjects.len();
        self.score.add(i.score);
        let (open, overdue) = i.unsettled(today);
        self.open_findings += open;
        self.overdue_findings += overdue;
    }
}

impl Campaign {
    /// All offices together.
    pub fn total(&self) -> CampaignOffice {
        let mut sum = CampaignOffice::default();
        for o in &self.offices {
            sum.inspections.extend(&o.inspections);
            sum.planned_on = sum.planned_on.into_iter().chain(o.planned_on).min();
            sum.signed += o.signed;
            sum.late += o.late;
            sum.subjects += o.subjects;
            sum.score.add(o.score);
            sum.open_findings += o.open_findings;
            sum.overdue_findings += o.overdue_findings;
        }
        sum
    }
}

/// The campaigns, the one with the latest inspection first. Cancelled and superseded inspections do not count.
pub fn campaigns<'a>(all: impl Iterator<Item = &'a InspectionBrief>, today: Date) -> Vec<Campaign> {
    let mut by_name: BTreeMap<(UnitId, &str), BTreeMap<&str, CampaignOffice>> = BTreeMap::new();
    let mut latest: BTreeMap<(UnitId, &str), InspectionId> = BTreeMap::new();
    for i in all {
        if i.campaign.is_empty() || matches!(i.state, InspectionState::Cancelled | InspectionState::Superseded) {
            continue;
        }
        let key = (i.unit, i.campaign.as_str());
        by_name.entry(key).or_default().entry(&i.department).or_default().add(i, today);
        let last = latest.entry(key).or_insert(i.id);
        *last = (*last).max(i.id);
    }
    let mut out: Vec<(InspectionId, Campaign)> = Vec::new();
    for ((unit, name), offices) in by_name {
        let named = |(department, o): (&str, CampaignOffice)| CampaignOffice { department: department.to_owned(), ..o };
        let campaign = Campaign { unit, name: name.to_owned(), offices: offices.into_iter().map(named).collect() };
        out.push((latest.get(&(unit, name)).copied().unwrap_or(InspectionId(0)), campaign));
    }
    out.sort_by_key(|(last, _)| std::cmp::Reverse(*last));
    out.into_iter().map(|(_, c)| c).collect()
}
