//! Text into cells. Everything a widget writes passes through [`put`]: cleaned, one grapheme after the other, cut with a
//! mark where it does not fit, never half a character, never outside the area.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::theme::{Glyph, Role, Theme};
use crate::text::clean;

/// A stretch of text with one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text, as it comes from data; cleaned when painted.
    pub text: String,
    /// How it looks.
    pub role: Role,
}

/// One line made of pieces.
pub type Pieces = Vec<Piece>;

/// A piece.
pub fn piece(text: impl Into<String>, role: Role) -> Piece {
    Piece { text: text.into(), role }
}

/// A line of one piece.
pub fn line(text: impl Into<String>, role: Role) -> Pieces {
    vec![piece(text, role)]
}

/// A text with the characters at `hits` (char indices, ascending) shown as matches.
pub fn highlighted(text: &str, hits: &[usize], role: Role) -> Pieces {
    if hits.is_empty() {
        return line(text, role);
    }
    let mut out: Pieces = Vec::new();
    for (n, c) in text.chars().enumerate() {
        let role = if hits.binary_search(&n).is_ok() { Role::Match } else { role };
        match out.last_mut() {
            Some(last) if last.role == role => last.text.push(c),
            _ => out.push(piece(c, role)),
        }
    }
    out
}

/// Cells a text takes once cleaned.
pub fn width(text: &str) -> u16 {
    clean(text).graphemes(true).map(cells).fold(0, u16::saturating_add)
}

/// Cells of a line.
pub fn line_width(pieces: &[Piece]) -> u16 {
    pieces.iter().map(|p| width(&p.text)).fold(0, u16::saturating_add)
}

/// Cells of one grapheme; a terminal gives no grapheme more than two.
fn cells(grapheme: &str) -> u16 {
    grapheme.width().min(2) as u16
}

/// Writes `text` at (`x`, `y`), at most `max` cells and never outside `area`; what does not fit is cut with the theme's
/// mark. Returns the cells used.
#[expect(clippy::too_many_arguments, reason = "the one primitive that every widget is made of")]
pub fn put(buf: &mut Buffer, area: Rect, x: u16, y: u16, text: &str, max: u16, style: Style, theme: Theme) -> u16 {
    let area = area.intersection(buf.area);
    if y < area.y || y >= area.bottom() || x < area.x || x >= area.right() {
        return 0;
    }
    let room = max.min(area.right().saturating_sub(x));
    let text = plain(clean(text), theme);
    let fits = text.graphemes(true).map(cells).try_fold(0_u16, |sum, w| {
        let sum = sum.saturating_add(w);
        (sum <= room).then_some(sum)
    });
    let limit = if fits.is_some() { room } else { room.saturating_sub(1) };
    let mut used = 0_u16;
    for grapheme in text.graphemes(true) {
        let w = cells(grapheme);
        if w == 0 {
            continue;
        }
        if used.saturating_add(w) > limit {
            break;
        }
        set(buf, x.saturating_add(used), y, grapheme, style, w);
        used = used.saturating_add(w);
    }
    if fits.is_none() && room > 0 {
        set(buf, x.saturating_add(used), y, theme.glyph(Glyph::Cut), style, 1);
        used = used.saturating_add(1);
    }
    used
}

