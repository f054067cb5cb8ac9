//! What is said of a change: what deserves a look, which key takes it back, and what the register says to that.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::say::sentence;
use super::shell::{Job, Notice, Order, Shell};
use crate::decide::{Warning, can_undo};
use crate::domain::Command;
use crate::keys::Action;
use crate::screens::{Context, Tone, refusal_sentence};
use crate::session::SessionError;
use crate::ui::paint::{Pieces, line, wrap};
use crate::ui::popup;
use crate::ui::theme::Role;

impl Shell {
    /// The undo key: orders the undo of the last change, or says why there is none.
    pub(super) fn undo(&mut self) -> Vec<Order> {
        // Two commits on their way could not be told apart.
        if self.world.saving > 0 {
            return self.toast(Tone::Plain, "shell.undo_wait");
        }
        let Some((entry, _)) = self.last else { return self.toast(Tone::Plain, "shell.undo_nothing") };
        self.world.saving += 1;
        vec![Order::Do(Job::Commit(Box::new(Command::Undo { entry }), None))]
    }

    /// The register has answered to an undo. Nothing of it goes to the screens: they hear of it as of any other change.
    pub(super) fn undone(&mut self, result: Result<(), SessionError>) -> Vec<Order> {
        let texts = self.world.texts;
        let (entry, verb) = self.last.unwrap_or_default();
        match result {
            Ok(()) => {
                self.last = None;
                let values = [("what", texts.t(&format!("verb.{verb}"))), ("entry", entry.to_string())];
                self.chrome.toast = Some((Tone::Done, texts.fill("shell.undone", &values)));
            }
            Err(error) => {
                let why = match error {
                    SessionError::Refused(refusal) => refusal_sentence(texts, &refusal),
                    SessionError::Error(error) => sentence(texts, &error),
                };
                self.notices.push(Notice::NotUndone(why));
            }
        }
        Vec::new()
    }

    /// Remembers a change that is in the register now.
    pub(super) fn remember(&mut self, command: &Command, entry: Option<u64>) {
        // A cursor that moved is no change anybody would take back, and one that changed nothing is none at all.
        if let Some(entry) = entry.filter(|_| !matches!(command, Command::SetCursor { .. })) {
            self.last = Some((entry, command.verb()));
        }
    }

    /// Says in the toast which key takes the change back, and what deserves a look.
    pub(super) fn offer_undo(&mut self, warnings: &[Warning]) {
        let key = self.world.context().keys.keys(Action::UndoChange).first().map(ToString::to_string);
        let offered = self.last.is_some_and(|(_, verb)| can_undo(verb));
        if let (Some((Tone::Done, text)), Some(key), true) = (&mut self.chrome.toast, key, offered) {
            text.push_str(&self.world.texts.fill("shell.undo_offer", &[("key", key)]));
        }
        self.warn(warnings);
    }

    /// Says behind what was done what deserves a look.
    fn warn(&mut self, warnings: &[Warning]) {
        if warnings.is_empty() {
            return;
        }
        let texts = self.world.texts;
        let said: Vec<String> = warnings.iter().map(|w| texts.say("warning", &w.code, &w.values)).collect();
        let done = self.chrome.toast.take().map(|(_, text)| text).unwrap_or_default();
        let values = [("done", done), ("warnings", said.join(&texts.t("shell.warnings_between")))];
        let text = texts.fill("shell.warnings", &values);
        self.chrome.toast = Some((Tone::Trouble, text.trim().to_owned()));
    }
}

/// Draws why a change was not taken back over the screen, whole.
pub(super) fn view(why: &str, cx: &Context, area: Rect, buf: &mut Buffer) {
    let w = area.width.saturating_sub(2).min(72);
    let room = w.saturating_sub(4);
    let mut lines: Vec<Pieces> = wrap(why, room).into_iter().map(|l| line(l, Role::Text)).collect();
    lines.push(Vec::new());
    lines.push(line(cx.texts.t("shell.any_key"), Role::Dim));
    let h = (lines.len() as u16).saturating_add(2);
    let inner = popup::frame(buf, popup::centred(area, w, h), &cx.texts.t("shell.not_undone"), cx.theme);
    popup::lines(buf, inner, &lines, 0, cx.theme);
}
