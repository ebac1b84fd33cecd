//! Projects' texts as vectors, kept so that each is made once.

use entity::project_meaning::{Column, Entity, Model};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

/// The vectors that one encoder made of these projects.
///
/// # Errors
/// When the database fails.
pub async fn of(db: &impl ConnectionTrait, model: &str, projects: &[Uuid]) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Model.eq(model))
        .filter(Column::ProjectId.is_in(projects.iter().copied()))
        .all(db)
        .await
}

/// Keeps vectors, in place of older ones of the same encoder.
///
/// # Errors
/// When the database fails.
pub async fn keep(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let renewed = OnConflict::columns([Column::ProjectId, Column::Model])
        .update_columns([Column::TextHash, Column::Vector])
        .to_owned();
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    Entity::insert_many(rows)
        .on_conflict(renewed)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
