//! Loads packs: the embedded ones and a unit's own. Everything wrong with a file is reported at once.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::pack::Listed;
use super::read::{Reader, Report};
use super::{
    CaseChain, ChoiceRule, ClockRule, DutyRule, Frees, Group, Item, List, Months, Note, Pack, PackKind, PackProblem,
    Packs, Parameter, PeriodRule, SEVERITIES, Says, StartRule, Stated, StepRule, VerdictRule, When, Words,
};
use crate::domain::{
    CaseKind, Date, DutyKind, Employer, Employment, LeavingReason, Level, PledgeKind, State, StepCode, TripKind,
};

const EMBEDDED: &[(&str, &str)] = &[
    ("p1-unit.toml", include_str!("packs/p1-unit.toml")),
    ("p2-filing.toml", include_str!("packs/p2-filing.toml")),
    ("p3-leaders.toml", include_str!("packs/p3-leaders.toml")),
    ("p4a-bureau.toml", include_str!("packs/p4a-bureau.toml")),
    ("p4b-law-2010.toml", include_str!("packs/p4b-law-2010.toml")),
    ("p5-company.toml", include_str!("packs/p5-company.toml")),
    ("p6-enterprise.toml", include_str!("packs/p6-enterprise.toml")),
    ("p7-township.toml", include_str!("packs/p7-township.toml")),
    ("p8-computers.toml", include_str!("packs/p8-computers.toml")),
    ("law-2024.toml", include_str!("packs/law-2024.toml")),
];

/// Longest length a pack may name, in months: a hundred years.
const MOST_MONTHS: u32 = 1200;

static PACKS: LazyLock<Packs> =
    LazyLock::new(|| Packs { list: EMBEDDED.iter().map(|(file, text)| Listed::embedded(file, text)).collect() });

/// The ten embedded packs.
pub fn embedded() -> Packs {
    PACKS.clone()
}

/// The embedded packs and a unit's own, given as (file name, text). An own pack's id may not be one already taken.
///
/// # Errors
/// Every problem of every file.
pub fn with_own(files: &[(String, String)]) -> Result<Packs, Vec<PackProblem>> {
    let mut list: Vec<Listed> = embedded().list.to_vec();
    let mut problems = Vec::new();
    for (file, text) in files {
        match load_one(file, text) {
            Err(found) => problems.extend(found),
            Ok(pack) if list.iter().any(|p| p.id == pack.id) => {
                let mut report = Report::new(file, text);
                report.add(text.find("id"), "id", &pack.id, "id_taken", &format!("{}-2", pack.id));
                problems.append(&mut report.problems);
            }
            Ok(pack) => list.push(Listed::read(pack)),
        }
    }
    if problems.is_empty() { Ok(Packs { list: Arc::from(list) }) } else { Err(problems) }
}

/// Reads one pack.
///
/// # Errors
/// Every problem of the file.
pub fn load_one(file: &str, text: &str) -> Result<Pack, Vec<PackProblem>> {
    let mut report = Report::new(file, text);
    let Some(table) = report.parse() else { return Err(report.problems) };
    let mut root = Reader::new(table.get_ref(), "", 0);
    let pack = pack(&mut report, &mut root, text);
    root.finish(&mut report);
    if report.problems.is_empty() { Ok(pack) } else { Err(report.in_order()) }
}

macro_rules! vocabulary {
    ($reader:expr, $report:expr, $key:literal, $word:ty) => {
        $reader.words($report, $key, <$word>::from_code, &codes(<$word>::ALL, |w| w.code()))
    };
}

fn codes<T: Copy>(all: &[T], code: impl Fn(T) -> &'static str) -> String {
    all.iter().map(|w| code(*w)).collect::<Vec<_>>().join("|")
}

