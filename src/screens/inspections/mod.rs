//! 检查: what is planned, what was found, which machines are due, how the campaigns stand: four parts, one key each. Every
//! part but the last is a list like any other.

mod campaigns;
mod lists;

pub(super) use lists::{finding_role, stands};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::list::{self, List};
use super::{AvailableAction, Context, Effect, Input, Target, data};
use crate::domain::InspectionId;
use crate::index::{Item, View};
use crate::keys::Action;
use crate::rules::Campaign;
use crate::ui::paint::{Pieces, piece, put_line};
use crate::ui::theme::Role;

/// A part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Part {
    /// Inspections: planned, under way, signed.
    #[default]
    Plan,
    /// Findings until they are settled.
    Findings,
    /// Machines with the day of their next inspection.
    Due,
    /// Campaigns over all offices.
    Campaigns,
}

impl Part {
    const ALL: [Self; 4] = [Self::Plan, Self::Findings, Self::Due, Self::Campaigns];

    /// Locale key `inspections.part_<code>`.
    const fn code(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Findings => "findings",
            Self::Due => "due",
            Self::Campaigns => "campaigns",
        }
    }

    const fn action(self) -> Action {
        match self {
            Self::Plan => Action::PartPlan,
            Self::Findings => Action::PartFindings,
            Self::Due => Action::PartDue,
            Self::Campaigns => Action::PartCampaigns,
        }
    }

    const fn of_view(view: View) -> Self {
        match view {
            View::Findings => Self::Findings,
            View::Due => Self::Due,
            _ => Self::Plan,
        }
    }
}

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    part: Part,
    plan: List,
    findings: List,
    due: List,
    campaigns: campaigns::State,
    /// How many entries each part has that want something: findings past their day, machines due, offices late.
    urgent: [usize; 4],
    /// An inspection behind this one was asked for here: the cursor goes to it when it is there.
    awaited: Option<InspectionId>,
}

impl State {
    /// The list of the part shown.
    const fn list(&self) -> Option<(&List, &'static list::Kind)> {
        match self.part {
            Part::Plan => Some((&self.plan, &lists::PLAN)),
            Part::Findings => Some((&self.findings, &lists::FINDINGS)),
            Part::Due => Some((&self.due, &lists::DUE)),
            Part::Campaigns => None,
        }
    }

    const fn list_mut(&mut self) -> Option<(&mut List, &'static list::Kind)> {
        match self.part {
            Part::Plan => Some((&mut self.plan, &lists::PLAN)),
            Part::Findings => Some((&mut self.findings, &lists::FINDINGS)),
            Part::Due => Some((&mut self.due, &lists::DUE)),
            Part::Campaigns => None,
        }
    }

    /// Whether the filter line has the focus.
    pub(super) const fn typing(&self) -> bool {
        match self.list() {
            Some((list, _)) => list.typing(),
            None => false,
        }
    }

    /// Starts with what a target asks for.
    pub(super) fn start(&mut self, target: &Target) {
        if let Some(view) = target.view {
            self.part = Part::of_view(view);
        }
        if let Some((list, _)) = self.list_mut() {
            list.start(target);
        }
    }

    /// The cursor goes to the first inspection behind this one when it is there.
    pub(super) const fn expect(&mut self, last: InspectionId) {
        self.awaited = Some(last);
    }

    /// Goes to the inspection that was asked for, if it is there by now.
    fn meet(&mut self, cx: &Context) {
        let Some(last) = self.awaited.filter(|_| self.part == Part::Plan) else { return };
        let next = InspectionId(last.0 + 1);
        if cx.index.inspection(next).is_some() {
            self.awaited = None;
            self.plan.go_to(Item { record: next.into(), part: 0 });
        }
    }

    fn count(&mut self, cx: &Context) {
        let n = |view, filter: &str| data::count(cx, view, filter);
        let late = |c: &Campaign| c.offices.iter().filter(|o| o.late > 0 || o.overdue_findings > 0).count();
        self.urgent = [
            n(View::Inspections, "state:planned planned<today"),
            n(View::Findings, "finding:overdue"),
            n(View::Due, "inspect<today"),
            cx.index.campaigns().iter().map(late).sum(),
        ];
    }
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    match input {
        Input::Resized(w, h) => {
            // One line of the body is the screen's own.
            let inner = Input::Resized(w, h.saturating_sub(1));
            for (list, kind) in [
                (&mut state.plan, &lists::PLAN),
                (&mut state.findings, &lists::FINDINGS),
                (&mut state.due, &lists::DUE),
            ] {
                list::update(list, kind, inner.clone(), cx);
            }
            campaigns::update(&mut state.campaigns, inner, cx)
        }
        Input::Action(action) if Part::ALL.iter().any(|p| p.action() == action) => {
            state.part = Part::ALL.into_iter().find(|p| p.action() == action).unwrap_or_default();
            update(state, Input::Shown, cx)
        }
        input => {
            let counts = matches!(input, Input::Shown | Input::Refreshed | Input::Committed(..));
            if counts {
                state.count(cx);
            }
            let effects = match state.list_mut() {
                Some((list, kind)) => list::update(list, kind, input, cx),
                None => campaigns::update(&mut state.campaigns, input, cx),
            };
            if counts {
                state.meet(cx);
            }
            effects
        }
    }
}

/// What can be done now.
pub fn keys(state: &State, cx: &Context) -> Vec<AvailableAction> {
    let mut keys = match state.list() {
        Some((list, kind)) => list::keys(list, kind),
        None => campaigns::keys(&state.campaigns, cx),
    };
    if !state.typing() {
        let others = Part::ALL.into_iter().filter(|p| *p != state.part);
        keys.extend(others.map(|p| AvailableAction::on(p.action(), 70)));
    }
    keys
}

/// Draws.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    put_line(buf, area, area.x, area.y, &parts(state, cx), area.width, None, cx.theme);
    let below = Rect { y: area.y.saturating_add(1), height: area.height.saturating_sub(1), ..area };
    match state.list() {
        Some((list, kind)) => list::view(list, kind, cx, below, buf),
        None => campaigns::view(&state.campaigns, cx, below, buf),
    }
}

/// The names of the parts with their keys; the one shown in brackets, what is late with its number.
fn parts(state: &State, cx: &Context) -> Pieces {
    let mut out = Vec::new();
    for (part, urgent) in Part::ALL.into_iter().zip(state.urgent) {
        let name = cx.texts.t(&format!("inspections.part_{}", part.code()));
        let key = cx.keys.shown(part.action()).unwrap_or_default();
        if part == state.part {
            out.push(piece(format!(" [{name}]"), Role::Section));
        } else {
            out.push(piece(format!("  {key} "), Role::Key));
            out.push(piece(name, Role::Text));
        }
        if urgent > 0 {
            out.push(piece(format!(" ({urgent})"), Role::Alarm));
        }
        out.push(piece(" ", Role::Text));
    }
    out
}
