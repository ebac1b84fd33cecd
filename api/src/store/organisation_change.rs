//! Merges and splits of organisations, and the references that they move.

use entity::organisation_change::{Column, Entity, Model};
use entity::{organisation_alias as alias, organisation_identifier as identifier};
use entity::{
    organisation_successor as successor, project, project_adopter, project_award, project_participant,
    project_place,
};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// One by its id.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// Those with these ids, in no order.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await
}

/// Those that concern one of these organisations, the latest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn of(db: &impl ConnectionTrait, ids: &[Uuid], limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(concerns(ids))
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// A change that still stands, concerns one of these organisations and came after another.
///
/// # Errors
/// When the database fails.
pub async fn standing_after(
    db: &impl ConnectionTrait,
    ids: &[Uuid],
    after: Uuid,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(concerns(ids))
        .filter(Column::UndoneAt.is_null())
        .filter(Column::Id.gt(after))
        .order_by_desc(Column::Id)
        .one(db)
        .await
}

fn concerns(ids: &[Uuid]) -> Condition {
    Condition::any()
        .add(Column::OrganisationId.is_in(ids.iter().copied()))
        .add(Column::OtherId.is_in(ids.iter().copied()))
}

/// Keeps a change.
///
/// # Errors
/// When the database fails.
pub async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Rewrites a change.
///
/// # Errors
/// When the database fails.
pub async fn update(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    row.into_active_model().reset_all().update(db).await?;
    Ok(())
}

/// The projects that name an organisation in whatever part, tombstones included, in the order of their ids.
///
/// # Errors
/// When the database fails.
pub async fn projects_of(db: &impl ConnectionTrait, organisation: Uuid) -> Result<Vec<Uuid>, DbErr> {
    let taking_part: Vec<Uuid> = project_participant::Entity::find()
        .select_only()
        .column(project_participant::Column::ProjectId)
        .distinct()
        .filter(project_participant::Column::OrganisationId.eq(organisation))
        .into_tuple()
        .all(db)
        .await?;
    let leading: Vec<Uuid> = project::Entity::find()
        .select_only()
        .column(project::Column::Id)
        .filter(project::Column::LeadId.eq(organisation))
        .into_tuple()
        .all(db)
        .await?;
    let granting: Vec<Uuid> = project_award::Entity::find()
        .select_only()
        .column(project_award::Column::ProjectId)
        .distinct()
        .filter(project_award::Column::FunderId.eq(organisation))
        .into_tuple()
        .all(db)
        .await?;
    let adopting: Vec<Uuid> = project_adopter::Entity::find()
        .select_only()
        .column(project_adopter::Column::ProjectId)
        .filter(project_adopter::Column::OrganisationId.eq(organisation))
        .into_tuple()
        .all(db)
        .await?;
    let around: Vec<Uuid> = project_place::Entity::find()
        .select_only()
        .column(project_place::Column::ProjectId)
        .filter(project_place::Column::OrganisationId.eq(organisation))
        .into_tuple()
        .all(db)
        .await?;
    let all = taking_part.into_iter().chain(leading).chain(granting);
    let mut all: Vec<Uuid> = all.chain(adopting).chain(around).collect();
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Gives these other names and identifiers to an organisation.
///
/// # Errors
/// When the database fails.
pub async fn hand_over(
    db: &impl ConnectionTrait,
    aliases: &[Uuid],
    identifiers: &[Uuid],
    to: Uuid,
) -> Result<(), DbErr> {
    alias::Entity::update_many()
        .col_expr(alias::Column::OrganisationId, Expr::value(to))
        .filter(alias::Column::Id.is_in(aliases.iter().copied()))
        .exec(db)
        .await?;
    identifier::Entity::update_many()
        .col_expr(identifier::Column::OrganisationId, Expr::value(to))
        .filter(identifier::Column::Id.is_in(identifiers.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}

/// Takes other names away.
///
/// # Errors
/// When the database fails.
pub async fn forget_aliases(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<(), DbErr> {
    alias::Entity::delete_many()
        .filter(alias::Column::Id.is_in(ids.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}

/// Who took over from an organisation, and from whom it took over.
///
/// # Errors
/// When the database fails.
pub async fn successions(db: &impl ConnectionTrait, id: Uuid) -> Result<Vec<successor::Model>, DbErr> {
    successor::Entity::find()
        .filter(
            Condition::any()
                .add(successor::Column::OrganisationId.eq(id))
                .add(successor::Column::SuccessorId.eq(id)),
        )
        .all(db)
        .await
}

/// Says that these successions no longer hold, and that those do.
///
/// # Errors
/// When the database fails.
pub async fn replace_successions(
    db: &impl ConnectionTrait,
    gone: &[successor::Model],
    come: &[successor::Model],
) -> Result<(), DbErr> {
    for row in gone {
        successor::Entity::delete_by_id((row.organisation_id, row.successor_id))
            .exec(db)
            .await?;
    }
    for row in come {
        let there = successor::Entity::find_by_id((row.organisation_id, row.successor_id))
            .one(db)
            .await?;
        if there.is_none() {
            successor::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(db)
                .await?;
        }
    }
    Ok(())
}
