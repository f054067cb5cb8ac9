//! Rows about people as a whole: the lists of people and of departures.

use super::record::{Record, When};
use super::{FieldChange, NEW, Planner, Target, parts};
use crate::domain::command::{AddPerson, ChangePerson, Depart};
use crate::domain::numbers::masked_phone;
use crate::domain::person::Departure;
use crate::domain::view::ReadError;
use crate::domain::{
    Command, Date, Employment, IdentityNumber, LeavingReason, Level, Person, PersonId, PledgeKind, Sex, TrainingKind,
};
use crate::exchange::kind::Kind;
use crate::exchange::problem::{Problem, Severity};
use crate::exchange::words::words;

/// What a row says about a person.
pub(super) struct Row {
    pub name: String,
    pub identity: Option<IdentityNumber>,
    pub staff_number: Option<String>,
    pub department: Option<String>,
    pub(super) sex: Option<Sex>,
    employment: Option<Employment>,
    civil_servant: Option<bool>,
    phone: Option<String>,
    filed_on: Option<Date>,
    note: Option<String>,
    post: Option<String>,
    level: Option<Level>,
    post_level: Option<Level>,
    level_from: Option<Date>,
    on_post_from: Option<Date>,
    candidate: bool,
    trainings: Vec<(Date, TrainingKind)>,
    pledges: Vec<(Date, PledgeKind)>,
    departure: Option<Leaving>,
}

/// What a row says about leaving.
struct Leaving {
    left_on: Option<Date>,
    approved_on: Option<Date>,
    reason: Option<LeavingReason>,
    months: Option<u32>,
    stated_last_day: Option<Date>,
    destination: String,
    managed_by: String,
}

/// Plans one row of a list of people or of departures.
pub(super) fn plan(planner: &mut Planner<'_>, record: &mut Record<'_>) -> Result<(), ReadError> {
    if record.continues("name") && planner.kind == Kind::People {
        return more_lines(planner, record);
    }
    let Some(row) = read(planner, record) else { return Ok(()) };
    match planner.find(
        record,
        row.identity.as_ref(),
        row.staff_number.as_deref(),
        &row.name,
        row.department.as_deref(),
    )? {
        super::Match::Refused => {}
        super::Match::Person(id) => {
            if planner.twice(record, id) {
                return Ok(());
            }
            let Some(person) = planner.ground.view.person(id)? else {
                record.refuse("not_in_register", "name");
                return Ok(());
            };
            existing(planner, record, &row, &person);
        }
        super::Match::Nobody => new(planner, record, row),
    }
    Ok(())
}

/// Further lines of a person whose name is merged over several rows: posts, trainings and pledges only.
fn more_lines(planner: &mut Planner<'_>, record: &mut Record<'_>) -> Result<(), ReadError> {
    let trainings = trainings(record);
    let pledges = pledges(record);
    let title = if record.continues("post") { None } else { record.text("post") };
    let level = record.word("level", "post_level").or_else(|| record.word("level", "level")).and_then(Level::from_code);
    let from = record.date("on_post_from", When::Near);
    let Some(last) = planner.last_row.filter(|_| !record.failed()) else {
        if !record.failed() {
            record.refuse("line_without_person", "name");
        }
        return Ok(());
    };
    let target = planner.rows.get(last).map(|r| r.target);
    let (id, person) = match target {
        Some(Target::Person(id)) => (id, planner.ground.view.person(id)?),
        _ => (NEW, None),
    };
    let mut commands = Vec::new();
    if let Some(title) = title {
        parts::post(&mut commands, person.as_ref(), id, title, level, from, planner.ground.today);
    }
    add_parts(&mut commands, person.as_ref(), id, &trainings, &pledges);
    planner.append(last, commands);
    Ok(())
}

fn trainings(record: &mut Record<'_>) -> Vec<(Date, TrainingKind)> {
    let before = record.date("training_before_on", When::Past).map(|d| (d, TrainingKind::BeforePost));
    let on_post = record.date("training_on", When::Past).map(|d| (d, TrainingKind::OnPost));
    before.into_iter().chain(on_post).collect()
}

fn pledges(record: &mut Record<'_>) -> Vec<(Date, PledgeKind)> {
    [("pledge_on", PledgeKind::OnPost), ("yearly_on", PledgeKind::Yearly), ("leaving_pledge_on", PledgeKind::Leaving)]
        .into_iter()
        .filter_map(|(field, kind)| record.date(field, When::Past).map(|d| (d, kind)))
        .collect()
}

