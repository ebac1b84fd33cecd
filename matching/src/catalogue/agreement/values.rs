//! How often each value of one fact is stated in a catalogue.

#![expect(clippy::as_conversions, reason = "counts stay far below 2^53")]

use rustc_hash::FxHashMap;

/// How often each value of one fact is stated.
#[derive(Debug, Default)]
pub(super) struct Values {
    counts: FxHashMap<u64, u32>,
    stated: u64,
    /// The sum of all counts, squared.
    squares: u64,
}

impl Values {
    pub(super) fn add(&mut self, value: u64) {
        let count = self.counts.entry(value).or_default();
        self.squares += 2 * u64::from(*count) + 1;
        *count += 1;
        self.stated += 1;
    }

    pub(super) fn take(&mut self, value: u64) {
        if let Some(count) = self.counts.get_mut(&value).filter(|count| **count > 0) {
            *count -= 1;
            self.squares -= 2 * u64::from(*count) + 1;
            self.stated -= 1;
            if *count == 0 {
                self.counts.remove(&value);
            }
        }
    }

    /// The share of all statements that is this one. At least the two that are asked about state it.
    pub(super) fn share(&self, value: u64) -> f64 {
        let count = self.counts.get(&value).copied().unwrap_or(0).max(2);
        f64::from(count) / (self.stated as f64).max(2.0)
    }

    /// The likelihood that two statements taken at random are the same.
    pub(super) fn by_chance(&self) -> f64 {
        let all = (self.stated as f64).max(1.0);
        (self.squares as f64 / (all * all)).max(1.0 / all)
    }
}

#[cfg(test)]
mod tests {
    use super::Values;

    #[test]
    fn what_is_taken_was_never_there() {
        let mut values = Values::default();
        for value in [1, 2, 2, 3, 3, 3] {
            values.add(value);
        }
        let before = (values.share(3), values.by_chance());
        for value in [1, 3, 7, 7] {
            values.add(value);
        }
        for value in [7, 3, 1, 7, 9] {
            values.take(value);
        }
        assert_eq!(before, (values.share(3), values.by_chance()));
    }
}
