use proptest::prelude::*;

use super::*;

fn link(left: u128, right: u128, score: f64) -> Link {
    Link {
        left: Key(left),
        right: Key(right),
        score,
    }
}

fn members(links: &[Link]) -> Vec<Vec<u128>> {
    let found = clusters(links, &ClusterOptions::default());
    found
        .into_iter()
        .map(|c| c.members.into_iter().map(|k| k.0).collect())
        .collect()
}

/// Every pair of `keys` at `score`, save those left out.
fn group(keys: std::ops::Range<u128>, score: f64, without: &[(u128, u128)]) -> Vec<Link> {
    let pairs = keys.clone().flat_map(|l| (l + 1..keys.end).map(move |r| (l, r)));
    pairs
        .filter(|pair| !without.contains(pair))
        .map(|(l, r)| link(l, r, score))
        .collect()
}

#[test]
fn a_chain_of_weak_links_ties_no_strangers() {
    // Connected components would make one cluster of all twenty.
    let chain: Vec<Link> = (0..19).map(|i| link(i, i + 1, 0.6)).collect();
    let found = members(&chain);
    assert!(!found.is_empty());
    assert!(found.iter().all(|cluster| cluster.len() == 2), "{found:?}");
    // Strong links may hold a few in a row, never the ends.
    let chain: Vec<Link> = (0..19).map(|i| link(i, i + 1, 0.9)).collect();
    assert!(
        members(&chain).iter().all(|cluster| cluster.len() <= 4),
        "{:?}",
        members(&chain)
    );
}

#[test]
fn a_weak_bridge_joins_no_two_groups() {
    let mut links = group(0..5, 0.8, &[]);
    links.extend(group(10..14, 0.8, &[]));
    links.push(link(4, 10, 0.7));
    assert_eq!(members(&links), vec![vec![0, 1, 2, 3, 4], vec![10, 11, 12, 13]]);
}

#[test]
fn a_group_with_two_pairs_missing_stays_whole() {
    for without in [[(1, 2), (3, 4)], [(1, 2), (1, 3)]] {
        assert_eq!(
            members(&group(1..6, 0.65, &without)),
            vec![vec![1, 2, 3, 4, 5]],
            "without {without:?}"
        );
    }
}

#[test]
fn known_low_scores_count_more_than_unknown_ones() {
    let mut links = vec![link(1, 2, 0.8), link(2, 3, 0.8)];
    assert_eq!(members(&links), vec![vec![1, 2, 3]]);
    links.push(link(1, 3, 0.1));
    let options = ClusterOptions {
        known_from: 0.05,
        ..ClusterOptions::default()
    };
    assert_eq!(clusters(&links, &options)[0].members.len(), 2);
}

#[test]
fn the_central_member_is_the_one_most_like_all_others() {
    let links = [link(1, 2, 0.9), link(2, 3, 0.9), link(1, 3, 0.6)];
    let found = clusters(&links, &ClusterOptions::default());
    assert_eq!(found[0].central, Key(2));
    assert!((found[0].cohesion - 0.8).abs() < 1e-12);
}

#[test]
fn nonsense_links_are_ignored() {
    let links = [
        link(1, 1, 0.9),
        link(1, 2, f64::NAN),
        link(2, 3, 7.0),
        link(3, 4, -1.0),
    ];
    assert!(members(&links).is_empty());
    assert!(members(&[]).is_empty());
}

fn cluster(members: &[u128], cohesion: f64) -> Cluster {
    Cluster {
        members: members.iter().copied().map(Key).collect(),
        central: Key(members[0]),
        cohesion,
    }
}

fn ids(previous: &[(u128, &[u128])], now: &[Cluster]) -> Vec<u128> {
    let previous: Vec<_> = previous
        .iter()
        .map(|(id, m)| (ClusterId(*id), m.iter().copied().map(Key).collect()))
        .collect();
    let mut next = 100;
    let fresh = || {
        next += 1;
        next
    };
    assign_ids(&previous, now, fresh)
        .into_iter()
        .map(|id| id.0)
        .collect()
}

#[test]
fn an_id_stays_with_its_core() {
    assert_eq!(
        ids(&[(7, &[1, 2, 3])], &[cluster(&[2, 3, 4, 5], 0.8)]),
        [7],
        "members come and go"
    );
    assert_eq!(
        ids(&[(7, &[1, 2])], &[cluster(&[2, 3], 0.8)]),
        [101],
        "one member is no core"
    );
    let split = [cluster(&[4, 5], 0.9), cluster(&[1, 2, 3], 0.8)];
    assert_eq!(
        ids(&[(7, &[1, 2, 3, 4, 5])], &split),
        [101, 7],
        "the larger part keeps it"
    );
    let even = [cluster(&[1, 2], 0.7), cluster(&[3, 4], 0.9)];
    assert_eq!(
        ids(&[(7, &[1, 2, 3, 4])], &even),
        [101, 7],
        "of equals the more cohesive part"
    );
    let merged = [cluster(&[1, 2, 3, 4, 5], 0.8)];
    assert_eq!(
        ids(&[(7, &[1, 2]), (8, &[3, 4, 5])], &merged),
        [8],
        "the larger one's stays"
    );
}

