//! How the desk looks: header, tabs and footer around the screen on top, overlays over it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Chrome, Desk};
use crate::keys::{Action, Scope};
use crate::screens::{AvailableAction, Context, Screen, ScreenId, Tone, header, help};
use crate::ui::theme::{Glyph, Role, Theme};
use crate::ui::{frame, paint, popup};

impl Desk {
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
        let bare = self.over.iter().rfind(|s| !boxed(s)).filter(|s| s.bare());
        if let Some(screen) = bare {
            screen.view(cx, area, buf);
            if let Some(top) = self.over.last().filter(|s| boxed(s)) {
                top.view(cx, parts.body, buf);
            }
            if let Some((tone, text)) = &chrome.toast {
                toast(*tone, text, parts.footer, buf, theme);
            }
            return None;
        }
        self.frame(cx, chrome, parts, buf);
        let below = self.over.iter().rfind(|s| !boxed(s)).or_else(|| self.tabs.get(self.at));
        let mut caret = below.and_then(|s| s.view(cx, parts.body, buf));
        if let Some(top) = self.over.last().filter(|s| boxed(s)) {
            caret = top.view(cx, parts.body, buf);
        }
        if let Some((struck, next)) = &chrome.pending {
            popup::which_key(buf, parts.body, struck, next, theme);
        }
        caret
    }

    /// Header, tabs and footer.
    fn frame(&self, cx: &Context, chrome: &Chrome, parts: frame::Parts, buf: &mut Buffer) {
        let theme = cx.theme;
        frame::header(buf, parts.header, &header::items(cx), theme);
        let tab = |(n, (id, go)): (usize, &(ScreenId, Action))| {
            let key = cx.keys.keys(*go).first().map(ToString::to_string).unwrap_or_default();
            (key, cx.texts.t(&format!("screen.{}.title", id.code())), n == self.at)
        };
        let tabs: Vec<frame::Tab> = ScreenId::TABS.iter().enumerate().map(tab).collect();
        frame::tabs(buf, parts.tabs, &tabs, theme);
        if let Some((tone, text)) = &chrome.toast {
            toast(*tone, text, parts.footer, buf, theme);
        } else {
            frame::footer(buf, parts.footer, &self.hints(cx), theme);
        }
    }

    /// The footer: what the screen on top offers, then what works everywhere.
    fn hints(&self, cx: &Context) -> Vec<frame::Hint> {
        let mut all: Vec<AvailableAction> = self.keys(cx).into_iter().filter(|k| k.enabled && k.priority > 0).collect();
        if self.scopes().contains(&Scope::Global) && !matches!(self.top().map(Screen::id), Some(ScreenId::Help)) {
            let everywhere = [(Action::Help, 92), (Action::Palette, 58), (Action::Quit, 15)];
            all.extend(everywhere.map(|(action, priority)| AvailableAction::on(action, priority)));
        }
        let hint = |k: AvailableAction| {
            let key = cx.keys.keys(k.action).first()?.to_string();
            Some(frame::Hint { key: help::key_name(&key, cx), label: cx.texts.t(k.label_key()), priority: k.priority })
        };
        all.into_iter().filter_map(hint).collect()
    }
}

/// Whether a screen is a box over the others.
fn boxed(s: &Screen) -> bool {
    matches!(s.id(), ScreenId::Help | ScreenId::Palette | ScreenId::Menu | ScreenId::Form | ScreenId::Filters)
}

/// A sentence over the footer.
fn toast(tone: Tone, text: &str, footer: Rect, buf: &mut Buffer, theme: Theme) {
    let sign = match tone {
        Tone::Plain => "",
        Tone::Done => theme.glyph(Glyph::Yes),
        Tone::Trouble => theme.glyph(Glyph::Alert),
    };
    frame::toast(buf, footer, format!("{sign} {text}").trim(), Role::Toast, theme);
}
