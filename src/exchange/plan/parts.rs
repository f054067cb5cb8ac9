//! Rows about one thing a person has: posts, trainings, pledges, trips. A part the register has already, by its natural
//! content, plans nothing.

use super::record::{Record, When};
use super::{Match, Planner, Target};
use crate::domain::command::{RecordTrip, SubmitTrip, TripEvent};
use crate::domain::view::ReadError;
use crate::domain::{Command, Date, Level, Opinion, Person, PersonId, PledgeKind, TrainingKind, TripKind, TripState};
use crate::exchange::kind::Kind;
use crate::exchange::problem::{Problem, Severity};
use crate::text::fold;

/// A training as a row gives it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Training {
    pub on: Date,
    pub kind: TrainingKind,
    pub topic: String,
    pub minutes: Option<u32>,
    pub makeup_for: Option<i32>,
    pub certificate: String,
}

impl Training {
    pub const fn plain(on: Date, kind: TrainingKind) -> Self {
        Self { on, kind, topic: String::new(), minutes: None, makeup_for: None, certificate: String::new() }
    }
}

/// A pledge as a row gives it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Pledge {
    pub on: Date,
    pub kind: PledgeKind,
    pub year: Option<i32>,
    pub copies: Option<u32>,
    pub text_version: String,
}

/// Adds a post unless the person holds one of that title, or held it from that day.
pub(super) fn post(
    commands: &mut Vec<Command>,
    person: Option<&Person>,
    id: PersonId,
    title: String,
    level: Option<Level>,
    from: Option<Date>,
    today: Date,
) {
    let known = person.is_some_and(|p| {
        p.posts.iter().any(|x| {
            fold(&x.title) == fold(&title) && (x.to.is_none_or(|to| to > today) || (from.is_some() && x.from == from))
        })
    });
    if !known {
        commands.push(Command::AddPost { person: id, title, level, from });
    }
}

/// Adds a training unless there is one of that day, kind and topic (a row without a topic is any of that day and kind).
pub(super) fn training(commands: &mut Vec<Command>, person: Option<&Person>, id: PersonId, t: Training) {
    let same = |x: &crate::domain::person::Training| {
        (x.on, x.kind) == (t.on, t.kind)
            && (t.topic.is_empty() || x.topic == t.topic)
            && (t.makeup_for.is_none() || x.makeup_for == t.makeup_for)
    };
    if person.is_some_and(|p| p.trainings.iter().any(same)) {
        return;
    }
    commands.push(Command::AddTraining {
        persons: vec![id],
        on: t.on,
        kind: t.kind,
        topic: t.topic,
        minutes: t.minutes,
        makeup_for: t.makeup_for,
        certificate: t.certificate,
    });
}

/// Adds a pledge unless there is one of that kind and day.
pub(super) fn pledge(commands: &mut Vec<Command>, person: Option<&Person>, id: PersonId, p: Pledge) {
    let same =
        |x: &crate::domain::person::Pledge| (x.kind, x.on) == (p.kind, p.on) && (p.year.is_none() || x.year == p.year);
    if person.is_some_and(|x| x.pledges.iter().any(same)) {
        return;
    }
    commands.push(Command::AddPledge {
        persons: vec![id],
        kind: p.kind,
        on: p.on,
        year: p.year,
        copies: p.copies,
        text_version: p.text_version,
    });
}

