//! How much of what each record says the other says too, in the same words or words that mean alike.

#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "the hottest loop of a scan, over dense arrays that `Expanded::of` sizes"
)]

use crate::index::{Index, Weighted};
use crate::lexicon::TermId;
use crate::profile::{Entry, Profile};

const END: u32 = u32::MAX;
/// No term has this number.
const NO_TERM: TermId = TermId::MAX;
/// Into how many classes terms fall: eight times as many as an ordinary query leads to.
const MARKS: u32 = 8_192;

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
    /// The first way from each term, by open addressing: sized to the query, so that it stays in the nearest cache.
    heads: Vec<(TermId, u32)>,
    /// How far a term's product is shifted to give its place in `heads`.
    shift: u32,
    /// A bit for each of [`MARKS`] classes of terms: most terms of others meet nothing, and are told by it.
    marks: Vec<u64>,
    ways: Vec<Way>,
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
        self.ways.clear();
        self.weights.clear();
        self.weights.extend(weighted.iter().map(|term| term.weight));
        self.total = self.weights.iter().sum();
        self.best.clear();
        self.best.resize(self.weights.len(), 0.0);
        self.met.clear();
        self.met.resize(self.weights.len().div_ceil(64), 0);
        self.make_room(weighted.len() * 8);
        self.marks.clear();
        self.marks.resize(MARKS as usize / 64, 0);
        for (row, term) in (0..).zip(weighted) {
            self.lay(term.term, row, 1.0);
            for (other, alike) in index.neighbours(profile, term.term) {
                self.lay(other, row, alike);
            }
        }
    }

    /// Empties the table and makes it fit for so many terms.
    fn make_room(&mut self, terms: usize) {
        let bits = (terms.max(64) * 2).next_power_of_two().trailing_zeros();
        self.shift = 32 - bits;
        self.heads.clear();
        self.heads.resize(1 << bits, (NO_TERM, END));
    }

    /// Where a term is in the table, or would be.
    fn place(&self, term: TermId) -> usize {
        let last = self.heads.len() - 1;
        let mut at = (term.wrapping_mul(0x9e37_79b1) >> self.shift) as usize;
        while self.heads[at].0 != term && self.heads[at].0 != NO_TERM {
            at = (at + 1) & last;
        }
        at
    }

    fn first_way(&self, term: TermId) -> u32 {
        if self.heads.is_empty() {
            END
        } else {
            self.heads[self.place(term)].1
        }
    }

    fn lay(&mut self, term: TermId, row: u32, alike: f32) {
        if (self.ways.len() + 1) * 2 > self.heads.len() {
            self.grow();
        }
        let at = self.place(term);
        self.marks[mark(term).0] |= mark(term).1;
        let next = self.heads[at].1;
        self.heads[at] = (term, self.ways.len() as u32);
        self.ways.push(Way { row, alike, next });
    }

    fn grow(&mut self) {
        let laid = std::mem::take(&mut self.heads);
        self.make_room(laid.len());
        for head in laid.into_iter().filter(|head| head.0 != NO_TERM) {
            let at = self.place(head.0);
            self.heads[at] = head;
        }
    }

    /// Every term that meets one of the query's, with the most that one occurrence of it could carry.
    pub(crate) fn leads(&self) -> impl Iterator<Item = (TermId, f32)> {
        self.heads.iter().filter(|head| head.0 != NO_TERM).map(|head| {
            let mut at = head.1;
            let mut most = 0.0_f32;
            while at != END {
                let way = self.ways[at as usize];
                most = most.max(way.alike * self.weights[way.row as usize]);
                at = way.next;
            }
            (head.0, most)
        })
    }

    /// How far the query and another record cover each other; `weight` tells what one of its terms weighs,
    /// `total` what all of them weigh.
    pub(crate) fn cover(&mut self, other: &[Entry], total: f32, weight: impl Fn(&Entry) -> f32) -> Coverage {
        let mut said = 0.0;
        for term in other {
            let (word, bit) = mark(term.term);
            if self.marks[word] & bit == 0 {
                continue;
            }
            let mut at = self.heads[self.place(term.term)].1;
            if at == END {
                continue;
            }
            let mut best = 0.0_f32;
            while at != END {
                let way = self.ways[at as usize];
                best = best.max(way.alike);
                let row = &mut self.best[way.row as usize];
                *row = row.max(way.alike);
                self.met[way.row as usize / 64] |= 1 << (way.row % 64);
                at = way.next;
            }
            said += best * weight(term);
        }
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
    pub(crate) fn met(&self, other: &[Weighted]) -> Vec<Met> {
        let mut pairs: Vec<Met> = Vec::new();
        for (right, term) in other.iter().enumerate() {
            let mut at = self.first_way(term.term);
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

/// The word and the bit that stand for a term's class.
fn mark(term: TermId) -> (usize, u64) {
    let class = term.wrapping_mul(0x9e37_79b1) >> (32 - MARKS.trailing_zeros());
    (class as usize / 64, 1 << (class % 64))
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
