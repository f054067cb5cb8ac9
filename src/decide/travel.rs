//! Travel requests: draft → the pack's steps → approved → papers issued → travelling → returned → closed; or rejected,
//! withdrawn, objected (final).

use super::permission::{allow_step, not_the_filer};
use super::{
    Context, Decision, Refusal, Warning, known_day, next_n, past_day, put, required, short, the_person, the_unit, votes,
};
use crate::domain::command::{RecordTrip, SubmitTrip, TripEvent};
use crate::domain::person::{OnPaper, Pin, Step, Trip};
use crate::domain::{Command, Date, Opinion, Person, StepCode, TripState, Unit, View, ids::part_id};
use crate::rules::{self, Outcome, Question};

pub(super) fn decide(view: &dyn View, cx: &Context, command: &Command) -> Result<Decision, Refusal> {
    match command {
        Command::SubmitTrip(fields) => submit(view, cx, fields),
        Command::RecordTrip(fields) => record(view, cx, fields),
        Command::ChangeTrip { person, trip, destination, purpose, depart_on, return_on } => {
            let mut p = the_person(view, *person)?;
            let before = the_trip(&mut p, *trip)?.clone();
            let t = the_trip(&mut p, *trip)?;
            in_state(t, &[TripState::Draft, TripState::Pending])?;
            if let Some(text) = destination {
                t.destination = required("destination", text)?;
            }
            if let Some(text) = purpose {
                t.purpose = short("purpose", text)?;
            }
            if let Some(day) = depart_on {
                t.depart_on = known_day(cx, "depart_on", *day)?;
            }
            if let Some(day) = return_on {
                t.return_on = Some(known_day(cx, "return_on", *day)?);
            }
            days_in_order(t)?;
            if *t == before {
                return Err(Refusal::rule("nothing_changed").with("id", part_id(*person, 'T', *trip)));
            }
            t.written_by(&cx.who.operator);
            // Opinions were given on another journey: they do not carry over.
            t.steps.retain(|s| s.code == StepCode::SpecialReason);
            Ok(done(p, *trip, Vec::new()))
        }
        Command::StepTrip { person, trip, step, opinion, by, on, comment, votes } => {
            let mut p = the_person(view, *person)?;
            let unit = the_unit(view, p.unit)?;
            let waits = next_step(cx, &unit, &p, *trip)?;
            let t = the_trip(&mut p, *trip)?;
            in_state(t, &[TripState::Pending])?;
            let Some(code) = step.or(waits).or(match opinion {
                Opinion::Object => Some(StepCode::StateOrganOpinion),
                _ => None,
            }) else {
                return Err(Refusal::rule("no_step_open").with("id", part_id(*person, 'T', *trip)));
            };
            allow_step(cx.who, code)?;
            if *opinion == Opinion::Agree && t.is_filed_by(&cx.who.operator) {
                not_the_filer(cx, code)?;
            }
            if code == StepCode::SpecialReason {
                t.written_by(&cx.who.operator);
            }
            if *opinion == Opinion::Agree
                && let Some(next) = waits
                && code != next
                && !free_order(code)
            {
                return Err(Refusal::rule("step_not_next").with("step", code.code()).with("next", next.code()));
            }
            let (votes, warnings) = votes::of_step(code, *opinion, votes.as_ref())?;
            t.steps.push(Step {
                code,
                on: past_day(cx, "on", on.unwrap_or(cx.today))?,
                by: required("by", by)?,
                opinion: *opinion,
                comment: required("comment", comment)?,
                votes,
            });
            match opinion {
                Opinion::Agree => {}
                Opinion::Disagree => t.state = TripState::Rejected,
                Opinion::Object => t.state = TripState::Objected,
            }
            settle(cx, &unit, &mut p, *trip)?;
            Ok(done(p, *trip, warnings))
        }
        Command::MoveTrip { person, trip, event, on, text } => move_trip(view, cx, (*person, *trip), *event, *on, text),
        _ => Err(Refusal::input("wrong_command")),
    }
}

/// Steps that may be recorded whenever they happen: facts, and reviews whose order no article fixes (p5 24, regs 52).
const fn free_order(code: StepCode) -> bool {
    matches!(
        code,
        StepCode::SpecialReason
            | StepCode::Training
            | StepCode::Pledge
            | StepCode::StateOrganOpinion
            | StepCode::Talk
            | StepCode::SecrecyReview
            | StepCode::SecrecyOpinion
            | StepCode::PersonnelOpinion
    )
}

