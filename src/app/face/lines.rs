//! The screens as lines: what `--plain` writes, for screen readers and braille. The same shell, desk and keymap are
//! underneath; every screen is drawn into cells nobody sees, read as text, and only what is news is written, one line
//! below the other. The last line said is the row under the cursor.

use std::collections::HashMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::LINES;
use crate::app::shell::{Order, Shell};
use crate::i18n::Texts;
use crate::keys::Action;
use crate::screens::{Input, ScreenId};
use crate::ui::theme::{Glyph, Theme};

/// What is on top, as lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scene {
    /// The screen on top; `None` for a page before everything else.
    place: Option<ScreenId>,
    /// Unit, pack, day, who, store.
    header: String,
    /// How this mode is used: said once.
    hint: String,
    /// What the screen is called.
    title: String,
    lines: Vec<String>,
    /// The line with the cursor.
    at: Option<usize>,
    toast: Option<String>,
    /// What may follow the keys struck so far.
    pending: Vec<String>,
    typing: bool,
    saving: bool,
}

impl Scene {
    fn selected(&self) -> Option<&str> {
        self.lines.get(self.at?).map(String::as_str)
    }

    fn list(&self) -> bool {
        self.place.is_some_and(main)
    }
}

/// Whether it is one of the main screens, which lie side by side.
fn main(id: ScreenId) -> bool {
    ScreenId::TABS.iter().any(|(tab, _)| *tab == id)
}

/// The cells a screen is drawn into: so narrow that nothing stands beside anything, so high that a card is whole, and
/// no more rows of a list than one listens to.
const fn room(id: ScreenId) -> Rect {
    match id {
        ScreenId::Today => Rect::new(0, 0, 58, 30),
        ScreenId::Help => Rect::new(0, 0, 70, 120),
        ScreenId::Person | ScreenId::Case | ScreenId::Projector => Rect::new(0, 0, LINES.0, 240),
        ScreenId::Form | ScreenId::Menu | ScreenId::Palette => Rect::new(0, 0, LINES.0, LINES.1),
        _ => Rect::new(0, 0, LINES.0, 15),
    }
}

/// A row of cells as text: signs that only the eye needs are left out, columns are set apart by two blanks.
fn read(buf: &Buffer, y: u16, list: bool, texts: Texts) -> (String, bool) {
    let theme = Theme::default();
    let (mut row, mut x) = (String::new(), buf.area.left());
    while x < buf.area.right() {
        let symbol = buf.cell((x, y)).map_or(" ", ratatui::buffer::Cell::symbol);
        row.push_str(symbol);
        x = x.saturating_add((symbol.width() as u16).max(1));
    }
    let bare = row.trim_start_matches([' ', '│']);
    let selected = bare.starts_with(theme.glyph(Glyph::Cursor));
    let marked = list && bare.trim_start_matches(theme.glyph(Glyph::Cursor)).starts_with(theme.glyph(Glyph::Mark));
    let mut out = if marked { format!("{}  ", texts.t("plain.marked")) } else { String::new() };
    let mut blanks = 2;
    for c in row.chars() {
        let sign = c.encode_utf8(&mut [0; 4]).to_owned();
        if list && (sign == theme.glyph(Glyph::Up) || sign == theme.glyph(Glyph::Down)) {
            out.push_str(&texts.t(if sign == theme.glyph(Glyph::Up) { "plain.up" } else { "plain.down" }));
        } else if c == ' '
            || c.is_control()
            || matches!(c, '\u{2500}'..='\u{25ff}' | '\u{2713}' | '\u{2717}' | '\u{22ee}')
        {
            blanks += 1;
        } else {
            out.push_str(match blanks {
                0 => "",
                1 => " ",
                _ if out.is_empty() || out.ends_with(' ') => "",
                _ => "  ",
            });
            out.push(c);
            blanks = 0;
        }
    }
    (out, selected)
}

impl Shell {
    /// What is on top, as lines.
    pub(super) fn scene(&self) -> Scene {
        let (cx, texts) = (self.world.context(), self.world.texts);
        let mut scene = Scene {
            toast: self.chrome.toast.as_ref().map(|(_, text)| text.clone()),
            typing: self.typing(),
            saving: self.world.saving > 0,
            ..Scene::default()
        };
        if let Some((struck, follows)) = &self.chrome.pending {
            scene.pending = follows.iter().map(|(key, label)| format!("{struck} {key}  {label}")).collect();
        }
        let Some(top) = self.desk.top().filter(|_| self.notices.is_empty()) else {
            let area = Rect::new(0, 0, LINES.0, LINES.1);
            let mut buf = Buffer::empty(area);
            self.view(area, &mut buf);
            scene.lines = (0..area.height).map(|y| read(&buf, y, false, texts).0).filter(|l| !l.is_empty()).collect();
            return scene;
        };
        let id = top.id();
        let list = main(id) && id != ScreenId::Today;
        let frame = Rect::new(0, 0, LINES.0, 24);
        let mut buf = Buffer::empty(frame);
        self.desk.view(&cx, &self.chrome, frame, &mut buf);
        scene.header = read(&buf, 0, false, texts).0;
        scene.hint = texts.t("plain.hint");
        scene.place = Some(id);
        scene.title = texts.get(&format!("screen.{}.title", id.code())).map(str::to_owned).unwrap_or_default();
        let area = room(id);
        let mut buf = Buffer::empty(area);
        top.view(&cx, area, &mut buf);
        let mut number = 0;
        for y in 0..area.height {
            let (mut line, selected) = read(&buf, y, list, texts);
            if line.is_empty() {
                continue;
            }
            // The box's own upper edge holds its title.
            if id == ScreenId::Menu && !scene.lines.is_empty() {
                number += 1;
                line = format!("{number}  {line}");
            }
            if selected {
                scene.at = Some(scene.lines.len());
            }
            scene.lines.push(line);
        }
        scene
    }
}

