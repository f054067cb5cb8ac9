//! What all lists share: a filter line that works while typing, a table that keeps its place, sorting, marks, a detail
//! pane where there is room. A list screen says what its rows and columns are; everything else is here.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::data::{self, Matches};
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target, Tone, detail, menu};
use crate::domain::PersonId;
use crate::index::{Item, Marks, Query, Row, Sort, SortBy, View};
use crate::keys::Action;
use crate::ui::field::{Edit, Field};
use crate::ui::paint::{self, Pieces, piece, put_line};
use crate::ui::scroll::{Move, Scroll};
use crate::ui::table::{self, Column, Table};
use crate::ui::theme::Role;
use crate::ui::{frame, popup};

/// What makes one list different from another.
pub struct Kind {
    /// Which screen.
    pub id: ScreenId,
    /// Which list of the index.
    pub view: View,
    /// The columns.
    pub columns: fn(&Context) -> Vec<Column>,
    /// What each column sorts by; `None` for those that do not sort.
    pub sorts: &'static [Option<SortBy>],
    /// The column the list's own order goes by; past the last one where none shows it.
    pub own: usize,
    /// The cells of a row.
    pub cells: fn(&Row, &Context, &Matches) -> Vec<Pieces>,
}

/// What a list remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct List {
    filter: Field,
    typing: bool,
    /// Why the filter cannot be used; the last good rows stay.
    error: Option<String>,
    /// The last filter that could be read.
    query: Query,
    rows: Vec<Item>,
    total: usize,
    scroll: Scroll,
    /// The column chosen by the user and whether upwards; `None` for the list's own order, or by match while filtering.
    sort: Option<(usize, bool)>,
    marks: Marks,
    /// Whether the detail pane is not wanted even where there is room.
    no_detail: bool,
    size: (u16, u16),
}

impl List {
    /// Whether the filter line has the focus.
    pub const fn typing(&self) -> bool {
        self.typing
    }

