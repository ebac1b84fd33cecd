//! The order of the list: by score, but not all from one county.

use rustc_hash::FxHashMap;

use super::Suggestion;
use super::weights::{CROWDING, MOST_OF_ONE_COUNTY};

/// "In any ten in a row" looks back over so many.
const LOOK_BACK: usize = 9;

/// The first so many, chosen one by one: each time the one with the best score after
/// crowding, from a county that has not had its share yet while there is any.
/// Authorities without a county above them crowd nobody.
pub(super) fn diverse(mut found: Vec<(Suggestion, Option<&str>)>, first: usize) -> Vec<Suggestion> {
    found.sort_by(|(a, _), (b, _)| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.authority.cmp(&b.authority))
    });
    let mut open: Vec<Option<(Suggestion, Option<&str>)>> = found.into_iter().map(Some).collect();
    let mut listed: FxHashMap<&str, i32> = FxHashMap::default();
    let mut counties: Vec<Option<&str>> = Vec::new();
    let mut chosen = Vec::new();
    while chosen.len() < first {
        let recent = counties.iter().rev().take(LOOK_BACK).flatten();
        let mut lately: FxHashMap<&str, usize> = FxHashMap::default();
        for county in recent {
            *lately.entry(county).or_default() += 1;
        }
        // (has its share, rank, place): of equals the first, which has the better score or smaller id.
        let mut best: Option<(bool, f64, usize)> = None;
        for (place, (suggestion, county)) in open
            .iter()
            .enumerate()
            .filter_map(|(place, slot)| Some((place, slot.as_ref()?)))
        {
            let full = county
                .and_then(|c| lately.get(c))
                .is_some_and(|n| *n >= MOST_OF_ONE_COUNTY);
            let before = county.and_then(|c| listed.get(c)).copied().unwrap_or_default();
            let rank = suggestion.score * CROWDING.powi(before);
            if best.is_none_or(|(was_full, was, _)| (was_full && !full) || (was_full == full && rank > was)) {
                best = Some((full, rank, place));
            }
            if !full
                && best.is_some_and(|(best_full, best_rank, _)| !best_full && best_rank >= suggestion.score)
            {
                // All that follow have lower scores still.
                break;
            }
        }
        let Some((suggestion, county)) = best
            .and_then(|(_, _, place)| open.get_mut(place))
            .and_then(Option::take)
        else {
            break;
        };
        if let Some(county) = county {
            *listed.entry(county).or_default() += 1;
        }
        counties.push(county);
        chosen.push(suggestion);
    }
    chosen
}
