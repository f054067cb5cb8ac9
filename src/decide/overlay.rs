//! A view that already sees the changes of the commands decided before, for batches and imports.

use std::collections::{BTreeMap, HashMap};

use crate::domain::view::{NaturalKey, ReadError};
use crate::domain::{
    Change, Computer, ComputerId, Held, Inspection, InspectionId, Medium, MediumId, Operator, Packed, Past, Person,
    PersonId, RecordId, RecordKind, StoredTemplate, Unit, UnitId, View,
};

/// Changes not yet stored, over a view.
pub struct Overlay<'a> {
    base: &'a dyn View,
    changed: BTreeMap<RecordId, Waiting>,
    /// Who gained a key last; whether the record still has it, the record says.
    keys: HashMap<NaturalKey, u64>,
    next: HashMap<RecordKind, u64>,
}

/// The last state of a changed record.
struct Waiting {
    /// Its revision after the first change.
    first: u64,
    packed: Packed,
}

impl<'a> Overlay<'a> {
    /// Nothing changed yet.
    pub fn new(base: &'a dyn View) -> Self {
        Self { base, changed: BTreeMap::new(), keys: HashMap::new(), next: HashMap::new() }
    }

    /// Takes the changes of one decision.
    pub fn absorb(&mut self, changes: Vec<Change>) {
        for change in changes {
            let number = change.record().number;
            self.keys.extend(change.natural_keys().into_iter().map(|key| (key, number)));
            self.put(Packed::new(&change));
        }
    }

    /// Takes what a batch laid over this one has gathered.
    pub fn absorb_batch(&mut self, batch: Gathered) {
        self.keys.extend(batch.keys);
        for packed in batch.changes {
            self.put(packed);
        }
    }

    fn put(&mut self, packed: Packed) {
        let record = packed.record();
        let next = self.next.entry(record.kind).or_insert(0);
        *next = (*next).max(record.number + 1);
        let first = self.changed.get(&record).map_or(packed.revision(), |w| w.first);
        self.changed.insert(record, Waiting { first, packed });
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
    pub fn into_changes(self) -> Vec<Packed> {
        self.changed.into_values().map(|w| w.packed.with_revision(w.first)).collect()
    }

    /// The changes free of the view below, for [`Overlay::absorb_batch`] of that view.
    pub fn gathered(mut self) -> Gathered {
        Gathered { keys: std::mem::take(&mut self.keys), changes: self.into_changes() }
    }

    /// The changed records of a kind.
    fn of_kind(&self, kind: RecordKind) -> impl Iterator<Item = Result<Change, ReadError>> {
        let all = RecordId { kind, number: 0 }..=RecordId { kind, number: u64::MAX };
        self.changed.range(all).map(|(_, w)| w.packed.open())
    }
}

/// What a batch has gathered.
pub struct Gathered {
    keys: HashMap<NaturalKey, u64>,
    changes: Vec<Packed>,
}

macro_rules! get {
    ($self:ident, $id:ident, $variant:ident, $method:ident) => {
        match $self.changed.get(&$id.into()).map(|w| w.packed.open()).transpose()? {
            Some(Change::$variant(r)) => Ok(Some(*r)),
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

    fn templates(&self) -> Result<Vec<StoredTemplate>, ReadError> {
        let mut templates = self.base.templates()?;
        for change in self.of_kind(RecordKind::Template) {
            if let Change::Template(template) = change? {
                templates.retain(|t| t.id != template.id);
                templates.push(*template);
            }
        }
        Ok(templates)
    }

    fn unit(&self, id: UnitId) -> Result<Option<Unit>, ReadError> {
        get!(self, id, Unit, unit)
    }

    fn units(&self) -> Result<Vec<Unit>, ReadError> {
        let mut units = self.base.units()?;
        for change in self.of_kind(RecordKind::Unit) {
            if let Change::Unit(unit) = change? {
                units.retain(|u| u.id != unit.id);
                units.push(*unit);
            }
        }
        units.sort_by_key(|u| u.id);
        Ok(units)
    }

    fn operators(&self) -> Result<Vec<Operator>, ReadError> {
        let mut operators = self.base.operators()?;
        for change in self.of_kind(RecordKind::Operator) {
            if let Change::Operator(operator) = change? {
                operators.retain(|o| o.number != operator.number);
                operators.push(*operator);
            }
        }
        operators.sort_by_key(|o| o.number);
        Ok(operators)
    }

    fn next_number(&self, kind: RecordKind) -> Result<u64, ReadError> {
        let base = self.base.next_number(kind)?;
        Ok(base.max(self.next.get(&kind).copied().unwrap_or(0)))
    }

    fn by_key(&self, key: &NaturalKey) -> Result<Option<u64>, ReadError> {
        let gained = self.keys.get(key).copied();
        let Some(number) = gained.map_or_else(|| self.base.by_key(key), |n| Ok(Some(n)))? else { return Ok(None) };
        // The record may have been given another key by an earlier command of the batch.
        match self.changed.get(&RecordId { kind: key.kind(), number }) {
            Some(w) if !w.packed.open()?.natural_keys().contains(key) => Ok(None),
            _ => Ok(Some(number)),
        }
    }

    fn held_by(&self, person: PersonId) -> Result<Vec<Held>, ReadError> {
        let mut held = self.base.held_by(person)?;
        held.retain(|h| !self.changed.contains_key(&h.record));
        for change in self.of_kind(RecordKind::Computer).chain(self.of_kind(RecordKind::Medium)) {
            held.extend(held_item(&change?, person));
        }
        held.sort_by_key(|h| h.record);
        Ok(held)
    }

    fn past(&self, entry: u64) -> Result<Option<Past>, ReadError> {
        self.base.past(entry)
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
