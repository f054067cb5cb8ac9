//! The first rows behind a counter, in one line each.

use crate::domain::{DutyKind, State as Standing};
use crate::index::{ComputerRow, FindingRow, Item, Row};
use crate::rules::answer::ChoiceState;
use crate::screens::{Context, data, words};
use crate::ui::paint::{self, Pieces, line, piece};
use crate::ui::theme::Role;

/// One row behind a counter: who, and the day that matters.
pub(super) fn line_of(item: Item, duties: fn(DutyKind) -> bool, cx: &Context, width: u16) -> Pieces {
    let Some(row) = data::row(cx, item) else { return Vec::new() };
    let pad = |text: &str, cells: u16| format!("{} ", paint::padded(text, cells, cx.theme));
    let (name, department, level, day, more) = match &row {
        Row::Trip(t) => (&t.name, &t.department, t.level, Some(t.depart_on), t.destination.clone()),
        Row::Person(p) => {
            let owed = p.due.iter().find(|d| duties(d.kind));
            let period = p.period.as_ref().and_then(|x| x.last_day.or(x.earliest));
            let ends = matches!(p.state, Standing::InPeriod | Standing::Ended);
            let day = owed.map(|d| d.due).or(period.filter(|_| ends));
            let duty = owed.map(|d| cx.texts.word("duty", d.kind.code())).unwrap_or_default();
            (&p.name, &p.department, p.level, day, duty)
        }
        Row::Matter(m) => {
            let next = m.next().map(|s| cx.texts.word("step", s.code.code())).unwrap_or_default();
            (&m.name, &m.department, m.level, m.matter.effective_on.or(m.matter.opened_on), next)
        }
        Row::Finding(f) => return finding_line(f, cx, width),
        Row::Computer(c) => return machine_line(c, cx, width),
        Row::Medium(_) | Row::Inspection(_) => return Vec::new(),
    };
    let mut out = vec![piece(pad(name, 8), Role::Strong)];
    if width >= 60 {
        out.push(piece(pad(&words::level(cx, level), 9), words::level_role(level)));
        out.push(piece(pad(department, 16), Role::Text));
    } else if width >= 34 {
        out.push(piece(pad(department, 8), Role::Dim));
    }
    if let Some(day) = day {
        let role = words::urgency(cx, day);
        out.push(piece(format!("{day}  "), role));
        out.push(piece(pad(&words::distance(cx, day), 10).trim_end().to_owned(), role));
    }
    if width >= 60 {
        out.push(piece(format!("  {more}"), Role::Dim));
    }
    out
}

/// A finding past its day: where, since when, what.
fn finding_line(row: &FindingRow, cx: &Context, width: u16) -> Pieces {
    let f = &row.finding.finding;
    let due = f.due.map(|d| format!("{d}  ")).unwrap_or_default();
    let name = format!("{} ", paint::padded(&row.label, if width >= 60 { 20 } else { 10 }, cx.theme));
    vec![piece(name, Role::Strong), piece(due, Role::Alarm), piece(f.what.clone(), Role::Text)]
}

/// A machine that is due: which, in which department, by when.
fn machine_line(c: &ComputerRow, cx: &Context, width: u16) -> Pieces {
    let pad = |text: &str, cells: u16| format!("{} ", paint::padded(text, cells, cx.theme));
    let mut out = vec![piece(pad(&c.number, 12), Role::Strong)];
    if width >= 34 {
        out.push(piece(pad(&c.department, if width >= 60 { 16 } else { 8 }), Role::Dim));
    }
    if let Some(due) = &c.machine.due {
        let text = format!("{}  {}", due.due, words::distance(cx, due.due));
        out.push(piece(text, words::urgency(cx, due.due)));
    }
    out
}

/// What the unit still owes a decision on.
pub(super) fn choices<'a>(owed: impl Iterator<Item = &'a ChoiceState>, cx: &Context) -> Vec<Pieces> {
    let one = |c: &ChoiceState| {
        let article = format!("  {}", words::cite(cx, &c.pack, &c.article));
        vec![piece(words::choice(cx, &c.key), Role::Warn), piece(article, Role::Dim)]
    };
    let out: Vec<Pieces> = owed.map(one).collect();
    if out.is_empty() { vec![line(cx.texts.t("today.nothing_owed"), Role::Dim)] } else { out }
}
