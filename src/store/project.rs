//! Segments of summaries: 512 records each, sealed in one value, every summary encoded by itself so that a commit
//! replaces one without decoding the others.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::codec::{Aggregate, Table, decode, encode, inner, kind_index, place, segment_key};
use super::rows::{Rows, SEGMENT, Source, position};
use crate::domain::summary::PROJECTION;
use crate::domain::{
    Computer, ComputerSummary, Date, Medium, MediumSummary, Person, PersonId, PersonSummary, Projector, RecordKind,
    Unit,
};

/// What a segment's summaries were made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub(super) struct Basis {
    /// The segment's revision, as in the manifest.
    pub revision: u64,
    /// Version of the summary structures.
    pub projection: u32,
    /// Version of the rules.
    pub version: u64,
    /// First and last `today` for which they hold; none for an empty segment.
    pub span: Option<(Date, Date)>,
    /// Unit number and revision of every unit used.
    pub units: BTreeMap<u64, u64>,
}

/// A segment: its basis and the encoded summaries by position, empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Segment {
    pub basis: Basis,
    pub blobs: Vec<Vec<u8>>,
}

impl Segment {
    /// Bytes: length of the head, head (basis and end offsets), blobs one after the other.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StoreError> {
        let ends: Vec<u32> = self
            .blobs
            .iter()
            .scan(0u32, |end, blob| {
                *end += blob.len() as u32;
                Some(*end)
            })
            .collect();
        let head = encode(&(&self.basis, &ends))?;
        let mut out = Vec::with_capacity(4 + head.len() + ends.last().copied().unwrap_or(0) as usize);
        out.extend_from_slice(&(head.len() as u32).to_be_bytes());
        out.extend_from_slice(&head);
        for blob in &self.blobs {
            out.extend_from_slice(blob);
        }
        Ok(out)
    }

    /// Reads the basis and hands out the blobs as slices.
    pub fn parts(bytes: &[u8]) -> Option<(Basis, Vec<&[u8]>)> {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let (head, body) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        let (basis, ends): (Basis, Vec<u32>) = decode(head)?;
        let mut start = 0;
        let blobs = ends
            .iter()
            .map(|end| {
                let blob = body.get(start..*end as usize);
                start = *end as usize;
                blob
            })
            .collect::<Option<Vec<_>>>()?;
        (start == body.len()).then_some((basis, blobs))
    }

    /// Replaces the summary at a position.
    pub fn set(&mut self, at: usize, blob: Vec<u8>) {
        if self.blobs.len() <= at {
            self.blobs.resize(at + 1, Vec::new());
        }
        if let Some(slot) = self.blobs.get_mut(at) {
            *slot = blob;
        }
    }
}

impl<T: Source> Rows<T> {
    /// The opened bytes of a segment of summaries; `None` beyond the last.
    fn segment_bytes(&self, kind: RecordKind, segment: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let revision = self.segment_revision(kind, segment);
        if revision == 0 {
            return Ok(None);
        }
        self.opened(Table::Summary, &segment_key(kind, segment)).map(Some)
    }

    /// The revision of a segment, 0 for none.
    pub fn segment_revision(&self, kind: RecordKind, segment: u32) -> u64 {
        self.manifest.segments.get(kind_index(kind)).and_then(|s| s.get(segment as usize)).copied().unwrap_or(0)
    }

    /// How many segments a kind has.
    pub fn segment_count(&self, kind: RecordKind) -> u32 {
        self.manifest.segments.get(kind_index(kind)).map_or(0, |s| s.len() as u32)
    }

    /// A whole segment for writing; empty beyond the last.
    pub fn segment(&self, kind: RecordKind, segment: u32) -> Result<Segment, StoreError> {
        let Some(bytes) = self.segment_bytes(kind, segment)? else { return Ok(Segment::default()) };
        let (basis, blobs) = self.parts(kind, segment, &bytes)?;
        Ok(Segment { basis, blobs: blobs.into_iter().map(<[u8]>::to_vec).collect() })
    }

