//! Which deeds are offered for which rows.

use super::{AccountDeed, Deed, DeviceDeed, FindingDeed, InspectionDeed};
use crate::domain::command::TripEvent;
use crate::domain::{
    CaseState, Date, DeviceState, FindingStep, InspectionState, Operator, RecordId, State, StepCode, TripState,
};
use crate::index::{FindingRow, MatterRow, Part, PersonRow, Row};
use crate::rules::inspected_alone;

/// What can be done with a case: the step it waits for, or its end.
pub fn for_matter(row: &MatterRow) -> Vec<Deed> {
    let (m, part) = (&row.matter, row.matter.part());
    let mut out = Vec::new();
    if m.state != CaseState::Open {
        return out;
    }
    out.extend(row.next().and_then(|s| for_step(part, s.code)));
    out.extend(row.next().filter(|s| s.code.of_meeting()).map(|s| Deed::Decide(part, s.code)));
    if let Part::Case(n) = part {
        out.extend(row.next().filter(|s| s.code != StepCode::WaitPeriod).map(|s| Deed::Refuse(part, s.code)));
        out.extend([Deed::CloseCase(n), Deed::WithdrawCase(n)]);
    }
    out
}

/// What takes a step: the paper that proves it where the register keeps one. A period is waited out; nobody takes that
/// step.
pub const fn for_step(part: Part, step: StepCode) -> Option<Deed> {
    Some(match (step, part) {
        (StepCode::WaitPeriod, _) => return None,
        (StepCode::Pledge, _) => Deed::Pledge,
        (StepCode::Training, _) => Deed::Training,
        (StepCode::Review, _) => Deed::Review,
        (StepCode::LeavePost, Part::Case(_)) => Deed::Leave,
        (StepCode::PeriodSet, Part::Departure(n)) => Deed::Length(n),
        (code, part) => Deed::Step(part, code),
    })
}

/// What can be done with one person, what waits most first; `part` is the trip or case under the cursor, if it is on one.
pub fn for_one(s: &PersonRow, part: Option<Part>) -> Vec<Deed> {
    let mut out = Vec::new();
    let wanted = |n: u32| part.is_none_or(|p| p == Part::Trip(n));
    for t in s.trips.iter().filter(|t| wanted(t.n)) {
        let n = t.n;
        let events: &[TripEvent] = match t.state {
            TripState::Draft => &[TripEvent::Submit, TripEvent::Withdraw],
            TripState::Pending => {
                out.extend([Deed::Agree(n), Deed::Disagree(n), Deed::Object(n)]);
                let meets = t.waits_for.filter(|s| s.of_meeting());
                out.extend(meets.map(|s| Deed::Decide(Part::Trip(n), s)));
                &[TripEvent::Withdraw]
            }
            TripState::Approved => &[TripEvent::IssuePapers, TripEvent::Depart, TripEvent::Withdraw],
            TripState::PapersIssued => &[TripEvent::Depart, TripEvent::PapersBack],
            TripState::Travelling => &[TripEvent::Return],
            TripState::Returned => &[TripEvent::Report, TripEvent::PapersBack],
            _ => &[],
        };
        out.extend(events.iter().map(|e| Deed::Trip(n, *e)));
        if !out.is_empty() && part.is_none() {
            // One journey at a time: the letters stand for the one that is open.
            break;
        }
    }
    if let Some(period) = &s.departure {
        match s.state {
            State::InPeriod => out.extend([Deed::Length(period.departure), Deed::Extend(period.departure)]),
            // On a case the letter closes the case.
            State::Ended if !matches!(part, Some(Part::Case(_))) => out.push(Deed::Close(period.departure)),
            _ => {}
        }
    }
    out.extend([Deed::Training, Deed::Pledge, Deed::NewTrip]);
    if s.state == State::OnPost {
        out.push(Deed::Leave);
    }
    out.push(Deed::Case);
    out.push(Deed::Review);
    if !s.due.is_empty() {
        out.push(Deed::Waiver);
    }
    out.extend([Deed::PastTrip, Deed::Level, Deed::Post]);
    if s.state == State::OnPost {
        out.push(Deed::EndPost);
    }
    out.extend([Deed::Edit, Deed::AddPerson]);
    out
}

