//! Departures from classified posts and their decommission periods.

use super::permission::{allow_step, not_the_filer};
use super::travel::pin;
use super::{
    Context, Decision, Refusal, Warning, known_day, next_n, past_day, put, required, short, the_person, the_unit, votes,
};
use crate::domain::command::Depart;
use crate::domain::ids::part_id;
use crate::domain::person::{Case, Departure, Extension, LengthChoice, Step};
use crate::domain::{
    CaseKind, CaseState, Command, Date, Employment, LeavingReason, Opinion, Person, StepCode, Unit, View,
};
use crate::rules;

pub(super) fn decide(view: &dyn View, cx: &Context, command: &Command) -> Result<Decision, Refusal> {
    match command {
        Command::Depart(fields) => depart(view, cx, fields),
        Command::ChangeDeparture { person, departure, approved_on, left_on, reason, level, stated_last_day } => {
            let mut p = the_person(view, *person)?;
            let before = p.clone();
            let d = the_departure(&mut p, *departure)?;
            if !d.is_filed_by(&cx.who.operator) {
                d.changed_by.push(cx.who.operator.clone());
            }
            let old_left = d.left_on;
            if let Some(day) = approved_on {
                d.approved_on = Some(known_day(cx, "approved_on", *day)?);
            }
            if let Some(day) = left_on {
                d.left_on = Some(known_day(cx, "left_on", *day)?);
            }
            d.reason = reason.unwrap_or(d.reason);
            d.level = level.or(d.level);
            d.stated_last_day = stated_last_day.or(d.stated_last_day);
            if let Some(day) = left_on {
                move_posts_end(&mut p, old_left, *day)?;
            }
            // Who wrote last makes no other departure of it.
            let same = |d: &Departure| Departure { changed_by: Vec::new(), ..d.clone() };
            let unchanged = p.departures.iter().map(same).eq(before.departures.iter().map(same));
            if unchanged
                && (Person { departures: Vec::new(), ..p.clone() }) == (Person { departures: Vec::new(), ..before })
            {
                return Err(Refusal::rule("nothing_changed").with("id", part_id(*person, 'L', *departure)));
            }
            Ok(done(p, *departure, Vec::new()))
        }
        Command::StepDeparture { person, departure, step, on, by, opinion, comment, votes } => {
            allow_step(cx.who, *step)?;
            let mut p = the_person(view, *person)?;
            if matches!(step, StepCode::ReturnAll | StepCode::HandOver) {
                nothing_in_hand(view, &p)?;
            }
            let on = past_day(cx, "on", on.unwrap_or(cx.today))?;
            let filed = filed_by(&p, &cx.who.operator);
            let d = the_departure(&mut p, *departure)?;
            let (votes, warnings) = votes::of_step(*step, *opinion, votes.as_ref())?;
            let step = Step {
                code: *step,
                on,
                by: short("by", by)?,
                opinion: *opinion,
                comment: short("comment", comment)?,
                votes,
            };
            if step.opinion == Opinion::Agree && filed {
                not_the_filer(cx, step.code)?;
            }
            if d.steps.iter().any(|s| s.code == step.code && s.opinion == step.opinion) {
                return Err(Refusal::rule("already_recorded").with("persons", 1));
            }
            d.steps.push(step);
            Ok(done(p, *departure, warnings))
        }
        Command::SetPeriodLength { person, departure, months, on, by, reason } => {
            let mut p = the_person(view, *person)?;
            let unit = the_unit(view, p.unit)?;
            let on = past_day(cx, "on", on.unwrap_or(cx.today))?;
            let choice = LengthChoice {
                months: *months,
                on: Some(on),
                by: required("by", by)?,
                reason: required("reason", reason)?,
            };
            open(the_departure(&mut p, *departure)?)?;
            if let Some(d) = p.departure(*departure) {
                rules::check_length(cx.packs, &unit, &p, d, *months).map_err(|problem| {
                    Refusal::rule(problem.code)
                        .with("months", months)
                        .with("allowed", &problem.allowed)
                        .cite(&problem.pack, &problem.article)
                })?;
            }
            the_departure(&mut p, *departure)?.length = Some(choice);
            Ok(done(p, *departure, Vec::new()))
        }
        Command::ExtendPeriod { person, departure, months, on, by, reason, told_on } => {
            let mut p = the_person(view, *person)?;
            let unit = the_unit(view, p.unit)?;
            let on = past_day(cx, "on", on.unwrap_or(cx.today))?;
            if !(1..=600).contains(months) {
                return Err(Refusal::input("months_out_of_range").with("months", months).with("allowed", "1..600"));
            }
            open(the_departure(&mut p, *departure)?)?;
            let mut warnings = Vec::new();
            if let Some(d) = p.departure(*departure) {
                match rules::extension_rule(cx.packs, &unit, d) {
                    rules::ExtensionRule::Allowed { .. } => {}
                    rules::ExtensionRule::Silent { pack } => {
                        warnings.push(Warning::new("extension_silent").with("pack", pack));
                    }
                    rules::ExtensionRule::EndsByItself { pack, article } => {
                        return Err(Refusal::rule("period_ends_by_itself").cite(&pack, &article));
                    }
                }
                not_over(cx, &unit, &p, d, on)?;
            }
            let told_on = told_on.map(|d| past_day(cx, "told_on", d)).transpose()?;
            let (by, reason) = (required("by", by)?, required("reason", reason)?);
            let d = the_departure(&mut p, *departure)?;
            let n = next_n(d.extensions.iter().map(|e| e.n));
            d.extensions.push(Extension { n, months: *months, on, by, reason, told_on });
            if told_on.is_none() {
                warnings.push(Warning::new("person_not_told"));
            }
            Ok(done(p, *departure, warnings))
        }
        Command::ClosePeriod { person, departure, on } => close(view, cx, *person, *departure, *on),
        _ => Err(Refusal::input("wrong_command")),
    }
}

