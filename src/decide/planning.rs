//! Planning: who inspects what, when, under which checklist; one inspection, or one for each office of a campaign.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::inspection::{done, in_state, keep, the_inspection};
use super::{Context, Decision, Refusal, Warning, known_day, required, short, the_person, unit_or_only};
use crate::domain::command::{ChangeInspection, PlanInspection};
use crate::domain::inspection::{Inspection, StoredTemplate, Subject};
use crate::domain::{Change, Date, DeviceState, InspectionId, InspectionState, RecordKind, Unit, UnitId, View};
use crate::rules::{self, Template};

/// The most subjects of one inspection.
const MOST_SUBJECTS: usize = 200;

/// The most subjects of a campaign: one request plans so many at once.
const MOST_OF_CAMPAIGN: usize = 5000;

/// One inspection of all subjects.
pub(super) fn plan(view: &dyn View, cx: &Context, asked: &PlanInspection) -> Result<Decision, Refusal> {
    let order = order(view, cx, asked)?;
    let subjects = subjects(view, &order.unit, &order.template, &asked.subjects, MOST_SUBJECTS)?;
    let of_first = subjects.first().map(|(_, d)| d.clone()).unwrap_or_default();
    // One department is not shown what stands in another: an inspection of several is the unit's.
    let several = subjects.iter().any(|(_, d)| *d != of_first);
    let (department, warning) = match short("department", &asked.department)? {
        empty if empty.is_empty() && several => {
            if !cx.who.reach.departments.is_empty() {
                return Err(Refusal::rule("department_needed"));
            }
            (empty, Some(Warning::new("several_departments")))
        }
        empty if empty.is_empty() => (of_first, None),
        given => {
            let others = subjects.iter().any(|(_, d)| !d.is_empty() && *d != given);
            let warning = Warning::new("others_shown").with("department", &given);
            (given, others.then_some(warning))
        }
    };
    let subjects = subjects.into_iter().map(|(s, _)| s).collect();
    let mut decision = order.decide(view, cx, vec![(department, subjects)])?;
    decision.warnings.extend(warning);
    Ok(decision)
}

/// One inspection for each office, in the order in which the offices are first named; a large office has several.
pub(super) fn campaign(view: &dyn View, cx: &Context, asked: &PlanInspection) -> Result<Decision, Refusal> {
    required("campaign", &asked.campaign)?;
    let order = order(view, cx, asked)?;
    let given = short("department", &asked.department)?;
    let mut offices: Vec<(String, Vec<Subject>)> = Vec::new();
    for (subject, department) in subjects(view, &order.unit, &order.template, &asked.subjects, MOST_OF_CAMPAIGN)? {
        let department = if given.is_empty() { department } else { given.clone() };
        match offices.iter_mut().find(|(d, all)| *d == department && all.len() < MOST_SUBJECTS) {
            Some((_, all)) => all.push(subject),
            None => offices.push((department, vec![subject])),
        }
    }
    order.decide(view, cx, offices)
}

/// Changes who inspects what when, as long as nobody has signed.
pub(super) fn change(view: &dyn View, cx: &Context, asked: &ChangeInspection) -> Result<Decision, Refusal> {
    let before = the_inspection(view, asked.inspection)?;
    in_state(&before, &[InspectionState::Planned, InspectionState::Open])?;
    let mut i = before.clone();
    if let Some(day) = asked.planned_on {
        i.planned_on = Some(known_day(cx, "planned_on", day)?);
    }
    if let Some(name) = &asked.inspector {
        i.inspector = required("inspector", name)?;
    }
    let texts = [
        ("department", &asked.department, &mut i.department),
        ("tool", &asked.tool, &mut i.tool),
        ("campaign", &asked.campaign, &mut i.campaign),
    ];
    for (field, given, place) in texts {
        if let Some(text) = given {
            *place = short(field, text)?;
        }
    }
    if i == before {
        return Err(Refusal::rule("nothing_changed").with("id", before.id));
    }
    let others = i.subjects.iter().map(|s| department_of(view, s)).collect::<Result<Vec<_>, Refusal>>()?;
    let others = others.iter().any(|d| !d.is_empty() && *d != i.department);
    let shown = (others && i.department != before.department && !i.department.is_empty())
        .then(|| Warning::new("others_shown").with("department", &i.department));
    let mut decision = done(vec![i]);
    decision.warnings.extend(shown);
    Ok(decision)
}

/// The department a machine or person belongs to; none for anything else.
fn department_of(view: &dyn View, subject: &Subject) -> Result<String, Refusal> {
    Ok(match (subject.computer(), subject.person()) {
        (Some(id), _) => view.computer(id)?.map(|c| c.department).unwrap_or_default(),
        (_, Some(id)) => view.person(id)?.map(|p| p.department).unwrap_or_default(),
        _ => String::new(),
    })
}

/// The unit of the first machine or person: whoever names them has said whose inspection it is.
fn of_first(view: &dyn View, subjects: &[Subject]) -> Result<Option<UnitId>, Refusal> {
    let Some(first) = subjects.first().map(|s| Subject::new(s.as_str())) else { return Ok(None) };
    Ok(match (first.computer(), first.person()) {
        (Some(id), _) => view.computer(id)?.map(|c| c.unit),
        (_, Some(id)) => view.person(id)?.map(|p| p.unit),
        _ => None,
    })
}

/// What all inspections of one request have in common.
struct Order {
    unit: Unit,
    template: Arc<Template>,
    /// Whether the register keeps the template already.
    known: bool,
    planned_on: Date,
    inspector: String,
    tool: String,
    campaign: String,
}

