//! Two records that are one project become one record, and two again.
//!
//! The one that stays keeps what it says; what it does not say it takes from the other, and lists are put together.
//! Sources follow, so that both provenances stand in one record; what other projects declare follows too, and what was found
//! and decided about the other and third projects. The other
//! stays as a tombstone that points to it. What was before and after is kept a field, so that undoing gives back every
//! field that nobody touched since and tells which it left. Merges are undone latest first.

mod findings;
mod united;

use entity::kinds::{OverlapRelation, OverlapState, ProjectChange, ProjectStatus};
use entity::{project, project_merge};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::App;
use super::project::version::{self, Change};
use super::project::{LONGEST_SHORT_TEXT, ProjectDraft, bounded_text, revise};
use super::review;
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::store;
use crate::store::overlap::OverlapQuery;
use findings::Followed;
use united::{pointed, restored, united};

/// What a merge moved.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Moved {
    /// The sources that changed hands.
    sources: Vec<Uuid>,
    /// What the record that stays said before.
    before: Value,
    /// What it said after.
    after: Value,
    /// Other projects whose relations followed: what each declared before and after.
    relations: Vec<(Uuid, Value, Value)>,
    /// Findings with third projects that followed.
    #[serde(default)]
    findings: Vec<Followed>,
}

/// What was undone.
#[derive(Debug, Clone)]
pub struct Undone {
    /// The merge.
    pub merge: Uuid,
    /// Fields that somebody changed since, and findings that somebody moved, which stay as they are.
    pub left: Vec<String>,
}

/// Makes one record of two: `kept` stays. Returns the merge.
///
/// # Errors
/// Bad input when one is not there or was taken out before, when both are the same, or when nobody confirmed that they
/// are one project; `Forbidden` when the viewer is no reviewer. Then nothing was changed.
pub async fn merge(app: &App, viewer: &Viewer, kept: Uuid, gone: Uuid, reason: &str) -> ApiResult<Uuid> {
    review::reviewing(viewer)?;
    let reason = needed(reason)?;
    if kept == gone {
        let message = "a project cannot be merged with itself";
        return Err(ApiError::bad_input(UserErrorCode::Conflict, &["merged"], message));
    }
    let txn = app.db.begin().await?;
    // Locks the catalogue's row, so that nobody changes projects meanwhile.
    store::catalogue::reserve(&txn, 0).await?;
    let stays = standing(&txn, kept, "kept").await?;
    let goes = standing(&txn, gone, "merged").await?;
    confirmed(&txn, viewer, kept, gone).await?;
    let why = format!("“{}” and “{}” are one project: {reason}", goes.title, stays.title);
    let moved = absorb(
        &txn,
        (&stays, &goes),
        change(viewer, ProjectChange::Changed, &why),
    )
    .await?;
    tombstone(&txn, &goes, change(viewer, ProjectChange::Retired, &why)).await?;
    let row = project_merge::Model {
        id: Uuid::now_v7(),
        kept_id: kept,
        gone_id: gone,
        reason,
        merged_by: viewer.signature(),
        merged_at: clock::now(),
        moved: serde_json::to_string(&moved).map_err(ApiError::internal)?,
        undone_at: None,
        undone_by: None,
        undone_reason: None,
    };
    let id = row.id;
    store::merge::insert(&txn, row).await?;
    txn.commit().await?;
    app.live.wake();
    Ok(id)
}