/// Plans one row about a part of somebody in the register.
pub(super) fn plan(planner: &mut Planner<'_>, record: &mut Record<'_>) -> Result<(), ReadError> {
    let name = record.name();
    let identity = record.identity();
    let staff = record.text("staff_number");
    let department = record.department().or_else(|| planner.group.clone());
    if name.is_none() && identity.is_none() && staff.is_none() && !record.failed() {
        record.refuse("name_missing", "name");
    }
    let wanted = match planner.kind {
        Kind::Posts => read_post(record),
        Kind::Trainings => read_training(record),
        Kind::Pledges => read_pledge(record),
        _ => read_trip(record),
    };
    let Some(wanted) = wanted.filter(|_| !record.failed()) else { return Ok(()) };
    let shown = name.clone().unwrap_or_default();
    let id = match planner.find(record, identity.as_ref(), staff.as_deref(), &shown, department.as_deref())? {
        Match::Person(id) => id,
        Match::Refused => return Ok(()),
        Match::Nobody => {
            record.refuse("not_in_register", if record.has("name") { "name" } else { "identity" });
            return Ok(());
        }
    };
    let Some(person) = planner.ground.view.person(id)? else {
        record.refuse("not_in_register", "name");
        return Ok(());
    };
    if name.as_ref().is_some_and(|n| *n != person.name) {
        record.push(Problem::new(Severity::Error, "name_differs").with("id", id).with("name", &person.name), "name");
        return Ok(());
    }
    let mut commands = Vec::new();
    match wanted {
        Wanted::Post { title, level, from, to } => {
            post(&mut commands, Some(&person), id, title.clone(), level, from, planner.ground.today);
            if let Some(to) = to {
                end_post(record, &mut commands, &person, &title, to);
            }
        }
        Wanted::Training(t) => training(&mut commands, Some(&person), id, t),
        Wanted::Pledges(all) => {
            for p in all {
                pledge(&mut commands, Some(&person), id, p);
            }
        }
        Wanted::Trip(t) => trip(planner, record, &mut commands, &person, *t),
    }
    if record.failed() {
        return Ok(());
    }
    // The same row twice in a file is said once; the register would refuse the second.
    if let Some(line) = commands.first().map(|c| format!("{c:?}"))
        && !planner.parts_seen.insert((id, line))
    {
        record.warn("row_repeated", "name");
        commands.clear();
    }
    planner.add(record, &person.name, Target::Person(id), commands, Vec::new());
    Ok(())
}

enum Wanted {
    Post { title: String, level: Option<Level>, from: Option<Date>, to: Option<Date> },
    Training(Training),
    Pledges(Vec<Pledge>),
    Trip(Box<Trip>),
}

/// A trip as a row gives it.
struct Trip {
    kind: TripKind,
    destination: String,
    purpose: String,
    depart_on: Date,
    return_on: Option<Date>,
    companions: Vec<String>,
    funding: String,
    submitted_on: Option<Date>,
    special_reason: String,
    returned_on: Option<Date>,
    papers_issued_on: Option<Date>,
    papers_back_on: Option<Date>,
    reported_on: Option<Date>,
    state: Option<TripState>,
    approver: String,
    opinion: String,
}

fn read_post(record: &mut Record<'_>) -> Option<Wanted> {
    let title = record.text("post");
    if title.is_none() {
        record.refuse("post_title_missing", "post");
    }
    let post_level = record.word("level", "post_level");
    let level = post_level.or_else(|| record.word("level", "level")).and_then(Level::from_code);
    let from = record.date("on_post_from", When::Near);
    let to = record.date("post_to", When::Near);
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        record.refuse("range_backwards", "post_to");
    }
    Some(Wanted::Post { title: title?, level, from, to })
}

/// Ends the open post of that title; a post only now added cannot be named by a number yet.
fn end_post(record: &mut Record<'_>, commands: &mut Vec<Command>, person: &Person, title: &str, to: Date) {
    if !commands.is_empty() {
        record.warn("post_end_left_out", "post_to");
        return;
    }
    let open = person.posts.iter().find(|p| fold(&p.title) == fold(title) && p.to.is_none());
    if let Some(open) = open {
        commands.push(Command::EndPost { person: person.id, post: Some(open.n), to });
    }
}

