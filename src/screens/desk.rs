//! The stack of screens on the officer's desk: Today and the lists side by side, each keeping its state; a card and the
//! overlays on top. Routes what comes in, does the navigating effects, draws the frame around the screen on top.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{
    AvailableAction, Context, Effect, Input, Screen, ScreenId, Target, Tone, help, palette, people, periods, person,
    today, training, travel,
};
use crate::keys::{Action, Scope};
use crate::ui::theme::Role;
use crate::ui::{frame, paint, popup};

/// What the driver adds to the frame.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chrome {
    /// A sentence over the footer.
    pub toast: Option<(Tone, String)>,
    /// Key sequences begun: what was struck, and what may follow with its label.
    pub pending: Option<(String, Vec<(String, String)>)>,
}

/// All screens that are open.
#[derive(Debug, Clone, PartialEq)]
pub struct Desk {
    tabs: Vec<Screen>,
    at: usize,
    over: Vec<Screen>,
    size: (u16, u16),
}

impl Desk {
    /// Today on top, the lists behind it. `size` is the terminal's.
    pub fn new(cx: &Context, size: (u16, u16)) -> Self {
        let tabs = vec![
            Screen::Today(today::State::default()),
            Screen::People(people::State::default()),
            Screen::Periods(periods::State::default()),
            Screen::Travel(travel::State::default()),
            Screen::Training(training::State::default()),
        ];
        let mut desk = Self { tabs, at: 0, over: Vec::new(), size };
        for screen in &mut desk.tabs {
            screen.update(Input::Resized(size.0, size.1), cx);
        }
        if let Some(screen) = desk.tabs.first_mut() {
            screen.update(Input::Shown, cx);
        }
        desk
    }

    /// The screen on top.
    pub fn top(&self) -> Option<&Screen> {
        self.over.last().or_else(|| self.tabs.get(self.at))
    }

    fn top_mut(&mut self) -> Option<&mut Screen> {
        self.over.last_mut().or_else(|| self.tabs.get_mut(self.at))
    }

    /// Whether printable characters are text.
    pub fn typing(&self) -> bool {
        self.top().is_some_and(Screen::typing)
    }

