//! 办理: what can be done now with the row under the cursor or those marked; one letter chooses.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::deed::{self, AccountDeed, Deed};
use super::{AvailableAction, Context, Effect, Input, ScreenId, accounts, choices, words};
use crate::domain::{ComputerId, MediumId, PersonId, RecordId};
use crate::index::{Item, Marks, Part, PersonRow, Row, View};
use crate::keys::Action;
use crate::ui::paint::{Pieces, piece, put_line};
use crate::ui::popup;
use crate::ui::scroll::{Move, Scroll};
use crate::ui::theme::{Glyph, Role};

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    persons: Vec<PersonId>,
    items: Vec<Item>,
    deeds: Vec<Deed>,
    scroll: Scroll,
    page: usize,
}

impl State {
    /// The menu for these people; `part` is the trip or case under the cursor.
    pub(super) fn new(persons: Vec<PersonId>, part: Option<Part>, cx: &Context) -> Self {
        let mut items = Vec::new();
        let deeds = match persons.as_slice() {
            [] => vec![Deed::AddPerson],
            [one] => {
                let matter = part.and_then(|part| cx.index.row(Item::of_part(*one, part)));
                let first = if let Some(Row::Matter(m)) = &matter { deed::for_matter(m) } else { Vec::new() };
                items.extend(part.filter(|_| !first.is_empty()).map(|part| Item::of_part(*one, part)));
                let others = find(*one, cx).map(|s| deed::for_one(&s, part)).unwrap_or_default();
                let others: Vec<Deed> = others.into_iter().filter(|d| !first.contains(d)).collect();
                first.into_iter().chain(others).collect()
            }
            _ => deed::FOR_MANY.to_vec(),
        };
        let deeds = permitted(deeds, cx);
        Self { persons, items, deeds, scroll: Scroll::default(), page: 12 }
    }

    /// The people or other records it is about, and what can be done with them.
    pub(super) fn into_parts(self) -> (Vec<PersonId>, Vec<Item>, Vec<Deed>) {
        (self.persons, self.items, self.deeds)
    }

    /// The menu for rows of a list that is not about people.
    pub(super) fn for_items(view: View, items: Vec<Item>, cx: &Context) -> Self {
        let rows: Vec<Row> = items.iter().filter_map(|i| cx.index.row(*i)).collect();
        let deeds = match view {
            View::Inspections => deed::for_inspection(rows.first()),
            View::Findings => {
                let found = rows.into_iter().filter_map(|r| if let Row::Finding(f) = r { Some(f) } else { None });
                deed::for_findings(&found.collect::<Vec<_>>(), cx.today)
            }
            View::Due => deed::FOR_DUE.to_vec(),
            _ => deed::for_device(rows.first()),
        };
        let deeds = permitted(deeds, cx);
        Self { persons: Vec::new(), items, deeds, scroll: Scroll::default(), page: 12 }
    }

    /// The menu for an account.
    pub(super) fn for_account(number: u64, cx: &Context) -> Self {
        let account = accounts::find(number, cx);
        let own = account.is_some_and(|a| a.id == cx.operator.id);
        let deeds = permitted(deed::for_account(account, own), cx);
        Self { persons: Vec::new(), items: Vec::new(), deeds, scroll: Scroll::default(), page: 12 }
    }

    /// What the title says: whom, or which computer or medium, it is about.
    fn about(&self, cx: &Context) -> String {
        match self.deeds.first() {
            Some(Deed::Account(_, number)) => accounts::label(*number, cx),
            _ if self.items.is_empty() => about(&self.persons, cx),
            _ => about_items(&self.items, cx),
        }
    }

    fn choose(&self, deed: Option<Deed>) -> Vec<Effect> {
        let (persons, items) = (self.persons.clone(), self.items.clone());
        deed.map(|deed| Effect::Fill { deed, persons, items }).into_iter().collect()
    }
}

