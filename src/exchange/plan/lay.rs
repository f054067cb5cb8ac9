//! Laying the plan: sheet by sheet, row by row, and matching rows with records.

use std::collections::{HashMap, HashSet};

use super::head::{self, Heading};
use super::record::Record;
use super::rows::{self, Merges, RowKind};
use super::{FieldChange, Ground, Options, Plan, PlannedRow, SheetReport, Target, device, parts, person};
use crate::domain::view::ReadError;
use crate::domain::{Command, IdentityNumber, PersonId};
use crate::exchange::kind::Kind;
use crate::exchange::problem::{Problem, Severity};
use crate::exchange::sheet::{Cell, Row, Sheet, Workbook};
use crate::exchange::value;
use crate::exchange::words::{self, squeeze, words};
use crate::text::fold;

/// Whom a row is about.
pub(super) enum Match {
    Person(PersonId),
    Nobody,
    /// The row was refused.
    Refused,
}

/// Sheet and row of a record.
type Place = (u16, u32);

/// What is known while the plan is laid.
pub(super) struct Planner<'a> {
    pub kind: Kind,
    pub ground: &'a Ground<'a>,
    pub rows: Vec<PlannedRow>,
    pub problems: Vec<Problem>,
    pub parts_seen: HashSet<(PersonId, String)>,
    /// Requests filed by this file, by person.
    pub trips_filed: HashMap<PersonId, u32>,
    /// The group the rows below a group heading belong to.
    pub group: Option<String>,
    /// The record that lines with a merged name belong to.
    pub last_row: Option<usize>,
    reports: Vec<SheetReport>,
    identities: HashMap<Box<str>, Place>,
    staff: HashMap<Box<str>, Place>,
    names: HashMap<Box<str>, Place>,
    devices: HashMap<Box<str>, Place>,
    people: HashMap<PersonId, Place>,
}

/// Lays the plan.
///
/// # Errors
/// [`ReadError`] when the register cannot be read. What is wrong with the file is in [`Plan::problems`].
pub fn plan(kind: Kind, book: &Workbook, ground: &Ground<'_>, options: &Options) -> Result<Plan, ReadError> {
    let mut planner = Planner {
        kind,
        ground,
        rows: Vec::new(),
        problems: Vec::new(),
        parts_seen: HashSet::new(),
        trips_filed: HashMap::new(),
        group: None,
        last_row: None,
        reports: Vec::new(),
        identities: HashMap::new(),
        staff: HashMap::new(),
        names: HashMap::new(),
        devices: HashMap::new(),
        people: HashMap::new(),
    };
    planner.check_options(book, options);
    for sheet in &book.sheets {
        planner.sheet(book, sheet, options)?;
    }
    let used: Vec<&SheetReport> = planner.reports.iter().filter(|r| r.used).collect();
    let told = planner.problems.iter().any(Problem::is_error);
    if used.is_empty() && !told {
        let titles = [words().fields_of(kind).first(), words().fields_of(kind).get(1)];
        let mut problem = Problem::new(Severity::Error, "no_heading");
        for (name, field) in ["first", "second"].into_iter().zip(titles) {
            problem = problem.with_keys(name, &[format!("import.field.{}", field.copied().unwrap_or("name"))]);
        }
        problem.sheet.clone_from(&book.file);
        planner.problems.push(problem);
    } else if planner.rows.is_empty() && !told {
        let mut problem = Problem::new(Severity::Error, "no_records");
        problem.sheet.clone_from(&book.file);
        planner.problems.push(problem);
    }
    planner.rows.shrink_to_fit();
    Ok(Plan { kind, rows: planner.rows, problems: planner.problems, sheets: planner.reports })
}

