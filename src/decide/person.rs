//! People, posts, levels, reviews, trainings, pledges, waivers.

use super::{
    Context, Decision, Refusal, Warning, known_day, next_n, past_day, put, required, short, the_person, the_unit,
    travel, unit_or_only,
};
use crate::domain::command::{AddPerson, ChangePerson};
use crate::domain::numbers::{MASK, masked_phone};
use crate::domain::person::{LevelChange, Pledge, Post, Review, Training, Waiver};
use crate::domain::view::NaturalKey;
use crate::domain::{
    Command, Date, Employment, IdentityNumber, Level, Person, PersonId, PledgeKind, RecordKind, Unit, View,
};
use crate::rules::{self, Outcome, Question};

pub(super) fn decide(view: &dyn View, cx: &Context, command: &Command) -> Result<Decision, Refusal> {
    match command {
        Command::AddPerson(fields) => add(view, cx, fields),
        Command::ChangePerson(fields) => change(view, cx, fields),
        Command::AddPost { person, title, level, from } => {
            let mut p = the_person(view, *person)?;
            if let Some(day) = from {
                known_day(cx, "from", *day)?;
            }
            let post = Post {
                n: next_n(p.posts.iter().map(|x| x.n)),
                title: required("title", title)?,
                level: *level,
                from: *from,
                to: None,
            };
            if p.posts.iter().any(|x| x.title == post.title && x.to.is_none() && x.from == post.from) {
                return Err(Refusal::rule("post_exists").with("title", &post.title));
            }
            may_go_on_post(view, cx, &p, *level, *from)?;
            p.posts.push(post);
            let mut done = one(p);
            done.warnings.extend(level_warning(view, cx, *person, *level)?);
            Ok(done)
        }
        Command::EndPost { person, post, to } => {
            let mut p = the_person(view, *person)?;
            known_day(cx, "to", *to)?;
            let post = &match post {
                Some(n) => *n,
                None => the_only_post(&p)?,
            };
            let Some(held) = p.posts.iter_mut().find(|x| x.n == *post) else {
                return Err(Refusal::input("no_such_part").with("id", format!("{person}-O{post}")));
            };
            if let Some(from) = held.from.filter(|f| f > to) {
                return Err(Refusal::input("ends_before_start").with("from", from).with("to", to));
            }
            if let Some(ended) = held.to {
                return Err(Refusal::rule("post_ended").with("to", ended));
            }
            held.to = Some(*to);
            let last = !p.posts.iter().any(|x| x.to.is_none());
            let mut done = one(p);
            if last {
                done.warnings.push(Warning::new("last_post_ended"));
            }
            Ok(done)
        }
        Command::SetLevel { person, level, from, decided_by, reason } => {
            let mut p = the_person(view, *person)?;
            if let Some(day) = from {
                known_day(cx, "from", *day)?;
            }
            let change = LevelChange {
                n: next_n(p.levels.iter().map(|x| x.n)),
                level: *level,
                from: *from,
                decided_by: short("decided_by", decided_by)?,
                reason: short("reason", reason)?,
            };
            p.levels.push(change);
            let mut done = one(p);
            done.warnings.extend(level_warning(view, cx, *person, *level)?);
            Ok(done)
        }
        Command::AddReview { person, kind, on, passed, by, comment } => {
            let mut p = the_person(view, *person)?;
            let review = Review {
                n: next_n(p.reviews.iter().map(|x| x.n)),
                kind: *kind,
                on: past_day(cx, "on", *on)?,
                passed: *passed,
                by: short("by", by)?,
                comment: short("comment", comment)?,
            };
            p.reviews.push(review);
            Ok(one(p))
        }
        Command::AddTraining { persons, on, kind, topic, minutes, makeup_for, certificate } => {
            past_day(cx, "on", *on)?;
            if let Some(year) = makeup_for.filter(|y| *y >= chrono::Datelike::year(on)) {
                return Err(Refusal::input("makeup_year").with("year", year).with("on", on));
            }
            let part = Training {
                n: 0,
                on: *on,
                kind: *kind,
                topic: short("topic", topic)?,
                minutes: *minutes,
                makeup_for: *makeup_for,
                certificate: short("certificate", certificate)?,
            };
            for_each(view, cx, persons, |p| {
                let same = |x: &Training| {
                    (x.on, x.kind, &x.topic, x.makeup_for) == (part.on, part.kind, &part.topic, part.makeup_for)
                };
                let new = !p.trainings.iter().any(same);
                if new {
                    let n = next_n(p.trainings.iter().map(|x| x.n));
                    p.trainings.push(Training { n, ..part.clone() });
                }
                new
            })
        }
        Command::AddPledge { persons, kind, on, year, copies, text_version } => {
            past_day(cx, "on", *on)?;
            let part = Pledge {
                n: 0,
                kind: *kind,
                on: *on,
                year: *year,
                copies: *copies,
                text_version: short("text_version", text_version)?,
            };
            if year.is_some() && *kind != PledgeKind::Yearly {
                return Err(Refusal::input("year_not_yearly"));
            }
            for_each(view, cx, persons, |p| {
                let same = |x: &Pledge| (x.kind, x.on, x.year) == (part.kind, part.on, part.year);
                let new = !p.pledges.iter().any(same);
                if new {
                    let n = next_n(p.pledges.iter().map(|x| x.n));
                    p.pledges.push(Pledge { n, ..part.clone() });
                }
                new
            })
        }
        Command::AddWaiver { person, duty, due, on, by, reason, until } => {
            let mut p = the_person(view, *person)?;
            let on = past_day(cx, "on", on.unwrap_or(cx.today))?;
            if let Some(until) = until.filter(|u| *u < on) {
                return Err(Refusal::input("ends_before_start").with("from", on).with("to", until));
            }
            let waiver = Waiver {
                n: next_n(p.waivers.iter().map(|x| x.n)),
                duty: *duty,
                due: *due,
                on,
                by: required("by", by)?,
                reason: required("reason", reason)?,
                until: *until,
            };
            p.waivers.push(waiver);
            Ok(one(p))
        }
        _ => Err(Refusal::input("wrong_command")),
    }
}

