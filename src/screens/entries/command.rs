//! The command a filled form stands for.

use super::Values;
use crate::domain::command::{AddPerson, ChangePerson, Depart, RecordTrip, SubmitTrip};
use crate::domain::person::Votes;
use crate::domain::{
    CaseKind, CaseState, Command, DutyKind, Employer, LeavingReason, Level, Opinion, PersonId, PledgeKind, ReviewKind,
    StepCode, TrainingKind, TripKind,
};
use crate::index::{Item, Part};
use crate::screens::deed::Deed;
use crate::screens::entries::read_day;
use crate::screens::{Context, choices};

/// The command a filled form stands for.
pub fn command(
    deed: Deed,
    persons: &[PersonId],
    items: &[Item],
    v: &Values,
    based_on: Option<u64>,
    cx: &Context,
) -> Option<Command> {
    let first = persons.first().copied();
    let opinion = |trip: u32, opinion: Opinion| {
        Some(Command::StepTrip {
            person: first?,
            trip,
            step: None,
            opinion,
            by: v.text("by"),
            on: v.day("on"),
            comment: v.text("comment"),
            votes: None,
        })
    };
    match deed {
        Deed::Agree(n) => opinion(n, Opinion::Agree),
        Deed::Disagree(n) => opinion(n, Opinion::Disagree),
        Deed::Object(n) => opinion(n, Opinion::Object),
        Deed::Trip(trip, event) => {
            Some(Command::MoveTrip { person: first?, trip, event, on: v.day("on"), text: v.text("text") })
        }
        Deed::NewTrip => Some(Command::SubmitTrip(SubmitTrip {
            person: first?,
            kind: TripKind::from_code(&v.text("trip_kind"))?,
            destination: v.text("destination"),
            purpose: v.text("purpose"),
            depart_on: v.day("depart_on")?,
            return_on: v.day("return_on"),
            companions: Vec::new(),
            funding: String::new(),
            on: None,
            special_reason: v.text("special_reason"),
            draft: false,
        })),
        Deed::Training => Some(Command::AddTraining {
            persons: persons.to_vec(),
            on: v.day("on")?,
            kind: TrainingKind::from_code(&v.text("training_kind"))?,
            topic: v.text("topic"),
            minutes: None,
            makeup_for: v.number("makeup_for"),
            certificate: String::new(),
        }),
        Deed::Pledge => Some(Command::AddPledge {
            persons: persons.to_vec(),
            kind: PledgeKind::from_code(&v.text("pledge_kind"))?,
            on: v.day("on")?,
            year: None,
            copies: v.number("copies"),
            text_version: String::new(),
        }),
        Deed::Leave => Some(Command::Depart(Depart {
            person: first?,
            reason: LeavingReason::from_code(&v.text("leaving_reason"))?,
            approved_on: v.day("approved_on"),
            left_on: v.day("left_on"),
            level: None,
            months: None,
            months_by: String::new(),
            months_reason: String::new(),
            stated_last_day: None,
            destination: v.text("going_to"),
            managed_by: String::new(),
        })),
        Deed::Length(departure) => Some(Command::SetPeriodLength {
            person: first?,
            departure,
            months: v.number("months")?,
            on: v.day("on"),
            by: v.text("by"),
            reason: v.text("reason"),
        }),
        Deed::Extend(departure) => Some(Command::ExtendPeriod {
            person: first?,
            departure,
            months: v.number("months")?,
            on: v.day("on"),
            by: v.text("by"),
            reason: v.text("reason"),
            told_on: v.day("told_on"),
        }),
        Deed::Close(departure) => Some(Command::ClosePeriod { person: first?, departure, on: v.day("on") }),
        Deed::Post => Some(Command::AddPost {
            person: first?,
            title: v.text("title"),
            level: Level::from_code(&v.text("level")),
            from: v.day("from"),
        }),
        Deed::Level => Some(Command::SetLevel {
            person: first?,
            level: Level::from_code(&v.text("level")),
            from: v.day("from"),
            decided_by: v.text("decided_by"),
            reason: v.text("reason"),
        }),
        Deed::Edit => Some(Command::ChangePerson(ChangePerson {
            based_on,
            name: v.changed("name"),
            department: v.changed("department"),
            staff_number: v.changed("staff_number"),
            identity: v.some("identity"),
            phone: v.changed("phone"),
            note: v.changed("note"),
            ..ChangePerson::of(first?)
        })),
        Deed::Choose(unit, at) => {
            let (unit, choice) = choices::find(unit, at, cx)?;
            Some(Command::SetUnit {
                unit: Some(unit.id),
                key: choice.key,
                value: v.text("value"),
                decided_by: v.text("decided_by"),
                reason: v.text("reason"),
            })
        }
        Deed::AddComputer | Deed::AddMedium | Deed::Device(..) => super::device::command(deed, v, based_on, cx),
        Deed::Account(deed, number) => super::account::command(deed, number, v, cx),
        Deed::Plan | Deed::Campaign | Deed::Inspection(_) | Deed::Finding(_) => {
            super::inspect::command(deed, items, v, cx)
        }
        Deed::EndPost => {
            Some(Command::EndPost { person: first?, post: v.number("post_number"), to: v.day("post_to")? })
        }
        Deed::PastTrip => Some(Command::RecordTrip(RecordTrip {
            person: first?,
            kind: TripKind::from_code(&v.text("trip_kind"))?,
            destination: v.text("destination"),
            purpose: v.text("purpose"),
            depart_on: v.day("depart_on")?,
            return_on: None,
            companions: Vec::new(),
            funding: String::new(),
            submitted_on: None,
            approved_by: v.text("approved_by"),
            comment: v.text("comment"),
            papers_issued_on: None,
            papers_back_on: v.day("papers_back_on"),
            returned_on: v.day("returned_on"),
            reported_on: v.day("reported_on"),
            closed: false,
        })),
        Deed::Review => Some(Command::AddReview {
            person: first?,
            kind: ReviewKind::from_code(&v.text("review_kind"))?,
            on: v.day("on")?,
            passed: v.text("passed") == "yes",
            by: v.text("by"),
            comment: v.text("comment"),
        }),
        Deed::Waiver => {
            let wanted = v.text("duty");
            let (kind, due) = wanted.split_once('@')?;
            Some(Command::AddWaiver {
                person: first?,
                duty: DutyKind::from_code(kind)?,
                due: Some(read_day(due)?),
                on: None,
                by: v.text("by"),
                reason: v.text("reason"),
                until: v.day("until"),
            })
        }
        Deed::Step(part, step) => Some(step_of(first?, part, step, Opinion::Agree, v)),
        Deed::Refuse(part, step) => Some(step_of(first?, part, step, Opinion::Disagree, v)),
        Deed::Decide(part, step) => {
            let opinion = Opinion::from_code(&v.text("decision"))?;
            Some(step_of(first?, part, step, opinion, v))
        }

        Deed::CloseCase(case) => {
            Some(Command::CloseCase { person: first?, case, state: CaseState::Closed, on: v.day("on") })
        }
        Deed::WithdrawCase(case) => {
            Some(Command::CloseCase { person: first?, case, state: CaseState::Withdrawn, on: v.day("on") })
        }
        Deed::Case => Some(Command::OpenCase {
            person: first?,
            kind: CaseKind::from_code(&v.text("case_kind"))?,
            on: v.day("on"),
            effective_on: v.day("effective_on"),
            reason: v.text("reason"),
            employer: Employer::from_code(&v.text("employer")),
            level: Level::from_code(&v.text("level")),
        }),
        Deed::AddPerson => Some(Command::AddPerson(AddPerson {
            name: v.text("name"),
            identity: v.some("identity"),
            department: v.text("department"),
            post: v.some("post"),
            level: Level::from_code(&v.text("level")),
            on_post_from: v.day("on_post_from"),
            unit: v.unit(),
            ..AddPerson::default()
        })),
    }
}

/// A step of a request, a case or a leaving.
fn step_of(person: PersonId, part: Part, step: StepCode, opinion: Opinion, v: &Values) -> Command {
    let (on, by, comment, votes) = (v.day("on"), v.text("by"), v.text("comment"), votes(v));
    match part {
        Part::Trip(trip) => Command::StepTrip { person, trip, step: Some(step), on, by, opinion, comment, votes },
        Part::Departure(departure) => {
            Command::StepDeparture { person, departure, step, on, by, opinion, comment, votes }
        }
        Part::Case(case) => Command::StepCase { person, case, step, on, by, opinion, comment, votes },
    }
}

/// The votes of a meeting, where the form asks for them.
fn votes(v: &Values) -> Option<Votes> {
    let present: Vec<String> = v.text("present").split(separates).map(str::to_owned).collect();
    let count = |name: &str| v.number(name).unwrap_or(0);
    let favour = v.number("votes_for")?;
    Some(Votes { favour, against: count("votes_against"), abstain: count("votes_abstain"), present })
}

/// What stands between names: commas, stops and semicolons of both scripts, and blanks.
fn separates(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ';' | '\u{ff0c}' | '\u{3001}' | '\u{ff1b}')
}
