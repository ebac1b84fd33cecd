//! What may be done with a finding, by whom, and where it leads: one table.
//!
//! PURE: nothing here reads a clock or a database. A test tries every move from every state by everybody.

use entity::kinds::{OverlapState, ReviewMove, ReviewSeat};

/// Where a move leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The finding stays in its state.
    Stays,
    /// To this state.
    To(OverlapState),
    /// To the state that whoever moves names: one that was not decided before.
    Chosen,
}

/// What must hold beside the state and the seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// Nothing.
    Nothing,
    /// Every authority concerned replied, or was waited for long enough.
    Heard,
    /// Only a declared relation explains it, and nobody agreed yet.
    Explained,
    /// A person decided, and no appeal waits.
    Settled,
    /// As [`Condition::Settled`], and what is to follow was chosen.
    Followed,
    /// The decision can still be appealed against.
    Appealable,
    /// An appeal waits, and whoever moves did not decide first.
    Appealed,
    /// What was decided was that there is no overlap to follow up.
    Innocent,
    /// Whoever moves did not decide.
    Apart,
}

/// How a finding stands, as far as it bears on what may be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub state: OverlapState,
    /// What was decided: `Confirmed`, `Dismissed` or `Related`; kept when it is closed.
    pub outcome: Option<OverlapState>,
    /// Whether a declared relation, and nobody yet, says so.
    pub explained: bool,
    /// Whether what is to follow was chosen.
    pub followed: bool,
    /// Whether every authority concerned replied, or its time to reply is over.
    pub heard: bool,
    /// Whether the time to appeal runs, and nobody appealed.
    pub appealable: bool,
    /// Whether an appeal waits.
    pub appealed: bool,
    /// Whether whoever moves is the one who decided.
    pub own_decision: bool,
}

/// Why a move is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody in their seat may do this, whatever the state.
    NotTheirs,
    /// It cannot be done now; what can be done instead.
    NotNow {
        /// What stands in the way, in plain words.
        why: &'static str,
        /// What they may do as it stands.
        legal: Vec<ReviewMove>,
    },
}

struct Row(
    ReviewMove,
    &'static [OverlapState],
    Target,
    &'static [ReviewSeat],
    Condition,
);

use OverlapState::{Closed, Confirmed, Dismissed, Flagged, NeedsInfo, Related, UnderReview};

const REVIEWERS: &[ReviewSeat] = &[ReviewSeat::Reviewer, ReviewSeat::Administrator];
const ADMINISTRATORS: &[ReviewSeat] = &[ReviewSeat::Administrator];
const AUTHORITIES: &[ReviewSeat] = &[ReviewSeat::Authority];
const CONCERNED: &[ReviewSeat] = &[ReviewSeat::Authority, ReviewSeat::Funder];
const SYSTEM: &[ReviewSeat] = &[ReviewSeat::System];

const ANY: &[OverlapState] = OverlapState::ALL;
const BEFORE: &[OverlapState] = &[Flagged, UnderReview, NeedsInfo];
const WAITING: &[OverlapState] = &[UnderReview, NeedsInfo];
const DECIDED: &[OverlapState] = &[Confirmed, Dismissed, Related, Closed];
const JUDGED: &[OverlapState] = &[UnderReview, NeedsInfo, Confirmed, Dismissed, Related, Closed];

/// The table.
const TABLE: &[Row] = &[
    Row(
        ReviewMove::Start,
        &[Flagged],
        Target::To(UnderReview),
        REVIEWERS,
        Condition::Nothing,
    ),
    Row(
        ReviewMove::Assign,
        BEFORE,
        Target::Stays,
        REVIEWERS,
        Condition::Nothing,
    ),
    Row(
        ReviewMove::Note,
        ANY,
        Target::Stays,
        REVIEWERS,
        Condition::Nothing,
    ),
    Row(
        ReviewMove::Remind,
        ANY,
        Target::Stays,
        REVIEWERS,
        Condition::Nothing,
    ),
    Row(
        ReviewMove::Judge,
        JUDGED,
        Target::Stays,
        REVIEWERS,
        Condition::Apart,
    ),
    Row(
        ReviewMove::AskForInfo,
        &[UnderReview],
        Target::To(NeedsInfo),
        REVIEWERS,
        Condition::Nothing,
    ),
    Row(
        ReviewMove::Resume,
        &[NeedsInfo],
        Target::To(UnderReview),
        REVIEWERS,
        Condition::Nothing,
    ),
    Row(
        ReviewMove::Extend,
        WAITING,
        Target::Stays,
        REVIEWERS,
        Condition::Nothing,
    ),
    Row(
        ReviewMove::Reply,
        BEFORE,
        Target::Stays,
        AUTHORITIES,
        Condition::Nothing,
    ),
    Row(
        ReviewMove::Confirm,
        &[UnderReview],
        Target::To(Confirmed),
        REVIEWERS,
        Condition::Heard,
    ),
    Row(
        ReviewMove::Dismiss,
        &[UnderReview],
        Target::To(Dismissed),
        REVIEWERS,
        Condition::Nothing,
    ),
    Row(
        ReviewMove::Relate,
        &[UnderReview],
        Target::To(Related),
        REVIEWERS,
        Condition::Nothing,
    ),
    Row(
        ReviewMove::Nod,
        &[Related],
        Target::Stays,
        REVIEWERS,
        Condition::Explained,
    ),
    Row(
        ReviewMove::Reopen,
        &[Related],
        Target::To(UnderReview),
        REVIEWERS,
        Condition::Explained,
    ),
    Row(
        ReviewMove::Reopen,
        DECIDED,
        Target::To(UnderReview),
        ADMINISTRATORS,
        Condition::Settled,
    ),
    Row(
        ReviewMove::ChooseFollowUp,
        &[Confirmed, Related],
        Target::Stays,
        REVIEWERS,
        Condition::Settled,
    ),
    Row(
        ReviewMove::Close,
        &[Confirmed, Related],
        Target::To(Closed),
        REVIEWERS,
        Condition::Followed,
    ),
    Row(
        ReviewMove::Close,
        &[Dismissed],
        Target::To(Closed),
        REVIEWERS,
        Condition::Settled,
    ),
    Row(
        ReviewMove::Appeal,
        DECIDED,
        Target::Stays,
        CONCERNED,
        Condition::Appealable,
    ),
    Row(
        ReviewMove::Uphold,
        DECIDED,
        Target::Stays,
        REVIEWERS,
        Condition::Appealed,
    ),
    Row(
        ReviewMove::Overturn,
        DECIDED,
        Target::Chosen,
        REVIEWERS,
        Condition::Appealed,
    ),
    Row(
        ReviewMove::Explain,
        &[Flagged],
        Target::To(Related),
        SYSTEM,
        Condition::Nothing,
    ),
    Row(
        ReviewMove::FlagAnew,
        &[Dismissed, Related, Closed],
        Target::To(Flagged),
        SYSTEM,
        Condition::Innocent,
    ),
    Row(ReviewMove::Carry, ANY, Target::Stays, SYSTEM, Condition::Nothing),
];

