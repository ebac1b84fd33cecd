//! What can be asked of funding.

use async_graphql::{Context, ID, Object};

use crate::error::{ApiError, ApiResult, UserErrorCode};
use crate::graphql::id::{Kind, expect};
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::PageArguments;
use crate::graphql::types::bid::{Bid, BidConnection, BidFilter, BidGroup};
use crate::graphql::types::cofunding::{self, CoFundingSuggestionConnection, FundingMatchConnection};
use crate::graphql::types::funding::{FundingCall, FundingCallConnection, FundingCallFilter};
use crate::graphql::viewer;
use crate::service::cofunding::suggestion::{self, Scope};
use crate::service::{App, bid, funding};

/// So many groups of bids are shown.
const MOST_GROUPS: usize = 100;

/// What can be asked of funding.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FundingQuery;

/// What can be asked of funding: calls, who fits them, and what could be bid for together.
#[Object]
impl FundingQuery {
    /// A funding call by its global id; null when there is none.
    async fn funding_call(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The call's global id.")] id: ID,
    ) -> Option<ApiResult<FundingCall>> {
        let found = async {
            let id = expect(Kind::FundingCall, &id, &["id"])?;
            let call = funding::by_id(ctx.data_unchecked::<App>().db.read(), id).await?;
            Ok(call.map(FundingCall::from))
        };
        found.await.transpose()
    }

    /// Funding calls: those that never close first, then the last to close.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn funding_calls(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<FundingCallFilter>,
        #[graphql(
            desc = "Only those with all these words, or words that begin so, in title, description, topics, themes, nations or \
                    the funder's name as written. At most 20 words."
        )]
        search: Option<String>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<FundingCallConnection, ApiError> {
        let query = filter.unwrap_or_default().query(search.as_deref())?;
        FundingCall::connection(ctx, query, &PageArguments::forwards(first, after)).await
    }

    /// The funding calls that take bids or will, for a project, a cluster or an authority: those that fit first, then those that
    /// are most about the same. Rules are hard and say why; likeness only ranks. At most 200 calls are looked through, those that close first.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn funding_matches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A project's global id; give one of the three.")] project: Option<ID>,
        #[graphql(desc = "A cluster's global id.")] cluster: Option<ID>,
        #[graphql(
            desc = "An authority's global id: its projects and whatever overlaps them; it must take part."
        )]
        authority: Option<ID>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<FundingMatchConnection, ApiError> {
        let scope = match (project, cluster, authority) {
            (Some(id), None, None) => Scope::Project(expect(Kind::Project, &id, &["project"])?),
            (None, Some(id), None) => Scope::Cluster(expect(Kind::Cluster, &id, &["cluster"])?),
            (None, None, Some(id)) => Scope::Authority(expect(Kind::Organisation, &id, &["authority"])?),
            _ => {
                let message = "give one of project, cluster and authority";
                return Err(ApiError::bad_input(
                    UserErrorCode::Required,
                    &["project"],
                    message,
                ));
            }
        };
        let found = suggestion::matches(ctx.data_unchecked::<App>(), &viewer::of(ctx), scope).await?;
        cofunding::matches(ctx, found, &PageArguments::forwards(first, after)).await
    }

    /// Bids that could be made by bodies whose projects overlap: those that keep every rule first, then near misses that say what
    /// would mend them. Nobody is put as lead into more bids of a call than it allows, of those bids that you may see.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn co_funding_suggestions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of a cluster of overlapping projects; give this or an authority.")]
        cluster: Option<ID>,
        #[graphql(desc = "The global id of an authority that must take part.")] authority: Option<ID>,
        #[graphql(desc = "The global id of a call; all that take bids or will unless given.")] call: Option<
            ID,
        >,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<CoFundingSuggestionConnection, ApiError> {
        let id = |kind, id: Option<ID>, name: &str| id.map(|id| expect(kind, &id, &[name])).transpose();
        let cluster = id(Kind::Cluster, cluster, "cluster")?;
        let authority = id(Kind::Organisation, authority, "authority")?;
        let call = id(Kind::FundingCall, call, "call")?;
        let app = ctx.data_unchecked::<App>();
        let found = suggestion::suggest(app, &viewer::of(ctx), cluster, authority, call).await?;
        cofunding::suggestions(ctx, found, &PageArguments::forwards(first, after)).await
    }

    /// The bids that a call could get, one for each cluster of overlapping projects, so that nobody leads more than the call
    /// allows: as many clusters as can be served, and of all such choices one with the most points. For the call's funder and
    /// administrators; the 300 largest clusters are looked at.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn eligible_consortia(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The call's global id.")] call: ID,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<CoFundingSuggestionConnection, ApiError> {
        let call = expect(Kind::FundingCall, &call, &["call"])?;
        let app = ctx.data_unchecked::<App>();
        let found = suggestion::eligible(app, &viewer::of(ctx), call).await?;
        cofunding::suggestions(ctx, found, &PageArguments::forwards(first, after)).await
    }

    /// A bid by its global id; null when there is none that one may see.
    async fn bid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The bid's global id.")] id: ID,
    ) -> Option<ApiResult<Bid>> {
        let found = async {
            let id = expect(Kind::Bid, &id, &["id"])?;
            let found = bid::visible(ctx.data_unchecked::<App>(), &viewer::of(ctx), id).await?;
            Ok(found.map(Bid::from))
        };
        found.await.transpose()
    }

    /// The bids that one may see, the latest first: those of one's own organisations, and those handed in to one's own calls.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn bids(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<BidFilter>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<BidConnection, ApiError> {
        let query = filter.unwrap_or_default().query()?;
        Bid::connection(ctx, query, &PageArguments::forwards(first, after)).await
    }

    /// Bids of a call that are after the same, the dearest duplication first; at most 100 groups. For its funder and administrators.
    async fn bid_groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The call's global id.")] call: ID,
    ) -> Result<Vec<BidGroup>, ApiError> {
        let call = expect(Kind::FundingCall, &call, &["call"])?;
        let groups = bid::groups(ctx.data_unchecked::<App>(), &viewer::of(ctx), call).await?;
        Ok(groups.into_iter().take(MOST_GROUPS).map(BidGroup::from).collect())
    }
}
