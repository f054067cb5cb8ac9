//! People as columns. What filters, sorts and searches touch for everybody is kept ready; the rest of a summary stays
//! packed and is unpacked for the rows that are looked at.
//!
//! ```text
//!  number 4096…                    number 8192…
//! ┌ block ───────────────────────┐ ┌ block ─────┐
//! │ columns  │level│state│left│… │ │            │   fixed size: filters and orders
//! │ names    王伟李娜…           │ │            │   one piece of memory for all: `slices`
//! │ packed   the whole summaries │ │            │
//! │ letters  z 0110100…          │ │            │   a bit a person: `search::Letters`
//! └──────────────────────────────┘ └────────────┘
//! ```
//!
//! Blocks are shared between an index and the one that follows it, so a change copies one block and not the register.

mod block;
mod columns;
mod groups;
mod shared;
mod slices;

use std::sync::{Arc, OnceLock};

use crate::domain::{Date, PersonId, PersonSummary};
use crate::text::{fold, sort_key, spell_name};

use super::rows::PersonRow;
use super::search::{Elem, Glyphs, elems};

pub use block::Line;
use block::Parts;
pub(super) use block::{BLOCK, Block};
pub use columns::Columns;
pub(super) use columns::{duty_bit, trip_bit};
pub use shared::Shared;

/// A person with what is found out about each alone, so that another thread can do it.
pub struct Ready {
    person: PersonSummary,
    packed: Box<[u8]>,
    spelled: Box<[Elem]>,
}

impl Ready {
    /// A person, who is at hand as postcard has them too.
    pub fn new(person: PersonSummary, packed: &[u8]) -> Self {
        Self { spelled: elems(spell_name(&person.name)), packed: packed.into(), person }
    }
}

/// All people, by id.
#[derive(Debug, Clone)]
pub struct People {
    today: Date,
    /// By number.
    blocks: Vec<(u64, Arc<Block>)>,
    count: usize,
    glyphs: Arc<Glyphs>,
    /// Place of each row in the order of names; found when first asked for, gone when a name changes.
    by_name: OnceLock<Arc<Vec<u32>>>,
    /// Departments.
    pub departments: Arc<Shared>,
    /// Posts.
    pub posts: Arc<Shared>,
}

impl People {
    /// Nobody yet.
    pub fn new(today: Date) -> Self {
        Self {
            today,
            blocks: Vec::new(),
            count: 0,
            glyphs: Arc::default(),
            by_name: OnceLock::new(),
            departments: Arc::default(),
            posts: Arc::default(),
        }
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Nobody.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Everybody, by id, with the position of each.
    pub fn lines(&self) -> impl Iterator<Item = (u32, Line<'_>)> {
        self.blocks
            .iter()
            .enumerate()
            .flat_map(|(n, (_, block))| block.lines().map(move |line| (position(n, line.id.0 as usize % BLOCK), line)))
    }

    /// The person at a position.
    pub fn at(&self, position: u32) -> Option<Line<'_>> {
        let position = position as usize;
        self.blocks.get(position / BLOCK)?.1.line(position % BLOCK)
    }

    /// The day everything is evaluated for.
    pub const fn today(&self) -> Date {
        self.today
    }

    /// Position of a person. It holds for this state of the people only.
    pub fn position(&self, id: PersonId) -> Option<u32> {
        let n = self.block(id)?;
        let found = position(n, id.0 as usize % BLOCK);
        self.at(found).map(|_| found)
    }

