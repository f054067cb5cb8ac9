//! What the header says: unit, pack, day, who, store.

use super::{Context, StoreState};
use crate::ui::frame;
use crate::ui::theme::Role;

/// Unit, pack, day, who, store.
pub(super) fn items(cx: &Context) -> Vec<frame::Item> {
    use chrono::Datelike;
    let t = cx.texts;
    let item = |text: String, role: Role, priority: u8, right: bool| frame::Item { text, role, priority, right };
    let mut out = vec![item(t.t("screen.name"), Role::Header, 90, false)];
    match cx.units {
        [unit] => {
            out.push(item(unit.name.clone(), Role::Header, 60, false));
            let pack = if unit.law { t.fill("header.law", &[("pack", &unit.pack)]) } else { unit.pack.clone() };
            out.push(item(pack, Role::Header, 40, false));
        }
        units => {
            if let Some(first) = units.first() {
                out.push(item(first.name.clone(), Role::Header, 35, false));
            }
            out.push(item(t.fill("header.units", &[("n", units.len().to_string())]), Role::Header, 60, false));
        }
    }
    let weekday = t.t(&format!("weekday.{}", cx.today.weekday().number_from_monday()));
    let values = [("date", cx.today.to_string()), ("weekday", weekday)];
    let real = cx.today == cx.real_today;
    let key = match cx.store {
        _ if real => "header.day",
        StoreState::Demo => "header.demo_day",
        _ => "header.not_today",
    };
    let role = if real { Role::Header } else { Role::HeaderAlert };
    out.push(item(t.fill(key, &values), role, 80, true));
    let who = if cx.operator.name.is_empty() { cx.operator.id.clone() } else { cx.operator.name.clone() };
    out.push(item(who, Role::Header, 50, true));
    let role =
        if matches!(cx.store, StoreState::Trouble | StoreState::ReadOnly) { Role::HeaderAlert } else { Role::Header };
    let text = match cx.store {
        StoreState::Loading { loaded, all } => {
            t.fill("store.loading", &[("loaded", loaded.to_string()), ("all", all.to_string())])
        }
        store => t.t(&format!("store.{}", store.code())),
    };
    out.push(item(text, role, 70, true));
    out
}
