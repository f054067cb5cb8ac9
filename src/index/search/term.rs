//! One word: how it finds a person, in which field, and how well. What the columns find quickly is what this says.

use super::align::{self, Elem, Fit};
use super::letters::{self, Needs};
use super::score::Scorer;
use super::{Class, Field, Found};
use crate::domain::PersonId;
use crate::text::{fold, is_pinyin, keyed_in};

/// A word to look for.
#[derive(Debug, Clone)]
pub struct Term {
    text: String,
    chars: Vec<char>,
    mask: u64,
    pub(super) needs: Needs,
    /// The record it names.
    id: Option<PersonId>,
    pub(super) has_han: bool,
    /// Digits, or digits and a final x.
    digits: bool,
    /// Pinyin in whole syllables.
    whole: bool,
}

impl Term {
    /// A word; `None` if nothing is left of it after folding.
    pub fn new(word: &str) -> Option<Self> {
        let text: String = fold(word).chars().filter(|c| !c.is_whitespace()).take(align::LONGEST).collect();
        let text = keyed_in(text);
        let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        if text.is_empty() {
            return None;
        }
        let body = text.strip_suffix('x').unwrap_or(&text);
        Some(Self {
            mask: chars.iter().fold(0, |m, c| m | bit(*c)),
            needs: Needs::new(&text, &chars),
            id: text.parse().ok(),
            has_han: chars.iter().any(|c| !c.is_ascii()),
            digits: !body.is_empty() && body.bytes().all(|b| b.is_ascii_digit()),
            whole: is_pinyin(&text),
            chars,
            text,
        })
    }

    /// Words of a text, split at spaces.
    pub fn split(text: &str) -> Vec<Self> {
        text.split_whitespace().filter_map(Self::new).collect()
    }

    /// How the word falls onto a name.
    pub(in crate::index) fn in_name<'e>(&self, elems: impl IntoIterator<Item = &'e Elem>) -> Option<Found> {
        let mut count = 0;
        let fit = align::fit(&self.chars, elems.into_iter().inspect(|_| count += 1), true)?;
        Some(self.on_name(fit, count))
    }

    /// What a fit onto a name of `elems` characters means.
    pub(super) fn on_name(&self, fit: Fit, elems: usize) -> Found {
        let n = self.chars.len();
        let field = if self.has_han && self.chars.iter().all(|c| !c.is_ascii()) {
            Field::Name
        } else if fit.initials(n) || (n > 1 && n == elems && fit.exact(n, elems)) {
            Field::Initials
        } else {
            Field::Pinyin
        };
        let class = if fit.rare() {
            Class::Inside
        } else if fit.exact(n, elems) {
            Class::Exact
        } else if fit.prefix() {
            Class::Prefix
        } else {
            Class::Inside
        };
        (class, field, fit.partial(n))
    }

    /// The characters that fall onto names and titles.
    pub(super) fn chars(&self) -> &[char] {
        &self.chars
    }

    /// The record it names.
    pub(super) const fn id(&self) -> Option<PersonId> {
        self.id
    }

    /// The end of an identity number it can be, as [`letters::tail`] has it.
    pub(super) fn tail(&self) -> Option<u16> {
        self.digits.then(|| letters::tail(&self.text)).flatten()
    }

    /// Record id, staff number, identity number. The identity number is found whole or by its last four or more.
    pub(in crate::index) fn in_numbers(&self, id: PersonId, staff: &str, identity: &str) -> Option<Found> {
        let class = if self.text == staff || self.id == Some(id) {
            Class::Exact
        } else if !staff.is_empty() && staff.starts_with(&self.text) {
            Class::Prefix
        } else if self.digits && self.text.len() >= 4 && identity.len() == 18 && identity.ends_with(&self.text) {
            if self.text.len() == 18 { Class::Exact } else { Class::Inside }
        } else if self.text.len() >= 2 && staff.contains(&self.text) {
            Class::Inside
        } else {
            return None;
        };
        Some((class, Field::Number, false))
    }

    /// How the word falls onto a department or a post.
    pub(in crate::index) fn in_shared<'e>(
        &self,
        elems: impl IntoIterator<Item = &'e Elem>,
        field: Field,
    ) -> Option<Found> {
        // Initials with gaps would find every long title.
        let fit = align::fit(&self.chars, elems, self.has_han)?;
        // One Latin letter says nothing about a department.
        if fit.rare() || (!self.has_han && self.chars.len() < 2) {
            return None;
        }
        let class = if fit.prefix() { Class::Shared } else { Class::SharedInside };
        Some((class, field, fit.partial(self.chars.len())))
    }

    /// The same for a text whose bits are known.
    pub(super) fn in_masked(&self, elems: &[Elem], mask: u64, field: Field) -> Option<Found> {
        if self.mask & !mask == 0 { self.in_shared(elems, field) } else { None }
    }

    /// Whether it can be pinyin with letters left out. Whole syllables leave nothing out: `zhang` does not mean `zhuang`.
    pub(super) fn can_be_loose(&self) -> bool {
        !self.has_han && !self.digits && self.chars.len() >= 4 && !self.whole
    }

    /// A name in pinyin with letters left out: `zhngwei`; for a word that can be loose.
    pub(super) fn on_spelling(&self, spelled: &str, scorer: &Scorer) -> Option<Found> {
        // People leave letters out, but not the first one; and few of them.
        if spelled.chars().next() != self.chars.first().copied() {
            return None;
        }
        let score = scorer.score(spelled, &self.text)?;
        let whole = scorer.score(&self.text, &self.text)?;
        (score * 10 >= whole * 6).then_some((Class::Loose, Field::Pinyin, true))
    }
}

