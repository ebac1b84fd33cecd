//! Interest of one body in another.

use chrono::{DateTime, Utc};
use entity::interest::{Column, Entity, Model};
use entity::kinds::InterestState;
use sea_orm::sea_query::Condition;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, Select,
};
use uuid::Uuid;

use super::organisation::insert_all;
use super::page::{Page, Slice, by_time};

/// Which expressions of interest are wanted. `None` asks for nothing.
#[derive(Debug, Clone, Default)]
pub struct InterestQuery {
    /// From or to one of these bodies; `None` for whoever sees all.
    pub of: Option<Vec<Uuid>>,
    /// To one of these bodies.
    pub to: Option<Vec<Uuid>>,
    /// From one of these bodies.
    pub from: Option<Vec<Uuid>>,
    /// Only those that wait for an answer at this moment.
    pub pending_at: Option<DateTime<Utc>>,
}

/// One by its id.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// A page, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    query: &InterestQuery,
    page: &Page,
) -> Result<Slice<Model>, DbErr> {
    by_time(db, filtered(query), Column::Id.into_expr(), true, page).await
}

/// How many there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, query: &InterestQuery) -> Result<u64, DbErr> {
    filtered(query).count(db).await
}

fn filtered(query: &InterestQuery) -> Select<Entity> {
    let mut all = Condition::all();
    if let Some(of) = &query.of {
        let own = |column: Column| column.is_in(of.iter().copied());
        all = all.add(Condition::any().add(own(Column::FromId)).add(own(Column::ToId)));
    }
    if let Some(to) = &query.to {
        all = all.add(Column::ToId.is_in(to.iter().copied()));
    }
    if let Some(from) = &query.from {
        all = all.add(Column::FromId.is_in(from.iter().copied()));
    }
    if let Some(now) = query.pending_at {
        all = all
            .add(Column::State.eq(InterestState::Pending))
            .add(Column::ExpiresAt.gt(now));
    }
    Entity::find().filter(all)
}

/// What one body has asked another and waits for.
///
/// # Errors
/// When the database fails.
pub async fn waiting(
    db: &impl ConnectionTrait,
    from: Uuid,
    to: Uuid,
    project: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<Option<Model>, DbErr> {
    let about = match project {
        Some(project) => Column::ProjectId.eq(project),
        None => Column::ProjectId.is_null(),
    };
    Entity::find()
        .filter(Column::FromId.eq(from))
        .filter(Column::ToId.eq(to))
        .filter(about)
        .filter(Column::State.eq(InterestState::Pending))
        .filter(Column::ExpiresAt.gt(now))
        .one(db)
        .await
}

/// Writes a new one.
///
/// # Errors
/// When the database fails.
pub async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    insert_all::<Entity, _>(db, vec![row]).await
}

/// Rewrites one that waits for an answer; says whether it still did.
///
/// # Errors
/// When the database fails.
pub async fn settle(db: &impl ConnectionTrait, row: Model) -> Result<bool, DbErr> {
    let id = row.id;
    let done = Entity::update_many()
        .set(row.into_active_model().reset_all())
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(InterestState::Pending))
        .exec(db)
        .await?;
    Ok(done.rows_affected > 0)
}