/// Those that the operator's rights cover.
fn permitted(deeds: Vec<Deed>, cx: &Context) -> Vec<Deed> {
    deeds.into_iter().filter(|d| d.permitted(cx.operator)).collect()
}

/// Asks for the menu of the marked rows, else of the row under the cursor.
pub(super) fn act(row: Option<Item>, marks: &Marks, screen: ScreenId) -> Effect {
    let one = row.filter(|_| marks.is_empty());
    let mut persons: Vec<PersonId> = match one {
        Some(item) => vec![PersonId(item.record.number)],
        None => marks.iter().map(|item| PersonId(item.record.number)).collect(),
    };
    persons.dedup();
    let parts = matches!(screen, ScreenId::Travel | ScreenId::Cases);
    Effect::Act { persons, part: one.and_then(Item::person_part).filter(|_| parts) }
}

/// A person as lists see them.
pub(super) fn find(id: PersonId, cx: &Context) -> Option<PersonRow> {
    cx.index.person(id)
}

/// A computer or medium as lists see it.
pub(super) fn device(record: RecordId, cx: &Context) -> Option<Row> {
    cx.index.row(Item { record, part: 0 })
}

/// The revision of a computer or medium.
pub(super) fn revision(record: RecordId, cx: &Context) -> Option<u64> {
    match device(record, cx)? {
        Row::Computer(c) => Some(c.revision),
        Row::Medium(m) => Some(m.revision),
        _ => None,
    }
}

/// Puts the number an officer knows a device by in place of the register's own, alone or in front of an item.
pub(super) fn by_number(value: &mut String, cx: &Context) {
    let (id, item) = value.split_once('/').map_or((value.as_str(), None), |(id, item)| (id, Some(item)));
    let computer = id.parse().map(|id: ComputerId| RecordId::from(id));
    let record = computer.or_else(|_| id.parse().map(|id: MediumId| RecordId::from(id)));
    let Some(row) = record.ok().and_then(|r| device(r, cx)) else { return };
    let named = item.map_or_else(|| name(&row), |item| format!("{} {item}", name(&row)));
    *value = named;
}

/// What a row is called.
fn name(row: &Row) -> String {
    match row {
        Row::Computer(c) => c.number.clone(),
        Row::Medium(m) => m.number.clone(),
        Row::Inspection(i) => format!("{}  {}", i.brief.id, i.brief.department),
        Row::Finding(f) => format!("{}  {}", f.label, f.finding.spot.item),
        Row::Matter(m) => m.name.clone(),
        Row::Person(_) | Row::Trip(_) => String::new(),
    }
}

/// Which records it is about, in one line.
fn about_items(items: &[Item], cx: &Context) -> String {
    match items {
        [] => String::new(),
        [one] => cx.index.row(*one).map(|r| name(&r)).unwrap_or_default(),
        many => cx.texts.fill("menu.rows", &[("n", many.len().to_string())]),
    }
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, _: &Context) -> Vec<Effect> {
    let step = match input {
        Input::Typed(c) => {
            let wanted = c.to_ascii_lowercase();
            return state.choose(state.deeds.iter().copied().find(|d| d.letter() == wanted));
        }
        Input::Resized(_, h) => {
            state.page = (h as usize).saturating_sub(9).max(1);
            return Vec::new();
        }
        Input::Action(Action::PopupUp) => Move::Up,
        Input::Action(Action::PopupDown) => Move::Down,
        Input::Action(Action::PopupPageUp) => Move::PageUp,
        Input::Action(Action::PopupPageDown) => Move::PageDown,
        Input::Action(Action::Accept | Action::Choose) => {
            return state.choose(state.deeds.get(state.scroll.at).copied());
        }
        Input::Action(Action::Cancel | Action::Close | Action::Back) => return vec![Effect::Back],
        _ => return Vec::new(),
    };
    state.scroll.go(step, state.deeds.len(), state.page);
    Vec::new()
}

