//! What the register said when it did not do it: the whole verdict in a box over the form, never cut, the text safe below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::State;
use crate::decide::Refusal;
use crate::i18n::Texts;
use crate::keys::Action;
use crate::rules::embedded;
use crate::screens::{Context, explain, words};
use crate::ui::paint::{Pieces, line, put_line, wrap};
use crate::ui::popup;
use crate::ui::theme::Role;

/// Why it was not done.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Told {
    /// The register could not.
    Failure(String),
    /// The rules, the rights or somebody else's change stand in the way.
    Refusal(Box<Refusal>),
}

/// A refusal as one sentence with the rule behind it and the way out.
pub fn sentence(texts: Texts, refusal: &Refusal) -> String {
    let mut parts = vec![texts.say("refusal", refusal.code, &refusal.values)];
    if !refusal.pack.is_empty() {
        parts.push(texts.fill("shell.cite", &[("cite", texts.cite(&embedded(), &refusal.pack, &refusal.article))]));
    }
    parts.extend(way_out(texts, refusal));
    parts.join(" ")
}

fn way_out(texts: Texts, refusal: &Refusal) -> Option<String> {
    let hint = format!("{}_hint", refusal.code);
    texts.get(&format!("refusal.{hint}")).is_some().then(|| texts.say("refusal", &hint, &refusal.values))
}

impl Told {
    /// In one sentence, for the line below the fields.
    pub fn short(&self, cx: &Context) -> String {
        match self {
            Self::Failure(why) => why.clone(),
            Self::Refusal(refusal) => cx.texts.say("refusal", refusal.code, &refusal.values),
        }
    }

    /// In full, `width` cells wide.
    fn lines(&self, cx: &Context, width: u16) -> Vec<Pieces> {
        let paragraph = |text: &str, role: Role| wrap(text, width).into_iter().map(move |l| line(l, role));
        let mut out: Vec<Pieces> = paragraph(&self.short(cx), Role::Alarm).collect();
        let Self::Refusal(refusal) = self else { return out };
        if refusal.verdict.is_none() && !refusal.pack.is_empty() {
            out.extend(paragraph(&words::cite(cx, &refusal.pack, &refusal.article), Role::Dim));
        }
        if let Some(text) = way_out(cx.texts, refusal) {
            out.push(Vec::new());
            out.push(line(cx.texts.t("form.way_out"), Role::Section));
            out.extend(paragraph(&text, Role::Text));
        }
        if let Some(verdict) = &refusal.verdict {
            out.push(Vec::new());
            out.extend(explain::verdict(verdict, cx, width));
        }
        out
    }
}

/// The box for a body of this size: its place, and the lines it holds.
fn layout(told: &Told, cx: &Context, area: Rect) -> (Rect, Vec<Pieces>) {
    let w = area.width.saturating_sub(2).min(78);
    let lines = told.lines(cx, w.saturating_sub(4));
    let h = (lines.len() as u16).saturating_add(4);
    (popup::centred(area, w, h), lines)
}

/// Moves in the box or closes it: the line it starts with from now on.
pub(super) fn turn(state: &State, first: usize, action: Action, cx: &Context) -> Option<usize> {
    let told = state.told.as_ref()?;
    // The body lies between header, tabs and footer.
    let (outer, lines) = layout(told, cx, Rect::new(0, 0, state.size.0, state.size.1.saturating_sub(3)));
    let page = usize::from(outer.height.saturating_sub(4)).max(1);
    let last = lines.len().saturating_sub(page);
    match action {
        Action::PopupUp => Some(first.saturating_sub(1)),
        Action::PopupDown => Some(first.saturating_add(1).min(last)),
        Action::PopupPageUp => Some(first.saturating_sub(page)),
        Action::PopupPageDown => Some(first.saturating_add(page).min(last)),
        Action::Close | Action::Choose | Action::Back | Action::No => None,
        _ => Some(first),
    }
}

/// Draws the box.
pub(super) fn view(told: &Told, first: usize, cx: &Context, area: Rect, buf: &mut Buffer) {
    let theme = cx.theme;
    let (outer, lines) = layout(told, cx, area);
    let inner = popup::frame(buf, outer, &cx.texts.t("form.not_done"), theme);
    let body = Rect { height: inner.height.saturating_sub(2), ..inner };
    popup::lines(buf, body, &lines, first, theme);
    let hint = line(cx.texts.fill("form.told_hint", &[("key", key(Action::Close, cx))]), Role::Dim);
    put_line(buf, inner, inner.x, inner.bottom().saturating_sub(1), &hint, inner.width, None, theme);
}

/// The key of an action as the footer writes it.
pub(super) fn key(action: Action, cx: &Context) -> String {
    let key = cx.keys.keys(action).first().map(ToString::to_string).unwrap_or_default();
    crate::screens::help::key_name(&key, cx)
}
