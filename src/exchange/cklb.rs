//! Checklists of other programs: `.cklb` (JSON) in and out, `.ckl` (XML) in.
//!
//! What this program does not use survives the way through it: every other field of a file is kept as it was and written
//! out again. Fields of the format that nobody has set are written with their usual empty values, since readers of the
//! format expect all of them.

mod ckl;
mod ours;

pub use ours::{Matched, Told, benchmarks_of, checklist_of, filled, matched, read_catalogues};

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::benchmark::{Chosen, Gravity};
use super::problem::shown;
use super::xml::{bad, bytes_of_file, decode, with_file};
use crate::domain::AnswerValue;
use crate::error::Error;

/// Largest `.cklb` file; as values it may take ninety times as much memory. The largest of real catalogues have 5 MB.
const MOST_BYTES: u64 = 8 << 20;

/// A checklist: one machine under one or more lists of items.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Checklist {
    /// Title; programs show it as the file's name.
    pub title: String,
    /// A uuid.
    pub id: String,
    /// The machine.
    pub machine: Machine,
    /// The lists.
    pub lists: Vec<ItemList>,
    /// What else the file says.
    pub more: Map<String, Value>,
}

/// The machine a checklist is about.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Machine {
    /// Name.
    pub host_name: String,
    /// Addresses, as written.
    pub ip: String,
    /// Hardware address.
    pub mac: String,
    /// Full name in the network.
    pub fqdn: String,
    /// Remarks on the machine.
    pub comments: String,
    /// What else the file says.
    pub more: Map<String, Value>,
}

/// One list of items: a benchmark in one version.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ItemList {
    /// Id of the benchmark.
    pub id: String,
    /// Its full name.
    pub name: String,
    /// Its short name.
    pub display_name: String,
    /// Version.
    pub version: String,
    /// Release, as written.
    pub release: String,
    /// A uuid.
    pub uuid: String,
    /// The items.
    pub items: Vec<ListItem>,
    /// What else the file says.
    pub more: Map<String, Value>,
}

/// One item with its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct ListItem {
    /// Id of the rule, unique in the list.
    pub rule: String,
    /// Id of the group.
    pub group: String,
    /// Title of the group.
    pub group_title: String,
    /// The rule's own version or short id.
    pub version: String,
    /// What is asked.
    pub title: String,
    /// How grave.
    pub gravity: Gravity,
    /// Why.
    pub discussion: String,
    /// How to check.
    pub check: String,
    /// How to mend.
    pub fix: String,
    /// The answer.
    pub answer: AnswerValue,
    /// What was found.
    pub details: String,
    /// The inspector's remark.
    pub comments: String,
    /// A uuid.
    pub uuid: String,
    /// What else the file says: control references, a changed gravity with its reason.
    pub more: Map<String, Value>,
}

impl Default for ListItem {
    fn default() -> Self {
        Self {
            rule: String::new(),
            group: String::new(),
            group_title: String::new(),
            version: String::new(),
            title: String::new(),
            gravity: Gravity::Unknown,
            discussion: String::new(),
            check: String::new(),
            fix: String::new(),
            answer: AnswerValue::NotChecked,
            details: String::new(),
            comments: String::new(),
            uuid: String::new(),
            more: Map::new(),
        }
    }
}

impl ListItem {
    /// An item nobody has answered, from a rule of a benchmark.
    pub fn from_rule(chosen: &Chosen, group_title: &str) -> Self {
        let rule = chosen.rule;
        Self {
            rule: rule.id.clone(),
            group: rule.id.clone(),
            group_title: group_title.to_owned(),
            version: rule.version.clone(),
            title: rule.title.clone(),
            gravity: chosen.gravity,
            discussion: [rule.description.as_str(), rule.rationale.as_str()].join("\n").trim().to_owned(),
            check: rule.check_text.clone(),
            fix: rule.fix_text.clone(),
            uuid: stable_uuid(&["rule", &rule.id]),
            ..Self::default()
        }
    }
}

/// A uuid that is the same for the same names, so that writing a checklist twice gives one file.
pub fn stable_uuid(names: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for name in names {
        hasher.update((name.len() as u64).to_be_bytes());
        hasher.update(name);
    }
    let hash: [u8; 32] = hasher.finalize().into();
    // Version 8 (one's own scheme) and the variant bits, as the format of a uuid asks.
    let digits: String = hash
        .iter()
        .take(16)
        .enumerate()
        .map(|(i, byte)| match i {
            6 => (byte & 0x0f) | 0x80,
            8 => (byte & 0x3f) | 0x80,
            _ => *byte,
        })
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|nibble| char::from_digit(u32::from(nibble), 16))
        .collect();
    let mut out = String::with_capacity(36);
    for (i, c) in digits.chars().enumerate() {
        if matches!(i, 8 | 12 | 16 | 20) {
            out.push('-');
        }
        out.push(c);
    }
    out
}

