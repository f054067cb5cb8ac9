//! Benchmarks: groups, rules, profiles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::benchmark::{Benchmark, ChosenValue, Gravity, Group, Profile, Reference, Refined, Rule};
use super::super::xml::{Tag, Xml, bad, with_file};
use super::ours;
use crate::error::Error;

/// Reads every benchmark of a file: an XCCDF file, a data stream, or the results of a scanner. Its texts speak of values,
/// which a profile may choose otherwise than the benchmark does.
///
/// # Errors
/// `xccdf_none` when there is none; `xccdf_…`, `xml_…` with the line, the value and the reason; never a part of a file.
pub fn read_benchmarks(path: &Path, profile: Option<&str>) -> Result<Vec<Benchmark>, Error> {
    with_file(path, |text| benchmarks(text, profile))
}

pub(super) fn benchmarks(text: &str, profile: Option<&str>) -> Result<Vec<Benchmark>, Error> {
    let mut xml = Xml::new(text, ours);
    let mut out = Vec::new();
    while let Some(tag) = xml.find(&["Benchmark"])? {
        out.push(Reader { xml: &mut xml, seen: BTreeSet::new(), values: BTreeMap::new(), profile }.benchmark(&tag)?);
    }
    if out.is_empty() {
        return Err(bad("xccdf_none").with("root", xml.root()));
    }
    Ok(out)
}

/// Real benchmarks have some twenty.
const MOST_PROFILES: usize = 1000;
/// Bytes that values may add to a benchmark's texts; beyond, their names stand there.
const MOST_FILLED: usize = 16 << 20;

/// Marks the place of a value's name in a text until all values are known; no XML text holds this character.
const MARK: char = '\u{1}';

struct Reader<'x, 'a> {
    xml: &'x mut Xml<'a>,
    /// Ids of groups, rules and profiles.
    seen: BTreeSet<String>,
    /// The values that rules speak of, by their selectors; the one without a selector is the default.
    values: BTreeMap<String, BTreeMap<String, String>>,
    /// The profile that chooses among them.
    profile: Option<&'x str>,
}

