//! The catalogue: one incremental index for checks, live updates and scans.

mod agreement;
mod pairs;
#[cfg(test)]
mod recall_tests;
mod scanning;
mod settling;

use std::sync::Mutex;

use rayon::prelude::*;

use crate::hubs::Nearest;
use crate::index::{AFAR, Index, SlotId};
use crate::profile::{FEWEST_WORDS, LEAST_TOLD, Profile, Profiler};
use crate::score::{self, Facts};
use crate::{Evidence, Finding, Match, Record, Relation, Score};
use agreement::Agreement;
use pairs::{Pairing, Scratch};
use settling::Hubs;

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
///
/// What a term tells follows every change at once. The nearest others of each record, by which it is held to be
/// general or not, are found when they are first asked for. Then they hear of every new record at once and leave out a
/// removed one at once; those of some records are forgotten with every change, so that each was found when the
/// catalogue had at least 95 % and at most 105 % of its present records. What starts and sums tell is learnt from records
/// drawn when many were added at once, and from one more with each change. No change looks through the whole catalogue.
#[derive(Debug, Default)]
pub struct Catalogue {
    profiler: Profiler,
    index: Index,
    hubs: Hubs,
    /// What facts tell here beside the texts.
    agreement: Agreement,
    /// The next place whose nearest others are forgotten.
    tended_to: usize,
    /// Working memory not in use.
    spare: Mutex<Vec<Scratch>>,
}

/// How many records are profiled at a time before their new terms are numbered.
const BATCH: usize = 4096;
/// The same for the first, as there most terms are new.
const FIRST_BATCH: usize = 128;
/// Fewer new records than one to so many known ones are put in one at a time.
const FEW: usize = 50;

impl Catalogue {
    /// At or above this a pair is flagged.
    pub const FLAG_THRESHOLD: f64 = 0.5;
    /// The version of the method and its parameters; part of every stored finding.
    pub const MODEL_VERSION: &'static str = "6";

