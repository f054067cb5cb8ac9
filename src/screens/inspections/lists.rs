//! The lists of the screen: inspections, findings, machines that are due.

use crate::domain::{FindingStep, InspectionState};
use crate::index::{FindingRow, InspectionRow, Row, SortBy, View};
use crate::rules::Score;
use crate::screens::data::Matches;
use crate::screens::list::Kind;
use crate::screens::{Context, ScreenId, words};
use crate::ui::chart;
use crate::ui::paint::{Pieces, line, piece, width};
use crate::ui::table::{Column, column};
use crate::ui::theme::{Glyph, Role};

/// Cells of the bar that shows how far an inspection is.
pub(super) const BAR: u16 = 8;

pub(super) const PLAN: Kind = Kind {
    id: ScreenId::Inspections,
    view: View::Inspections,
    everybody: None,
    columns: plan_columns,
    sorts: &[
        SortBy::Id,
        SortBy::State,
        SortBy::Answered,
        SortBy::Open,
        SortBy::Planned,
        SortBy::Department,
        SortBy::Custodian,
        SortBy::Campaign,
        SortBy::Name,
    ],
    // Under way first, then by the day planned.
    own: 1,
    cells: plan_cells,
};

pub(super) const FINDINGS: Kind = Kind {
    id: ScreenId::Inspections,
    view: View::Findings,
    everybody: None,
    columns: finding_columns,
    sorts: &[
        SortBy::Due,
        SortBy::State,
        SortBy::Name,
        SortBy::Kind,
        SortBy::Post,
        SortBy::Custodian,
        SortBy::Department,
        SortBy::Id,
    ],
    own: 0,
    cells: finding_cells,
};

pub(super) const DUE: Kind = Kind {
    id: ScreenId::Inspections,
    view: View::Due,
    everybody: None,
    columns: due_columns,
    sorts: &[
        SortBy::Due,
        SortBy::Due,
        SortBy::Name,
        SortBy::Level,
        SortBy::Inspected,
        SortBy::Planned,
        SortBy::Department,
        SortBy::Room,
        SortBy::Custodian,
    ],
    own: 0,
    cells: due_cells,
};

fn plan_columns(cx: &Context) -> Vec<Column> {
    let t = |key: &str| cx.texts.t(&format!("inspections.column_{key}"));
    vec![
        column(t("id"), 7, 7, 70),
        column(t("state"), 6, 13, 80),
        column(t("done"), BAR + 6, BAR + 8, 60),
        column(t("findings"), 8, 16, 75),
        column(t("planned"), 10, 10, 72),
        column(t("department"), 8, 14, 40),
        column(t("inspector"), 6, 10, 35),
        column(t("campaign"), 10, 20, 30),
        column(t("subjects"), 12, 30, 90).flex(),
    ]
}

const fn state_role(state: InspectionState) -> Role {
    match state {
        InspectionState::Planned => Role::Info,
        InspectionState::Open | InspectionState::Signing => Role::Warn,
        InspectionState::Signed => Role::Good,
        InspectionState::Superseded | InspectionState::Cancelled => Role::Dim,
    }
}

/// A bar of the answers given, and their number.
pub(super) fn progress(score: Score, cx: &Context) -> Pieces {
    let (done, total) = (score.answered(), score.total());
    let bar = chart::bar(done as u64, total as u64, BAR, cx.theme);
    let rest = usize::from(BAR.saturating_sub(width(&bar)));
    vec![
        piece(bar, Role::Bar),
        piece(cx.theme.glyph(Glyph::BarRest).repeat(rest), Role::BarRest),
        piece(format!(" {done}/{total}"), Role::Text),
    ]
}

/// How many findings are open, and how many of them late.
pub(super) fn unsettled(open: usize, late: usize, cx: &Context) -> Pieces {
    let values = [("n", open.to_string()), ("late", late.to_string())];
    match (open, late) {
        (0, _) => Vec::new(),
        (_, 0) => line(cx.texts.fill("inspections.open", &values), Role::Warn),
        _ => line(cx.texts.fill("inspections.overdue", &values), Role::Alarm),
    }
}

fn plan_cells(row: &Row, cx: &Context, matches: &Matches) -> Vec<Pieces> {
    let Row::Inspection(InspectionRow { brief: i, labels }) = row else { return Vec::new() };
    let (open, late) = i.unsettled(cx.today);
    let planned = if i.late(cx.today) { Role::Alarm } else { Role::Text };
    // How many they are stands in front: the names may not all have room.
    let mut subjects = match labels.len() {
        0 | 1 => Vec::new(),
        n => vec![piece(format!("({n}) "), Role::Text)],
    };
    subjects.extend(matches.text(&labels.join(cx.texts.get("list.separator").unwrap_or(", ")), Role::Strong));
    subjects.push(piece(format!("  {}", i.title.of(cx.texts.lang().code())), Role::Dim));
    vec![
        line(i.id.to_string(), Role::Dim),
        line(cx.texts.word("inspection_state", i.state.code()), state_role(i.state)),
        progress(i.score, cx),
        unsettled(open, late, cx),
        line(words::date(i.planned_on), planned),
        matches.text(&i.department, Role::Text),
        matches.name(&i.inspector, Role::Text),
        matches.text(&i.campaign, Role::Text),
        subjects,
    ]
}

