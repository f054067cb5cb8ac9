//! Walks a pack's TOML by hand, so that every problem of a file is found in one pass, each with its line.

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::PackProblem;

/// Collects problems of one file.
pub struct Report<'a> {
    file: &'a str,
    text: &'a str,
    /// What was found.
    pub problems: Vec<PackProblem>,
}

impl<'a> Report<'a> {
    /// An empty report on a file.
    pub const fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, problems: Vec::new() }
    }

    /// Where a text first stands.
    pub fn find(&self, what: &str) -> Option<usize> {
        self.text.find(what)
    }

    /// Where a text stands last.
    pub fn find_last(&self, what: &str) -> Option<usize> {
        self.text.rfind(what)
    }

    /// The table, where the text is TOML. Of several mistakes the first is told: it makes the others.
    pub fn parse(&mut self) -> Option<Spanned<DeTable<'a>>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        let Some(error) = errors.first() else { return Some(table) };
        let at = error.span().map_or(0, |s| s.start).min(self.text.len());
        let (before, after) = (self.text.get(..at).unwrap_or_default(), self.text.get(at..).unwrap_or_default());
        let begun = before.rsplit('\n').next().unwrap_or_default();
        let line = format!("{begun}{}", after.lines().next().unwrap_or_default());
        let column = begun.chars().count().saturating_add(1);
        self.add(Some(at), &format!("TOML:{column}"), line.trim(), "syntax", error.message());
        None
    }

    /// The problems in the order of the file.
    pub fn in_order(mut self) -> Vec<PackProblem> {
        self.problems.sort_by_key(|p| p.line);
        self.problems
    }

    /// Adds a problem at a byte offset of the text.
    pub fn add(&mut self, offset: Option<usize>, place: &str, value: &str, code: &str, hint: &str) {
        let line = offset.map_or(0, |at| 1 + self.text.bytes().take(at).filter(|b| *b == b'\n').count());
        self.problems.push(PackProblem {
            file: self.file.to_owned(),
            line,
            place: place.to_owned(),
            value: value.chars().take(80).collect(),
            code: code.to_owned(),
            hint: hint.to_owned(),
        });
    }
}

/// A table being read: remembers which keys were asked for, so that the rest can be reported as unknown.
pub struct Reader<'t, 'i> {
    table: &'t DeTable<'i>,
    place: String,
    offset: usize,
    asked: BTreeSet<String>,
}

type Value<'t, 'i> = &'t Spanned<DeValue<'i>>;

impl<'t, 'i> Reader<'t, 'i> {
    /// A reader of a table at a place.
    pub fn new(table: &'t DeTable<'i>, place: impl Into<String>, offset: usize) -> Self {
        Self { table, place: place.into(), offset, asked: BTreeSet::new() }
    }

    /// The place of a key.
    pub fn at(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }

    /// The value of a key.
    pub fn value(&mut self, key: &str) -> Option<Value<'t, 'i>> {
        self.asked.insert(key.to_owned());
        self.table.iter().find(|(k, _)| k.get_ref().as_ref() == key).map(|(_, v)| v)
    }

    /// Reports a problem with the value of a key, at its line.
    pub fn wrong(&mut self, report: &mut Report, key: &str, code: &str, hint: &str) {
        let place = self.at(key);
        let (offset, shown) = match self.value(key) {
            Some(v) => (v.span().start, show(v.get_ref())),
            None => (self.offset, String::new()),
        };
        report.add(Some(offset), &place, &shown, code, hint);
    }

