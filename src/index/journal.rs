//! The journal as a list: which entries a query finds, pages of them, one entry in full, how far its chain was followed.
//! The entries themselves stay in the store and are read a page at a time.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use serde_json::Value as Json;

use super::query::{Field, Op, Query, TextTest, Value, What, date_fits, number_fits, same_id};
use super::{Index, View};
use crate::domain::{Date, JournalPublic, RecordId};

/// What is wanted of the journal: entries that a query finds, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ask {
    /// Which entries; about [`super::query::Subject::Journal`].
    pub query: Query,
    /// Only entries with a smaller number; `None` begins with the newest.
    pub below: Option<u64>,
}

/// A page of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The entries found, newest first.
    pub entries: Vec<JournalPublic>,
    /// Where the search goes on ([`Ask::below`]); `None` when it is through.
    pub next: Option<u64>,
    /// The number of the newest entry.
    pub head: u64,
}

/// One entry with what may be seen of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InFull {
    /// The part everybody sees.
    pub public: JournalPublic,
    /// Hash of the entry before, in hexadecimal.
    pub previous: String,
    /// Hash of this entry.
    pub hash: String,
    /// What changed; `None` for those who see no personal data.
    pub changes: Option<Vec<FieldChange>>,
    /// Why something was read or taken out; empty for other entries.
    pub reason: String,
    /// How many more changes there are than are listed.
    pub more: usize,
}

/// One value that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Of which record.
    pub record: RecordId,
    /// Where in the record: field names, and numbers of parts (`posts`, `2`, `to`).
    pub path: Vec<String>,
    /// Before; empty when it was not there.
    pub before: String,
    /// After; empty when it is gone.
    pub after: String,
}

/// How far the chain was followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    /// Entries up to this number are whole and chained to each other.
    pub upto: u64,
    /// The number of the newest entry when it began.
    pub of: u64,
    /// The first entry that is not as it was written.
    pub bad: Option<u64>,
}

/// The names a code is known by, in every language: given the locale key
/// (`verb.<code>`, `field.<name>`, `word.channel.<code>`).
pub type Names<'n> = &'n dyn Fn(&str) -> Vec<String>;

/// A query made ready for many entries.
pub struct Filter<'n> {
    today: Date,
    clauses: Vec<(bool, Ready)>,
    names: Names<'n>,
}

enum Ready {
    /// A word or quoted text: anything of the entry.
    Any(Box<Wanted>),
    Text(Field, Vec<Wanted>),
    Other(Field, Op, Vec<Value>),
}

/// A text, with the records whose names it finds and what it says of each code seen so far.
struct Wanted {
    test: TextTest,
    text: String,
    records: BTreeSet<RecordId>,
    codes: RefCell<HashMap<String, bool>>,
}

impl<'n> Filter<'n> {
    /// Makes a query ready. Names of records are looked up in the index, which holds none of them for those who see no
    /// personal data.
    pub fn new(query: &Query, index: &Index, names: Names<'n>) -> Self {
        let clauses = query
            .clauses
            .iter()
            .map(|c| {
                let ready = match &c.what {
                    What::Word(w) => Ready::Any(Box::new(Wanted::new(&Value::Text(w.clone()), Op::Is, index))),
                    What::Phrase(p) => Ready::Any(Box::new(Wanted::new(&Value::Text(p.clone()), Op::Is, index))),
                    What::Field(field, op, values) if values.iter().all(|v| matches!(v, Value::Text(_))) => {
                        Ready::Text(*field, values.iter().map(|v| Wanted::new(v, *op, index)).collect())
                    }
                    What::Field(field, op, values) => Ready::Other(*field, *op, values.clone()),
                };
                (c.negated, ready)
            })
            .collect();
        Self { today: index.today(), clauses, names }
    }

