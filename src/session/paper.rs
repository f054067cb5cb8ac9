//! Papers of an inspection: its record, machine by machine, and the notice of what is to be mended.

use super::form::{FormRequest, day};
use super::inspect::{label, pinned, the_inspection};
use super::{Session, SessionError};
use crate::domain::inspection::{Finding, Inspection, Spot, Subject};
use crate::domain::{AnswerValue, Computer, FindingStep, JournalPublic, Unit, View};
use crate::error::{Error, Kind};
use crate::exchange::{CheckRow, Form, FormKind, InspectionRecord, Notice, NoticeRow, SignedRow};
use crate::i18n::Texts;
use crate::rules::{self, Template, TemplateSubject};
use crate::store::Snapshot;

/// An inspection with what its papers need.
struct Paper<'a> {
    i: Inspection,
    template: &'a Template,
    /// The pack of its articles.
    pack: Option<&'a rules::Pack>,
    /// When each signature was typed, where it was typed in this register.
    signed_at: Vec<String>,
    texts: Texts,
    failures: bool,
}

impl Session {
    /// The form of an inspection, the unit it belongs to, and the checklist it was made with.
    pub(super) fn inspection_paper(
        &self,
        request: &FormRequest,
        texts: Texts,
    ) -> Result<(Form, Unit, String), SessionError> {
        let id = request.inspection.ok_or_else(|| Error::new(Kind::Input, "form_needs_inspection"))?;
        let lang = request.lang.code();
        self.read(|s| {
            let i = the_inspection(s, id)?;
            let gone = || Error::new(Kind::Store, "store_damaged").with("place", id);
            let unit = s.unit(i.unit)?.ok_or_else(gone)?;
            let template = pinned(&s.templates()?, &i)?;
            let subjects = match &request.subject {
                None => i.subjects.clone(),
                Some(one) if i.subjects.contains(one) => vec![one.clone()],
                Some(one) => {
                    return Err(Error::new(Kind::Input, "form_no_subject").with("id", id).with("subject", one).into());
                }
            };
            let history: Vec<JournalPublic> = s.history(id.into())?.into_iter().map(|e| e.public).collect();
            let values = [("title", template.title.of(lang).to_owned()), ("version", template.version.clone())];
            let checklist = texts.fill("form.pack_version", &values);
            let paper = Paper {
                signed_at: signed_at(&history, i.signatures.len()),
                i,
                template: &template,
                pack: self.packs.get(&template.pack),
                texts,
                failures: request.failures,
            };
            let form = if request.kind == FormKind::Notice {
                self.notice(s, &paper, &subjects)?
            } else {
                let mut records = Vec::with_capacity(subjects.len());
                for subject in &subjects {
                    records.push(paper.record(s, subject, &checklist)?);
                }
                InspectionRecord::together(&records, texts)
            };
            Ok((form, unit, checklist))
        })
    }

    fn notice(&self, s: &Snapshot, paper: &Paper, subjects: &[Subject]) -> Result<Form, SessionError> {
        let (i, texts) = (&paper.i, paper.texts);
        let lang = texts.lang().code();
        let mut rows = Vec::new();
        for (spot, f) in i.live_findings().filter(|(spot, _)| subjects.contains(&spot.subject)) {
            let asked = paper.template.item(&spot.item).map_or("", |item| item.text.of(lang));
            let pack = self.packs.get(&f.pack);
            let title = pack.map_or(f.pack.as_str(), |p| p.title(lang));
            let checked = f
                .steps
                .iter()
                .rfind(|s| matches!(s.step, FindingStep::Rechecked | FindingStep::Accepted | FindingStep::SentBack));
            rows.push(NoticeRow {
                problem: texts.fill(
                    "form.problem",
                    &[("subject", label(s, &spot.subject)?), ("item", spot.item.clone()), ("what", f.what.clone())],
                ),
                basis: [title, &texts.article(pack, &f.article)].join(" ").trim().to_owned(),
                demand: asked.to_owned(),
                due: day(f.due),
                responsible: f.responsible.clone(),
                recheck: checked
                    .map(|c| {
                        let word = texts.word("finding_step", c.step.code());
                        [word.as_str(), c.comment.as_str()].join(" ").trim().to_owned()
                    })
                    .unwrap_or_default(),
                rechecked_by: checked.map(|c| c.by.clone()).unwrap_or_default(),
                rechecked_on: checked.map(|c| c.on.to_string()).unwrap_or_default(),
            });
        }
        if rows.is_empty() {
            return Err(Error::new(Kind::Refused, "form_no_findings").with("id", i.id).into());
        }
        let on = day(i.signed_on.or(i.opened_on).or(i.planned_on));
        let notice = Notice { number: i.id.to_string(), office: i.department.clone(), on, rows };
        Ok(notice.form(texts))
    }
}

/// The times of the last `count` signatures; empty where one came from a laptop, whose journal stays there.
fn signed_at(history: &[JournalPublic], count: usize) -> Vec<String> {
    let mut out = Vec::new();
    let mut entries: Vec<&JournalPublic> = history.iter().collect();
    entries.sort_by_key(|e| e.seq);
    for entry in entries {
        match entry.verb.as_str() {
            "reopen_inspection" => out.clear(),
            "sign_inspection" => out.push(entry.at.chars().take(16).collect::<String>().replace('T', " ")),
            _ => {}
        }
    }
    if out.len() == count { out } else { Vec::new() }
}

