//! A journal entry as a row of the list, and what its codes and records are called.

use crate::domain::{JournalPublic, RecordId, RecordKind};
use crate::index::{Item, Row as Found};
use crate::screens::Context;
use crate::ui::paint::{Pieces, line, piece};
use crate::ui::table::{Column, column};
use crate::ui::theme::Role;

/// The columns.
pub(super) fn columns(cx: &Context) -> Vec<Column> {
    let t = cx.texts;
    vec![
        column(t.t("column.at"), 16, 16, 90),
        column(t.t("column.operator"), 10, 12, 80),
        column(t.t("column.verb"), 14, 20, 85),
        column(t.t("column.record"), 12, 26, 70).flex(),
        column(t.t("column.changed"), 12, 30, 50),
        column(t.t("column.channel"), 7, 12, 30),
        column(t.t("column.entry"), 6, 8, 20).right(),
    ]
}

/// The cells of an entry.
pub(super) fn cells(e: &JournalPublic, cx: &Context) -> Vec<Pieces> {
    let first = e.records.first().map(|r| name(*r, cx).unwrap_or_else(|| r.to_string())).unwrap_or_default();
    let mut whom = vec![piece(first, Role::Strong)];
    if e.records.len() > 1 {
        whom.push(piece(format!(" +{}", e.records.len() - 1), Role::Dim));
    }
    vec![
        at(e),
        line(e.operator.clone(), Role::Text),
        line(verb(&e.verb, cx), Role::Text),
        whom,
        line(fields(e, cx), Role::Dim),
        line(cx.texts.word("channel", e.channel.code()), Role::Dim),
        line(e.seq.to_string(), Role::Dim),
    ]
}

/// Day and time, to the minute; between them a sign where the clock had been set back.
fn at(e: &JournalPublic) -> Pieces {
    let day: String = e.at.chars().take(10).collect();
    let time: String = e.at.chars().skip(11).take(5).collect();
    let sign = if e.clock_back.is_some() { piece("!", Role::Alarm) } else { piece(" ", Role::Dim) };
    vec![piece(day, Role::Dim), sign, piece(time, Role::Dim)]
}

/// What a verb is called; an unknown one stands for itself.
pub(super) fn verb(code: &str, cx: &Context) -> String {
    cx.texts.get(&format!("verb.{code}")).unwrap_or(code).to_owned()
}

/// What a field of a record is called; numbers and unknown names stand for themselves.
pub(super) fn field(name: &str, cx: &Context) -> String {
    cx.texts.get(&format!("field.{name}")).unwrap_or(name).to_owned()
}

/// What the entry changed, each name once: several parts of a record share theirs.
pub(super) fn fields(e: &JournalPublic, cx: &Context) -> String {
    cx.texts.changed(e.fields.iter().map(|f| f.split('.').next().unwrap_or(f)))
}

/// A value in words where it is one of a list's codes, else as it is. `path` leads to it in the record.
pub(super) fn value(kind: RecordKind, path: &[String], value: &str, cx: &Context) -> String {
    let part = path.first().map_or("", String::as_str);
    let list = match (path.last().map_or("", String::as_str), part, kind) {
        ("kind", "trips", _) => "trip",
        ("kind", "trainings", _) => "training",
        ("kind", "pledges", _) => "pledge",
        ("kind", "reviews", _) => "review",
        ("kind", "cases", _) => "case",
        ("kind", _, RecordKind::Computer) => "computer",
        ("kind", _, RecordKind::Medium) => "medium",
        ("state", "trips", _) => "trip_state",
        ("state", "cases", _) => "case_state",
        ("state", _, RecordKind::Inspection) => "inspection_state",
        ("state", ..) => "device_state",
        ("step", "findings", _) => "finding_step",
        ("reason", "departures", _) => "leaving",
        ("value", "answers", _) => "answer",
        ("code", ..) => "step",
        (leaf @ ("level" | "secrecy" | "sex" | "employment" | "opinion" | "employer"), ..) => leaf,
        _ => return value.to_owned(),
    };
    cx.texts.get(&format!("word.{list}.{value}")).unwrap_or(value).to_owned()
}

/// The name of a record for those who may see it.
fn name(id: RecordId, cx: &Context) -> Option<String> {
    let name = match id.kind {
        RecordKind::Person | RecordKind::Computer | RecordKind::Medium => {
            match cx.index.row(Item { record: id, part: 0 })? {
                Found::Person(p) => p.name,
                Found::Computer(c) => c.number,
                Found::Medium(m) => m.number,
                Found::Trip(_) | Found::Matter(_) | Found::Inspection(_) | Found::Finding(_) => return None,
            }
        }
        RecordKind::Unit => cx.units.iter().find(|u| u.id.0 == id.number)?.name.clone(),
        _ => return None,
    };
    Some(name).filter(|n| !n.is_empty())
}

/// A record by its name, where there is one to be seen, and by its id.
pub(super) fn record(id: RecordId, cx: &Context) -> String {
    name(id, cx).map_or_else(|| id.to_string(), |n| format!("{n} {id}"))
}
