//! Funding calls and the lines of their rules.

use chrono::{DateTime, Utc};
use entity::funding_call::{Column, Entity, Model};
use entity::funding_call_term as term;
use entity::kinds::CallTermKind;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::organisation::insert_all;
use super::page::{Page, Slice, SortKey, Sorting, known, paged, slice};
use super::search::folded;

/// Whether a call takes bids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It opens later.
    Upcoming,
    /// It takes bids; one that never closes does, unless it opens later.
    Open,
    /// It is closed.
    Closed,
}

/// Which calls are wanted. Empty lists and `None` ask for nothing.
#[derive(Debug, Clone, Default)]
pub struct CallQuery {
    /// With words that begin so, each of them.
    pub words: Vec<String>,
    /// Standing so at the moment given, in milliseconds since 1970.
    pub standing: Vec<Standing>,
    /// The moment.
    pub now_ms: i64,
    /// Of one of these funders.
    pub funders: Vec<Uuid>,
    /// Of this source.
    pub source: Option<String>,
    /// With a line of each of these kinds that has one of these words, or without any line of that kind.
    pub open_to: Vec<(CallTermKind, Vec<String>)>,
    /// With a line of each of these kinds that has one of these words.
    pub about: Vec<(CallTermKind, Vec<String>)>,
}

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

/// Those that a source has under these ids of its own.
///
/// # Errors
/// When the database fails.
pub async fn of_source(
    db: &impl ConnectionTrait,
    source: &str,
    records: &[String],
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Source.eq(source))
        .filter(Column::RecordId.is_in(records.iter().cloned()))
        .all(db)
        .await
}

/// The value by which calls are sorted: the last to close first, those without an end before all.
#[must_use]
pub fn sort_key(row: &Model) -> SortKey {
    SortKey::Integer(row.closes_ms.unwrap_or(i64::MAX))
}

/// A page of calls, the last to close first.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &impl ConnectionTrait, query: &CallQuery, page: &Page) -> Result<Slice<Model>, DbErr> {
    let sorting = Sorting {
        expression: known(Column::ClosesMs.into_expr(), i64::MAX),
        descending: true,
        id: Column::Id.into_expr(),
    };
    let rows = paged(filtered(query), &sorting, page).all(db).await?;
    Ok(slice(rows, page))
}

/// How many calls there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, query: &CallQuery) -> Result<u64, DbErr> {
    filtered(query).count(db).await
}

/// Calls that fit, those that close first before the others, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn next(db: &impl ConnectionTrait, query: &CallQuery, limit: u64) -> Result<Vec<Model>, DbErr> {
    filtered(query)
        .order_by_asc(known(Column::ClosesMs.into_expr(), i64::MAX))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

fn filtered(query: &CallQuery) -> Select<Entity> {
    let mut all = Condition::all();
    for word in &query.words {
        all = all.add(Column::SearchKey.contains(format!(" {word}")));
    }
    if !query.standing.is_empty() {
        let standing = query
            .standing
            .iter()
            .map(|standing| stands(*standing, query.now_ms));
        all = all.add(standing.fold(Condition::any(), Condition::add));
    }
    if !query.funders.is_empty() {
        all = all.add(Column::FunderId.is_in(query.funders.iter().copied()));
    }
    if let Some(source) = &query.source {
        all = all.add(Column::Source.eq(source.as_str()));
    }
    for (kind, words) in &query.about {
        all = all.add(with_term(term_of(*kind).and(worded(words))));
    }
    for (kind, words) in &query.open_to {
        let named = with_term(term_of(*kind).and(worded(words)));
        all = all.add(named.or(with_term(term_of(*kind)).not()));
    }
    Entity::find().filter(all)
}

fn stands(standing: Standing, now: i64) -> Condition {
    let closed = Column::ClosesMs.lte(now);
    let ahead = Column::OpensMs.gt(now);
    match standing {
        Standing::Closed => Condition::all().add(closed),
        Standing::Upcoming => Condition::all().add(ahead).add(not_yet(Column::ClosesMs, now)),
        Standing::Open => Condition::all()
            .add(
                Condition::any()
                    .add(Column::OpensMs.is_null())
                    .add(Column::OpensMs.lte(now)),
            )
            .add(not_yet(Column::ClosesMs, now)),
    }
}

fn not_yet(column: Column, now: i64) -> Condition {
    Condition::any().add(column.is_null()).add(column.gt(now))
}

fn term_of(kind: CallTermKind) -> SimpleExpr {
    term::Column::Kind.eq(kind)
}

fn worded(words: &[String]) -> SimpleExpr {
    term::Column::ValueKey.is_in(words.iter().map(|word| folded(word)))
}

fn with_term(condition: SimpleExpr) -> SimpleExpr {
    let mut rows = Query::select();
    rows.column(term::Column::CallId)
        .from(term::Entity)
        .and_where(condition);
    Column::Id.in_subquery(rows)
}

/// The lines of these calls, each kind's in the order as given.
///
/// # Errors
/// When the database fails.
pub async fn terms(db: &impl ConnectionTrait, calls: &[Uuid]) -> Result<Vec<term::Model>, DbErr> {
    term::Entity::find()
        .filter(term::Column::CallId.is_in(calls.iter().copied()))
        .order_by_asc(term::Column::Kind)
        .order_by_asc(term::Column::Position)
        .all(db)
        .await
}

/// Writes new calls with their lines.
///
/// # Errors
/// When one is there already, or the database fails.
pub async fn insert(
    db: &impl ConnectionTrait,
    calls: Vec<Model>,
    terms: Vec<term::Model>,
) -> Result<(), DbErr> {
    insert_all::<Entity, _>(db, calls).await?;
    insert_all::<term::Entity, _>(db, terms).await
}

/// Rewrites a call and its lines, if it still has the version expected; says whether it had.
///
/// # Errors
/// When the database fails.
pub async fn replace(
    db: &impl ConnectionTrait,
    call: Model,
    terms: Vec<term::Model>,
    expected_version: i32,
) -> Result<bool, DbErr> {
    let id = call.id;
    let done = Entity::update_many()
        .set(call.into_active_model().reset_all())
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(expected_version))
        .exec(db)
        .await?;
    if done.rows_affected == 0 {
        return Ok(false);
    }
    term::Entity::delete_many()
        .filter(term::Column::CallId.eq(id))
        .exec(db)
        .await?;
    insert_all::<term::Entity, _>(db, terms).await?;
    Ok(true)
}

/// By what calls are known to have changed: how many there are, and when the last one changed.
pub type State = (i64, Option<DateTime<Utc>>);

/// The present state of the calls.
///
/// # Errors
/// When the database fails.
pub async fn state(db: &impl ConnectionTrait) -> Result<State, DbErr> {
    let state = Entity::find()
        .select_only()
        .column_as(Expr::col(Column::Id).count(), "number")
        .column_as(Column::UpdatedAt.max(), "latest")
        .into_tuple()
        .one(db)
        .await?;
    Ok(state.unwrap_or_default())
}
