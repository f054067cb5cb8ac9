//! `template`, `show inspection`.

use std::path::Path;

use serde::Serialize;

use super::args::TemplateCmd;
use super::benchmark::{self, Asked};
use super::failure::{Failure, Result};
use super::lists::table;
use super::out::{day, or_dash};
use super::{Cx, id, say_plain};
use crate::domain::{Channel, Command, InspectionId};
use crate::error::{Error, Kind};
use crate::exchange::read_most;
use crate::rules::{self, Template, TemplateSubject};
use crate::session::KnownTemplate;

/// One row of `template list`.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct TemplateRow {
    /// Id.
    pub id: String,
    /// Version.
    pub version: String,
    /// Title in the chosen language.
    pub title: String,
    /// What it is for.
    pub subject: TemplateSubject,
    /// Rule pack its articles belong to.
    pub pack: String,
    /// How many items.
    pub items: usize,
    /// Kept in the register.
    pub kept: bool,
}

/// What `template list` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct TemplateList {
    /// How many.
    pub total: usize,
    /// The checklists.
    pub rows: Vec<TemplateRow>,
}

/// What `template show` and `template check` answer.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct TemplateAnswer {
    /// The keys of the list.
    #[serde(flatten)]
    pub template: TemplateRow,
    /// Damage, gaps and readings of the source.
    pub notes: Vec<String>,
    /// Who signs, in order.
    pub parties: Vec<String>,
    /// The items.
    pub checklist: Vec<ItemAnswer>,
}

/// An item of a checklist.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ItemAnswer {
    /// Code.
    pub id: String,
    /// Group.
    pub group: String,
    /// Clause.
    pub article: String,
    /// Text in the chosen language.
    pub text: String,
    /// What the register shows beside it.
    pub evidence: Option<String>,
    /// Ready remarks in the chosen language.
    pub remarks: Vec<String>,
    /// How grave it is when it fails.
    pub severity: Option<String>,
    /// What is asked, at length.
    pub detail: Option<String>,
    /// How to mend it.
    pub fix: Option<String>,
    /// Every clause of the source it stands on.
    pub references: Vec<String>,
    /// Which facts of a probe stand beside it.
    pub probe: Vec<String>,
    /// Which rules of a scanner's benchmark stand beside it.
    pub scan: Vec<String>,
}

pub(super) fn row(t: &Template, kept: bool, lang: &str) -> TemplateRow {
    TemplateRow {
        id: t.id.clone(),
        version: t.version.clone(),
        title: t.title.of(lang).to_owned(),
        subject: t.subject,
        pack: t.pack.clone(),
        items: t.items().count(),
        kept,
    }
}

fn answer(t: &Template, kept: bool, lang: &str) -> TemplateAnswer {
    let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
    let item = |group: &str, i: &rules::Item| ItemAnswer {
        id: i.id.clone(),
        group: group.to_owned(),
        article: i.article.clone(),
        text: i.text.of(lang).to_owned(),
        evidence: some(&i.evidence),
        remarks: t.remarks(&i.id).into_iter().map(|w| w.of(lang).to_owned()).collect(),
        severity: some(&i.severity),
        detail: some(i.detail.of(lang)),
        fix: some(i.fix.of(lang)),
        references: i.references.clone(),
        probe: i.probe.clone(),
        scan: i.scan.clone(),
    };
    TemplateAnswer {
        template: row(t, kept, lang),
        notes: t.notes.iter().map(|n| n.text.of(lang).to_owned()).collect(),
        parties: t.parties.iter().map(|p| p.title.of(lang).to_owned()).collect(),
        checklist: t.groups.iter().flat_map(|g| g.items.iter().map(|i| item(g.title.of(lang), i))).collect(),
    }
}

/// `template list|show|check|add|profiles|from`.
pub fn template(cx: &mut Cx, what: &TemplateCmd) -> Result {
    let texts = cx.texts();
    let lang = texts.lang().code();
    match what {
        TemplateCmd::List => {
            let known = known(cx)?;
            let rows: Vec<TemplateRow> = known.iter().map(|k| row(&k.template, k.kept, lang)).collect();
            if cx.out.json {
                cx.out.document(&TemplateList { total: rows.len(), rows })?;
                return Ok(0);
            }
            let mut list = table(&["id", "version", "title", "subject", "items", "kept"], texts);
            for r in &rows {
                let kept = texts.word("yes_no", if r.kept { "yes" } else { "no" });
                let subject = texts.word("subject_kind", r.subject.code());
                list.row(&[&r.id, &r.version, &r.title, &subject, &r.items.to_string(), &kept]);
            }
            cx.out.table(&list)?;
            Ok(0)
        }
        TemplateCmd::Show { id, version } => {
            let known = known(cx)?;
            let fits =
                |k: &&KnownTemplate| k.template.id == *id && version.as_ref().is_none_or(|v| k.template.version == *v);
            let Some(found) = known.iter().rfind(fits) else {
                let names = known.iter().map(|k| k.template.id.clone()).collect::<Vec<_>>().join(", ");
                let asked: String = id.chars().take(40).collect();
                let error = Error::new(Kind::Input, "template_unknown").with("template", asked).with("known", names);
                return Err(error.into());
            };
            show_template(cx, &answer(&found.template, found.kept, lang))?;
            Ok(0)
        }
        TemplateCmd::Check { file } => {
            let (template, _) = read(cx, file)?;
            show_template(cx, &answer(&template, false, lang))?;
            Ok(0)
        }
        TemplateCmd::Profiles { file } => benchmark::profiles(cx, file),
        TemplateCmd::From { file, profile, all, benchmark, id, out, add } => {
            let (profile, id, benchmark) = (profile.as_deref(), id.as_deref(), benchmark.as_deref());
            let asked = Asked { file, benchmark, profile, all: *all, id, out: out.as_ref(), add: *add };
            benchmark::from(cx, &asked)
        }
        TemplateCmd::Add { file } => {
            let (_, text) = read(cx, file)?;
            let session = cx.open()?;
            let command = Command::AddTemplate { text };
            let done = session.commit(&command, Channel::Cli)?;
            super::rules::report(cx, &command, &done)?;
            Ok(0)
        }
    }
}