impl Planner<'_> {
    /// Sheets and fields the operator named and that are not there.
    fn check_options(&mut self, book: &Workbook, options: &Options) {
        for name in &options.sheets {
            if !book.sheets.iter().any(|s| same_sheet(&s.name, name)) {
                let all: Vec<&str> = book.sheets.iter().map(|s| s.name.as_str()).collect();
                let mut problem = Problem::new(Severity::Error, "sheet_missing").with("sheets", all.join(", "));
                problem.sheet.clone_from(name);
                self.problems.push(problem);
            }
        }
        for (field, title) in &options.map {
            let code = if words::field(field).is_none() {
                Some("map_field_unknown")
            } else if !words().fields_of(self.kind).iter().any(|f| f == field) {
                Some("map_field_other_kind")
            } else {
                let wanted = squeeze(title);
                let there = |s: &Sheet| {
                    s.rows()
                        .take(80)
                        .any(|r| r.cells().any(|(_, c)| matches!(c, Cell::Text(t) if squeeze(t) == wanted)))
                };
                (!book.sheets.iter().any(there)).then_some("map_title_missing")
            };
            if let Some(code) = code {
                let mut problem = Problem::new(Severity::Error, code).with("field", field).with("title", title);
                problem.sheet.clone_from(&book.file);
                self.problems.push(problem);
            }
        }
    }

    fn sheet(&mut self, book: &Workbook, sheet: &Sheet, options: &Options) -> Result<(), ReadError> {
        let mut report = SheetReport { name: sheet.name.clone(), hidden: sheet.hidden, ..SheetReport::default() };
        let asked = options.sheets.is_empty() || options.sheets.iter().any(|n| same_sheet(&sheet.name, n));
        let heading = if asked { head::find(self.kind, sheet, &options.map) } else { None };
        let Some(heading) = heading else {
            if asked && !sheet.is_empty() {
                self.about_sheet(sheet, 0, Problem::new(Severity::Warning, "sheet_not_recognised"));
            }
            self.reports.push(report);
            return Ok(());
        };
        report.heading = heading.top + 1;
        report.columns = heading.columns.iter().map(|c| (c.letter.clone(), c.title.clone(), c.field)).collect();
        report.ignored = heading.ignored.iter().map(|(_, t)| t.clone()).collect();
        report.unknown = heading.unknown.iter().map(|(_, t)| t.clone()).collect();
        let missing = missing(self.kind, &heading);
        if !missing.is_empty() {
            let list: Vec<String> = missing.iter().map(|f| format!("import.field.{f}")).collect();
            let problem = Problem::new(Severity::Error, "columns_missing").with_keys("fields", &list);
            self.about_sheet(sheet, heading.top + 1, problem);
            self.reports.push(report);
            return Ok(());
        }
        for (code, columns) in [("column_unknown", &heading.unknown), ("column_twice", &heading.twice)] {
            for (at, title) in columns {
                let mut problem = Problem::new(Severity::Warning, code);
                problem.column = crate::exchange::sheet::letter(*at);
                problem.title.clone_from(title);
                self.about_sheet(sheet, heading.top + 1, problem);
            }
        }
        if sheet.hidden {
            self.about_sheet(sheet, 0, Problem::new(Severity::Warning, "sheet_hidden"));
        }
        report.used = true;
        let index = u16::try_from(self.reports.len()).unwrap_or(u16::MAX);
        self.reports.push(report);
        self.records(book, sheet, &heading, index)
    }

    fn about_sheet(&mut self, sheet: &Sheet, row: u32, mut problem: Problem) {
        problem.sheet.clone_from(&sheet.name);
        problem.row = row;
        self.problems.push(problem);
    }

    /// Every row below the heading.
    fn records(&mut self, book: &Workbook, sheet: &Sheet, heading: &Heading, index: u16) -> Result<(), ReadError> {
        let merges = Merges::new(sheet, heading);
        let below = sheet.rows().position(|r| r.number > heading.bottom).unwrap_or(sheet.len());
        let blocks = blocks(sheet, heading, &merges, below);
        if let Some(filled) = blocks.as_ref().map(|b| b.iter().filter(|(_, own)| !own).count()).filter(|n| *n > 0) {
            let mut problem = Problem::new(Severity::Warning, "department_blocks").with("count", filled);
            if let Some(column) = heading.column("department").or_else(|| heading.column("unit_name")) {
                problem.column.clone_from(&column.letter);
                problem.title.clone_from(&column.title);
            }
            self.about_sheet(sheet, 0, problem);
        }
        (self.group, self.last_row) = (None, None);
        let mut block: Option<String> = None;
        let mut before = heading.bottom;
        let mut skipped = super::Skipped::default();
        let mut records = 0;
        for i in below..sheet.len() {
            let Some(row) = sheet.row(i) else { break };
            skipped.blank += (row.number - before).saturating_sub(1) as usize;
            before = row.number;
            match rows::classify(sheet, heading, &row) {
                RowKind::Blank => skipped.blank += 1,
                RowKind::Total => skipped.totals += 1,
                RowKind::Signature => skipped.signatures += 1,
                RowKind::Note => skipped.notes += 1,
                RowKind::Heading => skipped.headings += 1,
                RowKind::Group(name) => {
                    skipped.groups += 1;
                    self.group = Some(name);
                }
                RowKind::Record => {
                    records += 1;
                    if blocks.is_some()
                        && let Some(own) = own_department(heading, &row)
                    {
                        block = Some(own);
                    }
                    self.record(book, sheet, heading, &merges, row, block.as_deref(), index)?;
                }
            }
        }
        if let Some(report) = self.reports.get_mut(usize::from(index)) {
            (report.skipped, report.records) = (skipped, records);
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "one call, and every argument another thing")]
    fn record(
        &mut self,
        book: &Workbook,
        sheet: &Sheet,
        heading: &Heading,
        merges: &Merges,
        row: Row<'_>,
        block: Option<&str>,
        index: u16,
    ) -> Result<(), ReadError> {
        let mut record = Record {
            sheet,
            index,
            heading,
            merges,
            row,
            block,
            today: self.ground.today,
            date1904: book.date1904,
            problems: Vec::new(),
        };
        let planned = self.rows.len();
        match self.kind {
            Kind::People | Kind::Departures => person::plan(self, &mut record)?,
            Kind::Computers | Kind::Media => device::plan(self, &mut record)?,
            _ => parts::plan(self, &mut record)?,
        }
        if !record.continues("name") {
            self.last_row = (self.rows.len() > planned).then_some(planned);
        }
        self.problems.append(&mut record.problems);
        Ok(())
    }

    /// Adds what a row would do, unless something has refused it meanwhile.
    pub fn add(
        &mut self,
        record: &Record<'_>,
        name: &str,
        target: Target,
        commands: Vec<Command>,
        changes: Vec<FieldChange>,
    ) {
        if record.failed() {
            return;
        }
        self.rows.push(PlannedRow {
            sheet: record.index,
            row: record.number(),
            name: name.into(),
            target,
            commands: commands.into_boxed_slice(),
            changes: changes.into_boxed_slice(),
        });
    }

    /// Adds commands to a record planned before.
    pub fn append(&mut self, row: usize, more: Vec<Command>) {
        if let Some(row) = self.rows.get_mut(row)
            && !more.is_empty()
        {
            let mut all = std::mem::take(&mut row.commands).into_vec();
            all.extend(more.into_iter().filter(|c| !row.commands.contains(c)));
            row.commands = all.into_boxed_slice();
        }
    }

    fn first(&self, record: &mut Record<'_>, known: Option<Place>, code: &'static str, field: &str) -> bool {
        let Some((sheet, row)) = known else { return true };
        let name = self.reports.get(usize::from(sheet)).map_or("", |r| r.name.as_str());
        record.push(Problem::new(Severity::Error, code).with("sheet", name).with("row", row), field);
        false
    }

    /// Whether an identity number stands in the file for the first time.
    pub fn first_identity(&mut self, record: &mut Record<'_>, number: &IdentityNumber) -> bool {
        let place = (record.index, record.number());
        let known = self.identities.get(number.reveal()).copied();
        if known.is_none() {
            self.identities.insert(number.reveal().into(), place);
        }
        self.first(record, known, "identity_twice", "identity")
    }

    pub fn first_staff(&mut self, record: &mut Record<'_>, number: &str) -> bool {
        let place = (record.index, record.number());
        let known = self.staff.get(number).copied();
        if known.is_none() {
            self.staff.insert(number.into(), place);
        }
        self.first(record, known, "staff_number_twice", "staff_number")
    }

    pub fn first_name(&mut self, record: &mut Record<'_>, name: &str, department: &str) -> bool {
        let place = (record.index, record.number());
        let key = format!("{}\n{}", fold(name), squeeze(department));
        let known = self.names.get(key.as_str()).copied();
        if known.is_none() {
            self.names.insert(key.into(), place);
        }
        self.first(record, known, "name_twice", "name")
    }

    pub fn first_device(&mut self, record: &mut Record<'_>, number: &str) -> bool {
        let place = (record.index, record.number());
        let key = fold(number);
        let known = self.devices.get(key.as_str()).copied();
        if known.is_none() {
            self.devices.insert(key.into(), place);
        }
        self.first(record, known, "number_twice", "number")
    }

    /// Whether somebody of the register stands in the file already, found by another of his keys.
    pub fn twice(&mut self, record: &mut Record<'_>, id: PersonId) -> bool {
        let place = (record.index, record.number());
        let known = self.people.get(&id).copied();
        if known.is_none() {
            self.people.insert(id, place);
        }
        !self.first(record, known, "person_twice", "name")
    }

    /// The person of a row that this program wrote, by the number it gave.
    fn find_registered(
        &self,
        record: &mut Record<'_>,
        text: &str,
        by_keys: Option<PersonId>,
    ) -> Result<Match, ReadError> {
        let known = match text.parse::<PersonId>() {
            Ok(id) => self.ground.view.person(id)?.map(|p| p.id),
            Err(_) => None,
        };
        let Some(id) = known else {
            record.refuse("not_in_register", "register");
            return Ok(Match::Refused);
        };
        if let Some(other) = by_keys.filter(|k| *k != id) {
            let problem = Problem::new(Severity::Error, "register_disagrees").with("first", id).with("second", other);
            record.push(problem, "register");
            return Ok(Match::Refused);
        }
        Ok(Match::Person(id))
    }

    /// Finds a row's person: the number this program gave, identity number, then staff number, then the only one of that name in that department.
    pub fn find(
        &mut self,
        record: &mut Record<'_>,
        identity: Option<&IdentityNumber>,
        staff: Option<&str>,
        name: &str,
        department: Option<&str>,
    ) -> Result<Match, ReadError> {
        let directory = self.ground.directory;
        let unit = self.ground.unit;
        let by_identity = identity.and_then(|i| directory.by_identity(i.reveal()));
        let by_staff = staff.and_then(|s| directory.by_staff(unit, s));
        if let (Some(a), Some(b)) = (by_identity, by_staff)
            && a != b
        {
            let problem = Problem::new(Severity::Error, "keys_disagree").with("first", a).with("second", b);
            record.push(problem, "staff_number");
            return Ok(Match::Refused);
        }
        let by_keys = by_identity.or(by_staff);
        if let Some(text) = record.text("register") {
            return self.find_registered(record, &text, by_keys);
        }
        if let Some(id) = by_keys {
            return Ok(Match::Person(id));
        }
        let all = directory.by_name(unit, name);
        if all.is_empty() || name.is_empty() {
            return Ok(Match::Nobody);
        }
        let mut near: Vec<PersonId> = match department {
            Some(own) => all.iter().filter(|(_, d)| same_department(own, d)).map(|(id, _)| *id).collect(),
            // A list of trainings without departments means the only one of that name.
            None if self.kind != Kind::People => all.iter().map(|(id, _)| *id).collect(),
            None => Vec::new(),
        };
        if identity.is_some() || staff.is_some() {
            // Somebody of the same name with another number is another person.
            let mut free = Vec::new();
            for id in near {
                let person = self.ground.view.person(id)?;
                let taken = person.is_some_and(|p| {
                    (identity.is_some() && p.identity.is_some())
                        || (identity.is_none() && staff.is_some() && p.staff_number.is_some())
                });
                if !taken {
                    free.push(id);
                }
            }
            near = free;
            return Ok(match near.as_slice() {
                [] => Match::Nobody,
                [one] => Match::Person(*one),
                _ => Self::ambiguous(record, all, "name_ambiguous"),
            });
        }
        Ok(match near.as_slice() {
            [one] => Match::Person(*one),
            [] => Self::ambiguous(record, all, "name_elsewhere"),
            _ => Self::ambiguous(record, all, "name_ambiguous"),
        })
    }

    fn ambiguous(record: &mut Record<'_>, all: &[(PersonId, Box<str>)], code: &'static str) -> Match {
        const SHOWN: usize = 5;
        let mut list: Vec<String> =
            all.iter().take(SHOWN).map(|(id, d)| format!("{id} {d}").trim().to_owned()).collect();
        if all.len() > SHOWN {
            list.push(format!("+{}", all.len() - SHOWN));
        }
        record.problems.push(record.at(Problem::new(Severity::Error, code), "name"));
        if let Some(problem) = record.problems.last_mut() {
            problem.values.push(("candidates", list.join("; ")));
        }
        Match::Refused
    }
}

