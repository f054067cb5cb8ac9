//! 账号: who has an account on this host, with what rights, how far they reach, with which key; shut or not. `a` opens what
//! the operator's own role may do with one: opening and shutting is one administrator's, granting another's.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::deed::may;
use super::{AvailableAction, Context, Effect, Input, Tone, words};
use crate::decide::{Reading, may_read};
use crate::domain::Operator;
use crate::keys::Action;
use crate::ui::paint::{self, Pieces, line, piece, put_line, wrap};
use crate::ui::scroll::{Move, Scroll};
use crate::ui::table::{self, Column, Table, column};
use crate::ui::theme::{Glyph, Role};

/// Lines of the pane below the table.
const PANE: u16 = 7;

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// The account under the cursor, by its number, so that it stays there.
    number: u64,
    scroll: Scroll,
    size: (u16, u16),
}

impl State {
    fn page(&self) -> usize {
        // Header, tabs, footer; line above, titles, pane with its line.
        (self.size.1 as usize).saturating_sub(6 + PANE as usize)
    }
}

/// The account of a number.
pub(super) fn find<'a>(number: u64, cx: &Context<'a>) -> Option<&'a Operator> {
    cx.accounts.iter().find(|a| a.number == number)
}

/// What an account is called.
pub(super) fn label(number: u64, cx: &Context) -> String {
    find(number, cx).map(|a| format!("{}  {}", a.id, a.name)).unwrap_or_default()
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    let len = cx.accounts.len();
    let page = state.page();
    let step = match input {
        Input::Shown | Input::Refreshed | Input::Committed(..) => {
            let at = cx.accounts.iter().position(|a| a.number == state.number).unwrap_or(state.scroll.at);
            state.scroll.to(at, len, page);
            state.number = cx.accounts.get(state.scroll.at).map_or(0, |a| a.number);
            return Vec::new();
        }
        Input::Resized(w, h) => {
            state.size = (w, h);
            let page = state.page();
            state.scroll.fit(len, page);
            return Vec::new();
        }
        Input::Action(Action::Open | Action::Act) => return vec![Effect::ActOnAccount(state.number)],
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
    state.scroll.go(step, len, page);
    state.number = cx.accounts.get(state.scroll.at).map_or(0, |a| a.number);
    Vec::new()
}

/// What can be done now.
pub fn keys(_: &State, cx: &Context) -> Vec<AvailableAction> {
    const VERBS: [&str; 5] =
        ["add_operator", "grant_operator", "set_operator_key", "disable_operator", "enable_operator"];
    let some = !cx.accounts.is_empty();
    let acts = some && VERBS.iter().any(|verb| may(cx.operator, verb));
    vec![
        AvailableAction::when(Action::Act, 100, acts),
        AvailableAction::on(Action::Back, 90),
        AvailableAction::when(Action::Open, 0, acts).called("accounts.act"),
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
    let shut = cx.accounts.iter().filter(|a| a.disabled).count();
    let values = [("n", cx.accounts.len().to_string()), ("shut", shut.to_string())];
    let head = [
        piece(format!(" {}  ", t.t("screen.accounts.title")), Role::Section),
        piece(t.fill("accounts.count", &values), Role::Text),
    ];
    put_line(buf, area, area.x, area.y, &head, area.width, None, cx.theme);
    if !may_read(&cx.operator.roles, Reading::Operators) {
        let text = wrap(&t.t("accounts.not_yours"), area.width.saturating_sub(6));
        for (l, y) in text.into_iter().zip(area.y.saturating_add(2)..area.bottom()) {
            put_line(buf, area, area.x.saturating_add(3), y, &line(l, Role::Dim), area.width, None, cx.theme);
        }
        return None;
    }
    let pane = PANE.min(area.height.saturating_sub(6));
    let list = Rect {
        y: area.y.saturating_add(1),
        height: area.height.saturating_sub(2).saturating_sub(pane),
        width: area.width.saturating_sub(1),
        ..area
    };
    let columns = columns(cx);
    let row = |n: usize| {
        let cells = cx.accounts.get(n).map(|a| cells(a, cx)).unwrap_or_default();
        table::Row { cells, marked: false }
    };
    let table = Table { columns: &columns, len: cx.accounts.len(), scroll: state.scroll, active: true, row: &row };
    table.view(buf, list, cx.theme);
    let below = Rect { y: list.bottom(), height: area.bottom().saturating_sub(list.bottom()), ..area };
    paint::rule(buf, below, below.x, below.y, below.width, cx.theme);
    if let Some(account) = cx.accounts.get(state.scroll.at) {
        let lines = about(account, cx, below.width.saturating_sub(4));
        for (l, y) in lines.iter().zip(below.y.saturating_add(1)..below.bottom()) {
            put_line(buf, below, below.x.saturating_add(2), y, l, below.width.saturating_sub(4), None, cx.theme);
        }
    }
    None
}

fn columns(cx: &Context) -> Vec<Column> {
    let title = |c: &str| cx.texts.t(&format!("operators.column.{c}"));
    vec![
        column(title("id"), 10, 16, 90),
        column(title("name"), 8, 14, 85),
        column(title("roles"), 18, 30, 80).flex(),
        column(title("reach"), 10, 24, 60),
        column(title("state"), 8, 10, 75),
        column(cx.texts.t("accounts.has_key"), 8, 11, 50),
    ]
}

fn cells(a: &Operator, cx: &Context) -> Vec<Pieces> {
    let t = cx.texts;
    let (glyph, key, role) = if a.disabled {
        (Glyph::No, "operators.disabled", Role::Dim)
    } else {
        (Glyph::Yes, "operators.active", Role::Good)
    };
    let roles_role = if a.roles.is_empty() { Role::Warn } else { Role::Text };
    vec![
        line(a.id.clone(), Role::Strong),
        line(a.name.clone(), Role::Text),
        line(roles(a, cx), roles_role),
        line(reach(a, cx), Role::Text),
        line(format!("{} {}", cx.theme.glyph(glyph), t.t(key)), role),
        line(words::date(a.key.as_ref().map(|k| k.since)), Role::Dim),
    ]
}

fn roles(a: &Operator, cx: &Context) -> String {
    if a.roles.is_empty() {
        return cx.texts.t("operators.no_roles");
    }
    let words: Vec<String> = a.roles.iter().map(|r| cx.texts.word("role", r.code())).collect();
    words.join(&cx.texts.t("list.separator"))
}

fn reach(a: &Operator, cx: &Context) -> String {
    let unit = |id| cx.units.iter().find(|u| u.id == id).map_or_else(|| id.to_string(), |u| u.name.clone());
    let all: Vec<String> = a.units.iter().map(|id| unit(*id)).chain(a.departments.iter().cloned()).collect();
    if all.is_empty() { cx.texts.t("operators.everything") } else { all.join(&cx.texts.t("list.separator")) }
}

/// The account in full.
fn about(a: &Operator, cx: &Context, room: u16) -> Vec<Pieces> {
    let t = cx.texts;
    let mut out = Vec::new();
    let mut say = |key: &str, values: &[(&str, String)], role: Role| {
        out.extend(wrap(&t.fill(key, values), room).into_iter().map(|l| line(l, role)));
    };
    say("accounts.rights", &[("roles", roles(a, cx)), ("reach", reach(a, cx))], Role::Text);
    match &a.key {
        Some(key) => {
            let values = [("kind", key.kind.clone()), ("key", key.fingerprint()), ("on", key.since.to_string())];
            say("accounts.key", &values, Role::Text);
            say("accounts.key_line", &[("id", a.id.clone())], Role::Dim);
        }
        // Whoever is alone with his register needs none.
        None if a.roles.contains(&crate::domain::Role::Owner) => {}
        None => say("accounts.no_key", &[], Role::Warn),
    }
    if !a.reason.is_empty() {
        say("accounts.reason", &[("reason", a.reason.clone())], Role::Dim);
    }
    if a.id == cx.operator.id {
        say("accounts.own", &[], Role::Dim);
    }
    out
}
