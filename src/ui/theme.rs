//! Roles to styles and glyphs. Sixteen named colours on a black ground that the program paints itself, so that contrast
//! does not depend on the terminal's own; a state is always a word and a glyph, colour comes third; blue and orange
//! instead of red and green. Monochrome uses bold, reverse and underline alone; ASCII avoids every character whose
//! width terminals disagree about.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text is, which decides how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// Ordinary text.
    #[default]
    Text,
    /// Text that carries the meaning of its line: names, dates asked for.
    Strong,
    /// Labels, explanations.
    Dim,
    /// Lines and borders.
    Rule,
    /// The header bar.
    Header,
    /// A part of the header that must be seen, for example a day that is not the real one.
    HeaderAlert,
    /// Column titles.
    Title,
    /// The title of a section or pane.
    Section,
    /// The selected row.
    Selected,
    /// What a filter matched.
    Match,
    /// What a filter matched, in the selected row.
    SelectedMatch,
    /// The name of a key.
    Key,
    /// In order.
    Good,
    /// Running, for information.
    Info,
    /// Near its end, assumed, waiting.
    Warn,
    /// Overdue, refused, missing.
    Alarm,
    /// The text field.
    Field,
    /// A bar of a chart.
    Bar,
    /// The part of a bar that is not filled.
    BarRest,
    /// A message in the footer.
    Toast,
}

/// Colour or not, Unicode or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Sixteen named colours; otherwise bold, reverse, underline.
    pub colour: bool,
    /// Only ASCII for lines, bars and glyphs.
    pub ascii: bool,
}

impl Default for Theme {
    fn default() -> Self {
        Self { colour: true, ascii: false }
    }
}

/// Small signs, each one cell wide and in ASCII too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    /// The cursor of a list.
    Cursor,
    /// A marked row.
    Mark,
    /// Sorted upwards.
    Up,
    /// Sorted downwards.
    Down,
    /// Done, allowed, in order.
    Yes,
    /// Refused.
    No,
    /// Running, conditional.
    Half,
    /// Waits for somebody to act.
    Alert,
    /// Holds.
    Full,
    /// Not yet.
    Empty,
    /// Nothing said.
    None,
    /// Text was cut here.
    Cut,
    /// A full cell of a bar.
    Bar,
    /// An empty cell of a bar.
    BarRest,
    /// Today on a timeline.
    Now,
    /// A horizontal line.
    Horizontal,
    /// A vertical line.
    Vertical,
    /// More above or below.
    More,
}

impl Theme {
    /// No colour.
    pub const MONOCHROME: Self = Self { colour: false, ascii: false };
    /// No colour, no Unicode signs.
    pub const PLAIN: Self = Self { colour: false, ascii: true };

    /// The style of a role, complete: foreground, background and modifiers.
    pub fn style(self, role: Role) -> Style {
        if self.colour { coloured(role) } else { monochrome(role) }
    }

