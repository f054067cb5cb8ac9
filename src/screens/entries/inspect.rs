//! What the deeds with inspections and findings ask for, and the commands they stand for.

use super::fields::{entry, unit};
use super::{Entry, Takes, Values};
use crate::domain::command::{ChangeFinding, ChangeInspection, FindingAt, PlanInspection, StepFinding, WaiveFinding};
use crate::domain::inspection::Subject;
use crate::domain::{Command, ComputerId, Date, InspectionId, RecordKind, UnitId};
use crate::index::{FindingRow, InspectionRow, Item, Row};
use crate::rules::TemplateSubject;
use crate::screens::Context;
use crate::screens::deed::{Deed, FindingDeed as F, InspectionDeed as I};

/// So many days before its day a machine counts as due for a campaign.
const SOON: u64 = 30;

/// The fields a deed asks for.
pub fn entries(deed: Deed, items: &[Item], cx: &Context) -> Vec<Entry> {
    let (today, me) = (cx.today.to_string(), cx.operator.name.clone());
    let text = |name, required| entry(name, Takes::Text, required, "");
    let day = |name, required, start: &str| entry(name, Takes::Day, required, start);
    match deed {
        Deed::Plan => {
            let mut out = vec![
                template(cx, |_| true),
                entry("subjects", Takes::Text, true, numbers(items, cx)),
                day("planned_on", true, &today),
                entry("inspector", Takes::Text, true, me),
                text("tool", false),
                text("campaign", false),
            ];
            let here: Vec<Subject> = machines("marked", items, cx).into_iter().map(Subject::from).collect();
            // Machines and people have their unit; a place has that of whoever plans.
            out.splice(2..2, unit(unit_of(&here, cx), cx).filter(|_| here.is_empty()));
            out
        }
        Deed::Campaign => {
            // Several marked rows are meant; the one under the cursor is only where the cursor was.
            let marked = (items.len() > 1).then_some("marked");
            let each =
                marked.into_iter().chain(["due", "all"]).flat_map(|which| cx.units.iter().map(move |u| (which, u.id)));
            let which = each.map(|(which, unit)| (format!("{which}@{unit}"), machines_of(unit, which, items, cx)));
            let word = |code: &str, all: &[ComputerId]| {
                let (which, of) = code.split_once('@').unwrap_or((code, ""));
                let mut text = cx.texts.fill(&format!("form.machines_{which}"), &[("n", all.len().to_string())]);
                if let Some(unit) = cx.units.iter().find(|u| cx.units.len() > 1 && u.id.to_string() == of) {
                    text = cx.texts.fill("form.machines_of", &[("machines", text), ("unit", unit.name.clone())]);
                }
                let again = all.iter().filter(|id| cx.index.machine(**id).planned.is_some()).count();
                if again > 0 {
                    text.push_str(&cx.texts.fill("form.machines_again", &[("n", again.to_string())]));
                }
                text
            };
            let some = which.filter(|(_, all)| !all.is_empty());
            let offered: Vec<(String, String)> = some.map(|(which, all)| (which.clone(), word(&which, &all))).collect();
            let start = offered.first().map(|(code, _)| code.clone()).unwrap_or_default();
            vec![
                text("campaign", true),
                template(cx, |s| s == TemplateSubject::Computer),
                entry("machines", Takes::OneOf(offered), true, start),
                day("planned_on", true, &today),
                entry("inspector", Takes::Text, true, me),
                text("tool", false),
            ]
        }
        Deed::Inspection(I::Change) => {
            let Some(InspectionRow { brief: i, .. }) = inspection(items, cx) else { return Vec::new() };
            vec![
                day("planned_on", false, &i.planned_on.map(|d| d.to_string()).unwrap_or_default()),
                entry("inspector", Takes::Text, true, i.inspector.clone()),
                entry("department", Takes::Text, false, i.department.clone()),
                text("tool", false),
                entry("campaign", Takes::Text, false, i.campaign.clone()),
            ]
        }
        Deed::Inspection(I::Cancel | I::Reopen | I::Correct) => vec![text("reason", true)],
        Deed::Finding(F::Waive) => {
            vec![day("until", true, ""), text("reason", true), entry("by", Takes::Text, true, me)]
        }
        Deed::Finding(F::Change) => {
            let Some(FindingRow { finding: f, .. }) = finding(items, cx) else { return Vec::new() };
            vec![
                entry("responsible", Takes::Text, true, f.finding.responsible.clone()),
                day("due", false, &f.finding.due.map(|d| d.to_string()).unwrap_or_default()),
            ]
        }
        Deed::Finding(step) => {
            // Whoever mends it says so; the rest is the office's word.
            let mends = finding(items, cx).map(|f| f.finding.finding.responsible).filter(|_| step == F::Mended);
            let by = mends.filter(|name| !name.is_empty()).unwrap_or(me);
            let comment = text("comment", step == F::SendBack);
            let mut out = vec![entry("by", Takes::Text, true, by), day("on", false, &today)];
            out.insert(usize::from(step != F::SendBack), comment);
            out
        }
        _ => Vec::new(),
    }
}

