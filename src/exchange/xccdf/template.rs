//! A benchmark as a checklist template: the TOML a unit's own checklists are written in, to be read, edited and kept.
//!
//! Groups become the template's groups, as deep as single letters reach; a profile chooses the rules and how grave they
//! are. What the benchmark says stands in its own language under both; a unit translates what it wants to.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::benchmark::{Benchmark, Chosen, Gravity};
use super::super::letter;
use super::super::xml::bad;
use crate::error::Error;
use crate::i18n::{Lang, Texts};
use crate::rules::{self, MOST_ITEMS};

/// Longest text of an item in characters; scripts that mend are cut to it too.
const LONGEST: usize = 2000;
/// Most clauses an item keeps.
const MOST_REFERENCES: usize = 200;
/// Longest clause beside an item, in characters.
const LONGEST_ARTICLE: usize = 24;
/// Groups that single letters reach.
const LETTERS: usize = 26;

/// A template made from a benchmark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// Its TOML.
    pub text: String,
    /// The benchmark's id.
    pub benchmark: String,
    /// The profile's id.
    pub profile: Option<String>,
    /// How many rules the benchmark has.
    pub rules: usize,
    /// How many of them became items.
    pub items: usize,
    /// How many texts were too long and were cut.
    pub cut_texts: usize,
    /// How many clauses were left out.
    pub cut_references: usize,
}

#[derive(Serialize)]
struct Both {
    zh: String,
    en: String,
}

#[derive(Serialize)]
struct NoteText {
    kind: &'static str,
    zh: String,
    en: String,
}

#[derive(Serialize)]
struct PartyText {
    id: String,
    article: String,
    zh: String,
    en: String,
}

#[derive(Serialize)]
struct ItemText {
    id: String,
    article: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    severity: &'static str,
    zh: String,
    en: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    fix: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    references: Vec<String>,
    scan: Vec<String>,
}

#[derive(Serialize)]
struct GroupText {
    id: String,
    title: Both,
    remarks: Vec<Both>,
    items: Vec<ItemText>,
}

#[derive(Serialize)]
struct TemplateText {
    id: String,
    version: String,
    subject: &'static str,
    title: Both,
    source: Both,
    note: Vec<NoteText>,
    party: Vec<PartyText>,
    group: Vec<GroupText>,
}

/// A sentence in both languages.
fn both(key: &str, values: &[(&str, String)]) -> Both {
    let of = |lang| Texts::new(lang).fill(key, values);
    Both { zh: of(Lang::ZhCn), en: of(Lang::En) }
}

fn same(text: &str) -> Both {
    Both { zh: text.to_owned(), en: text.to_owned() }
}

/// What follows the last naming part of an id as scanners build them: `xccdf_org.x.content_profile_standard`.
fn short<'a>(id: &'a str, part: &str) -> &'a str {
    id.rsplit_once(part).map_or(id, |(_, rest)| rest)
}

/// An id as templates have them.
fn plain_id(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let text: String = text.chars().map(plain).collect();
    let parts: Vec<&str> = text.split('-').filter(|p| !p.is_empty()).collect();
    parts.join("-").chars().take(60).collect::<String>().trim_matches('-').to_owned()
}

/// Which rules of a benchmark become items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// Those the benchmark itself selects.
    Selected,
    /// Those of a profile, by its id or the end of it.
    Profile(&'a str),
    /// Every one.
    All,
}

/// A checklist template from rules of a benchmark.
///
/// # Errors
/// As [`Benchmark::chosen`]; `xccdf_too_many_rules` when they are more than a checklist holds; `xccdf_template` when the
/// text cannot be put together.
pub fn draft_template(benchmark: &Benchmark, wanted: Wanted, id: Option<&str>) -> Result<Drafted, Error> {
    let profile = match wanted {
        Wanted::Profile(asked) => Some(benchmark.profile_id(asked).unwrap_or(asked)),
        Wanted::Selected | Wanted::All => None,
    };
    let chosen = if wanted == Wanted::All { benchmark.all() } else { benchmark.chosen(profile)? };
    if chosen.len() > MOST_ITEMS {
        return Err(bad("xccdf_too_many_rules").with("count", chosen.len()).with("most", MOST_ITEMS));
    }
    let mut cut = Cut::default();
    let groups = groups(benchmark, &chosen, &mut cut);
    let own = [short(&benchmark.id, "_benchmark_"), profile.map_or("", |p| short(p, "_profile_"))];
    let own = id.map_or_else(|| plain_id(&own.join("-")), str::to_owned);
    let titled = profile.and_then(|p| benchmark.profiles.iter().find(|q| q.id == p)).map_or("", |p| p.title.as_str());
    let title = [benchmark.title.as_str(), titled].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>();
    let title = if title.is_empty() { own.clone() } else { title.join(" / ") };
    let values = [
        ("benchmark", benchmark.id.clone()),
        ("version", benchmark.version.clone()),
        ("profile", profile.unwrap_or("-").to_owned()),
        ("rules", benchmark.rules.len().to_string()),
        ("items", chosen.len().to_string()),
        ("texts", cut.texts.to_string()),
        ("references", cut.references.to_string()),
    ];
    let note = |key| {
        let Both { zh, en } = both(key, &values);
        NoteText { kind: "source", zh, en }
    };
    let mut notes = vec![note("benchmark.note_made")];
    if cut.texts + cut.references > 0 {
        notes.push(note("benchmark.note_cut"));
    }
    let text = TemplateText {
        id: if own.is_empty() { "benchmark".to_owned() } else { own },
        version: if benchmark.version.trim().is_empty() { "1".to_owned() } else { benchmark.version.clone() },
        subject: "computer",
        title: same(&title),
        source: both("benchmark.source", &values),
        note: notes,
        party: parties(),
        group: groups,
    };
    let text = toml::to_string_pretty(&text).map_err(|e| bad("xccdf_template").with("why", e))?;
    Ok(Drafted {
        text,
        benchmark: benchmark.id.clone(),
        profile: profile.map(str::to_owned),
        rules: benchmark.rules.len(),
        items: chosen.len(),
        cut_texts: cut.texts,
        cut_references: cut.references,
    })
}

