//! The whole catalogue against itself: every overlap found.
//!
//! In three passes. The first compares each record with those that share words with it and a few beside it in topic. The
//! second looks farther in topic for those records only that have a partner with whom they could come to the least score,
//! were all that is not known yet as favourable as can be: from the first it is known how much is held against the partner
//! too at least, and most records are done with. The third judges the pairs that are left.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Catalogue;
use super::pairs::{Hopes, Pairing};
use super::settling::place;
use crate::hubs::{Near, Nearest, raised};
use crate::index::{COMPARE_ALL, SlotId};
use crate::score;
use crate::{Finding, Key, Progress, ScanOptions, Score};

/// How much the likeness kept for a pair may be behind what it is now that the catalogue has changed.
const BEHIND: f32 = 0.02;

impl Catalogue {
    /// Every overlap, best first.
    pub(super) fn findings(&self, options: &ScanOptions, progress: &dyn Progress) -> Vec<Finding> {
        let pairs = self.pairs(options.min_score, progress);
        let mut findings: Vec<Finding> = pairs
            .par_chunk_by(|one, two| one.0 == two.0)
            .map_init(
                || Pairing::new(self),
                |pairing, pairs| self.findings_of(pairing, pairs, options.min_score),
            )
            .flatten_iter()
            .collect();
        findings.par_sort_unstable_by(|a, b| {
            b.score
                .value()
                .total_cmp(&a.score.value())
                .then_with(|| (a.left, a.right).cmp(&(b.left, b.right)))
        });
        if let Some(top) = options.top {
            keep_best(&mut findings, top);
        }
        if options.explain {
            findings.par_iter_mut().for_each(|found| {
                found.evidence = self.judge(found.left, found.right).map(|judged| judged.2)
            });
        }
        findings
    }

    /// The findings among pairs of one record, which is the first of each.
    fn findings_of<'a>(
        &'a self,
        pairing: &mut Pairing<'a>,
        pairs: &[(SlotId, SlotId)],
        min_score: f64,
    ) -> Vec<Finding> {
        let mut found = Vec::new();
        let Some(slot) = pairs.first().and_then(|(one, _)| pairing.take_up_slot(*one)) else {
            return found;
        };
        for &(_, other) in pairs {
            let Some((key, mut facts)) = pairing.facts_but_title(other) else {
                continue;
            };
            let most = score::log_odds(&facts).1 + score::most_from_title();
            if Score::from_log_odds(most).value() < min_score {
                continue;
            }
            pairing.add_title(other, &mut facts);
            let score = score::score(&facts);
            if score.value() < min_score {
                continue;
            }
            let Some(relation) = pairing.relation(other, &facts) else {
                continue;
            };
            found.push(Finding {
                left: slot.key.min(key),
                right: slot.key.max(key),
                score,
                relation,
                evidence: None,
            });
        }
        found
    }

    /// The pairs to be judged, each once, the one with the lesser key first: all in a small catalogue, otherwise
    /// those that are near each other, or declared to be related, and may come to the least score.
    pub(super) fn pairs(&self, min_score: f64, progress: &dyn Progress) -> Vec<(SlotId, SlotId)> {
        let slots: Vec<SlotId> = self.index.slots().map(|(id, _)| id).collect();
        if self.len() <= COMPARE_ALL {
            progress.advance(slots.len());
            let judgeable = |id: SlotId| self.index.slot(id).filter(|slot| slot.judgeable);
            let all: Vec<(Key, SlotId)> = slots
                .into_iter()
                .filter_map(|id| Some((judgeable(id)?.key, id)))
                .collect();
            let later = |one: Key| all.iter().filter(move |other| other.0 > one);
            let of = |(key, id): &(Key, SlotId)| later(*key).map(|other| (*id, other.1)).collect::<Vec<_>>();
            return all.iter().flat_map(of).collect();
        }
        let mut seen: Vec<Seen<'_>> = slots
            .par_iter()
            .map_init(
                || Pairing::new(self),
                |pairing, &id| {
                    let seen = self.glance(pairing, id, min_score);
                    progress.advance(1);
                    seen
                },
            )
            .collect();
        let mut floors = vec![self.hubs.least(); self.index.places()];
        raise(&mut floors, &seen);
        let hopeful = |one: &&mut Seen<'_>| self.is_hopeful(one, &floors, min_score);
        seen.par_iter_mut().filter(hopeful).for_each_init(
            || Pairing::new(self),
            |pairing, one| self.look(pairing, one, min_score),
        );
        raise(&mut floors, &seen);
        let pairs_of = |one: Seen<'_>| {
            let id = one.id;
            let able = one
                .partners
                .into_iter()
                .filter(|partner| partner.may_be_with(&floors));
            able.map(move |partner| {
                if self.key(partner.id) > self.key(id) {
                    (id, partner.id)
                } else {
                    (partner.id, id)
                }
            })
        };
        let mut pairs: Vec<(SlotId, SlotId)> = seen.into_iter().flat_map(pairs_of).collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        pairs
    }

    /// What can be told of a record by the words that it shares with others, and those declared to be related to it.
    fn glance<'a>(&'a self, pairing: &mut Pairing<'a>, id: SlotId, min_score: f64) -> Seen<'a> {
        let mut seen = Seen {
            id,
            level: 0.0,
            near: Vec::new(),
            by_words: 0,
            hopes: None,
            partners: Vec::new(),
        };
        let Some(slot) = pairing.take_up_slot(id) else {
            return seen;
        };
        if slot.declares {
            let declared = slot.record.declared.iter();
            let others = declared.filter_map(|declared| self.index.slot_of(declared.other));
            let others = others.filter(|other| *other != id);
            seen.partners.extend(others.map(Partner::certain));
        }
        let mut near = pairing.by_words(self.nearby());
        // Others in topic can only raise it.
        seen.level = raised(
            Nearest::of(near.clone(), |id| self.key(id)).level(|_| true, self.least_counted()),
            self.hubs.shortfall(),
        );
        seen.by_words = near.len();
        near.extend(pairing.beside(id));
        let may_be = |near: &Near| {
            let levels = [seen.level, self.hubs.least()];
            pairing
                .bears_at_best(near.likeness + BEHIND, levels, min_score)
                .is_some()
        };
        if slot.declares || near.iter().any(may_be) {
            seen.near = near;
            seen.hopes = pairing.hopes();
        }
        seen
    }

    /// Whether any of those that share words with a record, or that it is declared to be related to, may be its partner,
    /// if no less is held against each than is known.
    fn is_hopeful(&self, seen: &Seen<'_>, floors: &[f32], min_score: f64) -> bool {
        let Some(hopes) = seen.hopes else {
            return !seen.partners.is_empty();
        };
        let may_be = |near: &Near| {
            let floor = place(near.slot).and_then(|place| floors.get(place));
            let levels = [seen.level, floor.copied().unwrap_or(0.0)];
            let likeness = near.likeness + BEHIND;
            // What is known of the other is far away in memory: it is only looked at where it can matter.
            let hope = hopes.bears_at_best(likeness, levels, min_score);
            hope.and_then(|_| hopes.bears((self.index.slot(near.slot)?, likeness), levels, min_score))
                .is_some()
        };
        !seen.partners.is_empty() || seen.near.iter().any(may_be)
    }

    /// The records that one is to be judged with, as far as it can tell: those among its nearest, and those that it is
    /// declared to be related to, that may come to the least score.
    fn look<'a>(&'a self, pairing: &mut Pairing<'a>, seen: &mut Seen<'_>, min_score: f64) {
        if pairing.take_up_slot(seen.id).is_none() {
            return;
        }
        // Those beside it may be its partners, but are none of its nearest unless they are found again: what its nearest are
        // does not depend on who asks.
        let beside = seen.near.split_off(seen.by_words.min(seen.near.len()));
        let mut near = std::mem::take(&mut seen.near);
        let nearest = self.hubs.nearest(seen.id, || {
            pairing.know(&near);
            near.extend(pairing.by_topic(self.nearby()));
            Nearest::of(near, |id| self.key(id))
        });
        seen.level = self.level(seen.id);
        for near in [nearest, &beside] {
            let partners = self.partners(pairing, near, seen.level, min_score);
            seen.partners.extend(partners);
        }
    }

    /// Those that may come to the least score with the record taken up, if so much is held against its likenesses.
    fn partners(&self, pairing: &Pairing<'_>, near: &[Near], level: f32, min_score: f64) -> Vec<Partner> {
        let partner = |near: &Near| {
            let most = Near {
                likeness: near.likeness + BEHIND,
                slot: near.slot,
            };
            let levels = [level, self.hubs.least()];
            pairing.bears_at_best(most.likeness, levels, min_score)?;
            let bears = pairing.bears(most, levels, min_score)?;
            Some(Partner { id: near.slot, bears })
        };
        near.iter().filter_map(partner).collect()
    }
}

