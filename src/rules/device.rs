//! The card of a computer or medium: the record and what rests on it, as plain values.

use super::{InspectionDue, answer::Line};
use crate::domain::device::LogVolume;
use crate::domain::inspection::{Finding, Inspection, Spot, Subject};
use crate::domain::{AnswerValue, Computer, Date, InspectionId, InspectionState, JournalPublic, Medium, RecordId};

/// A computer or a medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Device {
    /// A computer or peripheral.
    Computer(Computer),
    /// A medium or carrier.
    Medium(Medium),
}

impl Device {
    /// Its record.
    pub const fn id(&self) -> RecordId {
        match self {
            Self::Computer(c) => RecordId { kind: crate::domain::RecordKind::Computer, number: c.id.0 },
            Self::Medium(m) => RecordId { kind: crate::domain::RecordKind::Medium, number: m.id.0 },
        }
    }
}

/// Everything the card shows, read in one go so that it is consistent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCard {
    /// The record.
    pub device: Device,
    /// Each volume of the usage log with the first day it may be destroyed (p8 10.6).
    pub volumes: Vec<(LogVolume, Option<Date>)>,
    /// The last signed inspection.
    pub inspected_on: Option<Date>,
    /// When the next inspection is due; `None` where no interval is known or there is no day to count from.
    pub due: Option<InspectionDue>,
    /// Its inspections, newest first.
    pub inspections: Vec<DeviceInspection>,
    /// What was found, open first.
    pub findings: Vec<DeviceFinding>,
    /// What the register shows beside the items of a checklist, each once.
    pub evidence: Vec<Line>,
    /// The changes to this record, newest first.
    pub history: Vec<JournalPublic>,
}

/// An inspection as the card of one of its subjects shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceInspection {
    /// Which.
    pub id: InspectionId,
    /// Where it stands.
    pub state: InspectionState,
    /// Signed on, else planned for.
    pub on: Option<Date>,
    /// Items of this subject that do not conform.
    pub fails: usize,
}

/// A finding as the card of its subject shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceFinding {
    /// The inspection.
    pub inspection: InspectionId,
    /// Subject and item.
    pub spot: Spot,
    /// It.
    pub finding: Finding,
}

/// The inspections of a subject, newest first, and what they found, open first and the earliest day first.
pub fn of_subject<'a>(
    all: impl IntoIterator<Item = &'a Inspection>,
    subject: &Subject,
    today: Date,
) -> (Vec<DeviceInspection>, Vec<DeviceFinding>) {
    let (mut inspections, mut findings) = (Vec::new(), Vec::new());
    for i in all.into_iter().filter(|i| i.subjects.contains(subject)) {
        let fails = |(spot, a): (&Spot, &crate::domain::inspection::Answer)| {
            spot.subject == *subject && a.value == AnswerValue::Fails
        };
        let fails = i.answers.iter().filter(|(spot, a)| fails((spot, a))).count();
        inspections.push(DeviceInspection { id: i.id, state: i.state, on: i.signed_on.or(i.planned_on), fails });
        if i.counts() {
            let own = i.live_findings().filter(|(spot, _)| spot.subject == *subject);
            findings.extend(own.map(|(spot, finding)| DeviceFinding {
                inspection: i.id,
                spot: spot.clone(),
                finding: finding.clone(),
            }));
        }
    }
    inspections.sort_by_key(|i| std::cmp::Reverse(i.id));
    findings.sort_by_key(|f| (!f.finding.open(today), f.finding.due.is_none(), f.finding.due, f.inspection));
    (inspections, findings)
}