/// Departments compare without blanks and full-width forms.
pub(super) fn same_department(a: &str, b: &str) -> bool {
    squeeze(a) == squeeze(b)
}

fn same_sheet(a: &str, b: &str) -> bool {
    squeeze(a) == squeeze(b)
}

/// Fields a list of this kind cannot do without and the heading has not.
fn missing(kind: Kind, heading: &Heading) -> Vec<&'static str> {
    let need = |all: &[&'static str]| -> Vec<&'static str> {
        if all.iter().any(|f| heading.has(f)) { Vec::new() } else { all.iter().take(1).copied().collect() }
    };
    let person: &[&'static str] = &["name", "identity", "staff_number", "register"];
    let sets: &[&[&'static str]] = match kind {
        Kind::People => &[&["name"], &["identity", "staff_number", "department", "unit_name", "register"]],
        Kind::Departures => &[&["name"], &["left_on", "approved_on", "period_from", "period_range"]],
        Kind::Posts => &[person, &["post"]],
        Kind::Trainings => &[person, &["training_on"]],
        Kind::Pledges => &[person, &["pledge_on", "yearly_on", "leaving_pledge_on"]],
        Kind::Trips => &[person, &["destination"], &["depart_on", "trip_range"]],
        Kind::Computers | Kind::Media => &[&["number"]],
    };
    sets.iter().flat_map(|s| need(s)).collect()
}

fn own_department(heading: &Heading, row: &Row<'_>) -> Option<String> {
    let column = heading.column("department").or_else(|| heading.column("unit_name"))?;
    let text = value::text(row.cell(column.at));
    (!text.is_empty()).then_some(text)
}

/// Where the departments are written as blocks without being merged: for each record, its department and whether it is its own.
fn blocks(sheet: &Sheet, heading: &Heading, merges: &Merges, below: usize) -> Option<Vec<(Option<String>, bool)>> {
    let column = heading.column("department").or_else(|| heading.column("unit_name"))?;
    let mut values = Vec::new();
    for i in below..sheet.len() {
        let Some(row) = sheet.row(i) else { break };
        if rows::classify(sheet, heading, &row) != RowKind::Record {
            continue;
        }
        if merges.top(row.number, column.at).is_some() {
            // Merged cells say it themselves; a column with both is no block column.
            return None;
        }
        values.push(own_department(heading, &row));
        // A block column has every name once, so a column with many names is found out early.
        if values.len() == 64 && values.iter().all(Option::is_some) {
            return None;
        }
    }
    rows::is_block_style(&values).then(|| values.into_iter().map(|v| (v.clone(), v.is_some())).collect())
}
