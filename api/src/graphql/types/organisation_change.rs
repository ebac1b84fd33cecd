//! What was done to the identity of organisations.

use async_graphql::{Context, ID, Object};
use entity::kinds::OrganisationChangeKind;
use entity::organisation_change::Model;
use uuid::Uuid;

use super::account::shown;
use super::organisation::Organisation;
use crate::error::{ApiError, ApiResult};
use crate::graphql::id::{Kind, encode};
use crate::graphql::loaders::{self, ChangesOf, Loaders};
use crate::graphql::scalar::DateTime;
use crate::service::organisation::projects_moved;

/// So many changes of an organisation are shown, the latest.
const MOST_SHOWN: usize = 100;

/// Two organisations that were found to be one, or one that was found to be two.
#[derive(Debug, Clone)]
pub struct OrganisationChange(pub(crate) Model);

/// Two organisations that were found to be one, or one that was found to be two.
#[Object]
impl OrganisationChange {
    /// The global id; `undoOrganisationChange` takes it.
    pub(crate) async fn id(&self) -> ID {
        encode(Kind::OrganisationChange, self.0.id)
    }

    /// What was done.
    async fn kind(&self) -> OrganisationChangeKind {
        self.0.kind
    }

    /// The organisation that stands: the one that was kept, or the one that was split.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation, ApiError> {
        organisation(ctx, self.0.organisation_id).await
    }

    /// The other: the one that was merged into it, or the one that was split off.
    async fn other(&self, ctx: &Context<'_>) -> Result<Organisation, ApiError> {
        organisation(ctx, self.0.other_id).await
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Who did it.
    async fn changed_by(&self, ctx: &Context<'_>) -> Option<Result<String, ApiError>> {
        shown(ctx, self.0.changed_by.as_deref()).await.transpose()
    }

    /// When.
    async fn changed_at(&self) -> DateTime {
        DateTime(self.0.changed_at)
    }

    /// How many projects name another organisation because of it; the history of each tells so.
    async fn project_count(&self) -> Result<i32, ApiError> {
        Ok(i32::try_from(projects_moved(&self.0)?).unwrap_or(i32::MAX))
    }

    /// When it was undone, if it was.
    async fn undone_at(&self) -> Option<DateTime> {
        self.0.undone_at.map(DateTime)
    }

    /// Who undid it.
    async fn undone_by(&self, ctx: &Context<'_>) -> Option<Result<String, ApiError>> {
        shown(ctx, self.0.undone_by.as_deref()).await.transpose()
    }

    /// Why it was undone.
    async fn undone_reason(&self) -> Option<&str> {
        self.0.undone_reason.as_deref()
    }
}

/// The changes of an organisation's identity, the latest first.
///
/// # Errors
/// When the database fails.
pub(super) async fn changes(ctx: &Context<'_>, id: Uuid) -> ApiResult<Vec<OrganisationChange>> {
    let mut rows = ctx.data_unchecked::<Loaders>().load(ChangesOf(id)).await?;
    rows.truncate(MOST_SHOWN);
    Ok(rows.into_iter().map(OrganisationChange).collect())
}

/// An organisation that a row names.
///
/// # Errors
/// When the database fails, or has no such row.
pub(super) async fn organisation(ctx: &Context<'_>, id: Uuid) -> ApiResult<Organisation> {
    let rows = ctx
        .data_unchecked::<Loaders>()
        .load(loaders::Organisation(id))
        .await?;
    let row = rows.into_iter().next();
    row.map(Organisation::from)
        .ok_or_else(|| ApiError::internal(anyhow::anyhow!("organisation {id} is named but not there")))
}
