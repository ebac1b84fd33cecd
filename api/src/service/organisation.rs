//! The identity of organisations: which of them are one body, and which one was two.
//!
//! A merge leaves the record that went as a tombstone that points to the one that stays, moves its names, identifiers,
//! successions and everything that projects say of it, and keeps what it moved, so that it can be undone. Projects change
//! by it as by any other change: with a new version, which tells why.

mod creation;
mod moving;
mod parties;
mod split;
mod undo;

use entity::kinds::{OrganisationChangeKind, OrganisationKind};
use entity::{organisation, organisation_change};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::App;
use super::project::{LONGEST_SHORT_TEXT, bounded_text};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::store;
pub use creation::{NewOrganisation, create, known_as};
use moving::{Moved, absorb};
pub use split::{Part, split};
pub use undo::{Undone, undo};

/// So many organisations are merged into one at a time.
const MOST_MERGED: usize = 20;

/// The longest name, in characters.
pub(super) const LONGEST_NAME: usize = 200;

/// How many projects a change concerned.
///
/// # Errors
/// When what was kept cannot be read.
pub fn projects_moved(row: &organisation_change::Model) -> ApiResult<usize> {
    Ok(moving::moved(row)?.projects.len())
}

/// Makes organisations one: `kept` stays, with the names, identifiers and projects of `others`. Returns the changes, one
/// for each of `others`.
///
/// # Errors
/// Bad input when one is not there, was merged before, is named twice, or when two authorities of the official register
/// are to be one; then nothing was changed.
pub async fn merge(
    app: &App,
    viewer: &Viewer,
    kept: Uuid,
    others: &[Uuid],
    reason: &str,
) -> ApiResult<Vec<Uuid>> {
    let reason = needed(&["reason"], reason, LONGEST_SHORT_TEXT)?;
    if others.is_empty() || others.len() > MOST_MERGED {
        let message = format!("give from one to {MOST_MERGED} organisations");
        return Err(ApiError::bad_input(
            UserErrorCode::OutOfRange,
            &["merged"],
            message,
        ));
    }
    let txn = app.db.begin().await?;
    // Locks the catalogue's row, so that nobody changes identities or projects meanwhile.
    store::catalogue::reserve(&txn, 0).await?;
    let stays = standing(&txn, kept, &["kept"]).await?;
    let mut changes = Vec::new();
    for (place, id) in others.iter().enumerate() {
        let place = place.to_string();
        let path = ["merged", place.as_str()];
        if *id == kept {
            let message = "an organisation cannot be merged with itself";
            return Err(ApiError::bad_input(UserErrorCode::Conflict, &path, message));
        }
        let goes = standing(&txn, *id, &path).await?;
        if let Some((a, b)) = stays.code.as_ref().zip(goes.code.as_ref()) {
            let message = format!(
                "{} ({a}) and {} ({b}) are two bodies of the official register; one that took over from another is its successor",
                stays.name, goes.name
            );
            return Err(ApiError::bad_input(UserErrorCode::Conflict, &path, message));
        }
        let why = format!(
            "{} and {} were found to be one organisation: {reason}",
            goes.name, stays.name
        );
        let moved = absorb(&txn, viewer, &goes, &stays, &why).await?;
        let change = Identity {
            kind: OrganisationChangeKind::Merged,
            organisation: kept,
            other: *id,
            reason: reason.clone(),
        };
        changes.push(change.keep(&txn, viewer, &moved).await?);
    }
    txn.commit().await?;
    known_anew(app).await?;
    Ok(changes)
}

/// A change of identities that is about to be kept.
struct Identity {
    kind: OrganisationChangeKind,
    organisation: Uuid,
    other: Uuid,
    reason: String,
}

impl Identity {
    async fn keep(self, db: &impl ConnectionTrait, viewer: &Viewer, moved: &Moved) -> ApiResult<Uuid> {
        let id = Uuid::now_v7();
        let row = organisation_change::Model {
            id,
            kind: self.kind,
            organisation_id: self.organisation,
            other_id: self.other,
            reason: self.reason,
            changed_by: Some(viewer.signature()),
            changed_at: clock::now(),
            moved: serde_json::to_string(moved).map_err(ApiError::internal)?,
            undone_at: None,
            undone_by: None,
            undone_reason: None,
        };
        store::organisation_change::insert(db, row).await?;
        Ok(id)
    }
}

async fn known_anew(app: &App) -> ApiResult<()> {
    app.directory.reload(&app.db).await?;
    app.doors.forget();
    app.live.wake();
    Ok(())
}

fn needed(path: &[&str], text: &str, longest: usize) -> ApiResult<String> {
    let text = text.trim();
    if text.is_empty() {
        let message = format!("a {} is needed", path.last().unwrap_or(&"value"));
        return Err(ApiError::bad_input(UserErrorCode::Required, path, message));
    }
    bounded_text(path, text, longest)?;
    Ok(text.to_owned())
}

/// An organisation that was not merged into another.
async fn standing(db: &impl ConnectionTrait, id: Uuid, path: &[&str]) -> ApiResult<organisation::Model> {
    match store::organisation::by_id(db, id).await? {
        Some(row) if row.kind == OrganisationKind::Group => {
            let message = format!(
                "{} is a group of authorities: it is dissolved, and neither merged nor split",
                row.name
            );
            Err(ApiError::bad_input(UserErrorCode::Conflict, path, message))
        }
        Some(row) if row.merged_into_id.is_none() => Ok(row),
        Some(row) => {
            let message = format!("{} was merged into another organisation before", row.name);
            Err(ApiError::bad_input(UserErrorCode::Conflict, path, message))
        }
        None => {
            let message = "there is no such organisation";
            Err(ApiError::bad_input(UserErrorCode::NotFound, path, message))
        }
    }
}
