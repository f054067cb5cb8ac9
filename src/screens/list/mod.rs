//! What all lists share: a filter line that works while typing, a table that keeps its place, sorting, marks, a detail
//! pane where there is room. A list screen says what its rows and columns are; everything else is here.

mod edit;
mod offer;
mod view;

use super::data::{self, Matches};
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target, Tone, menu};
use crate::domain::{InspectionId, PersonId, RecordKind};
use crate::index::query;
use crate::index::{Item, Marks, Part, Query, Row, Sort, SortBy, View};
use crate::keys::Action;
use crate::ui::field::{Edit, Field};
use crate::ui::frame;
use crate::ui::paint::Pieces;
use crate::ui::scroll::{Move, Scroll};
use crate::ui::table::Column;
pub use edit::edit_field;
use offer::Offer;
pub use view::view;

/// What makes one list different from another.
pub struct Kind {
    /// Which screen.
    pub id: ScreenId,
    /// Which list of the index.
    pub view: View,
    /// The list with everybody, where `view` shows only those who owe something.
    pub everybody: Option<View>,
    /// The columns.
    pub columns: fn(&Context) -> Vec<Column>,
    /// What each column sorts by.
    pub sorts: &'static [SortBy],
    /// The column the list's own order goes by; past the last one where none shows it.
    pub own: usize,
    /// The cells of a row.
    pub cells: fn(&Row, &Context, &Matches) -> Vec<Pieces>,
}

impl Kind {
    /// Whether something can be done with several of its rows at once.
    const fn marks(&self) -> bool {
        !matches!(self.view, View::Devices | View::Inspections)
    }
}

/// What a list remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct List {
    filter: Field,
    typing: bool,
    /// Whether a jump put the filter there and nobody has edited it: opening the line selects it whole, so that the next
    /// question takes its place.
    jumped: bool,
    /// Why the filter cannot be used; the last good rows stay.
    error: Option<data::Problem>,
    /// What could be written at the caret.
    offer: Offer,
    /// The last filter that could be read.
    query: Query,
    rows: Vec<Item>,
    total: usize,
    /// How many were found, of which only so many may be shown.
    found: usize,
    scroll: Scroll,
    /// The column chosen by the user and whether upwards; `None` for the list's own order, or by match while filtering.
    sort: Option<(usize, bool)>,
    marks: Marks,
    /// How many of the marked rows are shown.
    marks_shown: usize,
    /// Whether everybody is shown where the list could show only those who owe something.
    everybody: bool,
    /// Whether the detail pane is not wanted even where there is room.
    no_detail: bool,
    /// Whether the rows were taken before everybody was loaded.
    partly: bool,
    size: (u16, u16),
}

impl List {
    /// Whether the filter line has the focus.
    pub const fn typing(&self) -> bool {
        self.typing
    }

    /// The filter as typed.
    pub fn filter(&self) -> &str {
        self.filter.text()
    }

    /// Starts with what a target asks for.
    pub fn start(&mut self, target: &Target) {
        if let Some(query) = &target.query {
            self.filter.set(query.clone());
            self.jumped = true;
            self.scroll = Scroll::default();
            self.rows.clear();
        }
        self.typing = target.typing;
    }

    /// Rows that fit on the screen.
    fn page(&self) -> usize {
        // Header, tabs, footer; filter line, its message or rule, titles.
        (self.size.1 as usize).saturating_sub(6)
    }

    /// The row under the cursor.
    pub fn selected(&self) -> Option<Item> {
        self.rows.get(self.scroll.at).copied()
    }

    /// Takes the rows again. `keep` stays on the same record, else the cursor goes to the first row.
    fn run(&mut self, kind: &Kind, cx: &Context, keep: bool) {
        // Where the cursor has not been moved, it is on the first row, whichever comes to stand there.
        let keep = keep && !(std::mem::replace(&mut self.partly, cx.loading()) && self.scroll.at == 0);
        let place = self.selected();
        match data::read_about(cx, self.filter.text(), kind.view.into()) {
            Ok(query) => {
                self.error = None;
                self.query = query;
            }
            Err(problem) => {
                self.query = problem.goes_by(&self.query);
                self.error = Some(problem);
            }
        }
        let listing = data::list(cx, self.which(kind), &self.query, self.chosen(kind));
        let at = listing.follow(place, self.scroll.at);
        self.rows = listing.items;
        self.found = listing.found;
        self.total = listing.unfiltered;
        let (len, page) = (self.rows.len(), self.page());
        if keep {
            self.scroll.stay(at, len, page);
        } else {
            self.scroll.to(0, len, page);
        }
        self.marks.retain(|item| cx.index.has(item));
        self.count_marks();
    }