/// The checklists that are meant for something, the first for computers chosen.
fn template(cx: &Context, wanted: impl Fn(TemplateSubject) -> bool) -> Entry {
    let of = |l: &crate::index::Checklist| (l.id.clone(), l.title.of(cx.texts.lang().code()).to_owned());
    let mut all: Vec<&crate::index::Checklist> = cx.index.checklists().iter().filter(|l| wanted(l.subject)).collect();
    all.sort_by_key(|l| l.subject != TemplateSubject::Computer);
    let all: Vec<(String, String)> = all.into_iter().map(of).collect();
    let start = all.first().map(|(id, _)| id.clone()).unwrap_or_default();
    entry("template", Takes::OneOf(all), true, start)
}

fn inspection(items: &[Item], cx: &Context) -> Option<InspectionRow> {
    cx.index.inspection(InspectionId(items.first()?.record.number))
}

fn finding(items: &[Item], cx: &Context) -> Option<FindingRow> {
    let item = items.first()?;
    cx.index.finding(InspectionId(item.record.number), item.part)
}

/// The machines as an officer names them, with blanks between.
fn numbers(items: &[Item], cx: &Context) -> String {
    let number = |item: &Item| match cx.index.row(*item)? {
        // A number that stands twice, or holds a blank, names nothing by itself.
        Row::Computer(c) if cx.index.subject(&c.number) == c.id.into() && !c.number.contains(apart) => Some(c.number),
        Row::Computer(c) => Some(c.id.to_string()),
        _ => None,
    };
    items.iter().filter_map(number).collect::<Vec<_>>().join(" ")
}

/// What stands between two subjects.
fn apart(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ';' | '\u{ff0c}' | '\u{3001}' | '\u{ff1b}')
}

/// The machines of a campaign: those due within [`SOON`] days, all in use, or the marked ones.
fn machines(which: &str, items: &[Item], cx: &Context) -> Vec<ComputerId> {
    let until = cx.today.checked_add_days(chrono::Days::new(SOON)).unwrap_or(cx.today);
    let due = |id: ComputerId| cx.index.machine(id).due.is_some_and(|d| d.due <= until);
    match which {
        "due" => cx.index.machines().map(|c| c.id).filter(|id| due(*id)).collect(),
        "all" => cx.index.machines().map(|c| c.id).collect(),
        _ => items
            .iter()
            .filter(|i| i.record.kind == RecordKind::Computer)
            .map(|i| ComputerId(i.record.number))
            .collect(),
    }
}

/// Those of them that one unit has: a campaign is one unit's.
fn machines_of(unit: UnitId, which: &str, items: &[Item], cx: &Context) -> Vec<ComputerId> {
    let of = |id: &ComputerId| unit_of(&[Subject::from(*id)], cx) == Some(unit);
    machines(which, items, cx).into_iter().filter(of).collect()
}