/// Chooses an entry of the menu by its number, counted from 1; `None` when there is no menu or no such number.
pub fn choose(shell: &mut Shell, c: char) -> Option<Vec<Order>> {
    let n = c.to_digit(10).filter(|n| *n > 0)?;
    let scene = shell.scene();
    if scene.place != Some(ScreenId::Menu) || scene.lines.len() <= n as usize {
        return None;
    }
    let mut orders = Vec::new();
    for _ in 0..scene.lines.len() {
        orders.extend(shell.input(Input::Action(Action::PopupUp)));
    }
    for _ in 1..n {
        orders.extend(shell.input(Input::Action(Action::PopupDown)));
    }
    orders.extend(shell.input(Input::Action(Action::Accept)));
    Some(orders)
}

/// Writes what is news.
#[derive(Debug, Default)]
pub struct Voice {
    last: Option<Scene>,
    header: String,
    /// What each place said last, for coming back to it.
    said: HashMap<ScreenId, Vec<String>>,
    /// The last line has no end yet: text that is being typed.
    open: bool,
    out: String,
}

impl Voice {
    /// Says everything again the next time.
    pub fn forget(&mut self) {
        self.last = None;
        self.said.clear();
        self.header.clear();
    }

    fn line(&mut self, text: &str) {
        if std::mem::take(&mut self.open) {
            self.out.push_str("\r\n");
        }
        self.out.extend(text.chars().filter(|c| !c.is_control()));
        self.out.push_str("\r\n");
    }

    /// What there is to say of a scene after the last one; `keyed` after a key, which always gets an answer.
    pub fn say(&mut self, scene: &Scene, keyed: bool) -> String {
        let old = self.last.take().unwrap_or_default();
        if !scene.saving && !scene.header.is_empty() && scene.header != self.header {
            let first = self.header.is_empty();
            self.header.clone_from(&scene.header);
            self.line(&scene.header);
            if first {
                self.line(&scene.hint);
            }
        }
        if let Some(toast) = scene.toast.as_ref().filter(|t| keyed || old.toast.as_ref() != Some(*t)) {
            self.line(toast);
        }
        if scene.pending != old.pending {
            scene.pending.iter().for_each(|line| self.line(line));
        }
        let arrived = scene.place != old.place || (scene.place.is_none() && scene.lines != old.lines);
        if arrived {
            self.arrive(scene, &old);
        } else if old.at.is_none() && scene.at.is_some() {
            self.whole(scene);
        } else if scene.place.is_some() {
            self.news(scene, &old);
        }
        if keyed
            && self.out.is_empty()
            && let Some(selected) = scene.selected()
        {
            self.line(selected);
        }
        if let Some(place) = scene.place {
            self.said.insert(place, scene.lines.clone());
        }
        self.last = Some(scene.clone());
        std::mem::take(&mut self.out)
    }

    /// A screen that was not on top before: whole, or what changed on it where an overlay has only gone away.
    fn arrive(&mut self, scene: &Scene, old: &Scene) {
        let known = scene.place.and_then(|p| self.said.get(&p).cloned()).filter(|_| !old.list() && old.place.is_some());
        if !scene.title.is_empty() {
            self.line(&scene.title);
        }
        let Some(known) = known else { return self.whole(scene) };
        scene.lines.iter().filter(|l| !known.contains(l)).for_each(|l| self.line(l));
        if let Some(selected) = scene.selected().filter(|s| known.iter().any(|l| l == s)) {
            self.line(selected);
        }
    }

    fn whole(&mut self, scene: &Scene) {
        scene.lines.iter().for_each(|l| self.line(l));
        if let Some(selected) = scene.selected().filter(|_| scene.at.is_some_and(|at| at + 1 < scene.lines.len())) {
            self.line(selected);
        }
    }

    /// What changed on the same screen.
    fn news(&mut self, scene: &Scene, old: &Scene) {
        let fresh = |n: &usize| scene.lines.get(*n).is_some_and(|l| !old.lines.contains(l));
        let text = |n: usize| scene.lines.get(n).map(String::as_str).unwrap_or_default();
        let moved = scene.at != old.at || scene.selected() != old.selected();
        if scene.place == Some(ScreenId::Form) && scene.typing && scene.at == old.at {
            // What is typed at the end of a field follows what is there.
            let more = scene.selected().zip(old.selected()).and_then(|(new, old)| new.strip_prefix(old));
            if let Some(more) = more.filter(|m| !m.is_empty() && self.out.is_empty()) {
                let said = if self.open { more } else { scene.selected().unwrap_or_default() };
                self.out.extend(said.chars().filter(|c| !c.is_control()));
                self.open = true;
                return;
            }
        }
        // In a list: the filter, how many there are, what is wrong with the filter; then the row under the cursor.
        let above = scene.at.unwrap_or(scene.lines.len());
        let wanted = |n: &usize| Some(*n) != scene.at && (!scene.list() || *n < above.min(2));
        let said: Vec<usize> = (0..scene.lines.len()).filter(fresh).filter(wanted).collect();
        if scene.list() {
            for n in &said {
                self.line(text(*n));
            }
        }
        if let Some(selected) = scene.selected().filter(|_| moved) {
            self.line(selected);
        }
        if !scene.list() {
            for n in &said {
                self.line(text(*n));
            }
        }
    }
}