    fn parts<'b>(&self, kind: RecordKind, segment: u32, bytes: &'b [u8]) -> Result<(Basis, Vec<&'b [u8]>), StoreError> {
        Segment::parts(bytes)
            .filter(|(basis, _)| basis.revision == self.segment_revision(kind, segment))
            .ok_or_else(|| StoreError::damaged(place(Table::Summary, &segment_key(kind, segment))))
    }

    /// Decodes the summaries of a segment and holds each against the ledger: which exist, in which revision.
    fn summaries<S: DeserializeOwned>(
        &self,
        kind: RecordKind,
        segment: u32,
        blobs: &[&[u8]],
        identity: impl Fn(&S) -> (u64, u64),
    ) -> Result<Vec<S>, StoreError> {
        let mut out = Vec::with_capacity(blobs.len());
        self.each_summary(kind, segment, blobs, |blob| {
            let summary: S = decode(blob)?;
            let identity = identity(&summary);
            out.push(summary);
            Some(identity)
        })?;
        Ok(out)
    }

    /// Hands out the summaries of a segment and holds each against the ledger; `read` gives number and revision of what
    /// it read.
    fn each_summary<'b>(
        &self,
        kind: RecordKind,
        segment: u32,
        blobs: &[&'b [u8]],
        mut read: impl FnMut(&'b [u8]) -> Option<(u64, u64)>,
    ) -> Result<(), StoreError> {
        let damaged = || StoreError::damaged(place(Table::Summary, &segment_key(kind, segment)));
        let ledger = self.ledger(kind, segment)?;
        if blobs.len() > ledger.rows.len() {
            return Err(damaged());
        }
        for ((at, revision), number) in ledger.rows.iter().enumerate().zip(u64::from(segment) * SEGMENT + 1..) {
            let blob = blobs.get(at).copied().unwrap_or_default();
            if *revision == 0 && blob.is_empty() {
                continue;
            }
            if read(blob) != Some((number, *revision)) {
                return Err(damaged());
            }
        }
        Ok(())
    }

    /// Whether summaries made from `basis` hold on `today` under the present rules and choices.
    pub fn fresh(&self, basis: &Basis, today: Date, projector: &dyn Projector) -> Result<bool, StoreError> {
        if basis.projection != PROJECTION || basis.version != projector.version() {
            return Ok(false);
        }
        if basis.span.is_none_or(|(from, to)| today < from || to < today) {
            return Ok(false);
        }
        for (unit, revision) in &basis.units {
            let record = crate::domain::RecordId { kind: RecordKind::Unit, number: *unit };
            if self.revision(record)? != *revision {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The summaries of one segment of people, projected again where they no longer hold; each also as postcard has it.
    /// Whether they held.
    pub fn people_segment(
        &self,
        segment: u32,
        today: Date,
        projector: &dyn Projector,
        each: &mut dyn FnMut(PersonSummary, &[u8]),
    ) -> Result<bool, StoreError> {
        let Some(bytes) = self.segment_bytes(RecordKind::Person, segment)? else { return Ok(true) };
        let (basis, blobs) = self.parts(RecordKind::Person, segment, &bytes)?;
        if self.fresh(&basis, today, projector)? {
            self.each_summary(RecordKind::Person, segment, &blobs, |blob| {
                let summary: PersonSummary = decode(blob)?;
                let identity = (summary.id.0, summary.revision);
                each(summary, inner(blob));
                Some(identity)
            })?;
            return Ok(true);
        }
        let units = self.units_by_number()?;
        for person in self.people_of(segment)? {
            let unit = units.get(&person.unit.0).ok_or(StoreError::NoUnit(person.id.into()))?;
            let summary = projector.person(unit, &person, today);
            let blob = encode(&summary)?;
            each(summary, inner(&blob));
        }
        Ok(false)
    }

    /// The people of a segment.
    pub fn people_of(&self, segment: u32) -> Result<Vec<Person>, StoreError> {
        let first = u64::from(segment) * SEGMENT + 1;
        let count = self.ledger(RecordKind::Person, segment)?.rows.len() as u64;
        (first..first + count).filter_map(|n| self.aggregate(n).transpose()).collect()
    }

    /// The summaries of people, in their order, as stored where that holds: no rules are read for them then.
    pub fn stored_summaries(
        &self,
        ids: &[PersonId],
        today: Date,
        projector: &dyn Projector,
    ) -> Result<Vec<PersonSummary>, StoreError> {
        let mut places: BTreeMap<u32, Vec<(usize, PersonId, usize)>> = BTreeMap::new();
        for (order, id) in ids.iter().enumerate() {
            if let Some((segment, at)) = position(id.0) {
                places.entry(segment).or_default().push((order, *id, at));
            }
        }
        let mut found: Vec<(usize, PersonSummary)> = Vec::with_capacity(ids.len());
        for (segment, wanted) in places {
            let Some(bytes) = self.segment_bytes(RecordKind::Person, segment)? else { continue };
            let (basis, blobs) = self.parts(RecordKind::Person, segment, &bytes)?;
            let fresh = self.fresh(&basis, today, projector)?;
            for (order, id, at) in wanted {
                if !fresh {
                    found.extend(self.person_summary(id, today, projector)?.map(|p| (order, p)));
                    continue;
                }
                let revision = self.revision(id.into())?;
                let blob = blobs.get(at).copied().unwrap_or_default();
                if revision == 0 && blob.is_empty() {
                    continue;
                }
                let summary = decode(blob).filter(|p: &PersonSummary| (p.id, p.revision) == (id, revision));
                let damaged = || StoreError::damaged(place(Table::Summary, &segment_key(RecordKind::Person, segment)));
                found.push((order, summary.ok_or_else(damaged)?));
            }
        }
        found.sort_unstable_by_key(|(order, _)| *order);
        Ok(found.into_iter().map(|(_, person)| person).collect())
    }

    /// The summary of one person.
    pub fn person_summary(
        &self,
        id: PersonId,
        today: Date,
        projector: &dyn Projector,
    ) -> Result<Option<PersonSummary>, StoreError> {
        let Some(person) = self.aggregate::<Person>(id.0)? else { return Ok(None) };
        let unit = self.aggregate::<Unit>(person.unit.0)?.ok_or(StoreError::NoUnit(id.into()))?;
        Ok(Some(projector.person(&unit, &person, today)))
    }

    /// All units by number.
    pub fn units_by_number(&self) -> Result<BTreeMap<u64, Unit>, StoreError> {
        Ok(self.all::<Unit>()?.into_iter().map(|u| (u.id.0, u)).collect())
    }

    fn device_summaries<A: Aggregate, S: DeserializeOwned>(
        &self,
        identity: impl Fn(&S) -> (u64, u64) + Copy,
        project: impl Fn(&A) -> Result<S, StoreError>,
    ) -> Result<Vec<S>, StoreError> {
        let mut out = Vec::new();
        for segment in 0..self.segment_count(A::KIND) {
            let Some(bytes) = self.segment_bytes(A::KIND, segment)? else { continue };
            let (basis, blobs) = self.parts(A::KIND, segment, &bytes)?;
            if basis.projection == PROJECTION {
                out.extend(self.summaries(A::KIND, segment, &blobs, identity)?);
                continue;
            }
            let first = u64::from(segment) * SEGMENT + 1;
            for number in first..first + self.ledger(A::KIND, segment)?.rows.len() as u64 {
                if let Some(record) = self.aggregate::<A>(number)? {
                    out.push(project(&record)?);
                }
            }
        }
        Ok(out)
    }

    /// All computers.
    pub fn computer_summaries(&self) -> Result<Vec<ComputerSummary>, StoreError> {
        self.device_summaries(
            |s: &ComputerSummary| (s.id.0, s.revision),
            |c: &Computer| self.project_computer(c, &|_| None),
        )
    }

    /// All media.
    pub fn medium_summaries(&self) -> Result<Vec<MediumSummary>, StoreError> {
        self.device_summaries(|s: &MediumSummary| (s.id.0, s.revision), |m: &Medium| self.project_medium(m, &|_| None))
    }

    /// The name of a person: as changed in this transaction, else as stored, else as written beside the number.
    fn name_of(
        &self,
        person: Option<PersonId>,
        written: &str,
        changed: &dyn Fn(PersonId) -> Option<String>,
    ) -> Result<String, StoreError> {
        let Some(id) = person else { return Ok(written.to_owned()) };
        if let Some(name) = changed(id) {
            return Ok(name);
        }
        Ok(self.aggregate::<Person>(id.0)?.map_or_else(|| written.to_owned(), |p| p.name))
    }

    /// What lists show of a computer.
    pub fn project_computer(
        &self,
        c: &Computer,
        changed: &dyn Fn(PersonId) -> Option<String>,
    ) -> Result<ComputerSummary, StoreError> {
        Ok(ComputerSummary {
            id: c.id,
            revision: c.revision,
            unit: c.unit,
            number: c.number.clone(),
            kind: c.kind,
            model: c.model.clone(),
            secrecy: c.secrecy,
            department: c.department.clone(),
            custodian: c.custodian,
            custodian_name: self.name_of(c.custodian, &c.custodian_name, changed)?,
            user: c.user,
            user_name: self.name_of(c.user, &c.user_name, changed)?,
            room: c.room.clone(),
            enabled_on: c.enabled_on,
            state: c.state,
        })
    }

    /// What lists show of a medium.
    pub fn project_medium(
        &self,
        m: &Medium,
        changed: &dyn Fn(PersonId) -> Option<String>,
    ) -> Result<MediumSummary, StoreError> {
        Ok(MediumSummary {
            id: m.id,
            revision: m.revision,
            unit: m.unit,
            number: m.number.clone(),
            kind: m.kind,
            title: m.title.clone(),
            secrecy: m.secrecy,
            department: m.department.clone(),
            holder: m.holder,
            holder_name: self.name_of(m.holder, &m.holder_name, changed)?,
            state: m.state,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_reads_back_with_gaps() {
        let mut segment = Segment::default();
        segment.basis.revision = 7;
        segment.set(0, b"first".to_vec());
        segment.set(3, b"fourth".to_vec());
        let bytes = segment.to_bytes().unwrap();
        let (basis, blobs) = Segment::parts(&bytes).unwrap();
        assert_eq!(basis.revision, 7);
        assert_eq!(blobs, [b"first".as_slice(), b"", b"", b"fourth"]);
        assert!(Segment::parts(&bytes[..bytes.len() - 1]).is_none());
        assert!(Segment::parts(&[bytes, vec![0]].concat()).is_none());
    }
}
