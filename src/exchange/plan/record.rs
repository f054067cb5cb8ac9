//! One row with its cells by field; every look at a cell checks it and keeps the complaint with its place.

use super::super::problem::{Problem, Severity};
use super::super::sheet::{Cell, Row, Sheet};
use super::super::value::{self, LengthUnit};
use super::super::words::{plain, words};
use super::head::{Column, Heading};
use super::rows::Merges;
use crate::domain::{Date, IdentityNumber};

/// Which days a date column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Something that happened: not after today.
    Past,
    /// Something that happens: not more than a year ahead.
    Near,
    /// The end of a period or a planned trip: not more than ten years ahead.
    Far,
    /// A birth date.
    Birth,
}

/// A record's row.
pub(super) struct Record<'a> {
    pub sheet: &'a Sheet,
    /// Index of the sheet in the plan.
    pub index: u16,
    pub heading: &'a Heading,
    pub merges: &'a Merges,
    pub row: Row<'a>,
    /// The department from the head of the block, where the column is written so.
    pub block: Option<&'a str>,
    pub today: Date,
    pub date1904: bool,
    pub problems: Vec<Problem>,
}

impl<'a> Record<'a> {
    /// Row as the spreadsheet program counts.
    pub fn number(&self) -> u32 {
        self.row.number + 1
    }

    /// Whether anything has refused the row.
    pub fn failed(&self) -> bool {
        self.problems.iter().any(Problem::is_error)
    }

    pub fn has(&self, field: &str) -> bool {
        self.heading.has(field)
    }

    fn find(&self, field: &str) -> Option<(&'a Column, Cell<'a>)> {
        let column = self.heading.column(field)?;
        let own = self.row.cell(column.at);
        if !own.is_blank() {
            return Some((column, own));
        }
        let merged = self.merges.top(self.row.number, column.at).map(|top| self.sheet.cell(top, column.at));
        Some((column, merged.unwrap_or(own)))
    }

    /// Whether the cell only continues a merged one above.
    pub fn continues(&self, field: &str) -> bool {
        let Some(column) = self.heading.column(field) else { return false };
        self.row.cell(column.at).is_blank() && self.merges.top(self.row.number, column.at).is_some()
    }

    /// Complains about a field's cell.
    pub fn complain(&mut self, severity: Severity, code: &'static str, field: &str) {
        let problem = self.at(Problem::new(severity, code), field);
        self.problems.push(problem);
    }

    /// Refuses the row for a field's cell.
    pub fn refuse(&mut self, code: &'static str, field: &str) {
        self.complain(Severity::Error, code, field);
    }

    pub fn warn(&mut self, code: &'static str, field: &str) {
        self.complain(Severity::Warning, code, field);
    }

    /// Puts the place of a field's cell, and its value, into a complaint.
    pub fn at(&self, mut problem: Problem, field: &str) -> Problem {
        problem.sheet.clone_from(&self.sheet.name);
        problem.row = self.number();
        if let Some((column, cell)) = self.find(field) {
            problem.column.clone_from(&column.letter);
            problem.title.clone_from(&column.title);
            problem = problem.value(&cell.text());
        }
        problem
    }

    pub fn push(&mut self, problem: Problem, field: &str) {
        let problem = self.at(problem, field);
        self.problems.push(problem);
    }

    /// A cell with something in it: no blank, no sign for nothing, no error of the sheet, no "as above".
    fn given(&mut self, field: &str) -> Option<(&'a Column, Cell<'a>)> {
        let (column, cell) = self.find(field)?;
        match cell {
            Cell::Empty => return None,
            Cell::Fault(_) => {
                self.refuse("cell_fault", field);
                return None;
            }
            Cell::Text(t) => {
                let text = plain(t);
                if text.is_empty() || words().blank.contains(&text) {
                    return None;
                }
                if words().ditto.contains(&text) {
                    self.refuse("ditto", field);
                    return None;
                }
            }
            _ => {}
        }
        Some((column, cell))
    }

    /// Whether the field has anything.
    pub fn is_given(&self, field: &str) -> bool {
        self.find(field).is_some_and(|(_, c)| !c.is_blank() && !value::stands_for_nothing(&c.text()))
    }

