//! The stack of screens on the officer's desk: Today and the lists side by side, each keeping its state; a card and the
//! overlays on top. Routes what comes in, does the navigating effects, draws the frame around the screen on top.

mod draw;
mod kept;

use super::{
    AvailableAction, Context, Effect, Input, Screen, ScreenId, Target, Tone, accounts, case, cases, checklist, choices,
    computers, device, filters, finding, form, help, menu, palette, people, periods, person, projector, today,
    training, travel,
};
use crate::domain::Role;
use crate::domain::operator::Reach;
use crate::keys::{Action, Scope};

/// What the driver adds to the frame.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chrome {
    /// A sentence over the footer.
    pub toast: Option<(Tone, String)>,
    /// Key sequences begun: what was struck, and what may follow with its label.
    pub pending: Option<(String, Vec<(String, String)>)>,
}

/// All screens that are open.
#[derive(Debug, Clone, PartialEq)]
pub struct Desk {
    tabs: Vec<Screen>,
    at: usize,
    over: Vec<Screen>,
    size: (u16, u16),
    /// The members present as they were written last: one meeting decides several things.
    present: String,
    /// What the operator may do, as the screens were opened.
    rights: Rights,
}

/// Roles, and how far they reach.
type Rights = (Vec<Role>, Reach);

fn rights(cx: &Context) -> Rights {
    (cx.operator.roles.clone(), cx.operator.reach())
}

impl Desk {
    /// Today on top, the lists behind it. `size` is the terminal's.
    pub fn new(cx: &Context, size: (u16, u16)) -> Self {
        let tabs = ScreenId::TABS.iter().map(|(id, _)| tab(*id)).collect();
        let mut desk = Self { tabs, at: 0, over: Vec::new(), size, present: String::new(), rights: rights(cx) };
        for screen in &mut desk.tabs {
            screen.update(Input::Resized(size.0, size.1), cx);
        }
        if let Some(screen) = desk.tabs.first_mut() {
            screen.update(Input::Shown, cx);
        }
        desk
    }

    /// The screen on top.
    pub fn top(&self) -> Option<&Screen> {
        self.over.last().or_else(|| self.tabs.get(self.at))
    }

    fn top_mut(&mut self) -> Option<&mut Screen> {
        self.over.last_mut().or_else(|| self.tabs.get_mut(self.at))
    }

    /// Whether a key must wait until its meaning is known.
    pub fn holding(&self) -> bool {
        self.top().is_some_and(Screen::holding)
    }

    /// Whether Esc leaves though keys wait.
    pub fn lets_go(&self) -> bool {
        self.top().is_some_and(Screen::lets_go)
    }

    /// Whether printable characters are text.
    pub fn typing(&self) -> bool {
        self.top().is_some_and(Screen::typing)
    }

