//! Checklist templates: what is ticked off at an inspection, item by item, with its clause, what the register shows
//! beside it and ready remarks. Embedded ones and a unit's own, read from the same TOML.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde::Serialize;

use super::load::{groups, note, pair, words};
use super::read::{Reader, Report};
use super::{Group, Item, Note, PackProblem, Words};
use crate::domain::inspection::Subject;

/// A checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Template {
    /// Stable id, for example `p8-computers`.
    pub id: String,
    /// Version; an inspection pins it together with the id.
    pub version: String,
    /// The rule pack its articles belong to.
    pub pack: String,
    /// What one column of answers is about.
    pub subject: TemplateSubject,
    /// Title.
    pub title: Words,
    /// Where the text comes from.
    pub source: Words,
    /// Damage, gaps and our readings.
    pub notes: Vec<Note>,
    /// Who signs, in order.
    pub parties: Vec<Party>,
    /// The items, in groups.
    pub groups: Vec<Group>,
    /// The TOML it was read from; the store keeps it.
    #[serde(skip)]
    pub text: String,
}

/// What is inspected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TemplateSubject {
    /// Registered computers.
    Computer,
    /// Cleared persons.
    Person,
    /// Rooms, departments or anything else that has a name.
    Place,
}

impl TemplateSubject {
    /// The stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Computer => "computer",
            Self::Person => "person",
            Self::Place => "place",
        }
    }

    /// Whether a subject is of this kind.
    pub fn fits(self, subject: &Subject) -> bool {
        match self {
            Self::Computer => subject.computer().is_some(),
            Self::Person => subject.person().is_some(),
            Self::Place => !subject.as_str().trim().is_empty(),
        }
    }
}

/// One of the parties that sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Party {
    /// Stable id, for example `inspector`.
    pub id: String,
    /// Article that asks for the signature.
    pub article: String,
    /// What the party is called.
    pub title: Words,
}

impl Template {
    /// Every item, in order.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.groups.iter().flat_map(|g| &g.items)
    }

    /// The item with this id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items().find(|i| i.id == id)
    }

    /// The group an item belongs to.
    pub fn group_of(&self, item: &str) -> Option<&Group> {
        self.groups.iter().find(|g| g.items.iter().any(|i| i.id == item))
    }

    /// The ready remarks of an item: its own, then its group's.
    pub fn remarks(&self, item: &str) -> Vec<&Words> {
        let own = self.item(item).into_iter().flat_map(|i| &i.remarks);
        own.chain(self.group_of(item).into_iter().flat_map(|g| &g.remarks)).collect()
    }
}

const EMBEDDED: &[(&str, &str)] = &[
    ("p8-computers.toml", include_str!("templates/p8-computers.toml")),
    ("p6-walk.toml", include_str!("templates/p6-walk.toml")),
    ("p6-approvals.toml", include_str!("templates/p6-approvals.toml")),
    ("leaving-gate.toml", include_str!("templates/leaving-gate.toml")),
    ("p4a-joint-check.toml", include_str!("templates/p4a-joint-check.toml")),
];

static TEMPLATES: LazyLock<Vec<Arc<Template>>> = LazyLock::new(|| {
    // A broken embedded template is left out here and fails a test.
    EMBEDDED.iter().filter_map(|(file, text)| read_template(file, text).ok().map(Arc::new)).collect()
});

/// The embedded templates.
pub fn templates() -> &'static [Arc<Template>] {
    &TEMPLATES
}

/// How many templates that were read are kept at hand.
const AT_HAND: usize = 8;

/// What was read last; a text never changes its meaning.
static READ: Mutex<Vec<Arc<Template>>> = Mutex::new(Vec::new());

/// A template from its stored text. One that was read lately is not read again: every answer to an item asks for it, and
/// a benchmark's text is long.
///
/// # Errors
/// Every problem of the text.
pub fn template_of(name: &str, text: &str) -> Result<Arc<Template>, Vec<PackProblem>> {
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = templates().iter().chain(read.iter()).find(|t| t.text == text) {
        return Ok(Arc::clone(known));
    }
    let new = Arc::new(read_template(name, text)?);
    read.insert(0, Arc::clone(&new));
    read.truncate(AT_HAND);
    Ok(new)
}

