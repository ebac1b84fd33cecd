//! Who takes part in both.

use crate::profile::Person;

/// What two lists of participants share.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct People {
    /// Both have the same lead.
    pub(crate) same_lead: bool,
    /// The lead of one takes part in the other.
    pub(crate) lead_in_other: bool,
    /// How many take part in both.
    pub(crate) shared: usize,
    /// How many take part in the one with fewer.
    pub(crate) fewer: usize,
}

/// Compares two lists, each sorted by id. `None` where either is empty.
pub(crate) fn compare(left: &[Person], right: &[Person]) -> Option<People> {
    if left.is_empty() || right.is_empty() {
        return None;
    }
    let mut people = People {
        fewer: left.len().min(right.len()),
        ..People::default()
    };
    for one in left {
        if let Ok(at) = right.binary_search_by_key(&one.id, |other| other.id)
            && let Some(other) = right.get(at)
        {
            people.shared += 1;
            people.same_lead |= one.leads && other.leads;
            people.lead_in_other |= one.leads || other.leads;
        }
    }
    Some(people)
}

impl People {
    /// Whether the same people do both: one lead, or the lead of one among the others, or most of a consortium.
    pub(crate) fn same(self) -> bool {
        self.same_lead || self.lead_in_other || (self.shared >= 2 && self.shared * 2 > self.fewer)
    }
}

#[cfg(test)]
mod tests {
    use super::{Person, compare};

    fn person(id: u64, leads: bool) -> Person {
        Person { id, leads }
    }

    #[test]
    fn a_lead_among_the_others_partners_is_the_same_people() {
        let found = compare(&[person(1, true), person(2, false)], &[person(2, true)]);
        assert!(found.is_some_and(|people| people.same() && !people.same_lead));
        let found = compare(&[person(1, true)], &[person(2, true)]);
        assert!(found.is_some_and(|people| !people.same()));
        assert_eq!(compare(&[], &[person(2, true)]), None);
    }
}
