//! Pages of organisations.

use std::sync::Arc;

use async_graphql::Context;
use entity::organisation::Model;

use super::{Authority, AuthorityConnection, Organisation, OrganisationConnection};
use crate::error::ApiResult;
use crate::graphql::pagination::{PageArguments, PageInfo, cursor, page_info};
use crate::service::App;
use crate::store;
use crate::store::organisation::OrganisationQuery;
use crate::store::page::Position;

/// A page of organisations, with what a connection tells beside them.
struct Found {
    rows: Vec<Model>,
    cursors: Vec<String>,
    info: PageInfo,
    total: u64,
}

async fn find(ctx: &Context<'_>, query: &OrganisationQuery, arguments: &PageArguments) -> ApiResult<Found> {
    let page = arguments.page(query.sorted_by())?;
    let db = ctx.data_unchecked::<App>().db.read();
    let slice = store::organisation::list(db, query, &page).await?;
    let total = match ctx.look_ahead().field("totalCount").exists() {
        true => store::organisation::count(db, query).await?,
        false => 0,
    };
    let place = |row: &Model| Position {
        key: query.sort_key(row),
        id: row.id,
    };
    Ok(Found {
        info: page_info(&slice, place),
        cursors: slice.rows.iter().map(|row| cursor(&place(row))).collect(),
        rows: slice.rows,
        total,
    })
}

impl Authority {
    /// A page of the authorities that fit.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds.
    pub(crate) async fn connection(
        ctx: &Context<'_>,
        query: OrganisationQuery,
        arguments: &PageArguments,
    ) -> ApiResult<AuthorityConnection> {
        let found = find(ctx, &query, arguments).await?;
        let nodes = found.rows.into_iter().map(|row| Self(Arc::new(row))).collect();
        Ok(AuthorityConnection::new(
            nodes,
            found.cursors,
            found.info,
            found.total,
        ))
    }
}

impl Organisation {
    /// A page of the organisations that fit.
    ///
    /// # Errors
    /// Bad input for arguments out of bounds.
    pub(crate) async fn connection(
        ctx: &Context<'_>,
        query: OrganisationQuery,
        arguments: &PageArguments,
    ) -> ApiResult<OrganisationConnection> {
        let found = find(ctx, &query, arguments).await?;
        let nodes = found.rows.into_iter().map(Self::from).collect();
        Ok(OrganisationConnection::new(
            nodes,
            found.cursors,
            found.info,
            found.total,
        ))
    }
}