    /// An empty catalogue. `places` are names of places and authorities that are no evidence in a text.
    #[must_use]
    pub fn new<'a>(places: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            profiler: Profiler::new(places),
            ..Self::default()
        }
    }

    /// Adds a record, or replaces the one with this key.
    pub fn insert(&mut self, key: Key, record: Record) {
        let profile = self.profiler.profile(&record, &self.index.lexicon);
        self.take(key);
        self.agreement.add(&record);
        let judgeable = insufficiency(&profile).is_none();
        let slot = self.index.add(key, record, profile, judgeable);
        self.index.join(slot);
        self.settle_one(slot);
        self.tend();
    }

    /// Adds many at once; quicker than one at a time. They are taken a few at a time.
    pub fn extend<I>(&mut self, records: I, progress: &dyn Progress)
    where
        I: IntoIterator<Item = (Key, Record), IntoIter: ExactSizeIterator>,
    {
        let mut records = records.into_iter();
        if records.len().saturating_mul(FEW) <= self.len() {
            for (key, record) in records {
                self.insert(key, record);
                progress.advance(1);
            }
            return;
        }
        self.index.reserve(records.len());
        let mut size = FIRST_BATCH;
        loop {
            let batch: Vec<(Key, Record)> = records.by_ref().take(size).collect();
            size = (size * 2).min(BATCH);
            if batch.is_empty() {
                break;
            }
            let profiles: Vec<Profile> = batch
                .par_iter()
                .map(|(_, record)| self.profiler.profile(record, &self.index.lexicon))
                .collect();
            for ((key, record), profile) in batch.into_iter().zip(profiles) {
                self.take(key);
                self.agreement.add(&record);
                let judgeable = insufficiency(&profile).is_none();
                self.index.put(key, record, profile, judgeable);
            }
        }
        drop(records);
        self.settle(progress);
    }

    /// Takes a record out. Returns whether it was there.
    pub fn remove(&mut self, key: Key) -> bool {
        let was_there = self.take(key);
        if was_there {
            self.tend();
        }
        was_there
    }

    fn take(&mut self, key: Key) -> bool {
        let taken = self.index.take(key);
        if let Some((_, slot)) = &taken {
            self.agreement.take(&slot.record);
        }
        taken.is_some()
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.len() == 0
    }

    /// The record with this key.
    #[must_use]
    pub fn get(&self, key: Key) -> Option<&Record> {
        self.index
            .slot(self.index.slot_of(key)?)
            .map(|slot| &*slot.record)
    }

    /// What overlaps a draft, best first. Stores nothing.
    #[must_use]
    pub fn search(&self, query: &Record, options: &SearchOptions) -> SearchOutcome {
        let profile = self.profiler.profile(query, &self.index.lexicon);
        self.matches(None, query, &profile, options)
    }

    /// What overlaps a record of the catalogue, best first; `None` if the key is unknown.
    /// A pair gets the same score as from [`Catalogue::scan`].
    #[must_use]
    pub fn overlaps_of(&self, key: Key, options: &SearchOptions) -> Option<SearchOutcome> {
        let slot = self.index.slot(self.index.slot_of(key)?)?;
        Some(self.matches(Some(key), &slot.record, &slot.profile, options))
    }

    /// Every overlap within the catalogue: each pair once, best first.
    #[must_use]
    pub fn scan(&self, options: &ScanOptions, progress: &dyn Progress) -> Vec<Finding> {
        self.findings(options, progress)
    }

    /// Why the record with this key cannot be judged, in plain words; `None` if it can be, or if the key
    /// is unknown.
    #[must_use]
    pub fn insufficiency(&self, key: Key) -> Option<String> {
        insufficiency(&self.index.slot(self.index.slot_of(key)?)?.profile)
    }

    /// Judges one pair, whatever its score; `None` if a key is unknown or a text is insufficient.
    #[must_use]
    pub fn judge(&self, left: Key, right: Key) -> Option<(Score, Relation, Evidence)> {
        let (left, right) = (self.index.slot_of(left)?, self.index.slot_of(right)?);
        let mut pairing = Pairing::new(self);
        pairing.take_up_slot(left)?;
        let facts = pairing.facts(right)?;
        let (relation, evidence) = pairing.explain(right, &facts)?;
        Some((score::score(&facts), relation, evidence))
    }

    fn matches(
        &self,
        key: Option<Key>,
        record: &Record,
        profile: &Profile,
        options: &SearchOptions,
    ) -> SearchOutcome {
        if let Some(reason) = insufficiency(profile) {
            return SearchOutcome::InsufficientText(reason);
        }
        if options.first == 0 {
            return SearchOutcome::Judged(Vec::new());
        }
        let mut pairing = Pairing::new(self);
        pairing.take_up(key, record, profile);
        let mut near = pairing.candidates(AFAR);
        if let Some(own) = options.exclude.and_then(|key| self.index.slot_of(key)) {
            near.retain(|near| near.slot != own);
        }
        let level = match key.and_then(|key| self.index.slot_of(key)) {
            Some(slot) => self.level(slot),
            None => Nearest::of(near.clone(), |id| self.key(id)).level(|_| true, self.least_counted()),
        };
        pairing.set_level(level);
        let known: Vec<Known> = near
            .into_iter()
            .filter(|near| {
                let may = |other| pairing.may_reach(*near, [level, other], options.min_score);
                // The other's level takes long to find: it is asked for only where it can matter.
                may(self.hubs.least()) && may(self.level(near.slot))
            })
            .map(|near| near.slot)
            .collect::<Vec<SlotId>>()
            .into_iter()
            .filter_map(|slot| {
                let (key, facts) = pairing.facts_but_title(slot)?;
                Some(Known { key, slot, facts })
            })
            .collect();
        let matches = best(known, &pairing, options)
            .into_iter()
            .filter_map(|(score, found)| {
                let (relation, evidence) = pairing.explain(found.slot, &found.facts)?;
                Some(Match {
                    key: found.key,
                    score,
                    relation,
                    evidence,
                })
            });
        SearchOutcome::Judged(matches.collect())
    }
}

/// A candidate and what is known of it.
struct Known {
    key: Key,
    slot: SlotId,
    facts: Facts,
}

/// The best of what was compared, best first. Titles are compared only where they can still matter.
fn best(known: Vec<Known>, pairing: &Pairing<'_>, options: &SearchOptions) -> Vec<(Score, Known)> {
    let mut ranked: Vec<(f64, Known)> = known
        .into_iter()
        .map(|other| (score::log_odds(&other.facts).1, other))
        .filter(|(odds, _)| {
            Score::from_log_odds(odds + score::most_from_title()).value() >= options.min_score
        })
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.key.cmp(&b.1.key)));
    let floor = options
        .first
        .checked_sub(1)
        .and_then(|last| ranked.get(last))
        .map(|(odds, _)| *odds);
    let mut found: Vec<(Score, Known)> = ranked
        .into_iter()
        .take_while(|(odds, _)| floor.is_none_or(|floor| odds + score::most_from_title() >= floor))
        .map(|(_, mut other)| {
            pairing.add_title(other.slot, &mut other.facts);
            (score::score(&other.facts), other)
        })
        .filter(|(score, _)| score.value() >= options.min_score)
        .collect();
    found.sort_by(|a, b| {
        b.0.value()
            .total_cmp(&a.0.value())
            .then_with(|| a.1.key.cmp(&b.1.key))
    });
    found.truncate(options.first);
    found
}

/// Why a record cannot be judged, if it cannot.
fn insufficiency(profile: &Profile) -> Option<String> {
    if profile.words < FEWEST_WORDS {
        return Some(format!(
            "title and summary have {} different words that say something; at least {FEWEST_WORDS} are needed",
            profile.words
        ));
    }
    (profile.told < LEAST_TOLD).then(|| {
        "title and summary only have words that most projects use; say what is done, for whom, by what means"
            .to_owned()
    })
}
