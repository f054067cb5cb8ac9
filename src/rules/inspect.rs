//! Inspections as arithmetic: the score, what is missing, what the register knows beside an item, when the next is due.

use super::{Packs, Template, Values, answer::Line};
use crate::domain::inspection::{Inspection, Spot, Subject};
use crate::domain::{
    AnswerValue, Computer, CustodyKind, Date, Held, InspectionState, Person, PledgeKind, RecordKind, Secrecy, Unit,
};

/// The pack whose articles computers rest on.
pub(super) const PACK: &str = "p8-computers";

/// How a checklist stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Score {
    /// Items that conform.
    pub conforms: usize,
    /// Items that do not.
    pub fails: usize,
    /// Items that do not apply: they leave the base.
    pub not_applicable: usize,
    /// Items passed over on purpose.
    pub not_checked: usize,
    /// Items without an answer.
    pub unanswered: usize,
}

impl Score {
    /// All items.
    pub const fn total(self) -> usize {
        self.conforms + self.fails + self.not_applicable + self.not_checked + self.unanswered
    }

    /// Items with an answer.
    pub const fn answered(self) -> usize {
        self.total() - self.unanswered
    }

    /// Items the score is taken of: those that were looked at and apply. What was passed over or has no answer yet says
    /// nothing of either.
    pub const fn base(self) -> usize {
        self.conforms + self.fails
    }

    /// Conforming items of the base in whole per cent, to the nearest, but 100 only where none fails; `None` where nothing
    /// was checked.
    pub const fn percent(self) -> Option<usize> {
        match (self.conforms * 200 + self.base()).checked_div(self.base() * 2) {
            Some(100) if self.fails > 0 => Some(99),
            percent => percent,
        }
    }

    /// Adds the counts of another.
    pub const fn add(&mut self, other: Self) {
        self.conforms += other.conforms;
        self.fails += other.fails;
        self.not_applicable += other.not_applicable;
        self.not_checked += other.not_checked;
        self.unanswered += other.unanswered;
    }

    fn count(&mut self, answer: Option<AnswerValue>) {
        let field = match answer {
            Some(AnswerValue::Conforms) => &mut self.conforms,
            Some(AnswerValue::Fails) => &mut self.fails,
            Some(AnswerValue::NotApplicable) => &mut self.not_applicable,
            Some(AnswerValue::NotChecked) => &mut self.not_checked,
            None => &mut self.unanswered,
        };
        *field += 1;
    }
}

/// The score of an inspection, of one subject where one is named, of one group where one is named.
pub fn score(template: &Template, inspection: &Inspection, subject: Option<&Subject>, group: Option<&str>) -> Score {
    let mut score = Score::default();
    for of in inspection.subjects.iter().filter(|s| subject.is_none_or(|w| w == *s)) {
        for g in template.groups.iter().filter(|g| group.is_none_or(|w| w == g.id)) {
            for item in &g.items {
                score.count(inspection.answer(&Spot::new(of, &item.id)).map(|a| a.value));
            }
        }
    }
    score
}

/// The spots without an answer, subject by subject.
pub fn missing(template: &Template, inspection: &Inspection) -> Vec<Spot> {
    let all = inspection.subjects.iter().flat_map(|s| template.items().map(|i| Spot::new(s, &i.id)));
    all.filter(|spot| inspection.answer(spot).is_none()).collect()
}

/// Days to mend something, where the unit has chosen a number: the source only says promptly (14).
pub fn finding_days(unit: &Unit) -> Option<u32> {
    unit.choice("finding_days").and_then(|v| v.parse().ok())
}

/// The first day a year's volume of a usage log may be destroyed (10.6): 1 January after the years it is kept.
pub fn log_free_from(unit: &Unit, year: i32) -> Option<Date> {
    let years: i32 = unit.choice("log_years").and_then(|v| v.parse().ok()).unwrap_or(5);
    Date::from_ymd_opt(year.checked_add(years)?.checked_add(1)?, 1, 1)
}