/// The number of the only post still held; of several one has to be named.
fn the_only_post(person: &Person) -> Result<u32, Refusal> {
    let open: Vec<_> = person.posts.iter().filter(|x| x.to.is_none()).collect();
    match open.as_slice() {
        [one] => Ok(one.n),
        [] => Err(Refusal::rule("no_post_held")),
        many => {
            let list: Vec<String> = many.iter().map(|x| format!("{} {}", x.n, x.title)).collect();
            Err(Refusal::input("post_needed").with("posts", list.join(", ")))
        }
    }
}

fn one(person: Person) -> Decision {
    let ids = vec![person.id.to_string()];
    Decision { changes: vec![put(person)], ids, warnings: Vec::new() }
}

/// Does the same to several people; those who have it already are skipped with a warning, and if that is everybody the
/// command is refused, so that nothing looks done twice.
fn for_each(
    view: &dyn View,
    cx: &Context,
    persons: &[PersonId],
    mut add: impl FnMut(&mut Person) -> bool,
) -> Result<Decision, Refusal> {
    if persons.is_empty() {
        return Err(Refusal::input("nobody_named"));
    }
    let mut seen = std::collections::HashSet::new();
    let mut done = Decision::default();
    for id in persons.iter().filter(|id| seen.insert(**id)) {
        let mut person = the_person(view, *id)?;
        if add(&mut person) {
            travel::settle_all(view, cx, &mut person)?;
            done.ids.push(id.to_string());
            done.changes.push(put(person));
        } else {
            done.warnings.push(Warning::new("already_recorded").with("id", id));
        }
    }
    if done.changes.is_empty() {
        return Err(Refusal::rule("already_recorded").with("persons", persons.len()));
    }
    Ok(done)
}

/// A name must be there and short; anything else is shown as it is, escaped, with a warning.
fn name(text: &str) -> Result<(String, Option<Warning>), Refusal> {
    const MOST: usize = 120;
    let name = required("name", text)?;
    if name.chars().count() > MOST {
        return Err(Refusal::input("field_too_long")
            .with("field", "name")
            .with("length", name.chars().count())
            .with("most", MOST));
    }
    let hidden = name.chars().any(|c| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    });
    Ok((name, hidden.then(|| Warning::new("name_hidden_characters"))))
}

