//! Terms over a block of people: who is found, and how, as one small number a person.

#![expect(clippy::indexing_slicing, reason = "places are below 4,096, by construction")]

use super::super::people::{BLOCK, Block, Line, People};
use super::enough::Enough;
use super::glyphs::NO_NUMBER;
use super::letters::{Set, WORDS, join, keep, places};
use super::names::Names;
use super::score::{Scorer, ceiling, ones};
use super::term::{Scored, Term, spell};
use super::{Class, Code, Elem, Field, Found, NOT_FOUND, code, elems, found};
use crate::text::spell_name;

/// How each person of a block is found.
pub(super) type Codes = [Code; BLOCK];

/// Texts that people share, with what the term says of each.
#[derive(Clone, Default)]
struct Texts {
    /// How it is found; empty where none is.
    codes: Vec<Code>,
    /// The score of each that is found.
    scores: Vec<i64>,
}

impl Texts {
    fn code(&self, text: u32) -> Code {
        self.codes.get(text as usize).copied().unwrap_or(NOT_FOUND)
    }

    /// The best score among those found like this.
    fn most(&self, code: Code) -> Option<i64> {
        self.codes.iter().zip(&self.scores).filter(|(c, _)| **c == code).map(|(_, score)| *score).max()
    }
}

/// A term, ready for all blocks.
pub(super) struct Scan<'a> {
    people: &'a People,
    term: &'a Term,
    names: Names<'a>,
    departments: Texts,
    posts: Texts,
    scorer: Scorer,
    spelled: String,
    enough: Enough,
}

impl<'a> Scan<'a> {
    pub(super) fn new(term: &'a Term, people: &'a People) -> Self {
        let scorer = Scorer::default();
        let shared = |texts: &super::super::people::Shared, field| {
            let codes: Vec<Code> = texts.each(|e, mask| term.in_masked(e, mask, field).map_or(NOT_FOUND, code));
            if codes.iter().all(|c| *c == NOT_FOUND) {
                return Texts::default();
            }
            let score = |(n, code): (u32, &Code)| match *code {
                NOT_FOUND => 0,
                _ => term.score_in(texts.text(n), &scorer),
            };
            let scores = (0..).zip(&codes).map(score).collect();
            Texts { codes, scores }
        };
        Self {
            people,
            term,
            names: Names::new(term, people.glyphs()),
            departments: shared(&people.departments, Field::Department),
            posts: shared(&people.posts, Field::Post),
            spelled: String::new(),
            enough: Enough::new(term, people.glyphs()),
            scorer,
        }
    }

    /// The same for another thread.
    pub(super) fn again(&self) -> Self {
        Self {
            people: self.people,
            term: self.term,
            names: self.names.clone(),
            departments: self.departments.clone(),
            posts: self.posts.clone(),
            scorer: Scorer::default(),
            spelled: String::new(),
            enough: self.enough.clone(),
        }
    }

    /// The term.
    pub(super) const fn term(&self) -> &Term {
        self.term
    }

    /// Leaves in `set` whom the term finds, and says how. Whoever is not in it is not looked at.
    pub(super) fn block(&mut self, block: &Block, set: &mut Set, codes: &mut Codes) {
        codes.fill(NOT_FOUND);
        let mut found = [0; WORDS];
        self.names(block, set, codes, &mut found);
        self.numbers(block, set, codes, &mut found);
        for (shared, groups) in
            [(&self.departments, Block::departments as fn(&Block) -> &_), (&self.posts, Block::posts)]
        {
            if shared.codes.is_empty() {
                continue;
            }
            for (text, places) in groups(block).iter() {
                let code = shared.code(text);
                if code == NOT_FOUND {
                    continue;
                }
                for place in places {
                    let place = usize::from(*place);
                    codes[place] = codes[place].min(code);
                    join(&mut found, place);
                }
            }
        }
        if self.term.can_be_loose() {
            self.loose(block, set, codes, &mut found);
        }
        keep(set, &found);
    }

