//! The catalogue's one row: how far its changes have come, and what was loaded.

use entity::catalogue::{ActiveModel, Column, Entity, Model};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

const ONLY: i32 = 1;

/// The row.
///
/// # Errors
/// When the database fails, or was not migrated.
pub async fn state(db: &impl ConnectionTrait) -> Result<Model, DbErr> {
    let row = Entity::find_by_id(ONLY).one(db).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("catalogue".to_owned()))
}

/// The place of the last change.
///
/// # Errors
/// When the database fails, or was not migrated.
pub async fn place(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let place = Entity::find_by_id(ONLY)
        .select_only()
        .column(Column::ChangeSeq)
        .into_tuple()
        .one(db)
        .await?;
    place.ok_or_else(|| DbErr::RecordNotFound("catalogue".to_owned()))
}

/// Takes the next `count` places in the order of changes, and returns the first.
///
/// The row stays locked until the transaction ends, so places become visible in
/// their order and without gaps: whoever has read up to a place has missed none.
///
/// # Errors
/// When the database fails.
pub async fn reserve(db: &impl ConnectionTrait, count: i64) -> Result<i64, DbErr> {
    Entity::update_many()
        .col_expr(Column::ChangeSeq, Expr::col(Column::ChangeSeq).add(count))
        .filter(Column::Id.eq(ONLY))
        .exec(db)
        .await?;
    Ok(state(db).await?.change_seq - count + 1)
}

/// How often organisations' own rows were changed.
///
/// # Errors
/// When the database fails, or was not migrated.
pub async fn organisations(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let count = Entity::find_by_id(ONLY)
        .select_only()
        .column(Column::OrganisationSeq)
        .into_tuple()
        .one(db)
        .await?;
    count.ok_or_else(|| DbErr::RecordNotFound("catalogue".to_owned()))
}

/// Counts a change of an organisation's own row, within its transaction.
///
/// # Errors
/// When the database fails.
pub async fn organisation_changed(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::OrganisationSeq, Expr::col(Column::OrganisationSeq).add(1))
        .filter(Column::Id.eq(ONLY))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes what was loaded.
///
/// # Errors
/// When the database fails.
pub async fn note(db: &impl ConnectionTrait, change: ActiveModel) -> Result<(), DbErr> {
    Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(ONLY))
        .exec(db)
        .await?;
    Ok(())
}
