//! Looking at what was submitted: it is taken, or goes back with remarks.

use entity::kinds::{SurveyDecision, SurveyResponseState as State};
use entity::{survey_response as response, survey_submission as submission};
use sea_orm::Set;
use uuid::Uuid;

use super::{name_of, reviewing};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::service::App;
use crate::service::project::{LONGEST_SHORT_TEXT, bounded_text};
use crate::store;

/// Takes a submitted response, or gives it back.
///
/// # Errors
/// A mistake at `id`, `version` or `remarks`: what was not submitted, or was submitted anew meanwhile, is not decided on.
pub async fn review(
    app: &App,
    viewer: &Viewer,
    id: Uuid,
    version: i32,
    decision: SurveyDecision,
    remarks: Option<&str>,
) -> ApiResult<response::Model> {
    reviewing(viewer)?;
    let remarks = remarks.map(str::trim).filter(|text| !text.is_empty());
    if decision == SurveyDecision::Returned && remarks.is_none() {
        let message = "say what is to be put right";
        return Err(ApiError::bad_input(
            UserErrorCode::Required,
            &["remarks"],
            message,
        ));
    }
    bounded_text(&["remarks"], remarks.unwrap_or_default(), LONGEST_SHORT_TEXT)?;
    let txn = app.db.begin().await?;
    let Some(row) = store::survey::response::touch(&txn, id).await? else {
        let message = "there is no such response";
        return Err(ApiError::bad_input(UserErrorCode::NotFound, &["id"], message));
    };
    let refuse =
        |path: &str, message: &str| Err(ApiError::bad_input(UserErrorCode::Conflict, &[path], message));
    if !matches!(row.state, State::Submitted | State::Approved) {
        return refuse("id", "only what is submitted can be decided on");
    }
    if row.version != version {
        return refuse("version", "it was submitted anew meanwhile; read it again");
    }
    let latest = store::survey::response::submissions(&txn, &[id])
        .await?
        .into_iter()
        .next();
    let now = clock::now();
    if let Some(latest) = latest {
        let change = submission::ActiveModel {
            decision: Set(Some(decision)),
            remarks: Set(remarks.map(str::to_owned)),
            decided_by: Set(Some(name_of(viewer))),
            decided_at: Set(Some(now)),
            ..submission::ActiveModel::default()
        };
        store::survey::response::decide(&txn, latest.id, change).await?;
    }
    let change = response::ActiveModel {
        state: Set(match decision {
            SurveyDecision::Approved => State::Approved,
            SurveyDecision::Returned => State::Returned,
        }),
        updated_at: Set(now),
        ..response::ActiveModel::default()
    };
    store::survey::response::change(&txn, id, change).await?;
    txn.commit().await?;
    let row = store::survey::response::by_id(app.db.read(), id).await?;
    row.ok_or_else(|| ApiError::NotFound("the response is gone".to_owned()))
}
