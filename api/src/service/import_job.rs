//! Imports as jobs: previewed, committed batch by batch, resumed where they stopped, undone.
//!
//! Each batch changes the catalogue, notes what it did to which project and how far the job has come in one transaction.
//! A batch begins only where the one before ended: of two processes at one job, one is told to stop.

mod commit;
mod file;
mod preview;
mod queue;
mod undo;

use chrono::{DateTime, Utc};
use clap::ValueEnum as _;
use entity::import_job::{ActiveModel, Model};
use entity::import_row;
use entity::kinds::ImportState;
use sea_orm::Set;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::App;
use super::import::{Bodies, Import, RowResult, Stray, Tally, write};
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::exchange::projects::{Format, ReadOptions, Row};
use crate::store::organisation::Rows;
use crate::store::{self, Transaction};
pub use commit::{commit, work_through};
pub use preview::{Preview, Upload, preview};
pub use queue::{Queue, work};
pub use undo::{undo, undo_through};

/// So many rows are written at a time, whole or not at all.
pub const BATCH: usize = 500;

/// Who does what is done on the command line.
pub const COMMAND_LINE: &str = "command line";

/// How a file is read, as it is kept with its job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// The layout; found out where not given.
    pub format: Option<String>,
    /// The separator of cells; found out where not given.
    pub separator: Option<char>,
    /// Pairs of our field and the file's column.
    pub mapping: Vec<(String, String)>,
}

impl Options {
    /// The options as they are kept.
    #[must_use]
    pub fn of(options: &ReadOptions) -> Self {
        Self {
            format: options.format.map(format_name),
            separator: options.separator,
            mapping: options.mapping.clone(),
        }
    }

    /// The options as a file is read with them.
    #[must_use]
    pub fn reading(&self) -> ReadOptions {
        ReadOptions {
            format: self
                .format
                .as_deref()
                .and_then(|name| Format::from_str(name, true).ok()),
            separator: self.separator,
            mapping: self.mapping.clone(),
            ..ReadOptions::default()
        }
    }

    /// Those of a job.
    ///
    /// # Errors
    /// When they were not written by this program.
    pub fn of_job(job: &Model) -> ApiResult<Self> {
        serde_json::from_str(&job.options).map_err(ApiError::internal)
    }
}

