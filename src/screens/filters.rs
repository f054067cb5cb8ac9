//! 已存筛选: the operator's saved filters, nine of them, each under a key: call, save, rename, remove.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use serde::{Deserialize, Serialize};

use super::list::edit_field;
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target, Tone};
use crate::i18n::Texts;
use crate::keys::{Action, Scope};
use crate::ui::field::Field;
use crate::ui::paint::{self, Pieces, padded, piece, put_line};
use crate::ui::popup;
use crate::ui::scroll::{Move, Scroll};
use crate::ui::theme::{Glyph, Role};

/// A filter under a name and a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedFilter {
    /// Its place among the keys, from 0.
    pub place: u8,
    /// Its name.
    pub name: String,
    /// The list it is for, by [`ScreenId::code`].
    pub screen: String,
    /// The filter as typed.
    pub text: String,
}

/// Places for filters, and the actions that call them.
const PLACES: [Action; 9] = [
    Action::Filter1,
    Action::Filter2,
    Action::Filter3,
    Action::Filter4,
    Action::Filter5,
    Action::Filter6,
    Action::Filter7,
    Action::Filter8,
    Action::Filter9,
];

/// A longer name is cut.
const LONGEST: usize = 24;

/// What is being done.
#[derive(Debug, Clone, PartialEq, Default)]
enum Mode {
    /// A filter is chosen.
    #[default]
    Choosing,
    /// A name is written: for the list's filter, or for one that has a name already.
    Naming(Field, SavedFilter),
    /// A filter is about to be removed.
    Removing,
}

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// The filter of the list below.
    current: Option<(ScreenId, String)>,
    scroll: Scroll,
    mode: Mode,
    /// The sentence to show once the change is on disk.
    awaited: Option<String>,
}

/// The place an action calls.
pub fn place(action: Action) -> Option<usize> {
    PLACES.iter().position(|a| *a == action)
}

/// The filter saved at a place.
fn saved(filters: &[SavedFilter], place: usize) -> Option<&SavedFilter> {
    filters.iter().find(|f| usize::from(f.place) == place)
}

/// What an action that calls a filter is called; `None` where nothing is saved.
pub fn label(action: Action, filters: &[SavedFilter], texts: Texts) -> Option<String> {
    let filter = saved(filters, place(action)?)?;
    Some(texts.fill("filters.call", &[("name", filter.name.as_str())]))
}

/// Whether an action is of any use: those that call a filter only where one is saved.
pub fn useful(action: Action, filters: &[SavedFilter]) -> bool {
    place(action).is_none_or(|p| saved(filters, p).is_some())
}

/// Goes to the list of the filter saved at a place.
pub fn call(place: usize, cx: &Context) -> Vec<Effect> {
    let target = saved(cx.filters, place).and_then(|f| {
        let screen = ScreenId::TABS.iter().map(|(id, _)| *id).find(|id| id.code() == f.screen)?;
        Some(Target::filtered(screen, f.text.clone()))
    });
    match target {
        Some(target) => vec![Effect::Go(target)],
        None => {
            let text = cx.texts.fill("filters.nothing_here", &[("key", struck(Action::Filters, cx))]);
            vec![Effect::Toast(Tone::Plain, text)]
        }
    }
}

impl State {
    /// Over a list with this filter.
    pub(super) fn new(current: Option<(ScreenId, String)>) -> Self {
        Self { current, ..Self::default() }
    }

    /// Whether a name is being written.
    pub(super) const fn typing(&self) -> bool {
        matches!(self.mode, Mode::Naming(..))
    }