/// The unit of the first machine or person, where the register has several.
fn unit_of(subjects: &[Subject], cx: &Context) -> Option<UnitId> {
    let unit = |s: &Subject| {
        let machine = s.computer().and_then(|id| match cx.index.row(Item { record: id.into(), part: 0 })? {
            Row::Computer(c) => Some(c.unit),
            _ => None,
        });
        machine.or_else(|| Some(cx.index.person(s.person()?)?.unit))
    };
    subjects.iter().find_map(unit)
}

fn plan(v: &Values, subjects: Vec<Subject>, cx: &Context) -> PlanInspection {
    PlanInspection {
        unit: unit_of(&subjects, cx).or_else(|| v.unit()),
        template: v.text("template"),
        version: None,
        subjects,
        department: String::new(),
        planned_on: v.day("planned_on"),
        inspector: v.text("inspector"),
        tool: v.text("tool"),
        campaign: v.text("campaign"),
    }
}

/// The command a filled form stands for.
pub fn command(deed: Deed, items: &[Item], v: &Values, cx: &Context) -> Option<Command> {
    let first = items.first();
    let id = || first.map(|i| InspectionId(i.record.number));
    let reason = || v.text("reason");
    Some(match deed {
        Deed::Plan => {
            let text = v.text("subjects");
            let place =
                cx.index.checklists().iter().any(|l| l.id == v.text("template") && l.subject == TemplateSubject::Place);
            // The name of a place may hold blanks; several are set apart by commas.
            let between = |c: char| if place { apart(c) && !c.is_whitespace() } else { apart(c) };
            let named = text.split(between).map(str::trim).filter(|t| !t.is_empty());
            let subjects = named.map(|t| if place { Subject::new(t) } else { cx.index.subject(t) }).collect();
            Command::PlanInspection(plan(v, subjects, cx))
        }
        Deed::Campaign => {
            let chosen = v.text("machines");
            let (which, unit) = chosen.split_once('@')?;
            let all = machines_of(unit.parse().ok()?, which, items, cx).into_iter().map(Subject::from).collect();
            Command::PlanCampaign(plan(v, all, cx))
        }
        Deed::Inspection(I::Change) => Command::ChangeInspection(ChangeInspection {
            inspection: id()?,
            department: v.changed("department"),
            planned_on: v.changed("planned_on").and(v.day("planned_on")),
            inspector: v.changed("inspector"),
            tool: v.changed("tool"),
            campaign: v.changed("campaign"),
        }),
        Deed::Inspection(I::Cancel) => Command::CancelInspection { inspection: id()?, reason: reason() },
        Deed::Inspection(I::Reopen) => Command::ReopenInspection { inspection: id()?, reason: reason() },
        Deed::Inspection(I::Correct) => Command::CorrectInspection { inspection: id()?, reason: reason() },
        Deed::Finding(what) => return finding_command(what, items, v, cx),
        _ => return None,
    })
}

fn finding_command(what: F, items: &[Item], v: &Values, cx: &Context) -> Option<Command> {
    let at = |item: &Item| {
        let row = cx.index.finding(InspectionId(item.record.number), item.part)?;
        Some(FindingAt { inspection: row.brief.id, spot: row.finding.spot })
    };
    let mut all: Vec<FindingAt> = items.iter().map(at).collect::<Option<_>>()?;
    if all.is_empty() {
        return None;
    }
    let FindingAt { inspection, spot } = all.remove(0);
    let until: Option<Date> = v.day("until");
    Some(match what {
        F::Change => Command::ChangeFinding(ChangeFinding {
            inspection,
            spot,
            what: None,
            responsible: v.changed("responsible"),
            due: v.changed("due").and(v.day("due")),
        }),
        F::Waive => Command::WaiveFinding(WaiveFinding {
            inspection,
            spot,
            by: v.text("by"),
            reason: v.text("reason"),
            until: until?,
        }),
        step => Command::StepFinding(StepFinding {
            inspection,
            spot,
            step: step.step()?,
            on: v.day("on"),
            by: v.text("by"),
            comment: v.text("comment"),
            also: all,
        }),
    })
}
