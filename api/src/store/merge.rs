//! Merges of projects, and what goes from one to the other.

use entity::project_merge::{Column, Entity, Model};
use entity::{project_relation as relation, project_source as source};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// One by its id.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The merge that took a record away and stands.
///
/// # Errors
/// When the database fails.
pub async fn of_gone(db: &impl ConnectionTrait, gone: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::GoneId.eq(gone))
        .filter(Column::UndoneAt.is_null())
        .order_by_desc(Column::Id)
        .one(db)
        .await
}

/// The merges that a record took part in, undone ones too, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn of_project(db: &impl ConnectionTrait, project: Uuid, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::GoneId.eq(project).or(Column::KeptId.eq(project)))
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// A later merge of one of these records that stands.
///
/// # Errors
/// When the database fails.
pub async fn standing_after(
    db: &impl ConnectionTrait,
    projects: &[Uuid],
    merge: Uuid,
) -> Result<Option<Model>, DbErr> {
    let of = |column: Column| column.is_in(projects.iter().copied());
    Entity::find()
        .filter(of(Column::KeptId).or(of(Column::GoneId)))
        .filter(Column::UndoneAt.is_null())
        .filter(Column::Id.gt(merge))
        .order_by_desc(Column::Id)
        .one(db)
        .await
}

/// Keeps a merge.
///
/// # Errors
/// When the database fails.
pub async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Rewrites a merge: it was undone.
///
/// # Errors
/// When the database fails.
pub async fn update(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    let id = row.id;
    Entity::update_many()
        .set(row.into_active_model().reset_all())
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Gives sources to a project.
///
/// # Errors
/// When the database fails.
pub async fn hand_over_sources(
    db: &impl ConnectionTrait,
    sources: &[Uuid],
    project: Uuid,
) -> Result<(), DbErr> {
    for ids in sources.chunks(super::ROWS_AN_INSERT) {
        source::Entity::update_many()
            .col_expr(source::Column::ProjectId, Expr::value(project))
            .filter(source::Column::Id.is_in(ids.iter().copied()))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// The projects that declare to be something to this one.
///
/// # Errors
/// When the database fails.
pub async fn declaring(db: &impl ConnectionTrait, project: Uuid) -> Result<Vec<Uuid>, DbErr> {
    relation::Entity::find()
        .select_only()
        .column(relation::Column::ProjectId)
        .distinct()
        .filter(relation::Column::OtherId.eq(project))
        .order_by_asc(relation::Column::ProjectId)
        .into_tuple()
        .all(db)
        .await
}
