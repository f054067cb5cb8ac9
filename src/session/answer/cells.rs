//! Rows as cells for people: tables on the command line, columns of an exported sheet. Words in the chosen language,
//! dates as `YYYY-MM-DD`, identity numbers nowhere.

use super::{ListView, OverdueDuty, PeriodAnswer, PersonAnswer, Row};
use crate::domain::{Date, Level, StepCode};
use crate::i18n::Texts;

/// The columns of a view, by their stable names; the heading is `cli.column.<name>`.
pub const fn columns(view: ListView) -> &'static [&'static str] {
    match view {
        ListView::People => &["id", "name", "department", "level", "state", "post", "days_left", "attention"],
        ListView::Posts => &["id", "name", "department", "post", "post_level", "from", "to"],
        ListView::Periods => &[
            "id",
            "name",
            "department",
            "level",
            "state",
            "start",
            "months",
            "last_day",
            "days_left",
            "article",
            "attention",
        ],
        ListView::Departures => &[
            "id",
            "name",
            "department",
            "departure",
            "leaving_reason",
            "approved_on",
            "left_on",
            "last_day",
            "stated_last_day",
            "closed_on",
        ],
        ListView::Travel => &[
            "id",
            "name",
            "department",
            "trip",
            "kind",
            "trip_state",
            "destination",
            "depart_on",
            "return_on",
            "waits_for",
        ],
        ListView::Trainings | ListView::Pledges => &["id", "name", "department", "level", "state", "overdue"],
        ListView::Computers => &[
            "id",
            "number",
            "kind",
            "model",
            "secrecy",
            "department",
            "custodian",
            "user",
            "room",
            "device_state",
            "inspection_due",
        ],
        ListView::Media => &["id", "number", "kind", "title", "secrecy", "department", "holder", "device_state"],
        ListView::Inspections => &[
            "id",
            "template",
            "campaign",
            "department",
            "subjects",
            "planned_on",
            "inspector",
            "inspection_state",
            "answered",
            "score",
            "open_findings",
        ],
        ListView::Findings => {
            &["id", "spot", "subject", "article", "what", "responsible", "due_on", "stands", "attention"]
        }
        ListView::Cases => {
            &["id", "name", "department", "case", "kind", "opened_on", "case_state", "waits_for", "article", "steps"]
        }
        ListView::Agenda => {
            &["id", "name", "department", "matter", "kind", "waits_for", "article", "since_on", "effective_on"]
        }
        ListView::Todo => {
            &["todo", "unit", "key", "pack", "article", "allowed", "person", "last_day", "stated_last_day"]
        }
        ListView::Journal => &["seq", "at", "operator", "channel", "verb", "records", "fields", "rows"],
    }
}

/// Columns of numbers, set to the right.
pub fn is_number(column: &str) -> bool {
    matches!(column, "days_left" | "months" | "seq" | "rows" | "answered" | "score" | "open_findings" | "items")
}

/// Columns of dates.
pub fn is_date(column: &str) -> bool {
    column.ends_with("_on") || column.ends_with("last_day") || matches!(column, "start" | "from" | "to")
}

/// The row's cells in the order of [`columns`].
pub fn cells(view: ListView, row: &Row, texts: Texts) -> Vec<String> {
    columns(view).iter().map(|column| cell(row, column, texts)).collect()
}