fn done(person: Person, trip: u32, warnings: Vec<Warning>) -> Decision {
    let ids = vec![part_id(person.id, 'T', trip), person.id.to_string()];
    Decision { changes: vec![put(person)], ids, warnings }
}

fn the_trip(person: &mut Person, n: u32) -> Result<&mut Trip, Refusal> {
    let id = person.id;
    person
        .trips
        .iter_mut()
        .find(|t| t.n == n)
        .ok_or_else(|| Refusal::input("no_such_part").with("id", part_id(id, 'T', n)))
}

fn in_state(trip: &Trip, allowed: &[TripState]) -> Result<(), Refusal> {
    if allowed.contains(&trip.state) {
        return Ok(());
    }
    let wanted: Vec<&str> = allowed.iter().map(|s| s.code()).collect();
    Err(Refusal::rule("trip_state").with("state", trip.state.code()).with("needed", wanted.join("|")))
}

fn days_in_order(trip: &Trip) -> Result<(), Refusal> {
    match trip.return_on {
        Some(back) if back < trip.depart_on => {
            Err(Refusal::input("ends_before_start").with("from", trip.depart_on).with("to", back))
        }
        _ => Ok(()),
    }
}

/// The choices a case is bound to when it is opened: those the unit has made.
pub(super) fn pin(unit: &Unit) -> Pin {
    Pin {
        pack: unit.pack.clone(),
        version: unit.pack_version.clone(),
        choices: unit.choices.iter().map(|(k, c)| (k.clone(), c.value.clone())).collect(),
    }
}

fn submit(view: &dyn View, cx: &Context, f: &SubmitTrip) -> Result<Decision, Refusal> {
    let mut p = the_person(view, f.person)?;
    let unit = the_unit(view, p.unit)?;
    let n = next_n(p.trips.iter().map(|t| t.n));
    let on = past_day(cx, "on", f.on.unwrap_or(cx.today))?;
    let mut trip = Trip {
        n,
        kind: f.kind,
        destination: required("destination", &f.destination)?,
        purpose: short("purpose", &f.purpose)?,
        depart_on: known_day(cx, "depart_on", f.depart_on)?,
        return_on: f.return_on.map(|d| known_day(cx, "return_on", d)).transpose()?,
        companions: f.companions.iter().map(|c| short("companions", c)).collect::<Result<_, _>>()?,
        funding: short("funding", &f.funding)?,
        state: if f.draft { TripState::Draft } else { TripState::Pending },
        submitted_on: (!f.draft).then_some(on),
        submitted_by: cx.who.operator.clone(),
        changed_by: Vec::new(),
        steps: Vec::new(),
        papers_issued_on: None,
        papers_back_on: None,
        departed_on: None,
        returned_on: None,
        reported_on: None,
        report: String::new(),
        pin: Some(pin(&unit)),
        on_paper: None,
    };
    days_in_order(&trip)?;
    let reason = short("special_reason", &f.special_reason)?;
    if !reason.is_empty() {
        let by = p.name.clone();
        trip.steps.push(Step {
            code: StepCode::SpecialReason,
            on,
            by,
            opinion: Opinion::Agree,
            comment: reason,
            votes: None,
        });
    }
    new_to(&p, &trip)?;
    let warnings = trip_warnings(cx, &unit, &p, &trip);
    p.trips.push(trip);
    settle(cx, &unit, &mut p, n)?;
    Ok(done(p, n, warnings))
}

