//! Which characters of a text the words fall onto.

use super::align::{self, elems};
use super::term::Term;

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
        .flat_map(|t| align::used(t.chars(), &elems, gaps || t.has_han))
        .filter_map(|i| spans.get(i))
        .flat_map(|(at, n)| *at..at + n)
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}
