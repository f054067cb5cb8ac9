//! The box that asks a question for another day: the day as a text, the questions below it. The answer goes to the card.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::entries::read_day;
use super::list::edit_field;
use super::{AvailableAction, Context, Input, words};
use crate::domain::{Date, Employer, Level, TripKind};
use crate::keys::Action;
use crate::rules::answer::Question;
use crate::ui::field::Field;
use crate::ui::paint::{self, padded, piece, put, put_line, width, wrap};
use crate::ui::popup;
use crate::ui::scroll::{Move, Scroll};
use crate::ui::theme::{Glyph, Role};

/// What the box remembers; the text of the day stays when it is closed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AskBox {
    field: Field,
    scroll: Scroll,
    /// Whether it is on the screen.
    pub open: bool,
    /// Whether an answer is awaited.
    pub waits: bool,
}

/// What comes of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing yet.
    Open,
    /// The question with its day.
    Ask(Question, Date),
}

/// Every question with every kind it has.
pub fn questions() -> Vec<Question> {
    let mut out: Vec<Question> =
        [TripKind::Private, TripKind::Official].map(|kind| Question::Travel { kind, trip: None }).into();
    out.extend([Question::Transfer, Question::Resign]);
    out.extend(Employer::ALL.iter().map(|employer| Question::ForeignJob { employer: *employer }));
    out.push(Question::Post { level: None });
    out.extend(Level::ALL.iter().map(|level| Question::Post { level: Some(*level) }));
    out.push(Question::Leave);
    out
}

/// The day in a text: a full date, the next such day of a year (`5.1`), so many days from today (`+30`); nothing is today.
fn read(text: &str, today: Date) -> Option<Date> {
    let folded = crate::text::fold(text);
    let text = folded.trim();
    if text.is_empty() {
        return Some(today);
    }
    if let Some(days) = text.strip_prefix('+') {
        return today.checked_add_days(chrono::Days::new(days.trim().parse::<u32>().ok()?.into()));
    }
    if let Some(day) = read_day(text) {
        return Some(day);
    }
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
    let [month, day] = parts.as_slice() else { return None };
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    let year = chrono::Datelike::year(&today);
    // 29 February may be some years away.
    (year..=year.saturating_add(8)).filter_map(|y| Date::from_ymd_opt(y, month, day)).find(|d| *d >= today)
}

impl AskBox {
    /// Opens it on a question.
    pub fn start(&mut self, question: Option<Question>) {
        let all = questions();
        let same = |q: &Question| question.is_some_and(|w| (w.subject(), kind(w)) == (q.subject(), kind(*q)));
        if let Some(n) = all.iter().position(same) {
            self.scroll.to(n, all.len(), all.len());
        }
        // The day asked for last stays, until another is typed.
        self.field.select(true);
        self.open = true;
    }

    /// Takes in a key.
    pub fn update(&mut self, input: &Input, cx: &Context) -> Outcome {
        if edit_field(&mut self.field, input).is_some() {
            return Outcome::Open;
        }
        let all = questions();
        match input {
            Input::Action(Action::NextField | Action::Complete) if self.scroll.at + 1 == all.len() => {
                self.scroll.go(Move::First, all.len(), all.len());
            }
            Input::Action(Action::NextField | Action::Complete) => self.scroll.go(Move::Down, all.len(), all.len()),
            Input::Action(Action::PreviousField) if self.scroll.at == 0 => {
                self.scroll.go(Move::Last, all.len(), all.len());
            }
            Input::Action(Action::PreviousField) => self.scroll.go(Move::Up, all.len(), all.len()),
            Input::Action(Action::Accept | Action::Done | Action::Submit) => {
                if let (Some(day), Some(question)) = (read(self.field.text(), cx.today), all.get(self.scroll.at)) {
                    self.open = false;
                    return Outcome::Ask(*question, day);
                }
            }
            Input::Action(Action::Cancel | Action::Leave | Action::Back) => self.open = false,
            _ => {}
        }
        Outcome::Open
    }

