//! How long ago somebody said that a record is still true, and when that is too long.

use chrono::{DateTime, Days, NaiveTime, Utc};
use entity::kinds::Staleness;

/// A record that nobody has confirmed for a year is due: surveys come once a year.
const AGEING_AFTER_DAYS: u64 = 365;
/// After two the facts are taken to have moved on: most pilots are over by then.
const STALE_AFTER_DAYS: u64 = 730;

/// The moments that part fresh from ageing from stale records, as of a day: the same all day long, so that the pages
/// of a list agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cutoffs {
    /// Records confirmed before are ageing.
    pub ageing_before: DateTime<Utc>,
    /// Records confirmed before are stale.
    pub stale_before: DateTime<Utc>,
}

impl Cutoffs {
    /// Those that hold at a moment.
    #[must_use]
    pub fn at(now: DateTime<Utc>) -> Self {
        let midnight = now.date_naive().and_time(NaiveTime::MIN).and_utc();
        let ago = |days| midnight.checked_sub_days(Days::new(days)).unwrap_or(midnight);
        Self {
            ageing_before: ago(AGEING_AFTER_DAYS),
            stale_before: ago(STALE_AFTER_DAYS),
        }
    }

    /// How stale a record is that was last confirmed then.
    #[must_use]
    pub fn staleness(self, confirmed: Option<DateTime<Utc>>) -> Staleness {
        match confirmed {
            Some(moment) if moment >= self.ageing_before => Staleness::Fresh,
            Some(moment) if moment >= self.stale_before => Staleness::Ageing,
            _ => Staleness::Stale,
        }
    }

    /// When records of a staleness were last confirmed: from a moment on, and before another.
    #[must_use]
    pub fn confirmed(self, staleness: Staleness) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        match staleness {
            Staleness::Fresh => (Some(self.ageing_before), None),
            Staleness::Ageing => (Some(self.stale_before), Some(self.ageing_before)),
            Staleness::Stale => (None, Some(self.stale_before)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_ages_by_the_day() {
        let now: DateTime<Utc> = "2026-11-22T15:00:00Z".parse().unwrap();
        let cutoffs = Cutoffs::at(now);
        let of = |text: &str| cutoffs.staleness(Some(text.parse().unwrap()));
        assert_eq!(of("2025-11-22T00:00:00Z"), Staleness::Fresh);
        assert_eq!(of("2025-11-21T23:59:59Z"), Staleness::Ageing);
        assert_eq!(of("2024-11-21T23:59:59Z"), Staleness::Stale);
        assert_eq!(cutoffs.staleness(None), Staleness::Stale);
        for staleness in [Staleness::Fresh, Staleness::Ageing, Staleness::Stale] {
            let (from, before) = cutoffs.confirmed(staleness);
            assert!(from.is_none_or(|from| cutoffs.staleness(Some(from)) == staleness));
            assert!(before.is_none_or(|before| cutoffs.staleness(Some(before)) < staleness));
        }
    }
}
