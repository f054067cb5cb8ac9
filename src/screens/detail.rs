//! The pane beside a list: what the register knows of the person under the cursor without opening the card.

use crate::domain::TripState;
use crate::index::{DutyRow, InspectionRow, PersonRow, Row};
use crate::ui::paint::{self, Pieces, line, piece};
use crate::ui::theme::{Glyph, Role};

use super::{Context, words};

/// Whether a trip still asks for something.
pub const fn open_trip(state: TripState) -> bool {
    matches!(
        state,
        TripState::Draft
            | TripState::Pending
            | TripState::Approved
            | TripState::PapersIssued
            | TripState::Travelling
            | TripState::Returned
    )
}

/// The lines of the pane, at most `width` cells wide.
pub fn person(s: &PersonRow, cx: &Context, width: u16) -> Vec<Pieces> {
    let t = cx.texts;
    let mut out: Vec<Pieces> = Vec::new();
    out.push(vec![piece(s.name.clone(), Role::Strong), piece(format!("  {}", s.id), Role::Dim)]);
    let mut state = words::state(cx, s.state);
    state.push(piece("  ", Role::Text));
    state.push(piece(words::level(cx, s.level), words::level_role(s.level)));
    out.push(state);
    out.push(Vec::new());
    let mut fact = |label: &str, value: &str| {
        if !value.is_empty() {
            out.push(vec![piece(format!("{label}  "), Role::Dim), piece(value, Role::Text)]);
        }
    };
    fact(&t.t("fact.post"), &s.post);
    fact(&t.t("fact.department"), &s.department);
    if cx.units.len() > 1 {
        fact(&t.t("fact.unit"), cx.units.iter().find(|u| u.id == s.unit).map_or("", |u| &u.name));
    }
    fact(&t.t("fact.staff_number"), s.staff_number.as_deref().unwrap_or(""));
    fact(&t.t("fact.identity"), s.identity.as_deref().unwrap_or(""));
    period(s, cx, width, &mut out);
    let overdue: Vec<&DutyRow> = s.training.overdue.iter().chain(&s.pledges_missing).chain(&s.other_overdue).collect();
    if !overdue.is_empty() || s.training.next_due.is_some() {
        section(&t.t("card.duties"), &mut out);
        out.extend(overdue.into_iter().map(|d| duty(d, cx)));
        if let Some(next) = s.training.next_due {
            let text =
                t.fill("fact.next_training", &[("date", next.to_string()), ("distance", words::distance(cx, next))]);
            out.push(line(text, words::urgency(cx, next)));
        }
    }
    let trips: Vec<_> = s.trips.iter().filter(|x| open_trip(x.state)).collect();
    if !trips.is_empty() {
        section(&t.t("card.trips"), &mut out);
        for trip in trips {
            let mut l = words::trip_state(cx, trip.state);
            l.push(piece(format!("  {}  {}", trip.destination, trip.depart_on), Role::Text));
            out.push(l);
            if let Some(step) = trip.waits_for {
                let waits = t.fill("travel.waits_for", &[("step", t.word("step", step.code()))]);
                out.push(line(format!("  {waits}"), Role::Warn));
            }
        }
    }
    if !s.flags.is_empty() {
        section(&t.t("card.flags"), &mut out);
        for flag in &s.flags {
            for l in paint::wrap(&words::flag(cx, flag), width.saturating_sub(2)) {
                out.push(line(format!("  {l}"), Role::Warn));
            }
        }
    }
    out
}

/// A blank line and a title.
fn section(title: &str, out: &mut Vec<Pieces>) {
    out.push(Vec::new());
    out.push(line(title, Role::Section));
}

/// The governing period with its pack and what is assumed or open.
fn period(s: &PersonRow, cx: &Context, width: u16, out: &mut Vec<Pieces>) {
    let t = cx.texts;
    let Some(p) = &s.period else { return };
    section(&t.t("card.period"), out);
    let mut end = vec![piece(format!("{}  ", t.t("fact.last_day")), Role::Dim)];
    end.extend(words::period_end(cx, p));
    out.push(end);
    if let Some(last) = p.last_day {
        out.push(line(format!("  {}", words::distance(cx, last)), words::urgency(cx, last)));
    }
    let months = p.months.map(|m| t.fill("fact.months", &[("n", m.to_string())])).unwrap_or_default();
    if p.start.is_some() || !months.is_empty() {
        let text = format!("{}  {}", words::date(p.start), months);
        out.push(vec![piece(format!("{}  ", t.t("fact.start")), Role::Dim), piece(text, Role::Text)]);
    }
    if !p.start_rule.is_empty() {
        out.push(line(format!("  {}", t.word("start_rule", &p.start_rule)), Role::Dim));
    }
    out.push(line(format!("  {}", words::cite(cx, &p.pack, &p.article)), Role::Dim));
    let mut notes: Vec<String> = Vec::new();
    if !p.assumed.is_empty() {
        notes.push(t.t("note_line.assumed"));
    }
    if !p.blocked_by.is_empty() {
        notes.push(t.t("note_line.blocked"));
    }
    if let Some(stated) = p.stated_last_day.filter(|d| Some(*d) != p.last_day) {
        notes.push(t.fill("note_line.stated", &[("date", stated.to_string())]));
    }
    for text in notes {
        out.extend(paint::wrap(&text, width.saturating_sub(2)).into_iter().map(|l| line(format!("  {l}"), Role::Warn)));
    }
}

