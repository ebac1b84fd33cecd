//! The whole catalogue against itself: nearest others kept up, and every overlap found.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::pairs::Pairing;
use super::{Catalogue, insufficiency};
use crate::hubs::Nearest;
use crate::index::{COMPARE_ALL, SlotId};
use crate::score;
use crate::{Finding, Key, Progress, ScanOptions, Score};

impl Catalogue {
    /// Takes the likenesses of every record to its nearest others anew.
    pub(super) fn settle(&mut self, progress: &dyn Progress) {
        let slots: Vec<SlotId> = self.index.slots().map(|(id, _)| id).collect();
        let made: Vec<(SlotId, Nearest)> = slots
            .par_iter()
            .map_init(
                || Pairing::new(self),
                |pairing, &id| {
                    let nearest = nearest_of(self, pairing, id);
                    progress.advance(1);
                    (id, nearest)
                },
            )
            .collect();
        self.nearest.clear();
        for (id, nearest) in made {
            self.put_nearest(id, nearest);
        }
        self.settled_at = self.len();
    }

    /// Takes the likenesses of one new record, and lets those near it know.
    pub(super) fn settle_one(&mut self, id: SlotId) {
        let Some(slot) = self.index.slot(id) else { return };
        let key = slot.key;
        let mut nearest = Nearest::default();
        let mut notes: Vec<(SlotId, f32)> = Vec::new();
        if insufficiency(&slot.profile).is_none() {
            let mut pairing = Pairing::new(self);
            pairing.take_up(Some(key), &slot.record, &slot.profile);
            for other in pairing.candidates() {
                if other != id
                    && let Some((likeness, other_key)) = pairing.likeness(other)
                {
                    nearest.note(likeness, other_key);
                    notes.push((other, likeness));
                }
            }
        }
        self.put_nearest(id, nearest);
        for (other, likeness) in notes {
            if let Some(nearest) = usize::try_from(other)
                .ok()
                .and_then(|other| self.nearest.get_mut(other))
            {
                nearest.note(likeness, key);
            }
        }
    }

    /// Takes anew the likenesses of those that had a removed record among their nearest.
    pub(super) fn settle_without(&mut self, key: Key) {
        let concerned: Vec<SlotId> = self
            .index
            .slots()
            .map(|(id, _)| id)
            .filter(|&id| {
                usize::try_from(id)
                    .ok()
                    .and_then(|id| self.nearest.get(id))
                    .is_some_and(|n| n.has(key))
            })
            .collect();
        let made: Vec<(SlotId, Nearest)> = concerned
            .par_iter()
            .map_init(
                || Pairing::new(self),
                |pairing, &id| (id, nearest_of(self, pairing, id)),
            )
            .collect();
        for (id, nearest) in made {
            self.put_nearest(id, nearest);
        }
    }

    fn put_nearest(&mut self, id: SlotId, nearest: Nearest) {
        let Ok(place) = usize::try_from(id) else { return };
        if self.nearest.len() <= place {
            self.nearest.resize_with(place + 1, Nearest::default);
        }
        if let Some(old) = self.nearest.get_mut(place) {
            *old = nearest;
        }
    }

    /// Every overlap, best first.
    pub(super) fn findings(&self, options: &ScanOptions, progress: &dyn Progress) -> Vec<Finding> {
        let slots: Vec<SlotId> = self.index.slots().map(|(id, _)| id).collect();
        let mut findings: Vec<Finding> = slots
            .par_iter()
            .map_init(
                || Pairing::new(self),
                |pairing, &id| {
                    let found = self.findings_of(pairing, id, options);
                    progress.advance(1);
                    found
                },
            )
            .flatten_iter()
            .collect();
        findings.par_sort_by(|a, b| {
            b.score
                .value()
                .total_cmp(&a.score.value())
                .then_with(|| (a.left, a.right).cmp(&(b.left, b.right)))
        });
        findings.dedup_by_key(|finding| (finding.left, finding.right));
        if let Some(top) = options.top {
            keep_best(&mut findings, top);
        }
        findings
    }

    fn findings_of<'a>(
        &'a self,
        pairing: &mut Pairing<'a>,
        id: SlotId,
        options: &ScanOptions,
    ) -> Vec<Finding> {
        let Some(slot) = self.index.slot(id) else {
            return Vec::new();
        };
        if insufficiency(&slot.profile).is_some() {
            return Vec::new();
        }
        pairing.take_up(Some(slot.key), &slot.record, &slot.profile);
        pairing.set_level(self.level(id));
        let all = self.len() <= COMPARE_ALL;
        let mut found = Vec::new();
        for other in pairing.candidates() {
            let Some((key, mut facts)) = pairing.facts_but_title(other) else {
                continue;
            };
            if key == slot.key || (all && key < slot.key) {
                continue;
            }
            let most = score::log_odds(&facts).1 + score::most_from_title();
            if Score::from_log_odds(most).value() < options.min_score {
                continue;
            }
            pairing.add_title(other, &mut facts);
            let score = score::score(&facts);
            if score.value() < options.min_score {
                continue;
            }
            let Some(relation) = pairing.relation(other, &facts) else {
                continue;
            };
            let (left, right) = (slot.key.min(key), slot.key.max(key));
            let evidence = if options.explain {
                self.judge(left, right).map(|judged| judged.2)
            } else {
                None
            };
            found.push(Finding {
                left,
                right,
                score,
                relation,
                evidence,
            });
        }
        found
    }
}

fn nearest_of<'a>(catalogue: &'a Catalogue, pairing: &mut Pairing<'a>, id: SlotId) -> Nearest {
    let Some(slot) = catalogue
        .index
        .slot(id)
        .filter(|slot| insufficiency(&slot.profile).is_none())
    else {
        return Nearest::default();
    };
    pairing.take_up(Some(slot.key), &slot.record, &slot.profile);
    pairing.nearest()
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
