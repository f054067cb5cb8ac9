//! What the lists ask of the index: rows that match a filter, in an order; what the filter matched in a text; what could
//! complete it.

use std::sync::LazyLock;

use super::Context;
use crate::domain::UnitId;
use crate::i18n::{Lang, Texts};
use crate::index::query::{Field, Subject, complete};
use crate::index::search::{Term, highlight_name, highlight_text};
use crate::index::{Completion, Item, Known, Listing, PersonRow, Query, Row, Sort, View, Vocabulary};
use crate::ui::paint::{Pieces, highlighted};
use crate::ui::theme::Role;

/// The names of fields and values: every language is understood, the session's own comes first.
static VOCABULARY: LazyLock<[Vocabulary; 2]> = LazyLock::new(|| Lang::ALL.map(vocabulary));

fn vocabulary(first: Lang) -> Vocabulary {
    let mut languages = Lang::ALL;
    languages.sort_by_key(|l| *l != first);
    let names = |key: &str| languages.iter().flat_map(|l| Texts::new(*l).list(key)).map(str::to_owned).collect();
    Vocabulary::new(names)
}

fn words(cx: &Context) -> &'static Vocabulary {
    let [first, second] = &*VOCABULARY;
    if cx.texts.lang() == Lang::ZhCn { first } else { second }
}

/// Why a filter cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong and what would be right, as one sentence each.
    pub text: String,
    /// Where, in chars.
    pub at: std::ops::Range<usize>,
    /// The word that is wrong.
    token: String,
    /// The filter without the word that is wrong, where that can be read.
    pub rest: Option<Query>,
}

impl Problem {
    /// The filter to go by until the problem is mended: the last good one, without what was only the beginning of the
    /// word that is wrong now.
    pub fn goes_by(&self, last: &Query) -> Query {
        self.rest.as_ref().filter(|rest| last.was_becoming(&self.token, rest)).unwrap_or(last).clone()
    }
}

/// Reads a filter.
///
/// # Errors
/// What is wrong and what would be right.
pub fn read(cx: &Context, text: &str) -> Result<Query, Problem> {
    read_about(cx, text, Subject::People)
}

/// Reads a filter about a subject.
///
/// # Errors
/// As [`read`].
pub fn read_about(cx: &Context, text: &str, subject: Subject) -> Result<Query, Problem> {
    let steps = crate::decide::steps_of(&cx.operator.roles);
    let units: Vec<(UnitId, &str)> = cx.units.iter().map(|u| (u.id, u.name.as_str())).collect();
    let known = Known { units: &units, steps: &steps, departments: &cx.operator.departments };
    let parse = |text: &str| Query::parse(text, subject, words(cx)).map(|q| q.know(known));
    parse(text).map_err(|e| {
        let values: Vec<(&str, &str)> = e.values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let what = cx.texts.fill(&format!("query.{}", e.code), &values);
        let way_out = cx.texts.fill(&format!("query.{}_hint", e.code), &values);
        let chars: Vec<char> = text.chars().collect();
        let at = e.at.start.min(chars.len());
        let before = chars.iter().take(at).rposition(|c| c.is_whitespace()).map_or(0, |n| n + 1);
        let after = chars.iter().skip(at).position(|c| c.is_whitespace()).map_or(chars.len(), |n| at + n);
        let rest: String = chars.iter().take(before).chain(chars.iter().skip(after)).collect();
        let token = chars.iter().take(after).skip(before).collect();
        let rest = parse(&rest).ok();
        Problem { text: cx.texts.fill("lists.problem", &[("what", what), ("way_out", way_out)]), at: e.at, token, rest }
    })
}

/// The rows of a list that a filter finds, in order.
pub fn list(cx: &Context, view: View, query: &Query, sort: Option<Sort>) -> Listing {
    cx.index.shown(view, query, sort)
}

/// How many rows a filter finds; a filter that cannot be read finds none.
pub fn count(cx: &Context, view: View, filter: &str) -> usize {
    read_about(cx, filter, view.into()).map_or(0, |q| cx.index.count(view, &q))
}

/// The row of an entry.
pub fn row(cx: &Context, item: Item) -> Option<Row> {
    cx.index.row(item)
}

/// The person a row is about.
pub fn person(cx: &Context, row: Row) -> Option<PersonRow> {
    match row {
        Row::Person(p) => Some(p),
        Row::Trip(t) => cx.index.person(t.person),
        Row::Matter(m) => cx.index.person(m.person),
        Row::Computer(_) | Row::Medium(_) | Row::Inspection(_) | Row::Finding(_) => None,
    }
}

/// What the words of a filter fall onto.
pub struct Matches(Vec<Term>);

impl Matches {
    /// The words of a query.
    pub fn new(query: &Query) -> Self {
        Self(query.words().filter_map(Term::new).collect())
    }

    /// A name with what was matched in it.
    pub fn name(&self, text: &str, role: Role) -> Pieces {
        if self.0.is_empty() {
            highlighted(text, &[], role)
        } else {
            highlighted(text, &highlight_name(&self.0, text), role)
        }
    }

    /// Another text with what was matched in it.
    pub fn text(&self, text: &str, role: Role) -> Pieces {
        if self.0.is_empty() {
            highlighted(text, &[], role)
        } else {
            highlighted(text, &highlight_text(&self.0, text), role)
        }
    }
}

/// What could be written in a filter about a subject before the caret, in chars.
pub fn completions_about(cx: &Context, filter: &str, caret: usize, subject: Subject) -> Vec<Completion> {
    complete(filter, caret, subject, words(cx), |field| match field {
        Field::Unit => cx.units.iter().map(|u| u.name.clone()).collect(),
        field => cx.index.texts(field),
    })
}

/// How well a name fits what is typed, for the palette; `None` if not at all. Chinese is found by its pinyin too.
pub fn score(name: &str, query: &str) -> Option<i64> {
    let terms = Term::split(query);
    if terms.is_empty() {
        return Some(0);
    }
    let folded = name.to_lowercase();
    let mut score = 0;
    for (term, word) in terms.iter().zip(query.split_whitespace()) {
        let hits = highlight_text(std::slice::from_ref(term), name);
        let first = hits.first().copied();
        let plain = folded.find(&word.to_lowercase());
        if first.is_none() && plain.is_none() {
            return None;
        }
        // Nearer the beginning is better, and a text that stands there as typed best.
        score -= first.unwrap_or(40) as i64;
        score += if plain.is_some() { 100 } else { 0 };
    }
    Some(score)
}