/// When a computer is to be inspected next, and under which rule.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct InspectionDue {
    /// Due on.
    pub due: Date,
    /// The pack.
    pub pack: String,
    /// The article.
    pub article: String,
    /// Months since the last inspection, or since the machine was taken into use.
    pub months: u32,
}

/// When a computer is to be inspected next: by the interval the unit chose (p8 11 names none) and, where the law is laid
/// beside, by level (regulations 35: top secret every year, others every two years). The earlier day counts; `None` where
/// neither interval is known or there is no day to count from.
pub fn inspection_due(
    packs: &Packs,
    unit: &Unit,
    secrecy: Option<Secrecy>,
    from: Option<Date>,
) -> Option<InspectionDue> {
    let from = from?;
    let chosen = unit.choice("inspection_months").and_then(|v| v.parse::<u32>().ok()).map(|m| (m, PACK, "11"));
    let law = packs.of(unit).into_iter().find(|p| p.kind == super::PackKind::Law);
    let by_law = law
        .zip(secrecy)
        .map(|(pack, level)| (if level == Secrecy::TopSecret { 12 } else { 24 }, pack.id.as_str(), "35"));
    let due = |(months, pack, article): (u32, &str, &str)| {
        let due = super::last_day(from, months, false)?;
        Some(InspectionDue { due, pack: pack.to_owned(), article: article.to_owned(), months })
    };
    chosen.into_iter().chain(by_law).filter_map(due).min_by_key(|d| d.due)
}

/// What the register knows about a subject.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The unit.
    pub unit: &'a Unit,
    /// The packs.
    pub packs: &'a Packs,
    /// The computer.
    pub computer: Option<&'a Computer>,
    /// The person.
    pub person: Option<&'a Person>,
    /// What the person has in hand.
    pub held: &'a [Held],
    /// The subject's last signed inspection under the same template.
    pub last: Option<&'a Inspection>,
    /// The evaluation day.
    pub today: Date,
}

fn line(code: &str, values: &[(&str, String)]) -> Line {
    let values: Values = values.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
    Line { code: code.to_owned(), article: String::new(), values }
}

/// What the register shows beside an item whose template names this kind of evidence: locale keys `evidence.<code>`.
/// The person at the machine decides; nothing here answers an item.
pub fn evidence(kind: &str, facts: Facts<'_>) -> Vec<Line> {
    match kind {
        "last_inspection" | "last_signatures" | "last_findings" => of_last(kind, facts),
        "leaving_pledge" | "held_media" | "held_computers" | "period_set" => of_person(kind, facts),
        _ => facts.computer.map(|c| of_computer(kind, c)).unwrap_or_default(),
    }
}

fn of_computer(kind: &str, c: &Computer) -> Vec<Line> {
    let event = |kind: CustodyKind| c.custody.iter().rev().find(|e| e.kind == kind);
    match kind {
        "registered" => {
            let serial = if c.serial.is_empty() { "-".to_owned() } else { c.serial.clone() };
            vec![line("registered", &[("id", c.id.to_string()), ("number", c.number.clone()), ("serial", serial)])]
        }
        "secrecy" => match c.secrecy {
            Some(s) => vec![line("marked", &[("secrecy", s.code().to_owned())])],
            None => vec![line("unmarked", &[])],
        },
        "custodian" => {
            let mut out = match c.custodian_name.as_str() {
                "" => vec![line("no_custodian", &[])],
                name => vec![line("custodian", &[("name", name.to_owned())])],
            };
            if let Some(e) = event(CustodyKind::Issued) {
                out.push(line("issued", &[("on", e.on.to_string()), ("name", e.name.clone())]));
            }
            out
        }
        "user" => match c.user_name.as_str() {
            "" => vec![line("no_user", &[])],
            name => vec![line("user", &[("name", name.to_owned())])],
        },
        "room" => {
            let mut out = match c.room.as_str() {
                "" => vec![line("no_room", &[])],
                room => vec![line("room", &[("room", room.to_owned())])],
            };
            if let Some(e) = event(CustodyKind::Moved) {
                out.push(line("moved", &[("on", e.on.to_string()), ("place", e.place.clone())]));
            }
            out
        }
        _ => Vec::new(),
    }
}

