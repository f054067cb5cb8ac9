//! Who of a block shares a text, so that a department that a word finds costs its own people and nobody else.

/// The places of a block, grouped by the number of a text.
#[derive(Debug, Default)]
pub(in crate::index) struct Groups {
    /// Places, one group behind the other.
    places: Box<[u16]>,
    /// The text of each group, and where it ends.
    ends: Box<[(u32, u16)]>,
}

impl Groups {
    /// Groups pairs of text and place.
    pub(super) fn new(mut pairs: Vec<(u32, u16)>) -> Self {
        pairs.sort_unstable();
        let mut ends: Vec<(u32, u16)> = Vec::new();
        for (n, (text, _)) in pairs.iter().enumerate() {
            let end = n as u16 + 1;
            match ends.last_mut() {
                Some(last) if last.0 == *text => last.1 = end,
                _ => ends.push((*text, end)),
            }
        }
        Self { places: pairs.into_iter().map(|p| p.1).collect(), ends: ends.into() }
    }

    /// The groups: a text's number, and who shares it.
    pub(in crate::index) fn iter(&self) -> impl Iterator<Item = (u32, &[u16])> {
        let mut start = 0;
        self.ends.iter().map(move |(text, end)| {
            let places = self.places.get(start..usize::from(*end)).unwrap_or_default();
            start = usize::from(*end);
            (*text, places)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_in_one_group() {
        let groups = Groups::new(vec![(7, 0), (2, 1), (7, 2), (2, 5)]);
        let all: Vec<(u32, Vec<u16>)> = groups.iter().map(|(t, p)| (t, p.to_vec())).collect();
        assert_eq!(all, [(2, vec![1, 5]), (7, vec![0, 2])]);
        assert_eq!(Groups::new(Vec::new()).iter().count(), 0);
    }
}
