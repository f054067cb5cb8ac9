//! Finding the heading of a sheet: under title rows, in one row or two, by what offices call their columns.

use super::super::kind::Kind;
use super::super::sheet::{Cell, Region, Row, Sheet, letter};
use super::super::value::LengthUnit;
use super::super::words::{OwnTitle, squeeze, words};
use crate::domain::{ComputerId, MediumId, PersonId};

/// Rows searched from the top.
const SEARCHED: usize = 60;
/// Longest title, in characters; longer texts are notes.
const LONGEST: usize = 40;

/// A column that is taken.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub at: u32,
    pub letter: String,
    pub title: String,
    pub field: &'static str,
    pub unit: LengthUnit,
}

/// A heading that was found.
#[derive(Debug, Clone, Default)]
pub(super) struct Heading {
    /// First and last row of it, counted from 0.
    pub top: u32,
    pub bottom: u32,
    pub columns: Vec<Column>,
    pub ignored: Vec<(u32, String)>,
    pub unknown: Vec<(u32, String)>,
    /// Titles whose field another column has already.
    pub twice: Vec<(u32, String)>,
}

impl Heading {
    pub fn column(&self, field: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.field == field)
    }

    pub fn has(&self, field: &str) -> bool {
        self.column(field).is_some()
    }
}

/// The heading of a sheet for a kind of list.
pub(super) fn find(kind: Kind, sheet: &Sheet, map: &[(String, String)]) -> Option<Heading> {
    let mut best: Option<(usize, Heading)> = None;
    for index in 0..sheet.len().min(SEARCHED) {
        let Some(row) = sheet.row(index) else { break };
        let numbers = own_numbers(kind, sheet, index);
        let one = heading(kind, map, (row.number, row.number), row_titles(&row), numbers);
        let two = sheet
            .row(index + 1)
            .filter(|below| below.number == row.number + 1)
            .and_then(|below| double(kind, map, sheet, &row, &below));
        for found in [Some(one), two].into_iter().flatten() {
            let score = found.columns.len() * 10 + found.ignored.len();
            // One row that says as much as two: the upper one is a line above the heading, not a part of it.
            let better =
                |s: usize, h: &Heading| score > s || score == s && h.bottom == found.bottom && h.top < found.top;
            if plausible(kind, &found) && best.as_ref().is_none_or(|(s, h)| better(*s, h)) {
                best = Some((score, found));
            }
        }
    }
    best.map(|(_, heading)| heading)
}

/// A heading names who or what a row is about, and something else.
fn plausible(kind: Kind, heading: &Heading) -> bool {
    let key = if kind.is_device() {
        heading.has("number") || heading.has("register")
    } else {
        heading.has("name") || heading.has("register") || heading.has("identity") || heading.has("staff_number")
    };
    key && heading.columns.len() >= 2
}

/// The column of the numbers this program gives, where the sheet is a list it wrote: the first column is called so, and what
/// stands below is such a number.
fn own_numbers(kind: Kind, sheet: &Sheet, index: usize) -> Option<u32> {
    let (head, first) = (sheet.row(index)?, sheet.row(index + 1)?);
    let (at, cell) = head.cells().next()?;
    let titled = words().own_number(&title(cell)?);
    let text = first.cell(at).text();
    let numbered = match kind {
        Kind::Computers => text.parse::<ComputerId>().is_ok(),
        Kind::Media => text.parse::<MediumId>().is_ok(),
        _ => text.parse::<PersonId>().is_ok(),
    };
    (titled && numbered).then_some(at)
}

type Titles = Vec<(u32, Vec<String>)>;

fn row_titles(row: &Row<'_>) -> Titles {
    row.cells().filter_map(|(at, cell)| Some((at, vec![title(cell)?]))).collect()
}

fn title(cell: Cell<'_>) -> Option<String> {
    let Cell::Text(text) = cell else { return None };
    let text = super::super::value::text(Cell::Text(text));
    (!text.is_empty() && text.chars().count() <= LONGEST).then_some(text)
}

