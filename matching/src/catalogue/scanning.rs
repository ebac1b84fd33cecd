//! The whole catalogue against itself: every overlap found.
//!
//! In two passes. The first looks for records with a partner that could come to the least score if all that is
//! not known yet were as favourable as can be; most have none, and are done with. The second judges these pairs.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Catalogue;
use super::pairs::Pairing;
use crate::hubs::{Nearest, raised};
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

    /// The pairs to be judged, each once, the one with the lesser key first.
    fn pairs(&self, min_score: f64, progress: &dyn Progress) -> Vec<(SlotId, SlotId)> {
        let slots: Vec<SlotId> = self.index.slots().map(|(id, _)| id).collect();
        let mut pairs: Vec<(SlotId, SlotId)> = slots
            .par_iter()
            .map_init(
                || Pairing::new(self),
                |pairing, &id| {
                    let others = self.partners(pairing, id, min_score);
                    progress.advance(1);
                    let later = |other: &SlotId| self.key(*other) > self.key(id);
                    let ordered = move |other| if later(&other) { (id, other) } else { (other, id) };
                    others.into_iter().map(ordered).collect::<Vec<_>>()
                },
            )
            .flatten_iter()
            .collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        pairs
    }

    /// The records that one is to be judged with: all with a greater key in a small catalogue, otherwise those
    /// among its nearest, and those that it is declared to be related to, that may come to the least score.
    pub(super) fn partners<'a>(
        &'a self,
        pairing: &mut Pairing<'a>,
        id: SlotId,
        min_score: f64,
    ) -> Vec<SlotId> {
        let Some(slot) = pairing.take_up_slot(id) else {
            return Vec::new();
        };
        if self.len() <= COMPARE_ALL {
            let later = self.index.slots().filter(|(_, other)| other.key > slot.key);
            return later.map(|(other, _)| other).collect();
        }
        let declared = slot.record.declared.iter();
        let mut partners: Vec<SlotId> = declared
            .filter_map(|declared| self.index.slot_of(declared.other))
            .filter(|other| *other != id)
            .collect();
        let mut near = pairing.by_words(self.nearby());
        // Others in topic can only raise it.
        let level = raised(
            Nearest::of(near.clone(), |id| self.key(id)).level(|_| true),
            self.hubs.shortfall(),
        );
        let may = |pairing: &Pairing<'_>, near: &crate::hubs::Near, level: f32| {
            pairing.may_reach(
                near.slot,
                near.likeness + BEHIND,
                [level, self.hubs.least()],
                min_score,
            )
        };
        if !near.iter().any(|near| may(pairing, near, level)) {
            return partners;
        }
        let nearest = self.hubs.nearest(id, || {
            near.extend(pairing.by_topic(self.nearby()));
            Nearest::of(near, |id| self.key(id))
        });
        let level = self.level(id);
        let able = nearest.iter().filter(|near| may(pairing, near, level));
        partners.extend(able.map(|near| near.slot));
        partners
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
