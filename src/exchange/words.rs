//! The words of the office: titles of columns and words in cells, from the two tables beside this file.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::kind::Kind;
use super::sheet::blank;
use crate::text::half_width;

/// The tables, ready to be asked.
pub(super) struct Words {
    /// Title in compared form → fields that are called so.
    titles: HashMap<String, Vec<&'static str>>,
    ignored: HashSet<String>,
    kinds: HashMap<String, Vec<&'static str>>,
    /// Kind → title in lists this program wrote → what it means.
    own: HashMap<String, HashMap<String, OwnTitle>>,
    /// Beginnings of rows that are no records.
    pub totals: Vec<String>,
    pub signatures: Vec<String>,
    pub signing: Vec<String>,
    pub notes: Vec<String>,
    /// List → word in compared form → code.
    values: HashMap<&'static str, HashMap<String, String>>,
    pub blank: HashSet<String>,
    pub ditto: HashSet<String>,
    pub until_now: HashSet<String>,
    /// Title of a post where the list gives a level and no title.
    pub default_post: String,
}

/// What a title of a list this program wrote means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OwnTitle {
    /// This field.
    Field(&'static str),
    /// Something worked out, not kept.
    WorkedOut,
}

#[derive(Deserialize)]
struct Headers {
    fields: HashMap<String, Vec<String>>,
    ignored: Ignored,
    kinds: HashMap<String, Vec<String>>,
    own: HashMap<String, HashMap<String, String>>,
    rows: Rows,
}

#[derive(Deserialize)]
struct Ignored {
    titles: Vec<String>,
}

#[derive(Deserialize)]
struct Rows {
    totals: Vec<String>,
    signatures: Vec<String>,
    signing: Vec<String>,
    notes: Vec<String>,
}

#[derive(Deserialize)]
struct Values {
    blank: Vec<String>,
    ditto: Vec<String>,
    until_now: Vec<String>,
    default_post: String,
    #[serde(flatten)]
    lists: HashMap<String, HashMap<String, Vec<String>>>,
}

/// Every field there is; also the locale keys under `import.field`.
pub(super) const FIELDS: &[&str] = &[
    "register",
    "name",
    "identity",
    "staff_number",
    "sex",
    "birth",
    "department",
    "unit_name",
    "post",
    "level",
    "post_level",
    "level_from",
    "on_post_from",
    "post_to",
    "employment",
    "civil_servant",
    "phone",
    "filed_on",
    "status",
    "note",
    "training_on",
    "training_before_on",
    "training_kind",
    "topic",
    "minutes",
    "hours",
    "makeup_for",
    "certificate",
    "pledge_on",
    "yearly_on",
    "leaving_pledge_on",
    "pledge_kind",
    "year",
    "copies",
    "text_version",
    "left_on",
    "approved_on",
    "reason",
    "months",
    "years",
    "period_from",
    "period_to",
    "period_range",
    "destination_after",
    "managed_by",
    "trip_kind",
    "destination",
    "purpose",
    "depart_on",
    "return_on",
    "trip_range",
    "companions",
    "funding",
    "submitted_on",
    "special_reason",
    "returned_on",
    "papers_issued_on",
    "papers_back_on",
    "reported_on",
    "trip_state",
    "approver",
    "opinion",
    "number",
    "computer_kind",
    "medium_kind",
    "model",
    "serial",
    "disk_serials",
    "secrecy",
    "custodian",
    "user",
    "room",
    "os_installed_on",
    "enabled_on",
    "device_state",
    "title",
    "holder",
    "computer_number",
    "issued_on",
];

const LISTS: &[&str] = &[
    "level",
    "secrecy",
    "sex",
    "yes_no",
    "employment",
    "status",
    "training",
    "pledge",
    "trip",
    "trip_state",
    "leaving",
    "computer",
    "medium",
    "device_state",
];

