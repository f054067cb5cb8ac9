//! What people owe, as far as a form for it can start with that: the training or pledge that is overdue longest.

use chrono::Datelike;

use crate::domain::{DutyKind, PersonId, PledgeKind, TrainingKind};
use crate::index::{DutyRow, PersonRow};
use crate::screens::Context;
use crate::screens::deed::Deed;

/// A training somebody owes: its kind and, for a session missed in a year that is over, that year.
type Owed = (TrainingKind, Option<i32>);

/// What most of them owe, and how many owe something else or nothing. `None` where nobody owes a training.
pub fn training(persons: &[PersonId], cx: &Context) -> Option<(Owed, usize)> {
    most(persons, cx, |row| row.training.overdue.first().and_then(|d| trained(d, cx)))
}

/// The pledge most of them owe, and how many do not.
pub fn pledge(persons: &[PersonId], cx: &Context) -> Option<(PledgeKind, usize)> {
    most(persons, cx, |row| row.pledges_missing.first().and_then(|d| pledged(d.kind)))
}

fn most<T: Copy + PartialEq>(
    persons: &[PersonId],
    cx: &Context,
    owes: impl Fn(&PersonRow) -> Option<T>,
) -> Option<(T, usize)> {
    // One pass: there may be a hundred thousand of them, and only a few kinds.
    let mut counts: Vec<(T, usize)> = Vec::new();
    for what in persons.iter().filter_map(|id| cx.index.person(*id).as_ref().and_then(&owes)) {
        match counts.iter_mut().find(|(kind, _)| *kind == what) {
            Some((_, n)) => *n += 1,
            None => counts.push((what, 1)),
        }
    }
    // Of kinds owed by as many, the first person's.
    let (what, n) = counts.into_iter().rev().max_by_key(|(_, n)| *n)?;
    Some((what, persons.len() - n))
}

/// How many of the people a training or pledge form is about owe something else than it starts with, or nothing.
pub fn others(deed: Deed, persons: &[PersonId], cx: &Context) -> usize {
    match deed {
        Deed::Training => training(persons, cx).map_or(0, |(_, n)| n),
        Deed::Pledge => pledge(persons, cx).map_or(0, |(_, n)| n),
        _ => 0,
    }
}

fn trained(duty: &DutyRow, cx: &Context) -> Option<Owed> {
    let year = duty.due.year();
    match duty.kind {
        DutyKind::TrainingBeforePost => Some((TrainingKind::BeforePost, None)),
        DutyKind::Sessions => Some((TrainingKind::OnPost, Some(year).filter(|y| *y < cx.today.year()))),
        DutyKind::TrainingBeforeLeaving => Some((TrainingKind::BeforeLeaving, None)),
        DutyKind::TrainingBeforeTravel => Some((TrainingKind::BeforeTravel, None)),
        _ => None,
    }
}

const fn pledged(kind: DutyKind) -> Option<PledgeKind> {
    match kind {
        DutyKind::PledgeOnPost => Some(PledgeKind::OnPost),
        DutyKind::YearlyStatement => Some(PledgeKind::Yearly),
        DutyKind::PledgeOnLeaving => Some(PledgeKind::Leaving),
        _ => None,
    }
}
