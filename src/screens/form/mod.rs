//! A form: fields with their checks while typing, what the rules refuse with the way out, and nothing lost on Esc.

mod conflict;
mod draft;
mod hint;
mod told;
mod view;

pub use draft::Draft;
pub use told::sentence;
pub use view::view;

use super::deed::Deed;
use super::entries::{self, Entry, Takes, Values};
use super::list::edit_field;
use super::{AvailableAction, Context, Effect, Input, Tone, menu};
use crate::domain::{Command, InspectionId, Person, PersonId};
use crate::index::Item;
use crate::keys::Action;
use crate::ui::field::Field;
use conflict::Conflict;
use told::Told;

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    deed: Deed,
    persons: Vec<PersonId>,
    /// The other records it is about.
    items: Vec<Item>,
    /// The revision of the record when the form was opened: a newer one is noticed by the domain.
    based_on: Option<u64>,
    entries: Vec<Entry>,
    fields: Vec<Field>,
    at: usize,
    /// Sent, waiting for the disk.
    sent: bool,
    /// The last inspection there was when a new one was asked for.
    last: Option<InspectionId>,
    /// Why it was not done.
    told: Option<Told>,
    /// The box that says so in full is open, from this line on.
    open: Option<usize>,
    /// Somebody else changed the record first: both sides.
    conflict: Option<Conflict>,
    /// The terminal's size.
    size: (u16, u16),
    /// Esc was pressed over typed text: asks before it is thrown away.
    leaving: bool,
    /// The form was given back after the program had ended over it: when it was written, and whether the record has
    /// moved since.
    restored: Option<(String, bool)>,
    /// How many of the people owe something else than the form starts with, or nothing.
    others: usize,
    /// Fields whose value on record is still to come, for the lists do not hold it; and whether a draft has filled it.
    to_come: Vec<(&'static str, bool)>,
}

impl State {
    /// An empty form, its fields filled with what is known.
    pub(super) fn new(deed: Deed, persons: Vec<PersonId>, items: Vec<Item>, cx: &Context) -> Self {
        let of = persons.first().and_then(|id| menu::find(*id, cx));
        let entries = entries::entries(deed, &persons, &items, of.as_ref(), cx);
        // A day that stands there is taken as it is or typed anew.
        let field = |e: &Entry| {
            let mut field = Field::new(e.start.clone());
            field.select(e.takes == Takes::Day);
            field
        };
        let fields = entries.iter().map(field).collect();
        let based_on = of.map(|s| s.revision).or_else(|| deed.device().and_then(|id| menu::revision(id, cx)));
        // Where nothing is left to fill in, Enter sends at once.
        let full = entries.iter().all(|e| !e.start.is_empty());
        let at = if full { entries.len().saturating_sub(1) } else { 0 };
        let others = entries::owed::others(deed, &persons, cx);
        Self {
            deed,
            persons,
            items,
            others,
            based_on,
            entries,
            fields,
            at,
            sent: false,
            last: None,
            told: None,
            open: None,
            conflict: None,
            size: (80, 24),
            leaving: false,
            restored: None,
            to_come: if deed == Deed::Edit { vec![("phone", false), ("note", false)] } else { Vec::new() },
        }
    }

    fn entry(&self) -> Option<&Entry> {
        self.entries.get(self.at)
    }