/// Raises what is held against the likenesses of each record at least to what is known of it.
fn raise(floors: &mut [f32], seen: &[Seen<'_>]) {
    for one in seen {
        if let Some(floor) = place(one.id).and_then(|place| floors.get_mut(place)) {
            *floor = floor.max(one.level);
        }
    }
}

/// What a look at a record came to.
struct Seen<'a> {
    id: SlotId,
    /// No less than this is held against its likenesses.
    level: f32,
    /// Those that share words with it, and after so many those beside it in topic; none if none may be its partner.
    near: Vec<Near>,
    by_words: usize,
    /// What else makes it overlap others, where any of those may be its partner.
    hopes: Option<Hopes<'a>>,
    partners: Vec<Partner>,
}

/// A record that another may overlap.
struct Partner {
    id: SlotId,
    /// If more than this is held against its likenesses, the two do not come to the least score.
    bears: f64,
}

impl Partner {
    fn certain(id: SlotId) -> Self {
        Self {
            id,
            bears: f64::INFINITY,
        }
    }

    /// Whether no more is held against it than it bears, by what is known of each record at least.
    fn may_be_with(&self, floors: &[f32]) -> bool {
        let floor = place(self.id).and_then(|place| floors.get(place));
        floor.is_none_or(|floor| f64::from(*floor) <= self.bears)
    }
}

/// Keeps each pair that is among the best of either of its records. Expects the best first.
fn keep_best(findings: &mut Vec<Finding>, top: usize) {
    let mut kept: FxHashMap<Key, usize> = FxHashMap::default();
    findings.retain(|finding| {
        let mut stays = false;
        for key in [finding.left, finding.right] {
            let seen = kept.entry(key).or_insert(0);
            stays |= *seen < top;
            *seen += 1;
        }
        stays
    });
}
