//! How a word falls onto a name: character by character, each taken by itself, by a reading, or by the first letters of a
//! reading, so that `zw`, `zhangw`, `zhwei` and a mixture of Chinese and Latin all find the same person.

use crate::text::{Readings, Syllable};

/// The longest word and the longest name that are compared; more is cut.
pub(super) const LONGEST: usize = 48;

/// One character (or Latin word) of a name or a title, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elem {
    /// A Chinese character.
    Han(char, &'static Readings),
    /// A Latin word, a number, a character without a known reading; folded.
    Word(Box<str>),
}

impl Elem {
    /// The most usual reading; a word is its own.
    pub(super) fn first_reading(&self) -> &str {
        match self {
            Self::Han(_, r) => r.all.first().copied().unwrap_or_default(),
            Self::Word(w) => w,
        }
    }
}

impl From<Syllable> for Elem {
    fn from(s: Syllable) -> Self {
        match (s.readings, s.text.chars().next()) {
            (Some(r), Some(c)) => Self::Han(c, r),
            _ => Self::Word(s.text.into_boxed_str()),
        }
    }
}

/// The elements of a spelled text.
pub fn elems(spelled: Vec<Syllable>) -> Box<[Elem]> {
    spelled.into_iter().take(LONGEST).map(Elem::from).collect()
}

/// How well a word fell onto a text; smaller is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit(u32);

/// One more element after the last that was used.
const TAIL: u32 = 1;
/// Part of a reading, longer than its first letter.
const PART: u32 = 1 << 8;
/// The first letter of a reading.
const INITIAL: u32 = 2 << 8;
/// An element passed over, before or between those used.
const GAP: u32 = 1 << 16;
/// A reading that is not usual at this place.
const RARE: u32 = 1 << 24;
const NONE: u32 = u32::MAX;

impl Fit {
    /// Everything used, every reading whole; or every first letter and nothing else.
    pub(super) fn exact(self, word: usize, elems: usize) -> bool {
        self.0 == 0 || (self.0 & !(0xff << 8) == 0 && word == elems)
    }

    /// From the first element on, without a gap.
    pub(super) const fn prefix(self) -> bool {
        self.0 < GAP
    }

    /// With an unusual reading.
    pub(super) const fn rare(self) -> bool {
        self.0 >= RARE
    }

    /// A reading was cut short, other than to its first letter throughout.
    pub(super) fn partial(self, word: usize) -> bool {
        (self.0 >> 8) & 0xff != 0 && !self.initials(word)
    }

    /// Every character of the word is a first letter.
    pub(super) fn initials(self, word: usize) -> bool {
        ((self.0 >> 8) & 0xff) as usize == 2 * word
    }
}

/// What reaching each place of a word costs.
type Costs = [u32; LONGEST + 1];

/// Part of the way through a word that one element can take: from a place to a place, at a cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Step {
    from: u8,
    to: u8,
    cost: u32,
}

/// The ways in which an element can take part of a word.
pub(super) fn steps(word: &[char], elem: &Elem) -> Vec<Step> {
    let mut out = Vec::new();
    for from in 0..word.len().min(LONGEST) {
        each_step(word, from, elem, |to, cost| out.push(Step { from: from as u8, to: to as u8, cost }));
    }
    out
}

/// Calls `found` with each place that an element takes a word to from a place, and the cost.
fn each_step(word: &[char], from: usize, elem: &Elem, mut found: impl FnMut(usize, u32)) {
    let rest = word.get(from..).unwrap_or_default();
    match elem {
        Elem::Han(c, readings) => {
            if rest.first() == Some(c) {
                found(from + 1, 0);
            }
            for (i, reading) in readings.all.iter().enumerate() {
                let rare = if i < readings.usual { 0 } else { RARE };
                take(reading, rest, |taken, cost| found(from + taken, cost + rare));
            }
        }
        Elem::Word(text) => take(text, rest, |taken, cost| found(from + taken, cost)),
    }
}

/// Takes 1, 2, … letters of `reading` from the front of `rest`.
fn take(reading: &str, rest: &[char], mut found: impl FnMut(usize, u32)) {
    // The first letter decides in nearly every case.
    if reading.chars().next() != rest.first().copied() {
        return;
    }
    let letters = reading.chars().count();
    for (k, (r, w)) in reading.chars().zip(rest).enumerate() {
        if r != *w {
            break;
        }
        let part = if k + 1 == letters {
            0
        } else if k == 0 {
            INITIAL
        } else {
            PART
        };
        found(k + 1, part);
    }
}

/// A word of `n` characters on its way through a text, element by element.
struct Way {
    now: Costs,
    n: usize,
    gaps: bool,
}

impl Way {
    fn new(n: usize, gaps: bool) -> Option<Self> {
        if n == 0 || n > LONGEST {
            return None;
        }
        let mut now = [NONE; LONGEST + 1];
        if let Some(first) = now.first_mut() {
            *first = 0;
        }
        Some(Self { now, n, gaps })
    }

