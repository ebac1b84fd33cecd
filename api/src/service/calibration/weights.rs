//! The few weights of the table, as decisions bear them out. PURE.
//!
//! A weight is told by what the engine's own is multiplied with. All weights of the text go together, since they share one
//! number in the table; what stands in every pair (the base) is moved by the offset of the line instead. Each is pulled
//! towards what it is at present, so that few decisions move little, and none is turned round or lost.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fit::{Decided, Line, Misfit, PULL, folded, misfit, probability};
use crate::service::evidence::Stored;

/// What is moved together: the name of the group, and the kinds of fact in it.
const GROUPS: [(&str, &[&str]); NUMBER] = [
    ("text", &["text", "topic", "meaning", "generality"]),
    ("title", &["title"]),
    ("code", &["code"]),
    ("labels", &["technologies", "themes"]),
    ("people", &["people"]),
    ("money", &["money"]),
    ("declared", &["declared"]),
];

/// How many groups there are.
const NUMBER: usize = 7;

/// No weight becomes less than this part of the engine's own.
const LEAST: f64 = 0.2;

/// No weight becomes more than so many times the engine's own.
const MOST: f64 = 5.0;

/// At most so many rounds over all weights; each moves each of them once. It ends much earlier.
const ROUNDS: usize = 400;

/// The log-odds from which on the engine takes some back: what scores higher is found whatever the weights are.
const SURE: f64 = 10.0;

/// What the engine's weights are multiplied with, by group; 1 where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weights(BTreeMap<String, f64>);

impl Weights {
    /// Each group with what its weights are multiplied with.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, f64)> {
        GROUPS
            .iter()
            .map(|(name, _)| (*name, self.0.get(*name).copied().unwrap_or(1.0)))
    }

    /// What the weight of a kind of fact is multiplied with.
    #[must_use]
    pub fn of(&self, factor: &str) -> f64 {
        let group = GROUPS.iter().find(|(_, factors)| factors.contains(&factor));
        let known = group.and_then(|(name, _)| self.0.get(*name));
        known.copied().unwrap_or(1.0)
    }

    /// Whether every weight is the engine's own.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.all().all(|(_, times)| (times - 1.0).abs() < f64::EPSILON)
    }

    fn from_array(times: [f64; NUMBER]) -> Self {
        let named = GROUPS.iter().zip(times);
        Self(
            named
                .map(|((name, _), times)| ((*name).to_owned(), times))
                .collect(),
        )
    }

    fn array(&self) -> [f64; NUMBER] {
        let mut times = [1.0; NUMBER];
        for (place, (_, known)) in times.iter_mut().zip(self.all()) {
            *place = known;
        }
        times
    }

    /// The least log-odds that the engine can have given to a pair that comes to `wanted` with these weights, if facts
    /// beside the text count from the least to all that they can. `table` is the engine's own.
    #[must_use]
    pub fn least(&self, wanted: f64, table: &[matching::Weight]) -> f64 {
        if self.is_own() {
            return wanted;
        }
        let text = self.of("text");
        let in_text = |factor: &str| {
            GROUPS
                .iter()
                .any(|(name, factors)| *name == "text" && factors.contains(&factor))
        };
        let grouped = |factor: &str| GROUPS.iter().any(|(_, factors)| factors.contains(&factor));
        // Of each fact there may be as much as there can be; the least is sought over all.
        let mut least = wanted / text;
        let beside = table.iter().filter(|line| !in_text(line.factor));
        for line in beside.filter(|line| !is_of_all(line.factor)) {
            let times = if grouped(line.factor) {
                self.of(line.factor)
            } else {
                1.0
            };
            let part = line.weight * (1.0 - times / text);
            let [fewest, most] = line.amounts;
            least += (part * fewest).min(part * most);
        }
        least.min(SURE)
    }
}

/// A decided finding by its parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parted {
    /// What each group added to the engine's log-odds.
    parts: [f64; NUMBER],
    /// What everything else added, but for what was taken back because of all.
    rest: f64,
    /// Whether people bore it out.
    right: bool,
}

impl Parted {
    /// The parts of a finding's evidence as the engine itself had them: without what `weights` made of them and without
    /// what a calibration added.
    #[must_use]
    pub fn of(evidence: &Stored, weights: &Weights, right: bool) -> Self {
        let (mut parts, mut rest) = ([0.0; NUMBER], 0.0);
        for one in evidence
            .contributions
            .iter()
            .filter(|one| !is_of_all(&one.factor))
        {
            let factor = one.factor.as_str();
            let place = GROUPS.iter().position(|(_, factors)| factors.contains(&factor));
            match place.and_then(|place| parts.get_mut(place)) {
                Some(part) => *part += one.log_odds / weights.of(factor),
                None => rest += one.log_odds,
            }
        }
        Self { parts, rest, right }
    }

