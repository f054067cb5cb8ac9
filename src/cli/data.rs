//! `import`, `export`, `apply`.

use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::Serialize;

use super::args::{ApplyArgs, ExportArgs, ImportArgs, KindArg};
use super::failure::{Failure, Result};
use super::{Cx, progress};
use crate::error::{Error, Kind};
use crate::exchange::{self, Options, open_file, read_most};
use crate::i18n::Texts;
use crate::session::answer::{ListView, sentence};
use crate::session::{ExportAsked, ImportOptions, ImportReport, LineResult};

impl From<KindArg> for exchange::Kind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::People => Self::People,
            KindArg::Posts => Self::Posts,
            KindArg::Trainings => Self::Trainings,
            KindArg::Pledges => Self::Pledges,
            KindArg::Trips => Self::Trips,
            KindArg::Departures => Self::Departures,
            KindArg::Computers => Self::Computers,
            KindArg::Media => Self::Media,
        }
    }
}

/// What `import` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ImportAnswer {
    /// Which list.
    pub kind: String,
    /// Name of the file.
    pub file: String,
    /// The text encoding of a csv file.
    pub encoding: Option<String>,
    /// Nothing was to be written.
    pub dry_run: bool,
    /// It was written.
    pub applied: bool,
    /// The journal entry.
    pub seq: Option<u64>,
    /// Records to be added.
    pub new: usize,
    /// Records to be changed.
    pub changed: usize,
    /// Rows that change nothing.
    pub same: usize,
    /// Rows refused.
    pub refused: usize,
    /// Everything wrong and everything worth a look.
    pub problems: Vec<ProblemAnswer>,
    /// Sheets with what became of them.
    pub sheets: Vec<SheetAnswer>,
    /// Records that change; of a dry run.
    pub differences: Vec<crate::session::Difference>,
}

/// Something wrong with a row, or worth a look.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ProblemAnswer {
    /// `error` (the row is refused) or `warning`.
    pub severity: String,
    /// Stable code.
    pub code: String,
    /// Sheet; the file's name for csv.
    pub sheet: String,
    /// Row as the spreadsheet program counts, from 1.
    pub row: u32,
    /// Column letter.
    pub column: Option<String>,
    /// The column's title.
    pub title: Option<String>,
    /// The value found; identity numbers masked.
    pub value: Option<String>,
    /// The whole sentence: place, value, reason, way out.
    pub text: String,
}

/// What became of a sheet.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct SheetAnswer {
    /// Name.
    pub name: String,
    /// Its rows were taken.
    pub used: bool,
    /// Row of the heading, from 1; 0 where none was found.
    pub heading: u32,
    /// Rows that hold a record.
    pub records: usize,
    /// Rows below the heading that hold none.
    pub skipped: usize,
    /// Titles of columns nobody knows.
    pub unknown: Vec<String>,
}

