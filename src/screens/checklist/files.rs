//! The evidence of the subject under the cursor: which file, and why it is taken out again.

use super::act::send;
use super::boxes::moved;
use super::{Mode, Pending, State};
use crate::domain::Command;
use crate::domain::command::RemoveEvidence;
use crate::domain::evidence::Evidence;
use crate::domain::inspection::Spot;
use crate::keys::Action;
use crate::screens::list::edit_field;
use crate::screens::{Context, Effect, Input, Tone};
use crate::ui::field::Field;

impl State {
    /// The evidence of the subject under the cursor.
    pub(super) fn files(&self) -> Vec<(&Spot, &Evidence)> {
        let subject = self.subjects().get(self.subject);
        let of = |(key, _): &(&Spot, &Evidence)| Some(&key.subject) == subject;
        self.inspection().map(|i| i.evidence.iter().filter(of).collect()).unwrap_or_default()
    }
}

/// Opens the box, where there is something to choose.
pub(super) fn open(state: &mut State, cx: &Context) -> Vec<Effect> {
    if !state.open() {
        return vec![Effect::Toast(Tone::Trouble, cx.texts.t("checklist.fixed"))];
    }
    if state.files().is_empty() {
        return vec![Effect::Toast(Tone::Plain, cx.texts.t("checklist.no_files"))];
    }
    state.mode = Mode::Files(0);
    Vec::new()
}

/// Which file.
pub(super) fn choose(state: &mut State, at: usize, input: &Input) -> Vec<Effect> {
    match input {
        Input::Action(Action::Choose) => {
            let key = state.files().get(at).map(|(key, _)| (*key).clone());
            if let Some(key) = key {
                state.mode = Mode::Why(key, Field::default());
            }
        }
        Input::Action(Action::Close) => {}
        _ => state.mode = Mode::Files(moved(at, state.files().len(), input)),
    }
    Vec::new()
}

/// Why; the file goes when that is said.
pub(super) fn why(state: &mut State, key: Spot, mut field: Field, input: &Input, cx: &Context) -> Vec<Effect> {
    match input {
        Input::Action(Action::Accept) if !field.text().trim().is_empty() => {
            let command = RemoveEvidence {
                inspection: state.id,
                subject: Some(key.subject.clone()),
                digest: state
                    .inspection()
                    .and_then(|i| i.evidence.get(&key))
                    .map(|e| e.digest.clone())
                    .unwrap_or_default(),
                reason: field.text().trim().to_owned(),
            };
            state.mode = Mode::Why(key.clone(), field);
            return send(state, Pending::TakenOut(key), Command::RemoveEvidence(command));
        }
        Input::Action(Action::Accept) => {
            state.mode = Mode::Why(key, field);
            return vec![Effect::Toast(Tone::Trouble, cx.texts.t("checklist.why_needed"))];
        }
        Input::Action(Action::Cancel) => {}
        _ => {
            edit_field(&mut field, input);
            state.mode = Mode::Why(key, field);
        }
    }
    Vec::new()
}
