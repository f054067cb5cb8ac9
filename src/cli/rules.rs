//! `period`, `pack`, `unit`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::args::{PackCmd, PeriodArgs, UnitCmd, UnitSetArgs};
use super::failure::Result;
use super::lists::table;
use super::{Cx, id, later};
use crate::domain::{Channel, Command, Date, UnitId};
use crate::error::{Error, Kind};
use crate::rules::{self, ChoiceState, Line, Pack};
use crate::session::answer::LineAnswer;
use crate::session::{self, Done};

/// What `period` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PeriodCalculation {
    /// First day of the clock.
    pub start: Date,
    /// Original length.
    pub months: u32,
    /// Months added, in order.
    pub extensions: Vec<u32>,
    /// All together.
    pub total_months: u32,
    /// Whether the start day counts.
    pub count_start_day: bool,
    /// Last day, included.
    pub last_day: Option<Date>,
    /// First free day.
    pub free_from: Option<Date>,
    /// The arithmetic.
    pub explanation: Vec<LineAnswer>,
}

/// `period`: needs no register.
pub fn period(cx: &mut Cx, args: &PeriodArgs) -> Result {
    let texts = cx.texts();
    let done = rules::calculate(args.start, args.months, &args.extend, args.count_start_day);
    let explanation: Vec<LineAnswer> = done.explanation.iter().map(|l: &Line| LineAnswer::of(l, texts)).collect();
    let Some(last_day) = done.last_day else {
        return Err(Error::new(Kind::Input, "outside_calendar").with("start", args.start).into());
    };
    if cx.out.json {
        cx.out.document(&PeriodCalculation {
            start: args.start,
            months: args.months,
            extensions: args.extend.clone(),
            total_months: done.months,
            count_start_day: args.count_start_day,
            last_day: Some(last_day),
            free_from: done.free_from,
            explanation,
        })?;
        return Ok(0);
    }
    let free = done.free_from.map(|d| d.to_string()).unwrap_or_default();
    let values = [("last_day", last_day.to_string()), ("free_from", free)];
    cx.out.line(&texts.fill("cli.period", &values))?;
    for line in &explanation {
        cx.out.line(&format!("  {}", line.text))?;
    }
    Ok(0)
}

/// One row of `pack list`.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PackRow {
    /// Id.
    pub id: String,
    /// Title in the chosen language.
    pub title: String,
    /// Version of this reading.
    pub version: String,
    /// `personnel`, `law`, `checklist`, `responsibility`, `enterprise`.
    pub kind: String,
    /// Where the text comes from.
    pub source: String,
    /// In force from.
    pub valid_from: Option<Date>,
    /// In force until.
    pub valid_until: Option<Date>,
}

/// What `pack list` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PackList {
    /// How many.
    pub total: usize,
    /// The packs.
    pub rows: Vec<PackRow>,
}

/// What `pack show` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct PackAnswer {
    /// The keys of the list.
    #[serde(flatten)]
    pub pack: PackRow,
    /// Every parameter, by key.
    pub parameters: BTreeMap<String, ParameterAnswer>,
    /// Damage, gaps and our readings.
    pub notes: Vec<NoteAnswer>,
}

/// A parameter of a pack.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ParameterAnswer {
    /// `value`, `not_stated`, `no_rule` or `unset`.
    pub state: String,
    /// Article.
    pub article: String,
    /// In words, in the chosen language.
    pub text: String,
    /// The source's own words.
    pub quote: String,
}

/// A note about the source.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct NoteAnswer {
    /// `damage`, `gap`, `reading`, `conflict`.
    pub kind: String,
    /// Place in the source.
    pub article: String,
    /// The note, in the chosen language.
    pub text: String,
}

fn words(words: &rules::Words, lang: &str) -> String {
    if lang == "en" { words.en.clone() } else { words.zh.clone() }
}

fn pack_row(p: &Pack, lang: &str) -> PackRow {
    PackRow {
        id: p.id.clone(),
        title: p.title(lang).to_owned(),
        version: p.version.clone(),
        kind: p.kind.code().to_owned(),
        source: words(&p.source, lang),
        valid_from: p.valid_from,
        valid_until: p.valid_until,
    }
}

