//! What one transaction writes: rows, ledgers, summaries, natural keys, journal, manifest. It goes into the database's
//! transaction segment by segment; when a check fails on the way, the whole transaction is dropped. What the reading
//! side remembers stays as it was before: nothing may be read back from a segment that has been written.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::StoreError;
use super::codec::{Aggregate, Table, decode, encode, kind_index, record_key, segment_key, trail_key};
use super::guard::guarded;
use super::handle::{WriteTable, from_storage};
use super::journal::{ENTRY_RECORDS, difference, entry_bytes, lean, lean_of, set_back, whole_name};
use super::names::{self, Name};
use super::project::{Basis, Segment};
use super::rows::{Bucket, BucketKey, Ledger, MANIFEST, Rows, position};
use super::types::{Committed, Detail, Note, RecordChange, Stamp, Work};
use crate::domain::summary::PROJECTION;
use crate::domain::view::NaturalKey;
use crate::domain::{
    Change, Computer, Date, Department, Inspection, JournalPublic, Medium, Operator, Packed, Person, PersonId,
    PersonSummary, Projector, RecordId, RecordKind, StoredTemplate, Unit,
};

/// A request bucket forgets its oldest ids beyond this many.
const REQUESTS_KEPT: usize = 512;

/// A changed record beside its stored state.
struct Step {
    record: RecordId,
    change: Change,
    delta: RecordChange,
}

/// What summaries need beside the record they are made of, all as it stands after the transaction.
#[derive(Default)]
struct Around {
    /// Units by number, when people change.
    units: BTreeMap<u64, Unit>,
    /// Names of the people who change, when devices do.
    names: HashMap<PersonId, String>,
}

/// People who may have a new name, by position in their segment.
type Renamed = Vec<(usize, PersonSummary)>;

/// Natural keys given up and taken: bucket and MAC.
#[derive(Default)]
struct KeyMoves {
    lost: Vec<(usize, [u8; 16])>,
    gained: Vec<(usize, [u8; 16], RecordId)>,
}

/// The journal entries of a transaction as they fill.
struct Entries<'s> {
    stamp: &'s Stamp,
    verb: String,
    answer: Option<serde_json::Value>,
    note: Note,
    undoes: Option<u64>,
    waiting: Vec<RecordChange>,
}

impl Rows<WriteTable<'_>> {
    fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        guarded("write", || {
            let target = self.tables.get_mut(table as usize).ok_or(StoreError::Internal("table"))?;
            target.insert(key, value).map_err(|e| from_storage(&e))?;
            Ok(())
        })
    }
}

/// Writes what a transaction is to hold. After an error it has to be dropped.
pub(super) struct Writer<'r, 't> {
    rows: &'r mut Rows<WriteTable<'t>>,
    manifest: super::rows::Manifest,
    projector: &'r dyn Projector,
    today: Date,
}

impl<'r, 't> Writer<'r, 't> {
    /// A writer on the state read by `rows`.
    pub fn new(rows: &'r mut Rows<WriteTable<'t>>, projector: &'r dyn Projector, today: Date) -> Self {
        Self { manifest: rows.manifest.clone(), rows, projector, today }
    }

    /// Applies work under a stamp, one segment of records at a time, so that a large import never lies unpacked in
    /// memory.
    pub fn apply(mut self, stamp: &Stamp, work: Work) -> Result<Committed, StoreError> {
        let Work { verb, mut changes, note, answer, undoes, numbered_elsewhere } = work;
        changes.sort_by_key(|c| (kind_index(c.record().kind), c.record().number));
        self.check(&changes, numbered_elsewhere)?;
        let records = changes.iter().map(Packed::record).collect();
        let around = self.around(&changes)?;
        let first = self.manifest.head.seq + 1;
        let mut keys = KeyMoves::default();
        let mut entries = Entries { stamp, verb, answer, note, undoes, waiting: Vec::new() };
        let place = |c: &Packed| (c.record().kind, position(c.record().number).map(|(segment, _)| segment));
        let mut changes = changes.into_iter().peekable();
        while let Some(here) = changes.peek().map(place) {
            let mut steps = Vec::new();
            while let Some(packed) = changes.next_if(|c| place(c) == here) {
                steps.push(self.step(&packed, &mut keys)?);
            }
            if let (kind, Some(segment)) = here {
                self.segment(kind, segment, &steps, &around)?;
            }
            for step in steps {
                entries.waiting.push(step.delta);
                if entries.waiting.len() == ENTRY_RECORDS {
                    self.entry(&mut entries)?;
                }
            }
        }
        if !entries.waiting.is_empty() || self.manifest.head.seq < first {
            self.entry(&mut entries)?;
        }
        self.natural_keys(keys)?;
        if let Some(id) = &stamp.request_id {
            self.request(id, first)?;
        }
        self.put_manifest()?;
        Ok(Committed { first, seq: self.manifest.head.seq, records })
    }

