//! Records by what they are about as a whole: each follows the leader whose topic is nearest to its own, so that
//! those about the same thing are found together, whatever words they use.
//!
//! Leaders are records of the catalogue, drawn by their keys; a second layer of leaders leads to the first.

use rayon::prelude::*;

use super::sketch::{self, Sketch};
use super::{COMPARE_ALL, Index, SlotId};
use crate::Key;
use crate::topic::{Topic, along};
use crate::wide::wide;

/// There is a leader to so many records.
const FOLLOWERS: usize = 96;
/// No more leaders than this.
const MOST_LEADERS: usize = 16_384;
/// How many of the upper leaders' parts are looked through.
const PARTS_SEEN: usize = 6;
/// No more followers than this are looked at of one leader, so that thousands of copies cannot make a search long.
const MOST_FOLLOWERS: usize = 1_024;
/// So many leaders, the nearest by their sketches, are looked at closely; more where more of their followers are wanted.
const LOOKED_AT: usize = 24;
/// How many of the nearest leaders are put in order at a time.
const LEADERS_AT_ONCE: usize = 8;
/// Follows nobody.
const NOBODY: u32 = u32::MAX;

/// Numbered topics, side by side in memory.
#[derive(Debug, Default, Clone)]
struct Group {
    ids: Vec<u32>,
    /// Twice as wide as they need be: so they are multiplied in fewer steps.
    numbers: Vec<i16>,
    shrinks: Vec<f32>,
    sketches: Vec<Sketch>,
}

impl Group {
    fn add(&mut self, id: u32, topic: &Topic) {
        self.ids.push(id);
        self.sketches.push(Sketch::of(topic));
        self.numbers.extend(topic.bytes().iter().map(|x| i16::from(*x)));
        self.shrinks.push(topic.shrink());
    }

    /// Adds all with how near each is to a direction.
    fn rank(&self, query: &[i16], ranked: &mut Vec<(f32, u32)>) {
        rank(self, query, ranked);
    }

    /// How near one is to a direction, with its number.
    fn one(&self, row: usize, query: &[i16]) -> (f32, u32) {
        let numbers = &self.numbers[row * query.len()..(row + 1) * query.len()];
        (near(numbers, query) as f32 * self.shrinks[row], self.ids[row])
    }
}

wide! {
    fn near(row: &[i16], query: &[i16]) -> i32 {
        along(row, query)
    }
}

wide! {
    /// Adds the rows of a group, from a number on, with on how many sides a topic lies that they do not.
    fn rank_roughly(query: &Sketch, sketches: &[Sketch], first: u32, ranked: &mut Vec<(u32, u32)>) -> () {
        let apart = sketches.iter().map(|sketch| query.apart(sketch));
        ranked.extend(apart.zip(first..));
    }
}

wide! {
    fn rank(group: &Group, query: &[i16], ranked: &mut Vec<(f32, u32)>) -> () {
        let rows = group.numbers.chunks_exact(query.len());
        let known = rows.zip(&group.shrinks).zip(&group.ids);
        ranked.extend(known.map(|((row, shrink), &id)| (along(row, query) as f32 * shrink, id)));
    }
}

wide! {
    fn rank_followers(query: &Sketch, sketches: &[Sketch], ids: &[SlotId], ranked: &mut Vec<(f32, SlotId)>) -> () {
        let known = sketches.iter().zip(ids);
        ranked.extend(known.map(|(sketch, &id)| (query.likeness(sketch), id)));
    }
}

/// The records that follow one leader, with their topics in short.
#[derive(Debug, Default, Clone)]
struct Followers {
    ids: Vec<SlotId>,
    sketches: Vec<Sketch>,
}

impl Followers {
    fn take(&mut self, id: SlotId) {
        if let Some(at) = self.ids.iter().position(|other| *other == id) {
            self.ids.swap_remove(at);
            self.sketches.swap_remove(at);
        }
    }

    /// Adds the first of them with how near each is to a topic.
    fn rank(&self, query: &Sketch, ranked: &mut Vec<(f32, SlotId)>) {
        let count = self.ids.len().min(MOST_FOLLOWERS);
        rank_followers(query, &self.sketches[..count], &self.ids[..count], ranked);
    }
}

