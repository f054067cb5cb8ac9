//! What the keys of the checklist do.

use super::{ANSWERS, Before, Mode, Pending, State};
use crate::domain::command::{AnswerItems, Given};
use crate::domain::inspection::{Answer, Signature, Spot};
use crate::domain::{AnswerValue, Command, InspectionState};
use crate::keys::Action;
use crate::screens::data;
use crate::screens::list::edit_field;
use crate::screens::{Context, Effect, Input, Tone};
use crate::ui::field::Field;
use crate::ui::scroll::Move;

/// Does what was struck; nothing is on its way to the disk.
pub(super) fn act(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    match std::mem::replace(&mut state.mode, Mode::Items) {
        Mode::Items => items(state, &input, cx),
        Mode::Remark(field, at) => remark(state, field, at, &input, cx),
        Mode::Jump(field, from) => jump(state, field, from, &input, cx),
        Mode::Choice(at) => choice(state, at, &input, cx),
        Mode::Missing(at) => missing(state, at, &input, cx),
        Mode::Sign(field) => sign(state, field, &input, cx),
    }
}

fn send(state: &mut State, pending: Pending, command: Command) -> Vec<Effect> {
    state.pending = Some(pending);
    vec![Effect::Commit(Box::new(command))]
}

fn items(state: &mut State, input: &Input, cx: &Context) -> Vec<Effect> {
    let Input::Action(action) = input else { return Vec::new() };
    let (len, page) = (state.items().len(), state.page());
    let step = match action {
        Action::ItemUp => Some(Move::Up),
        Action::ItemDown => Some(Move::Down),
        Action::ItemPageUp => Some(Move::PageUp),
        Action::ItemPageDown => Some(Move::PageDown),
        Action::FirstItem => Some(Move::First),
        Action::LastItem => Some(Move::Last),
        _ => None,
    };
    if let Some(step) = step {
        state.scroll.go(step, len, page);
        return Vec::new();
    }
    let answer = match action {
        Action::Conforms => Some(AnswerValue::Conforms),
        Action::Fails => Some(AnswerValue::Fails),
        Action::NotApplicable => Some(AnswerValue::NotApplicable),
        Action::NotChecked => Some(AnswerValue::NotChecked),
        _ => None,
    };
    if let Some(value) = answer {
        return give(state, value, cx);
    }
    let count = state.subjects().len();
    match action {
        Action::Undo => return undo(state, cx),
        Action::Jump => state.mode = Mode::Jump(Field::default(), state.place()),
        Action::NextOpen | Action::PreviousOpen => return next_open(state, *action == Action::NextOpen, cx),
        Action::NextSubject if count > 1 => state.subject = (state.subject + 1) % count,
        Action::PreviousSubject if count > 1 => state.subject = (state.subject + count - 1) % count,
        Action::AllSubjects if count > 1 => {
            state.all = !state.all;
            let key = if state.all { "checklist.all_on" } else { "checklist.all_off" };
            return vec![Effect::Toast(Tone::Plain, cx.texts.fill(key, &[("n", count.to_string())]))];
        }
        Action::ChooseAnswer if state.open() => state.mode = Mode::Choice(0),
        Action::Finish => return finish(state, cx),
        Action::Back => return leave(state, cx),
        _ => {}
    }
    Vec::new()
}

/// Keeps the cursor's place and goes.
fn leave(state: &mut State, cx: &Context) -> Vec<Effect> {
    let kept = state.inspection().and_then(|i| i.cursors.get(&cx.operator.id));
    let here = state.spot();
    let mut effects = Vec::new();
    if let Some(at) = here.filter(|spot| Some(spot) != kept && state.open()) {
        effects.extend(send(state, Pending::Place, Command::SetCursor { inspection: state.id, at }));
    }
    effects.push(Effect::Back);
    effects
}

/// Answers the item under the cursor; one that fails asks for its remark first.
fn give(state: &mut State, value: AnswerValue, cx: &Context) -> Vec<Effect> {
    if !state.open() {
        return vec![Effect::Toast(Tone::Trouble, cx.texts.t("checklist.fixed"))];
    }
    if value == AnswerValue::Fails {
        let old = state.spot().and_then(|s| state.inspection().and_then(|i| i.answer(&s)).cloned());
        let text = old.filter(|a| a.value == AnswerValue::Fails).map(|a| a.remark).unwrap_or_default();
        state.mode = Mode::Remark(Field::new(text), None);
        return Vec::new();
    }
    answer(state, value, String::new(), cx)
}