/// The most items a template may have, so that an inspection stays within what a record holds.
pub const MOST_ITEMS: usize = 2000;

/// What a probe tells about.
pub const PROBE_TOPICS: [&str; 12] = [
    "system",
    "interface",
    "wireless",
    "radio",
    "camera",
    "sound",
    "bluetooth",
    "input",
    "removable",
    "mounted",
    "password",
    "updates",
];

/// What the register can show beside an item.
const EVIDENCE: [&str; 12] = [
    "registered",
    "secrecy",
    "custodian",
    "user",
    "room",
    "last_inspection",
    "last_signatures",
    "last_findings",
    "leaving_pledge",
    "held_media",
    "held_computers",
    "period_set",
];

/// Reads a template.
///
/// # Errors
/// Every problem of the text, each with its line, place, value and what would be right.
pub fn read_template(file: &str, text: &str) -> Result<Template, Vec<PackProblem>> {
    let mut report = Report::new(file, text);
    let Some(table) = report.parse() else { return Err(report.problems) };
    let mut root = Reader::new(table.get_ref(), "", 0);
    let template = template(&mut report, &mut root, text);
    root.finish(&mut report);
    if report.problems.is_empty() { Ok(template) } else { Err(report.in_order()) }
}

fn template(report: &mut Report, root: &mut Reader, text: &str) -> Template {
    let id = root.needed(report, "id");
    if !id.is_empty() && !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        root.wrong(report, "id", "bad_id", "a-z 0-9 -");
    }
    root.needed(report, "subject");
    let subject = |t: &str| {
        [TemplateSubject::Computer, TemplateSubject::Person, TemplateSubject::Place].into_iter().find(|s| s.code() == t)
    };
    let template = Template {
        id,
        version: root.needed(report, "version"),
        pack: root.text(report, "pack").unwrap_or_default(),
        subject: root.word(report, "subject", subject, "computer|person|place").unwrap_or(TemplateSubject::Computer),
        title: words(report, root, "title"),
        source: words(report, root, "source"),
        notes: root.tables(report, "note").into_iter().map(|r| note(report, r)).collect(),
        parties: root.tables(report, "party").into_iter().map(|r| party(report, r)).collect(),
        groups: groups(report, root),
        text: text.to_owned(),
    };
    whole(report, root, &template);
    template
}

fn party(report: &mut Report, mut r: Reader) -> Party {
    let party = Party { id: r.needed(report, "id"), article: r.needed(report, "article"), title: pair(report, &mut r) };
    r.finish(report);
    party
}

