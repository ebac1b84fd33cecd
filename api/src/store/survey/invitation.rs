//! Links by which authorities answer.

use chrono::{DateTime, Utc};
use entity::kinds::SurveyResponseState;
use entity::survey_invitation::{ActiveModel, Column, Entity, Model};
use entity::survey_response as response;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
};
use uuid::Uuid;

use crate::store::page::{Page, Slice, by_time};

/// Which invitations are wanted.
#[derive(Debug, Clone)]
pub struct InvitationQuery {
    /// Of this round.
    pub wave: Uuid,
    /// Only those whose authority has neither submitted nor declined, and whose link opens now.
    pub outstanding: Option<DateTime<Utc>>,
}

/// The invitation whose link has a secret with this hash.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn by_hash(db: &impl ConnectionTrait, hash: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::TokenHash.eq(hash)).one(db).await
}

/// One by its id.
///
/// # Errors
/// When the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// Those with these ids, in their order.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(Column::Id)
        .all(db)
        .await
}

/// A page of invitations, in the order in which they were made.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    query: &InvitationQuery,
    page: &Page,
) -> Result<Slice<Model>, DbErr> {
    by_time(db, filtered(query), Column::Id.into_expr(), false, page).await
}

/// How many invitations there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, query: &InvitationQuery) -> Result<u64, DbErr> {
    filtered(query).count(db).await
}

/// In these states an authority has not done what it was asked for.
const OUTSTANDING: [SurveyResponseState; 3] = [
    SurveyResponseState::Invited,
    SurveyResponseState::Draft,
    SurveyResponseState::Returned,
];

fn filtered(query: &InvitationQuery) -> Select<Entity> {
    let mut all = Condition::all().add(Column::WaveId.eq(query.wave));
    if let Some(now) = query.outstanding {
        let waiting = response::Entity::find()
            .select_only()
            .column(response::Column::Id)
            .filter(response::Column::WaveId.eq(query.wave))
            .filter(response::Column::State.is_in(OUTSTANDING))
            .into_query();
        all = all
            .add(Column::ResponseId.in_subquery(waiting))
            .add(Column::RevokedAt.is_null())
            .add(Column::ExpiresAt.gt(now));
    }
    Entity::find().filter(all)
}

/// Writes new ones.
///
/// # Errors
/// When the database fails.
pub async fn insert_all(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<(), DbErr> {
    crate::store::organisation::insert_all::<Entity, _>(db, rows).await
}

/// Changes one.
///
/// # Errors
/// When the database fails.
pub async fn change(db: &impl ConnectionTrait, id: Uuid, change: ActiveModel) -> Result<(), DbErr> {
    Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes that reminders were sent.
///
/// # Errors
/// When the database fails.
pub async fn reminded(db: &impl ConnectionTrait, ids: &[Uuid], at: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::RemindedAt, Expr::value(at))
        .col_expr(Column::Reminders, Expr::col(Column::Reminders).add(1))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes that invitations were sent.
///
/// # Errors
/// When the database fails.
pub async fn sent(db: &impl ConnectionTrait, ids: &[Uuid], at: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::SentAt, Expr::value(at))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}