/// Two rows read as one heading: the upper may be group headings over several columns.
fn double(kind: Kind, map: &[(String, String)], sheet: &Sheet, upper: &Row<'_>, lower: &Row<'_>) -> Option<Heading> {
    if lower.cells().any(|(_, c)| !matches!(c, Cell::Text(_))) {
        return None;
    }
    let wide: Vec<&Region> =
        sheet.merged.iter().filter(|m| m.top == upper.number && m.bottom == upper.number && m.right > m.left).collect();
    let mut titles: Titles = Vec::new();
    let mut columns: Vec<u32> = upper.cells().map(|(at, _)| at).chain(lower.cells().map(|(at, _)| at)).collect();
    columns.sort_unstable();
    columns.dedup();
    let (mut named, mut known) = (0, 0);
    for at in columns {
        let group = wide.iter().find(|m| (m.left..=m.right).contains(&at)).map_or(at, |m| m.left);
        let above = title(upper.cell(at)).or_else(|| title(upper.cell(group)));
        let below = title(lower.cell(at));
        let candidates: Vec<String> = match (above, below) {
            (Some(a), Some(b)) => vec![format!("{a}{b}"), b, a],
            (Some(a), None) => vec![a],
            (None, Some(b)) => vec![b],
            (None, None) => continue,
        };
        if !lower.cell(at).is_blank() {
            named += 1;
            let sure = candidates
                .iter()
                .take(2)
                .any(|t| words().is_title(t) || words().is_ignored(t) || mapped(map, t).is_some());
            known += usize::from(sure);
        }
        titles.push((at, candidates));
    }
    // The second row is a heading only if it reads like one, not like a person.
    (named > 0 && known * 2 >= named).then(|| heading(kind, map, (upper.number, lower.number), titles, None))
}

fn mapped(map: &[(String, String)], title: &str) -> Option<&'static str> {
    let title = squeeze(title);
    let (field, _) = map.iter().find(|(_, theirs)| squeeze(theirs) == title)?;
    super::super::words::field(field)
}

/// What the titles mean; `own` is the column of this program's numbers, where the list is its own.
fn heading(
    kind: Kind,
    map: &[(String, String)],
    (top, bottom): (u32, u32),
    titles: Titles,
    own: Option<u32>,
) -> Heading {
    let mut found = Heading { top, bottom, ..Heading::default() };
    for (at, candidates) in titles {
        let by_map = candidates.iter().find_map(|t| mapped(map, t).map(|f| (f, t)));
        let by_title = || candidates.iter().find_map(|t| words().title(kind, t).map(|f| (f, t)));
        let shown = candidates.first().cloned().unwrap_or_default();
        let by_own = if own.is_some() { words().own(kind, &shown) } else { None };
        let found_field = match (by_map, by_own) {
            (Some(mapped), _) => Some(mapped),
            (None, Some(OwnTitle::WorkedOut)) => {
                found.ignored.push((at, shown));
                continue;
            }
            (None, Some(OwnTitle::Field(field))) => Some((field, &shown)),
            (None, None) if own == Some(at) => Some(("register", &shown)),
            (None, None) => by_title(),
        };
        match found_field {
            Some(("post", title))
                if found.column("post").is_some_and(|c| names_post(title) && !names_post(&c.title)) =>
            {
                // A column of posts goes before one of offices held.
                let unit = LengthUnit::Unsaid;
                for c in found.columns.iter_mut().filter(|c| c.field == "post") {
                    found.twice.push((c.at, std::mem::take(&mut c.title)));
                    *c = Column { at, letter: letter(at), title: title.clone(), field: "post", unit };
                }
            }
            Some((field, _)) if found.has(field) => found.twice.push((at, shown)),
            Some((field, title)) => {
                let unit = unit_of(field, &shown);
                let title = if candidates.len() > 1 { shown } else { title.clone() };
                found.columns.push(Column { at, letter: letter(at), title, field, unit });
            }
            None if candidates.iter().any(|t| words().is_ignored(t)) => found.ignored.push((at, shown)),
            None => found.unknown.push((at, shown)),
        }
    }
    found
}

/// Whether a title speaks of a post rather than of an office held.
fn names_post(title: &str) -> bool {
    title.contains('\u{5c97}') || title.to_lowercase().contains("post")
}

/// Whether the title says months or years.
fn unit_of(field: &str, title: &str) -> LengthUnit {
    let bracket = squeeze(title);
    let bracket = bracket.split_once('(').map_or("", |(_, b)| b);
    match field {
        "years" => LengthUnit::Years,
        _ if bracket.contains('\u{5e74}') || bracket.contains("year") => LengthUnit::Years,
        _ if bracket.contains('\u{6708}') || bracket.contains("month") => LengthUnit::Months,
        _ if squeeze(title).contains("\u{6708}\u{6570}") || squeeze(title).contains("months") => LengthUnit::Months,
        _ => LengthUnit::Unsaid,
    }
}
