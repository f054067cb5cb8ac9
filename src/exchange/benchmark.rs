//! Benchmarks and what a scanner found, as plain values: the common ground of XCCDF, `.cklb` and `.ckl`.

use std::collections::{BTreeMap, BTreeSet};

use super::problem::shown;
use super::xml::bad;
use crate::error::Error;

/// How grave it is when a rule is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Gravity {
    /// Not said.
    #[default]
    Unknown,
    /// For information.
    Info,
    /// Low; category III.
    Low,
    /// Medium; category II.
    Medium,
    /// High; category I.
    High,
}

impl Gravity {
    /// The word of the format.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// Reads the word, in any case.
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Unknown, Self::Info, Self::Low, Self::Medium, Self::High];
        all.into_iter().find(|g| g.code().eq_ignore_ascii_case(code.trim()))
    }
}

/// Where a rule comes from: an article, a control.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reference {
    /// The catalogue: an address or a system's name.
    pub source: String,
    /// The clause in it.
    pub clause: String,
}

/// A group of rules; groups lie in groups.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Description.
    pub description: String,
    /// The group it lies in, as a place in [`Benchmark::groups`]; always an earlier one.
    pub parent: Option<usize>,
    /// Whether its rules count unless a profile says otherwise.
    pub selected: bool,
}

/// One rule: an item of a checklist.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rule {
    /// Id, unique in the benchmark.
    pub id: String,
    /// Version.
    pub version: String,
    /// Title.
    pub title: String,
    /// Description.
    pub description: String,
    /// Why.
    pub rationale: String,
    /// How grave.
    pub gravity: Gravity,
    /// Weight in the score; 1 unless said.
    pub weight: f64,
    /// Whether it counts unless a profile says otherwise.
    pub selected: bool,
    /// The group it lies in, as a place in [`Benchmark::groups`].
    pub group: Option<usize>,
    /// Clauses it stands on.
    pub references: Vec<Reference>,
    /// How to mend it, in words.
    pub fix_text: String,
    /// How to mend it, as scripts: language and text. Shown, never run.
    pub fix_scripts: Vec<(String, String)>,
    /// How to check it, in words.
    pub check_text: String,
    /// How a scanner checks it: system and name.
    pub check_names: Vec<(String, String)>,
}

/// A choice among the rules.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Description.
    pub description: String,
    /// The profile it goes on from.
    pub extends: Option<String>,
    /// Rules and groups switched on or off, in order.
    pub selects: Vec<(String, bool)>,
    /// Rules judged otherwise than the benchmark does.
    pub refined: Vec<Refined>,
    /// Values chosen otherwise, in order.
    pub values: Vec<(String, ChosenValue)>,
}

/// How a profile chooses a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChosenValue {
    /// One of the benchmark's own, by its selector.
    Selector(String),
    /// This text.
    Text(String),
}

/// Another gravity or weight for a rule.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Refined {
    /// The rule.
    pub rule: String,
    /// Another gravity.
    pub gravity: Option<Gravity>,
    /// Another weight.
    pub weight: Option<f64>,
}

/// A catalogue of rules with its profiles.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Benchmark {
    /// Id.
    pub id: String,
    /// Version.
    pub version: String,
    /// Title.
    pub title: String,
    /// Description.
    pub description: String,
    /// Groups in the order of the document.
    pub groups: Vec<Group>,
    /// Rules in the order of the document.
    pub rules: Vec<Rule>,
    /// Profiles in the order of the document.
    pub profiles: Vec<Profile>,
}

/// A rule as a profile has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chosen<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// How grave under this profile.
    pub gravity: Gravity,
    /// Weight under this profile.
    pub weight: f64,
}

impl Benchmark {
    /// The id of a profile by its id, or by the end of it that people use: `standard`.
    pub fn profile_id(&self, asked: &str) -> Option<&str> {
        let full = |p: &&Profile| p.id == asked;
        let end = |p: &&Profile| p.id.rsplit_once("_profile_").is_some_and(|(_, end)| end == asked);
        let found = self.profiles.iter().find(full).or_else(|| self.profiles.iter().find(end));
        found.map(|p| p.id.as_str())
    }

    /// The titles of the groups a rule lies in, outermost first.
    pub fn path(&self, rule: &Rule) -> Vec<&str> {
        let mut out = Vec::new();
        let mut at = rule.group;
        while let Some(group) = at.and_then(|i| self.groups.get(i)) {
            out.push(group.title.as_str());
            // A parent stands before its children, so this ends whatever the file said.
            at = group.parent.filter(|p| at.is_some_and(|i| *p < i));
        }
        out.reverse();
        out
    }

