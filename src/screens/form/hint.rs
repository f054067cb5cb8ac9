//! What stands below the fields: how the field with the caret is written, and what the keys do there.

use super::State;
use super::told::key;
use crate::domain::Unit;
use crate::keys::Action;
use crate::rules::Pack;
use crate::screens::deed::{Deed, DeviceDeed};
use crate::screens::entries::Takes;
use crate::screens::{Context, menu, words};

/// One line for the field with the caret: form, example, and the article where a rule stands behind it.
pub(super) fn help(state: &State, cx: &Context) -> String {
    let Some(entry) = state.entry() else { return String::new() };
    let own = format!("field_help.{}_{}", state.deed.code(), entry.name);
    let common = format!("field_help.{}", entry.name);
    let text = cx.texts.get(&own).or_else(|| cx.texts.get(&common)).unwrap_or_default();
    if state.others > 0 && matches!(entry.name, "topic" | "training_kind" | "pledge_kind") {
        return cx.texts.fill("form.others_owe", &[("n", state.others.to_string())]);
    }
    match article(state, cx) {
        Some(article) => format!("{text}  {article}").trim().to_owned(),
        None => text.to_owned(),
    }
}

/// Where the rules speak of the field.
fn article(state: &State, cx: &Context) -> Option<String> {
    if let Deed::Device(what, _) = state.deed {
        let article = match (what, state.entry()?.name) {
            (DeviceDeed::SendOut, "approved_by" | "disk_removed") => "12.1",
            (DeviceDeed::Destroy, "approved_by") => "13.1",
            (DeviceDeed::Destroy, "place") => "13.2",
            (DeviceDeed::Move, "filed_on") => "9.2",
            _ => return None,
        };
        return Some(cx.texts.cite(cx.packs, "p8-computers", article));
    }
    let unit = unit(state, cx)?;
    let entry = state.entry()?;
    let value = state.fields.get(state.at)?.text();
    let of = |pack: &Pack| -> Option<String> {
        let period = pack.period.as_ref();
        let duty = |code: &str| pack.duties.iter().find(|d| d.kind.code() == code).map(|d| d.article.clone());
        match (state.deed, entry.name) {
            (Deed::Length(_), "months") => period.map(|p| p.article.clone()),
            (Deed::Extend(_), "months") => period.and_then(|p| p.extension.clone()),
            (Deed::Leave, "approved_on" | "left_on") => period.map(|p| p.start_article.clone()),
            (Deed::NewTrip, "destination" | "depart_on") => {
                pack.verdicts.iter().find(|v| v.subject == "travel").map(|v| v.article.clone())
            }
            (Deed::Training, "training_kind" | "makeup_for") => duty("sessions"),
            (Deed::Pledge, "pledge_kind") => duty(&format!("pledge_{value}")),
            _ => None,
        }
    };
    let found = cx.packs.of(unit).into_iter().find_map(|p| of(p).filter(|a| !a.is_empty()).map(|a| (p, a)));
    found.map(|(pack, article)| words::cite(cx, &pack.id, &article))
}

fn unit<'a>(state: &State, cx: &Context<'a>) -> Option<&'a Unit> {
    let person = state.persons.first().and_then(|id| menu::find(*id, cx));
    match person {
        Some(person) => cx.units.iter().find(|u| u.id == person.unit),
        None => cx.units.first(),
    }
}

/// What the keys do in the field with the caret.
pub(super) fn keys(state: &State, cx: &Context) -> String {
    let choice = state.entry().is_some_and(|e| matches!(e.takes, Takes::OneOf(_)));
    let (enter, leave) = if choice { (Action::Done, Action::Leave) } else { (Action::Accept, Action::Cancel) };
    let values = [("enter", key(enter, cx)), ("submit", key(Action::Submit, cx)), ("leave", key(leave, cx))];
    cx.texts.fill(if state.last() { "form.hint_last" } else { "form.hint" }, &values)
}