/// Working memory for one thread's searches.
#[derive(Debug, Default)]
pub(crate) struct Following {
    query: Vec<i16>,
    upper: Vec<(f32, u32)>,
    rough: Vec<(u32, u32)>,
    lower: Vec<(f32, u32)>,
    ranked: Vec<(f32, u32)>,
}

/// The leaders and their followers.
#[derive(Debug, Default)]
pub(crate) struct Leaders {
    dimensions: usize,
    /// The upper leaders, by their number.
    upper: Group,
    /// Of each upper leader, the leaders that follow it.
    parts: Vec<Group>,
    /// Of each leader, the records that follow it.
    groups: Vec<Followers>,
    /// By record, the leader that it follows.
    follows: Vec<u32>,
    /// How many records came when leaders were drawn, and since.
    drawn: usize,
    late: usize,
}

impl Leaders {
    /// The nearest leaders of a topic, so many at least, and others, into `lower`.
    fn rank(&self, topic: &Topic, least: usize, memory: &mut Following) {
        let Following {
            query,
            upper,
            rough,
            lower,
            ..
        } = memory;
        query.clear();
        query.extend(topic.bytes().iter().map(|x| i16::from(*x)));
        upper.clear();
        lower.clear();
        if query.len() != self.dimensions || query.is_empty() {
            return;
        }
        self.upper.rank(query, upper);
        if upper.len() > PARTS_SEEN {
            upper.select_nth_unstable_by(PARTS_SEEN, nearest_first);
            upper.truncate(PARTS_SEEN);
        }
        // Most leaders are far away, which their sketches tell for less. A row's number names its part and its place there.
        rough.clear();
        let sketch = Sketch::of(topic);
        let most = MOST_LEADERS as u32;
        for (part, (_, number)) in (0..).zip(upper.iter()) {
            rank_roughly(
                &sketch,
                &self.parts[*number as usize].sketches,
                part * most,
                rough,
            );
        }
        let most_apart = apart_of(least, rough);
        rough.retain(|(apart, _)| *apart <= most_apart);
        lower.extend(rough.iter().map(|(_, row)| {
            let (_, number) = upper[(row / most) as usize];
            self.parts[number as usize].one((row % most) as usize, query)
        }));
    }

    /// The leader of a topic.
    fn leader(&self, topic: &Topic, memory: &mut Following) -> u32 {
        self.rank(topic, LOOKED_AT, memory);
        let first = memory.lower.iter().min_by(|a, b| nearest_first(a, b));
        first.map_or(NOBODY, |first| first.1)
    }

    /// Adds the `most` records nearest in topic among the followers of the nearest leaders, of whom some `seen`
    /// are looked at.
    fn find(
        &self,
        topic: &Topic,
        (most, seen): (usize, usize),
        key: impl Fn(SlotId) -> Option<Key>,
        memory: &mut Following,
        found: &mut Vec<SlotId>,
    ) {
        // Some leaders have few followers: twice as many as should be enough.
        let least = LOOKED_AT.max(2 * seen.div_ceil(FOLLOWERS));
        self.rank(topic, least, memory);
        memory.ranked.clear();
        let sketch = Sketch::of(topic);
        let mut left = memory.lower.as_mut_slice();
        // Few leaders are enough, so that only the nearest of those left are put in order, again and again.
        while !left.is_empty() && memory.ranked.len() < seen {
            if left.len() > LEADERS_AT_ONCE {
                left.select_nth_unstable_by(LEADERS_AT_ONCE - 1, nearest_first);
            }
            let (next, others) = left.split_at_mut(LEADERS_AT_ONCE.min(left.len()));
            next.sort_unstable_by(nearest_first);
            for (_, leader) in &*next {
                if memory.ranked.len() < seen {
                    self.groups[*leader as usize].rank(&sketch, &mut memory.ranked);
                }
            }
            left = others;
        }
        add_nearest(&mut memory.ranked, most, key, found);
    }

