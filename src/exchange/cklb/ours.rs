//! An inspection as a checklist of the format, and a checklist's items beside those of a template.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::super::benchmark::{Benchmark, Gravity, Reference, Rule};
use super::super::problem::shown;
use super::super::xccdf::read_benchmarks;
use super::super::xml::{bad, bytes_of_file, decode};
use super::{Checklist, ItemList, ListItem, Machine, read_checklist, stable_uuid};
use crate::domain::AnswerValue;
use crate::domain::inspection::{Inspection, Spot, Subject};
use crate::error::Error;
use crate::rules::{Item, Template};

/// What one side says of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Told {
    /// The answer.
    pub value: AnswerValue,
    /// The inspector's remark; in the format the item's `comments`.
    pub remark: String,
    /// What is to be mended, where that says more than the remark; in the format the item's `finding_details`.
    pub what: String,
}

impl Default for Told {
    fn default() -> Self {
        Self { value: AnswerValue::NotChecked, remark: String::new(), what: String::new() }
    }
}

impl Told {
    /// What an inspection says of an item.
    pub fn of(i: &Inspection, spot: &Spot) -> Self {
        let Some(answer) = i.answers.get(spot) else { return Self::default() };
        let finding = i.findings.get(spot).filter(|_| answer.value == AnswerValue::Fails);
        let what = finding.map(|f| f.what.clone()).filter(|what| *what != answer.remark);
        Self { value: answer.value, remark: answer.remark.clone(), what: what.unwrap_or_default() }
    }

    /// This side's word, and the other's where this one is silent. Texts written for another answer are not taken along.
    #[must_use]
    pub fn over(&self, other: &Self) -> Self {
        let silent = |t: &Self| t.value == AnswerValue::NotChecked;
        if !silent(self) && !silent(other) && self.value != other.value {
            return self.clone();
        }
        let text = |own: &str, other: &str| if own.is_empty() { other.to_owned() } else { own.to_owned() };
        let value = if silent(self) { other.value } else { self.value };
        let what = if value == AnswerValue::Fails { text(&self.what, &other.what) } else { String::new() };
        let mut out = Self { value, remark: text(&self.remark, &other.remark), what };
        out.plain();
        out
    }

    /// What is to be mended is said once.
    fn plain(&mut self) {
        if self.what == self.remark {
            self.what.clear();
        }
    }

    /// Whether both say something, and not the same.
    pub fn disagrees(&self, other: &Self) -> bool {
        let texts = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && a != b;
        let silent = |t: &Self| t.value == AnswerValue::NotChecked;
        (!silent(self) && !silent(other) && self.value != other.value)
            || texts(&self.remark, &other.remark)
            || texts(&self.what, &other.what)
    }
}

/// One subject of an inspection as a checklist; the same inspection gives the same bytes.
pub fn checklist_of(template: &Template, i: &Inspection, subject: &Subject, host_name: &str, lang: &str) -> Checklist {
    let title = template.title.of(lang).to_owned();
    let items = template.groups.iter().flat_map(|group| {
        group.items.iter().map(|item| {
            let told = Told::of(i, &Spot::new(subject, &item.id));
            let rule = name_of(item).to_owned();
            ListItem {
                uuid: stable_uuid(&["item", &template.id, &template.version, &item.id]),
                rule,
                group: group.id.clone(),
                group_title: group.title.of(lang).to_owned(),
                version: item.id.clone(),
                title: item.text.of(lang).to_owned(),
                gravity: Gravity::from_code(&item.severity).unwrap_or_default(),
                discussion: item.detail.of(lang).to_owned(),
                check: item.article.clone(),
                fix: item.fix.of(lang).to_owned(),
                answer: told.value,
                details: told.what,
                comments: told.remark,
                ..ListItem::default()
            }
        })
    });
    let list = ItemList {
        id: template.id.clone(),
        name: title.clone(),
        display_name: title.clone(),
        version: template.version.clone(),
        release: template.source.of(lang).to_owned(),
        uuid: stable_uuid(&["list", &template.id, &template.version]),
        items: items.collect(),
        ..ItemList::default()
    };
    Checklist {
        title: format!("{title} {host_name}"),
        id: stable_uuid(&["checklist", &template.id, &template.version, subject.as_str()]),
        machine: Machine { host_name: host_name.to_owned(), ..Machine::default() },
        lists: vec![list],
        ..Checklist::default()
    }
}

