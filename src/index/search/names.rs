//! How a word falls onto names, for many names.
//!
//! What a word can do with a character is the same for most characters: nothing. So the characters of all names are sorted
//! into a few kinds by what the word can do with them, once a keystroke, and what a row of kinds comes to is worked out
//! when it is first met:
//!
//! ```text
//! zw    kind 1  nothing          王 → 2   张 → 3   小 → 1   伟 → 2
//!       kind 2  takes w          张小伟 → 3 1 2 → exact, initials?  no: inside, initials
//!       kind 3  takes z          next 3 1 2: the same, looked up
//! ```

#![expect(clippy::indexing_slicing, reason = "both tables have a place for every value that they are asked for")]

use std::collections::HashMap;

use super::align::{Step, fit_steps, steps};
use super::glyphs::{Glyphs, Short};
use super::term::Term;
use super::{Code, NOT_FOUND, code};

/// Bits for the kind of a character in a row of kinds.
const BITS: u32 = 5;
/// Rows of kinds.
const ROWS: usize = 1 << (BITS as usize * Short::ROOM);
/// In the table: not worked out yet.
const UNKNOWN: Code = NOT_FOUND - 1;
/// Kind 0 stands for no character, and of these the word can do nothing with.
const NOTHING: u8 = 1;
/// One of more kinds than there are bits for.
const MORE: u8 = 1 << BITS;

/// A word, ready for many names.
#[derive(Clone)]
pub(super) struct Names<'a> {
    term: &'a Term,
    /// The kind of each character, by its number above by one.
    kinds: Vec<u8>,
    /// What the word can do with the characters it can do something with, by number; as places in `steps`.
    of: HashMap<u16, usize>,
    /// What it can do.
    steps: Vec<Vec<Step>>,
    /// What rows of kinds come to.
    known: Vec<Code>,
}

impl<'a> Names<'a> {
    pub(super) fn new(term: &'a Term, glyphs: &Glyphs) -> Self {
        let mut places = HashMap::new();
        let mut kinds = vec![NOTHING; 1 << 16];
        kinds[0] = 0;
        let (mut of, mut all) = (HashMap::new(), Vec::new());
        for (n, elem) in (0..).zip(glyphs.all()) {
            let steps = steps(term.chars(), elem);
            if steps.is_empty() {
                continue;
            }
            let place = *places.entry(steps).or_insert_with_key(|steps| {
                all.push(steps.clone());
                all.len() - 1
            });
            of.insert(n, place);
            kinds[usize::from(n) + 1] = u8::try_from(place + 2).unwrap_or(MORE).min(MORE);
        }
        Self { term, kinds, of, steps: all, known: vec![UNKNOWN; ROWS] }
    }

    /// How the word finds a short name; `None` for one that is to be [worked out](Self::work_out).
    pub(super) fn code(&mut self, name: Short) -> Option<Code> {
        let [a, b, c] = name.places()?.map(|n| self.kinds[usize::from(n)]);
        if (a | b | c) & MORE != 0 {
            return None;
        }
        let row = usize::from(a) << (2 * BITS) | usize::from(b) << BITS | usize::from(c);
        let known = self.known[row];
        if known != UNKNOWN {
            return Some(known);
        }
        let kind = |kind: u8| self.steps.get(usize::from(kind).wrapping_sub(2)).map_or(&[][..], Vec::as_slice);
        let code = self.fit([a, b, c].into_iter().filter(|k| *k > 0).map(kind));
        self.known[row] = code;
        Some(code)
    }

    /// How the word finds any name.
    pub(super) fn work_out(&self, name: &[u16]) -> Code {
        let steps = |n: &u16| self.of.get(n).and_then(|place| self.steps.get(*place)).map_or(&[][..], Vec::as_slice);
        self.fit(name.iter().map(steps))
    }

    fn fit<'s>(&self, name: impl Iterator<Item = &'s [Step]> + Clone) -> Code {
        let fit = fit_steps(self.term.chars().len(), name.clone());
        fit.map_or(NOT_FOUND, |fit| code(self.term.on_name(fit, name.count())))
    }
}
