//! Which rows of a long list are visible: the cursor, the first row shown, the moves.

/// The place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scroll {
    /// The row the cursor is on.
    pub at: usize,
    /// The first row shown.
    pub top: usize,
}

/// A move of the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// First row.
    First,
    /// Last row.
    Last,
}

impl Scroll {
    /// Moves the cursor in a list of `len` rows of which `page` are visible.
    pub fn go(&mut self, step: Move, len: usize, page: usize) {
        let page = page.max(1);
        let last = len.saturating_sub(1);
        self.at = match step {
            Move::Up => self.at.saturating_sub(1),
            Move::Down => self.at.saturating_add(1).min(last),
            Move::PageUp => self.at.saturating_sub(page.saturating_sub(1).max(1)),
            Move::PageDown => self.at.saturating_add(page.saturating_sub(1).max(1)).min(last),
            Move::First => 0,
            Move::Last => last,
        };
        self.fit(len, page);
    }

    /// Brings cursor and first row back into a list that changed its length or its place on the screen.
    pub fn fit(&mut self, len: usize, page: usize) {
        let page = page.max(1);
        self.at = self.at.min(len.saturating_sub(1));
        self.top = self.top.min(len.saturating_sub(page));
        if self.at < self.top {
            self.top = self.at;
        } else if self.at >= self.top.saturating_add(page) {
            self.top = self.at.saturating_sub(page.saturating_sub(1));
        }
    }

    /// The first row to draw when `page` rows are visible, whatever was known when the state was last changed.
    pub fn first(self, len: usize, page: usize) -> usize {
        let mut copy = self;
        copy.fit(len, page);
        copy.top
    }

    /// Puts the cursor on the row its record has now, on the same line of the screen: what others add above is not to
    /// move what is being read. At the head of the list the head stays in sight, so that the newest urgent row is seen.
    pub fn stay(&mut self, at: usize, len: usize, page: usize) {
        if self.top > 0 || at >= page {
            self.top = at.saturating_sub(self.at.saturating_sub(self.top));
        }
        self.to(at, len, page);
    }

    /// Puts the cursor on a row.
    pub fn to(&mut self, at: usize, len: usize, page: usize) {
        self.at = at;
        self.fit(len, page);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_comes_in_above_moves_nothing_that_is_read() {
        let mut s = Scroll { at: 31, top: 18 };
        s.stay(33, 42, 18);
        assert_eq!(s, Scroll { at: 33, top: 20 });
        let mut s = Scroll { at: 3, top: 0 };
        s.stay(4, 41, 18);
        assert_eq!(s, Scroll { at: 4, top: 0 });
        let mut s = Scroll { at: 3, top: 0 };
        s.stay(30, 41, 18);
        assert_eq!(s, Scroll { at: 30, top: 23 });
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_visible(len in 0usize..200, page in 0usize..40, steps in prop::collection::vec(0u8..6, 0..60)) {
            let mut s = Scroll::default();
            for step in steps {
                let step = [Move::Up, Move::Down, Move::PageUp, Move::PageDown, Move::First, Move::Last][step as usize];
                s.go(step, len, page);
                prop_assert!(s.at < len.max(1));
                prop_assert!(s.top <= s.at && s.at < s.top + page.max(1));
            }
        }
    }
}
