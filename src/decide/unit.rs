//! Units and the choices their packs leave open.

use super::{Context, Decision, Refusal, known_day, required, unit_or_only};
use crate::domain::unit::Choice;
use crate::domain::{Change, Command, Date, RecordKind, Unit, UnitId, View};
use crate::rules;

pub(super) fn decide(view: &dyn View, cx: &Context, command: &Command) -> Result<Decision, Refusal> {
    match command {
        Command::AddUnit { name, pack, law, tracking_from } => {
            let name = required("name", name)?;
            if view.units()?.iter().any(|u| u.name == name) {
                return Err(Refusal::rule("unit_exists").with("name", name));
            }
            let version = pack_version(cx, pack)?;
            let unit = Unit {
                id: UnitId(view.next_number(RecordKind::Unit)?),
                revision: 0,
                name,
                pack: pack.clone(),
                pack_version: version,
                law: *law,
                tracking_from: known_day(cx, "tracking_from", *tracking_from)?,
                choices: std::collections::BTreeMap::new(),
            };
            Ok(one(unit))
        }
        Command::SetUnit { unit, key, value, decided_by, reason } => {
            let mut unit = unit_or_only(view, *unit)?;
            let before = unit.clone();
            let (decided_by, reason) = (required("decided_by", decided_by)?, required("reason", reason)?);
            let value = value.trim();
            match key.as_str() {
                "name" => unit.name = required("name", value)?,
                "law" => unit.law = yes_no(value)?,
                "tracking_from" => {
                    let day: Date = value.parse().map_err(|_| Refusal::input("not_a_date").with("value", value))?;
                    unit.tracking_from = known_day(cx, "tracking_from", day)?;
                }
                "pack" => return Err(Refusal::input("pack_switch_later")),
                key => {
                    let value = rules::check_choice(cx.packs, &unit, key, value).map_err(|problem| {
                        let code = if problem.code == "unknown_key" { "choice_unknown" } else { "choice_value" };
                        Refusal::input(code).with("key", key).with("value", value).with("allowed", problem.allowed)
                    })?;
                    let choice = Choice { value, decided_by, reason, on: cx.today };
                    unit.choices.insert(key.to_owned(), choice);
                }
            }
            if unit == before {
                return Err(Refusal::rule("nothing_changed").with("id", unit.id));
            }
            Ok(one(unit))
        }
        _ => Err(Refusal::input("wrong_command")),
    }
}

fn one(mut unit: Unit) -> Decision {
    unit.revision += 1;
    let ids = vec![unit.id.to_string()];
    Decision { changes: vec![Change::Unit(Box::new(unit))], ids, warnings: Vec::new() }
}

fn yes_no(value: &str) -> Result<bool, Refusal> {
    match value {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        other => Err(Refusal::input("choice_value").with("key", "law").with("value", other).with("allowed", "yes|no")),
    }
}

/// The version of a personnel pack, or why it is none.
fn pack_version(cx: &Context, id: &str) -> Result<String, Refusal> {
    let personnel = cx.packs.personnel();
    let known: Vec<&str> = personnel.iter().map(|p| p.id.as_str()).collect();
    match personnel.iter().find(|p| p.id == id) {
        Some(pack) => Ok(pack.version.clone()),
        None if cx.packs.get(id).is_some() => {
            Err(Refusal::input("pack_not_personnel").with("pack", id).with("packs", known.join(", ")))
        }
        None => Err(Refusal::input("no_such_pack").with("pack", id).with("packs", known.join(", "))),
    }
}
