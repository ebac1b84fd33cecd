//! How amounts of a currency are written.

use super::record::Amount;

/// ISO 4217: currencies without minor units, and those with three digits. All others have two.
const NO_DIGITS: [&str; 16] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
    "XOF",
];
const THREE_DIGITS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// How many digits of a currency's amounts stand behind the point.
#[must_use]
pub fn digits(currency: &str) -> u32 {
    match currency {
        code if NO_DIGITS.contains(&code) => 0,
        code if THREE_DIGITS.contains(&code) => 3,
        _ => 2,
    }
}

/// An amount in major units as a decimal number: `12.34`.
#[must_use]
pub fn decimal(amount: &Amount) -> String {
    let (minor, digits) = (amount.minor, digits(&amount.currency));
    let unit = 10_u64.pow(digits);
    let sign = if minor < 0 { "-" } else { "" };
    let (whole, part) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
    match usize::try_from(digits) {
        Ok(width) if width > 0 => format!("{sign}{whole}.{part:0width$}"),
        _ => format!("{sign}{whole}"),
    }
}
