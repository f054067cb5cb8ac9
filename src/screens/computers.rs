//! 计算机: computers, peripherals, media and carriers, with who answers for each, where it stands and what became of it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::data::Matches;
use super::list::{self, Kind, List};
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target, words};
use crate::index::{Row, SortBy, View};
use crate::ui::paint::{Pieces, line};
use crate::ui::table::{Column, column};
use crate::ui::theme::Role;

const KIND: Kind = Kind {
    id: ScreenId::Computers,
    view: View::Devices,
    everybody: None,
    columns,
    sorts: &[
        SortBy::Name,
        SortBy::Kind,
        SortBy::Level,
        SortBy::Custodian,
        SortBy::User,
        SortBy::Room,
        SortBy::State,
        SortBy::Department,
        SortBy::Post,
    ],
    own: 0,
    cells,
};

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    list: List,
}

impl State {
    /// Whether the filter line has the focus.
    pub(super) const fn typing(&self) -> bool {
        self.list.typing()
    }

    /// The filter as typed.
    pub(super) fn filter(&self) -> &str {
        self.list.filter()
    }

    /// Starts with what a target asks for.
    pub(super) fn start(&mut self, target: &Target) {
        self.list.start(target);
    }
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    list::update(&mut state.list, &KIND, input, cx)
}

/// Draws.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    list::view(&state.list, &KIND, cx, area, buf)
}

/// What can be done now.
pub fn keys(state: &State, _: &Context) -> Vec<AvailableAction> {
    list::keys(&state.list, &KIND)
}

fn columns(cx: &Context) -> Vec<Column> {
    let t = |key: &str| cx.texts.t(&format!("devices.column_{key}"));
    vec![
        column(t("number"), 12, 14, 90),
        column(t("kind"), 8, 14, 60),
        column(t("level"), 12.min(words::secrecy_width(cx)), 12, 80),
        column(t("custodian"), 8, 10, 85),
        column(t("user"), 8, 10, 50),
        column(t("room"), 6, 12, 65),
        column(t("state"), 8, 12, 70),
        column(t("department"), 10, 16, 40),
        column(t("model"), 10, 24, 30).flex(),
    ]
}

fn cells(row: &Row, cx: &Context, matches: &Matches) -> Vec<Pieces> {
    let kind = |list: &str, code: &str| line(cx.texts.word(list, code), Role::Text);
    let (number, kind, level, holder, user, room, state, department, title) = match row {
        Row::Computer(c) => (
            &c.number,
            kind("computer", c.kind.code()),
            c.level,
            &c.custodian_name,
            c.user_name.as_str(),
            c.room.as_str(),
            c.state,
            &c.department,
            &c.model,
        ),
        Row::Medium(m) => (
            &m.number,
            kind("medium", m.kind.code()),
            m.level,
            &m.holder_name,
            "",
            "",
            m.state,
            &m.department,
            &m.title,
        ),
        _ => return Vec::new(),
    };
    vec![
        matches.text(number, Role::Strong),
        kind,
        words::secrecy(cx, level),
        matches.name(holder, Role::Text),
        matches.name(user, Role::Text),
        matches.text(room, Role::Text),
        words::device_state(cx, state),
        matches.text(department, Role::Text),
        matches.text(title, Role::Dim),
    ]
}
