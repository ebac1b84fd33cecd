//! What is known of how alike each record is to its own nearest others, kept up as the catalogue changes.

use std::sync::OnceLock;

use rayon::prelude::*;

use super::Catalogue;
use super::agreement::{Agreement, Heard, Meetings};
use super::pairs::{Hopes, Pairing};
use crate::compare::people::{self, People};
use crate::hubs::{Near, Nearest, least_counted, raised};
use crate::index::{AFAR, COMPARE_ALL, Reach, SlotId};
use crate::{Key, Progress, Score};

/// How many records' nearest others are forgotten with every change, to be found anew when next asked for: a list
/// was made when the catalogue was at most a twenty-fourth smaller or larger.
const TENDED: usize = 24;
/// For how many records it is measured by how much levels are too low.
const SAMPLED: usize = 128;
/// A record's level is taken to be no less than this share of the least of those measured, until it is asked for. Of
/// 100,000 made records none had less.
const LEAST_SHARE: f32 = 0.85;

/// Two records that do not come to so many log-odds by what is known beside facts that are learnt are no partners: 1 of 400
/// would be.
const FAINT: f64 = -6.0;

/// The nearest others of each record, found when they are first asked for.
#[derive(Debug, Default)]
pub(super) struct Hubs {
    /// By place.
    nearest: Vec<OnceLock<Nearest>>,
    /// The last levels measured.
    measured: Vec<Measured>,
    /// Which of them is measured anew next.
    next: usize,
    shortfall: f32,
    least: f32,
    low: f32,
}

/// The level of one record, and by how much it is too low because its nearest others were looked for nearby only.
#[derive(Debug, Clone, Copy)]
struct Measured {
    level: f32,
    short: f32,
}

impl Hubs {
    /// By how much levels are too low on average.
    pub(super) fn shortfall(&self) -> f32 {
        self.shortfall
    }

    /// No record of a catalogue that is too large to compare all pairs is likely to have a lesser level, what it
    /// is raised by included.
    pub(super) fn least(&self) -> f32 {
        self.least
    }

    /// The nearest others of a record, found so if they are not known yet.
    pub(super) fn nearest(&self, id: SlotId, find: impl FnOnce() -> Nearest) -> &[Near] {
        let known = place(id).and_then(|place| self.nearest.get(place));
        known.map_or(&[], |known| known.get_or_init(find).list())
    }

    fn slot(&mut self, id: SlotId) -> Option<&mut OnceLock<Nearest>> {
        self.nearest.get_mut(place(id)?)
    }

    fn sum_up(&mut self) {
        let count = u16::try_from(self.measured.len().max(1)).map_or(1.0, f32::from);
        let short: f32 = self.measured.iter().map(|one| one.short).sum();
        self.shortfall = (short / count).max(0.0);
        let least = self.measured.iter().map(|one| one.level).reduce(f32::min);
        self.least = least.map_or(0.0, |least| raised(least * LEAST_SHARE, self.shortfall));
        let mut levels: Vec<f32> = self.measured.iter().map(|one| one.level).collect();
        levels.sort_unstable_by(f32::total_cmp);
        let low = levels.get(levels.len() / 4).copied().unwrap_or(0.0);
        self.low = raised(low, self.shortfall);
    }
}

impl Catalogue {
    /// Forgets the nearest others of all records; in a small catalogue they are found anew at once.
    pub(super) fn settle(&mut self, progress: &dyn Progress) {
        self.index.add_up();
        self.hubs = Hubs::default();
        self.agreement.learn(Vec::new());
        self.hubs.nearest.resize_with(self.index.places(), OnceLock::new);
        self.tended_to = 0;
        self.index.release();
        self.index.release();
        if self.len() <= COMPARE_ALL {
            let slots: Vec<SlotId> = self.index.slots().map(|(id, _)| id).collect();
            slots.par_iter().for_each(|&id| {
                self.near(id);
                progress.advance(1);
            });
            return;
        }
        let mut sample = self.index.drawn();
        sample.truncate(Agreement::wanted(self.len()));
        self.measure_some(&sample);
        let heard = sample.par_iter().map(|&id| self.hear(id)).collect();
        self.agreement.learn(heard);
        // What was learnt tells where to look, and so where levels come out.
        self.measure_some(&sample);
        progress.advance(self.len());
    }

    /// How far a record's own nearest others are looked for.
    pub(super) fn nearby(&self) -> Reach {
        Reach::nearby(self.len(), self.agreement.together())
    }

    /// Measures the levels of the first of some records.
    fn measure_some(&mut self, sample: &[SlotId]) {
        let measured = sample.par_iter().take(SAMPLED).map(|&id| self.measure(id));
        self.hubs.measured = measured.collect();
        self.hubs.sum_up();
    }

