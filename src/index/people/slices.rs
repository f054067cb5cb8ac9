//! Many short runs of values, one behind the other in one piece of memory: `[王伟|李娜|…]` with where each one ends. A
//! million names in boxes of their own would cost as much again for the boxes.

use std::ops::Range;

/// The runs, by number.
#[derive(Debug, Clone)]
pub(in crate::index) struct Slices<T> {
    values: Vec<T>,
    ends: Vec<u32>,
}

impl<T> Default for Slices<T> {
    fn default() -> Self {
        Self { values: Vec::new(), ends: Vec::new() }
    }
}

impl<T: Copy> Slices<T> {
    fn range(&self, n: usize) -> Range<usize> {
        let end = |n: usize| self.ends.get(n).map(|e| *e as usize);
        let Some(last) = end(n) else { return 0..0 };
        n.checked_sub(1).and_then(end).unwrap_or(0)..last
    }

    /// The run with this number; empty beyond the last.
    pub(in crate::index) fn get(&self, n: usize) -> &[T] {
        self.values.get(self.range(n)).unwrap_or_default()
    }

    /// Sets a run, with empty ones before it where there are none.
    pub(super) fn set(&mut self, n: usize, run: &[T]) {
        if self.ends.len() <= n {
            self.ends.resize(n, self.values.len() as u32);
            self.values.extend_from_slice(run);
            self.ends.push(self.values.len() as u32);
            return;
        }
        let old = self.range(n);
        let grown = run.len().wrapping_sub(old.len()) as u32;
        self.values.splice(old, run.iter().copied());
        self.ends.iter_mut().skip(n).for_each(|end| *end = end.wrapping_add(grown));
    }

    /// None, with room for as many and a little more.
    pub(super) fn room_for_as_many(&self) -> Self {
        let values = self.values.len() + self.values.len() / 16;
        Self { values: Vec::with_capacity(values), ends: Vec::with_capacity(self.ends.len()) }
    }

    /// Gives back what was reserved for more.
    pub(super) fn settle(&mut self) {
        self.values.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_run_is_what_was_set_last(sets in proptest::collection::vec((0usize..9, "[a-c]{0,4}"), 0..40)) {
            let mut runs = Slices::default();
            let mut plain = vec![String::new(); 9];
            for (n, text) in sets {
                runs.set(n, text.as_bytes());
                plain[n] = text;
                for (n, text) in plain.iter().enumerate() {
                    prop_assert_eq!(runs.get(n), text.as_bytes());
                }
            }
        }
    }
}
