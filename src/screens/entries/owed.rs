//! What people owe, as far as a form for it can start with that: the training or pledge that is overdue longest.

use chrono::Datelike;

use crate::domain::{DutyKind, PersonId, PledgeKind, TrainingKind};
use crate::index::{DutyRow, PersonRow};
use crate::screens::Context;

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
    let all: Vec<Option<T>> = persons.iter().map(|id| cx.index.person(*id).as_ref().and_then(&owes)).collect();
    let count = |what: T| all.iter().filter(|o| **o == Some(what)).count();
    // Of kinds owed by as many, the first person's.
    let mut best: Option<(T, usize)> = None;
    for what in all.iter().copied().flatten() {
        let n = count(what);
        if best.is_none_or(|(_, most)| n > most) {
            best = Some((what, n));
        }
    }
    best.map(|(what, n)| (what, all.len() - n))
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
