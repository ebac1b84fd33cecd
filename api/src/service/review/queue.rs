//! What is worth reading first.
//!
//! First by what waits for a reviewer: an appeal, then what somebody concerned replied to, then what was decided and
//! flagged anew, then what nobody looked at, then what a reviewer is at, then what waits for facts, last what a declared
//! relation explains. Among equals by how likely the overlap is times what is at stake: the score × (1 + log₁₀(1 + the
//! lesser cost of the two, in units of its currency)). Unknown costs stake nothing, so that the score alone counts.

use entity::kinds::OverlapState;
use entity::{overlap, overlap_review as review};

/// What sets two stages apart; more than any score and stake.
const STAGE: i64 = 1_000_000_000;

/// The likeliest overlap of the costliest projects stays below a stage: money ends at 10¹² minor units.
const FINEST: f64 = 1_000_000.0;

/// What is worth how much to read: from a score and the lesser cost of the two in minor units.
#[must_use]
pub(super) fn stake(score: f64, lesser_cost_minor: Option<i64>) -> i64 {
    let minor = lesser_cost_minor.unwrap_or(0).max(0);
    let worth = score * (1.0 + digits(minor / 100)) * FINEST;
    rounded(worth.clamp(0.0, 99.0 * FINEST))
}

/// log₁₀(1 + number), without a conversion that could lose digits.
fn digits(number: i64) -> f64 {
    let capped = u32::try_from(number).unwrap_or(u32::MAX);
    (1.0 + f64::from(capped)).log10()
}

/// The whole number next to one from 0 to 99 million.
fn rounded(number: f64) -> i64 {
    // `{:.0}` is exact there, and no conversion of floats to integers is total without `as`.
    format!("{number:.0}").parse().unwrap_or(0)
}

/// How soon a finding is to be read after a move.
pub(super) fn priority(
    overlap: &overlap::Model,
    state: OverlapState,
    review: &review::Model,
    replied: bool,
) -> i64 {
    let answered = replied || (waits(state) && stage_of(overlap.priority) == 5 && overlap.state == state);
    stage(state, review, answered) * STAGE + overlap.priority.rem_euclid(STAGE)
}

/// How soon a finding is to be read that was judged anew: its stage stays.
pub(super) fn renewed_priority(before: i64, stake: i64) -> i64 {
    stage_of(before) * STAGE + stake
}

fn stage_of(priority: i64) -> i64 {
    priority.div_euclid(STAGE)
}

fn waits(state: OverlapState) -> bool {
    matches!(state, OverlapState::UnderReview | OverlapState::NeedsInfo)
}

/// The larger the sooner.
fn stage(state: OverlapState, review: &review::Model, answered: bool) -> i64 {
    if review.appeal_open {
        return 6;
    }
    match state {
        OverlapState::UnderReview | OverlapState::NeedsInfo if answered => 5,
        // Its version tells that people had moved it before.
        OverlapState::Flagged if review.round_began_at.is_some() => 4,
        OverlapState::Flagged => 3,
        OverlapState::UnderReview => 2,
        OverlapState::NeedsInfo => 1,
        _ => 0,
    }
}

/// The priority of a finding that was just flagged.
pub(super) fn fresh(stake: i64) -> i64 {
    3 * STAGE + stake
}

#[cfg(test)]
mod tests {
    use super::{FINEST, STAGE, fresh, rounded, stake};

    #[test]
    fn likelier_and_costlier_is_sooner_and_never_a_stage_sooner() {
        let order = [
            stake(0.5, None),
            stake(0.95, None),
            stake(0.5, Some(1_000_000)),
            stake(0.5, Some(100_000_000)),
            stake(0.95, Some(100_000_000)),
            stake(1.0, Some(i64::MAX)),
        ];
        assert!(order.is_sorted() && order[0] > 0, "{order:?}");
        assert!(fresh(order[5]) < 4 * STAGE);
        assert_eq!(stake(f64::NAN, None).max(0), 0);
        assert_eq!(rounded(1.5 * FINEST), 1_500_000);
    }
}
