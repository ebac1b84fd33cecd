//! Clusters: projects tied together by findings.

use entity::kinds::TagKind;
use entity::overlap_cluster::{Column, Entity, Model};
use entity::overlap_cluster_member as member;
use entity::{project_participant as participant, project_tag as tag};
use sea_orm::sea_query::{Condition, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Select,
};
use uuid::Uuid;

use super::organisation::insert_all;
use super::page::{Page, Slice, Sorting, paged, slice};
use super::search::folded;

/// Which clusters are wanted.
#[derive(Debug, Clone, Default)]
pub struct ClusterQuery {
    /// With at least so many projects.
    pub min_size: Option<i32>,
    /// With a project led by, or with, one of these organisations.
    pub authorities: Vec<Uuid>,
    /// With a project of one of these themes.
    pub themes: Vec<String>,
    /// With one of these projects.
    pub projects: Vec<Uuid>,
}

/// One by its id.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// Those with these ids, in no order.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await
}

/// A page of clusters, the largest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    query: &ClusterQuery,
    page: &Page,
) -> Result<Slice<Model>, DbErr> {
    let column = |column: Column| column.into_expr();
    let sorting = Sorting {
        expression: column(Column::Size),
        descending: true,
        id: column(Column::Id),
    };
    let rows = paged(filtered(query), &sorting, page).all(db).await?;
    Ok(slice(rows, page))
}

/// How many clusters there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, query: &ClusterQuery) -> Result<u64, DbErr> {
    filtered(query).count(db).await
}

fn filtered(query: &ClusterQuery) -> Select<Entity> {
    let mut all = Condition::all().add_option(query.min_size.map(|least| Column::Size.gte(least)));
    if !query.projects.is_empty() {
        all = all.add(with_member(
            member::Column::ProjectId.is_in(query.projects.iter().copied()),
        ));
    }
    if !query.authorities.is_empty() {
        let mut rows = Query::select();
        rows.column(participant::Column::ProjectId)
            .from(participant::Entity)
            .and_where(participant::Column::OrganisationId.is_in(query.authorities.iter().copied()));
        all = all.add(with_member(member::Column::ProjectId.in_subquery(rows)));
    }
    if !query.themes.is_empty() {
        let mut rows: SelectStatement = Query::select();
        rows.column(tag::Column::ProjectId)
            .from(tag::Entity)
            .and_where(tag::Column::Kind.eq(TagKind::Theme))
            .and_where(tag::Column::LabelKey.is_in(query.themes.iter().map(|label| folded(label))));
        all = all.add(with_member(member::Column::ProjectId.in_subquery(rows)));
    }
    Entity::find().filter(all)
}

fn with_member(condition: SimpleExpr) -> SimpleExpr {
    let mut rows = Query::select();
    rows.column(member::Column::ClusterId)
        .from(member::Entity)
        .and_where(condition);
    Column::Id.in_subquery(rows)
}

/// The projects of these clusters.
///
/// # Errors
/// When the database fails.
pub async fn members(db: &impl ConnectionTrait, clusters: &[Uuid]) -> Result<Vec<member::Model>, DbErr> {
    member::Entity::find()
        .filter(member::Column::ClusterId.is_in(clusters.iter().copied()))
        .order_by_asc(member::Column::ClusterId)
        .order_by_asc(member::Column::ProjectId)
        .all(db)
        .await
}

/// All clusters and their members.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &impl ConnectionTrait) -> Result<(Vec<Model>, Vec<member::Model>), DbErr> {
    Ok((
        Entity::find().all(db).await?,
        member::Entity::find().all(db).await?,
    ))
}

/// Puts these clusters in place of these old ones.
///
/// # Errors
/// When the database fails.
pub async fn replace(
    db: &impl ConnectionTrait,
    gone: &[Uuid],
    clusters: Vec<Model>,
    members: Vec<member::Model>,
) -> Result<(), DbErr> {
    for gone in gone.chunks(super::ROWS_AN_INSERT) {
        member::Entity::delete_many()
            .filter(member::Column::ClusterId.is_in(gone.iter().copied()))
            .exec(db)
            .await?;
        Entity::delete_many()
            .filter(Column::Id.is_in(gone.iter().copied()))
            .exec(db)
            .await?;
    }
    insert_all::<Entity, _>(db, clusters).await?;
    insert_all::<member::Entity, _>(db, members).await
}