/// The checklists of the register, or the embedded ones where there is no register yet.
fn known(cx: &Cx) -> Result<Vec<KnownTemplate>> {
    if cx.settings.store.exists() {
        return Ok(cx.open()?.templates()?);
    }
    let embedded = rules::templates().iter();
    Ok(embedded.map(|t| KnownTemplate { template: std::sync::Arc::clone(t), kept: false }).collect())
}

/// The largest checklist file that is read.
const LARGEST: u64 = 1 << 20;

/// Reads a checklist; everything wrong with it is said at once.
fn read(cx: &Cx, file: &Path) -> Result<(Template, String)> {
    let fail = |reason: String| {
        Error::new(Kind::Input, "template_unreadable").with("file", file.display()).with("reason", reason)
    };
    let bytes = read_most(&cx.settings.incoming(file)?, LARGEST + 1)?;
    if bytes.len() as u64 > LARGEST {
        return Err(fail(format!("> {LARGEST} B")).into());
    }
    let text = String::from_utf8(bytes).map_err(|e| fail(e.utf8_error().to_string()))?;
    match rules::read_template(&file.display().to_string(), &text) {
        Ok(template) => Ok((template, text)),
        Err(problems) => {
            let texts = cx.texts();
            say_plain(problems.iter().map(|p| {
                let values = [("value", &p.value), ("hint", &p.hint)];
                let reason = texts.fill(&format!("pack_problem.{}", p.code), &values);
                let values = [
                    ("file", p.file.clone()),
                    ("line", p.line.to_string()),
                    ("place", p.place.clone()),
                    ("reason", reason),
                ];
                texts.fill("cli.template.problem", &values)
            }));
            Err(Failure::Said(2))
        }
    }
}

fn show_template(cx: &mut Cx, t: &TemplateAnswer) -> Result<()> {
    if cx.out.json {
        cx.out.document(t)?;
        return Ok(());
    }
    let texts = cx.texts();
    cx.out.heading(&format!("{} {}  {}", t.template.id, t.template.version, t.template.title))?;
    cx.out.line(&texts.fill("cli.template.parties", &[("parties", t.parties.join(" / "))]))?;
    for note in &t.notes {
        cx.out.line(&format!("  {note}"))?;
    }
    let mut items = table(&["item", "article", "group", "text"], texts);
    for i in &t.checklist {
        items.row(&[&i.id, &i.article, &i.group, &i.text]);
    }
    cx.out.table(&items)?;
    Ok(())
}

/// `show inspection ID`.
pub fn inspection(cx: &mut Cx, text: &str) -> Result {
    let id: InspectionId = id(text, "I000003")?;
    let session = cx.open()?;
    let (i, template) = session.inspection(id)?;
    if cx.out.json {
        cx.out.document(&i)?;
        return Ok(0);
    }
    let (texts, lang) = (cx.texts(), cx.texts().lang().code());
    let r = &i.row;
    cx.out.heading(&format!("{}  {}", r.id, template.title.of(lang)))?;
    let percent = r.percent.map(|p| format!("{p}%")).unwrap_or_default();
    for (name, value) in [
        ("inspection_state", texts.word("inspection_state", r.state.code())),
        ("subjects", r.subjects.join(" ")),
        ("department", r.department.clone().unwrap_or_default()),
        ("planned_on", day(r.planned_on)),
        ("inspector", r.inspector.clone().unwrap_or_default()),
        ("tool", i.record.tool.clone()),
        ("answered", format!("{}/{}", r.score.answered(), r.score.total())),
        ("score", percent),
    ] {
        let values = [("name", texts.t(&format!("cli.column.{name}"))), ("value", or_dash(Some(&value)))];
        cx.out.line(&texts.fill("cli.pair", &values))?;
    }
    let mut answers = table(&["subject", "item", "article", "answer", "remark"], texts);
    for subject in &i.record.subjects {
        for item in template.items() {
            let spot = crate::domain::inspection::Spot::new(subject, &item.id);
            let Some(a) = i.record.answer(&spot) else { continue };
            let value = texts.word("answer", a.value.code());
            answers.row(&[subject.as_str(), &item.id, &item.article, &value, &a.remark]);
        }
    }
    cx.out.table(&answers)?;
    for (key, e) in &i.record.evidence {
        let values = [
            ("subject", key.subject.to_string()),
            ("source", e.source.clone()),
            ("target", e.target.clone()),
            ("at", e.taken()),
            ("file", e.file.clone()),
            ("digest", e.digest.clone()),
            ("by", e.by.clone()),
            ("on", e.on.to_string()),
        ];
        cx.out.line(&texts.fill("cli.evidence.of", &values))?;
        for item in template.items() {
            for l in rules::said(item, e) {
                let text = texts.say("evidence", &l.code, &l.values);
                cx.out.line(&format!("  {:<4} {text}", item.id))?;
            }
        }
    }
    for s in &i.record.signatures {
        let title = template.parties.iter().find(|p| p.id == s.party).map_or("", |p| p.title.of(lang));
        cx.out.line(&format!("  {title}  {}  {}", s.name, s.on))?;
    }
    super::records::history(cx, &i.history)?;
    Ok(0)
}
