//! Bids for funding calls, with their members, projects, versions and look-alikes.

use std::collections::HashMap;

use entity::bid::{Column, Entity, Model};
use entity::kinds::BidState;
use entity::{
    bid_introduction as introduction, bid_member as member, bid_project as project, bid_version as version,
};
use sea_orm::sea_query::{Condition, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::organisation::insert_all;
use super::page::{Page, Slice, by_time};

/// Which bids are wanted. Empty lists and `None` ask for nothing.
#[derive(Debug, Clone, Default)]
pub struct BidQuery {
    /// For one of these calls.
    pub calls: Vec<Uuid>,
    /// In one of these states.
    pub states: Vec<BidState>,
    /// With one of these bodies.
    pub members: Vec<Uuid>,
    /// Only those that somebody may see; `None` for whoever sees all.
    pub seen_by: Option<Seeing>,
}

/// Who may see which bids.
#[derive(Debug, Clone, Default)]
pub struct Seeing {
    /// The bodies that somebody belongs to: they see their own bids.
    pub bodies: Vec<Uuid>,
    /// The funders that somebody answers for: they see what was handed in to them.
    pub funders: Vec<Uuid>,
}

/// One by its id, if `seen_by` may see it; `None` for whoever sees all.
///
/// # Errors
/// When the database fails.
pub async fn seen_by_id(
    db: &impl ConnectionTrait,
    id: Uuid,
    seen_by: Option<&Seeing>,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id)
        .filter(seen_by.map_or_else(Condition::all, seen))
        .one(db)
        .await
}

/// A page of bids, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &impl ConnectionTrait, query: &BidQuery, page: &Page) -> Result<Slice<Model>, DbErr> {
    by_time(db, filtered(query), Column::Id.into_expr(), true, page).await
}

/// How many bids there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, query: &BidQuery) -> Result<u64, DbErr> {
    filtered(query).count(db).await
}

fn filtered(query: &BidQuery) -> Select<Entity> {
    let mut all = Condition::all();
    if !query.calls.is_empty() {
        all = all.add(Column::CallId.is_in(query.calls.iter().copied()));
    }
    if !query.states.is_empty() {
        all = all.add(Column::State.is_in(query.states.iter().copied()));
    }
    if !query.members.is_empty() {
        all = all.add(Column::Id.in_subquery(of_members(&query.members)));
    }
    if let Some(seeing) = &query.seen_by {
        all = all.add(seen(seeing));
    }
    Entity::find().filter(all)
}

fn seen(seeing: &Seeing) -> Condition {
    let mut calls = Query::select();
    calls
        .column(entity::funding_call::Column::Id)
        .from(entity::funding_call::Entity)
        .and_where(entity::funding_call::Column::FunderId.is_in(seeing.funders.iter().copied()));
    let handed_in = Condition::all()
        .add(Column::CallId.in_subquery(calls))
        .add(Column::SubmittedAt.is_not_null());
    let own = Column::Id.in_subquery(of_members(&seeing.bodies));
    Condition::any().add(own).add(handed_in)
}

fn of_members(bodies: &[Uuid]) -> sea_orm::sea_query::SelectStatement {
    let mut rows = Query::select();
    rows.column(member::Column::BidId)
        .from(member::Entity)
        .and_where(member::Column::OrganisationId.is_in(bodies.iter().copied()));
    rows
}

