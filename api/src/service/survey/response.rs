//! Saving answers: whatever is there, at any time, by as many officers as want to.
//!
//! Each question has a revision of its own. Whoever answers says which one they saw; where another officer answered
//! otherwise meanwhile, both answers are shown and kept, and the one that came first stays until somebody chooses.

use std::collections::BTreeMap;

use entity::kinds::SurveyResponseState as State;
use entity::{survey_answer as answer, survey_answer_version as version, survey_response as response};
use sea_orm::Set;
use uuid::Uuid;

use super::prefill::{self, Prefilled};
use super::respondent::{Claim, Respondent, writing};
use super::{Given, given, read, written};
use crate::access::Viewer;
use crate::clock;
use crate::error::{ApiError, ApiResult, UserError, UserErrorCode};
use crate::service::App;
use crate::store::{self, Transaction};
use crate::survey::answer::Answer;
use crate::survey::check::{Answers, keepable};

/// An answer as it is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The question.
    pub question: String,
    /// What is answered.
    pub content: Content,
    /// The revision of the answer that the sender saw; 0 where there was none.
    pub base: i32,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// This.
    Given(Answer),
    /// Nothing: an earlier answer is taken back.
    Cleared,
    /// What was filled in beforehand is right.
    Confirmed,
}

/// Two officers answered one question differently.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerConflict {
    /// The question.
    pub question: String,
    /// What was answered meanwhile, and stays; `None` where it was taken back.
    pub stored: Option<Answer>,
    /// The revision to send with another try.
    pub revision: i32,
    /// Who answered it.
    pub by: String,
    /// What was sent now; it is kept beside.
    pub yours: Option<Answer>,
}

/// Saves answers in a draft. Returns what other officers had answered otherwise meanwhile; everything else is saved.
///
/// # Errors
/// Every answer that cannot be kept, by its place in the list; then nothing is saved.
pub async fn save(
    app: &App,
    viewer: &Viewer,
    claim: &Claim,
    sent: Vec<Sent>,
) -> ApiResult<(Respondent, Vec<AnswerConflict>)> {
    let respondent = writing(app, viewer, claim).await?;
    let (sent, _) = prepared(app, &respondent, sent).await?;
    let txn = app.db.begin().await?;
    let conflicts = save_in(&txn, &respondent, sent).await?;
    txn.commit().await?;
    Ok((again(app, respondent).await?, conflicts))
}

/// The respondent with the response as it is now.
pub(super) async fn again(app: &App, respondent: Respondent) -> ApiResult<Respondent> {
    let row = store::survey::response::by_id(app.db.read(), respondent.response.id).await?;
    Ok(Respondent {
        response: row.unwrap_or(respondent.response),
        ..respondent
    })
}

/// An answer that is ready to be written.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    question: String,
    answer: Option<Answer>,
    base: i32,
}

/// Answers with confirmations replaced by what they confirm, checked; and what is answered by now.
pub(super) async fn prepared(
    app: &App,
    respondent: &Respondent,
    sent: Vec<Sent>,
) -> ApiResult<(Vec<Ready>, Given)> {
    let given = given(app.db.read(), respondent.response.id).await?;
    let confirming = sent.iter().any(|sent| sent.content == Content::Confirmed);
    let known = match confirming {
        true => prefill::prefilled(app, respondent, &given).await?,
        false => BTreeMap::new(),
    };
    let mut mistakes = Vec::new();
    let mut ready = Vec::with_capacity(sent.len());
    let mut places = Vec::with_capacity(sent.len());
    for (place, sent) in sent.into_iter().enumerate() {
        let answer = match sent.content {
            Content::Given(answer) => Some(answer.tidied()).filter(|answer| !answer.is_blank()),
            Content::Cleared => None,
            Content::Confirmed => match confirmed(&sent.question, &given, &known) {
                Some(answer) => Some(answer),
                None => {
                    let path = ["answers", &place.to_string(), "confirm"];
                    let message = "nothing was filled in for this question; answer it";
                    mistakes.push(UserError::new(UserErrorCode::NotFound, &path, message));
                    continue;
                }
            },
        };
        places.push(place);
        ready.push(Ready {
            question: sent.question,
            answer,
            base: sent.base,
        });
    }
    let told: Vec<(String, Option<Answer>)> = ready
        .iter()
        .map(|ready| (ready.question.clone(), ready.answer.clone()))
        .collect();
    let found = keepable(&respondent.round.set, &given.answers, &told).into_iter();
    mistakes.extend(found.map(|mistake| placed(mistake, &places)));
    match mistakes.is_empty() {
        true => Ok((ready, given)),
        false => Err(ApiError::BadInput(mistakes)),
    }
}

/// A mistake by its place in the list as it was sent.
fn placed(mut mistake: UserError, places: &[usize]) -> UserError {
    if let Some(step) = mistake.path.get_mut(1)
        && let Some(place) = step.parse::<usize>().ok().and_then(|place| places.get(place))
    {
        *step = place.to_string();
    }
    mistake
}

/// What a confirmation confirms: what was filled in, or what is answered already.
fn confirmed(question: &str, given: &Given, known: &BTreeMap<String, Prefilled>) -> Option<Answer> {
    let filled = known.get(question).map(|filled| filled.answer.clone());
    given.answers.get(question).cloned().or(filled)
}

/// The answers as they will be once these are written.
pub(super) fn merged(given: &Given, ready: &[Ready]) -> Answers {
    let mut all = given.answers.clone();
    for ready in ready {
        match &ready.answer {
            Some(answer) => drop(all.insert(ready.question.clone(), answer.clone())),
            None => drop(all.remove(&ready.question)),
        }
    }
    all
}

