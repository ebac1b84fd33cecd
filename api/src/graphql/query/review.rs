//! What reviewers ask.

use async_graphql::{Context, Object};

use crate::error::ApiError;
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::PageArguments;
use crate::graphql::types::overlap::OverlapConnection;
use crate::graphql::types::quality::{Calibration, ReviewQuality};
use crate::graphql::types::review::{self, ReviewQueueFilter};
use crate::graphql::viewer;
use crate::service::{App, calibration, quality};

/// What can be asked of reviews.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ReviewQuery;

/// What can be asked of reviews.
#[Object]
impl ReviewQuery {
    /// Findings that wait for reviewers, what is worth reading first first: appeals; what somebody concerned replied to;
    /// what a changed record flagged anew; what nobody looked at; what a reviewer is at; what waits for facts; what a
    /// declared relation explains. Among equals by the score times what is at stake: 1 + log10 of the lesser cost of the
    /// two. For reviewers.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn review_queue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<ReviewQueueFilter>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<OverlapConnection, ApiError> {
        let arguments = PageArguments::forwards(first, after);
        review::queue(ctx, filter.unwrap_or_default(), &arguments).await
    }

    /// How right the engine was, by what reviewers decided. For reviewers.
    async fn review_quality(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Seek the threshold from which on this share of findings is right, from 0 to 1.")]
        wanted_precision: Option<f64>,
        #[graphql(desc = "Only findings that this version of the method and its parameters made.")]
        model_version: Option<String>,
    ) -> Result<ReviewQuality, ApiError> {
        let app = ctx.data_unchecked::<App>();
        let model = model_version.as_deref();
        let measured = quality::measure(app, &viewer::of(ctx), model, wanted_precision).await?;
        Ok(measured.into())
    }

    /// The latest 100 calibrations, the latest first, accepted or not. For reviewers.
    async fn calibrations(&self, ctx: &Context<'_>) -> Result<Vec<Calibration>, ApiError> {
        let rows = calibration::latest(ctx.data_unchecked::<App>(), &viewer::of(ctx)).await?;
        Ok(rows.into_iter().map(Calibration).collect())
    }
}
