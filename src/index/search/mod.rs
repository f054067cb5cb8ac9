//! Fuzzy ranking of words over people. A word finds a person by name, pinyin, initials, number, department or post; of
//! several words each must find something.
//!
//! Order: matches that identify a person (name, pinyin, initials, number) before those that many people share (department,
//! post); in each, whole before beginning before inside; then the field in the order just given; then fuzzy-matcher's score; then the record id. A
//! reading that is unusual at its place counts as found inside, and a spelling with letters left out comes last.

mod align;
mod score;

use crate::domain::PersonId;
use crate::text::{fold, is_pinyin, keyed_in};

pub use align::{Elem, elems};
use score::Scorer;

use super::people::People;

/// How a word was found, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The whole field.
    Exact,
    /// Its beginning.
    Prefix,
    /// Inside it, at the start of characters.
    Inside,
    /// Department or post, whole or from its beginning.
    Shared,
    /// Inside a department or post.
    SharedInside,
    /// A spelling with letters left out.
    Loose,
}

/// Which field it was found in, in the order of ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Name.
    Name,
    /// Pinyin of the name.
    Pinyin,
    /// Initials of the name.
    Initials,
    /// Record id, staff number, identity number.
    Number,
    /// Department.
    Department,
    /// Post.
    Post,
}

/// A match of one word: how, in which field, and whether a reading was cut short (`li` finds 李 before 林).
pub(super) type Found = (Class, Field, bool);

/// One person found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Position in the columns.
    pub row: u32,
    /// How, over all words: the worst of them.
    pub class: Class,
    /// Sum of the score over all words.
    pub score: i64,
}

/// A word to look for.
#[derive(Debug, Clone)]
pub struct Term {
    text: String,
    chars: Vec<char>,
    mask: u64,
    has_han: bool,
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
    pub(super) fn in_name(&self, elems: &[Elem]) -> Option<Found> {
        let n = self.chars.len();
        let fit = align::fit(&self.chars, elems, true)?;
        let field = if self.has_han && self.chars.iter().all(|c| !c.is_ascii()) {
            Field::Name
        } else if fit.initials(n) || (n > 1 && n == elems.len() && fit.exact(n, elems.len())) {
            Field::Initials
        } else {
            Field::Pinyin
        };
        let class = if fit.rare() {
            Class::Inside
        } else if fit.exact(n, elems.len()) {
            Class::Exact
        } else if fit.prefix() {
            Class::Prefix
        } else {
            Class::Inside
        };
        Some((class, field, fit.partial(n)))
    }

    /// Record id, staff number, identity number. The identity number is found whole or by its last four or more.
    pub(super) fn in_numbers(&self, id: PersonId, staff: &str, identity: &str) -> Option<Found> {
        let class = if self.text == staff || self.text.parse() == Ok(id) {
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
    pub(super) fn in_shared(&self, elems: &[Elem], field: Field) -> Option<Found> {
        // Initials with gaps would find every long title.
        let fit = align::fit(&self.chars, elems, self.has_han)?;
        // One Latin letter says nothing about a department.
        if fit.rare() || (!self.has_han && self.chars.len() < 2) {
            return None;
        }
        let class = if fit.prefix() { Class::Shared } else { Class::SharedInside };
        Some((class, field, fit.partial(self.chars.len())))
    }

    /// A name in pinyin with letters left out: `zhngwei`.
    fn loosely(&self, name: &Name<'_>, scorer: &Scorer) -> Option<Found> {
        // Whole syllables leave nothing out: `zhang` does not mean `zhuang`.
        if self.has_han || self.digits || self.chars.len() < 4 || self.whole {
            return None;
        }
        let spelled = name.spelled();
        // People leave letters out, but not the first one; and few of them.
        if spelled.chars().next() != self.chars.first().copied() {
            return None;
        }
        let whole = scorer.score(&self.text, &self.text)?;
        let score = scorer.score(&spelled, &self.text)?;
        (score * 10 >= whole * 6).then_some((Class::Loose, Field::Pinyin, true))
    }
}

/// A name with the texts that scores are taken on.
pub(super) struct Name<'a> {
    pub(super) name: &'a str,
    pub(super) elems: &'a [Elem],
}

impl Name<'_> {
    /// `zhang wei`.
    fn spelled(&self) -> String {
        self.joined(" ", |r| r)
    }

    fn initials(&self) -> String {
        self.joined("", |r| r.char_indices().nth(1).and_then(|(i, _)| r.get(..i)).unwrap_or(r))
    }

