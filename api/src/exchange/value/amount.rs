//! Sums of money as people write them, in exact integers.

use super::is_unknown;
use crate::exchange::record::Amount;

/// No project of an authority costs more than this; beyond it somebody's finger slipped.
const MOST_MAJOR_UNITS: i128 = 1_000_000_000_000;
/// Currencies that are understood, with their minor digits.
const CURRENCIES: [(&str, u32); 30] = [
    ("GBP", 2),
    ("EUR", 2),
    ("USD", 2),
    ("CAD", 2),
    ("AUD", 2),
    ("NZD", 2),
    ("CHF", 2),
    ("SEK", 2),
    ("NOK", 2),
    ("DKK", 2),
    ("PLN", 2),
    ("CZK", 2),
    ("HUF", 2),
    ("RON", 2),
    ("BGN", 2),
    ("UAH", 2),
    ("TRY", 2),
    ("INR", 2),
    ("CNY", 2),
    ("JPY", 0),
    ("KRW", 0),
    ("ISK", 0),
    ("ZAR", 2),
    ("BRL", 2),
    ("MXN", 2),
    ("SGD", 2),
    ("HKD", 2),
    ("ILS", 2),
    ("AED", 2),
    ("KWD", 3),
];
/// Signs and words for them.
const CURRENCY_WORDS: [(&str, &str); 12] = [
    ("£", "GBP"),
    ("€", "EUR"),
    ("$", "USD"),
    ("us", "USD"),
    ("pound", "GBP"),
    ("pounds", "GBP"),
    ("sterling", "GBP"),
    ("stg", "GBP"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("dollar", "USD"),
    ("dollars", "USD"),
];
/// Powers of ten.
const MULTIPLIERS: [(&str, u32); 14] = [
    ("k", 3),
    ("thousand", 3),
    ("m", 6),
    ("mn", 6),
    ("mio", 6),
    ("mil", 6),
    ("mill", 6),
    ("million", 6),
    ("millions", 6),
    ("bn", 9),
    ("b", 9),
    ("billion", 9),
    ("billions", 9),
    ("tn", 12),
];
const EMPTY: [&str; 18] = [
    "approx",
    "approximately",
    "about",
    "around",
    "circa",
    "c",
    "ca",
    "est",
    "estimated",
    "total",
    "vat",
    "ex",
    "exc",
    "excl",
    "excluding",
    "inc",
    "incl",
    "including",
];
const BOUNDS: [&str; 13] = [
    "up", "over", "under", "min", "max", "minimum", "maximum", "least", "most", "more", "less", "than",
    "above",
];

/// Why an amount was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AmountFault {
    /// It cannot be understood; the value is dropped.
    Unreadable(&'static str),
    /// It is understood and cannot be; the row is refused.
    Impossible(&'static str),
}

use AmountFault::{Impossible, Unreadable};

const NO_AMOUNT: AmountFault = Unreadable("is not an amount that can be read");

/// The code in capitals if it is one that is understood.
pub(crate) fn currency(code: &str) -> Option<&'static str> {
    CURRENCIES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(code.trim()))
        .map(|(known, _)| *known)
}

/// A sum in major units, such as 120000.50, without its currency.
pub(crate) fn plain(sum: &Amount) -> String {
    let known = CURRENCIES.iter().find(|(code, _)| *code == sum.currency);
    let digits = known.map_or(2, |(_, digits)| *digits);
    let unit = 10_u64.pow(digits);
    let sign = if sum.minor < 0 { "-" } else { "" };
    let (whole, part) = (sum.minor.unsigned_abs() / unit, sum.minor.unsigned_abs() % unit);
    match usize::try_from(digits) {
        Ok(width) if width > 0 => format!("{sign}{whole}.{part:0width$}"),
        _ => format!("{sign}{whole}"),
    }
}

