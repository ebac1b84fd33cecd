//! Authorities that act as one partner.

use async_graphql::{Context, SimpleObject};
use entity::kinds::GroupMemberState;
use entity::organisation_group::Model;
use uuid::Uuid;

use super::organisation::{Organisation, OrganisationConnection};
use super::organisation_change::organisation;
use crate::error::ApiResult;
use crate::graphql::pagination::{PageArguments, laid_out};
use crate::graphql::scalar::DateTime;
use crate::graphql::viewer;
use crate::service::App;
use crate::service::group::{seen, sees_all};
use crate::store;
use crate::store::page::{KeyKind, Position};

/// What an organisation of the kind `GROUP` is made of: authorities that act as one partner.
#[derive(Debug, Clone, SimpleObject)]
pub struct OrganisationGroup {
    /// The member that speaks for it.
    pub lead: Organisation,
    /// Those that take part, the lead first; at most 100 and one. Whoever belongs to anybody in it sees those who were asked and
    /// those who left too.
    pub members: Vec<OrganisationGroupMember>,
    /// One more with each change; `updateOrganisationGroup` wants it.
    pub version: i32,
    /// When it was dissolved, if it was.
    pub dissolved_at: Option<DateTime>,
}

/// An authority in a group.
#[derive(Debug, Clone, SimpleObject)]
pub struct OrganisationGroupMember {
    /// The authority.
    pub organisation: Organisation,
    /// What it has said.
    pub state: GroupMemberState,
}

impl OrganisationGroup {
    /// What a group is made of, as far as the viewer sees it.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn of(ctx: &Context<'_>, id: Uuid) -> ApiResult<Option<Self>> {
        let db = ctx.data_unchecked::<App>().db.read();
        let Some(row) = store::group::by_id(db, id).await? else {
            return Ok(None);
        };
        Ok(Some(Self::made(ctx, row).await?))
    }

    async fn made(ctx: &Context<'_>, row: Model) -> ApiResult<Self> {
        let db = ctx.data_unchecked::<App>().db.read();
        let rows = store::group::members(db, &[row.id]).await?;
        let all = sees_all(&viewer::of(ctx), &rows);
        let shown = rows
            .into_iter()
            .filter(|member| all || member.state == GroupMemberState::Accepted);
        let mut members = Vec::new();
        for member in shown {
            members.push(OrganisationGroupMember {
                organisation: organisation(ctx, member.organisation_id).await?,
                state: member.state,
            });
        }
        Ok(Self {
            lead: organisation(ctx, row.lead_id).await?,
            members,
            version: row.version,
            dissolved_at: row.dissolved_at.map(DateTime),
        })
    }
}

/// A page of the groups that the viewer's organisations take part in or are asked to, the latest first.
///
/// # Errors
/// Unauthenticated for the public; bad input for arguments out of bounds.
pub(crate) async fn groups(
    ctx: &Context<'_>,
    arguments: &PageArguments,
) -> ApiResult<OrganisationConnection> {
    let page = arguments.page(KeyKind::Id)?;
    let of = seen(&viewer::of(ctx))?;
    let db = ctx.data_unchecked::<App>().db.read();
    let slice = store::group::list(db, of.as_deref(), &page).await?;
    let total = match ctx.look_ahead().field("totalCount").exists() {
        true => store::group::count(db, of.as_deref()).await?,
        false => 0,
    };
    let (rows, cursors, info) = laid_out(slice, |row| Position::by_id(row.id));
    let nodes = rows.into_iter().map(Organisation::from).collect();
    Ok(OrganisationConnection::new(nodes, cursors, info, total))
}
