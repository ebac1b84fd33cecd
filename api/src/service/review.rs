//! From a flag to a decision: who may move a finding, what that needs, and what is kept of it.
//!
//! A score is never a verdict. What may be done is one table ([`moves`]); each move is a row that nothing changes; how
//! a finding stands is a row with a version, so that of two people who act at once one wins and the other is told.

pub mod material;
pub mod moves;
pub mod parties;
pub(crate) mod settled;

mod asked;
mod case;
mod queue;

use chrono::TimeDelta;
use entity::kinds::{OverlapState, ReviewMove};
use entity::{overlap, overlap_review as review};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::App;
use super::retry::Retry;
use crate::access::{Grant, Viewer};
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::store;
pub use asked::Asked;
pub use case::Case;
use moves::{Refusal, Target};
use queue::{fresh, priority, renewed_priority, stake};

/// How long the authorities concerned are waited for, in days, unless a reviewer says otherwise: three weeks, in which
/// even a body whose officers meet fortnightly has met.
pub const REPLY_DAYS: i64 = 21;

/// How long a decision can be appealed against, in days.
pub const APPEAL_DAYS: i64 = 28;

/// The furthest that a deadline or a reminder may lie ahead, in days.
pub const FURTHEST_DAYS: i64 = 366;

/// Makes a move.
///
/// # Errors
/// Every mistake of what is asked at once; a conflict at `version` when somebody else moved it meanwhile, and at `move`
/// when it cannot be done as it stands, which names what can; `Forbidden` when it is not for this viewer. Then nothing
/// was changed.
pub async fn act(
    app: &App,
    viewer: &Viewer,
    overlap: Uuid,
    asked: Asked,
    retry: Option<Retry>,
) -> ApiResult<()> {
    known(viewer)?;
    let asked = asked.checked()?;
    let txn = app.db.begin().await?;
    // Locks the catalogue's row: the engine, which renews findings, and other reviewers take turns.
    store::catalogue::reserve(&txn, 0).await?;
    let operation = asked.kind.as_str();
    if let Some(retry) = &retry
        && retry.earlier(&txn, operation).await?.is_some()
    {
        txn.rollback().await?;
        return Ok(());
    }
    let case = Case::read(&txn, overlap).await?;
    let written = make(&txn, viewer, case, asked).await?;
    if let Some(retry) = retry {
        retry.keep(&txn, operation, written.id).await?;
    }
    if written.unties {
        super::cluster::renew(&txn).await?;
    }
    txn.commit().await?;
    Ok(())
}

/// A move that was written.
struct Written {
    id: Uuid,
    /// Whether a pair came to be, or no longer is, dismissed.
    unties: bool,
}

async fn make(db: &impl ConnectionTrait, viewer: &Viewer, case: Case, asked: Asked) -> ApiResult<Written> {
    let seats = case.parties.seats(viewer);
    let at = case.standing(viewer);
    let attempt = moves::moved(asked.kind, &at, &seats);
    // Whoever may do such a thing at all hears first that somebody was faster.
    if attempt != Err(Refusal::NotTheirs)
        && asked
            .version
            .is_some_and(|version| version != case.review.version)
    {
        return Err(moved_meanwhile(&case));
    }
    let (target, seat) = attempt.map_err(|why| refused(&why, asked.kind, &at))?;
    if case.overlap.withdrawn_at.is_some() {
        let message = "this finding no longer holds: a record changed, and the two are no longer alike";
        return Err(ApiError::bad_input(
            UserErrorCode::Conflict,
            &["overlap"],
            message,
        ));
    }
    let to = match target {
        Target::Stays => at.state,
        Target::To(state) => state,
        Target::Chosen => chosen(&at, asked.outcome)?,
    };
    let organisation = case.spoken_for(viewer, seat, asked.organisation)?;
    let was_dismissed = at.outcome == Some(OverlapState::Dismissed);
    let id = Uuid::now_v7();
    let after = applied(db, viewer, &case, &asked, (id, to)).await?;
    let unties = was_dismissed != (after.outcome == Some(OverlapState::Dismissed));
    let row = case.told(viewer, &asked, &after, (id, seat, organisation, to));
    let priority = priority(&case.overlap, to, &after, asked.kind == ReviewMove::Reply);
    store::review::place(db, case.overlap.id, to, priority).await?;
    if !store::review::save(db, after).await? {
        return Err(moved_meanwhile(&case));
    }
    store::review::add(db, row).await?;
    Ok(Written { id, unties })
}

