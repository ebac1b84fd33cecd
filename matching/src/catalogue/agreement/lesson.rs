//! What a fact tells of a pair, drawn from how often likely partners and others meet in it.

#![expect(clippy::as_conversions, reason = "a meeting is a place in an array")]

use super::meeting::Meeting;
use crate::score::{MOST_AGAINST, MOST_OF_FACT};

/// As many pairs are thought up that agree as chance has it, and with as many what was learnt counts half and the shipped
/// weight the other half: the first few that are seen decide little.
const DOUBT: f64 = 8.0;

/// How many pairs met in which way: likely partners, and others.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    pub(super) likely: [f64; 3],
    pub(super) others: [f64; 3],
}

impl Count {
    pub(super) fn note(&mut self, meeting: Option<Meeting>, likelihood: f64) {
        let Some(meeting) = meeting else { return };
        for (counts, by) in [
            (&mut self.likely, likelihood),
            (&mut self.others, 1.0 - likelihood),
        ] {
            if let Some(count) = counts.get_mut(meeting as usize) {
                *count += by;
            }
        }
    }

    pub(super) fn and(mut self, other: &Self) -> Self {
        let sums = self.likely.iter_mut().chain(&mut self.others);
        let more = other.likely.iter().chain(&other.others);
        sums.zip(more).for_each(|(sum, more)| *sum += more);
        self
    }
}

/// What a fact tells, in log-odds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lesson {
    /// That it is the same, but for how rare the value is.
    same: f64,
    near: f64,
    apart: f64,
    /// What it tells on average that it is the same.
    typical: f64,
    /// Of so many likely partners it is the same.
    pub(super) agree: f64,
    /// How much this counts beside what was shipped, in [0, 1].
    pub(super) trust: f64,
}

impl Lesson {
    /// `by_chance` is how likely two statements taken at random are the same; 1 where no value tells more than another.
    pub(super) fn of(count: &Count, by_chance: f64) -> Self {
        let likely: f64 = count.likely.iter().sum();
        let others: f64 = count.others.iter().sum();
        let logs = |(seen, by_chance): (f64, f64)| {
            let by_chance = (by_chance + 1.0) / (others + 3.0);
            let of_partners = (seen + DOUBT * by_chance) / (likely + DOUBT);
            (of_partners.ln(), by_chance.ln())
        };
        let ([same, near, apart], [same_others, near_others, apart_others]) = (count.likely, count.others);
        let (same, same_by_chance) = logs((same, same_others));
        // Records that are near in their texts may state the same oftener than any two: those of one programme do.
        let oftener = (same_by_chance - by_chance.ln()).max(0.0);
        let tells = |(of_partners, by_chance): (f64, f64)| {
            (of_partners - by_chance).clamp(-MOST_AGAINST, MOST_OF_FACT)
        };
        Self {
            agree: same.exp(),
            typical: tells((same, same_by_chance)),
            same: same - oftener,
            near: tells(logs((near, near_others))),
            apart: tells(logs((apart, apart_others))),
            trust: likely / (likely + DOUBT),
        }
    }

    /// What a meeting tells; `share` is how common the value is that both state.
    pub(super) fn tells(&self, meeting: Meeting, share: impl FnOnce() -> f64) -> f64 {
        match meeting {
            Meeting::Same => (self.same - share().ln()).clamp(0.0, MOST_OF_FACT),
            Meeting::Near => self.near,
            Meeting::Apart => self.apart,
        }
    }

    /// What a meeting tells whatever the value is that both state; nothing where either states none.
    pub(super) fn on_average(&self, meeting: Option<Meeting>) -> f64 {
        self.trust
            * match meeting {
                None => 0.0,
                Some(Meeting::Same) => self.typical,
                Some(Meeting::Near) => self.near,
                Some(Meeting::Apart) => self.apart,
            }
    }

    /// Nothing that a meeting tells is more than this, if the rarest value is so common.
    pub(super) fn most(&self, share: Option<f64>) -> f64 {
        let same = share.map_or(0.0, |share| self.tells(Meeting::Same, || share));
        same.max(self.near).max(self.apart).max(0.0)
    }
}
