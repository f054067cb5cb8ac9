//! The journal: a public part chained by a hash anybody can follow, a tag only the data key can make, and a sealed
//! detail (canonical JSON of what changed, before and after).

use std::collections::BTreeMap;

use chrono::DateTime;
use serde::Serialize;
use serde_json::{Map, Value};

use super::StoreError;
use super::codec::{Table, place, record_key, trail_key};
use super::rows::{Rows, Source};
use super::types::{Detail, Entry, Head, RecordChange};
use crate::crypto::{Hash, Keys, MAC_LEN, link};
use crate::domain::{Change, JournalPublic, RecordId};

/// Records in one entry at most, so that an import's entries stay readable.
pub(super) const ENTRY_RECORDS: usize = 500;

/// Minutes a clock may differ from the entry before without a word: sessions of several machines, a second that is
/// inserted, a server of time.
const LEEWAY: i64 = 5;

/// By how many minutes `now` is earlier than the entry before, where it is more than a clock's ordinary fault.
pub(super) fn set_back(before: &str, now: &str) -> Option<u64> {
    let read = |at| DateTime::parse_from_rfc3339(at).ok();
    let seconds = read(before)?.signed_duration_since(read(now)?).num_seconds();
    if seconds > LEEWAY * 60 { u64::try_from(seconds / 60).ok() } else { None }
}

/// The bytes of an entry: length of the public part, public JSON, previous hash, MAC of the detail, tag of the hash.
pub(super) fn entry_bytes(
    keys: &Keys,
    public: &JournalPublic,
    previous: &Hash,
    detail: &[u8],
) -> Result<(Vec<u8>, Head), StoreError> {
    let json = serde_json::to_vec(public).map_err(|_| StoreError::Internal("journal"))?;
    let detail_mac = keys.mac("journal detail", &[&public.seq.to_be_bytes(), detail]);
    let hash = link(keys.suite(), previous, &json, &detail_mac);
    let tag = keys.mac("journal entry", &[&public.seq.to_be_bytes(), &hash]);
    let mut out = Vec::with_capacity(4 + json.len() + 32 + 2 * MAC_LEN);
    out.extend_from_slice(&(json.len() as u32).to_be_bytes());
    out.extend_from_slice(&json);
    out.extend_from_slice(previous);
    out.extend_from_slice(&detail_mac);
    out.extend_from_slice(&tag);
    Ok((out, Head { seq: public.seq, hash }))
}

