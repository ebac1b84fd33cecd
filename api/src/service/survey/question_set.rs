//! Surveys, and the versions of what they ask.

use entity::{survey, survey_question_set as set};
use sea_orm::Set;
use uuid::Uuid;

use super::{managing, name_of, needed};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::service::App;
use crate::service::retry::Retry;
use crate::store;
use crate::survey::definition;

/// Below this a threshold hides nothing that matters.
const LEAST_THRESHOLD: i32 = 3;

/// Above this nothing would ever be shown.
const LARGEST_THRESHOLD: i32 = 100;

/// The threshold unless one is set.
pub const THRESHOLD: i32 = 10;

/// So many versions of what a survey asks are shown.
pub const MOST_SETS: u64 = 100;

/// The operation's name among the keys of retries.
const OPERATION: &str = "createSurvey";

/// A survey that is to be made.
#[derive(Debug, Clone)]
pub struct NewSurvey {
    /// What it is called; as the question set says unless given.
    pub title: Option<String>,
    /// Confidential answers are told of no fewer authorities than this.
    pub threshold: Option<i32>,
    /// What it asks, as a file.
    pub definition: String,
}

/// Makes a survey with a first draft of what it asks. Returns the survey.
///
/// # Errors
/// Every mistake in the question set at once, by `["definition", path in the file…]`.
pub async fn create(app: &App, viewer: &Viewer, told: NewSurvey, retry: Option<Retry>) -> ApiResult<Uuid> {
    managing(viewer)?;
    let mut mistakes = Vec::new();
    let threshold = told.threshold.unwrap_or(THRESHOLD);
    if !(LEAST_THRESHOLD..=LARGEST_THRESHOLD).contains(&threshold) {
        let message = format!("a whole number from {LEAST_THRESHOLD} to {LARGEST_THRESHOLD} is expected");
        mistakes.push(UserError::new(UserErrorCode::OutOfRange, &["threshold"], message));
    }
    let title = match (&told.title, read(&told.definition)) {
        (Some(title), Ok(_)) => needed(&["title"], title, 200, &mut mistakes),
        (None, Ok(set)) => set.title,
        (_, Err(found)) => {
            mistakes.extend(found);
            String::new()
        }
    };
    if !mistakes.is_empty() {
        return Err(ApiError::BadInput(mistakes));
    }
    let now = clock::now();
    let survey = survey::Model {
        id: Uuid::now_v7(),
        title,
        threshold,
        created_by: name_of(viewer),
        created_at: now,
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
    let id = survey.id;
    store::survey::insert(&txn, survey).await?;
    store::survey::insert_set(&txn, draft(viewer, id, 1, told.definition, None)).await?;
    if let Some(retry) = retry {
        retry.keep(&txn, OPERATION, id).await?;
    }
    txn.commit().await?;
    Ok(id)
}

fn draft(viewer: &Viewer, survey: Uuid, number: i32, definition: String, from: Option<Uuid>) -> set::Model {
    let now = clock::now();
    set::Model {
        id: Uuid::now_v7(),
        survey_id: survey,
        number,
        definition,
        revision: 1,
        cloned_from_id: from,
        created_by: name_of(viewer),
        created_at: now,
        updated_at: now,
        published_by: None,
        published_at: None,
    }
}

fn read(definition: &str) -> Result<crate::survey::question::QuestionSet, Vec<UserError>> {
    definition::read(definition).map_err(|found| {
        let below = |mut mistake: UserError| {
            mistake.path.insert(0, "definition".to_owned());
            mistake
        };
        found.into_iter().map(below).collect()
    })
}

/// A version that is there.
async fn standing(app: &App, id: Uuid) -> ApiResult<set::Model> {
    let found = store::survey::set(app.db.read(), id).await?;
    found
        .ok_or_else(|| ApiError::bad_input(UserErrorCode::NotFound, &["id"], "there is no such question set"))
}

/// Begins a new version as a copy of another, to be changed for the next round. Returns it.
///
/// # Errors
/// A mistake at `id` when there is no such version.
pub async fn clone(app: &App, viewer: &Viewer, id: Uuid, retry: Option<Retry>) -> ApiResult<Uuid> {
    const OPERATION: &str = "cloneQuestionSet";
    managing(viewer)?;
    let from = standing(app, id).await?;
    let txn = app.db.begin().await?;
    // Locks the catalogue's row: the next number is taken once.
    store::catalogue::reserve(&txn, 0).await?;
    if let Some(retry) = &retry
        && let Some(earlier) = retry.earlier(&txn, OPERATION).await?
    {
        txn.rollback().await?;
        return Ok(earlier);
    }
    let latest = store::survey::sets(&txn, from.survey_id, 1).await?;
    let number = latest.first().map_or(0, |latest| latest.number) + 1;
    let copy = draft(viewer, from.survey_id, number, from.definition, Some(from.id));
    let id = copy.id;
    store::survey::insert_set(&txn, copy).await?;
    if let Some(retry) = retry {
        retry.keep(&txn, OPERATION, id).await?;
    }
    txn.commit().await?;
    Ok(id)
}

/// Changes a draft.
///
/// # Errors
/// Every mistake in the question set at once; a conflict when it was published, or changed since the revision.
pub async fn change(
    app: &App,
    viewer: &Viewer,
    id: Uuid,
    definition: String,
    revision: i32,
) -> ApiResult<()> {
    managing(viewer)?;
    let row = standing(app, id).await?;
    unpublished(&row)?;
    read(&definition).map_err(ApiError::BadInput)?;
    let change = set::ActiveModel {
        definition: Set(definition),
        revision: Set(revision.saturating_add(1)),
        updated_at: Set(clock::now()),
        ..set::ActiveModel::default()
    };
    write(app, id, revision, change).await
}

/// Publishes a draft: from now on nothing of it changes.
///
/// # Errors
/// A conflict when it was published already, or changed meanwhile.
pub async fn publish(app: &App, viewer: &Viewer, id: Uuid) -> ApiResult<()> {
    managing(viewer)?;
    let row = standing(app, id).await?;
    unpublished(&row)?;
    let change = set::ActiveModel {
        published_by: Set(Some(name_of(viewer))),
        published_at: Set(Some(clock::now())),
        ..set::ActiveModel::default()
    };
    write(app, id, row.revision, change).await
}

async fn write(app: &App, id: Uuid, revision: i32, change: set::ActiveModel) -> ApiResult<()> {
    let txn = app.db.begin().await?;
    if !store::survey::change_set(&txn, id, revision, change).await? {
        let message = "somebody changed or published this question set meanwhile; read it again";
        return Err(ApiError::bad_input(
            UserErrorCode::Conflict,
            &["revision"],
            message,
        ));
    }
    txn.commit().await?;
    Ok(())
}

fn unpublished(row: &set::Model) -> ApiResult<()> {
    if row.published_at.is_none() {
        return Ok(());
    }
    let message = "a published question set never changes; clone it and change the copy";
    Err(ApiError::bad_input(UserErrorCode::Conflict, &["id"], message))
}
