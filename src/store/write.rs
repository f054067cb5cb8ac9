//! What one transaction writes: rows, ledgers, summaries, natural keys, journal, manifest. All of it is worked out and
//! sealed from the state the transaction read; nothing is written before everything has been checked.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::StoreError;
use super::codec::{Aggregate, Table, encode, kind_index, record_key, segment_key, trail_key};
use super::journal::{ENTRY_RECORDS, difference, entry_bytes, lean, lean_of};
use super::project::{Basis, Segment, by_segment};
use super::rows::{Bucket, BucketKey, Ledger, MANIFEST, Rows, Source, position};
use super::types::{Committed, Detail, RecordChange, Stamp, Work};
use crate::domain::summary::PROJECTION;
use crate::domain::view::NaturalKey;
use crate::domain::{
    Change, Computer, Date, Department, Inspection, JournalPublic, Medium, Operator, Person, PersonId, Projector,
    RecordId, RecordKind, Unit,
};

/// A request bucket forgets its oldest ids beyond this many.
const REQUESTS_KEPT: usize = 512;

/// Rows to insert, by table, in key order.
#[derive(Default)]
pub(super) struct Batch {
    rows: [BTreeMap<Vec<u8>, Vec<u8>>; 8],
}

impl Batch {
    /// Adds a row.
    pub fn put(&mut self, table: Table, key: &[u8], value: Vec<u8>) {
        if let Some(rows) = self.rows.get_mut(table as usize) {
            rows.insert(key.to_vec(), value);
        }
    }

    /// The rows of each table.
    pub fn into_rows(self) -> impl Iterator<Item = (Table, BTreeMap<Vec<u8>, Vec<u8>>)> {
        Table::ALL.into_iter().zip(self.rows)
    }
}

/// A changed record beside its stored state.
struct Step {
    record: RecordId,
    change: Change,
    delta: RecordChange,
    old_keys: Vec<NaturalKey>,
}

/// Works out everything a transaction writes.
pub(super) struct Writer<'r, T> {
    rows: &'r Rows<T>,
    manifest: super::rows::Manifest,
    batch: Batch,
    projector: &'r dyn Projector,
    today: Date,
}

impl<'r, T: Source> Writer<'r, T> {
    /// A writer on the state read by `rows`.
    pub fn new(rows: &'r Rows<T>, projector: &'r dyn Projector, today: Date) -> Self {
        Self { manifest: rows.manifest.clone(), rows, batch: Batch::default(), projector, today }
    }

    /// Applies work under a stamp.
    pub fn apply(mut self, stamp: &Stamp, work: Work) -> Result<(Batch, Committed), StoreError> {
        let steps = self.steps(work.changes)?;
        self.natural_keys(&steps)?;
        self.records(&steps)?;
        self.summaries(&steps)?;
        let committed = self.journal(stamp, &work.verb, work.answer, work.mentions, steps)?;
        if let Some(id) = &stamp.request_id {
            self.request(id, committed.first)?;
        }
        self.batch.put(Table::Meta, MANIFEST, self.manifest.seal(&self.rows.codec)?);
        Ok((self.batch, committed))
    }

    /// Checks numbers and revisions and reads what was there before.
    fn steps(&mut self, changes: Vec<Change>) -> Result<Vec<Step>, StoreError> {
        let mut seen = BTreeSet::new();
        let mut steps = Vec::with_capacity(changes.len());
        let room = changes.len() as u64;
        for change in changes {
            let record = change.record();
            let found = self.rows.revision(record)?;
            let stale = StoreError::Stale { record, found, given: change.revision() };
            if change.revision() != found + 1 || !seen.insert(record) {
                return Err(stale);
            }
            let kind = kind_index(record.kind);
            if found == 0 {
                // New numbers come from `next_number`; a used one is never given again, and no hole is made.
                let first = self.rows.manifest.next.get(kind).copied().unwrap_or(1);
                if record.number < first || record.number >= first + room {
                    return Err(stale);
                }
                if let (Some(next), Some(count)) = (self.manifest.next.get_mut(kind), self.manifest.count.get_mut(kind))
                {
                    *next = (*next).max(record.number + 1);
                    *count += 1;
                }
            }
            let (before, old_keys) = self.before(record, found)?;
            let fields = difference(before, lean(&change)?);
            steps.push(Step {
                record,
                delta: RecordChange { record, revision: change.revision(), fields },
                change,
                old_keys,
            });
        }
        steps.sort_by_key(|s| (kind_index(s.record.kind), s.record.number));
        Ok(steps)
    }

