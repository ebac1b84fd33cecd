//! Links as a graph with integer weights.

use rustc_hash::FxHashMap;

use super::{ABSENT_SHARE, Cluster, ClusterOptions, Link, WEIGHT_LIMIT};
use crate::Key;

/// Weights are counted in millionths of a unit of log-odds: integers add up the same in any order.
const UNITS: f64 = 1_000_000.0;

/// An effort and a link to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) to: usize,
    pub(super) weight: i64,
    pub(super) score: f64,
}

/// Efforts in the order of their keys, each with its links in that order.
#[derive(Debug)]
pub(super) struct Graph {
    keys: Vec<Key>,
    edges: Vec<Vec<Edge>>,
    /// What a pair counts that was not given; never above 0.
    pub(super) absent: i64,
    absent_score: f64,
}

impl Graph {
    pub(super) fn new(links: &[Link], options: &ClusterOptions) -> Self {
        let mut pairs: Vec<(Key, Key, f64)> = links
            .iter()
            .filter(|l| l.left != l.right && (0.0..=1.0).contains(&l.score))
            .map(|l| (l.left.min(l.right), l.left.max(l.right), l.score))
            .collect();
        pairs.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(b.2.total_cmp(&a.2)));
        pairs.dedup_by_key(|pair| (pair.0, pair.1));
        let mut keys: Vec<Key> = pairs.iter().flat_map(|p| [p.0, p.1]).collect();
        keys.sort_unstable();
        keys.dedup();
        let place: FxHashMap<Key, usize> = keys.iter().enumerate().map(|(i, key)| (*key, i)).collect();

        let absent_score = (options.known_from.clamp(0.0, 1.0) * ABSENT_SHARE).min(options.flag_threshold);
        let weigh = |score: f64| weight(score, options.flag_threshold);
        let mut edges: Vec<Vec<Edge>> = vec![Vec::new(); keys.len()];
        for (left, right, score) in pairs {
            let (Some(&l), Some(&r)) = (place.get(&left), place.get(&right)) else {
                continue;
            };
            let weight = weigh(score);
            for (from, to) in [(l, r), (r, l)] {
                if let Some(list) = edges.get_mut(from) {
                    list.push(Edge { to, weight, score });
                }
            }
        }
        for list in &mut edges {
            list.sort_unstable_by_key(|edge| edge.to);
        }
        Self {
            keys,
            edges,
            absent: weigh(absent_score).min(0),
            absent_score,
        }
    }

    pub(super) fn edges(&self, node: usize) -> &[Edge] {
        self.edges.get(node).map_or(&[], Vec::as_slice)
    }

    /// Groups of efforts tied by links that speak for it, each in order. No cluster crosses two of them.
    pub(super) fn components(&self) -> Vec<Vec<usize>> {
        let mut seen = vec![false; self.keys.len()];
        let mut found = Vec::new();
        for start in 0..self.keys.len() {
            let (mut group, mut open) = (Vec::new(), vec![start]);
            while let Some(node) = open.pop() {
                if seen
                    .get_mut(node)
                    .is_none_or(|flag| std::mem::replace(flag, true))
                {
                    continue;
                }
                group.push(node);
                open.extend(
                    self.edges(node)
                        .iter()
                        .filter(|edge| edge.weight > 0)
                        .map(|edge| edge.to),
                );
            }
            if group.len() > 1 {
                group.sort_unstable();
                found.push(group);
            }
        }
        found
    }

    pub(super) fn describe(&self, mut part: Vec<usize>) -> Cluster {
        part.sort_unstable();
        let others = count(part.len().saturating_sub(1));
        let mut central: Option<(f64, usize)> = None;
        let mut total = 0.0;
        for &node in &part {
            let (mut sum, mut known) = (0.0, 0);
            for edge in self
                .edges(node)
                .iter()
                .filter(|edge| part.binary_search(&edge.to).is_ok())
            {
                sum += edge.score;
                known += 1;
            }
            sum += self.absent_score * (others - count(known));
            total += sum;
            if central.is_none_or(|(best, _)| sum > best) {
                central = Some((sum, node));
            }
        }
        let key = |node: usize| self.keys.get(node).copied().unwrap_or(Key(0));
        Cluster {
            central: key(central.map_or(0, |(_, node)| node)),
            cohesion: (total / (others * count(part.len())).max(1.0)).clamp(0.0, 1.0),
            members: part.into_iter().map(key).collect(),
        }
    }
}

/// How far a score lies above the threshold, in units of log-odds.
#[expect(clippy::as_conversions, reason = "the value is within ±3 million")]
fn weight(score: f64, threshold: f64) -> i64 {
    let log_odds = |p: f64| {
        let p = p.clamp(1e-9, 1.0 - 1e-9);
        (p / (1.0 - p)).ln()
    };
    let above = (log_odds(score) - log_odds(threshold)).clamp(-WEIGHT_LIMIT, WEIGHT_LIMIT);
    (above * UNITS).round() as i64
}

/// A number of members, as a number to divide by.
#[expect(clippy::as_conversions, reason = "no cluster has 2^52 members")]
fn count(members: usize) -> f64 {
    members as f64
}
