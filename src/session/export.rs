//! Lists out: csv, xlsx and json, by the file's ending. Every file says its level, who took it out and when; the journal says
//! the same, with the number of rows.

use std::path::Path;

use serde::Serialize;

use super::answer::{self, ListAnswer, ListView, Row};
use super::note::{file_of, given, together};
use super::{Mode, Session, SessionError};
use crate::clock;
use crate::decide::{Reading, Warning};
use crate::domain::{Date, Role, Secrecy};
use crate::error::{Error, Kind};
use crate::exchange::{self, Column, Format, Table, Value};
use crate::i18n::{Lang, Texts};
use crate::store::Note;

/// What is said of a file that is taken out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportAsked {
    /// Its level mark; else the one of the configuration.
    pub mark: Option<String>,
    /// Why it is taken out; needed on a host.
    pub reason: Option<String>,
}

/// What was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Rows written.
    pub rows: usize,
    /// The journal entry.
    pub entry: Option<u64>,
    /// What deserves a look.
    pub warnings: Vec<Warning>,
}

/// The mark of a json file.
#[derive(Serialize)]
struct Mark<'a> {
    level: &'a str,
    operator: String,
    name: String,
    at: String,
    rows: usize,
    entry: Option<u64>,
}

#[derive(Serialize)]
struct Document<'a> {
    mark: Mark<'a>,
    #[serde(flatten)]
    list: &'a ListAnswer,
}

impl Session {
    /// Writes a list to a file. A sheet has the columns people see, json the rows of `list --json`. Whole identity and
    /// telephone numbers are in neither. The journal's entry comes first: one without its file is better than a file
    /// without its entry.
    ///
    /// # Errors
    /// An ending nobody knows; no reason on a host; the file system refuses; as [`Session::list`].
    pub fn export(
        &self,
        view: ListView,
        query: &str,
        out: &Path,
        asked: &ExportAsked,
    ) -> Result<Exported, SessionError> {
        // The journal's public part is the auditor's to take out.
        if view != ListView::Journal || !self.operator().roles.contains(&Role::Auditor) {
            self.may_read(Reading::Lists)?;
        }
        let format = Format::of(out)?;
        let out = &*self.settings.outgoing(out)?;
        let reason = self.reason(asked.reason.as_deref())?;
        let list = self.list(view, query, None)?;
        let level = self.mark(asked.mark.as_deref());
        let note = Note {
            records: Vec::new(),
            fields: vec![view.name().to_owned()],
            rows: Some(list.total as u64),
            reason: together(&[&reason, query, &file_of(out)]),
        };
        let entry = self.takes_out("export", note)?;
        let (operator, texts) = (self.operator(), self.texts());
        // To the minute: `2026-03-16T09:30`.
        let at = clock::stamp().chars().take(16).collect::<String>().replace('T', " ");
        let exported = Exported { rows: list.total, entry, warnings: above(&level, &highest(&list), texts) };
        if format == Format::Json {
            let (operator, name) = (operator.id.clone(), operator.name.clone());
            let mark = Mark { level: &level, operator, name, at, rows: list.total, entry };
            let bytes = serde_json::to_vec(&Document { mark, list: &list })
                .map_err(|e| Error::new(Kind::Input, "export_failed").with("why", e).with("path", out.display()))?;
            exchange::replace_file(out, &bytes, self.settings.readers())?;
            return Ok(exported);
        }
        let columns = answer::columns(view);
        let title = |c: &str| texts.t(&format!("cli.column.{c}"));
        let values = [
            ("mark", if level.is_empty() { texts.t("export.unmarked") } else { level.clone() }),
            ("name", operator.name.clone()),
            ("id", operator.id.clone()),
            ("at", at),
            ("rows", list.total.to_string()),
            ("entry", entry.map_or_else(|| "-".to_owned(), |n| n.to_string())),
        ];
        let table = Table {
            name: texts.t(&format!("cli.view.{}", view.name())),
            mark: texts.fill("export.mark", &values),
            columns: columns.iter().map(|c| Column::new(*c, title(c))).collect(),
            rows: list
                .rows
                .iter()
                .map(|row| {
                    let cells = answer::cells(view, row, texts);
                    columns.iter().zip(cells).map(|(column, cell)| value(column, cell)).collect()
                })
                .collect(),
        };
        exchange::write_table(out, &table, self.settings.readers())?;
        Ok(exported)
    }

    /// The level mark that was asked for, else the configured one.
    pub(super) fn mark(&self, asked: Option<&str>) -> String {
        let mark = asked.or(self.settings.mark.as_deref()).unwrap_or_default();
        mark.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Why something is taken out; on a host nothing is without a reason.
    fn reason(&self, reason: Option<&str>) -> Result<String, Error> {
        match reason {
            None if self.mode() != Mode::Host => Ok(String::new()),
            reason => given(reason.unwrap_or_default()),
        }
    }
}

/// The highest level of what a list holds: `None` where no row is about a record that has one. A list of cleared people has
/// none by itself, and may have one as a whole.
fn highest(list: &ListAnswer) -> Highest {
    let level = list.rows.iter().filter_map(|row| match row {
        Row::Computer(c) => c.secrecy,
        Row::Medium(m) => m.secrecy,
        _ => None,
    });
    let personal = list.rows.iter().any(|row| !matches!(row, Row::Journal(_) | Row::Todo(_)));
    Highest { level: level.max(), personal }
}

/// What a list holds.
struct Highest {
    /// The highest level of its records.
    level: Option<Secrecy>,
    /// It says something about people or devices.
    personal: bool,
}

/// Whether a mark says less than what stands below it.
fn above(mark: &str, holds: &Highest, texts: Texts) -> Vec<Warning> {
    if mark.is_empty() {
        return if holds.personal { vec![Warning::new("export_unmarked")] } else { Vec::new() };
    }
    let Some(level) = holds.level.filter(|level| marked(mark).is_none_or(|m| m < *level)) else { return Vec::new() };
    vec![Warning::new("export_mark_low").with("level", texts.word("secrecy", level.code()))]
}

/// The level a mark names, in whichever language.
fn marked(mark: &str) -> Option<Secrecy> {
    let names = |s: &Secrecy| Lang::ALL.iter().any(|l| mark.contains(&Texts::new(*l).word("secrecy", s.code())));
    Secrecy::ALL.iter().copied().filter(names).max()
}

/// A cell with its type: numbers in columns of numbers, dates where the text is one.
fn value(column: &str, cell: String) -> Value {
    if answer::is_number(column) {
        return cell.parse().map_or_else(|_| Value::from(cell), Value::Number);
    }
    if cell.len() == 10
        && answer::is_date(column)
        && let Ok(day) = cell.parse::<Date>()
    {
        return Value::Date(day);
    }
    Value::from(cell)
}