/// Who leads each of these bids.
///
/// # Errors
/// When the database fails.
pub async fn leads(db: &impl ConnectionTrait, bids: &[Uuid]) -> Result<HashMap<Uuid, Uuid>, DbErr> {
    let rows: Vec<(Uuid, Uuid)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::LeadId])
        .filter(Column::Id.is_in(bids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Bids of a call that are not withdrawn, in the order in which they were drafted, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn standing(db: &impl ConnectionTrait, call: Uuid, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::CallId.eq(call))
        .filter(Column::State.ne(BidState::Withdrawn))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// How many bids of each call each body leads, those that were withdrawn left out; of those that `seen_by` may see, `None`
/// for all.
///
/// # Errors
/// When the database fails.
pub async fn led(
    db: &impl ConnectionTrait,
    calls: &[Uuid],
    seen_by: Option<&Seeing>,
) -> Result<HashMap<(Uuid, Uuid), usize>, DbErr> {
    let rows: Vec<(Uuid, Uuid, i64)> = Entity::find()
        .filter(seen_by.map_or_else(Condition::all, seen))
        .select_only()
        .columns([Column::CallId, Column::LeadId])
        .column_as(Column::Id.count(), "number")
        .filter(Column::CallId.is_in(calls.iter().copied()))
        .filter(Column::State.ne(BidState::Withdrawn))
        .group_by(Column::CallId)
        .group_by(Column::LeadId)
        .into_tuple()
        .all(db)
        .await?;
    let counts = rows.into_iter().map(|(call, lead, number)| {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        ((call, lead), number)
    });
    Ok(counts.collect())
}

/// Who is in these bids, each bid's lead first; those who left too.
///
/// # Errors
/// When the database fails.
pub async fn members(db: &impl ConnectionTrait, bids: &[Uuid]) -> Result<Vec<member::Model>, DbErr> {
    member::Entity::find()
        .filter(member::Column::BidId.is_in(bids.iter().copied()))
        .order_by_asc(member::Column::BidId)
        .order_by_asc(member::Column::Position)
        .all(db)
        .await
}

/// What these bids build on, each bid's in the order as given.
///
/// # Errors
/// When the database fails.
pub async fn projects(db: &impl ConnectionTrait, bids: &[Uuid]) -> Result<Vec<project::Model>, DbErr> {
    project::Entity::find()
        .filter(project::Column::BidId.is_in(bids.iter().copied()))
        .order_by_asc(project::Column::BidId)
        .order_by_asc(project::Column::Position)
        .all(db)
        .await
}

/// Every version of a bid, the latest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn versions(
    db: &impl ConnectionTrait,
    bid: Uuid,
    limit: u64,
) -> Result<Vec<version::Model>, DbErr> {
    version::Entity::find()
        .filter(version::Column::BidId.eq(bid))
        .order_by_desc(version::Column::Version)
        .limit(limit)
        .all(db)
        .await
}

/// The introductions offered to these bids.
///
/// # Errors
/// When the database fails.
pub async fn introductions(
    db: &impl ConnectionTrait,
    bids: &[Uuid],
) -> Result<Vec<introduction::Model>, DbErr> {
    let of = |column: introduction::Column| column.is_in(bids.iter().copied());
    introduction::Entity::find()
        .filter(of(introduction::Column::LeftId).or(of(introduction::Column::RightId)))
        .order_by_desc(introduction::Column::Score)
        .order_by_asc(introduction::Column::LeftId)
        .order_by_asc(introduction::Column::RightId)
        .all(db)
        .await
}

/// Writes a new bid with all that belongs to it.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    db: &impl ConnectionTrait,
    bid: Model,
    members: Vec<member::Model>,
    projects: Vec<project::Model>,
) -> Result<(), DbErr> {
    insert_all::<Entity, _>(db, vec![bid]).await?;
    insert_all::<member::Entity, _>(db, members).await?;
    insert_all::<project::Entity, _>(db, projects).await
}

/// Keeps what a change made of a bid.
///
/// # Errors
/// When this version is kept already, or the database fails.
pub async fn keep(db: &impl ConnectionTrait, row: version::Model) -> Result<(), DbErr> {
    insert_all::<version::Entity, _>(db, vec![row]).await
}

/// Keeps which bids are alike.
///
/// # Errors
/// When the database fails.
pub async fn introduce(db: &impl ConnectionTrait, rows: Vec<introduction::Model>) -> Result<(), DbErr> {
    insert_all::<introduction::Entity, _>(db, rows).await
}

/// Rewrites a bid, if it still has the version expected; says whether it had.
///
/// # Errors
/// When the database fails.
pub async fn update(db: &impl ConnectionTrait, bid: Model, expected_version: i32) -> Result<bool, DbErr> {
    let id = bid.id;
    let done = Entity::update_many()
        .set(bid.into_active_model().reset_all())
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(expected_version))
        .exec(db)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Puts these members in place of those that a bid had.
///
/// # Errors
/// When the database fails.
pub async fn replace_members(
    db: &impl ConnectionTrait,
    bid: Uuid,
    members: Vec<member::Model>,
) -> Result<(), DbErr> {
    member::Entity::delete_many()
        .filter(member::Column::BidId.eq(bid))
        .exec(db)
        .await?;
    insert_all::<member::Entity, _>(db, members).await
}
