//! What can be asked of surveys.

use async_graphql::{Context, ID, Object};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::graphql::id::{Kind, decode, expect};
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::PageArguments;
use crate::graphql::types::node::Node;
use crate::graphql::types::survey::{
    QuestionSet, Survey, SurveyAggregate, SurveyConnection, SurveyDimension, SurveyFile, SurveyFileFormat,
    SurveyInvitation, SurveyRate, SurveyResponse, SurveyUpload, SurveyWave,
};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::survey::respondent::{Claim, reading};
use crate::service::survey::{aggregate, bulk, export, rate, sees};
use crate::store;

/// What can be asked of surveys.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SurveyQuery;

/// What can be asked of surveys.
#[Object]
impl SurveyQuery {
    /// A survey by its global id; null when there is none.
    async fn survey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The survey's global id.")] id: ID,
    ) -> Option<ApiResult<Survey>> {
        let found = async {
            let id = expect(Kind::Survey, &id, &["id"])?;
            survey(ctx, id).await
        };
        found.await.transpose()
    }

    /// Surveys, the latest first.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn surveys(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<SurveyConnection, ApiError> {
        Survey::connection(ctx, &PageArguments::forwards(first, after)).await
    }

    /// What an authority answers in a round: by the secret of its link, or, for members of the authority and reviewers,
    /// by the round and the authority. What one may not see is told as if it were not there.
    async fn survey_response(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The secret of a link.")] token: Option<String>,
        #[graphql(desc = "The round's global id, where no secret is given.")] wave: Option<ID>,
        #[graphql(desc = "The authority's global id, where no secret is given.")] authority: Option<ID>,
    ) -> Result<SurveyResponse, ApiError> {
        let claim = claim(token, wave.as_ref(), authority.as_ref())?;
        let found = reading(ctx.data_unchecked::<App>(), &viewer::of(ctx), &claim).await?;
        Ok(SurveyResponse(found.response))
    }

    /// How many authorities of a round answered: all together, by group, or round by round.
    async fn survey_response_rates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The round's global id.")] wave: ID,
        #[graphql(desc = "By what; all authorities together unless given.")] by: Option<SurveyDimension>,
    ) -> Result<Vec<SurveyRate>, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let wave = expect(Kind::SurveyWave, &wave, &["wave"])?;
        let mut told = Vec::new();
        for found in rate::rates(app, wave, by.map(Into::into)).await? {
            let wave = store::survey::wave(app.db.read(), found.wave).await?;
            told.extend(wave.map(|wave| SurveyRate::of(found, wave)));
        }
        Ok(told)
    }

    /// What all authorities together answered to a question: counts, shares, middles and sums. Small numbers of
    /// confidential answers are hidden, and whatever they would follow from.
    async fn survey_aggregate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The round's global id.")] wave: ID,
        #[graphql(desc = "The question's key.")] question: String,
        #[graphql(desc = "By what; all authorities together unless given.")] by: Option<SurveyDimension>,
    ) -> Result<SurveyAggregate, ApiError> {
        let wave = expect(Kind::SurveyWave, &wave, &["wave"])?;
        let app = ctx.data_unchecked::<App>();
        let told = aggregate::aggregate(app, wave, &question, by.map(Into::into)).await?;
        Ok(told.into())
    }

    /// The results of a round as a file, with the same numbers hidden: of each question for all authorities, by nation,
    /// by type and by region; a workbook has the response rates too.
    async fn survey_results_file(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The round's global id.")] wave: ID,
        #[graphql(desc = "How it is laid out.")] format: SurveyFileFormat,
    ) -> Result<SurveyFile, ApiError> {
        let wave = expect(Kind::SurveyWave, &wave, &["wave"])?;
        let file = export::export(ctx.data_unchecked::<App>(), wave, format.into()).await?;
        Ok(file.into())
    }

    /// An empty file for the answers of a round, with a row for each authority that was invited: fill it in and send it by
    /// `previewSurveyUpload`. For administrators.
    async fn survey_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The round's global id.")] wave: ID,
        #[graphql(desc = "How it is laid out.")] format: SurveyFileFormat,
    ) -> Result<SurveyFile, ApiError> {
        let wave = expect(Kind::SurveyWave, &wave, &["wave"])?;
        let viewer = viewer::of(ctx);
        let file = bulk::template(ctx.data_unchecked::<App>(), &viewer, wave, format.into()).await?;
        Ok(file.into())
    }
}

/// How somebody shows that a response is theirs.
///
/// # Errors
/// Bad input unless a secret is given, or a round and an authority.
pub(crate) fn claim(token: Option<String>, wave: Option<&ID>, authority: Option<&ID>) -> ApiResult<Claim> {
    match (token, wave, authority) {
        (Some(token), None, None) => Ok(Claim::Token(token)),
        (None, Some(wave), Some(authority)) => Ok(Claim::Account {
            wave: expect(Kind::SurveyWave, wave, &["wave"])?,
            organisation: expect(Kind::Organisation, authority, &["authority"])?,
        }),
        _ => {
            let message = "give the token of a link, or a wave and an authority";
            Err(ApiError::bad_input(UserErrorCode::Required, &["token"], message))
        }
    }
}

/// A survey that the viewer sees: one with a round, or any for those who run surveys.
async fn survey(ctx: &Context<'_>, id: Uuid) -> ApiResult<Option<Survey>> {
    let db = ctx.data_unchecked::<App>().db.read();
    let row = store::survey::by_id(db, id).await?;
    let seen = viewer::of(ctx).is_administrator() || !store::survey::waves(db, id, 1).await?.is_empty();
    Ok(row.filter(|_| seen).map(Survey))
}

/// Something of a survey by its global id, where the viewer sees it.
pub(super) async fn node(ctx: &Context<'_>, id: &str) -> ApiResult<Option<Node>> {
    let db = ctx.data_unchecked::<App>().db.read();
    let viewer = viewer::of(ctx);
    Ok(match decode(id) {
        Some((Kind::Survey, id)) => survey(ctx, id).await?.map(Node::Survey),
        Some((Kind::QuestionSet, id)) => {
            let row = store::survey::set(db, id).await?;
            let seen = row.filter(|row| row.published_at.is_some() || viewer.is_administrator());
            seen.map(|row| Node::QuestionSet(QuestionSet(row)))
        }
        Some((Kind::SurveyWave, id)) => {
            let row = store::survey::wave(db, id).await?;
            row.map(|row| Node::SurveyWave(SurveyWave(row)))
        }
        Some((Kind::SurveyResponse, id)) => {
            let row = store::survey::response::by_id(db, id).await?;
            let seen = row.filter(|row| sees(&viewer, row));
            seen.map(|row| Node::SurveyResponse(SurveyResponse(row)))
        }
        Some((Kind::SurveyInvitation, id)) => {
            let row = store::survey::invitation::by_id(db, id).await?;
            let seen = row.filter(|_| viewer.is_administrator());
            seen.map(|row| Node::SurveyInvitation(SurveyInvitation(row)))
        }
        Some((Kind::SurveyUpload, id)) if viewer.is_administrator() => {
            let row = store::survey::upload(db, id).await?;
            row.map(|row| Node::SurveyUpload(SurveyUpload(row)))
        }
        _ => None,
    })
}