/// Reads and checks every field; `None` when the row is refused.
fn read(planner: &mut Planner<'_>, record: &mut Record<'_>) -> Option<Row> {
    let name = record.name();
    if name.is_none() && !record.failed() {
        record.refuse("name_missing", "name");
    }
    let identity = record.identity();
    if let Some(number) = &identity
        && !planner.first_identity(record, number)
    {
        return None;
    }
    let staff_number = record.text("staff_number");
    if let Some(number) = &staff_number
        && !planner.first_staff(record, number)
    {
        return None;
    }
    let department = record.department().or_else(|| planner.group.clone());
    let sex = record.soft_word("sex", "sex").and_then(Sex::from_code);
    if let (Some(given), Some(own)) = (sex, identity.as_ref().and_then(IdentityNumber::sex))
        && given != own
    {
        record.warn("sex_differs", "sex");
    }
    if let (Some(birth), Some(own)) = (birth(record), identity.as_ref().and_then(IdentityNumber::birth_date))
        && birth != own
    {
        record.warn("birth_differs", "birth");
    }
    let employment = record.soft_word("employment", "employment").and_then(Employment::from_code);
    let civil_servant = record.soft_word("yes_no", "civil_servant").map(|w| w == "yes");
    let phone = record.text("phone");
    let filed_on = record.date("filed_on", When::Past);
    let status = record.soft_word("status", "status");
    let note = record.text("note");
    let post = record.text("post");
    let level = record.word("level", "level").and_then(Level::from_code);
    let post_level = record.word("level", "post_level").and_then(Level::from_code);
    let level_from = record.date("level_from", When::Near);
    let on_post_from = record.date("on_post_from", When::Near);
    let trainings = trainings(record);
    let pledges = pledges(record);
    let departure = leaving(record, planner.kind, status);
    let birth = identity.as_ref().and_then(IdentityNumber::birth_date);
    if let (Some(birth), Some(from)) = (birth, on_post_from)
        && birth.checked_add_months(chrono::Months::new(16 * 12)).is_some_and(|sixteen| from < sixteen)
    {
        record.refuse("on_post_too_young", "on_post_from");
    }
    let first_day = departure.as_ref().and_then(|d| d.left_on.or(d.approved_on));
    if let (Some(from), Some(left)) = (on_post_from, first_day)
        && left < from
    {
        record.refuse("left_before_post", if record.has("left_on") { "left_on" } else { "approved_on" });
    }
    if let (Some(birth), Some(left)) = (birth, first_day)
        && birth.checked_add_months(chrono::Months::new(16 * 12)).is_some_and(|sixteen| left < sixteen)
    {
        record.refuse("on_post_too_young", "left_on");
    }
    let name = name?;
    if record.failed() {
        return None;
    }
    Some(Row {
        name,
        identity,
        staff_number,
        department,
        sex,
        employment,
        civil_servant,
        phone,
        filed_on,
        note,
        post,
        level: level.or(post_level),
        post_level: post_level.or(level),
        level_from,
        on_post_from,
        candidate: status == Some("candidate"),
        trainings,
        pledges,
        departure,
    })
}

/// The birth date is compared with the identity number and not kept; one that cannot be read says nothing.
fn birth(record: &mut Record<'_>) -> Option<Date> {
    let before = record.problems.len();
    let day = record.date("birth", When::Birth);
    record.problems.truncate(before);
    day
}

/// What the row says about leaving; a list of departures has nothing else.
fn leaving(record: &mut Record<'_>, kind: Kind, status: Option<&str>) -> Option<Leaving> {
    const FIELDS: [&str; 9] = [
        "left_on",
        "approved_on",
        "reason",
        "months",
        "years",
        "period_from",
        "period_to",
        "period_range",
        "destination_after",
    ];
    let said = FIELDS.iter().any(|f| record.is_given(f)) || status == Some("in_period");
    if !said && kind == Kind::People {
        return None;
    }
    let left_on = record.date("left_on", When::Near);
    let approved_on = record.date("approved_on", When::Near);
    let reason = record.word("leaving", "reason").and_then(LeavingReason::from_code);
    let months = if record.is_given("months") { record.length("months") } else { record.length("years") };
    let range = record.range("period_range", When::Near, When::Far);
    let from = record.date("period_from", When::Near).or(range.map(|r| r.0));
    let to = record.date("period_to", When::Far).or(range.map(|r| r.1));
    let destination = record.text("destination_after").unwrap_or_default();
    let managed_by = record.text("managed_by").unwrap_or_default();
    let mut left = left_on;
    if let Some(from) = from {
        let field = if record.is_given("period_from") { "period_from" } else { "period_range" };
        match (left_on, approved_on) {
            (None, None) => {
                // The only day there is: the list says that the period runs from it, so the person had left by then.
                record.warn("period_from_is_leaving", field);
                left = Some(from);
            }
            (a, b) if ![a, b].iter().flatten().any(|d| *d == from || d.succ_opt() == Some(from)) => {
                record.warn("period_from_differs", field);
            }
            _ => {}
        }
    }
    if left.is_none() && approved_on.is_none() {
        if !record.failed() {
            let field = ["left_on", "approved_on", "status", "period_to", "months"].into_iter().find(|f| record.has(f));
            record.refuse("departure_days_missing", field.unwrap_or("name"));
        }
        return None;
    }
    if let (Some(start), Some(to)) = (left.or(approved_on), to)
        && to < start
    {
        record.refuse("period_ends_before_start", if record.has("period_to") { "period_to" } else { "period_range" });
    }
    Some(Leaving { left_on: left, approved_on, reason, months, stated_last_day: to, destination, managed_by })
}