    fn put_manifest(&mut self) -> Result<(), StoreError> {
        let sealed = self.manifest.seal(&self.rows.codec)?;
        self.rows.put(Table::Meta, MANIFEST, &sealed)
    }

    /// Checks the numbers and revisions of changes in order.
    fn check(&mut self, changes: &[Packed], elsewhere: bool) -> Result<(), StoreError> {
        let room = changes.len() as u64;
        let mut last = None;
        for change in changes {
            let record = change.record();
            let found = self.rows.revision(record)?;
            let stale = StoreError::Stale { record, found, given: change.revision() };
            if change.revision() != found + 1 || last.replace(record) == Some(record) {
                return Err(stale);
            }
            let kind = kind_index(record.kind);
            if found == 0 {
                // New numbers come from `next_number`; a used one is never given again, and no hole is made.
                let first = self.rows.manifest.next.get(kind).copied().unwrap_or(1);
                if record.number < first || (!elsewhere && record.number >= first + room) {
                    return Err(stale);
                }
                if let (Some(next), Some(count)) = (self.manifest.next.get_mut(kind), self.manifest.count.get_mut(kind))
                {
                    *next = (*next).max(record.number + 1);
                    *count += 1;
                }
            }
        }
        Ok(())
    }

    /// What the summaries of the changed records need.
    fn around(&self, changes: &[Packed]) -> Result<Around, StoreError> {
        let of = |kind: RecordKind| changes.iter().filter(move |c| c.record().kind == kind);
        let mut around = Around::default();
        if of(RecordKind::Person).next().is_some() {
            around.units = self.rows.units_by_number()?;
            for packed in of(RecordKind::Unit) {
                if let Change::Unit(u) = open(packed)? {
                    around.units.insert(u.id.0, *u);
                }
            }
        }
        if of(RecordKind::Computer).chain(of(RecordKind::Medium)).next().is_some() {
            for packed in of(RecordKind::Person) {
                if let Change::Person(p) = open(packed)? {
                    around.names.insert(p.id, p.name);
                }
            }
        }
        Ok(around)
    }

