//! How each campaign stands over all offices: a table with bars, the campaign on top and its offices below it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::lists::{BAR, progress, unsettled};
use crate::index::View;
use crate::keys::Action;
use crate::rules::{Campaign, CampaignOffice};
use crate::screens::{AvailableAction, Context, Effect, Input, ScreenId, Target, words};
use crate::ui::chart;
use crate::ui::paint::{Pieces, line, line_width, piece, put_line, width, wrap};
use crate::ui::scroll::{Move, Scroll};
use crate::ui::table::{self, Column, Table, column};
use crate::ui::theme::{Glyph, Role};

/// What the part remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct State {
    scroll: Scroll,
    size: (u16, u16),
    rows: Vec<Line>,
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    campaign: String,
    /// `None` for the campaign as a whole.
    office: Option<String>,
    stands: CampaignOffice,
}

impl State {
    fn page(&self) -> usize {
        usize::from(self.size.1).saturating_sub(4)
    }

    fn renew(&mut self, cx: &Context) {
        let place = self.rows.get(self.scroll.at).map(|l| (l.campaign.clone(), l.office.clone()));
        self.rows = cx.index.campaigns().iter().flat_map(lines).collect();
        let at = self.rows.iter().position(|l| Some((l.campaign.clone(), l.office.clone())) == place);
        let (len, page) = (self.rows.len(), self.page());
        self.scroll.to(at.unwrap_or(self.scroll.at).min(len.saturating_sub(1)), len, page);
    }
}

/// The campaign, then its offices.
fn lines(campaign: &Campaign) -> Vec<Line> {
    let all = Line { campaign: campaign.name.clone(), office: None, stands: campaign.total() };
    let office = |o: &CampaignOffice| Line {
        campaign: campaign.name.clone(),
        office: Some(o.department.clone()),
        stands: o.clone(),
    };
    std::iter::once(all).chain(campaign.offices.iter().map(office)).collect()
}

/// Takes in what came.
pub(super) fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    let step = match input {
        Input::Shown | Input::Refreshed | Input::Committed(..) => {
            state.renew(cx);
            return Vec::new();
        }
        Input::Resized(w, h) => {
            state.size = (w, h);
            let (len, page) = (state.rows.len(), state.page());
            state.scroll.fit(len, page);
            return Vec::new();
        }
        Input::Action(Action::Open) => {
            let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
            let filter = state.rows.get(state.scroll.at).map(|l| {
                let office = l.office.as_ref().map(|o| format!(" dept={}", quoted(o))).unwrap_or_default();
                format!("campaign={}{office}", quoted(&l.campaign))
            });
            let target = filter.map(|f| Target::viewed(ScreenId::Inspections, View::Inspections, f));
            return target.map(Effect::Go).into_iter().collect();
        }
        Input::Action(Action::Act) => return vec![Effect::ActOn(View::Inspections, Vec::new())],
        Input::Action(Action::Back) => return vec![Effect::Back],
        Input::Action(Action::Up) => Move::Up,
        Input::Action(Action::Down) => Move::Down,
        Input::Action(Action::PageUp) => Move::PageUp,
        Input::Action(Action::PageDown) => Move::PageDown,
        Input::Action(Action::First) => Move::First,
        Input::Action(Action::Last) => Move::Last,
        _ => return Vec::new(),
    };
    let (len, page) = (state.rows.len(), state.page());
    state.scroll.go(step, len, page);
    Vec::new()
}

/// What can be done now.
pub(super) fn keys(state: &State, _: &Context) -> Vec<AvailableAction> {
    let some = !state.rows.is_empty();
    vec![
        AvailableAction::when(Action::Open, 100, some),
        AvailableAction::on(Action::Act, 97),
        AvailableAction::on(Action::Back, 10),
        AvailableAction::when(Action::Up, 60, some),
        AvailableAction::when(Action::Down, 60, some),
        AvailableAction::when(Action::PageUp, 0, some),
        AvailableAction::when(Action::PageDown, 0, some),
        AvailableAction::when(Action::First, 0, some),
        AvailableAction::when(Action::Last, 0, some),
    ]
}

fn columns(rows: &[Line], cx: &Context) -> Vec<Column> {
    // A number that is cut reads as another number: the bars' columns are as wide as their widest cell.
    let widest = |cell: &dyn Fn(&Line) -> Pieces| rows.iter().map(|l| line_width(&cell(l))).max().unwrap_or(0);
    let signed_width = widest(&|l| signed(&l.stands, cx)).max(BAR + 4);
    let answered_width = widest(&|l| progress(l.stands.score, cx)).max(BAR + 6);
    let t = |key: &str| cx.texts.t(&format!("campaigns.column_{key}"));
    vec![
        column(t("name"), 14, 26, 100).flex(),
        column(t("signed"), signed_width, signed_width, 95),
        column(t("answered"), answered_width, answered_width, 85),
        column(t("subjects"), 4, 8, 50).right(),
        column(t("score"), 5, 7, 70).right(),
        column(t("findings"), 8, 16, 90),
        column(t("planned"), 10, 10, 60),
        column(t("inspectors"), 6, 16, 40),
    ]
}

/// A bar of the inspections signed.
fn signed(o: &CampaignOffice, cx: &Context) -> Pieces {
    let (done, of) = (o.signed, o.inspections.len());
    let bar = chart::bar(done as u64, of as u64, BAR, cx.theme);
    let rest = usize::from(BAR.saturating_sub(width(&bar)));
    vec![
        piece(bar, if done == of { Role::Good } else { Role::Bar }),
        piece(cx.theme.glyph(Glyph::BarRest).repeat(rest), Role::BarRest),
        piece(format!(" {done}/{of}"), Role::Text),
    ]
}

fn cells(l: &Line, cx: &Context) -> Vec<Pieces> {
    let o = &l.stands;
    let name = match &l.office {
        None => line(l.campaign.clone(), Role::Strong),
        Some(office) if office.is_empty() => line(format!("  {}", cx.texts.t("campaigns.no_office")), Role::Warn),
        Some(office) => line(format!("  {office}"), Role::Text),
    };
    let late = if o.late > 0 { Role::Alarm } else { Role::Text };
    let comma = cx.texts.get("list.separator").unwrap_or(", ");
    vec![
        name,
        signed(o, cx),
        progress(o.score, cx),
        line(o.subjects.to_string(), Role::Text),
        line(o.score.percent().map_or_else(|| "-".to_owned(), |p| format!("{p}%")), Role::Text),
        unsettled(o.open_findings, o.overdue_findings, cx),
        line(words::date(o.planned_on), late),
        line(o.inspectors.join(comma), Role::Dim),
    ]
}

/// Draws.
pub(super) fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let inside = Rect { width: area.width.saturating_sub(1), ..area };
    let columns = columns(&state.rows, cx);
    let row = |n: usize| -> table::Row {
        table::Row { cells: state.rows.get(n).map(|l| cells(l, cx)).unwrap_or_default(), marked: false }
    };
    let table = Table { columns: &columns, len: state.rows.len(), scroll: state.scroll, active: true, row: &row };
    let at = table.view(buf, inside, cx.theme);
    if state.rows.is_empty() {
        let (x, y) = (area.x.saturating_add(3), area.y.saturating_add(2));
        let text = cx.texts.t("campaigns.none");
        for (text, y) in wrap(&text, area.width.saturating_sub(6)).into_iter().zip(y..area.bottom()) {
            put_line(buf, area, x, y, &line(text, Role::Dim), area.width, None, cx.theme);
        }
        return None;
    }
    at
}
