//! What can be asked of the audit log.

use async_graphql::{Context, Object};

use crate::error::{ApiError, ApiResult};
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::PageArguments;
use crate::graphql::scalar::Json;
use crate::graphql::types::audit::{AuditEntry, AuditEntryConnection, AuditEntryFilter};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::privacy;

/// What can be asked of the audit log.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AuditQuery;

/// What can be asked of what is kept: the audit log, and one's own data.
#[Object]
impl AuditQuery {
    /// Who changed what and who looked at what is not public, the latest first. For administrators; each look at it is
    /// noted in it too.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn audit_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<AuditEntryFilter>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<AuditEntryConnection, ApiError> {
        let query = filter.unwrap_or_default().query()?;
        AuditEntry::connection(ctx, &query, &PageArguments::forwards(first, after)).await
    }

    /// Everything that is kept of one's own account, as one JSON object with a list for each table: the account, its
    /// roles and keys, what it wrote, and what it did. Of each list the latest 10,000 rows are given, and `truncated`
    /// names the lists that have more. Never another's data, and no secrets.
    async fn export_my_data(&self, ctx: &Context<'_>) -> Option<ApiResult<Json>> {
        let app = ctx.data_unchecked::<App>();
        Some(privacy::export(app, &viewer::of(ctx)).await.map(Json))
    }
}
