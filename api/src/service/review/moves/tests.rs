//! Every move from every state by everybody, against what is written here by hand.

use entity::kinds::{OverlapState, ReviewMove, ReviewSeat};

use super::*;

/// What may be done at all: the move, the seats, the states it is made from, and where it leads ("=" is where it is).
/// Written down apart from the table on purpose.
const EXPECTED: &[(&str, &str, &str, &str)] = &[
    ("START", "REVIEWER ADMINISTRATOR", "FLAGGED", "UNDER_REVIEW"),
    (
        "ASSIGN",
        "REVIEWER ADMINISTRATOR",
        "FLAGGED UNDER_REVIEW NEEDS_INFO",
        "=",
    ),
    (
        "NOTE",
        "REVIEWER ADMINISTRATOR",
        "FLAGGED UNDER_REVIEW NEEDS_INFO CONFIRMED DISMISSED RELATED CLOSED",
        "=",
    ),
    (
        "REMIND",
        "REVIEWER ADMINISTRATOR",
        "FLAGGED UNDER_REVIEW NEEDS_INFO CONFIRMED DISMISSED RELATED CLOSED",
        "=",
    ),
    (
        "JUDGE",
        "REVIEWER ADMINISTRATOR",
        "UNDER_REVIEW NEEDS_INFO CONFIRMED DISMISSED RELATED CLOSED",
        "=",
    ),
    (
        "ASK_FOR_INFO",
        "REVIEWER ADMINISTRATOR",
        "UNDER_REVIEW",
        "NEEDS_INFO",
    ),
    ("RESUME", "REVIEWER ADMINISTRATOR", "NEEDS_INFO", "UNDER_REVIEW"),
    ("EXTEND", "REVIEWER ADMINISTRATOR", "UNDER_REVIEW NEEDS_INFO", "="),
    ("REPLY", "AUTHORITY", "FLAGGED UNDER_REVIEW NEEDS_INFO", "="),
    ("CONFIRM", "REVIEWER ADMINISTRATOR", "UNDER_REVIEW", "CONFIRMED"),
    ("DISMISS", "REVIEWER ADMINISTRATOR", "UNDER_REVIEW", "DISMISSED"),
    ("RELATE", "REVIEWER ADMINISTRATOR", "UNDER_REVIEW", "RELATED"),
    (
        "REOPEN",
        "ADMINISTRATOR",
        "CONFIRMED DISMISSED RELATED CLOSED",
        "UNDER_REVIEW",
    ),
    (
        "CHOOSE_FOLLOW_UP",
        "REVIEWER ADMINISTRATOR",
        "CONFIRMED RELATED",
        "=",
    ),
    (
        "CLOSE",
        "REVIEWER ADMINISTRATOR",
        "CONFIRMED DISMISSED RELATED",
        "CLOSED",
    ),
    (
        "APPEAL",
        "AUTHORITY FUNDER",
        "CONFIRMED DISMISSED RELATED CLOSED",
        "=",
    ),
    ("EXPLAIN", "SYSTEM", "FLAGGED", "RELATED"),
    ("FLAG_ANEW", "SYSTEM", "DISMISSED RELATED CLOSED", "FLAGGED"),
    (
        "CARRY",
        "SYSTEM",
        "FLAGGED UNDER_REVIEW NEEDS_INFO CONFIRMED DISMISSED RELATED CLOSED",
        "=",
    ),
];

fn standing(state: OverlapState) -> Standing {
    let outcome = match state {
        Confirmed | Dismissed | Related => Some(state),
        Closed => Some(Related),
        Flagged | UnderReview | NeedsInfo => None,
    };
    Standing {
        state,
        outcome,
        explained: false,
        followed: true,
        heard: true,
        appealable: true,
        appealed: false,
        own_decision: false,
    }
}

fn said(list: &str, word: &str) -> bool {
    list.split(' ').any(|said| said == word)
}

