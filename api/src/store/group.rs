//! Groups of authorities that act as one partner.

use chrono::{DateTime, Utc};
use entity::kinds::GroupMemberState;
use entity::organisation;
use entity::organisation_group::{Column, Entity, Model};
use entity::organisation_group_member as member;
use sea_orm::sea_query::Condition;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use uuid::Uuid;

use super::organisation::insert_all;
use super::page::{Page, Slice, by_time};

/// One by its id.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The members of groups, in their order; those who were asked and those who left too.
///
/// # Errors
/// When the database fails.
pub async fn members(db: &impl ConnectionTrait, groups: &[Uuid]) -> Result<Vec<member::Model>, DbErr> {
    member::Entity::find()
        .filter(member::Column::GroupId.is_in(groups.iter().copied()))
        .order_by_asc(member::Column::GroupId)
        .order_by_asc(member::Column::Position)
        .all(db)
        .await
}

/// The groups that these organisations take part in, each with the one that does and whether it leads.
///
/// # Errors
/// When the database fails.
pub async fn of_members(
    db: &impl ConnectionTrait,
    bodies: &[Uuid],
) -> Result<Vec<(Uuid, Uuid, bool)>, DbErr> {
    let rows = member::Entity::find()
        .filter(member::Column::OrganisationId.is_in(bodies.iter().copied()))
        .filter(member::Column::State.eq(GroupMemberState::Accepted))
        .all(db)
        .await?;
    let ids = rows.iter().map(|row| row.group_id);
    let groups = Entity::find().filter(Column::Id.is_in(ids)).all(db).await?;
    let leads = |row: &member::Model| {
        groups
            .iter()
            .any(|group| group.id == row.group_id && group.lead_id == row.organisation_id)
    };
    let told = rows
        .iter()
        .map(|row| (row.group_id, row.organisation_id, leads(row)));
    Ok(told.collect())
}

/// The organisations that take part in any of these groups, each with its group.
///
/// # Errors
/// When the database fails.
pub async fn taking_part(db: &impl ConnectionTrait, groups: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>, DbErr> {
    let rows = member::Entity::find()
        .filter(member::Column::GroupId.is_in(groups.iter().copied()))
        .filter(member::Column::State.eq(GroupMemberState::Accepted))
        .order_by_asc(member::Column::GroupId)
        .order_by_asc(member::Column::Position)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.group_id, row.organisation_id))
        .collect())
}

/// A page of the groups that any of these organisations takes part in or is asked to; of all where `None`. The latest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    of: Option<&[Uuid]>,
    page: &Page,
) -> Result<Slice<organisation::Model>, DbErr> {
    by_time(db, filtered(of), organisation::Column::Id.into_expr(), true, page).await
}

/// How many there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, of: Option<&[Uuid]>) -> Result<u64, DbErr> {
    filtered(of).count(db).await
}

fn filtered(of: Option<&[Uuid]>) -> Select<organisation::Entity> {
    let mut groups = member::Entity::find()
        .select_only()
        .column(member::Column::GroupId)
        .filter(member::Column::State.ne(GroupMemberState::Left));
    if let Some(of) = of {
        groups = groups.filter(member::Column::OrganisationId.is_in(of.iter().copied()));
    }
    let condition = Condition::all().add(organisation::Column::Id.in_subquery(groups.into_query()));
    organisation::Entity::find().filter(condition)
}

/// Writes a new one with its members.
///
/// # Errors
/// When the database fails.
pub async fn insert(db: &impl ConnectionTrait, row: Model, members: Vec<member::Model>) -> Result<(), DbErr> {
    insert_all::<Entity, _>(db, vec![row]).await?;
    insert_all::<member::Entity, _>(db, members).await
}

/// Rewrites one, if it still has the version before. Returns whether it had.
///
/// # Errors
/// When the database fails.
pub async fn update(db: &impl ConnectionTrait, row: Model) -> Result<bool, DbErr> {
    let (id, before) = (row.id, row.version - 1);
    let done = Entity::update_many()
        .set(row.into_active_model().reset_all())
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(before))
        .exec(db)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Rewrites the members of a group.
///
/// # Errors
/// When the database fails.
pub async fn replace_members(
    db: &impl ConnectionTrait,
    group: Uuid,
    members: Vec<member::Model>,
) -> Result<(), DbErr> {
    member::Entity::delete_many()
        .filter(member::Column::GroupId.eq(group))
        .exec(db)
        .await?;
    insert_all::<member::Entity, _>(db, members).await
}

/// Notes what a member says.
///
/// # Errors
/// When the database fails.
pub async fn answer(
    db: &impl ConnectionTrait,
    mut row: member::Model,
    (state, by, at): (GroupMemberState, String, DateTime<Utc>),
) -> Result<(), DbErr> {
    row.state = state;
    row.answered_by = Some(by);
    row.answered_at = Some(at);
    row.into_active_model().reset_all().update(db).await?;
    Ok(())
}
