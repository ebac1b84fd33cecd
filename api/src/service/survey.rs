//! Surveys: what is asked, whom, what they answer, what becomes of it.
//!
//! Those who run surveys are administrators; reviewers look at what was submitted; an authority answers by the secret in
//! a link that it was sent, or through the accounts of its editors.

pub mod aggregate;
pub mod bulk;
pub mod export;
pub mod invitation;
pub mod prefill;
pub mod project;
pub mod question_set;
pub mod rate;
pub mod reminder;
pub mod respondent;
pub mod response;
pub mod review;
pub mod submission;
pub mod wave;

use std::collections::BTreeMap;

use entity::{survey, survey_answer, survey_question_set, survey_response, survey_wave};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::App;
use super::project::{LONGEST_SHORT_TEXT, bounded_text};
use crate::access::Viewer;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::store;
use crate::survey::answer::Answer;
use crate::survey::check::Answers;
use crate::survey::definition;
use crate::survey::question::QuestionSet;

/// Refuses whoever does not run surveys.
///
/// # Errors
/// When nobody is known, or somebody who is no administrator.
pub fn managing(viewer: &Viewer) -> ApiResult<()> {
    allowed(
        viewer,
        viewer.is_administrator(),
        "running surveys is for administrators",
    )
}

/// Refuses whoever does not look at what was submitted.
///
/// # Errors
/// When nobody is known, or somebody who is neither a reviewer nor an administrator.
pub fn reviewing(viewer: &Viewer) -> ApiResult<()> {
    let may = viewer.is_administrator() || viewer.is_reviewer();
    allowed(viewer, may, "responses are looked at by reviewers")
}

fn allowed(viewer: &Viewer, may: bool, what: &str) -> ApiResult<()> {
    if may {
        Ok(())
    } else if viewer.account().is_none() {
        Err(ApiError::Unauthenticated(format!("{what}; say who you are")))
    } else {
        Err(ApiError::Forbidden(what.to_owned()))
    }
}

/// How histories call somebody who is known.
fn name_of(viewer: &Viewer) -> String {
    viewer.signature()
}

/// A round with all that is asked in it.
#[derive(Debug, Clone)]
pub struct Round {
    /// The survey.
    pub survey: survey::Model,
    /// The round.
    pub wave: survey_wave::Model,
    /// What is asked.
    pub set: QuestionSet,
}

impl Round {
    /// What the catalogue calls this round where it is the source of a fact.
    #[must_use]
    pub fn source(&self) -> String {
        format!("survey: {}, {}", self.survey.title, self.wave.name)
    }

    /// Whether it can be answered at a moment.
    #[must_use]
    pub fn is_open(&self, now: chrono::DateTime<chrono::Utc>) -> bool {
        self.wave.opens_at <= now && now < self.wave.closes_at
    }
}

/// A round by its id.
///
/// # Errors
/// A mistake at `path` when there is none.
pub async fn round(app: &App, wave: Uuid, path: &[&str]) -> ApiResult<Round> {
    let db = app.db.read();
    let missing = || {
        ApiError::bad_input(
            UserErrorCode::NotFound,
            path,
            "there is no such round of a survey",
        )
    };
    let wave = store::survey::wave(db, wave).await?.ok_or_else(missing)?;
    let survey = store::survey::by_id(db, wave.survey_id)
        .await?
        .ok_or_else(missing)?;
    let set = store::survey::set(db, wave.question_set_id)
        .await?
        .ok_or_else(missing)?;
    Ok(Round {
        set: parsed(&set)?,
        survey,
        wave,
    })
}

/// What a stored version asks.
///
/// # Errors
/// When it was not written by this program.
pub fn parsed(set: &survey_question_set::Model) -> ApiResult<QuestionSet> {
    definition::read(&set.definition).map_err(|mistakes| {
        ApiError::internal(anyhow::anyhow!(
            "the stored question set {} has {} mistakes",
            set.id,
            mistakes.len()
        ))
    })
}

/// The present answers of a response, and their rows.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The answers by question; those that were taken back left out.
    pub answers: Answers,
    /// The rows by question.
    pub rows: BTreeMap<String, survey_answer::Model>,
}

/// What is answered by now.
///
/// # Errors
/// When the database fails.
pub async fn given(db: &impl ConnectionTrait, response: Uuid) -> ApiResult<Given> {
    let mut given = Given::default();
    for row in store::survey::response::answers(db, &[response]).await? {
        if let Some(value) = &row.value {
            given.answers.insert(row.question.clone(), read(value)?);
        }
        given.rows.insert(row.question.clone(), row);
    }
    Ok(given)
}

/// An answer as it is stored.
///
/// # Errors
/// When it was not written by this program.
pub fn read(value: &str) -> ApiResult<Answer> {
    serde_json::from_str(value).map_err(ApiError::internal)
}

/// Answers as a submission has them.
///
/// # Errors
/// When they were not written by this program.
pub fn read_all(value: &str) -> ApiResult<Answers> {
    serde_json::from_str(value).map_err(ApiError::internal)
}

fn written(value: &impl serde::Serialize) -> ApiResult<String> {
    serde_json::to_string(value).map_err(ApiError::internal)
}

/// A short text that is needed.
fn needed(path: &[&str], text: &str, longest: usize, mistakes: &mut Vec<UserError>) -> String {
    let text = text.trim();
    if text.is_empty() {
        let message = format!("a {} is needed", path.last().unwrap_or(&"value"));
        mistakes.push(UserError::new(UserErrorCode::Required, path, message));
    }
    if let Err(ApiError::BadInput(more)) = bounded_text(path, text, longest) {
        mistakes.extend(more);
    }
    text.to_owned()
}

fn reason(path: &[&str], text: &str) -> ApiResult<String> {
    let mut mistakes = Vec::new();
    let text = needed(path, text, LONGEST_SHORT_TEXT, &mut mistakes);
    match mistakes.is_empty() {
        true => Ok(text),
        false => Err(ApiError::BadInput(mistakes)),
    }
}

/// Whether a viewer sees what an authority answers.
#[must_use]
pub fn sees(viewer: &Viewer, response: &survey_response::Model) -> bool {
    viewer.is_administrator() || viewer.is_reviewer() || viewer.belongs_to(response.organisation_id)
}