/// A checked identity number that nobody else has.
fn identity(view: &dyn View, cx: &Context, text: &str, owner: Option<PersonId>) -> Result<IdentityNumber, Refusal> {
    let number = IdentityNumber::parse(text).map_err(|e| Refusal::input(e.code()).with("value", masked(text)))?;
    if number.birth_date().is_some_and(|b| b > cx.today) {
        return Err(Refusal::input("identity_birth").with("value", number.masked()));
    }
    let taken = view.by_key(&NaturalKey::Identity(number.reveal().to_owned()))?;
    match taken {
        Some(other) if owner != Some(PersonId(other)) => {
            Err(Refusal::rule("identity_taken").with("value", number.masked()).with("id", PersonId(other)))
        }
        _ => Ok(number),
    }
}

/// First three and last two characters of a faulty number: enough to find it in the paper, too little to leak it.
fn masked(text: &str) -> String {
    let chars: Vec<char> = text.trim().chars().collect();
    if chars.len() < 8 {
        return "*".repeat(chars.len());
    }
    let head: String = chars.iter().take(3).collect();
    let tail: String = chars.iter().skip(chars.len() - 2).collect();
    format!("{head}{}{tail}", "*".repeat(chars.len() - 5))
}

/// A telephone number; the masked one that is shown stands for the one on record, and no other.
fn phone(text: &str, before: Option<&String>) -> Result<Option<String>, Refusal> {
    let text = short("phone", text)?;
    if !text.contains(MASK) {
        return Ok(Some(text).filter(|t| !t.is_empty()));
    }
    match before.filter(|b| masked_phone(b) == text) {
        Some(same) => Ok(Some(same.clone())),
        None => Err(Refusal::input("phone_masked")),
    }
}

fn staff_number(view: &dyn View, unit: &Unit, text: &str, owner: Option<PersonId>) -> Result<String, Refusal> {
    let number = required("staff_number", text)?;
    match view.by_key(&NaturalKey::Staff(unit.id, number.clone()))? {
        Some(other) if owner != Some(PersonId(other)) => {
            Err(Refusal::rule("staff_number_taken").with("value", number).with("id", PersonId(other)))
        }
        _ => Ok(number),
    }
}

fn add(view: &dyn View, cx: &Context, f: &AddPerson) -> Result<Decision, Refusal> {
    let unit = unit_or_only(view, f.unit)?;
    let (name, hidden) = name(&f.name)?;
    let mut person = Person::new(PersonId(view.next_number(RecordKind::Person)?), unit.id, name);
    let mut warnings: Vec<Warning> = hidden.into_iter().collect();
    person.department = short("department", &f.department)?;
    if let Some(text) = &f.identity {
        let number = identity(view, cx, text, None)?;
        if let (Some(given), Some(own)) = (f.sex, number.sex())
            && given != own
        {
            warnings.push(Warning::new("sex_differs"));
        }
        person.sex = f.sex.or(number.sex());
        person.identity = Some(number);
    } else {
        person.sex = f.sex;
    }
    if let Some(text) = &f.staff_number {
        person.staff_number = Some(staff_number(view, &unit, text, None)?);
    }
    person.employment = f.employment.unwrap_or(Employment::Serving);
    person.civil_servant = f.civil_servant;
    person.phone = f.phone.as_deref().map(|t| phone(t, None)).transpose()?.flatten();
    person.filed_on = f.filed_on.map(|d| past_day(cx, "filed_on", d)).transpose()?;
    person.note = short("note", &f.note)?;
    let from = f.on_post_from.map(|d| known_day(cx, "on_post_from", d)).transpose()?;
    check_working_age(&person, from)?;
    if f.post.is_some() || from.is_some() {
        may_go_on_post(view, cx, &person, f.level, from)?;
    }
    if let Some(title) = &f.post {
        let title = required("post", title)?;
        person.posts.push(Post { n: 1, title, level: f.level, from, to: None });
    } else if from.is_some() {
        person.posts.push(Post { n: 1, title: String::new(), level: f.level, from, to: None });
    }
    if let Some(level) = f.level {
        let first = LevelChange { n: 1, level: Some(level), from, decided_by: String::new(), reason: String::new() };
        person.levels.push(first);
        warnings.extend(outside_pack(cx, &unit, level));
    }
    let mut done = one(person);
    done.warnings = warnings;
    Ok(done)
}