    /// Whether an entry fits.
    pub fn fits(&self, entry: &JournalPublic) -> bool {
        self.clauses.iter().all(|(negated, ready)| {
            let holds = match ready {
                Ready::Any(w) => {
                    w.test.fits(&entry.operator, false)
                        || w.code("verb", &entry.verb, self.names)
                        || w.any_record(&entry.records)
                        || w.code("word.channel", entry.channel.code(), self.names)
                        || entry.fields.iter().any(|f| w.code("field", f, self.names))
                }
                Ready::Text(field, wanted) => wanted.iter().any(|w| match field {
                    Field::Operator => w.test.fits(&entry.operator, false),
                    Field::Verb => w.code("verb", &entry.verb, self.names),
                    Field::Record => w.any_record(&entry.records),
                    Field::Changed => entry.fields.iter().any(|f| w.code("field", f, self.names)),
                    _ => false,
                }),
                Ready::Other(field, op, values) => values.iter().any(|v| match (field, v) {
                    (Field::Channel, Value::Code(code)) => entry.channel.code() == *code,
                    (Field::On, v) => date_fits(*op, v, day(entry), self.today),
                    (Field::Entry, v) => number_fits(*op, v, i64::try_from(entry.seq).ok()),
                    _ => false,
                }),
            };
            holds != *negated
        })
    }
}

impl Wanted {
    fn new(value: &Value, op: Op, index: &Index) -> Self {
        let text = match value {
            Value::Text(t) => t.clone(),
            _ => String::new(),
        };
        let word = Query { clauses: vec![super::query::Clause { negated: false, what: What::Word(text.clone()) }] };
        let lists = [View::People, View::Computers, View::Media];
        let records = lists.iter().flat_map(|v| index.list(*v, &word, None).items).map(|i| i.record).collect();
        Self { test: TextTest::new(value, op), text, records, codes: RefCell::default() }
    }

    fn any_record(&self, records: &[RecordId]) -> bool {
        records.iter().any(|r| self.records.contains(r) || same_id(*r, &self.text.to_uppercase()))
    }

    /// Whether the text is the code, or stands in one of its names.
    fn code(&self, list: &str, code: &str, names: Names) -> bool {
        let key = format!("{list}.{code}");
        if let Some(known) = self.codes.borrow().get(&key) {
            return *known;
        }
        let fits = code == self.text || names(&key).iter().any(|n| self.test.fits(n, false));
        self.codes.borrow_mut().insert(key, fits);
        fits
    }
}

/// The day of an entry, by its own clock.
pub fn day(entry: &JournalPublic) -> Option<Date> {
    entry.at.get(..10)?.parse().ok()
}

/// What differs between two values of a field, leaf by leaf; parts of a list are told apart by their number `n`.
pub fn differences(record: RecordId, field: &str, before: &Json, after: &Json) -> Vec<FieldChange> {
    let mut out = Vec::new();
    let mut path = vec![field.to_owned()];
    compare(record, &mut path, before, after, &mut out);
    out
}

fn compare(record: RecordId, path: &mut Vec<String>, before: &Json, after: &Json, out: &mut Vec<FieldChange>) {
    if before == after {
        return;
    }
    if !before.is_object() && !before.is_array() && !after.is_object() && !after.is_array() {
        let (before, after) = (plain(before), plain(after));
        if before != after {
            out.push(FieldChange { record, path: path.clone(), before, after });
        }
        return;
    }
    let (before, after) = (parts(before), parts(after));
    let keys: Vec<&String> = before
        .iter()
        .map(|(k, _)| k)
        .chain(after.iter().map(|(k, _)| k).filter(|k| find(&before, k).is_none()))
        .collect();
    for key in keys {
        let none = Json::Null;
        path.push(key.clone());
        let (b, a) = (find(&before, key).unwrap_or(&none), find(&after, key).unwrap_or(&none));
        compare(record, path, b, a, out);
        path.pop();
    }
}

fn find<'v>(parts: &'v [(String, Json)], key: &str) -> Option<&'v Json> {
    parts.iter().find(|(k, _)| k == key).map(|(_, v)| v)
}

/// The named parts of a value; the number by which a list's part is known is no news.
fn parts(value: &Json) -> Vec<(String, Json)> {
    match value {
        Json::Object(map) => map.iter().filter(|(k, _)| *k != "n").map(|(k, v)| (k.clone(), v.clone())).collect(),
        Json::Array(all) => all
            .iter()
            .enumerate()
            .map(|(at, v)| {
                let n = v.get("n").and_then(Json::as_u64).unwrap_or(at as u64 + 1);
                (n.to_string(), v.clone())
            })
            .collect(),
        Json::Null => Vec::new(),
        other => vec![("1".to_owned(), other.clone())],
    }
}

