//! The card of a computer or medium.

use super::{Session, SessionError};
use crate::domain::device::LogVolume;
use crate::domain::inspection::{Inspection, Subject};
use crate::domain::{ComputerId, Date, MediumId, RecordId, RecordKind, Unit, UnitId, View};
use crate::error::{Error, Kind};
use crate::rules::{self, Device, DeviceCard, Facts};
use crate::store::Snapshot;

impl Session {
    /// A computer or medium with everything its card shows.
    ///
    /// # Errors
    /// `no_such_record`; the store cannot be read; the operator may not read people.
    pub fn device_card(&self, id: RecordId) -> Result<DeviceCard, SessionError> {
        self.may_read_people()?;
        let today = self.today();
        self.read(|s| {
            let history = super::past::history(s, id)?;
            let device = the_device(s, id)?;
            let (unit, logs) = match &device {
                Device::Computer(c) => (the_unit(s, c.unit)?, &c.logs),
                Device::Medium(m) => (the_unit(s, m.unit)?, &m.logs),
            };
            let free = |v: &LogVolume| (v.clone(), rules::log_free_from(&unit, v.year));
            let mut card = DeviceCard {
                volumes: logs.iter().map(free).collect(),
                device,
                inspected_on: None,
                due: None,
                inspections: Vec::new(),
                findings: Vec::new(),
                evidence: Vec::new(),
                history,
            };
            self.inspected(s, &unit, &mut card, today)?;
            Ok(card)
        })
    }

    /// What the inspections say of a computer; a medium is no subject of its own.
    fn inspected(&self, s: &Snapshot, unit: &Unit, card: &mut DeviceCard, today: Date) -> Result<(), SessionError> {
        let Device::Computer(computer) = &card.device else { return Ok(()) };
        let subject = Subject::from(computer.id);
        let all: Vec<Inspection> = s.inspections()?;
        (card.inspections, card.findings) = rules::of_subject(&all, &subject, today);
        card.inspected_on = all.iter().filter_map(|i| i.signed_for(&subject)).max();
        let from = card.inspected_on.or(computer.enabled_on);
        if rules::inspected_alone(computer.kind, computer.state) {
            card.due = rules::inspection_due(&self.packs, unit, computer.secrecy, from);
        }
        for template in rules::templates() {
            let last = rules::last_signed(&all, &template.id, &subject);
            let (packs, computer) = (&self.packs, Some(computer));
            let facts = Facts { unit, packs, computer, person: None, held: &[], last, today };
            for kind in template.items().map(|i| i.evidence.as_str()).filter(|k| OF_INSPECTIONS.contains(k)) {
                let new = rules::evidence(kind, facts).into_iter().filter(|l| !card.evidence.contains(l));
                card.evidence.extend(new.collect::<Vec<_>>());
            }
        }
        Ok(())
    }
}

/// The evidence that is not plain to see in the fields of the record.
const OF_INSPECTIONS: [&str; 3] = ["last_inspection", "last_signatures", "last_findings"];

fn the_device(s: &Snapshot, id: RecordId) -> Result<Device, SessionError> {
    let found = match id.kind {
        RecordKind::Computer => s.computer(ComputerId(id.number))?.map(Device::Computer),
        RecordKind::Medium => s.medium(MediumId(id.number))?.map(Device::Medium),
        _ => None,
    };
    found.ok_or_else(|| Error::new(Kind::Refused, "no_such_record").with("id", id).into())
}

fn the_unit(s: &Snapshot, id: UnitId) -> Result<Unit, SessionError> {
    let unit = s.unit(id)?;
    unit.ok_or_else(|| Error::new(Kind::Store, "store_damaged").with("place", id).into())
}
