//! A rule pack as values: one regulation with every parameter, its article, its gaps. Read from TOML by `load`.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::Serialize;

use super::load;

use crate::domain::{
    CaseKind, Date, DutyKind, Employer, Employment, LeavingReason, Level, PledgeKind, State, StepCode, TripKind, Unit,
};

/// Every pack the program knows: the embedded ones and a unit's own. Cheap to clone; a pack is read when it is first asked
/// for.
#[derive(Debug, Clone)]
pub struct Packs {
    pub(super) list: Arc<[Listed]>,
}

/// A pack by what is known before it is read.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    /// Its id.
    pub(super) id: String,
    /// Whether it is the law.
    pub(super) law: bool,
    /// Its source.
    pub(super) text: String,
    pack: OnceLock<Option<Pack>>,
}

impl Listed {
    /// An embedded pack, named by its file; a broken one is left out and fails a test.
    pub(super) fn embedded(file: &str, text: &str) -> Self {
        let id = file.strip_suffix(".toml").unwrap_or(file).to_owned();
        Self { id, law: text.contains("\nkind = \"law\"\n"), text: text.to_owned(), pack: OnceLock::new() }
    }

    /// A pack that was read.
    pub(super) fn read(pack: Pack) -> Self {
        let (id, law, text) = (pack.id.clone(), pack.kind == PackKind::Law, pack.text.clone());
        Self { id, law, text, pack: OnceLock::from(Some(pack)) }
    }

    fn pack(&self) -> Option<&Pack> {
        self.pack.get_or_init(|| load::load_one(&self.id, &self.text).ok()).as_ref()
    }
}

impl Packs {
    /// The pack with this id.
    pub fn get(&self, id: &str) -> Option<&Pack> {
        self.list.iter().filter(|p| p.id == id).find_map(Listed::pack)
    }

    /// The pack with this id and, where it is known, this version; else the pack with the id.
    pub fn pinned(&self, id: &str, version: &str) -> Option<&Pack> {
        let mut all = self.list.iter().filter(|p| p.id == id).filter_map(Listed::pack);
        all.find(|p| p.version == version).or_else(|| self.get(id))
    }

    /// All packs, embedded first, by id.
    pub fn all(&self) -> Vec<&Pack> {
        self.list.iter().filter_map(Listed::pack).collect()
    }

    /// The packs a unit may have as its own: personnel packs and the law.
    pub fn personnel(&self) -> Vec<&Pack> {
        self.all().into_iter().filter(|p| p.kind.judges()).collect()
    }

    /// The packs evaluated for a unit: its own, then the law where it is laid beside. Never merged.
    pub fn of(&self, unit: &Unit) -> Vec<&Pack> {
        let own = self.pinned(&unit.pack, &unit.pack_version);
        let law = if unit.law { self.list.iter().filter(|p| p.law).find_map(Listed::pack) } else { None };
        let law = law.filter(|l| own.is_none_or(|o| o.id != l.id));
        own.into_iter().chain(law).collect()
    }
}

/// What a pack is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PackKind {
    /// Rules on cleared persons.
    Personnel,
    /// The law, to be laid beside a personnel pack.
    Law,
    /// A checklist for computers.
    Checklist,
    /// Leaders' responsibility.
    Responsibility,
    /// A company's own secrets.
    Enterprise,
}

impl PackKind {
    /// Whether verdicts on persons can be asked of it.
    pub const fn judges(self) -> bool {
        matches!(self, Self::Personnel | Self::Law)
    }

    /// The stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Personnel => "personnel",
            Self::Law => "law",
            Self::Checklist => "checklist",
            Self::Responsibility => "responsibility",
            Self::Enterprise => "enterprise",
        }
    }
}

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// The text in a language given by its code, `en` or anything else for Chinese.
    pub fn of(&self, lang: &str) -> &str {
        if lang == "en" { &self.en } else { &self.zh }
    }
}

