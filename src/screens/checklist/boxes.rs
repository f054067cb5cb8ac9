//! The boxes of the checklist: what to do with an item, what is missing, what others answered, who signs.

use super::act::{answer_to, change, give, next_open, place_kept, send, undo};
use super::{Mode, Pending, Ready, State, Step};
use crate::domain::command::{AnswerItems, Given};
use crate::domain::inspection::{Answer, Signature, Spot};
use crate::domain::{AnswerValue, Command, InspectionState};
use crate::keys::Action;
use crate::screens::list::edit_field;
use crate::screens::{Context, Effect, Input, Tone};
use crate::ui::field::Field;

/// A line of the box of choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pick {
    /// An answer to the item.
    Answer(AnswerValue),
    /// The next item without an answer.
    NextOpen,
    /// The item in full.
    Full,
    /// Takes evidence out.
    Files,
    /// Takes the last answer back, or goes back to answering.
    Undo,
    /// Ends the answering, signs, or shows who signed.
    Finish,
}

/// What can be done now, in the order of the box.
pub(super) fn picks(state: &State) -> Vec<Pick> {
    use AnswerValue::{Conforms, Fails, NotApplicable, NotChecked};
    let signing = state.is(InspectionState::Signing);
    let mut all = Vec::new();
    if state.open() {
        all.extend([Conforms, Fails, NotApplicable, NotChecked].map(Pick::Answer));
        all.push(Pick::NextOpen);
    }
    all.push(Pick::Full);
    if state.open() && !state.files().is_empty() {
        all.push(Pick::Files);
    }
    if signing || (state.open() && !state.undo.is_empty()) {
        all.push(Pick::Undo);
    }
    if state.open() || state.inspection().is_some_and(|i| signing || !i.signatures.is_empty()) {
        all.push(Pick::Finish);
    }
    all
}

/// Where the box of choices begins: at the end when nothing is left to answer.
pub(super) fn first(state: &State) -> usize {
    let left = state.open() && state.unanswered().next().is_some();
    if left { 0 } else { picks(state).len().saturating_sub(1) }
}

pub(super) fn choice(state: &mut State, at: usize, input: &Input, cx: &Context) -> Vec<Effect> {
    let all = picks(state);
    match input {
        Input::Action(Action::Choose) => match all.get(at) {
            Some(Pick::Answer(value)) => give(state, *value, cx),
            Some(Pick::NextOpen) => next_open(state, true, cx),
            Some(Pick::Files) => super::files::open(state, cx),
            Some(Pick::Undo) => undo(state, cx),
            Some(Pick::Finish) => finish(state, cx),
            Some(Pick::Full) => {
                state.mode = Mode::Full(0);
                Vec::new()
            }
            None => Vec::new(),
        },
        Input::Action(Action::Close) => Vec::new(),
        _ => {
            state.mode = Mode::Choice(moved(at, all.len(), input));
            Vec::new()
        }
    }
}

pub(super) fn moved(at: usize, len: usize, input: &Input) -> usize {
    match input {
        Input::Action(Action::PopupDown) => (at + 1) % len.max(1),
        Input::Action(Action::PopupUp) => (at + len.saturating_sub(1)) % len.max(1),
        _ => at,
    }
}

/// Whether the others keep the answer they have.
pub(super) fn others(
    state: &mut State,
    (value, remark): (AnswerValue, String),
    at: usize,
    input: &Input,
    cx: &Context,
) -> Vec<Effect> {
    match input {
        Input::Action(Action::Choose) => answer_to(state, value, remark, at > 0, cx),
        // Nothing typed is lost.
        Input::Action(Action::Close) if !remark.is_empty() => {
            state.mode = Mode::Remark(Field::new(remark), Ready::No);
            Vec::new()
        }
        Input::Action(Action::Close) => Vec::new(),
        _ => {
            state.mode = Mode::Others { value, remark, at: moved(at, 2, input) };
            Vec::new()
        }
    }
}

/// Ends the answering; what has no answer yet is asked about first. Where that is done, signs or shows who signed.
pub(super) fn finish(state: &mut State, cx: &Context) -> Vec<Effect> {
    if state.is(InspectionState::Signing) {
        state.mode = Mode::Sign(Field::default());
        return Vec::new();
    }
    if !state.open() {
        if state.inspection().is_some_and(|i| !i.signatures.is_empty()) {
            state.mode = Mode::Signed;
            return Vec::new();
        }
        return vec![Effect::Toast(Tone::Trouble, cx.texts.t("checklist.fixed"))];
    }
    if state.unanswered().next().is_some() {
        state.mode = Mode::Missing(0);
        return Vec::new();
    }
    send(state, Pending::Closed, Command::CloseInspection { inspection: state.id })
}

