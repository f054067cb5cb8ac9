//! Looking back at a journal entry, with the records as they were before it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::StoreError;
use super::journal::{ENTRY_RECORDS, lean_of, together};
use super::rows::{Rows, Source};
use super::types::{Entry, RecordChange};
use crate::domain::inspection::Inspection;
use crate::domain::{
    Change, Computer, JournalPublic, Medium, Past, PastRecord, Person, PersonId, RecordId, RecordKind, Touched,
};

impl<T: Source> Rows<T> {
    /// What an entry did; `None` when there is no such entry.
    pub fn look_back(&self, seq: u64) -> Result<Option<Past>, StoreError> {
        if seq == 0 || seq > self.manifest.head.seq {
            return Ok(None);
        }
        let JournalPublic { operator, channel, at, verb, .. } = self.entry(seq)?.public;
        let changes = self.detail(seq)?.changes;
        let mut part = changes.len() >= ENTRY_RECORDS;
        if !part && seq > 1 {
            let before = self.entry(seq - 1)?.public;
            let same = before.operator == operator && before.verb == verb && before.at == at;
            part = same && before.records.len() >= ENTRY_RECORDS;
        }
        let mut records = Vec::with_capacity(changes.len());
        for change in changes {
            records.push(self.past_record(seq, change)?);
        }
        Ok(Some(Past { operator, channel, at, verb, part, records }))
    }

    fn past_record(&self, seq: u64, change: RecordChange) -> Result<PastRecord, StoreError> {
        let (record, revision) = (change.record, change.revision);
        let mut touched = self.last_change(record)?.filter(|e| e.public.seq > seq).map(|e| touch(record, e));
        let n = record.number;
        let mut before = None;
        if touched.is_none() && revision > 1 {
            before = match record.kind {
                RecordKind::Person => match self.aggregate::<Person>(n)? {
                    Some(now) => as_before(&now, &Person::new(now.id, now.unit, ""), change)?.map(Change::Person),
                    None => None,
                },
                RecordKind::Computer => match self.aggregate::<Computer>(n)? {
                    Some(now) => as_before(&now, &Computer::new(now.id, now.unit, ""), change)?.map(Change::Computer),
                    None => None,
                },
                RecordKind::Medium => match self.aggregate::<Medium>(n)? {
                    Some(now) => as_before(&now, &Medium::new(now.id, now.unit, ""), change)?.map(Change::Medium),
                    None => None,
                },
                RecordKind::Inspection => match self.aggregate::<Inspection>(n)? {
                    Some(now) => as_before(&now, &Inspection::new(now.id, now.unit), change)?.map(Change::Inspection),
                    None => None,
                },
                _ => None,
            };
            // Somebody a device would go back to may have left meanwhile.
            for person in before.iter().flat_map(hands) {
                let later = self.last_change(person.into())?.filter(|e| e.public.seq > seq);
                touched = touched.or(later.map(|e| touch(person.into(), e)));
            }
        }
        Ok(PastRecord { record, revision, before, touched })
    }

    fn last_change(&self, record: RecordId) -> Result<Option<Entry>, StoreError> {
        self.trail(record)?.last().map(|seq| self.entry(*seq)).transpose()
    }
}

fn touch(record: RecordId, entry: Entry) -> Touched {
    let JournalPublic { seq, operator, at, .. } = entry.public;
    Touched { record, seq, operator, at }
}

/// In whose hands a device is.
fn hands(change: &Change) -> Vec<PersonId> {
    match change {
        Change::Computer(c) => c.custodian.into_iter().chain(c.user).collect(),
        Change::Medium(m) => m.holder.into_iter().collect(),
        _ => Vec::new(),
    }
}

/// A record without the change that came last, its revision as it is now. `blank` has every field that holds nothing,
/// which the journal leaves out.
fn as_before<A: Serialize + DeserializeOwned>(
    now: &A,
    blank: &A,
    change: RecordChange,
) -> Result<Option<Box<A>>, StoreError> {
    let odd = || StoreError::damaged(format!("detail {}", change.record));
    let mut lean = lean_of(now)?;
    for (name, (before, after)) in &change.fields {
        if lean.remove(name).unwrap_or_default() != *after {
            return Err(odd());
        }
        if !before.is_null() {
            lean.insert(name.clone(), before.clone());
        }
    }
    let (Ok(Value::Object(mut fields)), Ok(Value::Object(whole))) =
        (serde_json::to_value(blank), serde_json::to_value(now))
    else {
        return Err(StoreError::Internal("record"));
    };
    fields.extend(together(lean.clone()));
    fields.extend(whole.get("revision").map(|r| ("revision".to_owned(), r.clone())));
    let record: A = serde_json::from_value(Value::Object(fields)).map_err(|_| odd())?;
    let again: Map<String, Value> = lean_of(&record)?;
    if again == lean { Ok(Some(Box::new(record))) } else { Err(odd()) }
}
