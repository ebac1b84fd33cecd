//! How far a search goes: how much it reads and how many records it compares at most.

use super::twos::TOLD;

/// How far a search goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    /// How many records are compared with one.
    pub(super) most: usize,
    /// How many entries of the lists of single terms are read at most.
    pub(super) of_single: usize,
    /// How many entries of the lists of two terms are read at most.
    pub(super) of_two: usize,
    /// How many of the query's most telling terms are taken two by two.
    pub(super) told: usize,
    /// How many of them are taken with each fact.
    pub(super) told_with_facts: usize,
    /// How many of the nearest in topic are compared as well.
    pub(super) about: usize,
    /// Among how many these are looked for.
    pub(super) seen: usize,
}

/// In catalogues smaller than this a record's own nearest others are looked for farther.
const LARGE: usize = 40_000;
/// So many times as far at most.
const FARTHER: usize = 6;

impl Reach {
    /// As far as a record's own nearest others are looked for in a catalogue of so many: every record pays for
    /// this.
    pub(crate) fn nearby(records: usize) -> Self {
        let times = (LARGE / records.max(1)).clamp(1, FARTHER);
        Self {
            most: 12 * times,
            of_single: 800 * times,
            of_two: 1_500 * times,
            told: TOLD + TOLD / 3,
            told_with_facts: 2 * TOLD,
            about: 8 * times,
            seen: 200 * times,
        }
    }
}

/// As far as one search goes that somebody waits for.
pub(crate) const AFAR: Reach = Reach {
    most: 96,
    of_single: 20_000,
    of_two: 20_000,
    told: 2 * TOLD,
    told_with_facts: 2 * TOLD,
    about: 96,
    seen: 4_000,
};