    /// Looks for the nearest others of a record nearby, and afar as well.
    fn measure(&self, id: SlotId) -> Measured {
        let mut pairing = Pairing::new(self);
        let level = pairing
            .nearest(id, self.nearby())
            .level(|_| true, self.least_counted());
        let afar = pairing.nearest(id, AFAR).level(|_| true, self.least_counted());
        Measured {
            level,
            short: afar - level,
        }
    }

    /// In which ways a record meets its nearest others in facts. What was learnt before does not count here.
    fn hear(&self, id: SlotId) -> Heard {
        let mut heard = Heard::default();
        let mut pairing = Pairing::new(self);
        let Some(slot) = pairing.take_up_slot(id) else {
            return heard;
        };
        // How often others start together is not to depend on how they were looked for.
        let near = pairing.candidates(self.nearby().at_any_time());
        let levels = [self.level(id), self.hubs.low];
        let faint = Score::from_log_odds(FAINT).value();
        let unlearnt = Agreement::default();
        let hopes = Hopes::of(self, Some(slot.key), (&slot.record, &slot.profile), &unlearnt);
        for near in near {
            let Some(other) = self.index.slot(near.slot) else {
                continue;
            };
            let people = people::compare(&slot.profile.people, &other.profile.people);
            if people.is_some_and(People::same) {
                continue;
            }
            let may_be = hopes.bears((other, near.likeness), levels, faint);
            let by_text = may_be.and_then(|_| pairing.by_text(near.slot, FAINT));
            let one = (&*slot.record, &slot.profile);
            heard.note(Meetings::of(one, (&other.record, &other.profile)), by_text);
        }
        heard
    }

    /// Finds the nearest others of one new record, and lets them know of it.
    pub(super) fn settle_one(&mut self, id: SlotId) {
        let mut notes: Vec<Near> = Vec::new();
        let mut pairing = Pairing::new(self);
        if pairing.take_up_slot(id).is_some() {
            notes = pairing.candidates(self.nearby());
        }
        drop(pairing);
        let own = Nearest::of(notes.clone(), |id| self.key(id));
        self.hubs.nearest.resize_with(self.index.places(), OnceLock::new);
        if let Some(known) = self.hubs.slot(id) {
            *known = OnceLock::from(own);
        }
        for Near { likeness, slot } in notes {
            let Some(mut nearest) = self.hubs.slot(slot).and_then(OnceLock::take) else {
                continue;
            };
            nearest.note(Near { likeness, slot: id }, |id| self.key(id));
            if let Some(known) = self.hubs.slot(slot) {
                *known = OnceLock::from(nearest);
            }
        }
    }

    /// Forgets the nearest others of the next few records in turn, and measures one level anew.
    pub(super) fn tend(&mut self) {
        let places = self.index.places();
        let mut seen = None;
        let mut tended = 0;
        for _ in 0..places {
            if tended == TENDED {
                break;
            }
            if let Ok(id) = SlotId::try_from(self.tended_to) {
                if let Some(known) = self.hubs.slot(id) {
                    known.take();
                }
                if self.index.slot(id).is_some() {
                    tended += 1;
                    seen = Some(id);
                }
            }
            self.tended_to += 1;
            if self.tended_to >= places {
                self.tended_to = 0;
                self.index.release();
            }
        }
        self.measure_next(seen);
    }

    /// Puts one level in the place of that measured longest ago.
    fn measure_next(&mut self, id: Option<SlotId>) {
        if self.len() <= COMPARE_ALL {
            self.hubs.measured.clear();
            self.agreement.learn(Vec::new());
        } else if let Some(id) = id {
            let measured = self.measure(id);
            let heard = self.hear(id);
            self.agreement.hear(heard, self.len());
            let hubs = &mut self.hubs;
            match hubs.measured.get_mut(hubs.next) {
                Some(old) => *old = measured,
                None => hubs.measured.push(measured),
            }
            hubs.next = (hubs.next + 1) % SAMPLED;
        }
        self.hubs.sum_up();
    }

    /// The nearest others of a record.
    pub(super) fn near(&self, id: SlotId) -> &[Near] {
        self.hubs
            .nearest(id, || Pairing::new(self).nearest(id, self.nearby()))
    }

    /// What a neighbour counts at least here.
    pub(super) fn least_counted(&self) -> f32 {
        least_counted(self.len())
    }

    /// What is held against every likeness of a record.
    pub(super) fn level(&self, id: SlotId) -> f32 {
        self.near(id);
        let known = place(id).and_then(|place| self.hubs.nearest.get(place));
        let level = known.and_then(OnceLock::get).map_or(0.0, |nearest| {
            let resting = self.index.has_resting();
            nearest.level(
                |id| !resting || self.index.slot(id).is_some(),
                self.least_counted(),
            )
        });
        raised(level, self.hubs.shortfall)
    }

    pub(super) fn key(&self, id: SlotId) -> Option<Key> {
        self.index.slot(id).map(|slot| slot.key)
    }
}

pub(super) fn place(id: SlotId) -> Option<usize> {
    usize::try_from(id).ok()
}