/// `pack list|show`: needs no register.
pub fn pack(cx: &mut Cx, what: &PackCmd) -> Result {
    let texts = cx.texts();
    let lang = texts.lang().code();
    let packs = session::packs(&cx.settings)?;
    match what {
        PackCmd::List => {
            let rows: Vec<PackRow> = packs.all().into_iter().map(|p| pack_row(p, lang)).collect();
            if cx.out.json {
                cx.out.document(&PackList { total: rows.len(), rows })?;
            } else {
                let mut list = table(&["id", "pack_kind", "version", "title"], texts);
                for r in &rows {
                    list.row(&[&r.id, &texts.t(&format!("cli.pack_kind.{}", r.kind)), &r.version, &r.title]);
                }
                cx.out.table(&list)?;
            }
            Ok(0)
        }
        PackCmd::Show { id } => {
            let Some(p) = packs.get(id) else {
                let known = packs.all().iter().map(|p| p.id.clone()).collect::<Vec<_>>().join(", ");
                let id: String = id.chars().take(40).collect();
                return Err(Error::new(Kind::Input, "pack_unknown").with("pack", id).with("known", known).into());
            };
            let parameter = |q: &rules::Parameter| ParameterAnswer {
                state: stated(q.state).to_owned(),
                article: q.article.clone(),
                text: words(&q.text, lang),
                quote: q.quote.clone(),
            };
            let note = |n: &rules::Note| NoteAnswer {
                kind: n.kind.clone(),
                article: n.article.clone(),
                text: words(&n.text, lang),
            };
            let answer = PackAnswer {
                pack: pack_row(p, lang),
                parameters: p.parameters.iter().map(|(k, v)| (k.clone(), parameter(v))).collect(),
                notes: p.notes.iter().map(note).collect(),
            };
            if cx.out.json {
                cx.out.document(&answer)?;
            } else {
                show_pack(cx, p, &answer)?;
            }
            Ok(0)
        }
        PackCmd::Diff(_) => later(cx, "pack diff"),
        PackCmd::Switch(_) => later(cx, "pack switch"),
    }
}

const fn stated(state: rules::Stated) -> &'static str {
    match state {
        rules::Stated::Value => "value",
        rules::Stated::NotStated => "not_stated",
        rules::Stated::NoRule => "no_rule",
        rules::Stated::Unset => "unset",
    }
}

fn show_pack(cx: &mut Cx, p: &Pack, answer: &PackAnswer) -> Result<()> {
    let texts = cx.texts();
    let lang = texts.lang().code();
    cx.out.heading(&format!("{}  {}  ({})", p.id, answer.pack.title, answer.pack.version))?;
    cx.out.line(&answer.pack.source)?;
    cx.out.line("")?;
    for (key, q) in &answer.parameters {
        let name = texts.get(&format!("pack_parameter.{key}")).unwrap_or(key);
        let state = if q.state == "value" { String::new() } else { texts.t(&format!("cli.stated.{}", q.state)) };
        let article = if q.article.is_empty() { String::new() } else { format!("  ({})", p.cite(&q.article, lang)) };
        let text = [state, q.text.clone()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("; ");
        cx.out.line(&texts.fill("cli.pair", &[("name", name), ("value", &format!("{text}{article}"))]))?;
    }
    if !answer.notes.is_empty() {
        cx.out.line("")?;
        cx.out.heading(&texts.t("cli.pack_notes"))?;
        for n in &answer.notes {
            let kind = texts.get(&format!("cli.note_kind.{}", n.kind)).unwrap_or(&n.kind);
            cx.out.line(&format!("  {kind}  {}  {}", n.article, n.text))?;
        }
    }
    for list in &p.lists {
        cx.out.line("")?;
        cx.out.heading(&words(&list.title, lang))?;
        for group in &list.groups {
            cx.out.line(&format!("{} {}", group.id, words(&group.title, lang)))?;
            for item in &group.items {
                cx.out.line(&format!("  {}  {}  ({})", item.id, words(&item.text, lang), item.article))?;
            }
        }
    }
    Ok(())
}

/// What `unit show` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct UnitsAnswer {
    /// The units.
    pub units: Vec<UnitAnswer>,
}

/// A unit with its choices.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct UnitAnswer {
    /// Record id.
    pub id: UnitId,
    /// Name.
    pub name: String,
    /// Its personnel pack.
    pub pack: String,
    /// The pack's version.
    pub pack_version: String,
    /// The law beside it.
    pub law: bool,
    /// Duties due before do not exist.
    pub tracking_from: Date,
    /// Every choice with its state.
    pub choices: Vec<ChoiceAnswer>,
}