/// Signs in sentences that a plain terminal may show too wide, or not at all, as the nearest ASCII sign of one cell.
fn plain(text: Cow<'_, str>, theme: Theme) -> Cow<'_, str> {
    if !theme.ascii || text.is_ascii() {
        return text;
    }
    let sign = |c: char| match c {
        '\u{2192}' => '>',
        '\u{2026}' => '~',
        '\u{b7}' => '.',
        c => c,
    };
    Cow::Owned(text.chars().map(sign).collect())
}

/// A text cut to at most `room` cells, with the cells it takes.
pub fn fit(text: &str, room: u16, theme: Theme) -> (String, u16) {
    let all = width(text);
    let text = clean(text);
    if all <= room {
        return (text.into_owned(), all);
    }
    let mut out = String::new();
    let mut used = 0_u16;
    for grapheme in text.graphemes(true) {
        if used.saturating_add(cells(grapheme)) > room.saturating_sub(1) {
            break;
        }
        out.push_str(grapheme);
        used = used.saturating_add(cells(grapheme));
    }
    if room > 0 {
        out.push_str(theme.glyph(Glyph::Cut));
        used = used.saturating_add(1);
    }
    (out, used)
}

/// A text cut or filled with blanks to exactly `room` cells.
pub fn padded(text: &str, room: u16, theme: Theme) -> String {
    let (mut out, used) = fit(text, room, theme);
    out.push_str(&" ".repeat(usize::from(room.saturating_sub(used))));
    out
}

/// Sets one grapheme; the cell behind a wide one is emptied, as the terminal will do.
fn set(buf: &mut Buffer, x: u16, y: u16, grapheme: &str, style: Style, w: u16) {
    unhalve(buf, x, y);
    if let Some(cell) = buf.cell_mut(Position::new(x, y)) {
        cell.reset();
        cell.set_symbol(grapheme).set_style(style);
    }
    if w == 2
        && let Some(cell) = buf.cell_mut(Position::new(x.saturating_add(1), y))
    {
        cell.reset();
        cell.set_style(style);
    }
}

/// Blanks a wide character whose second half is about to be written over: a terminal would drop what comes after it.
fn unhalve(buf: &mut Buffer, x: u16, y: u16) {
    let Some(before) = x.checked_sub(1) else { return };
    if let Some(cell) = buf.cell_mut(Position::new(before, y))
        && cell.symbol().width() > 1
    {
        cell.set_symbol(" ");
    }
}

/// Writes a line of pieces; the same rules as [`put`]. `over` replaces the pieces' own roles in a selected row.
#[expect(clippy::too_many_arguments, reason = "as `put`, for several pieces")]
pub fn put_line(
    buf: &mut Buffer,
    area: Rect,
    x: u16,
    y: u16,
    pieces: &[Piece],
    max: u16,
    over: Option<Role>,
    theme: Theme,
) -> u16 {
    let mut used = 0_u16;
    let total = line_width(pieces);
    for p in pieces {
        let role = match over {
            Some(Role::Selected) if p.role == Role::Match => Role::SelectedMatch,
            Some(role) => role,
            None => p.role,
        };
        let room = max.saturating_sub(used);
        if room == 0 {
            break;
        }
        // When the whole line is too long the last piece that still fits exactly must leave a cell for the mark.
        let own = width(&p.text);
        let rest = total.saturating_sub(used).saturating_sub(own);
        let room = if own == room && rest > 0 { room.saturating_sub(1) } else { room };
        let wrote = put(buf, area, x.saturating_add(used), y, &p.text, room, theme.style(role), theme);
        used = used.saturating_add(wrote);
        if wrote < own {
            break;
        }
    }
    used
}

/// Fills an area with blanks in a style.
pub fn fill(buf: &mut Buffer, area: Rect, style: Style) {
    let area = area.intersection(buf.area);
    for y in area.y..area.bottom() {
        unhalve(buf, area.x, y);
        for x in area.x..area.right() {
            if let Some(cell) = buf.cell_mut(Position::new(x, y)) {
                cell.reset();
                cell.set_style(style);
            }
        }
    }
}

/// A horizontal line.
pub fn rule(buf: &mut Buffer, area: Rect, x: u16, y: u16, len: u16, theme: Theme) {
    for n in 0..len {
        put(buf, area, x.saturating_add(n), y, theme.glyph(Glyph::Horizontal), 1, theme.style(Role::Rule), theme);
    }
}

/// A vertical line.
pub fn upright(buf: &mut Buffer, area: Rect, x: u16, theme: Theme) {
    for y in area.y..area.bottom() {
        put(buf, area, x, y, theme.glyph(Glyph::Vertical), 1, theme.style(Role::Rule), theme);
    }
}

/// Breaks a text into lines of at most `cells` cells: at spaces, else between any two graphemes, as Chinese is set;
/// closing punctuation stays with what it closes.
pub fn wrap(text: &str, cells_wide: u16) -> Vec<String> {
    let cells_wide = cells_wide.max(2);
    let text = clean(text);
    let mut lines: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut used = 0_u16;
    for word in words(&text) {
        let w = word.trim_end().graphemes(true).map(cells).fold(0, u16::saturating_add);
        if used > 0 && used.saturating_add(w) > cells_wide {
            lines.push(current.trim_end().to_owned());
            current = String::new();
            used = 0;
            if word.trim().is_empty() {
                continue;
            }
        }
        for grapheme in word.graphemes(true) {
            let g = cells(grapheme);
            if used.saturating_add(g) > cells_wide {
                // A blank that would begin the next line is the break itself.
                if grapheme.trim().is_empty() {
                    continue;
                }
                lines.push(std::mem::take(&mut current));
                used = 0;
            }
            current.push_str(grapheme);
            used = used.saturating_add(g);
        }
    }
    if !current.trim().is_empty() || lines.is_empty() {
        lines.push(current.trim_end().to_owned());
    }
    lines
}

/// Pieces that are not to be torn: runs of narrow letters with the space behind them, single wide characters with the
/// punctuation that follows.
fn words(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for grapheme in text.graphemes(true) {
        let wide = cells(grapheme) == 2;
        let closes = grapheme.chars().all(|c| {
            matches!(
                c,
                '\u{3001}' | '\u{3002}' | '\u{ff0c}' | '\u{ff1b}' | '\u{ff1a}' | '\u{ff09}' | '\u{300b}' | '\u{201d}'
            )
        });
        let joins = match out.last() {
            None => false,
            Some(_) if closes => true,
            Some(last) => {
                !wide && !last.ends_with(' ') && last.graphemes(true).next_back().is_some_and(|g| cells(g) < 2)
            }
        };
        match out.last_mut() {
            Some(last) if joins => last.push_str(grapheme),
            _ => out.push(grapheme.to_owned()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(width: u16, text: &str) -> String {
        let area = Rect::new(0, 0, width, 1);
        let mut buf = Buffer::empty(area);
        put(&mut buf, area, 0, 0, text, width, Style::new(), Theme::default());
        let mut out = String::new();
        let mut skip = false;
        for x in 0..width {
            let symbol = buf.cell(Position::new(x, 0)).unwrap().symbol();
            if !skip {
                out.push_str(symbol);
            }
            skip = !skip && symbol.width() == 2;
        }
        out
    }

    #[test]
    fn cuts_at_graphemes_and_never_halves_a_character() {
        for (width, text, want) in [
            (6, "张三丰", "张三丰"),
            (5, "张三丰", "张三…"),
            (4, "张三丰", "张… "),
            (3, "张三丰", "张…"),
            (2, "张三丰", "… "),
            (1, "张三丰", "…"),
            (8, "abc", "abc     "),
        ] {
            assert_eq!(row(width, text), want, "{width} {text}");
        }
    }

    #[test]
    fn wraps_words_and_chinese() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("离开岗位之日，起算。", 12), ["离开岗位之", "日，起算。"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
    }

    #[test]
    fn matches_are_their_own_pieces() {
        let pieces = highlighted("张三丰", &[1], Role::Text);
        assert_eq!(pieces.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), ["张", "三", "丰"]);
        assert_eq!(pieces[1].role, Role::Match);
    }
}