    fn joined(&self, between: &str, part: impl Fn(&str) -> &str) -> String {
        let mut out = String::with_capacity(32);
        for e in self.elems {
            if !out.is_empty() {
                out.push_str(between);
            }
            out.push_str(part(match e {
                Elem::Han(_, r) => r.all.first().copied().unwrap_or_default(),
                Elem::Word(w) => w,
            }));
        }
        out
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
pub(super) fn mask(elems: &[Elem], staff: &str) -> u64 {
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
pub(super) struct Target<'a> {
    pub(super) id: PersonId,
    pub(super) name: Name<'a>,
    pub(super) staff: &'a str,
    pub(super) identity: &'a str,
    pub(super) mask: u64,
}

impl Term {
    /// The best way the word finds a person; `shared` is how it finds the department or post.
    fn find(&self, t: &Target<'_>, shared: Option<Found>, scorer: &Scorer) -> Option<Found> {
        let possible = self.mask & !t.mask == 0;
        let name = possible.then(|| self.in_name(t.name.elems)).flatten();
        if let Some((Class::Exact, ..)) = name {
            return name;
        }
        let number = (possible || self.digits || self.text.starts_with('p'))
            .then(|| self.in_numbers(t.id, t.staff, t.identity))
            .flatten();
        let best = [name, number, shared].into_iter().flatten().min();
        best.or_else(|| possible.then(|| self.loosely(&t.name, scorer)).flatten())
    }

    /// The score of the word on the text it was found in.
    fn score(&self, t: &Target<'_>, found: Found, department: &str, post: &str, scorer: &Scorer) -> i64 {
        let on = |text: &str| scorer.score(text, &self.text).unwrap_or(0);
        match found.1 {
            Field::Name => on(t.name.name),
            Field::Pinyin if self.has_han => on(&format!("{} {}", t.name.name, t.name.spelled())),
            Field::Pinyin => on(&t.name.spelled()),
            Field::Initials => on(&t.name.initials()),
            Field::Number => on(t.staff),
            Field::Department => on(department),
            Field::Post => on(post),
        }
    }
}

/// The order of two people found: class, field ranks, readings cut short; smaller first.
fn rank(found: &[Found]) -> Option<(Class, u16)> {
    let class = found.iter().map(|f| f.0).max()?;
    Some((class, found.iter().map(|f| f.1 as u16 * 16 + u16::from(f.2)).sum()))
}

/// Searches columns.
pub struct Search<'a> {
    people: &'a People,
    scorer: Scorer,
}

impl<'a> Search<'a> {
    /// Over these people.
    pub fn new(people: &'a People) -> Self {
        Self { people, scorer: Scorer::default() }
    }

    /// The best `limit` people that every term finds, in order, and how many there are in all.
    pub fn query(&self, terms: &[Term], limit: usize) -> (Vec<Hit>, usize) {
        let mut hits = self.ranked(terms, limit, |_| true);
        let total = hits.len();
        hits.truncate(limit);
        (hits, total)
    }

    /// Everybody that every term finds and `keep` keeps. The first `exact` stand in their final order; those far below have
    /// score 0 and stand by class, field and id, because nobody looks at their order.
    pub fn ranked(&self, terms: &[Term], exact: usize, keep: impl Fn(u32) -> bool) -> Vec<Hit> {
        let departments: Vec<Vec<Option<Found>>> =
            terms.iter().map(|t| self.people.departments.each(|e| t.in_shared(e, Field::Department))).collect();
        let posts: Vec<Vec<Option<Found>>> =
            terms.iter().map(|t| self.people.posts.each(|e| t.in_shared(e, Field::Post))).collect();
        let shared = |i: usize, p: &super::people::Columns| {
            let d = departments.get(i).and_then(|d| d.get(p.department as usize)).copied().flatten();
            let o = posts.get(i).and_then(|d| d.get(p.post as usize)).copied().flatten();
            [d, o].into_iter().flatten().min()
        };
        let find = |p: &super::people::Columns| -> Option<Vec<Found>> {
            let target = p.target();
            terms.iter().enumerate().map(|(i, t)| t.find(&target, shared(i, p), &self.scorer)).collect()
        };
        let mut found: Vec<((Class, u16), u32)> = Vec::new();
        for (row, p) in self.people.rows().iter().enumerate() {
            let row = row as u32;
            if keep(row)
                && let Some(all) = find(p)
            {
                found.push((rank(&all).unwrap_or((Class::Exact, 0)), row));
            }
        }
        found.sort_unstable();
        // Scores decide only among equals, so they are needed down to the last rank that reaches into the top.
        let border = exact.min(found.len()).checked_sub(1).and_then(|i| found.get(i)).map(|f| f.0);
        let mut hits: Vec<((Class, u16), i64, u32)> = found
            .into_iter()
            .map(|(r, row)| {
                let scored = border.is_some_and(|b| r <= b) && !terms.is_empty();
                (r, if scored { self.score(terms, row, find) } else { 0 }, row)
            })
            .collect();
        hits.sort_unstable_by_key(|(r, score, row)| (*r, std::cmp::Reverse(*score), *row));
        hits.into_iter().map(|(r, score, row)| Hit { row, class: r.0, score }).collect()
    }