impl Paper<'_> {
    /// The record of one machine, person or place.
    fn record(&self, s: &Snapshot, subject: &Subject, checklist: &str) -> Result<InspectionRecord, SessionError> {
        let (i, texts, lang) = (&self.i, self.texts, self.texts.lang().code());
        let computer = subject.computer().map(|id| s.computer(id)).transpose()?.flatten();
        let c = computer.as_ref();
        let text = |of: fn(&Computer) -> String| c.map(of).unwrap_or_default();
        let score = rules::score(self.template, i, Some(subject), None);
        let values = [
            ("state", texts.word("inspection_state", i.state.code())),
            ("conforms", score.conforms.to_string()),
            ("fails", score.fails.to_string()),
            ("not_applicable", score.not_applicable.to_string()),
            ("not_checked", score.not_checked.to_string()),
            ("unanswered", score.unanswered.to_string()),
            ("percent", score.percent().map_or_else(|| "-".to_owned(), |p| format!("{p}%"))),
        ];
        let mut remarks = texts.fill("form.score", &values);
        if let Some(old) = i.corrects {
            let values = [("id", old.to_string()), ("reason", i.reason.clone())];
            remarks = [remarks, texts.fill("form.corrects", &values)].join("\n");
        }
        if self.failures {
            remarks = [remarks, texts.t("form.failures_only")].join("\n");
        }
        for (_, e) in i.evidence.iter().filter(|(key, _)| key.subject == *subject) {
            let taken = e.taken();
            let values = [("source", &e.source), ("at", &taken), ("file", &e.file), ("digest", &e.digest)];
            remarks = [remarks, texts.fill("form.evidence", &values)].join("\n");
        }
        let findings = i.live_findings().filter(|(spot, _)| spot.subject == *subject);
        let gaps = self.template.notes.iter().filter(|n| n.kind != "source");
        let title = match self.template.subject {
            TemplateSubject::Computer => String::new(),
            _ => texts.fill("form.record_of", &[("title", self.template.title.of(lang))]),
        };
        Ok(InspectionRecord {
            title,
            number: i.id.to_string(),
            on: day(i.signed_on.or(i.opened_on).or(i.planned_on)),
            office: i.department.clone(),
            computer: match c {
                Some(c) => c.number.clone(),
                None => label(s, subject)?,
            },
            secrecy: c.and_then(|c| c.secrecy).map(|l| texts.word("secrecy", l.code())).unwrap_or_default(),
            model: text(|c| c.model.clone()),
            disks: text(|c| c.disk_serials.join("\n")),
            room: text(|c| c.room.clone()),
            people: text(|c| {
                let names = [c.custodian_name.as_str(), c.user_name.as_str()];
                names.into_iter().filter(|n| !n.is_empty()).collect::<Vec<_>>().join(" / ")
            }),
            tool: i.tool.clone(),
            checklist: checklist.to_owned(),
            rows: self.template.items().filter_map(|item| self.row(subject, item, lang)).collect(),
            remarks,
            findings: findings.map(|(spot, f)| self.finding(spot, f)).collect(),
            gaps: gaps.map(|n| n.text.of(lang).to_owned()).collect(),
            signed: self.signed(lang),
        })
    }

    fn row(&self, subject: &Subject, item: &rules::Item, lang: &str) -> Option<CheckRow> {
        let answer = self.i.answer(&Spot::new(subject, &item.id));
        if self.failures && answer.is_none_or(|a| a.value != AnswerValue::Fails) {
            return None;
        }
        Some(CheckRow {
            code: item.id.clone(),
            item: item.text.of(lang).to_owned(),
            clause: self.texts.article(self.pack, &item.article),
            result: answer.map(|a| self.texts.word("answer", a.value.code())).unwrap_or_default(),
            note: std::iter::once(answer.map(|a| a.remark.clone()).unwrap_or_default())
                .filter(|remark| !remark.is_empty())
                .chain(self.said(subject, item))
                .collect::<Vec<_>>()
                .join("\n"),
        })
    }

    /// What scans and probes say beside an item.
    fn said(&self, subject: &Subject, item: &rules::Item) -> Vec<String> {
        let of = self.i.evidence.iter().filter(|(key, _)| key.subject == *subject);
        let lines = of.flat_map(|(_, e)| rules::said(item, e));
        lines.map(|l| self.texts.say("evidence", &l.code, &l.values)).collect()
    }

    fn finding(&self, spot: &Spot, f: &Finding) -> String {
        let stands = f.stands_at().map_or("found", FindingStep::code);
        let values = [
            ("item", spot.item.clone()),
            ("what", f.what.clone()),
            ("responsible", if f.responsible.is_empty() { "-".to_owned() } else { f.responsible.clone() }),
            ("due", f.due.map_or_else(|| "-".to_owned(), |d| d.to_string())),
            ("stands", self.texts.word("finding_stands", stands)),
        ];
        self.texts.fill("form.finding", &values)
    }

    /// Each party with the name typed and when, and room for the ink.
    fn signed(&self, lang: &str) -> Vec<SignedRow> {
        let row = |p: &rules::Party| {
            let given = self.i.signatures.iter().enumerate().find(|(_, s)| s.party == p.id);
            let at = given.map(|(n, s)| self.signed_at.get(n).cloned().unwrap_or_else(|| s.on.to_string()));
            SignedRow {
                party: p.title.of(lang).to_owned(),
                name: given.map(|(_, s)| s.name.clone()).unwrap_or_default(),
                at: at.unwrap_or_default(),
            }
        };
        self.template.parties.iter().map(row).collect()
    }
}
