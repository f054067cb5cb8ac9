//! Sequences of keys, looked up key by key.

use std::collections::BTreeMap;

use super::action::Action;
use super::key::{Key, Sequence};

/// What the keys struck so far mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// They begin a longer sequence; what may follow, with the action where the sequence then is complete.
    Pending(Vec<(Key, Option<Action>)>),
    /// They are complete.
    Matched(Action),
    /// They mean nothing.
    NotFound,
}

/// Why a sequence could not be put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// The same sequence means this action already.
    Same(Action),
    /// This shorter or longer sequence means that action: one of the two could never be reached.
    Prefix(Action, Sequence),
}

/// A tree of keys; only leaves have an action, so no sequence is the beginning of another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trie {
    action: Option<Action>,
    next: BTreeMap<Key, Self>,
}

impl Trie {
    /// What `keys` mean.
    pub fn lookup(&self, keys: &[Key]) -> Lookup {
        let mut node = self;
        for key in keys {
            let Some(child) = node.next.get(key) else { return Lookup::NotFound };
            node = child;
        }
        match node.action {
            Some(action) => Lookup::Matched(action),
            None if node.next.is_empty() || keys.is_empty() => Lookup::NotFound,
            None => Lookup::Pending(node.next.iter().map(|(key, child)| (*key, child.action)).collect()),
        }
    }

    /// Puts a sequence in.
    ///
    /// # Errors
    /// The sequence that stands in its way; nothing is changed then.
    pub fn insert(&mut self, sequence: &Sequence, action: Action) -> Result<(), Clash> {
        if let Some(clash) = self.clash(sequence) {
            return Err(clash);
        }
        let mut node = self;
        for key in &sequence.0 {
            node = node.next.entry(*key).or_default();
        }
        node.action = Some(action);
        Ok(())
    }

    fn clash(&self, sequence: &Sequence) -> Option<Clash> {
        let mut node = self;
        for (depth, key) in sequence.0.iter().enumerate() {
            if let Some(action) = node.action {
                return Some(Clash::Prefix(action, Sequence(sequence.0.iter().take(depth).copied().collect())));
            }
            node = node.next.get(key)?;
        }
        if let Some(action) = node.action {
            return Some(Clash::Same(action));
        }
        let (tail, action) = node.first_leaf()?;
        Some(Clash::Prefix(action, Sequence(sequence.0.iter().copied().chain(tail).collect())))
    }

    fn first_leaf(&self) -> Option<(Vec<Key>, Action)> {
        if let Some(action) = self.action {
            return Some((Vec::new(), action));
        }
        let (key, child) = self.next.first_key_value()?;
        let (tail, action) = child.first_leaf()?;
        Some((std::iter::once(*key).chain(tail).collect(), action))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seq(text: &str) -> Sequence {
        text.parse().unwrap()
    }

    #[test]
    fn sequences_wait_match_and_miss() {
        let mut trie = Trie::default();
        trie.insert(&seq("g g"), Action::First).unwrap();
        trie.insert(&seq("x"), Action::Mark).unwrap();
        let key = Key::char;
        assert_eq!(trie.lookup(&[]), Lookup::NotFound);
        assert_eq!(trie.lookup(&[key('x')]), Lookup::Matched(Action::Mark));
        assert_eq!(trie.lookup(&[key('g')]), Lookup::Pending(vec![(key('g'), Some(Action::First))]));
        assert_eq!(trie.lookup(&[key('g'), key('g')]), Lookup::Matched(Action::First));
        assert_eq!(trie.lookup(&[key('g'), key('x')]), Lookup::NotFound);
    }

    #[test]
    fn nothing_hides_anything() {
        let mut trie = Trie::default();
        trie.insert(&seq("g g"), Action::First).unwrap();
        let before = trie.clone();
        assert_eq!(trie.insert(&seq("g g"), Action::Last), Err(Clash::Same(Action::First)));
        assert_eq!(trie.insert(&seq("g"), Action::Last), Err(Clash::Prefix(Action::First, seq("g g"))));
        assert_eq!(trie.insert(&seq("g g g"), Action::Last), Err(Clash::Prefix(Action::First, seq("g g"))));
        assert_eq!(trie, before);
    }
}
