//! Bands of money.

use entity::kinds::MoneyBand;

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

/// The band of an amount in minor units.
#[must_use]
pub fn of(amount_minor: i64) -> MoneyBand {
    let reached = BANDS.iter().rev().find(|(_, from, _)| amount_minor >= *from);
    reached.map_or(MoneyBand::Under10K, |(band, ..)| *band)
}

/// A band's place among all, from 0.
#[must_use]
pub fn rank(wanted: MoneyBand) -> u32 {
    let at = BANDS.iter().position(|(band, ..)| *band == wanted);
    super::number(at.unwrap_or(0))
}

/// The band of that rank.
#[must_use]
pub fn ranked(rank: u32) -> Option<MoneyBand> {
    BANDS.get(super::place(rank)).map(|(band, ..)| *band)
}

/// A band as a person reads it.
#[must_use]
pub fn label(wanted: MoneyBand) -> &'static str {
    let found = BANDS.iter().find(|(band, ..)| *band == wanted);
    found.map_or("", |(.., label)| label)
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
            assert_eq!(of(amount), band, "{amount}");
            assert_eq!(ranked(rank(band)), Some(band));
        }
    }
}
