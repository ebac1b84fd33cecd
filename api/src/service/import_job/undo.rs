//! Taking an import back: what it created is taken out, what it changed says again what it said before.

use entity::import_job::{ActiveModel, Model};
use entity::kinds::{ImportOutcome, ImportState, ImportUndo, ProjectChange, ProjectStatus};
use entity::{import_row, project, project_source as source};
use sea_orm::{ConnectionTrait, Set};
use uuid::Uuid;

use super::by_id;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::service::App;
use crate::service::project::version::{self, Change, State, Version};
use crate::service::project::{LONGEST_SHORT_TEXT, Stamp, assemble, bounded_text, resolve};
use crate::store;

/// So many projects are given back at a time.
const BATCH: u64 = 100;

/// What undoing did to a project, and why it left it if it did.
type Done = (ImportUndo, Option<String>);

/// Begins to take an import back, beside other requests. One that is still being written is stopped first. Of one that
/// is undone already nothing is done again.
///
/// # Errors
/// A mistake at `id` or `reason`.
pub async fn undo(app: &App, id: Uuid, reason: &str, by: &str) -> ApiResult<Model> {
    let reason = reason.trim();
    if reason.is_empty() {
        let message = "a reason is needed";
        return Err(ApiError::bad_input(UserErrorCode::Required, &["reason"], message));
    }
    bounded_text(&["reason"], reason, LONGEST_SHORT_TEXT)?;
    let change = ActiveModel {
        state: Set(ImportState::Undoing),
        undone_by: Set(Some(by.to_owned())),
        undo_reason: Set(Some(reason.to_owned())),
        updated_at: Set(clock::now()),
        ..ActiveModel::default()
    };
    let from = [
        ImportState::Committed,
        ImportState::Failed,
        ImportState::Committing,
    ];
    let txn = app.db.begin().await?;
    let begun = store::import::advance(&txn, id, &from, None, change).await?;
    if begun {
        store::import::clear_file(&txn, id).await?;
    }
    txn.commit().await?;
    let job = by_id(app, id).await?;
    if job.state == ImportState::Previewed {
        let message = "this import was not written yet: there is nothing to undo";
        return Err(ApiError::bad_input(UserErrorCode::Conflict, &["id"], message));
    }
    if begun {
        app.imports.take(id);
    }
    Ok(job)
}

/// Takes an import back to its end.
///
/// # Errors
/// When the database fails; what was taken back stays so, and the next call goes on from there.
pub async fn undo_through(app: &App, id: Uuid) -> ApiResult<Model> {
    while !step(app, id).await? {}
    by_id(app, id).await
}

/// Takes one batch back. Whether it was the last.
async fn step(app: &App, id: Uuid) -> ApiResult<bool> {
    let txn = app.db.begin().await?;
    // Locks the catalogue: no project changes meanwhile, and no other process takes the same batch.
    let place = store::catalogue::reserve(&txn, i64::try_from(BATCH).unwrap_or(0)).await?;
    let Some(job) = store::import::by_id(&txn, id)
        .await?
        .filter(|job| job.state == ImportState::Undoing)
    else {
        txn.rollback().await?;
        return Ok(true);
    };
    let rows = store::import::rows_to_undo(&txn, id, BATCH).await?;
    let last = rows.is_empty();
    let now = clock::now();
    let mut change = ActiveModel {
        updated_at: Set(now),
        ..ActiveModel::default()
    };
    if last {
        change.state = Set(ImportState::Undone);
        change.undone_at = Set(Some(now));
    }
    let (mut retired, mut restored, mut left) = (job.retired, job.restored, job.left_standing);
    for (row, change_seq) in rows.iter().zip(place..) {
        let (undo, note) = Undoing {
            app,
            db: &txn,
            job: &job,
            change_seq,
        }
        .row(row)
        .await?;
        *match undo {
            ImportUndo::Retired => &mut retired,
            ImportUndo::Restored => &mut restored,
            ImportUndo::Left => &mut left,
        } += 1;
        store::import::note_undo(&txn, row, undo, note).await?;
    }
    change.retired = Set(retired);
    change.restored = Set(restored);
    change.left_standing = Set(left);
    store::import::advance(&txn, id, &[ImportState::Undoing], None, change).await?;
    txn.commit().await?;
    app.live.wake();
    Ok(last)
}

/// One project being given back.
struct Undoing<'a, C> {
    app: &'a App,
    db: &'a C,
    job: &'a Model,
    change_seq: i64,
}

