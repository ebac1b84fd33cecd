//! The records worth comparing with one: those that share its rare terms, or two of its most telling ones.

use std::ops::Range;

use super::leaders::Following;
use super::reach::Reach;
use super::sketch::{self, Sketch};
use super::sums::{Adding, Rising};
use super::twos::most_telling;
use super::{COMPARE_ALL, Index, SlotId};
use crate::Day;
use crate::compare::text::Expanded;
use crate::lexicon::TermId;
use crate::profile::Profile;
use crate::topic::Topic;

/// A term that would carry less than this share of the query's greatest leads to no record by itself.
const LEADING_SHARE: f32 = 0.3;
/// How many steps one unit of weight is.
const STEPS: f32 = 256.0;
/// What sharing two terms or facts counts, where sharing a term counts what it weighs: the share of records that have both
/// tells how unlikely that is by chance, but each term is in many twos.
const TWO_SHARE: f32 = 0.25;
/// What the two weigh counts beside that, so that few records share equally much.
const TWO_WEIGHT: f32 = 0.06;
/// What a fact weighs.
const FACT_WEIGHT: f32 = 3.0;
/// So many times as many records as are compared are looked at for how near they are in topic.
const LOOKED_AT: usize = 10;
/// What it counts that two records are wholly alike in topic, beside a share of the query's weight.
const TOPIC_COUNTS: f32 = 0.6;
/// How many of those that follow the same leader are compared before it is known whether the others near in topic are.
const BESIDE: usize = 3;
/// Into how many classes lists fall by their length.
const CLASSES: usize = 64;

/// Working memory for one thread's searches.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    adding: Adding,
    singles: Vec<Lead>,
    twos: Vec<Lead>,
    /// Of each lead, the first record that it names.
    firsts: Vec<Option<SlotId>>,
    /// Places of two terms, with what these weigh together.
    places: Vec<(u32, f32)>,
    ranked: Vec<(u32, SlotId)>,
    told: Vec<(TermId, f32)>,
    /// The query's marks for the lists of two, with what each weighs.
    marks: Vec<(u32, f32)>,
    rated: Vec<(f32, SlotId)>,
    sketches: Vec<Sketch>,
    likenesses: Vec<f32>,
    following: Following,
    /// How many entries of lists the last search read.
    read: usize,
}

/// A list to walk along: that of a term, or of two terms.
#[derive(Debug, Clone)]
struct Lead {
    length: u32,
    /// What it adds to the sum of each record that it names.
    step: u32,
    /// The term, or the place of two terms.
    at: u32,
    /// Which part of it is walked along.
    part: Range<u32>,
}

/// All of a list.
const WHOLE: Range<u32> = 0..u32::MAX;

impl Index {
    /// The records worth comparing with one by the words and facts they share, into `found`. A list that is too long is never
    /// walked along, so that no term, however common, makes a search long. More records share words by chance than can be
    /// compared: of those that share most the nearest in topic are taken.
    pub(crate) fn by_words(
        &self,
        query: &Expanded,
        profile: &Profile,
        reach: Reach,
        memory: &mut Gathering,
        found: &mut Vec<SlotId>,
    ) {
        found.clear();
        memory.read = 0;
        if self.len() <= COMPARE_ALL {
            found.extend(self.slots().map(|(id, _)| id));
            return;
        }
        self.gather(query, profile, reach, memory);
        self.rate(query.total(), &profile.topic, memory);
        self.keep_nearest(&mut memory.rated, reach.most);
        found.extend(memory.rated.iter().map(|entry| entry.1));
    }

    /// Adds up for each record what it shares with the query, and leaves those with the greatest sums in `ranked`.
    fn gather(&self, query: &Expanded, profile: &Profile, reach: Reach, memory: &mut Gathering) {
        let Gathering {
            adding,
            singles,
            twos,
            firsts,
            places,
            ranked,
            told,
            marks,
            read,
            ..
        } = memory;
        self.find_singles(query, singles);
        *read += shorten(singles, reach.of_single);
        most_telling(query.rows(), reach.told, &self.hashes, told);
        self.mark(told, &profile.facts, marks);
        self.find_twos(marks, places, twos);
        *read += self.shorten_twos(twos, profile.start, reach);
        let mut rising = Rising::begin(adding, ranked, self.slots.len(), reach.most * LOOKED_AT);
        self.walk_singles(singles, firsts, &mut rising);
        self.walk_twos(twos, firsts, &mut rising);
        let bar = rising.end();
        self.keep_greatest(ranked, bar, reach.most * LOOKED_AT);
    }

