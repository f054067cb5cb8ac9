//! A screen.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{AvailableAction, Context, Effect, Input};

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {}

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
