//! The fields each deed asks for, and what they start with.

use super::{Entry, Takes, owed};
use crate::domain::command::TripEvent;
use crate::domain::summary::MatterKind;
use crate::domain::{
    CaseKind, Employer, LeavingReason, Level, Opinion, PersonId, PledgeKind, ReviewKind, StepCode, TrainingKind,
    TripKind, UnitId,
};
use crate::index::{Item, PersonRow, Row};
use crate::screens::deed::Deed;
use crate::screens::{Context, choices};

pub(super) fn entry(name: &'static str, takes: Takes, required: bool, start: impl Into<String>) -> Entry {
    Entry { name, takes, required, start: start.into() }
}

pub(super) fn choice<T: Copy>(all: &[T], code: fn(T) -> &'static str, list: &str, cx: &Context) -> Takes {
    Takes::OneOf(all.iter().map(|v| (code(*v).to_owned(), cx.texts.word(list, code(*v)))).collect())
}

/// The pledge that a case asks for.
fn pledge_of(item: Item, cx: &Context) -> Option<PledgeKind> {
    let Some(Row::Matter(row)) = cx.index.row(item) else { return None };
    match row.matter.kind {
        MatterKind::Leaving(_) => Some(PledgeKind::Leaving),
        MatterKind::Case(CaseKind::Transfer) => Some(PledgeKind::Transfer),
        MatterKind::Case(CaseKind::Resignation) => Some(PledgeKind::Resignation),
        MatterKind::Case(CaseKind::GoingOnPost) => Some(PledgeKind::OnPost),
        MatterKind::Case(_) => None,
    }
}

/// Whose it is, where the register has several units: that of what the cursor stands on first.
pub(super) fn unit(here: Option<UnitId>, cx: &Context) -> Option<Entry> {
    let start = here.or_else(|| Some(cx.units.first()?.id))?.to_string();
    let all = cx.units.iter().map(|u| (u.id.to_string(), u.name.clone())).collect();
    (cx.units.len() > 1).then(|| entry("unit", Takes::OneOf(all), true, start))
}

/// Levels, and "not set".
fn levels(cx: &Context) -> Takes {
    let none = (String::new(), cx.texts.word("level", "none"));
    let all = Level::ALL.iter().map(|l| (l.code().to_owned(), cx.texts.word("level", l.code())));
    Takes::OneOf(std::iter::once(none).chain(all).collect())
}

/// The open duties of a person, each with its day, so that a waiver names one and never a whole kind by accident.
fn open_duties(of: Option<&PersonRow>, cx: &Context) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for d in of.iter().flat_map(|s| &s.due) {
        let code = format!("{}@{}", d.kind.code(), d.due);
        if !all.iter().any(|(c, _)| *c == code) {
            all.push((code, format!("{} {} {}", cx.texts.word("duty", d.kind.code()), d.due, d.article)));
        }
    }
    all
}