impl Condition {
    /// What stands in the way; `None` when nothing does.
    fn obstacle(self, at: &Standing) -> Option<&'static str> {
        let (holds, why) = match self {
            Self::Nothing => (true, ""),
            Self::Heard => (
                at.heard,
                "an authority concerned has not replied, and its time to reply is not over",
            ),
            Self::Explained => (at.explained, "this is for what only a declared relation explains"),
            Self::Settled => (
                !at.explained && !at.appealed,
                "it waits for a reviewer's nod, or an appeal is open",
            ),
            Self::Followed => (
                at.followed && !at.explained && !at.appealed,
                "what is to follow is not chosen yet, it waits for a reviewer's nod, or an appeal is open",
            ),
            Self::Appealable => (
                at.appealable,
                "the time to appeal is over, or an appeal was made already",
            ),
            Self::Appealed => (
                at.appealed && !at.own_decision,
                "no appeal is open, or the decision appealed against is your own: another reviewer decides",
            ),
            Self::Apart => (
                !at.own_decision,
                "the decision is your own: what another reviewer thinks is wanted",
            ),
            Self::Innocent => (
                matches!(at.outcome, Some(Dismissed | Related)) && !at.appealed,
                "what was confirmed stays confirmed",
            ),
        };
        (!holds).then_some(why)
    }
}

/// Everything that whoever has these seats may do as it stands, in the order of the word list.
#[must_use]
pub fn legal(at: &Standing, seats: &[ReviewSeat]) -> Vec<ReviewMove> {
    let may = |kind: &&ReviewMove| attempt(**kind, at, seats, false).is_ok();
    ReviewMove::ALL.iter().filter(may).copied().collect()
}

/// Where a move leads, and in which of their seats whoever has `seats` makes it.
///
/// # Errors
/// When nobody in those seats may do it, or not as it stands.
pub fn moved(kind: ReviewMove, at: &Standing, seats: &[ReviewSeat]) -> Result<(Target, ReviewSeat), Refusal> {
    attempt(kind, at, seats, true)
}

fn attempt(
    kind: ReviewMove,
    at: &Standing,
    seats: &[ReviewSeat],
    told: bool,
) -> Result<(Target, ReviewSeat), Refusal> {
    let mut obstacle = None;
    for Row(_, from, target, by, condition) in TABLE.iter().filter(|row| row.0 == kind) {
        let Some(seat) = seats.iter().find(|seat| by.contains(seat)) else {
            continue;
        };
        let why = match from.contains(&at.state) {
            true => condition.obstacle(at),
            false => Some("it is not in a state for that"),
        };
        match why {
            None => return Ok((*target, *seat)),
            // The most telling obstacle is the one in the state itself.
            Some(why) if obstacle.is_none() || from.contains(&at.state) => obstacle = Some(why),
            Some(_) => {}
        }
    }
    Err(match obstacle {
        None => Refusal::NotTheirs,
        Some(why) => Refusal::NotNow {
            why,
            legal: if told { legal(at, seats) } else { Vec::new() },
        },
    })
}

/// Whether an appeal can turn a decision into this one: a decision, and another than stands.
#[must_use]
pub fn can_turn_to(at: &Standing, wanted: OverlapState) -> bool {
    matches!(wanted, Confirmed | Dismissed | Related) && at.outcome != Some(wanted)
}

#[cfg(test)]
mod tests;
