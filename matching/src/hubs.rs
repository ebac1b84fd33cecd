//! How alike each record is to its own nearest others: a record phrased in generic words is near
//! to everything, and that has to be held against each of its likenesses (local scaling).

#![expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a list has at most KEPT entries, and a number of records is rounded"
)]

use std::cmp::Ordering;

use crate::Key;
use crate::index::SlotId;

/// How many of the nearest are looked at.
pub(crate) const NEAREST: usize = 10;
/// How many are kept: what a scan compares, and what stands in when nearer ones are taken out.
pub(crate) const KEPT: usize = 32;
/// What a neighbour counts at least, and what stands in for one that a catalogue does not have.
const ABSENT: f32 = 0.10;
/// The same in a catalogue of few records, whose nearest others are whatever happens to be there: about what a nearest other
/// is alike in one of a hundred. It is also about what makes scores of small draws from the labelled sets the truest.
const SPARSE: f32 = 0.17;
/// So many records are few, and from so many on the nearest others are near.
const FEW: f32 = 30.0;
const ENOUGH: f32 = 100.0;
/// The very nearest are likely true partners, and are not held against a record.
const PARTNERS: usize = 2;
/// No more than this is ever held against a record, else a text that a dozen authorities sent in word for word
/// would not be found at all.
const MOST: f32 = 0.45;

/// Another record and how alike it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Near {
    pub(crate) likeness: f32,
    pub(crate) slot: SlotId,
}

/// The likenesses of one record to its nearest others, greatest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Nearest {
    list: Vec<Near>,
}

impl Nearest {
    /// The nearest of these. `key` gives the key of a place: equally near ones are put in their order.
    pub(crate) fn of(mut all: Vec<Near>, key: impl Fn(SlotId) -> Option<Key>) -> Self {
        let order = |a: &Near, b: &Near| order(a, b, &key);
        if all.len() > KEPT {
            all.select_nth_unstable_by(KEPT, order);
            all.truncate(KEPT);
        }
        all.sort_unstable_by(order);
        all.shrink_to_fit();
        Self { list: all }
    }

    /// Takes note of another record.
    pub(crate) fn note(&mut self, near: Near, key: impl Fn(SlotId) -> Option<Key>) {
        let at = self
            .list
            .partition_point(|entry| order(entry, &near, &key) == Ordering::Less);
        if at < KEPT {
            self.list.insert(at, near);
            self.list.truncate(KEPT);
        }
    }

    /// The nearest, greatest likeness first; some may have been taken out of the catalogue since.
    pub(crate) fn list(&self) -> &[Near] {
        &self.list
    }

    /// What is held against a likeness of this record: the mean likeness to its nearest that are still there,
    /// the very nearest excepted, each at least [`least_counted`].
    /// If so many were taken out that not enough are left, the least likeness known stands in for the rest.
    pub(crate) fn level(&self, is_there: impl Fn(SlotId) -> bool, least: f32) -> f32 {
        let there = self
            .list
            .iter()
            .filter(|near| is_there(near.slot))
            .skip(PARTNERS)
            .take(NEAREST);
        let (count, sum) = there.fold((0_usize, 0.0_f32), |(count, sum), near| {
            (count + 1, sum + near.likeness.clamp(least, MOST))
        });
        let last = match self.list.get(KEPT - 1) {
            Some(last) => last.likeness.clamp(least, MOST),
            None => least,
        };
        (sum + NEAREST.saturating_sub(count) as f32 * last) / NEAREST as f32
    }
}

/// What a neighbour counts at least in a catalogue of so many records.
pub(crate) fn least_counted(records: usize) -> f32 {
    let records = records.max(1) as f32;
    let sparse = (ENOUGH / records).ln() / (ENOUGH / FEW).ln();
    ABSENT + (SPARSE - ABSENT) * sparse.clamp(0.0, 1.0)
}

/// A level that is known to be too low by so much on average.
pub(crate) fn raised(level: f32, by: f32) -> f32 {
    (level + by).min(MOST)
}

fn order(a: &Near, b: &Near, key: impl Fn(SlotId) -> Option<Key>) -> Ordering {
    b.likeness
        .total_cmp(&a.likeness)
        .then_with(|| key(a.slot).cmp(&key(b.slot)))
}

#[cfg(test)]
mod tests {
    use super::{ABSENT, KEPT, Near, Nearest, SPARSE, least_counted};
    use crate::Key;

    fn near(n: u16) -> Near {
        Near {
            likeness: f32::from(n / 2) / 100.0,
            slot: n.into(),
        }
    }

    #[test]
    fn only_the_nearest_are_kept_in_any_order_of_arrival() {
        let key = |slot: u32| Some(Key(slot.into()));
        let mut up = Nearest::default();
        let mut down = Nearest::default();
        for n in 0..60 {
            up.note(near(n), key);
            down.note(near(59 - n), key);
        }
        assert_eq!(up, down);
        assert_eq!(up, Nearest::of((0..60).map(near).collect(), key));
        assert_eq!(up.list().len(), KEPT);
        assert_eq!(up.list()[0].slot, 58);
    }

    #[test]
    fn a_neighbour_counts_more_at_least_the_fewer_records_there_are() {
        let counted: Vec<f32> = [0, 3, 30, 60, 100, 1_000_000].map(least_counted).into();
        assert!(counted.is_sorted_by(|more, less| more >= less), "{counted:?}");
        assert!((counted[1] - SPARSE).abs() < 1e-6 && (counted[5] - ABSENT).abs() < 1e-6);
        let far = Nearest::of((0..6).map(near).collect(), |slot| Some(Key(slot.into())));
        assert!((far.level(|_| true, SPARSE) - SPARSE).abs() < 1e-6);
    }

    #[test]
    fn what_was_taken_out_no_longer_counts() {
        let key = |slot: u32| Some(Key(slot.into()));
        assert!((Nearest::default().level(|_| true, ABSENT) - ABSENT).abs() < 1e-6);
        let all = Nearest::of((0..60).map(near).collect(), key);
        let without = Nearest::of((0..58).map(near).collect(), key);
        assert!((all.level(|slot| slot < 58, ABSENT) - without.level(|_| true, ABSENT)).abs() < 1e-6);
        assert!(all.level(|_| true, ABSENT) > without.level(|_| true, ABSENT));
    }
}
