//! Segments of summaries: 512 records each, sealed in one value, every summary encoded by itself so that a commit
//! replaces one without decoding the others.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::codec::{Aggregate, Table, decode, decode_start, encode, inner, kind_index, place, segment_key};
use super::rows::{Rows, SEGMENT, Source};
use crate::domain::summary::PROJECTION;
use crate::domain::{
    Computer, ComputerSummary, Date, Medium, MediumSummary, Person, PersonHead, PersonId, PersonSummary, Projector,
    RecordKind, Unit,
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
        let key = segment_key(kind, segment);
        let bytes = self.get(Table::Summary, &key)?.ok_or_else(|| StoreError::damaged(place(Table::Summary, &key)))?;
        self.codec.open_bytes(Table::Summary, &key, &bytes).map(Some)
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

    /// The heads of the summaries of one segment of people.
    pub fn people_heads(
        &self,
        segment: u32,
        today: Date,
        projector: &dyn Projector,
        each: &mut dyn FnMut(PersonHead<'_>),
    ) -> Result<(), StoreError> {
        let Some(bytes) = self.segment_bytes(RecordKind::Person, segment)? else { return Ok(()) };
        let (basis, blobs) = self.parts(RecordKind::Person, segment, &bytes)?;
        if !self.fresh(&basis, today, projector)? {
            self.people_segment(segment, today, projector, &mut |p, _| each((&p).into()))?;
            return Ok(());
        }
        self.each_summary(RecordKind::Person, segment, &blobs, |blob| {
            let head: PersonHead<'_> = decode_start(blob)?;
            let identity = (head.id.0, head.revision);
            each(head);
            Some(identity)
        })
    }

    /// The people of a segment.
    pub fn people_of(&self, segment: u32) -> Result<Vec<Person>, StoreError> {
        let first = u64::from(segment) * SEGMENT + 1;
        let count = self.ledger(RecordKind::Person, segment)?.rows.len() as u64;
        (first..first + count).filter_map(|n| self.aggregate(n).transpose()).collect()
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
    fn a_summary_begins_with_its_head() {
        use crate::domain::summary::Phase;
        use crate::domain::{IdentityNumber, State, UnitId};
        let phase = |from: Option<&str>, post: &str| Phase {
            from: from.map(|d| d.parse().unwrap()),
            state: State::OnPost,
            level: None,
            post: post.to_owned(),
            departure: Some(1),
        };
        let mut p: PersonSummary = serde_json::from_value(serde_json::json!({
            "id": "P000007", "revision": 3, "unit": UnitId(1), "department": "财务处", "name": "张伟", "identity": null,
            "staff_number": "A7", "phases": [], "period": null, "more_periods": [], "duties": [], "trained": ["2024-02-29"],
            "trips": [], "matters": [], "flags": ["stated_differs"],
        }))
        .unwrap();
        p.phases = vec![phase(None, "会计"), phase(Some("2026-03-01"), "机要员")];
        let days = ["2026-02-28", "2026-03-01", "2030-01-01"].map(|d| d.parse::<Date>().unwrap());
        for number in [None, Some("11010519491231002X")] {
            p.identity = number.map(|n| IdentityNumber::parse(n).unwrap());
            let bytes = encode(&p).unwrap();
            let (read, made): (PersonHead<'_>, PersonHead<'_>) = (decode_start(&bytes).unwrap(), (&p).into());
            let all = |h: &PersonHead<'_>| {
                let of = [h.department, h.name, h.identity.unwrap_or_default(), h.staff_number.unwrap_or_default()];
                let posts = days.map(|d| h.post(d).to_owned());
                (h.id, h.revision, h.unit, of.map(str::to_owned), posts)
            };
            assert_eq!(all(&read), all(&made));
            assert_eq!(all(&read).4, ["会计", "机要员", "机要员"]);
            assert_eq!(read.identity, number);
            assert!(decode_start::<PersonHead<'_>>(&bytes[..12]).is_none());
        }
    }

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