    /// The scopes that hear keys.
    pub(super) const fn scopes(&self) -> &'static [Scope] {
        match self.mode {
            Mode::Choosing => &[Scope::Saved, Scope::Popup],
            Mode::Naming(..) => &[Scope::Text, Scope::Popup],
            Mode::Removing => &[Scope::Popup],
        }
    }

    /// Begins to save the list's filter: at the cursor if nothing is there, else at the first free place.
    fn save(&mut self, cx: &Context) -> Vec<Effect> {
        let Some((screen, text)) = self.current.clone() else {
            return vec![Effect::Toast(Tone::Plain, cx.texts.t("filters.nothing_to_save"))];
        };
        let free = |p: &usize| saved(cx.filters, *p).is_none();
        let Some(place) = std::iter::once(self.scroll.at).chain(0..PLACES.len()).find(free) else {
            return vec![Effect::Toast(Tone::Trouble, cx.texts.t("filters.full"))];
        };
        self.scroll.to(place, PLACES.len(), PLACES.len());
        let filter = SavedFilter { place: place as u8, name: String::new(), screen: screen.code().to_owned(), text };
        self.mode = Mode::Naming(Field::default(), filter);
        Vec::new()
    }

    /// Puts a filter at its place, or takes it away.
    fn keep(&mut self, place: u8, filter: Option<SavedFilter>, done: &str, cx: &Context) -> Vec<Effect> {
        let name = filter.as_ref().or_else(|| saved(cx.filters, place.into())).map_or("", |f| f.name.as_str());
        self.awaited = Some(cx.texts.fill(done, &[("name", name), ("key", &key(place.into(), cx))]));
        self.mode = Mode::Choosing;
        vec![Effect::KeepFilter(place, filter)]
    }

    fn named(&mut self, cx: &Context) -> Vec<Effect> {
        let Mode::Naming(field, filter) = &self.mode else { return Vec::new() };
        let name: String = field.text().trim().chars().take(LONGEST).collect();
        if name.is_empty() {
            return vec![Effect::Toast(Tone::Plain, cx.texts.t("filters.name_missing"))];
        }
        let filter = SavedFilter { name, ..filter.clone() };
        self.keep(filter.place, Some(filter), "filters.saved", cx)
    }
}

/// The first key that calls a place.
fn key(place: usize, cx: &Context) -> String {
    PLACES.get(place).map(|a| struck(*a, cx)).unwrap_or_default()
}

