//! The whole catalogue against itself: every overlap found.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Catalogue;
use super::pairs::{Pairing, beside_text};
use crate::index::{COMPARE_ALL, SlotId};
use crate::score;
use crate::{Finding, Key, Progress, ScanOptions, Score};

/// How much the likeness kept for a pair may be behind what it is now that the catalogue has changed.
const BEHIND: f32 = 0.02;

impl Catalogue {
    /// Every overlap, best first.
    pub(super) fn findings(&self, options: &ScanOptions, progress: &dyn Progress) -> Vec<Finding> {
        let slots: Vec<SlotId> = self.index.slots().map(|(id, _)| id).collect();
        let mut findings: Vec<Finding> = slots
            .par_iter()
            .map_init(
                || Pairing::new(self),
                |pairing, &id| {
                    let found = self.findings_of(pairing, id, options.min_score);
                    progress.advance(1);
                    found
                },
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

    /// The findings of one record that are not to be told by the other record of the pair.
    fn findings_of<'a>(&'a self, pairing: &mut Pairing<'a>, id: SlotId, min_score: f64) -> Vec<Finding> {
        let mut found = Vec::new();
        let others = self.partners(id, min_score);
        if others.is_empty() {
            return found;
        }
        let Some(slot) = pairing.take_up_slot(id) else {
            return found;
        };
        for other in others {
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

    /// The records that one is to be judged with: all in a small catalogue, otherwise those among its nearest,
    /// and those that it is declared to be related to, that may come to the least score. A pair is told by
    /// the one with the lesser key, or by the only one that has the other among its nearest.
    fn partners(&self, id: SlotId, min_score: f64) -> Vec<SlotId> {
        let Some(slot) = self.index.slot(id).filter(|slot| slot.judgeable) else {
            return Vec::new();
        };
        if self.len() <= COMPARE_ALL {
            let later = self.index.slots().filter(|(_, other)| other.key > slot.key);
            return later.map(|(other, _)| other).collect();
        }
        let level = self.level(id);
        let mine = self.near(id).iter().filter(|near| {
            let Some(other) = self.index.slot(near.slot) else {
                return false;
            };
            let levels = [level, self.level(near.slot)];
            let beside = beside_text(
                (Some(slot.key), &slot.record, &slot.profile),
                (Some(other.key), &other.record, &other.profile),
            );
            let most = score::most(near.likeness + BEHIND, levels, &beside);
            Score::from_log_odds(most).value() >= min_score
                && (slot.key < other.key || !self.near(near.slot).iter().any(|back| back.slot == id))
        });
        let mut partners: Vec<SlotId> = mine.map(|near| near.slot).collect();
        for declared in &slot.record.declared {
            if let Some(other) = self.index.slot_of(declared.other)
                && other != id
                && !self.near(id).iter().any(|near| near.slot == other)
                && !self.near(other).iter().any(|back| back.slot == id)
                && !(declared.other < slot.key && self.declares(other, slot.key))
                && !partners.contains(&other)
            {
                partners.push(other);
            }
        }
        partners
    }

    fn declares(&self, id: SlotId, other: Key) -> bool {
        self.index.slot(id).is_some_and(|slot| {
            slot.record
                .declared
                .iter()
                .any(|declared| declared.other == other)
        })
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