/// The words of the answers; the older format writes them without underscores and in other letters.
const STATUS: [(AnswerValue, &str); 4] = [
    (AnswerValue::NotChecked, "not_reviewed"),
    (AnswerValue::Fails, "open"),
    (AnswerValue::Conforms, "not_a_finding"),
    (AnswerValue::NotApplicable, "not_applicable"),
];

fn answer(word: &str) -> Option<AnswerValue> {
    let plain = |w: &str| w.trim().replace(['_', ' '], "").to_ascii_lowercase();
    STATUS.iter().find(|(_, w)| plain(w) == plain(word)).map(|(a, _)| *a)
}

const STATUS_WORDS: &str = "not_reviewed, open, not_a_finding, not_applicable";
const GRAVITY_WORDS: &str = "high, medium, low, info, unknown";

/// Fields of the format with their empty values, which `more` leaves out.
fn usual(part: Part) -> Map<String, Value> {
    let value = match part {
        Part::Document => json!({ "active": true, "mode": 2, "has_path": false, "cklb_version": "1.0" }),
        Part::Machine => json!({
            "target_type": "Computing", "role": "None", "is_web_database": false, "technology_area": "",
            "web_db_site": "", "web_db_instance": "", "classification": null,
        }),
        Part::List => json!({ "reference_identifier": "" }),
        Part::Item => json!({
            "group_tree": [], "weight": "10.0", "check_content_ref": null, "classification": "", "false_positives": "",
            "false_negatives": "", "documentable": "false", "security_override_guidance": "", "potential_impacts": "",
            "third_party_tools": "", "ia_controls": "", "responsibility": "", "mitigations": "",
            "mitigation_control": "", "legacy_ids": [], "ccis": [], "reference_identifier": "", "overrides": {},
        }),
    };
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

#[derive(Clone, Copy)]
enum Part {
    Document,
    Machine,
    List,
    Item,
}

/// A checklist as the bytes of a `.cklb` file.
pub fn render_checklist(checklist: &Checklist) -> Vec<u8> {
    let list = |list: &ItemList| {
        let items = list.items.iter().map(|item| {
            let status = STATUS.iter().find(|(a, _)| *a == item.answer).map_or("not_reviewed", |(_, w)| *w);
            with(
                Part::Item,
                &item.more,
                json!({
                    "rule_id": item.rule, "rule_id_src": item.rule, "group_id": item.group, "group_id_src": item.group,
                    "group_title": item.group_title, "rule_version": item.version, "rule_title": item.title,
                    "severity": item.gravity.code(), "discussion": item.discussion, "check_content": item.check,
                    "fix_text": item.fix, "status": status, "finding_details": item.details,
                    "comments": item.comments, "uuid": item.uuid, "stig_uuid": list.uuid,
                }),
            )
        });
        let items: Vec<Value> = items.collect();
        with(
            Part::List,
            &list.more,
            json!({
                "stig_id": list.id, "stig_name": list.name, "display_name": list.display_name,
                "version": list.version, "release_info": list.release, "uuid": list.uuid, "size": items.len(),
                "rules": items,
            }),
        )
    };
    let m = &checklist.machine;
    let machine = with(
        Part::Machine,
        &m.more,
        json!({
            "host_name": m.host_name, "ip_address": m.ip, "mac_address": m.mac, "fqdn": m.fqdn, "comments": m.comments,
        }),
    );
    let lists: Vec<Value> = checklist.lists.iter().map(list).collect();
    let document = with(
        Part::Document,
        &checklist.more,
        json!({ "title": checklist.title, "id": checklist.id, "target_data": machine, "stigs": lists }),
    );
    serde_json::to_vec_pretty(&document).unwrap_or_default()
}

/// The usual empty values, over them what the file said, over that what we know.
fn with(part: Part, more: &Map<String, Value>, known: Value) -> Value {
    let mut out = usual(part);
    out.extend(more.clone());
    if let Value::Object(known) = known {
        out.extend(known);
    }
    Value::Object(out)
}

/// Reads a checklist, `.cklb` or `.ckl`, by its content.
///
/// # Errors
/// `cklb_none` when it is neither; `json_…`, `xml_…` with the place, the value and the reason.
pub fn read_checklist(path: &Path) -> Result<Checklist, Error> {
    let named = |e: Error| e.with("file", path.display());
    let bytes = bytes_of_file(path, MOST_BYTES).map_err(named)?;
    let start = bytes.iter().find(|b| !b.is_ascii_whitespace() && !matches!(b, 0xef | 0xbb | 0xbf));
    match start {
        Some(b'<') => with_file(path, ckl::read),
        _ => decode(bytes).and_then(|text| from_cklb(&text)).map_err(named),
    }
}

/// A value that is not what the format asks for.
fn wrong(place: &str, value: &Value, wanted: &str) -> Error {
    let value = match value {
        Value::String(text) => shown(text),
        other => shown(&other.to_string()),
    };
    bad("json_value").with("place", place).with("value", value).with("wanted", wanted)
}

/// An object of the file; what is taken out of it is known, what stays behind is kept.
struct Taken {
    place: String,
    map: Map<String, Value>,
}

impl Taken {
    fn new(place: String, value: Value) -> Result<Self, Error> {
        match value {
            Value::Object(map) => Ok(Self { place, map }),
            other => Err(wrong(&place, &other, "{ … }")),
        }
    }

    /// A text; a number is its digits; nothing is an empty text.
    fn text(&mut self, name: &str) -> Result<String, Error> {
        match self.map.remove(name) {
            None | Some(Value::Null) => Ok(String::new()),
            Some(Value::String(text)) => Ok(text),
            Some(Value::Number(number)) => Ok(number.to_string()),
            Some(other) => Err(wrong(&format!("{}.{name}", self.place), &other, "\"…\"")),
        }
    }

    fn list(&mut self, name: &str) -> Result<Vec<Value>, Error> {
        match self.map.remove(name) {
            Some(Value::Array(list)) => Ok(list),
            None => Err(wrong(&format!("{}.{name}", self.place), &Value::Null, "[ … ]")),
            Some(other) => Err(wrong(&format!("{}.{name}", self.place), &other, "[ … ]")),
        }
    }

    fn rest(mut self, part: Part) -> Map<String, Value> {
        let usual = usual(part);
        self.map.retain(|name, value| usual.get(name) != Some(value));
        self.map
    }
}

fn from_cklb(text: &str) -> Result<Checklist, Error> {
    let value: Value = serde_json::from_str(text)
        .map_err(|e| bad("json_damaged").with("line", e.line()).with("column", e.column()).with("why", e))?;
    let is_checklist = value.get("stigs").is_some();
    if !is_checklist {
        return Err(bad("cklb_none"));
    }
    let mut top = Taken::new("$".to_owned(), value)?;
    let machine = match top.map.remove("target_data") {
        None | Some(Value::Null) => Machine::default(),
        Some(value) => {
            let mut m = Taken::new("target_data".to_owned(), value)?;
            Machine {
                host_name: m.text("host_name")?,
                ip: m.text("ip_address")?,
                mac: m.text("mac_address")?,
                fqdn: m.text("fqdn")?,
                comments: m.text("comments")?,
                more: m.rest(Part::Machine),
            }
        }
    };
    let mut lists = Vec::new();
    for (i, list) in top.list("stigs")?.into_iter().enumerate() {
        lists.push(item_list(format!("stigs[{i}]"), list)?);
    }
    Ok(Checklist { title: top.text("title")?, id: top.text("id")?, machine, lists, more: top.rest(Part::Document) })
}

fn item_list(place: String, value: Value) -> Result<ItemList, Error> {
    let mut list = Taken::new(place.clone(), value)?;
    // How many there are is counted anew.
    list.map.remove("size");
    let uuid = list.text("uuid")?;
    let mut items = Vec::new();
    let mut seen = BTreeSet::new();
    for (n, item) in list.list("rules")?.into_iter().enumerate() {
        let item = list_item(format!("{place}.rules[{n}]"), item, &uuid)?;
        if !item.rule.is_empty() && !seen.insert(item.rule.clone()) {
            return Err(bad("cklb_twice").with("place", format!("{place}.rules[{n}]")).with("id", shown(&item.rule)));
        }
        items.push(item);
    }
    Ok(ItemList {
        id: list.text("stig_id")?,
        name: list.text("stig_name")?,
        display_name: list.text("display_name")?,
        version: list.text("version")?,
        release: list.text("release_info")?,
        uuid,
        items,
        more: list.rest(Part::List),
    })
}

fn list_item(place: String, value: Value, list_uuid: &str) -> Result<ListItem, Error> {
    let mut item = Taken::new(place.clone(), value)?;
    let status = item.text("status")?;
    let answer = if status.is_empty() { Some(AnswerValue::NotChecked) } else { answer(&status) };
    let answer =
        answer.ok_or_else(|| wrong(&format!("{place}.status"), &Value::String(status.clone()), STATUS_WORDS))?;
    let word = item.text("severity")?;
    let gravity = if word.is_empty() { Some(Gravity::Unknown) } else { Gravity::from_code(&word) };
    let gravity =
        gravity.ok_or_else(|| wrong(&format!("{place}.severity"), &Value::String(word.clone()), GRAVITY_WORDS))?;
    let (rule, group) = (item.text("rule_id")?, item.text("group_id")?);
    for (name, same) in [("rule_id_src", &rule), ("group_id_src", &group), ("stig_uuid", &list_uuid.to_owned())] {
        if item.map.get(name).and_then(Value::as_str) == Some(same) {
            item.map.remove(name);
        }
    }
    Ok(ListItem {
        rule,
        group,
        group_title: item.text("group_title")?,
        version: item.text("rule_version")?,
        title: item.text("rule_title")?,
        gravity,
        discussion: item.text("discussion")?,
        check: item.text("check_content")?,
        fix: item.text("fix_text")?,
        answer,
        details: item.text("finding_details")?,
        comments: item.text("comments")?,
        uuid: item.text("uuid")?,
        more: item.rest(Part::Item),
    })
}

#[cfg(test)]
mod tests;