fn pack(report: &mut Report, root: &mut Reader, text: &str) -> Pack {
    let id = root.needed(report, "id");
    if !id.is_empty() && !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        root.wrong(report, "id", "bad_id", "a-z 0-9 -");
    }
    let kind = |t: &str| {
        [PackKind::Personnel, PackKind::Law, PackKind::Checklist, PackKind::Responsibility, PackKind::Enterprise]
            .into_iter()
            .find(|k| k.code() == t)
    };
    root.needed(report, "kind");
    let kind = root.word(report, "kind", kind, "personnel|law|checklist|responsibility|enterprise");
    let kind = kind.unwrap_or(PackKind::Personnel);
    let pack = Pack {
        id,
        title: words(report, root, "title"),
        source: words(report, root, "source"),
        version: root.needed(report, "version"),
        valid_from: date(report, root, "valid_from"),
        valid_until: date(report, root, "valid_until"),
        kind,
        text: text.to_owned(),
        notes: root.tables(report, "note").into_iter().map(|r| note(report, r)).collect(),
        parameters: parameters(report, root),
        citations: citations(report, root, "cite"),
        period: root.table(report, "period").map(|r| period(report, r)),
        clocks: root.tables(report, "clock").into_iter().map(|r| clock(report, r)).collect(),
        duties: root.tables(report, "duty").into_iter().filter_map(|r| duty(report, r)).collect(),
        verdicts: root.tables(report, "verdict").into_iter().filter_map(|r| verdict(report, r)).collect(),
        chains: root.tables(report, "chain").into_iter().filter_map(|r| chain(report, r)).collect(),
        choices: root.tables(report, "choice").into_iter().map(|r| choice(report, r)).collect(),
        only_levels: vocabulary!(root, report, "only_levels", Level),
        filing: root.text(report, "filing"),
        state_rule: citations(report, root, "state_rule"),
        lists: root.tables(report, "list").into_iter().map(|r| list(report, r)).collect(),
    };
    if let (Some(from), Some(until)) = (pack.valid_from, pack.valid_until)
        && from > until
    {
        root.wrong(report, "valid_until", "reversed", &from.to_string());
    }
    if kind == PackKind::Personnel && pack.period.is_none() {
        root.wrong(report, "period", "missing_key", "[period]");
    }
    pack
}

fn date(report: &mut Report, root: &mut Reader, key: &str) -> Option<Date> {
    let text = root.text(report, key)?;
    let date = text.parse().ok();
    if date.is_none() {
        root.wrong(report, key, "not_date", "2024-03-15");
    }
    date
}

pub(super) fn words(report: &mut Report, r: &mut Reader, key: &str) -> Words {
    let Some(mut inner) = r.table(report, key) else {
        if r.value(key).is_none() {
            r.wrong(report, key, "missing_key", "{ zh, en }");
        }
        return Words::default();
    };
    let out = pair(report, &mut inner);
    inner.finish(report);
    out
}

pub(super) fn pair(report: &mut Report, r: &mut Reader) -> Words {
    Words { zh: r.needed(report, "zh"), en: r.needed(report, "en") }
}

pub(super) fn note(report: &mut Report, mut r: Reader) -> Note {
    let out = Note {
        kind: r.needed(report, "kind"),
        article: r.text(report, "article").unwrap_or_default(),
        text: pair(report, &mut r),
    };
    r.finish(report);
    out
}

fn parameters(report: &mut Report, root: &mut Reader) -> BTreeMap<String, Parameter> {
    let mut out = BTreeMap::new();
    let Some(mut all) = root.table(report, "parameter") else { return out };
    for key in all.keys() {
        let Some(mut r) = all.table(report, &key) else { continue };
        let stated = |t: &str| match t {
            "value" => Some(Stated::Value),
            "not_stated" => Some(Stated::NotStated),
            "no_rule" => Some(Stated::NoRule),
            "unset" => Some(Stated::Unset),
            _ => None,
        };
        r.needed(report, "state");
        let state = r.word(report, "state", stated, "value|not_stated|no_rule|unset").unwrap_or(Stated::NoRule);
        // A value without its article would be an assertion nobody can check.
        let article = if state == Stated::Value {
            r.needed(report, "article")
        } else {
            r.text(report, "article").unwrap_or_default()
        };
        let text = if state == Stated::Value {
            pair(report, &mut r)
        } else {
            Words { zh: r.text(report, "zh").unwrap_or_default(), en: r.text(report, "en").unwrap_or_default() }
        };
        let quote = r.text(report, "quote").unwrap_or_default();
        r.finish(report);
        out.insert(key, Parameter { state, article, text, quote });
    }
    out
}

