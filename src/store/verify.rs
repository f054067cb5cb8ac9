//! The full check: redb's own on a copy in memory, then every row against the manifest, summaries against rows, natural
//! keys against records, the journal's chain, and the journal folded against what is stored. It goes on after a
//! problem, and never writes.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fs::File;
use std::rc::Rc;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::codec::{Aggregate, Table, decode, kind_index, place, record_key, segment_key};
use super::file::{read_header, sum_fits};
use super::guard::guarded;
use super::handle::Handle;
use super::journal::{apply, lean_of};
use super::names::{self, Name};
use super::project::Segment;
use super::rows::{BucketKey, KEY_BUCKETS, Rows, SEGMENT, Source};
use super::types::{Problem, RecordChange, Report};
use super::{Store, StoreError};
use crate::crypto::Hash;
use crate::domain::view::NaturalKey;
use crate::domain::{
    Computer, ComputerSummary, Department, Inspection, Medium, MediumSummary, Operator, Person, PersonSummary,
    RecordId, RecordKind, StoredTemplate, Unit,
};

/// More problems than this are not listed one by one.
const LISTED: usize = 1000;

impl Report {
    fn add(&mut self, kind: &'static str, place: impl Into<String>) {
        if self.problems.len() < LISTED {
            self.problems.push(Problem { kind, place: place.into() });
        }
    }

    /// Takes the value out of a result, or notes why there is none.
    fn note<T>(&mut self, kind: &'static str, result: Result<T, StoreError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(StoreError::Damaged { place }) => {
                self.add(kind, place);
                None
            }
            Err(other) => {
                self.add(kind, other.code());
                None
            }
        }
    }

    /// The first problem as an error.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn into_result(self) -> Result<(), StoreError> {
        match self.problems.into_iter().next() {
            None => Ok(()),
            Some(problem) => Err(StoreError::damaged(problem.place)),
        }
    }
}

impl Store {
    /// Checks everything and reports every problem found with its place. The file is never modified; other sessions
    /// wait while its structure is checked.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read at all.
    pub fn verify(&self) -> Result<Report, StoreError> {
        let mut report = Report::default();
        let path = &self.0.path;
        match read_header(path) {
            Ok((header, whole)) => {
                // Its keyslots may be others by now.
                if !whole || (header.id, header.mode) != (self.id(), self.mode()) || !header.fits(&self.0.codec.keys) {
                    report.add("header", "header");
                }
            }
            Err(e) => report.add("header", e.code()),
        }
        match sum_fits(path) {
            Ok(true) => {}
            Ok(false) => report.add("file", "backup"),
            Err(e) => report.add("file", StoreError::io(path, &e).code()),
        }
        // With the writer's turn held, nobody changes the file while it is looked at.
        let hold = if self.read_only() { None } else { self.begin_hold() };
        let checked = guarded("structure", || {
            let file = File::open(path).map_err(|e| StoreError::io(path, &e))?;
            let mut db = Handle::in_memory(path, file)?;
            match db.check_integrity() {
                Ok(true) => Ok(()),
                _ => Err(StoreError::damaged("file structure")),
            }
        });
        report.note("file", checked);
        drop(hold);
        let opened = Handle::open_read_only(path, self.0.options.deadline)
            .and_then(|h| Ok((h.begin_read()?, h)))
            .and_then(|(tables, h)| Ok((Rows::new(Arc::clone(&self.0.codec), tables)?, h)));
        let Some((rows, handle)) = report.note("manifest", opened) else { return Ok(report) };
        Check { rows: &rows, report: &mut report, keys: HashMap::new(), details: RefCell::default() }.run();
        super::guard::drop_quietly(rows);
        super::guard::drop_quietly(handle);
        Ok(report)
    }

    fn begin_hold(&self) -> Option<redb::WriteTransaction> {
        self.handle(true).and_then(|h| h.begin_write()).ok()
    }
}

type Changes = Rc<HashMap<RecordId, RecordChange>>;

struct Check<'c, T> {
    rows: &'c Rows<T>,
    report: &'c mut Report,
    // What the natural keys of all records come to, by bucket.
    keys: HashMap<usize, BTreeMap<[u8; 16], u64>>,
    // The details opened last: records of one import share theirs.
    details: RefCell<VecDeque<(u64, Changes)>>,
}