fn answer(state: &mut State, value: AnswerValue, remark: String, cx: &Context) -> Vec<Effect> {
    let Some(here) = state.spot() else { return Vec::new() };
    let subjects = if state.all { state.subjects().to_vec() } else { vec![here.subject.clone()] };
    let next = state.after(state.place());
    let one = Answer { value, remark: remark.clone(), by: cx.operator.id.clone(), on: cx.today };
    let spots: Vec<Spot> = subjects.iter().map(|s| Spot::new(s, &here.item)).collect();
    let back = spots.iter().map(|spot| before(state, spot)).collect();
    let given = Given { subjects, items: vec![here.item], value: Some(value), remark };
    let command = AnswerItems { inspection: state.id, answers: vec![given], cursor: state.spot_at(next) };
    let given = spots.into_iter().map(|spot| (spot, Some(one.clone()))).collect();
    send(state, Pending::Answers { given, next, back: Some(back) }, Command::AnswerItems(command))
}

fn before(state: &State, spot: &Spot) -> Before {
    Before { spot: spot.clone(), answer: state.inspection().and_then(|i| i.answer(spot)).cloned() }
}

/// Takes the last answer of this visit back; where only signatures are missing, goes back to answering.
fn undo(state: &mut State, cx: &Context) -> Vec<Effect> {
    if state.inspection().is_some_and(|i| i.state == InspectionState::Signing) {
        let reason = cx.texts.t("checklist.reopened");
        return send(state, Pending::Reopened, Command::ReopenInspection { inspection: state.id, reason });
    }
    let Some(last) = state.undo.pop().filter(|_| state.open()) else {
        return vec![Effect::Toast(Tone::Plain, cx.texts.t("checklist.nothing_to_undo"))];
    };
    let next = last.first().and_then(|b| state.place_of(&b.spot)).unwrap_or_else(|| state.place());
    let given = |b: &Before| Given {
        subjects: vec![b.spot.subject.clone()],
        items: vec![b.spot.item.clone()],
        value: b.answer.as_ref().map(|a| a.value),
        remark: b.answer.as_ref().map(|a| a.remark.clone()).unwrap_or_default(),
    };
    let answers = last.iter().map(given).collect();
    let command = AnswerItems { inspection: state.id, answers, cursor: state.spot_at(next) };
    let given = last.into_iter().map(|b| (b.spot, b.answer)).collect();
    send(state, Pending::Answers { given, next, back: None }, Command::AnswerItems(command))
}

/// Goes to the next item without an answer, round the whole inspection; the place is kept.
fn next_open(state: &mut State, forward: bool, cx: &Context) -> Vec<Effect> {
    let here = state.place();
    // Where one stands comes last, either way round.
    let (before, behind): (Vec<_>, Vec<_>) =
        state.unanswered().partition(|p| if forward { *p <= here } else { *p < here });
    let found = if forward { behind.first().or(before.first()) } else { before.last().or(behind.last()) };
    let Some(place) = found.copied() else {
        return vec![Effect::Toast(Tone::Done, cx.texts.t("checklist.all_answered"))];
    };
    state.go(place);
    place_kept(state)
}

/// Keeps the cursor's place in the register.
fn place_kept(state: &mut State) -> Vec<Effect> {
    match state.spot().filter(|_| state.open()) {
        Some(at) => send(state, Pending::Place, Command::SetCursor { inspection: state.id, at }),
        None => Vec::new(),
    }
}

