//! How much of what each record says the other says too, in the same words or words that mean alike.

#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "the hottest loop of a scan, over dense arrays that `Expanded::of` sizes"
)]

use crate::index::{Index, Weighted};
use crate::lexicon::TermId;
use crate::profile::Profile;

const END: u32 = u32::MAX;

/// One way from a term to a term of the query.
#[derive(Debug, Clone, Copy)]
struct Way {
    row: u32,
    alike: f32,
    next: u32,
}

/// A query's terms spread to all terms that mean alike; compares the query with many others.
#[derive(Debug, Default)]
pub(crate) struct Expanded {
    heads: Vec<u32>,
    ways: Vec<Way>,
    spread: Vec<TermId>,
    /// Terms that have no number in the catalogue cannot be met by anyone.
    weights: Vec<f32>,
    total: f32,
    best: Vec<f32>,
}

/// How far two texts cover each other, each in [0, 1].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Coverage {
    /// The part of the left text's weight that the right one says too.
    pub(crate) left: f32,
    /// The part of the right text's weight that the left one says too.
    pub(crate) right: f32,
    /// The two in one.
    pub(crate) both: f32,
}

/// Which word met which: places in the two lists of terms, how alike, and the weight carried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Met {
    pub(crate) left: usize,
    pub(crate) right: usize,
    pub(crate) alike: f32,
    pub(crate) weight: f32,
}

impl Expanded {
    /// Takes up a new query.
    pub(crate) fn take_up(&mut self, index: &Index, profile: &Profile, weighted: &[Weighted]) {
        for term in self.spread.drain(..) {
            self.heads[term as usize] = END;
        }
        self.ways.clear();
        self.weights.clear();
        self.heads.resize(index.lexicon.len() as usize, END);
        for (row, term) in (0..).zip(weighted) {
            self.weights.push(term.weight);
            self.lay(term.term, row, 1.0);
            for (other, alike) in index.neighbours(profile, term.term) {
                self.lay(other, row, alike);
            }
        }
        self.total = self.weights.iter().sum();
        self.best.resize(self.weights.len(), 0.0);
    }

    fn lay(&mut self, term: TermId, row: u32, alike: f32) {
        let Some(head) = self.heads.get_mut(term as usize) else {
            return;
        };
        if *head == END {
            self.spread.push(term);
        }
        self.ways.push(Way {
            row,
            alike,
            next: *head,
        });
        *head = (self.ways.len() - 1) as u32;
    }

    /// How far the query and another record cover each other.
    pub(crate) fn cover(&mut self, other: &[Weighted]) -> Coverage {
        self.best.fill(0.0);
        let mut said = 0.0;
        let mut total = 0.0;
        for term in other {
            total += term.weight;
            let mut best = 0.0_f32;
            let mut at = self.heads.get(term.term as usize).copied().unwrap_or(END);
            while at != END {
                let way = self.ways[at as usize];
                best = best.max(way.alike);
                let row = &mut self.best[way.row as usize];
                *row = row.max(way.alike);
                at = way.next;
            }
            said += best * term.weight;
        }
        let met: f32 = self
            .best
            .iter()
            .zip(&self.weights)
            .map(|(best, weight)| best * weight)
            .sum();
        coverage((met, self.total), (said, total))
    }

    /// Which word of the query met which of another record, heaviest first.
    pub(crate) fn met(&self, other: &[Weighted]) -> Vec<Met> {
        let mut pairs: Vec<Met> = Vec::new();
        for (right, term) in other.iter().enumerate() {
            let mut at = self.heads.get(term.term as usize).copied().unwrap_or(END);
            while at != END {
                let way = self.ways[at as usize];
                pairs.push(Met {
                    left: way.row as usize,
                    right,
                    alike: way.alike,
                    weight: 0.0,
                });
                at = way.next;
            }
        }
        pairs.sort_by(|a, b| {
            b.alike
                .total_cmp(&a.alike)
                .then_with(|| (a.left, a.right).cmp(&(b.left, b.right)))
        });
        let sum = self.total + other.iter().map(|term| term.weight).sum::<f32>();
        let mut left_free = vec![true; self.weights.len()];
        let mut right_free = vec![true; other.len()];
        pairs.retain_mut(|pair| {
            let mut weight = 0.0;
            if std::mem::take(&mut left_free[pair.left]) {
                weight += self.weights[pair.left];
            }
            if std::mem::take(&mut right_free[pair.right]) {
                weight += other[pair.right].weight;
            }
            pair.weight = if sum > 0.0 { weight * pair.alike / sum } else { 0.0 };
            pair.weight > 0.0
        });
        pairs.sort_by(|a, b| {
            b.weight
                .total_cmp(&a.weight)
                .then_with(|| (a.left, a.right).cmp(&(b.left, b.right)))
        });
        pairs
    }
}

fn coverage(left: (f32, f32), right: (f32, f32)) -> Coverage {
    let share = |(met, total): (f32, f32)| if total > 0.0 { (met / total).min(1.0) } else { 0.0 };
    let (a, b) = (share(left), share(right));
    Coverage {
        left: a,
        right: b,
        both: f32::midpoint(a, b),
    }
}
