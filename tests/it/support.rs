//! Drives the whole program without a terminal: key scripts go through keymap, shell and screens onto a test backend.
//!
//! ```ignore
//! let mut h = Harness::new(office, Lang::ZhCn, (80, 24));
//! assert!(h.keys("2/消防<enter>").screen().contains("消防"));
//! ```

use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use shoumi::app::decode::Event;
use shoumi::app::{Order, Register, Settings, Shell};
use shoumi::domain::Date;
use shoumi::i18n::Lang;
use shoumi::keys::{Key, load};
use shoumi::ui::theme::Theme;
use unicode_width::UnicodeWidthStr;

/// A day as tests write it.
pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// How a [`Harness`] starts when nothing else is said: default keys, colours, the day of the register's makers.
pub fn settings(lang: Lang, size: (u16, u16), today: Date) -> Settings {
    let (keymap, problems) = load("default", None);
    Settings {
        lang,
        theme: Theme::default(),
        keymap,
        problems,
        today,
        today_fixed: true,
        real_today: today,
        start: None,
        size,
    }
}

/// The keys of a script: each character is a key, `<enter>`, `<ctrl-w>`, `<f5>` are named ones, `<lt>` is `<`.
pub fn script(text: &str) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c != '<' {
            keys.push(if c == ' ' { Key::char(' ') } else { c.to_string().parse().unwrap() });
            continue;
        }
        let (name, after) = rest.split_once('>').expect("a named key ends with >");
        rest = after;
        let key = if name == "lt" { Ok(Key::char('<')) } else { name.parse() };
        keys.push(key.unwrap_or_else(|e| panic!("<{name}>: {e:?}")));
    }
    keys
}

/// The program on a test backend. Questions to the register are answered at once.
pub struct Harness {
    /// The program.
    pub shell: Shell,
    /// The orders that are the loop's: quit, suspend, repaint.
    pub orders: Vec<Order>,
    register: Arc<dyn Register>,
    terminal: Terminal<TestBackend>,
}

impl Harness {
    /// Starts on a register with the default settings.
    pub fn new(register: Arc<dyn Register>, lang: Lang, size: (u16, u16), today: Date) -> Self {
        Self::with(register, settings(lang, size, today))
    }

    /// Starts with settings of one's own.
    pub fn with(register: Arc<dyn Register>, settings: Settings) -> Self {
        let terminal = Terminal::new(TestBackend::new(settings.size.0, settings.size.1)).unwrap();
        let (shell, orders) = Shell::new(settings, register.snapshot().unwrap());
        let mut harness = Self { shell, orders: Vec::new(), register, terminal };
        harness.follow(orders);
        harness
    }

    /// Does what the shell orders until it orders nothing more.
    pub fn follow(&mut self, orders: Vec<Order>) {
        for order in orders {
            let Order::Do(job) = order else {
                self.orders.push(order);
                continue;
            };
            let result = job.perform(&*self.register);
            self.refresh();
            let more = self.shell.done(&job, result);
            self.follow(more);
        }
    }

    /// What the watch thread does: shows another session's commits.
    pub fn refresh(&mut self) -> &mut Self {
        if let Some(snapshot) = self.register.poll(self.shell.head()).unwrap() {
            let orders = self.shell.fresh(snapshot);
            self.follow(orders);
        }
        self
    }

    /// Strikes the keys of a script.
    pub fn keys(&mut self, text: &str) -> &mut Self {
        for key in script(text) {
            let orders = self.shell.event(Event::Key(key));
            self.follow(orders);
        }
        self
    }

    /// Strikes the keys of a script before the register has answered any of them, then lets it answer.
    pub fn ahead(&mut self, text: &str) -> &mut Self {
        let mut orders: Vec<Order> = Vec::new();
        for key in script(text) {
            orders.extend(self.shell.event(Event::Key(key)));
        }
        self.follow(orders);
        self
    }

    /// Pastes.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        let orders = self.shell.event(Event::Paste(text.to_owned()));
        self.follow(orders);
        self
    }

    /// Makes the terminal another size.
    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.terminal.backend_mut().resize(columns, rows);
        let orders = self.shell.resize(columns, rows);
        self.follow(orders);
        self
    }

    /// Draws, and gives the cells.
    pub fn buffer(&mut self) -> &Buffer {
        let shell = &self.shell;
        self.terminal.draw(|frame| shell.draw(frame)).unwrap();
        self.terminal.backend().buffer()
    }

    /// The screen as text: one line a row, no blanks at the end, wide characters once.
    pub fn screen(&mut self) -> String {
        text(self.buffer())
    }

    /// Where the terminal's cursor stands, when it is shown.
    pub fn caret(&mut self) -> Option<(u16, u16)> {
        self.buffer();
        let backend = self.terminal.backend_mut();
        backend.cursor_visible().then(|| backend.cursor_position().into())
    }

    /// The screen as text with a readable map of its styles below: a letter a style, rows without styles left out.
    pub fn screen_with_styles(&mut self) -> String {
        let buffer = self.buffer();
        format!("{}\n---\n{}", text(buffer), styles(buffer))
    }
}

/// The cells of a buffer as text.
pub fn text(buffer: &Buffer) -> String {
    let area = buffer.area;
    let mut rows = Vec::new();
    for y in area.top()..area.bottom() {
        let (mut row, mut x) = (String::new(), area.left());
        while x < area.right() {
            let symbol = buffer[(x, y)].symbol();
            row.push_str(symbol);
            // The cell behind a wide character belongs to it.
            x += (symbol.width() as u16).max(1);
        }
        rows.push(row.trim_end().to_owned());
    }
    while rows.last().is_some_and(String::is_empty) {
        rows.pop();
    }
    rows.join("\n")
}

/// The styles of a buffer: a letter for each that occurs, `.` for the commonest, with a legend.
pub fn styles(buffer: &Buffer) -> String {
    let area = buffer.area;
    let look = |x, y| {
        let cell = &buffer[(x, y)];
        (cell.fg, cell.bg, cell.modifier)
    };
    let mut seen: Vec<((Color, Color, Modifier), usize)> = Vec::new();
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            match seen.iter_mut().find(|(l, _)| *l == look(x, y)) {
                Some((_, n)) => *n += 1,
                None => seen.push((look(x, y), 1)),
            }
        }
    }
    let common = seen.iter().max_by_key(|(_, n)| *n).map(|(l, _)| *l);
    let others: Vec<_> = seen.iter().map(|(l, _)| *l).filter(|l| Some(*l) != common).collect();
    let letter = |l| others.iter().position(|o| *o == l).map_or('.', |n| char::from(b'a' + (n % 26) as u8));
    let mut out = Vec::new();
    for (n, (fg, bg, modifier)) in others.iter().enumerate() {
        out.push(format!("{} = {fg} on {bg} {modifier:?}", char::from(b'a' + (n % 26) as u8)));
    }
    for y in area.top()..area.bottom() {
        let row: String = (area.left()..area.right()).map(|x| letter(look(x, y))).collect();
        let row = row.trim_end_matches('.');
        if !row.is_empty() {
            out.push(format!("{y:3} {row}"));
        }
    }
    out.join("\n")
}

#[test]
fn scripts_read() {
    let keys: Vec<String> = script("2/消 防<enter><lt><ctrl-w><f5>").iter().map(ToString::to_string).collect();
    assert_eq!(keys.join(" "), "2 / 消 space 防 enter < ctrl-w f5");
}
