//! A finding with all that bears on what may be done with it.

use chrono::{DateTime, Utc};
use entity::kinds::{OverlapState, ReviewMove, ReviewSeat};
use entity::{overlap, overlap_move, overlap_review as review};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::asked::Asked;
use super::moves::Standing;
use super::parties::Parties;
use crate::access::{Role, Viewer};
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::store;

/// A finding with all that bears on what may be done with it.
#[derive(Debug, Clone)]
pub struct Case {
    /// The finding.
    pub overlap: overlap::Model,
    /// How far people have come: version 0 where nobody has moved it.
    pub review: review::Model,
    /// Whom it concerns.
    pub parties: Parties,
    /// Who replied in this round.
    pub replied: Vec<Uuid>,
}

/// How a finding stands that nobody has moved.
#[must_use]
pub(super) fn unmoved(overlap: &overlap::Model) -> review::Model {
    review::Model {
        overlap_id: overlap.id,
        version: 0,
        assignee_id: None,
        assignee_name: None,
        outcome: None,
        relation: None,
        follow_up: None,
        explained: false,
        decided_by: None,
        decided_at: None,
        decision_id: None,
        material: None,
        round_began_at: None,
        reply_due_at: None,
        remind_at: None,
        appeal_due_at: None,
        appeal_open: false,
        updated_at: overlap.created_at,
    }
}

impl Case {
    /// Reads it.
    ///
    /// # Errors
    /// Bad input when there is no such finding.
    pub async fn read(db: &impl ConnectionTrait, id: Uuid) -> ApiResult<Self> {
        let Some(overlap) = store::overlap::by_id(db, id).await? else {
            let message = "there is no such finding";
            return Err(ApiError::bad_input(
                UserErrorCode::NotFound,
                &["overlap"],
                message,
            ));
        };
        Self::of(db, overlap).await
    }

    /// Reads what belongs to a finding.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(db: &impl ConnectionTrait, overlap: overlap::Model) -> ApiResult<Self> {
        let parties = Parties::of(db, &[overlap.left_id, overlap.right_id]).await?;
        let review = store::review::by_overlap(db, overlap.id).await?;
        let review = review.unwrap_or_else(|| unmoved(&overlap));
        let replied = store::review::replied(db, overlap.id, review.round_began_at).await?;
        Ok(Self {
            overlap,
            review,
            parties,
            replied,
        })
    }

    /// How it stands, for somebody.
    #[must_use]
    pub fn standing(&self, viewer: &Viewer) -> Standing {
        let now = clock::now();
        let review = &self.review;
        let waited = review.reply_due_at.is_some_and(|due| due < now);
        let leads = &self.parties.leads;
        let replied = !leads.is_empty() && leads.iter().all(|lead| self.replied.contains(lead));
        Standing {
            state: self.overlap.state,
            outcome: review.outcome,
            explained: review.explained,
            followed: review.follow_up.is_some(),
            heard: replied || waited,
            appealable: !review.appeal_open && review.appeal_due_at.is_some_and(|due| now <= due),
            appealed: review.appeal_open,
            own_decision: review.decided_by == viewer.account(),
        }
    }

    /// What falls due or is overdue, in plain words.
    #[must_use]
    pub fn reminders(&self, now: DateTime<Utc>) -> Vec<String> {
        let review = &self.review;
        let waits = matches!(
            self.overlap.state,
            OverlapState::UnderReview | OverlapState::NeedsInfo
        );
        let day = |moment: DateTime<Utc>| moment.format("%Y-%m-%d").to_string();
        let mut told = Vec::new();
        if review.appeal_open {
            told.push("an appeal waits for another reviewer".to_owned());
        }
        if let Some(due) = review.reply_due_at.filter(|_| waits) {
            told.push(match due < now {
                true => format!("the authorities concerned had until {} to reply", day(due)),
                false => format!("the authorities concerned have until {} to reply", day(due)),
            });
        }
        if let Some(remind) = review.remind_at.filter(|at| *at <= now) {
            told.push(format!("to be looked at since {}", day(remind)));
        }
        if review.explained {
            told.push("a declared relation explains it; a reviewer is to agree or to look at it".to_owned());
        }
        told
    }

    /// The organisation that somebody speaks for in a seat: the one named, or the only one that it can be.
    ///
    /// # Errors
    /// Bad input when the one named is none of theirs, or several can be meant.
    pub(super) fn spoken_for(
        &self,
        viewer: &Viewer,
        seat: ReviewSeat,
        named: Option<Uuid>,
    ) -> ApiResult<Option<Uuid>> {
        let theirs: Vec<Uuid> = match seat {
            ReviewSeat::Authority => {
                let speaks = |id: &&Uuid| viewer.speaks_for(**id);
                self.parties.authorities.iter().filter(speaks).copied().collect()
            }
            ReviewSeat::Funder => {
                let pays = |id: &&Uuid| viewer.holds(Role::Funder, **id);
                self.parties.funders.iter().filter(pays).copied().collect()
            }
            _ => return Ok(None),
        };
        let (code, message) = match (named, theirs.as_slice()) {
            (Some(named), theirs) if theirs.contains(&named) => return Ok(Some(named)),
            (None, [only]) => return Ok(Some(*only)),
            (Some(_), _) => (
                UserErrorCode::Invalid,
                "you do not speak for this organisation, or the finding does not concern it",
            ),
            (None, _) => (
                UserErrorCode::Ambiguous,
                "you speak for several that this finding concerns; say for which",
            ),
        };
        Err(ApiError::bad_input(code, &["organisation"], message))
    }

    /// The row of a move.
    pub(super) fn told(
        &self,
        viewer: &Viewer,
        asked: &Asked,
        after: &review::Model,
        (id, seat, organisation_id, to): (Uuid, ReviewSeat, Option<Uuid>, OverlapState),
    ) -> overlap_move::Model {
        overlap_move::Model {
            id,
            overlap_id: self.overlap.id,
            kind: asked.kind,
            moved_at: after.updated_at,
            moved_by: viewer.account(),
            mover: viewer.signature(),
            seat,
            organisation_id,
            from_state: self.overlap.state,
            to_state: to,
            reason: asked.reason,
            explanation: asked.explanation.clone(),
            note: asked.note.clone(),
            relation: asked.relation,
            follow_up: asked.follow_up,
            judged: asked.outcome.filter(|_| asked.kind == ReviewMove::Judge),
            due_at: asked.due_at,
            // An appeal and what came of it speak of the decision before.
            cites_id: self.review.decision_id,
            review_version: after.version,
            score: self.overlap.score,
            left_version: self.overlap.left_version,
            right_version: self.overlap.right_version,
            model_version: self.overlap.model_version.clone(),
        }
    }
}
