//! Which words stand for which: of words that mean the same, the most frequent.

use std::cmp::Reverse;

use super::{Vocabulary, at};

/// Words no less alike than this mean the same: 220 entries of a thousand have another that stands for them.
const SAME: f32 = 0.8;

impl Vocabulary {
    /// The entry that stands for one: the most frequent of those that mean the same, and what stands for that.
    pub(crate) fn stands_for(&self, entry: u32) -> u32 {
        at(&self.standing, entry).copied().unwrap_or(entry)
    }

    /// Finds out what stands for each entry, the most frequent first.
    pub(super) fn find_synonyms(&mut self) {
        let rank = |entry: &u32| (self.prior(*entry).to_bits(), Reverse(self.hash(*entry)));
        let mut order: Vec<u32> = (0..self.len()).collect();
        order.sort_unstable_by_key(|entry| Reverse(rank(entry)));
        let mut standing: Vec<u32> = (0..self.len()).collect();
        for entry in order {
            let same = self.neighbours(entry).iter();
            let same = same.filter(|(other, alike)| *alike >= SAME && rank(other) > rank(&entry));
            let most = same.map(|(other, _)| *other).max_by_key(rank);
            let stands = most.and_then(|most| at(&standing, most).copied());
            let place = usize::try_from(entry).ok();
            if let (Some(stands), Some(own)) = (stands, place.and_then(|place| standing.get_mut(place))) {
                *own = stands;
            }
        }
        self.standing = standing;
    }
}

#[cfg(test)]
mod tests {
    use super::Vocabulary;

    #[test]
    fn the_most_frequent_stands_for_those_that_mean_the_same() {
        let shipped = Vocabulary::shipped();
        let mut others = 0;
        for entry in 0..shipped.len() {
            let stands = shipped.stands_for(entry);
            assert_eq!(shipped.stands_for(stands), stands);
            assert!(shipped.prior(stands) >= shipped.prior(entry));
            others += u32::from(stands != entry);
        }
        assert!((shipped.len() / 50..shipped.len() / 2).contains(&others));
        assert_eq!(shipped.stands_for(u32::MAX), u32::MAX);
    }
}