/// An overdue duty: what, since when, article.
fn duty(d: &DutyRow, cx: &Context) -> Pieces {
    vec![
        piece(format!("{} {}", cx.theme.glyph(Glyph::Alert), cx.texts.word("duty", d.kind.code())), Role::Alarm),
        piece(format!("  {}", d.due), Role::Text),
        piece(format!("  {}", words::cite(cx, &d.pack, &d.article)), Role::Dim),
    ]
}

/// What the register knows of the computer or medium under the cursor without opening its card.
pub fn device(row: &Row, cx: &Context) -> Vec<Pieces> {
    let t = cx.texts;
    let (number, id, kind, level, state) = match row {
        Row::Computer(c) => (&c.number, c.id.to_string(), t.word("computer", c.kind.code()), c.level, c.state),
        Row::Medium(m) => (&m.number, m.id.to_string(), t.word("medium", m.kind.code()), m.level, m.state),
        _ => return Vec::new(),
    };
    let (inspected, due) = match row {
        Row::Computer(c) => {
            let due = c.machine.due.as_ref();
            let due = due.map(|d| format!("{}  {}", d.due, words::cite(cx, &d.pack, &d.article)));
            (c.machine.inspected_on.map(|d| d.to_string()).unwrap_or_default(), due.unwrap_or_default())
        }
        _ => (String::new(), String::new()),
    };
    let mut second = words::device_state(cx, state);
    second.push(piece("  ", Role::Text));
    second.extend(words::secrecy(cx, level));
    let mut out: Vec<Pieces> =
        vec![vec![piece(number.clone(), Role::Strong), piece(format!("  {id}"), Role::Dim)], second, Vec::new()];
    let facts: Vec<(&str, &str)> = match row {
        Row::Computer(c) => vec![
            ("kind", &kind),
            ("model", &c.model),
            ("department", &c.department),
            ("room", &c.room),
            ("custodian", &c.custodian_name),
            ("user", &c.user_name),
            ("inspected_on", &inspected),
            ("inspection_due", &due),
        ],
        Row::Medium(m) => vec![
            ("kind", &kind),
            ("medium_title", &m.title),
            ("department", &m.department),
            ("custodian", &m.holder_name),
        ],
        _ => Vec::new(),
    };
    for (label, value) in facts.into_iter().filter(|(_, v)| !v.is_empty()) {
        let label = t.t(&format!("field.{label}"));
        out.push(vec![piece(format!("{label}  "), Role::Dim), piece(value, Role::Text)]);
    }
    out
}

/// How an inspection stands, with the findings it has open.
pub fn inspection(row: &InspectionRow, cx: &Context, width: u16) -> Vec<Pieces> {
    let (t, i) = (cx.texts, &row.brief);
    let percent = i.score.percent();
    let mut out: Vec<Pieces> = vec![
        vec![
            piece(i.id.to_string(), Role::Strong),
            piece(format!("  {}", t.word("inspection_state", i.state.code())), Role::Text),
        ],
        line(i.title.of(t.lang().code()), Role::Dim),
        Vec::new(),
    ];
    let facts = [
        ("campaign", i.campaign.clone()),
        ("department", i.department.clone()),
        ("planned_on", words::date(i.planned_on)),
        ("inspector", i.inspector.clone()),
        ("signed_on", i.signed_on.map(|d| d.to_string()).unwrap_or_default()),
        ("score", percent.map(|p| format!("{p}%")).unwrap_or_default()),
    ];
    for (label, value) in facts.into_iter().filter(|(_, v)| !v.is_empty()) {
        out.push(vec![piece(format!("{}  ", t.t(&format!("field.{label}"))), Role::Dim), piece(value, Role::Text)]);
    }
    out.push(Vec::new());
    out.extend(row.labels.iter().map(|l| line(l, Role::Text)));
    let open: Vec<_> = i.findings.iter().filter(|f| f.finding.open(cx.today)).collect();
    if !open.is_empty() {
        out.push(Vec::new());
        out.push(line(t.t("devices.findings"), Role::Section));
    }
    for f in open {
        let role = if f.finding.overdue(cx.today) { Role::Alarm } else { Role::Warn };
        let text = format!("{} {}  {}", f.spot.item, words::date(f.finding.due), f.finding.what);
        out.extend(paint::wrap(&text, width).into_iter().map(|l| line(l, role)));
    }
    out
}
