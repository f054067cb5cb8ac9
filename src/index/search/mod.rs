//! Fuzzy ranking of words over people. A word finds a person by name, pinyin, initials, number, department or post; of
//! several words each must find something.
//!
//! Order: matches that identify a person (name, pinyin, initials, number) before those that many people share (department,
//! post); in each, whole before beginning before inside; then the field in the order just given; then fuzzy-matcher's score; then the record id. A
//! reading that is unusual at its place counts as found inside, and a spelling with letters left out comes last.
//!
//! ```text
//!  word ─┬─ letters: who has them all?  64 people at a time ──► names: how does it fall? a few kinds of characters
//!        ├─ pairs of signs in staff numbers, ends of identity numbers ──► compared as they are
//!        └─ departments and posts: each text once ──► those who share it
//!                         │ one code a person: class, field
//!                         ▼
//!        ranks: people by code, by number ──► scores only where they decide who stands in the top
//! ```
//!
//! | file | does |
//! |---|---|
//! | `term` | one word and one person: what a match is |
//! | `align` | how a word falls onto characters with readings |
//! | `score` | fuzzy-matcher's score, exactly, in bits |
//! | `letters` | a bit a person for each letter |
//! | `glyphs`, `names` | the characters of all names, each once; a word over many names |
//! | `enough` | whether a name has the letters of a word as often as it has |
//! | `scan` | a word over a block of people |
//! | `rank` | words over everybody, in order |
//! | `stream` | the same for people who pass by one by one |
//! | `highlight` | what a word falls onto, for rows on the screen |

mod align;
mod enough;
mod glyphs;
mod highlight;
mod letters;
mod names;
mod rank;
mod scan;
mod score;
mod stream;
mod term;

pub use align::{Elem, elems};
pub(super) use glyphs::{Glyphs, Short};
pub use highlight::{highlight_name, highlight_text};
pub(super) use letters::{Letters, Set, join};
pub(super) use rank::Rows;
pub use rank::{Hit, Search};
pub(super) use stream::{StreamRank, Streaming};
pub use term::Term;
pub(super) use term::{Target, Texts, mask};

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

impl Class {
    const ALL: [Self; 6] = [Self::Exact, Self::Prefix, Self::Inside, Self::Shared, Self::SharedInside, Self::Loose];
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

impl Field {
    const ALL: [Self; 6] = [Self::Name, Self::Pinyin, Self::Initials, Self::Number, Self::Department, Self::Post];
}

/// A match of one word: how, in which field, and whether a reading was cut short (`li` finds 李 before 林).
pub(super) type Found = (Class, Field, bool);

/// A match as one number; the better match is the smaller.
type Code = u8;
const NOT_FOUND: Code = u8::MAX;

const fn code((class, field, cut): Found) -> Code {
    (class as u8 * 6 + field as u8) * 2 + cut as u8
}

fn found(code: Code) -> Option<Found> {
    let (class, field) = (usize::from(code) / 12, usize::from(code) / 2 % 6);
    Some((*Class::ALL.get(class)?, *Field::ALL.get(field)?, code % 2 == 1))
}

/// What a match weighs among those of its class, added up over the words.
fn weight((_, field, cut): Found) -> u16 {
    field as u16 * 16 + u16::from(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_for_matches_in_their_order() {
        let mut before = None;
        for class in Class::ALL {
            for field in Field::ALL {
                for cut in [false, true] {
                    let code = code((class, field, cut));
                    assert_eq!(found(code), Some((class, field, cut)));
                    assert!(before < Some(code) && code < NOT_FOUND - 1);
                    before = Some(code);
                }
            }
        }
        assert_eq!(found(NOT_FOUND), None);
    }
}
