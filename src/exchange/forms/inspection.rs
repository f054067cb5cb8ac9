//! Papers of an inspection: the record with its signatures, the notice of rectification with the re-check.

use super::kinds::{FormKind, field, form, heading, heads, signatures, wide};
use super::{Block, Form, Table};
use crate::i18n::Texts;

/// One item of an inspection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckRow {
    /// Code, `B2`.
    pub code: String,
    /// What is asked.
    pub item: String,
    /// Article.
    pub clause: String,
    /// The answer in words.
    pub result: String,
    /// The remark.
    pub note: String,
}

/// 涉密计算机检查记录表.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InspectionRecord {
    /// What it is called where it is not about a computer.
    pub title: String,
    /// Number of the inspection.
    pub number: String,
    /// Day.
    pub on: String,
    /// The inspected office.
    pub office: String,
    /// The computer's number.
    pub computer: String,
    /// Its level.
    pub secrecy: String,
    /// Its model.
    pub model: String,
    /// Its disks.
    pub disks: String,
    /// Its room.
    pub room: String,
    /// 责任人, 使用人.
    pub people: String,
    /// The tool used, with its approval.
    pub tool: String,
    /// Checklist and version.
    pub checklist: String,
    /// The items.
    pub rows: Vec<CheckRow>,
    /// How it stands, a line each.
    pub remarks: String,
    /// What was found, a line each.
    pub findings: Vec<String>,
    /// What the text of the rules lacks, a line each.
    pub gaps: Vec<String>,
    /// Who signs; the three parties where nobody is named.
    pub signed: Vec<SignedRow>,
}

/// A party with the name it typed; the ink follows on the paper.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignedRow {
    /// Which party.
    pub party: String,
    /// The name typed; blank for the pen when empty.
    pub name: String,
    /// When it was typed.
    pub at: String,
}

impl InspectionRecord {
    /// Lays it out, with the three parties' lines.
    pub fn form(&self, texts: Texts) -> Form {
        Self::together(std::slice::from_ref(self), texts)
    }

    /// Several in one document, each on pages of its own.
    pub fn together(all: &[Self], texts: Texts) -> Form {
        let mut blocks = Vec::new();
        for (n, record) in all.iter().enumerate() {
            if n > 0 {
                blocks.push(Block::NewPage(record.titled(texts)));
            }
            blocks.extend(record.blocks(texts));
        }
        let title = all.first().map_or_else(String::new, |r| r.titled(texts));
        Form { title, ..form(FormKind::InspectionRecord, texts, blocks) }
    }

    fn titled(&self, texts: Texts) -> String {
        if self.title.is_empty() { FormKind::InspectionRecord.title(texts) } else { self.title.clone() }
    }

    fn blocks(&self, texts: Texts) -> Vec<Block> {
        let fields = vec![
            field(texts, "inspection_number", &self.number),
            field(texts, "inspected_on", &self.on),
            field(texts, "office", &self.office),
            field(texts, "room", &self.room),
            field(texts, "computer", &self.computer),
            field(texts, "secrecy", &self.secrecy),
            field(texts, "model", &self.model),
            field(texts, "disk_serial", &self.disks),
            wide(texts, "machine_people", &self.people, 1),
            field(texts, "tool", &self.tool),
            field(texts, "checklist", &self.checklist),
        ];
        let row =
            |r: &CheckRow| vec![r.code.clone(), r.item.clone(), r.clause.clone(), r.result.clone(), r.note.clone()];
        let keys = [("row", 7), ("item", 43), ("clause", 12), ("result", 12), ("remarks", 26)];
        let table = Table { heads: heads(texts, &keys), rows: self.rows.iter().map(row).collect(), lines: 1 };
        let mut closing = vec![wide(texts, "findings", &self.findings.join("\n"), 2)];
        if !self.remarks.is_empty() {
            closing.insert(0, wide(texts, "outcome", &self.remarks, 1));
        }
        if !self.gaps.is_empty() {
            closing.push(wide(texts, "gaps", &self.gaps.join("\n"), 1));
        }
        vec![
            Block::Fields(fields),
            heading(texts, "items"),
            Block::Table(table),
            Block::Fields(closing),
            heading(texts, "signatures"),
            Block::Table(self.signatures(texts)),
        ]
    }

    /// Typed name and time beside the room for the ink, row by row.
    fn signatures(&self, texts: Texts) -> Table {
        let party = |key: &str| SignedRow { party: texts.t(&format!("form.label.{key}")), ..SignedRow::default() };
        let parties = ["inspector", "user", "office_head"].map(party);
        let signed = if self.signed.is_empty() { &parties[..] } else { &self.signed };
        let keys = [("party", 24), ("typed_name", 16), ("typed_at", 26), ("sign", 20), ("day", 14)];
        let rows = signed.iter().map(|s| vec![s.party.clone(), s.name.clone(), s.at.clone()]).collect();
        Table { heads: heads(texts, &keys), rows, lines: 2 }
    }
}

/// A problem to be mended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoticeRow {
    /// What is wrong.
    pub problem: String,
    /// Article.
    pub basis: String,
    /// What is asked.
    pub demand: String,
    /// By when.
    pub due: String,
    /// Who mends it.
    pub responsible: String,
    /// What the re-check found; blank for the pen when empty.
    pub recheck: String,
    /// By whom.
    pub rechecked_by: String,
    /// When.
    pub rechecked_on: String,
}

/// 整改通知书、复查记录.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notice {
    /// Number of the inspection.
    pub number: String,
    /// The inspected office, which is addressed.
    pub office: String,
    /// Inspected on.
    pub on: String,
    /// The problems.
    pub rows: Vec<NoticeRow>,
}

impl Notice {
    /// Lays it out; the re-check stands on the same paper.
    pub fn form(&self, texts: Texts) -> Form {
        let row = |(i, r): (usize, &NoticeRow)| {
            let cells = [&r.problem, &r.basis, &r.demand, &r.due, &r.responsible];
            std::iter::once((i + 1).to_string()).chain(cells.into_iter().cloned()).collect()
        };
        let keys =
            [("row", 7), ("problem", 27), ("clause_basis", 15), ("demand", 22), ("due", 17), ("responsible", 12)];
        let demands =
            Table { heads: heads(texts, &keys), rows: self.rows.iter().enumerate().map(row).collect(), lines: 2 };
        let again = |(i, r): (usize, &NoticeRow)| {
            let cells = [&r.problem, &r.recheck, &r.rechecked_by, &r.rechecked_on];
            std::iter::once((i + 1).to_string()).chain(cells.into_iter().cloned()).collect()
        };
        let keys = [("row", 7), ("problem", 33), ("recheck_result", 32), ("rechecked_by", 14), ("day", 14)];
        let rechecks =
            Table { heads: heads(texts, &keys), rows: self.rows.iter().enumerate().map(again).collect(), lines: 2 };
        let values = [("office", &self.office), ("on", &self.on), ("number", &self.number)];
        let blocks = vec![
            Block::Text(texts.fill("form.notice", &values)),
            Block::Table(demands),
            signatures(texts, &["secrecy_office", "received_by"]),
            heading(texts, "recheck"),
            Block::Table(rechecks),
        ];
        form(FormKind::Notice, texts, blocks)
    }
}