/// Adds the most usual spelling of a name: `zhang wei`.
pub(super) fn spell<'e>(name: impl Iterator<Item = &'e Elem>, out: &mut String) {
    for e in name {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(e.first_reading());
    }
}

/// One bit a letter and digit, the other characters share the rest: whoever lacks a bit of a word cannot contain it.
pub(super) fn bit(c: char) -> u64 {
    match c {
        'a'..='z' => 1 << (u32::from(c) - u32::from('a')),
        '0'..='9' => 1 << (26 + u32::from(c) - u32::from('0')),
        c => 1 << (36 + u32::from(c) % 28),
    }
}

/// The bits of a name: its characters and the letters of all their readings.
pub(in crate::index) fn mask(elems: &[Elem], staff: &str) -> u64 {
    let mut mask = staff.chars().fold(0, |m, c| m | bit(c));
    for e in elems {
        match e {
            Elem::Han(c, r) => {
                mask |= bit(*c);
                mask = r.all.iter().flat_map(|r| r.chars()).fold(mask, |m, c| m | bit(c));
            }
            Elem::Word(w) => mask = w.chars().fold(mask, |m, c| m | bit(c)),
        }
    }
    mask
}

/// What of a person a word is looked for in.
pub(in crate::index) struct Target<'a> {
    pub(in crate::index) id: PersonId,
    pub(in crate::index) elems: &'a [Elem],
    pub(in crate::index) staff: &'a str,
    pub(in crate::index) identity: &'a str,
    pub(in crate::index) mask: u64,
}

impl Term {
    const fn has_all(&self, mask: u64) -> bool {
        self.mask & !mask == 0
    }

    /// Whether the word can find somebody by name or number: whoever has its characters, and anybody by a number.
    pub(super) fn may_be(&self, mask: u64) -> bool {
        self.has_all(mask) || self.digits || self.text.starts_with('p')
    }

    /// The best way the word finds a person; `shared` is how it finds the department or post.
    pub(super) fn find(&self, t: &Target<'_>, shared: Option<Found>, scorer: &Scorer) -> Option<Found> {
        let possible = self.has_all(t.mask);
        let name = possible.then(|| self.in_name(t.elems)).flatten();
        if let Some((Class::Exact, ..)) = name {
            return name;
        }
        let number = self.may_be(t.mask).then(|| self.in_numbers(t.id, t.staff, t.identity)).flatten();
        let best = [name, number, shared].into_iter().flatten().min();
        best.or_else(|| {
            let mut spelled = String::new();
            spell(t.elems.iter(), &mut spelled);
            (possible && self.can_be_loose()).then(|| self.on_spelling(&spelled, scorer)).flatten()
        })
    }

    /// The score of the word on the text it was found in; `spelled` is only lent, to write a text into.
    pub(super) fn score<'e>(
        &self,
        found: Found,
        of: &Scored<'_>,
        name: impl Iterator<Item = &'e Elem>,
        spelled: &mut String,
        scorer: &Scorer,
    ) -> i64 {
        let text = match found.1 {
            Field::Name => of.name,
            Field::Number => of.staff,
            Field::Department => of.department,
            Field::Post => of.post,
            Field::Pinyin | Field::Initials => {
                spelled.clear();
                match found.1 {
                    Field::Initials => spelled.extend(name.filter_map(|e| e.first_reading().chars().next())),
                    _ if self.has_han => {
                        spelled.push_str(of.name);
                        spell(name, spelled);
                    }
                    _ => spell(name, spelled),
                }
                spelled
            }
        };
        scorer.score(text, &self.text).unwrap_or(0)
    }

    /// The score of the word on a text.
    pub(super) fn score_in(&self, text: &str, scorer: &Scorer) -> i64 {
        scorer.score(text, &self.text).unwrap_or(0)
    }

    /// How many characters are scored; `None` if some are signs that divide words.
    pub(super) fn scored(&self) -> Option<usize> {
        self.text.chars().all(char::is_alphanumeric).then(|| self.text.chars().count())
    }
}

/// The texts of a person that are scored as they are.
pub(super) struct Scored<'a> {
    pub(super) name: &'a str,
    pub(super) staff: &'a str,
    pub(super) department: &'a str,
    pub(super) post: &'a str,
}

impl Term {
    /// Whether the word stands in a folded text as it is.
    pub(in crate::index) fn contained_in(&self, folded: &str) -> bool {
        folded.contains(&self.text)
    }
}

/// The texts of a device: names of people, and the rest.
pub(in crate::index) struct Texts<'a> {
    pub(in crate::index) names: &'a [&'a str],
    pub(in crate::index) texts: &'a [&'a str],
}

impl Texts<'_> {
    /// Whether `f` holds for any; it is told whether the text is a name.
    pub(in crate::index) fn any(&self, f: impl Fn(&str, bool) -> bool) -> bool {
        self.names.iter().any(|t| f(t, true)) || self.texts.iter().any(|t| f(t, false))
    }
}