    /// Reads what was there before.
    fn step(&self, packed: &Packed, keys: &mut KeyMoves) -> Result<Step, StoreError> {
        let (record, revision, change) = (packed.record(), packed.revision(), open(packed)?);
        let (before, old_keys) = self.before(record, revision - 1)?;
        let new_keys = change.natural_keys();
        for key in old_keys.iter().filter(|k| !new_keys.contains(k)) {
            keys.lost.push(self.rows.bucket_of(BucketKey::Natural(key)));
        }
        for key in new_keys.iter().filter(|k| !old_keys.contains(k)) {
            let (number, mac) = self.rows.bucket_of(BucketKey::Natural(key));
            keys.gained.push((number, mac, record));
        }
        let fields = difference(before, lean(&change)?);
        Ok(Step { record, change, delta: RecordChange { record, revision, fields } })
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
            RecordKind::Template => (lean_of(&self.rows.aggregate::<StoredTemplate>(n)?)?, Vec::new()),
        })
    }

    /// Moves natural keys; all that are given up first, so that two records may swap theirs.
    fn natural_keys(&mut self, keys: KeyMoves) -> Result<(), StoreError> {
        let mut changed: HashMap<usize, Bucket> = HashMap::new();
        for (number, mac) in keys.lost {
            self.bucket(&mut changed, number)?.set(mac, None);
        }
        for (number, mac, record) in keys.gained {
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
        let sealed = self.rows.codec.seal(Table::Keys, &key, &bucket)?;
        self.rows.put(Table::Keys, &key, &sealed)
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

    /// Writes the changed records of one segment, its ledger and its summaries. The summaries come first: they may
    /// have to read the records as they were.
    fn segment(&mut self, kind: RecordKind, segment: u32, steps: &[Step], around: &Around) -> Result<(), StoreError> {
        let summaries = self.summaries(kind, segment, steps, around)?;
        let mut ledger = Rc::unwrap_or_clone(self.rows.ledger(kind, segment)?);
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
                Change::Template(r) => codec.seal(Table::Records, &key, r),
            }?;
            self.rows.put(Table::Records, &key, &sealed)?;
            let Some((_, at)) = position(step.record.number) else { continue };
            if ledger.rows.len() <= at {
                ledger.rows.resize(at + 1, 0);
            }
            if let Some(row) = ledger.rows.get_mut(at) {
                *row = step.delta.revision;
            }
        }
        self.put_ledger(kind, segment, ledger)?;
        match summaries {
            Some((summaries, renamed)) => {
                self.put_segment(kind, segment, summaries)?;
                self.put_names(segment, renamed)
            }
            None => Ok(()),
        }
    }

    /// Stores the names of a segment with those of these people, by position; nothing is written if they are there.
    fn put_names(&mut self, segment: u32, renamed: Renamed) -> Result<(), StoreError> {
        if renamed.is_empty() {
            return Ok(());
        }
        let stored = self.rows.names_bytes(segment)?;
        let mut all = match &stored {
            Some((bytes, revision)) => names::parse(bytes, *revision).ok_or_else(|| names::damaged(segment))?,
            None => Vec::new(),
        };
        let mut moved = false;
        for (at, person) in &renamed {
            all.resize(all.len().max(at + 1), None);
            let name = Some(Name::from(person));
            if let Some(place) = all.get_mut(*at).filter(|place| **place != name) {
                (*place, moved) = (name, true);
            }
        }
        if !moved {
            return Ok(());
        }
        let of_people = self.manifest.segments.get(kind_index(RecordKind::Person));
        let revision = of_people.and_then(|s| s.get(segment as usize)).copied().unwrap_or(0);
        let at = segment as usize;
        if self.manifest.names.len() <= at {
            self.manifest.names.resize(at + 1, 0);
        }
        if let Some(place) = self.manifest.names.get_mut(at) {
            *place = revision;
        }
        let key = segment_key(RecordKind::Person, segment);
        let sealed = self.rows.codec.seal_bytes(Table::Names, &key, &names::to_bytes(revision, &all)?)?;
        self.rows.put(Table::Names, &key, &sealed)
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
        let sealed = self.rows.codec.seal(Table::Ledger, &key, &ledger)?;
        self.rows.put(Table::Ledger, &key, &sealed)
    }

    fn put_segment(&mut self, kind: RecordKind, number: u32, mut segment: Segment) -> Result<(), StoreError> {
        segment.basis.revision =
            self.manifest.segments.get(kind_index(kind)).and_then(|s| s.get(number as usize)).copied().unwrap_or(0);
        let key = segment_key(kind, number);
        let sealed = self.rows.codec.seal_bytes(Table::Summary, &key, &segment.to_bytes()?)?;
        self.rows.put(Table::Summary, &key, &sealed)
    }

    /// Projects the changed records into their segment of summaries, with the people whose name has changed by it; kinds
    /// that no list shows have none.
    fn summaries(
        &self,
        kind: RecordKind,
        segment: u32,
        steps: &[Step],
        around: &Around,
    ) -> Result<Option<(Segment, Renamed)>, StoreError> {
        let name = |id: PersonId| around.names.get(&id).cloned();
        let at = |record: RecordId| position(record.number).map(|(_, at)| at);
        match kind {
            RecordKind::Person => {
                let mut changed = Vec::with_capacity(steps.len());
                for step in steps {
                    if let (Change::Person(p), Some(at)) = (&step.change, at(step.record)) {
                        changed.push((at, p.as_ref()));
                    }
                }
                self.people(segment, &changed, &around.units).map(Some)
            }
            RecordKind::Computer => {
                let mut summaries =
                    self.devices::<Computer>(segment, |c| encode(&self.rows.project_computer(c, &name)?))?;
                for step in steps {
                    if let (Change::Computer(c), Some(at)) = (&step.change, at(step.record)) {
                        summaries.set(at, encode(&self.rows.project_computer(c, &name)?)?);
                    }
                }
                Ok(Some((summaries, Vec::new())))
            }
            RecordKind::Medium => {
                let mut summaries =
                    self.devices::<Medium>(segment, |m| encode(&self.rows.project_medium(m, &name)?))?;
                for step in steps {
                    if let (Change::Medium(m), Some(at)) = (&step.change, at(step.record)) {
                        summaries.set(at, encode(&self.rows.project_medium(m, &name)?)?);
                    }
                }
                Ok(Some((summaries, Vec::new())))
            }
            RecordKind::Inspection
            | RecordKind::Unit
            | RecordKind::Department
            | RecordKind::Operator
            | RecordKind::Template => Ok(None),
        }
    }

    /// The summaries of a segment of people with the changed ones replaced; one whose basis no longer holds is
    /// projected whole. And those who may have a new name by it: rules that are others may say so of anybody.
    fn people(
        &self,
        number: u32,
        changed: &[(usize, &Person)],
        units: &BTreeMap<u64, Unit>,
    ) -> Result<(Segment, Renamed), StoreError> {
        let unit_of = |p: &Person| units.get(&p.unit.0).ok_or(StoreError::NoUnit(p.id.into()));
        let mut segment = self.rows.segment(RecordKind::Person, number)?;
        let (from, to) = self.projector.span(self.today);
        let span = match segment.basis.span {
            Some((f, t)) => (f.max(from), t.min(to)),
            None => (from, to),
        };
        let mut renamed = Vec::new();
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
                    let summary = self.projector.person(unit, &person, self.today);
                    segment.set(at, encode(&summary)?);
                    renamed.push((at, summary));
                }
            }
        }
        for (at, person) in changed {
            let unit = unit_of(person)?;
            segment.basis.units.insert(unit.id.0, unit.revision);
            let summary = self.projector.person(unit, person, self.today);
            let encoded = encode(&summary)?;
            let before = segment.blobs.get(*at).and_then(|blob| decode::<PersonSummary>(blob));
            segment.set(*at, encoded);
            if before.is_none_or(|before| Name::from(&before) != Name::from(&summary)) {
                renamed.push((*at, summary));
            }
        }
        Ok((segment, renamed))
    }

    /// The summaries of a segment of devices as stored, or projected again when this program makes them otherwise.
    fn devices<A: Aggregate>(
        &self,
        number: u32,
        project: impl Fn(&A) -> Result<Vec<u8>, StoreError>,
    ) -> Result<Segment, StoreError> {
        let segment = self.rows.segment(A::KIND, number)?;
        if segment.basis.projection == PROJECTION {
            return Ok(segment);
        }
        let basis = Basis { projection: PROJECTION, ..Basis::default() };
        let mut segment = Segment { basis, blobs: Vec::new() };
        let ledger = self.rows.ledger(A::KIND, number)?;
        for (at, id) in (0..ledger.rows.len()).zip(u64::from(number) * super::rows::SEGMENT + 1..) {
            if let Some(record) = self.rows.aggregate::<A>(id)? {
                segment.set(at, project(&record)?);
            }
        }
        Ok(segment)
    }

    /// Projects a segment of people again and stores it, unless it holds; the records and the journal stay as they are.
    pub fn reproject(mut self, segment: u32) -> Result<bool, StoreError> {
        if segment >= self.rows.segment_count(RecordKind::Person) {
            return Ok(false);
        }
        let basis = self.rows.segment(RecordKind::Person, segment)?.basis;
        if self.rows.fresh(&basis, self.today, self.projector)? {
            return Ok(false);
        }
        let (summaries, renamed) = self.people(segment, &[], &self.rows.units_by_number()?)?;
        let ledger = Rc::unwrap_or_clone(self.rows.ledger(RecordKind::Person, segment)?);
        self.put_ledger(RecordKind::Person, segment, ledger)?;
        self.put_segment(RecordKind::Person, segment, summaries)?;
        self.put_names(segment, renamed)?;
        self.put_manifest()?;
        Ok(true)
    }

    /// Writes the waiting changes as the next entry, and the trail of every record. Answer and note stand in the
    /// first entry of a transaction.
    fn entry(&mut self, entries: &mut Entries<'_>) -> Result<(), StoreError> {
        let seq = self.manifest.head.seq + 1;
        let changes = std::mem::take(&mut entries.waiting);
        let mut records: Vec<RecordId> = changes.iter().map(|d| d.record).collect();
        for record in &records {
            self.rows.put(Table::Trail, &trail_key(*record, seq), &[])?;
        }
        let note = std::mem::take(&mut entries.note);
        records.extend(note.records);
        let fields = changes.iter().flat_map(|d| d.fields.keys()).chain(&note.fields);
        let fields: BTreeSet<&str> = fields.map(|f| whole_name(f)).collect();
        let before = (seq > 1).then(|| self.rows.entry(seq - 1)).transpose()?;
        let public = JournalPublic {
            seq,
            at: entries.stamp.at.clone(),
            operator: entries.stamp.actor.operator.clone(),
            channel: entries.stamp.actor.channel,
            verb: entries.verb.clone(),
            records,
            fields: fields.into_iter().map(str::to_owned).collect(),
            rows: note.rows,
            undoes: entries.undoes,
            clock_back: before.and_then(|before| set_back(&before.public.at, &entries.stamp.at)),
        };
        let detail = Detail { changes, answer: entries.answer.take(), reason: note.reason };
        let detail = serde_json::to_vec(&detail).map_err(|_| StoreError::Internal("journal"))?;
        let codec = &self.rows.codec;
        let key = seq.to_be_bytes();
        let (entry, head) = entry_bytes(&codec.keys, &public, &self.manifest.head.hash, &detail)?;
        let sealed = codec.seal_bytes(Table::Detail, &key, &detail)?;
        self.rows.put(Table::Journal, &key, &entry)?;
        self.rows.put(Table::Detail, &key, &sealed)?;
        self.manifest.head = head;
        Ok(())
    }
}

fn open(packed: &Packed) -> Result<Change, StoreError> {
    packed.open().map_err(|_| StoreError::Internal("record"))
}
