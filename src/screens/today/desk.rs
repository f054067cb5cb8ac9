//! 今日 of somebody whose roles see no people: what that desk has instead, the accounts and the journal.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::decide::{Reading, may_read};
use crate::keys::Action;
use crate::screens::{AvailableAction, Context, Effect, Input, ScreenId, Target};
use crate::ui::paint::{piece, put, put_line, wrap};
use crate::ui::scroll::{Move, Scroll};
use crate::ui::theme::{Glyph, Role};

/// Whether this is the desk of whoever looks.
pub(super) fn is_it(cx: &Context) -> bool {
    !may_read(&cx.operator.roles, Reading::People)
}

/// What it offers: sentence, screen, the action that opens it.
fn offers(cx: &Context) -> Vec<(&'static str, ScreenId, Action)> {
    let accounts = ("today.to_accounts", ScreenId::Accounts, Action::GoAccounts);
    let journal = ("today.to_journal", ScreenId::Journal, Action::GoJournal);
    if may_read(&cx.operator.roles, Reading::Operators) { vec![accounts, journal] } else { vec![journal] }
}

/// Takes in what came.
pub(super) fn update(scroll: &mut Scroll, input: &Input, cx: &Context) -> Vec<Effect> {
    let offers = offers(cx);
    let step = match input {
        Input::Action(Action::Up | Action::PageUp | Action::First) => Move::Up,
        Input::Action(Action::Down | Action::PageDown | Action::Last) => Move::Down,
        Input::Action(Action::Open) => {
            let chosen = offers.get(scroll.at).or(offers.last());
            return chosen.map(|(_, id, _)| Effect::Go(Target::screen(*id))).into_iter().collect();
        }
        _ => return Vec::new(),
    };
    scroll.go(step, offers.len(), offers.len());
    Vec::new()
}

/// What can be done now.
pub(super) fn keys(cx: &Context) -> Vec<AvailableAction> {
    let mut keys = vec![AvailableAction::on(Action::Open, 100)];
    keys.extend(offers(cx).into_iter().map(|(_, _, action)| AvailableAction::on(action, 95)));
    keys.extend([AvailableAction::on(Action::Up, 60), AvailableAction::on(Action::Down, 60)]);
    keys
}

/// Draws.
pub(super) fn view(scroll: Scroll, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    let mut y = area.y.saturating_add(1);
    for l in wrap(&cx.texts.t("today.not_yours"), area.width.saturating_sub(4)) {
        put_line(buf, area, area.x.saturating_add(2), y, &[piece(l, Role::Dim)], area.width, None, theme);
        y = y.saturating_add(1);
    }
    let mut at = None;
    let offers = offers(cx);
    let here = scroll.at.min(offers.len().saturating_sub(1));
    for ((n, (sentence, _, action)), y) in offers.into_iter().enumerate().zip(y.saturating_add(1)..area.bottom()) {
        let row = Rect { y, height: 1, width: area.width.saturating_sub(1), ..area };
        if n == here {
            put(buf, row, row.x, y, theme.glyph(Glyph::Cursor), 1, theme.style(Role::Selected), theme);
            at = Some(Position::new(row.x, y));
        }
        let key = cx.keys.shown(action).unwrap_or_default();
        put(buf, row, row.x.saturating_add(2), y, &cx.texts.t(sentence), row.width, theme.style(Role::Text), theme);
        let right = row.right().saturating_sub(8);
        put(buf, row, right, y, &key, 8, theme.style(Role::Key), theme);
    }
    at
}
