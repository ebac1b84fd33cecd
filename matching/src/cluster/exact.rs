//! The best partition of a small group, by dynamic programming over its subsets.
#![expect(
    clippy::indexing_slicing,
    reason = "every index is a subset of at most EXACT_UP_TO members"
)]

use super::graph::Graph;

/// The partition of `nodes` with the greatest sum. Of equals the one with more parts,
/// then the one whose first members are in the smaller parts.
pub(super) fn partition(graph: &Graph, nodes: &[usize]) -> Vec<Vec<usize>> {
    let whole = (1_usize << nodes.len()) - 1;
    let worth = worth(graph, nodes);
    // For each set of members: the best sum, how many parts, and the part that holds its first member.
    let mut best: Vec<(i64, usize, usize)> = vec![(0, 0, 0); whole + 1];
    for set in 1..=whole {
        let first = set & set.wrapping_neg();
        let rest = set ^ first;
        let mut choice: Option<(i64, usize, usize)> = None;
        // Subsets of the rest in ascending order, so that of equals the smallest stays.
        let mut with = 0_usize;
        loop {
            let part = with | first;
            let (sum, parts, _) = best[set ^ part];
            let (sum, parts) = (sum + worth[part], parts + 1);
            if choice.is_none_or(|(s, p, _)| (sum, parts) > (s, p)) {
                choice = Some((sum, parts, part));
            }
            if with == rest {
                break;
            }
            with = with.wrapping_sub(rest) & rest;
        }
        best[set] = choice.unwrap_or_default();
    }
    let mut parts = Vec::new();
    let mut left = whole;
    while left != 0 {
        let part = best[left].2;
        parts.push(
            (0..nodes.len())
                .filter(|i| part >> i & 1 == 1)
                .map(|i| nodes[i])
                .collect(),
        );
        left ^= part;
    }
    parts
}

/// For each set of members the sum over its pairs.
fn worth(graph: &Graph, nodes: &[usize]) -> Vec<i64> {
    let size = nodes.len();
    let mut pair = vec![graph.absent; size * size];
    for (i, &node) in nodes.iter().enumerate() {
        for edge in graph.edges(node) {
            if let Ok(j) = nodes.binary_search(&edge.to) {
                pair[i * size + j] = edge.weight;
            }
        }
    }
    let mut worth = vec![0_i64; 1 << size];
    for set in 1_usize..1 << size {
        let top = (0..size).rev().find(|i| set >> i & 1 == 1).unwrap_or(0);
        let rest = set ^ (1 << top);
        let joined: i64 = (0..top)
            .filter(|i| rest >> i & 1 == 1)
            .map(|i| pair[top * size + i])
            .sum();
        worth[set] = worth[rest] + joined;
    }
    worth
}
