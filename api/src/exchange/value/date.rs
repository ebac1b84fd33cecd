//! Dates as people write them.

use super::is_unknown;
use crate::exchange::record::PartialDate;
use chrono::{Days, NaiveDate};
use entity::kinds::DatePrecision;

/// Whether the first or the last day of something is asked for; of a span, each takes its own end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    Start,
    End,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// With the month in which each begins.
const SEASONS: [(&str, u32); 5] = [
    ("spring", 3),
    ("summer", 6),
    ("autumn", 9),
    ("fall", 9),
    ("winter", 12),
];
/// Words that take exactness away; what is left is taken to the year.
const VAGUE: [&str; 21] = [
    "circa",
    "c",
    "ca",
    "about",
    "around",
    "approx",
    "approximately",
    "roughly",
    "early",
    "mid",
    "late",
    "beginning",
    "end",
    "est",
    "estimated",
    "expected",
    "planned",
    "start",
    "middle",
    "early/mid",
    "mid/late",
];
/// Words that change nothing.
const EMPTY: [&str; 17] = [
    "of",
    "the",
    "in",
    "on",
    "from",
    "since",
    "until",
    "till",
    "year",
    "mon",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

const NO_DATE: &str = "is not a date that can be read";
const NO_YEAR: &str = "names no year";
const NO_DAY: &str = "is no day of the calendar";

/// What a date says. `Ok(None)` where it says that it is unknown.
///
/// Days come before months ("01/02/2019" is 1 February), unless only the other order gives a
/// day of the calendar. A quarter, a season, a financial year or a "circa" is known to the year.
pub(crate) fn parse(text: &str, edge: Edge) -> Result<Option<PartialDate>, &'static str> {
    if is_unknown(text) {
        return Ok(None);
    }
    if text.len() > 64 {
        return Err(NO_DATE);
    }
    let text = without_time(text.trim());
    if let Some(date) = from_number(text) {
        return Ok(Some(date));
    }
    let lower = text.to_lowercase();
    for dash in [" - ", " – ", " — ", " to ", "–"] {
        if let Some((start, end)) = lower.split_once(dash)
            && let (Ok(start), Ok(end)) = (one(start, Edge::Start), one(end, Edge::End))
        {
            return Ok(Some(if edge == Edge::Start { start } else { end }));
        }
    }
    one(&lower, edge).map(Some)
}

/// The last day that fits: 2019 known to the year may be as late as 31 December.
pub(crate) fn last_day(date: PartialDate) -> NaiveDate {
    use chrono::Datelike;
    let next = match date.precision {
        DatePrecision::Day => return date.date,
        DatePrecision::Month => date
            .date
            .checked_add_months(chrono::Months::new(1))
            .and_then(|next| next.with_day(1)),
        DatePrecision::Year => NaiveDate::from_ymd_opt(date.date.year() + 1, 1, 1),
    };
    next.and_then(|next| next.checked_sub_days(Days::new(1)))
        .unwrap_or(date.date)
}

/// Cuts a time of the day off: "2019-03-01T10:00:00Z", "01/03/2019 10:30 AM".
fn without_time(text: &str) -> &str {
    let Some((before, _)) = text.split_once(':') else {
        return text;
    };
    before
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .trim_end_matches(['T', 't', ' ', ','])
}

/// A year as a spreadsheet's number ("2021.0"), a spreadsheet's count of days ("42309"), or "20190301".
fn from_number(text: &str) -> Option<PartialDate> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) || !fraction.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let number: u32 = whole.parse().ok()?;
    let no_fraction = fraction.bytes().all(|byte| byte == b'0');
    match whole.len() {
        4 if no_fraction && fraction.len() != 2 => year(number, 1).ok(),
        // 30,000 is 1982 and 60,000 is 2064.
        5 if (30_000..=60_000).contains(&number) => {
            let date =
                NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(u64::from(number)))?;
            Some(PartialDate {
                date,
                precision: DatePrecision::Day,
            })
        }
        8 if fraction.is_empty() => day(number / 10_000, number / 100 % 100, number % 100).ok(),
        _ => None,
    }
}

