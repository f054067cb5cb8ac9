//! 4,096 people side by side. A block is the unit in which people are kept and copied: an index that follows a change
//! shares all blocks but one with the index before it.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::domain::{PersonId, PersonSummary};

use super::super::search::{Letters, Set, Short, join};
use super::columns::Columns;
use super::groups::Groups;
use super::slices::Slices;

/// People in a block; a number divided by this is the number of its block.
pub(in crate::index) const BLOCK: usize = 4096;

/// The people whose numbers fall into one block, each at the place its number says.
#[derive(Debug, Clone, Default)]
pub(in crate::index) struct Block {
    columns: Vec<Columns>,
    names: Slices<u8>,
    staff: Slices<u8>,
    identities: Slices<u8>,
    packed: Slices<u8>,
    /// The characters of the names, as numbers of [`super::super::search::Glyphs`].
    glyphs: Slices<u16>,
    /// The same of short names, in one value each.
    names_in_one: Vec<Short>,
    letters: Letters,
    departments: OnceLock<Arc<Groups>>,
    posts: OnceLock<Arc<Groups>>,
}

/// What a block keeps of a person beside the columns.
pub(super) struct Parts<'a> {
    pub(super) name: &'a str,
    pub(super) staff: &'a str,
    pub(super) identity: &'a str,
    pub(super) packed: &'a [u8],
    pub(super) glyphs: &'a [u16],
}

impl Block {
    /// Puts a person at its place, instead of whoever was there.
    pub(super) fn put(&mut self, slot: usize, columns: Columns, parts: &Parts<'_>, letters: impl Fn(&mut Letters)) {
        if self.columns.len() <= slot {
            self.columns.resize(slot + 1, Columns::NOBODY);
        }
        // A column of letters is far from the next: where nobody was, nothing is taken out of them.
        if self.line(slot).is_some() {
            self.letters.clear(slot);
        }
        if let Some(place) = self.columns.get_mut(slot) {
            *place = columns;
        }
        self.names.set(slot, parts.name.as_bytes());
        self.staff.set(slot, parts.staff.as_bytes());
        self.identities.set(slot, parts.identity.as_bytes());
        self.packed.set(slot, parts.packed);
        self.glyphs.set(slot, parts.glyphs);
        if self.names_in_one.len() <= slot {
            self.names_in_one.resize(slot + 1, Short::default());
        }
        if let Some(place) = self.names_in_one.get_mut(slot) {
            *place = Short::new(parts.glyphs);
        }
        letters(&mut self.letters);
        self.departments.take();
        self.posts.take();
    }

    /// Empties a place.
    pub(super) fn remove(&mut self, slot: usize) {
        let nothing = Parts { name: "", staff: "", identity: "", packed: &[], glyphs: &[] };
        self.put(slot, Columns::NOBODY, &nothing, |_| ());
    }

    /// An empty block with room for what is in this one, so that it is not moved as it grows.
    pub(super) fn room_for_as_many(&self) -> Self {
        Self {
            columns: Vec::with_capacity(self.columns.len()),
            names_in_one: Vec::with_capacity(self.names_in_one.len()),
            names: self.names.room_for_as_many(),
            staff: self.staff.room_for_as_many(),
            identities: self.identities.room_for_as_many(),
            packed: self.packed.room_for_as_many(),
            glyphs: self.glyphs.room_for_as_many(),
            ..Self::default()
        }
    }

    /// Gives back what was reserved for more people.
    pub(super) fn settle(&mut self) {
        self.columns.shrink_to_fit();
        self.names_in_one.shrink_to_fit();
        self.names.settle();
        self.staff.settle();
        self.identities.settle();
        self.packed.settle();
        self.glyphs.settle();
    }

    /// The person at a place.
    pub(in crate::index) fn line(&self, slot: usize) -> Option<Line<'_>> {
        let columns = self.columns.get(slot).filter(|c| c.id != PersonId(0))?;
        Some(Line { columns, block: self, slot })
    }

    /// The places that are taken.
    pub(in crate::index) fn everybody(&self) -> Set {
        let mut set = [0; BLOCK / 64];
        for line in self.lines() {
            join(&mut set, line.slot);
        }
        set
    }

    /// Everybody, by number.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.columns.iter().enumerate().filter(|(_, c)| c.id != PersonId(0)).map(|(slot, columns)| Line {
            columns,
            block: self,
            slot,
        })
    }

    /// Which letters stand in whose name or number.
    pub(in crate::index) const fn letters(&self) -> &Letters {
        &self.letters
    }

    /// The name at a place, where it is short.
    #[inline]
    pub(in crate::index) fn short(&self, slot: usize) -> Short {
        self.names_in_one.get(slot).copied().unwrap_or_default()
    }

    /// The characters of the name at a place.
    pub(in crate::index) fn glyphs(&self, slot: usize) -> &[u16] {
        self.glyphs.get(slot)
    }

    /// The staff number at a place, folded.
    pub(in crate::index) fn staff(&self, slot: usize) -> &str {
        text(self.staff.get(slot))
    }

    /// The identity number at a place; empty if there is none.
    pub(in crate::index) fn identity(&self, slot: usize) -> &str {
        text(self.identities.get(slot))
    }

    /// Who is in which department.
    pub(in crate::index) fn departments(&self) -> &Groups {
        self.departments.get_or_init(|| Arc::new(self.groups(|c| c.department)))
    }

    /// Who is on which post.
    pub(in crate::index) fn posts(&self) -> &Groups {
        self.posts.get_or_init(|| Arc::new(self.groups(|c| c.post)))
    }

    fn groups(&self, of: impl Fn(&Columns) -> u32) -> Groups {
        let alive = self.columns.iter().enumerate().filter(|(_, c)| c.id != PersonId(0));
        Groups::new(alive.map(|(slot, c)| (of(c), slot as u16)).collect())
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// One person of a block.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    columns: &'a Columns,
    block: &'a Block,
    slot: usize,
}

impl Deref for Line<'_> {
    type Target = Columns;

    fn deref(&self) -> &Columns {
        self.columns
    }
}

impl<'a> Line<'a> {
    /// Name as stored.
    pub fn name(&self) -> &'a str {
        text(self.block.names.get(self.slot))
    }

    /// Staff number, folded.
    pub fn staff(&self) -> &'a str {
        self.block.staff(self.slot)
    }

    /// The identity number as words are compared with it: lower case; empty if there is none.
    pub(in crate::index) fn identity(&self) -> &'a str {
        self.block.identity(self.slot)
    }

    /// The characters of the name.
    pub(in crate::index) fn glyphs(&self) -> &'a [u16] {
        self.block.glyphs(self.slot)
    }

    /// The whole summary.
    pub fn summary(&self) -> Option<PersonSummary> {
        postcard::from_bytes(self.block.packed.get(self.slot)).ok()
    }

    /// Bytes of the packed summary, for measuring.
    pub fn packed_len(&self) -> usize {
        self.block.packed.get(self.slot).len()
    }
}
