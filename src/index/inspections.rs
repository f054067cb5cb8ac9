//! Inspections, their findings, and when machines are due. There are few of them beside people, so what lists see of them
//! is kept as it is, by id.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::list::{Index, Item};
use super::query::{Query, Seen, Test};
use super::sort::{SortBy, SortKey, day, days, number, text};
use crate::domain::inspection::Subject;
use crate::domain::{ComputerId, Date, InspectionId, InspectionState, RecordId, RecordKind, UnitId};
use crate::rules::answer::ChoiceState;
use crate::rules::{
    Campaign, FindingBrief, InspectionBrief, InspectionDue, TemplateSubject, Words, campaigns, inspected_alone,
};

/// Inspections by id, and what they say of the machines.
#[derive(Debug, Clone, Default)]
pub(super) struct Inspections {
    pub(super) all: BTreeMap<InspectionId, Arc<InspectionBrief>>,
    machines: BTreeMap<ComputerId, Machine>,
    templates: Vec<Checklist>,
}

/// A checklist an inspection can be planned under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    /// Template id.
    pub id: String,
    /// Its title.
    pub title: Words,
    /// What it is for.
    pub subject: TemplateSubject,
}

/// What the inspections say of a machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Machine {
    /// Its last inspection was signed on.
    pub inspected_on: Option<Date>,
    /// When it is to be inspected next, and by which article.
    pub due: Option<InspectionDue>,
    /// The inspection that is planned or under way.
    pub planned: Option<(InspectionId, Option<Date>)>,
}

/// An inspection in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectionRow {
    /// It.
    pub brief: Arc<InspectionBrief>,
    /// Its subjects as people call them.
    pub labels: Vec<String>,
}

/// A finding in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// Its inspection.
    pub brief: Arc<InspectionBrief>,
    /// It.
    pub finding: FindingBrief,
    /// Its subject as people call it.
    pub label: String,
    /// The subject's own department; the inspected office where it has none.
    pub department: String,
}

impl Index {
    /// Puts an inspection in, or in place of an earlier version.
    pub fn put_inspection(&mut self, brief: InspectionBrief) {
        self.inspections.all.insert(brief.id, Arc::new(brief));
    }

    /// Counts anew what the inspections say of every machine: `due` says when the next one is, given the last.
    pub fn count_machines(
        &mut self,
        due: impl Fn(&crate::domain::ComputerSummary, Option<Date>) -> Option<InspectionDue>,
    ) {
        let mut said: BTreeMap<ComputerId, Machine> = BTreeMap::new();
        for i in self.inspections.all.values() {
            for id in i.subjects.iter().filter_map(Subject::computer) {
                let machine = said.entry(id).or_default();
                match i.state {
                    InspectionState::Signed => machine.inspected_on = machine.inspected_on.max(i.signed_on),
                    InspectionState::Planned | InspectionState::Open | InspectionState::Signing => {
                        machine.planned = Some((i.id, i.planned_on));
                    }
                    InspectionState::Superseded | InspectionState::Cancelled => {}
                }
            }
        }
        for c in self.devices.computers.values() {
            let machine = said.entry(c.id).or_default();
            machine.due = due(c, machine.inspected_on);
        }
        self.inspections.machines = said;
    }

    /// Puts the checklists in the place of those known before.
    pub fn set_checklists(&mut self, all: Vec<Checklist>) {
        self.inspections.templates = all;
    }

    /// The checklists an inspection can be planned under.
    pub fn checklists(&self) -> &[Checklist] {
        &self.inspections.templates
    }

    /// The machines that are inspected by themselves, by id.
    pub fn machines(&self) -> impl Iterator<Item = &crate::domain::ComputerSummary> {
        self.devices.computers.values().filter(|c| inspected_alone(c.kind, c.state))
    }

    /// The machine or person with this id or, for a machine, this number of the office; anything else as it is written.
    pub fn subject(&self, text: &str) -> Subject {
        let text = text.trim();
        let mut numbered = self.devices.computers.values().filter(|c| c.number == text);
        match (numbered.next(), numbered.next()) {
            (Some(only), None) => only.id.into(),
            _ => Subject::new(text),
        }
    }

    /// What the inspections say of a machine.
    pub fn machine(&self, id: ComputerId) -> Machine {
        self.inspections.machines.get(&id).cloned().unwrap_or_default()
    }

    /// The campaigns, the newest first.
    pub fn campaigns(&self) -> Vec<Campaign> {
        campaigns(self.inspections.all.values().map(|i| &**i), self.today())
    }

    /// A subject as people call it: number, model and room of a machine, name and department of a person.
    pub fn label(&self, subject: &Subject) -> String {
        let join = |parts: &[&str]| parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(" ");
        if let Some(c) = subject.computer().and_then(|id| self.devices.computers.get(&id)) {
            return join(&[&c.number, &c.model, &c.room]);
        }
        if let Some(p) = subject.person().and_then(|id| self.person(id)) {
            return join(&[&p.name, &p.department]);
        }
        subject.to_string()
    }