    /// What stands in a field.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let at = self.entries.iter().position(|e| e.name == name)?;
        self.fields.get(at).map(|f| f.text().to_owned())
    }

    /// Starts a field that is still empty with a text.
    pub(super) fn start_from(&mut self, name: &str, text: &str) {
        let place = self.entries.iter_mut().zip(&mut self.fields).find(|(e, _)| e.name == name && e.start.is_empty());
        if let Some((entry, field)) = place {
            text.clone_into(&mut entry.start);
            field.set(text.to_owned());
        }
    }

    /// Whether printable characters are text.
    pub(super) fn typing(&self) -> bool {
        !self.over() && self.entry().is_some_and(|e| !matches!(e.takes, Takes::OneOf(_)))
    }

    /// Whether a question or a box lies over the fields.
    pub(super) const fn over(&self) -> bool {
        self.leaving || self.open.is_some() || self.conflict.is_some()
    }

    /// Whether a key must wait: what was filled in is on its way to the disk, and nobody was asked whether to leave it.
    pub(super) const fn holding(&self) -> bool {
        self.sent && !self.over()
    }

    /// The inspection behind which the one stands that was asked for.
    pub(super) const fn asked_for_one_after(&self) -> Option<InspectionId> {
        self.last
    }

    /// Whether both sides of a conflict are shown.
    pub(super) const fn conflicts(&self) -> bool {
        self.conflict.is_some()
    }

    /// Whether it waits for this person's record as it is now.
    pub(super) fn waits_for(&self, person: PersonId) -> bool {
        let asked = self.told.as_ref().is_some_and(conflict::is_one) || !self.to_come.is_empty();
        self.persons.first() == Some(&person) && asked
    }

    /// Starts with what is on record, where nothing was typed meanwhile.
    fn start_with(&mut self, person: &Person) {
        for (name, typed) in std::mem::take(&mut self.to_come) {
            let value = if name == "note" { person.note.clone() } else { person.phone.clone().unwrap_or_default() };
            let place = self.entries.iter_mut().zip(&mut self.fields).find(|(e, _)| e.name == name);
            let Some((entry, field)) = place else { continue };
            if !typed && field.text() == entry.start {
                field.set(value.clone());
            }
            entry.start = value;
        }
    }

    fn fails(&mut self, told: Told) -> Vec<Effect> {
        self.sent = false;
        if let (true, Some(person)) = (conflict::is_one(&told), self.persons.first()) {
            self.told = Some(told);
            return vec![Effect::Fetch(*person)];
        }
        self.told = Some(told);
        self.open = Some(0);
        Vec::new()
    }

    fn dirty(&self) -> bool {
        self.entries.iter().zip(&self.fields).any(|(e, f)| f.text() != e.start)
    }

    fn step(&mut self, forward: bool) {
        let n = self.entries.len().max(1);
        self.at = if forward { (self.at + 1) % n } else { (self.at + n - 1) % n };
    }

    /// The next or previous value of a choice.
    fn turn(&mut self, forward: bool) {
        let (Some(entry), Some(field)) = (self.entries.get(self.at), self.fields.get_mut(self.at)) else { return };
        let Takes::OneOf(all) = &entry.takes else { return };
        let n = all.len().max(1);
        let now = all.iter().position(|(code, _)| code == field.text()).unwrap_or(0);
        let next = if forward { (now + 1) % n } else { (now + n - 1) % n };
        if let Some((code, _)) = all.get(next) {
            field.set(code.clone());
        }
    }

    /// The first field that is not as it should be.
    fn wrong(&self) -> Option<usize> {
        self.entries.iter().zip(&self.fields).position(|(e, f)| entries::problem(e, f.text()).is_some())
    }

    /// Enter: on to the next field, and off with it behind the last.
    fn enter(&mut self, cx: &Context) -> Vec<Effect> {
        let here = self.entry().zip(self.fields.get(self.at));
        if here.is_some_and(|(e, f)| entries::problem(e, f.text()).is_some()) {
            return Vec::new();
        }
        if self.last() {
            return self.send(cx);
        }
        self.step(true);
        Vec::new()
    }

    const fn last(&self) -> bool {
        self.at + 1 >= self.entries.len()
    }

    fn send(&mut self, cx: &Context) -> Vec<Effect> {
        if self.sent {
            return Vec::new();
        }
        if let Some(n) = self.wrong() {
            self.at = n;
            return Vec::new();
        }
        let values = Values(self.entries.iter().zip(self.fields.iter().map(|f| f.text().to_owned())).collect());
        let Some(command) = entries::command(self.deed, &self.persons, &self.items, &values, self.based_on, cx) else {
            return Vec::new();
        };
        self.sent = true;
        self.told = None;
        let makes = matches!(
            command,
            Command::PlanInspection(_) | Command::PlanCampaign(_) | Command::CorrectInspection { .. }
        );
        self.last = makes.then(|| cx.index.last_inspection().unwrap_or(InspectionId(0)));
        let command = Box::new(command);
        // What was decided on the record as it was is not done to another one.
        match (self.based_on, self.persons.as_slice()) {
            (Some(revision), [person]) if builds_on_record(self.deed) => {
                vec![Effect::CommitOn { command, person: *person, revision }]
            }
            _ => vec![Effect::Commit(command)],
        }
    }
}