    /// Draws the day and the questions; the caret is in the day.
    pub fn view(&self, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let (theme, t) = (cx.theme, cx.texts);
        let all = questions();
        let w = area.width.saturating_sub(4).min(66);
        let hint = wrap(&t.t("ask.hint"), w.saturating_sub(4));
        let h = (all.len() as u16).saturating_add(hint.len() as u16).saturating_add(5);
        let inner = popup::frame(buf, popup::centred(area, w, h), &t.t("ask.title"), theme);
        let label = format!("{}  ", t.t("ask.day"));
        let used = put(buf, inner, inner.x, inner.y, &label, inner.width, theme.style(Role::Strong), theme);
        let read = read(self.field.text(), cx.today);
        let note = read.map_or_else(|| t.t("form.not_a_day"), |d| format!("{d}  {}", words::distance(cx, d)));
        let note_width = width(&note).min(inner.width / 2);
        let field = Rect {
            x: inner.x.saturating_add(used),
            width: inner.width.saturating_sub(used).saturating_sub(note_width).saturating_sub(1),
            height: 1.min(inner.height),
            ..inner
        };
        let caret = self.field.view(buf, field, theme);
        let role = if read.is_some() { Role::Info } else { Role::Warn };
        put(buf, inner, inner.right().saturating_sub(note_width), inner.y, &note, note_width, theme.style(role), theme);
        paint::rule(buf, inner, inner.x, inner.y.saturating_add(1), inner.width, theme);
        let page = inner.height.saturating_sub(3).saturating_sub(hint.len() as u16);
        let rows = Rect { y: inner.y.saturating_add(2), height: page.min(inner.height), ..inner };
        let first = (self.scroll.at + 1).saturating_sub(usize::from(page.max(1)));
        for (n, y) in (first..all.len()).zip(rows.y..rows.bottom().min(inner.bottom())) {
            let Some(question) = all.get(n) else { break };
            let row = Rect { y, height: 1, ..rows };
            let selected = n == self.scroll.at;
            if selected {
                paint::fill(buf, row, theme.style(Role::Selected));
                put(buf, row, row.x, y, theme.glyph(Glyph::Cursor), 1, theme.style(Role::Selected), theme);
            }
            let text = padded(&words::question(cx, *question), row.width.saturating_sub(2), theme);
            let over = selected.then_some(Role::Selected);
            put_line(buf, row, row.x.saturating_add(2), y, &[piece(text, Role::Text)], row.width, over, theme);
        }
        let below = inner.bottom().saturating_sub(hint.len() as u16);
        for (text, y) in hint.iter().zip(below.max(rows.bottom())..inner.bottom()) {
            put(buf, inner, inner.x, y, text, inner.width, theme.style(Role::Dim), theme);
        }
        caret
    }
}

/// What makes a question particular.
fn kind(question: Question) -> String {
    match question {
        Question::Travel { kind, .. } => kind.code().to_owned(),
        Question::ForeignJob { employer } => employer.code().to_owned(),
        Question::Post { level: Some(level) } => level.code().to_owned(),
        _ => String::new(),
    }
}

/// What can be done in the box.
pub fn keys() -> Vec<AvailableAction> {
    vec![
        AvailableAction::on(Action::Accept, 90),
        AvailableAction::on(Action::NextField, 80),
        AvailableAction::on(Action::PreviousField, 0),
        AvailableAction::on(Action::Cancel, 70),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_read_as_they_are_said() {
        let day = |text: &str| text.parse::<Date>().ok();
        let today = day("2026-03-16").unwrap();
        for (text, want) in [
            ("", day("2026-03-16")),
            ("2026-05-01", day("2026-05-01")),
            ("5.1", day("2026-05-01")),
            ("5月1日", day("2026-05-01")),
            ("3-15", day("2027-03-15")),
            ("2.29", day("2028-02-29")),
            ("+30", day("2026-04-15")),
            ("２０２６．５．１", day("2026-05-01")),
            ("2.30", None),
            ("may", None),
            ("+x", None),
            ("+99999999999", None),
            ("+4294967295", None),
        ] {
            assert_eq!(read(text, today), want, "{text}");
        }
    }
}
