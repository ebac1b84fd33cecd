//! How far likeness can be believed in a catalogue: by how many log-odds what texts say is off, of all pairs and of those whose
//! technologies meet in one way.

#![expect(clippy::as_conversions, reason = "a meeting is a place in an array")]

use super::likelihood;
use super::meeting::Meeting;
use crate::score::{MOST_AGAINST, MOST_CORROBORATION, MOST_OF_FACT};

/// How far each is taken to be off before anything is heard, in log-odds: the standard deviation of a normal distribution
/// around nothing.
const OFF: f64 = 1.0;

/// By how many log-odds what texts say is to be raised.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Credence {
    all: f64,
    by_technologies: [f64; 3],
}

/// How much more partners are likely than texts make them, and how fast the latter grows with what texts are raised by.
#[derive(Debug, Clone, Copy, Default)]
struct Short {
    by: f64,
    growth: f64,
}

impl Short {
    /// Before anything is heard, if so much is held already.
    fn begin(held: f64) -> Self {
        let precision = 1.0 / (OFF * OFF);
        Self {
            by: -held * precision,
            growth: precision,
        }
    }

    fn note(&mut self, by: f64, growth: f64) {
        self.by += by;
        self.growth += growth;
    }
}

/// What pairs show of it: all of them, and those whose technologies are known to meet in each way.
pub(super) struct Shown {
    all: Short,
    by_technologies: [Short; 3],
}

impl Credence {
    /// What is added to what the texts of two records say.
    pub(super) fn of(&self, technologies: Option<Meeting>) -> f64 {
        self.all + technologies.map_or(0.0, |meeting| self.of_technologies(meeting))
    }

    /// The same for all pairs.
    pub(super) fn of_all(&self) -> f64 {
        self.all
    }

    /// What it tells beyond that in which way technologies meet.
    pub(super) fn of_technologies(&self, meeting: Meeting) -> f64 {
        self.by_technologies.get(meeting as usize).copied().unwrap_or(0.0)
    }

    /// In no way of meeting do they tell more than this.
    pub(super) fn most_of_technologies(&self) -> f64 {
        self.by_technologies.iter().copied().fold(0.0, f64::max)
    }

    /// What pairs show is gathered here.
    pub(super) fn show(&self) -> Shown {
        Shown {
            all: Short::begin(self.all),
            by_technologies: self.by_technologies.map(Short::begin),
        }
    }

    /// One step of Newton's to where texts alone make as many partners likely as texts and facts do.
    pub(super) fn follow(&mut self, shown: &Shown) {
        // All four are moved at once: a pair counts in all pairs and in those of its way, so what the step of each way takes up
        // is taken away from that of all.
        let prior = Short::begin(0.0).growth;
        let (mut by, mut growth) = (shown.all.by, shown.all.growth);
        for way in &shown.by_technologies {
            let also = (way.growth - prior) / way.growth;
            by -= also * way.by;
            growth -= also * (way.growth - prior);
        }
        let step = by / growth;
        for (held, way) in self.by_technologies.iter_mut().zip(&shown.by_technologies) {
            let own = (way.by - (way.growth - prior) * step) / way.growth;
            *held = (*held + own).clamp(-MOST_AGAINST, MOST_OF_FACT);
        }
        self.all = (self.all + step).clamp(-MOST_CORROBORATION, MOST_CORROBORATION);
    }
}

impl Shown {
    /// Notes a pair that is so likely by texts and facts, and comes to so many log-odds by texts.
    pub(super) fn note(&mut self, likely: f64, by_text: f64, technologies: Option<Meeting>) {
        let by_text = likelihood(by_text);
        let (by, growth) = (likely - by_text, by_text * (1.0 - by_text));
        self.all.note(by, growth);
        if let Some(way) = technologies.and_then(|way| self.by_technologies.get_mut(way as usize)) {
            way.note(by, growth);
        }
    }
}
