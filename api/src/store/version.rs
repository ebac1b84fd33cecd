//! Earlier states of projects.

use entity::project_version::{Column, Entity, Model};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// Keeps earlier states.
///
/// # Errors
/// When one is kept already, or the database fails.
pub async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The earlier states of a project below a version, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn before(
    db: &impl ConnectionTrait,
    project: Uuid,
    version: i32,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::ProjectId.eq(project))
        .filter(Column::Version.lt(version))
        .order_by_desc(Column::Version)
        .limit(limit)
        .all(db)
        .await
}

/// How many earlier states of a project are kept.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, project: Uuid) -> Result<u64, DbErr> {
    Entity::find()
        .filter(Column::ProjectId.eq(project))
        .count(db)
        .await
}

/// What a project was at a version; `None` for the present one and for those that are not kept.
///
/// # Errors
/// When the database fails.
pub async fn at(db: &impl ConnectionTrait, project: Uuid, version: i32) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id((project, version)).one(db).await
}
