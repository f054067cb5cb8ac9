//! The forms: what each is given, and how it is laid out. Values are sentences already; labels come from `i18n`.

use super::{Block, Field, Form, Table};
use crate::i18n::Texts;

/// The kinds of forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormKind {
    /// 脱离涉密岗位审批表.
    DepartureApproval,
    /// 离岗保密承诺书.
    LeavingPledge,
    /// 载体、设备清退清单.
    ReturnList,
    /// 因私出国(境)审批表.
    TravelApproval,
    /// 保密教育培训签到表.
    SignIn,
    /// 涉密计算机台账.
    ComputerList,
    /// 涉密计算机检查记录表.
    InspectionRecord,
    /// 整改通知书、复查记录.
    Notice,
    /// 会议纪要.
    Minutes,
}

impl FormKind {
    /// All, with their words on the command line and under `form.title`.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::DepartureApproval, "departure-approval"),
        (Self::LeavingPledge, "leaving-pledge"),
        (Self::ReturnList, "return-list"),
        (Self::TravelApproval, "travel-approval"),
        (Self::SignIn, "sign-in"),
        (Self::ComputerList, "computer-list"),
        (Self::InspectionRecord, "inspection-record"),
        (Self::Notice, "rectification-notice"),
        (Self::Minutes, "minutes"),
    ];

    /// The word.
    pub fn code(self) -> &'static str {
        Self::ALL.into_iter().find(|(k, _)| *k == self).map_or("", |(_, c)| c)
    }

    /// The title.
    pub fn title(self, texts: Texts) -> String {
        texts.t(&format!("form.title.{}", self.code()))
    }
}

/// Who a form is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonBlock {
    /// Name.
    pub name: String,
    /// Sex.
    pub sex: String,
    /// Identity number, masked unless somebody may reveal it.
    pub identity: String,
    /// Telephone.
    pub phone: String,
    /// Department.
    pub department: String,
    /// Post.
    pub post: String,
    /// Level.
    pub level: String,
    /// Record id.
    pub record: String,
}

/// A step of a chain: given, or still to be given by hand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpinionRow {
    /// Whose.
    pub step: String,
    /// What was said; blank for the pen when empty.
    pub opinion: String,
    /// Who signs.
    pub by: String,
    /// When.
    pub on: String,
}

pub(super) fn field(texts: Texts, key: &str, value: &str) -> Field {
    Field { label: texts.t(&format!("form.label.{key}")), value: value.to_owned(), wide: false, lines: 1 }
}

pub(super) fn wide(texts: Texts, key: &str, value: &str, lines: u32) -> Field {
    Field { wide: true, lines, ..field(texts, key, value) }
}

pub(super) fn heads(texts: Texts, keys: &[(&str, u32)]) -> Vec<(String, u32)> {
    keys.iter().map(|(key, share)| (texts.t(&format!("form.label.{key}")), *share)).collect()
}

pub(super) fn heading(texts: Texts, key: &str) -> Block {
    Block::Heading(texts.t(&format!("form.heading.{key}")))
}

pub(super) fn signatures(texts: Texts, keys: &[&str]) -> Block {
    let line = |key: &&str| {
        let who = texts.t(&format!("form.label.{key}"));
        texts.fill("form.signature", &[("who", who)])
    };
    Block::Signatures(keys.iter().map(line).collect())
}

pub(super) fn form(kind: FormKind, texts: Texts, blocks: Vec<Block>) -> Form {
    Form { title: kind.title(texts), blocks, ..Form::default() }
}

impl PersonBlock {
    fn fields(&self, texts: Texts) -> Vec<Field> {
        vec![
            field(texts, "name", &self.name),
            field(texts, "sex", &self.sex),
            field(texts, "identity", &self.identity),
            field(texts, "phone", &self.phone),
            field(texts, "department", &self.department),
            field(texts, "post", &self.post),
            field(texts, "level", &self.level),
            field(texts, "record", &self.record),
        ]
    }
}

fn opinions(texts: Texts, rows: &[OpinionRow]) -> Block {
    Block::Table(Table {
        heads: heads(texts, &[("step", 22), ("opinion", 42), ("signed_by", 18), ("signed_on", 18)]),
        rows: rows.iter().map(|r| vec![r.step.clone(), r.opinion.clone(), r.by.clone(), r.on.clone()]).collect(),
        lines: 2,
    })
}