impl Leaving {
    fn command(&self, person: PersonId, level: Option<Level>) -> Command {
        Command::Depart(Depart {
            person,
            reason: self.reason.unwrap_or(LeavingReason::Other),
            approved_on: self.approved_on,
            left_on: self.left_on,
            level,
            months: self.months,
            months_by: String::new(),
            months_reason: String::new(),
            stated_last_day: self.stated_last_day,
            destination: self.destination.clone(),
            managed_by: self.managed_by.clone(),
        })
    }

    /// The departure in the register that is this one: a day in common and none that contradicts.
    fn same<'p>(&self, person: &'p Person) -> Option<&'p Departure> {
        let agree = |a: Option<Date>, b: Option<Date>| a.is_none() || b.is_none() || a == b;
        person.departures.iter().rev().find(|d| {
            let common = (self.left_on.is_some() && d.left_on == self.left_on)
                || (self.approved_on.is_some() && d.approved_on == self.approved_on);
            common && agree(self.left_on, d.left_on) && agree(self.approved_on, d.approved_on)
        })
    }
}

fn add_parts(
    commands: &mut Vec<Command>,
    person: Option<&Person>,
    id: PersonId,
    trainings: &[(Date, TrainingKind)],
    pledges: &[(Date, PledgeKind)],
) {
    for (on, kind) in trainings {
        parts::training(commands, person, id, parts::Training::plain(*on, *kind));
    }
    for (on, kind) in pledges {
        parts::pledge(
            commands,
            person,
            id,
            parts::Pledge { on: *on, kind: *kind, year: None, copies: None, text_version: String::new() },
        );
    }
}

/// Adds a person the register does not have.
fn new(planner: &mut Planner<'_>, record: &mut Record<'_>, row: Row) {
    if row.identity.is_none() && row.staff_number.is_none() {
        if record.has("identity") {
            record.refuse("identity_missing", "identity");
            return;
        }
        if planner.kind == Kind::Departures {
            record.refuse("not_in_register", "name");
            return;
        }
        if row.department.is_none() {
            record.refuse("person_unidentified", "name");
            return;
        }
        if !planner.first_name(record, &row.name, row.department.as_deref().unwrap_or_default()) {
            return;
        }
    } else if row.identity.is_none() && record.has("identity") {
        record.warn("identity_missing_staff", "identity");
    }
    let on_post = row.departure.is_none() && !row.candidate;
    if row.level.is_none() && record.has("level") && !row.candidate {
        record.warn("level_missing", "level");
    }
    // People on a list of cleared people are on a post; a list without titles still says so.
    let post = row.post.clone().or_else(|| {
        let implied = on_post && (row.level.is_some() || row.on_post_from.is_some());
        (implied && planner.kind == Kind::People).then(|| words().default_post.clone())
    });
    if on_post && post.is_some() && row.post.is_none() && record.has("post") {
        record.warn("post_missing", "post");
    }
    let mut commands = vec![Command::AddPerson(AddPerson {
        name: row.name.clone(),
        unit: Some(planner.ground.unit),
        department: row.department.clone().unwrap_or_default(),
        sex: row.sex,
        identity: row.identity.as_ref().map(|i| i.reveal().to_owned()),
        staff_number: row.staff_number.clone(),
        employment: row.employment,
        civil_servant: row.civil_servant.unwrap_or_default(),
        phone: row.phone.clone(),
        filed_on: row.filed_on,
        post: if row.candidate { None } else { post },
        level: row.level,
        on_post_from: if row.candidate { None } else { row.on_post_from },
        note: row.note.clone().unwrap_or_default(),
    })];
    add_parts(&mut commands, None, NEW, &row.trainings, &row.pledges);
    if let Some(leaving) = &row.departure {
        commands.push(leaving.command(NEW, row.level));
    }
    planner.add(record, &row.name, Target::NewPerson, commands, Vec::new());
}

