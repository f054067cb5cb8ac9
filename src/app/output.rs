//! Cells to bytes: a ratatui backend that knows how wide a character is, so that it sends half of what others do (no
//! cursor move after every Chinese character, joined attributes, nothing at all when nothing changed), and that sends
//! only what any terminal of the last forty years understands: no 256-colour or RGB sequence, no private mode.

use std::fmt::Write as _;
use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What the terminal can show, as far as bytes are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ability {
    /// Sixteen colours; otherwise bold, underline and reverse only.
    pub colour: bool,
    /// ASCII only: anything else becomes `?`, as wide as it was.
    pub ascii: bool,
    /// It said itself that `·` is one cell wide; otherwise the place after such a character is set anew.
    pub narrow: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

const PLAIN: Look = Look { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };
/// The modifiers that are sent; all others look different everywhere.
const SENT: Modifier = Modifier::BOLD.union(Modifier::UNDERLINED).union(Modifier::REVERSED);

/// The backend. Bytes are gathered and leave in one write at [`Backend::flush`].
#[derive(Debug)]
pub struct Output<W> {
    out: W,
    /// What the terminal can show.
    pub ability: Ability,
    size: fn() -> io::Result<(u16, u16)>,
    bytes: String,
    /// Where the terminal's cursor is, when that is certain.
    at: Option<(u16, u16)>,
    look: Option<Look>,
    shown: Option<bool>,
    width: u16,
}

impl<W: Write> Output<W> {
    /// Writes to `out`; `size` asks for columns and rows.
    pub const fn new(out: W, ability: Ability, size: fn() -> io::Result<(u16, u16)>) -> Self {
        Self { out, ability, size, bytes: String::new(), at: None, look: None, shown: None, width: 0 }
    }

    /// Forgets what the terminal was told: after another program had it.
    pub const fn forget(&mut self) {
        self.at = None;
        self.look = None;
        self.shown = None;
    }

    /// Sends something as it is, for example the questions of the width probe.
    pub fn raw(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.at = None;
    }

    /// The writer, for tests.
    pub const fn writer(&mut self) -> &mut W {
        &mut self.out
    }

    fn move_to(&mut self, x: u16, y: u16) {
        if self.at == Some((x, y)) {
            return;
        }
        let _ = match self.at {
            Some((px, py)) if py == y && x > px => match x - px {
                1 => write!(self.bytes, "\x1b[C"),
                n => write!(self.bytes, "\x1b[{n}C"),
            },
            Some((_, py)) if x == 0 && y == py + 1 => write!(self.bytes, "\r\n"),
            _ if x == 0 && y == 0 => write!(self.bytes, "\x1b[H"),
            _ if x == 0 => write!(self.bytes, "\x1b[{}H", y + 1),
            _ => write!(self.bytes, "\x1b[{};{}H", y + 1, x + 1),
        };
        self.at = Some((x, y));
    }

    /// One joined sequence from the look the terminal has to the one it shall have.
    fn wear(&mut self, look: Look) {
        let old = match self.look {
            Some(old) if old == look => return,
            Some(old) => old,
            None => {
                self.bytes.push_str("\x1b[m");
                PLAIN
            }
        };
        self.look = Some(look);
        if look == PLAIN {
            if old != PLAIN {
                self.bytes.push_str("\x1b[m");
            }
            return;
        }
        let mut codes: Vec<u8> = Vec::new();
        // What is switched off is switched off singly, so that the colours stay; terminals without colour may be so old
        // that they know no code for that.
        let lost = old.modifier - look.modifier;
        let afresh = !lost.is_empty() && !self.ability.colour;
        let (old_fg, old_bg, old_modifier) =
            if afresh { (Color::Reset, Color::Reset, Modifier::empty()) } else { (old.fg, old.bg, old.modifier) };
        if afresh {
            codes.push(0);
        }
        for (modifier, on, off) in [(Modifier::BOLD, 1, 22), (Modifier::UNDERLINED, 4, 24), (Modifier::REVERSED, 7, 27)]
        {
            if !afresh && lost.contains(modifier) {
                codes.push(off);
            }
            if (look.modifier - old_modifier).contains(modifier) {
                codes.push(on);
            }
        }
        if look.fg != old_fg {
            codes.push(colour(look.fg));
        }
        if look.bg != old_bg {
            codes.push(colour(look.bg) + 10);
        }
        for (i, code) in codes.iter().enumerate() {
            let _ = write!(self.bytes, "{}{code}", if i == 0 { "\x1b[" } else { ";" });
        }
        if !codes.is_empty() {
            self.bytes.push('m');
        }
    }

    fn put(&mut self, x: u16, y: u16, cell: &Cell) {
        let symbol = cell.symbol();
        let width = symbol.width() as u16;
        self.move_to(x, y);
        let modifier = cell.modifier & SENT;
        self.wear(if self.ability.colour {
            Look { fg: sixteen(cell.fg), bg: sixteen(cell.bg), modifier }
        } else {
            Look { fg: Color::Reset, bg: Color::Reset, modifier }
        });
        // The last wall: whatever a screen put into a cell, no control character leaves here.
        let hostile = symbol.chars().any(char::is_control) || width == 0;
        if hostile || (self.ability.ascii && !symbol.is_ascii()) {
            (0..width.max(1)).for_each(|_| self.bytes.push('?'));
        } else {
            self.bytes.push_str(symbol);
        }
        let after = x + width.max(1);
        let certain = after < self.width && (symbol.is_ascii() || self.ability.ascii || self.certain(symbol));
        self.at = certain.then_some((after, y));
    }

    /// Whether every terminal agrees how wide it is.
    fn certain(&self, symbol: &str) -> bool {
        let mut chars = symbol.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => self.ability.narrow || c.width() == c.width_cjk(),
            _ => false,
        }
    }
}