/// What a layout is called on the command line and beside a job.
#[must_use]
pub fn format_name(format: Format) -> String {
    let name = format.to_possible_value();
    name.map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// What is known of a file before its first row is read.
#[derive(Debug, Clone)]
pub struct FileFacts {
    /// What the source is called in the catalogue.
    pub source: String,
    /// The file's name, without folders.
    pub file_name: Option<String>,
    /// The layout that was found.
    pub format: Format,
    /// How it is to be read.
    pub options: Options,
    /// SHA-256 of the whole, where it can be read twice.
    pub content_hash: Option<String>,
    /// Its length in bytes, where known.
    pub size_bytes: Option<u64>,
    /// What is to be known of the file as a whole.
    pub notes: Vec<String>,
    /// Who brings it.
    pub by: String,
}

impl FileFacts {
    fn job(self, state: ImportState) -> ApiResult<Model> {
        let now = clock::now();
        Ok(Model {
            id: Uuid::now_v7(),
            source: self.source,
            file_name: self.file_name,
            format: format_name(self.format),
            options: serde_json::to_string(&self.options).map_err(ApiError::internal)?,
            content_hash: self.content_hash,
            size_bytes: self.size_bytes.and_then(|size| i64::try_from(size).ok()),
            stored: false,
            previewed: false,
            state,
            rows_total: None,
            rows_done: 0,
            created: 0,
            changed: 0,
            unchanged: 0,
            kept: 0,
            refused: 0,
            new_organisations: 0,
            unexpected: 0,
            retired: 0,
            restored: 0,
            left_standing: 0,
            notes: serde_json::to_string(&self.notes).map_err(ApiError::internal)?,
            failure: None,
            created_by: self.by,
            created_at: now,
            updated_at: now,
            finished_at: None,
            undone_by: None,
            undo_reason: None,
            undone_at: None,
        })
    }
}

/// A job whose file is being read by this process.
#[derive(Debug)]
pub struct Running {
    /// The job as it stood after the last batch.
    pub job: Model,
    import: Import,
    /// Rows that an earlier run was done with and that are still to be read over.
    to_pass: i64,
}

/// Begins to import a file at once; or goes on with the job that stopped in the middle of the very same file.
///
/// # Errors
/// When the database fails.
pub async fn begin(app: &App, file: FileFacts) -> ApiResult<Running> {
    let options = serde_json::to_string(&file.options).map_err(ApiError::internal)?;
    if let Some(hash) = &file.content_hash {
        let query = store::import::JobQuery {
            states: vec![ImportState::Committing],
            source: Some(file.source.clone()),
            content_hash: Some(hash.clone()),
        };
        let found = store::import::list(app.db.read(), &query, &store::page::Page::first(20)).await?;
        let same = |job: &Model| !job.stored && job.options == options;
        if let Some(job) = found.rows.into_iter().find(same) {
            return Ok(Running::resumed(job));
        }
    }
    let job = file.job(ImportState::Committing)?;
    let txn = app.db.begin().await?;
    store::import::insert(&txn, job.clone()).await?;
    txn.commit().await?;
    Ok(Running::resumed(job))
}

impl Running {
    /// A job that goes on where it stopped.
    #[must_use]
    pub fn resumed(job: Model) -> Self {
        Self {
            import: Import::new(job.source.as_str()),
            to_pass: job.rows_done,
            job,
        }
    }

    /// Writes a batch of rows. Those that an earlier run was done with are passed over. What became of the others.
    ///
    /// # Errors
    /// A conflict when somebody undid the job or another process goes on with it; then, and when the database fails,
    /// nothing of the batch stays.
    pub async fn batch(&mut self, app: &App, mut rows: Vec<Row>) -> ApiResult<Vec<RowResult>> {
        let passed = usize::try_from(self.to_pass)
            .unwrap_or(usize::MAX)
            .min(rows.len());
        let fresh = rows.split_off(passed);
        self.import.pass_over(&rows);
        self.to_pass -= i64::try_from(passed).unwrap_or(i64::MAX);
        if fresh.is_empty() {
            return Ok(Vec::new());
        }
        let txn = app.db.begin().await?;
        // Locks the catalogue: what is planned from here on is what will be written.
        let count = i64::try_from(fresh.len()).unwrap_or(i64::MAX);
        let place = store::catalogue::reserve(&txn, count).await?;
        let mut bodies = Bodies::default();
        let planned = self.import.plan(app, &txn, fresh, &mut bodies).await?;
        let new_organisations = i64::try_from(bodies.write(&txn).await?).unwrap_or(i64::MAX);
        let results = write(&txn, planned, place).await?;
        let mut tally = Tally::of(&results);
        tally.new_organisations = new_organisations;
        let job = self.note(&txn, &results, tally).await?;
        txn.commit().await?;
        self.job = job;
        app.directory.learn(Rows {
            organisations: bodies.into_rows(),
            ..Rows::default()
        });
        app.live.wake();
        Ok(results)
    }

    /// Notes in the batch's own transaction what became of its rows, and how far the job has come.
    async fn note(&self, txn: &Transaction, results: &[RowResult], tally: Tally) -> ApiResult<Model> {
        let job = &self.job;
        let done = job.rows_done + i64::try_from(results.len()).unwrap_or(i64::MAX);
        let unexpected = commit::keep_rows(txn, job, results).await?;
        let sum = tally_of(job).plus(tally);
        let change = ActiveModel {
            rows_done: Set(done),
            unexpected: Set(job.unexpected + unexpected),
            updated_at: Set(clock::now()),
            ..counted(sum)
        };
        let from = [ImportState::Committing];
        if !store::import::advance(txn, job.id, &from, Some(job.rows_done), change).await? {
            return Err(stopped());
        }
        let job = store::import::by_id(txn, job.id).await?;
        job.ok_or_else(stopped)
    }

    /// Ends the job: every row of the file is done with. The relations that were left out because nobody knows their
    /// other end are noted on their rows, and come back.
    ///
    /// # Errors
    /// A conflict as of [`Running::batch`]; or when the database fails.
    pub async fn finish(mut self, app: &App) -> ApiResult<(Model, Vec<Stray>)> {
        let strays = self.import.relate(app).await?;
        let now = clock::now();
        let change = ActiveModel {
            state: Set(ImportState::Committed),
            rows_total: Set(Some(self.job.rows_done)),
            updated_at: Set(now),
            finished_at: Set(Some(now)),
            ..ActiveModel::default()
        };
        let job = self.end(app, change, &strays).await?;
        Ok((job, strays))
    }

    /// Ends the job, because its file cannot be read to its end. What was written stays until it is undone.
    ///
    /// # Errors
    /// As [`Running::finish`].
    pub async fn fail(self, app: &App, why: String) -> ApiResult<Model> {
        let now = clock::now();
        let change = ActiveModel {
            state: Set(ImportState::Failed),
            failure: Set(Some(why)),
            updated_at: Set(now),
            finished_at: Set(Some(now)),
            ..ActiveModel::default()
        };
        self.end(app, change, &[]).await
    }

    async fn end(self, app: &App, change: ActiveModel, strays: &[Stray]) -> ApiResult<Model> {
        let job = &self.job;
        let txn = app.db.begin().await?;
        let from = [ImportState::Committing];
        if !store::import::advance(&txn, job.id, &from, Some(job.rows_done), change).await? {
            return Err(stopped());
        }
        commit::keep_strays(&txn, job.id, strays).await?;
        store::import::clear_file(&txn, job.id).await?;
        let ended = store::import::by_id(&txn, job.id).await?;
        txn.commit().await?;
        ended.ok_or_else(stopped)
    }
}

fn stopped() -> ApiError {
    ApiError::Conflict(
        "another process goes on with this import, or it was undone; nothing more was written here"
            .to_owned(),
    )
}

/// What a job has counted.
#[must_use]
pub fn tally_of(job: &Model) -> Tally {
    Tally {
        created: job.created,
        changed: job.changed,
        unchanged: job.unchanged,
        kept: job.kept,
        refused: job.refused,
        new_organisations: job.new_organisations,
    }
}

fn counted(tally: Tally) -> ActiveModel {
    ActiveModel {
        created: Set(tally.created),
        changed: Set(tally.changed),
        unchanged: Set(tally.unchanged),
        kept: Set(tally.kept),
        refused: Set(tally.refused),
        new_organisations: Set(tally.new_organisations),
        ..ActiveModel::default()
    }
}

/// One job.
///
/// # Errors
/// A mistake at `id` when there is none.
pub async fn by_id(app: &App, id: Uuid) -> ApiResult<Model> {
    let found = store::import::by_id(app.db.read(), id).await?;
    found.ok_or_else(|| ApiError::bad_input(UserErrorCode::NotFound, &["id"], "there is no such import"))
}

/// A row of a job as it is kept.
fn kept(job: Uuid, number: i64, result: &RowResult) -> ApiResult<import_row::Model> {
    fn json<T: Serialize>(list: &[T]) -> ApiResult<Option<String>> {
        match list {
            [] => Ok(None),
            list => serde_json::to_string(list).map(Some).map_err(ApiError::internal),
        }
    }
    let touched = result.touched.as_ref();
    let source = touched.and_then(|touched| touched.source.clone());
    let (source_id, hash_before) = source.unzip();
    Ok(import_row::Model {
        job_id: job,
        number,
        line: i64::try_from(result.line).unwrap_or(i64::MAX),
        record_id: result.record_id.clone(),
        title: result.title.clone(),
        outcome: result.outcome,
        previewed: None,
        project_id: touched.map(|touched| touched.project),
        version_before: touched.and_then(|touched| touched.before),
        version_after: touched.and_then(|touched| touched.after),
        source_id,
        hash_before: hash_before.flatten(),
        changes: json(&result.changes)?,
        problems: json(&result.problems)?,
        undo: None,
        undo_note: None,
    })
}

/// The moment before which a preview that nobody committed is forgotten.
fn forgotten_before() -> DateTime<Utc> {
    clock::now() - chrono::Duration::days(PREVIEWS_KEPT_DAYS)
}

/// So many days a preview waits to be committed.
const PREVIEWS_KEPT_DAYS: i64 = 7;