/// Compares a row with the person the register has; only what differs becomes a command. Empty cells clear nothing.
fn existing(planner: &mut Planner<'_>, record: &mut Record<'_>, row: &Row, person: &Person) {
    let today = planner.ground.today;
    let id = person.id;
    if person.name != row.name {
        record.push(Problem::new(Severity::Error, "name_differs").with("id", id).with("name", &person.name), "name");
        return;
    }
    let mut change = ChangePerson::of(id);
    let mut changes: Vec<FieldChange> = Vec::new();
    let mut note =
        |field: &'static str, before: String, after: String| changes.push(FieldChange { field, before, after });
    match (&row.identity, &person.identity) {
        (Some(new), None) => {
            change.identity = Some(new.reveal().to_owned());
            note("identity", String::new(), new.masked());
        }
        (Some(new), Some(old)) if new != old => {
            record.push(Problem::new(Severity::Error, "identity_differs").with("id", id), "identity");
            return;
        }
        _ => {}
    }
    let mut plain = |field: &'static str, new: &Option<String>, old: &str, slot: &mut Option<String>| {
        if let Some(new) = new.as_ref().filter(|n| n.as_str() != old) {
            *slot = Some(new.clone());
            note(field, old.to_owned(), new.clone());
        }
    };
    plain(
        "staff_number",
        &row.staff_number,
        person.staff_number.as_deref().unwrap_or_default(),
        &mut change.staff_number,
    );
    plain("department", &row.department, &person.department, &mut change.department);
    plain("note", &row.note, &person.note, &mut change.note);
    let old = person.phone.as_deref().unwrap_or_default();
    // A list that was taken out of a register has masked numbers: they say nothing new.
    if let Some(new) = row.phone.as_ref().filter(|n| n.as_str() != old && **n != masked_phone(old)) {
        change.phone = Some(new.clone());
        note("phone", masked_phone(old), masked_phone(new));
    }
    if let Some(sex) = row.sex.filter(|s| Some(*s) != person.sex) {
        change.sex = Some(sex);
        note("sex", word("sex", person.sex.map(Sex::code)), word("sex", Some(sex.code())));
    }
    // Somebody the register knows as retired is still "on post" in a list of former times: only another word than that changes it.
    if let Some(e) = row.employment.filter(|e| *e != person.employment) {
        change.employment = Some(e);
        note("employment", word("employment", Some(person.employment.code())), word("employment", Some(e.code())));
    }
    if let Some(c) = row.civil_servant.filter(|c| *c != person.civil_servant) {
        change.civil_servant = Some(c);
        let yes = |b: bool| word("yes_no", Some(if b { "yes" } else { "no" }));
        note("civil_servant", yes(person.civil_servant), yes(c));
    }
    if let Some(day) = row.filed_on.filter(|d| Some(*d) != person.filed_on) {
        change.filed_on = Some(day);
        note("filed_on", person.filed_on.map(|d| d.to_string()).unwrap_or_default(), day.to_string());
    }
    let mut commands = Vec::new();
    if !changes.is_empty() {
        commands.push(Command::ChangePerson(change));
    }
    match &row.departure {
        Some(leaving) => departure(record, row, leaving, person, &mut commands),
        None => on_post(record, row, person, today, &mut commands),
    }
    add_parts(&mut commands, Some(person), id, &row.trainings, &row.pledges);
    planner.add(record, &row.name, Target::Person(id), commands, changes);
}

fn word(list: &str, code: Option<&str>) -> String {
    code.map(|c| format!("@word.{list}.{c}")).unwrap_or_default()
}

