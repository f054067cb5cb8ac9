//! Actions, key notation, keymaps. Nothing here knows a screen, a sentence or the terminal.
//!
//! A keymap is a TOML file: one table a scope, one line an action, its value a list of key sequences. The base is
//! built in; a user's file overrides single actions, `[]` takes all keys from an action, `base = "vim"` picks another base.

mod action;
mod check;
mod key;
mod load;
mod trie;

pub use action::{Action, Scope, Visibility};
pub use check::{Problem, ProblemKind};
pub use key::{Code, Key, KeyError, Sequence};
pub use load::{BUILT_IN, EXAMPLE, load};
pub use trie::Lookup;

use std::collections::BTreeMap;
use trie::Trie;

/// Which keys do what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap {
    scopes: BTreeMap<Scope, Trie>,
    keys: BTreeMap<Action, Vec<Sequence>>,
}

impl Keymap {
    /// What the keys struck so far mean to these scopes, the first of which hears them first: a complete sequence of an
    /// earlier scope wins over everything after it, and one that is begun there is waited for.
    pub fn lookup(&self, scopes: &[Scope], keys: &[Key]) -> Lookup {
        let mut follows: Vec<(Key, Option<Action>)> = Vec::new();
        for trie in scopes.iter().filter_map(|s| self.scopes.get(s)) {
            match trie.lookup(keys) {
                Lookup::Matched(action) if follows.is_empty() => return Lookup::Matched(action),
                Lookup::Pending(more) => {
                    for (key, action) in more {
                        if !follows.iter().any(|(k, _)| *k == key) {
                            follows.push((key, action));
                        }
                    }
                }
                Lookup::Matched(_) | Lookup::NotFound => {}
            }
        }
        if follows.is_empty() { Lookup::NotFound } else { Lookup::Pending(follows) }
    }

    /// The sequences of an action, the first being the one to show.
    pub fn keys(&self, action: Action) -> &[Sequence] {
        self.keys.get(&action).map_or(&[], Vec::as_slice)
    }

    /// The sequence to show for an action.
    pub fn shown(&self, action: Action) -> Option<String> {
        self.keys(action).first().map(ToString::to_string)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<Key> {
        text.parse::<Sequence>().unwrap().0
    }

    #[test]
    fn earlier_scopes_are_heard_first_and_sequences_reach_the_later_ones() {
        let (map, problems) = load("default", None);
        assert_eq!(problems, []);
        let scopes = [Scope::List, Scope::Global];
        assert_eq!(map.lookup(&scopes, &keys("g g")), Lookup::Matched(Action::First));
        assert_eq!(map.lookup(&scopes, &keys("g p")), Lookup::Matched(Action::GoPeople));
        let Lookup::Pending(follows) = map.lookup(&scopes, &keys("g")) else { panic!() };
        assert!(follows.contains(&(Key::char('g'), Some(Action::First))));
        assert!(follows.contains(&(Key::char('p'), Some(Action::GoPeople))));
        assert_eq!(map.lookup(&[Scope::Global], &keys("j")), Lookup::NotFound);
        assert_eq!(map.lookup(&[Scope::Person, Scope::Global], &keys("tab")), Lookup::Matched(Action::NextSection));
        assert_eq!(map.lookup(&[Scope::Global], &keys("tab")), Lookup::Matched(Action::NextScreen));
    }
}
