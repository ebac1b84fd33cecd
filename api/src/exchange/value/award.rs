//! An award in one cell: "120000.50 GBP on 2019-02-28 from Innovate UK".

use super::super::record::AwardRecord;
use super::amount::{self, AmountFault};
use super::date::{self, Edge};
use super::is_unknown;
use super::text;
use entity::kinds::DatePrecision;

/// An award in words that [`parse`] reads again.
pub(crate) fn told(award: &AwardRecord) -> String {
    let mut told = format!("{} {}", amount::plain(&award.amount), award.amount.currency);
    if let Some(day) = award.awarded_on {
        told.push_str(&format!(" on {day}"));
    }
    if let Some(funder) = &award.funder {
        told.push_str(" from ");
        told.push_str(funder);
    }
    told
}

/// The awards of a cell, parted by semicolons or lines; each with what is wrong with it where it cannot be read.
pub(crate) fn parse(
    cell: &str,
    currency: Option<&'static str>,
) -> Vec<Result<AwardRecord, (String, AmountFault)>> {
    let entries = cell.split([';', '\n']).map(text::line);
    let entries = entries.filter(|entry| !is_unknown(entry));
    entries
        .filter_map(|entry| match one(&entry, currency) {
            Ok(award) => award.map(Ok),
            Err(fault) => Some(Err((entry, fault))),
        })
        .collect()
}

fn one(entry: &str, currency: Option<&'static str>) -> Result<Option<AwardRecord>, AmountFault> {
    let (rest, funder) = match entry.split_once(" from ") {
        Some((rest, funder)) => (rest, Some(funder.trim().to_owned())),
        None => (entry, None),
    };
    let (sum, awarded_on) = match rest.split_once(" on ") {
        Some((sum, day)) => (sum, Some(day_of(day)?)),
        None => (rest, None),
    };
    // An award that names its currency need not keep to that of the row's other sums.
    let amount = amount::parse(sum, currency).or_else(|_| amount::parse(sum, None))?;
    let Some(amount) = amount else {
        return Ok(None);
    };
    Ok(Some(AwardRecord {
        funder,
        amount,
        awarded_on,
    }))
}

fn day_of(text: &str) -> Result<chrono::NaiveDate, AmountFault> {
    match date::parse(text, Edge::Start) {
        Ok(Some(date)) if date.precision == DatePrecision::Day => Ok(date.date),
        _ => Err(AmountFault::Unreadable("names no day after “on”")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn awards_come_back_as_they_were_told() {
        for told_so in [
            "120000.50 GBP on 2019-02-28 from Innovate UK",
            "5.00 EUR from Fund on the Move",
            "7.00 GBP on 2020-01-02",
            "1 JPY",
        ] {
            let read: Vec<AwardRecord> = parse(told_so, None).into_iter().map(Result::unwrap).collect();
            assert_eq!(read.iter().map(told).collect::<Vec<_>>(), [told_so]);
        }
        assert_eq!(parse("£5; £5\n-", None).len(), 2);
        let faults: Vec<String> = parse("£5 on Tuesday; some", None)
            .into_iter()
            .map(|one| one.unwrap_err().0)
            .collect();
        assert_eq!(faults, ["£5 on Tuesday", "some"]);
    }
}