/// What other programs know an item by: the benchmark's rule it was made of, or its own id.
fn name_of(item: &Item) -> &str {
    item.scan.first().map_or(item.id.as_str(), String::as_str)
}

/// The items of a checklist that a template has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matched {
    /// What the file says, by the template's item.
    pub told: BTreeMap<String, Told>,
    /// How many items of the file the template does not have.
    pub unknown: usize,
}

/// Finds the template's items in a checklist: by the rule they were made of, or by their own id in a list of this template.
///
/// # Errors
/// `cklb_other_version` when a list is of this template in another version, `cklb_twice` when two items are the same one,
/// `cklb_no_item` when none is found.
pub fn matched(checklist: &Checklist, template: &Template) -> Result<Matched, Error> {
    let known = Known::new(template);
    let mut out = Matched::default();
    for list in &checklist.lists {
        let ours = list.id == template.id;
        if ours && list.version != template.version {
            let error = bad("cklb_other_version").with("template", &template.id).with("found", shown(&list.version));
            return Err(error.with("wanted", &template.version));
        }
        for item in &list.items {
            let rule = rule_of(item);
            let Some(id) = known.item(list, item) else {
                out.unknown += 1;
                continue;
            };
            if out.told.insert(id.to_owned(), said(item)).is_some() {
                return Err(bad("cklb_twice").with("place", shown(&list.id)).with("id", shown(rule)));
            }
        }
    }
    if out.told.is_empty() {
        let known: Vec<String> = checklist.lists.iter().take(5).map(|l| shown(&l.id)).collect();
        let error = bad("cklb_no_item").with("template", &template.id).with("version", &template.version);
        return Err(error.with("found", known.join(", ")));
    }
    Ok(out)
}

/// The names of a template's items.
struct Known<'t> {
    template: &'t Template,
    rules: BTreeMap<&'t str, &'t str>,
    ids: BTreeSet<&'t str>,
}

impl<'t> Known<'t> {
    fn new(template: &'t Template) -> Self {
        let rules = template.items().flat_map(|item| item.scan.iter().map(|rule| (rule.as_str(), item.id.as_str())));
        let ids = template.items().map(|item| item.id.as_str()).collect();
        Self { template, rules: rules.collect(), ids }
    }

    /// The template's item that one of a list is: by the rule it was made of, or by its own id in a list of this template.
    fn item(&self, list: &ItemList, item: &ListItem) -> Option<&'t str> {
        let (ours, rule) = (list.id == self.template.id, rule_of(item));
        let own = [item.version.as_str(), rule].into_iter().find_map(|id| self.ids.get(id).copied()).filter(|_| ours);
        own.or_else(|| self.rules.get(rule).copied())
    }
}

