//! Tells a paste from typing on terminals that do not mark pastes: more than eight plain keys at once are no hands.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::decode::Event;
use super::shell::Shell;
use crate::keys::{Code, Key};

/// More plain keys than this, waiting together, are a paste.
const HANDS: usize = 8;
/// What follows a paste this soon is its rest.
const REST: Duration = Duration::from_millis(50);

/// The guard.
#[derive(Debug, Default)]
pub struct Burst {
    /// Until when plain keys are the rest of a paste that was ignored.
    until: Option<Instant>,
}

/// The character a key of a paste stands for.
fn plain(event: &Event) -> Option<char> {
    match event {
        Event::Key(Key { code: Code::Enter, ctrl: false, alt: false, shift: false }) => Some('\n'),
        Event::Key(Key { code: Code::Tab, ctrl: false, alt: false, shift: false }) => Some('\t'),
        Event::Key(key) => key.text(),
        _ => None,
    }
}

impl Burst {
    /// The next event of those that came together. Plain keys that are a paste become one inside a text field, where a
    /// line end then does not submit, and are ignored elsewhere.
    pub fn next(&mut self, queue: &mut VecDeque<Event>, shell: &mut Shell, now: Instant) -> Option<Event> {
        loop {
            let text: String = queue.iter().map_while(plain).collect();
            let first = text.chars().next();
            let rest = self.until.is_some_and(|until| now <= until) && first.is_some() && !shell.typing();
            // A key that repeats is a finger that rests on it.
            let many = text.chars().count() > HANDS && text.chars().any(|c| Some(c) != first);
            if !rest && (!many || (shell.typing() && !text.contains('\n'))) {
                return queue.pop_front();
            }
            if let Some(Event::Key(key)) = queue.front().filter(|_| !rest && !shell.typing())
                && shell.opens_text(*key)
            {
                return queue.pop_front();
            }
            queue.drain(..text.chars().count());
            if shell.typing() {
                return Some(Event::Paste(text));
            }
            self.until = Some(now + REST);
            shell.unmarked_paste();
        }
    }
}