fn order(view: &dyn View, cx: &Context, asked: &PlanInspection) -> Result<Order, Refusal> {
    let (template, known) = choose(&view.templates()?, &asked.template, asked.version.as_deref())?;
    let inspector = match short("inspector", &asked.inspector)? {
        empty if empty.is_empty() => view.operator(&cx.who.operator)?.map_or(empty, |o| o.name),
        name => name,
    };
    Ok(Order {
        unit: unit_or_only(view, asked.unit.or(of_first(view, &asked.subjects)?))?,
        template,
        known,
        planned_on: known_day(cx, "planned_on", asked.planned_on.unwrap_or(cx.today))?,
        inspector,
        tool: short("tool", &asked.tool)?,
        campaign: short("campaign", &asked.campaign)?,
    })
}

impl Order {
    /// One inspection for each group of subjects.
    fn decide(self, view: &dyn View, cx: &Context, groups: Vec<(String, Vec<Subject>)>) -> Result<Decision, Refusal> {
        let first = view.next_number(RecordKind::Inspection)?;
        let all = groups.into_iter().zip(first..).map(|((department, subjects), n)| self.one(n, department, subjects));
        let mut decision = done(all.collect());
        if !self.known {
            // Copied the first time it is used, so that no later program changes what was asked.
            decision.changes.push(Change::Template(Box::new(keep(view, cx, &self.template)?)));
        }
        Ok(decision)
    }

    fn one(&self, number: u64, department: String, subjects: Vec<Subject>) -> Inspection {
        Inspection {
            template: self.template.id.clone(),
            version: self.template.version.clone(),
            subjects,
            department,
            planned_on: Some(self.planned_on),
            inspector: self.inspector.clone(),
            campaign: self.campaign.clone(),
            tool: self.tool.clone(),
            ..Inspection::new(InspectionId(number), self.unit.id)
        }
    }
}

/// The template asked for and whether the register keeps it already; without a version the newest.
fn choose(kept: &[StoredTemplate], id: &str, version: Option<&str>) -> Result<(Arc<Template>, bool), Refusal> {
    let own = kept.iter().filter(|t| t.template == id).filter_map(|t| rules::template_of(id, &t.text).ok());
    let embedded = rules::templates().iter().filter(|t| t.id == id).cloned();
    let all: Vec<Arc<Template>> = own.chain(embedded).collect();
    let wanted = |t: &&Arc<Template>| version.is_none_or(|v| t.version == v);
    // Of equal versions the kept one comes first and stays.
    let found = all.iter().filter(wanted).rev().max_by_key(|t| rank(&t.version)).or_else(|| all.iter().find(wanted));
    let Some(found) = found else {
        let mut known: Vec<&str> = rules::templates().iter().map(|t| t.id.as_str()).collect();
        known.extend(kept.iter().map(|t| t.template.as_str()));
        let unique: BTreeSet<&str> = known.into_iter().collect();
        let known = unique.into_iter().collect::<Vec<_>>().join(", ");
        let asked = version.map_or_else(|| id.to_owned(), |v| format!("{id} {v}"));
        return Err(Refusal::input("no_such_template").with("template", asked).with("known", known));
    };
    let known = kept.iter().find(|t| t.template == found.id && t.version == found.version);
    // Where both are there the kept text is the one that counts.
    let found = known.and_then(|k| rules::template_of(id, &k.text).ok()).unwrap_or_else(|| Arc::clone(found));
    Ok((found, known.is_some()))
}

/// Versions in their order: by numbers where they are numbers.
fn rank(version: &str) -> Vec<(u64, String)> {
    version.split(['.', '-']).map(|part| (part.parse().unwrap_or(0), part.to_owned())).collect()
}

/// The subjects as they exist, each with its department.
fn subjects(
    view: &dyn View,
    unit: &Unit,
    template: &Template,
    asked: &[Subject],
    most: usize,
) -> Result<Vec<(Subject, String)>, Refusal> {
    // Said before each is read.
    if asked.len() > most {
        return Err(Refusal::input("too_many_subjects").with("count", asked.len()).with("most", most));
    }
    let mut out: Vec<(Subject, String)> = Vec::new();
    let mut seen = BTreeSet::new();
    for subject in asked.iter().map(|s| Subject::new(s.as_str())) {
        if !template.subject.fits(&subject) || subject.as_str().contains(char::is_control) {
            return Err(Refusal::input("subject_kind")
                .with("subject", &subject)
                .with("subject_kind", template.subject.code()));
        }
        short("subjects", subject.as_str())?;
        let (of_unit, department) = if let Some(id) = subject.computer() {
            let computer = super::device::the_computer(view, id)?;
            if computer.state == DeviceState::Destroyed {
                return Err(Refusal::rule("device_destroyed").with("id", id).cite("p8-computers", "13.2"));
            }
            (computer.unit, computer.department)
        } else if let Some(id) = subject.person() {
            let person = the_person(view, id)?;
            (person.unit, person.department)
        } else {
            (unit.id, String::new())
        };
        if of_unit != unit.id {
            return Err(Refusal::input("subject_unit").with("subject", &subject).with("unit", unit.id));
        }
        if seen.insert(subject.clone()) {
            out.push((subject, department));
        }
    }
    if out.is_empty() {
        return Err(Refusal::input("no_subjects").with("subject_kind", template.subject.code()));
    }
    Ok(out)
}