/// `import KIND FILE`: exit 2 when the file was refused.
pub fn import(cx: &mut Cx, args: &ImportArgs) -> Result {
    let map = match &args.map {
        Some(path) => read_map(&cx.settings.incoming(path)?)?,
        None => Vec::new(),
    };
    let options = ImportOptions {
        dry_run: args.dry_run,
        partial: args.partial,
        file: Options { sheets: args.sheet.iter().cloned().collect(), map },
        unit: args.unit.clone(),
    };
    let texts = cx.texts();
    let session = cx.open()?;
    let bar = progress(cx);
    let report = session.import(args.kind.into(), &args.file, &options, &mut |stage, done, total| {
        bar.set_message(texts.t(&format!("cli.stage.{stage}")));
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    let report = report?;
    let refused = report.has_errors() && !(report.applied || args.partial);
    if cx.out.json {
        cx.out.document(&answer(&report, texts))?;
    } else {
        print(cx, &report, refused)?;
    }
    Ok(if refused { 2 } else { 0 })
}

fn answer(r: &ImportReport, texts: Texts) -> ImportAnswer {
    let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
    let problems = r.problems.iter().map(|p| ProblemAnswer {
        severity: if p.is_error() { "error" } else { "warning" }.to_owned(),
        code: p.code.to_owned(),
        sheet: p.sheet.clone(),
        row: p.row,
        column: some(&p.column),
        title: some(&p.title),
        value: some(&p.value),
        text: p.line(texts),
    });
    let refusals = r.refusals.iter().map(|f| ProblemAnswer {
        severity: "error".to_owned(),
        code: f.refusal.code.to_owned(),
        sheet: f.sheet.clone(),
        row: f.row,
        column: None,
        title: None,
        value: None,
        text: f.line(texts),
    });
    let sheets = r.sheets.iter().map(|s| SheetAnswer {
        name: s.name.clone(),
        used: s.used,
        heading: s.heading,
        records: s.records,
        skipped: s.skipped.blank
            + s.skipped.totals
            + s.skipped.signatures
            + s.skipped.notes
            + s.skipped.groups
            + s.skipped.headings,
        unknown: s.unknown.clone(),
    });
    ImportAnswer {
        kind: r.kind.code().to_owned(),
        file: r.file.clone(),
        encoding: some(&r.encoding),
        dry_run: r.dry_run,
        applied: r.applied,
        seq: r.seq,
        new: r.counts.new,
        changed: r.counts.changed,
        same: r.counts.same,
        refused: r.counts.refused,
        problems: problems.chain(refusals).collect(),
        sheets: sheets.collect(),
        differences: r.differences.clone(),
    }
}

fn print(cx: &mut Cx, r: &ImportReport, refused: bool) -> Result<()> {
    let texts = cx.texts();
    for s in &r.sheets {
        let values =
            [("sheet", s.name.clone()), ("records", s.records.to_string()), ("heading", s.heading.to_string())];
        let key = if s.used { "cli.import.sheet_used" } else { "cli.import.sheet_unused" };
        cx.out.note(&texts.fill(key, &values));
    }
    for d in &r.differences {
        let mark = texts.t(if d.new { "cli.import.new" } else { "cli.import.changed" });
        cx.out.line(&format!("{}!{}  {mark}  {}", d.sheet, d.row, d.name))?;
        for (field, before, after) in &d.fields {
            let values = [("field", field), ("before", before), ("after", after)];
            let key = if before.is_empty() { "cli.import.field_new" } else { "cli.import.field" };
            cx.out.line(&texts.fill(key, &values))?;
        }
    }
    // Complaints go to standard error: the answer on standard output is what was done.
    let lines = r.problems.iter().map(|p| p.line(texts)).chain(r.refusals.iter().map(|f| f.line(texts)));
    super::say_plain(lines);
    let values = [
        ("new", r.counts.new.to_string()),
        ("changed", r.counts.changed.to_string()),
        ("same", r.counts.same.to_string()),
        ("refused", r.counts.refused.to_string()),
        ("warnings", r.counts.warnings.to_string()),
    ];
    let key = match (refused, r.dry_run) {
        (true, _) => "cli.import.none",
        (false, true) => "cli.import.would",
        (false, false) => "cli.import.done",
    };
    Ok(cx.out.line(&texts.fill(key, &values))?)
}

/// A longer file of titles is none.
const MAP_LIMIT: u64 = 1 << 20;

/// The file of `--map`: our field = their column title.
fn read_map(path: &Path) -> Result<Vec<(String, String)>> {
    let fail = |code: &'static str, reason: String| {
        Failure::from(Error::new(Kind::Input, code).with("path", path.display()).with("reason", reason))
    };
    let bytes = read_most(path, MAP_LIMIT)?;
    let text = String::from_utf8(bytes).map_err(|e| fail("file_unreadable", e.utf8_error().to_string()))?;
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| {
        let line = e.span().and_then(|s| text.get(..s.start)).map_or(1, |t| t.matches('\n').count() + 1);
        fail("map_wrong", format!("{line}: {}", e.message()))
    })?;
    let pairs = table.into_iter().map(|(field, title)| match title {
        toml::Value::String(title) => Ok((field, title)),
        other => Err(fail("map_wrong", format!("{field} = {other}"))),
    });
    pairs.collect()
}

/// What `export` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ExportAnswer {
    /// Name of the view.
    pub view: String,
    /// The file written.
    pub file: String,
    /// Rows written.
    pub rows: usize,
    /// The journal entry.
    pub entry: Option<u64>,
    /// What deserves a look: a mark that is missing, or says less than what stands below it.
    pub warnings: Vec<String>,
}

/// `export VIEW --out FILE`.
pub fn export(cx: &mut Cx, args: &ExportArgs) -> Result {
    let view = ListView::from(args.view);
    let session = cx.open()?;
    let asked = ExportAsked { mark: args.mark.clone(), reason: args.reason.clone() };
    let done = session.export(view, args.query.as_deref().unwrap_or(""), &args.out, &asked)?;
    let warnings = done.warnings.iter().map(|w| sentence(cx.texts(), "warning", &w.code, &w.values));
    let warnings: Vec<String> = warnings.collect();
    let file = args.out.display().to_string();
    if cx.out.json {
        cx.out.document(&ExportAnswer {
            view: view.name().to_owned(),
            file,
            rows: done.rows,
            entry: done.entry,
            warnings,
        })?;
    } else {
        let values = [("rows", done.rows.to_string()), ("file", file)];
        cx.out.line(&cx.texts().fill("cli.exported", &values))?;
        for warning in warnings {
            cx.out.note(&warning);
        }
    }
    Ok(0)
}

/// `apply FILE|-`: one result a line, written out as soon as the line is durable; the exit code is the gravest of the
/// lines'.
pub fn apply(cx: &mut Cx, args: &ApplyArgs) -> Result {
    let session = cx.open()?;
    let input: Box<dyn BufRead> = if args.file == Path::new("-") {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        Box::new(BufReader::new(open_file(&cx.settings.incoming(&args.file)?)?))
    };
    let mut code = 0;
    if args.atomic {
        for result in session.apply_atomic(input) {
            code = code.max(result.exit_code);
            line(cx, &result)?;
        }
    } else {
        for result in session.apply(input) {
            code = code.max(result.exit_code);
            line(cx, &result)?;
        }
    }
    Ok(code)
}

/// One result: always a line of JSON, which is what programs read; a pipe sees it at once.
fn line(cx: &mut Cx, result: &LineResult) -> Result<()> {
    Ok(cx.out.json_line(result)?)
}