    pub fn text(&mut self, field: &str) -> Option<String> {
        let (_, cell) = self.given(field)?;
        let text = value::text(cell);
        if text.chars().count() > 2000 {
            self.refuse("too_long", field);
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    pub fn department(&mut self) -> Option<String> {
        self.text("department").or_else(|| self.block.map(str::to_owned)).or_else(|| {
            // Where no column of departments stands beside it, 单位 is what the office calls its departments.
            if self.has("department") { None } else { self.text("unit_name") }
        })
    }

    pub fn name(&mut self) -> Option<String> {
        let raw = self.text("name")?;
        let (name, odd) = value::name(&raw);
        for code in odd {
            self.warn(code, "name");
        }
        if name.chars().count() > 60 {
            self.refuse("name_too_long", "name");
            return None;
        }
        if !name.chars().any(char::is_alphabetic) {
            self.refuse("name_unreadable", "name");
            return None;
        }
        Some(name)
    }

    pub fn identity(&mut self) -> Option<IdentityNumber> {
        let (_, cell) = self.given("identity")?;
        match value::identity(cell) {
            Ok(number) if number.birth_date().is_some_and(|b| b > self.today) => {
                self.refuse("identity_birth", "identity");
                None
            }
            Ok(number) => Some(number),
            Err(code) => {
                self.refuse(code, "identity");
                None
            }
        }
    }

    /// A word of a list; an unknown one refuses the row.
    pub fn word(&mut self, list: &'static str, field: &str) -> Option<&'static str> {
        let (_, cell) = self.given(field)?;
        let text = cell.text();
        let head = text.split(['\u{2605}', '\u{2606}']).next().unwrap_or_default();
        let found = words().value(list, head);
        if found.is_none() {
            self.push(
                Problem::new(
                    Severity::Error,
                    UNKNOWN.iter().find(|(l, _)| *l == list).map_or("unknown_word", |(_, c)| c),
                ),
                field,
            );
        }
        found
    }

    /// A word of a list where another word is only worth a warning and is left out.
    pub fn soft_word(&mut self, list: &'static str, field: &str) -> Option<&'static str> {
        let (_, cell) = self.given(field)?;
        let found = words().value(list, &cell.text());
        if found.is_none() {
            self.warn("word_left_out", field);
        }
        found
    }

    pub fn date(&mut self, field: &str, when: When) -> Option<Date> {
        let (_, cell) = self.given(field)?;
        if let Cell::Text(t) = cell
            && words().until_now.contains(&plain(t))
        {
            return None;
        }
        match value::date(cell, self.date1904) {
            Ok(day) => self.checked(day, field, when),
            Err(code) => {
                self.refuse(code, field);
                None
            }
        }
    }

    pub fn range(&mut self, field: &str, first: When, last: When) -> Option<(Date, Date)> {
        let (_, cell) = self.given(field)?;
        match value::date_range(&cell.text(), self.date1904) {
            Ok((from, to)) => {
                let (from, to) = (self.checked(from, field, first)?, self.checked(to, field, last)?);
                if to < from {
                    self.refuse("range_backwards", field);
                    return None;
                }
                Some((from, to))
            }
            Err(code) => {
                self.refuse(code, field);
                None
            }
        }
    }

    fn checked(&mut self, day: Date, field: &str, when: When) -> Option<Date> {
        let first = Date::from_ymd_opt(if when == When::Birth { 1900 } else { 1949 }, 10, 1).unwrap_or(day);
        let ahead = |months| self.today.checked_add_months(chrono::Months::new(months)).unwrap_or(self.today);
        let (last, code) = match when {
            When::Past | When::Birth => (self.today, "date_in_future"),
            When::Near => (ahead(12), "date_far_future"),
            When::Far => (ahead(120), "date_far_future"),
        };
        if day < first {
            self.push(Problem::new(Severity::Error, "date_too_early").with("first", first), field);
            return None;
        }
        if day > last {
            self.push(Problem::new(Severity::Error, code).with("last", last), field);
            return None;
        }
        Some(day)
    }

    pub fn length(&mut self, field: &str) -> Option<u32> {
        let (column, cell) = self.given(field)?;
        match value::length(cell, if field == "years" { LengthUnit::Years } else { column.unit }) {
            Ok(months) => Some(months),
            Err(code) => {
                self.refuse(code, field);
                None
            }
        }
    }

    /// A whole number between two bounds.
    pub fn count(&mut self, field: &str, least: u32, most: u32) -> Option<u32> {
        let (_, cell) = self.given(field)?;
        let text = value::text(cell);
        let digits: String = plain(&text).chars().take_while(char::is_ascii_digit).collect();
        match digits.parse::<u32>() {
            Ok(n) if (least..=most).contains(&n) => Some(n),
            _ => {
                self.refuse("number_unreadable", field);
                None
            }
        }
    }
}

/// Codes for unknown words of the lists whose way out names the words.
const UNKNOWN: &[(&str, &str)] = &[
    ("level", "unknown_level"),
    ("secrecy", "unknown_secrecy"),
    ("training", "unknown_training"),
    ("pledge", "unknown_pledge"),
    ("leaving", "unknown_reason"),
    ("trip", "unknown_trip"),
    ("trip_state", "unknown_trip_state"),
];
