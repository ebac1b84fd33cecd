//! When the records of a catalogue start: in a list that is in the order of starts, those that start about the same time
//! stand about where their share of all records says.

#![expect(
    clippy::as_conversions,
    reason = "counts and lengths of lists stay far below 2^24"
)]

use std::ops::Range;

use crate::Day;
use crate::compare::period::SAME_DAYS;

/// How far a part is read beyond where it should end, in standard deviations of where that is: a list is a sample of the
/// records, whose parts are not quite of their size.
const SLACK: f32 = 0.5;

/// Each day on which records start, with how many start before it or on no known day.
#[derive(Debug, Default)]
pub(super) struct Starts {
    days: Vec<(Day, u32)>,
    all: u32,
}

/// Those that start about the same time: which shares of all records start before the first and until the last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Around {
    before: f32,
    until: f32,
}

impl Starts {
    /// Takes the starts of all records, those without one first, then in their order.
    pub(super) fn of(starts: impl Iterator<Item = Option<Day>>) -> Self {
        let mut known = Self::default();
        for start in starts {
            if let Some(day) = start
                && known.days.last().is_none_or(|last| last.0 != day)
            {
                known.days.push((day, known.all));
            }
            known.all += 1;
        }
        known
    }

    /// Those that start about the same time as a record; `None` where no start is known.
    pub(super) fn around(&self, start: Day) -> Option<Around> {
        self.days.first()?;
        let before = |day: i64| {
            let place = self.days.partition_point(|known| i64::from(known.0.0) < day);
            let count = self.days.get(place).map_or(self.all, |known| known.1);
            count as f32 / self.all as f32
        };
        let day = i64::from(start.0);
        Some(Around {
            before: before(day - SAME_DAYS),
            until: before(day + SAME_DAYS + 1),
        })
    }
}

impl Around {
    /// Where they stand in a list of so many, about.
    pub(super) fn part(self, length: u32) -> Range<u32> {
        let length = length as f32;
        let off = |share: f32| SLACK * (length * share * (1.0 - share)).sqrt();
        let from = self.before * length - off(self.before);
        let to = self.until * length + off(self.until);
        // What is less than nothing becomes nothing.
        from as u32..to.min(length).ceil() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::Starts;
    use crate::Day;

    #[test]
    fn a_part_holds_those_that_start_about_the_same_time() {
        // A hundred start on no known day, then a hundred in each of nine years.
        let years = (0..9).flat_map(|year| [Some(Day(year * 365)); 100]);
        let starts = Starts::of([None; 100].into_iter().chain(years));
        let around = starts.around(Day(2 * 365 + 30)).unwrap();
        let part = around.part(1_000);
        assert!(part.start < 300 && part.end > 400, "{part:?}");
        assert!(part.len() < 130, "{part:?}");
        assert_eq!(starts.around(Day(99 * 365)).unwrap().part(1_000), 1_000..1_000);
        assert_eq!(starts.around(Day(i32::MIN)).unwrap().part(1_000).end, 105);
        assert!(Starts::of([None; 3].into_iter()).around(Day(0)).is_none());
    }

    #[test]
    fn all_of_a_list_is_read_where_all_start_together() {
        let starts = Starts::of([Some(Day(7)); 50].into_iter());
        assert_eq!(starts.around(Day(7)).unwrap().part(12), 0..12);
    }
}
