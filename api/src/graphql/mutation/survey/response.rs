//! Answering, submitting, declining, reviewing.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::kinds::SurveyDecision;

use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, expect};
use crate::graphql::query::claim;
use crate::graphql::types::survey::{
    AnswerConflict, AnswerInput, SurveyOverlap, SurveyResponse, conflicts, overlaps, sent,
};
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::survey::{response, review, submission};

/// Answers to save.
#[derive(Debug, Clone, InputObject)]
pub(in crate::graphql::mutation) struct SaveSurveyAnswersInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The secret of a link.
    token: Option<String>,
    /// The round's global id, where no secret is given.
    wave: Option<ID>,
    /// The authority's global id, where no secret is given.
    authority: Option<ID>,
    /// The answers, at most 200; questions that are not named stay as they are.
    answers: Vec<AnswerInput>,
}

/// A response to submit.
#[derive(Debug, Clone, InputObject)]
pub(in crate::graphql::mutation) struct SubmitSurveyResponseInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The secret of a link.
    token: Option<String>,
    /// The round's global id, where no secret is given.
    wave: Option<ID>,
    /// The authority's global id, where no secret is given.
    authority: Option<ID>,
    /// Answers to save before it is submitted, at most 200.
    answers: Option<Vec<AnswerInput>>,
}

/// Why an authority does not answer.
#[derive(Debug, Clone, InputObject)]
pub(in crate::graphql::mutation) struct DeclineSurveyInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The secret of a link.
    token: Option<String>,
    /// The round's global id, where no secret is given.
    wave: Option<ID>,
    /// The authority's global id, where no secret is given.
    authority: Option<ID>,
    /// Whether the survey is not meant for the authority, so that it does not count among those who could answer.
    ineligible: Option<bool>,
    /// Why, at most 1,000 characters.
    reason: Option<String>,
}

/// What a reviewer decides.
#[derive(Debug, Clone, InputObject)]
pub(in crate::graphql::mutation) struct ReviewSurveyResponseInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The response's global id.
    id: ID,
    /// The version of the response that was looked at.
    version: i32,
    /// What is decided.
    decision: SurveyDecision,
    /// What the authority should know, at most 1,000 characters; needed where it is returned.
    remarks: Option<String>,
}

/// The result of saving answers.
#[derive(Debug, Clone, SimpleObject)]
pub(in crate::graphql::mutation) struct SaveSurveyAnswersPayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// The response as it is now; null when there were mistakes.
    response: Option<SurveyResponse>,
    /// Questions that another officer answered otherwise meanwhile. All other answers are saved.
    conflicts: Vec<AnswerConflict>,
    /// What the user must put right; then nothing was saved.
    errors: Vec<UserError>,
}

/// The result of submitting a response.
#[derive(Debug, Clone, SimpleObject)]
pub(in crate::graphql::mutation) struct SubmitSurveyResponsePayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// The response as it is now; null when there were mistakes.
    response: Option<SurveyResponse>,
    /// Questions that another officer answered otherwise meanwhile. Then all other answers are saved, and nothing is
    /// submitted.
    conflicts: Vec<AnswerConflict>,
    /// What other authorities do that overlaps the projects that were told.
    overlaps: Vec<SurveyOverlap>,
    /// Everything that the user must put right, at `input.answers` and the question's key; then nothing was changed.
    errors: Vec<UserError>,
}

/// The result of declining a survey.
#[derive(Debug, Clone, SimpleObject)]
pub(in crate::graphql::mutation) struct DeclineSurveyPayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// The response as it is now; null when there were mistakes.
    response: Option<SurveyResponse>,
    /// What the user must put right; then nothing was changed.
    errors: Vec<UserError>,
}

/// The result of reviewing a response.
#[derive(Debug, Clone, SimpleObject)]
pub(in crate::graphql::mutation) struct ReviewSurveyResponsePayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// The response as it is now; null when there were mistakes.
    response: Option<SurveyResponse>,
    /// What the user must put right; then nothing was changed.
    errors: Vec<UserError>,
}

/// Answering, submitting, declining, reviewing.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::graphql::mutation) struct ResponseMutation;

