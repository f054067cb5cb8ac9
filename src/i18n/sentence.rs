//! Sentences from codes and values: stable codes inside the values become words of the language.

use std::collections::BTreeMap;

use super::Texts;

/// Which vocabulary a value of this name is a code of; the first that knows the code wins.
const LISTS: &[(&str, &[&str])] = &[
    ("act", &["verb"]),
    ("verb", &["verb"]),
    ("state", &["word.trip_state", "word.case_state", "word.state", "word.device_state"]),
    ("needed", &["word.trip_state"]),
    ("inspection_state", &["word.inspection_state"]),
    ("probe_topic", &["probe.topic"]),
    ("outcome", &["word.outcome"]),
    ("finding_step", &["word.finding_step"]),
    ("stands", &["word.finding_stands"]),
    ("subject_kind", &["word.subject_kind"]),
    ("secrecy", &["word.secrecy"]),
    ("step", &["word.step"]),
    ("next", &["word.step"]),
    ("level", &["word.level"]),
    ("role", &["word.role"]),
    ("other_role", &["word.role"]),
    ("field", &["field"]),
    ("kind", &["word.duty", "word.training", "word.trip"]),
    ("duty", &["word.duty"]),
    ("training", &["word.training"]),
    ("pledge", &["word.pledge"]),
    ("employer", &["word.employer"]),
    ("start_rule", &["word.start_rule"]),
    ("reason", &["word.leaving"]),
    ("pack_title", &["pack"]),
    ("blocked_by", &["choice_name"]),
    ("assumed", &["choice_name"]),
];

impl Texts {
    /// A text that ends with what the system said (`... (os error 2)`), that in the language where its number is known.
    pub fn system(self, said: &str) -> String {
        let number = said.rsplit_once("(os error ").and_then(|(_, n)| n.strip_suffix(')'));
        let known = number.and_then(|n| Some((n.parse().ok()?, self.get(&format!("os_error.{n}"))?)));
        let own = |(n, text): (i32, &str)| {
            let before = said.strip_suffix(&*std::io::Error::from_raw_os_error(n).to_string())?;
            Some(format!("{before}{text}"))
        };
        known.and_then(own).unwrap_or_else(|| said.to_owned())
    }

    /// The sentence `<prefix>.<code>` filled with `values`, their codes translated. `a|b` and `a, b` are lists.
    pub fn say(self, prefix: &str, code: &str, values: &BTreeMap<String, String>) -> String {
        let words: Vec<(&str, String)> = values.iter().map(|(k, v)| (k.as_str(), self.value(k, v))).collect();
        self.fill(&format!("{prefix}.{code}"), &words)
    }

    /// What of a record an entry of its history changed: the names of the fields, each once, behind those of a checklist
    /// the items (`answers.C000001/A3`). Where the cursor stands is nothing that happened to a record.
    pub fn changed<'f>(self, fields: impl IntoIterator<Item = &'f str>) -> String {
        let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
        for field in fields {
            let (head, part) = field.split_once('.').unwrap_or((field, ""));
            if head == "cursors" {
                continue;
            }
            // Several fields can have one word: the custodian and the custodian's name.
            let word = self.get(&format!("field.{head}")).unwrap_or(head);
            let item = part.rsplit_once('/').map(|(_, item)| item);
            match all.iter_mut().find(|(w, _)| *w == word) {
                Some((_, items)) => items.extend(item.filter(|i| !items.contains(i))),
                None => all.push((word, item.into_iter().collect())),
            }
        }
        let named = |(word, items): (&str, Vec<&str>)| match items.as_slice() {
            [] => word.to_owned(),
            items => format!("{word} {}", items.join(" ")),
        };
        all.into_iter().map(named).collect::<Vec<_>>().join(self.get("list.separator").unwrap_or(", "))
    }

    /// One value as words.
    fn value(self, name: &str, value: &str) -> String {
        let Some((_, lists)) = LISTS.iter().find(|(n, _)| *n == name) else { return value.to_owned() };
        let one = |code: &str| -> String {
            lists.iter().find_map(|l| self.get(&format!("{l}.{code}"))).map_or_else(|| code.to_owned(), str::to_owned)
        };
        let parts: Vec<String> = value.split(['|', ',']).map(|c| one(c.trim())).collect();
        parts.join(self.get("list.separator").unwrap_or(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Lang;
    use super::*;

    #[test]
    fn codes_become_words() {
        let values = BTreeMap::from([
            ("state".to_owned(), "pending".to_owned()),
            ("needed".to_owned(), "approved|papers_issued".to_owned()),
        ]);
        let zh = Texts::new(Lang::ZhCn).say("refusal", "trip_state", &values);
        assert_eq!(zh, "申请现为“待审批”，此步要求“已批准、已领证件”");
        let en = Texts::new(Lang::En).say("refusal", "trip_state", &values);
        assert_eq!(en, "The request is \"waiting\"; this needs \"approved, papers issued\"");
    }
}
