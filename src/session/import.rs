//! Spreadsheets in: read and plan outside the lock, decide row by row over a batch, then one transaction that checks that
//! nothing has moved meanwhile; if it has, all is prepared again.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::answer::sentence;
use super::{RefusalKind, Session, SessionError};
use crate::decide::{self, Gathered, Overlay, Refusal, Who};
use crate::domain::{Channel, Packed, PersonId, Unit, UnitId, View};
use crate::error::{Error, Kind};
use crate::exchange::{
    self, Counts, Directory, FieldChange, Ground, Options, Plan, PlannedRow, Problem, SheetReport, Workbook,
};
use crate::i18n::Texts;
use crate::store::{Outcome, Snapshot, StoreError, Work};
use crate::text::fold;

/// What to do with a file.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// Show what would change, change nothing.
    pub dry_run: bool,
    /// Take the good rows, refuse the others.
    pub partial: bool,
    /// Sheets and column titles.
    pub file: Options,
    /// The unit by id or name; the only one when left out.
    pub unit: Option<String>,
}

/// What an import did, or would do.
#[derive(Debug, Clone)]
pub struct ImportReport {
    /// Which list.
    pub kind: exchange::Kind,
    /// Name of the file.
    pub file: String,
    /// The encoding of a csv file.
    pub encoding: String,
    /// Whether anything was to be written.
    pub dry_run: bool,
    /// Whether it was written.
    pub applied: bool,
    /// The journal entry.
    pub seq: Option<u64>,
    /// Figures.
    pub counts: Counts,
    /// Everything wrong with the file and everything worth a look.
    pub problems: Vec<Problem>,
    /// Rows that the register refuses.
    pub refusals: Vec<RowRefusal>,
    /// What became of each sheet.
    pub sheets: Vec<SheetReport>,
    /// Records that change, each with its differences; only of a dry run.
    pub differences: Vec<Difference>,
}

/// A row the register refuses.
#[derive(Debug, Clone)]
pub struct RowRefusal {
    /// Sheet.
    pub sheet: String,
    /// Row, from 1.
    pub row: u32,
    /// Why.
    pub refusal: Refusal,
}

/// A record that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    /// Sheet.
    pub sheet: String,
    /// Row, from 1.
    pub row: u32,
    /// Name or number of the record.
    pub name: String,
    /// To be added.
    pub new: bool,
    /// Field, before, after.
    pub fields: Vec<(String, String, String)>,
}

impl RowRefusal {
    /// Place, reason and way out in one sentence.
    pub fn line(&self, texts: Texts) -> String {
        let reason = sentence(texts, "refusal", self.refusal.code, &self.refusal.values);
        let hint = format!("{}_hint", self.refusal.code);
        let hint = match texts.get(&format!("refusal.{hint}")) {
            Some(_) => sentence(texts, "refusal", &hint, &self.refusal.values),
            None => String::new(),
        };
        let values = [("sheet", self.sheet.clone()), ("row", self.row.to_string()), ("reason", reason), ("hint", hint)];
        texts.fill("cli.import.refused_row", &values).trim_end().to_owned()
    }
}

impl ImportReport {
    /// Whether anything was refused.
    pub fn has_errors(&self) -> bool {
        !self.refusals.is_empty() || self.problems.iter().any(Problem::is_error)
    }
}

/// How often a plan is laid again because somebody else wrote meanwhile.
const TRIES: usize = 8;

/// A plan with what it would write.
struct Prepared {
    head: u64,
    report: ImportReport,
    changes: Vec<Packed>,
}

