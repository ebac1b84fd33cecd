//! Which records have which term, how much each term tells, and so which pairs are worth comparing.

#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "numeric code over dense arrays whose lengths this file keeps; counts stay far below 2^24"
)]

use rustc_hash::FxHashMap;

use crate::lexicon::{Lexicon, SPELLING_LIKENESS, TermId};
use crate::profile::Profile;
use crate::{Key, Record};

/// How many records' worth of belief the background has against what the catalogue itself shows.
/// Half and half at this size: thirty records are judged by the background, thirty thousand by themselves.
const BACKGROUND_RECORDS: f32 = 500.0;
/// What the rarest term may tell, natural logarithm: beyond it rarity is chance.
pub(crate) const MOST_TELLING: f32 = 8.0;
/// Up to this many records every pair is compared.
pub(crate) const COMPARE_ALL: usize = 2_000;
/// How many records at most are compared with one.
const MOST_CANDIDATES: usize = 48;
/// Only neighbours that count this much lead to a record by themselves.
const LEADING_LIKENESS: f32 = 0.2;
/// How many entries of posting lists are read at most for one record.
const MOST_POSTINGS: usize = 4_000;

/// A record in its place.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) key: Key,
    pub(crate) record: Record,
    pub(crate) profile: Profile,
}

/// The number of a place.
pub(crate) type SlotId = u32;

/// The records of a catalogue, by key and by term.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub(crate) lexicon: Lexicon,
    slots: Vec<Option<Slot>>,
    free: Vec<SlotId>,
    by_key: FxHashMap<Key, SlotId>,
    postings: Vec<Vec<SlotId>>,
    /// Of each term, the logarithm of the records that have it, the background's part included.
    commonness: Vec<f32>,
}

/// A term of a record with what it tells in this catalogue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weighted {
    pub(crate) term: TermId,
    pub(crate) weight: f32,
}

/// Working memory for one thread's searches.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    sums: Vec<f32>,
    touched: Vec<SlotId>,
}