/// A number as written: how many digits, and what stood before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Number {
    value: u32,
    digits: usize,
    after: char,
}

#[derive(Debug, Default)]
struct Words {
    numbers: Vec<Number>,
    /// The month, and how many numbers stood before it.
    month: Option<(u32, usize)>,
    /// The first month of a quarter, half or season.
    part: Option<u32>,
    vague: bool,
    financial: bool,
}

fn one(text: &str, edge: Edge) -> Result<PartialDate, &'static str> {
    let words = words(text).ok_or(NO_DATE)?;
    let date = match words.month {
        Some((month, before)) => with_month_name(month, before, &words.numbers),
        None => in_numbers(&words, edge),
    }?;
    Ok(if words.vague {
        PartialDate {
            precision: DatePrecision::Year,
            ..date
        }
    } else {
        date
    })
}

/// Sorts the words; `None` if one of them belongs to no date.
fn words(text: &str) -> Option<Words> {
    let mut words = Words::default();
    let mut rest = text;
    let mut after = ' ';
    while let Some(first) = rest.chars().next() {
        let end = |wanted: fn(&char) -> bool| {
            rest.char_indices()
                .find(|(_, c)| !wanted(c))
                .map_or(rest.len(), |(index, _)| index)
        };
        if first.is_ascii_digit() {
            let (digits, tail) = rest.split_at(end(char::is_ascii_digit));
            let value = digits.parse().ok()?;
            rest = ["st", "nd", "rd", "th"]
                .iter()
                .find_map(|ordinal| tail.strip_prefix(ordinal))
                .unwrap_or(tail);
            words.numbers.push(Number {
                value,
                digits: digits.len(),
                after,
            });
        } else if first.is_alphabetic() {
            let (word, tail) = rest.split_at(end(|c| c.is_alphabetic()));
            rest = words.take(word, tail)?;
        } else {
            if !matches!(
                first,
                ' ' | '-' | '/' | '.' | ',' | '\'' | '’' | '‘' | '(' | ')' | '~' | '_'
            ) {
                return None;
            }
            words.vague |= first == '~';
            rest = rest.get(first.len_utf8()..)?;
        }
        if !(first == ' ' && after != ' ') {
            after = first;
        }
    }
    Some(words)
}

impl Words {
    /// Takes in a word; gives back what is left of the text after it.
    fn take<'a>(&mut self, word: &str, tail: &'a str) -> Option<&'a str> {
        let is_month = |name: &&str| {
            name.starts_with(word) && word.len() >= 3 || word == "sept" && **name == *"september"
        };
        if let Some(month) = (1..)
            .zip(MONTHS)
            .find(|(_, name)| is_month(name))
            .map(|(month, _)| month)
        {
            return self
                .month
                .replace((month, self.numbers.len()))
                .is_none()
                .then_some(tail);
        }
        if let Some((_, month)) = SEASONS.iter().find(|(season, _)| *season == word) {
            return self.part.replace(*month).is_none().then_some(tail);
        }
        let parts: u32 = match word {
            "q" | "quarter" => 4,
            "h" => 2,
            "fy" => {
                self.financial = true;
                return Some(tail);
            }
            _ if VAGUE.contains(&word) => {
                self.vague = true;
                return Some(tail);
            }
            _ => return EMPTY.contains(&word).then_some(tail),
        };
        let mut rest = tail.trim_start().chars();
        let which = rest
            .next()?
            .to_digit(10)
            .filter(|which| (1..=parts).contains(which))?;
        let first = (which - 1) * (12 / parts) + 1;
        self.part.replace(first).is_none().then_some(rest.as_str())
    }
}

