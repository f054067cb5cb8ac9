//! What the keys of the checklist do.

use super::{Change, Mode, Pending, Ready, State, Step, boxes, files, typed};
use crate::domain::command::{AnswerItems, Given};
use crate::domain::inspection::{Answer, Spot};
use crate::domain::{AnswerValue, Command, InspectionState};
use crate::keys::Action;
use crate::screens::{Context, Effect, Input, Tone};
use crate::ui::field::Field;
use crate::ui::scroll::Move;

/// Does what was struck; nothing is on its way to the disk.
pub(super) fn act(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    match std::mem::replace(&mut state.mode, Mode::Items) {
        Mode::Items => items(state, &input, cx),
        Mode::Remark(field, ready) => typed::remark(state, field, ready, &input, cx),
        Mode::Jump(field, from) => typed::jump(state, field, from, &input, cx),
        Mode::Choice(at) => boxes::choice(state, at, &input, cx),
        Mode::Missing(at) => boxes::missing(state, at, &input, cx),
        Mode::Others { value, remark, at } => boxes::others(state, (value, remark), at, &input, cx),
        Mode::Reopen(at) => boxes::reopen(state, at, &input, cx),
        Mode::Sign(field) => boxes::sign(state, field, &input, cx),
        Mode::Signed => boxes::signed(state, &input),
        Mode::Full(first) => boxes::full(state, first, &input, cx),
        Mode::Files(at) => files::choose(state, at, &input),
        Mode::Why(key, field) => files::why(state, key, field, &input, cx),
    }
}

pub(super) fn send(state: &mut State, pending: Pending, command: Command) -> Vec<Effect> {
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
        Action::ItemInFull => state.mode = Mode::Full(0),
        Action::ItemEvidence => return files::open(state, cx),
        Action::Jump => state.mode = Mode::Jump(Field::default(), state.place()),
        Action::NextOpen | Action::PreviousOpen => return next_open(state, *action == Action::NextOpen, cx),
        Action::NextSubject if count > 1 => state.subject = (state.subject + 1) % count,
        Action::PreviousSubject if count > 1 => state.subject = (state.subject + count - 1) % count,
        Action::AllSubjects if count > 1 => {
            state.all = !state.all;
            let key = if state.all { "checklist.all_on" } else { "checklist.all_off" };
            return vec![Effect::Toast(Tone::Plain, cx.texts.fill(key, &[("n", count.to_string())]))];
        }
        Action::ChooseAnswer => state.mode = Mode::Choice(boxes::first(state)),
        Action::Finish => return boxes::finish(state, cx),
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
pub(super) fn give(state: &mut State, value: AnswerValue, cx: &Context) -> Vec<Effect> {
    if !state.open() {
        return vec![Effect::Toast(Tone::Trouble, cx.texts.t("checklist.fixed"))];
    }
    if value == AnswerValue::Fails {
        let old = state.spot().and_then(|s| state.inspection().and_then(|i| i.answer(&s)).cloned());
        let text = old.filter(|a| a.value == AnswerValue::Fails).map(|a| a.remark).unwrap_or_default();
        state.mode = Mode::Remark(Field::new(text), Ready::No);
        return Vec::new();
    }
    answer(state, value, String::new(), cx)
}

/// Gives the answer, to all where all are meant; where others have another one, asks first whether they keep it.
pub(super) fn answer(state: &mut State, value: AnswerValue, remark: String, cx: &Context) -> Vec<Effect> {
    if state.all && differing(state, value, &remark).next().is_some() {
        state.mode = Mode::Others { value, remark, at: 0 };
        return Vec::new();
    }
    answer_to(state, value, remark, true, cx)
}

/// The others that have another answer to the item under the cursor, by their number.
pub(super) fn differing<'a>(
    state: &'a State,
    value: AnswerValue,
    remark: &'a str,
) -> impl Iterator<Item = (usize, &'a Answer)> {
    let here = state.spot();
    state.subjects().iter().enumerate().filter(|(n, _)| *n != state.subject).filter_map(move |(n, subject)| {
        let given = state.inspection()?.answer(&Spot::new(subject, &here.as_ref()?.item))?;
        (given.value != value || given.remark != remark).then_some((n, given))
    })
}