impl Session {
    /// Imports a file; all or nothing unless `partial`.
    ///
    /// # Errors
    /// The file cannot be read; the store cannot be used; the operator may not import. What is wrong with the rows is in
    /// the report.
    pub fn import(
        &self,
        kind: exchange::Kind,
        path: &Path,
        options: &ImportOptions,
        progress: &mut dyn FnMut(&'static str, usize, usize),
    ) -> Result<ImportReport, SessionError> {
        self.may_read_people()?;
        let path = &*self.settings.incoming(path)?;
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for _ in 0..TRIES {
            // Read anew each time, so that the sheets need no memory while the store writes.
            progress("read", 0, 0);
            let book = exchange::read_file(path)?;
            let mut prepared = self.prepare(kind, book, &file, options, progress)?;
            let refused = prepared.report.has_errors() && !options.partial;
            if options.dry_run || refused || prepared.changes.is_empty() {
                return Ok(prepared.report);
            }
            progress("write", 0, 0);
            let mut stamp = self.stamp(Channel::Import, None);
            stamp.expect_head = Some(prepared.head);
            let changes = std::mem::take(&mut prepared.changes);
            let verb = format!("import_{}", kind.code());
            let outcome = self.store.transact(&stamp, |view| {
                self.who(view)?;
                Ok::<_, Refusal>(Work { verb, changes, ..Work::default() })
            });
            match outcome {
                Err(StoreError::Moved { .. }) => {}
                Err(e) => return Err(e.into()),
                Ok(Outcome::Refused(r)) => return Err(r.into()),
                Ok(Outcome::Committed(c)) => {
                    prepared.report.applied = true;
                    prepared.report.seq = Some(c.seq);
                    return Ok(prepared.report);
                }
                Ok(Outcome::Replayed(r)) => {
                    prepared.report.seq = Some(r.seq);
                    return Ok(prepared.report);
                }
            }
        }
        Err(Error::new(Kind::Store, "import_disturbed").into())
    }

    /// Lays the plan and decides every row, all on one state of the register.
    fn prepare(
        &self,
        kind: exchange::Kind,
        book: Workbook,
        file: &str,
        options: &ImportOptions,
        progress: &mut dyn FnMut(&'static str, usize, usize),
    ) -> Result<Prepared, SessionError> {
        let today = self.today();
        self.read(|s| {
            progress("plan", 0, 0);
            let who = self.who(s)?;
            let unit = the_unit(s, options.unit.as_deref())?;
            let directory = directory(s, self)?;
            let ground = Ground { view: s, directory: &directory, unit, today };
            let plan = exchange::plan(kind, &book, &ground, &options.file)?;
            // The sheets need no memory while their rows are decided.
            drop(directory);
            let Workbook { encoding, .. } = book;
            self.decide_rows(s, &who, plan, encoding, file, options, progress)
        })
    }

    #[expect(clippy::too_many_arguments, reason = "the state of one import; a struct would only rename it")]
    fn decide_rows(
        &self,
        s: &Snapshot,
        who: &Who,
        plan: Plan,
        encoding: String,
        file: &str,
        options: &ImportOptions,
        progress: &mut dyn FnMut(&'static str, usize, usize),
    ) -> Result<Prepared, SessionError> {
        let cx = decide::Context { packs: &self.packs, who, today: self.today() };
        let texts = self.texts();
        let mut counts = plan.counts();
        let Plan { kind, rows, problems, sheets } = plan;
        let total = rows.len();
        let mut batch = Overlay::new(s);
        let mut refusals = Vec::new();
        let mut differences = Vec::new();
        // Nothing will be written where a row is refused and the others are not wanted without it: the rows are decided
        // all the same, so that everything wrong is named at once.
        for (done, row) in rows.into_iter().enumerate() {
            if done % 1000 == 0 {
                progress("decide", done, total);
            }
            if row.commands.is_empty() {
                continue;
            }
            let sheet = sheets.get(usize::from(row.sheet)).map(|r| r.name.clone()).unwrap_or_default();
            if options.dry_run {
                differences.push(difference(&row, &sheet, texts));
            }
            let new = row.target.is_new();
            let place = row.row;
            match decide_row(&batch, &cx, row) {
                Ok(own) => batch.absorb_batch(own),
                Err(refusal) if refusal.kind == RefusalKind::Permission => return Err(refusal.into()),
                Err(refusal) => {
                    counts.refused += 1;
                    counts.errors += 1;
                    let counted = if new { &mut counts.new } else { &mut counts.changed };
                    *counted = counted.saturating_sub(1);
                    refusals.push(RowRefusal { sheet, row: place, refusal });
                }
            }
        }
        let report = ImportReport {
            kind,
            file: file.to_owned(),
            encoding,
            dry_run: options.dry_run,
            applied: false,
            seq: None,
            counts,
            problems,
            refusals,
            sheets,
            differences,
        };
        let wanted = !options.dry_run && (options.partial || !report.has_errors());
        let changes = if wanted { batch.into_changes() } else { Vec::new() };
        Ok(Prepared { head: s.head().seq, report, changes })
    }
}

/// All the commands of one row, or none.
fn decide_row(batch: &Overlay<'_>, cx: &decide::Context<'_>, row: PlannedRow) -> Result<Gathered, Refusal> {
    let mut own = Overlay::new(batch);
    let mut id = None;
    for mut command in row.commands {
        if let Some(id) = id {
            exchange::bind(&mut command, id);
        }
        let decision = decide::decide(&own, cx, &command)?;
        if id.is_none() && row.target.is_new() {
            id = decision.ids.first().and_then(|i| i.parse::<PersonId>().ok());
        }
        own.absorb(decision.changes);
    }
    Ok(own.gathered())
}

fn difference(row: &PlannedRow, sheet: &str, texts: Texts) -> Difference {
    let field = |f: &FieldChange| f.texts(texts);
    Difference {
        sheet: sheet.to_owned(),
        row: row.row,
        name: row.name.to_string(),
        new: row.target.is_new(),
        fields: row.differences().iter().map(field).collect(),
    }
}

/// The unit the list belongs to: the one named, or the only one.
fn the_unit(s: &Snapshot, wanted: Option<&str>) -> Result<UnitId, SessionError> {
    let units = s.units()?;
    let found: Vec<UnitId> = match wanted {
        Some(text) => {
            let called = |u: &&Unit| u.id.to_string() == text.trim() || fold(&u.name) == fold(text);
            units.iter().filter(called).map(|u| u.id).collect()
        }
        None => units.iter().map(|u| u.id).collect(),
    };
    if let [one] = found.as_slice() {
        return Ok(*one);
    }
    let known = units.iter().map(|u| format!("{} {}", u.id, u.name)).collect::<Vec<_>>().join(", ");
    Err(Error::new(Kind::Input, "unit_needed").with("known", known).into())
}

/// How rows find their records.
fn directory(s: &Snapshot, session: &Session) -> Result<Directory, SessionError> {
    let mut directory = Directory::new();
    for segment in 0..s.people_segments() {
        s.people_heads(segment, session.today(), &mut |p| {
            directory.add_person(p.id, p.unit, p.name, p.department.text, p.identity, p.staff_number);
        })?;
    }
    for c in s.computers()? {
        directory.add_computer(c.id, c.unit, &c.number);
    }
    for m in s.media()? {
        directory.add_medium(m.id, m.unit, &m.number);
    }
    Ok(directory)
}
