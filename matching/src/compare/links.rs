//! What people declared of the two.

use crate::{DeclaredRelation, Key, Record};

/// The relation that either record declares to the other.
pub(crate) fn declared(
    left: (Option<Key>, &Record),
    right: (Option<Key>, &Record),
) -> Option<DeclaredRelation> {
    let from = |record: &Record, other: Option<Key>| {
        let other = other?;
        record
            .declared
            .iter()
            .find(|declared| declared.other == other)
            .map(|declared| declared.relation)
    };
    let one = from(left.1, right.0);
    let two = from(right.1, left.0);
    match (one, two) {
        (Some(a), Some(b)) => Some(if rank(a) <= rank(b) { a } else { b }),
        (a, b) => a.or(b),
    }
}

/// Which of two declarations that disagree is heard: the closer tie.
fn rank(relation: DeclaredRelation) -> u8 {
    match relation {
        DeclaredRelation::Continues => 0,
        DeclaredRelation::PartOf => 1,
        DeclaredRelation::ScalesUp => 2,
        DeclaredRelation::Replicates => 3,
    }
}
