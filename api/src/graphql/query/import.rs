//! Imports.

use async_graphql::{Context, ID, Object};

use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, expect};
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::PageArguments;
use crate::graphql::types::import::{ImportJob, ImportJobConnection, ImportJobFilter};
use crate::service::App;
use crate::store;

/// What can be asked of imports.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ImportQuery;

/// What can be asked of imports.
#[Object]
impl ImportQuery {
    /// An import by its global id: what it would do, how far it has come, what it did; null when there is none.
    async fn import_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The import's global id.")] id: ID,
    ) -> Option<ApiResult<ImportJob>> {
        let found = async {
            let id = expect(Kind::Import, &id, &["id"])?;
            let row = store::import::by_id(ctx.data_unchecked::<App>().db.read(), id).await?;
            Ok(row.map(ImportJob::from))
        };
        found.await.transpose()
    }

    /// Imports, the latest first; previews that were not committed too.
    #[graphql(complexity = "page_cost(first, child_complexity)")]
    async fn import_jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<ImportJobFilter>,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<ImportJobConnection, ApiError> {
        let query = filter.unwrap_or_default().query()?;
        ImportJob::connection(ctx, query, &PageArguments::forwards(first, after)).await
    }
}