    fn names(&mut self, block: &Block, set: &Set, codes: &mut Codes, found: &mut Set) {
        if self.term.chars().is_empty() {
            return;
        }
        let mut can = *set;
        block.letters().of_name(&mut can, &self.term.needs);
        for (n, word) in can.iter().enumerate() {
            let mut has = 0;
            for bit in ones(*word) {
                let place = n * 64 + bit as usize;
                // Nothing is decided by what the code is, so that the next names are fetched meanwhile.
                let code = self.names.code(block.short(place)).unwrap_or_else(|| match block.glyphs(place) {
                    [NO_NUMBER] => {
                        let found = block.line(place).and_then(|l| with_name(self.people, l, |n| self.term.in_name(n)));
                        found.map_or(NOT_FOUND, code)
                    }
                    name => self.names.work_out(name),
                });
                codes[place] = code;
                has |= u64::from(code != NOT_FOUND) << bit;
            }
            found[n] |= has;
        }
    }

    fn numbers(&self, block: &Block, set: &Set, codes: &mut Codes, found: &mut Set) {
        let begun = block.letters().begun(set, &self.term.needs);
        if let Some((begun, alone)) = &begun {
            for (set, class) in [(begun, Class::Prefix), (alone, Class::Exact)] {
                let number = code((class, Field::Number, false));
                places(set).for_each(|place| codes[place] = codes[place].min(number));
            }
            for (word, begun) in found.iter_mut().zip(begun) {
                *word |= begun;
            }
        }
        let mut look = |place: usize| {
            let Some(line) = block.line(place) else { return };
            if let Some(number) = self.term.in_numbers(line.id, line.staff(), line.identity()) {
                codes[place] = codes[place].min(code(number));
                join(found, place);
            }
        };
        if begun.is_none() {
            let mut can = *set;
            block.letters().of_staff(&mut can, &self.term.needs);
            places(&can).for_each(&mut look);
        }
        if let Some(tail) = self.term.tail() {
            block.letters().with_tail(tail).for_each(&mut look);
        }
        if let Some(id) = self.term.id() {
            let place = id.0 as usize % BLOCK;
            if block.line(place).is_some_and(|l| l.id == id) {
                look(place);
            }
        }
    }

    fn loose(&mut self, block: &Block, set: &Set, codes: &mut Codes, found: &mut Set) {
        let mut can = *set;
        block.letters().of_spelling(&mut can, &self.term.needs);
        keep(&mut can, &found.map(|word| !word));
        for place in places(&can) {
            if !self.enough.holds(block.short(place)) {
                continue;
            }
            let Some(line) = block.line(place) else { continue };
            self.spelled.clear();
            with_name(self.people, line, |name| spell(name, &mut self.spelled));
            if let Some(loose) = self.term.on_spelling(&self.spelled, &self.scorer) {
                codes[place] = code(loose);
                join(found, place);
            }
        }
    }

    /// How the term finds one person.
    pub(super) fn one(&mut self, line: Line<'_>) -> Option<Found> {
        let name = with_name(self.people, line, |name| self.term.in_name(name));
        let number = self.term.in_numbers(line.id, line.staff(), line.identity());
        let shared = |texts: &Texts, n: u32| found(texts.code(n));
        let shared = [shared(&self.departments, line.department), shared(&self.posts, line.post)];
        let best = [name, number].into_iter().chain(shared).flatten().min();
        best.or_else(|| {
            self.spelled.clear();
            with_name(self.people, line, |name| spell(name, &mut self.spelled));
            self.term.can_be_loose().then(|| self.term.on_spelling(&self.spelled, &self.scorer)).flatten()
        })
    }

    /// The best score that a match can have.
    pub(super) fn most(&self, found: Found) -> Option<i64> {
        match found.1 {
            Field::Department => self.departments.most(code(found)),
            Field::Post => self.posts.most(code(found)),
            _ => self.term.scored().map(ceiling),
        }
    }

    /// The score of a match.
    pub(super) fn score(&mut self, line: Line<'_>, found: Found) -> i64 {
        let known = |texts: &Texts, n: u32| texts.scores.get(n as usize).copied().unwrap_or(0);
        match found.1 {
            Field::Department => return known(&self.departments, line.department),
            Field::Post => return known(&self.posts, line.post),
            _ => {}
        }
        let of = Scored { name: line.name(), staff: line.staff(), department: "", post: "" };
        with_name(self.people, line, |name| self.term.score(found, &of, name, &mut self.spelled, &self.scorer))
    }
}

/// Calls `f` with the characters of a name.
fn with_name<T>(people: &People, line: Line<'_>, f: impl FnOnce(&mut dyn Iterator<Item = &Elem>) -> T) -> T {
    if line.glyphs() == [NO_NUMBER] {
        f(&mut elems(spell_name(line.name())).iter())
    } else {
        f(&mut people.glyphs().of(line.glyphs()))
    }
}
