//! Ranking people one by one, where nothing is kept of those that went by.

use super::score::Scorer;
use super::term::{Scored, Target, Term, bit};
use super::{Class, Field, Found, elems, weight};
use crate::domain::PersonHead;
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
    all: Vec<(String, Vec<Option<Found>>)>,
    places: std::collections::HashMap<String, usize>,
    /// The text met last.
    last: usize,
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
    pub(in crate::index) fn may_find(&mut self, p: &PersonHead<'_>, post: &str) -> bool {
        let mut has = None;
        let d = self.departments.of(&self.terms, Field::Department, p.department);
        let shared = self.posts.of(&self.terms, Field::Post, post).iter().zip(d);
        self.terms.iter().zip(shared).all(|(term, (p_found, d_found))| {
            p_found.is_some() || d_found.is_some() || term.may_be(*has.get_or_insert_with(|| self.signs.of(p)))
        })
    }

    /// The rank of a person, or `None` if a word does not find it.
    pub(in crate::index) fn rank(
        &mut self,
        name: &str,
        t: &Target<'_>,
        department: &str,
        post: &str,
    ) -> Option<StreamRank> {
        let mut found = Vec::with_capacity(self.terms.len());
        let d = self.departments.of(&self.terms, Field::Department, department);
        let p = self.posts.of(&self.terms, Field::Post, post);
        for (i, term) in self.terms.iter().enumerate() {
            let shared = [d, p].into_iter().filter_map(|s| s.get(i).copied().flatten()).min();
            found.push(term.find(t, shared, &self.scorer)?);
        }
        let of = Scored { name, staff: t.staff, department, post };
        let mut score = |w: &Term, f| w.score(f, &of, t.elems.iter(), &mut self.spelled, &self.scorer);
        let score = self.terms.iter().zip(&found).map(|(w, f)| score(w, *f)).sum();
        Some((rank(&found)?, std::cmp::Reverse(score), t.id.0))
    }
}

/// What each character of a name adds, worked out when it is first met: names share a few thousand of them.
#[derive(Default)]
struct Signs(Vec<u64>);

impl Signs {
    /// The bits of all characters a person can be found by, and the letters of all readings they have anywhere; no fewer
    /// than the name spelled out has.
    fn of(&mut self, p: &PersonHead<'_>) -> u64 {
        let staff = p.staff_number.unwrap_or_default();
        if !staff.is_ascii() {
            return u64::MAX;
        }
        let name = p.name.chars().fold(0, |all, c| all | self.sign(c));
        staff.bytes().fold(name, |all, b| all | bit(char::from(b.to_ascii_lowercase())))
    }

    fn sign(&mut self, c: char) -> u64 {
        let at = c as usize;
        // The characters of the first plane, none known yet; the rest are rare.
        if self.0.is_empty() {
            self.0 = vec![0; 1 << 16];
        }
        if let Some(known) = self.0.get(at).filter(|known| **known != 0) {
            return *known;
        }
        let sign = match letters(c) {
            0 => half(c).to_lowercase().fold(0, |all, c| all | bit(c)),
            letters => bit(half(c)) | u64::from(letters),
        };
        if let Some(place) = self.0.get_mut(at) {
            *place = sign;
        }
        sign
    }
}

impl Known {
    fn of(&mut self, terms: &[Term], field: Field, text: &str) -> &[Option<Found>] {
        // People come in the order in which they were brought in, and so do those who share a text.
        let last = self.all.get(self.last).is_some_and(|(known, _)| known == text);
        if !last {
            self.last = match self.places.get(text) {
                Some(place) => *place,
                None => {
                    let spelled = elems(crate::text::spell_words(text));
                    self.all
                        .push((text.to_owned(), terms.iter().map(|t| t.in_shared(spelled.iter(), field)).collect()));
                    self.places.insert(text.to_owned(), self.all.len() - 1);
                    self.all.len() - 1
                }
            };
        }
        self.all.get(self.last).map_or(&[], |(_, found)| found)
    }
}
