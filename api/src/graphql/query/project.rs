//! Projects.

use async_graphql::{Context, ID, Object};

use crate::error::{ApiError, ApiResult};
use crate::graphql::at_hand::AtHand;
use crate::graphql::filter::{ProjectFilter, ProjectOrder, project_list};
use crate::graphql::id::{Kind, expect};
use crate::graphql::limits::page_cost;
use crate::graphql::pagination::PageArguments;
use crate::graphql::scalar::DateTime;
use crate::graphql::types::project::{Project, ProjectConnection};
use crate::service::App;

/// What can be asked of projects.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ProjectQuery;

/// What can be asked of projects.
#[Object]
impl ProjectQuery {
    /// A project by its global id, tombstones included; null when there is none.
    async fn project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project's global id.")] id: ID,
    ) -> Option<ApiResult<AtHand<Project>>> {
        let found = async {
            let id = expect(Kind::Project, &id, &["id"])?;
            let app = ctx.data_unchecked::<App>();
            match app.kept.project(&app.db, id).await? {
                Some(row) => Project::one(ctx, row, ctx.look_ahead()).await,
                None => Ok(None),
            }
        };
        let found: ApiResult<Option<Project>> = found.await;
        found.transpose().map(|found| found.map(AtHand))
    }

    /// Projects, the latest change first unless ordered otherwise.
    #[graphql(complexity = "page_cost(first.or(last), child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "they are the field's arguments")]
    async fn projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that fit.")] filter: Option<ProjectFilter>,
        #[graphql(
            desc = "Only those with all these words, their forms, or words that begin so, in title, summary, themes, \
                    technologies or programme. \"Quoted words\" must stand so, in this order; a word after a minus \
                    must be missing. Where no project has a word, the nearest is sought: see `corrections`."
        )]
        search: Option<String>,
        #[graphql(
            desc = "Only those changed at this moment or later; records that were taken out are given too, and the \
                    earliest change comes first unless ordered otherwise. To sync, read on with `after` as long as \
                    there are pages and keep the last cursor: given again later, it brings all that changed since."
        )]
        updated_since: Option<DateTime>,
        #[graphql(desc = "What to sort by; with `search`, relevance unless given.")] order_by: Option<
            ProjectOrder,
        >,
        #[graphql(desc = "How many, from 0 to 100; 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, from 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<ProjectConnection, ApiError> {
        let list = project_list(filter, search, updated_since, order_by)?;
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        // Boxed, so that one project does not move about what a page needs.
        Box::pin(Project::connection(ctx, list, &arguments)).await
    }
}
