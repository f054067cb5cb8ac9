//! Inspections read: the lists, one in full, and the sheet the checklist mode works on.

use std::sync::Arc;

use super::answer::{FindingRow, InspectionAnswer, InspectionRow, Row};
use super::{Session, SessionError};
use crate::domain::inspection::{Inspection, Subject};
use crate::domain::{InspectionId, JournalPublic, StoredTemplate, View};
use crate::error::{Error, Kind};
use crate::rules::{self, Facts, Sheet, SheetBrief, SheetSubject, Template};
use crate::store::Snapshot;

/// A checklist the register or the program knows.
#[derive(Debug, Clone)]
pub struct KnownTemplate {
    /// It.
    pub template: Arc<Template>,
    /// Kept in the register: its text never changes.
    pub kept: bool,
}

impl Session {
    /// Every checklist: the embedded ones and those the register keeps, by id and version.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn templates(&self) -> Result<Vec<KnownTemplate>, SessionError> {
        let kept = self.read(|s| Ok(s.templates()?))?;
        let mut out: Vec<KnownTemplate> = kept
            .iter()
            .filter_map(|t| rules::template_of(&t.template, &t.text).ok())
            .map(|template| KnownTemplate { template, kept: true })
            .collect();
        for template in rules::templates() {
            if !out.iter().any(|k| k.template.id == template.id && k.template.version == template.version) {
                out.push(KnownTemplate { template: Arc::clone(template), kept: false });
            }
        }
        Ok(out)
    }

    /// The rows of `list inspections`, newest first.
    pub(super) fn inspection_rows(&self) -> Result<Vec<Row>, SessionError> {
        self.may_read_people()?;
        let today = self.today();
        self.read(|s| {
            let kept = s.templates()?;
            let mut rows = Vec::new();
            for i in s.inspections()?.iter().rev() {
                let row = InspectionRow::of(i, &*pinned(&kept, i)?, today);
                rows.push(Row::Inspection(Box::new(row)));
            }
            Ok(rows)
        })
    }

    /// The rows of `list findings`: what is open first, the earliest day first.
    pub(super) fn finding_rows(&self) -> Result<Vec<Row>, SessionError> {
        self.may_read_people()?;
        let mut rows = self.read(|s| {
            let mut rows = Vec::new();
            for i in s.inspections()?.iter().filter(|i| i.counts()) {
                rows.extend(findings(s, i, self.today())?);
            }
            Ok(rows)
        })?;
        rows.sort_by_key(|r| (!r.open, r.due.is_none(), r.due, r.inspection, r.spot.clone()));
        Ok(rows.into_iter().map(|r| Row::Finding(Box::new(r))).collect())
    }

    /// One inspection in full.
    ///
    /// # Errors
    /// `no_such_record`; the store cannot be read; the operator may not read people.
    pub fn inspection(&self, id: InspectionId) -> Result<(InspectionAnswer, Arc<Template>), SessionError> {
        self.may_read_people()?;
        let today = self.today();
        self.read(|s| {
            let i = the_inspection(s, id)?;
            let template = pinned(&s.templates()?, &i)?;
            let mut history: Vec<JournalPublic> = s.history(id.into())?.into_iter().map(|e| e.public).collect();
            history.reverse();
            let answer = InspectionAnswer {
                row: InspectionRow::of(&i, &template, today),
                missing: rules::missing(&template, &i),
                findings_listed: findings(s, &i, today)?,
                record: i,
                history,
            };
            Ok((answer, template))
        })
    }

    /// The inspections for the screens, newest first.
    ///
    /// # Errors
    /// The store cannot be read; the operator may not read people.
    pub fn briefs(&self) -> Result<Vec<SheetBrief>, SessionError> {
        self.may_read_people()?;
        let today = self.today();
        self.read(|s| {
            let kept = s.templates()?;
            let mut out = Vec::new();
            for i in s.inspections()?.into_iter().rev() {
                let template = pinned(&kept, &i)?;
                let row = InspectionRow::of(&i, &template, today);
                out.push(SheetBrief {
                    id: i.id,
                    title: template.title.clone(),
                    subjects: i.subjects.iter().map(|of| label(s, of)).collect::<Result<_, _>>()?,
                    department: i.department,
                    planned_on: i.planned_on,
                    inspector: i.inspector,
                    state: i.state,
                    score: row.score,
                    open_findings: row.open_findings,
                    overdue_findings: row.overdue_findings,
                });
            }
            Ok(out)
        })
    }

    /// The sheet of an inspection.
    ///
    /// # Errors
    /// `no_such_record`; the store cannot be read; the operator may not read people.
    pub fn sheet(&self, id: InspectionId) -> Result<Sheet, SessionError> {
        self.may_read_people()?;
        self.read(|s| {
            let inspection = the_inspection(s, id)?;
            let kept = s.templates()?;
            let template = pinned(&kept, &inspection)?;
            let all: Vec<Inspection> = s.inspections()?.into_iter().filter(|i| i.id != id).collect();
            let mut subjects = Vec::with_capacity(inspection.subjects.len());
            for subject in &inspection.subjects {
                subjects.push(self.beside(s, &inspection, &template, (&all, &kept), subject)?);
            }
            Ok(Sheet { inspection, template, subjects })
        })
    }

    /// What stands beside the items of one subject.
    fn beside(
        &self,
        s: &Snapshot,
        i: &Inspection,
        template: &Template,
        (all, kept): (&[Inspection], &[StoredTemplate]),
        subject: &Subject,
    ) -> Result<SheetSubject, SessionError> {
        let gone = || Error::new(Kind::Store, "store_damaged").with("place", i.id);
        let unit = s.unit(i.unit)?.ok_or_else(gone)?;
        let computer = subject.computer().map(|id| s.computer(id)).transpose()?.flatten();
        let person = subject.person().map(|id| s.person(id)).transpose()?.flatten();
        let held = person.as_ref().map(|p| s.held_by(p.id)).transpose()?.unwrap_or_default();
        let last = rules::last_signed(all, &i.template, subject);
        let facts = Facts {
            unit: &unit,
            packs: &self.packs,
            computer: computer.as_ref(),
            person: person.as_ref(),
            held: &held,
            last,
            today: self.today(),
        };
        let shown = template.items().filter(|item| !item.evidence.is_empty());
        let evidence = shown.map(|item| (item.id.clone(), rules::evidence(&item.evidence, facts))).collect();
        // A code may mean another rule in another version of a benchmark; its answer would be the wrong one.
        let before = last.and_then(|l| pinned(kept, l).ok());
        let rule = |t: &Template, code: &str| t.item(code).map(|i| i.scan.clone());
        let same = |code: &str| before.as_ref().is_some_and(|b| rule(b, code) == rule(template, code));
        let answers = last.into_iter().flat_map(|l| &l.answers);
        let answers = answers.filter(|(spot, _)| spot.subject == *subject && same(&spot.item));
        Ok(SheetSubject {
            label: label(s, subject)?,
            evidence,
            last: last.map(|l| l.id),
            previous: answers.map(|(spot, answer)| (spot.item.clone(), answer.clone())).collect(),
            subject: subject.clone(),
        })
    }
}

