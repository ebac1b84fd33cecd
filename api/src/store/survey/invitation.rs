//! Links by which authorities answer.

use chrono::{DateTime, Utc};
use entity::kinds::SurveyResponseState;
use entity::survey_invitation::{ActiveModel, Column, Entity, Model};
use entity::survey_response as response;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, Set,
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
    match query.outstanding {
        None => Entity::find().filter(Column::WaveId.eq(query.wave)),
        Some(now) => waited_for(&Waiting {
            wave: query.wave,
            open_at: Some(now),
            not_reminded_since: None,
        }),
    }
}

/// Whose answers are waited for.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Of this round.
    pub wave: Uuid,
    /// Only those whose link opens at this moment; expired ones too unless given.
    pub open_at: Option<DateTime<Utc>>,
    /// Only those who were not reminded since.
    pub not_reminded_since: Option<DateTime<Utc>>,
}

/// Invitations whose answers are waited for, in the order in which they were made, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn waiting(db: &impl ConnectionTrait, waiting: &Waiting, limit: u64) -> Result<Vec<Model>, DbErr> {
    waited_for(waiting)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

fn waited_for(waiting: &Waiting) -> Select<Entity> {
    let responses = response::Entity::find()
        .select_only()
        .column(response::Column::Id)
        .filter(response::Column::WaveId.eq(waiting.wave))
        .filter(response::Column::State.is_in(OUTSTANDING))
        .into_query();
    let mut all = Condition::all()
        .add(Column::WaveId.eq(waiting.wave))
        .add(Column::ResponseId.in_subquery(responses))
        .add(Column::RevokedAt.is_null());
    if let Some(now) = waiting.open_at {
        all = all.add(Column::ExpiresAt.gt(now));
    }
    if let Some(since) = waiting.not_reminded_since {
        let never = Column::RemindedAt.is_null();
        all = all.add(Condition::any().add(never).add(Column::RemindedAt.lt(since)));
    }
    Entity::find().filter(all)
}

/// Gives one a new link, and until when it opens something.
///
/// # Errors
/// When the database fails.
pub async fn renewed(
    db: &impl ConnectionTrait,
    id: Uuid,
    token_hash: String,
    expires_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let new = ActiveModel {
        token_hash: Set(token_hash),
        expires_at: Set(expires_at),
        ..ActiveModel::default()
    };
    change(db, id, new).await
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
