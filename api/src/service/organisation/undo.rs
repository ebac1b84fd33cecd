//! Merges and splits that were none.

use entity::kinds::OrganisationChangeKind;
use entity::{organisation, organisation_change};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::moving::{Moved, absorb, give_back, moved, successions, touched};
use super::{known_anew, needed};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::service::App;
use crate::service::project::LONGEST_SHORT_TEXT;
use crate::store;

/// What was undone.
#[derive(Debug, Clone)]
pub struct Undone {
    /// The change.
    pub change: Uuid,
    /// Projects whose organisations somebody changed since; they stay as they are.
    pub left: Vec<Uuid>,
}

/// Undoes a merge or a split.
///
/// # Errors
/// Bad input when it is not there or was undone before, or when a later change of the same organisations must be undone
/// first; then nothing was changed.
pub async fn undo(app: &App, viewer: &Viewer, id: Uuid, reason: &str) -> ApiResult<Undone> {
    let reason = needed(&["reason"], reason, LONGEST_SHORT_TEXT)?;
    let txn = app.db.begin().await?;
    store::catalogue::reserve(&txn, 0).await?;
    let Some(row) = store::organisation_change::by_id(&txn, id).await? else {
        let message = "there is no such change";
        return Err(ApiError::bad_input(UserErrorCode::NotFound, &["change"], message));
    };
    if row.undone_at.is_some() {
        let message = "this change was undone before";
        return Err(ApiError::bad_input(UserErrorCode::Conflict, &["change"], message));
    }
    let bodies = [row.organisation_id, row.other_id];
    if let Some(later) = store::organisation_change::standing_after(&txn, &bodies, id).await? {
        let names =
            [later.organisation_id, later.other_id].map(|id| app.directory.name(id).unwrap_or_default());
        let message = format!(
            "a later change of {} and {} builds on this one; undo that first",
            names[0], names[1]
        );
        return Err(ApiError::bad_input(UserErrorCode::Conflict, &["change"], message));
    }
    let stays = any(&txn, row.organisation_id).await?;
    let other = any(&txn, row.other_id).await?;
    let mut left = Vec::new();
    match row.kind {
        OrganisationChangeKind::Merged => {
            left = give_all_back(&txn, viewer, moved(&row)?, other, stays, &reason).await?;
        }
        OrganisationChangeKind::Split => {
            let why = format!(
                "{} and {} are one organisation after all: {reason}",
                other.name, stays.name
            );
            absorb(&txn, viewer, &other, &stays, &why).await?;
        }
    }
    let row = organisation_change::Model {
        undone_at: Some(clock::now()),
        undone_by: Some(viewer.signature()),
        undone_reason: Some(reason),
        ..row
    };
    store::organisation_change::update(&txn, row).await?;
    txn.commit().await?;
    known_anew(app).await?;
    Ok(Undone { change: id, left })
}

/// Gives a record that was merged into another all back that it brought. Returns the projects that were left.
async fn give_all_back(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    moved: Moved,
    other: organisation::Model,
    stays: organisation::Model,
    reason: &str,
) -> ApiResult<Vec<Uuid>> {
    let why = format!(
        "{} and {} are two organisations after all: {reason}",
        other.name, stays.name
    );
    store::organisation_change::hand_over(db, &moved.aliases, &moved.identifiers, other.id).await?;
    store::organisation_change::forget_aliases(db, &moved.added).await?;
    let (were, became) = (successions(&moved.were), successions(&moved.became));
    store::organisation_change::replace_successions(db, &became, &were).await?;
    let mut left = Vec::new();
    for project in moved.projects {
        let id = project.id;
        if !give_back(db, viewer, project, &why).await? {
            left.push(id);
        }
    }
    let back = organisation::Model {
        merged_into_id: None,
        ..touched(other)
    };
    store::organisation::update(db, back).await?;
    store::organisation::update(db, touched(stays)).await?;
    Ok(left)
}

async fn any(db: &impl ConnectionTrait, id: Uuid) -> ApiResult<organisation::Model> {
    let row = store::organisation::by_id(db, id).await?;
    row.ok_or_else(|| {
        ApiError::internal(anyhow::anyhow!(
            "a change names organisation {id}, which is not there"
        ))
    })
}
