//! What is kept of the desk when the program ends, and comes back at the next start.

use super::Desk;
use crate::screens::{Context, Effect, Screen, Tone, checklist, form};

impl Desk {
    /// What would be lost if the program ended now, as text; [`Desk::restore`] reads it again.
    pub fn draft(&self) -> Option<String> {
        self.over.iter().rev().find_map(|s| match s {
            Screen::Form(form) => serde_json::to_string(&form.draft()?).ok(),
            Screen::Checklist(sheet) => serde_json::to_string(&sheet.draft()?).ok(),
            _ => None,
        })
    }

    /// Opens the form or the checklist of a draft written at the time `when`; `None` when it is not one of this program's.
    pub fn restore(&mut self, draft: &str, when: &str, cx: &Context) -> Option<Vec<Effect>> {
        if let Ok(draft) = serde_json::from_str::<checklist::Draft>(draft) {
            let said = if draft.typed() { "checklist.restored" } else { "checklist.resumed" };
            let mut effects = self.push(Screen::Checklist(Box::new(checklist::State::of_draft(draft))), cx);
            effects.push(Effect::Toast(Tone::Plain, cx.texts.fill(said, &[("when", when)])));
            return Some(effects);
        }
        let draft: form::Draft = serde_json::from_str(draft).ok()?;
        Some(self.push(Screen::Form(Box::new(form::State::of_draft(draft, when, cx))), cx))
    }
}
