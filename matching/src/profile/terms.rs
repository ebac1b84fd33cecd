//! The terms of a record, packed: most comparisons only look at their numbers.

#![expect(
    clippy::indexing_slicing,
    reason = "how many cells there are follows from the number of terms, which this file keeps"
)]

use crate::lexicon::TermId;

/// How many cells a processor reads at a time at least.
const CACHE_LINE: usize = 16;

/// What a part of a compound name counts (`Park` of `ParkSense`).
pub(super) const PIECE_WEIGHT: f32 = 0.7;
/// What a year counts: hardly anything, but it parts two editions of one thing.
pub(super) const YEAR_WEIGHT: f32 = 0.3;
/// What a term counts that is said in the title.
pub(super) const TITLE_WEIGHT: f32 = 1.6;
/// What a term counts that only the list of technologies names.
pub(super) const TECHNOLOGY_WEIGHT: f32 = 0.8;

/// All that a term can count, so that a byte says it: a word, a year, a part of a name and a part of that, outside the
/// title and in it, and a technology.
const WEIGHTS: [f32; 9] = [
    1.0,
    YEAR_WEIGHT,
    PIECE_WEIGHT,
    PIECE_WEIGHT * PIECE_WEIGHT,
    TITLE_WEIGHT,
    YEAR_WEIGHT * TITLE_WEIGHT,
    PIECE_WEIGHT * TITLE_WEIGHT,
    PIECE_WEIGHT * PIECE_WEIGHT * TITLE_WEIGHT,
    TECHNOLOGY_WEIGHT,
];
/// The bit of such a byte that says that the term is in the title.
const IN_TITLE: u8 = 1 << 7;
/// How many bytes a cell holds.
const BYTES: usize = 4;

/// One term of a record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Entry {
    pub(crate) term: TermId,
    /// What the place where it stands makes it count; one of [`WEIGHTS`].
    pub(crate) weight: f32,
    pub(crate) in_title: bool,
}

/// Entries side by side in memory: first all numbers, then a byte for each that says what it counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Terms {
    cells: Box<[u32]>,
    len: u32,
}

impl Terms {
    pub(super) fn of(entries: impl ExactSizeIterator<Item = Entry> + Clone) -> Self {
        let len = entries.len();
        let mut cells = Vec::with_capacity(len + len.div_ceil(BYTES));
        cells.extend(entries.clone().map(|entry| entry.term));
        cells.resize(cells.capacity(), 0);
        for (place, entry) in entries.enumerate() {
            let shift = place % BYTES * 8;
            cells[len + place / BYTES] |= u32::from(packed(entry)) << shift;
        }
        Self {
            cells: cells.into(),
            len: u32::try_from(len).unwrap_or(u32::MAX),
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        usize::try_from(self.len).unwrap_or(0)
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
        let [byte, ..] = (self.cells[self.len() + place / BYTES] >> (place % BYTES * 8)).to_le_bytes();
        let weight = WEIGHTS.get(usize::from(byte & !IN_TITLE));
        Entry {
            term: self.cells[place],
            weight: weight.copied().unwrap_or(0.0),
            in_title: byte & IN_TITLE != 0,
        }
    }

    /// All in their order.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = Entry> + '_ {
        (0..self.len()).map(|place| self.at(place))
    }
}

/// What a term counts, in a byte.
fn packed(entry: Entry) -> u8 {
    let off = |weight: &f32| (weight - entry.weight).abs();
    let known = WEIGHTS.iter().position(|weight| off(weight) <= f32::EPSILON);
    let place = known.and_then(|place| u8::try_from(place).ok()).unwrap_or(0);
    place | if entry.in_title { IN_TITLE } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Terms, WEIGHTS};

    #[test]
    fn what_is_packed_comes_out_again() {
        let weights = WEIGHTS.iter().rev().chain(&WEIGHTS);
        let entries: Vec<Entry> = (u32::MAX - 20..)
            .zip(weights)
            .map(|(term, &weight)| Entry {
                term,
                weight,
                in_title: term % 3 == 1,
            })
            .collect();
        let terms = Terms::of(entries.iter().copied());
        assert_eq!(terms.iter().collect::<Vec<_>>(), entries);
        assert_eq!(terms.at(2), entries[2]);
        assert!(terms.numbers().iter().eq(entries.iter().map(|entry| &entry.term)));
        assert!(Terms::default().iter().next().is_none());
    }
}