/// What an amount says; `Ok(None)` where it says that it is unknown. `column` is the currency that the
/// column's name gives; without any, pounds sterling.
pub(crate) fn parse(text: &str, column: Option<&'static str>) -> Result<Option<Amount>, AmountFault> {
    if is_unknown(text) {
        return Ok(None);
    }
    if text.len() > 64 {
        return Err(NO_AMOUNT);
    }
    let told = Told::of(text.trim())?;
    let number = told.number.ok_or(NO_AMOUNT)?;
    if let (Some(column), Some(told)) = (column, told.currency)
        && column != told
    {
        return Err(Unreadable("names another currency than its column"));
    }
    let currency = told.currency.or(column).unwrap_or("GBP");
    let exponent = CURRENCIES
        .iter()
        .find(|(code, _)| *code == currency)
        .map_or(2, |(_, digits)| *digits);
    let minor = number
        .minor(told.power, exponent)
        .ok_or(Impossible("is more than any project costs"))?;
    if told.negative && minor != 0 {
        return Err(Impossible("is negative"));
    }
    if minor > MOST_MAJOR_UNITS * 10_i128.pow(exponent) {
        return Err(Impossible("is more than any project costs"));
    }
    let minor = i64::try_from(minor).map_err(|_| Impossible("is more than any project costs"))?;
    Ok(Some(Amount {
        minor,
        currency: currency.to_owned(),
    }))
}

/// A decimal number: digits, of which so many stand behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decimal {
    digits: i128,
    behind: u32,
}

impl Decimal {
    /// In minor units, half a unit rounded up. `None` if it does not fit.
    fn minor(self, power: u32, exponent: u32) -> Option<i128> {
        let up = self
            .digits
            .checked_mul(10_i128.checked_pow(power.checked_add(exponent)?)?)?;
        let down = 10_i128.checked_pow(self.behind)?;
        up.checked_add(down / 2)?.checked_div(down)
    }
}

/// What stands in an amount.
#[derive(Debug, Default)]
struct Told {
    number: Option<Decimal>,
    currency: Option<&'static str>,
    power: u32,
    has_multiplier: bool,
    negative: bool,
}

impl Told {
    fn of(text: &str) -> Result<Self, AmountFault> {
        let mut told = Self::default();
        let mut written = "";
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if number_end(rest) > 0 && (first != '.' || written.is_empty()) {
                if !written.is_empty() {
                    return Err(if told.is_range(text) {
                        Unreadable("is a range, not one amount")
                    } else {
                        NO_AMOUNT
                    });
                }
                (written, rest) = rest.split_at(number_end(rest));
                rest = told.take_exponent(rest);
            } else if first.is_alphabetic() {
                let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
                let (word, tail) = rest.split_at(end);
                told.take_word(&word.to_lowercase(), !written.is_empty())?;
                rest = tail;
            } else {
                told.take_sign(first, rest, !written.is_empty())?;
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
        told.number = Some(decimal(written, told.has_multiplier)?);
        Ok(told)
    }

    fn is_range(&self, text: &str) -> bool {
        self.negative
            || text.contains(['-', '–', '—', '/'])
            || text.contains(" to ")
            || text.contains(" and ")
    }

    /// "1.2E+06", as spreadsheets write large numbers.
    fn take_exponent<'a>(&mut self, rest: &'a str) -> &'a str {
        let Some(power) = rest.strip_prefix(['e', 'E']) else {
            return rest;
        };
        let digits = power.strip_prefix('+').unwrap_or(power);
        let Ok(power) = digits.parse::<u32>() else {
            return rest;
        };
        self.power = power;
        self.has_multiplier = true;
        ""
    }

    fn take_word(&mut self, word: &str, after_number: bool) -> Result<(), AmountFault> {
        if let Some((_, power)) = MULTIPLIERS
            .iter()
            .find(|(known, _)| *known == word)
            .filter(|_| after_number)
        {
            if self.has_multiplier {
                return Err(NO_AMOUNT);
            }
            self.has_multiplier = true;
            self.power = *power;
            return Ok(());
        }
        let named = CURRENCY_WORDS
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, code)| *code);
        match named.or_else(|| currency(word)) {
            Some(code) => self.take_currency(code),
            None if EMPTY.contains(&word) || word == "plus" && after_number => Ok(()),
            None if after_number && matches!(word, "to" | "and" | "or") => Ok(()),
            None if BOUNDS.contains(&word) => Err(Unreadable("is a bound, not an amount")),
            None => Err(NO_AMOUNT),
        }
    }

    fn take_currency(&mut self, code: &'static str) -> Result<(), AmountFault> {
        // "US$", "A$ … AUD": a dollar sign does not contradict a dollar's code.
        let dollars = |code: &str| code.ends_with('D');
        match self.currency {
            Some(other) if other != code && !(dollars(other) && code == "USD") => {
                if !(other == "USD" && dollars(code)) {
                    return Err(Unreadable("names two currencies"));
                }
                self.currency = Some(code);
            }
            Some(_) => {}
            None => self.currency = Some(code),
        }
        Ok(())
    }

    fn take_sign(&mut self, sign: char, rest: &str, after_number: bool) -> Result<(), AmountFault> {
        match sign {
            '-' | '−' | '–' | '—' if after_number => {
                let more = rest.contains(|c: char| c.is_ascii_digit());
                if more {
                    Err(Unreadable("is a range, not one amount"))
                } else {
                    Err(NO_AMOUNT)
                }
            }
            '-' | '−' => {
                self.negative = true;
                Ok(())
            }
            '(' if !after_number && rest.ends_with(')') => {
                self.negative = true;
                Ok(())
            }
            '+' if after_number && rest.len() > 1 => Ok(()),
            '+' | '<' | '>' | '≤' | '≥' => Err(Unreadable("is a bound, not an amount")),
            '£' => self.take_currency("GBP"),
            '€' => self.take_currency("EUR"),
            '$' => self.take_currency("USD"),
            '~' | '(' | ')' | '.' | ',' | '*' | '\'' => Ok(()),
            c if c.is_whitespace() => Ok(()),
            _ => Err(NO_AMOUNT),
        }
    }
}