/// One regulation.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Stable id, for example `p5-company`.
    pub id: String,
    /// Title.
    pub title: Words,
    /// Where the text comes from.
    pub source: Words,
    /// Version of this reading; a case pins it.
    pub version: String,
    /// In force from, where the text says so.
    pub valid_from: Option<Date>,
    /// In force until, where known.
    pub valid_until: Option<Date>,
    /// What it is about.
    pub kind: PackKind,
    /// The TOML it was read from; the store keeps it when the pack is activated.
    pub text: String,
    /// Damage, gaps and our readings.
    pub notes: Vec<Note>,
    /// Every parameter of the table, by key.
    pub parameters: BTreeMap<String, Parameter>,
    /// How each article is cited in Chinese, where it is not a plain number.
    pub citations: BTreeMap<String, String>,
    /// The decommission period.
    pub period: Option<PeriodRule>,
    /// Restrictions with clocks of their own.
    pub clocks: Vec<ClockRule>,
    /// Duties.
    pub duties: Vec<DutyRule>,
    /// Verdict rules; the first that fits answers.
    pub verdicts: Vec<VerdictRule>,
    /// Chains of cases that no verdict asks for (level changes, walking out …), by case kind.
    pub chains: Vec<CaseChain>,
    /// Choices left to the unit beyond those every pack has.
    pub choices: Vec<ChoiceRule>,
    /// Levels the unit has; empty means all.
    pub only_levels: Vec<Level>,
    /// Article that says persons are filed with the authority above.
    pub filing: Option<String>,
    /// Article by subject that refers to a state rule forbidding it (p1 16, p5 20).
    pub state_rule: BTreeMap<String, String>,
    /// Lists to read from: the code and the duties of leaders (p3). What is ticked off is a [`super::Template`].
    pub lists: Vec<List>,
}

impl Pack {
    /// Title in the language `zh-CN` or `en`.
    pub fn title(&self, lang: &str) -> &str {
        if lang == "en" { &self.title.en } else { &self.title.zh }
    }

    /// An article as cited in a language: `22` stays `22` in English and in Chinese, `law 45` becomes its Chinese name.
    pub fn cite<'a>(&'a self, article: &'a str, lang: &str) -> &'a str {
        if lang == "en" { article } else { self.citations.get(article).map_or(article, String::as_str) }
    }
}

/// Something to know about the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Stable code: `damage`, `gap`, `reading`, `conflict`.
    pub kind: String,
    /// Place in the source.
    pub article: String,
    /// Text.
    pub text: Words,
}

/// Whether the source answers a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stated {
    /// It does.
    Value,
    /// A rule exists, this part of it is not said.
    NotStated,
    /// The pack says nothing of the subject.
    NoRule,
    /// A rule exists and the unit must choose.
    Unset,
}

/// One parameter with its article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// Whether the source answers.
    pub state: Stated,
    /// Article; empty for `no_rule`.
    pub article: String,
    /// In words.
    pub text: Words,
    /// The source's own words, where they help.
    pub quote: String,
}

/// Which day starts a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartRule {
    /// 批准离岗之日.
    Approval,
    /// 离开岗位之日.
    Leaving,
    /// The pack does not say: the unit chooses.
    Unset,
}

/// A length in months: fixed when both are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Months {
    /// Shortest.
    pub min: u32,
    /// Longest.
    pub max: u32,
}

/// The decommission period of a pack.
#[derive(Debug, Clone)]
pub struct PeriodRule {
    /// Article of the length.
    pub article: String,
    /// Length by level, or the same for all where the pack does not tell levels apart; `None`: no length at all.
    pub lengths: BTreeMap<Level, Months>,
    /// The length does not depend on the level.
    pub any_level: bool,
    /// Which day starts it.
    pub start: StartRule,
    /// Article of the start.
    pub start_article: String,
    /// Article that allows extensions.
    pub extension: Option<String>,
    /// Ends without being closed (p7 3).
    pub ends_by_itself: bool,
}

/// A restriction with its own clock.
#[derive(Debug, Clone)]
pub struct ClockRule {
    /// `foreign_job_ban`.
    pub code: String,
    /// Article.
    pub article: String,
    /// Start.
    pub start: StartRule,
    /// Length in months.
    pub months: u32,
}

/// A duty the pack lays on people.
#[derive(Debug, Clone)]
pub struct DutyRule {
    /// Which.
    pub kind: DutyKind,
    /// Article.
    pub article: String,
    /// Sessions a year.
    pub count: Option<u32>,
    /// The states in which it is owed (travel duties).
    pub states: Vec<State>,
    /// Choice that holds the interval in months, where the pack sets none.
    pub interval: Option<String>,
}

/// Conditions of a verdict rule; an empty list fits everything.
#[derive(Debug, Clone, Default)]
pub struct When {
    /// State on the day.
    pub states: Vec<State>,
    /// Level that counts.
    pub levels: Vec<Level>,
    /// Private or official.
    pub kinds: Vec<TripKind>,
    /// Employer.
    pub employers: Vec<Employer>,
    /// How employed.
    pub employment: Vec<Employment>,
    /// Reason of leaving.
    pub reasons: Vec<LeavingReason>,
    /// Civil servant or not.
    pub civil_servant: Option<bool>,
    /// A clock that must still run.
    pub clock: Option<String>,
    /// A case on the subject is open.
    pub open_case: Option<bool>,
}

