//! Boards, with their members, projects, milestones and entries.

use entity::board::{Column, Entity, Model};
use entity::kinds::BoardState;
use entity::{
    board_entry as entry, board_member as member, board_milestone as milestone, board_project as project,
};
use sea_orm::sea_query::{Condition, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::organisation::insert_all;
use super::page::{Page, Slice, by_time};

/// Which boards are wanted. Empty lists and `None` ask for nothing.
#[derive(Debug, Clone, Default)]
pub struct BoardQuery {
    /// With one of these bodies; `None` for whoever sees all.
    pub seen_by: Option<Vec<Uuid>>,
    /// In one of these states.
    pub states: Vec<BoardState>,
}

/// What belongs to a board.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// Who is on it.
    pub members: Vec<member::Model>,
    /// What it is about.
    pub projects: Vec<project::Model>,
    /// What it means to reach.
    pub milestones: Vec<milestone::Model>,
}

/// One by its id.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// A page of boards, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &impl ConnectionTrait, query: &BoardQuery, page: &Page) -> Result<Slice<Model>, DbErr> {
    by_time(db, filtered(query), Column::Id.into_expr(), true, page).await
}

/// How many boards there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, query: &BoardQuery) -> Result<u64, DbErr> {
    filtered(query).count(db).await
}

fn filtered(query: &BoardQuery) -> Select<Entity> {
    let mut all = Condition::all();
    if let Some(bodies) = &query.seen_by {
        let mut rows = Query::select();
        rows.column(member::Column::BoardId)
            .from(member::Entity)
            .and_where(member::Column::OrganisationId.is_in(bodies.iter().copied()));
        all = all.add(Column::Id.in_subquery(rows));
    }
    if !query.states.is_empty() {
        all = all.add(Column::State.is_in(query.states.iter().copied()));
    }
    Entity::find().filter(all)
}

/// What belongs to these boards, each list in its order.
///
/// # Errors
/// When the database fails.
pub async fn parts(db: &impl ConnectionTrait, boards: &[Uuid]) -> Result<Parts, DbErr> {
    let boards = || boards.iter().copied();
    Ok(Parts {
        members: member::Entity::find()
            .filter(member::Column::BoardId.is_in(boards()))
            .order_by_asc(member::Column::Position)
            .all(db)
            .await?,
        projects: project::Entity::find()
            .filter(project::Column::BoardId.is_in(boards()))
            .order_by_asc(project::Column::Position)
            .all(db)
            .await?,
        milestones: milestone::Entity::find()
            .filter(milestone::Column::BoardId.is_in(boards()))
            .order_by_asc(milestone::Column::DueOn)
            .order_by_asc(milestone::Column::Position)
            .all(db)
            .await?,
    })
}

/// What was written on a board, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn entries(db: &impl ConnectionTrait, board: Uuid, limit: u64) -> Result<Vec<entry::Model>, DbErr> {
    entry::Entity::find()
        .filter(entry::Column::BoardId.eq(board))
        .order_by_desc(entry::Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// Writes a new board with what belongs to it.
///
/// # Errors
/// When the database fails.
pub async fn insert(db: &impl ConnectionTrait, board: Model, parts: Parts) -> Result<(), DbErr> {
    insert_all::<Entity, _>(db, vec![board]).await?;
    write(db, parts).await
}

async fn write(db: &impl ConnectionTrait, parts: Parts) -> Result<(), DbErr> {
    insert_all::<member::Entity, _>(db, parts.members).await?;
    insert_all::<project::Entity, _>(db, parts.projects).await?;
    insert_all::<milestone::Entity, _>(db, parts.milestones).await
}

/// Rewrites a board, if it still has the version expected, and with `parts` what belongs to it; says whether it had.
///
/// # Errors
/// When the database fails.
pub async fn update(
    db: &impl ConnectionTrait,
    board: Model,
    parts: Option<Parts>,
    expected_version: i32,
) -> Result<bool, DbErr> {
    let id = board.id;
    let done = Entity::update_many()
        .set(board.into_active_model().reset_all())
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(expected_version))
        .exec(db)
        .await?;
    if done.rows_affected == 0 {
        return Ok(false);
    }
    if let Some(parts) = parts {
        member::Entity::delete_many()
            .filter(member::Column::BoardId.eq(id))
            .exec(db)
            .await?;
        project::Entity::delete_many()
            .filter(project::Column::BoardId.eq(id))
            .exec(db)
            .await?;
        milestone::Entity::delete_many()
            .filter(milestone::Column::BoardId.eq(id))
            .exec(db)
            .await?;
        write(db, parts).await?;
    }
    Ok(true)
}

/// Writes an entry.
///
/// # Errors
/// When the database fails.
pub async fn post(db: &impl ConnectionTrait, row: entry::Model) -> Result<(), DbErr> {
    insert_all::<entry::Entity, _>(db, vec![row]).await
}