    /// Adds the `most` records nearest in topic to one, by its sketch, among those that follow the same leader.
    fn find_beside(
        &self,
        id: SlotId,
        sketch: &Sketch,
        most: usize,
        key: impl Fn(SlotId) -> Option<Key>,
        memory: &mut Following,
        found: &mut Vec<SlotId>,
    ) {
        memory.ranked.clear();
        let leader = self.follows.get(id as usize).copied().unwrap_or(NOBODY);
        if let Some(group) = self.groups.get(leader as usize) {
            group.rank(sketch, &mut memory.ranked);
        }
        memory.ranked.retain(|(_, slot)| *slot != id);
        add_nearest(&mut memory.ranked, most, key, found);
    }

    fn add(&mut self, id: SlotId, topic: &Topic, memory: &mut Following) {
        let leader = self.leader(topic, memory);
        self.follow(id, leader, topic);
        self.late += 1;
    }

    fn follow(&mut self, id: SlotId, leader: u32, topic: &Topic) {
        let record = id as usize;
        if self.follows.len() <= record {
            self.follows.resize(record + 1, NOBODY);
        }
        self.follows[record] = leader;
        if let Some(group) = self.groups.get_mut(leader as usize) {
            group.ids.push(id);
            group.sketches.push(Sketch::of(topic));
        }
    }

    /// Takes a record out.
    pub(super) fn take(&mut self, id: SlotId) {
        if let Some(leader) = self.follows.get_mut(id as usize)
            && let Some(group) = self.groups.get_mut(*leader as usize)
        {
            group.take(id);
            *leader = NOBODY;
        }
    }

    /// Takes note of the new places of `count` records, by their former ones.
    pub(super) fn renumber(&mut self, places: &[SlotId], count: usize) {
        let mut follows = vec![NOBODY; count];
        for (leader, group) in (0..).zip(&mut self.groups) {
            for id in &mut group.ids {
                *id = places[*id as usize];
                follows[*id as usize] = leader;
            }
        }
        self.follows = follows;
    }

    /// Draws leaders from records in this order.
    fn draw(topics: &[(SlotId, &Topic)]) -> Self {
        let count = topics.len().div_ceil(FOLLOWERS).min(MOST_LEADERS);
        let mut leaders = Self {
            dimensions: topics.first().map_or(0, |first| first.1.bytes().len()),
            groups: vec![Followers::default(); count],
            drawn: topics.len(),
            ..Self::default()
        };
        let upper = count.isqrt();
        for (number, (_, topic)) in (0..).zip(topics.iter().take(upper)) {
            leaders.upper.add(number, topic);
        }
        leaders.parts = vec![Group::default(); upper];
        let mut memory = Following::default();
        for (number, (_, topic)) in (0..).zip(topics.iter().take(count)) {
            memory.upper.clear();
            memory.query.clear();
            memory.query.extend(topic.bytes().iter().map(|x| i16::from(*x)));
            leaders.upper.rank(&memory.query, &mut memory.upper);
            memory.upper.sort_unstable_by(nearest_first);
            if let Some((_, part)) = memory.upper.first() {
                leaders.parts[*part as usize].add(number, topic);
            }
        }
        leaders
    }
}

/// So many of these at least, and hardly more, are apart by no more than this.
fn apart_of(least: usize, rough: &[(u32, u32)]) -> u32 {
    let mut counts = [0_u32; sketch::SIDES + 1];
    for (apart, _) in rough {
        counts[*apart as usize] += 1;
    }
    let mut sum = 0;
    let enough = counts.iter().position(|count| {
        sum += count;
        sum as usize >= least
    });
    enough.unwrap_or(sketch::SIDES) as u32
}

/// Adds the nearest of some records, but for those that are there already.
fn add_nearest(
    ranked: &mut Vec<(f32, SlotId)>,
    most: usize,
    key: impl Fn(SlotId) -> Option<Key>,
    found: &mut Vec<SlotId>,
) {
    if ranked.len() > most {
        ranked.select_nth_unstable_by(most, |a, b| {
            b.0.total_cmp(&a.0).then_with(|| key(a.1).cmp(&key(b.1)))
        });
        ranked.truncate(most);
    }
    let known = found.len();
    for (_, slot) in ranked {
        if !found[..known].contains(slot) {
            found.push(*slot);
        }
    }
}

fn nearest_first(a: &(f32, u32), b: &(f32, u32)) -> std::cmp::Ordering {
    b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1))
}

/// An order of keys that has nothing to do with how they were given out.
fn drawn(key: Key) -> (u128, u128) {
    let mixed = (key.0 ^ key.0 >> 64).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    (mixed ^ mixed >> 67, key.0)
}