/// How the review stands after a move.
async fn applied(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    case: &Case,
    asked: &Asked,
    (id, to): (Uuid, OverlapState),
) -> ApiResult<review::Model> {
    let now = clock::now();
    let mut after = review::Model {
        version: case.review.version + 1,
        updated_at: now,
        ..case.review.clone()
    };
    let take = |after: &mut review::Model| {
        after.assignee_id = viewer.account();
        after.assignee_name = Some(viewer.signature());
    };
    match asked.kind {
        ReviewMove::Assign if asked.assignee.is_some() => {
            let theirs = reviewer(db, case, asked.assignee).await?;
            after.assignee_id = theirs.account();
            after.assignee_name = Some(theirs.signature());
        }
        ReviewMove::Start | ReviewMove::Assign | ReviewMove::Reopen => take(&mut after),
        ReviewMove::Extend => {
            if after.reply_due_at >= asked.due_at {
                let message =
                    "the authorities concerned were given longer before; a deadline is only put off";
                return Err(ApiError::bad_input(
                    UserErrorCode::OutOfRange,
                    &["dueAt"],
                    message,
                ));
            }
            after.reply_due_at = asked.due_at;
        }
        ReviewMove::Remind => after.remind_at = asked.due_at,
        ReviewMove::ChooseFollowUp => after.follow_up = asked.follow_up,
        ReviewMove::Appeal => after.appeal_open = true,
        ReviewMove::Uphold | ReviewMove::Overturn => {
            after.appeal_open = false;
            after.appeal_due_at = None;
        }
        _ => {}
    }
    match asked.kind {
        ReviewMove::Start => after.reply_due_at = asked.due_at.or(in_days(REPLY_DAYS)),
        ReviewMove::Reopen => {
            undecide(&mut after);
            after.reply_due_at = after.reply_due_at.or(in_days(REPLY_DAYS));
        }
        ReviewMove::Confirm | ReviewMove::Dismiss | ReviewMove::Relate | ReviewMove::Nod => {
            decide(db, viewer, case, &mut after, (id, to)).await?;
            after.relation = asked.relation.or(after.relation);
            after.appeal_due_at = in_days(APPEAL_DAYS);
        }
        ReviewMove::Overturn => {
            decide(db, viewer, case, &mut after, (id, to)).await?;
            after.relation = asked.relation.or(after.relation);
            after.follow_up = None;
        }
        _ => {}
    }
    Ok(after)
}

/// Somebody who may review a finding.
async fn reviewer(db: &impl ConnectionTrait, case: &Case, id: Option<Uuid>) -> ApiResult<Viewer> {
    let refuse = |code, message: &str| Err(ApiError::bad_input(code, &["assignee"], message));
    let account = match id {
        Some(id) => store::account::by_id(db, id).await?,
        None => None,
    };
    let Some(account) = account.filter(|account| account.closed_at.is_none()) else {
        return refuse(UserErrorCode::NotFound, "there is no such account");
    };
    let grants = store::account::grants(db, &[account.id]).await?.into_iter();
    let grants = grants.map(|row| Grant {
        role: row.role,
        organisation: row.organisation_id,
    });
    let viewer = Viewer::known(account.id, &account.name, grants.collect());
    match parties::reviews(&case.parties.seats(&viewer)) {
        true => Ok(viewer),
        false => refuse(
            UserErrorCode::Conflict,
            "this account does not review findings, or this one concerns its own",
        ),
    }
}

/// Keeps who decided what, and what the decision rests on.
async fn decide(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    case: &Case,
    after: &mut review::Model,
    (id, outcome): (Uuid, OverlapState),
) -> ApiResult<()> {
    let material = material::Pair::of(db, case.overlap.left_id, case.overlap.right_id).await?;
    after.material = material.map(|pair| pair.kept()).transpose()?;
    after.outcome = Some(outcome);
    after.explained = false;
    after.decided_by = viewer.account();
    after.decided_at = Some(after.updated_at);
    after.decision_id = Some(id);
    after.remind_at = None;
    Ok(())
}

