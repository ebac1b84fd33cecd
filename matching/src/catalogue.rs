//! The catalogue: one incremental index for checks, live updates and scans.

use crate::{Evidence, Finding, Match, Record, Relation, Score};

/// Names a record. The caller's choice; equal scores are put in the order of the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub u128);

/// How a search is bounded.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchOptions {
    /// At most so many matches.
    pub first: usize,
    /// None below this.
    pub min_score: f64,
    /// Leave out this record: the query's own earlier version.
    pub exclude: Option<Key>,
}

/// How a scan is bounded.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanOptions {
    /// No finding below this; 0 keeps every pair that was compared.
    pub min_score: f64,
    /// For each record only its best so many, where given; a pair stays if it is among the best of either.
    pub top: Option<usize>,
    /// Whether findings carry their evidence.
    pub explain: bool,
}

/// Hears how far a scan is. Called from several threads.
pub trait Progress: Sync {
    /// So many more records are done.
    fn advance(&self, records: usize);
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq)]
pub enum SearchOutcome {
    /// The query could be judged; matches, best first.
    Judged(Vec<Match>),
    /// The query is too short or too generic to judge; the reason in plain words.
    InsufficientText(String),
}

/// Records that can be searched for overlaps. Inserts, updates and removals are incremental.
#[derive(Debug, Default)]
pub struct Catalogue {}

impl Catalogue {
    /// At or above this a pair is flagged.
    pub const FLAG_THRESHOLD: f64 = 0.5;
    /// The version of the method and its parameters; part of every stored finding.
    pub const MODEL_VERSION: &'static str = "0";

    /// An empty catalogue. `places` are names of places and authorities that are no evidence in a text.
    #[must_use]
    pub fn new<'a>(_places: impl IntoIterator<Item = &'a str>) -> Self {
        Self {}
    }

    /// Adds a record, or replaces the one with this key.
    pub fn insert(&mut self, _key: Key, _record: Record) {}

    /// Adds many at once; quicker than one at a time.
    pub fn extend(&mut self, _records: Vec<(Key, Record)>, _progress: &dyn Progress) {}

    /// Takes a record out. Returns whether it was there.
    pub fn remove(&mut self, _key: Key) -> bool {
        false
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        true
    }

    /// The record with this key.
    #[must_use]
    pub fn get(&self, _key: Key) -> Option<&Record> {
        None
    }

    /// What overlaps a draft, best first. Stores nothing.
    #[must_use]
    pub fn search(&self, _query: &Record, _options: &SearchOptions) -> SearchOutcome {
        SearchOutcome::Judged(Vec::new())
    }

    /// What overlaps a record of the catalogue, best first; `None` if the key is unknown.
    /// A pair gets the same score as from [`Catalogue::scan`].
    #[must_use]
    pub fn overlaps_of(&self, _key: Key, _options: &SearchOptions) -> Option<SearchOutcome> {
        None
    }

    /// Every overlap within the catalogue: each pair once, best first.
    #[must_use]
    pub fn scan(&self, _options: &ScanOptions, _progress: &dyn Progress) -> Vec<Finding> {
        Vec::new()
    }

    /// Judges one pair, whatever its score; `None` if a key is unknown or a text is insufficient.
    #[must_use]
    pub fn judge(&self, _left: Key, _right: Key) -> Option<(Score, Relation, Evidence)> {
        None
    }
}
