//! A one-line text field: edited by grapheme, scrolled sideways, with the real caret at the input, where input methods
//! draw what is being composed.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_segmentation::UnicodeSegmentation;

use super::paint::{put, width};
use super::theme::{Role, Theme};
use crate::text::clean;

/// The longest text a field takes, in characters: past what any field of a record takes, so that the record says what is
/// too long and nothing is cut unseen; far below what could slow a search.
pub const LIMIT: usize = 4000;

/// A text and the place of the caret, counted in graphemes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    text: String,
    caret: usize,
    /// Whether the whole text stands selected: what is typed next takes its place.
    whole: bool,
}

/// A step of editing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// Removes the grapheme before the caret.
    Backspace,
    /// Removes the grapheme after the caret.
    Delete,
    /// Removes the word before the caret.
    DeleteWord,
    /// Empties the field.
    Clear,
    /// One grapheme left.
    Left,
    /// One grapheme right.
    Right,
    /// One word left.
    WordLeft,
    /// One word right.
    WordRight,
    /// To the start.
    Home,
    /// To the end.
    End,
}

impl Field {
    /// A field with a text and the caret behind it.
    pub fn new(text: impl Into<String>) -> Self {
        let mut field = Self::default();
        field.set(text);
        field
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Replaces the text; the caret goes to its end.
    pub fn set(&mut self, text: impl Into<String>) {
        self.text = text.into().chars().filter(|c| !c.is_control()).take(LIMIT).collect();
        self.caret = self.len();
        self.whole = false;
    }

    /// Selects the whole text: what is typed next takes its place, any other edit keeps it.
    pub fn select(&mut self, whole: bool) {
        self.whole = whole && !self.text.is_empty();
        self.caret = if self.whole { self.len() } else { self.caret };
    }

    /// Replaces the text and puts the caret before the character with this number.
    pub fn set_at(&mut self, text: impl Into<String>, caret: usize) {
        self.set(text);
        let byte = self.text.char_indices().nth(caret).map_or(self.text.len(), |(b, _)| b);
        self.caret = self.text.grapheme_indices(true).take_while(|(b, _)| *b < byte).count();
    }

    /// How many characters stand before the caret.
    pub fn caret_chars(&self) -> usize {
        self.text.graphemes(true).take(self.caret).map(|g| g.chars().count()).sum()
    }

    fn len(&self) -> usize {
        self.text.graphemes(true).count()
    }

    /// The byte before the grapheme with this number.
    fn byte(&self, grapheme: usize) -> usize {
        self.text.grapheme_indices(true).nth(grapheme).map_or(self.text.len(), |(b, _)| b)
    }

    /// Inserts text at the caret; control characters and line ends become blanks, so that a paste never submits.
    pub fn insert(&mut self, text: &str) {
        if std::mem::take(&mut self.whole) {
            self.set("");
        }
        let room = LIMIT.saturating_sub(self.text.chars().count());
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(room).collect();
        let at = self.byte(self.caret);
        let behind = self.text.len().saturating_sub(at);
        self.text.insert_str(at, &text);
        // Counted from the end: what was inserted may join the grapheme before it.
        let caret = self.text.len().saturating_sub(behind);
        self.caret = self.text.grapheme_indices(true).take_while(|(b, _)| *b < caret).count();
    }

    /// Edits; whether the text changed.
    pub fn edit(&mut self, edit: Edit) -> bool {
        let before = self.text.len();
        self.whole = false;
        match edit {
            Edit::Backspace => self.remove(self.caret.saturating_sub(1), self.caret),
            Edit::Delete => self.remove(self.caret, self.caret.saturating_add(1)),
            Edit::DeleteWord => self.remove(self.word_left(), self.caret),
            Edit::Clear => {
                self.text.clear();
                self.caret = 0;
            }
            Edit::Left => self.caret = self.caret.saturating_sub(1),
            Edit::Right => self.caret = self.caret.saturating_add(1).min(self.len()),
            Edit::WordLeft => self.caret = self.word_left(),
            Edit::WordRight => self.caret = self.word_right(),
            Edit::Home => self.caret = 0,
            Edit::End => self.caret = self.len(),
        }
        self.text.len() != before
    }

    fn remove(&mut self, from: usize, to: usize) {
        let (a, b) = (self.byte(from), self.byte(to));
        self.text.replace_range(a..b, "");
        self.caret = from.min(self.len());
    }

    fn word_left(&self) -> usize {
        let all: Vec<&str> = self.text.graphemes(true).take(self.caret).collect();
        let blank = |g: &&&str| g.trim().is_empty();
        let trailing = all.iter().rev().take_while(blank).count();
        let word = all.iter().rev().skip(trailing).take_while(|g| !blank(g)).count();
        self.caret.saturating_sub(trailing.saturating_add(word))
    }

    fn word_right(&self) -> usize {
        let rest: Vec<&str> = self.text.graphemes(true).skip(self.caret).collect();
        let blank = |g: &&&str| g.trim().is_empty();
        let leading = rest.iter().take_while(blank).count();
        let word = rest.iter().skip(leading).take_while(|g| !blank(g)).count();
        self.caret.saturating_add(leading).saturating_add(word)
    }

    /// The word that ends at the caret, for completion.
    pub fn word_before_caret(&self) -> String {
        self.text.graphemes(true).take(self.caret).skip(self.word_left()).collect::<String>().trim().to_owned()
    }

    /// Replaces the word that ends at the caret.
    pub fn complete(&mut self, word: &str) {
        let from = self.word_left();
        self.remove(from, self.caret);
        self.insert(word);
    }

    /// Draws the text in one line and gives the caret's place. A long text scrolls so that the caret is visible.
    pub fn view(&self, buf: &mut Buffer, area: Rect, theme: Theme) -> Option<Position> {
        if area.is_empty() {
            return None;
        }
        let shown: Vec<(String, u16)> =
            self.text.graphemes(true).map(clean).map(|g| (g.to_string(), width(&g))).collect();
        // The first grapheme shown is the smallest from which the caret's cell still fits.
        let mut before: usize = shown.iter().take(self.caret).map(|(_, w)| usize::from(*w)).sum();
        let mut first = 0;
        for (_, width) in shown.iter().take(self.caret) {
            if before < usize::from(area.width) {
                break;
            }
            before = before.saturating_sub(usize::from(*width));
            first += 1;
        }
        let text: String = shown.iter().skip(first).map(|(g, _)| g.as_str()).collect();
        let used = put(buf, area, area.x, area.y, &text, area.width, theme.style(Role::Field), theme);
        if self.whole {
            buf.set_style(Rect { width: used.min(area.width), height: 1, ..area }, theme.style(Role::Selected));
        }
        let x = area.x.saturating_add(u16::try_from(before).unwrap_or(u16::MAX));
        (x < area.right()).then(|| Position::new(x, area.y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_caret_stands_in_cells_at_the_input() {
        let area = Rect::new(0, 0, 20, 1);
        let mut buf = Buffer::empty(area);
        let mut field = Field::new("整改abc");
        assert_eq!(field.view(&mut buf, area, Theme::default()), Some(Position::new(7, 0)));
        field.edit(Edit::Home);
        field.edit(Edit::Right);
        assert_eq!(field.view(&mut buf, area, Theme::default()), Some(Position::new(2, 0)));
        let narrow = Rect::new(0, 0, 5, 1);
        field.edit(Edit::End);
        assert_eq!(field.view(&mut buf, narrow, Theme::default()), Some(Position::new(3, 0)));
    }

    #[test]
    fn words_go_and_return() {
        let mut field = Field::new("left<30 dept:财务 ");
        field.edit(Edit::DeleteWord);
        assert_eq!(field.text(), "left<30 ");
        field.insert("张\n三\u{1b}[2J");
        assert_eq!(field.text(), "left<30 张 三 [2J");
        field.complete("x");
        assert_eq!(field.text(), "left<30 张 三 x");
    }

    proptest! {
        #[test]
        fn no_edit_breaks_it(text in "\\PC{0,30}", steps in prop::collection::vec(0u8..12, 0..40), width in 0u16..12) {
            let mut field = Field::new(text);
            let area = Rect::new(0, 0, width, 1);
            let mut buf = Buffer::empty(area);
            for s in steps {
                match s {
                    0 => field.insert("é"),
                    1 => field.insert("\u{301}"),
                    2 => field.insert("张"),
                    n => {
                        let all = [Edit::Backspace, Edit::Delete, Edit::DeleteWord, Edit::Left, Edit::Right,
                                   Edit::WordLeft, Edit::WordRight, Edit::Home, Edit::End];
                        field.edit(all[(n as usize - 3) % all.len()]);
                    }
                }
                prop_assert!(field.caret <= field.len());
                let caret = field.view(&mut buf, area, Theme::default());
                prop_assert_eq!(caret.is_some(), width > 0);
            }
        }
    }
}
