//! How far a search goes: how much it reads and how many records it compares at most.

#![expect(clippy::as_conversions, reason = "how much is read stays far below 2^24")]

use super::twos::TOLD;

/// How far a search goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    /// How many records are compared with one.
    pub(super) most: usize,
    /// How many entries of the lists of single terms are read at most.
    pub(super) of_single: usize,
    /// How many entries of the lists of two terms are read at most, of lists that are read whole.
    pub(super) of_two: usize,
    /// The same of longer lists, of which only the part is read that starts about the same time.
    pub(super) of_parts: usize,
    /// How many of the query's most telling terms are taken two by two, and with each fact.
    pub(super) told: usize,
    /// How many of the nearest in topic are compared as well.
    pub(super) about: usize,
    /// Among how many these are looked for.
    pub(super) seen: usize,
}

/// In catalogues smaller than this a record's own nearest others are looked for farther.
const LARGE: usize = 40_000;
/// So many times as far at most.
const FARTHER: usize = 6;
/// In catalogues larger than this more share as much with a record by chance: so many more are compared for each unit of the
/// natural logarithm of how many times as large it is, 6 more for ten times.
const CROWDED: usize = 100_000;
const MORE: f64 = 3.0;
/// So many entries of lists of single terms are read in a large one: more only name what shares one word by chance, and crowd out
/// what shares two.
const OF_SINGLE: usize = 400;
/// So many entries of lists of two terms are read in a large one, whole lists and parts together.
const OF_TWO: usize = 1_800;

impl Reach {
    /// As far as a record's own nearest others are looked for in a catalogue of so many: every record pays for
    /// this. `together` is the share of likely partners that start about the same time: the more there are, the more is read
    /// of what does, which goes deeper into longer lists.
    pub(crate) fn nearby(records: usize, together: f64) -> Self {
        let times = (LARGE / records.max(1)).clamp(1, FARTHER);
        let of_parts = (OF_TWO as f64 * together.clamp(0.0, 1.0)) as usize;
        let crowd = (records.max(CROWDED) as f64 / CROWDED as f64).ln();
        Self {
            most: 12 * times + (MORE * crowd) as usize,
            of_single: OF_SINGLE * times,
            of_two: (OF_TWO - of_parts) * times,
            of_parts: of_parts * times,
            told: TOLD + TOLD / 3,
            about: 8 * times,
            seen: 100 * times,
        }
    }

    /// As far, whenever the others start.
    pub(crate) fn at_any_time(self) -> Self {
        Self {
            of_two: self.of_two + self.of_parts,
            of_parts: 0,
            ..self
        }
    }
}

/// As far as one search goes that somebody waits for.
pub(crate) const AFAR: Reach = Reach {
    most: 96,
    of_single: 20_000,
    of_two: 20_000,
    of_parts: 5_000,
    told: 2 * TOLD,
    about: 96,
    seen: 4_000,
};