/// Whether an operator filed a leaving of somebody, in either form: the steps of a departure count for the request to be
/// transferred or to resign, so that neither is approved by whoever filed the other.
pub(super) fn filed_by(person: &Person, operator: &str) -> bool {
    let leaves = |c: &Case| matches!(c.kind, CaseKind::Transfer | CaseKind::Resignation) && c.state == CaseState::Open;
    person.departures.iter().any(|d| d.closed_on.is_none() && d.is_filed_by(operator))
        || person.cases.iter().any(|c| leaves(c) && c.opened_by == operator)
}

fn done(person: Person, departure: u32, warnings: Vec<Warning>) -> Decision {
    let ids = vec![part_id(person.id, 'L', departure), person.id.to_string()];
    Decision { changes: vec![put(person)], ids, warnings }
}

fn the_departure(person: &mut Person, n: u32) -> Result<&mut Departure, Refusal> {
    let id = person.id;
    person
        .departures
        .iter_mut()
        .find(|d| d.n == n)
        .ok_or_else(|| Refusal::input("no_such_part").with("id", part_id(id, 'L', n)))
}

fn open(departure: &Departure) -> Result<(), Refusal> {
    match departure.closed_on {
        Some(day) => Err(Refusal::rule("period_closed").with("closed_on", day)),
        None => Ok(()),
    }
}

/// An extension is decided while the period runs: what has ended is not brought back to life.
fn not_over(cx: &Context, unit: &Unit, person: &Person, departure: &Departure, on: Date) -> Result<(), Refusal> {
    let Some(period) = rules::period_of(cx.packs, unit, person, departure) else { return Ok(()) };
    match period.last_day.filter(|last| *last < on) {
        Some(last) => {
            Err(Refusal::rule("period_over").with("last_day", last).with("on", on).cite(&period.pack, &period.article))
        }
        None => Ok(()),
    }
}

/// Carriers, devices and media the register shows in the person's hands block handing in.
fn nothing_in_hand(view: &dyn View, person: &Person) -> Result<(), Refusal> {
    let held = view.held_by(person.id)?;
    if held.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = held.iter().map(|h| h.number.clone()).collect();
    Err(Refusal::rule("still_in_hand").with("count", held.len()).with("items", list.join(", ")))
}