    fn score(&self, terms: &[Term], row: u32, find: impl Fn(&super::people::Columns) -> Option<Vec<Found>>) -> i64 {
        let Some(p) = self.people.rows().get(row as usize) else { return 0 };
        let target = p.target();
        let department = self.people.departments.text(p.department);
        let post = self.people.posts.text(p.post);
        let found = find(p).unwrap_or_default();
        terms.iter().zip(found).map(|(t, f)| t.score(&target, f, department, post, &self.scorer)).sum()
    }
}

/// Which chars of a name the words fall onto, for highlighting visible rows; sorted, without doubles.
pub fn highlight_name(terms: &[Term], name: &str) -> Vec<usize> {
    highlight(terms, crate::text::spell_name(name), true)
}

/// The same for a department or a post.
pub fn highlight_text(terms: &[Term], text: &str) -> Vec<usize> {
    highlight(terms, crate::text::spell_words(text), false)
}

fn highlight(terms: &[Term], spelled: Vec<crate::text::Syllable>, gaps: bool) -> Vec<usize> {
    let spans: Vec<(usize, usize)> = spelled.iter().map(|s| (s.at, s.text.chars().count())).collect();
    let elems = elems(spelled);
    let mut out: Vec<usize> = terms
        .iter()
        .flat_map(|t| align::used(&t.chars, &elems, gaps || t.has_han))
        .filter_map(|i| spans.get(i))
        .flat_map(|(at, n)| *at..at + n)
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Ranks people one by one as they stream by, keeping the best.
pub(super) struct Streaming {
    terms: Vec<Term>,
    scorer: Scorer,
    departments: Known,
    posts: Known,
}

/// What the words say of texts met before.
type Known = std::collections::HashMap<String, Vec<Option<Found>>>;

/// A key that sorts the best first.
pub(super) type StreamRank = ((Class, u16), std::cmp::Reverse<i64>, u64);

impl Streaming {
    pub(super) fn new(terms: Vec<Term>) -> Self {
        Self { terms, scorer: Scorer::default(), departments: Known::new(), posts: Known::new() }
    }

    /// The rank of a person, or `None` if a word does not find it.
    pub(super) fn rank(&mut self, t: &Target<'_>, department: &str, post: &str) -> Option<StreamRank> {
        let mut found = Vec::with_capacity(self.terms.len());
        let d = known(&mut self.departments, &self.terms, Field::Department, department);
        let p = known(&mut self.posts, &self.terms, Field::Post, post);
        for (i, term) in self.terms.iter().enumerate() {
            let shared = [d, p].into_iter().filter_map(|s| s.get(i).copied().flatten()).min();
            found.push(term.find(t, shared, &self.scorer)?);
        }
        let score = self.terms.iter().zip(&found).map(|(w, f)| w.score(t, *f, department, post, &self.scorer)).sum();
        Some((rank(&found)?, std::cmp::Reverse(score), t.id.0))
    }
}

fn known<'a>(known: &'a mut Known, terms: &[Term], field: Field, text: &str) -> &'a [Option<Found>] {
    // Two look-ups where one would do, because the text is only copied when it is new.
    if !known.contains_key(text) {
        let spelled = elems(crate::text::spell_words(text));
        known.insert(text.to_owned(), terms.iter().map(|t| t.in_shared(&spelled, field)).collect());
    }
    known.get(text).map_or(&[], Vec::as_slice)
}

impl Term {
    /// Whether the word finds a person by name or number; without ranking.
    pub(super) fn finds(&self, t: &Target<'_>) -> bool {
        (self.mask & !t.mask == 0 && self.in_name(t.name.elems).is_some())
            || self.in_numbers(t.id, t.staff, t.identity).is_some()
    }

    /// Whether the word stands in a folded text as it is.
    pub(super) fn contained_in(&self, folded: &str) -> bool {
        folded.contains(&self.text)
    }
}

/// The texts of a device: names of people, and the rest.
pub(super) struct Texts<'a> {
    pub(super) names: &'a [&'a str],
    pub(super) texts: &'a [&'a str],
}

impl Texts<'_> {
    /// Whether `f` holds for any; it is told whether the text is a name.
    pub(super) fn any(&self, f: impl Fn(&str, bool) -> bool) -> bool {
        self.names.iter().any(|t| f(t, true)) || self.texts.iter().any(|t| f(t, false))
    }
}
