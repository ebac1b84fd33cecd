//! Writing a job that was previewed.

use std::collections::{BTreeMap, HashMap};

use entity::import_job::{ActiveModel, Model};
use entity::import_row;
use entity::kinds::{ImportOutcome, ImportState};
use sea_orm::{ConnectionTrait, Set};
use uuid::Uuid;

use super::{Options, Running, by_id, counted, file, kept};
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::service::App;
use crate::service::import::{Consequence, Problem, RowResult, Stray, Tally};
use crate::store;

/// Begins to write a job that was previewed, beside other requests.
///
/// # Errors
/// A mistake at `id` when there is no such job, or somebody else began to write it.
pub async fn commit(app: &App, id: Uuid) -> ApiResult<Model> {
    let change = ActiveModel {
        state: Set(ImportState::Committing),
        rows_done: Set(0),
        updated_at: Set(clock::now()),
        ..counted(Tally::default())
    };
    let txn = app.db.begin().await?;
    let won = store::import::advance(&txn, id, &[ImportState::Previewed], None, change).await?;
    txn.commit().await?;
    let job = by_id(app, id).await?;
    if won {
        app.imports.take(id);
        return Ok(job);
    }
    let message = match job.state {
        ImportState::Committing => "this import is being written already",
        ImportState::Committed => "this import was written already; nothing was done again",
        ImportState::Undoing | ImportState::Undone => "this import was undone; send the file again",
        ImportState::Failed => "this import failed; undo it, or send the file again",
        ImportState::Previewed => "somebody else changed this import meanwhile; try again",
    };
    Err(ApiError::bad_input(UserErrorCode::Conflict, &["id"], message))
}

/// Goes on with a job whose file is in the database, to its end.
///
/// # Errors
/// A conflict when somebody undid the job or another process goes on with it; or when the database fails.
pub async fn work_through(app: &App, job: Model) -> ApiResult<Model> {
    let bytes = file::fetch(app.db.read(), job.id).await?;
    let options = Options::of_job(&job)?;
    let name = job.file_name.clone().unwrap_or_default();
    let mut running = Running::resumed(job);
    let opened = file::open(bytes, name, options.reading()).await?;
    let mut reading = match opened {
        Ok(reading) => reading,
        Err(error) => return running.fail(app, error.to_string()).await,
    };
    loop {
        let (on, rows) = file::next(reading).await?;
        reading = on;
        match rows {
            Ok(rows) if rows.is_empty() => return Ok(running.finish(app).await?.0),
            Ok(rows) => running.batch(app, rows).await?,
            Err(error) => return running.fail(app, error.to_string()).await,
        };
    }
}

/// Keeps what became of a batch's rows, in place of what the preview said of them. How many came out otherwise.
///
/// A row that left the catalogue as it was, and was not previewed, is counted and not kept: a file that is sent every
/// night would fill the database with nothing.
pub(super) async fn keep_rows(
    db: &impl ConnectionTrait,
    job: &Model,
    results: &[RowResult],
) -> ApiResult<i64> {
    let (first, count) = (
        job.rows_done + 1,
        i64::try_from(results.len()).unwrap_or(i64::MAX),
    );
    let last = job.rows_done + count;
    let mut promised: HashMap<i64, import_row::Model> = HashMap::new();
    if job.previewed {
        let rows = store::import::promised(db, job.id, first, last).await?;
        promised.extend(rows.into_iter().map(|row| (row.number, row)));
        store::import::clear_rows(db, job.id, first, last).await?;
    }
    let mut rows = Vec::with_capacity(results.len());
    let mut unexpected = 0;
    for (number, result) in (first..).zip(results) {
        let nothing = result.outcome == ImportOutcome::Unchanged && result.problems.is_empty();
        let Some(promise) = promised.remove(&number) else {
            if !nothing {
                rows.push(kept(job.id, number, result)?);
            }
            continue;
        };
        let mut row = kept(job.id, number, result)?;
        row.previewed = Some(promise.outcome);
        if promise.outcome != row.outcome || promise.changes != row.changes {
            unexpected += 1;
            row.problems = Some(told(result, &promise)?);
        }
        rows.push(row);
    }
    store::import::insert_rows(db, rows).await?;
    Ok(unexpected)
}

/// More relations to unknown projects than this are told and not noted on their rows.
const MOST_STRAYS: usize = 1_000;

/// Notes on rows that a relation which they told was left out.
pub(super) async fn keep_strays(db: &impl ConnectionTrait, job: Uuid, strays: &[Stray]) -> ApiResult<()> {
    let mut by_line: BTreeMap<i64, Vec<Problem>> = BTreeMap::new();
    for stray in strays.iter().take(MOST_STRAYS) {
        let line = i64::try_from(stray.line).unwrap_or(i64::MAX);
        by_line.entry(line).or_default().push(stray.problem());
    }
    let lines: Vec<i64> = by_line.keys().copied().collect();
    for lines in lines.chunks(500) {
        for row in store::import::rows_at(db, job, lines).await? {
            let mut problems: Vec<Problem> = match &row.problems {
                Some(before) => serde_json::from_str(before).map_err(ApiError::internal)?,
                None => Vec::new(),
            };
            problems.extend(by_line.get(&row.line).into_iter().flatten().cloned());
            let problems = serde_json::to_string(&problems).map_err(ApiError::internal)?;
            store::import::note_problems(db, &row, problems).await?;
        }
    }
    Ok(())
}

/// The problems of a row, and that it came out otherwise than the preview had said.
fn told(result: &RowResult, promise: &import_row::Model) -> ApiResult<String> {
    let message = match promise.outcome == result.outcome {
        true => "the project was changed since the preview, so this row changed other fields".to_owned(),
        false => format!(
            "the preview said {}; the catalogue was changed since",
            promise.outcome.as_str()
        ),
    };
    let mut problems = result.problems.clone();
    problems.push(Problem::noted("row", message, Consequence::Noted));
    serde_json::to_string(&problems).map_err(ApiError::internal)
}
