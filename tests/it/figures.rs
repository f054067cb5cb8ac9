//! What the tests of faults and terminals reached, written into `tests/terminal.md` by the run itself.
//!
//! | variable | does |
//! |---|---|
//! | `SHOUMI_FIGURES=1` | what is reached goes into `tests/terminal.md`; without it the figure is only printed |
//! | `SHOUMI_LONG=1` | the long form, by hand; its figures have a column of their own |
//! | `SHOUMI_TIMES=n` | this many times instead of the long form's number |
//!
//! The program's own tests include this file too, so it names nothing but the standard library.

use std::fmt::{Display, Write};
use std::path::PathBuf;
use std::sync::Mutex;

static WRITING: Mutex<()> = Mutex::new(());

/// Whether this is a long run, by hand.
pub fn long() -> bool {
    std::env::var_os("SHOUMI_LONG").is_some() || std::env::var_os("SHOUMI_TIMES").is_some()
}

/// How often to do something: in every run, and in a long one.
pub fn times(every: u64, by_hand: u64) -> u64 {
    let asked = std::env::var("SHOUMI_TIMES").ok().map(|n| n.parse().expect("SHOUMI_TIMES is a number"));
    asked.unwrap_or(if long() { by_hand } else { every })
}

/// Whether figures are to be written down.
pub fn writing() -> bool {
    std::env::var_os("SHOUMI_FIGURES").is_some()
}

/// The file of figures.
pub fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/terminal.md")
}

/// A figure a test reached.
pub fn reached(test: &str, figure: impl Display) {
    let figure = figure.to_string();
    assert!(!figure.contains(['|', '\n']), "a figure is one cell: {figure}");
    eprintln!("REACHED {test}: {figure}");
    if !writing() {
        return;
    }
    let turn = WRITING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let text = std::fs::read_to_string(path()).unwrap();
    let mut out = String::new();
    let mut found = false;
    for line in text.lines() {
        match cells(line) {
            Some([row, must, name, every, by_hand]) if name.trim_matches('`') == test => {
                found = true;
                let (every, by_hand) = if long() { (every, figure.as_str()) } else { (figure.as_str(), by_hand) };
                writeln!(out, "{}", line_of([row, must, name, every, by_hand])).unwrap();
            }
            _ => writeln!(out, "{line}").unwrap(),
        }
    }
    assert!(found, "{test} has no row in tests/terminal.md: see tests/it/terminal_rows.rs");
    std::fs::write(path(), out).unwrap();
    drop(turn);
}

/// The five cells of a line of the table: row, what to reach, test, reached in every run, reached by hand.
pub fn cells(line: &str) -> Option<[&str; 5]> {
    let cells: Vec<&str> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
    cells.try_into().ok()
}

/// A line of the table.
pub fn line_of(cells: [&str; 5]) -> String {
    let mut line = String::from("|");
    for cell in cells {
        write!(line, " {cell}{}|", if cell.is_empty() { "" } else { " " }).unwrap();
    }
    line
}
