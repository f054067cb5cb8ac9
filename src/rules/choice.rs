//! What a pack leaves to the unit, with the values a choice may take.

use super::duty::read_month_day;
use super::{ChoiceState, Pack, PackKind, Packs, StartRule, standing::TRAVEL_REPORT_DAYS};
use crate::domain::{Date, DutyKind, Level, Unit};

/// Why a choice cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} {key}")]
pub struct ChoiceProblem {
    /// `unknown_key`, `bad_value`, or `pace_uneven` where sessions cannot be spread evenly over the months.
    pub code: &'static str,
    /// Key.
    pub key: String,
    /// Value.
    pub value: String,
    /// What would be right: allowed values, or the known keys.
    pub allowed: String,
}

/// Collects the choices of one unit.
struct List<'u> {
    unit: &'u Unit,
    out: Vec<ChoiceState>,
}

impl List<'_> {
    fn add(&mut self, pack: &Pack, key: &str, article: &str, allowed: &str, default: Option<&str>, owed: bool) {
        if self.out.iter().any(|c| c.key == key) {
            return;
        }
        let value = self.unit.choice(key).map(str::to_owned);
        self.out.push(ChoiceState {
            key: key.to_owned(),
            pack: pack.id.clone(),
            article: article.to_owned(),
            allowed: allowed.to_owned(),
            default: default.map(str::to_owned),
            owed: owed && value.is_none(),
            value,
        });
    }
}

/// Every choice of a unit: those its pack leaves open (owed until decided) and the free settings with their defaults.
pub fn choices(packs: &Packs, unit: &Unit) -> Vec<ChoiceState> {
    let mut list = List { unit, out: Vec::new() };
    for pack in packs.of(unit) {
        let own = pack.id == unit.pack;
        if own {
            period_choices(&mut list, pack);
        }
        for rule in &pack.choices {
            list.add(pack, &rule.key, &rule.article, &rule.allowed, rule.default.as_deref(), rule.owed);
        }
        for duty in &pack.duties {
            match duty.kind {
                DutyKind::Sessions => {
                    list.add(pack, "training_pace", &duty.article, "year-end|even", Some("year-end"), false);
                }
                DutyKind::YearlyStatement => {
                    list.add(pack, "statement_day", &duty.article, "MM-DD", Some("12-31"), false);
                }
                _ => {}
            }
        }
        if own {
            let days = TRAVEL_REPORT_DAYS.to_string();
            list.add(pack, "travel_report_days", "", "1..365", Some(&days), false);
            list.add(pack, "visit_interval", "", "1..60", None, false);
            list.add(pack, "holidays", "", "dates", None, false);
            list.add(pack, "return_list", "", "text", None, false);
        }
    }
    if let Some(pack) = packs.get(super::inspect::PACK) {
        // Article 11 asks for regular inspections and names no interval, 14 for prompt correction and names no day.
        list.add(pack, "inspection_months", "11", "1..60", None, false);
        list.add(pack, "finding_days", "14", "1..365", None, false);
        list.add(pack, "log_years", "10.6", "5..50", Some("5"), false);
    }
    list.out
}

fn period_choices(list: &mut List, pack: &Pack) {
    let Some(period) = &pack.period else { return };
    if period.start == StartRule::Unset {
        list.add(pack, "start_rule", &period.start_article, "approval|leaving", Some("approval"), true);
    }
    if period.lengths.is_empty() {
        // The law sets no bounds; a hundred years is only a guard against slips.
        list.add(pack, "length", &period.article, "1..1200", None, true);
    } else if period.any_level {
        if let Some(m) = period.lengths.values().next().filter(|m| m.min < m.max) {
            list.add(pack, "length", &period.article, &format!("{}..{}", m.min, m.max), None, false);
        }
    } else {
        for level in [Level::Core, Level::Important, Level::General] {
            if let Some(m) = period.lengths.get(&level).filter(|m| m.min < m.max) {
                let key = format!("length_{}", level.code());
                list.add(pack, &key, &period.article, &format!("{}..{}", m.min, m.max), None, false);
            }
        }
    }
    list.add(pack, "count_start_day", "", "yes|no", Some("no"), false);
    list.add(pack, "level_that_counts", "", "leaving|highest", Some("leaving"), false);
}