fn plain(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(s) => s.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::query::{Subject, Vocabulary};
    use super::*;
    use crate::domain::{Channel, PersonId, PersonSummary, UnitId};
    use serde_json::json;

    fn entry(seq: u64, at: &str, operator: &str, verb: &str, person: u64) -> JournalPublic {
        JournalPublic {
            seq,
            at: at.to_owned(),
            operator: operator.to_owned(),
            channel: if seq == 1 { Channel::Import } else { Channel::Screen },
            verb: verb.to_owned(),
            records: vec![PersonId(person).into()],
            fields: vec!["posts".to_owned()],
            rows: None,
            undoes: None,
            clock_back: None,
        }
    }

    #[test]
    fn a_query_finds_by_who_what_whom_and_when() {
        let mut index = Index::new("2026-03-16".parse().unwrap());
        for (n, name) in [(1, "王建国"), (2, "李娜")] {
            index.put_person(&PersonSummary {
                id: PersonId(n),
                revision: 1,
                unit: UnitId(1),
                department: String::new(),
                name: name.to_owned(),
                identity: None,
                staff_number: None,
                phases: Vec::new(),
                period: None,
                more_periods: Vec::new(),
                duties: Vec::new(),
                trips: Vec::new(),
                matters: Vec::new(),
                flags: Vec::new(),
                trained: Vec::new(),
            });
        }
        let entries = [
            entry(1, "2026-01-10T09:00:00+08:00", "zhou", "add_person", 1),
            entry(2, "2026-03-16T09:00:00+08:00", "li.na", "add_training", 1),
            entry(3, "2026-03-16T10:00:00+08:00", "li.na", "add_post", 2),
        ];
        let names = |key: &str| match key {
            "verb.add_training" => vec!["登记培训".to_owned(), "training recorded".to_owned()],
            "field.posts" => vec!["岗位".to_owned()],
            _ => Vec::new(),
        };
        for (text, want) in [
            ("", vec![1, 2, 3]),
            ("operator:li", vec![2, 3]),
            ("-operator:li", vec![1]),
            ("verb:add_training", vec![2]),
            ("verb:培训", vec![2]),
            ("training", vec![2]),
            ("record:P000002", vec![3]),
            ("p000002", vec![3]),
            ("record:wjg", vec![1, 2]),
            ("李娜", vec![3]),
            ("on:today", vec![2, 3]),
            ("on:2026-01-01..2026-01-31", vec![1]),
            ("on<2026-03", vec![1]),
            ("channel:import", vec![1]),
            ("changed:岗位 entry>=2", vec![2, 3]),
            ("zhou", vec![1]),
            ("nobody", vec![]),
        ] {
            let query = Query::parse(text, Subject::Journal, &Vocabulary::default()).unwrap();
            let filter = Filter::new(&query, &index, &names);
            let got: Vec<u64> = entries.iter().filter(|e| filter.fits(e)).map(|e| e.seq).collect();
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn a_change_is_told_leaf_by_leaf() {
        let record = PersonId(1).into();
        let told = |before: Json, after: Json| -> Vec<(String, String, String)> {
            let all = differences(record, "posts", &before, &after);
            all.into_iter().map(|c| (c.path.join("."), c.before, c.after)).collect()
        };
        let of = |path: &str, before: &str, after: &str| (path.to_owned(), before.to_owned(), after.to_owned());
        let first = json!({"n": 1, "title": "a", "to": null});
        let ended = json!({"n": 1, "title": "a", "to": "2026-03-01"});
        let second = json!({"n": 2, "title": "b"});
        assert_eq!(
            told(json!([first]), json!([ended, second])),
            [of("posts.1.to", "", "2026-03-01"), of("posts.2.title", "", "b")]
        );
        assert_eq!(told(json!([second]), json!(null)), [of("posts.2.title", "b", "")]);
        assert_eq!(told(json!("x"), json!("y")), [of("posts", "x", "y")]);
        assert_eq!(told(json!(["x"]), json!(["x", 3])), [of("posts.2", "", "3")]);
        assert_eq!(told(json!([1]), json!([1])), []);
        assert_eq!(told(json!(null), json!([{"title": "b", "note": ""}])), [of("posts.1.title", "", "b")]);
    }
}