/// 脱离涉密岗位审批表.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DepartureApproval {
    /// Who leaves.
    pub person: PersonBlock,
    /// Why.
    pub reason: String,
    /// 批准离开之日.
    pub approved_on: String,
    /// 离开之日.
    pub left_on: String,
    /// Length with what it is made of.
    pub length: String,
    /// First and last day.
    pub span: String,
    /// The article and the arithmetic, a line each.
    pub basis: Vec<String>,
    /// Extensions with their reasons.
    pub extensions: Vec<String>,
    /// Where to.
    pub destination: String,
    /// Who manages the period.
    pub managed_by: String,
    /// What is still in the person's hands, in a sentence.
    pub held: String,
    /// The chain.
    pub opinions: Vec<OpinionRow>,
}

impl DepartureApproval {
    /// Lays it out.
    pub fn form(&self, texts: Texts) -> Form {
        let mut fields = self.person.fields(texts);
        fields.extend([
            wide(texts, "leaving_reason", &self.reason, 1),
            field(texts, "approved_on", &self.approved_on),
            field(texts, "left_on", &self.left_on),
            field(texts, "length", &self.length),
            field(texts, "span", &self.span),
            wide(texts, "basis", &self.basis.join("\n"), 2),
            wide(texts, "extension", &self.extensions.join("\n"), 1),
            field(texts, "destination_after", &self.destination),
            field(texts, "managed_by", &self.managed_by),
            wide(texts, "return_check", &self.held, 2),
        ]);
        let blocks = vec![Block::Fields(fields), heading(texts, "opinions"), opinions(texts, &self.opinions)];
        form(FormKind::DepartureApproval, texts, blocks)
    }
}

/// 离岗保密承诺书.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeavingPledge {
    /// Who pledges.
    pub person: PersonBlock,
    /// First and last day of the period.
    pub span: String,
    /// Where the person goes.
    pub destination: String,
    /// How many copies the pack asks for; blank for the pen when empty.
    pub copies: String,
}

impl LeavingPledge {
    /// Lays it out.
    pub fn form(&self, texts: Texts) -> Form {
        let blank = |value: &str| if value.is_empty() { texts.t("form.blank") } else { value.to_owned() };
        let values = [("span", blank(&self.span)), ("copies", blank(&self.copies)), ("name", blank(&self.person.name))];
        let mut fields = self.person.fields(texts);
        fields.extend([
            wide(texts, "span", &self.span, 1),
            wide(texts, "destination_after", &self.destination, 1),
            wide(texts, "address", "", 1),
        ]);
        let mut blocks = vec![Block::Fields(fields)];
        blocks.extend(texts.list("form.pledge").into_iter().map(|line| {
            let filled = values
                .iter()
                .fold(line.to_owned(), |out, (name, value)| out.replace(&["{", name, "}"].concat(), value));
            Block::Text(filled)
        }));
        blocks.push(signatures(texts, &["pledger", "witness", "unit_seal"]));
        form(FormKind::LeavingPledge, texts, blocks)
    }
}

/// Something to be given back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReturnRow {
    /// What it is.
    pub title: String,
    /// Its number.
    pub number: String,
    /// Its level.
    pub level: String,
    /// How many.
    pub quantity: String,
}

/// 载体、设备清退清单.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReturnList {
    /// Who gives back.
    pub person: PersonBlock,
    /// What the register knows to be in the person's hands.
    pub rows: Vec<ReturnRow>,
}

impl ReturnList {
    /// Lays it out; six lines stay free for what the register does not know.
    pub fn form(&self, texts: Texts) -> Form {
        let row = |(i, r): (usize, &ReturnRow)| {
            vec![(i + 1).to_string(), r.title.clone(), r.number.clone(), r.level.clone(), r.quantity.clone()]
        };
        let mut rows: Vec<Vec<String>> = self.rows.iter().enumerate().map(row).collect();
        rows.extend((0..6).map(|_| Vec::new()));
        let keys = [
            ("row", 7),
            ("carrier", 25),
            ("number", 18),
            ("secrecy", 9),
            ("quantity", 8),
            ("handed_by", 11),
            ("taken_by", 11),
            ("day", 11),
        ];
        let table = Table { heads: heads(texts, &keys), rows, lines: 1 };
        let checks = vec![wide(texts, "accounts", "", 2), wide(texts, "papers", "", 1), wide(texts, "remarks", "", 1)];
        let blocks = vec![
            Block::Fields(self.person.fields(texts)),
            heading(texts, "carriers"),
            Block::Table(table),
            heading(texts, "other_returns"),
            Block::Fields(checks),
            signatures(texts, &["handed_by", "taken_by", "department_head", "secrecy_office"]),
        ];
        form(FormKind::ReturnList, texts, blocks)
    }
}

/// 因私出国(境)审批表.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TravelApproval {
    /// Who travels.
    pub person: PersonBlock,
    /// On post or in the period, in words.
    pub standing: String,
    /// Where to.
    pub destination: String,
    /// What for.
    pub purpose: String,
    /// From and to.
    pub span: String,
    /// Days abroad.
    pub days: String,
    /// With whom.
    pub companions: String,
    /// Who pays.
    pub funding: String,
    /// Private journeys begun this year, this one aside.
    pub this_year: String,
    /// What the rules say, a line each.
    pub verdict: Vec<String>,
    /// The chain.
    pub opinions: Vec<OpinionRow>,
}