/// A journey written down afterwards. The register neither checks nor gives an approval here; it keeps what the papers
/// say beside the facts, and what is still owed (report, papers) is owed from then on.
fn record(view: &dyn View, cx: &Context, f: &RecordTrip) -> Result<Decision, Refusal> {
    let mut p = the_person(view, f.person)?;
    let depart_on = known_day(cx, "depart_on", f.depart_on)?;
    if depart_on > cx.today {
        return Err(Refusal::rule("trip_not_begun").with("date", depart_on));
    }
    let past = |field, day: Option<Date>| day.map(|d| past_day(cx, field, d)).transpose();
    let returned_on = past("returned_on", f.returned_on)?;
    if f.closed && returned_on.is_none() {
        return Err(Refusal::input("trip_closed_abroad"));
    }
    let mut trip = Trip {
        n: next_n(p.trips.iter().map(|t| t.n)),
        kind: f.kind,
        destination: required("destination", &f.destination)?,
        purpose: short("purpose", &f.purpose)?,
        depart_on,
        return_on: f.return_on.map(|d| known_day(cx, "return_on", d)).transpose()?,
        companions: f.companions.iter().map(|c| short("companions", c)).collect::<Result<_, _>>()?,
        funding: short("funding", &f.funding)?,
        state: if returned_on.is_some() { TripState::Returned } else { TripState::Travelling },
        submitted_on: past("submitted_on", f.submitted_on)?,
        submitted_by: cx.who.operator.clone(),
        changed_by: Vec::new(),
        steps: Vec::new(),
        papers_issued_on: past("papers_issued_on", f.papers_issued_on)?,
        papers_back_on: past("papers_back_on", f.papers_back_on)?,
        departed_on: Some(depart_on),
        returned_on,
        reported_on: past("reported_on", f.reported_on)?,
        report: String::new(),
        pin: None,
        on_paper: Some(OnPaper { by: short("approved_by", &f.approved_by)?, comment: short("comment", &f.comment)? }),
    };
    days_in_order(&trip)?;
    for day in [trip.returned_on, trip.reported_on].into_iter().flatten() {
        if day < depart_on {
            return Err(Refusal::input("ends_before_start").with("from", depart_on).with("to", day));
        }
    }
    if f.closed || (trip.state == TripState::Returned && settled_after(&trip)) {
        trip.state = TripState::Closed;
    }
    new_to(&p, &trip)?;
    let n = trip.n;
    p.trips.push(trip);
    Ok(done(p, n, Vec::new()))
}

/// Refuses a journey that is under way or asked for already.
fn new_to(person: &Person, trip: &Trip) -> Result<(), Refusal> {
    let on_paper = trip.on_paper.is_some();
    let same =
        |t: &&Trip| t.depart_on == trip.depart_on && t.destination == trip.destination && (on_paper || !over(t.state));
    match person.trips.iter().find(same) {
        Some(other) => Err(Refusal::rule("trip_exists").with("id", part_id(person.id, 'T', other.n))),
        None => Ok(()),
    }
}

/// Whether nothing is owed after the return: the report is given, papers handed out are back.
const fn settled_after(t: &Trip) -> bool {
    t.reported_on.is_some() && (t.papers_issued_on.is_none() || t.papers_back_on.is_some())
}

const fn over(state: TripState) -> bool {
    matches!(state, TripState::Rejected | TripState::Withdrawn | TripState::Objected | TripState::Closed)
}

/// What an officer should see beside a new request (rules.md 4): overlaps, papers still out, little lead time, a period
/// that ends inside the trip, the number of trips this year.
fn trip_warnings(cx: &Context, unit: &Unit, p: &Person, trip: &Trip) -> Vec<Warning> {
    use chrono::Datelike;
    let mut out = Vec::new();
    let end = |t: &Trip| t.returned_on.or(t.return_on).unwrap_or(t.depart_on);
    let open: Vec<&Trip> = p.trips.iter().filter(|t| !over(t.state)).collect();
    if let Some(t) = open.iter().find(|t| t.depart_on <= end(trip) && trip.depart_on <= end(t)) {
        out.push(Warning::new("trip_overlaps").with("id", part_id(p.id, 'T', t.n)));
    }
    if let Some(t) = p.trips.iter().find(|t| t.papers_issued_on.is_some() && t.papers_back_on.is_none()) {
        out.push(Warning::new("papers_out").with("id", part_id(p.id, 'T', t.n)));
    }
    let lead = (trip.depart_on - cx.today).num_days();
    if (0..10).contains(&lead) {
        out.push(Warning::new("short_notice").with("days", lead));
    }
    let year = trip.depart_on.year();
    let made = p.trips.iter().filter(|t| t.departed_on.is_some_and(|d| d.year() == year)).count();
    if made > 0 {
        out.push(Warning::new("trips_this_year").with("count", made).with("year", year));
    }
    let standing = rules::standing(cx.packs, unit, p, cx.today);
    if let Some(last) = standing.period.and_then(|x| x.last_day)
        && trip.depart_on <= last
        && last < end(trip)
    {
        out.push(Warning::new("period_ends_inside").with("last_day", last));
    }
    out
}

/// The step the request waits for, over the pack and the law laid beside it.
fn next_step(cx: &Context, unit: &Unit, person: &Person, n: u32) -> Result<Option<StepCode>, Refusal> {
    let trip = person.trip(n).ok_or_else(|| Refusal::input("no_such_part").with("id", part_id(person.id, 'T', n)))?;
    Ok(rules::trip_chain(cx.packs, unit, person, trip).next())
}