impl Index {
    pub(crate) fn len(&self) -> usize {
        self.by_key.len()
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

    /// Puts a record in; its key must be new.
    pub(crate) fn add(&mut self, key: Key, record: Record, mut profile: Profile) -> SlotId {
        profile.adopt(&mut self.lexicon);
        self.postings.resize_with(self.lexicon.len() as usize, Vec::new);
        let id = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            (self.slots.len() - 1) as SlotId
        });
        for term in self.commonness.len() as TermId..self.lexicon.len() {
            self.commonness.push(commonness(0, self.lexicon.prior(term)));
        }
        for entry in &profile.terms {
            self.postings[entry.term as usize].push(id);
            self.count_anew(entry.term);
        }
        self.by_key.insert(key, id);
        self.slots[id as usize] = Some(Slot { key, record, profile });
        id
    }

    /// Takes a record out; says where it was.
    pub(crate) fn take(&mut self, key: Key) -> Option<(SlotId, Slot)> {
        let id = self.by_key.remove(&key)?;
        let slot = self.slots.get_mut(id as usize)?.take()?;
        for entry in &slot.profile.terms {
            let list = &mut self.postings[entry.term as usize];
            if let Some(at) = list.iter().position(|&other| other == id) {
                list.swap_remove(at);
            }
            self.count_anew(entry.term);
        }
        self.free.push(id);
        Some((id, slot))
    }

    /// In how many records a term is.
    pub(crate) fn frequency(&self, term: TermId) -> usize {
        self.postings.get(term as usize).map_or(0, Vec::len)
    }

    fn count_anew(&mut self, term: TermId) {
        self.commonness[term as usize] = commonness(self.frequency(term), self.lexicon.prior(term));
    }

    /// The terms of a record with what each tells here: the negative logarithm of the share of records that
    /// have it, where the share blends this catalogue with the background.
    pub(crate) fn weigh(&self, profile: &Profile) -> Vec<Weighted> {
        let mut weighted = Vec::with_capacity(profile.terms.len());
        self.weigh_into(profile, &mut weighted);
        weighted
    }

    /// The same into a list that is used again and again.
    pub(crate) fn weigh_into(&self, profile: &Profile, weighted: &mut Vec<Weighted>) {
        let all = (self.len() as f32 + BACKGROUND_RECORDS).ln();
        weighted.clear();
        weighted.extend(profile.terms.iter().map(|entry| {
            let common = match self.commonness.get(entry.term as usize) {
                Some(common) => *common,
                None => commonness(0, self.prior(profile, entry.term)),
            };
            Weighted {
                term: entry.term,
                weight: (all - common).clamp(0.0, MOST_TELLING) * entry.weight,
            }
        }));
    }

    fn prior(&self, profile: &Profile, term: TermId) -> f32 {
        profile
            .unnumbered_term(term)
            .map_or_else(|| self.lexicon.prior(term), |own| own.prior)
    }

    /// The terms that mean nearly what a term of this profile means.
    pub(crate) fn neighbours<'a>(
        &'a self,
        profile: &'a Profile,
        term: TermId,
    ) -> impl Iterator<Item = (TermId, f32)> + 'a {
        let own = profile.unnumbered_term(term);
        let spelt = own
            .and_then(|own| own.neighbour)
            .map(|other| (other, SPELLING_LIKENESS));
        spelt.into_iter().chain(
            own.is_none()
                .then(|| self.lexicon.neighbours(term))
                .into_iter()
                .flatten(),
        )
    }

    /// The records worth comparing with one: those that share its most telling terms, or terms that mean
    /// nearly the same. A term that a large part of the records share is never walked along.
    pub(crate) fn candidates(
        &self,
        profile: &Profile,
        weighted: &[Weighted],
        memory: &mut Gathering,
    ) -> Vec<SlotId> {
        if self.len() <= COMPARE_ALL {
            return self.slots().map(|(id, _)| id).collect();
        }
        let mut leads: Vec<(TermId, f32, usize)> = Vec::with_capacity(weighted.len() * 4);
        for term in weighted {
            let mut lead = |id: TermId, weight: f32| {
                let frequency = self.frequency(id);
                if frequency > 0 && frequency <= MOST_POSTINGS && weight > 0.0 {
                    leads.push((id, weight, frequency));
                }
            };
            lead(term.term, term.weight);
            for (other, alike) in self
                .neighbours(profile, term.term)
                .filter(|near| near.1 >= LEADING_LIKENESS)
            {
                lead(other, term.weight * alike);
            }
        }
        // Rarest first; what is equally rare goes by weight. Equals stand in the fixed order of the record's terms.
        leads.sort_by(|a, b| a.2.cmp(&b.2).then_with(|| b.1.total_cmp(&a.1)));
        memory.sums.resize(self.slots.len(), 0.0);
        let mut read = 0;
        for (id, weight, frequency) in leads {
            if read > 0 && read + frequency > MOST_POSTINGS {
                break;
            }
            read += frequency;
            for &slot in &self.postings[id as usize] {
                let sum = &mut memory.sums[slot as usize];
                if *sum == 0.0 {
                    memory.touched.push(slot);
                }
                *sum += weight;
            }
        }
        self.best_of(memory)
    }

    fn best_of(&self, memory: &mut Gathering) -> Vec<SlotId> {
        let Gathering { sums, touched } = memory;
        let key = |id: &SlotId| self.slot(*id).map(|slot| slot.key);
        let order = |a: &SlotId, b: &SlotId| {
            sums[*b as usize]
                .total_cmp(&sums[*a as usize])
                .then_with(|| key(a).cmp(&key(b)))
        };
        let mut found = std::mem::take(touched);
        if found.len() > MOST_CANDIDATES {
            found.select_nth_unstable_by(MOST_CANDIDATES, order);
        }
        let best = found.iter().copied().take(MOST_CANDIDATES).collect();
        for id in &found {
            sums[*id as usize] = 0.0;
        }
        found.clear();
        *touched = found;
        best
    }
}

fn commonness(frequency: usize, prior: f32) -> f32 {
    (frequency as f32 + BACKGROUND_RECORDS * prior).ln()
}
