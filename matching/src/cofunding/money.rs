//! What was spent, what of it at the same time, and what sharing would save.

use std::collections::{BTreeMap, BTreeSet};

use super::{Member, Named};
use crate::Key;

/// An amount in integer minor units of a currency.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sum {
    /// ISO 4217.
    pub currency: String,
    /// Minor units, such as pence; held at the largest number where a sum would overflow.
    pub minor: i64,
}

/// What a shared build is taken to cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assumptions {
    /// The part of its own cost that each still pays to adopt a shared build, in per cent; over 100 counts as 100.
    pub local_share_percent: u8,
}

impl Default for Assumptions {
    /// 30 per cent: an assumption to be discussed, not a measurement. Integration with each
    /// authority's own systems, data protection, training and procurement stay local.
    fn default() -> Self {
        Self {
            local_share_percent: 30,
        }
    }
}

impl Assumptions {
    fn local(self) -> i128 {
        i128::from(self.local_share_percent.min(100))
    }

    pub(super) fn in_words(self) -> String {
        format!(
            "assumes that one build serves all, costs what the dearest of them paid, and that each still pays \
             {} per cent of its own figure to adopt it; an estimate to start a talk with, not a quotation",
            self.local()
        )
    }
}

/// What one build for all would save in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saving {
    /// ISO 4217.
    pub currency: String,
    /// What those with a known cost paid each for itself, minor units.
    pub alone_minor: i64,
    /// What they would have paid together.
    pub shared_minor: i64,
    /// What each authority saves, by id; adds up to the difference to the last penny.
    pub each: Vec<(Named, i64)>,
}

/// What each project cost, by currency; projects whose cost is unknown are absent.
pub(super) type Spends = BTreeMap<Key, Vec<Sum>>;

/// The cost of each project, and notes on what was left out. An award that two records share counts
/// for the one with the smaller key; amounts of zero or less count for none.
pub(super) fn spends(efforts: &[&Member]) -> (Spends, Vec<String>) {
    let mut seen: BTreeMap<(&str, &str, i64), Key> = BTreeMap::new();
    let (mut spends, mut notes) = (Spends::new(), Vec::new());
    for member in efforts {
        let mut counted: Vec<Sum> = Vec::new();
        for money in member.money.iter().filter(|money| money.minor > 0) {
            if let Some(funder) = money.funder.as_deref().filter(|funder| !funder.is_empty()) {
                let first = *seen
                    .entry((funder, &money.currency, money.minor))
                    .or_insert(member.project);
                if first != member.project {
                    notes.push(format!(
                        "“{}” gives a sum that another record has from {funder} too: counted once",
                        member.title
                    ));
                    // The cost is known, but it is the other record's.
                    counted.push(Sum {
                        currency: money.currency.clone(),
                        minor: 0,
                    });
                    continue;
                }
            }
            counted.push(Sum {
                currency: money.currency.clone(),
                minor: money.minor,
            });
        }
        if !counted.is_empty() {
            spends.insert(member.project, total_of(counted.iter()));
        }
    }
    (spends, notes)
}

/// Sums by currency.
pub(super) fn total_of<'a>(sums: impl Iterator<Item = &'a Sum>) -> Vec<Sum> {
    let mut by_currency: BTreeMap<&str, i128> = BTreeMap::new();
    for sum in sums {
        *by_currency.entry(&sum.currency).or_default() += i128::from(sum.minor);
    }
    let sum = |(currency, minor): (&str, i128)| Sum {
        currency: currency.to_owned(),
        minor: fit(minor),
    };
    by_currency.into_iter().map(sum).collect()
}

pub(super) fn total(spends: &Spends) -> Vec<Sum> {
    total_of(spends.values().flatten())
}

/// The first day of an effort and the one after its last; `None` unless both are known and in order.
pub(super) fn days_of(member: &Member) -> Option<(i64, i64)> {
    let (start, end) = (
        i64::from(member.period.start?.0),
        i64::from(member.period.end?.0) + 1,
    );
    (start < end).then_some((start, end))
}

/// The part of each cost that fell on days on which an effort led by another authority ran.
pub(super) fn concurrent(efforts: &[&Member], spends: &Spends) -> Vec<Sum> {
    let mut parts = Vec::new();
    for member in efforts {
        let (Some((start, end)), Some(costs)) = (days_of(member), spends.get(&member.project)) else {
            continue;
        };
        let others = efforts
            .iter()
            .filter(|other| other.authority.id != member.authority.id);
        let mut shared: Vec<(i64, i64)> = others
            .filter_map(|other| days_of(other))
            .map(|(from, to)| (from.max(start), to.min(end)))
            .filter(|(from, to)| from < to)
            .collect();
        shared.sort_unstable();
        let (mut days, mut until) = (0_i64, start);
        for (from, to) in shared {
            days += (to - from.max(until)).max(0);
            until = until.max(to);
        }
        if days > 0 {
            parts.extend(costs.iter().map(|cost| Sum {
                currency: cost.currency.clone(),
                minor: fit(i128::from(cost.minor) * i128::from(days) / i128::from(end - start)),
            }));
        }
    }
    total_of(parts.iter())
}

/// What one build would save, for each currency in which two authorities or more have a known cost.
pub(super) fn savings(efforts: &[&Member], spends: &Spends, assumptions: &Assumptions) -> Vec<Saving> {
    let costs = |member: &&&Member| spends.get(&member.project).cloned().unwrap_or_default();
    let currencies: BTreeSet<String> = total(spends).into_iter().map(|sum| sum.currency).collect();
    let mut savings = Vec::new();
    for currency in currencies {
        let mut by_authority: BTreeMap<&str, (&Named, i128)> = BTreeMap::new();
        for member in efforts {
            for cost in costs(&member)
                .iter()
                .filter(|cost| cost.currency == currency && cost.minor > 0)
            {
                let entry = by_authority
                    .entry(&member.authority.id)
                    .or_insert((&member.authority, 0));
                entry.1 += i128::from(cost.minor);
            }
        }
        if by_authority.len() > 1 {
            savings.push(saving(currency, &by_authority, assumptions));
        }
    }
    savings
}

fn saving(currency: String, costs: &BTreeMap<&str, (&Named, i128)>, assumptions: &Assumptions) -> Saving {
    let alone: i128 = costs.values().map(|(_, cost)| cost).sum();
    let dearest = costs.values().map(|(_, cost)| *cost).max().unwrap_or(0);
    let saved = (alone - dearest) * (100 - assumptions.local()) / 100;
    // Each part is the difference of running shares, so that the parts add up to the penny.
    let (mut cost_so_far, mut saved_so_far) = (0, 0);
    let mut each = Vec::new();
    for (authority, cost) in costs.values() {
        cost_so_far += cost;
        let upto = saved.saturating_mul(cost_so_far) / alone.max(1);
        each.push(((*authority).clone(), fit(upto - saved_so_far)));
        saved_so_far = upto;
    }
    Saving {
        currency,
        alone_minor: fit(alone),
        shared_minor: fit(alone - saved),
        each,
    }
}

/// Holds a sum at what the type can carry.
fn fit(minor: i128) -> i64 {
    i64::try_from(minor).unwrap_or(if minor < 0 { i64::MIN } else { i64::MAX })
}