/// Makes two records of a merged one again.
///
/// # Errors
/// Bad input when there is no such merge, it was undone before, or a later one must be undone first; then nothing was
/// changed.
pub async fn undo(app: &App, viewer: &Viewer, id: Uuid, reason: &str) -> ApiResult<Undone> {
    review::reviewing(viewer)?;
    let reason = needed(reason)?;
    let refuse = |code, message: &str| Err(ApiError::bad_input(code, &["merge"], message));
    let txn = app.db.begin().await?;
    store::catalogue::reserve(&txn, 0).await?;
    let Some(row) = store::merge::by_id(&txn, id).await? else {
        return refuse(UserErrorCode::NotFound, "there is no such merge");
    };
    if row.undone_at.is_some() {
        return refuse(UserErrorCode::Conflict, "this merge was undone before");
    }
    let both = [row.kept_id, row.gone_id];
    if store::merge::standing_after(&txn, &both, id).await?.is_some() {
        let message = "a later merge of the same projects builds on this one; undo that first";
        return refuse(UserErrorCode::Conflict, message);
    }
    let stays = any(&txn, row.kept_id).await?;
    let back = any(&txn, row.gone_id).await?;
    let moved: Moved = serde_json::from_str(&row.moved).map_err(ApiError::internal)?;
    let why = format!(
        "“{}” and “{}” are two projects after all: {reason}",
        back.title, stays.title
    );
    let change = change(viewer, ProjectChange::Changed, &why);
    let left = give_back(&txn, (&stays, &back), moved, change).await?;
    let row = project_merge::Model {
        undone_at: Some(clock::now()),
        undone_by: Some(viewer.signature()),
        undone_reason: Some(reason),
        ..row
    };
    store::merge::update(&txn, row).await?;
    txn.commit().await?;
    app.live.wake();
    Ok(Undone { merge: id, left })
}

/// The record that a project became part of; itself where it became part of none.
///
/// # Errors
/// When the database fails.
pub async fn survivor(db: &impl ConnectionTrait, project: Uuid) -> ApiResult<Uuid> {
    let mut id = project;
    // Merges cannot go round, since what was merged is a tombstone and cannot be merged into; the bound is for a
    // database that somebody edited by hand.
    for _ in 0..MOST_STEPS {
        match store::merge::of_gone(db, id).await? {
            Some(merge) => id = merge.kept_id,
            None => break,
        }
    }
    Ok(id)
}

/// So many merges in a row are followed.
const MOST_STEPS: usize = 100;

/// Moves all that one record has to another.
async fn absorb(
    db: &impl ConnectionTrait,
    (stays, goes): (&project::Model, &project::Model),
    change: Change,
) -> ApiResult<Moved> {
    let before = version::draft(db, stays).await?;
    let after = united(&before, &version::draft(db, goes).await?, (stays.id, goes.id));
    let sources = store::project::sources(db, &[goes.id]).await?;
    let sources: Vec<Uuid> = sources.into_iter().map(|row| row.id).collect();
    store::merge::hand_over_sources(db, &sources, stays.id).await?;
    let kept = (value(&before)?, value(&after)?);
    revise(db, stays, after, change.clone()).await?;
    let mut relations = Vec::new();
    for other in store::merge::declaring(db, goes.id).await? {
        let row = any(db, other).await?;
        let mut draft = version::draft(db, &row).await?;
        let declared = pointed(&draft.relations, other, (goes.id, stays.id));
        relations.push((other, value(&draft.relations)?, value(&declared)?));
        draft.relations = declared;
        revise(db, &row, draft, change.clone()).await?;
    }
    Ok(Moved {
        sources,
        before: kept.0,
        after: kept.1,
        relations,
        findings: findings::follow(db, (stays, goes)).await?,
    })
}

/// Gives back what a merge moved. Returns the fields that somebody changed since.
async fn give_back(
    db: &impl ConnectionTrait,
    (stays, back): (&project::Model, &project::Model),
    moved: Moved,
    change: Change,
) -> ApiResult<Vec<String>> {
    store::merge::hand_over_sources(db, &moved.sources, back.id).await?;
    revive(db, back, change.clone()).await?;
    let now = version::draft(db, stays).await?;
    let (then, mut left) = restored(&value(&now)?, &moved.before, &moved.after);
    let then: ProjectDraft = serde_json::from_value(then).map_err(ApiError::internal)?;
    if then != now {
        revise(db, stays, then, change.clone()).await?;
    }
    for (other, before, after) in moved.relations {
        let row = any(db, other).await?;
        let mut draft = version::draft(db, &row).await?;
        if value(&draft.relations)? == after {
            draft.relations = serde_json::from_value(before).map_err(ApiError::internal)?;
            revise(db, &row, draft, change.clone()).await?;
        } else {
            left.push(format!("relations of “{}”", row.title));
        }
    }
    left.extend(findings::give_back(db, (stays, back), moved.findings).await?);
    Ok(left)
}