    /// The stored fields and natural keys of a record.
    fn before(
        &self,
        record: RecordId,
        revision: u64,
    ) -> Result<(serde_json::Map<String, serde_json::Value>, Vec<NaturalKey>), StoreError> {
        if revision == 0 {
            return Ok(Default::default());
        }
        let gone = || StoreError::Internal("record");
        let n = record.number;
        Ok(match record.kind {
            RecordKind::Person => {
                let r = self.rows.aggregate::<Person>(n)?.ok_or_else(gone)?;
                (lean_of(&r)?, r.natural_keys())
            }
            RecordKind::Computer => {
                let r = self.rows.aggregate::<Computer>(n)?.ok_or_else(gone)?;
                (lean_of(&r)?, r.natural_keys())
            }
            RecordKind::Medium => {
                let r = self.rows.aggregate::<Medium>(n)?.ok_or_else(gone)?;
                (lean_of(&r)?, r.natural_keys())
            }
            RecordKind::Inspection => (lean_of(&self.rows.aggregate::<Inspection>(n)?)?, Vec::new()),
            RecordKind::Unit => (lean_of(&self.rows.aggregate::<Unit>(n)?)?, Vec::new()),
            RecordKind::Department => (lean_of(&self.rows.aggregate::<Department>(n)?)?, Vec::new()),
            RecordKind::Operator => (lean_of(&self.rows.aggregate::<Operator>(n)?)?, Vec::new()),
        })
    }

    /// Moves natural keys; all that are given up first, so that two records may swap theirs.
    fn natural_keys(&mut self, steps: &[Step]) -> Result<(), StoreError> {
        let mut changed: HashMap<usize, Bucket> = HashMap::new();
        let mut gained: Vec<(usize, [u8; 16], RecordId)> = Vec::new();
        for step in steps {
            let new_keys = step.change.natural_keys();
            for key in step.old_keys.iter().filter(|k| !new_keys.contains(k)) {
                let (number, mac) = self.rows.bucket_of(BucketKey::Natural(key));
                self.bucket(&mut changed, number)?.set(mac, None);
            }
            for key in new_keys.iter().filter(|k| !step.old_keys.contains(k)) {
                let (number, mac) = self.rows.bucket_of(BucketKey::Natural(key));
                gained.push((number, mac, step.record));
            }
        }
        for (number, mac, record) in gained {
            let bucket = self.bucket(&mut changed, number)?;
            if let Some(holder) = bucket.get(&mac) {
                return Err(StoreError::Taken(RecordId { kind: record.kind, number: holder }));
            }
            bucket.set(mac, Some(record.number));
        }
        for (number, bucket) in changed {
            self.put_bucket(number, bucket)?;
        }
        Ok(())
    }

