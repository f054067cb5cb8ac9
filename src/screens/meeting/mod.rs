//! 会议: what waits for the leaders or the committee; a line that looks anybody up; Enter puts the one asked about, and
//! nothing else, on the projector; decisions are written down with their votes.

mod lookup;
mod month;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::data::{self, Matches};
use super::deed::Deed;
use super::list::{self, Kind, List};
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target, Tone, case, words};
use crate::domain::{PersonId, StepCode};
use crate::index::{Item, Part, Row, SortBy, View};
use crate::keys::Action;
use crate::ui::paint::{Pieces, line};
use crate::ui::table::{Column, column};
use crate::ui::theme::Role;
use lookup::Lookup;
pub use month::Month;

const KIND: Kind = Kind {
    id: ScreenId::Meeting,
    view: View::Agenda,
    everybody: None,
    columns,
    sorts: &[
        SortBy::Name,
        SortBy::Matter,
        SortBy::Waits,
        SortBy::Open,
        SortBy::Submitted,
        SortBy::Depart,
        SortBy::Department,
    ],
    // The longest wait first.
    own: 4,
    cells,
};

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    agenda: List,
    lookup: Lookup,
}

impl State {
    /// Whether the lookup line has the focus.
    pub(super) const fn typing(&self) -> bool {
        self.lookup.open
    }

    /// Starts with what a target asks for.
    pub(super) fn start(&mut self, target: &Target, cx: &Context) {
        if target.typing {
            self.lookup.start(cx);
        }
    }
}

/// The step of an entry that the meeting takes.
fn step(item: Item, cx: &Context) -> Option<(Part, StepCode)> {
    let step = match data::row(cx, item)? {
        Row::Trip(t) => t.waits_for,
        Row::Matter(m) => m.next().map(|s| s.code),
        _ => None,
    };
    item.person_part().zip(step.filter(|s| s.of_meeting()))
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    if state.lookup.open {
        match input {
            Input::Typed(_) | Input::Paste(_) | Input::Action(_) => {
                let found = state.lookup.update(&input, cx);
                return found.map(|(id, m)| Effect::Go(Target::projector(id, None, m))).into_iter().collect();
            }
            Input::Refreshed => state.lookup.run(cx),
            _ => {}
        }
    }
    let selected = state.agenda.selected();
    match input {
        Input::Resized(_, h) => state.lookup.fit(usize::from(h).saturating_sub(5)),
        Input::Action(Action::Filter) => {
            state.lookup.start(cx);
            return Vec::new();
        }
        Input::Action(Action::Open) => {
            let target = |i: Item| Target::projector(PersonId(i.record.number), i.person_part(), None);
            return selected.map(|i| Effect::Go(target(i))).into_iter().collect();
        }
        Input::Action(Action::Decide) => {
            let Some((item, (part, step))) = selected.and_then(|i| Some((i, step(i, cx)?))) else { return Vec::new() };
            let deed = Deed::Decide(part, step);
            if !deed.permitted(cx.operator) {
                return vec![Effect::Toast(Tone::Plain, cx.texts.t("cases.not_yours"))];
            }
            return vec![Effect::Fill { deed, persons: vec![PersonId(item.record.number)], items: Vec::new() }];
        }
        // There is nothing to do with several at once: each is decided by itself.
        Input::Action(Action::Mark | Action::MarkAll | Action::ClearFilter) => return Vec::new(),
        _ => {}
    }
    list::update(&mut state.agenda, &KIND, input, cx)
}

/// What can be done now.
pub fn keys(state: &State, _: &Context) -> Vec<AvailableAction> {
    if state.lookup.open {
        return vec![
            AvailableAction::when(Action::Accept, 90, state.lookup.some()).called("meeting.project"),
            AvailableAction::on(Action::Cancel, 80).called("lists.leave_line"),
            AvailableAction::on(Action::ClearText, 70),
            AvailableAction::when(Action::Up, 0, state.lookup.some()),
            AvailableAction::when(Action::Down, 0, state.lookup.some()),
        ];
    }
    let some = state.agenda.selected().is_some();
    let mut keys = list::keys(&state.agenda, &KIND);
    keys.retain(|k| !matches!(k.action, Action::Mark | Action::MarkAll | Action::MarkNone | Action::ClearFilter));
    for k in &mut keys {
        match k.action {
            Action::Open => *k = k.called("meeting.project"),
            Action::Filter => *k = k.called("meeting.lookup"),
            _ => {}
        }
    }
    keys.push(AvailableAction::when(Action::Decide, 99, some));
    keys
}

/// Draws.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    if state.lookup.open {
        return state.lookup.view(cx, area, buf);
    }
    list::view(&state.agenda, &KIND, cx, area, buf)
}

fn columns(cx: &Context) -> Vec<Column> {
    let t = cx.texts;
    vec![
        column(t.t("column.name"), 8, 10, 90),
        column(t.t("meeting.column_what"), 12, 24, 85).flex(),
        column(t.t("meeting.column_step"), 16, 30, 80),
        column(t.t("column.article"), 10, 20, 70),
        column(t.t("column.since"), 8, 11, 60),
        column(t.t("cases.column_effective"), 10, 10, 50),
        column(t.t("column.department"), 8, 16, 20),
    ]
}

fn cells(row: &Row, cx: &Context, matches: &Matches) -> Vec<Pieces> {
    let t = cx.texts;
    let (name, what, step, by, since, on, department) = match row {
        Row::Trip(x) => {
            let values = [("kind", t.word("trip", x.kind.code())), ("to", x.destination.clone())];
            let (pack, article) = &x.waits_by;
            let by = cite(cx, pack, article);
            (
                &x.name,
                t.fill("meeting.trip", &values),
                x.waits_for,
                by,
                x.submitted_on,
                Some(x.depart_on),
                &x.department,
            )
        }
        Row::Matter(x) => {
            let next = x.next();
            let by = next.map(|s| cite(cx, &s.pack, &s.article)).unwrap_or_default();
            let m = &x.matter;
            (&x.name, case::kind(m.kind, cx), next.map(|s| s.code), by, m.opened_on, m.effective_on, &x.department)
        }
        _ => return Vec::new(),
    };
    vec![
        matches.name(name, Role::Strong),
        line(what, Role::Text),
        line(step.map(|s| t.word("step", s.code())).unwrap_or_default(), Role::Warn),
        line(by, Role::Dim),
        line(since.map(|d| words::distance(cx, d)).unwrap_or_default(), Role::Text),
        line(on.map(|d| d.to_string()).unwrap_or_default(), Role::Text),
        matches.text(department, Role::Text),
    ]
}

/// The article; its pack only where it is no unit's own: the projector and the pane name it.
fn cite(cx: &Context, pack: &str, article: &str) -> String {
    let own = cx.units.iter().any(|u| u.pack == pack);
    let all = words::cite(cx, pack, article);
    if own { all.strip_prefix(pack).unwrap_or(&all).trim().to_owned() } else { all }
}
