//! A screen.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{AvailableAction, Context, Effect, Input, Target};

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {}

impl State {
    pub(super) const fn typing(&self) -> bool {
        false
    }
    pub(super) fn start(&mut self, _target: &Target, _cx: &Context) {}
}

/// Takes in what came.
pub fn update(_state: &mut State, input: Input, _cx: &Context) -> Vec<Effect> {
    match input {
        Input::Action(crate::keys::Action::Back) => vec![Effect::Back],
        _ => Vec::new(),
    }
}

/// Draws.
pub fn view(_state: &State, _cx: &Context, _area: Rect, _buf: &mut Buffer) -> Option<Position> {
    None
}

/// What can be done now.
pub fn keys(_state: &State, _cx: &Context) -> Vec<AvailableAction> {
    Vec::new()
}