    /// Every rule as the benchmark judges it.
    pub fn all(&self) -> Vec<Chosen<'_>> {
        self.rules.iter().map(|rule| Chosen { rule, gravity: rule.gravity, weight: rule.weight }).collect()
    }

    /// The rules of a profile (of the benchmark itself without one), tailored, in the order of the document.
    ///
    /// # Errors
    /// `xccdf_profile` when there is no such profile, `xccdf_profile_circle` when profiles go on from each other in a
    /// circle, `xccdf_nothing_selected` when nothing is left.
    pub fn chosen(&self, profile: Option<&str>) -> Result<Vec<Chosen<'_>>, Error> {
        let chain = self.chain(profile)?;
        let mut selects: BTreeMap<&str, bool> = BTreeMap::new();
        let mut refined: BTreeMap<&str, (Option<Gravity>, Option<f64>)> = BTreeMap::new();
        for profile in &chain {
            selects.extend(profile.selects.iter().map(|(id, on)| (id.as_str(), *on)));
            for r in &profile.refined {
                let entry = refined.entry(&r.rule).or_default();
                entry.0 = r.gravity.or(entry.0);
                entry.1 = r.weight.or(entry.1);
            }
        }
        let on = |id: &str, default: bool| selects.get(id).copied().unwrap_or(default);
        // A rule of a group that is switched off does not count, whatever is said of the rule.
        let mut open: Vec<bool> = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            let above = group.parent.is_none_or(|p| open.get(p).copied().unwrap_or(true));
            open.push(above && on(&group.id, group.selected));
        }
        let inside = |r: &Rule| r.group.is_none_or(|g| open.get(g).copied().unwrap_or(true));
        let rules = self.rules.iter().filter(|r| inside(r) && on(&r.id, r.selected));
        let out: Vec<Chosen> = rules
            .map(|rule| {
                let (gravity, weight) = refined.get(rule.id.as_str()).copied().unwrap_or_default();
                Chosen { rule, gravity: gravity.unwrap_or(rule.gravity), weight: weight.unwrap_or(rule.weight) }
            })
            .collect();
        if out.is_empty() {
            return Err(bad("xccdf_nothing_selected")
                .with("profile", shown(profile.unwrap_or("-")))
                .with("file", shown(&self.id)));
        }
        Ok(out)
    }

    /// The profile with all it goes on from, the farthest first.
    pub(super) fn chain(&self, profile: Option<&str>) -> Result<Vec<&Profile>, Error> {
        let mut out: Vec<&Profile> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = profile;
        while let Some(id) = next {
            let found = self.profiles.iter().find(|p| p.id == id).ok_or_else(|| {
                let all: Vec<String> = self.profiles.iter().take(20).map(|p| shown(&p.id)).collect();
                bad("xccdf_profile")
                    .with("profile", shown(id))
                    .with("known", all.join(", "))
                    .with("file", shown(&self.id))
            })?;
            if !seen.insert(id) {
                return Err(bad("xccdf_profile_circle").with("profile", shown(id)).with("file", shown(&self.id)));
            }
            out.push(found);
            next = found.extends.as_deref();
        }
        out.reverse();
        Ok(out)
    }
}

/// What a scanner says of one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Kept.
    Pass,
    /// Not kept.
    Fail,
    /// The scanner could not finish.
    Error,
    /// The scanner cannot tell.
    Unknown,
    /// Does not apply to this machine.
    NotApplicable,
    /// Nobody checked: there is no check, or it is done by hand.
    NotChecked,
    /// The profile left it out.
    NotSelected,
    /// Looked at, without a judgement.
    Informational,
    /// Was not kept and has been mended.
    Fixed,
}

impl Outcome {
    /// All, with the words of the format.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Pass, "pass"),
        (Self::Fail, "fail"),
        (Self::Error, "error"),
        (Self::Unknown, "unknown"),
        (Self::NotApplicable, "notapplicable"),
        (Self::NotChecked, "notchecked"),
        (Self::NotSelected, "notselected"),
        (Self::Informational, "informational"),
        (Self::Fixed, "fixed"),
    ];

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, word)| *word == code.trim()).map(|(o, _)| o)
    }

    /// Whether the scanner looked at the machine at all.
    pub const fn is_evidence(self) -> bool {
        !matches!(self, Self::NotApplicable | Self::NotChecked | Self::NotSelected)
    }
}

/// The result of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleResult {
    /// The rule.
    pub rule: String,
    /// What was found.
    pub outcome: Outcome,
    /// When, as the scanner writes it.
    pub time: String,
    /// What the scanner adds.
    pub messages: Vec<String>,
}

/// One run of a scanner on one machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScanResult {
    /// Id.
    pub id: String,
    /// The benchmark it was run with; empty when the scanner does not say.
    pub benchmark: String,
    /// The profile.
    pub profile: String,
    /// The machine's name.
    pub target: String,
    /// The machine's addresses.
    pub addresses: Vec<String>,
    /// Begun, as the scanner writes it.
    pub started: String,
    /// Ended, as the scanner writes it.
    pub ended: String,
    /// The scanner, with its version.
    pub scanner: String,
    /// One result a rule.
    pub results: Vec<RuleResult>,
}

impl ScanResult {
    /// How many results of each kind.
    pub fn counts(&self) -> BTreeMap<Outcome, usize> {
        let mut out = BTreeMap::new();
        for result in &self.results {
            *out.entry(result.outcome).or_default() += 1;
        }
        out
    }

    /// The results beside the rules of their benchmark, in the order of the benchmark.
    ///
    /// # Errors
    /// `xccdf_other_benchmark` when the scan was run with another benchmark, or no rule of it is known here.
    pub fn beside<'a>(&'a self, benchmark: &'a Benchmark) -> Result<Vec<(&'a Rule, &'a RuleResult)>, Error> {
        let mut found: BTreeMap<&str, &RuleResult> = BTreeMap::new();
        for result in &self.results {
            found.insert(&result.rule, result);
        }
        let pairs: Vec<_> =
            benchmark.rules.iter().filter_map(|r| found.get(r.id.as_str()).map(|result| (r, *result))).collect();
        let named = self.benchmark.is_empty() || self.benchmark == benchmark.id;
        if pairs.is_empty() || !named {
            return Err(bad("xccdf_other_benchmark")
                .with("file", shown(&self.id))
                .with("found", shown(&self.benchmark))
                .with("wanted", shown(&benchmark.id)));
        }
        Ok(pairs)
    }
}
