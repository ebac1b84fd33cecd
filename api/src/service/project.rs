//! Projects: creating, changing, confirming, taking out.

mod bundle;
mod checks;
mod draft;
mod ownership;
mod stored;
pub mod told;
pub mod version;

use chrono::{DateTime, Utc};
use entity::kinds::{ProjectChange, ProjectStatus};
use entity::project;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::App;
use super::retry::Retry;
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::store::{self, Transaction};
pub use bundle::{Origin, assemble};
pub use checks::LONGEST_SHORT_TEXT;
pub(super) use checks::bounded_text;
use draft::Ids;
pub use draft::{Adoption, Award, Outcome, PlaceTold, ProjectDraft, Resolved, resolve};
use ownership::{may_change, may_write};
use version::Change;

/// The operation's name among the keys of retries.
const OPERATION: &str = "createProject";

/// Creates a project. A retry with the same key and input gives the same project.
///
/// # Errors
/// Every mistake in the draft at once, after those `found` before; a conflict when the key came with
/// another input.
pub async fn create(
    app: &App,
    viewer: &Viewer,
    draft: ProjectDraft,
    retry: Option<Retry>,
    found: Vec<UserError>,
) -> ApiResult<Uuid> {
    let resolved = with_mistakes(found, resolve(app.directory.as_ref(), draft))?;
    let txn = app.db.begin().await?;
    // Locks the catalogue's row, so that two tries with one key cannot both be the first.
    let place = store::catalogue::reserve(&txn, 1).await?;
    if let Some(retry) = &retry
        && let Some(earlier) = retry.earlier(&txn, OPERATION).await?
    {
        txn.rollback().await?;
        return Ok(earlier);
    }
    may_write(viewer, resolved.participants.iter().copied())?;
    check_relations(&txn, &resolved).await?;
    let now = clock::now();
    let row = Stamp {
        id: Uuid::now_v7(),
        version: 1,
        change_seq: place,
        now,
        created_at: now,
        change: by(viewer, ProjectChange::Created, None),
    };
    let id = row.id;
    store::project::insert(&txn, vec![assemble(resolved, &row, Vec::new())]).await?;
    if let Some(retry) = retry {
        retry.keep(&txn, OPERATION, id).await?;
    }
    txn.commit().await?;
    app.live.wake();
    Ok(id)
}

/// What a written row is stamped with.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// The project.
    pub id: Uuid,
    /// The version that is written.
    pub version: i32,
    /// The place in the order of changes.
    pub change_seq: i64,
    /// Now: when it is written, and confirmed by whoever writes it.
    pub now: DateTime<Utc>,
    /// When the project was first recorded.
    pub created_at: DateTime<Utc>,
    /// What was done, by whom and why.
    pub change: Change,
}

/// The source of what comes through the API.
pub(super) const API: &str = "api";

fn by(viewer: &Viewer, kind: ProjectChange, reason: Option<String>) -> Change {
    Change {
        kind,
        by: Some(viewer.signature()),
        reason,
    }
}

/// The resolved draft, unless it or what it was read from has mistakes.
fn with_mistakes(mut found: Vec<UserError>, resolved: ApiResult<Resolved>) -> ApiResult<Resolved> {
    match resolved {
        Ok(resolved) if found.is_empty() => Ok(resolved),
        Ok(_) => Err(ApiError::BadInput(found)),
        Err(ApiError::BadInput(more)) => {
            found.extend(more);
            Err(ApiError::BadInput(found))
        }
        Err(other) => Err(other),
    }
}

/// The draft that would give the project as it stands, for a change of some of its fields.
///
/// # Errors
/// When there is no such project, or it was taken out.
pub async fn current(app: &App, id: Uuid) -> ApiResult<(project::Model, ProjectDraft)> {
    let db = app.db.read();
    let row = active(db, id).await?;
    let draft = version::draft(db, &row).await?;
    Ok((row, draft))
}

/// A change of a project.
#[derive(Debug, Clone)]
pub struct Revision {
    /// What the project is to say from now on.
    pub draft: ProjectDraft,
    /// The version that the change is based on.
    pub version: i32,
    /// Why it is made, where told.
    pub reason: Option<String>,
    /// The mistakes that were found before.
    pub found: Vec<UserError>,
}

/// Changes a project. Its sources and its earlier state are kept, and confirmed facts are confirmed anew.
///
/// # Errors
/// Every mistake in the draft at once, after those found before; a conflict when the project changed
/// meanwhile.
pub async fn update(app: &App, viewer: &Viewer, row: &project::Model, revision: Revision) -> ApiResult<()> {
    let Revision {
        draft,
        version,
        reason,
        mut found,
    } = revision;
    same_version(row, version)?;
    let reason = reason
        .map(|reason| reason.trim().to_owned())
        .filter(|reason| !reason.is_empty());
    if let Some(Err(ApiError::BadInput(mistakes))) = reason
        .as_deref()
        .map(|reason| bounded_text(&["reason"], reason, LONGEST_SHORT_TEXT))
    {
        found.extend(mistakes);
    }
    let resolved = with_mistakes(found, resolve(app.directory.as_ref(), draft))?;
    let txn = app.db.begin().await?;
    check_relations(&txn, &resolved).await?;
    // Locks the catalogue's row: what is read from here on is what will be changed.
    let place = store::catalogue::reserve(&txn, 1).await?;
    let standing = active(&txn, row.id).await?;
    may_change(&txn, viewer, row.id).await?;
    same_version(&standing, version)?;
    version::keep(&txn, &standing).await?;
    let stamp = Stamp {
        id: row.id,
        version: version + 1,
        change_seq: place,
        now: clock::now(),
        created_at: row.created_at,
        change: by(viewer, ProjectChange::Changed, reason),
    };
    let bundle = assemble(resolved, &stamp, Vec::new());
    let changed = store::project::replace(&txn, bundle, version).await?;
    finish(app, txn, changed).await
}

