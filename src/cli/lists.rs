//! `list`, `find`, `due`.

use serde::Serialize;

use super::args::{DueArgs, FindArgs, ListArgs, ViewArg};
use super::failure::Result;
use super::records::cite;
use super::table::Table;
use super::{Cx, later};
use crate::domain::Date;
use crate::i18n::Texts;
use crate::session::answer::{self, DueItem, ListAnswer, ListView};

impl From<ViewArg> for ListView {
    fn from(view: ViewArg) -> Self {
        match view {
            ViewArg::People => Self::People,
            ViewArg::Posts => Self::Posts,
            ViewArg::Periods => Self::Periods,
            ViewArg::Departures => Self::Departures,
            ViewArg::Travel => Self::Travel,
            ViewArg::Trainings => Self::Trainings,
            ViewArg::Pledges => Self::Pledges,
            ViewArg::Computers => Self::Computers,
            ViewArg::Media => Self::Media,
            ViewArg::Inspections => Self::Inspections,
            ViewArg::Findings => Self::Findings,
            ViewArg::Cases => Self::Cases,
            ViewArg::Agenda => Self::Agenda,
            ViewArg::Todo => Self::Todo,
            ViewArg::Journal => Self::Journal,
        }
    }
}

/// `list VIEW`: an empty list is an answer, exit 0; a filter that finds nothing is exit 1.
pub fn list(cx: &mut Cx, args: &ListArgs) -> Result {
    if args.as_of.is_some() {
        return later(cx, "--as-of");
    }
    let view = ListView::from(args.view);
    let session = cx.open_to_read()?;
    let answer = session.list(view, args.query.as_deref().unwrap_or(""), args.limit)?;
    print(cx, view, &answer)?;
    let searched = args.query.as_deref().is_some_and(|q| !q.trim().is_empty());
    Ok(u8::from(searched && answer.total == 0))
}

/// `find TEXT`: nothing found is exit 1.
pub fn find(cx: &mut Cx, args: &FindArgs) -> Result {
    let session = cx.open_to_read()?;
    let answer = session.find(&args.text.join(" "), args.limit)?;
    print(cx, ListView::People, &answer)?;
    Ok(u8::from(answer.total == 0))
}

fn print(cx: &mut Cx, view: ListView, answer: &ListAnswer) -> Result<()> {
    if cx.out.json {
        cx.out.document(answer)?;
        return Ok(());
    }
    let texts = cx.texts();
    if answer.rows.is_empty() {
        cx.out.note(&texts.t("cli.nothing"));
        return Ok(());
    }
    let mut table = table(answer::columns(view), texts);
    for row in &answer.rows {
        table.row(&answer::cells(view, row, texts));
    }
    cx.out.table(&table)?;
    if answer.rows.len() < answer.total {
        let values = [("shown", answer.rows.len().to_string()), ("total", answer.total.to_string())];
        cx.out.note(&texts.fill("cli.more", &values));
    }
    Ok(())
}

/// A table with the translated headings of these columns.
pub fn table(columns: &[&str], texts: Texts) -> Table {
    let head: Vec<String> = columns
        .iter()
        .map(|c| {
            let mark = if answer::is_number(c) { ">" } else { "" };
            format!("{mark}{}", texts.t(&format!("cli.column.{c}")))
        })
        .collect();
    Table::new(&head)
}

/// What `due` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct DueAnswer {
    /// The evaluation day.
    pub today: Date,
    /// Days looked ahead.
    pub within: u32,
    /// How many items are overdue.
    pub overdue: usize,
    /// Items.
    pub total: usize,
    /// What falls due or is overdue, by day.
    pub rows: Vec<DueItem>,
}

/// `due --within`: exit 1 when something is overdue.
pub fn due(cx: &mut Cx, args: &DueArgs) -> Result {
    let session = cx.open_to_read()?;
    let rows = session.due(args.within)?;
    let overdue = rows.iter().filter(|r| r.overdue).count();
    let texts = cx.texts();
    if args.motd {
        let days = args.within.to_string();
        let values = [("total", rows.len().to_string()), ("overdue", overdue.to_string()), ("days", days)];
        cx.out.line(&texts.fill("cli.motd", &values))?;
        // A banner is no question: nothing depends on the answer.
        return Ok(0);
    }
    if cx.out.json {
        let answer = DueAnswer { today: session.today(), within: args.within, overdue, total: rows.len(), rows };
        cx.out.document(&answer)?;
    } else if rows.is_empty() {
        cx.out.note(&texts.t("cli.nothing_due"));
    } else {
        let mut table = table(&["due", "days_left", "kind", "id", "name", "department", "article"], texts);
        for r in &rows {
            table.row(&[
                r.due.to_string(),
                r.days_left.to_string(),
                kind(&r.kind, texts),
                r.record.to_string(),
                r.name.clone(),
                r.department.clone().unwrap_or_default(),
                if r.pack.is_empty() { String::new() } else { cite(&r.pack, &r.article, texts) },
            ]);
        }
        cx.out.table(&table)?;
        let values = [("total", rows.len().to_string()), ("overdue", overdue.to_string())];
        cx.out.note(&texts.fill("cli.due_total", &values));
    }
    Ok(u8::from(overdue > 0))
}

fn kind(kind: &str, texts: Texts) -> String {
    let own = texts.get(&format!("cli.due.{kind}"));
    own.map_or_else(|| texts.word("duty", kind), str::to_owned)
}