fn read_training(record: &mut Record<'_>) -> Option<Wanted> {
    let on = record.date("training_on", When::Past);
    if on.is_none() && !record.failed() {
        record.refuse("date_missing", "training_on");
    }
    let kind = record.word("training", "training_kind").and_then(TrainingKind::from_code);
    let minutes = record.count("minutes", 1, 100_000).or_else(|| record.count("hours", 1, 1000).map(|h| h * 60));
    let makeup_for = record.count("makeup_for", 1990, 2200).and_then(|y| i32::try_from(y).ok());
    let topic = record.text("topic").unwrap_or_default();
    let certificate = record.text("certificate").unwrap_or_default();
    let kind = kind.unwrap_or(TrainingKind::OnPost);
    Some(Wanted::Training(Training { on: on?, kind, topic, minutes, makeup_for, certificate }))
}

fn read_pledge(record: &mut Record<'_>) -> Option<Wanted> {
    let kind = record.word("pledge", "pledge_kind").and_then(PledgeKind::from_code);
    let year = record.count("year", 1990, 2200).and_then(|y| i32::try_from(y).ok());
    let copies = record.count("copies", 1, 99);
    let text_version = record.text("text_version").unwrap_or_default();
    let columns = [
        ("pledge_on", kind.unwrap_or(PledgeKind::OnPost)),
        ("yearly_on", PledgeKind::Yearly),
        ("leaving_pledge_on", PledgeKind::Leaving),
    ];
    let mut all = Vec::new();
    for (field, kind) in columns {
        if let Some(on) = record.date(field, When::Past) {
            let year = year.filter(|_| kind == PledgeKind::Yearly);
            all.push(Pledge { on, kind, year, copies, text_version: text_version.clone() });
        }
    }
    if all.is_empty() && !record.failed() {
        record.refuse("date_missing", "pledge_on");
    }
    (!all.is_empty()).then_some(Wanted::Pledges(all))
}

fn read_trip(record: &mut Record<'_>) -> Option<Wanted> {
    let kind = record.word("trip", "trip_kind").and_then(TripKind::from_code);
    let destination = record.text("destination");
    if destination.is_none() {
        record.refuse("destination_missing", "destination");
    }
    let range = record.range("trip_range", When::Far, When::Far);
    let depart_on = record.date("depart_on", When::Far).or(range.map(|r| r.0));
    let return_on = record.date("return_on", When::Far).or(range.map(|r| r.1));
    if depart_on.is_none() && !record.failed() {
        record.refuse("date_missing", if record.has("depart_on") { "depart_on" } else { "trip_range" });
    }
    if let (Some(out), Some(back)) = (depart_on, return_on)
        && back < out
    {
        record.refuse("return_before_departure", "return_on");
    }
    if kind.is_none() && !record.failed() {
        record.warn("trip_kind_missing", "trip_kind");
    }
    let companions = record.text("companions").unwrap_or_default();
    let companions = companions
        .split([',', ';', '\u{3001}', '\u{ff0c}', '\u{ff1b}', '/'])
        .map(|c| crate::exchange::value::name(c).0)
        .filter(|c| !c.is_empty())
        .collect();
    let state = record.word("trip_state", "trip_state").and_then(TripState::from_code);
    Some(Wanted::Trip(Box::new(Trip {
        kind: kind.unwrap_or(TripKind::Private),
        destination: destination?,
        purpose: record.text("purpose").unwrap_or_default(),
        depart_on: depart_on?,
        return_on,
        companions,
        funding: record.text("funding").unwrap_or_default(),
        submitted_on: record.date("submitted_on", When::Past),
        special_reason: record.text("special_reason").unwrap_or_default(),
        returned_on: record.date("returned_on", When::Past),
        papers_issued_on: record.date("papers_issued_on", When::Past),
        papers_back_on: record.date("papers_back_on", When::Past),
        reported_on: record.date("reported_on", When::Past),
        state,
        approver: record.text("approver").unwrap_or_default(),
        opinion: record.text("opinion").unwrap_or_default(),
    })))
}

