//! What is out of an operator's reach is not there for his commands, and nothing goes out of it.

use super::Refusal;
use crate::domain::operator::Reach;
use crate::domain::view::{NaturalKey, ReadError};
use crate::domain::{
    Change, Computer, ComputerId, Held, Inspection, InspectionId, Medium, MediumId, Operator, Past, Person, PersonId,
    RecordId, RecordKind, StoredTemplate, Unit, UnitId, View,
};

/// A view in which only records within reach are found. What must be unique stays so over all of them.
pub(super) struct Within<'a> {
    pub view: &'a dyn View,
    pub reach: &'a Reach,
}

impl Within<'_> {
    /// A record that is there and out of reach is refused as such: whoever typed its number should know whom to ask. Whose
    /// number it is that cannot be given again, he does not learn.
    pub fn explain(&self, refusal: Refusal) -> Refusal {
        let named = |name: &str| refusal.values.get(name).and_then(|id| id.parse::<RecordId>().ok());
        let Some(id) = named("id") else { return refusal };
        let of = named("other").unwrap_or(id);
        if refusal.code.ends_with("_taken") && !self.is_within(of).unwrap_or(false) {
            return Refusal::permission("taken_elsewhere");
        }
        if !refusal.code.starts_with("no_such_") || !self.is_there(id).unwrap_or(false) {
            return refusal;
        }
        Refusal::permission("out_of_reach").with("id", id)
    }

    fn is_within(&self, id: RecordId) -> Result<bool, ReadError> {
        Ok(match id.kind {
            RecordKind::Person => self.person(PersonId(id.number))?.is_some(),
            RecordKind::Computer => self.computer(ComputerId(id.number))?.is_some(),
            RecordKind::Medium => self.medium(MediumId(id.number))?.is_some(),
            _ => true,
        })
    }

    fn is_there(&self, id: RecordId) -> Result<bool, ReadError> {
        Ok(match id.kind {
            RecordKind::Person => self.view.person(PersonId(id.number))?.is_some(),
            RecordKind::Computer => self.view.computer(ComputerId(id.number))?.is_some(),
            RecordKind::Medium => self.view.medium(MediumId(id.number))?.is_some(),
            RecordKind::Inspection => self.view.inspection(InspectionId(id.number))?.is_some(),
            _ => false,
        })
    }

    /// Nothing is put out of reach: neither a new record nor one that is moved.
    pub fn holds(&self, changes: &[Change]) -> Result<(), Refusal> {
        let covers = |unit: UnitId, department: &str| self.reach.covers(unit, department);
        for change in changes {
            let within = match change {
                Change::Person(r) => covers(r.unit, &r.department),
                Change::Computer(r) => covers(r.unit, &r.department),
                Change::Medium(r) => covers(r.unit, &r.department),
                Change::Inspection(r) => covers(r.unit, &r.department),
                Change::Unit(r) => covers(r.id, ""),
                // Only commands for which the table asks for rights without bounds make these.
                Change::Department(_) | Change::Operator(_) | Change::Template(_) => self.reach.is_everything(),
            };
            if !within {
                return Err(Refusal::permission("out_of_reach").with("id", change.record()));
            }
        }
        Ok(())
    }
}

impl View for Within<'_> {
    fn person(&self, id: PersonId) -> Result<Option<Person>, ReadError> {
        Ok(self.view.person(id)?.filter(|r| self.reach.covers(r.unit, &r.department)))
    }

    fn computer(&self, id: ComputerId) -> Result<Option<Computer>, ReadError> {
        Ok(self.view.computer(id)?.filter(|r| self.reach.covers(r.unit, &r.department)))
    }

    fn medium(&self, id: MediumId) -> Result<Option<Medium>, ReadError> {
        Ok(self.view.medium(id)?.filter(|r| self.reach.covers(r.unit, &r.department)))
    }

    fn inspection(&self, id: InspectionId) -> Result<Option<Inspection>, ReadError> {
        Ok(self.view.inspection(id)?.filter(|r| self.reach.covers(r.unit, &r.department)))
    }

    fn templates(&self) -> Result<Vec<StoredTemplate>, ReadError> {
        self.view.templates()
    }

    fn unit(&self, id: UnitId) -> Result<Option<Unit>, ReadError> {
        self.view.unit(id)
    }

    fn units(&self) -> Result<Vec<Unit>, ReadError> {
        self.view.units()
    }

    fn operators(&self) -> Result<Vec<Operator>, ReadError> {
        self.view.operators()
    }

    fn next_number(&self, kind: RecordKind) -> Result<u64, ReadError> {
        self.view.next_number(kind)
    }

    fn by_key(&self, key: &NaturalKey) -> Result<Option<u64>, ReadError> {
        self.view.by_key(key)
    }

    fn held_by(&self, person: PersonId) -> Result<Vec<Held>, ReadError> {
        self.view.held_by(person)
    }

    fn past(&self, entry: u64) -> Result<Option<Past>, ReadError> {
        self.view.past(entry)
    }
}