    /// Rates what was gathered, by the share of the query's weight and by the topic.
    fn rate(&self, total: f32, topic: &Topic, memory: &mut Gathering) {
        let Gathering {
            ranked,
            rated,
            sketches,
            likenesses,
            ..
        } = memory;
        // By itself, so that what is far apart in memory is fetched together.
        sketches.clear();
        sketches.extend(ranked.iter().map(|entry| self.sketches[entry.1 as usize]));
        likenesses.clear();
        sketch::likenesses(&Sketch::of(topic), sketches, likenesses);
        let whole = 1.0 / (STEPS * total.max(1.0));
        let both = ranked.iter().zip(likenesses);
        rated.clear();
        rated.extend(both.map(|(&(sum, slot), topic)| (sum as f32 * whole + TOPIC_COUNTS * *topic, slot)));
    }

    /// What two of are looked up together: the terms that tell most, and the facts.
    fn mark(&self, told: &[(TermId, f32)], facts: &[u32], marks: &mut Vec<(u32, f32)>) {
        marks.clear();
        let terms = told
            .iter()
            .map(|(term, weight)| (self.hashes[*term as usize], *weight));
        let known = facts.iter().filter(|fact| **fact != 0);
        for mark in terms.chain(known.map(|fact| (*fact, FACT_WEIGHT))) {
            if marks.iter().all(|other| other.0 != mark.0) {
                marks.push(mark);
            }
        }
    }

    /// Adds the records that are nearest in topic.
    pub(crate) fn by_topic(
        &self,
        topic: &Topic,
        reach: Reach,
        memory: &mut Gathering,
        found: &mut Vec<SlotId>,
    ) {
        self.find_followers(topic, (reach.about, reach.seen), &mut memory.following, found);
    }

    /// Adds a few that are near in topic to a record of the catalogue, for little.
    pub(crate) fn beside(&self, id: SlotId, memory: &mut Gathering, found: &mut Vec<SlotId>) {
        self.find_beside(id, BESIDE, &mut memory.following, found);
    }

    /// Walks along the lists of single terms. What begins each is fetched for all of them before any is walked along: most are
    /// far apart and short.
    fn walk_singles(&self, leads: &[Lead], firsts: &mut Vec<Option<SlotId>>, rising: &mut Rising<'_>) {
        let list = |lead: &Lead| &self.postings[lead.at as usize].list;
        firsts.clear();
        firsts.extend(leads.iter().map(|lead| list(lead).first().copied()));
        for (lead, &first) in leads.iter().zip(&*firsts) {
            match first {
                Some(only) if lead.length == 1 => rising.walk(&[only], lead.step),
                _ => rising.walk(list(lead), lead.step),
            }
        }
    }

    /// The same for the lists of two terms.
    fn walk_twos(&self, leads: &[Lead], firsts: &mut Vec<Option<SlotId>>, rising: &mut Rising<'_>) {
        firsts.clear();
        firsts.extend(
            leads
                .iter()
                .map(|lead| self.twos.first_and_last(lead.at, lead.part.clone()))
                .map(|ends| ends.map(|(first, _)| first)),
        );
        for (lead, &first) in leads.iter().zip(&*firsts) {
            match first {
                Some(only) if lead.length == 1 => rising.walk(&[only], lead.step),
                _ => {
                    let (list, later) = self.twos.list(lead.at, lead.part.clone());
                    rising.walk(list, lead.step);
                    rising.walk(later, lead.step);
                }
            }
        }
    }

