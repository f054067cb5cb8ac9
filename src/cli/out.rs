//! What the command line prints: answers on standard output, notes and complaints on standard error.

use std::io::{self, BufWriter, IsTerminal, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, PrettyFormatter};

use super::table::Table;
use crate::domain::Date;
use crate::i18n::Texts;
use crate::text;

/// Where an answer goes, and in which form.
pub struct Out {
    /// The sentences.
    pub texts: Texts,
    /// One JSON document instead of text for people.
    pub json: bool,
    /// No headings, notes or progress.
    pub quiet: bool,
    terminal: Option<usize>,
    color: bool,
    stdout: BufWriter<io::Stdout>,
}

impl Out {
    /// Standard output as it is found.
    pub fn new(texts: Texts, json: bool, quiet: bool, no_color: bool) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let columns = is_terminal.then(|| rustix::termios::tcgetwinsize(io::stdout()).map_or(80, |w| w.ws_col.into()));
        Self {
            texts,
            json,
            quiet,
            terminal: columns.map(|c| if c == 0 { 80 } else { c }),
            color: is_terminal && !no_color,
            stdout: BufWriter::with_capacity(1 << 16, io::stdout()),
        }
    }

    /// One line, cleaned.
    pub fn line(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.stdout, "{}", clean(line))
    }

    /// A paragraph that begins with `lead`: as many lines as the terminal's width asks for, 80 columns where there is
    /// none, each below the end of the lead.
    pub fn paragraph(&mut self, lead: &str, text: &str) -> io::Result<()> {
        const LEAST: usize = 20;
        const COLUMNS: usize = 80;
        let lead = clean(lead);
        let room = self.terminal.unwrap_or(COLUMNS);
        let (mut indent, mut first) = (text::width(&lead), Some(lead));
        if room.saturating_sub(indent) < LEAST {
            writeln!(self.stdout, "{}", first.take().unwrap_or_default())?;
            indent = 4;
        }
        for part in text::wrap(&text::clean(text), room.saturating_sub(indent).max(LEAST)) {
            let before = first.take().unwrap_or_else(|| " ".repeat(indent));
            writeln!(self.stdout, "{}", format!("{before}{part}").trim_end())?;
        }
        Ok(())
    }

    /// A heading: bold on a terminal; left out when quiet.
    pub fn heading(&mut self, line: &str) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        let line = self.bold(&clean(line));
        writeln!(self.stdout, "{line}")
    }

    fn bold(&self, text: &str) -> String {
        if self.color { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// An aligned table; on a terminal it is made to fit the width.
    pub fn table(&mut self, table: &Table) -> io::Result<()> {
        let lines = table.lines(self.terminal);
        let mut lines = lines.into_iter();
        if let Some(head) = lines.next().filter(|_| !self.quiet) {
            let head = self.bold(&head);
            writeln!(self.stdout, "{head}")?;
        }
        for line in lines {
            writeln!(self.stdout, "{line}")?;
        }
        Ok(())
    }

    /// One JSON document. Control and direction characters inside strings are escaped, so that the document is the same
    /// data and yet harmless on a terminal.
    pub fn document(&mut self, value: &impl Serialize) -> io::Result<()> {
        if self.terminal.is_some() {
            let mut json = serde_json::Serializer::with_formatter(&mut self.stdout, Safe(PrettyFormatter::new()));
            value.serialize(&mut json)?;
        } else {
            let mut json = serde_json::Serializer::with_formatter(&mut self.stdout, Safe(CompactFormatter));
            value.serialize(&mut json)?;
        }
        writeln!(self.stdout)
    }

    /// One JSON object on a line of its own, written out at once.
    pub fn json_line(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut json = serde_json::Serializer::with_formatter(&mut self.stdout, Safe(CompactFormatter));
        value.serialize(&mut json)?;
        writeln!(self.stdout)?;
        self.stdout.flush()
    }

    /// Text that is already safe (help, completions), as it is.
    pub fn raw(&mut self, text: &str) -> io::Result<()> {
        self.stdout.write_all(text.as_bytes())
    }

    /// A note on standard error; left out when quiet.
    pub fn note(&self, line: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{}", clean(line));
        }
    }

    /// Writes everything out.
    pub fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}

/// Data and sentences as a line of output: nothing in them reaches the terminal as a command.
pub fn clean(line: &str) -> String {
    line.split('\n').map(|part| text::clean(part).into_owned()).collect::<Vec<_>>().join("\n")
}

/// A day, or a dash.
pub fn day(date: Option<Date>) -> String {
    date.map_or_else(dash, |d| d.to_string())
}

/// The sign for "nothing known".
pub fn dash() -> String {
    "-".to_owned()
}

/// Text, or a dash.
pub fn or_dash(text: Option<&str>) -> String {
    text.filter(|t| !t.is_empty()).map_or_else(dash, str::to_owned)
}

/// A JSON formatter that also escapes what terminals take as commands or directions.
struct Safe<F>(F);

fn harmful(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{180e}' | '\u{e0000}'..='\u{e007f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

macro_rules! forward {
    ($($name:ident ( $($arg:ident : $type:ty),* )),* $(,)?) => {
        $(fn $name<W: ?Sized + Write>(&mut self, w: &mut W $(, $arg: $type)*) -> io::Result<()> {
            self.0.$name(w $(, $arg)*)
        })*
    };
}

impl<F: Formatter> Formatter for Safe<F> {
    forward!(
        begin_array(), end_array(), begin_array_value(first: bool), end_array_value(), begin_object(), end_object(),
        begin_object_key(first: bool), end_object_key(), begin_object_value(), end_object_value(),
        write_char_escape(e: CharEscape)
    );

    fn write_string_fragment<W: ?Sized + Write>(&mut self, w: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| harmful(*c)) {
            let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
            w.write_all(before.as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(w, "\\u{unit:04x}")?;
            }
            rest = after.get(c.len_utf8()..).unwrap_or("");
        }
        w.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_the_same_data_and_harmless() {
        let nasty = "张\u{9b}31m\u{202e}\u{7f}三\u{1b}[2J\u{feff}\u{61c}\u{180e}\u{e0041}";
        let mut bytes = Vec::new();
        let mut json = serde_json::Serializer::with_formatter(&mut bytes, Safe(CompactFormatter));
        nasty.serialize(&mut json).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.chars().all(|c| !c.is_control() && !harmful(c)), "{text}");
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), nasty);
    }
}