/// The SGR code of a foreground colour.
const fn colour(c: Color) -> u8 {
    match c {
        Color::Black => 30,
        Color::Red => 31,
        Color::Green => 32,
        Color::Yellow => 33,
        Color::Blue => 34,
        Color::Magenta => 35,
        Color::Cyan => 36,
        Color::Gray => 37,
        Color::DarkGray => 90,
        Color::LightRed => 91,
        Color::LightGreen => 92,
        Color::LightYellow => 93,
        Color::LightBlue => 94,
        Color::LightMagenta => 95,
        Color::LightCyan => 96,
        Color::White => 97,
        Color::Reset | Color::Rgb(..) | Color::Indexed(_) => 39,
    }
}

/// Sixteen colours only: any other is the terminal's own.
const fn sixteen(c: Color) -> Color {
    match c {
        Color::Rgb(..) | Color::Indexed(_) => Color::Reset,
        named => named,
    }
}

impl<W: Write> Backend for Output<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in content {
            self.put(x, y, cell);
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.shown != Some(false) {
            self.bytes.push_str("\x1b[?25l");
            self.shown = Some(false);
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.shown != Some(true) {
            self.bytes.push_str("\x1b[?25h");
            self.shown = Some(true);
        }
        Ok(())
    }

    /// The last place known; the terminal is never asked.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.at.map_or(Position::ORIGIN, Position::from))
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let Position { x, y } = position.into();
        self.move_to(x, y);
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.wear(PLAIN);
        self.bytes.push_str("\x1b[2J");
        self.at = None;
        Ok(())
    }

    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        (self.size)().map(Size::from)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        let result = self.out.write_all(self.bytes.as_bytes()).and_then(|()| self.out.flush());
        self.bytes.clear();
        result
    }
}

impl<W: Write> Output<W> {
    /// Moves the rows from `top` to the one before `bottom` up by so many, down where it is negative. What comes in is
    /// empty. With nothing but what a VT100 knows: margins, a line feed at the lower one, its reverse at the upper one.
    pub fn scroll(&mut self, top: u16, bottom: u16, by: i16) {
        self.wear(PLAIN);
        let _ = write!(self.bytes, "\x1b[{};{bottom}r", top + 1);
        let (row, step) = if by > 0 { (bottom, "\n") } else { (top + 1, "\x1bM") };
        let _ = write!(self.bytes, "\x1b[{row}H");
        (0..by.unsigned_abs()).for_each(|_| self.bytes.push_str(step));
        self.bytes.push_str("\x1b[r");
        self.at = None;
    }