impl<T: Source> Check<'_, T> {
    fn run(mut self) {
        self.journal();
        self.kind::<Person>(Person::natural_keys);
        self.kind::<Computer>(Computer::natural_keys);
        self.kind::<Medium>(Medium::natural_keys);
        self.kind::<Inspection>(|_| Vec::new());
        self.kind::<Unit>(|_| Vec::new());
        self.kind::<Department>(|_| Vec::new());
        self.kind::<Operator>(|_| Vec::new());
        self.kind::<StoredTemplate>(|_| Vec::new());
        self.summaries(RecordKind::Person, |s: &PersonSummary| (s.id.0, s.revision));
        self.summaries(RecordKind::Computer, |s: &ComputerSummary| (s.id.0, s.revision));
        self.summaries(RecordKind::Medium, |s: &MediumSummary| (s.id.0, s.revision));
        self.names();
        self.natural_keys();
        self.strangers();
    }

    /// The chain from the first entry to the manifest's head, and every detail.
    fn journal(&mut self) {
        let head = self.rows.manifest.head;
        let mut previous = Hash::default();
        let mut whole = true;
        for seq in 1..=head.seq {
            self.report.entries += 1;
            match self.rows.entry(seq) {
                Ok(entry) => {
                    if whole && (entry.previous != previous || (seq == head.seq && entry.hash != head.hash)) {
                        whole = false;
                        self.report.add("journal_chain", format!("journal {seq}"));
                    }
                    previous = entry.hash;
                    let detail = self.rows.detail(seq);
                    self.report.note("journal_detail", detail);
                }
                Err(e) => {
                    if whole {
                        whole = false;
                        self.report.note::<()>("journal_chain", Err(e));
                    }
                }
            }
        }
    }

    /// Every row of a kind: it opens, its revision is the ledger's, its journal folds to it.
    fn kind<A: Aggregate + Serialize>(&mut self, natural_keys: impl Fn(&A) -> Vec<NaturalKey>) {
        let (mut count, mut last) = (0, 0);
        for segment in 0..self.rows.segment_count(A::KIND) {
            let ledger = self.rows.ledger(A::KIND, segment);
            let Some(ledger) = self.report.note("ledger", ledger) else { continue };
            for (revision, number) in ledger.rows.iter().zip(u64::from(segment) * SEGMENT + 1..) {
                if *revision == 0 {
                    continue;
                }
                count += 1;
                last = number;
                let record = RecordId { kind: A::KIND, number };
                let row = self.rows.aggregate::<A>(number);
                let Some(Some(row)) = self.report.note("row", row) else { continue };
                self.report.rows += 1;
                for key in natural_keys(&row) {
                    let (bucket, mac) = self.rows.bucket_of(BucketKey::Natural(&key));
                    self.keys.entry(bucket).or_default().insert(mac, number);
                }
                let folded = self.fold(record);
                if let Some(folded) = self.report.note("history", folded)
                    && lean_of(&row).ok() != Some(folded)
                {
                    self.report.add("history", place(Table::Trail, &record_key(record)));
                }
            }
        }
        let at = kind_index(A::KIND);
        let manifest = &self.rows.manifest;
        if manifest.count.get(at) != Some(&count) || manifest.next.get(at).is_none_or(|next| *next <= last) {
            self.report.add("manifest", format!("manifest {}", A::KIND.letter()));
        }
    }

    fn fold(&self, record: RecordId) -> Result<Map<String, Value>, StoreError> {
        let (mut fields, mut revision) = (Map::new(), 0);
        for seq in self.rows.trail(record)? {
            let follows = match self.changes(seq)?.get(&record) {
                Some(change) => apply(&mut fields, &mut revision, change.clone()),
                None => false,
            };
            if !follows {
                return Err(StoreError::damaged(format!("detail {seq}")));
            }
        }
        Ok(fields)
    }

    fn changes(&self, seq: u64) -> Result<Changes, StoreError> {
        if let Some((_, found)) = self.details.borrow().iter().find(|(at, _)| *at == seq) {
            return Ok(Rc::clone(found));
        }
        let changes: Changes =
            Rc::new(self.rows.detail(seq)?.changes.into_iter().map(|change| (change.record, change)).collect());
        let mut details = self.details.borrow_mut();
        if details.len() >= 8 {
            details.pop_front();
        }
        details.push_back((seq, Rc::clone(&changes)));
        Ok(changes)
    }

    /// Every segment of summaries: it opens, and holds exactly the records and revisions of its ledger.
    fn summaries<S: DeserializeOwned>(&mut self, kind: RecordKind, identity: impl Fn(&S) -> (u64, u64)) {
        for segment in 0..self.rows.segment_count(kind) {
            let at = place(Table::Summary, &segment_key(kind, segment));
            let Some(stored) = self.report.note("summary", self.rows.segment(kind, segment)) else { continue };
            let Ok(ledger) = self.rows.ledger(kind, segment) else { continue };
            // Another projection's structures are not read, only replaced.
            let readable = stored.basis.projection == crate::domain::summary::PROJECTION;
            let agrees = |blob: &[u8], number: u64, revision: u64| match (revision, blob.is_empty()) {
                (0, empty) => empty,
                (_, true) => false,
                _ if !readable => true,
                _ => decode::<S>(blob).is_some_and(|s| identity(&s) == (number, revision)),
            };
            let empty = Vec::new();
            let good = stored.blobs.len() <= ledger.rows.len()
                && ledger
                    .rows
                    .iter()
                    .enumerate()
                    .zip(u64::from(segment) * SEGMENT + 1..)
                    .all(|((i, revision), n)| agrees(stored.blobs.get(i).unwrap_or(&empty), n, *revision));
            if !good || Segment::to_bytes(&stored).is_err() {
                self.report.add("summary", at);
            }
        }
    }

    /// The names of every segment of people: those that the summaries say.
    fn names(&mut self) {
        for segment in 0..self.rows.segment_count(RecordKind::Person) {
            let bytes = self.report.note("names", self.rows.names_bytes(segment));
            let Some(bytes) = bytes else { continue };
            let names =
                bytes.as_ref().map_or_else(|| Some(Vec::new()), |(bytes, revision)| names::parse(bytes, *revision));
            let Ok(stored) = self.rows.segment(RecordKind::Person, segment) else { continue };
            if stored.basis.projection != crate::domain::summary::PROJECTION {
                continue;
            }
            let told: Vec<_> = stored.blobs.iter().map(|blob| decode::<PersonSummary>(blob)).collect();
            let told: Vec<Option<Name<'_>>> = told.iter().map(|p| p.as_ref().map(Name::from)).collect();
            if names.as_ref() != Some(&told) {
                self.report.add("names", place(Table::Names, &segment_key(RecordKind::Person, segment)));
            }
        }
    }

    /// Natural keys: exactly those of the records; request ids: only that they open.
    fn natural_keys(&mut self) {
        for number in 0..self.rows.manifest.buckets.len() {
            let Some(bucket) = self.report.note("natural_keys", self.rows.bucket(number)) else { continue };
            let expected = self.keys.remove(&number).unwrap_or_default();
            if number < KEY_BUCKETS && !bucket.entries.iter().map(|(m, n)| (m, n)).eq(expected.iter()) {
                self.report.add("natural_keys", place(Table::Keys, &(number as u16).to_be_bytes()));
            }
        }
    }

    /// Rows that nothing leads to.
    fn strangers(&mut self) {
        let head = self.rows.manifest.head.seq;
        let number = |bytes: &[u8]| bytes.iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
        for table in Table::ALL {
            let mut found = Vec::new();
            let rows = self.rows;
            let scanned = rows.scan(table, &[], &[0xff; 32], |key, _| {
                let kind = key.first().and_then(|k| RecordKind::ALL.get(usize::from(*k)).copied());
                let rest = key.get(1..).unwrap_or_default();
                let known = match (table, kind) {
                    (Table::Meta, _) => key == super::rows::MANIFEST,
                    (Table::Records, Some(kind)) if key.len() == 9 => {
                        rows.revision(RecordId { kind, number: number(rest) }).map_or(true, |r| r > 0)
                    }
                    (Table::Names, Some(kind)) if key.len() == 5 => {
                        let names = &rows.manifest.names;
                        kind == RecordKind::Person && names.get(number(rest) as usize).is_some_and(|r| *r > 0)
                    }
                    (Table::Ledger | Table::Summary, Some(kind)) if key.len() == 5 => {
                        number(rest) < u64::from(rows.segment_count(kind))
                    }
                    (Table::Keys, _) => key.len() == 2 && rows.manifest.buckets.get(number(key) as usize) > Some(&0),
                    (Table::Journal | Table::Detail, _) => key.len() == 8 && (1..=head).contains(&number(key)),
                    (Table::Trail, Some(_)) => key.len() == 17 && key.get(9..).is_some_and(|s| number(s) <= head),
                    _ => false,
                };
                if !known {
                    found.push(place(table, key));
                }
                Ok(true)
            });
            self.report.note("table", scanned);
            for at in found {
                self.report.add("stranger", at);
            }
        }
    }
}