    /// Passes one element; `step` is given a place that was reached, and lowers the costs of those reached from there.
    fn pass(&mut self, mut step: impl FnMut(usize, u32, &mut Costs)) {
        let mut next = [NONE; LONGEST + 1];
        for (at, cost) in self.now.iter().copied().enumerate().take(self.n + 1) {
            if cost == NONE {
                continue;
            }
            let skip = if at == self.n { Some(TAIL) } else { (at == 0 || self.gaps).then_some(GAP) };
            if let Some(skip) = skip {
                lower(&mut next, at, cost + skip);
            }
            if at < self.n {
                step(at, cost, &mut next);
            }
        }
        self.now = next;
    }

    fn end(&self) -> Option<Fit> {
        self.now.get(self.n).copied().filter(|c| *c != NONE).map(Fit)
    }
}

fn lower(costs: &mut Costs, at: usize, cost: u32) {
    if let Some(slot) = costs.get_mut(at) {
        *slot = (*slot).min(cost);
    }
}

/// Falls `word` (folded chars) onto `elems`; `gaps` says whether elements between used ones may be passed over.
pub(super) fn fit<'e>(word: &[char], elems: impl IntoIterator<Item = &'e Elem>, gaps: bool) -> Option<Fit> {
    let mut way = Way::new(word.len(), gaps)?;
    for elem in elems.into_iter().take(LONGEST) {
        way.pass(|at, cost, next| each_step(word, at, elem, |to, more| lower(next, to, cost + more)));
    }
    way.end()
}

/// The same, for a word of `n` characters whose steps on each element are known.
pub(super) fn fit_steps<'s>(n: usize, elems: impl IntoIterator<Item = &'s [Step]>) -> Option<Fit> {
    let mut way = Way::new(n, true)?;
    for steps in elems.into_iter().take(LONGEST) {
        way.pass(|at, cost, next| {
            for step in steps.iter().filter(|s| usize::from(s.from) == at) {
                lower(next, usize::from(step.to), cost + step.cost);
            }
        });
    }
    way.end()
}

/// Which elements the best fit uses, for highlighting; not for the hot path.
pub(super) fn used(word: &[char], elems: &[Elem], gaps: bool) -> Vec<usize> {
    let mut out = Vec::new();
    let Some(mut best) = fit(word, elems, gaps) else { return out };
    // An element is needed if the word does not fall as well onto the text without it; of equals the first is used.
    let mut kept: Vec<usize> = (0..elems.len().min(LONGEST)).collect();
    for i in (0..kept.len()).rev() {
        let without: Vec<Elem> = kept.iter().filter(|k| **k != i).filter_map(|k| elems.get(*k)).cloned().collect();
        if let Some(f) = fit(word, &without, gaps)
            && f.0 <= best.0
        {
            best = f;
            kept.retain(|k| *k != i);
        }
    }
    out.append(&mut kept);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::spell_name;

    fn try_fit(word: &str, name: &str) -> Option<Fit> {
        let word: Vec<char> = word.chars().collect();
        fit(&word, &elems(spell_name(name)), true)
    }

    #[test]
    fn names_are_found_as_people_type_them() {
        for (word, name) in [
            ("zw", "张伟"),
            ("zhangwei", "张伟"),
            ("zhwei", "张伟"),
            ("zhangw", "张伟"),
            ("张w", "张伟"),
            ("z伟", "张伟"),
            ("张伟", "张伟"),
            ("wei", "张伟"),
            ("zw", "张小伟"),
            ("ouyangnana", "欧阳娜娜"),
            ("oynn", "欧阳娜娜"),
            ("shan", "单明"),
            ("dan", "单明"),
            ("zeng", "曾明"),
            ("xie", "解明"),
            ("lichongqing", "李重庆"),
            ("lvbu", "吕布"),
            ("lyubu", "吕布"),
            ("john s", "John Smith"),
        ] {
            let word: String = word.split(' ').collect();
            assert!(try_fit(&word, name).is_some(), "{word} {name}");
        }
        for (word, name) in [("zhangwei", "庄伟"), ("wz", "张伟"), ("hang", "张伟"), ("", "张伟"), ("张三", "张伟")]
        {
            assert!(try_fit(word, name).is_none(), "{word} {name}");
        }
        assert!(try_fit("zw", "张伟").unwrap().exact(2, 2));
        assert!(try_fit("zhangwei", "张伟").unwrap().exact(8, 2));
        assert!(!try_fit("zhangw", "张伟").unwrap().exact(6, 2));
        assert!(try_fit("zhangw", "张伟").unwrap().prefix());
        assert!(!try_fit("wei", "张伟").unwrap().prefix());
        assert!(try_fit("dan", "单明").unwrap().rare());
        assert!(!try_fit("shan", "单明").unwrap().rare());
        assert!(try_fit("zw", "张伟").unwrap().initials(2));
    }

    #[test]
    fn used_elements_are_those_the_word_needs() {
        let word: Vec<char> = "zw".chars().collect();
        assert_eq!(used(&word, &elems(spell_name("张小伟")), true), [0, 2]);
        assert_eq!(used(&['明'], &elems(spell_name("张小明")), true), [2]);
    }
}
