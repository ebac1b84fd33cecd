//! How much of what each record says the other says too, in the same words or words that mean alike.

#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "the hottest loop of a scan, over dense arrays that `Expanded::take_up` sizes"
)]

use crate::index::{Index, Weighted};
use crate::lexicon::{Lexicon, SPELLING_LIKENESS, TermId};
use crate::profile::{Entry, Profile, Terms};

const END: u32 = u32::MAX;

/// One way from a term to a term of the query.
#[derive(Debug, Clone, Copy)]
struct Way {
    term: TermId,
    row: u32,
    alike: f32,
    next: u32,
}

/// A query's terms spread to all terms that mean alike; compares the query with many others.
#[derive(Debug, Default)]
pub(crate) struct Expanded {
    /// By term, the first way from it; [`END`] where there is none.
    heads: Vec<u32>,
    /// By term, a bit that says whether there is a way: most terms of others meet nothing, and are told by it
    /// from a table that stays in the nearest cache.
    marks: Vec<u64>,
    /// The terms from which there are ways.
    laid: Vec<TermId>,
    ways: Vec<Way>,
    terms: Vec<TermId>,
    weights: Vec<f32>,
    total: f32,
    best: Vec<f32>,
    /// Which rows of `best` are above zero, a bit each.
    met: Vec<u64>,
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

impl Coverage {
    /// Two texts of which nothing is known.
    pub(crate) const NONE: Self = Self {
        left: 0.0,
        right: 0.0,
        both: 0.0,
    };
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
    /// Takes up a new query. Terms that have no number in the catalogue are met by nobody.
    pub(crate) fn take_up(&mut self, index: &Index, profile: &Profile, weighted: &[Weighted]) {
        for &term in &self.laid {
            self.heads[term as usize] = END;
            self.marks[term as usize / 64] = 0;
        }
        self.laid.clear();
        let size = index.lexicon.len() as usize;
        if self.heads.len() < size {
            self.heads.resize(size, END);
            self.marks.resize(size.div_ceil(64), 0);
        }
        self.ways.clear();
        self.terms.clear();
        self.terms.extend(weighted.iter().map(|term| term.term));
        self.weights.clear();
        self.weights.extend(weighted.iter().map(|term| term.weight));
        self.total = self.weights.iter().sum();
        self.best.clear();
        self.best.resize(self.weights.len(), 0.0);
        self.met.clear();
        self.met.resize(self.weights.len().div_ceil(64), 0);
        for (row, term) in (0..).zip(weighted) {
            self.lay(term.term, row, 1.0);
            index.each_alike(term.term, |other, alike| self.lay(other, row, alike));
            if let Some(meant) = index.meant(profile, term.term) {
                self.lay(meant, row, SPELLING_LIKENESS);
            }
        }
    }

    #[inline]
    fn lay(&mut self, term: TermId, row: u32, alike: f32) {
        let Some(head) = self.heads.get_mut(term as usize) else {
            return;
        };
        let next = std::mem::replace(head, self.ways.len() as u32);
        self.ways.push(Way {
            term,
            row,
            alike,
            next,
        });
        if next == END {
            self.laid.push(term);
            self.marks[term as usize / 64] |= 1 << (term % 64);
        }
    }

    /// Whether there is a way from a term.
    #[inline]
    fn is_marked(&self, term: TermId) -> bool {
        let place = term as usize;
        self.marks
            .get(place / 64)
            .is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    /// Calls with each row of the query that a term of another record meets, and how alike the two are.
    #[inline]
    fn each_way(&self, term: TermId, lexicon: &Lexicon, mut call: impl FnMut(u32, f32)) {
        if self.is_marked(term) {
            let mut at = self.heads[term as usize];
            while at != END {
                let way = self.ways[at as usize];
                call(way.row, way.alike);
                at = way.next;
            }
        }
        // What the query spells right may be misspelt in the other: only the word itself is meant, no other like it.
        if term >= lexicon.shipped()
            && let Some(meant) = lexicon.meant(term)
            && self.is_marked(meant)
        {
            let mut at = self.heads[meant as usize];
            while at != END {
                let way = self.ways[at as usize];
                if self.terms[way.row as usize] == meant {
                    call(way.row, SPELLING_LIKENESS);
                }
                at = way.next;
            }
        }
    }

    /// The terms of the query and what each weighs.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (TermId, f32)> {
        self.terms.iter().copied().zip(self.weights.iter().copied())
    }

    /// What the terms of the query weigh together.
    pub(crate) fn total(&self) -> f32 {
        self.total
    }

    /// Every term that meets one of the query's and could carry at least so much, with the most that one
    /// occurrence of it could carry.
    pub(crate) fn leads(&self, least: f32) -> impl Iterator<Item = (TermId, f32)> {
        let carried = |way: &Way| way.alike * self.weights[way.row as usize];
        self.ways.iter().enumerate().filter_map(move |(place, way)| {
            let most = carried(way);
            if most < least {
                return None;
            }
            // Of several ways from one term the heaviest leads, of equally heavy ones the first laid.
            let mut at = self.heads[way.term as usize];
            while at != END {
                let other = &self.ways[at as usize];
                let weight = carried(other);
                if weight > most || (weight == most && (at as usize) < place) {
                    return None;
                }
                at = other.next;
            }
            Some((way.term, most))
        })
    }

    /// How far the query and another record cover each other; `weight` tells what one of its terms weighs,
    /// `total` what all of them weigh.
    pub(crate) fn cover(
        &mut self,
        other: &Terms,
        total: f32,
        lexicon: &Lexicon,
        weight: impl Fn(Entry) -> f32,
    ) -> Coverage {
        let mut said = 0.0;
        let (mut bests, mut marks) = (std::mem::take(&mut self.best), std::mem::take(&mut self.met));
        let shipped = lexicon.shipped();
        for (place, &term) in other.numbers().iter().enumerate() {
            // Most terms of others meet nothing.
            if term < shipped && !self.is_marked(term) {
                continue;
            }
            let mut best = 0.0_f32;
            self.each_way(term, lexicon, |row, alike| {
                best = best.max(alike);
                let row = row as usize;
                bests[row] = bests[row].max(alike);
                marks[row / 64] |= 1 << (row % 64);
            });
            if best > 0.0 {
                said += best * weight(other.at(place));
            }
        }
        self.best = bests;
        self.met = marks;
        let mut met = 0.0;
        for (word, bits) in self.met.iter_mut().enumerate() {
            let mut left = std::mem::take(bits);
            while left != 0 {
                let row = word * 64 + left.trailing_zeros() as usize;
                met += std::mem::take(&mut self.best[row]) * self.weights[row];
                left &= left - 1;
            }
        }
        coverage((met, self.total), (said, total))
    }

    /// Which word of the query met which of another record, heaviest first.
    pub(crate) fn met(&self, other: &[Weighted], lexicon: &Lexicon) -> Vec<Met> {
        let mut pairs: Vec<Met> = Vec::new();
        for (right, term) in other.iter().enumerate() {
            self.each_way(term.term, lexicon, |row, alike| {
                pairs.push(Met {
                    left: row as usize,
                    right,
                    alike,
                    weight: 0.0,
                });
            });
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
