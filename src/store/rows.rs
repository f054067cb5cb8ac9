//! Reading rows so that a missing or stale one is damage: the sealed manifest holds each segment's revision, each
//! segment (ledger) the revisions of its aggregates. The same code reads in a read and in a write transaction.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use redb::ReadableTable;
use serde::{Deserialize, Serialize};

use super::codec::{Aggregate, Codec, TABLES, Table, kind_index, place, record_key, segment_key};
use super::guard::guarded;
use super::types::{Head, Mode};
use super::{SCHEMA, StoreError, from_storage};
use crate::domain::view::{NaturalKey, ReadError};
use crate::domain::{
    Computer, ComputerId, DeviceState, Held, Inspection, InspectionId, Medium, MediumId, Operator, Past, Person,
    PersonId, RecordId, RecordKind, StoredTemplate, Unit, UnitId, View,
};

/// Records in a segment.
pub(super) const SEGMENT: u64 = 512;
/// Buckets of natural keys.
pub(super) const KEY_BUCKETS: usize = 1024;
/// Buckets of request ids, behind those of natural keys.
pub(super) const REQUEST_BUCKETS: usize = 256;
/// Key of the manifest.
pub(super) const MANIFEST: &[u8] = b"manifest";

/// What everything else hangs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub mode: Mode,
    pub head: Head,
    /// Next number of each kind.
    pub next: [u64; 8],
    /// Records of each kind.
    pub count: [u64; 8],
    /// Revision of each segment of each kind.
    pub segments: [Vec<u64>; 8],
    /// Revision of the names of each segment of people: the segment's when they were written.
    pub names: Vec<u64>,
    /// Revision of each bucket.
    pub buckets: Vec<u64>,
}

impl Manifest {
    /// The manifest of an empty store.
    pub fn new(mode: Mode) -> Self {
        Self {
            mode,
            head: Head::default(),
            next: [1; 8],
            count: [0; 8],
            segments: Default::default(),
            names: Vec::new(),
            buckets: vec![0; KEY_BUCKETS + REQUEST_BUCKETS],
        }
    }

    /// Seals it behind its plain schema number.
    pub fn seal(&self, codec: &Codec) -> Result<Vec<u8>, StoreError> {
        let mut out = SCHEMA.to_be_bytes().to_vec();
        out.extend_from_slice(&codec.seal(Table::Meta, MANIFEST, self)?);
        Ok(out)
    }

    /// Opens it; the schema is looked at first, so that an old program stops when a newer one has upgraded the store.
    pub fn open(codec: &Codec, bytes: Option<Vec<u8>>) -> Result<Self, StoreError> {
        let damaged = || StoreError::damaged("manifest");
        let bytes = bytes.ok_or_else(damaged)?;
        let (schema, sealed) = bytes.split_first_chunk::<2>().ok_or_else(damaged)?;
        let schema = u16::from_be_bytes(*schema);
        let manifest: Result<Self, StoreError> = codec.open(Table::Meta, MANIFEST, sealed);
        match manifest {
            Ok(m) if schema == SCHEMA && m.buckets.len() == KEY_BUCKETS + REQUEST_BUCKETS => Ok(m),
            Ok(_) => Err(damaged()),
            // The associated data holds this program's schema, so another one never opens: say which, unless the
            // number is no schema at all.
            Err(_) if schema > SCHEMA && schema < SCHEMA + 100 => {
                Err(StoreError::Newer { found: schema, known: SCHEMA })
            }
            Err(e) => Err(e),
        }
    }
}

/// The revisions of 512 aggregates, 0 for none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub(super) struct Ledger {
    /// The segment's revision, as in the manifest.
    pub revision: u64,
    /// By position.
    pub rows: Vec<u64>,
}

/// Keyed MACs and what they lead to, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub(super) struct Bucket {
    /// The bucket's revision, as in the manifest.
    pub revision: u64,
    /// First 16 bytes of the MAC, value.
    pub entries: Vec<([u8; 16], u64)>,
}

impl Bucket {
    /// The value of a MAC.
    pub fn get(&self, mac: &[u8; 16]) -> Option<u64> {
        let at = self.entries.binary_search_by(|(m, _)| m.cmp(mac)).ok()?;
        self.entries.get(at).map(|(_, value)| *value)
    }

