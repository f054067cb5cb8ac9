//! The score of fuzzy-matcher, as a matcher that was never used before would give it.

use fuzzy_matcher::{FuzzyMatcher as _, skim::SkimMatcherV2};

/// A matcher whose scores do not depend on what it scored before.
///
/// `SkimMatcherV2` keeps its matrix between calls and reads cells that the call did not write, so a long-lived one ranks by
/// its history. A call on a text of one character shrinks the matrix to four cells; the next call grows it again with fresh
/// cells, and overwrites those four itself when the text has three characters or more.
pub(super) struct Scorer(SkimMatcherV2);

impl Default for Scorer {
    fn default() -> Self {
        Self(SkimMatcherV2::default().ignore_case())
    }
}

impl Scorer {
    /// The score of `word` in `text`; `None` where its characters do not all occur in order.
    pub(super) fn score(&self, text: &str, word: &str) -> Option<i64> {
        if text.chars().nth(2).is_none() {
            return Self::default().0.fuzzy_match(text, word);
        }
        let _ = self.0.fuzzy_match("a", "a");
        self.0.fuzzy_match(text, word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn scores_are_those_of_a_fresh_matcher(
            calls in proptest::collection::vec(("[a-cA 张伟0-2]{0,12}", "[a-cA 张伟0-2]{0,5}"), 1..12)
        ) {
            let scorer = Scorer::default();
            for (text, word) in &calls {
                let fresh = SkimMatcherV2::default().ignore_case().fuzzy_match(text, word);
                prop_assert_eq!(scorer.score(text, word), fresh, "{:?} {:?}", text, word);
            }
        }
    }
}
