//! Texts that many people share: departments, posts. Each is kept once and has a number.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::super::search::{Elem, elems, mask};
use super::places;
use crate::text::{sort_key, spell_words};

/// The texts, numbered from 0.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    texts: Vec<Text>,
    numbers: HashMap<Box<str>, u32>,
    /// Place of each text in the order of lists; found when first asked for.
    places: OnceLock<Vec<u32>>,
}

#[derive(Debug, Clone)]
struct Text {
    written: Box<str>,
    elems: Box<[Elem]>,
    mask: u64,
}

impl Shared {
    /// The number of a text, if it is known.
    pub(super) fn known(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// The number of a text, a new one if need be.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(n) = self.known(text) {
            return n;
        }
        self.places.take();
        let n = self.texts.len() as u32;
        let elems = elems(spell_words(text));
        self.texts.push(Text { written: text.into(), mask: mask(&elems, ""), elems });
        self.numbers.insert(text.into(), n);
        n
    }

    /// The text with this number.
    pub fn text(&self, n: u32) -> &str {
        self.texts.get(n as usize).map_or("", |t| &t.written)
    }

    /// What `f` says of each text, by number; it is given the characters and their bits.
    pub(in crate::index) fn each<T>(&self, f: impl Fn(&[Elem], u64) -> T) -> Vec<T> {
        self.texts.iter().map(|t| f(&t.elems, t.mask)).collect()
    }

    /// What `f` says of each text itself, by number.
    pub(in crate::index) fn each_text<T>(&self, f: impl Fn(&str) -> T) -> Vec<T> {
        self.texts.iter().map(|t| f(&t.written)).collect()
    }

    /// Every text, in the order first seen.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|t| &*t.written)
    }

    /// The place of a text in the order of lists; `None` for the empty text.
    pub(in crate::index) fn place(&self, n: u32) -> Option<u32> {
        let places = self.places.get_or_init(|| {
            places(
                self.texts.iter().enumerate().map(|(n, t)| (sort_key(&t.written), n as u32)).collect(),
                self.texts.len(),
            )
        });
        if self.text(n).is_empty() { None } else { places.get(n as usize).copied() }
    }
}
