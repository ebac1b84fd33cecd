//! What can be asked of groups of authorities.

use async_graphql::{Context, Object};

use crate::error::ApiError;
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::PageArguments;
use crate::graphql::types::group::groups;
use crate::graphql::types::organisation::OrganisationConnection;

/// What can be asked of groups of authorities.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct GroupQuery;

/// What can be asked of groups of authorities.
#[Object]
impl GroupQuery {
    /// The groups that one's own organisations take part in or are asked to, the latest first. Every group is found by its
    /// name too (`resolveOrganisation`, `organisations(kinds: [GROUP])`).
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn organisation_groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<OrganisationConnection, ApiError> {
        groups(ctx, &PageArguments::forwards(first, after)).await
    }
}
