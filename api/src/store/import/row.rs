//! What became of the rows of imports.

use entity::import_row::{Column, Entity, Model};
use entity::kinds::{ImportOutcome, ImportUndo};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};
use uuid::Uuid;

use crate::store::organisation::insert_all;

/// The rows of an import after one, in the file's order: those with one of these outcomes, all where none is named.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn rows(
    db: &impl ConnectionTrait,
    job: Uuid,
    outcomes: &[ImportOutcome],
    after: Option<i64>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut query = of(job, outcomes);
    if let Some(after) = after {
        query = query.filter(Column::Number.gt(after));
    }
    query.order_by_asc(Column::Number).limit(limit).all(db).await
}

/// How many rows of an import are kept with one of these outcomes.
///
/// # Errors
/// When the database fails.
pub async fn count_rows(
    db: &impl ConnectionTrait,
    job: Uuid,
    outcomes: &[ImportOutcome],
) -> Result<u64, DbErr> {
    of(job, outcomes).count(db).await
}

fn of(job: Uuid, outcomes: &[ImportOutcome]) -> Select<Entity> {
    let query = Entity::find().filter(Column::JobId.eq(job));
    match outcomes {
        [] => query,
        some => query.filter(Column::Outcome.is_in(some.iter().copied())),
    }
}

/// Writes what became of rows.
///
/// # Errors
/// When one is there already, or the database fails.
pub async fn insert_rows(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<(), DbErr> {
    insert_all::<Entity, _>(db, rows).await
}

/// What the preview said of the rows from one to another, both included.
///
/// # Errors
/// When the database fails.
pub async fn promised(
    db: &impl ConnectionTrait,
    job: Uuid,
    first: i64,
    last: i64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::JobId.eq(job))
        .filter(Column::Number.between(first, last))
        .all(db)
        .await
}

/// Takes away what is kept of the rows from one to another, both included.
///
/// # Errors
/// When the database fails.
pub async fn clear_rows(db: &impl ConnectionTrait, job: Uuid, first: i64, last: i64) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::JobId.eq(job))
        .filter(Column::Number.between(first, last))
        .exec(db)
        .await?;
    Ok(())
}

/// What is kept of the rows that stand on these lines of the file, of which there are at most 500.
///
/// # Errors
/// When the database fails.
pub async fn rows_at(db: &impl ConnectionTrait, job: Uuid, lines: &[i64]) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::JobId.eq(job))
        .filter(Column::Line.is_in(lines.iter().copied()))
        .all(db)
        .await
}

/// Notes what is wrong with a row, as JSON, in place of what was noted before.
///
/// # Errors
/// When the database fails.
pub async fn note_problems(db: &impl ConnectionTrait, row: &Model, problems: String) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Problems, Expr::value(problems))
        .filter(Column::JobId.eq(row.job_id))
        .filter(Column::Number.eq(row.number))
        .exec(db)
        .await?;
    Ok(())
}

/// What an import did that is not undone yet, the last first.
///
/// # Errors
/// When the database fails.
pub async fn rows_to_undo(db: &impl ConnectionTrait, job: Uuid, limit: u64) -> Result<Vec<Model>, DbErr> {
    of(job, &[ImportOutcome::Created, ImportOutcome::Changed])
        .filter(Column::Undo.is_null())
        .filter(Column::VersionAfter.is_not_null())
        .order_by_desc(Column::Number)
        .limit(limit)
        .all(db)
        .await
}

/// Notes what undoing did to a row.
///
/// # Errors
/// When the database fails.
pub async fn note_undo(
    db: &impl ConnectionTrait,
    row: &Model,
    undo: ImportUndo,
    note: Option<String>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Undo, Expr::value(undo.as_str()))
        .col_expr(Column::UndoNote, Expr::value(note))
        .filter(Column::JobId.eq(row.job_id))
        .filter(Column::Number.eq(row.number))
        .exec(db)
        .await?;
    Ok(())
}
