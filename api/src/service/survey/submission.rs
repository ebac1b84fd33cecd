//! Submitting a response: everything is checked, its projects go into the catalogue, and a version of it is kept.

use entity::kinds::SurveyResponseState as State;
use entity::{survey_response as response, survey_submission as submission};
use sea_orm::Set;
use uuid::Uuid;

use super::project::Overlapping;
use super::respondent::{Claim, Respondent, writing};
use super::response::{AnswerConflict, Keeping, Sent, again, merged, prepared, save_in};
use super::{given, project, read_all, written};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::service::App;
use crate::service::directory::{Meaning, Meanings, listed};
use crate::store::{self, Transaction};
use crate::survey::answer::Answer;
use crate::survey::check::{Answers, asked, complete};

/// What submitting came to.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// The response as it is now.
    pub respondent: Respondent,
    /// What other officers had answered otherwise meanwhile: then the answers are saved, and nothing is submitted.
    pub conflicts: Vec<AnswerConflict>,
    /// What others do that overlaps the projects that were told.
    pub overlapping: Vec<Overlapping>,
}

/// Saves answers and submits the response. Submitting what was submitted before changes nothing.
///
/// # Errors
/// Every mistake at once, by `["answers", question, …]`; then nothing is changed.
pub async fn submit(app: &App, viewer: &Viewer, claim: &Claim, sent: Vec<Sent>) -> ApiResult<Submitted> {
    let (respondent, conflicts, answers) = write(app, viewer, claim, sent).await?;
    let overlapping = match conflicts.is_empty() {
        true => project::overlapping(app, &respondent, &answers).await?,
        false => Vec::new(),
    };
    Ok(Submitted {
        respondent,
        conflicts,
        overlapping,
    })
}

/// Saves answers and submits the response. Returns it with what was submitted.
///
/// # Errors
/// As [`submit`].
pub(super) async fn write(
    app: &App,
    viewer: &Viewer,
    claim: &Claim,
    sent: Vec<Sent>,
) -> ApiResult<(Respondent, Vec<AnswerConflict>, Answers)> {
    let respondent = writing(app, viewer, claim).await?;
    let (ready, before) = prepared(app, &respondent, sent).await?;
    let intended = asked(&respondent.round.set, &merged(&before, &ready));
    checked(app, &respondent, &intended)?;
    project::decided(app, &respondent, &intended).await?;
    let txn = app.db.begin().await?;
    let conflicts = save_in(&txn, &respondent, ready).await?;
    if !conflicts.is_empty() {
        txn.commit().await?;
        return Ok((again(app, respondent).await?, conflicts, Answers::new()));
    }
    let answers = asked(
        &respondent.round.set,
        &given(&txn, respondent.response.id).await?.answers,
    );
    if answers != intended {
        // Somebody else answered since it was looked at.
        checked(app, &respondent, &answers)?;
    }
    let answers = record(app, &txn, &respondent, answers).await?;
    txn.commit().await?;
    app.live.wake();
    Ok((again(app, respondent).await?, conflicts, answers))
}

pub(super) fn checked(app: &App, respondent: &Respondent, answers: &Answers) -> ApiResult<()> {
    let body = |name: &str| match app.directory.meaning(name, None) {
        Meaning::Clear(_) => None,
        Meaning::Ambiguous(candidates) => Some((
            UserErrorCode::Ambiguous,
            format!("“{name}” may mean {}; give its code or id", listed(&candidates)),
        )),
        Meaning::Unknown(_) => Some((
            UserErrorCode::NotFound,
            format!("no organisation is known as “{name}”"),
        )),
    };
    let mistakes = complete(&respondent.round.set, answers, &body);
    match mistakes.is_empty() {
        true => Ok(()),
        false => Err(ApiError::BadInput(mistakes)),
    }
}

/// Writes the projects, the answers with their ids, and the submission. Returns the answers as submitted.
async fn record(
    app: &App,
    txn: &Transaction,
    respondent: &Respondent,
    answers: Answers,
) -> ApiResult<Answers> {
    let id = respondent.response.id;
    let Some(row) = store::survey::response::by_id(txn, id).await? else {
        return Err(ApiError::NotFound("the response is gone".to_owned()));
    };
    let latest = store::survey::response::submissions(txn, &[id])
        .await?
        .into_iter()
        .next();
    if let Some(latest) = latest
        && row.state == State::Submitted
        && read_all(&latest.answers)? == answers
    {
        return Ok(answers);
    }
    let known = project::write(app, txn, respondent, &answers).await?;
    remember(txn, respondent, &answers, &known).await?;
    let now = clock::now();
    let kept = submission::Model {
        id: Uuid::now_v7(),
        response_id: id,
        version: row.version + 1,
        answers: written(&known)?,
        submitted_by: respondent.by.clone(),
        submitted_at: now,
        decision: None,
        remarks: None,
        decided_by: None,
        decided_at: None,
    };
    store::survey::response::insert_submission(txn, kept).await?;
    let change = response::ActiveModel {
        state: Set(State::Submitted),
        version: Set(row.version + 1),
        updated_at: Set(now),
        submitted_at: Set(Some(now)),
        reason: Set(None),
        ..response::ActiveModel::default()
    };
    store::survey::response::change(txn, id, change).await?;
    Ok(known)
}

/// Notes beside each project of an answer which project of the catalogue it is, so that the next submission means it too.
async fn remember(
    txn: &Transaction,
    respondent: &Respondent,
    before: &Answers,
    after: &Answers,
) -> ApiResult<()> {
    let stored = given(txn, respondent.response.id).await?;
    for (question, answer) in after {
        if !matches!(answer, Answer::Projects(_)) || before.get(question) == Some(answer) {
            continue;
        }
        let revision = stored.rows.get(question).map_or(0, |row| row.revision);
        let kept = Keeping {
            response: respondent.response.id,
            question,
            value: Some(written(answer)?),
            by: &respondent.by,
        };
        kept.answer(txn, revision + 1).await?;
    }
    Ok(())
}
