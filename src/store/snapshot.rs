//! Reading a consistent state.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use redb::ReadOnlyTable;
use serde_json::{Map, Value};

use super::StoreError;
use super::codec::kind_index;
use super::rows::Rows;
use super::types::{Counts, Detail, Entry, Head};
use crate::domain::operator::Reach;
use crate::domain::view::{NaturalKey, ReadError};
use crate::domain::{
    Computer, ComputerId, ComputerSummary, Date, Department, DepartmentId, Held, Inspection, InspectionId, Medium,
    MediumId, MediumSummary, Operator, Past, Person, PersonHead, PersonId, PersonSummary, Projector, RecordId,
    RecordKind, StoredTemplate, Unit, UnitId, View,
};

/// A consistent state of the store; lives while a closure given to [`super::Store::read`] runs.
pub struct Snapshot {
    pub(super) rows: Rows<ReadOnlyTable<&'static [u8], &'static [u8]>>,
    pub(super) projector: Arc<dyn Projector>,
    /// What the reader may see of it; everything while nobody has said.
    pub(super) reach: OnceLock<Reach>,
    /// Segments found not to hold.
    pub(super) stale: RefCell<Vec<u32>>,
}

impl Snapshot {
    /// From here on records out of reach are not there: lists leave them out, asking for one finds nothing. Said once; the
    /// journal, units and accounts are not touched by it.
    pub fn limit(&self, reach: Reach) {
        if !reach.is_everything() {
            let _ = self.reach.set(reach);
        }
    }

    /// Whether a record of this unit and department is within reach.
    fn covers(&self, unit: UnitId, department: &str) -> bool {
        self.reach.get().is_none_or(|r| r.covers(unit, department))
    }

    /// Whether a record is within reach: one that is nobody's in particular always is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn within_reach(&self, record: RecordId) -> Result<bool, ReadError> {
        if self.reach.get().is_none() {
            return Ok(true);
        }
        Ok(match record.kind {
            RecordKind::Person => self.person(PersonId(record.number))?.is_some(),
            RecordKind::Computer => self.computer(ComputerId(record.number))?.is_some(),
            RecordKind::Medium => self.medium(MediumId(record.number))?.is_some(),
            RecordKind::Inspection => self.inspection(InspectionId(record.number))?.is_some(),
            _ => true,
        })
    }

    /// The newest journal entry.
    pub fn head(&self) -> Head {
        self.rows.manifest.head
    }

    /// How many records there are.
    pub fn counts(&self) -> Counts {
        let count = |kind| self.rows.manifest.count.get(kind_index(kind)).copied().unwrap_or(0);
        Counts {
            people: count(RecordKind::Person),
            computers: count(RecordKind::Computer),
            media: count(RecordKind::Medium),
            inspections: count(RecordKind::Inspection),
            units: count(RecordKind::Unit),
            departments: count(RecordKind::Department),
            operators: count(RecordKind::Operator),
            journal: self.rows.manifest.head.seq,
        }
    }

    /// How many segments people have.
    pub fn people_segments(&self) -> u32 {
        self.rows.segment_count(RecordKind::Person)
    }

    /// The summaries of one segment (up to 512 people, by number), projected again where they no longer hold on `today`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn people_segment(&self, segment: u32, today: Date) -> Result<Vec<PersonSummary>, StoreError> {
        let mut people = Vec::new();
        self.each_of_segment(segment, today, &mut |person, _| people.push(person))?;
        Ok(people)
    }

    /// The same one by one, each also as postcard has it.
    ///
    /// # Errors
    /// [`StoreError`]; some may have been given by then.
    pub fn each_of_segment(
        &self,
        segment: u32,
        today: Date,
        each: &mut dyn FnMut(PersonSummary, &[u8]),
    ) -> Result<(), StoreError> {
        let held = self.rows.people_segment(segment, today, &*self.projector, &mut |person, packed| {
            if self.covers(person.unit, &person.department) {
                each(person, packed);
            }
        })?;
        if !held {
            self.stale.borrow_mut().push(segment);
        }
        Ok(())
    }

    /// The segments that were read and no longer held: every reader projects them again until they are stored anew
    /// ([`super::Store::refresh`]).
    pub fn stale(&self) -> Vec<u32> {
        self.stale.borrow().clone()
    }

    /// What look-ups go by, of the people of one segment.
    ///
    /// # Errors
    /// [`StoreError`]; some may have been given by then.
    pub fn people_heads(
        &self,
        segment: u32,
        today: Date,
        each: &mut dyn FnMut(PersonHead<'_>),
    ) -> Result<(), StoreError> {
        self.rows.people_heads(segment, today, &mut |head| {
            if self.covers(head.unit, head.department.text) {
                each(head);
            }
        })
    }

    /// The summaries of all people, a segment at a time.
    ///
    /// # Errors
    /// [`StoreError`], in place of a segment.
    pub fn people(&self, today: Date) -> impl Iterator<Item = Result<Vec<PersonSummary>, StoreError>> + '_ {
        (0..self.people_segments()).map(move |segment| self.people_segment(segment, today))
    }

    /// The summaries of people, in their order, as stored where that holds; without those who are not there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn stored_summaries(&self, ids: &[PersonId], today: Date) -> Result<Vec<PersonSummary>, StoreError> {
        let mut people = self.rows.stored_summaries(ids, today, &*self.projector)?;
        people.retain(|p| self.covers(p.unit, &p.department));
        Ok(people)
    }

    /// The summary of one person, projected now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn person_summary(&self, id: PersonId, today: Date) -> Result<Option<PersonSummary>, StoreError> {
        let person = self.rows.person_summary(id, today, &*self.projector)?;
        Ok(person.filter(|p| self.covers(p.unit, &p.department)))
    }

    /// All computers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn computers(&self) -> Result<Vec<ComputerSummary>, StoreError> {
        let mut all = self.rows.computer_summaries()?;
        all.retain(|r| self.covers(r.unit, &r.department));
        Ok(all)
    }

    /// All media.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn media(&self) -> Result<Vec<MediumSummary>, StoreError> {
        let mut all = self.rows.medium_summaries()?;
        all.retain(|r| self.covers(r.unit, &r.department));
        Ok(all)
    }

    /// All departments.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn departments(&self) -> Result<Vec<Department>, StoreError> {
        self.rows.all()
    }

    /// One department.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn department(&self, id: DepartmentId) -> Result<Option<Department>, StoreError> {
        self.rows.aggregate(id.0)
    }

    /// All inspections.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn inspections(&self) -> Result<Vec<Inspection>, StoreError> {
        let mut all: Vec<Inspection> = self.rows.all()?;
        all.retain(|r| self.covers(r.unit, &r.department));
        Ok(all)
    }

    /// Journal entries `from ..= to`, without their details; numbers beyond the head are left out.
    ///
    /// # Errors
    /// [`StoreError`]; damage where the chain does not hold.
    pub fn journal(&self, from: u64, to: u64) -> Result<Vec<Entry>, StoreError> {
        self.rows.journal(from, to)
    }

    /// The sealed detail of an entry.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn detail(&self, seq: u64) -> Result<Detail, StoreError> {
        self.rows.detail(seq)
    }

    /// The journal entries that changed one record, oldest first.
    ///
    /// # Errors
    /// [`StoreError`]; damage when their number is not the record's revision.
    pub fn history(&self, record: RecordId) -> Result<Vec<Entry>, StoreError> {
        self.rows.history(record)
    }

    /// The fields of a record (without those that were empty) as they stood after journal entry `seq`; `None` before
    /// it existed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn fields_at(&self, record: RecordId, seq: u64) -> Result<Option<Map<String, Value>>, StoreError> {
        self.rows.fold(record, seq)
    }
}

