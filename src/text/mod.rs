//! Text that comes from people and files, on its way to a screen, a line of output, or a search.
//!
//! Three units are kept apart in every name: a *byte* (`len`), a *char* (a Unicode scalar value) and a *cell* (a column of
//! the terminal; a Chinese character takes two).
//!
//! | file | does |
//! |---|---|
//! | `clean` | the one place where stored text becomes screen or output text |
//! | `cells` | width, cut, pad and wrap, in cells, never half a character |
//! | `mask` | identity-like numbers in free text |
//! | `fold` | what compares as equal: full-width forms, case, spaces |
//! | `pinyin` | readings of Chinese names and words, for search and order |

mod cells;
mod clean;
mod fold;
mod mask;
mod pinyin;

pub use cells::{Align, Ellipsis, cut, pad, width, width_before, wrap};
pub use clean::{clean, clean_lines};
pub use fold::{fold, half, half_width, join_name};
pub use mask::mask_numbers;
pub use pinyin::{
    Readings, Syllable, initials, is_pinyin, keyed_in, letters, pinyin_words, readings, sort_key, spell_name,
    spell_words,
};
