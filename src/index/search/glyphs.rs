//! The characters that names are made of, each kept once: a register of a million people has some three thousand, so what
//! a word says of each is found once a keystroke and only looked up for people.

use std::collections::HashMap;
use std::sync::Arc;

use super::align::Elem;

/// The number in a name for whose character there was none left.
pub(super) const NO_NUMBER: u16 = u16::MAX;

/// The characters of a name of up to three side by side, so that a search reads a name at once: of each the number above
/// by one, 0 for no character. Longer names, and those without numbers, are not written like this.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::index) struct Short([u16; Short::ROOM]);

impl Short {
    /// Characters that fit.
    pub(super) const ROOM: usize = 3;
    /// No name has a second character and no first.
    const LONG: Self = Self([0, 1, 0]);

    /// A name by the numbers of its characters.
    pub(in crate::index) fn new(name: &[u16]) -> Self {
        if name.len() > Self::ROOM || name.contains(&NO_NUMBER) {
            return Self::LONG;
        }
        let mut places = [0; Self::ROOM];
        places.iter_mut().zip(name).for_each(|(place, glyph)| *place = glyph + 1);
        Self(places)
    }

    /// For each place the number above by one, or 0; `None` for what is not written like this.
    pub(super) fn places(self) -> Option<[u16; Self::ROOM]> {
        (self != Self::LONG).then_some(self.0)
    }
}

/// The characters, numbered from 0. The same character with other readings (單 as a surname) is another.
#[derive(Debug, Clone)]
pub(in crate::index) struct Glyphs {
    elems: Vec<Elem>,
    /// By character and place of its readings in memory, which lives as long as the program.
    han: HashMap<(char, usize), u16>,
    words: HashMap<Box<str>, u16>,
    room: usize,
}

impl Default for Glyphs {
    fn default() -> Self {
        Self { elems: Vec::new(), han: HashMap::new(), words: HashMap::new(), room: usize::from(NO_NUMBER) }
    }
}

impl Glyphs {
    /// The numbers of a name's characters, new ones where need be. A name with a character for which there is no number
    /// left has the one number [`NO_NUMBER`], and is spelled anew by each search.
    pub(in crate::index) fn numbers(glyphs: &mut Arc<Self>, name: &[Elem]) -> Vec<u16> {
        let numbers: Option<Vec<u16>> =
            name.iter().map(|e| glyphs.known(e).or_else(|| Arc::make_mut(glyphs).add(e))).collect();
        numbers.unwrap_or_else(|| vec![NO_NUMBER])
    }

    fn known(&self, elem: &Elem) -> Option<u16> {
        match elem {
            Elem::Han(c, readings) => self.han.get(&(*c, std::ptr::from_ref(*readings).addr())).copied(),
            Elem::Word(w) => self.words.get(w).copied(),
        }
    }

    fn add(&mut self, elem: &Elem) -> Option<u16> {
        let n = u16::try_from(self.elems.len()).ok().filter(|n| usize::from(*n) < self.room)?;
        match elem {
            Elem::Han(c, readings) => self.han.insert((*c, std::ptr::from_ref(*readings).addr()), n),
            Elem::Word(w) => self.words.insert(w.clone(), n),
        };
        self.elems.push(elem.clone());
        Some(n)
    }

    /// All of them, by number.
    pub(super) fn all(&self) -> &[Elem] {
        &self.elems
    }

    /// The characters of a name.
    pub(super) fn of(&self, numbers: &[u16]) -> impl Iterator<Item = &Elem> {
        numbers.iter().filter_map(|n| self.elems.get(usize::from(*n)))
    }
}
