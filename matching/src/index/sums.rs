//! What records share with a query, added up while lists are walked.

#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "the hottest loop of a search, over places that were found to be there"
)]

use super::SlotId;

/// Working memory for one thread's sums.
#[derive(Debug, Default)]
pub(super) struct Adding {
    /// By place; what is below `base` is left from earlier searches and counts as nothing.
    sums: Vec<u32>,
    base: u32,
    /// The places whose sum reached the bar.
    over: Vec<SlotId>,
}

/// The sums as they grow, with the places whose sums reach a bar that rises with them: at the end, all the
/// greatest are among these, in whatever order the lists were walked.
pub(super) struct Rising<'a> {
    sums: &'a mut [u32],
    base: &'a mut u32,
    over: &'a mut Vec<SlotId>,
    ranked: &'a mut Vec<(u32, SlotId)>,
    bar: u32,
    most: usize,
    full: usize,
}

impl<'a> Rising<'a> {
    /// Begins anew, over so many places; the `most` greatest sums are wanted.
    pub(super) fn begin(
        memory: &'a mut Adding,
        ranked: &'a mut Vec<(u32, SlotId)>,
        places: usize,
        most: usize,
    ) -> Self {
        let Adding { sums, base, over } = memory;
        sums.resize(places, 0);
        if *base > u32::MAX / 2 {
            *base = 0;
            sums.fill(0);
        }
        over.clear();
        Self {
            sums,
            bar: *base + 1,
            base,
            over,
            ranked,
            most,
            full: most * 2,
        }
    }

    /// Walks along a list: each record's sum grows by a step.
    pub(super) fn walk(&mut self, list: &[SlotId], step: u32) {
        for &slot in list {
            // What was taken out of the list names a place that is not there.
            let Some(sum) = self.sums.get_mut(slot as usize) else {
                continue;
            };
            let before = (*sum).max(*self.base);
            let after = before + step;
            *sum = after;
            if before < self.bar && after >= self.bar {
                self.over.push(slot);
            }
        }
        if self.over.len() > self.full {
            self.raise();
        }
    }

    /// Raises the bar to the least of the greatest sums.
    fn raise(&mut self) {
        self.rank();
        if self.ranked.len() > self.most {
            let (_, least, _) = self
                .ranked
                .select_nth_unstable_by(self.most, |a, b| b.0.cmp(&a.0));
            self.bar = self.bar.max(least.0);
        }
        let (bar, sums) = (self.bar, &self.sums);
        self.over.retain(|&slot| sums[slot as usize] >= bar);
        self.full = (self.over.len() * 2).max(self.most * 2);
    }

    /// Lists the sums that reached the bar.
    fn rank(&mut self) {
        let sums = &self.sums;
        self.ranked.clear();
        self.ranked
            .extend(self.over.iter().map(|&slot| (sums[slot as usize], slot)));
    }

    /// Ends with all sums that may be among the greatest; tells the bar, which no more than `most` are above.
    pub(super) fn end(mut self) -> u32 {
        self.raise();
        self.rank();
        let bar = self.bar - *self.base;
        let mut greatest = 0;
        for (sum, _) in &mut *self.ranked {
            *sum -= *self.base;
            greatest = greatest.max(*sum);
        }
        *self.base += greatest + 1;
        bar
    }
}

#[cfg(test)]
mod tests {
    use super::{Adding, Rising};
    use crate::index::SlotId;

    #[test]
    fn the_greatest_sums_are_there_in_whatever_order_lists_are_walked() {
        let lists: Vec<(Vec<SlotId>, u32)> = (1..40)
            .map(|n| ((0..400).map(|m| m * m * n % 1_009).collect(), n % 7 + 1))
            .collect();
        let mut plain = vec![0_u32; 1_009];
        for (list, step) in &lists {
            list.iter().for_each(|slot| plain[*slot as usize] += step);
        }
        let mut expected: Vec<(u32, SlotId)> = plain.into_iter().zip(0..).collect();
        expected.sort_unstable_by(|a, b| b.cmp(a));
        let (mut memory, mut ranked) = (Adding::default(), Vec::new());
        for backwards in [false, true, false] {
            let mut rising = Rising::begin(&mut memory, &mut ranked, 1_009, 20);
            let mut order: Vec<_> = lists.iter().collect();
            if backwards {
                order.reverse();
            }
            for (list, step) in order {
                rising.walk(list, *step);
                rising.walk(&[1_009, SlotId::MAX], 1_000);
            }
            let bar = rising.end();
            ranked.sort_unstable_by(|a, b| b.cmp(a));
            let sure = expected.partition_point(|entry| entry.0 >= bar);
            assert!(sure >= 20);
            assert_eq!(ranked[..sure], expected[..sure]);
            assert!(ranked.iter().filter(|entry| entry.0 > bar).count() <= 20);
        }
    }
}
