//! Period arithmetic: 民法典 201 and 202, applied to the decommission period (our reading), and the period of a leaving.

use chrono::{Datelike, Months};

use super::career::{Leaving, leaving_level};
use super::{Line, Pack, Packs, Period, PeriodRule, StartRule, Values};
use crate::domain::{Date, Level, Person, Unit};

/// The last day of a period of `months` (the total, extensions included) that starts on `start`: the corresponding day,
/// or the last day of a month that has none; one day earlier where the start day is counted, but not where the month
/// has no corresponding day. `None` outside the calendar.
pub fn last_day(start: Date, months: u32, count_start_day: bool) -> Option<Date> {
    let end = start.checked_add_months(Months::new(months))?;
    if count_start_day && end.day() == start.day() { end.pred_opt() } else { Some(end) }
}

/// What the date calculator answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calculation {
    /// Total months.
    pub months: u32,
    /// Last day; `None` outside the calendar.
    pub last_day: Option<Date>,
    /// First free day.
    pub free_from: Option<Date>,
    /// The arithmetic.
    pub explanation: Vec<Line>,
}

/// The date calculator: the total of `months` and `extensions` from `start`.
pub fn calculate(start: Date, months: u32, extensions: &[u32], count_start_day: bool) -> Calculation {
    let total = total(months, extensions);
    let last = last_day(start, total, count_start_day);
    let mut explanation = Vec::new();
    arithmetic(&mut explanation, start, months, extensions, count_start_day);
    Calculation { months: total, last_day: last, free_from: last.and_then(|d| d.succ_opt()), explanation }
}

fn total(months: u32, extensions: &[u32]) -> u32 {
    extensions.iter().fold(months, |sum, e| sum.saturating_add(*e))
}

/// A line of an explanation.
pub fn line(code: &str, article: &str, values: &[(&str, String)]) -> Line {
    let values: Values = values.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
    Line { code: code.to_owned(), article: article.to_owned(), values }
}

/// `2024-02-29 + 24 + 24 → 2028-02-29` with the rule that gave the day.
pub(super) fn arithmetic(out: &mut Vec<Line>, start: Date, months: u32, extensions: &[u32], count_start_day: bool) {
    let sum = std::iter::once(months).chain(extensions.iter().copied()).map(|m| m.to_string());
    let sum = sum.collect::<Vec<_>>().join(" + ");
    let total = total(months, extensions);
    let Some(last) = last_day(start, total, count_start_day) else {
        out.push(line("out_of_calendar", "", &[("start", start.to_string()), ("sum", sum)]));
        return;
    };
    let no_day = start.checked_add_months(Months::new(total)).is_some_and(|e| e.day() != start.day());
    let code = match (count_start_day, no_day) {
        (false, false) => "sum",
        (false, true) => "sum_month_end",
        (true, false) => "sum_counted",
        (true, true) => "sum_counted_month_end",
    };
    let values = [("start", start.to_string()), ("sum", sum), ("last_day", last.to_string())];
    out.push(line(code, "", &values));
    if let Some(free) = last.succ_opt() {
        out.push(line("free_from", "", &[("day", free.to_string())]));
    }
}

/// `2025-03-10 + 12 → 2026-03-10` for a day by which something is due: nobody is freed by it.
pub(super) fn due_sum(out: &mut Vec<Line>, start: Date, months: u32) {
    arithmetic(out, start, months, &[], false);
    out.retain(|l| l.code != "free_from");
}

/// The choices that apply to a leaving: those pinned with it, then those of the unit where its pack is the pinned one.
pub struct Chosen<'u> {
    unit: &'u Unit,
    pinned: Option<&'u std::collections::BTreeMap<String, String>>,
    own: bool,
}

impl<'u> Chosen<'u> {
    /// The choices for a leaving under a pack.
    pub fn new(unit: &'u Unit, leaving: &Leaving<'u>, pack: &Pack) -> Self {
        let pin = leaving.departure.and_then(|d| d.pin.as_ref()).filter(|p| p.pack == pack.id);
        Self { unit, pinned: pin.map(|p| &p.choices), own: unit.pack == pack.id || pin.is_none() }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&'u str> {
        let pinned = self.pinned.and_then(|c| c.get(key)).map(String::as_str);
        pinned.or_else(|| if self.own { self.unit.choice(key) } else { None })
    }

    /// Whether a yes/no choice is yes.
    pub fn yes(&self, key: &str) -> bool {
        self.get(key) == Some("yes")
    }
}

/// The pack a leaving is judged by: the pinned one, else the unit's.
pub fn pack_of<'k>(packs: &'k Packs, unit: &Unit, leaving: &Leaving) -> Option<&'k Pack> {
    let pinned = leaving.departure.and_then(|d| d.pin.as_ref()).and_then(|p| packs.pinned(&p.pack, &p.version));
    pinned.or_else(|| packs.pinned(&unit.pack, &unit.pack_version))
}

