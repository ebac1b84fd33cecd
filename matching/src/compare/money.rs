//! What both cost.

use crate::Money;

/// What two lists of sums share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sums {
    /// The same sum from the same funder: it may be the same cost.
    SameFromOne,
    /// The same sum; the funder of one is unknown or another.
    Same,
    /// No sum in common.
    Different,
}

/// Compares two lists of sums. `None` where either is empty.
pub(crate) fn compare(left: &[Money], right: &[Money]) -> Option<Sums> {
    if left.is_empty() || right.is_empty() {
        return None;
    }
    let pairs = || left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    let same = |(a, b): &(&Money, &Money)| a.minor == b.minor && a.minor != 0 && a.currency == b.currency;
    let one = |(a, b): &(&Money, &Money)| a.funder.is_some() && a.funder == b.funder;
    Some(if pairs().any(|pair| same(&pair) && one(&pair)) {
        Sums::SameFromOne
    } else if pairs().any(|pair| same(&pair)) {
        Sums::Same
    } else {
        Sums::Different
    })
}

#[cfg(test)]
mod tests {
    use super::{Sums, compare};
    use crate::Money;

    #[test]
    fn the_funder_decides_whether_it_may_be_one_cost() {
        let sum = |minor, funder: Option<&str>| Money {
            minor,
            currency: "GBP".into(),
            funder: funder.map(str::to_owned),
        };
        let check = |left, right, expected| assert_eq!(compare(&[left], &[right]), Some(expected));
        check(sum(500, Some("a")), sum(500, Some("a")), Sums::SameFromOne);
        check(sum(500, None), sum(500, None), Sums::Same);
        check(sum(500, None), sum(501, None), Sums::Different);
        assert_eq!(compare(&[], &[sum(1, None)]), None);
    }
}