fn citations(report: &mut Report, root: &mut Reader, key: &str) -> BTreeMap<String, String> {
    let Some(mut r) = root.table(report, key) else { return BTreeMap::new() };
    r.keys().into_iter().map(|k| (k.clone(), r.needed(report, &k))).collect()
}

fn start(report: &mut Report, r: &mut Reader) -> StartRule {
    r.needed(report, "start");
    let read = |t: &str| match t {
        "approval" => Some(StartRule::Approval),
        "leaving" => Some(StartRule::Leaving),
        "unset" => Some(StartRule::Unset),
        _ => None,
    };
    r.word(report, "start", read, "approval|leaving|unset").unwrap_or(StartRule::Unset)
}

fn period(report: &mut Report, mut r: Reader) -> PeriodRule {
    let article = r.needed(report, "article");
    let mut lengths = BTreeMap::new();
    let mut any_level = false;
    if let Some(mut months) = r.table(report, "months") {
        for key in months.keys() {
            let length = length(report, &mut months, &key);
            let levels = match (key.as_str(), Level::from_code(&key)) {
                ("any", _) => {
                    any_level = true;
                    Level::ALL.to_vec()
                }
                (_, Some(level)) => vec![level],
                _ => {
                    months.wrong(report, &key, "unknown_word", "core|important|general|any");
                    Vec::new()
                }
            };
            if let Some(length) = length {
                lengths.extend(levels.into_iter().map(|l| (l, length)));
            }
        }
    }
    let start = start(report, &mut r);
    let start_article = if start == StartRule::Unset {
        r.text(report, "start_article")
    } else {
        Some(r.needed(report, "start_article"))
    };
    let out = PeriodRule {
        article,
        lengths,
        any_level,
        start,
        start_article: start_article.unwrap_or_default(),
        extension: r.text(report, "extension"),
        ends_by_itself: r.flag(report, "ends_by_itself").unwrap_or(false),
    };
    r.finish(report);
    out
}

/// `36` or `[36, 60]`.
fn length(report: &mut Report, months: &mut Reader, key: &str) -> Option<Months> {
    let value = months.value(key)?.get_ref();
    let Some(items) = value.as_array() else {
        let fixed = months.number(report, key, 1, MOST_MONTHS)?;
        return Some(Months { min: fixed, max: fixed });
    };
    let numbers: Vec<u32> =
        items.iter().filter_map(|i| i.get_ref().as_integer().and_then(|n| n.as_str().parse().ok())).collect();
    match numbers.as_slice() {
        [min, max] if items.len() == 2 && *min >= 1 && *max <= MOST_MONTHS && min <= max => {
            Some(Months { min: *min, max: *max })
        }
        [min, max] if items.len() == 2 && min > max => {
            months.wrong(report, key, "reversed", &format!("[{max}, {min}]"));
            None
        }
        _ => {
            months.wrong(report, key, "not_range", "[12, 24]");
            None
        }
    }
}

fn clock(report: &mut Report, mut r: Reader) -> ClockRule {
    let out = ClockRule {
        code: r.needed(report, "code"),
        article: r.needed(report, "article"),
        start: start(report, &mut r),
        months: r.number(report, "months", 1, MOST_MONTHS).unwrap_or(1),
    };
    if r.value("months").is_none() {
        r.wrong(report, "months", "missing_key", "months");
    }
    r.finish(report);
    out
}

