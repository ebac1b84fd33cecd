//! The audit log: entries are added and read, never changed.

use chrono::{DateTime, Utc};
use entity::kinds::AuditKind;
use entity::{audit_chain, audit_entry, audit_origin};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, Set,
};
use uuid::Uuid;

use super::page::{Page, Slice, Sorting, paged, slice};
use crate::audit::{Origin, chain};
use crate::clock;

const ONLY: i32 = 1;

/// Which entries are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Only of this kind.
    pub kind: Option<AuditKind>,
    /// Only of this actor, as histories know them.
    pub actor: Option<String>,
    /// Only of these operations together, as the entry has them.
    pub operation: Option<String>,
    /// Only of this request.
    pub request_id: Option<String>,
    /// Only from this moment on.
    pub since: Option<DateTime<Utc>>,
    /// Only before this moment.
    pub until: Option<DateTime<Utc>>,
}

/// Where the log ends.
///
/// # Errors
/// When the database fails, as of every function here.
pub async fn head(db: &impl ConnectionTrait) -> Result<audit_chain::Model, DbErr> {
    let row = audit_chain::Entity::find_by_id(ONLY).one(db).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("audit_chain".to_owned()))
}

/// Adds an entry, within the transaction of what it tells of. The log's end stays locked until that transaction ends, so
/// entries take turns; it is the last thing that a transaction locks.
///
/// # Errors
/// When the database fails.
pub async fn append(
    db: &impl ConnectionTrait,
    kind: AuditKind,
    origin: &Origin,
    changes: String,
) -> Result<(), DbErr> {
    let id = Uuid::now_v7();
    let came_from = match origin.address {
        Some(address) => Some(audit_origin::Model {
            entry_id: id,
            address: address.to_string(),
            salt: salt()?,
            noted_at: clock::now(),
        }),
        None => None,
    };
    let locked = audit_chain::Entity::find_by_id(ONLY)
        .lock_exclusive()
        .one(db)
        .await?;
    let end = locked.ok_or_else(|| DbErr::RecordNotFound("audit_chain".to_owned()))?;
    let mut entry = audit_entry::Model {
        id,
        seq: end.seq + 1,
        at: clock::now(),
        kind,
        actor: origin.actor.clone(),
        operation: origin.operation.clone(),
        transport: origin.transport,
        request_id: origin.request_id.clone(),
        origin_digest: came_from
            .as_ref()
            .map(|from| chain::origin_digest(&from.salt, &from.address)),
        changes,
        previous_hash: end.hash,
        hash: String::new(),
    };
    entry.hash = chain::hash(&entry);
    let moved = audit_chain::ActiveModel {
        seq: Set(entry.seq),
        hash: Set(entry.hash.clone()),
        ..Default::default()
    };
    audit_entry::Entity::insert(entry.into_active_model())
        .exec_without_returning(db)
        .await?;
    if let Some(from) = came_from {
        audit_origin::Entity::insert(from.into_active_model())
            .exec_without_returning(db)
            .await?;
    }
    audit_chain::Entity::update_many()
        .set(moved)
        .filter(audit_chain::Column::Id.eq(ONLY))
        .exec(db)
        .await?;
    Ok(())
}

/// 128 random bits in hexadecimal.
fn salt() -> Result<String, DbErr> {
    let mut bits = [0_u8; 16];
    getrandom::fill(&mut bits).map_err(|error| DbErr::Custom(error.to_string()))?;
    Ok(bits.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// An entry by its id.
///
/// # Errors
/// When the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<audit_entry::Model>, DbErr> {
    audit_entry::Entity::find_by_id(id).one(db).await
}

/// A page of entries, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    query: &AuditQuery,
    page: &Page,
) -> Result<Slice<audit_entry::Model>, DbErr> {
    let sorting = Sorting {
        expression: audit_entry::Column::Seq.into_expr(),
        descending: true,
        id: audit_entry::Column::Id.into_expr(),
    };
    let rows = paged(matching(query), &sorting, page).all(db).await?;
    Ok(slice(rows, page))
}

/// How many entries fit.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, query: &AuditQuery) -> Result<u64, DbErr> {
    matching(query).count(db).await
}

fn matching(query: &AuditQuery) -> Select<audit_entry::Entity> {
    use audit_entry::Column;
    let AuditQuery {
        kind,
        actor,
        operation,
        request_id,
        since,
        until,
    } = query;
    let mut found = audit_entry::Entity::find();
    for (column, text) in [
        (Column::Actor, actor),
        (Column::Operation, operation),
        (Column::RequestId, request_id),
    ] {
        if let Some(text) = text {
            found = found.filter(column.eq(text.as_str()));
        }
    }
    if let Some(kind) = kind {
        found = found.filter(Column::Kind.eq(*kind));
    }
    if let Some(since) = since {
        found = found.filter(Column::At.gte(*since));
    }
    if let Some(until) = until {
        found = found.filter(Column::At.lt(*until));
    }
    found
}

/// The next entries after a place, in the order of the log.
///
/// # Errors
/// When the database fails.
pub async fn after(
    db: &impl ConnectionTrait,
    place: i64,
    limit: u64,
) -> Result<Vec<audit_entry::Model>, DbErr> {
    audit_entry::Entity::find()
        .filter(audit_entry::Column::Seq.gt(place))
        .order_by_asc(audit_entry::Column::Seq)
        .limit(limit)
        .all(db)
        .await
}

/// The addresses of entries, those that are still kept.
///
/// # Errors
/// When the database fails.
pub async fn origins(db: &impl ConnectionTrait, entries: &[Uuid]) -> Result<Vec<audit_origin::Model>, DbErr> {
    audit_origin::Entity::find()
        .filter(audit_origin::Column::EntryId.is_in(entries.iter().copied()))
        .all(db)
        .await
}

/// Forgets the addresses that were noted before a moment. Returns how many.
///
/// # Errors
/// When the database fails.
pub async fn forget_origins_before(db: &impl ConnectionTrait, moment: DateTime<Utc>) -> Result<u64, DbErr> {
    let gone = audit_origin::Entity::delete_many()
        .filter(audit_origin::Column::NotedAt.lt(moment))
        .exec(db)
        .await?;
    Ok(gone.rows_affected)
}

/// Forgets the addresses that somebody's requests came from. Returns how many.
///
/// # Errors
/// When the database fails.
pub async fn forget_origins_of(db: &impl ConnectionTrait, actor: &str) -> Result<u64, DbErr> {
    let theirs = audit_entry::Entity::find()
        .select_only()
        .column(audit_entry::Column::Id)
        .filter(audit_entry::Column::Actor.eq(actor));
    let gone = audit_origin::Entity::delete_many()
        .filter(audit_origin::Column::EntryId.in_subquery(sea_orm::QueryTrait::into_query(theirs)))
        .exec(db)
        .await?;
    Ok(gone.rows_affected)
}
