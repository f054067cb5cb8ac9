//! 命令面板: every action by its name in both languages, with its key, and what can be done with the people below; typing
//! narrows, Enter does it on the screen below.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::deed::Deed;
use super::help::{key_name, keys_of};
use super::list::edit_field;
use super::{AvailableAction, Context, Effect, Input, data, filters, menu};
use crate::domain::PersonId;
use crate::i18n::{Lang, Texts};
use crate::index::Item;
use crate::keys::{Action, Scope, Visibility};
use crate::ui::field::Field;
use crate::ui::paint::{self, padded, piece, put, put_line, width};
use crate::ui::popup;
use crate::ui::scroll::{Move, Scroll};
use crate::ui::theme::{Glyph, Role};

/// A line of the palette.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Entry {
    /// Something the screen below does.
    Does(Action),
    /// Something to be done with the people below.
    Deed(Deed),
}

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    field: Field,
    /// What works on the screen below, and everywhere.
    all: Vec<Entry>,
    shown: Vec<Entry>,
    /// Whom the deeds are about: the people marked below, or the one under the cursor.
    persons: Vec<PersonId>,
    /// Or which other records.
    items: Vec<Item>,
    /// What opens the menu of these deeds below.
    act: Option<Action>,
    scroll: Scroll,
    page: usize,
}

impl State {
    /// The palette over a screen that offers these actions, one of which opens this menu.
    pub(super) fn new(keys: &[AvailableAction], deeds: Option<menu::State>, cx: &Context) -> Self {
        let act = [Action::Act, Action::ActHere].into_iter().find(|a| keys.iter().any(|k| k.action == *a));
        let here = keys.iter().filter(|k| k.enabled).map(|k| k.action);
        let everywhere = Scope::Global.actions().filter(|a| !matches!(a, Action::Palette | Action::Back));
        let mut all: Vec<Action> = here.chain(everywhere).filter(|a| a.visibility() != Visibility::Moves).collect();
        all.retain(|a| filters::useful(*a, cx.filters));
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|a| seen.insert(*a));
        let (persons, items, deeds) = deeds.map(menu::State::into_parts).unwrap_or_default();
        let all = all.into_iter().map(Entry::Does).chain(deeds.into_iter().map(Entry::Deed)).collect();
        let (field, scroll) = (Field::default(), Scroll::default());
        let mut state = Self { field, shown: Vec::new(), all, persons, items, act, scroll, page: 10 };
        state.narrow(cx);
        state
    }

    /// Ranks the actions by what is typed, over their names in both languages.
    fn narrow(&mut self, cx: &Context) {
        let query = self.field.text().trim();
        let best = |e: &Entry| {
            let scores = Lang::ALL.iter().filter_map(|l| data::score(&self.label(*e, Texts::new(*l), cx), query));
            scores.max().map(|s| (s, *e))
        };
        let mut scored: Vec<(i64, Entry)> = self.all.iter().filter_map(best).collect();
        scored.sort_by_key(|(s, _)| std::cmp::Reverse(*s));
        self.shown = scored.into_iter().map(|(_, a)| a).collect();
        self.scroll = Scroll::default();
    }

    /// What a line is called.
    fn label(&self, entry: Entry, texts: Texts, cx: &Context) -> String {
        match entry {
            Entry::Does(action) => {
                filters::label(action, cx.filters, texts).unwrap_or_else(|| texts.t(action.label_key()))
            }
            Entry::Deed(deed) => menu::label(deed, &self.persons, &Context { texts, ..*cx }),
        }
    }

    /// The keys that do the same without the palette.
    fn keys(&self, entry: Entry, cx: &Context) -> String {
        match entry {
            Entry::Does(action) => keys_of(cx, action),
            Entry::Deed(deed) => {
                let act = self.act.and_then(|a| Some(key_name(&cx.keys.keys(a).first()?.to_string(), cx)));
                format!("{} {}", act.unwrap_or_default(), deed.letter())
            }
        }
    }
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    if let Some(changed) = edit_field(&mut state.field, &input) {
        if changed {
            state.narrow(cx);
        }
        return Vec::new();
    }
    let step = match input {
        Input::Resized(_, h) => {
            state.page = (h as usize).saturating_sub(8).clamp(1, 16);
            return Vec::new();
        }
        Input::Action(Action::PopupUp) => Move::Up,
        Input::Action(Action::PopupDown) => Move::Down,
        Input::Action(Action::PopupPageUp) => Move::PageUp,
        Input::Action(Action::PopupPageDown) => Move::PageDown,
        Input::Action(Action::Accept | Action::Choose) => {
            let effect = state.shown.get(state.scroll.at).map(|entry| match entry {
                Entry::Does(action) => Effect::Chosen(*action),
                Entry::Deed(deed) => {
                    Effect::Fill { deed: *deed, persons: state.persons.clone(), items: state.items.clone() }
                }
            });
            return effect.into_iter().collect();
        }
        Input::Action(Action::Cancel | Action::Close | Action::Back) => return vec![Effect::Back],
        _ => return Vec::new(),
    };
    state.scroll.go(step, state.shown.len(), state.page);
    Vec::new()
}

