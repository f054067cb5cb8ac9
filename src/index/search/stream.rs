//! Ranking people one by one, where nothing is kept of those that went by.

use std::collections::HashMap;

use super::score::Scorer;
use super::term::{Scored, Target, Term, bit};
use super::{Class, Field, Found, elems, weight};
use crate::domain::{PersonHead, Shared};
use crate::text::{half, letters};

/// The order of two people found: class, field ranks, readings cut short; smaller first.
fn rank(found: &[Found]) -> Option<(Class, u16)> {
    let class = found.iter().map(|f| f.0).max()?;
    Some((class, found.iter().map(|f| weight(*f)).sum()))
}

/// Ranks people one by one as they stream by, keeping the best.
pub(in crate::index) struct Streaming {
    terms: Vec<Term>,
    scorer: Scorer,
    departments: Known,
    posts: Known,
    signs: Signs,
    spelled: String,
}

/// What the words say of texts met before.
#[derive(Default)]
struct Known {
    found: Vec<Vec<Option<Found>>>,
    places: HashMap<String, usize>,
    batch: Option<u64>,
    /// The places of the batch's texts, by number, of those met in it.
    here: Vec<Option<usize>>,
}

/// A key that sorts the best first.
pub(in crate::index) type StreamRank = ((Class, u16), std::cmp::Reverse<i64>, u64);

impl Streaming {
    pub(in crate::index) fn new(terms: Vec<Term>) -> Self {
        Self {
            terms,
            scorer: Scorer::default(),
            departments: Known::default(),
            posts: Known::default(),
            signs: Signs::default(),
            spelled: String::new(),
        }
    }

    /// Whether every word can find a person, by the characters alone: nobody is spelled out for whom one cannot.
    pub(in crate::index) fn may_find(&mut self, p: &PersonHead<'_>) -> bool {
        let department = self.departments.of(&self.terms, Field::Department, p.batch, p.department);
        let post = self.posts.of(&self.terms, Field::Post, p.batch, p.post);
        let (mut name, mut number) = (None, None);
        (0..).zip(&self.terms).all(|(n, term): (usize, _)| {
            let found = |shared: &[Option<Found>]| shared.get(n).is_some_and(Option::is_some);
            let name = *name.get_or_insert_with(|| self.signs.of_name(p));
            // Most words are Chinese or no number, and most names are not meant.
            term.may_be(name)
                || found(department)
                || found(post)
                || term.may_be(name | *number.get_or_insert_with(|| of_number(p)))
        })
    }

    /// The rank of a person as spelled out, or `None` if a word does not find it.
    pub(in crate::index) fn rank(&mut self, p: &PersonHead<'_>, t: &Target<'_>) -> Option<StreamRank> {
        let mut found = Vec::with_capacity(self.terms.len());
        let department = self.departments.of(&self.terms, Field::Department, p.batch, p.department);
        let post = self.posts.of(&self.terms, Field::Post, p.batch, p.post);
        for (i, term) in self.terms.iter().enumerate() {
            let shared = [department, post].into_iter().filter_map(|s| s.get(i).copied().flatten()).min();
            found.push(term.find(t, shared, &self.scorer)?);
        }
        let of = Scored { name: p.name, staff: t.staff, department: p.department.text, post: p.post.text };
        let mut score = |w: &Term, f| w.score(f, &of, t.elems.iter(), &mut self.spelled, &self.scorer);
        let score = self.terms.iter().zip(&found).map(|(w, f)| score(w, *f)).sum();
        Some((rank(&found)?, std::cmp::Reverse(score), t.id.0))
    }
}

/// What the characters of names met last add, each in a place it shares with few: names share a few hundred of them.
struct Signs(Vec<(char, u64)>);

/// Places for characters.
const PLACES: usize = 1 << 12;

impl Default for Signs {
    fn default() -> Self {
        // No name holds it, and if one did it would add nothing.
        Self(vec![('\0', 0); PLACES])
    }
}

impl Signs {
    /// The bits of all characters of a name, and the letters of all readings they have anywhere; no fewer than the name
    /// spelled out has.
    fn of_name(&mut self, p: &PersonHead<'_>) -> u64 {
        p.name.chars().fold(0, |all, c| all | self.sign(c))
    }

    fn sign(&mut self, c: char) -> u64 {
        let Some(place) = self.0.get_mut(c as usize % PLACES) else { return u64::MAX };
        if place.0 != c {
            *place = match letters(c) {
                0 => (c, half(c).to_lowercase().fold(0, |all, c| all | bit(c))),
                letters => (c, bit(half(c)) | u64::from(letters)),
            };
        }
        place.1
    }
}

/// The bits of the characters of a staff number.
fn of_number(p: &PersonHead<'_>) -> u64 {
    let staff = p.staff_number.unwrap_or_default();
    if staff.is_ascii() {
        staff.bytes().fold(0, |all, b| all | bit(char::from(b.to_ascii_lowercase())))
    } else {
        u64::MAX
    }
}

impl Known {
    fn of(&mut self, terms: &[Term], field: Field, batch: u64, shared: Shared<'_>) -> &[Option<Found>] {
        if self.batch != Some(batch) {
            self.batch = Some(batch);
            self.here.clear();
        }
        let no = shared.no as usize;
        let place = match self.here.get(no) {
            Some(Some(place)) => *place,
            _ => {
                let place = self.place(terms, field, shared.text);
                self.here.resize(self.here.len().max(no + 1), None);
                if let Some(here) = self.here.get_mut(no) {
                    *here = Some(place);
                }
                place
            }
        };
        self.found.get(place).map_or(&[], Vec::as_slice)
    }

    fn place(&mut self, terms: &[Term], field: Field, text: &str) -> usize {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let spelled = elems(crate::text::spell_words(text));
        self.found.push(terms.iter().map(|t| t.in_shared(spelled.iter(), field)).collect());
        self.places.insert(text.to_owned(), self.found.len() - 1);
        self.found.len() - 1
    }
}
