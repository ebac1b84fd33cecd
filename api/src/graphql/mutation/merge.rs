//! Projects that were recorded twice.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, expect};
use crate::graphql::types::merge::ProjectMerge;
use crate::graphql::types::project::Project;
use crate::graphql::types::user_error::{UserError, mistakes};
use crate::graphql::viewer;
use crate::service::App;
use crate::service::merge::{self, Undone};
use crate::store;

/// Which two records are one project.
#[derive(Debug, Clone, InputObject)]
pub(super) struct MergeProjectsInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The global id of the project that stays.
    kept: ID,
    /// The global id of the one that becomes part of it.
    merged: ID,
    /// Why they are one, at most 1,000 characters.
    reason: String,
}

/// Which merge to undo.
#[derive(Debug, Clone, InputObject)]
pub(super) struct UndoProjectMergeInput {
    /// Any text; it comes back in the payload.
    client_mutation_id: Option<String>,
    /// The merge's global id.
    merge: ID,
    /// Why, at most 1,000 characters.
    reason: String,
}

/// The result of merging projects.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct MergeProjectsPayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// The project that stays, as it is now; null when there were mistakes.
    project: Option<Project>,
    /// What was done; it can be undone. Null when there were mistakes.
    merge: Option<ProjectMerge>,
    /// What the user must put right; then nothing was changed.
    errors: Vec<UserError>,
}

/// The result of undoing a merge of projects.
#[derive(Debug, Clone, SimpleObject)]
pub(super) struct UndoProjectMergePayload {
    /// The id that the client gave.
    client_mutation_id: Option<String>,
    /// The merge that was undone; null when there were mistakes.
    merge: Option<ProjectMerge>,
    /// Fields that somebody changed since the merge, and that stay as they are.
    left: Vec<String>,
    /// What the user must put right; then nothing was changed.
    errors: Vec<UserError>,
}

/// Projects that were recorded twice.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MergeMutation;

/// Projects that were recorded twice.
#[Object]
impl MergeMutation {
    /// Makes one record of two that are one project: for reviewers, once their finding is confirmed as `SAME_PROJECT`, and
    /// for administrators. The one that stays keeps what it says and takes what it lacks from the other; lists, sources
    /// and what other projects declare are put together. The other stays as a tombstone. Can be undone.
    async fn merge_projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which are one, and why.")] input: MergeProjectsInput,
    ) -> Result<MergeProjectsPayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        let (merge, errors) = match mistakes(merged(ctx, &input).await)? {
            Ok(id) => (stored(ctx, id).await?, Vec::new()),
            Err(errors) => (None, errors),
        };
        let project = match &merge {
            Some(merge) => {
                let db = ctx.data_unchecked::<App>().db.read();
                match store::project::by_id(db, merge.0.kept_id).await? {
                    Some(row) => Project::one(ctx, row, ctx.look_ahead().field("project")).await?,
                    None => None,
                }
            }
            None => None,
        };
        Ok(MergeProjectsPayload {
            client_mutation_id,
            project,
            merge,
            errors,
        })
    }

    /// Makes two records again of one that was merged: for reviewers. Every field that nobody touched since goes back to
    /// what it said; later merges of the same projects must be undone first.
    async fn undo_project_merge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which merge, and why.")] input: UndoProjectMergeInput,
    ) -> Result<UndoProjectMergePayload, ApiError> {
        let client_mutation_id = input.client_mutation_id.clone();
        let (merge, left, errors) = match mistakes(undone(ctx, &input).await)? {
            Ok(Undone { merge, left }) => (stored(ctx, merge).await?, left, Vec::new()),
            Err(errors) => (None, Vec::new(), errors),
        };
        Ok(UndoProjectMergePayload {
            client_mutation_id,
            merge,
            left,
            errors,
        })
    }
}

async fn merged(ctx: &Context<'_>, input: &MergeProjectsInput) -> ApiResult<Uuid> {
    let kept = expect(Kind::Project, &input.kept, &["kept"])?;
    let gone = expect(Kind::Project, &input.merged, &["merged"])?;
    let app = ctx.data_unchecked::<App>();
    merge::merge(app, &viewer::of(ctx), kept, gone, &input.reason).await
}

async fn undone(ctx: &Context<'_>, input: &UndoProjectMergeInput) -> ApiResult<Undone> {
    let id = expect(Kind::ProjectMerge, &input.merge, &["merge"])?;
    merge::undo(ctx.data_unchecked::<App>(), &viewer::of(ctx), id, &input.reason).await
}

async fn stored(ctx: &Context<'_>, id: Uuid) -> ApiResult<Option<ProjectMerge>> {
    let row = store::merge::by_id(ctx.data_unchecked::<App>().db.read(), id).await?;
    Ok(row.map(ProjectMerge))
}