/// Draws the field, the actions with their keys, and the caret.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    let w = area.width.saturating_sub(4).min(72);
    let h = (state.page as u16).saturating_add(4);
    let outer = Rect { y: area.y, ..popup::centred(area, w, h) };
    let inner = popup::frame(buf, outer, &cx.texts.t("palette.title"), theme);
    let prompt = put(buf, inner, inner.x, inner.y, ": ", 2, theme.style(Role::Key), theme);
    let field = Rect {
        x: inner.x.saturating_add(prompt),
        width: inner.width.saturating_sub(prompt),
        height: 1.min(inner.height),
        ..inner
    };
    let caret = state.field.view(buf, field, theme);
    paint::rule(buf, inner, inner.x, inner.y.saturating_add(1), inner.width, theme);
    let rows = Rect { y: inner.y.saturating_add(2), height: inner.height.saturating_sub(2), ..inner };
    let other = Texts::new(if cx.texts.lang() == Lang::En { Lang::ZhCn } else { Lang::En });
    let first = state.scroll.first(state.shown.len(), rows.height as usize);
    for (n, y) in (first..state.shown.len()).zip(rows.y..rows.bottom()) {
        let Some(entry) = state.shown.get(n) else { break };
        let selected = n == state.scroll.at;
        let over = selected.then_some(Role::Selected);
        let row = Rect { y, height: 1, ..rows };
        if selected {
            paint::fill(buf, row, theme.style(Role::Selected));
            put(buf, row, row.x, y, theme.glyph(Glyph::Cursor), 1, theme.style(Role::Selected), theme);
        }
        let keys = state.keys(*entry, cx);
        let right = width(&keys).min(row.width / 3);
        let third = row.width.saturating_sub(right).saturating_sub(4) / 2;
        let pieces = [
            piece(padded(&state.label(*entry, cx.texts, cx), third, theme), Role::Strong),
            piece(" ", Role::Text),
            piece(padded(&state.label(*entry, other, cx), third, theme), Role::Dim),
        ];
        put_line(buf, row, row.x.saturating_add(2), y, &pieces, row.width, over, theme);
        let style = theme.style(over.unwrap_or(Role::Key));
        put(buf, row, row.right().saturating_sub(right), y, &keys, right, style, theme);
    }
    if state.shown.is_empty() {
        let text = cx.texts.t("palette.nothing");
        put(buf, rows, rows.x.saturating_add(2), rows.y, &text, rows.width, theme.style(Role::Dim), theme);
    }
    caret
}

/// What can be done now.
pub fn keys(state: &State, _: &Context) -> Vec<AvailableAction> {
    let some = !state.shown.is_empty();
    vec![
        AvailableAction::when(Action::Accept, 90, some),
        AvailableAction::on(Action::Cancel, 80),
        AvailableAction::when(Action::PopupUp, 0, some),
        AvailableAction::when(Action::PopupDown, 0, some),
    ]
}
