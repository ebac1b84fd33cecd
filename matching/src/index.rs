//! Which records have which term, how much each term tells, and so which pairs are worth comparing.

#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "numeric code over dense arrays whose lengths this file keeps; counts stay far below 2^24"
)]

mod alike;
mod candidates;
mod leaders;
mod order;
mod reach;
mod sketch;
mod starts;
mod sums;
mod twos;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::lexicon::{Lexicon, TermId};
use crate::profile::{Entry, Profile};
use crate::{Key, Record};
use alike::Alike;
pub(crate) use candidates::Gathering;
use leaders::Leaders;
pub(crate) use reach::{AFAR, Reach};
use sketch::Sketch;
use twos::Twos;

/// How many records' worth of belief the background has against what the catalogue itself shows.
/// Half and half at this size: thirty records are judged by the background, thirty thousand by themselves.
const BACKGROUND_RECORDS: f32 = 500.0;
/// What the rarest term may tell, natural logarithm: beyond it rarity is chance.
pub(crate) const MOST_TELLING: f32 = 8.0;
/// What a term must tell before it counts, natural logarithm; one more in a catalogue that knows its own words
/// (more records than the background). A record's partner says it again only with some likelihood m, and meeting a
/// word of share p tells ln(m / p), not ln(1 / p): words that more than m of all records have tell nothing. Chosen by
/// average precision on four labelled sets: m from 0.5 down to 0.18.
const LEAST_TELLING: f32 = 0.7;
/// Up to this many records every pair is compared.
pub(crate) const COMPARE_ALL: usize = 2_000;
/// A term that more records than this have leads to none of them: so no term, however common, makes a search
/// long. Its list is given up at twice the length, and made again when records were taken out.
const LONGEST_LIST: usize = 4_000;

/// A record in its place. What comparing looks at lies together, so that it is soon fetched.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Slot {
    pub(crate) key: Key,
    /// What its terms weigh together, where that is known.
    total: f32,
    /// Whether its text says enough to be compared.
    pub(crate) judgeable: bool,
    /// Whether it declares that it is related to any.
    pub(crate) declares: bool,
    /// Apart, because comparing seldom looks at it.
    pub(crate) record: Box<Record>,
    pub(crate) profile: Profile,
}

/// The number of a place.
pub(crate) type SlotId = u32;

/// The records of a catalogue, by key and by term.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) lexicon: Lexicon,
    slots: Vec<Option<Slot>>,
    /// By place, what the topics are in short.
    sketches: Vec<Sketch>,
    free: Vec<SlotId>,
    /// Places emptied since the last two calls of [`Index::release`]: lists elsewhere may still name them.
    resting: [Vec<SlotId>; 2],
    by_key: FxHashMap<Key, SlotId>,
    postings: Vec<Postings>,
    /// Of each term, how long the list is that leads to its records; 0 where none does.
    lengths: Vec<u32>,
    /// Of each term, the logarithm of the records that have it, the background's part included.
    commonness: Vec<f32>,
    /// Of each term, a number that is the same in every catalogue, and of those that mean the same.
    hashes: Vec<u32>,
    /// Of each term, a bit that says whether a record has or had it.
    met: Vec<u64>,
    alike: Alike,
    twos: Twos,
    leaders: Leaders,
    /// Whether what each record's terms weigh together is known; not when something has changed since.
    summed: bool,
}

/// The records that have one term.
#[derive(Debug, Default)]
struct Postings {
    count: u32,
    /// Whether the list was given up.
    dropped: bool,
    list: Vec<SlotId>,
}

impl Postings {
    /// How long the list is that leads to its records; 0 if none does.
    fn reachable(&self) -> u32 {
        if self.count as usize <= LONGEST_LIST {
            self.list.len() as u32
        } else {
            0
        }
    }
}

/// A term of a record with what it tells in this catalogue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weighted {
    pub(crate) term: TermId,
    pub(crate) weight: f32,
}

impl Default for Index {
    /// No records, and the words that everybody knows: an empty catalogue can be asked too.
    fn default() -> Self {
        let lexicon = Lexicon::default();
        let commonness = (0..lexicon.len()).map(|term| commonness(0, lexicon.prior(term)));
        let hashes = (0..lexicon.len()).map(|term| short_hash(&lexicon, term));
        Self {
            commonness: commonness.collect(),
            hashes: hashes.collect(),
            met: Vec::new(),
            alike: Alike::default(),
            twos: Twos::default(),
            leaders: Leaders::default(),
            lexicon,
            slots: Vec::new(),
            sketches: Vec::new(),
            free: Vec::new(),
            resting: Default::default(),
            by_key: FxHashMap::default(),
            postings: Vec::new(),
            lengths: Vec::new(),
            summed: false,
        }
    }
}