    /// The same with other weights, as one number.
    #[must_use]
    pub fn weighed(&self, weights: &Weights) -> Decided {
        let sum = self.sum(weights);
        Decided {
            log_odds: sum + matching::restraint(sum),
            right: self.right,
        }
    }

    /// The same, nothing taken back.
    fn sum(&self, weights: &Weights) -> f64 {
        let parts = self.parts.iter().zip(weights.array());
        self.rest + parts.map(|(part, times)| part * times).sum::<f64>()
    }
}

/// Whether a part of the evidence was made of all others, and is made anew with other weights.
#[must_use]
pub fn is_of_all(factor: &str) -> bool {
    matches!(factor, "restraint" | "calibration")
}

/// The weights and the offset that decisions bear out; the slope stays as it is at present. What is taken back of high
/// log-odds is left aside: nobody learns of pairs that are as good as certain.
#[must_use]
pub fn fit(decided: &[Parted], present: (&Weights, Line)) -> (Weights, Line) {
    let (before, mut line) = (present.0.array(), present.1);
    let mut times = before;
    let mut odds: Vec<f64> = decided.iter().map(|one| line.apply(one.sum(present.0))).collect();
    for _ in 0..ROUNDS {
        let mut moved = 0.0_f64;
        for (place, start) in before.iter().enumerate() {
            let amounts: Vec<f64> = decided
                .iter()
                .map(|one| line.slope * one.parts.get(place).copied().unwrap_or(0.0))
                .collect();
            let Some(now) = times.get_mut(place) else { continue };
            let next = (*now - step(decided, &odds, &amounts, *now - start)).clamp(LEAST, MOST);
            moved = moved.max(shift(&mut odds, &amounts, next - *now));
            *now = next;
        }
        let ones = vec![1.0; decided.len()];
        let next = line.offset - step(decided, &odds, &ones, line.offset - present.1.offset);
        moved = moved.max(shift(&mut odds, &ones, next - line.offset));
        line.offset = next;
        if moved < 1e-9 {
            break;
        }
    }
    (Weights::from_array(times), line)
}

/// Newton's step of one number that lies `away` from where it is pulled to. What counts for much in every pair is pulled as
/// much more, so that a single decision moves no weight far.
fn step(decided: &[Parted], odds: &[f64], amounts: &[f64], away: f64) -> f64 {
    let number = f64::from(u32::try_from(amounts.len()).unwrap_or(u32::MAX)).max(1.0);
    let square = amounts.iter().map(|amount| amount * amount).sum::<f64>() / number;
    let pull = PULL * square.max(1.0);
    let (mut gradient, mut curvature) = (pull * away, pull);
    for ((one, odds), amount) in decided.iter().zip(odds).zip(amounts) {
        let p = probability(*odds);
        gradient += (p - if one.right { 1.0 } else { 0.0 }) * amount;
        curvature += p * (1.0 - p) * amount * amount;
    }
    gradient / curvature
}

/// Moves the log-odds of all by what one number moved. Returns how far that was.
fn shift(odds: &mut [f64], amounts: &[f64], by: f64) -> f64 {
    for (odds, amount) in odds.iter_mut().zip(amounts) {
        *odds += by * amount;
    }
    by.abs()
}

/// How well weights and a line fit decisions.
#[must_use]
pub fn weighed_misfit(decided: &[Parted], (weights, line): (&Weights, Line)) -> Misfit {
    let weighed: Vec<Decided> = decided.iter().map(|one| one.weighed(weights)).collect();
    misfit(line, &weighed)
}

/// How well weights fit decisions that they were not fitted on.
#[must_use]
pub fn cross_validated(decided: &[Parted], present: (&Weights, Line), folds: usize) -> Misfit {
    let mut sorted = decided.to_vec();
    let place = |one: &Parted| one.weighed(&Weights::default()).log_odds;
    sorted.sort_by(|a, b| place(a).total_cmp(&place(b)).then(a.right.cmp(&b.right)));
    folded(&sorted, folds, |rest, part| {
        let (weights, line) = fit(rest, present);
        weighed_misfit(part, (&weights, line))
    })
}

#[cfg(test)]
mod tests;