    /// The scopes that hear keys, the first one first.
    pub fn scopes(&self) -> &'static [Scope] {
        self.top().map_or(&[Scope::Global], Screen::scopes)
    }

    /// Takes in what came; what is left for the driver to do comes back.
    pub fn update(&mut self, input: Input, cx: &Context) -> Vec<Effect> {
        let input = match input {
            Input::Refused(mut refusal) => {
                refusal.values.values_mut().for_each(|v| menu::by_number(v, cx));
                Input::Refused(refusal)
            }
            other => other,
        };
        let effects = match input {
            Input::Resized(w, h) => {
                self.size = (w, h);
                self.everyone(&Input::Resized(w, h), cx)
            }
            Input::Refreshed => {
                self.leave_what_is_out_of_reach(cx);
                self.everyone(&Input::Refreshed, cx)
            }
            Input::Fetched(card) if matches!(self.top(), Some(Screen::Form(f)) if f.waits_for(card.person.id)) => {
                self.top_mut().map_or_else(Vec::new, |s| s.update(Input::Fetched(card), cx))
            }
            // Each of them knows what it asked.
            Input::Fetched(_) | Input::Answer(..) => {
                let asks = |s: &&mut Screen| matches!(s.id(), ScreenId::Person | ScreenId::Case | ScreenId::Projector);
                self.over.iter_mut().filter(asks).flat_map(|s| s.update(input.clone(), cx)).collect()
            }
            Input::Sheet(_) => {
                let holder = self.over.iter_mut().find(|s| s.id() == ScreenId::Checklist);
                holder.map_or_else(Vec::new, |s| s.update(input, cx))
            }
            // The answer belongs to the checklist that waits for it, whatever lies over it by now.
            Input::Committed(..) | Input::Failed(_) if self.waiting().is_some() => {
                self.waiting().map_or_else(Vec::new, |s| s.update(input, cx))
            }
            Input::Refused(refusal) if self.waiting().is_some() => {
                let said = Input::Failed(form::sentence(cx.texts, &refusal));
                self.waiting().map_or_else(Vec::new, |s| s.update(said, cx))
            }
            // A form shows the whole verdict; elsewhere the sentence is said.
            Input::Refused(refusal) if self.top().is_none_or(|s| s.id() != ScreenId::Form) => {
                let said = Input::Failed(form::sentence(cx.texts, &refusal));
                self.top_mut().map_or_else(Vec::new, |s| s.update(said, cx))
            }
            Input::Read(reply) => {
                let asker = reply.read.screen();
                let holder = self.over.iter_mut().rev().chain(&mut self.tabs).find(|s| s.id() == asker);
                holder.map_or_else(Vec::new, |s| s.update(Input::Read(reply), cx))
            }
            // The list below hears of it too: what was marked for the deed is done.
            Input::Committed(..) if matches!(self.top(), Some(Screen::Form(_))) => {
                let (asked, present) = match self.top() {
                    Some(Screen::Form(f)) => (f.asked_for_one_after(), f.text("present")),
                    _ => (None, None),
                };
                self.present = present.unwrap_or_else(|| std::mem::take(&mut self.present));
                if let (Some(last), Some(Screen::Inspections(s))) = (asked, self.tabs.get_mut(self.at)) {
                    s.expect(last);
                }
                let below = self.tabs.get_mut(self.at).map_or_else(Vec::new, |s| s.update(input.clone(), cx));
                let mut effects = self.top_mut().map_or_else(Vec::new, |s| s.update(input, cx));
                effects.extend(below);
                effects
            }
            Input::Action(action) if action.scope() == Scope::Global => self.global(action, cx),
            other => self.top_mut().map_or_else(Vec::new, |s| s.update(other, cx)),
        };
        self.follow(effects, cx)
    }

    /// Closes what the operator may not see any more; the text he is writing stays.
    fn leave_what_is_out_of_reach(&mut self, cx: &Context) {
        let rights = rights(cx);
        if self.rights != rights {
            self.rights = rights;
            // Half a checklist is text too, as long as it may be read.
            let kept = |s: &Screen| match s {
                Screen::Form(_) => true,
                Screen::Checklist(c) => cx.index.inspection(c.of()).is_some(),
                _ => false,
            };
            self.over.retain(kept);
            self.tabs = Self::new(cx, self.size).tabs;
            self.at = 0;
        }
        let people = cx.index.people();
        let gone = |s: &Screen| s.person().is_some_and(|id| people.position(id).is_none());
        if !cx.loading() {
            self.over.retain(|s| !gone(s));
        }
    }

    /// The checklist with something on its way to the disk.
    fn waiting(&mut self) -> Option<&mut Screen> {
        self.over.iter_mut().find(|s| matches!(s, Screen::Checklist(c) if c.waiting()))
    }

    /// Tells every open screen.
    fn everyone(&mut self, input: &Input, cx: &Context) -> Vec<Effect> {
        self.tabs.iter_mut().chain(&mut self.over).flat_map(|s| s.update(input.clone(), cx)).collect()
    }

    /// Actions that work everywhere.
    fn global(&mut self, action: Action, cx: &Context) -> Vec<Effect> {
        let open = |id: ScreenId| vec![Effect::Go(Target::screen(id))];
        if let Some((id, _)) = ScreenId::TABS.iter().find(|(_, go)| *go == action) {
            return open(*id);
        }
        if let Some(place) = filters::place(action) {
            return filters::call(place, cx);
        }
        match action {
            Action::NextScreen => self.beside(1),
            Action::PreviousScreen => self.beside(ScreenId::TABS.len().saturating_sub(1)),
            Action::Filters => {
                let list = self.tabs.get(self.at).filter(|_| self.over.is_empty());
                self.push(Screen::Filters(filters::State::new(list.and_then(Screen::filter))), cx)
            }
            Action::GoChoices => open(ScreenId::Choices),
            Action::GoAccounts => open(ScreenId::Accounts),
            Action::Help => open(ScreenId::Help),
            Action::Palette => open(ScreenId::Palette),
            Action::Quit => vec![Effect::Quit],
            Action::Back => self.top_mut().map_or_else(Vec::new, |s| s.update(Input::Action(Action::Back), cx)),
            other => vec![Effect::Perform(other)],
        }
    }

    fn beside(&self, step: usize) -> Vec<Effect> {
        let next = ScreenId::TABS.get((self.at + step) % ScreenId::TABS.len());
        next.map(|(id, _)| Effect::Go(Target::screen(*id))).into_iter().collect()
    }

    /// Does the navigating effects; gives back the rest.
    fn follow(&mut self, effects: Vec<Effect>, cx: &Context) -> Vec<Effect> {
        let mut left = Vec::new();
        for effect in effects {
            match effect {
                Effect::Go(target) => left.extend(self.go(target, cx)),
                Effect::Back => left.extend(self.back(cx)),
                Effect::Chosen(action) => {
                    self.over.pop();
                    left.extend(self.update(Input::Action(action), cx));
                }
                Effect::Act { persons, part } => {
                    let menu = menu::State::new(persons, part, cx);
                    left.extend(self.push(Screen::Menu(menu), cx));
                }
                Effect::ActOn(view, items) => {
                    let menu = menu::State::for_items(view, items, cx);
                    left.extend(self.push(Screen::Menu(menu), cx));
                }
                Effect::ActOnAccount(number) => {
                    left.extend(self.push(Screen::Menu(menu::State::for_account(number, cx)), cx));
                }
                Effect::Fill { deed, persons, items } => {
                    self.over.retain(|s| !matches!(s.id(), ScreenId::Menu | ScreenId::Palette));
                    let mut form = form::State::new(deed, persons, items, cx);
                    form.start_from("present", &self.present);
                    left.extend(self.push(Screen::Form(Box::new(form)), cx));
                }
                other => left.push(other),
            }
        }
        left
    }

    /// Opens a screen.
    pub fn go(&mut self, target: Target, cx: &Context) -> Vec<Effect> {
        if self.top().is_some_and(|s| s.id() == target.screen && s.id() != ScreenId::Person)
            && target.query.is_none()
            && !target.typing
        {
            return Vec::new();
        }
        match target.screen {
            ScreenId::Person => {
                self.over.retain(|s| s.id() != ScreenId::Person);
                let Some(id) = target.person else { return Vec::new() };
                self.push(Screen::Person(Box::new(person::State::new(id, target.explain))), cx)
            }
            ScreenId::Case => {
                self.over.retain(|s| s.id() != ScreenId::Case);
                let Some((id, part)) = target.person.zip(target.part) else { return Vec::new() };
                self.push(Screen::Case(Box::new(case::State::new(id, part))), cx)
            }
            ScreenId::Projector => {
                self.over.retain(|s| s.id() != ScreenId::Projector);
                let Some(id) = target.person else { return Vec::new() };
                let state = projector::State::new(id, target.part, target.month, cx);
                self.push(Screen::Projector(Box::new(state)), cx)
            }
            ScreenId::Device => {
                self.over.retain(|s| s.id() != ScreenId::Device);
                let Some(id) = target.device else { return Vec::new() };
                self.push(Screen::Device(Box::new(device::State::new(id))), cx)
            }
            ScreenId::Finding => {
                self.over.retain(|s| s.id() != ScreenId::Finding);
                let Some((id, n)) = target.inspection.zip(target.finding) else { return Vec::new() };
                self.push(Screen::Finding(finding::State::new(id, n)), cx)
            }
            ScreenId::Checklist => {
                self.over.retain(|s| s.id() != ScreenId::Checklist);
                let Some(id) = target.inspection else { return Vec::new() };
                let finding = target.finding.and_then(|n| cx.index.finding(id, n));
                let at = finding.map(|row| row.finding.spot.clone());
                self.push(Screen::Checklist(Box::new(checklist::State::new(id, at))), cx)
            }
            // On its own: Esc goes back to the list below.
            ScreenId::Choices | ScreenId::Accounts => {
                self.over.clear();
                let screen = match target.screen {
                    ScreenId::Choices => Screen::Choices(choices::State::default()),
                    _ => Screen::Accounts(accounts::State::default()),
                };
                self.push(screen, cx)
            }
            ScreenId::Help => {
                let keys = self.top().map(|s| s.keys(cx)).unwrap_or_default();
                let (about, scopes) = self.top().map_or((ScreenId::Today, self.scopes()), |s| (s.id(), s.scopes()));
                self.push(Screen::Help(help::State::new(about, scopes, keys)), cx)
            }
            ScreenId::Palette => {
                let keys = self.top().map(|s| s.keys(cx)).unwrap_or_default();
                let deeds = self.deeds(&keys, cx);
                self.push(Screen::Palette(palette::State::new(&keys, deeds, cx)), cx)
            }
            id => {
                self.over.clear();
                self.at = ScreenId::TABS.iter().position(|(t, _)| *t == id).unwrap_or(0);
                let Some(screen) = self.tabs.get_mut(self.at) else { return Vec::new() };
                match screen {
                    Screen::People(s) => s.start(&target),
                    Screen::Periods(s) => s.start(&target),
                    Screen::Travel(s) => s.start(&target),
                    Screen::Training(s) => s.start(&target),
                    Screen::Computers(s) => s.start(&target),
                    Screen::Cases(s) => s.start(&target),
                    Screen::Meeting(s) => s.start(&target, cx),
                    Screen::Inspections(s) => s.start(&target),
                    Screen::Journal(s) => s.start(&target, cx),
                    _ => {}
                }
                let effects = screen.update(Input::Shown, cx);
                self.follow(effects, cx)
            }
        }
    }

    /// The menu that the screen on top would open now, asked of a copy of it: nothing is opened.
    fn deeds(&self, keys: &[AvailableAction], cx: &Context) -> Option<menu::State> {
        let offered = |a: &Action| keys.iter().any(|k| k.enabled && k.action == *a);
        let act = [Action::Act, Action::ActHere].into_iter().find(offered)?;
        let effects = self.top()?.clone().update(Input::Action(act), cx);
        effects.into_iter().find_map(|e| match e {
            Effect::Act { persons, part } => Some(menu::State::new(persons, part, cx)),
            Effect::ActOn(view, items) => Some(menu::State::for_items(view, items, cx)),
            Effect::ActOnAccount(number) => Some(menu::State::for_account(number, cx)),
            _ => None,
        })
    }

    fn push(&mut self, mut screen: Screen, cx: &Context) -> Vec<Effect> {
        let mut effects = screen.update(Input::Resized(self.size.0, self.size.1), cx);
        effects.extend(screen.update(Input::Shown, cx));
        self.over.push(screen);
        self.follow(effects, cx)
    }

    /// Takes the top screen away; from a list back to Today; from Today nothing happens, so that Esc never ends the
    /// program.
    fn back(&mut self, cx: &Context) -> Vec<Effect> {
        if self.over.pop().is_none() {
            self.at = 0;
        }
        let effects = self.top_mut().map_or_else(Vec::new, |s| s.update(Input::Shown, cx));
        self.follow(effects, cx)
    }

    /// What can be done now: by the screen on top, then everywhere.
    pub fn keys(&self, cx: &Context) -> Vec<AvailableAction> {
        self.top().map(|s| s.keys(cx)).unwrap_or_default()
    }
}

/// A main screen as the program starts with it.
fn tab(id: ScreenId) -> Screen {
    match id {
        ScreenId::People => Screen::People(people::State::default()),
        ScreenId::Periods => Screen::Periods(periods::State::default()),
        ScreenId::Travel => Screen::Travel(travel::State::default()),
        ScreenId::Training => Screen::Training(training::State::default()),
        ScreenId::Computers => Screen::Computers(computers::State::default()),
        ScreenId::Cases => Screen::Cases(cases::State::default()),
        ScreenId::Meeting => Screen::Meeting(Box::default()),
        ScreenId::Inspections => Screen::Inspections(Box::default()),
        ScreenId::Journal => Screen::Journal(Box::default()),
        _ => Screen::Today(today::State::default()),
    }
}