    /// Starts with what a target asks for.
    pub fn start(&mut self, target: &Target) {
        if let Some(query) = &target.query {
            self.filter.set(query.clone());
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
        let place = self.selected();
        match data::read(cx, self.filter.text()) {
            Ok(query) => {
                self.error = None;
                self.query = query;
            }
            Err((problem, rest)) => {
                self.error = Some(problem);
                self.query = rest.unwrap_or_else(|| self.query.clone());
            }
        }
        let listing = data::list(cx, kind.view, &self.query, self.chosen(kind));
        let at = if keep { listing.follow(place, self.scroll.at) } else { 0 };
        self.rows = listing.items;
        self.total = listing.unfiltered;
        self.scroll.to(at, self.rows.len(), self.page());
    }

    /// The order the user chose.
    fn chosen(&self, kind: &Kind) -> Option<Sort> {
        let (column, up) = self.sort?;
        let by = kind.sorts.get(column).copied().flatten()?;
        Some(Sort { by, descending: !up })
    }

    /// The column that carries the arrow, and whether upwards; none while rows stand by match.
    fn arrow(&self, kind: &Kind) -> Option<(usize, bool)> {
        self.sort.or_else(|| self.query.words().next().is_none().then_some((kind.own, true)))
    }

    fn edited(&mut self, kind: &Kind, cx: &Context, changed: bool) -> Vec<Effect> {
        if changed {
            self.run(kind, cx, false);
        }
        Vec::new()
    }

    fn open(&mut self, explain: bool) -> Vec<Effect> {
        let Some(item) = self.selected() else { return Vec::new() };
        self.typing = false;
        vec![Effect::Go(Target { explain, ..Target::person(PersonId(item.record.number)) })]
    }

    /// Puts the first completion in place of what stands before it.
    fn complete(&mut self, cx: &Context) -> bool {
        let Some(best) = data::completions(cx, self.filter.text()).into_iter().next() else { return false };
        let text = self.filter.text();
        let head: String = text.chars().take(best.replaces.start).collect();
        let tail: String = text.chars().skip(best.replaces.end).collect();
        self.filter.set(format!("{head}{}{tail}", best.text));
        true
    }
}

/// The edit a caret action stands for.
const fn edit(action: Action) -> Option<Edit> {
    Some(match action {
        Action::CaretLeft => Edit::Left,
        Action::CaretRight => Edit::Right,
        Action::WordLeft => Edit::WordLeft,
        Action::WordRight => Edit::WordRight,
        Action::CaretHome => Edit::Home,
        Action::CaretEnd => Edit::End,
        Action::Backspace => Edit::Backspace,
        Action::Delete => Edit::Delete,
        Action::DeleteWord => Edit::DeleteWord,
        Action::ClearText => Edit::Clear,
        _ => return None,
    })
}

/// Edits a field by an input; whether its text changed, or `None` if the input is none of its business.
pub fn edit_field(field: &mut Field, input: &Input) -> Option<bool> {
    match input {
        Input::Typed(c) => {
            field.insert(c.encode_utf8(&mut [0; 4]));
            Some(true)
        }
        Input::Paste(text) => {
            field.insert(text.trim());
            Some(true)
        }
        Input::Action(action) => edit(*action).map(|e| field.edit(e)),
        _ => None,
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
        Input::Shown | Input::Refreshed | Input::Committed => list.run(kind, cx, true),
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
        Action::Open | Action::Accept => return list.open(false),
        Action::ExplainRow => return list.open(true),
        Action::Act => return vec![menu::act(list.selected(), &list.marks, kind.id)],
        Action::Filter => list.typing = true,
        Action::Cancel => list.typing = false,
        Action::ClearFilter => {
            let changed = list.filter.edit(Edit::Clear);
            return list.edited(kind, cx, changed);
        }
        Action::Back if !list.filter.text().is_empty() => {
            list.filter.edit(Edit::Clear);
            list.run(kind, cx, true);
        }
        Action::Back => return vec![Effect::Back],
        Action::SortNext => {
            let n = kind.sorts.len().max(1);
            let here = list.sort.map_or(kind.own, |(c, _)| c).min(n - 1);
            let next = (1..=n).map(|step| (here + step) % n).find(|c| kind.sorts.get(*c).is_some_and(Option::is_some));
            list.sort = next.map(|c| (c, true));
            list.run(kind, cx, true);
        }
        Action::SortReverse => {
            let (column, up) = list.sort.unwrap_or((kind.own, true));
            list.sort = Some((column, !up)).filter(|_| column < kind.sorts.len());
            list.run(kind, cx, true);
        }
        Action::Mark => {
            if let Some(item) = list.selected() {
                list.marks.toggle(item);
                list.scroll.go(Move::Down, len, page);
            }
        }
        Action::Complete => {
            let changed = list.complete(cx);
            return list.edited(kind, cx, changed);
        }
        Action::MarkAll => list.marks.extend(list.rows.iter().copied()),
        Action::MarkNone => list.marks.clear(),
        Action::Detail => list.no_detail = !list.no_detail,
        _ => {}
    }
    Vec::new()
}

/// What can be done now.
pub fn keys(list: &List) -> Vec<AvailableAction> {
    let some = !list.rows.is_empty();
    if list.typing {
        return vec![
            AvailableAction::when(Action::Accept, 90, some),
            AvailableAction::on(Action::Cancel, 80),
            AvailableAction::on(Action::Complete, 75),
            AvailableAction::on(Action::ClearText, 70),
            AvailableAction::when(Action::Up, 0, some),
            AvailableAction::when(Action::Down, 0, some),
        ];
    }
    let filtered = !list.filter.text().is_empty();
    let wide = list.size.0 >= frame::WIDE;
    vec![
        AvailableAction::when(Action::Open, 100, some),
        AvailableAction::on(Action::Act, 97),
        AvailableAction::on(Action::Filter, 95),
        AvailableAction::when(Action::ClearFilter, 60, filtered),
        AvailableAction::when(Action::ExplainRow, 50, some),
        AvailableAction::when(Action::SortNext, 45, some),
        AvailableAction::when(Action::SortReverse, 20, some),
        AvailableAction::when(Action::Mark, 40, some),
        AvailableAction::when(Action::MarkAll, 0, some),
        AvailableAction::when(Action::MarkNone, 30, !list.marks.is_empty()),
        AvailableAction::when(Action::Detail, 25, wide),
        AvailableAction::on(Action::Back, 10),
        AvailableAction::when(Action::Up, 0, some),
        AvailableAction::when(Action::Down, 0, some),
        AvailableAction::when(Action::PageUp, 0, some),
        AvailableAction::when(Action::PageDown, 0, some),
        AvailableAction::when(Action::First, 0, some),
        AvailableAction::when(Action::Last, 0, some),
    ]
}

/// Draws filter line, message, table and detail pane.
pub fn view(list: &List, kind: &Kind, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    if area.height < 3 {
        return None;
    }
    let caret = filter_line(list, kind, cx, Rect { height: 1, ..area }, buf);
    let message = Rect { y: area.y.saturating_add(1), height: 1, ..area };
    if let Some(error) = &list.error {
        let pieces = [piece(format!("! {error}"), Role::Alarm)];
        put_line(buf, message, area.x.saturating_add(1), message.y, &pieces, area.width.saturating_sub(2), None, theme);
    } else {
        paint::rule(buf, message, area.x, message.y, area.width, theme);
    }
    let below = Rect { y: area.y.saturating_add(2), height: area.height.saturating_sub(2), ..area };
    let pane = pane_width(list, area.width);
    let table_area = Rect { width: below.width.saturating_sub(pane), ..below };
    let inside = Rect { width: table_area.width.saturating_sub(1), ..below };
    let mut columns = (kind.columns)(cx);
    if let Some((column, up)) = list.arrow(kind)
        && let Some(c) = columns.get_mut(column)
    {
        c.sorted = Some(up);
    }
    let matches = Matches::new(&list.query);
    let row = |n: usize| -> table::Row {
        let Some(item) = list.rows.get(n).copied() else { return table::Row::default() };
        let cells = data::row(cx, item).map(|r| (kind.cells)(&r, cx, &matches)).unwrap_or_default();
        table::Row { cells, marked: list.marks.contains(item) }
    };
    let table = Table { columns: &columns, len: list.rows.len(), scroll: list.scroll, active: true, row: &row };
    table.view(buf, inside, theme);
    if list.rows.is_empty() {
        nothing(list, kind, cx, table_area, buf);
    }
    if pane > 0 {
        let x = table_area.right();
        let side = Rect { x, width: pane, ..below };
        paint::upright(buf, side, x, theme);
        let inner = Rect { x: x.saturating_add(2), width: pane.saturating_sub(3), ..below };
        if let Some(item) = list.selected()
            && let Some(person) = data::row(cx, item).and_then(|r| data::person(cx, r))
        {
            popup::lines(buf, inner, &detail::person(&person, cx, inner.width), 0, theme);
        }
    }
    caret
}

/// Cells of the detail pane; 0 where there is no room or it is not wanted.
const fn pane_width(list: &List, width: u16) -> u16 {
    if width < frame::WIDE || list.no_detail {
        0
    } else if width >= 140 {
        width * 2 / 5
    } else {
        38
    }
}

/// The filter with its caret, and how many rows are shown.
fn filter_line(list: &List, kind: &Kind, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    let count = cx.texts.fill("lists.count", &[("n", list.rows.len().to_string()), ("of", list.total.to_string())]);
    let marks = if list.marks.is_empty() {
        String::new()
    } else {
        format!("{}  ", cx.texts.fill("lists.marked", &[("n", list.marks.len().to_string())]))
    };
    let right = paint::width(&count).saturating_add(paint::width(&marks)).saturating_add(2);
    let x = area.right().saturating_sub(right);
    let pieces = [piece(marks, Role::Key), piece(count, Role::Text)];
    put_line(buf, area, x, area.y, &pieces, right, None, theme);
    let label = format!(" {} ", cx.texts.t("lists.filter"));
    let role = if list.typing { Role::Section } else { Role::Dim };
    let used = put_line(buf, area, area.x, area.y, &[piece(label, role)], area.width, None, theme);
    let start = area.x.saturating_add(used);
    let room = Rect { x: start, width: x.saturating_sub(start).saturating_sub(1), ..area };
    if list.typing || !list.filter.text().is_empty() {
        return list.filter.view(buf, room, theme).filter(|_| list.typing);
    }
    let hint = cx.texts.t(match kind.id {
        ScreenId::Periods => "lists.hint_periods",
        ScreenId::Travel => "lists.hint_travel",
        ScreenId::Training => "lists.hint_training",
        _ => "lists.hint_people",
    });
    put_line(buf, room, room.x, room.y, &[piece(hint, Role::Dim)], room.width, None, theme);
    None
}

/// What stands where no row is: whether there is nothing at all or nothing that fits the filter, and the way out.
fn nothing(list: &List, kind: &Kind, cx: &Context, area: Rect, buf: &mut Buffer) {
    let filtered = !list.filter.text().is_empty();
    let key = match kind.id {
        _ if filtered => "lists.nothing_matches",
        ScreenId::Periods => "lists.none_periods",
        ScreenId::Travel => "lists.none_travel",
        ScreenId::Training => "lists.none_training",
        _ => "lists.none_people",
    };
    let text = cx.texts.t(key);
    let y = area.y.saturating_add(2);
    let x = area.x.saturating_add(3);
    for (line, y) in paint::wrap(&text, area.width.saturating_sub(6)).into_iter().zip(y..area.bottom()) {
        put_line(buf, area, x, y, &[piece(line, Role::Dim)], area.width, None, cx.theme);
    }
}