    /// Sets or, with `None`, removes a MAC.
    pub fn set(&mut self, mac: [u8; 16], value: Option<u64>) {
        match (self.entries.binary_search_by(|(m, _)| m.cmp(&mac)), value) {
            (Ok(at), Some(value)) => {
                if let Some(entry) = self.entries.get_mut(at) {
                    entry.1 = value;
                }
            }
            (Ok(at), None) => {
                self.entries.remove(at);
            }
            (Err(at), Some(value)) => self.entries.insert(at, (mac, value)),
            (Err(_), None) => {}
        }
    }
}

/// Segment and position of a record number.
pub(super) fn position(number: u64) -> Option<(u32, usize)> {
    let zero_based = number.checked_sub(1)?;
    Some((u32::try_from(zero_based / SEGMENT).ok()?, (zero_based % SEGMENT) as usize))
}

/// A table opened in either kind of transaction.
pub(super) trait Source: ReadableTable<&'static [u8], &'static [u8]> {}
impl<T: ReadableTable<&'static [u8], &'static [u8]>> Source for T {}

/// Everything that can be read in one transaction.
pub(super) struct Rows<T> {
    pub codec: Arc<Codec>,
    pub tables: [T; TABLES],
    pub manifest: Manifest,
    ledgers: RefCell<HashMap<(RecordKind, u32), Rc<Ledger>>>,
    buckets: RefCell<HashMap<usize, Rc<Bucket>>>,
    /// What is in whose hands, found when it is first asked for: an import or a list of leavers asks for many.
    holders: OnceCell<HashMap<PersonId, Vec<Held>>>,
    // What a `ReadError` stood for, for the caller of the closure that saw it.
    failure: RefCell<Option<StoreError>>,
}

impl<T: Source> Rows<T> {
    /// Reads the manifest of opened tables.
    pub fn new(codec: Arc<Codec>, tables: [T; TABLES]) -> Result<Self, StoreError> {
        let mut rows = Self {
            manifest: Manifest::new(Mode::Demo),
            codec,
            tables,
            ledgers: RefCell::default(),
            buckets: RefCell::default(),
            holders: OnceCell::new(),
            failure: RefCell::default(),
        };
        rows.manifest = Manifest::open(&rows.codec, rows.get(Table::Meta, MANIFEST)?)?;
        Ok(rows)
    }

    /// The first failure behind a [`ReadError`].
    pub fn take_failure(&self) -> Option<StoreError> {
        self.failure.borrow_mut().take()
    }

    fn table(&self, table: Table) -> Result<&T, StoreError> {
        self.tables.get(table as usize).ok_or(StoreError::Internal("table"))
    }