fn of_last(kind: &str, facts: Facts<'_>) -> Vec<Line> {
    let from = facts.last.and_then(|i| i.signed_on).or_else(|| facts.computer.and_then(|c| c.enabled_on));
    let Some((last, on)) = facts.last.and_then(|i| Some((i, i.signed_on?))) else {
        let mut out = vec![line("never_inspected", &[])];
        out.extend(due_line(kind, facts, from));
        return out;
    };
    match kind {
        "last_inspection" => {
            let days = (facts.today - on).num_days().to_string();
            let mut out =
                vec![line("inspected", &[("id", last.id.to_string()), ("on", on.to_string()), ("days", days)])];
            out.extend(due_line(kind, facts, from));
            out
        }
        "last_signatures" => {
            let names = last.signatures.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join(" / ");
            vec![line("signed", &[("on", on.to_string()), ("names", names)])]
        }
        _ => {
            let subject = facts.computer.map(|c| Subject::from(c.id));
            let of = |s: &Spot| subject.as_ref().is_none_or(|w| *w == s.subject);
            let all: Vec<_> = last.live_findings().filter(|(s, _)| of(s)).collect();
            let open: Vec<String> =
                all.iter().filter(|(_, f)| f.open(facts.today)).map(|(s, _)| s.item.clone()).collect();
            if open.is_empty() {
                vec![line("findings_done", &[("total", all.len().to_string())])]
            } else {
                let values =
                    [("open", open.len().to_string()), ("total", all.len().to_string()), ("items", open.join(" "))];
                vec![line("findings_open", &values)]
            }
        }
    }
}

fn due_line(kind: &str, facts: Facts<'_>, from: Option<Date>) -> Option<Line> {
    let computer = facts.computer.filter(|_| kind == "last_inspection")?;
    let due = inspection_due(facts.packs, facts.unit, computer.secrecy, from)?;
    Some(line("inspection_due", &[("due", due.due.to_string()), ("months", due.months.to_string())]))
}

fn of_person(kind: &str, facts: Facts<'_>) -> Vec<Line> {
    let Some(person) = facts.person else { return Vec::new() };
    let held = |kind: RecordKind| {
        let all: Vec<&str> = facts.held.iter().filter(|h| h.record.kind == kind).map(|h| h.number.as_str()).collect();
        match all.len() {
            0 => vec![line("nothing_held", &[])],
            n => vec![line("held", &[("count", n.to_string()), ("numbers", all.join(" "))])],
        }
    };
    match kind {
        "leaving_pledge" => match person.pledges.iter().rev().find(|p| p.kind == PledgeKind::Leaving) {
            Some(p) => vec![line("pledged", &[("on", p.on.to_string())])],
            None => vec![line("no_pledge", &[])],
        },
        "held_media" => held(RecordKind::Medium),
        "held_computers" => held(RecordKind::Computer),
        _ => match super::standing(facts.packs, facts.unit, person, facts.today).period.and_then(|p| p.last_day) {
            Some(last) => vec![line("period_until", &[("last_day", last.to_string())])],
            None => vec![line("no_period", &[])],
        },
    }
}

/// The last signed inspection of a subject under a template, superseded ones left out.
pub fn last_signed<'a>(
    all: impl IntoIterator<Item = &'a Inspection>,
    template: &str,
    subject: &Subject,
) -> Option<&'a Inspection> {
    let signed =
        |i: &&Inspection| i.state == InspectionState::Signed && i.template == template && i.subjects.contains(subject);
    all.into_iter().filter(signed).max_by_key(|i| (i.signed_on, i.id))
}