fn duty(report: &mut Report, mut r: Reader) -> Option<DutyRule> {
    r.needed(report, "kind");
    let kind = r.word(report, "kind", DutyKind::from_code, &codes(DutyKind::ALL, DutyKind::code));
    let article = r.needed(report, "article");
    let count = r.number(report, "count", 1, 52);
    let states = vocabulary!(r, report, "states", State);
    let interval = r.text(report, "interval");
    if kind == Some(DutyKind::Sessions) && count.is_none() && interval.is_none() {
        r.wrong(report, "count", "missing_key", "count = 2");
    }
    r.finish(report);
    Some(DutyRule { kind: kind?, article, count, states, interval })
}

fn step(report: &mut Report, mut r: Reader) -> Option<StepRule> {
    r.needed(report, "step");
    let code = r.word(report, "step", StepCode::from_code, &codes(StepCode::ALL, StepCode::code));
    let article = r.needed(report, "article");
    let pledges = vocabulary!(r, report, "pledges", PledgeKind);
    r.finish(report);
    Some(StepRule { code: code?, article, pledges })
}

fn steps(report: &mut Report, r: &mut Reader) -> Vec<StepRule> {
    r.tables(report, "steps").into_iter().filter_map(|s| step(report, s)).collect()
}

fn strings(report: &mut Report, r: &mut Reader, key: &str) -> Vec<String> {
    let Some(v) = r.value(key) else { return Vec::new() };
    let Some(items) = v.get_ref().as_array() else {
        r.wrong(report, key, "not_list", "[...]");
        return Vec::new();
    };
    items.iter().filter_map(|i| i.get_ref().as_str().map(str::to_owned)).collect()
}

const SUBJECTS: [&str; 6] = ["travel", "transfer", "resign", "foreign-job", "post", "leave"];

fn verdict(report: &mut Report, mut r: Reader) -> Option<VerdictRule> {
    let subject = r.needed(report, "subject");
    if !subject.is_empty() && !SUBJECTS.contains(&subject.as_str()) {
        r.wrong(report, "subject", "unknown_word", &SUBJECTS.join("|"));
    }
    let when = When {
        states: vocabulary!(r, report, "states", State),
        levels: vocabulary!(r, report, "levels", Level),
        kinds: vocabulary!(r, report, "kinds", TripKind),
        employers: vocabulary!(r, report, "employers", Employer),
        employment: vocabulary!(r, report, "employment", Employment),
        reasons: vocabulary!(r, report, "reasons", LeavingReason),
        civil_servant: r.flag(report, "civil_servant"),
        clock: r.text(report, "clock"),
        open_case: r.flag(report, "open_case"),
    };
    r.needed(report, "says");
    let read = |t: &str| match t {
        "silent" => Some(Says::Silent),
        "allowed" => Some(Says::Allowed),
        "steps" => Some(Says::Steps),
        "not_allowed" => Some(Says::Forbidden),
        _ => None,
    };
    let says = r.word(report, "says", read, "silent|allowed|steps|not_allowed");
    let article = if says == Some(Says::Silent) {
        r.text(report, "article").unwrap_or_default()
    } else {
        r.needed(report, "article")
    };
    let steps = steps(report, &mut r);
    if says == Some(Says::Steps) && steps.is_empty() {
        r.wrong(report, "steps", "missing_key", "steps = [{ step = \"leader\", article = \"1\" }]");
    }
    let frees = match r.text(report, "frees").as_deref() {
        None => Frees::Never,
        Some("period") => Frees::Period,
        Some(other) => Frees::Clock(other.to_owned()),
    };
    let also = r
        .tables(report, "also")
        .into_iter()
        .map(|mut a| {
            let pair = (a.needed(report, "reason"), a.needed(report, "article"));
            a.finish(report);
            pair
        })
        .collect();
    let out = VerdictRule {
        subject,
        when,
        says: says.unwrap_or(Says::Silent),
        article,
        reason: r.needed(report, "reason"),
        steps,
        frees,
        objection: r.text(report, "objection"),
        also,
        state_rule: r.flag(report, "state_rule").unwrap_or(false),
        notes: strings(report, &mut r, "notes"),
    };
    r.finish(report);
    says.map(|_| out)
}