/// Who it is about, in one line.
pub(super) fn about(persons: &[PersonId], cx: &Context) -> String {
    match persons {
        [] => String::new(),
        [one] => find(*one, cx).map(|s| s.name).unwrap_or_default(),
        many => cx.texts.fill("menu.people", &[("n", many.len().to_string())]),
    }
}

/// Whom, or which records, a deed is about, in one line.
pub(super) fn whom(deed: Deed, persons: &[PersonId], items: &[Item], cx: &Context) -> String {
    match deed {
        Deed::AddPerson
        | Deed::AddComputer
        | Deed::AddMedium
        | Deed::Plan
        | Deed::Campaign
        | Deed::Account(AccountDeed::Add, _) => String::new(),
        Deed::Account(_, number) => accounts::label(number, cx),
        Deed::Device(_, record) => device(record, cx).map(|r| name(&r)).unwrap_or_default(),
        _ if !items.is_empty() => about_items(items, cx),
        _ => about(persons, cx),
    }
}

/// What a deed is called, whatever it concerns.
pub(super) fn plain(deed: Deed, cx: &Context) -> String {
    let name = format!("deed.{}", deed.code());
    match deed {
        Deed::Step(_, step) | Deed::Refuse(_, step) | Deed::Decide(_, step) => {
            cx.texts.fill(&name, &[("step", cx.texts.word("step", step.code()))])
        }
        _ => cx.texts.t(&name),
    }
}

/// What a deed is called, with the journey it concerns.
pub(super) fn label(deed: Deed, persons: &[PersonId], cx: &Context) -> String {
    if let Deed::Choose(unit, at) = deed
        && let Some((_, choice)) = choices::find(unit, at, cx)
    {
        return words::choice(cx, &choice.key);
    }
    let name = plain(deed, cx);
    let trip = deed.trip().zip(persons.first()).and_then(|(n, id)| find(*id, cx)?.trips.into_iter().find(|t| t.n == n));
    match trip {
        Some(t) => format!("{name}  {}  {}", t.destination, words::date(Some(t.depart_on))),
        None => name,
    }
}

/// Draws.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    let h = (state.deeds.len().max(1) as u16).saturating_add(2);
    let outer = popup::centred(area, 64, h);
    let title = format!("{}  {}", cx.texts.t("menu.title"), state.about(cx));
    let inner = popup::frame(buf, outer, title.trim_end(), theme);
    if state.deeds.is_empty() {
        let none = [piece(cx.texts.t("menu.none"), Role::Dim)];
        put_line(buf, inner, inner.x, inner.y, &none, inner.width, None, theme);
    }
    let first = state.scroll.first(state.deeds.len(), inner.height as usize);
    for (n, y) in (first..state.deeds.len()).zip(inner.y..inner.bottom()) {
        let Some(deed) = state.deeds.get(n) else { break };
        let selected = n == state.scroll.at;
        let row = Rect { y, height: 1, ..inner };
        let mark = if selected { theme.glyph(Glyph::Cursor) } else { " " };
        let pieces: Pieces = vec![
            piece(format!("{mark} "), Role::Key),
            piece(deed.letter().to_string(), Role::Key),
            piece(format!("  {}", label(*deed, &state.persons, cx)), if selected { Role::Strong } else { Role::Text }),
        ];
        put_line(buf, row, row.x, y, &pieces, row.width, None, theme);
    }
    let at = state.scroll.at.saturating_sub(first) as u16;
    (at < inner.height).then(|| popup::rest(inner, at))
}

/// What can be done now.
pub fn keys(state: &State, _: &Context) -> Vec<AvailableAction> {
    let some = !state.deeds.is_empty();
    vec![
        AvailableAction::when(Action::Accept, 90, some).called("menu.choose"),
        AvailableAction::on(Action::Cancel, 80).called("menu.close"),
        AvailableAction::when(Action::PopupUp, 0, some),
        AvailableAction::when(Action::PopupDown, 0, some),
    ]
}