    /// A person.
    pub fn line(&self, id: PersonId) -> Option<Line<'_>> {
        self.at(self.position(id)?)
    }

    /// The row of a person for a list.
    pub fn row(&self, position: u32) -> Option<PersonRow> {
        self.at(position)?.summary().map(|s| PersonRow::new(&s, self.today))
    }

    /// The blocks, by number; the first stands for positions from 0, the next from [`BLOCK`], and so on.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().map(|(_, block)| &**block)
    }

    /// The characters that names are made of.
    pub(super) fn glyphs(&self) -> &Glyphs {
        &self.glyphs
    }

    /// The place of a row in the order of names.
    pub(super) fn name_place(&self, position: u32) -> Option<u32> {
        let places = self.by_name.get_or_init(|| {
            let keyed = self.lines().map(|(at, line)| (sort_key(line.name()), at)).collect();
            Arc::new(places(keyed, self.blocks.len() * BLOCK))
        });
        places.get(position as usize).copied()
    }

    fn block(&self, id: PersonId) -> Option<usize> {
        self.blocks.binary_search_by_key(&(id.0 / BLOCK as u64), |b| b.0).ok()
    }

    /// Puts a person in, or in place of an earlier version.
    pub fn put(&mut self, p: &PersonSummary) {
        self.put_spelled(p, &postcard::to_allocvec(p).unwrap_or_default(), &elems(spell_name(&p.name)));
    }

    /// Puts in somebody who was made ready elsewhere.
    pub fn put_ready(&mut self, ready: &Ready) {
        self.put_spelled(&ready.person, &ready.packed, &ready.spelled);
    }

    fn put_spelled(&mut self, p: &PersonSummary, packed: &[u8], spelled: &[Elem]) {
        // Numbers begin with 1.
        if p.id == PersonId(0) {
            return;
        }
        let (n, slot) = (self.room(p.id), p.id.0 as usize % BLOCK);
        let before = self.at(position(n, slot));
        if before.is_none_or(|b| b.name() != p.name) {
            self.by_name.take();
        }
        self.count += usize::from(self.at(position(n, slot)).is_none());
        let post = p.phase(self.today).map_or("", |f| f.post.as_str());
        let department = number(&mut self.departments, &p.department);
        let columns = Columns::new(p, self.today, department, number(&mut self.posts, post));
        let glyphs = Glyphs::numbers(&mut self.glyphs, spelled);
        let staff = fold(p.staff_number.as_deref().unwrap_or_default());
        let identity = identity(p);
        let parts = Parts { name: &p.name, staff: &staff, identity: &identity, packed, glyphs: &glyphs };
        if let Some((_, block)) = self.blocks.get_mut(n) {
            Arc::make_mut(block).put(slot, columns, &parts, |letters| letters.put(slot, spelled, &staff, &identity));
        }
    }

    /// The block that a person belongs into, made where there is none.
    fn room(&mut self, id: PersonId) -> usize {
        let number = id.0 / BLOCK as u64;
        match self.blocks.binary_search_by_key(&number, |b| b.0) {
            Ok(n) => n,
            Err(n) => {
                // Segments come in order of ids, so the block before is whole, and the next will be as large.
                let mut next = Arc::default();
                if let Some((_, block)) = n.checked_sub(1).and_then(|n| self.blocks.get_mut(n)) {
                    let block = Arc::make_mut(block);
                    block.settle();
                    next = Arc::new(block.room_for_as_many());
                }
                self.blocks.insert(n, (number, next));
                self.by_name.take();
                n
            }
        }
    }

    /// Takes a person out.
    pub fn remove(&mut self, id: PersonId) {
        if self.line(id).is_none() {
            return;
        }
        if let Some((_, block)) = self.block(id).and_then(|n| self.blocks.get_mut(n)) {
            Arc::make_mut(block).remove(id.0 as usize % BLOCK);
            self.count -= 1;
            self.by_name.take();
        }
    }

    /// Evaluates everybody for another day.
    pub fn set_today(&mut self, today: Date) {
        if today == self.today {
            return;
        }
        self.today = today;
        for (_, block) in std::mem::take(&mut self.blocks) {
            for line in block.lines() {
                if let Some(p) = line.summary() {
                    self.put(&p);
                }
            }
        }
    }
}

const fn position(block: usize, slot: usize) -> u32 {
    (block * BLOCK + slot) as u32
}

fn number(shared: &mut Arc<Shared>, text: &str) -> u32 {
    shared.known(text).unwrap_or_else(|| Arc::make_mut(shared).number(text))
}

/// The places of `size` rows in the order of their keys; equal keys share a place, so that the next column or the id
/// decides between them.
fn places(mut keyed: Vec<(String, u32)>, size: usize) -> Vec<u32> {
    keyed.sort_unstable();
    let mut places = vec![0; size];
    let mut place = 0;
    let mut before: Option<&str> = None;
    for (key, row) in &keyed {
        place += u32::from(before.is_some_and(|b| b != key));
        before = Some(key);
        if let Some(slot) = places.get_mut(*row as usize) {
            *slot = place;
        }
    }
    places
}

/// The identity number as words are compared with it: lower case; empty if there is none.
pub(super) fn identity(p: &PersonSummary) -> String {
    p.identity.as_ref().map(|number| number.reveal().to_ascii_lowercase()).unwrap_or_default()
}
