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

use std::collections::HashMap;

use super::align::{Step, fit_steps, steps};
use super::glyphs::Glyphs;
use super::term::Term;
use super::{Code, NOT_FOUND, code};

/// Bits for the kind of a character in a row of kinds.
const BITS: u32 = 5;
/// Characters of the longest name that is looked up.
const LOOKED_UP: usize = 3;
/// In the table: not worked out yet.
const UNKNOWN: Code = NOT_FOUND - 1;

/// A word, ready for many names.
pub(super) struct Names<'a> {
    term: &'a Term,
    /// The kind of each character, by number.
    kinds: Vec<u16>,
    /// What the word can do with a character of each kind; of kind 0, which stands for no character, nothing.
    steps: Vec<Vec<Step>>,
    /// What rows of kinds come to.
    known: Vec<Code>,
}

impl<'a> Names<'a> {
    pub(super) fn new(term: &'a Term, glyphs: &Glyphs) -> Self {
        // Kind 1 are those the word can do nothing with.
        let mut of = HashMap::from([(Vec::new(), 1)]);
        let mut kinds = Vec::with_capacity(glyphs.all().len());
        let mut all = vec![Vec::new(), Vec::new()];
        for elem in glyphs.all() {
            let steps = steps(term.chars(), elem);
            let kind = if steps.is_empty() {
                1
            } else {
                *of.entry(steps).or_insert_with_key(|steps| {
                    all.push(steps.clone());
                    all.len() as u16 - 1
                })
            };
            kinds.push(kind);
        }
        Self { term, kinds, steps: all, known: vec![UNKNOWN; 1 << (BITS * LOOKED_UP as u32)] }
    }

    /// How the word finds a name.
    pub(super) fn code(&mut self, name: &[u16]) -> Code {
        let mut row = 0;
        if name.len() > LOOKED_UP {
            return self.work_out(name);
        }
        for n in name {
            let kind = self.kind(*n);
            if kind >> BITS != 0 {
                return self.work_out(name);
            }
            row = row << BITS | kind;
        }
        match self.known.get(row) {
            Some(&known) if known != UNKNOWN => known,
            _ => {
                let code = self.work_out(name);
                if let Some(slot) = self.known.get_mut(row) {
                    *slot = code;
                }
                code
            }
        }
    }

    fn kind(&self, glyph: u16) -> usize {
        self.kinds.get(usize::from(glyph)).map_or(1, |k| usize::from(*k))
    }

    fn work_out(&self, name: &[u16]) -> Code {
        let steps = name.iter().map(|n| self.steps.get(self.kind(*n)).map_or(&[][..], Vec::as_slice));
        let fit = fit_steps(self.term.chars().len(), steps);
        fit.map_or(NOT_FOUND, |fit| code(self.term.on_name(fit, name.len())))
    }
}
