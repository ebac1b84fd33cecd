//! A good partition of a large group: agglomeration, then moves and merges until none pays.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

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
    loop {
        let merged = state.merge();
        let moved = state.shift();
        if !merged && !moved {
            break;
        }
    }
    state.parts.into_iter().filter(|part| !part.is_empty()).collect()
}

struct Partition<'a> {
    graph: &'a Graph,
    nodes: &'a [usize],
    home: FxHashMap<usize, usize>,
    parts: Vec<Vec<usize>>,
}

impl<'a> Partition<'a> {
    fn singletons(graph: &'a Graph, nodes: &'a [usize]) -> Self {
        Self {
            graph,
            nodes,
            home: nodes
                .iter()
                .enumerate()
                .map(|(part, node)| (*node, part))
                .collect(),
            parts: nodes.iter().map(|node| vec![*node]).collect(),
        }
    }

    fn size(&self, part: usize) -> usize {
        self.parts.get(part).map_or(0, Vec::len)
    }

    /// How a member is tied to each part that it has links into; its own included.
    fn ties_of(&self, node: usize) -> FxHashMap<usize, Tie> {
        let mut ties: FxHashMap<usize, Tie> = FxHashMap::default();
        for edge in self.graph.edges(node) {
            if let Some(part) = self.home.get(&edge.to) {
                ties.entry(*part).or_default().add(Tie {
                    sum: edge.weight,
                    known: 1,
                });
            }
        }
        ties
    }

    /// Joins parts, best mean gain first, as long as that raises the sum. Returns whether any was joined.
    fn merge(&mut self) -> bool {
        let mut ties: Vec<FxHashMap<usize, Tie>> = vec![FxHashMap::default(); self.parts.len()];
        for &node in self.nodes {
            let own = self.home.get(&node).copied().unwrap_or_default();
            for (part, tie) in self.ties_of(node).into_iter().filter(|(part, _)| *part != own) {
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
        let gain = tie.gain(pairs, self.graph.absent);
        (gain > 0).then_some(Merge {
            gain,
            pairs,
            parts: (keep, gone),
            sizes,
        })
    }

    fn join(&mut self, keep: usize, gone: usize) {
        let members = self.parts.get_mut(gone).map(std::mem::take).unwrap_or_default();
        for node in &members {
            self.home.insert(*node, keep);
        }
        if let Some(part) = self.parts.get_mut(keep) {
            part.extend(members);
        }
    }

    /// Moves single members to where they are worth most, or out. Returns whether any moved.
    fn shift(&mut self) -> bool {
        let mut any = false;
        loop {
            let mut moved = false;
            for &node in self.nodes {
                moved |= self.shift_one(node);
            }
            if !moved {
                return any;
            }
            any = true;
        }
    }

    fn shift_one(&mut self, node: usize) -> bool {
        let Some(&own) = self.home.get(&node) else {
            return false;
        };
        let worth = |part: usize, tie: Tie| {
            let others = self.size(part).saturating_sub(usize::from(part == own));
            tie.gain(i64::try_from(others).unwrap_or(i64::MAX), self.graph.absent)
        };
        let ties = self.ties_of(node);
        let here = worth(own, ties.get(&own).copied().unwrap_or_default());
        let best = ties
            .iter()
            .filter(|(part, _)| **part != own)
            .map(|(part, tie)| (worth(*part, *tie), *part));
        let best = best.max_by_key(|(gain, part)| (*gain, std::cmp::Reverse(*part)));
        let target = match best {
            Some((gain, part)) if gain > here.max(0) => part,
            _ if here < 0 => self
                .parts
                .iter()
                .position(Vec::is_empty)
                .unwrap_or(self.parts.len()),
            _ => return false,
        };
        if target == self.parts.len() {
            self.parts.push(Vec::new());
        }
        if let Some(part) = self.parts.get_mut(own) {
            part.retain(|member| *member != node);
        }
        if let Some(part) = self.parts.get_mut(target) {
            part.push(node);
        }
        self.home.insert(node, target);
        true
    }
}