    /// The department of one of an inspection's subjects: its own, or that of the inspected office.
    pub fn department_of(&self, i: &InspectionBrief, subject: &Subject) -> String {
        let machine = subject.computer().and_then(|id| self.devices.computers.get(&id)).map(|c| c.department.clone());
        let own = machine.or_else(|| Some(self.person(subject.person()?)?.department));
        own.filter(|d| !d.is_empty()).unwrap_or_else(|| i.department.clone())
    }

    /// The highest number of an inspection.
    pub fn last_inspection(&self) -> Option<InspectionId> {
        self.inspections.all.keys().next_back().copied()
    }

    /// An inspection.
    pub fn inspection(&self, id: InspectionId) -> Option<InspectionRow> {
        let brief = Arc::clone(self.inspections.all.get(&id)?);
        let labels = brief.subjects.iter().map(|s| self.label(s)).collect();
        Some(InspectionRow { brief, labels })
    }

    /// Marks the choice of the days for a finding as owed once an open finding of the unit has no day: no rule names one,
    /// each may be given by hand, and without one it never becomes overdue.
    pub fn mark_owed(&self, unit: UnitId, choices: &mut [ChoiceState]) {
        let today = self.today();
        let mut findings = self.inspections.all.values().filter(|i| i.unit == unit).flat_map(|i| &i.findings);
        if findings.any(|f| f.finding.due.is_none() && f.finding.open(today)) {
            let days = choices.iter_mut().filter(|c| c.key == "finding_days" && c.value.is_none());
            days.for_each(|c| c.owed = true);
        }
    }

    /// A finding by its number.
    pub fn finding(&self, id: InspectionId, n: u32) -> Option<FindingRow> {
        let brief = Arc::clone(self.inspections.all.get(&id)?);
        let finding = brief.finding(n)?.clone();
        let label = self.label(&finding.spot.subject);
        let department = self.department_of(&brief, &finding.spot.subject);
        Some(FindingRow { brief, finding, label, department })
    }

    /// The inspections a query finds, and how many there are.
    pub(super) fn inspection_items(&self, query: &Query) -> (Vec<Item>, usize) {
        let test = Test::new(query, &self.people, false);
        let all = self.inspections.all.values();
        let items = all.filter(|i| test.is_empty() || self.inspection_fits(&test, i)).map(|i| item(i.id, 0)).collect();
        (items, self.inspections.all.len())
    }

    /// The findings a query finds, and how many there are.
    pub(super) fn finding_items(&self, query: &Query) -> (Vec<Item>, usize) {
        let test = Test::new(query, &self.people, false);
        let mut items = Vec::new();
        let mut total = 0;
        for i in self.inspections.all.values() {
            total += i.findings.len();
            let fits = |f: &&FindingBrief| test.is_empty() || self.finding_fits(&test, i, f);
            items.extend(i.findings.iter().filter(fits).map(|f| item(i.id, f.n)));
        }
        (items, total)
    }

    /// The machines that have a day for the next inspection, and how many there are.
    pub(super) fn due_items(&self, query: &Query) -> (Vec<Item>, usize) {
        let due = |id: ComputerId| self.inspections.machines.get(&id).is_some_and(|m| m.due.is_some());
        let (items, _) = self.computers(query);
        let items = items.into_iter().filter(|i| due(ComputerId(i.record.number))).collect();
        (items, self.inspections.machines.values().filter(|m| m.due.is_some()).count())
    }

    fn inspection_fits(&self, test: &Test, i: &InspectionBrief) -> bool {
        use super::query::Field;
        let labels: Vec<String> = i.subjects.iter().map(|s| self.label(s)).collect();
        let id = i.id.to_string();
        let mut texts = vec![id.as_str(), &i.campaign, &i.department, &i.title.zh, &i.title.en, &i.template];
        texts.extend(labels.iter().map(String::as_str));
        let (open, overdue) = i.unsettled(self.today());
        test.record(&[&i.inspector], &texts, |field| match field {
            Field::Id => Seen::Id(i.id.into()),
            Field::Unit => Seen::Id(i.unit.into()),
            Field::State => Seen::Code(i.state.code()),
            Field::Template => Seen::Texts(vec![&i.template, &i.title.zh, &i.title.en]),
            Field::Campaign => Seen::Text(&i.campaign),
            Field::Department => Seen::Text(&i.department),
            Field::Inspector => Seen::Name(&i.inspector),
            Field::Planned => Seen::Date(i.planned_on),
            Field::Signed => Seen::Date(i.signed_on),
            Field::Subject => Seen::Texts(labels.iter().map(String::as_str).collect()),
            Field::Finding => Seen::Codes(match (open, overdue) {
                (0, _) if i.findings.is_empty() => &["none"],
                (0, _) => &["settled"],
                (_, 0) => &["open"],
                _ => &["open", "overdue"],
            }),
            _ => Seen::Nothing,
        })
    }

