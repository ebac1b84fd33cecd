//! How alike each record is to its own nearest others: a record phrased in generic words is near
//! to everything, and that has to be held against each of its likenesses (local scaling).

#![expect(clippy::as_conversions, reason = "a list has at most NEAREST entries")]

use std::cmp::Ordering;

use crate::Key;

/// How many of the nearest are looked at.
pub(crate) const NEAREST: usize = 10;
/// What stands in for a neighbour that a small catalogue does not have.
const ABSENT: f32 = 0.10;
/// No more than this is ever held against a record: beyond it its nearest are true partners.
const MOST: f32 = 0.40;

/// The likenesses of one record to its nearest others, greatest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Nearest {
    list: Vec<(f32, Key)>,
}

impl Nearest {
    /// Takes note of another record. Returns whether it is among the nearest.
    pub(crate) fn note(&mut self, likeness: f32, key: Key) -> bool {
        let order = |a: &(f32, Key)| b_first(a, &(likeness, key));
        let at = self.list.partition_point(|entry| order(entry) == Ordering::Less);
        if at >= NEAREST {
            return false;
        }
        self.list.insert(at, (likeness, key));
        self.list.truncate(NEAREST);
        true
    }

    /// Whether a record is on the list.
    pub(crate) fn has(&self, key: Key) -> bool {
        self.list.iter().any(|entry| entry.1 == key)
    }

    /// What is held against a likeness of this record: the mean likeness to its nearest.
    pub(crate) fn level(&self) -> f32 {
        let sum: f32 = self.list.iter().map(|entry| entry.0.min(MOST)).sum();
        let absent = NEAREST.saturating_sub(self.list.len()) as f32;
        (sum + absent * ABSENT) / NEAREST as f32
    }
}

fn b_first(a: &(f32, Key), b: &(f32, Key)) -> Ordering {
    b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use super::{ABSENT, NEAREST, Nearest};
    use crate::Key;

    #[test]
    fn only_the_nearest_are_kept_in_any_order_of_arrival() {
        let mut up = Nearest::default();
        let mut down = Nearest::default();
        for n in 0_u8..30 {
            up.note(f32::from(n) / 100.0, Key(n.into()));
            down.note(f32::from(29 - n) / 100.0, Key((29 - n).into()));
        }
        assert_eq!(up, down);
        assert_eq!(up.list.len(), NEAREST);
        assert!(up.has(Key(29)) && !up.has(Key(5)));
        assert!((Nearest::default().level() - ABSENT).abs() < 1e-6);
    }
}
