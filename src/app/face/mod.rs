//! How a session shows itself: cells on a screen, or lines of text one below the other.

mod lines;
mod screen;

use std::fs::File;
use std::io::{self, Write};

use super::output::{Ability, Output};
use super::shell::Shell;
use super::terminal;
use lines::Voice;
pub use lines::choose;
use screen::Screen;

/// Where the cursor stands after `中` (4e2d) and after `·` (b7) says how wide the terminal draws them. Nobody waits for
/// the answer.
const PROBE: &str = "\x1b[H\u{4e2d}\x1b[6n\r\u{b7}\x1b[6n";

/// The size that screens are told where lines have no screen: narrow enough that nothing stands beside anything else.
pub const LINES: (u16, u16) = (98, 46);

/// What writes to the terminal.
pub enum Face {
    /// Cells.
    Cells(Box<Screen<File>>),
    /// Lines, for screen readers; whether only ASCII may be sent.
    Lines(Box<Voice>, File, bool),
}

impl Face {
    /// Takes the terminal and starts; `answers` says that it is one that is known to do what a VT100 does: it is asked how
    /// wide it draws, and scrolls by itself.
    ///
    /// # Errors
    /// The terminal is gone; the same holds below.
    pub fn start(plain: bool, colour: bool, answers: bool) -> io::Result<Self> {
        if plain {
            terminal::take_lines()?;
            return Ok(Self::Lines(Box::default(), terminal::writer()?, false));
        }
        terminal::take()?;
        let ability = Ability { colour, ascii: false, narrow: true };
        let mut screen = Screen::new(Output::new(terminal::writer()?, ability, terminal::size), answers);
        if answers {
            screen.output.raw(PROBE);
        }
        screen.clear()?;
        Ok(Self::Cells(Box::new(screen)))
    }

    /// Whether there are lines and no screen.
    pub const fn plain(&self) -> bool {
        matches!(self, Self::Lines(..))
    }

    /// The terminal's size, as far as screens are concerned.
    ///
    /// # Errors
    /// See [`Face::start`].
    pub fn size(&self) -> io::Result<(u16, u16)> {
        if self.plain() { Ok(LINES) } else { terminal::size() }
    }

    /// Everything is to be shown again: after another program had the terminal, or because somebody asks for it.
    ///
    /// # Errors
    /// See [`Face::start`].
    pub fn afresh(&mut self) -> io::Result<()> {
        match self {
            Self::Cells(screen) => {
                screen.output.forget();
                screen.clear()
            }
            Self::Lines(voice, ..) => {
                voice.forget();
                Ok(())
            }
        }
    }

    /// Takes the terminal after somebody else had it.
    ///
    /// # Errors
    /// See [`Face::start`].
    pub fn take_again(&mut self) -> io::Result<()> {
        if self.plain() { terminal::take_lines() } else { terminal::take() }?;
        self.afresh()
    }

    /// The terminal shows nothing but ASCII.
    ///
    /// # Errors
    /// See [`Face::start`].
    pub fn only_ascii(&mut self) -> io::Result<()> {
        match self {
            Self::Cells(screen) => {
                screen.output.ability.ascii = true;
                // Among the bytes it took one by one may have been the start of a string, which would swallow the page.
                screen.output.raw("\x1b\\");
            }
            Self::Lines(_, _, ascii) => *ascii = true,
        }
        self.afresh()
    }

    /// The terminal draws signs of uncertain width two cells wide.
    ///
    /// # Errors
    /// See [`Face::start`].
    pub fn wide_signs(&mut self) -> io::Result<()> {
        if let Self::Cells(screen) = self {
            screen.output.ability.narrow = false;
        }
        self.afresh()
    }

    /// Shows what there is now; `keyed` says that somebody struck a key and waits for an answer.
    ///
    /// # Errors
    /// See [`Face::start`].
    pub fn draw(&mut self, shell: &Shell, keyed: bool) -> io::Result<()> {
        match self {
            Self::Cells(screen) => screen.draw(|area, buf| shell.view(area, buf)),
            Self::Lines(voice, out, ascii) => {
                let mut text = voice.say(&shell.scene(), keyed);
                if *ascii {
                    text = text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
                }
                if text.is_empty() { Ok(()) } else { out.write_all(text.as_bytes()) }
            }
        }
    }
}