/// A journey that had begun is written down as the list says; what has not begun is a request, as far as its state can be
/// reached honestly: an import files requests, it does not approve them.
fn trip(planner: &mut Planner<'_>, record: &mut Record<'_>, commands: &mut Vec<Command>, person: &Person, t: Trip) {
    let known =
        person.trips.iter().find(|x| x.depart_on == t.depart_on && fold(&x.destination) == fold(&t.destination));
    if let Some(known) = known {
        let return_on = t.return_on.filter(|d| Some(*d) != known.return_on);
        if return_on.is_some() && matches!(known.state, TripState::Draft | TripState::Pending) {
            commands.push(Command::ChangeTrip {
                person: person.id,
                trip: known.n,
                destination: None,
                purpose: None,
                depart_on: None,
                return_on,
            });
        } else if return_on.is_some() {
            record.warn("trip_fixed", "return_on");
        }
        return;
    }
    let today = planner.ground.today;
    let begun = t.depart_on <= today;
    // The number the request will have: after those there are, and those this file files before it.
    let filed = planner.trips_filed.get(&person.id).copied().unwrap_or(0);
    let n = person.trips.iter().map(|x| x.n).max().unwrap_or(0) + filed + 1;
    let file = |draft| {
        Command::SubmitTrip(SubmitTrip {
            person: person.id,
            kind: t.kind,
            destination: t.destination.clone(),
            purpose: t.purpose.clone(),
            depart_on: t.depart_on,
            return_on: t.return_on,
            companions: t.companions.clone(),
            funding: t.funding.clone(),
            on: t.submitted_on,
            special_reason: t.special_reason.clone(),
            draft,
        })
    };
    // A list without a column for the state is one of journeys made, as far as they lie behind.
    let state = t.state.unwrap_or(if begun { TripState::Approved } else { TripState::Pending });
    match state {
        TripState::Draft => commands.push(file(true)),
        TripState::Pending => commands.push(file(false)),
        TripState::Withdrawn => {
            commands.push(file(true));
            let text = t.opinion.clone();
            commands.push(Command::MoveTrip { person: person.id, trip: n, event: TripEvent::Withdraw, on: None, text });
        }
        TripState::Rejected | TripState::Objected => {
            if t.approver.is_empty() || t.opinion.is_empty() {
                record.refuse("trip_opinion_missing", "trip_state");
                return;
            }
            commands.push(file(false));
            let opinion = if state == TripState::Objected { Opinion::Object } else { Opinion::Disagree };
            commands.push(Command::StepTrip {
                person: person.id,
                trip: n,
                step: None,
                opinion,
                by: t.approver.clone(),
                on: t.submitted_on,
                comment: t.opinion.clone(),
                votes: None,
            });
        }
        _ if begun => {
            let made = matches!(state, TripState::Returned | TripState::Closed);
            // A list of journeys gives the day of return in one column, planned or made.
            let returned_on =
                t.returned_on.or_else(|| t.return_on.filter(|d| made || *d < today).filter(|d| *d <= today));
            if made && returned_on.is_none() {
                record.refuse("date_missing", if record.has("returned_on") { "returned_on" } else { "return_on" });
                return;
            }
            record.warn("trip_written_down", "trip_state");
            commands.push(Command::RecordTrip(RecordTrip {
                person: person.id,
                kind: t.kind,
                destination: t.destination,
                purpose: t.purpose,
                depart_on: t.depart_on,
                return_on: t.return_on,
                companions: t.companions,
                funding: t.funding,
                submitted_on: t.submitted_on,
                approved_by: t.approver,
                comment: t.opinion,
                papers_issued_on: t.papers_issued_on,
                papers_back_on: t.papers_back_on,
                returned_on,
                reported_on: t.reported_on,
                closed: state == TripState::Closed,
            }));
        }
        _ => {
            record.warn("trip_approval_left_out", "trip_state");
            commands.push(file(false));
        }
    }
    if !commands.is_empty() && !record.failed() {
        planner.trips_filed.insert(person.id, filed + 1);
    }
}