/// A pending request that waits for nothing any more is approved.
fn settle(cx: &Context, unit: &Unit, person: &mut Person, n: u32) -> Result<(), Refusal> {
    let complete = next_step(cx, unit, person, n)?.is_none();
    let trip = the_trip(person, n)?;
    if trip.state == TripState::Pending && complete {
        trip.state = TripState::Approved;
    }
    Ok(())
}

/// After a training or pledge: every pending request of the person is looked at again.
pub(super) fn settle_all(view: &dyn View, cx: &Context, person: &mut Person) -> Result<(), Refusal> {
    let pending: Vec<u32> = person.trips.iter().filter(|t| t.state == TripState::Pending).map(|t| t.n).collect();
    if pending.is_empty() {
        return Ok(());
    }
    let unit = the_unit(view, person.unit)?;
    for n in pending {
        settle(cx, &unit, person, n)?;
    }
    Ok(())
}

fn move_trip(
    view: &dyn View,
    cx: &Context,
    (person, n): (crate::domain::PersonId, u32),
    event: TripEvent,
    on: Option<Date>,
    text: &str,
) -> Result<Decision, Refusal> {
    let mut p = the_person(view, person)?;
    let unit = the_unit(view, p.unit)?;
    let day = past_day(cx, "on", on.unwrap_or(cx.today))?;
    let text = short("text", text)?;
    if matches!(event, TripEvent::IssuePapers | TripEvent::Depart) {
        may_travel(view, cx, &unit, &p, n)?;
    }
    let t = the_trip(&mut p, n)?;
    let mut settled = false;
    match event {
        TripEvent::Submit => {
            in_state(t, &[TripState::Draft])?;
            t.state = TripState::Pending;
            t.submitted_on = Some(day);
            t.written_by(&cx.who.operator);
            settled = true;
        }
        TripEvent::Withdraw => {
            in_state(t, &[TripState::Draft, TripState::Pending, TripState::Approved])?;
            t.state = TripState::Withdrawn;
        }
        TripEvent::IssuePapers => {
            in_state(t, &[TripState::Approved])?;
            t.papers_issued_on = Some(day);
            t.state = TripState::PapersIssued;
        }
        TripEvent::Depart => {
            in_state(t, &[TripState::Approved, TripState::PapersIssued])?;
            t.departed_on = Some(day);
            t.state = TripState::Travelling;
        }
        TripEvent::Return => {
            in_state(t, &[TripState::Travelling])?;
            if let Some(left) = t.departed_on.filter(|d| day < *d) {
                return Err(Refusal::input("ends_before_start").with("from", left).with("to", day));
            }
            t.returned_on = Some(day);
            t.state = TripState::Returned;
        }
        TripEvent::Report => {
            in_state(t, &[TripState::Returned])?;
            t.report = required("text", &text)?;
            t.reported_on = Some(day);
        }
        TripEvent::PapersBack => {
            // Papers handed out for a journey that never began come back too.
            in_state(t, &[TripState::PapersIssued, TripState::Returned])?;
            if t.papers_issued_on.is_none() {
                return Err(Refusal::rule("papers_never_issued"));
            }
            t.papers_back_on = Some(day);
            if t.state == TripState::PapersIssued {
                t.state = TripState::Withdrawn;
            }
        }
    }
    if t.state == TripState::Returned && settled_after(t) {
        t.state = TripState::Closed;
    }
    if settled {
        settle(cx, &unit, &mut p, n)?;
    }
    Ok(done(p, n, Vec::new()))
}

/// Papers are issued and journeys begin only where the verdict for the request allows it.
fn may_travel(view: &dyn View, cx: &Context, unit: &Unit, person: &Person, n: u32) -> Result<(), Refusal> {
    let Some(trip) = person.trip(n) else {
        return Err(Refusal::input("no_such_part").with("id", part_id(person.id, 'T', n)));
    };
    let held = view.held_by(person.id)?;
    let question = Question::Travel { kind: trip.kind, trip: Some(n) };
    let verdict = rules::verdict(cx.packs, unit, person, &held, question, trip.depart_on, cx.today)
        .map_err(|e| Refusal::input("pack_not_personnel").with("pack", e.pack))?;
    match verdict.outcome {
        Outcome::Allowed | Outcome::Silent => Ok(()),
        Outcome::AllowedWhen | Outcome::NotAllowed => Err(Refusal::rule("travel_not_allowed").because(verdict)),
    }
}