    /// The scopes that hear keys, the first one first.
    pub fn scopes(&self) -> &'static [Scope] {
        self.top().map_or(&[Scope::Global], Screen::scopes)
    }

    /// Takes in what came; what is left for the driver to do comes back.
    pub fn update(&mut self, input: Input, cx: &Context) -> Vec<Effect> {
        let effects = match input {
            Input::Resized(w, h) => {
                self.size = (w, h);
                self.everyone(&Input::Resized(w, h), cx)
            }
            Input::Refreshed => self.everyone(&Input::Refreshed, cx),
            Input::Fetched(card) => {
                let holder = self.over.iter_mut().find(|s| s.id() == ScreenId::Person);
                holder.map_or_else(Vec::new, |s| s.update(Input::Fetched(card), cx))
            }
            Input::Action(action) if action.scope() == Scope::Global => self.global(action, cx),
            other => self.top_mut().map_or_else(Vec::new, |s| s.update(other, cx)),
        };
        self.follow(effects, cx)
    }

    /// Tells every open screen.
    fn everyone(&mut self, input: &Input, cx: &Context) -> Vec<Effect> {
        self.tabs.iter_mut().chain(&mut self.over).flat_map(|s| s.update(input.clone(), cx)).collect()
    }

    /// Actions that work everywhere.
    fn global(&mut self, action: Action, cx: &Context) -> Vec<Effect> {
        let tab = |id: ScreenId| vec![Effect::Go(Target::screen(id))];
        match action {
            Action::GoToday => tab(ScreenId::Today),
            Action::GoPeople => tab(ScreenId::People),
            Action::GoPeriods => tab(ScreenId::Periods),
            Action::GoTravel => tab(ScreenId::Travel),
            Action::GoTraining => tab(ScreenId::Training),
            Action::NextScreen => self.beside(1),
            Action::PreviousScreen => self.beside(ScreenId::TABS.len().saturating_sub(1)),
            Action::Help => tab(ScreenId::Help),
            Action::Palette => tab(ScreenId::Palette),
            Action::Quit => vec![Effect::Quit],
            Action::Back => self.top_mut().map_or_else(Vec::new, |s| s.update(Input::Action(Action::Back), cx)),
            other => vec![Effect::Perform(other)],
        }
    }

    fn beside(&self, step: usize) -> Vec<Effect> {
        let next = ScreenId::TABS.get((self.at + step) % ScreenId::TABS.len());
        next.map(|id| Effect::Go(Target::screen(*id))).into_iter().collect()
    }

    /// Does the navigating effects; gives back the rest.
    fn follow(&mut self, effects: Vec<Effect>, cx: &Context) -> Vec<Effect> {
        let mut left = Vec::new();
        for effect in effects {
            match effect {
                Effect::Go(target) => left.extend(self.go(target, cx)),
                Effect::Back => left.extend(self.back(cx)),
                Effect::Chosen(action) => {
                    self.over.pop();
                    left.extend(self.update(Input::Action(action), cx));
                }
                other => left.push(other),
            }
        }
        left
    }

    /// Opens a screen.
    pub fn go(&mut self, target: Target, cx: &Context) -> Vec<Effect> {
        if self.top().is_some_and(|s| s.id() == target.screen && s.id() != ScreenId::Person)
            && target.query.is_none()
            && !target.typing
        {
            return Vec::new();
        }
        match target.screen {
            ScreenId::Person => {
                self.over.retain(|s| s.id() != ScreenId::Person);
                let Some(id) = target.person else { return Vec::new() };
                self.push(Screen::Person(Box::new(person::State::new(id))), cx)
            }
            ScreenId::Help => {
                let keys = self.top().map(|s| s.keys(cx)).unwrap_or_default();
                let scopes = self.scopes();
                self.push(Screen::Help(help::State::new(scopes, keys)), cx)
            }
            ScreenId::Palette => {
                let keys = self.top().map(|s| s.keys(cx)).unwrap_or_default();
                self.push(Screen::Palette(palette::State::new(keys, cx)), cx)
            }
            id => {
                self.over.clear();
                self.at = ScreenId::TABS.iter().position(|t| *t == id).unwrap_or(0);
                let Some(screen) = self.tabs.get_mut(self.at) else { return Vec::new() };
                match screen {
                    Screen::People(s) => s.start(&target, cx),
                    Screen::Periods(s) => s.start(&target, cx),
                    Screen::Travel(s) => s.start(&target, cx),
                    Screen::Training(s) => s.start(&target, cx),
                    _ => {}
                }
                let effects = screen.update(Input::Shown, cx);
                self.follow(effects, cx)
            }
        }
    }

    fn push(&mut self, mut screen: Screen, cx: &Context) -> Vec<Effect> {
        let mut effects = screen.update(Input::Resized(self.size.0, self.size.1), cx);
        effects.extend(screen.update(Input::Shown, cx));
        self.over.push(screen);
        self.follow(effects, cx)
    }

    /// Takes the top screen away; from a list back to Today; from Today nothing happens, so that Esc never ends the
    /// program.
    fn back(&mut self, cx: &Context) -> Vec<Effect> {
        if self.over.pop().is_none() {
            self.at = 0;
        }
        let effects = self.top_mut().map_or_else(Vec::new, |s| s.update(Input::Shown, cx));
        self.follow(effects, cx)
    }

    /// What can be done now: by the screen on top, then everywhere.
    pub fn keys(&self, cx: &Context) -> Vec<AvailableAction> {
        self.top().map(|s| s.keys(cx)).unwrap_or_default()
    }

    /// Draws everything; the caret, where there is one.
    pub fn view(&self, cx: &Context, chrome: &Chrome, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let theme = cx.theme;
        paint::fill(buf, area, theme.style(Role::Text));
        let Some(parts) = frame::parts(area) else {
            let size = format!("{}x{}", area.width, area.height);
            let values = [("size", size.as_str()), ("least", "60x16")];
            let lines = [cx.texts.fill("screen.too_small", &values), cx.texts.t("screen.too_small_way_out")];
            frame::too_small(buf, area, &lines, theme);
            return None;
        };
        let below = self.over.iter().rfind(|s| s.id() == ScreenId::Person).or_else(|| self.tabs.get(self.at));
        let mut caret = below.and_then(|s| s.view(cx, parts.body, buf));
        if let Some(top) = self.over.last().filter(|s| matches!(s.id(), ScreenId::Help | ScreenId::Palette)) {
            caret = top.view(cx, parts.body, buf);
        }
        if let Some((struck, next)) = &chrome.pending {
            popup::which_key(buf, parts.body, struck, next, theme);
        }
        caret
    }
}