/// Post and level as the list has them now.
fn on_post(record: &mut Record<'_>, row: &Row, person: &Person, today: Date, commands: &mut Vec<Command>) {
    let holds = person.posts.iter().any(|p| p.to.is_none_or(|to| to > today));
    let left = person.departures.iter().filter_map(|d| d.left_on.or(d.approved_on)).max();
    if let (false, Some(left)) = (holds, left)
        && row.on_post_from.is_none_or(|from| from <= left)
    {
        // A list this program wrote names everybody, those who left with what they had.
        let same = |p: &crate::domain::person::Post| row.post.as_ref().is_none_or(|title| *title == p.title);
        let unchanged = record.has("register")
            && person.posts.iter().any(same)
            && row.level.is_none_or(|l| {
                person.level_on(left) == Some(l) || person.departures.iter().any(|d| d.level == Some(l))
            });
        if !unchanged && (row.post.is_some() || row.level.is_some()) {
            let problem = Problem::new(Severity::Warning, "has_left").with("id", person.id).with("day", left);
            record.push(problem, "name");
        }
        return;
    }
    if let Some(title) = row.post.clone().filter(|_| !row.candidate) {
        let had = commands.len();
        parts::post(commands, Some(person), person.id, title, row.post_level, row.on_post_from, today);
        if commands.len() > had && holds {
            record.warn("former_post_stays", "post");
        }
        if commands.len() > had && row.on_post_from.is_none() {
            record.warn("post_day_unknown", "post");
        }
        let other = |p: &&crate::domain::person::Post| Some(&p.title) == row.post.as_ref() && p.to.is_none();
        if commands.len() == had
            && let (Some(from), Some(post)) = (row.on_post_from, person.posts.iter().find(other))
            && post.from.is_some_and(|f| f != from)
        {
            let known = post.from.map(|d| d.to_string()).unwrap_or_default();
            record.push(Problem::new(Severity::Warning, "post_day_differs").with("day", known), "on_post_from");
        }
    } else if !holds
        && !row.candidate
        && !record.has("register")
        && (row.level.is_some() || row.on_post_from.is_some())
        && person.departures.is_empty()
    {
        parts::post(
            commands,
            Some(person),
            person.id,
            words().default_post.clone(),
            row.post_level,
            row.on_post_from,
            today,
        );
    }
    if let Some(level) = row.level.filter(|l| person.level_on(today) != Some(*l)) {
        // A list says what is; where it does not say since when, it is known from today on.
        let from = row.level_from.or(Some(today));
        if row.level_from.is_none() && person.level_on(today).is_some() {
            record.warn("level_day_unknown", "level");
        }
        let from = if person.levels.is_empty() && row.level_from.is_none() { row.on_post_from } else { from };
        commands.push(Command::SetLevel {
            person: person.id,
            level: Some(level),
            from,
            decided_by: String::new(),
            reason: String::new(),
        });
    }
}

/// A departure the register has is completed, one it has not is recorded.
fn departure(record: &mut Record<'_>, row: &Row, leaving: &Leaving, person: &Person, commands: &mut Vec<Command>) {
    let Some(known) = leaving.same(person) else {
        // A day that contradicts a departure within two months of it is a correction, and those are made by hand.
        let start = leaving.left_on.or(leaving.approved_on);
        let near = person.departures.iter().find(|d| {
            let other = d.left_on.or(d.approved_on);
            start.zip(other).is_some_and(|(a, b)| (a - b).num_days().abs() <= 62)
        });
        if let Some(near) = near {
            let day = near.left_on.or(near.approved_on).map(|d| d.to_string()).unwrap_or_default();
            let problem = Problem::new(Severity::Error, "departure_differs").with("day", day).with("id", person.id);
            record.push(problem, if record.has("left_on") { "left_on" } else { "approved_on" });
            return;
        }
        if let Some(from) = person.posts.iter().filter(|p| p.to.is_none()).filter_map(|p| p.from).max()
            && start.is_some_and(|s| s < from)
        {
            let problem = Problem::new(Severity::Error, "left_before_known_post").with("day", from);
            record.push(problem, if record.has("left_on") { "left_on" } else { "approved_on" });
            return;
        }
        let level = row.level.or_else(|| start.and_then(|d| person.level_on(d)));
        commands.push(leaving.command(person.id, level));
        return;
    };
    let reason = leaving.reason.filter(|r| *r != known.reason);
    let level = row.level.filter(|l| known.level != Some(*l));
    let new = |a: Option<Date>, b: Option<Date>| a.filter(|d| Some(*d) != b);
    let (approved_on, left_on) = (new(leaving.approved_on, known.approved_on), new(leaving.left_on, known.left_on));
    let stated_last_day = new(leaving.stated_last_day, known.stated_last_day);
    if approved_on.is_some() || left_on.is_some() || reason.is_some() || level.is_some() || stated_last_day.is_some() {
        commands.push(Command::ChangeDeparture {
            person: person.id,
            departure: known.n,
            approved_on,
            left_on,
            reason,
            level,
            stated_last_day,
        });
    }
    if let (Some(months), Some(length)) = (leaving.months, &known.length)
        && length.months != months
    {
        record.push(Problem::new(Severity::Warning, "length_differs").with("months", length.months), "months");
    }
}
