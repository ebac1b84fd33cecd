//! A good partition of a large group: agglomeration, then moves and merges until none pays.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

use rustc_hash::FxHashMap;

use super::graph::Graph;

/// Between two parts: the sum of the links given, and how many there are.
#[derive(Debug, Clone, Copy, Default)]
struct Tie {
    sum: i64,
    known: i64,
}

impl Tie {
    fn add(&mut self, other: Self) {
        self.sum += other.sum;
        self.known += other.known;
    }

    /// What joining the two would add, absent pairs included.
    fn gain(self, pairs: i64, absent: i64) -> i64 {
        self.sum + absent * (pairs - self.known)
    }
}

/// A possible merge; the greatest mean gain a pair of members comes first, then the smallest numbers.
#[derive(Debug, PartialEq, Eq)]
struct Merge {
    gain: i64,
    pairs: i64,
    parts: (usize, usize),
    sizes: (usize, usize),
}

impl Ord for Merge {
    fn cmp(&self, other: &Self) -> Ordering {
        let mine = i128::from(self.gain) * i128::from(other.pairs);
        let theirs = i128::from(other.gain) * i128::from(self.pairs);
        mine.cmp(&theirs)
            .then(other.parts.cmp(&self.parts))
            .then(self.sizes.cmp(&other.sizes))
    }
}

impl PartialOrd for Merge {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

pub(super) fn partition(graph: &Graph, nodes: &[usize]) -> Vec<Vec<usize>> {
    let mut state = Partition::singletons(graph, nodes);
    // Each round raises an integer sum that is bounded, so this ends.
    while state.merge() | state.shift() {}
    let global = |part: Vec<usize>| part.into_iter().filter_map(|at| nodes.get(at).copied()).collect();
    state
        .parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(global)
        .collect()
}

/// Members are numbered by their place in the component.
struct Partition {
    links: Vec<Vec<(usize, i64)>>,
    home: Vec<usize>,
    parts: Vec<Vec<usize>>,
    /// Parts that have become empty and can be used again.
    empty: Vec<usize>,
    absent: i64,
}

impl Partition {
    fn singletons(graph: &Graph, nodes: &[usize]) -> Self {
        let links = |node: &usize| {
            let inside = |to: usize| nodes.binary_search(&to).ok();
            graph
                .edges(*node)
                .iter()
                .filter_map(|edge| Some((inside(edge.to)?, edge.weight)))
                .collect()
        };
        Self {
            links: nodes.iter().map(links).collect(),
            home: (0..nodes.len()).collect(),
            parts: (0..nodes.len()).map(|at| vec![at]).collect(),
            empty: Vec::new(),
            absent: graph.absent,
        }
    }

    fn links(&self, member: usize) -> &[(usize, i64)] {
        self.links.get(member).map_or(&[], Vec::as_slice)
    }

    fn home(&self, member: usize) -> usize {
        self.home.get(member).copied().unwrap_or_default()
    }

    fn size(&self, part: usize) -> usize {
        self.parts.get(part).map_or(0, Vec::len)
    }

    /// How a member is tied to each part that it has links into, its own included; in the order of the parts.
    fn ties_of(&self, member: usize) -> Vec<(usize, Tie)> {
        let mut ties: Vec<(usize, Tie)> = self
            .links(member)
            .iter()
            .map(|(to, sum)| (self.home(*to), Tie { sum: *sum, known: 1 }))
            .collect();
        ties.sort_unstable_by_key(|(part, _)| *part);
        ties.dedup_by(|later, first| {
            let same = later.0 == first.0;
            if same {
                first.1.add(later.1);
            }
            same
        });
        ties
    }

