//! One bid for each cluster, so that nobody leads more bids of a call than it allows.

use std::collections::{BTreeMap, VecDeque};

/// What a cluster could hand in: who would lead, and what the bid is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The id of the body that would lead.
    pub lead: String,
    /// The bid's points.
    pub points: i64,
}

/// Serving one more cluster counts more than any points.
const SERVED: i64 = 1_000_000_000;

/// Which offer of each cluster to take, by its place among the cluster's offers: as many clusters as can be served, and
/// of all such choices one with the most points. `room` says how many bids each body may still lead.
///
/// Exact: an assignment with capacities, solved by shortest augmenting paths. Of equal choices always the same.
#[must_use]
pub fn spread(offers: &[Vec<Offer>], room: impl Fn(&str) -> usize) -> Vec<Option<usize>> {
    let mut leads: BTreeMap<&str, usize> = BTreeMap::new();
    for offer in offers.iter().flatten() {
        let next = leads.len();
        leads.entry(&offer.lead).or_insert(next);
    }
    let (first_lead, sink) = (1 + offers.len(), 1 + offers.len() + leads.len());
    let mut network = Network::new(sink + 1);
    let mut choices: Vec<Vec<usize>> = Vec::new();
    for (cluster, own) in offers.iter().enumerate() {
        network.edge(0, 1 + cluster, 1, 0);
        let edges = own.iter().filter_map(|offer| {
            let lead = first_lead + leads.get(offer.lead.as_str())?;
            let points = offer.points.clamp(-SERVED / 2, SERVED / 2);
            Some(network.edge(1 + cluster, lead, 1, -(SERVED + points)))
        });
        choices.push(edges.collect());
    }
    for (id, at) in &leads {
        network.edge(first_lead + at, sink, room(id), 0);
    }
    while network.augment(0, sink) {}
    let taken = |edges: &Vec<usize>| edges.iter().position(|edge| network.is_full(*edge));
    choices.iter().map(taken).collect()
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    to: usize,
    room: usize,
    cost: i64,
}

/// Edges stand in pairs: each with the one that takes it back.
struct Network {
    edges: Vec<Edge>,
    from: Vec<Vec<usize>>,
}

impl Network {
    fn new(nodes: usize) -> Self {
        Self {
            edges: Vec::new(),
            from: vec![Vec::new(); nodes],
        }
    }

    fn edge(&mut self, from: usize, to: usize, room: usize, cost: i64) -> usize {
        let at = self.edges.len();
        self.edges.push(Edge { to, room, cost });
        self.edges.push(Edge {
            to: from,
            room: 0,
            cost: -cost,
        });
        for (node, edge) in [(from, at), (to, at + 1)] {
            if let Some(edges) = self.from.get_mut(node) {
                edges.push(edge);
            }
        }
        at
    }

    fn is_full(&self, edge: usize) -> bool {
        self.edges.get(edge).is_some_and(|edge| edge.room == 0)
    }

    /// Sends one more along the cheapest way, where that is worth it.
    fn augment(&mut self, source: usize, sink: usize) -> bool {
        let Some(way) = self.cheapest(source, sink) else {
            return false;
        };
        for edge in way {
            if let Some(edge) = self.edges.get_mut(edge) {
                edge.room -= 1;
            }
            if let Some(back) = self.edges.get_mut(edge ^ 1) {
                back.room += 1;
            }
        }
        true
    }

    fn cheapest(&self, source: usize, sink: usize) -> Option<Vec<usize>> {
        let mut reached: Vec<Option<(i64, usize)>> = vec![None; self.from.len()];
        *reached.get_mut(source)? = Some((0, usize::MAX));
        let mut waiting = VecDeque::from([source]);
        while let Some(node) = waiting.pop_front() {
            let (so_far, _) = (*reached.get(node)?)?;
            for at in self.from.get(node)? {
                let edge = *self.edges.get(*at)?;
                let cost = so_far + edge.cost;
                let known = reached.get_mut(edge.to)?;
                if edge.room > 0 && edge.to != source && known.is_none_or(|(known, _)| cost < known) {
                    *known = Some((cost, *at));
                    if !waiting.contains(&edge.to) {
                        waiting.push_back(edge.to);
                    }
                }
            }
        }
        let (cost, _) = (*reached.get(sink)?)?;
        if cost >= 0 {
            return None;
        }
        let (mut way, mut node) = (Vec::new(), sink);
        while node != source {
            let (_, edge) = (*reached.get(node)?)?;
            way.push(edge);
            node = self.edges.get(edge ^ 1)?.to;
        }
        Some(way)
    }
}