/// Rewrites what a stored project says, whatever its status, within a larger change. Nobody confirms its facts by that.
///
/// # Errors
/// When the project changed meanwhile, or the draft, whose organisations are ids, has mistakes.
pub(super) async fn revise(
    db: &impl ConnectionTrait,
    row: &project::Model,
    draft: ProjectDraft,
    change: Change,
) -> ApiResult<()> {
    let resolved = resolve(&Ids, draft)?;
    let place = store::catalogue::reserve(db, 1).await?;
    version::keep(db, row).await?;
    let stamp = Stamp {
        id: row.id,
        version: row.version + 1,
        change_seq: place,
        now: clock::now(),
        created_at: row.created_at,
        change,
    };
    let mut bundle = assemble(resolved, &stamp, Vec::new());
    bundle.project.status = row.status;
    bundle.project.last_confirmed_at = row.last_confirmed_at;
    bundle.project.retired_at = row.retired_at;
    bundle.project.retired_reason.clone_from(&row.retired_reason);
    match store::project::replace(db, bundle, row.version).await? {
        true => Ok(()),
        false => Err(changed_meanwhile()),
    }
}

/// Takes a project out of the catalogue; a tombstone with the reason stays.
///
/// # Errors
/// When there is no such project, no reason is given, or the project changed meanwhile.
pub async fn retire(
    app: &App,
    viewer: &Viewer,
    id: Uuid,
    version: Option<i32>,
    reason: &str,
) -> ApiResult<()> {
    if reason.trim().is_empty() {
        return Err(ApiError::bad_input(
            UserErrorCode::Required,
            &["reason"],
            "a reason is needed",
        ));
    }
    bounded_text(&["reason"], reason, LONGEST_SHORT_TEXT)?;
    let now = clock::now();
    let reason = Some(reason.trim().to_owned());
    let change = by(viewer, ProjectChange::Retired, reason.clone());
    touch(app, viewer, id, version, change, |row| project::Model {
        status: ProjectStatus::Retired,
        retired_at: Some(now),
        retired_reason: reason,
        ..row
    })
    .await
}

/// Says that a project's record is still true.
///
/// # Errors
/// When there is no such project, or it changed meanwhile.
pub async fn confirm(app: &App, viewer: &Viewer, id: Uuid, version: Option<i32>) -> ApiResult<()> {
    let now = clock::now();
    let change = by(viewer, ProjectChange::Confirmed, None);
    touch(app, viewer, id, version, change, |row| project::Model {
        last_confirmed_at: Some(now),
        ..row
    })
    .await
}

/// Changes a project's own row and nothing else.
async fn touch(
    app: &App,
    viewer: &Viewer,
    id: Uuid,
    version: Option<i32>,
    change: Change,
    apply: impl FnOnce(project::Model) -> project::Model,
) -> ApiResult<()> {
    let txn = app.db.begin().await?;
    let place = store::catalogue::reserve(&txn, 1).await?;
    let row = active(&txn, id).await?;
    may_change(&txn, viewer, id).await?;
    if let Some(version) = version {
        same_version(&row, version)?;
    }
    version::keep(&txn, &row).await?;
    let stored_version = row.version;
    let row = project::Model {
        version: stored_version + 1,
        change_seq: place,
        updated_at: clock::now(),
        change: change.kind,
        changed_by: change.by,
        change_reason: change.reason,
        ..apply(row)
    };
    let changed = store::project::update_row(&txn, row, stored_version).await?;
    finish(app, txn, changed).await
}

async fn finish(app: &App, txn: Transaction, changed: bool) -> ApiResult<()> {
    if !changed {
        txn.rollback().await?;
        return Err(changed_meanwhile());
    }
    txn.commit().await?;
    app.live.wake();
    Ok(())
}

async fn active(db: &impl ConnectionTrait, id: Uuid) -> ApiResult<project::Model> {
    match store::project::by_id(db, id).await? {
        Some(row) if row.status == ProjectStatus::Active => Ok(row),
        Some(_) => Err(ApiError::bad_input(
            UserErrorCode::Conflict,
            &["id"],
            "this project was taken out of the catalogue",
        )),
        None => Err(ApiError::bad_input(
            UserErrorCode::NotFound,
            &["id"],
            "there is no such project",
        )),
    }
}

fn same_version(row: &project::Model, version: i32) -> ApiResult<()> {
    if row.version == version {
        Ok(())
    } else {
        Err(changed_meanwhile())
    }
}

fn changed_meanwhile() -> ApiError {
    ApiError::bad_input(
        UserErrorCode::Conflict,
        &["version"],
        "somebody changed this project meanwhile; read it again and repeat your change",
    )
}

async fn check_relations(db: &impl ConnectionTrait, resolved: &Resolved) -> ApiResult<()> {
    let wanted: Vec<Uuid> = resolved.relations.iter().map(|(other, _)| *other).collect();
    let known = store::project::by_ids(db, &wanted).await?;
    for (place, other) in wanted.iter().enumerate() {
        if !known.iter().any(|row| row.id == *other) {
            let place = place.to_string();
            let path = ["relations", place.as_str(), "project"];
            return Err(ApiError::bad_input(
                UserErrorCode::NotFound,
                &path,
                "there is no such project",
            ));
        }
    }
    Ok(())
}