fn chain(report: &mut Report, mut r: Reader) -> Option<CaseChain> {
    r.needed(report, "kind");
    let kind = r.word(report, "kind", CaseKind::from_code, &codes(CaseKind::ALL, CaseKind::code));
    let steps = steps(report, &mut r);
    let notes = strings(report, &mut r, "notes");
    r.finish(report);
    Some(CaseChain { kind: kind?, steps, notes })
}

fn choice(report: &mut Report, mut r: Reader) -> ChoiceRule {
    let out = ChoiceRule {
        key: r.needed(report, "key"),
        article: r.text(report, "article").unwrap_or_default(),
        allowed: r.needed(report, "allowed"),
        default: r.text(report, "default"),
        owed: r.flag(report, "owed").unwrap_or(false),
    };
    r.finish(report);
    out
}

fn list(report: &mut Report, mut r: Reader) -> List {
    let list =
        List { id: r.needed(report, "id"), title: words(report, &mut r, "title"), groups: groups(report, &mut r) };
    r.finish(report);
    list
}

/// The groups of items of a list or a template.
pub(super) fn groups(report: &mut Report, r: &mut Reader) -> Vec<Group> {
    let one = |report: &mut Report, mut g: Reader| {
        let group = Group {
            id: g.needed(report, "id"),
            title: words(report, &mut g, "title"),
            remarks: remarks(report, &mut g),
            items: g.tables(report, "items").into_iter().map(|i| item(report, i)).collect(),
        };
        g.finish(report);
        group
    };
    r.tables(report, "group").into_iter().map(|g| one(report, g)).collect()
}

fn item(report: &mut Report, mut i: Reader) -> Item {
    let item = Item {
        id: i.needed(report, "id"),
        article: i.needed(report, "article"),
        text: pair(report, &mut i),
        evidence: i.text(report, "evidence").unwrap_or_default(),
        reading: i.flag(report, "reading").unwrap_or(false),
        remarks: remarks(report, &mut i),
        severity: severity(report, &mut i),
        detail: either(report, &mut i, "detail"),
        fix: either(report, &mut i, "fix"),
        references: texts(report, &mut i, "references"),
        probe: texts(report, &mut i, "probe"),
        scan: texts(report, &mut i, "scan"),
    };
    i.finish(report);
    item
}

fn severity(report: &mut Report, i: &mut Reader) -> String {
    let known = |t: &str| SEVERITIES.into_iter().find(|s| *s == t);
    i.word(report, "severity", known, &SEVERITIES.join("|")).unwrap_or_default().to_owned()
}

/// Words in both languages, or one text that serves for both.
fn either(report: &mut Report, r: &mut Reader, key: &str) -> Words {
    match r.value(key).map(|v| v.get_ref().as_str().map(str::to_owned)) {
        None => Words::default(),
        Some(Some(text)) => Words { zh: text.clone(), en: text },
        Some(None) => words(report, r, key),
    }
}

/// A list of texts.
fn texts(report: &mut Report, r: &mut Reader, key: &str) -> Vec<String> {
    let Some(v) = r.value(key) else { return Vec::new() };
    let all = v.get_ref().as_array().map(|items| items.iter().map(|i| i.get_ref().as_str().map(str::to_owned)));
    let all: Option<Vec<String>> = all.and_then(Iterator::collect);
    if all.is_none() {
        r.wrong(report, key, "not_list", "[\"...\"]");
    }
    all.unwrap_or_default()
}

fn remarks(report: &mut Report, r: &mut Reader) -> Vec<Words> {
    let one = |report: &mut Report, mut w: Reader| {
        let words = pair(report, &mut w);
        w.finish(report);
        words
    };
    r.tables(report, "remarks").into_iter().map(|w| one(report, w)).collect()
}
