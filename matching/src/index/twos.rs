//! Which records have which two of their most telling terms. Where every single term is in thousands of
//! records, two of them still are in few.

use std::cmp::Ordering;
use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::starts::{Around, Starts};
use super::{Index, SlotId};
use crate::Day;
use crate::lexicon::TermId;
use crate::profile::FACTS;

/// How many of a record's terms are taken two by two.
pub(crate) const TOLD: usize = 12;
/// A list longer than this names what thousands share, and is not walked along.
const LONGEST: u32 = 4_000;
/// How many of a record's marks are taken two by two: its most telling terms, and its facts.
const MARKS: usize = TOLD + FACTS;
/// No mark is this.
const NO_MARK: u32 = 0;
/// No record has this place.
const NOWHERE: SlotId = SlotId::MAX;
/// The fewest and the most places, as powers of two; between them some [`PLACES_A_RECORD`].
const FEWEST_BITS: u32 = 10;
const MOST_BITS: u32 = 25;
const PLACES_A_RECORD: usize = 24;
/// How many places, as a power of two, are laid out at a time: they stay in a near cache while they are.
const PART_BITS: u32 = 17;
/// In how many rounds such parts are gathered: fewer take more memory, more take more time.
const ROUNDS: usize = 2;

/// The lists of records by two terms, many pairs of terms to a place, each in the order in which its records start.
#[derive(Debug, Default)]
pub(crate) struct Twos {
    bits: u32,
    /// Where the list of each place ends.
    ends: Vec<u32>,
    entries: Vec<SlotId>,
    /// What came since the lists were laid out, by place.
    later: FxHashMap<u32, Vec<SlotId>>,
    late: usize,
    /// By length of a list up to the longest, what it tells that a record is in it: the negative logarithm of the share of records that are.
    telling: Vec<f32>,
    starts: Starts,
    /// By record, the marks that were taken.
    told: Vec<[u32; MARKS]>,
}

/// The weightiest terms, of equally weighty ones those with the least hash.
pub(crate) fn most_telling(
    terms: impl Iterator<Item = (TermId, f32)>,
    most: usize,
    hashes: &[u32],
    told: &mut Vec<(TermId, f32)>,
) {
    told.clear();
    told.extend(terms.filter(|(term, weight)| *weight > 0.0 && (*term as usize) < hashes.len()));
    if told.len() > most {
        told.select_nth_unstable_by(most, |a, b| in_order_of_telling(a, b, hashes));
        told.truncate(most);
    }
}

/// The weightiest first, of equally weighty ones that with the least hash.
fn in_order_of_telling(one: &(TermId, f32), other: &(TermId, f32), hashes: &[u32]) -> Ordering {
    let by_weight = other.1.total_cmp(&one.1);
    by_weight.then_with(|| hashes[one.0 as usize].cmp(&hashes[other.0 as usize]))
}