    /// Counts the marked rows that are shown.
    fn count_marks(&mut self) {
        let some = !self.marks.is_empty();
        self.marks_shown = if some { self.rows.iter().filter(|r| self.marks.contains(**r)).count() } else { 0 };
    }

    /// How many marked rows the filter hides.
    fn marks_hidden(&self) -> usize {
        self.marks.len().saturating_sub(self.marks_shown)
    }

    /// Which list of the index: a filter that asks how somebody stands with training is asked of everybody.
    fn which(&self, kind: &Kind) -> View {
        let all = self.everybody || self.query.asks(query::Field::Train);
        kind.everybody.filter(|_| all).unwrap_or(kind.view)
    }

    /// The order the user chose.
    /// Puts the cursor on an entry, if it is shown.
    pub(super) fn go_to(&mut self, item: Item) {
        if let Some(at) = self.rows.iter().position(|i| *i == item) {
            let (len, page) = (self.rows.len(), self.page());
            self.scroll.to(at, len, page);
        }
    }

    fn chosen(&self, kind: &Kind) -> Option<Sort> {
        let (column, up) = self.sort?;
        let by = kind.sorts.get(column).copied()?;
        Some(Sort { by, descending: !up })
    }

    /// The column that carries the arrow, and whether upwards; none while rows stand by match.
    fn arrow(&self, kind: &Kind) -> Option<(usize, bool)> {
        self.sort.or_else(|| self.query.words().next().is_none().then_some((kind.own, true)))
    }

    fn edited(&mut self, kind: &Kind, cx: &Context, changed: bool) -> Vec<Effect> {
        if changed {
            self.jumped = false;
            self.run(kind, cx, false);
        }
        self.offer.renew(&self.filter, kind, cx);
        Vec::new()
    }

    /// Goes to the next column that is shown.
    fn sort_next(&mut self, kind: &Kind, cx: &Context) {
        let shown = view::shown(self, kind, cx);
        let n = kind.sorts.len().min(shown.len()).max(1);
        let here = self.sort.map_or(kind.own, |(c, _)| c).min(n - 1);
        let next = (1..=n).map(|step| (here + step) % n).find(|c| shown.get(*c) == Some(&true));
        self.sort = next.map(|c| (c, true));
        self.run(kind, cx, true);
    }

    fn open(&mut self, explain: bool) -> Vec<Effect> {
        // The rows are those of another filter than the one that is written: none of them was asked for.
        if let Some(problem) = &self.error {
            return vec![Effect::Toast(Tone::Trouble, problem.text.clone())];
        }
        let Some(item) = self.selected() else { return Vec::new() };
        self.typing = false;
        match item.record.kind {
            RecordKind::Person => {
                if let Some(part @ (Part::Departure(_) | Part::Case(_))) = item.person_part().filter(|_| !explain) {
                    return vec![Effect::Go(Target::case(PersonId(item.record.number), part))];
                }
            }
            RecordKind::Inspection => {
                let id = InspectionId(item.record.number);
                let target = if item.part == 0 { Target::inspection(id) } else { Target::finding(id, item.part) };
                return vec![Effect::Go(target)];
            }
            _ => return vec![Effect::Go(Target::device(item.record))],
        }
        vec![Effect::Go(Target { explain, ..Target::person(PersonId(item.record.number)) })]
    }
}

/// Takes in what came.
pub fn update(list: &mut List, kind: &Kind, input: Input, cx: &Context) -> Vec<Effect> {
    if list.typing
        && let Some(changed) = edit_field(&mut list.filter, &input)
    {
        return list.edited(kind, cx, changed);
    }
    match input {
        Input::Shown | Input::Refreshed => list.run(kind, cx, true),
        Input::Committed(..) => {
            // The next deed is about the row under the cursor again, not about people marked for the last one.
            list.marks.clear();
            list.run(kind, cx, true);
        }
        Input::Resized(w, h) => {
            list.size = (w, h);
            let page = list.page();
            list.scroll.fit(list.rows.len(), page);
        }
        Input::Action(action) => return act(list, kind, action, cx),
        Input::Failed(why) => return vec![Effect::Toast(Tone::Trouble, why)],
        _ => {}
    }
    Vec::new()
}