    /// Tells the width of the terminal, which decides where a line wraps; to be called before each frame.
    pub const fn set_width(&mut self, width: u16) {
        self.width = width;
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::style::{Style, Stylize};
    use ratatui::text::{Line, Span};

    use super::*;

    const FULL: Ability = Ability { colour: true, ascii: false, narrow: true };

    fn bytes(ability: Ability, frames: &[Vec<Line>]) -> String {
        let mut terminal = Terminal::new(Output::new(Vec::new(), ability, || Ok((20, 4)))).unwrap();
        terminal.backend_mut().set_width(20);
        let mut last = String::new();
        for lines in frames {
            terminal.backend_mut().writer().clear();
            terminal
                .draw(|f| {
                    for (y, line) in lines.iter().enumerate() {
                        f.buffer_mut().set_line(0, y as u16, line, 20);
                    }
                })
                .unwrap();
            last = String::from_utf8(terminal.backend_mut().writer().clone()).unwrap();
        }
        last.replace('\x1b', "^")
    }

    #[test]
    fn wide_characters_need_no_cursor_move() {
        let frame = bytes(FULL, &[vec![Line::from("保密办abc")]]);
        assert_eq!(frame, "^[H^[m保密办abc^[?25l");
    }

    #[test]
    fn nothing_changed_is_no_byte() {
        let line = || vec![Line::from("保密办".red())];
        assert_eq!(bytes(FULL, &[line(), line()]), "");
    }

    #[test]
    fn attributes_are_joined_and_stay() {
        let first = Span::styled("a", Style::new().bold().yellow().on_blue());
        let frame = bytes(FULL, &[vec![Line::from(vec![first, Span::styled("b", Style::new().light_cyan())])]]);
        assert_eq!(frame, "^[H^[m^[1;33;44ma^[22;96;49mb^[?25l");
        let mono = Ability { colour: false, ..FULL };
        let spans = [Style::new().bold().reversed(), Style::new().reversed()].map(|s| Span::styled("a", s));
        assert_eq!(bytes(mono, &[vec![Line::from(spans.to_vec())]]), "^[H^[m^[1;7ma^[0;7ma^[?25l");
    }

    #[test]
    fn only_sixteen_colours_or_none() {
        let line = || vec![Line::from(Span::styled("a", Style::new().fg(Color::Rgb(1, 2, 3)).bg(Color::Indexed(200))))];
        assert_eq!(bytes(FULL, &[line()]), "^[H^[ma^[?25l");
        let mono = Ability { colour: false, ..FULL };
        let line = || vec![Line::from(Span::styled("a", Style::new().red().on_green().bold().dim().italic()))];
        assert_eq!(bytes(mono, &[line()]), "^[H^[m^[1ma^[?25l");
    }

    #[test]
    fn ambiguous_widths_are_followed_by_a_move_unless_known() {
        let frame = vec![Line::from("·a中b")];
        assert_eq!(bytes(Ability { narrow: false, ..FULL }, std::slice::from_ref(&frame)), "^[H^[m·^[1;2Ha中b^[?25l");
        assert_eq!(bytes(FULL, &[frame]), "^[H^[m·a中b^[?25l");
    }

    #[test]
    fn ascii_keeps_the_width() {
        let ascii = Ability { ascii: true, ..FULL };
        assert_eq!(bytes(ascii, &[vec![Line::from("张a")]]), "^[H^[m??a^[?25l");
    }

    #[test]
    fn no_control_character_leaves() {
        let mut cell = Cell::default();
        for hostile in ["\x1b]52;c;x\x07", "\u{9b}31m", "\r", "\u{200b}"] {
            let mut output = Output::new(Vec::new(), FULL, || Ok((20, 4)));
            cell.set_symbol(hostile);
            output.draw([(0, 0, &cell)].into_iter()).unwrap();
            output.flush().unwrap();
            let text = String::from_utf8(output.out).unwrap();
            assert!(text.starts_with("\x1b[H\x1b[m?"), "{text:?}");
            assert!(!text.chars().skip(6).any(char::is_control), "{text:?}");
        }
    }

    #[test]
    fn the_last_column_leaves_the_place_uncertain() {
        let mut output = Output::new(Vec::new(), FULL, || Ok((20, 4)));
        output.set_width(20);
        let cell = Cell::new("x");
        output.draw([(19, 0, &cell), (0, 1, &cell)].into_iter()).unwrap();
        output.flush().unwrap();
        assert_eq!(String::from_utf8(output.out).unwrap(), "\x1b[1;20H\x1b[mx\x1b[2Hx");
    }
}
