//! Submitting a response: everything is checked, its projects go into the catalogue, and a version of it is kept.

use entity::kinds::SurveyResponseState as State;
use entity::{survey_response as response, survey_submission as submission};
use sea_orm::Set;
use uuid::Uuid;

use super::project::Overlapping;
use super::respondent::{Claim, Respondent, writing};
use super::response::{AnswerConflict, Keeping, Sent, again, merged, prepared, save_in};
use super::{Given, given, project, read_all, written};
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
    for _ in 0..TRIES {
        if let Some(done) = attempt(app, viewer, claim, sent.clone()).await? {
            return Ok(done);
        }
        app.live.catch_up(&app.db).await?;
    }
    let message = "others change this authority's answers or projects at the same time; try again";
    Err(ApiError::Conflict(message.to_owned()))
}

/// So often a submission is looked at anew because what it rests on changed meanwhile.
const TRIES: usize = 5;

/// Submits a response if nothing that it rests on changes on the way. `None` where something did: then nothing was
/// written, and it is to be looked at anew.
async fn attempt(
    app: &App,
    viewer: &Viewer,
    claim: &Claim,
    sent: Vec<Sent>,
) -> ApiResult<Option<(Respondent, Vec<AnswerConflict>, Answers)>> {
    let respondent = writing(app, viewer, claim).await?;
    let own: Vec<String> = sent.iter().map(|sent| sent.question.clone()).collect();
    let (ready, before) = prepared(app, &respondent, sent).await?;
    let intended = asked(&respondent.round.set, &merged(&before, &ready));
    checked(app, &respondent, &intended)?;
    // Read before the index is asked: what comes after it, the index may not know.
    let place = app.live.place();
    project::decided(app, &respondent, &intended).await?;
    let txn = app.db.begin().await?;
    let conflicts = save_in(&txn, &respondent, ready).await?;
    if !conflicts.is_empty() {
        txn.commit().await?;
        return Ok(Some((again(app, respondent).await?, conflicts, Answers::new())));
    }
    let stored = given(&txn, respondent.response.id).await?;
    let answers = asked(&respondent.round.set, &stored.answers);
    // Locks the catalogue's row: from here on nobody records a project that the officer should have been asked about.
    store::catalogue::reserve(&txn, 0).await?;
    // Somebody else answered, or recorded a project of the authority, since it was looked at.
    if touched(&before, &stored, &own) || project::moved_on(&txn, &respondent, &answers, place).await? {
        txn.rollback().await?;
        return Ok(None);
    }
    let answers = record(app, &txn, &respondent, answers).await?;
    txn.commit().await?;
    app.live.wake();
    Ok(Some((again(app, respondent).await?, conflicts, answers)))
}

/// Whether somebody answered another question than one's `own` between two looks.
fn touched(before: &Given, after: &Given, own: &[String]) -> bool {
    let revision = |given: &Given, question: &String| given.rows.get(question).map(|row| row.revision);
    let mut others = after.rows.keys().filter(|question| !own.contains(question));
    others.any(|question| revision(before, question) != revision(after, question))
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
