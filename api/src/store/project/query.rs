//! Plain lists of projects: the whole catalogue in the order of changes or of titles. What is searched, filtered or
//! counted is found in memory (`service::listing`) and fetched from here by id.

use chrono::{DateTime, Utc};
use entity::kinds::ProjectStatus;
use entity::project::{Column, Entity};
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QuerySelect, Select,
};
use uuid::Uuid;

use crate::store::page::{Page, Slice, SortKey, Sorting, paged, slice};

/// Which projects are wanted, and in which order.
#[derive(Debug, Clone, Default)]
pub struct ProjectQuery {
    /// Standing so in the catalogue; empty: those not taken out.
    pub statuses: Vec<ProjectStatus>,
    /// Changed at this moment or later; then tombstones are given too.
    pub updated_since: Option<DateTime<Utc>>,
    /// By title, else by the last change.
    pub by_title: bool,
    /// Largest or latest first.
    pub descending: bool,
}

impl ProjectQuery {
    /// The value that places a project in this order.
    #[must_use]
    pub fn sort_key(&self, row: &Place) -> SortKey {
        match &row.title_key {
            Some(title) => SortKey::Text(title.clone()),
            None => SortKey::Integer(row.change_seq),
        }
    }
}

/// Where a project stands in a list.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Place {
    /// The project.
    pub id: Uuid,
    /// The place of its last change in the order of all changes.
    pub change_seq: i64,
    /// Its title, folded, in a list by title.
    pub title_key: Option<String>,
}

/// The places of a page of projects. Both orders are those of an index, so that every page costs what the first does.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    query: &ProjectQuery,
    page: &Page,
) -> Result<Slice<Place>, DbErr> {
    let column = if query.by_title {
        Column::TitleKey
    } else {
        Column::ChangeSeq
    };
    let sorting = Sorting {
        expression: column.into_expr(),
        descending: query.descending,
        id: Column::Id.into_expr(),
    };
    let mut places = filtered(query)
        .select_only()
        .column(Column::Id)
        .column(Column::ChangeSeq);
    places = match query.by_title {
        true => places.column(Column::TitleKey),
        false => places.column_as(Expr::val(None::<String>), "title_key"),
    };
    let rows = paged(places, &sorting, page).into_model().all(db).await?;
    Ok(slice(rows, page))
}

/// How many projects there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, query: &ProjectQuery) -> Result<u64, DbErr> {
    filtered(query).count(db).await
}

fn filtered(query: &ProjectQuery) -> Select<Entity> {
    let mut all = Condition::all();
    if query.statuses.is_empty() && query.updated_since.is_none() {
        all = all.add(Column::Status.eq(ProjectStatus::Active));
    }
    if !query.statuses.is_empty() {
        all = all.add(Column::Status.is_in(query.statuses.iter().copied()));
    }
    all = all.add_option(query.updated_since.map(|moment| Column::UpdatedAt.gte(moment)));
    Entity::find().filter(all)
}