fn depart(view: &dyn View, cx: &Context, f: &Depart) -> Result<Decision, Refusal> {
    let mut p = the_person(view, f.person)?;
    let unit = the_unit(view, p.unit)?;
    let approved_on = f.approved_on.map(|d| known_day(cx, "approved_on", d)).transpose()?;
    let left_on = f.left_on.map(|d| known_day(cx, "left_on", d)).transpose()?;
    if approved_on.is_none() && left_on.is_none() {
        return Err(Refusal::input("departure_days_missing"));
    }
    let same = |d: &Departure| d.left_on == left_on && d.approved_on == approved_on;
    if let Some(other) = p.departures.iter().find(|d| same(d)) {
        return Err(Refusal::rule("departure_exists").with("id", part_id(p.id, 'L', other.n)));
    }
    if let Some(other) = p.departures.iter().find(|d| d.left_on.is_none()) {
        // The earlier record still waits for its leaving day; a second one would run two periods for one leaving.
        return Err(Refusal::rule("departure_open").with("id", part_id(p.id, 'L', other.n)));
    }
    // Somebody who left and never went on a post again has nothing to leave a second time.
    let last = p.departures.iter().filter(|d| d.closed_on.is_none()).max_by_key(|d| d.left_on);
    if let Some((other, before)) = last.and_then(|d| Some((d.n, d.left_on?)))
        && left_on.is_none_or(|day| day > before)
        && !p.posts.iter().any(|x| x.from.is_some_and(|f| f >= before) || x.to.is_none_or(|to| to > before))
    {
        return Err(Refusal::rule("not_on_post_since").with("left_on", before).with("id", part_id(p.id, 'L', other)));
    }
    let mut warnings = Vec::new();
    if let Some(left) = left_on {
        end_posts(&mut p, left)?;
    }
    let n = next_n(p.departures.iter().map(|d| d.n));
    let mut departure = Departure {
        n,
        reason: f.reason,
        approved_on,
        left_on,
        level: f.level,
        opened_by: cx.who.operator.clone(),
        changed_by: Vec::new(),
        length: None,
        extensions: Vec::new(),
        stated_last_day: f.stated_last_day,
        destination: short("destination", &f.destination)?,
        managed_by: short("managed_by", &f.managed_by)?,
        steps: Vec::new(),
        pin: Some(pin(&unit)),
        closed_on: None,
    };
    if let Some(months) = f.months {
        match rules::check_length(cx.packs, &unit, &p, &departure, months) {
            Ok(()) => {
                let by = short("months_by", &f.months_by)?;
                let reason = short("months_reason", &f.months_reason)?;
                departure.length = Some(LengthChoice { months, on: None, by, reason });
            }
            Err(problem) => {
                // A list that says another length is kept as a stated last day beside the computed one, and shown.
                let start = left_on.or(approved_on);
                let stated = start.and_then(|s| rules::last_day(s, months, false));
                departure.stated_last_day = departure.stated_last_day.or(stated);
                warnings.push(
                    Warning::new("stated_length_differs").with("months", months).with("allowed", &problem.allowed),
                );
            }
        }
    }
    if f.reason == LeavingReason::Retired && p.employment == Employment::Serving {
        p.employment = Employment::Retired;
    }
    p.departures.push(departure);
    if left_on.is_some_and(|d| d <= cx.today) {
        let held = view.held_by(p.id)?;
        if !held.is_empty() {
            warnings.push(Warning::new("still_in_hand").with("count", held.len()));
        }
    }
    Ok(done(p, n, warnings))
}

/// Ends every post still held on the leaving day.
fn end_posts(person: &mut Person, left: Date) -> Result<(), Refusal> {
    for post in person.posts.iter_mut().filter(|x| x.to.is_none_or(|to| to > left)) {
        if let Some(from) = post.from.filter(|f| *f > left) {
            return Err(Refusal::input("left_before_post").with("from", from).with("left_on", left));
        }
        post.to = Some(left);
    }
    Ok(())
}

/// A leaving day corrected: the posts that ended on the old day end on the new one.
fn move_posts_end(person: &mut Person, old: Option<Date>, new: Date) -> Result<(), Refusal> {
    for post in &mut person.posts {
        if post.to == old {
            if let Some(from) = post.from.filter(|f| *f > new) {
                return Err(Refusal::input("left_before_post").with("from", from).with("left_on", new));
            }
            post.to = Some(new);
        }
    }
    Ok(())
}

fn close(
    view: &dyn View,
    cx: &Context,
    person: crate::domain::PersonId,
    n: u32,
    on: Option<Date>,
) -> Result<Decision, Refusal> {
    let mut p = the_person(view, person)?;
    let unit = the_unit(view, p.unit)?;
    let on = past_day(cx, "on", on.unwrap_or(cx.today))?;
    open(the_departure(&mut p, n)?)?;
    if let Some(d) = p.departure(n) {
        let Some(period) = rules::period_of(cx.packs, &unit, &p, d) else {
            return Err(Refusal::rule("no_period_rule").with("pack", &unit.pack));
        };
        if period.ends_by_itself {
            return Err(Refusal::rule("period_ends_by_itself").cite(&period.pack, &period.article));
        }
        let Some(last) = period.last_day else {
            return Err(Refusal::rule("period_undetermined")
                .with("blocked_by", period.blocked_by.join(", "))
                .cite(&period.pack, &period.article));
        };
        if on <= last {
            let free = last.succ_opt().unwrap_or(last);
            return Err(Refusal::rule("period_not_over")
                .with("last_day", last)
                .with("free_from", free)
                .cite(&period.pack, &period.article));
        }
    }
    nothing_in_hand(view, &p)?;
    the_departure(&mut p, n)?.closed_on = Some(on);
    Ok(done(p, n, Vec::new()))
}