/// The first day of a clock and what was assumed to find it.
pub fn start_of(rule: StartRule, chosen: &Chosen, leaving: &Leaving) -> (Option<Date>, &'static str, Vec<String>) {
    let mut assumed = Vec::new();
    let by_approval = match rule {
        StartRule::Approval => true,
        StartRule::Leaving => false,
        StartRule::Unset => match chosen.get("start_rule") {
            Some("leaving") => false,
            Some("approval") => true,
            _ => {
                assumed.push("start_rule".to_owned());
                true
            }
        },
    };
    let days = [(leaving.approved_on(), "approval"), (leaving.left_on(), "leaving")];
    let [first, second] = if by_approval { days } else { [days[1], days[0]] };
    let (day, name) = match (first, second) {
        ((Some(day), name), _) => (Some(day), name),
        (_, (Some(day), name)) => {
            assumed.push("start_day".to_owned());
            (Some(day), name)
        }
        ((None, name), _) => (None, name),
    };
    (day, name, assumed)
}

/// Length found for a leaving.
struct Length {
    base: Option<u32>,
    range: Option<(u32, u32)>,
    blocked: Option<&'static str>,
    chosen_by: Option<String>,
}

fn length(rule: &PeriodRule, level: Option<Level>, chosen: &Chosen, leaving: &Leaving) -> Length {
    let decided = leaving.departure.and_then(|d| d.length.as_ref());
    let own = match level {
        Some(l) => rule.lengths.get(&l).copied(),
        None if rule.any_level => rule.lengths.values().next().copied(),
        None => None,
    };
    if let Some(m) = own
        && m.min == m.max
    {
        return Length { base: Some(m.min), range: Some((m.min, m.max)), blocked: None, chosen_by: None };
    }
    let all_fixed = !rule.lengths.is_empty() && rule.lengths.values().all(|m| m.min == m.max);
    let range = own.map(|m| (m.min, m.max)).or_else(|| {
        let min = rule.lengths.values().map(|m| m.min).min()?;
        rule.lengths.values().map(|m| m.max).max().map(|max| (min, max))
    });
    // A pack that fixes lengths by level leaves nothing to decide but the level.
    if own.is_none() && all_fixed {
        return Length { base: None, range, blocked: Some("level"), chosen_by: None };
    }
    if let Some(d) = decided {
        return Length { base: Some(d.months), range, blocked: None, chosen_by: Some(d.by.clone()) };
    }
    let by_level = level.and_then(|l| chosen.get(&format!("length_{}", l.code())));
    let default = by_level.or_else(|| chosen.get("length")).and_then(|t| t.parse().ok());
    if let Some(months) = default {
        return Length { base: Some(months), range, blocked: None, chosen_by: Some(String::new()) };
    }
    Length { base: None, range, blocked: Some("length"), chosen_by: None }
}

/// The period of a leaving under a pack.
pub fn period_of(pack: &Pack, unit: &Unit, person: &Person, leaving: &Leaving) -> Option<Period> {
    let rule = pack.period.as_ref()?;
    let chosen = Chosen::new(unit, leaving, pack);
    let highest = chosen.get("level_that_counts") == Some("highest");
    let level = leaving_level(person, leaving, highest);
    let (start, start_rule, mut assumed) = start_of(rule.start, &chosen, leaving);
    if leaving.departure.is_none() {
        assumed.push("departure".to_owned());
    }
    let count = chosen.yes("count_start_day");
    let found = length(rule, level, &chosen, leaving);
    let extensions: Vec<u32> =
        leaving.departure.map(|d| d.extensions.iter().map(|e| e.months).collect()).unwrap_or_default();
    let extra = total(0, &extensions);
    let range = found.range.map(|(min, max)| (min.saturating_add(extra), max.saturating_add(extra)));
    let at = |months: u32| start.and_then(|s| last_day(s, months, count));
    let mut blocked: Vec<String> = found.blocked.map(str::to_owned).into_iter().collect();
    if start.is_none() {
        blocked.push("start".to_owned());
    }
    let last = found.base.and_then(|b| at(b.saturating_add(extra)));
    if last.is_none() && start.is_some() && found.base.is_some() {
        blocked.push("calendar".to_owned());
    }
    let open = found.base.is_none();
    let stated = leaving.departure.and_then(|d| d.stated_last_day);

    let mut lines = Vec::new();
    explain_start(&mut lines, rule, start, start_rule, &assumed);
    explain_length(&mut lines, rule, &found, level, leaving);
    if let (Some(start), Some(base)) = (start, found.base) {
        arithmetic(&mut lines, start, base, &extensions, count);
    } else if let (Some((min, max)), Some(earliest), Some(latest)) =
        (range, range.and_then(|r| at(r.0)), range.and_then(|r| at(r.1)))
    {
        let values = [
            ("min", min.to_string()),
            ("max", max.to_string()),
            ("earliest", earliest.to_string()),
            ("latest", latest.to_string()),
        ];
        lines.push(line("range_of_days", "", &values));
    }
    if let Some(last) = last.filter(|l| holiday(chosen.get("holidays"), *l)) {
        lines.push(line("holiday", "", &[("day", last.to_string())]));
    }
    if let (Some(last), Some(stated)) = (last, stated)
        && last != stated
    {
        lines.push(line("stated_differs", "", &[("stated", stated.to_string()), ("last_day", last.to_string())]));
    }
    Some(Period {
        departure: leaving.number,
        pack: pack.id.clone(),
        pack_version: pack.version.clone(),
        start,
        start_rule: start_rule.to_owned(),
        start_article: if rule.start == StartRule::Unset { String::new() } else { rule.start_article.clone() },
        count_start_day: count,
        base_months: found.base,
        extensions,
        range,
        last_day: last,
        earliest: if open { range.and_then(|r| at(r.0)) } else { None },
        latest: if open { range.and_then(|r| at(r.1)) } else { None },
        article: rule.article.clone(),
        level,
        stated_last_day: stated,
        assumed,
        blocked_by: blocked,
        closed_on: leaving.departure.and_then(|d| d.closed_on),
        ends_by_itself: rule.ends_by_itself,
        explanation: lines,
    })
}