    /// Joins parts, best mean gain first, as long as that raises the sum. Returns whether any was joined.
    fn merge(&mut self) -> bool {
        let mut ties: Vec<FxHashMap<usize, Tie>> = vec![FxHashMap::default(); self.parts.len()];
        for member in 0..self.home.len() {
            let own = self.home(member);
            for (part, tie) in self.ties_of(member).into_iter().filter(|(part, _)| *part != own) {
                if let Some(of_own) = ties.get_mut(own) {
                    of_own.entry(part).or_default().add(tie);
                }
            }
        }
        let mut queue = BinaryHeap::new();
        for (part, of_part) in ties.iter().enumerate() {
            let later = of_part.iter().filter(|(other, _)| **other > part);
            queue.extend(later.filter_map(|(other, tie)| self.proposal(part, *other, *tie)));
        }
        let mut any = false;
        while let Some(merge) = queue.pop() {
            let (keep, gone) = merge.parts;
            if (self.size(keep), self.size(gone)) != merge.sizes {
                continue;
            }
            any = true;
            self.join(keep, gone);
            let moved = ties.get_mut(gone).map(std::mem::take).unwrap_or_default();
            for (other, tie) in moved.into_iter().filter(|(other, _)| *other != keep) {
                if let Some(of_other) = ties.get_mut(other) {
                    of_other.remove(&gone);
                    of_other.entry(keep).or_default().add(tie);
                }
                if let Some(of_keep) = ties.get_mut(keep) {
                    of_keep.entry(other).or_default().add(tie);
                }
            }
            if let Some(of_keep) = ties.get_mut(keep) {
                of_keep.remove(&gone);
                queue.extend(
                    of_keep
                        .iter()
                        .filter_map(|(other, tie)| self.proposal(keep, *other, *tie)),
                );
            }
        }
        any
    }

    /// The merge of two parts, where it raises the sum.
    fn proposal(&self, one: usize, other: usize, tie: Tie) -> Option<Merge> {
        let (keep, gone) = (one.min(other), one.max(other));
        let sizes = (self.size(keep), self.size(gone));
        let pairs = i64::try_from(sizes.0.checked_mul(sizes.1)?).ok()?;
        let gain = tie.gain(pairs, self.absent);
        (gain > 0).then_some(Merge {
            gain,
            pairs,
            parts: (keep, gone),
            sizes,
        })
    }

    fn join(&mut self, keep: usize, gone: usize) {
        let members = self.parts.get_mut(gone).map(std::mem::take).unwrap_or_default();
        for &member in &members {
            self.settle(member, keep);
        }
        self.empty.push(gone);
        if let Some(part) = self.parts.get_mut(keep) {
            part.extend(members);
        }
    }

    fn settle(&mut self, member: usize, part: usize) {
        if let Some(home) = self.home.get_mut(member) {
            *home = part;
        }
    }

    /// Moves single members to where they are worth most, or out, until none gains. Looks again only
    /// at those whose surroundings changed. Returns whether any moved.
    fn shift(&mut self) -> bool {
        let mut any = false;
        let mut waiting: VecDeque<usize> = (0..self.home.len()).collect();
        let mut queued = vec![true; self.home.len()];
        while let Some(member) = waiting.pop_front() {
            if let Some(flag) = queued.get_mut(member) {
                *flag = false;
            }
            let from = self.home(member);
            if !self.shift_one(member) {
                continue;
            }
            any = true;
            let linked = self.links(member).iter().map(|(to, _)| *to);
            let mates = [from, self.home(member)]
                .into_iter()
                .filter_map(|part| self.parts.get(part))
                .flatten();
            for other in linked.chain(mates.copied()) {
                if let Some(flag @ false) = queued.get_mut(other) {
                    *flag = true;
                    waiting.push_back(other);
                }
            }
        }
        any
    }

    fn shift_one(&mut self, member: usize) -> bool {
        let own = self.home(member);
        let worth = |part: usize, tie: Tie| {
            let others = self.size(part).saturating_sub(usize::from(part == own));
            tie.gain(i64::try_from(others).unwrap_or(i64::MAX), self.absent)
        };
        let ties = self.ties_of(member);
        let tie = ties
            .iter()
            .find(|(part, _)| *part == own)
            .map_or(Tie::default(), |(_, tie)| *tie);
        let here = worth(own, tie);
        let elsewhere = ties.iter().filter(|(part, _)| *part != own);
        let best = elsewhere
            .map(|(part, tie)| (worth(*part, *tie), *part))
            .max_by_key(|(gain, part)| (*gain, Reverse(*part)));
        let target = match best {
            Some((gain, part)) if gain > here.max(0) => part,
            _ if here < 0 => self.empty.pop().unwrap_or(self.parts.len()),
            _ => return false,
        };
        if target == self.parts.len() {
            self.parts.push(Vec::new());
        }
        if let Some(part) = self.parts.get_mut(own) {
            part.retain(|other| *other != member);
            if part.is_empty() {
                self.empty.push(own);
            }
        }
        if let Some(part) = self.parts.get_mut(target) {
            part.push(member);
        }
        self.settle(member, target);
        true
    }
}
