//! Inspections read: what lists see of them, one in full, and the sheet the checklist mode works on.

use std::sync::Arc;

use super::answer::{FindingRow, InspectionAnswer, InspectionRow};
use super::{Session, SessionError};
use crate::domain::inspection::{Inspection, Subject};
use crate::domain::{InspectionId, RecordKind, StoredTemplate, View};
use crate::error::{Error, Kind};
use crate::index::{Checklist, Index};
use crate::rules::{self, Facts, FindingBrief, InspectionBrief, Sheet, SheetSubject, Template};
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
        Ok(known(&self.read(|s| Ok(s.templates()?))?))
    }

    /// Puts inspections into an index, those `changed` or, without a word, all; and counts anew when machines are due.
    ///
    /// # Errors
    /// The store cannot be read; an inspection whose checklist cannot be read is damage.
    pub fn put_inspections(
        &self,
        s: &Snapshot,
        index: &mut Index,
        changed: Option<&[InspectionId]>,
    ) -> Result<(), SessionError> {
        let kept = s.templates()?;
        let all = || 1..s.next_number(RecordKind::Inspection).unwrap_or(1);
        let ids: Vec<InspectionId> = changed.map_or_else(|| all().map(InspectionId).collect(), <[_]>::to_vec);
        for id in ids {
            match s.inspection(id)? {
                Some(i) => index.put_inspection(InspectionBrief::of(&i, &*pinned(&kept, &i)?)),
                None => index.remove(id.into()),
            }
        }
        let mut lists: Vec<Checklist> = Vec::new();
        for t in known(&kept).into_iter().map(|k| k.template) {
            if !lists.iter().any(|l| l.id == t.id) {
                lists.push(Checklist { id: t.id.clone(), title: t.title.clone(), subject: t.subject });
            }
        }
        index.set_checklists(lists);
        let units = s.units()?;
        index.count_machines(|c, last| {
            let unit = units.iter().find(|u| u.id == c.unit).filter(|_| rules::inspected_alone(c.kind, c.state))?;
            rules::inspection_due(&self.packs, unit, c.secrecy, last.or(c.enabled_on))
        });
        Ok(())
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
            let history = super::past::history(s, id.into())?;
            let brief = InspectionBrief::of(&i, &template);
            let of = |f: &FindingBrief| Ok(FindingRow::of(&brief, f, label(s, &f.spot.subject)?, today));
            let answer = InspectionAnswer {
                row: InspectionRow::of(&brief, today),
                missing: rules::missing(&template, &i),
                findings_listed: brief.findings.iter().map(of).collect::<Result<_, SessionError>>()?,
                record: i,
                history,
            };
            Ok((answer, template))
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
        let scans = || i.evidence.iter().filter(|(key, _)| key.subject == *subject).map(|(_, e)| e);
        let lines = |item: &rules::Item| -> Vec<rules::Line> {
            let own = if item.evidence.is_empty() { Vec::new() } else { rules::evidence(&item.evidence, facts) };
            own.into_iter().chain(scans().flat_map(|e| rules::said(item, e))).collect()
        };
        let all = template.items().map(|item| (item.id.clone(), lines(item)));
        let evidence = all.filter(|(_, lines)| !lines.is_empty()).collect();
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

/// The kept checklists and the embedded ones.
fn known(kept: &[StoredTemplate]) -> Vec<KnownTemplate> {
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
    out
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
