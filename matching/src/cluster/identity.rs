//! Which of today's clusters is which of yesterday's.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Cluster;
use crate::Key;

/// Names a cluster from one scan to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterId(pub u128);

/// So many members must have stayed for a cluster to keep its id: one effort alone is no core.
const CORE: usize = 2;

/// An id for each of `now`, in its order.
///
/// A cluster keeps the id of the earlier one with which it shares most members, if it
/// shares at least two. One id goes to one cluster: when a cluster splits, the part
/// with most of its members keeps the id (of equals the more cohesive); when clusters
/// merge, the id of the one that gave most members stays (of equals the one that came
/// more nearly whole, then the smaller id). All others get an id from `fresh`, which
/// must not give one that was used before. Neither the order of `previous` nor that of
/// its members matters.
pub fn assign_ids(
    previous: &[(ClusterId, Vec<Key>)],
    now: &[Cluster],
    mut fresh: impl FnMut() -> u128,
) -> Vec<ClusterId> {
    let mut was_in: FxHashMap<Key, Vec<usize>> = FxHashMap::default();
    for (place, (_, members)) in previous.iter().enumerate() {
        for member in members.iter().copied().collect::<FxHashSet<_>>() {
            was_in.entry(member).or_default().push(place);
        }
    }
    let mut shared: FxHashMap<(usize, usize), usize> = FxHashMap::default();
    for (to, cluster) in now.iter().enumerate() {
        for from in cluster
            .members
            .iter()
            .filter_map(|member| was_in.get(member))
            .flatten()
        {
            *shared.entry((*from, to)).or_default() += 1;
        }
    }
    let mut claims: Vec<Claim<'_>> = shared
        .into_iter()
        .filter(|(_, shared)| *shared >= CORE)
        .filter_map(|((from, to), shared)| {
            let (id, members) = previous.get(from)?;
            Some(Claim {
                shared,
                was: members.len(),
                id: *id,
                to,
                cluster: now.get(to)?,
            })
        })
        .collect();
    claims.sort_by(|a, b| {
        (b.shared.cmp(&a.shared))
            .then(b.cluster.cohesion.total_cmp(&a.cluster.cohesion))
            .then(a.was.cmp(&b.was))
            .then(a.id.cmp(&b.id))
            .then_with(|| a.cluster.members.cmp(&b.cluster.members))
    });
    let mut given: Vec<Option<ClusterId>> = vec![None; now.len()];
    let mut taken: FxHashSet<ClusterId> = FxHashSet::default();
    for claim in claims {
        if let Some(slot @ None) = given.get_mut(claim.to)
            && taken.insert(claim.id)
        {
            *slot = Some(claim.id);
        }
    }
    given
        .into_iter()
        .map(|id| id.unwrap_or_else(|| ClusterId(fresh())))
        .collect()
}

/// That an earlier cluster lives on in one of today's.
struct Claim<'a> {
    shared: usize,
    was: usize,
    id: ClusterId,
    to: usize,
    cluster: &'a Cluster,
}