impl Index {
    pub(crate) fn len(&self) -> usize {
        self.by_key.len()
    }

    /// How many places there are, in use or not.
    pub(crate) fn places(&self) -> usize {
        self.slots.len()
    }

    pub(crate) fn slot_of(&self, key: Key) -> Option<SlotId> {
        self.by_key.get(&key).copied()
    }

    pub(crate) fn slot(&self, id: SlotId) -> Option<&Slot> {
        self.slots.get(id as usize)?.as_ref()
    }

    /// Every place in use.
    pub(crate) fn slots(&self) -> impl Iterator<Item = (SlotId, &Slot)> {
        (0..)
            .zip(&self.slots)
            .filter_map(|(id, slot)| slot.as_ref().map(|slot| (id, slot)))
    }

    /// Makes room for so many more records, so that what is kept of each need not be moved as they come.
    pub(crate) fn reserve(&mut self, records: usize) {
        self.slots.reserve(records);
        self.sketches.reserve(records);
        self.by_key.reserve(records);
    }

    /// Puts a record in; its key must be new. One that is not `judgeable` counts, but no term leads to it.
    pub(crate) fn add(&mut self, key: Key, record: Record, profile: Profile, judgeable: bool) -> SlotId {
        let id = self.put(key, record, profile, judgeable);
        if let Some(slot) = self.slots.get(id as usize).and_then(Option::as_ref) {
            for &term in slot.profile.terms.numbers() {
                let count = self.postings[term as usize].count as usize;
                self.commonness[term as usize] = commonness(count, self.lexicon.prior(term));
            }
        }
        id
    }