#[test]
fn every_move_from_every_state_by_everybody() {
    let (mut granted, mut tried) = (0, 0);
    for &kind in ReviewMove::ALL {
        for &state in OverlapState::ALL {
            for &seat in ReviewSeat::ALL {
                tried += 1;
                let expected = EXPECTED.iter().find(|row| {
                    row.0 == kind.as_str() && said(row.1, seat.as_str()) && said(row.2, state.as_str())
                });
                let found = moved(kind, &standing(state), &[seat]);
                let told = format!("{} from {} by {}", kind.as_str(), state.as_str(), seat.as_str());
                match (expected, found) {
                    (Some(row), Ok((target, as_what))) => {
                        granted += 1;
                        assert_eq!(as_what, seat, "{told}");
                        let to = match target {
                            Target::Stays => "=",
                            Target::To(state) => state.as_str(),
                            Target::Chosen => "?",
                        };
                        assert_eq!(to, row.3, "{told}");
                    }
                    (None, Err(Refusal::NotTheirs)) => {
                        let never = EXPECTED
                            .iter()
                            .all(|row| row.0 != kind.as_str() || !said(row.1, seat.as_str()));
                        let needs_more =
                            matches!(kind, ReviewMove::Nod | ReviewMove::Uphold | ReviewMove::Overturn);
                        assert!(
                            never && !(needs_more && REVIEWERS.contains(&seat)),
                            "{told} is theirs at other times"
                        );
                    }
                    (None, Err(Refusal::NotNow { why, legal: instead })) => {
                        assert!(!why.is_empty() && !instead.contains(&kind), "{told}: {why}");
                        assert_eq!(instead, legal(&standing(state), &[seat]), "{told}");
                    }
                    (expected, found) => panic!("{told}: expected {expected:?}, found {found:?}"),
                }
            }
        }
    }
    assert_eq!((tried, granted), (22 * 7 * 7, 98));
}

/// What stands in the way beside the state: one change of an otherwise favourable standing each.
#[test]
fn every_condition_stands_in_the_way_alone() {
    type Change = fn(&mut Standing);
    let cases: [(ReviewMove, OverlapState, Change, bool); 19] = [
        (ReviewMove::Judge, Confirmed, |at| at.own_decision = true, false),
        (ReviewMove::Confirm, UnderReview, |at| at.heard = false, false),
        (ReviewMove::Dismiss, UnderReview, |at| at.heard = false, true),
        (ReviewMove::Relate, UnderReview, |at| at.heard = false, true),
        (ReviewMove::Nod, Related, |at| at.explained = true, true),
        (ReviewMove::Nod, Related, |at| at.explained = false, false),
        (ReviewMove::Reopen, Related, |at| at.explained = true, true),
        (ReviewMove::Reopen, Dismissed, |at| at.explained = false, false),
        (
            ReviewMove::ChooseFollowUp,
            Related,
            |at| at.explained = true,
            false,
        ),
        (
            ReviewMove::ChooseFollowUp,
            Confirmed,
            |at| at.appealed = true,
            false,
        ),
        (ReviewMove::Close, Confirmed, |at| at.followed = false, false),
        (ReviewMove::Close, Dismissed, |at| at.followed = false, true),
        (ReviewMove::Close, Dismissed, |at| at.appealed = true, false),
        (ReviewMove::Close, Related, |at| at.explained = true, false),
        (ReviewMove::Uphold, Confirmed, |at| at.appealed = true, true),
        (ReviewMove::Overturn, Closed, |at| at.appealed = true, true),
        (
            ReviewMove::Uphold,
            Confirmed,
            |at| (at.appealed, at.own_decision) = (true, true),
            false,
        ),
        (
            ReviewMove::Overturn,
            Dismissed,
            |at| (at.appealed, at.own_decision) = (true, true),
            false,
        ),
        (ReviewMove::Overturn, Dismissed, |at| at.appealed = false, false),
    ];
    for (kind, state, change, granted) in cases {
        let mut at = standing(state);
        change(&mut at);
        let found = moved(kind, &at, &[ReviewSeat::Reviewer]);
        assert_eq!(found.is_ok(), granted, "{} at {at:?}: {found:?}", kind.as_str());
    }
}

#[test]
fn nobody_appeals_late_or_twice_and_nothing_confirmed_is_flagged_anew() {
    let mut late = standing(Confirmed);
    late.appealable = false;
    assert!(moved(ReviewMove::Appeal, &late, &[ReviewSeat::Authority]).is_err());
    let mut closed = standing(Closed);
    closed.outcome = Some(Confirmed);
    assert!(moved(ReviewMove::FlagAnew, &closed, &[ReviewSeat::System]).is_err());
    closed.outcome = Some(Dismissed);
    assert!(moved(ReviewMove::FlagAnew, &closed, &[ReviewSeat::System]).is_ok());
    closed.appealed = true;
    assert!(moved(ReviewMove::FlagAnew, &closed, &[ReviewSeat::System]).is_err());
}

#[test]
fn an_appeal_turns_a_decision_into_another_decision_only() {
    let at = standing(Dismissed);
    let turned: Vec<&str> = OverlapState::ALL
        .iter()
        .filter(|wanted| can_turn_to(&at, **wanted))
        .map(|wanted| wanted.as_str())
        .collect();
    assert_eq!(turned, ["CONFIRMED", "RELATED"]);
}
