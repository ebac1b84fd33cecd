//! Accounts, what they may act as, and their keys.

use chrono::{DateTime, Utc};
use entity::{access_state, account, account_grant, api_key};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Set,
};
use uuid::Uuid;

use super::page::{Page, Slice, by_time};

const ONLY: i32 = 1;

/// How often who may do what has changed.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn state(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let row = access_state::Entity::find_by_id(ONLY).one(db).await?;
    row.map(|row| row.changed_seq)
        .ok_or_else(|| DbErr::RecordNotFound("access_state".to_owned()))
}

/// Says that who may do what has changed. Locks the row: such changes take turns.
///
/// # Errors
/// When the database fails.
pub async fn touch_state(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    access_state::Entity::update_many()
        .col_expr(
            access_state::Column::ChangedSeq,
            Expr::col(access_state::Column::ChangedSeq).add(1),
        )
        .filter(access_state::Column::Id.eq(ONLY))
        .exec(db)
        .await?;
    Ok(())
}

/// One by its id.
///
/// # Errors
/// When the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find_by_id(id).one(db).await
}

/// The one that an issuer calls so.
///
/// # Errors
/// When the database fails.
pub async fn by_subject(
    db: &impl ConnectionTrait,
    issuer: &str,
    subject: &str,
) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find()
        .filter(account::Column::Issuer.eq(issuer))
        .filter(account::Column::Subject.eq(subject))
        .one(db)
        .await
}

/// The one that is open and waits for whoever an issuer calls by this address, in lower case.
///
/// # Errors
/// When the database fails.
pub async fn awaited(
    db: &impl ConnectionTrait,
    issuer: &str,
    email: &str,
) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find()
        .filter(account::Column::Issuer.eq(issuer))
        .filter(account::Column::Email.eq(email))
        .filter(account::Column::Subject.is_null())
        .filter(account::Column::ClosedAt.is_null())
        .order_by_asc(account::Column::Id)
        .one(db)
        .await
}

/// Notes what the issuer calls one that waited.
///
/// # Errors
/// When the database fails.
pub async fn recognise(db: &impl ConnectionTrait, id: Uuid, subject: &str) -> Result<(), DbErr> {
    let change = account::ActiveModel {
        subject: Set(Some(subject.to_owned())),
        ..Default::default()
    };
    account::Entity::update_many()
        .set(change)
        .filter(account::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// A page of accounts, latest first.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &impl ConnectionTrait, page: &Page) -> Result<Slice<account::Model>, DbErr> {
    by_time(
        db,
        account::Entity::find(),
        account::Column::Id.into_expr(),
        true,
        page,
    )
    .await
}

/// How many accounts there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    account::Entity::find().count(db).await
}

/// Whether anybody may do everything yet.
///
/// # Errors
/// When the database fails.
pub async fn has_administrator(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let closed = Query::select()
        .column(account::Column::Id)
        .from(account::Entity)
        .and_where(account::Column::ClosedAt.is_not_null())
        .take();
    let found = account_grant::Entity::find()
        .filter(account_grant::Column::Role.eq(entity::kinds::Role::Administrator))
        .filter(account_grant::Column::AccountId.not_in_subquery(closed))
        .limit(1)
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Writes a new one.
///
/// # Errors
/// When the database fails.
pub async fn insert(db: &impl ConnectionTrait, row: account::Model) -> Result<(), DbErr> {
    account::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Closes one: it may do nothing from now on.
///
/// # Errors
/// When the database fails.
pub async fn close(db: &impl ConnectionTrait, id: Uuid, now: DateTime<Utc>) -> Result<(), DbErr> {
    let change = account::ActiveModel {
        closed_at: Set(Some(now)),
        ..Default::default()
    };
    account::Entity::update_many()
        .set(change)
        .filter(account::Column::Id.eq(id))
        .filter(account::Column::ClosedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// What accounts may act as, in the order of granting.
///
/// # Errors
/// When the database fails.
pub async fn grants(
    db: &impl ConnectionTrait,
    accounts: &[Uuid],
) -> Result<Vec<account_grant::Model>, DbErr> {
    account_grant::Entity::find()
        .filter(account_grant::Column::AccountId.is_in(accounts.iter().copied()))
        .order_by_asc(account_grant::Column::Id)
        .all(db)
        .await
}

/// Writes a role.
///
/// # Errors
/// When the database fails.
pub async fn grant(db: &impl ConnectionTrait, row: account_grant::Model) -> Result<(), DbErr> {
    account_grant::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Takes a role back.
///
/// # Errors
/// When the database fails.
pub async fn ungrant(db: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    account_grant::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// The keys of accounts, in the order of their making.
///
/// # Errors
/// When the database fails.
pub async fn keys(db: &impl ConnectionTrait, accounts: &[Uuid]) -> Result<Vec<api_key::Model>, DbErr> {
    api_key::Entity::find()
        .filter(api_key::Column::AccountId.is_in(accounts.iter().copied()))
        .order_by_asc(api_key::Column::Id)
        .all(db)
        .await
}

/// One key by its id.
///
/// # Errors
/// When the database fails.
pub async fn key(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<api_key::Model>, DbErr> {
    api_key::Entity::find_by_id(id).one(db).await
}

/// The key that hashes so.
///
/// # Errors
/// When the database fails.
pub async fn key_by_hash(db: &impl ConnectionTrait, hash: &str) -> Result<Option<api_key::Model>, DbErr> {
    api_key::Entity::find()
        .filter(api_key::Column::Hash.eq(hash))
        .one(db)
        .await
}

/// Writes a new key.
///
/// # Errors
/// When the database fails.
pub async fn insert_key(db: &impl ConnectionTrait, row: api_key::Model) -> Result<(), DbErr> {
    api_key::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Takes keys back from a moment on, unless they were before.
///
/// # Errors
/// When the database fails.
pub async fn revoke_keys(db: &impl ConnectionTrait, ids: &[Uuid], at: DateTime<Utc>) -> Result<(), DbErr> {
    let change = api_key::ActiveModel {
        revoked_at: Set(Some(at)),
        ..Default::default()
    };
    let later = Condition::any()
        .add(api_key::Column::RevokedAt.is_null())
        .add(api_key::Column::RevokedAt.gt(at));
    api_key::Entity::update_many()
        .set(change)
        .filter(api_key::Column::Id.is_in(ids.iter().copied()))
        .filter(later)
        .exec(db)
        .await?;
    Ok(())
}

/// Notes that a key was used.
///
/// # Errors
/// When the database fails.
pub async fn used(db: &impl ConnectionTrait, id: Uuid, now: DateTime<Utc>) -> Result<(), DbErr> {
    let change = api_key::ActiveModel {
        last_used_at: Set(Some(now)),
        ..Default::default()
    };
    api_key::Entity::update_many()
        .set(change)
        .filter(api_key::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}