/// What a rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// Nothing.
    Silent,
    /// Allowed.
    Allowed,
    /// Allowed when the steps are done.
    Steps,
    /// Not allowed.
    Forbidden,
}

/// Which day frees somebody from a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frees {
    /// No day.
    Never,
    /// The day after the period.
    Period,
    /// The day after this clock.
    Clock(String),
}

/// One verdict rule.
#[derive(Debug, Clone)]
pub struct VerdictRule {
    /// `travel`, `transfer`, `resign`, `foreign-job`, `post`, `leave`.
    pub subject: String,
    /// Conditions.
    pub when: When,
    /// Outcome.
    pub says: Says,
    /// Article or articles, as cited.
    pub article: String,
    /// Reason code.
    pub reason: String,
    /// Steps in order.
    pub steps: Vec<StepRule>,
    /// The day that frees.
    pub frees: Frees,
    /// Article by which an objection of the competent organs is final.
    pub objection: Option<String>,
    /// Further reasons to show, code and article (may be refused …).
    pub also: Vec<(String, String)>,
    /// Rests on a state rule; a personnel pack may cite its own article beside (p1 16, p5 20).
    pub state_rule: bool,
    /// Codes of notes about the source at this place.
    pub notes: Vec<String>,
}

/// One step a rule asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRule {
    /// Which.
    pub code: StepCode,
    /// Article.
    pub article: String,
    /// The pledge that satisfies it.
    pub pledges: Vec<PledgeKind>,
}

/// A chain for a kind of case.
#[derive(Debug, Clone)]
pub struct CaseChain {
    /// Kind of case.
    pub kind: CaseKind,
    /// Steps in order.
    pub steps: Vec<StepRule>,
    /// Codes of notes.
    pub notes: Vec<String>,
}

/// A choice the pack leaves open.
#[derive(Debug, Clone)]
pub struct ChoiceRule {
    /// Key.
    pub key: String,
    /// Article.
    pub article: String,
    /// Allowed values.
    pub allowed: String,
    /// Used until decided.
    pub default: Option<String>,
    /// Whether the unit owes a decision.
    pub owed: bool,
}

/// A list of items: a checklist, a code of conduct, a table of approvals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct List {
    /// Stable id: `code`, `responsibility`.
    pub id: String,
    /// Title.
    pub title: Words,
    /// Groups.
    pub groups: Vec<Group>,
}

/// A group of items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Letter.
    pub id: String,
    /// Title.
    pub title: Words,
    /// Remarks that fit every item of the group, offered after the item's own.
    pub remarks: Vec<Words>,
    /// Items.
    pub items: Vec<Item>,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// `A1`.
    pub id: String,
    /// Clause.
    pub article: String,
    /// Text.
    pub text: Words,
    /// What in the register is shown beside it, or empty.
    pub evidence: String,
    /// Our reading of a damaged place.
    pub reading: bool,
    /// Ready remarks for an item that fails, offered by number.
    pub remarks: Vec<Words>,
    /// How grave it is when it fails, where the source says so: one of [`SEVERITIES`], or empty.
    pub severity: String,
    /// What is asked, at length.
    pub detail: Words,
    /// How to mend it.
    pub fix: Words,
    /// Every clause of the source it stands on.
    pub references: Vec<String>,
    /// Which facts of a probe stand beside it: a topic, or a topic and a name (`password.minlen`).
    pub probe: Vec<String>,
    /// Which rules of a scanner's benchmark stand beside it, by their ids.
    pub scan: Vec<String>,
}

/// How grave a failing item may be, gravest first.
pub const SEVERITIES: [&str; 4] = ["high", "medium", "low", "info"];

/// One thing wrong with a pack file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{file}:{line}: {place}: {code} {value}")]
pub struct PackProblem {
    /// File name.
    pub file: String,
    /// Line, from 1; 0 where the whole file is meant.
    pub line: usize,
    /// Place, for example `verdict[2].steps[0].code`.
    pub place: String,
    /// The value found.
    pub value: String,
    /// Reason: locale key `pack_problem.<code>`, with `{value}` and `{hint}`.
    pub code: String,
    /// What would be right.
    pub hint: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_pack_before_it_is_read_is_so() {
        let packs = load::embedded();
        for listed in &*packs.list {
            let pack = listed.pack().unwrap_or_else(|| panic!("{} is broken", listed.id));
            assert_eq!((&listed.id, listed.law), (&pack.id, pack.kind == PackKind::Law));
        }
    }
}