    /// The single terms that lead to records.
    fn find_singles(&self, query: &Expanded, leads: &mut Vec<Lead>) {
        leads.clear();
        let most = query.rows().fold(0.0_f32, |most, row| most.max(row.1));
        let least = most * LEADING_SHARE;
        leads.extend(query.leads(least).filter_map(|(term, weight)| {
            let length = *self.lengths.get(term as usize)?;
            (length > 0).then_some(Lead {
                length,
                step: (weight * STEPS) as u32,
                at: term,
                part: WHOLE,
            })
        }));
    }

    /// The lists of each two of some marks.
    fn find_twos(&self, marks: &[(u32, f32)], places: &mut Vec<(u32, f32)>, leads: &mut Vec<Lead>) {
        places.clear();
        for (n, one) in marks.iter().enumerate() {
            let others = marks[..n].iter();
            places.extend(others.map(|two| (self.twos.place(one.0, two.0), one.1 + two.1)));
        }
        // By itself, so that what is far apart in memory is fetched together.
        leads.clear();
        leads.extend(places.iter().map(|&(at, weight)| {
            let length = self.twos.length(at);
            let counts = TWO_SHARE * self.twos.telling(length) + TWO_WEIGHT * weight;
            let step = (counts * STEPS) as u32;
            Lead {
                length,
                step,
                at,
                part: WHOLE,
            }
        }));
        leads.retain(|lead| lead.length > 0);
    }

    /// Leaves the shorter lists whole. Where it is known when the query starts, the longer ones, again the shorter first, stay as
    /// far as they name what starts about the same time: partners mostly do, and others seldom. Tells how much there is to read.
    fn shorten_twos(&self, twos: &mut Vec<Lead>, start: Option<Day>, reach: Reach) -> usize {
        let Some(around) = start.and_then(|start| self.twos.around(start)) else {
            return shorten(twos, reach.at_any_time().of_two);
        };
        let longest = cut(lengths(twos.iter()), reach.of_two);
        for lead in twos.iter_mut().filter(|lead| class(lead.length) > longest) {
            (lead.part, lead.length) = self.twos.part(lead.at, around);
        }
        let is_part = |lead: &&Lead| lead.part != WHOLE;
        let longest = cut(lengths(twos.iter().filter(is_part)), reach.of_parts);
        twos.retain(|lead| !is_part(&lead) || class(lead.length) <= longest);
        read_of(twos)
    }

    /// Keeps the greatest of these, of equally great ones those with the least keys.
    fn keep_nearest(&self, rated: &mut Vec<(f32, SlotId)>, most: usize) {
        if rated.len() > most {
            let key = |slot: SlotId| self.slot(slot).map(|slot| slot.key);
            rated.select_nth_unstable_by(most, |a, b| {
                b.0.total_cmp(&a.0).then_with(|| key(a.1).cmp(&key(b.1)))
            });
            rated.truncate(most);
        }
    }

    /// Keeps the greatest sums. Which they are depends on sums and keys only.
    fn keep_greatest(&self, ranked: &mut Vec<(u32, SlotId)>, bar: u32, most: usize) {
        // No more than `most` are above the bar. Many at it share one word with the query and nothing that tells them apart:
        // they are left out, or, if hardly any are above it, so many stay as there is room for.
        if ranked.len() > 2 * most {
            let above = ranked.iter().filter(|entry| entry.0 > bar).count();
            if above * LOOKED_AT >= most {
                ranked.retain(|entry| entry.0 > bar);
                return;
            }
            let key = |slot: SlotId| self.slot(slot).map(|slot| slot.key);
            ranked.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.0));
            let above = ranked.partition_point(|entry| entry.0 > bar);
            ranked[above..].sort_by_cached_key(|entry| key(entry.1));
            ranked.truncate(most);
        }
    }
}

/// Leaves the shorter lists, within a number of entries; tells how many entries they have.
fn shorten(leads: &mut Vec<Lead>, most: usize) -> usize {
    let longest = cut(lengths(leads.iter()), most);
    leads.retain(|lead| class(lead.length) <= longest);
    read_of(leads)
}

/// How many entries lists have together.
fn read_of(leads: &[Lead]) -> usize {
    lengths(leads.iter()).map(|length| length as usize).sum()
}