/// Whether a deed rests on what the record said when the form was opened; trainings, pledges, reviews, requests and past
/// journeys are added whatever else happens to the record.
const fn builds_on_record(deed: Deed) -> bool {
    use Deed::{AddComputer, AddMedium, AddPerson, NewTrip, PastTrip, Pledge, Review, Training};
    !matches!(deed, Training | Pledge | NewTrip | PastTrip | Review | AddPerson | AddComputer | AddMedium)
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    match &input {
        Input::Committed(..) if state.sent => {
            let done = cx.texts.fill("form.done", &[("what", menu::plain(state.deed, cx))]);
            return vec![Effect::Back, Effect::Toast(Tone::Done, done)];
        }
        Input::Failed(why) => {
            return state.fails(Told::Failure(why.clone()));
        }
        Input::Refused(refusal) => {
            return state.fails(Told::Refusal(refusal.clone()));
        }
        Input::Shown if !state.to_come.is_empty() => {
            return state.persons.first().map(|p| Effect::Fetch(*p)).into_iter().collect();
        }
        Input::Fetched(card) if state.waits_for(card.person.id) => {
            state.start_with(&card.person);
            if state.told.as_ref().is_some_and(conflict::is_one) {
                state.conflict = Some(Conflict::new(state, card, cx));
            }
            return Vec::new();
        }
        Input::Resized(w, h) => {
            state.size = (*w, *h);
            return Vec::new();
        }
        _ => {}
    }
    if state.conflict.is_some() {
        return if let Input::Action(action) = input { conflict::update(state, action, cx) } else { Vec::new() };
    }
    if let Some(first) = state.open {
        if let Input::Action(action) = input {
            state.open = told::turn(state, first, action, cx);
        }
        return Vec::new();
    }
    if state.leaving {
        return match input {
            Input::Action(Action::Yes | Action::Choose) => vec![Effect::Back],
            Input::Action(_) => {
                state.leaving = false;
                Vec::new()
            }
            _ => Vec::new(),
        };
    }
    if state.typing()
        && let Some(field) = state.fields.get_mut(state.at)
        && edit_field(field, &input).is_some()
    {
        return Vec::new();
    }
    match input {
        Input::Action(Action::NextField | Action::Complete) => state.step(true),
        Input::Action(Action::PreviousField) => state.step(false),
        Input::Action(Action::NextChoice) => state.turn(true),
        Input::Action(Action::PreviousChoice) => state.turn(false),
        Input::Action(Action::Accept | Action::Done) => return state.enter(cx),
        Input::Action(Action::Submit) => return state.send(cx),
        Input::Action(Action::Cancel | Action::Leave | Action::Back) => {
            if !state.dirty() {
                return vec![Effect::Back];
            }
            state.leaving = true;
        }
        _ => {}
    }
    Vec::new()
}

/// What can be done now.
pub fn keys(state: &State, _: &Context) -> Vec<AvailableAction> {
    if let Some(conflict) = &state.conflict {
        return conflict::keys(conflict);
    }
    if state.open.is_some() {
        return vec![
            AvailableAction::on(Action::Close, 90),
            AvailableAction::on(Action::PopupDown, 0),
            AvailableAction::on(Action::PopupUp, 0),
        ];
    }
    if state.leaving {
        return vec![AvailableAction::on(Action::Yes, 90), AvailableAction::on(Action::No, 80)];
    }
    let choice = !state.typing();
    let enter = if state.last() { "form.enter_sends" } else { "form.enter_next" };
    vec![
        AvailableAction::when(Action::Accept, 90, !choice).called(enter),
        AvailableAction::when(Action::Done, 90, choice).called(enter),
        AvailableAction::on(Action::Submit, 85),
        AvailableAction::on(Action::NextField, 70),
        AvailableAction::on(Action::PreviousField, 0),
        AvailableAction::when(Action::NextChoice, 60, choice),
        AvailableAction::when(Action::PreviousChoice, 0, choice),
        AvailableAction::when(Action::Cancel, 40, !choice),
        AvailableAction::when(Action::Leave, 40, choice),
    ]
}