fn remark(state: &mut State, mut field: Field, at: Option<usize>, input: &Input, cx: &Context) -> Vec<Effect> {
    let ready: Vec<String> = match (state.template(), state.spot()) {
        (Some(t), Some(spot)) => {
            t.remarks(&spot.item).iter().map(|w| w.of(cx.texts.lang().code()).to_owned()).collect()
        }
        _ => Vec::new(),
    };
    // A number chooses a ready remark while nothing else has been typed.
    let by_number = |c: char| c.to_digit(10).and_then(|n| (n as usize).checked_sub(1)).filter(|n| *n < ready.len());
    let free = field.text().is_empty() || at.is_some();
    let to = match input {
        Input::Typed(c) if free && by_number(*c).is_some() => by_number(*c),
        Input::Action(Action::PopupDown) if !ready.is_empty() => {
            Some(at.map_or(0, |n| n.wrapping_add(1) % ready.len()))
        }
        Input::Action(Action::PopupUp) if !ready.is_empty() => {
            Some(at.unwrap_or(0).wrapping_sub(1).min(ready.len() - 1))
        }
        _ => None,
    };
    if let Some(n) = to {
        field.set(ready.get(n).cloned().unwrap_or_default());
        state.mode = Mode::Remark(field, Some(n));
        return Vec::new();
    }
    match input {
        Input::Action(Action::Accept) if field.text().trim().is_empty() => {
            state.mode = Mode::Remark(field, at);
            vec![Effect::Toast(Tone::Trouble, cx.texts.t("checklist.remark_needed"))]
        }
        Input::Action(Action::Accept) => {
            let text = field.text().trim().to_owned();
            // The line stays as it is until the disk has it.
            state.mode = Mode::Remark(field, at);
            answer(state, AnswerValue::Fails, text, cx)
        }
        // Text typed by hand goes at the second Esc only.
        Input::Action(Action::Cancel) if at.is_none() && !field.text().is_empty() => {
            state.mode = Mode::Remark(field, Some(usize::MAX));
            vec![Effect::Toast(Tone::Plain, cx.texts.t("checklist.esc_again"))]
        }
        Input::Action(Action::Cancel) => Vec::new(),
        _ => {
            edit_field(&mut field, input);
            state.mode = Mode::Remark(field, None);
            Vec::new()
        }
    }
}

/// The cursor goes to the first item that fits while one types.
fn jump(state: &mut State, mut field: Field, from: (usize, usize), input: &Input, cx: &Context) -> Vec<Effect> {
    match input {
        Input::Action(Action::Accept) => return place_kept(state),
        Input::Action(Action::Cancel) => {
            state.go(from);
            return Vec::new();
        }
        _ => {}
    }
    if edit_field(&mut field, input).is_some() {
        let wanted = field.text().trim().to_lowercase();
        let lang = cx.texts.lang().code();
        let items = state.items();
        let by_code = items.iter().position(|i| !wanted.is_empty() && i.id.to_lowercase().starts_with(&wanted));
        let by_text = || {
            let scored =
                items.iter().enumerate().filter_map(|(n, i)| Some((data::score(i.text.of(lang), &wanted)?, n)));
            scored.max_by_key(|(score, n)| (*score, std::cmp::Reverse(*n))).map(|(_, n)| n)
        };
        let found = if wanted.is_empty() { Some(from.1) } else { by_code.or_else(by_text) };
        if let Some(item) = found {
            let subject = state.subject;
            state.go((subject, item));
        }
    }
    state.mode = Mode::Jump(field, from);
    Vec::new()
}

fn choice(state: &mut State, at: usize, input: &Input, cx: &Context) -> Vec<Effect> {
    match input {
        Input::Action(Action::Choose) => match ANSWERS.get(at) {
            Some(value) => give(state, *value, cx),
            None => Vec::new(),
        },
        Input::Action(Action::Close) => Vec::new(),
        _ => {
            state.mode = Mode::Choice(moved(at, ANSWERS.len(), input));
            Vec::new()
        }
    }
}

fn moved(at: usize, len: usize, input: &Input) -> usize {
    match input {
        Input::Action(Action::PopupDown) => (at + 1) % len.max(1),
        Input::Action(Action::PopupUp) => (at + len.saturating_sub(1)) % len.max(1),
        _ => at,
    }
}

/// Ends the answering; what has no answer yet is asked about first.
fn finish(state: &mut State, cx: &Context) -> Vec<Effect> {
    if state.inspection().is_some_and(|i| i.state == InspectionState::Signing) {
        state.mode = Mode::Sign(Field::default());
        return Vec::new();
    }
    if !state.open() {
        return vec![Effect::Toast(Tone::Trouble, cx.texts.t("checklist.fixed"))];
    }
    if state.unanswered().next().is_some() {
        state.mode = Mode::Missing(0);
        return Vec::new();
    }
    send(state, Pending::Closed, Command::CloseInspection { inspection: state.id })
}

fn missing(state: &mut State, at: usize, input: &Input, cx: &Context) -> Vec<Effect> {
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
            let back = spots.iter().map(|spot| before(state, spot)).collect();
            let given = spots.into_iter().map(|spot| (spot, Some(one.clone()))).collect();
            let next = state.place();
            send(state, Pending::Answers { given, next, back: Some(back) }, Command::AnswerItems(command))
        }
        (Input::Action(Action::Close), _) => Vec::new(),
        _ => {
            state.mode = Mode::Missing(moved(at, 2, input));
            Vec::new()
        }
    }
}

fn sign(state: &mut State, mut field: Field, input: &Input, cx: &Context) -> Vec<Effect> {
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