impl Index {
    /// Adds the records nearest in topic to the candidates.
    pub(super) fn find_followers(
        &self,
        topic: &Topic,
        bounds: (usize, usize),
        memory: &mut Following,
        found: &mut Vec<SlotId>,
    ) {
        let key = |slot: SlotId| self.slot(slot).map(|slot| slot.key);
        self.leaders.find(topic, bounds, key, memory, found);
    }

    /// Adds the nearest in topic to a record of the catalogue among those that follow the same leader.
    pub(super) fn find_beside(
        &self,
        id: SlotId,
        most: usize,
        memory: &mut Following,
        found: &mut Vec<SlotId>,
    ) {
        let key = |slot: SlotId| self.slot(slot).map(|slot| slot.key);
        if let Some(sketch) = self.sketches.get(id as usize) {
            self.leaders.find_beside(id, sketch, most, key, memory, found);
        }
    }

    /// Lets a new record follow its leader.
    pub(super) fn join_leaders(&mut self, id: SlotId) {
        if self.leaders.drawn == 0 || self.leaders.late > self.leaders.drawn {
            self.draw_leaders();
            return;
        }
        let Some(slot) = self.slots.get(id as usize).and_then(Option::as_ref) else {
            return;
        };
        if slot.judgeable && slot.profile.topic.bytes().len() == self.leaders.dimensions {
            self.leaders
                .add(id, &slot.profile.topic, &mut Following::default());
        }
    }

    /// The records that can be judged and have a topic, in an order that only depends on their keys and yet is as
    /// good as chance.
    pub(crate) fn drawn(&self) -> Vec<SlotId> {
        let slots = self.slots().filter(|(_, slot)| slot.judgeable);
        let known = slots.filter(|(_, slot)| !slot.profile.topic.bytes().is_empty());
        let mut order: Vec<_> = known.map(|(id, slot)| (drawn(slot.key), id)).collect();
        order.par_sort_unstable();
        order.into_iter().map(|(_, id)| id).collect()
    }

    /// All places in use, near topics near each other; their order depends on nothing but the records.
    pub(super) fn by_leaders(&self) -> Vec<SlotId> {
        let leaders = self.leaders.parts.iter().flat_map(|part| &part.ids);
        let groups = leaders.filter_map(|leader| self.leaders.groups.get(*leader as usize));
        let mut all: Vec<SlotId> = groups.flat_map(|group| &group.ids).copied().collect();
        let follows = |id: SlotId| self.leaders.follows.get(id as usize);
        let others = self
            .slots()
            .filter(|(id, _)| follows(*id).is_none_or(|leader| *leader == NOBODY));
        let mut others: Vec<(Key, SlotId)> = others.map(|(id, slot)| (slot.key, id)).collect();
        others.sort_unstable();
        all.extend(others.into_iter().map(|(_, id)| id));
        all
    }

    /// Draws leaders anew and lets every record follow one.
    pub(super) fn draw_leaders(&mut self) {
        if self.len() <= COMPARE_ALL {
            self.leaders = Leaders::default();
            return;
        }
        let order = self.drawn();
        let topic = |id: SlotId| self.slot(id).map(|slot| (id, &slot.profile.topic));
        let topics: Vec<(SlotId, &Topic)> = order.into_iter().filter_map(topic).collect();
        let mut leaders = Leaders::draw(&topics);
        let followed: Vec<u32> = topics
            .par_iter()
            .map_init(Following::default, |memory, (_, topic)| {
                leaders.leader(topic, memory)
            })
            .collect();
        for ((id, topic), leader) in topics.into_iter().zip(followed) {
            leaders.follow(id, leader, topic);
        }
        self.leaders = leaders;
    }
}

#[cfg(test)]
mod tests {
    use super::apart_of;

    #[test]
    fn no_fewer_than_wanted_are_near_enough() {
        let rough = [(5, 0), (3, 1), (3, 2), (9, 3)];
        let apart = [1, 2, 3, 4].map(|least| apart_of(least, &rough));
        assert_eq!(apart, [3, 3, 5, 9]);
        // Where there are not so many, none is too far.
        assert!(apart_of(5, &rough) >= 9);
    }
}