    /// A row's bytes.
    pub fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        guarded(table.name(), || {
            let value = self.table(table)?.get(key).map_err(|e| from_storage(&e))?;
            Ok(value.map(|v| v.value().to_vec()))
        })
    }

    /// A row that has to be there, opened from where it lies.
    pub fn opened(&self, table: Table, key: &[u8]) -> Result<Vec<u8>, StoreError> {
        guarded(table.name(), || {
            let value = self.table(table)?.get(key).map_err(|e| from_storage(&e))?;
            let value = value.ok_or_else(|| StoreError::damaged(place(table, key)))?;
            self.codec.open_bytes(table, key, value.value())
        })
    }

    /// Calls `f` with the rows `from ..= to` in order until it returns `false`.
    pub fn scan(
        &self,
        table: Table,
        from: &[u8],
        to: &[u8],
        mut f: impl FnMut(&[u8], &[u8]) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        guarded(table.name(), || {
            for row in self.table(table)?.range(from..=to).map_err(|e| from_storage(&e))? {
                let (key, value) = row.map_err(|e| from_storage(&e))?;
                if !f(key.value(), value.value())? {
                    break;
                }
            }
            Ok(())
        })
    }

    /// The ledger of a segment; empty beyond the last.
    pub fn ledger(&self, kind: RecordKind, segment: u32) -> Result<Rc<Ledger>, StoreError> {
        if let Some(found) = self.ledgers.borrow().get(&(kind, segment)) {
            return Ok(Rc::clone(found));
        }
        let revision =
            self.manifest.segments.get(kind_index(kind)).and_then(|s| s.get(segment as usize)).copied().unwrap_or(0);
        let ledger = if revision == 0 {
            Ledger::default()
        } else {
            let key = segment_key(kind, segment);
            let bytes = self.get(Table::Ledger, &key)?;
            let damaged = || StoreError::damaged(place(Table::Ledger, &key));
            let ledger: Ledger = self.codec.open(Table::Ledger, &key, &bytes.ok_or_else(damaged)?)?;
            if ledger.revision != revision {
                return Err(damaged());
            }
            ledger
        };
        let ledger = Rc::new(ledger);
        self.ledgers.borrow_mut().insert((kind, segment), Rc::clone(&ledger));
        Ok(ledger)
    }

    /// The stored revision of a record, 0 for none.
    pub fn revision(&self, record: RecordId) -> Result<u64, StoreError> {
        let Some((segment, at)) = position(record.number) else { return Ok(0) };
        Ok(self.ledger(record.kind, segment)?.rows.get(at).copied().unwrap_or(0))
    }

    /// One aggregate.
    pub fn aggregate<A: Aggregate>(&self, number: u64) -> Result<Option<A>, StoreError> {
        let record = RecordId { kind: A::KIND, number };
        let revision = self.revision(record)?;
        if revision == 0 {
            return Ok(None);
        }
        let key = record_key(record);
        let damaged = || StoreError::damaged(place(Table::Records, &key));
        let bytes = self.get(Table::Records, &key)?.ok_or_else(damaged)?;
        let value: A = self.codec.open(Table::Records, &key, &bytes)?;
        if value.number() == number && value.revision() == revision { Ok(Some(value)) } else { Err(damaged()) }
    }

    /// The numbers of a kind that exist, in order.
    pub fn numbers(&self, kind: RecordKind) -> Result<Vec<u64>, StoreError> {
        let segments = self.manifest.segments.get(kind_index(kind)).map_or(0, Vec::len);
        let mut out = Vec::new();
        for segment in 0..segments as u32 {
            let base = u64::from(segment) * SEGMENT + 1;
            let ledger = self.ledger(kind, segment)?;
            out.extend((base..).zip(&ledger.rows).filter(|(_, r)| **r > 0).map(|(n, _)| n));
        }
        Ok(out)
    }

    /// All aggregates of a kind.
    pub fn all<A: Aggregate>(&self) -> Result<Vec<A>, StoreError> {
        let numbers = self.numbers(A::KIND)?;
        numbers.into_iter().filter_map(|n| self.aggregate(n).transpose()).collect()
    }

    /// The bucket a MAC belongs to, and the part kept of the MAC.
    pub fn bucket_of(&self, key: BucketKey<'_>) -> (usize, [u8; 16]) {
        let (mac, base, count) = match key {
            BucketKey::Natural(key) => (self.codec.keys.mac("natural key", &[&key.bytes()]), 0, KEY_BUCKETS),
            BucketKey::Request(id) => (self.codec.keys.mac("request", &[id.as_bytes()]), KEY_BUCKETS, REQUEST_BUCKETS),
        };
        let (choice, rest) = mac.split_first_chunk::<4>().map_or((0, &[][..]), |(c, r)| (u32::from_be_bytes(*c), r));
        (base + choice as usize % count, rest.first_chunk().copied().unwrap_or_default())
    }

    /// A bucket.
    pub fn bucket(&self, number: usize) -> Result<Rc<Bucket>, StoreError> {
        if let Some(found) = self.buckets.borrow().get(&number) {
            return Ok(Rc::clone(found));
        }
        let revision = self.manifest.buckets.get(number).copied().unwrap_or(0);
        let bucket = if revision == 0 {
            Bucket::default()
        } else {
            let key = (number as u16).to_be_bytes();
            let damaged = || StoreError::damaged(place(Table::Keys, &key));
            let bytes = self.get(Table::Keys, &key)?.ok_or_else(damaged)?;
            let bucket: Bucket = self.codec.open(Table::Keys, &key, &bytes)?;
            if bucket.revision != revision {
                return Err(damaged());
            }
            bucket
        };
        let bucket = Rc::new(bucket);
        self.buckets.borrow_mut().insert(number, Rc::clone(&bucket));
        Ok(bucket)
    }

    /// The value stored under a natural key or request id.
    pub fn lookup(&self, key: BucketKey<'_>) -> Result<Option<u64>, StoreError> {
        let (number, mac) = self.bucket_of(key);
        Ok(self.bucket(number)?.get(&mac))
    }

    fn passed<V>(&self, result: Result<V, StoreError>) -> Result<V, ReadError> {
        result.map_err(|e| {
            let text = e.to_string();
            self.failure.borrow_mut().get_or_insert(e);
            ReadError(text)
        })
    }

    fn held(&self, person: PersonId) -> Result<Vec<Held>, StoreError> {
        if self.holders.get().is_none() {
            let _ = self.holders.set(self.all_held()?);
        }
        Ok(self.holders.get().and_then(|all| all.get(&person)).cloned().unwrap_or_default())
    }

    /// What is in whose hands: devices in use or in repair, by number, media behind computers.
    fn all_held(&self) -> Result<HashMap<PersonId, Vec<Held>>, StoreError> {
        let in_hand = |state: DeviceState| matches!(state, DeviceState::InUse | DeviceState::InRepair);
        let mut out: HashMap<PersonId, Vec<Held>> = HashMap::new();
        for c in self.computer_summaries()?.into_iter().filter(|c| in_hand(c.state)) {
            let held = Held { record: c.id.into(), number: c.number, title: c.model, secrecy: c.secrecy };
            if let Some(user) = c.user.filter(|user| c.custodian != Some(*user)) {
                out.entry(user).or_default().push(held.clone());
            }
            if let Some(custodian) = c.custodian {
                out.entry(custodian).or_default().push(held);
            }
        }
        for m in self.medium_summaries()?.into_iter().filter(|m| in_hand(m.state)) {
            if let Some(holder) = m.holder {
                let held = Held { record: m.id.into(), number: m.number, title: m.title, secrecy: m.secrecy };
                out.entry(holder).or_default().push(held);
            }
        }
        Ok(out)
    }
}

