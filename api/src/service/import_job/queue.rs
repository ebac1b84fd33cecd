//! The jobs that this process is to work through, beside its requests.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use entity::import_job::Model;
use entity::kinds::ImportState;
use tokio::sync::Notify;
use uuid::Uuid;

use super::{undo_through, work_through};
use crate::audit::{Origin, on_behalf};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::service::App;
use crate::store;

/// How often a process looks for jobs that another one left behind.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// A job that no batch was written of for so long was left behind.
const LEFT_BEHIND_SECONDS: i64 = 30;

/// So many jobs are looked at together.
const LOOKED_AT: u64 = 100;

/// Jobs that were begun here and wait for their turn.
#[derive(Debug, Default)]
pub struct Queue {
    begun: Mutex<Vec<Uuid>>,
    wake: Notify,
}

impl Queue {
    /// Takes a job on.
    pub(super) fn take(&self, id: Uuid) {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner).push(id);
        self.wake.notify_one();
    }

    fn drain(&self) -> Vec<Uuid> {
        std::mem::take(&mut *self.begun.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Works through jobs for ever, one at a time: those that were under way when this process started, those that are
/// begun here, and those that another process left behind.
pub async fn work(app: App) {
    let mut started = false;
    loop {
        let begun = app.imports.drain();
        match due(&app, &begun, started).await {
            Ok(jobs) => {
                started = true;
                for job in jobs {
                    let id = job.id;
                    if let Err(error) = Box::pin(carry_on(&app, job)).await {
                        tell(id, &error);
                    }
                }
            }
            Err(error) => {
                tracing::error!(?error, "imports under way could not be looked for");
                let mut waiting = app.imports.begun.lock().unwrap_or_else(PoisonError::into_inner);
                waiting.extend(begun);
            }
        }
        // Jobs that were begun while others were worked at have left a permit behind.
        drop(tokio::time::timeout(LOOK_EVERY, app.imports.wake.notified()).await);
    }
}

async fn due(app: &App, begun: &[Uuid], started: bool) -> ApiResult<Vec<Model>> {
    let left_behind = clock::now() - chrono::Duration::seconds(LEFT_BEHIND_SECONDS);
    let jobs = store::import::under_way(app.db.read(), LOOKED_AT).await?;
    let due = |job: &Model| !started || begun.contains(&job.id) || job.updated_at < left_behind;
    Ok(jobs.into_iter().filter(due).collect())
}

async fn carry_on(app: &App, job: Model) -> ApiResult<Model> {
    // Whoever asked for it did it, whichever process works it through.
    let undoes = job.state == ImportState::Undoing;
    let (actor, operation) = match (undoes, &job.undone_by) {
        (true, Some(by)) => (by.clone(), "undoImport"),
        _ => (job.created_by.clone(), "import"),
    };
    let origin = Origin {
        actor,
        ..Origin::server(operation)
    };
    let work = async {
        match undoes {
            true => undo_through(app, job.id).await,
            false => work_through(app, job).await,
        }
    };
    on_behalf(origin, Box::pin(work)).await
}

fn tell(job: Uuid, error: &ApiError) {
    match error {
        ApiError::Conflict(_) => tracing::info!(%job, "another process goes on with the import"),
        error => tracing::error!(%job, ?error, "the import stopped; it is gone on with later"),
    }
}