/// Where a number ends: digits, with marks and spaces that have digits behind them.
fn number_end(text: &str) -> usize {
    let mut end = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((index, c)) = characters.next() {
        let next_is_digit = characters.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        if index == 0 && !(c.is_ascii_digit() || c == '.' && next_is_digit) {
            break;
        }
        let joins = matches!(c, '.' | ',' | '\'' | '’') && next_is_digit;
        let groups = matches!(c, ' ' | '\u{a0}' | '\u{202f}') && {
            let tail = text.get(index + c.len_utf8()..).unwrap_or_default();
            tail.bytes().take_while(u8::is_ascii_digit).count() == 3
        };
        if !(c.is_ascii_digit() || joins || groups) {
            break;
        }
        end = index + c.len_utf8();
    }
    end
}

/// The number that is meant; an error where two readings are as good.
fn decimal(written: &str, has_multiplier: bool) -> Result<Decimal, AmountFault> {
    let plain: String = written
        .chars()
        .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’'))
        .collect();
    let (commas, points) = (plain.matches(',').count(), plain.matches('.').count());
    let tail = |mark: char| plain.rsplit(mark).next().map_or(0, str::len);
    let (point, group) = match (commas, points) {
        (0, 0) => (None, None),
        (_, 1) if commas > 0 && plain.rfind('.') > plain.rfind(',') => (Some('.'), Some(',')),
        (1, _) if points > 0 && plain.rfind(',') > plain.rfind('.') => (Some(','), Some('.')),
        (1, 0) if tail(',') == 3 && !has_multiplier => (None, Some(',')),
        (1, 0) => (Some(','), None),
        (_, 0) => (None, Some(',')),
        (0, 1) if tail('.') == 3 && !has_multiplier && !plain.starts_with("0.") => {
            return Err(Unreadable("may mean thousands or a fraction"));
        }
        (0, 1) => (Some('.'), None),
        (0, _) => (None, Some('.')),
        _ => return Err(NO_AMOUNT),
    };
    let (whole, fraction) = point
        .and_then(|point| plain.rsplit_once(point))
        .unwrap_or((&plain, ""));
    let mut groups = whole.split(|c| Some(c) == group);
    let first = groups.next().unwrap_or_default();
    if group.is_some() && (first.is_empty() || first.len() > 3 || groups.any(|group| group.len() != 3)) {
        return Err(NO_AMOUNT);
    }
    let digits: String = whole
        .chars()
        .chain(fraction.chars())
        .filter(char::is_ascii_digit)
        .collect();
    if digits.is_empty() {
        return Err(NO_AMOUNT);
    }
    let digits = digits
        .parse()
        .map_err(|_| Impossible("is more than any project costs"))?;
    let behind = u32::try_from(fraction.len()).map_err(|_| NO_AMOUNT)?;
    Ok(Decimal { digits, behind })
}

#[cfg(test)]
#[path = "amount_tests.rs"]
mod tests;