/// The field's name as one of ours.
pub(super) fn field(name: &str) -> Option<&'static str> {
    FIELDS.iter().copied().find(|f| *f == name)
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    // A broken table leaves everything unrecognised; a test reads both.
    let headers = toml::from_str::<Headers>(include_str!("headers.toml")).ok();
    let values = toml::from_str::<Values>(include_str!("values.toml")).ok();
    let mut words = Words {
        titles: HashMap::new(),
        ignored: HashSet::new(),
        kinds: HashMap::new(),
        own: HashMap::new(),
        totals: Vec::new(),
        signatures: Vec::new(),
        signing: Vec::new(),
        notes: Vec::new(),
        values: HashMap::new(),
        blank: HashSet::new(),
        ditto: HashSet::new(),
        until_now: HashSet::new(),
        default_post: String::new(),
    };
    if let Some(headers) = headers {
        for name in FIELDS {
            for title in headers.fields.get(*name).into_iter().flatten() {
                words.titles.entry(squeeze(title)).or_default().push(name);
            }
        }
        for (kind, names) in headers.kinds {
            words.kinds.insert(kind, names.iter().filter_map(|n| field(n)).collect());
        }
        for (kind, titles) in headers.own {
            let titles = titles
                .iter()
                .map(|(title, name)| (squeeze(title), field(name).map_or(OwnTitle::WorkedOut, OwnTitle::Field)))
                .collect();
            words.own.insert(kind, titles);
        }
        words.ignored = headers.ignored.titles.iter().map(|t| squeeze(t)).collect();
        words.totals = headers.rows.totals.iter().map(|t| squeeze(t)).collect();
        words.signatures = headers.rows.signatures.iter().map(|t| squeeze(t)).collect();
        words.signing = headers.rows.signing;
        words.notes = headers.rows.notes.iter().map(|t| squeeze(t)).collect();
    }
    if let Some(values) = values {
        let set = |list: &[String]| list.iter().map(|t| plain(t)).collect();
        words.blank = set(&values.blank);
        words.ditto = set(&values.ditto);
        words.until_now = set(&values.until_now);
        words.default_post = values.default_post;
        for list in LISTS {
            let mut table = HashMap::new();
            for (code, synonyms) in values.lists.get(*list).into_iter().flatten() {
                for word in synonyms {
                    table.insert(squeeze(word), code.clone());
                }
            }
            words.values.insert(list, table);
        }
    }
    words
});

/// The tables.
pub(super) fn words() -> &'static Words {
    &WORDS
}

impl Words {
    /// The field of `kind` that a title means, if any.
    pub fn title(&self, kind: Kind, title: &str) -> Option<&'static str> {
        let known = self.kinds.get(kind.code())?;
        let find = |t: &str| {
            let fields = self.titles.get(t)?;
            known.iter().copied().find(|f| *f != "register" && fields.contains(f))
        };
        let whole = squeeze(title);
        find(&whole).or_else(|| find(&without_brackets(&whole)))
    }

    /// Whether a title is that of the numbers this program gives.
    pub fn own_number(&self, title: &str) -> bool {
        self.titles.get(&squeeze(title)).is_some_and(|fields| fields.contains(&"register"))
    }

    /// What a title of a list this program wrote means, where it has a meaning of its own there.
    pub fn own(&self, kind: Kind, title: &str) -> Option<OwnTitle> {
        self.own.get(kind.code())?.get(&squeeze(title)).copied()
    }

    /// Whether a title is known and not kept.
    pub fn is_ignored(&self, title: &str) -> bool {
        let whole = squeeze(title);
        self.ignored.contains(&whole) || self.ignored.contains(&without_brackets(&whole))
    }

    /// Whether any kind knows the title, so that a sheet of another kind is told from a sheet of nothing.
    pub fn is_title(&self, title: &str) -> bool {
        let whole = squeeze(title);
        self.titles.contains_key(&whole) || self.titles.contains_key(&without_brackets(&whole))
    }

    /// The code of a word in a list.
    pub fn value(&self, list: &'static str, word: &str) -> Option<&str> {
        let table = self.values.get(list)?;
        let whole = squeeze(word);
        let found = table.get(&whole).or_else(|| table.get(&without_brackets(&whole)));
        found.map(String::as_str)
    }

    /// The words of a list, for the way out.
    pub fn fields_of(&self, kind: Kind) -> &[&'static str] {
        self.kinds.get(kind.code()).map_or(&[], Vec::as_slice)
    }
}

