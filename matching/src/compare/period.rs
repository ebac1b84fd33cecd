//! When both ran.

use crate::{Day, Period};

/// Efforts that begin no more days apart than this begin about the same time.
pub(crate) const SAME_DAYS: i64 = 182;

/// How two periods lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Periods {
    /// Both ran for so many days at the same time.
    Together(i64),
    /// So many days lie between the end of one and the beginning of the other.
    Apart(i64),
}

/// How two periods lie to each other. An unknown end is taken for the day of the start.
/// `None` where either has no start.
pub(crate) fn compare(left: Period, right: Period) -> Option<Periods> {
    let (left, right) = (whole(left)?, whole(right)?);
    let from = left.0.max(right.0);
    let to = left.1.min(right.1);
    let days = i64::from(to.0) - i64::from(from.0);
    Some(if days >= 0 {
        Periods::Together(days + 1)
    } else {
        Periods::Apart(-days)
    })
}

/// Days between the two beginnings. `None` where either is unknown.
pub(crate) fn between_starts(left: Option<Day>, right: Option<Day>) -> Option<i64> {
    Some((i64::from(left?.0) - i64::from(right?.0)).abs())
}

fn whole(period: Period) -> Option<(Day, Day)> {
    let start = period.start.or(period.end)?;
    let end = period.end.unwrap_or(start);
    Some((start.min(end), start.max(end)))
}

#[cfg(test)]
mod tests {
    use super::{Periods, compare};
    use crate::{Day, Period};

    #[test]
    fn days_are_counted_with_both_ends() {
        let period = |start, end| Period {
            start: Some(Day(start)),
            end: Some(Day(end)),
        };
        assert_eq!(compare(period(0, 9), period(5, 20)), Some(Periods::Together(5)));
        assert_eq!(compare(period(0, 9), period(19, 20)), Some(Periods::Apart(10)));
        assert_eq!(compare(period(9, 0), period(0, 0)), Some(Periods::Together(1)));
        assert_eq!(compare(Period::default(), period(0, 0)), None);
    }
}
