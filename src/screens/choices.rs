//! 单位待定事项: what the rules leave to the unit: owed, decided by whom and why, or used by default; whose dates wait
//! for it. Enter decides.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::deed::{Deed, may};
use super::{AvailableAction, Context, Effect, Input, Tone, words};
use crate::domain::{Level, Unit};
use crate::index::{Query, Row as Found, View};
use crate::keys::Action;
use crate::rules::answer::ChoiceState;
use crate::ui::paint::{self, Pieces, line, piece, put_line, wrap};
use crate::ui::scroll::{Move, Scroll};
use crate::ui::table::{self, Column, Table, column};
use crate::ui::theme::{Glyph, Role};

/// Lines of the pane below the table.
const PANE: u16 = 7;

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    rows: Vec<Row>,
    scroll: Scroll,
    size: (u16, u16),
}

/// One choice of one unit.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    /// Place of the unit in [`Context::units`].
    unit: usize,
    /// Place among the unit's choices.
    at: usize,
    choice: ChoiceState,
    /// How many people's dates rest on the assumption, or wait for the decision.
    waiting: usize,
}

impl State {
    fn page(&self) -> usize {
        // Header, tabs, footer; line above, titles, pane with its line.
        (self.size.1 as usize).saturating_sub(6 + PANE as usize)
    }

    /// Takes the choices again: owed ones first, then the rest in the order of the rules.
    fn read(&mut self, cx: &Context) {
        let place = self.rows.get(self.scroll.at).map(|r| (r.unit, r.at));
        let waiting = waiting(cx);
        let mut rows = Vec::new();
        for (unit, of) in cx.units.iter().enumerate() {
            let mut choices = crate::rules::choices(cx.packs, of);
            cx.index.mark_owed(of.id, &mut choices);
            for (at, choice) in choices.into_iter().enumerate() {
                let of_key = |(u, key): &&(usize, String)| *u == unit && fits(&choice.key, key);
                let waiting = waiting.iter().filter(of_key).count();
                rows.push(Row { unit, at, choice, waiting });
            }
        }
        rows.sort_by_key(|r| (!r.choice.owed, r.choice.value.is_none()));
        let at = place.and_then(|p| rows.iter().position(|r| (r.unit, r.at) == p)).unwrap_or(self.scroll.at);
        self.rows = rows;
        let page = self.page();
        self.scroll.to(at, self.rows.len(), page);
    }
}

/// The choice of a unit a deed is about.
pub(super) fn find(unit: u32, at: u32, cx: &Context) -> Option<(Unit, ChoiceState)> {
    let unit = cx.units.get(unit as usize)?;
    let choice = crate::rules::choices(cx.packs, unit).into_iter().nth(at as usize)?;
    Some((unit.clone(), choice))
}

/// What the dates of people wait for or rest on, each with the place of the unit; a length is told with its level.
fn waiting(cx: &Context) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    for item in cx.index.list(View::Periods, &Query::default(), None).items {
        let Some(Found::Person(p)) = cx.index.row(item) else { continue };
        let Some(unit) = cx.units.iter().position(|u| u.id == p.unit) else { continue };
        let Some(period) = &p.period else { continue };
        for key in period.assumed.iter().chain(&period.blocked_by) {
            let level = p.level.map_or("", Level::code);
            let key = if key == "length" { format!("length_{level}") } else { key.clone() };
            out.push((unit, key));
        }
    }
    out
}

/// Whether what somebody waits for is this choice: one length may stand for every level.
fn fits(choice: &str, waits_for: &str) -> bool {
    choice == waits_for || (choice == "length" && waits_for.starts_with("length"))
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    let step = match input {
        Input::Shown | Input::Refreshed | Input::Committed(..) => {
            state.read(cx);
            return Vec::new();
        }
        Input::Resized(w, h) => {
            state.size = (w, h);
            let page = state.page();
            state.scroll.fit(state.rows.len(), page);
            return Vec::new();
        }
        Input::Action(Action::Open | Action::Act) => {
            let deed = state.rows.get(state.scroll.at).map(|r| Deed::Choose(r.unit as u32, r.at as u32));
            return deed
                .map(|deed| Effect::Fill { deed, persons: Vec::new(), items: Vec::new() })
                .into_iter()
                .collect();
        }
        Input::Action(Action::Back) => return vec![Effect::Back],
        Input::Failed(why) => return vec![Effect::Toast(Tone::Trouble, why)],
        Input::Action(Action::Up) => Move::Up,
        Input::Action(Action::Down) => Move::Down,
        Input::Action(Action::PageUp) => Move::PageUp,
        Input::Action(Action::PageDown) => Move::PageDown,
        Input::Action(Action::First) => Move::First,
        Input::Action(Action::Last) => Move::Last,
        _ => return Vec::new(),
    };
    let page = state.page();
    state.scroll.go(step, state.rows.len(), page);
    Vec::new()
}

/// What can be done now.
pub fn keys(state: &State, cx: &Context) -> Vec<AvailableAction> {
    let some = !state.rows.is_empty();
    vec![
        AvailableAction::when(Action::Open, 100, some && may(cx.operator, "set_unit")).called("choices.decide"),
        AvailableAction::on(Action::Back, 90),
        AvailableAction::when(Action::Up, 0, some),
        AvailableAction::when(Action::Down, 0, some),
        AvailableAction::when(Action::PageUp, 0, some),
        AvailableAction::when(Action::PageDown, 0, some),
        AvailableAction::when(Action::First, 0, some),
        AvailableAction::when(Action::Last, 0, some),
    ]
}

