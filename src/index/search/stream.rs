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
    spelled: String,
}

/// What the words say of texts met before.
type Known = std::collections::HashMap<String, Vec<Option<Found>>>;

/// A key that sorts the best first.
pub(in crate::index) type StreamRank = ((Class, u16), std::cmp::Reverse<i64>, u64);

impl Streaming {
    pub(in crate::index) fn new(terms: Vec<Term>) -> Self {
        Self {
            terms,
            scorer: Scorer::default(),
            departments: Known::new(),
            posts: Known::new(),
            spelled: String::new(),
        }
    }

    /// Whether every word can find a person, by the characters alone: nobody is spelled out for whom one cannot.
    pub(in crate::index) fn may_find(&mut self, p: &PersonHead<'_>, post: &str) -> bool {
        let mut has = None;
        let d = known(&mut self.departments, &self.terms, Field::Department, p.department);
        let shared = known(&mut self.posts, &self.terms, Field::Post, post).iter().zip(d);
        self.terms.iter().zip(shared).all(|(term, (p_found, d_found))| {
            p_found.is_some() || d_found.is_some() || term.may_be(*has.get_or_insert_with(|| signs(p)))
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
        let d = known(&mut self.departments, &self.terms, Field::Department, department);
        let p = known(&mut self.posts, &self.terms, Field::Post, post);
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

/// The bits of all characters a person can be found by, and the letters of all readings they have anywhere; no fewer than
/// the name spelled out has.
fn signs(p: &PersonHead<'_>) -> u64 {
    let staff = p.staff_number.unwrap_or_default();
    if !staff.is_ascii() {
        return u64::MAX;
    }
    let sign = |c: char| match letters(c) {
        0 => half(c).to_lowercase().fold(0, |all, c| all | bit(c)),
        letters => bit(half(c)) | u64::from(letters),
    };
    let name = p.name.chars().map(sign).fold(0, |all, bits| all | bits);
    staff.bytes().fold(name, |all, b| all | bit(char::from(b.to_ascii_lowercase())))
}

fn known<'a>(known: &'a mut Known, terms: &[Term], field: Field, text: &str) -> &'a [Option<Found>] {
    // Two look-ups where one would do, because the text is only copied when it is new.
    if !known.contains_key(text) {
        let spelled = elems(crate::text::spell_words(text));
        known.insert(text.to_owned(), terms.iter().map(|t| t.in_shared(spelled.iter(), field)).collect());
    }
    known.get(text).map_or(&[], Vec::as_slice)
}