/// Does an action.
fn act(list: &mut List, kind: &Kind, action: Action, cx: &Context) -> Vec<Effect> {
    let (len, page) = (list.rows.len(), list.page());
    let step = match action {
        Action::Up => Some(Move::Up),
        Action::Down => Some(Move::Down),
        Action::PageUp => Some(Move::PageUp),
        Action::PageDown => Some(Move::PageDown),
        Action::First => Some(Move::First),
        Action::Last => Some(Move::Last),
        _ => None,
    };
    if let Some(step) = step {
        list.scroll.go(step, len, page);
        return Vec::new();
    }
    match action {
        Action::ExplainRow if !kind.view.of_people() => {}
        Action::Mark | Action::MarkAll if !kind.marks() => {}
        Action::Open | Action::Accept => return list.open(false),
        Action::ExplainRow => return list.open(true),
        Action::Act if !kind.view.of_people() => {
            let one = list.selected().filter(|_| list.marks.is_empty());
            return vec![Effect::ActOn(kind.view, one.into_iter().chain(list.marks.iter()).collect())];
        }
        Action::Act => return vec![menu::act(list.selected(), &list.marks, kind.id)],
        Action::Filter => {
            list.typing = true;
            list.filter.select(list.jumped);
            list.offer.renew(&list.filter, kind, cx);
        }
        Action::Cancel => {
            list.typing = false;
            list.filter.select(false);
        }
        Action::ClearFilter => {
            let changed = list.filter.edit(Edit::Clear);
            return list.edited(kind, cx, changed);
        }
        Action::Back if !list.filter.text().is_empty() => {
            list.filter.edit(Edit::Clear);
            list.run(kind, cx, true);
        }
        Action::Back => return vec![Effect::Back],
        Action::SortNext => list.sort_next(kind, cx),
        Action::SortReverse => {
            let (column, up) = list.sort.unwrap_or((kind.own, true));
            list.sort = Some((column, !up)).filter(|_| column < kind.sorts.len());
            list.run(kind, cx, true);
        }
        Action::Mark => {
            if let Some(item) = list.selected() {
                list.marks.toggle(item);
                list.count_marks();
                list.scroll.go(Move::Down, len, page);
            }
        }
        Action::Complete if list.offer.take(&mut list.filter, kind, cx) => list.run(kind, cx, false),
        Action::ShowAll if kind.everybody.is_some() => {
            list.everybody = !list.everybody;
            list.run(kind, cx, true);
        }
        Action::MarkAll => {
            list.marks.extend(list.rows.iter().copied());
            list.count_marks();
        }
        Action::MarkNone => {
            let values = [("n", list.marks.len().to_string()), ("hidden", list.marks_hidden().to_string())];
            let hidden = list.marks_hidden() > 0;
            list.marks.clear();
            list.marks_shown = 0;
            if hidden {
                return vec![Effect::Toast(Tone::Plain, cx.texts.fill("lists.unmarked", &values))];
            }
        }
        Action::Detail => list.no_detail = !list.no_detail,
        _ => {}
    }
    Vec::new()
}

/// What can be done now.
pub fn keys(list: &List, kind: &Kind) -> Vec<AvailableAction> {
    let some = !list.rows.is_empty();
    let opens = some && list.error.is_none();
    if list.typing {
        return vec![
            AvailableAction::when(Action::Accept, 90, opens).called("lists.open_row"),
            AvailableAction::on(Action::Cancel, 80).called("lists.leave_line"),
            AvailableAction::on(Action::Complete, 75),
            AvailableAction::on(Action::ClearText, 70),
            AvailableAction::when(Action::Up, 0, some),
            AvailableAction::when(Action::Down, 0, some),
        ];
    }
    let filtered = !list.filter.text().is_empty();
    let wide = list.size.0 >= frame::WIDE;
    // A date that explains itself is about people.
    let (people, marks) = (kind.view.of_people(), kind.marks());
    let everybody = match (kind.id, list.everybody) {
        (ScreenId::Cases, true) => "cases.show_open",
        (ScreenId::Cases, false) => "cases.show_all",
        (_, true) => "lists.show_owing",
        (_, false) => "lists.show_everybody",
    };
    let mut keys = vec![
        AvailableAction::when(Action::Open, 100, opens),
        AvailableAction::on(Action::Act, 97),
        AvailableAction::on(Action::Filter, 95),
        AvailableAction::when(Action::ClearFilter, 60, filtered),
        AvailableAction::when(Action::ExplainRow, 50, opens && people),
        AvailableAction::when(Action::SortNext, 45, some),
        AvailableAction::when(Action::SortReverse, 20, some),
        AvailableAction::when(Action::Mark, 40, some && marks),
        AvailableAction::when(Action::MarkAll, 0, some && marks),
        AvailableAction::when(Action::MarkNone, 30, !list.marks.is_empty()),
        AvailableAction::when(Action::Detail, 25, wide),
        AvailableAction::on(Action::Back, 10),
        AvailableAction::when(Action::Up, 0, some),
        AvailableAction::when(Action::Down, 0, some),
        AvailableAction::when(Action::PageUp, 0, some),
        AvailableAction::when(Action::PageDown, 0, some),
        AvailableAction::when(Action::First, 0, some),
        AvailableAction::when(Action::Last, 0, some),
    ];
    if kind.everybody.is_some() {
        keys.push(AvailableAction::on(Action::ShowAll, 55).called(everybody));
    }
    keys
}
