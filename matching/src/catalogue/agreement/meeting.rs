//! In which way two records meet in when they start, in a sum or in technologies.

use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

use crate::compare::period::{self, SAME_DAYS};
use crate::compare::{labels, money};
use crate::profile::Profile;
use crate::{Day, Money, Record};

/// Starts no more days apart than this are near each other.
const NEAR_DAYS: i64 = 548;
/// Technologies no less alike than this are about the same: two thirds of the terms are shared.
const SAME_LABELS: f64 = 0.66;
/// No more sums of one record are counted, so that a list without end takes no time without end.
const MOST_SUMS: usize = 32;
/// By the Gregorian calendar.
const DAYS_OF_400_YEARS: i64 = 146_097;
/// Years of mean length begin up to so many days from the first of January.
const ADRIFT: i64 = 3;

/// How two records meet in one fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meeting {
    Same,
    Near,
    Apart,
}

/// How two records meet in each fact; nothing where either states none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::catalogue) struct Meetings {
    pub(super) starts: Option<Meeting>,
    pub(super) sums: Option<Meeting>,
    pub(super) technologies: Option<Meeting>,
}

impl Meetings {
    pub(in crate::catalogue) fn of(
        (left, profile): (&Record, &Profile),
        (right, other): (&Record, &Profile),
    ) -> Self {
        Self {
            starts: starts_meet(left.period.start, right.period.start),
            sums: sums_meet(&left.money, &right.money),
            technologies: labels_meet(labels::likeness(&profile.technologies, &other.technologies)),
        }
    }
}

pub(super) fn starts_meet(left: Option<Day>, right: Option<Day>) -> Option<Meeting> {
    let days = period::between_starts(left, right)?;
    Some(if days <= SAME_DAYS {
        Meeting::Same
    } else if days <= NEAR_DAYS {
        Meeting::Near
    } else {
        Meeting::Apart
    })
}

pub(super) fn sums_meet(left: &[Money], right: &[Money]) -> Option<Meeting> {
    let (left, right) = (counted(left), counted(right));
    let pairs = || left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    pairs().next()?;
    Some(if pairs().any(|(a, b)| money::same(a, b)) {
        Meeting::Same
    } else if pairs().any(|(a, b)| money::near(a, b)) {
        Meeting::Near
    } else {
        Meeting::Apart
    })
}

pub(super) fn labels_meet(likeness: Option<f64>) -> Option<Meeting> {
    let likeness = likeness?;
    Some(if likeness >= SAME_LABELS {
        Meeting::Same
    } else if likeness > 0.0 {
        Meeting::Near
    } else {
        Meeting::Apart
    })
}

/// The year of a start.
pub(super) fn year(start: Option<Day>) -> Option<u64> {
    let days = i64::from(start?.0) + ADRIFT;
    u64::try_from((days * 400).div_euclid(DAYS_OF_400_YEARS) + (1 << 32)).ok()
}

/// The first sums of a record.
pub(super) fn counted(sums: &[Money]) -> &[Money] {
    sums.get(..MOST_SUMS).unwrap_or(sums)
}

/// The first sums of a record, each once, as numbers.
pub(super) fn amounts(record: &Record) -> impl Iterator<Item = u64> {
    let sums = counted(&record.money);
    let first =
        move |(place, sum): &(usize, &Money)| !sums.iter().take(*place).any(|other| money::same(sum, other));
    let stated = sums.iter().enumerate().filter(|(_, sum)| sum.minor != 0);
    stated.filter(first).map(|(_, sum)| number(sum))
}

pub(super) fn number(sum: &Money) -> u64 {
    let mut hasher = FxHasher::default();
    (sum.minor, &sum.currency).hash(&mut hasher);
    hasher.finish()
}