/// Answering, submitting, declining, reviewing.
#[Object]
impl ResponseMutation {
    /// Saves answers in a draft: whatever is there, at any time. Several officers may work on one response; what they
    /// answer is merged question by question.
    async fn save_survey_answers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The answers, and whose.")] input: SaveSurveyAnswersInput,
    ) -> Result<SaveSurveyAnswersPayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        Ok(match mistakes(save(ctx, input).await)? {
            Ok((response, found)) => SaveSurveyAnswersPayload {
                client_mutation_id,
                response: Some(response),
                conflicts: conflicts(found),
                errors: Vec::new(),
            },
            Err(errors) => SaveSurveyAnswersPayload {
                client_mutation_id,
                response: None,
                conflicts: Vec::new(),
                errors,
            },
        })
    }

    /// Checks the whole response and submits it: its projects go into the catalogue, and what overlaps them is shown.
    /// Submitting what was submitted before changes nothing; submitting something else makes a new version.
    async fn submit_survey_response(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, and its last answers.")] input: SubmitSurveyResponseInput,
    ) -> Result<SubmitSurveyResponsePayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        Ok(match mistakes(submit(ctx, input).await)? {
            Ok(done) => SubmitSurveyResponsePayload {
                client_mutation_id,
                response: Some(SurveyResponse(done.respondent.response)),
                conflicts: conflicts(done.conflicts),
                overlaps: overlaps(ctx, done.overlapping).await?,
                errors: Vec::new(),
            },
            Err(errors) => SubmitSurveyResponsePayload {
                client_mutation_id,
                response: None,
                conflicts: Vec::new(),
                overlaps: Vec::new(),
                errors,
            },
        })
    }

    /// Says that an authority does not answer. It may still do so until the round closes.
    async fn decline_survey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, and why.")] input: DeclineSurveyInput,
    ) -> Result<DeclineSurveyPayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        let (response, errors) = match mistakes(decline(ctx, input).await)? {
            Ok(response) => (Some(response), Vec::new()),
            Err(errors) => (None, errors),
        };
        Ok(DeclineSurveyPayload {
            client_mutation_id,
            response,
            errors,
        })
    }

    /// Takes a submitted response, or gives it back with remarks. For reviewers.
    async fn review_survey_response(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what is decided.")] input: ReviewSurveyResponseInput,
    ) -> Result<ReviewSurveyResponsePayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        let (response, errors) = match mistakes(decide(ctx, input).await)? {
            Ok(response) => (Some(response), Vec::new()),
            Err(errors) => (None, errors),
        };
        Ok(ReviewSurveyResponsePayload {
            client_mutation_id,
            response,
            errors,
        })
    }
}

async fn save(
    ctx: &Context<'_>,
    input: SaveSurveyAnswersInput,
) -> ApiResult<(SurveyResponse, Vec<response::AnswerConflict>)> {
    let claim = claim(input.token, input.wave.as_ref(), input.authority.as_ref())?;
    let (app, viewer) = (ctx.data_unchecked::<App>(), viewer::of(ctx));
    let (respondent, conflicts) = response::save(app, &viewer, &claim, sent(input.answers)?).await?;
    Ok((SurveyResponse(respondent.response), conflicts))
}

async fn submit(ctx: &Context<'_>, input: SubmitSurveyResponseInput) -> ApiResult<submission::Submitted> {
    let claim = claim(input.token, input.wave.as_ref(), input.authority.as_ref())?;
    let answers = sent(input.answers.unwrap_or_default())?;
    submission::submit(ctx.data_unchecked::<App>(), &viewer::of(ctx), &claim, answers).await
}

async fn decline(ctx: &Context<'_>, input: DeclineSurveyInput) -> ApiResult<SurveyResponse> {
    let claim = claim(input.token, input.wave.as_ref(), input.authority.as_ref())?;
    let (app, viewer) = (ctx.data_unchecked::<App>(), viewer::of(ctx));
    let ineligible = input.ineligible.unwrap_or(false);
    let respondent = response::decline(app, &viewer, &claim, ineligible, input.reason.as_deref()).await?;
    Ok(SurveyResponse(respondent.response))
}

async fn decide(ctx: &Context<'_>, input: ReviewSurveyResponseInput) -> ApiResult<SurveyResponse> {
    let id = expect(Kind::SurveyResponse, &input.id, &["id"])?;
    let (app, viewer) = (ctx.data_unchecked::<App>(), viewer::of(ctx));
    let decision = input.decision;
    let row = review::review(
        app,
        &viewer,
        id,
        input.version,
        decision,
        input.remarks.as_deref(),
    )
    .await?;
    Ok(SurveyResponse(row))
}
