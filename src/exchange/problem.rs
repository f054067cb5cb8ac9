//! What is wrong with a file, as data: place, value, reason, way out. The sentences are in `i18n/*/exchange.toml`.

use serde::Serialize;

use crate::i18n::Texts;
use crate::text::{clean, mask_numbers};

/// Longest value shown in a complaint, in characters.
const VALUE_SHOWN: usize = 40;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Taken in, but somebody should look.
    Warning,
    /// The row is refused.
    Error,
}

/// One complaint about one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// How bad.
    pub severity: Severity,
    /// Stable code; the sentence is `import.problem.<code>`, the way out `import.problem.<code>_hint`.
    pub code: &'static str,
    /// Name of the sheet; the file's name for csv.
    pub sheet: String,
    /// Row as the spreadsheet program counts, from 1; 0 speaks of the whole sheet.
    pub row: u32,
    /// Column letter, empty when the whole row is meant.
    pub column: String,
    /// The column's title as the file writes it.
    pub title: String,
    /// The value as found: cleaned, cut, identity numbers masked.
    pub value: String,
    /// Further values for the sentence.
    pub values: Vec<(&'static str, String)>,
}

impl Problem {
    /// A complaint without a place yet.
    pub fn new(severity: Severity, code: &'static str) -> Self {
        Self {
            severity,
            code,
            sheet: String::new(),
            row: 0,
            column: String::new(),
            title: String::new(),
            value: String::new(),
            values: Vec::new(),
        }
    }

    /// Adds a value for the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, shown(&value.to_string())));
        self
    }

    /// Adds a list of locale keys for the sentence.
    #[must_use]
    pub fn with_keys(mut self, name: &'static str, keys: &[String]) -> Self {
        self.values.push((name, keys.iter().map(|k| format!("@{k}")).collect::<Vec<_>>().join("\t")));
        self
    }

    /// Sets the value found, made fit to be shown.
    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        self.value = shown(value);
        self
    }

    /// Whether the row is refused.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The reason in one sentence.
    pub fn reason(&self, texts: Texts) -> String {
        texts.fill(&format!("import.problem.{}", self.code), &self.translated(texts))
    }

    /// What to do about it.
    pub fn hint(&self, texts: Texts) -> String {
        texts.fill(&format!("import.problem.{}_hint", self.code), &self.translated(texts))
    }

    /// Values that are locale keys (they begin with `@`) become words; data never holds the tabs between them.
    fn translated(&self, texts: Texts) -> Vec<(&'static str, String)> {
        let say = |value: &String| {
            let words = value.split('\t').map(|w| match w.strip_prefix('@') {
                Some(key) => texts.get(key).unwrap_or(w).to_owned(),
                None => w.to_owned(),
            });
            words.collect::<Vec<_>>().join(&texts.t("import.and"))
        };
        self.values.iter().map(|(name, value)| (*name, say(value))).collect()
    }

    /// Where it is.
    pub fn place(&self, texts: Texts) -> String {
        let (key, row) = match (self.row, self.column.is_empty()) {
            (0, true) => ("import.place.sheet", String::new()),
            (0, false) => ("import.place.column", String::new()),
            (row, true) => ("import.place.row", row.to_string()),
            (row, false) => ("import.place.cell", row.to_string()),
        };
        let values = [("sheet", self.sheet.as_str()), ("row", &row), ("column", &self.column), ("title", &self.title)];
        texts.fill(key, &values)
    }

    /// Place, value, reason and way out in one line, safe to print.
    pub fn line(&self, texts: Texts) -> String {
        let key = match (self.is_error(), self.value.is_empty()) {
            (true, false) => "import.line.error",
            (true, true) => "import.line.error_no_value",
            (false, false) => "import.line.warning",
            (false, true) => "import.line.warning_no_value",
        };
        let values = [
            ("place", self.place(texts)),
            ("value", self.value.clone()),
            ("reason", self.reason(texts)),
            ("hint", self.hint(texts)),
        ];
        clean(&texts.fill(key, &values)).into_owned()
    }
}

/// A value from the file as it may be shown: one line, cut, no control character, no whole identity number.
pub fn shown(text: &str) -> String {
    let cleaned = clean(text.trim());
    let masked = mask_numbers(&cleaned);
    let mut out: String = masked.chars().take(VALUE_SHOWN).collect();
    if masked.chars().count() > VALUE_SHOWN {
        out.push('…');
    }
    out
}