impl<'a> Reader<'_, 'a> {
    fn benchmark(mut self, tag: &Tag<'a>) -> Result<Benchmark, Error> {
        let mut out = Benchmark { id: self.xml.needed(tag, "id")?, ..Benchmark::default() };
        while let Some(child) = self.xml.child()? {
            match child.name.as_str() {
                "title" if out.title.is_empty() => out.title = self.words()?,
                "description" if out.description.is_empty() => out.description = self.words()?,
                "version" => out.version = self.words()?,
                "Group" => self.group(&child, None, &mut out)?,
                "Rule" => self.rule(&child, None, &mut out)?,
                "Profile" => {
                    let profile = self.profile(&child)?;
                    out.profiles.push(profile);
                    if out.profiles.len() > MOST_PROFILES {
                        let line = self.xml.line_of_tag(&child);
                        return Err(bad("xccdf_too_many_profiles").with("line", line).with("most", MOST_PROFILES));
                    }
                }
                "Value" => self.value(&child)?,
                _ => self.xml.skip()?,
            }
        }
        if out.rules.is_empty() {
            return Err(bad("xccdf_no_rules").with("line", self.xml.line_of_tag(tag)).with("id", &out.id));
        }
        self.put_values(&mut out);
        Ok(out)
    }

    /// The text of an element, folded; a value it speaks of leaves a mark.
    fn words(&mut self) -> Result<String, Error> {
        let mut names = Vec::new();
        let text = self.xml.text(|tag, out| mark(tag, out, &mut names))?;
        Ok(named(&text, &names))
    }

    /// The same for scripts, whose line breaks matter.
    fn script(&mut self) -> Result<String, Error> {
        let mut names = Vec::new();
        let text = self.xml.raw_text(|tag, out| mark(tag, out, &mut names))?;
        Ok(named(&text, &names))
    }

    fn unique(&mut self, tag: &Tag<'a>) -> Result<String, Error> {
        let id = self.xml.needed(tag, "id")?;
        if !self.seen.insert(id.clone()) {
            let line = self.xml.line_of_tag(tag);
            return Err(bad("xccdf_twice").with("line", line).with("id", super::super::problem::shown(&id)));
        }
        Ok(id)
    }

    fn selected(&self, tag: &Tag<'a>, name: &str) -> Result<Option<bool>, Error> {
        let value = self.xml.attribute(tag, name)?;
        value.map(|v| flag(&v).ok_or_else(|| self.xml.wrong(&tag.name, &v, "true, false"))).transpose()
    }

    fn gravity(&self, tag: &Tag<'a>) -> Result<Option<Gravity>, Error> {
        let value = self.xml.attribute(tag, "severity")?;
        let wanted = "unknown, info, low, medium, high";
        value.map(|v| Gravity::from_code(&v).ok_or_else(|| self.xml.wrong(&tag.name, &v, wanted))).transpose()
    }

    fn weight(&self, tag: &Tag<'a>) -> Result<Option<f64>, Error> {
        let value = self.xml.attribute(tag, "weight")?;
        let number = |v: &str| v.trim().parse::<f64>().ok().filter(|w| w.is_finite() && *w >= 0.0);
        value.map(|v| number(&v).ok_or_else(|| self.xml.wrong(&tag.name, &v, "0, 1, 10.0"))).transpose()
    }

    fn group(&mut self, tag: &Tag<'a>, parent: Option<usize>, out: &mut Benchmark) -> Result<(), Error> {
        let id = self.unique(tag)?;
        let selected = self.selected(tag, "selected")?.unwrap_or(true);
        let at = out.groups.len();
        out.groups.push(Group { id, parent, selected, ..Group::default() });
        let (mut title, mut description) = (String::new(), String::new());
        while let Some(child) = self.xml.child()? {
            match child.name.as_str() {
                "title" if title.is_empty() => title = self.words()?,
                "description" if description.is_empty() => description = self.words()?,
                "Group" => self.group(&child, Some(at), out)?,
                "Rule" => self.rule(&child, Some(at), out)?,
                "Value" => self.value(&child)?,
                _ => self.xml.skip()?,
            }
        }
        if let Some(group) = out.groups.get_mut(at) {
            (group.title, group.description) = (title, description);
        }
        Ok(())
    }

    fn rule(&mut self, tag: &Tag<'a>, group: Option<usize>, out: &mut Benchmark) -> Result<(), Error> {
        let mut rule = Rule {
            id: self.unique(tag)?,
            gravity: self.gravity(tag)?.unwrap_or_default(),
            weight: self.weight(tag)?.unwrap_or(1.0),
            selected: self.selected(tag, "selected")?.unwrap_or(true),
            group,
            ..Rule::default()
        };
        while let Some(child) = self.xml.child()? {
            match child.name.as_str() {
                "title" if rule.title.is_empty() => rule.title = self.words()?,
                "description" if rule.description.is_empty() => rule.description = self.words()?,
                "rationale" if rule.rationale.is_empty() => rule.rationale = self.words()?,
                "version" => rule.version = self.words()?,
                "reference" | "ident" => {
                    let attribute = if child.name == "ident" { "system" } else { "href" };
                    let source = self.xml.attribute(&child, attribute)?.unwrap_or_default();
                    let clause = self.words()?;
                    if !clause.is_empty() {
                        rule.references.push(Reference { source, clause });
                    }
                }
                "fixtext" if rule.fix_text.is_empty() => rule.fix_text = self.words()?,
                "fix" => {
                    let language = self.xml.attribute(&child, "system")?.unwrap_or_default();
                    let script = self.script()?;
                    if !script.is_empty() {
                        rule.fix_scripts.push((language, script));
                    }
                }
                "check" => self.check(&child, &mut rule)?,
                _ => self.xml.skip()?,
            }
        }
        out.rules.push(rule);
        Ok(())
    }

    /// The parts of a `complex-check` are not read: their names say nothing to a person.
    fn check(&mut self, tag: &Tag<'a>, rule: &mut Rule) -> Result<(), Error> {
        let system = self.xml.attribute(tag, "system")?.unwrap_or_default();
        while let Some(child) = self.xml.child()? {
            match child.name.as_str() {
                "check-content" if rule.check_text.is_empty() => rule.check_text = self.words()?,
                "check-content-ref" => {
                    if let Some(name) = self.xml.attribute(&child, "name")? {
                        rule.check_names.push((system.clone(), name));
                    }
                    self.xml.skip()?;
                }
                _ => self.xml.skip()?,
            }
        }
        Ok(())
    }

    fn value(&mut self, tag: &Tag<'a>) -> Result<(), Error> {
        let id = self.xml.needed(tag, "id")?;
        let mut all = BTreeMap::new();
        while let Some(child) = self.xml.child()? {
            if child.name == "value" {
                let selector = self.xml.attribute(&child, "selector")?.unwrap_or_default();
                all.insert(selector, self.words()?);
            } else {
                self.xml.skip()?;
            }
        }
        self.values.insert(id, all);
        Ok(())
    }

    fn profile(&mut self, tag: &Tag<'a>) -> Result<Profile, Error> {
        let mut out = Profile {
            id: self.unique(tag)?,
            extends: self.xml.attribute(tag, "extends")?.filter(|e| !e.is_empty()),
            ..Profile::default()
        };
        while let Some(child) = self.xml.child()? {
            match child.name.as_str() {
                "title" if out.title.is_empty() => out.title = self.words()?,
                "description" if out.description.is_empty() => out.description = self.words()?,
                "select" => {
                    let id = self.xml.needed(&child, "idref")?;
                    let value = self.xml.needed(&child, "selected")?;
                    let on = flag(&value).ok_or_else(|| self.xml.wrong("select", &value, "true, false"))?;
                    out.selects.push((id, on));
                    self.xml.skip()?;
                }
                "refine-rule" => {
                    let rule = self.xml.needed(&child, "idref")?;
                    let (gravity, weight) = (self.gravity(&child)?, self.weight(&child)?);
                    out.refined.push(Refined { rule, gravity, weight });
                    self.xml.skip()?;
                }
                "refine-value" => {
                    let id = self.xml.needed(&child, "idref")?;
                    if let Some(selector) = self.xml.attribute(&child, "selector")? {
                        out.values.push((id, ChosenValue::Selector(selector)));
                    }
                    self.xml.skip()?;
                }
                "set-value" => {
                    let id = self.xml.needed(&child, "idref")?;
                    let text = self.words()?;
                    out.values.push((id, ChosenValue::Text(text)));
                }
                _ => self.xml.skip()?,
            }
        }
        Ok(out)
    }

    /// Values in the place of their marks; one that is not in the file keeps its name.
    fn put_values(&self, out: &mut Benchmark) {
        let default = |(id, all): (&String, &BTreeMap<String, String>)| Some((id.clone(), all.get("")?.clone()));
        let mut values: BTreeMap<String, String> = self.values.iter().filter_map(default).collect();
        // A profile that is not there is refused where its rules are asked for.
        let profile = self.profile.map(|asked| out.profile_id(asked).unwrap_or(asked).to_owned());
        for chosen in out.chain(profile.as_deref()).unwrap_or_default() {
            for (id, value) in &chosen.values {
                let text = match value {
                    ChosenValue::Text(text) => Some(text),
                    ChosenValue::Selector(selector) => self.values.get(id).and_then(|all| all.get(selector)),
                };
                if let Some(text) = text {
                    values.insert(id.clone(), text.clone());
                }
            }
        }
        // A long value named again and again would make a small file fill the memory.
        let mut left = MOST_FILLED;
        let mut put = |text: &mut String| {
            if !text.contains(MARK) {
                return;
            }
            let mut filled = String::with_capacity(text.len());
            for (i, part) in text.split(MARK).enumerate() {
                let value = if i % 2 == 1 { values.get(part).filter(|v| v.len() <= left) } else { None };
                left = left.saturating_sub(value.map_or(0, String::len));
                filled.push_str(value.map_or(part, String::as_str));
            }
            *text = filled.replace(MARK, "");
        };
        put(&mut out.title);
        put(&mut out.description);
        for group in &mut out.groups {
            put(&mut group.title);
            put(&mut group.description);
        }
        for rule in &mut out.rules {
            for text in [
                &mut rule.title,
                &mut rule.description,
                &mut rule.rationale,
                &mut rule.fix_text,
                &mut rule.check_text,
                &mut rule.version,
            ] {
                put(text);
            }
            for (_, script) in &mut rule.fix_scripts {
                put(script);
            }
        }
        for profile in &mut out.profiles {
            put(&mut profile.title);
            put(&mut profile.description);
        }
    }
}

fn mark(tag: &Tag, out: &mut String, names: &mut Vec<String>) {
    if tag.name == "sub" {
        names.push(tag.plain_attribute("idref"));
        out.push(MARK);
    }
}

/// Names between marks, where single marks stand.
fn named(text: &str, names: &[String]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut names = names.iter();
    for (i, part) in text.split(MARK).enumerate() {
        if i > 0 {
            // A mark without a name was in the file itself.
            if let Some(name) = names.next() {
                out.push(MARK);
                out.push_str(&name.replace(MARK, ""));
                out.push(MARK);
            }
        }
        out.push_str(part);
    }
    out
}

fn flag(value: &str) -> Option<bool> {
    match value.trim() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}