/// The first key of an action.
fn struck(action: Action, cx: &Context) -> String {
    cx.keys.keys(action).first().map(|k| super::help::key_name(&k.to_string(), cx)).unwrap_or_default()
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    if let Mode::Naming(field, _) = &mut state.mode
        && edit_field(field, &input).is_some()
    {
        return Vec::new();
    }
    let here = state.scroll.at;
    let step = match (&state.mode, input) {
        // Another session may have saved some since.
        (_, Input::Shown) => return vec![Effect::ReadFilters],
        (_, Input::Filters(_)) => {
            return state.awaited.take().map(|text| Effect::Toast(Tone::Done, text)).into_iter().collect();
        }
        (_, Input::Failed(why)) => {
            state.awaited = None;
            return vec![Effect::Toast(Tone::Trouble, why)];
        }
        (Mode::Naming(..), Input::Action(Action::Accept | Action::Choose)) => return state.named(cx),
        (Mode::Removing, Input::Action(Action::Yes)) => return state.keep(here as u8, None, "filters.removed", cx),
        (Mode::Naming(..), Input::Action(Action::Cancel | Action::Close)) | (Mode::Removing, Input::Action(_)) => {
            state.mode = Mode::Choosing;
            return Vec::new();
        }
        (Mode::Choosing, Input::Action(action)) => match action {
            Action::PopupUp => Move::Up,
            Action::PopupDown => Move::Down,
            Action::PopupPageUp => Move::First,
            Action::PopupPageDown => Move::Last,
            Action::Close | Action::Back => return vec![Effect::Back],
            Action::Choose if saved(cx.filters, here).is_some() => return call(here, cx),
            Action::Choose | Action::SaveFilter => return state.save(cx),
            Action::RenameFilter => {
                if let Some(filter) = saved(cx.filters, here) {
                    state.mode = Mode::Naming(Field::new(filter.name.clone()), filter.clone());
                }
                return Vec::new();
            }
            Action::RemoveFilter => {
                if saved(cx.filters, here).is_some() {
                    state.mode = Mode::Removing;
                }
                return Vec::new();
            }
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    state.scroll.go(step, PLACES.len(), PLACES.len());
    Vec::new()
}

/// Draws the places, and below them the name being written or the question.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    let outer = popup::centred(area, 72, PLACES.len() as u16 + 4);
    let inner = popup::frame(buf, outer, &cx.texts.t("filters.title"), theme);
    let keys: Vec<String> = (0..PLACES.len()).map(|p| key(p, cx)).collect();
    let wide = keys.iter().map(|k| paint::width(k)).max().unwrap_or(0);
    for ((place, key), y) in keys.iter().enumerate().zip(inner.y..inner.bottom()) {
        let selected = place == state.scroll.at;
        let mark = if selected { theme.glyph(Glyph::Cursor) } else { " " };
        let mut line: Pieces =
            vec![piece(format!("{mark} "), Role::Key), piece(format!("{}  ", padded(key, wide, theme)), Role::Key)];
        match saved(cx.filters, place) {
            Some(f) => {
                let role = if selected { Role::Strong } else { Role::Text };
                let list = cx.texts.get(&format!("screen.{}.title", f.screen)).unwrap_or_default();
                line.push(piece(format!("{}  ", padded(&f.name, 20, theme)), role));
                line.push(piece(format!("{}  {}", padded(list, 10, theme), f.text), Role::Dim));
            }
            None => line.push(piece(cx.texts.t("filters.free"), Role::Dim)),
        }
        put_line(buf, inner, inner.x, y, &line, inner.width, None, theme);
    }
    let below = Rect { y: inner.bottom().saturating_sub(1), height: inner.height.min(1), ..inner };
    match &state.mode {
        Mode::Choosing => {
            let text = match &state.current {
                Some((_, text)) => cx.texts.fill("filters.current", &[("filter", text)]),
                None => cx.texts.t("filters.nothing_to_save"),
            };
            put_line(buf, below, below.x, below.y, &[piece(text, Role::Dim)], below.width, None, theme);
            Some(popup::rest(inner, (state.scroll.at as u16).min(inner.height.checked_sub(1)?)))
        }
        Mode::Naming(field, _) => {
            let label = [piece(format!("{}  ", cx.texts.t("filters.name")), Role::Key)];
            let used = put_line(buf, below, below.x, below.y, &label, below.width, None, theme);
            let x = below.x.saturating_add(used);
            field.view(buf, Rect { x, width: below.width.saturating_sub(used), ..below }, theme)
        }
        Mode::Removing => {
            let name = saved(cx.filters, state.scroll.at).map_or("", |f| f.name.as_str());
            let text = cx.texts.fill("filters.ask_remove", &[("name", name)]);
            put_line(buf, below, below.x, below.y, &[piece(text, Role::Warn)], below.width, None, theme);
            Some(Position::new(below.x, below.y)).filter(|_| !below.is_empty())
        }
    }
}

/// What can be done now.
pub fn keys(state: &State, cx: &Context) -> Vec<AvailableAction> {
    let here = saved(cx.filters, state.scroll.at).is_some();
    match state.mode {
        Mode::Naming(..) => vec![AvailableAction::on(Action::Accept, 90), AvailableAction::on(Action::Cancel, 80)],
        Mode::Removing => vec![AvailableAction::on(Action::Yes, 90), AvailableAction::on(Action::No, 80)],
        Mode::Choosing => vec![
            AvailableAction::when(Action::Choose, 90, here || state.current.is_some()),
            AvailableAction::when(Action::SaveFilter, 85, state.current.is_some()),
            AvailableAction::when(Action::RenameFilter, 60, here),
            AvailableAction::when(Action::RemoveFilter, 50, here),
            AvailableAction::on(Action::Close, 80),
            AvailableAction::on(Action::PopupUp, 0),
            AvailableAction::on(Action::PopupDown, 0),
        ],
    }
}