pub(super) fn missing(state: &mut State, at: usize, input: &Input, cx: &Context) -> Vec<Effect> {
    match (input, at) {
        (Input::Action(Action::Choose), 0) => {
            let first = state.unanswered().next();
            if let Some(place) = first {
                state.go(place);
            }
            place_kept(state)
        }
        (Input::Action(Action::Choose), _) => {
            let spots: Vec<Spot> = state.unanswered().filter_map(|p| state.spot_at(p)).collect();
            let value = AnswerValue::NotChecked;
            let one = Answer { value, remark: String::new(), by: cx.operator.id.clone(), on: cx.today };
            let given = |s: &Spot| Given {
                subjects: vec![s.subject.clone()],
                items: vec![s.item.clone()],
                value: Some(value),
                remark: String::new(),
            };
            let answers = spots.iter().map(given).collect();
            let command = AnswerItems { inspection: state.id, answers, cursor: state.spot() };
            let changes = spots.into_iter().map(|spot| change(state, spot, Some(one.clone()))).collect();
            let (next, step) = (state.place(), Step { at: state.place(), changes });
            send(state, Pending::Answers { step, next, back: true }, Command::AnswerItems(command))
        }
        (Input::Action(Action::Close), _) => Vec::new(),
        _ => {
            state.mode = Mode::Missing(moved(at, 2, input));
            Vec::new()
        }
    }
}

/// Whether the signatures given may be void.
pub(super) fn reopen(state: &mut State, at: usize, input: &Input, cx: &Context) -> Vec<Effect> {
    match (input, at) {
        (Input::Action(Action::Choose), 1) => reopened(state, cx),
        (Input::Action(Action::Choose | Action::Close), _) => Vec::new(),
        _ => {
            state.mode = Mode::Reopen(moved(at, 2, input));
            Vec::new()
        }
    }
}

/// Goes back to answering.
pub(super) fn reopened(state: &mut State, cx: &Context) -> Vec<Effect> {
    let reason = cx.texts.t("checklist.reopened");
    send(state, Pending::Reopened, Command::ReopenInspection { inspection: state.id, reason })
}

pub(super) fn sign(state: &mut State, mut field: Field, input: &Input, cx: &Context) -> Vec<Effect> {
    let signed = |party: &str| state.inspection().is_some_and(|i| i.signatures.iter().any(|s| s.party == party));
    let party = state.template().and_then(|t| t.parties.iter().find(|p| !signed(&p.id))).map(|p| p.id.clone());
    match (input, party) {
        (Input::Action(Action::Accept), Some(party)) if !field.text().trim().is_empty() => {
            let name = field.text().trim().to_owned();
            let operator = cx.operator.id.clone();
            let pending =
                Pending::Signed(Signature { party: party.clone(), name: name.clone(), on: cx.today, operator });
            state.mode = Mode::Sign(field);
            send(state, pending, Command::SignInspection { inspection: state.id, party: Some(party), name })
        }
        (Input::Action(Action::Accept), _) => {
            state.mode = Mode::Sign(field);
            vec![Effect::Toast(Tone::Trouble, cx.texts.t("checklist.name_needed"))]
        }
        (Input::Action(Action::Cancel), _) if !field.text().is_empty() => {
            state.mode = Mode::Sign(field);
            vec![Effect::Toast(Tone::Plain, cx.texts.t("checklist.name_first"))]
        }
        (Input::Action(Action::Cancel), _) => Vec::new(),
        _ => {
            edit_field(&mut field, input);
            state.mode = Mode::Sign(field);
            Vec::new()
        }
    }
}

/// Who signed a final record.
pub(super) fn signed(state: &mut State, input: &Input) -> Vec<Effect> {
    if !matches!(input, Input::Action(Action::Close | Action::Choose)) {
        state.mode = Mode::Signed;
    }
    Vec::new()
}

/// The item in full: scrolls or closes.
pub(super) fn full(state: &mut State, first: usize, input: &Input, cx: &Context) -> Vec<Effect> {
    let (lines, page) = super::over::full_size(state, cx);
    let last = lines.saturating_sub(page);
    let first = match input {
        Input::Action(Action::Close | Action::Choose) => return Vec::new(),
        Input::Action(Action::PopupUp) => first.saturating_sub(1),
        Input::Action(Action::PopupDown) => first.saturating_add(1),
        Input::Action(Action::PopupPageUp) => first.saturating_sub(page),
        Input::Action(Action::PopupPageDown) => first.saturating_add(page),
        _ => first,
    };
    state.mode = Mode::Full(first.min(last));
    Vec::new()
}