fn cell(row: &Row, column: &str, texts: Texts) -> String {
    match row {
        Row::Person(p) => person(p, column, texts),
        Row::Post(r) => match column {
            "post" => r.held.title.clone(),
            "post_level" => level(r.held.level, texts),
            "from" => date(r.held.from),
            "to" => date(r.held.to),
            _ => person(&r.person, column, texts),
        },
        Row::Departure(r) => match column {
            "departure" => r.departure.id.clone(),
            "leaving_reason" => texts.word("leaving", r.departure.reason.code()),
            "approved_on" => date(r.departure.approved_on),
            "left_on" => date(r.departure.left_on),
            "stated_last_day" => date(r.departure.stated_last_day),
            "closed_on" => date(r.departure.closed_on),
            _ => person(&r.person, column, texts),
        },
        Row::Trip(r) => match column {
            "trip" => r.trip.id.clone(),
            "kind" => texts.word("trip", r.trip.kind.code()),
            "trip_state" => texts.word("trip_state", r.trip.state.code()),
            "destination" => r.trip.destination.clone(),
            "depart_on" => date(Some(r.trip.depart_on)),
            "return_on" => date(r.trip.return_on),
            "waits_for" => r.trip.waits_for.map(|s| step(s, texts)).unwrap_or_default(),
            _ => person(&r.person, column, texts),
        },
        Row::Case(r) => match column {
            "case" => r.case.id.clone(),
            "kind" => texts.word("case", r.case.kind.code()),
            "opened_on" => date(Some(r.case.opened_on)),
            "case_state" => texts.word("case_state", r.case.state.code()),
            "waits_for" => r.case.waits_for.map(|s| step(s, texts)).unwrap_or_default(),
            "article" => r.case.article.clone().unwrap_or_default(),
            "steps" => join(r.case.steps.iter().map(|s| step(*s, texts)), texts),
            _ => person(&r.person, column, texts),
        },
        Row::Agenda(r) => match column {
            "matter" => r.item.id.clone(),
            "kind" => match r.item.kind.as_str() {
                "travel" => texts.word("subject", "travel"),
                "leaving" => texts.t("cases.leaving_word"),
                kind => texts.word("case", kind),
            },
            "waits_for" => r.item.waits_for.map(|s| step(s, texts)).unwrap_or_default(),
            "article" => r.item.article.clone().unwrap_or_default(),
            "since_on" => date(r.item.since),
            "effective_on" => date(r.item.on),
            _ => person(&r.person, column, texts),
        },
        Row::Overdue(r) => match column {
            "overdue" => overdue(&r.overdue, texts),
            _ => person(&r.person, column, texts),
        },
        Row::Computer(c) => match column {
            "id" => c.id.to_string(),
            "number" => c.number.clone(),
            "kind" => texts.word("computer", c.kind.code()),
            "model" => c.model.clone().unwrap_or_default(),
            "secrecy" => c.secrecy.map(|s| texts.word("secrecy", s.code())).unwrap_or_default(),
            "department" => c.department.clone().unwrap_or_default(),
            "custodian" => c.custodian_name.clone().unwrap_or_default(),
            "user" => c.user_name.clone().unwrap_or_default(),
            "room" => c.room.clone().unwrap_or_default(),
            "device_state" => texts.word("device_state", c.state.code()),
            "inspection_due" => date(c.inspection_due.as_ref().map(|d| d.due)),
            _ => String::new(),
        },
        Row::Medium(m) => match column {
            "id" => m.id.to_string(),
            "number" => m.number.clone(),
            "kind" => texts.word("medium", m.kind.code()),
            "title" => m.title.clone().unwrap_or_default(),
            "secrecy" => m.secrecy.map(|s| texts.word("secrecy", s.code())).unwrap_or_default(),
            "department" => m.department.clone().unwrap_or_default(),
            "holder" => m.holder_name.clone().unwrap_or_default(),
            "device_state" => texts.word("device_state", m.state.code()),
            _ => String::new(),
        },
        Row::Inspection(i) => match column {
            "id" => i.id.to_string(),
            "template" => format!("{} {}", i.template, i.version),
            "department" => i.department.clone().unwrap_or_default(),
            "campaign" => i.campaign.clone().unwrap_or_default(),
            "subjects" => few(&i.subjects),
            "planned_on" => date(i.planned_on),
            "inspector" => i.inspector.clone().unwrap_or_default(),
            "inspection_state" => texts.word("inspection_state", i.state.code()),
            "answered" => format!("{}/{}", i.score.answered(), i.score.total()),
            "score" => i.percent.map(|p| format!("{p}%")).unwrap_or_default(),
            "open_findings" => i.open_findings.to_string(),
            _ => String::new(),
        },
        Row::Finding(f) => match column {
            "id" => f.inspection.to_string(),
            "spot" => f.spot.to_string(),
            "subject" => f.subject.clone(),
            "article" => f.article.clone(),
            "what" => f.what.clone(),
            "responsible" => f.responsible.clone().unwrap_or_default(),
            "due_on" => date(f.due),
            "stands" => texts.word("finding_stands", f.stands.map_or("found", crate::domain::FindingStep::code)),
            "attention" if f.overdue => texts.t("cli.card.overdue"),
            _ => String::new(),
        },
        Row::Todo(t) => match column {
            "todo" => texts.t(&format!("cli.todo.{}", t.kind)),
            "unit" => t.unit.to_string(),
            "key" => t.key.clone().unwrap_or_default(),
            "pack" => t.pack.clone().unwrap_or_default(),
            "article" => t.article.clone().unwrap_or_default(),
            "allowed" => t.allowed.clone().unwrap_or_default(),
            "person" => match (&t.person, &t.name) {
                (Some(id), Some(name)) => format!("{id} {name}"),
                _ => String::new(),
            },
            "last_day" => date(t.last_day),
            "stated_last_day" => date(t.stated_last_day),
            _ => String::new(),
        },
        Row::Journal(j) => match column {
            "seq" => j.seq.to_string(),
            "at" => j.at.clone(),
            "operator" => j.operator.clone(),
            "channel" => channel(j.channel, texts),
            "verb" => j.verb.clone(),
            "records" => few(&j.records.iter().map(ToString::to_string).collect::<Vec<_>>()),
            "fields" => j.fields.join(", "),
            "rows" => j.rows.map(|n| n.to_string()).unwrap_or_default(),
            _ => String::new(),
        },
    }
}