impl View for Snapshot {
    fn person(&self, id: PersonId) -> Result<Option<Person>, ReadError> {
        Ok(self.rows.person(id)?.filter(|r| self.covers(r.unit, &r.department)))
    }

    fn computer(&self, id: ComputerId) -> Result<Option<Computer>, ReadError> {
        Ok(self.rows.computer(id)?.filter(|r| self.covers(r.unit, &r.department)))
    }

    fn medium(&self, id: MediumId) -> Result<Option<Medium>, ReadError> {
        Ok(self.rows.medium(id)?.filter(|r| self.covers(r.unit, &r.department)))
    }

    fn inspection(&self, id: InspectionId) -> Result<Option<Inspection>, ReadError> {
        Ok(self.rows.inspection(id)?.filter(|r| self.covers(r.unit, &r.department)))
    }

    fn templates(&self) -> Result<Vec<StoredTemplate>, ReadError> {
        self.rows.templates()
    }

    fn unit(&self, id: UnitId) -> Result<Option<Unit>, ReadError> {
        self.rows.unit(id)
    }

    fn units(&self) -> Result<Vec<Unit>, ReadError> {
        self.rows.units()
    }

    fn operators(&self) -> Result<Vec<Operator>, ReadError> {
        self.rows.operators()
    }

    fn next_number(&self, kind: RecordKind) -> Result<u64, ReadError> {
        self.rows.next_number(kind)
    }

    fn by_key(&self, key: &NaturalKey) -> Result<Option<u64>, ReadError> {
        self.rows.by_key(key)
    }

    fn held_by(&self, person: PersonId) -> Result<Vec<Held>, ReadError> {
        self.rows.held_by(person)
    }

    fn past(&self, entry: u64) -> Result<Option<Past>, ReadError> {
        self.rows.past(entry)
    }
}
