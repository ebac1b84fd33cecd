//! Shares, medians, and how much of a number may be told.

/// Digits of a median of confidential answers that are told: of an odd number of answers it is one authority's own.
const TOLD_DIGITS: i32 = 2;

/// The middle of numbers; between the two in the middle where they are even in number. `None` of none.
#[must_use]
pub fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let half = numbers.len() / 2;
    let upper = numbers.get(half).copied()?;
    if numbers.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = numbers.get(half.checked_sub(1)?).copied()?;
    Some(lower.midpoint(upper))
}

/// A number to two digits that count: 1,234,567 is told as 1,200,000.
#[must_use]
pub fn coarse(number: f64) -> f64 {
    if number == 0.0 || !number.is_finite() {
        return number;
    }
    let magnitude = number.abs().log10().floor();
    let unit = 10_f64.powf(magnitude - f64::from(TOLD_DIGITS - 1));
    (number / unit).round() * unit
}

/// A part of a whole, in [0, 1]; `None` of nothing.
#[must_use]
pub fn share(part: usize, whole: usize) -> Option<f64> {
    let (part, whole) = (u32::try_from(part).ok()?, u32::try_from(whole).ok()?);
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_in_the_middle() {
        for (numbers, expected) in [
            (vec![], None),
            (vec![5.0], Some(5.0)),
            (vec![9.0, 1.0, 5.0], Some(5.0)),
            (vec![9.0, 1.0, 5.0, 6.0], Some(5.5)),
        ] {
            assert_eq!(median(numbers.clone()), expected, "{numbers:?}");
        }
    }

    #[test]
    fn confidential_medians_keep_two_digits() {
        for (number, told) in [
            (0.0, 0.0),
            (7.0, 7.0),
            (1_234_567.0, 1_200_000.0),
            (-995.0, -1_000.0),
        ] {
            assert!((coarse(number) - told).abs() < 1e-6, "{number}");
        }
        assert_eq!(share(1, 4), Some(0.25));
        assert_eq!(share(0, 0), None);
    }
}