/// Checks a choice and gives its normal form.
///
/// # Errors
/// [`ChoiceProblem`] names the key, the value and what is allowed.
pub fn check_choice(packs: &Packs, unit: &Unit, key: &str, value: &str) -> Result<String, ChoiceProblem> {
    let known = choices(packs, unit);
    let problem = |code, allowed: String| ChoiceProblem {
        code,
        key: key.to_owned(),
        value: value.chars().take(80).collect(),
        allowed,
    };
    let Some(choice) = known.iter().find(|c| c.key == key) else {
        let keys: Vec<&str> = known.iter().map(|c| c.key.as_str()).collect();
        return Err(problem("unknown_key", keys.join(", ")));
    };
    let bad = || problem("bad_value", choice.allowed.clone());
    let value = normal(&choice.allowed, value.trim()).ok_or_else(bad)?;
    if key == "training_pace" && value == "even" && !even_possible(packs, unit) {
        return Err(problem("pace_uneven", "year-end".to_owned()));
    }
    if key == "sessions_per_year"
        && unit.choice("training_pace") == Some("even")
        && value.parse().is_ok_and(|n: u32| n == 0 || 12 % n != 0)
    {
        return Err(problem("pace_uneven", "1, 2, 3, 4, 6, 12".to_owned()));
    }
    Ok(value)
}

/// Whether the number of sessions divides the twelve months.
fn even_possible(packs: &Packs, unit: &Unit) -> bool {
    packs.of(unit).iter().filter(|p| p.kind == PackKind::Personnel).flat_map(|p| &p.duties).all(|d| {
        let chosen = d.interval.as_deref().and_then(|k| unit.choice(k)).and_then(|v| v.parse().ok());
        d.kind != DutyKind::Sessions || d.count.or(chosen).is_none_or(|n| n != 0 && 12 % n == 0)
    })
}

/// The normal form of a value, or `None` where it is not allowed.
fn normal(allowed: &str, value: &str) -> Option<String> {
    if value.is_empty() || value.chars().count() > 500 || value.chars().any(char::is_control) {
        return None;
    }
    if let Some((min, max)) = allowed.split_once("..") {
        let number: u32 = value.parse().ok()?;
        let (min, max): (u32, u32) = (min.parse().ok()?, max.parse().ok()?);
        return (min..=max).contains(&number).then(|| number.to_string());
    }
    match allowed {
        "text" => Some(value.to_owned()),
        "MM-DD" => read_month_day(value).map(|(m, d)| format!("{m:02}-{d:02}")),
        "dates" => {
            let parts: Option<Vec<String>> = value.split([',', '\u{ff0c}', '\u{3001}']).map(span).collect();
            parts.map(|p| p.join(", "))
        }
        words => {
            let value = match value {
                "true" => "yes",
                "false" => "no",
                other => other,
            };
            words.split('|').find(|w| *w == value).map(str::to_owned)
        }
    }
}

fn span(text: &str) -> Option<String> {
    let text = text.trim();
    match text.split_once("..") {
        Some((from, to)) => {
            let (from, to): (Date, Date) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
            (from <= to).then(|| format!("{from}..{to}"))
        }
        None => text.parse::<Date>().ok().map(|d| d.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_one_form() {
        for (allowed, value, want) in [
            ("6..36", " 12", None),
            ("6..36", "012", Some("12")),
            ("6..36", "5", None),
            ("6..36", "37", None),
            ("yes|no", "true", Some("yes")),
            ("yes|no", "maybe", None),
            ("MM-DD", "3-1", Some("03-01")),
            ("MM-DD", "02-29", None),
            ("dates", "2026-10-01..2026-10-07,2026-01-01", Some("2026-10-01..2026-10-07, 2026-01-01")),
            ("dates", "2026-10-07..2026-10-01", None),
            ("text", "", None),
            ("text", "a\u{1b}[2J", None),
        ] {
            assert_eq!(normal(allowed, value).as_deref(), want, "{allowed} {value}");
        }
    }
}
