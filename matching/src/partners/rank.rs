//! The order of the list: by score, but not all from one county.

use super::Suggestion;
use super::weights::MOST_OF_ONE_COUNTY;

/// "In any ten in a row" looks back over so many.
const LOOK_BACK: usize = 9;

/// The first so many, chosen one by one: each time the best of those whose county has not had its share of the last ten, or
/// of all when every county has. Authorities without a county above them take no other's share.
pub(super) fn diverse(mut found: Vec<(Suggestion, Option<&str>)>, first: usize) -> Vec<Suggestion> {
    found.sort_by(|(a, _), (b, _)| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.authority.cmp(&b.authority))
    });
    let mut counties: Vec<Option<&str>> = Vec::new();
    let mut chosen = Vec::new();
    while chosen.len() < first && !found.is_empty() {
        let has_its_share = |county: &str| {
            let recent = counties.iter().rev().take(LOOK_BACK).flatten();
            recent.filter(|listed| **listed == county).count() >= MOST_OF_ONE_COUNTY
        };
        let next = found
            .iter()
            .position(|(_, county)| !county.is_some_and(has_its_share));
        let (suggestion, county) = found.remove(next.unwrap_or(0));
        counties.push(county);
        chosen.push(suggestion);
    }
    chosen
}