/// Writes answers within a transaction.
pub(super) async fn save_in(
    txn: &Transaction,
    respondent: &Respondent,
    ready: Vec<Ready>,
) -> ApiResult<Vec<AnswerConflict>> {
    let id = respondent.response.id;
    // Locks the response: answers are merged one officer after the other.
    let row = store::survey::response::touch(txn, id).await?;
    let Some(row) = row else {
        return Err(ApiError::NotFound("the response is gone".to_owned()));
    };
    changeable(&row)?;
    let stored = given(txn, id).await?;
    let mut conflicts = Vec::new();
    let mut changed = false;
    for ready in ready {
        let known = stored.rows.get(&ready.question);
        let value = ready.answer.as_ref().map(written).transpose()?;
        let revision = known.map_or(0, |row| row.revision);
        let same = match (&ready.answer, stored.answers.get(&ready.question)) {
            (Some(sent), Some(stored)) => sent.repeats(stored),
            (None, None) => true,
            _ => false,
        };
        if same {
            continue;
        }
        let taken = revision == ready.base;
        let kept = Keeping {
            response: id,
            question: &ready.question,
            value,
            by: &respondent.by,
        };
        if taken {
            kept.answer(txn, revision + 1).await?;
            changed = true;
        } else {
            kept.version(txn, revision, false).await?;
            conflicts.push(AnswerConflict {
                question: ready.question.clone(),
                stored: stored.answers.get(&ready.question).cloned(),
                revision,
                by: known.map(|row| row.answered_by.clone()).unwrap_or_default(),
                yours: ready.answer,
            });
        }
    }
    if changed {
        began(txn, &row).await?;
    }
    Ok(conflicts)
}

/// Answers of a response that is approved, are not changed any more.
fn changeable(row: &response::Model) -> ApiResult<()> {
    if row.state != State::Approved {
        return Ok(());
    }
    let message = "this response was approved; ask for it to be returned before you change it";
    Err(ApiError::bad_input(UserErrorCode::Conflict, &["wave"], message))
}

/// Notes that something was answered; whoever had declined thereby takes part after all.
async fn began(txn: &Transaction, row: &response::Model) -> ApiResult<()> {
    let state = match row.state {
        State::Invited | State::Refused | State::Ineligible => State::Draft,
        other => other,
    };
    let change = response::ActiveModel {
        state: Set(state),
        reason: Set(None),
        updated_at: Set(clock::now()),
        ..response::ActiveModel::default()
    };
    Ok(store::survey::response::change(txn, row.id, change).await?)
}

/// An answer that is written down.
pub(super) struct Keeping<'a> {
    pub(super) response: Uuid,
    pub(super) question: &'a str,
    pub(super) value: Option<String>,
    pub(super) by: &'a str,
}

impl Keeping<'_> {
    /// Makes it the present answer.
    pub(super) async fn answer(&self, txn: &Transaction, revision: i32) -> ApiResult<()> {
        let row = answer::Model {
            response_id: self.response,
            question: self.question.to_owned(),
            value: self.value.clone(),
            revision,
            answered_by: self.by.to_owned(),
            answered_at: clock::now(),
        };
        store::survey::response::put_answer(txn, row).await?;
        self.version(txn, revision, true).await
    }

    async fn version(&self, txn: &Transaction, revision: i32, taken: bool) -> ApiResult<()> {
        let row = version::Model {
            id: Uuid::now_v7(),
            response_id: self.response,
            question: self.question.to_owned(),
            revision,
            value: self.value.clone(),
            taken,
            answered_by: self.by.to_owned(),
            answered_at: clock::now(),
        };
        Ok(store::survey::response::keep_version(txn, row).await?)
    }
}

/// Says that an authority does not answer, and why: it refuses, or the survey is not meant for it. What it had answered
/// is kept.
///
/// # Errors
/// A mistake at `reason`; a conflict when it was submitted already.
pub async fn decline(
    app: &App,
    viewer: &Viewer,
    claim: &Claim,
    ineligible: bool,
    reason: Option<&str>,
) -> ApiResult<Respondent> {
    let respondent = writing(app, viewer, claim).await?;
    let reason = reason
        .map(|reason| super::reason(&["reason"], reason))
        .transpose()?;
    let txn = app.db.begin().await?;
    let row = store::survey::response::touch(&txn, respondent.response.id).await?;
    if row.is_some_and(|row| row.version > 0) {
        let message = "this response was submitted already";
        return Err(ApiError::bad_input(UserErrorCode::Conflict, &["wave"], message));
    }
    let change = response::ActiveModel {
        state: Set(if ineligible {
            State::Ineligible
        } else {
            State::Refused
        }),
        reason: Set(reason),
        updated_at: Set(clock::now()),
        ..response::ActiveModel::default()
    };
    store::survey::response::change(&txn, respondent.response.id, change).await?;
    txn.commit().await?;
    again(app, respondent).await
}

/// Every answer that was given to a question of a response, the latest first; those that were not taken too.
///
/// # Errors
/// When the database fails.
pub async fn history(
    app: &App,
    response: Uuid,
    question: &str,
) -> ApiResult<Vec<(version::Model, Option<Answer>)>> {
    let rows = store::survey::response::versions(app.db.read(), response, question, MOST_VERSIONS).await?;
    let told = rows.into_iter().map(|row| {
        let answer = row.value.as_deref().map(read).transpose()?;
        Ok((row, answer))
    });
    told.collect()
}

/// So many answers to one question are shown.
const MOST_VERSIONS: u64 = 100;
