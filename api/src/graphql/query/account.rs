//! Who asks, and who is known.

use async_graphql::{Context, Object};

use crate::error::ApiError;
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::PageArguments;
use crate::graphql::types::account::{Account, AccountConnection, Viewer};
use crate::graphql::viewer;

/// What can be asked of accounts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AccountQuery;

/// What can be asked of accounts.
#[Object]
impl AccountQuery {
    /// Whoever asks, as the server knows them.
    async fn viewer(&self, ctx: &Context<'_>) -> Viewer {
        Viewer(viewer::of(ctx))
    }

    /// Everybody who is known, the latest first.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<AccountConnection, ApiError> {
        Account::connection(ctx, &PageArguments::forwards(first, after)).await
    }
}