/// Gives the answer; where all are meant, `replace` says whether those that have another one get it too.
pub(super) fn answer_to(
    state: &mut State,
    value: AnswerValue,
    remark: String,
    replace: bool,
    cx: &Context,
) -> Vec<Effect> {
    let Some(here) = state.spot() else { return Vec::new() };
    let mut subjects = vec![here.subject.clone()];
    if state.all {
        let kept: Vec<usize> = differing(state, value, &remark).map(|(n, _)| n).filter(|_| !replace).collect();
        let all = state.subjects().iter().enumerate();
        subjects = all.filter(|(n, _)| !kept.contains(n)).map(|(_, s)| s.clone()).collect();
    }
    let next = state.after(state.place());
    let one = Answer { value, remark: remark.clone(), by: cx.operator.id.clone(), on: cx.today };
    let changes = subjects.iter().map(|s| change(state, Spot::new(s, &here.item), Some(one.clone()))).collect();
    let given = Given { subjects, items: vec![here.item], value: Some(value), remark };
    let command = AnswerItems { inspection: state.id, answers: vec![given], cursor: state.spot_at(next) };
    let step = Step { at: state.place(), changes };
    send(state, Pending::Answers { step, next, back: true }, Command::AnswerItems(command))
}

/// What becomes of the answer at a spot.
pub(super) fn change(state: &State, spot: Spot, given: Option<Answer>) -> Change {
    let before = state.inspection().and_then(|i| i.answer(&spot)).cloned();
    Change { spot, before, given }
}

/// Takes the last answer of this visit back, once the record is known as it is now; where only signatures are missing,
/// goes back to answering.
pub(super) fn undo(state: &mut State, cx: &Context) -> Vec<Effect> {
    if state.is(InspectionState::Signing) {
        if state.inspection().is_some_and(|i| !i.signatures.is_empty()) {
            state.mode = Mode::Reopen(0);
            return Vec::new();
        }
        return boxes::reopened(state, cx);
    }
    if state.undo.is_empty() || !state.open() {
        return vec![Effect::Toast(Tone::Plain, cx.texts.t("checklist.nothing_to_undo"))];
    }
    state.pending = Some(Pending::Look);
    vec![Effect::FetchSheet(state.id)]
}

/// Takes back what is still as this visit gave it; what somebody answered anew since stays.
pub(super) fn take_back(state: &mut State, cx: &Context) -> Vec<Effect> {
    let Some(last) = state.undo.pop() else { return Vec::new() };
    let same = |a: Option<&Answer>, b: Option<&Answer>| match (a, b) {
        (Some(a), Some(b)) => (a.value, &a.remark, &a.by) == (b.value, &b.remark, &b.by),
        (None, None) => true,
        _ => false,
    };
    let now = |c: &Change| state.inspection().and_then(|i| i.answer(&c.spot)).cloned();
    let (ours, others): (Vec<Change>, Vec<Change>) =
        last.changes.into_iter().partition(|c| same(now(c).as_ref(), c.given.as_ref()));
    let refused = others.first().map(|c| {
        let (by, on) = now(c).map_or_else(Default::default, |a| (a.by, a.on.to_string()));
        let key = if by.is_empty() { "checklist.taken_back_by_other" } else { "checklist.answered_by_other" };
        let text = cx.texts.fill(key, &[("spot", label(state, &c.spot)), ("by", by), ("on", on)]);
        Effect::Toast(Tone::Trouble, text)
    });
    if ours.is_empty() {
        return refused.into_iter().collect();
    }
    let given = |c: &Change| Given {
        subjects: vec![c.spot.subject.clone()],
        items: vec![c.spot.item.clone()],
        value: c.before.as_ref().map(|a| a.value),
        remark: c.before.as_ref().map(|a| a.remark.clone()).unwrap_or_default(),
    };
    let answers = ours.iter().map(given).collect();
    let command = AnswerItems { inspection: state.id, answers, cursor: state.spot_at(last.at) };
    let back = |c: Change| Change { given: c.before, before: c.given, ..c };
    let step = Step { at: last.at, changes: ours.into_iter().map(back).collect() };
    let mut effects = send(state, Pending::Answers { step, next: last.at, back: false }, Command::AnswerItems(command));
    effects.extend(refused);
    effects
}

/// The machine or place of a spot as people call it, and the item.
fn label(state: &State, spot: &Spot) -> String {
    let known = state.sheet.as_ref().and_then(|s| s.subjects.iter().find(|x| x.subject == spot.subject));
    format!("{} {}", known.map_or(spot.subject.as_str(), |x| x.label.as_str()), spot.item)
}

/// Goes to the next item without an answer, round the whole inspection; the place is kept.
pub(super) fn next_open(state: &mut State, forward: bool, cx: &Context) -> Vec<Effect> {
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
pub(super) fn place_kept(state: &mut State) -> Vec<Effect> {
    match state.spot().filter(|_| state.open()) {
        Some(at) => send(state, Pending::Place, Command::SetCursor { inspection: state.id, at }),
        None => Vec::new(),
    }
}
