//! Which letters stand in whose name or number: a bit a person for each letter, so that those who can be meant by a word
//! are found 64 at a time, by `and`.
//!
//! ```text
//!            王伟 张伟 李娜 …
//! initial z   0    1    0        some character's reading begins with z
//! any     h   0    1    0        a reading has an h
//! ```

use super::super::people::BLOCK;
use super::align::Elem;
use super::score::ones;

/// Words of 64 bits in a column.
pub(in crate::index) const WORDS: usize = BLOCK / 64;
/// A bit for each place of a block.
pub(in crate::index) type Set = [u64; WORDS];

/// The places in a set, smallest first.
pub(super) fn places(set: &Set) -> impl Iterator<Item = usize> {
    set.iter().enumerate().flat_map(|(n, bits)| ones(*bits).map(move |bit| n * 64 + bit as usize))
}

/// Takes out of a set what is not in another.
pub(super) fn keep(set: &mut Set, other: &[u64]) {
    for (word, other) in set.iter_mut().zip(other) {
        *word &= other;
    }
}

/// Puts a place into a set.
pub(in crate::index) fn join(set: &mut Set, place: usize) {
    if let Some(word) = set.get_mut(place / 64) {
        *word |= 1 << (place % 64);
    }
}

/// Takes a place out of a set.
pub(super) fn leave(set: &mut Set, place: usize) {
    if let Some(word) = set.get_mut(place / 64) {
        *word &= !(1 << (place % 64));
    }
}

/// Where the columns of each kind begin: letters anywhere, letters that a reading begins with, the letter the whole name
/// begins with, all other characters; pairs of signs in the staff number, and its letters.
const ANY: usize = 0;
const INITIAL: usize = ANY + 26;
const HEAD: usize = INITIAL + 26;
const OTHER: usize = HEAD + 26;
const PAIR: usize = OTHER + 128;
const STAFF: usize = PAIR + 128;
/// A sign in the staff number that is not ASCII.
const WIDE: usize = STAFF + 26;
/// The letter or digit that the staff number begins with; and whether it is all of it.
const BEGIN: usize = WIDE + 1;
const ALONE: usize = BEGIN + 36;
const COLUMNS: usize = ALONE + 1;

/// No identity number.
const NO_TAIL: u16 = u16::MAX;

/// The columns of a block.
#[derive(Debug, Clone, Default)]
pub(in crate::index) struct Letters {
    /// Column after column; empty as long as all are.
    bits: Vec<u64>,
    /// The last four signs of each identity number, as one value.
    tails: Vec<u16>,
}

fn letter(c: char) -> Option<usize> {
    c.is_ascii_lowercase().then(|| c as usize - 'a' as usize)
}

/// The column of a character that is no letter; some share one.
fn other(c: char) -> usize {
    OTHER + (u32::from(c).wrapping_mul(0x9e37_79b9) >> 25) as usize
}

/// The column of two signs that follow each other; pairs of digits have one of their own.
fn pair(a: char, b: char) -> usize {
    match (a.to_digit(10), b.to_digit(10)) {
        (Some(a), Some(b)) => PAIR + (a * 10 + b) as usize,
        _ => PAIR + 100 + (u32::from(a).wrapping_mul(31).wrapping_add(u32::from(b)) % 28) as usize,
    }
}

/// The column of a letter of a staff number. Digits have none: there are few numbers without most of them.
fn staff_sign(c: char) -> Option<usize> {
    if c.is_ascii() { letter(c).map(|l| STAFF + l) } else { Some(WIDE) }
}

/// Stands before the first sign of a number, so that beginnings have columns too.
const START: char = '^';

/// The column of a letter or digit that staff numbers begin with.
fn begin(c: char) -> Option<usize> {
    letter(c).or_else(|| c.to_digit(10).map(|d| 26 + d as usize)).map(|n| BEGIN + n)
}

/// The last four signs of a number as one value; `None` for anything that no number ends with.
pub(super) fn tail(text: &str) -> Option<u16> {
    let last = text.len().checked_sub(4).and_then(|at| text.get(at..))?;
    let mut value = 0;
    for (n, c) in last.chars().enumerate() {
        let digit = c.to_digit(10).or_else(|| (n == 3 && c == 'x').then_some(10))?;
        value = value * if n == 3 { 11 } else { 10 } + digit as u16;
    }
    Some(value)
}

impl Letters {
    /// Forgets a place.
    pub(in crate::index) fn clear(&mut self, slot: usize) {
        for word in self.bits.iter_mut().skip(slot / 64).step_by(WORDS) {
            *word &= !(1 << (slot % 64));
        }
        if let Some(tail) = self.tails.get_mut(slot) {
            *tail = NO_TAIL;
        }
    }

    fn mark(&mut self, slot: usize, column: usize) {
        if let Some(word) = self.bits.get_mut(column * WORDS + slot / 64) {
            *word |= 1 << (slot % 64);
        }
    }