/// Nothing is decided any more; what was stays among the moves.
fn undecide(after: &mut review::Model) {
    after.outcome = None;
    after.relation = None;
    after.follow_up = None;
    after.explained = false;
    after.decided_by = None;
    after.decided_at = None;
    after.decision_id = None;
    after.material = None;
    after.appeal_due_at = None;
    after.appeal_open = false;
}

/// The decision that an appeal is turned into.
fn chosen(at: &moves::Standing, wanted: Option<OverlapState>) -> ApiResult<OverlapState> {
    match wanted {
        Some(wanted) if moves::can_turn_to(at, wanted) && (wanted != OverlapState::Confirmed || at.heard) => {
            Ok(wanted)
        }
        Some(OverlapState::Confirmed) if at.outcome != Some(OverlapState::Confirmed) => {
            let message = "an authority concerned has not replied, and its time to reply is not over";
            Err(ApiError::bad_input(
                UserErrorCode::Conflict,
                &["outcome"],
                message,
            ))
        }
        _ => {
            let message = "CONFIRMED, DISMISSED or RELATED is expected, and another than stands";
            Err(ApiError::bad_input(UserErrorCode::Invalid, &["outcome"], message))
        }
    }
}

fn in_days(days: i64) -> Option<chrono::DateTime<chrono::Utc>> {
    clock::now().checked_add_signed(TimeDelta::days(days))
}

/// Whose judgements apart somebody sees of a finding: their own alone as long as nothing is decided, so that nobody is led
/// by another's; `None` for everybody's.
#[must_use]
pub fn own_judgements(overlap: &overlap::Model, viewer: &Viewer) -> Option<Uuid> {
    use OverlapState::{Flagged, NeedsInfo, UnderReview};
    let open = matches!(overlap.state, Flagged | NeedsInfo | UnderReview);
    open.then(|| viewer.account().unwrap_or_default())
}

/// Whether somebody is known.
///
/// # Errors
/// `Unauthenticated` when nobody is.
pub fn known(viewer: &Viewer) -> ApiResult<()> {
    if viewer.grants().is_empty() && viewer.account().is_none() {
        let message = "reviewing findings is for people who are known; say who you are";
        return Err(ApiError::Unauthenticated(message.to_owned()));
    }
    Ok(())
}

/// Whether somebody sees what reviewers work on.
///
/// # Errors
/// `Unauthenticated` when nobody is known, `Forbidden` when they are no reviewer.
pub fn reviewing(viewer: &Viewer) -> ApiResult<()> {
    known(viewer)?;
    match viewer.is_reviewer() || viewer.is_administrator() {
        true => Ok(()),
        false => Err(ApiError::Forbidden("this is for reviewers".to_owned())),
    }
}

fn refused(why: &Refusal, kind: ReviewMove, at: &moves::Standing) -> ApiError {
    match why {
        Refusal::NotTheirs => {
            let message = format!("{} is not for you to do with this finding", kind.as_str());
            ApiError::Forbidden(message)
        }
        Refusal::NotNow { why, legal } => {
            let legal: Vec<&str> = legal.iter().map(|kind| kind.as_str()).collect();
            let instead = match legal.as_slice() {
                [] => "nothing can be done with it by you as it stands".to_owned(),
                legal => format!("what can be done: {}", legal.join(", ")),
            };
            let message = format!(
                "{} cannot be done: it is {}, and {why}; {instead}",
                kind.as_str(),
                at.state.as_str()
            );
            ApiError::bad_input(UserErrorCode::Conflict, &["move"], message)
        }
    }
}

fn moved_meanwhile(case: &Case) -> ApiError {
    let message = format!(
        "somebody moved this finding meanwhile: it is {} at version {}; look at it again and decide anew",
        case.overlap.state.as_str(),
        case.review.version
    );
    ApiError::bad_input(UserErrorCode::Conflict, &["version"], message)
}
