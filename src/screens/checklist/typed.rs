//! What is typed in the checklist: the remark of an item that fails, the item one looks for.

use super::act::{answer, place_kept};
use super::{Mode, State};
use crate::domain::AnswerValue;
use crate::keys::Action;
use crate::screens::list::edit_field;
use crate::screens::{Context, Effect, Input, Tone, data};
use crate::ui::field::Field;

/// Where the remark in the line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ready {
    /// Typed.
    No,
    /// Typed, and Esc struck once over it.
    Leaving,
    /// A ready one, pointed at by the arrows.
    Pointed(usize),
    /// A ready one by its number: what is typed next makes the digit the beginning of a text.
    Numbered(usize, char),
}

/// The ready remarks of the item under the cursor.
fn ready_ones(state: &State, cx: &Context) -> Vec<String> {
    match (state.template(), state.spot()) {
        (Some(t), Some(spot)) => {
            t.remarks(&spot.item).iter().map(|w| w.of(cx.texts.lang().code()).to_owned()).collect()
        }
        _ => Vec::new(),
    }
}

/// The remark line. A digit typed first stands for a ready remark until something is typed behind it: then it was the
/// beginning of a text.
pub(super) fn remark(state: &mut State, mut field: Field, ready: Ready, input: &Input, cx: &Context) -> Vec<Effect> {
    let all = ready_ones(state, cx);
    let of = |n: usize| all.get(n).cloned().unwrap_or_default();
    match (input, ready) {
        (Input::Typed(c), Ready::Numbered(_, digit)) => {
            field.set(format!("{digit}{c}"));
            state.mode = Mode::Remark(field, Ready::No);
            return Vec::new();
        }
        (Input::Paste(_), Ready::Numbered(_, digit)) => field.set(digit),
        (Input::Typed(c), _) if field.text().is_empty() || matches!(ready, Ready::Pointed(_)) => {
            let n = c.to_digit(10).and_then(|n| (n as usize).checked_sub(1)).filter(|n| *n < all.len());
            if let Some(n) = n {
                field.set(of(n));
                state.mode = Mode::Remark(field, Ready::Numbered(n, *c));
                return Vec::new();
            }
        }
        (Input::Action(step @ (Action::PopupDown | Action::PopupUp)), _) if !all.is_empty() => {
            let at = match ready {
                Ready::Pointed(n) | Ready::Numbered(n, _) => Some(n),
                _ => None,
            };
            let n = match (step, at) {
                (Action::PopupDown, at) => at.map_or(0, |n| (n + 1) % all.len()),
                (_, at) => (at.unwrap_or(0) + all.len() - 1) % all.len(),
            };
            field.set(of(n));
            state.mode = Mode::Remark(field, Ready::Pointed(n));
            return Vec::new();
        }
        _ => {}
    }
    match input {
        Input::Action(Action::Accept) if field.text().trim().is_empty() => {
            state.mode = Mode::Remark(field, ready);
            vec![Effect::Toast(Tone::Trouble, cx.texts.t("checklist.remark_needed"))]
        }
        Input::Action(Action::Accept) => {
            let text = field.text().trim().to_owned();
            // The line stays as it is until the disk has it.
            state.mode = Mode::Remark(field, ready);
            answer(state, AnswerValue::Fails, text, cx)
        }
        // Text typed by hand goes at the second Esc only.
        Input::Action(Action::Cancel) if ready == Ready::No && !field.text().is_empty() => {
            state.mode = Mode::Remark(field, Ready::Leaving);
            vec![Effect::Toast(Tone::Plain, cx.texts.t("checklist.esc_again"))]
        }
        Input::Action(Action::Cancel) => Vec::new(),
        _ => {
            edit_field(&mut field, input);
            state.mode = Mode::Remark(field, Ready::No);
            Vec::new()
        }
    }
}

/// The items that fit what is looked for, in their order: by their code, else by words as they stand there, else by what
/// is like them.
pub(super) fn found(state: &State, wanted: &str, cx: &Context) -> Vec<usize> {
    let (wanted, lang) = (wanted.trim().to_lowercase(), cx.texts.lang().code());
    if wanted.is_empty() {
        return Vec::new();
    }
    let all = state.items();
    let fits = |test: &dyn Fn(&crate::rules::Item) -> bool| -> Vec<usize> {
        all.iter().enumerate().filter(|(_, i)| test(i)).map(|(n, _)| n).collect()
    };
    let by_code = fits(&|i| i.id.to_lowercase().starts_with(&wanted));
    if !by_code.is_empty() {
        return by_code;
    }
    let by_text = fits(&|i| i.text.of(lang).to_lowercase().contains(&wanted));
    if by_text.is_empty() { fits(&|i| data::score(i.text.of(lang), &wanted).is_some()) } else { by_text }
}

/// The cursor goes to the first item that fits while one types, to the next one by the arrows; an empty line looks for
/// the next one of what was looked for last.
pub(super) fn jump(
    state: &mut State,
    mut field: Field,
    from: (usize, usize),
    input: &Input,
    cx: &Context,
) -> Vec<Effect> {
    let (subject, here) = state.place();
    let next = |all: &[usize], forward: bool| {
        let behind = if forward {
            all.iter().find(|n| **n > here).or(all.first())
        } else {
            all.iter().rfind(|n| **n < here).or(all.last())
        };
        behind.copied()
    };
    let nothing = |wanted: &str| {
        let text = cx.texts.fill("checklist.nothing_found", &[("wanted", wanted.trim().to_owned())]);
        vec![Effect::Toast(Tone::Trouble, text)]
    };
    match input {
        Input::Action(Action::Accept) => {
            let again = field.text().trim().is_empty();
            let wanted = if again { state.sought.clone() } else { field.text().to_owned() };
            let all = found(state, &wanted, cx);
            if all.is_empty() && !wanted.is_empty() {
                state.mode = Mode::Jump(field, from);
                return nothing(&wanted);
            }
            if let Some(item) = next(&all, true).filter(|_| again) {
                state.go((subject, item));
            }
            state.sought = wanted;
            place_kept(state)
        }
        Input::Action(Action::Cancel) => {
            state.go(from);
            Vec::new()
        }
        Input::Action(step @ (Action::PopupDown | Action::PopupUp)) => {
            if let Some(item) = next(&found(state, field.text(), cx), *step == Action::PopupDown) {
                state.go((subject, item));
            }
            state.mode = Mode::Jump(field, from);
            Vec::new()
        }
        _ => {
            edit_field(&mut field, input);
            let all = found(state, field.text(), cx);
            let item = all.first().copied().unwrap_or(from.1);
            state.go((subject, item));
            let wanted = field.text().to_owned();
            state.mode = Mode::Jump(field, from);
            if all.is_empty() && !wanted.trim().is_empty() { nothing(&wanted) } else { Vec::new() }
        }
    }
}