    fn finding_fits(&self, test: &Test, i: &InspectionBrief, f: &FindingBrief) -> bool {
        use super::query::Field;
        let (label, id, x) = (self.label(&f.spot.subject), i.id.to_string(), &f.finding);
        let department = self.department_of(i, &f.spot.subject);
        let texts = [x.what.as_str(), &label, &f.spot.item, &department, &i.campaign, &id];
        test.record(&[&x.responsible], &texts, |field| match field {
            Field::Id => Seen::Id(i.id.into()),
            Field::Unit => Seen::Id(i.unit.into()),
            Field::Finding => Seen::Codes(standing(f, self.today())),
            Field::Step => Seen::Code(x.stands_at().map_or("found", crate::domain::FindingStep::code)),
            Field::Due => Seen::Date(x.due),
            Field::Found => Seen::Date(Some(x.opened_on)),
            Field::Responsible => Seen::Name(&x.responsible),
            Field::Item => Seen::Text(&f.spot.item),
            Field::Article => Seen::Text(&x.article),
            Field::Department => Seen::Text(&department),
            Field::Campaign => Seen::Text(&i.campaign),
            Field::Subject => Seen::Text(&label),
            _ => Seen::Nothing,
        })
    }

    /// The order of the list of inspections: those under way, then the planned by their day, then the signed, latest first.
    pub(super) fn inspection_place(&self, item: Item) -> Option<(u8, i64)> {
        use InspectionState::{Cancelled, Open, Planned, Signed, Signing, Superseded};
        let i = self.inspections.all.get(&InspectionId(item.record.number))?;
        let at = |d: Option<Date>| d.map_or(i64::MAX, days);
        Some(match i.state {
            Signing => (0, at(i.planned_on)),
            Open => (1, at(i.planned_on)),
            Planned => (2, at(i.planned_on)),
            Signed => (3, -i.signed_on.map_or(0, days)),
            Superseded | Cancelled => (4, -(i.id.0 as i64)),
        })
    }

    /// The order of the list of findings: what is open by its day, then what has no day, what waits, what is settled.
    pub(super) fn finding_place(&self, item: Item) -> Option<(u8, i64)> {
        let i = self.inspections.all.get(&InspectionId(item.record.number))?;
        let f = &i.finding(item.part)?.finding;
        let due = f.due.map(days);
        Some(match (f.accepted_on(), f.open(self.today()), due) {
            (None, true, Some(due)) => (0, due),
            (None, true, None) => (1, days(f.opened_on)),
            (None, false, _) => (2, f.waiver.as_ref().map_or(0, |w| days(w.until))),
            (Some(on), ..) => (3, -days(on)),
        })
    }

    /// What an inspection or a finding is sorted by.
    pub(super) fn inspection_key(&self, item: Item, by: SortBy) -> Option<SortKey> {
        let i = self.inspections.all.get(&InspectionId(item.record.number))?;
        let first = || i.subjects.first().and_then(|s| text(&self.label(s)));
        match i.finding(item.part).filter(|_| item.part > 0) {
            None => match by {
                SortBy::State => number(i.state as i64),
                SortBy::Answered => number((i.score.answered() * 1000).checked_div(i.score.total())? as i64),
                SortBy::Open => number(i.unsettled(self.today()).0 as i64),
                SortBy::Planned => day(i.planned_on),
                SortBy::Department => text(&i.department),
                SortBy::Custodian => text(&i.inspector),
                SortBy::Campaign => text(&i.campaign),
                SortBy::Name => first(),
                _ => number(i.id.0 as i64),
            },
            Some(f) => match by {
                SortBy::Due => day(f.finding.due),
                SortBy::State => number(f.finding.stands_at().map_or(0, |s| s as i64 + 1)),
                SortBy::Name => text(&self.label(&f.spot.subject)),
                SortBy::Kind => text(&f.spot.item),
                SortBy::Custodian => text(&f.finding.responsible),
                SortBy::Department => text(&self.department_of(i, &f.spot.subject)),
                SortBy::Post => text(&f.finding.what),
                _ => number(i.id.0 as i64),
            },
        }
    }
}

/// How a finding stands on a day: every word that fits it.
fn standing(f: &FindingBrief, today: Date) -> &'static [&'static str] {
    let x = &f.finding;
    if x.accepted_on().is_some() {
        &["settled"]
    } else if !x.open(today) {
        &["waived"]
    } else if x.overdue(today) {
        &["open", "overdue"]
    } else {
        &["open"]
    }
}

const fn item(id: InspectionId, part: u32) -> Item {
    Item { record: RecordId { kind: RecordKind::Inspection, number: id.0 }, part }
}