/// What an item of a file says.
fn said(item: &ListItem) -> Told {
    let mut told =
        Told { value: item.answer, remark: item.comments.trim().to_owned(), what: item.details.trim().to_owned() };
    // Only a failure has something to be mended; elsewhere, and alone, the details are the remark.
    if told.remark.is_empty() || told.value != AnswerValue::Fails {
        let texts = [std::mem::take(&mut told.remark), std::mem::take(&mut told.what)];
        let [remark, what] = &texts;
        let same = remark == what;
        told.remark = texts
            .iter()
            .take(if same { 1 } else { 2 })
            .filter(|t| !t.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join("\n");
    }
    told.plain();
    told
}

/// A `.cklb` file with what an inspection says of a subject in its items. All else of the file stays as it is, above all what
/// this program knows nothing of; so does an item about which both say the same, or the inspection nothing.
///
/// # Errors
/// As [`read_checklist`] and [`matched`]; `cklb_not_json` for the older format.
pub fn filled(path: &Path, template: &Template, i: &Inspection, subject: &Subject) -> Result<Vec<u8>, Error> {
    let checklist = read_checklist(path)?;
    matched(&checklist, template)?;
    let bytes = bytes_of_file(path, super::MOST_BYTES)?;
    let Some(mut file) = decode(bytes).ok().and_then(|text| serde_json::from_str::<Value>(&text).ok()) else {
        return Err(bad("cklb_not_json"));
    };
    let known = Known::new(template);
    let lists = file.get_mut("stigs").and_then(Value::as_array_mut).into_iter().flatten();
    for (list, written) in checklist.lists.iter().zip(lists) {
        let items = written.get_mut("rules").and_then(Value::as_array_mut).into_iter().flatten();
        for (item, written) in list.items.iter().zip(items) {
            let Some((id, fields)) = known.item(list, item).zip(written.as_object_mut()) else { continue };
            let there = said(item);
            let told = Told::of(i, &Spot::new(subject, id)).over(&there);
            if told == there {
                continue;
            }
            let status = super::STATUS.iter().find(|(a, _)| *a == told.value).map_or("not_reviewed", |(_, w)| *w);
            for (name, text) in [("status", status), ("comments", &told.remark), ("finding_details", &told.what)] {
                fields.insert(name.to_owned(), Value::String(text.to_owned()));
            }
        }
    }
    serde_json::to_vec_pretty(&file).map_err(|_| bad("cklb_not_json"))
}

/// The first name an item has.
fn rule_of(item: &ListItem) -> &str {
    [&item.rule, &item.version, &item.group].into_iter().find(|n| !n.is_empty()).map_or("", String::as_str)
}

/// The lists of a checklist as benchmarks, so that a template can be made of them; answers are left behind.
pub fn benchmarks_of(checklist: &Checklist) -> Vec<Benchmark> {
    let rule = |item: &ListItem| {
        let clause = |text: &str| Reference { source: String::new(), clause: text.to_owned() };
        let identifiers = item.more.get("ccis").and_then(Value::as_array).into_iter().flatten();
        let identifiers = identifiers.filter_map(Value::as_str).map(clause);
        let version = Some(clause(&item.version)).filter(|r| !r.clause.is_empty());
        Rule {
            id: rule_of(item).to_owned(),
            version: item.version.clone(),
            title: item.title.clone(),
            description: item.discussion.clone(),
            gravity: item.gravity,
            weight: 1.0,
            selected: true,
            references: version.into_iter().chain(identifiers).collect(),
            fix_text: item.fix.clone(),
            check_text: item.check.clone(),
            ..Rule::default()
        }
    };
    let list = |list: &ItemList| Benchmark {
        id: list.id.clone(),
        version: list.version.clone(),
        title: if list.name.is_empty() { list.display_name.clone() } else { list.name.clone() },
        rules: list.items.iter().filter(|item| !rule_of(item).is_empty()).map(rule).collect(),
        ..Benchmark::default()
    };
    checklist.lists.iter().map(list).filter(|b| !b.rules.is_empty()).collect()
}

/// What a template can be made of: an XCCDF benchmark or data stream, or the lists of a checklist.
///
/// # Errors
/// As [`read_benchmarks`] and [`read_checklist`].
pub fn read_catalogues(path: &Path, profile: Option<&str>) -> Result<Vec<Benchmark>, Error> {
    let of_checklist = || read_checklist(path).map(|c| benchmarks_of(&c));
    match read_benchmarks(path, profile) {
        Err(e) if e.code == "xccdf_none" && e.values.get("root").is_some_and(|r| r == "CHECKLIST") => of_checklist(),
        // Not XML at all.
        Err(e) if e.code.starts_with("xml_") => match of_checklist() {
            Err(of_json) if of_json.code == "cklb_none" || of_json.code.starts_with("xml_") => Err(e),
            other => other,
        },
        other => other,
    }
}

#[cfg(test)]
mod tests;