    /// A text; reported when it is something else.
    pub fn text(&mut self, report: &mut Report, key: &str) -> Option<String> {
        let v = self.value(key)?;
        let text = v.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(report, key, "not_text", "\"...\"");
        }
        text
    }

    /// A text that must be there and not empty.
    pub fn needed(&mut self, report: &mut Report, key: &str) -> String {
        match self.value(key) {
            None => {
                let code = if key == "article" { "missing_article" } else { "missing_key" };
                self.wrong(report, key, code, key);
                String::new()
            }
            Some(_) => {
                let text = self.text(report, key).unwrap_or_default();
                if text.trim().is_empty() {
                    let code = if key == "article" { "missing_article" } else { "empty" };
                    self.wrong(report, key, code, key);
                }
                text
            }
        }
    }

    /// A whole number from `min` to `max`.
    pub fn number(&mut self, report: &mut Report, key: &str, min: u32, max: u32) -> Option<u32> {
        let v = self.value(key)?;
        let number = v.get_ref().as_integer().and_then(|i| i.as_str().parse::<u32>().ok());
        match number {
            Some(n) if (min..=max).contains(&n) => Some(n),
            _ => {
                self.wrong(report, key, "not_number", &format!("{min}..{max}"));
                None
            }
        }
    }

    /// Yes or no.
    pub fn flag(&mut self, report: &mut Report, key: &str) -> Option<bool> {
        let v = self.value(key)?;
        let flag = v.get_ref().as_bool();
        if flag.is_none() {
            self.wrong(report, key, "not_flag", "true|false");
        }
        flag
    }

    /// A word of a vocabulary.
    pub fn word<T: Copy>(
        &mut self,
        report: &mut Report,
        key: &str,
        read: impl Fn(&str) -> Option<T>,
        known: &str,
    ) -> Option<T> {
        let text = self.text(report, key)?;
        let word = read(&text);
        if word.is_none() {
            self.wrong(report, key, unknown(key), known);
        }
        word
    }

    /// A list of words of a vocabulary; nothing means any.
    pub fn words<T: Copy>(
        &mut self,
        report: &mut Report,
        key: &str,
        read: impl Fn(&str) -> Option<T>,
        known: &str,
    ) -> Vec<T> {
        let Some(v) = self.value(key) else { return Vec::new() };
        let Some(items) = v.get_ref().as_array() else {
            self.wrong(report, key, "not_list", "[...]");
            return Vec::new();
        };
        let place = self.at(key);
        let mut out = Vec::new();
        for (n, item) in items.iter().enumerate() {
            match item.get_ref().as_str().and_then(&read) {
                Some(word) => out.push(word),
                None => report.add(
                    Some(item.span().start),
                    &format!("{place}[{n}]"),
                    &show(item.get_ref()),
                    unknown(key),
                    known,
                ),
            }
        }
        out
    }

    /// The table under a key.
    pub fn table(&mut self, report: &mut Report, key: &str) -> Option<Reader<'t, 'i>> {
        let v = self.value(key)?;
        let place = self.at(key);
        let table = v.get_ref().as_table();
        if table.is_none() {
            self.wrong(report, key, "not_table", "{ ... }");
        }
        table.map(|t| Reader::new(t, place, v.span().start))
    }

    /// The tables of a list under a key.
    pub fn tables(&mut self, report: &mut Report, key: &str) -> Vec<Reader<'t, 'i>> {
        let Some(v) = self.value(key) else { return Vec::new() };
        let Some(items) = v.get_ref().as_array() else {
            self.wrong(report, key, "not_list", "[[...]]");
            return Vec::new();
        };
        let place = self.at(key);
        let mut out = Vec::new();
        for (n, item) in items.iter().enumerate() {
            let place = format!("{place}[{n}]");
            match item.get_ref().as_table() {
                Some(t) => out.push(Reader::new(t, place, item.span().start)),
                None => {
                    report.add(Some(item.span().start), &place, &show(item.get_ref()), "not_table", "{ ... }");
                }
            }
        }
        out
    }

    /// The keys of this table, in order, each counted as asked for.
    pub fn keys(&mut self) -> Vec<String> {
        let keys: Vec<String> = self.table.iter().map(|(k, _)| k.get_ref().to_string()).collect();
        self.asked.extend(keys.iter().cloned());
        keys
    }

    /// Reports every key nobody asked for.
    pub fn finish(self, report: &mut Report) {
        let known: Vec<&str> = self.asked.iter().map(String::as_str).collect();
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if !self.asked.contains(name) {
                let place = self.at(name);
                report.add(Some(key.span().start), &place, name, "unknown_key", &known.join(", "));
            }
        }
    }
}

/// The problem code for an unknown word under a key.
fn unknown(key: &str) -> &'static str {
    if key == "step" { "unknown_step" } else { "unknown_word" }
}

fn show(value: &DeValue) -> String {
    match value {
        DeValue::String(s) => s.to_string(),
        DeValue::Integer(i) => i.as_str().to_owned(),
        DeValue::Float(f) => f.as_str().to_owned(),
        DeValue::Boolean(b) => b.to_string(),
        DeValue::Datetime(d) => d.to_string(),
        DeValue::Array(_) => "[...]".to_owned(),
        DeValue::Table(_) => "{...}".to_owned(),
    }
}
