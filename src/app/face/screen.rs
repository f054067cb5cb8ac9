//! A screen of cells: what changed is sent, and rows that only moved up or down are moved by the terminal itself.
//!
//! ```text
//! last frame      next frame
//! ▸ 王伟            张敏      the list went up by one: the terminal scrolls rows 2 to 4, and one new row is sent
//!   张敏            李娜
//!   李娜          ▸ 赵磊
//! ```

use std::io::{self, Write};

use ratatui::backend::Backend as _;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};

use crate::app::output::Output;

/// Rows that a list moves by at most, to be noticed.
const FAR: u16 = 3;
/// Fewer cells than this are not worth the sequences of a scroll.
const WORTH: i32 = 60;

/// What the terminal shows, and the way there.
#[derive(Debug)]
pub struct Screen<W> {
    /// Where the bytes go.
    pub output: Output<W>,
    last: Buffer,
    /// Whether the terminal knows scrolling regions.
    scrolls: bool,
}

impl<W: Write> Screen<W> {
    /// A screen of which nothing is known; `scrolls` says whether the terminal knows scrolling regions.
    pub fn new(output: Output<W>, scrolls: bool) -> Self {
        Self { output, last: Buffer::default(), scrolls }
    }

    /// Empties the terminal's screen.
    ///
    /// # Errors
    /// The terminal is gone; the same holds below.
    pub fn clear(&mut self) -> io::Result<()> {
        self.last.reset();
        self.output.clear()
    }

    /// Shows what `view` draws, with the caret where it says.
    ///
    /// # Errors
    /// See [`Screen::clear`].
    pub fn draw(&mut self, view: impl FnOnce(Rect, &mut Buffer) -> Option<Position>) -> io::Result<()> {
        let area = Rect::from((Position::ORIGIN, self.output.size()?));
        if area != self.last.area {
            self.last = Buffer::empty(area);
            self.output.clear()?;
        }
        self.output.set_width(area.width);
        let mut next = Buffer::empty(area);
        let caret = view(area, &mut next);
        if let Some(shift) = self.scrolls.then(|| Shift::find(&self.last, &next)).flatten() {
            self.output.scroll(shift.top, shift.bottom, shift.by);
            shift.apply(&mut self.last);
        }
        self.output.draw(self.last.diff(&next).into_iter())?;
        match caret {
            Some(place) => {
                self.output.show_cursor()?;
                self.output.set_cursor_position(place)?;
            }
            None => self.output.hide_cursor()?,
        }
        self.last = next;
        self.output.flush()
    }
}

/// Rows that moved together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shift {
    /// The first row of the region.
    top: u16,
    /// The row behind its last.
    bottom: u16,
    /// Rows that the text went up by; down where it is negative.
    by: i16,
}

impl Shift {
    /// The shift that saves most, if one is worth it.
    fn find(last: &Buffer, next: &Buffer) -> Option<Self> {
        let rows = last.area.height;
        let stay: Vec<i32> = (0..rows).map(|y| different(row(last, y), row(next, y))).collect();
        if stay.iter().sum::<i32>() < WORTH {
            return None;
        }
        let blank: Vec<i32> =
            (0..rows).map(|y| row(next, y).iter().filter(|c| **c != Cell::EMPTY).count() as i32).collect();
        let mut best: Option<(i32, Self)> = None;
        for by in (1..=FAR as i16).flat_map(|by| [by, -by]) {
            let gain = |y: u16| {
                let from = y.checked_add_signed(by).filter(|from| *from < rows);
                from.map_or(i32::MIN / 2, |from| at(&stay, y) - different(row(last, from), row(next, y)))
            };
            let Some((saved, first, end)) = best_run(rows, gain) else { continue };
            let far = by.unsigned_abs();
            let (top, bottom, new) =
                if by > 0 { (first, end + far, end..end + far) } else { (first - far, end, first - far..first) };
            let saved = saved + new.map(|y| at(&stay, y) - at(&blank, y)).sum::<i32>();
            if saved > WORTH && best.is_none_or(|(most, _)| saved > most) {
                best = Some((saved, Self { top, bottom, by }));
            }
        }
        best.map(|(_, shift)| shift)
    }

    /// Does to a buffer what the terminal does to its screen.
    fn apply(self, buffer: &mut Buffer) {
        let width = usize::from(buffer.area.width);
        let (from, to) = (usize::from(self.top) * width, usize::from(self.bottom) * width);
        let Some(region) = buffer.content.get_mut(from..to) else { return };
        let far = (usize::from(self.by.unsigned_abs()) * width).min(region.len());
        if self.by > 0 {
            region.rotate_left(far);
            region.iter_mut().rev().take(far).for_each(Cell::reset);
        } else {
            region.rotate_right(far);
            region.iter_mut().take(far).for_each(Cell::reset);
        }
    }
}