/// Where a rule keeps somebody off classified posts (a running period, p5 15, p7 9; temporary hires, p4a 2) no post is
/// recorded: first the rule has to be met, or the wrong record mended.
fn may_go_on_post(
    view: &dyn View,
    cx: &Context,
    person: &Person,
    level: Option<Level>,
    from: Option<Date>,
) -> Result<(), Refusal> {
    let unit = the_unit(view, person.unit)?;
    let (question, on) = (Question::Post { level }, from.unwrap_or(cx.today));
    let verdict = rules::verdict(cx.packs, &unit, person, &[], question, on, cx.today)
        .map_err(|e| Refusal::input("pack_not_personnel").with("pack", e.pack).with("packs", ""))?;
    if verdict.outcome == Outcome::NotAllowed {
        return Err(Refusal::rule("post_not_allowed").with("from", on).because(verdict));
    }
    Ok(())
}

/// Nobody is on a classified post before the age of sixteen: one of the two dates is wrong.
fn check_working_age(person: &Person, from: Option<Date>) -> Result<(), Refusal> {
    let birth = person.identity.as_ref().and_then(IdentityNumber::birth_date);
    if let (Some(birth), Some(from)) = (birth, from)
        && birth.checked_add_months(chrono::Months::new(16 * 12)).is_some_and(|sixteen| from < sixteen)
    {
        return Err(Refusal::input("on_post_too_young").with("from", from));
    }
    Ok(())
}

fn change(view: &dyn View, cx: &Context, f: &ChangePerson) -> Result<Decision, Refusal> {
    let before = the_person(view, f.person)?;
    if let Some(based_on) = f.based_on.filter(|r| *r != before.revision) {
        return Err(Refusal::stale("stale")
            .with("id", f.person)
            .with("based_on", based_on)
            .with("revision", before.revision));
    }
    let unit = the_unit(view, before.unit)?;
    let mut p = before.clone();
    let mut warnings = Vec::new();
    if let Some(text) = &f.name {
        let (name, hidden) = name(text)?;
        p.name = name;
        warnings.extend(hidden);
    }
    if let Some(text) = &f.department {
        p.department = short("department", text)?;
    }
    if let Some(text) = &f.identity {
        p.identity = Some(identity(view, cx, text, Some(f.person))?);
    }
    if let Some(sex) = f.sex {
        p.sex = Some(sex);
    }
    if let Some(text) = &f.staff_number {
        p.staff_number = Some(staff_number(view, &unit, text, Some(f.person))?);
    }
    if let Some(employment) = f.employment {
        p.employment = employment;
    }
    if let Some(civil_servant) = f.civil_servant {
        p.civil_servant = civil_servant;
    }
    if let Some(text) = &f.phone {
        p.phone = phone(text, before.phone.as_ref())?;
    }
    if let Some(day) = f.filed_on {
        p.filed_on = Some(past_day(cx, "filed_on", day)?);
    }
    if let Some(text) = &f.note {
        p.note = short("note", text)?;
    }
    if p == before {
        return Err(Refusal::rule("nothing_changed").with("id", f.person));
    }
    let mut done = one(p);
    done.warnings = warnings;
    Ok(done)
}

fn level_warning(
    view: &dyn View,
    cx: &Context,
    person: PersonId,
    level: Option<Level>,
) -> Result<Option<Warning>, Refusal> {
    let (Some(level), Some(person)) = (level, view.person(person)?) else { return Ok(None) };
    Ok(outside_pack(cx, &the_unit(view, person.unit)?, level))
}

/// A level the unit's pack does not have (p2 1-1): a warning, never a refusal.
fn outside_pack(cx: &Context, unit: &Unit, level: Level) -> Option<Warning> {
    let levels = rules::levels(cx.packs, unit);
    (!levels.is_empty() && !levels.contains(&level))
        .then(|| Warning::new("level_outside_pack").with("level", level.code()).with("pack", &unit.pack))
}