/// What can be done with several at once.
pub const FOR_MANY: [Deed; 2] = [Deed::Training, Deed::Pledge];

/// What can be done with the computers and media: with the one under the cursor, if there is one, and in any case.
pub fn for_device(row: Option<&Row>) -> Vec<Deed> {
    let of = match row {
        Some(Row::Computer(c)) => Some((RecordId::from(c.id), c.state)),
        Some(Row::Medium(m)) => Some((RecordId::from(m.id), m.state)),
        _ => None,
    };
    let mut out = Vec::new();
    if let Some((id, state)) = of {
        use DeviceDeed as D;
        let now: &[D] = match state {
            DeviceState::InStore => &[D::Issue, D::Move, D::SendOut, D::Destroy],
            DeviceState::TakenBack => &[D::Issue, D::Destroy],
            DeviceState::InUse => &[D::TakeBack, D::Move, D::SendOut, D::Destroy],
            DeviceState::InRepair => &[D::Return, D::TakeBack],
            DeviceState::Destroyed => &[],
        };
        out.extend(now.iter().chain(&[D::Volume, D::DestroyVolume, D::Change]).map(|d| Deed::Device(*d, id)));
    }
    if matches!(row, Some(Row::Computer(c)) if inspected_alone(c.kind, c.state)) {
        out.push(Deed::Plan);
    }
    out.extend([Deed::AddComputer, Deed::AddMedium]);
    out
}

/// What can be done with the inspection under the cursor, and in any case.
pub fn for_inspection(row: Option<&Row>) -> Vec<Deed> {
    use InspectionDeed as D;
    let now: &[D] = match row {
        Some(Row::Inspection(i)) => match i.brief.state {
            InspectionState::Planned | InspectionState::Open => &[D::Change, D::Cancel],
            InspectionState::Signing => &[D::Reopen, D::Cancel],
            InspectionState::Signed => &[D::Correct],
            InspectionState::Superseded | InspectionState::Cancelled => &[],
        },
        _ => &[],
    };
    now.iter().map(|d| Deed::Inspection(*d)).chain([Deed::Plan, Deed::Campaign]).collect()
}

/// What can be done with machines that are due.
pub const FOR_DUE: [Deed; 2] = [Deed::Plan, Deed::Campaign];

/// What can be done with these findings together: the steps that every one of them can take.
pub fn for_findings(rows: &[FindingRow], today: Date) -> Vec<Deed> {
    use FindingDeed as D;
    let every = |fits: fn(Option<FindingStep>) -> bool| rows.iter().all(|r| fits(r.finding.finding.stands_at()));
    let single = rows.len() == 1;
    let rests = rows.iter().any(|r| r.finding.finding.waiver.as_ref().is_some_and(|w| w.until >= today));
    let offers = [
        (D::Mended, every(|s| matches!(s, None | Some(FindingStep::SentBack)))),
        (D::Recheck, every(|s| s == Some(FindingStep::Rectified))),
        (D::Accept, every(|s| s == Some(FindingStep::Rechecked))),
        (
            D::SendBack,
            every(|s| matches!(s, Some(FindingStep::Rectified | FindingStep::Rechecked | FindingStep::Accepted))),
        ),
        (D::Remind, !rests && every(|s| s != Some(FindingStep::Accepted))),
        (D::Waive, single && every(|s| s != Some(FindingStep::Accepted))),
        (D::Change, single && every(|s| s != Some(FindingStep::Accepted))),
    ];
    let fitting = offers.into_iter().filter(|(_, fits)| *fits && !rows.is_empty());
    fitting.map(|(d, _)| Deed::Finding(d)).collect()
}

/// What can be done with the account under the cursor, and in any case. Nobody grants to himself, shuts or opens his own.
pub fn for_account(account: Option<&Operator>, own: bool) -> Vec<Deed> {
    use AccountDeed as D;
    let number = account.map_or(0, |a| a.number);
    let now: &[D] = match account {
        None => &[],
        Some(_) if own => &[D::Key],
        Some(a) if a.disabled => &[D::Enable],
        Some(_) => &[D::Grant, D::Key, D::Disable],
    };
    now.iter().chain(&[D::Add]).map(|d| Deed::Account(*d, number)).collect()
}