/// Draws.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let t = cx.texts;
    let title = t.t("screen.choices.title");
    let owed = state.rows.iter().filter(|r| r.choice.owed).count();
    let owed = t.fill("choices.owed", &[("n", owed.to_string())]);
    let head = [piece(format!(" {title}  "), Role::Section), piece(owed, Role::Text)];
    put_line(buf, area, area.x, area.y, &head, area.width, None, cx.theme);
    let pane = PANE.min(area.height.saturating_sub(6));
    let list = Rect {
        y: area.y.saturating_add(1),
        height: area.height.saturating_sub(2).saturating_sub(pane),
        width: area.width.saturating_sub(1),
        ..area
    };
    let several = cx.units.len() > 1;
    let columns = columns(cx, several);
    let row = |n: usize| {
        let cells = state.rows.get(n).map(|r| cells(r, cx, several)).unwrap_or_default();
        table::Row { cells, marked: false }
    };
    let table = Table { columns: &columns, len: state.rows.len(), scroll: state.scroll, active: true, row: &row };
    table.view(buf, list, cx.theme);
    let below = Rect { y: list.bottom(), height: area.bottom().saturating_sub(list.bottom()), ..area };
    paint::rule(buf, below, below.x, below.y, below.width, cx.theme);
    if let Some(row) = state.rows.get(state.scroll.at) {
        let lines = about(row, cx, below.width.saturating_sub(4));
        for (l, y) in lines.iter().zip(below.y.saturating_add(1)..below.bottom()) {
            put_line(buf, below, below.x.saturating_add(2), y, l, below.width.saturating_sub(4), None, cx.theme);
        }
    }
    None
}

fn columns(cx: &Context, several: bool) -> Vec<Column> {
    let t = cx.texts;
    let mut out = vec![
        column(t.t("choices.what"), 24, 44, 90).flex(),
        column(t.t("column.state"), 10, 12, 80),
        column(t.t("field.value"), 10, 24, 70),
        column(t.t("choices.waiting"), 8, 10, 60).right(),
        column(t.t("column.article"), 16, 28, 50),
    ];
    if several {
        out.insert(1, column(t.t("column.unit"), 10, 20, 85));
    }
    out
}

fn cells(row: &Row, cx: &Context, several: bool) -> Vec<Pieces> {
    let c = &row.choice;
    let (glyph, key, role) = match (&c.value, c.owed) {
        (Some(_), _) => (Glyph::Yes, "choices.decided", Role::Good),
        (None, true) => (Glyph::Alert, "choices.open", Role::Alarm),
        (None, false) => (Glyph::Empty, "choices.free", Role::Dim),
    };
    let value = c.value.as_ref().or(c.default.as_ref());
    let value_role = if c.value.is_some() { Role::Strong } else { Role::Dim };
    let waiting = if row.waiting == 0 { "-".to_owned() } else { row.waiting.to_string() };
    let mut out = vec![
        line(words::choice(cx, &c.key), Role::Strong),
        line(format!("{} {}", cx.theme.glyph(glyph), cx.texts.t(key)), role),
        line(value.map_or_else(|| "-".to_owned(), |v| value_word(cx, &c.key, v)), value_role),
        line(waiting, if row.waiting == 0 { Role::Dim } else { Role::Warn }),
        line(article(c, cx), Role::Dim),
    ];
    if several {
        out.insert(1, line(cx.units.get(row.unit).map(|u| u.name.clone()).unwrap_or_default(), Role::Text));
    }
    out
}

fn article(c: &ChoiceState, cx: &Context) -> String {
    if c.article.is_empty() {
        cx.texts.fill("choices.no_article", &[("pack", &c.pack)])
    } else {
        words::cite(cx, &c.pack, &c.article)
    }
}

/// What is to be known of a choice before it is decided.
fn about(row: &Row, cx: &Context, room: u16) -> Vec<Pieces> {
    let t = cx.texts;
    let c = &row.choice;
    let mut out = Vec::new();
    let mut say = |text: &str, role: Role| {
        out.extend(wrap(text, room).into_iter().map(|l| line(l, role)));
    };
    if let Some(text) = t.get(&format!("choice.{}", c.key)) {
        say(text, Role::Text);
    }
    say(&t.fill("choices.allowed", &[("values", allowed(c, cx))]), Role::Text);
    match cx.units.get(row.unit).and_then(|u| u.choices.get(&c.key)) {
        Some(made) => {
            let values =
                [("by", made.decided_by.clone()), ("on", made.on.to_string()), ("reason", made.reason.clone())];
            say(&t.fill("choices.made", &values), Role::Dim);
        }
        None if c.owed => say(&t.t("choices.not_made"), Role::Warn),
        None => say(&t.t("choices.default_used"), Role::Dim),
    }
    if row.waiting > 0 {
        say(&t.fill("choices.waits", &[("n", row.waiting.to_string())]), Role::Warn);
    }
    out
}

/// The values a choice may take, in words.
pub(super) fn allowed(c: &ChoiceState, cx: &Context) -> String {
    match c.allowed.as_str() {
        "text" => cx.texts.t("choices.any_text"),
        "dates" => "2026-10-01..2026-10-07, 2026-01-01".to_owned(),
        "MM-DD" => cx.texts.t("choices.month_day"),
        other if other.contains('|') => {
            let all: Vec<String> = other.split('|').map(|v| value_word(cx, &c.key, v)).collect();
            all.join(&cx.texts.t("list.separator"))
        }
        other => other.replace("..", " - "),
    }
}

/// A value in words; yes and no have words of their own where the choice has none.
pub(super) fn value_word(cx: &Context, key: &str, value: &str) -> String {
    let word = words::choice_value(cx, key, value);
    if word == value && matches!(value, "yes" | "no") { cx.texts.word("yes_no", value) } else { word }
}
