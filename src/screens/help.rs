//! 按键: the keys of the screen below, from the keymap in use, so that the page cannot say anything else than what works.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{AvailableAction, Context, Effect, Input, ScreenId, filters};
use crate::keys::{Action, Scope};
use crate::ui::paint::{Pieces, line, padded, piece, width, wrap};
use crate::ui::popup;
use crate::ui::theme::{Glyph, Role};

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    about: ScreenId,
    scopes: &'static [Scope],
    keys: Vec<AvailableAction>,
    first: usize,
    page: usize,
}

impl State {
    /// Help for a screen that listens to these scopes and offers these actions.
    pub(super) const fn new(about: ScreenId, scopes: &'static [Scope], keys: Vec<AvailableAction>) -> Self {
        Self { about, scopes, keys, first: 0, page: 1 }
    }

    /// Whether an action works on the screen below.
    fn enabled(&self, action: Action) -> bool {
        action.scope() == Scope::Global || self.keys.iter().any(|k| k.action == action && k.enabled)
    }

    fn lines(&self, cx: &Context, cells: u16) -> Vec<Pieces> {
        let t = cx.texts;
        let mut out = Vec::new();
        for about in t.fill(&format!("screen.{}.about", self.about.code()), &[("", "")]).lines() {
            out.extend(wrap(about, cells).into_iter().map(|part| line(part, Role::Text)));
        }
        for scope in self.scopes {
            out.push(Vec::new());
            out.push(line(t.t(&scope.label_key()), Role::Section));
            let label = |a: Action| {
                let called = self.keys.iter().find(|k| k.action == a).map_or_else(|| a.label_key(), |k| k.label_key());
                filters::label(a, cx.filters, t).unwrap_or_else(|| t.t(called))
            };
            let all: Vec<(String, String, bool)> = scope
                .actions()
                .filter(|a| filters::useful(*a, cx.filters))
                .filter(|a| *scope != Scope::List || self.keys.iter().any(|k| k.action == *a))
                .map(|a| (keys_of(cx, a), label(a), self.enabled(a)))
                .filter(|(keys, _, _)| !keys.is_empty())
                .collect();
            // Two columns where there is room.
            let across = if cells >= 70 { 2 } else { 1 };
            let column = cells / across;
            let key = all.iter().map(|(k, _, _)| width(k)).max().unwrap_or(0).min(column / 2);
            let rows = all.len().div_ceil(usize::from(across));
            for row in 0..rows {
                let mut pieces = Vec::new();
                for (keys, label, enabled) in (0..usize::from(across)).filter_map(|c| all.get(row + c * rows)) {
                    let (k, l) = if *enabled { (Role::Key, Role::Text) } else { (Role::Rule, Role::Rule) };
                    pieces.push(piece(format!("  {} ", padded(keys, key, cx.theme)), k));
                    pieces.push(piece(padded(label, column.saturating_sub(key).saturating_sub(4), cx.theme), l));
                    pieces.push(piece(" ", Role::Text));
                }
                out.push(pieces);
            }
        }
        out.push(Vec::new());
        out.push(line(t.t("help.signs"), Role::Section));
        let signs = [
            (Glyph::Full, "on_post"),
            (Glyph::Half, "running"),
            (Glyph::Alert, "act"),
            (Glyph::Yes, "done"),
            (Glyph::No, "refused"),
            (Glyph::Empty, "not_yet"),
        ];
        for (glyph, key) in signs {
            let text = t.t(&format!("help.{key}"));
            out.push(vec![piece(format!("  {}  ", cx.theme.glyph(glyph)), Role::Key), piece(text, Role::Text)]);
        }
        out
    }
}

/// All keys of an action as text.
pub fn keys_of(cx: &Context, action: Action) -> String {
    cx.keys.keys(action).iter().map(|s| key_name(&s.to_string(), cx)).collect::<Vec<_>>().join("  ")
}

/// How a key or a sequence of keys is written on screen: `Enter`, `Ctrl-B`, the arrows by words of the language.
pub fn key_name(keys: &str, cx: &Context) -> String {
    let one = |key: &str| {
        if key.chars().count() <= 1 {
            return key.to_owned();
        }
        let (held, last) = key.rsplit_once('-').filter(|(_, l)| !l.is_empty()).unwrap_or(("", key));
        let last = cx.texts.get(&format!("key_name.{last}")).map_or_else(|| capital(last), str::to_owned);
        let held = held.split('-').filter(|h| !h.is_empty()).map(capital);
        held.chain([last]).collect::<Vec<_>>().join("-")
    };
    keys.split(' ').map(one).collect::<Vec<_>>().join(" ")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    let last = state.lines(cx, 70).len().saturating_sub(state.page);
    match input {
        Input::Resized(_, h) => state.page = (h as usize).saturating_sub(6).max(1),
        Input::Action(Action::PopupUp) => state.first = state.first.saturating_sub(1),
        Input::Action(Action::PopupDown) => state.first = state.first.saturating_add(1).min(last),
        Input::Action(Action::PopupPageUp) => state.first = state.first.saturating_sub(state.page),
        Input::Action(Action::PopupPageDown) => state.first = state.first.saturating_add(state.page).min(last),
        Input::Action(Action::Close | Action::Back | Action::Choose | Action::Help) => return vec![Effect::Back],
        _ => {}
    }
    Vec::new()
}

/// Draws.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let w = area.width.saturating_sub(2).min(100);
    let lines = state.lines(cx, w.saturating_sub(4));
    let h = (lines.len() as u16).saturating_add(2);
    let name = cx.texts.t(&format!("screen.{}.title", state.about.code()));
    let title = cx.texts.fill("help.title", &[("screen", name)]);
    let inner = popup::frame(buf, popup::centred(area, w, h), &title, cx.theme);
    popup::lines(buf, inner, &lines, state.first, cx.theme);
    None
}

/// What can be done now.
pub fn keys(_: &State, _: &Context) -> Vec<AvailableAction> {
    vec![
        AvailableAction::on(Action::Close, 90),
        AvailableAction::on(Action::PopupUp, 0),
        AvailableAction::on(Action::PopupDown, 0),
        AvailableAction::on(Action::PopupPageUp, 0),
        AvailableAction::on(Action::PopupPageDown, 0),
    ]
}
