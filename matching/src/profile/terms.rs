//! The terms of a record, packed: most comparisons only look at their numbers.

#![expect(
    clippy::indexing_slicing,
    reason = "both halves of the cells are of one length, which this file keeps"
)]

use crate::lexicon::TermId;

/// How many cells a processor reads at a time at least.
const CACHE_LINE: usize = 16;

/// One term of a record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Entry {
    pub(crate) term: TermId,
    /// What the place where it stands makes it count; never negative.
    pub(crate) weight: f32,
    pub(crate) in_title: bool,
}

/// Entries side by side in memory: first all numbers, then all weights, which are negative for those in the title.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Terms {
    cells: Box<[u32]>,
}

impl Terms {
    pub(super) fn of(entries: impl ExactSizeIterator<Item = Entry> + Clone) -> Self {
        let mut cells = Vec::with_capacity(2 * entries.len());
        cells.extend(entries.clone().map(|entry| entry.term));
        cells.extend(entries.map(|entry| {
            let signed = if entry.in_title {
                -entry.weight
            } else {
                entry.weight
            };
            signed.to_bits()
        }));
        Self { cells: cells.into() }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.cells.len() / 2
    }

    /// Their numbers.
    pub(crate) fn numbers(&self) -> &[TermId] {
        &self.cells[..self.len()]
    }

    pub(super) fn numbers_mut(&mut self) -> &mut [TermId] {
        let len = self.len();
        &mut self.cells[..len]
    }

    /// Reads a little of each part, so that all of it is in a near cache when it is looked through: the processor waits for
    /// many records at once so, otherwise for one after the other.
    pub(crate) fn fetch(&self) {
        let parts = self.cells.iter().step_by(CACHE_LINE);
        std::hint::black_box(parts.fold(0, |sum: u32, cell| sum ^ cell));
    }

    /// The one in this place.
    #[inline]
    pub(crate) fn at(&self, place: usize) -> Entry {
        let signed = f32::from_bits(self.cells[self.len() + place]);
        Entry {
            term: self.cells[place],
            weight: signed.abs(),
            in_title: signed.is_sign_negative(),
        }
    }

    /// All in their order.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = Entry> + '_ {
        let (numbers, weights) = self.cells.split_at(self.len());
        numbers.iter().zip(weights).map(|(&term, &bits)| {
            let signed = f32::from_bits(bits);
            Entry {
                term,
                weight: signed.abs(),
                in_title: signed.is_sign_negative(),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Terms};

    #[test]
    fn what_is_packed_comes_out_again() {
        let entry = |term: u32, weight: f32| Entry {
            term,
            weight,
            in_title: term % 2 == 1,
        };
        let entries = [entry(7, 1.6), entry(8, 0.7), entry(u32::MAX, 0.0)];
        let terms = Terms::of(entries.into_iter());
        assert_eq!(terms.iter().collect::<Vec<_>>(), entries);
        assert_eq!(terms.at(2), entries[2]);
        assert_eq!(terms.numbers(), [7, 8, u32::MAX]);
        assert!(Terms::default().iter().next().is_none());
    }
}
