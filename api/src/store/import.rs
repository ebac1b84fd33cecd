//! Imports, what became of their rows, and the files that wait.

mod row;

use chrono::{DateTime, Utc};
use entity::import_chunk as chunk;
use entity::import_job::{ActiveModel, Column, Entity, Model};
use entity::kinds::ImportState;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::page::{Page, Slice, by_time};
pub use row::{
    clear_rows, count_rows, insert_rows, note_problems, note_undo, promised, rows, rows_at, rows_to_undo,
};

/// Which imports are wanted. Empty lists and `None` ask for nothing.
#[derive(Debug, Clone, Default)]
pub struct JobQuery {
    /// In one of these states.
    pub states: Vec<ImportState>,
    /// Of this source.
    pub source: Option<String>,
    /// Of a file with this content.
    pub content_hash: Option<String>,
}

/// One by its id.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// A page of imports, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &impl ConnectionTrait, query: &JobQuery, page: &Page) -> Result<Slice<Model>, DbErr> {
    by_time(db, filtered(query), Column::Id.into_expr(), true, page).await
}

/// How many imports there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, query: &JobQuery) -> Result<u64, DbErr> {
    filtered(query).count(db).await
}

fn filtered(query: &JobQuery) -> Select<Entity> {
    let mut all = Condition::all();
    if !query.states.is_empty() {
        all = all.add(Column::State.is_in(query.states.iter().copied()));
    }
    if let Some(source) = &query.source {
        all = all.add(Column::Source.eq(source.as_str()));
    }
    if let Some(hash) = &query.content_hash {
        all = all.add(Column::ContentHash.eq(hash.as_str()));
    }
    Entity::find().filter(all)
}

/// Imports of files in the database that somebody has begun to write or to take back, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn under_way(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Model>, DbErr> {
    let writing = Condition::all()
        .add(Column::State.eq(ImportState::Committing))
        .add(Column::Stored.eq(true));
    Entity::find()
        .filter(
            Condition::any()
                .add(writing)
                .add(Column::State.eq(ImportState::Undoing)),
        )
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// Previews that nobody committed since a moment.
///
/// # Errors
/// When the database fails.
pub async fn forgotten(
    db: &impl ConnectionTrait,
    since: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Uuid>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.eq(ImportState::Previewed))
        .filter(Column::UpdatedAt.lt(since))
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
}

/// Writes a new one.
///
/// # Errors
/// When the database fails.
pub async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Changes an import that is in one of these states and, where told, has come so far. Returns whether it was so:
/// otherwise nothing is changed.
///
/// # Errors
/// When the database fails.
pub async fn advance(
    db: &impl ConnectionTrait,
    id: Uuid,
    from: &[ImportState],
    rows_done: Option<i64>,
    change: ActiveModel,
) -> Result<bool, DbErr> {
    let mut update = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(id))
        .filter(Column::State.is_in(from.iter().copied()));
    if let Some(done) = rows_done {
        update = update.filter(Column::RowsDone.eq(done));
    }
    Ok(update.exec(db).await?.rows_affected > 0)
}

/// Takes an import away with all that belongs to it.
///
/// # Errors
/// When the database fails.
pub async fn remove(db: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    clear_file(db, id).await?;
    clear_rows(db, id, i64::MIN, i64::MAX).await?;
    Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Keeps a piece of a file.
///
/// # Errors
/// When the database fails.
pub async fn keep_piece(
    db: &impl ConnectionTrait,
    job_id: Uuid,
    place: i32,
    bytes: Vec<u8>,
) -> Result<(), DbErr> {
    let row = chunk::Model { job_id, place, bytes };
    chunk::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// A piece of a file; `None` after the last.
///
/// # Errors
/// When the database fails.
pub async fn piece(db: &impl ConnectionTrait, job: Uuid, place: i32) -> Result<Option<Vec<u8>>, DbErr> {
    let row = chunk::Entity::find_by_id((job, place)).one(db).await?;
    Ok(row.map(|row| row.bytes))
}

/// Forgets a file, which is done with.
///
/// # Errors
/// When the database fails.
pub async fn clear_file(db: &impl ConnectionTrait, job: Uuid) -> Result<(), DbErr> {
    chunk::Entity::delete_many()
        .filter(chunk::Column::JobId.eq(job))
        .exec(db)
        .await?;
    Ok(())
}