fn finding_columns(cx: &Context) -> Vec<Column> {
    let t = |key: &str| cx.texts.t(&format!("findings.column_{key}"));
    vec![
        column(t("due"), 10, 10, 95),
        column(t("stands"), 17, 24, 90),
        column(t("subject"), 12, 14, 75),
        column(t("item"), 4, 4, 70),
        column(t("what"), 14, 30, 85).flex(),
        column(t("responsible"), 8, 10, 80),
        column(t("department"), 8, 14, 40),
        column(t("inspection"), 7, 7, 30),
    ]
}

/// How urgent a finding is.
pub(in crate::screens) fn finding_role(row: &FindingRow, cx: &Context) -> Role {
    let f = &row.finding.finding;
    match (f.overdue(cx.today), f.open(cx.today)) {
        (true, _) => Role::Alarm,
        (_, true) => Role::Warn,
        _ => Role::Dim,
    }
}

/// Where a finding stands, in words: that it is late and by how much, that it rests or rested, the step it waits for.
pub(in crate::screens) fn stands(row: &FindingRow, cx: &Context) -> String {
    let f = &row.finding.finding;
    let rests = f.accepted_on().is_none() && !f.open(cx.today);
    if let Some(waiver) = f.waiver.as_ref().filter(|_| rests) {
        return cx.texts.fill("findings.waived", &[("until", waiver.until.to_string())]);
    }
    let step = cx.texts.word("finding_stands", f.stands_at().map_or("found", FindingStep::code));
    if let Some(due) = f.due.filter(|_| f.overdue(cx.today)) {
        let days = (cx.today - due).num_days().to_string();
        return cx.texts.fill("findings.late", &[("days", days), ("step", step)]);
    }
    if f.waiver.is_some() && f.open(cx.today) { cx.texts.fill("findings.waiver_over", &[("step", step)]) } else { step }
}

fn finding_cells(row: &Row, cx: &Context, matches: &Matches) -> Vec<Pieces> {
    let Row::Finding(row) = row else { return Vec::new() };
    let (f, role) = (&row.finding.finding, finding_role(row, cx));
    vec![
        f.due.map_or_else(|| line(cx.texts.t("findings.no_due"), role), |d| line(d.to_string(), role)),
        line(stands(row, cx), role),
        matches.text(&row.label, Role::Strong),
        matches.text(&row.finding.spot.item, Role::Text),
        matches.text(&f.what, Role::Text),
        matches.name(&f.responsible, Role::Text),
        matches.text(&row.department, Role::Text),
        line(row.brief.id.to_string(), Role::Dim),
    ]
}

fn due_columns(cx: &Context) -> Vec<Column> {
    let t = |key: &str| cx.texts.t(&format!("due_machines.column_{key}"));
    let d = |key: &str| cx.texts.t(&format!("devices.column_{key}"));
    vec![
        column(t("due"), 12, 12, 95),
        column(t("distance"), 10, 14, 55),
        column(d("number"), 12, 14, 90),
        column(d("level"), 12.min(words::secrecy_width(cx)), 12, 70),
        column(t("inspected"), 10, 10, 65),
        column(t("planned"), 10, 12, 80),
        column(d("department"), 8, 16, 75),
        column(d("room"), 6, 10, 50),
        column(d("custodian"), 6, 10, 60),
        column(t("article"), 10, 24, 30).flex(),
    ]
}

fn due_cells(row: &Row, cx: &Context, matches: &Matches) -> Vec<Pieces> {
    let Row::Computer(c) = row else { return Vec::new() };
    let day = c.machine.due.as_ref().map(|d| d.due);
    let role = day.map_or(Role::Dim, |d| words::urgency(cx, d));
    let planned = c.machine.planned.as_ref().map(|(_, on)| line(words::date(*on), Role::Info));
    let article = c.machine.due.as_ref().map(|d| words::cite(cx, &d.pack, &d.article)).unwrap_or_default();
    vec![
        line(words::date(day), role),
        line(day.map(|d| words::distance(cx, d)).unwrap_or_default(), role),
        matches.text(&c.number, Role::Strong),
        words::secrecy(cx, c.level),
        line(words::date(c.machine.inspected_on), Role::Text),
        planned.unwrap_or_else(|| line(cx.texts.t("due_machines.not_planned"), Role::Dim)),
        matches.text(&c.department, Role::Text),
        matches.text(&c.room, Role::Text),
        matches.name(&c.custodian_name, Role::Text),
        line(article, Role::Dim),
    ]
}
