//! The nearest others of every record, kept up as the catalogue changes.

use rayon::prelude::*;

use super::Catalogue;
use super::pairs::Pairing;
use crate::hubs::{Near, Nearest, raised};
use crate::index::{AFAR, COMPARE_ALL, Reach, SlotId};
use crate::{Key, Progress};

/// How many records' nearest others are found anew with every change: a list was made when the catalogue was
/// at most a twenty-fourth smaller or larger, and one change costs no more than so many searches.
const TENDED: usize = 24;
/// For how many records it is measured by how much levels are too low.
const SAMPLED: usize = 128;

impl Catalogue {
    /// Finds the nearest others of every record anew.
    pub(super) fn settle(&mut self, progress: &dyn Progress) {
        self.index.add_up();
        let slots: Vec<SlotId> = self.index.slots().map(|(id, _)| id).collect();
        let made = self.find_nearest(&slots, progress);
        self.nearest.clear();
        self.levels.clear();
        self.put_nearest(made);
        self.tended_to = 0;
        self.index.release();
        self.index.release();
        self.shortfall = self.find_shortfall();
    }

    /// How far a record's own nearest others are looked for.
    fn nearby(&self) -> Reach {
        Reach::nearby(self.len())
    }

    /// By how much levels are too low on average because a record's nearest are looked for nearby only: for a
    /// few records they are looked for afar as well.
    fn find_shortfall(&self) -> f32 {
        if self.len() <= COMPARE_ALL {
            return 0.0;
        }
        let mut sample = self.index.drawn();
        sample.truncate(SAMPLED);
        let levels: Vec<f32> = sample
            .par_iter()
            .map_init(
                || Pairing::new(self),
                |pairing, &id| {
                    let afar = pairing.nearest(id, AFAR).level(|_| true);
                    let nearby = pairing.nearest(id, self.nearby()).level(|_| true);
                    afar - nearby
                },
            )
            .collect();
        let count = u16::try_from(levels.len()).map_or(1.0, f32::from);
        (levels.iter().sum::<f32>() / count).max(0.0)
    }

    /// Finds the nearest others of one new record, and lets them know of it.
    pub(super) fn settle_one(&mut self, id: SlotId) {
        let mut notes: Vec<Near> = Vec::new();
        let mut pairing = Pairing::new(self);
        if pairing.take_up_slot(id).is_some() {
            notes = pairing.candidates(self.nearby());
        }
        drop(pairing);
        let nearest = Nearest::of(notes.clone(), |id| self.key(id));
        self.put_nearest(vec![(id, nearest)]);
        for Near { likeness, slot } in notes {
            let Some(mut nearest) = self
                .place(slot)
                .and_then(|p| self.nearest.get_mut(p))
                .map(std::mem::take)
            else {
                continue;
            };
            nearest.note(Near { likeness, slot: id }, |id| self.key(id));
            self.put_nearest(vec![(slot, nearest)]);
        }
    }

    /// Finds the nearest others anew of the next few records in turn.
    pub(super) fn tend(&mut self) {
        let places = self.index.places();
        let mut slots: Vec<SlotId> = Vec::with_capacity(TENDED);
        for _ in 0..places {
            if slots.len() == TENDED {
                break;
            }
            if let Ok(id) = SlotId::try_from(self.tended_to)
                && self.index.slot(id).is_some()
            {
                slots.push(id);
            }
            self.tended_to += 1;
            if self.tended_to >= places {
                self.tended_to = 0;
                self.index.release();
                self.shortfall = self.find_shortfall();
            }
        }
        let made = self.find_nearest(&slots, &super::Silent);
        self.put_nearest(made);
    }

    fn find_nearest(&self, slots: &[SlotId], progress: &dyn Progress) -> Vec<(SlotId, Nearest)> {
        slots
            .par_iter()
            .map_init(
                || Pairing::new(self),
                |pairing, &id| {
                    let nearest = pairing.nearest(id, self.nearby());
                    progress.advance(1);
                    (id, nearest)
                },
            )
            .collect()
    }

    fn put_nearest(&mut self, made: Vec<(SlotId, Nearest)>) {
        self.nearest.resize_with(self.index.places(), Nearest::default);
        self.levels.resize(self.index.places(), 0.0);
        for (id, nearest) in made {
            let level = nearest.level(|id| self.index.slot(id).is_some());
            if let Some(place) = self.place(id)
                && let (Some(old), Some(of)) = (self.nearest.get_mut(place), self.levels.get_mut(place))
            {
                *old = nearest;
                *of = level;
            }
        }
    }

    /// The nearest others of a record.
    pub(super) fn near(&self, id: SlotId) -> &[Near] {
        self.place(id)
            .and_then(|place| self.nearest.get(place))
            .map_or(&[], Nearest::list)
    }

    /// What is held against every likeness of a record.
    pub(super) fn level(&self, id: SlotId) -> f32 {
        let place = self.place(id);
        let level = if self.index.has_resting() {
            place
                .and_then(|place| self.nearest.get(place))
                .map_or(0.0, |nearest| nearest.level(|id| self.index.slot(id).is_some()))
        } else {
            place
                .and_then(|place| self.levels.get(place))
                .copied()
                .unwrap_or(0.0)
        };
        raised(level, self.shortfall)
    }

    pub(super) fn key(&self, id: SlotId) -> Option<Key> {
        self.index.slot(id).map(|slot| slot.key)
    }

    fn place(&self, id: SlotId) -> Option<usize> {
        usize::try_from(id).ok()
    }
}
