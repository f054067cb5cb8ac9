//! The names of fields and values, given from outside because the index knows no language.

use std::collections::BTreeMap;

use crate::text::fold;

use super::fields::{Kind, Spec, Subject};

/// The names of one field or value, the preferred one first.
pub type Names = Vec<String>;

/// Names of fields and values. Stable codes are understood without it.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    names: BTreeMap<String, Names>,
}

impl Vocabulary {
    /// Asks `names` for the names of everything. It is given the keys `index.field.<code>`, `index.value.<list>.<code>` and
    /// `index.value.date.…`, and answers with the names in every language, those of the screen's language first.
    /// With `i18n`: `Vocabulary::new(|key| [shown, other].iter().flat_map(|t| t.list(key)).map(str::to_owned).collect())`.
    pub fn new(names: impl Fn(&str) -> Names) -> Self {
        Self { names: Self::keys().into_iter().map(|k| (k.clone(), names(&k))).collect() }
    }

    /// Every key it asks for.
    pub fn keys() -> Vec<String> {
        let mut out = vec!["index.value.date.today".to_owned(), "index.value.date.none".to_owned()];
        for spec in Subject::ALL.iter().flat_map(|s| s.fields()) {
            out.push(format!("index.field.{}", spec.code));
            if let Kind::Words(list, codes, _) = spec.kind {
                out.extend(codes.iter().map(|c| format!("index.value.{list}.{c}")));
            }
        }
        out.sort();
        out.dedup();
        out
    }

    fn names(&self, key: &str) -> &[String] {
        self.names.get(key).map_or(&[], Vec::as_slice)
    }

    fn known(&self, key: &str, code: &str, text: &str) -> bool {
        text == code || self.names(key).iter().any(|n| fold(n) == text)
    }

    /// The field with this name.
    pub fn field(&self, subject: Subject, name: &str) -> Option<&'static Spec> {
        let name = fold(name);
        subject.fields().iter().find(|s| self.known(&format!("index.field.{}", s.code), s.code, &name))
    }

    /// The value with this name.
    pub fn value(&self, list: &str, codes: &'static [&'static str], name: &str) -> Option<&'static str> {
        let name = fold(name);
        codes.iter().copied().find(|c| self.known(&format!("index.value.{list}.{c}"), c, &name))
    }

    /// Whether a text means that there is no day.
    pub fn is_no_day(&self, text: &str) -> bool {
        self.known("index.value.date.none", "none", &fold(text))
    }

    /// How "no day" is shown.
    pub fn no_day(&self) -> String {
        self.names("index.value.date.none").first().cloned().unwrap_or_else(|| "none".to_owned())
    }

    /// Whether a text means today.
    pub fn is_today(&self, text: &str) -> bool {
        self.known("index.value.date.today", "today", &fold(text))
    }

    /// The name to show for a field.
    pub fn field_name(&self, spec: &Spec) -> String {
        self.names(&format!("index.field.{}", spec.code)).first().cloned().unwrap_or_else(|| spec.code.to_owned())
    }

    /// Every name of a field, and its code.
    pub fn field_names(&self, spec: &Spec) -> Vec<String> {
        let mut out = self.names(&format!("index.field.{}", spec.code)).to_vec();
        out.push(spec.code.to_owned());
        out
    }

    /// The name to show for a value.
    pub fn value_name(&self, list: &str, code: &str) -> String {
        self.names(&format!("index.value.{list}.{code}")).first().cloned().unwrap_or_else(|| code.to_owned())
    }

    /// Every name of a value, and its code.
    pub fn value_names(&self, list: &str, code: &str) -> Vec<String> {
        let mut out = self.names(&format!("index.value.{list}.{code}")).to_vec();
        out.push(code.to_owned());
        out
    }
}
