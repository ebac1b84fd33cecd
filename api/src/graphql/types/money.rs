//! Money: integer minor units and a currency.

use async_graphql::{InputObject, SimpleObject};

use crate::error::{UserError, UserErrorCode};
use crate::exchange::currency::{decimal, digits};
use crate::exchange::record::Amount;
use crate::graphql::scalar::BigInt;

/// An amount of money.
#[derive(Debug, Clone, SimpleObject)]
pub struct Money {
    /// The amount in minor units of the currency: 1234 is £12.34.
    pub amount_minor: BigInt,
    /// The currency's ISO 4217 code, such as `GBP`.
    pub currency: String,
    /// The amount in major units as a decimal number: `12.34`.
    pub amount: String,
}

/// An amount of money. Give either `amount` or `amountMinor`.
#[derive(Debug, Clone, InputObject)]
pub struct MoneyInput {
    /// The amount in minor units of the currency: 1234 is £12.34.
    pub amount_minor: Option<BigInt>,
    /// The amount in major units as a decimal number without separators: `12.34`.
    pub amount: Option<String>,
    /// The currency's ISO 4217 code.
    #[graphql(default = "GBP")]
    pub currency: String,
}

impl From<Amount> for Money {
    fn from(amount: Amount) -> Self {
        Self {
            amount_minor: BigInt(amount.minor),
            amount: decimal(&amount),
            currency: amount.currency,
        }
    }
}

impl MoneyInput {
    /// The amount meant.
    ///
    /// # Errors
    /// A mistake below `path` when it cannot be understood.
    pub fn amount(self, path: &[&str]) -> Result<Amount, UserError> {
        let at = |field: &str, code, message: &str| {
            let path: Vec<&str> = path.iter().copied().chain([field]).collect();
            UserError::new(code, &path, message)
        };
        let currency = self.currency.trim().to_ascii_uppercase();
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(at(
                "currency",
                UserErrorCode::Invalid,
                "an ISO 4217 code such as GBP is expected",
            ));
        }
        let minor = match (self.amount_minor, self.amount) {
            (Some(BigInt(minor)), None) => minor,
            (None, Some(text)) => minor_units(text.trim(), digits(&currency)).ok_or_else(|| {
                at(
                    "amount",
                    UserErrorCode::Invalid,
                    "a decimal number without separators, such as 12.34, is expected",
                )
            })?,
            _ => {
                return Err(at(
                    "amount",
                    UserErrorCode::Required,
                    "give either amount or amountMinor",
                ));
            }
        };
        Ok(Amount { minor, currency })
    }
}

fn minor_units(text: &str, digits: u32) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits_of = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = whole.strip_prefix('-').unwrap_or(whole);
    let width = usize::try_from(digits).ok()?;
    if unsigned.is_empty() || !digits_of(unsigned) || !digits_of(part) || part.len() > width {
        return None;
    }
    format!("{whole}{part:0<width$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_in_its_currencys_digits() {
        for (minor, currency, text) in [
            (1234, "GBP", "12.34"),
            (-5, "EUR", "-0.05"),
            (1234, "JPY", "1234"),
            (1234, "KWD", "1.234"),
        ] {
            let money = Money::from(Amount {
                minor,
                currency: currency.to_owned(),
            });
            assert_eq!(money.amount, text);
            assert_eq!(minor_units(text, digits(currency)), Some(minor));
        }
    }

    #[test]
    fn amounts_that_are_none_are_refused() {
        for text in [
            "",
            "-",
            ".",
            "1,000",
            "£5",
            "1.234",
            "1e3",
            "12.3.4",
            "99999999999999999999",
        ] {
            assert_eq!(minor_units(text, 2), None, "{text}");
        }
        assert_eq!(minor_units("12.3", 2), Some(1230));
        assert_eq!(minor_units("12.", 2), Some(1200));
    }
}