async fn tombstone(db: &impl ConnectionTrait, row: &project::Model, change: Change) -> ApiResult<()> {
    let retired = project::Model {
        status: ProjectStatus::Retired,
        retired_at: Some(clock::now()),
        retired_reason: change.reason.clone(),
        ..row.clone()
    };
    rewrite(db, row, retired, change).await
}

async fn revive(db: &impl ConnectionTrait, row: &project::Model, change: Change) -> ApiResult<()> {
    let active = project::Model {
        status: ProjectStatus::Active,
        retired_at: None,
        retired_reason: None,
        ..row.clone()
    };
    rewrite(db, row, active, change).await
}

/// Writes a project's own row as a new version.
async fn rewrite(
    db: &impl ConnectionTrait,
    before: &project::Model,
    after: project::Model,
    change: Change,
) -> ApiResult<()> {
    let place = store::catalogue::reserve(db, 1).await?;
    version::keep(db, before).await?;
    let after = project::Model {
        version: before.version + 1,
        change_seq: place,
        updated_at: clock::now(),
        change: change.kind,
        changed_by: change.by,
        change_reason: change.reason,
        ..after
    };
    // The catalogue's row is locked, so nobody changed it meanwhile.
    store::project::update_row(db, after, before.version).await?;
    Ok(())
}

fn value<T: Serialize>(told: &T) -> ApiResult<Value> {
    serde_json::to_value(told).map_err(ApiError::internal)
}

fn change(viewer: &Viewer, kind: ProjectChange, why: &str) -> Change {
    Change {
        kind,
        by: Some(viewer.signature()),
        reason: Some(why.to_owned()),
    }
}

fn needed(reason: &str) -> ApiResult<String> {
    let reason = reason.trim();
    if reason.is_empty() {
        let message = "a reason is needed";
        return Err(ApiError::bad_input(UserErrorCode::Required, &["reason"], message));
    }
    bounded_text(&["reason"], reason, LONGEST_SHORT_TEXT)?;
    Ok(reason.to_owned())
}

/// A project that was neither merged nor taken out.
async fn standing(db: &impl ConnectionTrait, id: Uuid, field: &str) -> ApiResult<project::Model> {
    let (code, message) = match store::project::by_id(db, id).await? {
        Some(row) if row.status == ProjectStatus::Active => return Ok(row),
        Some(_) => match store::merge::of_gone(db, id).await? {
            Some(_) => (
                UserErrorCode::Conflict,
                "this project was merged into another before",
            ),
            None => (
                UserErrorCode::Conflict,
                "this project was taken out of the catalogue",
            ),
        },
        None => (UserErrorCode::NotFound, "there is no such project"),
    };
    Err(ApiError::bad_input(code, &[field], message))
}

/// Whether people confirmed that two records are one project; administrators need no finding for that.
async fn confirmed(db: &impl ConnectionTrait, viewer: &Viewer, kept: Uuid, gone: Uuid) -> ApiResult<()> {
    if viewer.is_administrator() {
        return Ok(());
    }
    let query = OverlapQuery {
        projects: vec![kept],
        ..OverlapQuery::default()
    };
    let found = store::overlap::all(db, &query, MOST_FINDINGS).await?;
    let found = found
        .into_iter()
        .find(|row| row.left_id == gone || row.right_id == gone);
    if let Some(overlap) = found {
        let review = store::review::by_overlap(db, overlap.id).await?;
        if let Some(review) = review.filter(|review| review.outcome == Some(OverlapState::Confirmed))
            && review.relation.unwrap_or(overlap.relation) == OverlapRelation::SameProject
        {
            return Ok(());
        }
    }
    let message = "nobody confirmed that the two are SAME_PROJECT; review their finding first";
    Err(ApiError::bad_input(UserErrorCode::Conflict, &["merged"], message))
}

/// At most so many findings of a project are looked through.
const MOST_FINDINGS: u64 = 10_000;

async fn any(db: &impl ConnectionTrait, id: Uuid) -> ApiResult<project::Model> {
    let row = store::project::by_id(db, id).await?;
    row.ok_or_else(|| ApiError::internal(anyhow::anyhow!("project {id} is named but not there")))
}