impl TravelApproval {
    /// Lays it out.
    pub fn form(&self, texts: Texts) -> Form {
        let mut fields = self.person.fields(texts);
        fields.extend([
            field(texts, "standing", &self.standing),
            field(texts, "this_year", &self.this_year),
            field(texts, "destination", &self.destination),
            field(texts, "days_abroad", &self.days),
            wide(texts, "purpose", &self.purpose, 1),
            wide(texts, "travel_span", &self.span, 1),
            field(texts, "companions", &self.companions),
            field(texts, "funding", &self.funding),
            wide(texts, "travel_papers", "", 1),
            wide(texts, "verdict", &self.verdict.join("\n"), 2),
        ]);
        let blocks = vec![
            Block::Fields(fields),
            heading(texts, "opinions"),
            opinions(texts, &self.opinions),
            signatures(texts, &["applicant"]),
        ];
        form(FormKind::TravelApproval, texts, blocks)
    }
}

/// A person on a sign-in sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignInRow {
    /// Department.
    pub department: String,
    /// Name.
    pub name: String,
    /// Level.
    pub level: String,
}

/// 保密教育培训签到表.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignIn {
    /// Topic.
    pub topic: String,
    /// What for: before post, yearly, before travel.
    pub kind: String,
    /// Day.
    pub on: String,
    /// Length.
    pub length: String,
    /// Who teaches.
    pub teacher: String,
    /// Where.
    pub place: String,
    /// Who is expected.
    pub people: Vec<SignInRow>,
}

impl SignIn {
    /// Lays it out.
    pub fn form(&self, texts: Texts) -> Form {
        let fields = vec![
            wide(texts, "topic", &self.topic, 1),
            field(texts, "training_kind", &self.kind),
            field(texts, "day", &self.on),
            field(texts, "hours", &self.length),
            field(texts, "teacher", &self.teacher),
            wide(texts, "place", &self.place, 1),
        ];
        let row = |(i, p): (usize, &SignInRow)| {
            vec![(i + 1).to_string(), p.department.clone(), p.name.clone(), p.level.clone()]
        };
        let keys = [("row", 8), ("department", 24), ("name", 16), ("level", 12), ("sign", 22), ("remarks", 18)];
        let rows = self.people.iter().enumerate().map(row).collect();
        let table = Table { heads: heads(texts, &keys), rows, lines: 1 };
        let blocks = vec![Block::Fields(fields), Block::Table(table), signatures(texts, &["recorder"])];
        form(FormKind::SignIn, texts, blocks)
    }
}

/// A computer in the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComputerLine {
    /// The office's number.
    pub number: String,
    /// Model.
    pub model: String,
    /// Level.
    pub secrecy: String,
    /// Department.
    pub department: String,
    /// 责任人.
    pub custodian: String,
    /// 使用人.
    pub user: String,
    /// Serial numbers of the disks.
    pub disks: String,
    /// System installed on.
    pub installed_on: String,
    /// Room.
    pub room: String,
    /// In use since.
    pub enabled_on: String,
    /// State.
    pub state: String,
}

/// 涉密计算机台账.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComputerList {
    /// The computers.
    pub rows: Vec<ComputerLine>,
}

impl ComputerList {
    /// Lays it out, wider than high.
    pub fn form(&self, texts: Texts) -> Form {
        let row = |(i, c): (usize, &ComputerLine)| {
            let cells = [
                &c.number,
                &c.model,
                &c.secrecy,
                &c.department,
                &c.custodian,
                &c.user,
                &c.disks,
                &c.installed_on,
                &c.room,
                &c.enabled_on,
                &c.state,
            ];
            std::iter::once((i + 1).to_string()).chain(cells.into_iter().cloned()).collect()
        };
        let keys = [
            ("row", 4),
            ("number", 14),
            ("model", 14),
            ("secrecy", 6),
            ("department", 12),
            ("custodian", 8),
            ("user", 8),
            ("disk_serial", 16),
            ("installed_on", 11),
            ("room", 10),
            ("enabled_on", 11),
            ("state", 6),
        ];
        let rows = self.rows.iter().enumerate().map(row).collect();
        let table = Table { heads: heads(texts, &keys), rows, lines: 1 };
        let blocks = vec![Block::Table(table), signatures(texts, &["compiled_by", "checked_by"])];
        Form { landscape: true, ..form(FormKind::ComputerList, texts, blocks) }
    }
}
