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
    /// The sentence `<prefix>.<code>` filled with `values`, their codes translated. `a|b` and `a, b` are lists.
    pub fn say(self, prefix: &str, code: &str, values: &BTreeMap<String, String>) -> String {
        let words: Vec<(&str, String)> = values.iter().map(|(k, v)| (k.as_str(), self.value(k, v))).collect();
        self.fill(&format!("{prefix}.{code}"), &words)
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