/// "1 December 2015", "December 1, 2015", "December 2015", "Dec-15", "1-Dec-15".
fn with_month_name(month: u32, before: usize, numbers: &[Number]) -> Result<PartialDate, &'static str> {
    match *numbers {
        [one] if one.digits == 4 => month_of(one.value, month),
        [one] if one.digits == 2 && before == 0 && matches!(one.after, '-' | '/' | '\'' | '’' | '‘') => {
            month_of(century(one.value), month)
        }
        [first, second] if first.digits <= 2 && matches!(second.digits, 2 | 4) => {
            day(full(second), month, first.value)
        }
        [first, second] if first.digits == 4 && second.digits <= 2 => day(first.value, month, second.value),
        [] | [_] => Err(NO_YEAR),
        _ => Err(NO_DATE),
    }
}

fn in_numbers(words: &Words, edge: Edge) -> Result<PartialDate, &'static str> {
    let part = words.part.unwrap_or(1);
    match *words.numbers.as_slice() {
        [one] if one.digits == 4 && words.financial => year(one.value, 4),
        [one] if one.digits == 4 => year(one.value, part),
        [first, second] => two_numbers(words, first, second, edge),
        [a, b, c] if words.part.is_none() => {
            if a.digits == 4 {
                day(a.value, b.value, c.value)
            } else if matches!(c.digits, 2 | 4) && a.digits <= 2 && b.digits <= 2 {
                day(full(c), b.value, a.value)
                    .or_else(|error| day(full(c), a.value, b.value).map_err(|_| error))
            } else {
                Err(NO_DATE)
            }
        }
        [] if words.part.is_some() => Err(NO_YEAR),
        [one] if one.digits <= 2 && words.part.is_some() => Err(NO_YEAR),
        _ => Err(NO_DATE),
    }
}

/// "2019-03", "03/2019", "2019/20", "FY19/20", "2019-2021".
fn two_numbers(
    words: &Words,
    first: Number,
    second: Number,
    edge: Edge,
) -> Result<PartialDate, &'static str> {
    let next = (full(first) + 1) % 100 == second.value % 100 && matches!(second.digits, 2 | 4);
    let months = (1..=12).contains(&second.value) && second.digits <= 2;
    let financial = words.financial && next
        || first.digits == 4
            && second.digits == 2
            && next
            && (!months || second.after == '/' || words.part.is_some());
    if financial {
        // The United Kingdom's public financial year: April to March.
        let begins = if words.part.is_some() {
            words.part.unwrap_or(4)
        } else {
            4
        };
        return if edge == Edge::Start {
            year(full(first), begins)
        } else {
            year(full(first) + 1, 3)
        };
    }
    if first.digits == 4 && second.digits == 4 && first.value <= second.value {
        return if edge == Edge::Start {
            year(first.value, 1)
        } else {
            year(second.value, 1)
        };
    }
    if first.digits == 4 && months && words.part.is_none() {
        return month_of(first.value, second.value);
    }
    if second.digits == 4 && first.digits <= 2 && words.part.is_none() {
        return month_of(second.value, first.value);
    }
    Err(NO_DATE)
}

fn full(number: Number) -> u32 {
    if number.digits <= 2 {
        century(number.value)
    } else {
        number.value
    }
}

/// Two digits are of this century up to 69.
fn century(two_digits: u32) -> u32 {
    if two_digits < 70 {
        2000 + two_digits
    } else {
        1900 + two_digits
    }
}

fn date(year: u32, month: u32, day: u32, precision: DatePrecision) -> Result<PartialDate, &'static str> {
    if !(1900..=2100).contains(&year) {
        return Err("lies outside 1900 to 2100");
    }
    let year = i32::try_from(year).map_err(|_| NO_DAY)?;
    NaiveDate::from_ymd_opt(year, month, day)
        .map(|date| PartialDate { date, precision })
        .ok_or(NO_DAY)
}

fn year(year: u32, month: u32) -> Result<PartialDate, &'static str> {
    date(year, month, 1, DatePrecision::Year)
}

fn month_of(year: u32, month: u32) -> Result<PartialDate, &'static str> {
    date(year, month, 1, DatePrecision::Month)
}

fn day(year: u32, month: u32, day: u32) -> Result<PartialDate, &'static str> {
    date(year, month, day, DatePrecision::Day)
}

#[cfg(test)]
#[path = "date_tests.rs"]
mod tests;