/// Who signs: the same three as under the office's own checklist for computers, with its article.
fn parties() -> Vec<PartyText> {
    let own = rules::templates().iter().find(|t| t.id == "p8-computers");
    let of = |p: &rules::Party, pack: &str| PartyText {
        id: p.id.clone(),
        article: [pack, &p.article].join(" "),
        zh: p.title.zh.clone(),
        en: p.title.en.clone(),
    };
    own.into_iter().flat_map(|t| t.parties.iter().map(|p| of(p, &t.pack))).collect()
}

#[derive(Default)]
struct Cut {
    texts: usize,
    references: usize,
}

impl Cut {
    fn text(&mut self, text: &str) -> String {
        let text = text.trim();
        if text.chars().count() <= LONGEST {
            return text.to_owned();
        }
        self.texts += 1;
        text.chars().take(LONGEST - 1).chain(std::iter::once('…')).collect()
    }
}

/// The chosen rules under the groups they lie in: as deep as letters reach.
fn groups(benchmark: &Benchmark, chosen: &[Chosen], cut: &mut Cut) -> Vec<GroupText> {
    let paths: Vec<Vec<&str>> = chosen.iter().map(|c| benchmark.path(c.rule)).collect();
    let deepest = paths.iter().map(Vec::len).max().unwrap_or(0);
    let at = |depth: usize| {
        let mut order: Vec<&[&str]> = Vec::new();
        let mut places: BTreeMap<&[&str], usize> = BTreeMap::new();
        let of: Vec<usize> = paths
            .iter()
            .map(|path| {
                let head = path.get(..depth.min(path.len())).unwrap_or_default();
                *places.entry(head).or_insert_with(|| {
                    order.push(head);
                    order.len() - 1
                })
            })
            .collect();
        (order, of)
    };
    let fits = (1..=deepest).rev().find(|depth| at(*depth).0.len() <= LETTERS);
    let (order, of) = at(fits.unwrap_or(1));
    let remark = || both("benchmark.remark", &[]);
    let mut out: Vec<GroupText> = order
        .iter()
        .enumerate()
        .map(|(n, path)| GroupText {
            id: letter(n as u32),
            title: same(path.last().map_or(benchmark.title.as_str(), |t| t.trim())),
            remarks: vec![remark()],
            items: Vec::new(),
        })
        .collect();
    for group in &mut out {
        if group.title.zh.is_empty() {
            group.title = same(&group.id);
        }
    }
    for (c, n) in chosen.iter().zip(of) {
        if let Some(group) = out.get_mut(n) {
            let id = format!("{}{}", group.id, group.items.len() + 1);
            group.items.push(item(c, id, cut));
        }
    }
    out
}

fn item(c: &Chosen, id: String, cut: &mut Cut) -> ItemText {
    let rule = c.rule;
    let name = short(&rule.id, "_rule_");
    let title = if rule.title.trim().is_empty() { name } else { rule.title.trim() };
    let why = [rule.description.trim(), rule.rationale.trim(), rule.check_text.trim()];
    let why = why.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("\n\n");
    let fix = if rule.fix_text.trim().is_empty() {
        // Scripts are shown, never run; a shell's is the one most people read.
        let shell = rule.fix_scripts.iter().find(|(system, _)| system.ends_with(":sh"));
        shell.map_or("", |(_, script)| script.as_str())
    } else {
        rule.fix_text.as_str()
    };
    let mut references: Vec<String> = Vec::new();
    for r in &rule.references {
        // A bare number says nothing without its catalogue.
        let host =
            r.source.split_once("://").map_or(r.source.as_str(), |(_, rest)| rest.split('/').next().unwrap_or(rest));
        let host = host.strip_prefix("www.").unwrap_or(host);
        let clause = if host.is_empty() { r.clause.clone() } else { format!("{} ({host})", r.clause.trim()) };
        if references.contains(&clause) {
            continue;
        }
        if references.len() == MOST_REFERENCES {
            cut.references += 1;
        } else {
            references.push(clause.chars().take(LONGEST).collect());
        }
    }
    ItemText {
        id,
        article: article(c, name),
        severity: if c.gravity == Gravity::Unknown { "" } else { c.gravity.code() },
        zh: cut.text(title),
        en: cut.text(title),
        detail: cut.text(&why),
        fix: cut.text(fix),
        references,
        scan: vec![rule.id.clone()],
    }
}

/// The clauses of the catalogue named first, as far as they fit; without any, the rule's own name.
fn article(c: &Chosen, name: &str) -> String {
    let first = c.rule.references.first().map_or("", |r| r.source.as_str());
    let mut out = String::new();
    for r in c.rule.references.iter().filter(|r| r.source == first) {
        let longer = if out.is_empty() { r.clause.trim().to_owned() } else { [&out, ", ", r.clause.trim()].concat() };
        if longer.chars().count() > LONGEST_ARTICLE && !out.is_empty() {
            break;
        }
        out = longer;
    }
    let text = if out.trim().is_empty() { name } else { out.trim() };
    text.chars().take(LONGEST_ARTICLE).collect()
}