fn explain_start(out: &mut Vec<Line>, rule: &PeriodRule, start: Option<Date>, name: &str, assumed: &[String]) {
    let Some(start) = start else {
        out.push(line("start_unknown", &rule.start_article, &[]));
        return;
    };
    let code = format!("start_{name}");
    let unset = rule.start == StartRule::Unset;
    let article = if unset { "" } else { rule.start_article.as_str() };
    out.push(line(&code, article, &[("start", start.to_string())]));
    for choice in assumed {
        let code = format!("assumed_{choice}");
        out.push(line(&code, &rule.start_article, &[("start", start.to_string())]));
    }
}

fn explain_length(out: &mut Vec<Line>, rule: &PeriodRule, found: &Length, level: Option<Level>, leaving: &Leaving) {
    let level = level.map_or("none", Level::code).to_owned();
    match (found.base, &found.chosen_by) {
        (Some(months), None) => {
            out.push(line("length", &rule.article, &[("months", months.to_string()), ("level", level)]));
        }
        (Some(months), Some(by)) if by.is_empty() => {
            out.push(line("length_default", &rule.article, &[("months", months.to_string()), ("level", level)]));
        }
        (Some(months), Some(by)) => {
            let values = [("months", months.to_string()), ("by", by.clone()), ("level", level)];
            out.push(line("length_chosen", &rule.article, &values));
        }
        (None, _) => {
            let code = match (found.blocked, found.range) {
                (Some("level"), _) => "level_unknown",
                (_, Some(_)) => "length_open",
                _ => "length_not_named",
            };
            let (min, max) = found.range.unwrap_or((0, 0));
            let values = [("min", min.to_string()), ("max", max.to_string()), ("level", level)];
            out.push(line(code, &rule.article, &values));
        }
    }
    for e in leaving.departure.iter().flat_map(|d| &d.extensions) {
        let article = rule.extension.as_deref().unwrap_or("");
        let code = if rule.extension.is_some() { "extension" } else { "extension_without_rule" };
        let values = [("months", e.months.to_string()), ("on", e.on.to_string()), ("by", e.by.clone())];
        out.push(line(code, article, &values));
    }
}

/// Whether a unit's holiday list (dates or spans `2026-10-01..2026-10-07`, separated by commas) names the day.
fn holiday(list: Option<&str>, day: Date) -> bool {
    list.is_some_and(|l| {
        l.split(',').any(|part| {
            let (from, to) = part.trim().split_once("..").unwrap_or((part.trim(), part.trim()));
            match (from.parse::<Date>(), to.parse::<Date>()) {
                (Ok(from), Ok(to)) => from <= day && day <= to,
                _ => false,
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn the_table_of_dates() {
        for (start, months, extensions, counted, want) in [
            ("2024-03-15", 36, &[][..], false, "2027-03-15"),
            ("2024-02-29", 12, &[], false, "2025-02-28"),
            ("2024-02-29", 24, &[24], false, "2028-02-29"),
            ("2023-08-31", 6, &[], false, "2024-02-29"),
            ("2024-08-31", 6, &[], false, "2025-02-28"),
            ("2024-10-01", 24, &[], false, "2026-10-01"),
            ("2024-02-29", 12, &[], true, "2025-02-28"),
            ("2023-03-01", 12, &[], true, "2024-02-29"),
            ("2024-03-15", 12, &[], true, "2025-03-14"),
        ] {
            let c = calculate(day(start), months, extensions, counted);
            assert_eq!(c.last_day, Some(day(want)), "{start} + {months} {extensions:?} {counted}");
            assert_eq!(c.free_from, day(want).succ_opt());
        }
        assert_eq!(last_day(Date::MAX, 12, false), None);
        assert_eq!(calculate(day("2024-01-31"), u32::MAX, &[u32::MAX], true).last_day, None);
    }

    #[test]
    fn holidays_are_spans_or_days() {
        let list = Some("2026-01-01, 2026-10-01..2026-10-07");
        assert!(holiday(list, day("2026-10-03")) && holiday(list, day("2026-01-01")));
        assert!(!holiday(list, day("2026-10-08")) && !holiday(Some("x..y,"), day("2026-10-08")));
    }
}
