//! The score of fuzzy-matcher, as a matcher that was never used before would give it.
//!
//! Lines of up to 64 lower-case characters are scored here, with a bit for each position; the library does the rest. Both
//! follow the same recurrence: a match is worth 16, more at the start of a word and right behind the match before it; a
//! gap costs 3 and 1 for each character left out.
//!
//! ```text
//! word  zw      text  z h a n g   w e i
//!               z at  1 0 0 0 0 0 0 0 0     best score of "z"  ending here: 31
//!               w at  0 0 0 0 0 0 1 0 0     best score of "zw" ending here: 31 - 3 - 5 + 16 + 8
//! ```

use fuzzy_matcher::{FuzzyMatcher as _, skim::SkimMatcherV2};

/// The longest text with a bit for each character.
const BITS: usize = 64;

const MATCH: i32 = 16;
const GAP: i32 = -3;
const GAP_EACH: i32 = -1;
/// At the start of the text, of a word, behind a sign that divides less.
const FIRST: i32 = 16;
const HEAD: i32 = 8;
const BREAK: i32 = 7;
/// Right behind the character before it.
const NEXT: i32 = 4;
const NEVER: i32 = i32::MIN / 2;

/// Scores texts.
pub(super) struct Scorer(SkimMatcherV2);

impl Default for Scorer {
    fn default() -> Self {
        Self(SkimMatcherV2::default().ignore_case())
    }
}

impl Scorer {
    /// The score of `word` in `text`; `None` where its characters do not all occur in order.
    pub(super) fn score(&self, text: &str, word: &str) -> Option<i64> {
        match Positions::new(text, word) {
            Some(positions) => positions.score().map(i64::from),
            None => self.library(text, word),
        }
    }

    /// `SkimMatcherV2` keeps its matrix between calls and reads cells that the call did not write, so a long-lived one
    /// ranks by its history. A call on a text of one character shrinks the matrix to four cells; the next call grows it
    /// again with fresh cells, and overwrites those four itself when the text has three characters or more.
    fn library(&self, text: &str, word: &str) -> Option<i64> {
        if text.chars().nth(2).is_none() {
            return Self::default().0.fuzzy_match(text, word);
        }
        let _ = self.0.fuzzy_match("a", "a");
        self.0.fuzzy_match(text, word)
    }
}

/// The best score that a folded word of `n` letters and digits, at least one, has in any text: a word behind a space is
/// worth no more than the next letter, and a capital behind a small letter loses by its case what its place is worth.
pub(super) fn ceiling(n: usize) -> i64 {
    i64::from(MATCH + GAP_EACH + FIRST) + (n as i64 - 1) * i64::from(MATCH + NEXT)
}

/// Where the characters of a word stand in a text.
struct Positions {
    /// For each character of the word the places it can have when those before it have theirs.
    at: [u64; BITS],
    n: usize,
    /// Places where a word starts.
    heads: u64,
    /// Places behind a sign that divides less.
    breaks: u64,
}

impl Positions {
    /// `None` for what only the library scores.
    fn new(text: &str, word: &str) -> Option<Self> {
        let mut wanted = ['\0'; BITS];
        let mut n = 0;
        for c in word.chars() {
            *wanted.get_mut(n)? = c;
            n += 1;
            if c.is_ascii_uppercase() {
                return None;
            }
        }
        let wanted = wanted.get(..n)?;
        let (mut at, mut heads, mut breaks) = ([0; BITS], 0, 0);
        let mut before = '\0';
        let mut bit = 1u64;
        for c in text.chars() {
            if bit == 0 || c.is_ascii_uppercase() {
                return None;
            }
            for (places, w) in at.iter_mut().zip(wanted) {
                *places |= if c == *w { bit } else { 0 };
            }
            match before {
                '\0' | ' ' | '/' | '\\' | '|' | '(' | ')' | '[' | ']' | '{' | '}' => heads |= bit,
                '!'..='\'' | '*'..='.' | ':'..='@' | '^'..='`' | '~' => breaks |= bit,
                _ => {}
            }
            before = c;
            bit <<= 1;
        }
        Some(Self { at, n, heads, breaks })
    }

    fn bonus(&self, place: u32) -> i32 {
        if self.heads >> place & 1 != 0 {
            if place == 0 { FIRST } else { HEAD }
        } else if self.breaks >> place & 1 != 0 {
            BREAK
        } else {
            0
        }
    }

    fn score(mut self) -> Option<i32> {
        // Each character can only stand behind the first place of the one before it.
        let mut allowed = u64::MAX;
        for places in self.at.iter_mut().take(self.n) {
            *places &= allowed;
            let first = *places & places.wrapping_neg();
            if first == 0 {
                return None;
            }
            allowed = !(first | (first - 1));
        }
        let mut rows = self.at.iter().take(self.n).copied();
        let Some(row) = rows.next() else { return Some(0) };
        let mut before = Row { places: row, scores: [NEVER; BITS], lead: NEVER };
        for place in ones(row) {
            before.set(place, MATCH + GAP_EACH + self.bonus(place));
        }
        let (mut older, mut left) = (None::<Row>, NEVER);
        for row in rows {
            // The library has two rows of cells for all characters, and does not clean the one in front of the first
            // place: there it finds what it wrote for the character before the last, and goes on from that.
            let start = row.trailing_zeros();
            let skipped = older.as_ref().map_or(GAP_EACH, |o| o.skipped(start));
            left = older.as_ref().map_or(NEVER, |o| o.get(start.wrapping_sub(1)));
            let lead = start as i32 + (left + GAP + GAP_EACH).max(skipped + GAP_EACH) - GAP;
            let next = before.next(row, lead, |place| self.bonus(place));
            older = Some(std::mem::replace(&mut before, next));
        }
        ones(before.places).map(|place| before.get(place)).chain([left]).max()
    }
}