/// What only the whole shows: something to tick and to sign, ids once each and of a form that can be typed.
fn whole(report: &mut Report, root: &mut Reader, template: &Template) {
    let count = template.items().count();
    if count == 0 {
        root.wrong(report, "group", "missing_key", "[[group]] [[group.items]]");
    }
    if count > MOST_ITEMS {
        root.wrong(report, "group", "too_many", &MOST_ITEMS.to_string());
    }
    if template.parties.is_empty() {
        root.wrong(report, "party", "missing_key", "[[party]]");
    }
    let plain = |id: &str| id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    let ids = template.groups.iter().map(|g| &g.id).chain(template.items().map(|i| &i.id));
    let mut seen = BTreeSet::new();
    for id in ids.chain(template.parties.iter().map(|p| &p.id)).filter(|id| !id.is_empty()) {
        let at = report.find(&format!("\"{id}\""));
        if !plain(id) || id.len() > 40 {
            report.add(at, "id", id, "bad_id", "A-Z a-z 0-9 . - _");
        }
        if !seen.insert(id.as_str()) {
            report.add(report.find_last(&format!("\"{id}\"")), "id", id, "id_twice", id);
        }
    }
    for item in template.items() {
        if !item.evidence.is_empty() && !EVIDENCE.contains(&item.evidence.as_str()) {
            let at = report.find(&format!("\"{}\"", item.evidence));
            report.add(at, &format!("{}.evidence", item.id), &item.evidence, "unknown_word", &EVIDENCE.join("|"));
        }
        for wanted in &item.probe {
            let topic = wanted.split('.').next().unwrap_or_default();
            if !PROBE_TOPICS.contains(&topic) {
                let at = report.find(&format!("\"{wanted}\""));
                report.add(at, &format!("{}.probe", item.id), wanted, "unknown_word", &PROBE_TOPICS.join("|"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_templates_are_whole() {
        for (file, text) in EMBEDDED {
            let problems = read_template(file, text).err().unwrap_or_default();
            assert!(problems.is_empty(), "{problems:?}");
        }
        let ids: Vec<&str> = templates().iter().map(|t| t.id.as_str()).collect();
        assert_eq!(ids, ["p8-computers", "p6-walk", "p6-approvals", "leaving-gate", "p4a-joint-check"]);
        let p8 = &templates()[0];
        // rules.md 5 says 44; its own table has these 43.
        let counts: Vec<(&str, usize)> = p8.groups.iter().map(|g| (g.id.as_str(), g.items.len())).collect();
        assert_eq!(
            counts,
            [("A", 6), ("B", 4), ("C", 3), ("D", 5), ("E", 3), ("F", 4), ("G", 8), ("H", 5), ("I", 3), ("J", 2)]
        );
        let evidence: Vec<&str> = p8.items().filter(|i| !i.evidence.is_empty()).map(|i| i.id.as_str()).collect();
        assert_eq!(evidence, ["A1", "A3", "E1", "E2", "F3", "H1", "H3", "H4"]);
        assert_eq!(p8.parties.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["inspector", "user", "head"]);
        let places: Vec<&str> = p8.notes.iter().map(|n| n.article.as_str()).collect();
        assert_eq!(places, ["7.1", "10.4", "14, 15", "4, 12.1"]);
        for t in templates() {
            for item in t.items() {
                assert!((2..=9).contains(&t.remarks(&item.id).len()) || t.id != "p8-computers", "{}", item.id);
                assert!(!t.remarks(&item.id).is_empty(), "{} {}", t.id, item.id);
            }
        }
    }

    #[test]
    fn everything_wrong_with_a_file_is_said_at_once() {
        let text = r#"id = "Own One"
version = ""
subject = "planet"
title = { zh = "自用", en = "Own" }
source = { zh = "本单位", en = "Own" }
[[party]]
id = "inspector"
article = "1"
zh = "检查人员"
en = "Inspector"
[[group]]
id = "A"
title = { zh = "甲", en = "A" }
[[group.items]]
id = "A1"
zh = "一"
en = "one"
evidence = "moon"
[[group.items]]
id = "A1"
article = "2"
zh = "二"
en = "two"
colour = 3
"#;
        let problems = read_template("own.toml", text).unwrap_err();
        let mut found: Vec<(&str, &str, usize)> =
            problems.iter().map(|p| (p.code.as_str(), p.place.as_str(), p.line)).collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                ("bad_id", "id", 1),
                ("empty", "version", 2),
                ("id_twice", "id", 20),
                ("missing_article", "group[0].items[0].article", 14),
                ("unknown_key", "group[0].items[1].colour", 24),
                ("unknown_word", "A1.evidence", 18),
                ("unknown_word", "subject", 3),
            ]
        );
        assert!(problems.iter().all(|p| !p.hint.is_empty()));
        let empty = "id = \"x\"\nversion = \"1\"\nsubject = \"place\"\ntitle = { zh = \"x\", en = \"x\" }\nsource = { zh = \"x\", en = \"x\" }\n";
        let codes: Vec<String> = read_template("x", empty).unwrap_err().into_iter().map(|p| p.code).collect();
        assert_eq!(codes, ["missing_key", "missing_key"]);
    }
}
