//! Whether a name has each letter of a word as often as the word has: what a word with letters left out needs at least.
//!
//! ```text
//! zhngwei   z1 h1 n1 g1 w1 e1 i1     张 z1 h1 n1 g1    伟 w1 e1 i1    together enough
//! qqqq      q4                       钱 q1             青 q1          not enough
//! ```

use super::align::Elem;
use super::glyphs::{Glyphs, Short};
use super::term::Term;

/// Bits for how often a letter stands; the highest stays free, to compare with.
const BITS: u32 = 8;
/// Different letters that are counted; more of a word are not.
const LETTERS: usize = 8;
/// No more than this is counted, so that three characters do not run over.
const MOST: u64 = 31;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// How often the letters of a word stand in characters.
#[derive(Clone)]
pub(super) struct Enough {
    /// Of each character, by its number above by one; empty for a word without letters left out.
    of: Vec<u64>,
    wanted: u64,
}

impl Enough {
    pub(super) fn new(term: &Term, glyphs: &Glyphs) -> Self {
        if !term.can_be_loose() {
            return Self { of: Vec::new(), wanted: 0 };
        }
        let mut letters: Vec<char> = Vec::new();
        for c in term.chars() {
            if !letters.contains(c) && letters.len() < LETTERS {
                letters.push(*c);
            }
        }
        let counted = |text: &mut dyn Iterator<Item = char>| {
            text.fold(0, |all: u64, c| match letters.iter().position(|l| *l == c) {
                Some(n) if all >> (BITS * n as u32) & 0xff < MOST => all + (1 << (BITS * n as u32)),
                _ => all,
            })
        };
        let of = |e: &Elem| counted(&mut e.first_reading().chars());
        let of = std::iter::once(0).chain(glyphs.all().iter().map(of)).collect();
        Self { of, wanted: counted(&mut term.chars().iter().copied()) }
    }

    /// Whether a name can have them all; of a name that is not short nothing is known.
    pub(super) fn holds(&self, name: Short) -> bool {
        let Some(places) = name.places() else { return true };
        let has: u64 = places.iter().map(|n| self.of.get(usize::from(*n)).copied().unwrap_or(0)).sum();
        ((has | HIGH) - self.wanted) & HIGH == HIGH
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::elems;
    use super::*;
    use crate::text::spell_name;

    #[test]
    fn names_that_lack_a_letter_are_told_apart() {
        let mut glyphs = Arc::new(Glyphs::default());
        let mut short = |name: &str| Short::new(&Glyphs::numbers(&mut glyphs, &elems(spell_name(name))));
        let names = ["张伟", "钱青", "王小伟", "欧阳娜娜"].map(|n| (n, short(n)));
        for (word, enough) in [
            ("zhngwei", &["张伟", "欧阳娜娜"][..]),
            ("qqqq", &["欧阳娜娜"]),
            ("qiqi", &["钱青", "欧阳娜娜"]),
            ("wawe", &["王小伟", "欧阳娜娜"]),
            ("wngxiowei", &["王小伟", "欧阳娜娜"]),
        ] {
            let term = Term::new(word).unwrap();
            if !term.can_be_loose() {
                continue;
            }
            let found = Enough::new(&term, &glyphs);
            let held: Vec<&str> = names.iter().filter(|(_, s)| found.holds(*s)).map(|(n, _)| *n).collect();
            assert_eq!(held, enough, "{word}");
        }
    }
}