/// Without blanks at the ends and invisible characters, half-width, lower case.
pub(super) fn plain(text: &str) -> String {
    half_width(text).chars().filter(|c| !blank(*c) || *c == ' ').collect::<String>().trim().to_lowercase()
}

/// The compared form: half-width, lower case, without any blank and without the marks titles are decorated with.
pub(super) fn squeeze(text: &str) -> String {
    half_width(text)
        .chars()
        .map(|c| match c {
            '[' | '【' | '〔' | '{' => '(',
            ']' | '】' | '〕' | '}' => ')',
            c => c,
        })
        .filter(|c| !blank(*c) && !matches!(c, '*' | ':' | '★' | '_' | '、' | '。' | '\'' | '"'))
        .collect::<String>()
        .to_lowercase()
}

/// The text without its brackets and what is in them.
fn without_brackets(text: &str) -> String {
    let mut depth = 0;
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_read_and_every_name_is_known() {
        let headers: Headers = toml::from_str(include_str!("headers.toml")).unwrap();
        let values: Values = toml::from_str(include_str!("values.toml")).unwrap();
        for name in headers.fields.keys().chain(headers.kinds.values().flatten()) {
            assert!(field(name).is_some(), "{name}");
        }
        for name in FIELDS {
            assert!(headers.fields.contains_key(*name), "{name}");
            assert!(headers.kinds.values().flatten().any(|f| f == name), "{name} belongs to no kind");
        }
        for kind in Kind::ALL {
            assert!(!words().fields_of(kind).is_empty(), "{}", kind.code());
        }
        for list in LISTS {
            assert!(values.lists.contains_key(*list), "{list}");
            let mut seen = HashMap::new();
            for (code, synonyms) in &values.lists[*list] {
                for word in synonyms {
                    if let Some(other) = seen.insert(squeeze(word), code.clone()) {
                        assert_eq!(&other, code, "{list}: {word}");
                    }
                }
            }
        }
        // Within a kind a title means one field only, but for the general words, where the order of the kind decides.
        for (title, field) in [
            ("姓 名", "name"),
            ("姓\n名", "name"),
            ("*身份证号码：", "identity"),
            ("涉密等级（核心/重要/一般）", "level"),
        ] {
            assert_eq!(words().title(Kind::People, title), Some(field), "{title}");
        }
        assert_eq!(words().title(Kind::Computers, "密级"), Some("secrecy"));
        assert_eq!(words().title(Kind::People, "脱密期（年）"), Some("years"));
        assert_eq!(words().title(Kind::People, "脱密期（月）"), Some("months"));
        assert!(words().is_ignored("序 号"));
    }

    /// What this program writes into a cell it reads there, in both languages.
    #[test]
    fn our_own_words_are_read() {
        for text in [include_str!("../i18n/en/words.toml"), include_str!("../i18n/zh-CN/words.toml")] {
            let table: toml::Table = toml::from_str(text).unwrap();
            for list in LISTS.iter().filter(|l| **l != "status") {
                for (code, word) in table["word"][list].as_table().unwrap() {
                    let word = word.as_str().unwrap();
                    let known = words().value(list, word).map(str::to_owned);
                    assert!(
                        known.as_ref() == Some(code) || words().blank.contains(&plain(word)),
                        "{list}.{code}: {word}"
                    );
                }
            }
        }
    }

    #[test]
    fn words_of_cells_are_found() {
        for (list, word, code) in [
            ("level", "核心涉密人员", "core"),
            ("level", " 一般\n", "general"),
            ("level", "Ｃｏｒｅ", "core"),
            ("secrecy", "秘密级★10年", ""),
            ("trip", "因私（旅游）", "private"),
            ("level", "特级", ""),
        ] {
            assert_eq!(words().value(list, word).unwrap_or(""), code, "{word}");
        }
    }
}