/// The best scores of the word up to one of its characters.
struct Row {
    /// Where the character stands.
    places: u64,
    /// The score with the character at each of its places.
    scores: [i32; BITS],
    /// What the gap behind the row begins with, before any place.
    lead: i32,
}

impl Row {
    fn get(&self, place: u32) -> i32 {
        self.scores.get(place as usize).copied().unwrap_or(NEVER)
    }

    fn set(&mut self, place: u32, score: i32) {
        if let Some(slot) = self.scores.get_mut(place as usize) {
            *slot = score;
        }
    }

    /// The best score with the place before this one left out. Scores have their place added, so that gaps compare.
    fn skipped(&self, place: u32) -> i32 {
        let ahead = self.places & !(u64::MAX << place.saturating_sub(1));
        let best = ones(ahead).map(|p| self.get(p) - GAP_EACH * p as i32).fold(self.lead, i32::max);
        best + GAP + GAP_EACH * (place as i32 - 1)
    }

    /// The row of the next character.
    fn next(&self, places: u64, lead: i32, bonus: impl Fn(u32) -> i32) -> Self {
        let mut next = Self { places, scores: [NEVER; BITS], lead };
        let (mut behind, mut from) = (self.lead, ones(self.places).peekable());
        for place in ones(places) {
            while let Some(p) = from.next_if(|p| p + 1 < place) {
                behind = behind.max(self.get(p) - GAP_EACH * p as i32);
            }
            let bonus = bonus(place);
            let apart = behind + GAP + GAP_EACH * (place as i32 - 1) + bonus;
            // Only at places of the character before is there a score.
            let joined = self.get(place.wrapping_sub(1)) + bonus.max(NEXT);
            next.set(place, MATCH + apart.max(joined));
        }
        next
    }
}

/// The places of the bits that are set, smallest first.
pub(super) fn ones(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
        (place < 64).then_some(place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fresh(text: &str, word: &str) -> Option<i64> {
        SkimMatcherV2::default().ignore_case().fuzzy_match(text, word)
    }

    /// Texts as they are searched, and texts that are hard: few different characters, every kind of sign, long lines.
    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-c]{0,12}",
            "[ab ]{0,70}",
            "[a-cA-C 张伟0-2]{0,12}",
            "([a-z]{1,6} ){1,4}",
            "[张王李伟娜a-z]{1,4} [a-z]{2,12} [a-z]{1,3} 城东分局[0-9]{7}",
            "[a-c/\\\\|(){}\\[\\]!'*.:@^`~-]{0,20}",
            "[0-9]{1,18}",
            "[a-z \u{0}张]{50,80}",
            "[a-c ]{0,3}[x.]{0,50}[a-c]{0,3}[x]{0,9}[a-c]{0,4}",
            "[abx \u{0}]{20,64}",
            "\\PC{0,20}",
        ]
    }

    fn word() -> impl Strategy<Value = String> {
        prop_oneof!["[a-c]{0,6}", "[a-cA-C 张伟0-2]{0,5}", "[a-z]{1,4}", "[0-9]{1,4}", "[ -~张]{0,4}", "[ab]{40,70}"]
    }

    #[test]
    fn what_the_library_leaves_in_its_cells_counts() {
        let gap = "x".repeat(50);
        for (text, word) in [(format!("xd {gap}\u{0}db"), "d b"), (format!("xa{gap}xab"), "aab")] {
            assert_eq!(Scorer::default().score(&text, word), fresh(&text, word), "{text:?} {word}");
        }
    }

    #[test]
    fn a_capital_is_worth_no_more_than_the_next_letter() {
        let best = fresh("张C", "张c").unwrap();
        assert!(best <= ceiling(2), "{best}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn scores_are_those_of_a_fresh_matcher(calls in proptest::collection::vec((text(), word()), 1..6)) {
            let scorer = Scorer::default();
            for (text, word) in &calls {
                prop_assert_eq!(scorer.score(text, word), fresh(text, word), "{:?} {:?}", text, word);
                let folded = word.chars().all(|c| c.is_alphanumeric() && !c.is_ascii_uppercase());
                if let (Some(score), true) = (scorer.score(text, word), folded) {
                    prop_assert!(word.is_empty() || score <= ceiling(word.chars().count()), "{text:?} {word:?}");
                }
            }
        }

        #[test]
        fn parts_of_a_text_score_like_a_fresh_matcher(text in text(), picks in proptest::collection::vec(0usize..80, 1..8)) {
            let chars: Vec<char> = text.chars().collect();
            let mut picks: Vec<usize> = picks.into_iter().filter(|p| *p < chars.len()).collect();
            picks.sort_unstable();
            picks.dedup();
            let word: String = picks.iter().map(|p| chars[*p].to_ascii_lowercase()).collect();
            prop_assert_eq!(Scorer::default().score(&text, &word), fresh(&text, &word), "{:?} {:?}", text, word);
        }
    }
}