impl<C: ConnectionTrait> Undoing<'_, C> {
    async fn row(&self, row: &import_row::Model) -> ApiResult<Done> {
        let (Some(id), Some(after)) = (row.project_id, row.version_after) else {
            return Ok(left("it is not known which project this was"));
        };
        let Some(standing) = store::project::by_id(self.db, id).await? else {
            return Ok(left("the project is no longer there"));
        };
        if standing.status != ProjectStatus::Active {
            return Ok(left("the project was taken out since"));
        }
        if standing.version != after && !self.says_the_same(&standing, after).await? {
            let by = standing.changed_by.as_deref().unwrap_or("somebody");
            return Ok(left(&format!("the project was changed since, last by {by}")));
        }
        match row.outcome {
            ImportOutcome::Created => self.retire(standing).await,
            _ => self.restore(standing, row).await,
        }
    }

    /// Whether a project says again what it said at a version: a later import changed it and was undone. Whoever
    /// confirmed it meanwhile made it theirs.
    async fn says_the_same(&self, standing: &project::Model, version: i32) -> ApiResult<bool> {
        if standing.change == ProjectChange::Confirmed {
            return Ok(false);
        }
        let then = version::earlier(self.db, standing.id, version).await?;
        Ok(then == Some(State::present(self.db, standing).await?))
    }

    async fn retire(&self, standing: project::Model) -> ApiResult<Done> {
        version::keep(self.db, &standing).await?;
        let (id, version, now) = (standing.id, standing.version, clock::now());
        let change = self.change(ProjectChange::Retired);
        let tombstone = project::Model {
            version: version + 1,
            change_seq: self.change_seq,
            updated_at: now,
            status: ProjectStatus::Retired,
            retired_at: Some(now),
            retired_reason: change.reason.clone(),
            change: change.kind,
            changed_by: change.by,
            change_reason: change.reason,
            ..standing
        };
        if !store::project::update_row(self.db, tombstone, version).await? {
            return Ok(left("the project was changed since"));
        }
        // The file may come again, and then its records are new.
        let undone = format!("{} (import {} undone)", self.job.source, self.job.id);
        store::project::disown(self.db, id, &self.job.source, &undone).await?;
        Ok((ImportUndo::Retired, None))
    }

    async fn restore(&self, standing: project::Model, row: &import_row::Model) -> ApiResult<Done> {
        let before = match row.version_before {
            Some(number) => store::version::at(self.db, standing.id, number).await?,
            None => None,
        };
        let Some(before) = before.map(Version::try_from).transpose()? else {
            return Ok(left("what it said before was not kept"));
        };
        let resolved = match resolve(self.app.directory.as_ref(), before.state.draft) {
            Ok(resolved) => resolved,
            Err(ApiError::BadInput(mistakes)) => {
                let told = mistakes
                    .iter()
                    .map(|mistake| format!("{}: {}", mistake.path.join("."), mistake.message));
                let told: Vec<String> = told.collect();
                let why = format!("what it said before can no longer be said: {}", told.join("; "));
                return Ok(left(&why));
            }
            Err(other) => return Err(other),
        };
        version::keep(self.db, &standing).await?;
        let now = clock::now();
        let stamp = Stamp {
            id: standing.id,
            version: standing.version + 1,
            change_seq: self.change_seq,
            now,
            created_at: standing.created_at,
            change: self.change(ProjectChange::Changed),
        };
        let mut bundle = assemble(resolved, &stamp, Vec::new());
        // Nobody said today that it is true.
        bundle.project.last_confirmed_at = Some(before.changed_at);
        if !store::project::replace(self.db, bundle, standing.version).await? {
            return Ok(left("the project was changed since"));
        }
        if let Some(id) = row.source_id
            && let Some(renewed) = store::project::source(self.db, id).await?
        {
            let content_hash = row.hash_before.clone();
            let source = source::Model {
                content_hash,
                recorded_at: now,
                ..renewed
            };
            store::project::update_source(self.db, source).await?;
        }
        Ok((ImportUndo::Restored, None))
    }

    fn change(&self, kind: ProjectChange) -> Change {
        let reason = self.job.undo_reason.as_deref().unwrap_or_default();
        Change {
            kind,
            by: self.job.undone_by.clone(),
            reason: Some(format!(
                "the import of “{}” was undone: {reason}",
                self.job.source
            )),
        }
    }
}

fn left(why: &str) -> Done {
    (ImportUndo::Left, Some(why.to_owned()))
}