/// The fields a deed asks for.
pub fn entries(deed: Deed, persons: &[PersonId], items: &[Item], of: Option<&PersonRow>, cx: &Context) -> Vec<Entry> {
    let (today, me) = (cx.today.to_string(), cx.operator.name.clone());
    let text = |name, required| entry(name, Takes::Text, required, "");
    let day = |name, start: &str| entry(name, Takes::Day, false, start);
    match deed {
        Deed::Agree(n) => {
            // A special reason is the traveller's own, and nobody writes it for him by agreeing.
            let trip = of.and_then(|p| p.trips.iter().find(|t| t.n == n));
            let own = trip.filter(|t| t.waits_for == Some(StepCode::SpecialReason)).map(|t| t.name.clone());
            let said = if own.is_some() { String::new() } else { cx.texts.t("form.start_agree") };
            let by = entry("by", Takes::Text, true, own.unwrap_or(me));
            vec![by, entry("comment", Takes::Text, true, said), day("on", &today)]
        }
        Deed::Disagree(_) | Deed::Object(_) => {
            vec![text("comment", true), entry("by", Takes::Text, true, me), day("on", &today)]
        }
        Deed::Trip(_, TripEvent::Report) => vec![text("text", true), day("on", &today)],
        Deed::Trip(..) | Deed::Close(_) | Deed::CloseCase(_) | Deed::WithdrawCase(_) => vec![day("on", &today)],
        Deed::Step(..) => vec![entry("by", Takes::Text, true, me), text("comment", false), day("on", &today)],
        Deed::Decide(_, step) => {
            let number = |name, required| entry(name, Takes::Number, required, "");
            let opinions = choice(&[Opinion::Agree, Opinion::Disagree], Opinion::code, "opinion", cx);
            vec![
                entry("decision", opinions, true, "agree"),
                number("votes_for", true),
                number("votes_against", false),
                number("votes_abstain", false),
                text("present", true),
                entry("by", Takes::Text, true, cx.texts.word("body", step.code())),
                entry("comment", Takes::Text, true, cx.texts.t("form.start_agree")),
                day("on", &today),
            ]
        }
        Deed::Refuse(..) => vec![text("comment", true), entry("by", Takes::Text, true, me), day("on", &today)],
        Deed::NewTrip => vec![
            text("destination", true),
            entry("depart_on", Takes::Day, true, ""),
            day("return_on", ""),
            entry("trip_kind", choice(TripKind::ALL, TripKind::code, "trip", cx), true, "private"),
            text("purpose", false),
            text("special_reason", false),
        ],
        Deed::Training => {
            let ((kind, year), _) = owed::training(persons, cx).unwrap_or(((TrainingKind::OnPost, None), 0));
            vec![
                text("topic", false),
                entry("on", Takes::Day, true, today),
                entry(
                    "training_kind",
                    choice(TrainingKind::ALL, TrainingKind::code, "training", cx),
                    true,
                    kind.code(),
                ),
                entry("makeup_for", Takes::Number, false, year.map(|y| y.to_string()).unwrap_or_default()),
            ]
        }
        Deed::Pledge => {
            let for_case = items.first().and_then(|i| pledge_of(*i, cx));
            let owed = || owed::pledge(persons, cx).map(|(kind, _)| kind);
            let kind = for_case.or_else(owed).unwrap_or(PledgeKind::OnPost);
            vec![
                entry("on", Takes::Day, true, today),
                entry("pledge_kind", choice(PledgeKind::ALL, PledgeKind::code, "pledge", cx), true, kind.code()),
                entry("copies", Takes::Number, false, ""),
            ]
        }
        Deed::Leave => vec![
            entry(
                "leaving_reason",
                choice(LeavingReason::ALL, LeavingReason::code, "leaving", cx),
                true,
                "moved_inside",
            ),
            day("approved_on", ""),
            day("left_on", &today),
            text("going_to", false),
        ],
        Deed::Length(_) => vec![
            entry("months", Takes::Number, true, ""),
            text("reason", true),
            entry("by", Takes::Text, true, me),
            day("on", &today),
        ],
        Deed::Extend(_) => vec![
            entry("months", Takes::Number, true, ""),
            text("reason", true),
            entry("by", Takes::Text, true, me),
            day("on", &today),
            day("told_on", ""),
        ],
        Deed::Post => {
            let now = of.and_then(|s| s.level).map_or("", Level::code);
            vec![text("title", true), entry("level", levels(cx), false, now), day("from", &today)]
        }
        Deed::Level => {
            let now = of.and_then(|s| s.level).map_or("", Level::code);
            vec![
                entry("level", levels(cx), false, now),
                day("from", &today),
                text("decided_by", false),
                text("reason", false),
            ]
        }
        Deed::Edit => {
            let name = of.map(|s| s.name.clone()).unwrap_or_default();
            let department = of.map(|s| s.department.clone()).unwrap_or_default();
            let staff = of.and_then(|s| s.staff_number.clone()).unwrap_or_default();
            vec![
                entry("name", Takes::Text, true, name),
                entry("department", Takes::Text, false, department),
                entry("staff_number", Takes::Text, false, staff),
                entry("identity", Takes::Identity, false, ""),
                text("phone", false),
                text("note", false),
            ]
        }
        Deed::Choose(unit, at) => {
            let Some((_, choice)) = choices::find(unit, at, cx) else { return Vec::new() };
            let start = choice.value.as_ref().or(choice.default.as_ref()).cloned().unwrap_or_default();
            let takes = match choice.allowed.as_str() {
                a if a.contains('|') => {
                    let word = |v: &str| (v.to_owned(), choices::value_word(cx, &choice.key, v));
                    Takes::OneOf(a.split('|').map(word).collect())
                }
                a if a.contains("..") => Takes::Number,
                _ => Takes::Text,
            };
            vec![entry("value", takes, true, start), text("decided_by", true), text("reason", true)]
        }
        Deed::AddComputer | Deed::AddMedium | Deed::Device(..) => super::device::entries(deed, items, cx),
        Deed::Account(deed, number) => super::account::entries(deed, number, cx),
        Deed::Plan | Deed::Campaign | Deed::Inspection(_) | Deed::Finding(_) => {
            super::inspect::entries(deed, items, cx)
        }
        Deed::EndPost => {
            vec![entry("post_to", Takes::Day, true, today), entry("post_number", Takes::Number, false, "")]
        }
        Deed::PastTrip => vec![
            text("destination", true),
            entry("depart_on", Takes::Day, true, ""),
            day("returned_on", ""),
            entry("trip_kind", choice(TripKind::ALL, TripKind::code, "trip", cx), true, "private"),
            text("purpose", false),
            text("approved_by", false),
            text("comment", false),
            day("reported_on", ""),
            day("papers_back_on", ""),
        ],
        Deed::Review => vec![
            entry("review_kind", choice(ReviewKind::ALL, ReviewKind::code, "review", cx), true, "assessment"),
            entry("on", Takes::Day, true, today),
            entry("passed", choice(&["yes", "no"], |v| v, "yes_no", cx), true, "yes"),
            entry("by", Takes::Text, true, me),
            text("comment", false),
        ],
        Deed::Waiver => {
            let owed = open_duties(of, cx);
            let start = owed.first().map(|(code, _)| code.clone()).unwrap_or_default();
            vec![
                entry("duty", Takes::OneOf(owed), true, start),
                text("reason", true),
                entry("by", Takes::Text, true, me),
                day("until", ""),
            ]
        }
        Deed::Case => {
            let Takes::OneOf(mut employers) = choice(Employer::ALL, Employer::code, "employer", cx) else {
                return Vec::new();
            };
            employers.insert(0, (String::new(), cx.texts.t("form.no_employer")));
            vec![
                entry("case_kind", choice(CaseKind::ALL, CaseKind::code, "case", cx), true, "transfer"),
                text("reason", false),
                day("effective_on", ""),
                entry("level", levels(cx), false, ""),
                entry("employer", Takes::OneOf(employers), false, ""),
                day("on", &today),
            ]
        }
        Deed::AddPerson => {
            let mut out = vec![
                text("name", true),
                entry("identity", Takes::Identity, false, ""),
                text("department", false),
                text("post", false),
                entry("level", levels(cx), false, ""),
                day("on_post_from", ""),
            ];
            out.splice(2..2, unit(of.map(|s| s.unit), cx));
            out
        }
    }
}
