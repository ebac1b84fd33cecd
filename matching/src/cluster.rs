//! Findings → clusters: the efforts that belong together, not all that hang together.
//!
//! # What is maximised
//! Each pair of a cluster counts with how far its log-odds lie above those of the
//! flag threshold, at most [`WEIGHT_LIMIT`] either way. A pair that was not given
//! counts too: it is known only to lie below [`ClusterOptions::known_from`], and is
//! taken at [`ABSENT_SHARE`] of that, because "not found" is weak evidence. The
//! partition with the greatest sum wins (correlation clustering).
//!
//! What follows from it:
//! - one link at the threshold never carries a stranger in: the more members a
//!   newcomer is not linked to, the more its links must weigh, so a chain of weak
//!   links breaks up where it is weakest;
//! - a group of which most pairs are flagged stays whole when a few are not;
//! - no member would be better off alone.
//!
//! Groups of up to [`EXACT_UP_TO`] linked efforts are solved exactly; larger ones by
//! average-linkage agglomeration followed by moves of single members and merges until
//! none improves the sum. Sums are integers, so neither the order of the links nor the
//! machine changes the answer.

mod exact;
mod graph;
mod greedy;
mod identity;

pub use identity::{ClusterId, assign_ids};

use crate::Key;
use graph::Graph;

/// Linked groups of up to so many efforts are solved exactly (3⁹ ≈ 20,000 steps each).
pub const EXACT_UP_TO: usize = 9;

/// The most that one pair can count for or against, in natural log-odds: about a
/// score of 0.95 against a threshold of 0.5. A duplicate recorded with certainty
/// must not drag its twin's strangers in.
pub const WEIGHT_LIMIT: f64 = 3.0;

/// A pair that was not given is taken at this share of the score from which on pairs
/// are given: 0.375 where only pairs of 0.5 and above are. Chosen so that five efforts
/// linked at 0.65 stay together with two pairs missing, while three in a chain of
/// links at 0.6 do not.
pub const ABSENT_SHARE: f64 = 0.75;

/// A scored pair. Which is left does not matter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// One effort.
    pub left: Key,
    /// The other.
    pub right: Key,
    /// How likely they pursue the same end, in [0, 1]. Links outside that are ignored, as
    /// are links of an effort with itself; of several for one pair the best counts.
    pub score: f64,
}

/// What counts for a tie and what is known of absent pairs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterOptions {
    /// Pairs above it speak for a cluster, pairs below it against.
    pub flag_threshold: f64,
    /// Every pair of at least this score is among the links. Give sub-threshold pairs
    /// and a lower number, and what is missing then counts more.
    pub known_from: f64,
}

impl Default for ClusterOptions {
    /// All flagged pairs are given and no others.
    fn default() -> Self {
        Self {
            flag_threshold: crate::Catalogue::FLAG_THRESHOLD,
            known_from: crate::Catalogue::FLAG_THRESHOLD,
        }
    }
}

/// Efforts that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Two or more, in order.
    pub members: Vec<Key>,
    /// The member with the highest mean score to the others; of equals the smallest key.
    pub central: Key,
    /// The mean score over all pairs of members, absent pairs as the options say. In [0, 1].
    pub cohesion: f64,
}

/// The clusters of two or more; largest first, then most cohesive, then by first member.
/// An effort is in one cluster at most; efforts in none are left out.
///
/// The same links give the same clusters in whatever order they come.
///
/// ```
/// use matching::Key;
/// use matching::cluster::{ClusterOptions, Link, clusters};
///
/// let link = |left, right, score| Link { left: Key(left), right: Key(right), score };
/// // A chain: 1 and 3 have nothing in common but 2, and weakly.
/// let chain = [link(1, 2, 0.7), link(2, 3, 0.6)];
/// let found = clusters(&chain, &ClusterOptions::default());
/// assert_eq!(found.len(), 1);
/// assert_eq!(found.first().map(|c| c.members.clone()), Some(vec![Key(1), Key(2)]));
/// ```
#[must_use]
pub fn clusters(links: &[Link], options: &ClusterOptions) -> Vec<Cluster> {
    let graph = Graph::new(links, options);
    let mut found: Vec<Cluster> = graph
        .components()
        .into_iter()
        .flat_map(|nodes| {
            if nodes.len() <= EXACT_UP_TO {
                exact::partition(&graph, &nodes)
            } else {
                greedy::partition(&graph, &nodes)
            }
        })
        .filter(|part| part.len() > 1)
        .map(|part| graph.describe(part))
        .collect();
    found.sort_by(|a, b| {
        (b.members.len().cmp(&a.members.len()))
            .then(b.cohesion.total_cmp(&a.cohesion))
            .then_with(|| a.members.cmp(&b.members))
    });
    found
}

#[cfg(test)]
mod tests;