fn lengths<'a>(leads: impl Iterator<Item = &'a Lead>) -> impl Iterator<Item = u32> {
    leads.map(|lead| lead.length)
}

/// The class of a list by its length: four classes to each doubling.
fn class(length: u32) -> usize {
    let bits = 32 - length.leading_zeros();
    let rest = if bits > 3 {
        length >> (bits - 3) & 3
    } else {
        length & 3
    };
    ((bits * 4 + rest) as usize).min(CLASSES - 1)
}

/// The greatest class of lists of these lengths that can be walked along, shorter ones first, within a number of entries.
fn cut(lengths: impl Iterator<Item = u32>, most: usize) -> usize {
    let mut sums = [0_usize; CLASSES];
    for length in lengths {
        sums[class(length)] += length as usize;
    }
    let mut sum = 0;
    let within = sums.iter().position(|of_class| {
        sum += of_class;
        sum > most
    });
    within.map_or(CLASSES, |first| first.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::Gathering;
    use crate::compare::text::Expanded;
    use crate::index::{COMPARE_ALL, Index, Reach};
    use crate::profile::Profiler;
    use crate::{Day, Key, Period, Record};

    /// How much is read of lists at most.
    const FARTHEST: usize = 12_000;

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
        index.add_up();
        index
    }

    /// What a search for each of some records read, and whether it found the one that shares a rare word.
    fn search(index: &Index, key: u128) -> (usize, bool) {
        let slot = index.slot(index.slot_of(Key(key)).unwrap()).unwrap();
        let mut expanded = Expanded::default();
        expanded.take_up(index, &slot.profile, &index.weigh(&slot.profile));
        let (mut memory, mut found) = (Gathering::default(), Vec::new());
        let reach = Reach::nearby(index.len(), 0.0);
        index.by_words(&expanded, &slot.profile, reach, &mut memory, &mut found);
        index.by_topic(&slot.profile.topic, reach, &mut memory, &mut found);
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
                assert!(read <= FARTHEST, "{read} read of {count}");
                assert!(count <= 3_000 || read < 200, "{read} read of {count}");
                assert!(found);
            }
        }
    }

    #[test]
    fn of_long_lists_those_are_read_that_start_together() {
        let profiler = Profiler::new([]);
        let mut index = Index::default();
        let year = |key: u128| Day(i32::try_from(key / 100 % 10 * 365).unwrap());
        for key in 0..20_000 {
            let record = Record {
                title: format!("zza{}x qqb{}y", key % 10, key / 10 % 10),
                period: Period {
                    start: Some(year(key)),
                    end: None,
                },
                ..Record::default()
            };
            let profile = profiler.profile(&record, &index.lexicon);
            index.put(Key(key), record, profile, true);
        }
        index.add_up();
        let slot = index.slot(index.slot_of(Key(1_234)).unwrap()).unwrap();
        let mut expanded = Expanded::default();
        expanded.take_up(&index, &slot.profile, &index.weigh(&slot.profile));
        // How many records are found that start about the same time, and how many others.
        let search = |together| {
            let (mut memory, mut found) = (Gathering::default(), Vec::new());
            let reach = Reach::nearby(index.len(), together);
            index.by_words(&expanded, &slot.profile, reach, &mut memory, &mut found);
            let keys = found.iter().map(|id| index.slot(*id).unwrap().key.0);
            let same = keys.filter(|key| year(*key) == year(1_234)).count();
            (same, found.len() - same, memory.read)
        };
        let (same, others, read) = search(0.0);
        assert!(same < others && read >= 200, "{same} {others} {read}");
        let (same, others, read) = search(1.0);
        assert!(same > 2 * others && read < 100, "{same} {others} {read}");
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
        let after = index.slot_of(Key(8_000)).and_then(|id| index.slot(id));
        let after = after.unwrap().profile.clone();
        for entry in after.terms.iter() {
            let postings = &index.postings[entry.term as usize];
            assert_eq!(postings.list.len(), postings.count as usize);
        }
    }
}