/// Reads an entry and checks its tag and number; the chain is the caller's to follow.
pub(super) fn read_entry(keys: &Keys, seq: u64, bytes: &[u8]) -> Result<Entry, StoreError> {
    let parse = || {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let (json, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        let (previous, rest) = rest.split_first_chunk::<32>()?;
        let (detail_mac, tag) = rest.split_first_chunk::<MAC_LEN>()?;
        let hash = link(keys.suite(), previous, json, detail_mac);
        if keys.mac("journal entry", &[&seq.to_be_bytes(), &hash]).as_slice() != tag {
            return None;
        }
        let public: JournalPublic = serde_json::from_slice(json).ok()?;
        (public.seq == seq).then_some(Entry { public, previous: *previous, detail_mac: *detail_mac, hash })
    };
    parse().ok_or_else(|| StoreError::damaged(place(Table::Journal, &seq.to_be_bytes())))
}

impl<T: Source> Rows<T> {
    /// One entry.
    pub fn entry(&self, seq: u64) -> Result<Entry, StoreError> {
        let key = seq.to_be_bytes();
        let bytes = self.get(Table::Journal, &key)?.ok_or_else(|| StoreError::damaged(place(Table::Journal, &key)))?;
        read_entry(&self.codec.keys, seq, &bytes)
    }

    /// The entries `from ..= to`, chained to each other and, at the end, to the manifest's head.
    pub fn journal(&self, from: u64, to: u64) -> Result<Vec<Entry>, StoreError> {
        let head = self.manifest.head;
        let mut out: Vec<Entry> = Vec::new();
        for seq in from.max(1)..=to.min(head.seq) {
            let entry = self.entry(seq)?;
            let broken = out.last().is_some_and(|last| last.hash != entry.previous)
                || (seq == head.seq && entry.hash != head.hash)
                || (seq == 1 && entry.previous != Hash::default());
            if broken {
                return Err(StoreError::damaged(format!("journal {seq}: chain")));
            }
            out.push(entry);
        }
        Ok(out)
    }

    /// The opened detail of an entry, checked against the entry's MAC.
    pub fn detail(&self, seq: u64) -> Result<Detail, StoreError> {
        let entry = self.entry(seq)?;
        let key = seq.to_be_bytes();
        let damaged = || StoreError::damaged(place(Table::Detail, &key));
        let bytes = self.get(Table::Detail, &key)?.ok_or_else(damaged)?;
        let plain = self.codec.open_bytes(Table::Detail, &key, &bytes)?;
        if self.codec.keys.mac("journal detail", &[&key, &plain]) != entry.detail_mac {
            return Err(damaged());
        }
        serde_json::from_slice(&plain).map_err(|_| damaged())
    }

    /// The numbers of the entries that changed a record.
    pub fn trail(&self, record: RecordId) -> Result<Vec<u64>, StoreError> {
        let mut out = Vec::new();
        self.scan(Table::Trail, &trail_key(record, 0), &trail_key(record, u64::MAX), |key, _| {
            if let Some(seq) = key.last_chunk::<8>() {
                out.push(u64::from_be_bytes(*seq));
            }
            Ok(true)
        })?;
        if out.len() as u64 == self.revision(record)? {
            Ok(out)
        } else {
            Err(StoreError::damaged(place(Table::Trail, &record_key(record))))
        }
    }

    /// The entries that changed a record, oldest first.
    pub fn history(&self, record: RecordId) -> Result<Vec<Entry>, StoreError> {
        let mut out = Vec::new();
        for seq in self.trail(record)? {
            let entry = self.entry(seq)?;
            if !entry.public.records.contains(&record) {
                return Err(StoreError::damaged(place(Table::Trail, &record_key(record))));
            }
            out.push(entry);
        }
        Ok(out)
    }

    /// A record's fields as they stood after entry `seq`, folded from the details; `None` before it existed.
    pub fn fold(&self, record: RecordId, seq: u64) -> Result<Option<Map<String, Value>>, StoreError> {
        let mut fields = Map::new();
        let mut revision = 0;
        for at in self.trail(record)?.into_iter().take_while(|at| *at <= seq) {
            for change in self.detail(at)?.changes.into_iter().filter(|c| c.record == record) {
                if !apply(&mut fields, &mut revision, change) {
                    return Err(StoreError::damaged(format!("detail {at}")));
                }
            }
        }
        Ok((revision > 0).then_some(fields))
    }
}

/// Applies a change to folded fields; `false` when it does not follow on them.
pub(super) fn apply(fields: &mut Map<String, Value>, revision: &mut u64, change: RecordChange) -> bool {
    if change.revision != *revision + 1 {
        return false;
    }
    *revision = change.revision;
    for (name, (before, after)) in change.fields {
        if fields.get(&name).cloned().unwrap_or_default() != before {
            return false;
        }
        if after.is_null() {
            fields.remove(&name);
        } else {
            fields.insert(name, after);
        }
    }
    true
}

/// A record's fields without revision and without empty values.
pub(super) fn lean(change: &Change) -> Result<Map<String, Value>, StoreError> {
    match change {
        Change::Person(r) => lean_of(r),
        Change::Computer(r) => lean_of(r),
        Change::Medium(r) => lean_of(r),
        Change::Inspection(r) => lean_of(r),
        Change::Unit(r) => lean_of(r),
        Change::Department(r) => lean_of(r),
        Change::Operator(r) => lean_of(r),
        Change::Template(r) => lean_of(r),
    }
}

/// What an inspection has hundreds of: each is a field of its own, so that an entry holds the one that changed.
const PARTS: [&str; 4] = ["answers", "findings", "evidence", "cursors"];

/// The fields as the record has them, each part in its place again.
pub(super) fn together(lean: Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    let mut lists: BTreeMap<String, BTreeMap<usize, Value>> = BTreeMap::new();
    for (name, value) in lean {
        match name.split_once('.') {
            Some((of, key)) if PARTS.contains(&of) => {
                let parts = out.entry(of).or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(parts) = parts {
                    parts.insert(key.to_owned(), value);
                }
            }
            Some((of, at)) => {
                let at = at.parse().unwrap_or(usize::MAX);
                lists.entry(of.to_owned()).or_default().insert(at, value);
            }
            None => drop(out.insert(name, value)),
        }
    }
    out.extend(lists.into_iter().map(|(name, list)| (name, Value::Array(list.into_values().collect()))));
    out
}

/// Each record in a list, such as one of somebody's trainings, is a field of its own: an entry then holds the one that came
/// and not the whole list.
fn apart(fields: Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    for (name, value) in fields {
        match value {
            Value::Array(list) if list.iter().all(Value::is_object) => {
                out.extend(list.into_iter().enumerate().map(|(at, value)| (format!("{name}.{at}"), value)));
            }
            other => drop(out.insert(name, other)),
        }
    }
    out
}

/// The field of a record that a field of the journal is part of: of `trainings.3` it is `trainings`.
pub fn whole_name(field: &str) -> &str {
    field.split_once('.').map_or(field, |(of, _)| if PARTS.contains(&of) { field } else { of })
}

/// The same for any record.
pub(super) fn lean_of<A: Serialize>(record: &A) -> Result<Map<String, Value>, StoreError> {
    let Ok(Value::Object(mut map)) = serde_json::to_value(record) else { return Err(StoreError::Internal("record")) };
    map.remove("revision");
    for name in PARTS {
        match map.remove(name) {
            Some(Value::Object(parts)) => {
                map.extend(parts.into_iter().map(|(key, value)| (format!("{name}.{key}"), value)));
            }
            Some(other) => {
                map.insert(name.to_owned(), other);
            }
            None => {}
        }
    }
    map.retain(|_, value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(s) => !s.is_empty(),
        Value::Array(a) => !a.is_empty(),
        Value::Object(o) => !o.is_empty(),
        _ => true,
    });
    Ok(apart(map))
}