    /// Marks what stands in a name and in the numbers of a person; the place was empty.
    pub(in crate::index) fn put(&mut self, slot: usize, name: &[Elem], staff: &str, identity: &str) {
        self.bits.resize(COLUMNS * WORDS, 0);
        for (n, elem) in name.iter().enumerate() {
            match elem {
                Elem::Han(c, readings) => {
                    self.mark(slot, other(*c));
                    readings.all.iter().for_each(|r| self.spelled(slot, r));
                }
                Elem::Word(w) => self.spelled(slot, w),
            }
            if let Some(head) = (n == 0).then(|| elem.first_reading().chars().next()).flatten().and_then(letter) {
                self.mark(slot, HEAD + head);
            }
        }
        let mut signs = staff.chars();
        if let Some(column) = signs.next().and_then(begin) {
            self.mark(slot, column);
            if signs.next().is_none() {
                self.mark(slot, ALONE);
            }
        }
        let mut before = START;
        for c in staff.chars() {
            self.mark(slot, pair(before, c));
            if let Some(column) = staff_sign(c) {
                self.mark(slot, column);
            }
            before = c;
        }
        if let Some(tail) = tail(identity).filter(|_| identity.len() == 18) {
            if self.tails.len() <= slot {
                self.tails.resize(slot + 1, NO_TAIL);
            }
            if let Some(place) = self.tails.get_mut(slot) {
                *place = tail;
            }
        }
    }

    fn spelled(&mut self, slot: usize, text: &str) {
        for (n, c) in text.chars().enumerate() {
            match letter(c) {
                Some(l) => {
                    self.mark(slot, ANY + l);
                    if n == 0 {
                        self.mark(slot, INITIAL + l);
                    }
                }
                None => self.mark(slot, other(c)),
            }
        }
    }

    /// Takes out of `set` whoever lacks a column.
    fn narrow(&self, set: &mut Set, column: usize) {
        match self.bits.get(column * WORDS..(column + 1) * WORDS) {
            Some(bits) => keep(set, bits),
            None => *set = [0; WORDS],
        }
    }

    /// Leaves in `set` whose name a word can be found in: it has the letters, and the first begins a reading.
    pub(super) fn of_name(&self, set: &mut Set, word: &Needs) {
        for column in &word.name {
            self.narrow(set, usize::from(*column));
        }
    }

    /// Leaves in `set` whose name can be this word with letters left out: it begins with the same one.
    pub(super) fn of_spelling(&self, set: &mut Set, word: &Needs) {
        for column in &word.spelling {
            self.narrow(set, usize::from(*column));
        }
    }

    /// Leaves in `set` whose staff number a word can be found in.
    pub(super) fn of_staff(&self, set: &mut Set, word: &Needs) {
        for column in &word.staff {
            self.narrow(set, usize::from(*column));
        }
    }

    /// Whose staff number begins with a letter or digit, and who of them has no more of one; `None` for other words.
    pub(super) fn begun(&self, set: &Set, word: &Needs) -> Option<(Set, Set)> {
        let (mut begun, mut alone) = (*set, *set);
        self.narrow(&mut begun, word.begins?);
        self.narrow(&mut alone, ALONE);
        keep(&mut alone, &begun);
        Some((begun, alone))
    }

    /// Whose identity number ends like this.
    pub(super) fn with_tail(&self, wanted: u16) -> impl Iterator<Item = usize> {
        self.tails.iter().enumerate().filter(move |(_, t)| **t == wanted).map(|(slot, _)| slot)
    }
}

/// The columns a word asks for.
#[derive(Debug, Clone, Default)]
pub(super) struct Needs {
    name: Vec<u16>,
    spelling: Vec<u16>,
    staff: Vec<u16>,
    /// Of a word of one letter or digit: where numbers that begin with it stand.
    begins: Option<usize>,
}

impl Needs {
    /// Of a word, and of its letters alone.
    pub(super) fn new(text: &str, chars: &[char]) -> Self {
        let name = |head: usize| {
            let column = |(n, c): (usize, &char)| match letter(*c) {
                Some(l) if n == 0 => head + l,
                Some(l) => ANY + l,
                None => other(*c),
            };
            sorted(chars.iter().enumerate().map(column))
        };
        let signs: Vec<char> = text.chars().collect();
        let pairs = signs.iter().zip(signs.iter().skip(1)).map(|(a, b)| pair(*a, *b));
        let staff = match signs.as_slice() {
            // One letter or digit alone is only looked for at the beginning.
            [one] if one.is_ascii() => vec![pair(START, *one) as u16],
            _ => sorted(pairs.chain(signs.iter().filter_map(|c| staff_sign(*c)))),
        };
        let begins = if let [one] = signs.as_slice() { begin(*one) } else { None };
        Self { name: name(INITIAL), spelling: name(HEAD), staff, begins }
    }
}

fn sorted(columns: impl Iterator<Item = usize>) -> Vec<u16> {
    let mut columns: Vec<u16> = columns.map(|c| c as u16).collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}