    /// The same for one of many: what terms tell is not known again before [`Index::add_up`].
    pub(crate) fn put(&mut self, key: Key, record: Record, mut profile: Profile, judgeable: bool) -> SlotId {
        profile.adopt(&mut self.lexicon);
        self.summed = false;
        self.postings
            .resize_with(self.lexicon.len() as usize, Postings::default);
        self.lengths.resize(self.postings.len(), 0);
        self.met.resize(self.postings.len().div_ceil(64), 0);
        let id = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.sketches.push(Sketch::default());
            (self.slots.len() - 1) as SlotId
        });
        for term in self.commonness.len() as TermId..self.lexicon.len() {
            self.commonness.push(commonness(0, self.lexicon.prior(term)));
            self.hashes.push(short_hash(&self.lexicon, term));
        }
        for &term in profile.terms.numbers() {
            let postings = &mut self.postings[term as usize];
            postings.count += 1;
            let met = &mut self.met[term as usize / 64];
            self.alike.forget_if(*met >> (term % 64) & 1 == 0);
            *met |= 1 << (term % 64);
            if judgeable && !postings.dropped {
                postings.list.push(id);
            }
            if postings.list.len() > 2 * LONGEST_LIST {
                postings.list = Vec::new();
                postings.dropped = true;
            }
            self.lengths[term as usize] = postings.reachable();
        }
        self.by_key.insert(key, id);
        self.sketches[id as usize] = Sketch::of(&profile.topic);
        self.slots[id as usize] = Some(Slot {
            key,
            total: 0.0,
            judgeable,
            declares: !record.declared.is_empty(),
            record: Box::new(record),
            profile,
        });
        id
    }

    /// Takes a record out; says where it was. The place stays empty until [`Index::release`] was called twice.
    pub(crate) fn take(&mut self, key: Key) -> Option<(SlotId, Slot)> {
        let id = self.by_key.remove(&key)?;
        let slot = self.slots.get_mut(id as usize)?.take()?;
        self.summed = false;
        for &term in slot.profile.terms.numbers() {
            let postings = &mut self.postings[term as usize];
            postings.count -= 1;
            if let Some(at) = postings.list.iter().position(|&other| other == id) {
                postings.list.swap_remove(at);
            }
            if postings.dropped && postings.count as usize <= LONGEST_LIST {
                self.list_again(term);
            }
            self.lengths[term as usize] = self.postings[term as usize].reachable();
            self.commonness[term as usize] = commonness(self.frequency(term), self.lexicon.prior(term));
        }
        self.twos.take(id);
        self.leaders.take(id);
        self.resting[0].push(id);
        Some((id, slot))
    }

    /// Makes the list of a term that has become rare enough; at least [`LONGEST_LIST`] removals lie between
    /// two times, which pay for looking through all records.
    fn list_again(&mut self, term: TermId) {
        let list = self
            .slots()
            .filter(|(_, slot)| slot.judgeable && slot.profile.terms.numbers().contains(&term))
            .map(|(id, _)| id)
            .collect();
        let postings = &mut self.postings[term as usize];
        postings.list = list;
        postings.dropped = false;
    }

    /// Lets the places be used again that were empty at the last call already. To be called when every list
    /// that may name them has been made anew since the last call.
    pub(crate) fn release(&mut self) {
        let [new, old] = &mut self.resting;
        self.free.append(old);
        std::mem::swap(new, old);
    }

    /// Whether lists elsewhere may still name places that are empty.
    pub(crate) fn has_resting(&self) -> bool {
        self.resting.iter().any(|list| !list.is_empty())
    }

    /// In how many records a term is.
    pub(crate) fn frequency(&self, term: TermId) -> usize {
        self.postings.get(term as usize).map_or(0, |p| p.count as usize)
    }

    /// Whether a term can be met in a record; some that are met no longer are still held to be.
    #[inline]
    fn is_met(&self, term: TermId) -> bool {
        self.met
            .get(term as usize / 64)
            .is_some_and(|word| word >> (term % 64) & 1 == 1)
    }

    /// The logarithm of the number of all records, the background's part included, less what a term must tell
    /// before it counts.
    fn all(&self) -> f32 {
        let records = self.len() as f32 + BACKGROUND_RECORDS;
        records.ln() - (LEAST_TELLING + self.len() as f32 / records)
    }

    /// The terms of a record with what each tells here: the negative logarithm of the share of records that
    /// have it, where the share blends this catalogue with the background.
    pub(crate) fn weigh(&self, profile: &Profile) -> Vec<Weighted> {
        let weight = self.weigher();
        profile
            .terms
            .iter()
            .map(|entry| Weighted {
                term: entry.term,
                weight: if profile.unnumbered_term(entry.term).is_some() {
                    self.weight_of_unnumbered(profile, entry)
                } else {
                    weight(entry)
                },
            })
            .collect()
    }

    /// What a term of a record of this catalogue weighs.
    pub(crate) fn weigher(&self) -> impl Fn(Entry) -> f32 + '_ {
        let all = self.all();
        move |entry| weight(all, self.commonness[entry.term as usize], entry)
    }

    fn weight_of_unnumbered(&self, profile: &Profile, entry: Entry) -> f32 {
        let prior = profile
            .unnumbered_term(entry.term)
            .map_or_else(|| self.lexicon.prior(entry.term), |own| own.prior);
        weight(self.all(), commonness(0, prior), entry)
    }

    /// What the terms of a record of this catalogue weigh together.
    pub(crate) fn total(&self, slot: &Slot) -> f32 {
        if self.summed {
            slot.total
        } else {
            slot.profile.terms.iter().map(self.weigher()).sum()
        }
    }

    /// Works out [`Index::total`] of all records, to be looked up until something changes, and makes anew
    /// what leads to records by two terms and by topics.
    pub(crate) fn add_up(&mut self) {
        let common = |term| commonness(self.frequency(term), self.lexicon.prior(term));
        self.commonness = (0..self.lexicon.len()).map(common).collect();
        self.draw_leaders();
        self.put_in_order();
        let mut slots = std::mem::take(&mut self.slots);
        let weight = self.weigher();
        slots
            .par_iter_mut()
            .flatten()
            .for_each(|slot| slot.total = slot.profile.terms.iter().map(&weight).sum());
        drop(weight);
        self.slots = slots;
        self.summed = true;
        self.list_alike();
        self.lay_out_twos();
    }

    /// What a term of this profile that the vocabulary lacks was likely meant to be.
    pub(crate) fn meant(&self, profile: &Profile, term: TermId) -> Option<TermId> {
        match profile.unnumbered_term(term) {
            Some(own) => own.neighbour,
            None => self.lexicon.meant(term),
        }
    }
}

/// A number for a term that is the same in every catalogue, and of those that mean the same.
fn short_hash(lexicon: &Lexicon, term: TermId) -> u32 {
    (lexicon.hash(lexicon.stands_for(term)) >> 32) as u32
}

fn weight(all: f32, common: f32, entry: Entry) -> f32 {
    (all - common).clamp(0.0, MOST_TELLING) * entry.weight
}

fn commonness(frequency: usize, prior: f32) -> f32 {
    (frequency as f32 + BACKGROUND_RECORDS * prior).ln()
}
