//! Findings, what they add up to, and drafts held against the catalogue.

use async_graphql::{Context, ID, Object};

use crate::error::{ApiError, ApiResult};
use crate::graphql::filter::{
    ClusterFilter, OrderDirection, OverlapCheckInput, OverlapFilter, OverlapOrder, OverlapOrderField, drafts,
};
use crate::graphql::id::{Kind, expect};
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::{PageArguments, size_of};
use crate::graphql::types::cluster::{
    OverlapCluster, OverlapClusterConnection, OverlapSummaryRow, SummaryDimension,
};
use crate::graphql::types::overlap::{Overlap, OverlapCheck, OverlapConnection};
use crate::graphql::types::portfolio::PortfolioOverlap;
use crate::service::{App, overlap, summary};
use crate::store;
use crate::store::overlap::OverlapQuery as Wanted;

/// What can be asked of overlaps.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OverlapQuery;

/// What can be asked of overlaps.
#[Object]
impl OverlapQuery {
    /// Checks a draft against the catalogue: what overlaps it, how surely, and why. Stores nothing.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn check_overlap(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The draft.")] input: OverlapCheckInput,
        #[graphql(desc = "How many matches at most, from 0 to 100; 20 unless given.")] first: Option<i32>,
    ) -> Result<OverlapCheck, ApiError> {
        let first = usize::try_from(size_of(first, "first")?).unwrap_or(usize::MAX);
        let check = overlap::check(ctx.data_unchecked::<App>(), input.draft()?, first).await?;
        OverlapCheck::of(ctx, check).await
    }

    /// Checks up to 200 drafts against the catalogue, each for itself: one answer for each, in their order. Stores nothing.
    #[graphql(complexity = "page_cost(first, child_complexity).saturating_mul(inputs.len().clamp(1, 200))")]
    async fn check_overlaps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The drafts, at most 200.")] inputs: Vec<OverlapCheckInput>,
        #[graphql(desc = "How many matches of each at most, from 0 to 100; 20 unless given.")] first: Option<
            i32,
        >,
    ) -> Result<Vec<OverlapCheck>, ApiError> {
        let first = usize::try_from(size_of(first, "first")?).unwrap_or(usize::MAX);
        let drafts = drafts(inputs)?;
        let checks = overlap::check_all(ctx.data_unchecked::<App>(), drafts, first).await?;
        OverlapCheck::all(ctx, checks).await
    }

    /// A finding by its global id, also when it was withdrawn; null when there is none.
    async fn overlap(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The finding's global id.")] id: ID,
    ) -> Option<ApiResult<Overlap>> {
        let found = async {
            let id = expect(Kind::Overlap, &id, &["id"])?;
            let row = store::overlap::by_id(ctx.data_unchecked::<App>().db.read(), id).await?;
            Ok(Overlap::page(ctx, row.into_iter().collect(), &[ctx.look_ahead()])
                .await?
                .pop())
        };
        found.await.transpose()
    }

    /// Findings that stand, the surest first unless ordered otherwise.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn overlaps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<OverlapFilter>,
        #[graphql(desc = "What to sort by.")] order_by: Option<OverlapOrder>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<OverlapConnection, ApiError> {
        let order = order_by.unwrap_or_default();
        let query = Wanted {
            by_time: order.field == OverlapOrderField::FlaggedAt,
            descending: order.direction == OrderDirection::Desc,
            ..filter.unwrap_or_default().query()?
        };
        Overlap::connection(ctx, query, &PageArguments::forwards(first, after)).await
    }

    /// Clusters of projects tied together by findings, the largest first.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn overlap_clusters(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<ClusterFilter>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<OverlapClusterConnection, ApiError> {
        let query = filter.unwrap_or_default().query()?;
        OverlapCluster::connection(ctx, query, &PageArguments::forwards(first, after)).await
    }

    /// How many findings stand and what the projects concerned cost, by one dimension; most findings first.
    /// At most 100,000 findings are counted, the surest first.
    async fn overlap_summary(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to count by.")] by: SummaryDimension,
        #[graphql(desc = "Only findings that fit.")] filter: Option<OverlapFilter>,
    ) -> Result<Vec<OverlapSummaryRow>, ApiError> {
        let query = filter.unwrap_or_default().query()?;
        let rows = summary::summarise(ctx.data_unchecked::<App>(), by.into(), &query).await?;
        Ok(rows.into_iter().map(OverlapSummaryRow::from).collect())
    }

    /// What overlaps of the projects that an organisation pays for: among themselves, and with all others. At most 100,000
    /// findings of each are counted, the surest first.
    async fn portfolio_overlap(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of whoever pays.")] funder: ID,
    ) -> Result<PortfolioOverlap, ApiError> {
        PortfolioOverlap::of(ctx, expect(Kind::Organisation, &funder, &["funder"])?).await
    }
}