/// The sum that is maximised, counted the slow way.
fn objective(graph: &Graph, parts: &[Vec<usize>]) -> i64 {
    let pair = |a: usize, b: usize| {
        graph
            .edges(a)
            .iter()
            .find(|e| e.to == b)
            .map_or(graph.absent, |e| e.weight)
    };
    let inside = |part: &Vec<usize>| -> i64 {
        (0..part.len())
            .flat_map(|i| (0..i).map(move |j| (i, j)))
            .map(|(i, j)| pair(part[i], part[j]))
            .sum()
    };
    parts.iter().map(inside).sum()
}

/// Every partition of the nodes.
fn partitions(nodes: &[usize]) -> Vec<Vec<Vec<usize>>> {
    let Some((first, rest)) = nodes.split_first() else {
        return vec![Vec::new()];
    };
    let mut all = Vec::new();
    for smaller in partitions(rest) {
        for place in 0..=smaller.len() {
            let mut parts = smaller.clone();
            if place == parts.len() {
                parts.push(vec![*first])
            } else {
                parts[place].push(*first)
            }
            all.push(parts);
        }
    }
    all
}

fn some_links(nodes: u128, most: usize) -> impl Strategy<Value = Vec<Link>> {
    let one = (0..nodes, 0..nodes, 0.3..1.0_f64).prop_map(|(l, r, s)| link(l, r, s));
    proptest::collection::vec(one, 0..most)
}

proptest! {
    #[test]
    fn small_groups_are_solved_as_brute_force_solves_them(links in some_links(7, 20)) {
        let graph = Graph::new(&links, &ClusterOptions::default());
        for nodes in graph.components() {
            let best = partitions(&nodes).iter().map(|parts| objective(&graph, parts)).max().unwrap();
            prop_assert_eq!(objective(&graph, &exact::partition(&graph, &nodes)), best);
            let near = objective(&graph, &greedy::partition(&graph, &nodes));
let pair = nodes.iter().flat_map(|node| graph.edges(*node)).map(|edge| edge.weight).max();
            prop_assert!(near <= best && Some(near) >= pair, "{} of {}", near, best);
        }
    }

    #[test]
    fn no_member_is_better_off_alone(links in some_links(40, 200)) {
        let graph = Graph::new(&links, &ClusterOptions::default());
        for nodes in graph.components() {
            for part in greedy::partition(&graph, &nodes) {
                for member in &part {
                    let rest: Vec<usize> = part.iter().copied().filter(|m| m != member).collect();
                    let apart = objective(&graph, &[rest, vec![*member]]);
                    prop_assert!(apart <= objective(&graph, std::slice::from_ref(&part)));
                }
            }
        }
    }

    #[test]
    fn order_and_direction_do_not_matter(links in some_links(30, 120), seed in 0..1000_usize) {
        let expected = clusters(&links, &ClusterOptions::default());
        let mut turned: Vec<Link> = links.iter().map(|l| link(l.right.0, l.left.0, l.score)).collect();
        turned.reverse();
        turned.rotate_left(seed % links.len().max(1));
        prop_assert_eq!(&clusters(&turned, &ClusterOptions::default()), &expected);
        let mut seen = std::collections::BTreeSet::new();
        for cluster in &expected {
            prop_assert!(cluster.members.len() > 1 && cluster.members.is_sorted());
            prop_assert!(cluster.members.contains(&cluster.central));
            prop_assert!((0.0..=1.0).contains(&cluster.cohesion));
            prop_assert!(cluster.members.iter().all(|m| seen.insert(*m)), "in two clusters");
        }
    }

    #[test]
    fn the_same_clusters_keep_all_ids(links in some_links(30, 120)) {
        let now = clusters(&links, &ClusterOptions::default());
        let previous: Vec<_> = (500..).map(ClusterId).zip(now.iter().map(|c| c.members.clone())).collect();
        let mut shuffled = previous.clone();
        shuffled.reverse();
        let kept = assign_ids(&shuffled, &now, || 0);
        prop_assert_eq!(kept, previous.into_iter().map(|(id, _)| id).collect::<Vec<_>>());
    }
}