/// What a bucket is searched for.
#[derive(Debug, Clone, Copy)]
pub(super) enum BucketKey<'a> {
    /// A natural key.
    Natural(&'a NaturalKey),
    /// A request id.
    Request(&'a str),
}

impl<T: Source> View for Rows<T> {
    fn person(&self, id: PersonId) -> Result<Option<Person>, ReadError> {
        self.passed(self.aggregate(id.0))
    }

    fn computer(&self, id: ComputerId) -> Result<Option<Computer>, ReadError> {
        self.passed(self.aggregate(id.0))
    }

    fn medium(&self, id: MediumId) -> Result<Option<Medium>, ReadError> {
        self.passed(self.aggregate(id.0))
    }

    fn inspection(&self, id: InspectionId) -> Result<Option<Inspection>, ReadError> {
        self.passed(self.aggregate(id.0))
    }

    fn templates(&self) -> Result<Vec<StoredTemplate>, ReadError> {
        self.passed(self.all())
    }

    fn unit(&self, id: UnitId) -> Result<Option<Unit>, ReadError> {
        self.passed(self.aggregate(id.0))
    }

    fn units(&self) -> Result<Vec<Unit>, ReadError> {
        self.passed(self.all())
    }

    fn operators(&self) -> Result<Vec<Operator>, ReadError> {
        self.passed(self.all())
    }

    fn next_number(&self, kind: RecordKind) -> Result<u64, ReadError> {
        Ok(self.manifest.next.get(kind_index(kind)).copied().unwrap_or(1))
    }

    fn by_key(&self, key: &NaturalKey) -> Result<Option<u64>, ReadError> {
        self.passed(self.lookup(BucketKey::Natural(key)))
    }

    fn held_by(&self, person: PersonId) -> Result<Vec<Held>, ReadError> {
        self.passed(self.held(person))
    }

    fn past(&self, entry: u64) -> Result<Option<Past>, ReadError> {
        self.passed(self.look_back(entry))
    }
}