fn at(values: &[i32], y: u16) -> i32 {
    values.get(usize::from(y)).copied().unwrap_or(0)
}

fn row(buffer: &Buffer, y: u16) -> &[Cell] {
    let width = usize::from(buffer.area.width);
    buffer.content.get(usize::from(y) * width..(usize::from(y) + 1) * width).unwrap_or_default()
}

fn different(a: &[Cell], b: &[Cell]) -> i32 {
    a.iter().zip(b).filter(|(a, b)| a != b).count() as i32
}

/// The run of rows with the largest sum: the sum, the first row and the row behind the last.
fn best_run(rows: u16, gain: impl Fn(u16) -> i32) -> Option<(i32, u16, u16)> {
    let mut best: Option<(i32, u16, u16)> = None;
    let (mut sum, mut first) = (0, 0);
    for y in 0..rows {
        if sum <= 0 {
            (sum, first) = (0, y);
        }
        sum += gain(y);
        if sum > 0 && best.is_none_or(|(most, ..)| sum > most) {
            best = Some((sum, first, y + 1));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::app::output::Ability;

    const SIZE: (u16, u16) = (30, 12);

    fn screen() -> Screen<Vec<u8>> {
        let ability = Ability { colour: true, ascii: false, narrow: true };
        Screen::new(Output::new(Vec::new(), ability, || Ok(SIZE)), true)
    }

    /// Draws frames one after the other: the bytes of each, and what an emulator shows at the end.
    fn shown(frames: &[Vec<String>]) -> (Vec<usize>, String) {
        let (mut screen, mut emulator) =
            (screen(), vt100::Parser::new(SIZE.1.try_into().unwrap(), SIZE.0.try_into().unwrap(), 0));
        let mut bytes = Vec::new();
        for lines in frames {
            screen
                .draw(|area, buf| {
                    for (y, line) in (0..area.height).zip(lines) {
                        buf.set_stringn(0, y, line, area.width.into(), ratatui::style::Style::new());
                    }
                    None
                })
                .unwrap();
            emulator.process(screen.output.writer());
            bytes.push(screen.output.writer().len());
            screen.output.writer().clear();
        }
        // A blank that was written and one that was not look the same.
        let rows = emulator.screen().rows(0, SIZE.0).map(|r| r.trim_end().to_owned()).collect::<Vec<_>>();
        (bytes, rows.join("\n"))
    }

    fn list(from: usize, at: usize) -> Vec<String> {
        let row = |n: usize| format!("{} {n:02} 王小{}伟 财务处机要员", if n == at { '▸' } else { ' ' }, n % 7);
        let head = ["标题 守密".to_owned(), "姓名 部门".to_owned()];
        head.into_iter().chain((from..from + 9).map(row)).chain(["脚注".to_owned()]).collect()
    }

    #[test]
    fn a_list_that_moves_by_a_row_is_moved_by_the_terminal() {
        for (first, then) in [(list(0, 8), list(1, 9)), (list(5, 5), list(4, 4)), (list(0, 8), list(3, 11))] {
            let (bytes, text) = shown(&[first, then.clone()]);
            let (all, fresh) = shown(&[then]);
            assert_eq!(text, fresh);
            assert!(bytes[1] * 2 < all[0], "{bytes:?}, a whole frame {all:?}");
        }
    }

    #[test]
    fn what_stays_or_changes_altogether_is_not_scrolled() {
        let buffer = |lines: &[String]| Buffer::with_lines(lines.iter().map(String::as_str));
        let other: Vec<String> = (0..12).map(|n| format!("另一页 {}", n * n * 7919)).collect();
        assert_eq!(Shift::find(&buffer(&list(0, 0)), &buffer(&list(0, 1))), None);
        let area = Rect::new(0, 0, 30, 12);
        let (mut last, mut next) = (Buffer::empty(area), Buffer::empty(area));
        for (y, (a, b)) in (0..).zip(list(0, 0).iter().zip(&other)) {
            last.set_string(0, y, a, ratatui::style::Style::new());
            next.set_string(0, y, b, ratatui::style::Style::new());
        }
        assert_eq!(Shift::find(&last, &next), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn the_terminal_shows_the_last_frame_whatever_came_before(
            frames in prop::collection::vec(prop::collection::vec("[ab王 ]{0,16}|同一行", 12), 1..6),
            lists in prop::collection::vec((0usize..6, 0usize..12), 0..6),
        ) {
            let mut all: Vec<Vec<String>> = lists.into_iter().map(|(from, at)| list(from, at)).collect();
            all.extend(frames.clone());
            all.extend(frames.iter().map(|f| f.iter().skip(2).chain(f.iter().take(2)).cloned().collect()));
            let last = all.last().cloned().unwrap();
            prop_assert_eq!(shown(&all).1, shown(&[last]).1);
        }
    }
}