pub(super) fn the_inspection(s: &Snapshot, id: InspectionId) -> Result<Inspection, SessionError> {
    let found = s.inspection(id)?;
    found.ok_or_else(|| Error::new(Kind::Refused, "no_such_record").with("id", id).into())
}

/// The pinned template of an inspection, from the text the register keeps.
pub(super) fn pinned(kept: &[StoredTemplate], i: &Inspection) -> Result<Arc<Template>, SessionError> {
    let row = kept.iter().find(|t| t.template == i.template && t.version == i.version);
    row.and_then(|t| rules::template_of(&t.template, &t.text).ok())
        .ok_or_else(|| Error::new(Kind::Store, "store_damaged").with("place", i.id).into())
}

/// A subject as people call it.
pub(super) fn label(s: &Snapshot, subject: &Subject) -> Result<String, SessionError> {
    let join = |parts: &[&str]| parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(" ");
    if let Some(id) = subject.computer() {
        return Ok(s.computer(id)?.map_or_else(|| subject.to_string(), |c| join(&[&c.number, &c.model, &c.room])));
    }
    if let Some(id) = subject.person() {
        return Ok(s.person(id)?.map_or_else(|| subject.to_string(), |p| join(&[&p.name, &p.department])));
    }
    Ok(subject.to_string())
}

fn findings(s: &Snapshot, i: &Inspection, today: crate::domain::Date) -> Result<Vec<FindingRow>, SessionError> {
    let mut rows = Vec::new();
    for (spot, finding) in i.live_findings() {
        rows.push(FindingRow::of(i, spot, finding, label(s, &spot.subject)?, today));
    }
    Ok(rows)
}