    fn bucket<'b>(&self, changed: &'b mut HashMap<usize, Bucket>, number: usize) -> Result<&'b mut Bucket, StoreError> {
        use std::collections::hash_map::Entry;
        match changed.entry(number) {
            Entry::Occupied(found) => Ok(found.into_mut()),
            Entry::Vacant(free) => Ok(free.insert(Rc::unwrap_or_clone(self.rows.bucket(number)?))),
        }
    }

    fn put_bucket(&mut self, number: usize, mut bucket: Bucket) -> Result<(), StoreError> {
        bucket.revision += 1;
        if let Some(revision) = self.manifest.buckets.get_mut(number) {
            *revision = bucket.revision;
        }
        let key = (number as u16).to_be_bytes();
        self.batch.put(Table::Keys, &key, self.rows.codec.seal(Table::Keys, &key, &bucket)?);
        Ok(())
    }

    /// Remembers a request id.
    fn request(&mut self, id: &str, seq: u64) -> Result<(), StoreError> {
        let (number, mac) = self.rows.bucket_of(BucketKey::Request(id));
        let mut bucket = Rc::unwrap_or_clone(self.rows.bucket(number)?);
        bucket.set(mac, Some(seq));
        if bucket.entries.len() > REQUESTS_KEPT {
            let oldest = bucket.entries.iter().map(|(_, seq)| *seq).min().unwrap_or_default();
            bucket.entries.retain(|(_, seq)| *seq != oldest);
        }
        self.put_bucket(number, bucket)
    }

    /// Seals the aggregates and the ledgers they stand in.
    fn records(&mut self, steps: &[Step]) -> Result<(), StoreError> {
        for step in steps {
            let key = record_key(step.record);
            let codec = &self.rows.codec;
            let sealed = match &step.change {
                Change::Person(r) => codec.seal(Table::Records, &key, r),
                Change::Computer(r) => codec.seal(Table::Records, &key, r),
                Change::Medium(r) => codec.seal(Table::Records, &key, r),
                Change::Inspection(r) => codec.seal(Table::Records, &key, r),
                Change::Unit(r) => codec.seal(Table::Records, &key, r),
                Change::Department(r) => codec.seal(Table::Records, &key, r),
                Change::Operator(r) => codec.seal(Table::Records, &key, r),
            }?;
            self.batch.put(Table::Records, &key, sealed);
        }
        for kind in RecordKind::ALL {
            let of_kind = steps.iter().filter(|s| s.record.kind == kind);
            for (segment, changed) in by_segment(of_kind.map(|s| (s.record.number, s.change.revision()))) {
                let mut ledger = Rc::unwrap_or_clone(self.rows.ledger(kind, segment)?);
                for (at, revision) in changed {
                    if ledger.rows.len() <= at {
                        ledger.rows.resize(at + 1, 0);
                    }
                    if let Some(row) = ledger.rows.get_mut(at) {
                        *row = revision;
                    }
                }
                self.put_ledger(kind, segment, ledger)?;
            }
        }
        Ok(())
    }

    fn put_ledger(&mut self, kind: RecordKind, segment: u32, mut ledger: Ledger) -> Result<(), StoreError> {
        ledger.revision += 1;
        if let Some(segments) = self.manifest.segments.get_mut(kind_index(kind)) {
            if segments.len() <= segment as usize {
                segments.resize(segment as usize + 1, 0);
            }
            if let Some(revision) = segments.get_mut(segment as usize) {
                *revision = ledger.revision;
            }
        }
        let key = segment_key(kind, segment);
        self.batch.put(Table::Ledger, &key, self.rows.codec.seal(Table::Ledger, &key, &ledger)?);
        Ok(())
    }

    fn put_segment(&mut self, kind: RecordKind, number: u32, mut segment: Segment) -> Result<(), StoreError> {
        segment.basis.revision =
            self.manifest.segments.get(kind_index(kind)).and_then(|s| s.get(number as usize)).copied().unwrap_or(0);
        let key = segment_key(kind, number);
        let sealed = self.rows.codec.seal_bytes(Table::Summary, &key, &segment.to_bytes()?)?;
        self.batch.put(Table::Summary, &key, sealed);
        Ok(())
    }

    /// Projects the changed records into their segments; a segment whose basis no longer holds is projected whole.
    fn summaries(&mut self, steps: &[Step]) -> Result<(), StoreError> {
        let people = steps.iter().filter_map(|s| match &s.change {
            Change::Person(p) => Some((p.id.0, p.as_ref())),
            _ => None,
        });
        let people = by_segment(people);
        if !people.is_empty() {
            let mut units = self.rows.units_by_number()?;
            for step in steps {
                if let Change::Unit(u) = &step.change {
                    units.insert(u.id.0, u.as_ref().clone());
                }
            }
            for (segment, changed) in people {
                self.people(segment, &changed, &units)?;
            }
        }
        let names: HashMap<PersonId, &str> = steps
            .iter()
            .filter_map(|s| match &s.change {
                Change::Person(p) => Some((p.id, p.name.as_str())),
                _ => None,
            })
            .collect();
        let name = |id: PersonId| names.get(&id).map(|n| (*n).to_owned());
        let mut computers = Vec::new();
        let mut media = Vec::new();
        for step in steps {
            match &step.change {
                Change::Computer(c) => computers.push((c.id.0, encode(&self.rows.project_computer(c, &name)?)?)),
                Change::Medium(m) => media.push((m.id.0, encode(&self.rows.project_medium(m, &name)?)?)),
                _ => {}
            }
        }
        self.devices::<Computer>(computers, |rows, c| encode(&rows.project_computer(c, &|_| None)?))?;
        self.devices::<Medium>(media, |rows, m| encode(&rows.project_medium(m, &|_| None)?))
    }

    fn people(
        &mut self,
        number: u32,
        changed: &[(usize, &Person)],
        units: &BTreeMap<u64, Unit>,
    ) -> Result<(), StoreError> {
        let unit_of = |p: &Person| units.get(&p.unit.0).ok_or(StoreError::NoUnit(p.id.into()));
        let mut segment = self.rows.segment(RecordKind::Person, number)?;
        let (from, to) = self.projector.span(self.today);
        let span = match segment.basis.span {
            Some((f, t)) => (f.max(from), t.min(to)),
            None => (from, to),
        };
        // A unit changed in this very transaction has moved on from what the segment was made of.
        let units_hold =
            segment.basis.units.iter().all(|(unit, revision)| units.get(unit).is_some_and(|u| u.revision == *revision));
        let fresh = units_hold && self.rows.fresh(&segment.basis, self.today, self.projector)?;
        if fresh && span.0 <= self.today && self.today <= span.1 {
            segment.basis.span = Some(span);
        } else {
            segment = Segment {
                basis: Basis {
                    revision: 0,
                    projection: PROJECTION,
                    version: self.projector.version(),
                    span: Some((from, to)),
                    units: BTreeMap::new(),
                },
                blobs: Vec::new(),
            };
            for person in self.rows.people_of(number)? {
                let Some((_, at)) = position(person.id.0) else { continue };
                if changed.iter().all(|(changed, _)| *changed != at) {
                    let unit = unit_of(&person)?;
                    segment.basis.units.insert(unit.id.0, unit.revision);
                    segment.set(at, encode(&self.projector.person(unit, &person, self.today))?);
                }
            }
        }
        for (at, person) in changed {
            let unit = unit_of(person)?;
            segment.basis.units.insert(unit.id.0, unit.revision);
            segment.set(*at, encode(&self.projector.person(unit, person, self.today))?);
        }
        self.put_segment(RecordKind::Person, number, segment)
    }

    fn devices<A: Aggregate>(
        &mut self,
        changed: Vec<(u64, Vec<u8>)>,
        project: impl Fn(&Rows<T>, &A) -> Result<Vec<u8>, StoreError>,
    ) -> Result<(), StoreError> {
        for (number, blobs) in by_segment(changed) {
            let mut segment = self.rows.segment(A::KIND, number)?;
            if segment.basis.projection != PROJECTION {
                segment = Segment { basis: Basis { projection: PROJECTION, ..Basis::default() }, blobs: Vec::new() };
                let ledger = self.rows.ledger(A::KIND, number)?;
                for (at, id) in (0..ledger.rows.len()).zip(u64::from(number) * super::rows::SEGMENT + 1..) {
                    if let Some(record) = self.rows.aggregate::<A>(id)? {
                        segment.set(at, project(self.rows, &record)?);
                    }
                }
            }
            for (at, blob) in blobs {
                segment.set(at, blob);
            }
            self.put_segment(A::KIND, number, segment)?;
        }
        Ok(())
    }

    /// Projects a segment of people again and stores it; the records and the journal stay as they are.
    pub fn reproject(mut self, segment: u32) -> Result<Batch, StoreError> {
        let ledger = Rc::unwrap_or_clone(self.rows.ledger(RecordKind::Person, segment)?);
        self.put_ledger(RecordKind::Person, segment, ledger)?;
        self.people(segment, &[], &self.rows.units_by_number()?)?;
        self.batch.put(Table::Meta, MANIFEST, self.manifest.seal(&self.rows.codec)?);
        Ok(self.batch)
    }

    /// Writes the entries, at most [`ENTRY_RECORDS`] records each, and the trail of every record.
    fn journal(
        &mut self,
        stamp: &Stamp,
        verb: &str,
        answer: Option<serde_json::Value>,
        mentions: Vec<RecordId>,
        steps: Vec<Step>,
    ) -> Result<Committed, StoreError> {
        let records: Vec<RecordId> = steps.iter().map(|s| s.record).collect();
        let first = self.manifest.head.seq + 1;
        let mut answer = answer;
        let mut mentions = mentions;
        let mut deltas: Vec<RecordChange> = steps.into_iter().map(|s| s.delta).collect();
        loop {
            let later = deltas.split_off(deltas.len().min(ENTRY_RECORDS));
            let seq = self.manifest.head.seq + 1;
            let mut named: Vec<RecordId> = deltas.iter().map(|d| d.record).collect();
            for record in &named {
                self.batch.put(Table::Trail, &trail_key(*record, seq), Vec::new());
            }
            named.append(&mut mentions);
            let fields: BTreeSet<&String> = deltas.iter().flat_map(|d| d.fields.keys()).collect();
            let public = JournalPublic {
                seq,
                at: stamp.at.clone(),
                operator: stamp.actor.operator.clone(),
                channel: stamp.actor.channel,
                verb: verb.to_owned(),
                records: named,
                fields: fields.into_iter().cloned().collect(),
            };
            let detail = Detail { changes: deltas, answer: answer.take() };
            let detail = serde_json::to_vec(&detail).map_err(|_| StoreError::Internal("journal"))?;
            let codec = &self.rows.codec;
            let key = seq.to_be_bytes();
            let (entry, head) = entry_bytes(&codec.keys, &public, &self.manifest.head.hash, &detail)?;
            self.batch.put(Table::Journal, &key, entry);
            self.batch.put(Table::Detail, &key, codec.seal_bytes(Table::Detail, &key, &detail)?);
            self.manifest.head = head;
            if later.is_empty() {
                return Ok(Committed { first, seq, records });
            }
            deltas = later;
        }
    }
}
