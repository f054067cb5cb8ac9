//! A view that already sees the changes of the commands decided before, for batches and imports.

use std::collections::HashMap;

use crate::domain::view::{NaturalKey, ReadError};
use crate::domain::{
    Change, Computer, ComputerId, Held, Inspection, InspectionId, Medium, MediumId, Operator, Person, PersonId,
    RecordId, RecordKind, Unit, UnitId, View,
};

/// Changes not yet stored, over a view.
pub struct Overlay<'a> {
    base: &'a dyn View,
    changed: HashMap<RecordId, Change>,
    keys: HashMap<NaturalKey, Option<u64>>,
    next: HashMap<RecordKind, u64>,
    first_revision: HashMap<RecordId, u64>,
}

impl<'a> Overlay<'a> {
    /// Nothing changed yet.
    pub fn new(base: &'a dyn View) -> Self {
        Self {
            base,
            changed: HashMap::new(),
            keys: HashMap::new(),
            next: HashMap::new(),
            first_revision: HashMap::new(),
        }
    }

    /// Takes the changes of one decision.
    pub fn absorb(&mut self, changes: Vec<Change>) {
        for change in changes {
            let id = change.record();
            for key in self.changed.get(&id).map(Change::natural_keys).unwrap_or_default() {
                self.keys.insert(key, None);
            }
            for key in change.natural_keys() {
                self.keys.insert(key, Some(id.number));
            }
            let next = self.next.entry(id.kind).or_insert(0);
            *next = (*next).max(id.number + 1);
            self.first_revision.entry(id).or_insert_with(|| change.revision());
            self.changed.insert(id, change);
        }
    }

    /// Number of records changed.
    pub fn len(&self) -> usize {
        self.changed.len()
    }

    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty()
    }

    /// The changes, one for each record, ordered by record. However many commands touched a record, its revision is
    /// raised by one, because it is stored once.
    pub fn into_changes(self) -> Vec<Change> {
        let mut all: Vec<(RecordId, Change)> = self.changed.into_iter().collect();
        all.sort_by_key(|(id, _)| *id);
        let first = self.first_revision;
        all.into_iter()
            .map(|(id, mut change)| {
                if let Some(&revision) = first.get(&id) {
                    set_revision(&mut change, revision);
                }
                change
            })
            .collect()
    }
}

fn set_revision(change: &mut Change, revision: u64) {
    match change {
        Change::Person(r) => r.revision = revision,
        Change::Computer(r) => r.revision = revision,
        Change::Medium(r) => r.revision = revision,
        Change::Inspection(r) => r.revision = revision,
        Change::Unit(r) => r.revision = revision,
        Change::Department(r) => r.revision = revision,
        Change::Operator(r) => r.revision = revision,
    }
}

macro_rules! get {
    ($self:ident, $id:ident, $variant:ident, $method:ident) => {
        match $self.changed.get(&$id.into()) {
            Some(Change::$variant(r)) => Ok(Some((**r).clone())),
            _ => $self.base.$method($id),
        }
    };
}

impl View for Overlay<'_> {
    fn person(&self, id: PersonId) -> Result<Option<Person>, ReadError> {
        get!(self, id, Person, person)
    }

    fn computer(&self, id: ComputerId) -> Result<Option<Computer>, ReadError> {
        get!(self, id, Computer, computer)
    }

    fn medium(&self, id: MediumId) -> Result<Option<Medium>, ReadError> {
        get!(self, id, Medium, medium)
    }

    fn inspection(&self, id: InspectionId) -> Result<Option<Inspection>, ReadError> {
        get!(self, id, Inspection, inspection)
    }

    fn unit(&self, id: UnitId) -> Result<Option<Unit>, ReadError> {
        get!(self, id, Unit, unit)
    }

    fn units(&self) -> Result<Vec<Unit>, ReadError> {
        let mut units = self.base.units()?;
        for change in self.changed.values() {
            if let Change::Unit(unit) = change {
                units.retain(|u| u.id != unit.id);
                units.push((**unit).clone());
            }
        }
        units.sort_by_key(|u| u.id);
        Ok(units)
    }

    fn operator(&self, id: &str) -> Result<Option<Operator>, ReadError> {
        let changed = self.changed.values().find_map(|c| match c {
            Change::Operator(o) if o.id == id => Some((**o).clone()),
            _ => None,
        });
        match changed {
            Some(operator) => Ok(Some(operator)),
            None => self.base.operator(id),
        }
    }

    fn next_number(&self, kind: RecordKind) -> Result<u64, ReadError> {
        let base = self.base.next_number(kind)?;
        Ok(base.max(self.next.get(&kind).copied().unwrap_or(0)))
    }

    fn by_key(&self, key: &NaturalKey) -> Result<Option<u64>, ReadError> {
        if let Some(found) = self.keys.get(key) {
            return Ok(*found);
        }
        let Some(number) = self.base.by_key(key)? else { return Ok(None) };
        // The record may have been given another key by an earlier command of the batch.
        let id = RecordId { kind: key.kind(), number };
        match self.changed.get(&id) {
            Some(change) if !change.natural_keys().contains(key) => Ok(None),
            _ => Ok(Some(number)),
        }
    }

    fn held_by(&self, person: PersonId) -> Result<Vec<Held>, ReadError> {
        let mut held = self.base.held_by(person)?;
        held.retain(|h| !self.changed.contains_key(&h.record));
        held.extend(self.changed.values().filter_map(|c| held_item(c, person)));
        held.sort_by_key(|h| h.record);
        Ok(held)
    }
}

/// The device as a thing in the person's hands, if it is in them.
fn held_item(change: &Change, person: PersonId) -> Option<Held> {
    match change {
        Change::Computer(c) => c.held_by(person),
        Change::Medium(m) => m.held_by(person),
        _ => None,
    }
}
