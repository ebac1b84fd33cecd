//! The records worth comparing with one, by the telling terms they share.

use super::{COMPARE_ALL, Index, LONGEST_LIST, SlotId};
use crate::compare::text::Expanded;
use crate::lexicon::TermId;

/// How many records at most are compared with one.
const MOST_CANDIDATES: usize = 64;
/// How many entries of posting lists are read at most for one record.
const MOST_POSTINGS: usize = 12_000;
/// A term that would carry less than this share of the query's greatest leads to no record by itself.
const LEADING_SHARE: f32 = 0.08;
/// What the sums of a search are scaled to: the sum of all leads is the greatest that fits.
const FULL: f32 = 65_000.0;
/// Into how many classes sums fall when the greatest are picked.
const CLASSES: usize = 512;
/// How many sums one class spans.
const CLASS: usize = 65_536 / CLASSES;

/// Working memory for one thread's searches.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    sums: Vec<u16>,
    touched: Vec<SlotId>,
    leads: Vec<Lead>,
    found: Vec<(u16, SlotId)>,
    /// How many entries of posting lists the last search read.
    read: usize,
}

/// A term that leads to records.
#[derive(Debug, Clone, Copy)]
struct Lead {
    frequency: usize,
    weight: f32,
    term: TermId,
}

impl Index {
    /// The records worth comparing with one, into `found`: those that share its most telling terms, or terms
    /// that mean nearly the same. A term that more than [`LONGEST_LIST`] share is never walked along.
    pub(crate) fn candidates(&self, query: &Expanded, memory: &mut Gathering, found: &mut Vec<SlotId>) {
        found.clear();
        memory.read = 0;
        if self.len() <= COMPARE_ALL {
            found.extend(self.slots().map(|(id, _)| id));
            return;
        }
        self.find_leads(query, &mut memory.leads);
        memory.sums.resize(self.slots.len(), 0);
        memory.touched.resize(MOST_POSTINGS + LONGEST_LIST, 0);
        let whole: f32 = memory.leads.iter().map(|lead| lead.weight).sum();
        let sums = memory.sums.as_mut_slice();
        let touched = memory.touched.as_mut_slice();
        let mut count = 0;
        for lead in &memory.leads {
            if memory.read > 0 && memory.read + lead.frequency > MOST_POSTINGS {
                break;
            }
            memory.read += lead.frequency;
            let step = ((lead.weight / whole * FULL) as u16).max(1);
            for &slot in &self.postings[lead.term as usize].list {
                let sum = &mut sums[slot as usize];
                // Written always, kept if new: whether it is cannot be foretold, so a branch would cost more.
                touched[count] = slot;
                count += usize::from(*sum == 0);
                *sum = sum.saturating_add(step);
            }
        }
        memory.touched.truncate(count);
        self.pick(memory, found);
    }

    /// The terms to walk along: rarest first, of equally rare ones the weightiest.
    fn find_leads(&self, query: &Expanded, leads: &mut Vec<Lead>) {
        leads.clear();
        leads.extend(query.leads().filter_map(|(term, weight)| {
            let frequency = self.frequency(term);
            (weight > 0.0 && frequency > 0 && frequency <= LONGEST_LIST).then_some(Lead {
                frequency,
                weight,
                term,
            })
        }));
        let most = leads.iter().fold(0.0_f32, |most, lead| most.max(lead.weight));
        leads.retain(|lead| lead.weight >= most * LEADING_SHARE);
        leads.sort_unstable_by(|a, b| {
            let first = a.frequency.cmp(&b.frequency);
            first
                .then_with(|| b.weight.total_cmp(&a.weight))
                .then_with(|| self.lexicon.stem(a.term).cmp(self.lexicon.stem(b.term)))
        });
    }

    /// Picks the greatest sums and clears all. Which they are depends on sums and keys only.
    fn pick(&self, memory: &mut Gathering, candidates: &mut Vec<SlotId>) {
        let Gathering {
            sums, touched, found, ..
        } = memory;
        let sums = sums.as_mut_slice();
        let mut sizes = [0_u32; CLASSES];
        found.clear();
        found.extend(touched.iter().map(|&slot| {
            let sum = std::mem::take(&mut sums[slot as usize]);
            sizes[usize::from(sum) / CLASS] += 1;
            (sum, slot)
        }));
        let mut above = 0;
        let least = (0..CLASSES)
            .rev()
            .find(|&class| {
                above += sizes[class] as usize;
                above >= MOST_CANDIDATES
            })
            .unwrap_or(0);
        found.retain(|(sum, _)| usize::from(*sum) / CLASS >= least);
        let key = |slot: SlotId| self.slot(slot).map(|slot| slot.key);
        found.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| key(a.1).cmp(&key(b.1))));
        candidates.extend(found.iter().take(MOST_CANDIDATES).map(|entry| entry.1));
    }
}

#[cfg(test)]
mod tests {
    use super::{Gathering, MOST_POSTINGS};
    use crate::compare::text::Expanded;
    use crate::index::{COMPARE_ALL, Index, LONGEST_LIST};
    use crate::profile::Profiler;
    use crate::{Key, Record};

    fn index(count: u32) -> Index {
        let profiler = Profiler::new([]);
        let mut index = Index::default();
        for n in 0..count {
            let record = Record {
                title: format!("Turnstiles zz{n}x qq{}y", n / 2),
                summary: "Bollards quiver beneath zeppelins".into(),
                ..Record::default()
            };
            let profile = profiler.profile(&record, &index.lexicon);
            index.add(Key(n.into()), record, profile, true);
        }
        index
    }

    /// What a search for each of some records read, and whether it found the one that shares a rare word.
    fn search(index: &Index, key: u128) -> (usize, bool) {
        let slot = index.slot(index.slot_of(Key(key)).unwrap()).unwrap();
        let mut expanded = Expanded::default();
        expanded.take_up(index, &slot.profile, &index.weigh(&slot.profile));
        let (mut memory, mut found) = (Gathering::default(), Vec::new());
        index.candidates(&expanded, &mut memory, &mut found);
        let partner = index.slot_of(Key(key ^ 1)).unwrap();
        (memory.read, found.contains(&partner))
    }

    #[test]
    fn words_that_all_records_share_are_not_walked_along() {
        for count in [3_000, 9_000] {
            assert!(count as usize > COMPARE_ALL);
            let index = index(count);
            for key in [0, 1, 2_001] {
                let (read, found) = search(&index, key);
                assert!(read <= MOST_POSTINGS.max(LONGEST_LIST), "{read} read of {count}");
                assert!(count <= 3_000 || read < 10, "{read} read of {count}");
                assert!(found);
            }
        }
    }

    #[test]
    fn a_word_leads_again_when_it_has_become_rare() {
        let mut index = index(2 * 4_000 + 2);
        let common = index.slot(0).unwrap().profile.clone();
        let lists = |index: &Index| -> Vec<usize> {
            let all = common
                .terms
                .iter()
                .map(|e| index.postings[e.term as usize].list.len());
            all.collect()
        };
        assert!(lists(&index).iter().all(|length| *length <= 2));
        for key in 0..4_002 {
            index.take(Key(key));
        }
        let after = index.slot(8_000).unwrap().profile.clone();
        for entry in &after.terms {
            let postings = &index.postings[entry.term as usize];
            assert_eq!(postings.list.len(), postings.count as usize);
        }
    }
}