/// A number for two terms, whichever comes first.
fn mix(one: u32, two: u32) -> u64 {
    let both = u64::from(one.min(two)) << 32 | u64::from(one.max(two));
    let mixed = (both ^ both >> 29).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

impl Twos {
    /// The place of two terms, given by their hashes.
    pub(crate) fn place(&self, one: u32, two: u32) -> u32 {
        if self.bits == 0 {
            return 0;
        }
        (mix(one, two) >> (64 - self.bits)) as u32
    }

    /// How long the list of a place is; 0 if it is too long to be walked along.
    pub(crate) fn length(&self, place: u32) -> u32 {
        let length = (self.range(place).len() + self.later(place).len()) as u32;
        if length > LONGEST { 0 } else { length }
    }

    /// What it tells that a record is in a list of this length.
    pub(crate) fn telling(&self, length: u32) -> f32 {
        self.telling.get(length as usize).copied().unwrap_or(0.0)
    }

    /// Those that start about the same time as a record; `None` where no start is known.
    pub(super) fn around(&self, start: Day) -> Option<Around> {
        self.starts.around(start)
    }

    /// Of the list of a place, where those stand that start about the same time, and how many there are to be read: what
    /// came later is read as well.
    pub(super) fn part(&self, place: u32, around: Around) -> (Range<u32>, u32) {
        let laid = self.range(place).len() as u32;
        let later = self.later(place).len() as u32;
        let part = around.part(laid);
        let length = part.len() as u32 + later;
        (part, length)
    }

    /// A part of the list of a place, as far as there is one: what was laid out, and what came later. Entries taken out
    /// name no place.
    pub(super) fn list(&self, place: u32, part: Range<u32>) -> (&[SlotId], &[SlotId]) {
        (self.laid(place, part), self.later(place))
    }

    /// The first and the last of a part.
    pub(super) fn first_and_last(&self, place: u32, part: Range<u32>) -> Option<(SlotId, SlotId)> {
        let list = self.laid(place, part);
        Some((*list.first()?, std::hint::black_box(*list.last()?)))
    }

    fn laid(&self, place: u32, part: Range<u32>) -> &[SlotId] {
        let list = self.entries.get(self.range(place)).unwrap_or(&[]);
        let end = list.len().min(part.end as usize);
        list.get(part.start as usize..end).unwrap_or(&[])
    }

    fn later(&self, place: u32) -> &[SlotId] {
        if self.late == 0 {
            return &[];
        }
        self.later.get(&place).map_or(&[], Vec::as_slice)
    }

    fn range(&self, place: u32) -> Range<usize> {
        let Some(&end) = self.ends.get(place as usize) else {
            return 0..0;
        };
        let start = if place == 0 {
            0
        } else {
            self.ends[place as usize - 1]
        };
        start as usize..end as usize
    }

    /// Whether so much came since the lists were laid out that they should be laid out anew.
    pub(crate) fn has_outgrown(&self) -> bool {
        self.late > self.entries.len()
    }

    pub(crate) fn add(&mut self, id: SlotId, told: [u32; MARKS]) {
        let record = id as usize;
        if self.told.len() <= record {
            self.told.resize(record + 1, [NO_MARK; MARKS]);
        }
        self.told[record] = told;
        for (one, two) in pairs(&told) {
            let place = self.place(one, two);
            self.later.entry(place).or_default().push(id);
            self.late += 1;
        }
    }

    pub(crate) fn take(&mut self, id: SlotId) {
        let Some(told) = self.told.get_mut(id as usize) else {
            return;
        };
        let told = std::mem::replace(told, [NO_MARK; MARKS]);
        for (one, two) in pairs(&told) {
            let place = self.place(one, two);
            let range = self.range(place);
            if let Some(entry) = self.entries[range].iter_mut().find(|entry| **entry == id) {
                *entry = NOWHERE;
            } else if let Some(list) = self.later.get_mut(&place)
                && let Some(at) = list.iter().position(|entry| *entry == id)
            {
                list.swap_remove(at);
            }
        }
    }

    /// Lays all lists out anew, some places at a time: first the entries of these are gathered part by part,
    /// then each part is put in order by itself, in a near cache. `order` names the records in the order in which they start.
    fn lay_out(&mut self, told: Vec<[u32; MARKS]>, order: &[(Option<Day>, SlotId)]) {
        self.later = FxHashMap::default();
        self.late = 0;
        self.told = told;
        self.starts = Starts::of(order.iter().map(|entry| entry.0));
        let records = self.told.len() as f32;
        self.telling = (0..=LONGEST)
            .map(|length| (records / length.max(1) as f32).ln())
            .collect();
        let places = (self.told.len() * PLACES_A_RECORD).next_power_of_two();
        self.bits = places.trailing_zeros().clamp(FEWEST_BITS, MOST_BITS);
        self.ends = vec![0; 1 << self.bits];
        self.entries.clear();
        let within = self.bits.min(PART_BITS);
        let parts = 1_usize << (self.bits - within);
        let mut sizes = vec![0; parts];
        self.each(order, |place, _| sizes[(place >> within) as usize] += 1);
        self.entries = Vec::with_capacity(sizes.iter().sum());
        let mut gathered: Vec<Vec<(u32, SlotId)>> = Vec::new();
        let at_once = parts.div_ceil(ROUNDS);
        for (first, sizes) in (0..).step_by(at_once).zip(sizes.chunks(at_once)) {
            gathered.resize_with(sizes.len(), Vec::new);
            for (part, size) in gathered.iter_mut().zip(sizes) {
                part.clear();
                part.reserve(*size);
            }
            self.each(order, |place, id| {
                let part = (place >> within) as usize;
                if let Some(part) = part.checked_sub(first).and_then(|part| gathered.get_mut(part)) {
                    part.push((place, id));
                }
            });
            let base = first << within;
            let ends = &mut self.ends[base..base + (sizes.len() << within)];
            let ordered: Vec<Vec<SlotId>> = gathered
                .par_iter()
                .zip(ends.par_chunks_mut(1 << within))
                .map(|(part, ends)| put_in_order(part, ends))
                .collect();
            for (part, ends) in ordered.iter().zip(ends.chunks_mut(1 << within)) {
                let before = self.entries.len() as u32;
                ends.iter_mut().for_each(|end| *end += before);
                self.entries.extend_from_slice(part);
            }
        }
    }

    /// Calls with each entry: its place and the record.
    fn each(&self, order: &[(Option<Day>, SlotId)], mut call: impl FnMut(u32, SlotId)) {
        let shift = 64 - self.bits;
        for &(_, id) in order {
            let told = &self.told[id as usize];
            let count = told.iter().position(|mark| *mark == NO_MARK).unwrap_or(MARKS);
            for n in 1..count {
                for m in 0..n {
                    call((mix(told[n], told[m]) >> shift) as u32, id);
                }
            }
        }
    }
}

/// The records of entries in the order of their places; `ends` is told where each place ends.
fn put_in_order(entries: &[(u32, SlotId)], ends: &mut [u32]) -> Vec<SlotId> {
    let last = ends.len() - 1;
    for (place, _) in entries {
        ends[*place as usize & last] += 1;
    }
    let mut sum = 0;
    for end in ends.iter_mut() {
        let start = sum;
        sum += *end;
        *end = start;
    }
    let mut ordered = vec![NOWHERE; entries.len()];
    for (place, id) in entries {
        let end = &mut ends[*place as usize & last];
        ordered[*end as usize] = *id;
        *end += 1;
    }
    ordered
}

fn pairs(told: &[u32; MARKS]) -> impl Iterator<Item = (u32, u32)> {
    let known = move |mark: &&u32| **mark != NO_MARK;
    told.iter()
        .take_while(known)
        .enumerate()
        .flat_map(move |(n, one)| told.iter().take(n).map(move |two| (*one, *two)))
}

impl Index {
    /// Lets what leads to records by two terms and by topics know of a new record.
    pub(crate) fn join(&mut self, id: SlotId) {
        if self.len() <= super::COMPARE_ALL {
            return;
        }
        if self.twos.has_outgrown() || self.twos.told.is_empty() {
            self.lay_out_twos();
        } else {
            let told = self.told(id, &mut Vec::new());
            self.twos.add(id, told);
        }
        self.join_leaders(id);
    }

    /// Makes the lists of two terms anew, by what each term tells now.
    pub(crate) fn lay_out_twos(&mut self) {
        if self.len() <= super::COMPARE_ALL {
            self.twos = Twos::default();
            return;
        }
        let places = 0..self.slots.len() as SlotId;
        let told = places
            .into_par_iter()
            .map_init(Vec::new, |memory, id| self.told(id, memory))
            .collect();
        let start = |(id, slot): (SlotId, &super::Slot)| (slot.profile.start, id);
        let mut order: Vec<_> = self.slots().map(start).collect();
        order.par_sort_unstable();
        let mut twos = std::mem::take(&mut self.twos);
        twos.lay_out(told, &order);
        self.twos = twos;
    }

    /// The marks of a record: its most telling terms and its facts, as many as there are.
    fn told(&self, id: SlotId, memory: &mut Vec<(TermId, f32)>) -> [u32; MARKS] {
        let mut told = [NO_MARK; MARKS];
        if let Some(slot) = self.slot(id).filter(|slot| slot.judgeable) {
            let weight = self.weigher();
            let terms = slot.profile.terms.iter();
            most_telling(
                terms.map(|entry| (entry.term, weight(entry))),
                TOLD,
                &self.hashes,
                memory,
            );
            let terms = memory.iter().map(|term| self.hashes[term.0 as usize]);
            let marks = terms.chain(slot.profile.facts.iter().copied());
            let mut count = 0;
            for mark in marks.filter(|mark| *mark != NO_MARK) {
                let (known, free) = told.split_at_mut(count);
                if let Some(next) = free.first_mut().filter(|_| !known.contains(&mark)) {
                    *next = mark;
                    count += 1;
                }
            }
        }
        told
    }
}
