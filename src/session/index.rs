//! Everything lists and searches read, made of a state of the register: while one thread reads and opens the segments,
//! another puts their people in.

use std::sync::mpsc::sync_channel;
use std::thread::{Builder, scope};
use std::time::{Duration, Instant};

use super::{Session, SessionError};
use crate::domain::Date;
use crate::index::{Index, Ready};
use crate::store::Snapshot;

/// Segments that wait to be put in.
const AHEAD: usize = 4;
/// How often it is told how many people are read.
const TOLD: Duration = Duration::from_millis(250);

impl Session {
    /// Everything lists and searches read, for `today`, with the number of the journal entry it was read at.
    ///
    /// # Errors
    /// The store cannot be read; the operator may not read people.
    pub fn index(&self, today: Date) -> Result<(Index, u64), SessionError> {
        self.may_read_people()?;
        self.read(|s| Ok((self.index_of(s, today, &mut |_| ())?, s.head().seq)))
    }

    /// The same of a state that is being read by whoever may; `told` hears now and then how many people are read.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn index_of(&self, s: &Snapshot, today: Date, told: &mut dyn FnMut(u64)) -> Result<Index, SessionError> {
        let mut index = people(s, today, told)?;
        index.show_at_most(self.most_rows());
        s.computers()?.into_iter().for_each(|c| index.put_computer(c));
        s.media()?.into_iter().for_each(|m| index.put_medium(m));
        self.put_inspections(s, &mut index, None)?;
        Ok(index)
    }

    /// Stores what every start would have to work out again: segments found stale. One after the other, and as long idle
    /// as busy between them, so that nobody waits for it; while `more` says so. What cannot be stored is worked out again.
    pub fn refresh(&self, stale: &[u32], more: &dyn Fn() -> bool) {
        // On another day than it is, other things hold.
        if self.read_only() || self.settings.today.is_some() {
            return;
        }
        for segment in stale {
            let begun = Instant::now();
            if !more() || self.store.refresh(&[*segment], self.today()).is_err() {
                return;
            }
            std::thread::sleep(begun.elapsed());
        }
    }
}

/// All people.
fn people(s: &Snapshot, today: Date, told: &mut dyn FnMut(u64)) -> Result<Index, SessionError> {
    scope(|scope| {
        let (sender, receiver) = sync_channel::<Vec<Ready>>(AHEAD);
        let made = Builder::new().name("index".to_owned()).spawn_scoped(scope, move || {
            let mut index = Index::new(today);
            for segment in receiver {
                for ready in &segment {
                    index.put_ready(ready);
                }
            }
            index
        });
        let made = made.map_err(|_| crate::store::StoreError::Internal("thread"))?;
        let (mut read, mut since) = (0, Instant::now());
        for segment in 0..s.people_segments() {
            let mut people = Vec::new();
            s.each_of_segment(segment, today, &mut |person, packed| people.push(Ready::new(person, packed)))?;
            read += people.len() as u64;
            if sender.send(people).is_err() {
                break;
            }
            if since.elapsed() >= TOLD {
                told(read);
                since = Instant::now();
            }
        }
        drop(sender);
        made.join().map_err(|fault| std::panic::resume_unwind(fault))
    })
}