fn person(p: &PersonAnswer, column: &str, texts: Texts) -> String {
    let period = |pick: fn(&PeriodAnswer) -> Option<Date>| date(p.period.as_ref().and_then(pick));
    match column {
        "id" => p.id.to_string(),
        "name" => p.name.clone(),
        "department" => p.department.clone().unwrap_or_default(),
        "level" => level(p.level, texts),
        "state" => texts.word("state", p.state.code()),
        "post" => p.post.clone().unwrap_or_default(),
        "start" => period(|q| q.start),
        "months" => p.period.as_ref().and_then(|q| q.months).map(|m| m.to_string()).unwrap_or_default(),
        "last_day" => p.period.as_ref().map(last_day).unwrap_or_default(),
        "stated_last_day" => period(|q| q.stated_last_day),
        "days_left" => days_left(p),
        "article" => p.period.as_ref().map(|q| q.article.clone()).unwrap_or_default(),
        "attention" => attention(p, texts),
        _ => String::new(),
    }
}

/// Days left, for people whose period runs or waits to be closed.
fn days_left(p: &PersonAnswer) -> String {
    use crate::domain::State::{Ended, InPeriod};
    match &p.period {
        Some(q) if matches!(p.state, InPeriod | Ended) => q.days_left.map(|d| d.to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}

/// The last day, or the range it lies in.
pub fn last_day(period: &PeriodAnswer) -> String {
    match (period.last_day, period.earliest, period.latest) {
        (Some(day), ..) => day.to_string(),
        (None, Some(earliest), Some(latest)) => format!("{earliest} … {latest}"),
        (None, Some(day), None) => format!("{day} …"),
        _ => String::new(),
    }
}

/// What deserves a look: assumed and missing choices, flags, what is overdue, what waits.
fn attention(p: &PersonAnswer, texts: Texts) -> String {
    let mut out: Vec<String> = Vec::new();
    if let Some(q) = &p.period {
        if !q.assumed.is_empty() {
            out.push(texts.t("cli.attention.assumed"));
        }
        if !q.blocked_by.is_empty() {
            out.push(texts.t("cli.attention.blocked"));
        }
    }
    out.extend(p.flags.iter().map(|f| texts.get(&format!("flag.{f}")).unwrap_or(f).to_owned()));
    if !p.training.overdue.is_empty() {
        out.push(texts.t("cli.attention.training"));
    }
    if !p.travel.pending.is_empty() {
        out.push(texts.t("cli.attention.travel"));
    }
    join(out, texts)
}

fn overdue(duties: &[OverdueDuty], texts: Texts) -> String {
    join(duties.iter().map(|d| format!("{} {} ({})", texts.word("duty", d.kind.code()), d.due, d.article)), texts)
}

fn date(day: Option<Date>) -> String {
    day.map(|d| d.to_string()).unwrap_or_default()
}

/// A level's name; empty when not set.
pub fn level(level: Option<Level>, texts: Texts) -> String {
    level.map(|l| texts.word("level", l.code())).unwrap_or_default()
}

fn step(step: StepCode, texts: Texts) -> String {
    texts.word("step", step.code())
}

/// A channel's name.
pub fn channel(channel: crate::domain::Channel, texts: Texts) -> String {
    use crate::domain::Channel;
    let code = match channel {
        Channel::Screen => "screen",
        Channel::Cli => "cli",
        Channel::Import => "import",
        Channel::Bundle => "bundle",
        Channel::System => "system",
    };
    texts.word("channel", code)
}

/// Items as a list in the language.
pub fn join(items: impl IntoIterator<Item = String>, texts: Texts) -> String {
    items.into_iter().collect::<Vec<_>>().join(texts.get("cli.separator").unwrap_or(", "))
}

/// The first few of many, with the number of the rest.
fn few(items: &[String]) -> String {
    const SHOWN: usize = 3;
    let first = items.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(" ");
    match items.len().checked_sub(SHOWN) {
        Some(rest) if rest > 0 => format!("{first} +{rest}"),
        _ => first,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn every_column_has_a_heading_in_both_languages() {
        for lang in Lang::ALL {
            for column in ListView::ALL.iter().flat_map(|v| columns(*v)) {
                let key = format!("cli.column.{column}");
                assert!(Texts::new(lang).get(&key).is_some(), "{key}");
            }
        }
    }
}
