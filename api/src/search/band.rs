//! Bands of money.

use async_graphql::Enum;

/// Bands of budgets, by the amount in the budget's own currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Enum)]
pub enum MoneyBand {
    /// Below 10,000.
    #[graphql(name = "UNDER_10K")]
    Under10K,
    /// From 10,000 on, below 50,000.
    #[graphql(name = "FROM_10K")]
    From10K,
    /// From 50,000 on, below 100,000.
    #[graphql(name = "FROM_50K")]
    From50K,
    /// From 100,000 on, below 500,000.
    #[graphql(name = "FROM_100K")]
    From100K,
    /// From 500,000 on, below a million.
    #[graphql(name = "FROM_500K")]
    From500K,
    /// From a million on, below five.
    #[graphql(name = "FROM_1M")]
    From1M,
    /// Five million and more.
    #[graphql(name = "FROM_5M")]
    From5M,
}

/// Each band's first amount in minor units of currencies with two decimals, smallest first.
const BANDS: [(MoneyBand, i64, &str); 7] = [
    (MoneyBand::Under10K, i64::MIN, "Under 10,000"),
    (MoneyBand::From10K, 1_000_000, "10,000 to 50,000"),
    (MoneyBand::From50K, 5_000_000, "50,000 to 100,000"),
    (MoneyBand::From100K, 10_000_000, "100,000 to 500,000"),
    (MoneyBand::From500K, 50_000_000, "500,000 to 1 million"),
    (MoneyBand::From1M, 100_000_000, "1 million to 5 million"),
    (MoneyBand::From5M, 500_000_000, "5 million and more"),
];

impl MoneyBand {
    /// The band of an amount in minor units.
    #[must_use]
    pub fn of(amount_minor: i64) -> Self {
        let reached = BANDS.iter().rev().find(|(_, from, _)| amount_minor >= *from);
        reached.map_or(Self::Under10K, |(band, ..)| *band)
    }

    /// Its place among all, from 0.
    #[must_use]
    pub fn rank(self) -> u32 {
        let at = BANDS.iter().position(|(band, ..)| *band == self);
        super::number(at.unwrap_or(0))
    }

    /// The band of that rank.
    #[must_use]
    pub fn ranked(rank: u32) -> Option<Self> {
        BANDS.get(super::place(rank)).map(|(band, ..)| *band)
    }

    /// As the API writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Under10K => "UNDER_10K",
            Self::From10K => "FROM_10K",
            Self::From50K => "FROM_50K",
            Self::From100K => "FROM_100K",
            Self::From500K => "FROM_500K",
            Self::From1M => "FROM_1M",
            Self::From5M => "FROM_5M",
        }
    }

    /// As a person reads it.
    #[must_use]
    pub fn label(self) -> &'static str {
        BANDS
            .iter()
            .find(|(band, ..)| *band == self)
            .map_or("", |(.., label)| label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_amount_has_one_band() {
        assert!(BANDS.is_sorted_by_key(|(_, from, _)| *from));
        for (amount, band) in [
            (i64::MIN, MoneyBand::Under10K),
            (999_999, MoneyBand::Under10K),
            (1_000_000, MoneyBand::From10K),
            (99_999_999, MoneyBand::From500K),
            (i64::MAX, MoneyBand::From5M),
        ] {
            assert_eq!(MoneyBand::of(amount), band, "{amount}");
            assert_eq!(MoneyBand::ranked(band.rank()), Some(band));
        }
    }
}
