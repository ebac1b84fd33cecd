//! Rounds of a survey.

use chrono::{DateTime, Utc};
use entity::survey_wave as wave;
use sea_orm::Set;
use uuid::Uuid;

use super::{managing, name_of, needed};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::service::App;
use crate::service::retry::Retry;
use crate::store;

/// The operation's name among the keys of retries.
const OPERATION: &str = "createSurveyWave";

/// So many rounds of a survey are looked at.
pub const MOST_WAVES: u64 = 100;

/// A round that is to be made.
#[derive(Debug, Clone)]
pub struct NewWave {
    /// What is asked; published.
    pub question_set: Uuid,
    /// What it is called.
    pub name: String,
    /// From when on it can be answered.
    pub opens_at: DateTime<Utc>,
    /// From when on it cannot.
    pub closes_at: DateTime<Utc>,
}

/// Makes a round. Returns it.
///
/// # Errors
/// Every mistake at once.
pub async fn create(app: &App, viewer: &Viewer, told: NewWave, retry: Option<Retry>) -> ApiResult<Uuid> {
    managing(viewer)?;
    let mut mistakes = Vec::new();
    let name = needed(&["name"], &told.name, 200, &mut mistakes);
    let mut say = |code, field: &str, message: &str| mistakes.push(UserError::new(code, &[field], message));
    let set = store::survey::set(app.db.read(), told.question_set).await?;
    match &set {
        None => say(
            UserErrorCode::NotFound,
            "questionSet",
            "there is no such question set",
        ),
        Some(set) if set.published_at.is_none() => {
            say(
                UserErrorCode::Conflict,
                "questionSet",
                "publish the question set first",
            );
        }
        Some(_) => {}
    }
    if told.closes_at <= told.opens_at {
        say(
            UserErrorCode::ReversedPeriod,
            "closesAt",
            "it closes before it opens",
        );
    }
    let Some(set) = set.filter(|_| mistakes.is_empty()) else {
        return Err(ApiError::BadInput(mistakes));
    };
    let row = wave::Model {
        id: Uuid::now_v7(),
        survey_id: set.survey_id,
        question_set_id: set.id,
        name,
        opens_at: told.opens_at,
        closes_at: told.closes_at,
        created_by: name_of(viewer),
        created_at: clock::now(),
    };
    let txn = app.db.begin().await?;
    // Locks the catalogue's row, so that two tries with one key cannot both be the first.
    store::catalogue::reserve(&txn, 0).await?;
    if let Some(retry) = &retry
        && let Some(earlier) = retry.earlier(&txn, OPERATION).await?
    {
        txn.rollback().await?;
        return Ok(earlier);
    }
    let id = row.id;
    store::survey::insert_wave(&txn, row).await?;
    if let Some(retry) = retry {
        retry.keep(&txn, OPERATION, id).await?;
    }
    txn.commit().await?;
    Ok(id)
}

/// Moves the end of a round that has not ended: later, or at once by a moment that has passed.
///
/// A round that has ended stays so: its results are told, and would give away whoever answers after that.
///
/// # Errors
/// A mistake at `id` or `closesAt`.
pub async fn move_end(app: &App, viewer: &Viewer, id: Uuid, closes_at: DateTime<Utc>) -> ApiResult<()> {
    managing(viewer)?;
    let now = clock::now();
    let missing = || ApiError::bad_input(UserErrorCode::NotFound, &["id"], "there is no such round");
    let row = store::survey::wave(app.db.read(), id)
        .await?
        .ok_or_else(missing)?;
    if row.closes_at <= now {
        let message = "this round has ended, and its results are told; it cannot be opened again";
        return Err(ApiError::bad_input(UserErrorCode::Conflict, &["id"], message));
    }
    // No earlier than now: what was submitted until now counts.
    let closes_at = closes_at.max(now);
    if closes_at <= row.opens_at {
        let message = "it would close before it opens";
        return Err(ApiError::bad_input(
            UserErrorCode::ReversedPeriod,
            &["closesAt"],
            message,
        ));
    }
    let txn = app.db.begin().await?;
    let change = wave::ActiveModel {
        closes_at: Set(closes_at),
        ..wave::ActiveModel::default()
    };
    store::survey::change_wave(&txn, id, change).await?;
    txn.commit().await?;
    Ok(())
}
