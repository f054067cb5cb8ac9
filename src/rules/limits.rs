//! What a pack allows an officer to decide: levels of the unit, lengths, extensions.

use super::pack::{Months, Pack, PeriodRule};
use super::{Packs, Period, standing};
use crate::domain::person::Departure;
use crate::domain::{Level, Person, Unit};

/// The levels the unit's pack has; empty where it does not restrict them (p2 1-1 has general only).
pub fn levels(packs: &Packs, unit: &Unit) -> Vec<Level> {
    packs.get(&unit.pack).map(|p| p.only_levels.clone()).unwrap_or_default()
}

/// Why a length cannot be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} {allowed}")]
pub struct LengthProblem {
    /// `length_fixed` or `length_out_of_range`.
    pub code: &'static str,
    /// Months allowed: `36` or `24..36`.
    pub allowed: String,
    /// Pack id.
    pub pack: String,
    /// Article.
    pub article: String,
}

/// Whether a departure's period may be given this length, in months without extensions.
///
/// # Errors
/// [`LengthProblem`] where the pack fixes another length or the length lies outside its range.
pub fn check_length(
    packs: &Packs,
    unit: &Unit,
    person: &Person,
    departure: &Departure,
    months: u32,
) -> Result<(), LengthProblem> {
    let Some((pack, rule)) = rule(packs, unit, departure) else { return Ok(()) };
    let range = match period_of(packs, unit, person, departure).and_then(|p| p.level) {
        _ if rule.any_level => rule.lengths.values().next().copied(),
        Some(level) => rule.lengths.get(&level).copied(),
        // Of an unknown level only the widest range is sure.
        None => widest(rule),
    };
    let Some(range) = range else { return Ok(()) };
    if (range.min..=range.max).contains(&months) {
        return Ok(());
    }
    let fixed = range.min == range.max;
    Err(LengthProblem {
        code: if fixed { "length_fixed" } else { "length_out_of_range" },
        allowed: if fixed { range.min.to_string() } else { format!("{}..{}", range.min, range.max) },
        pack: pack.id.clone(),
        article: rule.article.clone(),
    })
}

fn widest(rule: &PeriodRule) -> Option<Months> {
    let min = rule.lengths.values().map(|m| m.min).min()?;
    let max = rule.lengths.values().map(|m| m.max).max()?;
    Some(Months { min, max })
}

/// What a pack says of extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExtensionRule {
    /// Allowed by an article.
    Allowed {
        /// Article.
        article: String,
    },
    /// Nothing.
    Silent {
        /// Pack id.
        pack: String,
    },
    /// The period ends by itself (p7 3).
    EndsByItself {
        /// Pack id.
        pack: String,
        /// Article.
        article: String,
    },
}

/// The rule on extending a departure's period.
pub fn extension_rule(packs: &Packs, unit: &Unit, departure: &Departure) -> ExtensionRule {
    match rule(packs, unit, departure) {
        Some((pack, rule)) if rule.ends_by_itself => {
            ExtensionRule::EndsByItself { pack: pack.id.clone(), article: rule.article.clone() }
        }
        Some((_, PeriodRule { extension: Some(article), .. })) => ExtensionRule::Allowed { article: article.clone() },
        _ => ExtensionRule::Silent { pack: unit.pack.clone() },
    }
}

/// The period rule a departure is bound to: that of its pin, else of its unit.
fn rule<'a>(packs: &'a Packs, unit: &Unit, departure: &Departure) -> Option<(&'a Pack, &'a PeriodRule)> {
    let pack = match &departure.pin {
        Some(pin) => packs.pinned(&pin.pack, &pin.version),
        None => packs.pinned(&unit.pack, &unit.pack_version),
    }?;
    Some((pack, pack.period.as_ref()?))
}

/// The period of one departure, whether or not it is the one that governs.
pub fn period_of(packs: &Packs, unit: &Unit, person: &Person, departure: &Departure) -> Option<Period> {
    // Seen alone: with the other departures and whatever post came after it out of the way.
    let day = departure.left_on.or(departure.approved_on)?;
    let mut alone = person.clone();
    alone.departures.retain(|d| d.n == departure.n);
    if alone.departures.is_empty() {
        alone.departures.push(departure.clone());
    }
    for post in &mut alone.posts {
        post.to = Some(post.to.map_or(day, |to| to.min(day)));
    }
    standing(packs, unit, &alone, day).period
}