    /// The sign for a glyph.
    pub const fn glyph(self, glyph: Glyph) -> &'static str {
        if self.ascii {
            match glyph {
                Glyph::Cursor => ">",
                Glyph::Mark | Glyph::Full => "*",
                Glyph::Up => "^",
                Glyph::Down => "v",
                Glyph::Yes => "+",
                Glyph::No => "x",
                Glyph::Half | Glyph::Cut => "~",
                Glyph::Alert => "!",
                Glyph::Empty => "o",
                Glyph::None | Glyph::Horizontal => "-",
                Glyph::Bar => "#",
                Glyph::BarRest => ".",
                Glyph::Now | Glyph::Vertical => "|",
                Glyph::More => ":",
            }
        } else {
            match glyph {
                Glyph::Cursor => "▸",
                Glyph::Up => "▴",
                Glyph::Down => "▾",
                Glyph::Mark | Glyph::Yes => "✓",
                Glyph::No => "✗",
                Glyph::Half => "◔",
                Glyph::Alert => "!",
                Glyph::Full => "▪",
                Glyph::Empty => "◦",
                Glyph::None => "-",
                Glyph::Cut => "…",
                Glyph::Bar => "█",
                Glyph::BarRest => "░",
                Glyph::Now => "┃",
                Glyph::Horizontal => "─",
                Glyph::Vertical => "│",
                Glyph::More => "⋮",
            }
        }
    }

    /// The eight heights of a column chart, lowest first; ASCII has one.
    pub const fn heights(self) -> &'static [&'static str] {
        if self.ascii { &["#"] } else { &["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] }
    }
}

fn coloured(role: Role) -> Style {
    let on = |fg: Color, bg: Color| Style::new().fg(fg).bg(bg);
    let plain = |fg: Color| on(fg, Color::Black);
    match role {
        Role::Text | Role::Dim => plain(Color::Gray),
        Role::Strong => plain(Color::White).add_modifier(Modifier::BOLD),
        Role::Rule | Role::BarRest => plain(Color::DarkGray),
        Role::Header => on(Color::White, Color::Blue),
        Role::HeaderAlert => on(Color::Black, Color::Yellow),
        Role::Title | Role::Info => plain(Color::LightCyan),
        Role::Section => plain(Color::LightCyan).add_modifier(Modifier::BOLD),
        Role::Selected => on(Color::Black, Color::Cyan),
        Role::Match => plain(Color::LightYellow).add_modifier(Modifier::UNDERLINED),
        Role::SelectedMatch => on(Color::Black, Color::Cyan).add_modifier(Modifier::UNDERLINED | Modifier::BOLD),
        Role::Key => plain(Color::LightYellow),
        Role::Good | Role::Bar => plain(Color::Cyan),
        Role::Warn => plain(Color::Yellow),
        Role::Alarm => plain(Color::LightYellow).add_modifier(Modifier::BOLD),
        Role::Field => plain(Color::White),
        Role::Toast => on(Color::Black, Color::Gray),
    }
}

fn monochrome(role: Role) -> Style {
    let with = |m: Modifier| Style::new().fg(Color::Reset).bg(Color::Reset).add_modifier(m);
    match role {
        Role::Header | Role::Selected | Role::Toast => with(Modifier::REVERSED),
        Role::HeaderAlert => with(Modifier::REVERSED | Modifier::BOLD),
        Role::SelectedMatch => with(Modifier::REVERSED | Modifier::UNDERLINED | Modifier::BOLD),
        Role::Strong | Role::Section | Role::Key | Role::Alarm => with(Modifier::BOLD),
        Role::Title | Role::Match => with(Modifier::UNDERLINED),
        _ => with(Modifier::empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    const ROLES: [Role; 19] = [
        Role::Text,
        Role::Strong,
        Role::Dim,
        Role::Header,
        Role::HeaderAlert,
        Role::Title,
        Role::Section,
        Role::Selected,
        Role::Match,
        Role::SelectedMatch,
        Role::Key,
        Role::Good,
        Role::Info,
        Role::Warn,
        Role::Alarm,
        Role::Field,
        Role::Bar,
        Role::Toast,
        Role::Text,
    ];

    const GLYPHS: [Glyph; 18] = [
        Glyph::Cursor,
        Glyph::Mark,
        Glyph::Up,
        Glyph::Down,
        Glyph::Yes,
        Glyph::No,
        Glyph::Half,
        Glyph::Alert,
        Glyph::Full,
        Glyph::Empty,
        Glyph::None,
        Glyph::Cut,
        Glyph::Bar,
        Glyph::BarRest,
        Glyph::Now,
        Glyph::Horizontal,
        Glyph::Vertical,
        Glyph::More,
    ];

    /// xterm's palette.
    fn rgb(c: Color) -> [f64; 3] {
        match c {
            Color::Black => [0.0, 0.0, 0.0],
            Color::Blue => [0.0, 0.0, 238.0],
            Color::Cyan => [0.0, 205.0, 205.0],
            Color::Yellow => [205.0, 205.0, 0.0],
            Color::Gray => [229.0, 229.0, 229.0],
            Color::LightBlue => [92.0, 92.0, 255.0],
            Color::LightYellow => [255.0, 255.0, 0.0],
            Color::LightCyan => [0.0, 255.0, 255.0],
            Color::White => [255.0, 255.0, 255.0],
            other => panic!("{other:?} is not one of the colours used for text"),
        }
    }

    fn luminance(c: Color) -> f64 {
        let [r, g, b] = rgb(c).map(|v| {
            let v = v / 255.0;
            if v <= 0.03928 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    #[test]
    fn every_text_has_a_contrast_of_4_5() {
        for role in ROLES {
            let style = Theme::default().style(role);
            let (a, b) = (luminance(style.fg.unwrap()), luminance(style.bg.unwrap()));
            let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(contrast >= 4.5, "{role:?}: {contrast:.1}");
        }
    }

    #[test]
    fn glyphs_are_one_cell_and_ascii_is_ascii() {
        for g in GLYPHS {
            assert_eq!(Theme::default().glyph(g).width(), 1, "{g:?}");
            assert!(Theme::PLAIN.glyph(g).is_ascii() && Theme::PLAIN.glyph(g).len() == 1, "{g:?}");
        }
    }

    #[test]
    fn monochrome_uses_no_colour() {
        for role in ROLES {
            let style = Theme::MONOCHROME.style(role);
            assert_eq!((style.fg, style.bg), (Some(Color::Reset), Some(Color::Reset)), "{role:?}");
        }
    }
}
