//! 会议纪要: what a meeting decided, with its votes, and what it left open; every member present signs.

use super::kinds::{FormKind, field, form, heading, heads, signatures, wide};
use super::{Block, Form, Table};
use crate::i18n::Texts;

/// A point of the agenda.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MinutesRow {
    /// Whom and what it is about.
    pub matter: String,
    /// The step that the meeting takes, with its article.
    pub step: String,
    /// The votes in words; blank for the pen when empty.
    pub votes: String,
    /// What was decided, with the comment.
    pub decision: String,
}

/// 会议纪要.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Minutes {
    /// The bodies that decided.
    pub bodies: Vec<String>,
    /// The day.
    pub on: String,
    /// The members present.
    pub present: Vec<String>,
    /// What was decided.
    pub decided: Vec<MinutesRow>,
    /// What still waits for a meeting.
    pub open: Vec<MinutesRow>,
}

impl Minutes {
    /// Lays it out; who was in the chair, where and who was absent is left for the pen.
    pub fn form(&self, texts: Texts) -> Form {
        let between = texts.t("list.separator");
        let fields = vec![
            field(texts, "body", &self.bodies.join(&between)),
            field(texts, "day", &self.on),
            field(texts, "place", ""),
            field(texts, "chair", ""),
            wide(texts, "present", &self.present.join(&between), 2),
            wide(texts, "absent", "", 1),
        ];
        let rows = |all: &[MinutesRow], cells: fn(&MinutesRow) -> Vec<String>| {
            all.iter().enumerate().map(|(n, r)| [vec![(n + 1).to_string()], cells(r)].concat()).collect()
        };
        let keys = [("row", 6), ("agenda_item", 27), ("agenda_step", 23), ("votes", 20), ("decision", 24)];
        let decided = Table {
            heads: heads(texts, &keys),
            rows: rows(&self.decided, |r| vec![r.matter.clone(), r.step.clone(), r.votes.clone(), r.decision.clone()]),
            lines: 2,
        };
        let mut blocks = vec![Block::Fields(fields), heading(texts, "decisions"), Block::Table(decided)];
        if !self.open.is_empty() {
            let keys = [("row", 6), ("agenda_item", 40), ("agenda_step", 32), ("remarks", 22)];
            let cells = |r: &MinutesRow| vec![r.matter.clone(), r.step.clone()];
            let table = Table { heads: heads(texts, &keys), rows: rows(&self.open, cells), lines: 1 };
            blocks.extend([heading(texts, "left_open"), Block::Table(table)]);
        }
        let keys = [("row", 8), ("name", 32), ("sign", 36), ("day", 24)];
        let members = self.present.iter().enumerate().map(|(n, name)| vec![(n + 1).to_string(), name.clone()]);
        let table = Table { heads: heads(texts, &keys), rows: members.collect(), lines: 2 };
        blocks.extend([heading(texts, "members"), Block::Table(table), signatures(texts, &["chair", "recorder"])]);
        form(FormKind::Minutes, texts, blocks)
    }
}
