//! Forms as `.docx`: plain values in, the bytes of a document out. It opens and prints in WPS, Word and LibreOffice.
//!
//! | file | does |
//! |---|---|
//! | `kinds`, `inspection`, `minutes` | one struct a form, and how it is laid out |
//! | `docx` | the document format: paragraphs, tables, page numbers |
//!
//! Every form carries a level mark, a copy number, page x of y, the rule pack with its version, and by whom and when it was
//! printed. What nobody has stated is left blank for the pen; nothing is filled in by guess.

mod docx;
mod inspection;
mod kinds;
mod minutes;

use crate::error::Error;
use crate::i18n::Texts;

pub use inspection::{CheckRow, InspectionRecord, Notice, NoticeRow, SignedRow};
pub use kinds::{
    ComputerLine, ComputerList, DepartureApproval, FormKind, LeavingPledge, OpinionRow, PersonBlock, ReturnList,
    ReturnRow, SignIn, SignInRow, TravelApproval,
};
pub use minutes::{Minutes, MinutesRow};

/// What every page says about the print itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stamp {
    /// Level mark; blank for the pen when empty.
    pub mark: String,
    /// Number of this copy; blank for the pen when nobody said.
    pub copy: Option<u32>,
    /// The unit's name.
    pub unit: String,
    /// Rule pack with its version.
    pub pack: String,
    /// Who printed.
    pub printed_by: String,
    /// When, to the minute.
    pub printed_at: String,
}

/// A form laid out: blocks in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// Title.
    pub title: String,
    /// A small line under the title; may be empty.
    pub subtitle: String,
    /// Wider than high.
    pub landscape: bool,
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// A part of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A line above what follows.
    Heading(String),
    /// A paragraph, indented by two characters as letters are.
    Text(String),
    /// Labels with values, two pairs a row.
    Fields(Vec<Field>),
    /// A table; the heading is repeated on every page.
    Table(Table),
    /// Lines to sign: who, with room for the name and the day.
    Signatures(Vec<String>),
    /// A new page with this title.
    NewPage(String),
}

/// A label with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Label.
    pub label: String,
    /// Value; blank for the pen when empty.
    pub value: String,
    /// Takes a row of its own.
    pub wide: bool,
    /// Least height in lines, for what is written by hand.
    pub lines: u32,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Titles with the shares of the width.
    pub heads: Vec<(String, u32)>,
    /// Rows; a missing cell is blank.
    pub rows: Vec<Vec<String>>,
    /// Least height of a row in lines.
    pub lines: u32,
}

/// The bytes of a form.
///
/// # Errors
/// `form_failed` when the document cannot be put together.
pub fn render_form(form: &Form, stamp: &Stamp, texts: Texts) -> Result<Vec<u8>, Error> {
    docx::render(form, stamp, texts)
}

#[cfg(test)]
mod tests;
