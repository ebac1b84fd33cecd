//! What can be asked of interest and boards.

use async_graphql::{Context, ID, Object};
use entity::kinds::BoardState;

use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, expect};
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::PageArguments;
use crate::graphql::types::board::{Board, BoardConnection, Interest, InterestConnection, InterestFilter};

/// What can be asked of interest and boards.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct BoardQuery;

/// What can be asked of interest and boards: each side sees its own.
#[Object]
impl BoardQuery {
    /// An expression of interest by its global id; null when there is none that one may see.
    async fn interest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its global id.")] id: ID,
    ) -> Option<ApiResult<Interest>> {
        match expect(Kind::Interest, &id, &["id"]) {
            Ok(id) => Interest::visible(ctx, id).await.transpose(),
            Err(error) => Some(Err(error)),
        }
    }

    /// Interest that one's own organisations expressed or were asked, the latest first.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn interests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<InterestFilter>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<InterestConnection, ApiError> {
        let query = filter.unwrap_or_default().query()?;
        Interest::connection(ctx, query, &PageArguments::forwards(first, after)).await
    }

    /// A board by its global id; null when there is none that one may see.
    async fn board(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The board's global id.")] id: ID,
    ) -> Option<ApiResult<Board>> {
        match expect(Kind::Board, &id, &["id"]) {
            Ok(id) => Board::visible(ctx, id).await.transpose(),
            Err(error) => Some(Err(error)),
        }
    }

    /// The boards of one's own organisations, the latest first.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn boards(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in one of these states.")] states: Option<Vec<BoardState>>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<BoardConnection, ApiError> {
        Board::connection(ctx, states, &PageArguments::forwards(first, after)).await
    }
}
