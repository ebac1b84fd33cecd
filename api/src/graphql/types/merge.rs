//! Two records that were found to be one project.

use async_graphql::{Context, ID, Object};
use entity::project_merge::Model;
use uuid::Uuid;

use super::account::shown;
use super::project::Project;
use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, encode};
use crate::graphql::scalar::DateTime;
use crate::service::App;
use crate::store;

/// Two records that were found to be one project.
#[derive(Debug, Clone)]
pub struct ProjectMerge(pub(crate) Model);

/// Two records that were found to be one project.
#[Object]
impl ProjectMerge {
    /// The global id; `undoProjectMerge` takes it.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::ProjectMerge, self.0.id)
    }

    /// The record that stands.
    async fn kept(&self, ctx: &Context<'_>) -> Result<Project, ApiError> {
        named(ctx, self.0.kept_id).await
    }

    /// The record that became part of it: a tombstone, unless the merge was undone.
    async fn merged(&self, ctx: &Context<'_>) -> Result<Project, ApiError> {
        named(ctx, self.0.gone_id).await
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Who did it.
    async fn merged_by(&self, ctx: &Context<'_>) -> Option<ApiResult<String>> {
        shown(ctx, Some(&self.0.merged_by)).await.transpose()
    }

    /// When.
    async fn merged_at(&self) -> DateTime {
        DateTime(self.0.merged_at)
    }

    /// When it was undone, if it was.
    async fn undone_at(&self) -> Option<DateTime> {
        self.0.undone_at.map(DateTime)
    }

    /// Who undid it.
    async fn undone_by(&self, ctx: &Context<'_>) -> Option<ApiResult<String>> {
        shown(ctx, self.0.undone_by.as_deref()).await.transpose()
    }

    /// Why it was undone.
    async fn undone_reason(&self) -> Option<&str> {
        self.0.undone_reason.as_deref()
    }
}

/// So many merges of a project are shown.
const MOST_SHOWN: u64 = 100;

/// The project that a record became part of.
///
/// # Errors
/// When the database fails.
pub(super) async fn into(ctx: &Context<'_>, id: Uuid) -> ApiResult<Option<Project>> {
    let merge = store::merge::of_gone(ctx.data_unchecked::<App>().db.read(), id).await?;
    match merge {
        Some(merge) => named(ctx, merge.kept_id).await.map(Some),
        None => Ok(None),
    }
}

/// The merges that a record took part in, the latest first.
///
/// # Errors
/// When the database fails.
pub(super) async fn of(ctx: &Context<'_>, id: Uuid) -> ApiResult<Vec<ProjectMerge>> {
    let db = ctx.data_unchecked::<App>().db.read();
    let rows = store::merge::of_project(db, id, MOST_SHOWN).await?;
    Ok(rows.into_iter().map(ProjectMerge).collect())
}

async fn named(ctx: &Context<'_>, id: Uuid) -> ApiResult<Project> {
    let row = store::project::by_id(ctx.data_unchecked::<App>().db.read(), id).await?;
    row.map(Project::bare)
        .ok_or_else(|| ApiError::internal(anyhow::anyhow!("project {id} is named but not there")))
}