/// A choice with its decision.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ChoiceAnswer {
    /// The choice.
    #[serde(flatten)]
    pub choice: ChoiceState,
    /// Who decided.
    pub decided_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Recorded on.
    pub on: Option<Date>,
}

/// `unit show|set`.
pub fn unit(cx: &mut Cx, what: &UnitCmd) -> Result {
    match what {
        UnitCmd::Show => show_units(cx),
        UnitCmd::Set(args) => set(cx, args),
    }
}

fn show_units(cx: &mut Cx) -> Result {
    let session = cx.open_to_read()?;
    let texts = cx.texts();
    let answer = |unit: &crate::domain::Unit| UnitAnswer {
        id: unit.id,
        name: unit.name.clone(),
        pack: unit.pack.clone(),
        pack_version: unit.pack_version.clone(),
        law: unit.law,
        tracking_from: unit.tracking_from,
        choices: session
            .choices(unit)
            .into_iter()
            .map(|choice| {
                let decided = unit.choices.get(&choice.key);
                ChoiceAnswer {
                    decided_by: decided.map(|d| d.decided_by.clone()),
                    reason: decided.map(|d| d.reason.clone()),
                    on: decided.map(|d| d.on),
                    choice,
                }
            })
            .collect(),
    };
    let units: Vec<UnitAnswer> = session.units()?.iter().map(answer).collect();
    if cx.out.json {
        cx.out.document(&UnitsAnswer { units })?;
        return Ok(0);
    }
    for (i, unit) in units.iter().enumerate() {
        if i > 0 {
            cx.out.line("")?;
        }
        cx.out.heading(&format!("{}  {}", unit.id, unit.name))?;
        let law = texts.word("yes_no", if unit.law { "yes" } else { "no" });
        let values = [
            ("pack", unit.pack.clone()),
            ("version", unit.pack_version.clone()),
            ("law", law),
            ("tracking_from", unit.tracking_from.to_string()),
        ];
        cx.out.line(&texts.fill("cli.unit", &values))?;
        let mut choices = table(&["key", "value", "default", "allowed", "article", "decided_by", "on"], texts);
        for c in &unit.choices {
            let state = &c.choice;
            let owed = if state.owed && state.value.is_none() { texts.t("cli.owed") } else { String::new() };
            choices.row(&[
                state.key.clone(),
                state.value.clone().unwrap_or(owed),
                state.default.clone().unwrap_or_default(),
                state.allowed.clone(),
                state.article.clone(),
                c.decided_by.clone().unwrap_or_default(),
                c.on.map(|d| d.to_string()).unwrap_or_default(),
            ]);
        }
        cx.out.table(&choices)?;
    }
    Ok(0)
}

fn set(cx: &mut Cx, args: &UnitSetArgs) -> Result {
    let unit = args.unit.as_deref().map(|u| id::<UnitId>(u, "U000001")).transpose()?;
    let session = cx.open()?;
    let command = Command::SetUnit {
        unit,
        key: args.key.clone(),
        value: args.value.clone(),
        decided_by: args.decided_by.clone(),
        reason: args.reason.clone(),
    };
    let done = session.commit(&command, Channel::Cli)?;
    report(cx, &command, &done)?;
    Ok(0)
}

/// What a single command answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct DoneAnswer {
    /// Always true.
    pub ok: bool,
    /// The command's name.
    pub verb: String,
    /// Ids of what was changed.
    pub ids: Vec<String>,
    /// The journal entry.
    pub seq: u64,
}

pub(super) fn report(cx: &mut Cx, command: &Command, done: &Done) -> Result<()> {
    let texts = cx.texts();
    if cx.out.json {
        cx.out.document(&DoneAnswer {
            ok: true,
            verb: command.verb().to_owned(),
            ids: done.ids.clone(),
            seq: done.seq,
        })?;
    } else {
        cx.out.line(&texts.fill("cli.recorded", &[("seq", done.seq.to_string())]))?;
    }
    for w in &done.warnings {
        cx.out.note(&session::answer::sentence(texts, "warning", &w.code, &w.values));
    }
    Ok(())
}