/// The fields that differ.
pub(super) fn difference(
    mut before: Map<String, Value>,
    after: Map<String, Value>,
) -> BTreeMap<String, (Value, Value)> {
    let mut out = BTreeMap::new();
    for (name, value) in after {
        let old = before.remove(&name).unwrap_or_default();
        if old != value {
            out.insert(name, (old, value));
        }
    }
    out.extend(before.into_iter().map(|(name, old)| (name, (old, Value::Null))));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn differences_fold_back() {
        let states = [json!({}), json!({"name": "a", "present": ["x"]}), json!({"name": "b", "note": "n"}), json!({})];
        let (mut fields, mut revision) = (Map::new(), 0);
        for (at, pair) in states.windows(2).enumerate() {
            let change = RecordChange {
                record: RecordId { kind: crate::domain::RecordKind::Person, number: 1 },
                revision: at as u64 + 1,
                fields: difference(object(pair[0].clone()), object(pair[1].clone())),
            };
            assert!(apply(&mut fields, &mut revision, change));
            assert_eq!(Value::Object(fields.clone()), pair[1]);
        }
    }

    #[test]
    fn a_list_is_journalled_record_by_record_and_put_together_again() {
        let list = |n: usize| (0..n).map(|at| json!({ "topic": at.to_string() })).collect::<Vec<_>>();
        let whole = |n: usize| object(json!({ "name": "a", "trainings": list(n), "present": ["x", "y"] }));
        for n in 0..25 {
            let (before, after) = (apart(whole(n)), apart(whole(n + 1)));
            assert_eq!(together(after.clone()), whole(n + 1));
            let fields = difference(before, after);
            assert_eq!(fields.keys().collect::<Vec<_>>(), [&format!("trainings.{n}")]);
            assert!(fields.keys().all(|f| whole_name(f) == "trainings"));
        }
        assert_eq!(whole_name("answers.B2"), "answers.B2");
    }

    fn object(v: Value) -> Map<String, Value> {
        v.as_object().cloned().unwrap()
    }
}
